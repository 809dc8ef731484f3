/* core_driver.h — one core, driven by hand: inputs in, orders and facts out.
 *
 *     begin(&config)            a core at the config's start, its books opened
 *     feed(input)               at now_us; then ticks until nothing is due
 *     run_until(moment)         ticks at each deadline on the way
 *     fact(KIND), order(KIND)   the last of that kind since forget()
 *
 * Whatever a test does, each step is held to what may never be otherwise: an
 * order id is used once, a payout is not sent while an attempt may yet pay or
 * has paid, believed available is never below zero after sending, and what
 * must carry a reason does.
 *
 * plain_config() has two equal channels of 1000.00 each and 500.00 unallocated.
 */
#ifndef TESTS_CORE_DRIVER_H
#define TESTS_CORE_DRIVER_H

#include <string.h>

#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/base/pool.h"
#include "core/core.h"
#include "core/payout/payout.h"
#include "tests/harness.h"

enum {
    BLOCK_BYTES = 1 << 21,
    KEPT_FACTS = 1 << 14,
    KEPT_ORDERS = 1 << 12,
    REFERENCES = 1 << 12, /* a test's references are 1 .. REFERENCES - 1 */
    BOTH = 3,
    ONLY_U = 1 << CHANNEL_UNIONPAY,
    ONLY_N = 1 << CHANNEL_NETSUNION,
    U = CHANNEL_UNIONPAY,
    N = CHANNEL_NETSUNION,
};

/* 2018-11-12, a Monday, noon in China. */
#define START_US INT64_C(1541995200000000)
#define SECONDS(n) ((n)*US_PER_S)
#define MINUTES(n) ((n)*US_PER_MINUTE)
#define HOURS(n) ((n)*US_PER_HOUR)
#define QUOTA_FEN INT64_C(100000)
#define FREE_FEN INT64_C(50000)
#define SESSIONS_A_DAY 4
#define FIRST_SESSION ((uint32_t)((START_US + 8 * US_PER_HOUR) / US_PER_DAY) * SESSIONS_A_DAY)
#define REPLY_TIMEOUT_US SECONDS(10)
#define QUOTA_TIMEOUT_US SECONDS(30)

static _Alignas(16) unsigned char block[BLOCK_BYTES];
static struct core *core;
static int64_t now_us;
static struct effects fx;
static struct fact facts[KEPT_FACTS];
static struct order orders[KEPT_ORDERS];
static int fact_count;
static int order_count;
static uint64_t open_id[REFERENCES]; /* the attempt that may pay or has paid; 0: none */
static int64_t believed_fen[CHANNELS];
static bool pooled;
static uint64_t ids_seen[KEPT_ORDERS];
static int ids_seen_count;

static inline struct core_config plain_config(void)
{
    struct core_config c = {
        .limits = {.open_payouts = 64, .remembered = 1024},
        .calendar = CALENDAR_CHINA,
        .allocation_kind = ALLOCATION_STATIC,
        .primary = CHANNEL_UNIONPAY,
        .bypass_max = 3,
        .retries = 2,
        .retry_after_us = SECONDS(5),
        .business_count = 3,
        .businesses = {{.priority = 5}, {.priority = 1}, {.priority = 9, .expires_us = MINUTES(1)}},
        .account_count = 4,
        .accounts = {{.kind = ACCOUNT_CENTRAL_BANK, .opening_fen = 2 * QUOTA_FEN + FREE_FEN},
                     {.kind = ACCOUNT_OWN, .opening_fen = 12345},
                     {.kind = ACCOUNT_VIRTUAL_RESERVE, .institution = CHANNEL_UNIONPAY},
                     {.kind = ACCOUNT_VIRTUAL_RESERVE, .institution = CHANNEL_NETSUNION}},
        .start_us = START_US,
    };
    c.allocation.static_ppm[U] = c.allocation.static_ppm[N] = PPM / 2;
    c.allocation.initial_ppm[U] = c.allocation.initial_ppm[N] = PPM / 2;
    c.allocation.unallocated_keep_fen = FREE_FEN;
    for (int i = 0; i < CHANNELS; i++) {
        struct channel_terms *t = &c.channels[i];
        t->first_session = FIRST_SESSION;
        t->sessions_a_day = SESSIONS_A_DAY;
        t->reply_timeout_us = REPLY_TIMEOUT_US;
        t->quota_timeout_us = QUOTA_TIMEOUT_US;
    }
    c.channels[U].query_steps = 4;
    c.channels[U].query_after_us[0] = MINUTES(3);
    c.channels[U].query_after_us[1] = SECONDS(1);
    c.channels[U].query_after_us[2] = SECONDS(2);
    c.channels[U].query_after_us[3] = SECONDS(4);
    c.channels[N].query_steps = 2;
    c.channels[N].query_after_us[0] = SECONDS(60);
    c.channels[N].query_after_us[1] = SECONDS(30);
    return c;
}

static inline void must_have_reason(const struct fact *f)
{
    switch ((int)f->kind) {
    case FACT_REFUSED:
    case FACT_REPEATED:
    case FACT_SENT:
    case FACT_BYPASSED:
    case FACT_IN_DOUBT:
    case FACT_ATTEMPT_FAILED:
    case FACT_FAILED:
    case FACT_EXPIRED:
    case FACT_CANCELLED:
    case FACT_HELD:
    case FACT_RELEASED:
    case FACT_DENIED:
    case FACT_BREAKER_OPENED:
    case FACT_BREAKER_HALF_OPENED:
    case FACT_BREAKER_CLOSED:
    case FACT_CONTRADICTED:
    case FACT_MOVE_REQUESTED:
    case FACT_MOVE_IN_DOUBT:
    case FACT_MOVE_FAILED:
    case FACT_MOVE_RESTRAINED:
    case FACT_LIST_BROKEN:
    case FACT_ALERT:
        if (f->reason == REASON_NONE)
            ck_abort_msg("%s without a reason", fact_kind_name((enum fact_kind)f->kind));
        return;
    default:
        return;
    }
}

static inline bool tells_available(int kind)
{
    static const uint8_t kinds[] = {
        FACT_SENT,          FACT_PAID,      FACT_ATTEMPT_FAILED, FACT_RETURNED,
        FACT_OPENED,        FACT_RECEIPT,   FACT_SESSION_CLOSED, FACT_SESSION_SETTLED,
        FACT_MOVE_LEG_DONE, FACT_MOVE_SENT, FACT_MOVE_LEG_FAILED};
    for (int i = 0; i < COUNT(kinds); i++)
        if (kinds[i] == kind)
            return true;
    return false;
}

static inline void watch_fact(const struct fact *f)
{
    must_have_reason(f);
    if (f->channel < CHANNELS && tells_available(f->kind))
        believed_fen[f->channel] = f->other;
    if (f->kind == FACT_SENT) /* of a pool, both together */
        ck_assert_in_loop((pooled ? believed_fen[U] + believed_fen[N] : f->other) >= 0);
    if (f->kind == FACT_ATTEMPT_FAILED)
        for (int i = 0; i < REFERENCES; i++)
            if (open_id[i] == f->id)
                open_id[i] = 0;
}

static inline void watch_order(const struct order *o)
{
    if (o->kind != ORDER_PAY)
        return;
    ck_assert_in_loop(o->reference.lo < REFERENCES && ids_seen_count < KEPT_ORDERS);
    ck_assert_in_loop(open_id[o->reference.lo] == 0); /* else it might be paid twice */
    open_id[o->reference.lo] = o->id;
    for (int i = 0; i < ids_seen_count; i++)
        ck_assert_in_loop(ids_seen[i] != o->id);
    ids_seen[ids_seen_count++] = o->id;
}

/* One call of the core, no more. */
static inline void apply(struct input in)
{
    fx.fact_count = fx.order_count = 0;
    core_apply(core, now_us, &in, &fx);
    /* An order follows from the facts of its call. */
    for (uint32_t i = 0; i < fx.fact_count; i++) {
        ck_assert_in_loop(fact_count < KEPT_FACTS);
        watch_fact(&fx.facts[i]);
        facts[fact_count++] = fx.facts[i];
    }
    for (uint32_t i = 0; i < fx.order_count; i++) {
        ck_assert_in_loop(order_count < KEPT_ORDERS);
        watch_order(&fx.orders[i]);
        orders[order_count++] = fx.orders[i];
    }
}

static inline void tick_all(void)
{
    for (int i = 0; core_deadline_us(core) <= now_us; i++) {
        ck_assert_in_loop(i < 1000);
        apply((struct input){.kind = INPUT_TICKED});
    }
}

static inline void feed(struct input in)
{
    apply(in);
    tick_all();
}

static inline void run_until(int64_t moment_us)
{
    for (int i = 0; core_deadline_us(core) <= moment_us; i++) {
        ck_assert_in_loop(i < 100000);
        if (core_deadline_us(core) > now_us)
            now_us = core_deadline_us(core);
        apply((struct input){.kind = INPUT_TICKED});
    }
    now_us = moment_us;
}

static inline void run_for(int64_t span_us)
{
    run_until(now_us + span_us);
}

static inline void forget(void)
{
    fact_count = order_count = 0;
}

static inline void begin(const struct core_config *config)
{
    size_t bytes = core_bytes(&config->limits);
    ck_assert_uint_le(bytes, sizeof block);
    memset(block, 0, bytes);
    core = core_create(block, config);
    pooled = policy_of(config->allocation_kind)->pools;
    now_us = config->start_us;
    fact_count = order_count = ids_seen_count = 0;
    memset(open_id, 0, sizeof open_id);
    tick_all();
}

/* --- what came out -------------------------------------------------------- */

static inline int facts_of(int kind)
{
    int count = 0;
    for (int i = 0; i < fact_count; i++)
        count += facts[i].kind == kind;
    return count;
}

static inline int orders_of(int kind)
{
    int count = 0;
    for (int i = 0; i < order_count; i++)
        count += orders[i].kind == kind;
    return count;
}

/* The last; none at all fails the test. */
static inline const struct fact *fact(int kind)
{
    for (int i = fact_count - 1; i >= 0; i--)
        if (facts[i].kind == kind)
            return &facts[i];
    ck_abort_msg("no fact %s", fact_kind_name((enum fact_kind)kind));
    return NULL;
}

static inline const struct order *order(int kind)
{
    for (int i = order_count - 1; i >= 0; i--)
        if (orders[i].kind == kind)
            return &orders[i];
    ck_abort_msg("no order of kind %d", kind);
    return NULL;
}

/* The nth order of its kind, from 0. */
static inline const struct order *nth_order(int kind, int n)
{
    for (int i = 0; i < order_count; i++)
        if (orders[i].kind == kind && n-- == 0)
            return &orders[i];
    ck_abort_msg("not so many orders of kind %d", kind);
    return NULL;
}

static inline int alerts_for(enum reason reason)
{
    int count = 0;
    for (int i = 0; i < fact_count; i++)
        count += facts[i].kind == FACT_ALERT && facts[i].reason == reason;
    return count;
}

/* What the books say of an account, by the entries since forget(). */
static inline int64_t posted_fen(uint32_t book)
{
    int64_t sum_fen = 0;
    for (int i = 0; i < fact_count; i++) {
        const struct fact *f = &facts[i];
        if (f->kind != FACT_ENTRY_POSTED && f->kind != FACT_ENTRY_TAKEN)
            continue;
        sum_fen += f->subject == book ? f->amount_fen : 0;
        sum_fen -= f->session == book ? f->amount_fen : 0;
    }
    return sum_fen;
}

/* --- what goes in --------------------------------------------------------- */

static inline struct input request_of(uint64_t reference, int64_t amount_fen)
{
    return (struct input){.kind = INPUT_PAYOUT_REQUESTED,
                          .channel = CHANNEL_NONE,
                          .priority = 5,
                          .routes = BOTH,
                          .amount_fen = amount_fen,
                          .reference = {.hi = UINT64_C(0xabcdef), .lo = reference}};
}

static inline void request(uint64_t reference, int64_t amount_fen)
{
    feed(request_of(reference, amount_fen));
}

static inline void request_on(uint64_t reference, int64_t amount_fen, uint8_t routes)
{
    struct input in = request_of(reference, amount_fen);
    in.routes = routes;
    feed(in);
}

/* Requested and sent at once; the order, by value. */
static inline struct order pay_on(uint64_t reference, int64_t amount_fen, uint8_t routes)
{
    int before = orders_of(ORDER_PAY);
    request_on(reference, amount_fen, routes);
    ck_assert_int_eq(orders_of(ORDER_PAY), before + 1);
    return *order(ORDER_PAY);
}

static inline struct order pay(uint64_t reference, int64_t amount_fen)
{
    return pay_on(reference, amount_fen, BOTH);
}

static inline struct input news_of(enum input_kind kind, struct order o, uint16_t code)
{
    return (struct input){.kind = (uint8_t)kind,
                          .channel = o.channel,
                          .code = code,
                          .session = FIRST_SESSION,
                          .id = o.id,
                          .reference = o.reference};
}

static inline void answer(struct order o, uint16_t code)
{
    feed(news_of(INPUT_PAY_ANSWERED, o, code));
}

static inline void notify(struct order o, uint16_t code)
{
    feed(news_of(INPUT_OUTCOME_NOTIFIED, o, code));
}

static inline uint16_t paid_code(uint8_t channel)
{
    return channel == U ? UNIONPAY_00 : NETSUNION_00;
}

static inline void notify_paid_in(struct order o, uint32_t session)
{
    struct input in = news_of(INPUT_OUTCOME_NOTIFIED, o, paid_code(o.channel));
    in.session = session;
    feed(in);
}

static inline void notify_paid(struct order o)
{
    notify_paid_in(o, FIRST_SESSION);
}

/* The query worked and says this of the order. */
static inline void query_says(struct order o, uint16_t outcome)
{
    struct input in = news_of(INPUT_QUERY_ANSWERED, o, paid_code(o.channel));
    in.outcome = outcome;
    feed(in);
}

static inline void query_finds_nothing(struct order o)
{
    feed(news_of(INPUT_QUERY_ANSWERED, o, o.channel == U ? UNIONPAY_34 : NETSUNION_03));
}

static inline void receipt(uint8_t channel, uint32_t session, int64_t amount_fen)
{
    feed((struct input){.kind = INPUT_RECEIPT_NOTIFIED,
                        .channel = channel,
                        .session = session,
                        .count = 1,
                        .amount_fen = amount_fen});
}

static inline void session_closes(uint8_t channel, uint32_t session, int64_t receipts_fen)
{
    feed((struct input){.kind = INPUT_SESSION_CLOSED,
                        .channel = channel,
                        .session = session,
                        .other_fen = receipts_fen});
}

static inline void session_settles(uint8_t channel, uint32_t session, int64_t receipts_fen,
                                   int64_t payments_fen)
{
    feed((struct input){.kind = INPUT_SESSION_SETTLED,
                        .channel = channel,
                        .session = session,
                        .amount_fen = receipts_fen - payments_fen,
                        .other_fen = receipts_fen});
}

static inline void returned(struct order o, uint32_t session, int64_t amount_fen)
{
    struct input in = news_of(INPUT_RETURN_NOTIFIED, o, 0);
    in.session = session;
    in.amount_fen = amount_fen;
    feed(in);
}

/* A list of the span, its count and total as given; lines follow. */
static inline void list_opens(uint8_t channel, int64_t from_us, int64_t until_us, uint32_t count,
                              int64_t total_fen)
{
    feed((struct input){.kind = INPUT_LIST_OPENED,
                        .channel = channel,
                        .count = count,
                        .amount_fen = total_fen,
                        .other_fen = from_us,
                        .at_us = until_us});
}

static inline void list_says(struct order o, uint32_t session, int64_t amount_fen, uint8_t back)
{
    struct input in = news_of(INPUT_LIST_LINE, o, 0);
    in.session = session;
    in.amount_fen = amount_fen;
    in.flag = back;
    feed(in);
}

static inline void list_ends(uint8_t channel)
{
    feed((struct input){.kind = INPUT_LIST_ENDED, .channel = channel});
}

static inline void list_of_nothing(uint8_t channel, int64_t from_us, int64_t until_us)
{
    list_opens(channel, from_us, until_us, 0, 0);
    list_ends(channel);
}

static inline void ask_move(uint8_t from, uint8_t to, int64_t amount_fen)
{
    feed((struct input){
        .kind = INPUT_MOVE_REQUESTED, .channel = to, .from = from, .amount_fen = amount_fen});
}

static inline void move_answered(struct order o, uint16_t code)
{
    feed((struct input){
        .kind = INPUT_MOVE_ANSWERED, .channel = o.channel, .code = code, .id = o.id});
}

/* What was sent since forget(), by references, in order. */
static inline void sent_must_be(const uint64_t *references, int count)
{
    ck_assert_int_eq(orders_of(ORDER_PAY), count);
    for (int i = 0; i < count; i++)
        ck_assert_uint_eq(nth_order(ORDER_PAY, i)->reference.lo, references[i]);
}

#define SENT_MUST_BE(...)                                                                          \
    sent_must_be((const uint64_t[]){__VA_ARGS__}, COUNT(((const uint64_t[]){__VA_ARGS__})))

#endif
