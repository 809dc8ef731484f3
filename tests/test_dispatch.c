/* test_dispatch.c — who is sent next, where, and how much may be out at once. */

#include "tests/core_driver.h"

static struct core_config config;

static void begin_plain(void)
{
    config = plain_config();
    begin(&config);
    forget();
}

static void begin_again(void)
{
    begin(&config);
    forget();
}

/* Leaves so much available on U, and nothing on N. */
static void leave(int64_t left_fen)
{
    pay_on(1001, QUOTA_FEN - left_fen, ONLY_U);
    pay_on(1002, QUOTA_FEN, ONLY_N);
    forget();
}

static void money_comes(int64_t amount_fen)
{
    receipt(U, FIRST_SESSION, amount_fen);
}

/* --- order ------------------------------------------------------------------ */

static void wait_as(uint64_t reference, uint8_t business, uint8_t priority)
{
    struct input in = request_of(reference, 10);
    in.business = business;
    in.priority = priority;
    in.routes = ONLY_U;
    feed(in);
}

START_TEST(business_goes_first_then_merchant_then_arrival)
{
    leave(0);
    wait_as(1, 0, 5); /* business priority 5 */
    wait_as(2, 0, 1);
    wait_as(3, 1, 9); /* business priority 1 */
    wait_as(4, 0, 5);
    wait_as(5, 1, 2);
    wait_as(6, 2, 1); /* business priority 9 */
    wait_as(7, 1, 9);
    wait_as(8, 0, 1);
    money_comes(80);
    SENT_MUST_BE(5, 3, 7, 2, 8, 1, 4, 6);
}
END_TEST

START_TEST(what_comes_back_keeps_its_place_by_arrival)
{
    struct order first = pay_on(1, 10, ONLY_U);
    pay_on(2, QUOTA_FEN - 10, ONLY_U);
    pay_on(3, QUOTA_FEN, ONLY_N);
    request_on(4, 10, ONLY_U);
    request_on(5, 10, ONLY_U);
    forget();
    answer(first, UNIONPAY_06); /* backs off: the next in the queue takes the place */
    SENT_MUST_BE(4);
    run_for(SECONDS(5));
    money_comes(20);
    SENT_MUST_BE(4, 1, 5);
}
END_TEST

/* --- where ------------------------------------------------------------------ */

START_TEST(the_primary_is_used_while_it_can_and_the_other_when_it_cannot)
{
    config.primary = (enum channel)_i;
    begin_again();
    uint8_t other = (uint8_t)(CHANNELS - 1 - _i);
    ck_assert_int_eq(pay(1, QUOTA_FEN - 1).channel, _i);
    ck_assert_uint_eq(pay(2, 2).channel, other);
    ck_assert_int_eq(pay(3, 1).channel, _i); /* the last fen */
    ck_assert_uint_eq(pay(4, QUOTA_FEN - 2).channel, other);
    request(5, 1);
    ck_assert_int_eq(orders_of(ORDER_PAY), 4);
    ck_assert_int_eq(believed_fen[U], 0);
    ck_assert_int_eq(believed_fen[N], 0);
}
END_TEST

START_TEST(a_primary_without_a_free_slot_is_passed_by)
{
    config.channels[U].concurrency = 1;
    begin_again();
    ck_assert_uint_eq(pay(1, 10).channel, U);
    ck_assert_uint_eq(pay(2, 10).channel, N);
}
END_TEST

START_TEST(a_payout_goes_only_where_it_may)
{
    uint8_t only = (uint8_t)(1 << _i);
    pay_on(1, QUOTA_FEN, only);
    request_on(2, 10, only);
    run_for(HOURS(1));
    ck_assert_int_eq(orders_of(ORDER_PAY), 1); /* the other has plenty */
    receipt((uint8_t)_i, FIRST_SESSION, 10);
    ck_assert_int_eq(order(ORDER_PAY)->channel, _i);
    ck_assert_int_eq(orders_of(ORDER_PAY), 2);
}
END_TEST

START_TEST(a_failed_attempt_does_not_widen_the_routes)
{
    answer(pay_on(1, 10, ONLY_N), NETSUNION_01);
    run_for(MINUTES(1));
    ck_assert_int_eq(orders_of(ORDER_PAY), 2);
    ck_assert_uint_eq(order(ORDER_PAY)->channel, N);
}
END_TEST

/* --- how many --------------------------------------------------------------- */

static void begin_narrow(uint32_t concurrency)
{
    config.channels[U].concurrency = concurrency;
    begin_again();
    for (uint64_t i = 1; i <= 6; i++)
        request_on(i, 10, ONLY_U);
}

START_TEST(no_more_are_out_at_once_than_the_channel_takes)
{
    begin_narrow(2);
    SENT_MUST_BE(1, 2);
    answer(*nth_order(ORDER_PAY, 1), UNIONPAY_00); /* each way for a slot to come free */
    SENT_MUST_BE(1, 2, 3);
    answer(*nth_order(ORDER_PAY, 0), UNIONPAY_05);
    SENT_MUST_BE(1, 2, 3, 4);
    notify_paid(*nth_order(ORDER_PAY, 2));
    SENT_MUST_BE(1, 2, 3, 4, 5);
    notify_paid(*nth_order(ORDER_PAY, 2)); /* twice said frees no second slot */
    answer(*nth_order(ORDER_PAY, 1), UNIONPAY_00);
    notify_paid(*nth_order(ORDER_PAY, 1));
    SENT_MUST_BE(1, 2, 3, 4, 5);
    run_for(REPLY_TIMEOUT_US);
    SENT_MUST_BE(1, 2, 3, 4, 5, 6);
}
END_TEST

START_TEST(without_a_limit_all_go_at_once)
{
    begin_narrow(0);
    SENT_MUST_BE(1, 2, 3, 4, 5, 6);
}
END_TEST

START_TEST(each_whole_second_has_its_own_share)
{
    config.channels[U].per_second = 2;
    begin_again();
    run_for(900 * US_PER_MS);
    for (uint64_t i = 1; i <= 5; i++)
        request_on(i, 10, ONLY_U);
    SENT_MUST_BE(1, 2);
    run_until(START_US + SECONDS(1) - 1);
    SENT_MUST_BE(1, 2);
    run_for(1);
    SENT_MUST_BE(1, 2, 3, 4);
    ck_assert_int_eq(nth_order(ORDER_PAY, 2)->sent_us, START_US + SECONDS(1));
    run_for(SECONDS(1));
    SENT_MUST_BE(1, 2, 3, 4, 5);
    run_for(SECONDS(1)); /* and unused shares are not saved up */
    for (uint64_t i = 6; i <= 9; i++)
        request_on(i, 10, ONLY_U);
    SENT_MUST_BE(1, 2, 3, 4, 5, 6, 7);
}
END_TEST

START_TEST(what_arrives_late_in_a_full_second_is_sent_in_the_next)
{
    config.channels[U].per_second = 1;
    begin_again();
    request_on(1, 10, ONLY_U);
    run_for(1);
    request_on(2, 10, ONLY_U);
    ck_assert_int_eq(core_deadline_us(core), START_US + SECONDS(1));
    run_for(SECONDS(1));
    SENT_MUST_BE(1, 2);
}
END_TEST

/* --- how much --------------------------------------------------------------- */

START_TEST(no_payout_is_sent_beyond_what_is_believed_available)
{
    leave(100);
    request_on(1, 101, ONLY_U);
    ck_assert_int_eq(order_count, 0);
    ck_assert_int_eq(facts_of(FACT_DRY_BEGAN), 1);
    ck_assert_int_eq(fact(FACT_DRY_BEGAN)->amount_fen, 101);
    ck_assert_int_eq(fact(FACT_DRY_BEGAN)->other, 100);
    money_comes(1);
    SENT_MUST_BE(1);
    ck_assert_int_eq(facts_of(FACT_DRY_ENDED), 1);
    ck_assert_int_eq(believed_fen[U], 0);
}
END_TEST

START_TEST(a_fee_in_the_net_must_fit_too)
{
    config.channels[U].fee = (struct fee_terms){.fixed_fen = 5, .in_net = 1};
    begin_again();
    request_on(1, QUOTA_FEN - 4, ONLY_U);
    ck_assert_int_eq(order_count, 0);
    request_on(2, QUOTA_FEN - 5, ONLY_U);
    SENT_MUST_BE(2);
    ck_assert_int_eq(believed_fen[U], 0);
}
END_TEST

START_TEST(over_many_draws_belief_is_what_a_plain_sum_says)
{
    uint64_t state = (uint64_t)_i + 1;
    config.limits = (struct core_limits){.open_payouts = 2000, .remembered = 2000};
    begin_again();
    int64_t left_fen[CHANNELS] = {QUOTA_FEN, QUOTA_FEN};
    struct order out[64];
    int out_count = 0;
    int queued = 0;
    for (uint64_t i = 1; i < 1500; i++) {
        int sent = orders_of(ORDER_PAY);
        if (out_count < 40 && queued < 20 && draw(&state, 3)) {
            request_on(i, 1 + (int64_t)draw(&state, 9000), (uint8_t)(1 + draw(&state, 3)));
            queued++;
        } else if (out_count > 0) {
            int k = (int)draw(&state, (uint64_t)out_count);
            struct order o = out[k];
            out[k] = out[--out_count];
            if (draw(&state, 2)) { /* failed for good: the money is back */
                left_fen[o.channel] += o.amount_fen;
                answer(o, o.channel == U ? UNIONPAY_61 : NETSUNION_PS500022);
            } else { /* paid, and the same came in */
                notify_paid(o);
                left_fen[o.channel] += o.amount_fen;
                receipt(o.channel, FIRST_SESSION, o.amount_fen);
            }
        }
        for (; sent < orders_of(ORDER_PAY); sent++) {
            out[out_count++] = *nth_order(ORDER_PAY, sent);
            queued--;
            left_fen[out[out_count - 1].channel] -= out[out_count - 1].amount_fen;
        }
        ck_assert_in_loop(left_fen[U] >= 0 && left_fen[N] >= 0);
        ck_assert_in_loop(left_fen[U] == believed_fen[U] && left_fen[N] == believed_fen[N]);
        if (i % 100 == 0)
            forget();
    }
    ck_assert_int_gt(ids_seen_count, 300);
}
END_TEST

/* --- the bounded bypass ----------------------------------------------------- */

START_TEST(a_payout_too_large_for_what_is_left_is_passed_over_so_often_and_no_more)
{
    config.bypass_max = (uint8_t)_i;
    begin_again();
    leave(5000);
    request_on(1, 5001, ONLY_U);
    for (uint64_t i = 2; i < 12; i++)
        request_on(i, 10, ONLY_U);
    ck_assert_int_eq(orders_of(ORDER_PAY), _i);
    ck_assert_int_eq(facts_of(FACT_BYPASSED), _i);
    if (_i > 0) {
        ck_assert_int_eq(fact(FACT_BYPASSED)->reason, REASON_QUOTA_SHORT);
        ck_assert_int_eq(fact(FACT_BYPASSED)->amount_fen, 5001);
        ck_assert_uint_eq(fact(FACT_BYPASSED)->session, 1);
        ck_assert_uint_eq(fact(FACT_BYPASSED)->id, order(ORDER_PAY)->id);
    }
    forget();
    if (_i > 0) /* not yet enough, although much would fit */
        money_comes(10 * _i);
    ck_assert_int_eq(orders_of(ORDER_PAY), 0);
    money_comes(1);
    SENT_MUST_BE(1);
    money_comes(1000);
    ck_assert_int_eq(orders_of(ORDER_PAY), 11 - _i);
    ck_assert_uint_eq(nth_order(ORDER_PAY, 1)->reference.lo, (unsigned)(2 + _i));
}
END_TEST

START_TEST(a_payout_of_higher_class_is_no_bypass)
{
    leave(5000);
    request_on(1, 5001, ONLY_U);
    for (uint64_t i = 2; i < 12; i++)
        wait_as(i, 1, 1); /* more urgent: first anyway */
    ck_assert_int_eq(orders_of(ORDER_PAY), 10);
    ck_assert_int_eq(facts_of(FACT_BYPASSED), 0);
}
END_TEST

START_TEST(a_payout_that_waits_for_one_channel_does_not_stop_the_other)
{
    config.bypass_max = 0;
    begin_again();
    pay_on(1, QUOTA_FEN - 100, ONLY_U);
    request_on(2, 101, ONLY_U);
    forget();
    ck_assert_uint_eq(pay_on(3, 10, BOTH).channel, N); /* U has enough, but is waited for */
    request_on(4, 10, ONLY_U);
    SENT_MUST_BE(3);
}
END_TEST

START_TEST(when_the_blocking_payout_is_withdrawn_the_others_go)
{
    config.bypass_max = 0;
    begin_again();
    leave(100);
    request_on(1, 101, ONLY_U);
    request_on(2, 60, ONLY_U);
    request_on(3, 40, ONLY_U);
    ck_assert_int_eq(orders_of(ORDER_PAY), 0);
    struct input in = request_of(1, 0);
    in.kind = INPUT_PAYOUT_CANCELLED;
    feed(in);
    SENT_MUST_BE(2, 3);
}
END_TEST

START_TEST(several_passed_over_at_once_are_all_counted)
{
    config.bypass_max = 2;
    begin_again();
    leave(100);
    request_on(1, 300, ONLY_U);
    request_on(2, 200, ONLY_U);
    request_on(3, 10, ONLY_U);
    ck_assert_uint_eq(fact(FACT_BYPASSED)->session, 2);
    ck_assert_int_eq(fact(FACT_BYPASSED)->amount_fen, 300); /* the first of them */
    request_on(4, 10, ONLY_U);
    request_on(5, 10, ONLY_U);
    SENT_MUST_BE(3, 4);
    money_comes(120); /* 200 are there: enough for the second, which may not pass the first */
    SENT_MUST_BE(3, 4);
    money_comes(100);
    SENT_MUST_BE(3, 4, 1);
}
END_TEST

/* --- ageing ------------------------------------------------------------------ */

static void begin_ageing(uint8_t bypass_max)
{
    config.ageing_us = MINUTES(1);
    config.bypass_max = bypass_max;
    begin_again();
}

static void wait_for(uint64_t reference, int64_t amount_fen, uint8_t business, uint8_t priority)
{
    struct input in = request_of(reference, amount_fen);
    in.business = business;
    in.priority = priority;
    in.routes = ONLY_U;
    feed(in);
}

START_TEST(who_has_waited_long_enough_goes_before_a_better_class)
{
    begin_ageing(3);
    leave(0);
    wait_for(1, 10, 0, 5); /* business 5 */
    run_for(MINUTES(4) + _i - 1);
    wait_for(2, 10, 1, 5); /* business 1, where the first arrives after four minutes */
    money_comes(10);
    SENT_MUST_BE(_i == 0 ? 2u : 1u);
}
END_TEST

START_TEST(merchants_rise_when_the_business_has_risen)
{
    begin_ageing(3);
    leave(0);
    wait_for(1, 10, 1, 9);
    run_for(MINUTES(3));
    wait_for(2, 10, 1, 7);
    wait_for(3, 10, 1, 5);
    money_comes(30); /* the first has merchant priority 6 by now */
    SENT_MUST_BE(3, 1, 2);
}
END_TEST

START_TEST(who_waits_behind_a_blocker_and_rises_past_it_goes_at_that_moment)
{
    config.businesses[2].expires_us = 0;
    begin_ageing(0);
    leave(0);
    wait_for(1, 500, 1, 9); /* class 1, 9: waited for, at the top after 8 minutes */
    run_for(SECONDS(1));
    wait_for(2, 10, 1, 9);
    struct input in = request_of(3, 10);
    in.business = 0; /* class 5, 1: at the top after 4 minutes */
    in.priority = 1;
    in.routes = ONLY_U;
    feed(in);
    money_comes(100);
    run_for(MINUTES(4) - 1);
    ck_assert_int_eq(orders_of(ORDER_PAY), 0);
    run_for(1);
    SENT_MUST_BE(3);
    run_for(HOURS(10));
    SENT_MUST_BE(3); /* the second never passes the first */
}
END_TEST

START_TEST(who_arrives_behind_a_blocker_and_rises_past_it_goes_at_that_moment)
{
    begin_ageing(0);
    leave(100);
    wait_for(1, 500, 1, 9); /* class 1, 9: at the top after 8 minutes */
    wait_for(2, 10, 1, 1);  /* goes first; then the channel waits for the first, alone */
    run_for(SECONDS(1));
    wait_for(3, 10, 0, 1); /* class 5, 1: at the top after 4 minutes */
    run_for(MINUTES(4) - 1);
    SENT_MUST_BE(2);
    run_for(1);
    SENT_MUST_BE(2, 3);
}
END_TEST

START_TEST(who_has_risen_to_the_top_is_passed_so_often_and_no_more)
{
    begin_ageing(2);
    leave(100);
    wait_for(1, 300, 0, 5);
    run_for(MINUTES(8));
    for (uint64_t i = 2; i < 12; i++)
        wait_for(i, 10, 1, 1); /* the best class there is */
    SENT_MUST_BE(2, 3);
    money_comes(220);
    SENT_MUST_BE(2, 3, 1);
}
END_TEST

START_TEST(ageing_below_zero_stops_the_program)
{
    config.ageing_us = -1;
    begin_again();
}
END_TEST

static void add_ageing(TCase *t)
{
    tcase_add_loop_test(t, who_has_waited_long_enough_goes_before_a_better_class, 0, 2);
    tcase_add_test(t, merchants_rise_when_the_business_has_risen);
    tcase_add_test(t, who_waits_behind_a_blocker_and_rises_past_it_goes_at_that_moment);
    tcase_add_test(t, who_arrives_behind_a_blocker_and_rises_past_it_goes_at_that_moment);
    tcase_add_test(t, who_has_risen_to_the_top_is_passed_so_often_and_no_more);
    tcase_add_test_raise_signal(t, ageing_below_zero_stops_the_program, SIGABRT);
}

static void add_bypass(TCase *t)
{
    tcase_add_loop_test(t, a_payout_too_large_for_what_is_left_is_passed_over_so_often_and_no_more,
                        0, 6);
    tcase_add_test(t, a_payout_of_higher_class_is_no_bypass);
    tcase_add_test(t, a_payout_that_waits_for_one_channel_does_not_stop_the_other);
    tcase_add_test(t, when_the_blocking_payout_is_withdrawn_the_others_go);
    tcase_add_test(t, several_passed_over_at_once_are_all_counted);
}

int main(void)
{
    TCase *t = tcase_create("dispatch");
    tcase_add_checked_fixture(t, begin_plain, NULL);
    tcase_add_test(t, business_goes_first_then_merchant_then_arrival);
    tcase_add_test(t, what_comes_back_keeps_its_place_by_arrival);
    tcase_add_loop_test(t, the_primary_is_used_while_it_can_and_the_other_when_it_cannot, 0,
                        CHANNELS);
    tcase_add_test(t, a_primary_without_a_free_slot_is_passed_by);
    tcase_add_loop_test(t, a_payout_goes_only_where_it_may, 0, CHANNELS);
    tcase_add_test(t, a_failed_attempt_does_not_widen_the_routes);
    tcase_add_test(t, no_more_are_out_at_once_than_the_channel_takes);
    tcase_add_test(t, without_a_limit_all_go_at_once);
    tcase_add_test(t, each_whole_second_has_its_own_share);
    tcase_add_test(t, what_arrives_late_in_a_full_second_is_sent_in_the_next);
    tcase_add_test(t, no_payout_is_sent_beyond_what_is_believed_available);
    tcase_add_test(t, a_fee_in_the_net_must_fit_too);
    tcase_add_loop_test(t, over_many_draws_belief_is_what_a_plain_sum_says, 0, 8);
    add_bypass(t);
    add_ageing(t);
    return run_tests("dispatch", t);
}
