/* queue.c — see queue.h. */

#include "core/payout/queue.h"

#include "core/base/money.h"
#include "core/base/must.h"
#include "core/base/civil.h"

uint8_t queue_class(uint8_t business_priority, uint8_t merchant_priority)
{
    MUST(business_priority >= 1 && business_priority <= PRIORITIES);
    MUST(merchant_priority >= 1 && merchant_priority <= PRIORITIES);
    return (uint8_t)((business_priority - 1) * PRIORITIES + merchant_priority - 1);
}

void queue_init(struct queue *q)
{
    *q = (struct queue){0};
    for (uint32_t lane = 0; lane < LANES; lane++)
        q->lanes[lane] = CHAIN_EMPTY;
}

/* Lanes of a class: channel set 1..3, twice. */
static uint32_t lane_in_class(const struct payout *p)
{
    uint8_t channels = payout_lane_channels(p);
    MUST(channels >= 1 && channels <= 3);
    return (uint32_t)(channels - 1) * 2 + ((p->flags & PAYOUT_RETRIED) != 0);
}

static struct chain *lane_of(struct queue *q, const struct payout *p)
{
    return &q->lanes[p->class * LANES_PER_CLASS + lane_in_class(p)];
}

/* The first of the lane that arrived after `p`.  Most belong near one of the
 * ends: looked for from both. */
static uint32_t place_in(const struct chain *lane, const struct payout *payouts,
                         const struct payout *p)
{
    uint32_t front = lane->head;
    uint32_t before = NONE;
    for (uint32_t back = lane->tail; back != NONE; back = payouts[back].in.a.prev) {
        MUST(payouts[back].arrival != p->arrival);
        if (payouts[back].arrival < p->arrival)
            return before;
        if (payouts[front].arrival > p->arrival)
            return front;
        before = back;
        front = payouts[front].in.a.next;
    }
    return before;
}

void queue_put(struct queue *q, struct payout *payouts, uint32_t slot)
{
    struct payout *p = &payouts[slot];
    MUST(p->class < CLASSES);
    struct chain *lane = lane_of(q, p);
    chain_insert_before(lane, payouts, CHAIN_LINK_A, slot, place_in(lane, payouts, p));
    q->busy[p->class / 64] |= UINT64_C(1) << p->class % 64;
    q->count++;
    q->amount_fen = money_add(q->amount_fen, p->amount_fen);
}

void queue_take(struct queue *q, struct payout *payouts, uint32_t slot)
{
    struct payout *p = &payouts[slot];
    MUST(q->count > 0);
    chain_remove(lane_of(q, p), payouts, CHAIN_LINK_A, slot);
    q->count--;
    q->amount_fen = money_sub(q->amount_fen, p->amount_fen);

    const struct chain *lanes = &q->lanes[p->class * LANES_PER_CLASS];
    for (uint32_t i = 0; i < LANES_PER_CLASS; i++)
        if (lanes[i].head != NONE)
            return;
    q->busy[p->class / 64] &= ~(UINT64_C(1) << p->class % 64);
}

/* The first class from `class` on whose bit is set; CLASSES: none. */
static uint32_t next_busy(const uint64_t *bits, uint32_t class)
{
    while (class < CLASSES) {
        uint64_t busy = bits[class / 64] >> class % 64;
        if (busy != 0)
            return class + (uint32_t)__builtin_ctzll(busy);
        class = (class / 64 + 1) * 64;
    }
    return CLASSES;
}

/* Stands before the first payout of the first busy class from `class` on. */
static void enter_class(struct queue_walk *w, const struct queue *q, uint32_t class)
{
    w->class = next_busy(q->busy, class);
    for (uint32_t i = 0; i < LANES_PER_CLASS; i++) {
        bool wanted = w->class < CLASSES && ((i / 2 + 1) & w->channels) != 0;
        w->at[i] = wanted ? q->lanes[w->class * LANES_PER_CLASS + i].head : NONE;
    }
}

/* The next of the class by the lanes that the walk may use. */
static void meet_class(struct queue_walk *w, const struct payout *payouts, uint32_t class)
{
    uint32_t first = NONE;
    for (uint32_t i = 0; i < LANES_PER_CLASS; i++) {
        uint32_t slot = w->heads[class * LANES_PER_CLASS + i];
        if (slot != NONE && ((i / 2 + 1) & w->channels) != 0 &&
            (first == NONE || payouts[slot].arrival < payouts[first].arrival))
            first = slot;
    }
    w->first[class] = first;
    if (first != NONE)
        w->rank[class] = ageing_rank(w->ageing, &payouts[first]);
}

void queue_walk_narrow(struct queue_walk *w, const struct payout *payouts, uint8_t channels)
{
    w->channels = channels;
    if (w->ageing.step_us != 0) {
        for (uint32_t class = next_busy(w->busy, 0); class < CLASSES;
             class = next_busy(w->busy, class + 1))
            meet_class(w, payouts, class);
        return;
    }
    for (uint32_t i = 0; i < LANES_PER_CLASS; i++)
        if (((i / 2 + 1) & channels) == 0)
            w->at[i] = NONE;
}

void queue_walk_start(struct queue_walk *w, const struct queue *q, const struct payout *payouts,
                      uint8_t channels, struct ageing ageing)
{
    w->channels = channels;
    w->ageing = ageing;
    if (ageing.step_us == 0) {
        enter_class(w, q, 0);
        return;
    }
    for (uint32_t i = 0; i < QUEUE_BUSY_WORDS; i++)
        w->busy[i] = q->busy[i];
    for (uint32_t class = next_busy(w->busy, 0); class < CLASSES;
         class = next_busy(w->busy, class + 1)) {
        for (uint32_t i = class * LANES_PER_CLASS; i < (class + 1) * LANES_PER_CLASS; i++)
            w->heads[i] = q->lanes[i].head;
        meet_class(w, payouts, class);
    }
}

static uint32_t next_by_rank(struct queue_walk *w, const struct payout *payouts)
{
    uint32_t best = NONE;
    for (uint32_t class = next_busy(w->busy, 0); class < CLASSES;
         class = next_busy(w->busy, class + 1)) {
        uint32_t slot = w->first[class];
        if (slot == NONE)
            continue;
        if (best == NONE || w->rank[class] < w->rank[best] ||
            (w->rank[class] == w->rank[best] &&
             payouts[slot].arrival < payouts[w->first[best]].arrival))
            best = class;
    }
    if (best == NONE)
        return NONE;
    uint32_t slot = w->first[best];
    uint32_t lane = best * LANES_PER_CLASS + lane_in_class(&payouts[slot]);
    MUST(w->heads[lane] == slot);
    w->heads[lane] = payouts[slot].in.a.next;
    meet_class(w, payouts, best);
    return slot;
}

int64_t queue_walk_rises_us(const struct queue_walk *w, const struct payout *payouts,
                            uint32_t channel)
{
    int64_t soonest_us = NEVER_US;
    if (w->ageing.step_us == 0)
        return soonest_us;
    for (uint32_t class = next_busy(w->busy, 0); class < CLASSES;
         class = next_busy(w->busy, class + 1))
        for (uint32_t i = 0; i < LANES_PER_CLASS; i++) {
            uint32_t slot = w->heads[class * LANES_PER_CLASS + i];
            if (slot == NONE || !((i / 2 + 1) >> channel & 1))
                continue;
            int64_t rises_us = ageing_rises_us(w->ageing, &payouts[slot]);
            if (rises_us < soonest_us)
                soonest_us = rises_us;
        }
    return soonest_us;
}

uint32_t queue_walk_next(struct queue_walk *w, const struct queue *q, const struct payout *payouts)
{
    if (w->ageing.step_us != 0)
        return next_by_rank(w, payouts);
    while (w->class < CLASSES) {
        uint32_t first = NONE;
        uint32_t lane = 0;
        for (uint32_t i = 0; i < LANES_PER_CLASS; i++) {
            uint32_t slot = w->at[i];
            if (slot != NONE && (first == NONE || payouts[slot].arrival < payouts[first].arrival)) {
                first = slot;
                lane = i;
            }
        }
        if (first != NONE) {
            w->at[lane] = payouts[first].in.a.next;
            return first;
        }
        enter_class(w, q, w->class + 1);
    }
    return NONE;
}
