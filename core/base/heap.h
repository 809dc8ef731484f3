/* heap.h — timers: the earliest first, equal times in the order they were set.
 *
 * A timer is data, {at_us, kind, subject, round}; nothing is cancelled.  Who
 * receives a timer that is out of date, because its subject has gone on to
 * another round, ignores it.  The array belongs to the caller.
 */
#ifndef CORE_BASE_HEAP_H
#define CORE_BASE_HEAP_H

#include <stdbool.h>
#include <stdint.h>

struct timer {
    int64_t at_us;
    uint64_t seq; /* set by heap_push() */
    uint32_t kind;
    uint32_t subject;
    uint64_t round;
};

struct heap {
    uint64_t seq_next;
    uint32_t capacity;
    uint32_t count;
};

void heap_init(struct heap *h, uint32_t capacity);
bool heap_push(struct heap *h, struct timer *timers, struct timer one); /* false: full */
struct timer heap_pop(struct heap *h, struct timer *timers);            /* count > 0 */

/* Drops the timers that are not wanted; the others keep their order. */
void heap_keep(struct heap *h, struct timer *timers,
               bool (*wanted)(const void *of, const struct timer *timer), const void *of);

/* The earliest is always timers[0]. */
static inline int64_t heap_next_us(const struct heap *h, const struct timer *timers)
{
    return h->count == 0 ? INT64_MAX : timers[0].at_us;
}

#endif
