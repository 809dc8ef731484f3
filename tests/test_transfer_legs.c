/* test_transfer_legs.c — transfers by way of a clearing house: three legs in a row, and downward
 * by quota. */

#include "tests/transfers.h"

/* --- by UnionPay, three legs ------------------------------------------------ */

static const struct {
    uint8_t service, from, to;
} three_legs[] = {{SERVICE_PREFUND, OWN, VIRTUAL_OWN},
                  {SERVICE_ADJUST, VIRTUAL_OWN, VIRTUAL_RESERVE},
                  {SERVICE_RETURN, VIRTUAL_RESERVE, ACS}};

/* The leg is out: held where it is to leave, pending, and nowhere else. */
static void must_be_out(int i)
{
    struct order o = leg();
    ck_assert_uint_eq(o.service, three_legs[i].service);
    ck_assert_uint_eq(o.account, three_legs[i].from);
    ck_assert_uint_eq(o.to_account, three_legs[i].to);
    ck_assert_uint_eq(o.channel, CHANNEL_UNIONPAY);
    ck_assert_int_eq(held_fen(&t, three_legs[i].from), SENT_FEN);
    ck_assert_int_eq(account_fen(&t, three_legs[i].from), OPENING_FEN + (i == 0 ? 0 : SENT_FEN));
    ck_assert_int_eq(coming_fen(&t, ACS), SENT_FEN);
    ck_assert_int_eq(book_fen(&t, BOOK_TRANSIT), 0);
}

static void start_three_legs(void)
{
    t.s.config.accounts[OWN].flags = ACCOUNT_POSITION_NUMBER;
    begin();
    treasury_ask(&t, OWN, ACS, SENT_FEN);
}

static void finish_leg(void)
{
    reply(&t, leg(), UNIONPAY_00);
    notice(&t, leg(), UNIONPAY_00);
}

START_TEST(three_legs_follow_one_another_to_the_fen)
{
    start_three_legs();
    for (int i = 0; i < 3; i++) {
        must_be_out(i);
        reply(&t, leg(), UNIONPAY_00); /* accepted moves nothing here */
        must_be_out(i);
        notice(&t, leg(), UNIONPAY_00);
        ck_assert_uint_eq(treasury_count(&t, FACT_LEG_DONE), (uint32_t)i + 1);
    }
    ck_assert_uint_eq(treasury_count(&t, FACT_TRANSFER_DONE), 1);
    must_stand(SENT_FEN, -SENT_FEN, 0);
    ck_assert_int_eq(account_fen(&t, VIRTUAL_OWN), OPENING_FEN);
    ck_assert_int_eq(account_fen(&t, VIRTUAL_RESERVE), OPENING_FEN);
}
END_TEST

START_TEST(each_leg_whose_reply_is_lost_is_found_by_query)
{
    start_three_legs();
    for (int i = 0; i < 3; i++) {
        must_be_out(i);
        if (i == _i) {
            ask_about_it();
            found(&t, question(), UNIONPAY_05);
            ask_about_it();
            found(&t, question(), UNIONPAY_00);
        } else {
            finish_leg();
        }
    }
    must_stand(SENT_FEN, -SENT_FEN, 0);
    ck_assert_uint_eq(treasury_orders(&t, ORDER_TRANSFER), 3);
}
END_TEST

START_TEST(each_leg_that_fails_once_is_tried_again_where_the_money_is)
{
    start_three_legs();
    for (int i = 0; i < 3; i++) {
        must_be_out(i);
        if (i == _i) {
            reply(&t, leg(), UNIONPAY_91);
            ck_assert_uint_eq(treasury_fact(&t, FACT_LEG_FAILED).session, (uint32_t)i + 1);
            ck_assert_int_eq(held_fen(&t, three_legs[i].from), SENT_FEN);
            treasury_wait(&t, US_PER_MINUTE);
            must_be_out(i);
        }
        finish_leg();
    }
    must_stand(SENT_FEN, -SENT_FEN, 0);
    ck_assert_uint_eq(treasury_orders(&t, ORDER_TRANSFER), 4);
}
END_TEST

static void fail_for_good(void)
{
    reply(&t, leg(), UNIONPAY_00);
    notice(&t, leg(), UNIONPAY_63); /* never worth another attempt */
}

START_TEST(money_rests_where_a_later_leg_fails_for_good)
{
    start_three_legs();
    for (int i = 0; i < _i; i++)
        finish_leg();
    fail_for_good();
    if (_i == 0) {
        ck_assert_uint_eq(treasury_count(&t, FACT_TRANSFER_FAILED), 1);
        must_stand(0, 0, 0);
        return;
    }
    uint8_t place = three_legs[_i].from;
    struct fact f = treasury_fact(&t, FACT_TRANSFER_RESTING);
    ck_assert_uint_eq(f.state, place);
    ck_assert_uint_eq(f.session, (uint32_t)_i + 1);
    ck_assert_uint_eq(treasury_alerts(&t, REASON_LEG_FAILED), 1);
    ck_assert_int_eq(account_fen(&t, place), OPENING_FEN + SENT_FEN);
    ck_assert_int_eq(held_fen(&t, place), SENT_FEN);
    ck_assert_int_eq(coming_fen(&t, ACS), 0);
    uint32_t orders = t.order_count;
    treasury_wait(&t, US_PER_DAY);
    ck_assert_uint_eq(t.order_count, orders); /* it rests */

    treasury_ask(&t, place, ACS, SENT_FEN);
    ck_assert_uint_eq(treasury_count(&t, FACT_TRANSFER_RESUMED), 1);
    for (int i = _i; i < 3; i++) {
        must_be_out(i);
        finish_leg();
    }
    must_stand(SENT_FEN, -SENT_FEN, 0);
    ck_assert_uint_eq(treasury_count(&t, FACT_TRANSFER_DONE), 1);
}
END_TEST

START_TEST(an_account_on_the_way_is_not_closed)
{
    t.s.config.accounts[VIRTUAL_RESERVE].opening_fen = 0;
    start_three_legs();
    treasury_apply(&t, (struct input){.kind = INPUT_ACCOUNT_CLOSED, .account = VIRTUAL_RESERVE});
    ck_assert_uint_eq(treasury_fact(&t, FACT_ACCOUNT_REFUSED).reason, REASON_ENTRY_PENDING);
    ck_assert_uint_eq(treasury_count(&t, FACT_ACCOUNT_CLOSED), 0);
}
END_TEST

START_TEST(a_later_leg_whose_hours_never_open_rests)
{
    t.s.config.services[SERVICE_ADJUST].hours = (struct hours){.kind = HOURS_CLOCKS,
                                                               .from_us = 9 * US_PER_HOUR,
                                                               .to_us = 10 * US_PER_HOUR,
                                                               .cut_off_us = 8 * US_PER_HOUR};
    start_three_legs();
    finish_leg();
    ck_assert_uint_eq(treasury_fact(&t, FACT_TRANSFER_RESTING).reason, REASON_OUT_OF_HOURS);
    ck_assert_int_eq(held_fen(&t, VIRTUAL_OWN), SENT_FEN);
    treasury_ask(&t, VIRTUAL_OWN, ACS, SENT_FEN);
    ck_assert_uint_eq(treasury_count(&t, FACT_TRANSFER_RESTING), 2);
}
END_TEST

START_TEST(adjust_and_return_are_means_of_their_own)
{
    begin();
    treasury_ask(&t, VIRTUAL_OWN, VIRTUAL_RESERVE, SENT_FEN);
    ck_assert_uint_eq(leg().service, SERVICE_ADJUST);
    finish_leg();
    treasury_ask(&t, VIRTUAL_RESERVE, ACS, SENT_FEN);
    ck_assert_uint_eq(leg().service, SERVICE_RETURN);
    finish_leg();
    must_stand(SENT_FEN, 0, 0);
    ck_assert_int_eq(account_fen(&t, VIRTUAL_OWN), OPENING_FEN - SENT_FEN);
}
END_TEST

/* --- downward, by quota ----------------------------------------------------- */

static struct order payment(void)
{
    return treasury_order(&t, ORDER_PAY);
}

/* By UnionPay where `_i` is 0, else by NetsUnion: the other one's terms forbid it. */
static enum channel start_downward(int which, int64_t amount_fen)
{
    if (which == 0)
        t.s.config.channels[CHANNEL_NETSUNION].per_payout_max_fen = 1;
    else
        t.s.config.services[SERVICE_SETTLEMENT].per_payout_max_fen = 1;
    begin();
    treasury_ask(&t, ACS, OWN, amount_fen);
    return which == 0 ? CHANNEL_UNIONPAY : CHANNEL_NETSUNION;
}

static uint16_t paid_code(enum channel channel)
{
    return channel == CHANNEL_UNIONPAY ? UNIONPAY_00 : NETSUNION_00;
}

START_TEST(a_downward_transfer_holds_quota_and_is_paid_in_its_session)
{
    enum channel c = start_downward(_i, SENT_FEN);
    int64_t before_fen = 5 * OPENING_FEN / 2;
    struct order o = payment();
    ck_assert_uint_eq(o.channel, c);
    ck_assert_uint_eq(o.service, _i == 0 ? SERVICE_SETTLEMENT : SERVICE_PAYOUT);
    ck_assert_uint_eq(o.to_account, OWN);
    ck_assert_int_eq(available_fen(&t, c), before_fen - SENT_FEN);
    ck_assert_int_eq(held_fen(&t, ACS), 0); /* the quota holds it */
    must_stand(0, 0, 0);

    notice(&t, o, paid_code(c));
    ck_assert_uint_eq(treasury_fact(&t, FACT_LEG_DONE).session, SMALL_SESSION);
    ck_assert_uint_eq(treasury_count(&t, FACT_TRANSFER_DONE), 1);
    ck_assert_int_eq(available_fen(&t, c), before_fen - SENT_FEN);
    ck_assert_int_eq(account_fen(&t, OWN), OPENING_FEN + SENT_FEN);
    ck_assert_int_eq(book_fen(&t, BOOK_OF(c, BOOK_OF_PAYABLE)), -SENT_FEN);
    ck_assert_int_eq(account_fen(&t, ACS), 10 * OPENING_FEN);

    treasury_apply(&t, (struct input){.kind = INPUT_SESSION_SETTLED,
                                      .channel = (uint8_t)c,
                                      .session = SMALL_SESSION,
                                      .amount_fen = -SENT_FEN});
    ck_assert_int_eq(book_fen(&t, BOOK_OF(c, BOOK_OF_PAYABLE)), 0);
    ck_assert_int_eq(book_fen(&t, BOOK_OF(c, BOOK_OF_CLEARING)), 0);
    ck_assert_int_eq(book_fen(&t, BOOK_OF(c, BOOK_OF_SUSPENSE_SHORT)), 0);
    ck_assert_int_eq(available_fen(&t, c), before_fen - SENT_FEN);
    must_stand(-SENT_FEN, SENT_FEN, 0);
}
END_TEST

START_TEST(a_payment_that_its_settled_net_had_in_comes_out_of_suspense)
{
    enum channel c = start_downward(_i, SENT_FEN);
    struct order o = payment();
    treasury_apply(&t, (struct input){.kind = INPUT_SESSION_SETTLED,
                                      .channel = (uint8_t)c,
                                      .session = SMALL_SESSION,
                                      .amount_fen = -SENT_FEN});
    ck_assert_int_eq(book_fen(&t, BOOK_OF(c, BOOK_OF_SUSPENSE_SHORT)), SENT_FEN);
    int64_t low_fen = available_fen(&t, c); /* counted twice for the moment: on the safe side */
    notice(&t, o, paid_code(c));
    ck_assert_int_eq(available_fen(&t, c), low_fen + SENT_FEN);
    ck_assert_int_eq(available_fen(&t, c), 5 * OPENING_FEN / 2 - SENT_FEN);
    ck_assert_int_eq(book_fen(&t, BOOK_OF(c, BOOK_OF_SUSPENSE_SHORT)), 0);
    ck_assert_int_eq(book_fen(&t, BOOK_OF(c, BOOK_OF_PAYABLE)), 0);
    must_stand(-SENT_FEN, SENT_FEN, 0);
}
END_TEST

START_TEST(a_downward_transfer_with_the_fee_in_the_net_takes_both)
{
    t.s.config.channels[CHANNEL_NETSUNION].fee = (struct fee_terms){.fixed_fen = 200, .in_net = 1};
    start_downward(1, SENT_FEN);
    ck_assert_int_eq(available_fen(&t, CHANNEL_NETSUNION), 5 * OPENING_FEN / 2 - SENT_FEN - 200);
    ck_assert_int_eq(payment().amount_fen, SENT_FEN);
    notice(&t, payment(), NETSUNION_00);
    ck_assert_int_eq(book_fen(&t, BOOK_FEE_EXPENSE), 200);
    ck_assert_int_eq(book_fen(&t, BOOK_OF(CHANNEL_NETSUNION, BOOK_OF_PAYABLE)), -SENT_FEN - 200);
    ck_assert_int_eq(account_fen(&t, OWN), OPENING_FEN + SENT_FEN);
    ck_assert_int_eq(book_fen(&t, BOOK_TRANSIT), 0);
}
END_TEST

START_TEST(a_downward_transfer_that_fails_gives_its_quota_back)
{
    enum channel c = start_downward(_i, SENT_FEN);
    notice(&t, payment(), c == CHANNEL_UNIONPAY ? UNIONPAY_63 : NETSUNION_PS500022);
    ck_assert_uint_eq(treasury_count(&t, FACT_LEG_FAILED), 1);
    ck_assert_uint_eq(treasury_count(&t, FACT_TRANSFER_FAILED), 1);
    ck_assert_int_eq(available_fen(&t, c), 5 * OPENING_FEN / 2);
    ck_assert_int_eq(held_fen(&t, ACS), 0);
    must_stand(0, 0, 0);
}
END_TEST

static void complete_list(enum channel c, int64_t from_us)
{
    treasury_apply(&t, (struct input){.kind = INPUT_LIST_OPENED,
                                      .channel = (uint8_t)c,
                                      .at_us = t.s.now_us,
                                      .other_fen = from_us});
    treasury_apply(&t, (struct input){.kind = INPUT_LIST_ENDED, .channel = (uint8_t)c});
}

START_TEST(a_payment_is_never_sent_again_until_a_complete_list_lacks_it)
{
    enum channel c = start_downward(_i, SENT_FEN);
    int64_t start_us = t.s.now_us;
    ask_about_it();
    not_found(&t, question());
    treasury_wait(&t, 5 * US_PER_MINUTE);
    not_found(&t, question());
    complete_list(c, start_us); /* the order may still come */
    not_found(&t, question());
    ck_assert_uint_eq(treasury_orders(&t, ORDER_PAY), 1);
    treasury_wait(&t, 30 * US_PER_MINUTE);
    complete_list(c, start_us);
    ck_assert_uint_eq(treasury_count(&t, FACT_LEG_FAILED), 0);
    ask_about_it();
    not_found(&t, question());
    ck_assert_uint_eq(treasury_fact(&t, FACT_LEG_FAILED).reason, REASON_ABSENT_FROM_LIST);
    treasury_wait(&t, US_PER_MINUTE);
    ck_assert_uint_eq(treasury_orders(&t, ORDER_PAY), 2);
}
END_TEST

START_TEST(a_line_of_the_list_proves_the_payment)
{
    enum channel c = start_downward(_i, SENT_FEN);
    treasury_wait(&t, US_PER_HOUR);
    treasury_apply(&t, (struct input){.kind = INPUT_LIST_OPENED,
                                      .channel = (uint8_t)c,
                                      .at_us = t.s.now_us,
                                      .count = 1,
                                      .amount_fen = SENT_FEN});
    struct input line = {.kind = INPUT_LIST_LINE,
                         .channel = (uint8_t)c,
                         .id = payment().id,
                         .session = SMALL_SESSION,
                         .amount_fen = SENT_FEN};
    treasury_apply(&t, line);
    ck_assert_uint_eq(treasury_count(&t, FACT_TRANSFER_DONE), 1);
    treasury_apply(&t, line); /* it is in the next one, too */
    ck_assert_uint_eq(treasury_count(&t, FACT_LEG_DONE), 1);
    ck_assert_int_eq(account_fen(&t, OWN), OPENING_FEN + SENT_FEN);
}
END_TEST

START_TEST(news_of_a_session_that_cannot_be_leaves_the_leg_open)
{
    enum channel c = start_downward(_i, SENT_FEN);
    struct input in = answer_to(&(struct order){.channel = (uint8_t)c, .id = payment().id},
                                INPUT_OUTCOME_NOTIFIED, paid_code(c));
    in.session = SMALL_SESSION + 100000;
    treasury_apply(&t, in);
    ck_assert_uint_eq(treasury_alerts(&t, REASON_SESSION_UNHEARD_OF), 1);
    ck_assert_uint_eq(treasury_count(&t, FACT_LEG_DONE), 0);
    notice(&t, payment(), paid_code(c));
    ck_assert_uint_eq(treasury_count(&t, FACT_TRANSFER_DONE), 1);
}
END_TEST

static void request_payout(int64_t amount_fen, uint8_t routes)
{
    static uint64_t reference;
    treasury_apply(&t, (struct input){.kind = INPUT_PAYOUT_REQUESTED,
                                      .channel = CHANNEL_NONE,
                                      .reference = {.hi = 7, .lo = ++reference},
                                      .amount_fen = amount_fen,
                                      .priority = 5,
                                      .routes = routes});
}

START_TEST(a_downward_transfer_waits_while_payouts_wait_for_quota)
{
    t.s.config.services[SERVICE_SETTLEMENT].per_payout_max_fen = 1;
    begin();
    int64_t available = available_fen(&t, CHANNEL_NETSUNION);
    request_payout(available + 1, 1 << CHANNEL_NETSUNION); /* waits for more quota */
    ck_assert_uint_eq(treasury_orders(&t, ORDER_PAY), 0);
    treasury_ask(&t, ACS, OWN, SENT_FEN);
    ck_assert_uint_eq(treasury_fact(&t, FACT_TRANSFER_WAITING).reason, REASON_QUOTA_SHORT);
    ck_assert_uint_eq(treasury_orders(&t, ORDER_PAY), 0);
    treasury_wait(&t, 10 * US_PER_MINUTE);
    ck_assert_uint_eq(treasury_orders(&t, ORDER_PAY), 0);
    ck_assert_int_eq(held_fen(&t, ACS), SENT_FEN);

    treasury_apply(&t, (struct input){.kind = INPUT_RECEIPT_NOTIFIED,
                                      .channel = CHANNEL_NETSUNION,
                                      .session = SMALL_SESSION,
                                      .count = 1,
                                      .amount_fen = OPENING_FEN});
    ck_assert_uint_eq(treasury_orders(&t, ORDER_PAY), 1); /* the payout */
    treasury_wait(&t, US_PER_MINUTE);
    ck_assert_uint_eq(treasury_orders(&t, ORDER_PAY), 2);
    ck_assert_uint_eq(payment().service, SERVICE_PAYOUT);
}
END_TEST

START_TEST(a_downward_transfer_that_finds_no_quota_in_a_day_fails)
{
    start_downward(1, 3 * OPENING_FEN); /* of custody there is enough, of quota not */
    ck_assert_uint_eq(treasury_fact(&t, FACT_TRANSFER_WAITING).reason, REASON_QUOTA_SHORT);
    treasury_wait(&t, US_PER_DAY - US_PER_MINUTE);
    ck_assert_uint_eq(treasury_count(&t, FACT_TRANSFER_FAILED), 0);
    treasury_wait(&t, 2 * US_PER_MINUTE);
    ck_assert_uint_eq(treasury_fact(&t, FACT_TRANSFER_FAILED).reason, REASON_QUOTA_SHORT);
    ck_assert_int_eq(held_fen(&t, ACS), 0);
    ck_assert_uint_eq(treasury_orders(&t, ORDER_PAY), 0);
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("transfer_legs");
    tcase_add_checked_fixture(c, fresh, done);
    tcase_add_test(c, three_legs_follow_one_another_to_the_fen);
    tcase_add_loop_test(c, each_leg_whose_reply_is_lost_is_found_by_query, 0, 3);
    tcase_add_loop_test(c, each_leg_that_fails_once_is_tried_again_where_the_money_is, 0, 3);
    tcase_add_loop_test(c, money_rests_where_a_later_leg_fails_for_good, 0, 3);
    tcase_add_test(c, an_account_on_the_way_is_not_closed);
    tcase_add_test(c, a_later_leg_whose_hours_never_open_rests);
    tcase_add_test(c, adjust_and_return_are_means_of_their_own);
    tcase_add_loop_test(c, a_downward_transfer_holds_quota_and_is_paid_in_its_session, 0, 2);
    tcase_add_loop_test(c, a_payment_that_its_settled_net_had_in_comes_out_of_suspense, 0, 2);
    tcase_add_test(c, a_downward_transfer_with_the_fee_in_the_net_takes_both);
    tcase_add_loop_test(c, a_downward_transfer_that_fails_gives_its_quota_back, 0, 2);
    tcase_add_loop_test(c, a_payment_is_never_sent_again_until_a_complete_list_lacks_it, 0, 2);
    tcase_add_loop_test(c, a_line_of_the_list_proves_the_payment, 0, 2);
    tcase_add_loop_test(c, news_of_a_session_that_cannot_be_leaves_the_leg_open, 0, 2);
    tcase_add_test(c, a_downward_transfer_waits_while_payouts_wait_for_quota);
    tcase_add_test(c, a_downward_transfer_that_finds_no_quota_in_a_day_fails);
    return run_tests("transfer_legs", c);
}
