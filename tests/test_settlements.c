/* test_settlements.c — a walk around the corpus of settlement lists. */

#include "tests/corpus_walk.h"
#include "tests/settlement_heard.h"

int main(void)
{
    return corpus_tests("settlements", "tests/corpus/settlement", 1500, hear_any_settlement);
}
