/* test_pooled.c — both channels pay from one pool: in belief, in truth, and as the auditor sees it.
 *
 * What is told of a channel stays its own; what it can pay is more, by what the
 * other could give, or less, by what the other lacks. */

#include "core/quota/policy.h"
#include "core/quota/position.h"
#include "tests/audited.h"
#include "tests/small_core.h"

enum { U = CHANNEL_UNIONPAY, N = CHANNEL_NETSUNION, FIRST = 100 };

/* --- the policy that is none ----------------------------------------------------------- */

START_TEST(pooled_maps_all_that_is_not_kept_and_moves_nothing)
{
    const struct policy *policy = policy_of(ALLOCATION_POOLED);
    int64_t mapped_fen[CHANNELS];
    ck_assert_str_eq(policy->name, "pooled");
    ck_assert(policy->wish == NULL);
    policy->open(&(struct allocation){.unallocated_keep_fen = 100}, 1001, mapped_fen);
    ck_assert_int_eq(mapped_fen[U], 451);
    ck_assert_int_eq(mapped_fen[N], 450);
    policy->open(&(struct allocation){.unallocated_keep_fen = 100}, 99, mapped_fen);
    ck_assert_int_eq(mapped_fen[U] + mapped_fen[N], 0);
}
END_TEST

START_TEST(no_other_policy_pools)
{
    for (int kind = 0; kind < ALLOCATION_KINDS; kind++)
        ck_assert(policy_of((enum allocation_kind)kind)->pools == (kind == ALLOCATION_POOLED));
}
END_TEST

/* --- positions ---------------------------------------------------------------------------- */

static struct position mine, other;

static void open_positions(enum receipts_count count, enum settles_to to)
{
    struct quota_rule rule = {.receipts_count = (uint8_t)count, .settles_to = (uint8_t)to};
    position_init(&mine, rule, 100, FIRST);
    position_init(&other, rule, 50, FIRST);
}

static void open_plain(void)
{
    open_positions(RECEIPTS_AT_ONCE, SETTLES_TO_ACS);
}

static const struct {
    int64_t held_fen[2]; /* mine, the other's */
    int64_t payable_fen[2];
} holds[] = {
    {{0, 0}, {150, 150}}, {{100, 0}, {50, 50}}, {{120, 0}, {30, 30}}, /* 20 below zero by itself */
    {{150, 0}, {0, 0}},   {{0, 150}, {0, 0}},   {{90, 60}, {0, 0}},   {{1, 148}, {1, 1}},
};

START_TEST(what_one_pays_the_other_can_not)
{
    struct position *both[] = {&mine, &other};
    for (int i = 0; i < 2; i++)
        if (holds[_i].held_fen[i] > 0)
            position_hold(both[i], both[1 - i], holds[_i].held_fen[i]);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(position_payable_fen(both[i], both[1 - i]), holds[_i].payable_fen[i]);
        ck_assert_int_eq(position_movable_fen(both[i], both[1 - i]), holds[_i].payable_fen[i]);
    }
    ck_assert_int_eq(position_available_fen(&mine), 100 - holds[_i].held_fen[0]); /* its own */
}
END_TEST

START_TEST(a_payment_and_its_settlement_leave_the_pool_as_the_hold_did)
{
    position_hold(&mine, &other, 130);
    ck_assert_int_eq(position_paid(&mine, FIRST, 130), SESSION_BOOKED);
    ck_assert_int_eq(position_payable_fen(&other, &mine), 20);
    ck_assert_int_eq(position_session_settled(&mine, FIRST, -130), SESSION_BOOKED);
    ck_assert_int_eq(mine.mapped_fen, -30);
    ck_assert_int_eq(position_payable_fen(&mine, &other), 20);
    ck_assert_int_eq(position_payable_fen(&other, &mine), 20);
}
END_TEST

static const struct {
    enum receipts_count count;
    enum settles_to to;
    int64_t own_fen; /* payable on the channel that received 80 */
} receipts[] = {
    {RECEIPTS_AT_ONCE, SETTLES_TO_ACS, 230},
    {RECEIPTS_AT_SESSION, SETTLES_TO_ACS, 150},
    {RECEIPTS_AT_SETTLEMENT, SETTLES_TO_ACS, 150},
    {RECEIPTS_AT_ONCE, SETTLES_TO_VIRTUAL_ID, 150},
    {RECEIPTS_AT_SETTLEMENT, SETTLES_TO_VIRTUAL_ID, 150},
};

/* Else custody could be below zero from one house's settlement to the other's. */
START_TEST(unsettled_receipts_are_paid_out_where_they_came_in)
{
    open_positions(receipts[_i].count, receipts[_i].to);
    ck_assert_int_eq(position_receipt(&other, FIRST, 80), SESSION_BOOKED);
    ck_assert_int_eq(position_payable_fen(&other, &mine), receipts[_i].own_fen);
    ck_assert_int_eq(position_payable_fen(&mine, &other), 150);
    ck_assert_int_eq(position_movable_fen(&other, &mine), 150);
    ck_assert_int_eq(position_session_settled(&other, FIRST, 80), SESSION_BOOKED);
    ck_assert_int_eq(position_payable_fen(&mine, &other),
                     receipts[_i].to == SETTLES_TO_ACS ? 230 : 150);
}
END_TEST

START_TEST(a_hold_above_what_the_pool_has_stops_the_program)
{
    position_hold(&mine, &other, 151);
}
END_TEST

START_TEST(a_second_hold_above_what_is_left_in_the_pool_stops_the_program)
{
    position_hold(&mine, &other, 130);
    position_hold(&other, &mine, 21); /* of its own it would have 50 */
}
END_TEST

START_TEST(a_decrease_above_what_the_pool_has_stops_the_program)
{
    position_hold(&mine, &other, 130);
    position_decrease_sent(&other, &mine, 21);
}
END_TEST

/* --- the core ------------------------------------------------------------------------------ */

static struct small_core s;

static void request(uint64_t reference, int64_t amount_fen, uint8_t routes)
{
    s.now_us += US_PER_S;
    small_apply(&s, (struct input){.kind = INPUT_PAYOUT_REQUESTED,
                                   .routes = routes,
                                   .priority = 5,
                                   .amount_fen = amount_fen,
                                   .reference = {.lo = reference}});
}

static void open_core(enum allocation_kind kind)
{
    small_config(&s, 1000);
    s.config.allocation_kind = kind;
    s.config.allocation.static_ppm[U] = s.config.allocation.static_ppm[N] = PPM / 2;
    small_apply(&s, (struct input){.kind = INPUT_TICKED});
}

static uint32_t sent(void)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < s.fx.order_count; i++)
        count += s.fx.orders[i].kind == ORDER_PAY;
    return count;
}

START_TEST(a_channel_pays_with_what_is_mapped_to_the_other)
{
    open_core(ALLOCATION_POOLED);
    request(1, 800, 1 << U);
    ck_assert_uint_eq(sent(), 1);
    ck_assert_int_eq(small_fact(&s, FACT_SENT).other, -300); /* told of the channel alone */
    request(2, 201, 1 << N);
    ck_assert_uint_eq(sent(), 0);
    request(3, 200, 1 << N);
    ck_assert_uint_eq(sent(), 1);
    small_free(&s);
}
END_TEST

START_TEST(without_a_pool_it_does_not)
{
    open_core(ALLOCATION_STATIC);
    request(1, 501, 1 << U);
    ck_assert_uint_eq(sent(), 0);
    small_free(&s);
}
END_TEST

START_TEST(what_one_channel_receives_wakes_a_payout_that_waits_on_the_other)
{
    open_core(ALLOCATION_POOLED);
    request(1, 900, 1 << U);
    request(2, 150, 1 << U);
    ck_assert_uint_eq(sent(), 0);
    small_apply(&s, (struct input){.kind = INPUT_RECEIPT_NOTIFIED,
                                   .channel = N,
                                   .session = SMALL_SESSION,
                                   .count = 1,
                                   .amount_fen = 60});
    ck_assert_uint_eq(sent(), 0); /* not settled yet */
    small_apply(&s, (struct input){.kind = INPUT_SESSION_SETTLED,
                                   .channel = N,
                                   .session = SMALL_SESSION,
                                   .amount_fen = 60,
                                   .other_fen = 60});
    ck_assert_uint_eq(sent(), 1);
    small_free(&s);
}
END_TEST

/* --- the houses ----------------------------------------------------------------------------- */

static void open_houses(void)
{
    stage_set();
    stage.terms.pooled = true;
    stage_open();
}

START_TEST(a_house_pays_with_what_is_mapped_to_the_other_and_not_a_fen_more)
{
    open_houses();
    stage_pay(UNIONPAY, 1, STAGE_MAPPED_FEN + 1000);
    stage_after(10 * US_PER_S);
    ck_assert_uint_eq(facts_of(FACT_TRUE_PAID, 1), 1);
    ck_assert_int_eq(available_fen_of(UNIONPAY), -1000);
    stage_pay(NETSUNION, 2, STAGE_MAPPED_FEN - 999);
    stage_pay(NETSUNION, 3, STAGE_MAPPED_FEN - 1000);
    stage_after(10 * US_PER_S);
    ck_assert_uint_eq(facts_of(FACT_TRUE_PAID, 2), 0);
    ck_assert_uint_eq(facts_of(FACT_TRUE_PAID, 3), 1);
    ck_assert_int_eq(house_payable_fen(stage_house(UNIONPAY)), 0);
    stage_until(stage_at(30, 10, 1)); /* both settle, in their order */
    ck_assert_int_eq(house_mapped_fen(stage_house(UNIONPAY)), -1000);
    ck_assert_int_eq(world_acs_fen(stage.world), 200000); /* what was unallocated */
    stage_close();
}
END_TEST

START_TEST(custody_is_never_below_zero_whichever_house_settles_first)
{
    open_houses();
    stage_collect(NETSUNION, 700000, 0);
    stage_pay(UNIONPAY, 1, 2 * STAGE_MAPPED_FEN + 1);
    stage_pay(UNIONPAY, 2, 2 * STAGE_MAPPED_FEN);
    stage_pay(NETSUNION, 3, 700000);
    stage_after(10 * US_PER_S);
    ck_assert_uint_eq(facts_of(FACT_TRUE_PAID, 1), 0);
    ck_assert_uint_eq(facts_of(FACT_TRUE_PAID, 2), 1);
    ck_assert_uint_eq(facts_of(FACT_TRUE_PAID, 3), 1);
    stage_until(stage_at(30, 10, 1)); /* stage_check() looks after each event */
    ck_assert_int_eq(world_acs_fen(stage.world), 200000);
    stage_close();
}
END_TEST

START_TEST(quota_that_the_other_house_has_spent_cannot_be_moved_away)
{
    open_houses();
    stage_pay(UNIONPAY, 1, STAGE_MAPPED_FEN + 1000);
    stage_after(10 * US_PER_S);
    stage_move(NETSUNION, 2, ORDER_DECREASE, STAGE_MAPPED_FEN - 999);
    stage_move(UNIONPAY, 3, ORDER_DECREASE, STAGE_MAPPED_FEN - 1000);
    stage_after(10 * US_PER_S);
    ck_assert_uint_eq(facts_of(FACT_TRUE_MOVED, 2), 0);
    ck_assert_uint_eq(facts_of(FACT_TRUE_MOVED, 3), 1);
    ck_assert_int_eq(house_payable_fen(stage_house(NETSUNION)), 0);
    stage_close();
}
END_TEST

/* --- the auditor ----------------------------------------------------------------------------- */

static void audit(enum allocation_kind kind)
{
    stage_set();
    stage.terms.pooled = policy_of(kind)->pools;
    audit_open((struct core_config){.limits = {.open_payouts = 64, .remembered = 1000},
                                    .allocation_kind = kind,
                                    .bypass_max = 2});
    tell_opened();
}

static void tell_queued(uint32_t slot, int64_t amount_fen)
{
    tell((struct fact){.kind = FACT_REQUESTED, .subject = slot, .amount_fen = amount_fen});
    tell((struct fact){.kind = FACT_QUEUED,
                       .channel = CHANNEL_NONE,
                       .routes = 3,
                       .subject = slot,
                       .id = slot,
                       .amount_fen = amount_fen});
}

static void tell_sent(uint32_t slot, uint8_t c, int64_t amount_fen, int64_t available_fen)
{
    tell((struct fact){.kind = FACT_SENT,
                       .channel = c,
                       .reason = c == config.primary ? REASON_PRIMARY : REASON_QUOTA_LOW,
                       .subject = slot,
                       .id = slot,
                       .amount_fen = amount_fen,
                       .other = available_fen});
    stage_pay(c, slot, amount_fen);
    after_event();
}

START_TEST(the_auditor_reads_the_sum_and_only_of_a_pool)
{
    bool pool = _i == 0;
    audit(pool ? ALLOCATION_POOLED : ALLOCATION_STATIC);
    tell_queued(1, STAGE_MAPPED_FEN + 1000);
    tell_sent(1, UNIONPAY, STAGE_MAPPED_FEN + 1000, -1000);
    ck_assert_msg(auditor_broken(stage.auditor) == !pool, "%s", auditor_first(stage.auditor));
    ck_assert_uint_eq(broken(INVARIANT_QUEUE_ORDER), !pool); /* no room for it */
    audit_close();
}
END_TEST

static void took(uint8_t c, uint32_t slot, int64_t amount_fen)
{
    tell((struct fact){
        .kind = FACT_TRUE_ACCEPTED, .channel = c, .id = slot, .amount_fen = amount_fen});
}

START_TEST(a_pool_that_is_overdrawn_is_found)
{
    audit(ALLOCATION_POOLED);
    took(UNIONPAY, 1, 2 * STAGE_MAPPED_FEN);
    ck_assert_uint_eq(broken(INVARIANT_NEVER_OVERDRAWN), 0);
    took(NETSUNION, 2, 1);
    ck_assert_uint_eq(broken(INVARIANT_NEVER_OVERDRAWN), 1);
    audit_close();
}
END_TEST

START_TEST(who_could_have_gone_first_with_the_other_channels_quota_is_found)
{
    audit(ALLOCATION_POOLED);
    tell_queued(1, STAGE_MAPPED_FEN + 1); /* too large for one channel, not for the pool */
    tell_queued(2, 10);
    tell_sent(2, NETSUNION, 10, STAGE_MAPPED_FEN - 10);
    ck_assert_uint_eq(broken(INVARIANT_QUEUE_ORDER), 1);
    audit_close();
}
END_TEST

START_TEST(a_pool_believed_larger_than_it_is_is_found)
{
    audit(ALLOCATION_POOLED);
    after_event();
    ck_assert(!auditor_broken(stage.auditor));
    took(UNIONPAY, 1, 10); /* without the treasury's asking */
    stage_pay(UNIONPAY, 1, 10);
    after_event();
    ck_assert_uint_ge(broken(INVARIANT_BELIEF_BELOW_TRUTH), 2); /* by itself, and as a pool */
    audit_close();
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("pooled");
    tcase_add_checked_fixture(t, open_plain, NULL);
    tcase_add_test(t, pooled_maps_all_that_is_not_kept_and_moves_nothing);
    tcase_add_test(t, no_other_policy_pools);
    tcase_add_loop_test(t, what_one_pays_the_other_can_not, 0, COUNT(holds));
    tcase_add_test(t, a_payment_and_its_settlement_leave_the_pool_as_the_hold_did);
    tcase_add_loop_test(t, unsettled_receipts_are_paid_out_where_they_came_in, 0, COUNT(receipts));
    tcase_add_test_raise_signal(t, a_hold_above_what_the_pool_has_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_second_hold_above_what_is_left_in_the_pool_stops_the_program,
                                SIGABRT);
    tcase_add_test_raise_signal(t, a_decrease_above_what_the_pool_has_stops_the_program, SIGABRT);
    tcase_add_test(t, a_channel_pays_with_what_is_mapped_to_the_other);
    tcase_add_test(t, without_a_pool_it_does_not);
    tcase_add_test(t, what_one_channel_receives_wakes_a_payout_that_waits_on_the_other);
    tcase_add_test(t, a_house_pays_with_what_is_mapped_to_the_other_and_not_a_fen_more);
    tcase_add_test(t, custody_is_never_below_zero_whichever_house_settles_first);
    tcase_add_test(t, quota_that_the_other_house_has_spent_cannot_be_moved_away);
    tcase_add_loop_test(t, the_auditor_reads_the_sum_and_only_of_a_pool, 0, 2);
    tcase_add_test(t, a_pool_that_is_overdrawn_is_found);
    tcase_add_test(t, who_could_have_gone_first_with_the_other_channels_quota_is_found);
    tcase_add_test(t, a_pool_believed_larger_than_it_is_is_found);
    return run_tests("pooled", t);
}
