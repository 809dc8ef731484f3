/* evq.c — see evq.h.
 *
 * Within a bucket events stay in the order in which they were put in: a later
 * event of the same time can never be in a lower bucket than an earlier one,
 * because the two differ from the last popped time in the same digits.
 * Opening a bucket deals it out from front to back, so the order survives.
 * Hence `present`, the events of this very moment, is a plain queue. */

#include "sim/evq.h"

#include <stdlib.h>

#include "core/base/must.h"

enum { DIGIT_BITS = 6, DIGITS = 11, VALUES = 1 << DIGIT_BITS, BLOCK_EVENTS = 15 };

struct block {
    struct block *next;
    uint32_t first;
    uint32_t count; /* events are at first .. first + count - 1 */
    struct event events[BLOCK_EVENTS];
};

struct bucket {
    struct block *head;
    struct block *tail;
    int64_t min_us;
};

struct evq {
    int64_t now_us;
    uint64_t seq_next;
    uint64_t count;
    uint32_t busy_digits;         /* bit d: digit d has busy values */
    uint64_t busy_values[DIGITS]; /* bit v: the bucket of digit d, value v has events */
    struct block *spare;
    struct bucket present;
    struct bucket buckets[DIGITS][VALUES];
};

struct evq *evq_create(int64_t start_us)
{
    struct evq *q = calloc(1, sizeof *q);
    if (q != NULL)
        q->now_us = start_us;
    return q;
}

static void free_blocks(struct block *b)
{
    while (b != NULL) {
        struct block *next = b->next;
        free(b);
        b = next;
    }
}

void evq_free(struct evq *q)
{
    if (q == NULL)
        return;
    for (int d = 0; d < DIGITS; d++)
        for (int v = 0; v < VALUES; v++)
            free_blocks(q->buckets[d][v].head);
    free_blocks(q->present.head);
    free_blocks(q->spare);
    free(q);
}

int64_t evq_now_us(const struct evq *q)
{
    return q->now_us;
}

uint64_t evq_count(const struct evq *q)
{
    return q->count;
}

static struct block *block_take(struct evq *q)
{
    struct block *b = q->spare;
    if (b != NULL)
        q->spare = b->next;
    else
        b = malloc(sizeof *b);
    MUST(b != NULL);
    b->next = NULL;
    b->first = b->count = 0;
    return b;
}

static void block_give(struct evq *q, struct block *b)
{
    b->next = q->spare;
    q->spare = b;
}

static void append(struct evq *q, struct bucket *b, const struct event *e)
{
    struct block *last = b->tail;
    if (last == NULL || last->first + last->count == BLOCK_EVENTS) {
        struct block *fresh = block_take(q);
        if (last == NULL) {
            b->head = fresh;
            b->min_us = INT64_MAX;
        } else {
            last->next = fresh;
        }
        b->tail = last = fresh;
    }
    if (e->what.at_us < b->min_us)
        b->min_us = e->what.at_us;
    last->events[last->first + last->count++] = *e;
}

static void put(struct evq *q, const struct event *e)
{
    uint64_t differs = (uint64_t)e->what.at_us ^ (uint64_t)q->now_us;
    if (differs == 0) {
        append(q, &q->present, e);
        return;
    }
    uint32_t digit = (63 - (uint32_t)__builtin_clzll(differs)) / DIGIT_BITS;
    uint32_t value = (uint32_t)((uint64_t)e->what.at_us >> digit * DIGIT_BITS) & (VALUES - 1);
    append(q, &q->buckets[digit][value], e);
    q->busy_digits |= 1u << digit;
    q->busy_values[digit] |= UINT64_C(1) << value;
}

void evq_push(struct evq *q, struct happening what)
{
    MUST(what.at_us >= q->now_us);
    struct event e = {.seq = q->seq_next++, .what = what};
    put(q, &e);
    q->count++;
}

/* The lowest busy digit's lowest busy value: nothing pending is earlier. */
static void lowest(const struct evq *q, uint32_t *digit, uint32_t *value)
{
    *digit = (uint32_t)__builtin_ctz(q->busy_digits);
    *value = (uint32_t)__builtin_ctzll(q->busy_values[*digit]);
}

int64_t evq_next_us(const struct evq *q)
{
    uint32_t digit;
    uint32_t value;
    if (q->count == 0)
        return INT64_MAX;
    if (q->present.head != NULL)
        return q->now_us;
    lowest(q, &digit, &value);
    return q->buckets[digit][value].min_us;
}

/* Time goes on to the earliest event of the lowest bucket; the bucket's events
 * are dealt out to lower ones.  True: it was alone, and is in *e. */
static bool open_bucket(struct evq *q, struct event *e)
{
    uint32_t digit;
    uint32_t value;
    lowest(q, &digit, &value);
    struct bucket b = q->buckets[digit][value];
    q->buckets[digit][value] = (struct bucket){0};
    q->busy_values[digit] &= ~(UINT64_C(1) << value);
    if (q->busy_values[digit] == 0)
        q->busy_digits &= ~(1u << digit);
    q->now_us = b.min_us;
    if (b.head->count == 1 && b.head->next == NULL) {
        *e = b.head->events[b.head->first];
        block_give(q, b.head);
        return true;
    }
    for (struct block *block = b.head; block != NULL;) {
        for (uint32_t k = 0; k < block->count; k++)
            put(q, &block->events[block->first + k]);
        struct block *next = block->next;
        block_give(q, block);
        block = next;
    }
    MUST(q->present.head != NULL);
    return false;
}

bool evq_pop(struct evq *q, struct event *e)
{
    if (q->count == 0)
        return false;
    q->count--;
    if (q->present.head == NULL && open_bucket(q, e)) {
        MUST(e->what.at_us == q->now_us);
        return true;
    }
    struct bucket *b = &q->present;
    struct block *block = b->head;
    *e = block->events[block->first];
    MUST(e->what.at_us == q->now_us);
    block->first++;
    if (--block->count == 0) {
        b->head = block->next;
        if (b->head == NULL)
            b->tail = NULL;
        block_give(q, block);
    }
    return true;
}
