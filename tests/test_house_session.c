/* test_house_session.c — sessions close, settle on working days, and the day's list is complete. */

#include "tests/stage.h"

enum { FIRST = 101 };

START_TEST(sessions_close_by_the_clock_and_are_numbered_through)
{
    static const int closings[] = {12, 18, 23, 24 + 6, 24 + 12};
    stage_set();
    stage_open();
    uint32_t session = stage_house(UNIONPAY)->open_session;
    ck_assert_uint_eq(session, (uint32_t)stage_day(28) * 4 + 1); /* the second of the day */
    for (int i = 0; i < COUNT(closings); i++) {
        stage_until(stage_at(28, closings[i], 0) - 1);
        ck_assert_uint_eq(stage_house(UNIONPAY)->open_session, session + (uint32_t)i);
        stage_until(stage_at(28, closings[i], 0));
        ck_assert_uint_eq(stage_house(UNIONPAY)->open_session, session + (uint32_t)i + 1);
    }
    stage_close();
}
END_TEST

START_TEST(a_start_at_the_very_closing_opens_the_next_session)
{
    struct house_terms terms;
    stage_house_terms(&terms, true);
    uint32_t before = house_first_session(&terms, stage_at(28, 12, 0) - 1);
    ck_assert_uint_eq(house_first_session(&terms, stage_at(28, 12, 0)), before + 1);
    stage_house_terms(&terms, false); /* closes at 24:00 */
    ck_assert_uint_eq(house_first_session(&terms, stage_at(28, 24, 0) - 1),
                      (uint32_t)stage_day(28));
    ck_assert_uint_eq(house_first_session(&terms, stage_at(28, 24, 0)), (uint32_t)stage_day(29));
}
END_TEST

/* From the closing's day to the day it settles.  September 29 and 30 are
 * working days at a weekend, October 1 to 7 a holiday; October is 31 and on. */
static const struct {
    int closed;
    int settles;
} days[] = {{28, 29}, {29, 30}, {30, 38}, {31, 38}, {35, 38}, {37, 38}, {38, 39}, {42, 45}};

START_TEST(a_session_settles_at_its_clock_of_the_next_working_day)
{
    for (int c = 0; c < CHANNELS; c++) {
        stage_set();
        stage.now_us = stage_at(days[_i].closed, 8, 0);
        stage.terms.houses[c].settle_at_us = 16 * US_PER_HOUR + 59 * US_PER_MINUTE;
        stage_open();
        uint32_t session = stage_house(c)->open_session;
        stage_pay(c, FIRST, 1000);
        int64_t settles_us = stage_at(days[_i].settles, 16, 59);
        stage_until(settles_us - 1);
        ck_assert_int_eq(world_acs_fen(stage.world), STAGE_CUSTODY_FEN);
        ck_assert_uint_eq(stage_house(c)->oldest_session, session);
        stage_until(settles_us);
        ck_assert_int_eq(world_acs_fen(stage.world), STAGE_CUSTODY_FEN - 1000);
        ck_assert_uint_gt(stage_house(c)->oldest_session, session);
        stage_close();
    }
}
END_TEST

START_TEST(payouts_go_on_over_a_holiday_while_nets_wait)
{
    stage_set();
    stage.now_us = stage_at(30, 8, 0);
    stage_open();
    for (int day = 30; day <= 37; day++) {
        stage_until(stage_at(day, 9, 0));
        stage_pay(NETSUNION, FIRST + (uint64_t)day, 10000);
        stage_collect(NETSUNION, 3000, 0);
    }
    stage_until(stage_at(38, 10, 0) - 1);
    ck_assert_uint_eq(facts_of(FACT_TRUE_PAID, 0), 8);
    ck_assert_uint_eq(facts_of(FACT_TRUE_SESSION_SETTLED, 0), 0);
    ck_assert_int_eq(available_fen_of(NETSUNION), STAGE_MAPPED_FEN - 8 * 7000);
    stage_until(stage_at(38, 10, 0));
    ck_assert_int_eq(world_acs_fen(stage.world), STAGE_CUSTODY_FEN - 8 * 7000);
    ck_assert_int_eq(house_mapped_fen(stage_house(NETSUNION)), STAGE_MAPPED_FEN - 8 * 7000);
    stage_close();
}
END_TEST

START_TEST(sessions_settle_oldest_first)
{
    stage_set();
    stage_open();
    stage_until(stage_at(40, 0, 0));
    uint32_t last[CHANNELS] = {0};
    int settled = 0;
    for (uint32_t i = 0; i < stage.fact_count; i++) {
        const struct fact *f = &stage.facts[i];
        if (f->kind != FACT_TRUE_SESSION_SETTLED)
            continue;
        settled++;
        ck_assert(last[f->channel] == 0 || f->session == last[f->channel] + 1);
        last[f->channel] = f->session;
    }
    ck_assert_int_gt(settled, 40);
    stage_close();
}
END_TEST

/* --- the news ------------------------------------------------------------------------- */

START_TEST(closing_tells_all_receipts_and_settling_tells_the_net)
{
    stage_set();
    stage_open();
    uint32_t session = stage_house(NETSUNION)->open_session;
    stage_collect(NETSUNION, 300, 0);
    stage_collect(NETSUNION, 400, 0);
    stage_pay(NETSUNION, FIRST, 1000);
    stage_until(stage_at(29, 0, 1));
    const struct input *in = told(INPUT_SESSION_CLOSED, 0);
    ck_assert_uint_eq(in->channel, NETSUNION);
    ck_assert_uint_eq(in->session, session);
    ck_assert_int_eq(in->other_fen, 700);
    ck_assert_int_eq(heard_us(told(INPUT_SESSION_CLOSED, 0)), stage_at(29, 0, 0) + 2 * US_PER_S);
    stage_until(stage_at(29, 10, 1));
    for (uint32_t i = stage.input_count; i-- > 0;)
        if (stage.inputs[i].kind == INPUT_SESSION_SETTLED && stage.inputs[i].session == session) {
            ck_assert_int_eq(stage.inputs[i].amount_fen, -300);
            ck_assert_int_eq(stage.inputs[i].other_fen, 700);
            ck_assert_int_eq(stage.heard_us[i], stage_at(29, 10, 0) + 2 * US_PER_S);
            stage_close();
            return;
        }
    ck_abort_msg("the settlement was not told");
}
END_TEST

START_TEST(news_of_a_session_is_right_although_it_arrives_after_many_more_closed)
{
    stage_set();
    stage.terms.houses[UNIONPAY].notice = constant_us(20 * US_PER_HOUR);
    stage_open();
    uint32_t session = stage_house(UNIONPAY)->open_session;
    stage_collect(UNIONPAY, 700, 0);
    stage_until(stage_at(30, 7, 0));
    uint32_t told = 0;
    for (uint32_t i = 0; i < stage.input_count; i++) {
        const struct input *in = &stage.inputs[i];
        if (in->channel != UNIONPAY || in->session != session)
            continue;
        told += in->kind == INPUT_SESSION_CLOSED || in->kind == INPUT_SESSION_SETTLED;
        if (in->kind == INPUT_SESSION_CLOSED || in->kind == INPUT_SESSION_SETTLED)
            ck_assert_int_eq(in->other_fen, 700);
    }
    ck_assert_uint_eq(told, 2);
    stage_close();
}
END_TEST

START_TEST(what_goes_on_for_ever_is_told_from_what_a_run_waits_for)
{
    struct happening one = {.kind = HAPPENS_SESSION_CLOSE};
    ck_assert(happening_is_housekeeping(&one));
    one.kind = HAPPENS_FINAL;
    ck_assert(!happening_is_housekeeping(&one));
    one.kind = HAPPENS_CLOSE_TOLD;
    ck_assert(!happening_is_housekeeping(&one));
    one.code = 1; /* it was empty */
    ck_assert(happening_is_housekeeping(&one));
}
END_TEST

/* --- what a quota report shows ------------------------------------------------------------ */

/* A receipt at 09:00: what reports of 10:00, 12:01 and (the day after) 10:01 show. */
static const struct {
    enum visible visible;
    int64_t at_once_fen;
    int64_t after_close_fen;
    int64_t after_settling_fen;
    int64_t mapped_fen;
} reports[] = {
    {VISIBLE_AT_ONCE, 500, 500, 500, 500},
    {VISIBLE_AT_SESSION, 0, 500, 500, 0},
    {VISIBLE_AT_SETTLEMENT, 0, 0, 500, 500},
};

static const struct input *report(void)
{
    stage_order((struct order){.kind = ORDER_REPORT_QUOTA, .channel = UNIONPAY});
    stage_after(US_PER_S);
    return told(INPUT_QUOTA_REPORTED, 0);
}

START_TEST(a_report_shows_changes_when_the_house_makes_them_visible)
{
    stage_set();
    stage.terms.houses[UNIONPAY].quota_visible = reports[_i].visible;
    stage_open();
    stage_until(stage_at(28, 9, 0));
    stage_collect(UNIONPAY, 500, 0);
    stage_until(stage_at(28, 10, 0));
    ck_assert_int_eq(report()->amount_fen, STAGE_MAPPED_FEN + reports[_i].at_once_fen);
    stage_until(stage_at(28, 12, 1));
    ck_assert_int_eq(report()->amount_fen, STAGE_MAPPED_FEN + reports[_i].after_close_fen);
    ck_assert_int_eq(report()->other_fen, STAGE_MAPPED_FEN);
    stage_until(stage_at(29, 10, 1));
    ck_assert_int_eq(report()->amount_fen, STAGE_MAPPED_FEN + reports[_i].after_settling_fen);
    ck_assert_int_eq(report()->other_fen, STAGE_MAPPED_FEN + reports[_i].mapped_fen);
    stage_close();
}
END_TEST

START_TEST(a_report_says_as_of_when)
{
    static const int64_t as_of[] = {VISIBLE_AT_ONCE, VISIBLE_AT_SESSION, VISIBLE_AT_SETTLEMENT};
    stage_set();
    stage.terms.houses[UNIONPAY].quota_visible = (enum visible)as_of[_i];
    stage_open();
    int64_t start_us = stage.now_us;
    stage_until(stage_at(28, 12, 30));
    const struct input *in = report();
    ck_assert_int_eq(in->at_us, _i == 0   ? stage_at(28, 12, 30) + US_PER_S / 2
                                : _i == 1 ? stage_at(28, 12, 0)
                                          : start_us);
    stage_close();
}
END_TEST

/* --- the list ------------------------------------------------------------------------------ */

/* Reads the lists heard so far: each whole, each with the count and total it says. */
static uint32_t read_lists(int c, uint32_t *lines_of_all, int64_t *total_of_all_fen)
{
    uint32_t lists = 0;
    for (uint32_t i = 0; i < stage.input_count; i++) {
        const struct input *opened = &stage.inputs[i];
        if (opened->kind != INPUT_LIST_OPENED || opened->channel != c)
            continue;
        int64_t total_fen = 0;
        uint32_t lines = 0;
        for (i++; stage.inputs[i].kind != INPUT_LIST_ENDED; i++, lines++) {
            ck_assert_uint_eq(stage.inputs[i].kind, INPUT_LIST_LINE);
            total_fen += stage.inputs[i].amount_fen;
        }
        ck_assert_uint_eq(lines, opened->count);
        ck_assert_int_eq(total_fen, opened->amount_fen);
        *lines_of_all += lines;
        *total_of_all_fen += total_fen;
        lists++;
    }
    return lists;
}

START_TEST(the_list_has_every_payment_and_return_of_the_day_with_count_and_total)
{
    uint32_t lines = 0;
    int64_t total_fen = 0;
    int64_t paid_fen = 0;
    for (int c = 0; c < CHANNELS; c++) {
        stage_set();
        stage.terms.houses[c].returned_ppm = 500000;
        stage.terms.houses[c].fee = (struct fee_terms){.fixed_fen = 3, .in_net = 1};
        stage_open();
        for (uint64_t i = 0; i < 60; i++) {
            stage_pay(c, FIRST + i, 100 + (int64_t)i);
            stage_after(47 * US_PER_MINUTE); /* over the cut-offs of two days */
        }
        stage_until(stage_at(33, 1, 0));
        lines = 0;
        total_fen = paid_fen = 0;
        ck_assert_uint_ge(read_lists(c, &lines, &total_fen), 4);
        for (uint32_t i = 0; i < stage.fact_count; i++)
            if (stage.facts[i].kind == FACT_TRUE_PAID || stage.facts[i].kind == FACT_TRUE_RETURNED)
                paid_fen += stage.facts[i].amount_fen;
        uint32_t returned = facts_of(FACT_TRUE_RETURNED, 0);
        ck_assert_uint_gt(returned, 10);
        ck_assert_uint_eq(facts_of(FACT_TRUE_PAID, 0), 60);
        uint32_t waiting = stage_house(c)->today.count; /* returned since the last cut-off */
        ck_assert_uint_eq(lines + waiting, 60 + returned);
        ck_assert_int_eq(total_fen + stage_house(c)->today.payouts.settled_fen +
                             stage_house(c)->today.returns.settled_fen,
                         paid_fen);
        ck_assert_uint_eq(waiting, 0);
        stage_close();
    }
}
END_TEST

START_TEST(the_list_comes_at_its_clock_of_the_day_after_the_last_closing)
{
    stage_set();
    stage_open();
    stage_pay(_i, FIRST, 1000);
    stage_until(stage_at(29, 9, 30));
    for (uint32_t i = 0; i < stage.input_count; i++)
        if (stage.inputs[i].kind == INPUT_LIST_OPENED && stage.inputs[i].channel == _i) {
            ck_assert_int_eq(stage.heard_us[i], stage_at(29, 9, 30));
            ck_assert_int_eq(stage.inputs[i].at_us, stage_at(28, _i == UNIONPAY ? 23 : 24, 0));
            ck_assert_int_eq(stage.inputs[i].other_fen, stage_at(28, 8, 0));
            ck_assert_uint_eq(stage.inputs[i + 1].id, FIRST);
            ck_assert_int_eq(stage.inputs[i + 1].amount_fen, 1000);
            ck_assert_uint_eq(stage.inputs[i + 1].flag, 0);
            stage_close();
            return;
        }
    ck_abort_msg("no list came");
}
END_TEST

START_TEST(what_is_paid_after_the_cut_off_is_on_the_next_list)
{
    uint32_t lines = 0;
    int64_t total_fen = 0;
    stage_set();
    stage_open();
    stage_until(stage_at(28, 23, 0) - 3 * US_PER_S);
    stage_pay(UNIONPAY, FIRST, 1); /* becomes paid at 23:00 sharp */
    stage_until(stage_at(29, 0, 10));
    stage_pay(UNIONPAY, FIRST + 1, 1); /* before the list is handed over */
    stage_until(stage_at(29, 9, 31));
    ck_assert_uint_eq(read_lists(UNIONPAY, &lines, &total_fen), 1);
    uint32_t first = lines;
    stage_until(stage_at(30, 9, 31));
    lines = 0;
    ck_assert_uint_eq(read_lists(UNIONPAY, &lines, &total_fen), 2);
    ck_assert_uint_eq(lines, 2);
    ck_assert_uint_le(first, 1);
    ck_assert_uint_eq(told(INPUT_LIST_LINE, FIRST + 1)->session, (uint32_t)stage_day(29) * 4);
    stage_close();
}
END_TEST

START_TEST(what_was_refused_or_failed_is_on_no_list)
{
    uint32_t lines = 0;
    int64_t total_fen = 0;
    stage_set();
    stage.terms.houses[UNIONPAY].code_count = 1;
    stage.terms.houses[UNIONPAY].codes[0] = (struct code_share){UNIONPAY_61, 1000000};
    stage_open();
    stage_pay(UNIONPAY, FIRST, 1);
    stage_pay(UNIONPAY, FIRST + 1, STAGE_CUSTODY_FEN);
    stage_until(stage_at(29, 9, 31));
    ck_assert_uint_eq(read_lists(UNIONPAY, &lines, &total_fen), 1);
    ck_assert_uint_eq(lines, 0);
    ck_assert_uint_eq(stage_house(UNIONPAY)->order_pool.used, 0); /* and forgotten */
    stage_close();
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("house_session");
    tcase_add_test(t, sessions_close_by_the_clock_and_are_numbered_through);
    tcase_add_test(t, a_start_at_the_very_closing_opens_the_next_session);
    tcase_add_loop_test(t, a_session_settles_at_its_clock_of_the_next_working_day, 0, COUNT(days));
    tcase_add_test(t, payouts_go_on_over_a_holiday_while_nets_wait);
    tcase_add_test(t, sessions_settle_oldest_first);
    tcase_add_test(t, closing_tells_all_receipts_and_settling_tells_the_net);
    tcase_add_test(t, news_of_a_session_is_right_although_it_arrives_after_many_more_closed);
    tcase_add_test(t, what_goes_on_for_ever_is_told_from_what_a_run_waits_for);
    tcase_add_loop_test(t, a_report_shows_changes_when_the_house_makes_them_visible, 0,
                        COUNT(reports));
    tcase_add_loop_test(t, a_report_says_as_of_when, 0, 3);
    tcase_add_test(t, the_list_has_every_payment_and_return_of_the_day_with_count_and_total);
    tcase_add_loop_test(t, the_list_comes_at_its_clock_of_the_day_after_the_last_closing, 0, 2);
    tcase_add_test(t, what_is_paid_after_the_cut_off_is_on_the_next_list);
    tcase_add_test(t, what_was_refused_or_failed_is_on_no_list);
    return run_tests("house_session", t);
}
