/* test_tagging.c — rules in order, each condition, and the nearest of those that fail. */

#include "core/audit/tagging.h"
#include "core/base/pool.h"
#include "tests/harness.h"

#define ALL UINT64_MAX
enum { TAX = 3, OWN = 5, BOTH = TAG_ASKS_COUNTERPARTY | TAG_ASKS_REMARK };

static struct tag_rule any(void)
{
    return (struct tag_rule){.accounts = ALL, .asks = BOTH, .book = TAG_BOOK_CLIENTS};
}

/* --- each condition by itself ---------------------------------------------- */

static const struct {
    const char *what;
    struct tag_rule rule;
    struct tag_line line; /* its masks: what the one rule asks for */
    uint8_t failing;
} rows[] = {
    {"nothing asked", {.accounts = ALL}, {1, 1, 1, 0, OWN}, 0},
    {"the account", {.accounts = 1 << OWN}, {1, 1, 1, 0, OWN}, 0},
    {"another account", {.accounts = 1 << OWN}, {1, 1, 1, 0, TAX}, 1 << TAG_ACCOUNT},
    {"the last account", {.accounts = UINT64_C(1) << 63}, {1, 1, 1, 0, 63}, 0},
    {"in", {.accounts = ALL, .direction = TAG_IN}, {1, 1, 1, 0, OWN}, 0},
    {"in, went out",
     {.accounts = ALL, .direction = TAG_IN},
     {-1, 1, 1, 0, OWN},
     1 << TAG_DIRECTION},
    {"out", {.accounts = ALL, .direction = TAG_OUT}, {-1, 1, 1, 0, OWN}, 0},
    {"out, came in",
     {.accounts = ALL, .direction = TAG_OUT},
     {1, 1, 1, 0, OWN},
     1 << TAG_DIRECTION},
    {"either, out", {.accounts = ALL}, {-1, 1, 1, 0, OWN}, 0},
    {"at min", {.accounts = ALL, .min_fen = 100}, {100, 1, 1, 0, OWN}, 0},
    {"below min", {.accounts = ALL, .min_fen = 100}, {99, 1, 1, 0, OWN}, 1 << TAG_MIN},
    {"at min, out", {.accounts = ALL, .min_fen = 100}, {-100, 1, 1, 0, OWN}, 0},
    {"below min, out", {.accounts = ALL, .min_fen = 100}, {-99, 1, 1, 0, OWN}, 1 << TAG_MIN},
    {"at max", {.accounts = ALL, .max_fen = 100}, {100, 1, 1, 0, OWN}, 0},
    {"above max", {.accounts = ALL, .max_fen = 100}, {101, 1, 1, 0, OWN}, 1 << TAG_MAX},
    {"above max, out", {.accounts = ALL, .max_fen = 100}, {-101, 1, 1, 0, OWN}, 1 << TAG_MAX},
    {"the most there is", {.accounts = ALL}, {INT64_MAX, 1, 1, 0, OWN}, 0},
    {"nothing asked, nothing found", {.accounts = ALL}, {1, 0, 0, 0, OWN}, 0},
    {"the counterparty", {.accounts = ALL, .asks = BOTH}, {1, 0, 1, 0, OWN}, 1 << TAG_COUNTERPARTY},
    {"the remark", {.accounts = ALL, .asks = BOTH}, {1, 1, 0, 0, OWN}, 1 << TAG_REMARK},
    {"the counterparty alone, no remark",
     {.accounts = ALL, .asks = TAG_ASKS_COUNTERPARTY},
     {1, 1, 0, 0, OWN},
     0},
    {"the remark alone, no counterparty",
     {.accounts = ALL, .asks = TAG_ASKS_REMARK},
     {1, 0, 1, 0, OWN},
     0},
    {"another rule's patterns",
     {.accounts = ALL, .asks = BOTH},
     {1, 2, 2, 0, OWN},
     1 << TAG_COUNTERPARTY | 1 << TAG_REMARK},
    {"the code", {.accounts = ALL, .code = 2001}, {1, 1, 1, 2001, OWN}, 0},
    {"another code", {.accounts = ALL, .code = 2001}, {1, 1, 1, 2002, OWN}, 1 << TAG_CODE},
    {"no code", {.accounts = ALL, .code = 2001}, {1, 1, 1, 0, OWN}, 1 << TAG_CODE},
    {"a code not asked for", {.accounts = ALL}, {1, 1, 1, 2001, OWN}, 0},
    {"everything wrong",
     {.accounts = 1 << TAX,
      .direction = TAG_OUT,
      .min_fen = 5,
      .max_fen = 3,
      .code = 1,
      .asks = BOTH},
     {4, 0, 0, 2, OWN},
     (1 << TAG_CONDITIONS) - 1},
};

START_TEST(a_line_fails_exactly_the_conditions_that_do_not_hold)
{
    ck_assert_msg(tag_failing(&rows[_i].rule, 0, &rows[_i].line) == rows[_i].failing, "%s",
                  rows[_i].what);
    struct tag_nearest found = tag_find(&rows[_i].rule, 1, &rows[_i].line);
    ck_assert_uint_eq(found.rule, 0);
    ck_assert_uint_eq(found.failing, rows[_i].failing);
}
END_TEST

/* --- order ----------------------------------------------------------------- */

START_TEST(the_first_rule_that_matches_wins)
{
    struct tag_rule rules[] = {any(), any(), any()};
    struct tag_line line = {.amount_fen = 7, .counterparty = 7, .remark = 7};
    ck_assert_uint_eq(tag_find(rules, 3, &line).rule, 0);
    line.remark = 6; /* the first does not find its pattern */
    ck_assert_uint_eq(tag_find(rules, 3, &line).rule, 1);
    line.counterparty = 4;
    ck_assert_uint_eq(tag_find(rules, 3, &line).rule, 2);
    ck_assert_uint_eq(tag_find(rules, 3, &line).failing, 0);
    line.counterparty = 0;
    ck_assert_uint_ne(tag_find(rules, 3, &line).failing, 0);
}
END_TEST

START_TEST(the_last_of_32_rules_is_asked_too)
{
    struct tag_rule rules[TAG_RULES_MAX];
    for (int i = 0; i < TAG_RULES_MAX; i++)
        rules[i] = any();
    struct tag_line line = {
        .amount_fen = 7, .counterparty = UINT32_MAX, .remark = UINT32_C(1) << 31};
    struct tag_nearest found = tag_find(rules, TAG_RULES_MAX, &line);
    ck_assert_uint_eq(found.rule, 31);
    ck_assert_uint_eq(found.failing, 0);
}
END_TEST

START_TEST(the_nearest_rule_fails_least_then_holds_most_then_is_first)
{
    struct tag_rule rules[] = {
        {.accounts = 1 << TAX, .direction = TAG_OUT, .max_fen = 9}, /* fails two, holds one */
        {.accounts = 1 << OWN, .code = 9},                          /* fails the code, holds one */
        {.accounts = ALL, .min_fen = 1000}, /* fails the least amount, holds nothing */
        {.accounts = ALL, .max_fen = 5, .direction = TAG_IN}, /* as the second, but later */
        {.accounts = 1 << OWN, .min_fen = 5, .max_fen = 6, .direction = TAG_IN},
    };
    struct tag_line line = {
        .amount_fen = 7, .counterparty = 7, .remark = 7, .code = 8, .account = OWN};
    struct tag_nearest found = tag_find(rules, 3, &line);
    ck_assert_uint_eq(found.rule, 1);
    ck_assert_uint_eq(found.failing, 1 << TAG_CODE);
    ck_assert_uint_eq(tag_find(rules, 4, &line).rule, 1);
    ck_assert_uint_eq(tag_find(rules, 5, &line).rule, 4); /* fails one, holds three */
    found = tag_find(rules, 1, &line);
    ck_assert_uint_eq(found.rule, 0);
    ck_assert_uint_eq(found.failing, 1 << TAG_ACCOUNT | 1 << TAG_DIRECTION);
    ck_assert_uint_eq(tag_find(rules, 0, &line).rule, NONE);
}
END_TEST

/* --- rules that leave nothing ---------------------------------------------- */

static const struct {
    struct tag_rule earlier;
    struct tag_rule later;
    bool takes_all;
} pairs[] = {
    {{.accounts = ALL}, {.accounts = 1 << OWN, .direction = TAG_IN, .min_fen = 3, .code = 4}, true},
    {{.accounts = 1 << OWN}, {.accounts = 1 << OWN | 1 << TAX}, false},
    {{.accounts = 1 << OWN | 1 << TAX}, {.accounts = 1 << OWN}, true},
    {{.accounts = ALL, .direction = TAG_IN}, {.accounts = ALL}, false},
    {{.accounts = ALL, .direction = TAG_IN}, {.accounts = ALL, .direction = TAG_OUT}, false},
    {{.accounts = ALL, .direction = TAG_IN}, {.accounts = ALL, .direction = TAG_IN}, true},
    {{.accounts = ALL, .min_fen = 5}, {.accounts = ALL, .min_fen = 4}, false},
    {{.accounts = ALL, .min_fen = 5}, {.accounts = ALL, .min_fen = 5}, true},
    {{.accounts = ALL, .max_fen = 5}, {.accounts = ALL}, false},
    {{.accounts = ALL, .max_fen = 5}, {.accounts = ALL, .max_fen = 6}, false},
    {{.accounts = ALL, .max_fen = 5}, {.accounts = ALL, .max_fen = 5}, true},
    {{.accounts = ALL, .code = 5}, {.accounts = ALL}, false},
    {{.accounts = ALL, .code = 5}, {.accounts = ALL, .code = 6}, false},
    {{.accounts = ALL, .code = 5}, {.accounts = ALL, .code = 5}, true},
};

START_TEST(a_rule_takes_all_of_another_or_leaves_it_something)
{
    ck_assert(tag_takes_all(&pairs[_i].earlier, &pairs[_i].later) == pairs[_i].takes_all);
}
END_TEST

/* If it says so, no line is left for the later one. */
START_TEST(what_takes_all_leaves_no_line)
{
    static const int64_t bounds[] = {0, 3, 5, 7};
    uint64_t dice = 11;
    uint32_t all = 0;
    for (int n = 0; n < 20000; n++) {
        struct tag_rule rules[2];
        for (int i = 0; i < 2; i++)
            rules[i] = (struct tag_rule){.accounts = 1 + draw(&dice, 3),
                                         .direction = (uint8_t)draw(&dice, 3),
                                         .min_fen = bounds[draw(&dice, 4)],
                                         .max_fen = bounds[draw(&dice, 4)],
                                         .code = (uint16_t)draw(&dice, 3)};
        bool takes_all = tag_takes_all(&rules[0], &rules[1]);
        all += takes_all;
        for (int k = 0; k < 20; k++) {
            struct tag_line line = {.amount_fen = (int64_t)draw(&dice, 9) + 1,
                                    .counterparty = 3,
                                    .remark = 3,
                                    .code = (uint16_t)draw(&dice, 3),
                                    .account = (uint8_t)draw(&dice, 2)};
            if (draw(&dice, 2))
                line.amount_fen = -line.amount_fen;
            struct tag_nearest found = tag_find(rules, 2, &line);
            ck_assert_in_loop(!takes_all || found.failing != 0 || found.rule == 0);
        }
    }
    ck_assert_uint_gt(all, 100);
}
END_TEST

/* --- what is no line ------------------------------------------------------- */

static const struct tag_line no_lines[] = {
    {.amount_fen = 0},
    {.amount_fen = INT64_MIN},
    {.amount_fen = 1, .account = 64},
};

START_TEST(what_is_no_line_stops_the_program)
{
    struct tag_rule rule = any();
    tag_failing(&rule, 0, &no_lines[_i]);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("tagging");
    tcase_add_loop_test(t, a_line_fails_exactly_the_conditions_that_do_not_hold, 0, COUNT(rows));
    tcase_add_test(t, the_first_rule_that_matches_wins);
    tcase_add_test(t, the_last_of_32_rules_is_asked_too);
    tcase_add_test(t, the_nearest_rule_fails_least_then_holds_most_then_is_first);
    tcase_add_loop_test(t, a_rule_takes_all_of_another_or_leaves_it_something, 0, COUNT(pairs));
    tcase_add_test(t, what_takes_all_leaves_no_line);
    tcase_add_loop_test_raise_signal(t, what_is_no_line_stops_the_program, SIGABRT, 0,
                                     COUNT(no_lines));
    return run_tests("tagging", t);
}
