/* auditor_queue.c — the queue as the auditor sees it: who may go before whom.
 *
 * Per class and set of channels one list in arrival order, of those that may
 * go by now; who backs off rests beside the lists until its time has come, and
 * so does whom the operator holds, or breakers deny every channel.
 * When a payout is sent on a channel, everything that is listed there and comes
 * earlier must have been larger than what was believed available; and none may
 * be passed over more often than the bound says.  With ageing, earlier is what
 * has the better priorities by now, counted up step by step. */

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/payout/queue.h"
#include "mocks/block.h"
#include "sim/auditor.h"
#include "sim/growing.h"
#include "sim/shares.h"

struct waiting {
    uint32_t slot;
    uint32_t arrival;
    uint32_t next;
    uint32_t prev;
    int64_t amount_fen;
    int64_t requested_us;
    int64_t not_before_us;
    uint64_t resting; /* its timer's round; 0: it does not rest */
    uint16_t list;    /* while it is listed */
    uint8_t class;
    uint8_t business;
    uint8_t routes;
    uint8_t denied; /* of the channels */
    uint8_t passed;
    bool held;
    bool listed;
};

enum { LISTS = CLASSES * 3 };

struct auditor_queue {
    const struct core_config *config;
    struct waiting *items;
    struct pool pool;           /* of items */
    uint32_t *of_slot;          /* item + 1, by the payout's slot */
    struct shares_book *shares; /* or NULL */
    int64_t *requested_us;      /* by slot; with ageing only */
    struct heap rests;          /* by not-before; those that left meanwhile are out of date */
    struct timer *rest_timers;
    uint64_t rest_rounds;
    uint32_t heads[LISTS];
    uint32_t tails[LISTS];
    uint32_t in_class[CLASSES];
    uint64_t busy[(CLASSES + 63) / 64]; /* bit: somebody waits in the class */
};

struct auditor_queue *auditor_queue_create(const struct core_config *config)
{
    struct auditor_queue *q = calloc(1, sizeof *q);
    MUST(q != NULL);
    q->config = config;
    q->shares = shares_book_create(config);
    q->of_slot = block_take(config->limits.open_payouts, sizeof *q->of_slot);
    MUST(q->of_slot != NULL);
    if (config->ageing_us != 0) {
        q->requested_us = block_take(config->limits.open_payouts, sizeof *q->requested_us);
        MUST(q->requested_us != NULL);
    }
    pool_init(&q->pool, 0, sizeof *q->items, offsetof(struct waiting, next));
    for (int i = 0; i < LISTS; i++)
        q->heads[i] = q->tails[i] = NONE;
    return q;
}

void auditor_queue_free(struct auditor_queue *q)
{
    if (q == NULL)
        return;
    shares_book_free(q->shares);
    free(q->items);
    free(q->rest_timers);
    block_give(q->of_slot, q->config->limits.open_payouts, sizeof *q->of_slot);
    if (q->requested_us != NULL)
        block_give(q->requested_us, q->config->limits.open_payouts, sizeof *q->requested_us);
    free(q);
}

void auditor_queue_fact(struct auditor_queue *q, const struct fact *f)
{
    shares_book_fact(q->shares, f);
}

uint32_t auditor_queue_count(const struct auditor_queue *q)
{
    return q->pool.used;
}

/* Among those that may go, by arrival. */
static void list_item(struct auditor_queue *q, uint32_t index)
{
    struct waiting *w = &q->items[index];
    uint32_t class = w->class;
    w->list = (uint16_t)(class * 3 + (w->routes & ~w->denied) - 1u);
    w->listed = true;
    uint32_t after = q->tails[w->list];
    while (after != NONE && q->items[after].arrival > w->arrival)
        after = q->items[after].prev;
    uint32_t before = after == NONE ? q->heads[w->list] : q->items[after].next;
    w->prev = after;
    w->next = before;
    if (after == NONE)
        q->heads[w->list] = index;
    else
        q->items[after].next = index;
    if (before == NONE)
        q->tails[w->list] = index;
    else
        q->items[before].prev = index;
    q->in_class[class]++;
    q->busy[class / 64] |= UINT64_C(1) << class % 64;
}

static void unlist_item(struct auditor_queue *q, struct waiting *w)
{
    uint32_t class = w->class;
    w->listed = false;
    if (w->prev == NONE)
        q->heads[w->list] = w->next;
    else
        q->items[w->prev].next = w->next;
    if (w->next == NONE)
        q->tails[w->list] = w->prev;
    else
        q->items[w->next].prev = w->prev;
    if (--q->in_class[class] == 0)
        q->busy[class / 64] &= ~(UINT64_C(1) << class % 64);
}

static void rest_item(struct auditor_queue *q, uint32_t index)
{
    struct waiting *w = &q->items[index];
    if (q->rests.count == q->rests.capacity) {
        q->rests.capacity = q->rests.capacity == 0 ? 256 : q->rests.capacity * 2;
        q->rest_timers = realloc(q->rest_timers, q->rests.capacity * sizeof *q->rest_timers);
        MUST(q->rest_timers != NULL);
    }
    w->resting = ++q->rest_rounds;
    MUST(heap_push(
        &q->rests, q->rest_timers,
        (struct timer){.at_us = w->not_before_us, .subject = index, .round = w->resting}));
}

/* Where it belongs: among those that may go, or to rest, or nowhere. */
static void place_item(struct auditor_queue *q, uint32_t index, int64_t now_us)
{
    const struct waiting *w = &q->items[index];
    MUST(!w->listed && w->resting == 0);
    if (w->held)
        return;
    if (w->not_before_us > now_us)
        rest_item(q, index);
    else if ((w->routes & ~w->denied) != 0)
        list_item(q, index);
}

static void displace_item(struct auditor_queue *q, uint32_t index)
{
    struct waiting *w = &q->items[index];
    if (w->listed)
        unlist_item(q, w);
    w->resting = 0;
}

/* Lists those whose rest is over. */
static void wake_items(struct auditor_queue *q, int64_t now_us)
{
    while (heap_next_us(&q->rests, q->rest_timers) <= now_us) {
        struct timer t = heap_pop(&q->rests, q->rest_timers);
        if (q->items[t.subject].resting != t.round)
            continue;
        q->items[t.subject].resting = 0;
        place_item(q, t.subject, now_us);
    }
}

void auditor_queue_requested(struct auditor_queue *q, const struct fact *f)
{
    if (q->requested_us != NULL)
        q->requested_us[f->subject] = f->at_us;
}

void auditor_queue_put(struct auditor_queue *q, const struct fact *f)
{
    MUST(f->subject < q->config->limits.open_payouts && q->of_slot[f->subject] == 0);
    q->items = pool_grown(&q->pool, q->items);
    uint32_t index = pool_take(&q->pool, q->items);
    q->items[index] = (struct waiting){.slot = f->subject,
                                       .arrival = (uint32_t)f->id,
                                       .amount_fen = f->amount_fen,
                                       .not_before_us = f->other,
                                       .class = f->class,
                                       .business = f->state,
                                       .routes = f->routes};
    if (q->requested_us != NULL)
        q->items[index].requested_us = q->requested_us[f->subject];
    place_item(q, index, f->at_us);
    q->of_slot[f->subject] = index + 1;
}

void auditor_queue_remove(struct auditor_queue *q, uint32_t slot)
{
    MUST(slot < q->config->limits.open_payouts && q->of_slot[slot] != 0);
    uint32_t index = q->of_slot[slot] - 1;
    displace_item(q, index);
    pool_give(&q->pool, q->items, index);
    q->of_slot[slot] = 0;
}

bool auditor_queue_hold(struct auditor_queue *q, const struct fact *f)
{
    MUST(q->of_slot[f->subject] != 0);
    uint32_t index = q->of_slot[f->subject] - 1;
    bool held = f->kind == FACT_HELD;
    if (q->items[index].held == held)
        return false;
    displace_item(q, index);
    q->items[index].held = held;
    place_item(q, index, f->at_us);
    return true;
}

bool auditor_queue_deny(struct auditor_queue *q, const struct fact *f)
{
    MUST(q->of_slot[f->subject] != 0);
    uint32_t index = q->of_slot[f->subject] - 1;
    if (q->items[index].denied == f->routes || f->routes >= 1 << CHANNELS)
        return false;
    displace_item(q, index);
    q->items[index].denied = f->routes;
    place_item(q, index, f->at_us);
    return true;
}

static int64_t held_for(const struct auditor_queue *q, uint8_t channel, int64_t amount_fen)
{
    const struct fee_terms *fee = &q->config->channels[channel].fee;
    return fee->in_net ? amount_fen + fee_of(fee, amount_fen) : amount_fen;
}

/* The class it has risen to by now. */
static uint32_t rank_of(const struct auditor_queue *q, const struct waiting *w, int64_t now_us)
{
    uint32_t business = w->class / PRIORITIES;
    uint32_t merchant = w->class % PRIORITIES;
    int64_t rises_us = w->requested_us;
    if (q->requested_us == NULL)
        return w->class;
    while ((rises_us += q->config->ageing_us) <= now_us && business + merchant > 0) {
        if (business > 0)
            business--;
        else
            merchant--;
    }
    return business * PRIORITIES + merchant;
}

/* Whose turn it is: `p`, which is sent, and what was believed before it was held. */
struct turn {
    const struct fact *sent;
    const struct waiting *p;
    uint32_t rank;
    int64_t believed_fen;
};

static bool comes_before(const struct auditor_queue *q, const struct waiting *w,
                         const struct turn *t)
{
    uint32_t rank = rank_of(q, w, t->sent->at_us);
    return rank != t->rank ? rank < t->rank : w->arrival < t->p->arrival;
}

static int64_t room_for(const struct auditor_queue *q, const struct waiting *w,
                        const struct turn *t)
{
    return shares_book_room_fen(q->shares, t->sent->channel, w->business, t->believed_fen,
                                t->sent->at_us);
}

/* Everybody of one class who may use the channel and comes before him. */
static bool excused_class(struct auditor_queue *q, uint32_t class, const struct turn *t, char *why,
                          size_t why_size)
{
    for (uint32_t set = 0; set < 3; set++) {
        if (!((set + 1) >> t->sent->channel & 1))
            continue;
        for (uint32_t i = q->heads[class * 3 + set]; i != NONE; i = q->items[i].next) {
            struct waiting *w = &q->items[i];
            if (!comes_before(q, w, t))
                break;
            int64_t hold_fen = held_for(q, t->sent->channel, w->amount_fen);
            if (hold_fen <= room_for(q, w, t)) {
                snprintf(why, why_size,
                         "payout %" PRIu32 " (arrival %" PRIu32 ") could have gone first", w->slot,
                         w->arrival);
                return false;
            }
            if (hold_fen <= t->believed_fen)
                continue; /* its share stops it: no pass */
            if (++w->passed > q->config->bypass_max) {
                snprintf(why, why_size, "payout %" PRIu32 " was passed over %u times", w->slot,
                         w->passed);
                return false;
            }
        }
    }
    return true;
}

static bool takes_less(const struct auditor_queue *q, const struct fact *sent,
                       const struct waiting *w)
{
    const struct channel_terms *there = &q->config->channels[sent->channel];
    const struct channel_terms *here = &q->config->channels[q->config->primary];
    return fee_of(&there->fee, w->amount_fen) < fee_of(&here->fee, w->amount_fen);
}

bool auditor_queue_routed(const struct auditor_queue *q, const struct fact *sent)
{
    MUST(q->of_slot[sent->subject] != 0);
    const struct waiting *w = &q->items[q->of_slot[sent->subject] - 1];
    uint8_t other = (uint8_t)(CHANNELS - 1 - sent->channel);
    bool choice = w->routes == (1 << CHANNELS) - 1;
    bool primary = sent->channel == q->config->primary;
    bool denied = (w->denied >> other & 1) != 0;
    switch ((int)sent->reason) {
    case REASON_ONLY_ROUTE:
        return !choice;
    case REASON_TRIED_ELSEWHERE:
        return !choice && sent->session > 1;
    case REASON_PRIMARY:
        return choice && primary;
    case REASON_MORE_QUOTA:
        return choice && !primary && q->config->routing == ROUTING_BY_QUOTA;
    case REASON_CHEAPER:
        return choice && !primary && q->config->routing == ROUTING_BY_COST &&
               takes_less(q, sent, w);
    case REASON_MORE_SUCCESS:
        return choice && !primary && q->config->routing == ROUTING_BY_SUCCESS;
    case REASON_BREAKER_OPEN:
        return choice && denied;
    case REASON_QUOTA_LOW:
    case REASON_CHANNEL_BUSY:
        return choice && !denied;
    default:
        return false;
    }
}

bool auditor_queue_may_send(struct auditor_queue *q, const struct fact *sent, int64_t lent_fen,
                            bool *others, char *why, size_t why_size)
{
    MUST(q->of_slot[sent->subject] != 0);
    wake_items(q, sent->at_us);
    const struct waiting *p = &q->items[q->of_slot[sent->subject] - 1];
    struct turn turn = {.sent = sent,
                        .p = p,
                        .rank = rank_of(q, p, sent->at_us),
                        .believed_fen = sent->other + lent_fen + sent->amount_fen};
    /* With ageing anybody may have come before him. */
    uint32_t last = q->requested_us != NULL ? CLASSES - 1 : p->class;
    *others = q->pool.used > 1;

    if (p->held || (p->denied >> sent->channel & 1)) {
        snprintf(why, why_size, p->held ? "it is held" : "a breaker denies it that");
        return false;
    }
    if (!(p->routes >> sent->channel & 1) || p->not_before_us > sent->at_us) {
        snprintf(why, why_size, "sent where it may not go, or too early");
        return false;
    }
    if (sent->amount_fen > room_for(q, p, &turn)) {
        snprintf(why, why_size, "its business has room for %" PRId64 " fen only",
                 room_for(q, p, &turn));
        return false;
    }
    if (!*others)
        return true;
    for (uint32_t word = 0; word <= last / 64; word++)
        for (uint64_t busy = q->busy[word]; busy != 0; busy &= busy - 1) {
            uint32_t c = word * 64 + (uint32_t)__builtin_ctzll(busy);
            if (c > last)
                break;
            if (!excused_class(q, c, &turn, why, why_size))
                return false;
        }
    return true;
}
