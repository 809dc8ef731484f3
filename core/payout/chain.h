/* chain.h — payouts in a row, linked through themselves.
 *
 * Taking one out of the middle costs the same as taking the first.  A payout
 * is in at most one chain by link a and in one by link b at a time; which one
 * follows from its state, so nobody has to ask.
 */
#ifndef CORE_PAYOUT_CHAIN_H
#define CORE_PAYOUT_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/pool.h"
#include "core/payout/payout.h"

struct chain {
    uint32_t head;
    uint32_t tail;
};

enum chain_link {
    CHAIN_LINK_A,
    CHAIN_LINK_B,
};

#define CHAIN_EMPTY ((struct chain){NONE, NONE})

void chain_append(struct chain *c, struct payout *payouts, enum chain_link link, uint32_t slot);
void chain_insert_before(struct chain *c, struct payout *payouts, enum chain_link link,
                         uint32_t slot, uint32_t before); /* NONE: append */
void chain_remove(struct chain *c, struct payout *payouts, enum chain_link link, uint32_t slot);

/* All of `from`, in order, behind what `to` has; `from` is empty afterwards. */
void chain_move_all(struct chain *to, struct chain *from, struct payout *payouts,
                    enum chain_link link);

#endif
