/* test_core_funds.c — accounts through the whole core: their movements told, their balances
 * reported, both asked for. */

#include "tests/accounts.h"

/* --- movements -------------------------------------------------------------- */

START_TEST(a_movement_counts_once_however_it_is_told)
{
    treasury_begin(&t);
    static const uint8_t flags[][2] = {
        {0, 0}, {MOVEMENT_PUSHED, 0}, {0, MOVEMENT_PUSHED}, {MOVEMENT_PUSHED, MOVEMENT_PUSHED}};
    for (uint32_t i = 0; i < 4; i++) {
        movement(&t, OWN, i + 1, 50, 0, flags[i][0]);
        movement(&t, OWN, i + 1, 50, 0, flags[i][1]);
        ck_assert_int_eq(account_fen(&t, OWN), OPENING_FEN + 50 * ((int64_t)i + 1));
        ck_assert_uint_eq(treasury_fact(&t, FACT_MOVEMENT).state, flags[i][0]);
    }
    ck_assert_uint_eq(treasury_count(&t, FACT_MOVEMENT), 4);
    movement(&t, OWN, 5, -20, 0, 0);
    ck_assert_int_eq(account_fen(&t, OWN), OPENING_FEN + 180);
    movement(&t, OWN, 0, 1, 0, 0); /* there is no such number */
    ck_assert_int_eq(account_fen(&t, OWN), OPENING_FEN + 180);
}
END_TEST

/* With what it and all before it come to. */
static void movement_ahead(uint32_t number, int64_t amount_fen, int64_t all_fen)
{
    treasury_apply(&t, (struct input){.kind = INPUT_MOVEMENT_TOLD,
                                      .channel = CHANNEL_NONE,
                                      .account = OWN,
                                      .count = number,
                                      .amount_fen = amount_fen,
                                      .other_fen = OPENING_FEN + all_fen,
                                      .flag = MOVEMENT_PUSHED,
                                      .at_us = t.s.now_us});
}

/* Every number once, in any order, each told twice. */
START_TEST(movements_may_come_in_any_order)
{
    enum { MOVEMENTS = 200 };
    uint64_t stream = 21 + (uint64_t)_i;
    uint32_t order[2 * MOVEMENTS];
    for (uint32_t i = 0; i < 2 * MOVEMENTS; i++)
        order[i] = i % MOVEMENTS + 1;
    for (uint32_t i = 2 * MOVEMENTS - 1; i > 0; i--) {
        uint32_t other = (uint32_t)draw(&stream, i + 1);
        uint32_t one = order[i];
        order[i] = order[other];
        order[other] = one;
    }
    treasury_begin(&t);
    for (uint32_t i = 0; i < 2 * MOVEMENTS; i++)
        movement_ahead(order[i], order[i], order[i] * (order[i] + 1) / 2);
    ck_assert_uint_eq(treasury_count(&t, FACT_MOVEMENT), MOVEMENTS);
    ck_assert_int_eq(account_fen(&t, OWN), OPENING_FEN + MOVEMENTS * (MOVEMENTS + 1) / 2);
    ck_assert_uint_eq(t.s.core->purses[OWN].cursor, MOVEMENTS);
}
END_TEST

START_TEST(what_is_too_far_ahead_is_left_to_a_query)
{
    treasury_begin(&t);
    movement(&t, OWN, NUMBERS_AHEAD + 1, 1000, 0, MOVEMENT_PUSHED);
    ck_assert_uint_eq(treasury_count(&t, FACT_MOVEMENT), 0);
    movement_ahead(NUMBERS_AHEAD, 100, NUMBERS_AHEAD - 1 + 100);
    ck_assert_int_eq(account_fen(&t, OWN), OPENING_FEN + 100);
    for (uint32_t n = 1; n <= NUMBERS_AHEAD - 1; n++)
        movement_ahead(n, 1, n);
    movement(&t, OWN, NUMBERS_AHEAD, 100, 0, 0);
    movement(&t, OWN, NUMBERS_AHEAD + 1, 1000, 0, 0);
    ck_assert_int_eq(account_fen(&t, OWN), OPENING_FEN + NUMBERS_AHEAD - 1 + 1100);
    ck_assert_uint_eq(t.s.core->purses[OWN].cursor, NUMBERS_AHEAD + 1);
    movement(&t, OWN, UINT32_MAX, 5, 0, MOVEMENT_PUSHED);
    ck_assert_int_eq(account_fen(&t, OWN), OPENING_FEN + NUMBERS_AHEAD - 1 + 1100);
}
END_TEST

START_TEST(a_foreign_credit_on_custody_raises_the_unallocated_alone)
{
    treasury_begin(&t);
    int64_t unallocated_fen = t.s.core->unallocated_fen;
    int64_t available[] = {available_fen(&t, CHANNEL_UNIONPAY),
                           available_fen(&t, CHANNEL_NETSUNION)};
    movement(&t, ACS, 1, 500, 0, MOVEMENT_PUSHED);
    movement(&t, ACS, 1, 500, 0, 0);
    ck_assert_int_eq(t.s.core->unallocated_fen, unallocated_fen + 500);
    ck_assert_int_eq(account_fen(&t, ACS), 10 * OPENING_FEN + 500);
    ck_assert_int_eq(available_fen(&t, CHANNEL_UNIONPAY), available[0]);
    ck_assert_int_eq(available_fen(&t, CHANNEL_NETSUNION), available[1]);
}
END_TEST

START_TEST(a_debit_of_custody_by_nobody_is_an_alert)
{
    treasury_begin(&t);
    movement(&t, ACS, 1, -500, 0, 0);
    ck_assert_uint_eq(treasury_alerts(&t, REASON_REPORT_BELOW_BELIEF), 1);
}
END_TEST

START_TEST(a_sessions_net_is_the_clearing_houses_to_tell)
{
    treasury_begin(&t);
    int64_t unallocated_fen = t.s.core->unallocated_fen;
    movement(&t, ACS, 1, 500, 0, MOVEMENT_OF_SESSION);
    movement(&t, ACS, 2, -700, 0, MOVEMENT_OF_SESSION | MOVEMENT_PUSHED);
    movement(&t, VIRTUAL_RESERVE, 1, 500, 0, MOVEMENT_OF_SESSION);
    ck_assert_int_eq(t.s.core->unallocated_fen, unallocated_fen);
    ck_assert_int_eq(account_fen(&t, ACS), 10 * OPENING_FEN);
    ck_assert_int_eq(account_fen(&t, VIRTUAL_RESERVE), OPENING_FEN);
    ck_assert_uint_eq(treasury_count(&t, FACT_MOVEMENT), 3);
    ck_assert_uint_eq(t.s.core->purses[ACS].cursor, 2);
}
END_TEST

START_TEST(own_money_belongs_to_equity_and_customers_money_to_them)
{
    treasury_begin(&t);
    int64_t equity_fen = book_fen(&t, BOOK_EQUITY);
    int64_t clients_fen = book_fen(&t, BOOK_CLIENTS);
    movement(&t, OWN, 1, 11, 0, 0);
    movement(&t, PREPAID, 1, 22, 0, 0);
    ck_assert_int_eq(book_fen(&t, BOOK_EQUITY), equity_fen - 11);
    ck_assert_int_eq(book_fen(&t, BOOK_CLIENTS), clients_fen - 22);
}
END_TEST

START_TEST(a_movement_of_what_is_not_there_is_nothing)
{
    general_comes_at(NEVER_US);
    treasury_begin(&t);
    movement(&t, GENERAL, 1, 500, 0, 0);
    movement(&t, 99, 1, 500, 0, 0);
    ck_assert_uint_eq(t.fact_count, 0);
}
END_TEST

/* --- balance reports -------------------------------------------------------- */

static int64_t free_fen(uint8_t account)
{
    return funds_free_fen(&(struct desk){.core = t.s.core}, account);
}

START_TEST(a_report_is_believed_and_what_it_had_in_is_collected_later)
{
    treasury_begin(&t);
    int64_t before_us = t.s.now_us + US_PER_MINUTE;
    treasury_wait(&t, US_PER_HOUR);
    report(&t, OWN, OPENING_FEN + 500, t.s.now_us);
    ck_assert_int_eq(account_fen(&t, OWN), OPENING_FEN);
    ck_assert_int_eq(free_fen(OWN), OPENING_FEN + 500);
    treasury_wait(&t, US_PER_HOUR);
    struct input in = {.kind = INPUT_MOVEMENT_TOLD,
                       .channel = CHANNEL_NONE,
                       .account = OWN,
                       .count = 1,
                       .amount_fen = 500,
                       .at_us = before_us};
    treasury_apply(&t, in); /* the report had it in */
    ck_assert_int_eq(account_fen(&t, OWN), OPENING_FEN + 500);
    ck_assert_int_eq(free_fen(OWN), OPENING_FEN + 500);
    movement(&t, OWN, 2, 40, 0, 0); /* this one it had not */
    ck_assert_int_eq(free_fen(OWN), OPENING_FEN + 540);
}
END_TEST

START_TEST(where_details_are_not_offered_the_difference_is_booked)
{
    t.s.config.accounts[OWN].interface = OFFERS_BALANCE;
    treasury_begin(&t);
    treasury_wait(&t, US_PER_HOUR);
    report(&t, OWN, OPENING_FEN - 300, t.s.now_us);
    ck_assert_int_eq(account_fen(&t, OWN), OPENING_FEN - 300);
    ck_assert_int_eq(free_fen(OWN), OPENING_FEN - 300);
    treasury_wait(&t, US_PER_HOUR);
    report(&t, OWN, OPENING_FEN - 300, t.s.now_us);
    ck_assert_int_eq(account_fen(&t, OWN), OPENING_FEN - 300);
}
END_TEST

START_TEST(a_report_older_than_what_is_known_says_nothing)
{
    t.s.config.accounts[OWN].interface = _i == 0 ? OFFERS_EVERYTHING : OFFERS_BALANCE;
    treasury_begin(&t);
    treasury_wait(&t, US_PER_HOUR);
    int64_t as_of_us = t.s.now_us;
    report(&t, OWN, OPENING_FEN + 1, as_of_us - 2 * US_PER_HOUR); /* before it was registered */
    ck_assert_int_eq(free_fen(OWN), OPENING_FEN);
    report(&t, OWN, OPENING_FEN + 5, as_of_us);
    report(&t, OWN, OPENING_FEN + 9, as_of_us); /* the same moment again */
    report(&t, OWN, OPENING_FEN + 9, as_of_us - 1);
    ck_assert_int_eq(free_fen(OWN), OPENING_FEN + 5);
    treasury_wait(&t, US_PER_MINUTE);
    movement(&t, OWN, 1, 100, 0, 0);
    report(&t, OWN, OPENING_FEN + 5, t.s.now_us - 1); /* before that movement */
    ck_assert_int_eq(free_fen(OWN), OPENING_FEN + 105);
    ck_assert_uint_eq(treasury_count(&t, FACT_BALANCE_REPORTED), 5);
}
END_TEST

/* It may have the leg in or not. */
START_TEST(a_report_while_a_leg_is_out_says_nothing)
{
    treasury_begin(&t);
    treasury_ask(&t, OWN, OWN_2, 100);
    struct order o = treasury_order(&t, ORDER_TRANSFER);
    treasury_wait(&t, US_PER_S);
    report(&t, OWN, OPENING_FEN - 100, t.s.now_us);
    report(&t, OWN_2, OPENING_FEN + 100, t.s.now_us);
    ck_assert_int_eq(free_fen(OWN), OPENING_FEN - 100); /* what is held, once */
    ck_assert_int_eq(free_fen(OWN_2), OPENING_FEN);
    int64_t as_of_us = t.s.now_us;
    treasury_wait(&t, US_PER_S);
    reply(&t, o, BANK_00);
    notice(&t, o, BANK_00);
    report(&t, OWN, OPENING_FEN, as_of_us); /* from before the leg ended */
    report(&t, OWN_2, OPENING_FEN, as_of_us);
    ck_assert_int_eq(free_fen(OWN), OPENING_FEN - 100);
    ck_assert_int_eq(free_fen(OWN_2), OPENING_FEN + 100);
}
END_TEST

START_TEST(reports_of_custody_and_virtual_ids_are_only_told)
{
    static const uint8_t which[] = {ACS, VIRTUAL_RESERVE, VIRTUAL_OWN};
    treasury_begin(&t);
    treasury_wait(&t, US_PER_HOUR);
    for (int i = 0; i < 3; i++) {
        int64_t before_fen = free_fen(which[i]);
        report(&t, which[i], 1, t.s.now_us);
        ck_assert_int_eq(free_fen(which[i]), before_fen);
    }
    ck_assert_uint_eq(treasury_count(&t, FACT_BALANCE_REPORTED), 3);
    report(&t, 99, 1, t.s.now_us);
    ck_assert_uint_eq(treasury_count(&t, FACT_BALANCE_REPORTED), 3);
}
END_TEST

/* --- tasks, refresh, details ------------------------------------------------ */

START_TEST(tasks_are_done_every_so_often_and_at_their_moments)
{
    static int64_t moments[] = {0, 0};
    moments[0] = moment("2018-11-12T15:30:00");
    moments[1] = moment("2018-11-12T17:00:00");
    struct core_config *c = &t.s.config;
    c->moments = moments;
    c->limits.moments = 2;
    struct interface *i = &c->interfaces[OFFERS_EVERYTHING];
    i->task_count = 2;
    i->tasks[0] = (struct interface_task){
        .operation = OPERATE_BALANCE,
        .when = {.kind = SCHEDULE_EVERY, .every_us = US_PER_HOUR, .start_us = t.s.config.start_us}};
    i->tasks[1] = (struct interface_task){.operation = OPERATE_DETAILS,
                                          .when = {.kind = SCHEDULE_MOMENTS, .count = 2}};
    for (int a = 0; a < ACCOUNTS - 1; a++)
        c->accounts[a].interface = a == OWN ? OFFERS_EVERYTHING : OFFERS_NOTHING;
    treasury_begin(&t);
    treasury_wait_until(&t, moment("2018-11-12T18:00:00"));
    ck_assert_uint_eq(treasury_orders(&t, ORDER_REPORT_BALANCE), 6);
    ck_assert_uint_eq(treasury_orders(&t, ORDER_LIST_DETAILS), 2);
    ck_assert_uint_eq(t.order_count, 8);
    for (uint32_t n = 0; n < t.order_count; n++)
        ck_assert_uint_eq(t.orders[n].account, OWN);
    ck_assert_int_eq(treasury_order(&t, ORDER_LIST_DETAILS).sent_us, moments[1]);

    change(OWN, OFFERS_NOTHING, 0, 0); /* the old interface's tasks are over */
    treasury_wait(&t, US_PER_DAY);
    ck_assert_uint_eq(t.order_count, 8);
    change(OWN, OFFERS_EVERYTHING, 0, 0);
    change(OWN, OFFERS_EVERYTHING, 0, 0); /* and not done twice */
    treasury_forget(&t);
    treasury_wait(&t, 2 * US_PER_HOUR);
    ck_assert_uint_eq(treasury_orders(&t, ORDER_REPORT_BALANCE), 2);
}
END_TEST

START_TEST(tasks_begin_when_their_account_opens)
{
    general_comes_at(moment("2018-11-12T14:10:00"));
    struct interface *i = &t.s.config.interfaces[OFFERS_BALANCE];
    i->task_count = 1;
    i->tasks[0] = (struct interface_task){
        .operation = OPERATE_BALANCE,
        .when = {.kind = SCHEDULE_EVERY, .every_us = US_PER_HOUR, .start_us = t.s.config.start_us}};
    t.s.config.accounts[GENERAL].interface = OFFERS_BALANCE;
    treasury_begin(&t);
    treasury_wait_until(&t, moment("2018-11-12T14:59:59"));
    ck_assert_uint_eq(t.order_count, 0);
    treasury_wait_until(&t, moment("2018-11-12T15:00:00"));
    ck_assert_uint_eq(treasury_order(&t, ORDER_REPORT_BALANCE).account, GENERAL);
}
END_TEST

START_TEST(a_task_for_quota_asks_both_houses_for_custody_and_one_for_its_own)
{
    static const struct {
        uint8_t account;
        uint32_t want;
    } rows[] = {{ACS, 2}, {VIRTUAL_RESERVE, 1}, {OWN, 0}};
    struct core_config *c = &t.s.config;
    c->interfaces[OFFERS_EVERYTHING].institution =
        rows[_i].account == VIRTUAL_RESERVE ? CHANNEL_UNIONPAY : BANK_A;
    c->interfaces[OFFERS_EVERYTHING].task_count = 1;
    c->interfaces[OFFERS_EVERYTHING].tasks[0] = (struct interface_task){
        .operation = OPERATE_QUOTA,
        .when = {.kind = SCHEDULE_EVERY, .every_us = US_PER_HOUR, .start_us = t.s.config.start_us}};
    for (int a = 0; a < ACCOUNTS - 1; a++)
        c->accounts[a].interface = a == rows[_i].account ? OFFERS_EVERYTHING : OFFERS_NOTHING;
    treasury_begin(&t);
    treasury_wait(&t, US_PER_HOUR);
    ck_assert_uint_eq(treasury_orders(&t, ORDER_REPORT_QUOTA), rows[_i].want);
}
END_TEST

START_TEST(a_refresh_asks_for_balance_and_details_from_the_last_known)
{
    treasury_begin(&t);
    movement(&t, VIRTUAL_OWN, 1, 5, 0, 0);
    movement(&t, VIRTUAL_OWN, 3, 5, 0, MOVEMENT_PUSHED);
    operator_does(INPUT_REFRESH_REQUESTED, VIRTUAL_OWN);
    ck_assert_uint_eq(t.order_count, 2);
    struct order o = treasury_order(&t, ORDER_LIST_DETAILS);
    ck_assert_uint_eq(o.id, 1); /* number 2 is missing */
    ck_assert_uint_eq(o.account, VIRTUAL_OWN);
    ck_assert_uint_eq(o.channel, CHANNEL_UNIONPAY);
    treasury_forget(&t);
    operator_does(INPUT_REFRESH_REQUESTED, OWN);
    ck_assert_uint_eq(treasury_order(&t, ORDER_REPORT_BALANCE).channel, CHANNEL_NONE);
    must_refuse(INPUT_REFRESH_REQUESTED, 99, REASON_ACCOUNT_UNKNOWN);
}
END_TEST

static void details_end(uint32_t last, uint8_t more)
{
    treasury_apply(&t, (struct input){.kind = INPUT_DETAILS_ENDED,
                                      .channel = CHANNEL_NONE,
                                      .account = OWN,
                                      .count = last,
                                      .flag = more});
}

START_TEST(pages_of_details_are_asked_for_one_after_the_other)
{
    treasury_begin(&t);
    for (uint32_t n = 1; n <= 3; n++)
        movement(&t, OWN, n, 1, 0, 0);
    details_end(3, 1);
    ck_assert_uint_eq(t.order_count, 1);
    ck_assert_uint_eq(treasury_order(&t, ORDER_LIST_DETAILS).id, 3);
    movement(&t, OWN, 4, 1, 0, 0);
    details_end(4, 0);
    ck_assert_uint_eq(t.order_count, 1);
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("core_funds");
    tcase_add_checked_fixture(c, fresh, done);
    tcase_add_test(c, a_movement_counts_once_however_it_is_told);
    tcase_add_loop_test(c, movements_may_come_in_any_order, 0, 5);
    tcase_add_test(c, what_is_too_far_ahead_is_left_to_a_query);
    tcase_add_test(c, a_foreign_credit_on_custody_raises_the_unallocated_alone);
    tcase_add_test(c, a_debit_of_custody_by_nobody_is_an_alert);
    tcase_add_test(c, a_sessions_net_is_the_clearing_houses_to_tell);
    tcase_add_test(c, own_money_belongs_to_equity_and_customers_money_to_them);
    tcase_add_test(c, a_movement_of_what_is_not_there_is_nothing);
    tcase_add_test(c, a_report_is_believed_and_what_it_had_in_is_collected_later);
    tcase_add_test(c, where_details_are_not_offered_the_difference_is_booked);
    tcase_add_loop_test(c, a_report_older_than_what_is_known_says_nothing, 0, 2);
    tcase_add_test(c, a_report_while_a_leg_is_out_says_nothing);
    tcase_add_test(c, reports_of_custody_and_virtual_ids_are_only_told);
    tcase_add_test(c, tasks_are_done_every_so_often_and_at_their_moments);
    tcase_add_test(c, tasks_begin_when_their_account_opens);
    tcase_add_loop_test(c, a_task_for_quota_asks_both_houses_for_custody_and_one_for_its_own, 0, 3);
    tcase_add_test(c, a_refresh_asks_for_balance_and_details_from_the_last_known);
    tcase_add_test(c, pages_of_details_are_asked_for_one_after_the_other);
    return run_tests("core_funds", c);
}
