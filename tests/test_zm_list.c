/* test_zm_list.c — UnionPay's settlement list: its summary, and every way in which it is wrong. */

#include "core/edge/zm_list.h"

#include "tests/settlement_drawn.h"

enum { WHOLE = ZM_LINE_BYTES + 2 };

static struct drawn drawn;
static char changed[PUBLISHER_SUMMARY_MAX * 2];

static void day(void)
{
    drawn_known_day(&drawn, CHANNEL_UNIONPAY, 5, 3);
}

START_TEST(a_summary_says_count_and_total_of_payouts_and_returns)
{
    struct settlement_heard h = hear_settlement(CHANNEL_UNIONPAY, &drawn.file, 0);
    check_known_opening(&drawn, &h);
}
END_TEST

START_TEST(a_summary_is_seven_lines_of_gbk)
{
    static const char want[] = "\xc7\xe5\xcb\xe3\xbb\xe3\xd7\xdc 20190311\r\n"
                               "\xc6\xf0\xca\xbc\xca\xb1\xbc\xe4 2019-03-10T23:00:00+08:00\r\n"
                               "\xbd\xd8\xd6\xb9\xca\xb1\xbc\xe4 2019-03-11T23:00:00+08:00\r\n"
                               "\xbd\xbb\xd2\xd7\xc0\xe0\xd0\xcd \xb1\xca\xca\xfd "
                               "\xbd\xbb\xd2\xd7\xbd\xf0\xb6\xee \xca\xd6\xd0\xf8\xb7\xd1 "
                               "\xc7\xe5\xcb\xe3\xbd\xf0\xb6\xee\r\n"
                               "\xb4\xfa\xb8\xb6 12 D4768.00 D28.61 D4796.61\r\n"
                               "\xcd\xcb\xbb\xe3 1 C100.00 C0.00 C100.00\r\n"
                               "\xd7\xca\xbd\xf0\xc7\xe5\xcb\xe3\xb2\xee\xb6\xee D4696.61\r\n";
    ck_assert_uint_eq(drawn.file.summary_length, sizeof want - 1);
    ck_assert_mem_eq(drawn.summary, want, sizeof want - 1);
}
END_TEST

static const struct {
    const char *from;
    const char *to;
    uint64_t line;
    const char *field;
    uint32_t offset;
} wrongs[] = {
    {"\xc7\xe5", "\xc7\xe6", 1, "day", 0},
    {"\xc7\xe5\xcb\xe3", "\xe6\xb8\x85\xe7\xae\x97", 1, "day", 0}, /* UTF-8 */
    {" 20190311", " 20190229", 1, "day", 9},
    {" 20190311", " 2019031", 1, "day", 9},
    {" 20190311", "\t20190311", 1, "day", 8},
    {" 20190311", "  20190311", 1, "day", 9},
    {" 20190311", " 20190311 ", 1, "day", 17},
    {" 20190311", " 20190312", 3, "until", 0},
    {"0311\r\n", "0311\n", 1, "day", 17},
    {"-10T23:00:00", "-10T24:00:00", 2, "from", 9},
    {"-10T23:00:00", "-11T23:00:00", 3, "until", 0},
    {"-11T23:00:00+08:00", "-11T23:00:00", 3, "until", 9},
    {"\xb1\xca\xca\xfd", "\xb1\xca\xca\xfe", 4, "heading", 0},
    {"\xc7\xe5\xcb\xe3\xbd\xf0\xb6\xee\r", "\xc7\xe5\xcb\xe3\xbd\xf0\xb6\xee?\r", 4, "heading", 38},
    {" 12 ", " 012 ", 5, "payouts", 5},
    {" 12 ", " -12 ", 5, "payouts", 5},
    {" 12 ", " 4294967296 ", 5, "payouts", 5},
    {" 12 ", " ", 5, "payouts", 5},
    {" 1 C1", " 4294967295 C1", 6, "returns", 5}, /* one more than can be counted */
    {"D4768.00", "4768.00", 5, "payouts", 8},
    {"D4768.00", "E4768.00", 5, "payouts", 8},
    {"D4768.00", "C4768.00", 5, "payouts", 7},
    {"D4768.00", "D4768.0", 5, "payouts", 8},
    {"D4796.61\r", "C4796.61\r", 5, "payouts", 7},
    {"D4796.61\r", "D4796.61 D\r", 5, "payouts", 32},
    {"D4796.61\r", "\r", 5, "payouts", 24},
    {"D4796.61\r", "D4796.62\r", 7, "difference", 0},
    {"C100.00\r", "D100.00\r", 6, "returns", 6},
    {"D4696.61", "C4696.61", 7, "difference", 0},
    {"D4696.61", "D4696.60", 7, "difference", 0},
    {"D4696.61\r\n", "D4696.61\r\n\r\n", 8, "", 0},
};

START_TEST(a_wrong_word_in_the_summary_is_named_with_its_place)
{
    size_t length = drawn_changed(drawn.summary, wrongs[_i].from, wrongs[_i].to, changed);
    struct settlement_bytes b = {changed, length, "", 0};
    struct settlement_heard h = hear_settlement(CHANNEL_UNIONPAY, &b, 0);
    ck_assert_uint_eq(h.opened, 0);
    ck_assert_uint_eq(h.bad, 1);
    ck_assert(h.hopeless);
    ck_assert_uint_eq(h.problem.line, wrongs[_i].line);
    ck_assert_str_eq(h.problem.field, wrongs[_i].field);
    ck_assert_uint_eq(h.problem.offset, wrongs[_i].offset);
}
END_TEST

static const struct {
    size_t at;
    const char *text;
    const char *field;
} fields[] = {
    {112, "0123456789abcdef", "order_id"},
    {112, "0123456789ABCDE ", "order_id"},
    {112, "0123456789ABCDEF0", "order_id"},
    {112, " 123456789ABCDEF", "order_id"},
    {215, "04", "kind"},
    {215, "21", "kind"},
    {397, "0123456789ABCDEG", "own"},
    {428, " ", "own"},
    {476, "4294967296", "spare"},
    {476, "000007186 ", "spare"},
    {486, "02", "spare"},
    {486, "10", "spare"},
    {486, "  ", "spare"},
    {488, "0", "spare"},
    {507, "0", "spare"},
    {180, "+000000000001", "settled"},
    {180, "D00000000001 ", "settled"},
    {166, "X000000000001", "fee"},
    {66, "00000000001x", "amount"},
    {35, "0230000000", "time"},
    {28, "00000 ", "trace_number"},
    {327, "\xff\xff", "sub_merchant_name"},
    {327, "\xe6\xb8\x85", "sub_merchant_name"}, /* UTF-8 where GBK is wanted */
    {396, "x", "own"},
    {606, "\x01", "spare_too"},
};

START_TEST(a_wrong_field_is_named_and_the_other_lines_are_read)
{
    memcpy(drawn.bytes + WHOLE + fields[_i].at, fields[_i].text, strlen(fields[_i].text));
    struct settlement_heard h = hear_settlement(CHANNEL_UNIONPAY, &drawn.file, 0);
    ck_assert_uint_eq(h.lines, 2);
    ck_assert_uint_eq(h.bad, 1);
    ck_assert_uint_eq(h.problem.line, 2);
    ck_assert_str_eq(h.problem.field, fields[_i].field);
    ck_assert_uint_eq(h.ending.flag, 0);
}
END_TEST

START_TEST(names_in_gbk_are_fine)
{
    uint64_t want = hear_settlement(CHANNEL_UNIONPAY, &drawn.file, 0).hash;
    memcpy(drawn.bytes + WHOLE + 327, "\xd6\xd0\xce\xc4", 4);
    ck_assert(hear_settlement(CHANNEL_UNIONPAY, &drawn.file, 0).hash == want);
}
END_TEST

START_TEST(a_line_that_ends_in_lf_alone_is_bad)
{
    memmove(drawn.bytes + WHOLE - 2, drawn.bytes + WHOLE - 1, 2 * WHOLE + 1);
    drawn.file.length--;
    struct settlement_heard h = hear_settlement(CHANNEL_UNIONPAY, &drawn.file, 0);
    ck_assert_uint_eq(h.lines, 2);
    ck_assert_uint_eq(h.problem.line, 1);
    ck_assert_uint_eq(h.problem.offset, ZM_LINE_BYTES);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("zm_list");
    tcase_add_checked_fixture(t, day, NULL);
    tcase_add_test(t, a_summary_says_count_and_total_of_payouts_and_returns);
    tcase_add_test(t, a_summary_is_seven_lines_of_gbk);
    tcase_add_loop_test(t, a_wrong_word_in_the_summary_is_named_with_its_place, 0, COUNT(wrongs));
    tcase_add_loop_test(t, a_wrong_field_is_named_and_the_other_lines_are_read, 0, COUNT(fields));
    tcase_add_test(t, names_in_gbk_are_fine);
    tcase_add_test(t, a_line_that_ends_in_lf_alone_is_bad);
    return run_tests("zm_list", t);
}
