/* test_balances.c — what is reported against what is booked: each thing that explains a
 * difference does, and nothing else is taken for one. */

#include "tests/treasury.h"

enum { U = CHANNEL_UNIONPAY };

static struct treasury t;
static int64_t stands_fen[ACCOUNTS]; /* as whoever keeps the account says */
static uint32_t numbers[ACCOUNTS];

static void fresh(void)
{
    treasury_config(&t);
    memset(numbers, 0, sizeof numbers);
    for (int i = 0; i < ACCOUNTS; i++)
        stands_fen[i] = i == ACS ? 10 * OPENING_FEN : OPENING_FEN;
}

static void done(void)
{
    treasury_free(&t);
}

static void begin(void)
{
    treasury_begin(&t);
    treasury_wait(&t, US_PER_HOUR);
}

static struct input next_movement(uint8_t account, int64_t amount_fen, uint64_t id)
{
    stands_fen[account] += amount_fen;
    return (struct input){.kind = INPUT_MOVEMENT_TOLD,
                          .channel = CHANNEL_NONE,
                          .account = account,
                          .count = ++numbers[account],
                          .amount_fen = amount_fen,
                          .other_fen = stands_fen[account],
                          .id = id,
                          .at_us = t.s.now_us};
}

static void shows(uint8_t account, int64_t amount_fen, uint64_t id)
{
    treasury_apply(&t, next_movement(account, amount_fen, id));
}

static void shows_net(uint8_t account, int64_t amount_fen)
{
    struct input in = next_movement(account, amount_fen, 0);
    in.channel = U;
    in.session = SMALL_SESSION;
    in.flag = MOVEMENT_OF_SESSION;
    treasury_apply(&t, in);
}

static void session_closes(int64_t receipts_fen)
{
    treasury_apply(&t, (struct input){.kind = INPUT_SESSION_CLOSED,
                                      .channel = U,
                                      .session = SMALL_SESSION,
                                      .other_fen = receipts_fen});
}

static void reports(uint8_t account, int64_t more_fen)
{
    treasury_wait(&t, US_PER_MINUTE);
    treasury_forget(&t);
    report(&t, account, stands_fen[account] + more_fen, t.s.now_us);
}

static void tells_all(uint8_t account)
{
    treasury_wait(&t, US_PER_MINUTE);
    treasury_apply(&t, (struct input){.kind = INPUT_REFRESH_REQUESTED,
                                      .channel = CHANNEL_NONE,
                                      .account = account});
    treasury_forget(&t);
    treasury_apply(&t, (struct input){.kind = INPUT_DETAILS_ENDED,
                                      .channel = CHANNEL_NONE,
                                      .account = account,
                                      .count = numbers[account],
                                      .other_fen = stands_fen[account]});
}

/* The last audit: reported less internal is the sum of its parts. */
static struct quota_audit parts_of_last(void)
{
    struct fact audited = treasury_fact(&t, FACT_BALANCE_AUDITED);
    struct quota_audit parts = {.unexplained_fen = audited.amount_fen};
    uint32_t last = t.fact_count - 1;
    while (t.facts[last].kind != FACT_BALANCE_AUDITED)
        last--;
    if (last > 0 && t.facts[last - 1].kind == FACT_BALANCE_EXPLAINED) {
        const struct fact *explained = &t.facts[last - 1];
        ck_assert_uint_eq(audited.subject, explained->subject);
        parts.in_transit_fen = explained->amount_fen;
        parts.unsettled_fen = explained->other;
        parts.uncollected_fen = (int64_t)explained->id;
    }
    ck_assert_int_eq(audited.other - (int64_t)audited.id,
                     parts.in_transit_fen + parts.unsettled_fen + parts.uncollected_fen +
                         parts.unexplained_fen);
    return parts;
}

static void must_be(int64_t in_transit_fen, int64_t unsettled_fen, int64_t uncollected_fen,
                    int64_t unexplained_fen)
{
    struct quota_audit parts = parts_of_last();
    ck_assert_int_eq(parts.in_transit_fen, in_transit_fen);
    ck_assert_int_eq(parts.unsettled_fen, unsettled_fen);
    ck_assert_int_eq(parts.uncollected_fen, uncollected_fen);
    ck_assert_int_eq(parts.unexplained_fen, unexplained_fen);
}

/* --- what explains ----------------------------------------------------------- */

START_TEST(a_balance_as_booked_needs_no_explanation)
{
    begin();
    reports(OWN, 0);
    struct fact f = treasury_fact(&t, FACT_BALANCE_AUDITED);
    ck_assert_uint_eq(f.subject, OWN);
    ck_assert_uint_eq(f.channel, CHANNEL_NONE);
    ck_assert_uint_eq(f.state, AUDIT_OF_REPORT);
    ck_assert_int_eq(f.other, OPENING_FEN);
    ck_assert_int_eq((int64_t)f.id, OPENING_FEN);
    ck_assert_uint_eq(treasury_count(&t, FACT_BALANCE_EXPLAINED), 0);
    must_be(0, 0, 0, 0);
}
END_TEST

START_TEST(what_a_report_has_before_any_movement_is_uncollected_until_it_is_told)
{
    begin();
    reports(OWN, 500);
    must_be(0, 0, 500, 0);
    shows(OWN, 500, 0);
    tells_all(OWN);
    must_be(0, 0, 0, 0);
}
END_TEST

START_TEST(a_leg_shown_before_it_has_ended_is_in_transit)
{
    begin();
    treasury_ask(&t, VIRTUAL_RESERVE, ACS, 300);
    struct order o = treasury_order(&t, ORDER_TRANSFER);
    shows(VIRTUAL_RESERVE, -300, o.id);
    reports(VIRTUAL_RESERVE, 0);
    must_be(-300, 0, 0, 0);
    notice(&t, o, UNIONPAY_00);
    reports(VIRTUAL_RESERVE, 0);
    must_be(0, 0, 0, 0);
    reports(ACS, 300); /* it has arrived, and no movement says so yet */
    must_be(0, 0, 0, 0);
    shows(ACS, 300, o.id);
    reports(ACS, 0);
    must_be(0, 0, 0, 0);
}
END_TEST

START_TEST(a_leg_booked_and_not_shown_is_uncollected)
{
    begin();
    treasury_ask(&t, VIRTUAL_RESERVE, ACS, 300);
    notice(&t, treasury_order(&t, ORDER_TRANSFER), UNIONPAY_00);
    treasury_forget(&t);
    tells_all(VIRTUAL_RESERVE);
    must_be(0, 0, 300, 0);
}
END_TEST

/* A week of public holidays, and accounts whose details are collected on working days. */
START_TEST(legs_of_a_week_wait_for_their_movements)
{
    enum { A_WEEK = 1500 };
    begin();
    for (int n = 0; n < A_WEEK; n++) {
        treasury_forget(&t);
        treasury_ask(&t, OWN, OWN_2, 3);
        notice(&t, treasury_order(&t, ORDER_TRANSFER), BANK_00);
    }
    tells_all(OWN);
    must_be(0, 0, 3 * A_WEEK, 0);
    tells_all(OWN_2);
    must_be(0, 0, -3 * A_WEEK, 0);
}
END_TEST

START_TEST(a_net_shown_and_not_told_is_unsettled)
{
    begin();
    shows_net(ACS, 700);
    reports(ACS, 0);
    must_be(0, 700, 0, 0);
    session_settles(&t, 700, 700);
    reports(ACS, 0);
    must_be(0, 0, 0, 0);
}
END_TEST

START_TEST(a_net_told_and_not_shown_is_uncollected)
{
    begin();
    session_settles(&t, 700, 700);
    tells_all(ACS);
    must_be(0, 0, -700, 0);
    reports(ACS, 700);
    must_be(0, 0, 0, 0);
}
END_TEST

START_TEST(movements_that_come_out_of_order_are_uncollected_until_the_gap_is_closed)
{
    begin();
    struct input first = next_movement(OWN, 40, 0);
    shows(OWN, 60, 0);
    reports(OWN, 0);
    must_be(0, 0, 40, 0);
    treasury_apply(&t, first);
    reports(OWN, 0);
    must_be(0, 0, 0, 0);
}
END_TEST

START_TEST(an_account_that_tells_no_movements_is_booked_as_reported_and_that_is_said)
{
    t.s.config.accounts[OWN].interface = OFFERS_BALANCE;
    begin();
    reports(OWN, 300);
    must_be(0, 0, 300, 0);
    ck_assert_uint_eq(treasury_fact(&t, FACT_BALANCE_EXPLAINED).reason, REASON_ADOPTED);
    ck_assert_int_eq(account_fen(&t, OWN), OPENING_FEN + 300);
    reports(OWN, 300);
    ck_assert_uint_eq(treasury_count(&t, FACT_BALANCE_EXPLAINED), 0);
    must_be(0, 0, 0, 0);
}
END_TEST

START_TEST(of_an_account_that_tells_nothing_nothing_is_said)
{
    t.s.config.accounts[OWN].interface = OFFERS_NOTHING;
    begin();
    treasury_forget(&t);
    treasury_wait(&t, US_PER_DAY);
    for (uint32_t i = 0; i < t.fact_count; i++)
        ck_assert(t.facts[i].kind != FACT_BALANCE_AUDITED || t.facts[i].subject != OWN);
    ck_assert_uint_gt(treasury_count(&t, FACT_BALANCE_AUDITED), 0);
}
END_TEST

/* --- what does not ------------------------------------------------------------- */

START_TEST(a_movement_by_an_order_that_nobody_gave_is_unexplained)
{
    begin();
    shows(OWN, -300, ORDER_ID_MOVE | ORDER_ID_LEG | 77);
    reports(OWN, 0);
    must_be(0, 0, 0, -300);
}
END_TEST

START_TEST(a_leg_that_moved_a_fen_more_or_less_is_unexplained)
{
    static const int64_t shown[] = {-301, -299};
    begin();
    treasury_ask(&t, VIRTUAL_RESERVE, ACS, 300);
    struct order o = treasury_order(&t, ORDER_TRANSFER);
    if (_i % 2 == 0)
        shows(VIRTUAL_RESERVE, shown[_i / 2], o.id);
    notice(&t, o, UNIONPAY_00);
    if (_i % 2 == 1)
        shows(VIRTUAL_RESERVE, shown[_i / 2], o.id);
    reports(VIRTUAL_RESERVE, 0);
    must_be(0, 0, 0, shown[_i / 2] + 300);
}
END_TEST

START_TEST(a_report_that_all_movements_up_to_then_do_not_give_is_unexplained)
{
    begin();
    shows(OWN, 60, 0);
    reports(OWN, 1);
    must_be(0, 0, 1, 0); /* it may be a movement that was not told yet */
    tells_all(OWN);
    must_be(0, 0, 0, 1);
}
END_TEST

START_TEST(a_day_that_differs_at_a_virtual_id_is_unexplained_by_as_much)
{
    begin();
    treasury_wait_until(&t, moment("2018-11-13T00:30:00"));
    treasury_apply(&t, (struct input){.kind = INPUT_HISTORY_REPORTED,
                                      .channel = U,
                                      .account = VIRTUAL_RESERVE,
                                      .code = UNIONPAY_00,
                                      .at_us = moment("2018-11-12T00:00:00"),
                                      .other_fen = OPENING_FEN,
                                      .amount_fen = OPENING_FEN + 7,
                                      .count = 1,
                                      .reference = {7, 0}});
    struct fact f = treasury_fact(&t, FACT_BALANCE_AUDITED);
    ck_assert_uint_eq(f.state, AUDIT_OF_HISTORY);
    ck_assert_int_eq(f.other, OPENING_FEN + 7);
    ck_assert_int_eq((int64_t)f.id, OPENING_FEN);
    ck_assert_int_eq(f.amount_fen, 7);
}
END_TEST

/* --- quotas ---------------------------------------------------------------------- */

static void quota_reports(int64_t mapped_fen)
{
    treasury_wait(&t, US_PER_MINUTE);
    treasury_forget(&t);
    treasury_apply(&t, (struct input){.kind = INPUT_QUOTA_REPORTED,
                                      .channel = U,
                                      .at_us = t.s.now_us,
                                      .amount_fen = mapped_fen,
                                      .other_fen = mapped_fen});
}

static int64_t mapped_fen(void)
{
    return t.s.core->channels[U].position.mapped_fen;
}

START_TEST(a_mapped_quota_is_as_booked_but_for_legs_that_are_out_and_nets_of_closed_sessions)
{
    begin();
    quota_reports(mapped_fen());
    must_be(0, 0, 0, 0);
    ck_assert_uint_eq(treasury_fact(&t, FACT_BALANCE_AUDITED).channel, U);
    ck_assert_uint_eq(treasury_fact(&t, FACT_BALANCE_AUDITED).subject, NONE);
    treasury_apply(&t, (struct input){.kind = INPUT_MOVE_REQUESTED,
                                      .channel = CHANNEL_NONE,
                                      .from = U,
                                      .amount_fen = 900});
    quota_reports(mapped_fen());
    must_be(0, 0, 0, 0);
    quota_reports(mapped_fen() - 900);
    must_be(-900, 0, 0, 0);
    quota_reports(mapped_fen() + 50);
    must_be(0, 0, 0, 50); /* the session is open */
    session_closes(50);
    quota_reports(mapped_fen() + 50);
    must_be(0, 50, 0, 0);
    quota_reports(mapped_fen() - 850);
    must_be(-900, 50, 0, 0);
    quota_reports(mapped_fen() - 851);
    must_be(0, 0, 0, -851);
}
END_TEST

START_TEST(of_a_net_that_is_off_by_little_only_that_is_unexplained)
{
    begin();
    session_closes(50);
    quota_reports(mapped_fen() + 47);
    must_be(0, 50, 0, -3);
    quota_reports(mapped_fen() + 53);
    must_be(0, 50, 0, 3);
    quota_reports(mapped_fen() + 25); /* as near to nothing as to the net */
    must_be(0, 0, 0, 25);
}
END_TEST

START_TEST(payments_not_heard_of_may_be_in_the_net_that_settled)
{
    begin();
    treasury_apply(&t, (struct input){.kind = INPUT_PAYOUT_REQUESTED,
                                      .reference = {1, 1},
                                      .amount_fen = 400,
                                      .priority = 5,
                                      .routes = 1 << U});
    session_closes(0);
    quota_reports(mapped_fen() - 400);
    must_be(0, -400, 0, 0);
    quota_reports(mapped_fen() - 401);
    must_be(0, 0, 0, -401);
}
END_TEST

START_TEST(a_session_that_is_over_and_not_told_closed_may_have_settled_with_any_receipts)
{
    begin();
    quota_reports(mapped_fen() + 70);
    must_be(0, 0, 0, 70);
    treasury_apply(&t, (struct input){.kind = INPUT_RECEIPT_NOTIFIED,
                                      .channel = U,
                                      .session = SMALL_SESSION + 1,
                                      .count = 1,
                                      .amount_fen = 5});
    quota_reports(mapped_fen() + 70);
    must_be(0, 70, 0, 0);
    quota_reports(mapped_fen() - 1); /* but it paid nothing */
    must_be(0, 0, 0, -1);
}
END_TEST

START_TEST(a_report_of_the_very_moment_at_which_a_quota_changed_says_nothing)
{
    begin();
    session_settles(&t, 50, 50);
    treasury_forget(&t);
    int64_t settled_us = t.s.now_us;
    for (int late = 0; late < 2; late++)
        treasury_apply(&t, (struct input){.kind = INPUT_QUOTA_REPORTED,
                                          .channel = U,
                                          .at_us = settled_us + late,
                                          .other_fen = mapped_fen() - 50});
    ck_assert_uint_eq(treasury_count(&t, FACT_BALANCE_AUDITED), 1);
    must_be(0, 0, 0, -50);
}
END_TEST

START_TEST(a_quota_that_changed_after_its_report_is_closed_with_the_change_uncollected)
{
    begin();
    quota_reports(mapped_fen());
    session_settles(&t, 50, 50);
    treasury_forget(&t);
    treasury_wait_until(&t, moment("2018-11-13T00:00:00"));
    must_be(0, 0, -50, 0);
    ck_assert_uint_eq(treasury_fact(&t, FACT_BALANCE_AUDITED).channel, U);
    ck_assert_uint_eq(treasury_fact(&t, FACT_BALANCE_AUDITED).state, AUDIT_OF_CLOSE);
}
END_TEST

START_TEST(a_net_told_after_the_report_that_had_it_explains_it_at_the_close)
{
    bool told = _i == 0;
    begin();
    quota_reports(mapped_fen() + 50);
    must_be(0, 0, 0, 50);
    session_settles(&t, told ? 50 : 49, told ? 50 : 49);
    treasury_forget(&t);
    treasury_wait_until(&t, moment("2018-11-13T00:00:00"));
    must_be(0, 0, told ? 0 : -49, told ? 0 : 50);
}
END_TEST

/* --- the close --------------------------------------------------------------------- */

START_TEST(each_close_audits_every_account_and_the_books_inside)
{
    begin();
    treasury_forget(&t);
    treasury_wait_until(&t, moment("2018-11-13T00:00:00"));
    ck_assert_uint_eq(treasury_count(&t, FACT_BALANCE_AUDITED), ACCOUNTS - 1);
    ck_assert_uint_eq(treasury_count(&t, FACT_BOOKS_AGREE), 1);
    ck_assert_uint_eq(treasury_fact(&t, FACT_BOOKS_AGREE).session, 13);
    ck_assert_uint_eq(treasury_count(&t, FACT_BOOKS_DIFFER), 0);
}
END_TEST

START_TEST(custody_that_its_quotas_and_the_unallocated_do_not_make_up_is_told)
{
    begin();
    shows(ACS, -500, 0); /* nothing leaves it but through a house */
    treasury_forget(&t);
    treasury_wait_until(&t, moment("2018-11-13T00:00:00"));
    struct fact f = treasury_fact(&t, FACT_BOOKS_DIFFER);
    ck_assert_uint_eq(treasury_count(&t, FACT_BOOKS_AGREE), 0);
    ck_assert_uint_eq(f.subject, BOOK_REGISTERED + ACS);
    ck_assert_int_eq(f.other, -500);
}
END_TEST

/* A book that is not what its sub-ledger says. */
static const struct {
    uint32_t book;
    bool pending;
} spoilt[] = {
    {BOOK_OF(U, BOOK_OF_RECEIVABLE), false},
    {BOOK_OF(U, BOOK_OF_PAYABLE), false},
    {BOOK_OF(U, BOOK_OF_PAYABLE), true},
    {BOOK_OF(U, BOOK_OF_CLEARING), false},
    {BOOK_OF(U, BOOK_OF_QUOTA), false},
    {BOOK_UNALLOCATED, false},
    {BOOK_CUSTODY, false},
};

START_TEST(a_book_that_is_not_what_it_is_made_of_is_told)
{
    begin();
    struct ledger_account *book = &t.s.core->books[spoilt[_i].book];
    if (spoilt[_i].pending)
        book->credit_pending_fen++;
    else
        book->debit_posted_fen++;
    treasury_forget(&t);
    t.s.now_us = moment("2018-11-13T00:00:00");
    small_apply(&t.s, (struct input){.kind = INPUT_TICKED, .channel = CHANNEL_NONE});
    bool told = false;
    for (uint32_t i = 0; i < t.s.fx.fact_count; i++)
        told |=
            t.s.fx.facts[i].kind == FACT_BOOKS_DIFFER && t.s.fx.facts[i].subject == spoilt[_i].book;
    ck_assert(told);
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("balances");
    tcase_add_checked_fixture(c, fresh, done);
    tcase_add_test(c, a_balance_as_booked_needs_no_explanation);
    tcase_add_test(c, what_a_report_has_before_any_movement_is_uncollected_until_it_is_told);
    tcase_add_test(c, a_leg_shown_before_it_has_ended_is_in_transit);
    tcase_add_test(c, a_leg_booked_and_not_shown_is_uncollected);
    tcase_add_test(c, legs_of_a_week_wait_for_their_movements);
    tcase_add_test(c, a_net_shown_and_not_told_is_unsettled);
    tcase_add_test(c, a_net_told_and_not_shown_is_uncollected);
    tcase_add_test(c, movements_that_come_out_of_order_are_uncollected_until_the_gap_is_closed);
    tcase_add_test(c, an_account_that_tells_no_movements_is_booked_as_reported_and_that_is_said);
    tcase_add_test(c, of_an_account_that_tells_nothing_nothing_is_said);
    tcase_add_test(c, a_movement_by_an_order_that_nobody_gave_is_unexplained);
    tcase_add_loop_test(c, a_leg_that_moved_a_fen_more_or_less_is_unexplained, 0, 4);
    tcase_add_test(c, a_report_that_all_movements_up_to_then_do_not_give_is_unexplained);
    tcase_add_test(c, a_day_that_differs_at_a_virtual_id_is_unexplained_by_as_much);
    tcase_add_test(
        c, a_mapped_quota_is_as_booked_but_for_legs_that_are_out_and_nets_of_closed_sessions);
    tcase_add_test(c, of_a_net_that_is_off_by_little_only_that_is_unexplained);
    tcase_add_test(c, payments_not_heard_of_may_be_in_the_net_that_settled);
    tcase_add_test(c,
                   a_session_that_is_over_and_not_told_closed_may_have_settled_with_any_receipts);
    tcase_add_test(c, a_report_of_the_very_moment_at_which_a_quota_changed_says_nothing);
    tcase_add_test(c, a_quota_that_changed_after_its_report_is_closed_with_the_change_uncollected);
    tcase_add_loop_test(c, a_net_told_after_the_report_that_had_it_explains_it_at_the_close, 0, 2);
    tcase_add_test(c, each_close_audits_every_account_and_the_books_inside);
    tcase_add_test(c, custody_that_its_quotas_and_the_unallocated_do_not_make_up_is_told);
    tcase_add_loop_test(c, a_book_that_is_not_what_it_is_made_of_is_told, 0, COUNT(spoilt));
    return run_tests("balances", c);
}
