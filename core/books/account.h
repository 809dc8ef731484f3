/* account.h — the one place where accounts are registered (账户统一入口).
 *
 *     central_bank     the custody account at the central bank (ACS): exactly one
 *     reserve          a reserve account that may remain at a bank: at most three, one a use
 *     own              own funds at a bank; pays the fees
 *     virtual_reserve  UnionPay virtual booking ID (虚拟记账ID) of customers' money
 *     virtual_own      the same for own funds
 *
 * Registering an account opens its internal (shadow) account in the ledger;
 * closing one needs that account to be idle.  A closed account keeps its
 * index for ever.  A refusal changes nothing.
 */
#ifndef CORE_BOOKS_ACCOUNT_H
#define CORE_BOOKS_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/books/ledger.h"

enum account_kind {
    ACCOUNT_CENTRAL_BANK,
    ACCOUNT_RESERVE,
    ACCOUNT_OWN,
    ACCOUNT_VIRTUAL_RESERVE,
    ACCOUNT_VIRTUAL_OWN,
    ACCOUNT_KINDS,
};

/* What a remaining reserve account may serve (银办发〔2018〕114号). */
enum account_use {
    USE_NONE,
    USE_PREPAID_CARD,
    USE_FUND,
    USE_CROSS_BORDER,
    ACCOUNT_USES,
};

struct account {
    uint8_t kind;        /* enum account_kind */
    uint8_t use;         /* enum account_use; a reserve account has one, others none */
    uint8_t institution; /* the caller's number; for virtual accounts the channel */
    uint8_t closed;
    uint32_t book; /* its account in the ledger */
};

struct accounts {
    uint32_t capacity;
    uint32_t count;
};

/* Declared in order of precedence. */
enum account_verdict {
    ACCOUNT_REGISTERED,
    ACCOUNT_USE_WRONG,            /* a reserve account without a use, or another with one */
    ACCOUNT_CENTRAL_BANK_ALREADY, /* a second central-bank account */
    ACCOUNT_USE_TAKEN,            /* an open reserve account has this use */
    ACCOUNT_VIRTUAL_ALREADY,      /* a second virtual account of kind and institution */
    ACCOUNT_REGISTRY_FULL,
};

enum account_closing {
    ACCOUNT_CLOSED,
    ACCOUNT_CLOSED_ALREADY,
    ACCOUNT_IS_CENTRAL_BANK, /* the custody account is never closed */
    ACCOUNT_NOT_EMPTY,       /* a balance or a pending entry stands */
};

void accounts_init(struct accounts *registry, uint32_t capacity);

/* `index` is written only when registered.  The ledger has room for as many
 * accounts as the registry, on top of what it holds already: else a bug. */
enum account_verdict account_register(struct accounts *registry, struct account *items,
                                      struct ledger *ledger, struct ledger_account *books,
                                      struct account wanted, uint32_t *index);
enum account_closing account_close(struct accounts *registry, struct account *items,
                                   const struct ledger_account *books, uint32_t index);

/* The open account of that kind (and, for virtual ones, institution), or NONE. */
uint32_t account_find(const struct accounts *registry, const struct account *items,
                      enum account_kind kind, uint8_t institution);

#endif
