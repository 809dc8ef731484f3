/* rules.c — transfer rules: when each is due, and what it asks for. */

#include "core/base/must.h"
#include "core/desk.h"

/* Between two looks of a rule that asked, or found too little. */
#define RULE_REST_US US_PER_MINUTE

static const struct transfer_rule *rule_of(const struct desk *d, uint32_t rule)
{
    return &d->core->config.rules[rule];
}

static void arm(struct desk *d, uint32_t rule)
{
    const struct core_config *config = &d->core->config;
    int64_t at_us =
        schedule_next_us(&config->rules[rule].when, d->moments, config->calendar, d->now_us);
    if (at_us != NEVER_US)
        desk_timer(d, at_us, TIMER_RULE, rule, 0);
}

void rules_open(struct desk *d)
{
    for (uint32_t i = 0; i < d->core->config.rule_count; i++) {
        d->core->rules[i].due_us = NEVER_US;
        d->core->rules[i].quiet_until_us = d->now_us;
        d->core->rules[i].short_told_day = INT32_MIN;
        if (rule_of(d, i)->trigger == TRIGGER_SCHEDULE)
            arm(d, i);
    }
}

void rules_timer(struct desk *d, struct timer t)
{
    d->core->rules[t.subject].due_us = d->now_us;
    d->core->rules[t.subject].quiet_until_us = d->now_us;
    arm(d, t.subject);
}

bool rules_live(const struct desk *d, uint8_t account)
{
    const struct core_config *config = &d->core->config;
    for (uint32_t i = 0; i < config->rule_count; i++) {
        const struct transfer_rule *r = &config->rules[i];
        if (r->from != account && r->to != account)
            continue;
        if (r->trigger != TRIGGER_SCHEDULE || d->core->rules[i].due_us != NEVER_US ||
            schedule_next_us(&r->when, d->moments, config->calendar, d->now_us) != NEVER_US)
            return true;
    }
    return false;
}

static int64_t level_fen(const struct desk *d, uint8_t account, bool count_in_transit)
{
    int64_t free_fen = funds_free_fen(d, account);
    return count_in_transit ? money_add(free_fen, d->core->purses[account].coming_fen) : free_fen;
}

static uint8_t custody_of(const struct desk *d)
{
    uint32_t custody =
        account_find(&d->core->accounts, d->core->account_items, ACCOUNT_CENTRAL_BANK, 0);
    MUST(custody != NONE);
    return (uint8_t)custody;
}

/* What queued payouts need, fees in the net included, as policies see it too. */
static int64_t waiting_fen(const struct desk *d)
{
    int64_t fen = 0;
    for (uint32_t c = 0; c < CHANNELS; c++)
        fen = money_add(fen, d->core->channels[c].waiting_fen);
    return fen;
}

/* What queued payouts need beyond what is payable or on its way there.  No
 * policy hands out what is kept unallocated, so none of them can count on it. */
static int64_t shortage_fen(const struct desk *d, bool count_in_transit)
{
    int64_t unallocated_fen = d->core->unallocated_fen - d->core->earmarked_fen;
    int64_t keep_fen = d->core->config.allocation.unallocated_keep_fen;
    int64_t payable_fen = level_fen(d, custody_of(d), count_in_transit) -
                          (unallocated_fen < keep_fen ? unallocated_fen : keep_fen);
    int64_t short_fen = money_sub(waiting_fen(d), payable_fen);
    return short_fen > 0 ? short_fen : 0;
}

static bool wants(const struct desk *d, uint32_t rule)
{
    const struct transfer_rule *r = rule_of(d, rule);
    if (!funds_account_open(d, r->from) || !funds_account_open(d, r->to))
        return false;
    switch ((enum rule_trigger)r->trigger) {
    case TRIGGER_SCHEDULE:
        return d->core->rules[rule].due_us != NEVER_US;
    case TRIGGER_BELOW:
    case TRIGGER_ABOVE:
        return rule_triggered(
            r, level_fen(d, r->watches_to ? r->to : r->from, r->count_in_transit && r->watches_to));
    case TRIGGER_DEMAND:
        return shortage_fen(d, r->count_in_transit) > 0;
    }
    NEVER("an unlisted trigger");
}

static enum reason asked_by(const struct transfer_rule *r)
{
    switch ((enum rule_trigger)r->trigger) {
    case TRIGGER_SCHEDULE:
        return REASON_RULE_DUE;
    case TRIGGER_BELOW:
        return REASON_BALANCE_BELOW;
    case TRIGGER_ABOVE:
        return REASON_BALANCE_ABOVE;
    case TRIGGER_DEMAND:
        return REASON_BACKLOG;
    }
    NEVER("an unlisted trigger");
}

/* The rule with the keep that counts: its own or the account's, whichever is more. */
static struct transfer_rule kept(const struct desk *d, uint32_t rule)
{
    struct transfer_rule r = *rule_of(d, rule);
    int64_t keep_fen = d->core->account_items[r.from].keep_fen;
    if (keep_fen > r.keep_fen)
        r.keep_fen = keep_fen;
    return r;
}

static struct rule_view view_of(const struct desk *d, const struct transfer_rule *r)
{
    return (struct rule_view){.from_free_fen = funds_free_fen(d, r->from),
                              .to_level_fen = level_fen(d, r->to, r->count_in_transit),
                              .shortage_fen = shortage_fen(d, r->count_in_transit)};
}

/* Once a day is enough to say it. */
static void tell_short(struct desk *d, uint32_t rule, enum reason reason)
{
    struct rule_state *s = &d->core->rules[rule];
    if (s->short_told_day == civil_day(d->now_us))
        return;
    s->short_told_day = civil_day(d->now_us);
    struct transfer_rule r = kept(d, rule);
    struct rule_view view = view_of(d, &r);
    transfers_refuse(d, (uint8_t)(rule + 1), r.from, r.to, rule_whole_fen(&r, &view), reason);
    funds_alert(d, r.from, reason, view.from_free_fen);
}

/* Whether it moved anything. */
static bool ask(struct desk *d, uint32_t rule)
{
    struct rule_state *s = &d->core->rules[rule];
    struct transfer_rule r = kept(d, rule);
    struct rule_view view = view_of(d, &r);
    int64_t amount_fen = 0;
    s->quiet_until_us = d->now_us + RULE_REST_US;
    switch (rule_amount_fen(&r, &view, &amount_fen)) {
    case RULE_MOVES: {
        enum reason reason =
            transfers_start(d, (uint8_t)(rule + 1), r.from, r.to, amount_fen, asked_by(&r));
        if (reason != REASON_NONE)
            transfers_refuse(d, (uint8_t)(rule + 1), r.from, r.to, amount_fen, reason);
        s->due_us = NEVER_US;
        if (wants(d, rule))
            desk_wake_at(d, s->quiet_until_us);
        return reason == REASON_NONE;
    }
    case RULE_NOTHING:
    case RULE_BELOW_MIN:
        s->due_us = NEVER_US;
        return false;
    case RULE_SHORT: /* it stays due for the day: the money may yet come */
        tell_short(d, rule, REASON_BALANCE_SHORT);
        return false;
    }
    NEVER("an unlisted verdict");
}

static bool look(struct desk *d, uint32_t rule)
{
    struct rule_state *s = &d->core->rules[rule];
    const struct transfer_rule *r = rule_of(d, rule);
    if (s->due_us != NEVER_US && civil_day(s->due_us) != civil_day(d->now_us))
        s->due_us = NEVER_US; /* that day is over */
    if (!wants(d, rule))
        return false;
    if (d->now_us < s->quiet_until_us) {
        desk_wake_at(d, s->quiet_until_us);
        return false;
    }
    if (r->not_after_us != 0 && civil_clock_us(d->now_us) > r->not_after_us) {
        if (s->due_us != NEVER_US)
            tell_short(d, rule, REASON_TOO_LATE_TODAY);
        s->due_us = NEVER_US;
        s->quiet_until_us = civil_moment_us(civil_day(d->now_us) + 1, 0);
        return false;
    }
    bool resumed = transfers_resume(d, (uint8_t)(rule + 1));
    if (resumed) {
        s->quiet_until_us = d->now_us + RULE_REST_US; /* what fails at once is not tried at once */
        if (!wants(d, rule))
            return true;
    }
    return ask(d, rule) || resumed;
}

int64_t rules_could_bring_fen(const struct desk *d)
{
    uint8_t custody = custody_of(d);
    int64_t fen = d->core->purses[custody].coming_fen;
    uint64_t counted = 0; /* paying accounts: each gives once, whatever its rules, but in parts */
    for (uint32_t i = 0; i < d->core->config.rule_count && !d->core->rules_suspended; i++) {
        struct transfer_rule r = *rule_of(d, i);
        bool for_shortage = r.trigger == TRIGGER_DEMAND || r.amount_kind == AMOUNT_SHORTAGE;
        if (!for_shortage || r.to != custody || (counted >> r.from & 1) ||
            !funds_account_open(d, r.from))
            continue;
        r = kept(d, i);
        int64_t give_fen = money_sub(funds_free_fen(d, r.from), r.keep_fen);
        if (give_fen <= 0 || give_fen < r.min_fen)
            continue;
        counted |= UINT64_C(1) << r.from;
        fen = money_add(fen, give_fen);
    }
    return fen > 0 ? fen : 0;
}

void rules_suspend(struct desk *d, bool stop)
{
    struct core *core = d->core;
    if (core->rules_suspended == stop)
        return;
    core->rules_suspended = stop;
    if (core->config.rule_count != 0)
        desk_fact(d, (struct fact){
                         .kind = stop ? FACT_RULES_SUSPENDED : FACT_RULES_RESUMED,
                         .channel = CHANNEL_NONE,
                     });
}

/* In order of priority, then of the list. */
bool rules_follow(struct desk *d)
{
    uint32_t count = d->core->config.rule_count;
    uint32_t priority = 0;
    bool moved = false;
    if (d->core->rules_suspended)
        return false;
    for (uint32_t seen = 0; seen < count; priority++) {
        MUST(priority <= UINT8_MAX);
        for (uint32_t i = 0; i < count; i++) {
            if (rule_of(d, i)->priority != priority)
                continue;
            seen++;
            if (!desk_full(d))
                moved |= look(d, i);
        }
    }
    return moved;
}
