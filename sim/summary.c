/* summary.c — see summary.h. */

#include "sim/summary.h"

#include <inttypes.h>
#include <string.h>

#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/base/must.h"

/* --- for people ------------------------------------------------------------ */

static void group(const char *digits, size_t count, char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && (count - i) % 3 == 0)
            out[n++] = ',';
        out[n++] = digits[i];
    }
    out[n] = '\0';
}

const char *shown_count(uint64_t value, char out[SHOWN_MAX])
{
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%" PRIu64, value);
    group(digits, (size_t)n, out);
    return out;
}

const char *shown_yuan(int64_t fen, char out[SHOWN_MAX])
{
    char plain[MONEY_TEXT_MAX];
    char grouped[40];
    money_print(plain, fen < 0 ? -fen : fen);
    char *point = strchr(plain, '.');
    group(plain, (size_t)(point - plain), grouped);
    snprintf(out, SHOWN_MAX, "%s¥%s%s", fen < 0 ? "-" : "", grouped, point);
    return out;
}

const char *shown_yuan_short(int64_t fen, char out[SHOWN_MAX])
{
    double yuan = (double)fen / 100;
    double size = yuan < 0 ? -yuan : yuan;
    if (size >= 1e9)
        snprintf(out, SHOWN_MAX, "¥%.4g bn", yuan / 1e9);
    else if (size >= 1e6)
        snprintf(out, SHOWN_MAX, "¥%.4g M", yuan / 1e6);
    else
        shown_yuan(fen, out);
    return out;
}

const char *shown_time(int64_t us, char out[SHOWN_MAX])
{
    if (us < US_PER_S)
        snprintf(out, SHOWN_MAX, "%" PRId64 " ms", (us + US_PER_MS / 2) / US_PER_MS);
    else if (us < US_PER_MINUTE)
        snprintf(out, SHOWN_MAX, "%.3g s", (double)us / 1e6);
    else if (us < US_PER_HOUR)
        snprintf(out, SHOWN_MAX, "%d m %d s", (int)(us / US_PER_MINUTE), (int)(us / US_PER_S % 60));
    else if (us < US_PER_DAY)
        snprintf(out, SHOWN_MAX, "%d h %d m", (int)(us / US_PER_HOUR),
                 (int)(us / US_PER_MINUTE % 60));
    else
        snprintf(out, SHOWN_MAX, "%d d %d h", (int)(us / US_PER_DAY), (int)(us / US_PER_HOUR % 24));
    return out;
}

/* One metric's value by name; 0 where nothing was measured. */
static int64_t value_of(const struct run *r, const char *name)
{
    const struct metric *m = metric_find(&run_plan(r)->metrics, name);
    struct measured from = {run_recorder(r), auditor_paid_twice(run_auditor(r))};
    int64_t value = 0;
    MUST(m != NULL);
    return metric_value(m, &from, NULL, &value) ? value : 0;
}

static void print_payouts(const struct run *r, FILE *file)
{
    static const char *const ends[] = {"failed",    "expired",  "returned", "refused",
                                       "cancelled", "in_doubt", "sent",     "queued"};
    char a[SHOWN_MAX];
    char b[SHOWN_MAX];
    char name[64];
    int64_t requested = value_of(r, "payouts.requested");
    int64_t paid = value_of(r, "payouts.paid");
    fprintf(file, "  payouts       %s requested, %s\n", shown_count((uint64_t)requested, a),
            shown_yuan(value_of(r, "payouts.amount_requested_fen"), b));
    fprintf(file, "                %s paid (%.4g %%)", shown_count((uint64_t)paid, a),
            requested == 0 ? 0.0 : 100.0 * (double)paid / (double)requested);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        snprintf(name, sizeof name, "payouts.%s", ends[i]);
        int64_t count = value_of(r, name);
        if (count > 0)
            fprintf(file, ", %s %s", shown_count((uint64_t)count, a),
                    strcmp(ends[i], "in_doubt") == 0 ? "in doubt" : ends[i]);
    }
    fprintf(file, "; %s paid twice\n", shown_count((uint64_t)value_of(r, "payouts.paid_twice"), a));
    fprintf(file, "  collections   %s, %s\n",
            shown_count((uint64_t)value_of(r, "collections.count"), a),
            shown_yuan(value_of(r, "collections.amount_fen"), b));
}

static void print_wait(const struct run *r, const char *title, const char *metric, FILE *file)
{
    static const char *const points[] = {"p50", "p90", "p99", "max"};
    char name[METRIC_NAME_MAX];
    char text[SHOWN_MAX];
    fprintf(file, "  %-13s", title);
    for (size_t i = 0; i < 4; i++) {
        snprintf(name, sizeof name, "%s.%s", metric, points[i]);
        fprintf(file, "%s %s %s", i == 0 ? "" : ",", points[i],
                shown_time(value_of(r, name), text));
    }
    fputc('\n', file);
}

static void print_waits(const struct run *r, FILE *file)
{
    const struct scenario *s = &run_plan(r)->scenario;
    const struct business_settings *b = s->businesses.items;
    char name[METRIC_NAME_MAX];
    char a[SHOWN_MAX];
    if (run_recorder(r)->total.all.wait.count == 0)
        return;
    print_wait(r, "waiting", "wait", file);
    for (uint32_t i = 0; i < s->businesses.count && s->businesses.count > 1; i++) {
        if (run_recorder(r)->total.by_business[i].wait.count == 0)
            continue;
        snprintf(name, sizeof name, "wait.%s", b[i].id);
        char title[64];
        snprintf(title, sizeof title, "  %s", b[i].id);
        print_wait(r, title, name, file);
    }
    fprintf(file, "  late          %s (%.4g %%)\n",
            shown_count((uint64_t)value_of(r, "late.count"), a),
            (double)value_of(r, "late.share") / 1e4);
}

static void print_channels(const struct run *r, FILE *file)
{
    char name[METRIC_NAME_MAX];
    char a[SHOWN_MAX];
    char b[SHOWN_MAX];
    char c[SHOWN_MAX];
    for (uint32_t i = 0; i < CHANNELS; i++) {
        const char *channel = channel_name((enum channel)i);
        snprintf(name, sizeof name, "%s.paid", channel);
        int64_t paid = value_of(r, name);
        snprintf(name, sizeof name, "%s.available_min_fen", channel);
        int64_t lowest = value_of(r, name);
        snprintf(name, sizeof name, "%s.available_mean_fen", channel);
        int64_t mean = value_of(r, name);
        snprintf(name, sizeof name, "%s.dry_s", channel);
        int64_t dry = value_of(r, name);
        fprintf(file, "  %-13s %s payments; available: least %s, mean %s", channel,
                shown_count((uint64_t)paid, a), shown_yuan(lowest, b), shown_yuan(mean, c));
        if (dry > 0)
            fprintf(file, "; short of quota for %s", shown_time(dry, a));
        fputc('\n', file);
    }
}

static void print_treasury(const struct run *r, FILE *file)
{
    char a[SHOWN_MAX];
    char b[SHOWN_MAX];
    fprintf(file, "  custody (ACS) least %s, unallocated least %s",
            shown_yuan(value_of(r, "acs.balance_min_fen"), a),
            shown_yuan(value_of(r, "acs.unallocated_min_fen"), b));
    fprintf(file, "; idle on average %s\n", shown_yuan(value_of(r, "idle.mean_fen"), a));
    if (value_of(r, "quota.moves") > 0)
        fprintf(file, "  quota moves   %s, %s\n",
                shown_count((uint64_t)value_of(r, "quota.moves"), a),
                shown_yuan(value_of(r, "quota.moved_fen"), b));
    if (value_of(r, "in_doubt.resolved") > 0)
        fprintf(file, "  in doubt      %s came to a definite answer, after %s on average\n",
                shown_count((uint64_t)value_of(r, "in_doubt.resolved"), a),
                shown_time(value_of(r, "in_doubt.mean_s"), b));
    if (value_of(r, "fees.total_fen") > 0)
        fprintf(file, "  fees          %s\n", shown_yuan(value_of(r, "fees.total_fen"), a));
    if (value_of(r, "alerts.count") > 0)
        fprintf(file, "  alerts        %s\n",
                shown_count((uint64_t)value_of(r, "alerts.count"), a));
}

static void print_faults(const struct run *r, FILE *file)
{
    const struct scenario *s = &run_plan(r)->scenario;
    const struct fault_settings *f = s->faults.items;
    const struct faults *faults = &run_world(r)->faults;
    char a[SHOWN_MAX];
    char b[SHOWN_MAX];
    for (uint32_t i = 0; i < faults->count; i++)
        fprintf(file, "  %s %s: %s at %s, fired %s of %s times%s\n",
                i == 0 ? "faults       " : "             ", f[i].id, fault_kind_names[f[i].kind],
                f[i].at, shown_count(faults->counts[i].fired, a),
                shown_count(faults->counts[i].armed, b),
                faults->counts[i].fired == 0 ? "  (never)" : "");
}

static void print_expectations(const struct run *r, FILE *file)
{
    const struct expectations *e = &run_plan(r)->expectations;
    uint32_t met = 0;
    for (uint32_t i = 0; i < e->count; i++)
        met += e->items[i].pass;
    if (e->count > 0)
        fprintf(file, "  expectations  %u of %u met\n", met, e->count);
    for (uint32_t i = 0; i < e->count; i++)
        if (!e->items[i].pass)
            fprintf(file, "                /expect/%u: %s: want %s, got %s\n", i,
                    e->items[i].settings->that, e->items[i].want, e->items[i].got);
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
    fprintf(file, "  invariants    %u of %d hold, in %s checks\n", whole, INVARIANTS,
            shown_count(checked, a));
    if (auditor_broken(run_auditor(r)))
        fprintf(file, "                %s\n", auditor_first(run_auditor(r)));
}

static void print_left_elsewhere(const struct run *r, FILE *file)
{
    char a[SHOWN_MAX];
    fputs("  stuck         drain_max has passed and work is left:\n", file);
    if (run_result(r)->pending > 0)
        fprintf(file, "                %s answers or notices are still under way\n",
                shown_count(run_result(r)->pending, a));
    if (auditor_open_moves(run_auditor(r)) > 0)
        fprintf(file, "                %s quota moves have not ended\n",
                shown_count(auditor_open_moves(run_auditor(r)), a));
    for (uint32_t c = 0; c < CHANNELS; c++) {
        const struct house *h = &run_world(r)->houses[c];
        if (!house_quiet(h))
            fprintf(file, "                %s: %s processing, %s unsettled or owed\n",
                    channel_name((enum channel)c), shown_yuan(h->processing_fen, a),
                    h->returns_due > 0 ? "returns" : "sessions, lists or fees");
    }
}

/* What is left when a run is stuck, oldest first. */
static void print_left(const struct run *r, FILE *file)
{
    const struct recorder *rec = run_recorder(r);
    char text[REFERENCE_MAX + 1];
    char when[CIVIL_MOMENT_TEXT_MAX];
    char a[SHOWN_MAX];
    int64_t after_us = INT64_MIN;
    uint32_t after = 0;
    if (run_result(r)->end != RUN_STUCK)
        return;
    print_left_elsewhere(r, file);
    if (auditor_open_payouts(run_auditor(r)) == 0)
        return;
    fprintf(file, "                %s payouts have not ended; the oldest:\n",
            shown_count(auditor_open_payouts(run_auditor(r)), a));
    for (int line = 0; line < 10; line++) {
        uint32_t oldest = NONE;
        for (uint32_t i = 0; i < rec->slot_count && i < rec->total.requested; i++) {
            const struct slot_info *s = &rec->slots[i];
            bool later = s->requested_us > after_us || (s->requested_us == after_us && i > after);
            if (s->open && (line == 0 || later) &&
                (oldest == NONE || s->requested_us < rec->slots[oldest].requested_us))
                oldest = i;
        }
        if (oldest == NONE)
            break;
        after_us = rec->slots[oldest].requested_us;
        after = oldest;
        recorder_reference(rec, oldest, text);
        civil_print_moment(when, after_us);
        fprintf(file, "                %s, %s, requested %s\n", text,
                shown_yuan(rec->slots[oldest].amount_fen, a), when);
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
    fprintf(file, "%s: %s\n", s->name, result->verdict);
    if (s->story != NULL)
        fprintf(file, "  %s\n", s->story);
    fprintf(file, "\n  %s to %s: %s in %.2f s, %s events\n", from, to,
            shown_time(result->end_us - result->start_us, a), result->wall_s,
            shown_count(result->events, b));
    print_payouts(r, file);
    print_waits(r, file);
    print_channels(r, file);
    print_treasury(r, file);
    print_faults(r, file);
    print_expectations(r, file);
    print_invariants(r, file);
    print_left(r, file);
    fprintf(file, "  seed %" PRId64 ", hash %016" PRIx64 "\n", s->seed, result->hash);
}

/* --- for tools ------------------------------------------------------------- */

static json_t *metrics_json(const struct run *r)
{
    const struct metric_list *list = &run_plan(r)->metrics;
    struct measured from = {run_recorder(r), auditor_paid_twice(run_auditor(r))};
    json_t *metrics = json_object();
    for (uint32_t i = 0; i < list->count; i++) {
        const struct metric *m = &list->metrics[i];
        int64_t value;
        json_t *json = json_null();
        if (metric_value(m, &from, NULL, &value))
            json = m->unit == UNIT_SECONDS || m->unit == UNIT_SHARE ? json_real((double)value / 1e6)
                                                                    : json_integer(value);
        json_object_set_new(metrics, m->name, json);
    }
    return metrics;
}

static json_t *expectations_json(const struct run *r)
{
    const struct expectations *e = &run_plan(r)->expectations;
    json_t *list = json_array();
    for (uint32_t i = 0; i < e->count; i++) {
        const struct expectation *x = &e->items[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b}", "that", x->settings->that,
                                              "want", x->want, "got", x->got, "pass", x->pass));
    }
    return list;
}

static json_t *invariants_json(const struct run *r)
{
    const struct invariant_count *c = auditor_counts(run_auditor(r));
    json_t *list = json_array();
    for (int i = 0; i < INVARIANTS; i++)
        json_array_append_new(
            list, json_pack("{s:s, s:I, s:I}", "name", invariant_name((enum invariant)i), "checked",
                            (json_int_t)c[i].checked, "broken", (json_int_t)c[i].broken));
    return list;
}

static json_t *faults_json(const struct run *r)
{
    const struct fault_settings *f = run_plan(r)->scenario.faults.items;
    const struct faults *faults = &run_world(r)->faults;
    json_t *list = json_array();
    for (uint32_t i = 0; i < faults->count; i++)
        json_array_append_new(list, json_pack("{s:s, s:I, s:I}", "id", f[i].id, "armed",
                                              (json_int_t)faults->counts[i].armed, "fired",
                                              (json_int_t)faults->counts[i].fired));
    return list;
}

json_t *summary_json(const struct run *r)
{
    const struct scenario *s = &run_plan(r)->scenario;
    const struct run_result *result = run_result(r);
    double requested = (double)run_recorder(r)->total.requested;
    char hash[24];
    snprintf(hash, sizeof hash, "%016" PRIx64, result->hash);
    json_t *j = json_object();
    json_object_set_new(j, "scenario", json_string(s->name));
    json_object_set_new(j, "seed", json_integer(s->seed));
    json_object_set_new(j, "version", json_string(TOUCUN_VERSION));
    json_object_set_new(j, "verdict", json_string(result->verdict));
    json_object_set_new(j, "hash", json_string(hash));
    json_object_set_new(j, "virtual_s",
                        json_real((double)(result->end_us - result->start_us) / 1e6));
    json_object_set_new(j, "wall_s", json_real(result->wall_s));
    json_object_set_new(j, "events", json_integer((json_int_t)result->events));
    json_object_set_new(j, "payouts_per_s",
                        json_real(result->wall_s > 0 ? requested / result->wall_s : 0));
    json_object_set_new(j, "peak_bytes", json_integer(result->peak_bytes));
    json_object_set_new(j, "metrics", metrics_json(r));
    json_object_set_new(j, "expectations", expectations_json(r));
    json_object_set_new(j, "invariants", invariants_json(r));
    json_object_set_new(j, "faults", faults_json(r));
    return j;
}

void summary_write_json(const json_t *summary, FILE *file)
{
    json_dumpf(summary, file, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    fputc('\n', file);
}
