/* hand_over.h — a settlement list on its way: its house publishes bytes, the treasury hears inputs.
 *
 *     hand_over_start   the summary: LIST_OPENED
 *     hand_over_next    LIST_LINE for each line, LIST_ENDED, then false
 *
 * Both ends are ours here, so that every byte is understood, but for those of
 * the line in which a file breaks off.
 */
#ifndef SIM_HAND_OVER_H
#define SIM_HAND_OVER_H

#include "core/edge/settlement.h"
#include "mocks/house.h"

enum { HAND_OVER_BYTES = 32768 }; /* read at once, and a line */

struct hand_over {
    const struct house *house;
    struct publishing publishing;
    bool published; /* all of it */
    size_t at;      /* read up to here, of those held */
    size_t held;
    struct settlement reader;
    char bytes[HAND_OVER_BYTES + PUBLISHER_LINE_MAX];
};

/* `h` is handing a file over (house_hands_over). */
struct input hand_over_start(struct hand_over *o, const struct house *h);
bool hand_over_next(struct hand_over *o, struct input *in);

#endif
