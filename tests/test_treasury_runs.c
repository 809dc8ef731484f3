/* test_treasury_runs.c — whole runs with transfers: every means, and what can go wrong with each
 * leg.
 *
 * A day and its drain, with rules for every means; a fault at one service.  Money
 * is never lost, doubled or invisible, and what the core believes is true at rest. */

#include <string.h>

#include "core/base/civil.h"
#include "sim/run.h"
#include "tests/harness.h"

/* clang-format off */
#define RULE(id, from, to, clock, amount, means) \
    "{\"id\":\"" id "\",\"from\":\"" from "\",\"to\":\"" to "\",\"when\":{\"at\":[\"" clock \
    "\"]},\"amount\":{\"kind\":\"fixed\",\"value\":\"" amount "\"},\"means\":[\"" means "\"]}"
#define WORLD \
    "\"name\":\"x\",\"clock\":{\"from\":\"2018-10-08T00:00:00+08:00\"," \
    "\"to\":\"2018-10-09T00:00:00+08:00\"},\"accounts\":[" \
    "{\"id\":\"acs\",\"kind\":\"central_bank\",\"opening\":\"10000\"}," \
    "{\"id\":\"own\",\"kind\":\"own\",\"institution\":\"icbc\",\"opening\":\"5000\"," \
    "\"direct_link\":true,\"position_number\":\"1\"}," \
    "{\"id\":\"card\",\"kind\":\"reserve\",\"use\":\"prepaid_card\",\"institution\":\"ccb\"," \
    "\"opening\":\"200\",\"position_number\":\"2\"}," \
    "{\"id\":\"vr\",\"kind\":\"virtual_reserve\",\"institution\":\"unionpay\"," \
    "\"opening\":\"50\"}," \
    "{\"id\":\"vo\",\"kind\":\"virtual_own\",\"institution\":\"unionpay\"}]," \
    "\"businesses\":[{\"id\":\"w\"}],\"policy\":{\"transfers\":[" \
    RULE("up", "own", "acs", "09:00", "300", "bank_transfer") "," \
    RULE("fund", "own", "acs", "10:00", "70", "prefund") "," \
    RULE("back", "vr", "acs", "11:00", "5", "return") "," \
    RULE("over", "vr", "vo", "12:00", "3", "adjust") "," \
    RULE("down", "acs", "own", "13:00", "40", "netsunion_payout") "," \
    RULE("low", "acs", "own", "14:00", "90", "unionpay_settlement") "]}," \
    "\"load\":[{\"kind\":\"poisson\",\"flow\":\"collection\",\"business\":\"w\"," \
    "\"per_second\":0.001,\"amount\":{\"kind\":\"constant\",\"value\":\"1\"}," \
    "\"via\":{\"card\":0.5,\"unionpay\":0.5}}]"
/* clang-format on */

static const char *const places[] = {
    "icbc.transfer",    "unionpay.prefund",    "unionpay.return",  "unionpay.adjust",
    "netsunion.payout", "unionpay.settlement", "unionpay.notice",  "icbc.query",
    "unionpay.query",   "netsunion.query",     "netsunion.notice", "icbc.balance",
    "unionpay.details",
};
static const char *const kinds[] = {"timeout", "down", "applied_no_reply", "rejected_no_reply",
                                    "latency\",\"by\":\"20m"};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static struct plan plan;

static struct run *run_of(const char *text)
{
    struct problems list = {0};
    struct run_options options = {.audit_every = 50};
    if (!plan_parse(&plan, text, "x", &list)) {
        bool impossible = list.text != NULL && strstr(list.text, "cannot happen at") != NULL;
        if (!impossible)
            ck_abort_msg("%s", list.text);
        problems_free(&list);
        return NULL;
    }
    struct run *r = run_create(&plan, &options);
    ck_assert_ptr_nonnull(r);
    run_go(r);
    return r;
}

static int64_t metric(const struct run *r, const char *name)
{
    struct measured from = {.recorder = run_recorder(r)};
    const struct metric *m = metric_find(&plan.metrics, name);
    int64_t value;
    ck_assert_ptr_nonnull(m);
    ck_assert(metric_value(m, &from, NULL, &value));
    return value;
}

static int64_t balance_fen(const struct run *r, const char *id)
{
    return run_world(r)->books.balance_fen[BOOKS_OF(scenario_account(&plan.scenario, id))];
}

/* As in a day without faults, whatever was late: each rule's money has moved. */
static void all_is_in_place(const struct run *r, const char *what)
{
    const struct invariant_count *c = &auditor_counts(run_auditor(r))[INVARIANT_TRANSFERS];
    int64_t done = metric(r, "transfers.done");
    if (strcmp(run_result(r)->verdict, "pass") != 0)
        ck_abort_msg("%s: %s: %s", what, run_result(r)->verdict, auditor_first(run_auditor(r)));
    ck_assert_uint_gt(c->checked, (uint64_t)done * 2);
    ck_assert_int_eq(metric(r, "transfers.started"), done + metric(r, "transfers.failed"));
    ck_assert_int_eq(run_recorder(r)->positions.follow->in_transit_fen, 0);
}

START_TEST(each_means_moves_its_money_to_the_fen)
{
    struct run *r = run_of("{" WORLD "}");
    ck_assert_ptr_nonnull(r);
    all_is_in_place(r, "no fault");
    ck_assert_int_eq(metric(r, "transfers.failed"), 0);
    /* Rules go on until the nets of the day after have settled: 10:00 two days later. */
    ck_assert_int_eq(balance_fen(r, "own"), 500000 - 3 * 30000 - 3 * 7000 + 2 * 4000 + 2 * 9000);
    ck_assert_int_eq(balance_fen(r, "vr"), 5000 - 2 * 500 - 2 * 300);
    ck_assert_int_eq(balance_fen(r, "vo"), 2 * 300);
    ck_assert_int_eq(balance_fen(r, "own") + balance_fen(r, "acs") + balance_fen(r, "vr") +
                         balance_fen(r, "vo") + balance_fen(r, "card"),
                     500000 + 1000000 + 5000 + 20000 + metric(r, "collections.amount_fen"));
    run_free(r);
    plan_free(&plan);
}
END_TEST

/* Money between banks waits for the hours of the scenario's large-value system; what stays
 * within UnionPay does not. */
static const struct {
    const char *setting; /* of the central bank */
    const char *account, *level, *during;
    const char *verdict;
} system_hours[] = {
    {"", "own", "5000", "08:00-09:00", "pass"},
    {"", "own", "5000", "09:30-13:00", "expectation_failed"},
    {"\"hours\":{\"from\":\"13:00\",\"to\":\"16:00\"}", "own", "5000", "09:30-13:00", "pass"},
    {"\"hours\":{\"from\":\"13:00\",\"to\":\"16:00\"}", "own", "4670", "13:01-13:02", "pass"},
    {"\"hours\":{\"from\":\"13:00\",\"to\":\"16:00\"}", "vr", "45", "11:02-12:00",
     "expectation_failed"}, /* a return */
    {"\"hours\":{\"from\":\"13:00\",\"to\":\"16:00\"}", "vo", "3", "12:10-12:30", "pass"},
    {"\"hours\":{\"from\":\"20:00\",\"to\":\"16:00\"}", "own", "4630", "10:02-13:00", "pass"},
};

START_TEST(what_goes_by_the_large_value_system_waits_for_its_hours)
{
    char text[4000];
    snprintf(text, sizeof text,
             "{" WORLD ",\"gateways\":{\"unionpay\":{\"settle_at\":\"15:00\"},\"netsunion\":{"
             "\"settle_at\":\"15:00\"},\"central_bank\":{%s}},\"expect\":[{\"that\":"
             "\"account.%s\",\"is\":\"%s\",\"during\":\"%s\"}]}",
             system_hours[_i].setting, system_hours[_i].account, system_hours[_i].level,
             system_hours[_i].during);
    struct run *r = run_of(text);
    ck_assert_ptr_nonnull(r);
    ck_assert_str_eq(run_result(r)->verdict, system_hours[_i].verdict);
    ck_assert_int_eq(metric(r, "transfers.failed"), 0);
    run_free(r);
    plan_free(&plan);
}
END_TEST

START_TEST(the_operator_stops_transfers_by_rule_and_lets_them_go_on)
{
    static const struct {
        const char *resumes, *level, *during, *verdict;
    } rows[] = {
        {"15:00", "5000", "08:00-15:00", "pass"},
        {"11:30", "5000", "08:00-13:00", "expectation_failed"},
        {"11:30", "4630", "11:32-13:00", "pass"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[4000];
        snprintf(text, sizeof text,
                 "{" WORLD ",\"operator\":[{\"at\":\"2018-10-08T08:30:00+08:00\",\"do\":"
                 "\"suspend_rules\"},{\"at\":\"2018-10-08T%s:00+08:00\",\"do\":\"resume_rules\"}],"
                 "\"expect\":[{\"that\":\"account.own\",\"is\":\"%s\",\"during\":\"%s\"}]}",
                 rows[i].resumes, rows[i].level, rows[i].during);
        struct run *r = run_of(text);
        ck_assert_ptr_nonnull(r);
        ck_assert_str_eq(run_result(r)->verdict, rows[i].verdict);
        ck_assert_uint_ge(run_recorder(r)->fact_counts[FACT_RULES_SUSPENDED], 1);
        ck_assert_uint_eq(run_recorder(r)->fact_counts[FACT_RULES_RESUMED], 1);
        run_free(r);
        plan_free(&plan);
    }
}
END_TEST

/* A rule a day whose money settles the day after, and fees that are due at midnight: at no
 * instant is nothing owed. */
START_TEST(rules_that_go_on_for_ever_let_the_run_end)
{
    struct run *r = run_of("{" WORLD ",\"gateways\":{\"unionpay\":{"
                           "\"return\":{\"fee\":{\"fixed\":\"5\"}}}}}");
    ck_assert_ptr_nonnull(r);
    all_is_in_place(r, "daily");
    /* The load's last session settles at ten o'clock on the second day after. */
    ck_assert_int_lt(run_now_us(r), plan.scenario.clock.to_us + 4 * US_PER_DAY);
    ck_assert_int_eq(metric(r, "transfers.done"), 3 * 6);
    run_free(r);
    plan_free(&plan);
}
END_TEST

START_TEST(fees_of_every_day_s_transfers_do_not_hold_a_run_up)
{
    struct run *r = run_of("{" WORLD ",\"gateways\":{\"icbc\":{\"transfer\":{\"fee\":{"
                           "\"fixed\":\"2\"}}}}}");
    ck_assert_ptr_nonnull(r);
    all_is_in_place(r, "a fee every day");
    ck_assert_int_ge(metric(r, "fees.total_fen"), 200 * 2);
    run_free(r);
    plan_free(&plan);
}
END_TEST

START_TEST(the_fees_of_every_means_are_in_the_total)
{
    static const char *const charging[] = {
        "\"unionpay\":{\"prefund\":{\"fee\":{\"fixed\":\"0.07\"}}}",
        "\"unionpay\":{\"return\":{\"fee\":{\"fixed\":\"0.07\"}}}",
        "\"unionpay\":{\"adjust\":{\"fee\":{\"share\":0.01}}}",
        "\"unionpay\":{\"settlement\":{\"fee\":{\"fixed\":\"0.07\"}}}",
        "\"netsunion\":{\"payout\":{\"fee\":{\"fixed\":\"0.07\"}}}",
        "\"icbc\":{\"transfer\":{\"fee\":{\"fixed\":\"0.07\"}}}",
    };
    char text[8192];
    snprintf(text, sizeof text, "{" WORLD ",\"gateways\":{%s}}", charging[_i]);
    struct run *r = run_of(text);
    ck_assert_ptr_nonnull(r);
    all_is_in_place(r, charging[_i]);
    int64_t paid_fen = -run_world(r)->books.balance_fen[BOOKS_FEE_ACCOUNT];
    ck_assert_int_gt(paid_fen, 0);
    ck_assert_int_eq(metric(r, "fees.total_fen"), paid_fen + world_fees_owed_fen(run_world(r)));
    run_free(r);
    plan_free(&plan);
}
END_TEST

START_TEST(no_fault_at_any_leg_loses_or_doubles_money)
{
    char text[8192];
    const char *place = places[_i / KINDS];
    const char *kind = kinds[_i % KINDS];
    snprintf(text, sizeof text, "{" WORLD ",\"faults\":[{\"at\":\"%s\",\"kind\":\"%s\"}]}", place,
             kind);
    struct run *r = run_of(text);
    if (r == NULL)
        return; /* no such thing there */
    all_is_in_place(r, text + strlen(text) - 60);
    run_free(r);
    plan_free(&plan);
}
END_TEST

START_TEST(a_leg_that_fails_for_good_rests_and_the_run_is_stuck)
{
    struct run *r = run_of("{" WORLD ",\"gateways\":{\"unionpay\":{\"return\":{\"codes\":{"
                           "\"91\":1}}}}}");
    ck_assert_ptr_nonnull(r);
    ck_assert_str_eq(run_result(r)->verdict, "stuck");
    ck_assert_int_gt(metric(r, "transfers.failed"), 0);
    const struct follow *f = &run_recorder(r)->follow;
    uint32_t first = follow_next_open(f, 0);
    ck_assert_uint_ne(first, UINT32_MAX);
    ck_assert_uint_eq(f->transfers[first].resting, 1);
    ck_assert_uint_eq(f->transfers[first].leg, 3); /* prefund and adjust went well */
    ck_assert_int_eq(f->transfers[first].rests_at, scenario_account(&plan.scenario, "vr"));
    ck_assert_int_ge(f->in_transit_fen, f->transfers[first].amount_fen);
    run_free(r);
    plan_free(&plan);
}
END_TEST

/* The night is one window, the rest of the day the other; half of all comes back. */
START_TEST(windows_of_a_whole_day_have_what_was_paid_and_did_not_come_back)
{
    struct run *r =
        run_of("{\"name\":\"x\",\"clock\":{\"from\":\"2018-10-08T00:00:00+08:00\","
               "\"to\":\"2018-10-10T00:00:00+08:00\"},\"accounts\":[{\"id\":\"acs\","
               "\"kind\":\"central_bank\",\"opening\":\"10000\"}],\"businesses\":[{\"id\":\"w\"}],"
               "\"gateways\":{\"unionpay\":{\"payout\":{\"returned\":0.5}}},\"load\":[{"
               "\"kind\":\"poisson\",\"flow\":\"payout\",\"business\":\"w\",\"per_second\":0.002,"
               "\"amount\":{\"kind\":\"constant\",\"value\":\"1\"}}],\"expect\":["
               "{\"that\":\"payouts.paid\",\"above\":0,\"during\":\"22:00-06:00\"},"
               "{\"that\":\"payouts.paid\",\"above\":0,\"during\":\"06:00-22:00\"}]}");
    ck_assert_ptr_nonnull(r);
    ck_assert_str_eq(run_result(r)->verdict, "pass");
    const struct expectation *e = plan.expectations.items;
    ck_assert_int_gt(metric(r, "payouts.returned"), 50);
    ck_assert_int_eq(e[0].value + e[1].value, metric(r, "payouts.paid"));
    ck_assert_int_eq(metric(r, "payouts.paid") + metric(r, "payouts.returned"),
                     metric(r, "payouts.requested"));
    run_free(r);
    plan_free(&plan);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("treasury runs");
    tcase_add_test(t, windows_of_a_whole_day_have_what_was_paid_and_did_not_come_back);
    tcase_add_test(t, each_means_moves_its_money_to_the_fen);
    tcase_add_loop_test(t, what_goes_by_the_large_value_system_waits_for_its_hours, 0,
                        COUNT(system_hours));
    tcase_add_test(t, the_operator_stops_transfers_by_rule_and_lets_them_go_on);
    tcase_add_test(t, rules_that_go_on_for_ever_let_the_run_end);
    tcase_add_test(t, fees_of_every_day_s_transfers_do_not_hold_a_run_up);
    tcase_add_loop_test(t, the_fees_of_every_means_are_in_the_total, 0, 6);
    tcase_add_loop_test(t, no_fault_at_any_leg_loses_or_doubles_money, 0, COUNT(places) * KINDS);
    tcase_add_test(t, a_leg_that_fails_for_good_rests_and_the_run_is_stuck);
    return run_tests("treasury runs", t);
}
