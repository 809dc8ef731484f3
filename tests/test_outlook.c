/* test_outlook.c — what is foreseen, and what the backlog needs, as the treasury tells it. */

#include "tests/core_driver.h"

enum { NEVER_PAID = 900 };

static struct core_config config;

/* Nothing foreseen in it: lead and horizon are 0, so a need is what waits. */
static void fresh(void)
{
    config = plain_config();
    config.tells_outlook = 1;
}

static void ask_for(uint64_t reference, uint8_t routes, int64_t amount_fen)
{
    feed((struct input){.kind = INPUT_PAYOUT_REQUESTED,
                        .priority = 5,
                        .routes = routes,
                        .amount_fen = amount_fen,
                        .reference = {.lo = reference}});
}

static void cancel(uint64_t reference)
{
    feed((struct input){.kind = INPUT_PAYOUT_CANCELLED, .reference = {.lo = reference}});
}

START_TEST(what_is_foreseen_is_told_with_each_quarter_of_an_hour)
{
    config.start_us += MINUTES(7);
    begin(&config);
    ck_assert_int_eq(facts_of(FACT_FORESEEN), CHANNELS);
    run_until(START_US + MINUTES(15) - 1);
    ck_assert_int_eq(facts_of(FACT_FORESEEN), CHANNELS);
    run_until(START_US + HOURS(1));
    ck_assert_int_eq(facts_of(FACT_FORESEEN), CHANNELS * 5);
    ck_assert_int_eq(fact(FACT_FORESEEN)->at_us, START_US + HOURS(1));
    ck_assert_int_eq(fact(FACT_FORESEEN)->amount_fen, QUOTA_FEN);
    ck_assert_int_eq(fact(FACT_FORESEEN)->other, NEVER_US);
}
END_TEST

START_TEST(a_channel_with_less_than_what_waits_is_dry_now)
{
    begin(&config);
    forget();
    ask_for(1, ONLY_N, QUOTA_FEN + 1);
    run_for(MINUTES(15));
    const struct fact *f = fact(FACT_FORESEEN);
    ck_assert_uint_eq(f->channel, N);
    ck_assert_int_eq(f->amount_fen, -1);
    ck_assert_int_eq(f->other, f->at_us);
}
END_TEST

START_TEST(who_asks_for_no_outlook_is_told_none)
{
    config.tells_outlook = 0;
    begin(&config);
    forget();
    ask_for(1, ONLY_U, 3 * QUOTA_FEN);
    run_for(HOURS(1));
    ck_assert_int_eq(facts_of(FACT_FORESEEN) + facts_of(FACT_BACKLOG) + facts_of(FACT_ALERT), 0);
}
END_TEST

/* UnionPay needs `asked`; NetsUnion has sent `sent` of its own. */
static const struct {
    int64_t asked;
    int64_t sent;
    enum reason answer;
    int64_t short_fen;
    int64_t uncovered_fen;
} answers[] = {
    {QUOTA_FEN + 1, 0, REASON_MOVE_QUOTA, 1, 0},
    {2 * QUOTA_FEN, 0, REASON_MOVE_QUOTA, QUOTA_FEN, 0},
    {2 * QUOTA_FEN + 1, 0, REASON_NOTHING_COVERS, QUOTA_FEN + 1, 1}, /* the rest is kept */
    {2 * QUOTA_FEN, 300, REASON_NOTHING_COVERS, QUOTA_FEN, 300},
};

START_TEST(the_answer_is_told_once_and_that_it_is_enough_once)
{
    begin(&config);
    forget();
    if (answers[_i].sent > 0)
        ask_for(NEVER_PAID, ONLY_N, answers[_i].sent);
    ask_for(1, ONLY_U, answers[_i].asked);
    run_for(MINUTES(30));
    ck_assert_int_eq(facts_of(FACT_BACKLOG), 1);
    const struct fact *f = fact(FACT_BACKLOG);
    ck_assert_int_eq(f->at_us, START_US + MINUTES(1)); /* it was looked at when books opened */
    ck_assert_uint_eq(f->channel, U);
    ck_assert_uint_eq(f->reason, answers[_i].answer);
    ck_assert_int_eq(f->amount_fen, answers[_i].short_fen);
    ck_assert_int_eq((int64_t)f->id, answers[_i].uncovered_fen);
    ck_assert_int_eq(f->other, f->at_us); /* dry: it waits now */
    ck_assert_int_eq(facts_of(FACT_ALERT), answers[_i].answer == REASON_NOTHING_COVERS);
    cancel(1);
    run_for(MINUTES(30));
    ck_assert_int_eq(facts_of(FACT_BACKLOG), 2);
    ck_assert_uint_eq(fact(FACT_BACKLOG)->reason, REASON_ENOUGH);
}
END_TEST

START_TEST(a_backlog_that_comes_and_goes_is_told_once_a_minute_at_most)
{
    begin(&config);
    forget();
    for (uint64_t i = 1; i < 300; i++) { /* short for two seconds, well for two */
        ask_for(i, ONLY_U, 2 * QUOTA_FEN + 1);
        run_for(SECONDS(2));
        cancel(i);
        run_for(SECONDS(2));
    }
    int64_t last_us = INT64_MIN;
    for (int i = 0; i < fact_count; i++)
        if (facts[i].kind == FACT_BACKLOG) {
            ck_assert(last_us == INT64_MIN || facts[i].at_us >= last_us + MINUTES(1));
            last_us = facts[i].at_us;
        }
    ck_assert_int_le(facts_of(FACT_BACKLOG), 20);
}
END_TEST

START_TEST(it_warns_again_only_after_there_was_enough)
{
    begin(&config);
    forget();
    ask_for(1, ONLY_U, 2 * QUOTA_FEN + 1);
    run_for(MINUTES(2));
    ck_assert_int_eq(facts_of(FACT_ALERT), 1);
    ck_assert_uint_eq(fact(FACT_ALERT)->reason, REASON_BACKLOG);
    ck_assert_int_eq(fact(FACT_ALERT)->amount_fen, 1);
    ask_for(2, ONLY_U, QUOTA_FEN);
    cancel(1);
    ask_for(3, ONLY_U, QUOTA_FEN / 2); /* quota would do now */
    run_for(MINUTES(2));
    ck_assert_uint_eq(fact(FACT_BACKLOG)->reason, REASON_MOVE_QUOTA);
    ask_for(4, ONLY_U, 2 * QUOTA_FEN);
    run_for(MINUTES(2));
    ck_assert_uint_eq(fact(FACT_BACKLOG)->reason, REASON_NOTHING_COVERS);
    ck_assert_int_eq(facts_of(FACT_ALERT), 1);
    cancel(3);
    cancel(4);
    run_for(MINUTES(2));
    ck_assert_uint_eq(fact(FACT_BACKLOG)->reason, REASON_ENOUGH);
    ask_for(5, ONLY_U, 3 * QUOTA_FEN);
    run_for(MINUTES(2));
    ck_assert_int_eq(facts_of(FACT_ALERT), 2);
}
END_TEST

START_TEST(a_forecast_that_swings_warns_once_within_the_lead)
{
    config.allocation.lead_us = config.allocation.horizon_us = MINUTES(30);
    begin(&config);
    forget();
    ask_for(1, ONLY_U, 4 * QUOTA_FEN);
    run_for(MINUTES(2));
    ck_assert_int_eq(facts_of(FACT_ALERT), 1);
    feed((struct input){.kind = INPUT_RECEIPT_NOTIFIED,
                        .channel = U,
                        .session = FIRST_SESSION,
                        .amount_fen = 100 * QUOTA_FEN});
    run_for(MINUTES(2));
    ck_assert_uint_eq(fact(FACT_BACKLOG)->reason, REASON_ENOUGH);
    ask_for(2, ONLY_U, 1000 * QUOTA_FEN);
    run_for(MINUTES(2));
    ck_assert_uint_eq(fact(FACT_BACKLOG)->reason, REASON_NOTHING_COVERS);
    ck_assert_int_eq(facts_of(FACT_ALERT), 1);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("outlook");
    tcase_add_checked_fixture(t, fresh, NULL);
    tcase_add_test(t, what_is_foreseen_is_told_with_each_quarter_of_an_hour);
    tcase_add_test(t, a_channel_with_less_than_what_waits_is_dry_now);
    tcase_add_test(t, who_asks_for_no_outlook_is_told_none);
    tcase_add_loop_test(t, the_answer_is_told_once_and_that_it_is_enough_once, 0, COUNT(answers));
    tcase_add_test(t, a_backlog_that_comes_and_goes_is_told_once_a_minute_at_most);
    tcase_add_test(t, it_warns_again_only_after_there_was_enough);
    tcase_add_test(t, a_forecast_that_swings_warns_once_within_the_lead);
    return run_tests("outlook", t);
}
