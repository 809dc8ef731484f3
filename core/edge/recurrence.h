/* recurrence.h — recurrence rules (RFC 5545 RRULE) expanded to moments.
 *
 * "FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=16" becomes the sorted moments at which it
 * falls due.  The rule counts from the start day; where it names no hour,
 * minute or second, those of the start's clock hold.  Civil time is that of
 * core/base/civil.h: neither a time zone database nor a locale is asked.
 *
 *     FREQ        DAILY WEEKLY MONTHLY YEARLY
 *     INTERVAL    every so many of them
 *     COUNT       so many in all, from the start; or
 *     UNTIL       20181231 (that day included), 20181231T170000, or with a Z
 *     BYMONTH BYWEEKNO BYYEARDAY BYMONTHDAY BYDAY BYHOUR BYMINUTE BYSECOND BYSETPOS WKST
 *
 * A day that a month or year does not have is left out, never moved.  Shorter
 * frequencies are not taken: a schedule's `every` is for them.
 */
#ifndef CORE_EDGE_RECURRENCE_H
#define CORE_EDGE_RECURRENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct recurrence {
    const char *rule;
    int32_t start_day;
    int64_t start_clock_us; /* whole seconds */
    int64_t from_us;        /* moments wanted: from .. to, half open */
    int64_t to_us;
};

enum { RECURRENCE_WHY_MAX = 200, RECURRENCE_RULE_MAX = 400 };

/* False: `why` says what is wrong with the rule, or that it is due more than
 * `capacity` times; *count is untouched. */
bool recurrence_expand(const struct recurrence *r, int64_t *moments, uint32_t capacity,
                       uint32_t *count, char why[RECURRENCE_WHY_MAX]);

#endif
