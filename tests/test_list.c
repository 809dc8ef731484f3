/* test_list.c — the settlement list: a line proves payment, and only a complete list absence. */

#include "core/audit/match.h"

#include "tests/core_driver.h"

#define AMOUNT_FEN 700
#define CUT_OFF_US (START_US + HOURS(11))

static struct order doubted; /* on U, sent at the start */

static void begin_within(int64_t outcome_within_us)
{
    struct core_config config = plain_config();
    config.retry_after_us = SECONDS(1);
    config.channels[U].outcome_within_us = outcome_within_us;
    begin(&config);
    forget();
    doubted = pay_on(1, AMOUNT_FEN, ONLY_U);
    run_until(CUT_OFF_US + MINUTES(30));
}

static void begin_plain(void)
{
    begin_within(0);
}

static void must_stay_in_doubt(void)
{
    query_finds_nothing(doubted);
    ck_assert_int_eq(facts_of(FACT_ATTEMPT_FAILED), 0);
    run_for(HOURS(1));
    ck_assert_int_eq(orders_of(ORDER_PAY), 1);
    request(1, AMOUNT_FEN);
    ck_assert_int_eq(fact(FACT_REPEATED)->state, PAYOUT_IN_DOUBT);
}

static void must_be_sent_again(void)
{
    query_finds_nothing(doubted);
    ck_assert_int_eq(fact(FACT_ATTEMPT_FAILED)->reason, REASON_ABSENT_FROM_LIST);
    ck_assert_int_eq(fact(FACT_ATTEMPT_FAILED)->other, QUOTA_FEN);
    run_for(MINUTES(1));
    ck_assert_int_eq(orders_of(ORDER_PAY), 2);
    ck_assert_uint_ne(order(ORDER_PAY)->id, doubted.id);
}

START_TEST(not_found_and_absent_from_a_complete_list_is_definitive)
{
    list_of_nothing(U, START_US, CUT_OFF_US);
    ck_assert_int_eq(facts_of(FACT_LIST_OPENED), 1);
    ck_assert_int_eq(facts_of(FACT_LIST_COMPLETE), 1);
    must_be_sent_again();
}
END_TEST

START_TEST(absence_alone_waits_for_the_house_to_say_not_found)
{
    list_of_nothing(U, START_US, CUT_OFF_US);
    run_for(HOURS(2));
    ck_assert_int_eq(orders_of(ORDER_PAY), 1);
    query_says(doubted, UNIONPAY_05); /* the house has it: under way across the cut-off */
    ck_assert_int_eq(facts_of(FACT_ATTEMPT_FAILED), 0);
    notify_paid(doubted);
    ck_assert_int_eq(facts_of(FACT_PAID), 1);
}
END_TEST

/* Whether we heard of it or not, the house may have had it, and be slow. */
START_TEST(an_order_is_looked_for_as_long_as_its_house_may_take)
{
    begin_within(CUT_OFF_US + HOURS(24) - START_US - ORDER_AGE_MAX_US + 1);
    if (_i == 1)
        query_says(doubted, UNIONPAY_05);
    list_of_nothing(U, START_US, CUT_OFF_US);
    must_stay_in_doubt();
    list_of_nothing(U, CUT_OFF_US, CUT_OFF_US + HOURS(24));
    must_stay_in_doubt();
    list_of_nothing(U, CUT_OFF_US + HOURS(24), CUT_OFF_US + HOURS(48));
    must_be_sent_again();
}
END_TEST

START_TEST(not_found_before_the_list_is_not_remembered)
{
    query_finds_nothing(doubted);
    list_of_nothing(U, START_US, CUT_OFF_US);
    ck_assert_int_eq(facts_of(FACT_ATTEMPT_FAILED), 0);
    must_be_sent_again();
}
END_TEST

/* Two lines of 300 and 400 arrive; what the list said of itself. */
static const struct {
    uint32_t count;
    int64_t total_fen;
    bool complete;
} claims[] = {
    {2, 700, true},  {3, 700, false}, {1, 700, false}, {0, 0, false},
    {2, 701, false}, {2, 699, false}, {3, 701, false}, {2, -700, false},
};

START_TEST(a_list_is_complete_only_if_count_and_total_agree)
{
    struct order a = pay_on(2, 300, ONLY_U);
    struct order b = pay_on(3, 400, ONLY_U);
    notify_paid(a);
    forget();
    list_opens(U, START_US, now_us, claims[_i].count, claims[_i].total_fen);
    list_says(a, FIRST_SESSION, 300, 0);
    list_says(b, FIRST_SESSION, 400, 0);
    list_ends(U);
    ck_assert_int_eq(facts_of(FACT_LIST_COMPLETE), claims[_i].complete);
    ck_assert_int_eq(facts_of(FACT_LIST_BROKEN), !claims[_i].complete);
    ck_assert_int_eq(facts_of(FACT_PAID), 1); /* a line proves, whatever the list is worth */
    query_finds_nothing(doubted);
    ck_assert_int_eq(facts_of(FACT_ATTEMPT_FAILED), claims[_i].complete);
    if (!claims[_i].complete)
        ck_assert_int_eq(fact(FACT_LIST_BROKEN)->reason, REASON_LIST_TOTAL_DIFFERS);
}
END_TEST

static const struct {
    int64_t from_us;
    int64_t until_us;
    bool proves;
} spans[] = {
    {START_US, START_US + ORDER_AGE_MAX_US, true},
    {START_US, START_US + ORDER_AGE_MAX_US - 1, false}, /* it might still have been accepted */
    {START_US - HOURS(24), CUT_OFF_US, true},
    {START_US + 1, CUT_OFF_US, false}, /* sent before the list began */
    {START_US, START_US, false},
};

START_TEST(a_list_proves_absence_only_of_what_it_covers_whole)
{
    list_of_nothing(U, spans[_i].from_us, spans[_i].until_us);
    if (spans[_i].proves)
        must_be_sent_again();
    else
        must_stay_in_doubt();
}
END_TEST

START_TEST(the_other_channels_list_proves_nothing)
{
    list_of_nothing(N, START_US, CUT_OFF_US);
    must_stay_in_doubt();
}
END_TEST

START_TEST(a_list_without_an_end_or_a_beginning_proves_nothing)
{
    list_ends(U);
    list_says(doubted, FIRST_SESSION, AMOUNT_FEN, 0); /* a line of no list */
    list_ends(U);
    ck_assert_int_eq(facts_of(FACT_LIST_COMPLETE), 0);
    list_opens(U, START_US, CUT_OFF_US, 0, 0);
    must_stay_in_doubt();
}
END_TEST

START_TEST(lists_that_meet_cover_one_span)
{
    list_of_nothing(U, START_US, START_US + MINUTES(5));
    list_of_nothing(U, START_US + MINUTES(5), START_US + MINUTES(10));
    must_be_sent_again();
}
END_TEST

START_TEST(a_gap_between_lists_proves_nothing_before_it)
{
    list_of_nothing(U, START_US, START_US + MINUTES(5));
    list_of_nothing(U, START_US + MINUTES(5) + 1, CUT_OFF_US);
    must_stay_in_doubt();
}
END_TEST

START_TEST(a_broken_list_delivered_whole_later_closes_its_gap)
{
    list_opens(U, START_US, CUT_OFF_US, 1, 1);
    list_ends(U);
    list_of_nothing(U, CUT_OFF_US, CUT_OFF_US + HOURS(24));
    query_finds_nothing(doubted);
    ck_assert_int_eq(facts_of(FACT_ATTEMPT_FAILED), 0);
    list_of_nothing(U, START_US, CUT_OFF_US);
    must_be_sent_again();
}
END_TEST

START_TEST(an_older_list_that_meets_nothing_changes_nothing)
{
    struct order late = pay_on(2, 300, ONLY_U);
    int64_t from_us = now_us;
    run_for(HOURS(24));
    list_of_nothing(U, from_us, now_us);
    list_of_nothing(U, START_US + 1, START_US + HOURS(1)); /* not the beginning, and far away */
    query_finds_nothing(doubted);
    ck_assert_int_eq(facts_of(FACT_ATTEMPT_FAILED), 0);
    query_finds_nothing(late);
    ck_assert_int_eq(facts_of(FACT_ATTEMPT_FAILED), 1);
}
END_TEST

START_TEST(a_line_pays_a_doubted_payout_once)
{
    list_opens(U, START_US, CUT_OFF_US, 2, 2 * AMOUNT_FEN);
    list_says(doubted, FIRST_SESSION, AMOUNT_FEN, 0);
    list_says(doubted, FIRST_SESSION, AMOUNT_FEN, 0);
    list_ends(U);
    ck_assert_int_eq(facts_of(FACT_PAID), 1);
    ck_assert_int_eq(facts_of(FACT_ALERT) + facts_of(FACT_CONTRADICTED), 0);
    ck_assert_int_eq(believed_fen[U], QUOTA_FEN - AMOUNT_FEN);
    query_finds_nothing(doubted); /* what the list told, the house forgets */
    run_for(HOURS(24));
    ck_assert_int_eq(orders_of(ORDER_PAY), 1);
}
END_TEST

START_TEST(a_line_with_another_amount_is_a_break)
{
    list_opens(U, START_US, CUT_OFF_US, 1, AMOUNT_FEN - 1);
    list_says(doubted, FIRST_SESSION, AMOUNT_FEN - 1, 0);
    ck_assert_int_eq(facts_of(FACT_BREAK_OPENED), 1);
    ck_assert_int_eq(fact(FACT_BREAK_OPENED)->class, MATCH_AMOUNT_DIFFERS);
    ck_assert_int_eq(facts_of(FACT_PAID), 1); /* but it was paid */
}
END_TEST

START_TEST(a_line_of_a_failed_payout_is_a_contradiction)
{
    struct order o = pay_on(2, 300, ONLY_U);
    answer(o, _i == 0 ? UNIONPAY_61 : UNIONPAY_06); /* for good, or to be sent again */
    list_opens(U, START_US, now_us, 1, 300);
    list_says(o, FIRST_SESSION, 300, 0);
    ck_assert_int_eq(fact(FACT_CONTRADICTED)->reason, REASON_PAID_AFTER_FAILED);
    ck_assert_int_eq(facts_of(FACT_PAID), 0);
}
END_TEST

/* --- of an attempt that we were told had failed -------------------------------- */

static void line_of(struct order o, uint32_t count, int64_t total_fen)
{
    list_opens(o.channel, START_US, CUT_OFF_US, count, total_fen);
    list_says(o, FIRST_SESSION, 300, 0);
}

static void must_differ_in_status(struct order o)
{
    ck_assert_int_eq(facts_of(FACT_BREAK_OPENED), 1);
    ck_assert_int_eq(fact(FACT_BREAK_OPENED)->class, MATCH_STATUS_DIFFERS);
    ck_assert_uint_eq(fact(FACT_BREAK_OPENED)->id, o.id);
    ck_assert_int_eq(fact(FACT_BREAK_OPENED)->amount_fen, 0);
    ck_assert_int_eq(fact(FACT_BREAK_OPENED)->other, 300);
}

START_TEST(whose_first_attempt_has_paid_is_not_sent_again)
{
    struct order first = pay_on(2, 300, ONLY_U);
    if (_i == 1) /* the second failed, too: the line is not of the last one */
        answer(first, UNIONPAY_06);
    if (_i == 1)
        run_for(MINUTES(1));
    answer(*order(ORDER_PAY), UNIONPAY_06);
    forget();
    line_of(first, 1, 300);
    list_ends(U);
    must_differ_in_status(first);
    ck_assert_int_eq(facts_of(FACT_LIST_COMPLETE), 1);
    ck_assert_int_eq(fact(FACT_CANCELLED)->reason, REASON_PAID_AFTER_FAILED);
    run_for(HOURS(1));
    ck_assert_int_eq(orders_of(ORDER_PAY), 0);
    request(2, 300);
    ck_assert_int_eq(fact(FACT_REPEATED)->state, PAYOUT_CANCELLED);
}
END_TEST

START_TEST(an_attempt_that_is_out_by_then_is_the_last)
{
    struct order first = pay_on(2, 300, ONLY_U);
    answer(first, UNIONPAY_06);
    run_for(MINUTES(1));
    struct order second = *order(ORDER_PAY);
    ck_assert_uint_ne(second.id, first.id);
    forget();
    line_of(first, 1, 300);
    list_ends(U);
    must_differ_in_status(first);
    if (_i == 0) {
        answer(second, UNIONPAY_06);
        ck_assert_int_eq(fact(FACT_FAILED)->reason, REASON_PAID_AFTER_FAILED);
    } else { /* it paid as well */
        notify_paid(second);
        ck_assert_int_eq(facts_of(FACT_PAID), 1);
    }
    run_for(HOURS(1));
    ck_assert_int_eq(orders_of(ORDER_PAY), 0);
}
END_TEST

START_TEST(an_earlier_attempt_s_line_is_no_duplicate_of_the_one_that_paid)
{
    struct order first = pay_on(2, 300, ONLY_U);
    answer(first, UNIONPAY_06);
    run_for(MINUTES(1));
    struct order second = *order(ORDER_PAY);
    notify_paid(second);
    session_settles(U, FIRST_SESSION, 0, 600);
    forget();
    line_of(second, 2, 600);
    ck_assert_int_eq(facts_of(FACT_RECONCILED), 1);
    list_says(first, FIRST_SESSION, 300, 0);
    list_ends(U);
    must_differ_in_status(first);
    ck_assert_int_eq(facts_of(FACT_LIST_COMPLETE), 1);
    forget();
    list_opens(U, START_US, CUT_OFF_US, 3, 900);
    for (int i = 0; i < 2; i++)
        list_says(first, FIRST_SESSION, 300, 0); /* the lines that it had */
    list_says(second, FIRST_SESSION, 300, 0);
    ck_assert_int_eq(fact(FACT_BREAK_OPENED)->class, MATCH_DUPLICATE);
    ck_assert_uint_eq(fact(FACT_BREAK_OPENED)->id, second.id);
}
END_TEST

START_TEST(a_line_of_an_order_unheard_of_is_a_stray)
{
    struct order o = doubted;
    o.id += UINT64_C(1) << 40;
    o.reference.lo = 99;
    list_opens(U, START_US, CUT_OFF_US, 1, 5);
    list_says(o, FIRST_SESSION, 5, 0);
    ck_assert_int_eq(facts_of(FACT_STRAY), 1);
    ck_assert_int_eq(facts_of(FACT_PAID), 0);
}
END_TEST

START_TEST(a_line_of_the_other_channel_pays_nothing)
{
    struct order o = doubted;
    o.channel = N;
    list_opens(N, START_US, CUT_OFF_US, 1, AMOUNT_FEN);
    list_says(o, FIRST_SESSION, AMOUNT_FEN, 0);
    ck_assert_int_eq(facts_of(FACT_PAID), 0);
    ck_assert_int_eq(facts_of(FACT_CONTRADICTED), 1);
}
END_TEST

START_TEST(a_line_may_say_that_a_payment_came_back)
{
    list_opens(U, START_US, CUT_OFF_US, 2, 2 * AMOUNT_FEN);
    list_says(doubted, FIRST_SESSION, AMOUNT_FEN, 0);
    list_says(doubted, FIRST_SESSION, AMOUNT_FEN, 1);
    list_ends(U);
    ck_assert_int_eq(facts_of(FACT_PAID), 1);
    ck_assert_int_eq(facts_of(FACT_RETURNED), 1);
    ck_assert_int_eq(facts_of(FACT_LIST_COMPLETE), 1);
    ck_assert_int_eq(believed_fen[U], QUOTA_FEN); /* receipts count at once */
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("list");
    tcase_add_checked_fixture(t, begin_plain, NULL);
    tcase_add_test(t, not_found_and_absent_from_a_complete_list_is_definitive);
    tcase_add_test(t, absence_alone_waits_for_the_house_to_say_not_found);
    tcase_add_loop_test(t, an_order_is_looked_for_as_long_as_its_house_may_take, 0, 2);
    tcase_add_test(t, not_found_before_the_list_is_not_remembered);
    tcase_add_loop_test(t, a_list_is_complete_only_if_count_and_total_agree, 0, COUNT(claims));
    tcase_add_loop_test(t, a_list_proves_absence_only_of_what_it_covers_whole, 0, COUNT(spans));
    tcase_add_test(t, the_other_channels_list_proves_nothing);
    tcase_add_test(t, a_list_without_an_end_or_a_beginning_proves_nothing);
    tcase_add_test(t, lists_that_meet_cover_one_span);
    tcase_add_test(t, a_gap_between_lists_proves_nothing_before_it);
    tcase_add_test(t, a_broken_list_delivered_whole_later_closes_its_gap);
    tcase_add_test(t, an_older_list_that_meets_nothing_changes_nothing);
    tcase_add_test(t, a_line_pays_a_doubted_payout_once);
    tcase_add_test(t, a_line_with_another_amount_is_a_break);
    tcase_add_loop_test(t, a_line_of_a_failed_payout_is_a_contradiction, 0, 2);
    tcase_add_loop_test(t, whose_first_attempt_has_paid_is_not_sent_again, 0, 2);
    tcase_add_loop_test(t, an_attempt_that_is_out_by_then_is_the_last, 0, 2);
    tcase_add_test(t, an_earlier_attempt_s_line_is_no_duplicate_of_the_one_that_paid);
    tcase_add_test(t, a_line_of_an_order_unheard_of_is_a_stray);
    tcase_add_test(t, a_line_of_the_other_channel_pays_nothing);
    tcase_add_test(t, a_line_may_say_that_a_payment_came_back);
    return run_tests("list", t);
}
