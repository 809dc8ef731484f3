/* pace.c — see pace.h. */

#include "sim/pace.h"

#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

#include "core/base/must.h"

enum { LOOK_EVERY = 8192, BAR_CELLS = 40 };

struct pace {
    struct event_base *base;
    struct event *on_int;
    struct event *on_term;
    struct event *wake;
    int signal;
    int64_t speed_millionths;
    int64_t start_us;
    int64_t end_us;
    double wall_start_s;
    bool progress;
    double next_bar_s;
    uint32_t since_look;
};

double wall_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void heard(evutil_socket_t number, short what, void *arg)
{
    struct pace *p = arg;
    (void)what;
    p->signal = (int)number;
    event_base_loopbreak(p->base);
}

static void woken(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    (void)arg;
}

struct pace *pace_create(int64_t speed_millionths, int64_t start_us, int64_t end_us, bool progress)
{
    struct pace *p = calloc(1, sizeof *p);
    MUST(p != NULL);
    *p = (struct pace){.speed_millionths = speed_millionths,
                       .start_us = start_us,
                       .end_us = end_us,
                       .wall_start_s = wall_seconds(),
                       .progress = progress};
    p->base = event_base_new();
    MUST(p->base != NULL);
    p->on_int = evsignal_new(p->base, SIGINT, heard, p);
    p->on_term = evsignal_new(p->base, SIGTERM, heard, p);
    p->wake = evtimer_new(p->base, woken, p);
    MUST(p->on_int != NULL && p->on_term != NULL && p->wake != NULL);
    event_add(p->on_int, NULL);
    event_add(p->on_term, NULL);
    return p;
}

void pace_free(struct pace *p)
{
    if (p == NULL)
        return;
    if (p->progress)
        fputs("\r\033[K", stderr);
    event_free(p->on_int);
    event_free(p->on_term);
    event_free(p->wake);
    event_base_free(p->base);
    free(p);
}

int pace_signal(const struct pace *p)
{
    return p->signal;
}

static void draw_bar(struct pace *p, int64_t at_us)
{
    double now_s = wall_seconds();
    if (!p->progress || now_s < p->next_bar_s)
        return;
    p->next_bar_s = now_s + 0.1;
    int64_t span_us = p->end_us - p->start_us;
    int64_t done_us = at_us - p->start_us < span_us ? at_us - p->start_us : span_us;
    int cells = (int)(done_us * BAR_CELLS / span_us);
    fprintf(stderr, "\r  [%.*s%.*s] %3d %%", cells, "########################################",
            BAR_CELLS - cells, "                                        ",
            (int)(done_us * 100 / span_us));
    fputs(at_us >= p->end_us ? "  drain " : "        ", stderr);
}

static void look(struct pace *p, int64_t at_us)
{
    p->since_look = 0;
    event_base_loop(p->base, EVLOOP_NONBLOCK);
    draw_bar(p, at_us);
}

bool pace_until(struct pace *p, int64_t at_us)
{
    if (p->speed_millionths == 0) {
        if (++p->since_look >= LOOK_EVERY)
            look(p, at_us);
        return p->signal == 0;
    }
    for (;;) {
        double due_s =
            p->wall_start_s + (double)(at_us - p->start_us) / (double)p->speed_millionths;
        double wait_s = due_s - wall_seconds();
        if (p->signal != 0)
            return false;
        if (wait_s <= 0) {
            if (++p->since_look >= LOOK_EVERY)
                look(p, at_us);
            return true;
        }
        /* Not longer than the bar wants to move. */
        double nap_s = wait_s < 0.1 || !p->progress ? wait_s : 0.1;
        struct timeval nap = {.tv_sec = (time_t)nap_s,
                              .tv_usec = (suseconds_t)((nap_s - (double)(time_t)nap_s) * 1e6)};
        event_add(p->wake, &nap);
        event_base_loop(p->base, EVLOOP_ONCE);
        event_del(p->wake);
        draw_bar(p, at_us - (int64_t)(wait_s * (double)p->speed_millionths));
    }
}
