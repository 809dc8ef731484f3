/* test_auditor_breakers.c — a story of a breaker told straight, and falsified in every way. */

#include "core/base/civil.h"
#include "sim/auditor.h"
#include "tests/harness.h"

enum { SLOTS = 8, U = CHANNEL_UNIONPAY, N = CHANNEL_NETSUNION };

#define START_US INT64_C(1700000000000000)

static struct core_config config;
static struct auditor_breakers *auditor;
static char why[160];
static uint32_t checks;

/* One breaker of routes, and one of merchants that watches only those asked for. */
static void begin(void)
{
    config = (struct core_config){.limits = {.open_payouts = SLOTS}, .breaker_count = 2};
    for (int b = 0; b < 2; b++)
        config.breakers[b] =
            (struct breaker_terms){.kind = b == 0 ? BREAKER_ROUTE : BREAKER_MERCHANT,
                                   .channels = 3,
                                   .keys = 4,
                                   .probes = 1,
                                   .open_for_us = 10 * US_PER_S,
                                   .open_multiplier_ppm = 2000000,
                                   .open_max_us = 30 * US_PER_S};
    auditor = auditor_breakers_create(&config);
    why[0] = '\0';
    checks = 0;
}

static void end(void)
{
    auditor_breakers_free(auditor);
}

static void tell(struct fact f)
{
    checks += auditor_breakers_fact(auditor, &f, why, sizeof why);
}

static void request(uint32_t slot, uint32_t merchant, uint16_t breakers)
{
    struct input in = {.merchant = merchant, .breakers = breakers};
    auditor_breakers_request(auditor, &in);
    tell((struct fact){.kind = FACT_REQUESTED, .subject = slot});
    tell((struct fact){.kind = FACT_QUEUED, .subject = slot});
}

static void payout(enum fact_kind kind, uint32_t slot, uint8_t channel)
{
    tell((struct fact){.kind = (uint8_t)kind, .subject = slot, .channel = channel});
}

static void deny(uint32_t slot, uint8_t channels)
{
    tell((struct fact){.kind = FACT_DENIED, .subject = slot, .routes = channels});
}

/* Of breaker b's key: seconds from the start, and until then. */
static void breaker(enum fact_kind kind, uint8_t b, uint32_t key, enum reason reason,
                    uint32_t openings, int64_t at_us, int64_t until_us)
{
    tell((struct fact){.kind = (uint8_t)kind,
                       .class = (uint8_t)(b + 1),
                       .id = key,
                       .reason = (uint8_t)reason,
                       .session = openings,
                       .at_us = START_US + at_us,
                       .other = until_us == 0 ? 0 : START_US + until_us});
}

#define S US_PER_S

/* Opened, probed in vain, opened for twice as long, probed, closed. */
static void told_straight(void)
{
    for (uint32_t slot = 0; slot < 4; slot++)
        request(slot, 1, 1);
    payout(FACT_SENT, 0, U);
    breaker(FACT_BREAKER_OPENED, 0, U, REASON_CONSECUTIVE_FAILURES, 1, 0, 10 * S);
    payout(FACT_ATTEMPT_FAILED, 0, U);
    deny(1, 1);
    payout(FACT_SENT, 2, N);
    breaker(FACT_BREAKER_HALF_OPENED, 0, U, REASON_OPEN_TIME_OVER, 1, 10 * S + 1, 0);
    deny(1, 0);
    payout(FACT_SENT, 1, U);
    breaker(FACT_BREAKER_OPENED, 0, U, REASON_PROBES_FAILED, 2, 11 * S, 31 * S);
    payout(FACT_IN_DOUBT, 1, U);
    breaker(FACT_BREAKER_HALF_OPENED, 0, U, REASON_OPEN_TIME_OVER, 2, 31 * S + 1, 0);
    payout(FACT_SENT, 3, U);
}

START_TEST(a_story_told_straight_holds)
{
    told_straight();
    breaker(FACT_BREAKER_CLOSED, 0, U, REASON_PROBES_PASSED, 0, 32 * S, 0);
    payout(FACT_PAID, 3, U);
    request(4, 1, 1);
    payout(FACT_SENT, 4, U);
    ck_assert_str_eq(why, "");
    ck_assert_uint_ge(checks, 8);
}
END_TEST

START_TEST(an_ignored_probe_makes_room_for_another)
{
    told_straight();
    payout(FACT_ATTEMPT_FAILED, 3, U);
    request(4, 1, 1);
    payout(FACT_SENT, 4, U);
    ck_assert_str_eq(why, "");
}
END_TEST

static void sent_past_an_open_one(void)
{
    request(4, 9, 2);
    breaker(FACT_BREAKER_OPENED, 1, 9, REASON_VELOCITY_COUNT, 1, 40 * S, 50 * S);
    payout(FACT_SENT, 4, N);
}

static void one_probe_too_many(void)
{
    request(4, 1, 1);
    payout(FACT_SENT, 4, U);
}

static void denied_without_grounds(void)
{
    request(4, 1, 1);
    deny(4, 2);
}

static void denied_by_another_merchants_key(void)
{
    breaker(FACT_BREAKER_OPENED, 1, 9, REASON_VELOCITY_COUNT, 1, 40 * S, 50 * S);
    request(4, 8, 2);
    deny(4, 3);
}

static void half_open_a_moment_early(void)
{
    breaker(FACT_BREAKER_OPENED, 0, U, REASON_PROBES_FAILED, 3, 40 * S, 70 * S);
    breaker(FACT_BREAKER_HALF_OPENED, 0, U, REASON_OPEN_TIME_OVER, 3, 70 * S, 0);
}

static void a_wait_too_long(void)
{
    breaker(FACT_BREAKER_OPENED, 0, U, REASON_PROBES_FAILED, 3, 40 * S, 80 * S);
}

static void a_row_that_was_miscounted(void)
{
    breaker(FACT_BREAKER_OPENED, 0, U, REASON_PROBES_FAILED, 2, 40 * S, 60 * S);
}

static void tripped_though_half_open(void)
{
    breaker(FACT_BREAKER_OPENED, 0, U, REASON_FAILURE_SHARE, 3, 40 * S, 70 * S);
}

static void probes_failed_though_closed(void)
{
    breaker(FACT_BREAKER_OPENED, 0, N, REASON_PROBES_FAILED, 1, 40 * S, 50 * S);
}

static void closed_without_probes(void)
{
    breaker(FACT_BREAKER_CLOSED, 0, N, REASON_PROBES_PASSED, 0, 40 * S, 0);
}

static void overdue_though_answered(void)
{
    payout(FACT_ATTEMPT_FAILED, 3, U);
    breaker(FACT_BREAKER_OPENED, 0, U, REASON_PROBE_OVERDUE, 3, 40 * S, 70 * S);
}

static void (*const lies[])(void) = {
    sent_past_an_open_one,           one_probe_too_many,       denied_without_grounds,
    denied_by_another_merchants_key, half_open_a_moment_early, a_wait_too_long,
    a_row_that_was_miscounted,       tripped_though_half_open, probes_failed_though_closed,
    closed_without_probes,           overdue_though_answered,
};

START_TEST(each_lie_is_found)
{
    told_straight();
    ck_assert_str_eq(why, "");
    lies[_i]();
    ck_assert_str_ne(why, "");
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("auditor_breakers");
    tcase_add_checked_fixture(t, begin, end);
    tcase_add_test(t, a_story_told_straight_holds);
    tcase_add_test(t, an_ignored_probe_makes_room_for_another);
    tcase_add_loop_test(t, each_lie_is_found, 0, COUNT(lies));
    return run_tests("auditor_breakers", t);
}
