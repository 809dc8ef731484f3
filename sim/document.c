/* document.c — see document.h. */

#include "sim/document.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/must.h"

enum { FILE_MAX_BYTES = 16 * 1024 * 1024 };

void pointer_join(char out[POINTER_MAX], const char *pointer, const char *key)
{
    char joined[POINTER_MAX];
    size_t n = (size_t)snprintf(joined, sizeof joined, "%s/", pointer);
    if (n >= POINTER_MAX)
        n = POINTER_MAX - 1;
    for (; *key != '\0' && n + 3 < POINTER_MAX; key++) {
        if (*key == '~' || *key == '/') {
            joined[n++] = '~';
            joined[n++] = *key == '~' ? '0' : '1';
        } else {
            joined[n++] = *key;
        }
    }
    joined[n < POINTER_MAX ? n : POINTER_MAX - 1] = '\0';
    memcpy(out, joined, strlen(joined) + 1);
}

void pointer_join_index(char out[POINTER_MAX], const char *pointer, size_t index)
{
    char key[24];
    snprintf(key, sizeof key, "%zu", index);
    pointer_join(out, pointer, key);
}

/* --- paths ----------------------------------------------------------------- */

static char *copy_text(const char *text)
{
    size_t n = strlen(text) + 1;
    char *copy = malloc(n);
    MUST(copy != NULL);
    memcpy(copy, text, n);
    return copy;
}

/* `name` as seen from the folder of `file`. */
static char *beside(const char *file, const char *name)
{
    while (name[0] == '.' && name[1] == '/' && name[2] != '\0')
        name += 2;
    const char *slash = strrchr(file, '/');
    if (name[0] == '/' || slash == NULL)
        return copy_text(name);
    size_t folder = (size_t)(slash - file) + 1;
    char *path = malloc(folder + strlen(name) + 1);
    MUST(path != NULL);
    memcpy(path, file, folder);
    memcpy(path + folder, name, strlen(name) + 1);
    return path;
}

/* Every setting of kind path below `value`, made relative to where we are. */
static void resolve_paths(json_t *value, const struct setting *s, const struct section *section,
                          const char *file)
{
    const char *key;
    json_t *one;
    size_t index;
    uint32_t i;

    if (s != NULL && s->kind == SETTING_LIST) {
        json_array_foreach (value, index, one)
            resolve_paths(one, s->item, s->item->section, file);
        return;
    }
    if (section == NULL || !json_is_object(value))
        return;
    if (s != NULL && s->kind == SETTING_VARIANT) {
        json_t *kind = json_object_get(value, "kind");
        for (i = 0; section[i].name != NULL; i++)
            if (json_is_string(kind) && strcmp(json_string_value(kind), section[i].name) == 0)
                break;
        if (section[i].name == NULL)
            return;
        section = &section[i];
    }
    for (size_t k = 0; k < section->setting_count; k++) {
        const struct setting *row = &section->settings[k];
        key = row->key;
        one = json_object_get(value, key);
        if (row->kind == SETTING_PATH && json_is_string(one)) {
            char *path = beside(file, json_string_value(one));
            json_object_set_new(value, key, json_string(path));
            free(path);
        } else if (one != NULL) {
            resolve_paths(one, row, row->section, file);
        }
    }
}

/* --- reading and merging --------------------------------------------------- */

/* All of a file, with a final NUL; NULL, with a problem, if it cannot be.
 * `asker` says who names the file: "" or "FILE: /pointer: ". */
static char *slurp(const char *path, const char *asker, struct problems *list)
{
    char where[POINTER_MAX * 4];
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    size_t used = 0;
    size_t capacity = 0;

    snprintf(where, sizeof where, "%s%s", asker, path);
    if (file == NULL) {
        problem(list, where, "%s", strerror(errno));
        return NULL;
    }
    for (;;) {
        if (capacity - used < 2) {
            capacity = capacity == 0 ? 65536 : capacity * 2;
            text = realloc(text, capacity);
            MUST(text != NULL);
        }
        size_t got = fread(text + used, 1, capacity - used - 1, file);
        used += got;
        if (got == 0 || used > FILE_MAX_BYTES)
            break;
    }
    if (ferror(file))
        problem(list, where, "%s", strerror(errno));
    else if (used > FILE_MAX_BYTES)
        problem(list, where, "larger than %d MiB; a scenario is text that people read",
                FILE_MAX_BYTES >> 20);
    else if (memchr(text, '\0', used) != NULL)
        problem(list, where, "contains a NUL byte; want JSON in UTF-8");
    else if (used >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        problem(list, where, "starts with a byte order mark; want UTF-8 without one");
    else {
        text[used] = '\0';
        fclose(file);
        return text;
    }
    fclose(file);
    free(text);
    return NULL;
}

/* What would be right, where the parser says only what is wrong. */
static const char *syntax_wanted(const json_error_t *error)
{
    switch ((int)json_error_code(error)) {
    case json_error_invalid_utf8:
        return "; want UTF-8";
    case json_error_duplicate_key:
        return "; want each key once";
    case json_error_numeric_overflow:
        return "; want a number that 64 bits hold";
    case json_error_stack_overflow:
        return "; want fewer than 2048 levels";
    case json_error_end_of_input_expected:
        return "; want one object and nothing after it";
    default:
        return "";
    }
}

static void syntax_problem(const json_error_t *error, const char *name, struct problems *list)
{
    char where[POINTER_MAX];
    snprintf(where, sizeof where, "%s:%d:%d", name, error->line, error->column);
    if (json_error_code(error) == json_error_null_character ||
        json_error_code(error) == json_error_null_byte_in_key)
        problem(list, where, "\\u0000 in a text; want none");
    else
        problem(list, where, "%s%s", error->text, syntax_wanted(error));
}

static json_t *parse(const char *text, const char *name, struct problems *list)
{
    char shown[64];
    json_error_t error;
    json_t *own;
    if (text[strspn(text, " \t\r\n")] == '\0') {
        problem(list, name, "the file is empty; want a JSON object");
        return NULL;
    }
    own = json_loads(text, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (own == NULL) {
        syntax_problem(&error, name, list);
        return NULL;
    }
    if (!json_is_object(own)) {
        problem(list, name, "(document): want an object, got %s", json_shown(own, shown));
        json_decref(own);
        return NULL;
    }
    return own;
}

static void merge(json_t *over, const json_t *from)
{
    const char *key;
    json_t *value;
    json_object_foreach ((json_t *)from, key, value) {
        json_t *there = json_object_get(over, key);
        if (json_is_null(value))
            json_object_del(over, key);
        else if (json_is_object(value) && json_is_object(there))
            merge(there, value);
        else if (json_is_object(value)) {
            json_t *fresh = json_object(); /* so that a null inside removes here, too */
            merge(fresh, value);
            json_object_set_new(over, key, fresh);
        } else
            json_object_set_new(over, key, json_deep_copy(value));
    }
}

static bool adopt(struct document *doc, json_t *own, const char *name,
                  const struct section *grammar)
{
    resolve_paths(own, NULL, grammar, name);
    doc->files[doc->file_count] = copy_text(name);
    doc->own[doc->file_count++] = own;
    return true;
}

static bool same_file(const char *a, const char *b)
{
    struct stat one;
    struct stat other;
    return strcmp(a, b) == 0 || (stat(a, &one) == 0 && stat(b, &other) == 0 &&
                                 one.st_dev == other.st_dev && one.st_ino == other.st_ino);
}

/* Follows `extends` from the last file adopted. */
static bool adopt_bases(struct document *doc, const struct section *grammar, struct problems *list)
{
    char where[POINTER_MAX * 2];
    for (;;) {
        const char *file = doc->files[doc->file_count - 1];
        json_t *extends = json_object_get(doc->own[doc->file_count - 1], "extends");
        snprintf(where, sizeof where, "%s: /extends", file);
        if (extends == NULL || json_is_null(extends))
            return true;
        if (!json_is_string(extends) || json_string_length(extends) == 0) {
            problem(list, where, "want the path of a scenario file");
            return false;
        }
        char *base = beside(file, json_string_value(extends));
        bool seen = false;
        for (size_t i = 0; i < doc->file_count; i++)
            seen |= same_file(doc->files[i], base);
        if (seen || doc->file_count == EXTENDS_MAX) {
            problem(list, where,
                    seen ? "%s extends itself, by way of others or at once; want a chain that ends"
                         : "%s would be the ninth file of a chain; want at most 8",
                    base);
            free(base);
            return false;
        }
        char asker[POINTER_MAX * 2 + 2];
        snprintf(asker, sizeof asker, "%s: ", where);
        char *text = slurp(base, asker, list);
        json_t *own = text == NULL ? NULL : parse(text, base, list);
        if (own != NULL)
            adopt(doc, own, base, grammar);
        free(text);
        free(base);
        if (own == NULL)
            return false;
    }
}

/* --- --set ----------------------------------------------------------------- */

static bool takes_text(const struct setting *s)
{
    if (s == NULL)
        return false;
    switch (setting_plain_kind(s)) {
    case SETTING_TEXT:
    case SETTING_NAME:
    case SETTING_PATH:
    case SETTING_PATTERN:
    case SETTING_MONEY:
    case SETTING_DURATION:
    case SETTING_MOMENT:
    case SETTING_CLOCK:
    case SETTING_CLOCK_END:
    case SETTING_CHOICE:
        return true;
    case SETTING_BOOL:
    case SETTING_INT:
    case SETTING_SHARE:
    case SETTING_NUMBER:
    case SETTING_SECTION:
    case SETTING_VARIANT:
    case SETTING_LIST:
    case SETTING_MAP:
    case SETTING_PER_CHANNEL:
    case SETTING_CUSTOM:
    case SETTING_OTHERS:
        return false;
    }
    NEVER("an unlisted kind of setting");
}

static json_t *set_value(const struct setting *s, const char *text)
{
    json_t *value = json_loads(text, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
    if (value != NULL && takes_text(s) && !json_is_string(value) && !json_is_null(value)) {
        json_decref(value);
        value = NULL;
    }
    return value != NULL ? value : json_string(text);
}

/* Splits "/a/b" into the parent's pointer and the last step, unescaped. */
static void split(const char *pointer, char parent[POINTER_MAX], char last[POINTER_MAX])
{
    const char *slash = strrchr(pointer, '/');
    size_t n = (size_t)(slash - pointer);
    memcpy(parent, pointer, n);
    parent[n] = '\0';
    size_t used = 0;
    for (const char *c = slash + 1; *c != '\0'; c++) {
        if (*c == '~' && (c[1] == '0' || c[1] == '1'))
            last[used++] = *++c == '0' ? '~' : '/';
        else
            last[used++] = *c;
    }
    last[used] = '\0';
}

static bool list_index(const char *step, const json_t *array, size_t *index)
{
    char *end;
    unsigned long value = strtoul(step, &end, 10);
    if (step[0] < '0' || step[0] > '9' || *end != '\0' || value >= json_array_size(array))
        return false;
    *index = value;
    return true;
}

/* Says why a pointer's last step leads nowhere from what stands above it. */
static void nowhere(const char *set, const char *parent, const char *last, const json_t *above,
                    struct problems *list)
{
    char where[POINTER_MAX * 2];
    char shown[64];
    snprintf(where, sizeof where, "--set %s", set);
    if (json_is_array(above))
        problem(list, where,
                "%s is a list of %zu and has no entry %s; want an index from 0, or - to append",
                parent, json_array_size(above), last);
    else
        problem(list, where, "%s is %s and has nothing below; want a pointer that ends there",
                parent, json_shown(above, shown));
}

/* The container that a pointer names, made of objects where there is none;
 * NULL, with a problem, where a list has no such entry or a plain value stands
 * in the way. */
static json_t *container(json_t *root, const char *pointer, const char *set, struct problems *list)
{
    char parent[POINTER_MAX];
    char last[POINTER_MAX];
    if (*pointer == '\0')
        return root;
    split(pointer, parent, last);
    json_t *above = container(root, parent, set, list);
    json_t *here = NULL;
    size_t index;
    if (above == NULL)
        return NULL;
    if (json_is_object(above)) {
        here = json_object_get(above, last);
        if (here == NULL || json_is_null(here)) {
            here = json_object();
            json_object_set_new(above, last, here);
        }
    } else if (json_is_array(above) && list_index(last, above, &index)) {
        here = json_array_get(above, index);
    } else {
        nowhere(set, parent, last, above, list);
    }
    return here;
}

static bool apply_set(struct document *doc, const char *text, const struct section *grammar,
                      struct problems *list)
{
    char pointer[POINTER_MAX];
    char parent[POINTER_MAX];
    char last[POINTER_MAX];
    size_t index = 0;
    const char *equals = strchr(text, '=');

    if (equals == NULL || text[0] != '/' || (size_t)(equals - text) >= POINTER_MAX) {
        char where[POINTER_MAX * 2];
        snprintf(where, sizeof where, "--set %s", text);
        problem(list, where, "want POINTER=VALUE, as in /seed=7");
        return false;
    }
    memcpy(pointer, text, (size_t)(equals - text));
    pointer[equals - text] = '\0';
    split(pointer, parent, last);
    json_t *above = container(doc->root, parent, text, list);
    if (above == NULL)
        return false;
    json_t *value = set_value(settings_find(grammar, doc->root, pointer), equals + 1);
    bool ok = true;
    if (json_is_object(above)) {
        if (json_is_null(value)) /* null removes, as in a file that extends another */
            json_object_del(above, last);
        else
            json_object_set(above, last, value);
    } else if (json_is_array(above)) {
        ok = strcmp(last, "-") == 0 || list_index(last, above, &index);
        if (ok && last[0] == '-') {
            pointer_join_index(pointer, parent, json_array_size(above));
            json_array_append(above, value);
        } else if (ok) {
            json_array_set(above, index, value);
        }
    } else {
        ok = false;
    }
    if (ok)
        json_array_append_new(doc->set, json_string(pointer));
    else
        nowhere(text, parent, last, above, list);
    json_decref(value);
    return ok;
}

/* --- the whole ------------------------------------------------------------- */

static bool compose(struct document *doc, const struct section *grammar, struct problems *list)
{
    if (!adopt_bases(doc, grammar, list))
        return false;
    doc->root = json_object();
    for (size_t i = doc->file_count; i-- > 0;)
        merge(doc->root, doc->own[i]);
    json_object_del(doc->root, "extends");
    json_object_del(doc->root, "fragment");
    for (size_t i = 0; i < doc->file_count; i++) {
        json_t *said = json_object_get(doc->own[i], "fragment");
        if (said != NULL && !json_is_boolean(said)) {
            char where[POINTER_MAX * 2];
            snprintf(where, sizeof where, "%s: /fragment", doc->files[i]);
            problem(list, where, "want true or false");
            return false;
        }
    }
    return true;
}

bool document_parse(const char *text, const char *name, const struct section *grammar,
                    struct document *doc, struct problems *list)
{
    *doc = (struct document){.set = json_array()};
    json_t *own = parse(text, name, list);
    if (own != NULL && adopt(doc, own, name, grammar) && compose(doc, grammar, list))
        return true;
    document_free(doc);
    return false;
}

bool document_load(const char *path, const struct section *grammar, const char *const *sets,
                   size_t set_count, struct document *doc, struct problems *list)
{
    *doc = (struct document){0};
    char *text = slurp(path, "", list);
    if (text == NULL)
        return false;
    bool ok = document_parse(text, path, grammar, doc, list);
    free(text);
    if (!ok)
        return false;
    for (size_t i = 0; i < set_count; i++)
        ok &= apply_set(doc, sets[i], grammar, list);
    if (!ok)
        document_free(doc);
    return ok;
}

bool fragment_file(const char *path)
{
    json_t *own = json_load_file(path, 0, NULL);
    bool fragment = json_is_true(json_object_get(own, "fragment"));
    json_decref(own);
    return fragment;
}

void document_free(struct document *doc)
{
    for (size_t i = 0; i < doc->file_count; i++) {
        free(doc->files[i]);
        json_decref(doc->own[i]);
    }
    json_decref(doc->root);
    json_decref(doc->set);
    *doc = (struct document){0};
}

/* True if the file decides what stands at the pointer: it says something
 * there, or has a list or a plain value on the way, which replaces what is
 * below. */
static bool says(const json_t *own, const char *pointer)
{
    char step[80];
    const json_t *at = own;
    while (*pointer == '/') {
        size_t n = 0;
        for (pointer++; *pointer != '\0' && *pointer != '/'; pointer++)
            if (n < sizeof step - 1)
                step[n++] = *pointer;
        step[n] = '\0';
        if (!json_is_object(at))
            return true;
        at = json_object_get(at, step);
        if (at == NULL)
            return false;
    }
    return true;
}

void document_where(const struct document *doc, const char *pointer, char *out, size_t size)
{
    const char *shown = *pointer == '\0' ? "(document)" : pointer;
    size_t index;
    json_t *set;
    json_array_foreach (doc->set, index, set) {
        size_t n = json_string_length(set);
        if (strncmp(pointer, json_string_value(set), n) == 0 &&
            (pointer[n] == '\0' || pointer[n] == '/')) {
            snprintf(out, size, "--set: %s", shown);
            return;
        }
    }
    for (size_t i = 0; i < doc->file_count; i++) {
        if (says(doc->own[i], pointer)) {
            snprintf(out, size, "%s: %s", doc->files[i], shown);
            return;
        }
    }
    snprintf(out, size, "%s: %s", doc->file_count > 0 ? doc->files[0] : "(text)", shown);
}
