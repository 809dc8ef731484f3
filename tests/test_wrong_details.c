/* test_wrong_details.c — lines of statements that faults make wrong, and the truth about them. */

#include "core/audit/match.h"
#include "tests/stage.h"

#define MONDAY "2018-03-05T09:00:00+08:00"

/* Every second movement meets it. */
static void add_every_second(enum fault_kind kind)
{
    struct fault_spec *f = stage_fault(BANK_A, OPERATION_DETAIL, kind);
    f->choice = CHOOSE_EVERY;
    f->n = 2;
}

static void collect_into(uint8_t account, int64_t amount_fen)
{
    ck_assert(world_collect_into(stage.world, stage.now_us, account, amount_fen, 0, &stage.out));
    stage_take();
}

struct told {
    struct input lines[DETAILS_PAGE];
    uint32_t line_count;
    struct input end;
    struct fact errors[DETAILS_PAGE];
    uint32_t error_count;
};

static struct told page_after(uint8_t account, uint32_t cursor)
{
    struct told told = {0};
    struct happening due = {.kind = HAPPENS_DETAILS, .subject = account, .arg = cursor};
    struct details page;
    struct input one;
    uint32_t at = 0;
    world_details(stage.world, &due, &page);
    while (world_next_detail_error(stage.world, stage.now_us, &page, &at,
                                   &told.errors[told.error_count]))
        told.error_count++;
    while (world_next_detail(stage.world, &page, &one)) {
        told.end = one;
        if (one.kind == INPUT_MOVEMENT_TOLD)
            told.lines[told.line_count++] = one;
    }
    ck_assert_uint_eq(told.end.kind, INPUT_DETAILS_ENDED);
    return told;
}

static const struct {
    enum fault_kind kind;
    enum match_type type;
    uint32_t numbers[5]; /* told of three movements of 100, 200 and 300 */
    uint32_t wrong;      /* number */
    uint32_t last;
} rows[] = {
    {FAULT_LINE_MISSING, MATCH_MISSING_THEIRS, {1, 3}, 2, 3},
    {FAULT_LINE_EXTRA, MATCH_MISSING_OURS, {1, 2, 3, 4}, 3, 4},
    {FAULT_LINE_TWICE, MATCH_DUPLICATE, {1, 2, 3, 4}, 3, 4},
    {FAULT_LINE_AMOUNT, MATCH_AMOUNT_DIFFERS, {1, 2, 3}, 2, 3},
};

START_TEST(a_fault_makes_a_line_wrong_and_leaves_numbers_and_balances_true)
{
    stage_set_wide(MONDAY);
    add_every_second(rows[_i].kind);
    stage_open();
    for (int n = 1; n <= 3; n++)
        collect_into(OWN_A, YUAN(n));
    struct told told = page_after(OWN_A, 0);
    uint32_t n = 0;
    int64_t stands_fen = opening_fen(OWN_A);
    for (; rows[_i].numbers[n] != 0; n++) {
        const struct input *line = &told.lines[n];
        bool wrong = line->count == rows[_i].wrong;
        ck_assert_uint_eq(line->count, rows[_i].numbers[n]);
        if (wrong && rows[_i].kind != FAULT_LINE_AMOUNT)
            ck_assert_int_eq(line->other_fen, stands_fen); /* no money moved with it */
        else if (rows[_i].kind != FAULT_LINE_MISSING)
            ck_assert_int_eq((line->other_fen - stands_fen == line->amount_fen), !wrong);
        stands_fen = line->other_fen;
    }
    ck_assert_uint_eq(told.line_count, n);
    ck_assert_uint_eq(told.end.count, rows[_i].last);
    ck_assert_int_eq(told.end.other_fen, opening_fen(OWN_A) + YUAN(6));
    ck_assert_int_eq(balance(OWN_A), opening_fen(OWN_A) + YUAN(6));
    stage_close();
}
END_TEST

START_TEST(the_truth_about_a_wrong_line_is_told_with_the_first_page_that_has_it)
{
    stage_set_wide(MONDAY);
    add_every_second(rows[_i].kind);
    stage_open();
    for (int n = 1; n <= 3; n++)
        collect_into(OWN_A, YUAN(n));
    ck_assert_uint_eq(page_after(OWN_A, 3).error_count, rows[_i].wrong > 3);
    struct told told = page_after(OWN_A, 0);
    ck_assert_uint_eq(told.error_count, 1);
    struct fact error = told.errors[0];
    bool moved = rows[_i].kind == FAULT_LINE_MISSING || rows[_i].kind == FAULT_LINE_AMOUNT;
    ck_assert_uint_eq(error.kind, FACT_TRUE_ERROR);
    ck_assert_uint_eq(error.channel, CHANNEL_NONE);
    ck_assert_uint_eq(error.class, rows[_i].type);
    ck_assert_uint_eq(error.state, BREAK_ABOUT_LINE);
    ck_assert_uint_eq(error.subject, 0);
    ck_assert_uint_eq(error.id, audit_line_id(OWN_A, rows[_i].wrong));
    ck_assert_int_eq(error.amount_fen, moved ? YUAN(2) : 0);
    if (rows[_i].kind == FAULT_LINE_MISSING)
        ck_assert_int_eq(error.other, 0);
    else if (rows[_i].kind == FAULT_LINE_TWICE)
        ck_assert_int_eq(error.other, YUAN(2));
    else
        ck_assert(error.other > 0 && error.other != YUAN(2));
    ck_assert_uint_eq(page_after(OWN_A, 0).error_count, 0); /* once */
    stage_close();
}
END_TEST

START_TEST(a_line_that_leaves_an_account_is_made_wrong_with_its_sign)
{
    struct own_line taken = {.amount_fen = -YUAN(3), .account = OWN_A};
    stage_set_wide(MONDAY);
    taken.at_us = stage.now_us + US_PER_HOUR;
    stage.terms.own_lines = &taken;
    stage.terms.own_line_count = 1;
    add_every_second(FAULT_LINE_AMOUNT);
    stage_open();
    collect_into(OWN_A, YUAN(1));
    stage_after(2 * US_PER_HOUR);
    struct told told = page_after(OWN_A, 1);
    ck_assert_uint_eq(told.line_count, 1);
    ck_assert_int_lt(told.lines[0].amount_fen, 0);
    ck_assert_int_ne(told.lines[0].amount_fen, -YUAN(3));
    stage_close();
}
END_TEST

/* Of two neighbours only the sum could be known. */
START_TEST(the_line_after_one_that_was_left_out_is_true)
{
    stage_set_wide(MONDAY);
    stage_fault(BANK_A, OPERATION_DETAIL, FAULT_LINE_MISSING);
    stage_open();
    for (int n = 1; n <= 5; n++)
        collect_into(OWN_A, YUAN(n));
    struct told told = page_after(OWN_A, 0);
    ck_assert_uint_eq(told.line_count, 2);
    ck_assert_uint_eq(told.lines[0].count, 2);
    ck_assert_uint_eq(told.lines[1].count, 4);
    ck_assert_uint_eq(told.end.count, 5);
    ck_assert_uint_eq(stage.world->faults.counts[0].armed, 3);
    ck_assert_uint_eq(told.error_count, 3);
    stage_close();
}
END_TEST

START_TEST(what_is_pushed_and_what_another_keeps_is_never_wrong)
{
    struct own_line received = {.amount_fen = YUAN(1), .account = ACS};
    stage_set_wide(MONDAY);
    received.at_us = stage.now_us + US_PER_HOUR;
    stage.terms.own_lines = &received;
    stage.terms.own_line_count = 1;
    stage.terms.acs_push = _i == 0 ? 0 : 1 + CHANNEL_UNIONPAY;
    stage_fault(INSTITUTION_CENTRAL_BANK, OPERATION_DETAIL, FAULT_LINE_MISSING);
    stage_fault(BANK_B, OPERATION_DETAIL, FAULT_LINE_MISSING);
    stage_open();
    collect_into(OWN_A, YUAN(1));
    stage_after(2 * US_PER_HOUR);
    ck_assert_int_eq(balance(ACS), opening_fen(ACS) + YUAN(1));
    ck_assert_uint_eq(page_after(OWN_A, 0).line_count, 1);
    ck_assert_uint_eq(page_after(ACS, 0).line_count, (uint32_t)_i);
    ck_assert_uint_eq(stage.world->faults.counts[0].fired, 1 - (uint32_t)_i);
    ck_assert_uint_eq(stage.world->faults.counts[1].fired, 0);
    stage_close();
}
END_TEST

START_TEST(which_lines_are_wrong_is_drawn_by_account_and_number)
{
    uint64_t wrong[2] = {0, 0};
    for (uint32_t with = 0; with < 2; with++) {
        stage_set_wide(MONDAY);
        struct fault_spec *f = stage_fault(BANK_A, OPERATION_DETAIL, FAULT_LINE_AMOUNT);
        f->choice = CHOOSE_SHARE;
        f->share_ppm = 300000;
        if (with) /* the other fault moves no draw of the first */
            stage_fault(BANK_A, OPERATION_DETAIL, FAULT_LINE_TWICE)->choice = CHOOSE_SHARE;
        stage_open();
        for (int n = 1; n <= 40; n++)
            collect_into(OWN_A, YUAN(n));
        struct told told = page_after(OWN_A, 0);
        for (uint32_t i = 0; i < told.error_count; i++)
            wrong[with] |= UINT64_C(1) << audit_line_number(told.errors[i].id);
        ck_assert_uint_ge(told.error_count, 4);
        ck_assert_uint_le(told.error_count, 24);
        stage_close();
    }
    ck_assert_uint_eq(wrong[0], wrong[1]);
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("wrong details");
    tcase_add_loop_test(c, a_fault_makes_a_line_wrong_and_leaves_numbers_and_balances_true, 0,
                        COUNT(rows));
    tcase_add_loop_test(c, the_truth_about_a_wrong_line_is_told_with_the_first_page_that_has_it, 0,
                        COUNT(rows));
    tcase_add_test(c, a_line_that_leaves_an_account_is_made_wrong_with_its_sign);
    tcase_add_test(c, the_line_after_one_that_was_left_out_is_true);
    tcase_add_loop_test(c, what_is_pushed_and_what_another_keeps_is_never_wrong, 0, 2);
    tcase_add_test(c, which_lines_are_wrong_is_drawn_by_account_and_number);
    return run_tests("wrong details", c);
}
