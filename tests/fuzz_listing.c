/* fuzz_listing.c — any bytes as a list of payments, for libFuzzer: see make fuzz. */

#include "tests/fuzz.h"
#include "tests/listing_heard.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    return fuzz(bytes, length, hear_anything);
}
