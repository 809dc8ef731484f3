/* test_funds.c — UnionPay's funds services: prefund, return, adjust. */

#include "tests/meets_fault.h"

#define MONDAY "2018-03-05T09:00:00+08:00"

static const struct {
    uint8_t service;
    uint8_t from;
    uint8_t to;
    uint8_t operation;
    uint16_t short_code; /* the paying account has too little */
} ways[] = {
    {SERVICE_PREFUND, OWN_A, VIRTUAL_OWN, OPERATION_PREFUND, UNIONPAY_91},
    {SERVICE_RETURN, VIRTUAL_RESERVE, ACS, OPERATION_RETURN, UNIONPAY_90},
    {SERVICE_RETURN, VIRTUAL_OWN, OWN_B, OPERATION_RETURN, UNIONPAY_90},
    {SERVICE_ADJUST, VIRTUAL_OWN, VIRTUAL_RESERVE, OPERATION_ADJUST, UNIONPAY_90},
};

static struct order order_of(int way, uint64_t id, int64_t amount_fen)
{
    return transfer(id, (enum leg_service)ways[way].service, ways[way].from, ways[way].to,
                    amount_fen);
}

static struct transfer_terms *terms_of(int way)
{
    return &stage.terms.houses[CHANNEL_UNIONPAY].funds[ways[way].service];
}

START_TEST(nothing_moves_when_it_is_taken_and_all_in_one_stroke_when_it_ends)
{
    struct order o = order_of(_i, 1, YUAN(50));
    uint32_t count;
    stage_set_wide(MONDAY);
    stage_open();
    int64_t unallocated_fen = stage.world->central_bank.unallocated_fen;
    stage_order(o);
    stage_after(SECONDS(4) - 1);
    ck_assert_uint_eq(told(INPUT_PAY_ANSWERED, 1)->code, UNIONPAY_00);
    ck_assert_uint_eq(told(INPUT_PAY_ANSWERED, 1)->channel, CHANNEL_UNIONPAY);
    ck_assert_uint_eq(stage.fact_count, 0);
    ck_assert(!world_quiet(stage.world));
    stage_after(1);
    ck_assert_int_eq(balance(ways[_i].from), opening_fen(ways[_i].from) - YUAN(50));
    ck_assert_int_eq(balance(ways[_i].to), opening_fen(ways[_i].to) + YUAN(50));
    ck_assert_int_eq(sum_of(1, &count), 0);
    ck_assert_uint_eq(count, 2);
    ck_assert_int_eq(stage.world->central_bank.unallocated_fen,
                     unallocated_fen + (ways[_i].to == ACS ? YUAN(50) : 0));
    ck_assert(world_quiet(stage.world));
    ck_assert_uint_eq(told_count(INPUT_OUTCOME_NOTIFIED, 1), 0);
    stage_after(SECONDS(2));
    const struct input *in = told(INPUT_OUTCOME_NOTIFIED, 1);
    ck_assert_uint_eq(in->channel, CHANNEL_UNIONPAY);
    ck_assert_uint_eq(in->code, UNIONPAY_00);
    ck_assert_int_eq(in->at_us, moment(MONDAY) + SECONDS(4));
    stage_close();
}
END_TEST

START_TEST(a_query_says_under_way_then_how_it_ended_and_34_of_what_is_unknown)
{
    struct order o = order_of(_i, 1, YUAN(50));
    stage_set_wide(MONDAY);
    stage_open();
    stage_ask(o, 1);
    stage_after(SECONDS(1));
    ck_assert_uint_eq(told(INPUT_QUERY_ANSWERED, 1)->code, UNIONPAY_34);
    stage_order(o);
    stage_ask(o, 2);
    stage_after(SECONDS(1));
    ck_assert_uint_eq(told(INPUT_QUERY_ANSWERED, 1)->code, UNIONPAY_00);
    ck_assert_uint_eq(told(INPUT_QUERY_ANSWERED, 1)->outcome, UNIONPAY_05);
    stage_after(SECONDS(3));
    stage_ask(o, 3);
    stage_after(SECONDS(1));
    ck_assert_uint_eq(told(INPUT_QUERY_ANSWERED, 1)->outcome, UNIONPAY_00);
    ck_assert_int_eq(told(INPUT_QUERY_ANSWERED, 1)->at_us, moment(MONDAY) + SECONDS(5));
    stage_close();
}
END_TEST

START_TEST(too_little_fails_at_the_end_and_moves_nothing)
{
    stage_set_wide(MONDAY);
    struct order o = order_of(_i, 1, opening_fen(ways[_i].from) + 1);
    stage_open();
    stage_order(o);
    stage_after(SECONDS(6));
    ck_assert_uint_eq(told(INPUT_PAY_ANSWERED, 1)->code, UNIONPAY_00);
    ck_assert_uint_eq(told(INPUT_OUTCOME_NOTIFIED, 1)->code, ways[_i].short_code);
    ck_assert_uint_eq(stage.fact_count, 0);
    stage_ask(o, 1);
    stage_after(SECONDS(1));
    ck_assert_uint_eq(told(INPUT_QUERY_ANSWERED, 1)->outcome, ways[_i].short_code);
    o.id = 2; /* to the last fen it works */
    o.amount_fen--;
    stage_order(o);
    stage_after(SECONDS(6));
    ck_assert_uint_eq(told(INPUT_OUTCOME_NOTIFIED, 2)->code, UNIONPAY_00);
    ck_assert_int_eq(balance(ways[_i].from), 0);
    stage_close();
}
END_TEST

START_TEST(a_closed_account_fails_with_91)
{
    stage_set_wide(MONDAY);
    stage_open();
    stage_order(order_of(_i, 1, YUAN(5)));
    world_close_account(stage.world, ways[_i].to == ACS ? ways[_i].from : ways[_i].to);
    stage_after(SECONDS(6));
    ck_assert_uint_eq(told(INPUT_PAY_ANSWERED, 1)->code, UNIONPAY_00);
    ck_assert_uint_eq(told(INPUT_OUTCOME_NOTIFIED, 1)->code, UNIONPAY_91);
    ck_assert_uint_eq(stage.fact_count, 0);
    stage_close();
}
END_TEST

static const struct {
    uint64_t id;
    int64_t age_us;
    const char *at;
    int64_t amount_fen;
    int64_t drawn_ppm;
    uint16_t code;
} refusals[] = {
    {1, ORDER_AGE_MAX_US + 1, "08:59:59", YUAN(91), 1000000, UNIONPAY_12},
    {2, ORDER_AGE_MAX_US + 1, "10:00:00", YUAN(91), 1000000, UNIONPAY_39},
    {2, ORDER_AGE_MAX_US, "08:59:59", YUAN(91), 1000000, UNIONPAY_39},
    {2, ORDER_AGE_MAX_US, "18:00:00", YUAN(91), 1000000, UNIONPAY_39},
    {2, ORDER_AGE_MAX_US, "16:00:00", YUAN(91), 1000000, UNIONPAY_39}, /* cut off */
    {2, ORDER_AGE_MAX_US, "15:59:59", YUAN(90) + 1, 1000000, UNIONPAY_33},
    {2, ORDER_AGE_MAX_US, "09:00:00", YUAN(90), 1000000, UNIONPAY_38},
    {2, ORDER_AGE_MAX_US, "09:00:00", YUAN(90), 0, UNIONPAY_00},
};

START_TEST(an_order_is_refused_in_order_of_precedence_and_moves_nothing)
{
    enum { WAY = 0 };
    char at[64];
    snprintf(at, sizeof at, "2018-03-06T%s+08:00", refusals[_i].at);
    stage_set_wide("2018-03-05T12:00:00+08:00");
    terms_of(WAY)->hours = (struct hours){.kind = HOURS_CLOCKS,
                                          .from_us = 9 * US_PER_HOUR,
                                          .to_us = 18 * US_PER_HOUR,
                                          .cut_off_us = 16 * US_PER_HOUR,
                                          .working_only = 1};
    terms_of(WAY)->per_payout_max_fen = YUAN(90);
    terms_of(WAY)->code_count = 1;
    stage_open();
    stage_order(order_of(WAY, 1, 1));
    stage_until(moment(at));
    stage.world->terms.houses[CHANNEL_UNIONPAY].funds[SERVICE_PREFUND].codes[0] =
        (struct code_share){UNIONPAY_38, refusals[_i].drawn_ppm};
    struct order o = order_of(WAY, refusals[_i].id, refusals[_i].amount_fen);
    o.sent_us = stage.now_us - refusals[_i].age_us;
    uint32_t facts = stage.fact_count;
    stage_order(o);
    stage_after(SECONDS(10));
    ck_assert_uint_eq(told(INPUT_PAY_ANSWERED, o.id)->code, refusals[_i].code);
    ck_assert_uint_eq(stage.fact_count - facts, refusals[_i].code == UNIONPAY_00 ? 2 : 0);
    if (o.id == 2)
        ck_assert_uint_eq(told_count(INPUT_OUTCOME_NOTIFIED, 2), refusals[_i].code == UNIONPAY_00);
    stage_close();
}
END_TEST

START_TEST(a_code_of_the_bank_s_fails_at_the_end)
{
    stage_set_wide(MONDAY);
    terms_of(_i)->code_count = 1;
    terms_of(_i)->codes[0] = (struct code_share){UNIONPAY_61, 1000000};
    stage_open();
    stage_order(order_of(_i, 1, YUAN(5)));
    stage_after(SECONDS(6));
    ck_assert_uint_eq(told(INPUT_PAY_ANSWERED, 1)->code, UNIONPAY_00);
    ck_assert_uint_eq(told(INPUT_OUTCOME_NOTIFIED, 1)->code, UNIONPAY_61);
    ck_assert_uint_eq(stage.fact_count, 0);
    stage_close();
}
END_TEST

START_TEST(services_are_closed_over_golden_week_where_they_keep_working_days)
{
    static const struct {
        const char *at;
        uint16_t code;
    } days[] = {{"2018-09-29T10:00:00+08:00", UNIONPAY_00}, /* a make-up Saturday */
                {"2018-10-01T10:00:00+08:00", UNIONPAY_39},
                {"2018-10-07T10:00:00+08:00", UNIONPAY_39},
                {"2018-10-08T10:00:00+08:00", UNIONPAY_00}};
    for (int i = 0; i < COUNT(days); i++) {
        stage_set_wide(days[i].at);
        terms_of(_i)->hours.working_only = 1;
        stage_open();
        stage_order(order_of(_i, 1, YUAN(5)));
        stage_after(SECONDS(1));
        ck_assert_uint_eq(told(INPUT_PAY_ANSWERED, 1)->code, days[i].code);
        stage_close();
    }
}
END_TEST

/* --- notices, fees, faults --------------------------------------------------- */

START_TEST(no_notice_comes_before_the_reply)
{
    stage_set_wide(MONDAY);
    terms_of(0)->reply = constant_us(SECONDS(30));
    stage_open();
    stage_order(order_of(0, 1, YUAN(5)));
    stage_after(SECONDS(30) - 1);
    ck_assert_uint_eq(stage.fact_count, 2);
    ck_assert_uint_eq(told_count(INPUT_OUTCOME_NOTIFIED, 1), 0);
    stage_after(SECONDS(3));
    ck_assert_uint_eq(told(INPUT_PAY_ANSWERED, 1)->code, UNIONPAY_00);
    ck_assert_uint_eq(told(INPUT_OUTCOME_NOTIFIED, 1)->code, UNIONPAY_00);
    stage_close();
}
END_TEST

START_TEST(a_lost_notice_is_sent_again_until_the_last_time)
{
    stage_set_wide(MONDAY);
    stage.terms.virtual_silent = 1;
    stage_fault_first((uint64_t)_i, UNIONPAY, OPERATION_NOTICE, FAULT_DOWN);
    stage_open();
    stage_order(order_of(0, 1, YUAN(5)));
    stage_after(SECONDS(4 + 60 * _i * (_i + 1) / 2 + 1)); /* each waits longer */
    ck_assert_uint_eq(told_count(INPUT_OUTCOME_NOTIFIED, 1), 0);
    stage_after(SECONDS(1));
    ck_assert_uint_eq(told_count(INPUT_OUTCOME_NOTIFIED, 1), _i <= 2);
    stage_after(US_PER_HOUR);
    ck_assert_uint_eq(told_count(INPUT_OUTCOME_NOTIFIED, 1), _i <= 2);
    ck_assert_uint_eq(stage.world->remittances.items[0].waiting, 0);
    stage_close();
}
END_TEST

START_TEST(fees_of_what_was_done_join_unionpay_s_of_the_day)
{
    stage_set_wide(MONDAY);
    for (int way = 0; way < COUNT(ways); way++)
        terms_of(way)->fee.fixed_fen = 150;
    stage_open();
    for (int way = 0; way < COUNT(ways); way++)
        stage_order(order_of(way, (uint64_t)way + 1, YUAN(5)));
    stage_order(order_of(0, 9, YUAN(999999))); /* fails: free */
    stage_until(moment("2018-03-06T00:01:00+08:00"));
    ck_assert_int_eq(stage.world->books.balance_fen[BOOKS_FEE_ACCOUNT], -600);
    uint32_t charged = 0;
    for (uint32_t i = 0; i < stage.input_count; i++)
        if (stage.inputs[i].kind == INPUT_FEES_CHARGED) {
            ck_assert_uint_eq(stage.inputs[i].channel, CHANNEL_UNIONPAY);
            ck_assert_int_eq(stage.inputs[i].amount_fen, 600);
            charged++;
        }
    ck_assert_uint_eq(charged, 1);
    stage_close();
}
END_TEST

START_TEST(every_fault_at_every_service_moves_the_money_once_or_never)
{
    int way = _i / FAULT_CASES;
    struct fault_words words = {.operation = ways[way].operation,
                                .institution = CHANNEL_UNIONPAY,
                                .accepted = UNIONPAY_00,
                                .done = UNIONPAY_00,
                                .processing = UNIONPAY_05,
                                .not_found = UNIONPAY_34,
                                .duplicate = UNIONPAY_12,
                                .refused = UNIONPAY_06,
                                .declined = UNIONPAY_30};
    stage_set_wide(MONDAY);
    meets_fault(&fault_cases[_i % FAULT_CASES], &words, order_of(way, 1, YUAN(70)), 2);
}
END_TEST

static void order_at(uint8_t channel, enum leg_service service, uint8_t from, uint8_t to)
{
    stage_set_wide(MONDAY);
    stage_open();
    struct order o = transfer(1, service, from, to, 1);
    o.channel = channel;
    stage_order(o);
}

START_TEST(a_funds_service_at_netsunion_stops_the_program)
{
    order_at(CHANNEL_NETSUNION, SERVICE_ADJUST, VIRTUAL_OWN, VIRTUAL_RESERVE);
}
END_TEST

START_TEST(a_prefund_out_of_a_virtual_id_stops_the_program)
{
    order_at(CHANNEL_UNIONPAY, SERVICE_PREFUND, VIRTUAL_OWN, VIRTUAL_RESERVE);
}
END_TEST

START_TEST(a_return_to_a_virtual_id_stops_the_program)
{
    order_at(CHANNEL_UNIONPAY, SERVICE_RETURN, VIRTUAL_OWN, VIRTUAL_RESERVE);
}
END_TEST

START_TEST(a_prefund_out_of_the_custody_account_stops_the_program)
{
    order_at(CHANNEL_UNIONPAY, SERVICE_PREFUND, ACS, VIRTUAL_RESERVE);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("funds");
    tcase_add_loop_test(t, nothing_moves_when_it_is_taken_and_all_in_one_stroke_when_it_ends, 0,
                        COUNT(ways));
    tcase_add_loop_test(t, a_query_says_under_way_then_how_it_ended_and_34_of_what_is_unknown, 0,
                        COUNT(ways));
    tcase_add_loop_test(t, too_little_fails_at_the_end_and_moves_nothing, 0, COUNT(ways));
    tcase_add_loop_test(t, a_closed_account_fails_with_91, 0, COUNT(ways));
    tcase_add_loop_test(t, an_order_is_refused_in_order_of_precedence_and_moves_nothing, 0,
                        COUNT(refusals));
    tcase_add_loop_test(t, a_code_of_the_bank_s_fails_at_the_end, 0, COUNT(ways));
    tcase_add_loop_test(t, services_are_closed_over_golden_week_where_they_keep_working_days, 0,
                        COUNT(ways));
    tcase_add_test(t, no_notice_comes_before_the_reply);
    tcase_add_loop_test(t, a_lost_notice_is_sent_again_until_the_last_time, 0, 4);
    tcase_add_test(t, fees_of_what_was_done_join_unionpay_s_of_the_day);
    tcase_add_loop_test(t, every_fault_at_every_service_moves_the_money_once_or_never, 0,
                        COUNT(ways) * FAULT_CASES);
    tcase_add_test_raise_signal(t, a_funds_service_at_netsunion_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_prefund_out_of_a_virtual_id_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_return_to_a_virtual_id_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_prefund_out_of_the_custody_account_stops_the_program, SIGABRT);
    return run_tests("funds", t);
}
