/* outbox.h — what one call to the world gives back.
 *
 * News for the treasury, happenings to be scheduled, and facts about what is
 * true.  The caller empties it; one call appends at most OUTBOX_MAX of each.
 */
#ifndef MOCKS_OUTBOX_H
#define MOCKS_OUTBOX_H

#include "core/base/must.h"
#include "core/gateway/effects.h"
#include "mocks/happening.h"

enum { OUTBOX_MAX = 16 };

struct outbox {
    uint32_t input_count;
    uint32_t happening_count;
    uint32_t fact_count;
    struct input inputs[OUTBOX_MAX];
    struct happening happenings[OUTBOX_MAX];
    struct fact facts[OUTBOX_MAX];
};

static inline void outbox_tell(struct outbox *out, struct input one)
{
    MUST(out->input_count < OUTBOX_MAX);
    out->inputs[out->input_count++] = one;
}

static inline void outbox_schedule(struct outbox *out, struct happening one)
{
    MUST(out->happening_count < OUTBOX_MAX);
    out->happenings[out->happening_count++] = one;
}

static inline void outbox_fact(struct outbox *out, int64_t now_us, struct fact one)
{
    MUST(out->fact_count < OUTBOX_MAX);
    one.at_us = now_us;
    out->facts[out->fact_count++] = one;
}

#endif
