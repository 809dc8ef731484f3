/* test_rule.c — how much a rule moves, and what triggers it. */

#include "core/base/money.h"
#include "core/transfer/rule.h"
#include "tests/harness.h"

enum { UNTOUCHED = -77 };

static const struct {
    const char *what;
    struct transfer_rule rule;
    struct rule_view view;
    int64_t amount_fen;
    enum rule_verdict verdict;
} rows[] = {
    {"fixed",
     {.amount_kind = AMOUNT_FIXED, .value_fen = 500},
     {.from_free_fen = 500},
     500,
     RULE_MOVES},
    {"fixed, too little",
     {.amount_kind = AMOUNT_FIXED, .value_fen = 500},
     {.from_free_fen = 499},
     0,
     RULE_SHORT},
    {"fixed, partial",
     {.amount_kind = AMOUNT_FIXED, .value_fen = 500, .partial = 1},
     {.from_free_fen = 499},
     499,
     RULE_MOVES},
    {"fixed, keep",
     {.amount_kind = AMOUNT_FIXED, .value_fen = 500, .keep_fen = 100},
     {.from_free_fen = 600},
     500,
     RULE_MOVES},
    {"fixed, keep, one short",
     {.amount_kind = AMOUNT_FIXED, .value_fen = 500, .keep_fen = 100},
     {.from_free_fen = 599},
     0,
     RULE_SHORT},
    {"fixed, keep, partial",
     {.amount_kind = AMOUNT_FIXED, .value_fen = 500, .keep_fen = 100, .partial = 1},
     {.from_free_fen = 599},
     499,
     RULE_MOVES},
    {"fixed, nothing to give",
     {.amount_kind = AMOUNT_FIXED, .value_fen = 500, .partial = 1},
     {.from_free_fen = 0},
     0,
     RULE_SHORT},
    {"fixed, less than kept",
     {.amount_kind = AMOUNT_FIXED, .value_fen = 500, .keep_fen = 100, .partial = 1},
     {.from_free_fen = 40},
     0,
     RULE_SHORT},
    {"fixed, below zero",
     {.amount_kind = AMOUNT_FIXED, .value_fen = 500, .partial = 1},
     {.from_free_fen = -5},
     0,
     RULE_SHORT},
    {"fixed, max",
     {.amount_kind = AMOUNT_FIXED, .value_fen = 500, .max_fen = 300},
     {.from_free_fen = 400},
     300,
     RULE_MOVES},
    {"fixed, multiple",
     {.amount_kind = AMOUNT_FIXED, .value_fen = 599, .multiple_fen = 100},
     {.from_free_fen = 9999},
     500,
     RULE_MOVES},
    {"fixed, under one multiple",
     {.amount_kind = AMOUNT_FIXED, .value_fen = 99, .multiple_fen = 100},
     {.from_free_fen = 9999},
     0,
     RULE_BELOW_MIN},
    {"fixed, at min",
     {.amount_kind = AMOUNT_FIXED, .value_fen = 500, .min_fen = 500},
     {.from_free_fen = 9999},
     500,
     RULE_MOVES},
    {"fixed, under min",
     {.amount_kind = AMOUNT_FIXED, .value_fen = 500, .min_fen = 501},
     {.from_free_fen = 9999},
     0,
     RULE_BELOW_MIN},
    {"fixed, multiple leads under min",
     {.amount_kind = AMOUNT_FIXED, .value_fen = 599, .min_fen = 550, .multiple_fen = 100},
     {.from_free_fen = 9999},
     0,
     RULE_BELOW_MIN},
    {"fixed, partial under min",
     {.amount_kind = AMOUNT_FIXED, .value_fen = 599, .min_fen = 550, .partial = 1},
     {.from_free_fen = 540},
     0,
     RULE_BELOW_MIN},
    {"to target",
     {.amount_kind = AMOUNT_TO_TARGET, .value_fen = 1000},
     {.from_free_fen = 9999, .to_level_fen = 300},
     700,
     RULE_MOVES},
    {"to target, there",
     {.amount_kind = AMOUNT_TO_TARGET, .value_fen = 1000},
     {.from_free_fen = 9999, .to_level_fen = 1000},
     0,
     RULE_NOTHING},
    {"to target, beyond",
     {.amount_kind = AMOUNT_TO_TARGET, .value_fen = 1000},
     {.from_free_fen = 9999, .to_level_fen = 1001},
     0,
     RULE_NOTHING},
    {"to target, from below zero",
     {.amount_kind = AMOUNT_TO_TARGET, .value_fen = 1000},
     {.from_free_fen = 9999, .to_level_fen = -50},
     1050,
     RULE_MOVES},
    {"to target, short",
     {.amount_kind = AMOUNT_TO_TARGET, .value_fen = 1000},
     {.from_free_fen = 699, .to_level_fen = 300},
     0,
     RULE_SHORT},
    {"to target, max makes it do",
     {.amount_kind = AMOUNT_TO_TARGET, .value_fen = 1000, .max_fen = 600},
     {.from_free_fen = 699, .to_level_fen = 300},
     600,
     RULE_MOVES},
    {"percent",
     {.amount_kind = AMOUNT_PERCENT, .share_ppm = 250000},
     {.from_free_fen = 1000},
     250,
     RULE_MOVES},
    {"percent of what may be given",
     {.amount_kind = AMOUNT_PERCENT, .share_ppm = 500000, .keep_fen = 400},
     {.from_free_fen = 1000},
     300,
     RULE_MOVES},
    {"all of it",
     {.amount_kind = AMOUNT_PERCENT, .share_ppm = PPM},
     {.from_free_fen = 999},
     999,
     RULE_MOVES},
    {"percent of nothing",
     {.amount_kind = AMOUNT_PERCENT, .share_ppm = 500000, .keep_fen = 400},
     {.from_free_fen = 400},
     0,
     RULE_NOTHING},
    {"sweep", {.amount_kind = AMOUNT_SWEEP}, {.from_free_fen = 777}, 777, RULE_MOVES},
    {"sweep, keep",
     {.amount_kind = AMOUNT_SWEEP, .keep_fen = 700},
     {.from_free_fen = 777},
     77,
     RULE_MOVES},
    {"sweep, just kept",
     {.amount_kind = AMOUNT_SWEEP, .keep_fen = 777},
     {.from_free_fen = 777},
     0,
     RULE_NOTHING},
    {"sweep, nothing", {.amount_kind = AMOUNT_SWEEP}, {.from_free_fen = 0}, 0, RULE_NOTHING},
    {"sweep, max",
     {.amount_kind = AMOUNT_SWEEP, .max_fen = 500},
     {.from_free_fen = 777},
     500,
     RULE_MOVES},
    {"sweep, under min",
     {.amount_kind = AMOUNT_SWEEP, .min_fen = 778},
     {.from_free_fen = 777},
     0,
     RULE_BELOW_MIN},
    {"sweep, under one multiple",
     {.amount_kind = AMOUNT_SWEEP, .multiple_fen = 1000},
     {.from_free_fen = 777},
     0,
     RULE_BELOW_MIN},
    {"sweep, multiples",
     {.amount_kind = AMOUNT_SWEEP, .multiple_fen = 100},
     {.from_free_fen = 777},
     700,
     RULE_MOVES},
    {"shortage",
     {.amount_kind = AMOUNT_SHORTAGE},
     {.from_free_fen = 777, .shortage_fen = 40},
     40,
     RULE_MOVES},
    {"shortage, none", {.amount_kind = AMOUNT_SHORTAGE}, {.from_free_fen = 777}, 0, RULE_NOTHING},
    {"shortage, short",
     {.amount_kind = AMOUNT_SHORTAGE},
     {.from_free_fen = 30, .shortage_fen = 40},
     0,
     RULE_SHORT},
    {"shortage, partial",
     {.amount_kind = AMOUNT_SHORTAGE, .partial = 1},
     {.from_free_fen = 30, .shortage_fen = 40},
     30,
     RULE_MOVES},
    {"shortage, all conditions",
     {.amount_kind = AMOUNT_SHORTAGE,
      .partial = 1,
      .keep_fen = 50,
      .min_fen = 300,
      .max_fen = 450,
      .multiple_fen = 100},
     {.from_free_fen = 400, .shortage_fen = 999},
     300,
     RULE_MOVES},
    {"the largest there is",
     {.amount_kind = AMOUNT_FIXED, .value_fen = MONEY_MAX_FEN},
     {.from_free_fen = MONEY_MAX_FEN},
     MONEY_MAX_FEN,
     RULE_MOVES},
};

START_TEST(a_rule_moves_the_amount_that_the_table_says)
{
    int64_t amount_fen = UNTOUCHED;
    enum rule_verdict verdict = rule_amount_fen(&rows[_i].rule, &rows[_i].view, &amount_fen);
    ck_assert_msg(verdict == rows[_i].verdict, "%s: verdict %d", rows[_i].what, (int)verdict);
    int64_t want_fen = rows[_i].verdict == RULE_MOVES ? rows[_i].amount_fen : UNTOUCHED;
    ck_assert_msg(amount_fen == want_fen, "%s: %lld", rows[_i].what, (long long)amount_fen);
}
END_TEST

/* Whatever the terms: never more than may be given, and never against its own limits. */
START_TEST(no_amount_breaks_the_rules_own_limits)
{
    uint64_t stream = 11;
    int moved = 0;
    for (int i = 0; i < 20000; i++) {
        struct transfer_rule r = {.amount_kind = (uint8_t)draw(&stream, 5),
                                  .partial = (uint8_t)draw(&stream, 2),
                                  .value_fen = (int64_t)draw(&stream, 1000),
                                  .share_ppm = (int64_t)draw(&stream, PPM + 1),
                                  .keep_fen = (int64_t)draw(&stream, 300),
                                  .min_fen = (int64_t)draw(&stream, 100),
                                  .max_fen = (int64_t)draw(&stream, 700),
                                  .multiple_fen = (int64_t)draw(&stream, 9)};
        struct rule_view v = {.from_free_fen = (int64_t)draw(&stream, 1200) - 100,
                              .to_level_fen = (int64_t)draw(&stream, 1000),
                              .shortage_fen = (int64_t)draw(&stream, 500)};
        int64_t fen = UNTOUCHED;
        if (rule_amount_fen(&r, &v, &fen) != RULE_MOVES) {
            ck_assert_in_loop(fen == UNTOUCHED);
            continue;
        }
        moved++;
        ck_assert_in_loop(fen > 0 && fen >= r.min_fen);
        ck_assert_in_loop(fen <= v.from_free_fen - r.keep_fen);
        ck_assert_in_loop(r.max_fen == 0 || fen <= r.max_fen);
        ck_assert_in_loop(r.multiple_fen == 0 || fen % r.multiple_fen == 0);
        if (r.amount_kind == AMOUNT_TO_TARGET)
            ck_assert_in_loop(v.to_level_fen + fen <= r.value_fen);
        if (r.amount_kind == AMOUNT_SHORTAGE)
            ck_assert_in_loop(fen <= v.shortage_fen);
    }
    ck_assert_int_gt(moved, 1000);
}
END_TEST

START_TEST(a_threshold_itself_triggers_nothing)
{
    struct transfer_rule below = {.trigger = TRIGGER_BELOW, .threshold_fen = 100};
    struct transfer_rule above = {.trigger = TRIGGER_ABOVE, .threshold_fen = 100};
    ck_assert(rule_triggered(&below, 99));
    ck_assert(!rule_triggered(&below, 100));
    ck_assert(!rule_triggered(&below, 101));
    ck_assert(!rule_triggered(&above, 99));
    ck_assert(!rule_triggered(&above, 100));
    ck_assert(rule_triggered(&above, 101));
}
END_TEST

START_TEST(asking_a_rule_without_a_threshold_for_it_stops_the_program)
{
    struct transfer_rule r = {.trigger = _i == 0 ? TRIGGER_SCHEDULE : TRIGGER_DEMAND};
    rule_triggered(&r, 0);
}
END_TEST

START_TEST(an_unlisted_kind_of_amount_stops_the_program)
{
    struct transfer_rule r = {.amount_kind = AMOUNT_SHORTAGE + 1};
    rule_amount_fen(&r, &(struct rule_view){0}, &(int64_t){0});
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("rule");
    tcase_add_loop_test(t, a_rule_moves_the_amount_that_the_table_says, 0, COUNT(rows));
    tcase_add_test(t, no_amount_breaks_the_rules_own_limits);
    tcase_add_test(t, a_threshold_itself_triggers_nothing);
    tcase_add_loop_test_raise_signal(t, asking_a_rule_without_a_threshold_for_it_stops_the_program,
                                     SIGABRT, 0, 2);
    tcase_add_test_raise_signal(t, an_unlisted_kind_of_amount_stops_the_program, SIGABRT);
    return run_tests("rule", t);
}
