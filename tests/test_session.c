/* test_session.c — clearing sessions: receipts, returns, closing, settlement, reports, fees. */

#include "tests/core_driver.h"

#define S FIRST_SESSION
#define BOOK_ACS BOOK_REGISTERED
#define BOOK_VIRTUAL_U (BOOK_REGISTERED + 2)

static void begin_with(enum receipts_count counts, enum settles_to to)
{
    struct core_config config = plain_config();
    config.channels[U].rule =
        (struct quota_rule){.receipts_count = (uint8_t)counts, .settles_to = (uint8_t)to};
    begin(&config);
    forget();
}

static void begin_plain(void)
{
    begin_with(RECEIPTS_AT_ONCE, SETTLES_TO_ACS);
}

/* --- when receipts count -------------------------------------------------------- */

/* Paid, then received; what that leaves of a quota of 100000 when told, when
 * the session closed, and when it settled. */
static const struct {
    enum receipts_count counts;
    enum settles_to to;
    int64_t paid_fen;
    int64_t received_fen;
    int64_t told_fen;
    int64_t closed_fen;
    int64_t settled_fen;
} rules[] = {
    {RECEIPTS_AT_ONCE, SETTLES_TO_ACS, 3000, 8000, 105000, 105000, 105000},
    {RECEIPTS_AT_SESSION, SETTLES_TO_ACS, 3000, 8000, 97000, 105000, 105000},
    {RECEIPTS_AT_SETTLEMENT, SETTLES_TO_ACS, 3000, 8000, 97000, 97000, 105000},
    {RECEIPTS_AT_ONCE, SETTLES_TO_VIRTUAL_ID, 3000, 8000, 100000, 100000, 100000},
    {RECEIPTS_AT_SESSION, SETTLES_TO_VIRTUAL_ID, 3000, 8000, 97000, 97000, 100000},
    {RECEIPTS_AT_SETTLEMENT, SETTLES_TO_VIRTUAL_ID, 3000, 8000, 97000, 97000, 100000},
    {RECEIPTS_AT_ONCE, SETTLES_TO_ACS, 9000, 8000, 99000, 99000, 99000},
    {RECEIPTS_AT_SESSION, SETTLES_TO_ACS, 9000, 8000, 91000, 99000, 99000},
    {RECEIPTS_AT_SETTLEMENT, SETTLES_TO_ACS, 9000, 8000, 91000, 91000, 99000},
    {RECEIPTS_AT_ONCE, SETTLES_TO_VIRTUAL_ID, 9000, 8000, 99000, 99000, 99000},
    {RECEIPTS_AT_SESSION, SETTLES_TO_VIRTUAL_ID, 9000, 8000, 91000, 91000, 99000},
    {RECEIPTS_AT_SETTLEMENT, SETTLES_TO_VIRTUAL_ID, 9000, 8000, 91000, 91000, 99000},
};

static void begin_rule(int row)
{
    begin_with(rules[row].counts, rules[row].to);
    notify_paid(pay_on(1, rules[row].paid_fen, ONLY_U));
}

START_TEST(receipts_count_when_the_rule_says)
{
    begin_rule(_i);
    receipt(U, S, rules[_i].received_fen);
    ck_assert_int_eq(believed_fen[U], rules[_i].told_fen);
    session_closes(U, S, rules[_i].received_fen);
    ck_assert_int_eq(believed_fen[U], rules[_i].closed_fen);
    ck_assert_int_eq(fact(FACT_SESSION_CLOSED)->amount_fen, 0);
    session_settles(U, S, rules[_i].received_fen, rules[_i].paid_fen);
    ck_assert_int_eq(believed_fen[U], rules[_i].settled_fen);
    ck_assert_int_eq(believed_fen[N], QUOTA_FEN);
    ck_assert_int_eq(facts_of(FACT_ALERT), 0);
}
END_TEST

START_TEST(what_no_notice_told_is_told_by_the_close_or_else_by_the_settlement)
{
    begin_rule(_i);
    receipt(U, S, rules[_i].received_fen - 1000);
    if (_i % 2) {
        session_closes(U, S, rules[_i].received_fen);
        ck_assert_int_eq(believed_fen[U], rules[_i].closed_fen);
    }
    session_settles(U, S, rules[_i].received_fen, rules[_i].paid_fen);
    ck_assert_int_eq(believed_fen[U], rules[_i].settled_fen);
    ck_assert_int_eq(facts_of(FACT_SESSION_CLOSED), 1);
    ck_assert_int_eq(fact(FACT_SESSION_CLOSED)->amount_fen, 1000);
    ck_assert_int_eq(posted_fen(BOOK_OF(U, BOOK_OF_RECEIVABLE)), 0);
}
END_TEST

START_TEST(the_net_lands_where_the_rule_says_and_leaves_nothing_open)
{
    begin_rule(_i);
    receipt(U, S, rules[_i].received_fen);
    session_settles(U, S, rules[_i].received_fen, rules[_i].paid_fen);
    int64_t net_fen = rules[_i].received_fen - rules[_i].paid_fen;
    bool to_virtual = rules[_i].to == SETTLES_TO_VIRTUAL_ID && net_fen > 0;
    ck_assert_int_eq(posted_fen(BOOK_ACS), to_virtual ? 0 : net_fen);
    ck_assert_int_eq(posted_fen(BOOK_VIRTUAL_U), to_virtual ? net_fen : 0);
    ck_assert_int_eq(posted_fen(BOOK_OF(U, BOOK_OF_QUOTA)), to_virtual ? 0 : net_fen);
    ck_assert_int_eq(posted_fen(BOOK_CLIENTS), -net_fen);
    for (int which = BOOK_OF_RECEIVABLE; which < BOOKS_OF_CHANNEL; which++)
        ck_assert_int_eq(posted_fen(BOOK_OF(U, which)), 0);
    ck_assert_int_eq(facts_of(FACT_SETTLED), 1);
    ck_assert_int_eq(order(ORDER_REPORT_QUOTA)->channel, U); /* and we ask what they see */
}
END_TEST

/* --- news that comes late, twice, or of nothing ------------------------------------ */

START_TEST(a_late_receipt_of_a_settled_session_is_counted_once)
{
    session_settles(U, S, 8000, 0); /* no notice had come yet */
    ck_assert_int_eq(believed_fen[U], QUOTA_FEN + 8000);
    forget();
    receipt(U, S, 8000);
    ck_assert_int_eq(facts_of(FACT_RECEIPT_LATE), 1);
    ck_assert_int_eq(facts_of(FACT_RECEIPT), 0);
    ck_assert_int_eq(facts_of(FACT_ENTRY_POSTED), 0);
    pay_on(1, QUOTA_FEN + 8000, ONLY_U);
    request_on(2, 1, ONLY_U);
    ck_assert_int_eq(orders_of(ORDER_PAY), 1);
}
END_TEST

START_TEST(a_late_receipt_of_a_closed_session_is_counted_once)
{
    session_closes(U, S, 8000);
    ck_assert_int_eq(believed_fen[U], QUOTA_FEN + 8000);
    receipt(U, S, 8000);
    ck_assert_int_eq(facts_of(FACT_RECEIPT_LATE), 1);
    session_settles(U, S, 8000, 0);
    ck_assert_int_eq(believed_fen[U], QUOTA_FEN + 8000);
}
END_TEST

START_TEST(closing_and_settling_twice_changes_nothing_more)
{
    session_closes(U, S, 8000);
    session_closes(U, S, 8000);
    session_settles(U, S, 8000, 0);
    session_settles(U, S, 8000, 0);
    session_closes(U, S, 8000);
    ck_assert_int_eq(facts_of(FACT_SESSION_CLOSED), 1);
    ck_assert_int_eq(facts_of(FACT_SESSION_SETTLED), 1);
    ck_assert_int_eq(posted_fen(BOOK_ACS), 8000);
    receipt(U, S + 1, 1);
    ck_assert_int_eq(believed_fen[U], QUOTA_FEN + 8001);
}
END_TEST

START_TEST(sessions_may_settle_out_of_order)
{
    receipt(U, S, 1000);
    receipt(U, S + 1, 500);
    notify_paid_in(pay_on(1, 200, ONLY_U), S + 1);
    session_settles(U, S + 1, 500, 200);
    ck_assert_int_eq(facts_of(FACT_SETTLED), 1);
    ck_assert_int_eq(believed_fen[U], QUOTA_FEN + 1300);
    receipt(U, S + 1, 500); /* settled before: counted */
    ck_assert_int_eq(facts_of(FACT_RECEIPT_LATE), 1);
    session_settles(U, S, 1000, 0);
    ck_assert_int_eq(believed_fen[U], QUOTA_FEN + 1300);
    receipt(U, S + 2, 1);
    ck_assert_int_eq(believed_fen[U], QUOTA_FEN + 1301);
}
END_TEST

START_TEST(we_were_told_of_more_receipts_than_there_were)
{
    receipt(U, S, 8000);
    session_closes(U, S, 7000);
    ck_assert_int_eq(alerts_for(REASON_AMOUNT_DIFFERS), 1);
    ck_assert_int_eq(fact(FACT_SESSION_CLOSED)->amount_fen, -1000);
    ck_assert_int_eq(believed_fen[U], QUOTA_FEN + 7000);
    session_settles(U, S, 7000, 0);
    ck_assert_int_eq(posted_fen(BOOK_OF(U, BOOK_OF_RECEIVABLE)), 0);
}
END_TEST

START_TEST(a_session_that_cannot_be_is_an_alert_and_changes_nothing)
{
    uint32_t session = S + SESSIONS_MAX;
    struct order o = pay_on(1, 700, ONLY_U);
    notify_paid(o);
    forget();
    switch (_i) {
    case 0:
        receipt(U, session, 8000);
        break;
    case 1:
        session_closes(U, session, 8000);
        break;
    case 2:
        session_settles(U, session, 8000, 0);
        break;
    default:
        returned(o, session, 700);
        break;
    }
    ck_assert_int_eq(alerts_for(REASON_SESSION_UNHEARD_OF), 1);
    ck_assert_int_eq(fact_count, 1);
    request(1, 700);
    ck_assert_int_eq(fact(FACT_REPEATED)->state, PAYOUT_PAID);
    pay_on(2, QUOTA_FEN - 700, ONLY_U);
    ck_assert_int_eq(believed_fen[U], 0);
}
END_TEST

START_TEST(a_payment_heard_of_after_its_session_settled_releases_the_hold_and_no_more)
{
    struct order o = pay_on(1, 500, ONLY_U);
    run_for(REPLY_TIMEOUT_US);
    session_settles(U, S, 0, 500); /* the net had it in */
    ck_assert_int_eq(believed_fen[U], QUOTA_FEN - 1000);
    ck_assert_int_eq(posted_fen(BOOK_OF(U, BOOK_OF_SUSPENSE_SHORT)), 500);
    notify_paid(o);
    ck_assert_int_eq(fact(FACT_PAID)->other, QUOTA_FEN - 500);
    ck_assert_int_eq(facts_of(FACT_SETTLED), 1);
    ck_assert_int_eq(posted_fen(BOOK_OF(U, BOOK_OF_SUSPENSE_SHORT)), 0);
    ck_assert_int_eq(posted_fen(BOOK_OF(U, BOOK_OF_PAYABLE)), 0);
    request(1, 500);
    ck_assert_int_eq(fact(FACT_REPEATED)->state, PAYOUT_SETTLED);
}
END_TEST

/* --- returns ------------------------------------------------------------------------ */

START_TEST(a_payment_sent_back_is_a_receipt_of_the_session_it_comes_back_in)
{
    struct order o = pay_on(1, 700, ONLY_U);
    notify_paid(o);
    if (_i == 1) { /* before its session settled, or after */
        session_settles(U, S, 0, 700);
        ck_assert_int_eq(facts_of(FACT_SETTLED), 1);
    }
    returned(o, S + 1, 700);
    ck_assert_int_eq(fact(FACT_RETURNED)->amount_fen, 700);
    ck_assert_int_eq(fact(FACT_RETURNED)->other, QUOTA_FEN);
    returned(o, S + 1, 700); /* said again by the day's list */
    ck_assert_int_eq(facts_of(FACT_RETURNED), 1);
    if (_i == 0) {
        session_settles(U, S, 0, 700);
        ck_assert_int_eq(facts_of(FACT_SETTLED), 0); /* returned it stays */
    }
    session_settles(U, S + 1, 700, 0);
    ck_assert_int_eq(believed_fen[U], QUOTA_FEN);
    ck_assert_int_eq(posted_fen(BOOK_CLIENTS), 0);
    ck_assert_int_eq(posted_fen(BOOK_OF(U, BOOK_OF_RECEIVABLE)), 0);
    request(1, 700); /* and its reference is spent */
    ck_assert_int_eq(fact(FACT_REPEATED)->state, PAYOUT_RETURNED);
    ck_assert_int_eq(orders_of(ORDER_PAY), 1);
}
END_TEST

START_TEST(a_return_of_another_amount_is_an_alert)
{
    struct order o = pay_on(1, 700, ONLY_U);
    notify_paid(o);
    returned(o, S, 699);
    ck_assert_int_eq(alerts_for(REASON_AMOUNT_DIFFERS), 1);
    ck_assert_int_eq(believed_fen[U], QUOTA_FEN - 1); /* what came is what counts */
}
END_TEST

START_TEST(a_return_of_nothing_we_know_is_a_stray)
{
    struct order o = pay_on(1, 700, ONLY_U);
    o.reference.lo = 99;
    returned(o, S, 700);
    ck_assert_int_eq(facts_of(FACT_STRAY), 1);
    ck_assert_int_eq(facts_of(FACT_RETURNED), 0);
}
END_TEST

START_TEST(a_return_before_the_payment_was_heard_of_waits_for_the_list)
{
    struct order o = pay_on(1, 700, ONLY_U);
    returned(o, S, 700);
    ck_assert_int_eq(facts_of(FACT_RETURNED), 0);
    request(1, 700);
    ck_assert_int_eq(fact(FACT_REPEATED)->state, PAYOUT_SENT);
    notify_paid(o);
    returned(o, S, 700);
    ck_assert_int_eq(facts_of(FACT_RETURNED), 1);
}
END_TEST

/* --- reports ------------------------------------------------------------------------ */

static void report(int64_t at_us, int64_t available_fen)
{
    feed((struct input){.kind = INPUT_QUOTA_REPORTED,
                        .channel = U,
                        .at_us = at_us,
                        .amount_fen = available_fen,
                        .other_fen = available_fen});
}

START_TEST(a_report_below_belief_is_an_alert)
{
    session_closes(U, S, 0); /* asks */
    int64_t asked_us = now_us;
    ck_assert_int_eq(orders_of(ORDER_REPORT_QUOTA), 1);
    run_for(SECONDS(1));
    report(asked_us + 1, QUOTA_FEN);
    ck_assert_int_eq(facts_of(FACT_ALERT), 0);
    report(asked_us + 2, QUOTA_FEN + 5); /* more than we believe is no harm */
    ck_assert_int_eq(facts_of(FACT_ALERT), 0);
    report(asked_us + 3, QUOTA_FEN - 1);
    ck_assert_int_eq(alerts_for(REASON_REPORT_BELOW_BELIEF), 1);
    ck_assert_int_eq(fact(FACT_ALERT)->amount_fen, QUOTA_FEN - 1);
    ck_assert_int_eq(fact(FACT_ALERT)->other, QUOTA_FEN);
    report(asked_us + 3, 0); /* as old as the newest: no news */
    report(asked_us, 0);
    ck_assert_int_eq(facts_of(FACT_ALERT), 1);
    ck_assert_int_eq(facts_of(FACT_QUOTA_REPORTED), 3);
    pay_on(1, QUOTA_FEN, ONLY_U); /* a report moves no belief */
}
END_TEST

START_TEST(what_was_spent_since_asking_may_be_in_the_report_or_not)
{
    session_closes(U, S, 0);
    run_for(SECONDS(1));
    pay_on(1, 700, ONLY_U);
    ask_move(U, N, 300);
    report(now_us, QUOTA_FEN - 1000);
    ck_assert_int_eq(facts_of(FACT_ALERT), 0);
    report(now_us + 1, QUOTA_FEN - 1001);
    ck_assert_int_eq(alerts_for(REASON_REPORT_BELOW_BELIEF), 1);
}
END_TEST

START_TEST(a_report_from_before_we_asked_is_no_reason_for_an_alert)
{
    run_for(SECONDS(1));
    receipt(U, S, 8000);
    session_closes(U, S, 8000);
    report(now_us - 1, QUOTA_FEN);
    ck_assert_int_eq(facts_of(FACT_QUOTA_REPORTED), 1);
    ck_assert_int_eq(facts_of(FACT_ALERT), 0);
}
END_TEST

/* --- fees --------------------------------------------------------------------------- */

START_TEST(fees_go_to_the_fee_account_and_touch_no_quota)
{
    feed((struct input){.kind = INPUT_FEES_CHARGED, .channel = U, .amount_fen = 321});
    ck_assert_int_eq(fact(FACT_FEES)->amount_fen, 321);
    ck_assert_int_eq(fact(FACT_FEES)->other, QUOTA_FEN);
    ck_assert_int_eq(posted_fen(BOOK_FEE_EXPENSE), 321);
    ck_assert_int_eq(posted_fen(BOOK_FEE_ACCOUNT), -321);
}
END_TEST

START_TEST(a_fee_in_the_net_of_a_receipt_is_ours_to_bear)
{
    feed((struct input){.kind = INPUT_RECEIPT_NOTIFIED,
                        .channel = U,
                        .session = S,
                        .count = 3,
                        .amount_fen = 990,
                        .other_fen = 10});
    ck_assert_uint_eq(fact(FACT_RECEIPT)->id, 3);
    ck_assert_int_eq(believed_fen[U], QUOTA_FEN + 990);
    ck_assert_int_eq(posted_fen(BOOK_CLIENTS), -1000);
    ck_assert_int_eq(posted_fen(BOOK_FEE_EXPENSE), 10);
    ck_assert_int_eq(posted_fen(BOOK_OF(U, BOOK_OF_RECEIVABLE)), 990);
}
END_TEST

START_TEST(nothing_received_or_charged_stops_the_program)
{
    static const enum input_kind kinds[] = {INPUT_RECEIPT_NOTIFIED, INPUT_FEES_CHARGED};
    feed((struct input){
        .kind = (uint8_t)kinds[_i / 2], .channel = U, .session = S, .amount_fen = -(_i % 2)});
}
END_TEST

static void add_returns_reports_and_fees(TCase *t)
{
    tcase_add_loop_test(t, a_payment_sent_back_is_a_receipt_of_the_session_it_comes_back_in, 0, 2);
    tcase_add_test(t, a_return_of_another_amount_is_an_alert);
    tcase_add_test(t, a_return_of_nothing_we_know_is_a_stray);
    tcase_add_test(t, a_return_before_the_payment_was_heard_of_waits_for_the_list);
    tcase_add_test(t, a_report_below_belief_is_an_alert);
    tcase_add_test(t, what_was_spent_since_asking_may_be_in_the_report_or_not);
    tcase_add_test(t, a_report_from_before_we_asked_is_no_reason_for_an_alert);
    tcase_add_test(t, fees_go_to_the_fee_account_and_touch_no_quota);
    tcase_add_test(t, a_fee_in_the_net_of_a_receipt_is_ours_to_bear);
    tcase_add_loop_test_raise_signal(t, nothing_received_or_charged_stops_the_program, SIGABRT, 0,
                                     4);
}

int main(void)
{
    TCase *t = tcase_create("session");
    tcase_add_checked_fixture(t, begin_plain, NULL);
    tcase_add_loop_test(t, receipts_count_when_the_rule_says, 0, COUNT(rules));
    tcase_add_loop_test(t, what_no_notice_told_is_told_by_the_close_or_else_by_the_settlement, 0,
                        COUNT(rules));
    tcase_add_loop_test(t, the_net_lands_where_the_rule_says_and_leaves_nothing_open, 0,
                        COUNT(rules));
    tcase_add_test(t, a_late_receipt_of_a_settled_session_is_counted_once);
    tcase_add_test(t, a_late_receipt_of_a_closed_session_is_counted_once);
    tcase_add_test(t, closing_and_settling_twice_changes_nothing_more);
    tcase_add_test(t, sessions_may_settle_out_of_order);
    tcase_add_test(t, we_were_told_of_more_receipts_than_there_were);
    tcase_add_loop_test(t, a_session_that_cannot_be_is_an_alert_and_changes_nothing, 0, 4);
    tcase_add_test(t, a_payment_heard_of_after_its_session_settled_releases_the_hold_and_no_more);
    add_returns_reports_and_fees(t);
    return run_tests("session", t);
}
