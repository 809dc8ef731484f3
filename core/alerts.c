/* alerts.c — see alerts.h.  The rules, and what each of them watches in the treasury. */

#include "core/alerts.h"

#include "core/base/must.h"
#include "core/desk.h"

/* --- one rule -------------------------------------------------------------- */

void alert_open(struct alert_state *s)
{
    *s = (struct alert_state){.since_us = NEVER_US};
}

bool alert_holds(const struct alert_rule *r, const struct watched *w)
{
    return w->exists && (r->above ? w->value > r->level : w->value < r->level);
}

int64_t alert_turns_in_us(const struct alert_rule *r, const struct watched *w)
{
    MUST(w->slope >= -1 && w->slope <= 1);
    if (!w->exists || w->slope == 0)
        return NEVER_US;
    int64_t ahead = w->slope > 0 ? r->level - w->value : w->value - r->level;
    bool enters = (w->slope > 0) == (r->above != 0); /* beyond the level; else it leaves at it */
    if (enters)
        return ahead >= 0 ? ahead + 1 : NEVER_US;
    return ahead > 0 ? ahead : NEVER_US;
}

enum alert_change alert_step(const struct alert_rule *r, struct alert_state *s, bool holds,
                             int64_t now_us, int64_t *due_us)
{
    *due_us = NEVER_US;
    if (holds == (s->raised != 0)) {
        s->since_us = NEVER_US;
        return ALERT_STAYS;
    }
    if (s->since_us == NEVER_US)
        s->since_us = now_us;
    MUST(s->since_us <= now_us);
    if (now_us - s->since_us < r->for_us) {
        *due_us = s->since_us + r->for_us;
        return ALERT_STAYS;
    }
    s->raised = holds;
    s->since_us = NEVER_US;
    return holds ? ALERT_IS_RAISED : ALERT_IS_CLEARED;
}

/* --- what is watched ------------------------------------------------------- */

static struct watched amount(int64_t value)
{
    return (struct watched){.exists = true, .value = value};
}

/* Sums are wide; beyond what is an amount of money they are all the same. */
static struct watched sum(wide value)
{
    return amount(value > MONEY_MAX_FEN ? MONEY_MAX_FEN : (int64_t)value);
}

static struct watched age(const struct desk *d, int64_t since_us)
{
    if (since_us == NEVER_US)
        return amount(0);
    MUST(since_us <= d->now_us);
    return (struct watched){.exists = true, .slope = 1, .value = d->now_us - since_us};
}

static struct watched time_to_dry(const struct desk *d, enum channel channel)
{
    int64_t dry_us = outlook_dry_us(d, channel);
    if (dry_us == NEVER_US || dry_us - d->now_us >= US_PER_DAY)
        return amount(US_PER_DAY);
    if (dry_us <= d->now_us)
        return amount(0);
    return (struct watched){.exists = true, .slope = -1, .value = dry_us - d->now_us};
}

static struct watched queue_depth(const struct core *core)
{
    int64_t depth = 0;
    for (uint32_t b = 0; b < core->config.business_count; b++)
        depth += core->waiting[b].depth;
    return amount(depth);
}

static struct watched queue_amount(const struct core *core)
{
    wide fen = 0;
    for (uint32_t b = 0; b < core->config.business_count; b++)
        fen += core->waiting[b].amount_fen;
    return sum(fen);
}

static struct watched suspense(const struct core *core)
{
    wide fen = 0;
    for (uint32_t book = 0; book < BOOK_REGISTERED; book++) {
        int64_t balance_fen = ledger_balance_fen(&core->books[book]);
        if (book_is_suspense(book))
            fen += balance_fen < 0 ? -balance_fen : balance_fen;
    }
    return sum(fen);
}

static struct watched of_channel(const struct desk *d, const struct alert_rule *r)
{
    const struct position *p = &d->core->channels[r->of].position;
    switch ((int)r->watch) {
    case WATCH_AVAILABLE:
        return amount(position_available_fen(p));
    case WATCH_MAPPED:
        return amount(p->mapped_fen);
    case WATCH_PROCESSING:
        return amount(p->held_fen);
    case WATCH_TIME_TO_DRY:
        return time_to_dry(d, (enum channel)r->of);
    default:
        NEVER("not of a channel");
    }
}

static struct watched watched_by(struct desk *d, const struct alert_rule *r)
{
    const struct core *core = d->core;
    switch ((enum watch)r->watch) {
    case WATCH_AVAILABLE:
    case WATCH_MAPPED:
    case WATCH_PROCESSING:
    case WATCH_TIME_TO_DRY:
        return of_channel(d, r);
    case WATCH_UNALLOCATED:
        return amount(core->unallocated_fen);
    case WATCH_BALANCE:
        if (!funds_account_open(d, r->of))
            return (struct watched){.exists = false};
        return amount(funds_believed_fen(d, r->of));
    case WATCH_QUEUE_DEPTH:
        return queue_depth(core);
    case WATCH_QUEUE_AMOUNT:
        return queue_amount(core);
    case WATCH_BUSINESS_DEPTH:
        return amount(core->waiting[r->of].depth);
    case WATCH_BUSINESS_AMOUNT:
        return sum(core->waiting[r->of].amount_fen);
    case WATCH_QUEUE_OLDEST:
        return age(d, intake_oldest_us(d));
    case WATCH_DOUBT_COUNT:
        return amount(core->doubt_count);
    case WATCH_DOUBT_OLDEST:
        return age(d, doubts_oldest_us(d));
    case WATCH_IN_TRANSIT:
        return sum(transfers_in_transit_fen(d));
    case WATCH_BREAKS_OPEN:
        return amount(core->breaks.open);
    case WATCH_SUSPENSE:
        return suspense(core);
    case WATCH_BREAKER_OPEN:
        return amount(core->keys_open[r->of]);
    case WATCHES:
        break;
    }
    NEVER("an unlisted watch");
}

/* --- all rules ------------------------------------------------------------- */

static void tell(struct desk *d, uint32_t rule, const struct watched *w, bool raised)
{
    const struct alert_rule *r = &d->core->config.alert_rules[rule];
    bool of_channel = r->watch <= WATCH_TIME_TO_DRY;
    enum reason beyond = r->above ? REASON_ABOVE_LEVEL : REASON_BELOW_LEVEL;
    desk_fact(d, (struct fact){.kind = raised ? FACT_ALERT_RAISED : FACT_ALERT_CLEARED,
                               .channel = of_channel ? r->of : CHANNEL_NONE,
                               .reason = (uint8_t)(raised ? beyond : REASON_LEVEL_REGAINED),
                               .subject = rule,
                               .amount_fen = w->value,
                               .other = r->level});
}

void alerts_run(struct desk *d)
{
    struct core *core = d->core;
    for (uint32_t i = 0; i < core->config.alert_count; i++) {
        const struct alert_rule *r = &core->config.alert_rules[i];
        if (desk_full(d)) { /* the rest in a moment, at the same time */
            core->deadline_us = d->now_us;
            return;
        }
        struct watched w = watched_by(d, r);
        int64_t due_us;
        enum alert_change change =
            alert_step(r, &core->alerts[i], alert_holds(r, &w), d->now_us, &due_us);
        if (change != ALERT_STAYS)
            tell(d, i, &w, change == ALERT_IS_RAISED);
        int64_t turns_us = alert_turns_in_us(r, &w);
        if (turns_us != NEVER_US && d->now_us + turns_us < due_us)
            due_us = d->now_us + turns_us;
        desk_wake_at(d, due_us);
    }
}
