/* breakers.c — circuit breakers at work: calls are told to those that watch them,
 * and what waits is told whom it may try.
 *
 * A call is one attempt; it completes with the first of a reply, any other
 * word of its outcome, and the reply time-out.  When a key begins or ceases to
 * admit, the queue is sifted for it before anything more is sent.  That is one
 * walk over the stopped and the lanes, a cursor long: it goes on in the next
 * call where the effects were full, and begins anew when another key turns. */

#include "core/base/must.h"
#include "core/desk.h"

uint64_t breakers_bytes(const struct breaker_terms *terms, uint32_t count)
{
    uint64_t bytes = 0;
    for (uint32_t b = 0; b < count; b++)
        bytes += (breaker_bytes(&terms[b]) + 15) / 16 * 16;
    return bytes;
}

void breakers_create(struct core *core)
{
    const struct core_config *config = &core->config;
    for (uint32_t b = 0; b < config->breaker_count; b++) {
        core->forcing[b].next = NONE;
        breaker_init(&core->breakers[b], &config->breakers[b]);
        if (b + 1 < BREAKERS_MAX)
            core->breaker_at[b + 1] = core->breaker_at[0] + breakers_bytes(config->breakers, b + 1);
    }
    for (uint32_t b = 0; b < config->breaker_count; b++) {
        const struct breaker_terms *t = &config->breakers[b];
        uint32_t few = t->kind == BREAKER_BUSINESS ? config->business_count
                       : t->kind == BREAKER_ROUTE  ? CHANNELS
                                                   : 0;
        for (uint32_t value = 0; value < few && value < t->keys; value++)
            breaker_take(&core->breakers[b], (char *)core + core->breaker_at[b], value);
    }
    core->sift.at = NONE;
}

static void *memory_of(const struct desk *d, uint32_t b)
{
    return (char *)d->core + d->core->breaker_at[b];
}

static bool of_route(const struct breaker *b)
{
    return b->terms.kind == BREAKER_ROUTE || b->terms.kind == BREAKER_ROUTE_BANK;
}

static uint32_t value_of(const struct breaker *b, const struct payout *p, uint32_t channel)
{
    switch ((enum breaker_kind)b->terms.kind) {
    case BREAKER_BUSINESS:
        return p->business;
    case BREAKER_MERCHANT:
        return p->merchant;
    case BREAKER_USER:
        return p->user;
    case BREAKER_ROUTE:
        return channel;
    case BREAKER_ROUTE_BANK:
        return BREAKER_BANK_OF(channel, p->bank);
    case BREAKER_KINDS:
        break;
    }
    NEVER("an unlisted kind");
}

void breakers_requested(struct desk *d, uint32_t slot, uint16_t breakers)
{
    if (d->core->config.breaker_count != 0)
        d->watches[slot] = (struct guard){.breakers = breakers};
}

static bool watches(const struct desk *d, uint32_t b, uint32_t slot)
{
    return d->watches[slot].breakers >> b & 1;
}

/* Whether it watches that way of the payout, once it watches the payout. */
static bool watches_route(const struct breaker *b, const struct payout *p, uint32_t channel)
{
    if (b->terms.kind == BREAKER_ROUTE_BANK)
        return b->terms.banks[channel][p->bank / 64] >> p->bank % 64 & 1;
    return b->terms.kind != BREAKER_ROUTE || (b->terms.channels >> channel & 1);
}

static bool admits(const struct desk *d, uint32_t b, uint32_t value)
{
    const struct breaker *breaker = &d->core->breakers[b];
    uint32_t key = breaker_find(breaker, memory_of(d, b), value);
    return key == NONE || breaker_admits(breaker, memory_of(d, b), key);
}

static uint8_t denied_by(const struct desk *d, uint32_t b, const struct payout *p)
{
    const struct breaker *breaker = &d->core->breakers[b];
    uint8_t channels = payout_to_try(p);
    uint8_t denied = 0;
    if (!of_route(breaker))
        return admits(d, b, value_of(breaker, p, CHANNEL_NONE)) ? 0 : channels;
    for (uint32_t c = 0; c < CHANNELS; c++)
        if ((channels >> c & 1) && watches_route(breaker, p, c) &&
            !admits(d, b, value_of(breaker, p, c)))
            denied |= (uint8_t)(1 << c);
    return denied;
}

uint8_t breakers_denied(const struct desk *d, uint32_t slot, uint32_t *first)
{
    const struct core *core = d->core;
    uint8_t denied = 0;
    for (uint32_t b = 0; b < core->config.breaker_count; b++) {
        if (core->breakers[b].shut == 0 || !watches(d, b, slot))
            continue;
        uint8_t by_this = denied_by(d, b, &d->payouts[slot]);
        if (denied == 0 && by_this != 0)
            *first = b;
        denied |= by_this;
    }
    return denied;
}

/* --- news of keys ------------------------------------------------------------- */

static void drop_offer(struct core *core, uint32_t i)
{
    core->offers[i] = core->offers[--core->offer_count];
}

/* A key that admits only probes, or only so many in a while, is offered to a
 * few; whoever is stopped wholly is no concern of one that admits no longer. */
static void begin_sift(struct desk *d, uint32_t b, uint32_t value)
{
    struct core *core = d->core;
    struct sift *sift = &core->sift;
    const struct breaker *breaker = &core->breakers[b];
    uint32_t key = breaker_find(breaker, memory_of(d, b), value);
    bool opens = key != NONE && !breaker_admits(breaker, memory_of(d, b), key);
    bool few = !opens && key != NONE &&
               (breaker_counts_sends(breaker) ||
                breaker_key(breaker, memory_of(d, b), key)->state == BREAKER_HALF_OPEN);

    for (uint32_t i = core->offer_count; i-- > 0;)
        if (core->offers[i].breaker == b && core->offers[i].value == value)
            drop_offer(core, i);
    uint32_t at = 0;
    while (at < sift->count && at < SIFT_KEYS_MAX &&
           (sift->breaker[at] != b || sift->value[at] != value))
        at++;
    if (at < SIFT_KEYS_MAX) {
        sift->breaker[at] = (uint16_t)b;
        sift->value[at] = value;
        sift->offers[at] = few ? OFFERS : OFFERS_ALL;
    }
    bool only_opens = opens && (sift->count == 0 || sift->stopped_done);
    if (at >= sift->count && sift->count <= SIFT_KEYS_MAX)
        sift->count++;
    sift->stopped_done = only_opens;
    sift->lane = LANES;
    sift->at = only_opens ? NONE : core->stopped.head;
}

static void take_news(struct desk *d, uint32_t b, uint32_t key, struct breaker_change change)
{
    static const uint8_t kinds[] = {[BREAKER_OPENS] = FACT_BREAKER_OPENED,
                                    [BREAKER_HALF_OPENS] = FACT_BREAKER_HALF_OPENED,
                                    [BREAKER_CLOSES] = FACT_BREAKER_CLOSED};
    const struct breaker *breaker = &d->core->breakers[b];
    if (change.news == BREAKER_NOTHING && breaker->awake == 0)
        return;
    const struct breaker_key *k = breaker_key(breaker, memory_of(d, b), key);
    if (change.news != BREAKER_NOTHING) {
        bool was_open = change.was == BREAKER_OPEN || change.was == BREAKER_HALF_OPEN ||
                        change.was == BREAKER_FORCED_OPEN;
        d->core->keys_open[b] += (uint32_t)(change.news != BREAKER_CLOSES) - (uint32_t)was_open;
        uint8_t channel = breaker->terms.kind == BREAKER_ROUTE_BANK ? (uint8_t)(k->value >> 8)
                          : breaker->terms.kind == BREAKER_ROUTE    ? (uint8_t)k->value
                                                                    : CHANNEL_NONE;
        desk_fact(d, (struct fact){.kind = kinds[change.news],
                                   .channel = channel,
                                   .reason = change.reason,
                                   .state = change.was,
                                   .class = (uint8_t)(b + 1),
                                   .subject = key,
                                   .session = k->openings,
                                   .id = k->value,
                                   .other = k->until_us == INT64_MAX ? 0 : k->until_us});
    }
    if (change.turned)
        begin_sift(d, b, k->value);
    desk_wake_at(d, breaker_next_us(breaker, memory_of(d, b)));
}

static struct breaker_time now_of(const struct desk *d)
{
    return (struct breaker_time){d->now_us, d->core->sends};
}

/* The key, or NONE: there is no room for it, which is told once. */
static uint32_t take_key(struct desk *d, uint32_t b, uint32_t value)
{
    struct core *core = d->core;
    uint32_t key = breaker_take(&core->breakers[b], memory_of(d, b), value);
    if (key == NONE && !(core->crowded >> b & 1)) {
        core->crowded |= (uint16_t)(1 << b);
        desk_alert(d, CHANNEL_NONE, REASON_TOO_MANY_KEYS, 0, b + 1);
    }
    return key;
}

static bool concerns(const struct desk *d, uint32_t b, uint32_t slot)
{
    const struct payout *p = &d->payouts[slot];
    return watches(d, b, slot) && watches_route(&d->core->breakers[b], p, p->channel);
}

void breakers_sent(struct desk *d, uint32_t slot)
{
    struct core *core = d->core;
    const struct payout *p = &d->payouts[slot];
    if (core->config.breaker_count == 0)
        return;
    MUST(core->sends != UINT32_MAX);
    d->watches[slot].number = core->sends;
    for (uint32_t b = 0; b < core->config.breaker_count; b++) {
        struct breaker *breaker = &core->breakers[b];
        if ((!breaker_counts_sends(breaker) && breaker->awake == 0) || !concerns(d, b, slot))
            continue;
        uint32_t value = value_of(breaker, p, p->channel);
        uint32_t key = breaker_counts_sends(breaker)
                           ? take_key(d, b, value)
                           : breaker_find(breaker, memory_of(d, b), value);
        if (key != NONE)
            take_news(d, b, key,
                      breaker_sent(breaker, memory_of(d, b), key, now_of(d), p->amount_fen));
    }
    core->sends++;
}

/* What a key that was never heard of need not hear: it would change nothing. */
static bool worth_a_key(const struct breaker *b, enum breaker_outcome outcome)
{
    bool rates = b->terms.failure_ppm != 0 || b->terms.slow_ppm != 0;
    return outcome != BREAKER_IGNORED &&
           (rates || (b->terms.consecutive != 0 && outcome == BREAKER_FAILURE));
}

void breakers_answered(struct desk *d, uint32_t slot, enum breaker_outcome outcome)
{
    struct core *core = d->core;
    const struct payout *p = &d->payouts[slot];
    for (uint32_t b = 0; b < core->config.breaker_count; b++) {
        struct breaker *breaker = &core->breakers[b];
        if ((!breaker_counts_answers(breaker) && breaker->awake == 0) || !concerns(d, b, slot))
            continue;
        uint32_t value = value_of(breaker, p, p->channel);
        uint32_t key = worth_a_key(breaker, outcome)
                           ? take_key(d, b, value)
                           : breaker_find(breaker, memory_of(d, b), value);
        struct breaker_call call = {d->watches[slot].number, (uint8_t)outcome,
                                    d->now_us - p->sent_us};
        if (key != NONE)
            take_news(d, b, key, breaker_answered(breaker, memory_of(d, b), key, now_of(d), call));
    }
}

/* --- time, and the operator ----------------------------------------------------- */

static void force_key(struct desk *d, uint32_t b, uint32_t key, bool open, int64_t until_us)
{
    take_news(
        d, b, key,
        breaker_force(&d->core->breakers[b], memory_of(d, b), key, now_of(d), open, until_us));
}

/* Keys there are for certain: those of businesses and routes. */
static void take_all(struct desk *d, uint32_t b)
{
    const struct breaker *breaker = &d->core->breakers[b];
    if (breaker->terms.kind == BREAKER_BUSINESS)
        for (uint32_t i = 0; i < d->core->config.business_count; i++)
            take_key(d, b, i);
    if (breaker->terms.kind == BREAKER_ROUTE)
        for (uint32_t c = 0; c < CHANNELS; c++)
            if (breaker->terms.channels >> c & 1)
                take_key(d, b, c);
}

void breakers_force(struct desk *d, const struct input *in)
{
    MUST(in->code < d->core->config.breaker_count);
    bool open = in->flag & FORCED_OPEN;
    int64_t until_us = in->at_us == 0 ? INT64_MAX : in->at_us;
    if (!(in->flag & FORCED_EVERY)) {
        uint32_t key = take_key(d, in->code, (uint32_t)in->id);
        if (key != NONE)
            force_key(d, in->code, key, open, until_us);
        return;
    }
    take_all(d, in->code);
    d->core->forcing[in->code] = (struct forcing){.open = open, .until_us = until_us};
    desk_wake_at(d, d->now_us);
}

/* Keys in the pool are those below `fresh`: one is forgotten only for another. */
static void force_on(struct desk *d, uint32_t b)
{
    struct forcing *f = &d->core->forcing[b];
    while (f->next < d->core->breakers[b].pool.fresh && !desk_full(d))
        force_key(d, b, f->next++, f->open, f->until_us);
    if (f->next >= d->core->breakers[b].pool.fresh)
        f->next = NONE;
}

void breakers_due(struct desk *d)
{
    for (uint32_t b = 0; b < d->core->config.breaker_count; b++) {
        struct breaker *breaker = &d->core->breakers[b];
        uint32_t key;
        force_on(d, b);
        while (!desk_full(d) &&
               (key = breaker_overdue(breaker, memory_of(d, b), d->now_us)) != NONE)
            take_news(d, b, key, breaker_expire(breaker, memory_of(d, b), key, now_of(d)));
    }
}

int64_t breakers_next_us(const struct desk *d)
{
    int64_t soonest_us = NEVER_US;
    for (uint32_t b = 0; b < d->core->config.breaker_count; b++) {
        int64_t due_us = d->core->forcing[b].next != NONE
                             ? d->now_us
                             : breaker_next_us(&d->core->breakers[b], memory_of(d, b));
        if (due_us < soonest_us)
            soonest_us = due_us;
    }
    return soonest_us;
}

/* --- sifting -------------------------------------------------------------------- */

bool breakers_turned(const struct desk *d)
{
    return d->core->sift.count != 0;
}

static bool is_of(const struct desk *d, uint32_t b, uint32_t value, uint32_t slot)
{
    const struct breaker *breaker = &d->core->breakers[b];
    uint32_t channel = breaker->terms.kind == BREAKER_ROUTE_BANK ? value >> 8 : value;
    return value_of(breaker, &d->payouts[slot], channel) == value && watches(d, b, slot);
}

/* The keys that the payout is of: bit i, the i-th that is sifted for. */
static uint32_t concerned(const struct desk *d, const struct sift *sift, uint32_t slot)
{
    uint32_t keys = 0;
    for (uint32_t i = 0; i < sift->count && i < SIFT_KEYS_MAX; i++)
        if (is_of(d, sift->breaker[i], sift->value[i], slot))
            keys |= 1u << i;
    return keys;
}

/* The next chain that has anything in it. */
static void next_lane(struct core *core)
{
    struct sift *sift = &core->sift;
    sift->lane = sift->lane == LANES ? 0 : sift->lane + 1;
    while (sift->lane < LANES && core->queue.lanes[sift->lane].head == NONE) {
        uint32_t class = sift->lane / LANES_PER_CLASS;
        bool busy = core->queue.busy[class / 64] >> class % 64 & 1;
        sift->lane = busy ? sift->lane + 1 : (class + 1) * LANES_PER_CLASS;
    }
    sift->at = sift->lane < LANES ? core->queue.lanes[sift->lane].head : NONE;
}

static void look_at(struct desk *d, uint32_t slot)
{
    struct sift *sift = &d->core->sift;
    uint32_t keys = concerned(d, sift, slot);
    uint32_t breaker = 0;
    if (keys == 0 && sift->count <= SIFT_KEYS_MAX)
        return;
    uint8_t before = payout_denied(&d->payouts[slot]);
    uint8_t denied = breakers_denied(d, slot, &breaker);
    bool let_go = (before & ~denied) != 0;
    for (uint32_t i = 0; i < SIFT_KEYS_MAX && let_go; i++)
        if ((keys >> i & 1) && sift->offers[i] == 0) { /* it stays denied what it was */
            denied |= before;
            let_go = false;
        }
    for (uint32_t i = 0; i < SIFT_KEYS_MAX && let_go; i++)
        if ((keys >> i & 1) && sift->offers[i] != OFFERS_ALL)
            sift->offers[i]--;
    intake_deny(d, slot, denied, breaker);
}

static bool all_offered(const struct sift *sift)
{
    uint32_t i = 0;
    while (i < sift->count && i < SIFT_KEYS_MAX && sift->offers[i] == 0)
        i++;
    return i == sift->count;
}

/* Keys that could be offered to more when these have left; with no room to
 * remember one, it is offered to all. */
static void end_sift(struct desk *d)
{
    struct core *core = d->core;
    const struct sift done = core->sift;
    core->sift = (struct sift){.at = NONE};
    for (uint32_t i = 0; i < done.count && i < SIFT_KEYS_MAX; i++) {
        if (done.offers[i] != 0)
            continue;
        if (core->offer_count < SIFT_KEYS_MAX) {
            core->offers[core->offer_count++] =
                (struct offer){done.breaker[i], OFFERS, done.value[i]};
            continue;
        }
        begin_sift(d, done.breaker[i], done.value[i]);
        core->sift.offers[core->sift.count - 1] = OFFERS_ALL;
    }
}

void breakers_left(struct desk *d, uint32_t slot)
{
    struct core *core = d->core;
    for (uint32_t i = core->offer_count; i-- > 0;) {
        struct offer *o = &core->offers[i];
        if (!is_of(d, o->breaker, o->value, slot) || --o->left > 0)
            continue;
        uint32_t b = o->breaker;
        uint32_t value = o->value;
        begin_sift(d, b, value); /* drops the offer */
    }
}

void breakers_sift(struct desk *d)
{
    struct core *core = d->core;
    struct sift *sift = &core->sift;
    while (sift->count != 0 && !desk_full(d)) {
        uint32_t slot = sift->at;
        if (slot == NONE)
            next_lane(core);
        else {
            sift->at = d->payouts[slot].in.a.next;
            look_at(d, slot);
        }
        if ((slot == NONE && sift->at == NONE) || all_offered(sift))
            end_sift(d);
    }
}
