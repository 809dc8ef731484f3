/* test_csv.c — lists as comma-separated values: columns, quotes, line ends, and what is wrong. */

#include "core/edge/csv.h"

#include "core/audit/match.h"
#include "core/base/civil.h"
#include "tests/harness.h"
#include "tests/listing_heard.h"

#define TRACE "time,kind,business,merchant,user,amount,reference\n"
#define ROW "2018-11-11T00:00:05+08:00,payout,wd,M-1,U-1,12.30,R1\n"

static struct heard heard_of(const char *text, const char *map_text)
{
    struct csv_map map;
    char why[LISTING_WHY_MAX];
    if (map_text != NULL)
        ck_assert_msg(csv_map_parse(map_text, &map, why), "%s", why);
    struct heard whole = hear_csv(text, strlen(text), 0, map_text != NULL ? &map : NULL);
    struct heard bytes = hear_csv(text, strlen(text), 1, map_text != NULL ? &map : NULL);
    ck_assert_uint_eq(whole.hash, bytes.hash);
    return whole;
}

START_TEST(a_trace_is_read_as_it_is)
{
    struct heard h = heard_of(TRACE ROW, NULL);
    int64_t want_us;
    ck_assert(civil_parse_moment("2018-11-11T00:00:05+08:00", 25, &want_us));
    ck_assert_uint_eq(h.records, 1);
    ck_assert_uint_eq(h.bad, 0);
    ck_assert_str_eq(h.texts[LISTING_REFERENCE], "R1");
    ck_assert_str_eq(h.texts[LISTING_MERCHANT], "M-1");
    ck_assert_int_eq(h.record.amount_fen, -1230);
    ck_assert_int_eq(h.record.time_us, want_us);
    ck_assert_uint_eq(h.record.line, 2);
}
END_TEST

static const struct {
    const char *map;
    const char *text;
    int64_t amount_fen;
    int64_t fee_fen;
    uint32_t status;
    const char *reference;
} rows[] = {
    {NULL, "reference,amount\nR,5\n", 500, 0, 0, "R"},
    {NULL, "amount,x,reference\n0.05,,R", 5, 0, 0, "R"},
    {NULL, "\xef\xbb\xbfreference,amount\nR,5\n", 500, 0, 0, "R"},
    {NULL, "reference,amount\r\nR,5\r\n", 500, 0, 0, "R"},
    {NULL, "reference,amount\nR,-5\n", -500, 0, 0, "R"},
    {NULL, "reference,amount\nR,+5.1\n", 510, 0, 0, "R"},
    {NULL, "kind,reference,amount\nC,R,5\n", 500, 0, 0, "R"},
    {NULL, "kind,reference,amount\nD,R,5\n", -500, 0, 0, "R"},
    {NULL, "kind,reference,amount\ncollection,R,5\n", 500, 0, 0, "R"},
    {NULL, "reference,amount,fee,status\nR,5,-0.10,paid\n", 500, -10, MATCH_STATUS_DONE, "R"},
    {NULL, "reference,amount,status\nR,5,成功\n", 500, 0, MATCH_STATUS_DONE, "R"},
    {NULL, "reference,amount,status\nR,5,退汇\n", 500, 0, MATCH_STATUS_RETURNED, "R"},
    {NULL, "\"reference\",\"amount\"\n\"R\",\"5\"\n", 500, 0, 0, "R"},
    {NULL, "reference,amount\n\"R,\"\"1\"\"\",5\n", 500, 0, 0, "R,\"1\""},
    {NULL, "reference,note,amount\nR,\"two\nlines\",5\n", 500, 0, 0, "R"},
    {NULL, "reference,note,amount\r\nR,\"two\r\nlines\",5\r\n", 500, 0, 0, "R"},
    {"reference=id,amount=amt:fen", "id,amt\nR,500\n", 500, 0, 0, "R"},
    {"reference=id,amount=amt:yuan", "id,amt\nR,500\n", 50000, 0, 0, "R"},
    {"reference=订单号,amount=金额:fen,fee=费:fen,status=s", "订单号,费,金额,s\nR,7,500,A6\n", 500,
     7, MATCH_STATUS_DONE, "R"},
    {"query_id=id,amount=amt", "id,amt\nQ,0\n", 0, 0, 0, ""},
};

START_TEST(rows_are_read_in_every_shape)
{
    struct heard h = heard_of(rows[_i].text, rows[_i].map);
    ck_assert_msg(h.bad == 0, "%s", h.problem.why);
    ck_assert_uint_eq(h.records, 1);
    ck_assert_int_eq(h.record.amount_fen, rows[_i].amount_fen);
    ck_assert_int_eq(h.record.fee_fen, rows[_i].fee_fen);
    ck_assert_uint_eq(h.record.status, rows[_i].status);
    ck_assert_str_eq(h.texts[LISTING_REFERENCE], rows[_i].reference);
}
END_TEST

START_TEST(times_are_read_in_every_shape)
{
    static const char *const same[] = {
        "2018-11-11T08:09:10+08:00", "2018-11-11T00:09:10Z", "2018-11-11T08:09:10.000000+08:00",
        "2018-11-11 08:09:10",       "2018-11-11T08:09:10",  "20181111080910",
        "2018-11-11T01:09:10+01:00"};
    char text[200];
    int64_t want_us;
    ck_assert(civil_parse_moment(same[0], 25, &want_us));
    /* Behind another time, so that what is kept of that is not taken for this. */
    snprintf(text, sizeof text, "time,reference,amount\n2018-11-11T07:00:00+08:00,A,1\n%s,B,1\n",
             same[_i]);
    struct heard h = heard_of(text, NULL);
    ck_assert_msg(h.bad == 0, "%s", h.problem.why);
    ck_assert_int_eq(h.record.time_us, want_us);
}
END_TEST

static const struct {
    const char *text;
    uint64_t records;
    uint64_t line;
    const char *field;
    const char *why;
} wrongs[] = {
    {"reference,amount\nR,x\nS,1\n", 1, 2, "amount", "139.12, got \"x\""},
    {"reference,amount\nR,1.234\n", 0, 2, "amount", "139.12"},
    {"reference,amount\nR,--1\n", 0, 2, "amount", "139.12"},
    {"reference,amount\nR,\n", 0, 2, "amount", "139.12"},
    {"reference,amount\nR,99999999999999\n", 0, 2, "amount", "139.12"},
    {"kind,reference,amount\nD,R,-5\n", 0, 2, "amount", "got \"-5\""},
    {"kind,reference,amount\nX,R,5\n", 0, 2, "kind", "got \"X\""},
    {"reference,amount,fee\nR,1,x\n", 0, 2, "fee", "0.12"},
    {"time,reference,amount\n2018-02-30T00:00:00+08:00,R,1\n", 0, 2, "time", "moment"},
    {"time,reference,amount\n2018-11-11T00:00:00+08:00,R,1\n2018-11-11T24:00:00+08:00,S,1\n", 1, 3,
     "time", "moment"},
    {"time,reference,amount\n20181111246060,R,1\n", 0, 2, "time", "moment"},
    {"reference,amount\n,1\n", 0, 2, "reference", "1 to 64 bytes"},
    {"reference,amount\nR\n", 0, 2, "", "1 column; the header has 2"},
    {"reference,amount\nR,1,2\n", 0, 2, "", "3 columns; the header has 2"},
    {"reference,amount\n\nR,1\n", 1, 2, "", "an empty line"},
    {"reference,amount\nR,1\nS,1\r\nT,1\n", 2, 3, "", "ends in CRLF; those above in LF alone"},
    {"reference,amount\r\nR,1\nS,1\r\n", 1, 2, "", "ends in LF alone; those above in CRLF"},
    {"reference,amount\r\nR,1\r", 0, 2, "", "\\x0d"},
    {"reference,amount\nR\x01,1\nS,1\n", 1, 2, "", "want text in UTF-8, got \\x01"},
    {"reference,amount\n\xd6\xd0,1\n", 0, 2, "", "want text in UTF-8, got \\xd6"},
    {"reference,amount\n\xed\xa0\x80,1\n", 0, 2, "", "want text in UTF-8"},
    {"reference,amount\n\xc0\xaf,1\n", 0, 2, "", "want text in UTF-8"},
    {"reference,amount\n\"R,1\nS,1\nT,1\n", 2, 2, "", "a quote is opened and not closed"},
    {"reference,amount\n\"R\"x,1\nS,1\n", 1, 2, "", "want a comma or the end beside a quote"},
    {"reference,amount\nR\"\"x,1\nS,1\n", 1, 2, "", "want a comma or the end beside a quote"},
};

START_TEST(a_wrong_line_is_named_and_the_next_is_read)
{
    struct heard h = heard_of(wrongs[_i].text, NULL);
    ck_assert_uint_eq(h.bad, 1);
    ck_assert_uint_eq(h.records, wrongs[_i].records);
    ck_assert_uint_eq(h.problem.line, wrongs[_i].line);
    ck_assert_str_eq(h.problem.field, wrongs[_i].field);
    ck_assert_msg(strstr(h.problem.why, wrongs[_i].why) != NULL, "%s", h.problem.why);
    ck_assert(!h.hopeless);
}
END_TEST

static const struct {
    const char *map;
    const char *text;
    const char *why;
} headers[] = {
    {NULL, "reference,money\n", "no columns reference and amount"},
    {NULL, "amount\n", "no columns reference and amount"},
    {NULL, "reference,amount,amount\n", "twice a column amount"},
    {NULL, "\xff\xfer\0e\0", "want text in UTF-8"},
    {NULL, "\"reference\n", "a quote is opened"},
    {NULL, "\n", "no columns"},
    {"reference=id,amount=amt", "id,amount\n", "no column amt"},
};

START_TEST(a_header_that_is_none_makes_reading_on_of_no_use)
{
    struct csv csv;
    struct csv_map map;
    char why[LISTING_WHY_MAX];
    if (headers[_i].map != NULL)
        ck_assert(csv_map_parse(headers[_i].map, &map, why));
    csv_start(&csv, headers[_i].map != NULL ? &map : NULL);
    struct listing_record record;
    struct listing_problem problem;
    size_t used;
    ck_assert_int_eq(
        csv_read(&csv, headers[_i].text, strlen(headers[_i].text), true, &used, &record, &problem),
        LISTING_BAD);
    ck_assert(problem.hopeless);
    ck_assert_msg(strstr(problem.why, headers[_i].why) != NULL, "%s", problem.why);
}
END_TEST

START_TEST(a_reference_has_at_most_64_bytes)
{
    char text[200];
    snprintf(text, sizeof text, "reference,amount\n%064d,1\n%065d,1\n", 1, 1);
    struct heard h = heard_of(text, NULL);
    ck_assert_uint_eq(h.records, 1);
    ck_assert_uint_eq(h.bad, 1);
    ck_assert_str_eq(h.problem.field, "reference");
}
END_TEST

START_TEST(a_cut_file_is_a_bad_line_or_a_shorter_value_never_a_lost_line)
{
    static const char text[] = TRACE ROW ROW;
    size_t header = strlen(TRACE), row = strlen(ROW);
    for (size_t cut = header; cut < sizeof text; cut++) {
        struct heard h = hear_csv(text, cut, 0, NULL);
        size_t begun = (cut - header + row - 1) / row;
        ck_assert_in_loop(h.records + h.bad == begun);
        ck_assert_in_loop(h.records >= (cut - header) / row);
    }
}
END_TEST

/* Both ways through a line, the short one for plain ones and the long one, see the same. */
START_TEST(an_odd_byte_anywhere_in_a_line_is_bad)
{
    static const char odd[] = "\r\"\x01\x7f\xff,";
    static const char first[] = "reference,amount\r\nR,1\r\n";
    for (size_t length = 3; length < 60; length++)
        for (size_t at = 0; at < length; at++) {
            char text[400];
            size_t n = sizeof first - 1;
            memcpy(text, first, n);
            memset(text + n, 'x', length);
            memcpy(text + n + length - 2, ",1", 2);
            char was = text[n + at];
            text[n + at] = odd[_i];
            n += length;
            memcpy(text + n, "\r\n", 2);
            /* Behind it there is enough for the short way, or nothing. */
            size_t more = at % 2 == 0 ? 0 : 100;
            memset(text + n + 2, ' ', more);
            struct heard h = hear_csv(text, n + 2 + more, 0, NULL);
            ck_assert_in_loop(h.records == (was == odd[_i] ? 2 : 1));
            struct heard pieces = hear_csv(text, n + 2 + more, 1, NULL);
            ck_assert_in_loop(h.hash == pieces.hash && h.bad == pieces.bad);
        }
}
END_TEST

START_TEST(a_line_over_64_kib_is_one_bad_line)
{
    static char text[300000];
    size_t n = (size_t)snprintf(text, sizeof text, "reference,amount\nR,1\n");
    bool quoted = _i == 1;
    if (quoted)
        text[n++] = '"';
    memset(text + n, 'x', 200000);
    n += 200000;
    n += (size_t)snprintf(text + n, sizeof text - n, "\nS,1\n");
    for (size_t piece = 0; piece <= 70000; piece += 35000) {
        struct heard h = hear_csv(text, n, piece, NULL);
        ck_assert_uint_eq(h.records, 2);
        ck_assert_uint_eq(h.bad, 1);
        ck_assert_uint_eq(h.problem.line, 3);
        ck_assert(strstr(h.problem.why, "longer than 65536 bytes") != NULL);
    }
}
END_TEST

/* 65,536 lines within one quoted field: too long, and each of them is told. */
START_TEST(a_quoted_field_that_goes_on_too_long_is_a_quote_not_closed)
{
    static char text[100000];
    size_t n = (size_t)snprintf(text, sizeof text, "reference,amount\n\"R,1\n");
    memset(text + n, '\n', 70000);
    n += 70000;
    n += (size_t)snprintf(text + n, sizeof text - n, "S,1\n\",1\n");
    struct heard h = hear_csv(text, n, 0, NULL);
    ck_assert_uint_eq(h.records, 1);
    ck_assert_uint_eq(h.records + h.bad + 1, h.lines);
    struct heard pieces = hear_csv(text, n, 1000, NULL);
    ck_assert_uint_eq(h.hash, pieces.hash);
}
END_TEST

static const char *const bad_maps[] = {
    "",
    "reference",
    "reference=",
    "refernce=a,amount=b",
    "amount=b",
    "reference=a",
    "amount=b:fen,fee=c",
    "reference=a,reference=b,amount=c",
    "amount=:fen,reference=a",
    "reference=a,amount=b,",
};

START_TEST(a_map_that_cannot_be_is_refused)
{
    struct csv_map map;
    char why[LISTING_WHY_MAX] = "";
    ck_assert(!csv_map_parse(bad_maps[_i], &map, why));
    ck_assert_str_ne(why, "");
}
END_TEST

START_TEST(unknown_status_words_are_equal_only_to_themselves)
{
    ck_assert_uint_eq(listing_status("weird", 5), listing_status("weird", 5));
    ck_assert_uint_ne(listing_status("weird", 5), listing_status("weirD", 5));
    ck_assert_uint_ge(listing_status("weird", 5), MATCH_STATUS_WORDS);
}
END_TEST

START_TEST(plain_is_every_byte_from_space_to_tilde)
{
    for (int c = 0; c < 256; c++)
        for (size_t length = 1; length < 20; length++)
            for (size_t at = 0; at < length; at++) {
                char text[20];
                memset(text, 'a', sizeof text);
                text[at] = (char)c;
                ck_assert_in_loop(listing_plain(text, length) == (c >= ' ' && c <= '~'));
            }
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("csv");
    tcase_add_test(t, a_trace_is_read_as_it_is);
    tcase_add_loop_test(t, rows_are_read_in_every_shape, 0, COUNT(rows));
    tcase_add_loop_test(t, times_are_read_in_every_shape, 0, 7);
    tcase_add_loop_test(t, a_wrong_line_is_named_and_the_next_is_read, 0, COUNT(wrongs));
    tcase_add_loop_test(t, a_header_that_is_none_makes_reading_on_of_no_use, 0, COUNT(headers));
    tcase_add_test(t, a_reference_has_at_most_64_bytes);
    tcase_add_test(t, a_cut_file_is_a_bad_line_or_a_shorter_value_never_a_lost_line);
    tcase_add_loop_test(t, an_odd_byte_anywhere_in_a_line_is_bad, 0, 6);
    tcase_add_loop_test(t, a_line_over_64_kib_is_one_bad_line, 0, 2);
    tcase_add_test(t, a_quoted_field_that_goes_on_too_long_is_a_quote_not_closed);
    tcase_add_loop_test(t, a_map_that_cannot_be_is_refused, 0, COUNT(bad_maps));
    tcase_add_test(t, unknown_status_words_are_equal_only_to_themselves);
    tcase_add_test(t, plain_is_every_byte_from_space_to_tilde);
    return run_tests("csv", t);
}
