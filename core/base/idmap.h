/* idmap.h — from a hash to an index, by open addressing.
 *
 * The map holds (32-bit tag, index) pairs and no keys: the caller keeps the
 * keys, walks the candidates that share a tag, and compares.  It never walks
 * in hash order, so no order of the table reaches a decision.
 *
 *     for (uint32_t at = idmap_first(map, slots, tag); at != NONE;
 *          at = idmap_next(map, slots, tag, at))
 *         if (same(key, items[slots[at].index])) ...
 *
 * The slots belong to the caller: a zeroed array of idmap_slots(capacity)
 * entries, at most two thirds full at capacity.
 */
#ifndef CORE_BASE_IDMAP_H
#define CORE_BASE_IDMAP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/pool.h"

struct idmap_slot {
    uint32_t tag;
    uint32_t index_plus_one; /* 0: empty */
};

struct idmap {
    uint32_t capacity;
    uint32_t count;
    uint32_t mask;
};

uint32_t idmap_slots(uint32_t capacity);
void idmap_init(struct idmap *m, uint32_t capacity);

static inline uint32_t idmap_probe(const struct idmap *m, const struct idmap_slot *slots,
                                   uint32_t tag, uint32_t at)
{
    for (; slots[at].index_plus_one != 0; at = (at + 1) & m->mask)
        if (slots[at].tag == tag)
            return at;
    return NONE;
}

static inline uint32_t idmap_first(const struct idmap *m, const struct idmap_slot *slots,
                                   uint32_t tag)
{
    return idmap_probe(m, slots, tag, tag & m->mask);
}

static inline uint32_t idmap_next(const struct idmap *m, const struct idmap_slot *slots,
                                  uint32_t tag, uint32_t at)
{
    return idmap_probe(m, slots, tag, (at + 1) & m->mask);
}

static inline uint32_t idmap_index(const struct idmap_slot *slots, uint32_t at)
{
    return slots[at].index_plus_one - 1;
}

/* False: full.  The caller has looked first; pairs are not compared here. */
bool idmap_add(struct idmap *m, struct idmap_slot *slots, uint32_t tag, uint32_t index);
/* All pairs of one map into another, larger one. */
void idmap_copy(struct idmap *to, struct idmap_slot *to_slots, const struct idmap *from,
                const struct idmap_slot *from_slots);
void idmap_replace(struct idmap_slot *slots, uint32_t at, uint32_t index);
void idmap_remove(struct idmap *m, struct idmap_slot *slots, uint32_t at);

#endif
