/* test_civil.c — civil time at UTC+08:00, held against a calendar that counts day by day. */

#include <string.h>

#include "core/base/civil.h"
#include "tests/harness.h"

static struct civil_date date(int32_t year, int32_t month, int32_t day)
{
    return (struct civil_date){.year = year, .month = month, .day = day};
}

static bool same_date(struct civil_date a, struct civil_date b)
{
    return a.year == b.year && a.month == b.month && a.day == b.day;
}

/* A second calendar, as slow and plain as it can be. */
static int32_t days_in(int32_t year, int32_t month)
{
    static const int32_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

START_TEST(every_day_of_1970_to_2100_is_its_date_and_back)
{
    int32_t day = 0;
    int32_t weekday = 3; /* 1970-01-01 was a Thursday */
    for (int32_t year = 1970; year <= 2100; year++) {
        for (int32_t month = 1; month <= 12; month++) {
            for (int32_t of_month = 1; of_month <= days_in(year, month); of_month++) {
                ck_assert_in_loop(civil_day_of(date(year, month, of_month)) == day);
                ck_assert_in_loop(same_date(civil_date_of(day), date(year, month, of_month)));
                ck_assert_in_loop(civil_weekday(day) == weekday);
                day++;
                weekday = (weekday + 1) % 7;
            }
        }
    }
    ck_assert_int_eq(day, 47847); /* 131 years with 32 leap days */
}
END_TEST

START_TEST(only_real_dates_exist)
{
    for (int32_t year = 1970; year <= 2100; year++)
        for (int32_t month = -1; month <= 14; month++)
            for (int32_t day = -1; day <= 33; day++) {
                bool exists = month >= 1 && month <= 12 && day >= 1 && day <= days_in(year, month);
                ck_assert_in_loop(civil_date_exists(date(year, month, day)) == exists);
            }
    ck_assert(!civil_date_exists(date(1969, 12, 31)));
    ck_assert(civil_date_exists(date(9999, 12, 31)));
    ck_assert(!civil_date_exists(date(10000, 1, 1)));
    ck_assert(!civil_date_exists(date(INT32_MAX, INT32_MAX, INT32_MAX)));
    ck_assert(!civil_date_exists(date(INT32_MIN, INT32_MIN, INT32_MIN)));
}
END_TEST

static const struct {
    int64_t moment_us;
    int32_t day;
    int64_t clock_us;
} midnights[] = {
    {0, 0, 8 * US_PER_HOUR},
    {-8 * US_PER_HOUR, 0, 0},
    {-8 * US_PER_HOUR - 1, -1, US_PER_DAY - 1},
    {16 * US_PER_HOUR - 1, 0, US_PER_DAY - 1},
    {16 * US_PER_HOUR, 1, 0},
    {16 * US_PER_HOUR - US_PER_DAY, 0, 0},
    {-8 * US_PER_HOUR - US_PER_DAY, -1, 0},
    {1541865600 * US_PER_S, 17846, 0}, /* 2018-11-11 */
};

START_TEST(the_day_turns_at_midnight_in_china)
{
    int64_t moment_us = midnights[_i].moment_us;
    ck_assert_int_eq(civil_day(moment_us), midnights[_i].day);
    ck_assert_int_eq(civil_clock_us(moment_us), midnights[_i].clock_us);
    ck_assert_int_eq(civil_moment_us(midnights[_i].day, midnights[_i].clock_us), moment_us);
}
END_TEST

static const struct {
    const char *text;
    int64_t want_us;
} moments[] = {
    {"1970-01-01T00:00:00Z", 0},
    {"1970-01-01T08:00:00+08:00", 0},
    {"1970-01-01T00:00:00+08:00", -8 * US_PER_HOUR},
    {"1970-01-01T00:00:00-08:00", 8 * US_PER_HOUR},
    {"1970-01-01T00:00:00+00:00", 0},
    {"1970-01-01T00:00:00-00:00", 0},
    {"1970-01-01T00:00:00.000001Z", 1},
    {"1970-01-01T00:00:00.5Z", 500000},
    {"1970-01-01T00:00:00.25Z", 250000},
    {"1970-01-01T00:00:00.100000Z", 100000},
    {"1970-01-01T00:00:59.999999Z", 59999999},
    {"1970-01-01T23:59:59+05:30", US_PER_DAY - US_PER_S - 5 * US_PER_HOUR - 30 * US_PER_MINUTE},
    {"2018-11-11T00:00:00+08:00", 1541865600 * US_PER_S},
    {"2018-11-10T16:00:00Z", 1541865600 * US_PER_S},
    {"2018-11-11T23:59:00+23:59", 1541865600 * US_PER_S + 8 * US_PER_HOUR},
    {"2000-02-29T00:00:00Z", 951782400 * US_PER_S},
    {"9999-12-31T23:59:59Z", 253402300799 * US_PER_S},
};

/* Parsers get exactly these bytes and no NUL, so a sanitizer sees them read on. */
static char *bytes_of(const char *text, size_t length)
{
    char *bytes = malloc(length > 0 ? length : 1);
    if (bytes == NULL)
        abort();
    memcpy(bytes, text, length);
    return bytes;
}

static bool parse_moment(const char *text, size_t length, int64_t *moment_us)
{
    char *bytes = bytes_of(text, length);
    bool ok = civil_parse_moment(bytes, length, moment_us);
    free(bytes);
    return ok;
}

START_TEST(a_moment_is_read_with_its_offset)
{
    int64_t moment_us = 42;
    ck_assert(parse_moment(moments[_i].text, strlen(moments[_i].text), &moment_us));
    ck_assert_int_eq(moment_us, moments[_i].want_us);
}
END_TEST

START_TEST(no_beginning_of_a_moment_is_one)
{
    int64_t moment_us = 42;
    for (size_t length = 0; length < strlen(moments[_i].text); length++)
        ck_assert(!parse_moment(moments[_i].text, length, &moment_us));
    ck_assert_int_eq(moment_us, 42);
}
END_TEST

static const char *const not_moments[] = {
    "2018-11-11",
    "2018-11-11T00:00:00",
    "2018-11-11T00:00Z",
    "2018-11-11 00:00:00Z",
    "2018-11-11t00:00:00Z",
    "2018-11-11T00:00:00z",
    " 2018-11-11T00:00:00Z",
    "2018-11-11T00:00:00Z ",
    "2018-11-11T00:00:00ZZ",
    "2018-11-11T24:00:00Z",
    "2018-11-11T23:60:00Z",
    "2018-11-11T23:59:60Z",
    "2018-11-11T00:00:00.Z",
    "2018-11-11T00:00:00,5Z",
    "2018-11-11T00:00:00.1234567Z",
    "2018-11-11T00:00:00.-1Z",
    "2018-11-11T00:00:00+8:00",
    "2018-11-11T00:00:00+0800",
    "2018-11-11T00:00:00+08",
    "2018-11-11T00:00:00+24:00",
    "2018-11-11T00:00:00+08:60",
    "2018-11-11T00:00:00+-8:00",
    "2018-1-11T00:00:00Z",
    "18-11-11T00:00:00Z",
    "+018-11-11T00:00:00Z",
    "2018/11/11T00:00:00Z",
    "2018-00-11T00:00:00Z",
    "2018-13-11T00:00:00Z",
    "2018-11-00T00:00:00Z",
    "2018-11-31T00:00:00Z",
    "2019-02-29T00:00:00Z",
    "2100-02-29T00:00:00Z",
    "1969-12-31T00:00:00Z",
    "0000-00-00T00:00:00Z",
};

START_TEST(what_is_not_a_moment_is_refused)
{
    int64_t moment_us = 42;
    ck_assert(!parse_moment(not_moments[_i], strlen(not_moments[_i]), &moment_us));
    ck_assert_int_eq(moment_us, 42); /* untouched */
}
END_TEST

static const struct {
    const char *text;
    bool end;
    bool ok;
    int64_t want_us;
} clocks[] = {
    {"00:00", false, true, 0},
    {"23:30", false, true, 23 * US_PER_HOUR + 30 * US_PER_MINUTE},
    {"08:05:09", false, true, 8 * US_PER_HOUR + 5 * US_PER_MINUTE + 9 * US_PER_S},
    {"23:59:59", true, true, US_PER_DAY - US_PER_S},
    {"24:00", true, true, US_PER_DAY},
    {"24:00:00", true, true, US_PER_DAY},
    {"24:00", false, false, 0},
    {"24:00:00", false, false, 0},
    {"24:00:01", true, false, 0},
    {"24:01", true, false, 0},
    {"25:00", true, false, 0},
    {"12:60", false, false, 0},
    {"12:00:60", false, false, 0},
    {"", false, false, 0},
    {"8:00", false, false, 0},
    {"08:0", false, false, 0},
    {"08:00:", false, false, 0},
    {"08:00:0", false, false, 0},
    {"08:00:00.5", false, false, 0},
    {"08-00", false, false, 0},
    {"0800", false, false, 0},
    {"08:00 ", false, false, 0},
    {"-8:00", false, false, 0},
};

START_TEST(a_clock_is_read_or_refused)
{
    int64_t clock_us = 42;
    size_t length = strlen(clocks[_i].text);
    char *bytes = bytes_of(clocks[_i].text, length);
    ck_assert_int_eq(civil_parse_clock(bytes, length, clocks[_i].end, &clock_us), clocks[_i].ok);
    free(bytes);
    ck_assert_int_eq(clock_us, clocks[_i].ok ? clocks[_i].want_us : 42);
}
END_TEST

static const struct {
    const char *text;
    bool ok;
    int32_t want;
} dates[] = {
    {"1970-01-01", true, 0},       {"2018-11-11", true, 17846}, {"2000-02-29", true, 11016},
    {"9999-12-31", true, 2932896}, {"1969-12-31", false, 0},    {"2100-02-29", false, 0},
    {"2018-11-1", false, 0},       {"2018-11-111", false, 0},   {"2018-11-11T", false, 0},
    {"20181111", false, 0},        {"2018-11", false, 0},       {"", false, 0},
};

START_TEST(a_date_is_read_or_refused)
{
    int32_t day = 42;
    size_t length = strlen(dates[_i].text);
    char *bytes = bytes_of(dates[_i].text, length);
    ck_assert_int_eq(civil_parse_date(bytes, length, &day), dates[_i].ok);
    free(bytes);
    ck_assert_int_eq(day, dates[_i].ok ? dates[_i].want : 42);
}
END_TEST

static const struct {
    int64_t moment_us;
    const char *want;
} prints[] = {
    {0, "1970-01-01T08:00:00+08:00"},
    {1, "1970-01-01T08:00:00.000001+08:00"},
    {-1, "1970-01-01T07:59:59.999999+08:00"},
    {500000, "1970-01-01T08:00:00.500000+08:00"},
    {-8 * US_PER_HOUR, "1970-01-01T00:00:00+08:00"},
    {1541865600 * US_PER_S, "2018-11-11T00:00:00+08:00"},
    {1541865600 * US_PER_S - 1, "2018-11-10T23:59:59.999999+08:00"},
};

START_TEST(a_moment_is_printed_in_civil_time)
{
    char text[CIVIL_MOMENT_TEXT_MAX];
    ck_assert_uint_eq(civil_print_moment(text, prints[_i].moment_us), strlen(prints[_i].want));
    ck_assert_str_eq(text, prints[_i].want);
}
END_TEST

START_TEST(clocks_and_dates_are_printed_in_full)
{
    char clock[CIVIL_CLOCK_TEXT_MAX];
    char day[CIVIL_DATE_TEXT_MAX];
    ck_assert_uint_eq(civil_print_clock(clock, 0), 8);
    ck_assert_str_eq(clock, "00:00:00");
    civil_print_clock(clock, 17 * US_PER_HOUR + 15 * US_PER_MINUTE + 9 * US_PER_S + 999999);
    ck_assert_str_eq(clock, "17:15:09");
    civil_print_clock(clock, US_PER_DAY);
    ck_assert_str_eq(clock, "24:00:00");
    ck_assert_uint_eq(civil_print_date(day, 17846), 10);
    ck_assert_str_eq(day, "2018-11-11");
    civil_print_date(day, civil_day_of(date(9999, 12, 31)));
    ck_assert_str_eq(day, "9999-12-31");
}
END_TEST

START_TEST(what_is_printed_is_read_back)
{
    uint64_t state = 1;
    const uint64_t days = 2932897; /* 1970-01-01 .. 9999-12-31 */
    for (int i = 0; i < 20000; i++) {
        char text[CIVIL_MOMENT_TEXT_MAX];
        int32_t day = (int32_t)draw(&state, days);
        int64_t clock_us = (int64_t)draw(&state, (uint64_t)US_PER_DAY);
        int64_t moment_us = civil_moment_us(day, i % 2 ? clock_us : clock_us / US_PER_S * US_PER_S);
        int64_t back_us = -1;
        int32_t back = -1;
        size_t length = civil_print_moment(text, moment_us);
        ck_assert_in_loop(civil_parse_moment(text, length, &back_us) && back_us == moment_us);
        ck_assert_in_loop(civil_parse_date(text, 10, &back) && back == day);
        ck_assert_in_loop(civil_day(moment_us) == day);
        ck_assert_in_loop(civil_moment_us(day, civil_clock_us(moment_us)) == moment_us);
    }
}
END_TEST

START_TEST(printing_a_clock_before_midnight_stops_the_program)
{
    char text[CIVIL_CLOCK_TEXT_MAX];
    civil_print_clock(text, -1);
}
END_TEST

START_TEST(printing_a_clock_after_the_day_stops_the_program)
{
    char text[CIVIL_CLOCK_TEXT_MAX];
    civil_print_clock(text, US_PER_DAY + 1);
}
END_TEST

START_TEST(printing_a_year_of_five_digits_stops_the_program)
{
    char text[CIVIL_DATE_TEXT_MAX];
    civil_print_date(text, civil_day_of(date(9999, 12, 31)) + 1);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("civil");
    tcase_add_test(t, every_day_of_1970_to_2100_is_its_date_and_back);
    tcase_add_test(t, only_real_dates_exist);
    tcase_add_loop_test(t, the_day_turns_at_midnight_in_china, 0, COUNT(midnights));
    tcase_add_loop_test(t, a_moment_is_read_with_its_offset, 0, COUNT(moments));
    tcase_add_loop_test(t, no_beginning_of_a_moment_is_one, 0, COUNT(moments));
    tcase_add_loop_test(t, what_is_not_a_moment_is_refused, 0, COUNT(not_moments));
    tcase_add_loop_test(t, a_clock_is_read_or_refused, 0, COUNT(clocks));
    tcase_add_loop_test(t, a_date_is_read_or_refused, 0, COUNT(dates));
    tcase_add_loop_test(t, a_moment_is_printed_in_civil_time, 0, COUNT(prints));
    tcase_add_test(t, clocks_and_dates_are_printed_in_full);
    tcase_add_test(t, what_is_printed_is_read_back);
    tcase_add_test_raise_signal(t, printing_a_clock_before_midnight_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, printing_a_clock_after_the_day_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, printing_a_year_of_five_digits_stops_the_program, SIGABRT);
    return run_tests("civil", t);
}
