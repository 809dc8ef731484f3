/* positions.h — every position as it is now: the columns of positions.csv.
 *
 * Truth is read from the world, belief and the queue are followed by facts.
 * The same columns serve the file, the plots and expectations.
 */
#ifndef SIM_POSITIONS_H
#define SIM_POSITIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "mocks/world.h"
#include "sim/blocked.h"
#include "sim/follow.h"
#include "sim/scenario.h"

enum {
    COLUMNS_MAX = 64 + BREAKERS_MAX + 2 * BUSINESSES_MAX + ACCOUNTS_MAX + ALERT_RULES_MAX,
    COLUMN_NAME_MAX = 64
};

enum column_source {
    COLUMN_ACS_BALANCE,
    COLUMN_ACS_UNALLOCATED,
    COLUMN_MAPPED, /* index: channel */
    COLUMN_AVAILABLE,
    COLUMN_BELIEVED,
    COLUMN_PROCESSING,
    COLUMN_REPORTED,
    COLUMN_ACCOUNT, /* index: account */
    COLUMN_QUEUE_DEPTH,
    COLUMN_QUEUE_AMOUNT,
    COLUMN_BUSINESS_DEPTH, /* index: business */
    COLUMN_BUSINESS_AMOUNT,
    COLUMN_WAITING, /* index: enum blocked_reason */
    COLUMN_IN_DOUBT,
    COLUMN_IN_TRANSIT,
    COLUMN_BREAKER, /* index: breaker; keys that are open, half open or forced open */
    COLUMN_ALERT,   /* index: alert rule; how often it was raised */
};

struct column {
    char name[COLUMN_NAME_MAX];
    enum column_source source;
    uint32_t index;
    bool money; /* fen; else a count */
};

struct column_list {
    uint32_t count;
    uint32_t written; /* the first of them; expectations alone know the others */
    struct column columns[COLUMNS_MAX];
};

/* businesses_paying: bit b, as in struct parties. */
void column_list_init(struct column_list *list, const struct scenario *s,
                      uint32_t businesses_paying);
const struct column *column_find(const struct column_list *list, const char *name);

struct positions {
    const struct world *world;
    const struct follow *follow;
    const struct blocked *blocked;
    int64_t believed_fen[CHANNELS];
    int64_t reported_fen[CHANNELS];
    uint64_t depth;
    int64_t amount_fen;
    uint64_t business_depth[BUSINESSES_MAX];
    int64_t business_amount_fen[BUSINESSES_MAX];
    uint64_t in_doubt;
    int64_t breaker_keys[BREAKERS_MAX];
    uint64_t alerts_raised[ALERT_RULES_MAX];
};

int64_t positions_value(const struct positions *p, const struct column *c);

void positions_write_header(FILE *file, const struct column_list *list);
void positions_write_row(FILE *file, const struct column_list *list, const struct positions *p,
                         int64_t at_us);

#endif
