/* timeline.c — see timeline.h. */

#include "sim/timeline.h"

#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/base/pool.h"

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
            e->to != one.to || e->at != one.at || e->reason != one.reason)
            continue;
        if (one.from_us - e->to_us > t->merge_us)
            break;
        e->to_us = one.to_us;
        e->count++;
        e->amount_fen = money_add(e->amount_fen, one.amount_fen);
        e->length_us += one.length_us;
        if (e->key != one.key)
            e->key = NONE;
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
    static const bool wanted[FACT_KIND_COUNT] = {
        [FACT_DRY_BEGAN] = true,        [FACT_DRY_ENDED] = true,
        [FACT_MOVE_DONE] = true,        [FACT_MOVE_FAILED] = true,
        [FACT_IN_DOUBT] = true,         [FACT_ATTEMPT_FAILED] = true,
        [FACT_FAILED] = true,           [FACT_EXPIRED] = true,
        [FACT_RETURNED] = true,         [FACT_ALERT] = true,
        [FACT_SESSION_SETTLED] = true,  [FACT_CONTRADICTED] = true,
        [FACT_LIST_BROKEN] = true,      [FACT_TRANSFER_DONE] = true,
        [FACT_TRANSFER_FAILED] = true,  [FACT_TRANSFER_RESTING] = true,
        [FACT_TRANSFER_REFUSED] = true, [FACT_ACCOUNT_REGISTERED] = true,
        [FACT_ACCOUNT_CLOSED] = true,   [FACT_ACCOUNT_REFUSED] = true,
        [FACT_ALERT_RAISED] = true,     [FACT_ALERT_CLEARED] = true,
        [FACT_BREAKER_OPENED] = true,   [FACT_BREAKER_CLOSED] = true,
    };
    return wanted[kind];
}

/* Of transfers and accounts. */
static bool treasury_entry(struct timeline_entry *one, const struct fact *f)
{
    switch ((int)f->kind) {
    case FACT_TRANSFER_DONE:
        one->kind = TIMELINE_TRANSFERRED;
        break;
    case FACT_TRANSFER_FAILED:
        one->kind = TIMELINE_TRANSFER_FAILED;
        one->reason = f->reason;
        break;
    case FACT_TRANSFER_RESTING:
        one->kind = TIMELINE_TRANSFER_RESTS;
        one->reason = f->reason;
        one->at = f->state;
        break;
    case FACT_TRANSFER_REFUSED:
        one->kind = TIMELINE_TRANSFER_REFUSED;
        one->reason = f->reason;
        break;
    case FACT_ACCOUNT_REGISTERED:
    case FACT_ACCOUNT_CLOSED:
    case FACT_ACCOUNT_REFUSED:
        one->kind = f->kind == FACT_ACCOUNT_REGISTERED ? TIMELINE_ACCOUNT_REGISTERED
                    : f->kind == FACT_ACCOUNT_CLOSED   ? TIMELINE_ACCOUNT_CLOSED
                                                       : TIMELINE_ACCOUNT_REFUSED;
        one->reason = f->reason;
        one->at = (uint8_t)f->subject;
        return true;
    default:
        return false;
    }
    one->from = f->class;
    one->to = f->routes;
    return true;
}

static void breaker_entry(struct timeline_entry *one, const struct fact *f)
{
    one->kind = f->kind == FACT_BREAKER_OPENED ? TIMELINE_BREAKER_OPENED : TIMELINE_BREAKER_CLOSED;
    one->channel = CHANNEL_NONE;
    one->at = (uint8_t)(f->class - 1);
    one->reason = f->reason;
    one->key = (uint32_t)f->id;
}

/* The attempt failed by no answer to it. */
static bool was_in_doubt(const struct fact *f)
{
    return f->reason == REASON_ABSENT_FROM_LIST || f->reason == REASON_DECIDED;
}

/* Of an alert rule or a breaker. */
static void watch_entry(struct timeline_entry *one, const struct fact *f)
{
    if (f->kind == FACT_ALERT_RAISED || f->kind == FACT_ALERT_CLEARED) {
        one->kind = f->kind == FACT_ALERT_RAISED ? TIMELINE_ALERT_RAISED : TIMELINE_ALERT_CLEARED;
        one->at = (uint8_t)f->subject;
        one->amount_fen = 0; /* of any unit: no sum */
        return;
    }
    breaker_entry(one, f);
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
        one.kind = was_in_doubt(f) ? TIMELINE_RESOLVED : TIMELINE_REFUSED_AT_GATEWAY;
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
        one.at =
            f->channel == CHANNEL_NONE && f->class > 0 ? (uint8_t)(f->class - 1) : ACCOUNT_NONE;
        break;
    case FACT_ALERT_RAISED:
    case FACT_ALERT_CLEARED:
    case FACT_BREAKER_OPENED:
    case FACT_BREAKER_CLOSED:
        watch_entry(&one, f);
        break;
    case FACT_CONTRADICTED:
        one.kind = TIMELINE_CONTRADICTED;
        one.reason = f->reason;
        break;
    case FACT_LIST_BROKEN:
        one.kind = TIMELINE_LIST_BROKEN;
        break;
    default:
        if (!treasury_entry(&one, f))
            return;
        break;
    }
    add(t, one);
}
