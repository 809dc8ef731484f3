/* test_resolutions.c — breaks that two people resolve, and what that books. */

#include "core/audit/breaks.h"

#include "tests/lists_by_day.h"

static void begin_audited(void)
{
    struct core_config config = config_with_lists(DOUBTFUL_DAYS, HOURS(24));
    begin(&config);
    forget();
}

static void operate(enum input_kind kind, uint32_t number, uint32_t who)
{
    feed((struct input){.kind = (uint8_t)kind, .count = number, .user = who});
}

static uint32_t open_break(int64_t told_fen)
{
    struct order o = paid(1);
    until_file_of(0);
    list_opens(U, START_US, cut_off_us(0), 1, told_fen);
    list_has(o, told_fen, 0, 0);
    list_ends(U);
    return fact(FACT_BREAK_OPENED)->session;
}

START_TEST(a_break_is_resolved_by_two_people)
{
    uint32_t number = open_break(AMOUNT_FEN + 5);
    bool adjusts = _i == 0;
    operate(INPUT_BREAK_APPROVED, number, CHECKER);
    ck_assert_int_eq(fact(FACT_BREAK_REFUSED)->reason, REASON_NOT_PROPOSED);
    operate(adjusts ? INPUT_BREAK_ADJUSTED : INPUT_BREAK_WRITTEN_OFF, number, MAKER);
    ck_assert_int_eq(facts_of(FACT_BREAK_PROPOSED), 1);
    operate(INPUT_BREAK_APPROVED, number, MAKER);
    ck_assert_int_eq(fact(FACT_BREAK_REFUSED)->reason, REASON_SAME_PERSON);
    ck_assert_int_eq(facts_of(FACT_BREAK_CLOSED), 0);
    operate(INPUT_BREAK_APPROVED, number, CHECKER);
    ck_assert_int_eq(fact(FACT_BREAK_CLOSED)->reason,
                     adjusts ? REASON_ADJUSTED : REASON_WRITTEN_OFF);
    operate(INPUT_BREAK_APPROVED, number, CHECKER);
    ck_assert_int_eq(fact(FACT_BREAK_REFUSED)->reason, REASON_BREAK_SETTLED);
    operate(INPUT_BREAK_ADJUSTED, number + 1, MAKER);
    ck_assert_int_eq(fact(FACT_BREAK_REFUSED)->reason, REASON_BREAK_UNKNOWN);
    operate(INPUT_BREAK_ADJUSTED, 0, MAKER);
    ck_assert_int_eq(fact(FACT_BREAK_REFUSED)->reason, REASON_BREAK_UNKNOWN);
}
END_TEST

/* Short above zero, long below. */
static int64_t in_suspense_fen(void)
{
    ck_assert_int_ge(posted_fen(BOOK_OF(U, BOOK_OF_SUSPENSE_SHORT)), 0);
    ck_assert_int_le(posted_fen(BOOK_OF(U, BOOK_OF_SUSPENSE_LONG)), 0);
    return posted_fen(BOOK_OF(U, BOOK_OF_SUSPENSE_SHORT)) +
           posted_fen(BOOK_OF(U, BOOK_OF_SUSPENSE_LONG));
}

START_TEST(resolving_books_what_the_net_brought_into_suspense_and_no_more)
{
    static const int64_t told_fen[] = {AMOUNT_FEN + 5, AMOUNT_FEN - 5};
    bool adjusts = _i % 2 == 0;
    bool net_differs = _i >= 4;
    int64_t by_fen = told_fen[_i / 2 % 2] - AMOUNT_FEN;
    uint32_t number = open_break(told_fen[_i / 2 % 2]);
    session_settles(U, FIRST_SESSION, 0, AMOUNT_FEN + (net_differs ? by_fen : 0));
    int64_t suspense_fen = in_suspense_fen();
    int64_t against_fen = posted_fen(adjusts ? BOOK_CLIENTS : BOOK_GAIN_LOSS);
    ck_assert_int_eq(suspense_fen, net_differs ? by_fen : 0);
    operate(adjusts ? INPUT_BREAK_ADJUSTED : INPUT_BREAK_WRITTEN_OFF, number, MAKER);
    operate(INPUT_BREAK_APPROVED, number, CHECKER);
    ck_assert_int_eq(in_suspense_fen(), 0);
    ck_assert_int_eq(posted_fen(adjusts ? BOOK_CLIENTS : BOOK_GAIN_LOSS),
                     against_fen + suspense_fen);
}
END_TEST

/* Breaks of which the net knows nothing leave what it brought in its place. */
START_TEST(resolving_what_moved_no_money_leaves_suspense_as_it_is)
{
    bool late = _i == 0;
    struct order o = paid(1);
    until_file_of(0);
    list_opens(U, START_US, cut_off_us(0), 1, AMOUNT_FEN);
    list_has(o, AMOUNT_FEN, late ? 0 : 3, 0);
    list_breaks_off();
    session_settles(U, FIRST_SESSION, 0, AMOUNT_FEN + 9);
    run_for(late ? HOURS(1) : 0);
    ck_assert_int_eq(fact(FACT_BREAK_OPENED)->class, late ? MATCH_LATE : MATCH_FEE_DIFFERS);
    operate(INPUT_BREAK_ADJUSTED, fact(FACT_BREAK_OPENED)->session, MAKER);
    operate(INPUT_BREAK_APPROVED, fact(FACT_BREAK_OPENED)->session, CHECKER);
    ck_assert_int_eq(facts_of(FACT_BREAK_CLOSED), 1);
    ck_assert_int_eq(in_suspense_fen(), 9);
}
END_TEST

START_TEST(resolving_a_return_of_what_we_do_not_know_books_what_came)
{
    until_file_of(0);
    list_opens(U, START_US, cut_off_us(0), 1, AMOUNT_FEN);
    list_has(unknown_order(), AMOUNT_FEN, 0, LIST_LINE_RETURNED);
    session_settles(U, FIRST_SESSION, 0, -AMOUNT_FEN);
    ck_assert_int_eq(in_suspense_fen(), -AMOUNT_FEN);
    operate(INPUT_BREAK_ADJUSTED, fact(FACT_BREAK_OPENED)->session, MAKER);
    operate(INPUT_BREAK_APPROVED, fact(FACT_BREAK_OPENED)->session, CHECKER);
    ck_assert_int_eq(in_suspense_fen(), 0);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("resolutions");
    tcase_add_checked_fixture(t, begin_audited, NULL);
    tcase_add_loop_test(t, a_break_is_resolved_by_two_people, 0, 2);
    tcase_add_loop_test(t, resolving_books_what_the_net_brought_into_suspense_and_no_more, 0, 8);
    tcase_add_loop_test(t, resolving_what_moved_no_money_leaves_suspense_as_it_is, 0, 2);
    tcase_add_test(t, resolving_a_return_of_what_we_do_not_know_books_what_came);
    return run_tests("resolutions", t);
}
