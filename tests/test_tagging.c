/* test_tagging.c — rules in order, each condition, and the nearest of those that fail. */

#include "core/audit/tagging.h"
#include "core/base/civil.h"
#include "core/base/pool.h"
#include "tests/harness.h"

#define ALL UINT64_MAX
#define HOUR US_PER_HOUR
#define DAY (17975 * US_PER_DAY - 8 * HOUR) /* 2019-03-20, a Wednesday */
#define NOON (DAY + 12 * HOUR)
#define DAYS(n) ((n)*US_PER_DAY)
enum { TAX = 3, OWN = 5, BOTH = TAG_ASKS_COUNTERPARTY | TAG_ASKS_REMARK };

static struct tag_rule any(void)
{
    return (struct tag_rule){.accounts = ALL, .asks = BOTH, .book = TAG_BOOK_CLIENTS};
}

static struct window night(enum window_days days)
{
    return (struct window){
        .kind = WINDOW_DAILY, .days = (uint8_t)days, .from_us = 22 * HOUR, .to_us = 6 * HOUR};
}

/* --- each condition by itself ---------------------------------------------- */

static const struct {
    const char *what;
    struct tag_rule rule;
    struct tag_line line; /* its masks: what the one rule asks for */
    uint8_t failing;
} rows[] = {
    {"nothing asked", {.accounts = ALL}, {1, 1, 1, 0, OWN, NOON}, 0},
    {"the account", {.accounts = 1 << OWN}, {1, 1, 1, 0, OWN, NOON}, 0},
    {"another account", {.accounts = 1 << OWN}, {1, 1, 1, 0, TAX, NOON}, 1 << TAG_ACCOUNT},
    {"the last account", {.accounts = UINT64_C(1) << 63}, {1, 1, 1, 0, 63, NOON}, 0},
    {"in", {.accounts = ALL, .direction = TAG_IN}, {1, 1, 1, 0, OWN, NOON}, 0},
    {"in, went out",
     {.accounts = ALL, .direction = TAG_IN},
     {-1, 1, 1, 0, OWN, NOON},
     1 << TAG_DIRECTION},
    {"out", {.accounts = ALL, .direction = TAG_OUT}, {-1, 1, 1, 0, OWN, NOON}, 0},
    {"out, came in",
     {.accounts = ALL, .direction = TAG_OUT},
     {1, 1, 1, 0, OWN, NOON},
     1 << TAG_DIRECTION},
    {"either, out", {.accounts = ALL}, {-1, 1, 1, 0, OWN, NOON}, 0},
    {"at min", {.accounts = ALL, .min_fen = 100}, {100, 1, 1, 0, OWN, NOON}, 0},
    {"below min", {.accounts = ALL, .min_fen = 100}, {99, 1, 1, 0, OWN, NOON}, 1 << TAG_MIN},
    {"at min, out", {.accounts = ALL, .min_fen = 100}, {-100, 1, 1, 0, OWN, NOON}, 0},
    {"below min, out", {.accounts = ALL, .min_fen = 100}, {-99, 1, 1, 0, OWN, NOON}, 1 << TAG_MIN},
    {"at max", {.accounts = ALL, .max_fen = 100}, {100, 1, 1, 0, OWN, NOON}, 0},
    {"above max", {.accounts = ALL, .max_fen = 100}, {101, 1, 1, 0, OWN, NOON}, 1 << TAG_MAX},
    {"above max, out", {.accounts = ALL, .max_fen = 100}, {-101, 1, 1, 0, OWN, NOON}, 1 << TAG_MAX},
    {"the most there is", {.accounts = ALL}, {INT64_MAX, 1, 1, 0, OWN, NOON}, 0},
    {"nothing asked, nothing found", {.accounts = ALL}, {1, 0, 0, 0, OWN, NOON}, 0},
    {"the counterparty",
     {.accounts = ALL, .asks = BOTH},
     {1, 0, 1, 0, OWN, NOON},
     1 << TAG_COUNTERPARTY},
    {"the remark", {.accounts = ALL, .asks = BOTH}, {1, 1, 0, 0, OWN, NOON}, 1 << TAG_REMARK},
    {"the counterparty alone, no remark",
     {.accounts = ALL, .asks = TAG_ASKS_COUNTERPARTY},
     {1, 1, 0, 0, OWN, NOON},
     0},
    {"the remark alone, no counterparty",
     {.accounts = ALL, .asks = TAG_ASKS_REMARK},
     {1, 0, 1, 0, OWN, NOON},
     0},
    {"another rule's patterns",
     {.accounts = ALL, .asks = BOTH},
     {1, 2, 2, 0, OWN, NOON},
     1 << TAG_COUNTERPARTY | 1 << TAG_REMARK},
    {"the code", {.accounts = ALL, .code = 2001}, {1, 1, 1, 2001, OWN, NOON}, 0},
    {"another code", {.accounts = ALL, .code = 2001}, {1, 1, 1, 2002, OWN, NOON}, 1 << TAG_CODE},
    {"no code", {.accounts = ALL, .code = 2001}, {1, 1, 1, 0, OWN, NOON}, 1 << TAG_CODE},
    {"a code not asked for", {.accounts = ALL}, {1, 1, 1, 2001, OWN, NOON}, 0},
    {"everything wrong",
     {.accounts = 1 << TAX,
      .direction = TAG_OUT,
      .min_fen = 5,
      .max_fen = 3,
      .code = 1,
      .asks = BOTH,
      .when = {.kind = WINDOW_ONCE, .from_us = NOON + 1, .to_us = NOON + 2}},
     {4, 0, 0, 2, OWN, NOON},
     (1 << TAG_CONDITIONS) - 1},
};

START_TEST(a_line_fails_exactly_the_conditions_that_do_not_hold)
{
    ck_assert_msg(tag_failing(&rows[_i].rule, 0, &rows[_i].line, CALENDAR_CHINA) ==
                      rows[_i].failing,
                  "%s", rows[_i].what);
    struct tag_nearest found = tag_find(&rows[_i].rule, 1, &rows[_i].line, CALENDAR_CHINA);
    ck_assert_uint_eq(found.rule, 0);
    ck_assert_uint_eq(found.failing, rows[_i].failing);
}
END_TEST

/* --- the window ------------------------------------------------------------ */

static struct window days(enum window_days days)
{
    return (struct window){.kind = WINDOW_DAILY, .days = (uint8_t)days, .to_us = 24 * HOUR};
}

/* The interest of a quarter: the night after the 20th, which is `first`; and three months on. */
static struct window dated(struct window w, int64_t first_us)
{
    w.days = DAYS_LISTED;
    w.date_count = 2;
    w.dates[0] = civil_day(first_us);
    w.dates[1] = civil_day(first_us) + 92;
    return w;
}

enum when { ALWAYS, ONCE, BY_DAY, BY_NIGHT, WORKING, FREE, WORKING_NIGHT, DATES, DATED_NIGHT };

static struct window window_of(enum when when)
{
    switch (when) {
    case ALWAYS:
        return (struct window){.kind = WINDOW_ALWAYS};
    case ONCE:
        return (struct window){.kind = WINDOW_ONCE, .from_us = NOON, .to_us = NOON + DAYS(1)};
    case BY_DAY:
        return (struct window){.kind = WINDOW_DAILY, .from_us = 9 * HOUR, .to_us = 17 * HOUR};
    case BY_NIGHT:
        return night(DAYS_ALL);
    case WORKING:
        return days(DAYS_WORKING);
    case FREE:
        return days(DAYS_NON_WORKING);
    case WORKING_NIGHT:
        return night(DAYS_WORKING);
    case DATES:
        return dated(days(DAYS_LISTED), DAY);
    case DATED_NIGHT:
        return dated(night(DAYS_LISTED), DAY);
    }
    return (struct window){0};
}

/* 23 March 2019 is a Saturday, 5 April a holiday, 28 April a Sunday that is worked. */
static const struct {
    enum when when;
    int64_t at_us;
    bool holds;
} times[] = {
    {ALWAYS, 0, true},
    {ALWAYS, NEVER_US, true},
    /* two moments: once, half open */
    {ONCE, NOON - 1, false},
    {ONCE, NOON, true},
    {ONCE, NOON + DAYS(1) - 1, true},
    {ONCE, NOON + DAYS(1), false},
    {ONCE, NEVER_US, false},
    /* two clocks: every day, half open */
    {BY_DAY, DAY + 9 * HOUR - 1, false},
    {BY_DAY, DAY + 9 * HOUR, true},
    {BY_DAY, DAY + 17 * HOUR - 1, true},
    {BY_DAY, DAY + 17 * HOUR, false},
    {BY_DAY, NOON + DAYS(100), true},
    {BY_DAY, NEVER_US, false},
    /* past midnight */
    {BY_NIGHT, DAY + 22 * HOUR - 1, false},
    {BY_NIGHT, DAY + 22 * HOUR, true},
    {BY_NIGHT, DAY, true},
    {BY_NIGHT, DAY + 6 * HOUR - 1, true},
    {BY_NIGHT, DAY + 6 * HOUR, false},
    {BY_NIGHT, NOON, false},
    /* whole days of a kind */
    {WORKING, DAY, true},
    {WORKING, DAY + DAYS(3) - 1, true},
    {WORKING, DAY + DAYS(3), false},
    {WORKING, NOON + DAYS(16), false},
    {WORKING, NOON + DAYS(39), true},
    {WORKING, NEVER_US, false},
    {FREE, DAY, false},
    {FREE, DAY + DAYS(3) - 1, false},
    {FREE, DAY + DAYS(3), true},
    {FREE, NOON + DAYS(16), true},
    {FREE, NOON + DAYS(39), false},
    {FREE, NEVER_US, false},
    /* a night is of the day on which it begins */
    {WORKING_NIGHT, DAY + DAYS(3), true},
    {WORKING_NIGHT, DAY + DAYS(3) + 6 * HOUR, false},
    {WORKING_NIGHT, DAY + DAYS(3) + 22 * HOUR, false},
    {WORKING_NIGHT, DAY + DAYS(4), false},
    {WORKING_NIGHT, DAY + DAYS(5), false},
    {WORKING_NIGHT, DAY + DAYS(5) + 22 * HOUR, true},
    /* dates alone: whole days */
    {DATES, DAY - 1, false},
    {DATES, DAY, true},
    {DATES, DAY + DAYS(1) - 1, true},
    {DATES, DAY + DAYS(1), false},
    {DATES, NOON + DAYS(92), true},
    {DATES, NOON + DAYS(93), false},
    {DATES, NEVER_US, false},
    {DATED_NIGHT, DAY, false},
    {DATED_NIGHT, DAY + 22 * HOUR - 1, false},
    {DATED_NIGHT, DAY + 22 * HOUR, true},
    {DATED_NIGHT, DAY + 30 * HOUR - 1, true},
    {DATED_NIGHT, DAY + 30 * HOUR, false},
    {DATED_NIGHT, DAY + DAYS(1) + 22 * HOUR, false},
};

START_TEST(a_line_is_of_a_window_when_the_bank_booked_it_there)
{
    struct tag_rule rule = any();
    struct tag_line line = {
        .amount_fen = 7, .counterparty = 1, .remark = 1, .account = OWN, .at_us = times[_i].at_us};
    rule.when = window_of(times[_i].when);
    ck_assert_uint_eq(tag_failing(&rule, 0, &line, CALENDAR_CHINA),
                      times[_i].holds ? 0 : 1 << TAG_TIME);
}
END_TEST

START_TEST(which_days_are_worked_the_calendar_says)
{
    struct tag_rule rule = {.accounts = ALL, .when = days(DAYS_WORKING)};
    struct tag_line line = {.amount_fen = 7, .at_us = NOON + DAYS(16)};
    ck_assert_uint_eq(tag_failing(&rule, 0, &line, CALENDAR_CHINA), 1 << TAG_TIME);
    ck_assert_uint_eq(tag_failing(&rule, 0, &line, CALENDAR_EVERY_DAY), 0);
}
END_TEST

START_TEST(every_condition_has_a_word)
{
    ck_assert_str_eq(tag_condition_name(TAG_ACCOUNT), "account");
    ck_assert_str_eq(tag_condition_name(TAG_TIME), "time");
    for (int c = 0; c < TAG_CONDITIONS; c++)
        ck_assert_ptr_nonnull(tag_condition_name((enum tag_condition)c));
}
END_TEST

/* --- order ----------------------------------------------------------------- */

START_TEST(the_first_rule_that_matches_wins)
{
    struct tag_rule rules[] = {any(), any(), any()};
    struct tag_line line = {.amount_fen = 7, .counterparty = 7, .remark = 7};
    ck_assert_uint_eq(tag_find(rules, 3, &line, CALENDAR_CHINA).rule, 0);
    line.remark = 6; /* the first does not find its pattern */
    ck_assert_uint_eq(tag_find(rules, 3, &line, CALENDAR_CHINA).rule, 1);
    line.counterparty = 4;
    ck_assert_uint_eq(tag_find(rules, 3, &line, CALENDAR_CHINA).rule, 2);
    ck_assert_uint_eq(tag_find(rules, 3, &line, CALENDAR_CHINA).failing, 0);
    line.counterparty = 0;
    ck_assert_uint_ne(tag_find(rules, 3, &line, CALENDAR_CHINA).failing, 0);
}
END_TEST

START_TEST(the_last_of_32_rules_is_asked_too)
{
    struct tag_rule rules[TAG_RULES_MAX];
    for (int i = 0; i < TAG_RULES_MAX; i++)
        rules[i] = any();
    struct tag_line line = {
        .amount_fen = 7, .counterparty = UINT32_MAX, .remark = UINT32_C(1) << 31};
    struct tag_nearest found = tag_find(rules, TAG_RULES_MAX, &line, CALENDAR_CHINA);
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
    struct tag_line line = {.amount_fen = 7,
                            .counterparty = 7,
                            .remark = 7,
                            .code = 8,
                            .account = OWN,
                            .at_us = DAY + 22 * HOUR};
    struct tag_nearest found = tag_find(rules, 3, &line, CALENDAR_CHINA);
    ck_assert_uint_eq(found.rule, 1);
    ck_assert_uint_eq(found.failing, 1 << TAG_CODE);
    ck_assert_uint_eq(tag_find(rules, 4, &line, CALENDAR_CHINA).rule, 1);
    ck_assert_uint_eq(tag_find(rules, 5, &line, CALENDAR_CHINA).rule,
                      4); /* fails one, holds three */
    rules[3].min_fen = 1;
    ck_assert_uint_eq(tag_find(rules, 5, &line, CALENDAR_CHINA).rule, 4); /* three again */
    rules[3].when = night(DAYS_ALL); /* which holds: three, too, but earlier */
    ck_assert_uint_eq(tag_find(rules, 5, &line, CALENDAR_CHINA).rule, 3);
    line.at_us = NOON; /* and fails */
    ck_assert_uint_eq(tag_find(rules, 5, &line, CALENDAR_CHINA).rule, 4);
    found = tag_find(rules, 1, &line, CALENDAR_CHINA);
    ck_assert_uint_eq(found.rule, 0);
    ck_assert_uint_eq(found.failing, 1 << TAG_ACCOUNT | 1 << TAG_DIRECTION);
    ck_assert_uint_eq(tag_find(rules, 0, &line, CALENDAR_CHINA).rule, NONE);
}
END_TEST

/* --- rules that leave nothing ---------------------------------------------- */

/* 23 March is their first Saturday. */
static const struct tag_span weeks = {
    .calendar = CALENDAR_CHINA, .from_us = DAY, .to_us = DAY + DAYS(21)};

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
    ck_assert(tag_takes_all(&pairs[_i].earlier, &pairs[_i].later, &weeks) == pairs[_i].takes_all);
}
END_TEST

static const struct {
    enum when earlier;
    enum when later;
    bool takes_all;
} whens[] = {
    {ALWAYS, ALWAYS, true},
    {ALWAYS, DATED_NIGHT, true},
    {BY_NIGHT, ALWAYS, false},
    {BY_NIGHT, BY_NIGHT, true},
    {BY_NIGHT, WORKING_NIGHT, true},
    {BY_NIGHT, DATED_NIGHT, true},
    {WORKING_NIGHT, BY_NIGHT, false},
    {WORKING_NIGHT, DATED_NIGHT, true}, /* the 20th is a Wednesday */
    {BY_NIGHT, BY_DAY, false},
    {BY_DAY, BY_NIGHT, false},
    {BY_DAY, ONCE, false},
    {ONCE, BY_DAY, false},
    {ONCE, ONCE, true},
    {WORKING, ONCE, true},
    {FREE, ONCE, false},
    {WORKING, DATES, true},
    {WORKING, DATED_NIGHT, true},
    {FREE, DATES, false},
    {WORKING, FREE, false},
    {WORKING, WORKING_NIGHT, false}, /* Friday's ends on a Saturday */
    {DATES, DATED_NIGHT, false},
    {DATED_NIGHT, DATES, false},
    {FREE, FREE, true},
};

START_TEST(a_window_takes_all_of_another_or_leaves_it_some_time)
{
    struct tag_rule earlier = {.accounts = ALL, .when = window_of(whens[_i].earlier)};
    struct tag_rule later = {.accounts = ALL, .when = window_of(whens[_i].later)};
    ck_assert(tag_takes_all(&earlier, &later, &weeks) == whens[_i].takes_all);
}
END_TEST

START_TEST(lines_of_no_known_time_are_left_by_a_window_that_always_holds)
{
    struct tag_rule earlier = {.accounts = ALL, .when = days(DAYS_ALL)};
    struct tag_rule later = {.accounts = ALL};
    ck_assert(!tag_takes_all(&earlier, &later, &weeks));
    later.when = window_of(ONCE);
    ck_assert(tag_takes_all(&earlier, &later, &weeks));
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
            rules[i] =
                (struct tag_rule){.accounts = 1 + draw(&dice, 3),
                                  .direction = (uint8_t)draw(&dice, 3),
                                  .min_fen = bounds[draw(&dice, 4)],
                                  .max_fen = bounds[draw(&dice, 4)],
                                  .code = (uint16_t)draw(&dice, 3),
                                  .when = window_of((enum when)draw(&dice, DATED_NIGHT + 1))};
        bool takes_all = tag_takes_all(&rules[0], &rules[1], &weeks);
        all += takes_all;
        for (int k = 0; k < 20; k++) {
            struct tag_line line = {.amount_fen = (int64_t)draw(&dice, 9) + 1,
                                    .counterparty = 3,
                                    .remark = 3,
                                    .code = (uint16_t)draw(&dice, 3),
                                    .account = (uint8_t)draw(&dice, 2),
                                    .at_us = DAY + (int64_t)draw(&dice, 21 * 24) * HOUR};
            if (draw(&dice, 8) == 0)
                line.at_us = NEVER_US;
            if (draw(&dice, 2))
                line.amount_fen = -line.amount_fen;
            struct tag_nearest found = tag_find(rules, 2, &line, CALENDAR_CHINA);
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
    tag_failing(&rule, 0, &no_lines[_i], CALENDAR_CHINA);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("tagging");
    tcase_add_loop_test(t, a_line_fails_exactly_the_conditions_that_do_not_hold, 0, COUNT(rows));
    tcase_add_loop_test(t, a_line_is_of_a_window_when_the_bank_booked_it_there, 0, COUNT(times));
    tcase_add_test(t, which_days_are_worked_the_calendar_says);
    tcase_add_test(t, every_condition_has_a_word);
    tcase_add_test(t, the_first_rule_that_matches_wins);
    tcase_add_test(t, the_last_of_32_rules_is_asked_too);
    tcase_add_test(t, the_nearest_rule_fails_least_then_holds_most_then_is_first);
    tcase_add_loop_test(t, a_rule_takes_all_of_another_or_leaves_it_something, 0, COUNT(pairs));
    tcase_add_loop_test(t, a_window_takes_all_of_another_or_leaves_it_some_time, 0, COUNT(whens));
    tcase_add_test(t, lines_of_no_known_time_are_left_by_a_window_that_always_holds);
    tcase_add_test(t, what_takes_all_leaves_no_line);
    tcase_add_loop_test_raise_signal(t, what_is_no_line_stops_the_program, SIGABRT, 0,
                                     COUNT(no_lines));
    return run_tests("tagging", t);
}
