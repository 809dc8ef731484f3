/* test_position.c — what is believed of a quota, beside the truth of the mock house. */

#include <string.h>

#include "core/base/pool.h"
#include "core/quota/position.h"
#include "core/payout/payout.h"
#include "mocks/world.h"
#include "tests/small_core.h"

enum { FIRST = 10, FAR = FIRST + SESSIONS_MAX };

static struct position position;

static const struct quota_rule to_acs = {RECEIPTS_AT_ONCE, SETTLES_TO_ACS};
static const struct quota_rule to_virtual_id = {RECEIPTS_AT_ONCE, SETTLES_TO_VIRTUAL_ID};

static void open_with(struct quota_rule rule, int64_t mapped_fen)
{
    position_init(&position, rule, mapped_fen, FIRST);
}

static void fresh_position(void)
{
    open_with(to_acs, 1000);
}

static void must_be(int64_t mapped_fen, int64_t held_fen, int64_t available_fen)
{
    ck_assert_int_eq(position.mapped_fen, mapped_fen);
    ck_assert_int_eq(position.held_fen, held_fen);
    ck_assert_int_eq(position_available_fen(&position), available_fen);
}

static void receive(uint32_t session, int64_t amount_fen)
{
    ck_assert_int_eq(position_receipt(&position, session, amount_fen), SESSION_BOOKED);
}

static void pay(uint32_t session, int64_t amount_fen)
{
    position_hold(&position, NULL, amount_fen);
    ck_assert_int_eq(position_paid(&position, session, amount_fen), SESSION_BOOKED);
}

static void close(uint32_t session, int64_t receipts_fen, int64_t want_untold_fen)
{
    int64_t untold_fen = -1;
    ck_assert_int_eq(position_session_closed(&position, session, receipts_fen, &untold_fen),
                     SESSION_BOOKED);
    ck_assert_int_eq(untold_fen, want_untold_fen);
}

static void settle(uint32_t session, int64_t net_fen)
{
    ck_assert_int_eq(position_session_settled(&position, session, net_fen), SESSION_BOOKED);
}

/* --- how a session counts ---------------------------------------------------------- */

static const struct {
    enum receipts_count count;
    enum settles_to to;
    bool closed;
    int64_t want_fen[3]; /* of receipts and payments 80 and 30; 30 and 80; 0 and 0 */
} rules[] = {
    {RECEIPTS_AT_ONCE, SETTLES_TO_ACS, false, {50, -50, 0}},
    {RECEIPTS_AT_ONCE, SETTLES_TO_ACS, true, {50, -50, 0}},
    {RECEIPTS_AT_SESSION, SETTLES_TO_ACS, false, {-30, -80, 0}},
    {RECEIPTS_AT_SESSION, SETTLES_TO_ACS, true, {50, -50, 0}},
    {RECEIPTS_AT_SETTLEMENT, SETTLES_TO_ACS, false, {-30, -80, 0}},
    {RECEIPTS_AT_SETTLEMENT, SETTLES_TO_ACS, true, {-30, -80, 0}},
    {RECEIPTS_AT_ONCE, SETTLES_TO_VIRTUAL_ID, false, {0, -50, 0}},
    {RECEIPTS_AT_ONCE, SETTLES_TO_VIRTUAL_ID, true, {0, -50, 0}},
    {RECEIPTS_AT_SESSION, SETTLES_TO_VIRTUAL_ID, false, {-30, -80, 0}},
    {RECEIPTS_AT_SESSION, SETTLES_TO_VIRTUAL_ID, true, {-30, -80, 0}},
    {RECEIPTS_AT_SETTLEMENT, SETTLES_TO_VIRTUAL_ID, false, {-30, -80, 0}},
    {RECEIPTS_AT_SETTLEMENT, SETTLES_TO_VIRTUAL_ID, true, {-30, -80, 0}},
};

static struct quota_rule rule_of(int i)
{
    return (struct quota_rule){(uint8_t)rules[i].count, (uint8_t)rules[i].to};
}

START_TEST(a_session_counts_by_its_rule)
{
    static const int64_t sums_fen[3][2] = {{80, 30}, {30, 80}, {0, 0}};
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(
            quota_rule_g_fen(rule_of(_i), rules[_i].closed, sums_fen[i][0], sums_fen[i][1]),
            rules[_i].want_fen[i]);
}
END_TEST

START_TEST(a_position_counts_its_sessions_by_the_same_rule)
{
    open_with(rule_of(_i), 1000);
    pay(FIRST, 30);
    receive(FIRST, 80);
    if (rules[_i].closed)
        close(FIRST, 80, 0);
    must_be(1000, 0, 1000 + rules[_i].want_fen[0]);
}
END_TEST

static const struct {
    enum settles_to to;
    int64_t net_fen;
    int64_t want_fen;
} nets[] = {
    {SETTLES_TO_ACS, 50, 50},       {SETTLES_TO_ACS, -50, -50},
    {SETTLES_TO_VIRTUAL_ID, 50, 0}, {SETTLES_TO_VIRTUAL_ID, -50, -50},
    {SETTLES_TO_VIRTUAL_ID, 0, 0},
};

START_TEST(a_net_goes_where_the_house_settles)
{
    struct quota_rule rule = {RECEIPTS_AT_ONCE, (uint8_t)nets[_i].to};
    ck_assert_int_eq(quota_rule_to_acs_fen(rule, nets[_i].net_fen), nets[_i].want_fen);
}
END_TEST

START_TEST(available_never_falls_by_settling)
{
    for (int receipts_fen = 0; receipts_fen <= 100; receipts_fen += 50) {
        open_with(rule_of(_i), 1000);
        if (receipts_fen > 0)
            receive(FIRST, receipts_fen);
        pay(FIRST, 50);
        close(FIRST, receipts_fen, 0);
        int64_t before_fen = position_available_fen(&position);
        settle(FIRST, receipts_fen - 50);
        ck_assert_int_ge(position_available_fen(&position), before_fen);
        ck_assert_int_eq(position_available_fen(&position), position.mapped_fen);
        if (rules[_i].count == RECEIPTS_AT_ONCE) /* it rises only where receipts counted late */
            ck_assert_int_eq(position_available_fen(&position), before_fen);
    }
}
END_TEST

/* --- holds ---------------------------------------------------------------------------- */

START_TEST(a_hold_is_released_or_becomes_a_payment)
{
    position_hold(&position, NULL, 600);
    must_be(1000, 600, 400);
    position_hold(&position, NULL, 400); /* to the last fen */
    must_be(1000, 1000, 0);
    position_release(&position, 400);
    must_be(1000, 600, 400);
    ck_assert_int_eq(position_paid(&position, FIRST, 600), SESSION_BOOKED);
    must_be(1000, 0, 400);
    ck_assert_int_eq(position_session(&position, FIRST)->payments_fen, 600);
}
END_TEST

START_TEST(receipts_at_once_may_be_held_at_once)
{
    receive(FIRST, 500);
    position_hold(&position, NULL, 1500);
    must_be(1000, 1500, 0);
}
END_TEST

START_TEST(a_hold_above_what_is_available_stops_the_program)
{
    position_hold(&position, NULL, 1001);
}
END_TEST

static const int64_t not_amounts[] = {0, -1, INT64_MIN};

START_TEST(a_hold_of_nothing_stops_the_program)
{
    position_hold(&position, NULL, not_amounts[_i]);
}
END_TEST

START_TEST(a_release_of_more_than_is_held_stops_the_program)
{
    position_hold(&position, NULL, 10);
    position_release(&position, 11);
}
END_TEST

START_TEST(a_payment_of_more_than_is_held_stops_the_program)
{
    position_hold(&position, NULL, 10);
    position_paid(&position, FIRST, 11);
}
END_TEST

START_TEST(a_receipt_of_nothing_stops_the_program)
{
    position_receipt(&position, FIRST, not_amounts[_i]);
}
END_TEST

START_TEST(a_quota_below_zero_at_the_start_stops_the_program)
{
    open_with(to_acs, -1);
}
END_TEST

/* --- sessions ---------------------------------------------------------------------------- */

START_TEST(closing_tells_what_no_notice_told)
{
    receive(FIRST, 30);
    close(FIRST, 100, 70);
    must_be(1000, 0, 1100);
}
END_TEST

START_TEST(closing_corrects_what_was_told_too_high)
{
    receive(FIRST, 130);
    close(FIRST, 100, -30);
    must_be(1000, 0, 1100);
}
END_TEST

START_TEST(a_receipt_of_a_closed_session_was_counted_in_its_total)
{
    close(FIRST, 100, 100);
    struct position before = position;
    ck_assert_int_eq(position_receipt(&position, FIRST, 40), SESSION_COUNTED_BEFORE);
    ck_assert_mem_eq(&position, &before, sizeof before);
}
END_TEST

START_TEST(a_session_told_closed_twice_counts_once)
{
    int64_t untold_fen = 42;
    close(FIRST, 100, 100);
    struct position before = position;
    ck_assert_int_eq(position_session_closed(&position, FIRST, 170, &untold_fen),
                     SESSION_COUNTED_BEFORE);
    ck_assert_int_eq(untold_fen, 42);
    ck_assert_mem_eq(&position, &before, sizeof before);
}
END_TEST

START_TEST(a_payment_heard_after_closing_still_counts)
{
    position_hold(&position, NULL, 60);
    close(FIRST, 100, 100);
    ck_assert_int_eq(position_paid(&position, FIRST, 60), SESSION_BOOKED);
    must_be(1000, 0, 1040);
}
END_TEST

/* The classic error is to count it twice.  A session settles with a net that
 * has everything in, told or not; what is heard of it later is no news. */
START_TEST(late_news_of_a_settled_session_releases_the_hold_and_changes_no_other_quota)
{
    open_with(rule_of(_i), 1000);
    position_hold(&position, NULL, 60); /* paid there, not yet told here */
    receive(FIRST, 30);                 /* of 100, and 70 not yet told */
    close(FIRST, 100, 70);
    settle(FIRST, 100 - 60);
    int64_t mapped_fen = rules[_i].to == SETTLES_TO_ACS ? 1040 : 1000;
    must_be(mapped_fen, 60, mapped_fen - 60);

    struct position before = position;
    int64_t untold_fen = 42;
    ck_assert_int_eq(position_receipt(&position, FIRST, 70), SESSION_SETTLED_BEFORE);
    ck_assert_int_eq(position_session_closed(&position, FIRST, 100, &untold_fen),
                     SESSION_SETTLED_BEFORE);
    ck_assert_int_eq(untold_fen, 42);
    ck_assert_int_eq(position_session_settled(&position, FIRST, 40), SESSION_SETTLED_BEFORE);
    ck_assert_mem_eq(&position, &before, sizeof before);

    ck_assert_int_eq(position_paid(&position, FIRST, 60), SESSION_SETTLED_BEFORE);
    before.held_fen = 0;
    ck_assert_mem_eq(&position, &before, sizeof before);
    must_be(mapped_fen, 0, mapped_fen);
}
END_TEST

/* Also where an older session is still open, so that the settled one keeps its place. */
START_TEST(late_news_counts_for_nothing_behind_an_open_session_too)
{
    position_hold(&position, NULL, 60);
    receive(FIRST + 1, 100);
    settle(FIRST + 1, 40);
    ck_assert_uint_eq(position.oldest, FIRST);
    struct position before = position;
    ck_assert_int_eq(position_receipt(&position, FIRST + 1, 70), SESSION_SETTLED_BEFORE);
    ck_assert_mem_eq(&position, &before, sizeof before);
    ck_assert_ptr_null(position_session(&position, FIRST + 1));
    ck_assert_int_eq(position_paid(&position, FIRST + 1, 60), SESSION_SETTLED_BEFORE);
    must_be(1040, 0, 1040);
}
END_TEST

START_TEST(sessions_told_settled_out_of_order_all_count)
{
    receive(FIRST, 1);
    receive(FIRST + 1, 20);
    receive(FIRST + 2, 300);
    settle(FIRST + 2, 300);
    settle(FIRST, 1);
    ck_assert_uint_eq(position.oldest, FIRST + 1);
    must_be(1301, 0, 1321);
    settle(FIRST + 1, 20);
    ck_assert_uint_eq(position.oldest, FIRST + 3);
    must_be(1321, 0, 1321);
}
END_TEST

START_TEST(a_place_serves_again_when_its_session_is_settled)
{
    for (uint32_t s = FIRST; s < FIRST + 3 * SESSIONS_MAX; s++) {
        struct session *one = position_session(&position, s);
        ck_assert_in_loop(one != NULL && one->receipts_fen == 0 && one->payments_fen == 0);
        ck_assert_in_loop(!one->closed && one->paid_head == NONE && one->paid_tail == NONE);
        ck_assert_in_loop(position_receipt(&position, s, 5) == SESSION_BOOKED);
        one->paid_head = one->paid_tail = 7;
        ck_assert_in_loop(position_session_settled(&position, s, 5) == SESSION_BOOKED);
    }
    must_be(1000 + 15 * SESSIONS_MAX, 0, 1000 + 15 * SESSIONS_MAX);
}
END_TEST

static const struct {
    uint32_t session;
    enum session_news want;
} numbers[] = {
    {0, SESSION_SETTLED_BEFORE}, {FIRST - 1, SESSION_SETTLED_BEFORE},
    {FIRST, SESSION_BOOKED},     {FAR - 1, SESSION_BOOKED},
    {FAR, SESSION_UNHEARD_OF},   {UINT32_MAX, SESSION_UNHEARD_OF},
};

START_TEST(a_session_that_cannot_be_is_refused_and_nothing_changes)
{
    uint32_t session = numbers[_i].session;
    enum session_news want = numbers[_i].want;
    int64_t untold_fen = 42;
    position_hold(&position, NULL, 60);
    struct position before = position;

    ck_assert_int_eq(position_session(&position, session) != NULL, want == SESSION_BOOKED);
    ck_assert_int_eq(position_receipt(&position, session, 5), want);
    ck_assert_int_eq(position_session_closed(&position, session, 5, &untold_fen), want);
    ck_assert_int_eq(position_session_settled(&position, session, 5), want);
    if (want != SESSION_BOOKED)
        ck_assert_mem_eq(&position, &before, sizeof before);
    enum session_news late = want == SESSION_BOOKED ? SESSION_SETTLED_BEFORE : want;
    ck_assert_int_eq(position_paid(&position, session, 60), late);
    ck_assert_int_eq(position.held_fen, late == SESSION_UNHEARD_OF ? 60 : 0);
}
END_TEST

/* --- moves --------------------------------------------------------------------------------- */

START_TEST(what_leaves_is_gone_when_sent_and_back_when_refused)
{
    position_decrease_sent(&position, NULL, 300);
    must_be(1000, 0, 700);
    position_decrease_ended(&position, 300, false);
    must_be(1000, 0, 1000);
    position_decrease_sent(&position, NULL, 300);
    position_decrease_ended(&position, 300, true);
    must_be(700, 0, 700);
}
END_TEST

START_TEST(what_comes_counts_only_when_done)
{
    position_increase_asked(&position, 300);
    must_be(1000, 0, 1000);
    ck_assert_int_eq(position.coming_fen, 300);
    position_increase_ended(&position, 300, false);
    must_be(1000, 0, 1000);
    position_increase_asked(&position, 300);
    position_increase_ended(&position, 300, true);
    must_be(1300, 0, 1300);
    ck_assert_int_eq(position.coming_fen, 0);
}
END_TEST

/* With mapped 100: the steps, and what may be moved away afterwards. */
static const struct {
    int64_t receipts_fen[2]; /* of the first and of the second session */
    int64_t payments_fen[2];
    int64_t held_fen;
    int64_t leaving_fen;
    int64_t want_fen;
} movables[] = {
    {{0, 0}, {0, 0}, 0, 0, 100},
    {{80, 0}, {0, 0}, 0, 0, 100}, /* receipts may be paid out, not moved */
    {{0, 80}, {0, 30}, 0, 0, 100},
    {{0, 0}, {30, 0}, 0, 0, 70},
    {{0, 80}, {30, 0}, 0, 0, 70}, /* the first settles before the second's receipts come */
    {{80, 0}, {0, 30}, 0, 0, 100},
    {{80, 0}, {0, 90}, 0, 0, 90},
    {{80, 0}, {0, 0}, 50, 0, 50}, /* a hold may be a payment of any session, and count first */
    {{0, 0}, {0, 0}, 100, 0, 0},
    {{80, 0}, {0, 0}, 150, 0, 0},
    {{0, 0}, {0, 0}, 0, 40, 60},
    {{80, 0}, {0, 0}, 0, 100, 0},
    {{0, 80}, {30, 0}, 20, 10, 40},
};

START_TEST(what_may_be_moved_leaves_every_settlement_covered)
{
    open_with(to_acs, 100);
    for (uint32_t s = 0; s < 2; s++) {
        if (movables[_i].receipts_fen[s] > 0)
            receive(FIRST + s, movables[_i].receipts_fen[s]);
        if (movables[_i].payments_fen[s] > 0)
            pay(FIRST + s, movables[_i].payments_fen[s]);
    }
    if (movables[_i].leaving_fen > 0)
        position_decrease_sent(&position, NULL, movables[_i].leaving_fen);
    if (movables[_i].held_fen > 0)
        position_hold(&position, NULL, movables[_i].held_fen);
    ck_assert_int_eq(position_movable_fen(&position, NULL), movables[_i].want_fen);
}
END_TEST

START_TEST(a_decrease_above_what_is_available_stops_the_program)
{
    position_hold(&position, NULL, 400);
    position_decrease_sent(&position, NULL, 601);
}
END_TEST

START_TEST(a_decrease_ended_that_was_not_sent_stops_the_program)
{
    position_decrease_sent(&position, NULL, 10);
    position_decrease_ended(&position, 11, true);
}
END_TEST

START_TEST(an_increase_ended_that_was_not_asked_stops_the_program)
{
    position_increase_asked(&position, 10);
    position_increase_ended(&position, 11, true);
}
END_TEST

START_TEST(an_increase_beyond_the_largest_stops_the_program)
{
    position_increase_asked(&position, INT64_MAX);
    position_increase_ended(&position, INT64_MAX, true);
}
END_TEST

/* --- against a model that adds everything up each time ----------------------------------- */

enum { MODEL_SESSIONS = 8 };

static struct {
    int64_t mapped_fen;
    int64_t held_fen;
    int64_t leaving_fen;
    struct session sessions[MODEL_SESSIONS];
} model;

static void must_agree(struct quota_rule rule)
{
    int64_t free_fen = model.mapped_fen - model.leaving_fen - model.held_fen;
    int64_t prefix_fen = free_fen;
    int64_t movable_fen = free_fen;
    for (int i = 0; i < MODEL_SESSIONS; i++) {
        const struct session *s = &model.sessions[i];
        if (!s->settled)
            prefix_fen += quota_rule_g_fen(rule, s->closed, s->receipts_fen, s->payments_fen);
        movable_fen = prefix_fen < movable_fen ? prefix_fen : movable_fen;
    }
    ck_assert_in_loop(position_available_fen(&position) == prefix_fen);
    ck_assert_in_loop(position_movable_fen(&position, NULL) == (movable_fen > 0 ? movable_fen : 0));
    ck_assert_in_loop(position.held_fen == model.held_fen);
}

static void news_of_session(uint64_t *state, struct quota_rule rule)
{
    uint32_t i = (uint32_t)draw(state, MODEL_SESSIONS);
    struct session *s = &model.sessions[i];
    enum session_news want = s->settled ? SESSION_SETTLED_BEFORE : SESSION_BOOKED;
    enum session_news counted = s->closed && !s->settled ? SESSION_COUNTED_BEFORE : want;
    int64_t amount_fen = 1 + (int64_t)draw(state, 400);
    int64_t untold_fen = 0;
    switch (draw(state, 5)) {
    case 0:
    case 1:
        ck_assert_in_loop(position_receipt(&position, FIRST + i, amount_fen) == counted);
        s->receipts_fen += counted == SESSION_BOOKED ? amount_fen : 0;
        return;
    case 2:
        if (amount_fen > model.held_fen)
            return;
        ck_assert_in_loop(position_paid(&position, FIRST + i, amount_fen) == want);
        model.held_fen -= amount_fen;
        s->payments_fen += want == SESSION_BOOKED ? amount_fen : 0;
        return;
    case 3:
        ck_assert_in_loop(position_session_closed(&position, FIRST + i, s->receipts_fen + 7,
                                                  &untold_fen) == counted);
        ck_assert_in_loop(untold_fen == (counted == SESSION_BOOKED ? 7 : 0));
        s->receipts_fen += untold_fen;
        s->closed = 1;
        return;
    default:
        if (draw(state, 4) != 0)
            return;
        int64_t net_fen = s->receipts_fen - s->payments_fen;
        ck_assert_in_loop(position_session_settled(&position, FIRST + i, net_fen) == want);
        if (!s->settled)
            model.mapped_fen += quota_rule_to_acs_fen(rule, net_fen);
        s->settled = 1;
    }
}

static void own_doing(uint64_t *state)
{
    int64_t amount_fen = 1 + (int64_t)draw(state, 400);
    bool done = draw(state, 2) == 0;
    switch (draw(state, 5)) {
    case 0:
        if (amount_fen > position_available_fen(&position))
            return;
        position_hold(&position, NULL, amount_fen);
        model.held_fen += amount_fen;
        return;
    case 1:
        if (amount_fen > model.held_fen)
            return;
        position_release(&position, amount_fen);
        model.held_fen -= amount_fen;
        return;
    case 2:
        if (amount_fen > position_movable_fen(&position, NULL))
            return;
        position_decrease_sent(&position, NULL, amount_fen);
        model.leaving_fen += amount_fen;
        return;
    case 3:
        if (amount_fen > model.leaving_fen)
            return;
        position_decrease_ended(&position, amount_fen, done);
        model.leaving_fen -= amount_fen;
        model.mapped_fen -= done ? amount_fen : 0;
        return;
    default:
        position_increase_asked(&position, amount_fen);
        position_increase_ended(&position, amount_fen, done);
        model.mapped_fen += done ? amount_fen : 0;
    }
}

START_TEST(a_position_agrees_with_adding_everything_up)
{
    uint64_t state = (uint64_t)_i;
    for (int round = 0; round < 200; round++) {
        open_with(rule_of(_i), 1000);
        memset(&model, 0, sizeof model);
        model.mapped_fen = 1000;
        for (int i = 0; i < 100; i++) {
            if (draw(&state, 2) == 0)
                news_of_session(&state, rule_of(_i));
            else
                own_doing(&state);
            must_agree(rule_of(_i));
        }
    }
}
END_TEST

/* --- the two small cases, believed and true -------------------------------------------------
 *
 * (a) To ACS, mapped 100, receipts 80 at once: 180 may be paid out, but a
 *     decrease of 150 is refused, since only 100 may be moved away.
 * (b) To the virtual ID, mapped 100, receipts 80: a payout of 150 is not
 *     accepted, since receipts there pay for their own session's payouts only. */

START_TEST(believed_only_100_of_180_may_be_moved_away)
{
    open_with(to_acs, 100);
    receive(FIRST, 80);
    must_be(100, 0, 180);
    ck_assert_int_eq(position_movable_fen(&position, NULL), 100);
    position_decrease_sent(&position, NULL, 100);
    must_be(100, 0, 80);
    ck_assert_int_eq(position_movable_fen(&position, NULL), 0);
}
END_TEST

START_TEST(a_decrease_above_what_may_be_moved_stops_the_program)
{
    open_with(to_acs, 100);
    receive(FIRST, 80);
    position_decrease_sent(&position, NULL, 150);
}
END_TEST

START_TEST(believed_receipts_to_the_virtual_id_pay_for_their_own_session_only)
{
    open_with(to_virtual_id, 100);
    receive(FIRST, 80);
    must_be(100, 0, 100);
    pay(FIRST, 100); /* of which the receipts cover 80 */
    must_be(100, 0, 80);
    pay(FIRST, 80);
    must_be(100, 0, 0);
    settle(FIRST, 80 - 180);
    must_be(0, 0, 0);
}
END_TEST

START_TEST(a_hold_against_receipts_to_the_virtual_id_stops_the_program)
{
    open_with(to_virtual_id, 100);
    receive(FIRST, 80);
    position_hold(&position, NULL, 150);
}
END_TEST

/* The treasury as a whole, with all of 100 at UnionPay and 80 received there. */
static void open_treasury(struct small_core *s, struct quota_rule rule)
{
    small_config(s, 100);
    s->config.channels[CHANNEL_UNIONPAY].rule = rule;
    small_apply(s, (struct input){.kind = INPUT_RECEIPT_NOTIFIED,
                                  .channel = CHANNEL_UNIONPAY,
                                  .session = SMALL_SESSION,
                                  .count = 1,
                                  .amount_fen = 80});
}

START_TEST(the_treasury_refuses_to_move_150_and_asks_for_nothing)
{
    static struct small_core s;
    open_treasury(&s, to_acs);
    ck_assert_int_eq(small_fact(&s, FACT_RECEIPT).other, 180);
    struct input move = {.kind = INPUT_MOVE_REQUESTED,
                         .channel = CHANNEL_NETSUNION,
                         .from = CHANNEL_UNIONPAY,
                         .amount_fen = 150};
    small_apply(&s, move);
    ck_assert_int_eq(small_fact(&s, FACT_MOVE_FAILED).reason, REASON_QUOTA_SHORT);
    ck_assert_uint_eq(s.fx.order_count, 0);
    move.amount_fen = 101;
    small_apply(&s, move);
    ck_assert_int_eq(small_fact(&s, FACT_MOVE_FAILED).reason, REASON_QUOTA_SHORT);
    move.amount_fen = 100;
    small_apply(&s, move);
    ck_assert_uint_eq(s.fx.order_count, 1);
    ck_assert_int_eq(s.fx.orders[0].kind, ORDER_DECREASE);
    ck_assert_int_eq(s.fx.orders[0].amount_fen, 100);
    small_free(&s);
}
END_TEST

static uint32_t ask_to_pay(struct small_core *s, int64_t amount_fen)
{
    static uint64_t references;
    small_apply(s, (struct input){.kind = INPUT_PAYOUT_REQUESTED,
                                  .amount_fen = amount_fen,
                                  .priority = 5,
                                  .routes = 1 << CHANNEL_UNIONPAY,
                                  .reference = {.lo = ++references}});
    return s->fx.order_count;
}

START_TEST(the_treasury_does_not_send_150_against_receipts_to_the_virtual_id)
{
    static struct small_core s;
    open_treasury(&s, to_virtual_id);
    ck_assert_uint_eq(ask_to_pay(&s, 150), 0);
    ck_assert_int_eq(small_fact(&s, FACT_QUEUED).amount_fen, 150);
    ck_assert_uint_eq(ask_to_pay(&s, 101), 0);
    ck_assert_uint_eq(ask_to_pay(&s, 100), 1); /* passes the two that are too large */
    ck_assert_int_eq(s.fx.orders[0].amount_fen, 100);
    small_free(&s);

    open_treasury(&s, to_acs); /* there it may */
    ck_assert_uint_eq(ask_to_pay(&s, 150), 1);
    small_free(&s);
}
END_TEST

START_TEST(the_treasury_takes_late_news_of_a_settled_session_as_no_news)
{
    static struct small_core s;
    open_treasury(&s, to_acs); /* 80 told of 110 */
    small_apply(&s, (struct input){.kind = INPUT_SESSION_SETTLED,
                                   .channel = CHANNEL_UNIONPAY,
                                   .session = SMALL_SESSION,
                                   .amount_fen = 110,
                                   .other_fen = 110});
    ck_assert_int_eq(small_fact(&s, FACT_SESSION_SETTLED).other, 210);
    small_apply(&s, (struct input){.kind = INPUT_RECEIPT_NOTIFIED,
                                   .channel = CHANNEL_UNIONPAY,
                                   .session = SMALL_SESSION,
                                   .count = 1,
                                   .amount_fen = 30});
    struct fact late = small_fact(&s, FACT_RECEIPT_LATE);
    ck_assert_int_eq(late.amount_fen, 30);
    ck_assert_int_eq(late.other, 210);
    ck_assert_uint_eq(s.fx.fact_count, 1); /* and nothing is booked */
    small_free(&s);
}
END_TEST

/* The house: mapped 100, nothing unallocated, every answer at once. */
enum { HOUSE_DAY = 17846 }; /* 2018-11-11 */

static struct world *open_house(struct quota_rule rule, struct outbox *out)
{
    static struct world_terms terms;
    terms = (struct world_terms){
        .calendar = CALENDAR_EVERY_DAY,
        .seed = 1,
        .start_us = civil_moment_us(HOUSE_DAY, 0),
        .account_count = 2,
        .accounts = {{.kind = ACCOUNT_CENTRAL_BANK,
                      .institution = INSTITUTION_CENTRAL_BANK,
                      .opening_fen = 100},
                     {.kind = ACCOUNT_VIRTUAL_RESERVE, .institution = CHANNEL_UNIONPAY}},
        .mapped_fen = {100, 0},
        .orders_max = 16,
    };
    for (int c = 0; c < CHANNELS; c++) {
        terms.houses[c].closing_count = 1;
        terms.houses[c].closing_us[0] = 23 * US_PER_HOUR;
        terms.houses[c].settle_at_us = 10 * US_PER_HOUR;
    }
    terms.houses[CHANNEL_UNIONPAY].rule = rule;
    struct world *w = world_create(&terms);
    ck_assert_ptr_nonnull(w);
    *out = (struct outbox){0};
    world_start(w, terms.start_us, out);
    world_collect(w, terms.start_us, CHANNEL_UNIONPAY, 80, 0, 1, out);
    return w;
}

static void must_be_true(const struct world *w, int64_t mapped_fen, int64_t available_fen,
                         int64_t movable_fen)
{
    const struct house *h = &w->houses[CHANNEL_UNIONPAY];
    ck_assert_int_eq(house_mapped_fen(h), mapped_fen);
    ck_assert_int_eq(house_available_fen(h), available_fen);
    ck_assert_int_eq(house_recomputed_available_fen(h), available_fen);
    ck_assert_int_eq(house_movable_fen(h), movable_fen);
    ck_assert(central_bank_adds_up(&w->central_bank, &w->books));
    ck_assert(books_balanced(&w->books));
}

/* Gives the order and lets happen at once whatever follows; the answer's code. */
static uint16_t answer_to(struct world *w, enum order_kind kind, uint64_t id, int64_t amount_fen)
{
    static struct outbox out;
    int64_t now_us = w->terms.start_us;
    struct order o = {.kind = (uint8_t)kind,
                      .channel = CHANNEL_UNIONPAY,
                      .attempt = 1,
                      .id = id,
                      .amount_fen = amount_fen,
                      .sent_us = now_us,
                      .reference = {.lo = id}};
    out = (struct outbox){0};
    world_order(w, now_us, &o, &out);
    for (uint32_t i = 0; i < out.happening_count; i++) {
        struct happening one = out.happenings[i];
        ck_assert_int_eq(one.at_us, now_us);
        world_happens(w, now_us, &one, &out);
    }
    for (uint32_t i = 0; i < out.input_count; i++)
        if (out.inputs[i].kind == INPUT_PAY_ANSWERED || out.inputs[i].kind == INPUT_MOVE_ANSWERED) {
            ck_assert_uint_eq(out.inputs[i].id, id);
            return out.inputs[i].code;
        }
    ck_abort_msg("no answer");
}

START_TEST(the_house_refuses_a_decrease_of_150_and_of_101)
{
    static struct outbox out;
    struct world *w = open_house(to_acs, &out);
    must_be_true(w, 100, 180, 100);
    ck_assert_uint_eq(answer_to(w, ORDER_DECREASE, ORDER_ID_MOVE | 1, 150), UNIONPAY_64);
    ck_assert_uint_eq(answer_to(w, ORDER_DECREASE, ORDER_ID_MOVE | 2, 101), UNIONPAY_64);
    must_be_true(w, 100, 180, 100);
    ck_assert_uint_eq(answer_to(w, ORDER_DECREASE, ORDER_ID_MOVE | 3, 100), UNIONPAY_00);
    must_be_true(w, 0, 80, 0);
    ck_assert_int_eq(w->central_bank.unallocated_fen, 100);
    world_free(w);
}
END_TEST

START_TEST(the_house_pays_out_receipts_that_settle_to_acs)
{
    static struct outbox out;
    struct world *w = open_house(to_acs, &out);
    ck_assert_uint_eq(answer_to(w, ORDER_PAY, 1, 181), UNIONPAY_64);
    ck_assert_uint_eq(answer_to(w, ORDER_PAY, 2, 150), UNIONPAY_00);
    must_be_true(w, 100, 30, 30);
    world_free(w);
}
END_TEST

START_TEST(the_house_does_not_accept_150_against_receipts_to_the_virtual_id)
{
    static struct outbox out;
    struct world *w = open_house(to_virtual_id, &out);
    must_be_true(w, 100, 100, 100);
    ck_assert_uint_eq(answer_to(w, ORDER_PAY, 1, 150), UNIONPAY_64);
    ck_assert_uint_eq(answer_to(w, ORDER_PAY, 2, 101), UNIONPAY_64);
    must_be_true(w, 100, 100, 100);
    ck_assert_uint_eq(answer_to(w, ORDER_PAY, 3, 100), UNIONPAY_00);
    must_be_true(w, 100, 80, 80); /* paid, and 80 of it covered */
    ck_assert_uint_eq(answer_to(w, ORDER_PAY, 4, 80), UNIONPAY_00);
    must_be_true(w, 100, 0, 0);
    ck_assert_uint_eq(answer_to(w, ORDER_PAY, 5, 1), UNIONPAY_64);
    world_free(w);
}
END_TEST

static void add_stops(TCase *t)
{
    tcase_add_test_raise_signal(t, a_hold_above_what_is_available_stops_the_program, SIGABRT);
    tcase_add_loop_test_raise_signal(t, a_hold_of_nothing_stops_the_program, SIGABRT, 0,
                                     COUNT(not_amounts));
    tcase_add_test_raise_signal(t, a_release_of_more_than_is_held_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_payment_of_more_than_is_held_stops_the_program, SIGABRT);
    tcase_add_loop_test_raise_signal(t, a_receipt_of_nothing_stops_the_program, SIGABRT, 0,
                                     COUNT(not_amounts));
    tcase_add_test_raise_signal(t, a_quota_below_zero_at_the_start_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_decrease_above_what_is_available_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_decrease_above_what_may_be_moved_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_decrease_ended_that_was_not_sent_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, an_increase_ended_that_was_not_asked_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, an_increase_beyond_the_largest_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_hold_against_receipts_to_the_virtual_id_stops_the_program,
                                SIGABRT);
}

int main(void)
{
    TCase *t = tcase_create("position");
    tcase_add_checked_fixture(t, fresh_position, NULL);
    tcase_add_loop_test(t, a_session_counts_by_its_rule, 0, COUNT(rules));
    tcase_add_loop_test(t, a_position_counts_its_sessions_by_the_same_rule, 0, COUNT(rules));
    tcase_add_loop_test(t, a_net_goes_where_the_house_settles, 0, COUNT(nets));
    tcase_add_loop_test(t, available_never_falls_by_settling, 0, COUNT(rules));
    tcase_add_test(t, a_hold_is_released_or_becomes_a_payment);
    tcase_add_test(t, receipts_at_once_may_be_held_at_once);
    tcase_add_test(t, closing_tells_what_no_notice_told);
    tcase_add_test(t, closing_corrects_what_was_told_too_high);
    tcase_add_test(t, a_receipt_of_a_closed_session_was_counted_in_its_total);
    tcase_add_test(t, a_session_told_closed_twice_counts_once);
    tcase_add_test(t, a_payment_heard_after_closing_still_counts);
    tcase_add_loop_test(t,
                        late_news_of_a_settled_session_releases_the_hold_and_changes_no_other_quota,
                        0, COUNT(rules));
    tcase_add_test(t, late_news_counts_for_nothing_behind_an_open_session_too);
    tcase_add_test(t, sessions_told_settled_out_of_order_all_count);
    tcase_add_test(t, a_place_serves_again_when_its_session_is_settled);
    tcase_add_loop_test(t, a_session_that_cannot_be_is_refused_and_nothing_changes, 0,
                        COUNT(numbers));
    tcase_add_test(t, what_leaves_is_gone_when_sent_and_back_when_refused);
    tcase_add_test(t, what_comes_counts_only_when_done);
    tcase_add_loop_test(t, what_may_be_moved_leaves_every_settlement_covered, 0, COUNT(movables));
    tcase_add_loop_test(t, a_position_agrees_with_adding_everything_up, 0, COUNT(rules));
    tcase_add_test(t, believed_only_100_of_180_may_be_moved_away);
    tcase_add_test(t, believed_receipts_to_the_virtual_id_pay_for_their_own_session_only);
    tcase_add_test(t, the_treasury_refuses_to_move_150_and_asks_for_nothing);
    tcase_add_test(t, the_treasury_does_not_send_150_against_receipts_to_the_virtual_id);
    tcase_add_test(t, the_treasury_takes_late_news_of_a_settled_session_as_no_news);
    tcase_add_test(t, the_house_refuses_a_decrease_of_150_and_of_101);
    tcase_add_test(t, the_house_pays_out_receipts_that_settle_to_acs);
    tcase_add_test(t, the_house_does_not_accept_150_against_receipts_to_the_virtual_id);
    add_stops(t);
    return run_tests("position", t);
}
