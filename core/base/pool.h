/* pool.h — which items of a fixed array are in use.
 *
 * The array belongs to the caller; the pool knows only indices.  A freed
 * item's index is kept in the item itself, in a uint32_t at `link_offset`, so
 * the pool costs nothing per item; whoever uses an item may use that member
 * for something else meanwhile.  Items never yet taken are not touched, so
 * memory of a large pool is used only as far as it was ever full.
 *
 *     0 <= used <= capacity;  the last freed is the first taken
 */
#ifndef CORE_BASE_POOL_H
#define CORE_BASE_POOL_H

#include <stdint.h>

#define NONE UINT32_MAX /* no index */

struct pool {
    uint32_t capacity;
    uint32_t used;
    uint32_t fresh; /* items from here on were never taken */
    uint32_t free_head;
    uint32_t stride;
    uint32_t link_offset;
};

void pool_init(struct pool *p, uint32_t capacity, uint32_t stride, uint32_t link_offset);
uint32_t pool_take(struct pool *p, void *items); /* NONE: full */
void pool_give(struct pool *p, void *items, uint32_t index);

#endif
