/* setup.c — see setup.h. */

#include "sim/setup.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "core/base/civil.h"
#include "core/base/must.h"

enum { BOTH = (1 << CHANNELS) - 1, ORDERS_OF_LEGS = 1 << 16 };

#define FILE_LATE_BY_US (6 * US_PER_HOUR)

static void copy_durations(const struct list *list, int64_t *into, uint32_t *count)
{
    *count = (uint32_t)list->count;
    for (size_t i = 0; i < list->count; i++)
        into[i] = ((const int64_t *)list->items)[i];
}

static struct quota_rule rule_of(const struct gateway_settings *g)
{
    return (struct quota_rule){.receipts_count = (uint8_t)g->receipts_count,
                               .settles_to = (uint8_t)g->settles_to};
}

static void set_house(struct house_terms *h, const struct gateway_settings *g, enum channel c)
{
    const struct named_value *codes = g->codes.items;
    *h = (struct house_terms){
        .rule = rule_of(g),
        .quota_visible = (enum visible)g->quota_visible,
        .settle_at_us = g->settle_at_us,
        .file_at_us = g->file_at_us,
        .concurrency = (uint32_t)g->concurrency,
        .per_second = (uint32_t)g->per_second,
        .per_payout_max_fen = g->per_payout_max_fen,
        .fee = g->fee,
        .collection_fee = g->collection_fee,
        .reply = g->reply,
        .final = g->final,
        .outcome_within_us = g->outcome_within_us,
        .notice = g->notice,
        .query = g->query,
        .quota = g->quota,
        .code_count = (uint32_t)g->codes.count,
        .returned_ppm = g->returned_ppm,
        .quota_refused_ppm = g->quota_refused_ppm,
    };
    copy_durations(&g->sessions, h->closing_us, &h->closing_count);
    copy_durations(&g->resend, h->resend_us, &h->resend_count);
    for (size_t i = 0; i < g->codes.count; i++)
        h->codes[i] =
            (struct code_share){code_find(c, codes[i].name, strlen(codes[i].name)), codes[i].value};
}

/* The promise, or less where no outcome can take as long. */
static int64_t outcome_within_us(const struct gateway_settings *g, enum channel c)
{
    int64_t us = latency_longest_us(&g->final);
    if (c == CHANNEL_UNIONPAY) {
        int64_t leg_us = latency_longest_us(&g->services[SERVICE_SETTLEMENT].final);
        us = leg_us > us ? leg_us : us;
    }
    return us < g->outcome_within_us ? us : g->outcome_within_us;
}

static void set_channel(struct channel_terms *t, const struct gateway_settings *g, enum channel c,
                        const struct house_terms *h, int64_t start_us)
{
    *t = (struct channel_terms){
        .rule = rule_of(g),
        .first_session = house_first_session(h, start_us),
        .sessions_a_day = h->closing_count,
        .reply_timeout_us = g->timeout_us,
        .quota_timeout_us = g->quota_timeout_us,
        .concurrency = (uint32_t)g->concurrency,
        .per_second = (uint32_t)g->per_second,
        .per_payout_max_fen = g->per_payout_max_fen,
        .fee = g->fee,
        .cut_off_us = h->closing_us[h->closing_count - 1],
        .file_at_us = g->file_at_us,
        .outcome_within_us = outcome_within_us(g, c),
    };
    copy_durations(&g->query_after, t->query_after_us, &t->query_steps);
}

static int64_t custody_fen(const struct scenario *s)
{
    const struct account_settings *a = s->accounts.items;
    size_t i = 0;
    while (a[i].kind != ACCOUNT_CENTRAL_BANK)
        i++;
    return a[i].opening_fen;
}

static void set_core(struct setup *u, const struct scenario *s, const struct parties *p)
{
    const struct business_settings *b = s->businesses.items;
    uint64_t open = p->payouts_expected;
    if (s->open_payouts_max != 0 && (uint64_t)s->open_payouts_max < open)
        open = (uint64_t)s->open_payouts_max;
    u->core.limits = (struct core_limits){.open_payouts = (uint32_t)open,
                                          .remembered = (uint32_t)p->payouts_expected};
    u->core.calendar = (enum calendar)s->clock.calendar;
    u->core.allocation_kind = (enum allocation_kind)s->allocation.kind;
    u->core.allocation = s->allocation.params;
    u->core.primary = (enum channel)s->allocation.primary;
    u->core.routing = (enum routing_kind)s->routing.kind;
    u->core.bypass_max = (uint8_t)s->bypass_max;
    u->core.ageing_us = s->ageing_us;
    u->core.doubtful_days = (int32_t)s->doubtful_days;
    u->core.retries = (uint8_t)s->routing.retries;
    u->core.retry_after_us = s->routing.retry_after_us;
    u->core.start_us = s->clock.from_us;
    u->core.business_count = (uint32_t)s->businesses.count;
    for (size_t i = 0; i < s->businesses.count; i++)
        u->core.businesses[i] = (struct business_terms){.priority = (uint8_t)b[i].priority,
                                                        .refuse_when_short = b[i].when_short != 0,
                                                        .no_borrowing = !b[i].borrow,
                                                        .share_ppm = b[i].share_ppm,
                                                        .expires_us = b[i].expires_us};
}

static void set_routes(struct setup *u, const struct scenario *s, const struct parties *p)
{
    const struct named_value *banks = s->routing.banks.items;
    const struct named_value *businesses = s->routing.businesses.items;
    memset(u->bank_routes, BOTH, sizeof u->bank_routes);
    memset(u->business_routes, BOTH, sizeof u->business_routes);
    for (size_t i = 0; i < s->routing.banks.count; i++)
        u->bank_routes[bank_number(p->banks, banks[i].name)] = (uint8_t)banks[i].value;
    for (size_t i = 0; i < s->routing.businesses.count; i++)
        u->business_routes[scenario_business(s, businesses[i].name)] = (uint8_t)businesses[i].value;
}

static void set_merchants(struct setup *u, const struct scenario *s, const struct parties *p)
{
    const struct merchant_settings *m = s->merchants.items;
    char name[NAME_TEXT_MAX];
    uint32_t count = names_count(p->merchants);
    u->merchant_priority = malloc(count);
    u->merchant_group = malloc(count);
    MUST(u->merchant_priority != NULL && u->merchant_group != NULL);
    memset(u->merchant_priority, 5, count);
    memset(u->merchant_group, GROUP_NONE, count);
    for (uint32_t i = 0; i < count && s->merchants.count > 0; i++) {
        names_text(p->merchants, i, name);
        for (size_t k = 0; k < s->merchants.count; k++)
            if (pattern_matches(m[k].pattern, name)) {
                u->merchant_priority[i] = (uint8_t)m[k].priority;
                u->merchant_group[i] = i == 0 ? GROUP_NONE : scenario_group(s, m[k].group);
                break;
            }
    }
}

static uint8_t *merchants_matching(const char *pattern, const struct parties *p)
{
    char name[NAME_TEXT_MAX];
    uint32_t count = names_count(p->merchants);
    uint8_t *match = calloc(count, 1);
    MUST(match != NULL);
    for (uint32_t i = 0; i < count; i++) {
        names_text(p->merchants, i, name);
        match[i] = pattern_matches(pattern, name);
    }
    return match;
}

static void set_fault(struct fault_spec *spec, const struct fault_settings *f,
                      const struct scenario *s, const struct parties *p)
{
    uint32_t house;
    enum fault_operation operation;
    MUST(fault_place(s, f, &house, &operation));
    enum fault_kind kind = (enum fault_kind)(f->kind + 1);
    *spec = (struct fault_spec){
        .kind = (uint8_t)kind,
        .operation = (uint8_t)fault_asked_at(operation, kind),
        .house = (uint8_t)house,
        .choice = f->share_given  ? CHOOSE_SHARE
                  : f->first != 0 ? CHOOSE_FIRST
                  : f->every != 0 ? CHOOSE_EVERY
                                  : CHOOSE_ALL,
        .code = fault_code(f, house),
        .key = (uint32_t)XXH3_64bits(f->id, strlen(f->id)),
        .merchants_known = names_count(p->merchants),
        .share_ppm = f->share_ppm,
        .n = (uint64_t)(f->first != 0 ? f->first : f->every),
        .window = f->keys.window,
        .business = f->business == NULL ? -1 : scenario_business(s, f->business),
        .bank = f->bank == NULL ? -1 : bank_number(p->banks, f->bank),
        .min_fen = f->min_fen,
        .max_fen = f->max_fen,
        .by_ppm = f->by_given ? f->by_ppm : 1000000,
        .by_us = kind == FAULT_FILE_LATE && !f->by_given ? FILE_LATE_BY_US : f->by_us,
        .truth_after_us = f->truth_after_us,
        .applied_ppm = f->applied_ppm,
        .after_us = f->after_us,
    };
}

static void set_alerts(struct setup *u, const struct scenario *s)
{
    const struct alert_settings *a = s->alerts.items;
    u->core.tells_outlook = 1;
    u->core.alert_count = (uint32_t)s->alerts.count;
    for (size_t i = 0; i < s->alerts.count; i++) {
        u->core.alert_rules[i] = a[i].rule;
        if (a[i].rule.watch == WATCH_DOUBT_OLDEST)
            u->core.limits.doubts = u->core.limits.open_payouts * 2;
    }
}

/* Every attempt at every payout, and legs of transfers: a house knows an order until
 * its day's file was handed over, and that may be at the very end.  Room that is not
 * used takes no memory. */
static uint32_t orders_max(const struct scenario *s, const struct parties *p)
{
    uint64_t attempts = (uint64_t)s->routing.retries + 1;
    uint64_t orders = p->payouts_expected * (attempts > 2 ? attempts : 2) + ORDERS_OF_LEGS;
    return orders < UINT32_MAX - 1 ? (uint32_t)orders : UINT32_MAX - 1;
}

void setup_init(struct setup *u, const struct scenario *s, const struct parties *p)
{
    const struct fault_settings *faults = s->faults.items;
    *u = (struct setup){0};
    u->world.calendar = (enum calendar)s->clock.calendar;
    u->world.seed = (uint64_t)s->seed;
    u->world.start_us = s->clock.from_us;
    u->world.orders_max = orders_max(s, p);
    set_core(u, s, p);
    for (uint32_t c = 0; c < CHANNELS; c++) {
        set_house(&u->world.houses[c], &s->gateways[c], (enum channel)c);
        set_channel(&u->core.channels[c], &s->gateways[c], (enum channel)c, &u->world.houses[c],
                    s->clock.from_us);
    }
    setup_treasury(u, s);
    setup_lines(u, s);
    set_alerts(u, s);
    policy_of(u->core.allocation_kind)
        ->open(&u->core.allocation, custody_fen(s), u->world.mapped_fen);
    u->world.pooled = policy_of(u->core.allocation_kind)->pools;
    set_routes(u, s, p);
    set_merchants(u, s, p);
    setup_breakers(u, s, p);
    u->faults = calloc(s->faults.count + 1, sizeof *u->faults);
    u->fault_merchants = calloc(s->faults.count + 1, sizeof *u->fault_merchants);
    MUST(u->faults != NULL && u->fault_merchants != NULL);
    for (size_t i = 0; i < s->faults.count; i++) {
        set_fault(&u->faults[i], &faults[i], s, p);
        if (faults[i].merchant != NULL)
            u->faults[i].merchants = u->fault_merchants[i] =
                merchants_matching(faults[i].merchant, p);
    }
    u->world.faults = u->faults;
    u->world.fault_count = (uint32_t)s->faults.count;
}

void setup_free(struct setup *u)
{
    for (uint32_t i = 0; i < u->world.fault_count; i++)
        free(u->fault_merchants[i]);
    free(u->fault_merchants);
    free(u->faults);
    free(u->merchant_priority);
    free(u->merchant_group);
    free(u->merchant_breakers);
    free(u->user_breakers);
    free(u->moments);
    free(u->texts);
    free(u->own_lines);
    remarks_free(u->remarks);
    *u = (struct setup){0};
}
