/* central_bank.h — the custody account (ACS) and how it is divided into mapped quotas.
 *
 *     ACS balance = sum of mapped(c) + unallocated,   each >= 0
 *
 * ACS is an account of the world's books; mapped and unallocated are marks on
 * it.  A quota move shifts marks, a settlement moves money and the house's
 * mark; money that arrives otherwise is unallocated.
 *
 * Where the clearing houses pay from one pool, it is the sum of mapped(c) that
 * is >= 0.
 */
#ifndef MOCKS_CENTRAL_BANK_H
#define MOCKS_CENTRAL_BANK_H

#include <stdbool.h>
#include <stdint.h>

#include "mocks/books.h"

struct central_bank {
    uint32_t acs; /* its account in the books */
    bool pooled;
    int64_t mapped_fen[CHANNELS];
    int64_t unallocated_fen;
};

void central_bank_init(struct central_bank *cb, const struct books *books, uint32_t acs,
                       const int64_t mapped_fen[CHANNELS], bool pooled);

bool central_bank_increase(struct central_bank *cb, enum channel c, int64_t amount_fen);
bool central_bank_decrease(struct central_bank *cb, enum channel c, int64_t amount_fen);

/* The marks alone; the money is posted by the caller. */
void central_bank_settle(struct central_bank *cb, enum channel c, int64_t net_fen);
void central_bank_receive(struct central_bank *cb, int64_t amount_fen); /* outside a session */

bool central_bank_mapped_holds(const struct central_bank *cb, enum channel c); /* its bound */
bool central_bank_adds_up(const struct central_bank *cb, const struct books *books);

#endif
