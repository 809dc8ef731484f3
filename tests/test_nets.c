/* test_nets.c — a session's net agrees or differs once its house has told it and the account
 * has shown it, whichever comes first. */

#include "tests/treasury.h"

enum { U = CHANNEL_UNIONPAY };

static struct treasury t;

static void fresh(void)
{
    treasury_config(&t);
}

static void done(void)
{
    treasury_free(&t);
}

static void show(int64_t amount_fen)
{
    movement(&t, ACS, 1, amount_fen, 0, MOVEMENT_OF_SESSION);
}

static struct order pay(uint64_t name, int64_t amount_fen)
{
    treasury_apply(&t, (struct input){.kind = INPUT_PAYOUT_REQUESTED,
                                      .reference = {1, name},
                                      .amount_fen = amount_fen,
                                      .priority = 5,
                                      .routes = 1 << U});
    return treasury_order(&t, ORDER_PAY);
}

static int64_t short_fen(void)
{
    return book_fen(&t, BOOK_OF(U, BOOK_OF_SUSPENSE_SHORT));
}

static int64_t long_fen(void)
{
    return -book_fen(&t, BOOK_OF(U, BOOK_OF_SUSPENSE_LONG));
}

static void in_order(bool told_first, int64_t receipts_fen, int64_t net_fen, int64_t moved_fen)
{
    if (told_first)
        session_settles(&t, receipts_fen, net_fen);
    else
        show(moved_fen);
    ck_assert_uint_eq(treasury_count(&t, FACT_NET_AGREED), 0);
    ck_assert_uint_eq(treasury_count(&t, FACT_NET_DIFFERS), 0);
    if (told_first)
        show(moved_fen);
    else
        session_settles(&t, receipts_fen, net_fen);
}

START_TEST(a_net_agrees_when_both_halves_say_the_same)
{
    treasury_begin(&t);
    receipt(&t, 700);
    in_order(_i == 0, 700, 700, 700);
    struct fact f = treasury_fact(&t, FACT_NET_AGREED);
    ck_assert_uint_eq(treasury_count(&t, FACT_NET_AGREED), 1);
    ck_assert_uint_eq(treasury_count(&t, FACT_NET_DIFFERS), 0);
    ck_assert_uint_eq(f.channel, U);
    ck_assert_uint_eq(f.session, SMALL_SESSION);
    ck_assert_int_eq(f.amount_fen, 700);
    ck_assert_uint_eq(f.state, 1);
    ck_assert_int_eq(short_fen() + long_fen(), 0);
    ck_assert_int_eq(account_fen(&t, ACS), 10 * OPENING_FEN + 700);
}
END_TEST

START_TEST(a_house_that_settles_a_fen_less_or_more_is_found)
{
    static const int64_t nets[] = {699, 701};
    int64_t net_fen = nets[_i / 2];
    treasury_begin(&t);
    receipt(&t, 700);
    in_order(_i % 2 == 0, 700, net_fen, net_fen);
    struct fact f = treasury_fact(&t, FACT_NET_DIFFERS);
    ck_assert_uint_eq(treasury_count(&t, FACT_NET_DIFFERS), 1);
    ck_assert_uint_eq(treasury_count(&t, FACT_NET_AGREED), 0);
    ck_assert_uint_eq(f.reason, REASON_NET_UNEXPLAINED);
    ck_assert_uint_eq(f.session, SMALL_SESSION);
    ck_assert_int_eq(f.amount_fen, net_fen);
    ck_assert_int_eq(f.other, net_fen - 700);
    ck_assert_int_eq(short_fen(), net_fen < 700 ? 1 : 0);
    ck_assert_int_eq(long_fen(), net_fen > 700 ? 1 : 0);
}
END_TEST

START_TEST(an_account_that_moves_by_another_amount_than_the_net_is_found)
{
    static const int64_t moves[] = {699, 701};
    int64_t moved_fen = moves[_i / 2];
    treasury_begin(&t);
    receipt(&t, 700);
    in_order(_i % 2 == 0, 700, 700, moved_fen);
    struct fact f = treasury_fact(&t, FACT_NET_DIFFERS);
    ck_assert_uint_eq(treasury_count(&t, FACT_NET_DIFFERS), 1);
    ck_assert_uint_eq(treasury_count(&t, FACT_NET_AGREED), 0);
    ck_assert_uint_eq(f.reason, REASON_MOVED_OTHERWISE);
    ck_assert_int_eq(f.amount_fen, 700);
    ck_assert_int_eq(f.other, moved_fen - 700);
    ck_assert_int_eq(account_fen(&t, ACS), 10 * OPENING_FEN + moved_fen);
    ck_assert_int_eq(short_fen(), moved_fen < 700 ? 1 : 0);
    ck_assert_int_eq(long_fen(), moved_fen > 700 ? 1 : 0);
}
END_TEST

START_TEST(a_payment_not_heard_of_explains_the_net_when_it_is)
{
    treasury_begin(&t);
    struct order one = pay(1, 300);
    struct order two = pay(2, 200);
    in_order(_i % 2 == 0, 0, -500, -500);
    struct fact f = treasury_fact(&t, FACT_NET_DIFFERS);
    ck_assert_uint_eq(f.reason, REASON_PAYMENTS_UNHEARD);
    ck_assert_int_eq(f.other, -500);
    ck_assert_int_eq(short_fen(), 500);
    notice(&t, one, UNIONPAY_00);
    ck_assert_uint_eq(treasury_count(&t, FACT_NET_AGREED), 0);
    ck_assert_int_eq(short_fen(), 200);
    notice(&t, two, UNIONPAY_00);
    f = treasury_fact(&t, FACT_NET_AGREED);
    ck_assert_uint_eq(f.reason, REASON_PAYMENTS_HEARD);
    ck_assert_int_eq(f.amount_fen, -500);
    ck_assert_int_eq(short_fen(), 0);
}
END_TEST

START_TEST(what_is_explained_before_the_account_shows_it_never_differs)
{
    treasury_begin(&t);
    struct order o = pay(1, 300);
    session_settles(&t, 0, -300);
    notice(&t, o, UNIONPAY_00);
    ck_assert_uint_eq(treasury_count(&t, FACT_NET_AGREED), 0);
    show(-300);
    ck_assert_uint_eq(treasury_count(&t, FACT_NET_AGREED), 1);
    ck_assert_uint_eq(treasury_count(&t, FACT_NET_DIFFERS), 0);
}
END_TEST

START_TEST(a_fen_too_little_stays_when_the_payments_are_heard_of)
{
    treasury_begin(&t);
    struct order o = pay(1, 300);
    session_settles(&t, 0, -301);
    show(-301);
    ck_assert_uint_eq(treasury_fact(&t, FACT_NET_DIFFERS).reason, REASON_NET_UNEXPLAINED);
    notice(&t, o, UNIONPAY_00);
    ck_assert_uint_eq(treasury_count(&t, FACT_NET_AGREED), 0);
    ck_assert_int_eq(short_fen(), 1);
}
END_TEST

START_TEST(where_no_movement_is_ever_told_the_net_alone_is_judged)
{
    t.s.config.accounts[ACS].interface = OFFERS_BALANCE;
    treasury_begin(&t);
    receipt(&t, 700);
    session_settles(&t, 700, _i == 0 ? 700 : 699);
    ck_assert_uint_eq(treasury_count(&t, FACT_NET_AGREED), _i == 0);
    ck_assert_uint_eq(treasury_count(&t, FACT_NET_DIFFERS), _i != 0);
    struct fact f = treasury_fact(&t, _i == 0 ? FACT_NET_AGREED : FACT_NET_DIFFERS);
    ck_assert_uint_eq(f.state, 0);
    if (_i == 0) { /* a notice may still show it, and then it counts */
        show(703);
        ck_assert_uint_eq(treasury_fact(&t, FACT_NET_DIFFERS).reason, REASON_MOVED_OTHERWISE);
        ck_assert_int_eq(treasury_fact(&t, FACT_NET_DIFFERS).other, 3);
    }
}
END_TEST

START_TEST(a_net_of_nothing_moves_nothing)
{
    treasury_begin(&t);
    session_settles(&t, 0, 0);
    ck_assert_uint_eq(treasury_count(&t, FACT_NET_AGREED), 1);
    ck_assert_uint_eq(treasury_fact(&t, FACT_NET_AGREED).state, 0);
}
END_TEST

START_TEST(halves_that_never_meet_are_told_when_their_place_is_needed)
{
    treasury_begin(&t);
    for (uint32_t i = 0; i <= NETS_MAX; i++) {
        ck_assert_uint_eq(treasury_count(&t, FACT_NET_DIFFERS), 0);
        movement(&t, ACS, i + 1, 10, 0, MOVEMENT_OF_SESSION);
    }
    struct fact f = treasury_fact(&t, FACT_NET_DIFFERS);
    ck_assert_uint_eq(f.reason, REASON_OTHER_HALF_MISSING);
    ck_assert_uint_eq(f.session, SMALL_SESSION);
    ck_assert_int_eq(f.other, 10);
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("nets");
    tcase_add_checked_fixture(c, fresh, done);
    tcase_add_loop_test(c, a_net_agrees_when_both_halves_say_the_same, 0, 2);
    tcase_add_loop_test(c, a_house_that_settles_a_fen_less_or_more_is_found, 0, 4);
    tcase_add_loop_test(c, an_account_that_moves_by_another_amount_than_the_net_is_found, 0, 4);
    tcase_add_loop_test(c, a_payment_not_heard_of_explains_the_net_when_it_is, 0, 2);
    tcase_add_test(c, what_is_explained_before_the_account_shows_it_never_differs);
    tcase_add_test(c, a_fen_too_little_stays_when_the_payments_are_heard_of);
    tcase_add_loop_test(c, where_no_movement_is_ever_told_the_net_alone_is_judged, 0, 2);
    tcase_add_test(c, a_net_of_nothing_moves_nothing);
    tcase_add_test(c, halves_that_never_meet_are_told_when_their_place_is_needed);
    return run_tests("nets", c);
}
