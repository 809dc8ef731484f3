/* civil.c — see civil.h.  The day arithmetic counts in eras of 400 years, each
 * of exactly 146,097 days, with years that begin in March. */

#include "core/base/civil.h"

#include "core/base/must.h"

#define OFFSET_US (8 * US_PER_HOUR)

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

int32_t civil_day(int64_t moment_us)
{
    return (int32_t)floor_div(moment_us + OFFSET_US, US_PER_DAY);
}

int64_t civil_clock_us(int64_t moment_us)
{
    return moment_us + OFFSET_US - civil_day(moment_us) * US_PER_DAY;
}

int64_t civil_moment_us(int32_t day, int64_t clock_us)
{
    return day * US_PER_DAY + clock_us - OFFSET_US;
}

int32_t civil_weekday(int32_t day)
{
    int32_t since_monday = (day + 3) % 7; /* 1970-01-01 was a Thursday */
    return since_monday < 0 ? since_monday + 7 : since_monday;
}

struct civil_date civil_date_of(int32_t day)
{
    int64_t shifted = (int64_t)day + 719468; /* days since 0000-03-01 */
    int64_t era = floor_div(shifted, 146097);
    int64_t in_era = shifted - era * 146097;
    int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int64_t in_year = in_era - (365 * year + year / 4 - year / 100);
    int64_t march_month = (5 * in_year + 2) / 153;

    struct civil_date date;
    date.day = (int32_t)(in_year - (153 * march_month + 2) / 5 + 1);
    date.month = (int32_t)(march_month < 10 ? march_month + 3 : march_month - 9);
    date.year = (int32_t)(year + era * 400 + (date.month <= 2));
    return date;
}

int32_t civil_day_of(struct civil_date date)
{
    int64_t year = date.year - (date.month <= 2);
    int64_t era = floor_div(year, 400);
    int64_t of_era = year - era * 400;
    int64_t march_month = date.month > 2 ? date.month - 3 : date.month + 9;
    int64_t in_year = (153 * march_month + 2) / 5 + date.day - 1;
    int64_t in_era = of_era * 365 + of_era / 4 - of_era / 100 + in_year;
    return (int32_t)(era * 146097 + in_era - 719468);
}

bool civil_date_exists(struct civil_date date)
{
    if (date.year < 1970 || date.year > 9999 || date.month < 1 || date.month > 12 || date.day < 1 ||
        date.day > 31)
        return false;
    struct civil_date back = civil_date_of(civil_day_of(date));
    return back.year == date.year && back.month == date.month && back.day == date.day;
}

/* A cursor over text: each step eats what it expects or fails for good. */
struct reader {
    const char *text;
    size_t length;
    size_t at;
    bool ok;
};

static int32_t digits(struct reader *r, int count)
{
    int32_t value = 0;
    for (int i = 0; i < count; i++) {
        if (r->at >= r->length || r->text[r->at] < '0' || r->text[r->at] > '9') {
            r->ok = false;
            return 0;
        }
        value = value * 10 + (r->text[r->at++] - '0');
    }
    return value;
}

static bool next_is(const struct reader *r, char c)
{
    return r->ok && r->at < r->length && r->text[r->at] == c;
}

static void eat(struct reader *r, char c)
{
    if (next_is(r, c))
        r->at++;
    else
        r->ok = false;
}

static int32_t read_date(struct reader *r)
{
    struct civil_date date;
    date.year = digits(r, 4);
    eat(r, '-');
    date.month = digits(r, 2);
    eat(r, '-');
    date.day = digits(r, 2);
    if (!r->ok || !civil_date_exists(date)) {
        r->ok = false;
        return 0;
    }
    return civil_day_of(date);
}

/* HH:MM:SS with up to six decimals. */
static int64_t read_time(struct reader *r)
{
    int32_t hour = digits(r, 2);
    eat(r, ':');
    int32_t minute = digits(r, 2);
    eat(r, ':');
    int32_t second = digits(r, 2);
    int64_t fraction_us = 0;
    if (next_is(r, '.')) {
        r->at++;
        int64_t unit = US_PER_S / 10;
        do {
            fraction_us += digits(r, 1) * unit;
            unit /= 10;
        } while (r->ok && unit > 0 && r->at < r->length && r->text[r->at] >= '0' &&
                 r->text[r->at] <= '9');
    }
    if (hour > 23 || minute > 59 || second > 59)
        r->ok = false;
    return hour * US_PER_HOUR + minute * US_PER_MINUTE + second * US_PER_S + fraction_us;
}

static int64_t read_offset(struct reader *r)
{
    if (next_is(r, 'Z')) {
        r->at++;
        return 0;
    }
    bool west = next_is(r, '-');
    eat(r, west ? '-' : '+');
    int32_t hour = digits(r, 2);
    eat(r, ':');
    int32_t minute = digits(r, 2);
    if (hour > 23 || minute > 59)
        r->ok = false;
    int64_t offset_us = hour * US_PER_HOUR + minute * US_PER_MINUTE;
    return west ? -offset_us : offset_us;
}

bool civil_parse_moment(const char *text, size_t length, int64_t *moment_us)
{
    struct reader r = {.text = text, .length = length, .ok = true};
    int32_t day = read_date(&r);
    eat(&r, 'T');
    int64_t clock_us = read_time(&r);
    int64_t offset_us = read_offset(&r);
    if (!r.ok || r.at != length)
        return false;
    *moment_us = day * US_PER_DAY + clock_us - offset_us;
    return true;
}

bool civil_parse_clock(const char *text, size_t length, bool end, int64_t *clock_us)
{
    struct reader r = {.text = text, .length = length, .ok = true};
    int32_t hour = digits(&r, 2);
    eat(&r, ':');
    int32_t minute = digits(&r, 2);
    int32_t second = 0;
    if (r.ok && r.at < length) {
        eat(&r, ':');
        second = digits(&r, 2);
    }
    if (!r.ok || r.at != length || hour > 24 || minute > 59 || second > 59)
        return false;
    int64_t us = hour * US_PER_HOUR + minute * US_PER_MINUTE + second * US_PER_S;
    if (us > US_PER_DAY || (us == US_PER_DAY && !end))
        return false;
    *clock_us = us;
    return true;
}

bool civil_parse_date(const char *text, size_t length, int32_t *day)
{
    struct reader r = {.text = text, .length = length, .ok = true};
    int32_t parsed = read_date(&r);
    if (!r.ok || r.at != length)
        return false;
    *day = parsed;
    return true;
}

static size_t put_digits(char *out, size_t at, int64_t value, int count)
{
    for (int i = count - 1; i >= 0; i--) {
        out[at + (size_t)i] = (char)('0' + value % 10);
        value /= 10;
    }
    return at + (size_t)count;
}

static size_t put_date(char *out, int32_t day)
{
    struct civil_date date = civil_date_of(day);
    MUST(date.year >= 0 && date.year <= 9999);
    size_t at = put_digits(out, 0, date.year, 4);
    out[at++] = '-';
    at = put_digits(out, at, date.month, 2);
    out[at++] = '-';
    return put_digits(out, at, date.day, 2);
}

static size_t put_clock(char *out, size_t at, int64_t clock_us)
{
    at = put_digits(out, at, clock_us / US_PER_HOUR, 2);
    out[at++] = ':';
    at = put_digits(out, at, clock_us / US_PER_MINUTE % 60, 2);
    out[at++] = ':';
    return put_digits(out, at, clock_us / US_PER_S % 60, 2);
}

size_t civil_print_moment(char out[CIVIL_MOMENT_TEXT_MAX], int64_t moment_us)
{
    static const char offset[] = "+08:00";
    int64_t clock_us = civil_clock_us(moment_us);
    size_t at = put_date(out, civil_day(moment_us));
    out[at++] = 'T';
    at = put_clock(out, at, clock_us);
    if (clock_us % US_PER_S != 0) {
        out[at++] = '.';
        at = put_digits(out, at, clock_us % US_PER_S, 6);
    }
    for (size_t i = 0; i < sizeof offset; i++)
        out[at + i] = offset[i];
    return at + sizeof offset - 1;
}

size_t civil_print_clock(char out[CIVIL_CLOCK_TEXT_MAX], int64_t clock_us)
{
    MUST(clock_us >= 0 && clock_us <= US_PER_DAY);
    size_t at = put_clock(out, 0, clock_us);
    out[at] = '\0';
    return at;
}

size_t civil_print_date(char out[CIVIL_DATE_TEXT_MAX], int32_t day)
{
    size_t at = put_date(out, day);
    out[at] = '\0';
    return at;
}
