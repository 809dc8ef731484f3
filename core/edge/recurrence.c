/* recurrence.c — see recurrence.h.
 *
 * libical says on which days a rule falls; clocks, positions (BYSETPOS), COUNT
 * and UNTIL are applied here, because it takes BYHOUR in the order written and
 * leaves BYSETPOS out of all but monthly and yearly rules.  Nor does it know a
 * month's last days in a daily rule. */

#include "core/edge/recurrence.h"

#include <libical/ical.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/civil.h"
#include "core/base/must.h"

enum {
    DAYS_IN_PERIOD_MAX = 400,
    NUMBERS_MAX = 64,
    LAST_YEAR = 2500, /* libical goes no further than 2582 */
};

enum part {
    PART_FREQ,
    PART_INTERVAL,
    PART_COUNT,
    PART_UNTIL,
    PART_WKST,
    PART_BYMONTH,
    PART_BYWEEKNO,
    PART_BYYEARDAY,
    PART_BYMONTHDAY,
    PART_BYDAY,
    PART_BYHOUR,
    PART_BYMINUTE,
    PART_BYSECOND,
    PART_BYSETPOS,
    PARTS,
};

static const char *const part_names[PARTS] = {
    "FREQ",      "INTERVAL",   "COUNT", "UNTIL",  "WKST",     "BYMONTH",  "BYWEEKNO",
    "BYYEARDAY", "BYMONTHDAY", "BYDAY", "BYHOUR", "BYMINUTE", "BYSECOND", "BYSETPOS",
};

/* Least and greatest of numbers; negative ones count from the end. */
static const struct {
    int32_t least;
    int32_t most;
    bool from_end;
} ranges[PARTS] = {
    [PART_INTERVAL] = {1, 1000, false}, [PART_COUNT] = {1, 1000000, false},
    [PART_BYMONTH] = {1, 12, false},    [PART_BYWEEKNO] = {1, 53, true},
    [PART_BYYEARDAY] = {1, 366, true},  [PART_BYMONTHDAY] = {1, 31, true},
    [PART_BYHOUR] = {0, 23, false},     [PART_BYMINUTE] = {0, 59, false},
    [PART_BYSECOND] = {0, 59, false},   [PART_BYSETPOS] = {1, 366, true},
};

enum frequency { DAILY, WEEKLY, MONTHLY, YEARLY, FREQUENCIES };
static const char *const frequency_names[FREQUENCIES] = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
static const char *const day_names[7] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};

struct numbers {
    uint32_t count;
    int32_t items[NUMBERS_MAX];
};

struct rule {
    enum frequency frequency;
    bool given[PARTS];
    int64_t count; /* 0: no limit */
    int64_t until_us;
    int32_t week_starts;     /* 0 Monday */
    struct numbers clock[3]; /* hours, minutes, seconds: rising, each once */
    struct numbers positions;
    struct numbers month_days;      /* of a daily rule */
    char days[RECURRENCE_RULE_MAX]; /* what libical is asked */
    char *why;
};

__attribute__((format(printf, 2, 3))) static bool wrong(struct rule *r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(r->why, RECURRENCE_WHY_MAX, format, args);
    va_end(args);
    return false;
}

/* --- reading --------------------------------------------------------------- */

static bool read_integer(const char *text, size_t length, int32_t *value)
{
    size_t at = length > 0 && (text[0] == '-' || text[0] == '+');
    int32_t n = 0;
    if (at == length || length - at > 7)
        return false;
    for (size_t i = at; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        n = n * 10 + (text[i] - '0');
    }
    *value = text[0] == '-' ? -n : n;
    return true;
}

static bool in_range(enum part part, int32_t value)
{
    if (value < 0 && ranges[part].from_end)
        value = -value;
    return value >= ranges[part].least && value <= ranges[part].most;
}

/* Rising and each once, as the order of clocks and positions is not the writer's. */
static bool insert(struct numbers *list, int32_t value)
{
    uint32_t at = 0;
    while (at < list->count && list->items[at] < value)
        at++;
    if (at < list->count && list->items[at] == value)
        return true;
    if (list->count == NUMBERS_MAX)
        return false;
    memmove(&list->items[at + 1], &list->items[at], (list->count - at) * sizeof list->items[0]);
    list->items[at] = value;
    list->count++;
    return true;
}

static bool read_numbers(struct rule *r, enum part part, const char *text, struct numbers *list)
{
    *list = (struct numbers){0};
    for (;;) {
        size_t n = strcspn(text, ",");
        int32_t value;
        if (!read_integer(text, n, &value) || !in_range(part, value))
            return wrong(r, "%s=%.*s: want %s from %d to %d%s", part_names[part],
                         n > 20 ? 20 : (int)n, text, "integers", ranges[part].least,
                         ranges[part].most,
                         ranges[part].from_end ? ", or negative from the end" : "");
        if (!insert(list, value))
            return wrong(r, "%s has more than %d values", part_names[part], NUMBERS_MAX);
        if (text[n] == '\0')
            return true;
        text += n + 1;
    }
}

static int32_t day_named(const char *text, size_t length)
{
    for (int32_t d = 0; d < 7 && length == 2; d++)
        if (memcmp(text, day_names[d], 2) == 0)
            return d;
    return -1;
}

/* "MO", or "-1FR" where the frequency has a first and a last one. */
static bool read_days(struct rule *r, const char *text)
{
    for (const char *at = text;; at++) {
        size_t n = strcspn(at, ",");
        int32_t ordinal = 1;
        bool has = n > 2;
        if (n < 2 || day_named(at + n - 2, 2) < 0 ||
            (has &&
             (!read_integer(at, n - 2, &ordinal) || ordinal == 0 || ordinal < -53 || ordinal > 53)))
            return wrong(r,
                         "BYDAY=%.*s: want MO TU WE TH FR SA SU, with a number like -1FR before "
                         "it for the last one",
                         n > 20 ? 20 : (int)n, at);
        if (has && (r->frequency == DAILY || r->frequency == WEEKLY || r->given[PART_BYWEEKNO]))
            return wrong(r,
                         "BYDAY=%.*s: a numbered day wants FREQ=MONTHLY or YEARLY without "
                         "BYWEEKNO",
                         (int)n, at);
        at += n;
        if (*at == '\0')
            return true;
    }
}

/* "20181231" is that whole day; "20181231T170000", or with a Z in UTC. */
static bool read_until(struct rule *r, const char *text)
{
    char moment[40];
    size_t length = strlen(text);
    bool date = length == 8;
    bool utc = length == 16 && text[15] == 'Z';
    int64_t us;
    snprintf(moment, sizeof moment, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2s%s", text,
             length > 4 ? text + 4 : "", length > 6 ? text + 6 : "", date ? "00" : text + 9,
             date          ? "00"
             : length > 11 ? text + 11
                           : "",
             date          ? "00"
             : length > 13 ? text + 13
                           : "",
             utc ? "Z" : "+08:00");
    if ((!date && !utc && length != 15) || (!date && text[8] != 'T') ||
        !civil_parse_moment(moment, strlen(moment), &us))
        return wrong(r, "UNTIL=%.20s: want a date like 20181231 or a time like 20181231T170000",
                     text);
    r->until_us = date ? us + US_PER_DAY - 1 : us;
    return true;
}

static bool read_frequency(struct rule *r, const char *text)
{
    for (int f = 0; f < FREQUENCIES; f++)
        if (strcmp(text, frequency_names[f]) == 0) {
            r->frequency = (enum frequency)f;
            return true;
        }
    return wrong(r, "FREQ=%.20s: want DAILY, WEEKLY, MONTHLY or YEARLY", text);
}

static void ask(struct rule *r, enum part part, const char *value)
{
    size_t used = strlen(r->days);
    snprintf(r->days + used, sizeof r->days - used, "%s%s=%s", used > 0 ? ";" : "",
             part_names[part], value);
}

static bool read_part(struct rule *r, enum part part, const char *value)
{
    struct numbers list;
    switch (part) {
    case PART_FREQ:
        ask(r, part, value);
        return read_frequency(r, value);
    case PART_UNTIL:
        return read_until(r, value);
    case PART_WKST:
        ask(r, part, value);
        r->week_starts = day_named(value, strlen(value));
        return r->week_starts >= 0 || wrong(r, "WKST=%.20s: want MO TU WE TH FR SA or SU", value);
    case PART_BYDAY:
        ask(r, part, value);
        return read_days(r, value);
    case PART_BYHOUR:
    case PART_BYMINUTE:
    case PART_BYSECOND:
        return read_numbers(r, part, value, &r->clock[part - PART_BYHOUR]);
    case PART_BYSETPOS:
        return read_numbers(r, part, value, &r->positions);
    case PART_COUNT:
    case PART_INTERVAL:
        if (!read_numbers(r, part, value, &list))
            return false;
        if (list.count != 1)
            return wrong(r, "%s=%.20s: want one number", part_names[part], value);
        if (part == PART_COUNT)
            r->count = list.items[0];
        else
            ask(r, part, value);
        return true;
    case PART_BYMONTHDAY:
        if (r->frequency == DAILY)
            return read_numbers(r, part, value, &r->month_days);
        ask(r, part, value);
        return read_numbers(r, part, value, &list);
    case PART_BYMONTH:
    case PART_BYWEEKNO:
    case PART_BYYEARDAY:
        ask(r, part, value);
        return read_numbers(r, part, value, &list);
    case PARTS:
        break;
    }
    NEVER("an unlisted part");
}

/* What RFC 5545 forbids together, and what would have no one meaning here. */
static bool check_together(struct rule *r)
{
    if (r->given[PART_COUNT] && r->given[PART_UNTIL])
        return wrong(r, "COUNT and UNTIL in one rule; want at most one");
    if (r->given[PART_BYWEEKNO] && r->frequency != YEARLY)
        return wrong(r, "BYWEEKNO wants FREQ=YEARLY");
    if (r->given[PART_BYYEARDAY] && r->frequency != YEARLY)
        return wrong(r, "BYYEARDAY wants FREQ=YEARLY");
    if (r->given[PART_BYMONTHDAY] && r->frequency == WEEKLY)
        return wrong(r, "BYMONTHDAY does not go with FREQ=WEEKLY");
    if (!r->given[PART_BYSETPOS])
        return true;
    if (r->given[PART_BYWEEKNO])
        return wrong(r, "BYSETPOS does not go with BYWEEKNO here");
    if (r->frequency != DAILY && !r->given[PART_BYDAY] && !r->given[PART_BYMONTHDAY] &&
        !r->given[PART_BYYEARDAY])
        return wrong(r, "BYSETPOS wants BYDAY, BYMONTHDAY or BYYEARDAY to choose from");
    return true;
}

/* Splits the text; `values` point into `copy`. */
static bool split(struct rule *r, char *copy, const char *values[PARTS])
{
    for (char *at = copy; at != NULL;) {
        char *next = strchr(at, ';');
        if (next != NULL)
            *next++ = '\0';
        char *equals = strchr(at, '=');
        if (equals == NULL || equals[1] == '\0')
            return wrong(r, "\"%.30s\": want parts like FREQ=MONTHLY, with ; between them", at);
        *equals = '\0';
        int part = 0;
        while (part < PARTS && strcmp(at, part_names[part]) != 0)
            part++;
        if (part == PARTS)
            return wrong(r,
                         "no such rule part \"%.30s\"; want FREQ INTERVAL COUNT UNTIL WKST "
                         "BYMONTH BYWEEKNO BYYEARDAY BYMONTHDAY BYDAY BYHOUR BYMINUTE BYSECOND "
                         "BYSETPOS",
                         at);
        if (r->given[part])
            return wrong(r, "%s twice; want it once", at);
        r->given[part] = true;
        values[part] = equals + 1;
        at = next;
    }
    return r->given[PART_FREQ] || wrong(r, "no FREQ; want FREQ=DAILY, WEEKLY, MONTHLY or YEARLY");
}

static bool read_rule(struct rule *r, const struct recurrence *from)
{
    char copy[RECURRENCE_RULE_MAX];
    const char *values[PARTS] = {NULL};
    int64_t clock_s = from->start_clock_us / US_PER_S;
    const int32_t clock[3] = {(int32_t)(clock_s / 3600), (int32_t)(clock_s / 60 % 60),
                              (int32_t)(clock_s % 60)};

    if (strlen(from->rule) >= sizeof copy)
        return wrong(r, "a rule of %zu bytes; want fewer than %d", strlen(from->rule),
                     RECURRENCE_RULE_MAX);
    memcpy(copy, from->rule, strlen(from->rule) + 1);
    if (!split(r, copy, values))
        return false;
    for (int part = 0; part < PARTS; part++)
        if (values[part] != NULL && !read_part(r, (enum part)part, values[part]))
            return false;
    for (int i = 0; i < 3; i++)
        if (r->clock[i].count == 0)
            insert(&r->clock[i], clock[i]);
    return check_together(r);
}

/* --- expanding ------------------------------------------------------------- */

/* The first day of the period in which `day` lies; positions count within it. */
static int32_t period_of(const struct rule *r, int32_t day)
{
    struct civil_date date = civil_date_of(day);
    switch (r->frequency) {
    case DAILY:
        return day;
    case WEEKLY:
        return day - (civil_weekday(day) - r->week_starts + 7) % 7;
    case MONTHLY:
        return day - date.day + 1;
    case YEARLY:
        return civil_day_of((struct civil_date){.year = date.year, .month = 1, .day = 1});
    case FREQUENCIES:
        break;
    }
    NEVER("an unlisted frequency");
}

struct expanding {
    const struct rule *rule;
    int64_t start_us;
    int64_t from_us;
    int64_t to_us;
    int64_t *moments;
    uint32_t capacity;
    uint32_t count;
    int64_t due; /* since the start */
    bool over;   /* nothing later counts */
    uint32_t day_count;
    int32_t days[DAYS_IN_PERIOD_MAX]; /* of one period, rising */
};

static int64_t clocks(const struct rule *r)
{
    return (int64_t)r->clock[0].count * r->clock[1].count * r->clock[2].count;
}

static int64_t clock_us(const struct rule *r, int64_t i)
{
    int64_t second = r->clock[2].items[i % r->clock[2].count];
    int64_t minute = r->clock[1].items[i / r->clock[2].count % r->clock[1].count];
    int64_t hour = r->clock[0].items[i / r->clock[2].count / r->clock[1].count];
    return hour * US_PER_HOUR + minute * US_PER_MINUTE + second * US_PER_S;
}

static bool chosen(const struct rule *r, int64_t position, int64_t size)
{
    for (uint32_t i = 0; i < r->positions.count; i++)
        if (r->positions.items[i] == position + 1 || r->positions.items[i] == position - size)
            return true;
    return r->positions.count == 0;
}

/* False: more moments than there is room for. */
static bool flush_period(struct expanding *e)
{
    const struct rule *r = e->rule;
    int64_t size = clocks(r) * e->day_count;
    for (int64_t i = 0; i < size && !e->over; i++) {
        int64_t us = civil_moment_us(e->days[i / clocks(r)], clock_us(r, i % clocks(r)));
        if (us < e->start_us || !chosen(r, i, size))
            continue;
        e->over = us >= e->to_us || us > r->until_us || (r->count != 0 && e->due == r->count);
        if (e->over)
            break;
        e->due++;
        if (us < e->from_us)
            continue;
        if (e->count == e->capacity)
            return false;
        e->moments[e->count++] = us;
    }
    e->day_count = 0;
    return true;
}

static struct icaltimetype ical_day(int32_t day)
{
    struct civil_date date = civil_date_of(day);
    struct icaltimetype t = icaltime_null_time();
    t.year = date.year;
    t.month = date.month;
    t.day = date.day;
    t.is_date = 1;
    return t;
}

static bool add_day(struct expanding *e, int32_t day)
{
    bool same = e->day_count > 0 && period_of(e->rule, e->days[0]) == period_of(e->rule, day);
    if (!same && !flush_period(e))
        return false;
    MUST(e->day_count < DAYS_IN_PERIOD_MAX &&
         (e->day_count == 0 || e->days[e->day_count - 1] < day));
    e->days[e->day_count++] = day;
    return true;
}

static bool on_month_day(const struct rule *r, struct civil_date date)
{
    struct civil_date next = {
        .year = date.year + date.month / 12, .month = date.month % 12 + 1, .day = 1};
    int32_t from_end = civil_day_of(date) - civil_day_of(next);
    for (uint32_t i = 0; i < r->month_days.count; i++)
        if (r->month_days.items[i] == date.day || r->month_days.items[i] == from_end)
            return true;
    return r->month_days.count == 0;
}

static bool walk(struct expanding *e, icalrecur_iterator *days)
{
    for (;;) {
        struct icaltimetype t = icalrecur_iterator_next(days);
        if (icaltime_is_null_time(t))
            return flush_period(e);
        struct civil_date date = {.year = t.year, .month = t.month, .day = t.day};
        int32_t day = civil_day_of(date);
        if (civil_moment_us(period_of(e->rule, day), 0) >= e->to_us)
            return flush_period(e);
        if (on_month_day(e->rule, date) && !add_day(e, day))
            return false;
        if (e->over)
            return true;
    }
}

bool recurrence_expand(const struct recurrence *from, int64_t *moments, uint32_t capacity,
                       uint32_t *count, char why[RECURRENCE_WHY_MAX])
{
    struct rule r = {.until_us = INT64_MAX, .why = why};
    if (!read_rule(&r, from))
        return false;
    if (civil_date_of(civil_day(from->to_us)).year > LAST_YEAR)
        return wrong(&r, "rules are expanded up to the year %d", LAST_YEAR);
    /* Positions are counted over whole periods, so those begin at their first day. */
    int32_t first = r.positions.count > 0 ? period_of(&r, from->start_day) : from->start_day;
    struct icalrecurrencetype asked = icalrecurrencetype_from_string(r.days);
    icalrecur_iterator *days =
        asked.freq == ICAL_NO_RECURRENCE ? NULL : icalrecur_iterator_new(asked, ical_day(first));
    if (days == NULL)
        return wrong(&r, "these parts do not go together");

    struct expanding e = {.rule = &r,
                          .start_us = civil_moment_us(from->start_day, from->start_clock_us),
                          .from_us = from->from_us,
                          .to_us = from->to_us,
                          .moments = moments,
                          .capacity = capacity};
    if (!walk(&e, days)) {
        icalrecur_iterator_free(days);
        return wrong(&r, "due more than %u times in the run", capacity);
    }
    icalrecur_iterator_free(days);
    *count = e.count;
    return true;
}
