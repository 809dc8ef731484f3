/* window.c — see window.h. */

#include "core/base/window.h"

#include "core/base/civil.h"
#include "core/base/must.h"

static bool day_counts(const struct window *w, enum calendar calendar, int32_t day)
{
    switch ((enum window_days)w->days) {
    case DAYS_ALL:
        return true;
    case DAYS_WORKING:
        return calendar_covers(calendar, day) && calendar_working(calendar, day);
    case DAYS_NON_WORKING:
        return calendar_covers(calendar, day) && !calendar_working(calendar, day);
    case DAYS_LISTED:
        for (uint16_t i = 0; i < w->date_count; i++)
            if (w->dates[i] == day)
                return true;
        return false;
    }
    NEVER("an unlisted choice of days");
}

static int64_t length_us(const struct window *w)
{
    return w->to_us > w->from_us ? w->to_us - w->from_us : w->to_us - w->from_us + US_PER_DAY;
}

bool window_holds(const struct window *w, enum calendar calendar, int64_t moment_us)
{
    if (w->kind == WINDOW_ALWAYS)
        return true;
    if (w->kind == WINDOW_ONCE)
        return moment_us >= w->from_us && moment_us < w->to_us;
    for (int32_t day = civil_day(moment_us); day >= civil_day(moment_us) - 1; day--) {
        int64_t since_us = moment_us - civil_moment_us(day, w->from_us);
        if (since_us >= 0 && since_us < length_us(w) && day_counts(w, calendar, day))
            return true;
    }
    return false;
}

bool window_next(const struct window *w, enum calendar calendar, int64_t moment_us,
                 int64_t limit_us, int64_t *from_us, int64_t *to_us)
{
    if (w->kind == WINDOW_ALWAYS) {
        *from_us = INT64_MIN;
        *to_us = INT64_MAX;
        return true;
    }
    if (w->kind == WINDOW_ONCE) {
        *from_us = w->from_us;
        *to_us = w->to_us;
        return w->to_us > moment_us && w->from_us < limit_us;
    }
    for (int32_t day = civil_day(moment_us) - 1; civil_moment_us(day, w->from_us) < limit_us;
         day++) {
        int64_t start_us = civil_moment_us(day, w->from_us);
        if (start_us + length_us(w) <= moment_us || !day_counts(w, calendar, day))
            continue;
        *from_us = start_us;
        *to_us = start_us + length_us(w);
        return true;
    }
    return false;
}

/* Its stretches may follow each other without a gap. */
static bool holds_throughout(const struct window *w, enum calendar calendar, int64_t from_us,
                             int64_t to_us)
{
    int64_t starts_us;
    int64_t ends_us;
    for (; from_us < to_us; from_us = ends_us)
        if (!window_next(w, calendar, from_us, from_us + 1, &starts_us, &ends_us))
            return false;
    return true;
}

bool window_within(const struct window *inner, const struct window *outer, enum calendar calendar,
                   int64_t from_us, int64_t to_us)
{
    int64_t starts_us;
    int64_t ends_us;
    for (int64_t at_us = from_us; at_us < to_us; at_us = ends_us) {
        if (!window_next(inner, calendar, at_us, to_us, &starts_us, &ends_us))
            return true;
        if (!holds_throughout(outer, calendar, starts_us > at_us ? starts_us : at_us,
                              ends_us < to_us ? ends_us : to_us))
            return false;
    }
    return true;
}
