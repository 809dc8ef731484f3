/* ledger.h — double-entry books with two-phase entries.
 *
 * An entry moves one amount from one account to another: it debits one and
 * credits another by the same amount, so it cannot be out of balance.  It is
 * posted at once, or first pending and then, exactly once, posted or voided:
 *
 *     ledger_post(d, c, x)                              posted
 *     ledger_pend(d, c, x) then ledger_post_pending()   posted
 *                          or   ledger_void_pending()   as if never made
 *
 *     sum of debits = sum of credits, posted and pending apart, always
 *
 * The ledger keeps balances, not entries: every entry goes out as a fact, and
 * whoever made a pending entry knows its accounts and amount.
 */
#ifndef CORE_BOOKS_LEDGER_H
#define CORE_BOOKS_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

struct ledger_account {
    int64_t debit_posted_fen;
    int64_t credit_posted_fen;
    int64_t debit_pending_fen;
    int64_t credit_pending_fen;
};

struct ledger {
    uint64_t entry_count; /* entries ever made; each is known by its number */
    uint32_t account_count;
    uint32_t account_capacity;
    struct ledger_account total;
};

struct entry {
    uint32_t debit;
    uint32_t credit;
    int64_t amount_fen; /* positive */
};

void ledger_init(struct ledger *l, uint32_t account_capacity);
uint32_t ledger_open(struct ledger *l, struct ledger_account *accounts); /* NONE: full */

void ledger_post(struct ledger *l, struct ledger_account *accounts, struct entry e);
void ledger_pend(struct ledger *l, struct ledger_account *accounts, struct entry e);
void ledger_post_pending(struct ledger *l, struct ledger_account *accounts, struct entry e);
void ledger_void_pending(struct ledger *l, struct ledger_account *accounts, struct entry e);

/* Posted debits less posted credits. */
int64_t ledger_balance_fen(const struct ledger_account *account);
bool ledger_idle(const struct ledger_account *account); /* no balance, nothing pending */

#endif
