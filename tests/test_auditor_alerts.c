/* test_auditor_alerts.c — an alert that is not true is found by the auditor. */

#include "tests/audited.h"

enum { UNTIL_RAISED_MIN = 5 };

#define LEVEL_FEN (STAGE_MAPPED_FEN - 500)

/* Books are open; 1,000 fen go out at 8:01, and no more is left than 400 below the level. */
static void open_story(int64_t for_us)
{
    stage_set();
    audit_open((struct core_config){
        .limits = {.open_payouts = 8, .remembered = 100},
        .alert_count = 1,
        .alert_rules = {
            {.watch = WATCH_AVAILABLE, .of = UNIONPAY, .level = LEVEL_FEN, .for_us = for_us}}});
    tell_opened();
    after_event();
    stage.now_us = stage_at(28, 8, 1);
    tell((struct fact){.kind = FACT_MOVE_SENT,
                       .channel = UNIONPAY,
                       .amount_fen = 1000,
                       .other = STAGE_MAPPED_FEN - 1000});
}

static struct fact raised(void)
{
    return (struct fact){.kind = FACT_ALERT_RAISED,
                         .channel = UNIONPAY,
                         .reason = REASON_BELOW_LEVEL,
                         .amount_fen = STAGE_MAPPED_FEN - 1000,
                         .other = LEVEL_FEN};
}

static const struct {
    const char *what;
    int64_t amount_fen; /* told beside what is true */
    int64_t level_fen;
    uint32_t subject;
    uint8_t kind;
    uint8_t reason;
    bool wrong;
} tales[] = {
    {"the truth", 0, 0, 0, FACT_ALERT_RAISED, REASON_BELOW_LEVEL, false},
    {"no reason", 0, 0, 0, FACT_ALERT_RAISED, REASON_NONE, true},
    {"another value", 1, 0, 0, FACT_ALERT_RAISED, REASON_BELOW_LEVEL, true},
    {"a value at the level", 500, 0, 0, FACT_ALERT_RAISED, REASON_BELOW_LEVEL, true},
    {"another level", 0, 1, 0, FACT_ALERT_RAISED, REASON_BELOW_LEVEL, true},
    {"no such rule", 0, 0, 1, FACT_ALERT_RAISED, REASON_BELOW_LEVEL, true},
    {"cleared before it was raised", 0, 0, 0, FACT_ALERT_CLEARED, REASON_LEVEL_REGAINED, true},
};

START_TEST(an_alert_is_told_as_it_is_or_found_out)
{
    open_story(0);
    struct fact f = raised();
    f.kind = tales[_i].kind;
    f.reason = tales[_i].reason;
    f.subject = tales[_i].subject;
    f.amount_fen += tales[_i].amount_fen;
    f.other += tales[_i].level_fen;
    tell(f);
    ck_assert_msg((broken(INVARIANT_REASONS) > 0) == tales[_i].wrong, "%s", tales[_i].what);
    audit_close();
}
END_TEST

START_TEST(raised_twice_is_found)
{
    open_story(0);
    tell(raised());
    tell(raised());
    ck_assert_uint_eq(broken(INVARIANT_REASONS), 1);
    audit_close();
}
END_TEST

static const struct {
    int64_t after_us; /* the condition began */
    bool wrong;
} lengths[] = {
    {UNTIL_RAISED_MIN * US_PER_MINUTE, false},
    {UNTIL_RAISED_MIN * US_PER_MINUTE - 1, true},
    {0, true},
    {UNTIL_RAISED_MIN * US_PER_MINUTE + 1, false}, /* late is not untrue */
};

START_TEST(raised_before_its_condition_lasted_is_found)
{
    open_story(UNTIL_RAISED_MIN * US_PER_MINUTE);
    after_event();
    stage.now_us += lengths[_i].after_us;
    tell(raised());
    ck_assert_uint_eq(broken(INVARIANT_REASONS), lengths[_i].wrong);
    audit_close();
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("auditor_alerts");
    tcase_add_loop_test(t, an_alert_is_told_as_it_is_or_found_out, 0, COUNT(tales));
    tcase_add_test(t, raised_twice_is_found);
    tcase_add_loop_test(t, raised_before_its_condition_lasted_is_found, 0, COUNT(lengths));
    return run_tests("auditor_alerts", t);
}
