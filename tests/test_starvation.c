/* test_starvation.c — some drawn loads in which nobody may starve; stat_starvation.c has more. */

#include "tests/starvation.h"

START_TEST(who_has_risen_to_the_top_is_passed_over_at_most_so_often)
{
    static struct starvation seen;
    seen = (struct starvation){0};
    for (uint64_t seed = 0; seed < 10; seed++)
        nobody_starves((uint64_t)_i * 10 + seed, &seen);
    ck_assert_uint_gt(seen.at_bound, 20);
    ck_assert_uint_gt(seen.held, 20);
    ck_assert_uint_gt(seen.sent_to_shared, 20);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("starvation");
    tcase_add_loop_test(t, who_has_risen_to_the_top_is_passed_over_at_most_so_often, 0, 5);
    return run_tests("starvation", t);
}
