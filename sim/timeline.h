/* timeline.h — what happened when, for the report: the few things worth a line.
 *
 * Repeated things are merged: a channel dry a hundred times within an hour is
 * one line with a count and a length.
 */
#ifndef SIM_TIMELINE_H
#define SIM_TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/gateway/effects.h"

enum timeline_kind {
    TIMELINE_DRY,   /* a channel was short of quota */
    TIMELINE_MOVED, /* quota was moved */
    TIMELINE_MOVE_FAILED,
    TIMELINE_DOUBT,    /* payouts came into doubt */
    TIMELINE_RESOLVED, /* by the settlement list */
    TIMELINE_FAILED,   /* payouts failed for good */
    TIMELINE_EXPIRED,
    TIMELINE_REFUSED_AT_GATEWAY, /* attempts refused or not sent */
    TIMELINE_RETURNED,
    TIMELINE_SETTLED, /* a session's net */
    TIMELINE_ALERT,
    TIMELINE_ALERT_RAISED,
    TIMELINE_ALERT_CLEARED,
    TIMELINE_CONTRADICTED,
    TIMELINE_LIST_BROKEN,
    TIMELINE_TRANSFERRED,
    TIMELINE_TRANSFER_FAILED,
    TIMELINE_TRANSFER_RESTS,
    TIMELINE_TRANSFER_REFUSED,
    TIMELINE_ACCOUNT_REGISTERED,
    TIMELINE_ACCOUNT_CLOSED,
    TIMELINE_ACCOUNT_REFUSED,
    TIMELINE_BREAKER_OPENED,
    TIMELINE_BREAKER_CLOSED,
    TIMELINE_KINDS,
};

enum { TIMELINE_MAX = 400 };

struct timeline_entry {
    int64_t from_us;
    int64_t to_us;
    uint64_t count;
    int64_t amount_fen;
    int64_t length_us; /* of TIMELINE_DRY: how long in all */
    uint8_t kind;
    uint8_t channel;
    uint8_t from; /* of a move: the place it came from; of a transfer: the account */
    uint8_t to;   /* of a transfer: the account */
    uint8_t at;   /* of one that rests, of an account's: the account; of an alert: its rule; of a
                   * breaker's: it */
    uint8_t reason;
    uint32_t key; /* of a breaker; NONE: of several */
};

struct timeline {
    uint32_t count;
    uint64_t left_out;
    int64_t merge_us; /* the same thing again within this is the same entry */
    int64_t dry_since_us[CHANNELS];
    struct timeline_entry entries[TIMELINE_MAX];
};

void timeline_init(struct timeline *t, int64_t span_us);
void timeline_fact(struct timeline *t, const struct fact *f);
bool timeline_wants(enum fact_kind kind);

#endif
