/* test_breakers.c — breakers in the core: what is told to them, and whom they stop. */

#include "core/desk.h"
#include "tests/core_driver.h"

static struct core_config config;

static struct breaker_terms *add(enum breaker_kind kind)
{
    struct breaker_terms *t = &config.breakers[config.breaker_count++];
    *t = (struct breaker_terms){
        .kind = (uint8_t)kind,
        .channels = BOTH,
        .banks = {{~UINT64_C(0)}, {~UINT64_C(0)}},
        .keys = 8,
        .min_calls = 2,
        .open_for_us = SECONDS(30),
        .open_multiplier_ppm = PPM,
        .probes = 1,
        .probe_deadline_us = SECONDS(60),
    };
    return t;
}

static void start(void)
{
    config.limits.breaker_bytes = breakers_bytes(config.breakers, config.breaker_count);
    begin(&config);
    forget();
}

/* A route that opens after so many failures in a row. */
static void with_route(uint32_t consecutive)
{
    config = plain_config();
    config.retries = 0;
    add(BREAKER_ROUTE)->consecutive = consecutive;
    start();
}

static struct input watched(uint64_t reference, int64_t amount_fen, uint8_t routes)
{
    struct input in = request_of(reference, amount_fen);
    in.routes = routes;
    in.breakers = UINT16_MAX;
    return in;
}

static struct order send(uint64_t reference, uint8_t routes)
{
    int before = orders_of(ORDER_PAY);
    feed(watched(reference, 100, routes));
    ck_assert_int_eq(orders_of(ORDER_PAY), before + 1);
    return *order(ORDER_PAY);
}

static void waits(uint64_t reference, uint8_t routes)
{
    int before = orders_of(ORDER_PAY);
    feed(watched(reference, 100, routes));
    ck_assert_int_eq(orders_of(ORDER_PAY), before);
}

static void fail_on(uint64_t reference, uint8_t routes)
{
    struct order o = send(reference, routes);
    answer(o, o.channel == U ? UNIONPAY_06 : NETSUNION_MOCKBUSY);
}

static void cancel(uint64_t reference)
{
    struct input in = request_of(reference, 0);
    in.kind = INPUT_PAYOUT_CANCELLED;
    feed(in);
}

static void force(uint8_t flag, uint64_t key, int64_t until_us)
{
    feed((struct input){.kind = INPUT_BREAKER_FORCED, .flag = flag, .id = key, .at_us = until_us});
}

/* --- whom an open one stops ----------------------------------------------------------- */

START_TEST(an_open_route_turns_payouts_to_the_other)
{
    with_route(2);
    fail_on(1, ONLY_U);
    fail_on(2, ONLY_U);
    ck_assert_int_eq(fact(FACT_BREAKER_OPENED)->reason, REASON_CONSECUTIVE_FAILURES);
    ck_assert_int_eq(fact(FACT_BREAKER_OPENED)->channel, U);
    ck_assert_int_eq(fact(FACT_BREAKER_OPENED)->class, 1);
    ck_assert_int_eq(fact(FACT_BREAKER_OPENED)->other, now_us + SECONDS(30));
    ck_assert_int_eq(send(3, BOTH).channel, N);
    ck_assert_int_eq(fact(FACT_DENIED)->routes, ONLY_U);
    ck_assert_int_eq(fact(FACT_DENIED)->reason, REASON_BREAKER_OPEN);
}
END_TEST

START_TEST(one_probe_goes_and_the_rest_when_it_has_passed)
{
    with_route(1);
    fail_on(1, ONLY_U);
    waits(2, ONLY_U);
    waits(3, ONLY_U);
    run_for(SECONDS(30));
    ck_assert_int_eq(orders_of(ORDER_PAY), 1); /* nothing at the last moment */
    run_for(1);
    ck_assert_int_eq(facts_of(FACT_BREAKER_HALF_OPENED), 1);
    ck_assert_int_eq(orders_of(ORDER_PAY), 2);
    ck_assert_uint_eq(order(ORDER_PAY)->reference.lo, 2);
    ck_assert_int_eq(fact(FACT_DENIED)->routes, ONLY_U); /* the other, again */
    notify_paid(*order(ORDER_PAY));
    ck_assert_int_eq(fact(FACT_BREAKER_CLOSED)->reason, REASON_PROBES_PASSED);
    ck_assert_int_eq(orders_of(ORDER_PAY), 3);
}
END_TEST

START_TEST(a_probe_that_fails_opens_it_again)
{
    with_route(1);
    fail_on(1, ONLY_U);
    waits(2, ONLY_U);
    waits(3, ONLY_U);
    run_for(SECONDS(30) + 1);
    answer(*order(ORDER_PAY), UNIONPAY_06);
    ck_assert_int_eq(fact(FACT_BREAKER_OPENED)->reason, REASON_PROBES_FAILED);
    ck_assert_int_eq(fact(FACT_BREAKER_OPENED)->session, 2);
    run_for(SECONDS(30));
    ck_assert_int_eq(orders_of(ORDER_PAY), 2);
}
END_TEST

START_TEST(what_waits_for_quota_is_denied_as_well)
{
    with_route(1);
    struct order o = send(1, ONLY_U);
    feed(watched(2, QUOTA_FEN + 1, BOTH));
    answer(o, UNIONPAY_06);
    ck_assert_int_eq(fact(FACT_DENIED)->routes, ONLY_U);
    ck_assert_int_eq(facts_of(FACT_DENIED), 1);
    run_for(SECONDS(30) + 1);
    ck_assert_int_eq(fact(FACT_DENIED)->routes, 0);
    ck_assert_int_eq(fact(FACT_DENIED)->reason, REASON_BREAKER_ADMITS);
}
END_TEST

START_TEST(a_payout_that_no_breaker_watches_goes)
{
    with_route(1);
    fail_on(1, ONLY_U);
    pay_on(2, 100, ONLY_U); /* no bit for any breaker */
    ck_assert_int_eq(facts_of(FACT_DENIED), 0);
}
END_TEST

START_TEST(a_breaker_of_one_channel_leaves_the_other_alone)
{
    config = plain_config();
    config.retries = 0;
    struct breaker_terms *t = add(BREAKER_ROUTE);
    t->consecutive = 1;
    t->channels = ONLY_N;
    start();
    fail_on(1, ONLY_U);
    ck_assert_int_eq(facts_of(FACT_BREAKER_OPENED), 0);
    fail_on(2, ONLY_N);
    ck_assert_int_eq(fact(FACT_BREAKER_OPENED)->channel, N);
}
END_TEST

START_TEST(the_next_attempt_finds_its_route_denied)
{
    config = plain_config();
    add(BREAKER_ROUTE)->consecutive = 1;
    start();
    fail_on(1, BOTH); /* on UnionPay; tried on the other at once */
    ck_assert_int_eq(order(ORDER_PAY)->channel, N);
    answer(*order(ORDER_PAY), NETSUNION_MOCKBUSY); /* now both are open, and it backs off */
    ck_assert_int_eq(facts_of(FACT_BREAKER_OPENED), 2);
    run_for(SECONDS(20)); /* its back-off is over */
    ck_assert_int_eq(fact(FACT_DENIED)->routes, BOTH);
    ck_assert_int_eq(orders_of(ORDER_PAY), 2);
    run_for(SECONDS(11));
    ck_assert_int_eq(orders_of(ORDER_PAY), 3);
}
END_TEST

/* --- keys --------------------------------------------------------------------------------- */

static const struct {
    enum breaker_kind kind;
    struct input same;  /* denied */
    struct input other; /* not */
} key_cases[] = {
    {BREAKER_BUSINESS, {.business = 1}, {.business = 0}},
    {BREAKER_MERCHANT, {.merchant = 7}, {.merchant = 8}},
    {BREAKER_USER, {.user = 7}, {.user = 8}},
    {BREAKER_ROUTE_BANK, {.bank = 7}, {.bank = 8}},
};

static void of(uint64_t reference, const struct input *who, bool goes)
{
    struct input in = watched(reference, 100, ONLY_U);
    int before = orders_of(ORDER_PAY);
    in.business = who->business;
    in.merchant = who->merchant;
    in.user = who->user;
    in.bank = who->bank;
    feed(in);
    ck_assert_int_eq(orders_of(ORDER_PAY), before + goes);
}

START_TEST(a_key_stops_its_own_and_no_other)
{
    config = plain_config();
    config.retries = 0;
    add(key_cases[_i].kind)->consecutive = 1;
    start();
    of(1, &key_cases[_i].same, true);
    answer(*order(ORDER_PAY), UNIONPAY_06);
    ck_assert_int_eq(facts_of(FACT_BREAKER_OPENED), 1);
    of(2, &key_cases[_i].other, true);
    of(3, &key_cases[_i].same, false);
    run_for(SECONDS(30) + 1);
    ck_assert_int_eq(orders_of(ORDER_PAY), 3);
}
END_TEST

START_TEST(a_merchant_gets_so_many_and_no_more)
{
    config = plain_config();
    config.channels[U].concurrency = 1;
    struct breaker_terms *t = add(BREAKER_MERCHANT);
    t->velocity_count = 3;
    t->velocity_seconds = 600;
    start();
    for (uint64_t reference = 1; reference <= 10; reference++)
        feed(watched(reference, 100, ONLY_U));
    feed(watched(11, 200, ONLY_N));
    ck_assert_int_eq(orders_of(ORDER_PAY), 2); /* one on each channel */
    notify_paid(*nth_order(ORDER_PAY, 0));
    ck_assert_int_eq(fact(FACT_BREAKER_OPENED)->reason, REASON_VELOCITY_COUNT);
    notify_paid(*nth_order(ORDER_PAY, 1));
    notify_paid(*nth_order(ORDER_PAY, 2));
    ck_assert_int_eq(orders_of(ORDER_PAY), 3);
    ck_assert_int_eq(facts_of(FACT_DENIED), 8);
}
END_TEST

/* --- how a call ends ---------------------------------------------------------------------- */

static const struct {
    const char *what;
    uint16_t code; /* of the answer; 1000: none comes; 1001: a notice instead */
    bool opens;
} ends[] = {
    {"accepted", UNIONPAY_00, false},
    {"busy", UNIONPAY_06, true},
    {"not sent", CODE_NOT_SENT, true},
    {"under way", UNIONPAY_05, false},
    {"unknown", UNIONPAY_04, true},
    {"unlisted", CODE_UNLISTED, true},
    {"a wrong card", UNIONPAY_61, false},
    {"a bad signature", UNIONPAY_11, true},
    {"the quota is used up", UNIONPAY_64, false},
    {"over its limit", UNIONPAY_33, false},
    {"no answer", 1000, true},
    {"paid before the answer", 1001, false},
};

START_TEST(a_call_ends_as_a_success_a_failure_or_neither)
{
    with_route(1);
    struct order o = send(1, ONLY_U);
    if (ends[_i].code == 1000)
        run_for(REPLY_TIMEOUT_US);
    else if (ends[_i].code == 1001)
        notify_paid(o);
    else
        answer(o, ends[_i].code);
    ck_assert_msg(facts_of(FACT_BREAKER_OPENED) == ends[_i].opens, "%s", ends[_i].what);
}
END_TEST

START_TEST(it_ends_once)
{
    with_route(2);
    struct order o = send(1, ONLY_U);
    run_for(REPLY_TIMEOUT_US); /* a failure */
    answer(o, UNIONPAY_06);    /* late: it touches the payout alone */
    ck_assert_int_eq(facts_of(FACT_FAILED), 1);
    ck_assert_int_eq(facts_of(FACT_BREAKER_OPENED), 0);
    o = send(2, ONLY_U);
    answer(o, UNIONPAY_00); /* accepted: a success */
    notify(o, UNIONPAY_06);
    fail_on(3, ONLY_U);
    ck_assert_int_eq(facts_of(FACT_BREAKER_OPENED), 0);
}
END_TEST

START_TEST(late_answers_close_nothing)
{
    with_route(1);
    struct order late = send(1, ONLY_U);
    fail_on(2, ONLY_U);
    run_for(SECONDS(9));
    answer(late, UNIONPAY_00);
    ck_assert_int_eq(facts_of(FACT_BREAKER_CLOSED), 0);
    waits(3, ONLY_U);
}
END_TEST

START_TEST(slow_is_what_takes_longer)
{
    config = plain_config();
    struct breaker_terms *t = add(BREAKER_ROUTE);
    t->window_calls = 2;
    t->slow_ppm = PPM;
    t->slow_after_us = SECONDS(2);
    start();
    struct order o[3] = {send(1, ONLY_U), send(2, ONLY_U), send(3, ONLY_U)};
    run_for(SECONDS(2));
    answer(o[0], UNIONPAY_00);
    run_for(1);
    answer(o[1], UNIONPAY_00);
    ck_assert_int_eq(facts_of(FACT_BREAKER_OPENED), 0);
    answer(o[2], UNIONPAY_00);
    ck_assert_int_eq(fact(FACT_BREAKER_OPENED)->reason, REASON_SLOW_SHARE);
}
END_TEST

/* --- the operator --------------------------------------------------------------------------- */

START_TEST(the_operator_opens_one_key_for_a_time)
{
    with_route(1);
    force(FORCED_OPEN, N, now_us + MINUTES(10));
    waits(1, ONLY_N);
    send(2, ONLY_U);
    run_for(MINUTES(10));
    ck_assert_int_eq(orders_of(ORDER_PAY), 1);
    run_for(1);
    ck_assert_int_eq(orders_of(ORDER_PAY), 2);
    ck_assert_int_eq(fact(FACT_BREAKER_HALF_OPENED)->reason, REASON_FORCED_TIME_OVER);
}
END_TEST

START_TEST(the_operator_opens_and_closes_all_there_are)
{
    with_route(1);
    force(FORCED_OPEN | FORCED_EVERY, 0, 0);
    ck_assert_int_eq(facts_of(FACT_BREAKER_OPENED), CHANNELS);
    waits(1, BOTH);
    run_for(HOURS(24));
    ck_assert_int_eq(orders_of(ORDER_PAY), 0);
    force(FORCED_EVERY, 0, 0);
    ck_assert_int_eq(orders_of(ORDER_PAY), 1);
    answer(*order(ORDER_PAY), UNIONPAY_06);
    send(2, ONLY_U); /* forced closed: it does not trip */
}
END_TEST

/* --- held, cancelled, and many -----------------------------------------------------------------
 */

START_TEST(what_was_held_meanwhile_is_looked_at_when_it_comes_back)
{
    struct input in = request_of(2, 0);
    with_route(1);
    fail_on(1, ONLY_U);
    waits(2, ONLY_U);
    in.kind = INPUT_PAYOUT_HELD;
    feed(in);
    run_for(HOURS(1)); /* half open since */
    ck_assert_int_eq(facts_of(FACT_DENIED), 1);
    in.kind = INPUT_PAYOUT_RELEASED;
    feed(in);
    ck_assert_int_eq(facts_of(FACT_DENIED), 2);
    ck_assert_int_eq(orders_of(ORDER_PAY), 2);
}
END_TEST

START_TEST(a_stopped_payout_can_be_cancelled_and_expires)
{
    with_route(1);
    fail_on(1, ONLY_U);
    waits(2, ONLY_U);
    cancel(2);
    ck_assert_int_eq(facts_of(FACT_CANCELLED), 1);
    force(FORCED_OPEN | FORCED_EVERY, 0, 0);
    struct input in = watched(3, 100, ONLY_U);
    in.business = 2;
    feed(in);
    run_for(MINUTES(1));
    ck_assert_int_eq(facts_of(FACT_EXPIRED), 1);
}
END_TEST

enum { MANY = 2000 };

/* They wait for quota; a breaker opens and closes, more than one call can tell. */
static void many_wait(void)
{
    config = plain_config();
    config.limits.open_payouts = MANY + 1;
    config.limits.remembered = MANY + 1;
    add(BREAKER_ROUTE)->consecutive = 1;
    start();
    for (uint64_t reference = 1; reference <= MANY; reference++) {
        struct input in = watched(reference, QUOTA_FEN + 1, reference % 3 == 0 ? BOTH : ONLY_U);
        in.priority = (uint8_t)(1 + reference % 9);
        in.business = reference % 2;
        feed(in);
    }
    forget();
}

START_TEST(thousands_are_sifted_over_many_calls)
{
    many_wait();
    force(FORCED_OPEN, U, 0);
    ck_assert_int_eq(facts_of(FACT_DENIED), MANY);
    forget();
    force(0, U, 0);
    ck_assert_int_eq(facts_of(FACT_DENIED), MANY);
}
END_TEST

/* Whatever leaves while the cursor stands there, nobody is forgotten. */
START_TEST(what_is_cancelled_during_the_sifting_does_not_stop_it)
{
    uint64_t state = (uint64_t)_i + 1;
    many_wait();
    now_us++;
    apply((struct input){.kind = INPUT_BREAKER_FORCED, .flag = FORCED_OPEN, .id = U});
    int cancelled = 0;
    for (int i = 0; i < 40; i++) {
        /* The one to be looked at next follows the last that was denied. */
        uint32_t slot = fact(FACT_DENIED)->subject;
        struct input in = request_of(i % 2 ? 1 + draw(&state, MANY) : (slot + 9) % MANY + 1, 0);
        in.kind = INPUT_PAYOUT_CANCELLED;
        apply(in);
        cancelled = facts_of(FACT_CANCELLED);
    }
    tick_all();
    ck_assert_int_ge(facts_of(FACT_DENIED), MANY - cancelled);
    forget();
    force(0, U, 0);
    ck_assert_int_eq(facts_of(FACT_DENIED), MANY - cancelled);
}
END_TEST

START_TEST(nothing_is_sent_before_the_sifting_is_done)
{
    many_wait();
    apply((struct input){.kind = INPUT_BREAKER_FORCED, .flag = FORCED_OPEN, .id = U});
    receipt(U, FIRST_SESSION, 10 * QUOTA_FEN); /* now there would be quota for some */
    ck_assert_int_eq(facts_of(FACT_SENT), 0);
    ck_assert_int_eq(facts_of(FACT_DENIED), MANY);
}
END_TEST

/* Of thousands that wait, only so many hear of a half-open key as can try. */
START_TEST(probes_are_offered_to_a_few_and_then_to_others)
{
    many_wait();
    force(FORCED_OPEN, U, now_us + MINUTES(1));
    forget();
    run_for(MINUTES(1) + 1);
    ck_assert_int_eq(facts_of(FACT_BREAKER_HALF_OPENED), 1);
    ck_assert_int_eq(facts_of(FACT_DENIED), OFFERS);
    int seen = 0;
    for (int offered = OFFERS; offered < MANY; offered += OFFERS) {
        int last = fact_count;
        for (int i = seen; i < last; i++) /* all that were let go give up */
            if (facts[i].kind == FACT_DENIED) {
                ck_assert_int_eq(facts_of(FACT_DENIED), offered);
                ck_assert_int_eq(facts[i].routes, 0);
                cancel(facts[i].subject + 1);
            }
        seen = last;
        int next = MANY - offered < OFFERS ? MANY - offered : OFFERS;
        ck_assert_int_eq(facts_of(FACT_DENIED), offered + next);
    }
}
END_TEST

/* Offered no probe of one channel, yet denied the other that closes meanwhile. */
START_TEST(who_is_offered_nothing_may_still_be_denied_more)
{
    many_wait(); /* every third may take both */
    force(FORCED_OPEN, U, now_us + MINUTES(1));
    run_for(MINUTES(1));
    now_us++;
    forget();
    /* In one call UnionPay is half open and NetsUnion forced open. */
    feed((struct input){.kind = INPUT_BREAKER_FORCED, .flag = FORCED_OPEN, .id = N});
    ck_assert_int_eq(facts_of(FACT_BREAKER_HALF_OPENED), 1);
    receipt(N, FIRST_SESSION, MANY * QUOTA_FEN);
    ck_assert_int_eq(facts_of(FACT_SENT), 0);
}
END_TEST

START_TEST(a_passed_probe_lets_all_go)
{
    many_wait();
    force(FORCED_OPEN, U, now_us + MINUTES(1));
    run_for(MINUTES(1) + 1);
    struct order o = send(MANY + 1, ONLY_U);
    forget();
    notify_paid(o);
    ck_assert_int_eq(facts_of(FACT_BREAKER_CLOSED), 1);
    ck_assert_int_eq(facts_of(FACT_DENIED), MANY);
    forget();
    force(FORCED_OPEN, U, 0);
    ck_assert_int_eq(facts_of(FACT_DENIED), MANY);
}
END_TEST

START_TEST(too_many_keys_are_told_once_and_refuse_nothing)
{
    config = plain_config();
    config.retries = 0;
    add(BREAKER_USER)->consecutive = 1;
    start();
    for (uint32_t user = 0; user < 20; user++) {
        struct input in = watched(user + 1, 1, ONLY_U);
        in.user = user;
        feed(in);
        answer(*order(ORDER_PAY), UNIONPAY_06);
    }
    ck_assert_int_eq(orders_of(ORDER_PAY), 20);
    ck_assert_int_eq(facts_of(FACT_BREAKER_OPENED), 8);
    ck_assert_int_eq(alerts_for(REASON_TOO_MANY_KEYS), 1);
}
END_TEST

START_TEST(limits_that_forget_the_breakers_stop_the_program)
{
    config = plain_config();
    add(BREAKER_ROUTE)->consecutive = 1;
    begin(&config);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("breakers");
    tcase_add_test(t, an_open_route_turns_payouts_to_the_other);
    tcase_add_test(t, one_probe_goes_and_the_rest_when_it_has_passed);
    tcase_add_test(t, a_probe_that_fails_opens_it_again);
    tcase_add_test(t, what_waits_for_quota_is_denied_as_well);
    tcase_add_test(t, a_payout_that_no_breaker_watches_goes);
    tcase_add_test(t, a_breaker_of_one_channel_leaves_the_other_alone);
    tcase_add_test(t, the_next_attempt_finds_its_route_denied);
    tcase_add_loop_test(t, a_key_stops_its_own_and_no_other, 0, COUNT(key_cases));
    tcase_add_test(t, a_merchant_gets_so_many_and_no_more);
    tcase_add_loop_test(t, a_call_ends_as_a_success_a_failure_or_neither, 0, COUNT(ends));
    tcase_add_test(t, it_ends_once);
    tcase_add_test(t, late_answers_close_nothing);
    tcase_add_test(t, slow_is_what_takes_longer);
    tcase_add_test(t, the_operator_opens_one_key_for_a_time);
    tcase_add_test(t, the_operator_opens_and_closes_all_there_are);
    tcase_add_test(t, what_was_held_meanwhile_is_looked_at_when_it_comes_back);
    tcase_add_test(t, a_stopped_payout_can_be_cancelled_and_expires);
    tcase_add_test(t, thousands_are_sifted_over_many_calls);
    tcase_add_test(t, who_is_offered_nothing_may_still_be_denied_more);
    tcase_add_test(t, a_passed_probe_lets_all_go);
    tcase_add_loop_test(t, what_is_cancelled_during_the_sifting_does_not_stop_it, 0, 10);
    tcase_add_test(t, nothing_is_sent_before_the_sifting_is_done);
    tcase_add_test(t, probes_are_offered_to_a_few_and_then_to_others);
    tcase_add_test(t, too_many_keys_are_told_once_and_refuse_nothing);
    tcase_add_test_raise_signal(t, limits_that_forget_the_breakers_stop_the_program, SIGABRT);
    return run_tests("breakers", t);
}
