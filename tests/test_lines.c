/* test_lines.c — lines of accounts' statements that are wrong, and numbers that nobody tells. */

#include "tests/treasury.h"

enum { MAKER = 11, CHECKER = 12 };

static struct treasury t;

static void setup(void)
{
    treasury_config(&t);
}

static void done(void)
{
    treasury_free(&t);
}

struct line {
    uint8_t account;
    uint32_t number;
    int64_t said_fen;
    int64_t after_fen; /* more than the opening balance */
    uint64_t id;
    uint8_t flag;
};

static int64_t opening_fen(uint8_t account)
{
    return t.s.config.accounts[account].opening_fen;
}

static void tell(struct line l)
{
    treasury_apply(&t, (struct input){.kind = INPUT_MOVEMENT_TOLD,
                                      .channel = l.flag & MOVEMENT_OF_SESSION ? CHANNEL_UNIONPAY
                                                                              : CHANNEL_NONE,
                                      .session = l.flag & MOVEMENT_OF_SESSION ? SMALL_SESSION : 0,
                                      .account = l.account,
                                      .count = l.number,
                                      .amount_fen = l.said_fen,
                                      .other_fen = opening_fen(l.account) + l.after_fen,
                                      .id = l.id,
                                      .flag = l.flag,
                                      .at_us = t.s.now_us});
}

static void page_ends(uint8_t account, uint32_t last, int64_t after_fen)
{
    treasury_apply(&t, (struct input){.kind = INPUT_DETAILS_ENDED,
                                      .channel = CHANNEL_NONE,
                                      .account = account,
                                      .count = last,
                                      .other_fen = opening_fen(account) + after_fen});
}

/* What is missing is asked for once more, and is missing again. */
static void page_ends_twice(uint8_t account, uint32_t last, int64_t after_fen)
{
    page_ends(account, last, after_fen);
    ck_assert_uint_eq(treasury_count(&t, FACT_BREAK_OPENED), 0);
    ck_assert_uint_eq(treasury_orders(&t, ORDER_LIST_DETAILS), 1);
    page_ends(account, last, after_fen);
}

static struct fact the_break(uint8_t account, uint32_t number, enum match_type type)
{
    struct fact f = treasury_fact(&t, FACT_BREAK_OPENED);
    ck_assert_uint_eq(treasury_count(&t, FACT_BREAK_OPENED), 1);
    ck_assert_uint_eq(f.state, BREAK_ABOUT_LINE);
    ck_assert_uint_eq(f.id, audit_line_id(account, number));
    ck_assert_uint_eq(f.class, type);
    ck_assert_uint_eq(f.channel, CHANNEL_NONE);
    return f;
}

static int64_t more_fen(uint8_t account)
{
    return account_fen(&t, account) - opening_fen(account);
}

static void must_be_explained(uint8_t account)
{
    treasury_wait(&t, US_PER_MINUTE);
    report(&t, account, account_fen(&t, account), t.s.now_us);
    ck_assert_int_eq(treasury_fact(&t, FACT_BALANCE_AUDITED).amount_fen, 0);
}

static int64_t suspense_fen(void)
{
    return -book_fen(&t, BOOK_LINES_LONG) - book_fen(&t, BOOK_LINES_SHORT);
}

static struct order moves(uint8_t from, uint8_t to, int64_t amount_fen)
{
    treasury_ask(&t, from, to, amount_fen);
    return treasury_order(&t, ORDER_TRANSFER);
}

/* --- against the balances -------------------------------------------------- */

static const struct {
    struct line lines[2];
    uint32_t wrong; /* number of the line that is */
    enum match_type type;
    int64_t ours_fen;
} rows[] = {
    {{{OWN, 1, 60, 61, 0, 0}, {OWN, 2, 9, 70, 0, 0}}, 1, MATCH_AMOUNT_DIFFERS, 61},
    {{{OWN, 1, 60, 60, 0, 0}, {OWN, 2, -90, 51, 0, 0}}, 2, MATCH_AMOUNT_DIFFERS, -9},
    {{{OWN, 1, 60, -60, 0, 0}, {OWN, 2, 1, -59, 0, 0}}, 1, MATCH_AMOUNT_DIFFERS, -60},
    {{{OWN, 1, 60, 0, 0, 0}, {OWN, 2, 5, 5, 0, 0}}, 1, MATCH_MISSING_OURS, 0},
    {{{OWN, 1, 60, 60, 0, 0}, {OWN, 2, 61, 60, 0, 0}}, 2, MATCH_MISSING_OURS, 0},
    {{{OWN, 1, 60, 60, 7, 0}, {OWN, 2, 60, 60, 0, 0}}, 2, MATCH_MISSING_OURS, 0},
    {{{OWN, 1, 60, 60, 0, 0}, {OWN, 2, 60, 60, 0, 0}}, 2, MATCH_DUPLICATE, 0},
    {{{VIRTUAL_OWN, 1, -6, -6, 0, 0}, {VIRTUAL_OWN, 2, -6, -6, 0, 0}}, 2, MATCH_DUPLICATE, 0},
    {{{ACS, 1, 500, 400, 0, 0}, {ACS, 2, 3, 403, 0, 0}}, 1, MATCH_AMOUNT_DIFFERS, 400},
    {{{ACS, 1, 500, 0, 0, 0}, {ACS, 2, 3, 3, 0, 0}}, 1, MATCH_MISSING_OURS, 0},
};

START_TEST(a_line_against_the_balances_is_taken_for_what_they_say)
{
    const struct line *lines = rows[_i].lines;
    uint8_t account = lines[0].account;
    treasury_begin(&t);
    int64_t unallocated_fen = t.s.core->unallocated_fen;
    tell(lines[0]);
    tell(lines[1]);
    page_ends(account, 2, lines[1].after_fen);
    struct fact f = the_break(account, rows[_i].wrong, rows[_i].type);
    ck_assert_int_eq(f.amount_fen, rows[_i].ours_fen);
    ck_assert_int_eq(f.other, lines[rows[_i].wrong - 1].said_fen);
    ck_assert_uint_eq(f.reason, REASON_AGAINST_BALANCES);
    ck_assert_int_eq(more_fen(account), lines[1].after_fen);
    if (account == ACS)
        ck_assert_int_eq(t.s.core->unallocated_fen, unallocated_fen + lines[1].after_fen);
    ck_assert_int_eq(suspense_fen(), 0);
    must_be_explained(account);
}
END_TEST

START_TEST(a_line_of_a_leg_moves_what_the_leg_does)
{
    treasury_begin(&t);
    struct order o = moves(OWN, OWN_2, 40);
    tell((struct line){OWN, 1, -39, -40, o.id, 0});
    the_break(OWN, 1, MATCH_AMOUNT_DIFFERS);
    treasury_forget(&t);
    tell((struct line){OWN_2, 1, 400, 40, o.id, 0});
    the_break(OWN_2, 1, MATCH_AMOUNT_DIFFERS);
    ck_assert_uint_eq(treasury_count(&t, FACT_TRANSFER_DONE), 1);
    ck_assert_int_eq(more_fen(OWN), -40);
    ck_assert_int_eq(more_fen(OWN_2), 40);
    must_be_explained(OWN);
    must_be_explained(OWN_2);
}
END_TEST

START_TEST(a_second_line_of_a_leg_moves_nothing)
{
    treasury_begin(&t);
    struct order o = moves(OWN, OWN_2, 40);
    tell((struct line){OWN, 1, -40, -40, o.id, 0});
    tell((struct line){OWN, 2, -40, -40, o.id, 0});
    the_break(OWN, 2, MATCH_DUPLICATE);
    ck_assert_int_eq(more_fen(OWN), -40);
    must_be_explained(OWN);
}
END_TEST

/* --- numbers that nobody tells --------------------------------------------- */

static const struct {
    int64_t missing_fen;
    uint32_t missing; /* how many, from number 2 on */
    bool last;        /* nothing comes after */
} gaps[] = {{500, 1, false}, {-500, 1, false}, {500, 3, false}, {500, 1, true},
            {-20, 1, true},  {70, 4, true},    {0, 2, false}};

START_TEST(a_number_left_out_twice_is_passed_over_and_stands_in_suspense)
{
    int64_t missing_fen = gaps[_i].missing_fen;
    uint32_t next = 2 + gaps[_i].missing;
    treasury_begin(&t);
    tell((struct line){OWN, 1, 30, 30, 0, 0});
    if (!gaps[_i].last)
        tell((struct line){OWN, next, 4, 34 + missing_fen, 0, 0});
    int64_t all_fen = gaps[_i].last ? 30 + missing_fen : 34 + missing_fen;
    page_ends_twice(OWN, gaps[_i].last ? next - 1 : next, all_fen);
    struct fact f = the_break(OWN, 2, MATCH_MISSING_THEIRS);
    ck_assert_uint_eq(f.reason, REASON_LINE_WITHHELD);
    ck_assert_int_eq(f.amount_fen, missing_fen);
    ck_assert_int_eq(f.other, 0);
    ck_assert_uint_eq(f.code, gaps[_i].missing);
    ck_assert_int_eq(suspense_fen(), missing_fen);
    ck_assert_int_eq(more_fen(OWN), all_fen);
    ck_assert_int_eq(treasury_fact(&t, FACT_BALANCE_AUDITED).amount_fen, 0);
    must_be_explained(OWN);

    /* What comes next is asked for, taken and no break. */
    treasury_forget(&t);
    uint32_t after = gaps[_i].last ? next : next + 1;
    ck_assert_uint_eq(t.s.core->purses[OWN].cursor, after - 1);
    tell((struct line){OWN, after, 8, all_fen + 8, 0, 0});
    page_ends(OWN, after, all_fen + 8);
    ck_assert_int_eq(more_fen(OWN), all_fen + 8);
    ck_assert_uint_eq(treasury_count(&t, FACT_BREAK_OPENED), 0);
    ck_assert_uint_eq(treasury_orders(&t, ORDER_LIST_DETAILS), 0);
}
END_TEST

START_TEST(each_gap_of_a_page_is_passed_over)
{
    treasury_begin(&t);
    tell((struct line){OWN, 2, 1, 11, 0, 0});
    tell((struct line){OWN, 4, 1, 112, 0, 0});
    page_ends(OWN, 5, 1112);
    page_ends(OWN, 5, 1112);
    ck_assert_uint_eq(treasury_count(&t, FACT_BREAK_OPENED), 3);
    ck_assert_int_eq(suspense_fen(), 10 + 100 + 1000);
    ck_assert_int_eq(more_fen(OWN), 1112);
    ck_assert_uint_eq(t.s.core->purses[OWN].cursor, 5);
}
END_TEST

START_TEST(a_number_that_comes_when_asked_for_again_is_no_break)
{
    treasury_begin(&t);
    tell((struct line){OWN, 2, 4, 34, 0, 0});
    page_ends(OWN, 2, 34);
    ck_assert_uint_eq(treasury_order(&t, ORDER_LIST_DETAILS).id, 0);
    tell((struct line){OWN, 1, 30, 30, 0, 0});
    page_ends(OWN, 2, 34);
    ck_assert_uint_eq(treasury_count(&t, FACT_BREAK_OPENED), 0);
    ck_assert_int_eq(more_fen(OWN), 34);
    ck_assert_int_eq(suspense_fen(), 0);
}
END_TEST

/* More numbers than are remembered ahead of one that is missing. */
START_TEST(a_gap_of_any_length_is_passed_over_at_once)
{
    treasury_begin(&t);
    page_ends_twice(OWN, 3 * NUMBERS_AHEAD, 77);
    ck_assert_uint_eq(the_break(OWN, 1, MATCH_MISSING_THEIRS).code, 3 * NUMBERS_AHEAD);
    ck_assert_uint_eq(t.s.core->purses[OWN].cursor, 3 * NUMBERS_AHEAD);
    ck_assert_int_eq(suspense_fen(), 77);
    tell((struct line){OWN, 3 * NUMBERS_AHEAD + 1, 5, 82, 0, 0});
    ck_assert_int_eq(more_fen(OWN), 82);
}
END_TEST

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

/* --- room ------------------------------------------------------------------ */

START_TEST(without_room_the_oldest_stays_in_suspense)
{
    treasury_begin(&t);
    for (uint32_t n = 1; n <= WITHHELD_MAX + 1; n++) {
        page_ends(OWN, n, n * (n + 1) / 2);
        page_ends(OWN, n, n * (n + 1) / 2);
        t.order_count = 0;
    }
    int64_t all_fen = (WITHHELD_MAX + 1) * (WITHHELD_MAX + 2) / 2;
    ck_assert_uint_eq(treasury_count(&t, FACT_BREAK_OPENED), WITHHELD_MAX + 1);
    ck_assert_int_eq(suspense_fen(), all_fen);
    for (uint32_t number = 1; number <= 2; number++) {
        treasury_apply(
            &t, (struct input){.kind = INPUT_BREAK_ADJUSTED, .count = number, .user = MAKER});
        treasury_apply(
            &t, (struct input){.kind = INPUT_BREAK_APPROVED, .count = number, .user = CHECKER});
    }
    ck_assert_int_eq(suspense_fen(), all_fen - 2); /* the first, of 1 fen, is not known any more */
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("lines");
    tcase_add_checked_fixture(c, setup, done);
    tcase_add_loop_test(c, a_line_against_the_balances_is_taken_for_what_they_say, 0, COUNT(rows));
    tcase_add_test(c, a_line_of_a_leg_moves_what_the_leg_does);
    tcase_add_test(c, a_second_line_of_a_leg_moves_nothing);
    tcase_add_loop_test(c, a_number_left_out_twice_is_passed_over_and_stands_in_suspense, 0,
                        COUNT(gaps));
    tcase_add_test(c, each_gap_of_a_page_is_passed_over);
    tcase_add_test(c, a_number_that_comes_when_asked_for_again_is_no_break);
    tcase_add_test(c, a_gap_of_any_length_is_passed_over_at_once);
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
    tcase_add_test(c, without_room_the_oldest_stays_in_suspense);
    return run_tests("lines", c);
}
