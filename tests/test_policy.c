/* test_policy.c — how the balance is split, what a policy wishes, and the moves that come of it. */

#include <string.h>

#include "core/quota/policy.h"
#include "tests/small_core.h"

enum { U = CHANNEL_UNIONPAY, N = CHANNEL_NETSUNION };

/* --- the table of policies --------------------------------------------------------------- */

START_TEST(policies_have_the_names_that_scenarios_use)
{
    ck_assert_str_eq(policy_of(ALLOCATION_STATIC)->name, "static");
    ck_assert_str_eq(policy_of(ALLOCATION_THRESHOLD)->name, "threshold");
    ck_assert_str_eq(policy_of(ALLOCATION_TILT)->name, "tilt");
    ck_assert_str_eq(policy_of(ALLOCATION_DEMAND)->name, "demand");
    ck_assert(policy_of(ALLOCATION_STATIC)->wish == NULL); /* never moved */
    ck_assert(policy_of(ALLOCATION_TILT)->wish == NULL);
    ck_assert(policy_of(ALLOCATION_THRESHOLD)->wish != NULL);
}
END_TEST

START_TEST(a_policy_that_is_not_listed_stops_the_program)
{
    policy_of(ALLOCATION_KINDS);
}
END_TEST

static const struct {
    enum allocation_kind policy;
    const char *name;
    enum policy_param_kind kind;
    size_t offset;
} params[] = {
    {ALLOCATION_STATIC, "static_shares", POLICY_SHARE, offsetof(struct allocation, static_ppm)},
    {ALLOCATION_TILT, "initial", POLICY_SHARE, offsetof(struct allocation, initial_ppm)},
    {ALLOCATION_THRESHOLD, "initial", POLICY_SHARE, offsetof(struct allocation, initial_ppm)},
    {ALLOCATION_THRESHOLD, "low", POLICY_MONEY, offsetof(struct allocation, low_fen)},
    {ALLOCATION_THRESHOLD, "target", POLICY_MONEY, offsetof(struct allocation, target_fen)},
    {ALLOCATION_THRESHOLD, "high", POLICY_MONEY, offsetof(struct allocation, high_fen)},
    {ALLOCATION_DEMAND, "initial", POLICY_SHARE, offsetof(struct allocation, initial_ppm)},
    {ALLOCATION_DEMAND, "lead", POLICY_DURATION, offsetof(struct allocation, lead_us)},
    {ALLOCATION_DEMAND, "horizon", POLICY_DURATION, offsetof(struct allocation, horizon_us)},
};

START_TEST(a_parameter_is_a_row_that_says_what_and_where_it_is)
{
    const struct policy *policy = policy_of(params[_i].policy);
    const struct policy_param *found = NULL;
    for (size_t i = 0; i < policy->param_count; i++)
        if (strcmp(policy->params[i].name, params[_i].name) == 0)
            found = &policy->params[i];
    ck_assert_ptr_nonnull(found);
    ck_assert_int_eq(found->kind, params[_i].kind);
    ck_assert_uint_eq(found->offset, params[_i].offset);
    ck_assert_uint_gt(strlen(found->preset), 0);
    ck_assert_uint_gt(strlen(found->text), 0);
}
END_TEST

START_TEST(no_policy_has_another_parameter)
{
    size_t count = 0;
    for (int kind = 0; kind < ALLOCATION_KINDS; kind++)
        count += policy_of((enum allocation_kind)kind)->param_count;
    ck_assert_uint_eq(count, COUNT(params));
}
END_TEST

/* --- the split at the start ------------------------------------------------------------------ */

static const struct {
    int64_t share_ppm[CHANNELS];
    int64_t keep_fen;
    int64_t balance_fen;
    int64_t want_fen[CHANNELS];
} splits[] = {
    {{500000, 500000}, 0, 1000, {500, 500}},
    {{500000, 500000}, 0, 1001, {501, 500}}, /* the half fen goes to the first, once */
    {{500000, 500000}, 0, 1, {1, 0}},
    {{500000, 500000}, 200, 1000, {400, 400}},
    {{PPM, 0}, 0, 1000, {1000, 0}},
    {{0, PPM}, 1, 1000, {0, 999}},
    {{300000, 200000}, 0, 1000, {300, 200}}, /* the rest is not allocated */
    {{0, 0}, 0, 1000, {0, 0}},
    {{500000, 500000}, 1000, 1000, {0, 0}},
    {{500000, 500000}, 1001, 1000, {0, 0}}, /* more to keep than there is */
    {{500000, 500000}, 0, 0, {0, 0}},
    {{PPM, 0}, 0, MONEY_MAX_FEN, {MONEY_MAX_FEN, 0}},
};

START_TEST(the_balance_less_what_is_kept_is_split_by_shares)
{
    int64_t mapped_fen[CHANNELS] = {-1, -1};
    policy_split(splits[_i].share_ppm, splits[_i].keep_fen, splits[_i].balance_fen, mapped_fen);
    ck_assert_int_eq(mapped_fen[U], splits[_i].want_fen[U]);
    ck_assert_int_eq(mapped_fen[N], splits[_i].want_fen[N]);
}
END_TEST

START_TEST(each_policy_opens_with_its_own_shares)
{
    struct allocation a = {.static_ppm = {250000, 750000},
                           .initial_ppm = {600000, 100000},
                           .unallocated_keep_fen = 200};
    int64_t mapped_fen[CHANNELS];
    policy_static.open(&a, 1000, mapped_fen);
    ck_assert_int_eq(mapped_fen[U], 200);
    ck_assert_int_eq(mapped_fen[N], 600);
    static const enum allocation_kind from_initial[] = {ALLOCATION_TILT, ALLOCATION_THRESHOLD,
                                                        ALLOCATION_DEMAND};
    for (size_t i = 0; i < COUNT(from_initial); i++) {
        mapped_fen[U] = mapped_fen[N] = -1;
        policy_of(from_initial[i])->open(&a, 1000, mapped_fen);
        ck_assert_int_eq(mapped_fen[U], 480);
        ck_assert_int_eq(mapped_fen[N], 80);
    }
}
END_TEST

START_TEST(a_split_gives_out_what_there_is_and_no_fen_more)
{
    uint64_t state = 1;
    for (int i = 0; i < 50000; i++) {
        int64_t balance_fen = (int64_t)draw(&state, UINT64_C(1) << (1 + i % 49));
        int64_t keep_fen = (int64_t)draw(&state, UINT64_C(1) << (1 + i % 40));
        int64_t first_ppm = (int64_t)draw(&state, (uint64_t)PPM + 1);
        int64_t second_ppm =
            i % 2 == 0 ? PPM - first_ppm : (int64_t)draw(&state, (uint64_t)(PPM - first_ppm) + 1);
        int64_t share_ppm[CHANNELS] = {first_ppm, second_ppm};
        int64_t free_fen = balance_fen > keep_fen ? balance_fen - keep_fen : 0;
        int64_t mapped_fen[CHANNELS];
        policy_split(share_ppm, keep_fen, balance_fen, mapped_fen);
        ck_assert_in_loop(mapped_fen[0] >= 0 && mapped_fen[1] >= 0);
        ck_assert_in_loop(mapped_fen[0] + mapped_fen[1] <= free_fen);
        if (i % 2 == 0) /* shares of 1 in all leave nothing over */
            ck_assert_in_loop(mapped_fen[0] + mapped_fen[1] == free_fen);
    }
}
END_TEST

/* --- what contradicts itself ------------------------------------------------------------------ */

static const struct {
    struct allocation a;
    const char *param; /* NULL: consistent */
} faults[] = {
    {{.initial_ppm = {PPM, 0}}, NULL},
    {{.initial_ppm = {500000, 500000}}, NULL},
    {{.initial_ppm = {500000, 500001}}, "initial"},
    {{.initial_ppm = {PPM, 1}, .low_fen = {9, 9}}, "initial"}, /* the first thing is said */
    {{.low_fen = {5, 5}, .target_fen = {5, 5}, .high_fen = {5, 5}}, NULL},
    {{.low_fen = {6, 5}, .target_fen = {5, 5}}, "low"},
    {{.low_fen = {5, 6}, .target_fen = {5, 5}}, "low"},
    {{.target_fen = {5, 5}, .high_fen = {4, 0}}, "high"},
    {{.target_fen = {5, 5}, .high_fen = {0, 4}}, "high"},
    {{.target_fen = {5, 5}, .high_fen = {0, 0}}, NULL}, /* 0: never too high */
    {{.static_ppm = {PPM, PPM}}, NULL},                 /* another policy's */
};

START_TEST(levels_and_shares_that_contradict_each_other_are_named)
{
    const char *param = NULL;
    const char *fault = policy_threshold.fault(&faults[_i].a, &param);
    if (faults[_i].param == NULL) {
        ck_assert_ptr_null(fault);
        return;
    }
    ck_assert_ptr_nonnull(fault);
    ck_assert_str_eq(param, faults[_i].param);
}
END_TEST

START_TEST(static_shares_may_add_up_to_one_and_no_more)
{
    const char *param = NULL;
    struct allocation a = {.static_ppm = {400000, 600000}, .initial_ppm = {PPM, PPM}};
    ck_assert_ptr_null(policy_static.fault(&a, &param));
    a.static_ppm[N]++;
    ck_assert_ptr_nonnull(policy_static.fault(&a, &param));
    ck_assert_str_eq(param, "static_shares");
}
END_TEST

START_TEST(tilted_shares_may_add_up_to_one_and_no_more)
{
    const char *param = NULL;
    struct allocation a = {.initial_ppm = {700000, 300000}, .static_ppm = {PPM, PPM}};
    ck_assert_ptr_null(policy_tilt.fault(&a, &param));
    a.initial_ppm[U]++;
    ck_assert_ptr_nonnull(policy_tilt.fault(&a, &param));
    ck_assert_str_eq(param, "initial");
}
END_TEST

/* --- what the threshold policy wishes -----------------------------------------------------------
 */

static const struct allocation levels = {
    .low_fen = {100, 50}, .target_fen = {300, 60}, .high_fen = {900, 0}};

static const struct {
    int64_t level_fen[CHANNELS];
    bool wanted[CHANNELS];
    int64_t floor_fen[CHANNELS]; /* what it keeps when it helps the other */
} wishes[] = {
    {{99, 50}, {true, false}, {100, 74}},
    {{100, 50}, {false, false}, {100, 75}},
    {{100, 49}, {false, true}, {100, 74}},
    {{900, 60}, {false, false}, {480, 480}},
    {{901, 60}, {true, false}, {480, 480}}, /* too high */
    {{300, INT64_MAX / 2}, {false, false}, {INT64_MAX / 4 + 150, INT64_MAX / 4 + 150}},
    {{0, 0}, {true, true}, {100, 50}},
    {{-10, 60}, {true, false}, {100, 50}}, /* below zero is low, too */
};

START_TEST(a_channel_below_low_or_above_high_is_brought_to_its_target)
{
    struct allocation_view view = {.unallocated_fen = 0};
    struct allocation_wish got[CHANNELS];
    memcpy(view.level_fen, wishes[_i].level_fen, sizeof view.level_fen);
    policy_threshold.wish(&levels, &view, got);
    for (int c = 0; c < CHANNELS; c++) {
        ck_assert_int_eq(got[c].wanted, wishes[_i].wanted[c]);
        ck_assert_int_eq(got[c].target_fen, levels.target_fen[c]);
        ck_assert_int_eq(got[c].floor_fen, wishes[_i].floor_fen[c]);
    }
}
END_TEST

/* --- what the demand policy wishes ---------------------------------------------------------------
 */

static const struct {
    struct allocation_view view;
    bool wanted[CHANNELS];
    int64_t target_fen[CHANNELS]; /* and what it keeps as a giver */
} demands[] = {
    /* Enough for the lead, though not for the horizon. */
    {{.level_fen = {100, 900}, .soon_fen = {100, 0}, .later_fen = {400, 0}},
     {false, false},
     {400, 0}},
    {{.level_fen = {99, 900}, .soon_fen = {100, 0}, .later_fen = {400, 0}},
     {true, false},
     {400, 0}},
    /* What waits counts in full. */
    {{.level_fen = {99, 900}, .queued_fen = {60, 0}, .soon_fen = {40, 0}, .later_fen = {140, 0}},
     {true, false},
     {200, 0}},
    /* Too little in all: each its part, of what is unallocated, too. */
    {{.level_fen = {0, 300},
      .unallocated_fen = 100,
      .soon_fen = {100, 100},
      .later_fen = {600, 200}},
     {true, false},
     {300, 100}},
    /* Nearly at its part: not worth a move. */
    {{.level_fen = {270, 130}, .soon_fen = {400, 400}, .later_fen = {600, 200}},
     {false, false},
     {300, 100}},
    {{.level_fen = {0, 0}, .soon_fen = {9, 9}, .later_fen = {9, 9}}, {false, false}, {0, 0}},
    {{.level_fen = {-50, 20}, .queued_fen = {9, 9}}, {true, false}, {0, 0}},
    {{.level_fen = {0, 0}, .unallocated_fen = -7}, {false, false}, {0, 0}},
    {{.level_fen = {0, MONEY_MAX_FEN},
      .soon_fen = {MONEY_MAX_FEN, 0},
      .later_fen = {MONEY_MAX_FEN, MONEY_MAX_FEN}},
     {true, false},
     {MONEY_MAX_FEN / 2, MONEY_MAX_FEN / 2}},
};

START_TEST(a_channel_that_will_soon_be_dry_is_filled_to_its_fair_part)
{
    struct allocation a = {.lead_us = US_PER_MINUTE, .horizon_us = US_PER_HOUR};
    struct allocation_wish got[CHANNELS];
    policy_demand.wish(&a, &demands[_i].view, got);
    for (int c = 0; c < CHANNELS; c++) {
        ck_assert_int_eq(got[c].wanted, demands[_i].wanted[c]);
        ck_assert_int_eq(got[c].target_fen, demands[_i].target_fen[c]);
        ck_assert_int_eq(got[c].floor_fen, demands[_i].target_fen[c]);
    }
}
END_TEST

START_TEST(a_lead_beyond_the_horizon_is_named)
{
    const char *param = NULL;
    struct allocation a = {.lead_us = 5, .horizon_us = 5};
    ck_assert_ptr_null(policy_demand.fault(&a, &param));
    a.lead_us++;
    ck_assert_ptr_nonnull(policy_demand.fault(&a, &param));
    ck_assert_str_eq(param, "lead");
    a.initial_ppm[U] = PPM + 1;
    ck_assert_ptr_nonnull(policy_demand.fault(&a, &param));
    ck_assert_str_eq(param, "initial");
}
END_TEST

/* --- the moves that come of it
 * --------------------------------------------------------------------
 *
 * The treasury starts with 1000 and `threshold`; what is mapped follows from
 * `initial` and `keep`. */

static struct small_core s;

static void open_treasury(struct allocation a)
{
    small_config(&s, 1000);
    s.config.allocation_kind = ALLOCATION_THRESHOLD;
    s.config.allocation = a;
    small_apply(&s, (struct input){.kind = INPUT_TICKED});
}

static void tick_after(int64_t wait_us)
{
    s.now_us += wait_us;
    small_apply(&s, (struct input){.kind = INPUT_TICKED});
}

static void must_order(uint32_t place, enum order_kind kind, int channel, int64_t amount_fen)
{
    ck_assert_uint_lt(place, s.fx.order_count);
    ck_assert_int_eq(s.fx.orders[place].kind, kind);
    ck_assert_int_eq(s.fx.orders[place].channel, channel);
    ck_assert_int_eq(s.fx.orders[place].amount_fen, amount_fen);
}

static void answer(struct order o, uint16_t code)
{
    small_apply(&s,
                (struct input){
                    .kind = INPUT_MOVE_ANSWERED, .channel = o.channel, .code = code, .id = o.id});
}

/* U 80, N 320, unallocated 600, of which 200 are kept; U is filled by 220. */
static struct order open_low(void)
{
    open_treasury((struct allocation){.initial_ppm = {100000, 400000},
                                      .unallocated_keep_fen = 200,
                                      .low_fen = {100, 0},
                                      .target_fen = {300, 0}});
    ck_assert_uint_eq(s.fx.order_count, 1);
    must_order(0, ORDER_INCREASE, U, 220);
    return s.fx.orders[0];
}

START_TEST(a_low_channel_is_filled_to_its_target_from_what_is_unallocated)
{
    struct order o = open_low();
    ck_assert_int_eq(small_fact(&s, FACT_MOVE_REQUESTED).reason, REASON_BELOW_LOW);
    answer(o, UNIONPAY_00);
    struct fact done = small_fact(&s, FACT_MOVE_LEG_DONE);
    ck_assert_int_eq(done.amount_fen, 220);
    ck_assert_int_eq(done.other, 300);
    ck_assert_uint_eq(s.fx.order_count, 0);
}
END_TEST

START_TEST(a_need_is_not_served_twice_while_the_move_is_under_way)
{
    open_low();
    for (int i = 0; i < 8; i++) {
        tick_after(US_PER_S);
        ck_assert_uint_eq(s.fx.order_count, 0);
    }
    tick_after(2 * US_PER_S); /* no reply: it is asked about, not made again */
    ck_assert_uint_eq(s.fx.order_count, 1);
    must_order(0, ORDER_QUERY_MOVE, U, 220);
    small_fact(&s, FACT_MOVE_IN_DOUBT);
}
END_TEST

START_TEST(a_refused_move_rests_before_it_is_tried_again)
{
    answer(open_low(), UNIONPAY_30);
    small_fact(&s, FACT_MOVE_FAILED);
    ck_assert_uint_eq(s.fx.order_count, 0);
    tick_after(59 * US_PER_S);
    ck_assert_uint_eq(s.fx.order_count, 0);
    ck_assert_int_eq(core_deadline_us(s.core), s.now_us + US_PER_S);
    tick_after(US_PER_S);
    ck_assert_uint_eq(s.fx.order_count, 1);
    must_order(0, ORDER_INCREASE, U, 220);
}
END_TEST

START_TEST(a_giver_that_refused_is_asked_again_when_it_has_rested)
{
    open_treasury((struct allocation){
        .initial_ppm = {100000, 900000}, .low_fen = {101, 0}, .target_fen = {800, 0}});
    must_order(0, ORDER_DECREASE, N, 400);
    answer(s.fx.orders[0], NETSUNION_MOCKQUOT);
    ck_assert_uint_eq(s.fx.order_count, 0);
    tick_after(15 * US_PER_S); /* meanwhile other things fall due */
    ck_assert_uint_eq(s.fx.order_count, 0);
    ck_assert_int_eq(core_deadline_us(s.core), s.now_us + 45 * US_PER_S);
    tick_after(45 * US_PER_S);
    ck_assert_uint_eq(s.fx.order_count, 1);
    must_order(0, ORDER_DECREASE, N, 400);
}
END_TEST

START_TEST(what_is_unallocated_is_taken_down_to_what_is_kept_then_the_other_helps)
{
    /* U 55, N 220, unallocated 725: 275 above what is kept. */
    open_treasury((struct allocation){.initial_ppm = {100000, 400000},
                                      .unallocated_keep_fen = 450,
                                      .low_fen = {100, 0},
                                      .target_fen = {400, 0}});
    ck_assert_uint_eq(s.fx.order_count, 2);
    must_order(0, ORDER_INCREASE, U, 275);
    must_order(1, ORDER_DECREASE, N, 70);
    struct order decrease = s.fx.orders[1];
    tick_after(US_PER_S);
    ck_assert_uint_eq(s.fx.order_count, 0);
    answer(decrease, NETSUNION_00);
    ck_assert_uint_eq(s.fx.order_count, 1); /* its second leg; no other need */
    must_order(0, ORDER_INCREASE, U, 70);
}
END_TEST

START_TEST(the_other_helps_no_further_than_halfway)
{
    /* U 100, N 900: halfway is 500, so N gives 400 of the 700 that are needed. */
    open_treasury((struct allocation){
        .initial_ppm = {100000, 900000}, .low_fen = {101, 0}, .target_fen = {800, 0}});
    ck_assert_uint_eq(s.fx.order_count, 1);
    must_order(0, ORDER_DECREASE, N, 400);
}
END_TEST

START_TEST(the_other_stays_at_its_own_low)
{
    open_treasury((struct allocation){
        .initial_ppm = {100000, 900000}, .low_fen = {101, 600}, .target_fen = {800, 600}});
    ck_assert_uint_eq(s.fx.order_count, 1);
    must_order(0, ORDER_DECREASE, N, 300);
}
END_TEST

START_TEST(where_nobody_has_anything_nothing_is_moved)
{
    open_treasury((struct allocation){.initial_ppm = {500000, 500000},
                                      .unallocated_keep_fen = 1000,
                                      .low_fen = {100, 100},
                                      .target_fen = {400, 400}});
    for (int i = 0; i < 3; i++) {
        ck_assert_uint_eq(s.fx.order_count, 0);
        tick_after(US_PER_MINUTE);
    }
}
END_TEST

START_TEST(a_channel_above_high_gives_back_what_exceeds_its_target)
{
    struct allocation a = {
        .initial_ppm = {PPM, 0}, .target_fen = {500, 0}, .high_fen = {1000 - _i, 0}};
    open_treasury(a);
    ck_assert_uint_eq(s.fx.order_count, (unsigned)_i); /* at high it keeps, above it gives */
    if (_i == 0)
        return;
    must_order(0, ORDER_DECREASE, U, 500);
    ck_assert_int_eq(small_fact(&s, FACT_MOVE_REQUESTED).reason, REASON_ABOVE_HIGH);
    struct order o = s.fx.orders[0];
    tick_after(US_PER_S);
    ck_assert_uint_eq(s.fx.order_count, 0);
    answer(o, UNIONPAY_00);
    ck_assert_int_eq(small_fact(&s, FACT_MOVE_LEG_DONE).other, 500);
    ck_assert_uint_eq(s.fx.order_count, 0);
}
END_TEST

START_TEST(receipts_that_may_not_be_moved_stay_above_high)
{
    open_treasury((struct allocation){
        .initial_ppm = {PPM, 0}, .target_fen = {500, 0}, .high_fen = {1000, 0}});
    ck_assert_uint_eq(s.fx.order_count, 0);
    small_apply(&s, (struct input){.kind = INPUT_RECEIPT_NOTIFIED,
                                   .channel = U,
                                   .session = SMALL_SESSION,
                                   .count = 1,
                                   .amount_fen = 800});
    ck_assert_uint_eq(s.fx.order_count, 1);
    must_order(0, ORDER_DECREASE, U, 1000); /* not the 1300 that exceed the target */
}
END_TEST

START_TEST(shares_without_a_policy_that_moves_them_never_move)
{
    small_config(&s, 1000);
    s.config.allocation_kind = _i == 0 ? ALLOCATION_STATIC : ALLOCATION_TILT;
    s.config.allocation = (struct allocation){.static_ppm = {PPM, 0},
                                              .initial_ppm = {PPM, 0},
                                              .low_fen = {0, 500},
                                              .target_fen = {0, 500},
                                              .high_fen = {1, 0}};
    for (int i = 0; i < 3; i++) {
        tick_after(US_PER_MINUTE);
        ck_assert_uint_eq(s.fx.order_count, 0);
    }
}
END_TEST

/* --- before dry, or after ------------------------------------------------------------------------
 */

/* Half of 1000 each; 10 are paid on U every minute, nothing on N.  The minute
 * in which the first move is asked for, and the one in which U is dry. */
static void pay_every_minute(enum allocation_kind kind, int *move, int *dry, enum reason *why)
{
    small_config(&s, 1000);
    s.config.limits.open_payouts = 200;
    s.config.channels[N].quota_timeout_us = s.config.channels[U].quota_timeout_us = US_PER_HOUR;
    s.config.allocation_kind = kind;
    s.config.allocation = (struct allocation){.initial_ppm = {500000, 500000},
                                              .low_fen = {10, 0},
                                              .target_fen = {300, 0},
                                              .lead_us = 15 * US_PER_MINUTE,
                                              .horizon_us = US_PER_HOUR};
    struct order decrease = {0};
    int due = -1;
    *move = *dry = -1;
    for (int minute = 0; minute < 60; minute++) {
        small_apply(&s, (struct input){.kind = INPUT_PAYOUT_REQUESTED,
                                       .amount_fen = 10,
                                       .priority = 5,
                                       .routes = 1 << U,
                                       .reference = {.lo = (uint64_t)minute + 1}});
        for (uint32_t i = 0; i < s.fx.fact_count; i++) {
            if (s.fx.facts[i].kind == FACT_MOVE_REQUESTED && *move < 0) {
                *move = minute;
                *why = s.fx.facts[i].reason;
            }
            if (s.fx.facts[i].kind == FACT_DRY_BEGAN && *dry < 0)
                *dry = minute;
        }
        for (uint32_t i = 0; i < s.fx.order_count; i++)
            if (s.fx.orders[i].kind == ORDER_DECREASE && due < 0) {
                decrease = s.fx.orders[i];
                due = minute + 3;
            }
        if (minute == due) {
            answer(decrease, NETSUNION_00);
            answer(s.fx.orders[0], UNIONPAY_00);
            due = -1;
        }
        s.now_us += US_PER_MINUTE;
    }
}

START_TEST(demand_moves_before_the_channel_is_dry_and_threshold_when_it_is)
{
    int move;
    int dry;
    enum reason why = REASON_NONE;
    pay_every_minute(ALLOCATION_THRESHOLD, &move, &dry, &why);
    ck_assert_int_eq(move, 49); /* with the last payout that quota is enough for */
    ck_assert_int_eq(dry, 50);
    ck_assert_int_eq(why, REASON_BELOW_LOW);
    small_free(&s);
    pay_every_minute(ALLOCATION_DEMAND, &move, &dry, &why);
    ck_assert_int_eq(dry, -1);
    ck_assert_int_ge(move, 25);
    ck_assert_int_le(move, 35); /* 15 minutes before it would be, or so */
    ck_assert_int_eq(why, REASON_DEMAND);
}
END_TEST

static void forget_treasury(void)
{
    small_free(&s);
}

int main(void)
{
    TCase *t = tcase_create("policy");
    tcase_add_checked_fixture(t, NULL, forget_treasury);
    tcase_add_test(t, policies_have_the_names_that_scenarios_use);
    tcase_add_test_raise_signal(t, a_policy_that_is_not_listed_stops_the_program, SIGABRT);
    tcase_add_loop_test(t, a_parameter_is_a_row_that_says_what_and_where_it_is, 0, COUNT(params));
    tcase_add_test(t, no_policy_has_another_parameter);
    tcase_add_loop_test(t, the_balance_less_what_is_kept_is_split_by_shares, 0, COUNT(splits));
    tcase_add_test(t, each_policy_opens_with_its_own_shares);
    tcase_add_test(t, a_split_gives_out_what_there_is_and_no_fen_more);
    tcase_add_loop_test(t, levels_and_shares_that_contradict_each_other_are_named, 0,
                        COUNT(faults));
    tcase_add_test(t, static_shares_may_add_up_to_one_and_no_more);
    tcase_add_test(t, tilted_shares_may_add_up_to_one_and_no_more);
    tcase_add_loop_test(t, a_channel_below_low_or_above_high_is_brought_to_its_target, 0,
                        COUNT(wishes));
    tcase_add_test(t, a_low_channel_is_filled_to_its_target_from_what_is_unallocated);
    tcase_add_test(t, a_need_is_not_served_twice_while_the_move_is_under_way);
    tcase_add_test(t, a_refused_move_rests_before_it_is_tried_again);
    tcase_add_test(t, a_giver_that_refused_is_asked_again_when_it_has_rested);
    tcase_add_test(t, what_is_unallocated_is_taken_down_to_what_is_kept_then_the_other_helps);
    tcase_add_test(t, the_other_helps_no_further_than_halfway);
    tcase_add_test(t, the_other_stays_at_its_own_low);
    tcase_add_test(t, where_nobody_has_anything_nothing_is_moved);
    tcase_add_loop_test(t, a_channel_above_high_gives_back_what_exceeds_its_target, 0, 2);
    tcase_add_test(t, receipts_that_may_not_be_moved_stay_above_high);
    tcase_add_loop_test(t, a_channel_that_will_soon_be_dry_is_filled_to_its_fair_part, 0,
                        COUNT(demands));
    tcase_add_test(t, a_lead_beyond_the_horizon_is_named);
    tcase_add_test(t, demand_moves_before_the_channel_is_dry_and_threshold_when_it_is);
    tcase_add_loop_test(t, shares_without_a_policy_that_moves_them_never_move, 0, 2);
    return run_tests("policy", t);
}
