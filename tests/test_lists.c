/* test_lists.c — the lists of one channel: what covers a span, what agrees, what comes again. */

#include "core/audit/lists.h"

#include "tests/harness.h"

enum { DAY = 1000 };

static struct lists lists;

static void begin(void)
{
    lists_init(&lists);
}

static struct listed *read_list(int day, uint64_t count, int64_t total_fen, uint32_t lines)
{
    lists_open(&lists, day * DAY, (day + 1) * DAY, count, total_fen);
    for (uint32_t i = 0; i < lines; i++) {
        struct listed *one = lists_line(&lists);
        if (one != NULL)
            lists_found(one, 10, 10);
    }
    return lists_end(&lists, true);
}

static void come(int day)
{
    ck_assert(lists_agrees(read_list(day, 2, 20, 2)));
}

START_TEST(lists_one_behind_the_other_cover_a_span_in_whatever_order_they_come)
{
    static const int orders[][4] = {
        {0, 1, 2, 3}, {3, 2, 1, 0}, {1, 3, 0, 2}, {2, 0, 3, 1}, {0, 2, 3, 1}};
    for (int i = 0; i < 4; i++) {
        ck_assert_in_loop(!lists_agree_over(&lists, 0, 4 * DAY));
        ck_assert_in_loop(!lists_came_over(&lists, 0, 4 * DAY));
        come(orders[_i][i]);
    }
    ck_assert(lists_agree_over(&lists, 0, 4 * DAY));
    ck_assert(lists_came_over(&lists, 1, 4 * DAY - 1));
    ck_assert(!lists_agree_over(&lists, -1, 1));
    ck_assert(!lists_agree_over(&lists, 3 * DAY, 4 * DAY + 1));
    ck_assert(lists_agree_over(&lists, DAY, DAY)); /* of no time nothing is absent */
}
END_TEST

static const struct {
    uint64_t count;
    int64_t total_fen;
    bool whole;
    bool agrees;
} claims[] = {
    {2, 20, true, true},  {2, 20, false, false}, {3, 20, true, false}, {1, 20, true, false},
    {2, 21, true, false}, {2, 19, true, false},  {3, 30, true, false}, {0, 0, true, false},
};

START_TEST(a_list_agrees_with_count_and_total_if_it_is_whole)
{
    lists_open(&lists, 0, DAY, claims[_i].count, claims[_i].total_fen);
    for (int i = 0; i < 2; i++)
        lists_found(lists_line(&lists), 10, 10);
    const struct listed *one = lists_end(&lists, claims[_i].whole);
    ck_assert_int_eq(lists_agrees(one), claims[_i].agrees);
    ck_assert_int_eq(lists_came_over(&lists, 0, DAY), claims[_i].whole);
    ck_assert_int_eq(lists_agree_over(&lists, 0, DAY), claims[_i].agrees);
}
END_TEST

START_TEST(a_total_agrees_where_each_line_that_differs_counts_by_our_figure_or_by_its_own)
{
    static const struct {
        int64_t total_fen;
        bool agrees;
    } totals[] = {{20, true}, {23, true}, {21, true}, {22, true}, {24, false}, {19, false}};
    for (int i = 0; i < COUNT(totals); i++) {
        lists_open(&lists, i * DAY, (i + 1) * DAY, 2, totals[i].total_fen);
        lists_found(lists_line(&lists), 10, 11);
        lists_found(lists_line(&lists), 10, 12);
        ck_assert_msg(lists_agrees(lists_end(&lists, true)) == totals[i].agrees, "total %d", i);
    }
}
END_TEST

/* Where one more is assumed to be missing, all count or none. */
START_TEST(where_too_many_lines_differ_the_count_is_enough_if_nothing_is_assumed)
{
    for (int by = 0; by <= DIFFERING_MAX + 1; by++) {
        bool all_or_none = by == 0 || by == DIFFERING_MAX + 1;
        lists_open(&lists, by * DAY, (by + 1) * DAY, DIFFERING_MAX + 2,
                   10 * (DIFFERING_MAX + 2) + by);
        for (int i = 0; i <= DIFFERING_MAX; i++)
            lists_found(lists_line(&lists), 10, 11);
        struct listed *one = lists_end(&lists, true);
        ck_assert(!lists_agrees(one)); /* nor is it, where it has one more */
        ck_assert_ptr_eq(lists_missing(&lists, (by + 1) * DAY, 10, LACK_ASSUMED), one);
        ck_assert_msg(lists_agrees(one) == all_or_none, "by %d", by);
        ck_assert(!lists_prove_over(&lists, by * DAY, (by + 1) * DAY));
        lists_surely_missing(&lists, (by + 1) * DAY);
        ck_assert(lists_agrees(one) && lists_prove_over(&lists, by * DAY, (by + 1) * DAY));
    }
}
END_TEST

START_TEST(what_is_assumed_to_be_missing_may_be_taken_back)
{
    struct listed *one = read_list(0, 3, 30, 2);
    lists_not_missing(&lists, DAY, 10); /* nothing was */
    lists_surely_missing(&lists, DAY);
    lists_missing(&lists, DAY, 10, LACK_ASSUMED);
    ck_assert(lists_agrees(one));
    ck_assert(lists_agree_over(&lists, 0, DAY) && !lists_prove_over(&lists, 0, DAY));
    lists_not_missing(&lists, DAY, 10);
    ck_assert(!lists_agrees(one));
    lists_missing(&lists, DAY, 10, LACK_CERTAIN);
    ck_assert(lists_agrees(one) && lists_prove_over(&lists, 0, DAY));
    lists_not_missing(&lists, DAY, 10); /* of what is certain, nothing */
    ck_assert(lists_agrees(one));
}
END_TEST

START_TEST(what_is_known_to_be_missing_counts_for_its_list)
{
    struct listed *first = read_list(0, 3, 30, 2);
    struct listed *second = read_list(1, 3, 30, 0); /* it has none of its lines */
    ck_assert(!lists_agrees(first) && !lists_agrees(second));
    ck_assert_ptr_null(
        lists_missing(&lists, 3 * DAY, 10, LACK_CERTAIN)); /* there is no such list */
    for (int i = 0; i < 3; i++)
        ck_assert_ptr_eq(lists_missing(&lists, 2 * DAY, 10, LACK_CERTAIN), second);
    ck_assert(!lists_agrees(first) && lists_agrees(second));
    lists_missing(&lists, 2 * DAY, 10, LACK_CERTAIN);
    ck_assert(!lists_agrees(second)); /* more than it says is no better than less */
}
END_TEST

START_TEST(a_list_that_comes_again_counts_what_it_did_not_have_before)
{
    lists_open(&lists, 0, DAY, 3, 30);
    lists_found(lists_line(&lists), 10, 10);
    ck_assert(!lists_agrees(lists_end(&lists, false)));
    const struct listed *whole = read_list(0, 3, 30, 3);
    ck_assert_uint_eq(whole->lines, 3);
    ck_assert_uint_eq(whole->found, 3);
    ck_assert(lists_agrees(whole));
    ck_assert_ptr_eq(read_list(0, 3, 30, 3), whole); /* once more changes nothing */
    ck_assert_uint_eq(whole->found, 3);
    ck_assert_uint_eq(lists.kept, 1);
}
END_TEST

START_TEST(lines_without_a_list_and_ends_without_a_beginning_are_nothing)
{
    ck_assert_ptr_null(lists_line(&lists));
    ck_assert_ptr_null(lists_end(&lists, true));
    come(0);
    ck_assert_ptr_null(lists_line(&lists));
    ck_assert_ptr_eq(lists_of(&lists, DAY), &lists.items[0]);
    ck_assert_ptr_null(lists_of(&lists, DAY + 1));
}
END_TEST

START_TEST(the_oldest_list_makes_room_and_proves_nothing_any_more)
{
    for (int day = 0; day < LISTS_KEPT; day++)
        come(day);
    ck_assert(lists_agree_over(&lists, 0, LISTS_KEPT * DAY));
    come(LISTS_KEPT);
    ck_assert(!lists_agree_over(&lists, 0, DAY));
    ck_assert(lists_agree_over(&lists, DAY, (LISTS_KEPT + 1) * DAY));
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("lists");
    tcase_add_checked_fixture(c, begin, NULL);
    tcase_add_loop_test(c, lists_one_behind_the_other_cover_a_span_in_whatever_order_they_come, 0,
                        5);
    tcase_add_loop_test(c, a_list_agrees_with_count_and_total_if_it_is_whole, 0, COUNT(claims));
    tcase_add_test(c,
                   a_total_agrees_where_each_line_that_differs_counts_by_our_figure_or_by_its_own);
    tcase_add_test(c, where_too_many_lines_differ_the_count_is_enough_if_nothing_is_assumed);
    tcase_add_test(c, what_is_assumed_to_be_missing_may_be_taken_back);
    tcase_add_test(c, what_is_known_to_be_missing_counts_for_its_list);
    tcase_add_test(c, a_list_that_comes_again_counts_what_it_did_not_have_before);
    tcase_add_test(c, lines_without_a_list_and_ends_without_a_beginning_are_nothing);
    tcase_add_test(c, the_oldest_list_makes_room_and_proves_nothing_any_more);
    return run_tests("lists", c);
}
