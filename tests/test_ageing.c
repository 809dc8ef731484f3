/* test_ageing.c — who has waited long rises: one step of the business first, then of the merchant.
 */

#include "core/payout/ageing.h"

#include "core/base/civil.h"
#include "core/payout/queue.h"
#include "tests/harness.h"

#define STEP_US (10 * US_PER_MINUTE)
#define START_US (INT64_C(18000) * US_PER_DAY)

static struct payout asked(uint8_t business, uint8_t merchant, int64_t at_us, uint32_t arrival)
{
    return (struct payout){
        .class = queue_class(business, merchant), .requested_us = at_us, .arrival = arrival};
}

static struct ageing after(int64_t us)
{
    return (struct ageing){.now_us = START_US + us, .step_us = STEP_US};
}

static const struct {
    uint8_t business, merchant;
    int64_t waited_us;
    uint8_t as_business, as_merchant; /* the class that it has risen to */
    int64_t rises_in_us;              /* from its request; 0: it stays */
} risings[] = {
    {5, 7, 0, 5, 7, STEP_US},
    {5, 7, STEP_US - 1, 5, 7, STEP_US},
    {5, 7, STEP_US, 4, 7, 2 * STEP_US},
    {5, 7, 4 * STEP_US - 1, 2, 7, 4 * STEP_US},
    {5, 7, 4 * STEP_US, 1, 7, 5 * STEP_US},
    {5, 7, 5 * STEP_US, 1, 6, 6 * STEP_US},
    {5, 7, 10 * STEP_US - 1, 1, 2, 10 * STEP_US},
    {5, 7, 10 * STEP_US, 1, 1, 0},
    {5, 7, 1000 * STEP_US, 1, 1, 0},
    {1, 1, 0, 1, 1, 0},
    {9, 9, 16 * STEP_US - 1, 1, 2, 16 * STEP_US},
    {9, 9, 16 * STEP_US, 1, 1, 0},
    {1, 9, STEP_US, 1, 8, 2 * STEP_US},
};

START_TEST(each_full_step_lifts_by_one_and_the_top_is_the_end)
{
    struct payout p = asked(risings[_i].business, risings[_i].merchant, START_US, 0);
    struct ageing a = after(risings[_i].waited_us);
    int64_t rises_us = risings[_i].rises_in_us;
    ck_assert_uint_eq(ageing_rank(a, &p),
                      queue_class(risings[_i].as_business, risings[_i].as_merchant));
    ck_assert_int_eq(ageing_rises_us(a, &p), rises_us == 0 ? NEVER_US : START_US + rises_us);
}
END_TEST

START_TEST(without_a_step_nobody_rises)
{
    struct payout p = asked(9, 9, START_US, 0);
    struct ageing a = {.now_us = START_US + 1000 * US_PER_DAY};
    ck_assert_uint_eq(ageing_rank(a, &p), queue_class(9, 9));
    ck_assert_int_eq(ageing_rises_us(a, &p), NEVER_US);
}
END_TEST

START_TEST(who_has_risen_to_a_class_stands_there_by_arrival)
{
    struct payout old = asked(3, 5, START_US, 1);
    struct payout fresh = asked(1, 5, START_US + 2 * STEP_US, 2);
    ck_assert(!ageing_before(after(2 * STEP_US - 1), &old,
                             &(struct payout){.class = fresh.class,
                                              .requested_us = START_US,
                                              .arrival = 2})); /* a moment too early */
    ck_assert(ageing_before(after(2 * STEP_US), &old, &fresh));
    ck_assert(!ageing_before(after(2 * STEP_US), &fresh, &old));
}
END_TEST

START_TEST(one_of_a_class_never_passes_an_earlier_one)
{
    struct payout first = asked(6, 4, START_US, 1);
    struct payout second = asked(6, 4, START_US + STEP_US / 2, 2);
    for (int64_t us = STEP_US / 2; us < 20 * STEP_US; us += STEP_US / 4)
        ck_assert(ageing_before(after(us), &first, &second));
}
END_TEST

START_TEST(a_payout_that_has_yet_to_be_requested_stops_the_program)
{
    struct payout p = asked(6, 4, START_US + 1, 1);
    ageing_rank(after(0), &p);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("ageing");
    tcase_add_loop_test(t, each_full_step_lifts_by_one_and_the_top_is_the_end, 0, COUNT(risings));
    tcase_add_test(t, without_a_step_nobody_rises);
    tcase_add_test(t, who_has_risen_to_a_class_stands_there_by_arrival);
    tcase_add_test(t, one_of_a_class_never_passes_an_earlier_one);
    tcase_add_test_raise_signal(t, a_payout_that_has_yet_to_be_requested_stops_the_program,
                                SIGABRT);
    return run_tests("ageing", t);
}
