/* ladder.h — payouts by amount, and times that all up to an amount have spent alike.
 *
 * Every payout has a rung; a ladder holds some of them in the order of their
 * amounts, equal ones in the order of their rungs.  Time is added to all up to
 * an amount at once, and found again as a payout leaves:
 *
 *     us of a rung = what it had when it was put
 *                  + what was added meanwhile to all up to its amount, or more
 *
 * A ladder is a tree: a rung is a leaf, and where two of them part is a fork,
 * at the highest bit in which they differ.  Time added to a fork is that of all
 * below it, and stays there until one of the two leaves; so a call goes one way
 * down, of at most as many forks as amounts and rungs have bits, and the
 * logarithm of their number where amounts are drawn.
 */
#ifndef SIM_LADDER_H
#define SIM_LADDER_H

#include <stdint.h>

#include "core/base/pool.h"
#include "sim/blocked.h"

struct rung {
    int64_t us[BLOCKED_REASONS]; /* complete while it is on no ladder */
    int64_t amount_fen;          /* above 0; stays while it is on one */
};

struct fork;

/* The rungs by index, and the forks of all ladders. */
struct ladders {
    struct rung *rungs;
    struct fork *forks;
    struct pool pool; /* of forks */
};

struct ladder {
    uint32_t root; /* NONE: nobody; it is to be set so at the start */
};

struct ladder_sum {
    uint32_t count;
    int64_t amount_fen;
};

void ladders_init(struct ladders *all);
void ladders_reserve(struct ladders *all, uint32_t rungs); /* indices below it may be used */
void ladders_free(struct ladders *all);

void ladder_put(struct ladders *all, struct ladder *l, uint32_t index);
void ladder_take(struct ladders *all, struct ladder *l, uint32_t index); /* it is on l */
void ladder_add(struct ladders *all, const struct ladder *l, int64_t upto_fen,
                const int64_t us[BLOCKED_REASONS]);
/* Adds to us what the rung does not show while it is on l. */
void ladder_read(const struct ladders *all, const struct ladder *l, uint32_t index,
                 int64_t us[BLOCKED_REASONS]);
struct ladder_sum ladder_upto(const struct ladders *all, const struct ladder *l, int64_t upto_fen);

#endif
