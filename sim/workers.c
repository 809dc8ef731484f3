/* workers.c — see workers.h. */

#include "sim/workers.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/must.h"
#include "sim/pace.h"

#ifdef __linux__
#include <sys/prctl.h>
#endif

/* What comes through one pipe. */
struct stream {
    int fd; /* -1: it has ended */
    struct event *readable;
    char *bytes;
    size_t size;
    size_t capacity;
};

struct worker {
    pid_t child; /* 0: none */
    bool exited;
    int status;
    uint32_t job;
    double began_s;
    struct stream result;
    struct stream said;
};

struct workers {
    const struct jobs *jobs;
    struct event_base *base;
    struct event *on_int;
    struct event *on_term;
    struct event *on_child;
    int signal;
    uint32_t next;  /* job */
    uint32_t until; /* jobs from here on are not begun */
    struct worker *items;
};

uint32_t workers_processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count > WORKERS_MAX ? WORKERS_MAX : (uint32_t)count;
}

/* --- streams ----------------------------------------------------------------- */

static void stream_end(struct stream *s)
{
    if (s->readable != NULL)
        event_free(s->readable);
    if (s->fd >= 0)
        close(s->fd);
    s->readable = NULL;
    s->fd = -1;
}

static void stream_free(struct stream *s)
{
    stream_end(s);
    free(s->bytes);
    *s = (struct stream){.fd = -1};
}

static void stream_read(evutil_socket_t fd, short what, void *of)
{
    struct stream *s = of;
    (void)what;
    if (s->size + 1 >= s->capacity) {
        s->capacity = s->capacity == 0 ? 4096 : s->capacity * 2;
        s->bytes = realloc(s->bytes, s->capacity);
        MUST(s->bytes != NULL);
    }
    ssize_t got = read(fd, s->bytes + s->size, s->capacity - s->size - 1);
    if (got > 0)
        s->size += (size_t)got;
    s->bytes[s->size] = '\0';
    if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN))
        stream_end(s);
}

static void stream_begin(struct workers *w, struct stream *s, int fd)
{
    *s = (struct stream){.fd = fd};
    s->readable = event_new(w->base, fd, EV_READ | EV_PERSIST, stream_read, s);
    MUST(s->readable != NULL && event_add(s->readable, NULL) == 0);
}

/* --- signals ----------------------------------------------------------------- */

static void child_ended(evutil_socket_t number, short what, void *of)
{
    struct workers *w = of;
    (void)number;
    (void)what;
    for (uint32_t i = 0; i < w->jobs->at_once; i++) {
        struct worker *one = &w->items[i];
        if (one->child != 0 && !one->exited &&
            waitpid(one->child, &one->status, WNOHANG) == one->child)
            one->exited = true;
    }
}

static void interrupted(evutil_socket_t number, short what, void *of)
{
    struct workers *w = of;
    (void)what;
    w->signal = (int)number;
}

static void listen_to(struct workers *w)
{
    w->base = event_base_new();
    MUST(w->base != NULL);
    w->on_int = evsignal_new(w->base, SIGINT, interrupted, w);
    w->on_term = evsignal_new(w->base, SIGTERM, interrupted, w);
    w->on_child = evsignal_new(w->base, SIGCHLD, child_ended, w);
    MUST(w->on_int != NULL && w->on_term != NULL && w->on_child != NULL);
    MUST(event_add(w->on_int, NULL) == 0 && event_add(w->on_term, NULL) == 0 &&
         event_add(w->on_child, NULL) == 0);
}

/* Of the child: leaves the parent's descriptors and handlers alone. */
static void stop_listening(struct workers *w)
{
    MUST(event_reinit(w->base) == 0);
    for (uint32_t i = 0; i < w->jobs->at_once; i++) {
        stream_end(&w->items[i].result);
        stream_end(&w->items[i].said);
    }
    event_free(w->on_int);
    event_free(w->on_term);
    event_free(w->on_child);
    event_base_free(w->base);
}

/* --- one job ----------------------------------------------------------------- */

_Noreturn static void be_child(struct workers *w, uint32_t job, int result_fd, int said_fd,
                               const sigset_t *usual)
{
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* if the parent is killed, nobody listens any more */
#endif
    stop_listening(w);
    sigprocmask(SIG_SETMASK, usual, NULL);
    dup2(said_fd, STDERR_FILENO);
    close(said_fd);
    FILE *result = fdopen(result_fd, "wb");
    MUST(result != NULL);
    w->jobs->work(w->jobs->of, job, result);
    bool whole = fflush(result) == 0 && !ferror(result);
    _exit(whole ? 0 : 5);
}

static void not_begun(struct workers *w, uint32_t job)
{
    struct job_end end = {
        .job = job, .how = JOB_NOT_BEGUN, .detail = errno, .result = "", .said = ""};
    if (!w->jobs->ended(w->jobs->of, &end))
        w->until = job;
}

static bool open_pipes(int result[2], int said[2])
{
    if (pipe(result) != 0)
        return false;
    if (pipe(said) == 0)
        return true;
    close(result[0]);
    close(result[1]);
    return false;
}

static void begin(struct workers *w, struct worker *one, uint32_t job)
{
    int result[2];
    int said[2];
    sigset_t all;
    sigset_t usual;
    if (!open_pipes(result, said)) {
        not_begun(w, job);
        return;
    }
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &usual);
    pid_t child = fork();
    if (child == 0) {
        close(result[0]);
        close(said[0]);
        be_child(w, job, result[1], said[1], &usual);
    }
    int error = errno;
    sigprocmask(SIG_SETMASK, &usual, NULL);
    close(result[1]);
    close(said[1]);
    if (child < 0) {
        close(result[0]);
        close(said[0]);
        errno = error;
        not_begun(w, job);
        return;
    }
    *one = (struct worker){.child = child, .job = job, .began_s = wall_seconds()};
    stream_begin(w, &one->result, result[0]);
    stream_begin(w, &one->said, said[0]);
}

static struct job_end end_of(const struct worker *one)
{
    bool died = WIFSIGNALED(one->status);
    int detail = died ? WTERMSIG(one->status) : WEXITSTATUS(one->status);
    return (struct job_end){.job = one->job,
                            .how = died          ? JOB_KILLED
                                   : detail == 0 ? JOB_DONE
                                   : detail == 3 ? JOB_STOPPED
                                                 : JOB_LOST,
                            .detail = detail,
                            .seconds = wall_seconds() - one->began_s,
                            .result = one->result.bytes == NULL ? "" : one->result.bytes,
                            .size = one->result.size,
                            .said = one->said.bytes == NULL ? "" : one->said.bytes};
}

static void forget(struct worker *one)
{
    stream_free(&one->result);
    stream_free(&one->said);
    *one = (struct worker){.result.fd = -1, .said.fd = -1};
}

static void kill_from(struct workers *w, uint32_t job)
{
    for (uint32_t i = 0; i < w->jobs->at_once; i++) {
        struct worker *one = &w->items[i];
        if (one->child == 0 || one->job < job)
            continue;
        if (!one->exited) {
            kill(one->child, SIGKILL);
            while (waitpid(one->child, &one->status, 0) < 0 && errno == EINTR)
                continue;
        }
        forget(one);
    }
}

/* --- all of them --------------------------------------------------------------- */

/* Hears of those that ended, and begins others; true: some are at it. */
static bool look_around(struct workers *w)
{
    bool busy = false;
    for (uint32_t i = 0; i < w->jobs->at_once; i++) {
        struct worker *one = &w->items[i];
        if (one->child != 0 && one->exited && one->result.fd < 0 && one->said.fd < 0) {
            struct job_end end = end_of(one);
            bool goes_on = w->jobs->ended(w->jobs->of, &end);
            forget(one);
            if (!goes_on && end.job < w->until) {
                w->until = end.job + 1;
                kill_from(w, w->until);
            }
        }
        while (one->child == 0 && w->next < w->until)
            begin(w, one, w->next++);
        busy |= one->child != 0;
    }
    return busy;
}

static void tell_interrupted(struct workers *w)
{
    for (uint32_t job = 0; job < w->next; job++)
        for (uint32_t i = 0; i < w->jobs->at_once; i++)
            if (w->items[i].child != 0 && w->items[i].job == job)
                w->jobs->ended(w->jobs->of,
                               &(struct job_end){
                                   .job = job, .how = JOB_INTERRUPTED, .result = "", .said = ""});
}

int workers_run(const struct jobs *jobs)
{
    MUST(jobs->at_once >= 1 && jobs->at_once <= WORKERS_MAX);
    struct workers w = {.jobs = jobs, .until = jobs->count};
    w.items = calloc(jobs->at_once, sizeof *w.items);
    MUST(w.items != NULL);
    for (uint32_t i = 0; i < jobs->at_once; i++)
        w.items[i].result.fd = w.items[i].said.fd = -1;
    listen_to(&w);
    while (w.signal == 0 && look_around(&w))
        event_base_loop(w.base, EVLOOP_ONCE);
    if (w.signal != 0)
        tell_interrupted(&w);
    kill_from(&w, 0);
    event_free(w.on_int);
    event_free(w.on_term);
    event_free(w.on_child);
    event_base_free(w.base);
    free(w.items);
    return w.signal;
}
