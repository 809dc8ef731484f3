/* treasury.h — a core with accounts of every kind, driven by hand, its books checked
 * after each step.
 *
 * Twelve o'clock on 2018-11-12, a Monday.  Nothing costs a fee and nothing has hours
 * until a test says so.  Orders and facts are kept until treasury_forget(). */
#ifndef TESTS_TREASURY_H
#define TESTS_TREASURY_H

#include <string.h>

#include "core/desk.h"
#include "core/state.h"
#include "tests/small_core.h"

enum { ACS, OWN, PREPAID, VIRTUAL_RESERVE, VIRTUAL_OWN, OWN_2, GENERAL, ACCOUNTS };
enum { BANK_A = INSTITUTION_BANKS, BANK_B };
enum { OFFERS_EVERYTHING, OFFERS_BALANCE, OFFERS_NOTHING };

#define YUAN INT64_C(100)
#define OPENING_FEN (1000 * YUAN) /* of every account; ten times that on the custody account */
#define REPLY_TIMEOUT_US (30 * US_PER_S)

struct treasury {
    struct small_core s;
    uint32_t order_count;
    uint32_t fact_count;
    struct order orders[500];
    struct fact facts[20000];
};

static inline int64_t moment(const char *text)
{
    char full[CIVIL_MOMENT_TEXT_MAX];
    int64_t us = 0;
    int length = snprintf(full, sizeof full, "%s+08:00", text);
    ck_assert(civil_parse_moment(full, (size_t)length, &us));
    return us;
}

static inline void treasury_start_at(struct treasury *t, const char *text)
{
    t->s.now_us = t->s.config.start_us = moment(text);
}

/* Half of custody is mapped, to both houses alike. */
static inline void treasury_config(struct treasury *t)
{
    static const uint8_t institutions[] = {[ACS] = INSTITUTION_CENTRAL_BANK,
                                           [OWN] = BANK_A,
                                           [PREPAID] = BANK_A,
                                           [VIRTUAL_RESERVE] = CHANNEL_UNIONPAY,
                                           [VIRTUAL_OWN] = CHANNEL_UNIONPAY,
                                           [OWN_2] = BANK_B,
                                           [GENERAL] = BANK_B};
    static const uint8_t kinds[] = {
        [ACS] = ACCOUNT_CENTRAL_BANK,        [OWN] = ACCOUNT_OWN,
        [PREPAID] = ACCOUNT_RESERVE,         [VIRTUAL_RESERVE] = ACCOUNT_VIRTUAL_RESERVE,
        [VIRTUAL_OWN] = ACCOUNT_VIRTUAL_OWN, [OWN_2] = ACCOUNT_OWN,
        [GENERAL] = ACCOUNT_RESERVE};
    memset(t, 0, sizeof *t);
    small_config(&t->s, 10 * OPENING_FEN);
    struct core_config *c = &t->s.config;
    treasury_start_at(t, "2018-11-12T12:00:00");
    c->calendar = CALENDAR_CHINA;
    c->allocation.static_ppm[0] = c->allocation.static_ppm[1] = PPM / 2;
    c->allocation.unallocated_keep_fen = 5 * OPENING_FEN;
    c->account_count = ACCOUNTS - 1; /* without the general one */
    for (int i = 0; i < ACCOUNTS; i++)
        c->accounts[i] =
            (struct core_account){.kind = kinds[i],
                                  .institution = institutions[i],
                                  .use = i == PREPAID   ? USE_PREPAID_CARD
                                         : i == GENERAL ? USE_GENERAL
                                                        : USE_NONE,
                                  .flags = ACCOUNT_DIRECT_LINK | ACCOUNT_POSITION_NUMBER,
                                  .opening_fen = i == ACS ? 10 * OPENING_FEN : OPENING_FEN,
                                  .closes_us = NEVER_US};
    c->large_value.kind = HOURS_LARGE_VALUE;
    c->interface_count = 3;
    c->interfaces[OFFERS_EVERYTHING].operations = (1 << OPERATE_COUNT) - 1;
    c->interfaces[OFFERS_BALANCE].operations = 1 << OPERATE_BALANCE | 1 << OPERATE_TRANSFER;
    for (int i = 0; i < SERVICES; i++)
        c->services[i].reply_timeout_us = REPLY_TIMEOUT_US;
    for (int i = 0; i < INSTITUTIONS_MAX; i++)
        c->banks[i].reply_timeout_us = REPLY_TIMEOUT_US;
}

/* --- what must hold between any two inputs ---------------------------------- */

static inline bool treasury_has_timer(const struct core *core, uint32_t transfer)
{
    for (uint32_t i = 0; i < core->timers.count; i++)
        if (core->timer_heap[i].kind == TIMER_TRANSFER && core->timer_heap[i].subject == transfer &&
            core->timer_heap[i].round == core->transfers[transfer].round)
            return true;
    return false;
}

static inline void treasury_check_purses(const struct treasury *t)
{
    const struct core *core = t->s.core;
    int64_t held_fen[ACCOUNTS_MAX] = {0};
    int64_t coming_fen[ACCOUNTS_MAX] = {0};
    int64_t transit_fen = 0;
    for (uint32_t i = 0; i < TRANSFERS_MAX; i++) {
        const struct transfer *one = &core->transfers[i];
        if (!core->transfer_live[i])
            continue;
        uint8_t at = one->leg_count == 0 ? one->from : one->legs[one->leg].from;
        if (one->held)
            held_fen[at] += one->amount_fen;
        if (one->debited)
            transit_fen += one->amount_fen;
        if (one->state == TRANSFER_RESTING)
            continue;
        coming_fen[one->to] += one->amount_fen;
        ck_assert_in_loop(treasury_has_timer(core, i));
    }
    for (uint32_t i = 0; i < core->accounts.count; i++) {
        ck_assert_in_loop(core->purses[i].held_fen == held_fen[i]);
        ck_assert_in_loop(core->purses[i].coming_fen == coming_fen[i]);
    }
    ck_assert_in_loop(ledger_balance_fen(&core->books[BOOK_TRANSIT]) == transit_fen);
}

static inline void treasury_check(const struct treasury *t)
{
    const struct core *core = t->s.core;
    treasury_check_purses(t);
    ck_assert_in_loop(ledger_balance_fen(&core->books[BOOK_UNALLOCATED]) == core->unallocated_fen);
    ck_assert_in_loop(core->earmarked_fen >= 0 && core->earmarked_fen <= core->unallocated_fen);
    for (int c = 0; c < CHANNELS; c++)
        ck_assert_in_loop(desk_available_fen(&(struct desk){.core = t->s.core}, (enum channel)c) >=
                          0);
    int64_t timer_us = heap_next_us(&core->timers, core->timer_heap);
    ck_assert_in_loop(core_deadline_us(core) <= timer_us);
}

/* --- driving it ------------------------------------------------------------- */

/* Of a movement, or a page of them, without a balance after it: that which what was told
 * of the account so far comes to. */
static inline int64_t right_balance_fen(const struct treasury *t, const struct input *in)
{
    if (in->account >= ACCOUNTS_MAX || in->account >= t->s.core->accounts.count)
        return 0;
    int64_t told_fen = t->s.core->purses[in->account].statement.told_fen;
    return in->kind == INPUT_MOVEMENT_TOLD ? told_fen + in->amount_fen : told_fen;
}

static inline void treasury_apply(struct treasury *t, struct input in)
{
    if ((in.kind == INPUT_MOVEMENT_TOLD || in.kind == INPUT_DETAILS_ENDED) && in.other_fen == 0)
        in.other_fen = right_balance_fen(t, &in);
    small_apply(&t->s, in);
    ck_assert_in_loop(t->order_count + t->s.fx.order_count <= (uint32_t)COUNT(t->orders));
    ck_assert_in_loop(t->fact_count + t->s.fx.fact_count <= (uint32_t)COUNT(t->facts));
    memcpy(t->orders + t->order_count, t->s.fx.orders, t->s.fx.order_count * sizeof(struct order));
    memcpy(t->facts + t->fact_count, t->s.fx.facts, t->s.fx.fact_count * sizeof(struct fact));
    t->order_count += t->s.fx.order_count;
    t->fact_count += t->s.fx.fact_count;
    treasury_check(t);
}

static inline void treasury_forget(struct treasury *t)
{
    t->order_count = t->fact_count = 0;
}

static inline void treasury_tick(struct treasury *t)
{
    treasury_apply(t, (struct input){.kind = INPUT_TICKED, .channel = CHANNEL_NONE});
}

/* At every deadline up to then, and then. */
static inline void treasury_wait_until(struct treasury *t, int64_t until_us)
{
    int ticks = 0;
    int same = 0;
    while (core_deadline_us(t->s.core) <= until_us) {
        int64_t at_us = core_deadline_us(t->s.core);
        same = at_us <= t->s.now_us ? same + 1 : 0;
        ck_assert_msg(same < 10, "woken again and again at one instant");
        ck_assert_msg(ticks++ < 50000, "woken too often");
        if (at_us > t->s.now_us)
            t->s.now_us = at_us;
        treasury_tick(t);
    }
    t->s.now_us = until_us;
    treasury_tick(t);
}

static inline void treasury_wait(struct treasury *t, int64_t for_us)
{
    treasury_wait_until(t, t->s.now_us + for_us);
}

static inline void treasury_free(struct treasury *t)
{
    small_free(&t->s);
}

static inline void treasury_begin(struct treasury *t)
{
    treasury_tick(t);
    treasury_forget(t);
}

static inline void treasury_ask(struct treasury *t, uint8_t from, uint8_t to, int64_t amount_fen)
{
    treasury_apply(t, (struct input){.kind = INPUT_TRANSFER_REQUESTED,
                                     .channel = CHANNEL_NONE,
                                     .account = from,
                                     .to_account = to,
                                     .amount_fen = amount_fen});
}

/* --- what came out ---------------------------------------------------------- */

static inline uint32_t treasury_count(const struct treasury *t, enum fact_kind kind)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < t->fact_count; i++)
        count += t->facts[i].kind == kind;
    return count;
}

static inline uint32_t treasury_alerts(const struct treasury *t, enum reason reason)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < t->fact_count; i++)
        count += t->facts[i].kind == FACT_ALERT && t->facts[i].reason == reason;
    return count;
}

/* The last one of that kind; there is one. */
static inline struct fact treasury_fact(const struct treasury *t, enum fact_kind kind)
{
    for (uint32_t i = t->fact_count; i-- > 0;)
        if (t->facts[i].kind == kind)
            return t->facts[i];
    ck_abort_msg("no %s", fact_kind_name(kind));
    return t->facts[0];
}

static inline uint32_t treasury_orders(const struct treasury *t, enum order_kind kind)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < t->order_count; i++)
        count += t->orders[i].kind == kind;
    return count;
}

static inline struct order treasury_order(const struct treasury *t, enum order_kind kind)
{
    for (uint32_t i = t->order_count; i-- > 0;)
        if (t->orders[i].kind == kind)
            return t->orders[i];
    ck_abort_msg("no order %d", (int)kind);
    return t->orders[0];
}

static inline int64_t book_fen(const struct treasury *t, uint32_t book)
{
    return ledger_balance_fen(&t->s.core->books[book]);
}

static inline int64_t account_fen(const struct treasury *t, uint8_t account)
{
    return book_fen(t, BOOK_REGISTERED + account);
}

static inline int64_t held_fen(const struct treasury *t, uint8_t account)
{
    return t->s.core->purses[account].held_fen;
}

static inline int64_t coming_fen(const struct treasury *t, uint8_t account)
{
    return t->s.core->purses[account].coming_fen;
}

static inline int64_t available_fen(const struct treasury *t, enum channel channel)
{
    return desk_available_fen(&(struct desk){.core = t->s.core}, channel);
}

/* --- answers ---------------------------------------------------------------- */

static inline struct input answer_to(const struct order *o, enum input_kind kind, uint16_t code)
{
    return (struct input){.kind = (uint8_t)kind,
                          .channel = o->channel,
                          .id = o->id,
                          .code = code,
                          .session = SMALL_SESSION};
}

static inline void reply(struct treasury *t, struct order o, uint16_t code)
{
    treasury_apply(t, answer_to(&o, INPUT_PAY_ANSWERED, code));
}

static inline void notice(struct treasury *t, struct order o, uint16_t code)
{
    treasury_apply(t, answer_to(&o, INPUT_OUTCOME_NOTIFIED, code));
}

/* The query worked and says that. */
static inline void found(struct treasury *t, struct order o, uint16_t outcome)
{
    struct input in = answer_to(&o, INPUT_QUERY_ANSWERED,
                                o.channel == CHANNEL_NONE       ? BANK_00
                                : o.channel == CHANNEL_UNIONPAY ? UNIONPAY_00
                                                                : NETSUNION_00);
    in.outcome = outcome;
    treasury_apply(t, in);
}

static inline void not_found(struct treasury *t, struct order o)
{
    treasury_apply(t, answer_to(&o, INPUT_QUERY_ANSWERED,
                                o.channel == CHANNEL_NONE       ? BANK_03
                                : o.channel == CHANNEL_UNIONPAY ? UNIONPAY_34
                                                                : NETSUNION_03));
}

/* UnionPay tells a receipt of its first session; and its net, in which receipts come to so much. */
static inline void receipt(struct treasury *t, int64_t amount_fen)
{
    treasury_apply(t, (struct input){.kind = INPUT_RECEIPT_NOTIFIED,
                                     .channel = CHANNEL_UNIONPAY,
                                     .session = SMALL_SESSION,
                                     .count = 1,
                                     .amount_fen = amount_fen});
}

static inline void session_settles(struct treasury *t, int64_t receipts_fen, int64_t net_fen)
{
    treasury_apply(t, (struct input){.kind = INPUT_SESSION_SETTLED,
                                     .channel = CHANNEL_UNIONPAY,
                                     .session = SMALL_SESSION,
                                     .amount_fen = net_fen,
                                     .other_fen = receipts_fen});
}

static inline void movement(struct treasury *t, uint8_t account, uint32_t number,
                            int64_t amount_fen, uint64_t id, uint8_t flag)
{
    bool net = flag & MOVEMENT_OF_SESSION;
    treasury_apply(t, (struct input){.kind = INPUT_MOVEMENT_TOLD,
                                     .channel = net ? CHANNEL_UNIONPAY : CHANNEL_NONE,
                                     .account = account,
                                     .session = net ? SMALL_SESSION + number - 1 : 0,
                                     .count = number,
                                     .amount_fen = amount_fen,
                                     .id = id,
                                     .flag = flag,
                                     .at_us = t->s.now_us});
}

static inline void report(struct treasury *t, uint8_t account, int64_t amount_fen, int64_t as_of_us)
{
    treasury_apply(t, (struct input){.kind = INPUT_BALANCE_REPORTED,
                                     .channel = CHANNEL_NONE,
                                     .account = account,
                                     .amount_fen = amount_fen,
                                     .at_us = as_of_us});
}

#endif
