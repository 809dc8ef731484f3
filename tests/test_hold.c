/* test_hold.c — what the operator holds and releases, and what breakers deny a queued payout. */

#include "core/desk.h"
#include "tests/core_driver.h"

static struct core_config config;

static void begin_plain(void)
{
    config = plain_config();
    begin(&config);
    forget();
}

static void ask(enum input_kind what, uint64_t reference)
{
    struct input in = request_of(reference, 0);
    in.kind = (uint8_t)what;
    feed(in);
}

/* Nothing is left on either channel. */
static void dry(void)
{
    pay_on(1001, QUOTA_FEN, ONLY_U);
    pay_on(1002, QUOTA_FEN, ONLY_N);
    forget();
}

static void money_comes(int64_t amount_fen)
{
    receipt(U, FIRST_SESSION, amount_fen);
}

/* --- the operator ----------------------------------------------------------- */

START_TEST(a_held_payout_lets_the_others_go_and_goes_when_released)
{
    dry();
    request_on(1, 100, ONLY_U);
    request_on(2, 100, ONLY_U);
    ask(INPUT_PAYOUT_HELD, 1);
    ck_assert_int_eq(fact(FACT_HELD)->reason, REASON_OPERATOR);
    ck_assert_int_eq(fact(FACT_HELD)->amount_fen, 100);
    money_comes(200);
    SENT_MUST_BE(2);
    run_for(HOURS(100));
    SENT_MUST_BE(2);
    ask(INPUT_PAYOUT_RELEASED, 1);
    ck_assert_int_eq(fact(FACT_RELEASED)->reason, REASON_OPERATOR);
    SENT_MUST_BE(2, 1);
}
END_TEST

START_TEST(a_released_payout_has_its_place_by_arrival_again)
{
    dry();
    for (uint64_t i = 1; i <= 5; i++)
        request_on(i, 100, ONLY_U);
    ask(INPUT_PAYOUT_HELD, 2);
    ask(INPUT_PAYOUT_HELD, 4);
    ask(INPUT_PAYOUT_HELD, 1);
    ask(INPUT_PAYOUT_RELEASED, 4);
    ask(INPUT_PAYOUT_RELEASED, 1);
    money_comes(500);
    SENT_MUST_BE(1, 3, 4, 5);
}
END_TEST

START_TEST(when_the_payout_that_is_waited_for_is_held_the_others_go)
{
    config.bypass_max = 0;
    begin(&config);
    dry();
    request_on(1, 500, ONLY_U);
    request_on(2, 60, ONLY_U);
    money_comes(60);
    ck_assert_int_eq(orders_of(ORDER_PAY), 0); /* they wait for the first */
    ask(INPUT_PAYOUT_HELD, 1);
    SENT_MUST_BE(2);
    ask(INPUT_PAYOUT_RELEASED, 1);
    request_on(3, 10, ONLY_U);
    money_comes(10);
    SENT_MUST_BE(2); /* waited for again */
}
END_TEST

START_TEST(the_passes_of_a_held_payout_are_neither_counted_nor_forgotten)
{
    config.bypass_max = 1;
    begin(&config);
    pay_on(1001, QUOTA_FEN - 100, ONLY_U);
    forget();
    request_on(1, 500, ONLY_U);
    request_on(2, 10, ONLY_U); /* passes it: once is allowed */
    ask(INPUT_PAYOUT_HELD, 1);
    request_on(3, 10, ONLY_U);
    request_on(4, 10, ONLY_U);
    ck_assert_int_eq(facts_of(FACT_BYPASSED), 1);
    ask(INPUT_PAYOUT_RELEASED, 1);
    request_on(5, 10, ONLY_U); /* and no more */
    SENT_MUST_BE(2, 3, 4);
}
END_TEST

START_TEST(a_held_payout_may_be_cancelled)
{
    dry();
    request_on(1, 100, ONLY_U);
    ask(INPUT_PAYOUT_HELD, 1);
    ask(INPUT_PAYOUT_CANCELLED, 1);
    ck_assert_int_eq(facts_of(FACT_CANCELLED), 1);
    money_comes(100);
    ck_assert_int_eq(order_count, 0);
    ask(INPUT_PAYOUT_RELEASED, 1);
    ck_assert_int_eq(fact(FACT_REPEATED)->state, PAYOUT_CANCELLED);
}
END_TEST

START_TEST(a_held_payout_expires_in_its_time)
{
    dry();
    struct input in = request_of(1, 100);
    in.business = 2;
    feed(in);
    ask(INPUT_PAYOUT_HELD, 1);
    run_for(MINUTES(1) - 1);
    ck_assert_int_eq(facts_of(FACT_EXPIRED), 0);
    run_for(1);
    ck_assert_int_eq(facts_of(FACT_EXPIRED), 1);
}
END_TEST

START_TEST(holding_twice_and_releasing_what_is_not_held_are_answered_with_the_state)
{
    dry();
    request_on(1, 100, ONLY_U);
    ask(INPUT_PAYOUT_RELEASED, 1);
    ck_assert_int_eq(facts_of(FACT_RELEASED), 0);
    ck_assert_int_eq(fact(FACT_REPEATED)->state, PAYOUT_QUEUED);
    ck_assert_int_eq(fact(FACT_REPEATED)->reason, REASON_OPERATOR);
    ask(INPUT_PAYOUT_HELD, 1);
    forget();
    ask(INPUT_PAYOUT_HELD, 1);
    ck_assert_int_eq(fact_count, 1);
    ck_assert_int_eq(fact(FACT_REPEATED)->state, PAYOUT_QUEUED);
    ask(INPUT_PAYOUT_RELEASED, 1);
    money_comes(100);
    SENT_MUST_BE(1);
}
END_TEST

static const enum input_kind asks[] = {INPUT_PAYOUT_HELD, INPUT_PAYOUT_RELEASED};

START_TEST(what_was_sent_cannot_be_held_or_released)
{
    pay(1, 100);
    forget();
    ask(asks[_i], 1);
    ck_assert_int_eq(fact_count, 1);
    ck_assert_int_eq(fact(FACT_REPEATED)->state, PAYOUT_SENT);
    ck_assert_int_eq(fact(FACT_REPEATED)->reason, REASON_OPERATOR);
}
END_TEST

START_TEST(holding_or_releasing_what_nobody_asked_for_is_an_alert)
{
    ask(asks[_i], 77);
    ck_assert_int_eq(alerts_for(REASON_UNKNOWN_ORDER), 1);
}
END_TEST

/* Sent, failed, and backing off for five seconds. */
static void backs_off(uint64_t reference)
{
    answer(pay_on(reference, 100, ONLY_U), UNIONPAY_06);
    forget();
}

START_TEST(what_backs_off_can_be_held_and_backs_off_on_when_released)
{
    backs_off(1);
    ask(INPUT_PAYOUT_HELD, 1);
    run_for(SECONDS(3));
    ask(INPUT_PAYOUT_RELEASED, 1);
    run_for(SECONDS(2) - 1);
    ck_assert_int_eq(order_count, 0);
    run_for(1);
    SENT_MUST_BE(1);
}
END_TEST

START_TEST(what_is_released_after_its_back_off_goes_at_once)
{
    backs_off(1);
    ask(INPUT_PAYOUT_HELD, 1);
    run_for(SECONDS(60));
    ck_assert_int_eq(order_count, 0);
    ask(INPUT_PAYOUT_RELEASED, 1);
    SENT_MUST_BE(1);
}
END_TEST

START_TEST(released_payouts_back_off_in_the_order_of_their_time)
{
    backs_off(1);
    run_for(SECONDS(1));
    backs_off(2);
    run_for(SECONDS(1));
    backs_off(3);
    ask(INPUT_PAYOUT_HELD, 2);
    ask(INPUT_PAYOUT_HELD, 1);
    ask(INPUT_PAYOUT_RELEASED, 1);
    ask(INPUT_PAYOUT_RELEASED, 2);
    run_for(SECONDS(3));
    SENT_MUST_BE(1);
    run_for(SECONDS(1));
    SENT_MUST_BE(1, 2);
    run_for(SECONDS(1));
    SENT_MUST_BE(1, 2, 3);
}
END_TEST

/* --- what breakers deny ------------------------------------------------------ */

static uint32_t slot_of(uint64_t reference)
{
    for (int i = 0; i < fact_count; i++)
        if (facts[i].kind == FACT_REQUESTED && (uint64_t)facts[i].other == reference)
            return facts[i].subject;
    ck_abort_msg("no such request");
    return NONE;
}

static void deny(uint32_t slot, uint8_t channels)
{
    struct desk d = {.core = core,
                     .payouts = (struct payout *)(void *)(block + core->payouts_at),
                     .remembered = (struct remembered *)(void *)(block + core->remembered_at),
                     .slots = (struct idmap_slot *)(void *)(block + core->slots_at),
                     .moments = (const int64_t *)(void *)(block + core->moments_at),
                     .fx = &fx,
                     .now_us = now_us};
    fx.fact_count = fx.order_count = 0;
    intake_deny(&d, slot, channels, 6);
    for (uint32_t i = 0; i < fx.fact_count; i++)
        facts[fact_count++] = fx.facts[i];
    feed((struct input){.kind = INPUT_TICKED});
}

START_TEST(a_payout_denied_every_channel_is_stopped_until_one_admits_it)
{
    dry();
    request_on(1, 100, ONLY_U);
    request_on(2, 100, ONLY_U);
    uint32_t slot = slot_of(1);
    deny(slot, ONLY_U);
    ck_assert_int_eq(fact(FACT_DENIED)->routes, ONLY_U);
    ck_assert_int_eq(fact(FACT_DENIED)->reason, REASON_BREAKER_OPEN);
    ck_assert_int_eq(fact(FACT_DENIED)->class, 7);
    ck_assert_uint_eq(fact(FACT_DENIED)->subject, slot);
    money_comes(300);
    SENT_MUST_BE(2);
    deny(slot, 0);
    ck_assert_int_eq(fact(FACT_DENIED)->routes, 0);
    ck_assert_int_eq(fact(FACT_DENIED)->reason, REASON_BREAKER_ADMITS);
    ck_assert_int_eq(fact(FACT_DENIED)->class, 0);
    SENT_MUST_BE(2, 1);
}
END_TEST

START_TEST(a_payout_denied_one_channel_goes_on_the_other)
{
    dry();
    request(1, 100);
    deny(slot_of(1), ONLY_U);
    money_comes(100);
    ck_assert_int_eq(order_count, 0);
    receipt(N, FIRST_SESSION, 100);
    SENT_MUST_BE(1);
    ck_assert_uint_eq(order(ORDER_PAY)->channel, N);
}
END_TEST

START_TEST(what_is_denied_as_before_is_no_news)
{
    dry();
    request(1, 100);
    uint32_t slot = slot_of(1);
    forget();
    deny(slot, 0);
    ck_assert_int_eq(facts_of(FACT_DENIED), 0);
    deny(slot, BOTH);
    deny(slot, BOTH);
    ck_assert_int_eq(facts_of(FACT_DENIED), 1);
}
END_TEST

START_TEST(a_channel_does_not_wait_for_a_payout_that_is_denied_it)
{
    config.bypass_max = 0;
    begin(&config);
    dry();
    request_on(1, 500, ONLY_U);
    request_on(2, 60, ONLY_U);
    uint32_t slot = slot_of(1);
    money_comes(60);
    ck_assert_int_eq(order_count, 0); /* the second waits for the first */
    deny(slot, ONLY_U);
    SENT_MUST_BE(2);
}
END_TEST

START_TEST(a_stopped_payout_can_be_held_and_is_looked_at_anew_when_released)
{
    dry();
    request_on(1, 100, ONLY_U);
    uint32_t slot = slot_of(1);
    deny(slot, ONLY_U);
    ask(INPUT_PAYOUT_HELD, 1);
    money_comes(100);
    deny(slot, 0);
    ck_assert_int_eq(orders_of(ORDER_PAY), 0); /* admitted, but held */
    deny(slot, ONLY_U);
    ask(INPUT_PAYOUT_RELEASED, 1); /* looked at anew, and no breaker denies it */
    SENT_MUST_BE(1);
}
END_TEST

START_TEST(what_is_denied_while_it_backs_off_is_looked_at_anew_afterwards)
{
    answer(pay_on(1, 100, ONLY_U), UNIONPAY_06);
    uint32_t slot = slot_of(1);
    forget();
    deny(slot, ONLY_U);
    ck_assert_int_eq(facts_of(FACT_DENIED), 1);
    run_for(HOURS(1)); /* no breaker denies it any more */
    ck_assert_int_eq(facts_of(FACT_DENIED), 2);
    SENT_MUST_BE(1);
}
END_TEST

START_TEST(what_is_waiting_counts_for_the_channel_that_is_not_denied)
{
    dry();
    request(1, 100);
    request(2, 10);
    uint32_t slot = slot_of(1);
    ck_assert_int_eq(core->channels[U].waiting_fen, 110);
    deny(slot, ONLY_U);
    ck_assert_int_eq(core->channels[U].waiting_fen, 10);
    ck_assert_int_eq(core->channels[N].waiting_fen, 100);
    deny(slot, BOTH);
    ck_assert_int_eq(core->channels[N].waiting_fen, 0);
    deny(slot, 0);
    ck_assert_int_eq(core->channels[U].waiting_fen, 110);
    ask(INPUT_PAYOUT_HELD, 1);
    ck_assert_int_eq(core->channels[U].waiting_fen, 10);
}
END_TEST

START_TEST(denying_what_was_sent_stops_the_program)
{
    pay(1, 100);
    deny(slot_of(1), ONLY_U);
}
END_TEST

START_TEST(denying_a_channel_that_is_none_stops_the_program)
{
    dry();
    request(1, 100);
    deny(slot_of(1), 4);
}
END_TEST

static void add_denied(TCase *t)
{
    tcase_add_test(t, a_payout_denied_every_channel_is_stopped_until_one_admits_it);
    tcase_add_test(t, a_payout_denied_one_channel_goes_on_the_other);
    tcase_add_test(t, what_is_denied_as_before_is_no_news);
    tcase_add_test(t, a_channel_does_not_wait_for_a_payout_that_is_denied_it);
    tcase_add_test(t, a_stopped_payout_can_be_held_and_is_looked_at_anew_when_released);
    tcase_add_test(t, what_is_denied_while_it_backs_off_is_looked_at_anew_afterwards);
    tcase_add_test(t, what_is_waiting_counts_for_the_channel_that_is_not_denied);
    tcase_add_test_raise_signal(t, denying_what_was_sent_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, denying_a_channel_that_is_none_stops_the_program, SIGABRT);
}

int main(void)
{
    TCase *t = tcase_create("hold");
    tcase_add_checked_fixture(t, begin_plain, NULL);
    tcase_add_test(t, a_held_payout_lets_the_others_go_and_goes_when_released);
    tcase_add_test(t, a_released_payout_has_its_place_by_arrival_again);
    tcase_add_test(t, when_the_payout_that_is_waited_for_is_held_the_others_go);
    tcase_add_test(t, the_passes_of_a_held_payout_are_neither_counted_nor_forgotten);
    tcase_add_test(t, a_held_payout_may_be_cancelled);
    tcase_add_test(t, a_held_payout_expires_in_its_time);
    tcase_add_test(t, holding_twice_and_releasing_what_is_not_held_are_answered_with_the_state);
    tcase_add_loop_test(t, what_was_sent_cannot_be_held_or_released, 0, COUNT(asks));
    tcase_add_loop_test(t, holding_or_releasing_what_nobody_asked_for_is_an_alert, 0, COUNT(asks));
    tcase_add_test(t, what_backs_off_can_be_held_and_backs_off_on_when_released);
    tcase_add_test(t, what_is_released_after_its_back_off_goes_at_once);
    tcase_add_test(t, released_payouts_back_off_in_the_order_of_their_time);
    add_denied(t);
    return run_tests("hold", t);
}
