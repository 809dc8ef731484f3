/* test_routing.c — which of two channels is preferred, and what luck teaches. */

#include "core/payout/routing.h"

#include "core/base/civil.h"
#include "core/base/money.h"
#include "tests/harness.h"

enum { U = CHANNEL_UNIONPAY, N = CHANNEL_NETSUNION };

static struct luck lucks[CHANNELS];
static int64_t now_us;

static void begin(void)
{
    lucks[U] = lucks[N] = (struct luck){0};
    now_us = 1541995200 * US_PER_S;
}

static void learn(int channel, int good, int bad)
{
    while (good-- > 0)
        luck_learn(&lucks[channel], now_us, true);
    while (bad-- > 0)
        luck_learn(&lucks[channel], now_us, false);
}

static enum channel prefers(enum routing_kind kind, int primary, int64_t left_u, int64_t left_n,
                            int64_t fee_u, int64_t fee_n)
{
    struct route_view views[CHANNELS] = {{left_u, fee_u, &lucks[U]}, {left_n, fee_n, &lucks[N]}};
    return routing_prefers(kind, (enum channel)primary, views, now_us);
}

static const struct {
    enum routing_kind kind;
    int primary;
    int64_t left_fen[CHANNELS];
    int64_t fee_fen[CHANNELS];
    int want;
} cases[] = {
    {ROUTING_PRIMARY_FIRST, U, {0, 100}, {9, 0}, U},
    {ROUTING_PRIMARY_FIRST, N, {100, 0}, {0, 9}, N},
    {ROUTING_BY_QUOTA, U, {100, 100}, {9, 0}, U}, /* equal: the primary */
    {ROUTING_BY_QUOTA, U, {100, 101}, {0, 9}, N},
    {ROUTING_BY_QUOTA, U, {101, 100}, {9, 0}, U},
    {ROUTING_BY_QUOTA, N, {100, 100}, {0, 9}, N},
    {ROUTING_BY_QUOTA, N, {101, 100}, {9, 0}, U},
    {ROUTING_BY_QUOTA, U, {-5, -4}, {0, 0}, N}, /* neither can take it: it is a wish all the same */
    {ROUTING_BY_COST, U, {0, 100}, {5, 5}, U},
    {ROUTING_BY_COST, U, {100, 0}, {6, 5}, N},
    {ROUTING_BY_COST, U, {0, 100}, {5, 6}, U},
    {ROUTING_BY_COST, N, {0, 100}, {5, 6}, U},
    {ROUTING_BY_COST, N, {100, 0}, {6, 6}, N},
    {ROUTING_BY_SUCCESS, U, {0, 100}, {9, 0}, U}, /* nothing is known */
    {ROUTING_BY_SUCCESS, N, {100, 0}, {0, 9}, N},
};

START_TEST(each_kind_prefers_by_its_own_measure_and_else_the_primary)
{
    ck_assert_int_eq(prefers(cases[_i].kind, cases[_i].primary, cases[_i].left_fen[U],
                             cases[_i].left_fen[N], cases[_i].fee_fen[U], cases[_i].fee_fen[N]),
                     cases[_i].want);
}
END_TEST

static enum channel by_success(int primary)
{
    return prefers(ROUTING_BY_SUCCESS, primary, 0, 0, 0, 0);
}

static const struct {
    int good_here;
    int bad_here;
    int good_there;
    int bad_there;
    bool leaves;
} lots[] = {
    {0, 7, 0, 0, false}, /* too few */
    {0, 8, 0, 0, true},      {8, 0, 100, 0, false},   {92, 8, 100, 0, true},
    {92, 8, 0, 0, true}, /* what is not known is taken to be good */
    {50, 50, 50, 50, false}, {50, 50, 20, 80, false}, {80, 20, 95, 5, true},
    {95, 5, 80, 20, false},  {0, 100, 0, 100, false},
};

START_TEST(the_primary_is_left_when_it_is_known_to_be_worse)
{
    int primary = _i % 2;
    int row = _i / 2;
    learn(primary, lots[row].good_here, lots[row].bad_here);
    learn(1 - primary, lots[row].good_there, lots[row].bad_there);
    ck_assert_int_eq(by_success(primary) != (enum channel)primary, lots[row].leaves);
}
END_TEST

START_TEST(a_difference_below_the_margin_is_none)
{
    learn(U, 199, 0);
    learn(N, 200, 0);
    luck_learn(&lucks[U], now_us, false); /* some 1.4 % of what counts */
    ck_assert_int_eq(by_success(U), N);
    learn(U, 40, 0); /* it fades */
    ck_assert_int_gt(luck_share_ppm(&lucks[N], now_us), luck_share_ppm(&lucks[U], now_us));
    ck_assert_int_eq(by_success(U), U);
}
END_TEST

START_TEST(newer_attempts_outweigh_older_ones)
{
    learn(U, 10000, 0);
    ck_assert_int_eq(luck_share_ppm(&lucks[U], now_us), PPM);
    learn(U, 0, 64);
    int64_t share_ppm = luck_share_ppm(&lucks[U], now_us);
    ck_assert_int_gt(share_ppm, 400000); /* (64/e + 8) / 72 */
    ck_assert_int_lt(share_ppm, 480000);
    learn(U, 0, 1000);
    ck_assert_int_lt(luck_share_ppm(&lucks[U], now_us), 120000);
}
END_TEST

START_TEST(what_is_known_fades_by_half_every_ten_minutes_until_it_is_forgiven)
{
    learn(U, 0, 200); /* counts as 64 */
    learn(N, 200, 0);
    ck_assert(luck_known(&lucks[U], now_us));
    now_us += 10 * US_PER_MINUTE - 1;
    int64_t before_ppm = luck_share_ppm(&lucks[U], now_us);
    now_us += 1;
    ck_assert_int_gt(luck_share_ppm(&lucks[U], now_us), before_ppm);
    now_us += 20 * US_PER_MINUTE - 1;
    ck_assert_int_eq(by_success(U), N);
    now_us += 10 * US_PER_MINUTE + 1; /* 64 / 16 */
    ck_assert(!luck_known(&lucks[U], now_us));
    ck_assert_int_eq(by_success(U), U);
    now_us += INT64_C(3650) * US_PER_DAY;
    ck_assert_int_eq(luck_share_ppm(&lucks[U], now_us), PPM);
}
END_TEST

START_TEST(reading_does_not_change_what_is_known)
{
    learn(U, 3, 9);
    struct luck before = lucks[U];
    now_us += 35 * US_PER_MINUTE;
    luck_share_ppm(&lucks[U], now_us);
    luck_known(&lucks[U], now_us);
    by_success(U);
    ck_assert_mem_eq(&lucks[U], &before, sizeof before);
}
END_TEST

START_TEST(good_attempts_are_never_more_than_all)
{
    uint64_t dice = 7;
    for (int i = 0; i < 200000; i++) {
        if (draw(&dice, 20) == 0)
            now_us += (int64_t)draw(&dice, 15) * US_PER_MINUTE;
        luck_learn(&lucks[U], now_us, draw(&dice, 1 + draw(&dice, 9)) == 0);
        int64_t share_ppm = luck_share_ppm(&lucks[U], now_us);
        ck_assert_in_loop(lucks[U].good <= lucks[U].attempts);
        ck_assert_in_loop(lucks[U].attempts <= 64 * 65536 + 65536);
        ck_assert_in_loop(share_ppm >= 0 && share_ppm <= PPM);
    }
}
END_TEST

START_TEST(time_that_goes_back_stops_the_program)
{
    learn(U, 1, 0);
    luck_learn(&lucks[U], now_us - 1, true);
}
END_TEST

START_TEST(a_kind_that_is_none_stops_the_program)
{
    prefers(ROUTING_KINDS, U, 0, 0, 0, 0);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("routing");
    tcase_add_checked_fixture(t, begin, NULL);
    tcase_add_loop_test(t, each_kind_prefers_by_its_own_measure_and_else_the_primary, 0,
                        COUNT(cases));
    tcase_add_loop_test(t, the_primary_is_left_when_it_is_known_to_be_worse, 0, 2 * COUNT(lots));
    tcase_add_test(t, a_difference_below_the_margin_is_none);
    tcase_add_test(t, newer_attempts_outweigh_older_ones);
    tcase_add_test(t, what_is_known_fades_by_half_every_ten_minutes_until_it_is_forgiven);
    tcase_add_test(t, reading_does_not_change_what_is_known);
    tcase_add_test(t, good_attempts_are_never_more_than_all);
    tcase_add_test_raise_signal(t, time_that_goes_back_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_kind_that_is_none_stops_the_program, SIGABRT);
    return run_tests("routing", t);
}
