/* growing.h — a pool whose array grows as it must, for whoever may allocate.
 *
 *     pool_init(&pool, 0, stride, link);        items = NULL
 *     items = pool_grown(&pool, items);         there is room for one more
 *     index = pool_take(&pool, items);          so this is never NONE
 *
 * Whoever has the array frees it.  Items move as it grows: they are known by index.
 */
#ifndef SIM_GROWING_H
#define SIM_GROWING_H

#include <stdlib.h>

#include "core/base/must.h"
#include "core/base/pool.h"

static inline void *pool_grown(struct pool *p, void *items)
{
    if (p->used < p->capacity)
        return items;
    MUST(p->capacity < NONE / 4);
    p->capacity = p->capacity == 0 ? 256 : p->capacity * 2;
    items = realloc(items, (size_t)p->capacity * p->stride);
    MUST(items != NULL);
    return items;
}

#endif
