/* test_arena.c — memory that is zeroed, aligned, apart, and given back all at once. */

#include <string.h>

#include "sim/settings.h"
#include "tests/harness.h"

START_TEST(what_is_taken_is_zeroed_aligned_and_nobody_elses)
{
    enum { MANY = 200 };
    static unsigned char *blocks[MANY];
    struct arena *a = arena_create();
    for (size_t i = 0; i < MANY; i++) {
        blocks[i] = arena_take(a, i + 1);
        ck_assert_uint_eq((uintptr_t)blocks[i] % _Alignof(max_align_t), 0);
        for (size_t k = 0; k <= i; k++)
            ck_assert_in_loop(blocks[i][k] == 0);
        memset(blocks[i], (int)i, i + 1);
    }
    for (size_t i = 0; i < MANY; i++)
        for (size_t k = 0; k <= i; k++)
            ck_assert_in_loop(blocks[i][k] == i % 256);
    arena_free(a);
}
END_TEST

START_TEST(a_text_is_copied_to_its_length_and_ended)
{
    char source[] = "unionpay.payout";
    struct arena *a = arena_create();
    char *copy = arena_text(a, source, 8);
    char *empty = arena_text(a, source, 0);
    source[0] = 'X';
    ck_assert_str_eq(copy, "unionpay");
    ck_assert_str_eq(empty, "");
    arena_free(a);
}
END_TEST

START_TEST(freeing_no_arena_is_fine)
{
    arena_free(NULL);
    struct arena *a = arena_create();
    ck_assert_ptr_nonnull(a);
    arena_free(a); /* an empty one, too */
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("arena");
    tcase_add_test(t, what_is_taken_is_zeroed_aligned_and_nobody_elses);
    tcase_add_test(t, a_text_is_copied_to_its_length_and_ended);
    tcase_add_test(t, freeing_no_arena_is_fine);
    return run_tests("arena", t);
}
