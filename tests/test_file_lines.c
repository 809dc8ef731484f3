/* test_file_lines.c — lines of settlement files: right, or wrong in one way, and the truth of it
 * is told; one at a time and over a month. */

#include "core/edge/zm.h"
#include "tests/files.h"

/* --- lines ----------------------------------------------------------------- */

static int64_t line_fen(uint64_t id, int64_t *fee_fen, uint8_t *flag)
{
    const struct input *in = told(INPUT_LIST_LINE, id);
    *fee_fen = in->other_fen;
    *flag = in->flag;
    return in->amount_fen;
}

START_TEST(lines_tell_the_amount_the_fee_and_the_reference)
{
    for (int net = 0; net < 2; net++)
        for (int c = 0; c < CHANNELS; c++) {
            int64_t fee_fen;
            uint8_t flag;
            stage_set();
            fees_of(c, net);
            five_payments(c);
            ck_assert_int_eq(line_fen(FIRST + 3, &fee_fen, &flag), 1003 + (net ? FEE : 0));
            ck_assert_int_eq(fee_fen, FEE);
            ck_assert_uint_eq(flag, 0);
            ck_assert_uint_eq(told(INPUT_LIST_LINE, FIRST + 3)->reference.lo, FIRST + 3);
            ck_assert_uint_eq(facts_of(FACT_TRUE_ERROR, 0), 0);
            stage_close();
        }
}
END_TEST

static void check_wrong_line(enum fault_kind kind, const struct fact *error)
{
    int64_t fee_fen;
    uint8_t flag;
    uint32_t lines = told_count(INPUT_LIST_LINE, FIRST + 3);
    ck_assert_uint_eq(lines, kind == FAULT_LINE_MISSING ? 0 : kind == FAULT_LINE_TWICE ? 2 : 1);
    if (kind == FAULT_LINE_MISSING) {
        ck_assert_int_eq(error->amount_fen, 1003 + FEE);
        ck_assert_int_eq(error->other, 0);
        return;
    }
    int64_t amount_fen = line_fen(FIRST + 3, &fee_fen, &flag);
    ck_assert_int_eq(amount_fen != 1003 + FEE, kind == FAULT_LINE_AMOUNT);
    ck_assert_int_eq(fee_fen != FEE, kind == FAULT_LINE_FEE);
    ck_assert_uint_eq(flag, kind == FAULT_LINE_STATUS ? LIST_LINE_FAILED : 0);
    ck_assert_int_eq(error->amount_fen, kind == FAULT_LINE_EXTRA ? 0
                                        : kind == FAULT_LINE_FEE ? FEE
                                                                 : 1003 + FEE);
    ck_assert_int_eq(error->other, kind == FAULT_LINE_FEE ? fee_fen : amount_fen);
}

START_TEST(a_wrong_line_is_wrong_in_one_way_and_the_truth_is_told)
{
    enum fault_kind kind = line_kinds[_i / CHANNELS].kind;
    int c = _i % CHANNELS;
    bool whole;
    stage_set();
    fees_of(c, true);
    struct fault_spec *f = add_fault(c, kind);
    f->min_fen = f->max_fen = 1003;
    five_payments(c);
    uint32_t list = list_heard(c, 0);
    ck_assert_uint_eq(stage.inputs[list].count, 5);
    ck_assert_int_eq(stage.inputs[list].amount_fen, 5 * FEE + 5015);
    bool more = kind == FAULT_LINE_EXTRA || kind == FAULT_LINE_TWICE;
    ck_assert_uint_eq(lines_of(list, &whole), kind == FAULT_LINE_MISSING ? 4u : more ? 6u : 5u);
    ck_assert(whole);
    check_fault(0, 1, 1);
    ck_assert_uint_eq(facts_of(FACT_TRUE_ERROR, 0), 1);
    const struct fact *error = error_about(
        kind == FAULT_LINE_EXTRA ? (FIRST + 3) ^ UINT64_C(255) << 32 : (uint64_t)FIRST + 3);
    check_error(error, c, line_kinds[_i / CHANNELS].type, BREAK_ABOUT_ORDER, stage_day(28));
    ck_assert_uint_eq(error->subject, 0);
    ck_assert_int_eq(error->at_us, stage_at(29, 9, 30));
    check_wrong_line(kind, error);
    stage_close();
}
END_TEST

START_TEST(an_extra_line_is_of_an_order_and_a_reference_that_nobody_gave)
{
    bool whole;
    stage_set();
    add_fault(NETSUNION, FAULT_LINE_EXTRA);
    five_payments(NETSUNION);
    uint32_t list = list_heard(NETSUNION, 0);
    ck_assert_uint_eq(lines_of(list, &whole), 10);
    for (uint32_t i = list + 1; i <= list + 10; i++)
        for (uint32_t k = i + 1; k <= list + 10; k++) {
            ck_assert_uint_ne(stage.inputs[i].id, stage.inputs[k].id);
            ck_assert_uint_ne(stage.inputs[i].reference.lo, stage.inputs[k].reference.lo);
        }
    for (uint32_t i = list + 1; i <= list + 10; i += 2) {
        ck_assert_uint_eq(facts_of(FACT_TRUE_PAID, stage.inputs[i].id), 1);
        ck_assert_uint_eq(facts_of(FACT_TRUE_PAID, stage.inputs[i + 1].id), 0);
        ck_assert_int_eq(stage.inputs[i + 1].amount_fen, stage.inputs[i].amount_fen);
    }
    stage_close();
}
END_TEST

static bool same_digits(int64_t a_fen, int64_t b_fen)
{
    int count[10] = {0};
    for (; a_fen > 0; a_fen /= 10)
        count[a_fen % 10]++;
    for (; b_fen > 0; b_fen /= 10)
        count[b_fen % 10]--;
    for (int i = 1; i < 10; i++) /* a leading zero is not seen */
        if (count[i] != 0)
            return false;
    return true;
}

START_TEST(a_wrong_amount_is_one_fen_off_or_has_two_digits_swapped_and_is_never_the_right_one)
{
    static const int64_t amounts_fen[] = {1, 9, 10, 11, 111, 100, 1000, 1234, 907};
    uint32_t above = 0;
    uint32_t below = 0;
    uint32_t swapped = 0;
    stage_set();
    add_fault(UNIONPAY, FAULT_LINE_AMOUNT);
    stage_open();
    for (uint64_t i = 0; i < 180; i++)
        stage_pay(UNIONPAY, FIRST + i, amounts_fen[i % COUNT(amounts_fen)]);
    stage_until(stage_at(29, 10, 0));
    for (uint64_t i = 0; i < 180; i++) {
        int64_t fen = amounts_fen[i % COUNT(amounts_fen)];
        int64_t told_fen = told(INPUT_LIST_LINE, FIRST + i)->amount_fen;
        bool off = told_fen == fen + 1 || told_fen == fen - 1;
        ck_assert_in_loop(told_fen > 0 && told_fen != fen && (off || same_digits(told_fen, fen)));
        above += told_fen == fen + 1;
        below += told_fen == fen - 1;
        swapped += !off;
        ck_assert_in_loop(error_about(FIRST + i)->other == told_fen);
    }
    ck_assert_uint_ge(above, 20);
    ck_assert_uint_ge(below, 20);
    ck_assert_uint_ge(swapped, 20);
    stage_close();
}
END_TEST

START_TEST(a_wrong_amount_has_room_in_the_file)
{
    stage_set();
    stage.terms.seed = (uint64_t)_i;
    stage.terms.accounts[0].opening_fen += ZM_AMOUNT_MAX_FEN;
    stage.terms.mapped_fen[UNIONPAY] = ZM_AMOUNT_MAX_FEN;
    add_fault(UNIONPAY, FAULT_LINE_AMOUNT);
    stage_open();
    stage_pay(UNIONPAY, FIRST, ZM_AMOUNT_MAX_FEN);
    stage_until(stage_at(29, 10, 0));
    ck_assert_int_eq(told(INPUT_LIST_LINE, FIRST)->amount_fen, ZM_AMOUNT_MAX_FEN - 1);
    stage_close();
}
END_TEST

START_TEST(where_there_is_no_fee_a_wrong_one_is_a_fen)
{
    stage_set();
    add_fault(UNIONPAY, FAULT_LINE_FEE);
    five_payments(UNIONPAY);
    ck_assert_int_eq(told(INPUT_LIST_LINE, FIRST + 1)->other_fen, 1);
    ck_assert_int_eq(error_about(FIRST + 1)->amount_fen, 0);
    ck_assert_int_eq(error_about(FIRST + 1)->other, 1);
    stage_close();
}
END_TEST

START_TEST(of_several_faults_one_tells_something_wrong_of_an_order)
{
    stage_set();
    add_fault(UNIONPAY, FAULT_LINE_TWICE)->max_fen = 1002;
    add_fault(UNIONPAY, FAULT_LINE_AMOUNT);
    add_fault(UNIONPAY, FAULT_LINE_MISSING);
    five_payments(UNIONPAY);
    check_fault(0, 2, 2);
    check_fault(1, 3, 3);
    check_fault(2, 0, 0);
    ck_assert_uint_eq(facts_of(FACT_TRUE_ERROR, 0), 5);
    ck_assert_uint_eq(told_count(INPUT_LIST_LINE, 0), 7);
    stage_close();
}
END_TEST

/* --- choices --------------------------------------------------------------- */

static void choose_first(struct fault_spec *f)
{
    f->choice = CHOOSE_FIRST;
    f->n = 2;
}

static void choose_every(struct fault_spec *f)
{
    f->choice = CHOOSE_EVERY;
    f->n = 2;
}

static void choose_none(struct fault_spec *f)
{
    f->choice = CHOOSE_SHARE;
}

static void choose_amount(struct fault_spec *f)
{
    f->min_fen = 1004;
}

static void choose_business(struct fault_spec *f)
{
    f->business = 3;
}

static void choose_bank(struct fault_spec *f)
{
    f->bank = 2;
}

static void choose_merchant(struct fault_spec *f)
{
    static const uint8_t known[] = {0, 1, 0, 0, 1};
    f->merchants = known;
    f->merchants_known = COUNT(known);
}

static void choose_minute(struct fault_spec *f)
{
    f->window = (struct window){
        .kind = WINDOW_ONCE, .from_us = stage_at(28, 8, 2), .to_us = stage_at(28, 8, 3)};
}

static const struct {
    void (*choose)(struct fault_spec *f);
    uint64_t armed;
    uint32_t missing; /* bit i: payment 1 + i of five, one a minute, is */
} choices[] = {{choose_first, 5, 3},     {choose_every, 5, 10}, {choose_none, 5, 0},
               {choose_amount, 2, 24},   {choose_bank, 1, 2},   {choose_business, 1, 4},
               {choose_merchant, 2, 17}, /* of merchant 1 and 4 */
               {choose_minute, 1, 4}};   /* by when it was paid */

START_TEST(a_fault_of_lines_chooses_by_payment)
{
    uint32_t missing = 0;
    static const uint32_t merchants[] = {1, 2, 3, 5, 4};
    stage_set();
    choices[_i].choose(add_fault(UNIONPAY, FAULT_LINE_MISSING));
    stage_open();
    for (uint32_t i = 0; i < 5; i++) {
        struct order o = payment(UNIONPAY, FIRST + i, 1001 + i);
        o.business = (uint8_t)(i + 1);
        o.bank = (uint8_t)(i + 1);
        o.merchant = merchants[i];
        stage_order(o);
        stage_after(US_PER_MINUTE);
    }
    stage_until(stage_at(29, 10, 0));
    for (uint32_t i = 0; i < 5; i++)
        missing |= (uint32_t)(told_count(INPUT_LIST_LINE, FIRST + i) == 0) << i;
    ck_assert_uint_eq(missing, choices[_i].missing);
    check_fault(0, choices[_i].armed, (uint64_t)__builtin_popcount(missing));
    ck_assert_uint_eq(facts_of(FACT_TRUE_ERROR, 0), (uint32_t)__builtin_popcount(missing));
    stage_close();
}
END_TEST

/* --- a month of everything --------------------------------------------------- */

enum { DAYS = 30, PER_DAY = 12 };

/* What is wrong with the line of an order; NULL: nothing. */
static const struct fact *line_error(uint64_t id)
{
    for (uint32_t i = 0; i < stage.fact_count; i++)
        if (stage.facts[i].kind == FACT_TRUE_ERROR && stage.facts[i].id == id &&
            stage.facts[i].state == BREAK_ABOUT_ORDER && stage.facts[i].class != MATCH_RETURNED)
            return &stage.facts[i];
    return NULL;
}

/* How many lines of that order, and of that flag, the list has; the last of them. */
static uint32_t seek_lines(uint32_t list, uint64_t id, uint8_t returned, const struct input **last)
{
    uint32_t count = 0;
    for (uint32_t i = list + 1; stage.inputs[i].kind == INPUT_LIST_LINE; i++)
        if (stage.inputs[i].id == id && (stage.inputs[i].flag & LIST_LINE_RETURNED) == returned) {
            *last = &stage.inputs[i];
            count++;
        }
    return count;
}

static void check_payment_line(uint32_t list, const struct fact *paid)
{
    const struct fact *error = line_error(paid->id);
    enum match_type type = error == NULL || error->class == MATCH_MISSING_OURS
                               ? MATCH_TYPES
                               : (enum match_type)error->class;
    const struct input *line = NULL;
    uint32_t count = seek_lines(list, paid->id, 0, &line);
    ck_assert_in_loop(count == (type == MATCH_MISSING_THEIRS ? 0u
                                : type == MATCH_DUPLICATE    ? 2u
                                                             : 1u));
    if (count == 0)
        return;
    ck_assert_in_loop(line->session == paid->session);
    ck_assert_in_loop(line->amount_fen ==
                      (type == MATCH_AMOUNT_DIFFERS ? error->other : paid->amount_fen));
    ck_assert_in_loop(line->other_fen == (type == MATCH_FEE_DIFFERS ? error->other : FEE));
    ck_assert_in_loop(line->flag == (type == MATCH_STATUS_DIFFERS ? LIST_LINE_FAILED : 0));
}

/* By the truth alone: what a day's list must say, error by error. */
static void check_day(int c, uint32_t list)
{
    int32_t day = civil_day(stage.inputs[list].at_us - 1);
    uint32_t count = 0;
    int64_t total_fen = 0;
    uint32_t lines = 0;
    bool whole;
    for (uint32_t i = 0; i < stage.fact_count; i++) {
        const struct fact *f = &stage.facts[i];
        bool of_day = (int32_t)(f->session / stage.terms.houses[c].closing_count) == day;
        bool paid = f->kind == FACT_TRUE_PAID;
        if (f->channel != c || !of_day || (!paid && f->kind != FACT_TRUE_RETURNED))
            continue;
        count++;
        total_fen += f->amount_fen;
        const struct input *line = NULL;
        if (paid)
            check_payment_line(list, f);
        else
            ck_assert_in_loop(seek_lines(list, f->id, LIST_LINE_RETURNED, &line) == 1 &&
                              line->amount_fen == f->amount_fen && line->other_fen == 0);
    }
    ck_assert_uint_eq(stage.inputs[list].count, count);
    ck_assert_int_eq(stage.inputs[list].amount_fen, total_fen);
    for (uint32_t i = 0; i < stage.fact_count; i++) {
        const struct fact *f = &stage.facts[i];
        if (f->kind != FACT_TRUE_ERROR || f->session != (uint32_t)day || f->channel != c)
            continue;
        lines += f->class == MATCH_DUPLICATE || f->class == MATCH_MISSING_OURS;
        lines -= f->class == MATCH_MISSING_THEIRS;
    }
    ck_assert_uint_eq(lines_of(list, &whole), count + lines);
}

/* Where the first news of that kind and flag about an order was heard; the end: nowhere. */
static uint32_t first_heard(enum input_kind kind, uint8_t flag, uint64_t id)
{
    uint32_t i = 0;
    while (i < stage.input_count && (stage.inputs[i].kind != kind || stage.inputs[i].id != id ||
                                     stage.inputs[i].flag != flag))
        i++;
    return i;
}

/* A return whose line was heard before its notice is told as such, once. */
static uint32_t check_returns(void)
{
    uint32_t told = 0;
    for (uint32_t i = 0; i < stage.fact_count; i++) {
        uint32_t errors = 0;
        uint64_t id = stage.facts[i].id;
        if (stage.facts[i].kind != FACT_TRUE_RETURNED)
            continue;
        for (uint32_t k = i; k < stage.fact_count; k++)
            errors += stage.facts[k].kind == FACT_TRUE_ERROR && stage.facts[k].id == id &&
                      stage.facts[k].class == MATCH_RETURNED;
        ck_assert_in_loop(errors == (first_heard(INPUT_LIST_LINE, LIST_LINE_RETURNED, id) <
                                     first_heard(INPUT_RETURN_NOTIFIED, 0, id)));
        told += errors;
    }
    return told;
}

static void a_month_of_payments(int c)
{
    stage.terms.houses[c].returned_ppm = 150000;
    fees_of(c, true);
    for (uint32_t k = 0; k < COUNT(line_kinds); k++) {
        struct fault_spec *f = add_fault(c, line_kinds[k].kind);
        f->choice = CHOOSE_SHARE;
        f->share_ppm = 100000;
    }
    static const enum fault_kind kinds[] = {FAULT_FILE_LATE, FAULT_FILE_MISSING,
                                            FAULT_FILE_TRUNCATED, FAULT_DOWN};
    for (uint32_t k = 0; k < COUNT(kinds); k++) {
        struct fault_spec *f = add_fault(c, kinds[k]);
        f->choice = CHOOSE_SHARE;
        f->share_ppm = k < 3 ? 200000 : 500000;
        f->by_us = k == 0 ? 50 * US_PER_HOUR : 0;
    }
    stage.faults[stage.terms.fault_count - 1].operation = OPERATION_NOTICE;
    stage_open();
    for (uint32_t i = 0; i < DAYS * PER_DAY; i++) {
        stage_pay(c, FIRST + i, 10 + (int64_t)(i * 37 % 300));
        stage_after(US_PER_DAY / PER_DAY);
    }
    stage_heal();
    for (int day = 0; day < 60 && !world_quiet(stage.world); day++)
        stage_after(US_PER_DAY);
}

START_TEST(over_a_month_lists_differ_from_the_truth_by_exactly_what_was_told_as_wrong)
{
    int c = _i % CHANNELS;
    uint32_t list;
    bool whole;
    uint32_t parts = 0;
    uint64_t fired = 0;
    stage_set();
    stage.terms.seed = (uint64_t)_i + 100;
    a_month_of_payments(c);
    ck_assert(world_quiet(stage.world));
    for (uint32_t n = 0; (list = list_heard(c, n)) != NONE; n++) {
        lines_of(list, &whole);
        parts += !whole;
        if (whole) {
            ck_assert_uint_eq(whole_lists(c, stage.inputs[list].at_us), 1);
            check_day(c, list);
        }
    }
    ck_assert_uint_ge(parts, 1);
    for (uint32_t k = 0; k < stage.terms.fault_count - 1; k++) {
        ck_assert_uint_ge(stage.world->faults.counts[k].fired, 1);
        fired += stage.world->faults.counts[k].fired;
    }
    uint32_t returned = check_returns();
    ck_assert_uint_ge(returned, 1);
    ck_assert_uint_eq(facts_of(FACT_TRUE_ERROR, 0), fired + returned);
    stage_close();
}
END_TEST

START_TEST(removing_a_fault_moves_no_other)
{
    static uint8_t said[2][DAYS * PER_DAY];
    for (int run = 0; run < 2; run++) {
        stage_set();
        for (uint32_t k = 0; k < 3; k++) {
            struct fault_spec *f = add_fault(UNIONPAY, line_kinds[k].kind);
            f->choice = CHOOSE_SHARE;
            f->share_ppm = 200000;
            if (k == 0 && run == 1)
                f->share_ppm = 0;
        }
        stage_open();
        for (uint32_t i = 0; i < DAYS * PER_DAY; i++)
            stage_pay(UNIONPAY, FIRST + i, 10);
        stage_until(stage_at(29, 10, 0));
        for (uint32_t i = 0; i < DAYS * PER_DAY; i++) {
            const struct fact *error = line_error(FIRST + i);
            bool extra = told_count(INPUT_LIST_LINE, (FIRST + i) ^ UINT64_C(255) << 32) != 0;
            said[run][i] = extra ? MATCH_MISSING_OURS : error == NULL ? MATCH_TYPES : error->class;
        }
        stage_close();
    }
    for (uint32_t i = 0; i < DAYS * PER_DAY; i++)
        ck_assert_in_loop(said[0][i] == said[1][i] || said[0][i] == MATCH_MISSING_THEIRS);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("file_lines");
    tcase_add_test(t, lines_tell_the_amount_the_fee_and_the_reference);
    tcase_add_loop_test(t, a_wrong_line_is_wrong_in_one_way_and_the_truth_is_told, 0,
                        COUNT(line_kinds) * CHANNELS);
    tcase_add_test(t, an_extra_line_is_of_an_order_and_a_reference_that_nobody_gave);
    tcase_add_test(
        t, a_wrong_amount_is_one_fen_off_or_has_two_digits_swapped_and_is_never_the_right_one);
    tcase_add_test(t, where_there_is_no_fee_a_wrong_one_is_a_fen);
    tcase_add_test(t, of_several_faults_one_tells_something_wrong_of_an_order);
    tcase_add_loop_test(t, a_fault_of_lines_chooses_by_payment, 0, COUNT(choices));
    tcase_add_loop_test(t, a_wrong_amount_has_room_in_the_file, 0, 8);
    tcase_add_loop_test(
        t, over_a_month_lists_differ_from_the_truth_by_exactly_what_was_told_as_wrong, 0, 8);
    tcase_add_test(t, removing_a_fault_moves_no_other);
    return run_tests("file_lines", t);
}
