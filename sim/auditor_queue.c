/* auditor_queue.c — the queue as the auditor sees it: who may go before whom.
 *
 * Per class and set of channels one list in arrival order.  When a payout is
 * sent on a channel, everything that waits there and comes earlier must have
 * been unable to go: still backing off, or larger than what was believed
 * available; and none may be passed over more often than the bound says. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/must.h"
#include "core/payout/queue.h"
#include "mocks/block.h"
#include "sim/auditor.h"

struct waiting {
    uint32_t slot;
    uint32_t arrival;
    uint32_t next;
    uint32_t prev;
    int64_t amount_fen;
    int64_t not_before_us;
    uint16_t list;
    uint8_t routes;
    uint8_t passed;
};

enum { LISTS = CLASSES * 3 };

struct auditor_queue {
    const struct core_config *config;
    uint32_t count;
    uint32_t capacity;
    uint32_t free_head;
    struct waiting *items;
    uint32_t *of_slot; /* item + 1, by the payout's slot */
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
    q->of_slot = block_take(config->limits.open_payouts, sizeof *q->of_slot);
    MUST(q->of_slot != NULL);
    q->free_head = NONE;
    for (int i = 0; i < LISTS; i++)
        q->heads[i] = q->tails[i] = NONE;
    return q;
}

void auditor_queue_free(struct auditor_queue *q)
{
    if (q == NULL)
        return;
    free(q->items);
    block_give(q->of_slot, q->config->limits.open_payouts, sizeof *q->of_slot);
    free(q);
}

uint32_t auditor_queue_count(const struct auditor_queue *q)
{
    return q->count;
}

static uint32_t item_take(struct auditor_queue *q)
{
    if (q->free_head == NONE) {
        uint32_t old = q->capacity;
        q->capacity = old == 0 ? 256 : old * 2;
        q->items = realloc(q->items, q->capacity * sizeof *q->items);
        MUST(q->items != NULL);
        for (uint32_t i = q->capacity; i-- > old;) {
            q->items[i].next = q->free_head;
            q->free_head = i;
        }
    }
    uint32_t index = q->free_head;
    q->free_head = q->items[index].next;
    return index;
}

void auditor_queue_put(struct auditor_queue *q, const struct fact *f)
{
    MUST(f->subject < q->config->limits.open_payouts && q->of_slot[f->subject] == 0);
    uint32_t index = item_take(q);
    uint16_t list = (uint16_t)(f->class * 3 + f->routes - 1);
    q->items[index] = (struct waiting){.slot = f->subject,
                                       .arrival = (uint32_t)f->id,
                                       .next = NONE,
                                       .amount_fen = f->amount_fen,
                                       .not_before_us = f->other,
                                       .list = list,
                                       .routes = f->routes};
    uint32_t after = q->tails[list];
    while (after != NONE && q->items[after].arrival > (uint32_t)f->id)
        after = q->items[after].prev;
    uint32_t before = after == NONE ? q->heads[list] : q->items[after].next;
    q->items[index].prev = after;
    q->items[index].next = before;
    if (after == NONE)
        q->heads[list] = index;
    else
        q->items[after].next = index;
    if (before == NONE)
        q->tails[list] = index;
    else
        q->items[before].prev = index;
    q->of_slot[f->subject] = index + 1;
    q->in_class[f->class]++;
    q->busy[f->class / 64] |= UINT64_C(1) << f->class % 64;
    q->count++;
}

void auditor_queue_remove(struct auditor_queue *q, uint32_t slot)
{
    MUST(slot < q->config->limits.open_payouts && q->of_slot[slot] != 0);
    uint32_t index = q->of_slot[slot] - 1;
    struct waiting *w = &q->items[index];
    if (w->prev == NONE)
        q->heads[w->list] = w->next;
    else
        q->items[w->prev].next = w->next;
    if (w->next == NONE)
        q->tails[w->list] = w->prev;
    else
        q->items[w->next].prev = w->prev;
    uint32_t class = w->list / 3;
    if (--q->in_class[class] == 0)
        q->busy[class / 64] &= ~(UINT64_C(1) << class % 64);
    w->next = q->free_head;
    q->free_head = index;
    q->of_slot[slot] = 0;
    q->count--;
}

static int64_t held_for(const struct auditor_queue *q, uint8_t channel, int64_t amount_fen)
{
    const struct fee_terms *fee = &q->config->channels[channel].fee;
    return fee->in_net ? amount_fen + fee_of(fee, amount_fen) : amount_fen;
}

/* Why an earlier payout could not have gone instead; NULL: it could. */
static const char *excuse(const struct auditor_queue *q, const struct waiting *w,
                          const struct fact *sent, int64_t believed_fen)
{
    if (w->not_before_us > sent->at_us)
        return "backing off";
    if (held_for(q, sent->channel, w->amount_fen) > believed_fen)
        return "too large";
    return NULL;
}

/* Everybody of one class who may use the channel and comes before `p`, or
 * everybody of it if `p` is NULL. */
static bool excused_class(struct auditor_queue *q, uint32_t class, const struct waiting *p,
                          const struct fact *sent, char *why, size_t why_size)
{
    int64_t believed_fen = sent->other + sent->amount_fen; /* before it was held */
    for (uint32_t set = 0; set < 3; set++) {
        if (!((set + 1) >> sent->channel & 1))
            continue;
        for (uint32_t i = q->heads[class * 3 + set]; i != NONE; i = q->items[i].next) {
            struct waiting *w = &q->items[i];
            if (p != NULL && w->arrival >= p->arrival)
                break;
            if (excuse(q, w, sent, believed_fen) == NULL) {
                snprintf(why, why_size,
                         "payout %" PRIu32 " (arrival %" PRIu32 ") could have gone first", w->slot,
                         w->arrival);
                return false;
            }
            if (w->not_before_us <= sent->at_us && ++w->passed > q->config->bypass_max) {
                snprintf(why, why_size, "payout %" PRIu32 " was passed over %u times", w->slot,
                         w->passed);
                return false;
            }
        }
    }
    return true;
}

bool auditor_queue_may_send(struct auditor_queue *q, const struct fact *sent, bool *others,
                            char *why, size_t why_size)
{
    MUST(q->of_slot[sent->subject] != 0);
    const struct waiting *p = &q->items[q->of_slot[sent->subject] - 1];
    uint32_t class = p->list / 3;
    *others = q->count > 1;

    if (!(p->routes >> sent->channel & 1) || p->not_before_us > sent->at_us) {
        snprintf(why, why_size, "sent where it may not go, or too early");
        return false;
    }
    if (!*others)
        return true;
    for (uint32_t word = 0; word <= class / 64; word++)
        for (uint64_t busy = q->busy[word]; busy != 0; busy &= busy - 1) {
            uint32_t c = word * 64 + (uint32_t)__builtin_ctzll(busy);
            if (c > class)
                break;
            if (!excused_class(q, c, c == class ? p : NULL, sent, why, why_size))
                return false;
        }
    return true;
}
