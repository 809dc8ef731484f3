/* test_calendar.c — which days work, and when the large-value system takes payments. */

#include "core/base/calendar.h"
#include "core/base/civil.h"
#include "tests/harness.h"

/* 2018, 211 is 2018-02-11. */
static int32_t on(int32_t year, int32_t month_day)
{
    return civil_day_of((struct civil_date){
        .year = year,
        .month = month_day / 100,
        .day = month_day % 100,
    });
}

static bool works(int32_t year, int32_t month_day)
{
    return calendar_working(CALENDAR_CHINA, on(year, month_day));
}

/* Weekends that are worked, 2018 to 2020: all of them. */
static const struct {
    int32_t year;
    int32_t month_day;
} make_up_days[] = {
    {2018, 211}, {2018, 224}, {2018, 408}, {2018, 428}, {2018, 929},  {2018, 930},  {2018, 1229},
    {2019, 202}, {2019, 203}, {2019, 428}, {2019, 505}, {2019, 929},  {2019, 1012}, {2020, 119},
    {2020, 426}, {2020, 509}, {2020, 628}, {2020, 927}, {2020, 1010},
};

START_TEST(a_make_up_day_works_although_it_is_a_weekend)
{
    int32_t day = on(make_up_days[_i].year, make_up_days[_i].month_day);
    ck_assert_int_ge(civil_weekday(day), 5);
    ck_assert(calendar_working(CALENDAR_CHINA, day));
}
END_TEST

START_TEST(no_other_weekend_works)
{
    int worked = 0;
    for (int32_t day = on(2018, 101); day <= on(2020, 1231); day++)
        worked += civil_weekday(day) >= 5 && calendar_working(CALENDAR_CHINA, day);
    ck_assert_int_eq(worked, COUNT(make_up_days));
}
END_TEST

/* First and last day of a holiday, and whether the days on either side work. */
static const struct {
    int32_t year;
    int32_t first;
    int32_t last;
    bool before;
    bool after;
} holidays[] = {
    {2011, 202, 208, true, true},  /* Spring Festival */
    {2012, 930, 1007, true, true}, /* with the Mid-Autumn Festival */
    {2015, 903, 905, true, true},  /* once only */
    {2018, 215, 221, true, true},   {2018, 1230, 1231, true, false}, /* goes on into 2019 */
    {2019, 204, 210, true, true},   {2019, 1001, 1007, true, true},  /* Golden Week */
    {2020, 124, 202, true, true}, /* made longer by notice: 02-03 worked */
    {2020, 1001, 1008, true, true},
};

START_TEST(no_day_of_a_holiday_works)
{
    int32_t first = on(holidays[_i].year, holidays[_i].first);
    int32_t last = on(holidays[_i].year, holidays[_i].last);
    for (int32_t day = first; day <= last; day++)
        ck_assert(!calendar_working(CALENDAR_CHINA, day));
    ck_assert_int_eq(calendar_working(CALENDAR_CHINA, first - 1), holidays[_i].before);
    ck_assert_int_eq(calendar_working(CALENDAR_CHINA, last + 1), holidays[_i].after);
}
END_TEST

START_TEST(weekends_give_way_around_spring_festival_2011)
{
    ck_assert(works(2011, 130)); /* a Sunday */
    ck_assert(works(2011, 201));
    ck_assert(!works(2011, 202)); /* New Year's Eve */
    ck_assert(!works(2011, 208));
    ck_assert(works(2011, 209));
    ck_assert(works(2011, 212)); /* a Saturday */
    ck_assert(!works(2011, 129));
    ck_assert(!works(2011, 213));
}
END_TEST

START_TEST(weekends_give_way_around_golden_week_2019)
{
    ck_assert(!works(2019, 928));
    ck_assert(works(2019, 929)); /* a Sunday */
    ck_assert(works(2019, 930));
    ck_assert(!works(2019, 1001));
    ck_assert(!works(2019, 1007));
    ck_assert(works(2019, 1008));
    ck_assert(works(2019, 1012)); /* a Saturday */
    ck_assert(!works(2019, 1013));
}
END_TEST

/* A make-up day takes back a weekday that was given, so a year's working days
 * are its weekdays less the days the law grants: 11, and 13 from 2025. */
static const struct {
    int32_t year;
    int granted;
} years[] = {
    {2010, 11}, {2011, 10},                                     /* 2011-12-31 was worked for 2012 */
    {2012, 12}, {2013, 11}, {2014, 11}, {2015, 12},             /* 2015-09-03 */
    {2016, 11}, {2017, 11}, {2018, 11}, {2019, 11}, {2020, 13}, /* two more by notice */
    {2021, 11}, {2022, 11}, {2023, 11}, {2024, 11}, {2025, 13}, {2026, 13},
};

START_TEST(a_year_has_the_free_days_that_the_law_grants)
{
    int granted = 0;
    for (int32_t day = on(years[_i].year, 101); day <= on(years[_i].year, 1231); day++)
        granted += (civil_weekday(day) < 5) - calendar_working(CALENDAR_CHINA, day);
    ck_assert_int_eq(granted, years[_i].granted);
}
END_TEST

START_TEST(without_holidays_every_day_works)
{
    ck_assert(calendar_working(CALENDAR_EVERY_DAY, on(2019, 1001)));
    ck_assert(calendar_working(CALENDAR_EVERY_DAY, on(2019, 1005)));
    ck_assert(calendar_working(CALENDAR_EVERY_DAY, on(2050, 101)));
    ck_assert_int_eq(calendar_next_working_day(CALENDAR_EVERY_DAY, 100), 101);
}
END_TEST

START_TEST(only_years_with_notices_are_covered)
{
    ck_assert(!calendar_covers(CALENDAR_CHINA, on(2009, 1231)));
    ck_assert(calendar_covers(CALENDAR_CHINA, on(2010, 101)));
    ck_assert(calendar_covers(CALENDAR_CHINA, on(2026, 1231)));
    ck_assert(!calendar_covers(CALENDAR_CHINA, on(2027, 101)));
    ck_assert(calendar_covers(CALENDAR_EVERY_DAY, on(1970, 101)));
    ck_assert(calendar_covers(CALENDAR_EVERY_DAY, on(9999, 1231)));
}
END_TEST

START_TEST(asking_about_a_day_before_the_notices_stops_the_program)
{
    works(2009, 1231);
}
END_TEST

START_TEST(asking_about_a_day_after_the_notices_stops_the_program)
{
    works(2027, 101);
}
END_TEST

static const struct {
    int32_t year;
    int32_t month_day;
    int32_t want_year;
    int32_t want;
} next_days[] = {
    {2019, 304, 2019, 305},                            /* Monday to Tuesday */
    {2019, 301, 2019, 304},                            /* Friday to Monday */
    {2019, 302, 2019, 304},   {2019, 928, 2019, 929},  /* Saturday to a worked Sunday */
    {2019, 930, 2019, 1008},                           /* over Golden Week */
    {2019, 1004, 2019, 1008},                          /* out of its middle */
    {2019, 1011, 2019, 1012},                          /* Friday to a worked Saturday */
    {2018, 1228, 2018, 1229}, {2018, 1229, 2019, 102}, /* over New Year */
    {2011, 201, 2011, 209},   {2020, 123, 2020, 203},
};

START_TEST(the_next_working_day_lies_behind_the_holiday)
{
    ck_assert_int_eq(
        calendar_next_working_day(CALENDAR_CHINA, on(next_days[_i].year, next_days[_i].month_day)),
        on(next_days[_i].want_year, next_days[_i].want));
}
END_TEST

/* The last microsecond before hh:mm is written hh, mm, -1. */
static const struct {
    int32_t year;
    int32_t month_day;
    int32_t hour;
    int32_t minute;
    int32_t plus_us;
    enum large_value want;
} hours[] = {
    {2011, 130, 12, 0, 0, LARGE_VALUE_OPEN}, /* a worked Sunday */
    {2011, 204, 12, 0, 0, LARGE_VALUE_CLOSED},
    {2018, 119, 0, 0, 0, LARGE_VALUE_CLOSED}, /* the last Friday of the old hours */
    {2018, 119, 8, 30, -1, LARGE_VALUE_CLOSED},
    {2018, 119, 8, 30, 0, LARGE_VALUE_OPEN},
    {2018, 119, 17, 0, -1, LARGE_VALUE_OPEN},
    {2018, 119, 17, 0, 0, LARGE_VALUE_CLOSED},
    {2018, 119, 17, 15, 0, LARGE_VALUE_CLOSED}, /* no window for nets yet */
    {2018, 118, 23, 30, 0, LARGE_VALUE_CLOSED}, /* no night hours yet */
    {2018, 120, 12, 0, 0, LARGE_VALUE_CLOSED},
    {2018, 121, 12, 0, 0, LARGE_VALUE_CLOSED},
    {2018, 121, 23, 30, -1, LARGE_VALUE_CLOSED},
    {2018, 121, 23, 30, 0, LARGE_VALUE_OPEN}, /* for the 22nd, the first of the new hours */
    {2018, 122, 0, 0, 0, LARGE_VALUE_OPEN},
    {2018, 122, 8, 30, -1, LARGE_VALUE_OPEN},
    {2018, 122, 17, 15, -1, LARGE_VALUE_OPEN},
    {2018, 122, 17, 15, 0, LARGE_VALUE_NETS_ONLY},
    {2018, 122, 20, 30, -1, LARGE_VALUE_NETS_ONLY},
    {2018, 122, 20, 30, 0, LARGE_VALUE_CLOSED},
    {2018, 122, 23, 30, -1, LARGE_VALUE_CLOSED},
    {2018, 122, 23, 30, 0, LARGE_VALUE_OPEN},
    {2018, 126, 23, 30, 0, LARGE_VALUE_CLOSED}, /* Friday night: Saturday does not work */
    {2018, 127, 12, 0, 0, LARGE_VALUE_CLOSED},
    {2018, 127, 18, 0, 0, LARGE_VALUE_CLOSED},
    {2018, 210, 23, 30, 0, LARGE_VALUE_OPEN}, /* Saturday night before a worked Sunday */
    {2018, 211, 17, 15, 0, LARGE_VALUE_NETS_ONLY},
    {2018, 214, 23, 30, 0, LARGE_VALUE_CLOSED}, /* the eve of Spring Festival */
    {2018, 221, 23, 30, -1, LARGE_VALUE_CLOSED},
    {2018, 221, 23, 30, 0, LARGE_VALUE_OPEN}, /* its last night */
};

static int64_t moment_of(int i)
{
    return civil_moment_us(on(hours[i].year, hours[i].month_day),
                           hours[i].hour * US_PER_HOUR + hours[i].minute * US_PER_MINUTE +
                               hours[i].plus_us);
}

START_TEST(the_large_value_system_keeps_its_hours)
{
    ck_assert_int_eq(calendar_large_value(CALENDAR_CHINA, moment_of(_i)), hours[_i].want);
}
END_TEST

START_TEST(without_holidays_it_opens_every_day)
{
    int32_t saturday = on(2018, 127);
    int64_t noon_us = 12 * US_PER_HOUR;
    ck_assert_int_eq(calendar_large_value(CALENDAR_EVERY_DAY, civil_moment_us(saturday, noon_us)),
                     LARGE_VALUE_OPEN);
    ck_assert_int_eq(
        calendar_large_value(CALENDAR_EVERY_DAY, civil_moment_us(saturday, US_PER_DAY - 1)),
        LARGE_VALUE_OPEN);
    ck_assert_int_eq(
        calendar_large_value(CALENDAR_EVERY_DAY, civil_moment_us(on(2017, 101), noon_us)),
        LARGE_VALUE_OPEN);
}
END_TEST

static const struct {
    int32_t year;
    int32_t month_day;
    int32_t want_month_day;
} settlements[] = {
    {2019, 304, 305}, /* Monday's session on Tuesday */
    {2019, 301, 304}, /* Friday's, Saturday's and Sunday's on Monday */
    {2019, 302, 304},   {2019, 303, 304},
    {2019, 930, 1008}, /* all of Golden Week's when it is over */
    {2019, 1003, 1008}, {2019, 1007, 1008},
    {2018, 210, 211}, /* on a worked Sunday */
};

START_TEST(a_session_settles_on_the_next_working_day)
{
    int64_t clock_us = 10 * US_PER_HOUR;
    int64_t at_us = calendar_settles_us(
        CALENDAR_CHINA, on(settlements[_i].year, settlements[_i].month_day), clock_us);
    ck_assert_int_eq(
        at_us, civil_moment_us(on(settlements[_i].year, settlements[_i].want_month_day), clock_us));
    ck_assert_int_eq(calendar_large_value(CALENDAR_CHINA, at_us), LARGE_VALUE_OPEN);
}
END_TEST

START_TEST(every_settlement_falls_into_the_systems_hours)
{
    static const int64_t clocks_us[] = {0,
                                        10 * US_PER_HOUR,
                                        16 * US_PER_HOUR,
                                        18 * US_PER_HOUR,
                                        20 * US_PER_HOUR,
                                        23 * US_PER_HOUR};
    for (int32_t day = on(2017, 701); day < on(2020, 1231); day++) {
        for (int i = 0; i < COUNT(clocks_us); i++) {
            int64_t at_us = calendar_settles_us(CALENDAR_CHINA, day, clocks_us[i]);
            bool takes_nets = calendar_large_value(CALENDAR_CHINA, at_us) != LARGE_VALUE_CLOSED;
            ck_assert_in_loop(civil_day(at_us) > day);
            ck_assert_in_loop(calendar_can_settle(civil_day(at_us), clocks_us[i]) == takes_nets);
        }
    }
}
END_TEST

static const struct {
    int32_t month_day; /* of 2018 */
    int32_t hour;
    int32_t minute;
    bool want;
} settle_clocks[] = {
    {119, 8, 29, false},  {119, 8, 30, true},
    {119, 16, 59, true},  {119, 17, 0, false},
    {119, 18, 0, false},  {119, 0, 0, false},
    {122, 0, 0, true},    {122, 17, 15, true},
    {122, 20, 29, true},  {122, 20, 30, false},
    {122, 23, 29, false}, {127, 10, 0, true}, /* a Saturday: only the era counts */
};

START_TEST(the_clock_of_a_settlement_must_suit_the_era)
{
    ck_assert_int_eq(calendar_can_settle(on(2018, settle_clocks[_i].month_day),
                                         settle_clocks[_i].hour * US_PER_HOUR +
                                             settle_clocks[_i].minute * US_PER_MINUTE),
                     settle_clocks[_i].want);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("calendar");
    tcase_add_loop_test(t, a_make_up_day_works_although_it_is_a_weekend, 0, COUNT(make_up_days));
    tcase_add_test(t, no_other_weekend_works);
    tcase_add_loop_test(t, no_day_of_a_holiday_works, 0, COUNT(holidays));
    tcase_add_test(t, weekends_give_way_around_spring_festival_2011);
    tcase_add_test(t, weekends_give_way_around_golden_week_2019);
    tcase_add_loop_test(t, a_year_has_the_free_days_that_the_law_grants, 0, COUNT(years));
    tcase_add_test(t, without_holidays_every_day_works);
    tcase_add_test(t, only_years_with_notices_are_covered);
    tcase_add_test_raise_signal(t, asking_about_a_day_before_the_notices_stops_the_program,
                                SIGABRT);
    tcase_add_test_raise_signal(t, asking_about_a_day_after_the_notices_stops_the_program, SIGABRT);
    tcase_add_loop_test(t, the_next_working_day_lies_behind_the_holiday, 0, COUNT(next_days));
    tcase_add_loop_test(t, the_large_value_system_keeps_its_hours, 0, COUNT(hours));
    tcase_add_test(t, without_holidays_it_opens_every_day);
    tcase_add_loop_test(t, a_session_settles_on_the_next_working_day, 0, COUNT(settlements));
    tcase_add_test(t, every_settlement_falls_into_the_systems_hours);
    tcase_add_loop_test(t, the_clock_of_a_settlement_must_suit_the_era, 0, COUNT(settle_clocks));
    return run_tests("calendar", t);
}
