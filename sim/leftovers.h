/* leftovers.h — what is left when a run is stuck, in the summary: where each thing is and why.
 *
 * First what is under way elsewhere (answers, quota moves, transfers, what the
 * channels have not settled), then open payouts; of payouts and transfers the
 * ten oldest.  A payout in doubt that waits for two people says which break
 * they are to resolve.  Nothing is said of a run that is not stuck.
 */
#ifndef SIM_LEFTOVERS_H
#define SIM_LEFTOVERS_H

#include <stdio.h>

#include "sim/run.h"

void leftovers_print(const struct run *r, FILE *file);

#endif
