/* test_metrics.c — each metric by its name, from a story that can be counted by hand. */

#include "sim/metrics.h"
#include "tests/small_plan.h"

static const struct metric *metric(const char *name)
{
    const struct metric *m = metric_find(&plan.metrics, name);
    ck_assert_msg(m != NULL, "no metric %s", name);
    return m;
}

static int64_t value(const char *name)
{
    int64_t v = INT64_MIN;
    struct measured from = {.recorder = &recorder, .paid_twice = 3, .paid_twice_by_lie = 2};
    ck_assert_msg(metric_value(metric(name), &from, NULL, &v), "%s was not measured", name);
    return v;
}

static bool measured(const char *name, const struct payout_stats *stats)
{
    int64_t v;
    struct measured from = {.recorder = &recorder};
    return metric_value(metric(name), &from, stats, &v);
}

START_TEST(names_are_there_once_each_and_unknown_ones_are_not)
{
    for (uint32_t i = 0; i < plan.metrics.count; i++)
        ck_assert_ptr_eq(metric_find(&plan.metrics, plan.metrics.metrics[i].name),
                         &plan.metrics.metrics[i]);
    ck_assert_ptr_nonnull(metric("queue_wait.salary.p99"));
    ck_assert_ptr_nonnull(metric("virtual.mean_fen"));
    ck_assert_ptr_null(metric_find(&plan.metrics, "wait.refunds.p99")); /* pays nothing out */
    ck_assert_ptr_null(metric_find(&plan.metrics, "payouts"));
    ck_assert_ptr_null(metric_find(&plan.metrics, ""));
}
END_TEST

START_TEST(what_was_not_measured_has_no_value)
{
    static const char *const nothing[] = {
        "wait.p50",   "wait.max",        "wait.mean",     "queue_wait.mean",
        "late.share", "in_doubt.mean_s", "idle.mean_fen", "unionpay.mapped_mean_fen"};
    for (int i = 0; i < COUNT(nothing); i++)
        ck_assert_msg(!measured(nothing[i], NULL), "%s", nothing[i]);
    ck_assert_int_eq(value("payouts.requested"), 0);
    ck_assert_int_eq(value("late.count"), 0);
}
END_TEST

/* Four withdrawals and a salary: paid in 10 s, paid in 70 s after a doubt of
 * 40 s (late), expired (late), failed (late), and one returned. */
static void story(void)
{
    int64_t t = clock_us(10, 0, 0);
    for (uint32_t slot = 0; slot < 5; slot++)
        tell_queued(slot, slot == 4 ? SALARY : WITHDRAWAL, t, 100 + slot);
    for (uint32_t slot = 0; slot < 5; slot++)
        if (slot != 2)
            tell_step(FACT_SENT, slot, t + (slot + 1) * US_PER_S, 0);
    truly_paid(0, t + 10 * US_PER_S);
    tell_step(FACT_PAID, 0, t + 11 * US_PER_S, 0);
    tell_step(FACT_IN_DOUBT, 1, t + 31 * US_PER_S, 0);
    truly_paid(1, t + 70 * US_PER_S);
    tell_step(FACT_PAID, 1, t + 71 * US_PER_S, 0);
    tell_step(FACT_EXPIRED, 2, t + 72 * US_PER_S, 0);
    tell_step(FACT_ATTEMPT_FAILED, 3, t + 73 * US_PER_S, 0);
    tell_step(FACT_FAILED, 3, t + 73 * US_PER_S, 0);
    truly_paid(4, t + 20 * US_PER_S);
    tell_step(FACT_PAID, 4, t + 74 * US_PER_S, 0);
    tell_step(FACT_RETURNED, 4, t + 75 * US_PER_S, 0);
    tell_step(FACT_SETTLED, 0, t + 76 * US_PER_S, 0);
}

static const struct {
    const char *name;
    int64_t want;
} counted[] = {
    {"payouts.requested", 5},
    {"payouts.paid", 2}, /* not the one that came back */
    {"payouts.expired", 1},
    {"payouts.failed", 1},
    {"payouts.returned", 1},
    {"payouts.refused", 0},
    {"payouts.cancelled", 0},
    {"payouts.in_doubt", 0},
    {"payouts.sent", 0},
    {"payouts.queued", 0},
    {"payouts.paid_twice", 3},
    {"payouts.paid_twice_by_lie", 2},
    {"payouts.amount_requested_fen", 100 + 101 + 102 + 103 + 104},
    {"payouts.amount_paid_fen", 100 + 101 + 104}, /* truly, returned or not */
    {"wait.max", 70 * US_PER_S},
    {"wait.p50", 20 * US_PER_S},
    {"wait.mean", 100 * US_PER_S / 3},
    {"wait.withdrawal.mean", 40 * US_PER_S},
    {"wait.salary.max", 20 * US_PER_S},
    {"queue_wait.max", 5 * US_PER_S},
    {"queue_wait.mean", 3 * US_PER_S},
    {"queue_wait.withdrawal.max", 4 * US_PER_S},
    {"late.count", 3},
    {"late.share", 600000},
    {"netsunion.paid", 3},
    {"netsunion.failed", 1},
    {"unionpay.paid", 0},
    {"in_doubt.resolved", 1},
    {"in_doubt.mean_s", 40 * US_PER_S},
};

START_TEST(waits_of_a_group_are_those_of_its_merchants_by_the_first_pattern)
{
    static const char *const names[] = {"wait.group.small.max", "wait.group.large.max",
                                        "queue_wait.group.small.max", "queue_wait.group.large.max"};
    int64_t t = clock_us(10, 0, 0);
    for (int i = 0; i < COUNT(names); i++)
        ck_assert_msg(!measured(names[i], NULL), "%s", names[i]);
    for (uint32_t slot = 0; slot < 4; slot++) {
        merchant = slot + 1; /* M-1 and M-4 are small, M-2 is large, M-3 is in no group */
        tell_queued(slot, slot == 3 ? SALARY : WITHDRAWAL, t, 100);
    }
    for (uint32_t slot = 0; slot < 4; slot++)
        tell_step(FACT_SENT, slot, t + (slot + 1) * US_PER_S, 0);
    for (uint32_t slot = 0; slot < 3; slot++)
        truly_paid(slot, t + (slot + 1) * 10 * US_PER_S);
    static const int64_t want_s[] = {10, 20, 4, 2};
    for (int i = 0; i < COUNT(names); i++)
        ck_assert_int_eq(value(names[i]), want_s[i] * US_PER_S);
    ck_assert_int_eq(value("wait.max"), 30 * US_PER_S);
    ck_assert_uint_eq(recorder.total.by_group[0].queue_wait.count +
                          recorder.total.by_group[1].queue_wait.count,
                      3);
    ck_assert_ptr_null(metric_find(&plan.metrics, "wait.group.medium.p50"));
    merchant = 0; /* nobody, whom "*" matches all the same */
    tell_queued(4, WITHDRAWAL, t, 100);
    tell_step(FACT_SENT, 4, t + 60 * US_PER_S, 0);
    ck_assert_int_eq(value("queue_wait.max"), 60 * US_PER_S);
    ck_assert_int_eq(value("queue_wait.group.large.max"), 2 * US_PER_S);
}
END_TEST

START_TEST(waits_of_a_group_are_also_those_of_a_window)
{
    struct window morning = {
        .kind = WINDOW_DAILY, .from_us = 8 * US_PER_HOUR, .to_us = 9 * US_PER_HOUR};
    struct window_stats *w = recorder_window(&recorder, &morning);
    for (uint32_t slot = 0; slot < 2; slot++) {
        tell_queued(slot, WITHDRAWAL, clock_us(8 + (int)slot, 30, 0), 100);
        tell_step(FACT_SENT, slot, clock_us(10, 0, 0), 0);
    }
    ck_assert_uint_eq(w->stats.by_group[1].queue_wait.count, 1);
    ck_assert_uint_eq(recorder.total.by_group[1].queue_wait.count, 2);
}
END_TEST

START_TEST(each_decision_is_counted_under_its_word)
{
    static const char *const names[] = {
        "decisions.primary",         "decisions.more_quota",   "decisions.cheaper",
        "decisions.more_success",    "decisions.breaker_open", "decisions.channel_busy",
        "decisions.tried_elsewhere", "decisions.quota_low",    "decisions.only_route"};
    ck_assert_int_eq(COUNT(names), DECISIONS);
    ck_assert_ptr_null(metric_find(&plan.metrics, "decisions.operator"));
    for (uint32_t slot = 0; slot < DECISIONS; slot++) {
        tell_queued(slot, WITHDRAWAL, clock_us(10, 0, 0), 100);
        for (uint32_t times = 0; times <= slot; times++) {
            tell((struct fact){.kind = FACT_SENT,
                               .at_us = clock_us(10, 0, 0),
                               .reason = decision_words[slot],
                               .subject = slot});
            tell_step(FACT_ATTEMPT_FAILED, slot, clock_us(10, 0, 0), 0);
            tell_step(FACT_QUEUED, slot, clock_us(10, 0, 0), 0);
        }
    }
    for (int i = 0; i < DECISIONS; i++)
        ck_assert_int_eq(value(names[i]), i + 1);
}
END_TEST

START_TEST(a_story_is_counted_as_by_hand)
{
    story();
    int64_t want = counted[_i].want;
    int64_t got = value(counted[_i].name);
    bool percentile = strstr(counted[_i].name, ".p") != NULL && counted[_i].name[0] == 'w';
    ck_assert_int_ge(got, percentile ? want - want / 1000 : want);
    ck_assert_int_le(got, percentile ? want + want / 1000 : want);
}
END_TEST

START_TEST(end_states_sum_to_what_was_requested)
{
    static const char *const ends[] = {"payouts.paid",     "payouts.failed",  "payouts.expired",
                                       "payouts.returned", "payouts.refused", "payouts.cancelled"};
    int64_t sum = 0;
    story();
    request = (struct arrival){.business = SALARY};
    recorder_requests(&recorder, &request);
    tell((struct fact){.kind = FACT_REQUESTED, .subject = NONE, .at_us = clock_us(11, 0, 0)});
    tell((struct fact){.kind = FACT_REFUSED, .subject = NONE, .at_us = clock_us(11, 0, 0)});
    ck_assert_int_eq(value("payouts.refused"), 1);
    for (int i = 0; i < COUNT(ends); i++)
        sum += value(ends[i]);
    ck_assert_int_eq(sum, value("payouts.requested"));
}
END_TEST

START_TEST(a_window_has_the_payouts_requested_in_it)
{
    struct window ten = {
        .kind = WINDOW_DAILY, .from_us = 10 * US_PER_HOUR, .to_us = 11 * US_PER_HOUR};
    struct window noon = {
        .kind = WINDOW_DAILY, .from_us = 12 * US_PER_HOUR, .to_us = 13 * US_PER_HOUR};
    struct measured from = {.recorder = &recorder};
    int64_t v;
    struct window_stats *in = recorder_window(&recorder, &ten);
    struct window_stats *out = recorder_window(&recorder, &noon);
    ck_assert_ptr_eq(recorder_window(&recorder, &ten), in);
    story();
    ck_assert(metric_value(metric("late.count"), &from, &in->stats, &v));
    ck_assert_int_eq(v, 3);
    ck_assert(metric_value(metric("payouts.requested"), &from, &out->stats, &v));
    ck_assert_int_eq(v, 0);
    ck_assert(!measured("wait.p99", &out->stats));
}
END_TEST

START_TEST(means_over_time_weigh_by_time_and_end_with_the_span)
{
    recorder_advance(&recorder, clock_us(6, 0, 0)); /* a quarter of the day at 500,000 */
    world->houses[CHANNEL_NETSUNION].processing_fen = 400000;
    recorder_after_event(&recorder);
    recorder_advance(&recorder, clock_us(12, 0, 0)); /* another at 100,000 */
    world->houses[CHANNEL_NETSUNION].processing_fen = 0;
    recorder_after_event(&recorder);
    recorder_finish(&recorder, clock_us(40, 0, 0)); /* the drain does not count */
    ck_assert_int_eq(value("netsunion.available_mean_fen"), 400000);
    ck_assert_int_eq(value("netsunion.available_min_fen"), 100000);
    ck_assert_int_eq(value("netsunion.mapped_mean_fen"), 500000);
    ck_assert_int_eq(value("unionpay.available_min_fen"), 400000);
    ck_assert_int_eq(value("idle.mean_fen"), 100000 + 400000 + 400000);
    ck_assert_int_eq(value("virtual.mean_fen"), 700);
    ck_assert_int_eq(value("acs.balance_min_fen"), 1000000);
    ck_assert_int_eq(value("acs.unallocated_min_fen"), 100000);
}
END_TEST

START_TEST(dry_time_is_from_its_beginning_to_its_end_or_the_runs)
{
    tell((struct fact){.kind = FACT_DRY_BEGAN, .at_us = clock_us(1, 0, 0)});
    tell((struct fact){.kind = FACT_DRY_ENDED, .at_us = clock_us(1, 0, 7)});
    tell((struct fact){.kind = FACT_DRY_ENDED, .at_us = clock_us(1, 0, 9)}); /* was not dry */
    tell((struct fact){.kind = FACT_DRY_BEGAN, .at_us = clock_us(2, 0, 0)});
    recorder_finish(&recorder, clock_us(2, 0, 3));
    ck_assert_int_eq(value("unionpay.dry_s"), 10 * US_PER_S);
    ck_assert_int_eq(value("netsunion.dry_s"), 0);
}
END_TEST

START_TEST(what_hangs_beyond_its_deadline_at_the_end_is_late)
{
    tell_queued(0, WITHDRAWAL, clock_us(10, 0, 0), 1);
    tell_queued(1, WITHDRAWAL, clock_us(10, 0, 30), 1); /* still within its minute */
    tell_queued(2, SALARY, clock_us(10, 0, 0), 1);      /* has no deadline */
    recorder_finish(&recorder, clock_us(10, 1, 1));
    ck_assert_int_eq(value("late.count"), 1);
    ck_assert_int_eq(value("payouts.queued"), 3);
}
END_TEST

START_TEST(moves_alerts_collections_and_fees_are_counted)
{
    struct arrival a = {.count = 40, .amount_fen = 5000, .fee_fen = 12};
    recorder_collected(&recorder, &a);
    recorder_collected(&recorder, &a);
    tell((struct fact){.kind = FACT_MOVE_DONE, .amount_fen = 300});
    tell((struct fact){.kind = FACT_MOVE_DONE, .amount_fen = 50});
    tell((struct fact){.kind = FACT_ALERT});
    tell((struct fact){.kind = FACT_ALERT_RAISED});
    tell((struct fact){.kind = FACT_ALERT_CLEARED});
    ck_assert_int_eq(value("collections.count"), 80);
    ck_assert_int_eq(value("collections.amount_fen"), 10000);
    ck_assert_int_eq(value("fees.total_fen"), 24);
    ck_assert_int_eq(value("quota.moves"), 2);
    ck_assert_int_eq(value("quota.moved_fen"), 350);
    ck_assert_int_eq(value("alerts.count"), 2);
}
END_TEST

START_TEST(a_metric_that_is_not_of_payouts_has_no_window)
{
    measured("quota.moves", &recorder.total);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("metrics");
    tcase_add_checked_fixture(t, small_open, small_close);
    tcase_add_test(t, names_are_there_once_each_and_unknown_ones_are_not);
    tcase_add_test(t, what_was_not_measured_has_no_value);
    tcase_add_test(t, each_decision_is_counted_under_its_word);
    tcase_add_test(t, waits_of_a_group_are_those_of_its_merchants_by_the_first_pattern);
    tcase_add_test(t, waits_of_a_group_are_also_those_of_a_window);
    tcase_add_loop_test(t, a_story_is_counted_as_by_hand, 0, COUNT(counted));
    tcase_add_test(t, end_states_sum_to_what_was_requested);
    tcase_add_test(t, a_window_has_the_payouts_requested_in_it);
    tcase_add_test(t, means_over_time_weigh_by_time_and_end_with_the_span);
    tcase_add_test(t, dry_time_is_from_its_beginning_to_its_end_or_the_runs);
    tcase_add_test(t, what_hangs_beyond_its_deadline_at_the_end_is_late);
    tcase_add_test(t, moves_alerts_collections_and_fees_are_counted);
    tcase_add_test_raise_signal(t, a_metric_that_is_not_of_payouts_has_no_window, SIGABRT);
    return run_tests("metrics", t);
}
