/* unit.h — what a number counts: read from a scenario, and shown to people. */
#ifndef SIM_UNIT_H
#define SIM_UNIT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/texts.h"

enum unit {
    UNIT_COUNT,
    UNIT_FEN,
    UNIT_SECONDS, /* kept as microseconds, shown as seconds */
    UNIT_SHARE,   /* kept as millionths */
};

enum { UNIT_TEXT_MAX = 54 };

/* Amounts as yuan text or integer fen, times as durations or seconds. */
bool unit_read(enum unit unit, const json_t *json, int64_t *value);
const char *unit_wanted(enum unit unit); /* "want ..." */
/* "12.30 yuan", "1.5 s", "0.2 %", "7" */
const char *unit_text(enum unit unit, int64_t value, enum language language,
                      char out[UNIT_TEXT_MAX]);

#endif
