/* test_position_model.c — a position beside a model that adds everything up each time, and
 * beside a treasury and a mock house in two small cases. */

#include <string.h>

#include "core/base/pool.h"
#include "core/payout/payout.h"
#include "mocks/world.h"
#include "tests/believed.h"
#include "tests/small_core.h"

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

int main(void)
{
    TCase *t = tcase_create("position_model");
    tcase_add_checked_fixture(t, fresh_position, NULL);
    tcase_add_test_raise_signal(t, a_decrease_above_what_may_be_moved_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_hold_against_receipts_to_the_virtual_id_stops_the_program,
                                SIGABRT);
    tcase_add_loop_test(t, a_position_agrees_with_adding_everything_up, 0, COUNT(rules));
    tcase_add_test(t, believed_only_100_of_180_may_be_moved_away);
    tcase_add_test(t, believed_receipts_to_the_virtual_id_pay_for_their_own_session_only);
    tcase_add_test(t, the_treasury_refuses_to_move_150_and_asks_for_nothing);
    tcase_add_test(t, the_treasury_does_not_send_150_against_receipts_to_the_virtual_id);
    tcase_add_test(t, the_treasury_takes_late_news_of_a_settled_session_as_no_news);
    tcase_add_test(t, the_house_refuses_a_decrease_of_150_and_of_101);
    tcase_add_test(t, the_house_pays_out_receipts_that_settle_to_acs);
    tcase_add_test(t, the_house_does_not_accept_150_against_receipts_to_the_virtual_id);
    return run_tests("position_model", t);
}
