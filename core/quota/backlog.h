/* backlog.h — what the payouts of each channel still need, and what would give it.
 *
 *     near(c)  = waiting(c) + the most expected to flow out net within `lead`
 *     need(c)  = waiting(c) + the same within `horizon`
 *     short(c) = near(c) - level(c), if above 0
 *
 * The level has in it what is on its way, and receipts that the forecast expects
 * by their time of day lessen what flows out net: so a shortage is what nothing
 * under way and no relief in sight covers.  The answer is the mildest that does:
 *
 *     nothing   it is not short
 *     move      quota: unallocated money, and what the other channel can spare
 *     transfer  money from other accounts, besides
 *     warn      neither is enough
 *
 * What one channel takes of the unallocated money, or of what transfers bring,
 * is not there for the next; a channel that is short itself spares nothing.
 */
#ifndef CORE_QUOTA_BACKLOG_H
#define CORE_QUOTA_BACKLOG_H

#include <stdint.h>

#include "core/gateway/codes.h"

enum backlog_answer { BACKLOG_NOTHING, BACKLOG_MOVE, BACKLOG_TRANSFER, BACKLOG_WARN };

struct backlog_view {
    int64_t level_fen[CHANNELS];   /* believed available, and on its way there */
    int64_t waiting_fen[CHANNELS]; /* of payouts that wait and go there first */
    int64_t soon_fen[CHANNELS];    /* the most that is expected to flow out net within lead */
    int64_t later_fen[CHANNELS];   /* and within horizon */
    int64_t movable_fen[CHANNELS]; /* of its quota, may be moved away now */
    int64_t unallocated_fen;       /* less what is earmarked and what is kept */
    int64_t transferable_fen; /* on its way to custody, or what rules for shortages could send */
};

struct backlog {
    enum backlog_answer answer;
    int64_t short_fen;
    int64_t move_fen; /* towards need(c), not only near(c) */
    int64_t transfer_fen;
    int64_t uncovered_fen; /* of what is short: neither gives it */
};

void backlog_find(const struct backlog_view *view, struct backlog found[CHANNELS]);

#endif
