/* stat_more_worlds.c — the worlds after those of stat_worlds.c. */

#include "tests/worlds.h"

START_TEST(no_identity_bound_or_belief_breaks_in_five_hundred_more)
{
    five_hundred_worlds_are_whole((uint64_t)_i);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("more worlds");
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, no_identity_bound_or_belief_breaks_in_five_hundred_more, 10, 20);
    return run_tests("more worlds", t);
}
