/* plot_data.c — see plot_data.h. */

#include "sim/plot_data.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/base/civil.h"
#include "sim/output.h"
#include "sim/plot.h"

static bool write_waits(const struct run *r, const char *dir)
{
    const struct curve *c = &run_recorder(r)->curve;
    struct output o;
    char when[CIVIL_MOMENT_TEXT_MAX];
    if (!output_open(&o, dir, "waits.csv"))
        return false;
    fputs("time,count,p50_s,p90_s,p99_s\n", o.file);
    for (uint32_t i = 0; i < c->point_count; i++) {
        civil_print_moment(when, c->from_us + (int64_t)i * c->step_us);
        if (c->counts[i] == 0) {
            fprintf(o.file, "%s,0,,,\n", when);
            continue;
        }
        fprintf(o.file, "%s,%" PRIu64 ",%.6g,%.6g,%.6g\n", when, c->counts[i],
                (double)curve_percentile_us(c, i, 500000) / 1e6,
                (double)curve_percentile_us(c, i, 900000) / 1e6,
                (double)curve_percentile_us(c, i, 990000) / 1e6);
    }
    return output_commit(&o);
}

static void put_hours(FILE *to, int64_t at_us, uint32_t channel, int column, double hours)
{
    char when[CIVIL_MOMENT_TEXT_MAX];
    civil_print_moment(when, at_us);
    fputs(when, to);
    for (uint32_t c = 0; c < CHANNELS; c++)
        for (int i = 0; i < 2; i++)
            if (c == channel && i == column)
                fprintf(to, ",%.6g", hours);
            else
                putc(',', to);
    putc('\n', to);
}

/* How long it was until a channel was short, from when it had not been; and while it was. */
static int64_t put_shortage(FILE *to, uint32_t channel, int64_t since_us, int64_t from_us,
                            int64_t to_us)
{
    const int64_t most_us = 12 * US_PER_HOUR;
    if (from_us - since_us > most_us)
        since_us = from_us - most_us;
    if (from_us > since_us) {
        put_hours(to, since_us, channel, 0, (double)(from_us - since_us) / (double)US_PER_HOUR);
        put_hours(to, from_us, channel, 0, 0);
        putc('\n', to);
    }
    put_hours(to, from_us, channel, 1, 0);
    put_hours(to, to_us, channel, 1, 0);
    putc('\n', to);
    return to_us;
}

static bool write_shortages(const struct run *r, const char *dir)
{
    const struct timeline *t = run_timeline(r);
    const struct clock_settings *clock = &run_plan(r)->scenario.clock;
    struct output o;
    if (!output_open(&o, dir, "shortages.csv"))
        return false;
    fputs("time", o.file);
    for (uint32_t c = 0; c < CHANNELS; c++)
        fprintf(o.file, ",%s.until,%s.short", channel_name((enum channel)c),
                channel_name((enum channel)c));
    fputs("\n", o.file);
    put_hours(o.file, clock->from_us, CHANNELS, 0, 0); /* a file without a row cannot be drawn */
    putc('\n', o.file);
    for (uint32_t c = 0; c < CHANNELS; c++) {
        int64_t since_us = clock->from_us;
        for (uint32_t i = 0; i < t->count; i++)
            if (t->entries[i].kind == TIMELINE_DRY && t->entries[i].channel == c)
                since_us =
                    put_shortage(o.file, c, since_us, t->entries[i].from_us, t->entries[i].to_us);
        if (t->dry_since_us[c] != NEVER_US)
            put_shortage(o.file, c, since_us, t->dry_since_us[c], clock->to_us);
    }
    return output_commit(&o);
}

static bool write_decisions(const struct run *r, const char *dir)
{
    const struct mix *m = &run_recorder(r)->mix;
    struct output o;
    char when[CIVIL_MOMENT_TEXT_MAX];
    if (!output_open(&o, dir, "decisions.csv"))
        return false;
    fputs("time", o.file);
    for (uint32_t k = 0; k < DECISIONS; k++)
        fprintf(o.file, ",%s", reason_name((enum reason)decision_words[k]));
    for (uint32_t i = 0; i < m->point_count; i++) {
        civil_print_moment(when, m->from_us + (int64_t)i * m->step_us);
        fprintf(o.file, "\n%s", when);
        for (uint32_t k = 0; k < DECISIONS; k++)
            fprintf(o.file, ",%" PRIu32, m->counts[i][k]);
    }
    putc('\n', o.file);
    return output_commit(&o);
}

/* When the key's next news came, or the span's end. */
static int64_t until_us(const struct recorder *r, uint32_t i, int64_t end_us)
{
    const struct breaker_span *b = r->breaker_spans;
    for (uint32_t k = i + 1; k < r->breaker_span_count; k++)
        if (b[k].breaker == b[i].breaker && b[k].key == b[i].key)
            return b[k].at_us < end_us ? b[k].at_us : end_us;
    return end_us;
}

static bool write_breakers(const struct run *r, const char *dir)
{
    const struct recorder *recorder = run_recorder(r);
    const struct breaker_settings *b = run_plan(r)->scenario.breakers.items;
    const int64_t end_us = run_plan(r)->scenario.clock.to_us;
    struct output o;
    char from[CIVIL_MOMENT_TEXT_MAX];
    char to[CIVIL_MOMENT_TEXT_MAX];
    char key[KEY_NAME_MAX];
    if (run_plan(r)->scenario.breakers.count == 0)
        return true;
    if (!output_open(&o, dir, "breakers.csv"))
        return false;
    if (recorder->breaker_span_count == BREAKER_SPANS_MAX)
        fprintf(stderr, "toucun: breakers.csv and its plot have the first %d changes only\n",
                BREAKER_SPANS_MAX);
    fputs("breaker,key,state,from,to,seconds,row\n", o.file);
    for (uint32_t i = 0; i < recorder->breaker_span_count; i++) {
        const struct breaker_span *s = &recorder->breaker_spans[i];
        if (s->state == FACT_BREAKER_CLOSED - FACT_BREAKER_OPENED || s->at_us >= end_us)
            continue;
        int64_t to_us = until_us(recorder, i, end_us);
        civil_print_moment(from, s->at_us);
        civil_print_moment(to, to_us);
        breaker_key_name(&run_plan(r)->scenario, &run_plan(r)->parties, &b[s->breaker], s->key,
                         key);
        fprintf(o.file, "%s,%s,%s,%s,%s,%.6f,%u\n", b[s->breaker].id, key,
                s->state == 0 ? "open" : "half_open", from, to, (double)(to_us - s->at_us) / 1e6,
                s->breaker + 1u);
    }
    return output_commit(&o);
}

/* --- breaks that stand ------------------------------------------------------- */

static const struct {
    const char *name;
    int64_t from_us;
} ages[] = {{"under_1_day", 0},
            {"under_3_days", US_PER_DAY},
            {"under_7_days", 3 * US_PER_DAY},
            {"over_7_days", 7 * US_PER_DAY}};
enum { AGES = sizeof ages / sizeof ages[0], BREAK_STEPS = 1440 };

static void put_open_breaks(FILE *to, const struct score *s, int64_t at_us)
{
    uint64_t by_type[MATCH_TYPES] = {0};
    uint64_t by_age[AGES] = {0};
    char when[CIVIL_MOMENT_TEXT_MAX];
    for (uint32_t i = 0; i < s->break_count; i++) {
        const struct scored_break *b = &s->breaks[i];
        size_t age = AGES - 1;
        if (b->opened_us > at_us || b->closed_us <= at_us)
            continue;
        while (at_us - b->opened_us < ages[age].from_us)
            age--;
        by_type[b->type]++;
        by_age[age]++;
    }
    civil_print_moment(when, at_us);
    fputs(when, to);
    for (int t = 0; t < MATCH_TYPES; t++)
        fprintf(to, ",%" PRIu64, by_type[t]);
    for (size_t a = 0; a < AGES; a++)
        fprintf(to, ",%" PRIu64, by_age[a]);
    putc('\n', to);
}

/* To the end of the run: the lists of the last days come after the load. */
static bool write_open_breaks(const struct run *r, const char *dir)
{
    const struct score *s = &run_recorder(r)->score;
    const int64_t from_us = run_plan(r)->scenario.clock.from_us;
    const int64_t step_us = (run_result(r)->end_us - from_us) / BREAK_STEPS + 1;
    struct output o;
    if (!plot_wanted(r, "breaks"))
        return true;
    if (!output_open(&o, dir, "open_breaks.csv"))
        return false;
    fputs("time", o.file);
    for (int t = 0; t < MATCH_TYPES; t++)
        fprintf(o.file, ",%s", match_type_word((enum match_type)t));
    for (size_t a = 0; a < AGES; a++)
        fprintf(o.file, ",%s", ages[a].name);
    putc('\n', o.file);
    for (int64_t at_us = from_us; at_us < run_result(r)->end_us; at_us += step_us)
        put_open_breaks(o.file, s, at_us);
    put_open_breaks(o.file, s, run_result(r)->end_us);
    return output_commit(&o);
}

bool plot_data_write(const struct run *r, const char *dir)
{
    return write_waits(r, dir) && write_shortages(r, dir) && write_decisions(r, dir) &&
           write_breakers(r, dir) && write_open_breaks(r, dir);
}
