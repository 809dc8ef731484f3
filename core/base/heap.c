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

/* Up from the hole at `hole`, whose parents are in order. */
static void put_in(struct timer *timers, uint32_t hole, struct timer one)
{
    while (hole > 0 && before(&one, &timers[(hole - 1) / 2])) {
        timers[hole] = timers[(hole - 1) / 2];
        hole = (hole - 1) / 2;
    }
    timers[hole] = one;
}

bool heap_push(struct heap *h, struct timer *timers, struct timer one)
{
    if (h->count == h->capacity)
        return false;
    one.seq = h->seq_next++;
    put_in(timers, h->count++, one);
    return true;
}

void heap_keep(struct heap *h, struct timer *timers,
               bool (*wanted)(const void *of, const struct timer *timer), const void *of)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < h->count; i++)
        if (wanted(of, &timers[i]))
            put_in(timers, kept++, timers[i]);
    h->count = kept;
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
