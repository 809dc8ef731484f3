/* audit_block.h — what people read of the audit: found, missed and false, a row a type of break.
 *
 * Nothing is said of a run without breaks in which nothing was told wrong.
 */
#ifndef SIM_AUDIT_BLOCK_H
#define SIM_AUDIT_BLOCK_H

#include <stdbool.h>
#include <stdio.h>

#include "core/audit/match.h"
#include "sim/run.h"

bool audit_any(const struct run *r);
void audit_print(const struct run *r, FILE *file); /* in the summary */

const char *break_type_text(enum match_type type);

#endif
