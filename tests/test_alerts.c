/* Alert rules: raised once, cleared once, never flapping, to the microsecond. */

#include "tests/core_driver.h"

/* --- one rule -------------------------------------------------------------- */

static const struct alert_rule below_10 = {.level = 10};
static const struct alert_rule above_10 = {.level = 10, .above = 1};

static const struct {
    const struct alert_rule *rule;
    int64_t value;
    bool holds;
} level_cases[] = {
    {&below_10, 9, true},         {&below_10, 10, false}, {&below_10, 11, false},
    {&below_10, -1, true},        {&above_10, 11, true},  {&above_10, 10, false},
    {&above_10, 9, false},        {&below_10, 0, true},   {&above_10, INT64_MAX, true},
    {&below_10, INT64_MIN, true},
};

START_TEST(exactly_at_the_level_is_not_beyond_it)
{
    struct watched w = {.exists = true, .value = level_cases[_i].value};
    ck_assert_int_eq(alert_holds(level_cases[_i].rule, &w), level_cases[_i].holds);
    w.exists = false;
    ck_assert(!alert_holds(level_cases[_i].rule, &w));
}
END_TEST

static const struct {
    const struct alert_rule *rule;
    int8_t slope;
    int64_t value;
    int64_t turns_in_us;
} turn_cases[] = {
    {&above_10, 0, 3, NEVER_US},   {&below_10, 0, 30, NEVER_US},
    {&above_10, 1, 3, 8}, /* 11 is the first value above 10 */
    {&above_10, 1, 10, 1},         {&above_10, 1, 11, NEVER_US},
    {&below_10, 1, 3, 7}, /* 10 is no longer below it */
    {&below_10, 1, 9, 1},          {&below_10, 1, 10, NEVER_US},
    {&below_10, -1, 30, 21}, /* 9 is the first value below 10 */
    {&below_10, -1, 10, 1},        {&below_10, -1, 9, NEVER_US},
    {&above_10, -1, 30, 20},       {&above_10, -1, 11, 1},
    {&above_10, -1, 10, NEVER_US},
};

START_TEST(when_time_alone_passes_a_level_is_arithmetic)
{
    struct watched w = {
        .exists = true, .slope = turn_cases[_i].slope, .value = turn_cases[_i].value};
    const struct alert_rule *r = turn_cases[_i].rule;
    int64_t in_us = alert_turns_in_us(r, &w);
    ck_assert_int_eq(in_us, turn_cases[_i].turns_in_us);
    if (in_us == NEVER_US)
        return;
    struct watched then = w;
    then.value += w.slope * in_us;
    struct watched just_before = then;
    just_before.value -= w.slope;
    ck_assert_int_ne(alert_holds(r, &then), alert_holds(r, &w));
    ck_assert_int_eq(alert_holds(r, &just_before), alert_holds(r, &w));
}
END_TEST

/* Looked at at these moments, the condition being so; r and c mark a raise and a clear. */
static const struct {
    int64_t for_us;
    const char *moments; /* one step a character: + holds, - does not; 10 us apart */
    const char *want;    /* r raised, c cleared, . nothing */
} step_cases[] = {
    {0, "-+--", ".rc."},
    {0, "++--", "r.c."},
    {10, "++", ".r"},
    {20, "+++", "..r"},
    {20, "++-+++", ".....r"},
    {20, "+-+-+-", "......"},
    {20, "+++--+---", "..r.....c"},
    {20, "+++---", "..r..c"},
    {20, "+++-+-+-+", "..r......"},
    {30, "+++", "..."},
    {0, "+-+-", "rcrc"},
};

START_TEST(raised_and_cleared_only_when_it_lasted)
{
    struct alert_rule r = {.for_us = step_cases[_i].for_us};
    struct alert_state s;
    int64_t due_us;
    alert_open(&s);
    for (int i = 0; step_cases[_i].moments[i] != '\0'; i++) {
        enum alert_change change =
            alert_step(&r, &s, step_cases[_i].moments[i] == '+', 10 * i, &due_us);
        char told = change == ALERT_IS_RAISED ? 'r' : change == ALERT_IS_CLEARED ? 'c' : '.';
        ck_assert_msg(told == step_cases[_i].want[i], "case %d: step %d is %c", _i, i, told);
        ck_assert(due_us == NEVER_US || due_us > 10 * i);
    }
}
END_TEST

START_TEST(it_asks_to_be_looked_at_exactly_after_for)
{
    struct alert_rule r = {.for_us = 100};
    struct alert_state s;
    int64_t due_us;
    alert_open(&s);
    ck_assert_int_eq(alert_step(&r, &s, true, 7, &due_us), ALERT_STAYS);
    ck_assert_int_eq(due_us, 107);
    ck_assert_int_eq(alert_step(&r, &s, true, 106, &due_us), ALERT_STAYS);
    ck_assert_int_eq(due_us, 107);
    ck_assert_int_eq(alert_step(&r, &s, true, 107, &due_us), ALERT_IS_RAISED);
    ck_assert_int_eq(due_us, NEVER_US);
    ck_assert_int_eq(alert_step(&r, &s, true, 200, &due_us), ALERT_STAYS);
    ck_assert_int_eq(alert_step(&r, &s, false, 300, &due_us), ALERT_STAYS);
    ck_assert_int_eq(alert_step(&r, &s, false, 399, &due_us), ALERT_STAYS);
    ck_assert_int_eq(alert_step(&r, &s, false, 400, &due_us), ALERT_IS_CLEARED);
}
END_TEST

/* --- in the treasury ------------------------------------------------------- */

static struct core_config config;

static void rule(struct alert_rule r)
{
    config.alert_rules[config.alert_count++] = r;
    if (r.watch == WATCH_DOUBT_OLDEST)
        config.limits.doubts = config.limits.open_payouts * 2;
}

static void setup(void)
{
    config = plain_config();
}

static void ask_for(uint64_t reference, int64_t amount_fen)
{
    feed((struct input){.kind = INPUT_PAYOUT_REQUESTED,
                        .priority = 5,
                        .routes = ONLY_U,
                        .amount_fen = amount_fen,
                        .reference = {.lo = reference}});
}

START_TEST(what_is_too_little_is_told_once_with_its_value_and_level)
{
    rule((struct alert_rule){.watch = WATCH_AVAILABLE, .of = U, .level = QUOTA_FEN - 500});
    begin(&config);
    ask_for(1, 500); /* exactly the level is left */
    ck_assert_int_eq(facts_of(FACT_ALERT_RAISED), 0);
    ask_for(2, 1);
    ck_assert_int_eq(facts_of(FACT_ALERT_RAISED), 1);
    ask_for(3, 1);
    ck_assert_int_eq(facts_of(FACT_ALERT_RAISED), 1);
    const struct fact *f = fact(FACT_ALERT_RAISED);
    ck_assert_uint_eq(f->subject, 0);
    ck_assert_uint_eq(f->channel, U);
    ck_assert_uint_eq(f->reason, REASON_BELOW_LEVEL);
    ck_assert_int_eq(f->amount_fen, QUOTA_FEN - 501);
    ck_assert_int_eq(f->other, QUOTA_FEN - 500);
    feed((struct input){
        .kind = INPUT_RECEIPT_NOTIFIED, .channel = U, .session = FIRST_SESSION, .amount_fen = 1});
    ck_assert_int_eq(facts_of(FACT_ALERT_CLEARED), 0); /* one fen is still missing */
    feed((struct input){
        .kind = INPUT_RECEIPT_NOTIFIED, .channel = U, .session = FIRST_SESSION, .amount_fen = 1});
    ck_assert_int_eq(facts_of(FACT_ALERT_CLEARED), 1);
    ck_assert_uint_eq(fact(FACT_ALERT_CLEARED)->reason, REASON_LEVEL_REGAINED);
}
END_TEST

START_TEST(every_rule_is_told_though_there_are_as_many_as_may_be)
{
    for (int i = 0; i < ALERT_RULES_MAX; i++)
        rule((struct alert_rule){.watch = WATCH_MAPPED, .of = N, .level = QUOTA_FEN + 1});
    begin(&config);
    ck_assert_int_eq(facts_of(FACT_ALERT_RAISED), ALERT_RULES_MAX);
    for (int i = 0; i < fact_count; i++)
        if (facts[i].kind == FACT_ALERT_RAISED)
            ck_assert_int_eq(facts[i].at_us, START_US);
}
END_TEST

static const struct {
    enum watch watch;
    uint8_t of;
    int64_t value; /* with one payout of 700 held, one of QUOTA_FEN in the queue */
} watch_cases[] = {
    {WATCH_AVAILABLE, U, QUOTA_FEN - 700},
    {WATCH_AVAILABLE, N, QUOTA_FEN},
    {WATCH_MAPPED, U, QUOTA_FEN},
    {WATCH_PROCESSING, U, 700},
    {WATCH_PROCESSING, N, 0},
    {WATCH_UNALLOCATED, 0, FREE_FEN},
    {WATCH_BALANCE, 0, 2 * QUOTA_FEN + FREE_FEN},
    {WATCH_BALANCE, 1, 12345},
    {WATCH_QUEUE_DEPTH, 0, 1},
    {WATCH_QUEUE_AMOUNT, 0, QUOTA_FEN},
    {WATCH_BUSINESS_DEPTH, 0, 1},
    {WATCH_BUSINESS_DEPTH, 1, 0},
    {WATCH_BUSINESS_AMOUNT, 0, QUOTA_FEN},
    {WATCH_BUSINESS_AMOUNT, 2, 0},
    {WATCH_DOUBT_COUNT, 0, 0},
    {WATCH_IN_TRANSIT, 0, 0},
    {WATCH_BREAKS_OPEN, 0, 0},
    {WATCH_SUSPENSE, 0, 0},
};

/* Two rules around the value: both are raised then, and a third at it never. */
START_TEST(it_watches_what_it_says)
{
    struct alert_rule r = {.watch = (uint8_t)watch_cases[_i].watch, .of = watch_cases[_i].of};
    r.for_us = 1;
    r.level = watch_cases[_i].value + 1;
    rule(r);
    r.above = 1;
    r.level = watch_cases[_i].value - 1;
    rule(r);
    r.level = watch_cases[_i].value;
    rule(r);
    r.above = 0;
    rule(r);
    begin(&config);
    ask_for(1, 700);
    ask_for(2, QUOTA_FEN);
    run_for(1);
    bool raised[4] = {false};
    for (int i = 0; i < fact_count; i++)
        if (facts[i].kind == FACT_ALERT_RAISED && facts[i].at_us == START_US + 1) {
            raised[facts[i].subject] = true;
            ck_assert_int_eq(facts[i].amount_fen, watch_cases[_i].value);
        }
    ck_assert(raised[0] && raised[1] && !raised[2] && !raised[3]);
}
END_TEST

START_TEST(an_account_that_is_not_open_is_not_watched)
{
    config.accounts[1].opens_us = START_US + HOURS(1);
    rule((struct alert_rule){.watch = WATCH_BALANCE, .of = 1, .level = 12346});
    begin(&config);
    run_for(HOURS(1) - 1);
    ck_assert_int_eq(facts_of(FACT_ALERT_RAISED), 0);
    run_for(1);
    ck_assert_int_eq(facts_of(FACT_ALERT_RAISED), 1);
    ck_assert_int_eq(fact(FACT_ALERT_RAISED)->at_us, START_US + HOURS(1));
}
END_TEST

START_TEST(the_oldest_in_the_queue_is_told_of_when_it_is_too_old_to_the_microsecond)
{
    rule((struct alert_rule){.watch = WATCH_QUEUE_OLDEST, .above = 1, .level = MINUTES(5)});
    begin(&config);
    ask_for(1, 2 * QUOTA_FEN);
    run_for(MINUTES(5));
    ck_assert_int_eq(facts_of(FACT_ALERT_RAISED), 0);
    run_for(1);
    ck_assert_int_eq(facts_of(FACT_ALERT_RAISED), 1);
    ck_assert_int_eq(fact(FACT_ALERT_RAISED)->at_us, START_US + MINUTES(5) + 1);
    ck_assert_int_eq(fact(FACT_ALERT_RAISED)->amount_fen, MINUTES(5) + 1);
    feed((struct input){.kind = INPUT_PAYOUT_CANCELLED, .reference = {.lo = 1}});
    ck_assert_int_eq(facts_of(FACT_ALERT_CLEARED), 1);
}
END_TEST

START_TEST(when_the_oldest_goes_the_next_counts_with_its_own_age)
{
    rule((struct alert_rule){.watch = WATCH_QUEUE_OLDEST, .above = 1, .level = MINUTES(5)});
    begin(&config);
    ask_for(1, 2 * QUOTA_FEN);
    run_for(MINUTES(3));
    ask_for(2, 2 * QUOTA_FEN);
    feed((struct input){.kind = INPUT_PAYOUT_CANCELLED, .reference = {.lo = 1}});
    run_for(MINUTES(5));
    ck_assert_int_eq(facts_of(FACT_ALERT_RAISED), 0);
    run_for(1);
    ck_assert_int_eq(facts_of(FACT_ALERT_RAISED), 1);
}
END_TEST

START_TEST(for_spans_midnight_like_any_other_time)
{
    rule((struct alert_rule){
        .watch = WATCH_QUEUE_DEPTH, .above = 1, .level = 0, .for_us = MINUTES(30)});
    begin(&config);
    int64_t midnight_us = START_US + HOURS(12);
    run_until(midnight_us - MINUTES(15));
    ask_for(1, 2 * QUOTA_FEN);
    run_until(midnight_us + MINUTES(15) - 1);
    ck_assert_int_eq(facts_of(FACT_ALERT_RAISED), 0);
    run_until(midnight_us + MINUTES(15));
    ck_assert_int_eq(facts_of(FACT_ALERT_RAISED), 1);
    ck_assert_int_eq(fact(FACT_ALERT_RAISED)->at_us, midnight_us + MINUTES(15));
}
END_TEST

START_TEST(what_is_back_within_for_was_nothing)
{
    rule((struct alert_rule){
        .watch = WATCH_QUEUE_DEPTH, .above = 1, .level = 0, .for_us = MINUTES(30)});
    begin(&config);
    for (uint64_t i = 1; i < 10; i++) {
        ask_for(i, 2 * QUOTA_FEN);
        run_for(MINUTES(30) - 1);
        feed((struct input){.kind = INPUT_PAYOUT_CANCELLED, .reference = {.lo = i}});
    }
    run_for(HOURS(1));
    ck_assert_int_eq(facts_of(FACT_ALERT_RAISED), 0);
}
END_TEST

START_TEST(doubts_count_from_when_they_began_and_the_oldest_ends_with_its_outcome)
{
    rule((struct alert_rule){.watch = WATCH_DOUBT_OLDEST, .above = 1, .level = MINUTES(2)});
    rule((struct alert_rule){.watch = WATCH_DOUBT_COUNT, .above = 1, .level = 1});
    begin(&config);
    ask_for(1, 100);
    struct order first = *order(ORDER_PAY);
    run_for(MINUTES(1));
    ask_for(2, 100);
    run_for(REPLY_TIMEOUT_US);
    ck_assert_uint_eq(fact(FACT_ALERT_RAISED)->subject, 1);
    notify_paid(first);
    ck_assert_uint_eq(fact(FACT_ALERT_CLEARED)->subject, 1);
    forget();
    run_for(MINUTES(2)); /* the second came into doubt just then */
    ck_assert_int_eq(facts_of(FACT_ALERT_RAISED), 0);
    run_for(1);
    ck_assert_int_eq(facts_of(FACT_ALERT_RAISED), 1);
}
END_TEST

START_TEST(a_ring_of_doubts_that_is_full_keeps_those_that_last)
{
    config.limits.open_payouts = 2;
    config.retries = 0;
    rule((struct alert_rule){.watch = WATCH_DOUBT_OLDEST, .above = 1, .level = HOURS(1)});
    begin(&config);
    ask_for(1, 100); /* in doubt to the end */
    run_for(REPLY_TIMEOUT_US);
    int64_t since_us = now_us;
    for (uint64_t i = 2; i < 30; i++) {
        ask_for(i, 100);
        run_for(REPLY_TIMEOUT_US);
        notify(*order(ORDER_PAY), UNIONPAY_10);
    }
    ck_assert_int_eq(facts_of(FACT_IN_DOUBT), 29);
    ck_assert_int_eq(facts_of(FACT_FAILED), 28);
    run_until(since_us + HOURS(1));
    ck_assert_int_eq(facts_of(FACT_ALERT_RAISED), 0);
    run_for(1);
    ck_assert_int_eq(facts_of(FACT_ALERT_RAISED), 1);
}
END_TEST

START_TEST(a_channel_that_pays_out_steadily_is_told_to_be_dry_before_it_is)
{
    rule((struct alert_rule){.watch = WATCH_TIME_TO_DRY, .of = U, .level = MINUTES(30)});
    config.channels[U].query_after_us[0] = HOURS(1);
    begin(&config);
    uint64_t i = 1;
    for (; facts_of(FACT_ALERT_RAISED) == 0; i++) {
        ck_assert(i < 60);
        ask_for(i, 2000); /* 1000.00 lasts for 50 of them, a minute each */
        run_for(MINUTES(1));
    }
    ck_assert_uint_eq(fact(FACT_ALERT_RAISED)->channel, U);
    ck_assert_int_lt(fact(FACT_ALERT_RAISED)->amount_fen, MINUTES(30));
    ck_assert_int_gt(fact(FACT_ALERT_RAISED)->amount_fen, MINUTES(20));
    ck_assert_uint_ge(i, 20);
    ck_assert_int_eq(facts_of(FACT_DRY_BEGAN), 0);
}
END_TEST

START_TEST(without_rules_nothing_is_told_and_no_time_is_due)
{
    begin(&config);
    ask_for(1, 2 * QUOTA_FEN);
    run_for(HOURS(1));
    ck_assert_int_eq(facts_of(FACT_ALERT_RAISED), 0);
    ck_assert_int_eq(core_deadline_us(core), START_US + HOURS(12));
}
END_TEST

START_TEST(a_rule_on_the_age_of_doubts_without_room_for_them_stops_the_program)
{
    config.alert_rules[config.alert_count++] = (struct alert_rule){.watch = WATCH_DOUBT_OLDEST};
    begin(&config);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("alerts");
    tcase_add_checked_fixture(t, setup, NULL);
    tcase_add_loop_test(t, exactly_at_the_level_is_not_beyond_it, 0, COUNT(level_cases));
    tcase_add_loop_test(t, when_time_alone_passes_a_level_is_arithmetic, 0, COUNT(turn_cases));
    tcase_add_loop_test(t, raised_and_cleared_only_when_it_lasted, 0, COUNT(step_cases));
    tcase_add_test(t, it_asks_to_be_looked_at_exactly_after_for);
    tcase_add_test(t, what_is_too_little_is_told_once_with_its_value_and_level);
    tcase_add_test(t, every_rule_is_told_though_there_are_as_many_as_may_be);
    tcase_add_loop_test(t, it_watches_what_it_says, 0, COUNT(watch_cases));
    tcase_add_test(t, an_account_that_is_not_open_is_not_watched);
    tcase_add_test(t, the_oldest_in_the_queue_is_told_of_when_it_is_too_old_to_the_microsecond);
    tcase_add_test(t, when_the_oldest_goes_the_next_counts_with_its_own_age);
    tcase_add_test(t, for_spans_midnight_like_any_other_time);
    tcase_add_test(t, what_is_back_within_for_was_nothing);
    tcase_add_test(t, doubts_count_from_when_they_began_and_the_oldest_ends_with_its_outcome);
    tcase_add_test(t, a_ring_of_doubts_that_is_full_keeps_those_that_last);
    tcase_add_test(t, a_channel_that_pays_out_steadily_is_told_to_be_dry_before_it_is);
    tcase_add_test(t, without_rules_nothing_is_told_and_no_time_is_due);
    tcase_add_test_raise_signal(
        t, a_rule_on_the_age_of_doubts_without_room_for_them_stops_the_program, SIGABRT);
    return run_tests("alerts", t);
}
