/* test_names.c — every name has one number, every number one name. */

#include <string.h>

#include "sim/names.h"
#include "tests/harness.h"

static uint32_t number(struct names *n, const char *text)
{
    return names_number(n, text, strlen(text));
}

static void text_is(const struct names *n, uint32_t k, const char *want)
{
    char text[NAME_TEXT_MAX];
    names_text(n, k, text);
    ck_assert_str_eq(text, want);
}

START_TEST(nobody_is_number_0)
{
    struct names *n = names_create("M-", 10);
    ck_assert_uint_eq(number(n, ""), 0);
    text_is(n, 0, "");
    names_free(n);
}
END_TEST

START_TEST(a_name_keeps_the_number_it_got)
{
    struct names *n = names_create(NULL, 0);
    ck_assert_uint_eq(number(n, "icbc"), 1);
    ck_assert_uint_eq(number(n, "ccb"), 2);
    ck_assert_uint_eq(number(n, "icbc"), 1);
    ck_assert_uint_eq(names_number(n, "icbcx", 4), 1); /* only that many bytes */
    ck_assert_uint_eq(names_count(n), 3);
    text_is(n, 2, "ccb");
    names_free(n);
}
END_TEST

static const struct {
    const char *text;
    uint32_t number; /* 0: not a synthetic one, so it gets the next */
} synthetic[] = {
    {"M-1", 1}, {"M-100", 100}, {"M-101", 0}, {"M-0", 0},          {"M-01", 0},
    {"M-", 0},  {"M-1x", 0},    {"M--1", 0},  {"m-1", 0},          {"U-1", 0},
    {"1", 0},   {"M-99", 99},   {"M- 1", 0},  {"M-4294967297", 0}, {"M-18446744073709551617", 0},
};

START_TEST(what_is_called_like_a_synthetic_one_is_that_one)
{
    struct names *n = names_create("M-", 100);
    uint32_t got = number(n, synthetic[_i].text);
    ck_assert_uint_eq(got, synthetic[_i].number != 0 ? synthetic[_i].number : 101);
    ck_assert_uint_eq(names_count(n), synthetic[_i].number != 0 ? 101 : 102);
    text_is(n, got, synthetic[_i].text);
    names_free(n);
}
END_TEST

START_TEST(many_names_are_told_apart)
{
    enum { MANY = 20000 };
    char text[NAME_TEXT_MAX];
    struct names *n = names_create("U-", 50);
    for (uint32_t i = 0; i < MANY; i++) {
        snprintf(text, sizeof text, "shop %u", i * 7919 % MANY);
        ck_assert_in_loop(number(n, text) == 51 + i);
    }
    for (uint32_t i = 0; i < MANY; i++) {
        char back[NAME_TEXT_MAX];
        snprintf(text, sizeof text, "shop %u", i * 7919 % MANY);
        ck_assert_in_loop(number(n, text) == 51 + i);
        names_text(n, 51 + i, back);
        ck_assert_in_loop(strcmp(back, text) == 0);
    }
    ck_assert_uint_eq(names_count(n), 51 + MANY);
    names_free(n);
}
END_TEST

START_TEST(the_longest_name_fits_and_a_longer_one_stops_the_program)
{
    char text[NAME_TEXT_MAX + 1];
    struct names *n = names_create("M-", 0);
    memset(text, 'x', NAME_TEXT_MAX);
    text[NAME_TEXT_MAX - 1] = '\0';
    ck_assert_uint_eq(number(n, text), 1);
    text_is(n, 1, text);
    text[NAME_TEXT_MAX - 1] = 'x';
    text[NAME_TEXT_MAX] = '\0';
    number(n, text);
}
END_TEST

START_TEST(a_number_nobody_has_stops_the_program)
{
    char text[NAME_TEXT_MAX];
    struct names *n = names_create("M-", 5);
    names_text(n, 6, text);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("names");
    tcase_add_test(t, nobody_is_number_0);
    tcase_add_test(t, a_name_keeps_the_number_it_got);
    tcase_add_loop_test(t, what_is_called_like_a_synthetic_one_is_that_one, 0, COUNT(synthetic));
    tcase_add_test(t, many_names_are_told_apart);
    tcase_add_test_raise_signal(t, the_longest_name_fits_and_a_longer_one_stops_the_program,
                                SIGABRT);
    tcase_add_test_raise_signal(t, a_number_nobody_has_stops_the_program, SIGABRT);
    return run_tests("names", t);
}
