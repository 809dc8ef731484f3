/* test_forecast.c — flows are learned by time of day, and foretold at today's level. */

#include <string.h>

#include "core/base/civil.h"
#include "core/gateway/gateway.h"
#include "core/quota/forecast.h"
#include "tests/harness.h"

#define QUARTER_US (15 * US_PER_MINUTE)

static struct flow flow;
static struct forecast both;
static int64_t day_us; /* midnight, where every test begins */

static void begin(void)
{
    day_us = civil_moment_us(17000, 0);
    flow_open(&flow, day_us);
    forecast_open(&both, day_us);
}

/* What goes in a minute of the day. */
static int64_t constant(int64_t minute)
{
    (void)minute;
    return 100;
}

static int64_t ramp(int64_t minute)
{
    return minute;
}

static int64_t office(int64_t minute) /* nothing but from nine to five */
{
    return minute >= 9 * 60 && minute < 17 * 60 ? 1000 : 0;
}

/* `times` percent of that flow, from `from` on, minute by minute, for so many minutes. */
static void go(struct flow *f, int64_t (*per_minute)(int64_t), int64_t percent, int64_t from,
               int64_t minutes)
{
    for (int64_t m = from; m < from + minutes; m++)
        flow_add(f, day_us + m * US_PER_MINUTE, per_minute(m % 1440) * percent / 100);
    flow_turn(f, day_us + (from + minutes) * US_PER_MINUTE);
}

static int64_t expected(int64_t minute, int64_t span_minutes)
{
    return flow_expected_fen(&flow, day_us + minute * US_PER_MINUTE, span_minutes * US_PER_MINUTE);
}

static void must_be_near(int64_t got, int64_t want, int64_t percent)
{
    ck_assert_msg(got >= want - want * percent / 100 && got <= want + want * percent / 100,
                  "%lld is not %lld by %lld %%", (long long)got, (long long)want,
                  (long long)percent);
}

START_TEST(nothing_is_expected_of_what_never_flowed)
{
    ck_assert_int_eq(expected(0, 1440), 0);
    go(&flow, constant, 0, 0, 3000);
    ck_assert_int_eq(expected(3000, 1440), 0);
}
END_TEST

static const int64_t spans[] = {1, 15, 37, 60, 600, 1440};

START_TEST(a_constant_flow_goes_on_from_the_first_day)
{
    go(&flow, constant, 100, 0, 90);
    must_be_near(expected(90, spans[_i]), 100 * spans[_i], 1);
    go(&flow, constant, 100, 90, 3 * 1440 - 90);
    must_be_near(expected(3 * 1440, spans[_i]), 100 * spans[_i], 1);
}
END_TEST

START_TEST(the_first_minutes_do_not_make_a_flood)
{
    flow_add(&flow, day_us + 1, 9000); /* one payout in the first microsecond */
    must_be_near(flow_expected_fen(&flow, day_us + 1, QUARTER_US), 9000, 1);
}
END_TEST

START_TEST(a_start_within_a_quarter_teaches_no_whole_one)
{
    flow_open(&flow, day_us + 10 * US_PER_MINUTE);
    go(&flow, constant, 100, 10, 1440); /* until ten past midnight */
    ck_assert_uint_eq(flow.days[0], 0);
    ck_assert_uint_eq(flow.days[1], 1);
    ck_assert_uint_eq(flow.days[95], 1);
    must_be_near(expected(1450, 60), 6000, 1);
}
END_TEST

START_TEST(a_ramp_is_foretold_on_the_second_day_and_trails_on_the_first)
{
    go(&flow, ramp, 100, 0, 600);
    int64_t first = expected(600, 60); /* in truth 60 x 629.5 */
    ck_assert_int_lt(first, 60 * 600);
    ck_assert_int_gt(first, 60 * 530);
    go(&flow, ramp, 100, 600, 1440);
    must_be_near(expected(2040, 60), 60 * 6295 / 10, 1);
    must_be_near(expected(2040, 600), 600 * 8995 / 10, 1);
}
END_TEST

START_TEST(a_daily_pattern_is_foretold_before_it_begins)
{
    go(&flow, office, 100, 0, 1440);
    ck_assert_int_eq(expected(1440, 9 * 60), 0); /* the night */
    go(&flow, office, 100, 1440, 8 * 60);
    ck_assert_int_eq(expected(1440 + 480, 60), 0);
    ck_assert_int_eq(expected(1440 + 480, 90), 30 * 1000);
    flow_add(&flow, day_us + (1440 + 480) * US_PER_MINUTE, 10); /* a few in a quiet hour */
    must_be_near(expected(1440 + 480, 90), 30 * 1000, 3);
    must_be_near(expected(1440 + 480, 1440), 480 * 1000, 3);
}
END_TEST

static const int64_t levels[] = {25, 50, 100, 150, 200, 400};

START_TEST(today_is_scaled_by_what_it_was_lately)
{
    go(&flow, office, 100, 0, 1440);
    go(&flow, office, levels[_i], 1440, 12 * 60);
    must_be_near(expected(1440 + 720, 60), 600 * levels[_i], 3);
}
END_TEST

START_TEST(the_level_has_bounds)
{
    go(&flow, office, 100, 0, 1440);
    go(&flow, office, _i == 0 ? 1 : 10000, 1440, 12 * 60);
    ck_assert_int_eq(expected(1440 + 720, 60), _i == 0 ? 60000 / 8 : 60000 * 8);
}
END_TEST

START_TEST(newer_days_count_more)
{
    for (int day = 0; day < 10; day++)
        go(&flow, office, 100, day * 1440, 1440);
    ck_assert_int_eq(flow.learned_fen[40], 15000);
    for (int day = 10; day < 20; day++)
        go(&flow, office, 200, day * 1440, 1440);
    must_be_near(flow.learned_fen[40], 30000, 6);
    ck_assert_uint_eq(flow.days[40], 4);
}
END_TEST

START_TEST(days_without_a_word_are_days_without_a_flow)
{
    go(&flow, office, 100, 0, 1440);
    flow_turn(&flow, day_us + 30 * US_PER_DAY);
    ck_assert_int_lt(expected(30 * 1440, 1440), 480);
}
END_TEST

START_TEST(how_time_is_cut_does_not_change_what_was_learned)
{
    struct flow other;
    flow_open(&other, day_us);
    for (int64_t m = 0; m < 2000; m++) {
        flow_add(&flow, day_us + m * US_PER_MINUTE, m);
        flow_turn(&other, day_us + m * US_PER_MINUTE);
        flow_add(&other, day_us + m * US_PER_MINUTE, m / 2);
        flow_add(&other, day_us + m * US_PER_MINUTE, m - m / 2);
    }
    ck_assert_mem_eq(&flow, &other, sizeof flow);
}
END_TEST

START_TEST(great_amounts_do_not_overflow)
{
    for (int64_t q = 0; q < 300; q++)
        flow_add(&flow, day_us + q * QUARTER_US, INT64_C(10000000000000));
    flow_turn(&flow, day_us + 300 * QUARTER_US);
    must_be_near(expected(300 * 15, 1440), INT64_C(960000000000000), 1);
}
END_TEST

/* --- both ways ------------------------------------------------------------------------------- */

/* A day on which 100 a minute go out, and 200 a minute come in from noon on. */
static void learn_noon(void)
{
    for (int64_t m = 0; m < 1440; m++) {
        flow_add(&both.out, day_us + m * US_PER_MINUTE, 100);
        flow_add(&both.in, day_us + m * US_PER_MINUTE, m >= 720 ? 200 : 0);
    }
    forecast_turn(&both, day_us + US_PER_DAY);
}

static const struct {
    int64_t span_minutes;
    int64_t need_fen;
} needs[] = {
    {0, 0}, {60, 6000}, {720, 72000}, {1000, 72000}, {1440, 72000}, /* the deepest point: noon */
};

START_TEST(a_need_is_the_deepest_point_on_the_way)
{
    learn_noon();
    must_be_near(
        forecast_need_fen(&both, day_us + US_PER_DAY, needs[_i].span_minutes * US_PER_MINUTE),
        needs[_i].need_fen, 1);
}
END_TEST

START_TEST(what_only_gains_needs_nothing)
{
    flow_add(&both.in, day_us, 1000);
    ck_assert_int_eq(forecast_need_fen(&both, day_us, US_PER_DAY), 0);
    ck_assert_int_eq(forecast_dry_us(&both, day_us, 1), NEVER_US);
}
END_TEST

static const struct {
    int64_t level_fen;
    int64_t minutes; /* -1: never */
} dries[] = {
    {-1, 0}, {0, 0}, {100, 1}, {6000, 60}, {71999, 719}, {72001, -1},
};

START_TEST(time_to_dry_is_when_the_level_is_used_up)
{
    learn_noon();
    int64_t now_us = day_us + US_PER_DAY;
    int64_t dry_us = forecast_dry_us(&both, now_us, dries[_i].level_fen);
    if (dries[_i].minutes < 0)
        ck_assert_int_eq(dry_us, NEVER_US);
    else
        ck_assert_int_eq((dry_us - now_us) / US_PER_MINUTE, dries[_i].minutes);
}
END_TEST

START_TEST(asked_before_the_quarter_was_turned_it_stops_the_program)
{
    flow_expected_fen(&flow, day_us + QUARTER_US, US_PER_MINUTE);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("forecast");
    tcase_add_checked_fixture(t, begin, NULL);
    tcase_add_test(t, nothing_is_expected_of_what_never_flowed);
    tcase_add_loop_test(t, a_constant_flow_goes_on_from_the_first_day, 0, COUNT(spans));
    tcase_add_test(t, the_first_minutes_do_not_make_a_flood);
    tcase_add_test(t, a_start_within_a_quarter_teaches_no_whole_one);
    tcase_add_test(t, a_ramp_is_foretold_on_the_second_day_and_trails_on_the_first);
    tcase_add_test(t, a_daily_pattern_is_foretold_before_it_begins);
    tcase_add_loop_test(t, today_is_scaled_by_what_it_was_lately, 0, COUNT(levels));
    tcase_add_loop_test(t, the_level_has_bounds, 0, 2);
    tcase_add_test(t, newer_days_count_more);
    tcase_add_test(t, days_without_a_word_are_days_without_a_flow);
    tcase_add_test(t, how_time_is_cut_does_not_change_what_was_learned);
    tcase_add_test(t, great_amounts_do_not_overflow);
    tcase_add_loop_test(t, a_need_is_the_deepest_point_on_the_way, 0, COUNT(needs));
    tcase_add_test(t, what_only_gains_needs_nothing);
    tcase_add_loop_test(t, time_to_dry_is_when_the_level_is_used_up, 0, COUNT(dries));
    tcase_add_test_raise_signal(t, asked_before_the_quarter_was_turned_it_stops_the_program,
                                SIGABRT);
    return run_tests("forecast", t);
}
