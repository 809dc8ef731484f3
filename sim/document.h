/* document.h — a scenario's JSON: its file, the files it extends, and --set.
 *
 * `extends` names a file relative to the one that says it; this one is merged
 * over it, deeply: objects key by key, lists replaced, null removes.  A
 * setting of kind path is relative to the file it is written in and is
 * resolved when that file is read.  Then each --set, in order.
 *
 * A document remembers which file said what, for messages.
 */
#ifndef SIM_DOCUMENT_H
#define SIM_DOCUMENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "sim/problems.h"
#include "sim/settings.h"

enum { EXTENDS_MAX = 8, POINTER_MAX = 512 };

struct document {
    json_t *root; /* merged; an object */
    size_t file_count;
    char *files[EXTENDS_MAX]; /* the scenario first, then what it extends */
    json_t *own[EXTENDS_MAX]; /* each file as it stands */
    json_t *set;              /* pointers that --set gave */
};

/* sets: "POINTER=VALUE".  On false, list says why and *doc is empty. */
bool document_load(const char *path, const struct section *grammar, const char *const *sets,
                   size_t set_count, struct document *doc, struct problems *list);
/* The same from text, as if it stood in a file of that name. */
bool document_parse(const char *text, const char *name, const struct section *grammar,
                    struct document *doc, struct problems *list);
void document_free(struct document *doc);

/* Does the file say of itself that it is for `extends` alone?  Such a file need
 * not be whole. */
bool fragment_file(const char *path);

/* "FILE: /pointer", naming the file that says what stands there. */
void document_where(const struct document *doc, const char *pointer, char *out, size_t size);

/* out = pointer + "/" + key, with ~ and / escaped as RFC 6901 asks. */
void pointer_join(char out[POINTER_MAX], const char *pointer, const char *key);
void pointer_join_index(char out[POINTER_MAX], const char *pointer, size_t index);

#endif
