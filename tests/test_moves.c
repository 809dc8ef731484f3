/* test_moves.c — quota moves: two legs, each in doubt until answered, and what a policy asks. */

#include "tests/core_driver.h"

#define NOWHERE CHANNEL_NONE

static void begin_plain(void)
{
    struct core_config config = plain_config();
    begin(&config);
    forget();
}

static uint16_t refused_code(uint8_t channel)
{
    return channel == U ? UNIONPAY_64 : NETSUNION_MOCKQUOT;
}

static uint16_t unknown_code(uint8_t channel)
{
    return channel == U ? UNIONPAY_05 : NETSUNION_02;
}

static uint16_t not_found_code(uint8_t channel)
{
    return channel == U ? UNIONPAY_34 : NETSUNION_03;
}

/* All of what is unallocated, and not a fen more, may be asked for. */
static void unallocated_must_be(int64_t free_fen)
{
    int before = facts_of(FACT_MOVE_FAILED);
    ask_move(NOWHERE, N, free_fen + 1);
    ck_assert_int_eq(fact(FACT_MOVE_FAILED)->reason, REASON_UNALLOCATED_SHORT);
    if (free_fen > 0)
        ask_move(NOWHERE, N, free_fen);
    ck_assert_int_eq(facts_of(FACT_MOVE_FAILED), before + 1);
}

START_TEST(an_increase_counts_when_it_is_done)
{
    ask_move(NOWHERE, U, 20000);
    struct order o = *order(ORDER_INCREASE);
    ck_assert_int_eq(fact(FACT_MOVE_REQUESTED)->reason, REASON_OPERATOR);
    ck_assert_uint_eq(o.channel, U);
    ck_assert_int_eq(o.amount_fen, 20000);
    ck_assert_int_eq(believed_fen[U], QUOTA_FEN);
    move_answered(o, paid_code(U));
    ck_assert_int_eq(believed_fen[U], QUOTA_FEN + 20000);
    ck_assert_int_eq(facts_of(FACT_MOVE_DONE), 1);
    ck_assert_int_eq(posted_fen(BOOK_OF(U, BOOK_OF_QUOTA)), 20000);
    ck_assert_int_eq(posted_fen(BOOK_UNALLOCATED), -20000);
    unallocated_must_be(FREE_FEN - 20000);
}
END_TEST

START_TEST(an_increase_on_its_way_is_earmarked)
{
    ask_move(NOWHERE, U, 20000);
    unallocated_must_be(FREE_FEN - 20000);
}
END_TEST

START_TEST(a_decrease_is_gone_from_available_when_it_is_sent)
{
    ask_move(U, NOWHERE, 30000);
    struct order o = *order(ORDER_DECREASE);
    ck_assert_int_eq(believed_fen[U], QUOTA_FEN - 30000);
    ck_assert_int_eq(facts_of(FACT_MOVE_DONE), 0);
    move_answered(o, paid_code(U));
    ck_assert_int_eq(believed_fen[U], QUOTA_FEN - 30000);
    ck_assert_int_eq(facts_of(FACT_MOVE_DONE), 1);
    unallocated_must_be(FREE_FEN + 30000);
}
END_TEST

START_TEST(between_houses_the_money_rests_earmarked)
{
    ask_move(U, N, 30000);
    ck_assert_int_eq(orders_of(ORDER_INCREASE), 0); /* one leg after the other */
    struct order first = *order(ORDER_DECREASE);
    move_answered(first, paid_code(U));
    struct order second = *order(ORDER_INCREASE);
    ck_assert_uint_eq(second.channel, N);
    ck_assert_int_eq(second.amount_fen, 30000);
    ck_assert_uint_ne(second.id, first.id);
    ck_assert_int_eq(facts_of(FACT_MOVE_DONE), 0);
    if (_i == 0) { /* nobody else may have it */
        unallocated_must_be(FREE_FEN);
        return;
    }
    move_answered(second, paid_code(N));
    ck_assert_int_eq(facts_of(FACT_MOVE_DONE), 1);
    ck_assert_int_eq(believed_fen[U], QUOTA_FEN - 30000);
    ck_assert_int_eq(believed_fen[N], QUOTA_FEN + 30000);
    ck_assert_int_eq(posted_fen(BOOK_UNALLOCATED), 0);
    unallocated_must_be(FREE_FEN);
}
END_TEST

START_TEST(a_refused_first_leg_leaves_everything_where_it_was)
{
    ask_move(U, N, 30000);
    move_answered(*order(ORDER_DECREASE), refused_code(U));
    ck_assert_int_eq(fact(FACT_MOVE_LEG_FAILED)->code, UNIONPAY_64);
    ck_assert_int_eq(facts_of(FACT_MOVE_FAILED), 1);
    ck_assert_int_eq(believed_fen[U], QUOTA_FEN);
    ck_assert_int_eq(orders_of(ORDER_INCREASE), 0);
    ck_assert_int_eq(facts_of(FACT_ENTRY_VOIDED), 1);
    unallocated_must_be(FREE_FEN);
}
END_TEST

START_TEST(a_refused_second_leg_leaves_the_money_unallocated)
{
    ask_move(U, N, 30000);
    move_answered(*order(ORDER_DECREASE), paid_code(U));
    move_answered(*order(ORDER_INCREASE), refused_code(N));
    ck_assert_int_eq(facts_of(FACT_MOVE_FAILED), 1);
    ck_assert_int_eq(believed_fen[U], QUOTA_FEN - 30000);
    ck_assert_int_eq(believed_fen[N], QUOTA_FEN);
    unallocated_must_be(FREE_FEN + 30000);
}
END_TEST

/* --- in doubt ------------------------------------------------------------------ */

static const struct {
    uint8_t from;
    uint8_t to;
    int kind; /* enum order_kind */
} legs[] = {{NOWHERE, U, ORDER_INCREASE}, {N, NOWHERE, ORDER_DECREASE}};

START_TEST(a_leg_without_a_reply_is_asked_about_until_it_is_known)
{
    static const int64_t gaps_s[] = {60, 60, 120, 240, 480, 1800, 1800, 1800};
    ask_move(legs[_i].from, legs[_i].to, 10000);
    struct order leg = *order(legs[_i].kind);
    run_for(QUOTA_TIMEOUT_US - 1);
    ck_assert_int_eq(orders_of(ORDER_QUERY_MOVE), 0);
    run_for(1);
    ck_assert_int_eq(fact(FACT_MOVE_IN_DOUBT)->reason, REASON_NO_REPLY);
    ck_assert_int_eq(fact(FACT_MOVE_IN_DOUBT)->other, now_us + SECONDS(60));
    for (int i = 0; i < COUNT(gaps_s); i++) {
        ck_assert_int_eq(orders_of(ORDER_QUERY_MOVE), i + 1);
        ck_assert_uint_eq(order(ORDER_QUERY_MOVE)->id, leg.id);
        move_answered(leg, unknown_code(leg.channel)); /* and known it is not */
        run_for(SECONDS(gaps_s[i]) - 1);
        ck_assert_int_eq(orders_of(ORDER_QUERY_MOVE), i + 1);
        run_for(1);
    }
    ck_assert_int_eq(orders_of(legs[_i].kind), 1);
    ck_assert_int_eq(facts_of(FACT_MOVE_IN_DOUBT), 1);
    move_answered(leg, paid_code(leg.channel));
    ck_assert_int_eq(facts_of(FACT_MOVE_DONE), 1);
    int asked = orders_of(ORDER_QUERY_MOVE);
    run_for(HOURS(5));
    ck_assert_int_eq(orders_of(ORDER_QUERY_MOVE), asked);
}
END_TEST

START_TEST(a_leg_not_found_is_repeated_under_the_same_id)
{
    ask_move(legs[_i].from, legs[_i].to, 10000);
    struct order leg = *order(legs[_i].kind);
    run_for(QUOTA_TIMEOUT_US);
    move_answered(leg, not_found_code(leg.channel));
    ck_assert_int_eq(orders_of(legs[_i].kind), 2);
    struct order again = *order(legs[_i].kind);
    ck_assert_uint_eq(again.id, leg.id);
    ck_assert_int_eq(again.sent_us, leg.sent_us); /* so that the house knows it again */
    ck_assert_int_eq(again.amount_fen, leg.amount_fen);
    ck_assert_uint_eq(again.attempt, 2);
    move_answered(leg, paid_code(leg.channel));
    ck_assert_int_eq(facts_of(FACT_MOVE_LEG_DONE), 1);
    move_answered(leg, paid_code(leg.channel)); /* both came through: one effect */
    ck_assert_int_eq(facts_of(FACT_MOVE_LEG_DONE), 1);
    ck_assert_int_eq(facts_of(FACT_STRAY), 1);
    int64_t sign = legs[_i].kind == ORDER_INCREASE ? 1 : -1;
    ck_assert_int_eq(believed_fen[leg.channel], QUOTA_FEN + sign * 10000);
}
END_TEST

START_TEST(a_decrease_in_doubt_is_not_spent_and_not_counted_unallocated)
{
    ask_move(U, NOWHERE, 100000);
    run_for(HOURS(1));
    request_on(1, 1, ONLY_U);
    ck_assert_int_eq(orders_of(ORDER_PAY), 0);
    unallocated_must_be(FREE_FEN);
    move_answered(*order(ORDER_DECREASE), refused_code(U));
    ck_assert_int_eq(orders_of(ORDER_PAY), 1); /* it was there all the time */
}
END_TEST

START_TEST(answers_of_ended_or_unknown_moves_change_nothing)
{
    ask_move(U, N, 30000);
    struct order first = *order(ORDER_DECREASE);
    move_answered(first, paid_code(U));
    struct order second = *order(ORDER_INCREASE);
    forget();
    move_answered(first, paid_code(U)); /* of the leg before */
    move_answered(first, refused_code(U));
    struct order other = second;
    other.channel = U; /* of the other house */
    move_answered(other, refused_code(U));
    other = second;
    other.id += UINT64_C(1) << 16;
    move_answered(other, refused_code(N));
    other.id = second.id & ~ORDER_ID_MOVE;
    move_answered(other, refused_code(N));
    other.id = second.id | 0xffff; /* no such slot */
    move_answered(other, refused_code(N));
    ck_assert_int_eq(facts_of(FACT_STRAY), 6);
    ck_assert_int_eq(fact_count, 6);
    move_answered(second, paid_code(N));
    ck_assert_int_eq(facts_of(FACT_MOVE_DONE), 1);
}
END_TEST

/* --- refusals ---------------------------------------------------------------- */

static const struct {
    uint8_t from;
    uint8_t to;
    int64_t amount_fen;
    enum reason want;
} refusals[] = {
    {U, U, 1, REASON_NO_SUCH_MOVE},
    {NOWHERE, NOWHERE, 1, REASON_NO_SUCH_MOVE},
    {CHANNELS, U, 1, REASON_NO_SUCH_MOVE},
    {U, CHANNELS, 1, REASON_NO_SUCH_MOVE},
    {254, 253, 1, REASON_NO_SUCH_MOVE},
    {U, U, 0, REASON_NO_SUCH_MOVE}, /* the first reason that holds */
    {U, N, 0, REASON_AMOUNT_WRONG},
    {U, N, -1, REASON_AMOUNT_WRONG},
    {U, N, MONEY_MAX_FEN + 1, REASON_AMOUNT_WRONG},
    {U, N, QUOTA_FEN + 1, REASON_QUOTA_SHORT},
    {N, NOWHERE, QUOTA_FEN + 1, REASON_QUOTA_SHORT},
    {NOWHERE, N, FREE_FEN + 1, REASON_UNALLOCATED_SHORT},
    {NOWHERE, N, MONEY_MAX_FEN, REASON_UNALLOCATED_SHORT},
};

START_TEST(a_move_that_cannot_be_is_refused_with_its_reason)
{
    ask_move(refusals[_i].from, refusals[_i].to, refusals[_i].amount_fen);
    ck_assert_int_eq(fact_count, 1);
    ck_assert_int_eq(fact(FACT_MOVE_FAILED)->reason, refusals[_i].want);
    ck_assert_uint_eq(fact(FACT_MOVE_FAILED)->subject, NONE);
    ck_assert_int_eq(order_count, 0);
}
END_TEST

START_TEST(all_of_a_quota_may_be_moved_but_not_its_unsettled_receipts)
{
    receipt(U, FIRST_SESSION, 80000);
    ck_assert_int_eq(believed_fen[U], QUOTA_FEN + 80000);
    ask_move(U, N, QUOTA_FEN + 1);
    ck_assert_int_eq(fact(FACT_MOVE_FAILED)->reason, REASON_QUOTA_SHORT);
    ask_move(U, N, QUOTA_FEN);
    ck_assert_int_eq(orders_of(ORDER_DECREASE), 1);
    pay_on(1, 80000, ONLY_U); /* but they may be paid out */
}
END_TEST

START_TEST(what_a_payout_holds_is_not_moved)
{
    pay_on(1, 40000, ONLY_U);
    ask_move(U, N, QUOTA_FEN - 40000 + 1);
    ck_assert_int_eq(fact(FACT_MOVE_FAILED)->reason, REASON_QUOTA_SHORT);
    ask_move(U, N, QUOTA_FEN - 40000);
    ck_assert_int_eq(orders_of(ORDER_DECREASE), 1);
}
END_TEST

START_TEST(no_more_moves_at_once_than_there_is_room_for)
{
    enum { ROOM = 64 };
    for (int i = 0; i < ROOM; i++)
        ask_move(NOWHERE, U, 1);
    ck_assert_int_eq(orders_of(ORDER_INCREASE), ROOM);
    ask_move(NOWHERE, U, 1);
    ck_assert_int_eq(fact(FACT_MOVE_FAILED)->reason, REASON_POOL_FULL);
    ck_assert_int_eq(orders_of(ORDER_INCREASE), ROOM);
    run_for(HOURS(2)); /* those on their way are asked about */
    for (int i = 0; i < ROOM; i++)
        move_answered(*nth_order(ORDER_INCREASE, i), paid_code(U));
    ck_assert_int_eq(facts_of(FACT_MOVE_DONE), ROOM);
    ck_assert_int_eq(believed_fen[U], QUOTA_FEN + ROOM);
    ask_move(NOWHERE, U, 1);
    ck_assert_int_eq(orders_of(ORDER_INCREASE), ROOM + 1);
}
END_TEST

START_TEST(any_number_of_moves_may_follow_one_another_within_one_time_out)
{
    for (int i = 0; i < 1000; i++) {
        forget();
        ask_move(U, N, 1);
        move_answered(*order(ORDER_DECREASE), paid_code(U));
        move_answered(*order(ORDER_INCREASE), paid_code(N));
        ck_assert_in_loop(facts_of(FACT_MOVE_DONE) == 1);
    }
    forget();
    ask_move(U, N, 1); /* and the last is still watched */
    run_for(QUOTA_TIMEOUT_US);
    ck_assert_int_eq(facts_of(FACT_MOVE_IN_DOUBT), 1);
    ck_assert_int_eq(orders_of(ORDER_QUERY_MOVE), 1);
}
END_TEST

/* --- policy -------------------------------------------------------------------- */

static struct core_config threshold(void)
{
    struct core_config config = plain_config();
    config.allocation_kind = ALLOCATION_THRESHOLD;
    config.allocation.unallocated_keep_fen = 0;
    config.allocation.initial_ppm[U] = config.allocation.initial_ppm[N] = PPM * 2 / 5;
    for (int c = 0; c < CHANNELS; c++) {
        config.allocation.low_fen[c] = 50000;
        config.allocation.target_fen[c] = 80000;
        config.allocation.high_fen[c] = 150000;
    }
    return config; /* opens with 100000, 100000 and 50000 free */
}

static void begin_threshold(void)
{
    struct core_config config = threshold();
    begin(&config);
    forget();
    ck_assert_int_eq(believed_fen[U], QUOTA_FEN);
}

START_TEST(a_channel_at_its_low_is_left_alone_and_below_it_filled)
{
    begin_threshold();
    pay_on(1, 50000, ONLY_U);
    ck_assert_int_eq(facts_of(FACT_MOVE_REQUESTED), 0);
    pay_on(2, 1, ONLY_U);
    ck_assert_int_eq(facts_of(FACT_MOVE_REQUESTED), 1);
    ck_assert_int_eq(fact(FACT_MOVE_REQUESTED)->reason, REASON_BELOW_LOW);
    ck_assert_int_eq(order(ORDER_INCREASE)->amount_fen, 30001);
    ck_assert_uint_eq(order(ORDER_INCREASE)->channel, U);
    run_for(SECONDS(20)); /* on its way: asked for once */
    ck_assert_int_eq(facts_of(FACT_MOVE_REQUESTED), 1);
}
END_TEST

START_TEST(what_is_not_free_comes_from_the_other_channel)
{
    begin_threshold();
    ask_move(NOWHERE, N, FREE_FEN);
    move_answered(*order(ORDER_INCREASE), paid_code(N)); /* N has 150000 now */
    forget();
    pay_on(1, 60000, ONLY_U);
    ck_assert_int_eq(orders_of(ORDER_INCREASE), 0);
    ck_assert_uint_eq(order(ORDER_DECREASE)->channel, N);
    ck_assert_int_eq(order(ORDER_DECREASE)->amount_fen, 40000);
}
END_TEST

START_TEST(a_channel_above_its_high_gives_back)
{
    begin_threshold();
    ask_move(NOWHERE, N, FREE_FEN);
    move_answered(*order(ORDER_INCREASE), paid_code(N));
    ck_assert_int_eq(orders_of(ORDER_DECREASE), 0); /* at it */
    receipt(N, FIRST_SESSION, 1);
    ck_assert_int_eq(fact(FACT_MOVE_REQUESTED)->reason, REASON_ABOVE_HIGH);
    ck_assert_int_eq(order(ORDER_DECREASE)->amount_fen, 70001);
}
END_TEST

/* --- to and fro: a policy's move is not turned round while it is young --- */

enum { COOL_DOWN_MINUTES = 10 };

/* U has 100000 and N 150000; N's high is 150000, its target and U's 80000, each low 50000. */
static void begin_cooling(int64_t cool_down_us)
{
    struct core_config config = threshold();
    config.allocation.cool_down_us = cool_down_us;
    begin(&config);
    ask_move(NOWHERE, N, FREE_FEN);
    move_answered(*order(ORDER_INCREASE), paid_code(N));
    forget();
}

/* N gives back 70001, of which FREE_FEN go elsewhere; then it has 79999 less `spent`. */
static void drain_then_need(uint16_t code)
{
    receipt(N, FIRST_SESSION, 1);
    ck_assert_int_eq(fact(FACT_MOVE_REQUESTED)->reason, REASON_ABOVE_HIGH);
    move_answered(*order(ORDER_DECREASE), code);
    forget();
    pay_on(1, code == paid_code(N) ? 40000 : 110000, ONLY_N);
}

START_TEST(what_was_just_drained_is_filled_when_the_cool_down_is_over_and_the_wait_is_told)
{
    begin_cooling(MINUTES(COOL_DOWN_MINUTES));
    drain_then_need(paid_code(N));
    int64_t ended_us = now_us;
    ck_assert_int_eq(facts_of(FACT_MOVE_REQUESTED), 0);
    ck_assert_int_eq(fact(FACT_MOVE_RESTRAINED)->reason, REASON_COOLING_DOWN);
    ck_assert_uint_eq(fact(FACT_MOVE_RESTRAINED)->channel, N);
    ck_assert_uint_eq(fact(FACT_MOVE_RESTRAINED)->state, NOWHERE);
    ck_assert_int_eq(fact(FACT_MOVE_RESTRAINED)->amount_fen, 40000);
    ck_assert_int_eq(fact(FACT_MOVE_RESTRAINED)->other, ended_us + MINUTES(COOL_DOWN_MINUTES));
    run_until(ended_us + MINUTES(COOL_DOWN_MINUTES) - 1);
    ck_assert_int_eq(facts_of(FACT_MOVE_REQUESTED), 0);
    ck_assert_int_eq(facts_of(FACT_MOVE_RESTRAINED), 1); /* once, not at every look */
    run_until(ended_us + MINUTES(COOL_DOWN_MINUTES));
    ck_assert_int_eq(facts_of(FACT_MOVE_REQUESTED), 1);
    ck_assert_int_eq(order(ORDER_INCREASE)->amount_fen, 40000);
}
END_TEST

START_TEST(without_a_cool_down_quota_goes_to_and_fro)
{
    begin_cooling(0);
    drain_then_need(paid_code(N));
    ck_assert_int_eq(facts_of(FACT_MOVE_RESTRAINED), 0);
    ck_assert_int_eq(order(ORDER_INCREASE)->amount_fen, 40000);
}
END_TEST

START_TEST(a_drain_that_failed_restrains_nothing)
{
    begin_cooling(MINUTES(COOL_DOWN_MINUTES));
    drain_then_need(refused_code(N)); /* N 40001, U can give */
    run_for(MINUTES(2));
    ck_assert_int_eq(facts_of(FACT_MOVE_RESTRAINED), 0);
    ck_assert_int_eq(facts_of(FACT_MOVE_REQUESTED), 1);
    ck_assert_uint_eq(fact(FACT_MOVE_REQUESTED)->channel, N);
}
END_TEST

START_TEST(more_the_same_way_is_served_at_once)
{
    begin_cooling(MINUTES(COOL_DOWN_MINUTES));
    pay_on(1, 60000, ONLY_U);
    struct order decrease = *order(ORDER_DECREASE);
    move_answered(decrease, paid_code(N));
    forget();
    pay_on(2, 30000, ONLY_U); /* the increase is under way: U's level is 50000 */
    ck_assert_int_eq(facts_of(FACT_MOVE_REQUESTED), 0);
    pay_on(3, 10000, ONLY_U);
    ck_assert_int_eq(facts_of(FACT_MOVE_REQUESTED), 1);
    ck_assert_uint_eq(fact(FACT_MOVE_REQUESTED)->state, N);
    ck_assert_int_eq(facts_of(FACT_MOVE_RESTRAINED), 0);
}
END_TEST

START_TEST(what_the_operator_moves_restrains_nothing_and_is_not_restrained)
{
    begin_cooling(MINUTES(COOL_DOWN_MINUTES));
    ask_move(U, NOWHERE, 60000);
    move_answered(*order(ORDER_DECREASE), paid_code(U));
    ck_assert_int_eq(facts_of(FACT_MOVE_RESTRAINED), 0);
    ck_assert_uint_eq(fact(FACT_MOVE_REQUESTED)->channel, U); /* by the policy */
    ck_assert_int_eq(fact(FACT_MOVE_REQUESTED)->reason, REASON_BELOW_LOW);
    move_answered(*order(ORDER_INCREASE), paid_code(U));
    forget();
    ask_move(U, NOWHERE, 10000);
    ck_assert_int_eq(orders_of(ORDER_DECREASE), 1);
}
END_TEST

START_TEST(a_move_under_way_is_not_turned_round)
{
    begin_cooling(MINUTES(COOL_DOWN_MINUTES));
    pay_on(1, 60000, ONLY_U); /* 40000 come from N */
    struct order decrease = *order(ORDER_DECREASE);
    forget();
    pay_on(2, 70000, ONLY_N); /* N 40000 */
    run_for(SECONDS(5));
    ck_assert_int_eq(facts_of(FACT_MOVE_REQUESTED), 0);
    ck_assert_int_eq(facts_of(FACT_MOVE_RESTRAINED), 0); /* U has nothing to give, either */
    ask_move(U, NOWHERE, 1);
    receipt(U, FIRST_SESSION, 150000); /* now it has */
    run_for(MINUTES(2));
    ck_assert_int_ge(facts_of(FACT_MOVE_RESTRAINED), 1);
    for (int i = 0; i < facts_of(FACT_MOVE_REQUESTED); i++)
        ck_assert_int_eq(fact(FACT_MOVE_REQUESTED)->reason, REASON_OPERATOR);
    ck_assert_uint_eq(decrease.channel, N);
}
END_TEST

static int64_t policy_looks_again_us(void)
{
    int before = facts_of(FACT_MOVE_REQUESTED);
    for (int64_t i = 0; i < 3600; i++) {
        run_for(SECONDS(1));
        if (facts_of(FACT_MOVE_REQUESTED) > before)
            return now_us;
    }
    ck_abort_msg("the policy never looked again");
    return 0;
}

START_TEST(a_refused_move_rests_and_is_asked_for_again)
{
    begin_threshold();
    struct order o = pay_on(1, 50001, ONLY_U);
    int64_t refused_us = now_us + SECONDS(5);
    run_until(refused_us);
    move_answered(*order(ORDER_INCREASE), refused_code(U));
    if (_i == 1)
        answer(o, UNIONPAY_00); /* other things may fall due meanwhile, or not */
    ck_assert_int_eq(policy_looks_again_us(), refused_us + MINUTES(1));
}
END_TEST

START_TEST(a_wish_that_nothing_could_serve_is_served_when_something_can)
{
    begin_threshold();
    ask_move(NOWHERE, N, FREE_FEN);
    move_answered(*order(ORDER_INCREASE), paid_code(N));
    ask_move(N, NOWHERE, 70000);
    struct order drained = *order(ORDER_DECREASE); /* N 80000, nothing free */
    pay_on(1, 30000, ONLY_N);                      /* N 50000: nothing to spare */
    pay_on(2, 60000, ONLY_U);                      /* U 40000 */
    forget();
    run_for(SECONDS(20));
    ck_assert_int_eq(facts_of(FACT_MOVE_REQUESTED), 0);
    move_answered(drained, paid_code(N));
    ck_assert_int_eq(order(ORDER_INCREASE)->amount_fen, 40000);
}
END_TEST

START_TEST(what_may_be_moved_can_grow_while_no_level_changes)
{
    struct core_config config = threshold();
    config.allocation.unallocated_keep_fen = FREE_FEN; /* nothing is free */
    config.allocation.initial_ppm[U] = config.allocation.initial_ppm[N] = PPM / 2;
    config.allocation.low_fen[N] = config.allocation.high_fen[N] = 0;
    begin(&config);
    receipt(N, FIRST_SESSION + 1, 100000);
    struct order held = pay_on(1, 100000, ONLY_N); /* may be of the first session */
    pay_on(2, 60000, ONLY_U);
    ck_assert_int_eq(believed_fen[N], 100000); /* of which nothing may be moved */
    run_for(SECONDS(5));
    ck_assert_int_eq(facts_of(FACT_MOVE_REQUESTED), 0);
    notify_paid_in(held, FIRST_SESSION + 1);
    ck_assert_int_eq(believed_fen[N], 100000); /* now it may */
    ck_assert_int_le(policy_looks_again_us(), START_US + MINUTES(1));
    ck_assert_int_eq(order(ORDER_DECREASE)->amount_fen, 30000);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("moves");
    tcase_add_checked_fixture(t, begin_plain, NULL);
    tcase_add_test(t, an_increase_counts_when_it_is_done);
    tcase_add_test(t, an_increase_on_its_way_is_earmarked);
    tcase_add_test(t, a_decrease_is_gone_from_available_when_it_is_sent);
    tcase_add_loop_test(t, between_houses_the_money_rests_earmarked, 0, 2);
    tcase_add_test(t, a_refused_first_leg_leaves_everything_where_it_was);
    tcase_add_test(t, a_refused_second_leg_leaves_the_money_unallocated);
    tcase_add_loop_test(t, a_leg_without_a_reply_is_asked_about_until_it_is_known, 0, COUNT(legs));
    tcase_add_loop_test(t, a_leg_not_found_is_repeated_under_the_same_id, 0, COUNT(legs));
    tcase_add_test(t, a_decrease_in_doubt_is_not_spent_and_not_counted_unallocated);
    tcase_add_test(t, answers_of_ended_or_unknown_moves_change_nothing);
    tcase_add_loop_test(t, a_move_that_cannot_be_is_refused_with_its_reason, 0, COUNT(refusals));
    tcase_add_test(t, all_of_a_quota_may_be_moved_but_not_its_unsettled_receipts);
    tcase_add_test(t, what_a_payout_holds_is_not_moved);
    tcase_add_test(t, no_more_moves_at_once_than_there_is_room_for);
    tcase_add_test(t, any_number_of_moves_may_follow_one_another_within_one_time_out);
    tcase_add_test(t, a_channel_at_its_low_is_left_alone_and_below_it_filled);
    tcase_add_test(t, what_is_not_free_comes_from_the_other_channel);
    tcase_add_test(t, a_channel_above_its_high_gives_back);
    tcase_add_test(t,
                   what_was_just_drained_is_filled_when_the_cool_down_is_over_and_the_wait_is_told);
    tcase_add_test(t, without_a_cool_down_quota_goes_to_and_fro);
    tcase_add_test(t, a_drain_that_failed_restrains_nothing);
    tcase_add_test(t, more_the_same_way_is_served_at_once);
    tcase_add_test(t, what_the_operator_moves_restrains_nothing_and_is_not_restrained);
    tcase_add_test(t, a_move_under_way_is_not_turned_round);
    tcase_add_loop_test(t, a_refused_move_rests_and_is_asked_for_again, 0, 2);
    tcase_add_test(t, a_wish_that_nothing_could_serve_is_served_when_something_can);
    tcase_add_test(t, what_may_be_moved_can_grow_while_no_level_changes);
    return run_tests("moves", t);
}
