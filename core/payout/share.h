/* share.h — how much of each channel's quota a business may use.
 *
 * A business has a share of what a channel can pay in a Beijing day, and may
 * or may not borrow what others have not kept for themselves.  With `used` the
 * holds of its payouts sent there today, less those whose attempt failed:
 *
 *     Q       = believed available + sum over all of used
 *     kept    = max(0, share * Q - used)         rounded down to the fen
 *     room    = min(available, kept)             if it may not borrow
 *               min(available, max(kept, available - sum over the others of kept))
 *
 * A payout is sent only if its hold is at most the room.  Sending leaves Q as
 * it is, so it never makes anybody's room larger.  With no share given to
 * anybody nothing is counted, and room is what is available.
 */
#ifndef CORE_PAYOUT_SHARE_H
#define CORE_PAYOUT_SHARE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/gateway/gateway.h"

enum { SHARES_MAX = 32 }; /* businesses */

struct shares {
    bool given; /* somebody has a share */
    uint32_t count;
    int32_t day; /* the one that `used` counts */
    int64_t ppm[SHARES_MAX];
    uint8_t borrows[SHARES_MAX];
    int64_t used_fen[CHANNELS][SHARES_MAX];
    int64_t used_by_all_fen[CHANNELS];
};

/* Of the businesses in turn; all together at most the whole. */
void shares_init(struct shares *s);
void shares_add(struct shares *s, int64_t ppm, bool borrows);

/* A new day: nothing is used yet.  True if it is one. */
bool shares_turn(struct shares *s, int64_t now_us);
void shares_sent(struct shares *s, enum channel channel, uint32_t business, int64_t hold_fen);
/* The attempt failed; sent_us says whether it was counted today. */
void shares_failed(struct shares *s, enum channel channel, uint32_t business, int64_t hold_fen,
                   int64_t sent_us);

int64_t shares_room_fen(const struct shares *s, enum channel channel, uint32_t business,
                        int64_t available_fen);

#endif
