/* summary.h — what a run amounts to: summary.json, and the same for people. */
#ifndef SIM_SUMMARY_H
#define SIM_SUMMARY_H

#include <jansson.h>
#include <stdio.h>

#include "sim/run.h"
#include "sim/texts.h"

#define TOUCUN_VERSION "0.1.0"

json_t *summary_json(const struct run *r);
void summary_write_json(const json_t *summary, FILE *file);
void summary_print(const struct run *r, FILE *file);
/* A line's title, in a column of its own; "" continues the line above. */
void summary_title(FILE *file, const char *title);

/* Where and how the fault strikes, as people read it: "unionpay.payout", "银联付款". */
const char *shown_fault_place(const struct run *r, uint32_t fault, char out[SHOWN_MAX]);
const char *fault_text(enum fault_kind kind);
const char *invariant_text(enum invariant which);

#endif
