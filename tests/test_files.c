/* test_files.c — settlement files: owed, late, missing, broken off, and wrong line by line. */

#include "core/audit/match.h"
#include "core/edge/zm.h"
#include "tests/stage.h"

enum { FIRST = 1000, FEE = 7 };

static const struct {
    enum fault_kind kind;
    enum match_type type;
} line_kinds[] = {
    {FAULT_LINE_MISSING, MATCH_MISSING_THEIRS}, {FAULT_LINE_EXTRA, MATCH_MISSING_OURS},
    {FAULT_LINE_TWICE, MATCH_DUPLICATE},        {FAULT_LINE_AMOUNT, MATCH_AMOUNT_DIFFERS},
    {FAULT_LINE_STATUS, MATCH_STATUS_DIFFERS},  {FAULT_LINE_FEE, MATCH_FEE_DIFFERS}};

static struct fault_spec *add_fault(int c, enum fault_kind kind)
{
    return stage_fault(c, fault_of_line(kind) ? OPERATION_LINE : OPERATION_FILE, kind);
}

static void fees_of(int c, bool in_net)
{
    stage.terms.houses[c].fee = (struct fee_terms){.fixed_fen = FEE, .in_net = in_net};
}

/* The n-th list of a house that was heard, from 0: where it opened; NONE: there is none. */
static uint32_t list_heard(int c, uint32_t n)
{
    for (uint32_t i = 0; i < stage.input_count; i++)
        if (stage.inputs[i].kind == INPUT_LIST_OPENED && stage.inputs[i].channel == c && n-- == 0)
            return i;
    return NONE;
}

/* How many lines it has, and whether it ended whole. */
static uint32_t lines_of(uint32_t list, bool *whole)
{
    uint32_t i = list + 1;
    while (stage.inputs[i].kind == INPUT_LIST_LINE)
        i++;
    ck_assert_uint_eq(stage.inputs[i].kind, INPUT_LIST_ENDED);
    ck_assert_uint_eq(stage.inputs[i].channel, stage.inputs[list].channel);
    ck_assert_uint_le(stage.inputs[i].flag, 1);
    *whole = stage.inputs[i].flag == 0;
    return i - list - 1;
}

static uint32_t whole_lists(int c, int64_t until_us)
{
    uint32_t count = 0;
    uint32_t list;
    bool whole;
    for (uint32_t n = 0; (list = list_heard(c, n)) != NONE; n++) {
        lines_of(list, &whole);
        count += whole && stage.inputs[list].at_us == until_us;
    }
    return count;
}

static const struct fact *error_about(uint64_t id)
{
    for (uint32_t i = 0; i < stage.fact_count; i++)
        if (stage.facts[i].kind == FACT_TRUE_ERROR && stage.facts[i].id == id)
            return &stage.facts[i];
    ck_abort_msg("nothing wrong was told about %d", (int)id);
}

static void check_error(const struct fact *f, int c, enum match_type type, enum break_about about,
                        int32_t day)
{
    ck_assert_int_eq(f->channel, c);
    ck_assert_uint_eq(f->class, type);
    ck_assert_uint_eq(f->state, about);
    ck_assert_uint_eq(f->session, (uint32_t)day);
}

/* --- lines ----------------------------------------------------------------- */

/* Five payments of the 28th, 1001 to 1005 fen, and what the file said by 29th, 10:00. */
static void five_payments(int c)
{
    stage_open();
    for (uint64_t i = 1; i <= 5; i++)
        stage_pay(c, FIRST + i, 1000 + (int64_t)i);
    stage_until(stage_at(29, 10, 0));
}

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
    struct fault_spec *f = add_fault(NETSUNION, FAULT_FILE_LATE);
    f->by_us = 5 * US_PER_HOUR;
    choose_first(f);
    f->n = 1;
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
    struct fault_spec *f = add_fault(UNIONPAY, FAULT_FILE_LATE);
    choose_first(f);
    f->n = 1;
    f->by_us = 30 * US_PER_HOUR;
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
    TCase *t = tcase_create("files");
    tcase_add_test(t, lines_tell_the_amount_the_fee_and_the_reference);
    tcase_add_loop_test(t, a_wrong_line_is_wrong_in_one_way_and_the_truth_is_told, 0,
                        COUNT(line_kinds) * CHANNELS);
    tcase_add_test(t, an_extra_line_is_of_an_order_and_a_reference_that_nobody_gave);
    tcase_add_test(
        t, a_wrong_amount_is_one_fen_off_or_has_two_digits_swapped_and_is_never_the_right_one);
    tcase_add_test(t, where_there_is_no_fee_a_wrong_one_is_a_fen);
    tcase_add_test(t, of_several_faults_one_tells_something_wrong_of_an_order);
    tcase_add_loop_test(t, a_fault_of_lines_chooses_by_payment, 0, COUNT(choices));
    tcase_add_loop_test(
        t, an_order_is_forgotten_once_its_line_was_told_and_known_for_ever_if_it_was_not, 0,
        COUNT(line_kinds));
    tcase_add_loop_test(t, until_its_file_is_there_whole_an_order_is_known, 0, 3);
    tcase_add_test(t, a_late_file_comes_so_much_later_and_then_once);
    tcase_add_loop_test(t, a_file_that_breaks_off_tells_the_same_lines_when_it_comes_whole, 0, 8);
    tcase_add_test(t, a_world_rests_only_when_every_line_was_handed_over);
    tcase_add_loop_test(t, an_empty_file_has_no_line_to_break_off_in_and_stays_away, 0, CHANNELS);
    tcase_add_loop_test(t, a_wrong_amount_has_room_in_the_file, 0, 8);
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
    tcase_add_loop_test(
        t, over_a_month_lists_differ_from_the_truth_by_exactly_what_was_told_as_wrong, 0, 8);
    tcase_add_test(t, removing_a_fault_moves_no_other);
    return run_tests("files", t);
}
