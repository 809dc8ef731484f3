/* key_heap.h — entries by a 64-bit key, the smallest first; it grows as it must.
 *
 * Whoever an entry is of may have gone on meanwhile: its stamp says so to who
 * pops it.  Equal keys come in the order of their stamps.
 */
#ifndef SIM_KEY_HEAP_H
#define SIM_KEY_HEAP_H

#include <stdint.h>

struct entry_key {
    int64_t key;
    uint32_t index; /* whose it is */
    uint32_t stamp;
};

/* All zero: empty.  items[0] is the first; items are to be freed by the owner. */
struct key_heap {
    struct entry_key *items;
    uint32_t count;
    uint32_t capacity;
};

void key_heap_push(struct key_heap *h, struct entry_key one);
struct entry_key key_heap_pop(struct key_heap *h); /* count > 0 */

#endif
