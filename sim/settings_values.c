/* settings_values.c — plain values: texts, numbers, money, times, choices. */

#include "sim/settings.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/base/must.h"
#include "core/gateway/codes.h"
#include "sim/document.h"

enum { PATTERN_MAX_BYTES = 63, PATH_MAX_BYTES = 4000 };

bool duration_parse(const char *text, size_t length, int64_t *us)
{
    static const struct {
        const char *unit;
        int64_t us;
    } units[] = {{"us", 1},          {"ms", US_PER_MS}, {"s", US_PER_S}, {"m", US_PER_MINUTE},
                 {"h", US_PER_HOUR}, {"d", US_PER_DAY}};
    int64_t value = 0;
    size_t at = 0;

    while (at < length && at < 12 && text[at] >= '0' && text[at] <= '9')
        value = value * 10 + (text[at++] - '0');
    if (at == 0 || (at > 1 && text[0] == '0'))
        return false;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strlen(units[i].unit) == length - at &&
            memcmp(units[i].unit, text + at, length - at) == 0)
            return !__builtin_mul_overflow(value, units[i].us, us) && *us <= 3660 * US_PER_DAY;
    return false;
}

/* In the largest unit that needs no fraction. */
static void duration_print(char out[32], int64_t us)
{
    static const struct {
        const char *unit;
        int64_t us;
    } units[] = {{"d", US_PER_DAY}, {"h", US_PER_HOUR}, {"m", US_PER_MINUTE},
                 {"s", US_PER_S},   {"ms", US_PER_MS},  {"us", 1}};
    size_t i = 0;
    while (i < 5 && (us % units[i].us != 0 || us < units[i].us))
        i++;
    snprintf(out, 32, "%" PRId64 "%s", us / units[i].us, units[i].unit);
}

bool json_millionths(const json_t *value, int64_t *out)
{
    if (!json_is_number(value))
        return false;
    double scaled = json_number_value(value) * 1e6;
    if (!(scaled >= 0 && scaled < 1e15))
        return false;
    int64_t nearest = (int64_t)(scaled + 0.5);
    double off = scaled - (double)nearest;
    if (off < -0.05 || off > 0.05)
        return false;
    *out = nearest;
    return true;
}

bool settings_is_name(const char *s, size_t length, bool pattern)
{
    if (length == 0 || length > (pattern ? PATTERN_MAX_BYTES : NAME_MAX_BYTES))
        return false;
    for (size_t i = 0; i < length; i++) {
        char c = s[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '_' || c == '-';
        if (!plain && !(pattern && (c == '*' || c == '?')))
            return false;
    }
    return true;
}

void settings_unwanted(struct reading *r, const char *pointer, const char *want, const json_t *got)
{
    char shown[64];
    reading_problem(r, pointer, "want %s, got %s", want, json_shown(got, shown));
}

void settings_read_text(struct reading *r, const char *pointer, json_t *value,
                        const struct setting *s, void *into)
{
    char want[96];
    bool ok = json_is_string(value);
    const char *text = json_string_value(value);
    size_t length = json_string_length(value);
    int64_t max = s->max != 0 ? s->max : PATH_MAX_BYTES;

    if (s->kind == SETTING_NAME || s->kind == SETTING_PATTERN) {
        bool pattern = s->kind == SETTING_PATTERN;
        ok = ok && settings_is_name(text, length, pattern);
        snprintf(want, sizeof want, "a %s of 1 to %d letters, digits, _ or -%s",
                 pattern ? "pattern" : "name", pattern ? PATTERN_MAX_BYTES : NAME_MAX_BYTES,
                 pattern ? ", * and ?" : "");
    } else {
        ok = ok && length >= 1 && (int64_t)length <= max;
        snprintf(want, sizeof want, "a text of 1 to %" PRId64 " bytes", max);
    }
    if (!ok)
        settings_unwanted(r, pointer, want, value);
    else
        *(char **)into = arena_text(r->arena, text, length);
}

void settings_read_integer(struct reading *r, const char *pointer, json_t *value,
                           const struct setting *s, void *into)
{
    char want[96];
    int64_t v = json_integer_value(value);
    if (json_is_integer(value) && v >= s->min && v <= s->max) {
        *(int64_t *)into = v;
        return;
    }
    if (s->max == INT64_MAX)
        snprintf(want, sizeof want, "an integer of %" PRId64 " or more", s->min);
    else
        snprintf(want, sizeof want, "an integer from %" PRId64 " to %" PRId64, s->min, s->max);
    settings_unwanted(r, pointer, want, value);
}

void settings_read_number(struct reading *r, const char *pointer, json_t *value,
                          const struct setting *s, void *into)
{
    int64_t v;
    bool share = s->kind == SETTING_SHARE;
    int64_t max = share ? PPM : s->max != 0 ? s->max : INT64_C(1000000000) * PPM;
    if (json_millionths(value, &v) && v >= s->min && v <= max) {
        *(int64_t *)into = v;
        return;
    }
    char want[96];
    if (share)
        snprintf(want, sizeof want, "a share, a number from 0 to 1 with at most 6 decimals");
    else
        snprintf(want, sizeof want, "a number from %.*f to %.*f with at most 6 decimals",
                 s->min % PPM == 0 ? 0 : 6, (double)s->min / 1e6, max % PPM == 0 ? 0 : 6,
                 (double)max / 1e6);
    settings_unwanted(r, pointer, want, value);
}

bool settings_money_in_range(const struct setting *s, int64_t fen)
{
    return fen >= s->min && fen <= (s->max != 0 ? s->max : MONEY_MAX_FEN);
}

void settings_money_problem(struct reading *r, const char *pointer, const struct setting *s,
                            json_t *value, bool yuan)
{
    char low[MONEY_TEXT_MAX];
    char high[MONEY_TEXT_MAX];
    char want[160];
    int64_t max = s->max != 0 ? s->max : MONEY_MAX_FEN;
    money_print(low, s->min);
    money_print(high, max);
    if (yuan)
        snprintf(want, sizeof want,
                 "an amount in yuan as text with at most 2 decimals, \"%s\" to \"%s\"", low, high);
    else
        snprintf(want, sizeof want, "an integer of fen from %" PRId64 " to %" PRId64, s->min, max);
    settings_unwanted(r, pointer, want, value);
}

void settings_read_money(struct reading *r, const char *pointer, json_t *value,
                         const struct setting *s, void *into)
{
    int64_t fen;
    if (json_is_string(value) &&
        money_parse(json_string_value(value), json_string_length(value), &fen) &&
        settings_money_in_range(s, fen))
        *(int64_t *)into = fen;
    else
        settings_money_problem(r, pointer, s, value, true);
}

static void duration_problem(struct reading *r, const char *pointer, int64_t min_us, int64_t max_us,
                             json_t *value)
{
    char low[32];
    char high[32];
    char want[160];
    duration_print(low, min_us);
    duration_print(high, max_us);
    snprintf(want, sizeof want,
             "a duration%s%s%s %s, one integer and one of us ms s m h d like \"30s\"",
             min_us > 1 ? " from " : "",
             min_us > 1    ? low
             : min_us == 1 ? " above 0,"
                           : "",
             min_us > 1 ? " to" : " up to", high);
    settings_unwanted(r, pointer, want, value);
}

void settings_read_time(struct reading *r, const char *pointer, json_t *value,
                        const struct setting *s, void *into)
{
    const char *text = json_is_string(value) ? json_string_value(value) : "";
    size_t length = json_string_length(value);
    int64_t *us = into;
    int64_t v;

    if (s->kind == SETTING_DURATION) {
        int64_t max = s->max != 0 ? s->max : 3660 * US_PER_DAY;
        if (duration_parse(text, length, &v) && v >= s->min && v <= max)
            *us = v;
        else
            duration_problem(r, pointer, s->min, max, value);
    } else if (s->kind == SETTING_MOMENT) {
        if (!civil_parse_moment(text, length, us))
            settings_unwanted(r, pointer, "a moment like \"2018-11-11T00:00:00+08:00\"", value);
    } else if (!civil_parse_clock(text, length, s->kind == SETTING_CLOCK_END, us)) {
        settings_unwanted(r, pointer, "a clock like \"23:00\" or \"09:30:00\"", value);
    }
}

void settings_choices_wanted(const char *const *choices, char *want, size_t size)
{
    snprintf(want, size, "%s", choices != NULL && choices[1] == NULL ? "" : "one of ");
    for (uint32_t i = 0; choices != NULL && choices[i] != NULL; i++) {
        size_t used = strlen(want);
        snprintf(want + used, size - used, "%s\"%s\"", i == 0 ? "" : " ", choices[i]);
    }
}

void settings_read_choice(struct reading *r, const char *pointer, json_t *value,
                          const char *const *choices, uint32_t *into)
{
    char want[512];
    for (uint32_t i = 0; choices[i] != NULL; i++)
        if (json_is_string(value) && strcmp(json_string_value(value), choices[i]) == 0) {
            *into = i;
            return;
        }
    settings_choices_wanted(choices, want, sizeof want);
    settings_unwanted(r, pointer, want, value);
}
