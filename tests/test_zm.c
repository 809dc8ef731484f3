/* test_zm.c — UnionPay's detail file: what a line says, and every way in which it is wrong. */

#include "core/edge/zm.h"

#include "core/audit/match.h"
#include "core/base/civil.h"
#include "tests/harness.h"
#include "tests/listing_heard.h"

enum { WHOLE = ZM_LINE_BYTES + 2 };

static char line[2 * WHOLE];

static void sample(void)
{
    zm_sample(line);
    zm_sample(line + WHOLE);
}

START_TEST(fields_follow_each_other_with_one_space_between)
{
    for (int f = 1; f < ZM_FIELDS; f++)
        ck_assert_int_eq(zm_fields[f].offset,
                         zm_fields[f - 1].offset + zm_fields[f - 1].length + 1);
    ck_assert_int_eq(zm_fields[41].offset + zm_fields[41].length, ZM_LINE_BYTES);
}
END_TEST

START_TEST(a_line_says_order_amount_fee_and_time)
{
    struct heard h = hear_zm(line, WHOLE, 0);
    int64_t want_us;
    ck_assert(civil_parse_moment("2019-03-11T09:01:05+08:00", 25, &want_us));
    ck_assert_uint_eq(h.records, 1);
    ck_assert_uint_eq(h.bad, 0);
    ck_assert_str_eq(h.texts[LISTING_REFERENCE], "ORDER0000000001");
    ck_assert_str_eq(h.texts[LISTING_QUERY_ID], "201903110901050001231");
    ck_assert_str_eq(h.texts[LISTING_MERCHANT], "777290058110048");
    ck_assert_int_eq(h.record.amount_fen, 476800);
    ck_assert_int_eq(h.record.fee_fen, 2861);
    ck_assert_int_eq(h.record.time_us, want_us);
    ck_assert_uint_eq(h.record.status, MATCH_STATUS_DONE);
}
END_TEST

START_TEST(what_we_pay_out_is_below_zero_and_a_fee_we_get_too)
{
    line[180] = 'D';
    line[166] = 'C';
    struct heard h = hear_zm(line, WHOLE, 0);
    ck_assert_int_eq(h.record.amount_fen, -476800);
    ck_assert_int_eq(h.record.fee_fen, -2861);
}
END_TEST

static const struct {
    const char *at; /* MMDD */
    int32_t day;
    const char *want;
} years[] = {
    {"1231", 17897, "2018-12-31"}, /* settled 2019-01-01 */
    {"0101", 17896, "2019-01-01"}, /* settled 2018-12-31 */
    {"0229", 18323, "2020-02-29"}, /* settled 2020-03-02 */
    {"0229", 17958, "2020-02-29"}, /* settled 2019-03-03: that year has none */
};

START_TEST(a_time_falls_into_the_year_nearest_to_settlement)
{
    struct zm zm;
    char date[CIVIL_DATE_TEXT_MAX];
    memcpy(line + 35, years[_i].at, 4);
    zm_start(&zm, years[_i].day);
    struct heard h = hear(&zm, NULL, line, WHOLE, 0);
    ck_assert_uint_eq(h.records, 1);
    civil_print_date(date, civil_day(h.record.time_us));
    ck_assert_str_eq(date, years[_i].want);
}
END_TEST

START_TEST(a_29th_of_february_near_no_leap_year_is_wrong)
{
    struct zm zm;
    memcpy(line + 35, "0229", 4);
    zm_start(&zm, 19144); /* 2022-06-01 */
    struct heard h = hear(&zm, NULL, line, WHOLE, 0);
    ck_assert_uint_eq(h.bad, 1);
    ck_assert_str_eq(h.problem.field, "time");
}
END_TEST

START_TEST(the_day_is_in_the_files_name)
{
    ck_assert_int_eq(zm_day_of_name("/x/INN19031288ZM_777290058110048"), 17967);
    ck_assert_int_eq(zm_day_of_name("/INN/INN19031288ZM_1.gz"), 17967);
    ck_assert_int_eq(zm_day_of_name("INN19023088ZM_1"), ZM_NO_DAY);
    ck_assert_int_eq(zm_day_of_name("INN190312"), ZM_NO_DAY);
    ck_assert_int_eq(zm_day_of_name("ours.csv"), ZM_NO_DAY);
}
END_TEST

START_TEST(a_file_cut_at_any_byte_ends_in_a_bad_line)
{
    for (size_t cut = 0; cut < 2 * WHOLE; cut++) {
        struct heard h = hear_zm(line, cut, 0);
        ck_assert_in_loop(h.records == cut / WHOLE);
        ck_assert_in_loop(h.bad == (cut % WHOLE != 0));
        if (h.bad > 0) {
            ck_assert_in_loop(h.problem.line == cut / WHOLE + 1);
            ck_assert_in_loop(strstr(h.problem.why, "the file ends here") != NULL);
        }
    }
}
END_TEST

START_TEST(a_byte_too_few_or_too_many_anywhere_is_one_bad_line)
{
    char other[2 * WHOLE + 1];
    for (size_t at = 0; at < ZM_LINE_BYTES; at++) {
        memcpy(other, line, at);
        memcpy(other + at, line + at + 1, 2 * WHOLE - at - 1);
        struct heard h = hear_zm(other, 2 * WHOLE - 1, 0);
        ck_assert_in_loop(h.bad == 1 && h.records == 1 && h.problem.line == 1);
        ck_assert_in_loop(h.problem.offset == ZM_LINE_BYTES - 1);
        memcpy(other + at + 1, line + at, 2 * WHOLE - at);
        other[at] = '0';
        h = hear_zm(other, 2 * WHOLE + 1, 0);
        ck_assert_in_loop(h.bad == 1 && h.records == 1 && h.problem.offset == ZM_LINE_BYTES);
    }
}
END_TEST

static const struct {
    size_t at;
    const char *text;
    const char *field;
    size_t offset;
} wrongs[] = {
    {66, "00000047680x", "amount", 66},
    {66, "            ", "amount", 66},
    {66, "-00000476800", "amount", 66},
    {166, "X000000002861", "fee", 166},
    {166, "+000000002861", "fee", 166},
    {166, "D00000000286 ", "fee", 166},
    {180, "d000000473939", "settled", 180},
    {35, "0011090105", "time", 35},
    {35, "1311090105", "time", 35},
    {35, "0431090105", "time", 35},
    {35, "0311240105", "time", 35},
    {35, "0311096005", "time", 35},
    {35, "0311090160", "time", 35},
    {35, "031109010 ", "time", 35},
    {155, "0230000000", "original_time", 155},
    {155, "        01", "original_time", 155},
    {28, "00012x", "trace_number", 28},
    {112, "               ", "order_id", 112},
    {215, "1x", "kind", 215},
    {3, "x", "acquirer", 3}, /* no space before it */
    {606, "\x80", "spare_too", 606},
    {606, "\xc4", "spare_too", 606}, /* half a character */
    {327, "\xc4\x20", "sub_merchant_name", 327},
    {327, "\xff\x40", "sub_merchant_name", 327},
    {327, "\x01", "sub_merchant_name", 327},
    {112, "\xd6\xd0\xce\xc4", "order_id", 112},
};

START_TEST(a_wrong_field_is_named_with_its_place)
{
    memcpy(line + WHOLE + wrongs[_i].at, wrongs[_i].text, strlen(wrongs[_i].text));
    struct heard h = hear_zm(line, 2 * WHOLE, 0);
    ck_assert_uint_eq(h.records, 1);
    ck_assert_uint_eq(h.bad, 1);
    ck_assert_uint_eq(h.problem.line, 2);
    ck_assert_str_eq(h.problem.field, wrongs[_i].field);
    ck_assert_uint_eq(h.problem.offset, wrongs[_i].offset);
}
END_TEST

START_TEST(names_in_gbk_are_fine)
{
    memcpy(line + 327, "\xd6\xd0\xce\xc4\x81\x40\xfe\xfe", 8);
    ck_assert_uint_eq(hear_zm(line, WHOLE, 0).records, 1);
}
END_TEST

START_TEST(a_line_that_ends_in_lf_alone_is_bad_and_the_next_is_read)
{
    memmove(line + WHOLE - 2, line + WHOLE - 1, WHOLE + 1);
    struct heard h = hear_zm(line, 2 * WHOLE - 1, 0);
    ck_assert_uint_eq(h.bad, 1);
    ck_assert_uint_eq(h.records, 1);
    ck_assert_uint_eq(h.problem.offset, ZM_LINE_BYTES);
}
END_TEST

START_TEST(a_line_over_64_kib_is_one_bad_line)
{
    enum { LONG = 200000 };
    static char many[WHOLE + LONG + WHOLE];
    memcpy(many, line, WHOLE);
    memset(many + WHOLE, '0', LONG);
    many[WHOLE + LONG - 1] = '\n';
    memcpy(many + WHOLE + LONG, line, WHOLE);
    for (size_t piece = 0; piece <= 70000; piece += 35000) {
        struct heard h = hear_zm(many, sizeof many, piece);
        ck_assert_uint_eq(h.records, 2);
        ck_assert_uint_eq(h.bad, 1);
        ck_assert_uint_eq(h.problem.line, 2);
        ck_assert_uint_eq(h.lines, 3);
    }
}
END_TEST

START_TEST(only_what_has_spaces_in_their_places_looks_like_it)
{
    ck_assert(zm_looks_so(line, WHOLE));
    ck_assert(!zm_looks_so(line, 30));
    ck_assert(!zm_looks_so("", 0));
    memcpy(line, "a,b", 3);
    ck_assert(!zm_looks_so(line, WHOLE));
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("zm");
    tcase_add_checked_fixture(t, sample, NULL);
    tcase_add_test(t, fields_follow_each_other_with_one_space_between);
    tcase_add_test(t, a_line_says_order_amount_fee_and_time);
    tcase_add_test(t, what_we_pay_out_is_below_zero_and_a_fee_we_get_too);
    tcase_add_loop_test(t, a_time_falls_into_the_year_nearest_to_settlement, 0, COUNT(years));
    tcase_add_test(t, a_29th_of_february_near_no_leap_year_is_wrong);
    tcase_add_test(t, the_day_is_in_the_files_name);
    tcase_add_test(t, a_file_cut_at_any_byte_ends_in_a_bad_line);
    tcase_add_test(t, a_byte_too_few_or_too_many_anywhere_is_one_bad_line);
    tcase_add_loop_test(t, a_wrong_field_is_named_with_its_place, 0, COUNT(wrongs));
    tcase_add_test(t, names_in_gbk_are_fine);
    tcase_add_test(t, a_line_that_ends_in_lf_alone_is_bad_and_the_next_is_read);
    tcase_add_test(t, a_line_over_64_kib_is_one_bad_line);
    tcase_add_test(t, only_what_has_spaces_in_their_places_looks_like_it);
    return run_tests("zm", t);
}
