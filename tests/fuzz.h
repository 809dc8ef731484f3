/* fuzz.h — what libFuzzer calls, for readers of files: see make fuzz. */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/must.h"

_Noreturn void must_failed(const char *file, int line, const char *claim)
{
    fprintf(stderr, "%s:%d: MUST(%s)\n", file, line, claim);
    abort();
}

/* Hears them in memory of exactly that size, so that reading beyond the end is seen. */
static inline int fuzz(const uint8_t *bytes, size_t length,
                       void (*hear)(const char *bytes, size_t length))
{
    char *copy = malloc(length == 0 ? 1 : length);
    if (copy == NULL)
        abort();
    memcpy(copy, bytes, length);
    hear(copy, length);
    free(copy);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

#endif
