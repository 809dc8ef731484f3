/* plan.c — see plan.h. */

#include "sim/plan.h"

#include <stdio.h>
#include <string.h>

#include "core/base/civil.h"
#include "core/base/must.h"

static bool bank_known(const struct scenario *s, const char *bank)
{
    const struct load_settings *l = s->loads.items;
    if (strcmp(bank, "other") == 0)
        return true;
    for (size_t i = 0; i < s->loads.count; i++) {
        const struct named_value *banks = l[i].banks.items;
        for (size_t k = 0; k < l[i].banks.count; k++)
            if (strcmp(banks[k].name, bank) == 0)
                return true;
    }
    return false;
}

static void check_banks(const struct scenario *s, struct problems *list)
{
    const struct named_value *routed = s->routing.banks.items;
    const struct fault_settings *f = s->faults.items;
    char pointer[POINTER_MAX];
    char where[POINTER_MAX * 2];
    for (size_t i = 0; i < s->routing.banks.count; i++) {
        if (bank_known(s, routed[i].name))
            continue;
        snprintf(pointer, sizeof pointer, "/policy/routing/banks/%s", routed[i].name);
        document_where(&s->doc, pointer, where, sizeof where);
        problem(list, where, "no load pays to this bank; want a name from a load's \"banks\"");
    }
    for (size_t i = 0; i < s->faults.count; i++) {
        if (f[i].bank == NULL || bank_known(s, f[i].bank))
            continue;
        snprintf(pointer, sizeof pointer, "/faults/%zu/match/bank", i);
        document_where(&s->doc, pointer, where, sizeof where);
        problem(list, where, "no load pays to bank \"%s\"; want a name from a load's \"banks\"",
                f[i].bank);
    }
}

/* Which breaker, and which of its keys, the operator means. */
static void find_forced(struct scenario *s, const struct parties *p, struct problems *list)
{
    struct operator_settings *o = s->operators.items;
    const struct breaker_settings *b = s->breakers.items;
    char pointer[POINTER_MAX];
    char where[POINTER_MAX * 2];
    for (size_t i = 0; i < s->operators.count; i++) {
        if (o[i].breaker == NULL)
            continue;
        int found = scenario_breaker(s, o[i].breaker);
        snprintf(pointer, sizeof pointer, "/operator/%zu/%s", i, found < 0 ? "breaker" : "key");
        document_where(&s->doc, pointer, where, sizeof where);
        if (found < 0) {
            problem(list, where, "no breaker is called \"%s\"; want one of /policy/breakers",
                    o[i].breaker);
            continue;
        }
        o[i].breaker_number = (uint16_t)found;
        if (o[i].key != NULL && !breaker_key_value(s, p, &b[found], o[i].key, &o[i].key_number))
            problem(list, where, "no %s is called \"%s\"; want one of those that \"%s\" watches",
                    breaker_kind_name((enum breaker_kind)b[found].key), o[i].key, b[found].id);
    }
}

static int64_t sample_of(const struct scenario *s)
{
    if (s->sample_us != 0)
        return s->sample_us;
    int64_t us = (s->clock.to_us - s->clock.from_us) / 1440;
    us -= us % US_PER_S; /* whole seconds, so that the rows fall on them */
    return us < US_PER_MINUTE ? US_PER_MINUTE : us;
}

static bool prepare(struct plan *plan, struct problems *list)
{
    uint32_t before = list->count;
    bool spanned = plan->scenario.clock.from_us != 0;
    check_banks(&plan->scenario, list);
    bool ok = parties_init(&plan->parties, &plan->scenario, list);
    if (ok && !spanned)
        scenario_check_span(&plan->scenario, list);
    if (ok)
        find_forced(&plan->scenario, &plan->parties, list);
    if (ok) {
        metric_list_init(&plan->metrics, &plan->scenario, plan->parties.businesses_paying);
        column_list_init(&plan->columns, &plan->scenario, plan->parties.businesses_paying);
        expectations_init(&plan->expectations, &plan->scenario, &plan->metrics, &plan->columns,
                          list);
    }
    if (list->count == before) {
        setup_init(&plan->setup, &plan->scenario, &plan->parties);
        plan->sample_us = sample_of(&plan->scenario);
        return true;
    }
    plan_free(plan);
    return false;
}

bool plan_load(struct plan *plan, const char *path, const char *const *sets, size_t set_count,
               struct problems *list)
{
    memset(plan, 0, sizeof *plan);
    return scenario_load(path, sets, set_count, &plan->scenario, list) && prepare(plan, list);
}

bool plan_parse(struct plan *plan, const char *text, const char *name, struct problems *list)
{
    memset(plan, 0, sizeof *plan);
    return scenario_parse(text, name, &plan->scenario, list) && prepare(plan, list);
}

void plan_free(struct plan *plan)
{
    setup_free(&plan->setup);
    expectations_free(&plan->expectations);
    parties_free(&plan->parties);
    scenario_free(&plan->scenario);
}

/* Can its window hold at any time of the run? */
static bool window_comes(const struct scenario *s, const struct window *w)
{
    int64_t from_us;
    int64_t to_us;
    return window_next(w, (enum calendar)s->clock.calendar, s->clock.from_us, s->clock.to_us,
                       &from_us, &to_us);
}

/* Does a file fall due while the load runs and the fault's window holds? */
static bool file_comes(const struct plan *plan, const struct fault_spec *f)
{
    const struct clock_settings *clock = &plan->scenario.clock;
    const struct house_terms *h = &plan->setup.world.houses[f->house];
    int32_t day = (int32_t)(house_first_session(h, clock->from_us) / h->closing_count) + 1;
    int64_t due_us;
    for (; (due_us = civil_moment_us(day, h->file_at_us)) < clock->to_us; day++)
        if (window_holds(&f->window, (enum calendar)clock->calendar, due_us))
            return true;
    return false;
}

/* Is any line asked for of which a fault at details could make something else? */
static bool lines_are_told(const struct plan *plan, uint32_t institution)
{
    const struct world_terms *w = &plan->setup.world;
    const struct core_config *c = &plan->setup.core;
    for (uint32_t i = 0; i < c->account_count; i++) {
        const struct core_account *a = &c->accounts[i];
        bool collected = a->interface < c->interface_count &&
                         (c->interfaces[a->interface].operations >> OPERATE_DETAILS & 1);
        bool pushed = a->kind == ACCOUNT_CENTRAL_BANK ? w->acs_push != 0 && w->acs_push_all
                      : institution < CHANNELS        ? !w->virtual_silent
                                                      : false;
        if (w->accounts[i].institution == institution && collected && !pushed)
            return true;
    }
    return false;
}

static void warn_of_fault(const struct plan *plan, size_t i, struct problems *warnings)
{
    const struct scenario *s = &plan->scenario;
    const struct fault_settings *f = (const struct fault_settings *)s->faults.items + i;
    char pointer[POINTER_MAX];
    char where[POINTER_MAX * 2];
    const char *why = NULL;
    if (!window_comes(s, &f->keys.window))
        why = "its window never holds during the run";
    else if (f->share_given && f->share_ppm == 0)
        why = "its share is 0";
    else if (plan->setup.faults[i].operation == OPERATION_FILE &&
             !file_comes(plan, &plan->setup.faults[i]))
        why = "no settlement file falls due while its window holds and the load runs";
    else if (plan->setup.faults[i].operation == OPERATION_DETAIL &&
             !lines_are_told(plan, plan->setup.faults[i].house))
        why = "no account there has details that are collected and not pushed";
    else if (f->business != NULL &&
             !(plan->parties.businesses_paying >> scenario_business(s, f->business) & 1))
        why = "its business pays nothing out";
    if (why == NULL)
        return;
    snprintf(pointer, sizeof pointer, "/faults/%zu", i);
    document_where(&s->doc, pointer, where, sizeof where);
    problem(warnings, where, "warning: this fault can never fire: %s", why);
}

static bool same_pattern(const char *a, const char *b)
{
    return a == NULL || (b != NULL && strcmp(a, b) == 0);
}

/* The first rule that takes all that rule i would; i: there is none. */
static size_t taken_by(const struct plan *plan, size_t i, const struct tag_span *span)
{
    const struct tagging_settings *t = plan->scenario.tagging.items;
    const struct tag_rule *rules = plan->setup.core.tag_rules;
    size_t k = 0;
    while (k < i &&
           !(same_pattern(t[k].counterparty, t[i].counterparty) &&
             same_pattern(t[k].remark, t[i].remark) && tag_takes_all(&rules[k], &rules[i], span)))
        k++;
    return k;
}

/* Lines may still be booked while the run waits for what is open. */
static void warn_of_tag(const struct plan *plan, size_t i, struct problems *warnings)
{
    const struct scenario *s = &plan->scenario;
    const struct tagging_settings *t = s->tagging.items;
    struct tag_span span = {.calendar = (enum calendar)s->clock.calendar,
                            .from_us = s->clock.from_us,
                            .to_us = s->clock.to_us + s->clock.drain_max_us + 1};
    char pointer[POINTER_MAX];
    char where[POINTER_MAX * 2];
    int64_t from_us;
    int64_t to_us;
    bool comes =
        window_next(&t[i].keys.window, span.calendar, span.from_us, span.to_us, &from_us, &to_us);
    size_t by = taken_by(plan, i, &span);
    if (comes && by == i)
        return;
    snprintf(pointer, sizeof pointer, "/policy/tagging/%zu", i);
    document_where(&s->doc, pointer, where, sizeof where);
    if (!comes)
        problem(warnings, where,
                "warning: this rule can never match: its window never holds during the run");
    else
        problem(warnings, where,
                "warning: this rule can never match: /policy/tagging/%zu (%s) takes all that it "
                "would",
                by, t[by].tag);
}

void plan_warn(const struct plan *plan, struct problems *warnings)
{
    const struct scenario *s = &plan->scenario;
    const struct load_settings *l = s->loads.items;
    char pointer[POINTER_MAX];
    char where[POINTER_MAX * 2];
    for (size_t i = 0; i < s->faults.count; i++)
        warn_of_fault(plan, i, warnings);
    for (size_t i = 0; i < s->tagging.count; i++)
        warn_of_tag(plan, i, warnings);
    for (size_t i = 0; i < s->loads.count; i++) {
        if (l[i].kind == LOAD_TRACE || window_comes(s, &l[i].keys.window))
            continue;
        snprintf(pointer, sizeof pointer, "/load/%zu", i);
        document_where(&s->doc, pointer, where, sizeof where);
        problem(warnings, where,
                "warning: this load never comes: its window never holds during "
                "the run");
    }
}
