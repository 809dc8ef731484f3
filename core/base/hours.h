/* hours.h — when a service takes orders.
 *
 *     always         at all hours
 *     large_value    while the large-value system takes transfers: by date as in
 *                    calendar.h, or from one clock to another of a working day where two
 *                    clocks are set, from the evening before if `from` is after `to`
 *     clocks         from one clock to another, past midnight if `to` is not after `from`
 *
 * narrowed to working days where `working_only` is set, and by a cut-off: from
 * that clock on nothing is taken until the hours begin anew (large-value: in the
 * evening, at 23:30 or `from`, if that is when they begin; else at midnight).
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
    int64_t from_us; /* clocks; equal where large-value hours are those of the date */
    int64_t to_us;
    int64_t cut_off_us; /* a clock; 0: none */
    uint8_t kind;       /* enum hours_kind */
    uint8_t working_only;
    uint8_t pad[6];
};

bool hours_open(const struct hours *h, enum calendar calendar, int64_t moment_us);
/* The clock at which large-value hours end on a working day. */
int64_t hours_large_value_end_us(const struct hours *h, int32_t day);
/* The first moment from `moment_us` on at which it is open; NEVER_US: none within 60 days. */
int64_t hours_next_us(const struct hours *h, enum calendar calendar, int64_t moment_us);

#endif
