/* test_share.c — what room a business has in a channel's quota, by the formula and over a day. */

#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/payout/share.h"
#include "tests/harness.h"

#define NOON_US INT64_C(1541995200000000) /* 2018-11-12, 12:00 in China */

enum { PARTIES = 3 };
#define U CHANNEL_UNIONPAY
#define N CHANNEL_NETSUNION

static struct shares shares;

static void begin(const int64_t *ppm, uint32_t no_borrowing)
{
    shares_init(&shares);
    for (uint32_t i = 0; i < PARTIES; i++)
        shares_add(&shares, ppm[i], !(no_borrowing >> i & 1));
    shares_turn(&shares, NOON_US);
}

static const struct {
    int64_t ppm[PARTIES];
    uint32_t no_borrowing; /* bits */
    int64_t used_fen[PARTIES];
    int64_t available_fen;
    int64_t room_fen[PARTIES];
} rooms[] = {
    /* nobody has a share: everybody has all of it */
    {{0, 0, 0}, 0, {10, 20, 30}, 1000, {1000, 1000, 1000}},
    /* nothing used: one's own, and what is kept for nobody */
    {{500000, 300000, 0}, 0, {0, 0, 0}, 1000, {700, 500, 200}},
    /* Q is 1000 still; the first has used its part and more */
    {{500000, 300000, 0}, 0, {600, 0, 0}, 400, {100, 400, 100}},
    /* the second has used some of its own */
    {{500000, 300000, 0}, 0, {0, 200, 0}, 800, {700, 300, 200}},
    /* all is somebody's: who has none has no room */
    {{500000, 500000, 0}, 0, {0, 0, 0}, 1000, {500, 500, 0}},
    {{500000, 500000, 0}, 0, {500, 0, 0}, 500, {0, 500, 0}},
    /* who may not borrow has its own at most */
    {{500000, 300000, 0}, 1, {0, 0, 0}, 1000, {500, 500, 200}},
    {{500000, 300000, 0}, 1, {500, 0, 0}, 500, {0, 500, 200}},
    {{1000000, 0, 0}, 1, {0, 0, 0}, 1000, {1000, 0, 0}},
    /* what was borrowed is gone: not even the guaranteed part is there */
    {{500000, 0, 0}, 0, {0, 0, 900}, 100, {100, 0, 0}},
    {{500000, 400000, 0}, 0, {0, 0, 900}, 100, {100, 100, 0}},
    /* rounded down, each for itself */
    {{333333, 333333, 333334}, 0, {0, 0, 0}, 10, {4, 4, 4}},
    {{500000, 500000, 0}, 0, {0, 0, 0}, 1, {1, 1, 1}},
    {{500000, 500000, 0}, 0, {0, 0, 0}, 0, {0, 0, 0}},
    {{500000, 0, 0}, 0, {0, 0, 0}, -5, {-5, -5, -5}},
    /* larger than a product with parts per million could be */
    {{500000, 250000, 0},
     0,
     {0, 0, 0},
     MONEY_MAX_FEN + 1,
     {750000000000000, 500000000000000, 250000000000000}},
};

START_TEST(room_is_what_the_formula_says)
{
    begin(rooms[_i].ppm, rooms[_i].no_borrowing);
    for (uint32_t b = 0; b < PARTIES; b++)
        if (rooms[_i].used_fen[b] != 0)
            shares_sent(&shares, U, b, rooms[_i].used_fen[b]);
    for (uint32_t b = 0; b < PARTIES; b++)
        ck_assert_int_eq(shares_room_fen(&shares, U, b, rooms[_i].available_fen),
                         rooms[_i].room_fen[b]);
}
END_TEST

static const int64_t halves[PARTIES] = {500000, 500000, 0};

START_TEST(each_channel_is_counted_for_itself)
{
    begin(halves, 0);
    shares_sent(&shares, U, 0, 500);
    ck_assert_int_eq(shares_room_fen(&shares, U, 0, 500), 0);
    ck_assert_int_eq(shares_room_fen(&shares, N, 0, 1000), 500);
}
END_TEST

START_TEST(what_failed_on_the_day_it_was_sent_was_not_used)
{
    begin(halves, 0);
    shares_sent(&shares, U, 0, 300);
    shares_sent(&shares, U, 0, 200);
    shares_failed(&shares, U, 0, 200, NOON_US);
    ck_assert_int_eq(shares_room_fen(&shares, U, 0, 700), 200);
}
END_TEST

START_TEST(a_new_day_begins_with_nothing_used)
{
    int64_t midnight_us = civil_moment_us(civil_day(NOON_US) + 1, 0);
    begin(halves, 0);
    shares_sent(&shares, U, 0, 500);
    ck_assert(!shares_turn(&shares, midnight_us - 1));
    ck_assert_int_eq(shares_room_fen(&shares, U, 0, 500), 0);
    ck_assert(shares_turn(&shares, midnight_us));
    ck_assert_int_eq(shares_room_fen(&shares, U, 0, 500), 250);
    shares_sent(&shares, U, 0, 100);
    shares_failed(&shares, U, 0, 500, NOON_US); /* yesterday's: it was forgotten already */
    ck_assert_int_eq(shares_room_fen(&shares, U, 0, 400), 150);
}
END_TEST

START_TEST(sending_makes_nobodys_room_larger)
{
    uint64_t state = (uint64_t)_i;
    int64_t available_fen = 100000;
    begin((const int64_t[]){333333, 214159, (int64_t)draw(&state, 400000)}, _i % 3 == 0 ? 1 : 0);
    while (available_fen > 0) {
        int64_t before[PARTIES];
        for (uint32_t b = 0; b < PARTIES; b++)
            before[b] = shares_room_fen(&shares, U, b, available_fen);
        uint32_t who = (uint32_t)draw(&state, PARTIES);
        int64_t hold_fen = 1 + (int64_t)draw(&state, 3000);
        if (hold_fen > available_fen)
            break;
        shares_sent(&shares, U, who, hold_fen);
        available_fen -= hold_fen;
        for (uint32_t b = 0; b < PARTIES; b++)
            ck_assert_in_loop(shares_room_fen(&shares, U, b, available_fen) <= before[b]);
    }
}
END_TEST

static const struct {
    int64_t first_ppm;
    int64_t second_ppm;
    bool borrows;
} wrong[] = {{-1, 0, true}, {1000001, 0, true}, {600000, 400001, true}, {0, 0, false}};

START_TEST(shares_that_cannot_be_stop_the_program)
{
    shares_init(&shares);
    shares_add(&shares, wrong[_i].first_ppm, wrong[_i].borrows);
    shares_add(&shares, wrong[_i].second_ppm, true);
}
END_TEST

START_TEST(a_failure_of_more_than_was_sent_stops_the_program)
{
    begin(halves, 0);
    shares_sent(&shares, U, 0, 500);
    shares_failed(&shares, U, 0, 501, NOON_US);
}
END_TEST

START_TEST(a_day_that_goes_back_stops_the_program)
{
    begin(halves, 0);
    shares_turn(&shares, NOON_US - US_PER_DAY);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("share");
    tcase_add_loop_test(t, room_is_what_the_formula_says, 0, COUNT(rooms));
    tcase_add_test(t, each_channel_is_counted_for_itself);
    tcase_add_test(t, what_failed_on_the_day_it_was_sent_was_not_used);
    tcase_add_test(t, a_new_day_begins_with_nothing_used);
    tcase_add_loop_test(t, sending_makes_nobodys_room_larger, 0, 20);
    tcase_add_loop_test_raise_signal(t, shares_that_cannot_be_stop_the_program, SIGABRT, 0,
                                     COUNT(wrong));
    tcase_add_test_raise_signal(t, a_failure_of_more_than_was_sent_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_day_that_goes_back_stops_the_program, SIGABRT);
    return run_tests("share", t);
}
