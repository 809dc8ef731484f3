/* statement.h — the registered accounts in truth: which are open, and every movement, numbered.
 *
 *     balance = opening + sum of the movements 1 .. count
 *
 * statement_post() is the only way by which money reaches or leaves a
 * registered account; what it was opened with is no movement.  A closed
 * account takes nothing but what comes back to it, and what is left in it
 * stays there.  What reaches the custody account outside a session's net is
 * unallocated.
 *
 * A statement keeps its last STATEMENT_KEPT movements; whoever asks for older
 * ones gets what there is, and sees it by the numbers.
 *
 * Who keeps an account may push its movements (来账通知): of the custody
 * account one clearing house does, credits outside sessions or everything, or
 * nobody; UnionPay, or whoever keeps it, does so for a virtual ID; banks do
 * not.
 */
#ifndef MOCKS_STATEMENT_H
#define MOCKS_STATEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/core.h"
#include "mocks/books.h"
#include "mocks/central_bank.h"
#include "mocks/outbox.h"

enum { STATEMENT_KEPT = 1 << 20, DETAILS_PAGE = 50 };

struct movement {
    int64_t amount_fen; /* in: above zero */
    int64_t after_fen;
    int64_t at_us;
    uint64_t id; /* of the order behind it, or 0 */
    uint32_t session;
    uint8_t net_of; /* 1 + the channel whose session's net it is; 0: no net */
    uint8_t pad[3];
};

struct statement {
    uint8_t kind;        /* enum account_kind */
    uint8_t institution; /* that keeps it */
    uint8_t state;       /* enum account_state */
    uint32_t count;      /* the last movement's number */
    uint32_t capacity;
    struct movement *items; /* number n lies at (n - 1) % capacity */
};

struct statements {
    struct books *books;
    struct central_bank *central_bank;
    uint8_t acs_push;       /* 1 + the channel that pushes the custody account's; 0: none */
    uint8_t acs_push_all;   /* sessions' nets too, by which alone money leaves it */
    uint8_t virtual_silent; /* movements of virtual IDs are not pushed */
    uint32_t account_count;
    struct statement items[ACCOUNTS_MAX];
};

struct posting {
    uint32_t from; /* accounts of the books */
    uint32_t to;
    int64_t amount_fen; /* above zero */
    uint64_t id;
    uint32_t session;
    uint8_t net_of; /* as in struct movement */
    bool comes_back;
};

void statements_init(struct statements *s, struct books *books, struct central_bank *central_bank);
void statements_free(struct statements *s);

/* The next index; the account is not open yet. */
uint32_t statement_add(struct statements *s, uint8_t kind, uint8_t institution);
void statement_open(struct statements *s, uint32_t account, int64_t opening_fen);
void statement_close(struct statements *s, uint32_t account);

static inline bool statement_is_open(const struct statements *s, uint32_t account)
{
    return account < s->account_count && s->items[account].state == ACCOUNT_OPEN;
}

static inline int64_t statement_balance_fen(const struct statements *s, uint32_t account)
{
    MUST(account < s->account_count);
    return s->books->balance_fen[BOOKS_REGISTERED + account];
}

/* False: `from` would fall below zero; nothing changed. */
bool statement_post(struct statements *s, int64_t now_us, const struct posting *p,
                    struct outbox *out);

/* NULL: there is none of that number, or it is not kept any longer. */
const struct movement *statement_find(const struct statements *s, uint32_t account,
                                      uint32_t number);
uint32_t statement_oldest(const struct statements *s, uint32_t account); /* kept; or count + 1 */
/* As the news of it says. */
struct input statement_news(const struct statements *s, uint32_t account, uint32_t number);

#endif
