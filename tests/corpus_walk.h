/* corpus_walk.h — a walk around the files of a corpus: bytes changed, lost, repeated and cut, the
 * same ones each time.  `make fuzz` goes further from the same files. */
#ifndef TESTS_CORPUS_WALK_H
#define TESTS_CORPUS_WALK_H

#include <dirent.h>
#include <stdbool.h>
#include <string.h>

#include "tests/harness.h"

enum { CORPUS_MAX = 64, CORPUS_BYTES_MAX = 8192 };

static char corpus_files[CORPUS_MAX][CORPUS_BYTES_MAX];
static size_t corpus_lengths[CORPUS_MAX];
static int corpus_count;

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void corpus_read(const char *folder)
{
    struct dirent **names;
    int count = scandir(folder, &names, NULL, by_name);
    ck_assert_int_gt(count, 0);
    for (int i = 0; i < count; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
        bool wanted = names[i]->d_name[0] != '.';
        free(names[i]);
        if (!wanted)
            continue;
        ck_assert_int_lt(corpus_count, CORPUS_MAX);
        FILE *file = fopen(path, "rb");
        ck_assert_ptr_nonnull(file);
        corpus_lengths[corpus_count] = fread(corpus_files[corpus_count], 1, CORPUS_BYTES_MAX, file);
        fclose(file);
        ck_assert_uint_lt(corpus_lengths[corpus_count], CORPUS_BYTES_MAX);
        corpus_count++;
    }
    free(names);
}

/* Interesting bytes more often than others. */
static char some_byte(uint64_t *state)
{
    static const char kinds[] = ",\"\n\r \t\x80\xff\xc4:-+.0D9";
    return draw(state, 2) == 0 ? kinds[draw(state, sizeof kinds)] : (char)draw(state, 256);
}

static size_t corpus_change(char *bytes, size_t length, uint64_t *state)
{
    size_t at = length == 0 ? 0 : draw(state, length);
    size_t n = length == 0 ? 0 : 1 + draw(state, length - at < 40 ? length - at : 40);
    switch (draw(state, 5)) {
    case 0:
        if (length > 0)
            bytes[at] = some_byte(state);
        return length;
    case 1: /* some are lost */
        memmove(bytes + at, bytes + at + n, length - at - n);
        return length - n;
    case 2: /* some stand twice */
        if (length + n > CORPUS_BYTES_MAX)
            return length;
        memmove(bytes + at + n, bytes + at, length - at);
        return length + n;
    case 3: /* one more */
        if (length == CORPUS_BYTES_MAX)
            return length;
        memmove(bytes + at + 1, bytes + at, length - at);
        bytes[at] = some_byte(state);
        return length + 1;
    default: /* cut, sometimes */
        return draw(state, 4) == 0 ? at : length;
    }
}

/* One of them, changed a few times; returns its length. */
static size_t corpus_draw(char bytes[CORPUS_BYTES_MAX], uint64_t *state)
{
    uint64_t file = draw(state, (uint64_t)corpus_count);
    size_t length = corpus_lengths[file];
    memcpy(bytes, corpus_files[file], length);
    for (uint64_t changes = 1 + draw(state, 6); changes > 0; changes--)
        length = corpus_change(bytes, length, state);
    return length;
}

static void (*corpus_hear)(const char *bytes, size_t length);
static const char *corpus_folder;
static int corpus_steps;

static void corpus(void)
{
    corpus_read(corpus_folder);
}

START_TEST(every_file_of_the_corpus_is_read_to_its_end)
{
    for (int i = 0; i < corpus_count; i++)
        corpus_hear(corpus_files[i], corpus_lengths[i]);
}
END_TEST

START_TEST(changed_at_random_they_still_are)
{
    static char bytes[CORPUS_BYTES_MAX];
    uint64_t state = (uint64_t)_i;
    for (int step = 0; step < corpus_steps; step++) {
        size_t length = corpus_draw(bytes, &state);
        corpus_hear(bytes, length);
    }
}
END_TEST

/* All of a program's tests: `hear` stops the program where it is not content with the bytes. */
static int corpus_tests(const char *name, const char *folder, int steps,
                        void (*hear)(const char *bytes, size_t length))
{
    corpus_folder = folder;
    corpus_steps = steps;
    corpus_hear = hear;
    TCase *t = tcase_create(name);
    tcase_add_checked_fixture(t, corpus, NULL);
    tcase_add_test(t, every_file_of_the_corpus_is_read_to_its_end);
    tcase_add_loop_test(t, changed_at_random_they_still_are, 0, 4);
    return run_tests(name, t);
}

#endif
