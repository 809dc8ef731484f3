/* test_stats.c — waits over the span of a run, by when they began. */

#include "sim/stats.h"
#include "tests/harness.h"

static struct curve curve;

START_TEST(a_curve_has_at_most_its_points_and_covers_the_span)
{
    static const struct {
        int64_t span_us;
        int64_t least_us;
        uint32_t points;
    } spans[] = {{288, 1, 288}, {289, 1, 145}, {1000, 100, 10}, {1001, 100, 11}, {1, 1, 1}};
    for (int i = 0; i < COUNT(spans); i++) {
        curve_init(&curve, 500, 500 + spans[i].span_us, spans[i].least_us);
        ck_assert_uint_eq(curve.point_count, spans[i].points);
        ck_assert_int_ge(curve.step_us * curve.point_count, spans[i].span_us);
        ck_assert_int_ge(curve.step_us, spans[i].least_us);
        curve_free(&curve);
    }
}
END_TEST

START_TEST(a_wait_belongs_to_the_point_in_which_it_began)
{
    curve_init(&curve, 1000, 2000, 100);
    curve_add(&curve, 999, 5);  /* before the span: nowhere */
    curve_add(&curve, 2000, 5); /* after it: nowhere */
    curve_add(&curve, 1000, 5);
    curve_add(&curve, 1099, 6);
    curve_add(&curve, 1100, 7);
    curve_add(&curve, 1999, 8);
    ck_assert_uint_eq(curve.counts[0], 2);
    ck_assert_uint_eq(curve.counts[1], 1);
    ck_assert_uint_eq(curve.counts[9], 1);
    uint64_t sum = 0;
    for (uint32_t p = 0; p < curve.point_count; p++)
        sum += curve.counts[p];
    ck_assert_uint_eq(sum, 4);
    ck_assert_int_eq(curve_percentile_us(&curve, 0, 500000), 5);
    ck_assert_int_eq(curve_percentile_us(&curve, 0, 1000000), 6);
    ck_assert_int_eq(curve_percentile_us(&curve, 1, 990000), 7);
    curve_free(&curve);
}
END_TEST

START_TEST(percentiles_of_a_curve_are_within_three_percent_or_so)
{
    uint64_t state = 1;
    for (int i = 0; i < 500; i++) {
        int64_t us = (int64_t)draw(&state, UINT64_C(1) << (1 + draw(&state, 44)));
        curve_init(&curve, 0, 1, 1);
        curve_add(&curve, 0, us);
        int64_t got = curve_percentile_us(&curve, 0, 500000);
        int64_t off = got > us ? got - us : us - got;
        ck_assert_in_loop(off * 32 <= us);
        curve_free(&curve);
    }
}
END_TEST

START_TEST(the_longest_wait_there_is_has_a_place)
{
    curve_init(&curve, 0, 1, 1);
    curve_add(&curve, 0, INT64_MAX);
    ck_assert_int_gt(curve_percentile_us(&curve, 0, 500000), INT64_C(1) << 44);
    curve_free(&curve);
}
END_TEST

START_TEST(freed_statistics_hold_no_waits)
{
    static struct payout_stats stats;
    histogram_add(&stats.all.wait, 5);
    histogram_add(&stats.by_business[BUSINESSES_MAX - 1].queue_wait, 5);
    payout_stats_free(&stats);
    ck_assert_ptr_null(stats.all.wait.buckets);
    ck_assert_ptr_null(stats.by_business[BUSINESSES_MAX - 1].queue_wait.buckets);
}
END_TEST

START_TEST(a_percentile_of_nothing_stops_the_program)
{
    curve_init(&curve, 0, 1000, 100);
    curve_percentile_us(&curve, 0, 500000);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("stats");
    tcase_add_test(t, a_curve_has_at_most_its_points_and_covers_the_span);
    tcase_add_test(t, a_wait_belongs_to_the_point_in_which_it_began);
    tcase_add_test(t, percentiles_of_a_curve_are_within_three_percent_or_so);
    tcase_add_test(t, the_longest_wait_there_is_has_a_place);
    tcase_add_test(t, freed_statistics_hold_no_waits);
    tcase_add_test_raise_signal(t, a_percentile_of_nothing_stops_the_program, SIGABRT);
    return run_tests("stats", t);
}
