/* intake.c — requests come in; what waited too long or is withdrawn goes out. */

#include "core/base/must.h"
#include "core/desk.h"

static struct fact about_reference(enum fact_kind kind, uint32_t slot, const struct input *in)
{
    return (struct fact){.kind = (uint8_t)kind,
                         .channel = CHANNEL_NONE,
                         .subject = slot,
                         .id = in->reference.hi,
                         .amount_fen = in->amount_fen,
                         .other = (int64_t)in->reference.lo};
}

static bool answered_before(struct desk *d, const struct input *in)
{
    struct known known;
    if (!memory_find(d, in->reference, &known))
        return false;
    struct fact f = about_reference(FACT_REPEATED, known.slot, in);
    f.state = (uint8_t)known.state;
    f.reason =
        known.amount_fen == memory_keeps_fen(in->amount_fen) ? REASON_SAME : REASON_CONTENT_DIFFERS;
    desk_fact(d, f);
    return true;
}

/* The channels that may carry it, after each one's limit for a single payout. */
static uint8_t channels_for(const struct desk *d, const struct input *in)
{
    uint8_t channels = 0;
    for (uint32_t c = 0; c < CHANNELS; c++) {
        int64_t max_fen = d->core->config.channels[c].per_payout_max_fen;
        if ((in->routes >> c & 1) && (max_fen == 0 || in->amount_fen <= max_fen))
            channels |= (uint8_t)(1 << c);
    }
    return channels;
}

static bool quota_suffices(const struct desk *d, const struct input *in)
{
    uint8_t channels = channels_for(d, in);
    for (uint32_t c = 0; c < CHANNELS; c++) {
        const struct fee_terms *fee = &d->core->config.channels[c].fee;
        int64_t fee_fen = fee->in_net ? fee_of(fee, in->amount_fen) : 0;
        if ((channels >> c & 1) && money_add(in->amount_fen, fee_fen) <=
                                       dispatch_room_fen(d, (enum channel)c, in->business))
            return true;
    }
    return false;
}

/* Declared and checked in order of precedence. */
static enum reason why_not(const struct desk *d, const struct input *in)
{
    int64_t total_fen;
    if (!memory_has_room(d))
        return REASON_POOL_FULL;
    if (in->amount_fen <= 0 || in->amount_fen > MONEY_MAX_FEN)
        return REASON_AMOUNT_WRONG;
    if (in->business >= d->core->config.business_count)
        return REASON_BUSINESS_UNKNOWN;
    if ((in->routes & ((1 << CHANNELS) - 1)) == 0)
        return REASON_NO_ROUTE;
    if (channels_for(d, in) == 0)
        return REASON_AMOUNT_OVER_LIMIT;
    if (!money_try_add(d->core->queue.amount_fen, in->amount_fen, &total_fen))
        return REASON_QUEUE_TOTAL;
    if (d->core->config.businesses[in->business].refuse_when_short && !quota_suffices(d, in))
        return REASON_QUOTA_SHORT;
    return REASON_NONE;
}

void intake_request(struct desk *d, const struct input *in)
{
    struct core *core = d->core;
    if (answered_before(d, in))
        return;

    enum reason refusal = why_not(d, in);
    if (refusal != REASON_NONE) {
        desk_fact(d, about_reference(FACT_REQUESTED, NONE, in));
        struct fact f = about_reference(FACT_REFUSED, NONE, in);
        f.reason = (uint8_t)refusal;
        desk_fact(d, f);
        if (refusal != REASON_POOL_FULL) /* nowhere to keep it: the business may ask again */
            memory_add_refused(d, in->reference, in->amount_fen);
        return;
    }

    /* Nothing below this line can refuse. */
    uint32_t slot = pool_take(&core->payout_pool, d->payouts);
    MUST(slot != NONE);
    struct payout *p = &d->payouts[slot];
    uint8_t channels = channels_for(d, in);
    *p = (struct payout){
        .reference = in->reference,
        .amount_fen = in->amount_fen,
        .requested_us = d->now_us,
        .merchant = in->merchant,
        .user = in->user,
        .arrival = core->arrivals++,
        .round = p->round & ~UINT32_C(255),
        .state = PAYOUT_REQUESTED,
        .class = queue_class(core->config.businesses[in->business].priority, in->priority),
        .business = in->business,
        .bank = in->bank,
        .channel = CHANNEL_NONE,
        .routes = (uint8_t)(channels | channels << 4),
    };
    breakers_requested(d, slot, in->breakers);
    MUST(core->arrivals != 0); /* four thousand million payouts in one run */
    memory_add_open(d, slot);
    desk_fact(d, about_reference(FACT_REQUESTED, slot, in));
    payout_step(p, PAYOUT_ADMITTED);
    intake_enqueue(d, slot, d->now_us);
}

static struct chain *expiry_chain(struct core *core, const struct payout *p)
{
    return &core->expiring[p->business][(p->flags & PAYOUT_RETRIED) != 0];
}

/* Fresh payouts come in order; those that come back nearly so. */
static void watch_expiry(struct desk *d, uint32_t slot)
{
    struct payout *p = &d->payouts[slot];
    int64_t expires_us = d->core->config.businesses[p->business].expires_us;
    if (!desk_ages(d->core, p->business))
        return;
    struct chain *chain = expiry_chain(d->core, p);
    uint32_t before = NONE;
    for (uint32_t last = chain->tail;
         last != NONE && d->payouts[last].requested_us > p->requested_us;
         last = d->payouts[last].b.prev)
        before = last;
    chain_insert_before(chain, d->payouts, CHAIN_LINK_B, slot, before);
    if (expires_us != 0)
        desk_wake_at(d, p->requested_us + expires_us);
}

/* Into the lane of the channels it may be sent on now. */
static void place(struct desk *d, uint32_t slot)
{
    struct core *core = d->core;
    if (payout_lane_channels(&d->payouts[slot]) == 0) {
        chain_append(&core->stopped, d->payouts, CHAIN_LINK_A, slot);
        return;
    }
    queue_put(&core->queue, d->payouts, slot);
    dispatch_arrived(d, slot);
}

static void tell_denied(struct desk *d, uint32_t slot, uint8_t channels, uint32_t breaker)
{
    payout_deny(&d->payouts[slot], channels);
    desk_fact(d,
              (struct fact){.kind = FACT_DENIED,
                            .channel = CHANNEL_NONE,
                            .reason = channels != 0 ? REASON_BREAKER_OPEN : REASON_BREAKER_ADMITS,
                            .class = channels != 0 ? (uint8_t)(breaker + 1) : 0,
                            .routes = channels,
                            .subject = slot,
                            .amount_fen = d->payouts[slot].amount_fen});
}

/* From now on it may be sent, if breakers let it. */
static void line_up(struct desk *d, uint32_t slot)
{
    uint32_t breaker = 0;
    uint8_t channels = breakers_denied(d, slot, &breaker);
    if (channels != payout_denied(&d->payouts[slot]))
        tell_denied(d, slot, channels, breaker);
    place(d, slot);
}

/* All of one attempt wait equally long; only one that was held comes out of order. */
static void back_off(struct desk *d, uint32_t slot)
{
    struct payout *p = &d->payouts[slot];
    MUST(payout_attempt(p) <= RETRIES_MAX);
    struct chain *chain = &d->core->backing_off[payout_attempt(p)];
    uint32_t before = NONE;
    for (uint32_t last = chain->tail; last != NONE && d->payouts[last].sent_us > p->sent_us;
         last = d->payouts[last].in.a.prev)
        before = last;
    p->flags |= PAYOUT_BACKING_OFF;
    chain_insert_before(chain, d->payouts, CHAIN_LINK_A, slot, before);
    desk_wake_at(d, p->sent_us);
}

void intake_enqueue(struct desk *d, uint32_t slot, int64_t not_before_us)
{
    struct payout *p = &d->payouts[slot];
    struct core *core = d->core;
    MUST(p->state == PAYOUT_QUEUED);

    desk_waits(d, p, 1);
    watch_expiry(d, slot);
    struct fact f = {.kind = FACT_QUEUED,
                     .channel = CHANNEL_NONE,
                     .subject = slot,
                     .class = p->class,
                     .routes = payout_to_try(p),
                     .state = p->business,
                     .id = p->arrival,
                     .amount_fen = p->amount_fen,
                     .other = not_before_us};
    desk_fact(d, f);
    if (payout_attempt(p) == 0) { /* a new need, not one that comes back */
        enum channel first = route_first_choice(d, p);
        flow_add(&core->channels[first].forecast.out, d->now_us, dispatch_hold_fen(d, first, p));
    }
    if (not_before_us > d->now_us) {
        p->sent_us = not_before_us;
        back_off(d, slot);
        return;
    }
    line_up(d, slot);
}

/* Out of its lane, or of the chain of those that may not be sent yet. */
static void step_aside(struct desk *d, uint32_t slot)
{
    struct core *core = d->core;
    struct payout *p = &d->payouts[slot];
    MUST(p->state == PAYOUT_QUEUED);
    MUST((p->flags & PAYOUT_HELD) == 0 || (p->flags & PAYOUT_BACKING_OFF) == 0);
    breakers_left(d, slot);
    if (core->sift.at == slot)
        core->sift.at = p->in.a.next;
    if (p->flags & PAYOUT_HELD) {
        chain_remove(&core->held, d->payouts, CHAIN_LINK_A, slot);
        p->flags &= (uint8_t)~PAYOUT_HELD;
    } else if (p->flags & PAYOUT_BACKING_OFF) {
        chain_remove(&core->backing_off[payout_attempt(p)], d->payouts, CHAIN_LINK_A, slot);
        p->flags &= (uint8_t)~PAYOUT_BACKING_OFF;
    } else if (payout_lane_channels(p) == 0) {
        chain_remove(&core->stopped, d->payouts, CHAIN_LINK_A, slot);
    } else {
        queue_take(&core->queue, d->payouts, slot);
        dispatch_left(d, slot);
    }
}

/* Out of every chain that a queued payout is in. */
static void leave_queue(struct desk *d, uint32_t slot)
{
    struct core *core = d->core;
    struct payout *p = &d->payouts[slot];
    step_aside(d, slot);
    desk_waits(d, p, -1);
    if (desk_ages(core, p->business))
        chain_remove(expiry_chain(core, p), d->payouts, CHAIN_LINK_B, slot);
}

static void end_in_queue(struct desk *d, uint32_t slot, enum payout_event event,
                         enum fact_kind kind, enum reason reason)
{
    leave_queue(d, slot);
    payout_step(&d->payouts[slot], event);
    desk_fact(d, (struct fact){.kind = (uint8_t)kind,
                               .channel = CHANNEL_NONE,
                               .reason = (uint8_t)reason,
                               .subject = slot,
                               .amount_fen = d->payouts[slot].amount_fen});
    memory_finish(d, slot);
}

/* Nothing to be done: what it is now is the answer. */
static void tell_state(struct desk *d, const struct input *in, const struct known *known)
{
    struct fact f = about_reference(FACT_REPEATED, known->slot, in);
    f.state = (uint8_t)known->state;
    f.reason = REASON_OPERATOR;
    desk_fact(d, f);
}

/* The queued payout that the operator means, or NONE: then he was answered. */
static uint32_t queued_one(struct desk *d, const struct input *in)
{
    struct known known;
    if (!memory_find(d, in->reference, &known)) {
        desk_alert(d, CHANNEL_NONE, REASON_UNKNOWN_ORDER, 0, 0);
        return NONE;
    }
    bool held = known.slot != NONE && (d->payouts[known.slot].flags & PAYOUT_HELD) != 0;
    if (known.state != PAYOUT_QUEUED || (in->kind == INPUT_PAYOUT_HELD && held) ||
        (in->kind == INPUT_PAYOUT_RELEASED && !held)) {
        tell_state(d, in, &known);
        return NONE;
    }
    return known.slot;
}

void intake_cancel(struct desk *d, const struct input *in)
{
    uint32_t slot = queued_one(d, in);
    if (slot != NONE)
        end_in_queue(d, slot, PAYOUT_WITHDRAWN, FACT_CANCELLED, REASON_OPERATOR);
}

void intake_stop_paid(struct desk *d, uint32_t slot)
{
    end_in_queue(d, slot, PAYOUT_WITHDRAWN, FACT_CANCELLED, REASON_PAID_AFTER_FAILED);
}

static void tell_held(struct desk *d, enum fact_kind kind, uint32_t slot)
{
    desk_fact(d, (struct fact){.kind = (uint8_t)kind,
                               .channel = CHANNEL_NONE,
                               .reason = REASON_OPERATOR,
                               .subject = slot,
                               .amount_fen = d->payouts[slot].amount_fen});
}

void intake_hold(struct desk *d, const struct input *in)
{
    uint32_t slot = queued_one(d, in);
    if (slot == NONE)
        return;
    step_aside(d, slot);
    d->payouts[slot].flags |= PAYOUT_HELD;
    chain_append(&d->core->held, d->payouts, CHAIN_LINK_A, slot);
    tell_held(d, FACT_HELD, slot);
}

void intake_release(struct desk *d, const struct input *in)
{
    uint32_t slot = queued_one(d, in);
    if (slot == NONE)
        return;
    step_aside(d, slot);
    tell_held(d, FACT_RELEASED, slot);
    if (d->payouts[slot].sent_us > d->now_us) /* it backed off, and has yet to */
        back_off(d, slot);
    else
        line_up(d, slot);
}

void intake_deny(struct desk *d, uint32_t slot, uint8_t channels, uint32_t breaker)
{
    struct payout *p = &d->payouts[slot];
    MUST(p->state == PAYOUT_QUEUED && channels < 1 << CHANNELS);
    if (channels == payout_denied(p))
        return;
    bool waits = (p->flags & (PAYOUT_HELD | PAYOUT_BACKING_OFF)) == 0;
    if (waits)
        step_aside(d, slot);
    tell_denied(d, slot, channels, breaker);
    if (waits)
        place(d, slot);
}

static void come_back(struct desk *d, uint32_t slot)
{
    step_aside(d, slot);
    line_up(d, slot);
}

void intake_due(struct desk *d)
{
    struct core *core = d->core;
    for (uint32_t i = 0; i <= RETRIES_MAX; i++)
        while (core->backing_off[i].head != NONE && !desk_full(d) &&
               d->payouts[core->backing_off[i].head].sent_us <= d->now_us)
            come_back(d, core->backing_off[i].head);

    for (uint32_t b = 0; b < core->config.business_count; b++) {
        int64_t expires_us = core->config.businesses[b].expires_us;
        for (int again = 0; again < 2; again++) {
            struct chain *chain = &core->expiring[b][again];
            while (expires_us != 0 && chain->head != NONE && !desk_full(d) &&
                   d->payouts[chain->head].requested_us + expires_us <= d->now_us)
                end_in_queue(d, chain->head, PAYOUT_TIMED_OUT, FACT_EXPIRED,
                             REASON_WAITED_TOO_LONG);
        }
    }
}

int64_t intake_next_us(const struct desk *d)
{
    const struct core *core = d->core;
    int64_t soonest_us = NEVER_US;
    for (uint32_t i = 0; i <= RETRIES_MAX; i++) {
        uint32_t head = core->backing_off[i].head;
        if (head != NONE && d->payouts[head].sent_us < soonest_us)
            soonest_us = d->payouts[head].sent_us;
    }
    for (uint32_t b = 0; b < core->config.business_count; b++) {
        for (int again = 0; again < 2; again++) {
            uint32_t head = core->expiring[b][again].head;
            if (head == NONE || core->config.businesses[b].expires_us == 0)
                continue;
            int64_t due_us = d->payouts[head].requested_us + core->config.businesses[b].expires_us;
            if (due_us < soonest_us)
                soonest_us = due_us;
        }
    }
    return soonest_us;
}

int64_t intake_oldest_us(const struct desk *d)
{
    const struct core *core = d->core;
    MUST(core->watches_age);
    int64_t oldest_us = NEVER_US;
    for (uint32_t b = 0; b < core->config.business_count; b++)
        for (int again = 0; again < 2; again++) {
            uint32_t head = core->expiring[b][again].head;
            if (head != NONE && d->payouts[head].requested_us < oldest_us)
                oldest_us = d->payouts[head].requested_us;
        }
    return oldest_us;
}
