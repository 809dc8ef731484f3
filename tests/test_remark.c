/* test_remark.c — patterns over the texts of a statement's line. */

#include <string.h>
#include <time.h>

#include "core/edge/remark.h"
#include "tests/harness.h"

/* --- one pattern, one text ------------------------------------------------- */

static const struct {
    const char *pattern;
    const char *text;
    bool found;
} rows[] = {
    {"利息", "2019年第一季度利息", true},
    {"^利息", "2019年第一季度利息", false},
    {"利息$", "2019年第一季度利息", true},
    {"手续费|工本费", "账户管理费、工本费", true},
    {"手续费|工本费", "账户管理费", false},
    {"^.{4}$", "备付金款", true}, /* characters, not bytes */
    {"^.{4}$", "备付金", false},
    {"[利到]息", "到息", true},
    {"^银联清算 \\d{8}-\\d{2}$", "银联清算 20190311-04", true},
    {"^银联清算 \\d{8}-\\d{2}$", "银联清算 20190311-4", false},
    {"\\bFEE\\b", "monthly FEE 03", true},
    {"\\bFEE\\b", "COFFEE", false},
    {"fee", "FEE", false},
    {"(?i)fee", "FEE", true},
    {"^\\p{Han}+$", "有限公司", true},
    {"^\\p{Han}+$", "有限Co", false},
    {"^\\d+$", "１２３", true}, /* digits of full width are digits */
    {"^$", "", true},
    {"(a)(b)(c)", "abc", true},     /* groups are of no interest, and do no harm */
    {"利息", "\xff\xfe利息", true}, /* what is not UTF-8 is passed over */
    {"^.$", "\xff", false},
};

START_TEST(a_pattern_is_found_or_not)
{
    struct remark_rule rule = {.remark = rows[_i].pattern};
    struct remarks *r = remarks_create(&rule, 1);
    struct remark_bits bits = remarks_read(r, "whoever", rows[_i].text);
    ck_assert_msg((bits.remark & 1) == rows[_i].found, "%s over %s", rows[_i].pattern,
                  rows[_i].text);
    ck_assert_uint_eq(bits.counterparty & 1, 1); /* nothing was asked of it */
    ck_assert_uint_eq(bits.gave_up, 0);
    remarks_free(r);
}
END_TEST

START_TEST(each_rule_asks_one_text_or_both_or_neither)
{
    static const struct remark_rule rules[] = {
        {.counterparty = "公司"},
        {.remark = "货款"},
        {.counterparty = "公司", .remark = "货款"},
        {.counterparty = NULL},
    };
    struct remarks *r = remarks_create(rules, COUNT(rules));
    struct remark_bits both = remarks_read(r, "某某公司", "货款");
    struct remark_bits swapped = remarks_read(r, "货款", "某某公司");
    ck_assert_uint_eq(both.counterparty & 15, 15);
    ck_assert_uint_eq(both.remark & 15, 15);
    ck_assert_uint_eq(swapped.counterparty & 15, 10); /* rules 1 and 3 ask nothing of it */
    ck_assert_uint_eq(swapped.remark & 15, 9);
    remarks_free(r);
}
END_TEST

START_TEST(the_last_of_32_rules_has_the_last_bit)
{
    struct remark_rule rules[REMARK_RULES_MAX];
    for (int i = 0; i < REMARK_RULES_MAX; i++)
        rules[i] = (struct remark_rule){.remark = i == 31 ? "x" : "y"};
    struct remarks *r = remarks_create(rules, REMARK_RULES_MAX);
    ck_assert_uint_eq(remarks_read(r, "", "x").remark, UINT32_C(1) << 31);
    ck_assert_uint_eq(remarks_read(r, "", "y").remark, ~(UINT32_C(1) << 31));
    remarks_free(r);
}
END_TEST

/* --- patterns that are none ------------------------------------------------ */

static const struct {
    const char *pattern;
    const char *why;
} bad[] = {
    {"", "it is empty, which every text matches"},
    {"(利息", "at character 4: missing closing parenthesis"},
    {"[利", "at character 3: missing terminating ] for character class"},
    {"利*+?+", "at character 4: quantifier does not follow a repeatable item"},
    {"a\\", "at character 3: \\ at end of pattern"},
    {"\\C", "at character 3: using \\C is disabled by the application"},
    {"x{2,1}", "at character 6: numbers out of order in {} quantifier"},
};

START_TEST(a_bad_pattern_is_told_by_its_character)
{
    char why[REMARK_WHY_MAX];
    ck_assert(!remark_pattern_sound(bad[_i].pattern, why));
    ck_assert_str_eq(why, bad[_i].why);
}
END_TEST

START_TEST(a_sound_pattern_says_nothing)
{
    char why[REMARK_WHY_MAX] = "untouched";
    ck_assert(remark_pattern_sound("^利息$", why));
    ck_assert_str_eq(why, "untouched");
}
END_TEST

START_TEST(a_bad_pattern_among_the_rules_stops_the_program)
{
    struct remark_rule rule = {.remark = "("};
    remarks_create(&rule, 1);
}
END_TEST

START_TEST(a_33rd_rule_stops_the_program)
{
    struct remark_rule rules[REMARK_RULES_MAX + 1] = {{NULL, NULL}};
    remarks_create(rules, REMARK_RULES_MAX + 1);
}
END_TEST

/* --- patterns that would hang ---------------------------------------------- */

static const char *const explosive[] = {
    "^(a+)+$", "^(a|aa)+$", "^(a|a?)+$", "^(.*a){12}$", "(?:(?:a*)*)*b", "^(?:(a)|b|(?R))*c$",
};

/* Without a bound the first would take 2^200 steps. */
START_TEST(a_pattern_that_backtracks_without_end_gives_up)
{
    char text[202];
    memset(text, 'a', sizeof text - 2);
    memcpy(text + sizeof text - 2, "!", 2);
    struct remark_rule rules[2] = {{.remark = explosive[_i]}, {.remark = "!$"}};
    struct remarks *r = remarks_create(rules, 2);
    clock_t before = clock();
    struct remark_bits bits = remarks_read(r, "", text);
    ck_assert_double_lt((double)(clock() - before) / CLOCKS_PER_SEC, 0.5);
    ck_assert_uint_eq(bits.remark & 3, 2); /* the other rule is none the worse for it */
    ck_assert_uint_eq(bits.gave_up & ~UINT32_C(1), 0);
    if (_i == 0)
        ck_assert_uint_eq(bits.gave_up, 1);
    ck_assert_uint_eq(remarks_read(r, "", "b!").gave_up, 0); /* nor is the next text */
    remarks_free(r);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("remark");
    tcase_add_loop_test(t, a_pattern_is_found_or_not, 0, COUNT(rows));
    tcase_add_test(t, each_rule_asks_one_text_or_both_or_neither);
    tcase_add_test(t, the_last_of_32_rules_has_the_last_bit);
    tcase_add_loop_test(t, a_bad_pattern_is_told_by_its_character, 0, COUNT(bad));
    tcase_add_test(t, a_sound_pattern_says_nothing);
    tcase_add_test_raise_signal(t, a_bad_pattern_among_the_rules_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_33rd_rule_stops_the_program, SIGABRT);
    tcase_add_loop_test(t, a_pattern_that_backtracks_without_end_gives_up, 0, COUNT(explosive));
    return run_tests("remark", t);
}
