/* plot.c — see plot.h. */

#include "sim/plot.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/civil.h"
#include "core/base/must.h"
#include "sim/audit_block.h"
#include "sim/output.h"
#include "sim/plot_data.h"
#include "sim/texts.h"

const char *const plot_names[PLOTS] = {"quota",   "acs",   "accounts",  "outlook",  "queue",
                                       "blocked", "waits", "decisions", "breakers", "breaks"};
static const int plot_heights[PLOTS] = {560, 300, 520, 560, 300, 300, 300, 300, 260, 460};

/* A gnuplot string; names and paths may hold quotes. */
static void put_string(FILE *to, const char *name, const char *value)
{
    fprintf(to, "%s = '", name);
    for (; *value != '\0'; value++) {
        if (*value == '\'')
            putc('\'', to);
        putc(*value, to);
    }
    fputs("'\n", to);
}

static void put_time(FILE *to, const char *name, int64_t at_us)
{
    char when[CIVIL_MOMENT_TEXT_MAX];
    civil_print_moment(when, at_us);
    put_string(to, name, when);
}

/* Large enough that the axis has few digits. */
static void put_unit(FILE *to, const struct run *r)
{
    static const struct {
        int64_t middle; /* yuan in the unit */
        int64_t large;
    } units[LANGUAGES] = {[ENGLISH] = {1000, 1000000}, [CHINESE] = {10000, 100000000}};
    const struct recorder *rec = run_recorder(r);
    const int64_t fen_in_two = 200;
    int64_t unit = 1;
    const char *name = T(AXIS_SMALL);
    int64_t most_fen = world_acs_fen(run_world(r));
    if (rec->total.amount_requested_fen / 4 > most_fen)
        most_fen = rec->total.amount_requested_fen / 4;
    if (most_fen >= fen_in_two * units[texts_language].large) {
        unit = units[texts_language].large;
        name = T(AXIS_LARGE);
    } else if (most_fen >= fen_in_two * units[texts_language].middle) {
        unit = units[texts_language].middle;
        name = T(AXIS_MIDDLE);
    }
    fprintf(to, "unit = %" PRId64 ".0\n", unit);
    put_string(to, "unit_name", name);
}

/* PLOT_IN_DOUBT as text_in_doubt, and so on. */
static void put_texts(FILE *to)
{
    for (size_t i = 0; i < text_row_count; i++) {
        char name[64] = "text_";
        const char *key = text_rows[i].key;
        if (strncmp(key, "PLOT_", 5) != 0)
            continue;
        MUST(strlen(key) < sizeof name);
        for (size_t k = 5; key[k] != '\0'; k++)
            name[k] = (char)(key[k] >= 'A' && key[k] <= 'Z' ? key[k] - 'A' + 'a' : key[k]);
        put_string(to, name, text_rows[i].in[texts_language]);
    }
}

static void put_businesses(FILE *to, const struct run *r)
{
    const struct scenario *s = &run_plan(r)->scenario;
    const struct business_settings *b = s->businesses.items;
    const char *gap = "";
    fputs("businesses = '", to);
    for (uint32_t i = 0; i < s->businesses.count; i++)
        if (run_plan(r)->parties.businesses_paying >> i & 1) {
            fprintf(to, "%s%s", gap, b[i].id);
            gap = " ";
        }
    fputs("'\n", to);
}

static uint32_t decisions_made(const struct run *r)
{
    uint32_t words = 0;
    for (uint32_t k = 0; k < DECISIONS; k++)
        words += mix_has(&run_recorder(r)->mix, k);
    return words;
}

/* The words that occurred, and what they are called. */
static void put_decisions(FILE *to, const struct run *r)
{
    const char *gap = "";
    fputs("decision_words = '", to);
    for (uint32_t k = 0; k < DECISIONS; k++)
        if (mix_has(&run_recorder(r)->mix, k)) {
            fprintf(to, "%s%s", gap, reason_name((enum reason)decision_words[k]));
            gap = " ";
        }
    fprintf(to, "'\narray decision_text[%" PRIu32 "]\n", decisions_made(r) + 1);
    uint32_t n = 0;
    for (uint32_t k = 0; k < DECISIONS; k++)
        if (mix_has(&run_recorder(r)->mix, k)) {
            char name[32];
            snprintf(name, sizeof name, "decision_text[%" PRIu32 "]", ++n);
            put_string(to, name, reason_text(decision_words[k]));
        }
}

static void put_breakers(FILE *to, const struct run *r)
{
    const struct list *list = &run_plan(r)->scenario.breakers;
    const struct breaker_settings *b = list->items;
    fputs("breaker_ids = '", to);
    for (size_t i = 0; i < list->count; i++)
        fprintf(to, "%s%s", i == 0 ? "" : " ", b[i].id);
    fputs("'\n", to);
}

/* The types that occur, and what they are called. */
static void put_breaks(FILE *to, const struct run *r)
{
    const struct score *s = &run_recorder(r)->score;
    uint64_t closed[MATCH_TYPES];
    int count = 0;
    fputs("break_types = '", to);
    for (int t = 0; t < MATCH_TYPES; t++)
        if (score_breaks(s, (enum match_type)t, &closed[t]) + closed[t] > 0)
            fprintf(to, "%s%s", count++ == 0 ? "" : " ", match_type_word((enum match_type)t));
    fprintf(to, "'\narray break_title[%d]\n", count + 1);
    count = 0;
    for (int t = 0; t < MATCH_TYPES; t++)
        if (score_breaks(s, (enum match_type)t, &closed[t]) + closed[t] > 0) {
            char name[32];
            snprintf(name, sizeof name, "break_title[%d]", ++count);
            put_string(to, name, break_type_text((enum match_type)t));
        }
}

static bool breaks_stood(const struct score *s)
{
    for (uint32_t i = 0; i < s->break_count; i++)
        if (s->breaks[i].closed_us > s->breaks[i].opened_us)
            return true;
    return false;
}

bool plot_wanted(const struct run *r, const char *name)
{
    const struct scenario *s = &run_plan(r)->scenario;
    const struct account_settings *a = s->accounts.items;
    uint32_t own = 0;
    uint32_t others = 0;
    if (strcmp(name, "blocked") == 0)
        return blocked_any(run_recorder(r)->blocked);
    if (strcmp(name, "breakers") == 0)
        return run_recorder(r)->breaker_span_count > 0;
    if (strcmp(name, "breaks") == 0)
        return breaks_stood(&run_recorder(r)->score);
    if (strcmp(name, "decisions") == 0)
        return decisions_made(r) > 1;
    for (size_t i = 0; i < s->accounts.count; i++) {
        own += a[i].kind == ACCOUNT_OWN;
        others += a[i].kind != ACCOUNT_OWN && a[i].kind != ACCOUNT_CENTRAL_BANK;
    }
    return strcmp(name, "accounts") != 0 || own > 1 || others > 0 ||
           run_recorder(r)->follow.requested > 0;
}

/* Columns and titles of all accounts, the custody account at the bottom; then
 * those at banks, then virtual ones. */
static void put_accounts(FILE *to, const struct run *r)
{
    static const uint32_t order[] = {ACCOUNT_RESERVE, ACCOUNT_OWN, ACCOUNT_VIRTUAL_RESERVE,
                                     ACCOUNT_VIRTUAL_OWN};
    const struct scenario *s = &run_plan(r)->scenario;
    const struct account_settings *a = s->accounts.items;
    const struct follow *f = &run_recorder(r)->follow;
    for (int titles = 0; titles < 2; titles++) {
        fprintf(to, "%s = '%s", titles ? "account_titles" : "accounts",
                titles ? "ACS" : "acs.balance");
        for (size_t k = 0; k < sizeof order / sizeof order[0]; k++)
            for (size_t i = 0; i < s->accounts.count; i++)
                if (a[i].kind == order[k])
                    fprintf(to, " %s%s", titles ? "" : "account.", a[i].id);
        fputs("'\n", to);
    }
    fprintf(to, "any_transfer = %d\nany_transfer_failed = %d\n", f->done > 0,
            f->failed > 0 || run_recorder(r)->fact_counts[FACT_TRANSFER_RESTING] > 0);
}

/* Each stretch in which a fault's window holds, shaded; a window that always
 * holds shades nothing, for then there is nothing to tell apart. */
static void put_faults(FILE *to, const struct run *r)
{
    const struct scenario *s = &run_plan(r)->scenario;
    const struct fault_settings *f = s->faults.items;
    char from[CIVIL_MOMENT_TEXT_MAX];
    char until[CIVIL_MOMENT_TEXT_MAX];
    int object = 1;
    for (uint32_t i = 0; i < s->faults.count; i++) {
        int64_t at_us = s->clock.from_us;
        int64_t from_us;
        int64_t to_us;
        if (f[i].keys.window.kind == WINDOW_ALWAYS)
            continue;
        while (object < 200 && window_next(&f[i].keys.window, (enum calendar)s->clock.calendar,
                                           at_us, s->clock.to_us, &from_us, &to_us)) {
            civil_print_moment(from, from_us);
            civil_print_moment(until, to_us);
            fprintf(to,
                    "set object %d rectangle from '%s',graph 0 to '%s',graph 1 behind "
                    "fillcolor rgb '#f4c7c3' fillstyle solid 0.45 noborder\n",
                    object++, from, until);
            at_us = to_us;
        }
    }
}

static void put_prelude(FILE *to, const struct run *r, const char *dir, int plot)
{
    static const char *const files[] = {"positions", "waits",     "transfers", "outlook",
                                        "shortages", "decisions", "breakers",  "open_breaks"};
    const struct clock_settings *clock = &run_plan(r)->scenario.clock;
    char path[4300];
    snprintf(path, sizeof path, "%s/.%s.svg.part", dir, plot_names[plot]);
    put_string(to, "output", path);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        snprintf(path, sizeof path, "%s/%s.csv", dir, files[i]);
        put_string(to, files[i], path);
    }
    put_string(to, "name", run_plan(r)->scenario.name);
    put_time(to, "span_from", clock->from_us);
    put_time(to, "span_to", clock->to_us);
    put_time(to, "run_to", run_result(r)->end_us);
    fprintf(to, "days = %d\nwidth = 1040\nheight = %d\n",
            (int)((clock->to_us - clock->from_us) / US_PER_DAY), plot_heights[plot]);
    put_unit(to, r);
    put_texts(to);
    put_businesses(to, r);
    put_accounts(to, r);
    put_decisions(to, r);
    put_breakers(to, r);
    put_breaks(to, r);
    fputs(carried_text("style.gp"), to);
    put_faults(to, r);
}

struct drawing {
    FILE *gnuplot; /* its input; NULL: it did not start */
    FILE *said;    /* what it says on stderr, shown only if it fails */
};

static struct drawing start_gnuplot(void)
{
    struct drawing d = {.said = tmpfile()};
    int stderr_kept = dup(STDERR_FILENO);
    if (d.said != NULL && stderr_kept >= 0)
        dup2(fileno(d.said), STDERR_FILENO);
    d.gnuplot = popen("gnuplot", "w");
    if (stderr_kept >= 0) {
        dup2(stderr_kept, STDERR_FILENO);
        close(stderr_kept);
    }
    return d;
}

static void show_said(FILE *said)
{
    char part[512];
    size_t n;
    if (said == NULL)
        return;
    rewind(said);
    while ((n = fread(part, 1, sizeof part, said)) > 0)
        fwrite(part, 1, n, stderr);
}

static bool finish(struct drawing *d, const char *dir, int plot)
{
    char beside[4300];
    char path[4300];
    snprintf(beside, sizeof beside, "%s/.%s.svg.part", dir, plot_names[plot]);
    snprintf(path, sizeof path, "%s/%s.svg", dir, plot_names[plot]);
    bool drawn = d->gnuplot != NULL && pclose(d->gnuplot) == 0;
    if (!drawn)
        show_said(d->said);
    if (d->said != NULL)
        fclose(d->said);
    if (!drawn) {
        fprintf(stderr, "%s: not drawn; plots want gnuplot 5 in the PATH\n", path);
        unlink(beside);
        return false;
    }
    if (rename(beside, path) != 0) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return false;
    }
    return true;
}

bool plots_draw(const struct run *r, const char *dir)
{
    struct drawing drawings[PLOTS];
    char script[64];
    bool ok = true;
    if (!plot_data_write(r, dir))
        return false;
    for (int i = 0; i < PLOTS; i++) { /* all at once; each has a process of its own */
        if (!plot_wanted(r, plot_names[i]))
            continue;
        drawings[i] = start_gnuplot();
        if (drawings[i].gnuplot == NULL)
            continue;
        put_prelude(drawings[i].gnuplot, r, dir, i);
        snprintf(script, sizeof script, "%s.gp", plot_names[i]);
        fputs(carried_text(script), drawings[i].gnuplot);
        fflush(drawings[i].gnuplot);
    }
    for (int i = 0; i < PLOTS; i++)
        if (plot_wanted(r, plot_names[i]))
            ok &= finish(&drawings[i], dir, i);
    return ok;
}
