/* test_zipf.c — the k-th has its share, to the last of 2^32 parts. */

#include "core/base/wide.h"
#include "mocks/zipf.h"
#include "tests/harness.h"

#define CELL (UINT64_C(1) << 32)

/* What each number's share is, of 2^32 x count: read from the table, not drawn. */
static void read_shares(const struct zipf *z, uint64_t *share)
{
    for (uint32_t k = 0; k < z->count; k++)
        share[k] = 0;
    for (uint32_t k = 0; k < z->count; k++) {
        uint64_t own = z->cells[k].own_share;
        share[k] += own;
        share[z->cells[k].other - 1] += CELL - own;
    }
}

static uint64_t share_of(const uint64_t *share, uint32_t count)
{
    uint64_t sum = 0;
    for (uint32_t k = 0; k < count; k++)
        sum += share[k];
    return sum;
}

START_TEST(without_an_exponent_all_are_alike)
{
    struct zipf z;
    uint32_t seen[8] = {0};
    zipf_init(&z, 8, 0);
    for (uint64_t i = 0; i < 8192; i++)
        seen[zipf_draw(&z, i << 51) - 1]++;
    for (int k = 0; k < 8; k++)
        ck_assert_uint_eq(seen[k], 1024);
    zipf_free(&z);
}
END_TEST

START_TEST(one_alone_is_always_the_one)
{
    struct zipf z;
    zipf_init(&z, 1, 1000000);
    ck_assert_uint_eq(zipf_draw(&z, 0), 1);
    ck_assert_uint_eq(zipf_draw(&z, UINT64_MAX), 1);
    zipf_free(&z);
}
END_TEST

static const struct {
    uint32_t count;
    int64_t exponent_millionths;
    double first; /* its share: 1 / (sum of k^-s) */
    double tenth;
} shares[] = {
    {10, 1000000, 0.34141715214740553, 0.034141715214740553},
    {1000, 1000000, 0.13359213049244018, 0.013359213049244018},
    {1000, 2000000, 0.6082967170759085, 0.006082967170759085},
    {100, 500000, 0.05379350788889722, 0.017011000825915116},
};

START_TEST(the_kth_has_a_share_proportional_to_its_power)
{
    static uint64_t share[1000];
    struct zipf z;
    zipf_init(&z, shares[_i].count, shares[_i].exponent_millionths);
    read_shares(&z, share);
    double whole = (double)(CELL * shares[_i].count);
    ck_assert_uint_eq(share_of(share, z.count), CELL * shares[_i].count);
    ck_assert_double_eq_tol((double)share[0] / whole, shares[_i].first, 1e-6);
    ck_assert_double_eq_tol((double)share[9] / whole, shares[_i].tenth, 1e-6);
    for (uint32_t k = 1; k < z.count; k++)
        ck_assert_in_loop(share[k] <= share[k - 1] && share[k] > 0);
    zipf_free(&z);
}
END_TEST

START_TEST(draws_come_in_the_shares_of_the_table)
{
    enum { MANY = 1 << 18 };
    static uint64_t share[100];
    static double seen[100];
    struct zipf z;
    zipf_init(&z, 100, 1000000);
    read_shares(&z, share);
    for (uint64_t i = 0; i < MANY; i++)
        seen[zipf_draw(&z, i << 46 | UINT64_C(1) << 45) - 1]++;
    for (uint32_t k = 0; k < 100; k++) { /* an even grid: off by some points a cell at most */
        double want = (double)share[k] / (double)(CELL * 100) * MANY;
        ck_assert_double_eq_tol(seen[k], want, 110);
    }
    zipf_free(&z);
}
END_TEST

START_TEST(no_draw_leaves_the_numbers_there_are)
{
    static const uint32_t counts[] = {2, 3, 7, 100, 4096, 100000};
    uint64_t state = 1;
    for (int i = 0; i < COUNT(counts); i++) {
        struct zipf z;
        zipf_init(&z, counts[i], 1200000);
        for (int n = 0; n < 2000; n++) {
            uint32_t k = zipf_draw(&z, draw(&state, UINT64_MAX));
            ck_assert_in_loop(k >= 1 && k <= counts[i]);
        }
        ck_assert_uint_ge(zipf_draw(&z, UINT64_MAX), 1);
        ck_assert_uint_le(zipf_draw(&z, UINT64_MAX), counts[i]);
        zipf_free(&z);
    }
}
END_TEST

START_TEST(a_steep_power_still_leaves_everybody_a_share)
{
    static uint64_t share[5000];
    struct zipf z;
    zipf_init(&z, 5000, 9000000); /* 5000^-9 is far below the smallest weight */
    read_shares(&z, share);
    ck_assert_uint_eq(share_of(share, 5000), CELL * 5000);
    ck_assert_uint_gt(share[0], CELL * 5000 / 100 * 99);
    zipf_free(&z);
}
END_TEST

START_TEST(nobody_at_all_stops_the_program)
{
    struct zipf z;
    zipf_init(&z, 0, 1000000);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("zipf");
    tcase_add_test(t, without_an_exponent_all_are_alike);
    tcase_add_test(t, one_alone_is_always_the_one);
    tcase_add_loop_test(t, the_kth_has_a_share_proportional_to_its_power, 0, COUNT(shares));
    tcase_add_test(t, draws_come_in_the_shares_of_the_table);
    tcase_add_test(t, no_draw_leaves_the_numbers_there_are);
    tcase_add_test(t, a_steep_power_still_leaves_everybody_a_share);
    tcase_add_test_raise_signal(t, nobody_at_all_stops_the_program, SIGABRT);
    return run_tests("zipf", t);
}
