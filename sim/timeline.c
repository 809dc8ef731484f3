/* timeline.c — see timeline.h. */

#include "sim/timeline.h"

#include "core/base/civil.h"
#include "core/base/money.h"

void timeline_init(struct timeline *t, int64_t span_us)
{
    *t = (struct timeline){.merge_us = span_us / 24};
    if (t->merge_us < 10 * US_PER_MINUTE)
        t->merge_us = 10 * US_PER_MINUTE;
    for (int c = 0; c < CHANNELS; c++)
        t->dry_since_us[c] = NEVER_US;
}

static void add(struct timeline *t, struct timeline_entry one)
{
    one.count = 1;
    for (uint32_t i = t->count; i-- > 0;) {
        struct timeline_entry *e = &t->entries[i];
        if (e->kind != one.kind || e->channel != one.channel || e->from != one.from ||
            e->reason != one.reason)
            continue;
        if (one.from_us - e->to_us > t->merge_us)
            break;
        e->to_us = one.to_us;
        e->count++;
        e->amount_fen = money_add(e->amount_fen, one.amount_fen);
        e->length_us += one.length_us;
        return;
    }
    if (t->count == TIMELINE_MAX)
        t->left_out++;
    else
        t->entries[t->count++] = one;
}

static void note_dry(struct timeline *t, const struct fact *f)
{
    int64_t *since_us = &t->dry_since_us[f->channel];
    if (f->kind == FACT_DRY_BEGAN) {
        *since_us = f->at_us;
        return;
    }
    if (*since_us == NEVER_US)
        return;
    if (f->at_us - *since_us > 0)
        add(t, (struct timeline_entry){.kind = TIMELINE_DRY,
                                       .channel = f->channel,
                                       .from_us = *since_us,
                                       .to_us = f->at_us,
                                       .length_us = f->at_us - *since_us});
    *since_us = NEVER_US;
}

bool timeline_wants(enum fact_kind kind)
{
#define BIT(name) (UINT64_C(1) << FACT_##name)
    static const uint64_t wanted =
        BIT(DRY_BEGAN) | BIT(DRY_ENDED) | BIT(MOVE_DONE) | BIT(MOVE_FAILED) | BIT(IN_DOUBT) |
        BIT(ATTEMPT_FAILED) | BIT(FAILED) | BIT(EXPIRED) | BIT(RETURNED) | BIT(SESSION_SETTLED) |
        BIT(ALERT) | BIT(CONTRADICTED) | BIT(LIST_BROKEN);
#undef BIT
    _Static_assert(FACT_KIND_COUNT <= 64, "one bit a kind");
    return wanted >> kind & 1;
}

void timeline_fact(struct timeline *t, const struct fact *f)
{
    struct timeline_entry one = {
        .from_us = f->at_us, .to_us = f->at_us, .channel = f->channel, .amount_fen = f->amount_fen};
    switch ((int)f->kind) {
    case FACT_DRY_BEGAN:
    case FACT_DRY_ENDED:
        note_dry(t, f);
        return;
    case FACT_MOVE_DONE:
        one.kind = TIMELINE_MOVED;
        one.from = f->state;
        break;
    case FACT_MOVE_FAILED:
        one.kind = TIMELINE_MOVE_FAILED;
        one.from = f->state;
        break;
    case FACT_IN_DOUBT:
        one.kind = TIMELINE_DOUBT;
        break;
    case FACT_ATTEMPT_FAILED:
        one.kind =
            f->reason == REASON_ABSENT_FROM_LIST ? TIMELINE_RESOLVED : TIMELINE_REFUSED_AT_GATEWAY;
        break;
    case FACT_FAILED:
        one.kind = TIMELINE_FAILED;
        one.reason = f->reason;
        break;
    case FACT_EXPIRED:
        one.kind = TIMELINE_EXPIRED;
        break;
    case FACT_RETURNED:
        one.kind = TIMELINE_RETURNED;
        break;
    case FACT_SESSION_SETTLED:
        one.kind = TIMELINE_SETTLED;
        break;
    case FACT_ALERT:
        one.kind = TIMELINE_ALERT;
        one.reason = f->reason;
        break;
    case FACT_CONTRADICTED:
        one.kind = TIMELINE_CONTRADICTED;
        one.reason = f->reason;
        break;
    case FACT_LIST_BROKEN:
        one.kind = TIMELINE_LIST_BROKEN;
        break;
    default:
        return;
    }
    add(t, one);
}
