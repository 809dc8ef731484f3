/* test_intake.c — requests: taken or refused with a reason, each reference once and for ever. */

#include "tests/core_driver.h"

static void begin_plain(void)
{
    struct core_config config = plain_config();
    config.channels[U].per_payout_max_fen = 60000;
    config.channels[N].per_payout_max_fen = 80000;
    begin(&config);
    forget();
}

static void dry(void) /* both channels: what is requested now waits */
{
    pay_on(1001, 60000, ONLY_U);
    pay_on(1002, 40000, ONLY_U);
    pay_on(1003, 80000, ONLY_N);
    pay_on(1004, 20000, ONLY_N);
    forget();
}

START_TEST(a_request_becomes_a_payout_with_a_place_in_the_queue)
{
    struct order o = pay(1, 12345);
    const struct fact *asked = fact(FACT_REQUESTED);
    ck_assert_uint_eq(asked->id, 0xabcdef);
    ck_assert_int_eq(asked->other, 1);
    ck_assert_int_eq(asked->amount_fen, 12345);
    ck_assert_uint_eq(fact(FACT_QUEUED)->subject, asked->subject);
    ck_assert_uint_eq(fact(FACT_SENT)->id, o.id);
    ck_assert_int_eq(o.amount_fen, 12345);
    ck_assert_int_eq(o.sent_us, START_US);
    ck_assert_uint_eq(o.reference.lo, 1);
    ck_assert_uint_eq(o.attempt, 1);
}
END_TEST

static const struct {
    int64_t amount_fen;
    uint8_t business;
    uint8_t routes;
    enum reason want;
} refusals[] = {
    {0, 0, BOTH, REASON_AMOUNT_WRONG},
    {-1, 0, BOTH, REASON_AMOUNT_WRONG},
    {INT64_MIN, 0, BOTH, REASON_AMOUNT_WRONG},
    {MONEY_MAX_FEN + 1, 0, BOTH, REASON_AMOUNT_WRONG},
    {INT64_MAX, 0, BOTH, REASON_AMOUNT_WRONG},
    {0, 3, 0, REASON_AMOUNT_WRONG}, /* the first reason that holds */
    {1, 3, BOTH, REASON_BUSINESS_UNKNOWN},
    {1, 255, 0, REASON_BUSINESS_UNKNOWN},
    {1, 0, 0, REASON_NO_ROUTE},
    {1, 0, 4, REASON_NO_ROUTE}, /* a channel that does not exist */
    {60001, 0, ONLY_U, REASON_AMOUNT_OVER_LIMIT},
    {80001, 0, BOTH, REASON_AMOUNT_OVER_LIMIT},
    {MONEY_MAX_FEN, 0, BOTH, REASON_AMOUNT_OVER_LIMIT},
};

START_TEST(what_cannot_be_paid_is_refused_with_its_reason)
{
    struct input in = request_of(1, refusals[_i].amount_fen);
    in.business = refusals[_i].business;
    in.routes = refusals[_i].routes;
    feed(in);
    ck_assert_int_eq(fact(FACT_REFUSED)->reason, refusals[_i].want);
    ck_assert_int_eq(facts_of(FACT_REQUESTED), 1);
    ck_assert_int_eq(facts_of(FACT_QUEUED), 0);
    ck_assert_int_eq(order_count, 0);

    /* The reference is spent: even with better content it is not taken. */
    forget();
    feed(in);
    ck_assert_int_eq(fact(FACT_REPEATED)->state, PAYOUT_REFUSED);
    ck_assert_int_eq(fact(FACT_REPEATED)->reason, REASON_SAME);
    request(1, 500);
    ck_assert_int_eq(fact(FACT_REPEATED)->reason, REASON_CONTENT_DIFFERS);
    ck_assert_int_eq(order_count, 0);
}
END_TEST

START_TEST(the_largest_payout_each_channel_takes_goes_there)
{
    ck_assert_uint_eq(pay(1, 60000).channel, U);
    ck_assert_uint_eq(pay(2, 60001).channel, N); /* too large for the primary */
    forget();
    request(3, 80000); /* fits N's limit, not its quota */
    ck_assert_int_eq(facts_of(FACT_QUEUED), 1);
    ck_assert_uint_eq(fact(FACT_QUEUED)->routes, ONLY_N);
    ck_assert_int_eq(order_count, 0);
}
END_TEST

static void until_queued(void)
{
    dry();
    request(1, 500);
}

static void until_sent(void)
{
    pay(1, 500);
}

static void until_in_doubt(void)
{
    pay(1, 500);
    run_for(REPLY_TIMEOUT_US);
}

static void until_paid(void)
{
    notify_paid(pay(1, 500));
}

static void until_settled(void)
{
    until_paid();
    session_settles(U, FIRST_SESSION, 0, 500);
}

static void until_returned(void)
{
    struct order o = pay(1, 500);
    notify_paid(o);
    returned(o, FIRST_SESSION, 500);
}

static void until_returned_after_settlement(void)
{
    struct order o = pay(1, 500);
    notify_paid(o);
    session_settles(U, FIRST_SESSION, 0, 500);
    returned(o, FIRST_SESSION + 1, 500);
}

static void until_failed(void)
{
    answer(pay(1, 500), UNIONPAY_61);
}

static void until_cancelled(void)
{
    until_queued();
    struct input in = request_of(1, 0);
    in.kind = INPUT_PAYOUT_CANCELLED;
    feed(in);
}

static void until_expired(void)
{
    dry();
    struct input in = request_of(1, 500);
    in.business = 2;
    feed(in);
    run_for(MINUTES(1));
}

static const struct {
    void (*until)(void);
    enum payout_state state;
} lives[] = {
    {until_queued, PAYOUT_QUEUED},
    {until_sent, PAYOUT_SENT},
    {until_in_doubt, PAYOUT_IN_DOUBT},
    {until_paid, PAYOUT_PAID},
    {until_settled, PAYOUT_SETTLED},
    {until_returned, PAYOUT_RETURNED},
    {until_returned_after_settlement, PAYOUT_RETURNED},
    {until_failed, PAYOUT_FAILED},
    {until_cancelled, PAYOUT_CANCELLED},
    {until_expired, PAYOUT_EXPIRED},
};

START_TEST(a_reference_that_comes_again_is_answered_with_the_first_ones_state)
{
    lives[_i].until();
    forget();
    request(1, 500);
    ck_assert_int_eq(fact_count, 1);
    ck_assert_int_eq(fact(FACT_REPEATED)->state, lives[_i].state);
    ck_assert_int_eq(fact(FACT_REPEATED)->reason, REASON_SAME);
    request(1, 501);
    ck_assert_int_eq(fact(FACT_REPEATED)->state, lives[_i].state);
    ck_assert_int_eq(fact(FACT_REPEATED)->reason, REASON_CONTENT_DIFFERS);
    ck_assert_int_eq(order_count, 0); /* never repeated */
}
END_TEST

START_TEST(references_that_share_their_tail_are_not_taken_for_each_other)
{
    struct input in = request_of(1, 500);
    feed(in);
    in.reference.hi++;
    open_id[1] = 0; /* the driver knows references by their low half */
    feed(in);
    ck_assert_int_eq(facts_of(FACT_REPEATED), 0);
    ck_assert_int_eq(orders_of(ORDER_PAY), 2);
}
END_TEST

START_TEST(a_full_pool_refuses_new_work_and_keeps_its_promises)
{
    struct core_config config = plain_config();
    config.limits = (struct core_limits){.open_payouts = 4, .remembered = 8};
    begin(&config);
    struct order promised[4];
    for (uint64_t i = 0; i < 4; i++)
        promised[i] = pay(1 + i, 100);
    forget();
    request(5, 100);
    ck_assert_int_eq(fact(FACT_REFUSED)->reason, REASON_POOL_FULL);
    ck_assert_int_eq(order_count, 0);
    request(1, 100); /* what is known is still known */
    ck_assert_int_eq(fact(FACT_REPEATED)->state, PAYOUT_SENT);

    run_for(REPLY_TIMEOUT_US); /* and doubts are still pursued */
    ck_assert_int_eq(facts_of(FACT_IN_DOUBT), 4);
    for (int i = 0; i < 4; i++)
        notify_paid(promised[i]);
    ck_assert_int_eq(facts_of(FACT_PAID), 4);
    session_settles(U, FIRST_SESSION, 0, 400);
    ck_assert_int_eq(facts_of(FACT_SETTLED), 4);

    forget();
    request(5, 100);
    ck_assert_int_eq(fact(FACT_REFUSED)->reason, REASON_POOL_FULL); /* they await their lines */
    list_opens(U, START_US, now_us, 4, 400);
    for (int i = 0; i < 4; i++)
        list_says(promised[i], FIRST_SESSION, 100, 0);
    list_ends(U);
    ck_assert_int_eq(facts_of(FACT_RECONCILED), 4);

    forget();
    pay(5, 100); /* the one refused for want of room may ask again */
}
END_TEST

START_TEST(a_full_memory_of_references_refuses_what_it_could_not_keep)
{
    struct core_config config = plain_config();
    config.limits = (struct core_limits){.open_payouts = 2, .remembered = 3};
    begin(&config);
    for (uint64_t i = 0; i < 2; i++)
        answer(pay(1 + i, 100), UNIONPAY_61);
    pay(3, 100);
    forget();
    request(4, 100);
    ck_assert_int_eq(fact(FACT_REFUSED)->reason, REASON_POOL_FULL);
    for (uint64_t i = 0; i < 3; i++)
        request(1 + i, 100);
    ck_assert_int_eq(facts_of(FACT_REPEATED), 3);
}
END_TEST

START_TEST(a_queued_payout_expires_to_the_microsecond)
{
    dry();
    struct input in = request_of(1, 500);
    in.business = 2;
    feed(in);
    run_for(MINUTES(1) - 1);
    ck_assert_int_eq(facts_of(FACT_EXPIRED), 0);
    run_for(1);
    ck_assert_int_eq(fact(FACT_EXPIRED)->reason, REASON_WAITED_TOO_LONG);
    ck_assert_int_eq(fact(FACT_EXPIRED)->at_us, START_US + MINUTES(1));
}
END_TEST

START_TEST(what_was_sent_does_not_expire)
{
    struct input in = request_of(1, 500);
    in.business = 2;
    feed(in);
    run_for(HOURS(1));
    ck_assert_int_eq(facts_of(FACT_SENT), 1);
    ck_assert_int_eq(facts_of(FACT_EXPIRED), 0);
}
END_TEST

START_TEST(what_comes_back_after_its_time_expires_at_once)
{
    struct input in = request_of(1, 500);
    in.business = 2;
    feed(in);
    run_for(MINUTES(2));
    answer(*order(ORDER_PAY), UNIONPAY_06);
    ck_assert_int_eq(facts_of(FACT_ATTEMPT_FAILED), 1);
    ck_assert_int_eq(facts_of(FACT_EXPIRED), 1);
    ck_assert_int_eq(orders_of(ORDER_PAY), 1);
}
END_TEST

START_TEST(what_backs_off_expires_too)
{
    struct core_config config = plain_config();
    config.retry_after_us = MINUTES(5);
    begin(&config);
    struct input in = request_of(1, 500);
    in.business = 2;
    in.routes = ONLY_U;
    feed(in);
    answer(*order(ORDER_PAY), UNIONPAY_06);
    run_for(MINUTES(1) - 1);
    ck_assert_int_eq(facts_of(FACT_EXPIRED), 0);
    run_for(1);
    ck_assert_int_eq(facts_of(FACT_EXPIRED), 1);
    run_for(HOURS(1));
    ck_assert_int_eq(orders_of(ORDER_PAY), 1);
}
END_TEST

START_TEST(a_payout_is_cancelled_only_while_it_is_queued)
{
    lives[_i].until();
    forget();
    struct input in = request_of(1, 0);
    in.kind = INPUT_PAYOUT_CANCELLED;
    feed(in);
    if (lives[_i].state == PAYOUT_QUEUED) {
        ck_assert_int_eq(fact(FACT_CANCELLED)->reason, REASON_OPERATOR);
        ck_assert_int_eq(facts_of(FACT_REPEATED), 0);
    } else {
        ck_assert_int_eq(facts_of(FACT_CANCELLED), 0);
        ck_assert_int_eq(fact(FACT_REPEATED)->state, lives[_i].state);
        ck_assert_int_eq(fact(FACT_REPEATED)->reason, REASON_OPERATOR);
    }
    ck_assert_int_eq(order_count, 0);
}
END_TEST

START_TEST(a_cancelled_payout_is_not_sent_when_money_comes)
{
    until_cancelled();
    forget();
    receipt(U, FIRST_SESSION, 50000);
    run_for(HOURS(1));
    ck_assert_int_eq(orders_of(ORDER_PAY), 0);
}
END_TEST

START_TEST(cancelling_what_nobody_asked_for_is_an_alert)
{
    struct input in = request_of(77, 0);
    in.kind = INPUT_PAYOUT_CANCELLED;
    feed(in);
    ck_assert_int_eq(alerts_for(REASON_UNKNOWN_ORDER), 1);
}
END_TEST

START_TEST(a_merchant_without_priority_stops_the_program)
{
    struct input in = request_of(1, 500);
    in.priority = 0;
    feed(in);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("intake");
    tcase_add_checked_fixture(t, begin_plain, NULL);
    tcase_add_test(t, a_request_becomes_a_payout_with_a_place_in_the_queue);
    tcase_add_loop_test(t, what_cannot_be_paid_is_refused_with_its_reason, 0, COUNT(refusals));
    tcase_add_test(t, the_largest_payout_each_channel_takes_goes_there);
    tcase_add_loop_test(t, a_reference_that_comes_again_is_answered_with_the_first_ones_state, 0,
                        COUNT(lives));
    tcase_add_test(t, references_that_share_their_tail_are_not_taken_for_each_other);
    tcase_add_test(t, a_full_pool_refuses_new_work_and_keeps_its_promises);
    tcase_add_test(t, a_full_memory_of_references_refuses_what_it_could_not_keep);
    tcase_add_test(t, a_queued_payout_expires_to_the_microsecond);
    tcase_add_test(t, what_was_sent_does_not_expire);
    tcase_add_test(t, what_comes_back_after_its_time_expires_at_once);
    tcase_add_test(t, what_backs_off_expires_too);
    tcase_add_loop_test(t, a_payout_is_cancelled_only_while_it_is_queued, 0, COUNT(lives));
    tcase_add_test(t, a_cancelled_payout_is_not_sent_when_money_comes);
    tcase_add_test(t, cancelling_what_nobody_asked_for_is_an_alert);
    tcase_add_test_raise_signal(t, a_merchant_without_priority_stops_the_program, SIGABRT);
    return run_tests("intake", t);
}
