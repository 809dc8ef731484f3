/* test_decisions.c — payouts in doubt that no list decides, and what two people say of them. */

#include "core/audit/breaks.h"

#include "tests/lists_by_day.h"

#define WITHHELD_FEN 300

enum { LAST_DAY = DOUBTFUL_DAYS + 1, RETRIES = 1 };

static struct order doubted; /* on U, sent at the start */
static struct order known;   /* and said to be paid then; no list has it */

static void begin_doubtful(int64_t outcome_within_us)
{
    struct core_config config = config_with_lists(DOUBTFUL_DAYS, outcome_within_us);
    config.retries = RETRIES;
    begin(&config);
    forget();
    doubted = pay_on(1, AMOUNT_FEN, ONLY_U);
    known = pay_on(2, WITHHELD_FEN, ONLY_U);
    notify_paid(known);
}

static void begin_plain(void)
{
    begin_doubtful(HOURS(1));
}

/* The list has one payment more than anybody knows of. */
static void begin_undecided(void)
{
    begin_plain();
    list_of_day(0, 3, WITHHELD_FEN + 5);
    sessions_settle(2, WITHHELD_FEN + AMOUNT_FEN);
    empty_lists(1, LAST_DAY);
}

static const struct fact *about(int kind, struct order o)
{
    for (int i = fact_count - 1; i >= 0; i--)
        if (facts[i].kind == kind && facts[i].id == o.id)
            return &facts[i];
    return NULL;
}

static uint32_t break_of(struct order o)
{
    ck_assert_ptr_nonnull(about(FACT_BREAK_OPENED, o));
    return about(FACT_BREAK_OPENED, o)->session;
}

static void say(enum input_kind kind, struct order o, uint32_t who, uint8_t decided)
{
    feed((struct input){.kind = (uint8_t)kind, .flag = decided, .count = break_of(o), .user = who});
}

static void decide(struct order o, uint8_t decided)
{
    say(INPUT_BREAK_ADJUSTED, o, MAKER, decided);
    say(INPUT_BREAK_APPROVED, o, CHECKER, 0);
}

/* --- a break about it ---------------------------------------------------------- */

START_TEST(a_payout_that_the_lists_leave_in_doubt_is_a_break_when_the_doubtful_days_are_over)
{
    begin_plain();
    list_of_day(0, 3, WITHHELD_FEN + 5);
    sessions_settle(2, WITHHELD_FEN + AMOUNT_FEN);
    empty_lists(1, LAST_DAY - 1);
    ck_assert_ptr_null(about(FACT_BREAK_OPENED, doubted));
    list_of_day(LAST_DAY, 0, 0);
    const struct fact *f = about(FACT_BREAK_OPENED, doubted);
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(f->reason, REASON_UNDECIDED);
    ck_assert_int_eq(f->class, MATCH_MISSING_THEIRS);
    ck_assert_int_eq(f->state, BREAK_ABOUT_ORDER);
    ck_assert_int_eq(f->amount_fen, AMOUNT_FEN);
    int breaks = facts_of(FACT_BREAK_OPENED);
    empty_lists(LAST_DAY + 1, LAST_DAY + 3);
    ck_assert_int_eq(facts_of(FACT_BREAK_OPENED), breaks); /* it stands once */
    ck_assert_int_eq(orders_of(ORDER_PAY), 2);
}
END_TEST

START_TEST(a_house_that_says_it_has_the_order_and_never_how_it_ended_is_a_break_too)
{
    begin_plain();
    run_for(MINUTES(5));
    query_says(doubted, UNIONPAY_05);
    list_of_day(0, 1, WITHHELD_FEN);
    sessions_settle(2, WITHHELD_FEN);
    empty_lists(1, LAST_DAY);
    ck_assert_int_eq(about(FACT_BREAK_OPENED, doubted)->reason, REASON_UNDECIDED);
}
END_TEST

START_TEST(it_waits_for_the_sessions_that_may_have_it)
{
    begin_doubtful(_i == 0 ? HOURS(1) : HOURS(12)); /* which reach into the next day's list */
    list_of_day(0, 3, WITHHELD_FEN + 5);
    sessions_settle(1, WITHHELD_FEN + AMOUNT_FEN);
    empty_lists(1, LAST_DAY);
    ck_assert_int_eq(about(FACT_BREAK_OPENED, doubted) != NULL, _i == 0);
    for (uint32_t i = 0; i < SESSIONS_A_DAY; i++)
        session_settles(U, FIRST_SESSION + SESSIONS_A_DAY + i, 0, 0);
    list_of_day(LAST_DAY + 1, 0, 0);
    ck_assert_ptr_nonnull(about(FACT_BREAK_OPENED, doubted));
}
END_TEST

START_TEST(it_closes_when_the_outcome_is_heard_of_after_all)
{
    begin_undecided();
    if (_i == 0)
        notify_paid_in(doubted, FIRST_SESSION);
    else
        notify(doubted, UNIONPAY_61);
    ck_assert_int_eq(about(FACT_BREAK_CLOSED, doubted)->reason, REASON_MATCHED_LATER);
    say(INPUT_BREAK_ADJUSTED, doubted, MAKER, DECIDED_PAID);
    ck_assert_int_eq(about(FACT_BREAK_REFUSED, doubted) == NULL, 1);
    ck_assert_int_eq(fact(FACT_BREAK_REFUSED)->reason, REASON_BREAK_SETTLED);
}
END_TEST

/* --- who decides, and how ------------------------------------------------------- */

START_TEST(one_person_decides_nothing)
{
    begin_undecided();
    say(INPUT_BREAK_ADJUSTED, doubted, MAKER, DECIDED_NOT_PAID);
    ck_assert_int_eq(fact(FACT_BREAK_PROPOSED)->routes, DECIDED_NOT_PAID);
    say(INPUT_BREAK_APPROVED, doubted, MAKER, 0);
    ck_assert_int_eq(fact(FACT_BREAK_REFUSED)->reason, REASON_SAME_PERSON);
    run_for(HOURS(100));
    ck_assert_int_eq(facts_of(FACT_ATTEMPT_FAILED), 0);
    ck_assert_int_eq(facts_of(FACT_PAID), 1);
}
END_TEST

START_TEST(of_a_payout_in_doubt_it_must_be_said_what_became_of_it)
{
    begin_undecided();
    say(_i == 0 ? INPUT_BREAK_ADJUSTED : INPUT_BREAK_WRITTEN_OFF, doubted, MAKER, DECIDED_NOTHING);
    ck_assert_int_eq(fact(FACT_BREAK_REFUSED)->reason, REASON_UNDECIDED);
    say(INPUT_BREAK_APPROVED, doubted, CHECKER, 0);
    ck_assert_int_eq(fact(FACT_BREAK_REFUSED)->reason, REASON_NOT_PROPOSED);
}
END_TEST

START_TEST(of_another_break_there_is_nothing_to_decide)
{
    begin_undecided();
    const struct fact *f = NULL;
    for (int i = 0; i < fact_count; i++)
        if (facts[i].kind == FACT_BREAK_OPENED && facts[i].state == BREAK_ABOUT_LIST)
            f = &facts[i];
    ck_assert_ptr_nonnull(f);
    feed((struct input){
        .kind = INPUT_BREAK_ADJUSTED, .flag = DECIDED_PAID, .count = f->session, .user = MAKER});
    ck_assert_int_eq(fact(FACT_BREAK_REFUSED)->reason, REASON_DECIDES_NOTHING);
}
END_TEST

START_TEST(the_last_proposal_counts)
{
    begin_undecided();
    say(INPUT_BREAK_ADJUSTED, doubted, MAKER, DECIDED_NOT_PAID);
    say(INPUT_BREAK_ADJUSTED, doubted, CHECKER, DECIDED_PAID);
    say(INPUT_BREAK_APPROVED, doubted, MAKER, 0);
    ck_assert_int_eq(facts_of(FACT_ATTEMPT_FAILED), 0);
    ck_assert_ptr_nonnull(about(FACT_PAID, doubted));
}
END_TEST

/* --- what follows --------------------------------------------------------------- */

static int64_t short_fen(void)
{
    return posted_fen(BOOK_OF(U, BOOK_OF_SUSPENSE_SHORT));
}

START_TEST(as_paid_it_is_booked_out_of_suspense_and_over)
{
    begin_undecided();
    ck_assert_int_eq(short_fen(), AMOUNT_FEN);
    decide(doubted, DECIDED_PAID);
    ck_assert_int_eq(about(FACT_BREAK_CLOSED, doubted)->reason, REASON_ADJUSTED);
    ck_assert_int_eq(about(FACT_RECONCILED, doubted)->reason, REASON_DECIDED);
    ck_assert_uint_eq(about(FACT_PAID, doubted)->session, FIRST_SESSION); /* the one short of it */
    ck_assert_int_eq(short_fen(), 0);
    ck_assert_int_eq(posted_fen(BOOK_OF(U, BOOK_OF_PAYABLE)), 0);
    ck_assert_int_eq(posted_fen(BOOK_CLIENTS), AMOUNT_FEN + WITHHELD_FEN);
    ck_assert_int_eq(believed_fen[U], QUOTA_FEN - AMOUNT_FEN - WITHHELD_FEN);
    int breaks = facts_of(FACT_BREAK_OPENED);
    empty_lists(LAST_DAY + 1, 3 * LAST_DAY);
    ck_assert_int_eq(facts_of(FACT_BREAK_OPENED), breaks); /* no list is waited for */
    ck_assert_int_eq(orders_of(ORDER_PAY), 2);
    request(1, AMOUNT_FEN);
    ck_assert_int_eq(fact(FACT_REPEATED)->state, PAYOUT_RECONCILED);
}
END_TEST

START_TEST(as_not_paid_its_attempt_has_failed_and_another_follows)
{
    begin_undecided();
    decide(doubted, DECIDED_NOT_PAID);
    ck_assert_int_eq(about(FACT_BREAK_CLOSED, doubted)->reason, REASON_ADJUSTED);
    ck_assert_int_eq(about(FACT_ATTEMPT_FAILED, doubted)->reason, REASON_DECIDED);
    ck_assert_int_eq(short_fen(), AMOUNT_FEN); /* of something else, then */
    ck_assert_int_eq(posted_fen(BOOK_CLIENTS), WITHHELD_FEN);
    run_for(SECONDS(2));
    ck_assert_int_eq(orders_of(ORDER_PAY), 3);
    ck_assert_uint_ne(order(ORDER_PAY)->id, doubted.id);
    request(1, AMOUNT_FEN);
    ck_assert_int_eq(fact(FACT_REPEATED)->state, PAYOUT_SENT);
}
END_TEST

START_TEST(what_is_heard_against_a_decision_is_a_contradiction)
{
    begin_undecided();
    decide(doubted, _i == 0 ? DECIDED_PAID : DECIDED_NOT_PAID);
    notify(doubted, _i == 0 ? UNIONPAY_61 : UNIONPAY_00);
    ck_assert_int_eq(facts_of(FACT_CONTRADICTED), _i == 1); /* a finished payout has no attempts */
    ck_assert_int_eq(facts_of(FACT_PAID), _i == 0 ? 2 : 1);
}
END_TEST

START_TEST(a_decided_payment_counts_in_the_only_list_that_can_lack_it)
{
    begin_plain();
    list_of_day(0, 2, WITHHELD_FEN + AMOUNT_FEN);
    sessions_settle(2, WITHHELD_FEN + AMOUNT_FEN);
    empty_lists(1, LAST_DAY);
    ck_assert_int_eq(facts_of(FACT_BREAK_CLOSED), 0);
    decide(doubted, DECIDED_PAID);
    /* And so that list is short of nothing any more. */
    ck_assert_int_eq(fact(FACT_BREAK_CLOSED)->state, BREAK_ABOUT_LIST);
    ck_assert_int_eq(fact(FACT_BREAK_CLOSED)->reason, REASON_MATCHED_LATER);
}
END_TEST

START_TEST(a_payment_that_comes_back_before_it_is_decided_is_returned_then)
{
    begin_undecided();
    returned(doubted, FIRST_SESSION + 2 * SESSIONS_A_DAY, AMOUNT_FEN);
    decide(doubted, DECIDED_PAID);
    ck_assert_ptr_nonnull(about(FACT_PAID, doubted));
    ck_assert_ptr_nonnull(about(FACT_RETURNED, doubted));
    request(1, AMOUNT_FEN);
    ck_assert_int_eq(fact(FACT_REPEATED)->state, PAYOUT_RETURNED);
}
END_TEST

/* --- payments that are known, and that no list has ------------------------------- */

/* The house says that it paid one which it did not: the list never counted it. */
static void begin_lied_to(void)
{
    begin_plain();
    list_of_day(0, 0, 0);
    sessions_settle(2, 0);
    empty_lists(1, LAST_DAY);
    ck_assert_int_eq(about(FACT_BREAK_OPENED, known)->reason, REASON_NOT_LISTED);
    ck_assert_int_eq(about(FACT_BREAK_OPENED, doubted)->reason, REASON_UNDECIDED);
    ck_assert_int_eq(facts_of(FACT_ATTEMPT_FAILED), 0);
}

START_TEST(one_that_was_not_paid_leaves_its_list_which_then_decides_what_was_in_doubt)
{
    begin_lied_to();
    int64_t long_fen = posted_fen(BOOK_OF(U, BOOK_OF_SUSPENSE_LONG));
    ck_assert_int_eq(long_fen, -WITHHELD_FEN);
    decide(known, DECIDED_NOT_PAID);
    ck_assert_int_eq(posted_fen(BOOK_OF(U, BOOK_OF_SUSPENSE_LONG)), 0); /* the customer's again */
    ck_assert_int_eq(about(FACT_ATTEMPT_FAILED, doubted)->reason, REASON_ABSENT_FROM_LIST);
    ck_assert_int_eq(about(FACT_BREAK_CLOSED, doubted)->reason, REASON_MATCHED_LATER);
}
END_TEST

START_TEST(one_whose_line_was_withheld_stays_counted_and_nothing_is_booked)
{
    begin_lied_to();
    decide(known, _i == 0 ? DECIDED_PAID : DECIDED_NOTHING);
    ck_assert_ptr_nonnull(about(FACT_BREAK_CLOSED, known));
    ck_assert_int_eq(posted_fen(BOOK_OF(U, BOOK_OF_SUSPENSE_LONG)), _i == 0 ? -WITHHELD_FEN : 0);
    ck_assert_int_eq(facts_of(FACT_ATTEMPT_FAILED), 0);
}
END_TEST

/* The list has one line that it does not show: of the one that the house said it paid, or of the
 * one in doubt, which is as much. */
static void begin_interchangeable(void)
{
    begin_doubtful(HOURS(1));
    notify(doubted, UNIONPAY_61);
    doubted = pay_on(3, WITHHELD_FEN, ONLY_U);
    list_of_day(0, 1, WITHHELD_FEN);
    sessions_settle(2, WITHHELD_FEN);
    empty_lists(1, LAST_DAY + 1);
}

START_TEST(what_is_assumed_of_another_payment_proves_nothing_by_itself)
{
    begin_interchangeable();
    ck_assert_ptr_nonnull(about(FACT_BREAK_OPENED, known));
    ck_assert_ptr_null(about(FACT_ATTEMPT_FAILED, doubted));
    ck_assert_int_eq(about(FACT_BREAK_OPENED, doubted)->reason, REASON_UNDECIDED);
    decide(known, _i == 0 ? DECIDED_PAID : DECIDED_NOT_PAID);
    ck_assert_int_eq(about(FACT_ATTEMPT_FAILED, doubted) != NULL, _i == 0);
    ck_assert_int_eq(about(FACT_BREAK_CLOSED, doubted) != NULL, _i == 0);
}
END_TEST

START_TEST(what_is_assumed_proves_with_the_house_s_word_that_it_does_not_know_the_order)
{
    begin_interchangeable();
    query_finds_nothing(doubted);
    ck_assert_int_eq(about(FACT_ATTEMPT_FAILED, doubted)->reason, REASON_ABSENT_FROM_LIST);
}
END_TEST

START_TEST(a_line_that_comes_with_its_list_again_is_counted_once)
{
    begin_plain();
    notify_paid_in(doubted, FIRST_SESSION);
    list_of_day(0, 2, WITHHELD_FEN + AMOUNT_FEN);
    sessions_settle(1, WITHHELD_FEN + AMOUNT_FEN);
    empty_lists(1, LAST_DAY);
    ck_assert_ptr_nonnull(about(FACT_BREAK_OPENED, known));
    list_opens(U, START_US, cut_off_us(0), 2, WITHHELD_FEN + AMOUNT_FEN);
    list_says(known, FIRST_SESSION, WITHHELD_FEN, 0);
    list_says(doubted, FIRST_SESSION, AMOUNT_FEN, 0);
    list_ends(U);
    ck_assert_int_eq(fact(FACT_LIST_COMPLETE)->session, 2);
    ck_assert_int_eq(facts[fact_count - 1].kind, FACT_LIST_COMPLETE);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("decisions");
    tcase_add_test(
        t, a_payout_that_the_lists_leave_in_doubt_is_a_break_when_the_doubtful_days_are_over);
    tcase_add_test(t, a_house_that_says_it_has_the_order_and_never_how_it_ended_is_a_break_too);
    tcase_add_loop_test(t, it_waits_for_the_sessions_that_may_have_it, 0, 2);
    tcase_add_test(t, a_decided_payment_counts_in_the_only_list_that_can_lack_it);
    tcase_add_test(t, one_that_was_not_paid_leaves_its_list_which_then_decides_what_was_in_doubt);
    tcase_add_loop_test(t, one_whose_line_was_withheld_stays_counted_and_nothing_is_booked, 0, 2);
    tcase_add_loop_test(t, what_is_assumed_of_another_payment_proves_nothing_by_itself, 0, 2);
    tcase_add_test(t, what_is_assumed_proves_with_the_house_s_word_that_it_does_not_know_the_order);
    tcase_add_test(t, a_line_that_comes_with_its_list_again_is_counted_once);
    tcase_add_loop_test(t, it_closes_when_the_outcome_is_heard_of_after_all, 0, 2);
    tcase_add_test(t, one_person_decides_nothing);
    tcase_add_loop_test(t, of_a_payout_in_doubt_it_must_be_said_what_became_of_it, 0, 2);
    tcase_add_test(t, of_another_break_there_is_nothing_to_decide);
    tcase_add_test(t, the_last_proposal_counts);
    tcase_add_test(t, as_paid_it_is_booked_out_of_suspense_and_over);
    tcase_add_test(t, as_not_paid_its_attempt_has_failed_and_another_follows);
    tcase_add_loop_test(t, what_is_heard_against_a_decision_is_a_contradiction, 0, 2);
    tcase_add_test(t, a_payment_that_comes_back_before_it_is_decided_is_returned_then);
    return run_tests("decisions", t);
}
