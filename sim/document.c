/* document.c — see document.h. */

#include "sim/document.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* All of a file, with a final NUL; NULL, with a problem, if it cannot be. */
static char *slurp(const char *path, struct problems *list)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    size_t used = 0;
    size_t capacity = 0;

    if (file == NULL) {
        problem(list, path, "%s", strerror(errno));
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
        problem(list, path, "%s", strerror(errno));
    else if (used > FILE_MAX_BYTES)
        problem(list, path, "larger than %d MiB; a scenario is text that people read",
                FILE_MAX_BYTES >> 20);
    else if (memchr(text, '\0', used) != NULL)
        problem(list, path, "contains a NUL byte; want JSON text");
    else {
        text[used] = '\0';
        fclose(file);
        return text;
    }
    fclose(file);
    free(text);
    return NULL;
}

static json_t *parse(const char *text, const char *name, struct problems *list)
{
    char where[POINTER_MAX];
    json_error_t error;
    json_t *own = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (own == NULL) {
        snprintf(where, sizeof where, "%s:%d:%d", name, error.line, error.column);
        problem(list, where, "%s", error.text);
        return NULL;
    }
    if (!json_is_object(own)) {
        problem(list, name, "(document): want an object, got a list");
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
            seen |= strcmp(doc->files[i], base) == 0;
        if (seen || doc->file_count == EXTENDS_MAX) {
            problem(list, where,
                    seen ? "%s extends itself, by way of others or at once"
                         : "%s: a chain of more than 8 files",
                    base);
            free(base);
            return false;
        }
        char *text = slurp(base, list);
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

/* The container that a pointer names, made of objects where there is none;
 * NULL where a list has no such entry or a plain value stands in the way. */
static json_t *container(json_t *root, const char *pointer)
{
    char parent[POINTER_MAX];
    char last[POINTER_MAX];
    if (*pointer == '\0')
        return root;
    split(pointer, parent, last);
    json_t *above = container(root, parent);
    json_t *here = NULL;
    size_t index;
    if (json_is_object(above)) {
        here = json_object_get(above, last);
        if (here == NULL || json_is_null(here)) {
            here = json_object();
            json_object_set_new(above, last, here);
        }
    } else if (json_is_array(above) && list_index(last, above, &index)) {
        here = json_array_get(above, index);
    }
    return json_is_object(here) || json_is_array(here) ? here : NULL;
}

static bool apply_set(struct document *doc, const char *text, const struct section *grammar,
                      struct problems *list)
{
    char pointer[POINTER_MAX];
    char parent[POINTER_MAX];
    char last[POINTER_MAX];
    char where[POINTER_MAX * 2];
    size_t index;
    const char *equals = strchr(text, '=');

    snprintf(where, sizeof where, "--set %s", text);
    if (equals == NULL || text[0] != '/' || (size_t)(equals - text) >= POINTER_MAX) {
        problem(list, where, "want POINTER=VALUE, as in /seed=7");
        return false;
    }
    memcpy(pointer, text, (size_t)(equals - text));
    pointer[equals - text] = '\0';
    split(pointer, parent, last);
    json_t *above = container(doc->root, parent);
    json_t *value = set_value(settings_find(grammar, doc->root, pointer), equals + 1);
    bool ok = above != NULL;
    if (json_is_object(above)) {
        if (json_is_null(value)) /* null removes, as in a file that extends another */
            json_object_del(above, last);
        else
            json_object_set(above, last, value);
    } else if (json_is_array(above)) {
        if (strcmp(last, "-") == 0)
            json_array_append(above, value);
        else if (list_index(last, above, &index))
            json_array_set(above, index, value);
        else
            ok = false;
    }
    if (ok)
        json_array_append_new(doc->set, json_string(pointer));
    else
        problem(list, where, "%s leads nowhere: a list there has no such entry (\"-\" appends)",
                pointer);
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
    char *text = slurp(path, list);
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

/* True if the file says something at the pointer or above it short of the root. */
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
        at = json_is_array(at) ? json_array_get(at, (size_t)strtoul(step, NULL, 10))
                               : json_object_get(at, step);
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
