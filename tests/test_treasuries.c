/* test_treasuries.c — some of the small treasuries, in every variant; stat_treasuries.c has more.
 */

#include "tests/treasuries.h"

START_TEST(a_small_treasury_keeps_every_invariant_and_leaves_nothing_but_what_rests)
{
    uint64_t events = 0;
    for (uint64_t seed = 1; seed <= 4; seed++)
        ck_assert(treasury_is_whole(1000000 + (uint64_t)_i * 4 + seed, &events));
    ck_assert_uint_gt(events, 100);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("treasuries");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, a_small_treasury_keeps_every_invariant_and_leaves_nothing_but_what_rests,
                        0, 10);
    return run_tests("treasuries", t);
}
