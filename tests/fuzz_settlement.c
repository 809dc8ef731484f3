/* fuzz_settlement.c — any bytes as a settlement list, for libFuzzer: see make fuzz. */

#include "tests/fuzz.h"
#include "tests/settlement_heard.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    return fuzz(bytes, length, hear_any_settlement);
}
