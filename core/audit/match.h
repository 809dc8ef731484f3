/* match.h — two lists of the same payments, trade by trade: what does not agree.
 *
 * Items of both sides come one by one, in any order and in any alternation.
 * Only what has no counterpart yet is remembered.  The k-th item of a key on
 * our side belongs to the k-th of that key on theirs, so the result depends on
 * the order within each side alone, never on how the two are interleaved:
 *
 *     ours    A  B  C  B         A-A  agrees
 *     theirs  C  A  B            B-B  agrees      C-C  agrees
 *                                B    is left: a duplicate of ours
 *
 * A pair that differs is one break, of the first type that fits:
 *     amount_differs   by more than the tolerance
 *     returned         one side says the payment came back
 *     status_differs   the sides say something else
 *     fee_differs      by more than the tolerance
 *     late             their time is further from ours than `late_us`
 * What is left at the end: missing_theirs (only we have it), missing_ours (only
 * they have it), or duplicate, where the side has shown the same key before.
 * What was shown before and agreed is forgotten, so to tell a duplicate from
 * what is missing the caller, where anything is left, says match_look_back() and
 * shows the items of both sides once more with match_see().
 *
 * Amounts and fees are signed as the caller wants.  With differences taken as
 * theirs less ours, always (checked by match_finish(), which stops the program
 * if money got lost):
 *
 *     total(theirs) - total(ours) = sum over breaks + what was tolerated
 *
 * Memory is the caller's.  When it is full, match_add() says so and leaves
 * everything as it was.  Entries are found by index; an index that is given
 * back by a pair is not used again before the next match_add().
 */
#ifndef CORE_AUDIT_MATCH_H
#define CORE_AUDIT_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/idmap.h"
#include "core/base/pool.h"
#include "core/base/wide.h"

enum match_side { MATCH_OURS, MATCH_THEIRS, MATCH_SIDES };

/* Any other number is a word that only the caller knows: equal or not. */
enum match_status {
    MATCH_STATUS_UNSAID, /* agrees with every other */
    MATCH_STATUS_DONE,
    MATCH_STATUS_PENDING,
    MATCH_STATUS_FAILED,
    MATCH_STATUS_RETURNED,
    MATCH_STATUS_WORDS
};

enum match_type {
    MATCH_MISSING_THEIRS,
    MATCH_MISSING_OURS,
    MATCH_AMOUNT_DIFFERS,
    MATCH_STATUS_DIFFERS,
    MATCH_FEE_DIFFERS,
    MATCH_DUPLICATE,
    MATCH_RETURNED,
    MATCH_LATE,
    MATCH_TYPES
};

struct match_key { /* 128 bits that stand for the reference: a good hash, or the thing itself */
    uint64_t high;
    uint64_t low;
};

struct match_item {
    struct match_key key;
    int64_t amount_fen;
    int64_t fee_fen;
    int64_t time_us;
    uint64_t row; /* where it was: the caller's */
    uint32_t status;
};

struct match_entry {
    struct match_item item;
    uint32_t next; /* of the same key, later; or the pool's link */
    uint32_t last; /* in the first of a key: the last of them */
    uint32_t seen; /* in the first of a key: how often match_see() was told of it */
    uint8_t side;
    bool waits;
};

struct match_rules {
    int64_t tolerance_fen; /* 0 or more */
    int64_t late_us;       /* 0: time does not matter */
    bool fees;             /* both sides name fees */
    bool unsigned_amounts; /* compare and sum without sign: one side does not say the direction */
};

enum { MATCH_SIEVE_WORDS = 1024 };

struct match_sums {
    uint64_t rows;
    wide amount_fen;
    wide fee_fen;
};

struct match {
    struct match_rules rules;
    struct match_sums sides[MATCH_SIDES];
    uint64_t matched; /* pairs that agree */
    uint64_t breaks[MATCH_TYPES];
    wide break_fen[MATCH_TYPES]; /* theirs less ours */
    wide break_fee_fen;          /* over all breaks */
    wide tolerated_fen;          /* the same, in pairs that agree */
    wide tolerated_fee_fen;
    struct idmap map;
    struct pool pool;
    uint64_t sieve[MATCH_SIEVE_WORDS]; /* bits of the keys that are left, for match_see() */
    struct match_entry *entries;       /* the caller's: `capacity` of them */
    struct idmap_slot *slots;          /* the caller's: idmap_slots(capacity), zeroed */
};

struct match_break {
    enum match_type type;
    bool has[MATCH_SIDES];
    struct match_item item[MATCH_SIDES];
    int64_t difference_fen; /* theirs less ours; what is missing is 0 */
    int64_t fee_difference_fen;
};

enum match_verdict {
    MATCH_WAITS,  /* remembered at *index */
    MATCH_AGREES, /* with the item that waited at *index */
    MATCH_BREAKS, /* differs from it: *out says how */
    MATCH_FULL,   /* nothing done */
};

void match_init(struct match *m, const struct match_rules *rules, struct match_entry *entries,
                struct idmap_slot *slots, uint32_t capacity);

/* More room: `entries` has the old ones at its beginning, `slots` is new and zeroed. */
void match_grow(struct match *m, struct match_entry *entries, struct idmap_slot *slots,
                uint32_t capacity);

/* |amount_fen|, |fee_fen| < 2^62. */
enum match_verdict match_add(struct match *m, enum match_side side, const struct match_item *item,
                             uint32_t *index, struct match_break *out);

/* Asks the processor for what match_add() will look at, some items ahead of it. */
static inline uint32_t match_tag(struct match_key key)
{
    return (uint32_t)key.low;
}

static inline void match_prefetch(const struct match *m, struct match_key key)
{
    __builtin_prefetch(&m->slots[match_tag(key) & m->map.mask]);
}

/* The same when the slots have come, some items later. */
static inline void match_prefetch_entry(const struct match *m, struct match_key key)
{
    const struct idmap_slot *slot = &m->slots[match_tag(key) & m->map.mask];
    if (slot->index_plus_one != 0)
        __builtin_prefetch(&m->entries[slot->index_plus_one - 1]);
}

static inline uint32_t match_waiting(const struct match *m)
{
    return m->pool.used;
}

/* After the last match_add(), before the first match_see(). */
void match_look_back(struct match *m);

static inline bool match_may_be_left(const struct match *m, struct match_key key)
{
    return (m->sieve[key.high / 64 % MATCH_SIEVE_WORDS] >> key.high % 64 & 1) != 0;
}

uint32_t match_see_again(struct match *m, enum match_side side, struct match_key key, uint64_t row);

/* One item of a side, once more; does something only if its key is left.  The
 * index where the item of this row waits; NONE: it does not. */
static inline uint32_t match_see(struct match *m, enum match_side side, struct match_key key,
                                 uint64_t row)
{
    return match_may_be_left(m, key) ? match_see_again(m, side, key, row) : NONE;
}

/* What is left, one after the other: start with *at = 0; false: no more. */
bool match_left(struct match *m, uint32_t *at, uint32_t *index, struct match_break *out);

/* After the last of them: checks that no fen got lost. */
void match_finish(const struct match *m);

const char *match_type_word(enum match_type type);     /* "missing_theirs" */
const char *match_status_word(enum match_status word); /* "done"; "" if unsaid */

#endif
