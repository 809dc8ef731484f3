/* test_listings.c — a walk around the corpus of lists: bytes changed, lost, repeated and
 * cut, the same ones each time.  `make fuzz` goes further from the same corpus. */

#include <dirent.h>

#include "tests/harness.h"
#include "tests/listing_heard.h"

enum { CORPUS_MAX = 64, BYTES_MAX = 8192, STEPS = 10000 };

static const char corpus[] = "tests/corpus/listing";
static char files[CORPUS_MAX][BYTES_MAX];
static size_t lengths[CORPUS_MAX];
static int file_count;

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void read_corpus(void)
{
    struct dirent **names;
    int count = scandir(corpus, &names, NULL, by_name);
    ck_assert_int_gt(count, 0);
    for (int i = 0; i < count; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", corpus, names[i]->d_name);
        bool wanted = names[i]->d_name[0] != '.';
        free(names[i]);
        if (!wanted)
            continue;
        ck_assert_int_lt(file_count, CORPUS_MAX);
        FILE *file = fopen(path, "rb");
        ck_assert_ptr_nonnull(file);
        lengths[file_count] = fread(files[file_count], 1, BYTES_MAX, file);
        fclose(file);
        ck_assert_uint_lt(lengths[file_count], BYTES_MAX);
        file_count++;
    }
    free(names);
}

/* Interesting bytes more often than others. */
static char some_byte(uint64_t *state)
{
    static const char kinds[] = ",\"\n\r \t\x80\xff\xc4:-+.0D9";
    return draw(state, 2) == 0 ? kinds[draw(state, sizeof kinds)] : (char)draw(state, 256);
}

static size_t change(char *bytes, size_t length, uint64_t *state)
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
        if (length + n > BYTES_MAX)
            return length;
        memmove(bytes + at + n, bytes + at, length - at);
        return length + n;
    case 3: /* one more */
        if (length == BYTES_MAX)
            return length;
        memmove(bytes + at + 1, bytes + at, length - at);
        bytes[at] = some_byte(state);
        return length + 1;
    default: /* cut, sometimes */
        return draw(state, 4) == 0 ? at : length;
    }
}

START_TEST(every_file_of_the_corpus_is_read_to_its_end)
{
    for (int i = 0; i < file_count; i++)
        hear_anything(files[i], lengths[i]);
}
END_TEST

START_TEST(changed_at_random_they_still_are)
{
    static char bytes[BYTES_MAX];
    uint64_t state = (uint64_t)_i;
    for (int step = 0; step < STEPS; step++) {
        int file = (int)draw(&state, (uint64_t)file_count);
        size_t length = lengths[file];
        memcpy(bytes, files[file], length);
        for (uint64_t changes = 1 + draw(&state, 6); changes > 0; changes--)
            length = change(bytes, length, &state);
        hear_anything(bytes, length);
    }
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("listings");
    tcase_add_checked_fixture(t, read_corpus, NULL);
    tcase_add_test(t, every_file_of_the_corpus_is_read_to_its_end);
    tcase_add_loop_test(t, changed_at_random_they_still_are, 0, 4);
    return run_tests("listings", t);
}
