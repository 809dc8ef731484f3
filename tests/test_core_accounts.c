/* test_core_accounts.c — accounts through the whole core: registered, changed, closed, and what
 * custody asks of them. */

#include "tests/accounts.h"

static uint8_t state_of(uint8_t account)
{
    return t.s.core->account_items[account].state;
}

/* --- registering ------------------------------------------------------------ */

START_TEST(the_operator_registers_an_account_with_its_opening_balance)
{
    general_comes_at(NEVER_US);
    treasury_begin(&t);
    ck_assert_uint_eq(state_of(GENERAL), ACCOUNT_ABSENT);
    int64_t clients_fen = book_fen(&t, BOOK_CLIENTS);
    treasury_wait(&t, US_PER_HOUR);
    operator_does(INPUT_ACCOUNT_REGISTERED, GENERAL);
    ck_assert_uint_eq(state_of(GENERAL), ACCOUNT_OPEN);
    ck_assert_uint_eq(treasury_fact(&t, FACT_ACCOUNT_REGISTERED).subject, GENERAL);
    ck_assert_int_eq(account_fen(&t, GENERAL), OPENING_FEN);
    ck_assert_int_eq(book_fen(&t, BOOK_CLIENTS), clients_fen - OPENING_FEN);
}
END_TEST

START_TEST(an_account_opens_at_its_time)
{
    int64_t at_us = moment("2018-11-12T14:00:00.000007");
    general_comes_at(at_us);
    treasury_begin(&t);
    treasury_wait_until(&t, at_us - 1);
    ck_assert_uint_eq(state_of(GENERAL), ACCOUNT_ABSENT);
    treasury_wait_until(&t, at_us);
    ck_assert_uint_eq(state_of(GENERAL), ACCOUNT_OPEN);
    ck_assert_int_eq(treasury_fact(&t, FACT_ACCOUNT_REGISTERED).at_us, at_us);
    treasury_wait(&t, US_PER_DAY);
    ck_assert_uint_eq(treasury_count(&t, FACT_ACCOUNT_REGISTERED), 1);
}
END_TEST

START_TEST(one_that_the_operator_registered_before_opens_once)
{
    general_comes_at(moment("2018-11-12T14:00:00"));
    treasury_begin(&t);
    operator_does(INPUT_ACCOUNT_REGISTERED, GENERAL);
    treasury_wait(&t, US_PER_DAY);
    ck_assert_uint_eq(treasury_count(&t, FACT_ACCOUNT_REGISTERED), 1);
    ck_assert_uint_eq(treasury_count(&t, FACT_ACCOUNT_REFUSED), 0);
    ck_assert_int_eq(account_fen(&t, GENERAL), OPENING_FEN);
}
END_TEST

/* What the seventh account would be. */
static const struct {
    uint8_t kind, use, institution;
    enum reason want;
} strangers[] = {
    {ACCOUNT_CENTRAL_BANK, USE_NONE, INSTITUTION_CENTRAL_BANK, REASON_USE_TAKEN},
    {ACCOUNT_RESERVE, USE_PREPAID_CARD, BANK_B, REASON_USE_TAKEN},
    {ACCOUNT_RESERVE, USE_NONE, BANK_B, REASON_USE_WRONG},
    {ACCOUNT_OWN, USE_FUND, BANK_B, REASON_USE_WRONG},
    {ACCOUNT_VIRTUAL_OWN, USE_NONE, CHANNEL_UNIONPAY, REASON_USE_TAKEN},
};

START_TEST(registering_is_refused_with_the_reason)
{
    general_comes_at(NEVER_US);
    t.s.config.accounts[GENERAL].kind = strangers[_i].kind;
    t.s.config.accounts[GENERAL].use = strangers[_i].use;
    t.s.config.accounts[GENERAL].institution = strangers[_i].institution;
    treasury_begin(&t);
    must_refuse(INPUT_ACCOUNT_REGISTERED, GENERAL, strangers[_i].want);
    ck_assert_uint_eq(state_of(GENERAL), ACCOUNT_ABSENT);
    ck_assert_int_eq(account_fen(&t, GENERAL), 0);
}
END_TEST

START_TEST(what_is_open_was_closed_or_is_unknown_is_not_registered)
{
    t.s.config.accounts[OWN_2].opening_fen = 0;
    treasury_begin(&t);
    must_refuse(INPUT_ACCOUNT_REGISTERED, OWN, REASON_ACCOUNT_OPEN_ALREADY);
    operator_does(INPUT_ACCOUNT_CLOSED, OWN_2);
    must_refuse(INPUT_ACCOUNT_REGISTERED, OWN_2, REASON_ACCOUNT_OPEN_ALREADY);
    must_refuse(INPUT_ACCOUNT_REGISTERED, 99, REASON_ACCOUNT_UNKNOWN);
    must_refuse(INPUT_ACCOUNT_REGISTERED, ACCOUNT_NONE, REASON_ACCOUNT_UNKNOWN);
}
END_TEST

/* --- changing --------------------------------------------------------------- */

START_TEST(changing_takes_effect_at_once)
{
    t.s.config.accounts[OWN].flags = 0;
    t.s.config.accounts[OWN].interface = OFFERS_NOTHING;
    treasury_begin(&t);
    treasury_ask(&t, OWN, ACS, 100);
    ck_assert_uint_eq(treasury_count(&t, FACT_TRANSFER_FAILED), 1);
    change(OWN, OFFERS_EVERYTHING, 5, ACCOUNT_DIRECT_LINK);
    ck_assert_uint_eq(treasury_count(&t, FACT_ACCOUNT_CHANGED), 1);
    ck_assert_int_eq(t.s.core->account_items[OWN].keep_fen, 5);
    treasury_ask(&t, OWN, ACS, 100);
    ck_assert_uint_eq(treasury_order(&t, ORDER_TRANSFER).service, SERVICE_BANK);

    change(OWN, ACCOUNT_NONE, 0, ACCOUNT_DIRECT_LINK); /* no interface: it offers nothing */
    must_refuse(INPUT_REFRESH_REQUESTED, OWN, REASON_OPERATION_MISSING);
}
END_TEST

START_TEST(what_is_not_open_is_not_changed)
{
    general_comes_at(NEVER_US);
    treasury_begin(&t);
    must_refuse(INPUT_ACCOUNT_CHANGED, GENERAL, REASON_ACCOUNT_CLOSED);
    must_refuse(INPUT_ACCOUNT_CHANGED, 99, REASON_ACCOUNT_UNKNOWN);
}
END_TEST

/* --- closing ---------------------------------------------------------------- */

START_TEST(an_account_with_nothing_on_it_closes)
{
    t.s.config.accounts[OWN_2].opening_fen = 0;
    treasury_begin(&t);
    operator_does(INPUT_ACCOUNT_CLOSED, OWN_2);
    ck_assert_uint_eq(treasury_fact(&t, FACT_ACCOUNT_CLOSED).subject, OWN_2);
    ck_assert_uint_eq(state_of(OWN_2), ACCOUNT_CLOSED);
    must_refuse(INPUT_ACCOUNT_CLOSED, OWN_2, REASON_ACCOUNT_CLOSED);
    must_refuse(INPUT_REFRESH_REQUESTED, OWN_2, REASON_ACCOUNT_CLOSED);
    treasury_ask(&t, OWN, OWN_2, 100);
    ck_assert_uint_eq(treasury_fact(&t, FACT_TRANSFER_REFUSED).reason, REASON_ACCOUNT_CLOSED);
}
END_TEST

START_TEST(closing_is_refused_with_the_reason)
{
    general_comes_at(NEVER_US);
    struct core_config *c = &t.s.config;
    c->accounts[OWN_2].opening_fen = c->accounts[VIRTUAL_OWN].opening_fen = 0;
    c->accounts[VIRTUAL_RESERVE].opening_fen = 0;
    c->channels[CHANNEL_UNIONPAY].rule.settles_to = SETTLES_TO_VIRTUAL_ID;
    c->rule_count = 1;
    c->rules[0] = (struct transfer_rule){.from = VIRTUAL_OWN, .to = OWN, .trigger = TRIGGER_ABOVE};
    c->rules[0].threshold_fen = 100 * OPENING_FEN;
    treasury_begin(&t);
    must_refuse(INPUT_ACCOUNT_CLOSED, ACS, REASON_CENTRAL_BANK_STAYS);
    must_refuse(INPUT_ACCOUNT_CLOSED, OWN, REASON_BALANCE_LEFT);
    must_refuse(INPUT_ACCOUNT_CLOSED, GENERAL, REASON_ACCOUNT_CLOSED);
    must_refuse(INPUT_ACCOUNT_CLOSED, 99, REASON_ACCOUNT_UNKNOWN);
    must_refuse(INPUT_ACCOUNT_CLOSED, VIRTUAL_OWN, REASON_RULE_LIVE);
    must_refuse(INPUT_ACCOUNT_CLOSED, VIRTUAL_RESERVE, REASON_ENTRY_PENDING); /* nets will come */
    treasury_ask(&t, OWN, OWN_2, 100);
    must_refuse(INPUT_ACCOUNT_CLOSED, OWN_2, REASON_ENTRY_PENDING);
}
END_TEST

START_TEST(money_reported_but_not_collected_keeps_an_account_open)
{
    t.s.config.accounts[OWN_2].opening_fen = 0;
    treasury_begin(&t);
    treasury_wait(&t, US_PER_HOUR);
    report(&t, OWN_2, 7, t.s.now_us);
    must_refuse(INPUT_ACCOUNT_CLOSED, OWN_2, REASON_BALANCE_LEFT);
    movement(&t, OWN_2, 1, 7, 0, 0); /* the report had it in */
    treasury_wait(&t, US_PER_S);
    movement(&t, OWN_2, 2, -7, 0, 0);
    operator_does(INPUT_ACCOUNT_CLOSED, OWN_2);
    ck_assert_uint_eq(state_of(OWN_2), ACCOUNT_CLOSED);
}
END_TEST

START_TEST(a_rule_whose_schedule_is_over_lets_its_account_close)
{
    int64_t at_us = moment("2018-11-12T13:00:00");
    struct core_config *c = &t.s.config;
    c->accounts[OWN_2].opening_fen = 0;
    c->moments = &at_us;
    c->limits.moments = 1;
    c->rule_count = 1;
    c->rules[0] = (struct transfer_rule){
        .from = OWN_2,
        .to = ACS,
        .amount_kind = AMOUNT_SWEEP,
        .when = {.kind = SCHEDULE_MOMENTS, .count = 1},
    };
    treasury_begin(&t);
    must_refuse(INPUT_ACCOUNT_CLOSED, OWN_2, REASON_RULE_LIVE);
    treasury_wait_until(&t, at_us);
    operator_does(INPUT_ACCOUNT_CLOSED, OWN_2);
    ck_assert_uint_eq(state_of(OWN_2), ACCOUNT_CLOSED);
}
END_TEST

START_TEST(an_account_closes_at_its_time_or_is_overdue_each_day)
{
    int64_t at_us = moment("2018-11-12T18:00:00");
    t.s.config.accounts[OWN_2].closes_us = at_us;
    treasury_begin(&t);
    treasury_wait_until(&t, at_us - 1);
    ck_assert_uint_eq(treasury_count(&t, FACT_ACCOUNT_REFUSED), 0);
    treasury_wait_until(&t, at_us);
    ck_assert_uint_eq(treasury_alerts(&t, REASON_ACCOUNT_OVERDUE), 1);
    ck_assert_uint_eq(treasury_fact(&t, FACT_ALERT).class, OWN_2 + 1);
    ck_assert_int_eq(treasury_fact(&t, FACT_ALERT).amount_fen, OPENING_FEN);
    movement(&t, OWN_2, 1, -OPENING_FEN, 0, 0);
    treasury_wait_until(&t, at_us + US_PER_DAY - 1);
    ck_assert_uint_eq(state_of(OWN_2), ACCOUNT_OPEN);
    treasury_wait_until(&t, at_us + US_PER_DAY);
    ck_assert_uint_eq(state_of(OWN_2), ACCOUNT_CLOSED);
    ck_assert_uint_eq(treasury_alerts(&t, REASON_ACCOUNT_OVERDUE), 1);
}
END_TEST

/* --- what custody asks of accounts ------------------------------------------ */

static const struct {
    const char *start, *quiet, *alert;
} cut_offs[] = {
    {"2018-01-19T12:00:00", "2018-01-19T16:59:59.999999", "2018-01-19T17:00:00"},
    {"2018-01-19T17:00:00", "2018-01-22T17:14:59.999999", "2018-01-22T17:15:00"},
    {"2018-09-30T17:15:00", "2018-10-08T17:14:59.999999", "2018-10-08T17:15:00"},
    {"2018-09-29T12:00:00", "2018-09-29T17:14:59.999999", "2018-09-29T17:15:00"}, /* made up */
};

START_TEST(a_remainder_on_the_prepaid_account_at_the_cut_off_is_an_alert)
{
    treasury_start_at(&t, cut_offs[_i].start);
    treasury_begin(&t);
    treasury_wait_until(&t, moment(cut_offs[_i].quiet));
    ck_assert_uint_eq(treasury_alerts(&t, REASON_REMAINDER_AT_CUT_OFF), 0);
    treasury_wait_until(&t, moment(cut_offs[_i].alert));
    ck_assert_uint_eq(treasury_alerts(&t, REASON_REMAINDER_AT_CUT_OFF), 1);
    ck_assert_int_eq(treasury_fact(&t, FACT_ALERT).amount_fen, OPENING_FEN);
    ck_assert_uint_eq(treasury_fact(&t, FACT_ALERT).class, PREPAID + 1);
}
END_TEST

START_TEST(the_cut_off_is_when_the_large_value_system_of_the_scenario_ends)
{
    t.s.config.large_value.from_us = 18 * US_PER_HOUR;
    t.s.config.large_value.to_us = 14 * US_PER_HOUR;
    treasury_begin(&t);
    treasury_wait_until(&t, moment("2018-11-12T13:59:59.999999"));
    ck_assert_uint_eq(treasury_alerts(&t, REASON_REMAINDER_AT_CUT_OFF), 0);
    treasury_wait_until(&t, moment("2018-11-12T14:00:00"));
    ck_assert_uint_eq(treasury_alerts(&t, REASON_REMAINDER_AT_CUT_OFF), 1);
}
END_TEST

START_TEST(a_prepaid_account_swept_in_time_is_no_alert)
{
    treasury_begin(&t);
    treasury_ask(&t, PREPAID, ACS, OPENING_FEN - _i);
    reply(&t, treasury_order(&t, ORDER_TRANSFER), BANK_00);
    treasury_wait_until(&t, moment("2018-11-12T18:00:00"));
    ck_assert_uint_eq(treasury_alerts(&t, REASON_REMAINDER_AT_CUT_OFF), (uint32_t)_i);
}
END_TEST

START_TEST(a_general_account_still_open_on_the_fifteenth_is_overdue)
{
    treasury_start_at(&t, "2019-01-13T12:00:00");
    general_comes_at(t.s.now_us);
    treasury_begin(&t);
    treasury_wait_until(&t, moment("2019-01-14T23:59:59.999999"));
    ck_assert_uint_eq(treasury_alerts(&t, REASON_ACCOUNT_OVERDUE), 0);
    treasury_wait_until(&t, moment("2019-01-15T00:00:00"));
    ck_assert_uint_eq(treasury_alerts(&t, REASON_ACCOUNT_OVERDUE), 1);
    ck_assert_uint_eq(treasury_fact(&t, FACT_ALERT).class, GENERAL + 1);
    treasury_wait(&t, 10 * US_PER_DAY);
    ck_assert_uint_eq(treasury_alerts(&t, REASON_ACCOUNT_OVERDUE), 1);
}
END_TEST

START_TEST(a_general_account_closed_in_time_is_not)
{
    treasury_start_at(&t, "2019-01-13T12:00:00");
    general_comes_at(t.s.now_us);
    t.s.config.accounts[GENERAL].opening_fen = 0;
    t.s.config.accounts[GENERAL].closes_us = moment("2019-01-14T18:00:00");
    treasury_begin(&t);
    treasury_wait(&t, 10 * US_PER_DAY);
    ck_assert_uint_eq(state_of(GENERAL), ACCOUNT_CLOSED);
    ck_assert_uint_eq(treasury_alerts(&t, REASON_ACCOUNT_OVERDUE), 0);
}
END_TEST

START_TEST(a_general_account_after_that_day_is_overdue_from_its_start)
{
    treasury_start_at(&t, "2019-03-01T12:00:00");
    general_comes_at(_i == 0 ? t.s.now_us : NEVER_US);
    treasury_tick(&t);
    if (_i == 1)
        operator_does(INPUT_ACCOUNT_REGISTERED, GENERAL);
    ck_assert_uint_eq(treasury_alerts(&t, REASON_ACCOUNT_OVERDUE), 1);
    treasury_wait(&t, 3 * US_PER_DAY);
    ck_assert_uint_eq(treasury_alerts(&t, REASON_ACCOUNT_OVERDUE), 1);
}
END_TEST

/* A driver by the wall clock is always a little late. */
START_TEST(duties_are_done_also_when_the_tick_comes_late)
{
    treasury_start_at(&t, "2019-01-14T20:00:00");
    general_comes_at(t.s.now_us);
    treasury_begin(&t);
    t.s.now_us = moment("2019-01-15T00:00:00.000350");
    treasury_tick(&t);
    ck_assert_uint_eq(treasury_alerts(&t, REASON_ACCOUNT_OVERDUE), 1);
    ck_assert_uint_eq(treasury_alerts(&t, REASON_REMAINDER_AT_CUT_OFF), 0);
    treasury_forget(&t);
    t.s.now_us = moment("2019-01-15T17:15:02");
    treasury_tick(&t);
    ck_assert_uint_eq(treasury_alerts(&t, REASON_REMAINDER_AT_CUT_OFF), 1);
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("core_accounts");
    tcase_add_checked_fixture(c, fresh, done);
    tcase_add_test(c, the_operator_registers_an_account_with_its_opening_balance);
    tcase_add_test(c, an_account_opens_at_its_time);
    tcase_add_test(c, one_that_the_operator_registered_before_opens_once);
    tcase_add_loop_test(c, registering_is_refused_with_the_reason, 0, COUNT(strangers));
    tcase_add_test(c, what_is_open_was_closed_or_is_unknown_is_not_registered);
    tcase_add_test(c, changing_takes_effect_at_once);
    tcase_add_test(c, what_is_not_open_is_not_changed);
    tcase_add_test(c, an_account_with_nothing_on_it_closes);
    tcase_add_test(c, closing_is_refused_with_the_reason);
    tcase_add_test(c, money_reported_but_not_collected_keeps_an_account_open);
    tcase_add_test(c, a_rule_whose_schedule_is_over_lets_its_account_close);
    tcase_add_test(c, an_account_closes_at_its_time_or_is_overdue_each_day);
    tcase_add_loop_test(c, a_remainder_on_the_prepaid_account_at_the_cut_off_is_an_alert, 0,
                        COUNT(cut_offs));
    tcase_add_test(c, the_cut_off_is_when_the_large_value_system_of_the_scenario_ends);
    tcase_add_loop_test(c, a_prepaid_account_swept_in_time_is_no_alert, 0, 2);
    tcase_add_test(c, a_general_account_still_open_on_the_fifteenth_is_overdue);
    tcase_add_test(c, a_general_account_closed_in_time_is_not);
    tcase_add_loop_test(c, a_general_account_after_that_day_is_overdue_from_its_start, 0, 2);
    tcase_add_test(c, duties_are_done_also_when_the_tick_comes_late);
    return run_tests("core_accounts", c);
}
