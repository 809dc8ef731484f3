/* report.c — see report.h.  Fills the page in plots/report.html: {{word}} is
 * replaced by what the function of that word writes. */

#include "sim/report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/civil.h"
#include "core/base/must.h"
#include "sim/output.h"
#include "sim/plot.h"
#include "sim/summary.h"

struct page {
    FILE *file;
    const struct run *run;
    const char *dir;
};

/* --- small things ---------------------------------------------------------- */

static void put_escaped(FILE *file, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '<')
            fputs("&lt;", file);
        else if (*text == '>')
            fputs("&gt;", file);
        else if (*text == '&')
            fputs("&amp;", file);
        else if (*text == '"')
            fputs("&quot;", file);
        else
            putc(*text, file);
    }
}

static bool metric_of(const struct page *p, const char *name, int64_t *value)
{
    struct measured from = {run_recorder(p->run), auditor_paid_twice(run_auditor(p->run))};
    const struct metric *m = metric_find(&run_plan(p->run)->metrics, name);
    *value = 0;
    return m != NULL && metric_value(m, &from, NULL, value);
}

static void shown_metric(const struct metric *m, int64_t value, char out[SHOWN_MAX])
{
    switch (m->unit) {
    case UNIT_COUNT:
        shown_count((uint64_t)value, out);
        return;
    case UNIT_FEN:
        shown_yuan(value, out);
        return;
    case UNIT_SECONDS:
        shown_time(value, out);
        return;
    case UNIT_SHARE:
        snprintf(out, SHOWN_MAX, "%.4g %%", (double)value / 1e4);
        return;
    }
    NEVER("an unlisted unit");
}

static void put_base64(FILE *to, FILE *from)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned char in[3];
    size_t n;
    while ((n = fread(in, 1, 3, from)) > 0) {
        uint32_t bits = (uint32_t)in[0] << 16 | (n > 1 ? (uint32_t)in[1] << 8 : 0) |
                        (n > 2 ? (uint32_t)in[2] : 0);
        for (size_t i = 0; i < 4; i++)
            putc(i <= n ? letters[bits >> (18 - 6 * i) & 63] : '=', to);
    }
}

/* --- the head -------------------------------------------------------------- */

static void put_verdict_text(const struct page *p)
{
    const char *verdict = run_result(p->run)->verdict;
    const char *text = strcmp(verdict, "pass") == 0                 ? "pass"
                       : strcmp(verdict, "expectation_failed") == 0 ? "expectation failed"
                       : strcmp(verdict, "invariant_broken") == 0   ? "invariant broken"
                                                                    : "stuck";
    fputs(text, p->file);
}

static void put_span(const struct page *p)
{
    const struct clock_settings *clock = &run_plan(p->run)->scenario.clock;
    char from[CIVIL_MOMENT_TEXT_MAX];
    char to[CIVIL_MOMENT_TEXT_MAX];
    char end[CIVIL_MOMENT_TEXT_MAX];
    civil_print_moment(from, clock->from_us);
    civil_print_moment(to, clock->to_us);
    civil_print_moment(end, run_result(p->run)->end_us);
    fprintf(p->file, "Load from %.16s to %.16s; everything settled by %.16s (UTC+08:00).", from, to,
            end);
}

static void put_tile(const struct page *p, const char *title, const char *value, bool warn)
{
    fprintf(p->file, "<div class=\"tile%s\"><b>", warn ? " warn" : "");
    put_escaped(p->file, value);
    fputs("</b><span>", p->file);
    put_escaped(p->file, title);
    fputs("</span></div>\n", p->file);
}

static void put_metric_tile(const struct page *p, const char *title, const char *name,
                            bool warn_above_zero)
{
    const struct metric *m = metric_find(&run_plan(p->run)->metrics, name);
    int64_t value;
    char text[SHOWN_MAX];
    if (!metric_of(p, name, &value))
        return;
    if (m->unit == UNIT_FEN)
        shown_yuan_short(value, text);
    else if (m->unit == UNIT_SECONDS && value == 0)
        snprintf(text, sizeof text, "never");
    else
        shown_metric(m, value, text);
    put_tile(p, title, text, warn_above_zero && value > 0);
}

static void put_tiles(const struct page *p)
{
    int64_t requested;
    int64_t paid;
    char text[SHOWN_MAX];
    metric_of(p, "payouts.requested", &requested);
    metric_of(p, "payouts.paid", &paid);
    put_metric_tile(p, "payouts requested", "payouts.requested", false);
    put_metric_tile(p, "asked for in all", "payouts.amount_requested_fen", false);
    snprintf(text, sizeof text, "%.4g %%",
             requested == 0 ? 0 : 100.0 * (double)paid / (double)requested);
    put_tile(p, "of them paid", text, paid < requested * 95 / 100);
    put_metric_tile(p, "paid twice", "payouts.paid_twice", true);
    put_metric_tile(p, "waited: half within", "wait.p50", false);
    put_metric_tile(p, "waited: 99 % within", "wait.p99", false);
    put_metric_tile(p, "late or never paid", "late.share", true);
    put_metric_tile(p, "UnionPay short of quota", "unionpay.dry_s", true);
    put_metric_tile(p, "NetsUnion short of quota", "netsunion.dry_s", true);
    put_metric_tile(p, "idle money, on average", "idle.mean_fen", false);
    put_metric_tile(p, "quota moves", "quota.moves", false);
    put_metric_tile(p, "doubts resolved", "in_doubt.resolved", false);
    put_metric_tile(p, "fees", "fees.total_fen", false);
}

static void put_problems(const struct page *p)
{
    const struct expectations *e = &run_plan(p->run)->expectations;
    if (auditor_broken(run_auditor(p->run))) {
        fputs("<p class=\"tile warn\">", p->file);
        put_escaped(p->file, auditor_first(run_auditor(p->run)));
        fputs("</p>\n", p->file);
    }
    for (uint32_t i = 0; i < e->count; i++) {
        if (e->items[i].pass)
            continue;
        fputs("<p class=\"tile warn\">Expected ", p->file);
        put_escaped(p->file, e->items[i].settings->that);
        fputs(" ", p->file);
        put_escaped(p->file, e->items[i].want);
        fputs(", got ", p->file);
        put_escaped(p->file, e->items[i].got);
        fputs("</p>\n", p->file);
    }
}

/* --- what happened when ---------------------------------------------------- */

static const char *place_of(uint8_t channel)
{
    return channel == CHANNEL_UNIONPAY    ? "UnionPay"
           : channel == CHANNEL_NETSUNION ? "NetsUnion"
                                          : "unallocated";
}

static void put_entry_text(const struct page *p, const struct timeline_entry *e)
{
    char count[SHOWN_MAX];
    char amount[SHOWN_MAX];
    char length[SHOWN_MAX];
    const char *where = place_of(e->channel);
    FILE *f = p->file;
    shown_count(e->count, count);
    shown_yuan(e->amount_fen, amount);
    shown_time(e->length_us, length);
    switch ((enum timeline_kind)e->kind) {
    case TIMELINE_DRY:
        fprintf(f, "%s short of quota: payouts waited for it, %s in all, %s times", where, length,
                count);
        return;
    case TIMELINE_MOVED:
        fprintf(f, "quota moved from %s to %s: %s, in %s moves", place_of(e->from), where, amount,
                count);
        return;
    case TIMELINE_MOVE_FAILED:
        fprintf(f, "quota moves from %s to %s failed: %s, in %s moves", place_of(e->from), where,
                amount, count);
        return;
    case TIMELINE_DOUBT:
        fprintf(f, "%s: %s payouts in doubt for a while, %s", where, count, amount);
        return;
    case TIMELINE_RESOLVED:
        fprintf(f, "%s: %s orders found absent from a complete settlement list, so not paid", where,
                count);
        return;
    case TIMELINE_FAILED:
        fprintf(f, "%s payouts failed for good (%s), %s", count,
                reason_name((enum reason)e->reason), amount);
        return;
    case TIMELINE_EXPIRED:
        fprintf(f, "%s payouts expired in the queue, %s", count, amount);
        return;
    case TIMELINE_REFUSED_AT_GATEWAY:
        fprintf(f, "%s refused or did not take %s orders, %s", where, count, amount);
        return;
    case TIMELINE_RETURNED:
        fprintf(f, "%s: %s payments came back (退汇), %s", where, count, amount);
        return;
    case TIMELINE_SETTLED:
        fprintf(f, "%s settled %s sessions, net %s", where, count, amount);
        return;
    case TIMELINE_ALERT:
        fprintf(f, "alert: %s, %s times", reason_name((enum reason)e->reason), count);
        return;
    case TIMELINE_CONTRADICTED:
        fprintf(f, "%s contradicted itself: %s, %s times", where,
                reason_name((enum reason)e->reason), count);
        return;
    case TIMELINE_LIST_BROKEN:
        fprintf(f, "%s: %s settlement lists did not add up", where, count);
        return;
    case TIMELINE_KINDS:
        break;
    }
    NEVER("an unlisted kind of entry");
}

static int by_time(const void *a, const void *b)
{
    const struct timeline_entry *x = a;
    const struct timeline_entry *y = b;
    if (x->from_us != y->from_us)
        return x->from_us < y->from_us ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return x->channel < y->channel ? -1 : x->channel > y->channel;
}

static void put_when(const struct page *p, int64_t from_us, int64_t to_us)
{
    char from[CIVIL_MOMENT_TEXT_MAX];
    char to[CIVIL_MOMENT_TEXT_MAX];
    civil_print_moment(from, from_us);
    civil_print_moment(to, to_us);
    from[10] = to[10] = ' ';
    fprintf(p->file, "%.11s%.5s", from, from + 11);
    if (strncmp(from, to, 10) != 0)
        fprintf(p->file, " to %.11s%.5s", to, to + 11);
    else if (strncmp(from, to, 16) != 0)
        fprintf(p->file, " to %.5s", to + 11);
}

enum { ROWS_SHOWN = 60 };

/* Many days settle many sessions: then they are left out. */
static void put_timeline(const struct page *p)
{
    const struct timeline *t = run_timeline(p->run);
    struct timeline_entry *sorted = malloc((t->count + 1) * sizeof *sorted);
    uint32_t count = 0;
    uint64_t left_out = t->left_out;
    MUST(sorted != NULL);
    for (uint32_t i = 0; i < t->count; i++)
        if (t->entries[i].kind != TIMELINE_SETTLED || t->count <= ROWS_SHOWN)
            sorted[count++] = t->entries[i];
    qsort(sorted, count, sizeof *sorted, by_time);
    if (count == 0)
        fputs("<p>Nothing out of the ordinary.</p>\n", p->file);
    else
        fputs("<table><tr><th>when</th><th>what</th></tr>\n", p->file);
    for (uint32_t i = 0; i < count; i++) {
        if (i >= ROWS_SHOWN) {
            left_out += count - i;
            break;
        }
        fputs("<tr><td class=\"t\">", p->file);
        put_when(p, sorted[i].from_us, sorted[i].to_us);
        fputs("</td><td>", p->file);
        put_entry_text(p, &sorted[i]);
        fputs("</td></tr>\n", p->file);
    }
    if (count > 0)
        fputs("</table>\n", p->file);
    if (left_out > 0)
        fprintf(p->file,
                "<p class=\"when\">%" PRIu64 " more lines are left out; events.jsonl has "
                "everything.</p>\n",
                left_out);
    free(sorted);
}

/* --- tables ---------------------------------------------------------------- */

static void put_faults(const struct page *p)
{
    const struct fault_settings *f = run_plan(p->run)->scenario.faults.items;
    const struct faults *faults = &run_world(p->run)->faults;
    char armed[SHOWN_MAX];
    char fired[SHOWN_MAX];
    if (faults->count == 0)
        return;
    fputs("<h2>Faults</h2>\n<table><tr><th>fault</th><th>kind</th><th>at</th><th>met it</th>"
          "<th>fired</th></tr>\n",
          p->file);
    for (uint32_t i = 0; i < faults->count; i++) {
        fprintf(p->file, "<tr%s><td>", faults->counts[i].fired == 0 ? " class=\"bad\"" : "");
        put_escaped(p->file, f[i].id);
        fprintf(p->file,
                "</td><td>%s</td><td>%s</td><td class=\"n\">%s</td>"
                "<td class=\"n\">%s</td></tr>\n",
                fault_kind_names[f[i].kind], f[i].at, shown_count(faults->counts[i].armed, armed),
                shown_count(faults->counts[i].fired, fired));
    }
    fputs("</table>\n", p->file);
}

static void put_expectations(const struct page *p)
{
    const struct expectations *e = &run_plan(p->run)->expectations;
    if (e->count == 0)
        return;
    fputs(
        "<h2>Expectations</h2>\n<table><tr><th>that</th><th>want</th><th>got</th><th></th></tr>\n",
        p->file);
    for (uint32_t i = 0; i < e->count; i++) {
        const struct expectation *x = &e->items[i];
        fprintf(p->file, "<tr%s><td>", x->pass ? "" : " class=\"bad\"");
        put_escaped(p->file, x->settings->that);
        fputs("</td><td>", p->file);
        put_escaped(p->file, x->want);
        if (x->settings->during != NULL) {
            fputs(", during ", p->file);
            put_escaped(p->file, x->settings->during);
        }
        fputs(x->settings->always ? ", always" : "", p->file);
        fputs("</td><td>", p->file);
        put_escaped(p->file, x->got);
        fprintf(p->file, "</td><td>%s</td></tr>\n", x->pass ? "met" : "not met");
    }
    fputs("</table>\n", p->file);
}

static void put_invariants(const struct page *p)
{
    const struct invariant_count *c = auditor_counts(run_auditor(p->run));
    char checked[SHOWN_MAX];
    char broken[SHOWN_MAX];
    fputs("<table><tr><th>invariant</th><th>checks</th><th>broken</th></tr>\n", p->file);
    for (int i = 0; i < INVARIANTS; i++)
        fprintf(p->file, "<tr%s><td>%s</td><td class=\"n\">%s</td><td class=\"n\">%s</td></tr>\n",
                c[i].broken > 0 ? " class=\"bad\"" : "", invariant_name((enum invariant)i),
                shown_count(c[i].checked, checked), shown_count(c[i].broken, broken));
    fputs("</table>\n", p->file);
}

static void put_metrics(const struct page *p)
{
    const struct metric_list *list = &run_plan(p->run)->metrics;
    char text[SHOWN_MAX];
    int64_t value;
    fputs("<table><tr><th>metric</th><th>value</th></tr>\n", p->file);
    for (uint32_t i = 0; i < list->count; i++) {
        snprintf(text, sizeof text, "nothing measured");
        if (metric_of(p, list->metrics[i].name, &value))
            shown_metric(&list->metrics[i], value, text);
        fprintf(p->file, "<tr><td>%s</td><td class=\"n\">%s</td></tr>\n", list->metrics[i].name,
                text);
    }
    fputs("</table>\n", p->file);
}

static void put_footer(const struct page *p)
{
    const struct run_result *result = run_result(p->run);
    char events[SHOWN_MAX];
    fprintf(p->file,
            "toucun " TOUCUN_VERSION ", seed %" PRId64 ", hash %016" PRIx64
            ": %s events in %.2f s. <code>toucun run scenario.json</code> here repeats it.",
            run_plan(p->run)->scenario.seed, result->hash, shown_count(result->events, events),
            result->wall_s);
}

/* --- the page -------------------------------------------------------------- */

static void put_plot(const struct page *p, const char *name)
{
    char path[4200];
    snprintf(path, sizeof path, "%s/%s.svg", p->dir, name);
    FILE *svg = fopen(path, "rb");
    if (svg == NULL) {
        fprintf(p->file, "<p>This plot was not drawn.</p>");
        return;
    }
    fprintf(p->file, "<img alt=\"%s over time\" src=\"data:image/svg+xml;base64,", name);
    put_base64(p->file, svg);
    fputs("\">", p->file);
    fclose(svg);
}

static void put_name(const struct page *p)
{
    put_escaped(p->file, run_plan(p->run)->scenario.name);
}

static void put_story(const struct page *p)
{
    const char *story = run_plan(p->run)->scenario.story;
    put_escaped(p->file, story == NULL ? "" : story);
}

static void put_verdict(const struct page *p)
{
    fputs(run_result(p->run)->verdict, p->file);
}

static void put_verdict_class(const struct page *p)
{
    fputs(run_result(p->run)->exit_code == 0 ? "good" : "bad", p->file);
}

static void put_shading(const struct page *p)
{
    const struct fault_settings *f = run_plan(p->run)->scenario.faults.items;
    for (size_t i = 0; i < run_plan(p->run)->scenario.faults.count; i++)
        if (f[i].keys.window.kind != WINDOW_ALWAYS) {
            fputs("Shaded: when a fault's window holds.", p->file);
            return;
        }
}

static void put_word(const struct page *p, const char *word, size_t length)
{
    static const struct {
        const char *word;
        void (*put)(const struct page *p);
    } words[] = {
        {"name", put_name},
        {"story", put_story},
        {"verdict", put_verdict},
        {"verdict_text", put_verdict_text},
        {"verdict_class", put_verdict_class},
        {"span", put_span},
        {"tiles", put_tiles},
        {"problems", put_problems},
        {"timeline", put_timeline},
        {"shading", put_shading},
        {"faults", put_faults},
        {"expectations", put_expectations},
        {"invariants", put_invariants},
        {"metrics", put_metrics},
        {"footer", put_footer},
    };
    char name[32];
    if (length > 5 && strncmp(word, "plot ", 5) == 0) {
        snprintf(name, sizeof name, "%.*s", (int)(length - 5), word + 5);
        put_plot(p, name);
        return;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strlen(words[i].word) == length && memcmp(words[i].word, word, length) == 0) {
            words[i].put(p);
            return;
        }
    NEVER("a word that the page's filler does not know");
}

bool report_write(const struct run *r, const char *dir)
{
    struct output o;
    const char *text = carried_text("report.html");
    MUST(text != NULL);
    if (!output_open(&o, dir, "report.html"))
        return false;
    struct page page = {.file = o.file, .run = r, .dir = dir};
    for (;;) {
        const char *open = strstr(text, "{{");
        if (open == NULL)
            break;
        const char *close = strstr(open, "}}");
        MUST(close != NULL);
        fwrite(text, 1, (size_t)(open - text), o.file);
        put_word(&page, open + 2, (size_t)(close - open - 2));
        text = close + 2;
    }
    fputs(text, o.file);
    return output_commit(&o);
}
