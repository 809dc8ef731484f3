/* summary_json.h — what a run amounts to, for tools: summary.json.
 *
 * Its keys and units are relied upon by others; it is English whatever the
 * language.  Money is fen, waits are seconds, a metric that has no value (the
 * p99 of no wait) is null.  But for wall_s, payouts_per_s and peak_bytes the
 * same scenario and seed give the same object.
 */
#ifndef SIM_SUMMARY_JSON_H
#define SIM_SUMMARY_JSON_H

#include <jansson.h>
#include <stdio.h>

#include "sim/run.h"

#define TOUCUN_VERSION "0.1.0"

json_t *summary_json(const struct run *r); /* a new reference */
void summary_json_write(const json_t *summary, FILE *file);

#endif
