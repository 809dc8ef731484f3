/* summary.c — see summary.h. */

#include "sim/summary.h"

#include <inttypes.h>
#include <string.h>

#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/base/must.h"
#include "sim/audit_block.h"
#include "sim/leftovers.h"

/* A bank is called what the scenario calls it. */
static void put_institution(uint8_t institution, const char *at, char out[SHOWN_MAX])
{
    if (institution < CHANNELS)
        snprintf(out, SHOWN_MAX, "%s", channel_text((enum channel)institution));
    else if (institution == INSTITUTION_CENTRAL_BANK)
        snprintf(out, SHOWN_MAX, "%s", T(CENTRAL_BANK_ID));
    else
        snprintf(out, SHOWN_MAX, "%.*s", (int)strcspn(at, "."), at);
}

const char *shown_fault_place(const struct run *r, uint32_t fault, char out[SHOWN_MAX])
{
    const struct fault_spec *spec = &run_world(r)->faults.specs[fault];
    const struct fault_settings *f = run_plan(r)->scenario.faults.items;
    char institution[SHOWN_MAX];
    put_institution(spec->house, f[fault].at, institution);
    snprintf(out, SHOWN_MAX, T(FAULT_AT), institution, fault_operation_text(spec->operation));
    return out;
}

void summary_title(FILE *file, const char *title)
{
    enum { TITLE_COLUMNS = 13 };
    size_t columns = shown_columns(title);
    int gap = columns < TITLE_COLUMNS ? (int)(TITLE_COLUMNS - columns) : 0;
    fprintf(file, "  %s%*s ", title, gap, "");
}

/* One metric's value by name; 0 where nothing was measured. */
static int64_t value_of(const struct run *r, const char *name)
{
    const struct metric *m = metric_find(&run_plan(r)->metrics, name);
    struct measured from = run_measured(r);
    int64_t value = 0;
    MUST(m != NULL);
    return metric_value(m, &from, NULL, &value) ? value : 0;
}

static void print_ends(const struct run *r, FILE *file)
{
    char a[SHOWN_MAX];
#define END(name, key)                                                                             \
    if (value_of(r, "payouts." name) > 0)                                                          \
    fprintf(file, T(key), shown_count((uint64_t)value_of(r, "payouts." name), a))
    END("failed", END_FAILED);
    END("expired", END_EXPIRED);
    END("returned", END_RETURNED);
    END("refused", END_REFUSED);
    END("cancelled", END_CANCELLED);
    END("in_doubt", END_IN_DOUBT);
    END("sent", END_SENT);
    END("queued", END_QUEUED);
#undef END
}

static void print_payouts(const struct run *r, FILE *file)
{
    char a[SHOWN_MAX];
    char b[SHOWN_MAX];
    int64_t requested = value_of(r, "payouts.requested");
    int64_t paid = value_of(r, "payouts.paid");
    summary_title(file, T(PAYOUTS));
    fprintf(file, T(REQUESTED), shown_count((uint64_t)requested, a),
            shown_yuan(value_of(r, "payouts.amount_requested_fen"), b));
    summary_title(file, "");
    fprintf(file, T(PAID), shown_count((uint64_t)paid, a),
            requested == 0 ? 0.0 : 100.0 * (double)paid / (double)requested);
    print_ends(r, file);
    fprintf(file, T(PAID_TWICE), shown_count((uint64_t)value_of(r, "payouts.paid_twice"), a));
    int64_t by_lie = value_of(r, "payouts.paid_twice_by_lie");
    if (by_lie > 0)
        fprintf(file, T(PAID_TWICE_BY_LIE), shown_count((uint64_t)by_lie, a));
    fputc('\n', file);
    summary_title(file, T(COLLECTIONS));
    fprintf(file, T(COLLECTED), shown_count((uint64_t)value_of(r, "collections.count"), a),
            shown_yuan(value_of(r, "collections.amount_fen"), b));
}

static const char *wait_point(const struct run *r, const char *metric, const char *point,
                              char out[SHOWN_MAX])
{
    char name[METRIC_NAME_MAX + 4];
    snprintf(name, sizeof name, "%s.%s", metric, point);
    return shown_time(value_of(r, name), out);
}

static void print_wait(const struct run *r, const char *title, const char *metric, FILE *file)
{
    char text[SHOWN_MAX];
    summary_title(file, title);
    fprintf(file, T(POINT_P50), wait_point(r, metric, "p50", text));
    fprintf(file, T(POINT_P90), wait_point(r, metric, "p90", text));
    fprintf(file, T(POINT_P99), wait_point(r, metric, "p99", text));
    fprintf(file, T(POINT_MAX), wait_point(r, metric, "max", text));
    fputc('\n', file);
}

/* Payout time by what held it up; nothing if nobody waited. */
static void print_blocked(const struct run *r, FILE *file)
{
    const struct {
        enum blocked_reason reason;
        const char *word;
    } rows[BLOCKED_REASONS] = {
        {BLOCKED_QUOTA, T(BLOCKED_QUOTA)},     {BLOCKED_CHANNEL, T(BLOCKED_CHANNEL)},
        {BLOCKED_BREAKER, T(BLOCKED_BREAKER)}, {BLOCKED_SHARE, T(BLOCKED_SHARE)},
        {BLOCKED_HOLD, T(BLOCKED_HOLD)},       {BLOCKED_TURN, T(BLOCKED_TURN)},
    };
    const struct blocked *b = run_recorder(r)->blocked;
    const char *gap = "";
    char a[SHOWN_MAX];
    if (!blocked_any(b))
        return;
    summary_title(file, T(BLOCKED));
    for (size_t i = 0; i < BLOCKED_REASONS; i++) {
        int64_t us = (int64_t)blocked_totals(b)->us[rows[i].reason];
        if (us == 0)
            continue;
        fprintf(file, "%s%s %s", gap, rows[i].word, shown_time(us, a));
        gap = T(BLOCKED_GAP);
    }
    fputs(T(BLOCKED_IN_ALL), file);
}

static void print_waits(const struct run *r, FILE *file)
{
    const struct scenario *s = &run_plan(r)->scenario;
    const struct business_settings *b = s->businesses.items;
    char name[METRIC_NAME_MAX];
    char a[SHOWN_MAX];
    if (run_recorder(r)->total.all.wait.count == 0)
        return;
    print_wait(r, T(WAITING), "wait", file);
    for (uint32_t i = 0; i < s->businesses.count && s->businesses.count > 1; i++) {
        if (run_recorder(r)->total.by_business[i].wait.count == 0)
            continue;
        snprintf(name, sizeof name, "wait.%s", b[i].id);
        char title[64];
        snprintf(title, sizeof title, "  %s", b[i].id);
        print_wait(r, title, name, file);
    }
    const char *groups[GROUPS_MAX];
    uint32_t count = scenario_groups(s, groups);
    for (uint32_t g = 0; g < count; g++) {
        if (run_recorder(r)->total.by_group[g].wait.count == 0)
            continue;
        char title[64];
        snprintf(name, sizeof name, "wait.group.%s", groups[g]);
        snprintf(title, sizeof title, T(GROUP), groups[g]);
        print_wait(r, title, name, file);
    }
    print_blocked(r, file);
    summary_title(file, T(LATE));
    fprintf(file, T(LATE_SHARE), shown_count((uint64_t)value_of(r, "late.count"), a),
            (double)value_of(r, "late.share") / 1e4);
}

static int64_t value_of_channel(const struct run *r, const char *channel, const char *metric)
{
    char name[METRIC_NAME_MAX];
    snprintf(name, sizeof name, "%s.%s", channel, metric);
    return value_of(r, name);
}

static void print_channels(const struct run *r, FILE *file)
{
    char a[SHOWN_MAX];
    char b[SHOWN_MAX];
    char c[SHOWN_MAX];
    for (uint32_t i = 0; i < CHANNELS; i++) {
        const char *channel = channel_name((enum channel)i);
        int64_t paid = value_of_channel(r, channel, "paid");
        int64_t lowest_fen = value_of_channel(r, channel, "available_min_fen");
        int64_t mean_fen = value_of_channel(r, channel, "available_mean_fen");
        int64_t dry_us = value_of_channel(r, channel, "dry_s");
        summary_title(file, channel_text((enum channel)i));
        fprintf(file, T(CHANNEL), COUNTED((uint64_t)paid, ONE_PAYMENT, MANY_PAYMENTS, a),
                shown_yuan(lowest_fen, b), shown_yuan(mean_fen, c));
        if (dry_us > 0)
            fprintf(file, T(CHANNEL_DRY), shown_time(dry_us, a));
        fputc('\n', file);
    }
}

/* Why attempts went where they went, the most frequent reasons first. */
static void print_routes(const struct run *r, FILE *file)
{
    const uint64_t *decisions = run_recorder(r)->decisions;
    uint64_t sent = run_recorder(r)->fact_counts[FACT_SENT];
    bool shown[DECISIONS] = {false};
    if (sent == 0)
        return;
    summary_title(file, T(ROUTES));
    for (uint32_t k = 0; k < DECISIONS; k++) {
        uint32_t most = DECISIONS;
        for (uint32_t i = 0; i < DECISIONS; i++)
            if (!shown[i] && (most == DECISIONS ||
                              decisions[decision_words[i]] > decisions[decision_words[most]]))
                most = i;
        shown[most] = true;
        if (decisions[decision_words[most]] > 0)
            fprintf(file, k == 0 ? T(ROUTE) : T(ANOTHER_ROUTE), reason_text(decision_words[most]),
                    (double)decisions[decision_words[most]] * 100 / (double)sent);
    }
    fputc('\n', file);
}

static void print_transfers(const struct run *r, FILE *file)
{
    char a[SHOWN_MAX];
    char b[SHOWN_MAX];
    uint64_t done = (uint64_t)value_of(r, "transfers.done");
    uint64_t failed = (uint64_t)value_of(r, "transfers.failed");
    summary_title(file, T(TRANSFERS));
    fprintf(file, T(TRANSFERS_DONE), shown_count(done, a),
            shown_yuan(value_of(r, "transfers.amount_fen"), b));
    if (failed > 0)
        fprintf(file, T(TRANSFERS_FAILED), shown_count(failed, a));
    fputc('\n', file);
}

/* Long accounts are owed, so their balance is below zero. */
static void print_suspense(const struct run *r, FILE *file)
{
    int64_t long_fen = 0;
    int64_t short_fen = 0;
    char a[SHOWN_MAX];
    char b[SHOWN_MAX];
    for (uint32_t book = 0; book < BOOK_REGISTERED; book++) {
        int64_t fen = book_is_suspense(book) ? auditor_posted_fen(run_auditor(r), book) : 0;
        if (fen < 0)
            long_fen = money_sub(long_fen, fen);
        else
            short_fen = money_add(short_fen, fen);
    }
    if (long_fen == 0 && short_fen == 0)
        return;
    summary_title(file, T(SUSPENSE));
    fprintf(file, T(SUSPENSE_FEN), shown_yuan(long_fen, a), shown_yuan(short_fen, b));
}

static void print_treasury(const struct run *r, FILE *file)
{
    char a[SHOWN_MAX];
    char b[SHOWN_MAX];
    summary_title(file, T(CUSTODY));
    fprintf(file, T(CUSTODY_LEAST), shown_yuan(value_of(r, "acs.balance_min_fen"), a),
            shown_yuan(value_of(r, "acs.unallocated_min_fen"), b));
    fprintf(file, T(CUSTODY_IDLE), shown_yuan(value_of(r, "idle.mean_fen"), a));
    if (value_of(r, "quota.moves") > 0) {
        summary_title(file, T(QUOTA_MOVES));
        fprintf(file, T(QUOTA_MOVED), shown_count((uint64_t)value_of(r, "quota.moves"), a),
                shown_yuan(value_of(r, "quota.moved_fen"), b));
    }
    if (value_of(r, "in_doubt.resolved") > 0) {
        summary_title(file, T(IN_DOUBT));
        fprintf(file, T(DOUBT_RESOLVED), shown_count((uint64_t)value_of(r, "in_doubt.resolved"), a),
                shown_time(value_of(r, "in_doubt.mean_s"), b));
    }
    if (value_of(r, "transfers.started") > 0)
        print_transfers(r, file);
    if (value_of(r, "audit.unexplained_max_fen") > 0) {
        summary_title(file, T(UNEXPLAINED));
        fprintf(file, T(UNEXPLAINED_FEN), shown_yuan(value_of(r, "audit.unexplained_end_fen"), a),
                shown_yuan(value_of(r, "audit.unexplained_max_fen"), b));
    }
    print_suspense(r, file);
    if (value_of(r, "fees.total_fen") > 0) {
        summary_title(file, T(FEES));
        fprintf(file, "%s\n", shown_yuan(value_of(r, "fees.total_fen"), a));
    }
    if (value_of(r, "alerts.count") > 0) {
        summary_title(file, T(ALERTS));
        fprintf(file, "%s\n", shown_count((uint64_t)value_of(r, "alerts.count"), a));
    }
}

/* What was collected and tagged, and rules that were of no use. */
static void print_tagging(const struct run *r, FILE *file)
{
    const struct tagging_settings *t = run_plan(r)->scenario.tagging.items;
    const struct recorder *rec = run_recorder(r);
    char a[SHOWN_MAX];
    char b[SHOWN_MAX];
    if (run_plan(r)->scenario.tagging.count == 0)
        return;
    summary_title(file, T(TAGGING));
    fprintf(file, T(TAGGED), shown_count(rec->fact_counts[FACT_TAGGED], a));
    if (rec->fact_counts[FACT_UNTAGGED] == 0)
        fputc('\n', file);
    else {
        char c[SHOWN_MAX];
        fprintf(file, T(UNTAGGED), shown_count(rec->fact_counts[FACT_UNTAGGED], a),
                shown_yuan(rec->untagged_fen[0], b), shown_yuan(rec->untagged_fen[1], c));
    }
    for (size_t i = 0; i < run_plan(r)->scenario.tagging.count; i++)
        if (rec->tag_matches[i] == 0) {
            summary_title(file, "");
            fprintf(file, T(TAG_NEVER), i, t[i].tag);
        }
}

static void print_faults(const struct run *r, FILE *file)
{
    const struct fault_settings *f = run_plan(r)->scenario.faults.items;
    const struct faults *faults = &run_world(r)->faults;
    char place[SHOWN_MAX];
    char fired[SHOWN_MAX];
    char armed[SHOWN_MAX];
    for (uint32_t i = 0; i < faults->count; i++) {
        summary_title(file, i == 0 ? T(FAULTS) : "");
        fprintf(file, T(FAULT), f[i].id, fault_text(faults->specs[i].kind),
                shown_fault_place(r, i, place), shown_count(faults->counts[i].fired, fired),
                COUNTED(faults->counts[i].armed, ONE_TIME, MANY_TIMES, armed),
                faults->counts[i].fired == 0 ? T(FAULT_NEVER) : "");
    }
}

static void print_expectations(const struct run *r, FILE *file)
{
    const struct expectations *e = &run_plan(r)->expectations;
    char want[EXPECT_TEXT_MAX];
    char got[EXPECT_TEXT_MAX];
    uint32_t met = 0;
    for (uint32_t i = 0; i < e->count; i++)
        met += e->items[i].pass;
    if (e->count == 0)
        return;
    summary_title(file, T(EXPECTATIONS));
    fprintf(file, T(EXPECTATIONS_MET), met, e->count);
    for (uint32_t i = 0; i < e->count; i++) {
        if (e->items[i].pass)
            continue;
        summary_title(file, "");
        fprintf(file, T(EXPECTATION_FAILED), i, e->items[i].settings->that,
                expectation_want(&e->items[i], texts_language, want),
                expectation_got(&e->items[i], texts_language, got));
    }
}

static void print_invariants(const struct run *r, FILE *file)
{
    const struct invariant_count *c = auditor_counts(run_auditor(r));
    uint64_t checked = 0;
    uint32_t whole = 0;
    char a[SHOWN_MAX];
    for (int i = 0; i < INVARIANTS; i++) {
        checked += c[i].checked;
        whole += c[i].broken == 0;
    }
    summary_title(file, T(INVARIANTS));
    fprintf(file, T(INVARIANTS_HOLD), whole, INVARIANTS,
            COUNTED(checked, ONE_CHECK, MANY_CHECKS, a));
    if (auditor_broken(run_auditor(r))) {
        const struct first_break *b = auditor_first_break(run_auditor(r));
        char when[CIVIL_MOMENT_TEXT_MAX];
        civil_print_moment(when, b->at_us);
        summary_title(file, "");
        fprintf(file, T(BROKE), invariant_text((uint8_t)b->which), when, b->event);
        fprintf(file, "%s\n", b->detail);
    }
}

void summary_print(const struct run *r, FILE *file)
{
    const struct scenario *s = &run_plan(r)->scenario;
    const struct run_result *result = run_result(r);
    char from[CIVIL_MOMENT_TEXT_MAX];
    char to[CIVIL_MOMENT_TEXT_MAX];
    char a[SHOWN_MAX];
    char b[SHOWN_MAX];
    civil_print_moment(from, result->start_us);
    civil_print_moment(to, result->end_us);
    fprintf(file, T(HEAD), s->name, verdict_word(result->verdict, texts_language));
    if (s->story != NULL)
        fprintf(file, "  %s\n", s->story);
    fputs("\n  ", file);
    fprintf(file, T(SPAN), from, to, shown_time(result->end_us - result->start_us, a),
            result->wall_s, COUNTED(result->events, ONE_EVENT, MANY_EVENTS, b));
    print_payouts(r, file);
    print_waits(r, file);
    print_channels(r, file);
    print_routes(r, file);
    print_treasury(r, file);
    print_tagging(r, file);
    print_faults(r, file);
    audit_print(r, file);
    print_expectations(r, file);
    print_invariants(r, file);
    leftovers_print(r, file);
    fputs("  ", file);
    fprintf(file, T(SEED), s->seed, result->hash);
}
