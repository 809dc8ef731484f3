/* stat_worlds.c — ten thousand small worlds, each checked at every event. */

#include "tests/worlds.h"

START_TEST(no_identity_bound_or_belief_breaks_in_a_thousand_worlds)
{
    uint64_t events = 0;
    for (uint64_t seed = 1; seed <= 1000; seed++)
        ck_assert(world_is_whole((uint64_t)_i * 1000 + seed, &events));
    ck_assert_uint_gt(events, 100000);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("worlds");
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, no_identity_bound_or_belief_breaks_in_a_thousand_worlds, 0, 10);
    return run_tests("worlds", t);
}
