/* arena.c — memory that lives as long as its scenario; see settings.h. */

#include <stdlib.h>
#include <string.h>

#include "core/base/must.h"
#include "sim/settings.h"

struct chunk {
    struct chunk *next;
    max_align_t data[];
};

struct arena {
    struct chunk *chunks;
};

struct arena *arena_create(void)
{
    struct arena *a = calloc(1, sizeof *a);
    MUST(a != NULL);
    return a;
}

void arena_free(struct arena *a)
{
    if (a == NULL)
        return;
    while (a->chunks != NULL) {
        struct chunk *next = a->chunks->next;
        free(a->chunks);
        a->chunks = next;
    }
    free(a);
}

void *arena_take(struct arena *a, size_t size)
{
    struct chunk *c = calloc(1, sizeof *c + size);
    MUST(c != NULL);
    c->next = a->chunks;
    a->chunks = c;
    return c->data;
}

char *arena_text(struct arena *a, const char *text, size_t length)
{
    char *copy = arena_take(a, length + 1);
    memcpy(copy, text, length);
    return copy;
}
