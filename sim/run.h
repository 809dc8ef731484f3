/* run.h — one run: the core, the world and the clock between them.
 *
 * A run is a pure function of the plan.  Its facts, the core's and the
 * world's in the order in which they came, are hashed; options change what is
 * written, never what happens.
 */
#ifndef SIM_RUN_H
#define SIM_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/auditor.h"
#include "sim/journal.h"
#include "sim/plan.h"
#include "sim/recorder.h"
#include "sim/timeline.h"

struct run_options {
    const char *out;                   /* folder, or NULL */
    const struct event_filter *events; /* for events.jsonl, or NULL */
    bool payouts;                      /* payouts.csv */
    bool progress;
    int64_t speed_millionths; /* 0: as fast as possible */
    double began_s;           /* on the wall; wall_s counts from here */
    uint64_t audit_every;     /* events between full audits; 0: as cost allows */
};

enum run_end {
    RUN_QUIET,       /* everything done */
    RUN_STUCK,       /* drain_max passed and work is left */
    RUN_INTERRUPTED, /* a signal came */
    RUN_FAILED,      /* the machine failed us: said on stderr */
};

struct run;
struct tag_rows;

struct run *run_create(struct plan *plan,
                       const struct run_options *options); /* NULL: as RUN_FAILED */
enum run_end run_go(struct run *r);
void run_free(struct run *r);

/* What is known afterwards. */
struct run_result {
    enum run_end end;
    const char *verdict; /* pass | expectation_failed | invariant_broken | stuck */
    int exit_code;
    int signal;
    uint64_t hash;
    uint64_t events;
    uint64_t pending; /* happenings that were waited for at the end */
    int64_t start_us;
    int64_t end_us;
    double wall_s;
    int64_t peak_bytes;
};

int64_t run_now_us(const struct run *r);
const struct run_result *run_result(const struct run *r);
const struct plan *run_plan(const struct run *r);
const struct recorder *run_recorder(const struct run *r);
const struct auditor *run_auditor(const struct run *r);
struct measured run_measured(const struct run *r); /* for metric_value() */
const struct world *run_world(const struct run *r);
const struct timeline *run_timeline(const struct run *r);
const struct tag_rows *run_tag_rows(const struct run *r);

#endif
