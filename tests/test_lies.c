/* test_lies.c — what a house says that is not so: another amount, another outcome, a return
 * without a word. */

#include "core/audit/match.h"
#include "tests/stage.h"

enum { FIRST = 101, FEE = 7 };

static struct fault_spec *add_fault(int c, enum fault_kind kind)
{
    struct fault_spec *f = stage_fault(
        c, fault_asked_at(fault_of_line(kind) ? OPERATION_FILE : OPERATION_PAYOUT, kind), kind);
    f->code = c == UNIONPAY ? (uint16_t)UNIONPAY_61 : (uint16_t)NETSUNION_01;
    return f;
}

/* The house's codes say which orders fail: all. */
static void all_fail(int c)
{
    stage.terms.houses[c].code_count = 1;
    stage.terms.houses[c].codes[0] =
        (struct code_share){.code = c == UNIONPAY ? (uint16_t)UNIONPAY_62 : (uint16_t)NETSUNION_01,
                            .share_ppm = 1000000};
}

/* NetsUnion tells the outcome with its reply, if it is known by then. */
static void tell_with_the_reply(int c)
{
    stage.terms.houses[c].final = constant_us(0);
}

static const struct fact *only_error(void)
{
    ck_assert_uint_eq(facts_of(FACT_TRUE_ERROR, 0), 1);
    for (uint32_t i = 0;; i++)
        if (stage.facts[i].kind == FACT_TRUE_ERROR)
            return &stage.facts[i];
}

static void check_error(enum match_type type, int64_t true_fen, int64_t told_fen)
{
    const struct fact *error = only_error();
    ck_assert_uint_eq(error->class, type);
    ck_assert_uint_eq(error->state, BREAK_ABOUT_ORDER);
    ck_assert_uint_eq(error->subject, 0);
    ck_assert_uint_eq(error->id, FIRST);
    ck_assert_int_eq(error->amount_fen, true_fen);
    ck_assert_int_eq(error->other, told_fen);
}

/* The first word on the outcome, and when it came. */
static const struct input *first_word(int c)
{
    bool by_notice = told_count(INPUT_OUTCOME_NOTIFIED, FIRST) > 0;
    ck_assert(by_notice || c == NETSUNION);
    return told(by_notice ? INPUT_OUTCOME_NOTIFIED : INPUT_PAY_ANSWERED, FIRST);
}

/* --- amounts ----------------------------------------------------------------- */

static int64_t truly_paid_fen(void)
{
    for (uint32_t i = 0; i < stage.fact_count; i++)
        if (stage.facts[i].kind == FACT_TRUE_PAID && stage.facts[i].id == FIRST)
            return stage.facts[i].amount_fen;
    ck_abort_msg("it was not paid");
}

/* What the first list of a house comes to. */
static int64_t listed_fen(int c)
{
    for (uint32_t i = 0; i < stage.input_count; i++)
        if (stage.inputs[i].kind == INPUT_LIST_OPENED && stage.inputs[i].channel == c)
            return stage.inputs[i].amount_fen;
    ck_abort_msg("no list came");
}

START_TEST(the_answers_say_one_amount_and_the_money_the_net_and_the_file_another)
{
    for (int net = 0; net < 2; net++) {
        int c = _i % CHANNELS;
        stage_set();
        stage.terms.houses[c].fee = (struct fee_terms){.fixed_fen = FEE, .in_net = net != 0};
        if (_i >= CHANNELS)
            tell_with_the_reply(c);
        add_fault(c, FAULT_WRONG_AMOUNT);
        stage_open();
        uint32_t session = stage_house(c)->open_session;
        stage_pay(c, FIRST, 1234);
        stage_after(20 * US_PER_S);
        int64_t paid_fen = truly_paid_fen();
        ck_assert_int_ne(paid_fen, 1234 + net * FEE);
        ck_assert_int_gt(paid_fen, net * FEE);
        ck_assert_int_eq(first_word(c)->amount_fen, 1234);
        check_error(MATCH_AMOUNT_DIFFERS, paid_fen, 1234 + net * FEE);
        int64_t payee_got_fen = stage_house(c)->today.payouts.amount_fen;
        ck_assert_int_eq(only_error()->at_us, heard_us(first_word(c)));
        ck_assert_uint_eq(asked(c, FIRST), words_of(c)->ok);
        ck_assert_int_eq(told(INPUT_QUERY_ANSWERED, FIRST)->amount_fen, 1234);
        ck_assert_int_eq(house_session(stage_house(c), session)->payments_fen, paid_fen);
        ck_assert_int_eq(available_fen_of(c), STAGE_MAPPED_FEN - paid_fen);
        stage_until(stage_at(29, 10, 0));
        const struct input *line = told(INPUT_LIST_LINE, FIRST);
        ck_assert_int_eq(line->amount_fen, paid_fen);
        ck_assert_int_eq(line->other_fen, FEE); /* as of what was ordered */
        ck_assert_int_eq(listed_fen(c), paid_fen);
        ck_assert_int_eq(payee_got_fen, paid_fen - net * FEE);
        only_error();
        check_fault(0, 1, 1);
        stage_close();
    }
}
END_TEST

START_TEST(of_many_amounts_all_differ_and_some_are_more_and_some_less)
{
    int more = 0;
    int less = 0;
    int by_one = 0;
    stage_set();
    add_fault(NETSUNION, FAULT_WRONG_AMOUNT);
    stage_open();
    for (uint64_t i = 0; i < 60; i++)
        stage_pay(NETSUNION, FIRST + i, 1 + 37 * (int64_t)i);
    stage_after(20 * US_PER_S);
    ck_assert_uint_eq(facts_of(FACT_TRUE_ERROR, 0), 60);
    for (uint32_t i = 0; i < stage.fact_count; i++) {
        const struct fact *f = &stage.facts[i];
        if (f->kind != FACT_TRUE_PAID)
            continue;
        int64_t over_fen = f->amount_fen - (1 + 37 * (int64_t)(f->id - FIRST));
        ck_assert_int_gt(f->amount_fen, 0);
        ck_assert_int_ne(over_fen, 0);
        more += over_fen > 0;
        less += over_fen < 0;
        by_one += over_fen == 1 || over_fen == -1;
    }
    ck_assert_int_gt(more, 10);
    ck_assert_int_gt(less, 10);
    ck_assert_int_gt(by_one, 10);
    ck_assert_int_lt(by_one, 50);
    stage_close();
}
END_TEST

START_TEST(never_does_more_move_than_the_quota_allows)
{
    for (uint64_t i = 0; i < 40; i++) {
        stage_set();
        stage.terms.seed = i;
        add_fault(UNIONPAY, FAULT_WRONG_AMOUNT);
        stage_open();
        stage_pay(UNIONPAY, FIRST, STAGE_MAPPED_FEN); /* all there is */
        stage_after(20 * US_PER_S);
        ck_assert_int_lt(truly_paid_fen(), STAGE_MAPPED_FEN);
        check_fault(0, 1, 1);
        stage_close();
    }
}
END_TEST

START_TEST(never_does_more_move_than_the_file_has_room_for)
{
    int64_t most_fen = unionpay_wording.list_max_fen;
    for (uint64_t i = 0; i < 40; i++) {
        stage_set();
        stage.terms.seed = i;
        stage.terms.accounts[0].opening_fen = 2 * most_fen + STAGE_CUSTODY_FEN;
        stage.terms.mapped_fen[UNIONPAY] = 2 * most_fen;
        stage.terms.houses[UNIONPAY].fee = (struct fee_terms){.fixed_fen = FEE, .in_net = true};
        add_fault(UNIONPAY, FAULT_WRONG_AMOUNT);
        stage_open();
        stage_pay(UNIONPAY, FIRST, most_fen - FEE);
        stage_after(20 * US_PER_S);
        ck_assert_int_lt(truly_paid_fen(), most_fen);
        check_fault(0, 1, 1);
        stage_close();
    }
}
END_TEST

START_TEST(a_last_fen_cannot_be_told_wrong)
{
    for (int64_t left_fen = 1; left_fen <= 2; left_fen++) {
        stage_set();
        add_fault(UNIONPAY, FAULT_WRONG_AMOUNT)->max_fen = 1;
        stage_open();
        stage_pay(UNIONPAY, FIRST + 1, STAGE_MAPPED_FEN - left_fen);
        stage_pay(UNIONPAY, FIRST, 1);
        stage_after(20 * US_PER_S);
        ck_assert_int_eq(truly_paid_fen(), left_fen);
        check_fault(0, left_fen == 2, left_fen == 2);
        stage_close();
    }
}
END_TEST

START_TEST(a_wrong_amount_that_no_answer_told_is_told_by_the_file)
{
    stage_set();
    struct fault_spec *silent = add_fault(UNIONPAY, FAULT_APPLIED_NO_REPLY);
    silent->operation = OPERATION_PAYOUT;
    silent->truth_after_us = 3 * US_PER_DAY;
    add_fault(UNIONPAY, FAULT_WRONG_AMOUNT);
    stage_open();
    stage_pay(UNIONPAY, FIRST, 1234);
    stage_after(20 * US_PER_S);
    ck_assert_uint_eq(asked(UNIONPAY, FIRST), words_of(UNIONPAY)->processing);
    ck_assert_uint_eq(facts_of(FACT_TRUE_ERROR, 0), 0);
    stage_until(stage_at(29, 10, 0));
    const struct fact *error = only_error();
    ck_assert_uint_eq(error->class, MATCH_AMOUNT_DIFFERS);
    ck_assert_uint_eq(error->subject, 1);
    ck_assert_int_eq(error->at_us, stage_at(29, 9, 30));
    ck_assert_int_eq(error->other, 1234);
    stage_close();
}
END_TEST

/* --- outcomes ---------------------------------------------------------------- */

START_TEST(what_was_paid_is_said_to_have_failed_until_the_file_tells)
{
    int c = _i % CHANNELS;
    stage_set();
    if (_i >= CHANNELS)
        tell_with_the_reply(c);
    uint16_t code = add_fault(c, FAULT_WRONG_STATUS)->code;
    stage_open();
    stage_pay(c, FIRST, 1234);
    stage_after(20 * US_PER_S);
    ck_assert_int_eq(truly_paid_fen(), 1234);
    ck_assert_uint_eq(first_word(c)->code, code);
    check_error(MATCH_STATUS_DIFFERS, 1234, 0);
    ck_assert_int_eq(only_error()->at_us, heard_us(first_word(c)));
    for (int i = 0; i < 3; i++)
        ck_assert_uint_eq(asked(c, FIRST), code);
    stage_until(stage_at(29, 10, 0));
    const struct input *line = told(INPUT_LIST_LINE, FIRST);
    ck_assert_int_eq(line->amount_fen, 1234);
    ck_assert_uint_eq(line->flag, 0);
    ck_assert_uint_eq(asked(c, FIRST), words_of(c)->not_found);
    only_error();
    check_fault(0, 1, 1);
    stage_close();
}
END_TEST

START_TEST(what_failed_is_said_to_be_paid_in_the_session_that_is_open)
{
    int c = _i % CHANNELS;
    stage_set();
    if (_i >= CHANNELS)
        tell_with_the_reply(c);
    all_fail(c);
    add_fault(c, FAULT_WRONG_STATUS);
    stage_open();
    uint32_t session = stage_house(c)->open_session;
    stage_pay(c, FIRST, 1234);
    stage_after(20 * US_PER_S);
    ck_assert_uint_eq(first_word(c)->code, words_of(c)->ok);
    ck_assert_uint_eq(first_word(c)->session, session);
    ck_assert_uint_eq(facts_of(FACT_TRUE_PAID, 0), 0);
    ck_assert_uint_eq(facts_of(FACT_TRUE_FAILED, FIRST), 1);
    check_error(MATCH_MISSING_THEIRS, 0, 1234);
    ck_assert_int_eq(only_error()->at_us, heard_us(first_word(c)));
    ck_assert_uint_eq(asked(c, FIRST), words_of(c)->ok);
    ck_assert_uint_eq(told(INPUT_QUERY_ANSWERED, FIRST)->session, session);
    ck_assert_int_eq(available_fen_of(c), STAGE_MAPPED_FEN);
    stage_until(stage_at(29, 10, 0));
    ck_assert_uint_eq(told_count(INPUT_LIST_LINE, 0), 0);
    check_fault(0, 1, 1);
    stage_close();
}
END_TEST

START_TEST(an_order_that_the_house_refused_is_told_as_it_is)
{
    stage_set();
    stage.terms.houses[NETSUNION].per_payout_max_fen = 1000;
    add_fault(NETSUNION, FAULT_WRONG_STATUS);
    stage_open();
    stage_pay(NETSUNION, FIRST, 1001);
    stage_after(20 * US_PER_S);
    ck_assert_uint_eq(asked(NETSUNION, FIRST), NETSUNION_MOCKLIMT);
    ck_assert_uint_eq(facts_of(FACT_TRUE_ERROR, 0), 0);
    check_fault(0, 0, 0);
    stage_close();
}
END_TEST

START_TEST(what_the_file_has_told_is_not_told_wrong_after_it)
{
    stage_set();
    if (_i == 1)
        all_fail(UNIONPAY);
    stage.terms.houses[UNIONPAY].notice = constant_us(2 * US_PER_DAY);
    add_fault(UNIONPAY, FAULT_WRONG_STATUS);
    stage_open();
    stage_pay(UNIONPAY, FIRST, 1234);
    stage_until(stage_at(30, 12, 0));
    ck_assert_uint_eq(told(INPUT_OUTCOME_NOTIFIED, FIRST)->code,
                      _i == 1 ? UNIONPAY_62 : UNIONPAY_00);
    check_fault(0, 0, 0);
    stage_close();
}
END_TEST

START_TEST(a_healed_world_tells_no_new_lie_and_keeps_to_the_old_ones)
{
    stage_set();
    add_fault(UNIONPAY, FAULT_WRONG_STATUS);
    stage_open();
    stage_pay(UNIONPAY, FIRST, 1234);
    stage_after(20 * US_PER_S);
    stage_heal();
    stage_pay(UNIONPAY, FIRST + 1, 1234);
    stage_after(20 * US_PER_S);
    ck_assert_uint_eq(asked(UNIONPAY, FIRST), UNIONPAY_61);
    ck_assert_uint_eq(asked(UNIONPAY, FIRST + 1), UNIONPAY_00);
    check_fault(0, 1, 1);
    stage_close();
}
END_TEST

/* --- returns ----------------------------------------------------------------- */

static int64_t back_us(void)
{
    for (uint32_t i = 0; i < stage.fact_count; i++)
        if (stage.facts[i].kind == FACT_TRUE_RETURNED)
            return stage.facts[i].at_us;
    ck_abort_msg("it did not come back");
}

START_TEST(a_payment_comes_back_without_a_word_and_the_file_tells_it)
{
    stage_set();
    add_fault(UNIONPAY, FAULT_ACCEPT_THEN_RETURN)->after_us = _i * US_PER_HOUR;
    stage_open();
    stage_pay(UNIONPAY, FIRST, 1234);
    stage_after(20 * US_PER_S);
    int64_t paid_us = stage.facts[stage.fact_count - 1].at_us;
    ck_assert_uint_eq(told(INPUT_OUTCOME_NOTIFIED, FIRST)->code, UNIONPAY_00);
    ck_assert_uint_eq(facts_of(FACT_TRUE_ERROR, 0), 0);
    stage_until(stage_at(30, 12, 0));
    if (_i == 0) { /* the next working day, between nine and five */
        ck_assert_int_ge(back_us(), stage_at(29, 9, 0));
        ck_assert_int_lt(back_us(), stage_at(29, 17, 0));
    } else {
        ck_assert_int_eq(back_us(), paid_us + _i * US_PER_HOUR);
    }
    ck_assert_uint_eq(told_count(INPUT_RETURN_NOTIFIED, 0), 0);
    check_error(MATCH_RETURNED, 1234, 0);
    ck_assert_int_eq(only_error()->at_us, stage_at(_i == 0 ? 30 : 29, 9, 30));
    ck_assert_uint_eq(told(INPUT_LIST_LINE, FIRST)->flag, LIST_LINE_RETURNED);
    check_fault(0, 1, 1);
    stage_close();
}
END_TEST

START_TEST(ordinary_returns_are_notified_and_are_nothing_wrong)
{
    stage_set();
    stage.terms.houses[UNIONPAY].returned_ppm = 1000000;
    add_fault(UNIONPAY, FAULT_WRONG_STATUS); /* of what comes back nothing else is told wrong */
    stage_open();
    stage_pay(UNIONPAY, FIRST, 1234);
    stage_until(stage_at(30, 12, 0));
    ck_assert_uint_eq(told_count(INPUT_RETURN_NOTIFIED, FIRST), 1);
    ck_assert_uint_eq(facts_of(FACT_TRUE_ERROR, 0), 0);
    check_fault(0, 0, 0);
    stage_close();
}
END_TEST

START_TEST(what_was_paid_with_another_amount_does_not_come_back)
{
    stage_set();
    stage.terms.houses[UNIONPAY].returned_ppm = 1000000;
    add_fault(UNIONPAY, FAULT_WRONG_AMOUNT);
    stage_open();
    stage_pay(UNIONPAY, FIRST, 1234);
    stage_until(stage_at(30, 12, 0));
    ck_assert_uint_eq(facts_of(FACT_TRUE_RETURNED, 0), 0);
    stage_close();
}
END_TEST

/* --- one at a time ------------------------------------------------------------- */

static const enum fault_kind wrong[] = {FAULT_WRONG_AMOUNT, FAULT_WRONG_STATUS,
                                        FAULT_ACCEPT_THEN_RETURN, FAULT_LINE_AMOUNT};

START_TEST(of_one_order_one_thing_at_most_is_told_wrong)
{
    stage_set();
    for (int i = 0; i < COUNT(wrong); i++) {
        struct fault_spec *f = add_fault(NETSUNION, wrong[(i + _i) % COUNT(wrong)]);
        f->choice = CHOOSE_SHARE;
        f->share_ppm = 400000;
    }
    stage_open();
    for (uint64_t i = 0; i < 100; i++)
        stage_pay(NETSUNION, FIRST + i, 1000 + (int64_t)i);
    stage_until(stage_at(30, 12, 0));
    uint64_t fired = 0;
    for (uint32_t i = 0; i < COUNT(wrong); i++) {
        ck_assert_uint_gt(stage.world->faults.counts[i].fired, 3);
        fired += stage.world->faults.counts[i].fired;
    }
    ck_assert_uint_eq(facts_of(FACT_TRUE_ERROR, 0), fired);
    for (uint64_t i = 0; i < 100; i++)
        ck_assert_in_loop(facts_of(FACT_TRUE_ERROR, FIRST + i) <= 1);
    stage_close();
}
END_TEST

START_TEST(nothing_wrong_is_told_of_the_leg_of_a_transfer)
{
    stage_set();
    for (int i = 0; i < COUNT(wrong); i++)
        add_fault(NETSUNION, wrong[i]);
    stage_open();
    struct order o = payment(NETSUNION, FIRST, 1234);
    o.service = SERVICE_PAYOUT;
    o.to_account = 3;
    stage_order(o);
    stage_until(stage_at(30, 12, 0));
    ck_assert_uint_eq(told(INPUT_OUTCOME_NOTIFIED, FIRST)->code, NETSUNION_00);
    ck_assert_int_eq(told(INPUT_LIST_LINE, FIRST)->amount_fen, 1234);
    ck_assert_uint_eq(facts_of(FACT_TRUE_ERROR, 0), 0);
    for (uint32_t i = 0; i < COUNT(wrong); i++)
        check_fault(i, 0, 0);
    stage_close();
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("lies");
    tcase_add_loop_test(t, the_answers_say_one_amount_and_the_money_the_net_and_the_file_another, 0,
                        2 * CHANNELS);
    tcase_add_test(t, of_many_amounts_all_differ_and_some_are_more_and_some_less);
    tcase_add_test(t, never_does_more_move_than_the_quota_allows);
    tcase_add_test(t, never_does_more_move_than_the_file_has_room_for);
    tcase_add_test(t, a_last_fen_cannot_be_told_wrong);
    tcase_add_test(t, a_wrong_amount_that_no_answer_told_is_told_by_the_file);
    tcase_add_loop_test(t, what_was_paid_is_said_to_have_failed_until_the_file_tells, 0,
                        2 * CHANNELS);
    tcase_add_loop_test(t, what_failed_is_said_to_be_paid_in_the_session_that_is_open, 0,
                        2 * CHANNELS);
    tcase_add_test(t, an_order_that_the_house_refused_is_told_as_it_is);
    tcase_add_loop_test(t, what_the_file_has_told_is_not_told_wrong_after_it, 0, 2);
    tcase_add_test(t, a_healed_world_tells_no_new_lie_and_keeps_to_the_old_ones);
    tcase_add_loop_test(t, a_payment_comes_back_without_a_word_and_the_file_tells_it, 0, 3);
    tcase_add_test(t, ordinary_returns_are_notified_and_are_nothing_wrong);
    tcase_add_test(t, what_was_paid_with_another_amount_does_not_come_back);
    tcase_add_loop_test(t, of_one_order_one_thing_at_most_is_told_wrong, 0, COUNT(wrong));
    tcase_add_test(t, nothing_wrong_is_told_of_the_leg_of_a_transfer);
    return run_tests("lies", t);
}
