/* test_dispatch_shares.c — who is sent when businesses have shares of a channel's quota.
 *
 * Business 0 has priority 5, business 1 priority 1, business 2 priority 9.
 * Everything goes on UnionPay, which has 1000.00 at first.
 */

#include "tests/core_driver.h"

static struct core_config config;

static void begin_with(int64_t first_ppm, int64_t second_ppm)
{
    config.businesses[0].share_ppm = first_ppm;
    config.businesses[1].share_ppm = second_ppm;
    config.businesses[2].expires_us = 0;
    begin(&config);
    forget();
}

static void begin_plain(void)
{
    config = plain_config();
    begin_with(500000, 0);
}

static void ask_for(uint64_t reference, uint8_t business, int64_t amount_fen)
{
    struct input in = request_of(reference, amount_fen);
    in.business = business;
    in.routes = ONLY_U;
    feed(in);
}

START_TEST(what_is_kept_for_a_business_is_there_when_it_comes)
{
    ask_for(1, 1, 50000); /* half is kept for business 0 */
    ask_for(2, 1, 1);
    SENT_MUST_BE(1);
    ask_for(3, 0, 50000);
    SENT_MUST_BE(1, 3);
}
END_TEST

START_TEST(who_may_borrow_takes_what_is_kept_for_nobody)
{
    ask_for(1, 0, 100000);
    SENT_MUST_BE(1);
}
END_TEST

START_TEST(who_may_not_borrow_waits_though_there_is_plenty)
{
    config.businesses[0].no_borrowing = 1;
    begin_with(300000, 0);
    ask_for(1, 0, 30001);
    ask_for(2, 0, 30000);
    SENT_MUST_BE(2);
    ck_assert_int_eq(facts_of(FACT_DRY_BEGAN), 0); /* it is not quota that lacks */
    run_for(HOURS(11));
    SENT_MUST_BE(2);
}
END_TEST

START_TEST(who_is_stopped_by_its_share_is_passed_freely_and_waited_for_by_nobody)
{
    config.bypass_max = 1;
    begin_with(500000, 0);
    ask_for(1, 1, 60000); /* first in order, more than is kept for nobody */
    for (uint64_t i = 2; i < 10; i++)
        ask_for(i, 0, 10);
    ck_assert_int_eq(orders_of(ORDER_PAY), 8);
    ck_assert_int_eq(facts_of(FACT_BYPASSED), 0);
}
END_TEST

START_TEST(who_then_lacks_quota_is_passed_no_more_often_than_anybody)
{
    config.bypass_max = 1;
    begin_with(500000, 0);
    ask_for(1, 1, 60000);
    ask_for(2, 0, 41000); /* of what is left, 59000, the first is short from now on */
    ck_assert_int_eq(facts_of(FACT_BYPASSED), 0);
    ask_for(3, 0, 10);
    ck_assert_int_eq(facts_of(FACT_BYPASSED), 1);
    ask_for(4, 0, 10);
    SENT_MUST_BE(2, 3);
}
END_TEST

START_TEST(a_new_day_gives_room_again)
{
    config.businesses[0].no_borrowing = 1;
    begin_with(300000, 0);
    ask_for(1, 0, 30000);
    notify_paid(*order(ORDER_PAY));
    ask_for(2, 0, 20000);
    run_for(HOURS(12) - 1);
    SENT_MUST_BE(1);
    run_for(1); /* 70000 are there: 21000 are its part */
    SENT_MUST_BE(1, 2);
}
END_TEST

START_TEST(a_failed_attempt_gives_its_room_back)
{
    config.businesses[0].no_borrowing = 1;
    config.retries = 0;
    begin_with(300000, 0);
    ask_for(1, 0, 30000);
    struct order first = *order(ORDER_PAY);
    ask_for(2, 0, 30000);
    SENT_MUST_BE(1);
    answer(first, UNIONPAY_06);
    SENT_MUST_BE(1, 2);
}
END_TEST

START_TEST(room_given_back_is_used_though_there_is_less_quota_than_before)
{
    config.businesses[0].no_borrowing = 1;
    config.retries = 0;
    begin_with(300000, 0);
    ask_for(1, 0, 30000);
    struct order first = *order(ORDER_PAY);
    ask_for(2, 0, 15000); /* no room, with 70000 available */
    ask_move(U, CHANNEL_NONE, 50000);
    move_answered(*order(ORDER_DECREASE), UNIONPAY_00);
    SENT_MUST_BE(1);
    answer(first, UNIONPAY_06); /* 50000 are available, 15000 are its part */
    SENT_MUST_BE(1, 2);
}
END_TEST

START_TEST(what_failed_after_midnight_was_not_used_today)
{
    config.businesses[0].no_borrowing = 1;
    config.retries = 0;
    begin_with(300000, 0);
    run_for(HOURS(12) - SECONDS(1));
    ask_for(1, 0, 30000);
    struct order first = *order(ORDER_PAY);
    run_for(SECONDS(2));
    ask_for(2, 0, 21000); /* all of today's part of 70000 */
    answer(first, UNIONPAY_06);
    ask_for(3, 0, 9001); /* today's part of 100000, less 21000, is 9000 */
    SENT_MUST_BE(1, 2);
    ask_for(4, 0, 9000);
    SENT_MUST_BE(1, 2, 4);
}
END_TEST

START_TEST(more_quota_is_more_room)
{
    config.businesses[0].no_borrowing = 1;
    begin_with(300000, 0);
    ask_for(1, 0, 33000);
    ck_assert_int_eq(order_count, 0);
    receipt(U, FIRST_SESSION, 9999);
    ck_assert_int_eq(order_count, 0);
    receipt(U, FIRST_SESSION, 1);
    SENT_MUST_BE(1);
}
END_TEST

START_TEST(who_has_no_room_here_goes_on_the_other_channel)
{
    ask_for(1, 1, 50000);
    struct input in = request_of(2, 100);
    in.business = 1;
    feed(in);
    SENT_MUST_BE(1, 2);
    ck_assert_uint_eq(order(ORDER_PAY)->channel, N);
}
END_TEST

START_TEST(a_business_that_does_not_wait_is_refused_what_it_has_no_room_for)
{
    config.businesses[1].refuse_when_short = 1;
    begin_with(500000, 0);
    ask_for(1, 1, 50001);
    ck_assert_int_eq(fact(FACT_REFUSED)->reason, REASON_QUOTA_SHORT);
    ask_for(2, 1, 50000);
    SENT_MUST_BE(2);
}
END_TEST

START_TEST(a_fee_in_the_net_counts_against_the_share)
{
    config.channels[U].fee = (struct fee_terms){.fixed_fen = 10, .in_net = 1};
    begin_with(500000, 0);
    ask_for(1, 1, 49991);
    ck_assert_int_eq(order_count, 0);
    ask_for(2, 1, 49990);
    SENT_MUST_BE(2);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("dispatch_shares");
    tcase_add_checked_fixture(t, begin_plain, NULL);
    tcase_add_test(t, what_is_kept_for_a_business_is_there_when_it_comes);
    tcase_add_test(t, who_may_borrow_takes_what_is_kept_for_nobody);
    tcase_add_test(t, who_may_not_borrow_waits_though_there_is_plenty);
    tcase_add_test(t, who_is_stopped_by_its_share_is_passed_freely_and_waited_for_by_nobody);
    tcase_add_test(t, who_then_lacks_quota_is_passed_no_more_often_than_anybody);
    tcase_add_test(t, a_new_day_gives_room_again);
    tcase_add_test(t, a_failed_attempt_gives_its_room_back);
    tcase_add_test(t, room_given_back_is_used_though_there_is_less_quota_than_before);
    tcase_add_test(t, what_failed_after_midnight_was_not_used_today);
    tcase_add_test(t, more_quota_is_more_room);
    tcase_add_test(t, who_has_no_room_here_goes_on_the_other_channel);
    tcase_add_test(t, a_business_that_does_not_wait_is_refused_what_it_has_no_room_for);
    tcase_add_test(t, a_fee_in_the_net_counts_against_the_share);
    return run_tests("dispatch_shares", t);
}
