/* harness.h — what every test program shares: main(), must_failed(), and for
 * long random tests a cheap assertion and a fixed stream of numbers. */
#ifndef TESTS_HARNESS_H
#define TESTS_HARNESS_H

#include <check.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/must.h"

#define COUNT(array) (int)(sizeof(array) / sizeof((array)[0]))

/* ck_assert() notes each place it passes; over many thousand steps that is
 * most of the time.  This one speaks only when it fails. */
#define ck_assert_in_loop(claim)                                                                   \
    do {                                                                                           \
        if (!(claim))                                                                              \
            ck_abort_msg("%s", #claim);                                                            \
    } while (0)

_Noreturn void must_failed(const char *file, int line, const char *claim)
{
    fprintf(stderr, "%s:%d: MUST(%s)\n", file, line, claim);
    abort();
}

/* 0 <= result < below, the same sequence on every machine. */
static inline uint64_t draw(uint64_t *state, uint64_t below)
{
    const uint64_t step = UINT64_C(6364136223846793005);
    uint64_t high = *state * step + UINT64_C(1442695040888963407);
    uint64_t low = high * step + UINT64_C(1442695040888963407);
    *state = low;
    return (high >> 32 << 32 | low >> 32) % below;
}

static int run_tests(const char *name, TCase *tests)
{
    Suite *suite = suite_create(name);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
