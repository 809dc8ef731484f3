/* setup_treasury.c — accounts, interface types, schedules, transfer rules and services. */

#include <stdlib.h>
#include <string.h>

#include "core/base/civil.h"
#include "core/base/must.h"
#include "core/edge/recurrence.h"
#include "sim/setup.h"

/* --- schedules ------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

struct timing {
    const char *rrule; /* NULL: every day */
    const struct list *at;
    uint8_t on_holiday;
    uint8_t days;
};

/* Adds the moments of a rule at each of its clocks, sorted, each once. */
static struct schedule schedule_of(struct setup *u, const struct scenario *s,
                                   const struct timing *t)
{
    static const int64_t midnight = 0;
    const int64_t *clocks = t->at->count != 0 ? t->at->items : &midnight;
    size_t clock_count = t->at->count != 0 ? t->at->count : 1;
    uint32_t first = u->core.limits.moments;
    uint32_t room = (uint32_t)clock_count * SCHEDULE_MOMENTS_MAX;
    u->moments = realloc(u->moments, (first + room) * sizeof *u->moments);
    MUST(u->moments != NULL);
    int64_t *into = u->moments + first;
    uint32_t count = 0;
    for (size_t i = 0; i < clock_count; i++) {
        char why[RECURRENCE_WHY_MAX];
        uint32_t added = 0;
        struct recurrence ask = {
            .rule = t->rrule != NULL ? t->rrule : "FREQ=DAILY",
            .start_day = civil_day(s->clock.from_us),
            .start_clock_us = clocks[i],
            .from_us = s->clock.from_us,
            .to_us = s->clock.to_us + s->clock.drain_max_us,
        };
        MUST(recurrence_expand(&ask, into + count, SCHEDULE_MOMENTS_MAX, &added, why));
        count += added;
    }
    qsort(into, count, sizeof *into, by_value);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++)
        if (kept == 0 || into[i] != into[kept - 1])
            into[kept++] = into[i];
    u->core.limits.moments += kept;
    return (struct schedule){.kind = SCHEDULE_MOMENTS,
                             .first = first,
                             .count = kept,
                             .on_holiday = t->on_holiday,
                             .days = t->days};
}

/* --- interfaces ------------------------------------------------------------ */

static struct interface_task task_of(struct setup *u, const struct scenario *s,
                                     const struct task_settings *t)
{
    static const uint8_t operations[] = {OPERATE_BALANCE, OPERATE_DETAILS, OPERATE_QUOTA,
                                         OPERATE_HISTORY};
    struct interface_task task = {.operation = operations[t->what]};
    if (t->every_us != 0)
        task.when = (struct schedule){.kind = SCHEDULE_EVERY,
                                      .every_us = t->every_us,
                                      .start_us = s->clock.from_us,
                                      .days = (uint8_t)t->days};
    else
        task.when = schedule_of(
            u, s, &(struct timing){.rrule = t->rrule, .at = &t->at, .days = (uint8_t)t->days});
    return task;
}

static void set_interfaces(struct setup *u, const struct scenario *s)
{
    const struct interface_settings *x = s->interfaces.items;
    for (size_t i = 0; i < s->interfaces.count; i++) {
        const struct task_settings *t = x[i].tasks.items;
        struct interface *into = &u->core.interfaces[i];
        into->operations = (uint8_t)x[i].operations;
        into->institution = (uint8_t)scenario_institution(s, x[i].institution);
        into->task_count = (uint8_t)x[i].tasks.count;
        for (size_t k = 0; k < x[i].tasks.count; k++)
            into->tasks[k] = task_of(u, s, &t[k]);
    }
    for (uint32_t i = 0; i < s->built_in_count; i++)
        u->core.interfaces[s->interfaces.count + i] = (struct interface){
            .operations = institution_operations(s->built_in[i]), .institution = s->built_in[i]};
    u->core.interface_count = (uint32_t)s->interfaces.count + s->built_in_count;
}

/* --- accounts -------------------------------------------------------------- */

static uint8_t flags_of(const struct account_settings *a)
{
    return (uint8_t)((a->direct_link ? ACCOUNT_DIRECT_LINK : 0) |
                     (a->position_number != NULL ? ACCOUNT_POSITION_NUMBER : 0));
}

static void set_accounts(struct setup *u, const struct scenario *s)
{
    const struct account_settings *a = s->accounts.items;
    u->core.account_count = u->world.account_count = (uint32_t)s->accounts.count;
    for (size_t i = 0; i < s->accounts.count; i++) {
        bool later = a[i].by_operator || a[i].opens_us > s->clock.from_us;
        u->core.accounts[i] = (struct core_account){
            .kind = (uint8_t)a[i].kind,
            .use = (uint8_t)a[i].use,
            .institution = a[i].institution_number,
            .interface = a[i].interface_number,
            .flags = flags_of(&a[i]),
            .opening_fen = a[i].opening_fen,
            .keep_fen = a[i].keep_fen,
            .opens_us = a[i].by_operator ? NEVER_US
                        : later          ? a[i].opens_us
                                         : s->clock.from_us,
            .closes_us = a[i].closes_us != 0 ? a[i].closes_us : NEVER_US,
        };
        u->world.accounts[i] = (struct world_account){.kind = (uint8_t)a[i].kind,
                                                      .institution = a[i].institution_number,
                                                      .opens_later = later,
                                                      .opening_fen = a[i].opening_fen};
    }
}

/* --- rules ----------------------------------------------------------------- */

static uint8_t trigger_of(const struct transfer_settings *t)
{
    if (t->demand)
        return TRIGGER_DEMAND;
    if (t->watches)
        return t->below_fen != 0 ? TRIGGER_BELOW : TRIGGER_ABOVE;
    return TRIGGER_SCHEDULE;
}

static void set_rule(struct setup *u, const struct scenario *s, const struct transfer_settings *t,
                     struct transfer_rule *into)
{
    const uint32_t *means = t->means.items;
    *into = (struct transfer_rule){
        .from = (uint8_t)scenario_account(s, t->from),
        .to = (uint8_t)scenario_account(s, t->to),
        .trigger = trigger_of(t),
        .watches_to = t->watches && t->watch == WATCH_TO,
        .amount_kind = (uint8_t)t->amount.kind,
        .partial = t->partial,
        .priority = (uint8_t)t->priority,
        .count_in_transit = t->count_in_transit,
        .retries = (uint8_t)t->retries,
        .means_count = (uint8_t)t->means.count,
        .threshold_fen = t->below_fen != 0 ? t->below_fen : t->above_fen,
        .value_fen = t->amount.value_fen,
        .share_ppm = t->amount.share_ppm,
        .keep_fen = t->keep_fen,
        .min_fen = t->min_fen,
        .max_fen = t->max_fen,
        .multiple_fen = t->multiple_fen,
        .not_after_us = t->not_after_us,
    };
    for (size_t i = 0; i < t->means.count; i++)
        into->means[i] = (uint8_t)means[i];
    if (into->trigger == TRIGGER_SCHEDULE)
        into->when =
            schedule_of(u, s,
                        &(struct timing){
                            .rrule = t->rrule, .at = &t->at, .on_holiday = (uint8_t)t->on_holiday});
}

/* --- services -------------------------------------------------------------- */

/* Whose hours are the large-value system's follow it. */
static struct hours followed(struct hours h, const struct hours *large_value)
{
    if (h.kind == HOURS_LARGE_VALUE) {
        h.from_us = large_value->from_us;
        h.to_us = large_value->to_us;
    }
    return h;
}

static struct hours hours_of(const struct service_settings *s, const struct hours *large_value)
{
    struct hours h = followed(s->hours, large_value);
    h.working_only = s->working_only != 0;
    h.cut_off_us = s->cut_off_us;
    return h;
}

static struct service_terms service_of(const struct service_settings *s,
                                       const struct hours *large_value)
{
    return (struct service_terms){.hours = hours_of(s, large_value),
                                  .reply_timeout_us = s->timeout_us,
                                  .per_payout_max_fen = s->per_payout_max_fen,
                                  .fee = s->fee};
}

static struct transfer_terms transfer_of(const struct service_settings *s, enum channel channel,
                                         const struct hours *large_value)
{
    const struct named_value *codes = s->codes.items;
    struct transfer_terms t = {.hours = hours_of(s, large_value),
                               .per_payout_max_fen = s->per_payout_max_fen,
                               .fee = s->fee,
                               .reply = s->reply,
                               .final = s->final,
                               .code_count = (uint32_t)s->codes.count,
                               .returned_ppm = s->returned_ppm};
    for (size_t i = 0; i < s->codes.count; i++)
        t.codes[i] = (struct code_share){code_find(channel, codes[i].name, strlen(codes[i].name)),
                                         codes[i].value};
    return t;
}

static void set_services(struct setup *u, const struct scenario *s)
{
    const struct gateway_settings *g = &s->gateways[CHANNEL_UNIONPAY];
    const struct service_settings *b = s->banks.items;
    const struct central_bank_settings *cb = &s->central_bank;
    const struct hours *large = &cb->large_value.hours;
    struct house_terms *h = &u->world.houses[CHANNEL_UNIONPAY];
    for (int service = SERVICE_PREFUND; service <= SERVICE_ADJUST; service++) {
        u->core.services[service] = service_of(&g->services[service], large);
        h->funds[service] = transfer_of(&g->services[service], CHANNEL_UNIONPAY, large);
    }
    u->core.services[SERVICE_SETTLEMENT] = service_of(&g->services[SERVICE_SETTLEMENT], large);
    h->settlement = transfer_of(&g->services[SERVICE_SETTLEMENT], CHANNEL_UNIONPAY, large);
    for (int c = 0; c < CHANNELS; c++) {
        u->world.houses[c].quota_hours = followed(s->gateways[c].quota_hours, large);
        u->world.houses[c].balance = s->gateways[c].balance;
        u->world.houses[c].details = s->gateways[c].details;
    }
    for (size_t i = 0; i < s->banks.count; i++) {
        u->core.banks[INSTITUTION_BANKS + i] = service_of(&b[i], large);
        u->world.banks[INSTITUTION_BANKS + i] =
            (struct bank_terms){.transfer = transfer_of(&b[i], CHANNEL_NONE, large),
                                .query = b[i].query,
                                .balance = b[i].balance,
                                .details = b[i].details,
                                .notice = b[i].query};
    }
    u->world.banks[INSTITUTION_CENTRAL_BANK] =
        (struct bank_terms){.balance = cb->balance, .details = cb->details};
    u->core.large_value = *large;
    u->world.acs_push = cb->acs_push == ACS_PUSH_NONE ? 0 : (uint8_t)(cb->acs_push + 1);
    u->world.acs_push_all = cb->acs_push_what != 0;
}

void setup_treasury(struct setup *u, const struct scenario *s)
{
    const struct transfer_settings *t = s->transfers.items;
    set_interfaces(u, s);
    set_accounts(u, s);
    u->core.rule_count = (uint32_t)s->transfers.count;
    for (size_t i = 0; i < s->transfers.count; i++)
        set_rule(u, s, &t[i], &u->core.rules[i]);
    set_services(u, s);
    u->core.moments = u->moments;
}
