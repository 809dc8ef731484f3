/* watches.c — see watches.h. */

#include "sim/watches.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/must.h"

enum unit watch_unit(enum watch watch)
{
    static const enum unit units[WATCHES] = {
        [WATCH_AVAILABLE] = UNIT_FEN,        [WATCH_MAPPED] = UNIT_FEN,
        [WATCH_PROCESSING] = UNIT_FEN,       [WATCH_TIME_TO_DRY] = UNIT_SECONDS,
        [WATCH_UNALLOCATED] = UNIT_FEN,      [WATCH_BALANCE] = UNIT_FEN,
        [WATCH_QUEUE_DEPTH] = UNIT_COUNT,    [WATCH_QUEUE_AMOUNT] = UNIT_FEN,
        [WATCH_BUSINESS_DEPTH] = UNIT_COUNT, [WATCH_BUSINESS_AMOUNT] = UNIT_FEN,
        [WATCH_QUEUE_OLDEST] = UNIT_SECONDS, [WATCH_DOUBT_COUNT] = UNIT_COUNT,
        [WATCH_DOUBT_OLDEST] = UNIT_SECONDS, [WATCH_IN_TRANSIT] = UNIT_FEN,
        [WATCH_BREAKS_OPEN] = UNIT_COUNT,    [WATCH_SUSPENSE] = UNIT_FEN,
        [WATCH_BREAKER_OPEN] = UNIT_COUNT,
    };
    MUST(watch < WATCHES);
    return units[watch];
}

static void name_it(const struct scenario *s, enum watch watch, uint32_t of, struct watch_name *out)
{
    static const char *const words[WATCHES] = {
        [WATCH_AVAILABLE] = "available",          [WATCH_MAPPED] = "mapped",
        [WATCH_PROCESSING] = "processing",        [WATCH_TIME_TO_DRY] = "time_to_dry_s",
        [WATCH_UNALLOCATED] = "acs.unallocated",  [WATCH_QUEUE_DEPTH] = "queue.depth",
        [WATCH_QUEUE_AMOUNT] = "queue.amount",    [WATCH_BUSINESS_DEPTH] = "depth",
        [WATCH_BUSINESS_AMOUNT] = "amount",       [WATCH_QUEUE_OLDEST] = "queue.oldest_s",
        [WATCH_DOUBT_COUNT] = "in_doubt.count",   [WATCH_DOUBT_OLDEST] = "in_doubt.oldest_s",
        [WATCH_IN_TRANSIT] = "in_transit.amount", [WATCH_BREAKS_OPEN] = "breaks.open",
        [WATCH_SUSPENSE] = "suspense.amount",
    };
    const struct account_settings *a = s->accounts.items;
    const struct business_settings *b = s->businesses.items;
    *out = (struct watch_name){.watch = watch, .of = (uint8_t)of, .unit = watch_unit(watch)};
    switch ((int)watch) {
    case WATCH_AVAILABLE:
    case WATCH_MAPPED:
    case WATCH_PROCESSING:
    case WATCH_TIME_TO_DRY:
        snprintf(out->name, sizeof out->name, "%s.%s", channel_name((enum channel)of),
                 words[watch]);
        return;
    case WATCH_BALANCE:
        if (a[of].kind == ACCOUNT_CENTRAL_BANK)
            snprintf(out->name, sizeof out->name, "acs.balance");
        else
            snprintf(out->name, sizeof out->name, "account.%s", a[of].id);
        return;
    case WATCH_BUSINESS_DEPTH:
    case WATCH_BUSINESS_AMOUNT:
        snprintf(out->name, sizeof out->name, "queue.%s.%s", b[of].id, words[watch]);
        return;
    case WATCH_BREAKER_OPEN:
        snprintf(out->name, sizeof out->name, "breaker.%s.open",
                 ((const struct breaker_settings *)s->breakers.items)[of].id);
        return;
    default:
        snprintf(out->name, sizeof out->name, "%s", words[watch]);
        return;
    }
}

static uint32_t how_many(const struct scenario *s, enum watch watch)
{
    if (watch <= WATCH_TIME_TO_DRY)
        return CHANNELS;
    if (watch == WATCH_BALANCE)
        return (uint32_t)s->accounts.count;
    if (watch == WATCH_BUSINESS_DEPTH || watch == WATCH_BUSINESS_AMOUNT)
        return (uint32_t)s->businesses.count;
    if (watch == WATCH_BREAKER_OPEN)
        return (uint32_t)s->breakers.count;
    return 1;
}

bool watch_nth(const struct scenario *s, uint32_t n, struct watch_name *out)
{
    for (int watch = 0; watch < WATCHES; watch++) {
        uint32_t count = how_many(s, (enum watch)watch);
        if (n < count) {
            name_it(s, (enum watch)watch, n, out);
            return true;
        }
        n -= count;
    }
    return false;
}

const struct alert_settings *alert_setting(const struct scenario *s, uint32_t rule)
{
    MUST(rule < s->alerts.count);
    return (const struct alert_settings *)s->alerts.items + rule;
}
