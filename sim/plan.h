/* plan.h — a scenario ready to run: read, checked with its traces, names resolved.
 *
 * This is all that `toucun check` does, and the first half of every run.
 */
#ifndef SIM_PLAN_H
#define SIM_PLAN_H

#include "sim/expect.h"
#include "sim/load.h"
#include "sim/metrics.h"
#include "sim/positions.h"
#include "sim/scenario.h"
#include "sim/setup.h"

struct plan {
    struct scenario scenario;
    struct parties parties;
    struct setup setup;
    struct metric_list metrics;
    struct column_list columns;
    struct expectations expectations;
    int64_t sample_us;
};

/* On false, list says why and *plan is empty.  Large: not for the stack. */
bool plan_load(struct plan *plan, const char *path, const char *const *sets, size_t set_count,
               struct problems *list);
bool plan_parse(struct plan *plan, const char *text, const char *name, struct problems *list);
void plan_free(struct plan *plan);

/* What is not wrong but odd: one line each, as for problems. */
void plan_warn(const struct plan *plan, struct problems *warnings);

#endif
