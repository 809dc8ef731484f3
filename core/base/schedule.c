/* schedule.c — see schedule.h. */

#include "core/base/schedule.h"

#include <stdbool.h>

#include "core/base/civil.h"
#include "core/base/must.h"

/* No holiday is longer; a moved moment lies within this of where it was. */
#define MOVED_AT_MOST_US (40 * US_PER_DAY)

/* Where a moment falls after the holiday rule; NEVER_US: nowhere. */
static int64_t moved_us(const struct schedule *s, enum calendar calendar, int64_t moment_us)
{
    int32_t day = civil_day(moment_us);
    if (!calendar_covers(calendar, day) || calendar_working(calendar, day))
        return moment_us;
    switch ((enum on_holiday)s->on_holiday) {
    case ON_HOLIDAY_KEEP:
        return moment_us;
    case ON_HOLIDAY_SKIP:
        return NEVER_US;
    case ON_HOLIDAY_BEFORE:
        do
            day--;
        while (calendar_covers(calendar, day) && !calendar_working(calendar, day));
        return civil_moment_us(day, civil_clock_us(moment_us));
    case ON_HOLIDAY_AFTER:
        do
            day++;
        while (calendar_covers(calendar, day) && !calendar_working(calendar, day));
        return civil_moment_us(day, civil_clock_us(moment_us));
    }
    NEVER("an unlisted holiday rule");
}

static bool on_such_a_day(const struct schedule *s, enum calendar calendar, int64_t moment_us)
{
    int32_t day = civil_day(moment_us);
    return s->days == 0 || !calendar_covers(calendar, day) ||
           calendar_working(calendar, day) == (s->days == 1);
}

static int64_t next_of_moments(const struct schedule *s, const int64_t *moments,
                               enum calendar calendar, int64_t after_us)
{
    uint32_t low = 0;
    uint32_t high = s->count;
    const int64_t *slice = moments + s->first;
    while (low < high) { /* the first that could fall after `after_us` */
        uint32_t middle = low + (high - low) / 2;
        if (slice[middle] <= after_us - MOVED_AT_MOST_US)
            low = middle + 1;
        else
            high = middle;
    }
    /* Moving keeps the order of days, not of clocks: the earliest within reach counts. */
    int64_t first_us = NEVER_US;
    for (; low < s->count; low++) {
        if (first_us != NEVER_US && slice[low] > first_us + MOVED_AT_MOST_US)
            break;
        int64_t at_us = moved_us(s, calendar, slice[low]);
        if (at_us != NEVER_US && at_us > after_us && at_us < first_us &&
            on_such_a_day(s, calendar, at_us))
            first_us = at_us;
    }
    return first_us;
}

int64_t schedule_next_us(const struct schedule *s, const int64_t *moments, enum calendar calendar,
                         int64_t after_us)
{
    switch ((enum schedule_kind)s->kind) {
    case SCHEDULE_NEVER:
        return NEVER_US;
    case SCHEDULE_EVERY: {
        MUST(s->every_us > 0);
        if (s->days == 2 && calendar == CALENDAR_EVERY_DAY)
            return NEVER_US; /* there is no day off */
        int64_t gone_us = after_us - s->start_us;
        int64_t n = gone_us < 0 ? 0 : gone_us / s->every_us;
        int64_t at_us = s->start_us + (n + 1) * s->every_us;
        while (!on_such_a_day(s, calendar, at_us)) { /* on to the next day's first */
            int64_t midnight_us = civil_moment_us(civil_day(at_us) + 1, 0);
            n = (midnight_us - s->start_us + s->every_us - 1) / s->every_us;
            at_us = s->start_us + n * s->every_us;
        }
        return at_us;
    }
    case SCHEDULE_MOMENTS:
        return next_of_moments(s, moments, calendar, after_us);
    }
    NEVER("an unlisted schedule");
}
