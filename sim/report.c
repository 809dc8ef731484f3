/* report.c — see report.h.  Fills the page in plots/report.html: {{word}} is
 * replaced by what the function of that word writes. */

#include "sim/report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/civil.h"
#include "core/base/must.h"
#include "sim/output.h"
#include "sim/plot.h"
#include "sim/report_page.h"
#include "sim/summary.h"
#include "sim/summary_json.h"
#include "sim/texts.h"

/* --- small things ---------------------------------------------------------- */

/* As printf; what comes of it is text, not markup. */
void page_text(const struct page *p, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    output_markup(p->file, text);
}

static void put_heading(const struct page *p, const char *text)
{
    fputs("<h2>", p->file);
    page_text(p, "%s", text);
    fputs("</h2>\n", p->file);
}

/* A table's first row: `count` titles, the last `numbers` of them over numbers. */
void page_open_table(const struct page *p, const char *const *titles, size_t count, size_t numbers)
{
    fputs("<div class=\"table\"><table><tr>", p->file);
    for (size_t i = 0; i < count; i++) {
        fputs(i + numbers < count ? "<th>" : "<th class=\"n\">", p->file);
        page_text(p, "%s", titles[i]);
        fputs("</th>", p->file);
    }
    fputs("</tr>\n", p->file);
}

void page_close_table(const struct page *p)
{
    fputs("</table></div>\n", p->file);
}

/* A name that machines know: of a metric, a file, a command. */
static void put_code(const struct page *p, const char *text)
{
    fputs("<code>", p->file);
    output_markup(p->file, text);
    fputs("</code>", p->file);
}

/* "2018-11-11 20:30" */
const char *shown_moment(int64_t at_us, char out[CIVIL_MOMENT_TEXT_MAX])
{
    civil_print_moment(out, at_us);
    out[10] = ' ';
    out[16] = '\0';
    return out;
}

static bool metric_of(const struct page *p, const char *name, int64_t *value)
{
    struct measured from = run_measured(p->run);
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
        snprintf(out, SHOWN_MAX, T(PERCENT), (double)value / 1e4);
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

static void put_title(const struct page *p)
{
    page_text(p, T(REPORT_TITLE), run_plan(p->run)->scenario.name,
              verdict_text(run_result(p->run)->verdict));
}

static void put_verdict_text(const struct page *p)
{
    page_text(p, "%s", verdict_text(run_result(p->run)->verdict));
}

static void put_span(const struct page *p)
{
    const struct clock_settings *clock = &run_plan(p->run)->scenario.clock;
    char from[CIVIL_MOMENT_TEXT_MAX];
    char to[CIVIL_MOMENT_TEXT_MAX];
    char end[CIVIL_MOMENT_TEXT_MAX];
    bool settled = run_result(p->run)->end == RUN_QUIET;
    page_text(p, settled ? T(REPORT_SPAN) : T(REPORT_SPAN_STUCK),
              shown_moment(clock->from_us, from), shown_moment(clock->to_us, to),
              shown_moment(run_result(p->run)->end_us, end));
}

static void put_tile(const struct page *p, const char *title, const char *value, bool warn)
{
    fprintf(p->file, "<div class=\"tile%s\"><b>", warn ? " warn" : "");
    output_markup(p->file, value);
    fputs("</b><span>", p->file);
    output_markup(p->file, title);
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
        snprintf(text, sizeof text, "%s", T(NEVER_SHORT));
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
    put_metric_tile(p, T(TILE_REQUESTED), "payouts.requested", false);
    put_metric_tile(p, T(TILE_AMOUNT), "payouts.amount_requested_fen", false);
    snprintf(text, sizeof text, T(PERCENT),
             requested == 0 ? 0 : 100.0 * (double)paid / (double)requested);
    put_tile(p, T(TILE_PAID), text, paid < requested * 95 / 100);
    put_metric_tile(p, T(TILE_PAID_TWICE), "payouts.paid_twice", true);
    put_metric_tile(p, T(TILE_P50), "wait.p50", false);
    put_metric_tile(p, T(TILE_P99), "wait.p99", false);
    put_metric_tile(p, T(TILE_LATE), "late.share", true);
    put_metric_tile(p, T(TILE_UNIONPAY_DRY), "unionpay.dry_s", true);
    put_metric_tile(p, T(TILE_NETSUNION_DRY), "netsunion.dry_s", true);
    put_metric_tile(p, T(TILE_IDLE), "idle.mean_fen", false);
    put_metric_tile(p, T(TILE_MOVES), "quota.moves", false);
    put_metric_tile(p, T(TILE_DOUBTS), "in_doubt.resolved", false);
    put_metric_tile(p, T(TILE_FEES), "fees.total_fen", false);
}

static void put_problems(const struct page *p)
{
    const struct expectations *e = &run_plan(p->run)->expectations;
    char want[EXPECT_TEXT_MAX];
    char got[EXPECT_TEXT_MAX];
    char when[CIVIL_MOMENT_TEXT_MAX];
    if (auditor_broken(run_auditor(p->run))) {
        fputs("<p class=\"tile warn\">", p->file);
        const struct first_break *b = auditor_first_break(run_auditor(p->run));
        civil_print_moment(when, b->at_us);
        page_text(p, T(BROKE), invariant_text((uint8_t)b->which), when, b->event);
        put_code(p, b->detail);
        fputs("</p>\n", p->file);
    }
    for (uint32_t i = 0; i < e->count; i++) {
        if (e->items[i].pass)
            continue;
        fputs("<p class=\"tile warn\">", p->file);
        page_text(p, T(EXPECTED), e->items[i].settings->that,
                  expectation_want(&e->items[i], texts_language, want),
                  expectation_got(&e->items[i], texts_language, got));
        fputs("</p>\n", p->file);
    }
}

/* --- tables ---------------------------------------------------------------- */

static void put_number(const struct page *p, uint64_t value)
{
    char text[SHOWN_MAX];
    fprintf(p->file, "</td><td class=\"n\">%s", shown_count(value, text));
}

static void put_faults(const struct page *p)
{
    const char *const titles[] = {T(FAULT_ID), T(FAULT_KIND), T(FAULT_PLACE), T(FAULT_MET),
                                  T(FAULT_FIRED)};
    const struct fault_settings *f = run_plan(p->run)->scenario.faults.items;
    const struct faults *faults = &run_world(p->run)->faults;
    char place[SHOWN_MAX];
    if (faults->count == 0)
        return;
    put_heading(p, T(FAULTS_HEADING));
    page_open_table(p, titles, 5, 2);
    for (uint32_t i = 0; i < faults->count; i++) {
        fprintf(p->file, "<tr%s><td>", faults->counts[i].fired == 0 ? " class=\"bad\"" : "");
        output_markup(p->file, f[i].id);
        fputs("</td><td>", p->file);
        page_text(p, "%s", fault_text(faults->specs[i].kind));
        fputs("</td><td>", p->file);
        page_text(p, "%s", shown_fault_place(p->run, i, place));
        put_number(p, faults->counts[i].armed);
        put_number(p, faults->counts[i].fired);
        fputs("</td></tr>\n", p->file);
    }
    page_close_table(p);
}

static void put_expectations(const struct page *p)
{
    const char *const titles[] = {T(EXPECT_THAT), T(EXPECT_WANT), T(EXPECT_GOT), T(EXPECT_RESULT)};
    const struct expectations *e = &run_plan(p->run)->expectations;
    char text[EXPECT_TEXT_MAX];
    if (e->count == 0)
        return;
    put_heading(p, T(EXPECTATIONS_HEADING));
    page_open_table(p, titles, 4, 0);
    for (uint32_t i = 0; i < e->count; i++) {
        const struct expectation *x = &e->items[i];
        fprintf(p->file, "<tr%s><td>", x->pass ? "" : " class=\"bad\"");
        put_code(p, x->settings->that);
        fputs("</td><td>", p->file);
        page_text(p, "%s", expectation_want(x, texts_language, text));
        if (x->settings->during != NULL)
            page_text(p, T(EXPECT_DURING), x->settings->during);
        if (x->settings->always)
            page_text(p, "%s", T(EXPECT_ALWAYS));
        fputs("</td><td>", p->file);
        page_text(p, "%s", expectation_got(x, texts_language, text));
        fputs("</td><td class=\"t\">", p->file);
        page_text(p, "%s", x->pass ? T(EXPECT_MET) : T(EXPECT_NOT_MET));
        fputs("</td></tr>\n", p->file);
    }
    page_close_table(p);
}

static void put_invariants(const struct page *p)
{
    const char *const titles[] = {T(INVARIANT), T(CHECKS), T(BROKEN)};
    const struct invariant_count *c = auditor_counts(run_auditor(p->run));
    page_open_table(p, titles, 3, 2);
    for (int i = 0; i < INVARIANTS; i++) {
        fprintf(p->file, "<tr%s><td>", c[i].broken > 0 ? " class=\"bad\"" : "");
        page_text(p, "%s", invariant_text((uint8_t)i));
        put_number(p, c[i].checked);
        put_number(p, c[i].broken);
        fputs("</td></tr>\n", p->file);
    }
    page_close_table(p);
}

static void put_metrics(const struct page *p)
{
    const char *const titles[] = {T(METRIC), T(VALUE)};
    const struct metric_list *list = &run_plan(p->run)->metrics;
    char text[SHOWN_MAX];
    int64_t value;
    page_open_table(p, titles, 2, 1);
    for (uint32_t i = 0; i < list->count; i++) {
        snprintf(text, sizeof text, "%s", T(NOTHING_MEASURED));
        if (metric_of(p, list->metrics[i].name, &value))
            shown_metric(&list->metrics[i], value, text);
        fputs("<tr><td>", p->file);
        put_code(p, list->metrics[i].name);
        fputs("</td><td class=\"n\">", p->file);
        page_text(p, "%s", text);
        fputs("</td></tr>\n", p->file);
    }
    page_close_table(p);
}

static void put_footer(const struct page *p)
{
    const struct run_result *result = run_result(p->run);
    char events[SHOWN_MAX];
    page_text(p, T(FOOTER), TOUCUN_VERSION, run_plan(p->run)->scenario.seed, result->hash,
              COUNTED(result->events, ONE_EVENT, MANY_EVENTS, events), result->wall_s);
    fputs(" ", p->file);
    put_code(p, "toucun run scenario.json");
    fputs(" ", p->file);
    page_text(p, "%s", T(REPEAT));
}

/* --- the page -------------------------------------------------------------- */

static void put_plot(const struct page *p, const char *name, const char *caption)
{
    char path[4200];
    snprintf(path, sizeof path, "%s/%s.svg", p->dir, name);
    FILE *svg = fopen(path, "rb");
    if (svg == NULL) {
        page_text(p, "%s", T(NOT_DRAWN));
        return;
    }
    fputs("<div class=\"plot\"><img alt=\"", p->file);
    page_text(p, "%s", caption);
    fputs("\" src=\"data:image/svg+xml;base64,", p->file);
    put_base64(p->file, svg);
    fputs("\"></div>", p->file);
    fclose(svg);
}

static void put_name(const struct page *p)
{
    output_markup(p->file, run_plan(p->run)->scenario.name);
}

static void put_story(const struct page *p)
{
    const char *story = run_plan(p->run)->scenario.story;
    output_markup(p->file, story == NULL ? "" : story);
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
            page_text(p, "%s", T(SHADED));
            return;
        }
}

static const struct {
    const char *name;
    const char *heading; /* a key */
} plots[] = {{"quota", "QUOTA_HEADING"},
             {"acs", "ACS_HEADING"},
             {"outlook", "OUTLOOK_HEADING"},
             {"queue", "QUEUE_HEADING"},
             {"waits", "WAITS_HEADING"}};

/* {{text KEY}} and {{plot NAME}} */
static bool put_named(const struct page *p, const char *word, size_t length)
{
    if (length <= 5 || word[4] != ' ')
        return false;
    const char *name = word + 5;
    if (strncmp(word, "text", 4) == 0) {
        const char *text = text_of(name, length - 5);
        MUST(text != NULL); /* the page names a row that is not in the table */
        page_text(p, "%s", text);
        return true;
    }
    for (size_t i = 0; strncmp(word, "plot", 4) == 0 && i < sizeof plots / sizeof plots[0]; i++)
        if (strlen(plots[i].name) == length - 5 && memcmp(plots[i].name, name, length - 5) == 0) {
            put_plot(p, plots[i].name, text_of(plots[i].heading, strlen(plots[i].heading)));
            return true;
        }
    return false;
}

/* A plot that only some runs have; without a heading it stands under another. */
void page_section(const struct page *p, const char *name, const char *heading, const char *caption)
{
    if (!plot_wanted(p->run, name))
        return;
    if (heading != NULL)
        put_heading(p, heading);
    fputs("<figure>", p->file);
    put_plot(p, name, heading == NULL ? caption : heading);
    fputs("<figcaption>", p->file);
    page_text(p, "%s", caption);
    fputs("</figcaption></figure>\n", p->file);
}

static void put_accounts(const struct page *p)
{
    page_section(p, "accounts", T(ACCOUNTS_HEADING), T(ACCOUNTS_CAPTION));
}

static void put_decisions(const struct page *p)
{
    page_section(p, "decisions", T(DECISIONS_HEADING), T(DECISIONS_CAPTION));
}

static void put_breakers(const struct page *p)
{
    page_section(p, "breakers", T(BREAKERS_HEADING), T(BREAKERS_CAPTION));
}

static void put_blocked(const struct page *p)
{
    page_section(p, "blocked", T(BLOCKED_HEADING), T(BLOCKED_CAPTION));
}

static void put_word(const struct page *p, const char *word, size_t length)
{
    static const struct {
        const char *word;
        void (*put)(const struct page *p);
    } words[] = {
        {"name", put_name},
        {"story", put_story},
        {"title", put_title},
        {"verdict_text", put_verdict_text},
        {"verdict_class", put_verdict_class},
        {"span", put_span},
        {"tiles", put_tiles},
        {"problems", put_problems},
        {"timeline", page_timeline},
        {"alerts", page_alerts},
        {"accounts", put_accounts},
        {"blocked", put_blocked},
        {"decisions", put_decisions},
        {"breakers", put_breakers},
        {"audit", page_audit},
        {"shading", put_shading},
        {"faults", put_faults},
        {"expectations", put_expectations},
        {"invariants", put_invariants},
        {"metrics", put_metrics},
        {"footer", put_footer},
    };
    if (put_named(p, word, length))
        return;
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
