/* test_settlements.c — a walk around the corpus of settlement lists. */

#include "tests/corpus_walk.h"
#include "tests/settlement_heard.h"

enum { STEPS = 1500 };

static void corpus(void)
{
    corpus_read("tests/corpus/settlement");
}

START_TEST(every_file_of_the_corpus_is_read_to_its_end)
{
    for (int i = 0; i < corpus_count; i++)
        hear_any_settlement(corpus_files[i], corpus_lengths[i]);
}
END_TEST

START_TEST(changed_at_random_they_still_are)
{
    static char bytes[CORPUS_BYTES_MAX];
    uint64_t state = (uint64_t)_i;
    for (int step = 0; step < STEPS; step++) {
        size_t length = corpus_draw(bytes, &state);
        hear_any_settlement(bytes, length);
    }
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("settlements");
    tcase_add_checked_fixture(t, corpus, NULL);
    tcase_add_test(t, every_file_of_the_corpus_is_read_to_its_end);
    tcase_add_loop_test(t, changed_at_random_they_still_are, 0, 4);
    return run_tests("settlements", t);
}
