/* test_core.c — the treasury as a whole: one block, its deadlines, its effects, its determinism. */

#include "tests/core_driver.h"

static void begin_plain(void)
{
    struct core_config config = plain_config();
    begin(&config);
}

/* --- the block ---------------------------------------------------------------- */

START_TEST(a_block_grows_with_its_limits_and_stays_aligned)
{
    struct core_limits limits = {.open_payouts = 1, .remembered = 1};
    size_t least = core_bytes(&limits);
    ck_assert_uint_eq(least % 16, 0);
    limits = (struct core_limits){.open_payouts = 1001, .remembered = 100001};
    size_t more = core_bytes(&limits);
    ck_assert_uint_eq(more % 16, 0);
    /* 80 bytes an open payout, 24 a reference, at most three slots of 8 for each. */
    ck_assert_uint_ge(more - least, 1000 * 80 + 100000 * 16);
    ck_assert_uint_le(more - least, 1000 * 80 + 100000 * (16 + 32));
}
END_TEST

static const struct core_limits wrong_limits[] = {
    {.open_payouts = 0, .remembered = 8},
    {.open_payouts = 9, .remembered = 8},
    {.open_payouts = 1, .remembered = UINT32_C(1) << 30},
};

START_TEST(limits_that_cannot_be_stop_the_program)
{
    core_bytes(&wrong_limits[_i]);
}
END_TEST

static void spoil(struct core_config *c, int how)
{
    switch (how) {
    case 0:
        c->business_count = 0;
        return;
    case 1:
        c->business_count = BUSINESSES_MAX + 1;
        return;
    case 2:
        c->retries = RETRIES_MAX + 1;
        return;
    case 3:
        c->bypass_max = BYPASS_LIMIT + 1;
        return;
    case 4:
        c->retry_after_us = 0;
        return;
    case 5:
        c->primary = CHANNEL_NONE;
        return;
    case 6:
        c->channels[N].query_steps = 0;
        return;
    case 7:
        c->channels[N].query_steps = QUERY_STEPS_MAX + 1;
        return;
    case 8:
        c->channels[U].reply_timeout_us = 0;
        return;
    case 9:
        c->channels[U].quota_timeout_us = 0;
        return;
    case 10: /* asked about before its reply is overdue */
        c->channels[U].query_after_us[0] = REPLY_TIMEOUT_US - 1;
        return;
    case 11: /* no custody account */
        c->accounts[0].kind = ACCOUNT_OWN;
        return;
    case 12: /* a second one */
        c->accounts[1].kind = ACCOUNT_CENTRAL_BANK;
        return;
    case 13: /* settles to a virtual account that nobody registered */
        c->channels[N].rule.settles_to = SETTLES_TO_VIRTUAL_ID;
        c->account_count = 3;
        return;
    case 14:
        c->accounts[0].opening_fen = -1;
        return;
    default:
        return;
    }
}

START_TEST(a_config_that_cannot_be_stops_the_program)
{
    struct core_config config = plain_config();
    spoil(&config, _i);
    begin(&config);
}
END_TEST

/* --- the opening ---------------------------------------------------------------- */

START_TEST(the_first_input_tells_where_everything_stands)
{
    ck_assert_int_eq(facts_of(FACT_OPENED), CHANNELS + 1);
    ck_assert_uint_eq(fact(FACT_OPENED)->channel, CHANNEL_NONE);
    ck_assert_int_eq(fact(FACT_OPENED)->amount_fen, FREE_FEN);
    ck_assert_int_eq(believed_fen[U], QUOTA_FEN);
    ck_assert_int_eq(believed_fen[N], QUOTA_FEN);
    ck_assert_int_eq(posted_fen(BOOK_REGISTERED), 2 * QUOTA_FEN + FREE_FEN);
    ck_assert_int_eq(posted_fen(BOOK_CLIENTS), -(2 * QUOTA_FEN + FREE_FEN));
    ck_assert_int_eq(posted_fen(BOOK_REGISTERED + 1), 12345);
    ck_assert_int_eq(posted_fen(BOOK_EQUITY), -12345);
    ck_assert_int_eq(posted_fen(BOOK_UNALLOCATED), FREE_FEN);
    forget();
    run_for(SECONDS(1));
    ck_assert_int_eq(facts_of(FACT_OPENED), 0); /* once */
}
END_TEST

START_TEST(each_midnight_brings_a_trial_balance_of_zero)
{
    notify_paid(pay(1, 700));
    forget();
    for (int day = 1; day <= 3; day++) {
        run_until(START_US + HOURS(12 + 24 * (day - 1)) - 1);
        ck_assert_int_eq(facts_of(FACT_BALANCE), 0);
        ck_assert_int_eq(core_deadline_us(core), now_us + 1);
        run_for(1);
        int64_t sum_fen = 0;
        int64_t pending_fen = 0;
        for (int i = 0; i < fact_count; i++) {
            sum_fen += facts[i].kind == FACT_BALANCE ? facts[i].amount_fen : 0;
            pending_fen += facts[i].kind == FACT_BALANCE ? facts[i].other : 0;
        }
        ck_assert_int_eq(facts_of(FACT_BALANCE), 9); /* each book ever used */
        ck_assert_int_eq(facts_of(FACT_DAY_CLOSED), 1);
        ck_assert_uint_eq(fact(FACT_DAY_CLOSED)->session, 9);
        ck_assert_int_eq(fact(FACT_DAY_CLOSED)->amount_fen, (int64_t)fact(FACT_DAY_CLOSED)->id);
        ck_assert_int_eq(fact(FACT_DAY_CLOSED)->other, START_US + HOURS(24 * day - 36));
        ck_assert_int_eq(sum_fen, 0);
        ck_assert_int_eq(pending_fen, 0);
        forget();
    }
}
END_TEST

/* --- the one door ------------------------------------------------------------ */

START_TEST(time_that_goes_back_stops_the_program)
{
    run_for(SECONDS(1));
    feed((struct input){.kind = INPUT_TICKED});
    now_us--;
    apply((struct input){.kind = INPUT_TICKED});
}
END_TEST

START_TEST(effects_that_were_not_carried_out_stop_the_program)
{
    struct input in = {.kind = INPUT_TICKED};
    fx.fact_count = _i == 0;
    fx.order_count = _i == 1;
    core_apply(core, now_us, &in, &fx);
}
END_TEST

START_TEST(an_input_that_does_not_exist_stops_the_program)
{
    feed((struct input){.kind = INPUT_KINDS});
}
END_TEST

START_TEST(news_of_a_house_that_does_not_exist_stops_the_program)
{
    feed((struct input){
        .kind = (uint8_t)_i, .channel = CHANNELS, .amount_fen = 1, .session = FIRST_SESSION});
}
END_TEST

/* --- effects ------------------------------------------------------------------- */

enum { CROWD = 700 };

static void begin_crowd(void)
{
    struct core_config config = plain_config();
    config.limits = (struct core_limits){.open_payouts = 1024, .remembered = 4096};
    begin(&config);
    pay_on(1, QUOTA_FEN, ONLY_U);
    for (uint64_t i = 2; i < 2 + CROWD; i++)
        request_on(i, 10, ONLY_U);
    ck_assert_int_eq(orders_of(ORDER_PAY), 1);
    forget();
}

/* Ticks at one moment until no work remains; how many it took. */
static int calls_until_done(void)
{
    int calls = 0;
    while (core_deadline_us(core) <= now_us) {
        ck_assert_int_lt(calls++, 100);
        apply((struct input){.kind = INPUT_TICKED});
        ck_assert_uint_le(fx.order_count, ORDERS_MAX);
        ck_assert_uint_le(fx.fact_count, FACTS_MAX);
    }
    return calls;
}

static void let_the_crowd_go(void)
{
    apply((struct input){.kind = INPUT_RECEIPT_NOTIFIED,
                         .channel = U,
                         .session = FIRST_SESSION,
                         .count = 1,
                         .amount_fen = INT64_C(10) * CROWD});
}

START_TEST(more_orders_than_one_call_may_give_go_out_at_the_same_moment)
{
    begin_crowd();
    let_the_crowd_go();
    ck_assert_int_eq(core_deadline_us(core), now_us);
    ck_assert_int_ge(calls_until_done(), CROWD / ORDERS_MAX);
    ck_assert_int_eq(orders_of(ORDER_PAY), CROWD);
    for (int i = 0; i < CROWD; i++) { /* in their order, whatever the call */
        ck_assert_in_loop(nth_order(ORDER_PAY, i)->reference.lo == (uint64_t)i + 2);
        ck_assert_in_loop(nth_order(ORDER_PAY, i)->sent_us == START_US);
    }
    ck_assert_int_eq(believed_fen[U], 0);
}
END_TEST

START_TEST(all_that_falls_due_at_one_moment_is_done_at_that_moment)
{
    begin_crowd();
    let_the_crowd_go();
    calls_until_done();
    forget();
    run_for(REPLY_TIMEOUT_US);
    ck_assert_int_eq(facts_of(FACT_IN_DOUBT), CROWD + 1);
    run_until(START_US + MINUTES(3));
    ck_assert_int_eq(orders_of(ORDER_QUERY), CROWD + 1);
    for (int i = 0; i < fact_count; i++)
        ck_assert_in_loop(facts[i].at_us == START_US + REPLY_TIMEOUT_US ||
                          facts[i].at_us == START_US + MINUTES(3));
}
END_TEST

START_TEST(a_session_of_many_payouts_settles_them_all)
{
    begin_crowd();
    let_the_crowd_go();
    calls_until_done();
    for (int i = 0; i < CROWD; i++)
        notify_paid(*nth_order(ORDER_PAY, i));
    forget();
    apply((struct input){.kind = INPUT_SESSION_SETTLED,
                         .channel = U,
                         .session = FIRST_SESSION,
                         .amount_fen = 0,
                         .other_fen = INT64_C(10) * CROWD});
    ck_assert_int_gt(calls_until_done(), 0);
    ck_assert_int_eq(facts_of(FACT_SETTLED), CROWD);
}
END_TEST

START_TEST(a_crowd_that_waited_too_long_expires_together)
{
    struct core_config config = plain_config();
    config.limits = (struct core_limits){.open_payouts = 1024, .remembered = 4096};
    begin(&config);
    pay_on(1, QUOTA_FEN, ONLY_U);
    for (uint64_t i = 2; i < 2 + CROWD; i++) {
        struct input in = request_of(i, 10);
        in.business = 2;
        in.routes = ONLY_U;
        feed(in);
    }
    forget();
    run_for(MINUTES(1));
    ck_assert_int_eq(facts_of(FACT_EXPIRED), CROWD);
    let_the_crowd_go();
    ck_assert_int_eq(orders_of(ORDER_PAY), 0);
}
END_TEST

/* --- determinism and deadlines, over drawn days ------------------------------------ */

enum { STEPS = 1200, WORLDS = 24 };

static struct logged {
    int64_t at_us;
    struct input in;
} inputs[STEPS];
static int input_count;
static uint64_t dice;

static uint64_t roll(uint64_t below)
{
    return draw(&dice, below);
}

static void log_feed(struct input in)
{
    inputs[input_count++] = (struct logged){.at_us = now_us, .in = in};
    feed(in);
}

static struct core_config drawn_config(void)
{
    struct core_config c = plain_config();
    c.limits = (struct core_limits){.open_payouts = 256, .remembered = 2048};
    c.allocation_kind = (enum allocation_kind)roll(ALLOCATION_KINDS);
    c.primary = (enum channel)roll(CHANNELS);
    c.bypass_max = (uint8_t)roll(5);
    for (int i = 0; i < CHANNELS; i++) {
        c.allocation.low_fen[i] = (int64_t)roll(60000);
        c.allocation.target_fen[i] = c.allocation.low_fen[i] + (int64_t)roll(40000);
        c.allocation.high_fen[i] = roll(2) ? c.allocation.target_fen[i] + (int64_t)roll(90000) : 0;
        c.channels[i].concurrency = (uint32_t)roll(5);
        c.channels[i].per_second = (uint32_t)roll(3);
        c.channels[i].rule.receipts_count = (uint8_t)roll(3);
        c.channels[i].rule.settles_to = (uint8_t)roll(2);
        c.channels[i].fee = (struct fee_terms){.fixed_fen = (int64_t)roll(20), .in_net = 1};
    }
    c.allocation.lead_us = US_PER_MINUTE;
    c.allocation.horizon_us = US_PER_HOUR;
    c.allocation.cool_down_us = c.allocation.low_fen[0] % 1200 * US_PER_S;
    return c;
}

/* One of the last few orders of that kind, if there is any. */
static const struct order *some_order(int kind)
{
    int among = orders_of(kind);
    if (among == 0)
        return NULL;
    int back = (int)roll(among < 12 ? (uint64_t)among : 12);
    return nth_order(kind, among - 1 - back);
}

static struct input about_payout(uint32_t session)
{
    static const enum input_kind kinds[] = {INPUT_PAY_ANSWERED, INPUT_QUERY_ANSWERED,
                                            INPUT_OUTCOME_NOTIFIED};
    static const uint16_t u[] = {UNIONPAY_00, UNIONPAY_A6, UNIONPAY_06, UNIONPAY_61, UNIONPAY_34};
    static const uint16_t n[] = {NETSUNION_00, NETSUNION_02, NETSUNION_01, NETSUNION_03};
    const struct order *o = some_order(ORDER_PAY);
    if (o == NULL)
        return (struct input){.kind = INPUT_TICKED};
    struct input in = news_of(kinds[roll(3)], *o, o->channel == U ? u[roll(5)] : n[roll(4)]);
    in.outcome = o->channel == U ? u[roll(5)] : n[roll(4)];
    in.session = session + (uint32_t)roll(2);
    return in;
}

static struct input about_move(void)
{
    const struct order *o = some_order(roll(2) ? ORDER_INCREASE : ORDER_DECREASE);
    if (o == NULL)
        return (struct input){.kind = INPUT_TICKED};
    static const uint16_t codes[CHANNELS][3] = {{UNIONPAY_00, UNIONPAY_64, UNIONPAY_34},
                                                {NETSUNION_00, NETSUNION_MOCKQUOT, NETSUNION_03}};
    return (struct input){.kind = INPUT_MOVE_ANSWERED,
                          .channel = o->channel,
                          .code = codes[o->channel][roll(3)],
                          .id = o->id};
}

static struct input drawn_request(uint64_t *next_reference)
{
    uint64_t reference = roll(8) ? (*next_reference)++ : 1 + roll(*next_reference);
    struct input in = request_of(reference, 1 + (int64_t)roll(roll(12) ? 1500 : 60000));
    in.business = (uint8_t)roll(3);
    in.priority = (uint8_t)(1 + roll(9));
    in.routes = (uint8_t)(1 + roll(3));
    return in;
}

static struct input drawn_session_news(uint32_t session[CHANNELS])
{
    uint8_t channel = (uint8_t)roll(CHANNELS);
    struct input in = {.channel = channel, .session = session[channel], .count = 1};
    switch (roll(6)) {
    case 0:
        in.kind = INPUT_SESSION_CLOSED;
        in.other_fen = (int64_t)roll(20000);
        return in;
    case 1:
        in.kind = INPUT_SESSION_SETTLED;
        in.other_fen = (int64_t)roll(20000);
        in.amount_fen = in.other_fen - (int64_t)roll(10000);
        session[channel]++;
        return in;
    default:
        in.kind = INPUT_RECEIPT_NOTIFIED;
        in.amount_fen = 1 + (int64_t)roll(9000);
        return in;
    }
}

/* A drawn day; whoever answers here may lie, but the core must not care. */
static void live(uint64_t seed)
{
    dice = seed;
    struct core_config config = drawn_config();
    begin(&config);
    uint64_t next_reference = 1;
    uint32_t session[CHANNELS] = {FIRST_SESSION, FIRST_SESSION};
    input_count = 0;
    while (input_count < STEPS) {
        if (roll(2))
            run_for((int64_t)roll(roll(20) ? SECONDS(4) : MINUTES(20)));
        uint64_t what = roll(20);
        if (what < 8)
            log_feed(drawn_request(&next_reference));
        else if (what < 14)
            log_feed(about_payout(session[roll(CHANNELS)]));
        else if (what < 17)
            log_feed(about_move());
        else if (what < 19)
            log_feed(drawn_session_news(session));
        else
            log_feed((struct input){.kind = INPUT_MOVE_REQUESTED,
                                    .channel = roll(3) ? (uint8_t)roll(2) : CHANNEL_NONE,
                                    .from = roll(3) ? (uint8_t)roll(2) : CHANNEL_NONE,
                                    .amount_fen = (int64_t)roll(30000)});
    }
}

static struct fact facts_before[KEPT_FACTS];
static struct order orders_before[KEPT_ORDERS];
static int facts_before_count;
static int orders_before_count;

static void keep_effects(void)
{
    memcpy(facts_before, facts, sizeof facts);
    memcpy(orders_before, orders, sizeof orders);
    facts_before_count = fact_count;
    orders_before_count = order_count;
}

static void must_be_the_same_effects(void)
{
    for (int i = 0; i < fact_count && i < facts_before_count; i++)
        if (memcmp(&facts[i], &facts_before[i], sizeof facts[i]) != 0)
            ck_abort_msg("fact %d: %s at %lld us, before it was %s at %lld us", i,
                         fact_kind_name((enum fact_kind)facts[i].kind),
                         (long long)(facts[i].at_us - START_US),
                         fact_kind_name((enum fact_kind)facts_before[i].kind),
                         (long long)(facts_before[i].at_us - START_US));
    ck_assert_int_eq(fact_count, facts_before_count);
    ck_assert_int_eq(order_count, orders_before_count);
    ck_assert_mem_eq(orders, orders_before, sizeof orders[0] * (size_t)order_count);
}

static void replay(int from, int to)
{
    for (int i = from; i < to; i++) {
        run_until(inputs[i].at_us);
        feed(inputs[i].in);
    }
}

START_TEST(the_same_inputs_give_the_same_bytes)
{
    static unsigned char first[BLOCK_BYTES];
    live((uint64_t)_i);
    ck_assert_int_gt(facts_of(FACT_PAID), 15); /* a day in which something happened */
    ck_assert_int_gt(facts_of(FACT_IN_DOUBT), 30);
    ck_assert_int_gt(facts_of(FACT_MOVE_LEG_DONE), 0);
    size_t bytes = core_bytes(&(struct core_limits){.open_payouts = 256, .remembered = 2048});
    memcpy(first, block, bytes);
    keep_effects();
    dice = (uint64_t)_i;
    struct core_config config = drawn_config();
    begin(&config);
    replay(0, input_count);
    must_be_the_same_effects();
    ck_assert_mem_eq(block, first, bytes);
}
END_TEST

START_TEST(a_copy_of_the_block_goes_on_as_if_nothing_had_happened)
{
    static _Alignas(16) unsigned char elsewhere[BLOCK_BYTES];
    live((uint64_t)_i);
    keep_effects();
    dice = (uint64_t)_i;
    struct core_config config = drawn_config();
    begin(&config);
    replay(0, STEPS / 2);
    memcpy(elsewhere, block, sizeof block);
    memset(block, 0xee, sizeof block); /* what refers to itself by address is lost */
    core = (struct core *)(void *)elsewhere;
    replay(STEPS / 2, STEPS);
    must_be_the_same_effects();
}
END_TEST

/* Who looks in more often sees nothing done earlier: each deadline was kept. */
START_TEST(nothing_is_ever_due_before_the_deadline)
{
    live((uint64_t)_i);
    keep_effects();
    dice = (uint64_t)_i;
    struct core_config config = drawn_config();
    begin(&config);
    for (int i = 0; i < input_count; i++) {
        while (now_us < inputs[i].at_us) {
            int64_t look_us = now_us + 250 * US_PER_MS;
            run_until(look_us < inputs[i].at_us ? look_us : inputs[i].at_us);
            feed((struct input){.kind = INPUT_TICKED});
        }
        feed(inputs[i].in);
    }
    must_be_the_same_effects();
}
END_TEST

static void add_days(TCase *t)
{
    tcase_add_loop_test(t, the_same_inputs_give_the_same_bytes, 0, WORLDS);
    tcase_add_loop_test(t, a_copy_of_the_block_goes_on_as_if_nothing_had_happened, 0, WORLDS);
    tcase_add_loop_test(t, nothing_is_ever_due_before_the_deadline, 0, WORLDS);
}

int main(void)
{
    TCase *t = tcase_create("core");
    tcase_add_checked_fixture(t, begin_plain, NULL);
    tcase_add_test(t, a_block_grows_with_its_limits_and_stays_aligned);
    tcase_add_loop_test_raise_signal(t, limits_that_cannot_be_stop_the_program, SIGABRT, 0,
                                     COUNT(wrong_limits));
    tcase_add_loop_test_raise_signal(t, a_config_that_cannot_be_stops_the_program, SIGABRT, 0, 15);
    tcase_add_test(t, the_first_input_tells_where_everything_stands);
    tcase_add_test(t, each_midnight_brings_a_trial_balance_of_zero);
    tcase_add_test_raise_signal(t, time_that_goes_back_stops_the_program, SIGABRT);
    tcase_add_loop_test_raise_signal(t, effects_that_were_not_carried_out_stop_the_program, SIGABRT,
                                     0, 2);
    tcase_add_test_raise_signal(t, an_input_that_does_not_exist_stops_the_program, SIGABRT);
    tcase_add_loop_test_raise_signal(t, news_of_a_house_that_does_not_exist_stops_the_program,
                                     SIGABRT, INPUT_PAY_ANSWERED, INPUT_LIST_ENDED + 1);
    tcase_add_test(t, more_orders_than_one_call_may_give_go_out_at_the_same_moment);
    tcase_add_test(t, all_that_falls_due_at_one_moment_is_done_at_that_moment);
    tcase_add_test(t, a_session_of_many_payouts_settles_them_all);
    tcase_add_test(t, a_crowd_that_waited_too_long_expires_together);
    add_days(t);
    return run_tests("core", t);
}
