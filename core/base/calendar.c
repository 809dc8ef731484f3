/* calendar.c — see calendar.h. */

#include "core/base/calendar.h"

#include <stddef.h>

#include "core/base/civil.h"
#include "core/base/must.h"

enum { FIRST_YEAR = 2010, LAST_YEAR = 2026, YEARS = LAST_YEAR - FIRST_YEAR + 1, PER_YEAR = 24 };

/* One row a year: Mondays to Fridays that are off, then Saturdays and Sundays
 * that are worked; each as month x 100 + day, the rest of a row zero. */
static const struct {
    int16_t off[PER_YEAR];
    int16_t worked[PER_YEAR];
} years[YEARS] = {
    /* clang-format off */
    {{101, 215, 216, 217, 218, 219, 405, 503, 614, 615, 616, 922, 923, 924, 1001, 1004,
     1005, 1006, 1007}, {220, 221, 612, 613, 919, 925, 926, 1009}}, /* 2010 */
    {{103, 202, 203, 204, 207, 208, 404, 405, 502, 606, 912, 1003, 1004, 1005, 1006, 1007},
     {130, 212, 402, 1008, 1009, 1231}}, /* 2011 */
    {{102, 103, 123, 124, 125, 126, 127, 402, 403, 404, 430, 501, 622, 1001, 1002, 1003,
     1004, 1005}, {121, 129, 331, 401, 428, 929}}, /* 2012 */
    {{101, 102, 103, 211, 212, 213, 214, 215, 404, 405, 429, 430, 501, 610, 611, 612, 919,
     920, 1001, 1002, 1003, 1004, 1007}, {105, 106, 216, 217, 407, 427, 428, 608, 609, 922,
     929, 1012}}, /* 2013 */
    {{101, 131, 203, 204, 205, 206, 407, 501, 502, 602, 908, 1001, 1002, 1003, 1006, 1007},
     {126, 208, 504, 928, 1011}}, /* 2014 */
    {{101, 102, 218, 219, 220, 223, 224, 406, 501, 622, 903, 904, 1001, 1002, 1005, 1006,
     1007}, {104, 215, 228, 906, 1010}}, /* 2015 */
    {{101, 208, 209, 210, 211, 212, 404, 502, 609, 610, 915, 916, 1003, 1004, 1005, 1006,
     1007}, {206, 214, 612, 918, 1008, 1009}}, /* 2016 */
    {{102, 127, 130, 131, 201, 202, 403, 404, 501, 529, 530, 1002, 1003, 1004, 1005, 1006},
     {122, 204, 401, 527, 930}}, /* 2017 */
    {{101, 215, 216, 219, 220, 221, 405, 406, 430, 501, 618, 924, 1001, 1002, 1003, 1004,
     1005, 1231}, {211, 224, 408, 428, 929, 930, 1229}}, /* 2018 */
    {{101, 204, 205, 206, 207, 208, 405, 501, 502, 503, 607, 913, 1001, 1002, 1003, 1004,
     1007}, {202, 203, 428, 505, 929, 1012}}, /* 2019 */
    {{101, 124, 127, 128, 129, 130, 131, 406, 501, 504, 505, 625, 626, 1001, 1002, 1005,
     1006, 1007, 1008}, {119, 426, 509, 628, 927, 1010}}, /* 2020 */
    {{101, 211, 212, 215, 216, 217, 405, 503, 504, 505, 614, 920, 921, 1001, 1004, 1005,
     1006, 1007}, {207, 220, 425, 508, 918, 926, 1009}}, /* 2021 */
    {{103, 131, 201, 202, 203, 204, 404, 405, 502, 503, 504, 603, 912, 1003, 1004, 1005,
     1006, 1007}, {129, 130, 402, 424, 507, 1008, 1009}}, /* 2022 */
    {{102, 123, 124, 125, 126, 127, 405, 501, 502, 503, 622, 623, 929, 1002, 1003, 1004,
     1005, 1006}, {128, 129, 423, 506, 625, 1007, 1008}}, /* 2023 */
    {{101, 212, 213, 214, 215, 216, 404, 405, 501, 502, 503, 610, 916, 917, 1001, 1002,
     1003, 1004, 1007}, {204, 218, 407, 428, 511, 914, 929, 1012}}, /* 2024 */
    {{101, 128, 129, 130, 131, 203, 204, 404, 501, 502, 505, 602, 1001, 1002, 1003, 1006,
     1007, 1008}, {126, 208, 427, 928, 1011}}, /* 2025 */
    {{101, 102, 216, 217, 218, 219, 220, 223, 406, 501, 504, 505, 619, 925, 1001, 1002,
     1005, 1006, 1007}, {104, 214, 228, 509, 920, 1010}}, /* 2026 */
    /* clang-format on */
};

#define LARGE_VALUE_21_HOURS_DAY 17553 /* 2018-01-22 */

static bool listed(const int16_t list[PER_YEAR], int32_t month_day)
{
    for (size_t i = 0; i < PER_YEAR && list[i] != 0; i++)
        if (list[i] == month_day)
            return true;
    return false;
}

bool calendar_covers(enum calendar calendar, int32_t day)
{
    if (calendar == CALENDAR_EVERY_DAY)
        return true;
    int32_t year = civil_date_of(day).year;
    return year >= FIRST_YEAR && year <= LAST_YEAR;
}

bool calendar_working(enum calendar calendar, int32_t day)
{
    if (calendar == CALENDAR_EVERY_DAY)
        return true;
    struct civil_date date = civil_date_of(day);
    MUST(calendar_covers(calendar, day));
    int32_t month_day = date.month * 100 + date.day;
    if (civil_weekday(day) < 5)
        return !listed(years[date.year - FIRST_YEAR].off, month_day);
    return listed(years[date.year - FIRST_YEAR].worked, month_day);
}

int32_t calendar_next_working_day(enum calendar calendar, int32_t day)
{
    do
        day++;
    while (!calendar_working(calendar, day));
    return day;
}

enum large_value calendar_large_value(enum calendar calendar, int64_t moment_us)
{
    int32_t day = civil_day(moment_us);
    int64_t clock_us = civil_clock_us(moment_us);

    if (day < LARGE_VALUE_21_HOURS_DAY - 1 ||
        (day == LARGE_VALUE_21_HOURS_DAY - 1 && clock_us < 23 * US_PER_HOUR + 30 * US_PER_MINUTE)) {
        bool open = calendar_working(calendar, day) &&
                    clock_us >= 8 * US_PER_HOUR + 30 * US_PER_MINUTE && clock_us < 17 * US_PER_HOUR;
        return open ? LARGE_VALUE_OPEN : LARGE_VALUE_CLOSED;
    }
    if (clock_us >= 23 * US_PER_HOUR + 30 * US_PER_MINUTE)
        return calendar_working(calendar, day + 1) ? LARGE_VALUE_OPEN : LARGE_VALUE_CLOSED;
    if (!calendar_working(calendar, day) || clock_us >= 20 * US_PER_HOUR + 30 * US_PER_MINUTE)
        return LARGE_VALUE_CLOSED;
    return clock_us < 17 * US_PER_HOUR + 15 * US_PER_MINUTE ? LARGE_VALUE_OPEN
                                                            : LARGE_VALUE_NETS_ONLY;
}

int64_t calendar_cut_off_us(int32_t day)
{
    return day < LARGE_VALUE_21_HOURS_DAY ? 17 * US_PER_HOUR
                                          : 17 * US_PER_HOUR + 15 * US_PER_MINUTE;
}

int64_t calendar_settles_us(enum calendar calendar, int32_t day, int64_t clock_us)
{
    return civil_moment_us(calendar_next_working_day(calendar, day), clock_us);
}

bool calendar_can_settle(int32_t day, int64_t clock_us)
{
    /* Every day of CALENDAR_EVERY_DAY works, so only the clock is judged. */
    return calendar_large_value(CALENDAR_EVERY_DAY, civil_moment_us(day, clock_us)) !=
           LARGE_VALUE_CLOSED;
}
