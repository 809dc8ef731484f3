/* test_bank.c — transfers by commercial banks: taken, refused, arrived, sent back, asked about. */

#include "tests/meets_fault.h"

#define MONDAY "2018-03-05T09:00:00+08:00"

static const struct hours large_value = {.kind = HOURS_LARGE_VALUE};

static int64_t transit(void)
{
    return stage.world->books.balance_fen[BOOKS_TRANSIT];
}

static struct transfer_terms *terms_of(int bank)
{
    return &stage.terms.banks[bank].transfer;
}

START_TEST(a_transfer_leaves_at_once_and_arrives_later)
{
    struct order o = transfer(1, SERVICE_BANK, OWN_A, OWN_B, YUAN(100));
    stage_set_wide(MONDAY);
    stage_open();
    int64_t sent_us = stage.now_us;
    stage_order(o);
    ck_assert_int_eq(balance(OWN_A), YUAN(4900));
    ck_assert_int_eq(transit(), YUAN(100));
    ck_assert(!world_quiet(stage.world));
    stage_ask(o, 1);
    stage_after(SECONDS(1));
    ck_assert_uint_eq(stage.inputs[0].kind, INPUT_PAY_ANSWERED);
    ck_assert_uint_eq(stage.inputs[0].channel, CHANNEL_NONE);
    ck_assert_uint_eq(stage.inputs[0].code, BANK_00);
    ck_assert_int_eq(stage.inputs[0].at_us, sent_us);
    ck_assert_uint_eq(told(INPUT_QUERY_ANSWERED, 1)->code, BANK_00);
    ck_assert_uint_eq(told(INPUT_QUERY_ANSWERED, 1)->outcome, BANK_02);
    ck_assert_int_eq(told(INPUT_QUERY_ANSWERED, 1)->at_us, sent_us);
    stage_after(SECONDS(4) - 1);
    ck_assert_int_eq(balance(OWN_B), YUAN(2000));
    stage_after(1);
    ck_assert_int_eq(balance(OWN_B), YUAN(2100));
    ck_assert_int_eq(transit(), 0);
    ck_assert(world_quiet(stage.world));
    stage_ask(o, 2);
    stage_after(SECONDS(1));
    ck_assert_uint_eq(told(INPUT_QUERY_ANSWERED, 1)->outcome, BANK_00);
    ck_assert_int_eq(told(INPUT_QUERY_ANSWERED, 1)->at_us, sent_us + SECONDS(5));
    stage_after(US_PER_DAY);
    ck_assert_uint_eq(told_count(INPUT_OUTCOME_NOTIFIED, 1), 0); /* banks send no notice */
    stage_close();
}
END_TEST

START_TEST(a_transfer_to_the_custody_account_is_unallocated_there)
{
    stage_set_wide(MONDAY);
    stage_open();
    stage_order(transfer(1, SERVICE_BANK, RESERVE_A, ACS, YUAN(3000)));
    stage_after(SECONDS(5));
    ck_assert_int_eq(balance(RESERVE_A), 0);
    ck_assert_int_eq(world_acs_fen(stage.world), YUAN(103000));
    ck_assert_int_eq(stage.world->central_bank.unallocated_fen, YUAN(33000));
    ck_assert_int_eq(stage.world->central_bank.mapped_fen[CHANNEL_UNIONPAY], YUAN(30000));
    ck_assert_int_eq(stage.world->central_bank.mapped_fen[CHANNEL_NETSUNION], YUAN(40000));
    stage_close();
}
END_TEST

/* Row by row one reason less: each order breaks its own rule and all below it. */
static const struct {
    uint64_t id;
    int64_t age_us;
    uint8_t to;
    const char *at;
    int64_t amount_fen;
    int64_t drawn_ppm;
    uint16_t code;
} refusals[] = {
    {1, ORDER_AGE_MAX_US + 1, LATER_B, "09:00", YUAN(9000), 1000000, BANK_MOCKDUPL},
    {2, ORDER_AGE_MAX_US + 1, LATER_B, "09:00", YUAN(9000), 1000000, BANK_MOCKLATE},
    {2, ORDER_AGE_MAX_US, LATER_B, "09:00", YUAN(9000), 1000000, BANK_MOCKACCT},
    {2, ORDER_AGE_MAX_US, 200, "09:00", YUAN(9000), 1000000, BANK_MOCKACCT},
    {2, ORDER_AGE_MAX_US, VIRTUAL_OWN, "09:00", YUAN(9000), 1000000, BANK_MOCKACCT},
    {2, ORDER_AGE_MAX_US, OWN_B, "09:00", YUAN(9000), 1000000, BANK_MOCKHOUR},
    {2, ORDER_AGE_MAX_US, RESERVE_A, "09:00", YUAN(9000), 1000000, BANK_MOCKLIMT},
    {2, ORDER_AGE_MAX_US, OWN_B, "10:00", YUAN(8000) + 1, 1000000, BANK_MOCKLIMT},
    {2, ORDER_AGE_MAX_US, OWN_B, "10:00", YUAN(8000), 1000000, BANK_MOCKBALA},
    {2, ORDER_AGE_MAX_US, OWN_B, "10:00", YUAN(4999) + 1, 1000000, BANK_MOCKBALA},
    {2, ORDER_AGE_MAX_US, OWN_B, "10:00", YUAN(4999), 1000000, BANK_MOCKFAIL},
    {2, ORDER_AGE_MAX_US, OWN_B, "10:00", YUAN(4999), 0, BANK_00},
};

START_TEST(a_bank_refuses_in_order_of_precedence_and_moves_nothing)
{
    char at[64];
    snprintf(at, sizeof at, "2018-03-05T%s:00+08:00", refusals[_i].at);
    stage_set_wide("2018-03-05T08:00:00+08:00");
    terms_of(BANK_A)->hours = (struct hours){
        .kind = HOURS_CLOCKS, .from_us = 10 * US_PER_HOUR, .to_us = 11 * US_PER_HOUR};
    terms_of(BANK_A)->per_payout_max_fen = YUAN(8000);
    terms_of(BANK_A)->code_count = 1;
    stage_open();
    stage_order(transfer(1, SERVICE_BANK, OWN_A, RESERVE_A, YUAN(1)));
    stage_until(moment(at));
    stage.world->terms.banks[BANK_A].transfer.codes[0] =
        (struct code_share){BANK_MOCKFAIL, refusals[_i].drawn_ppm};
    struct order o =
        transfer(refusals[_i].id, SERVICE_BANK, OWN_A, refusals[_i].to, refusals[_i].amount_fen);
    o.sent_us = stage.now_us - refusals[_i].age_us;
    bool taken = refusals[_i].code == BANK_00;
    uint32_t facts = stage.fact_count;
    stage_order(o);
    ck_assert_int_eq(transit(), taken ? o.amount_fen : 0);
    stage_after(SECONDS(1));
    ck_assert_uint_eq(told(INPUT_PAY_ANSWERED, o.id)->code, refusals[_i].code);
    ck_assert_uint_eq(stage.fact_count - facts, taken);
    stage_ask(o, 1);
    stage_after(SECONDS(1));
    ck_assert_uint_eq(told(INPUT_QUERY_ANSWERED, o.id)->outcome,
                      taken                                ? BANK_02
                      : refusals[_i].code == BANK_MOCKDUPL ? BANK_00 /* the first one's */
                                                           : refusals[_i].code);
    stage_close();
}
END_TEST

START_TEST(a_closed_account_pays_nothing)
{
    stage_set_wide(MONDAY);
    stage_open();
    world_close_account(stage.world, OWN_A);
    stage_order(transfer(1, SERVICE_BANK, OWN_A, OWN_B, 1));
    stage_after(SECONDS(9));
    ck_assert_uint_eq(told(INPUT_PAY_ANSWERED, 1)->code, BANK_MOCKACCT);
    stage_close();
}
END_TEST

/* --- hours ------------------------------------------------------------------- */

static const struct {
    const char *at;
    bool open;
} large_value_hours[] = {
    {"2018-01-19T08:29:59+08:00", false}, {"2018-01-19T08:30:00+08:00", true},
    {"2018-01-19T16:59:59+08:00", true},  {"2018-01-19T17:00:00+08:00", false},
    {"2018-01-18T23:30:00+08:00", false}, {"2018-01-20T10:00:00+08:00", false}, /* Saturday */
    {"2018-01-21T23:29:59+08:00", false}, {"2018-01-21T23:30:00+08:00", true},
    {"2018-01-22T03:00:00+08:00", true},  {"2018-01-22T17:14:59+08:00", true},
    {"2018-01-22T17:15:00+08:00", false}, {"2018-01-22T20:30:00+08:00", false},
    {"2018-01-22T23:30:00+08:00", true},  {"2018-01-26T23:30:00+08:00", false},
    {"2018-01-28T23:30:00+08:00", true},  {"2018-09-29T10:00:00+08:00", true}, /* made up for */
    {"2018-09-30T17:14:59+08:00", true},  {"2018-10-01T10:00:00+08:00", false},
    {"2018-10-07T23:29:59+08:00", false}, {"2018-10-07T23:30:00+08:00", true},
};

START_TEST(between_banks_large_value_hours_count_and_within_one_none)
{
    stage_set_wide(large_value_hours[_i].at);
    terms_of(BANK_A)->hours = large_value;
    stage_open();
    stage_order(transfer(1, SERVICE_BANK, OWN_A, OWN_B, 1));
    stage_order(transfer(2, SERVICE_BANK, OWN_A, ACS, 1));
    stage_order(transfer(3, SERVICE_BANK, OWN_A, RESERVE_A, 1));
    stage_after(SECONDS(5));
    uint16_t code = large_value_hours[_i].open ? BANK_00 : BANK_MOCKHOUR;
    ck_assert_uint_eq(told(INPUT_PAY_ANSWERED, 1)->code, code);
    ck_assert_uint_eq(told(INPUT_PAY_ANSWERED, 2)->code, code);
    ck_assert_uint_eq(told(INPUT_PAY_ANSWERED, 3)->code, BANK_00);
    ck_assert_int_eq(balance(RESERVE_A), YUAN(3000) + 1);
    stage_close();
}
END_TEST

static const struct {
    const char *at;
    bool open;
} cut_offs[] = {{"2018-03-05T16:29:59+08:00", true},  {"2018-03-05T16:30:00+08:00", false},
                {"2018-03-05T17:00:00+08:00", false}, {"2018-03-05T23:29:59+08:00", false},
                {"2018-03-05T23:30:00+08:00", true},  {"2018-01-18T16:30:00+08:00", false},
                {"2018-01-19T08:30:00+08:00", true}};

START_TEST(from_the_cut_off_on_a_bank_takes_nothing_until_the_system_opens_anew)
{
    stage_set_wide(cut_offs[_i].at);
    terms_of(BANK_A)->hours = large_value;
    terms_of(BANK_A)->hours.cut_off_us = 16 * US_PER_HOUR + 30 * US_PER_MINUTE;
    stage_open();
    stage_order(transfer(1, SERVICE_BANK, OWN_A, OWN_B, 1));
    stage_after(SECONDS(5));
    ck_assert_uint_eq(told(INPUT_PAY_ANSWERED, 1)->code,
                      cut_offs[_i].open ? BANK_00 : BANK_MOCKHOUR);
    stage_close();
}
END_TEST

static const struct {
    const char *sent;
    uint8_t hours;
    uint8_t to;
    const char *arrives;
} late_arrivals[] = {
    {"2018-09-30T17:14:50+08:00", HOURS_LARGE_VALUE, ACS, "2018-10-07T23:30:00+08:00"},
    {"2018-09-30T17:14:30+08:00", HOURS_LARGE_VALUE, ACS, "2018-09-30T17:14:55+08:00"},
    {"2018-09-30T17:14:50+08:00", HOURS_ALWAYS, ACS, "2018-09-30T17:15:15+08:00"},
    {"2018-09-30T17:14:50+08:00", HOURS_LARGE_VALUE, RESERVE_A, "2018-09-30T17:15:15+08:00"},
    {"2018-01-12T16:59:50+08:00", HOURS_LARGE_VALUE, OWN_B, "2018-01-15T08:30:00+08:00"},
    {"2018-01-19T16:59:50+08:00", HOURS_LARGE_VALUE, OWN_B, "2018-01-21T23:30:00+08:00"},
};

START_TEST(what_the_large_value_system_cannot_carry_any_more_is_in_transit_until_it_opens)
{
    stage_set_wide(late_arrivals[_i].sent);
    terms_of(BANK_A)->hours.kind = late_arrivals[_i].hours;
    terms_of(BANK_A)->final = constant_us(SECONDS(25));
    stage_open();
    int64_t before_fen = balance(late_arrivals[_i].to);
    stage_order(transfer(1, SERVICE_BANK, OWN_A, late_arrivals[_i].to, YUAN(7)));
    stage_until(moment(late_arrivals[_i].arrives) - 1);
    ck_assert_int_eq(transit(), YUAN(7));
    ck_assert_int_eq(balance(late_arrivals[_i].to), before_fen);
    ck_assert(!world_quiet(stage.world));
    stage_after(1);
    ck_assert_int_eq(transit(), 0);
    ck_assert_int_eq(balance(late_arrivals[_i].to), before_fen + YUAN(7));
    stage_close();
}
END_TEST

/* --- sent back --------------------------------------------------------------- */

enum { BY_SHARE, BY_CODE, PAYEE_CLOSED, BOTH_CLOSED, SENT_BACK_WAYS };

START_TEST(money_sent_back_is_in_the_paying_account_again)
{
    struct order o = transfer(1, SERVICE_BANK, OWN_A, OWN_B, YUAN(40));
    uint32_t count;
    stage_set_wide(MONDAY);
    terms_of(BANK_A)->fee.fixed_fen = 55;
    if (_i == BY_SHARE)
        terms_of(BANK_A)->returned_ppm = 1000000;
    if (_i == BY_CODE) {
        terms_of(BANK_A)->code_count = 1;
        terms_of(BANK_A)->codes[0] = (struct code_share){BANK_MOCKBACK, 1000000};
    }
    stage_open();
    stage_order(o);
    stage_after(SECONDS(2));
    ck_assert_uint_eq(told(INPUT_PAY_ANSWERED, 1)->code, BANK_00);
    ck_assert_int_eq(transit(), YUAN(40));
    if (_i >= PAYEE_CLOSED)
        world_close_account(stage.world, OWN_B);
    if (_i == BOTH_CLOSED) /* takes nothing but what comes back to it */
        world_close_account(stage.world, OWN_A);
    stage_after(SECONDS(3));
    ck_assert_int_eq(balance(OWN_A), YUAN(5000));
    ck_assert_int_eq(balance(OWN_B), YUAN(2000));
    ck_assert_int_eq(sum_of(1, &count), 0);
    ck_assert_uint_eq(count, 2);
    ck_assert_uint_eq(world_movements(stage.world, OWN_A), 2);
    stage_ask(o, 1);
    stage_after(SECONDS(1));
    ck_assert_uint_eq(told(INPUT_QUERY_ANSWERED, 1)->code, BANK_00);
    ck_assert_uint_eq(told(INPUT_QUERY_ANSWERED, 1)->outcome, BANK_MOCKBACK);
    ck_assert_int_eq(told(INPUT_QUERY_ANSWERED, 1)->at_us, moment(MONDAY) + SECONDS(5));
    ck_assert(world_quiet(stage.world)); /* and no fee is owed */
    stage_close();
}
END_TEST

START_TEST(a_drawn_code_that_says_nothing_definite_hides_a_transfer_that_is_done)
{
    stage_set_wide(MONDAY);
    terms_of(BANK_A)->code_count = 1;
    terms_of(BANK_A)->codes[0] = (struct code_share){BANK_02, 1000000};
    stage_open();
    stage_order(transfer(1, SERVICE_BANK, OWN_A, OWN_B, YUAN(40)));
    stage_after(SECONDS(5));
    ck_assert_uint_eq(told(INPUT_PAY_ANSWERED, 1)->code, BANK_02);
    ck_assert_int_eq(balance(OWN_B), YUAN(2040));
    stage_close();
}
END_TEST

/* --- fees -------------------------------------------------------------------- */

START_TEST(a_day_s_fees_leave_the_fee_account_at_midnight_bank_by_bank)
{
    stage_set_wide(MONDAY);
    terms_of(BANK_A)->fee.fixed_fen = 500;
    terms_of(BANK_B)->fee.share_ppm = 1000;
    stage_open();
    stage_order(transfer(1, SERVICE_BANK, OWN_A, OWN_B, YUAN(100)));
    stage_order(transfer(2, SERVICE_BANK, OWN_A, RESERVE_A, YUAN(100)));
    stage_order(transfer(3, SERVICE_BANK, OWN_B, OWN_A, YUAN(1000)));
    stage_order(transfer(4, SERVICE_BANK, OWN_A, OWN_B, YUAN(900000))); /* refused: free */
    stage_until(moment("2018-03-05T23:59:59+08:00"));
    ck_assert_int_eq(stage.world->books.balance_fen[BOOKS_FEE_ACCOUNT], 0);
    ck_assert(!world_quiet(stage.world));
    stage_after(SECONDS(2));
    ck_assert_int_eq(stage.world->books.balance_fen[BOOKS_FEE_ACCOUNT], -1100);
    ck_assert(world_quiet(stage.world));
    stage_after(SECONDS(2));
    int64_t told_fen[2] = {0};
    uint32_t count = 0;
    for (uint32_t i = 0; i < stage.input_count; i++)
        if (stage.inputs[i].kind == INPUT_FEES_CHARGED) {
            ck_assert_uint_eq(stage.inputs[i].channel, CHANNEL_NONE);
            ck_assert_uint_lt(count, 2);
            told_fen[count++] = stage.inputs[i].amount_fen;
        }
    ck_assert_uint_eq(count, 2);
    ck_assert_int_eq(told_fen[0] + told_fen[1], 1100);
    ck_assert(told_fen[0] == 1000 || told_fen[1] == 1000);
    stage_after(2 * US_PER_DAY);
    ck_assert_int_eq(stage.world->books.balance_fen[BOOKS_FEE_ACCOUNT], -1100);
    stage_close();
}
END_TEST

/* --- queries and faults ------------------------------------------------------ */

START_TEST(a_bank_knows_no_order_of_another_bank)
{
    struct order o = transfer(1, SERVICE_BANK, OWN_A, OWN_B, YUAN(1));
    stage_set_wide(MONDAY);
    stage_open();
    stage_order(o);
    stage_after(SECONDS(9));
    o.account = OWN_B;
    stage_ask(o, 1);
    stage_after(SECONDS(1));
    ck_assert_uint_eq(told(INPUT_QUERY_ANSWERED, 1)->code, BANK_03);
    stage_close();
}
END_TEST

static const uint8_t query_faults[] = {FAULT_DOWN, FAULT_TIMEOUT, FAULT_ERROR_CODE, FAULT_LATENCY};

START_TEST(a_query_that_meets_a_fault_tells_nothing_of_the_transfer)
{
    struct order o = transfer(1, SERVICE_BANK, OWN_A, OWN_B, YUAN(1));
    bool answered = query_faults[_i] == FAULT_ERROR_CODE;
    stage_set_wide(MONDAY);
    struct fault_spec *f = stage_fault_first(1, BANK_A, OPERATION_QUERY, query_faults[_i]);
    f->code = BANK_MOCKBUSY;
    f->by_us = SECONDS(60);
    stage_open();
    stage_order(o);
    stage_ask(o, 1);
    stage_after(SECONDS(50));
    ck_assert_uint_eq(told_count(INPUT_QUERY_ANSWERED, 1), answered);
    if (answered)
        ck_assert_uint_eq(told(INPUT_QUERY_ANSWERED, 1)->code, BANK_MOCKBUSY);
    stage_after(SECONDS(50));
    ck_assert_uint_eq(told_count(INPUT_QUERY_ANSWERED, 1),
                      answered || query_faults[_i] == FAULT_LATENCY);
    stage_close();
}
END_TEST

START_TEST(every_fault_at_a_transfer_moves_the_money_once_or_never)
{
    static const struct fault_words words = {.operation = OPERATION_TRANSFER,
                                             .institution = BANK_A,
                                             .accepted = BANK_00,
                                             .done = BANK_00,
                                             .processing = BANK_02,
                                             .not_found = BANK_03,
                                             .duplicate = BANK_MOCKDUPL,
                                             .refused = BANK_MOCKBUSY,
                                             .declined = BANK_MOCKFAIL};
    stage_set_wide(MONDAY);
    meets_fault(&fault_cases[_i], &words, transfer(1, SERVICE_BANK, OWN_A, OWN_B, YUAN(70)), 2);
}
END_TEST

START_TEST(a_healed_bank_meets_no_fault)
{
    stage_set_wide(MONDAY);
    stage_fault_first(1, BANK_A, OPERATION_TRANSFER, FAULT_TIMEOUT);
    stage_open();
    stage_heal();
    stage_order(transfer(1, SERVICE_BANK, OWN_A, OWN_B, YUAN(70)));
    stage_after(SECONDS(5));
    ck_assert_uint_eq(told_count(INPUT_PAY_ANSWERED, 1), 1);
    stage_close();
}
END_TEST

START_TEST(a_bank_with_no_room_for_one_more_order_is_busy_and_takes_nothing)
{
    stage_set_wide(MONDAY);
    stage_open();
    struct order o = transfer(0, SERVICE_BANK, OWN_A, OWN_B, 1);
    o.sent_us = stage.now_us;
    for (o.id = 1; o.id <= REMITTANCES_KEPT + 1; o.id++) {
        stage.out.fact_count = stage.out.happening_count = 0;
        world_order(stage.world, stage.now_us, &o, &stage.out);
    }
    ck_assert_int_eq(balance(OWN_A), YUAN(5000) - REMITTANCES_KEPT);
    ck_assert_uint_eq(stage.out.happening_count, 1);
    ck_assert_uint_eq(stage.out.happenings[0].kind, HAPPENS_REMITTANCE_UNSENT);
    ck_assert_uint_eq(stage.out.happenings[0].code, BANK_MOCKBUSY);
    ck_assert_uint_eq(stage.out.happenings[0].arg, REMITTANCES_KEPT + 1);
    ck_assert(books_balanced(&stage.world->books));
}
END_TEST

START_TEST(a_bank_transfer_out_of_a_virtual_id_stops_the_program)
{
    stage_set_wide(MONDAY);
    stage_open();
    stage_order(transfer(1, SERVICE_BANK, VIRTUAL_OWN, OWN_B, 1));
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("bank");
    tcase_add_test(t, a_transfer_leaves_at_once_and_arrives_later);
    tcase_add_test(t, a_transfer_to_the_custody_account_is_unallocated_there);
    tcase_add_loop_test(t, a_bank_refuses_in_order_of_precedence_and_moves_nothing, 0,
                        COUNT(refusals));
    tcase_add_test(t, a_closed_account_pays_nothing);
    tcase_add_loop_test(t, between_banks_large_value_hours_count_and_within_one_none, 0,
                        COUNT(large_value_hours));
    tcase_add_loop_test(t, from_the_cut_off_on_a_bank_takes_nothing_until_the_system_opens_anew, 0,
                        COUNT(cut_offs));
    tcase_add_loop_test(
        t, what_the_large_value_system_cannot_carry_any_more_is_in_transit_until_it_opens, 0,
        COUNT(late_arrivals));
    tcase_add_loop_test(t, money_sent_back_is_in_the_paying_account_again, 0, SENT_BACK_WAYS);
    tcase_add_test(t, a_drawn_code_that_says_nothing_definite_hides_a_transfer_that_is_done);
    tcase_add_test(t, a_day_s_fees_leave_the_fee_account_at_midnight_bank_by_bank);
    tcase_add_test(t, a_bank_knows_no_order_of_another_bank);
    tcase_add_loop_test(t, a_query_that_meets_a_fault_tells_nothing_of_the_transfer, 0,
                        COUNT(query_faults));
    tcase_add_loop_test(t, every_fault_at_a_transfer_moves_the_money_once_or_never, 0, FAULT_CASES);
    tcase_add_test(t, a_healed_bank_meets_no_fault);
    tcase_add_test(t, a_bank_with_no_room_for_one_more_order_is_busy_and_takes_nothing);
    tcase_add_test_raise_signal(t, a_bank_transfer_out_of_a_virtual_id_stops_the_program, SIGABRT);
    return run_tests("bank", t);
}
