/* test_listings.c — a walk around the corpus of lists of payments. */

#include "tests/corpus_walk.h"
#include "tests/listing_heard.h"

int main(void)
{
    return corpus_tests("listings", "tests/corpus/listing", 10000, hear_anything);
}
