/* test_downward.c — payouts that are legs of transfers: from the quota into an account of ours. */

#include "tests/meets_fault.h"

#define MONDAY "2018-03-05T09:00:00+08:00"

static const struct {
    uint8_t service;
    uint8_t channel;
    uint8_t operation;
    int64_t reply_us;
    int64_t final_us;
    uint16_t paid; /* as the reply says by then */
    uint16_t closed;
    uint16_t quota_short;
    uint16_t over_limit;
} ways[] = {
    {SERVICE_PAYOUT, CHANNEL_NETSUNION, OPERATION_PAYOUT, SECONDS(1), SECONDS(3), NETSUNION_02,
     NETSUNION_01, NETSUNION_MOCKQUOT, NETSUNION_MOCKLIMT},
    {SERVICE_SETTLEMENT, CHANNEL_UNIONPAY, OPERATION_SETTLEMENT, SECONDS(2), SECONDS(6),
     UNIONPAY_00, UNIONPAY_91, UNIONPAY_64, UNIONPAY_33},
};

static struct order order_of(int way, uint64_t id, int64_t amount_fen)
{
    return transfer(id, (enum leg_service)ways[way].service, ACS, OWN_A, amount_fen);
}

static struct house *house_of(int way)
{
    return &stage.world->houses[ways[way].channel];
}

static struct house_terms *terms_of(int way)
{
    return &stage.terms.houses[ways[way].channel];
}

static const struct fact *fact_of(enum fact_kind kind, uint64_t id)
{
    for (uint32_t i = 0; i < stage.fact_count; i++)
        if (stage.facts[i].kind == kind && stage.facts[i].id == id)
            return &stage.facts[i];
    return NULL;
}

START_TEST(a_leg_takes_quota_and_ends_in_the_account)
{
    uint32_t count;
    stage_set_wide(MONDAY);
    terms_of(_i)->returned_ppm = 1000000; /* of payouts to customers alone */
    stage_open();
    int64_t available_fen = house_available_fen(house_of(_i));
    stage_order(order_of(_i, 1, YUAN(600)));
    ck_assert_int_eq(house_available_fen(house_of(_i)), available_fen - YUAN(600));
    ck_assert_uint_eq(fact_of(FACT_TRUE_ACCEPTED, 1)->class, 1);
    stage_after(ways[_i].reply_us - 1);
    ck_assert_uint_eq(told_count(INPUT_PAY_ANSWERED, 1), 0);
    stage_after(1);
    ck_assert_uint_eq(told(INPUT_PAY_ANSWERED, 1)->code, ways[_i].paid);
    stage_after(ways[_i].final_us - ways[_i].reply_us - 1);
    ck_assert_int_eq(balance(OWN_A), YUAN(5000));
    stage_after(1);
    ck_assert_int_eq(balance(OWN_A), YUAN(5600));
    ck_assert_int_eq(sum_of(1, &count), YUAN(600));
    ck_assert_uint_eq(count, 1);
    ck_assert_uint_eq(fact_of(FACT_TRUE_PAID, 1)->class, 1);
    ck_assert_int_eq(house_available_fen(house_of(_i)), available_fen - YUAN(600));
    ck_assert_int_eq(stage.world->books.balance_fen[BOOKS_CLEARING + ways[_i].channel], -YUAN(600));
    stage_after(SECONDS(2));
    ck_assert(code_as_outcome((enum channel)ways[_i].channel,
                              told(INPUT_OUTCOME_NOTIFIED, 1)->code) == MEANING_PAID);
    stage_after(4 * US_PER_DAY);
    ck_assert_int_eq(balance(OWN_A), YUAN(5600)); /* nothing came back */
    ck_assert_int_eq(world_acs_fen(stage.world), YUAN(100000 - 600));
    ck_assert_int_eq(stage.world->central_bank.mapped_fen[ways[_i].channel],
                     stage.terms.mapped_fen[ways[_i].channel] - YUAN(600));
    ck_assert_int_eq(stage.world->central_bank.unallocated_fen, YUAN(30000));
    ck_assert_uint_eq(told_count(INPUT_LIST_LINE, 1), 1);
    ck_assert_int_eq(told(INPUT_LIST_LINE, 1)->amount_fen, YUAN(600));
    ck_assert(world_quiet(stage.world));
    stage_close();
}
END_TEST

START_TEST(a_payout_to_a_customer_still_leaves_us_and_is_not_marked)
{
    stage_set_wide(MONDAY);
    terms_of(_i)->settlement.hours = (struct hours){
        .kind = HOURS_CLOCKS, .from_us = 20 * US_PER_HOUR, .to_us = 21 * US_PER_HOUR};
    stage_open(); /* hours of settlements are none of payouts */
    struct order o = order_of(_i, 1, YUAN(5));
    o.service = SERVICE_NONE;
    o.to_account = ACCOUNT_NONE;
    o.reference.lo = 77;
    stage_order(o);
    stage_after(SECONDS(10));
    ck_assert_uint_eq(fact_of(FACT_TRUE_PAID, 1)->class, 0);
    ck_assert_uint_eq(fact_of(FACT_TRUE_ACCEPTED, 1)->class, 0);
    ck_assert_ptr_null(fact_of(FACT_TRUE_MOVEMENT, 1));
    ck_assert_int_eq(balance(OWN_A), YUAN(5000));
    stage_close();
}
END_TEST

START_TEST(an_account_closed_meanwhile_fails_the_leg_and_gives_the_quota_back)
{
    stage_set_wide(MONDAY);
    stage_open();
    int64_t available_fen = house_available_fen(house_of(_i));
    stage_order(order_of(_i, 1, YUAN(600)));
    world_close_account(stage.world, OWN_A);
    stage_after(SECONDS(10));
    ck_assert_uint_eq(told(INPUT_OUTCOME_NOTIFIED, 1)->code, ways[_i].closed);
    ck_assert_int_eq(house_available_fen(house_of(_i)), available_fen);
    ck_assert_int_eq(balance(OWN_A), YUAN(5000));
    ck_assert_uint_eq(fact_of(FACT_TRUE_FAILED, 1)->class, 1);
    ck_assert_ptr_null(fact_of(FACT_TRUE_PAID, 1));
    stage_close();
}
END_TEST

START_TEST(a_leg_over_the_quota_is_refused)
{
    stage_set_wide(MONDAY);
    stage_open();
    int64_t available_fen = house_available_fen(house_of(_i));
    stage_order(order_of(_i, 1, available_fen + 1));
    stage_order(order_of(_i, 2, available_fen));
    stage_after(SECONDS(2));
    ck_assert_uint_eq(told(INPUT_PAY_ANSWERED, 1)->code, ways[_i].quota_short);
    stage_after(SECONDS(5));
    ck_assert_int_eq(balance(OWN_A), YUAN(5000) + available_fen);
    ck_assert_int_eq(house_available_fen(house_of(_i)), 0);
    stage_close();
}
END_TEST

/* UnionPay's settlement has terms of its own, NetsUnion's payout those of payouts. */
START_TEST(limit_and_fee_are_those_of_the_service)
{
    bool settles = ways[_i].service == SERVICE_SETTLEMENT;
    int64_t fee_fen = settles ? 30 : 7;
    stage_set_wide(MONDAY);
    terms_of(_i)->fee = (struct fee_terms){.fixed_fen = 7, .in_net = 1};
    terms_of(_i)->settlement.fee = (struct fee_terms){.fixed_fen = 30, .in_net = 1};
    terms_of(_i)->per_payout_max_fen = settles ? 1 : YUAN(10);
    terms_of(_i)->settlement.per_payout_max_fen = settles ? YUAN(10) : 1;
    stage_open();
    int64_t available_fen = house_available_fen(house_of(_i));
    stage_order(order_of(_i, 1, YUAN(10) + 1));
    stage_order(order_of(_i, 2, YUAN(10)));
    stage_after(SECONDS(10));
    ck_assert_uint_eq(told(INPUT_PAY_ANSWERED, 1)->code, ways[_i].over_limit);
    ck_assert_int_eq(balance(OWN_A), YUAN(5010));
    ck_assert_int_eq(house_available_fen(house_of(_i)), available_fen - YUAN(10) - fee_fen);
    ck_assert_int_eq(fact_of(FACT_TRUE_PAID, 2)->amount_fen, YUAN(10) + fee_fen);
    stage_close();
}
END_TEST

START_TEST(a_settlement_s_fee_outside_the_net_joins_the_day_s_fees)
{
    enum { SETTLEMENT = 1 };
    stage_set_wide(MONDAY);
    terms_of(SETTLEMENT)->fee.fixed_fen = 7;
    terms_of(SETTLEMENT)->settlement.fee.fixed_fen = 30;
    stage_open();
    stage_order(order_of(SETTLEMENT, 1, YUAN(10)));
    stage_after(US_PER_DAY);
    ck_assert_int_eq(stage.world->books.balance_fen[BOOKS_FEE_ACCOUNT], -30);
    stage_close();
}
END_TEST

/* Row by row one reason less. */
static const struct {
    uint64_t id;
    int64_t age_us;
    const char *at;
    uint32_t per_second;
    int64_t amount_fen;
    int64_t drawn_ppm;
    uint16_t code;
} refusals[] = {
    {1, ORDER_AGE_MAX_US + 1, "18:00:00", 1, YUAN(50000), 1000000, UNIONPAY_12},
    {2, ORDER_AGE_MAX_US + 1, "10:00:00", 1, YUAN(50000), 1000000, UNIONPAY_39},
    {2, ORDER_AGE_MAX_US, "18:00:00", 1, YUAN(50000), 1000000, UNIONPAY_39},
    {2, ORDER_AGE_MAX_US, "10:00:00", 1, YUAN(50000), 1000000, UNIONPAY_06},
    {2, ORDER_AGE_MAX_US, "10:00:00", 0, YUAN(50000), 1000000, UNIONPAY_33},
    {2, ORDER_AGE_MAX_US, "10:00:00", 0, YUAN(40000), 1000000, UNIONPAY_64},
    {2, ORDER_AGE_MAX_US, "10:00:00", 0, YUAN(30000) - 1, 1000000, UNIONPAY_38},
    {2, ORDER_AGE_MAX_US, "10:00:00", 0, YUAN(30000) - 1, 0, UNIONPAY_00},
};

START_TEST(a_settlement_is_refused_in_order_of_precedence)
{
    enum { SETTLEMENT = 1 };
    char at[64];
    snprintf(at, sizeof at, "2018-03-05T%s+08:00", refusals[_i].at);
    stage_set_wide(MONDAY);
    struct transfer_terms *t = &terms_of(SETTLEMENT)->settlement;
    t->hours =
        (struct hours){.kind = HOURS_CLOCKS, .from_us = 9 * US_PER_HOUR, .to_us = 18 * US_PER_HOUR};
    t->per_payout_max_fen = YUAN(40000);
    t->code_count = 1;
    terms_of(SETTLEMENT)->per_second = refusals[_i].per_second;
    stage_open();
    stage_order(order_of(SETTLEMENT, 1, 1));
    stage_until(moment(at));
    house_of(SETTLEMENT)->this_second = 0;
    stage_order(order_of(SETTLEMENT, 3, YUAN(90000))); /* the one of this second */
    stage.world->terms.houses[CHANNEL_UNIONPAY].settlement.codes[0] =
        (struct code_share){UNIONPAY_38, refusals[_i].drawn_ppm};
    struct order o = order_of(SETTLEMENT, refusals[_i].id, refusals[_i].amount_fen);
    o.sent_us = stage.now_us - refusals[_i].age_us;
    stage_order(o);
    stage_after(SECONDS(20));
    ck_assert_uint_eq(told(INPUT_PAY_ANSWERED, o.id)->code, refusals[_i].code);
    ck_assert_int_eq(balance(OWN_A),
                     YUAN(5000) + 1 + (refusals[_i].code == UNIONPAY_00 ? o.amount_fen : 0));
    stage_close();
}
END_TEST

START_TEST(every_fault_at_a_leg_moves_the_money_once_or_never)
{
    static const struct fault_words words[] = {
        {OPERATION_PAYOUT, CHANNEL_NETSUNION, NETSUNION_02, NETSUNION_00, NETSUNION_02,
         NETSUNION_03, NETSUNION_MOCKDUPL, NETSUNION_MOCKBUSY, NETSUNION_01},
        {OPERATION_SETTLEMENT, CHANNEL_UNIONPAY, UNIONPAY_00, UNIONPAY_00, UNIONPAY_05, UNIONPAY_34,
         UNIONPAY_12, UNIONPAY_06, UNIONPAY_30},
    };
    int way = _i / FAULT_CASES;
    stage_set_wide(MONDAY);
    meets_fault(&fault_cases[_i % FAULT_CASES], &words[way], order_of(way, 1, YUAN(70)), 1);
}
END_TEST

START_TEST(a_fault_at_payouts_leaves_settlements_alone)
{
    stage_set_wide(MONDAY);
    stage_fault_first(1, UNIONPAY, OPERATION_PAYOUT, FAULT_TIMEOUT);
    stage_open();
    stage_order(order_of(1, 1, YUAN(70)));
    stage_after(SECONDS(10));
    ck_assert_uint_eq(told_count(INPUT_PAY_ANSWERED, 1), 1);
    stage_close();
}
END_TEST

START_TEST(a_fault_that_is_about_a_business_leaves_legs_alone)
{
    stage_set_wide(MONDAY);
    stage_fault_first(1, NETSUNION, OPERATION_PAYOUT, FAULT_TIMEOUT)->business =
        0; /* what a leg's member happens to say */
    stage_open();
    stage_order(order_of(0, 1, YUAN(70)));
    stage_after(SECONDS(10));
    ck_assert_uint_eq(told_count(INPUT_PAY_ANSWERED, 1), 1);
    stage_close();
}
END_TEST

/* --- quota moves ------------------------------------------------------------- */

static const struct {
    uint8_t channel;
    const char *at;
    uint16_t code;
} moves[] = {
    {CHANNEL_UNIONPAY, "2018-03-05T08:59:59+08:00", UNIONPAY_39},
    {CHANNEL_UNIONPAY, "2018-03-05T09:00:00+08:00", UNIONPAY_00},
    {CHANNEL_UNIONPAY, "2018-03-05T17:00:00+08:00", UNIONPAY_39},
    {CHANNEL_UNIONPAY, "2018-03-04T10:00:00+08:00", UNIONPAY_39},
    {CHANNEL_NETSUNION, "2018-03-05T08:59:59+08:00", NETSUNION_MOCKDOWN},
    {CHANNEL_NETSUNION, "2018-03-05T09:00:00+08:00", NETSUNION_00},
};

START_TEST(quota_moves_in_its_hours_alone)
{
    bool moved = moves[_i].code == UNIONPAY_00 || moves[_i].code == NETSUNION_00;
    uint8_t c = moves[_i].channel;
    stage_set_wide(moves[_i].at);
    for (int i = 0; i < CHANNELS; i++)
        stage.terms.houses[i].quota_hours = (struct hours){.kind = HOURS_CLOCKS,
                                                           .from_us = 9 * US_PER_HOUR,
                                                           .to_us = 17 * US_PER_HOUR,
                                                           .working_only = 1};
    stage_open();
    stage_order(
        (struct order){.kind = ORDER_INCREASE, .channel = c, .id = 1, .amount_fen = YUAN(5)});
    stage_after(SECONDS(5));
    ck_assert_uint_eq(told(INPUT_MOVE_ANSWERED, 1)->code, moves[_i].code);
    ck_assert_int_eq(stage.world->central_bank.mapped_fen[c],
                     stage.terms.mapped_fen[c] + (moved ? YUAN(5) : 0));
    ck_assert(world_quiet(stage.world));
    stage_close();
}
END_TEST

static void pay_to(uint8_t channel, enum leg_service service, uint8_t to)
{
    stage_set_wide(MONDAY);
    stage_open();
    struct order o = transfer(1, service, ACS, to, 1);
    o.channel = channel;
    stage_order(o);
}

START_TEST(a_leg_into_a_virtual_id_stops_the_program)
{
    pay_to(CHANNEL_UNIONPAY, SERVICE_SETTLEMENT, VIRTUAL_OWN);
}
END_TEST

START_TEST(a_leg_into_the_custody_account_stops_the_program)
{
    pay_to(CHANNEL_NETSUNION, SERVICE_PAYOUT, ACS);
}
END_TEST

START_TEST(a_service_of_the_other_house_stops_the_program)
{
    pay_to(CHANNEL_UNIONPAY, SERVICE_PAYOUT, OWN_A);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("downward");
    tcase_add_loop_test(t, a_leg_takes_quota_and_ends_in_the_account, 0, COUNT(ways));
    tcase_add_loop_test(t, a_payout_to_a_customer_still_leaves_us_and_is_not_marked, 0,
                        COUNT(ways));
    tcase_add_loop_test(t, an_account_closed_meanwhile_fails_the_leg_and_gives_the_quota_back, 0,
                        COUNT(ways));
    tcase_add_loop_test(t, a_leg_over_the_quota_is_refused, 0, COUNT(ways));
    tcase_add_loop_test(t, limit_and_fee_are_those_of_the_service, 0, COUNT(ways));
    tcase_add_test(t, a_settlement_s_fee_outside_the_net_joins_the_day_s_fees);
    tcase_add_loop_test(t, a_settlement_is_refused_in_order_of_precedence, 0, COUNT(refusals));
    tcase_add_loop_test(t, every_fault_at_a_leg_moves_the_money_once_or_never, 0,
                        COUNT(ways) * FAULT_CASES);
    tcase_add_test(t, a_fault_at_payouts_leaves_settlements_alone);
    tcase_add_test(t, a_fault_that_is_about_a_business_leaves_legs_alone);
    tcase_add_loop_test(t, quota_moves_in_its_hours_alone, 0, COUNT(moves));
    tcase_add_test_raise_signal(t, a_leg_into_a_virtual_id_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_leg_into_the_custody_account_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_service_of_the_other_house_stops_the_program, SIGABRT);
    return run_tests("downward", t);
}
