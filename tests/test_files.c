/* test_files.c — settlement files as wholes: owed, late, missing, broken off, and what stays known
 * until they come. */

#include "tests/files.h"

/* --- what stays known ------------------------------------------------------ */

START_TEST(an_order_is_forgotten_once_its_line_was_told_and_known_for_ever_if_it_was_not)
{
    enum fault_kind kind = line_kinds[_i].kind;
    stage_set();
    struct fault_spec *f = add_fault(NETSUNION, kind);
    f->min_fen = f->max_fen = 1003;
    five_payments(NETSUNION);
    stage_until(stage_at(40, 12, 0));
    bool told = kind == FAULT_LINE_EXTRA || kind == FAULT_LINE_TWICE;
    ck_assert_uint_eq(asked(NETSUNION, FIRST + 2), words_of(NETSUNION)->not_found);
    ck_assert_uint_eq(asked(NETSUNION, FIRST + 3),
                      told ? words_of(NETSUNION)->not_found : words_of(NETSUNION)->ok);
    ck_assert_uint_eq(stage_house(NETSUNION)->order_pool.used, !told);
    ck_assert(world_quiet(stage.world));
    stage_close();
}
END_TEST

START_TEST(until_its_file_is_there_whole_an_order_is_known)
{
    static const enum fault_kind kinds[] = {FAULT_FILE_LATE, FAULT_FILE_MISSING,
                                            FAULT_FILE_TRUNCATED};
    stage_set();
    add_fault(UNIONPAY, kinds[_i])->by_us = _i == 1 ? 0 : 30 * US_PER_HOUR;
    stage.terms.houses[UNIONPAY].per_payout_max_fen = 1004; /* the last is refused */
    five_payments(UNIONPAY);
    stage_until(stage_at(30, 9, 0));
    for (uint64_t i = 1; i <= 5; i++)
        ck_assert_uint_eq(asked(UNIONPAY, FIRST + i), i < 5 ? UNIONPAY_00 : UNIONPAY_33);
    ck_assert(!world_quiet(stage.world));
    if (_i == 1)
        stage_heal();
    stage_until(stage_at(30, 16, 0));
    for (uint64_t i = 1; i <= 5; i++)
        ck_assert_uint_eq(asked(UNIONPAY, FIRST + i), UNIONPAY_34);
    ck_assert_uint_eq(stage_house(UNIONPAY)->order_pool.used, 0);
    stage_close();
}
END_TEST

/* --- whole files ----------------------------------------------------------- */

START_TEST(a_late_file_comes_so_much_later_and_then_once)
{
    bool whole;
    stage_set();
    stage_fault_first(1, NETSUNION, OPERATION_FILE, FAULT_FILE_LATE)->by_us = 5 * US_PER_HOUR;
    five_payments(NETSUNION);
    ck_assert_uint_eq(list_heard(NETSUNION, 0), NONE);
    const struct fact *error = error_about((uint64_t)stage_day(28));
    check_error(error, NETSUNION, MATCH_LATE, BREAK_ABOUT_LIST, stage_day(28));
    ck_assert_int_eq(error->at_us, stage_at(29, 9, 30));
    ck_assert_int_eq(error->amount_fen, 5015);
    ck_assert_int_eq(error->other, 0);
    stage_until(stage_at(29, 14, 29));
    ck_assert_uint_eq(list_heard(NETSUNION, 0), NONE);
    stage_until(stage_at(30, 10, 0));
    uint32_t list = list_heard(NETSUNION, 0);
    ck_assert_int_eq(stage.heard_us[list], stage_at(29, 14, 30));
    ck_assert_uint_eq(lines_of(list, &whole), 5);
    ck_assert(whole);
    ck_assert_int_eq(stage.heard_us[list_heard(NETSUNION, 1)], stage_at(30, 9, 30));
    ck_assert_uint_eq(list_heard(NETSUNION, 2), NONE);
    check_fault(0, 2, 1);
    ck_assert_uint_eq(facts_of(FACT_TRUE_ERROR, 0), 1);
    stage_close();
}
END_TEST

START_TEST(a_file_that_breaks_off_tells_the_same_lines_when_it_comes_whole)
{
    bool whole;
    stage_set();
    stage.terms.seed = (uint64_t)_i + 1;
    fees_of(UNIONPAY, false);
    add_fault(UNIONPAY, FAULT_FILE_TRUNCATED)->by_us = 2 * US_PER_HOUR;
    for (uint32_t k = 0; k < COUNT(line_kinds); k++) {
        struct fault_spec *f = add_fault(UNIONPAY, line_kinds[k].kind);
        f->choice = CHOOSE_SHARE;
        f->share_ppm = 150000;
    }
    stage_open();
    for (uint64_t i = 0; i < 60; i++)
        stage_pay(UNIONPAY, FIRST + i, 1000 + (int64_t)i);
    stage_until(stage_at(29, 10, 0));
    uint32_t part = list_heard(UNIONPAY, 0);
    uint32_t part_count = lines_of(part, &whole);
    uint32_t errors = facts_of(FACT_TRUE_ERROR, 0);
    ck_assert(!whole);
    for (uint32_t i = 0; i < stage.fact_count; i++) /* a line may still come with the rest */
        ck_assert_in_loop(stage.facts[i].kind != FACT_TRUE_ERROR ||
                          stage.facts[i].class != MATCH_MISSING_THEIRS);
    ck_assert_uint_eq(stage.inputs[part].count, 60);
    ck_assert_int_eq(error_about((uint64_t)stage_day(28))->at_us, stage_at(29, 9, 30));
    stage_until(stage_at(29, 11, 30));
    uint32_t list = list_heard(UNIONPAY, 1);
    ck_assert_int_eq(stage.heard_us[list], stage_at(29, 11, 30));
    ck_assert_mem_eq(&stage.inputs[part], &stage.inputs[list], sizeof stage.inputs[0]);
    ck_assert_uint_lt(part_count, lines_of(list, &whole));
    ck_assert(whole);
    for (uint32_t i = 1; i <= part_count; i++)
        ck_assert_mem_eq(&stage.inputs[part + i], &stage.inputs[list + i], sizeof stage.inputs[0]);
    uint64_t fired = 0;
    for (uint32_t k = 0; k < stage.terms.fault_count; k++)
        fired += stage.world->faults.counts[k].fired;
    ck_assert_uint_eq(facts_of(FACT_TRUE_ERROR, 0), fired);
    ck_assert_uint_gt(fired, errors); /* some only came with the rest */
    ck_assert_uint_gt(fired, 20);
    stage_close();
}
END_TEST

START_TEST(a_world_rests_only_when_every_line_was_handed_over)
{
    stage_set();
    stage.terms.houses[NETSUNION].file_at_us = 23 * US_PER_HOUR;
    stage_open();
    stage_pay(NETSUNION, FIRST, 500);
    stage_until(stage_at(29, 22, 59)); /* settled since 10:00 */
    ck_assert(house_rests(stage_house(UNIONPAY)) && !world_quiet(stage.world));
    stage_until(stage_at(29, 23, 0));
    ck_assert(world_quiet(stage.world));
    stage_until(stage_at(30, 12, 0)); /* an empty file that is owed is no reason to wait */
    ck_assert_uint_eq(stage_house(NETSUNION)->owed_count, 1);
    ck_assert(world_quiet(stage.world));
    stage_close();
}
END_TEST

START_TEST(an_empty_file_has_no_line_to_break_off_in_and_stays_away)
{
    bool whole;
    stage_set();
    add_fault(_i, FAULT_FILE_TRUNCATED);
    stage_open();
    stage_until(stage_at(29, 10, 0));
    ck_assert_uint_eq(list_heard(_i, 0), NONE);
    check_error(error_about((uint64_t)stage_day(28)), _i, MATCH_LATE, BREAK_ABOUT_LIST,
                stage_day(28));
    ck_assert(!world_quiet(stage.world));
    stage_heal();
    stage_until(stage_at(29, 11, 0));
    ck_assert_uint_eq(lines_of(list_heard(_i, 0), &whole), 0);
    ck_assert(whole && world_quiet(stage.world));
    stage_close();
}
END_TEST

/* --- several at once, and the end of all faults ----------------------------- */

static void pay_daily(int c, int days)
{
    for (int day = 28; day < 28 + days; day++) {
        stage_until(stage_at(day, 12, 0));
        for (uint64_t i = 0; i < 3; i++)
            stage_pay(c, FIRST + (uint64_t)day * 10 + i, 100 + day);
    }
}

START_TEST(files_that_are_owed_come_whole_the_oldest_first_when_nothing_goes_wrong_any_more)
{
    static const enum fault_kind kinds[] = {FAULT_FILE_LATE, FAULT_FILE_MISSING,
                                            FAULT_FILE_TRUNCATED};
    bool whole;
    stage_set();
    for (uint32_t k = 0; k < COUNT(kinds); k++) {
        struct fault_spec *f = add_fault(NETSUNION, kinds[(k + (uint32_t)_i) % 3]);
        f->window = (struct window){.kind = WINDOW_ONCE,
                                    .from_us = stage_at(29 + (int)k, 9, 0),
                                    .to_us = stage_at(29 + (int)k, 10, 0)};
        f->by_us = f->kind == FAULT_FILE_LATE ? 90 * US_PER_HOUR : 0;
    }
    stage_open();
    pay_daily(NETSUNION, 4);
    stage_until(stage_at(31, 13, 0));
    ck_assert_uint_eq(stage_house(NETSUNION)->owed_count, 3);
    ck_assert(!world_quiet(stage.world));
    uint32_t before = stage.input_count;
    stage_heal();
    stage_after(0);
    ck_assert_uint_eq(stage_house(NETSUNION)->owed_count, 0);
    uint32_t day = 28;
    for (uint32_t i = before; i < stage.input_count; i++) {
        if (stage.inputs[i].kind != INPUT_LIST_OPENED)
            continue;
        ck_assert_int_eq(stage.inputs[i].at_us, stage_at((int)day++, 24, 0));
        ck_assert_int_eq(stage.heard_us[i], stage_at(31, 13, 0));
        ck_assert_uint_eq(lines_of(i, &whole), 3);
        ck_assert(whole);
    }
    ck_assert_uint_eq(day, 31);
    ck_assert_uint_eq(facts_of(FACT_TRUE_ERROR, 0), 3);
    stage_until(stage_at(36, 0, 0)); /* what was to be late does not come again */
    for (int past = 28; past < 35; past++)
        ck_assert_uint_eq(whole_lists(NETSUNION, stage_at(past, 24, 0)), 1);
    for (uint32_t k = 0; k < COUNT(kinds); k++)
        check_fault(k, 1, 1);
    stage_close();
}
END_TEST

START_TEST(a_later_file_passes_one_that_is_owed)
{
    stage_set();
    stage_fault_first(1, UNIONPAY, OPERATION_FILE, FAULT_FILE_LATE)->by_us = 30 * US_PER_HOUR;
    stage_open();
    pay_daily(UNIONPAY, 3);
    stage_until(stage_at(30, 15, 29));
    ck_assert_int_eq(stage.inputs[list_heard(UNIONPAY, 0)].at_us, stage_at(29, 23, 0));
    ck_assert_int_eq(stage.inputs[list_heard(UNIONPAY, 0)].other_fen, stage_at(28, 23, 0));
    ck_assert_uint_eq(asked(UNIONPAY, FIRST + 280), UNIONPAY_00);
    ck_assert_uint_eq(asked(UNIONPAY, FIRST + 290), UNIONPAY_34);
    stage_until(stage_at(30, 15, 33));
    ck_assert_int_eq(stage.inputs[list_heard(UNIONPAY, 1)].at_us, stage_at(28, 23, 0));
    ck_assert_uint_eq(asked(UNIONPAY, FIRST + 280), UNIONPAY_34);
    stage_close();
}
END_TEST

START_TEST(what_was_called_late_was_late_though_faults_end_within_the_hour)
{
    static const enum fault_kind kinds[] = {FAULT_FILE_LATE, FAULT_FILE_MISSING,
                                            FAULT_FILE_TRUNCATED};
    stage_set();
    add_fault(UNIONPAY, kinds[_i])->by_us = _i == 1 ? 0 : 3 * US_PER_HOUR;
    stage_open();
    pay_daily(UNIONPAY, 1);
    stage_until(stage_at(29, 9, 45));
    stage_heal();
    stage_until(stage_at(29, 20, 0));
    uint32_t list = list_heard(UNIONPAY, _i == 2);
    ck_assert_int_eq(stage.heard_us[list], stage_at(29, 9, 30) + FILE_LATE_AFTER_US + US_PER_S);
    ck_assert_uint_eq(list_heard(UNIONPAY, 1 + (_i == 2)), NONE);
    stage_close();
}
END_TEST

START_TEST(after_the_end_of_faults_files_come_at_their_clock_and_keep_the_errors_they_have)
{
    stage_set();
    add_fault(UNIONPAY, FAULT_FILE_MISSING);
    add_fault(UNIONPAY, FAULT_LINE_STATUS);
    stage_open();
    stage_pay(UNIONPAY, FIRST, 500);
    stage_after(US_PER_HOUR);
    stage_heal();
    stage_pay(UNIONPAY, FIRST + 1, 500);
    ck_assert(!world_quiet(stage.world));
    stage_until(stage_at(29, 10, 0));
    ck_assert_int_eq(stage.heard_us[list_heard(UNIONPAY, 0)], stage_at(29, 9, 30));
    ck_assert_uint_eq(told(INPUT_LIST_LINE, FIRST)->flag, LIST_LINE_FAILED);
    ck_assert_uint_eq(told(INPUT_LIST_LINE, FIRST + 1)->flag, 0);
    ck_assert_uint_eq(facts_of(FACT_TRUE_ERROR, 0), 1);
    check_fault(0, 0, 0);
    check_fault(1, 1, 1);
    stage_close();
}
END_TEST

/* --- clocks ---------------------------------------------------------------- */

#define AT(hour, minute) ((hour)*US_PER_HOUR + (minute)*US_PER_MINUTE)

static const struct {
    int64_t cut_off_us;
    int64_t file_at_us;
    uint32_t owed; /* at most at once */
} clocks[] = {
    {US_PER_DAY, AT(0, 11), 1}, {US_PER_DAY, AT(23, 59), 1}, {AT(23, 0), 0, 1},
    {AT(6, 0), AT(5, 59), 1},   {AT(6, 0), AT(6, 0), 1},     {AT(6, 0), AT(23, 0), 2},
    {AT(0, 1), AT(23, 59), 2},  {AT(12, 0), AT(12, 1), 2},   {AT(23, 59), AT(0, 10), 1},
};

START_TEST(a_file_comes_at_its_clock_of_the_day_after_its_cut_off)
{
    uint32_t most = 0;
    stage_set();
    struct house_terms *t = &stage.terms.houses[NETSUNION];
    t->closing_us[0] = clocks[_i].cut_off_us;
    t->file_at_us = clocks[_i].file_at_us;
    stage_open();
    for (int minute = 8 * 60; minute < 5 * 24 * 60; minute += 10) {
        stage_until(stage_at(28, 0, minute));
        if (minute % (6 * 60) == 0)
            stage_pay(NETSUNION, FIRST + (uint64_t)minute, 10);
        if (stage_house(NETSUNION)->owed_count > most)
            most = stage_house(NETSUNION)->owed_count;
    }
    ck_assert_uint_eq(most, clocks[_i].owed);
    ck_assert_uint_ge(list_heard(NETSUNION, 2), 1);
    int64_t from_us = stage.terms.start_us;
    for (uint32_t n = 0; list_heard(NETSUNION, n) != NONE; n++) {
        const struct input *opened = &stage.inputs[list_heard(NETSUNION, n)];
        int32_t day = civil_day(opened->at_us - 1);
        ck_assert_int_eq(opened->at_us, civil_moment_us(day, clocks[_i].cut_off_us));
        ck_assert_int_eq(stage.heard_us[list_heard(NETSUNION, n)],
                         civil_moment_us(day + 1, clocks[_i].file_at_us));
        ck_assert_int_eq(opened->other_fen, from_us); /* no gap between two */
        from_us = opened->at_us;
    }
    stage_close();
}
END_TEST

START_TEST(a_file_so_soon_that_its_orders_could_be_taken_again_stops_the_program)
{
    stage_set();
    stage.terms.houses[NETSUNION].file_at_us = ORDER_AGE_MAX_US;
    stage_open();
    stage_until(stage_at(29, 1, 0));
}
END_TEST

/* --- returns --------------------------------------------------------------- */

START_TEST(a_return_that_no_notice_told_is_told_as_such_with_its_line)
{
    stage_set();
    stage.terms.houses[UNIONPAY].returned_ppm = 1000000;
    add_fault(UNIONPAY, FAULT_DOWN)->operation = OPERATION_NOTICE;
    stage.faults[0].window = (struct window){
        .kind = WINDOW_ONCE, .from_us = stage_at(29, 0, 0), .to_us = stage_at(30, 0, 0)};
    if (_i == 1)
        stage.terms.fault_count = 0;
    stage_open();
    stage_pay(UNIONPAY, FIRST, 500);
    stage_until(stage_at(30, 10, 0));
    ck_assert_uint_eq(facts_of(FACT_TRUE_RETURNED, FIRST), 1);
    ck_assert_uint_eq(told_count(INPUT_RETURN_NOTIFIED, FIRST), _i == 1);
    ck_assert_uint_eq(facts_of(FACT_TRUE_ERROR, 0), _i == 0);
    ck_assert_uint_eq(told(INPUT_LIST_LINE, FIRST)->flag, LIST_LINE_RETURNED);
    if (_i == 0) {
        const struct fact *error = error_about(FIRST);
        check_error(error, UNIONPAY, MATCH_RETURNED, BREAK_ABOUT_ORDER, stage_day(29));
        ck_assert_uint_eq(error->subject, NONE);
        ck_assert_int_eq(error->amount_fen, 500);
        ck_assert_int_eq(error->at_us, stage_at(30, 9, 30));
    }
    stage_close();
}
END_TEST

START_TEST(what_came_back_and_the_legs_of_transfers_meet_no_fault)
{
    stage_set();
    for (int c = 0; c < CHANNELS; c++) {
        stage.terms.houses[c].settlement =
            (struct transfer_terms){.reply = constant_us(US_PER_S), .final = constant_us(US_PER_S)};
        add_fault(c, FAULT_LINE_STATUS);
    }
    stage.terms.houses[UNIONPAY].returned_ppm = 1000000;
    stage_open();
    struct order leg = payment(NETSUNION, FIRST, 700);
    leg.service = SERVICE_PAYOUT;
    leg.to_account = 3;
    stage_order(leg);
    leg.channel = UNIONPAY;
    leg.service = SERVICE_SETTLEMENT;
    leg.id = FIRST + 1;
    stage_order(leg);
    stage_pay(UNIONPAY, FIRST + 2, 500);
    stage_until(stage_at(30, 10, 0));
    check_fault(0, 1, 1);
    check_fault(1, 0, 0);
    ck_assert_uint_eq(told_count(INPUT_LIST_LINE, 0), 4);
    ck_assert_uint_eq(told(INPUT_LIST_LINE, FIRST)->flag, 0);
    ck_assert_uint_eq(told(INPUT_LIST_LINE, FIRST + 1)->flag, 0);
    ck_assert_uint_eq(told(INPUT_LIST_LINE, FIRST + 2)->flag, LIST_LINE_RETURNED);
    stage_close();
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("files");
    tcase_add_loop_test(
        t, an_order_is_forgotten_once_its_line_was_told_and_known_for_ever_if_it_was_not, 0,
        COUNT(line_kinds));
    tcase_add_loop_test(t, until_its_file_is_there_whole_an_order_is_known, 0, 3);
    tcase_add_test(t, a_late_file_comes_so_much_later_and_then_once);
    tcase_add_loop_test(t, a_file_that_breaks_off_tells_the_same_lines_when_it_comes_whole, 0, 8);
    tcase_add_test(t, a_world_rests_only_when_every_line_was_handed_over);
    tcase_add_loop_test(t, an_empty_file_has_no_line_to_break_off_in_and_stays_away, 0, CHANNELS);
    tcase_add_loop_test(
        t, files_that_are_owed_come_whole_the_oldest_first_when_nothing_goes_wrong_any_more, 0, 3);
    tcase_add_test(t, a_later_file_passes_one_that_is_owed);
    tcase_add_loop_test(t, what_was_called_late_was_late_though_faults_end_within_the_hour, 0, 3);
    tcase_add_test(t,
                   after_the_end_of_faults_files_come_at_their_clock_and_keep_the_errors_they_have);
    tcase_add_loop_test(t, a_file_comes_at_its_clock_of_the_day_after_its_cut_off, 0,
                        COUNT(clocks));
    tcase_add_test_raise_signal(
        t, a_file_so_soon_that_its_orders_could_be_taken_again_stops_the_program, SIGABRT);
    tcase_add_loop_test(t, a_return_that_no_notice_told_is_told_as_such_with_its_line, 0, 2);
    tcase_add_test(t, what_came_back_and_the_legs_of_transfers_meet_no_fault);
    return run_tests("files", t);
}
