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
 * Details say what was booked, unless a fault at them makes a line wrong: it is
 * left out, or says another amount, or one follows that no money moved with,
 * which has a number of its own.  Balances are true, so are a page's last number
 * and the balance after it.  What is pushed is never wrong, nor is the line after
 * one that was left out: of the two only the sum could be known.
 *
 * A statement keeps its last STATEMENT_KEPT movements; whoever asks for older
 * ones gets what there is, and sees it by the numbers.
 *
 * Of a virtual ID each day's totals are kept for ever, which a history balance
 * query (历史余额) asks for:
 *
 *     opening + in - out = closing = the next day's opening
 *
 * A day is a calendar day.  Answered are 00 and the figures; 39 of a day that
 * is not over yet; 34 of a day before the account was opened.
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
#include "mocks/faults.h"
#include "mocks/line.h"
#include "mocks/outbox.h"

enum { STATEMENT_KEPT = 1 << 20, DETAILS_PAGE = 50 };

struct movement {
    int64_t amount_fen; /* in: above zero; 0: no money moved */
    int64_t said_fen;   /* what its line says */
    int64_t after_fen;
    int64_t at_us;
    uint64_t id; /* of the order behind it, or 0 */
    uint32_t session;
    uint8_t net_of; /* 1 + the channel whose session's net it is; 0: no net */
    uint8_t origin; /* enum line_origin */
    uint16_t text;  /* 1 + that of `texts` that it was given; 0: none */
    uint16_t fault; /* 1 + the index of that which made its line wrong; 0: it is true */
    uint8_t wrong;  /* that fault's kind: enum fault_kind */
    uint8_t told;   /* that it is wrong, to whoever watches */
};

/* Of a day on which something moved; on others opening and closing are the last closing. */
struct statement_day {
    int32_t day;
    uint32_t in_count;
    uint32_t out_count;
    int64_t opening_fen;
    int64_t in_fen;
    int64_t out_fen;
    int64_t closing_fen;
};

struct statement {
    uint8_t kind;        /* enum account_kind */
    uint8_t institution; /* that keeps it */
    uint8_t state;       /* enum account_state */
    uint32_t count;      /* the last movement's number */
    uint32_t capacity;
    struct movement *items; /* number n lies at (n - 1) % capacity */
    int32_t opened_day;
    int64_t opening_fen;
    uint32_t day_count;
    uint32_t day_capacity;
    struct statement_day *days; /* of virtual IDs, rising */
};

struct statements {
    struct books *books;
    struct central_bank *central_bank;
    struct faults *faults;
    uint8_t acs_push;              /* 1 + the channel that pushes the custody account's; 0: none */
    uint8_t acs_push_all;          /* sessions' nets too, by which alone money leaves it */
    uint8_t virtual_silent;        /* movements of virtual IDs are not pushed */
    const struct line_text *texts; /* the caller's */
    uint32_t text_count;
    uint32_t sessions_a_day[CHANNELS];
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
    uint16_t text; /* as in struct movement */
};

void statements_init(struct statements *s, struct books *books, struct central_bank *central_bank,
                     struct faults *faults);
void statements_free(struct statements *s);

/* The next index; the account is not open yet. */
uint32_t statement_add(struct statements *s, uint8_t kind, uint8_t institution);
void statement_open(struct statements *s, int64_t now_us, uint32_t account, int64_t opening_fen);
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
/* Of a virtual ID: what is answered now about that day. */
struct input statement_history(const struct statements *s, int64_t now_us, uint32_t account,
                               int32_t day);
/* The balance after the movement of that number; of 0 the opening. */
int64_t statement_after_fen(const struct statements *s, uint32_t account, uint32_t number);
/* A line that details leave out. */
bool statement_leaves_out(const struct statements *s, uint32_t account, uint32_t number);
/* The truth about a line that is wrong, once; false: it is true, or was told before. */
bool statement_error(struct statements *s, int64_t now_us, uint32_t account, uint32_t number,
                     struct fact *error);
/* As the news of it says; what is printed on the line besides goes to whoever reads texts. */
struct input statement_news(const struct statements *s, uint32_t account, uint32_t number);
void statement_print(const struct statements *s, uint32_t account, uint32_t number,
                     struct printed_line *out);

#endif
