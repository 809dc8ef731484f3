/* tagging.h — what a line of an account's statement is (打标): rules in order, the first match
 * wins.
 *
 * A line is money that reached or left an account by nobody's order of ours.
 * A rule asks for some of: the account, the direction, the size of the amount,
 * the line's code, patterns that its texts must have, and a window (window.h)
 * in which the bank booked it, whenever we heard of it.  Texts do not come
 * here: whether those of a line have what rule i asks for is bit i of the
 * line's masks (core/edge/remark.h), and is read if the rule asks at all.
 *
 * The rule that matches gives the line its tag, and says against which account
 * of the books it is booked:
 *
 *     in    debit the account's own, credit the book
 *     out   debit the book, credit the account's own
 *
 * A line that no rule matches lies in suspense until somebody knows better:
 * money too much (长款) or too little (短款).  The nearest rule is the one with
 * the fewest conditions that fail, of several the one with the most that hold,
 * of those the first.
 */
#ifndef CORE_AUDIT_TAGGING_H
#define CORE_AUDIT_TAGGING_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/window.h"

enum { TAG_RULES_MAX = 32 };

enum tag_direction { TAG_EITHER, TAG_IN, TAG_OUT };

enum tag_book {
    TAG_BOOK_CLIENTS,     /* what we owe to customers and merchants */
    TAG_BOOK_EQUITY,      /* own funds */
    TAG_BOOK_FEE_EXPENSE, /* fees of banks and clearing houses */
    TAG_BOOK_INTEREST,    /* what banks pay us, less what they charge */
    TAG_BOOK_SUSPENSE,    /* known to be unknown: long or short, by the direction */
    TAG_BOOKS,
};

enum tag_condition {
    TAG_ACCOUNT,
    TAG_DIRECTION,
    TAG_MIN,
    TAG_MAX,
    TAG_COUNTERPARTY,
    TAG_REMARK,
    TAG_CODE,
    TAG_TIME,
    TAG_CONDITIONS,
};

enum { TAG_ASKS_COUNTERPARTY = 1, TAG_ASKS_REMARK = 2 };

struct tag_rule {
    uint64_t accounts; /* bits: those it is about; UINT64_MAX: any */
    int64_t min_fen;   /* of the amount's size; 0: no bound */
    int64_t max_fen;
    uint16_t code;     /* 0: any */
    uint8_t direction; /* enum tag_direction */
    uint8_t book;      /* enum tag_book */
    uint8_t asks;      /* TAG_ASKS_COUNTERPARTY, TAG_ASKS_REMARK: it has a pattern for it */
    struct window when;
};

struct tag_line {
    int64_t amount_fen;    /* in: above zero; not zero */
    uint32_t counterparty; /* bit i: it has what rule i asks for */
    uint32_t remark;
    uint16_t code; /* 0: none */
    uint8_t account;
    int64_t at_us; /* when the bank booked it; NEVER_US: nobody knows, so no window has it */
};

struct tag_nearest {
    uint32_t rule;   /* NONE: there are no rules */
    uint8_t failing; /* bits: enum tag_condition; 0: the rule matches */
};

/* When lines may be booked. */
struct tag_span {
    enum calendar calendar;
    int64_t from_us;
    int64_t to_us; /* not included */
};

/* The conditions of rule `index` that the line fails: bits, enum tag_condition. */
uint8_t tag_failing(const struct tag_rule *rules, uint32_t index, const struct tag_line *line,
                    enum calendar calendar);
/* The first that matches, or else the nearest. */
struct tag_nearest tag_find(const struct tag_rule *rules, uint32_t count,
                            const struct tag_line *line, enum calendar calendar);

/* Every line booked in the span that `later` may match, `earlier` matches first, as far as
 * accounts, direction, amount, code and windows can tell; of patterns the caller knows the text. */
bool tag_takes_all(const struct tag_rule *earlier, const struct tag_rule *later,
                   const struct tag_span *span);

const char *tag_book_name(enum tag_book book);
const char *tag_condition_name(enum tag_condition condition);

#endif
