/* test_faults.c — each kind of fault really happens in the world, as it is said to. */

#include "mocks/faults.h"
#include "tests/stage.h"

enum { FIRST = 101 };

/* --- of payouts ------------------------------------------------------------------- */

START_TEST(a_slow_house_replies_late_but_decides_at_once)
{
    stage_set();
    stage_fault(UNIONPAY, OPERATION_PAYOUT, FAULT_LATENCY)->by_ppm = 5000000;
    stage_fault(UNIONPAY, OPERATION_PAYOUT, FAULT_LATENCY)->by_us = 250;
    stage_open();
    int64_t sent_us = stage.now_us;
    stage_pay(UNIONPAY, FIRST, 1000);
    ck_assert_uint_eq(facts_of(FACT_TRUE_ACCEPTED, FIRST), 1);
    stage_after(US_PER_MINUTE);
    ck_assert_int_eq(heard_us(told(INPUT_PAY_ANSWERED, FIRST)),
                     sent_us + 5 * US_PER_S + 250); /* both together */
    check_fault(0, 1, 1);
    check_fault(1, 1, 1);
    stage_close();
}
END_TEST

START_TEST(a_house_that_is_down_refuses_at_once_and_never_had_the_order)
{
    stage_set();
    stage_fault(NETSUNION, OPERATION_PAYOUT, FAULT_DOWN);
    stage_open();
    int64_t sent_us = stage.now_us;
    stage_pay(NETSUNION, FIRST, 1000);
    stage_after(US_PER_MINUTE);
    ck_assert_uint_eq(told(INPUT_PAY_ANSWERED, FIRST)->code, CODE_NOT_SENT);
    ck_assert_int_eq(heard_us(told(INPUT_PAY_ANSWERED, FIRST)), sent_us);
    ck_assert_uint_eq(facts_of(FACT_TRUE_ACCEPTED, 0), 0);
    ck_assert_uint_eq(asked(NETSUNION, FIRST), NETSUNION_03);
    check_fault(0, 1, 1);
    stage_close();
}
END_TEST

START_TEST(an_order_that_times_out_never_arrives_and_is_never_answered)
{
    stage_set();
    stage_fault(UNIONPAY, OPERATION_PAYOUT, FAULT_TIMEOUT);
    stage_open();
    stage_pay(UNIONPAY, FIRST, 1000);
    stage_until(stage_at(30, 0, 0));
    ck_assert_uint_eq(told_count(INPUT_PAY_ANSWERED, FIRST), 0);
    ck_assert_uint_eq(told_count(INPUT_OUTCOME_NOTIFIED, FIRST), 0);
    ck_assert_uint_eq(told_count(INPUT_LIST_LINE, 0), 0);
    ck_assert_uint_eq(facts_of(FACT_TRUE_ACCEPTED, 0), 0);
    ck_assert_uint_eq(asked(UNIONPAY, FIRST), UNIONPAY_34);
    check_fault(0, 1, 1);
    stage_close();
}
END_TEST

static const struct {
    uint16_t code;
    int64_t applied_ppm;
    bool paid;
    uint16_t outcome;
} answers[] = {
    {UNIONPAY_06, 0, false, UNIONPAY_06},       /* definitive: not executed */
    {UNIONPAY_06, 1000000, false, UNIONPAY_06}, /* whatever the share says */
    {UNIONPAY_12, 1000000, true, UNIONPAY_00},  /* unknown: executed */
    {UNIONPAY_12, 0, false, UNIONPAY_30},       /* ... or not */
};

START_TEST(a_wrong_code_is_answered_and_what_it_means_is_true)
{
    stage_set();
    struct fault_spec *f = stage_fault(UNIONPAY, OPERATION_PAYOUT, FAULT_ERROR_CODE);
    f->code = answers[_i].code;
    f->applied_ppm = answers[_i].applied_ppm;
    stage_open();
    stage_pay(UNIONPAY, FIRST, 1000);
    stage_after(US_PER_MINUTE);
    ck_assert_uint_eq(told(INPUT_PAY_ANSWERED, FIRST)->code, answers[_i].code);
    ck_assert_uint_eq(facts_of(FACT_TRUE_PAID, FIRST), answers[_i].paid);
    ck_assert_uint_eq(asked(UNIONPAY, FIRST), answers[_i].outcome);
    check_fault(0, 1, 1);
    stage_close();
}
END_TEST

START_TEST(executed_without_a_word_but_found_on_the_list)
{
    for (int c = 0; c < CHANNELS; c++) {
        stage_set();
        stage_fault(c, OPERATION_PAYOUT, FAULT_APPLIED_NO_REPLY)->truth_after_us = US_PER_HOUR;
        stage_open();
        int64_t sent_us = stage.now_us;
        stage_pay(c, FIRST, 1000);
        stage_until(sent_us + US_PER_HOUR - US_PER_S);
        ck_assert_uint_eq(facts_of(FACT_TRUE_PAID, FIRST), 1);
        ck_assert_uint_eq(asked(c, FIRST), words_of(c)->processing); /* it does not know yet */
        stage_until(sent_us + US_PER_HOUR);
        ck_assert_uint_eq(asked(c, FIRST), words_of(c)->ok);
        stage_until(stage_at(29, 10, 0));
        ck_assert_uint_eq(told_count(INPUT_PAY_ANSWERED, FIRST), 0);
        ck_assert_uint_eq(told_count(INPUT_OUTCOME_NOTIFIED, FIRST), 0);
        ck_assert_uint_eq(told_count(INPUT_LIST_LINE, FIRST), 1);
        check_fault(0, 1, 1);
        stage_close();
    }
}
END_TEST

START_TEST(refused_without_a_word_and_absent_from_the_list)
{
    for (int c = 0; c < CHANNELS; c++) {
        stage_set();
        stage_fault(c, OPERATION_PAYOUT, FAULT_REJECTED_NO_REPLY)->code = words_of(c)->busy;
        stage_open();
        stage_pay(c, FIRST, 1000);
        stage_after(US_PER_MINUTE);
        ck_assert_uint_eq(asked(c, FIRST), words_of(c)->busy);
        stage_until(stage_at(29, 10, 0));
        ck_assert_uint_eq(told_count(INPUT_PAY_ANSWERED, FIRST), 0);
        ck_assert_uint_eq(told_count(INPUT_OUTCOME_NOTIFIED, FIRST), 0);
        ck_assert_uint_eq(told_count(INPUT_LIST_LINE, FIRST), 0);
        ck_assert_uint_eq(facts_of(FACT_TRUE_ACCEPTED, FIRST), 0);
        check_fault(0, 1, 1);
        stage_close();
    }
}
END_TEST

START_TEST(a_silent_order_holds_its_slot_until_its_reply_would_have_come)
{
    stage_set();
    stage.terms.houses[UNIONPAY].concurrency = 1;
    stage_fault_first(1, UNIONPAY, OPERATION_PAYOUT, FAULT_APPLIED_NO_REPLY);
    stage_open();
    stage_pay(UNIONPAY, FIRST, 10);
    stage_pay(UNIONPAY, FIRST + 1, 10);
    stage_after(US_PER_S);
    ck_assert_uint_eq(told(INPUT_PAY_ANSWERED, FIRST + 1)->code, UNIONPAY_06);
    stage_pay(UNIONPAY, FIRST + 2, 10);
    ck_assert_uint_eq(facts_of(FACT_TRUE_ACCEPTED, FIRST + 2), 1);
    stage_close();
}
END_TEST

/* --- of queries, moves and notices -------------------------------------------------- */

static const struct {
    enum fault_kind kind;
    bool answered;
    int64_t after_us;
    uint16_t code;
} query_faults[] = {
    {FAULT_LATENCY, true, 3 * US_PER_S / 2, UNIONPAY_00},
    {FAULT_DOWN, false, 0, 0},
    {FAULT_TIMEOUT, false, 0, 0},
    {FAULT_ERROR_CODE, true, US_PER_S / 2, UNIONPAY_37},
};

START_TEST(a_query_goes_wrong_and_the_order_does_not)
{
    stage_set();
    struct fault_spec *f = stage_fault(UNIONPAY, OPERATION_QUERY, query_faults[_i].kind);
    f->by_ppm = 3000000;
    f->code = UNIONPAY_37;
    stage_open();
    stage_pay(UNIONPAY, FIRST, 1000);
    stage_after(US_PER_MINUTE);
    int64_t asked_us = stage.now_us;
    stage_query(UNIONPAY, FIRST);
    stage_after(US_PER_MINUTE);
    ck_assert_uint_eq(told_count(INPUT_QUERY_ANSWERED, FIRST), query_faults[_i].answered);
    if (query_faults[_i].answered) {
        ck_assert_uint_eq(told(INPUT_QUERY_ANSWERED, FIRST)->code, query_faults[_i].code);
        ck_assert_int_eq(heard_us(told(INPUT_QUERY_ANSWERED, FIRST)),
                         asked_us + query_faults[_i].after_us);
    }
    ck_assert_uint_eq(facts_of(FACT_TRUE_PAID, FIRST), 1);
    check_fault(0, 1, 1);
    stage_close();
}
END_TEST

static const struct {
    enum fault_kind kind;
    uint16_t code;
    int64_t applied_ppm;
    bool answered;
    uint16_t answer;
    bool moved;
    uint16_t asked;
} move_faults[] = {
    {FAULT_LATENCY, 0, 0, true, UNIONPAY_00, true, UNIONPAY_00},
    {FAULT_DOWN, 0, 0, true, UNIONPAY_02, false, UNIONPAY_34},
    {FAULT_TIMEOUT, 0, 0, false, 0, false, UNIONPAY_34},
    {FAULT_ERROR_CODE, UNIONPAY_06, 1000000, true, UNIONPAY_06, false, UNIONPAY_06},
    {FAULT_ERROR_CODE, UNIONPAY_12, 1000000, true, UNIONPAY_12, true, UNIONPAY_00},
    {FAULT_ERROR_CODE, UNIONPAY_12, 0, true, UNIONPAY_12, false, UNIONPAY_30},
    {FAULT_APPLIED_NO_REPLY, 0, 0, false, 0, true, UNIONPAY_00},
    {FAULT_REJECTED_NO_REPLY, UNIONPAY_06, 0, false, 0, false, UNIONPAY_06},
};

START_TEST(a_quota_move_goes_wrong_as_the_fault_says)
{
    stage_set();
    struct fault_spec *f = stage_fault(UNIONPAY, OPERATION_QUOTA, move_faults[_i].kind);
    f->by_ppm = 2000000;
    f->code = move_faults[_i].code;
    f->applied_ppm = move_faults[_i].applied_ppm;
    stage_open();
    stage_move(UNIONPAY, 1, ORDER_INCREASE, 1000);
    stage_after(5 * US_PER_S); /* the usual 4 s are over */
    ck_assert_uint_eq(told_count(INPUT_MOVE_ANSWERED, 1),
                      move_faults[_i].answered && move_faults[_i].kind != FAULT_LATENCY);
    stage_after(US_PER_MINUTE);
    ck_assert_uint_eq(told_count(INPUT_MOVE_ANSWERED, 1), move_faults[_i].answered);
    if (move_faults[_i].answered)
        ck_assert_uint_eq(told(INPUT_MOVE_ANSWERED, 1)->code, move_faults[_i].answer);
    ck_assert_int_eq(house_mapped_fen(stage_house(UNIONPAY)),
                     STAGE_MAPPED_FEN + (move_faults[_i].moved ? 1000 : 0));
    stage_move(UNIONPAY, 1, ORDER_QUERY_MOVE, 0);
    stage_after(US_PER_S);
    ck_assert_uint_eq(told(INPUT_MOVE_ANSWERED, 1)->code, move_faults[_i].asked);
    check_fault(0, 1, 1);
    stage_close();
}
END_TEST

START_TEST(a_lost_notice_is_sent_again_and_at_last_given_up)
{
    static const int64_t heard_after_s[] = {5, 60 + 5, 180 + 5, -1};
    stage_set();
    stage_fault_first((uint64_t)_i, UNIONPAY, OPERATION_NOTICE, FAULT_TIMEOUT);
    stage_open();
    int64_t sent_us = stage.now_us;
    stage_pay(UNIONPAY, FIRST, 1000);
    stage_after(US_PER_HOUR);
    bool heard = heard_after_s[_i] >= 0;
    ck_assert_uint_eq(told_count(INPUT_OUTCOME_NOTIFIED, FIRST), heard);
    if (heard) {
        ck_assert_int_eq(heard_us(told(INPUT_OUTCOME_NOTIFIED, FIRST)),
                         sent_us + heard_after_s[_i] * US_PER_S);
    }
    ck_assert_uint_eq(asked(UNIONPAY, FIRST), UNIONPAY_00);
    ck_assert_uint_eq(fault_count_of(0)->fired, (uint64_t)_i);
    stage_close();
}
END_TEST

START_TEST(a_lost_receipt_notice_leaves_the_receipt_and_the_total_of_the_session)
{
    stage_set();
    stage_fault(UNIONPAY, OPERATION_NOTICE, FAULT_DOWN);
    stage_open();
    uint32_t session = stage_house(UNIONPAY)->open_session;
    stage_collect(UNIONPAY, 700, 0);
    stage_until(stage_at(28, 12, 1));
    ck_assert_uint_eq(told_count(INPUT_RECEIPT_NOTIFIED, 0), 0);
    ck_assert_int_eq(available_fen_of(UNIONPAY), STAGE_MAPPED_FEN + 700);
    ck_assert_uint_eq(told(INPUT_SESSION_CLOSED, 0)->session, session);
    ck_assert_int_eq(told(INPUT_SESSION_CLOSED, 0)->other_fen, 700);
    ck_assert_uint_eq(fault_count_of(0)->fired, 3); /* at first, and twice again */
    ck_assert_uint_eq(stage_house(UNIONPAY)->receipt_pool.used, 0);
    stage_close();
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("faults");
    tcase_add_test(t, a_slow_house_replies_late_but_decides_at_once);
    tcase_add_test(t, a_house_that_is_down_refuses_at_once_and_never_had_the_order);
    tcase_add_test(t, an_order_that_times_out_never_arrives_and_is_never_answered);
    tcase_add_loop_test(t, a_wrong_code_is_answered_and_what_it_means_is_true, 0, COUNT(answers));
    tcase_add_test(t, executed_without_a_word_but_found_on_the_list);
    tcase_add_test(t, refused_without_a_word_and_absent_from_the_list);
    tcase_add_test(t, a_silent_order_holds_its_slot_until_its_reply_would_have_come);
    tcase_add_loop_test(t, a_query_goes_wrong_and_the_order_does_not, 0, COUNT(query_faults));
    tcase_add_loop_test(t, a_quota_move_goes_wrong_as_the_fault_says, 0, COUNT(move_faults));
    tcase_add_loop_test(t, a_lost_notice_is_sent_again_and_at_last_given_up, 0, 4);
    tcase_add_test(t, a_lost_receipt_notice_leaves_the_receipt_and_the_total_of_the_session);
    return run_tests("faults", t);
}
