/* settings.h — the grammar of scenarios, as tables.
 *
 * A section is a JSON object that is read into one C struct, row by row.  A
 * row names a setting once: its key, kind, place in the struct, range, default
 * and one line of explanation.  The rows drive reading, checking, the filling
 * in of defaults, --set and the reference.  Keys that no row names are errors,
 * so a typing mistake cannot pass as a default; every problem of a document is
 * reported, each with its JSON pointer.
 *
 * Kinds and their C types:
 *
 *   TEXT NAME PATH PATTERN   char *, in the arena
 *   BOOL                     uint8_t
 *   INT                      int64_t
 *   SHARE                    int64_t parts per million, 0 .. 1
 *   NUMBER                   int64_t millionths, not negative
 *   MONEY                    int64_t fen; JSON: yuan text, or key_fen, an integer
 *   DURATION                 int64_t microseconds; JSON: "250ms"
 *   MOMENT CLOCK CLOCK_END   int64_t microseconds (of the epoch, of the day)
 *   CHOICE                   uint32_t, the index in choices
 *   SECTION                  the struct itself
 *   VARIANT                  the struct of the row `kind` chooses; uint32_t index at the start
 *   LIST                     struct list of sections or of plain values
 *   MAP                      struct list of struct named_value, by name
 *   PER_CHANNEL              int64_t[CHANNELS]; JSON: one plain value for all channels, or
 *                            an object with some of them
 *   CUSTOM                   read by a function
 *   OTHERS                   key "*": every key that no row names, each a section; struct list of
 *                            structs whose first member is char *, the key
 */
#ifndef SIM_SETTINGS_H
#define SIM_SETTINGS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/problems.h"

struct document;

/* Memory that lives as long as the scenario. */
struct arena;
struct arena *arena_create(void);
void arena_free(struct arena *a);
void *arena_take(struct arena *a, size_t size); /* zeroed */
char *arena_text(struct arena *a, const char *text, size_t length);

enum setting_kind {
    SETTING_TEXT,
    SETTING_NAME,
    SETTING_PATH,
    SETTING_PATTERN,
    SETTING_BOOL,
    SETTING_INT,
    SETTING_SHARE,
    SETTING_NUMBER,
    SETTING_MONEY,
    SETTING_DURATION,
    SETTING_MOMENT,
    SETTING_CLOCK,
    SETTING_CLOCK_END,
    SETTING_CHOICE,
    SETTING_SECTION,
    SETTING_VARIANT,
    SETTING_LIST,
    SETTING_MAP,
    SETTING_PER_CHANNEL,
    SETTING_CUSTOM,
    SETTING_OTHERS,
};

struct list {
    void *items;
    size_t count;
};

enum { DIRTY_MAX = 24 };

struct reading {
    const struct document *doc;
    struct arena *arena;
    struct problems *problems;
    uint32_t dirty_count; /* top-level sections that have problems */
    char dirty[DIRTY_MAX][24];
};

/* True if nothing was wrong in the top-level section of that name. */
bool reading_clean(const struct reading *r, const char *name);

struct section;

struct setting {
    const char *key;
    enum setting_kind kind;
    size_t offset;
    int64_t min;        /* INT, NUMBER, DURATION, MONEY; LIST and MAP: least items */
    int64_t max;        /* the same; TEXT: bytes */
    const char *preset; /* JSON; NULL: may be absent, and then the member stays zero */
    bool required;
    const char *const *choices;    /* CHOICE; ends with NULL */
    const struct section *section; /* SECTION; VARIANT: an array that ends with a NULL name */
    const struct setting *item;    /* LIST, MAP, PER_CHANNEL: how one value is read */
    void (*custom)(struct reading *r, const char *pointer, json_t *value, void *into);
    const char *wanted; /* CUSTOM that is required: what it is told to want when it is missing */
    const char *text;
};

struct section {
    const char *name; /* of a variant, what `kind` says; else for messages and the reference */
    const struct setting *settings;
    size_t setting_count;
    size_t size;
    /* Whatever takes more than one setting to see.  Called after all were read. */
    void (*check)(struct reading *r, const char *pointer, void *into);
};

#define SETTINGS(array) (array), sizeof(array) / sizeof((array)[0])

/* A MAP's plain values and a LIST's plain values are read into these. */
struct named_value {
    char *name;
    int64_t value;
};

/* True if nothing was wrong below `pointer`. */
bool settings_read(struct reading *r, const char *pointer, json_t *object,
                   const struct section *section, void *into);

/* A problem at `pointer`, with the file that says it. */
__attribute__((format(printf, 3, 4))) void reading_problem(struct reading *r, const char *pointer,
                                                           const char *format, ...);

/* The row that a JSON pointer leads to, or NULL: no such setting, or not plain. */
const struct setting *settings_find(const struct section *section, const json_t *root,
                                    const char *pointer);

/* The kind that a plain value of this row has. */
enum setting_kind setting_plain_kind(const struct setting *s);

/* The value as the user wrote it, shortened, for "got ...". */
const char *json_shown(const json_t *value, char buffer[64]);

/* "12.5" style numbers as millionths; false: not a number, or more than six decimals. */
bool json_millionths(const json_t *value, int64_t *out);
bool duration_parse(const char *text, size_t length, int64_t *us);

enum { NAME_MAX_BYTES = 31 };

/* What a misspelt name may have meant: candidate, when it is nearer than *nearest (or
 * NULL) and near enough to ask. */
void settings_nearer(const char *given, const char *candidate, const char **nearest);

/* --- between settings.c and settings_values.c ------------------------------- */

void settings_unwanted(struct reading *r, const char *pointer, const char *want, const json_t *got);
void settings_read_text(struct reading *r, const char *pointer, json_t *value,
                        const struct setting *s, void *into);
void settings_read_integer(struct reading *r, const char *pointer, json_t *value,
                           const struct setting *s, void *into);
void settings_read_number(struct reading *r, const char *pointer, json_t *value,
                          const struct setting *s, void *into);
void settings_read_money(struct reading *r, const char *pointer, json_t *value,
                         const struct setting *s, void *into);
void settings_read_time(struct reading *r, const char *pointer, json_t *value,
                        const struct setting *s, void *into);
void settings_read_choice(struct reading *r, const char *pointer, json_t *value,
                          const char *const *choices, uint32_t *into);
bool settings_money_in_range(const struct setting *s, int64_t fen);
void settings_money_problem(struct reading *r, const char *pointer, const struct setting *s,
                            json_t *value, bool yuan);
void settings_choices_wanted(const char *const *choices, char *want, size_t size);
bool settings_is_name(const char *s, size_t length, bool pattern);

#endif
