/* hours.h — when a service takes orders.
 *
 *     always         at all hours
 *     large_value    while the large-value system takes transfers (calendar.h)
 *     clocks         from one clock to another, past midnight if `to` is not after `from`
 *
 * narrowed to working days where `working_only` is set, and by a cut-off: from
 * that clock on nothing is taken until the hours begin anew (large-value: at
 * 23:30, or on the next day before 2018-01-22; else at midnight).
 */
#ifndef CORE_BASE_HOURS_H
#define CORE_BASE_HOURS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/calendar.h"

enum hours_kind {
    HOURS_ALWAYS,
    HOURS_LARGE_VALUE,
    HOURS_CLOCKS,
};

struct hours {
    int64_t from_us; /* clocks */
    int64_t to_us;
    int64_t cut_off_us; /* a clock; 0: none */
    uint8_t kind;       /* enum hours_kind */
    uint8_t working_only;
    uint8_t pad[6];
};

bool hours_open(const struct hours *h, enum calendar calendar, int64_t moment_us);
/* The first moment from `moment_us` on at which it is open; NEVER_US: none within 60 days. */
int64_t hours_next_us(const struct hours *h, enum calendar calendar, int64_t moment_us);

#endif
