/* key_heap.c — see key_heap.h. */

#include "sim/key_heap.h"

#include <stdbool.h>
#include <stdlib.h>

#include "core/base/must.h"

static bool key_before(const struct entry_key *a, const struct entry_key *b)
{
    return a->key != b->key ? a->key < b->key : a->stamp < b->stamp;
}

static void sift_down(struct key_heap *h, uint32_t at)
{
    struct entry_key one = h->items[at];
    for (;;) {
        uint32_t child = at * 2 + 1;
        if (child >= h->count)
            break;
        if (child + 1 < h->count && key_before(&h->items[child + 1], &h->items[child]))
            child++;
        if (!key_before(&h->items[child], &one))
            break;
        h->items[at] = h->items[child];
        at = child;
    }
    h->items[at] = one;
}

void key_heap_push(struct key_heap *h, struct entry_key one)
{
    if (h->count == h->capacity) {
        h->capacity = h->capacity == 0 ? 64 : h->capacity * 2;
        h->items = realloc(h->items, h->capacity * sizeof *h->items);
        MUST(h->items != NULL);
    }
    uint32_t at = h->count++;
    while (at > 0 && key_before(&one, &h->items[(at - 1) / 2])) {
        h->items[at] = h->items[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    h->items[at] = one;
}

struct entry_key key_heap_pop(struct key_heap *h)
{
    MUST(h->count > 0);
    struct entry_key first = h->items[0];
    h->items[0] = h->items[--h->count];
    if (h->count > 0)
        sift_down(h, 0);
    return first;
}
