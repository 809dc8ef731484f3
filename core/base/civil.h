/* civil.h — civil time at UTC+08:00, computed, never asked of the machine.
 *
 * A moment is int64_t microseconds since 1970-01-01T00:00:00Z.  A day is the
 * number of civil days since 1970-01-01 in China, a clock the microseconds
 * since that day's midnight.  China has kept one offset since 1991, so a day
 * has always 24 hours here.
 *
 *     moment = civil_moment_us(civil_day(moment), civil_clock_us(moment))
 */
#ifndef CORE_BASE_CIVIL_H
#define CORE_BASE_CIVIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define US_PER_MS INT64_C(1000)
#define US_PER_S INT64_C(1000000)
#define US_PER_MINUTE (60 * US_PER_S)
#define US_PER_HOUR (60 * US_PER_MINUTE)
#define US_PER_DAY (24 * US_PER_HOUR)
#define NEVER_US INT64_MAX /* a deadline that does not come */

struct civil_date {
    int32_t year;
    int32_t month; /* 1..12 */
    int32_t day;   /* 1..31 */
};

enum { CIVIL_MOMENT_TEXT_MAX = 40, CIVIL_CLOCK_TEXT_MAX = 16, CIVIL_DATE_TEXT_MAX = 16 };

int32_t civil_day(int64_t moment_us);
int64_t civil_clock_us(int64_t moment_us);
int64_t civil_moment_us(int32_t day, int64_t clock_us);

int32_t civil_weekday(int32_t day); /* 0 Monday .. 6 Sunday */
struct civil_date civil_date_of(int32_t day);
int32_t civil_day_of(struct civil_date date);
bool civil_date_exists(struct civil_date date); /* years 1970..9999 */

/* Each reads exactly `length` bytes; on false the result is untouched.
 *   moment  2018-11-11T00:00:00+08:00, up to six decimals of a second, any offset or Z
 *   clock   HH:MM or HH:MM:SS, and 24:00 where `end` is true
 *   date    2018-11-11 */
bool civil_parse_moment(const char *text, size_t length, int64_t *moment_us);
bool civil_parse_clock(const char *text, size_t length, bool end, int64_t *clock_us);
bool civil_parse_date(const char *text, size_t length, int32_t *day);

/* Each writes a final NUL and returns the length without it.  Decimals of a
 * second are printed (six of them) only where there are any. */
size_t civil_print_moment(char out[CIVIL_MOMENT_TEXT_MAX], int64_t moment_us);
size_t civil_print_clock(char out[CIVIL_CLOCK_TEXT_MAX], int64_t clock_us); /* HH:MM:SS */
size_t civil_print_date(char out[CIVIL_DATE_TEXT_MAX], int32_t day);

#endif
