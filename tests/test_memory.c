/* test_memory.c — references are kept for ever, slots only as long as they are needed. */

#include "tests/core_driver.h"

enum { OPEN = 8, REMEMBERED = 3000 };

static void begin_plain(void)
{
    struct core_config config = plain_config();
    config.limits = (struct core_limits){.open_payouts = OPEN, .remembered = REMEMBERED};
    begin(&config);
    forget();
}

START_TEST(a_few_slots_serve_any_number_of_payouts_each_under_its_own_ids)
{
    for (uint64_t i = 1; i <= REMEMBERED; i++) {
        forget();
        answer(pay_on(i, (int64_t)i, ONLY_U), UNIONPAY_61); /* the driver holds ids to be new */
        ck_assert_in_loop(order_id_slot(order(ORDER_PAY)->id) < OPEN);
    }
    forget();
    for (uint64_t i = 1; i <= REMEMBERED; i++) {
        forget();
        request(i, (int64_t)i);
        ck_assert_in_loop(fact_count == 1 && fact(FACT_REPEATED)->state == PAYOUT_FAILED);
        ck_assert_in_loop(fact(FACT_REPEATED)->reason == REASON_SAME);
        request(i, (int64_t)i + 1);
        ck_assert_in_loop(fact(FACT_REPEATED)->reason == REASON_CONTENT_DIFFERS);
    }
    request(REMEMBERED + 1, 1);
    ck_assert_int_eq(fact(FACT_REFUSED)->reason, REASON_POOL_FULL);
}
END_TEST

START_TEST(the_largest_amount_is_remembered_to_the_fen)
{
    struct core_config config = plain_config();
    config.accounts[0].opening_fen = 3 * MONEY_MAX_FEN;
    config.allocation.unallocated_keep_fen = 0;
    begin(&config);
    struct order o = pay(1, MONEY_MAX_FEN);
    answer(o, UNIONPAY_61);
    forget();
    request(1, MONEY_MAX_FEN);
    ck_assert_int_eq(fact(FACT_REPEATED)->reason, REASON_SAME);
    request(1, MONEY_MAX_FEN - 1);
    ck_assert_int_eq(fact(FACT_REPEATED)->reason, REASON_CONTENT_DIFFERS);
    request(1, MONEY_MAX_FEN + 1);
    ck_assert_int_eq(fact(FACT_REPEATED)->reason, REASON_CONTENT_DIFFERS);
}
END_TEST

/* Two references whose map tags are the same, as far as the tag goes. */
START_TEST(references_with_one_tag_are_told_apart)
{
    struct input a = request_of(1, 500);
    struct input b = a;
    b.reference.hi ^= _i == 0 ? 1 : UINT64_C(1) << 63;
    feed(a);
    answer(*order(ORDER_PAY), UNIONPAY_61); /* one remembered, one open */
    feed(b);
    ck_assert_int_eq(orders_of(ORDER_PAY), 2);
    answer(*order(ORDER_PAY), UNIONPAY_61); /* both remembered */
    forget();
    b.amount_fen = 501;
    feed(a);
    ck_assert_int_eq(fact(FACT_REPEATED)->reason, REASON_SAME);
    feed(b);
    ck_assert_int_eq(fact(FACT_REPEATED)->reason, REASON_CONTENT_DIFFERS);
}
END_TEST

START_TEST(open_references_are_told_apart_by_every_bit)
{
    struct input a = request_of(1, 500);
    feed(a);
    for (int bit = 0; bit < 64; bit++) {
        forget();
        struct input b = a;
        b.reference.hi ^= UINT64_C(1) << bit;
        b.kind = INPUT_PAYOUT_CANCELLED;
        feed(b);
        ck_assert_in_loop(alerts_for(REASON_UNKNOWN_ORDER) == 1);
        b = a;
        b.reference.lo ^= UINT64_C(1) << bit;
        b.kind = INPUT_PAYOUT_CANCELLED;
        feed(b);
        ck_assert_in_loop(alerts_for(REASON_UNKNOWN_ORDER) == 2);
    }
}
END_TEST

START_TEST(a_return_days_later_finds_its_payout)
{
    struct order o = pay_on(1, 700, ONLY_U);
    notify_paid(o);
    session_settles(U, FIRST_SESSION, 0, 700);
    list_opens(U, START_US, now_us, 1, 700);
    list_says(o, FIRST_SESSION, 700, 0);
    list_ends(U);
    for (uint64_t i = 2; i < 100; i++)
        answer(pay_on(i, 1, ONLY_U), UNIONPAY_61); /* others had its slot since */
    run_for(HOURS(24 * 5));
    forget();
    returned(o, FIRST_SESSION + 1, 700);
    ck_assert_int_eq(facts_of(FACT_RETURNED), 1);
    ck_assert_uint_eq(fact(FACT_RETURNED)->subject, NONE);
    request(1, 700);
    ck_assert_int_eq(fact(FACT_REPEATED)->state, PAYOUT_RETURNED);
    ck_assert_int_eq(fact(FACT_REPEATED)->reason, REASON_SAME);
    request(2, 1);
    ck_assert_int_eq(fact(FACT_REPEATED)->state, PAYOUT_FAILED);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("memory");
    tcase_add_checked_fixture(t, begin_plain, NULL);
    tcase_add_test(t, a_few_slots_serve_any_number_of_payouts_each_under_its_own_ids);
    tcase_add_test(t, the_largest_amount_is_remembered_to_the_fen);
    tcase_add_loop_test(t, references_with_one_tag_are_told_apart, 0, 2);
    tcase_add_test(t, open_references_are_told_apart_by_every_bit);
    tcase_add_test(t, a_return_days_later_finds_its_payout);
    return run_tests("memory", t);
}
