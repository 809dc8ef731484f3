/* queue.h — payouts that wait to be sent, in the order in which they go.
 *
 * A payout's class is its business's priority, then its merchant's (1 first,
 * each 1..9); within a class the earlier arrival goes first.  One lane holds
 * the payouts of one class that may go on the same channels, those that come
 * back after a failed attempt apart from fresh ones: so a lane is always in
 * arrival order, and whoever serves one channel never walks past payouts that
 * cannot use it.  What may go nowhere now is in no lane: it backs off, is held
 * by the operator, or stopped because breakers deny it every channel.
 *
 *     order = (class, arrival), total and strict
 *
 * With ageing the class is what it has become by now (ageing.h), and a walk
 * merges the heads of all classes that somebody waits in.
 */
#ifndef CORE_PAYOUT_QUEUE_H
#define CORE_PAYOUT_QUEUE_H

#include <stdint.h>

#include "core/payout/ageing.h"
#include "core/payout/chain.h"

enum {
    PRIORITIES = 9,
    CLASSES = PRIORITIES * PRIORITIES,
    LANES_PER_CLASS = 6, /* 3 sets of channels x fresh or come back */
    LANES = CLASSES * LANES_PER_CLASS,
    QUEUE_BUSY_WORDS = (CLASSES + 63) / 64,
};

struct queue {
    uint32_t count;
    uint32_t pad;
    int64_t amount_fen;
    uint64_t busy[QUEUE_BUSY_WORDS]; /* bit: the class has payouts */
    struct chain lanes[LANES];
};

/* A walk in queue order over the payouts that may use one of `channels`.  The
 * payout it stands on may be taken out once queue_walk_next() was called. */
struct queue_walk {
    uint32_t class;
    uint8_t channels;
    uint32_t at[LANES_PER_CLASS];
    /* with ageing, of the classes that were busy: */
    struct ageing ageing;
    uint64_t busy[QUEUE_BUSY_WORDS];
    uint32_t heads[LANES];   /* next of each lane */
    uint32_t first[CLASSES]; /* next of each class, or NONE, and its rank */
    uint32_t rank[CLASSES];
};

uint8_t queue_class(uint8_t business_priority, uint8_t merchant_priority);

void queue_init(struct queue *q);
void queue_put(struct queue *q, struct payout *payouts, uint32_t slot);
void queue_take(struct queue *q, struct payout *payouts, uint32_t slot);

/* From here on only payouts that may use one of these. */
void queue_walk_narrow(struct queue_walk *w, const struct payout *payouts, uint8_t channels);
void queue_walk_start(struct queue_walk *w, const struct queue *q, const struct payout *payouts,
                      uint8_t channels, struct ageing ageing);
uint32_t queue_walk_next(struct queue_walk *w, const struct queue *q,
                         const struct payout *payouts); /* NONE: the end */

/* When somebody whom the walk has not met, and who may use the channel, rises
 * next: not before can he pass one whom it has met. */
int64_t queue_walk_rises_us(const struct queue_walk *w, const struct payout *payouts,
                            uint32_t channel);

#endif
