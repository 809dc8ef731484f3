/* stat_starvation.c — a thousand drawn loads in which nobody may starve. */

#include "tests/starvation.h"

START_TEST(in_a_thousand_loads_who_has_risen_to_the_top_is_passed_over_at_most_so_often)
{
    static struct starvation seen;
    seen = (struct starvation){0};
    for (uint64_t seed = 0; seed < 1000; seed++)
        nobody_starves(1000 + seed, &seen);
    ck_assert_uint_gt(seen.at_bound, 2000);
    ck_assert_uint_gt(seen.sent_to_shared, 2000);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("starvation");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, in_a_thousand_loads_who_has_risen_to_the_top_is_passed_over_at_most_so_often);
    return run_tests("starvation", t);
}
