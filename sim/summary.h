/* summary.h — what a run amounts to: summary.json, and the same for people. */
#ifndef SIM_SUMMARY_H
#define SIM_SUMMARY_H

#include <jansson.h>
#include <stdio.h>

#include "sim/run.h"

#define TOUCUN_VERSION "0.1.0"

json_t *summary_json(const struct run *r);
void summary_write_json(const json_t *summary, FILE *file);
void summary_print(const struct run *r, FILE *file);

/* 1234567 as "1,234,567"; fen as "¥1,234.56"; microseconds as "1 h 2 m", "45 s", "230 ms". */
enum { SHOWN_MAX = 64 };
const char *shown_count(uint64_t value, char out[SHOWN_MAX]);
const char *shown_yuan(int64_t fen, char out[SHOWN_MAX]);
const char *shown_yuan_short(int64_t fen, char out[SHOWN_MAX]); /* "¥853.7 M" */
const char *shown_time(int64_t us, char out[SHOWN_MAX]);

#endif
