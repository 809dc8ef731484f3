/* test_house.c — the true quota of a house: what counts, what may be moved, fees, notices. */

#include "tests/stage.h"

enum { FIRST = 101 };

static void rule_of(int c, enum receipts_count counts, enum settles_to to)
{
    stage.terms.houses[c].rule = (struct quota_rule){(uint8_t)counts, (uint8_t)to};
}

/* Receipts of 80,000, payments of 30,000 in the session that is open. */
static const struct {
    enum receipts_count counts;
    enum settles_to to;
    int64_t open_fen;    /* available less mapped while the session is open */
    int64_t closed_fen;  /* ... once it closed */
    int64_t settled_fen; /* ... once it settled: what mapped then is more than before */
    int64_t virtual_fen; /* on the virtual account after settling */
} counting[] = {
    {RECEIPTS_AT_ONCE, SETTLES_TO_ACS, 50000, 50000, 50000, 0},
    {RECEIPTS_AT_SESSION, SETTLES_TO_ACS, -30000, 50000, 50000, 0},
    {RECEIPTS_AT_SETTLEMENT, SETTLES_TO_ACS, -30000, -30000, 50000, 0},
    {RECEIPTS_AT_ONCE, SETTLES_TO_VIRTUAL_ID, 0, 0, 0, 50000},
    {RECEIPTS_AT_SESSION, SETTLES_TO_VIRTUAL_ID, -30000, -30000, 0, 50000},
    {RECEIPTS_AT_SETTLEMENT, SETTLES_TO_VIRTUAL_ID, -30000, -30000, 0, 50000},
};

START_TEST(receipts_count_when_and_where_the_rule_says)
{
    for (int c = 0; c < CHANNELS; c++) {
        stage_set();
        rule_of(c, counting[_i].counts, counting[_i].to);
        stage_open();
        stage_collect(c, 80000, 0);
        stage_pay(c, FIRST, 30000);
        stage_after(10 * US_PER_S);
        ck_assert_int_eq(available_fen_of(c), STAGE_MAPPED_FEN + counting[_i].open_fen);
        stage_until(stage_at(29, 9, 59));
        ck_assert_int_eq(available_fen_of(c), STAGE_MAPPED_FEN + counting[_i].closed_fen);
        ck_assert_int_eq(house_mapped_fen(stage_house(c)), STAGE_MAPPED_FEN);
        ck_assert_int_eq(world_acs_fen(stage.world), STAGE_CUSTODY_FEN);
        stage_until(stage_at(29, 10, 0));
        ck_assert_int_eq(house_mapped_fen(stage_house(c)),
                         STAGE_MAPPED_FEN + counting[_i].settled_fen);
        ck_assert_int_eq(available_fen_of(c), house_mapped_fen(stage_house(c)));
        ck_assert_int_eq(world_acs_fen(stage.world), STAGE_CUSTODY_FEN + counting[_i].settled_fen);
        ck_assert_int_eq(
            stage.world->books.balance_fen[BOOKS_REGISTERED + STAGE_VIRTUAL + (uint32_t)c],
            counting[_i].virtual_fen);
        stage_close();
    }
}
END_TEST

START_TEST(a_negative_net_leaves_ACS_and_mapped_alike_wherever_the_rest_goes)
{
    stage_set();
    rule_of(NETSUNION, RECEIPTS_AT_ONCE, (enum settles_to)_i);
    stage_open();
    stage_collect(NETSUNION, 10000, 0);
    stage_pay(NETSUNION, FIRST, 70000);
    stage_until(stage_at(29, 10, 0));
    ck_assert_int_eq(house_mapped_fen(stage_house(NETSUNION)), STAGE_MAPPED_FEN - 60000);
    ck_assert_int_eq(world_acs_fen(stage.world), STAGE_CUSTODY_FEN - 60000);
    ck_assert_int_eq(stage.world->central_bank.unallocated_fen, 200000);
    ck_assert_int_eq(stage.world->books.balance_fen[BOOKS_CLEARING + NETSUNION], 0);
    stage_close();
}
END_TEST

/* ACS = mapped(U) = 100, receipts 80 at once, so available is 180. */
START_TEST(unsettled_receipts_may_be_paid_out_but_not_moved_away)
{
    stage_set();
    stage.terms.mapped_fen[UNIONPAY] = STAGE_CUSTODY_FEN;
    stage.terms.mapped_fen[NETSUNION] = 0;
    stage_open();
    stage_collect(UNIONPAY, 800000, 0);
    ck_assert_int_eq(available_fen_of(UNIONPAY), 1800000);
    ck_assert_int_eq(house_movable_fen(stage_house(UNIONPAY)), 1000000);
    stage_move(UNIONPAY, 1, ORDER_DECREASE, 1500000);
    stage_after(10 * US_PER_S);
    ck_assert_uint_eq(told(INPUT_MOVE_ANSWERED, 1)->code, UNIONPAY_64);
    ck_assert_int_eq(house_mapped_fen(stage_house(UNIONPAY)), 1000000);
    stage_move(UNIONPAY, 2, ORDER_DECREASE, 1000000);
    stage_after(10 * US_PER_S);
    ck_assert_uint_eq(told(INPUT_MOVE_ANSWERED, 2)->code, UNIONPAY_00);
    ck_assert_int_eq(house_mapped_fen(stage_house(UNIONPAY)), 0);
    ck_assert_int_eq(available_fen_of(UNIONPAY), 800000);
    stage_close();
}
END_TEST

/* To the virtual ID, mapped 100, receipts 80: a payout of 150 is too large. */
START_TEST(to_the_virtual_ID_receipts_do_not_raise_what_can_be_paid)
{
    stage_set();
    rule_of(UNIONPAY, RECEIPTS_AT_ONCE, SETTLES_TO_VIRTUAL_ID);
    stage_open();
    stage_collect(UNIONPAY, 320000, 0);
    stage_pay(UNIONPAY, FIRST, 400001);
    stage_after(10 * US_PER_S);
    ck_assert_uint_eq(told(INPUT_PAY_ANSWERED, FIRST)->code, UNIONPAY_64);
    stage_pay(UNIONPAY, FIRST + 1, 400000);
    stage_after(10 * US_PER_S);
    ck_assert_uint_eq(facts_of(FACT_TRUE_PAID, FIRST + 1), 1);
    ck_assert_int_eq(available_fen_of(UNIONPAY), 320000); /* its own session's receipts */
    stage_close();
}
END_TEST

START_TEST(movable_heeds_every_prefix_of_the_unsettled_sessions)
{
    stage_set();
    stage_open();
    stage_pay(UNIONPAY, FIRST, 300000); /* a first session that settles 300,000 below */
    stage_until(stage_at(28, 13, 0));
    stage_collect(UNIONPAY, 500000, 0); /* a second one that brings more back */
    ck_assert_int_eq(available_fen_of(UNIONPAY), 600000);
    ck_assert_int_eq(house_movable_fen(stage_house(UNIONPAY)), 100000);
    stage_close();
}
END_TEST

/* --- fees ------------------------------------------------------------------- */

START_TEST(fees_outside_the_net_leave_the_fee_account_at_midnight_and_no_quota)
{
    stage_set();
    stage.terms.houses[UNIONPAY].fee = (struct fee_terms){.fixed_fen = 150};
    stage.terms.houses[UNIONPAY].collection_fee = (struct fee_terms){.fixed_fen = 1};
    stage_open();
    stage_pay(UNIONPAY, FIRST, 10000);
    stage_collect(UNIONPAY, 20000, 60);
    stage_after(10 * US_PER_S);
    ck_assert_int_eq(available_fen_of(UNIONPAY), STAGE_MAPPED_FEN + 10000);
    ck_assert_int_eq(told(INPUT_RECEIPT_NOTIFIED, 0)->amount_fen, 20000);
    ck_assert_int_eq(told(INPUT_RECEIPT_NOTIFIED, 0)->other_fen, 0);
    stage_until(stage_at(29, 0, 0) - 1);
    ck_assert_int_eq(stage.world->books.balance_fen[BOOKS_FEE_ACCOUNT], 0);
    stage_until(stage_at(29, 0, 1));
    ck_assert_int_eq(stage.world->books.balance_fen[BOOKS_FEE_ACCOUNT], -210);
    ck_assert_int_eq(told(INPUT_FEES_CHARGED, 0)->amount_fen, 210);
    stage_until(stage_at(30, 0, 1)); /* charged once */
    ck_assert_uint_eq(told_count(INPUT_FEES_CHARGED, 0), 1);
    stage_close();
}
END_TEST

START_TEST(fees_in_the_net_count_in_processing_payments_and_receipts)
{
    stage_set();
    stage.terms.houses[UNIONPAY].fee =
        (struct fee_terms){.fixed_fen = 100, .share_ppm = 10000, .in_net = 1};
    stage.terms.houses[UNIONPAY].collection_fee = (struct fee_terms){.fixed_fen = 1, .in_net = 1};
    stage_open();
    stage_pay(UNIONPAY, FIRST, 10000); /* with a fee of 100 + 1 % */
    ck_assert_int_eq(stage_house(UNIONPAY)->processing_fen, 10200);
    stage_collect(UNIONPAY, 20000, 60);
    stage_after(10 * US_PER_S);
    ck_assert_int_eq(available_fen_of(UNIONPAY), STAGE_MAPPED_FEN - 10200 + 19940);
    ck_assert_int_eq(told(INPUT_RECEIPT_NOTIFIED, 0)->amount_fen, 19940);
    ck_assert_int_eq(told(INPUT_RECEIPT_NOTIFIED, 0)->other_fen, 60);
    stage_until(stage_at(29, 10, 1));
    ck_assert_int_eq(world_acs_fen(stage.world), STAGE_CUSTODY_FEN - 10200 + 19940);
    ck_assert_int_eq(stage.world->books.balance_fen[BOOKS_FEE_ACCOUNT], 0);
    ck_assert_uint_eq(told_count(INPUT_FEES_CHARGED, 0), 0);
    stage_close();
}
END_TEST

START_TEST(a_fee_in_the_net_can_be_what_makes_a_payout_too_large)
{
    stage_set();
    stage.terms.houses[UNIONPAY].fee = (struct fee_terms){.fixed_fen = 1, .in_net = (uint8_t)_i};
    stage_open();
    stage_pay(UNIONPAY, FIRST, STAGE_MAPPED_FEN);
    ck_assert_uint_eq(facts_of(FACT_TRUE_ACCEPTED, FIRST), _i == 0);
    stage_close();
}
END_TEST

/* --- notices of receipts ------------------------------------------------------- */

START_TEST(a_receipt_is_notified_with_the_session_it_came_in)
{
    stage_set();
    stage_open();
    stage_until(stage_at(28, 12, 0) - US_PER_S);
    uint32_t session = stage_house(UNIONPAY)->open_session;
    stage_collect(UNIONPAY, 500, 0);
    stage_after(10 * US_PER_S); /* the session closes before the notice comes */
    ck_assert_uint_eq(stage_house(UNIONPAY)->open_session, session + 1);
    ck_assert_uint_eq(told(INPUT_RECEIPT_NOTIFIED, 0)->session, session);
    ck_assert_int_eq(heard_us(told(INPUT_RECEIPT_NOTIFIED, 0)), stage_at(28, 12, 0) + US_PER_S);
    stage_close();
}
END_TEST

START_TEST(a_house_is_quiet_only_when_nothing_is_owed_or_unsettled)
{
    stage_set();
    stage_open();
    ck_assert(world_quiet(stage.world));
    stage_pay(UNIONPAY, FIRST, 1000);
    ck_assert(!world_quiet(stage.world)); /* processing */
    stage_after(10 * US_PER_S);
    ck_assert(!world_quiet(stage.world)); /* unsettled */
    stage_until(stage_at(29, 9, 0));
    ck_assert(!world_quiet(stage.world));
    stage_until(stage_at(29, 11, 0));
    ck_assert(world_quiet(stage.world));
    stage_move(UNIONPAY, 1, ORDER_INCREASE, 10);
    ck_assert(!world_quiet(stage.world)); /* a move under way */
    stage_after(10 * US_PER_S);
    ck_assert(world_quiet(stage.world));
    stage_close();
}
END_TEST

START_TEST(collecting_nothing_stops_the_program)
{
    stage_set();
    stage_open();
    stage_collect(UNIONPAY, 0, 0);
}
END_TEST

START_TEST(a_fee_as_large_as_the_collection_stops_the_program)
{
    stage_set();
    stage_open();
    stage_collect(UNIONPAY, 100, 100);
}
END_TEST

START_TEST(settling_to_a_virtual_ID_that_is_not_there_stops_the_program)
{
    stage_set();
    rule_of(UNIONPAY, RECEIPTS_AT_ONCE, SETTLES_TO_VIRTUAL_ID);
    stage.terms.accounts[1].kind = ACCOUNT_OWN;
    stage_open();
}
END_TEST

START_TEST(mapping_more_than_the_custody_account_has_stops_the_program)
{
    stage_set();
    stage.terms.mapped_fen[UNIONPAY] = STAGE_CUSTODY_FEN - STAGE_MAPPED_FEN + 1;
    stage_open();
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("house");
    tcase_add_loop_test(t, receipts_count_when_and_where_the_rule_says, 0, COUNT(counting));
    tcase_add_loop_test(t, a_negative_net_leaves_ACS_and_mapped_alike_wherever_the_rest_goes, 0, 2);
    tcase_add_test(t, unsettled_receipts_may_be_paid_out_but_not_moved_away);
    tcase_add_test(t, to_the_virtual_ID_receipts_do_not_raise_what_can_be_paid);
    tcase_add_test(t, movable_heeds_every_prefix_of_the_unsettled_sessions);
    tcase_add_test(t, fees_outside_the_net_leave_the_fee_account_at_midnight_and_no_quota);
    tcase_add_test(t, fees_in_the_net_count_in_processing_payments_and_receipts);
    tcase_add_loop_test(t, a_fee_in_the_net_can_be_what_makes_a_payout_too_large, 0, 2);
    tcase_add_test(t, a_receipt_is_notified_with_the_session_it_came_in);
    tcase_add_test(t, a_house_is_quiet_only_when_nothing_is_owed_or_unsettled);
    tcase_add_test_raise_signal(t, collecting_nothing_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_fee_as_large_as_the_collection_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, settling_to_a_virtual_ID_that_is_not_there_stops_the_program,
                                SIGABRT);
    tcase_add_test_raise_signal(t, mapping_more_than_the_custody_account_has_stops_the_program,
                                SIGABRT);
    return run_tests("house", t);
}
