/* test_epcc.c — NetsUnion's settlement list: its XML, its details, and how both can be wrong. */

#include "core/edge/epcc.h"

#include "tests/settlement_drawn.h"

static struct drawn drawn;
static char changed[sizeof drawn.bytes];
static char large[SETTLEMENT_SUMMARY_MAX];

static const char heading[] = EPCC_HEADING "\n";
static const char a_line[] = "201903110123456789ABCDEF0000000|B201903110002|0120|CNY175.19|00|D|"
                             "CNY175.69|CNY0.50|C0000000000007|000000000000042|"
                             "2019-03-11T09:01:05|00000000000000010000000000000002\n";

static void day(void)
{
    drawn_known_day(&drawn, CHANNEL_NETSUNION, 5, 0);
}

static struct settlement_heard hear_summary(const char *text)
{
    struct settlement_bytes b = {text, strlen(text), heading, sizeof heading - 1};
    struct settlement_heard h = hear_settlement(CHANNEL_NETSUNION, &b, 0);
    ck_assert(hear_settlement(CHANNEL_NETSUNION, &b, 1).hash == h.hash);
    return h;
}

static struct settlement_heard hear_lines(const char *text)
{
    struct settlement_bytes b = drawn.file;
    b.lines = text;
    b.length = strlen(text);
    struct settlement_heard h = hear_settlement(CHANNEL_NETSUNION, &b, 0);
    ck_assert(hear_settlement(CHANNEL_NETSUNION, &b, 1).hash == h.hash);
    return h;
}

START_TEST(a_summary_says_count_and_total_of_both_directions)
{
    struct settlement_heard h = hear_summary(drawn.summary);
    check_known_opening(&drawn, &h);
}
END_TEST

START_TEST(a_summary_is_xml_as_the_banks_know_it)
{
    static const char want[] =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<root>\n<SummryHdr>\n"
        "<BegnBtchId>B201903110001</BegnBtchId>\n<EndBtchId>B201903110004</EndBtchId>\n"
        "<BegnDtTm>2019-03-10T23:00:00+08:00</BegnDtTm>\n"
        "<EndDtTm>2019-03-11T23:00:00+08:00</EndDtTm>\n"
        "<CntNb>13</CntNb>\n<CntAmt>CNY4896.61</CntAmt>\n"
        "<CsPyCntNb>12</CsPyCntNb>\n<CsPyCntAmt>CNY4796.61</CsPyCntAmt>\n"
        "<CsPyeeCntNb>1</CsPyeeCntNb>\n<CsPyeeCntAmt>CNY100.00</CsPyeeCntAmt>\n"
        "</SummryHdr>\n<DtlFileInf>\n<FileInfNb>1</FileInfNb>\n"
        "<FileInfList>MX_B201903110001_B201903110004.txt</FileInfList>\n</DtlFileInf>\n</root>\n";
    ck_assert_str_eq(drawn.summary, want);
}
END_TEST

/* How it may look otherwise and still says the same. */
static const struct {
    const char *from;
    const char *to;
} same[] = {
    {"<CntNb>13", "<CntNb>1<!-- one -->3"},
    {"<CntNb>13", "<CntNb>&#49;3"},
    {"<CntNb>13", "<CntNb><![CDATA[13]]>"},
    {"<CntNb>", "<CntNb unit=\"1\">"},
    {"<SummryHdr>", "<SummryHdr><Othr><CntNb>7</CntNb></Othr>"},
    {"</SummryHdr>", "</SummryHdr><SummryBody><CntNb>7</CntNb></SummryBody>"},
    {"<root>", "<root xmlns=\"urn:cny\">"},
    {"encoding=\"UTF-8\"", "encoding=\"GBK\""}, /* declared, but it is not */
};

START_TEST(what_is_not_ours_in_the_summary_is_left_alone)
{
    uint64_t want = hear_summary(drawn.summary).hash;
    drawn_changed(drawn.summary, same[_i].from, same[_i].to, changed);
    ck_assert(hear_summary(changed).hash == want);
}
END_TEST

static const struct {
    const char *from;
    const char *to;
    uint64_t line;
    const char *field;
    const char *why;
} wrongs[] = {
    {"<root>", "<!DOCTYPE root><root>", 2, "", "a document type is not taken here"},
    {"<root>", "<!DOCTYPE r [<!ENTITY a \"b\"><!ENTITY c \"&a;&a;\">]><root>", 2, "",
     "a document type is not taken here"},
    {"<root>\n", "<roof>\n", 2, "", "want the element root"},
    {"</root>", "</roof>", 19, "", "mismatched tag"},
    {"</root>\n", "</root><root/>", 19, "", "junk after document element"},
    {"<CntNb>13</CntNb>", "<CntNb>13</CntNb", 9, "", "not well-formed (invalid token)"},
    {"<CntNb>13", "<CntNb>\xd6\xd0", 8, "", "not well-formed (invalid token)"}, /* GBK */
    {"<CntNb>13", "<CntNb>&thirteen;", 8, "", "undefined entity"},
    {"<CntNb>13</CntNb>\n", "", 19, "CntNb", "it is missing in SummryHdr"},
    {"<FileInfNb>1</FileInfNb>\n", "", 19, "FileInfNb", "it is missing in DtlFileInf"},
    {"<CntNb>", "<CntNb>13</CntNb><CntNb>", 8, "CntNb", "it is there twice"},
    {"<CntNb>13", "<CntNb><b>13</b>", 8, "CntNb", "an element within it; want text"},
    {"<CntNb>13", "<CntNb>014", 8, "CntNb", "want the count of both directions, got \"014\""},
    {"<CntNb>13", "<CntNb>14", 8, "CntNb", "want the count of both directions, got \"14\""},
    {"<CntNb>13", "<CntNb> 13", 8, "CntNb", "want the count of both directions, got \" 13\""},
    {"<CntNb>13", "<CntNb>", 8, "CntNb", "want the count of both directions, got \"\""},
    {"CNY4896.61", "CNY4896.60", 9, "CntAmt",
     "want the amount of both directions like CNY175.19, got \"CNY4896.60\""},
    {"CNY4896.61", "4896.61", 9, "CntAmt",
     "want the amount of both directions like CNY175.19, got \"4896.61\""},
    {"CNY4796.61", "CNY4796.6", 11, "CsPyCntAmt",
     "want an amount like CNY175.19, got \"CNY4796.6\""},
    {"CNY100.00", "CNY-100.00", 13, "CsPyeeCntAmt",
     "want an amount like CNY175.19, got \"CNY-100.00\""},
    {"<CsPyCntNb>12", "<CsPyCntNb>twelve", 10, "CsPyCntNb", "want a count, got \"twelve\""},
    {">B201903110001<", ">B201902290001<", 4, "BegnBtchId",
     "want a session like B201903110001 that there is, got \"B201902290001\""},
    {">B201903110001<", ">B201903110005<", 4, "BegnBtchId",
     "want a session like B201903110001 that there is, got \"B201903110005\""},
    {">B201903110001<", ">B201903110000<", 4, "BegnBtchId",
     "want a session like B201903110001 that there is, got \"B201903110000\""},
    {">B201903110004<", ">D201903110004<", 5, "EndBtchId",
     "want a session like B201903110001, the first or later, got \"D201903110004\""},
    {">B201903110004<", ">B201903100004<", 5, "EndBtchId",
     "want a session like B201903110001, the first or later, got \"B201903100004\""},
    {"2019-03-10T23", "2019-03-10T25", 6, "BegnDtTm",
     "want a moment like 2019-03-11T23:00:00+08:00, got \"2019-03-10T25:00:00+08:00\""},
    {"2019-03-11T23", "2019-03-10T23", 7, "EndDtTm",
     "want a moment like 2019-03-11T23:00:00+08:00, later, got \"2019-03-10T23:00:00+08:00\""},
    {"<FileInfNb>1", "<FileInfNb>2", 16, "FileInfNb", "want 1, one file of details, got \"2\""},
    {"<FileInfNb>1", "<FileInfNb>1                                                                ",
     16, "FileInfNb", "its text is longer than 64 bytes"},
    {"<SummryHdr>", "<SummryHdr><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>", 3, "",
     "more than 16 elements within each other"},
};

START_TEST(a_wrong_summary_is_refused_with_a_place)
{
    drawn_changed(drawn.summary, wrongs[_i].from, wrongs[_i].to, changed);
    struct settlement_heard h = hear_summary(changed);
    ck_assert_uint_eq(h.opened, 0);
    ck_assert_uint_eq(h.bad, 1);
    ck_assert(h.hopeless);
    ck_assert_str_eq(h.problem.why, wrongs[_i].why);
    ck_assert_str_eq(h.problem.field, wrongs[_i].field);
    ck_assert_uint_eq(h.problem.line, wrongs[_i].line);
}
END_TEST

START_TEST(a_summary_that_is_all_opening_tags_is_refused_at_once)
{
    size_t length = 6;
    memcpy(large, "<root>", 6);
    while (length + 3 < sizeof large) {
        memcpy(large + length, "<a>", 3);
        length += 3;
    }
    struct settlement_bytes b = {large, length, "", 0};
    struct settlement_heard h = hear_settlement(CHANNEL_NETSUNION, &b, 0);
    ck_assert_uint_eq(h.opened, 0);
    ck_assert_str_eq(h.problem.why, "more than 16 elements within each other");
}
END_TEST

START_TEST(a_line_says_what_the_treasury_must_know)
{
    struct settlement_heard h = hear_lines(strcat(strcpy(changed, heading), a_line));
    struct input want = {.kind = INPUT_LIST_LINE,
                         .channel = CHANNEL_NETSUNION,
                         .session = DRAWN_DAY * SESSIONS_A_DAY + 1,
                         .id = 0x0123456789ABCDEF,
                         .amount_fen = 17569,
                         .other_fen = 50,
                         .reference = {1, 2}};
    ck_assert_uint_eq(h.lines, 1);
    ck_assert_mem_eq(&h.line, &want, sizeof want);
}
END_TEST

static const struct {
    const char *from;
    const char *to;
    const char *field;
    uint32_t offset;
} fields[] = {
    {"20190311012", "20190229012", "TrxId", 0},
    {"20190311012", "2019031101", "TrxId", 0},
    {"CDEF0", "CDEf0", "TrxId", 0},
    {"CDEF0000000", "CDEF0000001", "TrxId", 0},
    {"|B201903110002", "|B201903110005", "BatchId", 32},
    {"|B201903110002", "|B201903110000", "BatchId", 32},
    {"|B201903110002", "|B201913110002", "BatchId", 32},
    {"|B201903110002", "|D201903110002", "BatchId", 32},
    {"|B201903110002", "|B20190311002", "BatchId", 32},
    {"|0120|", "|0110|", "TrxCtgy", 46},
    {"|0120|", "|0121|", "ClrDrctn", 64},
    {"|0120|", "||", "TrxCtgy", 46},
    {"CNY175.19", "CNY175.1", "TrxAmt", 51},
    {"CNY175.19", "CNY-175.19", "TrxAmt", 51},
    {"CNY175.19", "USD175.19", "TrxAmt", 51},
    {"CNY175.19", "CNY0175.19", "TrxAmt", 51},
    {"CNY175.19", "", "TrxAmt", 51},
    {"|00|", "|02|", "TrxStatus", 61},
    {"|00|", "|0|", "TrxStatus", 61},
    {"|D|", "|C|", "ClrDrctn", 64},
    {"|D|", "|d|", "ClrDrctn", 64},
    {"CNY175.69", "CNY-175.69", "ClrAmt", 66},
    {"CNY0.50", "CNY+0.50", "FeeAmt", 76},
    {"CNY0.50", "CNY0.5", "FeeAmt", 76},
    {"|C0000", "|G0000", "PyeeBkId", 84},
    {"07|", "7|", "PyeeBkId", 84},
    {"42|", "4x|", "MrchntNo", 99},
    {"T09:01:05", " 09:01:05", "TrxFinishTm", 115},
    {"T09:01:05", "T24:01:05", "TrxFinishTm", 115},
    {"T09:01:05", "T09:60:05", "TrxFinishTm", 115},
    {"T09:01:05", "T09:01:60", "TrxFinishTm", 115},
    {"2019-03-11T", "2019-02-29T", "TrxFinishTm", 115},
    {"|00000000000000010", "|0000000000000001g", "OrdrRef", 135},
    {"2\n", "\n", "OrdrRef", 135},
    {"2\n", "2 \n", "OrdrRef", 135},
    {"2\n", "2|\n", "", 167},
    {"2\n", "2\r\n", "", 167},
    {"|D|", "|", "", 165},
    {"0120", "\xd2\xbb", "TrxCtgy", 46},
    {"0120", "\xef\xbb\xbf", "TrxCtgy", 46},
};

START_TEST(a_wrong_field_is_named_with_its_place_and_the_next_line_is_read)
{
    size_t length = strlen(strcpy(changed, heading));
    length += drawn_changed(a_line, fields[_i].from, fields[_i].to, changed + length);
    memcpy(changed + length, a_line, sizeof a_line);
    struct settlement_heard h = hear_lines(changed);
    ck_assert_uint_eq(h.lines, 1);
    ck_assert_uint_eq(h.bad, 1);
    ck_assert_uint_eq(h.problem.line, 2);
    ck_assert_str_eq(h.problem.field, fields[_i].field);
    ck_assert_uint_eq(h.problem.offset, fields[_i].offset);
    ck_assert_uint_eq(h.ending.flag, 0);
}
END_TEST

START_TEST(a_fee_that_we_get_and_a_return_that_failed_can_be_said)
{
    size_t length = strlen(strcpy(changed, heading));
    length +=
        drawn_changed(a_line, "|0120|CNY175.19|00|D|", "|0121|CNY175.19|01|C|", changed + length);
    struct settlement_heard h = hear_lines(changed);
    ck_assert_uint_eq(h.line.flag, LIST_LINE_RETURNED | LIST_LINE_FAILED);
    drawn_changed(changed, "CNY0.50", "CNY-0.50", large);
    ck_assert_int_eq(hear_lines(large).line.other_fen, -50);
}
END_TEST

static const struct {
    const char *from;
    const char *to;
} headings[] = {
    {"TrxId", "trxId"}, {"TrxId", "\xef\xbb\xbfTrxId"}, {"|OrdrRef", ""}, {"OrdrRef", "OrdrRef|"},
    {"\n", "\r\n"},     {EPCC_HEADING "\n", ""},
};

START_TEST(without_its_heading_nothing_of_a_file_is_read)
{
    drawn_changed(heading, headings[_i].from, headings[_i].to, changed);
    strcat(changed, a_line);
    struct settlement_heard h = hear_lines(changed);
    ck_assert_uint_eq(h.lines, 0);
    ck_assert_uint_eq(h.bad, 1);
    ck_assert(h.hopeless);
    ck_assert_uint_eq(h.ending.flag, 1);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("epcc");
    tcase_add_checked_fixture(t, day, NULL);
    tcase_add_test(t, a_summary_says_count_and_total_of_both_directions);
    tcase_add_test(t, a_summary_is_xml_as_the_banks_know_it);
    tcase_add_loop_test(t, what_is_not_ours_in_the_summary_is_left_alone, 0, COUNT(same));
    tcase_add_loop_test(t, a_wrong_summary_is_refused_with_a_place, 0, COUNT(wrongs));
    tcase_add_test(t, a_summary_that_is_all_opening_tags_is_refused_at_once);
    tcase_add_test(t, a_line_says_what_the_treasury_must_know);
    tcase_add_loop_test(t, a_wrong_field_is_named_with_its_place_and_the_next_line_is_read, 0,
                        COUNT(fields));
    tcase_add_test(t, a_fee_that_we_get_and_a_return_that_failed_can_be_said);
    tcase_add_loop_test(t, without_its_heading_nothing_of_a_file_is_read, 0, COUNT(headings));
    return run_tests("epcc", t);
}
