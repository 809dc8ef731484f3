/* summary.h — what a run amounts to, for people: some twenty lines on a terminal.
 *
 * Each line has a title and says one thing.  Payouts, channels, faults and
 * invariants are always spoken of; moves, doubts, transfers, fees, alerts and
 * the like where there were any; leftovers (leftovers.h) of a run that is stuck.
 * What tools read is summary_json.h's.
 */
#ifndef SIM_SUMMARY_H
#define SIM_SUMMARY_H

#include <stdio.h>

#include "sim/run.h"
#include "sim/texts.h"

void summary_print(const struct run *r, FILE *file);
/* A line's title, in a column of its own; "" continues the line above. */
void summary_title(FILE *file, const char *title);

/* Where the fault strikes, as people read it: "unionpay.payout", "银联付款". */
const char *shown_fault_place(const struct run *r, uint32_t fault, char out[SHOWN_MAX]);

#endif
