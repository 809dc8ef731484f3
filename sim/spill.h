/* spill.h — payments set down on disk, told apart by bits of their key.
 *
 * The files lie in $TMPDIR (or /tmp), have no name, and are gone with the program.
 * What is set down of one side comes back in the same order.
 */
#ifndef SIM_SPILL_H
#define SIM_SPILL_H

#include "core/audit/match.h"
#include "core/edge/listing.h"

enum { SPILL_BITS = 5, SPILL_PARTS = 1 << SPILL_BITS };

struct spilled {
    struct match_item item;
    uint32_t length;
    char text[LISTING_TEXT_MAX];
};

struct spill;

struct spill *spill_create(void); /* NULL: said on stderr */
void spill_free(struct spill *s);
/* False: said on stderr. */
bool spill_put(struct spill *s, uint32_t part, enum match_side side, const struct spilled *row);
bool spill_rewind(struct spill *s, uint32_t part, enum match_side side);
/* False: the end, or *failed. */
bool spill_next(struct spill *s, uint32_t part, enum match_side side, struct spilled *row,
                bool *failed);
uint32_t spill_progress_ppm(const struct spill *s, uint32_t part, enum match_side side);
void spill_drop(struct spill *s, uint32_t part); /* both sides of a part: done with */

#endif
