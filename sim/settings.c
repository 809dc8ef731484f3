/* settings.c — see settings.h. */

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

enum { NAME_MAX_BYTES = 31, PATTERN_MAX_BYTES = 63, PATH_MAX_BYTES = 4000, MAP_MAX = 256 };

bool reading_clean(const struct reading *r, const char *name)
{
    for (uint32_t i = 0; i < r->dirty_count; i++)
        if (strcmp(r->dirty[i], name) == 0)
            return false;
    return true;
}

static void note_dirty(struct reading *r, const char *pointer)
{
    char name[sizeof r->dirty[0]];
    size_t n = *pointer == '/' ? strcspn(pointer + 1, "/") : 0;
    snprintf(name, sizeof name, "%.*s", (int)n, pointer + 1);
    if (n > 0 && reading_clean(r, name) && r->dirty_count < DIRTY_MAX)
        memcpy(r->dirty[r->dirty_count++], name, sizeof name);
}

void reading_problem(struct reading *r, const char *pointer, const char *format, ...)
{
    char where[POINTER_MAX * 2];
    char text[768];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    document_where(r->doc, pointer, where, sizeof where);
    problem(r->problems, where, "%s", text);
    note_dirty(r, pointer);
}

const char *json_shown(const json_t *value, char buffer[64])
{
    if (value == NULL)
        return "nothing";
    if (json_is_object(value))
        return json_object_size(value) == 0 ? "an empty object" : "an object";
    if (json_is_array(value))
        return json_array_size(value) == 0 ? "an empty list" : "a list";
    size_t n = json_dumpb(value, buffer, 60, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
    if (n == 0 || n > 60) {
        snprintf(buffer, 64, "a text of %zu bytes", json_string_length(value));
        return json_is_string(value) ? buffer : "a long value";
    }
    buffer[n] = '\0';
    return buffer;
}

/* --- plain values ---------------------------------------------------------- */

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

static bool is_name(const char *s, size_t length, bool pattern)
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

static void unwanted(struct reading *r, const char *pointer, const char *want, const json_t *got)
{
    char shown[64];
    reading_problem(r, pointer, "want %s, got %s", want, json_shown(got, shown));
}

static void read_text(struct reading *r, const char *pointer, json_t *value,
                      const struct setting *s, void *into)
{
    char want[96];
    bool ok = json_is_string(value);
    const char *text = json_string_value(value);
    size_t length = json_string_length(value);
    int64_t max = s->max != 0 ? s->max : PATH_MAX_BYTES;

    if (s->kind == SETTING_NAME || s->kind == SETTING_PATTERN) {
        bool pattern = s->kind == SETTING_PATTERN;
        ok = ok && is_name(text, length, pattern);
        snprintf(want, sizeof want, "a %s of 1 to %d letters, digits, _ or -%s",
                 pattern ? "pattern" : "name", pattern ? PATTERN_MAX_BYTES : NAME_MAX_BYTES,
                 pattern ? ", * and ?" : "");
    } else {
        ok = ok && length >= 1 && (int64_t)length <= max;
        snprintf(want, sizeof want, "a text of 1 to %" PRId64 " bytes", max);
    }
    if (!ok)
        unwanted(r, pointer, want, value);
    else
        *(char **)into = arena_text(r->arena, text, length);
}

static void read_integer(struct reading *r, const char *pointer, json_t *value,
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
    unwanted(r, pointer, want, value);
}

static void read_number(struct reading *r, const char *pointer, json_t *value,
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
    unwanted(r, pointer, want, value);
}

static bool money_in_range(const struct setting *s, int64_t fen)
{
    return fen >= s->min && fen <= (s->max != 0 ? s->max : MONEY_MAX_FEN);
}

static void money_problem(struct reading *r, const char *pointer, const struct setting *s,
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
    unwanted(r, pointer, want, value);
}

static void read_money(struct reading *r, const char *pointer, json_t *value,
                       const struct setting *s, void *into)
{
    int64_t fen;
    if (json_is_string(value) &&
        money_parse(json_string_value(value), json_string_length(value), &fen) &&
        money_in_range(s, fen))
        *(int64_t *)into = fen;
    else
        money_problem(r, pointer, s, value, true);
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
    unwanted(r, pointer, want, value);
}

static void read_time(struct reading *r, const char *pointer, json_t *value,
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
            unwanted(r, pointer, "a moment like \"2018-11-11T00:00:00+08:00\"", value);
    } else if (!civil_parse_clock(text, length, s->kind == SETTING_CLOCK_END, us)) {
        unwanted(r, pointer, "a clock like \"23:00\" or \"09:30:00\"", value);
    }
}

static void choices_wanted(const char *const *choices, char *want, size_t size)
{
    snprintf(want, size, "%s", choices != NULL && choices[1] == NULL ? "" : "one of ");
    for (uint32_t i = 0; choices != NULL && choices[i] != NULL; i++) {
        size_t used = strlen(want);
        snprintf(want + used, size - used, "%s\"%s\"", i == 0 ? "" : " ", choices[i]);
    }
}

static void read_choice(struct reading *r, const char *pointer, json_t *value,
                        const char *const *choices, uint32_t *into)
{
    char want[256];
    for (uint32_t i = 0; choices[i] != NULL; i++)
        if (json_is_string(value) && strcmp(json_string_value(value), choices[i]) == 0) {
            *into = i;
            return;
        }
    choices_wanted(choices, want, sizeof want);
    unwanted(r, pointer, want, value);
}

/* --- sections -------------------------------------------------------------- */

static void read_value(struct reading *r, const char *pointer, json_t *value,
                       const struct setting *s, void *into);

enum setting_kind setting_plain_kind(const struct setting *s)
{
    return s->kind == SETTING_PER_CHANNEL ? s->item->kind : s->kind;
}

static bool is_fen_key(const struct setting *s, const char *key)
{
    size_t n = strlen(s->key);
    return setting_plain_kind(s) == SETTING_MONEY && strncmp(key, s->key, n) == 0 &&
           strcmp(key + n, "_fen") == 0;
}

static const struct setting *row_of(const struct section *section, const char *key)
{
    for (size_t i = 0; i < section->setting_count; i++)
        if (strcmp(section->settings[i].key, key) == 0 || is_fen_key(&section->settings[i], key))
            return &section->settings[i];
    return NULL;
}

/* How many letters one is from the other, up to 3. */
static unsigned distance(const char *a, const char *b)
{
    unsigned row[40];
    size_t n = strlen(b);
    if (n >= 39 || strlen(a) >= 39)
        return 3;
    for (unsigned j = 0; j <= n; j++)
        row[j] = j;
    for (unsigned i = 1; a[i - 1] != '\0'; i++) {
        unsigned corner = row[0];
        row[0] = i;
        for (unsigned j = 1; j <= n; j++) {
            unsigned best = corner + (a[i - 1] != b[j - 1]);
            corner = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[n] < 3 ? row[n] : 3;
}

static void unknown_key(struct reading *r, const char *pointer, const struct section *section,
                        const char *key)
{
    const char *near = NULL;
    unsigned least = strlen(key) < 4 ? 2 : 3; /* a short key is near to too many */
    char known[400] = "";
    for (size_t i = 0; i < section->setting_count; i++) {
        const char *candidate = section->settings[i].key;
        unsigned away = distance(key, candidate);
        if (away < least) {
            least = away;
            near = candidate;
        }
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", i == 0 ? "" : ", ", candidate);
    }
    if (near != NULL)
        reading_problem(r, pointer, "no such setting; did you mean \"%s\"?", near);
    else
        reading_problem(r, pointer, "no such setting; known here: %s", known);
}

/* The value of a row, with its pointer: under its key, under key_fen, or the default. */
static json_t *value_of(struct reading *r, const char *pointer, json_t *object,
                        const struct setting *s, char at[POINTER_MAX], bool *in_fen)
{
    char fen_key[80];
    pointer_join(at, pointer, s->key);
    json_t *value = json_object_get(object, s->key);
    *in_fen = false;
    if (setting_plain_kind(s) == SETTING_MONEY) {
        snprintf(fen_key, sizeof fen_key, "%s_fen", s->key);
        json_t *fen = json_object_get(object, fen_key);
        if (fen != NULL && value != NULL)
            reading_problem(r, at, "given twice, as \"%s\" and as \"%s\"; keep one", s->key,
                            fen_key);
        if (fen != NULL) {
            pointer_join(at, pointer, fen_key);
            *in_fen = true;
            return fen;
        }
    }
    if (value != NULL)
        return value;
    if (s->preset != NULL) {
        json_error_t error;
        value = json_loads(s->preset, JSON_DECODE_ANY, &error);
        MUST(value != NULL);
    } else if (s->kind == SETTING_SECTION && !s->required) {
        value = json_object();
    } else {
        return NULL;
    }
    MUST(json_object_set_new(object, s->key, value) == 0);
    return value;
}

static void read_fen(struct reading *r, const char *pointer, json_t *value, const struct setting *s,
                     int64_t *into)
{
    int64_t fen = json_integer_value(value);
    if (json_is_integer(value) && money_in_range(s, fen))
        *into = fen;
    else
        money_problem(r, pointer, s, value, false);
}

static void read_one(struct reading *r, const char *pointer, json_t *value,
                     const struct setting *item, bool in_fen, int64_t *into)
{
    if (in_fen)
        read_fen(r, pointer, value, item, into);
    else
        read_value(r, pointer, value, item, into);
}

static void read_per_channel(struct reading *r, const char *pointer, json_t *value,
                             const struct setting *s, bool in_fen, int64_t into[CHANNELS])
{
    char at[POINTER_MAX];
    const char *key;
    json_t *one;

    if (!json_is_object(value)) {
        read_one(r, pointer, value, s->item, in_fen, &into[0]);
        for (int c = 1; c < CHANNELS; c++)
            into[c] = into[0];
        return;
    }
    json_object_foreach (value, key, one) {
        int channel = 0;
        while (channel < CHANNELS && strcmp(key, channel_name((enum channel)channel)) != 0)
            channel++;
        pointer_join(at, pointer, key);
        if (channel == CHANNELS)
            reading_problem(r, at, "no such channel; want unionpay or netsunion");
        else
            read_one(r, at, one, s->item, in_fen, &into[channel]);
    }
}

static const char *kind_wanted(const struct setting *s)
{
    switch (setting_plain_kind(s)) {
    case SETTING_TEXT:
        return "a text";
    case SETTING_NAME:
        return "a name";
    case SETTING_PATH:
        return "the path of a file";
    case SETTING_PATTERN:
        return "a pattern";
    case SETTING_BOOL:
        return "true or false";
    case SETTING_INT:
        return "an integer";
    case SETTING_SHARE:
        return "a share from 0 to 1";
    case SETTING_NUMBER:
        return "a number";
    case SETTING_MONEY:
        return "an amount in yuan as text";
    case SETTING_DURATION:
        return "a duration like \"30s\"";
    case SETTING_MOMENT:
        return "a moment like \"2018-11-11T00:00:00+08:00\"";
    case SETTING_CLOCK:
    case SETTING_CLOCK_END:
    case SETTING_CUSTOM:
        return "a clock like \"23:00\"";
    case SETTING_SECTION:
    case SETTING_MAP:
        return "an object";
    case SETTING_VARIANT:
        return "an object with a \"kind\"";
    case SETTING_LIST:
        return "a list";
    case SETTING_CHOICE:
    case SETTING_PER_CHANNEL:
        break;
    }
    NEVER("a choice lists what it wants, and what is there for each channel has a default");
}

static void missing(struct reading *r, const char *pointer, const struct setting *s)
{
    char want[256];
    choices_wanted(s->kind == SETTING_CHOICE ? s->choices : NULL, want, sizeof want);
    reading_problem(r, pointer, "missing; want %s: %s",
                    s->kind == SETTING_CHOICE ? want : kind_wanted(s), s->text);
}

static void read_setting(struct reading *r, const char *pointer, json_t *object,
                         const struct setting *s, void *into)
{
    char at[POINTER_MAX];
    bool in_fen;
    json_t *value = value_of(r, pointer, object, s, at, &in_fen);

    if (value == NULL) {
        if (s->required)
            missing(r, at, s);
        return;
    }
    void *member = (char *)into + s->offset;
    if (s->kind == SETTING_PER_CHANNEL)
        read_per_channel(r, at, value, s, in_fen, member);
    else if (in_fen)
        read_fen(r, at, value, s, member);
    else
        read_value(r, at, value, s, member);
}

bool settings_read(struct reading *r, const char *pointer, json_t *object,
                   const struct section *section, void *into)
{
    uint32_t before = r->problems->count;
    const char *key;
    json_t *value;
    void *next;
    char at[POINTER_MAX];

    if (!json_is_object(object)) {
        unwanted(r, pointer, "an object", object);
        return false;
    }
    json_object_foreach_safe(object, next, key, value)
    {
        if (row_of(section, key) == NULL) {
            pointer_join(at, pointer, key);
            unknown_key(r, at, section, key);
        }
    }
    for (size_t i = 0; i < section->setting_count; i++)
        read_setting(r, pointer, object, &section->settings[i], into);
    if (r->problems->count == before && section->check != NULL)
        section->check(r, pointer, into);
    return r->problems->count == before;
}

static const struct section *variant_of(const struct setting *s, const json_t *kind,
                                        uint32_t *index)
{
    for (uint32_t i = 0; s->section[i].name != NULL; i++)
        if (json_is_string(kind) && strcmp(json_string_value(kind), s->section[i].name) == 0) {
            *index = i;
            return &s->section[i];
        }
    return NULL;
}

/* A variant's own rows do not name `kind`; it is taken out while they are read. */
static void read_variant(struct reading *r, const char *pointer, json_t *value,
                         const struct setting *s, void *into)
{
    char at[POINTER_MAX];
    char want[256] = "one of";
    if (!json_is_object(value)) {
        unwanted(r, pointer, "an object with a \"kind\"", value);
        return;
    }
    json_t *kind = json_object_get(value, "kind");
    const struct section *section = variant_of(s, kind, into);
    if (section == NULL) {
        for (uint32_t i = 0; s->section[i].name != NULL; i++) {
            size_t used = strlen(want);
            snprintf(want + used, sizeof want - used, " \"%s\"", s->section[i].name);
        }
        pointer_join(at, pointer, "kind");
        unwanted(r, at, want, kind);
        return;
    }
    json_incref(kind);
    json_object_del(value, "kind");
    settings_read(r, pointer, value, section, into);
    json_t *whole = json_object();
    json_object_set_new(whole, "kind", kind);
    json_object_update(whole, value);
    json_object_clear(value);
    json_object_update(value, whole);
    json_decref(whole);
}

static size_t plain_size(const struct setting *s)
{
    switch (s->kind) {
    case SETTING_TEXT:
    case SETTING_NAME:
    case SETTING_PATH:
    case SETTING_PATTERN:
        return sizeof(char *);
    case SETTING_INT:
    case SETTING_SHARE:
    case SETTING_NUMBER:
    case SETTING_MONEY:
    case SETTING_DURATION:
    case SETTING_MOMENT:
    case SETTING_CLOCK:
    case SETTING_CLOCK_END:
        return sizeof(int64_t);
    case SETTING_CHOICE:
        return sizeof(uint32_t);
    case SETTING_BOOL:
        return sizeof(uint8_t);
    case SETTING_SECTION:
    case SETTING_VARIANT:
        return s->section->size;
    case SETTING_LIST:
    case SETTING_MAP:
    case SETTING_PER_CHANNEL:
    case SETTING_CUSTOM:
        break;
    }
    NEVER("not an item of a list");
}

static bool count_fits(struct reading *r, const char *pointer, const struct setting *s,
                       size_t count)
{
    int64_t max = s->max != 0 ? s->max : MAP_MAX;
    if ((int64_t)count >= s->min && (int64_t)count <= max)
        return true;
    reading_problem(r, pointer, "want %" PRId64 " to %" PRId64 " entries, got %zu", s->min, max,
                    count);
    return false;
}

static void read_list(struct reading *r, const char *pointer, json_t *value,
                      const struct setting *s, struct list *into)
{
    char at[POINTER_MAX];
    if (!json_is_array(value)) {
        unwanted(r, pointer, "a list", value);
        return;
    }
    size_t count = json_array_size(value);
    if (!count_fits(r, pointer, s, count))
        return;
    size_t size = plain_size(s->item);
    char *items = arena_take(r->arena, (count + 1) * size);
    for (size_t i = 0; i < count; i++) {
        pointer_join_index(at, pointer, i);
        read_value(r, at, json_array_get(value, i), s->item, items + i * size);
    }
    *into = (struct list){items, count};
}

static void read_map(struct reading *r, const char *pointer, json_t *value, const struct setting *s,
                     struct list *into)
{
    char at[POINTER_MAX];
    const char *key;
    json_t *one;
    if (!json_is_object(value)) {
        unwanted(r, pointer, "an object", value);
        return;
    }
    if (!count_fits(r, pointer, s, json_object_size(value)))
        return;
    struct named_value *items = arena_take(r->arena, (json_object_size(value) + 1) * sizeof *items);
    size_t count = 0;
    json_object_foreach (value, key, one) {
        pointer_join(at, pointer, key);
        if (!is_name(key, strlen(key), true))
            reading_problem(r, at, "\"%s\" is no name: want 1 to %d letters, digits, _ or -", key,
                            NAME_MAX_BYTES);
        items[count].name = arena_text(r->arena, key, strlen(key));
        read_value(r, at, one, s->item, &items[count].value);
        count++;
    }
    *into = (struct list){items, count};
}

static void read_value(struct reading *r, const char *pointer, json_t *value,
                       const struct setting *s, void *into)
{
    switch (s->kind) {
    case SETTING_TEXT:
    case SETTING_NAME:
    case SETTING_PATH:
    case SETTING_PATTERN:
        read_text(r, pointer, value, s, into);
        return;
    case SETTING_BOOL:
        if (json_is_boolean(value))
            *(uint8_t *)into = json_is_true(value);
        else
            unwanted(r, pointer, "true or false", value);
        return;
    case SETTING_INT:
        read_integer(r, pointer, value, s, into);
        return;
    case SETTING_SHARE:
    case SETTING_NUMBER:
        read_number(r, pointer, value, s, into);
        return;
    case SETTING_MONEY:
        read_money(r, pointer, value, s, into);
        return;
    case SETTING_DURATION:
    case SETTING_MOMENT:
    case SETTING_CLOCK:
    case SETTING_CLOCK_END:
        read_time(r, pointer, value, s, into);
        return;
    case SETTING_CHOICE:
        read_choice(r, pointer, value, s->choices, into);
        return;
    case SETTING_SECTION:
        settings_read(r, pointer, value, s->section, into);
        return;
    case SETTING_VARIANT:
        read_variant(r, pointer, value, s, into);
        return;
    case SETTING_LIST:
        read_list(r, pointer, value, s, into);
        return;
    case SETTING_MAP:
        read_map(r, pointer, value, s, into);
        return;
    case SETTING_PER_CHANNEL:
        read_per_channel(r, pointer, value, s, false, into);
        return;
    case SETTING_CUSTOM:
        s->custom(r, pointer, value, into);
        return;
    }
    NEVER("an unlisted kind of setting");
}

/* --- finding a row by pointer ---------------------------------------------- */

/* The next step of a pointer, unescaped; false at its end. */
static bool next_step(const char **pointer, char step[80])
{
    size_t n = 0;
    if (**pointer != '/')
        return false;
    for (++*pointer; **pointer != '\0' && **pointer != '/'; ++*pointer) {
        char c = **pointer;
        if (c == '~' && ((*pointer)[1] == '0' || (*pointer)[1] == '1'))
            c = *++*pointer == '0' ? '~' : '/';
        if (n < 79)
            step[n++] = c;
    }
    step[n] = '\0';
    return true;
}

const struct setting *settings_find(const struct section *section, const json_t *root,
                                    const char *pointer)
{
    const struct setting *s = NULL;
    const json_t *at = root;
    char step[80];
    uint32_t ignored;

    while (next_step(&pointer, step)) {
        if (s != NULL && s->kind == SETTING_PER_CHANNEL) {
            s = s->item;
        } else if (s != NULL && (s->kind == SETTING_LIST || s->kind == SETTING_MAP)) {
            at = s->kind == SETTING_MAP ? json_object_get(at, step)
                                        : json_array_get(at, (size_t)strtoul(step, NULL, 10));
            s = s->item;
        } else {
            if (section == NULL || (s = row_of(section, step)) == NULL)
                return NULL;
            at = json_object_get(at, step);
            if (is_fen_key(s, step))
                return NULL; /* an integer, not a text */
        }
        section = s->kind == SETTING_SECTION ? s->section
                  : s->kind == SETTING_VARIANT
                      ? variant_of(s, json_object_get(at, "kind"), &ignored)
                      : NULL;
    }
    return *pointer == '\0' ? s : NULL;
}
