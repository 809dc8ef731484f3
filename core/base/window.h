/* window.h — when something holds: once, or every day between two clocks.
 *
 * Half open.  A daily window whose end is not after its start passes midnight
 * and belongs to the day on which it starts; `days` narrows it by that day.
 */
#ifndef CORE_BASE_WINDOW_H
#define CORE_BASE_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/calendar.h"

enum window_kind {
    WINDOW_ALWAYS,
    WINDOW_ONCE,  /* from_us .. to_us are moments */
    WINDOW_DAILY, /* from_us .. to_us are clocks */
};

enum window_days {
    DAYS_ALL,
    DAYS_WORKING,
    DAYS_NON_WORKING,
    DAYS_LISTED,
};

enum { WINDOW_DATES_MAX = 64 };

struct window {
    uint8_t kind; /* enum window_kind */
    uint8_t days; /* enum window_days */
    uint16_t date_count;
    uint32_t pad;
    int64_t from_us;
    int64_t to_us;
    int32_t dates[WINDOW_DATES_MAX]; /* DAYS_LISTED */
};

bool window_holds(const struct window *w, enum calendar calendar, int64_t moment_us);

/* The first stretch in which it holds that ends after `moment_us` and starts
 * before `limit_us`; false if there is none. */
bool window_next(const struct window *w, enum calendar calendar, int64_t moment_us,
                 int64_t limit_us, int64_t *from_us, int64_t *to_us);

/* Whenever `inner` holds between from_us and to_us (not included), `outer` does. */
bool window_within(const struct window *inner, const struct window *outer, enum calendar calendar,
                   int64_t from_us, int64_t to_us);

#endif
