/* doubts.c — payouts in doubt: how many, and since when the oldest is.
 *
 * They come into doubt in order of time, so the oldest stands first.  Whoever
 * has left stays in the ring until it comes to the front or the ring is full;
 * it has room for twice the open payouts, so a sweep frees at least half of it. */

#include "core/base/must.h"
#include "core/desk.h"

static bool still_in_doubt(const struct desk *d, const struct doubt *one)
{
    const struct payout *p = &d->payouts[one->slot];
    return p->state == PAYOUT_IN_DOUBT && p->round == one->round;
}

static struct doubt *at(const struct desk *d, uint32_t i)
{
    const struct core *core = d->core;
    return &d->doubts[(core->doubt_first + i) % core->config.limits.doubts];
}

static void sweep(struct desk *d)
{
    struct core *core = d->core;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < core->doubt_kept; i++)
        if (still_in_doubt(d, at(d, i)))
            *at(d, kept++) = *at(d, i);
    core->doubt_kept = kept;
}

void doubts_begin(struct desk *d, uint32_t slot)
{
    struct core *core = d->core;
    core->doubt_count++;
    if (core->config.limits.doubts == 0)
        return;
    if (core->doubt_kept == core->config.limits.doubts)
        sweep(d);
    MUST(core->doubt_kept < core->config.limits.doubts);
    *at(d, core->doubt_kept++) =
        (struct doubt){.since_us = d->now_us, .slot = slot, .round = d->payouts[slot].round};
}

void doubts_end(struct desk *d)
{
    MUST(d->core->doubt_count > 0);
    d->core->doubt_count--;
}

int64_t doubts_oldest_us(struct desk *d)
{
    struct core *core = d->core;
    MUST(core->config.limits.doubts > 0);
    while (core->doubt_kept > 0 && !still_in_doubt(d, at(d, 0))) {
        core->doubt_first = (core->doubt_first + 1) % core->config.limits.doubts;
        core->doubt_kept--;
    }
    return core->doubt_kept == 0 ? NEVER_US : at(d, 0)->since_us;
}
