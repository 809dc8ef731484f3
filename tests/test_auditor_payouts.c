/* test_auditor_payouts.c — what the auditor finds about payouts and moves: lives out of order,
 * routes and reasons that cannot be. */

#include "tests/violation.h"

static void pay_again_on(uint8_t c)
{
    struct order o = payment(c, ORDER_B, 2000);
    o.reference.lo = ORDER_A;
    tell_sent(B, c, ORDER_B, 2000);
    stage_order(o);
    stage_after(10 * US_PER_S);
    ck_assert_uint_eq(auditor_paid_twice(stage.auditor), 1);
}

static void paid_again_here(void)
{
    pay_again_on(UNIONPAY);
}

static void paid_again_elsewhere(void)
{
    pay_again_on(NETSUNION);
}

static void sent_while_in_doubt(void)
{
    tell_sent(A, UNIONPAY, ORDER_A + 1000, 1000);
}

static void slot_taken_while_open(void)
{
    tell_request(A, 1000);
}

static void refused_unasked(void)
{
    tell((struct fact){.kind = FACT_REFUSED, .reason = REASON_POOL_FULL, .subject = NONE});
}

static void returned_unpaid(void)
{
    tell_belief((struct fact){.kind = FACT_RETURNED, .subject = NONE, .state = PAYOUT_RECONCILED},
                0);
}

static void request_vanishes(void)
{
    tell((struct fact){.kind = FACT_REQUESTED, .subject = NONE, .amount_fen = 1});
}

static void next_query_in_the_past(void)
{
    tell_doubt(A, stage.now_us - 1);
}

static void never_asked_again(void)
{
    tell_doubt(A, NEVER_US);
}

static void query_missed(void)
{
    stage_after(US_PER_HOUR + 1);
}

static const struct violation violations[] = {
    PLANT(SENT, PAID_ONCE, paid_again_here, 0, 1),
    PLANT(SENT, PAID_ONCE, paid_again_elsewhere, 0, 1),
    PLANT(DOUBTED, ONE_STATE, sent_while_in_doubt, 0, 1),
    PLANT(QUEUED, ONE_STATE, slot_taken_while_open, 0, 2),
    PLANT(QUEUED, ONE_STATE, refused_unasked, 0, 1),
    PLANT(PAID, ONE_STATE, returned_unpaid, 0, 1),
    PLANT(QUEUED, ONE_STATE, request_vanishes, 0, 1),
    PLANT(SENT, REASONS, next_query_in_the_past, 0, 2),
    PLANT(SENT, REASONS, never_asked_again, 0, 1),
    PLANT(DOUBTED, REASONS, query_missed, 0, 1),
};

START_TEST(a_planted_violation_is_found_and_called_by_its_name)
{
    check_planted(&violations[_i]);
}
END_TEST

/* --- why it went there ------------------------------------------------------------------- */

static const struct {
    uint8_t routes;
    uint8_t denied;
    uint8_t channel; /* the primary is UnionPay */
    enum routing_kind kind;
    enum reason reason;
    uint32_t attempt;
    bool may;
} routings[] = {
    {1, 0, UNIONPAY, ROUTING_BY_COST, REASON_ONLY_ROUTE, 1, true},
    {3, 0, UNIONPAY, ROUTING_BY_COST, REASON_ONLY_ROUTE, 1, false},
    {2, 0, NETSUNION, ROUTING_PRIMARY_FIRST, REASON_TRIED_ELSEWHERE, 2, true},
    {2, 0, NETSUNION, ROUTING_PRIMARY_FIRST, REASON_TRIED_ELSEWHERE, 1, false},
    {3, 0, NETSUNION, ROUTING_PRIMARY_FIRST, REASON_TRIED_ELSEWHERE, 2, false},
    {3, 0, UNIONPAY, ROUTING_BY_SUCCESS, REASON_PRIMARY, 1, true},
    {3, 0, NETSUNION, ROUTING_PRIMARY_FIRST, REASON_PRIMARY, 1, false},
    {1, 0, UNIONPAY, ROUTING_PRIMARY_FIRST, REASON_PRIMARY, 1, false},
    {3, 0, NETSUNION, ROUTING_BY_QUOTA, REASON_MORE_QUOTA, 1, true},
    {3, 0, NETSUNION, ROUTING_BY_COST, REASON_MORE_QUOTA, 1, false},
    {3, 0, UNIONPAY, ROUTING_BY_QUOTA, REASON_MORE_QUOTA, 1, false},
    {2, 0, NETSUNION, ROUTING_BY_QUOTA, REASON_MORE_QUOTA, 1, false},
    {3, 0, NETSUNION, ROUTING_BY_COST, REASON_CHEAPER, 1, true},
    {3, 0, NETSUNION, ROUTING_BY_QUOTA, REASON_CHEAPER, 1, false},
    {3, 0, NETSUNION, ROUTING_BY_SUCCESS, REASON_MORE_SUCCESS, 1, true},
    {3, 0, NETSUNION, ROUTING_PRIMARY_FIRST, REASON_MORE_SUCCESS, 1, false},
    {3, 0, NETSUNION, ROUTING_PRIMARY_FIRST, REASON_QUOTA_LOW, 1, true},
    {3, 0, NETSUNION, ROUTING_PRIMARY_FIRST, REASON_CHANNEL_BUSY, 1, true},
    {2, 0, NETSUNION, ROUTING_PRIMARY_FIRST, REASON_CHANNEL_BUSY, 1, false},
    {3, 1, NETSUNION, ROUTING_PRIMARY_FIRST, REASON_QUOTA_LOW, 1, false},
    {3, 1, NETSUNION, ROUTING_PRIMARY_FIRST, REASON_BREAKER_OPEN, 1, true},
    {3, 0, NETSUNION, ROUTING_PRIMARY_FIRST, REASON_BREAKER_OPEN, 1, false},
    {3, 0, UNIONPAY, ROUTING_PRIMARY_FIRST, REASON_NONE, 1, false},
    {3, 0, UNIONPAY, ROUTING_PRIMARY_FIRST, REASON_OPERATOR, 1, false},
};

START_TEST(why_a_payout_went_where_it_went_must_be_possible)
{
    set_story();
    config.routing = routings[_i].kind;
    config.channels[UNIONPAY].fee.fixed_fen = 2;
    config.channels[NETSUNION].fee.fixed_fen = 1;
    tell_opening();
    tell_request(A, 1000);
    struct fact f = queued(A, CLASS, 1000);
    f.routes = routings[_i].routes;
    tell(f);
    if (routings[_i].denied != 0)
        tell((struct fact){.kind = FACT_DENIED,
                           .reason = REASON_BREAKER_OPEN,
                           .subject = A,
                           .routes = routings[_i].denied});
    tell_belief((struct fact){.kind = FACT_SENT,
                              .channel = routings[_i].channel,
                              .reason = (uint8_t)routings[_i].reason,
                              .subject = A,
                              .session = routings[_i].attempt,
                              .id = ORDER_A,
                              .amount_fen = 1000},
                -1000);
    ck_assert_uint_eq(count_of(INVARIANT_REASONS)->broken, !routings[_i].may);
    ck_assert_uint_eq(count_of(INVARIANT_QUEUE_ORDER)->broken, 0);
    audit_close();
}
END_TEST

/* --- which fact may find a payout in which state ------------------------------------------ */

static const struct {
    enum payout_state state;
    const char *may; /* one letter a fact, in the order of `steps` */
} lives[] = {
    {PAYOUT_REQUESTED, "Q....F......."},  {PAYOUT_QUEUED, ".S....EC..HN."},
    {PAYOUT_SENT, "..DPA........"},       {PAYOUT_IN_DOUBT, "...PA........"},
    {PAYOUT_PAID, "........TR..."},       {PAYOUT_SETTLED, ".........R..M"},
    {PAYOUT_RECONCILED, "............."}, {PAYOUT_RETURNED, "............."},
    {PAYOUT_EXPIRED, "............."},    {PAYOUT_CANCELLED, "............."},
    {PAYOUT_FAILED, "............."},
};

static const enum fact_kind steps[] = {
    FACT_QUEUED, FACT_SENT,    FACT_IN_DOUBT,  FACT_PAID,    FACT_ATTEMPT_FAILED,
    FACT_FAILED, FACT_EXPIRED, FACT_CANCELLED, FACT_SETTLED, FACT_RETURNED,
    FACT_HELD,   FACT_DENIED,  FACT_RECONCILED};

static void step(enum fact_kind kind)
{
    struct fact f = queued(A, CLASS, 1000);
    f.kind = (uint8_t)kind;
    f.channel = UNIONPAY;
    f.reason = kind == FACT_SENT ? REASON_PRIMARY : REASON_OPERATOR;
    f.session = config.channels[UNIONPAY].first_session;
    if (kind == FACT_IN_DOUBT)
        f.other = stage.now_us + 1;
    if (kind == FACT_SENT || kind == FACT_ATTEMPT_FAILED)
        tell_belief(f, kind == FACT_SENT ? -1000 : 1000);
    else if (kind == FACT_PAID || kind == FACT_RETURNED)
        tell_belief(f, kind == FACT_PAID ? 0 : 1000);
    else
        tell(f);
}

static void live_to(enum payout_state state)
{
    bool sent = state == PAYOUT_SENT || state == PAYOUT_IN_DOUBT || state == PAYOUT_PAID ||
                state == PAYOUT_SETTLED || state == PAYOUT_RECONCILED || state == PAYOUT_RETURNED;
    tell_request(A, 1000);
    if (state == PAYOUT_FAILED)
        step(FACT_FAILED);
    if (sent || state == PAYOUT_QUEUED || state == PAYOUT_EXPIRED || state == PAYOUT_CANCELLED)
        step(FACT_QUEUED);
    if (state == PAYOUT_EXPIRED || state == PAYOUT_CANCELLED)
        step(state == PAYOUT_EXPIRED ? FACT_EXPIRED : FACT_CANCELLED);
    if (sent)
        step(FACT_SENT);
    if (state == PAYOUT_IN_DOUBT)
        step(FACT_IN_DOUBT);
    if (state == PAYOUT_PAID || state == PAYOUT_SETTLED || state == PAYOUT_RECONCILED ||
        state == PAYOUT_RETURNED)
        step(FACT_PAID);
    if (state == PAYOUT_SETTLED || state == PAYOUT_RECONCILED)
        step(FACT_SETTLED);
    if (state == PAYOUT_RECONCILED)
        step(FACT_RECONCILED);
    if (state == PAYOUT_RETURNED)
        step(FACT_RETURNED);
}

START_TEST(asking_for_a_break_where_none_was_stops_the_program)
{
    set_story();
    auditor_first_break(stage.auditor);
}
END_TEST

START_TEST(a_payout_goes_through_its_life_in_order_or_is_found_out)
{
    for (int s = 0; s < COUNT(steps); s++) {
        set_story();
        tell_opening();
        live_to(lives[_i].state);
        ck_assert_str_eq(auditor_first(stage.auditor), "");
        step(steps[s]);
        ck_assert_msg((count_of(INVARIANT_ONE_STATE)->broken == 0) == (lives[_i].may[s] != '.'),
                      "%s while %s", fact_kind_name(steps[s]), payout_state_name(lives[_i].state));
        audit_close();
    }
}
END_TEST

/* --- reasons ------------------------------------------------------------------------------- */

static const enum fact_kind with_reason[] = {
    FACT_REFUSED, FACT_REPEATED,    FACT_IN_DOUBT,        FACT_ATTEMPT_FAILED, FACT_FAILED,
    FACT_EXPIRED, FACT_CANCELLED,   FACT_CONTRADICTED,    FACT_MOVE_REQUESTED, FACT_BYPASSED,
    FACT_ALERT,   FACT_MOVE_FAILED, FACT_MOVE_RESTRAINED, FACT_HELD,           FACT_DENIED,
};

/* The state it must be told of, where there is one. */
static enum payout_state before(enum fact_kind kind)
{
    return kind == FACT_IN_DOUBT || kind == FACT_ATTEMPT_FAILED ? PAYOUT_SENT
           : kind == FACT_EXPIRED || kind == FACT_CANCELLED || kind == FACT_HELD ||
                   kind == FACT_DENIED
               ? PAYOUT_QUEUED
               : PAYOUT_REQUESTED;
}

START_TEST(a_refusal_doubt_failure_or_alert_without_a_reason_is_found)
{
    for (int given = 0; given < 2; given++) {
        struct fact f = {.kind = (uint8_t)with_reason[_i],
                         .channel = UNIONPAY,
                         .reason = given ? REASON_OPERATOR : REASON_NONE,
                         .routes = 1 << UNIONPAY,
                         .subject = A,
                         .other = stage_at(28, 8, 1)};
        set_story();
        tell_opening();
        live_to(before(with_reason[_i]));
        if (f.kind == FACT_ATTEMPT_FAILED) {
            f.amount_fen = 1000;
            f.other = STAGE_MAPPED_FEN;
        }
        tell(f);
        ck_assert_uint_eq(count_of(INVARIANT_REASONS)->broken, !given);
        ck_assert_uint_eq(count_of(INVARIANT_IDENTITIES)->broken, 0);
        audit_close();
    }
}
END_TEST

/* --- to and fro ---------------------------------------------------------------------------- */

enum { FREE = CHANNEL_NONE };

/* One move and another after it: whether a policy may make it. */
static const struct {
    uint8_t from[2];
    uint8_t to[2];
    enum reason reason[2];
    int64_t after_us; /* since the first ended */
    bool fine;
} turns[] = {
    {{FREE, UNIONPAY}, {UNIONPAY, FREE}, {REASON_BELOW_LOW, REASON_ABOVE_HIGH}, 0, false},
    {{FREE, UNIONPAY},
     {UNIONPAY, FREE},
     {REASON_BELOW_LOW, REASON_ABOVE_HIGH},
     10 * US_PER_MINUTE - 1,
     false},
    {{FREE, UNIONPAY},
     {UNIONPAY, FREE},
     {REASON_BELOW_LOW, REASON_ABOVE_HIGH},
     10 * US_PER_MINUTE,
     true},
    {{UNIONPAY, NETSUNION}, {NETSUNION, UNIONPAY}, {REASON_BELOW_LOW, REASON_BELOW_LOW}, 1, false},
    {{UNIONPAY, FREE}, {NETSUNION, UNIONPAY}, {REASON_BELOW_LOW, REASON_BELOW_LOW}, 1, false},
    {{UNIONPAY, UNIONPAY}, {NETSUNION, NETSUNION}, {REASON_BELOW_LOW, REASON_BELOW_LOW}, 1, true},
    {{FREE, UNIONPAY}, {UNIONPAY, FREE}, {REASON_BELOW_LOW, REASON_OPERATOR}, 1, true},
    {{FREE, UNIONPAY}, {UNIONPAY, FREE}, {REASON_OPERATOR, REASON_ABOVE_HIGH}, 1, true},
};

START_TEST(a_policy_that_turns_a_young_move_round_is_found)
{
    for (int under_way = 0; under_way < 2; under_way++) {
        set_story();
        tell_opening();
        tell_move(FACT_MOVE_REQUESTED, 0, turns[_i].from[0], turns[_i].to[0], turns[_i].reason[0]);
        if (!under_way)
            tell_move(FACT_MOVE_DONE, 0, turns[_i].from[0], turns[_i].to[0], turns[_i].reason[0]);
        stage.now_us += turns[_i].after_us;
        tell_move(FACT_MOVE_REQUESTED, 1, turns[_i].from[1], turns[_i].to[1], turns[_i].reason[1]);
        bool fine = turns[_i].fine && !(under_way && turns[_i].after_us == 10 * US_PER_MINUTE);
        ck_assert_int_eq(count_of(INVARIANT_NO_BOUNCE)->broken > 0, !fine);
        audit_close();
    }
}
END_TEST

START_TEST(a_move_that_failed_before_it_left_may_be_turned_round)
{
    for (int left = 0; left < 2; left++) {
        set_story();
        tell_opening();
        tell_move(FACT_MOVE_REQUESTED, 0, UNIONPAY, NETSUNION, REASON_BELOW_LOW);
        if (left)
            tell_belief((struct fact){.kind = FACT_MOVE_LEG_DONE, .channel = UNIONPAY}, 0);
        tell_move(FACT_MOVE_FAILED, 0, UNIONPAY, NETSUNION, REASON_BELOW_LOW);
        tell_move(FACT_MOVE_REQUESTED, 1, FREE, UNIONPAY, REASON_BELOW_LOW);
        ck_assert_uint_eq(count_of(INVARIANT_NO_BOUNCE)->broken, left != 0);
        audit_close();
    }
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("auditor_payouts");
    tcase_add_loop_test(t, a_planted_violation_is_found_and_called_by_its_name, 0,
                        COUNT(violations));
    tcase_add_test_raise_signal(t, asking_for_a_break_where_none_was_stops_the_program, SIGABRT);
    tcase_add_loop_test(t, a_payout_goes_through_its_life_in_order_or_is_found_out, 0,
                        COUNT(lives));
    tcase_add_loop_test(t, why_a_payout_went_where_it_went_must_be_possible, 0, COUNT(routings));
    tcase_add_loop_test(t, a_refusal_doubt_failure_or_alert_without_a_reason_is_found, 0,
                        COUNT(with_reason));
    tcase_add_loop_test(t, a_policy_that_turns_a_young_move_round_is_found, 0, COUNT(turns));
    tcase_add_test(t, a_move_that_failed_before_it_left_may_be_turned_round);
    return run_tests("auditor_payouts", t);
}
