/* bench.c — what `make bench` cannot read off a run: queue, memory, invariants.
 *
 * Every time is this process's processor time and stands beside another that
 * was measured in the same minute, because on a shared machine only ratios of
 * neighbours mean anything.  Nothing here passes or fails. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/base/civil.h"
#include "mocks/draw.h"
#include "sim/run.h"

_Noreturn void must_failed(const char *file, int line, const char *claim)
{
    fprintf(stderr, "%s:%d: MUST(%s)\n", file, line, claim);
    abort();
}

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* --- the event queue against a plain binary heap ------------------------------ */

enum { TURNS = 2000000 };

struct plain_heap {
    uint64_t seq_next;
    uint32_t count;
    struct event *events;
};

static bool before(const struct event *a, const struct event *b)
{
    return a->what.at_us != b->what.at_us ? a->what.at_us < b->what.at_us : a->seq < b->seq;
}

static void plain_push(struct plain_heap *h, struct happening what)
{
    struct event one = {.seq = h->seq_next++, .what = what};
    uint32_t hole = h->count++;
    while (hole > 0 && before(&one, &h->events[(hole - 1) / 2])) {
        h->events[hole] = h->events[(hole - 1) / 2];
        hole = (hole - 1) / 2;
    }
    h->events[hole] = one;
}

static struct event plain_pop(struct plain_heap *h)
{
    struct event first = h->events[0];
    struct event last = h->events[--h->count];
    uint32_t hole = 0;
    while (2 * hole + 1 < h->count) {
        uint32_t child = 2 * hole + 1;
        if (child + 1 < h->count && before(&h->events[child + 1], &h->events[child]))
            child++;
        if (before(&last, &h->events[child]))
            break;
        h->events[hole] = h->events[child];
        hole = child;
    }
    h->events[hole] = last;
    return first;
}

/* Replies within seconds, and one in sixteen a statement within a day. */
static int64_t delay_us(uint64_t turn)
{
    uint64_t bits = draw_bits((struct draw_key){.subject = turn});
    return (int64_t)draw_below(bits, (uint64_t)(turn % 16 == 0 ? US_PER_DAY : 4 * US_PER_S));
}

static double evq_ns(uint32_t pending, uint64_t *sum)
{
    struct evq *q = evq_create(0);
    MUST(q != NULL);
    for (uint32_t i = 0; i < pending; i++)
        evq_push(q, (struct happening){.at_us = delay_us(i)});
    double began_s = cpu_s();
    for (uint64_t i = 0; i < TURNS; i++) {
        struct event e;
        MUST(evq_pop(q, &e));
        *sum = *sum * 31 + e.seq;
        evq_push(q, (struct happening){.at_us = e.what.at_us + delay_us(i)});
    }
    double ns = (cpu_s() - began_s) * 1e9 / TURNS;
    evq_free(q);
    return ns;
}

static double plain_ns(uint32_t pending, uint64_t *sum)
{
    struct plain_heap h = {.events = calloc(pending + 1, sizeof *h.events)};
    MUST(h.events != NULL);
    for (uint32_t i = 0; i < pending; i++)
        plain_push(&h, (struct happening){.at_us = delay_us(i)});
    double began_s = cpu_s();
    for (uint64_t i = 0; i < TURNS; i++) {
        struct event e = plain_pop(&h);
        *sum = *sum * 31 + e.seq;
        plain_push(&h, (struct happening){.at_us = e.what.at_us + delay_us(i)});
    }
    double ns = (cpu_s() - began_s) * 1e9 / TURNS;
    free(h.events);
    return ns;
}

static void bench_queue(uint32_t pending)
{
    uint64_t ours = 0;
    uint64_t plain = 0;
    double ours_ns = evq_ns(pending, &ours);
    double theirs_ns = plain_ns(pending, &plain);
    MUST(ours == plain); /* the same events in the same order */
    printf("  event queue   push and pop with %" PRIu32
           " pending: %.0f ns, %.2f of a binary heap\n",
           pending, ours_ns, ours_ns / theirs_ns);
}

/* --- the core's memory ---------------------------------------------------------- */

static double bytes_of(uint32_t open, uint32_t remembered)
{
    return (double)core_bytes(&(struct core_limits){open, remembered});
}

/* The map of references doubles, so its share is taken at its emptiest and fullest. */
static void bench_memory(void)
{
    const uint32_t sizes[] = {2097152, 2796202}; /* just after a doubling, and just before one */
    for (size_t i = 0; i < 2; i++) {
        double n = sizes[i];
        double slots = (double)idmap_slots(sizes[i]) * sizeof(struct idmap_slot) / n;
        double open = bytes_of(sizes[i], sizes[i]) - bytes_of(1, sizes[i]);
        double kept = bytes_of(1, sizes[i]) - bytes_of(1, 1) - slots * n;
        printf("  memory        with %.1f million references: %.0f bytes an open payout, %.2f of "
               "96;\n                %.0f bytes a remembered one, %.2f of 32\n",
               n / 1e6, open / n + slots, (open / n + slots) / 96, kept / n + slots,
               (kept / n + slots) / 32);
    }
}

/* --- what full recomputation of the invariants costs --------------------------- */

static double run_s(struct plan *plan, uint64_t audit_every)
{
    double began_s = cpu_s();
    struct run *r = run_create(plan, &(struct run_options){.audit_every = audit_every});
    MUST(r != NULL && run_go(r) == RUN_QUIET);
    double took_s = cpu_s() - began_s;
    run_free(r);
    return took_s;
}

static bool bench_invariants(void)
{
    static const char *const evening[] = {"/clock/from=2018-11-11T20:00:00+08:00",
                                          "/clock/to=2018-11-11T22:00:00+08:00", "/expect=null"};
    double with_s = 0;
    double without_s = 0;
    for (int i = 0; i < 6; i++) {
        struct problems problems = {0};
        struct plan *plan = malloc(sizeof *plan);
        MUST(plan != NULL);
        bool read = plan_load(plan, "scenarios/demo.json", evening, 3, &problems);
        problems_print(&problems);
        problems_free(&problems);
        if (read) {
            *(i % 2 == 0 ? &with_s : &without_s) += run_s(plan, i % 2 == 0 ? 0 : UINT64_MAX / 2);
            plan_free(plan);
        }
        free(plan);
        if (!read)
            return false;
    }
    printf("  invariants    recomputed in full, every so often rather than at day's close: %.2f of "
           "the run\n",
           1 - without_s / with_s);
    return true;
}

int main(void)
{
    bench_queue(100);
    bench_queue(10000);
    bench_queue(1000000);
    bench_memory();
    return bench_invariants() ? EXIT_SUCCESS : EXIT_FAILURE;
}
