/* test_lines.c — lines of accounts' statements that are wrong, and numbers that nobody tells. */

#include "tests/statement.h"

/* --- against the balances -------------------------------------------------- */

static const struct {
    struct line lines[2];
    uint32_t wrong; /* number of the line that is */
    enum match_type type;
    int64_t ours_fen;
} rows[] = {
    {{{OWN, 1, 60, 61, 0, 0}, {OWN, 2, 9, 70, 0, 0}}, 1, MATCH_AMOUNT_DIFFERS, 61},
    {{{OWN, 1, 60, 60, 0, 0}, {OWN, 2, -90, 51, 0, 0}}, 2, MATCH_AMOUNT_DIFFERS, -9},
    {{{OWN, 1, 60, -60, 0, 0}, {OWN, 2, 1, -59, 0, 0}}, 1, MATCH_AMOUNT_DIFFERS, -60},
    {{{OWN, 1, 60, 0, 0, 0}, {OWN, 2, 5, 5, 0, 0}}, 1, MATCH_MISSING_OURS, 0},
    {{{OWN, 1, 60, 60, 0, 0}, {OWN, 2, 61, 60, 0, 0}}, 2, MATCH_MISSING_OURS, 0},
    {{{OWN, 1, 60, 60, 7, 0}, {OWN, 2, 60, 60, 0, 0}}, 2, MATCH_MISSING_OURS, 0},
    {{{OWN, 1, 60, 60, 0, 0}, {OWN, 2, 60, 60, 0, 0}}, 2, MATCH_DUPLICATE, 0},
    {{{VIRTUAL_OWN, 1, -6, -6, 0, 0}, {VIRTUAL_OWN, 2, -6, -6, 0, 0}}, 2, MATCH_DUPLICATE, 0},
    {{{ACS, 1, 500, 400, 0, 0}, {ACS, 2, 3, 403, 0, 0}}, 1, MATCH_AMOUNT_DIFFERS, 400},
    {{{ACS, 1, 500, 0, 0, 0}, {ACS, 2, 3, 3, 0, 0}}, 1, MATCH_MISSING_OURS, 0},
};

START_TEST(a_line_against_the_balances_is_taken_for_what_they_say)
{
    const struct line *lines = rows[_i].lines;
    uint8_t account = lines[0].account;
    treasury_begin(&t);
    int64_t unallocated_fen = t.s.core->unallocated_fen;
    tell(lines[0]);
    tell(lines[1]);
    page_ends(account, 2, lines[1].after_fen);
    struct fact f = the_break(account, rows[_i].wrong, rows[_i].type);
    ck_assert_int_eq(f.amount_fen, rows[_i].ours_fen);
    ck_assert_int_eq(f.other, lines[rows[_i].wrong - 1].said_fen);
    ck_assert_uint_eq(f.reason, REASON_AGAINST_BALANCES);
    ck_assert_int_eq(more_fen(account), lines[1].after_fen);
    if (account == ACS)
        ck_assert_int_eq(t.s.core->unallocated_fen, unallocated_fen + lines[1].after_fen);
    ck_assert_int_eq(suspense_fen(), 0);
    must_be_explained(account);
}
END_TEST

START_TEST(a_line_of_a_leg_moves_what_the_leg_does)
{
    treasury_begin(&t);
    struct order o = moves(OWN, OWN_2, 40);
    tell((struct line){OWN, 1, -39, -40, o.id, 0});
    the_break(OWN, 1, MATCH_AMOUNT_DIFFERS);
    treasury_forget(&t);
    tell((struct line){OWN_2, 1, 400, 40, o.id, 0});
    the_break(OWN_2, 1, MATCH_AMOUNT_DIFFERS);
    ck_assert_uint_eq(treasury_count(&t, FACT_TRANSFER_DONE), 1);
    ck_assert_int_eq(more_fen(OWN), -40);
    ck_assert_int_eq(more_fen(OWN_2), 40);
    must_be_explained(OWN);
    must_be_explained(OWN_2);
}
END_TEST

START_TEST(a_second_line_of_a_leg_moves_nothing)
{
    treasury_begin(&t);
    struct order o = moves(OWN, OWN_2, 40);
    tell((struct line){OWN, 1, -40, -40, o.id, 0});
    tell((struct line){OWN, 2, -40, -40, o.id, 0});
    the_break(OWN, 2, MATCH_DUPLICATE);
    ck_assert_int_eq(more_fen(OWN), -40);
    must_be_explained(OWN);
}
END_TEST

/* --- numbers that nobody tells --------------------------------------------- */

static const struct {
    int64_t missing_fen;
    uint32_t missing; /* how many, from number 2 on */
    bool last;        /* nothing comes after */
} gaps[] = {{500, 1, false}, {-500, 1, false}, {500, 3, false}, {500, 1, true},
            {-20, 1, true},  {70, 4, true},    {0, 2, false}};

START_TEST(a_number_left_out_twice_is_passed_over_and_stands_in_suspense)
{
    int64_t missing_fen = gaps[_i].missing_fen;
    uint32_t next = 2 + gaps[_i].missing;
    treasury_begin(&t);
    tell((struct line){OWN, 1, 30, 30, 0, 0});
    if (!gaps[_i].last)
        tell((struct line){OWN, next, 4, 34 + missing_fen, 0, 0});
    int64_t all_fen = gaps[_i].last ? 30 + missing_fen : 34 + missing_fen;
    page_ends_twice(OWN, gaps[_i].last ? next - 1 : next, all_fen);
    struct fact f = the_break(OWN, 2, MATCH_MISSING_THEIRS);
    ck_assert_uint_eq(f.reason, REASON_LINE_WITHHELD);
    ck_assert_int_eq(f.amount_fen, missing_fen);
    ck_assert_int_eq(f.other, 0);
    ck_assert_uint_eq(f.code, gaps[_i].missing);
    ck_assert_int_eq(suspense_fen(), missing_fen);
    ck_assert_int_eq(more_fen(OWN), all_fen);
    ck_assert_int_eq(treasury_fact(&t, FACT_BALANCE_AUDITED).amount_fen, 0);
    must_be_explained(OWN);

    /* What comes next is asked for, taken and no break. */
    treasury_forget(&t);
    uint32_t after = gaps[_i].last ? next : next + 1;
    ck_assert_uint_eq(t.s.core->purses[OWN].cursor, after - 1);
    tell((struct line){OWN, after, 8, all_fen + 8, 0, 0});
    page_ends(OWN, after, all_fen + 8);
    ck_assert_int_eq(more_fen(OWN), all_fen + 8);
    ck_assert_uint_eq(treasury_count(&t, FACT_BREAK_OPENED), 0);
    ck_assert_uint_eq(treasury_orders(&t, ORDER_LIST_DETAILS), 0);
}
END_TEST

START_TEST(each_gap_of_a_page_is_passed_over)
{
    treasury_begin(&t);
    tell((struct line){OWN, 2, 1, 11, 0, 0});
    tell((struct line){OWN, 4, 1, 112, 0, 0});
    page_ends(OWN, 5, 1112);
    page_ends(OWN, 5, 1112);
    ck_assert_uint_eq(treasury_count(&t, FACT_BREAK_OPENED), 3);
    ck_assert_int_eq(suspense_fen(), 10 + 100 + 1000);
    ck_assert_int_eq(more_fen(OWN), 1112);
    ck_assert_uint_eq(t.s.core->purses[OWN].cursor, 5);
}
END_TEST

START_TEST(a_number_that_comes_when_asked_for_again_is_no_break)
{
    treasury_begin(&t);
    tell((struct line){OWN, 2, 4, 34, 0, 0});
    page_ends(OWN, 2, 34);
    ck_assert_uint_eq(treasury_order(&t, ORDER_LIST_DETAILS).id, 0);
    tell((struct line){OWN, 1, 30, 30, 0, 0});
    page_ends(OWN, 2, 34);
    ck_assert_uint_eq(treasury_count(&t, FACT_BREAK_OPENED), 0);
    ck_assert_int_eq(more_fen(OWN), 34);
    ck_assert_int_eq(suspense_fen(), 0);
}
END_TEST

/* More numbers than are remembered ahead of one that is missing. */
START_TEST(a_gap_of_any_length_is_passed_over_at_once)
{
    treasury_begin(&t);
    page_ends_twice(OWN, 3 * NUMBERS_AHEAD, 77);
    ck_assert_uint_eq(the_break(OWN, 1, MATCH_MISSING_THEIRS).code, 3 * NUMBERS_AHEAD);
    ck_assert_uint_eq(t.s.core->purses[OWN].cursor, 3 * NUMBERS_AHEAD);
    ck_assert_int_eq(suspense_fen(), 77);
    tell((struct line){OWN, 3 * NUMBERS_AHEAD + 1, 5, 82, 0, 0});
    ck_assert_int_eq(more_fen(OWN), 82);
}
END_TEST

/* --- room ------------------------------------------------------------------ */

START_TEST(without_room_the_oldest_stays_in_suspense)
{
    treasury_begin(&t);
    for (uint32_t n = 1; n <= WITHHELD_MAX + 1; n++) {
        page_ends(OWN, n, n * (n + 1) / 2);
        page_ends(OWN, n, n * (n + 1) / 2);
        t.order_count = 0;
    }
    int64_t all_fen = (WITHHELD_MAX + 1) * (WITHHELD_MAX + 2) / 2;
    ck_assert_uint_eq(treasury_count(&t, FACT_BREAK_OPENED), WITHHELD_MAX + 1);
    ck_assert_int_eq(suspense_fen(), all_fen);
    for (uint32_t number = 1; number <= 2; number++) {
        treasury_apply(
            &t, (struct input){.kind = INPUT_BREAK_ADJUSTED, .count = number, .user = MAKER});
        treasury_apply(
            &t, (struct input){.kind = INPUT_BREAK_APPROVED, .count = number, .user = CHECKER});
    }
    ck_assert_int_eq(suspense_fen(), all_fen - 2); /* the first, of 1 fen, is not known any more */
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("lines");
    tcase_add_checked_fixture(c, setup, done);
    tcase_add_loop_test(c, a_line_against_the_balances_is_taken_for_what_they_say, 0, COUNT(rows));
    tcase_add_test(c, a_line_of_a_leg_moves_what_the_leg_does);
    tcase_add_test(c, a_second_line_of_a_leg_moves_nothing);
    tcase_add_loop_test(c, a_number_left_out_twice_is_passed_over_and_stands_in_suspense, 0,
                        COUNT(gaps));
    tcase_add_test(c, each_gap_of_a_page_is_passed_over);
    tcase_add_test(c, a_number_that_comes_when_asked_for_again_is_no_break);
    tcase_add_test(c, a_gap_of_any_length_is_passed_over_at_once);
    tcase_add_test(c, without_room_the_oldest_stays_in_suspense);
    return run_tests("lines", c);
}
