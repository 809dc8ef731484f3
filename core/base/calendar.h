/* calendar.h — working days and the hours of the large-value payment system.
 *
 * CALENDAR_CHINA knows 2010-01-01 .. 2026-12-31: Monday to Friday less the
 * public holidays, plus the make-up working days (调休) that fall on weekends,
 * as the State Council's yearly notices set them.  Facts from the data set
 * NateScarlet/holiday-cn, which cites each notice, checked against
 * npm:chinese-days 1.5.7.  The payment systems of the central bank keep these
 * days, make-up days included.  CALENDAR_EVERY_DAY has no holiday at all.
 *
 * Large-value hours (HVPS, 大额支付系统) of working day T, from the central
 * bank's notices on its running hours:
 *
 *     until 2018-01-21   08:30 .. 17:00 of T
 *     from  2018-01-22   23:30 of the calendar day before T .. 17:15 of T,
 *                        then nets only until 20:30
 *
 * Later extensions are left out: the date of the first is not public.
 */
#ifndef CORE_BASE_CALENDAR_H
#define CORE_BASE_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

enum calendar {
    CALENDAR_CHINA,
    CALENDAR_EVERY_DAY,
};

enum large_value {
    LARGE_VALUE_CLOSED,
    LARGE_VALUE_OPEN,
    LARGE_VALUE_NETS_ONLY, /* the clearing window: net settlements, nothing else */
};

/* Days are civil days (civil.h).  Outside the covered days nothing is known,
 * and asking is a bug: check first. */
bool calendar_covers(enum calendar calendar, int32_t day);
bool calendar_working(enum calendar calendar, int32_t day);
int32_t calendar_next_working_day(enum calendar calendar, int32_t day); /* the first after `day` */

enum large_value calendar_large_value(enum calendar calendar, int64_t moment_us);

/* The clock at which the large-value system stops taking transfers on a working day. */
int64_t calendar_cut_off_us(int32_t day);

/* When a clearing session that closed on `day` settles: at `clock_us` of the
 * next working day.  calendar_can_settle() says whether nets are taken at that
 * clock on a working day in the era of `day`. */
int64_t calendar_settles_us(enum calendar calendar, int32_t day, int64_t clock_us);
bool calendar_can_settle(int32_t day, int64_t clock_us);

#endif
