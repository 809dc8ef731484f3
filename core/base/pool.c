/* pool.c — see pool.h. */

#include "core/base/pool.h"

#include <stddef.h>

#include "core/base/must.h"

static uint32_t *link_of(const struct pool *p, void *items, uint32_t index)
{
    return (uint32_t *)(void *)((char *)items + (size_t)index * p->stride + p->link_offset);
}

void pool_init(struct pool *p, uint32_t capacity, uint32_t stride, uint32_t link_offset)
{
    MUST(capacity < NONE);
    MUST(link_offset % sizeof(uint32_t) == 0 && stride % sizeof(uint32_t) == 0);
    MUST(link_offset + sizeof(uint32_t) <= stride);
    *p = (struct pool){
        .capacity = capacity, .free_head = NONE, .stride = stride, .link_offset = link_offset};
}

uint32_t pool_take(struct pool *p, void *items)
{
    uint32_t index = p->free_head;
    if (index != NONE) {
        p->free_head = *link_of(p, items, index);
        p->used++;
        return index;
    }
    if (p->fresh == p->capacity)
        return NONE;
    p->used++;
    return p->fresh++;
}

void pool_give(struct pool *p, void *items, uint32_t index)
{
    MUST(index < p->fresh);
    MUST(p->used > 0);
    *link_of(p, items, index) = p->free_head;
    p->free_head = index;
    p->used--;
}
