/* books.h — the world's own double-entry books: where every fen truly is.
 *
 * Kept in other code than the core's ledger, on purpose.  Money moves between
 * two accounts and comes from and goes to "outside" only, so the balances sum
 * to zero and no mock can make or lose any.  Registered accounts are moved
 * through their statements alone (statement.h).
 */
#ifndef MOCKS_BOOKS_H
#define MOCKS_BOOKS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/gateway/codes.h"

enum books_fixed {
    BOOKS_OUTSIDE,     /* everybody else; below zero by what is inside */
    BOOKS_FEE_ACCOUNT, /* of own funds: pays fees, may go below zero */
    BOOKS_TRANSIT,     /* left one account and not yet in the other: what banks transfer */
    BOOKS_CLEARING,    /* one per house: receipts less payments not yet settled; either sign */
    BOOKS_REGISTERED = BOOKS_CLEARING + CHANNELS, /* then the registered accounts */
};

#define BOOKS_OF(account) (BOOKS_REGISTERED + (uint32_t)(account)) /* of a registered one */

enum { BOOKS_MAX = BOOKS_REGISTERED + 64 };

struct books {
    uint32_t count;
    uint64_t moves;
    int64_t balance_fen[BOOKS_MAX];
    uint8_t below_zero_allowed[BOOKS_MAX];
};

void books_init(struct books *b, uint32_t registered);
/* False: `from` would fall below zero and may not; nothing changed. */
bool books_move(struct books *b, uint32_t from, uint32_t to, int64_t amount_fen);
bool books_balanced(const struct books *b); /* sum zero, none below zero that may not */

#endif
