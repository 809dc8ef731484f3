/* running.h — which run is on, for must_failed() alone. */
#ifndef SIM_RUNNING_H
#define SIM_RUNNING_H

struct plan;
struct run;

void running_set(const struct plan *plan, const struct run *run);

#endif
