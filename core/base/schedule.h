/* schedule.h — when something is due again and again.
 *
 * Either every so often, counted from a start, or at given moments, a slice of
 * one sorted array that the caller keeps (recurrence rules are expanded to it
 * at the edge).  A moment that falls on a day without work is kept, skipped,
 * or moved to the same clock of the working day before or after it; two that
 * thus become one are due once.
 */
#ifndef CORE_BASE_SCHEDULE_H
#define CORE_BASE_SCHEDULE_H

#include <stdint.h>

#include "core/base/calendar.h"

enum schedule_kind {
    SCHEDULE_NEVER,
    SCHEDULE_EVERY,
    SCHEDULE_MOMENTS,
};

enum on_holiday {
    ON_HOLIDAY_KEEP,
    ON_HOLIDAY_SKIP,
    ON_HOLIDAY_BEFORE,
    ON_HOLIDAY_AFTER,
};

struct schedule {
    int64_t every_us;
    int64_t start_us; /* of SCHEDULE_EVERY: first due one interval later */
    uint32_t first;   /* of SCHEDULE_MOMENTS: the slice */
    uint32_t count;
    uint8_t kind;       /* enum schedule_kind */
    uint8_t on_holiday; /* enum on_holiday */
    uint8_t days;       /* 0 all, 1 working, 2 non-working days alone; after any move */
    uint8_t pad[5];
};

/* The first time later than `after_us` at which it is due, or NEVER_US. */
int64_t schedule_next_us(const struct schedule *s, const int64_t *moments, enum calendar calendar,
                         int64_t after_us);

#endif
