/* test_distribution.c — latencies and amounts lie where their settings say. */

#include "mocks/distribution.h"
#include "tests/harness.h"

#define SHARE(x) ((uint64_t)((x)*0x1p64))

static int64_t draw_us(struct latency l, uint64_t bits)
{
    latency_prepare(&l);
    return latency_draw_us(&l, bits);
}

static int64_t draw_fen(struct amount a, uint64_t bits)
{
    amount_prepare(&a);
    return amount_draw_fen(&a, bits);
}

static void within(int64_t got, int64_t want, int64_t tolerance)
{
    ck_assert_int_ge(got, want - tolerance);
    ck_assert_int_le(got, want + tolerance);
}

static const struct latency constant = {.kind = LATENCY_CONSTANT, .point_us = {12345}};
static const struct latency exponential = {.kind = LATENCY_EXPONENTIAL, .point_us = {1000000}};
static const struct latency lognormal = {.kind = LATENCY_LOGNORMAL, .point_us = {200000, 1500000}};
static const struct latency quantiles = {.kind = LATENCY_QUANTILES,
                                         .point_us = {100, 200, 1000, 5000, 20000, 90000}};

START_TEST(a_constant_latency_does_not_care_about_the_bits)
{
    ck_assert_int_eq(draw_us(constant, 0), 12345);
    ck_assert_int_eq(draw_us(constant, UINT64_MAX), 12345);
}
END_TEST

START_TEST(an_exponential_latency_has_its_mean_and_its_tail)
{
    int64_t sum_us = 0;
    for (uint64_t i = 0; i < 65536; i++) /* evenly over all bits */
        sum_us += draw_us(exponential, i << 48 | UINT64_C(1) << 47);
    within(sum_us / 65536, 1000000, 20); /* the grid misses a little of the tail */
    within(draw_us(exponential, SHARE(0.001)), 6907755, 1);
    within(draw_us(exponential, SHARE(0.5)), 693147, 1);
    ck_assert_int_eq(draw_us(exponential, UINT64_MAX), 0);
}
END_TEST

/* p is the probability to exceed, as bits of draw_normal_q32's upper side. */
static const struct {
    uint64_t bits;
    int64_t want_us;
} points_of_lognormal[] = {
    {SHARE(0.5) - 1, 200000},
    {SHARE(0.01), 1500000},                   /* the p99 */
    {SHARE(0.01) | UINT64_C(1) << 63, 26667}, /* as far below: 200000 squared / 1500000 */
    {SHARE(0.001), 2906887},
};

START_TEST(a_lognormal_latency_passes_through_its_median_and_its_p99)
{
    within(draw_us(lognormal, points_of_lognormal[_i].bits), points_of_lognormal[_i].want_us,
           points_of_lognormal[_i].want_us / 20000 + 1);
}
END_TEST

START_TEST(a_lognormal_whose_p99_is_its_median_is_constant)
{
    struct latency l = {.kind = LATENCY_LOGNORMAL, .point_us = {777, 777}};
    ck_assert_int_eq(draw_us(l, 0), 777);
    ck_assert_int_eq(draw_us(l, SHARE(0.3)), 777);
    ck_assert_int_eq(draw_us(l, UINT64_MAX), 777);
}
END_TEST

/* u rises through the quantiles, linear between them. */
static const struct {
    double share;
    int64_t want_us;
} points_of_quantiles[] = {
    {0, 100},      {0.25, 150},  {0.5, 200},      {0.7, 600},     {0.9, 1000},
    {0.945, 3000}, {0.99, 5000}, {0.9945, 12500}, {0.999, 20000}, {0.9995, 55000},
};

START_TEST(quantiles_are_met_and_what_is_between_them_is_linear)
{
    within(draw_us(quantiles, SHARE(points_of_quantiles[_i].share)),
           points_of_quantiles[_i].want_us, 1);
}
END_TEST

START_TEST(quantiles_never_leave_their_ends)
{
    struct latency flat = {.kind = LATENCY_QUANTILES, .point_us = {5, 5, 5, 5, 5, 5}};
    ck_assert_int_eq(draw_us(quantiles, 0), 100);
    within(draw_us(quantiles, UINT64_MAX), 90000, 1);
    ck_assert_int_le(draw_us(quantiles, UINT64_MAX), 90000);
    ck_assert_int_eq(draw_us(flat, 0), 5);
    ck_assert_int_eq(draw_us(flat, UINT64_MAX), 5);
}
END_TEST

static const struct latency extremes[] = {
    {.kind = LATENCY_CONSTANT, .point_us = {INT64_MAX}},
    {.kind = LATENCY_EXPONENTIAL, .point_us = {INT64_MAX}},
    {.kind = LATENCY_EXPONENTIAL, .point_us = {LATENCY_MAX_US}},
    {.kind = LATENCY_LOGNORMAL, .point_us = {1, INT64_MAX}},
    {.kind = LATENCY_LOGNORMAL, .point_us = {INT64_MAX, INT64_MAX}},
    {.kind = LATENCY_QUANTILES,
     .point_us = {0, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX}},
};

START_TEST(no_tail_is_longer_than_a_hundred_years_nor_shorter_than_nothing)
{
    uint64_t state = 1;
    ck_assert_int_eq(draw_us(extremes[_i], 1), _i == 5 ? 0 : LATENCY_MAX_US);
    for (int i = 0; i < 1000; i++) {
        int64_t us = draw_us(extremes[_i], draw(&state, UINT64_MAX));
        ck_assert_in_loop(us >= 0 && us <= LATENCY_MAX_US);
    }
}
END_TEST

START_TEST(a_wide_lognormal_keeps_its_proportions_far_out)
{
    /* p99 a million medians away: 2^(19.93 / 2.3263 x 3.7190) at 10^-4 */
    struct latency l = {.kind = LATENCY_LOGNORMAL, .point_us = {1, 1000000}};
    within(draw_us(l, SHARE(1e-4)), INT64_C(3907519713), INT64_C(200000));
}
END_TEST

/* --- amounts ----------------------------------------------------------------------- */

START_TEST(no_draw_is_above_the_longest)
{
    static const struct {
        struct latency latency;
        uint64_t end; /* these bits draw it */
    } kinds[] = {{{.kind = LATENCY_CONSTANT, .point_us = {12345}}, 0},
                 {{.kind = LATENCY_EXPONENTIAL, .point_us = {1000000}}, 0},
                 {{.kind = LATENCY_LOGNORMAL, .point_us = {200000, 1500000}}, 0},
                 {{.kind = LATENCY_QUANTILES, .point_us = {1, 2, 3, 4, 5, 60}}, UINT64_MAX}};
    struct latency l = kinds[_i].latency;
    latency_prepare(&l);
    int64_t longest_us = latency_longest_us(&l);
    within(longest_us, latency_draw_us(&l, kinds[_i].end), 1);
    for (uint64_t i = 0; i < 65536; i++) {
        ck_assert_int_ge(longest_us, latency_draw_us(&l, i << 48));
        ck_assert_int_ge(longest_us, latency_draw_us(&l, i));
        ck_assert_int_ge(longest_us, latency_draw_us(&l, UINT64_MAX - i));
    }
}
END_TEST

START_TEST(a_uniform_amount_has_both_its_ends)
{
    struct amount a = {.kind = AMOUNT_UNIFORM, .min_fen = 5, .max_fen = 8};
    uint32_t seen[4] = {0};
    for (uint64_t i = 0; i < 4096; i++)
        seen[draw_fen(a, i << 52) - 5]++;
    for (int i = 0; i < 4; i++)
        ck_assert_uint_eq(seen[i], 1024);
    ck_assert_int_eq(draw_fen(a, UINT64_MAX), 8);
    a.max_fen = 5;
    ck_assert_int_eq(draw_fen(a, UINT64_MAX), 5);
}
END_TEST

START_TEST(a_constant_amount_is_its_value)
{
    struct amount a = {.kind = AMOUNT_CONSTANT, .min_fen = 991, .max_fen = 991};
    ck_assert_int_eq(draw_fen(a, 0), 991);
    ck_assert_int_eq(draw_fen(a, UINT64_MAX), 991);
}
END_TEST

START_TEST(a_lognormal_amount_is_held_between_min_and_max)
{
    struct amount a = {.kind = AMOUNT_LOGNORMAL,
                       .min_fen = 1000,
                       .max_fen = 50000,
                       .median_fen = 8000,
                       .p99_fen = 40000};
    within(draw_fen(a, SHARE(0.5) - 1), 8000, 1);
    within(draw_fen(a, SHARE(0.01)), 40000, 2);
    ck_assert_int_eq(draw_fen(a, SHARE(0.0001)), 50000);
    ck_assert_int_eq(draw_fen(a, SHARE(0.0001) | UINT64_C(1) << 63), 1000);
    ck_assert_int_eq(draw_fen(a, 0), 50000);
}
END_TEST

START_TEST(an_unlisted_kind_stops_the_program)
{
    draw_us((struct latency){.kind = LATENCY_KINDS}, 0);
}
END_TEST

START_TEST(an_unlisted_kind_of_amount_stops_the_program)
{
    draw_fen((struct amount){.kind = AMOUNT_KINDS}, 0);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("distribution");
    tcase_add_test(t, a_constant_latency_does_not_care_about_the_bits);
    tcase_add_test(t, an_exponential_latency_has_its_mean_and_its_tail);
    tcase_add_loop_test(t, a_lognormal_latency_passes_through_its_median_and_its_p99, 0,
                        COUNT(points_of_lognormal));
    tcase_add_test(t, a_lognormal_whose_p99_is_its_median_is_constant);
    tcase_add_loop_test(t, quantiles_are_met_and_what_is_between_them_is_linear, 0,
                        COUNT(points_of_quantiles));
    tcase_add_test(t, quantiles_never_leave_their_ends);
    tcase_add_loop_test(t, no_tail_is_longer_than_a_hundred_years_nor_shorter_than_nothing, 0,
                        COUNT(extremes));
    tcase_add_test(t, a_wide_lognormal_keeps_its_proportions_far_out);
    tcase_add_loop_test(t, no_draw_is_above_the_longest, 0, 4);
    tcase_add_test(t, a_uniform_amount_has_both_its_ends);
    tcase_add_test(t, a_constant_amount_is_its_value);
    tcase_add_test(t, a_lognormal_amount_is_held_between_min_and_max);
    tcase_add_test_raise_signal(t, an_unlisted_kind_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, an_unlisted_kind_of_amount_stops_the_program, SIGABRT);
    return run_tests("distribution", t);
}
