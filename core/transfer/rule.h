/* rule.h — transfer rules (调拨规则): when money moves between two accounts by itself, and how
 * much.
 *
 * A rule is due at the moments of its schedule, while a watched level lies
 * below or above a threshold, or while queued payouts need more than there is.
 * Its amount follows from what it sees then:
 *
 *     fixed      value
 *     to_target  what brings the receiving account to value
 *     percent    that share of what the paying account may give
 *     sweep      all that the paying account may give
 *     shortage   what queued payouts need beyond what is payable
 *
 * where an account may give its free level less what is kept.  Then it is cut
 * to `max`, to what may be given (unless not `partial`: then it waits for the
 * whole), and down to a multiple of `multiple`; below `min` nothing moves.
 *
 * The level of an account is what it is believed to hold, less what is held
 * for transfers on their way out; with count_in_transit plus what is on its
 * way in.  The level of the custody account is what may be paid out or moved:
 * unallocated plus what is believed available of every quota.  Payable to queued
 * payouts is that less what the allocation keeps unallocated.
 */
#ifndef CORE_TRANSFER_RULE_H
#define CORE_TRANSFER_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/schedule.h"
#include "core/transfer/means.h"

enum { RULES_MAX = 64 };

enum rule_trigger {
    TRIGGER_SCHEDULE,
    TRIGGER_BELOW,
    TRIGGER_ABOVE,
    TRIGGER_DEMAND,
};

enum rule_amount {
    AMOUNT_FIXED,
    AMOUNT_TO_TARGET,
    AMOUNT_PERCENT,
    AMOUNT_SWEEP,
    AMOUNT_SHORTAGE,
};

struct transfer_rule {
    uint8_t from; /* accounts */
    uint8_t to;
    uint8_t trigger;     /* enum rule_trigger */
    uint8_t watches_to;  /* TRIGGER_BELOW, TRIGGER_ABOVE: the receiving account, else the paying */
    uint8_t amount_kind; /* enum rule_amount */
    uint8_t partial;
    uint8_t
        priority; /* of rules due at once, the lower goes first; equal: the earlier in the list */
    uint8_t count_in_transit;
    uint8_t retries; /* of a leg that failed */
    uint8_t means_count;
    uint8_t means[MEANS_COUNT]; /* enum means, the preferred first; none: any, the cheapest first */
    int64_t threshold_fen;
    int64_t value_fen; /* AMOUNT_FIXED, AMOUNT_TO_TARGET */
    int64_t share_ppm; /* AMOUNT_PERCENT */
    int64_t keep_fen;
    int64_t min_fen;
    int64_t max_fen;      /* 0: no limit */
    int64_t multiple_fen; /* 0: any amount */
    int64_t not_after_us; /* a clock: nothing starts later in the day; 0: no limit */
    struct schedule when;
};

/* What a rule sees when it is asked; all in fen. */
struct rule_view {
    int64_t from_free_fen; /* the paying account's level, without what is on its way in */
    int64_t to_level_fen;  /* the receiving account's level, as the rule counts it */
    int64_t shortage_fen;  /* queued payouts' need beyond what is payable and on its way; >= 0 */
};

enum rule_verdict {
    RULE_MOVES,
    RULE_NOTHING,   /* nothing to move: not an event */
    RULE_BELOW_MIN, /* less than the rule's minimum, or than one multiple */
    RULE_SHORT,     /* the paying account may not give the whole, and the rule is not partial */
};

/* What it would move if the paying account had it: never negative. */
int64_t rule_whole_fen(const struct transfer_rule *r, const struct rule_view *view);
/* *amount_fen is positive where the rule moves. */
enum rule_verdict rule_amount_fen(const struct transfer_rule *r, const struct rule_view *view,
                                  int64_t *amount_fen);
/* Of TRIGGER_BELOW and TRIGGER_ABOVE. */
bool rule_triggered(const struct transfer_rule *r, int64_t level_fen);

#endif
