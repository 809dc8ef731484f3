/* zipf.h — who of many: the k-th of `count` with a share proportional to k^-exponent. */
#ifndef MOCKS_ZIPF_H
#define MOCKS_ZIPF_H

#include <stddef.h>
#include <stdint.h>

#include "mocks/draw.h"

/* One cell of Walker's alias table: a draw picks a cell, then its own number or
 * the other's, so that one look at memory is enough. */
struct zipf_cell {
    uint32_t own_share; /* of 2^32 */
    uint32_t other;     /* 1 .. count */
};

struct zipf {
    uint32_t count;
    struct zipf_cell *cells; /* NULL: all alike */
};

void zipf_init(struct zipf *z, uint32_t count, int64_t exponent_millionths);
void zipf_free(struct zipf *z);
uint32_t zipf_draw(const struct zipf *z, uint64_t bits); /* 1 .. count */

/* Some time before zipf_draw() with the same bits: has the cell brought near. */
static inline void zipf_foresee(const struct zipf *z, uint64_t bits)
{
    if (z->cells != NULL)
        __builtin_prefetch(&z->cells[draw_below(bits, z->count)]);
}

#endif
