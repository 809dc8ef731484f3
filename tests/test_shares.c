/* test_shares.c — the auditor's reckoning of room, from facts alone, against the core's. */

#include "core/base/civil.h"
#include "core/payout/share.h"
#include "sim/shares.h"
#include "tests/harness.h"

enum { BUSINESSES = 4, SLOTS = 50 };

#define NOON_US INT64_C(1541995200000000)

static struct core_config config;
static struct shares_book *book;

static void begin(void)
{
    config = (struct core_config){.limits = {.open_payouts = SLOTS}, .business_count = BUSINESSES};
    config.businesses[0].share_ppm = 400000;
    config.businesses[1].share_ppm = 333333;
    config.businesses[1].no_borrowing = 1;
    config.businesses[2].share_ppm = 100001;
    book = shares_book_create(&config);
    ck_assert_ptr_nonnull(book);
}

static void end(void)
{
    shares_book_free(book);
}

static void tell(enum fact_kind kind, uint32_t slot, uint8_t about, int64_t amount_fen,
                 int64_t at_us)
{
    shares_book_fact(book, &(struct fact){.kind = (uint8_t)kind,
                                          .channel = about,
                                          .state = about,
                                          .subject = slot,
                                          .amount_fen = amount_fen,
                                          .at_us = at_us});
}

START_TEST(it_agrees_with_the_core_over_days_of_payouts)
{
    struct shares shares;
    struct {
        int64_t hold_fen;
        int64_t sent_us;
        uint8_t business;
        uint8_t channel;
    } open[SLOTS] = {0};
    uint64_t state = (uint64_t)_i;
    int64_t now_us = NOON_US;
    shares_init(&shares);
    for (uint32_t b = 0; b < BUSINESSES; b++)
        shares_add(&shares, config.businesses[b].share_ppm, !config.businesses[b].no_borrowing);
    for (int i = 0; i < 3000; i++) {
        uint32_t slot = (uint32_t)draw(&state, SLOTS);
        now_us += (int64_t)draw(&state, US_PER_HOUR / 4);
        shares_turn(&shares, now_us);
        if (open[slot].hold_fen == 0) {
            open[slot].hold_fen = 1 + (int64_t)draw(&state, 5000);
            open[slot].sent_us = now_us;
            open[slot].business = (uint8_t)draw(&state, BUSINESSES);
            open[slot].channel = (uint8_t)draw(&state, CHANNELS);
            tell(FACT_QUEUED, slot, open[slot].business, open[slot].hold_fen, now_us);
            tell(FACT_SENT, slot, open[slot].channel, open[slot].hold_fen, now_us);
            shares_sent(&shares, (enum channel)open[slot].channel, open[slot].business,
                        open[slot].hold_fen);
        } else {
            if (draw(&state, 2) == 0) { /* else it was paid */
                tell(FACT_ATTEMPT_FAILED, slot, open[slot].channel, open[slot].hold_fen, now_us);
                shares_failed(&shares, (enum channel)open[slot].channel, open[slot].business,
                              open[slot].hold_fen, open[slot].sent_us);
            }
            open[slot].hold_fen = 0;
        }
        int64_t available_fen = (int64_t)draw(&state, 200000) - 1000;
        for (uint8_t c = 0; c < CHANNELS; c++)
            for (uint8_t b = 0; b < BUSINESSES; b++)
                ck_assert_in_loop(shares_book_room_fen(book, c, b, available_fen, now_us) ==
                                  shares_room_fen(&shares, (enum channel)c, b, available_fen));
    }
}
END_TEST

START_TEST(a_day_later_nothing_is_used_though_no_fact_said_so)
{
    tell(FACT_QUEUED, 1, 1, 300, NOON_US);
    tell(FACT_SENT, 1, CHANNEL_NETSUNION, 300, NOON_US);
    ck_assert_int_eq(shares_book_room_fen(book, CHANNEL_NETSUNION, 1, 700, NOON_US), 33);
    ck_assert_int_eq(
        shares_book_room_fen(book, CHANNEL_NETSUNION, 1, 700, NOON_US + 12 * US_PER_HOUR), 233);
}
END_TEST

START_TEST(with_no_share_given_there_is_no_book_and_room_is_what_is_available)
{
    struct core_config none = {.limits = {.open_payouts = SLOTS}, .business_count = BUSINESSES};
    ck_assert_ptr_null(shares_book_create(&none));
    shares_book_fact(NULL, &(struct fact){.kind = FACT_SENT});
    ck_assert_int_eq(shares_book_room_fen(NULL, CHANNEL_UNIONPAY, 0, 700, NOON_US), 700);
}
END_TEST

START_TEST(a_business_that_is_none_stops_the_program)
{
    tell(FACT_QUEUED, 1, BUSINESSES, 300, NOON_US);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("shares");
    tcase_add_checked_fixture(t, begin, end);
    tcase_add_loop_test(t, it_agrees_with_the_core_over_days_of_payouts, 0, 4);
    tcase_add_test(t, a_day_later_nothing_is_used_though_no_fact_said_so);
    tcase_add_test(t, with_no_share_given_there_is_no_book_and_room_is_what_is_available);
    tcase_add_test_raise_signal(t, a_business_that_is_none_stops_the_program, SIGABRT);
    return run_tests("shares", t);
}
