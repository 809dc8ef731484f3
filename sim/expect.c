/* expect.c — see expect.h. */

#include "sim/expect.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/base/must.h"

static const char *const verdicts[] = {"pass", "expectation_failed", "invariant_broken", "stuck",
                                       NULL};

const char *verdict_text(const char *verdict)
{
    if (strcmp(verdict, "pass") == 0)
        return T(VERDICT_PASS);
    if (strcmp(verdict, "expectation_failed") == 0)
        return T(VERDICT_EXPECTATION_FAILED);
    if (strcmp(verdict, "invariant_broken") == 0)
        return T(VERDICT_INVARIANT_BROKEN);
    MUST(strcmp(verdict, "stuck") == 0);
    return T(VERDICT_STUCK);
}

/* --- in words -------------------------------------------------------------- */

const char *verdict_word(const char *verdict, enum language language)
{
    return language == ENGLISH ? verdict : verdict_text(verdict);
}

const char *expectation_want(const struct expectation *e, enum language language,
                             char out[EXPECT_TEXT_MAX])
{
    char low_text[UNIT_TEXT_MAX];
    char high[UNIT_TEXT_MAX];
    const char *low = low_text;
    if (e->source == EXPECT_VERDICT)
        low = verdict_word(verdicts[e->low], language);
    else
        unit_text(e->unit, e->low, language, low_text);
    switch (e->verb) {
    case EXPECT_IS:
        snprintf(out, EXPECT_TEXT_MAX, TEXT_IN(language, VERB_IS), low);
        return out;
    case EXPECT_NOT:
        snprintf(out, EXPECT_TEXT_MAX, TEXT_IN(language, VERB_NOT), low);
        return out;
    case EXPECT_BELOW:
        snprintf(out, EXPECT_TEXT_MAX, TEXT_IN(language, VERB_BELOW), low);
        return out;
    case EXPECT_ABOVE:
        snprintf(out, EXPECT_TEXT_MAX, TEXT_IN(language, VERB_ABOVE), low);
        return out;
    case EXPECT_AT_LEAST:
        snprintf(out, EXPECT_TEXT_MAX, TEXT_IN(language, VERB_AT_LEAST), low);
        return out;
    case EXPECT_AT_MOST:
        snprintf(out, EXPECT_TEXT_MAX, TEXT_IN(language, VERB_AT_MOST), low);
        return out;
    case EXPECT_BETWEEN:
        snprintf(out, EXPECT_TEXT_MAX, TEXT_IN(language, VERB_BETWEEN), low,
                 unit_text(e->unit, e->high, language, high));
        return out;
    }
    NEVER("an unlisted verb");
}

const char *expectation_got(const struct expectation *e, enum language language,
                            char out[EXPECT_TEXT_MAX])
{
    char value[UNIT_TEXT_MAX];
    char when[CIVIL_MOMENT_TEXT_MAX];
    if (e->source == EXPECT_VERDICT) {
        snprintf(out, EXPECT_TEXT_MAX, "%s", verdict_word(e->verdict, language));
    } else if (!e->measured) {
        snprintf(out, EXPECT_TEXT_MAX, "%s",
                 e->watched ? TEXT_IN(language, GOT_NEVER) : TEXT_IN(language, NOTHING_MEASURED));
    } else if (!e->watched) {
        snprintf(out, EXPECT_TEXT_MAX, "%s", unit_text(e->unit, e->value, language, value));
    } else if (e->violated) {
        civil_print_moment(when, e->violated_us);
        snprintf(out, EXPECT_TEXT_MAX, TEXT_IN(language, GOT_AT),
                 unit_text(e->unit, e->value, language, value), when);
    } else {
        snprintf(out, EXPECT_TEXT_MAX, TEXT_IN(language, GOT_HELD),
                 unit_text(e->unit, e->value, language, value));
    }
    return out;
}

/* --- preparing ------------------------------------------------------------- */

struct preparing {
    const struct scenario *scenario;
    struct problems *list;
    size_t index;
};

__attribute__((format(printf, 3, 4))) static void bad(struct preparing *p, const char *key,
                                                      const char *format, ...)
{
    char pointer[POINTER_MAX];
    char where[POINTER_MAX * 2];
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    snprintf(pointer, sizeof pointer, "/expect/%zu%s%s", p->index, *key ? "/" : "", key);
    document_where(&p->scenario->doc, pointer, where, sizeof where);
    problem(p->list, where, "%s", text);
}

struct verb_given {
    const char *key;
    enum expect_verb verb;
    json_t *value;
};

static struct verb_given verb_of(const struct expect_settings *s)
{
    const struct verb_given all[] = {
        {"is", EXPECT_IS, s->is},
        {"not", EXPECT_NOT, s->is_not},
        {"below", EXPECT_BELOW, s->below},
        {"above", EXPECT_ABOVE, s->above},
        {"at_least", EXPECT_AT_LEAST, s->at_least},
        {"at_most", EXPECT_AT_MOST, s->at_most},
        {"between", EXPECT_BETWEEN, s->between},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i].value != NULL)
            return all[i];
    NEVER("the grammar wants one verb");
}

static void prepare_value(struct preparing *p, struct expectation *e)
{
    struct verb_given given = verb_of(e->settings);
    char shown[64];
    bool ok;
    e->verb = given.verb;
    if (given.verb == EXPECT_BETWEEN) {
        ok = json_is_array(given.value) && json_array_size(given.value) == 2 &&
             unit_read(e->unit, json_array_get(given.value, 0), &e->low) &&
             unit_read(e->unit, json_array_get(given.value, 1), &e->high) && e->low <= e->high;
        if (!ok)
            bad(p, given.key, "want a list of two, each %s, the first not above the second",
                unit_wanted(e->unit));
    } else {
        ok = unit_read(e->unit, given.value, &e->low);
        e->high = e->low;
        if (!ok)
            bad(p, given.key, "want %s, got %s", unit_wanted(e->unit),
                json_shown(given.value, shown));
    }
}

static void prepare_verdict(struct preparing *p, struct expectation *e)
{
    struct verb_given given = verb_of(e->settings);
    const char *text = json_is_string(given.value) ? json_string_value(given.value) : "";
    char shown[64];
    e->source = EXPECT_VERDICT;
    e->verb = given.verb;
    if (given.verb != EXPECT_IS && given.verb != EXPECT_NOT)
        bad(p, given.key, "a verdict is or is not; want \"is\" or \"not\"");
    for (e->low = 0; verdicts[e->low] != NULL; e->low++)
        if (strcmp(text, verdicts[e->low]) == 0)
            break;
    if (verdicts[e->low] == NULL)
        bad(p, given.key, "want pass, expectation_failed, invariant_broken or stuck, got %s",
            json_shown(given.value, shown));
    if (e->settings->during != NULL || e->settings->by != NULL || e->settings->always)
        bad(p, "", "a verdict is known at the end only; leave out during, by and always");
}

static bool find_event(const char *that, uint32_t *kind)
{
    for (uint32_t i = 0; i < FACT_KIND_COUNT; i++)
        if (strcmp(that, fact_kind_name((enum fact_kind)i)) == 0) {
            *kind = i;
            return true;
        }
    return false;
}

/* "16:00-18:00" */
static bool parse_during(const char *text, struct window *w)
{
    const char *dash = strchr(text, '-');
    *w = (struct window){.kind = WINDOW_DAILY};
    return dash != NULL && civil_parse_clock(text, (size_t)(dash - text), false, &w->from_us) &&
           civil_parse_clock(dash + 1, strlen(dash + 1), true, &w->to_us);
}

/* A clock means its first time in the run. */
static bool parse_by(const json_t *json, const struct clock_settings *clock, int64_t *by_us)
{
    const char *text = json_string_value(json);
    int64_t clock_us;
    if (!json_is_string(json))
        return false;
    if (civil_parse_moment(text, strlen(text), by_us))
        return true;
    if (!civil_parse_clock(text, strlen(text), true, &clock_us))
        return false;
    *by_us = civil_moment_us(civil_day(clock->from_us), clock_us);
    if (*by_us < clock->from_us)
        *by_us += US_PER_DAY;
    return true;
}

/* A window that never comes would be met by nothing at all. */
static void prepare_during(struct preparing *p, struct expectation *e)
{
    const struct clock_settings *clock = &p->scenario->clock;
    int64_t from_us;
    int64_t to_us;
    e->to_us = clock->to_us;
    if (!window_next(&e->window, (enum calendar)clock->calendar, clock->from_us, clock->to_us,
                     &from_us, &to_us))
        bad(p, "during",
            "that time never comes between /clock/from and /clock/to; want one that "
            "does");
}

static bool keeps_a_window(const struct expectation *e)
{
    return e->source == EXPECT_METRIC && e->settings->during != NULL;
}

/* The recorder keeps only so many different windows. */
static void check_windows(struct preparing *p, struct expectation *items)
{
    size_t kept = 0;
    size_t last = p->index;
    for (p->index = 0; p->index <= last; p->index++) {
        bool seen = !keeps_a_window(&items[p->index]);
        for (size_t j = 0; j < p->index && !seen; j++)
            seen = keeps_a_window(&items[j]) &&
                   memcmp(&items[j].window, &items[p->index].window, sizeof items[j].window) == 0;
        kept += !seen;
        if (!seen && kept == WINDOWS_MAX + 1)
            bad(p, "during", "one more window for metrics; want at most %d different", WINDOWS_MAX);
    }
}

static void prepare_time(struct preparing *p, struct expectation *e)
{
    const struct expect_settings *s = e->settings;
    const struct clock_settings *clock = &p->scenario->clock;
    char shown[64];

    e->window.kind = WINDOW_ALWAYS;
    e->from_us = clock->from_us;
    e->to_us = INT64_MAX;
    if (s->during == NULL && s->by == NULL && !s->always)
        return;
    e->watched = e->source == EXPECT_COLUMN;
    if (e->source == EXPECT_EVENTS || (e->source == EXPECT_METRIC && s->during == NULL))
        bad(p, "", "%s is known at the end only; leave out during, by and always", s->that);
    else if (e->source == EXPECT_METRIC && !e->metric->of_payouts)
        bad(p, "during", "%s is not counted by when payouts were requested; leave out during",
            s->that);
    if (s->during != NULL && !parse_during(s->during, &e->window))
        bad(p, "during", "want two clocks like \"16:00-18:00\", got \"%s\"", s->during);
    else if (s->during != NULL)
        prepare_during(p, e);
    if (s->by != NULL) {
        e->to_us = clock->to_us;
        if (!parse_by(s->by, clock, &e->from_us) || e->from_us >= e->to_us)
            bad(p, "by", "want a clock or a moment before the load ends, got %s",
                json_shown(s->by, shown));
    }
}

static void unknown_name(struct preparing *p, const char *that, const struct metric_list *metrics,
                         const struct column_list *columns)
{
    const char *near = NULL;
    for (uint32_t i = 0; i < metrics->count; i++)
        settings_nearer(that, metrics->metrics[i].name, &near);
    for (uint32_t i = 0; i < columns->count; i++)
        settings_nearer(that, columns->columns[i].name, &near);
    for (uint32_t i = 0; i < FACT_KIND_COUNT; i++)
        settings_nearer(that, fact_kind_name((enum fact_kind)i), &near);
    if (near != NULL)
        bad(p, "that",
            "no metric, positions column or kind of event is called \"%s\"; did you "
            "mean \"%s\"?",
            that, near);
    else
        bad(p, "that",
            "no metric, positions column or kind of event is called \"%s\"; "
            "summary.json and positions.csv of any run have the names",
            that);
}

static void prepare(struct preparing *p, struct expectation *e, const struct metric_list *metrics,
                    const struct column_list *columns)
{
    const char *that = e->settings->that;
    if (strcmp(that, "verdict") == 0) {
        prepare_verdict(p, e);
        return;
    }
    if ((e->metric = metric_find(metrics, that)) != NULL) {
        e->source = EXPECT_METRIC;
        e->unit = e->metric->unit;
    } else if ((e->column = column_find(columns, that)) != NULL) {
        e->source = EXPECT_COLUMN;
        e->unit = e->column->money ? UNIT_FEN : UNIT_COUNT;
    } else if (find_event(that, &e->event)) {
        e->source = EXPECT_EVENTS;
        e->unit = UNIT_COUNT;
    } else {
        unknown_name(p, that, metrics, columns);
        return;
    }
    prepare_value(p, e);
    prepare_time(p, e);
}

static char implied_name[] = "accounts.overdue";

static bool any_general(const struct scenario *s)
{
    const struct account_settings *a = s->accounts.items;
    for (size_t i = 0; i < s->accounts.count; i++)
        if (a[i].kind == ACCOUNT_RESERVE && a[i].use == USE_GENERAL)
            return true;
    return false;
}

bool expectations_init(struct expectations *e, const struct scenario *s,
                       const struct metric_list *metrics, const struct column_list *columns,
                       struct problems *list)
{
    struct preparing p = {.scenario = s, .list = list};
    uint32_t before = list->count;
    *e = (struct expectations){.count = (uint32_t)s->expects.count,
                               .calendar = (enum calendar)s->clock.calendar};
    e->items = calloc(s->expects.count + 1, sizeof *e->items);
    MUST(e->items != NULL);
    if (any_general(s)) {
        e->implied = (struct expect_settings){.that = implied_name, .is = json_integer(0)};
        e->items[e->count++].settings = &e->implied;
    }
    for (size_t i = 0; i < e->count; i++) {
        p.index = i;
        if (i < s->expects.count)
            e->items[i].settings = (const struct expect_settings *)s->expects.items + i;
        prepare(&p, &e->items[i], metrics, columns);
        e->watched_count += e->items[i].watched;
    }
    if (s->expects.count > 0 && list->count == before)
        check_windows(&p, e->items);
    return list->count == before;
}

void expectations_free(struct expectations *e)
{
    free(e->items);
    json_decref(e->implied.is);
    *e = (struct expectations){0};
}

/* --- watching -------------------------------------------------------------- */

void expectations_start(struct expectations *e, struct recorder *r)
{
    for (uint32_t i = 0; i < e->count; i++) {
        struct expectation *x = &e->items[i];
        if (x->source == EXPECT_METRIC && x->settings->during != NULL) {
            struct window_stats *w = recorder_window(r, &x->window);
            MUST(w != NULL); /* check_windows has counted them */
            x->stats = &w->stats;
        }
    }
}

static bool holds(const struct expectation *e, int64_t value)
{
    switch (e->verb) {
    case EXPECT_IS:
        return value == e->low;
    case EXPECT_NOT:
        return value != e->low;
    case EXPECT_BELOW:
        return value < e->low;
    case EXPECT_ABOVE:
        return value > e->low;
    case EXPECT_AT_LEAST:
        return value >= e->low;
    case EXPECT_AT_MOST:
        return value <= e->low;
    case EXPECT_BETWEEN:
        return value >= e->low && value <= e->high;
    }
    NEVER("an unlisted verb");
}

static void look(struct expectation *e, const struct positions *p, int64_t at_us)
{
    int64_t value = positions_value(p, e->column);
    e->looked_at = true;
    e->last_value = value;
    if (e->violated || holds(e, value))
        return;
    e->violated = true;
    e->violated_us = at_us;
    e->violated_value = value;
}

/* The state since the last event lasted until now: did it overlap the time
 * that counts?  Checked where that time begins, for it lasts from there on. */
void expectations_advance(struct expectations *e, const struct positions *p, int64_t last_us,
                          int64_t now_us)
{
    for (uint32_t i = 0; i < e->count && e->watched_count > 0; i++) {
        struct expectation *x = &e->items[i];
        int64_t from_us;
        int64_t to_us;
        if (!x->watched || now_us <= last_us)
            continue;
        int64_t low_us = last_us > x->from_us ? last_us : x->from_us;
        int64_t high_us = now_us < x->to_us ? now_us : x->to_us;
        if (low_us >= high_us ||
            !window_next(&x->window, e->calendar, low_us, high_us, &from_us, &to_us))
            continue;
        look(x, p, from_us > low_us ? from_us : low_us);
    }
}

void expectations_after_event(struct expectations *e, const struct positions *p, int64_t now_us)
{
    for (uint32_t i = 0; i < e->count && e->watched_count > 0; i++) {
        struct expectation *x = &e->items[i];
        if (x->watched && now_us >= x->from_us && now_us < x->to_us &&
            window_holds(&x->window, e->calendar, now_us))
            look(x, p, now_us);
    }
}

/* --- judging --------------------------------------------------------------- */

static void judge_watched(struct expectation *e)
{
    e->pass = e->looked_at && !e->violated;
    e->measured = e->looked_at;
    e->value = e->violated ? e->violated_value : e->last_value;
}

static void judge_value(struct expectation *e, bool measured, int64_t value)
{
    e->pass = measured && holds(e, value);
    e->measured = measured;
    e->value = value;
}

bool expectations_judge(struct expectations *e, const struct measured *from,
                        const struct positions *p)
{
    bool all = true;
    for (uint32_t i = 0; i < e->count; i++) {
        struct expectation *x = &e->items[i];
        int64_t value = 0;
        bool measured;
        switch (x->source) {
        case EXPECT_VERDICT:
            continue;
        case EXPECT_METRIC:
            measured = metric_value(x->metric, from, x->stats, &value);
            judge_value(x, measured, value);
            break;
        case EXPECT_COLUMN:
            if (x->watched)
                judge_watched(x);
            else
                judge_value(x, true, positions_value(p, x->column));
            break;
        case EXPECT_EVENTS:
            judge_value(x, true, (int64_t)from->recorder->fact_counts[x->event]);
            break;
        }
        all &= x->pass;
    }
    return all;
}

int expectations_judge_verdict(struct expectations *e, const char *verdict)
{
    int met = 0;
    for (uint32_t i = 0; i < e->count; i++) {
        struct expectation *x = &e->items[i];
        if (x->source != EXPECT_VERDICT)
            continue;
        bool same = strcmp(verdict, verdicts[x->low]) == 0;
        x->pass = same == (x->verb == EXPECT_IS);
        x->measured = true;
        x->verdict = verdict;
        if (!x->pass)
            met = -1;
        else if (met == 0 && x->verb == EXPECT_IS)
            met = 1;
    }
    return met;
}
