/* test_backlog.c — what each channel needs, and whether quota, money or a warning is the answer. */

#include "core/quota/backlog.h"

#include "core/base/money.h"
#include "tests/harness.h"

enum { U = CHANNEL_UNIONPAY, N = CHANNEL_NETSUNION };

/* UnionPay in each row; NetsUnion has a level of `other` and needs `other_near` of it. */
static const struct {
    int64_t level;
    int64_t waiting;
    int64_t soon;
    int64_t later;
    int64_t unallocated;
    int64_t other;
    int64_t other_near;
    int64_t movable; /* of NetsUnion */
    int64_t transferable;
    enum backlog_answer answer;
    int64_t short_fen;
    int64_t move;
    int64_t transfer;
    int64_t uncovered;
} rows[] = {
    /* enough, just enough, and one fen too little */
    {100, 0, 0, 0, 0, 0, 0, 0, 0, BACKLOG_NOTHING, 0, 0, 0, 0},
    {100, 60, 40, 900, 0, 0, 0, 0, 0, BACKLOG_NOTHING, 0, 0, 0, 0},
    {100, 60, 41, 41, 0, 0, 0, 0, 0, BACKLOG_WARN, 1, 0, 0, 1},
    {100, 60, 41, 41, 1, 0, 0, 0, 0, BACKLOG_MOVE, 1, 1, 0, 0},
    {100, 60, 41, 41, 0, 0, 0, 0, 1, BACKLOG_TRANSFER, 1, 0, 1, 0},
    /* the queue alone, and the forecast alone */
    {0, 50, 0, 0, 50, 0, 0, 0, 0, BACKLOG_MOVE, 50, 50, 0, 0},
    {10, 0, 50, 50, 40, 0, 0, 0, 0, BACKLOG_MOVE, 40, 40, 0, 0},
    /* what is short within lead is filled up to what the horizon needs, if that is there */
    {0, 50, 10, 100, 500, 0, 0, 0, 0, BACKLOG_MOVE, 60, 150, 0, 0},
    {0, 50, 10, 100, 80, 0, 0, 0, 0, BACKLOG_MOVE, 60, 80, 0, 0},
    {0, 50, 10, 100, 80, 0, 0, 0, 40, BACKLOG_MOVE, 60, 80, 40, 0},
    {0, 50, 10, 100, 59, 0, 0, 0, 40, BACKLOG_TRANSFER, 60, 59, 40, 0},
    {0, 50, 10, 100, 30, 0, 0, 0, 29, BACKLOG_WARN, 60, 30, 29, 1},
    /* the other channel gives what it does not need and what may be moved */
    {0, 50, 0, 0, 0, 100, 50, 100, 0, BACKLOG_MOVE, 50, 50, 0, 0},
    {0, 50, 0, 0, 0, 100, 51, 100, 0, BACKLOG_WARN, 50, 49, 0, 1},
    {0, 50, 0, 0, 0, 100, 0, 49, 0, BACKLOG_WARN, 50, 49, 0, 1},
    {0, 50, 0, 0, 0, 100, 0, 49, 1, BACKLOG_TRANSFER, 50, 49, 1, 0},
    {0, 50, 0, 0, 20, 100, 70, 100, 0, BACKLOG_MOVE, 50, 50, 0, 0},
    {0, 50, 0, 0, 0, 40, 41, 40, 0, BACKLOG_WARN, 50, 0, 0, 50},
    /* unallocated below what is kept is none; movable below zero gives none */
    {0, 50, 0, 0, -10, 100, 0, -5, 0, BACKLOG_WARN, 50, 0, 0, 50},
    /* a level below zero is a need, too */
    {-10, 0, 0, 0, 10, 0, 0, 0, 0, BACKLOG_MOVE, 10, 10, 0, 0},
};

START_TEST(the_answer_is_the_mildest_that_covers_what_is_short)
{
    struct backlog_view v = {.unallocated_fen = rows[_i].unallocated,
                             .transferable_fen = rows[_i].transferable};
    struct backlog found[CHANNELS];
    v.level_fen[U] = rows[_i].level;
    v.waiting_fen[U] = rows[_i].waiting;
    v.soon_fen[U] = rows[_i].soon;
    v.later_fen[U] = rows[_i].later;
    v.level_fen[N] = rows[_i].other;
    v.soon_fen[N] = rows[_i].other_near;
    v.movable_fen[N] = rows[_i].movable;
    backlog_find(&v, found);
    ck_assert_int_eq(found[U].answer, rows[_i].answer);
    ck_assert_int_eq(found[U].short_fen, rows[_i].short_fen);
    ck_assert_int_eq(found[U].move_fen, rows[_i].move);
    ck_assert_int_eq(found[U].transfer_fen, rows[_i].transfer);
    ck_assert_int_eq(found[U].uncovered_fen, rows[_i].uncovered);
}
END_TEST

START_TEST(what_one_channel_takes_is_not_there_for_the_other)
{
    struct backlog_view v = {.unallocated_fen = 60, .transferable_fen = 50};
    struct backlog found[CHANNELS];
    v.waiting_fen[U] = v.waiting_fen[N] = 50;
    backlog_find(&v, found);
    ck_assert_int_eq(found[U].answer, BACKLOG_MOVE);
    ck_assert_int_eq(found[U].move_fen, 50);
    ck_assert_int_eq(found[N].answer, BACKLOG_TRANSFER);
    ck_assert_int_eq(found[N].move_fen, 10);
    ck_assert_int_eq(found[N].transfer_fen, 40);
    v.transferable_fen = 39;
    backlog_find(&v, found);
    ck_assert_int_eq(found[N].answer, BACKLOG_WARN);
    ck_assert_int_eq(found[N].uncovered_fen, 1);
}
END_TEST

START_TEST(nothing_is_promised_twice_and_nothing_more_than_there_is)
{
    uint64_t state = 7;
    for (int i = 0; i < 20000; i++) {
        struct backlog_view v = {.unallocated_fen = (int64_t)draw(&state, 100) - 20,
                                 .transferable_fen = (int64_t)draw(&state, 60)};
        struct backlog found[CHANNELS];
        int64_t there_fen = v.transferable_fen + (v.unallocated_fen > 0 ? v.unallocated_fen : 0);
        int64_t near_fen = 0;
        for (int c = 0; c < CHANNELS; c++) {
            v.level_fen[c] = (int64_t)draw(&state, 100);
            v.waiting_fen[c] = (int64_t)draw(&state, 100);
            v.soon_fen[c] = (int64_t)draw(&state, 50);
            v.later_fen[c] = v.soon_fen[c] + (int64_t)draw(&state, 50);
            v.movable_fen[c] = v.level_fen[c] - (int64_t)draw(&state, 20);
            there_fen += v.level_fen[c];
            near_fen += v.waiting_fen[c] + v.soon_fen[c];
        }
        backlog_find(&v, found);
        int64_t given_fen = 0;
        int64_t uncovered_fen = 0;
        for (int c = 0; c < CHANNELS; c++) {
            given_fen += found[c].move_fen + found[c].transfer_fen;
            uncovered_fen += found[c].uncovered_fen;
            ck_assert_in_loop((found[c].answer == BACKLOG_NOTHING) == (found[c].short_fen == 0));
            ck_assert_in_loop((found[c].answer == BACKLOG_WARN) == (found[c].uncovered_fen > 0));
        }
        ck_assert_in_loop(given_fen <= there_fen);
        ck_assert_in_loop(near_fen <= there_fen || uncovered_fen > 0); /* no false comfort */
    }
}
END_TEST

START_TEST(transfers_that_bring_less_than_nothing_stop_the_program)
{
    struct backlog found[CHANNELS];
    backlog_find(&(struct backlog_view){.transferable_fen = -1}, found);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("backlog");
    tcase_add_loop_test(t, the_answer_is_the_mildest_that_covers_what_is_short, 0, COUNT(rows));
    tcase_add_test(t, what_one_channel_takes_is_not_there_for_the_other);
    tcase_add_test(t, nothing_is_promised_twice_and_nothing_more_than_there_is);
    tcase_add_test_raise_signal(t, transfers_that_bring_less_than_nothing_stop_the_program,
                                SIGABRT);
    return run_tests("backlog", t);
}
