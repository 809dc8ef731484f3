/* stat_treasuries.c — a thousand small treasuries, each checked at every event. */

#include "tests/treasuries.h"

START_TEST(no_invariant_breaks_in_a_hundred_treasuries)
{
    uint64_t events = 0;
    for (uint64_t seed = 1; seed <= 100; seed++)
        ck_assert(treasury_is_whole((uint64_t)_i * 100 + seed, &events));
    ck_assert_uint_gt(days_agreed, 0);
    ck_assert_uint_gt(events, 10000);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("treasuries");
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, no_invariant_breaks_in_a_hundred_treasuries, 0, 10);
    return run_tests("treasuries", t);
}
