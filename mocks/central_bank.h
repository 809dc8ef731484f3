/* central_bank.h — the custody account (ACS) and how it is divided into mapped quotas.
 *
 *     ACS balance = sum of mapped(c) + unallocated,   each >= 0
 *
 * ACS is an account of the world's books; mapped and unallocated are marks on
 * it.  A quota move shifts marks, a settlement moves money.
 */
#ifndef MOCKS_CENTRAL_BANK_H
#define MOCKS_CENTRAL_BANK_H

#include <stdbool.h>
#include <stdint.h>

#include "mocks/books.h"

struct central_bank {
    uint32_t acs; /* its account in the books */
    int64_t mapped_fen[CHANNELS];
    int64_t unallocated_fen;
};

void central_bank_init(struct central_bank *cb, const struct books *books, uint32_t acs,
                       const int64_t mapped_fen[CHANNELS]);

bool central_bank_increase(struct central_bank *cb, enum channel c, int64_t amount_fen);
bool central_bank_decrease(struct central_bank *cb, enum channel c, int64_t amount_fen);

/* A session's net: to ACS and mapped both, from the house's clearing account;
 * `virtual_fen` of it goes to account `virtual_account` instead. */
void central_bank_settle(struct central_bank *cb, struct books *books, enum channel c,
                         int64_t acs_fen, int64_t virtual_fen, uint32_t virtual_account);

bool central_bank_adds_up(const struct central_bank *cb, const struct books *books);

#endif
