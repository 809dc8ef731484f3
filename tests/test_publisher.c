/* test_publisher.c — what a house writes, byte for byte, and what it may not write. */

#include "mocks/publisher.h"

#include "tests/settlement_drawn.h"

static struct publisher file;
static char bytes[PUBLISHER_LINE_MAX];

static struct settlement_line payment(void)
{
    return (struct settlement_line){.order = 0x1C0000002A,
                                    .reference = {0xAB, 0xCD},
                                    .amount_fen = 476800,
                                    .settled_fen = 479661,
                                    .fee_fen = 2861,
                                    .at_us = civil_moment_us(DRAWN_DAY, 32465 * US_PER_S + 999999),
                                    .session = 71866,
                                    .merchant = 4,
                                    .bank = 9};
}

static const struct {
    enum zm_name field;
    const char *text;
} filled[] = {
    {ZM_CODE, "S12"},
    {ZM_ACQUIRER, "48226800"},
    {ZM_SENDER, "48226800"},
    {ZM_TRACE_NUMBER, "084330"}, /* the last six digits of the order */
    {ZM_TIME, "0311090105"},
    {ZM_ACCOUNT, "622009******0000"},
    {ZM_AMOUNT, "000000476800"},
    {ZM_TERMINAL_KIND, "07"},
    {ZM_QUERY_ID, "201903110901050843308"},
    {ZM_ORDER_ID, "0000001C0000002A"},
    {ZM_CARD_KIND, "01"},
    {ZM_FEE, "D000000002861"},
    {ZM_SETTLED, "D000000479661"},
    {ZM_KIND, "12"},
    {ZM_SUB_KIND, "00"},
    {ZM_BUSINESS, "000401"},
    {ZM_MERCHANT, "898000000000001"},
    {ZM_SUB_MERCHANT, "000000000000004"},
    {ZM_OWN, "00000000000000AB00000000000000CD"},
    {ZM_SPARE, "000007186600"},
};

START_TEST(a_line_of_unionpay_is_607_bytes_and_crlf)
{
    char want[ZM_LINE_BYTES + 2];
    struct settlement_line l = payment();
    memset(want, ' ', ZM_LINE_BYTES);
    memcpy(want + ZM_LINE_BYTES, "\r\n", 2);
    for (int i = 0; i < COUNT(filled); i++)
        memcpy(want + zm_fields[filled[i].field].offset, filled[i].text, strlen(filled[i].text));
    publisher_start(&file, CHANNEL_UNIONPAY, SESSIONS_A_DAY);
    ck_assert_uint_eq(publisher_heading(&file, bytes), 0);
    ck_assert_uint_eq(publisher_line(&file, &l, bytes), sizeof want);
    ck_assert_mem_eq(bytes, want, sizeof want);
}
END_TEST

START_TEST(a_line_of_netsunion_has_twelve_fields)
{
    struct settlement_line l = payment();
    publisher_start(&file, CHANNEL_NETSUNION, SESSIONS_A_DAY);
    bytes[publisher_heading(&file, bytes)] = '\0';
    ck_assert_str_eq(bytes, EPCC_HEADING "\n");
    bytes[publisher_line(&file, &l, bytes)] = '\0';
    ck_assert_str_eq(bytes, "201903110000001C0000002A0000000|B201903110003|0120|CNY4768.00|00|D|"
                            "CNY4796.61|CNY28.61|C0000000000009|000000000000004|"
                            "2019-03-11T09:01:05|00000000000000AB00000000000000CD\n");
    l.flag = LIST_LINE_RETURNED | LIST_LINE_FAILED;
    l.fee_fen = -5;
    l.session++;
    l.at_us += US_PER_DAY;
    bytes[publisher_line(&file, &l, bytes)] = '\0';
    ck_assert_str_eq(bytes, "201903120000001C0000002A0000000|B201903110004|0121|CNY4768.00|01|C|"
                            "CNY4796.61|CNY-0.05|C0000000000009|000000000000004|"
                            "2019-03-12T09:01:05|00000000000000AB00000000000000CD\n");
}
END_TEST

START_TEST(no_line_is_longer_than_it_may_be)
{
    struct settlement_line l = payment();
    l.amount_fen = l.settled_fen = INT64_C(999999999999999999);
    l.fee_fen = -l.amount_fen;
    l.merchant = UINT32_MAX;
    publisher_start(&file, CHANNEL_NETSUNION, SESSIONS_A_DAY);
    ck_assert_uint_le(publisher_line(&file, &l, bytes), PUBLISHER_LINE_MAX);
}
END_TEST

START_TEST(no_summary_is_longer_than_it_may_be)
{
    static char summary[PUBLISHER_SUMMARY_MAX];
    struct settlement_sum most = {UINT32_MAX, INT64_C(499999999999999999),
                                  INT64_C(499999999999999999), INT64_C(499999999999999999)};
    struct settlement_totals t = {.from_us = 1,
                                  .until_us = 2,
                                  .first_session = 1,
                                  .last_session = 2,
                                  .payouts = most,
                                  .returns = most};
    for (int c = 0; c < CHANNELS; c++) {
        publisher_start(&file, (enum channel)c, SESSIONS_A_DAY);
        ck_assert_uint_le(publisher_summary(&file, &t, summary), sizeof summary - 1);
    }
}
END_TEST

static void write_to_unionpay(struct settlement_line l)
{
    publisher_start(&file, CHANNEL_UNIONPAY, SESSIONS_A_DAY);
    publisher_line(&file, &l, bytes);
}

START_TEST(an_amount_of_thirteen_digits_stops_the_program)
{
    struct settlement_line l = payment();
    l.amount_fen = ZM_AMOUNT_MAX_FEN + 1;
    write_to_unionpay(l);
}
END_TEST

START_TEST(a_settled_amount_of_thirteen_digits_stops_the_program)
{
    struct settlement_line l = payment();
    l.settled_fen = ZM_AMOUNT_MAX_FEN + 1;
    write_to_unionpay(l);
}
END_TEST

START_TEST(a_fee_of_thirteen_digits_stops_the_program)
{
    struct settlement_line l = payment();
    l.fee_fen = -ZM_AMOUNT_MAX_FEN - 1;
    write_to_unionpay(l);
}
END_TEST

START_TEST(an_amount_below_zero_stops_the_program)
{
    struct settlement_line l = payment();
    l.settled_fen = -1;
    write_to_unionpay(l);
}
END_TEST

START_TEST(an_amount_below_zero_stops_the_program_at_netsunion_too)
{
    struct settlement_line l = payment();
    l.settled_fen = -1;
    publisher_start(&file, CHANNEL_NETSUNION, SESSIONS_A_DAY);
    publisher_line(&file, &l, bytes);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("publisher");
    tcase_add_test(t, a_line_of_unionpay_is_607_bytes_and_crlf);
    tcase_add_test(t, a_line_of_netsunion_has_twelve_fields);
    tcase_add_test(t, no_line_is_longer_than_it_may_be);
    tcase_add_test(t, no_summary_is_longer_than_it_may_be);
    tcase_add_test_raise_signal(t, an_amount_of_thirteen_digits_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_settled_amount_of_thirteen_digits_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_fee_of_thirteen_digits_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, an_amount_below_zero_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, an_amount_below_zero_stops_the_program_at_netsunion_too,
                                SIGABRT);
    return run_tests("publisher", t);
}
