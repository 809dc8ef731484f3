/* test_histogram.c — percentiles within 0.1 %, mean and maximum exact. */

#include "sim/histogram.h"
#include "tests/harness.h"

static int64_t percentile(const struct histogram *h, int64_t share_ppm)
{
    int64_t us = -1;
    ck_assert(histogram_percentile(h, share_ppm, &us));
    return us;
}

START_TEST(an_empty_histogram_knows_nothing)
{
    struct histogram h = {0};
    int64_t us = -1;
    double mean_us = -1;
    ck_assert(!histogram_percentile(&h, 500000, &us));
    ck_assert(!histogram_mean(&h, &mean_us));
    ck_assert_int_eq(us, -1);
}
END_TEST

/* Alone below a far larger one, so that the maximum does not help. */
static void check_error(int64_t us)
{
    struct histogram h = {0};
    histogram_add(&h, us);
    histogram_add(&h, us);
    histogram_add(&h, INT64_C(4000000000000000));
    int64_t got = percentile(&h, 500000);
    int64_t off = got > us ? got - us : us - got;
    ck_assert_msg(off * 1000 <= us, "%lld became %lld", (long long)us, (long long)got);
    if (us < 1024)
        ck_assert_int_eq(got, us);
    histogram_free(&h);
}

START_TEST(no_percentile_is_off_by_more_than_a_thousandth)
{
    for (int top = 0; top <= 50; top++)
        for (int64_t more = -1; more <= 1; more++)
            if ((INT64_C(1) << top) + more >= 0)
                check_error((INT64_C(1) << top) + more);
    uint64_t state = 1;
    for (int i = 0; i < 300; i++)
        check_error((int64_t)draw(&state, UINT64_C(1) << (1 + draw(&state, 50))));
}
END_TEST

START_TEST(percentiles_are_the_values_at_their_ranks)
{
    struct histogram h = {0};
    for (int64_t us = 1; us <= 1000; us++)
        histogram_add(&h, 1001 - us);
    ck_assert_int_eq(percentile(&h, 0), 1);
    ck_assert_int_eq(percentile(&h, 1000), 1);
    ck_assert_int_eq(percentile(&h, 1001), 2);
    ck_assert_int_eq(percentile(&h, 500000), 500);
    ck_assert_int_eq(percentile(&h, 500001), 501);
    ck_assert_int_eq(percentile(&h, 900000), 900);
    ck_assert_int_eq(percentile(&h, 990000), 990);
    ck_assert_int_eq(percentile(&h, 1000000), 1000);
    histogram_free(&h);
}
END_TEST

START_TEST(mean_and_maximum_are_exact)
{
    struct histogram h = {0};
    double mean_us;
    histogram_add(&h, INT64_C(123456789012345));
    histogram_add(&h, 1);
    histogram_add(&h, 2);
    ck_assert(histogram_mean(&h, &mean_us));
    ck_assert_double_eq(mean_us, 123456789012348.0 / 3);
    ck_assert_int_eq(h.max_us, INT64_C(123456789012345));
    ck_assert_int_eq(percentile(&h, 1000000), INT64_C(123456789012345)); /* never above the max */
    histogram_free(&h);
}
END_TEST

START_TEST(what_is_longer_than_a_lifetime_still_counts)
{
    struct histogram h = {0};
    histogram_add(&h, INT64_MAX);
    histogram_add(&h, 0);
    ck_assert_uint_eq(h.count, 2);
    ck_assert_int_eq(percentile(&h, 500000), 0);
    ck_assert_int_gt(percentile(&h, 1000000), INT64_C(1) << 51);
    histogram_free(&h);
}
END_TEST

START_TEST(a_freed_histogram_is_as_new)
{
    struct histogram h = {0};
    histogram_add(&h, 7);
    histogram_free(&h);
    ck_assert_uint_eq(h.count, 0);
    histogram_add(&h, 5);
    ck_assert_int_eq(percentile(&h, 1000000), 5);
    histogram_free(&h);
}
END_TEST

START_TEST(a_negative_duration_stops_the_program)
{
    struct histogram h = {0};
    histogram_add(&h, -1);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("histogram");
    tcase_add_test(t, an_empty_histogram_knows_nothing);
    tcase_add_test(t, no_percentile_is_off_by_more_than_a_thousandth);
    tcase_add_test(t, percentiles_are_the_values_at_their_ranks);
    tcase_add_test(t, mean_and_maximum_are_exact);
    tcase_add_test(t, what_is_longer_than_a_lifetime_still_counts);
    tcase_add_test(t, a_freed_histogram_is_as_new);
    tcase_add_test_raise_signal(t, a_negative_duration_stops_the_program, SIGABRT);
    return run_tests("histogram", t);
}
