/* metrics.c — see metrics.h. */

#include "sim/metrics.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/civil.h"
#include "core/base/must.h"

__attribute__((format(printf, 5, 6))) static struct metric *add(struct metric_list *list,
                                                                enum metric_source source,
                                                                uint32_t index, enum unit unit,
                                                                const char *format, ...)
{
    MUST(list->count < METRICS_MAX);
    struct metric *m = &list->metrics[list->count++];
    *m = (struct metric){.source = source, .index = index, .unit = unit};
    va_list args;
    va_start(args, format);
    vsnprintf(m->name, sizeof m->name, format, args);
    va_end(args);
    return m;
}

static void add_waits(struct metric_list *list, enum metric_source source, uint32_t index,
                      const char *name)
{
    static const struct {
        const char *name;
        int32_t point;
    } points[] = {{"p50", 500000},
                  {"p90", 900000},
                  {"p99", 990000},
                  {"max", POINT_MAX},
                  {"mean", POINT_MEAN}};
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
        struct metric *m = add(list, source, index, UNIT_SECONDS, "%s.%s", name, points[i].name);
        m->point = points[i].point;
        m->of_payouts = true;
    }
}

static void add_payouts(struct metric_list *list)
{
    static const struct {
        const char *name;
        enum payout_state state;
    } ends[] = {{"failed", PAYOUT_FAILED},       {"expired", PAYOUT_EXPIRED},
                {"returned", PAYOUT_RETURNED},   {"refused", PAYOUT_REFUSED},
                {"cancelled", PAYOUT_CANCELLED}, {"in_doubt", PAYOUT_IN_DOUBT},
                {"sent", PAYOUT_SENT},           {"queued", PAYOUT_QUEUED}};
    add(list, METRIC_REQUESTED, 0, UNIT_COUNT, "payouts.requested")->of_payouts = true;
    add(list, METRIC_PAID, 0, UNIT_COUNT, "payouts.paid")->of_payouts = true;
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        struct metric *m =
            add(list, METRIC_END_STATE, ends[i].state, UNIT_COUNT, "payouts.%s", ends[i].name);
        m->of_payouts = ends[i].state != PAYOUT_RETURNED && ends[i].state != PAYOUT_IN_DOUBT &&
                        ends[i].state != PAYOUT_SENT && ends[i].state != PAYOUT_QUEUED;
    }
    add(list, METRIC_REPEATED, 0, UNIT_COUNT, "payouts.repeated");
    add(list, METRIC_PAID_TWICE, 0, UNIT_COUNT, "payouts.paid_twice");
    add(list, METRIC_PAID_TWICE_BY_LIE, 0, UNIT_COUNT, "payouts.paid_twice_by_lie");
    add(list, METRIC_AMOUNT_REQUESTED, 0, UNIT_FEN, "payouts.amount_requested_fen")->of_payouts =
        true;
    add(list, METRIC_AMOUNT_PAID, 0, UNIT_FEN, "payouts.amount_paid_fen")->of_payouts = true;
    add(list, METRIC_COLLECTIONS, 0, UNIT_COUNT, "collections.count");
    add(list, METRIC_COLLECTED, 0, UNIT_FEN, "collections.amount_fen");
}

static void add_channels(struct metric_list *list)
{
    for (uint32_t c = 0; c < CHANNELS; c++) {
        const char *name = channel_name((enum channel)c);
        add(list, METRIC_CHANNEL_PAID, c, UNIT_COUNT, "%s.paid", name);
        add(list, METRIC_CHANNEL_FAILED, c, UNIT_COUNT, "%s.failed", name);
        add(list, METRIC_AVAILABLE_MIN, c, UNIT_FEN, "%s.available_min_fen", name);
        add(list, METRIC_AVAILABLE_MEAN, c, UNIT_FEN, "%s.available_mean_fen", name);
        add(list, METRIC_MAPPED_MEAN, c, UNIT_FEN, "%s.mapped_mean_fen", name);
        add(list, METRIC_DRY, c, UNIT_SECONDS, "%s.dry_s", name);
    }
}

static bool has_virtual_reserve(const struct scenario *s)
{
    const struct account_settings *a = s->accounts.items;
    for (size_t i = 0; i < s->accounts.count; i++)
        if (a[i].kind == ACCOUNT_VIRTUAL_RESERVE)
            return true;
    return false;
}

static void add_groups(struct metric_list *list, const struct scenario *s)
{
    const char *names[GROUPS_MAX];
    char name[64];
    uint32_t count = scenario_groups(s, names);
    for (uint32_t g = 0; g < count; g++) {
        snprintf(name, sizeof name, "wait.group.%s", names[g]);
        add_waits(list, METRIC_WAIT, WAITS_OF_GROUPS + g, name);
        snprintf(name, sizeof name, "queue_wait.group.%s", names[g]);
        add_waits(list, METRIC_QUEUE_WAIT, WAITS_OF_GROUPS + g, name);
    }
}

static void add_audit(struct metric_list *list)
{
    static const char *const figures[AUDIT_FIGURES] = {
        [AUDIT_MATCHED] = "matched",
        [AUDIT_BREAKS_OPEN] = "breaks_open",
        [AUDIT_BREAKS_CLOSED] = "breaks_closed",
        [AUDIT_INJECTED] = "injected",
        [AUDIT_FOUND] = "found",
        [AUDIT_MISSED] = "missed",
        [AUDIT_FALSE] = "false",
        [AUDIT_DETECTION_MEAN] = "detection_mean_s",
        [AUDIT_DETECTION_MAX] = "detection_max_s",
    };
    for (uint32_t i = 0; i < AUDIT_FIGURES; i++)
        add(list, METRIC_AUDIT, i, i < AUDIT_DETECTION_MEAN ? UNIT_COUNT : UNIT_SECONDS, "audit.%s",
            figures[i]);
    for (uint32_t t = 0; t < MATCH_TYPES; t++) {
        const char *type = match_type_word((enum match_type)t);
        add(list, METRIC_AUDIT_INJECTED, t, UNIT_COUNT, "audit.injected.%s", type);
        add(list, METRIC_AUDIT_FOUND, t, UNIT_COUNT, "audit.found.%s", type);
    }
}

static uint32_t first_of_tag(const struct scenario *s, uint32_t rule)
{
    const struct tagging_settings *t = s->tagging.items;
    uint32_t first = 0;
    while (strcmp(t[first].tag, t[rule].tag) != 0)
        first++;
    return first;
}

static void add_tags(struct metric_list *list, const struct scenario *s)
{
    const struct tagging_settings *t = s->tagging.items;
    if (s->tagging.count == 0)
        return;
    add(list, METRIC_TAGGED, FACT_TAGGED, UNIT_COUNT, "audit.tagged");
    add(list, METRIC_TAGGED, FACT_UNTAGGED, UNIT_COUNT, "audit.untagged");
    for (uint32_t i = 0; i < s->tagging.count; i++)
        if (first_of_tag(s, i) == i)
            add(list, METRIC_TAG, i, UNIT_COUNT, "audit.tagged.%s", t[i].tag);
}

void metric_list_init(struct metric_list *list, const struct scenario *s,
                      uint32_t businesses_paying)
{
    const struct business_settings *b = s->businesses.items;
    char name[64];

    list->count = 0;
    add_payouts(list);
    add_waits(list, METRIC_WAIT, WAITS_OF_ALL, "wait");
    add_waits(list, METRIC_QUEUE_WAIT, WAITS_OF_ALL, "queue_wait");
    for (uint32_t i = 0; i < s->businesses.count; i++) {
        if (!(businesses_paying >> i & 1))
            continue;
        snprintf(name, sizeof name, "wait.%s", b[i].id);
        add_waits(list, METRIC_WAIT, i, name);
        snprintf(name, sizeof name, "queue_wait.%s", b[i].id);
        add_waits(list, METRIC_QUEUE_WAIT, i, name);
    }
    add_groups(list, s);
    for (uint32_t r = 0; r < BLOCKED_REASONS; r++)
        add(list, METRIC_BLOCKED, r, UNIT_SECONDS, "blocked.%s_s",
            blocked_reason_name((enum blocked_reason)r));
    add(list, METRIC_BLOCKED_YUAN, 0, UNIT_COUNT, "blocked.quota_yuan_s");
    add(list, METRIC_LATE, 0, UNIT_COUNT, "late.count")->of_payouts = true;
    add(list, METRIC_LATE_SHARE, 0, UNIT_SHARE, "late.share")->of_payouts = true;
    add_channels(list);
    for (uint32_t i = 0; i < DECISIONS; i++)
        add(list, METRIC_DECISIONS, decision_words[i], UNIT_COUNT, "decisions.%s",
            reason_name((enum reason)decision_words[i]));
    add(list, METRIC_ACS_MIN, 0, UNIT_FEN, "acs.balance_min_fen");
    add(list, METRIC_UNALLOCATED_MIN, 0, UNIT_FEN, "acs.unallocated_min_fen");
    add(list, METRIC_IDLE_MEAN, 0, UNIT_FEN, "idle.mean_fen");
    if (has_virtual_reserve(s))
        add(list, METRIC_VIRTUAL_MEAN, 0, UNIT_FEN, "virtual.mean_fen");
    add(list, METRIC_MOVES, 0, UNIT_COUNT, "quota.moves");
    add(list, METRIC_MOVED, 0, UNIT_FEN, "quota.moved_fen");
    add(list, METRIC_DOUBTS_RESOLVED, 0, UNIT_COUNT, "in_doubt.resolved");
    add(list, METRIC_DOUBT_MEAN, 0, UNIT_SECONDS, "in_doubt.mean_s");
    add(list, METRIC_FEES, 0, UNIT_FEN, "fees.total_fen");
    add(list, METRIC_BOOKS, BOOKS_CLOSES, UNIT_COUNT, "ledger.closes");
    add(list, METRIC_BOOKS, BOOKS_UNBALANCED, UNIT_COUNT, "ledger.unbalanced");
    add(list, METRIC_BOOKS, BOOKS_UNEXPLAINED_MAX, UNIT_FEN, "audit.unexplained_max_fen");
    add(list, METRIC_BOOKS, BOOKS_UNEXPLAINED_END, UNIT_FEN, "audit.unexplained_end_fen");
    add(list, METRIC_ALERTS, 0, UNIT_COUNT, "alerts.count");
    add(list, METRIC_BREAKERS, 0, UNIT_COUNT, "breakers.opened");
    for (uint32_t i = 0; i < s->breakers.count; i++)
        add(list, METRIC_BREAKER, i, UNIT_COUNT, "breaker.%s",
            ((const struct breaker_settings *)s->breakers.items)[i].id);
    add(list, METRIC_TRANSFERS_STARTED, 0, UNIT_COUNT, "transfers.started");
    add(list, METRIC_TRANSFERS_DONE, 0, UNIT_COUNT, "transfers.done");
    add(list, METRIC_TRANSFERS_FAILED, 0, UNIT_COUNT, "transfers.failed");
    add(list, METRIC_TRANSFERRED, 0, UNIT_FEN, "transfers.amount_fen");
    add(list, METRIC_ACCOUNTS_OVERDUE, 0, UNIT_COUNT, "accounts.overdue");
    add_audit(list);
    add_tags(list, s);
}

const struct metric *metric_find(const struct metric_list *list, const char *name)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (strcmp(list->metrics[i].name, name) == 0)
            return &list->metrics[i];
    return NULL;
}

static bool point_of(const struct histogram *h, int32_t point, int64_t *us)
{
    double mean_us;
    if (point == POINT_MAX) {
        *us = h->max_us;
        return h->count > 0;
    }
    if (point == POINT_MEAN) {
        if (!histogram_mean(h, &mean_us))
            return false;
        *us = (int64_t)(mean_us + 0.5);
        return true;
    }
    return histogram_percentile(h, point, us);
}

static const struct waits *waits_of(const struct payout_stats *s, uint32_t index)
{
    if (index >= WAITS_OF_GROUPS)
        return &s->by_group[index - WAITS_OF_GROUPS];
    return index == WAITS_OF_ALL ? &s->all : &s->by_business[index];
}

static bool ratio(wide sum, wide by, int64_t *value)
{
    if (by == 0)
        return false;
    *value = (int64_t)(sum / by);
    return true;
}

/* Of payouts, in all or in a window. */
static bool payout_value(const struct metric *m, const struct payout_stats *s, int64_t *value)
{
    switch ((int)m->source) {
    case METRIC_REQUESTED:
        *value = (int64_t)s->requested;
        return true;
    case METRIC_PAID:
        *value = (int64_t)s->paid;
        return true;
    case METRIC_END_STATE:
        *value = (int64_t)s->ended[m->index];
        return true;
    case METRIC_AMOUNT_REQUESTED:
        *value = s->amount_requested_fen;
        return true;
    case METRIC_AMOUNT_PAID:
        *value = s->amount_paid_fen;
        return true;
    case METRIC_WAIT:
        return point_of(&waits_of(s, m->index)->wait, m->point, value);
    case METRIC_QUEUE_WAIT:
        return point_of(&waits_of(s, m->index)->queue_wait, m->point, value);
    case METRIC_LATE:
        *value = (int64_t)s->late;
        return true;
    case METRIC_LATE_SHARE:
        return ratio((wide)s->late * 1000000, (wide)s->requested, value);
    default:
        NEVER("not a metric of payouts");
    }
}

static bool channel_value(const struct metric *m, const struct recorder *r, int64_t *value)
{
    const struct channel_tally *c = &r->channels[m->index];
    switch ((int)m->source) {
    case METRIC_CHANNEL_PAID:
        *value = (int64_t)c->paid;
        return true;
    case METRIC_CHANNEL_FAILED:
        *value = (int64_t)c->failed;
        return true;
    case METRIC_AVAILABLE_MIN:
        *value = c->available_min_fen;
        return true;
    case METRIC_AVAILABLE_MEAN:
        return ratio(c->available_fen_us, r->means_us, value);
    case METRIC_MAPPED_MEAN:
        return ratio(c->mapped_fen_us, r->means_us, value);
    case METRIC_DRY:
        *value = c->dry_us;
        return true;
    default:
        NEVER("not a metric of a channel");
    }
}

/* Payout-seconds in microseconds; what waited for quota in yuan times seconds. */
static bool blocked_value(const struct metric *m, const struct blocked *b, int64_t *value)
{
    const struct blocked_totals *totals = blocked_totals(b);
    *value = m->source == METRIC_BLOCKED ? (int64_t)totals->us[m->index]
                                         : (int64_t)(totals->quota_fen_us / 100 / US_PER_S);
    return true;
}

static bool treasury_value(const struct metric *m, const struct recorder *r, int64_t *value)
{
    switch ((int)m->source) {
    case METRIC_REPEATED:
        *value = (int64_t)r->fact_counts[FACT_REPEATED];
        return true;
    case METRIC_COLLECTIONS:
        *value = (int64_t)r->collections;
        return true;
    case METRIC_COLLECTED:
        *value = r->collected_fen;
        return true;
    case METRIC_DECISIONS:
        *value = (int64_t)r->decisions[m->index];
        return true;
    case METRIC_ACS_MIN:
        *value = r->acs_min_fen;
        return true;
    case METRIC_UNALLOCATED_MIN:
        *value = r->unallocated_min_fen;
        return true;
    case METRIC_IDLE_MEAN:
        return ratio(r->idle_fen_us, r->means_us, value);
    case METRIC_VIRTUAL_MEAN:
        return ratio(r->virtual_fen_us, r->means_us, value);
    case METRIC_MOVES:
        *value = (int64_t)r->fact_counts[FACT_MOVE_DONE];
        return true;
    case METRIC_MOVED:
        *value = r->moved_fen;
        return true;
    case METRIC_DOUBTS_RESOLVED:
        *value = (int64_t)r->doubts_resolved;
        return true;
    case METRIC_DOUBT_MEAN:
        return ratio(r->doubt_us, (wide)r->doubts_resolved, value);
    case METRIC_FEES:
        *value = r->fees_fen;
        return true;
    case METRIC_ALERTS:
        *value = (int64_t)(r->fact_counts[FACT_ALERT] + r->fact_counts[FACT_ALERT_RAISED]);
        return true;
    case METRIC_BREAKERS:
        *value = (int64_t)r->fact_counts[FACT_BREAKER_OPENED];
        return true;
    case METRIC_BREAKER:
        *value = (int64_t)r->breaker_openings[m->index];
        return true;
    default:
        NEVER("not a metric of the treasury");
    }
}

static bool transfer_value(const struct metric *m, const struct follow *f, int64_t *value)
{
    switch ((int)m->source) {
    case METRIC_TRANSFERS_STARTED:
        *value = (int64_t)f->requested;
        return true;
    case METRIC_TRANSFERS_DONE:
        *value = (int64_t)f->done;
        return true;
    case METRIC_TRANSFERS_FAILED: /* also what has not ended when the run does */
        *value = (int64_t)(f->failed + f->open);
        return true;
    case METRIC_TRANSFERRED:
        *value = f->done_fen;
        return true;
    case METRIC_ACCOUNTS_OVERDUE:
        *value = follow_overdue(f);
        return true;
    default:
        NEVER("not a metric of transfers");
    }
}

static bool audit_value(const struct metric *m, const struct score *s, int64_t *value)
{
    if (m->source != METRIC_AUDIT) {
        *value = (int64_t)(m->source == METRIC_AUDIT_FOUND ? s->found : s->injected)[m->index];
        return true;
    }
    uint64_t injected = score_sum(s->injected);
    uint64_t found = score_sum(s->found);
    switch ((enum audit_figure)m->index) {
    case AUDIT_MATCHED:
        *value = (int64_t)s->matched;
        return true;
    case AUDIT_BREAKS_OPEN:
        *value = (int64_t)s->open;
        return true;
    case AUDIT_BREAKS_CLOSED:
        *value = (int64_t)(s->break_count - s->open);
        return true;
    case AUDIT_INJECTED:
        *value = (int64_t)injected;
        return true;
    case AUDIT_FOUND:
        *value = (int64_t)found;
        return true;
    case AUDIT_MISSED:
        *value = (int64_t)(injected - found);
        return true;
    case AUDIT_FALSE:
        *value = (int64_t)score_sum(s->wrong);
        return true;
    case AUDIT_DETECTION_MEAN:
        return ratio(s->detection_us, (wide)s->detected, value);
    case AUDIT_DETECTION_MAX:
        *value = s->detection_max_us;
        return s->detected > 0;
    case AUDIT_FIGURES:
        break;
    }
    NEVER("an unlisted figure of the audit");
}

static bool tag_value(const struct metric *m, const struct recorder *r, int64_t *value)
{
    if (m->source == METRIC_TAGGED) {
        *value = (int64_t)r->fact_counts[m->index];
        return true;
    }
    uint64_t count = 0;
    for (uint32_t i = 0; i < r->scenario->tagging.count; i++)
        if (first_of_tag(r->scenario, i) == m->index)
            count += r->tag_matches[i];
    *value = (int64_t)count;
    return true;
}

static bool books_value(const struct metric *m, const struct recorder *r, int64_t *value)
{
    switch ((enum books_figure)m->index) {
    case BOOKS_CLOSES:
        *value = (int64_t)r->fact_counts[FACT_DAY_CLOSED];
        return true;
    case BOOKS_UNBALANCED:
        *value = (int64_t)r->closing.unbalanced;
        return true;
    case BOOKS_UNEXPLAINED_MAX:
        *value = r->balances.most_fen;
        return true;
    case BOOKS_UNEXPLAINED_END:
        *value = balance_tally_end_fen(&r->balances);
        return true;
    }
    NEVER("an unlisted figure of the books");
}

static bool end_value(const struct metric *m, const struct measured *from, int64_t *value)
{
    *value =
        (int64_t)(m->source == METRIC_PAID_TWICE          ? from->paid_twice
                  : m->source == METRIC_PAID_TWICE_BY_LIE ? from->paid_twice_by_lie
                                                          : from->recorder->by_state[m->index]);
    return true;
}

/* Of the run as a whole. */
static bool run_value(const struct metric *m, const struct measured *from, int64_t *value)
{
    const struct recorder *r = from->recorder;
    switch (m->source) {
    case METRIC_TAGGED:
    case METRIC_TAG:
        return tag_value(m, r, value);
    case METRIC_END_STATE:
    case METRIC_PAID_TWICE:
    case METRIC_PAID_TWICE_BY_LIE:
        return end_value(m, from, value);
    case METRIC_REQUESTED:
    case METRIC_PAID:
    case METRIC_AMOUNT_REQUESTED:
    case METRIC_AMOUNT_PAID:
    case METRIC_WAIT:
    case METRIC_QUEUE_WAIT:
    case METRIC_LATE:
    case METRIC_LATE_SHARE:
        return payout_value(m, &r->total, value);
    case METRIC_CHANNEL_PAID:
    case METRIC_CHANNEL_FAILED:
    case METRIC_AVAILABLE_MIN:
    case METRIC_AVAILABLE_MEAN:
    case METRIC_MAPPED_MEAN:
    case METRIC_DRY:
        return channel_value(m, r, value);
    case METRIC_BLOCKED:
    case METRIC_BLOCKED_YUAN:
        return blocked_value(m, r->blocked, value);
    case METRIC_REPEATED:
    case METRIC_COLLECTIONS:
    case METRIC_COLLECTED:
    case METRIC_DECISIONS:
    case METRIC_ACS_MIN:
    case METRIC_UNALLOCATED_MIN:
    case METRIC_IDLE_MEAN:
    case METRIC_VIRTUAL_MEAN:
    case METRIC_MOVES:
    case METRIC_MOVED:
    case METRIC_DOUBTS_RESOLVED:
    case METRIC_DOUBT_MEAN:
    case METRIC_FEES:
    case METRIC_ALERTS:
    case METRIC_BREAKERS:
    case METRIC_BREAKER:
        return treasury_value(m, r, value);
    case METRIC_TRANSFERS_STARTED:
    case METRIC_TRANSFERS_DONE:
    case METRIC_TRANSFERS_FAILED:
    case METRIC_TRANSFERRED:
    case METRIC_ACCOUNTS_OVERDUE:
        return transfer_value(m, &r->follow, value);
    case METRIC_AUDIT:
    case METRIC_AUDIT_INJECTED:
    case METRIC_AUDIT_FOUND:
        return audit_value(m, &r->score, value);
    case METRIC_BOOKS:
        return books_value(m, r, value);
    }
    NEVER("an unlisted metric");
}

bool metric_value(const struct metric *m, const struct measured *from,
                  const struct payout_stats *stats, int64_t *value)
{
    if (stats == NULL)
        return run_value(m, from, value);
    MUST(m->of_payouts);
    return payout_value(m, stats, value);
}
