/* ageing.h — who has waited long rises in the queue.
 *
 * Each full `ageing` that a payout has waited since it was requested lifts it
 * by one step: its business's priority towards 1, and once that is 1, its
 * merchant's.  With b and m the two priorities of its class, from 0, and k
 * steps:
 *
 *     rank = class - 9k            while k <= b
 *            max(0, m - (k - b))   then
 *
 *     order = (rank now, arrival)
 *
 * Within one class the earlier arrival never has the higher rank, so a lane
 * stays in order as time goes by.  Between classes the order changes.
 */
#ifndef CORE_PAYOUT_AGEING_H
#define CORE_PAYOUT_AGEING_H

#include <stdint.h>

#include "core/payout/payout.h"

struct ageing {
    int64_t now_us;
    int64_t step_us; /* 0: nobody rises */
};

uint32_t ageing_rank(struct ageing a, const struct payout *p);
/* When it rises next; NEVER_US: it stays where it is. */
int64_t ageing_rises_us(struct ageing a, const struct payout *p);
bool ageing_before(struct ageing a, const struct payout *first, const struct payout *second);

#endif
