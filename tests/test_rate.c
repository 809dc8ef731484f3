/* test_rate.c — as many arrivals as expected, when they are expected. */

#include "core/base/civil.h"
#include "sim/rate.h"
#include "tests/harness.h"

#define ONE_Q32 (INT64_C(1) << 32)

static struct load_settings load;
static int64_t weights[24];
static struct burst_settings bursts[2];

static int64_t at(int day, int hour, int minute)
{
    return civil_moment_us(civil_day_of((struct civil_date){2018, 9, 1}) + day - 1,
                           hour * US_PER_HOUR + minute * US_PER_MINUTE);
}

static void fresh_load(void)
{
    load = (struct load_settings){.per_second_millionths = 2000000};
    for (int h = 0; h < 24; h++)
        weights[h] = 1000000;
}

static void weigh(void)
{
    load.by_hour = (struct list){weights, 24};
}

static void daily(int from_hour, int to_hour, enum window_days days)
{
    load.keys.window = (struct window){.kind = WINDOW_DAILY,
                                       .days = (uint8_t)days,
                                       .from_us = from_hour * US_PER_HOUR,
                                       .to_us = to_hour * US_PER_HOUR};
}

static void burst(int index, int hour, int64_t for_us, int64_t times)
{
    bursts[index] = (struct burst_settings){.at_us = hour * US_PER_HOUR,
                                            .at_given = 1,
                                            .for_us = for_us,
                                            .times_millionths = times * 1000000};
    load.bursts = (struct list){bursts, (size_t)index + 1};
}

/* With every draw its mean of 1, arrivals are where the summed rate is 1, 2, 3, ... */
static uint32_t arrivals(int64_t from_us, int64_t to_us, int64_t count_from_us, int64_t count_to_us)
{
    struct rate r;
    uint32_t count = 0;
    int64_t before_us = from_us;
    rate_init(&r, &load, CALENDAR_CHINA, from_us, to_us);
    for (;;) {
        int64_t next_us = rate_next_us(&r, ONE_Q32);
        if (next_us == INT64_MAX)
            return count;
        ck_assert_in_loop(next_us >= before_us && next_us < to_us);
        before_us = next_us;
        count += next_us >= count_from_us && next_us < count_to_us;
    }
}

static void expects(int64_t from_us, int64_t to_us, double want)
{
    double got = rate_expected(&load, CALENDAR_CHINA, from_us, to_us);
    ck_assert_double_eq_tol(got, want, want * 1e-9 + 1e-9);
    double walked = arrivals(from_us, to_us, from_us, to_us);
    ck_assert_double_eq_tol(walked, want, 1.0001); /* the last may be still to come */
}

START_TEST(a_plain_rate_is_the_same_at_all_times)
{
    expects(at(28, 0, 0), at(29, 0, 0), 2 * 86400);
    ck_assert_uint_eq(arrivals(at(28, 0, 0), at(29, 0, 0), at(28, 7, 0), at(28, 8, 0)), 7200);
}
END_TEST

START_TEST(no_time_is_lost_to_rounding)
{
    struct rate r;
    load.per_second_millionths = 3000000; /* every 333,333 1/3 us */
    rate_init(&r, &load, CALENDAR_CHINA, 0, US_PER_HOUR);
    ck_assert_int_eq(rate_next_us(&r, ONE_Q32), 333333);
    ck_assert_int_eq(rate_next_us(&r, ONE_Q32), 666666);
    ck_assert_int_eq(rate_next_us(&r, ONE_Q32), 1000000);
    for (int i = 4; i < 3 * 3599; i++)
        rate_next_us(&r, ONE_Q32);
    ck_assert_int_eq(rate_next_us(&r, ONE_Q32), 3599 * US_PER_S);
}
END_TEST

START_TEST(weights_are_brought_to_a_mean_of_1)
{
    for (int h = 0; h < 24; h++)
        weights[h] = h < 12 ? 500000 : 37500000;
    weigh();
    expects(at(28, 0, 0), at(29, 0, 0), 2 * 86400);
    uint32_t morning = arrivals(at(28, 0, 0), at(29, 0, 0), at(28, 0, 0), at(28, 12, 0));
    uint32_t rest = arrivals(at(28, 0, 0), at(29, 0, 0), at(28, 12, 0), at(29, 0, 0));
    ck_assert_double_eq_tol((double)rest / (double)morning, 75, 0.1);
}
END_TEST

START_TEST(an_hour_without_weight_brings_nobody)
{
    weights[3] = 0;
    weigh();
    ck_assert_uint_eq(arrivals(at(28, 0, 0), at(29, 0, 0), at(28, 3, 0), at(28, 4, 0)), 0);
    expects(at(28, 0, 0), at(29, 0, 0), 2 * 86400);
}
END_TEST

START_TEST(no_weight_at_all_brings_nobody_for_ever)
{
    for (int h = 0; h < 24; h++)
        weights[h] = 0;
    weigh();
    expects(at(28, 0, 0), at(30, 0, 0), 0);
}
END_TEST

START_TEST(in_a_daily_window_the_rate_is_the_mean_over_the_window)
{
    daily(9, 17, DAYS_ALL);
    for (int h = 0; h < 24; h++)
        weights[h] = h == 9 ? 3000000 : 1000000;
    weigh();
    expects(at(28, 0, 0), at(29, 0, 0), 2 * 8 * 3600);
    uint32_t nine = arrivals(at(28, 0, 0), at(29, 0, 0), at(28, 9, 0), at(28, 10, 0));
    uint32_t ten = arrivals(at(28, 0, 0), at(29, 0, 0), at(28, 10, 0), at(28, 11, 0));
    ck_assert_double_eq_tol((double)nine / ten, 3, 0.01);
    ck_assert_uint_eq(arrivals(at(28, 0, 0), at(29, 0, 0), at(28, 0, 0), at(28, 9, 0)), 0);
    ck_assert_uint_eq(arrivals(at(28, 0, 0), at(29, 0, 0), at(28, 17, 0), at(29, 0, 0)), 0);
}
END_TEST

START_TEST(a_window_past_midnight_weighs_the_hours_on_both_sides)
{
    daily(22, 2, DAYS_ALL);
    for (int h = 0; h < 24; h++)
        weights[h] = h < 2 ? 3000000 : 1000000;
    weigh();
    expects(at(28, 12, 0), at(29, 12, 0), 2 * 4 * 3600);
    uint32_t before = arrivals(at(28, 12, 0), at(29, 12, 0), at(28, 22, 0), at(29, 0, 0));
    ck_assert_double_eq_tol(before, 2 * 2 * 3600 / 2, 2);
}
END_TEST

START_TEST(only_the_days_of_the_window_count)
{
    daily(9, 10, DAYS_WORKING);
    expects(at(29, 0, 0), at(39, 0, 0), 2 * 3600 * 3); /* 29, 30 September and 8 October */
}
END_TEST

START_TEST(a_window_between_two_moments_comes_once)
{
    load.keys.window =
        (struct window){.kind = WINDOW_ONCE, .from_us = at(28, 9, 30), .to_us = at(28, 9, 31)};
    expects(at(28, 0, 0), at(31, 0, 0), 120);
}
END_TEST

START_TEST(between_two_moments_too_the_rate_is_the_mean_over_the_window)
{
    static const struct {
        int day, hour, minute;
    } ends[] = {{28, 11, 0}, {28, 9, 31}, {29, 9, 30}, {29, 2, 15}, {30, 7, 45}, {31, 9, 0}};
    for (int h = 0; h < 24; h++)
        weights[h] = (h * h + 1) * 1000000;
    weigh();
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        int64_t from_us = at(28, 9, 30);
        int64_t to_us = at(ends[i].day, ends[i].hour, ends[i].minute);
        load.keys.window = (struct window){.kind = WINDOW_ONCE, .from_us = from_us, .to_us = to_us};
        expects(at(28, 0, 0), at(33, 0, 0), 2 * (double)(to_us - from_us) / US_PER_S);
    }
    uint32_t nine = arrivals(at(28, 0, 0), at(29, 0, 0), at(28, 9, 30), at(28, 10, 0));
    uint32_t ten = arrivals(at(28, 0, 0), at(29, 0, 0), at(28, 10, 0), at(28, 10, 30));
    ck_assert_double_eq_tol((double)ten / nine, 101. / 82, 0.01);
}
END_TEST

/* --- bursts ------------------------------------------------------------------------- */

START_TEST(a_burst_multiplies_while_it_lasts)
{
    burst(0, 20, 30 * US_PER_MINUTE, 5);
    expects(at(28, 0, 0), at(30, 0, 0), 2 * (2 * 86400 + 2 * 4 * 1800)); /* on both days */
    ck_assert_double_eq_tol(arrivals(at(28, 0, 0), at(29, 0, 0), at(28, 20, 0), at(28, 20, 30)),
                            2 * 5 * 1800, 1);
    ck_assert_double_eq_tol(arrivals(at(28, 0, 0), at(29, 0, 0), at(28, 20, 30), at(28, 21, 0)),
                            2 * 1800, 1);
}
END_TEST

START_TEST(a_burst_may_last_past_midnight)
{
    burst(0, 23, 2 * US_PER_HOUR, 3);
    expects(at(28, 12, 0), at(29, 12, 0), 2 * (86400 + 2 * 7200));
    /* and a run that starts in the middle of one is in it */
    expects(at(29, 0, 30), at(29, 1, 30), 2 * (3600 + 2 * 1800));
}
END_TEST

START_TEST(bursts_that_meet_multiply)
{
    burst(0, 10, US_PER_HOUR, 3);
    burst(1, 10, US_PER_HOUR / 2, 2);
    expects(at(28, 10, 0), at(28, 11, 0), 2 * (1800 * 6 + 1800 * 3));
}
END_TEST

START_TEST(a_burst_at_a_moment_comes_once)
{
    burst(0, 0, US_PER_MINUTE, 11);
    bursts[0].at_us = at(28, 10, 0);
    bursts[0].at_given = 2;
    expects(at(28, 0, 0), at(30, 0, 0), 2 * (2 * 86400 + 10 * 60));
}
END_TEST

START_TEST(a_burst_of_nothing_is_a_pause)
{
    burst(0, 10, US_PER_HOUR, 0);
    expects(at(28, 9, 0), at(28, 12, 0), 2 * 2 * 3600);
}
END_TEST

/* --- the draws ------------------------------------------------------------------------ */

START_TEST(exponential_draws_give_counts_as_poisson_does)
{
    struct rate r;
    uint64_t count = 0;
    rate_init(&r, &load, CALENDAR_CHINA, at(28, 0, 0), at(29, 0, 0));
    for (uint64_t i = 0;; i++) {
        uint64_t bits =
            draw_bits((struct draw_key){.seed = 3, .subject = i, .purpose = DRAW_ARRIVAL});
        if (rate_next_us(&r, draw_exponential_q32(bits)) == INT64_MAX)
            break;
        count++;
    }
    ck_assert_double_eq_tol((double)count, 172800, 4 * 416); /* four standard deviations */
}
END_TEST

START_TEST(when_all_have_come_there_are_none_for_ever)
{
    struct rate r;
    rate_init(&r, &load, CALENDAR_CHINA, 0, US_PER_S);
    ck_assert_int_eq(rate_next_us(&r, ONE_Q32), US_PER_S / 2);
    ck_assert_int_eq(rate_next_us(&r, ONE_Q32), INT64_MAX);
    ck_assert_int_eq(rate_next_us(&r, 0), INT64_MAX);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("rate");
    tcase_add_checked_fixture(t, fresh_load, NULL);
    tcase_add_test(t, a_plain_rate_is_the_same_at_all_times);
    tcase_add_test(t, no_time_is_lost_to_rounding);
    tcase_add_test(t, weights_are_brought_to_a_mean_of_1);
    tcase_add_test(t, an_hour_without_weight_brings_nobody);
    tcase_add_test(t, no_weight_at_all_brings_nobody_for_ever);
    tcase_add_test(t, in_a_daily_window_the_rate_is_the_mean_over_the_window);
    tcase_add_test(t, a_window_past_midnight_weighs_the_hours_on_both_sides);
    tcase_add_test(t, only_the_days_of_the_window_count);
    tcase_add_test(t, a_window_between_two_moments_comes_once);
    tcase_add_test(t, between_two_moments_too_the_rate_is_the_mean_over_the_window);
    tcase_add_test(t, a_burst_multiplies_while_it_lasts);
    tcase_add_test(t, a_burst_may_last_past_midnight);
    tcase_add_test(t, bursts_that_meet_multiply);
    tcase_add_test(t, a_burst_at_a_moment_comes_once);
    tcase_add_test(t, a_burst_of_nothing_is_a_pause);
    tcase_add_test(t, exponential_draws_give_counts_as_poisson_does);
    tcase_add_test(t, when_all_have_come_there_are_none_for_ever);
    return run_tests("rate", t);
}
