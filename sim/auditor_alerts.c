/* auditor_alerts.c — alert rules held to what the auditor folded itself.
 *
 * A reason is one only if it is true: what was raised lay beyond its level, with
 * the value that was told, and had for as long as the rule wants.  What the
 * auditor has no model of (ages, forecasts, what lies uncollected) is held to
 * its level alone. */

#include "sim/auditor_inside.h"

#include <inttypes.h>

#include "core/base/civil.h"

static bool value_of(const struct auditor *a, const struct alert_rule *r, int64_t *value)
{
    switch ((int)r->watch) {
    case WATCH_AVAILABLE:
        *value = a->believed_available_fen[r->of];
        return true;
    case WATCH_MAPPED:
        *value = a->believed[r->of].mapped_fen;
        return true;
    case WATCH_PROCESSING:
        *value = a->believed[r->of].spoken_for_fen;
        return true;
    case WATCH_UNALLOCATED:
        *value = a->believed_unallocated_fen;
        return true;
    case WATCH_QUEUE_DEPTH:
        *value = auditor_queue_count(a->queue);
        return true;
    case WATCH_DOUBT_COUNT:
        *value = a->doubt_count;
        return true;
    case WATCH_BREAKS_OPEN:
        *value = a->breaks_open;
        return true;
    case WATCH_SUSPENSE:
        *value = 0;
        for (uint32_t book = 0; book < BOOK_REGISTERED; book++)
            if (book_is_suspense(book))
                *value += a->posted_fen[book] < 0 ? -a->posted_fen[book] : a->posted_fen[book];
        return true;
    default:
        return false;
    }
}

static bool beyond(const struct alert_rule *r, int64_t value)
{
    return r->above ? value > r->level : value < r->level;
}

void auditor_follow_alerts(struct auditor *a, const struct fact *f)
{
    if (f->kind != FACT_ALERT_RAISED && f->kind != FACT_ALERT_CLEARED)
        return;
    bool raised = f->kind == FACT_ALERT_RAISED;
    bool known = f->subject < a->config->alert_count;
    CHECK(a, INVARIANT_REASONS, known, "alert rule %u does not exist", f->subject);
    if (!known)
        return;
    const struct alert_rule *r = &a->config->alert_rules[f->subject];
    struct audited_alert *was = &a->alerts[f->subject];
    int64_t value;
    CHECK(a, INVARIANT_REASONS, was->raised != raised, "alert rule %u was told twice", f->subject);
    was->raised = raised;
    CHECK(a, INVARIANT_REASONS, beyond(r, f->amount_fen) == raised && f->other == r->level,
          "alert rule %u was told with %" PRId64 " at level %" PRId64, f->subject, f->amount_fen,
          f->other);
    if (!value_of(a, r, &value))
        return;
    CHECK(a, INVARIANT_REASONS, f->amount_fen == value,
          "alert rule %u was told with %" PRId64 ", its facts give %" PRId64, f->subject,
          f->amount_fen, value);
    CHECK(a, INVARIANT_REASONS,
          r->for_us == 0 || (was->beyond == raised && f->at_us - was->since_us >= r->for_us),
          "alert rule %u was told before its condition had lasted", f->subject);
}

/* How each condition stands until the next event. */
void auditor_watch_alerts(struct auditor *a)
{
    for (uint32_t i = 0; i < a->config->alert_count; i++) {
        const struct alert_rule *r = &a->config->alert_rules[i];
        struct audited_alert *x = &a->alerts[i];
        int64_t value;
        if (!value_of(a, r, &value) || beyond(r, value) == x->beyond)
            continue;
        x->beyond = beyond(r, value);
        x->since_us = a->events <= 1 ? a->config->start_us : a->now_us; /* so it opened */
    }
}
