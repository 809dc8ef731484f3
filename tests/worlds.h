/* worlds.h — small random worlds, run with every check at every event.
 *
 * A seed gives a scenario: a few days, often with a holiday in them, some tens
 * of payouts and collections, quota that is often short, every way of counting
 * receipts and settling, moves, returns, fees, and faults of all kinds.  Every
 * payout may expire, so such a world always comes to rest.
 */
#ifndef TESTS_WORLDS_H
#define TESTS_WORLDS_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/civil.h"
#include "sim/run.h"
#include "tests/harness.h"

struct dice {
    uint64_t state;
};

static inline uint32_t roll(struct dice *d, uint32_t sides)
{
    d->state = d->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((d->state >> 33) % sides);
}

static const char *pick(struct dice *d, const char *const *list)
{
    uint32_t count = 0;
    while (list[count] != NULL)
        count++;
    return list[roll(d, count)];
}

struct text {
    char bytes[65536];
    size_t used;
};

__attribute__((format(printf, 2, 3))) static inline void say(struct text *t, const char *format,
                                                             ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(t->bytes + t->used, sizeof t->bytes - t->used, format, args);
    va_end(args);
    t->used += (size_t)n;
    MUST(t->used < sizeof t->bytes);
}

static inline void say_latency(struct text *t, struct dice *d, const char *key, bool long_tail)
{
    static const char *const units[] = {"ms", "ms", "s", "s", "m", NULL};
    const char *unit = long_tail && roll(d, 6) == 0 ? "h" : pick(d, units);
    uint32_t a = 1 + roll(d, *unit == 'h' ? 6 : 40);
    switch (roll(d, 4)) {
    case 0:
        say(t, "\"%s\":{\"kind\":\"constant\",\"value\":\"%u%s\"}", key, a, unit);
        return;
    case 1:
        say(t, "\"%s\":{\"kind\":\"exponential\",\"mean\":\"%u%s\"}", key, a, unit);
        return;
    case 2:
        say(t, "\"%s\":{\"kind\":\"lognormal\",\"median\":\"%u%s\",\"p99\":\"%u%s\"}", key, a, unit,
            a * 5, unit);
        return;
    default:
        say(t,
            "\"%s\":{\"kind\":\"quantiles\",\"p0\":\"0s\",\"p50\":\"%u%s\",\"p90\":\"%u%s\","
            "\"p99\":\"%u%s\",\"p999\":\"%u%s\",\"p100\":\"%u%s\"}",
            key, a, unit, a * 2, unit, a * 3, unit, a * 4, unit, a * 9, unit);
        return;
    }
}

static inline void say_sessions(struct text *t, struct dice *d, bool unionpay)
{
    uint32_t count = 1 + roll(d, 5);
    say(t, "\"sessions\":[");
    for (uint32_t i = 1; i < count; i++)
        say(t, "\"%02u:%02u\",", i * 22 / count, roll(d, 60));
    say(t, unionpay ? "\"23:00\"]" : "\"24:00\"]");
}

static inline void say_fee(struct text *t, struct dice *d)
{
    if (roll(d, 2) == 0)
        say(t, ",\"fee\":{\"fixed\":\"0.%02u\",\"share\":0.00%u,\"in_net\":%s}", 1 + roll(d, 99),
            roll(d, 10), roll(d, 2) ? "true" : "false");
}

static inline void say_gateway(struct text *t, struct dice *d, bool unionpay)
{
    static const char *const counts[] = {"at_once", "at_session", "at_settlement", NULL};
    static const char *const settle_at[] = {"08:30", "10:00", "16:59", NULL};
    say(t, "\"%s\":{\"payout\":{", unionpay ? "unionpay" : "netsunion");
    say_latency(t, d, "latency", false);
    say(t, ",");
    say_latency(t, d, "final", true);
    say(t, ",\"timeout\":\"%us\",\"concurrency\":%u,\"per_second\":%u,\"per_payout_max\":\"%u\"",
        5 + roll(d, 40), roll(d, 3) ? 0 : 1 + roll(d, 3), roll(d, 4) ? 0 : 1 + roll(d, 2),
        roll(d, 4) ? 0 : 900);
    say_fee(t, d);
    say(t, ",\"returned\":0.%u", roll(d, 3) ? 0 : roll(d, 4));
    if (unionpay && roll(d, 2))
        say(t, ",\"codes\":{\"05\":0.1,\"61\":0.05,\"13\":0.05,\"06\":0.05}");
    if (!unionpay && roll(d, 2))
        say(t, ",\"codes\":{\"02\":0.1,\"01\":0.05,\"PS500022\":0.03}");
    say(t, "},\"query\":{");
    say_latency(t, d, "latency", false);
    say(t, ",\"after\":[\"%us\",\"%us\",\"1m\"]},\"quota\":{", 60 + roll(d, 200), 1 + roll(d, 9));
    say_latency(t, d, "latency", false);
    say(t, ",\"timeout\":\"%us\",\"refused\":0.%u},\"notice\":{", 5 + roll(d, 100),
        roll(d, 3) ? 0 : roll(d, 6));
    say_latency(t, d, "latency", true);
    say(t, "},");
    if (roll(d, 2))
        say(t, "\"collection\":{\"fee\":{\"fixed\":\"0.%02u\",\"in_net\":%s}},", roll(d, 30),
            roll(d, 2) ? "true" : "false");
    say_sessions(t, d, unionpay);
    say(t,
        ",\"settle_at\":\"%s\",\"settles_to\":\"%s\",\"receipts_count\":\"%s\","
        "\"visible\":{\"quota\":\"%s\"}}",
        pick(d, settle_at), roll(d, 2) ? "acs" : "virtual_id", pick(d, counts), pick(d, counts));
}

/* Which of them a fault strikes; or nothing is said. */
static inline bool say_how_many(struct text *t, struct dice *d)
{
    switch (roll(d, 4)) {
    case 0:
        say(t, ",\"share\":0.%u", 1 + roll(d, 9));
        return true;
    case 1:
        say(t, ",\"first\":%u", 1 + roll(d, 10));
        return true;
    case 2:
        say(t, ",\"every\":%u", 1 + roll(d, 5));
        return true;
    default:
        return false;
    }
}

static inline void say_fault(struct text *t, struct dice *d, int number)
{
    static const char *const houses[] = {"unionpay", "netsunion", NULL};
    const char *house = pick(d, houses);
    bool unionpay = house == houses[0];
    static const char *const operations[] = {"payout", "payout", "query", "quota", "notice", NULL};
    const char *operation = pick(d, operations);
    static const char *const kinds[] = {
        "latency", "down", "timeout", "error_code", "applied_no_reply", "rejected_no_reply", NULL};
    const char *kind = pick(d, kinds);
    if (strcmp(operation, "notice") == 0)
        kind = kinds[roll(d, 3)];
    if (strcmp(operation, "query") == 0)
        kind = kinds[roll(d, 4)];
    say(t, "%s{\"id\":\"f%d\",\"at\":\"%s.%s\",\"kind\":\"%s\"", number == 0 ? "" : ",", number,
        house, operation, kind);
    if (!say_how_many(t, d))
        say(t, ",\"share\":0.%u,\"from\":\"%02u:00\",\"to\":\"%02u:00\"", 1 + roll(d, 9),
            roll(d, 24), roll(d, 24));
    if (strcmp(kind, "latency") == 0)
        say(t, roll(d, 2) ? ",\"by\":5" : ",\"by\":\"3m\"");
    if (strcmp(kind, "error_code") == 0)
        say(t, ",\"code\":\"%s\",\"applied_share\":0.%u",
            unionpay     ? (roll(d, 2) ? "12" : "06")
            : roll(d, 2) ? "02"
                         : "MOCKBUSY",
            roll(d, 10));
    if (strcmp(kind, "applied_no_reply") == 0 && roll(d, 2))
        say(t, ",\"truth_after\":\"%uh\"", 1 + roll(d, 40));
    say(t, "}");
}

/* Lists that are late, cut or wrong, in half of the worlds. */
static inline void say_file_faults(struct text *t, struct dice *d, bool first)
{
    static const char *const houses[] = {"unionpay", "netsunion", NULL};
    static const char *const kinds[] = {
        "line_missing", "line_extra", "line_twice",   "line_amount",    "line_status",
        "line_fee",     "file_late",  "file_missing", "file_truncated", NULL};
    int faults = roll(d, 2) ? 0 : 1 + (int)roll(d, 4);
    for (int i = 0; i < faults; i++) {
        say(t, "%s{\"id\":\"list%d\",\"at\":\"%s.file\",\"kind\":\"%s\"", first ? "" : ",", i,
            pick(d, houses), pick(d, kinds));
        if (roll(d, 2))
            say(t, ",\"share\":0.%u}", 1 + roll(d, 9));
        else
            say(t, ",\"every\":%u}", 1 + roll(d, 5));
        first = false;
    }
}

/* A third of the worlds is lied to; their dice are their own.  Two meetings leave what is in
 * doubt to people: missing lines with payments that are said and not made, as the list
 * lacks both, and its count proves nothing; many wrong amounts of lines with many of
 * payments, as its total proves nothing. */
static inline void say_lies(struct text *t, uint64_t seed)
{
    struct dice dice = {seed * UINT64_C(0xa24baed4963ee407) + 5};
    struct dice *d = &dice;
    static const char *const kinds[] = {"wrong_amount", "wrong_status", "wrong_status",
                                        "accept_then_return", NULL};
    uint32_t count = roll(d, 3) == 0 ? 1 + roll(d, 3) : 0;
    for (uint32_t i = 0; i < count; i++) {
        const char *kind = pick(d, kinds);
        bool unionpay = roll(d, 2) == 0;
        say(t, "%s{\"id\":\"lie%u\",\"at\":\"%s.payout\",\"kind\":\"%s\",\"share\":0.%u",
            t->bytes[t->used - 1] == '[' ? "" : ",", i, unionpay ? "unionpay" : "netsunion", kind,
            1 + roll(d, 5));
        if (strcmp(kind, "accept_then_return") == 0 && roll(d, 2))
            say(t, ",\"after\":\"%um\"", 1 + roll(d, 6000));
        if (strcmp(kind, "wrong_status") == 0 && unionpay && roll(d, 2))
            say(t, ",\"code\":\"61\"");
        say(t, "}");
    }
}

static inline void say_loads(struct text *t, struct dice *d)
{
    static const char *const businesses[] = {"pay", "urgent", NULL};
    int loads = 2 + (int)roll(d, 3);
    say(t, "\"load\":[");
    for (int i = 0; i < loads; i++) {
        bool payout = i == 0 || (i != 1 && roll(d, 2));
        say(t,
            "%s{\"kind\":\"poisson\",\"flow\":\"%s\",\"business\":\"%s\",\"per_second\":0.000%u,"
            "\"amount\":{\"kind\":\"lognormal\",\"median\":\"%u.00\",\"p99\":\"%u.00\"},"
            "\"merchants\":{\"count\":5},\"banks\":{\"a\":0.3,\"b\":0.3},"
            "\"via\":{\"unionpay\":0.%u,\"netsunion\":0.%u}",
            i == 0 ? "" : ",", payout ? "payout" : "collection", pick(d, businesses),
            1 + roll(d, 8), 1 + roll(d, 200), 250 + roll(d, 1500), 3, 7);
        if (roll(d, 2))
            say(t, ",\"bursts\":[{\"at\":\"%02u:00\",\"for\":\"10m\",\"times\":50}]", roll(d, 24));
        say(t, "}");
    }
    say(t, "]");
}

static inline void say_queue(struct text *t, struct dice *d)
{
    static const char *const ages[] = {"0s", "0s", "1s", "5m", "1h", "5h", NULL};
    say(t, "\"queue\":{\"bypass_max\":%u,\"ageing\":\"%s\"},", roll(d, 4), pick(d, ages));
}

/* Half the worlds have some, of every kind of key; their dice are their own. */
static inline void say_breakers(struct text *t, struct dice *d)
{
    static const char *const keys[] = {"business", "merchant",   "user", "route",
                                       "route",    "route+bank", NULL};
    static const char *const trips[] = {
        "\"consecutive\":1",
        "\"consecutive\":3",
        "\"window\":{\"calls\":5},\"min_calls\":2,\"failure_share\":0.4",
        "\"window\":{\"seconds\":600},\"min_calls\":1,\"failure_share\":0.1,\"consecutive\":2",
        "\"window\":{\"calls\":9},\"min_calls\":1,\"slow_after\":\"10s\",\"slow_share\":0.3",
        "\"velocity\":{\"count\":2,\"within\":\"10m\"}",
        "\"velocity\":{\"amount\":\"300\",\"within\":\"2h\"}",
        NULL};
    uint32_t count = roll(d, 2) ? 0 : 1 + roll(d, 4);
    say(t, ",\"breakers\":[");
    for (uint32_t i = 0; i < count; i++)
        say(t,
            "%s{\"id\":\"k%u\",\"key\":\"%s\",%s,\"open_for\":\"%us\",\"open_multiplier\":%u,"
            "\"open_max\":\"2h\",\"probes\":%u,\"probe_deadline\":\"%us\"}",
            i == 0 ? "" : ",", i, pick(d, keys), pick(d, trips), 1 + roll(d, 3000), 1 + roll(d, 3),
            1 + roll(d, 3), 1 + roll(d, 100));
    say(t, "]");
}

static inline void say_policy(struct text *t, struct dice *d, uint64_t seed)
{
    static const char *const banks[] = {"{}", "{\"a\":[\"unionpay\"]}",
                                        "{\"a\":[\"unionpay\"],\"b\":[\"netsunion\"]}", NULL};
    static const char *const kinds[] = {"static", "tilt",   "threshold", "threshold", "demand",
                                        "demand", "pooled", "pooled",    NULL};
    static const char *const routings[] = {"primary_first", "by_quota", "by_cost", "by_success",
                                           NULL};
    uint32_t low = roll(d, 800);
    say(t, "\"policy\":{\"allocation\":{\"kind\":\"%s\",\"primary\":\"%s\",", pick(d, kinds),
        roll(d, 2) ? "unionpay" : "netsunion");
    say(t,
        "\"initial\":{\"unionpay\":0.%u,\"netsunion\":0.%u},\"unallocated_keep\":\"%u\",\"cool_"
        "down\":\"%um\",",
        roll(d, 6), roll(d, 5), roll(d, 300), roll(d, 3) ? roll(d, 90) : 0);
    say(t, "\"low\":\"%u\",\"target\":\"%u\",\"high\":\"%u\",\"lead\":\"%um\",\"horizon\":\"3h\"},",
        low, low + roll(d, 1000), roll(d, 2) ? 0 : low + 1000 + roll(d, 1000), 1 + roll(d, 180));
    say_queue(t, d);
    say(t, "\"routing\":{\"kind\":\"%s\",\"retries\":%u,\"retry_after\":\"%us\",\"banks\":%s}",
        pick(d, routings), roll(d, 4), 1 + roll(d, 900), pick(d, banks));
    struct dice breakers = {seed * UINT64_C(0xd1b54a32d192ed03) + 3};
    say_breakers(t, &breakers);
    say(t, "}");
}

/* Some payouts are held on the first day, often several times, some are released;
 * most have been sent by then, or are not there yet. */
static inline void say_holds(struct text *t, struct dice *d, const char *day, uint32_t after)
{
    uint32_t holds = roll(d, 2) ? 0 : 60;
    for (uint32_t i = 0; i < holds; i++) {
        uint32_t minute = after + roll(d, 1440 - after);
        say(t, ",{\"at\":\"%sT%02u:%02u:59.5+08:00\",\"do\":\"%s\",\"reference\":\"L%u-%u\"}", day,
            minute / 60, minute % 60, roll(d, 3) ? "hold_payout" : "release_payout", roll(d, 3),
            1 + roll(d, 60));
    }
}

static inline void say_businesses(struct text *t, struct dice *d)
{
    static const char *const shares[] = {"",
                                         "",
                                         ",\"share\":0.3",
                                         ",\"share\":0.5,\"borrow\":false",
                                         ",\"share\":0.123457",
                                         ",\"share\":0.4",
                                         NULL};
    say(t,
        "\"businesses\":[{\"id\":\"pay\",\"expires\":\"%uh\"%s},{\"id\":\"urgent\",\"priority\":%u,"
        "\"deadline\":\"1h\",\"expires\":\"%um\"%s}],",
        1 + roll(d, 40), pick(d, shares), 1 + roll(d, 9), 1 + roll(d, 300), pick(d, shares));
}

/* The scenario of a seed, as JSON. */
static inline void say_world(struct text *t, uint64_t seed)
{
    struct dice dice = {seed * UINT64_C(0x9e3779b97f4a7c15) + 1};
    struct dice *d = &dice;
    static const char *const starts[] = {"2010-02-12", "2011-02-01", "2012-12-31", "2014-01-29",
                                         "2016-09-14", "2018-01-20", "2018-09-29", "2019-02-01",
                                         "2019-04-30", "2019-09-30", "2020-01-22", "2023-09-28",
                                         "2025-09-30", "2026-03-10", NULL};
    const char *start = pick(d, starts);
    int32_t day;
    char end[CIVIL_DATE_TEXT_MAX];
    MUST(civil_parse_date(start, 10, &day));
    civil_print_date(end, day + 1 + (int32_t)roll(d, 4));
    for (int i = 0; i < 5; i++)
        roll(d, 2);
    t->used = 0;
    uint32_t until = roll(d, 24);
    uint32_t minute = roll(d, 60);
    uint32_t hour = roll(d, 24);
    say(t,
        "{\"name\":\"world\",\"seed\":%" PRIu64 ",\"clock\":{\"from\":\"%sT%02u:%02u:00+08:00\","
        "\"to\":\"%sT%02u:00:00+08:00\"},",
        seed, start, hour, minute, end, until);
    say(t,
        "\"accounts\":[{\"id\":\"acs\",\"kind\":\"central_bank\",\"opening\":\"%u.%02u\"},"
        "{\"id\":\"vu\",\"kind\":\"virtual_reserve\",\"institution\":\"unionpay\",\"opening\":"
        "\"5\"},"
        "{\"id\":\"vn\",\"kind\":\"virtual_reserve\",\"institution\":\"netsunion\"},"
        "{\"id\":\"own\",\"kind\":\"own\",\"opening\":\"100\"}],",
        roll(d, 6000), roll(d, 100));
    say_businesses(t, d);
    say(t, "\"merchants\":[{\"id\":\"M-1\",\"priority\":1}],");
    say_policy(t, d, seed);
    say(t, ",\"gateways\":{");
    say_gateway(t, d, true);
    say(t, ",");
    say_gateway(t, d, false);
    say(t, "},");
    say_loads(t, d);
    int faults = (int)roll(d, 5);
    say(t, ",\"faults\":[");
    for (int i = 0; i < faults; i++)
        say_fault(t, d, i);
    struct dice of_files = {seed ^ UINT64_C(0x66696c65)}; /* what else there is stays as it was */
    say_file_faults(t, &of_files, faults == 0);
    say_lies(t, seed);
    say(t,
        "],\"operator\":[{\"at\":\"%sT23:59:59+08:00\",\"do\":\"move_quota\",\"from\":\"%s\","
        "\"to\":\"%s\",\"amount\":\"%u\"}",
        start, roll(d, 2) ? "unionpay" : "unallocated", "netsunion", 1 + roll(d, 900));
    say_holds(t, d, start, hour * 60 + minute);
    say(t, "]}");
}

/* Comes to rest. */
static inline bool run_rests(const struct run *r)
{
    return run_result(r)->end == RUN_QUIET;
}

static uint64_t errors_planted;     /* in all worlds so far */
static uint64_t payouts_decided[2]; /* by people: as not paid, as paid */

/* The audit found what was planted, and nothing else. */
static inline bool run_is_audited(const struct run *r)
{
    const struct score *s = &run_recorder(r)->score;
    errors_planted += score_sum(s->injected);
    return score_sum(s->injected) == score_sum(s->found) && score_sum(s->wrong) == 0;
}

/* Two people who know the truth decide what the run was left with; false: it was not stuck
 * for that.  A run is the same up to then, so a break has the number that it had. */
static inline bool decide(struct text *text, const struct run *r)
{
    const struct score *s = &run_recorder(r)->score;
    size_t before = text->used;
    MUST(memcmp(text->bytes + text->used - 2, "]}", 3) == 0); /* the operator comes last */
    text->used -= 2;
    for (uint32_t i = 0; i < s->break_count; i++) {
        const struct scored_break *b = &s->breaks[i];
        if (b->reason != REASON_UNDECIDED || b->closed_us != NEVER_US)
            continue;
        const struct house_order *o = house_find(&run_world(r)->houses[b->channel], b->id);
        bool paid = o != NULL && (o->state == HOUSE_PAID || o->state == HOUSE_RETURNED);
        char at[2][CIVIL_MOMENT_TEXT_MAX];
        civil_print_moment(at[0], b->opened_us + US_PER_HOUR);
        civil_print_moment(at[1], b->opened_us + 2 * US_PER_HOUR);
        say(text, ",{\"at\":\"%s\",\"do\":\"adjust\",\"break\":%u,\"by\":\"li\",\"as\":\"%s\"}",
            at[0], i + 1, paid ? "paid" : "not_paid");
        say(text, ",{\"at\":\"%s\",\"do\":\"approve\",\"break\":%u,\"by\":\"wang\"}", at[1], i + 1);
        payouts_decided[paid]++;
    }
    say(text, "]}");
    return text->used > before;
}

/* Runs the scenario of a seed; says it and what broke if it is not whole, or did not end well. */
static inline bool text_is_whole(struct text *text, uint64_t seed, uint64_t *events,
                                 bool (*ended_well)(const struct run *r))
{
    static struct plan plan;
    struct problems problems = {0};
    bool decided = false;
    if (!plan_parse(&plan, text->bytes, "world", &problems)) {
        fprintf(stderr, "seed %" PRIu64 ": %s\n%s", seed, text->bytes, problems.text);
        problems_free(&problems);
        return false;
    }
    struct run *r = run_create(&plan, &(struct run_options){.audit_every = 1});
    MUST(r != NULL);
    run_go(r);
    bool whole = ended_well(r) && !auditor_broken(run_auditor(r)) &&
                 auditor_paid_twice(run_auditor(r)) == 0 && run_is_audited(r);
    *events += run_result(r)->events;
    if (!whole && run_result(r)->end == RUN_STUCK && !auditor_broken(run_auditor(r)))
        decided = decide(text, r);
    if (!whole && !decided)
        fprintf(stderr, "%s\nseed %" PRIu64 ": %s; %s; the audit %s\n", text->bytes, seed,
                run_result(r)->verdict, auditor_first(run_auditor(r)),
                run_is_audited(r) ? "is right" : "is wrong");
    run_free(r);
    plan_free(&plan);
    return decided ? text_is_whole(text, seed, events, ended_well) : whole;
}

static inline bool world_is_whole(uint64_t seed, uint64_t *events)
{
    static struct text text;
    say_world(&text, seed);
    return text_is_whole(&text, seed, events, run_rests);
}

/* Worlds of seeds 500 i + 1 and on. */
static inline void five_hundred_worlds_are_whole(uint64_t i)
{
    uint64_t events = 0;
    for (uint64_t seed = 1; seed <= 500; seed++)
        ck_assert(world_is_whole(i * 500 + seed, &events));
    ck_assert_uint_gt(events, 50000);
    ck_assert_uint_gt(errors_planted, 1000);
}

#endif
