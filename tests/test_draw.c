/* test_draw.c — draws depend on their key alone, and have the mean, spread and tails they claim.
 *
 * Moments are not sampled: they are summed over a fine grid of the uniform
 * bits, each octave of the tail with as many points as the first. */

#include "core/base/wide.h"
#include "mocks/draw.h"
#include "mocks/draw_tables.h"
#include "tests/harness.h"

#define FNV_START UINT64_C(0xcbf29ce484222325)

static uint64_t fnv(uint64_t hash, uint64_t value)
{
    for (int i = 0; i < 8; i++, value >>= 8)
        hash = (hash ^ (value & 255)) * UINT64_C(0x100000001b3);
    return hash;
}

static double of_q32(int64_t x_q32)
{
    return (double)x_q32 / (double)Q32_ONE;
}

static void near(double got, double want, double tolerance)
{
    ck_assert_msg(got - want < tolerance && want - got < tolerance, "%.12f, want %.12f", got, want);
}

/* --- keys ----------------------------------------------------------------------- */

START_TEST(a_draw_is_a_function_of_its_key_and_of_every_part_of_it)
{
    struct draw_key key = {.seed = 1, .subject = 2, .purpose = 3, .detail = 4};
    uint64_t bits = draw_bits(key);
    ck_assert_uint_eq(draw_bits(key), bits);
    for (int bit = 0; bit < 64; bit++) {
        struct draw_key seed = key;
        struct draw_key subject = key;
        seed.seed ^= UINT64_C(1) << bit;
        subject.subject ^= UINT64_C(1) << bit;
        ck_assert_uint_ne(draw_bits(seed), bits);
        ck_assert_uint_ne(draw_bits(subject), bits);
    }
    for (int bit = 0; bit < 32; bit++) {
        struct draw_key purpose = key;
        struct draw_key detail = key;
        purpose.purpose ^= UINT32_C(1) << bit;
        detail.detail ^= UINT32_C(1) << bit;
        ck_assert_uint_ne(draw_bits(purpose), bits);
        ck_assert_uint_ne(draw_bits(detail), bits);
    }
}
END_TEST

/* Flips one bit of one part of a key and counts how often each output bit flips. */
static struct draw_key flipped(struct draw_key key, int bit)
{
    if (bit < 64)
        key.seed ^= UINT64_C(1) << bit;
    else if (bit < 128)
        key.subject ^= UINT64_C(1) << (bit - 64);
    else if (bit < 160)
        key.purpose ^= UINT32_C(1) << (bit - 128);
    else
        key.detail ^= UINT32_C(1) << (bit - 160);
    return key;
}

START_TEST(one_bit_of_a_key_turns_about_half_the_bits_of_the_draw)
{
    enum { KEYS = 256 };
    for (int bit = 0; bit < 192; bit++) {
        int turned = 0;
        for (uint32_t k = 0; k < KEYS; k++) {
            struct draw_key key = {.seed = 7, .subject = k, .purpose = 1 + k % 19, .detail = k % 5};
            turned += __builtin_popcountll(draw_bits(key) ^ draw_bits(flipped(key, bit)));
        }
        /* 16,384 bits, half of them, within eight standard deviations */
        ck_assert_msg(turned > 8192 - 512 && turned < 8192 + 512, "bit %d: %d", bit, turned);
    }
}
END_TEST

START_TEST(neighbouring_subjects_are_uniform_and_not_alike)
{
    enum { MANY = 1 << 16, CELLS = 256 };
    uint32_t high[CELLS] = {0};
    uint32_t low[CELLS] = {0};
    uint64_t before = 0;
    double product = 0;
    for (uint64_t i = 0; i < MANY; i++) {
        uint64_t bits = draw_bits((struct draw_key){.seed = 1, .subject = i, .purpose = DRAW_CODE});
        high[bits >> 56]++;
        low[bits & 255]++;
        product +=
            ((double)(bits >> 11) * 0x1p-53 - 0.5) * ((double)(before >> 11) * 0x1p-53 - 0.5);
        before = bits;
    }
    double chi_high = 0;
    double chi_low = 0;
    for (int c = 0; c < CELLS; c++) {
        chi_high += ((double)high[c] - 256) * ((double)high[c] - 256) / 256;
        chi_low += ((double)low[c] - 256) * ((double)low[c] - 256) / 256;
    }
    near(chi_high, 255, 100); /* mean 255, standard deviation 22.6 */
    near(chi_low, 255, 100);
    near(product / MANY * 12, 0, 0.016); /* correlation, four standard deviations */
}
END_TEST

static const struct {
    struct draw_key key;
    uint64_t bits;
} golden[] = {
    {{.seed = 0, .subject = 0, .purpose = 0, .detail = 0}, UINT64_C(4688467190727932442)},
    {{.seed = 7, .subject = 8841, .purpose = DRAW_REPLY_LATENCY, .detail = 256},
     UINT64_C(10800096805734508622)},
    {{.seed = UINT64_MAX, .subject = UINT64_MAX, .purpose = UINT32_MAX, .detail = UINT32_MAX},
     UINT64_C(17259420703735122040)},
};

START_TEST(every_compiler_draws_the_same_bits)
{
    ck_assert_uint_eq(draw_bits(golden[_i].key), golden[_i].bits);
}
END_TEST

START_TEST(every_compiler_has_the_same_tables_and_the_same_values)
{
    uint64_t tables = FNV_START;
    uint64_t values = FNV_START;
    for (int i = 0; i < DRAW_STEPS + 3; i++)
        tables = fnv(fnv(tables, draw_log2[i]), draw_exp2[i]);
    for (int i = 0; i < DRAW_NORMAL_OCTAVES * DRAW_NORMAL_ROW; i++)
        tables = fnv(tables, (uint64_t)draw_normal[i]);
    for (uint64_t i = 0; i < 10000; i++) {
        uint64_t bits = draw_bits((struct draw_key){.seed = 1, .subject = i, .purpose = 1});
        values = fnv(values, (uint64_t)draw_exponential_q32(bits >> i % 64));
        values = fnv(values, (uint64_t)draw_normal_q32(bits >> i % 64));
        values = fnv(values, (uint64_t)log2_q32(bits | 1));
        values = fnv(values, (uint64_t)scale_exp2((int64_t)(bits >> 40), (int64_t)(bits >> 28)));
    }
    ck_assert_uint_eq(tables, UINT64_C(2819793066313208601));
    ck_assert_uint_eq(values, UINT64_C(13118084510238506708));
}
END_TEST

/* --- from uniform bits -------------------------------------------------------------- */

START_TEST(below_n_every_number_has_the_same_share)
{
    ck_assert_uint_eq(draw_below(0, 10), 0);
    ck_assert_uint_eq(draw_below(UINT64_MAX, 10), 9);
    ck_assert_uint_eq(draw_below(UINT64_MAX, 1), 0);
    ck_assert_uint_eq(draw_below(UINT64_MAX, UINT64_MAX), UINT64_MAX - 1);
    /* the bits at which the result steps from k - 1 to k lie at k / n of all */
    for (uint64_t k = 1; k < 10; k++) {
        uint64_t step = (uint64_t)((((unsigned_wide)k << 64) + 9) / 10);
        ck_assert_uint_eq(draw_below(step, 10), k);
        ck_assert_uint_eq(draw_below(step - 1, 10), k - 1);
    }
}
END_TEST

START_TEST(a_share_is_true_for_exactly_that_part_of_the_bits)
{
    ck_assert(!draw_share(0, 0));
    ck_assert(draw_share(0, 1));
    ck_assert(draw_share(UINT64_MAX, 1000000));
    ck_assert(!draw_share(UINT64_MAX, 999999));
    uint64_t quarter = UINT64_C(1) << 62;
    ck_assert(draw_share(quarter - 1, 250000));
    ck_assert(!draw_share(quarter, 250000));
}
END_TEST

/* Mean and variance over a grid: octave o holds bits of 2^(63-o) .. 2^(64-o). */
enum { GRID = 4096 };

struct moments {
    double mass;
    double mean;
    double square;
};

static struct moments moments_of(int64_t (*draw_q32)(uint64_t), int octave_from)
{
    struct moments m = {0};
    double mass = 1;
    for (int o = 0; o < octave_from; o++)
        mass /= 2;
    for (int o = octave_from; o < 50; o++) {
        uint64_t start = UINT64_C(1) << (63 - o);
        mass /= 2;
        double mean = 0;
        double square = 0;
        for (uint64_t i = 0; i < GRID; i++) {
            double x = of_q32(draw_q32(start + start / GRID * i + start / GRID / 2));
            mean += x;
            square += x * x;
        }
        m.mass += mass;
        m.mean += mass * mean / GRID;
        m.square += mass * square / GRID;
    }
    return m;
}

START_TEST(the_exponential_has_mean_1_and_variance_1)
{
    struct moments m = moments_of(draw_exponential_q32, 0);
    near(m.mass, 1, 1e-14);
    near(m.mean, 1, 2e-8);
    near(m.square - m.mean * m.mean, 1, 4e-8);
}
END_TEST

START_TEST(the_normal_has_mean_0_and_variance_1)
{
    /* Octaves of the lower half of the bits are one side: p = bits / 2^64. */
    struct moments m = moments_of(draw_normal_q32, 1);
    near(m.mass, 0.5, 1e-14);
    near(m.mean, 0.39894228040143268, 3e-6); /* of one side: 1 / sqrt(2 pi) */
    near(2 * m.square, 1, 1e-5);             /* the table is good to that */
    for (uint64_t i = 0; i < 10000; i++) {   /* and the other side mirrors it */
        uint64_t bits = draw_bits((struct draw_key){.subject = i});
        ck_assert_in_loop(draw_normal_q32(bits) == -draw_normal_q32(bits ^ UINT64_C(1) << 63));
    }
}
END_TEST

#define SHARE(x) ((uint64_t)((x)*0x1p64))

static const struct {
    uint64_t bits;
    double exponential; /* -ln u */
    double normal;      /* exceeded with that probability */
} tails[] = {
    {SHARE(0.25), 1.3862943611198906, 0.6744897501960817},
    {SHARE(0.1), 2.302585092994046, 1.2815515655446004},
    {SHARE(0.01), 4.605170185988091, 2.3263478740408408},
    {SHARE(0.001), 6.907755278982137, 3.090232306167813}, /* p99.9 */
    {SHARE(1e-6), 13.815510557964274, 4.753424308822899},
    {SHARE(1e-9), 20.72326583694641, 5.997807019601638},
    {SHARE(1e-12), 27.63102111592855, 7.034483825301131},
};

START_TEST(tails_lie_where_they_should)
{
    near(of_q32(draw_exponential_q32(tails[_i].bits)), tails[_i].exponential, 3e-8);
    near(of_q32(draw_normal_q32(tails[_i].bits)), tails[_i].normal, 1e-5);
    near(of_q32(draw_normal_q32(tails[_i].bits | UINT64_C(1) << 63)), -tails[_i].normal, 1e-5);
}
END_TEST

START_TEST(the_ends_of_the_bits_are_the_ends_of_the_tails)
{
    near(of_q32(draw_exponential_q32(0)), 44.3614195558365, 1e-6); /* 64 ln 2 */
    near(of_q32(draw_exponential_q32(1)), 44.3614195558365, 1e-6);
    near(of_q32(draw_exponential_q32(UINT64_MAX)), 0, 1e-8);
    ck_assert_int_ge(draw_exponential_q32(UINT64_MAX), 0);
    near(of_q32(draw_normal_q32(0)), 9.080155124873613, 1e-5); /* exceeded once in 2^64 */
    near(of_q32(draw_normal_q32(UINT64_MAX >> 1)), 0, 1e-6);
}
END_TEST

START_TEST(draws_fall_as_the_bits_rise)
{
    int64_t exponential = INT64_MAX;
    int64_t normal = INT64_MAX;
    for (int o = 20; o >= 1; o--)
        for (uint64_t i = 0; i < 512; i++) {
            uint64_t bits = (UINT64_C(1) << (63 - o)) + ((UINT64_C(1) << (63 - o)) / 512) * i;
            ck_assert_in_loop(draw_exponential_q32(bits) < exponential);
            ck_assert_in_loop(draw_normal_q32(bits) < normal);
            exponential = draw_exponential_q32(bits);
            normal = draw_normal_q32(bits);
        }
}
END_TEST

/* --- the functions behind them ---------------------------------------------------------- */

static const struct {
    uint64_t x;
    double log2;
} logs[] = {
    {1, 0},
    {2, 1},
    {3, 1.584962500721156},
    {10, 3.321928094887362},
    {1000003, 19.931572897402805},
    {UINT64_C(1) << 63, 63},
    {UINT64_MAX, 64},
};

START_TEST(the_logarithm_is_good_to_nine_digits)
{
    near(of_q32(log2_q32(logs[_i].x)), logs[_i].log2, 2e-8);
    ck_assert_int_le(log2_q32(logs[_i].x), 64 * Q32_ONE);
}
END_TEST

static const struct {
    int64_t value;
    int64_t x_q32;
    int64_t want;
    int64_t off; /* by at most */
} powers[] = {
    {0, 0, 0, 0},
    {0, 100 * Q32_ONE, 0, 0},
    {1000, 0, 1000, 0},
    {1000, Q32_ONE, 2000, 0},
    {1000, -Q32_ONE, 500, 0},
    {3, -Q32_ONE, 2, 0}, /* 1.5, rounded up */
    {1, -2 * Q32_ONE, 0, 0},
    {1000000000000, Q32_ONE / 2, 1414213562373, 20000},
    {1000000000000, -Q32_ONE / 2, 707106781187, 10000},
    {1, 29 * Q32_ONE, INT64_C(1) << 29, 0},
    {1, 30 * Q32_ONE, INT64_C(1) << 30, 0},
    {5, 40 * Q32_ONE, INT64_C(5) << 40, 0},
    {1, 62 * Q32_ONE, INT64_C(1) << 62, 0},
    {1, 63 * Q32_ONE, INT64_MAX, 0},
    {INT64_MAX, 0, INT64_MAX, 0},
    {INT64_MAX, Q32_ONE, INT64_MAX, 0},
    {INT64_MAX, 1000 * Q32_ONE, INT64_MAX, 0},
    {INT64_MAX, -63 * Q32_ONE, 1, 0},
    {INT64_MAX, -1000 * Q32_ONE, 0, 0},
};

START_TEST(powers_of_two_scale_round_and_saturate)
{
    int64_t got = scale_exp2(powers[_i].value, powers[_i].x_q32);
    ck_assert_int_ge(got, powers[_i].want - powers[_i].off);
    ck_assert_int_le(got, powers[_i].want + powers[_i].off);
}
END_TEST

START_TEST(below_nothing_stops_the_program)
{
    draw_below(1, 0);
}
END_TEST

START_TEST(the_logarithm_of_nothing_stops_the_program)
{
    log2_q32(0);
}
END_TEST

START_TEST(scaling_a_negative_value_stops_the_program)
{
    scale_exp2(-1, 0);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("draw");
    tcase_add_test(t, a_draw_is_a_function_of_its_key_and_of_every_part_of_it);
    tcase_add_test(t, one_bit_of_a_key_turns_about_half_the_bits_of_the_draw);
    tcase_add_test(t, neighbouring_subjects_are_uniform_and_not_alike);
    tcase_add_loop_test(t, every_compiler_draws_the_same_bits, 0, COUNT(golden));
    tcase_add_test(t, every_compiler_has_the_same_tables_and_the_same_values);
    tcase_add_test(t, below_n_every_number_has_the_same_share);
    tcase_add_test(t, a_share_is_true_for_exactly_that_part_of_the_bits);
    tcase_add_test(t, the_exponential_has_mean_1_and_variance_1);
    tcase_add_test(t, the_normal_has_mean_0_and_variance_1);
    tcase_add_loop_test(t, tails_lie_where_they_should, 0, COUNT(tails));
    tcase_add_test(t, the_ends_of_the_bits_are_the_ends_of_the_tails);
    tcase_add_test(t, draws_fall_as_the_bits_rise);
    tcase_add_loop_test(t, the_logarithm_is_good_to_nine_digits, 0, COUNT(logs));
    tcase_add_loop_test(t, powers_of_two_scale_round_and_saturate, 0, COUNT(powers));
    tcase_add_test_raise_signal(t, below_nothing_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, the_logarithm_of_nothing_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, scaling_a_negative_value_stops_the_program, SIGABRT);
    return run_tests("draw", t);
}
