/* test_house_order.c — a payout at a clearing house: accepted, answered, asked about, returned. */

#include "core/edge/zm.h"
#include "tests/stage.h"

enum { FIRST = 101 };

static uint16_t pay_code(uint64_t id)
{
    return told(INPUT_PAY_ANSWERED, id)->code;
}

START_TEST(unionpay_accepts_at_once_and_notifies_the_outcome)
{
    stage_set();
    stage_open();
    uint32_t session = stage_house(UNIONPAY)->open_session;
    int64_t sent_us = stage.now_us;
    stage_pay(UNIONPAY, FIRST, 1000);
    ck_assert_int_eq(stage_house(UNIONPAY)->processing_fen, 1000);
    ck_assert_int_eq(available_fen_of(UNIONPAY), STAGE_MAPPED_FEN - 1000);
    stage_after(20 * US_PER_S);
    const struct input *reply = told(INPUT_PAY_ANSWERED, FIRST);
    ck_assert_uint_eq(reply->code, UNIONPAY_00);
    ck_assert_int_eq(heard_us(told(INPUT_PAY_ANSWERED, FIRST)), sent_us + US_PER_S);
    const struct input *notice = told(INPUT_OUTCOME_NOTIFIED, FIRST);
    ck_assert_uint_eq(notice->code, UNIONPAY_00);
    ck_assert_int_eq(notice->amount_fen, 1000);
    ck_assert_uint_eq(notice->session, session);
    ck_assert_int_eq(heard_us(told(INPUT_OUTCOME_NOTIFIED, FIRST)), sent_us + 5 * US_PER_S);
    ck_assert_uint_eq(told_count(INPUT_OUTCOME_NOTIFIED, FIRST), 1);
    ck_assert_int_eq(stage_house(UNIONPAY)->processing_fen, 0);
    ck_assert_int_eq(stage_house(UNIONPAY)->books->balance_fen[BOOKS_CLEARING + UNIONPAY], -1000);
    stage_close();
}
END_TEST

START_TEST(unionpay_says_accepted_even_when_the_payout_is_paid_by_then)
{
    stage_set();
    stage.terms.houses[UNIONPAY].final = constant_us(US_PER_S / 2);
    stage_open();
    stage_pay(UNIONPAY, FIRST, 1000);
    stage_after(20 * US_PER_S);
    ck_assert_uint_eq(pay_code(FIRST), UNIONPAY_00);
    ck_assert_uint_eq(told_count(INPUT_OUTCOME_NOTIFIED, FIRST), 1);
    stage_close();
}
END_TEST

START_TEST(netsunion_tells_the_outcome_in_its_reply_if_it_is_known_by_then)
{
    stage_set();
    stage.terms.houses[NETSUNION].final = constant_us(_i * 2 * US_PER_S);
    stage_open();
    stage_pay(NETSUNION, FIRST, 1000);
    stage_after(20 * US_PER_S);
    ck_assert_uint_eq(pay_code(FIRST), _i == 0 ? NETSUNION_00 : NETSUNION_02);
    ck_assert_uint_eq(told_count(INPUT_OUTCOME_NOTIFIED, FIRST), (uint32_t)_i);
    stage_close();
}
END_TEST

START_TEST(no_outcome_takes_longer_than_the_house_promises)
{
    stage_set();
    stage.terms.houses[UNIONPAY].final = constant_us(US_PER_HOUR);
    stage.terms.houses[UNIONPAY].outcome_within_us = US_PER_MINUTE;
    stage_open();
    stage_pay(UNIONPAY, FIRST, 1000);
    stage_after(US_PER_MINUTE - 1);
    ck_assert_int_eq(stage_house(UNIONPAY)->processing_fen, 1000);
    stage_after(1);
    ck_assert_int_eq(stage_house(UNIONPAY)->processing_fen, 0);
    stage_close();
}
END_TEST

START_TEST(the_session_of_a_payment_is_the_one_in_which_it_becomes_paid)
{
    stage_set();
    stage_open();
    stage_until(stage_at(28, 12, 0) - 2 * US_PER_S);
    uint32_t session = stage_house(UNIONPAY)->open_session;
    stage_pay(UNIONPAY, FIRST, 1000); /* sent in one session, paid in the next */
    stage_after(20 * US_PER_S);
    ck_assert_uint_eq(told(INPUT_OUTCOME_NOTIFIED, FIRST)->session, session + 1);
    ck_assert_int_eq(house_session(stage_house(UNIONPAY), session)->payments_fen, 0);
    ck_assert_int_eq(house_session(stage_house(UNIONPAY), session + 1)->payments_fen, 1000);
    stage_close();
}
END_TEST

/* --- refusals ------------------------------------------------------------------- */

START_TEST(the_same_order_again_is_a_duplicate_and_pays_once)
{
    for (int c = 0; c < CHANNELS; c++) {
        stage_set();
        stage_open();
        stage_pay(c, FIRST, 1000);
        stage_pay(c, FIRST, 1000); /* at once */
        stage_after(20 * US_PER_S);
        ck_assert_uint_eq(pay_code(FIRST), words_of(c)->duplicate);
        stage_pay(c, FIRST, 1000); /* after it was paid */
        stage_after(20 * US_PER_S);
        ck_assert_uint_eq(told_count(INPUT_PAY_ANSWERED, FIRST), 3);
        ck_assert_uint_eq(pay_code(FIRST), words_of(c)->duplicate);
        ck_assert_uint_eq(facts_of(FACT_TRUE_PAID, 0), 1);
        ck_assert_int_eq(available_fen_of(c), STAGE_MAPPED_FEN - 1000);
        stage_close();
    }
}
END_TEST

START_TEST(a_refused_order_that_comes_again_is_a_duplicate_also_across_the_list)
{
    static const int minutes[] = {-1, 0, 10}; /* after the cut-off; the list comes with the 11th */
    stage_set();
    stage.terms.houses[UNIONPAY].per_payout_max_fen = 500;
    stage.terms.houses[UNIONPAY].closing_us[3] = US_PER_DAY;
    stage.terms.houses[UNIONPAY].file_at_us = 11 * US_PER_MINUTE;
    stage_open();
    stage_until(stage_at(29, 0, minutes[_i]));
    struct order o = payment(UNIONPAY, FIRST, 1000);
    o.sent_us = stage.now_us;
    stage_order(o);
    stage_after(9 * US_PER_MINUTE); /* younger than ten minutes: not refused for its age */
    ck_assert_uint_eq(pay_code(FIRST), UNIONPAY_33);
    ck_assert_uint_eq(asked(UNIONPAY, FIRST), UNIONPAY_33);
    stage_order(o);
    stage_after(20 * US_PER_S);
    ck_assert_uint_eq(pay_code(FIRST), UNIONPAY_12);
    stage_close();
}
END_TEST

static const struct {
    int64_t age_us;
    bool taken;
} ages[] = {{0, true}, {ORDER_AGE_MAX_US, true}, {ORDER_AGE_MAX_US + 1, false}};

START_TEST(an_order_older_than_ten_minutes_is_refused)
{
    for (int c = 0; c < CHANNELS; c++) {
        stage_set();
        stage_open();
        struct order o = payment(c, FIRST, 1000);
        o.sent_us = stage.now_us - ages[_i].age_us;
        stage_order(o);
        stage_after(20 * US_PER_S);
        ck_assert_uint_eq(facts_of(FACT_TRUE_PAID, FIRST), ages[_i].taken);
        if (!ages[_i].taken)
            ck_assert_uint_eq(pay_code(FIRST), words_of(c)->too_old);
        stage_close();
    }
}
END_TEST

static const struct {
    int64_t amount_fen;
    uint16_t unionpay;
    uint16_t netsunion;
} amounts[] = {
    {1, UNIONPAY_00, NETSUNION_02},
    {350000, UNIONPAY_00, NETSUNION_02},
    {350001, UNIONPAY_33, NETSUNION_MOCKLIMT}, /* over the limit for one */
};

START_TEST(a_payout_over_the_limit_is_refused)
{
    stage_set();
    for (int c = 0; c < CHANNELS; c++)
        stage.terms.houses[c].per_payout_max_fen = 350000;
    stage_open();
    for (int c = 0; c < CHANNELS; c++)
        stage_pay(c, FIRST + (uint64_t)c, amounts[_i].amount_fen);
    stage_after(20 * US_PER_S);
    ck_assert_uint_eq(pay_code(FIRST + UNIONPAY), amounts[_i].unionpay);
    ck_assert_uint_eq(pay_code(FIRST + NETSUNION), amounts[_i].netsunion);
    stage_close();
}
END_TEST

static const struct {
    int64_t amount_fen;
    struct fee_terms fee;
    uint16_t code; /* 64: it would fit, but there is no quota for it */
} widths[] = {
    {ZM_AMOUNT_MAX_FEN, {0}, UNIONPAY_64},
    {ZM_AMOUNT_MAX_FEN + 1, {0}, UNIONPAY_33},
    {ZM_AMOUNT_MAX_FEN - 7, {.fixed_fen = 7, .in_net = true}, UNIONPAY_64},
    {ZM_AMOUNT_MAX_FEN - 6, {.fixed_fen = 7, .in_net = true}, UNIONPAY_33},
    {ZM_AMOUNT_MAX_FEN, {.fixed_fen = 7}, UNIONPAY_64},
    {1, {.fixed_fen = ZM_AMOUNT_MAX_FEN}, UNIONPAY_00},
    {1, {.fixed_fen = ZM_AMOUNT_MAX_FEN + 1}, UNIONPAY_33},
};

START_TEST(unionpay_refuses_what_its_list_has_no_room_for)
{
    stage_set();
    stage.terms.houses[UNIONPAY].fee = widths[_i].fee;
    stage_open();
    stage_pay(UNIONPAY, FIRST, widths[_i].amount_fen);
    stage_pay(NETSUNION, FIRST + 1, ZM_AMOUNT_MAX_FEN + 1);
    stage_after(20 * US_PER_S);
    ck_assert_uint_eq(pay_code(FIRST), widths[_i].code);
    ck_assert_uint_eq(pay_code(FIRST + 1), NETSUNION_MOCKQUOT);
    stage_close();
}
END_TEST

START_TEST(a_payout_beyond_the_available_quota_is_refused_and_holds_nothing)
{
    for (int c = 0; c < CHANNELS; c++) {
        stage_set();
        stage_open();
        stage_pay(c, FIRST, STAGE_MAPPED_FEN - 1);
        stage_pay(c, FIRST + 1, 2); /* what is processing is no longer available */
        stage_pay(c, FIRST + 2, 1);
        stage_after(20 * US_PER_S);
        ck_assert_uint_eq(pay_code(FIRST + 1), words_of(c)->quota_short);
        ck_assert_uint_eq(facts_of(FACT_TRUE_ACCEPTED, 0), 2);
        ck_assert_int_eq(available_fen_of(c), 0);
        stage_close();
    }
}
END_TEST

START_TEST(concurrency_counts_orders_whose_reply_is_still_to_come)
{
    for (int c = 0; c < CHANNELS; c++) {
        stage_set();
        stage.terms.houses[c].concurrency = 2;
        stage_open();
        for (uint64_t i = 0; i < 3; i++)
            stage_pay(c, FIRST + i, 10);
        stage_after(US_PER_S); /* the replies come, the payouts are still processing */
        ck_assert_uint_eq(pay_code(FIRST + 2), words_of(c)->busy);
        ck_assert_uint_eq(facts_of(FACT_TRUE_ACCEPTED, 0), 2);
        stage_pay(c, FIRST + 3, 10);
        stage_pay(c, FIRST + 4, 10);
        ck_assert_uint_eq(facts_of(FACT_TRUE_ACCEPTED, 0), 4);
        stage_close();
    }
}
END_TEST

START_TEST(per_second_counts_whole_seconds)
{
    stage_set();
    stage.terms.houses[UNIONPAY].per_second = 2;
    stage_open();
    stage_after(US_PER_S - 1); /* the last microsecond of a second */
    for (uint64_t i = 0; i < 3; i++)
        stage_pay(UNIONPAY, FIRST + i, 10);
    ck_assert_uint_eq(facts_of(FACT_TRUE_ACCEPTED, 0), 2);
    stage_after(1);
    for (uint64_t i = 3; i < 6; i++)
        stage_pay(UNIONPAY, FIRST + i, 10);
    ck_assert_uint_eq(facts_of(FACT_TRUE_ACCEPTED, 0), 4);
    stage_after(20 * US_PER_S);
    ck_assert_uint_eq(pay_code(FIRST + 2), UNIONPAY_06);
    ck_assert_uint_eq(pay_code(FIRST + 3), UNIONPAY_00);
    ck_assert_uint_eq(pay_code(FIRST + 5), UNIONPAY_06);
    stage_close();
}
END_TEST

/* --- codes of the scenario ---------------------------------------------------------- */

static const struct {
    uint16_t code;
    uint16_t replied;
    bool accepted;
    bool paid;
    uint16_t outcome; /* as a query tells it in the end */
} codes[] = {
    {UNIONPAY_13, UNIONPAY_13, false, false, UNIONPAY_13}, /* the house finds out at once */
    {UNIONPAY_61, UNIONPAY_00, true, false, UNIONPAY_61},  /* the payee's bank does later */
    {UNIONPAY_05, UNIONPAY_05, true, true, UNIONPAY_00},   /* unknown: taken, and paid */
};

START_TEST(a_drawn_code_means_what_the_table_says)
{
    stage_set();
    stage.terms.houses[UNIONPAY].code_count = 1;
    stage.terms.houses[UNIONPAY].codes[0] = (struct code_share){codes[_i].code, 1000000};
    stage_open();
    stage_pay(UNIONPAY, FIRST, 1000);
    ck_assert_uint_eq(facts_of(FACT_TRUE_ACCEPTED, FIRST), codes[_i].accepted);
    ck_assert_uint_eq(told_count(INPUT_PAY_ANSWERED, FIRST), 0);
    stage_after(20 * US_PER_S);
    ck_assert_uint_eq(pay_code(FIRST), codes[_i].replied);
    ck_assert_uint_eq(facts_of(FACT_TRUE_PAID, FIRST), codes[_i].paid);
    ck_assert_uint_eq(facts_of(FACT_TRUE_FAILED, FIRST), codes[_i].accepted && !codes[_i].paid);
    ck_assert_int_eq(available_fen_of(UNIONPAY), STAGE_MAPPED_FEN - (codes[_i].paid ? 1000 : 0));
    ck_assert_uint_eq(asked(UNIONPAY, FIRST), codes[_i].outcome);
    if (codes[_i].accepted)
        ck_assert_uint_eq(told(INPUT_OUTCOME_NOTIFIED, FIRST)->code, codes[_i].outcome);
    stage_close();
}
END_TEST

START_TEST(codes_come_with_their_shares)
{
    uint32_t seen[2] = {0};
    stage_set();
    stage.terms.orders_max = 4000;
    stage.terms.houses[UNIONPAY].code_count = 2;
    stage.terms.houses[UNIONPAY].codes[0] = (struct code_share){UNIONPAY_13, 200000};
    stage.terms.houses[UNIONPAY].codes[1] = (struct code_share){UNIONPAY_30, 300000};
    stage_open();
    for (uint64_t i = 0; i < 2000; i++) {
        stage.input_count = stage.fact_count = 0;
        stage_pay(UNIONPAY, FIRST + i, 1);
        stage_after(US_PER_S);
        seen[0] += pay_code(FIRST + i) == UNIONPAY_13;
        seen[1] += pay_code(FIRST + i) == UNIONPAY_30;
    }
    ck_assert_uint_gt(seen[0], 400 - 72); /* four standard deviations */
    ck_assert_uint_lt(seen[0], 400 + 72);
    ck_assert_uint_gt(seen[1], 600 - 82);
    ck_assert_uint_lt(seen[1], 600 + 82);
    stage_close();
}
END_TEST

/* --- being asked ------------------------------------------------------------------------- */

START_TEST(a_query_tells_processing_then_the_outcome_and_the_session)
{
    for (int c = 0; c < CHANNELS; c++) {
        stage_set();
        stage_open();
        uint32_t session = stage_house(c)->open_session;
        ck_assert_uint_eq(asked(c, FIRST), words_of(c)->not_found);
        stage_pay(c, FIRST, 1000);
        ck_assert_uint_eq(asked(c, FIRST), words_of(c)->processing);
        stage_after(20 * US_PER_S);
        ck_assert_uint_eq(asked(c, FIRST), words_of(c)->ok);
        ck_assert_uint_eq(told(INPUT_QUERY_ANSWERED, FIRST)->session, session);
        stage_close();
    }
}
END_TEST

START_TEST(a_query_tells_what_is_true_when_it_is_answered_not_when_it_was_asked)
{
    stage_set();
    stage.terms.houses[UNIONPAY].query = constant_us(10 * US_PER_S);
    stage_open();
    stage_pay(UNIONPAY, FIRST, 1000);
    stage_query(UNIONPAY, FIRST);
    stage_after(10 * US_PER_S);
    ck_assert_uint_eq(told(INPUT_QUERY_ANSWERED, FIRST)->outcome, UNIONPAY_00);
    stage_close();
}
END_TEST

/* --- returns --------------------------------------------------------------------------------- */

START_TEST(a_returned_payment_is_a_receipt_of_the_session_it_comes_back_in)
{
    stage_set();
    stage.terms.houses[UNIONPAY].returned_ppm = 1000000;
    stage.terms.houses[UNIONPAY].settle_at_us = _i == 0 ? 17 * US_PER_HOUR : 8 * US_PER_HOUR;
    stage_open();
    uint32_t session = stage_house(UNIONPAY)->open_session;
    stage_pay(UNIONPAY, FIRST, 1000);
    stage_until(stage_at(29, 17, 1));
    ck_assert_uint_eq(facts_of(FACT_TRUE_RETURNED, FIRST), 1);
    const struct input *in = told(INPUT_RETURN_NOTIFIED, FIRST);
    ck_assert_int_eq(in->amount_fen, 1000);
    ck_assert_uint_gt(in->session, session + 3); /* of another day */
    ck_assert_int_eq(house_session(stage_house(UNIONPAY), in->session)->receipts_fen, 1000);
    ck_assert_int_eq(available_fen_of(UNIONPAY), STAGE_MAPPED_FEN);
    /* before the original settled, or after */
    bool settled_first = false;
    for (uint32_t i = 0; i < stage.fact_count; i++) {
        const struct fact *f = &stage.facts[i];
        settled_first |= f->kind == FACT_TRUE_SESSION_SETTLED && f->session == session;
        if (f->kind == FACT_TRUE_RETURNED) {
            ck_assert_int_eq(settled_first, _i == 1);
            ck_assert_int_ge(civil_clock_us(f->at_us), 9 * US_PER_HOUR);
            ck_assert_int_lt(civil_clock_us(f->at_us), 17 * US_PER_HOUR);
        }
    }
    ck_assert_uint_eq(asked(UNIONPAY, FIRST), UNIONPAY_00); /* it did pay */
    stage_until(stage_at(30, 17, 1));
    ck_assert_int_eq(world_acs_fen(stage.world), STAGE_CUSTODY_FEN);
    ck_assert(world_quiet(stage.world));
    stage_close();
}
END_TEST

START_TEST(what_the_fee_was_does_not_come_back_with_a_returned_payment)
{
    stage_set();
    stage.terms.houses[UNIONPAY].returned_ppm = 1000000;
    stage.terms.houses[UNIONPAY].fee = (struct fee_terms){.fixed_fen = 30, .in_net = 1};
    stage_open();
    stage_pay(UNIONPAY, FIRST, 1000);
    stage_until(stage_at(30, 18, 0));
    ck_assert_int_eq(world_acs_fen(stage.world), STAGE_CUSTODY_FEN - 30);
    stage_close();
}
END_TEST

/* --- room ---------------------------------------------------------------------------------- */

START_TEST(a_house_without_room_says_busy_and_keeps_what_it_has)
{
    stage_set();
    stage.terms.orders_max = 2;
    stage_open();
    for (uint64_t i = 0; i < 3; i++)
        stage_pay(UNIONPAY, FIRST + i, 10);
    stage_after(20 * US_PER_S);
    ck_assert_uint_eq(pay_code(FIRST + 2), UNIONPAY_06);
    ck_assert_uint_eq(facts_of(FACT_TRUE_PAID, 0), 2);
    stage_until(stage_at(29, 9, 29)); /* its day is over, but a query still finds it */
    stage_pay(UNIONPAY, FIRST + 3, 10);
    stage_after(20 * US_PER_S);
    ck_assert_uint_eq(pay_code(FIRST + 3), UNIONPAY_06);
    stage_until(stage_at(29, 9, 31)); /* the list is handed over: room again */
    stage_pay(UNIONPAY, FIRST + 4, 10);
    ck_assert_uint_eq(facts_of(FACT_TRUE_ACCEPTED, FIRST + 4), 1);
    stage_close();
}
END_TEST

START_TEST(many_orders_are_all_found_by_their_ids)
{
    enum { MANY = 20000 };
    stage_set();
    stage.terms.orders_max = MANY;
    stage_open();
    for (uint64_t i = 0; i < MANY; i++) {
        stage.fact_count = 0;
        struct outbox out = {0};
        struct order o = payment(NETSUNION, i << 32 | 7, 1);
        o.sent_us = stage.now_us;
        world_order(stage.world, stage.now_us, &o, &out);
    }
    for (uint64_t i = 0; i < MANY; i++)
        ck_assert_in_loop(house_find(stage_house(NETSUNION), i << 32 | 7)->id == (i << 32 | 7));
    ck_assert_ptr_null(house_find(stage_house(NETSUNION), 8));
    ck_assert_int_eq(stage_house(NETSUNION)->processing_fen, MANY);
    stage_close();
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("house_order");
    tcase_add_test(t, unionpay_accepts_at_once_and_notifies_the_outcome);
    tcase_add_test(t, unionpay_says_accepted_even_when_the_payout_is_paid_by_then);
    tcase_add_loop_test(t, netsunion_tells_the_outcome_in_its_reply_if_it_is_known_by_then, 0, 2);
    tcase_add_test(t, no_outcome_takes_longer_than_the_house_promises);
    tcase_add_test(t, the_session_of_a_payment_is_the_one_in_which_it_becomes_paid);
    tcase_add_test(t, the_same_order_again_is_a_duplicate_and_pays_once);
    tcase_add_loop_test(t, a_refused_order_that_comes_again_is_a_duplicate_also_across_the_list, 0,
                        3);
    tcase_add_loop_test(t, an_order_older_than_ten_minutes_is_refused, 0, COUNT(ages));
    tcase_add_loop_test(t, a_payout_over_the_limit_is_refused, 0, COUNT(amounts));
    tcase_add_loop_test(t, unionpay_refuses_what_its_list_has_no_room_for, 0, COUNT(widths));
    tcase_add_test(t, a_payout_beyond_the_available_quota_is_refused_and_holds_nothing);
    tcase_add_test(t, concurrency_counts_orders_whose_reply_is_still_to_come);
    tcase_add_test(t, per_second_counts_whole_seconds);
    tcase_add_loop_test(t, a_drawn_code_means_what_the_table_says, 0, COUNT(codes));
    tcase_add_test(t, codes_come_with_their_shares);
    tcase_add_test(t, a_query_tells_processing_then_the_outcome_and_the_session);
    tcase_add_test(t, a_query_tells_what_is_true_when_it_is_answered_not_when_it_was_asked);
    tcase_add_loop_test(t, a_returned_payment_is_a_receipt_of_the_session_it_comes_back_in, 0, 2);
    tcase_add_test(t, what_the_fee_was_does_not_come_back_with_a_returned_payment);
    tcase_add_test(t, a_house_without_room_says_busy_and_keeps_what_it_has);
    tcase_add_test(t, many_orders_are_all_found_by_their_ids);
    return run_tests("house_order", t);
}
