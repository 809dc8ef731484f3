/* test_timeline.c — the few things worth a line, repeated ones merged. */

#include "core/base/civil.h"
#include "core/base/pool.h"
#include "sim/timeline.h"
#include "tests/harness.h"

static struct timeline timeline;

static void fresh_timeline(void)
{
    timeline_init(&timeline, US_PER_DAY); /* merges within an hour */
}

static void tell(enum fact_kind kind, int channel, int64_t at_us, int64_t amount_fen)
{
    timeline_fact(&timeline, &(struct fact){.kind = (uint8_t)kind,
                                            .channel = (uint8_t)channel,
                                            .at_us = at_us,
                                            .amount_fen = amount_fen});
}

static const struct {
    enum fact_kind fact;
    enum reason reason;
    enum timeline_kind kind;
} kinds[] = {
    {FACT_MOVE_DONE, REASON_NONE, TIMELINE_MOVED},
    {FACT_MOVE_FAILED, REASON_QUOTA_SHORT, TIMELINE_MOVE_FAILED},
    {FACT_IN_DOUBT, REASON_NO_REPLY, TIMELINE_DOUBT},
    {FACT_ATTEMPT_FAILED, REASON_ABSENT_FROM_LIST, TIMELINE_RESOLVED},
    {FACT_ATTEMPT_FAILED, REASON_CODE, TIMELINE_REFUSED_AT_GATEWAY},
    {FACT_FAILED, REASON_NO_RETRY_LEFT, TIMELINE_FAILED},
    {FACT_EXPIRED, REASON_WAITED_TOO_LONG, TIMELINE_EXPIRED},
    {FACT_RETURNED, REASON_NONE, TIMELINE_RETURNED},
    {FACT_SESSION_SETTLED, REASON_NONE, TIMELINE_SETTLED},
    {FACT_ALERT, REASON_REPORT_BELOW_BELIEF, TIMELINE_ALERT},
    {FACT_CONTRADICTED, REASON_PAID_AFTER_FAILED, TIMELINE_CONTRADICTED},
    {FACT_LIST_BROKEN, REASON_LIST_TOTAL_DIFFERS, TIMELINE_LIST_BROKEN},
};

START_TEST(each_thing_worth_a_line_gets_one)
{
    timeline_fact(&timeline, &(struct fact){.kind = (uint8_t)kinds[_i].fact,
                                            .channel = 1,
                                            .reason = (uint8_t)kinds[_i].reason,
                                            .at_us = 500,
                                            .amount_fen = 7});
    ck_assert_uint_eq(timeline.count, 1);
    ck_assert_uint_eq(timeline.entries[0].kind, kinds[_i].kind);
    ck_assert_uint_eq(timeline.entries[0].channel, 1);
    ck_assert_uint_eq(timeline.entries[0].count, 1);
    ck_assert_int_eq(timeline.entries[0].amount_fen, 7);
    ck_assert_int_eq(timeline.entries[0].from_us, 500);
    ck_assert(timeline_wants(kinds[_i].fact));
}
END_TEST

START_TEST(what_it_does_not_want_it_does_not_note)
{
    uint32_t wanted = 0;
    for (int k = 0; k < FACT_KIND_COUNT; k++) {
        wanted += timeline_wants((enum fact_kind)k);
        if (!timeline_wants((enum fact_kind)k))
            tell((enum fact_kind)k, 0, 100, 1);
    }
    ck_assert_uint_eq(timeline.count, 0);
    ck_assert_uint_eq(wanted, 24); /* those above, less one told in two ways, both of dry, of alert
                                      rules and of breakers, and seven of transfers and accounts */
}
END_TEST

START_TEST(each_alert_rule_has_lines_of_its_own)
{
    for (uint32_t rule = 0; rule < 2; rule++)
        for (int i = 0; i < 3; i++) {
            struct fact f = {.kind = FACT_ALERT_RAISED, .subject = rule, .amount_fen = 7};
            timeline_fact(&timeline, &f);
            f.kind = FACT_ALERT_CLEARED;
            timeline_fact(&timeline, &f);
        }
    ck_assert_uint_eq(timeline.count, 4);
    for (uint32_t i = 0; i < 4; i++) {
        ck_assert_uint_eq(timeline.entries[i].kind,
                          i % 2 == 0 ? TIMELINE_ALERT_RAISED : TIMELINE_ALERT_CLEARED);
        ck_assert_uint_eq(timeline.entries[i].at, i / 2);
        ck_assert_uint_eq(timeline.entries[i].count, 3);
        ck_assert_int_eq(timeline.entries[i].amount_fen, 0); /* of any unit: no sum */
    }
}
END_TEST

START_TEST(the_same_again_within_the_hour_is_the_same_line)
{
    tell(FACT_IN_DOUBT, 0, 0, 10);
    tell(FACT_IN_DOUBT, 1, 1, 10000); /* another channel, another line */
    tell(FACT_IN_DOUBT, 0, US_PER_HOUR, 5);
    tell(FACT_IN_DOUBT, 0, 2 * US_PER_HOUR, 3); /* an hour since the last, not the first */
    tell(FACT_IN_DOUBT, 0, 3 * US_PER_HOUR + 1, 1);
    ck_assert_uint_eq(timeline.count, 3);
    ck_assert_uint_eq(timeline.entries[0].count, 3);
    ck_assert_int_eq(timeline.entries[0].amount_fen, 18);
    ck_assert_int_eq(timeline.entries[0].to_us, 2 * US_PER_HOUR);
    ck_assert_uint_eq(timeline.entries[2].count, 1);
    ck_assert_int_eq(timeline.entries[2].from_us, 3 * US_PER_HOUR + 1);
}
END_TEST

START_TEST(a_short_run_merges_within_ten_minutes)
{
    timeline_init(&timeline, US_PER_HOUR);
    tell(FACT_EXPIRED, 0, 0, 1);
    tell(FACT_EXPIRED, 0, 10 * US_PER_MINUTE, 1);
    tell(FACT_EXPIRED, 0, 20 * US_PER_MINUTE + 1, 1);
    ck_assert_uint_eq(timeline.count, 2);
}
END_TEST

START_TEST(failures_for_other_reasons_and_moves_from_other_places_are_other_lines)
{
    struct fact f = {.kind = FACT_FAILED, .reason = REASON_CODE};
    timeline_fact(&timeline, &f);
    f.reason = REASON_NO_RETRY_LEFT;
    timeline_fact(&timeline, &f);
    f = (struct fact){.kind = FACT_MOVE_DONE, .state = 0};
    timeline_fact(&timeline, &f);
    f.state = CHANNEL_NONE;
    timeline_fact(&timeline, &f);
    ck_assert_uint_eq(timeline.count, 4);
    ck_assert_uint_eq(timeline.entries[3].from, CHANNEL_NONE);
}
END_TEST

START_TEST(dry_times_are_added_up)
{
    tell(FACT_DRY_ENDED, 0, 5, 0); /* was not dry */
    tell(FACT_DRY_BEGAN, 0, 100, 0);
    tell(FACT_DRY_BEGAN, 1, 110, 0);
    tell(FACT_DRY_ENDED, 0, 130, 0);
    tell(FACT_DRY_BEGAN, 0, 200, 0);
    tell(FACT_DRY_ENDED, 0, 200, 0); /* for no time at all: not a word */
    tell(FACT_DRY_BEGAN, 0, 300, 0);
    tell(FACT_DRY_ENDED, 0, 307, 0);
    tell(FACT_DRY_ENDED, 1, 400, 0);
    ck_assert_uint_eq(timeline.count, 2);
    ck_assert_uint_eq(timeline.entries[0].count, 2);
    ck_assert_int_eq(timeline.entries[0].length_us, 37);
    ck_assert_int_eq(timeline.entries[0].from_us, 100);
    ck_assert_int_eq(timeline.entries[0].to_us, 307);
    ck_assert_int_eq(timeline.entries[1].length_us, 290);
}
END_TEST

START_TEST(a_full_timeline_counts_what_it_leaves_out)
{
    for (int i = 0; i < TIMELINE_MAX + 5; i++)
        tell(FACT_RETURNED, 0, i * 2 * US_PER_HOUR, 1);
    ck_assert_uint_eq(timeline.count, TIMELINE_MAX);
    ck_assert_uint_eq(timeline.left_out, 5);
}
END_TEST

static void open_breaker(uint8_t breaker, uint32_t key, int64_t at_us)
{
    timeline_fact(&timeline, &(struct fact){.kind = FACT_BREAKER_OPENED,
                                            .reason = REASON_FAILURE_SHARE,
                                            .class = (uint8_t)(breaker + 1),
                                            .id = key,
                                            .at_us = at_us});
}

START_TEST(many_keys_of_a_breaker_are_one_line)
{
    open_breaker(3, 7, 0);
    open_breaker(3, 7, 1);
    ck_assert_uint_eq(timeline.count, 1);
    ck_assert_uint_eq(timeline.entries[0].key, 7);
    open_breaker(3, 8, 2);
    ck_assert_uint_eq(timeline.count, 1);
    ck_assert_uint_eq(timeline.entries[0].count, 3);
    ck_assert_uint_eq(timeline.entries[0].key, NONE);
    open_breaker(4, 7, 3);
    ck_assert_uint_eq(timeline.count, 2);
    ck_assert_uint_eq(timeline.entries[1].at, 4);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("timeline");
    tcase_add_checked_fixture(t, fresh_timeline, NULL);
    tcase_add_loop_test(t, each_thing_worth_a_line_gets_one, 0, COUNT(kinds));
    tcase_add_test(t, what_it_does_not_want_it_does_not_note);
    tcase_add_test(t, each_alert_rule_has_lines_of_its_own);
    tcase_add_test(t, the_same_again_within_the_hour_is_the_same_line);
    tcase_add_test(t, a_short_run_merges_within_ten_minutes);
    tcase_add_test(t, failures_for_other_reasons_and_moves_from_other_places_are_other_lines);
    tcase_add_test(t, dry_times_are_added_up);
    tcase_add_test(t, many_keys_of_a_breaker_are_one_line);
    tcase_add_test(t, a_full_timeline_counts_what_it_leaves_out);
    return run_tests("timeline", t);
}
