/* account.h — the one place where accounts are registered (账户统一入口).
 *
 *     central_bank     the custody account at the central bank (ACS): exactly one
 *     reserve          a reserve account at a bank: at most three may remain, one a use;
 *                      further ones of use `general` until 2019-01-14
 *     own              own funds at a bank; pays the fees
 *     virtual_reserve  UnionPay virtual booking ID (虚拟记账ID) of customers' money
 *     virtual_own      the same for own funds
 *
 * Every account is registered with one interface type (interface.h), whose
 * operations become its own.  Registering an account opens its internal
 * (shadow) account in the ledger; closing one needs that account to be idle.
 * An account's index is given before it is registered and stays its own after
 * it is closed.  A refusal changes nothing.
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
    USE_GENERAL, /* any number, to be emptied and closed by 2019-01-14 */
    ACCOUNT_USES,
};

enum account_state {
    ACCOUNT_ABSENT, /* known of, not registered yet */
    ACCOUNT_OPEN,
    ACCOUNT_CLOSED,
};

enum {
    ACCOUNT_DIRECT_LINK = 1,     /* bank-enterprise direct link (银企直连) */
    ACCOUNT_POSITION_NUMBER = 2, /* reported to UnionPay, which gave it one (头寸序号) */
};

struct account {
    uint8_t kind;        /* enum account_kind */
    uint8_t use;         /* enum account_use; a reserve account has one, others none */
    uint8_t institution; /* the caller's number; for virtual accounts the channel */
    uint8_t state;       /* enum account_state */
    uint8_t interface;   /* the caller's number of its interface type */
    uint8_t operations;  /* of that: bit, enum operation */
    uint8_t flags;
    uint8_t pad;
    uint32_t book; /* its account in the ledger */
    uint32_t pad2;
    int64_t keep_fen; /* transfers leave at least this */
};

struct accounts {
    uint32_t count; /* known of: registered, closed or still to come */
};

/* Declared in order of precedence. */
enum account_verdict {
    ACCOUNT_REGISTERED,
    ACCOUNT_REGISTERED_ALREADY,   /* it is open, or was closed: no account opens twice */
    ACCOUNT_USE_WRONG,            /* a reserve account without a use, or another with one */
    ACCOUNT_CENTRAL_BANK_ALREADY, /* a second central-bank account */
    ACCOUNT_USE_TAKEN,            /* an open reserve account has this use */
    ACCOUNT_VIRTUAL_ALREADY,      /* a second virtual account of kind and institution */
};

enum account_closing {
    ACCOUNT_CLOSES,
    ACCOUNT_CLOSED_ALREADY,  /* or never opened */
    ACCOUNT_IS_CENTRAL_BANK, /* the custody account is never closed */
    ACCOUNT_HAS_BALANCE,
    ACCOUNT_HAS_PENDING, /* a pending entry stands */
};

void accounts_init(struct accounts *registry);

/* Makes an account known without registering it: gives it its index, and its
 * account in the ledger, which must have room. */
uint32_t account_add(struct accounts *registry, struct account *items, struct ledger *ledger,
                     struct ledger_account *books, struct account wanted);
enum account_verdict account_register(const struct accounts *registry, struct account *items,
                                      uint32_t index);
enum account_closing account_close(const struct accounts *registry, struct account *items,
                                   const struct ledger_account *books, uint32_t index);

/* The open account of that kind (and, for virtual ones, institution), or NONE. */
uint32_t account_find(const struct accounts *registry, const struct account *items,
                      enum account_kind kind, uint8_t institution);

#endif
