/* zipf.c — see zipf.h. */

#include "mocks/zipf.h"

#include <stdlib.h>

#include "core/base/must.h"
#include "core/base/wide.h"

#define WEIGHT_OF_FIRST (INT64_C(1) << 38) /* ten million of them still fit 64 bits */
#define WHOLE (UINT64_C(1) << 32)

/* Shares of 2^32 x count, so that a cell's mean share is 2^32; they add up
 * exactly: what rounding leaves over goes to the first. */
static uint64_t *shares_of(uint32_t count, int64_t exponent_millionths)
{
    uint64_t *share = calloc(count, sizeof *share);
    unsigned_wide sum = 0;
    MUST(share != NULL);
    for (uint32_t k = 0; k < count; k++) {
        int64_t x_q32 = -(int64_t)((wide)exponent_millionths * log2_q32(k + 1) / 1000000);
        int64_t weight = scale_exp2(WEIGHT_OF_FIRST, x_q32);
        share[k] = weight > 0 ? (uint64_t)weight : 1;
        sum += share[k];
    }
    uint64_t left = WHOLE * count;
    for (uint32_t k = 0; k < count; k++) {
        share[k] = (uint64_t)((unsigned_wide)share[k] * (WHOLE * count) / sum);
        left -= share[k];
    }
    share[0] += left;
    return share;
}

/* Each cell that has less than the mean is filled up by one that has more. */
static void fill_cells(struct zipf *z, uint64_t *share)
{
    uint32_t less = 0;
    uint32_t more = 0;
    uint32_t next = 0; /* cells before it were looked at */
    for (uint32_t k = 0; k < z->count; k++)
        z->cells[k] = (struct zipf_cell){UINT32_MAX, k + 1};
    while (more < z->count && share[more] <= WHOLE)
        more++;
    while (next < z->count && more < z->count) {
        less = next;
        while (less < z->count && share[less] >= WHOLE)
            less++;
        if (less == z->count)
            break;
        next = less + 1;
        for (;;) {
            z->cells[less] = (struct zipf_cell){(uint32_t)share[less], more + 1};
            share[more] -= WHOLE - share[less];
            if (share[more] >= WHOLE)
                break;
            /* The giver has too little itself now: it is the next to be filled,
             * unless the walk will come to it anyway. */
            less = more;
            do
                more++;
            while (more < z->count && share[more] <= WHOLE);
            if (more == z->count || less >= next)
                break;
        }
    }
}

void zipf_init(struct zipf *z, uint32_t count, int64_t exponent_millionths)
{
    MUST(count > 0);
    *z = (struct zipf){.count = count};
    if (exponent_millionths == 0 || count == 1)
        return;
    z->cells = calloc(count, sizeof *z->cells);
    MUST(z->cells != NULL);
    uint64_t *share = shares_of(count, exponent_millionths);
    fill_cells(z, share);
    free(share);
}

void zipf_free(struct zipf *z)
{
    free(z->cells);
    *z = (struct zipf){0};
}

uint32_t zipf_draw(const struct zipf *z, uint64_t bits)
{
    unsigned_wide point = (unsigned_wide)bits * z->count;
    uint32_t cell = (uint32_t)(point >> 64);
    if (z->cells == NULL)
        return cell + 1;
    uint32_t within = (uint32_t)((uint64_t)point >> 32);
    return within < z->cells[cell].own_share ? cell + 1 : z->cells[cell].other;
}
