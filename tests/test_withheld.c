/* test_withheld.c — what an account's details left out: a leg, a net, or money that nobody knows.
 */

#include "tests/statement.h"

/* --- what was left out is known otherwise ---------------------------------- */

START_TEST(a_leg_whose_line_is_left_out_is_booked_once)
{
    bool ends_first = _i == 0;
    treasury_begin(&t);
    struct order o = moves(OWN, OWN_2, 40);
    if (ends_first)
        notice(&t, o, BANK_00);
    page_ends_twice(OWN_2, 1, 40);
    ck_assert_int_eq(suspense_fen(), ends_first ? 0 : 40);
    if (!ends_first)
        notice(&t, o, BANK_00);
    ck_assert_uint_eq(treasury_count(&t, FACT_TRANSFER_DONE), 1);
    ck_assert_int_eq(suspense_fen(), 0);
    ck_assert_int_eq(more_fen(OWN_2), 40);
    the_break(OWN_2, 1, MATCH_MISSING_THEIRS);
    must_be_explained(OWN_2);
}
END_TEST

START_TEST(a_net_whose_line_is_left_out_agrees_all_the_same)
{
    bool told_first = _i == 0;
    treasury_begin(&t);
    receipt(&t, 700);
    int64_t unallocated_fen = t.s.core->unallocated_fen;
    if (told_first)
        session_settles(&t, 700, 700);
    page_ends_twice(ACS, 1, 700);
    ck_assert_int_eq(suspense_fen(), 0);
    if (!told_first)
        session_settles(&t, 700, 700);
    ck_assert_uint_eq(treasury_count(&t, FACT_NET_AGREED), 1);
    ck_assert_uint_eq(treasury_count(&t, FACT_NET_DIFFERS), 0);
    ck_assert_int_eq(more_fen(ACS), 700);
    ck_assert_int_eq(t.s.core->unallocated_fen, unallocated_fen);
    must_be_explained(ACS);
    treasury_wait(&t, 3 * US_PER_DAY); /* nor later */
    ck_assert_int_eq(suspense_fen(), 0);
}
END_TEST

START_TEST(in_custody_it_waits_for_a_net_a_day_before_it_is_unallocated)
{
    treasury_begin(&t);
    int64_t unallocated_fen = t.s.core->unallocated_fen;
    treasury_wait(&t, US_PER_HOUR); /* 13:00 */
    page_ends_twice(ACS, 1, 700);
    ck_assert_int_eq(treasury_fact(&t, FACT_BALANCE_AUDITED).amount_fen, 700); /* unexplained */
    treasury_wait(&t, 11 * US_PER_HOUR + US_PER_MINUTE);
    ck_assert_int_eq(suspense_fen(), 0);
    treasury_wait(&t, US_PER_DAY);
    ck_assert_int_eq(suspense_fen(), 700);
    ck_assert_int_eq(t.s.core->unallocated_fen, unallocated_fen + 700);
    ck_assert_int_eq(more_fen(ACS), 700);
    must_be_explained(ACS);
}
END_TEST

/* --- belief ---------------------------------------------------------------- */

START_TEST(what_was_left_out_counts_once_whether_a_report_had_it_or_not)
{
    bool reported = _i == 0;
    treasury_begin(&t);
    treasury_wait(&t, US_PER_HOUR);
    if (reported)
        report(&t, OWN, OPENING_FEN + 500, t.s.now_us);
    treasury_wait(&t, US_PER_MINUTE);
    page_ends_twice(OWN, 1, 500);
    ck_assert_int_eq(funds_believed_fen(&(struct desk){.core = t.s.core}, OWN), OPENING_FEN + 500);
}
END_TEST

/* A leg is out, so what the balance is made of is not certain until the next report. */
START_TEST(while_a_leg_is_out_rather_too_little_is_believed)
{
    treasury_begin(&t);
    treasury_wait(&t, US_PER_HOUR);
    report(&t, OWN, OPENING_FEN + 500, t.s.now_us);
    moves(OWN, OWN_2, 40);
    page_ends_twice(OWN, 1, 500);
    ck_assert_int_eq(funds_believed_fen(&(struct desk){.core = t.s.core}, OWN), OPENING_FEN + 500);
}
END_TEST

/* --- resolved -------------------------------------------------------------- */

static void resolve(enum input_kind kind)
{
    uint32_t number = treasury_fact(&t, FACT_BREAK_OPENED).session;
    treasury_apply(&t, (struct input){.kind = (uint8_t)kind, .count = number, .user = MAKER});
    ck_assert_uint_eq(treasury_count(&t, FACT_BREAK_PROPOSED), 1);
    treasury_apply(&t,
                   (struct input){.kind = INPUT_BREAK_APPROVED, .count = number, .user = CHECKER});
    ck_assert_uint_eq(treasury_count(&t, FACT_BREAK_CLOSED), 1);
}

START_TEST(resolved_it_leaves_suspense_for_whom_it_belongs_to_or_is_written_off)
{
    bool adjusts = _i % 2 == 0;
    int64_t missing_fen = _i / 2 == 0 ? 500 : -500;
    treasury_begin(&t);
    page_ends_twice(OWN, 1, missing_fen);
    int64_t equity_fen = book_fen(&t, BOOK_EQUITY);
    resolve(adjusts ? INPUT_BREAK_ADJUSTED : INPUT_BREAK_WRITTEN_OFF);
    ck_assert_int_eq(suspense_fen(), 0);
    ck_assert_int_eq(book_fen(&t, BOOK_EQUITY), equity_fen - (adjusts ? missing_fen : 0));
    ck_assert_int_eq(book_fen(&t, BOOK_GAIN_LOSS), adjusts ? 0 : -missing_fen);
    ck_assert_int_eq(more_fen(OWN), missing_fen);
    must_be_explained(OWN);
}
END_TEST

START_TEST(in_custody_it_may_be_resolved_before_it_is_in_suspense)
{
    treasury_begin(&t);
    int64_t unallocated_fen = t.s.core->unallocated_fen;
    int64_t clients_fen = book_fen(&t, BOOK_CLIENTS);
    page_ends_twice(ACS, 1, 700);
    resolve(INPUT_BREAK_ADJUSTED);
    ck_assert_int_eq(suspense_fen(), 0);
    ck_assert_int_eq(t.s.core->unallocated_fen, unallocated_fen + 700);
    ck_assert_int_eq(book_fen(&t, BOOK_CLIENTS), clients_fen - 700);
    treasury_wait(&t, 3 * US_PER_DAY);
    ck_assert_int_eq(more_fen(ACS), 700);
}
END_TEST

START_TEST(what_is_known_otherwise_is_resolved_without_an_entry)
{
    treasury_begin(&t);
    notice(&t, moves(OWN, OWN_2, 40), BANK_00);
    page_ends_twice(OWN_2, 1, 40);
    treasury_forget(&t);
    treasury_apply(&t, (struct input){.kind = INPUT_BREAK_WRITTEN_OFF, .count = 1, .user = MAKER});
    treasury_apply(&t, (struct input){.kind = INPUT_BREAK_APPROVED, .count = 1, .user = CHECKER});
    ck_assert_uint_eq(treasury_count(&t, FACT_BREAK_CLOSED), 1);
    ck_assert_uint_eq(treasury_count(&t, FACT_ENTRY_POSTED), 0);
}
END_TEST

/* --- alike ------------------------------------------------------------------- */

/* Somebody's 40 left out beside a leg of 40 that is shown: neither is the other. */
START_TEST(what_was_left_out_is_no_leg_that_has_a_line_of_its_own)
{
    static const struct {
        bool told_before;
        bool told_between;
        bool told_after;
    } orders[] = {{true, false, false}, {false, true, false}, {false, false, true}, {0}};
    treasury_begin(&t);
    struct order o = moves(OWN, OWN_2, 40);
    if (orders[_i].told_before)
        notice(&t, o, BANK_00);
    page_ends(OWN_2, 1, 40);
    page_ends(OWN_2, 1, 40);
    if (orders[_i].told_between)
        notice(&t, o, BANK_00);
    tell((struct line){OWN_2, 2, 40, 80, o.id, 0});
    if (orders[_i].told_after)
        notice(&t, o, BANK_00);
    page_ends(OWN_2, 2, 80);
    ck_assert_int_eq(more_fen(OWN_2), 80);
    ck_assert_int_eq(suspense_fen(), 40);
    if (orders[_i].told_before) /* else rather too little is believed */
        ck_assert_int_eq(funds_believed_fen(&(struct desk){.core = t.s.core}, OWN_2),
                         OPENING_FEN + 80);
    the_break(OWN_2, 1, MATCH_MISSING_THEIRS);
    must_be_explained(OWN_2);
    resolve(INPUT_BREAK_ADJUSTED);
    ck_assert_int_eq(suspense_fen(), 0);
}
END_TEST

START_TEST(of_two_legs_alike_it_is_the_one_that_no_line_shows)
{
    treasury_begin(&t);
    struct order first = moves(OWN, OWN_2, 40);
    notice(&t, first, BANK_00);
    treasury_forget(&t);
    notice(&t, moves(OWN, OWN_2, 40), BANK_00);
    page_ends_twice(OWN_2, 1, 40);
    tell((struct line){OWN_2, 2, 40, 80, first.id, 0});
    page_ends(OWN_2, 2, 80);
    ck_assert_int_eq(more_fen(OWN_2), 80);
    ck_assert_int_eq(suspense_fen(), 0);
    ck_assert_uint_eq(t.s.core->halves.count, 2); /* at OWN, which has told nothing */
    must_be_explained(OWN_2);
}
END_TEST

START_TEST(resolved_as_a_leg_it_is_a_break_again_when_the_leg_is_shown)
{
    treasury_begin(&t);
    struct order o = moves(OWN, OWN_2, 40);
    notice(&t, o, BANK_00);
    page_ends_twice(OWN_2, 1, 40);
    resolve(INPUT_BREAK_WRITTEN_OFF);
    treasury_forget(&t);
    tell((struct line){OWN_2, 2, 40, 80, o.id, 0});
    ck_assert_int_eq(suspense_fen(), 40);
    struct fact again = the_break(OWN_2, 1, MATCH_MISSING_THEIRS);
    ck_assert_uint_eq(again.session, 2);
    ck_assert_uint_eq(again.code, 0); /* no more lines are missing than before */
    resolve(INPUT_BREAK_WRITTEN_OFF);
    ck_assert_int_eq(suspense_fen(), 0);
    ck_assert_int_eq(book_fen(&t, BOOK_GAIN_LOSS), -40);
    must_be_explained(OWN_2);
}
END_TEST

START_TEST(what_was_left_out_is_no_net_that_has_a_line_of_its_own)
{
    treasury_begin(&t);
    receipt(&t, 700);
    int64_t unallocated_fen = t.s.core->unallocated_fen;
    if (_i == 0)
        session_settles(&t, 700, 700);
    page_ends_twice(ACS, 1, 700);
    if (_i == 1)
        session_settles(&t, 700, 700);
    tell((struct line){ACS, 2, 700, 1400, 0, MOVEMENT_OF_SESSION});
    if (_i == 2)
        session_settles(&t, 700, 700);
    page_ends(ACS, 2, 1400);
    treasury_wait(&t, 3 * US_PER_DAY);
    ck_assert_uint_eq(treasury_count(&t, FACT_NET_AGREED), 1);
    ck_assert_uint_eq(treasury_count(&t, FACT_NET_DIFFERS), 0);
    ck_assert_int_eq(more_fen(ACS), 1400);
    ck_assert_int_eq(suspense_fen(), 700);
    ck_assert_int_eq(t.s.core->unallocated_fen, unallocated_fen + 700);
    must_be_explained(ACS);
}
END_TEST

/* --- known too late ---------------------------------------------------------- */

START_TEST(a_leg_that_began_after_it_was_left_out_is_not_it)
{
    treasury_begin(&t);
    page_ends_twice(OWN_2, 1, 40);
    treasury_wait(&t, US_PER_MINUTE);
    notice(&t, moves(OWN, OWN_2, 40), BANK_00);
    ck_assert_int_eq(suspense_fen(), 40);
    ck_assert_int_eq(more_fen(OWN_2), 80);
}
END_TEST

START_TEST(resolved_before_the_leg_ends_it_is_booked_once)
{
    bool adjusts = _i == 0;
    treasury_begin(&t);
    struct order o = moves(OWN, OWN_2, 40);
    page_ends_twice(OWN_2, 1, 40);
    int64_t equity_fen = book_fen(&t, BOOK_EQUITY);
    resolve(adjusts ? INPUT_BREAK_ADJUSTED : INPUT_BREAK_WRITTEN_OFF);
    notice(&t, o, BANK_00);
    ck_assert_uint_eq(treasury_count(&t, FACT_TRANSFER_DONE), 1);
    ck_assert_int_eq(more_fen(OWN_2), 40);
    ck_assert_int_eq(suspense_fen(), 0);
    ck_assert_int_eq(book_fen(&t, BOOK_EQUITY), equity_fen);
    ck_assert_int_eq(book_fen(&t, BOOK_GAIN_LOSS), 0);
    must_be_explained(OWN_2);
}
END_TEST

/* Suspense of two days, or resolved at once: the house tells of it in the end. */
START_TEST(a_net_told_after_it_was_left_out_is_booked_once)
{
    int64_t net_fen = _i % 2 == 0 ? 700 : -700;
    bool resolved = _i / 2 == 1;
    treasury_begin(&t);
    if (net_fen > 0)
        receipt(&t, net_fen);
    int64_t unallocated_fen = t.s.core->unallocated_fen;
    int64_t clients_fen = book_fen(&t, BOOK_CLIENTS);
    page_ends_twice(ACS, 1, net_fen);
    if (resolved)
        resolve(INPUT_BREAK_ADJUSTED);
    treasury_wait(&t, 3 * US_PER_DAY);
    ck_assert_int_eq(more_fen(ACS), net_fen > 0 ? net_fen : 0);
    ck_assert_int_eq(t.s.core->unallocated_fen - unallocated_fen, net_fen > 0 ? net_fen : 0);
    session_settles(&t, net_fen > 0 ? net_fen : 0, net_fen);
    ck_assert_int_eq(more_fen(ACS), net_fen);
    ck_assert_int_eq(suspense_fen(), 0);
    ck_assert_int_eq(book_fen(&t, BOOK_CLIENTS), clients_fen);
    ck_assert_int_eq(t.s.core->unallocated_fen, unallocated_fen);
    must_be_explained(ACS);
    treasury_wait(&t, 2 * US_PER_DAY);
    ck_assert_uint_eq(treasury_count(&t, FACT_BOOKS_DIFFER), 0);
}
END_TEST

/* All of it is on its way to a quota; what comes back of that is taken at a close. */
START_TEST(what_is_being_mapped_is_taken_back_when_it_can_be)
{
    treasury_begin(&t);
    int64_t unallocated_fen = t.s.core->unallocated_fen;
    page_ends_twice(ACS, 1, 700);
    treasury_wait(&t, 3 * US_PER_DAY);
    t.s.core->earmarked_fen = unallocated_fen + 1;
    session_settles(&t, 700, 700);
    ck_assert_int_eq(t.s.core->unallocated_fen, unallocated_fen + 700);
    t.s.core->earmarked_fen = 0;
    treasury_wait(&t, US_PER_DAY);
    ck_assert_int_eq(t.s.core->unallocated_fen, unallocated_fen);
    ck_assert_int_eq(more_fen(ACS), 700);
    ck_assert_int_eq(suspense_fen(), 0);
    must_be_explained(ACS);
}
END_TEST

/* --- an interface that comes later --------------------------------------------- */

static void interface_becomes(uint8_t account, uint16_t interface)
{
    treasury_apply(&t, (struct input){.kind = INPUT_ACCOUNT_CHANGED,
                                      .channel = CHANNEL_NONE,
                                      .account = account,
                                      .code = interface,
                                      .flag = ACCOUNT_DIRECT_LINK | ACCOUNT_POSITION_NUMBER});
}

/* A balance was booked itself, then its movements are told, or left out. */
START_TEST(what_was_booked_with_a_balance_is_not_booked_with_its_lines)
{
    bool left_out = _i == 1;
    t.s.config.accounts[OWN].interface = OFFERS_BALANCE;
    treasury_begin(&t);
    int64_t booked_us = t.s.now_us;
    treasury_wait(&t, US_PER_HOUR);
    report(&t, OWN, OPENING_FEN + 100, t.s.now_us);
    ck_assert_int_eq(more_fen(OWN), 100);
    treasury_wait(&t, US_PER_HOUR);
    interface_becomes(OWN, OFFERS_EVERYTHING);
    treasury_forget(&t);
    if (!left_out)
        treasury_apply(&t, (struct input){.kind = INPUT_MOVEMENT_TOLD,
                                          .channel = CHANNEL_NONE,
                                          .account = OWN,
                                          .count = 1,
                                          .amount_fen = 100,
                                          .other_fen = OPENING_FEN + 100,
                                          .at_us = booked_us});
    tell((struct line){OWN, 2, 5, 105, 0, 0});
    page_ends(OWN, 2, 105);
    page_ends(OWN, 2, 105);
    ck_assert_uint_eq(treasury_count(&t, FACT_BREAK_OPENED), left_out ? 1 : 0);
    ck_assert_int_eq(suspense_fen(), 0);
    ck_assert_int_eq(more_fen(OWN), 105);
    ck_assert_int_eq(funds_believed_fen(&(struct desk){.core = t.s.core}, OWN), OPENING_FEN + 105);
    must_be_explained(OWN);
}
END_TEST

START_TEST(until_its_lines_are_told_what_was_booked_with_a_balance_is_explained)
{
    t.s.config.accounts[OWN].interface = OFFERS_BALANCE;
    treasury_begin(&t);
    treasury_wait(&t, US_PER_HOUR);
    report(&t, OWN, OPENING_FEN + 100, t.s.now_us);
    interface_becomes(OWN, OFFERS_EVERYTHING);
    must_be_explained(OWN);
}
END_TEST

START_TEST(what_was_left_out_after_that_balance_stands_in_suspense)
{
    t.s.config.accounts[OWN].interface = OFFERS_BALANCE;
    treasury_begin(&t);
    treasury_wait(&t, US_PER_HOUR);
    report(&t, OWN, OPENING_FEN, t.s.now_us);
    treasury_wait(&t, US_PER_HOUR);
    interface_becomes(OWN, OFFERS_EVERYTHING);
    treasury_forget(&t);
    page_ends_twice(OWN, 1, 70);
    ck_assert_int_eq(suspense_fen(), 70);
    ck_assert_int_eq(more_fen(OWN), 70);
    must_be_explained(OWN);
}
END_TEST

START_TEST(a_leg_booked_before_lines_were_told_is_what_is_left_out_of_them)
{
    t.s.config.accounts[OWN_2].interface = OFFERS_NOTHING;
    treasury_begin(&t);
    notice(&t, moves(OWN, OWN_2, 40), BANK_00);
    interface_becomes(OWN_2, OFFERS_EVERYTHING);
    treasury_forget(&t);
    page_ends_twice(OWN_2, 1, 40);
    ck_assert_int_eq(suspense_fen(), 0);
    ck_assert_int_eq(more_fen(OWN_2), 40);
    must_be_explained(OWN_2);
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("withheld");
    tcase_add_checked_fixture(c, setup, done);
    tcase_add_loop_test(c, a_leg_whose_line_is_left_out_is_booked_once, 0, 2);
    tcase_add_loop_test(c, a_net_whose_line_is_left_out_agrees_all_the_same, 0, 2);
    tcase_add_test(c, in_custody_it_waits_for_a_net_a_day_before_it_is_unallocated);
    tcase_add_loop_test(c, what_was_left_out_counts_once_whether_a_report_had_it_or_not, 0, 2);
    tcase_add_test(c, while_a_leg_is_out_rather_too_little_is_believed);
    tcase_add_loop_test(c, resolved_it_leaves_suspense_for_whom_it_belongs_to_or_is_written_off, 0,
                        4);
    tcase_add_test(c, in_custody_it_may_be_resolved_before_it_is_in_suspense);
    tcase_add_test(c, what_is_known_otherwise_is_resolved_without_an_entry);
    tcase_add_loop_test(c, what_was_left_out_is_no_leg_that_has_a_line_of_its_own, 0, 4);
    tcase_add_test(c, of_two_legs_alike_it_is_the_one_that_no_line_shows);
    tcase_add_test(c, resolved_as_a_leg_it_is_a_break_again_when_the_leg_is_shown);
    tcase_add_loop_test(c, what_was_left_out_is_no_net_that_has_a_line_of_its_own, 0, 3);
    tcase_add_test(c, a_leg_that_began_after_it_was_left_out_is_not_it);
    tcase_add_loop_test(c, resolved_before_the_leg_ends_it_is_booked_once, 0, 2);
    tcase_add_loop_test(c, a_net_told_after_it_was_left_out_is_booked_once, 0, 4);
    tcase_add_test(c, what_is_being_mapped_is_taken_back_when_it_can_be);
    tcase_add_loop_test(c, what_was_booked_with_a_balance_is_not_booked_with_its_lines, 0, 2);
    tcase_add_test(c, until_its_lines_are_told_what_was_booked_with_a_balance_is_explained);
    tcase_add_test(c, what_was_left_out_after_that_balance_stands_in_suspense);
    tcase_add_test(c, a_leg_booked_before_lines_were_told_is_what_is_left_out_of_them);
    return run_tests("withheld", c);
}
