/* test_ladder.c — times of all up to an amount, against an account of each payout by itself. */

#include "sim/ladder.h"

#include <string.h>

#include "tests/harness.h"

enum { RUNGS = 200, LADDERS = 2 };

#define LARGEST_FEN INT64_C(999999999999999)

static struct ladders all;
static struct ladder ladders[LADDERS];
static int64_t us[RUNGS][BLOCKED_REASONS]; /* what each should have */
static int on[RUNGS];                      /* a ladder, or -1 */

static void setup(void)
{
    ladders_init(&all);
    ladders_reserve(&all, RUNGS);
    for (int i = 0; i < LADDERS; i++)
        ladders[i].root = NONE;
    memset(us, 0, sizeof us);
    for (int i = 0; i < RUNGS; i++) {
        all.rungs[i] = (struct rung){0};
        on[i] = -1;
    }
}

static void teardown(void)
{
    ladders_free(&all);
}

static void put(int ladder, uint32_t index, int64_t amount_fen)
{
    all.rungs[index].amount_fen = amount_fen;
    ladder_put(&all, &ladders[ladder], index);
    on[index] = ladder;
}

static void take(uint32_t index)
{
    ladder_take(&all, &ladders[on[index]], index);
    on[index] = -1;
}

static void add(int ladder, int64_t upto_fen, const int64_t more_us[BLOCKED_REASONS])
{
    ladder_add(&all, &ladders[ladder], upto_fen, more_us);
    for (int i = 0; i < RUNGS; i++)
        for (int r = 0; r < BLOCKED_REASONS; r++)
            if (on[i] == ladder && all.rungs[i].amount_fen <= upto_fen)
                us[i][r] += more_us[r];
}

static void agrees(void)
{
    for (uint32_t i = 0; i < RUNGS; i++) {
        int64_t shown_us[BLOCKED_REASONS];
        memcpy(shown_us, all.rungs[i].us, sizeof shown_us);
        if (on[i] >= 0)
            ladder_read(&all, &ladders[on[i]], i, shown_us);
        ck_assert_in_loop(memcmp(shown_us, us[i], sizeof shown_us) == 0);
    }
}

static void sums_agree(int ladder, int64_t upto_fen)
{
    struct ladder_sum want = {0};
    for (int i = 0; i < RUNGS; i++)
        if (on[i] == ladder && all.rungs[i].amount_fen <= upto_fen) {
            want.count++;
            want.amount_fen += all.rungs[i].amount_fen;
        }
    struct ladder_sum sum = ladder_upto(&all, &ladders[ladder], upto_fen);
    ck_assert_in_loop(sum.count == want.count);
    ck_assert_in_loop(sum.amount_fen == want.amount_fen);
}

/* --- at the edges ------------------------------------------------------------ */

static const struct {
    int64_t upto_fen;
    uint32_t count; /* of 1, 5, 5, 6 and the largest there is */
} edges[] = {
    {-1, 0},          {0, 0},         {1, 1}, {4, 1}, {5, 3}, {6, 4}, {7, 4}, {LARGEST_FEN - 1, 4},
    {LARGEST_FEN, 5}, {INT64_MAX, 5},
};

START_TEST(all_up_to_an_amount_and_nobody_above_it)
{
    static const int64_t one_us[BLOCKED_REASONS] = {1, 2, 3, 4, 5, 6};
    put(0, 3, 5);
    put(0, 0, LARGEST_FEN);
    put(0, 7, 1);
    put(0, 2, 6);
    put(0, 4, 5);
    put(1, 9, 1); /* another ladder's */
    sums_agree(0, edges[_i].upto_fen);
    ck_assert_uint_eq(ladder_upto(&all, &ladders[0], 6).count, 4);
    add(0, edges[_i].upto_fen, one_us);
    agrees();
    uint32_t count = 0;
    for (int i = 0; i < RUNGS; i++)
        count += us[i][0] == 1;
    ck_assert_uint_eq(count, edges[_i].count);
}
END_TEST

START_TEST(an_empty_ladder_has_nobody_up_to_anything)
{
    static const int64_t one_us[BLOCKED_REASONS] = {1};
    ladder_add(&all, &ladders[0], INT64_MAX, one_us);
    ck_assert_uint_eq(ladder_upto(&all, &ladders[0], INT64_MAX).count, 0);
    put(0, 1, 10);
    agrees();
    take(1);
    ck_assert_uint_eq(ladders[0].root, NONE);
}
END_TEST

/* --- drawn ------------------------------------------------------------------- */

START_TEST(drawn_payouts_have_the_times_of_the_stretches_they_were_in)
{
    uint64_t dice = 11 + (uint64_t)_i;
    /* amounts that are all equal, some equal, far apart */
    int64_t most_fen = _i % 3 == 0 ? 1 : _i % 3 == 1 ? 50 : LARGEST_FEN;
    for (int step = 0; step < 3000; step++) {
        uint32_t index = (uint32_t)draw(&dice, RUNGS);
        int ladder = (int)draw(&dice, LADDERS);
        int64_t upto_fen = (int64_t)draw(&dice, (uint64_t)most_fen + 2);
        if (on[index] >= 0)
            take(index);
        else
            put(ladder, index, 1 + (int64_t)draw(&dice, (uint64_t)most_fen));
        int64_t more_us[BLOCKED_REASONS];
        for (int r = 0; r < BLOCKED_REASONS; r++)
            more_us[r] = (int64_t)draw(&dice, 2000) - 1000;
        add(ladder, upto_fen, more_us);
        sums_agree(ladder, (int64_t)draw(&dice, (uint64_t)most_fen + 2));
        if (step % 16 == 0)
            agrees();
    }
    for (uint32_t i = 0; i < RUNGS; i++)
        if (on[i] >= 0)
            take(i);
    agrees();
    ck_assert_uint_eq(all.pool.used, 0);
    for (int i = 0; i < LADDERS; i++)
        ck_assert_uint_eq(ladders[i].root, NONE);
}
END_TEST

/* --- misuse ------------------------------------------------------------------ */

START_TEST(nobody_is_put_twice)
{
    put(0, 1, 10);
    put(0, 2, 10);
    put(0, 1, 10);
}
END_TEST

START_TEST(only_who_is_on_it_is_taken)
{
    put(0, 1, 10);
    put(0, 2, 20);
    all.rungs[3].amount_fen = 20;
    ladder_take(&all, &ladders[0], 3);
}
END_TEST

START_TEST(only_who_is_on_it_is_read)
{
    int64_t read_us[BLOCKED_REASONS] = {0};
    put(0, 1, 10);
    put(1, 2, 10);
    ladder_read(&all, &ladders[0], 2, read_us);
}
END_TEST

START_TEST(an_amount_is_above_0)
{
    put(0, 1, 0);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("ladder");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, all_up_to_an_amount_and_nobody_above_it, 0, COUNT(edges));
    tcase_add_test(t, an_empty_ladder_has_nobody_up_to_anything);
    tcase_add_loop_test(t, drawn_payouts_have_the_times_of_the_stretches_they_were_in, 0, 6);
    tcase_add_test_raise_signal(t, nobody_is_put_twice, SIGABRT);
    tcase_add_test_raise_signal(t, only_who_is_on_it_is_taken, SIGABRT);
    tcase_add_test_raise_signal(t, only_who_is_on_it_is_read, SIGABRT);
    tcase_add_test_raise_signal(t, an_amount_is_above_0, SIGABRT);
    return run_tests("ladder", t);
}
