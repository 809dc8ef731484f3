/* test_auditor_queue.c — what the auditor forgives of the queue's order, and what it does not. */

#include "tests/violation.h"

static void later_arrival_goes_first(void)
{
    tell_sent(B, UNIONPAY, ORDER_B, 2000);
    stage_pay(UNIONPAY, ORDER_B, 2000);
}

static void sent_on_a_closed_route(void)
{
    struct fact one = queued(9, CLASS - 1, 10);
    one.routes = 1 << NETSUNION;
    tell_request(9, 10);
    tell(one);
    tell_sent(9, UNIONPAY, 109, 10);
    stage_pay(UNIONPAY, 109, 10);
}

static void sent_before_its_time(void)
{
    struct fact one = queued(9, CLASS - 1, 10);
    one.other = stage.now_us + 1;
    tell_request(9, 10);
    tell(one);
    tell_sent(9, UNIONPAY, 109, 10);
    stage_pay(UNIONPAY, 109, 10);
}

static void lower_class_goes_first(void)
{
    tell_request(9, 10);
    tell(queued(9, CLASS - 1, 10));
    tell_sent(A, UNIONPAY, ORDER_A, 1000);
    stage_pay(UNIONPAY, ORDER_A, 1000);
}

static void send_a(void)
{
    tell_sent(A, UNIONPAY, ORDER_A, 1000);
    stage_pay(UNIONPAY, ORDER_A, 1000);
}

static void sent_while_held(void)
{
    tell_hold(FACT_HELD, A);
    send_a();
}

static void sent_where_denied(void)
{
    tell_denied(A, 1 << UNIONPAY);
    send_a();
}

/* The first is free again: from now on it is its turn. */
static void released_but_passed(void)
{
    tell_hold(FACT_HELD, A);
    tell_hold(FACT_RELEASED, A);
    later_arrival_goes_first();
}

static void admitted_but_passed(void)
{
    tell_denied(A, 3);
    tell_denied(A, 1 << NETSUNION);
    later_arrival_goes_first();
}

static void held_twice(void)
{
    tell_hold(FACT_HELD, A);
    tell_hold(FACT_HELD, A);
}

static void released_unheld(void)
{
    tell_hold(FACT_RELEASED, A);
}

static void denied_as_before(void)
{
    tell_denied(A, 0);
}

/* A payout too large for the quota stands in front of many small ones. */
static void pass_over(uint32_t times)
{
    tell_request(9, STAGE_MAPPED_FEN + 1);
    tell(queued(9, 0, STAGE_MAPPED_FEN + 1));
    for (uint32_t i = 0; i < times; i++) {
        tell_request(20 + i, 10);
        tell(queued(20 + i, 1, 10));
        tell_sent(20 + i, NETSUNION, 120 + i, 10);
        stage_pay(NETSUNION, 120 + i, 10);
    }
}

static void passed_over_too_often(void)
{
    pass_over(BYPASS_MAX);
    ck_assert(!auditor_broken(stage.auditor));
    tell_request(40, 10);
    tell(queued(40, 1, 10));
    tell_sent(40, NETSUNION, 140, 10);
    stage_pay(NETSUNION, 140, 10);
}

static const struct violation violations[] = {
    PLANT(QUEUED, QUEUE_ORDER, later_arrival_goes_first, 0, 1),
    PLANT(OPENED, QUEUE_ORDER, sent_on_a_closed_route, 0, 1),
    PLANT(OPENED, QUEUE_ORDER, sent_before_its_time, 0, 1),
    PLANT(QUEUED, QUEUE_ORDER, lower_class_goes_first, 0, 1),
    PLANT(OPENED, QUEUE_ORDER, passed_over_too_often, 0, 1),
    PLANT(QUEUED, QUEUE_ORDER, sent_while_held, 0, 1),
    PLANT(QUEUED, QUEUE_ORDER, sent_where_denied, 0, 1),
    PLANT(QUEUED, QUEUE_ORDER, released_but_passed, 0, 1),
    PLANT(QUEUED, QUEUE_ORDER, admitted_but_passed, 0, 1),
    PLANT(QUEUED, ONE_STATE, held_twice, 0, 1),
    PLANT(QUEUED, ONE_STATE, released_unheld, 0, 1),
    PLANT(QUEUED, ONE_STATE, denied_as_before, 0, 1),
};

START_TEST(a_planted_violation_is_found_and_called_by_its_name)
{
    check_planted(&violations[_i]);
}
END_TEST

/* Whether A, in front, excuses that B goes first. */
static const struct {
    int64_t amount_fen;
    int64_t not_before_us; /* from now */
    uint8_t routes;
    bool fine;
} excuses[] = {
    {1000, 0, 3, false},
    {STAGE_MAPPED_FEN, 0, 3, false},
    {STAGE_MAPPED_FEN + 1, 0, 3, true}, /* more than is believed available */
    {1000, 1, 3, true},                 /* still backing off */
    {1000, 0, 1 << NETSUNION, true},    /* waits for the other channel */
    {1000, 0, 1 << UNIONPAY, false},
};

START_TEST(an_earlier_payout_may_be_passed_over_only_with_an_excuse)
{
    set_story();
    tell_opening();
    struct fact a = queued(A, CLASS, excuses[_i].amount_fen);
    a.other = stage.now_us + excuses[_i].not_before_us;
    a.routes = excuses[_i].routes;
    tell_request(A, excuses[_i].amount_fen);
    tell(a);
    tell_request(B, 2000);
    tell(queued(B, CLASS, 2000));
    tell_sent(B, UNIONPAY, ORDER_B, 2000);
    ck_assert_uint_eq(count_of(INVARIANT_QUEUE_ORDER)->broken, !excuses[_i].fine);
    ck_assert_uint_eq(count_of(INVARIANT_QUEUE_ORDER)->checked, 1);
    audit_close();
}
END_TEST

static const struct {
    int64_t waited_us; /* the first, when the second asks */
    uint8_t class;     /* of the second; the first's is CLASS: business 5, merchant 5 */
    bool first_goes_first;
} aged[] = {
    {0, CLASS - 9, false},           {US_PER_HOUR - 1, CLASS - 9, false},
    {US_PER_HOUR, CLASS - 9, true},  {US_PER_HOUR, CLASS - 10, false},
    {4 * US_PER_HOUR, 4, true},      /* business 1, and merchant 5 as before */
    {5 * US_PER_HOUR - 1, 3, false}, /* merchant 4 only a moment later */
    {5 * US_PER_HOUR, 3, true},      {8 * US_PER_HOUR - 1, 0, false},
    {8 * US_PER_HOUR, 0, true}, /* at the top */
};

START_TEST(who_has_waited_long_comes_before_those_he_has_risen_to)
{
    ageing_us = US_PER_HOUR;
    for (int first = 0; first < 2; first++) {
        set_story();
        tell_opening();
        tell_request(A, 1000);
        tell(queued(A, CLASS, 1000));
        stage.now_us += aged[_i].waited_us;
        tell_request(B, 1000);
        tell(queued(B, aged[_i].class, 1000));
        tell_sent(first ? A : B, UNIONPAY, first ? ORDER_A : ORDER_B, 1000);
        ck_assert_uint_eq(count_of(INVARIANT_QUEUE_ORDER)->broken,
                          (first != 0) != aged[_i].first_goes_first);
        audit_close();
    }
}
END_TEST

START_TEST(what_comes_back_has_waited_since_it_was_requested)
{
    ageing_us = US_PER_HOUR;
    set_story();
    tell_opening();
    tell_request(A, 1000);
    struct fact a = queued(A, CLASS, 1000);
    tell(a);
    tell_sent(A, UNIONPAY, ORDER_A, 1000);
    stage.now_us += US_PER_HOUR;
    tell_belief((struct fact){.kind = FACT_ATTEMPT_FAILED,
                              .channel = UNIONPAY,
                              .reason = REASON_NOT_SENT,
                              .subject = A,
                              .amount_fen = 1000},
                1000);
    tell(a);
    tell_request(B, 1000);
    tell(queued(B, CLASS - 9, 1000));
    tell_sent(B, UNIONPAY, ORDER_B, 1000);
    ck_assert_uint_eq(count_of(INVARIANT_QUEUE_ORDER)->broken, 1);
    audit_close();
}
END_TEST

/* Half of what UnionPay can pay is kept for business 1. */
static struct fact of_business(struct fact f, uint8_t business)
{
    f.state = business;
    return f;
}

START_TEST(a_payout_sent_beyond_its_share_is_found)
{
    share_ppm = 500000;
    for (int64_t over_fen = 0; over_fen < 2; over_fen++) {
        set_story();
        tell_opening();
        int64_t amount_fen = STAGE_MAPPED_FEN / 2 + over_fen;
        tell_request(A, amount_fen);
        tell(of_business(queued(A, CLASS, amount_fen), 0));
        tell_sent(A, UNIONPAY, ORDER_A, amount_fen);
        ck_assert_uint_eq(count_of(INVARIANT_QUEUE_ORDER)->broken, (unsigned)over_fen);
        audit_close();
    }
}
END_TEST

START_TEST(whom_his_share_stops_may_be_passed_and_that_is_not_counted)
{
    share_ppm = 500000;
    set_story();
    tell_opening();
    tell_request(A, STAGE_MAPPED_FEN / 2 + 1);
    tell(of_business(queued(A, CLASS, STAGE_MAPPED_FEN / 2 + 1), 0));
    for (uint32_t i = 0; i < BYPASS_MAX + 3; i++) {
        tell_request(20 + i, 10);
        tell(of_business(queued(20 + i, CLASS, 10), 1));
        tell_sent(20 + i, UNIONPAY, 120 + i, 10);
    }
    ck_assert_msg(!auditor_broken(stage.auditor), "%s", auditor_first(stage.auditor));
    ck_assert_uint_gt(count_of(INVARIANT_QUEUE_ORDER)->checked, BYPASS_MAX);
    audit_close();
}
END_TEST

START_TEST(whom_his_share_would_let_go_may_not_be_passed)
{
    share_ppm = 500000;
    set_story();
    tell_opening();
    tell_request(A, STAGE_MAPPED_FEN / 2);
    tell(of_business(queued(A, CLASS, STAGE_MAPPED_FEN / 2), 0));
    tell_request(B, 10);
    tell(of_business(queued(B, CLASS, 10), 1));
    tell_sent(B, UNIONPAY, ORDER_B, 10);
    ck_assert_uint_eq(count_of(INVARIANT_QUEUE_ORDER)->broken, 1);
    audit_close();
}
END_TEST

START_TEST(a_payout_that_waits_alone_proves_nothing_about_the_order)
{
    set_story();
    tell_opening();
    tell_request(A, 1000);
    tell(queued(A, CLASS, 1000));
    tell_sent(A, UNIONPAY, ORDER_A, 1000);
    ck_assert_uint_eq(count_of(INVARIANT_QUEUE_ORDER)->checked, 0);
    audit_close();
}
END_TEST

START_TEST(what_is_held_or_denied_the_channel_may_be_passed)
{
    set_story();
    tell_story(QUEUED);
    if (_i == 0)
        tell_hold(FACT_HELD, A);
    else
        tell_denied(A, _i == 1 ? 1 << UNIONPAY : 3);
    tell_sent(B, UNIONPAY, ORDER_B, 2000);
    stage_pay(UNIONPAY, ORDER_B, 2000);
    ck_assert_msg(!auditor_broken(stage.auditor), "%s", auditor_first(stage.auditor));
    audit_close();
}
END_TEST

START_TEST(a_failed_attempt_that_returns_to_its_place_by_arrival_is_in_order)
{
    set_story();
    tell_story(SENT); /* A is out, B waits; A comes back with its old arrival, 0 */
    tell_belief((struct fact){.kind = FACT_ATTEMPT_FAILED,
                              .reason = REASON_CODE,
                              .subject = A,
                              .id = ORDER_A,
                              .amount_fen = 1000},
                1000);
    arrivals = 0;
    tell(queued(A, CLASS, 1000));
    tell_sent(B, UNIONPAY, ORDER_B, 2000);
    ck_assert_uint_eq(count_of(INVARIANT_QUEUE_ORDER)->broken, 1);
    audit_close();
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("auditor queue");
    tcase_add_loop_test(t, a_planted_violation_is_found_and_called_by_its_name, 0,
                        COUNT(violations));
    tcase_add_loop_test(t, an_earlier_payout_may_be_passed_over_only_with_an_excuse, 0,
                        COUNT(excuses));
    tcase_add_loop_test(t, who_has_waited_long_comes_before_those_he_has_risen_to, 0, COUNT(aged));
    tcase_add_test(t, a_payout_sent_beyond_its_share_is_found);
    tcase_add_test(t, whom_his_share_stops_may_be_passed_and_that_is_not_counted);
    tcase_add_test(t, whom_his_share_would_let_go_may_not_be_passed);
    tcase_add_test(t, what_comes_back_has_waited_since_it_was_requested);
    tcase_add_test(t, a_payout_that_waits_alone_proves_nothing_about_the_order);
    tcase_add_loop_test(t, what_is_held_or_denied_the_channel_may_be_passed, 0, 3);
    tcase_add_test(t, a_failed_attempt_that_returns_to_its_place_by_arrival_is_in_order);
    return run_tests("auditor queue", t);
}
