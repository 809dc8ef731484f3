/* hours.c — see hours.h. */

#include "core/base/hours.h"

#include "core/base/civil.h"
#include "core/base/must.h"

enum { SEARCH_DAYS = 60 };

#define NIGHT_OPENING_US (23 * US_PER_HOUR + 30 * US_PER_MINUTE)

/* Large-value hours with clocks of their own. */
static bool own_clocks(const struct hours *h)
{
    return h->kind == HOURS_LARGE_VALUE && h->from_us != h->to_us;
}

/* The clock at which, on that day, hours that were cut off begin anew. */
static int64_t anew_us(const struct hours *h, int32_t day)
{
    if (own_clocks(h))
        return h->from_us > h->to_us ? h->from_us : US_PER_DAY;
    bool by_night =
        h->kind == HOURS_LARGE_VALUE &&
        calendar_large_value(CALENDAR_EVERY_DAY, civil_moment_us(day, NIGHT_OPENING_US)) ==
            LARGE_VALUE_OPEN;
    return by_night ? NIGHT_OPENING_US : US_PER_DAY;
}

static bool in_clocks(const struct hours *h, int64_t clock_us)
{
    if (h->from_us < h->to_us)
        return clock_us >= h->from_us && clock_us < h->to_us;
    return clock_us >= h->from_us || clock_us < h->to_us; /* past midnight */
}

static bool large_value_open(const struct hours *h, enum calendar calendar, int64_t moment_us)
{
    int32_t day = civil_day(moment_us);
    int64_t clock_us = civil_clock_us(moment_us);
    if (!own_clocks(h))
        return calendar_large_value(calendar, moment_us) == LARGE_VALUE_OPEN;
    if (h->from_us < h->to_us)
        return in_clocks(h, clock_us) && calendar_working(calendar, day);
    if (clock_us >= h->from_us)
        return calendar_working(calendar, day + 1);
    return clock_us < h->to_us && calendar_working(calendar, day);
}

int64_t hours_large_value_end_us(const struct hours *h, int32_t day)
{
    MUST(h->kind == HOURS_LARGE_VALUE);
    return own_clocks(h) ? h->to_us : calendar_cut_off_us(day);
}

bool hours_open(const struct hours *h, enum calendar calendar, int64_t moment_us)
{
    int32_t day = civil_day(moment_us);
    int64_t clock_us = civil_clock_us(moment_us);

    if (h->cut_off_us != 0 && clock_us >= h->cut_off_us && clock_us < anew_us(h, day))
        return false;
    switch ((enum hours_kind)h->kind) {
    case HOURS_ALWAYS:
        return !h->working_only || calendar_working(calendar, day);
    case HOURS_LARGE_VALUE: /* working days by nature */
        return large_value_open(h, calendar, moment_us);
    case HOURS_CLOCKS:
        return in_clocks(h, clock_us) && (!h->working_only || calendar_working(calendar, day));
    }
    NEVER("unlisted hours");
}

int64_t hours_next_us(const struct hours *h, enum calendar calendar, int64_t moment_us)
{
    if (hours_open(h, calendar, moment_us))
        return moment_us;
    const int64_t clocks_us[] = {0, h->kind == HOURS_ALWAYS ? 0 : h->from_us,
                                 8 * US_PER_HOUR + 30 * US_PER_MINUTE, NIGHT_OPENING_US};
    for (int32_t day = civil_day(moment_us); day <= civil_day(moment_us) + SEARCH_DAYS; day++) {
        int64_t first_us = NEVER_US;
        if (!calendar_covers(calendar, day + 1))
            break;
        for (uint32_t i = 0; i < sizeof clocks_us / sizeof clocks_us[0]; i++) {
            int64_t at_us = civil_moment_us(day, clocks_us[i]);
            if (at_us > moment_us && at_us < first_us && hours_open(h, calendar, at_us))
                first_us = at_us;
        }
        if (first_us != NEVER_US)
            return first_us;
    }
    return NEVER_US;
}
