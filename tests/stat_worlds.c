/* stat_worlds.c — five thousand small worlds, each checked at every event; stat_more_worlds.c has
 * as many more, so that both may run at once. */

#include "tests/worlds.h"

START_TEST(no_identity_bound_or_belief_breaks_in_five_hundred_worlds)
{
    five_hundred_worlds_are_whole((uint64_t)_i);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("worlds");
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, no_identity_bound_or_belief_breaks_in_five_hundred_worlds, 0, 10);
    return run_tests("worlds", t);
}
