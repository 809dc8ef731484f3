/* test_figures.c — numbers into the bytes of a list, and out of them. */

#include "core/edge/figures.h"

#include "core/base/money.h"
#include "mocks/put.h"
#include "tests/harness.h"

START_TEST(what_is_put_is_read_again)
{
    uint64_t state = 1;
    for (int i = 0; i < 20000; i++) {
        char text[64] = "";
        uint64_t bits = draw(&state, UINT64_MAX) >> draw(&state, 64);
        uint64_t hex;
        int64_t value;
        put_hex(text, bits);
        ck_assert_in_loop(figures_hex(text, &hex) && hex == bits);
        bits %= 1000000000000000000;
        put_digits(text, 18, bits);
        ck_assert_in_loop(figures_decimal(text, 18, &value) && value == (int64_t)bits);
        char *end = put_yuan(text, (int64_t)bits);
        ck_assert_in_loop(figures_yuan(text, (size_t)(end - text), &value) &&
                          value == (int64_t)bits);
        end = put_number(text, bits % 10000000000);
        ck_assert_in_loop(figures_count(text, (size_t)(end - text), &value) &&
                          value == (int64_t)(bits % 10000000000));
    }
}
END_TEST

START_TEST(texts_are_those_that_printf_writes)
{
    static const uint64_t values[] = {0, 1, 9, 10, 99, 100, 101, 12345, 999999999999999999};
    for (int i = 0; i < COUNT(values); i++) {
        char text[64] = "", want[64];
        put_hex(text, values[i] * 0x123456789abcdef1);
        snprintf(want, sizeof want, "%016llX",
                 (unsigned long long)(values[i] * 0x123456789abcdef1));
        text[16] = '\0';
        ck_assert_str_eq(text, want);
        *put_number(text, values[i]) = '\0';
        snprintf(want, sizeof want, "%llu", (unsigned long long)values[i]);
        ck_assert_str_eq(text, want);
        *put_yuan(text, (int64_t)values[i]) = '\0';
        money_print(want, (int64_t)values[i]);
        ck_assert_str_eq(text, want);
        put_digits(text, 19, values[i]);
        text[19] = '\0';
        snprintf(want, sizeof want, "%019llu", (unsigned long long)values[i]);
        ck_assert_str_eq(text, want);
    }
}
END_TEST

START_TEST(one_other_byte_anywhere_is_no_number)
{
    for (size_t at = 0; at < 18; at++)
        for (int c = 0; c < 256; c++) {
            char digits[] = "012345678901234567";
            char hex[] = "0123456789ABCDEF";
            int64_t value = -7;
            uint64_t bits = 7;
            digits[at] = (char)c;
            bool digit = c >= '0' && c <= '9';
            ck_assert_in_loop(figures_decimal(digits, 18, &value) == digit);
            ck_assert_in_loop(digit || value == -7);
            if (at >= 16)
                continue;
            hex[at] = (char)c;
            bool of_hex = digit || (c >= 'A' && c <= 'F');
            ck_assert_in_loop(figures_hex(hex, &bits) == of_hex);
            ck_assert_in_loop(of_hex || bits == 7);
        }
}
END_TEST

static const struct {
    const char *text;
    bool yuan;
    bool count;
} texts[] = {
    {"0.00", true, false},
    {"0.01", true, false},
    {"10.50", true, false},
    {"", false, false},
    {"0", false, true},
    {"1", false, true},
    {"01", false, false},
    {".01", false, false},
    {"00.01", false, false},
    {"1.0", false, false},
    {"1.000", false, false},
    {"1,00", false, false},
    {"-1.00", false, false},
    {"+1.00", false, false},
    {" 1.00", false, false},
    {"1.00 ", false, false},
    {"1e9.00", false, false},
    {"-1", false, false},
    {"9999999999", false, true},
    {"10000000000", false, false},
    {"9999999999999999.99", true, false},
    {"10000000000000000.00", false, false},
};

START_TEST(yuan_and_counts_are_spelled_in_one_way)
{
    int64_t value;
    ck_assert_int_eq(figures_yuan(texts[_i].text, strlen(texts[_i].text), &value), texts[_i].yuan);
    ck_assert_int_eq(figures_count(texts[_i].text, strlen(texts[_i].text), &value),
                     texts[_i].count);
}
END_TEST

START_TEST(a_number_wider_than_its_field_stops_the_program)
{
    char text[8];
    put_digits(text, 3, 1000);
}
END_TEST

START_TEST(yuan_below_zero_stop_the_program)
{
    char text[64];
    put_yuan(text, -1);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("figures");
    tcase_add_test(t, what_is_put_is_read_again);
    tcase_add_test(t, texts_are_those_that_printf_writes);
    tcase_add_test(t, one_other_byte_anywhere_is_no_number);
    tcase_add_loop_test(t, yuan_and_counts_are_spelled_in_one_way, 0, COUNT(texts));
    tcase_add_test_raise_signal(t, a_number_wider_than_its_field_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, yuan_below_zero_stop_the_program, SIGABRT);
    return run_tests("figures", t);
}
