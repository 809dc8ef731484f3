/* test_route.c — which channel a payout takes, and the word for it. */

#include "core/payout/routing.h"
#include "tests/core_driver.h"

static struct core_config config;

static void begin_as(enum routing_kind kind)
{
    config.routing = kind;
    begin(&config);
    forget();
}

static void begin_plain(void)
{
    config = plain_config();
    begin_as(ROUTING_PRIMARY_FIRST);
}

static void went(uint64_t reference, int64_t amount_fen, uint8_t channel, enum reason why)
{
    struct order o = pay(reference, amount_fen);
    const struct fact *sent = fact(FACT_SENT);
    ck_assert_msg(o.channel == channel && sent->channel == channel && sent->reason == why,
                  "payout %d went on %d: %s", (int)reference, o.channel,
                  reason_name((enum reason)sent->reason));
}

#define EACH_KIND ROUTING_KINDS

/* --- words that every kind has -------------------------------------------------- */

START_TEST(where_nothing_speaks_against_it_the_primary_is_taken)
{
    config.primary = (enum channel)(_i % 2);
    begin_as((enum routing_kind)(_i / 2));
    went(1, 10, (uint8_t)config.primary, REASON_PRIMARY);
}
END_TEST

START_TEST(one_route_is_the_only_route_whatever_the_kind_prefers)
{
    begin_as((enum routing_kind)_i);
    config.channels[N].fee.fixed_fen = 100;
    pay_on(1, 5000, ONLY_N);
    ck_assert_int_eq(fact(FACT_SENT)->reason, REASON_ONLY_ROUTE);
    ck_assert_int_eq(fact(FACT_SENT)->channel, N);
    pay_on(2, 10000, ONLY_U);
    ck_assert_int_eq(fact(FACT_SENT)->reason, REASON_ONLY_ROUTE);
    ck_assert_int_eq(fact(FACT_SENT)->channel, U);
}
END_TEST

START_TEST(the_only_route_is_waited_for_though_the_other_has_plenty)
{
    begin_as((enum routing_kind)_i);
    pay_on(1, QUOTA_FEN, ONLY_U);
    request_on(2, 10, ONLY_U);
    run_for(HOURS(1));
    ck_assert_int_eq(orders_of(ORDER_PAY), 1);
}
END_TEST

/* A limit for a single payout leaves it one route, too. */
START_TEST(a_limit_of_the_channel_counts_as_no_route)
{
    config.channels[U].per_payout_max_fen = 100;
    begin_as((enum routing_kind)_i);
    went(1, 101, N, REASON_ONLY_ROUTE);
}
END_TEST

START_TEST(a_failure_goes_again_on_the_other_route_with_another_order_id)
{
    begin_as((enum routing_kind)_i);
    struct order first = pay(1, 10);
    forget();
    answer(first, UNIONPAY_06);
    ck_assert_int_eq(orders_of(ORDER_PAY), 1);
    ck_assert_uint_ne(order(ORDER_PAY)->id, first.id);
    ck_assert_int_eq(order(ORDER_PAY)->channel, N);
    ck_assert_int_eq(fact(FACT_SENT)->reason, REASON_TRIED_ELSEWHERE);
    struct order second = *order(ORDER_PAY);
    forget();
    answer(second, NETSUNION_MOCKBUSY); /* both were tried: all over again, after a while */
    run_for(MINUTES(1));
    ck_assert_int_eq(fact(FACT_SENT)->reason, REASON_PRIMARY);
    ck_assert_int_eq(fact(FACT_SENT)->session, 3);
}
END_TEST

static const enum reason doubts[] = {REASON_NO_REPLY, REASON_CODE_UNKNOWN, REASON_NO_OUTCOME};

START_TEST(a_payout_in_doubt_goes_nowhere_again_until_it_is_known_not_to_have_paid)
{
    enum reason why = doubts[_i % COUNT(doubts)];
    begin_as((enum routing_kind)(_i / COUNT(doubts)));
    struct order first = pay(1, 10);
    if (why == REASON_CODE_UNKNOWN)
        answer(first, UNIONPAY_04);
    if (why == REASON_NO_OUTCOME)
        answer(first, UNIONPAY_00);
    forget();
    run_for(HOURS(8));
    for (uint64_t r = 100; r < 120; r++) { /* whatever the channels learn meanwhile */
        answer(pay_on(r, 1, ONLY_U), UNIONPAY_10);
        notify_paid(pay_on(r + 100, 1, ONLY_N));
    }
    query_finds_nothing(first);
    ck_assert_int_eq(orders_of(ORDER_PAY), 40); /* watch_order() sees to the rest */
    query_says(first, UNIONPAY_06);
    ck_assert_int_eq(orders_of(ORDER_PAY), 41);
    ck_assert_uint_eq(order(ORDER_PAY)->reference.lo, 1);
    ck_assert_int_eq(fact(FACT_SENT)->reason, REASON_TRIED_ELSEWHERE);
}
END_TEST

START_TEST(too_little_quota_where_it_would_rather_go_is_said)
{
    begin_as(ROUTING_PRIMARY_FIRST);
    pay_on(1, QUOTA_FEN - 5, ONLY_U);
    went(2, 6, N, REASON_QUOTA_LOW);
    went(3, 5, U, REASON_PRIMARY);
}
END_TEST

START_TEST(no_room_within_its_share_is_too_little_quota)
{
    config.businesses[1].share_ppm = PPM / 2;
    begin_as(ROUTING_PRIMARY_FIRST);
    went(1, QUOTA_FEN / 2, U, REASON_PRIMARY);
    went(2, 10, N, REASON_QUOTA_LOW); /* the rest of U is the other business's */
}
END_TEST

START_TEST(a_busy_channel_is_said_to_be_busy)
{
    config.channels[U].concurrency = _i == 0;
    config.channels[U].per_second = _i == 1;
    begin_as(ROUTING_PRIMARY_FIRST);
    went(1, 10, U, REASON_PRIMARY);
    went(2, 10, N, REASON_CHANNEL_BUSY);
    went(3, QUOTA_FEN - 10, N, REASON_CHANNEL_BUSY); /* it would just fit on U */
}
END_TEST

START_TEST(busy_and_too_small_is_too_small)
{
    config.channels[U].concurrency = 1;
    begin_as(ROUTING_PRIMARY_FIRST);
    went(1, 10, U, REASON_PRIMARY);
    went(2, QUOTA_FEN - 9, N, REASON_QUOTA_LOW);
}
END_TEST

START_TEST(a_channel_that_waits_for_a_larger_one_lacks_quota_for_the_smaller)
{
    config.bypass_max = 0;
    begin_as(ROUTING_PRIMARY_FIRST);
    pay_on(1, QUOTA_FEN - 10, ONLY_U);
    request_on(2, 20, ONLY_U); /* blocks */
    went(3, 5, N, REASON_QUOTA_LOW);
}
END_TEST

/* --- each kind's own ---------------------------------------------------------------- */

START_TEST(by_quota_goes_where_more_is_left)
{
    begin_as(ROUTING_BY_QUOTA);
    went(1, 30, U, REASON_PRIMARY); /* equal */
    went(2, 10, N, REASON_MORE_QUOTA);
    went(3, 10, N, REASON_MORE_QUOTA);
    went(4, 10, N, REASON_MORE_QUOTA);
    went(5, 10, U, REASON_PRIMARY);
    went(6, 10, N, REASON_MORE_QUOTA);
}
END_TEST

START_TEST(by_quota_counts_a_fee_that_the_quota_pays)
{
    config.channels[U].fee = (struct fee_terms){.fixed_fen = 1, .in_net = 1};
    begin_as(ROUTING_BY_QUOTA);
    went(1, 10, N, REASON_MORE_QUOTA);
    went(2, 10, U, REASON_PRIMARY); /* less is left on N now by ten */
}
END_TEST

START_TEST(by_quota_takes_the_other_if_the_fuller_one_is_busy)
{
    config.channels[N].concurrency = 1;
    begin_as(ROUTING_BY_QUOTA);
    went(1, 30, U, REASON_PRIMARY);
    went(2, 10, N, REASON_MORE_QUOTA);
    went(3, 10, U, REASON_CHANNEL_BUSY);
}
END_TEST

START_TEST(by_cost_goes_where_the_fee_is_lower)
{
    config.channels[U].fee.fixed_fen = 5;
    config.channels[N].fee.share_ppm = 10000;
    begin_as(ROUTING_BY_COST);
    went(1, 400, N, REASON_CHEAPER);
    went(2, 500, U, REASON_PRIMARY); /* equal */
    went(3, 600, U, REASON_PRIMARY);
    pay_on(4, QUOTA_FEN - 400, ONLY_N);
    went(5, 100, U, REASON_QUOTA_LOW);
}
END_TEST

START_TEST(by_cost_what_waits_is_the_need_of_the_cheaper_channel)
{
    /* The policy fills what is short of what waits there: where it asks tells. */
    config.allocation_kind = ALLOCATION_DEMAND;
    config.allocation.lead_us = MINUTES(5);
    config.allocation.horizon_us = HOURS(1);
    config.allocation.unallocated_keep_fen = 0;
    config.channels[U].fee.fixed_fen = _i == 0 ? 1 : 0;
    config.channels[N].fee.fixed_fen = _i == 0 ? 0 : 1;
    begin_as(ROUTING_BY_COST);
    request(1, 2 * QUOTA_FEN);
    ck_assert_int_eq(fact(FACT_MOVE_REQUESTED)->channel, _i == 0 ? N : U);
}
END_TEST

/* Several on U, all failing, in a way that says something about U. */
static void fail_on_u(uint64_t first, int count, uint16_t code)
{
    for (int i = 0; i < count; i++)
        answer(pay_on(first + (uint64_t)i, 1, ONLY_U), code);
}

START_TEST(by_success_leaves_a_primary_that_fails_and_comes_back)
{
    config.retries = 0;
    begin_as(ROUTING_BY_SUCCESS);
    fail_on_u(100, 7, UNIONPAY_06);
    went(1, 10, U, REASON_PRIMARY); /* too few to judge */
    fail_on_u(200, 1, UNIONPAY_06);
    went(2, 10, N, REASON_MORE_SUCCESS);
    run_for(MINUTES(9));
    went(3, 10, N, REASON_MORE_SUCCESS);
    run_for(MINUTES(11));
    went(4, 10, U, REASON_PRIMARY); /* forgiven */
}
END_TEST

START_TEST(by_success_payments_make_good_for_failures)
{
    config.retries = 0;
    config.limits.open_payouts = 300;
    begin_as(ROUTING_BY_SUCCESS);
    fail_on_u(100, 8, UNIONPAY_06);
    went(1, 10, N, REASON_MORE_SUCCESS);
    for (uint64_t r = 1000; r < 1200; r++)
        notify_paid(pay_on(r, 1, ONLY_U));
    went(2, 10, U, REASON_PRIMARY);
}
END_TEST

static const struct {
    const char *what;
    uint16_t code; /* CODE_UNLISTED: no answer at all */
    bool failed;
} answers[] = {
    {"busy", UNIONPAY_06, true},
    {"not sent", CODE_NOT_SENT, true},
    {"unknown", UNIONPAY_04, true},
    {"no reply", CODE_UNLISTED, true},
    {"the payee's card is wrong", UNIONPAY_61, false},
    {"accepted", UNIONPAY_00, false},
    {"a success with defects", UNIONPAY_A6, false},
};

START_TEST(by_success_only_what_the_channel_did_counts_as_its_failure)
{
    config.retries = 0;
    begin_as(ROUTING_BY_SUCCESS);
    for (uint64_t r = 100; r < 120; r++) {
        struct order o = pay_on(r, 1, ONLY_U);
        if (answers[_i].code != CODE_UNLISTED)
            answer(o, answers[_i].code);
    }
    run_for(SECONDS(15)); /* beyond the reply time-out, short of any query */
    struct order o = pay(1, 10);
    ck_assert_msg((o.channel == N) == answers[_i].failed, "%s", answers[_i].what);
}
END_TEST

START_TEST(by_success_an_attempt_counts_once)
{
    config.retries = 0;
    begin_as(ROUTING_BY_SUCCESS);
    struct order doubtful[7];
    for (uint64_t r = 0; r < 7; r++) {
        doubtful[r] = pay_on(100 + r, 1, ONLY_U);
        answer(doubtful[r], UNIONPAY_04);
    }
    for (int i = 0; i < 7; i++) /* found to have failed: that was known */
        notify(doubtful[i], UNIONPAY_06);
    went(1, 10, U, REASON_PRIMARY);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("route");
    tcase_add_checked_fixture(t, begin_plain, NULL);
    tcase_add_loop_test(t, where_nothing_speaks_against_it_the_primary_is_taken, 0, 2 * EACH_KIND);
    tcase_add_loop_test(t, one_route_is_the_only_route_whatever_the_kind_prefers, 0, EACH_KIND);
    tcase_add_loop_test(t, the_only_route_is_waited_for_though_the_other_has_plenty, 0, EACH_KIND);
    tcase_add_loop_test(t, a_limit_of_the_channel_counts_as_no_route, 0, EACH_KIND);
    tcase_add_loop_test(t, a_failure_goes_again_on_the_other_route_with_another_order_id, 0,
                        EACH_KIND);
    tcase_add_loop_test(t, a_payout_in_doubt_goes_nowhere_again_until_it_is_known_not_to_have_paid,
                        0, EACH_KIND * COUNT(doubts));
    tcase_add_test(t, too_little_quota_where_it_would_rather_go_is_said);
    tcase_add_test(t, no_room_within_its_share_is_too_little_quota);
    tcase_add_loop_test(t, a_busy_channel_is_said_to_be_busy, 0, 2);
    tcase_add_test(t, busy_and_too_small_is_too_small);
    tcase_add_test(t, a_channel_that_waits_for_a_larger_one_lacks_quota_for_the_smaller);
    tcase_add_test(t, by_quota_goes_where_more_is_left);
    tcase_add_test(t, by_quota_counts_a_fee_that_the_quota_pays);
    tcase_add_test(t, by_quota_takes_the_other_if_the_fuller_one_is_busy);
    tcase_add_test(t, by_cost_goes_where_the_fee_is_lower);
    tcase_add_loop_test(t, by_cost_what_waits_is_the_need_of_the_cheaper_channel, 0, 2);
    tcase_add_test(t, by_success_leaves_a_primary_that_fails_and_comes_back);
    tcase_add_test(t, by_success_payments_make_good_for_failures);
    tcase_add_loop_test(t, by_success_only_what_the_channel_did_counts_as_its_failure, 0,
                        COUNT(answers));
    tcase_add_test(t, by_success_an_attempt_counts_once);
    return run_tests("route", t);
}
