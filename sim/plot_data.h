/* plot_data.h — the files that plots draw from, beside positions.csv: each computed once, here.
 *
 *     waits.csv      waiting times of the payouts requested in each step of the span
 *     shortages.csv  when each channel was short of quota, and how long it was until then
 *     decisions.csv  attempts sent in each step, by the reason why they went where they went
 *     breakers.csv   each time a breaker's key was open or half open; only where there are breakers
 */
#ifndef SIM_PLOT_DATA_H
#define SIM_PLOT_DATA_H

#include <stdbool.h>

#include "sim/run.h"

bool plot_data_write(const struct run *r, const char *dir); /* false: said on stderr */

#endif
