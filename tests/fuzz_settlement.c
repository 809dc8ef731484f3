/* fuzz_settlement.c — any bytes as a settlement list, for libFuzzer: see make fuzz. */

#include <stdio.h>
#include <stdlib.h>

#include "tests/settlement_heard.h"

_Noreturn void must_failed(const char *file, int line, const char *claim)
{
    fprintf(stderr, "%s:%d: MUST(%s)\n", file, line, claim);
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    /* In memory of exactly that size, so that reading beyond the end is seen. */
    char *copy = malloc(length == 0 ? 1 : length);
    if (copy == NULL)
        abort();
    memcpy(copy, bytes, length);
    hear_any_settlement(copy, length);
    free(copy);
    return 0;
}
