/* test_problems.c — every problem is a line; after a hundred only their number is kept. */

#include <string.h>
#include <unistd.h>

#include "sim/problems.h"
#include "tests/harness.h"

START_TEST(problems_are_lines_in_the_order_they_were_found)
{
    struct problems list = {0};
    problem(&list, "a.json: /seed", "want an integer, got %s", "\"x\"");
    problem(&list, "a.json: /name", "missing");
    ck_assert_uint_eq(list.count, 2);
    ck_assert_str_eq(list.text, "a.json: /seed: want an integer, got \"x\"\n"
                                "a.json: /name: missing\n");
    problems_free(&list);
    ck_assert_uint_eq(list.count, 0);
    ck_assert_ptr_null(list.text);
}
END_TEST

START_TEST(after_the_last_line_only_the_number_is_kept)
{
    struct problems list = {0};
    for (int i = 0; i < PROBLEMS_MAX + 7; i++)
        problem(&list, "f", "%d", i);
    uint32_t lines = 0;
    for (const char *c = list.text; *c != '\0'; c++)
        lines += *c == '\n';
    ck_assert_uint_eq(lines, PROBLEMS_MAX);
    ck_assert_uint_eq(list.count, PROBLEMS_MAX + 7);
    ck_assert_ptr_nonnull(strstr(list.text, "f: 99\n"));
    ck_assert_ptr_null(strstr(list.text, "f: 100\n"));
    problems_free(&list);
}
END_TEST

START_TEST(a_very_long_problem_is_cut_and_still_a_line)
{
    static char huge[5000];
    struct problems list = {0};
    memset(huge, 'x', sizeof huge - 1);
    problem(&list, "f", "%s", huge);
    problem(&list, "g", "after");
    ck_assert_uint_eq(strlen(list.text), strlen("f: ") + 1023 + 1 + strlen("g: after\n"));
    ck_assert_str_eq(strstr(list.text, "g: "), "g: after\n");
    problems_free(&list);
}
END_TEST

/* What problems_print() writes to stderr. */
static void printed(const struct problems *list, char out[256])
{
    int pipe_ends[2];
    int saved = dup(STDERR_FILENO);
    ck_assert_int_eq(pipe(pipe_ends), 0);
    dup2(pipe_ends[1], STDERR_FILENO);
    problems_print(list);
    fflush(stderr);
    dup2(saved, STDERR_FILENO);
    close(pipe_ends[1]);
    ssize_t n = read(pipe_ends[0], out, 255);
    out[n < 0 ? 0 : n] = '\0';
    close(pipe_ends[0]);
    close(saved);
}

START_TEST(printing_says_how_many_more_there_are)
{
    char text[256];
    char line[] = "f: bad\n";
    struct problems list = {.count = PROBLEMS_MAX + 2, .text = line};
    printed(&list, text);
    ck_assert_str_eq(text, "f: bad\nand 2 more problems\n");
    list.count = 1;
    printed(&list, text);
    ck_assert_str_eq(text, "f: bad\n");
    list = (struct problems){0};
    printed(&list, text);
    ck_assert_str_eq(text, "");
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("problems");
    tcase_add_test(t, problems_are_lines_in_the_order_they_were_found);
    tcase_add_test(t, after_the_last_line_only_the_number_is_kept);
    tcase_add_test(t, a_very_long_problem_is_cut_and_still_a_line);
    tcase_add_test(t, printing_says_how_many_more_there_are);
    return run_tests("problems", t);
}
