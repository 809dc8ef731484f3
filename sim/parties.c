/* parties.c — names and sizes that only the whole load can tell; see load.h. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/civil.h"
#include "core/base/must.h"
#include "sim/load.h"
#include "sim/rate.h"

static uint32_t largest(const struct scenario *s, bool users)
{
    const struct load_settings *l = s->loads.items;
    int64_t most = 0;
    for (size_t i = 0; i < s->loads.count; i++) {
        int64_t count = users ? l[i].users.count : l[i].merchants.count;
        if (l[i].kind == LOAD_POISSON && l[i].flow == FLOW_PAYOUT && count > most)
            most = count;
    }
    return (uint32_t)most;
}

static void name_banks(struct parties *p, const struct scenario *s)
{
    const struct load_settings *l = s->loads.items;
    for (size_t i = 0; i < s->loads.count; i++) {
        const struct named_value *banks = l[i].banks.items;
        for (size_t k = 0; k < l[i].banks.count; k++)
            bank_number(p->banks, banks[k].name);
    }
}

/* A scenario's own words about its traces: the span, and what lies outside it. */
static void span_from_traces(struct parties *p, struct scenario *s, struct problems *list)
{
    const struct load_settings *l = s->loads.items;
    bool given = s->clock.from_us != 0;
    int64_t first_us = INT64_MAX;
    int64_t last_us = INT64_MIN;
    for (size_t i = 0; i < s->loads.count; i++) {
        const struct trace_facts *t = &p->traces[i];
        if (l[i].kind != LOAD_TRACE)
            continue;
        if (t->first_us < first_us)
            first_us = t->first_us;
        if (t->last_us > last_us)
            last_us = t->last_us;
        if (given && (t->first_us < s->clock.from_us || t->last_us >= s->clock.to_us)) {
            char from[CIVIL_MOMENT_TEXT_MAX];
            char to[CIVIL_MOMENT_TEXT_MAX];
            civil_print_moment(from, t->first_us);
            civil_print_moment(to, t->last_us);
            problem(list, l[i].file,
                    "its rows lie from %s to %s, not all within /clock; want a /clock that covers "
                    "them, or \"shift_to\"",
                    from, to);
        }
    }
    if (!given && first_us != INT64_MAX) {
        s->clock.from_us = civil_moment_us(civil_day(first_us), 0);
        s->clock.to_us = civil_moment_us(civil_day(last_us) + 1, 0);
    }
}

static void check_calendar(const struct scenario *s, struct problems *list)
{
    enum calendar calendar = (enum calendar)s->clock.calendar;
    char where[POINTER_MAX * 2];
    document_where(&s->doc, "/clock", where, sizeof where);
    int32_t first = civil_day(s->clock.from_us) - 1;
    int32_t last = civil_day(s->clock.to_us + s->clock.drain_max_us) + 1;
    if (!calendar_covers(calendar, first) || !calendar_covers(calendar, last))
        problem(list, where,
                "the calendar knows 2010-01-02 to 2026-12-30, and the drain needs "
                "/clock/drain_max behind the end; want other dates, a shorter drain_max or "
                "\"calendar\": \"every_day\"");
}

/* The mean of a lognormal is its median times 2^(0.0641 L^2), where L is the
 * binary logarithm of p99 / median; here both are rounded up. */
static double mean_at_most_fen(const struct amount *a)
{
    int log = 0;
    if (a->kind != AMOUNT_LOGNORMAL)
        return (double)a->max_fen;
    while (log < 50 && a->median_fen <= a->p99_fen >> log)
        log++;
    int power = (log * log * 641 + 9999) / 10000;
    double mean = (double)a->median_fen * (double)(INT64_C(1) << (power < 60 ? power : 60));
    return mean < (double)a->max_fen ? mean : (double)a->max_fen;
}

/* Sums are kept in 64 bits, with room for luck. */
static void check_money(const struct parties *p, const struct scenario *s, struct problems *list)
{
    const struct load_settings *l = s->loads.items;
    char where[POINTER_MAX * 2];
    double sum_fen = 0;
    for (size_t i = 0; i < s->loads.count; i++)
        sum_fen += l[i].kind == LOAD_TRACE ? (double)p->traces[i].total_fen
                                           : rate_expected(&l[i], (enum calendar)s->clock.calendar,
                                                           s->clock.from_us, s->clock.to_us) *
                                                 mean_at_most_fen(&l[i].amount);
    if (sum_fen <= (double)(INT64_MAX / 4))
        return;
    document_where(&s->doc, "/load", where, sizeof where);
    problem(
        list, where,
        "rates, amounts and span multiply to as much as %.2g yuan; want less than %.2g, so that "
        "sums in fen fit 64 bits",
        sum_fen / 100, (double)(INT64_MAX / 4) / 100);
}

static void expect_payouts(struct parties *p, const struct scenario *s)
{
    const struct load_settings *l = s->loads.items;
    double poisson = 0;
    p->payouts_expected = 0;
    for (size_t i = 0; i < s->loads.count; i++) {
        if (l[i].kind == LOAD_TRACE) {
            p->payouts_expected += p->traces[i].payouts * (uint64_t)l[i].copies;
            p->businesses_paying |= p->traces[i].businesses_paying;
        } else if (l[i].flow == FLOW_PAYOUT) {
            poisson += rate_expected(&l[i], (enum calendar)s->clock.calendar, s->clock.from_us,
                                     s->clock.to_us);
            p->businesses_paying |= UINT32_C(1) << scenario_business(s, l[i].business);
        }
    }
    /* Nine standard deviations above the mean are enough for any seed. */
    p->payouts_expected += (uint64_t)(poisson + 9 * sqrt(poisson)) + 64;
}

bool parties_init(struct parties *p, struct scenario *s, struct problems *list)
{
    const struct load_settings *l = s->loads.items;
    uint32_t before = list->count;
    *p = (struct parties){.merchants = names_create("M-", largest(s, false)),
                          .users = names_create("U-", largest(s, true)),
                          .banks = names_create(NULL, 0)};
    p->traces = calloc(s->loads.count + 1, sizeof *p->traces);
    MUST(p->traces != NULL);
    name_banks(p, s);
    for (size_t i = 0; i < s->loads.count; i++)
        if (l[i].kind == LOAD_TRACE)
            trace_scan(s, &l[i], p->merchants, p->users, &p->traces[i], list);
    if (list->count == before)
        span_from_traces(p, s, list);
    if (list->count == before)
        check_calendar(s, list);
    if (list->count != before)
        return false;
    check_money(p, s, list);
    expect_payouts(p, s);
    if (p->payouts_expected > UINT64_C(200000000)) {
        char where[POINTER_MAX * 2];
        document_where(&s->doc, "/load", where, sizeof where);
        problem(list, where, "some %.0f million payouts are expected; want at most 200 million",
                (double)p->payouts_expected / 1e6);
    }
    return list->count == before;
}

void parties_free(struct parties *p)
{
    names_free(p->merchants);
    names_free(p->users);
    names_free(p->banks);
    free(p->traces);
    *p = (struct parties){0};
}
