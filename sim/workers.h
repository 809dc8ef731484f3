/* workers.h — jobs done in processes of their own, several at once.
 *
 * Each job is done by a fresh child of this process, which inherits all that
 * is known here, writes its result to a pipe and ends.  What it says on stderr
 * is kept apart.  A child that dies takes nobody with it: its job is lost, and
 * how is told.  Jobs begin in the order of their numbers and may end in any.
 *
 * libevent watches the pipes, the ends of children, and SIGINT and SIGTERM, at
 * which every child is killed.
 */
#ifndef SIM_WORKERS_H
#define SIM_WORKERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { WORKERS_MAX = 256 };

enum job_how {
    JOB_DONE,        /* its result is whole */
    JOB_STOPPED,     /* a MUST failed in it: said on its stderr */
    JOB_KILLED,      /* by `detail`, a signal */
    JOB_LOST,        /* it ended with exit code `detail` and has no result */
    JOB_NOT_BEGUN,   /* no process for it, because of `detail`, an errno */
    JOB_INTERRUPTED, /* a signal to us ended it */
};

struct job_end {
    uint32_t job;
    enum job_how how;
    int detail;
    double seconds;     /* on the wall */
    const char *result; /* what it wrote; a 0 byte follows */
    size_t size;
    const char *said; /* on its stderr; text */
};

struct jobs {
    uint32_t count;
    uint32_t at_once; /* 1 .. WORKERS_MAX */
    void *of;
    void (*work)(void *of, uint32_t job, FILE *result); /* in the child */
    /* Here, in the order in which they end.  False: no further job begins, and
     * those after this one are killed and not heard of again. */
    bool (*ended)(void *of, const struct job_end *end);
};

/* Does them all.  The signal that interrupted, or 0. */
int workers_run(const struct jobs *jobs);
uint32_t workers_processors(void);

#endif
