/* test_workers.c — jobs in processes of their own: what they give back, and how they die. */

#include "sim/workers.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/harness.h"

enum { JOBS = 20 };

static struct {
    int ended[JOBS]; /* how often */
    enum job_how how[JOBS];
    int detail[JOBS];
    size_t size[JOBS];
    char result[JOBS][64];
    char said[JOBS][64];
    uint32_t order[JOBS];
    int count;
    uint32_t stop_at; /* no more after this one */
} got;

static int between[2]; /* a pipe that the children share */

static void begin(void)
{
    memset(&got, 0, sizeof got);
    got.stop_at = JOBS;
    ck_assert_int_eq(pipe(between), 0);
}

static bool note(void *of, const struct job_end *end)
{
    ck_assert_ptr_eq(of, &got);
    ck_assert_uint_lt(end->job, JOBS);
    ck_assert_int_eq(end->result[end->size], '\0');
    got.ended[end->job]++;
    got.how[end->job] = end->how;
    got.detail[end->job] = end->detail;
    got.size[end->job] = end->size;
    snprintf(got.result[end->job], sizeof got.result[0], "%s", end->result);
    snprintf(got.said[end->job], sizeof got.said[0], "%s", end->said);
    got.order[got.count++] = end->job;
    return end->job != got.stop_at;
}

static int run(void (*work)(void *, uint32_t, FILE *), uint32_t count, uint32_t at_once)
{
    return workers_run(&(struct jobs){
        .count = count, .at_once = at_once, .of = &got, .work = work, .ended = note});
}

static void say_number(void *of, uint32_t job, FILE *result)
{
    (void)of;
    fprintf(result, "job %u", job);
    if (job % 3 == 0)
        fprintf(stderr, "aside %u\n", job);
}

static const uint32_t sizes[] = {1, 2, 7, WORKERS_MAX};

START_TEST(each_job_is_done_once_and_its_words_are_kept_apart)
{
    ck_assert_int_eq(run(say_number, JOBS, sizes[_i]), 0);
    ck_assert_int_eq(got.count, JOBS);
    for (uint32_t job = 0; job < JOBS; job++) {
        char want[32];
        ck_assert_int_eq(got.ended[job], 1);
        ck_assert_int_eq(got.how[job], JOB_DONE);
        snprintf(want, sizeof want, "job %u", job);
        ck_assert_str_eq(got.result[job], want);
        snprintf(want, sizeof want, "aside %u\n", job);
        ck_assert_str_eq(got.said[job], job % 3 == 0 ? want : "");
    }
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
    ck_assert_int_eq(errno, ECHILD); /* nobody is left */
}
END_TEST

START_TEST(one_at_a_time_they_end_in_order)
{
    run(say_number, JOBS, 1);
    for (uint32_t i = 0; i < JOBS; i++)
        ck_assert_uint_eq(got.order[i], i);
}
END_TEST

START_TEST(no_jobs_are_done_at_once)
{
    ck_assert_int_eq(run(say_number, 0, 3), 0);
    ck_assert_int_eq(got.count, 0);
}
END_TEST

/* The first waits for the second. */
static void wait_for_the_next(void *of, uint32_t job, FILE *result)
{
    char byte = '!';
    (void)of;
    if (job == 0 ? read(between[0], &byte, 1) != 1 : write(between[1], &byte, 1) != 1)
        _exit(9);
    putc(byte, result);
}

START_TEST(so_many_are_done_at_once)
{
    ck_assert_int_eq(run(wait_for_the_next, 2, 2), 0);
    ck_assert_str_eq(got.result[0], "!");
    ck_assert_str_eq(got.result[1], "!");
}
END_TEST

static void say_much(void *of, uint32_t job, FILE *result)
{
    (void)of;
    for (int i = 0; i < 300000; i++) {
        putc('a' + (int)job, result);
        putc('A' + (int)job, stderr);
    }
}

START_TEST(long_results_come_whole)
{
    ck_assert_int_eq(run(say_much, 4, 4), 0);
    for (uint32_t job = 0; job < 4; job++) {
        ck_assert_int_eq(got.how[job], JOB_DONE);
        ck_assert_uint_eq(got.size[job], 300000);
        ck_assert_int_eq(got.result[job][62], 'a' + (int)job);
        ck_assert_int_eq(got.said[job][62], 'A' + (int)job);
    }
}
END_TEST

static void die(void *of, uint32_t job, FILE *result)
{
    static const int signals[] = {SIGKILL, SIGTERM, SIGSEGV, SIGABRT};
    (void)of;
    fprintf(result, "half of");
    fprintf(stderr, "last words");
    if (job < 4) {
        signal(signals[job], SIG_DFL);
        fflush(result);
        raise(signals[job]);
    }
    if (job == 4)
        _exit(3);
    if (job == 5)
        _exit(7);
}

START_TEST(who_dies_takes_nobody_with_him_and_how_is_told)
{
    static const struct {
        enum job_how how;
        int detail;
    } want[] = {{JOB_KILLED, SIGKILL}, {JOB_KILLED, SIGTERM}, {JOB_KILLED, SIGSEGV},
                {JOB_KILLED, SIGABRT}, {JOB_STOPPED, 3},      {JOB_LOST, 7},
                {JOB_DONE, 0}};
    ck_assert_int_eq(run(die, COUNT(want), 3), 0);
    for (uint32_t job = 0; job < (uint32_t)COUNT(want); job++) {
        ck_assert_int_eq(got.how[job], want[job].how);
        ck_assert_int_eq(got.detail[job], want[job].detail);
        ck_assert_str_eq(got.said[job], "last words");
    }
}
END_TEST

/* The third ends; those after it would never, nor would the two before it without it. */
static void only_the_third_ends(void *of, uint32_t job, FILE *result)
{
    char bytes[2] = "!!";
    (void)of;
    (void)result;
    if (job > 2)
        pause();
    if (job == 2 ? write(between[1], bytes, 2) != 2 : read(between[0], bytes, 1) != 1)
        _exit(9);
}

START_TEST(after_a_stop_those_before_it_go_on_and_those_after_it_are_killed)
{
    got.stop_at = 2;
    ck_assert_int_eq(run(only_the_third_ends, JOBS, 6), 0);
    for (int job = 0; job < JOBS; job++)
        ck_assert_int_eq(got.ended[job], job <= 2);
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
}
END_TEST

/* One of them ends us; none would end by itself. */
static void interrupt(void *of, uint32_t job, FILE *result)
{
    (void)of;
    (void)result;
    if (job == 1)
        kill(getppid(), SIGTERM);
    pause();
}

START_TEST(a_signal_to_us_kills_them_all)
{
    ck_assert_int_eq(run(interrupt, JOBS, 3), SIGTERM);
    ck_assert_int_eq(got.count, 3);
    for (uint32_t job = 0; job < 3; job++) {
        ck_assert_uint_eq(got.order[job], job);
        ck_assert_int_eq(got.how[job], JOB_INTERRUPTED);
    }
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
    ck_assert_int_eq(errno, ECHILD);
}
END_TEST

START_TEST(nobody_at_once_stops_the_program)
{
    run(say_number, 1, _i == 0 ? 0 : WORKERS_MAX + 1);
}
END_TEST

START_TEST(there_is_a_processor)
{
    ck_assert_uint_ge(workers_processors(), 1);
    ck_assert_uint_le(workers_processors(), WORKERS_MAX);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("workers");
    tcase_add_checked_fixture(t, begin, NULL);
    tcase_add_loop_test(t, each_job_is_done_once_and_its_words_are_kept_apart, 0, COUNT(sizes));
    tcase_add_test(t, one_at_a_time_they_end_in_order);
    tcase_add_test(t, no_jobs_are_done_at_once);
    tcase_add_test(t, so_many_are_done_at_once);
    tcase_add_test(t, long_results_come_whole);
    tcase_add_test(t, who_dies_takes_nobody_with_him_and_how_is_told);
    tcase_add_test(t, after_a_stop_those_before_it_go_on_and_those_after_it_are_killed);
    tcase_add_test(t, a_signal_to_us_kills_them_all);
    tcase_add_loop_test_raise_signal(t, nobody_at_once_stops_the_program, SIGABRT, 0, 2);
    tcase_add_test(t, there_is_a_processor);
    return run_tests("workers", t);
}
