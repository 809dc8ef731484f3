/* test_recurrence.c — recurrence rules fall on the right moments, and on no others.
 *
 * The days in the tables come from printed calendars and from RFC 5545's own
 * examples, not from this code. */

#include <string.h>

#include "core/base/civil.h"
#include "core/edge/recurrence.h"
#include "tests/harness.h"

enum { ROOM = 64 };

static int64_t at(const char *text)
{
    char whole[40];
    int64_t us;
    snprintf(whole, sizeof whole, "%s%s", text, strlen(text) == 10 ? "T00:00:00+08:00" : "+08:00");
    ck_assert(civil_parse_moment(whole, strlen(whole), &us));
    return us;
}

/* start: the first moment counted; due: the moments before `to`, one blank between. */
static const struct {
    const char *rule;
    const char *start;
    const char *to;
    const char *due;
} rules[] = {
    /* daily */
    {"FREQ=DAILY", "2018-02-27T09:30:00", "2018-03-02",
     "2018-02-27T09:30:00 2018-02-28T09:30:00 2018-03-01T09:30:00"},
    {"FREQ=DAILY;INTERVAL=10;COUNT=3", "2018-12-20T00:00:00", "2020-01-01",
     "2018-12-20T00:00:00 2018-12-30T00:00:00 2019-01-09T00:00:00"},
    {"FREQ=DAILY;BYHOUR=15,9;BYMINUTE=30,0", "2018-01-01T09:10:00", "2018-01-02T09:30:00",
     "2018-01-01T09:30:00 2018-01-01T15:00:00 2018-01-01T15:30:00 2018-01-02T09:00:00"},
    {"FREQ=DAILY;BYHOUR=16,9;COUNT=3", "2018-01-01T10:00:00", "2019-01-01",
     "2018-01-01T16:00:00 2018-01-02T09:00:00 2018-01-02T16:00:00"},
    {"FREQ=DAILY;BYHOUR=9,12,15;BYSETPOS=-1", "2018-01-01T00:00:00", "2018-01-03",
     "2018-01-01T15:00:00 2018-01-02T15:00:00"},
    {"FREQ=DAILY;UNTIL=20180102", "2018-01-01T23:00:00", "2019-01-01",
     "2018-01-01T23:00:00 2018-01-02T23:00:00"},
    {"FREQ=DAILY;UNTIL=20180102T225959", "2018-01-01T23:00:00", "2019-01-01",
     "2018-01-01T23:00:00"},
    {"FREQ=DAILY;UNTIL=20180102T150000Z", "2018-01-01T23:00:00", "2019-01-01",
     "2018-01-01T23:00:00 2018-01-02T23:00:00"},
    {"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31", "2018-01-01T08:00:00", "2021-01-01", ""},
    {"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=-1", "2018-01-01T08:00:00", "2021-01-01",
     "2018-02-28T08:00:00 2019-02-28T08:00:00 2020-02-29T08:00:00"},
    /* weekly: 2018-10-01 was a Monday */
    {"FREQ=WEEKLY;BYDAY=FR,MO", "2018-10-02T16:00:00", "2018-10-13",
     "2018-10-05T16:00:00 2018-10-08T16:00:00 2018-10-12T16:00:00"},
    {"FREQ=WEEKLY", "2018-10-02T16:00:00", "2018-10-17",
     "2018-10-02T16:00:00 2018-10-09T16:00:00 2018-10-16T16:00:00"},
    {"FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE", "2018-10-03T10:00:00", "2018-10-31",
     "2018-10-03T10:00:00 2018-10-15T10:00:00 2018-10-17T10:00:00 2018-10-29T10:00:00"},
    {"FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2018-10-01T10:00:00", "2018-10-13",
     "2018-10-05T10:00:00 2018-10-12T10:00:00"},
    {"FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08-05T09:00:00", "1998-01-01",
     "1997-08-05T09:00:00 1997-08-10T09:00:00 1997-08-19T09:00:00 1997-08-24T09:00:00"},
    {"FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08-05T09:00:00", "1998-01-01",
     "1997-08-05T09:00:00 1997-08-17T09:00:00 1997-08-19T09:00:00 1997-08-31T09:00:00"},
    /* monthly */
    {"FREQ=MONTHLY;BYMONTHDAY=25;BYHOUR=9;BYMINUTE=30", "2018-01-26T00:00:00", "2018-04-26",
     "2018-02-25T09:30:00 2018-03-25T09:30:00 2018-04-25T09:30:00"},
    {"FREQ=MONTHLY;BYMONTHDAY=31", "2018-01-01T17:00:00", "2018-07-31",
     "2018-01-31T17:00:00 2018-03-31T17:00:00 2018-05-31T17:00:00"},
    {"FREQ=MONTHLY;BYMONTHDAY=-1", "2020-01-01T17:00:00", "2020-05-01",
     "2020-01-31T17:00:00 2020-02-29T17:00:00 2020-03-31T17:00:00 2020-04-30T17:00:00"},
    {"FREQ=MONTHLY;BYMONTHDAY=15,1;COUNT=3", "2018-01-02T08:00:00", "2019-01-01",
     "2018-01-15T08:00:00 2018-02-01T08:00:00 2018-02-15T08:00:00"},
    {"FREQ=MONTHLY;BYDAY=-1FR", "2018-08-31T16:30:00", "2018-12-01",
     "2018-08-31T16:30:00 2018-09-28T16:30:00 2018-10-26T16:30:00 2018-11-30T16:30:00"},
    {"FREQ=MONTHLY;BYDAY=2TU", "2018-09-12T10:00:00", "2018-12-01",
     "2018-10-09T10:00:00 2018-11-13T10:00:00"},
    {"FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "1997-09-02T09:00:00", "1999-01-01",
     "1998-02-13T09:00:00 1998-03-13T09:00:00 1998-11-13T09:00:00"},
    {"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2018-03-01T17:00:00", "2018-07-01",
     "2018-03-30T17:00:00 2018-04-30T17:00:00 2018-05-31T17:00:00 2018-06-29T17:00:00"},
    /* the first weekday of September lies before the start, and stays the first */
    {"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1", "2018-09-04T10:00:00", "2018-11-02",
     "2018-10-01T10:00:00 2018-11-01T10:00:00"},
    {"FREQ=MONTHLY;BYDAY=MO;BYHOUR=9,15;BYSETPOS=1,-1", "2018-10-01T00:00:00", "2018-11-01",
     "2018-10-01T09:00:00 2018-10-29T15:00:00"},
    {"FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=20", "2018-01-20T10:00:00", "2018-10-01",
     "2018-01-20T10:00:00 2018-04-20T10:00:00 2018-07-20T10:00:00"},
    {"FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2", "2018-01-20T10:00:00", "2026-10-01", ""},
    /* yearly */
    {"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2018-01-01T10:00:00", "2026-01-01",
     "2020-02-29T10:00:00 2024-02-29T10:00:00"},
    {"FREQ=YEARLY", "2020-02-29T10:00:00", "2026-01-01", "2020-02-29T10:00:00 2024-02-29T10:00:00"},
    {"FREQ=YEARLY;BYMONTH=10,2;BYMONTHDAY=1", "2018-03-01T10:00:00", "2019-11-01",
     "2018-10-01T10:00:00 2019-02-01T10:00:00 2019-10-01T10:00:00"},
    {"FREQ=YEARLY;BYYEARDAY=1,-1", "2018-01-02T10:00:00", "2020-01-01",
     "2018-12-31T10:00:00 2019-01-01T10:00:00 2019-12-31T10:00:00"},
    {"FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "1997-05-12T09:00:00", "2000-01-01",
     "1997-05-12T09:00:00 1998-05-11T09:00:00 1999-05-17T09:00:00"},
    {"FREQ=YEARLY;BYDAY=20MO", "1997-05-19T09:00:00", "2000-01-01",
     "1997-05-19T09:00:00 1998-05-18T09:00:00 1999-05-17T09:00:00"},
    {"FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "1996-11-05T09:00:00",
     "2005-01-01", "1996-11-05T09:00:00 2000-11-07T09:00:00 2004-11-02T09:00:00"},
};

static const char *expanded(const char *rule, const char *start, const char *from, const char *to)
{
    static char text[ROOM * 24];
    char why[RECURRENCE_WHY_MAX] = "";
    int64_t moments[ROOM];
    uint32_t count = 0;
    int64_t start_us = at(start);
    struct recurrence r = {.rule = rule,
                           .start_day = civil_day(start_us),
                           .start_clock_us = civil_clock_us(start_us),
                           .from_us = at(from),
                           .to_us = at(to)};
    if (!recurrence_expand(&r, moments, ROOM, &count, why))
        ck_abort_msg("%s: %s", rule, why);
    text[0] = '\0';
    for (uint32_t i = 0; i < count; i++) {
        char one[CIVIL_MOMENT_TEXT_MAX];
        civil_print_moment(one, moments[i]);
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%.19s", i > 0 ? " " : "", one);
    }
    return text;
}

START_TEST(a_rule_is_due_at_its_moments_and_no_others)
{
    ck_assert_str_eq(expanded(rules[_i].rule, rules[_i].start, rules[_i].start, rules[_i].to),
                     rules[_i].due);
}
END_TEST

START_TEST(a_rule_counts_from_its_start_whatever_is_wanted)
{
    /* the third and last of it, though only a later stretch is asked for */
    ck_assert_str_eq(
        expanded("FREQ=DAILY;COUNT=3", "2018-01-01T09:00:00", "2018-01-03", "2019-01-01"),
        "2018-01-03T09:00:00");
    ck_assert_str_eq(
        expanded("FREQ=DAILY", "2018-01-01T09:00:00", "2018-01-02T09:00:00", "2018-01-03T09:00:00"),
        "2018-01-02T09:00:00"); /* half open */
}
END_TEST

START_TEST(neither_time_zone_nor_locale_matters)
{
    static const char *const zones[] = {"America/New_York", "UTC", "Asia/Shanghai", "nowhere"};
    static const char *const locales[] = {"th_TH.UTF-8", "C", "fa_IR.UTF-8", "ar_SA"};
    setenv("TZ", zones[_i], 1);
    setenv("LC_ALL", locales[_i], 1);
    /* over a change to summer time in New York */
    ck_assert_str_eq(expanded("FREQ=WEEKLY;BYDAY=SA,SU;BYHOUR=2,3", "2018-03-10T00:00:00",
                              "2018-03-10", "2018-03-12"),
                     "2018-03-10T02:00:00 2018-03-10T03:00:00 2018-03-11T02:00:00 "
                     "2018-03-11T03:00:00");
}
END_TEST

static const struct {
    const char *rule;
    const char *why;
} bad_rules[] = {
    {"", "\"\": want parts like FREQ=MONTHLY"},
    {"MONTHLY", "\"MONTHLY\": want parts like FREQ=MONTHLY"},
    {"FREQ=", "\"FREQ=\": want parts like"},
    {"FREQ=DAILY;", "\"\": want parts like"},
    {"BYDAY=MO", "no FREQ; want FREQ=DAILY"},
    {"FREQ=HOURLY", "FREQ=HOURLY: want DAILY, WEEKLY, MONTHLY or YEARLY"},
    {"FREQ=daily", "FREQ=daily: want DAILY"},
    {"FREQ=DAILY;EVERY=2", "no such rule part \"EVERY\"; want FREQ INTERVAL"},
    {"FREQ=DAILY;RSCALE=CHINESE", "no such rule part \"RSCALE\""},
    {"FREQ=DAILY;FREQ=DAILY", "FREQ twice; want it once"},
    {"FREQ=DAILY;INTERVAL=0", "INTERVAL=0: want integers from 1 to 1000"},
    {"FREQ=DAILY;INTERVAL=1,2", "INTERVAL=1,2: want one number"},
    {"FREQ=DAILY;COUNT=x", "COUNT=x: want integers from 1"},
    {"FREQ=DAILY;COUNT=2;UNTIL=20180101", "COUNT and UNTIL in one rule; want at most one"},
    {"FREQ=DAILY;UNTIL=2018-01-01", "UNTIL=2018-01-01: want a date like 20181231"},
    {"FREQ=DAILY;UNTIL=20180230", "UNTIL=20180230: want a date like 20181231"},
    {"FREQ=DAILY;UNTIL=2018", "UNTIL=2018: want a date like 20181231"},
    {"FREQ=DAILY;UNTIL=20180101X090000", "UNTIL=20180101X090000: want a date"},
    {"FREQ=DAILY;BYHOUR=24", "BYHOUR=24: want integers from 0 to 23"},
    {"FREQ=DAILY;BYHOUR=-1", "BYHOUR=-1: want integers from 0 to 23"},
    {"FREQ=DAILY;BYMINUTE=60", "BYMINUTE=60: want integers from 0 to 59"},
    {"FREQ=DAILY;BYSECOND=60", "BYSECOND=60: want integers from 0 to 59"},
    {"FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY=32: want integers from 1 to 31, or negative"},
    {"FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY=0: want integers from 1 to 31, or negative"},
    {"FREQ=MONTHLY;BYMONTHDAY=1,", "BYMONTHDAY=: want integers"},
    {"FREQ=MONTHLY;BYMONTH=13", "BYMONTH=13: want integers from 1 to 12"},
    {"FREQ=MONTHLY;BYDAY=XX", "BYDAY=XX: want MO TU WE TH FR SA SU"},
    {"FREQ=MONTHLY;BYDAY=0MO", "BYDAY=0MO: want MO TU WE TH FR SA SU"},
    {"FREQ=MONTHLY;BYDAY=54MO", "BYDAY=54MO: want MO TU WE TH FR SA SU"},
    {"FREQ=WEEKLY;BYDAY=1MO", "BYDAY=1MO: a numbered day wants FREQ=MONTHLY or YEARLY"},
    {"FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY does not go with FREQ=WEEKLY"},
    {"FREQ=MONTHLY;BYWEEKNO=1", "BYWEEKNO wants FREQ=YEARLY"},
    {"FREQ=MONTHLY;BYYEARDAY=1", "BYYEARDAY wants FREQ=YEARLY"},
    {"FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS wants BYDAY, BYMONTHDAY or BYYEARDAY"},
    {"FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO;BYSETPOS=1", "BYSETPOS does not go with BYWEEKNO here"},
    {"FREQ=WEEKLY;WKST=XX", "WKST=XX: want MO TU WE TH FR SA or SU"},
    {"FREQ=DAILY;BYHOUR=1,2,3", "due more than 2 times in the run"},
};

START_TEST(a_bad_rule_says_what_is_wrong_and_changes_nothing)
{
    char why[RECURRENCE_WHY_MAX] = "";
    int64_t moments[2];
    uint32_t count = 77;
    struct recurrence r = {.rule = bad_rules[_i].rule,
                           .start_day = 17000,
                           .from_us = civil_moment_us(17000, 0),
                           .to_us = civil_moment_us(17001, 0)};
    ck_assert(!recurrence_expand(&r, moments, 2, &count, why));
    ck_assert_uint_eq(count, 77);
    if (strncmp(why, bad_rules[_i].why, strlen(bad_rules[_i].why)) != 0)
        ck_abort_msg("%s: \"%s\", want \"%s...\"", bad_rules[_i].rule, why, bad_rules[_i].why);
}
END_TEST

START_TEST(a_rule_that_never_ends_is_walked_only_to_where_it_is_wanted)
{
    ck_assert_str_eq(expanded("FREQ=DAILY", "1971-01-01T09:00:00", "2018-01-01", "2018-01-02"),
                     "2018-01-01T09:00:00");
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("recurrence");
    tcase_set_timeout(t, 30); /* a rule whose days never come is searched for long */
    tcase_add_loop_test(t, a_rule_is_due_at_its_moments_and_no_others, 0, COUNT(rules));
    tcase_add_test(t, a_rule_counts_from_its_start_whatever_is_wanted);
    tcase_add_loop_test(t, neither_time_zone_nor_locale_matters, 0, 4);
    tcase_add_loop_test(t, a_bad_rule_says_what_is_wrong_and_changes_nothing, 0, COUNT(bad_rules));
    tcase_add_test(t, a_rule_that_never_ends_is_walked_only_to_where_it_is_wanted);
    return run_tests("recurrence", t);
}
