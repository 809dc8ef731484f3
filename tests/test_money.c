/* test_money.c — sums stop rather than wrap, and text means one amount or none. */

#include <string.h>

#include "core/base/money.h"
#include "core/base/wide.h"
#include "tests/harness.h"

static const struct {
    int64_t a_fen;
    int64_t b_fen;
    bool fits;
} sums[] = {
    {0, 0, true},
    {1, -1, true},
    {INT64_MAX, 0, true},
    {INT64_MAX, 1, false},
    {INT64_MAX - 1, 1, true},
    {INT64_MIN, 0, true},
    {INT64_MIN, -1, false},
    {INT64_MIN + 1, -1, true},
    {INT64_MAX, INT64_MIN, true},
    {INT64_MAX, INT64_MAX, false},
    {INT64_MIN, INT64_MIN, false},
    {MONEY_MAX_FEN, MONEY_MAX_FEN, true},
};

START_TEST(a_sum_is_exact_or_refused)
{
    int64_t sum_fen = 42;
    wide exact = (wide)sums[_i].a_fen + sums[_i].b_fen;
    ck_assert_int_eq(money_try_add(sums[_i].a_fen, sums[_i].b_fen, &sum_fen), sums[_i].fits);
    if (!sums[_i].fits) {
        ck_assert_int_eq(sum_fen, 42); /* a refusal changes nothing */
        return;
    }
    ck_assert(sum_fen == exact);
    ck_assert(money_add(sums[_i].a_fen, sums[_i].b_fen) == exact);
}
END_TEST

START_TEST(a_difference_is_exact_up_to_the_edges)
{
    ck_assert_int_eq(money_sub(5, 7), -2);
    ck_assert_int_eq(money_sub(-1, INT64_MAX), INT64_MIN);
    ck_assert_int_eq(money_sub(-1, INT64_MIN), INT64_MAX);
    ck_assert_int_eq(money_sub(INT64_MIN, INT64_MIN), 0);
}
END_TEST

START_TEST(a_sum_above_the_largest_stops_the_program)
{
    money_add(INT64_MAX, 1);
}
END_TEST

START_TEST(a_sum_below_the_smallest_stops_the_program)
{
    money_add(INT64_MIN, -1);
}
END_TEST

START_TEST(a_difference_above_the_largest_stops_the_program)
{
    money_sub(0, INT64_MIN);
}
END_TEST

START_TEST(a_difference_below_the_smallest_stops_the_program)
{
    money_sub(-2, INT64_MAX);
}
END_TEST

static const struct {
    int64_t amount_fen;
    int64_t share_ppm;
    int64_t want_fen;
} shares[] = {
    {0, PPM, 0},
    {1, 0, 0},
    {1, 499999, 0},
    {1, 500000, 1}, /* half goes up */
    {3, 500000, 2},
    {100, 333333, 33},
    {1000000, 1, 1},
    {999999, 1, 1},
    {499999, 1, 0},
    {500000, 1, 1},
    {MONEY_MAX_FEN, 0, 0},
    {MONEY_MAX_FEN, 1, 1000000000},
    {MONEY_MAX_FEN, PPM, MONEY_MAX_FEN},
    {MONEY_MAX_FEN, 9000 * PPM, MONEY_MAX_FEN * 9000},
    {INT64_MAX, PPM, INT64_MAX},
};

START_TEST(a_share_is_rounded_half_up)
{
    ck_assert_int_eq(money_share(shares[_i].amount_fen, shares[_i].share_ppm), shares[_i].want_fen);
}
END_TEST

START_TEST(a_share_agrees_with_the_product_taken_in_128_bits)
{
    uint64_t state = 1;
    for (int i = 0; i < 100000; i++) {
        int64_t amount_fen = (int64_t)draw(&state, (uint64_t)MONEY_MAX_FEN + 1);
        int64_t share_ppm = (int64_t)draw(&state, i % 2 == 0 ? PPM + 1 : 9000 * PPM + 1);
        wide exact = ((wide)amount_fen * share_ppm + PPM / 2) / PPM;
        ck_assert_in_loop(money_share(amount_fen, share_ppm) == exact);
    }
}
END_TEST

static const struct {
    int64_t amount_fen;
    int64_t share_ppm;
} wrong_shares[] = {
    {-1, PPM}, {1, -1}, {MONEY_MAX_FEN, 10000 * PPM}, {INT64_MAX, PPM + 1}, {PPM - 1, INT64_MAX},
};

START_TEST(a_share_that_cannot_be_stops_the_program)
{
    money_share(wrong_shares[_i].amount_fen, wrong_shares[_i].share_ppm);
}
END_TEST

/* The parser gets exactly these bytes and no NUL, so a sanitizer sees it read on. */
static bool parse(const char *text, size_t length, int64_t *fen)
{
    char *bytes = malloc(length > 0 ? length : 1);
    if (bytes == NULL)
        abort();
    memcpy(bytes, text, length);
    bool ok = money_parse(bytes, length, fen);
    free(bytes);
    return ok;
}

static const struct {
    const char *text;
    int64_t want_fen;
} amounts[] = {
    {"0", 0},
    {"0.0", 0},
    {"0.00", 0},
    {"0.01", 1},
    {"0.1", 10},
    {"0.10", 10},
    {"7", 700},
    {"12.30", 1230},
    {"12.3", 1230},
    {"100", 10000},
    {"1000000", 100000000},
    {"9999999999999", 999999999999900},
    {"9999999999999.99", MONEY_MAX_FEN},
};

START_TEST(yuan_are_read_as_fen)
{
    int64_t fen = -1;
    ck_assert(parse(amounts[_i].text, strlen(amounts[_i].text), &fen));
    ck_assert_int_eq(fen, amounts[_i].want_fen);
}
END_TEST

static const char *const not_amounts[] = {
    "",
    " ",
    " 1",
    "1 ",
    "+1",
    "-1",
    "-0",
    "00",
    "01",
    "01.00",
    ".",
    ".5",
    "1.",
    "1.234",
    "1..2",
    "1.2.",
    "1.2.3",
    "1,000",
    "1e3",
    "0x10",
    "1.-1",
    "1.+1",
    "1.a",
    "1.1a",
    "a",
    "nan",
    "1/2",
    "1:",
    "\xef\xbc\x91",
    "10000000000000",
    "10000000000000.00",
    "99999999999999999999",
};

START_TEST(what_is_not_an_amount_is_refused)
{
    int64_t fen = 42;
    ck_assert(!parse(not_amounts[_i], strlen(not_amounts[_i]), &fen));
    ck_assert_int_eq(fen, 42); /* untouched */
}
END_TEST

START_TEST(exactly_the_length_is_read)
{
    int64_t fen = 42;
    ck_assert(money_parse("12.345", 5, &fen));
    ck_assert_int_eq(fen, 1234);
    ck_assert(money_parse("12.345", 2, &fen));
    ck_assert_int_eq(fen, 1200);
    ck_assert(!money_parse("12.345", 3, &fen)); /* "12." */
    ck_assert(!money_parse("1\0002", 3, &fen)); /* a NUL is not the end */
    ck_assert_int_eq(fen, 1200);
}
END_TEST

static const struct {
    int64_t fen;
    const char *want;
} prints[] = {
    {0, "0.00"},
    {1, "0.01"},
    {-1, "-0.01"},
    {10, "0.10"},
    {99, "0.99"},
    {100, "1.00"},
    {1230, "12.30"},
    {-1230, "-12.30"},
    {MONEY_MAX_FEN, "9999999999999.99"},
    {INT64_MAX, "92233720368547758.07"},
    {INT64_MIN, "-92233720368547758.08"},
};

START_TEST(fen_are_printed_as_yuan)
{
    char text[MONEY_TEXT_MAX];
    ck_assert_uint_eq(money_print(text, prints[_i].fen), strlen(prints[_i].want));
    ck_assert_str_eq(text, prints[_i].want);
}
END_TEST

START_TEST(what_is_printed_is_read_back)
{
    uint64_t state = 2;
    for (int i = 0; i < 50000; i++) {
        char text[MONEY_TEXT_MAX];
        uint64_t below = UINT64_C(1) << (i % 50);
        int64_t fen = (int64_t)draw(&state, below) % (MONEY_MAX_FEN + 1);
        int64_t back_fen = -1;
        ck_assert_in_loop(money_parse(text, money_print(text, fen), &back_fen));
        ck_assert_in_loop(back_fen == fen);
    }
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("money");
    tcase_add_loop_test(t, a_sum_is_exact_or_refused, 0, COUNT(sums));
    tcase_add_test(t, a_difference_is_exact_up_to_the_edges);
    tcase_add_test_raise_signal(t, a_sum_above_the_largest_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_sum_below_the_smallest_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_difference_above_the_largest_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_difference_below_the_smallest_stops_the_program, SIGABRT);
    tcase_add_loop_test(t, a_share_is_rounded_half_up, 0, COUNT(shares));
    tcase_add_test(t, a_share_agrees_with_the_product_taken_in_128_bits);
    tcase_add_loop_test_raise_signal(t, a_share_that_cannot_be_stops_the_program, SIGABRT, 0,
                                     COUNT(wrong_shares));
    tcase_add_loop_test(t, yuan_are_read_as_fen, 0, COUNT(amounts));
    tcase_add_loop_test(t, what_is_not_an_amount_is_refused, 0, COUNT(not_amounts));
    tcase_add_test(t, exactly_the_length_is_read);
    tcase_add_loop_test(t, fen_are_printed_as_yuan, 0, COUNT(prints));
    tcase_add_test(t, what_is_printed_is_read_back);
    return run_tests("money", t);
}
