/* test_window.c — when something holds, at every edge; and what comes next. */

#include "core/base/civil.h"
#include "core/base/window.h"
#include "tests/harness.h"

/* September 2018: Friday the 28th; 29 and 30 are working days at a weekend,
 * 1 to 7 October (here 31 to 37) a holiday. */
static int32_t day_of(int day)
{
    return civil_day_of((struct civil_date){2018, 9, 1}) + day - 1;
}

static int64_t at(int day, int hour, int minute)
{
    return civil_moment_us(day_of(day), hour * US_PER_HOUR + minute * US_PER_MINUTE);
}

static struct window daily(int from_hour, int to_hour, enum window_days days)
{
    return (struct window){.kind = WINDOW_DAILY,
                           .days = (uint8_t)days,
                           .from_us = from_hour * US_PER_HOUR,
                           .to_us = to_hour * US_PER_HOUR};
}

static bool holds(struct window w, int64_t moment_us)
{
    return window_holds(&w, CALENDAR_CHINA, moment_us);
}

START_TEST(a_window_without_edges_always_holds)
{
    struct window w = {.kind = WINDOW_ALWAYS};
    ck_assert(holds(w, INT64_MIN));
    ck_assert(holds(w, 0));
    ck_assert(holds(w, INT64_MAX));
}
END_TEST

START_TEST(a_window_between_two_moments_is_half_open)
{
    struct window w = {.kind = WINDOW_ONCE, .from_us = at(28, 9, 0), .to_us = at(29, 8, 0)};
    ck_assert(!holds(w, at(28, 9, 0) - 1));
    ck_assert(holds(w, at(28, 9, 0)));
    ck_assert(holds(w, at(29, 8, 0) - 1));
    ck_assert(!holds(w, at(29, 8, 0)));
    ck_assert(!holds(w, at(29, 9, 0))); /* not again */
    w.to_us = w.from_us;
    ck_assert(!holds(w, w.from_us)); /* empty */
}
END_TEST

static const struct {
    int from;
    int to;
    enum window_days days;
    int day;
    int hour;
    bool first; /* at that hour, and one microsecond before it */
    bool before;
} clocks[] = {
    {9, 17, DAYS_ALL, 28, 9, true, false},
    {9, 17, DAYS_ALL, 28, 17, false, true},
    {9, 17, DAYS_ALL, 32, 12, true, true},
    {0, 24, DAYS_ALL, 28, 0, true, true},
    {0, 24, DAYS_ALL, 28, 13, true, true},
    /* past midnight */
    {22, 2, DAYS_ALL, 28, 22, true, false},
    {22, 2, DAYS_ALL, 29, 0, true, true},
    {22, 2, DAYS_ALL, 29, 2, false, true},
    {22, 2, DAYS_ALL, 29, 12, false, false},
    /* from and to alike: a whole day */
    {5, 5, DAYS_ALL, 28, 5, true, true},
    {5, 5, DAYS_ALL, 28, 20, true, true},
    /* working days, with the make-up days and the holiday */
    {9, 17, DAYS_WORKING, 29, 9, true, false},
    {9, 17, DAYS_WORKING, 30, 9, true, false},
    {9, 17, DAYS_WORKING, 31, 9, false, false},
    {9, 17, DAYS_WORKING, 38, 9, true, false},
    {9, 17, DAYS_NON_WORKING, 29, 9, false, false},
    {9, 17, DAYS_NON_WORKING, 31, 9, true, false},
    {9, 17, DAYS_NON_WORKING, 37, 9, true, false},
    {9, 17, DAYS_NON_WORKING, 38, 9, false, false},
    /* it belongs to the day on which it starts */
    {22, 2, DAYS_WORKING, 31, 1, true, true},   /* began on the 30th */
    {22, 2, DAYS_WORKING, 32, 1, false, false}, /* began on a holiday */
    {22, 2, DAYS_NON_WORKING, 38, 1, true, true},
    {22, 2, DAYS_NON_WORKING, 38, 22, false, false},
    {5, 5, DAYS_WORKING, 31, 4, true, true},
    {5, 5, DAYS_WORKING, 31, 5, false, true},
};

START_TEST(a_daily_window_holds_on_the_days_on_which_it_starts)
{
    struct window w = daily(clocks[_i].from, clocks[_i].to, clocks[_i].days);
    int64_t moment_us = at(clocks[_i].day, clocks[_i].hour, 0);
    ck_assert_int_eq(holds(w, moment_us), clocks[_i].first);
    ck_assert_int_eq(holds(w, moment_us - 1), clocks[_i].before);
}
END_TEST

START_TEST(listed_dates_are_those_and_no_others)
{
    struct window w = daily(22, 2, DAYS_LISTED);
    w.dates[0] = day_of(28);
    w.dates[1] = day_of(31);
    w.date_count = 2;
    ck_assert(holds(w, at(28, 23, 0)));
    ck_assert(holds(w, at(29, 1, 59)));
    ck_assert(!holds(w, at(29, 22, 0)));
    ck_assert(holds(w, at(31, 22, 0)));
    w.date_count = 1;
    ck_assert(!holds(w, at(31, 22, 0)));
}
END_TEST

START_TEST(days_that_the_calendar_does_not_know_are_neither)
{
    int64_t far_us = civil_moment_us(civil_day_of((struct civil_date){2031, 1, 6}), 0);
    ck_assert(!holds(daily(0, 24, DAYS_WORKING), far_us + US_PER_DAY / 2));
    ck_assert(!holds(daily(0, 24, DAYS_NON_WORKING), far_us + US_PER_DAY / 2));
    ck_assert(holds(daily(0, 24, DAYS_ALL), far_us));
}
END_TEST

START_TEST(without_holidays_every_day_is_a_working_day)
{
    struct window w = daily(9, 17, DAYS_WORKING);
    ck_assert(window_holds(&w, CALENDAR_EVERY_DAY, at(32, 9, 0)));
    w.days = DAYS_NON_WORKING;
    ck_assert(!window_holds(&w, CALENDAR_EVERY_DAY, at(32, 9, 0)));
}
END_TEST

/* --- the next stretch ------------------------------------------------------------- */

static const struct {
    int from;
    int to;
    enum window_days days;
    int day; /* seen from here */
    int hour;
    int limit_day; /* 00:00 of that day */
    bool some;
    int start_day;
    int start_hour;
} nexts[] = {
    {9, 17, DAYS_ALL, 28, 8, 40, true, 28, 9},
    {9, 17, DAYS_ALL, 28, 9, 40, true, 28, 9},  /* in it */
    {9, 17, DAYS_ALL, 28, 17, 40, true, 29, 9}, /* just over */
    {9, 17, DAYS_ALL, 28, 17, 29, false, 0, 0}, /* starts after the limit */
    {22, 2, DAYS_ALL, 29, 1, 40, true, 28, 22}, /* last night's is still on */
    {22, 2, DAYS_ALL, 29, 2, 40, true, 29, 22},
    {9, 17, DAYS_WORKING, 30, 17, 40, true, 38, 9}, /* over the holiday */
    {9, 17, DAYS_WORKING, 30, 17, 38, false, 0, 0},
    {9, 17, DAYS_NON_WORKING, 28, 9, 40, true, 31, 9},
    {22, 2, DAYS_WORKING, 31, 1, 40, true, 30, 22},
    {22, 2, DAYS_WORKING, 31, 2, 40, true, 38, 22},
};

START_TEST(the_next_stretch_is_found_whole)
{
    struct window w = daily(nexts[_i].from, nexts[_i].to, nexts[_i].days);
    int64_t from_us = -1;
    int64_t to_us = -1;
    ck_assert_int_eq(window_next(&w, CALENDAR_CHINA, at(nexts[_i].day, nexts[_i].hour, 0),
                                 at(nexts[_i].limit_day, 0, 0), &from_us, &to_us),
                     nexts[_i].some);
    if (!nexts[_i].some)
        return;
    ck_assert_int_eq(from_us, at(nexts[_i].start_day, nexts[_i].start_hour, 0));
    ck_assert_int_eq(to_us - from_us, ((nexts[_i].to - nexts[_i].from + 24) % 24) * US_PER_HOUR);
}
END_TEST

START_TEST(a_window_of_two_moments_is_next_until_it_ends)
{
    struct window w = {.kind = WINDOW_ONCE, .from_us = 100, .to_us = 200};
    int64_t from_us;
    int64_t to_us;
    ck_assert(window_next(&w, CALENDAR_CHINA, 0, 101, &from_us, &to_us));
    ck_assert(from_us == 100 && to_us == 200);
    ck_assert(window_next(&w, CALENDAR_CHINA, 199, 1000, &from_us, &to_us));
    ck_assert(!window_next(&w, CALENDAR_CHINA, 200, 1000, &from_us, &to_us));
    ck_assert(!window_next(&w, CALENDAR_CHINA, 0, 100, &from_us, &to_us));
}
END_TEST

START_TEST(next_and_holds_agree_on_every_half_hour)
{
    for (int days = DAYS_ALL; days <= DAYS_NON_WORKING; days++)
        for (int hours = 0; hours < 24 * 24; hours += 7) {
            struct window w = daily(hours / 24, hours % 24, (enum window_days)days);
            int64_t moment_us = at(28, 0, 0) + hours % 37 * US_PER_HOUR / 2;
            for (int step = 0; step < 60; step++, moment_us += 5 * US_PER_HOUR / 2) {
                int64_t from_us;
                int64_t to_us;
                bool some =
                    window_next(&w, CALENDAR_CHINA, moment_us, moment_us + 1, &from_us, &to_us);
                ck_assert_in_loop(some == window_holds(&w, CALENDAR_CHINA, moment_us));
                ck_assert_in_loop(!some || (from_us <= moment_us && moment_us < to_us));
            }
        }
}
END_TEST

/* --- one in another --------------------------------------------------------------- */

static struct window drawn(uint64_t *dice)
{
    struct window w = {.kind = (uint8_t)draw(dice, 6)};
    if (w.kind == WINDOW_ALWAYS)
        return w;
    if (w.kind == WINDOW_ONCE) {
        w.from_us = at((int)(26 + draw(dice, 10)), (int)draw(dice, 24), 0);
        w.to_us = w.from_us + (int64_t)(1 + draw(dice, 60)) * US_PER_HOUR;
        return w;
    }
    static const int clocks_of[] = {0, 6, 12, 22};
    int from_hour = clocks_of[draw(dice, 4)];
    int to_hour = clocks_of[draw(dice, 4)];
    w = daily(from_hour, to_hour == 0 ? 24 : to_hour, (enum window_days)draw(dice, 4));
    for (int day = 27; w.days == DAYS_LISTED && day < 36; day++)
        if (draw(dice, 2))
            w.dates[w.date_count++] = day_of(day);
    return w;
}

START_TEST(one_window_lies_within_another_if_every_hour_of_it_does)
{
    uint64_t dice = 5;
    uint32_t within = 0;
    for (int n = 0; n < 5000; n++) {
        struct window inner = drawn(&dice);
        struct window outer = drawn(&dice);
        int64_t from_us = at(28, (int)draw(&dice, 24), 0);
        int64_t to_us = from_us + (int64_t)draw(&dice, 150) * US_PER_HOUR;
        bool want = true;
        for (int64_t us = from_us; us < to_us; us += US_PER_HOUR)
            want &= !holds(inner, us) || holds(outer, us);
        ck_assert_in_loop(window_within(&inner, &outer, CALENDAR_CHINA, from_us, to_us) == want);
        within += want;
    }
    ck_assert_uint_gt(within, 500);
    ck_assert_uint_lt(within, 4500);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("window");
    tcase_add_test(t, a_window_without_edges_always_holds);
    tcase_add_test(t, a_window_between_two_moments_is_half_open);
    tcase_add_loop_test(t, a_daily_window_holds_on_the_days_on_which_it_starts, 0, COUNT(clocks));
    tcase_add_test(t, listed_dates_are_those_and_no_others);
    tcase_add_test(t, days_that_the_calendar_does_not_know_are_neither);
    tcase_add_test(t, without_holidays_every_day_is_a_working_day);
    tcase_add_loop_test(t, the_next_stretch_is_found_whole, 0, COUNT(nexts));
    tcase_add_test(t, a_window_of_two_moments_is_next_until_it_ends);
    tcase_add_test(t, next_and_holds_agree_on_every_half_hour);
    tcase_add_test(t, one_window_lies_within_another_if_every_hour_of_it_does);
    return run_tests("window", t);
}
