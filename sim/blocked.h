/* blocked.h — what every payout waits for, second by second, from facts alone.
 *
 * While a payout is queued, something keeps it there.  Obstacles, of the payout
 * and of each channel that it may try:
 *
 *     hold      the operator holds it
 *     breaker   a breaker denies it the channel
 *     share     its business has used its part of the channel's quota
 *     quota     it is larger than what is believed available there
 *     channel   the channel has no free slot: concurrency, or per_second
 *
 * It waits for the first of these, in this order, that would let it go now if
 * it alone were lifted.  If none alone would, it waits for the first that
 * stands in its way on the channel with the fewest (of equals: the primary).
 * If nothing stands in its way it waits for its turn behind a payout that must
 * not be passed over any more; a pause before a retry is its turn, too.
 *
 *     parts + time in flight = requested to truly paid       of every payment
 *     parts + time in flight = requested to the end          of what ended unpaid
 *
 * Whoever has a fact that says so is checked against it; see blocked_checks().
 */
#ifndef SIM_BLOCKED_H
#define SIM_BLOCKED_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/wide.h"
#include "core/core.h"

enum blocked_reason {
    BLOCKED_HOLD,
    BLOCKED_BREAKER,
    BLOCKED_SHARE,
    BLOCKED_QUOTA,
    BLOCKED_CHANNEL,
    BLOCKED_TURN,
    BLOCKED_REASONS,
};

const char *blocked_reason_name(enum blocked_reason reason);

struct blocked_totals {
    wide us[BLOCKED_REASONS]; /* payout-microseconds */
    wide quota_fen_us;        /* of those that waited for quota: amount times time */
};

struct blocked_checks {
    uint64_t checked;
    uint64_t broken;
    char first[160]; /* what the first one was */
};

struct blocked; /* owns memory */

struct blocked *blocked_create(const struct core_config *config);
void blocked_free(struct blocked *w);

void blocked_advance(struct blocked *w, int64_t now_us); /* before an event at now */
void blocked_fact(struct blocked *w, const struct fact *f);
void blocked_after_event(struct blocked *w);

const struct blocked_totals *blocked_totals(const struct blocked *w);
const struct blocked_checks *blocked_checks(const struct blocked *w);
bool blocked_any(const struct blocked *w); /* anything waited at all */
uint64_t blocked_now(const struct blocked *w,
                     enum blocked_reason reason); /* payouts that wait for it */

/* The parts so far of the payout in a slot; all 0 if it never waited.  For as
 * long as the slot is its own: until the fact that ends it has been followed,
 * or until the next request takes the slot. */
void blocked_parts_us(const struct blocked *w, uint32_t slot, int64_t parts_us[BLOCKED_REASONS]);

#endif
