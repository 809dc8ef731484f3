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

enum { MAP_MAX = 256 };

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
    const struct setting *others = NULL;
    for (size_t i = 0; i < section->setting_count; i++) {
        if (strcmp(section->settings[i].key, key) == 0 || is_fen_key(&section->settings[i], key))
            return &section->settings[i];
        if (section->settings[i].kind == SETTING_OTHERS)
            others = &section->settings[i];
    }
    return others;
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

void settings_nearer(const char *given, const char *candidate, const char **nearest)
{
    unsigned least = strlen(given) < 4 ? 2 : 3; /* a short one is near to too many */
    unsigned away = distance(given, candidate);
    if (*nearest != NULL)
        least = distance(given, *nearest);
    if (away < least && 2 * away <= strlen(candidate))
        *nearest = candidate;
}

static const char *nearest_key(const struct section *section, const char *key)
{
    const char *nearest = NULL;
    for (size_t i = 0; i < section->setting_count; i++)
        settings_nearer(key, section->settings[i].key, &nearest);
    return nearest;
}

static void unknown_key(struct reading *r, const char *pointer, const struct section *section,
                        const char *key)
{
    const char *near = nearest_key(section, key);
    char known[400] = "";
    for (size_t i = 0; i < section->setting_count; i++) {
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", i == 0 ? "" : ", ",
                 section->settings[i].key);
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
    if (json_is_integer(value) && settings_money_in_range(s, fen))
        *into = fen;
    else
        settings_money_problem(r, pointer, s, value, false);
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
    case SETTING_CUSTOM:
        return s->wanted;
    case SETTING_CLOCK:
    case SETTING_CLOCK_END:
        return "a clock like \"23:00\"";
    case SETTING_SECTION:
    case SETTING_MAP:
        return "an object";
    case SETTING_VARIANT:
        return "an object with a \"kind\"";
    case SETTING_LIST:
        return "a list";
    case SETTING_OTHERS:
    case SETTING_CHOICE:
    case SETTING_PER_CHANNEL:
        break;
    }
    NEVER("a choice lists what it wants, and what is there for each channel has a default");
}

static void missing(struct reading *r, const char *pointer, const struct setting *s)
{
    char want[512];
    settings_choices_wanted(s->kind == SETTING_CHOICE ? s->choices : NULL, want, sizeof want);
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

/* Sections under names of the writer's choice. */
static void read_others(struct reading *r, const char *pointer, json_t *object,
                        const struct section *section, const struct setting *s, struct list *into)
{
    char at[POINTER_MAX];
    const char *key;
    json_t *value;
    size_t size = s->section->size;
    char *items = arena_take(r->arena, (json_object_size(object) + 1) * size);
    size_t count = 0;
    json_object_foreach (object, key, value) {
        if (row_of(section, key) != s)
            continue;
        pointer_join(at, pointer, key);
        if (!settings_is_name(key, strlen(key), false))
            reading_problem(r, at, "\"%s\" is no name: want 1 to %d letters, digits, _ or -", key,
                            NAME_MAX_BYTES);
        char *item = items + count++ * size;
        *(char **)(void *)item = arena_text(r->arena, key, strlen(key));
        if (!settings_read(r, at, value, s->section, item)) {
            const char *near = nearest_key(section, key);
            if (near != NULL)
                reading_problem(r, at, "read as a name of your own; did you mean \"%s\"?", near);
        }
    }
    *into = (struct list){items, count};
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
        settings_unwanted(r, pointer, "an object", object);
        return false;
    }
    json_object_foreach_safe(object, next, key, value)
    {
        if (row_of(section, key) == NULL) {
            pointer_join(at, pointer, key);
            unknown_key(r, at, section, key);
        }
    }
    for (size_t i = 0; i < section->setting_count; i++) {
        const struct setting *row = &section->settings[i];
        if (row->kind == SETTING_OTHERS)
            read_others(r, pointer, object, section, row,
                        (struct list *)(void *)((char *)into + row->offset));
        else
            read_setting(r, pointer, object, row, into);
    }
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
        settings_unwanted(r, pointer, "an object with a \"kind\"", value);
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
        settings_unwanted(r, at, want, kind);
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
    case SETTING_OTHERS:
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
        settings_unwanted(r, pointer, "a list", value);
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
        settings_unwanted(r, pointer, "an object", value);
        return;
    }
    if (!count_fits(r, pointer, s, json_object_size(value)))
        return;
    struct named_value *items = arena_take(r->arena, (json_object_size(value) + 1) * sizeof *items);
    size_t count = 0;
    json_object_foreach (value, key, one) {
        pointer_join(at, pointer, key);
        if (!settings_is_name(key, strlen(key), true))
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
        settings_read_text(r, pointer, value, s, into);
        return;
    case SETTING_BOOL:
        if (json_is_boolean(value))
            *(uint8_t *)into = json_is_true(value);
        else
            settings_unwanted(r, pointer, "true or false", value);
        return;
    case SETTING_INT:
        settings_read_integer(r, pointer, value, s, into);
        return;
    case SETTING_SHARE:
    case SETTING_NUMBER:
        settings_read_number(r, pointer, value, s, into);
        return;
    case SETTING_MONEY:
        settings_read_money(r, pointer, value, s, into);
        return;
    case SETTING_DURATION:
    case SETTING_MOMENT:
    case SETTING_CLOCK:
    case SETTING_CLOCK_END:
        settings_read_time(r, pointer, value, s, into);
        return;
    case SETTING_CHOICE:
        settings_read_choice(r, pointer, value, s->choices, into);
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
    case SETTING_OTHERS:
        break;
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
        section = s->kind == SETTING_SECTION || s->kind == SETTING_OTHERS ? s->section
                  : s->kind == SETTING_VARIANT
                      ? variant_of(s, json_object_get(at, "kind"), &ignored)
                      : NULL;
    }
    return *pointer == '\0' ? s : NULL;
}
