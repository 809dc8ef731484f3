/* breaks.h — the breaks (差错) that stand: what they are about, and who wants to resolve them how.
 *
 *     doubtful ─► open ─► proposed ─► closed       by the operator: maker, then checker
 *         │         └─────────────────► closed       the other side came, or all was booked
 *         └─► matched: no break
 *
 * A line of an account's statement has channel none.
 *
 * A break is known by channel, what it is about, id and type, and stands once.
 * It has a number, counted from 1, for people.  Only what is not closed is kept.
 */
#ifndef CORE_AUDIT_BREAKS_H
#define CORE_AUDIT_BREAKS_H

#include <stdint.h>

#include "core/audit/match.h"
#include "core/base/pool.h"
#include "core/gateway/effects.h"

enum { BREAKS_MAX = 4096 };

enum break_state {
    BREAK_NONE, /* its place is free */
    BREAK_DOUBTFUL,
    BREAK_OPEN,
    BREAK_PROPOSED,
};

struct audit_break {
    uint64_t id;
    struct reference reference;
    int64_t ours_fen;
    int64_t theirs_fen;
    int64_t since_us; /* the cut-off of the list that has it, while doubtful, or lacks it; or 0 */
    uint32_t number;
    uint32_t maker;
    uint32_t free_link;
    uint8_t channel;
    uint8_t type;    /* enum match_type */
    uint8_t about;   /* enum break_about */
    uint8_t state;   /* enum break_state */
    uint8_t reason;  /* enum reason: why it is one; once proposed: how it is to be resolved */
    uint8_t decided; /* once proposed: what became of the payment */
    uint8_t pad[4];
    uint16_t lines; /* about a line that is missing: how many are, from it on */
};

struct breaks {
    struct pool pool;
    uint32_t numbers; /* given so far */
    uint32_t doubtful;
    uint32_t open; /* or proposed */
    uint32_t pad;
    struct audit_break items[BREAKS_MAX];
};

void breaks_init(struct breaks *b);
/* An index, or NONE. */
uint32_t breaks_find(const struct breaks *b, uint8_t channel, enum break_about about, uint64_t id,
                     enum match_type type);
uint32_t breaks_find_number(const struct breaks *b, uint32_t number);
/* Doubtful: it has no number yet.  NONE: there is no room. */
uint32_t breaks_add(struct breaks *b, struct audit_break one);
void breaks_open(struct breaks *b, uint32_t index); /* a doubtful one */
void breaks_close(struct breaks *b, uint32_t index);

#endif
