/* test_absence.c — what lists say otherwise, what none of them has, and what is to be done about
 * it. */

#include "core/audit/breaks.h"

#include "tests/lists_by_day.h"

static void begin_slow(int32_t days, int64_t outcome_within_us)
{
    struct core_config config = config_with_lists(days, outcome_within_us);
    begin(&config);
    forget();
}

static void begin_with_doubtful_days(int32_t days)
{
    begin_slow(days, HOURS(24));
}

static void begin_audited(void)
{
    begin_with_doubtful_days(DOUBTFUL_DAYS);
}

static void must_have_opened(enum match_type type, uint64_t id, int64_t ours_fen,
                             int64_t theirs_fen)
{
    ck_assert_int_eq(facts_of(FACT_BREAK_OPENED), 1);
    const struct fact *f = fact(FACT_BREAK_OPENED);
    ck_assert_str_eq(match_type_word((enum match_type)f->class), match_type_word(type));
    ck_assert_uint_eq(f->id, id);
    ck_assert_int_eq(f->amount_fen, ours_fen);
    ck_assert_int_eq(f->other, theirs_fen);
    ck_assert_int_ne(f->reason, REASON_NONE);
}

/* --- lines that say otherwise ---------------------------------------------- */

static const struct {
    int64_t amount_fen;
    int64_t fee_fen;
    uint8_t flag;
    enum match_type type;
    int64_t ours_fen;
    int64_t theirs_fen;
} lines[] = {
    {AMOUNT_FEN + 1, 0, 0, MATCH_AMOUNT_DIFFERS, AMOUNT_FEN, AMOUNT_FEN + 1},
    {AMOUNT_FEN - 1, 0, 0, MATCH_AMOUNT_DIFFERS, AMOUNT_FEN, AMOUNT_FEN - 1},
    {AMOUNT_FEN, 1, 0, MATCH_FEE_DIFFERS, 0, 1},
    {AMOUNT_FEN, 0, LIST_LINE_FAILED, MATCH_STATUS_DIFFERS, AMOUNT_FEN, AMOUNT_FEN},
};

START_TEST(a_line_that_differs_is_one_break_and_still_the_payment_s_line)
{
    struct order o = paid(1);
    until_file_of(0);
    list_opens(U, START_US, cut_off_us(0), 1, AMOUNT_FEN);
    list_has(o, lines[_i].amount_fen, lines[_i].fee_fen, lines[_i].flag);
    list_ends(U);
    must_have_opened(lines[_i].type, o.id, lines[_i].ours_fen, lines[_i].theirs_fen);
    ck_assert_int_eq(facts_of(FACT_LIST_COMPLETE), 1); /* by our figures it is */
    session_settles(U, FIRST_SESSION, 0, AMOUNT_FEN);
    ck_assert_int_eq(facts_of(FACT_RECONCILED), 1);
    empty_lists(1, 5);
    ck_assert_int_eq(facts_of(FACT_BREAK_OPENED), 1);
}
END_TEST

START_TEST(a_line_that_says_failed_proves_nothing_of_an_open_payout)
{
    struct order o = pay_on(1, AMOUNT_FEN, ONLY_U);
    until_file_of(0);
    list_opens(U, START_US, cut_off_us(0), 1, AMOUNT_FEN);
    list_has(o, AMOUNT_FEN, 0, LIST_LINE_FAILED);
    list_ends(U);
    must_have_opened(MATCH_STATUS_DIFFERS, o.id, AMOUNT_FEN, AMOUNT_FEN);
    ck_assert_int_eq(facts_of(FACT_LIST_BROKEN), 1);
    ck_assert_int_eq(facts_of(FACT_PAID), 0);
    query_finds_nothing(o);
    empty_lists(1, 9);
    ck_assert_int_eq(orders_of(ORDER_PAY), 1); /* it may well have been paid */
    notify_paid(o);
    ck_assert_int_eq(facts_of(FACT_PAID), 1);
}
END_TEST

START_TEST(a_second_line_is_a_duplicate_in_the_same_list_or_in_another_before_and_after_settling)
{
    struct order o = paid(1);
    if (_i == 2)
        session_settles(U, FIRST_SESSION, 0, AMOUNT_FEN);
    until_file_of(0);
    list_opens(U, START_US, cut_off_us(0), 1, AMOUNT_FEN);
    list_has(o, AMOUNT_FEN, 0, 0);
    if (_i == 0)
        list_has(o, AMOUNT_FEN, 0, 0);
    list_ends(U);
    ck_assert_int_eq(facts_of(FACT_LIST_COMPLETE), 1);
    if (_i != 0) {
        until_file_of(1);
        list_opens(U, cut_off_us(0), cut_off_us(1), 0, 0);
        list_has(o, AMOUNT_FEN, 0, 0);
        list_ends(U);
    }
    must_have_opened(MATCH_DUPLICATE, o.id, AMOUNT_FEN, AMOUNT_FEN);
    ck_assert_int_eq(facts_of(FACT_CONTRADICTED), 0);
}
END_TEST

START_TEST(a_second_line_of_a_settled_payment_is_held_against_what_it_took_with_the_fee_in_the_net)
{
    enum { FEE_FEN = 30 };
    struct core_config config = plain_config();
    config.channels[U].cut_off_us = CUT_OFF_US;
    config.channels[U].file_at_us = FILE_AT_US;
    config.channels[U].fee = (struct fee_terms){.fixed_fen = FEE_FEN, .in_net = 1};
    begin(&config);
    forget();
    struct order o = paid(1);
    session_settles(U, FIRST_SESSION, 0, AMOUNT_FEN + FEE_FEN);
    until_file_of(0);
    list_opens(U, START_US, cut_off_us(0), 1, AMOUNT_FEN + FEE_FEN);
    list_has(o, AMOUNT_FEN + FEE_FEN, FEE_FEN, 0);
    ck_assert_int_eq(facts_of(FACT_RECONCILED), 1);
    list_has(o, AMOUNT_FEN + FEE_FEN, FEE_FEN, 0);
    must_have_opened(MATCH_DUPLICATE, o.id, AMOUNT_FEN + FEE_FEN, AMOUNT_FEN + FEE_FEN);
}
END_TEST

START_TEST(a_list_delivered_again_has_no_duplicates)
{
    struct order first = paid(1);
    struct order second = paid(2);
    until_file_of(0);
    list_opens(U, START_US, cut_off_us(0), 2, 2 * AMOUNT_FEN);
    list_has(first, AMOUNT_FEN, 0, 0);
    list_breaks_off();
    ck_assert_int_eq(fact(FACT_LIST_BROKEN)->reason, REASON_LIST_TRUNCATED);
    for (int i = 0; i < 2; i++) {
        list_opens(U, START_US, cut_off_us(0), 2, 2 * AMOUNT_FEN);
        list_has(first, AMOUNT_FEN, 0, 0);
        list_has(second, AMOUNT_FEN, 0, 0);
        list_ends(U);
    }
    ck_assert_int_eq(facts_of(FACT_BREAK_OPENED), 0);
    ck_assert_int_eq(facts_of(FACT_LIST_COMPLETE), 2);
}
END_TEST

START_TEST(a_line_of_an_attempt_that_was_said_to_fail_is_another_status)
{
    struct order o = pay_on(1, AMOUNT_FEN, ONLY_U);
    answer(o, UNIONPAY_61); /* for good */
    until_file_of(0);
    list_opens(U, START_US, cut_off_us(0), 1, AMOUNT_FEN);
    list_has(o, AMOUNT_FEN, 0, 0);
    list_ends(U);
    must_have_opened(MATCH_STATUS_DIFFERS, o.id, 0, AMOUNT_FEN);
    ck_assert_int_eq(facts_of(FACT_CONTRADICTED), 1);
    ck_assert_int_eq(facts_of(FACT_LIST_COMPLETE), 1);
}
END_TEST

/* --- returns --------------------------------------------------------------- */

START_TEST(a_return_that_a_notice_told_is_no_break)
{
    struct order o = paid(1);
    returned(o, FIRST_SESSION, AMOUNT_FEN);
    until_file_of(0);
    list_opens(U, START_US, cut_off_us(0), 2, 2 * AMOUNT_FEN);
    list_has(o, AMOUNT_FEN, 0, 0);
    list_has(o, AMOUNT_FEN, 0, LIST_LINE_RETURNED);
    list_ends(U);
    ck_assert_int_eq(facts_of(FACT_BREAK_OPENED), 0);
    ck_assert_int_eq(facts_of(FACT_LIST_COMPLETE), 1);
    list_opens(U, cut_off_us(0), cut_off_us(1), 0, 0);
    list_has(o, AMOUNT_FEN, 0, LIST_LINE_RETURNED);
    must_have_opened(MATCH_DUPLICATE, o.id, AMOUNT_FEN, AMOUNT_FEN);
}
END_TEST

START_TEST(a_return_that_only_the_list_tells_is_a_break_that_is_booked_at_once)
{
    struct order o = paid(1);
    if (_i == 1)
        session_settles(U, FIRST_SESSION, 0, AMOUNT_FEN);
    until_file_of(0);
    list_opens(U, START_US, cut_off_us(0), 2, 2 * AMOUNT_FEN);
    list_has(o, AMOUNT_FEN, 0, 0);
    struct input back = news_of(INPUT_LIST_LINE, o, 0);
    back.session = FIRST_SESSION + 1;
    back.amount_fen = AMOUNT_FEN;
    back.flag = LIST_LINE_RETURNED;
    feed(back);
    must_have_opened(MATCH_RETURNED, o.id, 0, AMOUNT_FEN);
    ck_assert_int_eq(facts_of(FACT_RETURNED), 1);
    ck_assert_int_eq(fact(FACT_BREAK_CLOSED)->reason, REASON_BOOKED);
    request(1, AMOUNT_FEN);
    ck_assert_int_eq(fact(FACT_REPEATED)->state, PAYOUT_RETURNED);
}
END_TEST

/* Told by a notice while the payment was in doubt; the list then says both. */
START_TEST(a_return_that_a_notice_told_too_early_is_booked_by_the_list_and_no_break)
{
    struct order o = pay_on(1, AMOUNT_FEN, ONLY_U);
    run_for(MINUTES(5));
    returned(o, FIRST_SESSION + 1, AMOUNT_FEN);
    ck_assert_int_eq(facts_of(FACT_RETURNED), 0);
    until_file_of(0);
    list_opens(U, START_US, cut_off_us(0), 2, 2 * AMOUNT_FEN);
    list_has(o, AMOUNT_FEN, 0, 0);
    if (_i == 1) /* by then it has ended */
        session_settles(U, FIRST_SESSION, 0, AMOUNT_FEN);
    struct input back = news_of(INPUT_LIST_LINE, o, 0);
    back.session = FIRST_SESSION + 1;
    back.amount_fen = AMOUNT_FEN;
    back.flag = LIST_LINE_RETURNED;
    feed(back);
    list_ends(U);
    ck_assert_int_eq(facts_of(FACT_RETURNED), 1);
    ck_assert_int_eq(facts_of(FACT_LIST_COMPLETE), 1);
    ck_assert_int_eq(facts_of(FACT_BREAK_OPENED), 0);
}
END_TEST

START_TEST(a_return_heard_of_before_the_payment_is_booked_with_it)
{
    bool told = _i == 0;
    struct order o = pay_on(1, AMOUNT_FEN, ONLY_U);
    if (told)
        returned(o, FIRST_SESSION, AMOUNT_FEN);
    until_file_of(0);
    list_opens(U, START_US, cut_off_us(0), 2, 2 * AMOUNT_FEN);
    list_has(o, AMOUNT_FEN, 0, LIST_LINE_RETURNED); /* the payment's own line is withheld */
    list_ends(U);
    ck_assert_int_eq(facts_of(FACT_BREAK_OPENED), told ? 0 : 1);
    ck_assert_int_eq(facts_of(FACT_RETURNED), 0);
    notify_paid(o);
    ck_assert_int_eq(facts_of(FACT_PAID), 1);
    ck_assert_int_eq(facts_of(FACT_RETURNED), 1);
    ck_assert_int_eq(facts_of(FACT_BREAK_CLOSED), told ? 0 : 1);
    session_settles(U, FIRST_SESSION, AMOUNT_FEN, AMOUNT_FEN);
    request(1, AMOUNT_FEN);
    ck_assert_int_eq(fact(FACT_REPEATED)->state, PAYOUT_RETURNED);
    ck_assert_int_eq(believed_fen[U], QUOTA_FEN);
}
END_TEST

START_TEST(a_return_of_what_we_do_not_know_is_a_break_that_stands)
{
    until_file_of(0);
    list_opens(U, START_US, cut_off_us(0), 1, AMOUNT_FEN);
    list_has(unknown_order(), AMOUNT_FEN, 0, LIST_LINE_RETURNED);
    must_have_opened(MATCH_RETURNED, unknown_order().id, 0, AMOUNT_FEN);
    ck_assert_int_eq(facts_of(FACT_BREAK_CLOSED), 0);
}
END_TEST

/* --- one side alone -------------------------------------------------------- */

START_TEST(a_payment_that_no_list_has_is_a_break_once_the_doubtful_days_came)
{
    struct order o = paid(1);
    struct order listed = paid(2);
    until_file_of(0);
    list_opens(U, START_US, cut_off_us(0), 2, 2 * AMOUNT_FEN);
    list_has(listed, AMOUNT_FEN, 0, 0);
    list_ends(U);
    ck_assert_int_eq(facts_of(FACT_LIST_BROKEN), 1);
    session_settles(U, FIRST_SESSION, 0, 2 * AMOUNT_FEN);
    ck_assert_int_eq(facts_of(FACT_SETTLED), 2);
    ck_assert_int_eq(facts_of(FACT_RECONCILED), 1);
    empty_lists(1, DOUBTFUL_DAYS - 1);
    ck_assert_int_eq(facts_of(FACT_BREAK_OPENED), 0);
    empty_list(DOUBTFUL_DAYS);
    must_have_opened(MATCH_MISSING_THEIRS, o.id, AMOUNT_FEN, 0);
    ck_assert_uint_eq(fact(FACT_BREAK_OPENED)->subject, 0);
    request(1, AMOUNT_FEN);
    ck_assert_int_eq(fact(FACT_REPEATED)->state, PAYOUT_SETTLED);

    until_file_of(DOUBTFUL_DAYS + 1); /* here it is after all */
    list_opens(U, cut_off_us(DOUBTFUL_DAYS), cut_off_us(DOUBTFUL_DAYS + 1), 1, AMOUNT_FEN);
    list_has(o, AMOUNT_FEN, 0, 0);
    ck_assert_int_eq(fact(FACT_BREAK_CLOSED)->reason, REASON_MATCHED_LATER);
    ck_assert_int_eq(facts_of(FACT_RECONCILED), 2);
    ck_assert_uint_eq(fact(FACT_RECONCILED)->subject, NONE);
}
END_TEST

START_TEST(a_line_within_the_doubtful_days_is_no_break)
{
    struct order o = paid(1);
    empty_list(0);
    session_settles(U, FIRST_SESSION, 0, AMOUNT_FEN);
    empty_list(1);
    until_file_of(2);
    list_opens(U, cut_off_us(1), cut_off_us(2), 1, AMOUNT_FEN);
    list_has(o, AMOUNT_FEN, 0, 0);
    list_ends(U);
    ck_assert_int_eq(facts_of(FACT_RECONCILED), 1);
    empty_lists(3, 9);
    ck_assert_int_eq(facts_of(FACT_BREAK_OPENED), 0);
}
END_TEST

START_TEST(nothing_is_missing_while_a_list_is_owed)
{
    struct order o = paid(1);
    session_settles(U, FIRST_SESSION, 0, AMOUNT_FEN);
    empty_lists(1, 8);
    ck_assert_int_eq(facts_of(FACT_BREAK_OPENED), 1); /* that the list is late */
    ck_assert_int_eq(fact(FACT_BREAK_OPENED)->class, MATCH_LATE);
    list_opens(U, START_US, cut_off_us(0), 1, AMOUNT_FEN);
    list_has(o, AMOUNT_FEN, 0, 0);
    list_ends(U);
    ck_assert_int_eq(facts_of(FACT_RECONCILED), 1);
    ck_assert_int_eq(facts_of(FACT_BREAK_CLOSED), 1);
    ck_assert_int_eq(facts_of(FACT_BREAK_OPENED), 1);
}
END_TEST

START_TEST(without_doubtful_days_a_payment_and_a_list_still_wait_for_their_own_list)
{
    begin_with_doubtful_days(0);
    paid(1);
    pay_on(2, AMOUNT_FEN, ONLY_U); /* paid in truth, and nobody says so */
    until_file_of(0);
    session_settles(U, FIRST_SESSION, 0, 2 * AMOUNT_FEN);
    list_opens(U, START_US, cut_off_us(0), 2, 2 * AMOUNT_FEN);
    list_breaks_off();
    ck_assert_int_eq(facts_of(FACT_LIST_BROKEN), 1);
    ck_assert_int_eq(facts_of(FACT_BREAK_OPENED), 0);
    list_opens(U, START_US, cut_off_us(0), 2, 2 * AMOUNT_FEN);
    list_ends(U);
    ck_assert_int_eq(facts_of(FACT_BREAK_OPENED), 2);
    ck_assert_int_eq(fact(FACT_BREAK_OPENED)->state, BREAK_ABOUT_LIST);
}
END_TEST

START_TEST(a_line_of_nothing_we_know_is_a_break_after_the_doubtful_days)
{
    until_file_of(0);
    list_opens(U, START_US, cut_off_us(0), 0, 0);
    list_has(unknown_order(), 55, 0, 0);
    list_has(unknown_order(), 55, 0, 0);
    list_ends(U);
    ck_assert_int_eq(facts_of(FACT_STRAY), 2);
    ck_assert_int_eq(facts_of(FACT_LIST_COMPLETE), 1); /* it does not count */
    empty_lists(1, DOUBTFUL_DAYS - 1);
    ck_assert_int_eq(facts_of(FACT_BREAK_OPENED), 0);
    empty_list(DOUBTFUL_DAYS);
    must_have_opened(MATCH_MISSING_OURS, unknown_order().id, 0, 55);
    empty_lists(DOUBTFUL_DAYS + 1, DOUBTFUL_DAYS + 3);
    ck_assert_int_eq(facts_of(FACT_BREAK_OPENED), 1);
}
END_TEST

/* --- lists ----------------------------------------------------------------- */

START_TEST(a_list_that_is_not_there_an_hour_after_its_time_is_late_until_it_comes)
{
    until_file_of(0);
    run_for(HOURS(1) - 1);
    ck_assert_int_eq(facts_of(FACT_BREAK_OPENED), 0);
    run_for(1);
    ck_assert_int_eq(facts_of(FACT_BREAK_OPENED), 1);
    ck_assert_int_eq(fact(FACT_BREAK_OPENED)->state, BREAK_ABOUT_LIST);
    ck_assert_uint_eq(fact(FACT_BREAK_OPENED)->id, (uint64_t)TODAY);
    ck_assert_int_eq(fact(FACT_BREAK_OPENED)->reason, REASON_LIST_OVERDUE);
    list_of_nothing(U, START_US, cut_off_us(0));
    ck_assert_int_eq(facts_of(FACT_BREAK_CLOSED), 1);
    ck_assert_int_eq(fact(FACT_BREAK_CLOSED)->channel, U);
}
END_TEST

START_TEST(a_list_that_breaks_off_is_late_until_it_comes_whole)
{
    until_file_of(0);
    list_opens(U, START_US, cut_off_us(0), 1, AMOUNT_FEN);
    list_breaks_off();
    run_for(HOURS(1));
    ck_assert_int_eq(facts_of(FACT_BREAK_OPENED), 1);
    ck_assert_int_eq(fact(FACT_BREAK_OPENED)->reason, REASON_LIST_TRUNCATED);
    list_of_nothing(U, START_US, cut_off_us(0));
    ck_assert_int_eq(fact(FACT_BREAK_CLOSED)->reason, REASON_MATCHED_LATER);
}
END_TEST

START_TEST(a_list_short_of_more_than_we_know_to_be_missing_is_a_break_until_that_is_known)
{
    struct order doubted = pay_on(1, AMOUNT_FEN, ONLY_U); /* paid in truth, and nobody says so */
    struct order listed = paid(2);
    until_file_of(0);
    list_opens(U, START_US, cut_off_us(0), 2, 2 * AMOUNT_FEN);
    list_has(listed, AMOUNT_FEN, 0, 0);
    list_ends(U);
    session_settles(U, FIRST_SESSION, 0, 2 * AMOUNT_FEN);
    empty_lists(1, DOUBTFUL_DAYS);
    ck_assert_int_eq(facts_of(FACT_BREAK_OPENED), 1);
    ck_assert_int_eq(fact(FACT_BREAK_OPENED)->class, MATCH_MISSING_THEIRS);
    ck_assert_int_eq(fact(FACT_BREAK_OPENED)->state, BREAK_ABOUT_LIST);
    ck_assert_int_eq(fact(FACT_BREAK_OPENED)->amount_fen, AMOUNT_FEN);
    ck_assert_int_eq(fact(FACT_BREAK_OPENED)->other, 2 * AMOUNT_FEN);
    query_finds_nothing(doubted);
    empty_lists(DOUBTFUL_DAYS + 1, DOUBTFUL_DAYS + 9);
    ck_assert_int_eq(orders_of(ORDER_PAY), 2); /* not paid again, whatever the query says */

    notify_paid_in(doubted, FIRST_SESSION);
    ck_assert_int_eq(facts_of(FACT_PAID), 2);
    empty_lists(DOUBTFUL_DAYS + 10, 2 * DOUBTFUL_DAYS + 11);
    ck_assert_int_eq(facts_of(FACT_BREAK_OPENED), 2);
    ck_assert_int_eq(fact(FACT_BREAK_OPENED)->state, BREAK_ABOUT_ORDER);
    ck_assert_int_eq(fact(FACT_BREAK_CLOSED)->reason, REASON_MATCHED_LATER);
}
END_TEST

/* --- payouts in doubt ------------------------------------------------------- */

START_TEST(a_payout_whose_query_never_answers_is_sent_again_after_the_doubtful_days_and_not_before)
{
    pay_on(1, AMOUNT_FEN, ONLY_U);
    empty_lists(0, DOUBTFUL_DAYS);
    sessions_settle(DOUBTFUL_DAYS, 0);
    ck_assert_int_eq(facts_of(FACT_ATTEMPT_FAILED), 0);
    empty_list(DOUBTFUL_DAYS + 1);
    ck_assert_int_eq(fact(FACT_ATTEMPT_FAILED)->reason, REASON_ABSENT_FROM_LIST);
    run_for(MINUTES(1));
    ck_assert_int_eq(orders_of(ORDER_PAY), 2);
}
END_TEST

/* It may have been paid today or, as its outcome may take a day, on the next. */
START_TEST(lists_prove_nothing_before_the_nets_have_settled)
{
    pay_on(1, AMOUNT_FEN, ONLY_U);
    empty_lists(0, DOUBTFUL_DAYS + 1);
    for (uint32_t i = 0; i < 2 * SESSIONS_A_DAY; i++) {
        ck_assert_int_eq(facts_of(FACT_ATTEMPT_FAILED), 0);
        session_settles(U, FIRST_SESSION + i, 0, 0);
        run_for(1);
    }
    ck_assert_int_eq(fact(FACT_ATTEMPT_FAILED)->reason, REASON_ABSENT_FROM_LIST);
}
END_TEST

static const struct {
    int64_t short_fen;
    bool again;
} nets[] = {{0, true},
            {1, true},
            {AMOUNT_FEN - 1, true},
            {AMOUNT_FEN, false},
            {AMOUNT_FEN + 1, false},
            {-AMOUNT_FEN, true}};

START_TEST(lists_prove_nothing_against_a_net_that_has_room_for_the_payment)
{
    pay_on(1, AMOUNT_FEN, ONLY_U);
    empty_lists(0, DOUBTFUL_DAYS);
    sessions_settle(2, nets[_i].short_fen);
    empty_list(DOUBTFUL_DAYS + 1);
    run_for(MINUTES(1));
    ck_assert_int_eq(facts_of(FACT_ATTEMPT_FAILED), nets[_i].again);
    ck_assert_int_eq(orders_of(ORDER_PAY), 1 + nets[_i].again);
    ck_assert_int_eq(facts_of(FACT_BREAK_OPENED), !nets[_i].again);
    if (!nets[_i].again)
        ck_assert_int_eq(fact(FACT_BREAK_OPENED)->reason, REASON_UNDECIDED);
}
END_TEST

START_TEST(a_house_may_take_longer_than_the_doubtful_days)
{
    begin_slow(DOUBTFUL_DAYS, HOURS(24 * 6));
    pay_on(1, AMOUNT_FEN, ONLY_U);
    empty_lists(0, 5);
    sessions_settle(8, 0);
    ck_assert_int_eq(facts_of(FACT_ATTEMPT_FAILED), 0);
    empty_list(6);
    ck_assert_int_eq(fact(FACT_ATTEMPT_FAILED)->reason, REASON_ABSENT_FROM_LIST);
}
END_TEST

START_TEST(a_payout_that_its_house_has_is_not_sent_again_for_any_list)
{
    struct order o = pay_on(1, AMOUNT_FEN, ONLY_U);
    if (_i == 0)
        answer(o, UNIONPAY_00);
    run_for(MINUTES(5)); /* in doubt */
    if (_i == 1)
        query_says(o, UNIONPAY_05);
    empty_lists(0, DOUBTFUL_DAYS + 5);
    ck_assert_int_eq(facts_of(FACT_ATTEMPT_FAILED), 0);
    notify_paid_in(o, FIRST_SESSION);
    ck_assert_int_eq(facts_of(FACT_PAID), 1);
    ck_assert_int_eq(facts_of(FACT_CONTRADICTED), 0);
    ck_assert_int_eq(orders_of(ORDER_PAY), 1);
}
END_TEST

START_TEST(a_payout_whose_query_never_answers_is_paid_by_its_line)
{
    struct order o = pay_on(1, AMOUNT_FEN, ONLY_U);
    until_file_of(0);
    list_opens(U, START_US, cut_off_us(0), 1, AMOUNT_FEN);
    list_has(o, AMOUNT_FEN, 0, 0);
    ck_assert_int_eq(facts_of(FACT_PAID), 1);
    session_settles(U, FIRST_SESSION, 0, AMOUNT_FEN);
    ck_assert_int_eq(facts_of(FACT_RECONCILED), 1);
}
END_TEST

START_TEST(a_late_list_closes_the_gap_that_it_left)
{
    struct order o = pay_on(1, AMOUNT_FEN, ONLY_U);
    empty_list(0);
    empty_list(2);
    query_says(o, UNIONPAY_05); /* it has it: so two days must be covered */
    query_finds_nothing(o);
    ck_assert_int_eq(facts_of(FACT_ATTEMPT_FAILED), 0);
    list_of_nothing(U, cut_off_us(0), cut_off_us(1));
    query_finds_nothing(o);
    ck_assert_int_eq(fact(FACT_ATTEMPT_FAILED)->reason, REASON_ABSENT_FROM_LIST);
}
END_TEST

START_TEST(a_table_without_room_says_so)
{
    until_file_of(0);
    list_opens(U, START_US, cut_off_us(0), 0, 0);
    for (uint64_t i = 0; i <= BREAKS_MAX; i++) {
        struct order o = unknown_order();
        o.id += i << 32;
        o.reference.hi += i;
        if (i % 128 == 0)
            forget();
        list_has(o, 1, 0, LIST_LINE_RETURNED);
    }
    ck_assert_int_eq(alerts_for(REASON_BREAKS_FULL), 1);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("absence");
    tcase_add_checked_fixture(t, begin_audited, NULL);
    tcase_add_loop_test(t, a_line_that_differs_is_one_break_and_still_the_payment_s_line, 0,
                        COUNT(lines));
    tcase_add_test(t, a_line_that_says_failed_proves_nothing_of_an_open_payout);
    tcase_add_loop_test(
        t, a_second_line_is_a_duplicate_in_the_same_list_or_in_another_before_and_after_settling, 0,
        3);
    tcase_add_test(
        t, a_second_line_of_a_settled_payment_is_held_against_what_it_took_with_the_fee_in_the_net);
    tcase_add_test(t, a_list_delivered_again_has_no_duplicates);
    tcase_add_test(t, a_line_of_an_attempt_that_was_said_to_fail_is_another_status);
    tcase_add_test(t, a_return_that_a_notice_told_is_no_break);
    tcase_add_loop_test(t, a_return_that_only_the_list_tells_is_a_break_that_is_booked_at_once, 0,
                        2);
    tcase_add_loop_test(t, a_return_that_a_notice_told_too_early_is_booked_by_the_list_and_no_break,
                        0, 2);
    tcase_add_loop_test(t, a_return_heard_of_before_the_payment_is_booked_with_it, 0, 2);
    tcase_add_test(t, a_return_of_what_we_do_not_know_is_a_break_that_stands);
    tcase_add_test(t, a_payment_that_no_list_has_is_a_break_once_the_doubtful_days_came);
    tcase_add_test(t, a_line_within_the_doubtful_days_is_no_break);
    tcase_add_test(t, nothing_is_missing_while_a_list_is_owed);
    tcase_add_test(t, without_doubtful_days_a_payment_and_a_list_still_wait_for_their_own_list);
    tcase_add_test(t, a_line_of_nothing_we_know_is_a_break_after_the_doubtful_days);
    tcase_add_test(t, a_list_that_is_not_there_an_hour_after_its_time_is_late_until_it_comes);
    tcase_add_test(t, a_list_that_breaks_off_is_late_until_it_comes_whole);
    tcase_add_test(t,
                   a_list_short_of_more_than_we_know_to_be_missing_is_a_break_until_that_is_known);
    tcase_add_test(
        t, a_payout_whose_query_never_answers_is_sent_again_after_the_doubtful_days_and_not_before);
    tcase_add_test(t, lists_prove_nothing_before_the_nets_have_settled);
    tcase_add_loop_test(t, lists_prove_nothing_against_a_net_that_has_room_for_the_payment, 0,
                        COUNT(nets));
    tcase_add_test(t, a_house_may_take_longer_than_the_doubtful_days);
    tcase_add_loop_test(t, a_payout_that_its_house_has_is_not_sent_again_for_any_list, 0, 2);
    tcase_add_test(t, a_payout_whose_query_never_answers_is_paid_by_its_line);
    tcase_add_test(t, a_late_list_closes_the_gap_that_it_left);
    tcase_add_test(t, a_table_without_room_says_so);
    return run_tests("absence", t);
}
