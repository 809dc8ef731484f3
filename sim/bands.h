/* bands.h — who waits for the same, and for how long.
 *
 * Payouts of one business with the same routes, and the same of them denied,
 * are a group and lie on one ladder.  The amounts that fit what is available on
 * each channel, and the room of the business there, are lines that cut it into
 * bands; all within a band wait for the same, so one clock per band and reason
 * serves them.  A line that moves past nobody stops no clock.  If it does, the
 * ladder takes over what the bands' clocks show, stretch by stretch: no payout
 * is touched, however many were passed.
 *
 *     parts of a payout = its rung's us, once it left; meanwhile bands_read()
 *
 * Whom the operator holds, and who pauses before a retry, is in no group, since
 * what they wait for hangs on nothing else.
 */
#ifndef SIM_BANDS_H
#define SIM_BANDS_H

#include <stdint.h>

#include "core/core.h"
#include "sim/blocked.h"
#include "sim/ladder.h"

/* Of a channel, for one business. */
struct bands_room {
    int64_t room_fen; /* at most what is available */
    int64_t available_fen;
};

/* Where somebody waits: one of these, or what bands_at() says. */
enum { BANDS_HELD, BANDS_PAUSE, BANDS_GROUPS };

struct bands; /* owns memory */

struct bands *bands_create(const struct core_config *config);
void bands_free(struct bands *w);
void bands_reserve(struct bands *w, uint32_t rungs); /* indices below it may be used */
struct rung *bands_rung(struct bands *w, uint32_t index);

uint16_t bands_at(uint32_t business, uint32_t routes, uint32_t denied);
void bands_enter(struct bands *w, uint32_t index, uint16_t at);
void bands_leave(struct bands *w, uint32_t index, uint16_t at);
void bands_read(const struct bands *w, uint32_t index, uint16_t at,
                int64_t parts_us[BLOCKED_REASONS]);

/* The lines of a business from now on. */
void bands_draw(struct bands *w, uint32_t business, const struct bands_room rooms[CHANNELS]);
/* Time passes; slots_free has a bit for every channel with a free slot. */
void bands_advance(struct bands *w, uint8_t slots_free, int64_t us, struct blocked_totals *totals);
uint64_t bands_now(const struct bands *w, uint8_t slots_free, enum blocked_reason reason);

#endif
