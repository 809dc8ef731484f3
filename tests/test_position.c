/* test_position.c — what is believed of a quota: sessions, holds, moves. */

#include <string.h>

#include "core/base/pool.h"
#include "tests/believed.h"

/* --- how a session counts ---------------------------------------------------------- */

START_TEST(a_session_counts_by_its_rule)
{
    static const int64_t sums_fen[3][2] = {{80, 30}, {30, 80}, {0, 0}};
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(
            quota_rule_g_fen(rule_of(_i), rules[_i].closed, sums_fen[i][0], sums_fen[i][1]),
            rules[_i].want_fen[i]);
}
END_TEST

START_TEST(a_position_counts_its_sessions_by_the_same_rule)
{
    open_with(rule_of(_i), 1000);
    pay(FIRST, 30);
    receive(FIRST, 80);
    if (rules[_i].closed)
        close(FIRST, 80, 0);
    must_be(1000, 0, 1000 + rules[_i].want_fen[0]);
}
END_TEST

static const struct {
    enum settles_to to;
    int64_t net_fen;
    int64_t want_fen;
} nets[] = {
    {SETTLES_TO_ACS, 50, 50},       {SETTLES_TO_ACS, -50, -50},
    {SETTLES_TO_VIRTUAL_ID, 50, 0}, {SETTLES_TO_VIRTUAL_ID, -50, -50},
    {SETTLES_TO_VIRTUAL_ID, 0, 0},
};

START_TEST(a_net_goes_where_the_house_settles)
{
    struct quota_rule rule = {RECEIPTS_AT_ONCE, (uint8_t)nets[_i].to};
    ck_assert_int_eq(quota_rule_to_acs_fen(rule, nets[_i].net_fen), nets[_i].want_fen);
}
END_TEST

START_TEST(available_never_falls_by_settling)
{
    for (int receipts_fen = 0; receipts_fen <= 100; receipts_fen += 50) {
        open_with(rule_of(_i), 1000);
        if (receipts_fen > 0)
            receive(FIRST, receipts_fen);
        pay(FIRST, 50);
        close(FIRST, receipts_fen, 0);
        int64_t before_fen = position_available_fen(&position);
        settle(FIRST, receipts_fen - 50);
        ck_assert_int_ge(position_available_fen(&position), before_fen);
        ck_assert_int_eq(position_available_fen(&position), position.mapped_fen);
        if (rules[_i].count == RECEIPTS_AT_ONCE) /* it rises only where receipts counted late */
            ck_assert_int_eq(position_available_fen(&position), before_fen);
    }
}
END_TEST

/* --- holds ---------------------------------------------------------------------------- */

START_TEST(a_hold_is_released_or_becomes_a_payment)
{
    position_hold(&position, NULL, 600);
    must_be(1000, 600, 400);
    position_hold(&position, NULL, 400); /* to the last fen */
    must_be(1000, 1000, 0);
    position_release(&position, 400);
    must_be(1000, 600, 400);
    ck_assert_int_eq(position_paid(&position, FIRST, 600), SESSION_BOOKED);
    must_be(1000, 0, 400);
    ck_assert_int_eq(position_session(&position, FIRST)->payments_fen, 600);
}
END_TEST

START_TEST(receipts_at_once_may_be_held_at_once)
{
    receive(FIRST, 500);
    position_hold(&position, NULL, 1500);
    must_be(1000, 1500, 0);
}
END_TEST

START_TEST(a_hold_above_what_is_available_stops_the_program)
{
    position_hold(&position, NULL, 1001);
}
END_TEST

static const int64_t not_amounts[] = {0, -1, INT64_MIN};

START_TEST(a_hold_of_nothing_stops_the_program)
{
    position_hold(&position, NULL, not_amounts[_i]);
}
END_TEST

START_TEST(a_release_of_more_than_is_held_stops_the_program)
{
    position_hold(&position, NULL, 10);
    position_release(&position, 11);
}
END_TEST

START_TEST(a_payment_of_more_than_is_held_stops_the_program)
{
    position_hold(&position, NULL, 10);
    position_paid(&position, FIRST, 11);
}
END_TEST

START_TEST(a_receipt_of_nothing_stops_the_program)
{
    position_receipt(&position, FIRST, not_amounts[_i]);
}
END_TEST

START_TEST(a_quota_below_zero_at_the_start_stops_the_program)
{
    open_with(to_acs, -1);
}
END_TEST

/* --- sessions ---------------------------------------------------------------------------- */

START_TEST(closing_tells_what_no_notice_told)
{
    receive(FIRST, 30);
    close(FIRST, 100, 70);
    must_be(1000, 0, 1100);
}
END_TEST

START_TEST(closing_corrects_what_was_told_too_high)
{
    receive(FIRST, 130);
    close(FIRST, 100, -30);
    must_be(1000, 0, 1100);
}
END_TEST

START_TEST(a_receipt_of_a_closed_session_was_counted_in_its_total)
{
    close(FIRST, 100, 100);
    struct position before = position;
    ck_assert_int_eq(position_receipt(&position, FIRST, 40), SESSION_COUNTED_BEFORE);
    ck_assert_mem_eq(&position, &before, sizeof before);
}
END_TEST

START_TEST(a_session_told_closed_twice_counts_once)
{
    int64_t untold_fen = 42;
    close(FIRST, 100, 100);
    struct position before = position;
    ck_assert_int_eq(position_session_closed(&position, FIRST, 170, &untold_fen),
                     SESSION_COUNTED_BEFORE);
    ck_assert_int_eq(untold_fen, 42);
    ck_assert_mem_eq(&position, &before, sizeof before);
}
END_TEST

START_TEST(a_payment_heard_after_closing_still_counts)
{
    position_hold(&position, NULL, 60);
    close(FIRST, 100, 100);
    ck_assert_int_eq(position_paid(&position, FIRST, 60), SESSION_BOOKED);
    must_be(1000, 0, 1040);
}
END_TEST

/* The classic error is to count it twice.  A session settles with a net that
 * has everything in, told or not; what is heard of it later is no news. */
START_TEST(late_news_of_a_settled_session_releases_the_hold_and_changes_no_other_quota)
{
    open_with(rule_of(_i), 1000);
    position_hold(&position, NULL, 60); /* paid there, not yet told here */
    receive(FIRST, 30);                 /* of 100, and 70 not yet told */
    close(FIRST, 100, 70);
    settle(FIRST, 100 - 60);
    int64_t mapped_fen = rules[_i].to == SETTLES_TO_ACS ? 1040 : 1000;
    must_be(mapped_fen, 60, mapped_fen - 60);

    struct position before = position;
    int64_t untold_fen = 42;
    ck_assert_int_eq(position_receipt(&position, FIRST, 70), SESSION_SETTLED_BEFORE);
    ck_assert_int_eq(position_session_closed(&position, FIRST, 100, &untold_fen),
                     SESSION_SETTLED_BEFORE);
    ck_assert_int_eq(untold_fen, 42);
    ck_assert_int_eq(position_session_settled(&position, FIRST, 40), SESSION_SETTLED_BEFORE);
    ck_assert_mem_eq(&position, &before, sizeof before);

    ck_assert_int_eq(position_paid(&position, FIRST, 60), SESSION_SETTLED_BEFORE);
    before.held_fen = 0;
    ck_assert_mem_eq(&position, &before, sizeof before);
    must_be(mapped_fen, 0, mapped_fen);
}
END_TEST

/* Also where an older session is still open, so that the settled one keeps its place. */
START_TEST(late_news_counts_for_nothing_behind_an_open_session_too)
{
    position_hold(&position, NULL, 60);
    receive(FIRST + 1, 100);
    settle(FIRST + 1, 40);
    ck_assert_uint_eq(position.oldest, FIRST);
    struct position before = position;
    ck_assert_int_eq(position_receipt(&position, FIRST + 1, 70), SESSION_SETTLED_BEFORE);
    ck_assert_mem_eq(&position, &before, sizeof before);
    ck_assert_ptr_null(position_session(&position, FIRST + 1));
    ck_assert_int_eq(position_paid(&position, FIRST + 1, 60), SESSION_SETTLED_BEFORE);
    must_be(1040, 0, 1040);
}
END_TEST

START_TEST(sessions_told_settled_out_of_order_all_count)
{
    receive(FIRST, 1);
    receive(FIRST + 1, 20);
    receive(FIRST + 2, 300);
    settle(FIRST + 2, 300);
    settle(FIRST, 1);
    ck_assert_uint_eq(position.oldest, FIRST + 1);
    must_be(1301, 0, 1321);
    settle(FIRST + 1, 20);
    ck_assert_uint_eq(position.oldest, FIRST + 3);
    must_be(1321, 0, 1321);
}
END_TEST

START_TEST(a_place_serves_again_when_its_session_is_settled)
{
    for (uint32_t s = FIRST; s < FIRST + 3 * SESSIONS_MAX; s++) {
        struct session *one = position_session(&position, s);
        ck_assert_in_loop(one != NULL && one->receipts_fen == 0 && one->payments_fen == 0);
        ck_assert_in_loop(!one->closed && one->paid_head == NONE && one->paid_tail == NONE);
        ck_assert_in_loop(position_receipt(&position, s, 5) == SESSION_BOOKED);
        one->paid_head = one->paid_tail = 7;
        ck_assert_in_loop(position_session_settled(&position, s, 5) == SESSION_BOOKED);
    }
    must_be(1000 + 15 * SESSIONS_MAX, 0, 1000 + 15 * SESSIONS_MAX);
}
END_TEST

static const struct {
    uint32_t session;
    enum session_news want;
} numbers[] = {
    {0, SESSION_SETTLED_BEFORE}, {FIRST - 1, SESSION_SETTLED_BEFORE},
    {FIRST, SESSION_BOOKED},     {FAR - 1, SESSION_BOOKED},
    {FAR, SESSION_UNHEARD_OF},   {UINT32_MAX, SESSION_UNHEARD_OF},
};

START_TEST(a_session_that_cannot_be_is_refused_and_nothing_changes)
{
    uint32_t session = numbers[_i].session;
    enum session_news want = numbers[_i].want;
    int64_t untold_fen = 42;
    position_hold(&position, NULL, 60);
    struct position before = position;

    ck_assert_int_eq(position_session(&position, session) != NULL, want == SESSION_BOOKED);
    ck_assert_int_eq(position_receipt(&position, session, 5), want);
    ck_assert_int_eq(position_session_closed(&position, session, 5, &untold_fen), want);
    ck_assert_int_eq(position_session_settled(&position, session, 5), want);
    if (want != SESSION_BOOKED)
        ck_assert_mem_eq(&position, &before, sizeof before);
    enum session_news late = want == SESSION_BOOKED ? SESSION_SETTLED_BEFORE : want;
    ck_assert_int_eq(position_paid(&position, session, 60), late);
    ck_assert_int_eq(position.held_fen, late == SESSION_UNHEARD_OF ? 60 : 0);
}
END_TEST

/* --- moves --------------------------------------------------------------------------------- */

START_TEST(what_leaves_is_gone_when_sent_and_back_when_refused)
{
    position_decrease_sent(&position, NULL, 300);
    must_be(1000, 0, 700);
    position_decrease_ended(&position, 300, false);
    must_be(1000, 0, 1000);
    position_decrease_sent(&position, NULL, 300);
    position_decrease_ended(&position, 300, true);
    must_be(700, 0, 700);
}
END_TEST

START_TEST(what_comes_counts_only_when_done)
{
    position_increase_asked(&position, 300);
    must_be(1000, 0, 1000);
    ck_assert_int_eq(position.coming_fen, 300);
    position_increase_ended(&position, 300, false);
    must_be(1000, 0, 1000);
    position_increase_asked(&position, 300);
    position_increase_ended(&position, 300, true);
    must_be(1300, 0, 1300);
    ck_assert_int_eq(position.coming_fen, 0);
}
END_TEST

/* With mapped 100: the steps, and what may be moved away afterwards. */
static const struct {
    int64_t receipts_fen[2]; /* of the first and of the second session */
    int64_t payments_fen[2];
    int64_t held_fen;
    int64_t leaving_fen;
    int64_t want_fen;
} movables[] = {
    {{0, 0}, {0, 0}, 0, 0, 100},
    {{80, 0}, {0, 0}, 0, 0, 100}, /* receipts may be paid out, not moved */
    {{0, 80}, {0, 30}, 0, 0, 100},
    {{0, 0}, {30, 0}, 0, 0, 70},
    {{0, 80}, {30, 0}, 0, 0, 70}, /* the first settles before the second's receipts come */
    {{80, 0}, {0, 30}, 0, 0, 100},
    {{80, 0}, {0, 90}, 0, 0, 90},
    {{80, 0}, {0, 0}, 50, 0, 50}, /* a hold may be a payment of any session, and count first */
    {{0, 0}, {0, 0}, 100, 0, 0},
    {{80, 0}, {0, 0}, 150, 0, 0},
    {{0, 0}, {0, 0}, 0, 40, 60},
    {{80, 0}, {0, 0}, 0, 100, 0},
    {{0, 80}, {30, 0}, 20, 10, 40},
};

START_TEST(what_may_be_moved_leaves_every_settlement_covered)
{
    open_with(to_acs, 100);
    for (uint32_t s = 0; s < 2; s++) {
        if (movables[_i].receipts_fen[s] > 0)
            receive(FIRST + s, movables[_i].receipts_fen[s]);
        if (movables[_i].payments_fen[s] > 0)
            pay(FIRST + s, movables[_i].payments_fen[s]);
    }
    if (movables[_i].leaving_fen > 0)
        position_decrease_sent(&position, NULL, movables[_i].leaving_fen);
    if (movables[_i].held_fen > 0)
        position_hold(&position, NULL, movables[_i].held_fen);
    ck_assert_int_eq(position_movable_fen(&position, NULL), movables[_i].want_fen);
}
END_TEST

START_TEST(a_decrease_above_what_is_available_stops_the_program)
{
    position_hold(&position, NULL, 400);
    position_decrease_sent(&position, NULL, 601);
}
END_TEST

START_TEST(a_decrease_ended_that_was_not_sent_stops_the_program)
{
    position_decrease_sent(&position, NULL, 10);
    position_decrease_ended(&position, 11, true);
}
END_TEST

START_TEST(an_increase_ended_that_was_not_asked_stops_the_program)
{
    position_increase_asked(&position, 10);
    position_increase_ended(&position, 11, true);
}
END_TEST

START_TEST(an_increase_beyond_the_largest_stops_the_program)
{
    position_increase_asked(&position, INT64_MAX);
    position_increase_ended(&position, INT64_MAX, true);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("position");
    tcase_add_checked_fixture(t, fresh_position, NULL);
    tcase_add_test_raise_signal(t, a_hold_above_what_is_available_stops_the_program, SIGABRT);
    tcase_add_loop_test_raise_signal(t, a_hold_of_nothing_stops_the_program, SIGABRT, 0,
                                     COUNT(not_amounts));
    tcase_add_test_raise_signal(t, a_release_of_more_than_is_held_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_payment_of_more_than_is_held_stops_the_program, SIGABRT);
    tcase_add_loop_test_raise_signal(t, a_receipt_of_nothing_stops_the_program, SIGABRT, 0,
                                     COUNT(not_amounts));
    tcase_add_test_raise_signal(t, a_quota_below_zero_at_the_start_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_decrease_above_what_is_available_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_decrease_ended_that_was_not_sent_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, an_increase_ended_that_was_not_asked_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, an_increase_beyond_the_largest_stops_the_program, SIGABRT);
    tcase_add_loop_test(t, a_session_counts_by_its_rule, 0, COUNT(rules));
    tcase_add_loop_test(t, a_position_counts_its_sessions_by_the_same_rule, 0, COUNT(rules));
    tcase_add_loop_test(t, a_net_goes_where_the_house_settles, 0, COUNT(nets));
    tcase_add_loop_test(t, available_never_falls_by_settling, 0, COUNT(rules));
    tcase_add_test(t, a_hold_is_released_or_becomes_a_payment);
    tcase_add_test(t, receipts_at_once_may_be_held_at_once);
    tcase_add_test(t, closing_tells_what_no_notice_told);
    tcase_add_test(t, closing_corrects_what_was_told_too_high);
    tcase_add_test(t, a_receipt_of_a_closed_session_was_counted_in_its_total);
    tcase_add_test(t, a_session_told_closed_twice_counts_once);
    tcase_add_test(t, a_payment_heard_after_closing_still_counts);
    tcase_add_loop_test(t,
                        late_news_of_a_settled_session_releases_the_hold_and_changes_no_other_quota,
                        0, COUNT(rules));
    tcase_add_test(t, late_news_counts_for_nothing_behind_an_open_session_too);
    tcase_add_test(t, sessions_told_settled_out_of_order_all_count);
    tcase_add_test(t, a_place_serves_again_when_its_session_is_settled);
    tcase_add_loop_test(t, a_session_that_cannot_be_is_refused_and_nothing_changes, 0,
                        COUNT(numbers));
    tcase_add_test(t, what_leaves_is_gone_when_sent_and_back_when_refused);
    tcase_add_test(t, what_comes_counts_only_when_done);
    tcase_add_loop_test(t, what_may_be_moved_leaves_every_settlement_covered, 0, COUNT(movables));
    return run_tests("position", t);
}
