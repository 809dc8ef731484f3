/* test_score.c — which breaks answer for which errors. */

#include "sim/score.h"

#include "core/base/civil.h"
#include "core/base/pool.h"

#include "tests/harness.h"

enum { U = CHANNEL_UNIONPAY, N = CHANNEL_NETSUNION, DAY_OF_LIST = 18000 };

static struct score score;
static uint32_t opened;

static void begin(void)
{
    score_init(&score);
    opened = 0;
}

static void end(void)
{
    score_free(&score);
}

static struct fact fact_of(enum fact_kind kind, enum match_type type, uint64_t id, int64_t at_s)
{
    return (struct fact){.kind = (uint8_t)kind,
                         .at_us = at_s * US_PER_S,
                         .channel = U,
                         .class = (uint8_t)type,
                         .subject = NONE,
                         .id = id};
}

static uint32_t opens_as(struct fact f, const char *reference)
{
    f.session = ++opened;
    score_fact(&score, &f, reference);
    return opened;
}

static uint32_t opens(enum match_type type, uint64_t id, int64_t at_s)
{
    return opens_as(fact_of(FACT_BREAK_OPENED, type, id, at_s), "");
}

static void closes(uint32_t number, int64_t at_s, uint32_t who)
{
    struct fact f = fact_of(FACT_BREAK_CLOSED, 0, 0, at_s);
    f.session = number;
    f.subject = who;
    f.reason = REASON_WRITTEN_OFF;
    score_fact(&score, &f, "");
}

static void planted(enum match_type type, uint64_t id, int64_t at_s)
{
    struct fact f = fact_of(FACT_TRUE_ERROR, type, id, at_s);
    f.session = DAY_OF_LIST;
    score_fact(&score, &f, "");
}

static void must_be(uint64_t injected, uint64_t found, uint64_t wrong)
{
    score_judge(&score);
    ck_assert_uint_eq(score_sum(score.injected), injected);
    ck_assert_uint_eq(score_sum(score.found), found);
    ck_assert_uint_eq(score_sum(score.wrong), wrong);
}

START_TEST(nothing_is_nothing)
{
    must_be(0, 0, 0);
    ck_assert_uint_eq(score.detected, 0);
}
END_TEST

START_TEST(an_error_is_found_by_a_break_of_its_type_and_order_before_or_after_it)
{
    planted(MATCH_AMOUNT_DIFFERS, 7, 10);
    opens(MATCH_AMOUNT_DIFFERS, 7, 10);
    opens(MATCH_DUPLICATE, 7, 10);
    planted(MATCH_DUPLICATE, 7, 10);
    must_be(2, 2, 0);
    ck_assert_uint_eq(score.found[MATCH_DUPLICATE], 1);
}
END_TEST

static const struct {
    uint8_t channel;
    uint8_t type;
    uint8_t about;
    uint64_t id;
} others[] = {
    {N, MATCH_AMOUNT_DIFFERS, BREAK_ABOUT_ORDER, 7},
    {U, MATCH_FEE_DIFFERS, BREAK_ABOUT_ORDER, 7},
    {U, MATCH_AMOUNT_DIFFERS, BREAK_ABOUT_LIST, 7},
    {U, MATCH_AMOUNT_DIFFERS, BREAK_ABOUT_ORDER, 8},
};

START_TEST(a_break_of_anything_else_is_false_and_finds_nothing)
{
    planted(MATCH_AMOUNT_DIFFERS, 7, 10);
    struct fact f = fact_of(FACT_BREAK_OPENED, others[_i].type, others[_i].id, 11);
    f.channel = others[_i].channel;
    f.state = others[_i].about;
    opens_as(f, "");
    must_be(1, 0, 1);
}
END_TEST

/* That list is short of it, too; but the line has to be found for itself. */
START_TEST(a_short_list_with_a_line_that_says_failed_is_not_false_and_finds_nothing)
{
    planted(MATCH_STATUS_DIFFERS, 7, 10);
    struct fact f =
        fact_of(FACT_BREAK_OPENED, MATCH_MISSING_THEIRS, DAY_OF_LIST + (uint64_t)_i, 20);
    f.state = BREAK_ABOUT_LIST;
    opens_as(f, "");
    must_be(1, 0, (uint64_t)_i); /* of another list it is false */
}
END_TEST

START_TEST(a_short_list_answers_for_the_lines_it_misses_and_no_others)
{
    planted(MATCH_MISSING_THEIRS, 1, 10);
    planted(MATCH_MISSING_THEIRS, 2, 10);
    planted(MATCH_AMOUNT_DIFFERS, 3, 10);
    struct fact elsewhere = fact_of(FACT_TRUE_ERROR, MATCH_MISSING_THEIRS, 4, 10);
    elsewhere.session = DAY_OF_LIST + 1;
    score_fact(&score, &elsewhere, "");
    struct fact f = fact_of(FACT_BREAK_OPENED, MATCH_MISSING_THEIRS, DAY_OF_LIST, 40);
    f.state = BREAK_ABOUT_LIST;
    opens_as(f, "");
    must_be(4, 2, 0);
}
END_TEST

START_TEST(an_error_that_two_breaks_answer_for_is_found_once_by_the_first)
{
    planted(MATCH_MISSING_THEIRS, 1, 10);
    struct fact f = fact_of(FACT_BREAK_OPENED, MATCH_MISSING_THEIRS, DAY_OF_LIST, 40);
    f.state = BREAK_ABOUT_LIST;
    opens_as(f, "");
    opens(MATCH_MISSING_THEIRS, 1, 30);
    must_be(1, 1, 0);
    ck_assert(score.detection_us == 20 * US_PER_S);
    ck_assert_int_eq(score.detection_max_us, 20 * US_PER_S);
}
END_TEST

START_TEST(a_break_is_kept_with_who_resolved_it_and_when)
{
    uint32_t first =
        opens_as(fact_of(FACT_BREAK_OPENED, MATCH_LATE, DAY_OF_LIST, 5), "a-reference");
    uint32_t second = opens(MATCH_DUPLICATE, 9, 6);
    struct fact proposed = fact_of(FACT_BREAK_PROPOSED, MATCH_DUPLICATE, 9, 7);
    proposed.session = second;
    proposed.subject = 3;
    score_fact(&score, &proposed, "");
    ck_assert_uint_eq(score.open, 2);
    closes(second, 8, 4);
    closes(first, 9, NONE);
    ck_assert_uint_eq(score.open, 0);
    ck_assert_str_eq(score.breaks[0].reference, "a-reference");
    ck_assert_uint_eq(score.breaks[0].checker, 0);
    ck_assert_uint_eq(score.breaks[1].maker, 3);
    ck_assert_uint_eq(score.breaks[1].checker, 4);
    ck_assert_int_eq(score.breaks[1].closed_us, 8 * US_PER_S);
    must_be(0, 0, 2);
}
END_TEST

START_TEST(breaks_that_stand_and_closed_ones_are_counted_by_type)
{
    uint64_t closed;
    uint32_t first = opens(MATCH_DUPLICATE, 1, 1);
    opens(MATCH_DUPLICATE, 2, 1);
    opens(MATCH_DUPLICATE, 3, 1);
    opens(MATCH_LATE, 4, 1);
    closes(first, 2, NONE);
    ck_assert_uint_eq(score_breaks(&score, MATCH_DUPLICATE, &closed), 2);
    ck_assert_uint_eq(closed, 1);
    ck_assert_uint_eq(score_breaks(&score, MATCH_LATE, &closed), 1);
    ck_assert_uint_eq(closed, 0);
    ck_assert_uint_eq(score_breaks(&score, MATCH_RETURNED, &closed), 0);
}
END_TEST

START_TEST(many_errors_of_one_order_in_any_order_are_each_told_apart)
{
    for (uint64_t id = 1000; id > 0; id--)
        for (int t = 0; t < MATCH_TYPES; t++)
            planted((enum match_type)t, id, 1);
    for (uint64_t id = 1; id <= 500; id++)
        for (int t = 0; t < MATCH_TYPES; t++)
            opens((enum match_type)t, id * 2, 2);
    must_be(8000, 4000, 0);
}
END_TEST

START_TEST(a_break_that_closes_twice_stops_the_program)
{
    uint32_t number = opens(MATCH_LATE, 1, 1);
    closes(number, 2, NONE);
    closes(number, 3, NONE);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("score");
    tcase_add_checked_fixture(t, begin, end);
    tcase_add_test(t, nothing_is_nothing);
    tcase_add_test(t, an_error_is_found_by_a_break_of_its_type_and_order_before_or_after_it);
    tcase_add_loop_test(t, a_break_of_anything_else_is_false_and_finds_nothing, 0, COUNT(others));
    tcase_add_loop_test(t, a_short_list_with_a_line_that_says_failed_is_not_false_and_finds_nothing,
                        0, 2);
    tcase_add_test(t, a_short_list_answers_for_the_lines_it_misses_and_no_others);
    tcase_add_test(t, an_error_that_two_breaks_answer_for_is_found_once_by_the_first);
    tcase_add_test(t, a_break_is_kept_with_who_resolved_it_and_when);
    tcase_add_test(t, breaks_that_stand_and_closed_ones_are_counted_by_type);
    tcase_add_test(t, many_errors_of_one_order_in_any_order_are_each_told_apart);
    tcase_add_test_raise_signal(t, a_break_that_closes_twice_stops_the_program, SIGABRT);
    return run_tests("score", t);
}
