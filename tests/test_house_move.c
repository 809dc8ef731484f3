/* test_house_move.c — quota moves at a house: done when they are due, or refused. */

#include "tests/stage.h"

static uint16_t answer_of(uint64_t id)
{
    return told(INPUT_MOVE_ANSWERED, id)->code;
}

static uint16_t told_of_move(int c, uint64_t id)
{
    stage_move(c, id, ORDER_QUERY_MOVE, 0);
    stage_after(US_PER_S / 2);
    return answer_of(id);
}

static const struct {
    enum order_kind kind;
    int64_t amount_fen;
    bool done;
} moves[] = {
    {ORDER_INCREASE, 1, true},
    {ORDER_INCREASE, 200000, true}, /* all that is unallocated */
    {ORDER_INCREASE, 200001, false},
    {ORDER_DECREASE, 1, true},
    {ORDER_DECREASE, STAGE_MAPPED_FEN, true},
    {ORDER_DECREASE, STAGE_MAPPED_FEN + 1, false},
};

START_TEST(a_move_takes_what_there_is_and_not_a_fen_more)
{
    for (int c = 0; c < CHANNELS; c++) {
        int64_t change_fen = moves[_i].done ? moves[_i].amount_fen : 0;
        stage_set();
        stage_open();
        int64_t sent_us = stage.now_us;
        stage_move(c, 1, moves[_i].kind, moves[_i].amount_fen);
        stage_after(4 * US_PER_S - 1);
        ck_assert_int_eq(house_mapped_fen(stage_house(c)), STAGE_MAPPED_FEN); /* not yet */
        stage_after(1);
        ck_assert_uint_eq(told(INPUT_MOVE_ANSWERED, 1)->code,
                          moves[_i].done ? words_of(c)->ok : words_of(c)->quota_short);
        ck_assert_int_eq(heard_us(told(INPUT_MOVE_ANSWERED, 1)), sent_us + 4 * US_PER_S);
        if (moves[_i].kind == ORDER_DECREASE)
            change_fen = -change_fen;
        ck_assert_int_eq(house_mapped_fen(stage_house(c)), STAGE_MAPPED_FEN + change_fen);
        ck_assert_int_eq(stage.world->central_bank.unallocated_fen, 200000 - change_fen);
        ck_assert_int_eq(world_acs_fen(stage.world), STAGE_CUSTODY_FEN);
        ck_assert_uint_eq(facts_of(FACT_TRUE_MOVED, 1), moves[_i].done);
        stage_close();
    }
}
END_TEST

START_TEST(what_is_processing_cannot_be_moved_away)
{
    stage_set();
    stage.terms.houses[UNIONPAY].final = constant_us(US_PER_HOUR);
    stage_open();
    stage_pay(UNIONPAY, 101, 300000);
    stage_move(UNIONPAY, 1, ORDER_DECREASE, 100001);
    stage_move(UNIONPAY, 2, ORDER_DECREASE, 100000);
    stage_after(10 * US_PER_S);
    ck_assert_uint_eq(answer_of(1), UNIONPAY_64);
    ck_assert_uint_eq(answer_of(2), UNIONPAY_00);
    ck_assert_int_eq(available_fen_of(UNIONPAY), 0);
    stage_close();
}
END_TEST

START_TEST(a_move_is_judged_when_it_is_due_not_when_it_was_sent)
{
    stage_set();
    stage_open();
    stage_move(UNIONPAY, 1, ORDER_DECREASE, 100001);
    stage_pay(UNIONPAY, 101, 300000);
    stage_after(10 * US_PER_S);
    ck_assert_uint_eq(answer_of(1), UNIONPAY_64);
    ck_assert_uint_eq(facts_of(FACT_TRUE_PAID, 101), 1);
    stage_close();
}
END_TEST

START_TEST(two_houses_cannot_both_take_the_same_unallocated_money)
{
    stage_set();
    stage_open();
    stage_move(UNIONPAY, 1, ORDER_INCREASE, 150000);
    stage_move(NETSUNION, 2, ORDER_INCREASE, 150000);
    stage_after(10 * US_PER_S);
    ck_assert_uint_eq(answer_of(1), UNIONPAY_00);
    ck_assert_uint_eq(answer_of(2), NETSUNION_MOCKQUOT);
    ck_assert_int_eq(stage.world->central_bank.unallocated_fen, 50000);
    stage_close();
}
END_TEST

START_TEST(the_same_move_again_is_answered_and_not_repeated)
{
    stage_set();
    stage_open();
    stage_move(UNIONPAY, 1, ORDER_INCREASE, 1000);
    stage_after(US_PER_S);
    stage_move(UNIONPAY, 1, ORDER_INCREASE, 1000); /* while the first is under way */
    stage_after(10 * US_PER_S);
    stage_move(UNIONPAY, 1, ORDER_INCREASE, 1000); /* after it was done */
    stage_after(10 * US_PER_S);
    ck_assert_uint_eq(told_count(INPUT_MOVE_ANSWERED, 1), 3);
    ck_assert_uint_eq(answer_of(1), UNIONPAY_00);
    ck_assert_int_eq(house_mapped_fen(stage_house(UNIONPAY)), STAGE_MAPPED_FEN + 1000);
    ck_assert_uint_eq(facts_of(FACT_TRUE_MOVED, 1), 1);
    stage_close();
}
END_TEST

START_TEST(a_query_tells_what_became_of_a_move)
{
    for (int c = 0; c < CHANNELS; c++) {
        stage_set();
        stage_open();
        ck_assert_uint_eq(told_of_move(c, 1), words_of(c)->not_found);
        stage_move(c, 1, ORDER_INCREASE, 1000);
        stage_move(c, 2, ORDER_INCREASE, 1000000);
        ck_assert_uint_eq(told_of_move(c, 1), words_of(c)->processing);
        stage_after(10 * US_PER_S);
        ck_assert_uint_eq(told_of_move(c, 1), words_of(c)->ok);
        ck_assert_uint_eq(told_of_move(c, 2), words_of(c)->quota_short);
        stage_close();
    }
}
END_TEST

START_TEST(a_move_older_than_ten_minutes_is_refused)
{
    for (int late = 0; late < 2; late++) {
        stage_set();
        stage_open();
        struct order o = payment(UNIONPAY, 1, 1000);
        o.kind = ORDER_INCREASE;
        o.sent_us = stage.now_us - ORDER_AGE_MAX_US - late;
        stage_order(o);
        stage_after(10 * US_PER_S);
        ck_assert_uint_eq(answer_of(1), late ? UNIONPAY_39 : UNIONPAY_00);
        ck_assert_int_eq(house_mapped_fen(stage_house(UNIONPAY)),
                         STAGE_MAPPED_FEN + (late ? 0 : 1000));
        ck_assert(world_quiet(stage.world));
        stage_close();
    }
}
END_TEST

START_TEST(some_moves_are_refused_as_the_scenario_says)
{
    uint32_t refused = 0;
    stage_set();
    stage.terms.houses[UNIONPAY].quota_refused_ppm = 250000;
    stage_open();
    for (uint64_t id = 1; id <= 1000; id++)
        stage_move(UNIONPAY, id, ORDER_INCREASE, 1);
    stage_after(10 * US_PER_S);
    for (uint64_t id = 1; id <= 1000; id++)
        refused += answer_of(id) == UNIONPAY_30;
    ck_assert_uint_gt(refused, 250 - 55); /* four standard deviations */
    ck_assert_uint_lt(refused, 250 + 55);
    ck_assert_int_eq(house_mapped_fen(stage_house(UNIONPAY)), STAGE_MAPPED_FEN + 1000 - refused);
    stage_close();
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("house_move");
    tcase_add_loop_test(t, a_move_takes_what_there_is_and_not_a_fen_more, 0, COUNT(moves));
    tcase_add_test(t, what_is_processing_cannot_be_moved_away);
    tcase_add_test(t, a_move_is_judged_when_it_is_due_not_when_it_was_sent);
    tcase_add_test(t, two_houses_cannot_both_take_the_same_unallocated_money);
    tcase_add_test(t, the_same_move_again_is_answered_and_not_repeated);
    tcase_add_test(t, a_query_tells_what_became_of_a_move);
    tcase_add_test(t, a_move_older_than_ten_minutes_is_refused);
    tcase_add_test(t, some_moves_are_refused_as_the_scenario_says);
    return run_tests("house_move", t);
}
