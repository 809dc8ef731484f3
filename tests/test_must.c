/* test_must.c — what is claimed is checked once, in every build, and a false claim says where. */

#define NDEBUG /* silences assert(); it must not silence MUST() */

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/must.h"
#include "tests/harness.h"

START_TEST(a_claim_is_looked_at_exactly_once)
{
    int looked = 0;
    MUST(++looked == 1);
    ck_assert_int_eq(looked, 1);
}
END_TEST

START_TEST(whatever_is_not_zero_is_true)
{
    static const int64_t true_values[] = {1, -1, INT64_C(1) << 32}; /* lost in an int */
    for (int i = 0; i < COUNT(true_values); i++)
        MUST(true_values[i]); /* a failure would end this program */
}
END_TEST

START_TEST(a_must_is_one_expression)
{
    int passed = 0;
    if (passed == 0)
        MUST(passed == 0);
    else
        passed = 100; /* belongs to the if above */
    passed += (MUST(1), 1);
    ck_assert_int_eq(passed, 1);
}
END_TEST

START_TEST(a_false_claim_stops_the_program)
{
    MUST(_i == 1); /* _i is 0 */
}
END_TEST

START_TEST(a_branch_that_nothing_reaches_stops_the_program)
{
    NEVER("reached");
}
END_TEST

/* What a child that fails says before it ends. */
static void last_words(char *said, size_t size)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        MUST(2 + 2 == 5);
        _exit(0);
    }
    close(ends[1]);
    size_t used = 0;
    for (ssize_t n = 1; n > 0 && used < size - 1; used += (size_t)(n > 0 ? n : 0))
        n = read(ends[0], said + used, size - 1 - used);
    said[used] = '\0';
    int status = 0;
    waitpid(child, &status, 0);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

START_TEST(a_false_claim_says_what_was_claimed_and_where)
{
    char said[300];
    last_words(said, sizeof said);
    ck_assert_ptr_nonnull(strstr(said, "test_must.c:"));
    ck_assert_ptr_nonnull(strstr(said, "2 + 2 == 5"));
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("must");
    tcase_add_test(t, a_claim_is_looked_at_exactly_once);
    tcase_add_test(t, whatever_is_not_zero_is_true);
    tcase_add_test(t, a_must_is_one_expression);
    tcase_add_test_raise_signal(t, a_false_claim_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_branch_that_nothing_reaches_stops_the_program, SIGABRT);
    tcase_add_test(t, a_false_claim_says_what_was_claimed_and_where);
    return run_tests("must", t);
}
