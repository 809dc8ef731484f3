/* grammar_shared.c — rows that several sections share: windows, latencies, amounts; see
 * settings.h for what a row says. */

#include "sim/grammar.h"

#include <string.h>

#include "core/base/civil.h"

/* clang-format off */

/* --- plain items of lists and maps ----------------------------------------- */

const struct setting a_text = {.key = "", .kind = SETTING_TEXT, .max = 64};
const struct setting a_share = {.key = "", .kind = SETTING_SHARE};
const struct setting a_money = {.key = "", .kind = SETTING_MONEY};
const struct setting a_duration = {.key = "", .kind = SETTING_DURATION, .min = 1};
const struct setting a_clock = {.key = "", .kind = SETTING_CLOCK};
const struct setting a_closing = {.key = "", .kind = SETTING_CLOCK_END};
const struct setting a_weight = {.key = "", .kind = SETTING_NUMBER};

/* --- windows --------------------------------------------------------------- */

void read_window_end(struct reading *r, const char *pointer, json_t *value, bool end,
                            uint8_t *given, int64_t *us)
{
    char shown[64];
    const char *text = json_is_string(value) ? json_string_value(value) : "";
    size_t length = json_string_length(value);
    if (civil_parse_clock(text, length, end, us))
        *given = 1;
    else if (civil_parse_moment(text, length, us))
        *given = 2;
    else
        reading_problem(r, pointer,
                        "want a clock like \"20:00\" or a moment like "
                        "\"2018-11-11T20:00:00+08:00\", got %s", json_shown(value, shown));
}

void read_window_from(struct reading *r, const char *pointer, json_t *value, void *into)
{
    struct window_keys *w = into;
    read_window_end(r, pointer, value, false, &w->from_given, &w->window.from_us);
}

void read_window_to(struct reading *r, const char *pointer, json_t *value, void *into)
{
    struct window_keys *w = into;
    read_window_end(r, pointer, value, true, &w->to_given, &w->window.to_us);
}

void read_window_days(struct reading *r, const char *pointer, json_t *value, void *into)
{
    static const char *const names[] = {"all", "working", "non_working"};
    struct window *w = &((struct window_keys *)into)->window;
    char shown[64];
    size_t index;
    json_t *one;

    for (uint8_t i = 0; i < 3; i++)
        if (json_is_string(value) && strcmp(json_string_value(value), names[i]) == 0) {
            w->days = i;
            return;
        }
    if (!json_is_array(value) || json_array_size(value) == 0 ||
        json_array_size(value) > WINDOW_DATES_MAX) {
        reading_problem(r, pointer,
                        "want \"all\", \"working\", \"non_working\" or a list of 1 to %d dates, "
                        "got %s", WINDOW_DATES_MAX, json_shown(value, shown));
        return;
    }
    w->days = DAYS_LISTED;
    json_array_foreach (value, index, one) {
        const char *text = json_is_string(one) ? json_string_value(one) : "";
        if (!civil_parse_date(text, strlen(text), &w->dates[w->date_count++])) {
            char at[POINTER_MAX];
            pointer_join_index(at, pointer, index);
            reading_problem(r, at, "want a date like \"2018-11-11\", got %s",
                            json_shown(one, shown));
        }
    }
}

/* Two clocks, two moments, or nothing at all. */
void check_window(struct reading *r, const char *pointer, struct window_keys *w)
{
    if (w->from_given != w->to_given)
        reading_problem(r, pointer, w->from_given == 0 || w->to_given == 0
                                        ? "want \"from\" and \"to\", or neither"
                                        : "want \"from\" and \"to\" both as clocks or both as "
                                          "moments");
    else if (w->from_given == 2 && w->window.from_us >= w->window.to_us)
        reading_problem(r, pointer, "\"to\" is not after \"from\"; want from < to");
    else if (w->from_given == 2 && w->window.days != DAYS_ALL)
        reading_problem(r, pointer, "\"days\" narrows a window of two clocks, not of two "
                        "moments; leave it out");
    if (w->from_given == 0 && w->window.days != DAYS_ALL) { /* whole days */
        w->window.kind = WINDOW_DAILY;
        w->window.from_us = 0;
        w->window.to_us = US_PER_DAY;
        return;
    }
    w->window.kind = w->from_given == 2   ? WINDOW_ONCE
                     : w->from_given == 1 ? WINDOW_DAILY
                                          : WINDOW_ALWAYS;
}

/* --- latencies and amounts ------------------------------------------------- */

#define POINT(name, i, what) \
    {.key = name, .kind = SETTING_DURATION, .offset = AT(latency, point_us[i]), \
     .required = true, .text = what}

static void check_lognormal_latency(struct reading *r, const char *pointer, void *into)
{
    struct latency *l = into;
    if (l->point_us[0] < 1 || l->point_us[1] < l->point_us[0])
        reading_problem(r, pointer, "want 0 < median <= p99");
    else
        latency_prepare(l);
}

static void check_quantiles(struct reading *r, const char *pointer, void *into)
{
    const struct latency *l = into;
    for (int i = 1; i < LATENCY_POINTS; i++)
        if (l->point_us[i] < l->point_us[i - 1]) {
            reading_problem(r, pointer, "want p0 <= p50 <= p90 <= p99 <= p999 <= p100");
            return;
        }
}

static const struct setting constant_latency[] = {POINT("value", 0, "always this")};
static const struct setting exponential_latency[] = {POINT("mean", 0, "its mean")};
static const struct setting lognormal_latency[] = {
    POINT("median", 0, "half are below"), POINT("p99", 1, "99 % are below")};
static const struct setting quantile_latency[] = {
    POINT("p0", 0, "the least"), POINT("p50", 1, "the median"), POINT("p90", 2, "90 %"),
    POINT("p99", 3, "99 %"), POINT("p999", 4, "99.9 %"), POINT("p100", 5, "the most")};

const struct section latency_kinds[] = {
    {"constant", SETTINGS(constant_latency), sizeof(struct latency), NULL},
    {"exponential", SETTINGS(exponential_latency), sizeof(struct latency), NULL},
    {"lognormal", SETTINGS(lognormal_latency), sizeof(struct latency), check_lognormal_latency},
    {"quantiles", SETTINGS(quantile_latency), sizeof(struct latency), check_quantiles},
    {0}};

static void check_constant_amount(struct reading *r, const char *pointer, void *into)
{
    struct amount *a = into;
    (void)r;
    (void)pointer;
    a->max_fen = a->min_fen;
}

static void check_uniform_amount(struct reading *r, const char *pointer, void *into)
{
    const struct amount *a = into;
    if (a->max_fen < a->min_fen)
        reading_problem(r, pointer, "want min <= max");
}

static void check_lognormal_amount(struct reading *r, const char *pointer, void *into)
{
    struct amount *a = into;
    if (a->p99_fen < a->median_fen || a->max_fen < a->min_fen)
        reading_problem(r, pointer, "want median <= p99 and min <= max");
    else
        amount_prepare(a);
}

#define FEN(name, member, least, default, must, what) \
    {.key = name, .kind = SETTING_MONEY, .offset = AT(amount, member), .min = least, \
     .preset = default, .required = must, .text = what}

static const struct setting constant_amount[] = {
    FEN("value", min_fen, 1, NULL, true, "always this")};
static const struct setting uniform_amount[] = {
    FEN("min", min_fen, 1, NULL, true, "the least"),
    FEN("max", max_fen, 1, NULL, true, "the most")};
static const struct setting lognormal_amount[] = {
    FEN("median", median_fen, 1, NULL, true, "half are below"),
    FEN("p99", p99_fen, 1, NULL, true, "99 % are below"),
    FEN("min", min_fen, 1, "\"0.01\"", false, "less counts as this"),
    FEN("max", max_fen, 1, "\"9999999999999.99\"", false, "more counts as this")};

const struct section amount_kinds[] = {
    {"constant", SETTINGS(constant_amount), sizeof(struct amount), check_constant_amount},
    {"uniform", SETTINGS(uniform_amount), sizeof(struct amount), check_uniform_amount},
    {"lognormal", SETTINGS(lognormal_amount), sizeof(struct amount), check_lognormal_amount},
    {0}};
/* clang-format on */
