/* test_line.c — what lines of statements say, and those that institutions book by themselves. */

#include "tests/stage.h"

#define WEDNESDAY "2019-03-20T09:00:00+08:00"

static const struct line_text given[] = {
    {.counterparty = "门店代收", .remark = "购卡款", .code = 1234},
    {.counterparty = "中国工商银行", .remark = "利息", .code = 2001},
    {.remark = "只有摘要"},
    {.code = 0},
};

static struct printed_line printed(uint8_t account, uint32_t number)
{
    struct printed_line line;
    memset(&line, 0x55, sizeof line);
    statement_print(&stage.world->statements, account, number, &line);
    ck_assert_uint_eq(statement_news(&stage.world->statements, account, number).code, line.code);
    return line;
}

static void must_say(uint8_t account, uint32_t number, uint16_t code, const char *counterparty,
                     const char *remark)
{
    struct printed_line line = printed(account, number);
    ck_assert_uint_eq(line.code, code);
    ck_assert_str_eq(line.counterparty, counterparty);
    ck_assert_str_eq(line.remark, remark);
}

static void begin(void)
{
    stage_set_wide(WEDNESDAY);
    stage.terms.line_texts = given;
    stage.terms.line_text_count = COUNT(given);
}

/* --- by origin ------------------------------------------------------------- */

START_TEST(a_bank_transfer_says_so_on_both_sides)
{
    begin();
    stage_open();
    stage_order(transfer(1, SERVICE_BANK, OWN_A, ACS, YUAN(10)));
    stage_order(transfer(2, SERVICE_BANK, RESERVE_A, ACS, YUAN(10)));
    stage_after(US_PER_MINUTE);
    must_say(OWN_A, 1, 1001, "本单位", "自有资金划拨");
    must_say(RESERVE_A, 1, 1001, "本单位", "备付金划拨");
    must_say(ACS, 1, 1001, "本单位", "备付金划拨");
    stage_close();
}
END_TEST

START_TEST(money_that_comes_back_says_so)
{
    begin();
    stage.terms.banks[BANK_A].transfer.returned_ppm = 1000000;
    stage_open();
    stage_order(transfer(1, SERVICE_BANK, OWN_A, OWN_B, YUAN(10)));
    stage_after(US_PER_MINUTE);
    must_say(OWN_A, 1, 1001, "本单位", "自有资金划拨");
    must_say(OWN_A, 2, 1002, "本单位", "退汇");
    stage_close();
}
END_TEST

static const struct {
    uint8_t service;
    uint8_t from;
    uint8_t to;
    uint8_t shown_on;
    uint16_t code;
    const char *counterparty;
    const char *remark;
} services[] = {
    {SERVICE_PREFUND, OWN_A, VIRTUAL_OWN, OWN_A, 1101, "中国银联股份有限公司", "备款"},
    {SERVICE_PREFUND, OWN_A, VIRTUAL_OWN, VIRTUAL_OWN, 1101, "中国银联股份有限公司", "备款"},
    {SERVICE_RETURN, VIRTUAL_OWN, OWN_A, OWN_A, 1102, "中国银联股份有限公司", "回款"},
    {SERVICE_RETURN, VIRTUAL_RESERVE, ACS, ACS, 1102, "中国银联股份有限公司", "回款"},
    {SERVICE_ADJUST, VIRTUAL_OWN, VIRTUAL_RESERVE, VIRTUAL_RESERVE, 1103, "本单位", "调账"},
    {SERVICE_PAYOUT, ACS, OWN_A, OWN_A, 1104, "网联清算有限公司", "代付"},
    {SERVICE_SETTLEMENT, ACS, OWN_A, OWN_A, 1105, "中国银联股份有限公司", "商户资金结算"},
};

START_TEST(each_service_has_its_words)
{
    begin();
    stage_open();
    stage_order(transfer(1, (enum leg_service)services[_i].service, services[_i].from,
                         services[_i].to, YUAN(10)));
    stage_after(US_PER_MINUTE);
    must_say(services[_i].shown_on, 1, services[_i].code, services[_i].counterparty,
             services[_i].remark);
    stage_close();
}
END_TEST

/* The first of two sessions a day closes at noon, the second late in the evening. */
START_TEST(a_net_names_its_session_by_day_and_number)
{
    begin();
    stage_open();
    stage_collect(UNIONPAY, YUAN(20), 0);
    stage_until(moment("2019-03-20T13:00:00+08:00"));
    stage_collect(NETSUNION, YUAN(30), 0);
    stage_until(moment("2019-03-21T11:00:00+08:00"));
    must_say(ACS, 1, 1201, "中国银联股份有限公司", "银联清算 20190320-02");
    must_say(ACS, 2, 1201, "网联清算有限公司", "网联清算 20190320-01");
    stage_close();
}
END_TEST

START_TEST(a_collection_says_what_it_was_given_or_that_it_is_one)
{
    static const struct {
        uint16_t text;
        uint16_t code;
        const char *counterparty;
        const char *remark;
    } rows[] = {{0, 1003, "", "收款"}, {1, 1234, "门店代收", "购卡款"}, {3, 1003, "", "只有摘要"}};
    begin();
    stage_open();
    for (uint32_t i = 0; i < (uint32_t)COUNT(rows); i++) {
        ck_assert(
            world_collect_into(stage.world, stage.now_us, OWN_A, 5, rows[i].text, &stage.out));
        stage_take();
        must_say(OWN_A, i + 1, rows[i].code, rows[i].counterparty, rows[i].remark);
    }
    stage_close();
}
END_TEST

/* --- what institutions book by themselves ---------------------------------- */

START_TEST(own_lines_are_booked_in_their_order_at_their_times)
{
    struct own_line lines[] = {
        {moment(WEDNESDAY), YUAN(3), OWN_A, 2},
        {moment("2019-03-20T10:00:00+08:00"), -YUAN(1), OWN_A, 1},
        {moment("2019-03-20T10:00:00+08:00"), YUAN(7), ACS, 2},
        {moment("2019-03-20T10:00:00+08:00"), YUAN(2), OWN_A, 3},
        {moment("2019-03-20T10:00:00+08:00"), -YUAN(1), OWN_A, 4},
    };
    begin();
    stage.terms.own_lines = lines;
    stage.terms.own_line_count = COUNT(lines);
    stage.terms.acs_push = 1 + CHANNEL_UNIONPAY;
    stage_open();
    stage_after(0);
    ck_assert_int_eq(balance(OWN_A), YUAN(5003));
    stage_until(moment("2019-03-20T09:59:59+08:00"));
    ck_assert_uint_eq(world_movements(stage.world, OWN_A), 1);
    stage_until(moment("2019-03-20T10:00:00+08:00"));
    ck_assert_int_eq(balance(OWN_A), YUAN(5003));
    must_say(OWN_A, 4, 1004, "", "扣款");
    ck_assert_int_eq(statement_find(&stage.world->statements, OWN_A, 2)->amount_fen, -YUAN(1));
    must_say(OWN_A, 1, 2001, "中国工商银行", "利息");
    must_say(OWN_A, 2, 1234, "门店代收", "购卡款");
    must_say(ACS, 1, 2001, "中国工商银行", "利息");
    ck_assert_int_eq(stage.world->central_bank.unallocated_fen, YUAN(30007));
    stage_after(US_PER_MINUTE);
    ck_assert_uint_eq(told_count(INPUT_MOVEMENT_TOLD, 0), 1); /* custody's is pushed */
    ck_assert_uint_eq(stage.world->own_lines_left_out, 0);
    stage_close();
}
END_TEST

START_TEST(what_the_account_does_not_have_or_is_not_open_for_is_left_out)
{
    struct own_line lines[] = {
        {moment(WEDNESDAY), -YUAN(5000) - 1, OWN_A, 1},
        {moment(WEDNESDAY), YUAN(1), LATER_B, 1},
        {moment(WEDNESDAY), -YUAN(5000), OWN_A, 1},
    };
    begin();
    stage.terms.own_lines = lines;
    stage.terms.own_line_count = COUNT(lines);
    stage_open();
    stage_after(US_PER_S);
    ck_assert_uint_eq(stage.world->own_lines_left_out, 2);
    ck_assert_int_eq(balance(OWN_A), 0);
    ck_assert_uint_eq(world_movements(stage.world, OWN_A), 1);
    ck_assert_uint_eq(world_movements(stage.world, LATER_B), 0);
    stage_close();
}
END_TEST

START_TEST(a_text_that_nobody_gave_stops_the_program)
{
    begin();
    stage_open();
    world_collect_into(stage.world, stage.now_us, OWN_A, 5, COUNT(given) + 1, &stage.out);
}
END_TEST

START_TEST(a_line_that_takes_from_custody_stops_the_program)
{
    struct own_line line = {moment(WEDNESDAY), -1, ACS, 1};
    begin();
    stage.terms.own_lines = &line;
    stage.terms.own_line_count = 1;
    stage_open();
    stage_after(US_PER_S);
}
END_TEST

/* --- pages that come late -------------------------------------------------- */

/* The first answer is slow, so the second overtakes it; both tell the same lines by number. */
START_TEST(a_late_page_tells_its_lines_again_under_the_same_numbers)
{
    begin();
    stage_fault_first(1, BANK_A, OPERATION_DETAILS, FAULT_LATENCY)->by_us = SECONDS(60);
    stage_open();
    for (int i = 0; i < 3; i++) {
        world_collect_into(stage.world, stage.now_us, OWN_A, 5 + i, 1, &stage.out);
        stage_take();
    }
    struct order ask = {.kind = ORDER_LIST_DETAILS, .account = OWN_A};
    stage_order(ask);
    stage_after(SECONDS(1));
    ask.sent_us = 0;
    stage_order(ask);
    stage_after(SECONDS(10));
    ck_assert_uint_eq(stage.input_count, 4);
    stage_after(SECONDS(120));
    ck_assert_uint_eq(stage.input_count, 8);
    for (uint32_t i = 0; i < 4; i++)
        ck_assert_mem_eq(&stage.inputs[i], &stage.inputs[i + 4], sizeof stage.inputs[i]);
    stage_close();
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("line");
    tcase_add_test(t, a_bank_transfer_says_so_on_both_sides);
    tcase_add_test(t, money_that_comes_back_says_so);
    tcase_add_loop_test(t, each_service_has_its_words, 0, COUNT(services));
    tcase_add_test(t, a_net_names_its_session_by_day_and_number);
    tcase_add_test(t, a_collection_says_what_it_was_given_or_that_it_is_one);
    tcase_add_test(t, own_lines_are_booked_in_their_order_at_their_times);
    tcase_add_test(t, what_the_account_does_not_have_or_is_not_open_for_is_left_out);
    tcase_add_test_raise_signal(t, a_text_that_nobody_gave_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_line_that_takes_from_custody_stops_the_program, SIGABRT);
    tcase_add_test(t, a_late_page_tells_its_lines_again_under_the_same_numbers);
    return run_tests("line", t);
}
