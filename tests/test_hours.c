/* test_hours.c — when a service takes orders, and when it will again. */

#include "core/base/civil.h"
#include "core/base/hours.h"
#include "tests/harness.h"

#define CLOCK(h, m) ((h)*US_PER_HOUR + (m)*US_PER_MINUTE)

static int64_t moment(const char *text)
{
    char full[CIVIL_MOMENT_TEXT_MAX];
    int64_t us = 0;
    int length = snprintf(full, sizeof full, "%s+08:00", text);
    ck_assert(civil_parse_moment(full, (size_t)length, &us));
    return us;
}

static const struct hours always = {.kind = HOURS_ALWAYS};
static const struct hours working = {.kind = HOURS_ALWAYS, .working_only = 1};
static const struct hours till_17 = {.kind = HOURS_ALWAYS, .cut_off_us = CLOCK(17, 0)};
static const struct hours large = {.kind = HOURS_LARGE_VALUE};
static const struct hours large_till_16 = {.kind = HOURS_LARGE_VALUE, .cut_off_us = CLOCK(16, 0)};
static const struct hours large_noon = {
    .kind = HOURS_LARGE_VALUE, .from_us = CLOCK(10, 0), .to_us = CLOCK(14, 0)};
static const struct hours large_evening = {.kind = HOURS_LARGE_VALUE,
                                           .from_us = CLOCK(19, 0),
                                           .to_us = CLOCK(17, 30),
                                           .cut_off_us = CLOCK(16, 0)};
static const struct hours large_day = {
    .kind = HOURS_LARGE_VALUE, .from_us = 0, .to_us = CLOCK(24, 0)};
static const struct hours office = {
    .kind = HOURS_CLOCKS, .from_us = CLOCK(9, 0), .to_us = CLOCK(17, 30), .working_only = 1};
static const struct hours night = {
    .kind = HOURS_CLOCKS, .from_us = CLOCK(22, 0), .to_us = CLOCK(6, 0)};
static const struct hours working_night = {
    .kind = HOURS_CLOCKS, .from_us = CLOCK(22, 0), .to_us = CLOCK(6, 0), .working_only = 1};
static const struct hours round_the_clock = {
    .kind = HOURS_CLOCKS, .from_us = CLOCK(9, 0), .to_us = CLOCK(9, 0)};

/* `next`: NULL where it is open at `at`.  2018: Golden Week 1 to 7 October, 29 and 30
 * September made up; 2018-01-20 and 21 a weekend before the longer hours began. */
static const struct {
    const struct hours *hours;
    const char *at;
    const char *next;
} rows[] = {
    {&always, "2018-10-01T03:00:00", NULL},
    {&working, "2018-09-30T23:59:59", NULL}, /* a make-up Sunday */
    {&working, "2018-10-01T00:00:00", "2018-10-08T00:00:00"},
    {&working, "2018-10-07T23:59:59", "2018-10-08T00:00:00"},
    {&till_17, "2018-10-01T16:59:59.999999", NULL},
    {&till_17, "2018-10-01T17:00:00", "2018-10-02T00:00:00"},
    {&large, "2018-01-19T08:29:59", "2018-01-19T08:30:00"},
    {&large, "2018-01-19T16:59:59", NULL},
    {&large, "2018-01-19T17:00:00", "2018-01-21T23:30:00"}, /* the first of the longer hours */
    {&large, "2018-01-12T17:00:00", "2018-01-15T08:30:00"},
    {&large, "2018-01-21T23:29:59", "2018-01-21T23:30:00"},
    {&large, "2018-01-22T17:14:59", NULL},
    {&large, "2018-01-22T17:15:00", "2018-01-22T23:30:00"}, /* nets only is not open */
    {&large, "2018-01-22T23:30:00", NULL},
    {&large, "2018-09-28T23:30:00", NULL}, /* Friday; Saturday 29 is made up */
    {&large, "2018-09-30T17:15:00", "2018-10-07T23:30:00"},
    {&large, "2018-10-03T12:00:00", "2018-10-07T23:30:00"},
    {&large_till_16, "2018-01-22T15:59:59", NULL},
    {&large_till_16, "2018-01-22T16:00:00", "2018-01-22T23:30:00"},
    {&large_till_16, "2018-01-19T16:00:00", "2018-01-21T23:30:00"},
    {&large_till_16, "2018-01-11T16:00:00", "2018-01-12T08:30:00"},
    {&large_till_16, "2018-09-30T16:00:00", "2018-10-07T23:30:00"},
    {&large_noon, "2018-01-19T09:59:59", "2018-01-19T10:00:00"}, /* whatever the date */
    {&large_noon, "2018-01-19T13:59:59", NULL},
    {&large_noon, "2018-01-19T14:00:00", "2018-01-22T10:00:00"},
    {&large_noon, "2018-09-30T14:00:00", "2018-10-08T10:00:00"},
    {&large_evening, "2018-01-18T18:59:59", "2018-01-18T19:00:00"},
    {&large_evening, "2018-01-19T15:59:59", NULL},
    {&large_evening, "2018-01-19T16:00:00", "2018-01-21T19:00:00"}, /* Sunday evening */
    {&large_evening, "2018-09-28T19:00:00", NULL},                  /* Saturday is made up */
    {&large_evening, "2018-09-30T23:00:00", "2018-10-07T19:00:00"},
    {&large_day, "2018-09-30T23:59:59.999999", NULL},
    {&large_day, "2018-10-01T00:00:00", "2018-10-08T00:00:00"},
    {&office, "2018-09-30T08:59:59", "2018-09-30T09:00:00"},
    {&office, "2018-09-30T17:29:59", NULL},
    {&office, "2018-09-30T17:30:00", "2018-10-08T09:00:00"},
    {&night, "2018-10-01T05:59:59", NULL},
    {&night, "2018-10-01T06:00:00", "2018-10-01T22:00:00"},
    {&night, "2018-10-01T22:00:00", NULL},
    {&working_night, "2018-09-30T23:59:59", NULL},
    {&working_night, "2018-10-01T00:00:00", "2018-10-08T00:00:00"},
    {&working_night, "2018-10-08T06:00:00", "2018-10-08T22:00:00"},
    {&round_the_clock, "2018-10-01T08:59:59", NULL},
};

START_TEST(hours_are_open_or_open_next_when_the_table_says)
{
    int64_t at_us = moment(rows[_i].at);
    bool open = rows[_i].next == NULL;
    ck_assert_int_eq(hours_open(rows[_i].hours, CALENDAR_CHINA, at_us), open);
    int64_t want_us = open ? at_us : moment(rows[_i].next);
    ck_assert_int_eq(hours_next_us(rows[_i].hours, CALENDAR_CHINA, at_us), want_us);
}
END_TEST

/* Whatever the hours, from every minute of three weeks with a holiday in them. */
START_TEST(the_next_opening_is_the_first_minute_that_is_open)
{
    static const struct hours *const all[] = {
        &always, &working,       &till_17,         &large,      &large_till_16, &office,
        &night,  &working_night, &round_the_clock, &large_noon, &large_evening, &large_day};
    const struct hours *h = all[_i];
    int64_t next_us = NEVER_US;
    int64_t end_us = moment("2018-10-15T12:00:00");
    for (int64_t at_us = end_us; at_us >= moment("2018-09-26T00:00:00"); at_us -= US_PER_MINUTE) {
        if (hours_open(h, CALENDAR_CHINA, at_us))
            next_us = at_us;
        if (next_us != NEVER_US)
            ck_assert_in_loop(hours_next_us(h, CALENDAR_CHINA, at_us) == next_us);
    }
    ck_assert_int_ne(next_us, NEVER_US);
}
END_TEST

START_TEST(a_cut_off_before_the_hours_begin_leaves_nothing)
{
    struct hours none = office;
    none.cut_off_us = CLOCK(8, 0);
    ck_assert_int_eq(hours_next_us(&none, CALENDAR_CHINA, moment("2018-10-08T07:00:00")), NEVER_US);
}
END_TEST

START_TEST(with_every_day_a_working_day_no_holiday_closes)
{
    ck_assert(hours_open(&office, CALENDAR_EVERY_DAY, moment("2018-10-01T09:00:00")));
    ck_assert(hours_open(&large, CALENDAR_EVERY_DAY, moment("2018-10-06T23:45:00")));
    ck_assert_int_eq(hours_next_us(&office, CALENDAR_EVERY_DAY, moment("2040-10-01T18:00:00")),
                     moment("2040-10-02T09:00:00"));
}
END_TEST

START_TEST(behind_the_last_day_of_the_calendar_nothing_opens)
{
    ck_assert_int_eq(hours_next_us(&office, CALENDAR_CHINA, moment("2026-12-31T18:00:00")),
                     NEVER_US);
}
END_TEST

START_TEST(large_value_hours_end_by_date_or_at_their_own_clock)
{
    int32_t day = civil_day(moment("2018-01-22T00:00:00"));
    ck_assert_int_eq(hours_large_value_end_us(&large_till_16, day - 1), CLOCK(17, 0));
    ck_assert_int_eq(hours_large_value_end_us(&large_till_16, day), CLOCK(17, 15));
    ck_assert_int_eq(hours_large_value_end_us(&large_noon, day), CLOCK(14, 0));
    ck_assert_int_eq(hours_large_value_end_us(&large_evening, day), CLOCK(17, 30));
}
END_TEST

START_TEST(other_hours_have_no_large_value_end)
{
    hours_large_value_end_us(&office, 0);
}
END_TEST

START_TEST(unlisted_hours_stop_the_program)
{
    struct hours h = {.kind = HOURS_CLOCKS + 1};
    hours_open(&h, CALENDAR_EVERY_DAY, 0);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("hours");
    tcase_add_loop_test(t, hours_are_open_or_open_next_when_the_table_says, 0, COUNT(rows));
    tcase_add_loop_test(t, the_next_opening_is_the_first_minute_that_is_open, 0, 12);
    tcase_add_test(t, large_value_hours_end_by_date_or_at_their_own_clock);
    tcase_add_test_raise_signal(t, other_hours_have_no_large_value_end, SIGABRT);
    tcase_add_test(t, a_cut_off_before_the_hours_begin_leaves_nothing);
    tcase_add_test(t, with_every_day_a_working_day_no_holiday_closes);
    tcase_add_test(t, behind_the_last_day_of_the_calendar_nothing_opens);
    tcase_add_test_raise_signal(t, unlisted_hours_stop_the_program, SIGABRT);
    return run_tests("hours", t);
}
