/* names.c — see names.h. */

#include "sim/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "core/base/must.h"

struct names {
    const char *prefix;
    uint32_t synthetic;
    uint32_t count; /* of those kept by text */
    uint32_t capacity;
    size_t *at; /* where each text starts in `text` */
    char *text;
    size_t used;
    size_t text_capacity;
    uint32_t *slots; /* index + 1 of a text; 0: empty */
    uint32_t mask;
};

struct names *names_create(const char *prefix, uint32_t synthetic)
{
    struct names *n = calloc(1, sizeof *n);
    MUST(n != NULL);
    n->prefix = prefix;
    n->synthetic = synthetic;
    n->mask = 1023;
    n->slots = calloc(n->mask + 1, sizeof *n->slots);
    MUST(n->slots != NULL);
    return n;
}

void names_free(struct names *n)
{
    if (n == NULL)
        return;
    free(n->at);
    free(n->text);
    free(n->slots);
    free(n);
}

uint32_t names_count(const struct names *n)
{
    return 1 + n->synthetic + n->count;
}

/* "M-17" as 17, if there is such a synthetic one; else 0. */
static uint32_t synthetic_number(const struct names *n, const char *text, size_t length)
{
    size_t skip = n->prefix == NULL ? 0 : strlen(n->prefix);
    uint64_t number = 0;
    if (n->prefix == NULL || length <= skip || length > skip + 9 ||
        memcmp(text, n->prefix, skip) != 0 || text[skip] == '0')
        return 0;
    for (size_t i = skip; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return 0;
        number = number * 10 + (uint64_t)(text[i] - '0');
    }
    return number <= n->synthetic ? (uint32_t)number : 0;
}

static uint32_t *slot_of(struct names *n, const char *text, size_t length)
{
    uint32_t i = (uint32_t)XXH3_64bits(text, length) & n->mask;
    while (n->slots[i] != 0) {
        const char *have = n->text + n->at[n->slots[i] - 1];
        if (strlen(have) == length && memcmp(have, text, length) == 0)
            break;
        i = (i + 1) & n->mask;
    }
    return &n->slots[i];
}

static void grow_slots(struct names *n)
{
    free(n->slots);
    n->mask = n->mask * 2 + 1;
    n->slots = calloc((size_t)n->mask + 1, sizeof *n->slots);
    MUST(n->slots != NULL);
    for (uint32_t i = 0; i < n->count; i++) {
        const char *text = n->text + n->at[i];
        *slot_of(n, text, strlen(text)) = i + 1;
    }
}

static uint32_t add(struct names *n, const char *text, size_t length)
{
    if (n->count == n->capacity) {
        n->capacity = n->capacity == 0 ? 256 : n->capacity * 2;
        n->at = realloc(n->at, n->capacity * sizeof *n->at);
        MUST(n->at != NULL);
    }
    if (n->used + length + 1 > n->text_capacity) {
        n->text_capacity = (n->used + length + 1) * 2;
        n->text = realloc(n->text, n->text_capacity);
        MUST(n->text != NULL);
    }
    n->at[n->count] = n->used;
    memcpy(n->text + n->used, text, length);
    n->text[n->used + length] = '\0';
    n->used += length + 1;
    return n->count++;
}

uint32_t names_number(struct names *n, const char *text, size_t length)
{
    MUST(length < NAME_TEXT_MAX);
    if (length == 0)
        return 0;
    uint32_t number = synthetic_number(n, text, length);
    if (number != 0)
        return number;
    uint32_t *slot = slot_of(n, text, length);
    if (*slot != 0)
        return n->synthetic + *slot;
    uint32_t index = add(n, text, length);
    *slot = index + 1;
    if (n->count * 2 > n->mask)
        grow_slots(n);
    return n->synthetic + index + 1;
}

void names_text(const struct names *n, uint32_t number, char out[NAME_TEXT_MAX])
{
    MUST(number < names_count(n));
    if (number == 0)
        out[0] = '\0';
    else if (number <= n->synthetic)
        snprintf(out, NAME_TEXT_MAX, "%s%u", n->prefix, number);
    else
        snprintf(out, NAME_TEXT_MAX, "%s", n->text + n->at[number - n->synthetic - 1]);
}
