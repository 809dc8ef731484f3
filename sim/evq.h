/* evq.h — the event queue: virtual time and nothing else.
 *
 * Events come out by (at_us, seq).  seq is the order they were put in, given
 * out by the queue, never reused; so no two events are equal, and the order
 * depends on neither the queue's shape nor on any address.
 *
 * An event is a happening (mocks/happening.h): data, not a callback.  Nothing
 * is ever cancelled; whoever receives one that is out of date says so.
 *
 * It is a radix heap: an event lies in the bucket of the highest digit (of six
 * bits) in which its time differs from the last one popped, and of that
 * digit's value; it moves to a lower bucket when that one is opened.  Cost does
 * not grow with the number pending, and replies due in milliseconds beside
 * statements due in days do not disturb each other.
 */
#ifndef SIM_EVQ_H
#define SIM_EVQ_H

#include <stdbool.h>
#include <stdint.h>

#include "mocks/happening.h"

struct event {
    uint64_t seq;
    struct happening what;
};

struct evq; /* owns memory, hence opaque: evq_create() .. evq_free() */

struct evq *evq_create(int64_t start_us); /* NULL: out of memory */
void evq_free(struct evq *q);

void evq_push(struct evq *q, struct happening what); /* what.at_us >= evq_now_us(q) */
bool evq_pop(struct evq *q, struct event *e);        /* false: empty, *e untouched */
int64_t evq_next_us(const struct evq *q);            /* INT64_MAX: empty */
int64_t evq_now_us(const struct evq *q);             /* time of the last pop */
uint64_t evq_count(const struct evq *q);

#endif
