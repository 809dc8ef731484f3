/* test_schedule.c — the next time something is due, against tables and against a naive scan. */

#include "core/base/civil.h"
#include "core/base/schedule.h"
#include "tests/harness.h"

static int64_t moment(const char *text)
{
    char full[CIVIL_MOMENT_TEXT_MAX];
    int64_t us = 0;
    int length = snprintf(full, sizeof full, "%s+08:00", text);
    ck_assert(civil_parse_moment(full, (size_t)length, &us));
    return us;
}

static int64_t next_us(const struct schedule *s, const int64_t *moments, int64_t after_us)
{
    return schedule_next_us(s, moments, CALENDAR_CHINA, after_us);
}

/* --- every ------------------------------------------------------------------ */

/* days: 0 all, 1 working, 2 non-working.  29 and 30 September 2018 are made up, 1 to 7
 * October are off. */
static const struct {
    int64_t every_us;
    const char *start;
    uint8_t days;
    const char *after;
    const char *next;
} every[] = {
    {US_PER_HOUR, "2018-11-11T00:30:00", 0, "2018-11-10T00:00:00", "2018-11-11T01:30:00"},
    {US_PER_HOUR, "2018-11-11T00:30:00", 0, "2018-11-11T00:30:00", "2018-11-11T01:30:00"},
    {US_PER_HOUR, "2018-11-11T00:30:00", 0, "2018-11-11T01:29:59.999999", "2018-11-11T01:30:00"},
    {US_PER_HOUR, "2018-11-11T00:30:00", 0, "2018-11-11T01:30:00", "2018-11-11T02:30:00"},
    {US_PER_HOUR, "2018-11-11T00:30:00", 0, "2018-12-11T01:30:01", "2018-12-11T02:30:00"},
    {7 * US_PER_HOUR, "2018-09-30T00:00:00", 1, "2018-09-30T21:00:00", "2018-10-08T04:00:00"},
    {5 * US_PER_MINUTE, "2018-09-30T00:00:00", 1, "2018-09-30T23:55:00", "2018-10-08T00:00:00"},
    {5 * US_PER_MINUTE, "2018-09-28T00:00:00", 1, "2018-09-28T23:55:00", "2018-09-29T00:00:00"},
    {5 * US_PER_MINUTE, "2018-09-28T00:00:00", 2, "2018-09-28T00:00:00", "2018-10-01T00:00:00"},
    {3 * US_PER_DAY, "2018-09-28T12:00:00", 1, "2018-09-28T12:00:00", "2018-10-10T12:00:00"},
    {US_PER_DAY, "2018-09-30T12:00:00", 2, "2018-10-07T12:00:00", "2018-10-13T12:00:00"},
};

START_TEST(every_so_often_from_its_start_on_its_days)
{
    struct schedule s = {.kind = SCHEDULE_EVERY,
                         .every_us = every[_i].every_us,
                         .start_us = moment(every[_i].start),
                         .days = every[_i].days};
    ck_assert_int_eq(next_us(&s, NULL, moment(every[_i].after)), moment(every[_i].next));
}
END_TEST

START_TEST(where_every_day_is_worked_nothing_is_due_on_days_off)
{
    struct schedule s = {.kind = SCHEDULE_EVERY, .every_us = US_PER_HOUR, .days = 2};
    ck_assert_int_eq(schedule_next_us(&s, NULL, CALENDAR_EVERY_DAY, moment("2018-11-11T00:00:00")),
                     NEVER_US);
    s.days = 1;
    ck_assert_int_eq(schedule_next_us(&s, NULL, CALENDAR_EVERY_DAY, moment("2018-11-11T00:00:00")),
                     moment("2018-11-11T01:00:00"));
}
END_TEST

START_TEST(what_is_never_due_is_never_due)
{
    struct schedule s = {.kind = SCHEDULE_NEVER, .every_us = 1, .count = 9};
    ck_assert_int_eq(next_us(&s, NULL, 0), NEVER_US);
}
END_TEST

START_TEST(an_interval_of_nothing_stops_the_program)
{
    struct schedule s = {.kind = SCHEDULE_EVERY};
    next_us(&s, NULL, 0);
}
END_TEST

/* --- moments ---------------------------------------------------------------- */

/* One moment each, asked from long before; "" where it is due never.  Spring Festival
 * 2019: off 4 to 10 February, 2 and 3 made up. */
static const struct {
    const char *at;
    const char *kept, *skipped, *before, *after;
} moved[] = {
    {"2018-09-28T16:00:00", "2018-09-28T16:00:00", "2018-09-28T16:00:00", "2018-09-28T16:00:00",
     "2018-09-28T16:00:00"},
    {"2018-09-29T16:00:00", "2018-09-29T16:00:00", "2018-09-29T16:00:00", "2018-09-29T16:00:00",
     "2018-09-29T16:00:00"}, /* a make-up Saturday */
    {"2018-10-01T00:00:00", "2018-10-01T00:00:00", "", "2018-09-30T00:00:00",
     "2018-10-08T00:00:00"},
    {"2018-10-04T16:50:00", "2018-10-04T16:50:00", "", "2018-09-30T16:50:00",
     "2018-10-08T16:50:00"},
    {"2018-10-07T23:59:59", "2018-10-07T23:59:59", "", "2018-09-30T23:59:59",
     "2018-10-08T23:59:59"},
    {"2018-10-13T09:00:00", "2018-10-13T09:00:00", "", "2018-10-12T09:00:00",
     "2018-10-15T09:00:00"}, /* a plain weekend */
    {"2019-02-02T09:00:00", "2019-02-02T09:00:00", "2019-02-02T09:00:00", "2019-02-02T09:00:00",
     "2019-02-02T09:00:00"},
    {"2019-02-05T09:00:00", "2019-02-05T09:00:00", "", "2019-02-03T09:00:00",
     "2019-02-11T09:00:00"},
    {"2019-02-10T09:00:00", "2019-02-10T09:00:00", "", "2019-02-03T09:00:00",
     "2019-02-11T09:00:00"},
};

static void must_move(enum on_holiday how, const char *at, const char *want)
{
    int64_t one = moment(at);
    struct schedule s = {.kind = SCHEDULE_MOMENTS, .count = 1, .on_holiday = (uint8_t)how};
    int64_t want_us = want[0] == '\0' ? NEVER_US : moment(want);
    int64_t long_before_us = one - 30 * US_PER_DAY;
    ck_assert_int_eq(next_us(&s, &one, long_before_us), want_us);
    if (want_us == NEVER_US)
        return;
    ck_assert_int_eq(next_us(&s, &one, want_us - 1), want_us);
    ck_assert_int_eq(next_us(&s, &one, want_us), NEVER_US);
}

START_TEST(a_moment_on_a_holiday_is_kept_skipped_or_moved)
{
    must_move(ON_HOLIDAY_KEEP, moved[_i].at, moved[_i].kept);
    must_move(ON_HOLIDAY_SKIP, moved[_i].at, moved[_i].skipped);
    must_move(ON_HOLIDAY_BEFORE, moved[_i].at, moved[_i].before);
    must_move(ON_HOLIDAY_AFTER, moved[_i].at, moved[_i].after);
}
END_TEST

START_TEST(a_whole_holiday_moved_before_it_is_due_once)
{
    int64_t daily[10];
    for (int i = 0; i < 10; i++) /* 29 September to 8 October */
        daily[i] = moment("2018-09-29T16:00:00") + i * US_PER_DAY;
    struct schedule s = {.kind = SCHEDULE_MOMENTS, .count = 10, .on_holiday = ON_HOLIDAY_BEFORE};
    int64_t at_us = next_us(&s, daily, 0);
    ck_assert_int_eq(at_us, moment("2018-09-29T16:00:00"));
    at_us = next_us(&s, daily, at_us);
    ck_assert_int_eq(at_us, moment("2018-09-30T16:00:00"));
    at_us = next_us(&s, daily, at_us);
    ck_assert_int_eq(at_us, moment("2018-10-08T16:00:00"));
    ck_assert_int_eq(next_us(&s, daily, at_us), NEVER_US);
}
END_TEST

/* Moved to the day before, a clock that is earlier comes before one that stays. */
START_TEST(moving_may_change_the_order)
{
    int64_t both[] = {moment("2018-09-30T16:00:00"), moment("2018-10-03T09:00:00")};
    struct schedule s = {.kind = SCHEDULE_MOMENTS, .count = 2, .on_holiday = ON_HOLIDAY_BEFORE};
    ck_assert_int_eq(next_us(&s, both, 0), moment("2018-09-30T09:00:00"));
    ck_assert_int_eq(next_us(&s, both, moment("2018-09-30T09:00:00")), both[0]);
    ck_assert_int_eq(next_us(&s, both, both[0]), NEVER_US);
}
END_TEST

START_TEST(days_are_chosen_after_the_move)
{
    int64_t one = moment("2018-10-03T09:00:00");
    struct schedule s = {.kind = SCHEDULE_MOMENTS, .count = 1};
    s.days = 1;
    ck_assert_int_eq(next_us(&s, &one, 0), NEVER_US);
    s.on_holiday = ON_HOLIDAY_AFTER;
    ck_assert_int_eq(next_us(&s, &one, 0), moment("2018-10-08T09:00:00"));
    s.days = 2;
    ck_assert_int_eq(next_us(&s, &one, 0), NEVER_US);
    s.on_holiday = ON_HOLIDAY_KEEP;
    ck_assert_int_eq(next_us(&s, &one, 0), one);
}
END_TEST

START_TEST(a_schedule_sees_its_own_slice_alone)
{
    int64_t all[] = {10, 20, 30, 40, 50};
    struct schedule s = {.kind = SCHEDULE_MOMENTS, .first = 1, .count = 2};
    ck_assert_int_eq(schedule_next_us(&s, all, CALENDAR_EVERY_DAY, 0), 20);
    ck_assert_int_eq(schedule_next_us(&s, all, CALENDAR_EVERY_DAY, 20), 30);
    ck_assert_int_eq(schedule_next_us(&s, all, CALENDAR_EVERY_DAY, 30), NEVER_US);
    s.count = 0;
    ck_assert_int_eq(schedule_next_us(&s, all, CALENDAR_EVERY_DAY, 0), NEVER_US);
}
END_TEST

/* --- against a naive scan --------------------------------------------------- */

static int64_t naive_place_us(const struct schedule *s, int64_t moment_us)
{
    int32_t day = civil_day(moment_us);
    int32_t step = s->on_holiday == ON_HOLIDAY_AFTER ? 1 : -1;
    bool off = !calendar_working(CALENDAR_CHINA, day);
    if (off && s->on_holiday == ON_HOLIDAY_SKIP)
        return NEVER_US;
    if (off && s->on_holiday != ON_HOLIDAY_KEEP)
        while (!calendar_working(CALENDAR_CHINA, day))
            day += step;
    bool works = calendar_working(CALENDAR_CHINA, day);
    if ((s->days == 1 && !works) || (s->days == 2 && works))
        return NEVER_US;
    return civil_moment_us(day, civil_clock_us(moment_us));
}

static int64_t naive_next_us(const struct schedule *s, const int64_t *moments, int64_t after_us)
{
    int64_t first_us = NEVER_US;
    for (uint32_t i = s->first; i < s->first + s->count; i++) {
        int64_t at_us = naive_place_us(s, moments[i]);
        if (at_us > after_us && at_us < first_us)
            first_us = at_us;
    }
    return first_us;
}

static int by_time(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

START_TEST(the_search_finds_what_a_scan_finds)
{
    enum { MOMENTS = 300 };
    uint64_t stream = 7 + (uint64_t)_i;
    int64_t start_us = moment("2018-01-01T00:00:00");
    int64_t moments[MOMENTS];
    for (int i = 0; i < MOMENTS; i++)
        moments[i] = start_us + (int64_t)draw(&stream, 3 * 365 * 24) * US_PER_HOUR;
    qsort(moments, MOMENTS, sizeof moments[0], by_time);

    for (int i = 0; i < 300; i++) {
        struct schedule s = {.kind = SCHEDULE_MOMENTS,
                             .first = (uint32_t)draw(&stream, MOMENTS / 2),
                             .count = (uint32_t)draw(&stream, MOMENTS / 2),
                             .on_holiday = (uint8_t)draw(&stream, 4),
                             .days = (uint8_t)draw(&stream, 3)};
        int64_t after_us = start_us + (int64_t)draw(&stream, 3 * 365 * 24) * US_PER_HOUR;
        ck_assert_in_loop(next_us(&s, moments, after_us) == naive_next_us(&s, moments, after_us));
    }
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("schedule");
    tcase_add_loop_test(t, every_so_often_from_its_start_on_its_days, 0, COUNT(every));
    tcase_add_test(t, where_every_day_is_worked_nothing_is_due_on_days_off);
    tcase_add_test(t, what_is_never_due_is_never_due);
    tcase_add_test_raise_signal(t, an_interval_of_nothing_stops_the_program, SIGABRT);
    tcase_add_loop_test(t, a_moment_on_a_holiday_is_kept_skipped_or_moved, 0, COUNT(moved));
    tcase_add_test(t, a_whole_holiday_moved_before_it_is_due_once);
    tcase_add_test(t, moving_may_change_the_order);
    tcase_add_test(t, days_are_chosen_after_the_move);
    tcase_add_test(t, a_schedule_sees_its_own_slice_alone);
    tcase_add_loop_test(t, the_search_finds_what_a_scan_finds, 0, 8);
    return run_tests("schedule", t);
}
