/* test_history.c — days of a virtual ID, checked against its history balances. */

#include "tests/treasury.h"

static struct treasury t;

/* What UnionPay says of one day. */
struct day {
    int64_t opening_fen;
    int64_t closing_fen;
    uint32_t in_count;
    uint32_t out_count;
    int64_t in_fen;
    int64_t out_fen;
};

static int64_t next_number;

/* Twelve o'clock on 12 November; the history of yesterday is checked at 00:30. */
static void begin(void)
{
    struct core_config *c = &t.s.config;
    c->interfaces[OFFERS_EVERYTHING].task_count = 1;
    c->interfaces[OFFERS_EVERYTHING].tasks[0] =
        (struct interface_task){.operation = OPERATE_HISTORY,
                                .when = {.kind = SCHEDULE_EVERY,
                                         .every_us = US_PER_DAY,
                                         .start_us = moment("2018-11-12T00:30:00")}};
    for (int a = 0; a < ACCOUNTS; a++)
        if (a != VIRTUAL_RESERVE)
            c->accounts[a].interface = OFFERS_NOTHING;
    c->accounts[PREPAID].opening_fen = 0; /* no other alerts */
    treasury_begin(&t);
    next_number = 1;
}

static void fresh(void)
{
    treasury_config(&t);
}

static void done(void)
{
    treasury_free(&t);
}

static void told_of(int64_t amount_fen, const char *booked)
{
    treasury_apply(&t, (struct input){.kind = INPUT_MOVEMENT_TOLD,
                                      .channel = CHANNEL_NONE,
                                      .account = VIRTUAL_RESERVE,
                                      .count = (uint32_t)next_number++,
                                      .amount_fen = amount_fen,
                                      .at_us = moment(booked)});
}

/* The details asked for end, and there are none that are not known. */
static void details_end(void)
{
    ck_assert_uint_lt(treasury_order(&t, ORDER_LIST_DETAILS).id, (uint64_t)next_number);
    treasury_apply(&t, (struct input){.kind = INPUT_DETAILS_ENDED,
                                      .channel = CHANNEL_NONE,
                                      .account = VIRTUAL_RESERVE,
                                      .count = (uint32_t)next_number - 1});
}

static void answer_code(const char *date, struct day day, uint16_t code)
{
    char text[32];
    snprintf(text, sizeof text, "%sT00:00:00", date);
    treasury_apply(
        &t, (struct input){.kind = INPUT_HISTORY_REPORTED,
                           .channel = CHANNEL_UNIONPAY,
                           .account = VIRTUAL_RESERVE,
                           .code = code,
                           .at_us = moment(text),
                           .other_fen = day.opening_fen,
                           .amount_fen = day.closing_fen,
                           .count = day.in_count,
                           .session = day.out_count,
                           .reference = {.hi = (uint64_t)day.in_fen, .lo = (uint64_t)day.out_fen}});
}

static void answer(const char *date, struct day day)
{
    answer_code(date, day, UNIONPAY_00);
}

static void must_ask_for(const char *date)
{
    char text[32];
    snprintf(text, sizeof text, "%sT00:00:00", date);
    struct order o = treasury_order(&t, ORDER_REPORT_HISTORY);
    ck_assert_int_eq((int64_t)o.id, civil_day(moment(text)));
    ck_assert_uint_eq(o.account, VIRTUAL_RESERVE);
    ck_assert_uint_eq(o.channel, CHANNEL_UNIONPAY);
}

static const struct day quiet = {.opening_fen = OPENING_FEN, .closing_fen = OPENING_FEN};
static const struct day busy = {OPENING_FEN, OPENING_FEN + 50, 2, 1, 70, 20};

static void busy_twelfth(void)
{
    told_of(30, "2018-11-12T12:00:01");
    told_of(-20, "2018-11-12T23:00:00");
    told_of(40, "2018-11-12T23:59:59");
}

static void wait_until(const char *text)
{
    treasury_wait_until(&t, moment(text));
}

/* --- agreeing ----------------------------------------------------------------- */

START_TEST(after_midnight_details_are_asked_for_then_the_day_and_it_agrees)
{
    begin();
    busy_twelfth();
    wait_until("2018-11-13T00:29:59");
    ck_assert_uint_eq(t.order_count, 0);
    wait_until("2018-11-13T00:30:00");
    ck_assert_uint_eq(t.order_count, 1);
    details_end();
    must_ask_for("2018-11-12");
    answer("2018-11-12", busy);
    struct fact f = treasury_fact(&t, FACT_HISTORY_AGREED);
    ck_assert_uint_eq(f.subject, VIRTUAL_RESERVE);
    ck_assert_uint_eq(f.session, 3);
    ck_assert_int_eq(f.amount_fen, OPENING_FEN + 50);
    ck_assert_int_eq(f.other, moment("2018-11-12T00:00:00"));
    ck_assert_uint_eq(treasury_count(&t, FACT_ALERT), 0);
    ck_assert_uint_eq(t.order_count, 2); /* today is not over */
}
END_TEST

START_TEST(a_day_on_which_nothing_moved_is_checked_as_well)
{
    begin();
    wait_until("2018-11-13T00:30:00");
    details_end();
    answer("2018-11-12", quiet);
    ck_assert_uint_eq(treasury_fact(&t, FACT_HISTORY_AGREED).session, 0);
}
END_TEST

START_TEST(a_movement_counts_on_the_day_it_was_booked_not_on_the_day_it_was_told)
{
    begin();
    busy_twelfth();
    told_of(5, "2018-11-13T00:00:00");
    wait_until("2018-11-13T00:30:00");
    told_of(9, "2018-11-12T23:59:59"); /* collected only now */
    details_end();
    answer("2018-11-12", (struct day){OPENING_FEN, OPENING_FEN + 59, 3, 1, 79, 20});
    wait_until("2018-11-14T00:30:00");
    details_end();
    answer("2018-11-13", (struct day){OPENING_FEN + 59, OPENING_FEN + 64, 1, 0, 5, 0});
    ck_assert_uint_eq(treasury_count(&t, FACT_HISTORY_AGREED), 2);
    ck_assert_uint_eq(treasury_count(&t, FACT_ALERT), 0);
}
END_TEST

START_TEST(an_account_opened_later_begins_with_its_opening_balance)
{
    t.s.config.accounts[VIRTUAL_RESERVE].opens_us = moment("2018-11-14T09:00:00");
    begin();
    wait_until("2018-11-14T12:00:00");
    ck_assert_uint_eq(t.order_count, 0);
    told_of(1, "2018-11-14T12:00:00");
    wait_until("2018-11-15T00:30:00");
    details_end();
    must_ask_for("2018-11-14");
    answer("2018-11-14", (struct day){OPENING_FEN, OPENING_FEN + 1, 1, 0, 1, 0});
    ck_assert_uint_eq(treasury_count(&t, FACT_HISTORY_AGREED), 1);
    ck_assert_uint_eq(treasury_count(&t, FACT_ALERT), 0);
}
END_TEST

/* --- disagreeing -------------------------------------------------------------- */

/* Each row misstates the twelfth; busy is right. */
static const struct {
    struct day day;
    uint8_t reason;
    int64_t by_fen;
} rows[] = {
    {{OPENING_FEN, OPENING_FEN + 51, 2, 1, 70, 20}, REASON_HISTORY_SUM_WRONG, -1},
    {{OPENING_FEN, OPENING_FEN, 2, 1, 70, 20}, REASON_HISTORY_SUM_WRONG, 50},
    {{OPENING_FEN + 7, OPENING_FEN + 50, 2, 1, 70, 20}, REASON_HISTORY_SUM_WRONG, 7},
    {{OPENING_FEN, OPENING_FEN + 50, 3, 1, 71, 20}, REASON_HISTORY_SUM_WRONG, 1},
    {{OPENING_FEN, OPENING_FEN + 50, 2, 1, 70, 21}, REASON_HISTORY_SUM_WRONG, -1},
    {{OPENING_FEN + 7, OPENING_FEN + 57, 2, 1, 70, 20}, REASON_HISTORY_OPENING, 7},
    {{OPENING_FEN - 7, OPENING_FEN + 43, 3, 1, 70, 20}, REASON_HISTORY_OPENING, -7},
    {{OPENING_FEN, OPENING_FEN + 51, 3, 1, 71, 20}, REASON_HISTORY_COUNT, 1},
    {{OPENING_FEN, OPENING_FEN + 10, 1, 1, 30, 20}, REASON_HISTORY_COUNT, -40},
    {{OPENING_FEN, OPENING_FEN + 70, 2, 0, 70, 0}, REASON_HISTORY_COUNT, 20},
    {{OPENING_FEN, OPENING_FEN + 50, 3, 2, 70, 20}, REASON_HISTORY_COUNT, 0},
    {{OPENING_FEN, OPENING_FEN + 52, 2, 1, 72, 20}, REASON_HISTORY_TOTAL, 2},
    {{OPENING_FEN, OPENING_FEN + 50, 2, 1, 72, 22}, REASON_HISTORY_TOTAL, 0},
};

START_TEST(a_day_that_differs_is_marked_with_an_alert_that_says_why)
{
    begin();
    busy_twelfth();
    wait_until("2018-11-13T00:30:00");
    details_end();
    answer("2018-11-12", rows[_i].day);
    ck_assert_uint_eq(treasury_count(&t, FACT_HISTORY_AGREED), 0);
    struct fact f = treasury_fact(&t, FACT_HISTORY_DIFFERS);
    ck_assert_uint_eq(f.reason, rows[_i].reason);
    ck_assert_uint_eq(f.subject, VIRTUAL_RESERVE);
    ck_assert_int_eq(f.amount_fen, rows[_i].by_fen);
    ck_assert_int_eq(f.other, moment("2018-11-12T00:00:00"));
    ck_assert_uint_eq(treasury_count(&t, FACT_ALERT), 1);
    struct fact alert = treasury_fact(&t, FACT_ALERT);
    ck_assert_uint_eq(alert.reason, rows[_i].reason);
    ck_assert_uint_eq(alert.class, VIRTUAL_RESERVE + 1);

    /* The next day follows on what was reported: the difference is told of once. */
    treasury_forget(&t);
    wait_until("2018-11-14T00:30:00");
    details_end();
    must_ask_for("2018-11-13");
    int64_t closing_fen = rows[_i].day.closing_fen;
    answer("2018-11-13", (struct day){.opening_fen = closing_fen, .closing_fen = closing_fen});
    ck_assert_uint_eq(treasury_count(&t, FACT_HISTORY_AGREED), 1);
    ck_assert_uint_eq(treasury_count(&t, FACT_ALERT), 0);
}
END_TEST

START_TEST(a_movement_of_a_day_that_was_checked_is_an_alert)
{
    begin();
    wait_until("2018-11-13T00:30:00");
    details_end();
    answer("2018-11-12", quiet);
    told_of(8, "2018-11-12T23:00:00");
    struct fact f = treasury_fact(&t, FACT_HISTORY_DIFFERS);
    ck_assert_uint_eq(f.reason, REASON_HISTORY_TOO_LATE);
    ck_assert_int_eq(f.amount_fen, 8);
    ck_assert_int_eq(f.other, moment("2018-11-12T00:00:00"));
    ck_assert_uint_eq(treasury_alerts(&t, REASON_HISTORY_TOO_LATE), 1);
    told_of(8, "2018-11-13T00:00:00");
    ck_assert_uint_eq(treasury_alerts(&t, REASON_HISTORY_TOO_LATE), 1);
}
END_TEST

/* --- when asking fails ---------------------------------------------------------- */

START_TEST(without_all_details_the_day_is_not_asked_for)
{
    begin();
    wait_until("2018-11-13T00:30:00");
    treasury_apply(&t, (struct input){.kind = INPUT_DETAILS_ENDED,
                                      .channel = CHANNEL_NONE,
                                      .account = VIRTUAL_RESERVE,
                                      .count = 1}); /* it was lost on its way */
    ck_assert_uint_eq(treasury_orders(&t, ORDER_REPORT_HISTORY), 0);
    told_of(4, "2018-11-12T23:00:00");
    details_end(); /* whoever asked for them */
    ck_assert_uint_eq(treasury_orders(&t, ORDER_REPORT_HISTORY), 1);
    details_end();
    ck_assert_uint_eq(treasury_orders(&t, ORDER_REPORT_HISTORY), 1);
}
END_TEST

START_TEST(days_that_were_not_answered_are_asked_for_one_after_the_other_later)
{
    begin();
    busy_twelfth();
    wait_until("2018-11-13T00:30:00"); /* the answer to details is lost */
    wait_until("2018-11-14T00:30:00");
    details_end();
    must_ask_for("2018-11-12"); /* and this one's */
    wait_until("2018-11-15T00:30:00");
    details_end();
    must_ask_for("2018-11-12");
    answer_code("2018-11-12", (struct day){0}, UNIONPAY_02);
    ck_assert_uint_eq(treasury_alerts(&t, REASON_HISTORY_REFUSED), 1);
    treasury_forget(&t);
    wait_until("2018-11-16T00:30:00");
    details_end();
    struct day day = busy;
    static const char *const dates[] = {"2018-11-12", "2018-11-13", "2018-11-14", "2018-11-15"};
    for (size_t i = 0; i < COUNT(dates); i++) {
        must_ask_for(dates[i]);
        answer(dates[i], day);
        answer(dates[i], day); /* once more: nothing new */
        day = (struct day){.opening_fen = busy.closing_fen, .closing_fen = busy.closing_fen};
    }
    ck_assert_uint_eq(treasury_count(&t, FACT_HISTORY_AGREED), 4);
    ck_assert_uint_eq(treasury_count(&t, FACT_ALERT), 0);
    ck_assert_uint_eq(treasury_orders(&t, ORDER_REPORT_HISTORY), 4);
}
END_TEST

START_TEST(days_too_long_unanswered_are_given_up_with_an_alert)
{
    begin();
    busy_twelfth();
    wait_until("2018-12-14T00:30:00"); /* 12 November is the oldest of 32 days */
    ck_assert_uint_eq(treasury_count(&t, FACT_ALERT), 0);
    details_end();
    must_ask_for("2018-11-12");
    wait_until("2018-12-15T00:30:00");
    ck_assert_uint_eq(treasury_alerts(&t, REASON_HISTORY_MISSED), 1);
    details_end();
    must_ask_for("2018-11-13");
    /* What it opened with is not known any longer. */
    answer("2018-11-13", (struct day){.opening_fen = 9, .closing_fen = 9});
    ck_assert_uint_eq(treasury_count(&t, FACT_HISTORY_AGREED), 1);
    must_ask_for("2018-11-14");
    answer("2018-11-14", (struct day){.opening_fen = 8, .closing_fen = 8});
    ck_assert_uint_eq(treasury_alerts(&t, REASON_HISTORY_OPENING), 1);
}
END_TEST

START_TEST(a_movement_takes_the_place_of_none_of_the_days_still_to_be_checked)
{
    begin();
    busy_twelfth();
    wait_until("2018-12-14T00:10:00");
    told_of(5, "2018-12-14T00:10:00");
    wait_until("2018-12-14T00:30:00");
    details_end();
    answer("2018-11-12", busy);
    ck_assert_uint_eq(treasury_count(&t, FACT_HISTORY_AGREED), 1);
}
END_TEST

/* --- changes -------------------------------------------------------------------- */

static void change_to(uint16_t interface)
{
    treasury_apply(&t, (struct input){.kind = INPUT_ACCOUNT_CHANGED,
                                      .channel = CHANNEL_NONE,
                                      .account = VIRTUAL_RESERVE,
                                      .code = interface});
}

START_TEST(collecting_that_begins_again_checks_the_days_from_then_on)
{
    begin();
    busy_twelfth();
    change_to(OFFERS_NOTHING);
    told_of(5, "2018-11-14T01:00:00");
    wait_until("2018-11-14T12:00:00");
    ck_assert_uint_eq(t.order_count, 0);
    change_to(OFFERS_EVERYTHING);
    wait_until("2018-11-15T00:30:00");
    details_end();
    must_ask_for("2018-11-14");
    answer("2018-11-14", (struct day){77, 82, 1, 0, 5, 0}); /* nobody knows what it opened with */
    ck_assert_uint_eq(treasury_count(&t, FACT_HISTORY_AGREED), 1);
    ck_assert_uint_eq(treasury_count(&t, FACT_ALERT), 0);
}
END_TEST

START_TEST(a_change_that_keeps_the_history_keeps_its_days)
{
    begin();
    busy_twelfth();
    change_to(OFFERS_EVERYTHING);
    wait_until("2018-11-13T00:30:00");
    details_end();
    must_ask_for("2018-11-12");
    answer("2018-11-12", busy);
    ck_assert_uint_eq(treasury_count(&t, FACT_HISTORY_AGREED), 1);
}
END_TEST

START_TEST(a_closed_account_is_checked_to_its_last_day_and_not_beyond)
{
    t.s.config.accounts[VIRTUAL_RESERVE].opening_fen = 0;
    begin();
    told_of(60, "2018-11-12T12:00:00");
    wait_until("2018-11-13T09:00:00"); /* yesterday is not checked: its details were lost */
    told_of(-60, "2018-11-13T09:00:00");
    treasury_forget(&t);
    treasury_apply(&t, (struct input){.kind = INPUT_ACCOUNT_CLOSED,
                                      .channel = CHANNEL_NONE,
                                      .account = VIRTUAL_RESERVE});
    ck_assert_uint_eq(treasury_count(&t, FACT_ACCOUNT_CLOSED), 1);
    wait_until("2018-11-14T00:30:00");
    details_end();
    must_ask_for("2018-11-12");
    answer("2018-11-12", (struct day){0, 60, 1, 0, 60, 0});
    must_ask_for("2018-11-13");
    answer("2018-11-13", (struct day){60, 0, 0, 1, 0, 60});
    ck_assert_uint_eq(treasury_count(&t, FACT_HISTORY_AGREED), 2);
    treasury_forget(&t);
    wait_until("2018-11-20T00:30:00");
    ck_assert_uint_eq(t.order_count, 0);
    treasury_forget(&t); /* the closes of those days */
    answer("2018-11-14", quiet);
    ck_assert_uint_eq(t.fact_count, 0);
}
END_TEST

START_TEST(an_answer_about_no_account_or_no_day_asked_for_says_nothing)
{
    begin();
    treasury_apply(&t, (struct input){.kind = INPUT_HISTORY_REPORTED, .account = 99});
    answer("2018-11-12", busy); /* not over yet */
    answer("2018-11-11", busy);
    ck_assert_uint_eq(t.fact_count, 0);
    ck_assert_uint_eq(t.order_count, 0);
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("history");
    tcase_add_checked_fixture(c, fresh, done);
    tcase_add_test(c, after_midnight_details_are_asked_for_then_the_day_and_it_agrees);
    tcase_add_test(c, a_day_on_which_nothing_moved_is_checked_as_well);
    tcase_add_test(c, a_movement_counts_on_the_day_it_was_booked_not_on_the_day_it_was_told);
    tcase_add_test(c, an_account_opened_later_begins_with_its_opening_balance);
    tcase_add_loop_test(c, a_day_that_differs_is_marked_with_an_alert_that_says_why, 0,
                        COUNT(rows));
    tcase_add_test(c, a_movement_of_a_day_that_was_checked_is_an_alert);
    tcase_add_test(c, without_all_details_the_day_is_not_asked_for);
    tcase_add_test(c, days_that_were_not_answered_are_asked_for_one_after_the_other_later);
    tcase_add_test(c, days_too_long_unanswered_are_given_up_with_an_alert);
    tcase_add_test(c, a_movement_takes_the_place_of_none_of_the_days_still_to_be_checked);
    tcase_add_test(c, collecting_that_begins_again_checks_the_days_from_then_on);
    tcase_add_test(c, a_change_that_keeps_the_history_keeps_its_days);
    tcase_add_test(c, a_closed_account_is_checked_to_its_last_day_and_not_beyond);
    tcase_add_test(c, an_answer_about_no_account_or_no_day_asked_for_says_nothing);
    return run_tests("history", c);
}
