/* idmap.c — see idmap.h.  Linear probing; a removal closes the gap behind it,
 * so there are no tombstones and a probe ends at the first empty slot. */

#include "core/base/idmap.h"

#include "core/base/must.h"

uint32_t idmap_slots(uint32_t capacity)
{
    MUST(capacity <= UINT32_C(1) << 30);
    uint64_t wanted = (uint64_t)capacity + capacity / 2 + 1;
    uint32_t slots = 8;
    while (slots < wanted)
        slots *= 2;
    return slots;
}

void idmap_init(struct idmap *m, uint32_t capacity)
{
    *m = (struct idmap){.capacity = capacity, .mask = idmap_slots(capacity) - 1};
}

bool idmap_add(struct idmap *m, struct idmap_slot *slots, uint32_t tag, uint32_t index)
{
    MUST(index < NONE - 1);
    if (m->count == m->capacity)
        return false;
    uint32_t at = tag & m->mask;
    while (slots[at].index_plus_one != 0)
        at = (at + 1) & m->mask;
    slots[at] = (struct idmap_slot){.tag = tag, .index_plus_one = index + 1};
    m->count++;
    return true;
}

void idmap_copy(struct idmap *to, struct idmap_slot *to_slots, const struct idmap *from,
                const struct idmap_slot *from_slots)
{
    for (uint32_t i = 0; i <= from->mask; i++)
        if (from_slots[i].index_plus_one != 0)
            MUST(idmap_add(to, to_slots, from_slots[i].tag, from_slots[i].index_plus_one - 1));
}

void idmap_replace(struct idmap_slot *slots, uint32_t at, uint32_t index)
{
    MUST(slots[at].index_plus_one != 0);
    MUST(index < NONE - 1);
    slots[at].index_plus_one = index + 1;
}

void idmap_remove(struct idmap *m, struct idmap_slot *slots, uint32_t at)
{
    MUST(slots[at].index_plus_one != 0);
    MUST(m->count > 0);
    uint32_t hole = at;
    for (uint32_t next = (hole + 1) & m->mask; slots[next].index_plus_one != 0;
         next = (next + 1) & m->mask) {
        uint32_t home = slots[next].tag & m->mask;
        /* The entry may fill the hole unless its home lies behind the hole. */
        if (((next - home) & m->mask) >= ((next - hole) & m->mask)) {
            slots[hole] = slots[next];
            hole = next;
        }
    }
    slots[hole] = (struct idmap_slot){0};
    m->count--;
}
