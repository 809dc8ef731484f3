/* heap.c — see heap.h.  A binary heap: few timers are pending at once. */

#include "core/base/heap.h"

#include "core/base/must.h"

static bool before(const struct timer *a, const struct timer *b)
{
    if (a->at_us != b->at_us)
        return a->at_us < b->at_us;
    MUST(a->seq != b->seq); /* a tie here would be a coin toss */
    return a->seq < b->seq;
}

void heap_init(struct heap *h, uint32_t capacity)
{
    *h = (struct heap){.capacity = capacity};
}

bool heap_push(struct heap *h, struct timer *timers, struct timer one)
{
    if (h->count == h->capacity)
        return false;
    one.seq = h->seq_next++;
    uint32_t hole = h->count++;
    while (hole > 0 && before(&one, &timers[(hole - 1) / 2])) {
        timers[hole] = timers[(hole - 1) / 2];
        hole = (hole - 1) / 2;
    }
    timers[hole] = one;
    return true;
}

struct timer heap_pop(struct heap *h, struct timer *timers)
{
    MUST(h->count > 0);
    struct timer first = timers[0];
    struct timer last = timers[--h->count];
    uint32_t hole = 0;

    while (2 * hole + 1 < h->count) {
        uint32_t child = 2 * hole + 1;
        if (child + 1 < h->count && before(&timers[child + 1], &timers[child]))
            child++;
        if (before(&last, &timers[child]))
            break;
        timers[hole] = timers[child];
        hole = child;
    }
    if (h->count > 0)
        timers[hole] = last;
    return first;
}
