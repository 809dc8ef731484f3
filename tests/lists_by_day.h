/* lists_by_day.h — UnionPay's lists and nets, a day at a time, on core_driver.h.
 *
 *     config_with_lists(...)       of a core to which U alone sends lists
 *     list_of_day(day, n, fen)     at its time the next morning: it says so much, and shows no line
 *     empty_lists(first, last)     lists of nothing
 *     sessions_settle(days, fen)   the nets of all sessions of the first days
 *
 * Day 0 is the one on which the core starts, and ends at its cut-off.
 */
#ifndef TESTS_LISTS_BY_DAY_H
#define TESTS_LISTS_BY_DAY_H

#include "tests/core_driver.h"

#define AMOUNT_FEN 700
#define CUT_OFF_US HOURS(23)
#define FILE_AT_US (HOURS(9) + MINUTES(30))
#define TODAY civil_day(START_US)

enum { DOUBTFUL_DAYS = 3, MAKER = 11, CHECKER = 12 };

static inline struct core_config config_with_lists(int32_t doubtful_days, int64_t outcome_within_us)
{
    struct core_config config = plain_config();
    config.retry_after_us = SECONDS(1);
    config.doubtful_days = doubtful_days;
    config.channels[U].cut_off_us = CUT_OFF_US;
    config.channels[U].file_at_us = FILE_AT_US;
    config.channels[U].outcome_within_us = outcome_within_us;
    return config;
}

static inline int64_t cut_off_us(int day)
{
    return civil_moment_us(TODAY + day, CUT_OFF_US);
}

static inline void until_file_of(int day)
{
    run_until(civil_moment_us(TODAY + day + 1, FILE_AT_US));
}

/* The list of the day says that it has so much, and no line follows. */
static inline void list_of_day(int day, uint32_t count, int64_t total_fen)
{
    until_file_of(day);
    list_opens(U, day == 0 ? START_US : cut_off_us(day - 1), cut_off_us(day), count, total_fen);
    list_ends(U);
}

static inline void empty_list(int day)
{
    list_of_day(day, 0, 0);
}

static inline void empty_lists(int first, int last)
{
    for (int day = first; day <= last; day++)
        empty_list(day);
}

/* All sessions of the first days, without payments that we hear of; the first net is short of so
 * much. */
static inline void sessions_settle(int days, int64_t short_fen)
{
    for (uint32_t i = 0; i < (uint32_t)days * SESSIONS_A_DAY; i++)
        session_settles(U, FIRST_SESSION + i, 0, i == 0 ? short_fen : 0);
}

/* A line of the first session. */
static inline void list_has(struct order o, int64_t amount_fen, int64_t fee_fen, uint8_t flag)
{
    struct input in = news_of(INPUT_LIST_LINE, o, 0);
    in.session = FIRST_SESSION;
    in.amount_fen = amount_fen;
    in.other_fen = fee_fen;
    in.flag = flag;
    feed(in);
}

static inline void list_breaks_off(void)
{
    feed((struct input){.kind = INPUT_LIST_ENDED, .channel = U, .flag = 1});
}

static inline struct order paid(uint64_t reference)
{
    struct order o = pay_on(reference, AMOUNT_FEN, ONLY_U);
    notify_paid(o);
    return o;
}

static inline struct order unknown_order(void)
{
    struct order o = {.channel = U, .id = UINT64_C(77) << 40 | 9, .reference = {.hi = 99, .lo = 9}};
    return o;
}

#endif
