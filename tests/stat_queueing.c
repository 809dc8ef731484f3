/* stat_queueing.c — a channel is a queue with c servers, and waits as one must.
 *
 * Poisson arrivals, exponential service, c slots and ample quota make M/M/c,
 * whose mean wait Erlang C gives exactly.  Whole runs are measured, from a
 * scenario's text to its metrics, so arrivals, draws, dispatch, slots and
 * histogram must all be right.  Seeds are fixed; the error that chance leaves
 * over these numbers of payouts is 0.3 to 0.8 %. */

#include <inttypes.h>
#include <string.h>

#include "core/base/civil.h"
#include "sim/run.h"
#include "tests/harness.h"

struct channel_case {
    int slots;
    int load_percent;
    int mean_ms; /* of the reply's latency; the span is as long as the payouts need */
    int days;
    int seed; /* one each, so that the rows are independent */
};

static const struct channel_case cases[] = {
    {.slots = 1, .load_percent = 80, .mean_ms = 100, .days = 6, .seed = 1},
    {.slots = 4, .load_percent = 80, .mean_ms = 400, .days = 6, .seed = 2},
    {.slots = 16, .load_percent = 80, .mean_ms = 1600, .days = 6, .seed = 3},
    {.slots = 1, .load_percent = 50, .mean_ms = 100, .days = 7, .seed = 4},
};

/* The other channel is never used.  An order is paid as soon as it is taken, so
 * the reply tells so and nothing but the slot waits for it. */
static const char scenario_text[] =
    "{\"name\": \"queueing\", \"seed\": %d,"
    " \"clock\": {\"from\": \"2019-03-01T00:00:00+08:00\", \"to\": \"2019-03-%02dT00:00:00+08:00\","
    "  \"calendar\": \"every_day\"},"
    " \"accounts\": [{\"id\": \"acs\", \"kind\": \"central_bank\", \"opening\": \"1000000000.00\"},"
    "  {\"id\": \"own\", \"kind\": \"own\", \"institution\": \"icbc\", \"opening\": \"1000.00\"}],"
    " \"businesses\": [{\"id\": \"withdrawal\"}],"
    " \"policy\": {\"allocation\": {\"kind\": \"static\"},"
    "  \"routing\": {\"businesses\": {\"withdrawal\": [\"unionpay\"]}}},"
    " \"gateways\": {\"unionpay\": {\"payout\": {\"concurrency\": %d,"
    "  \"latency\": {\"kind\": \"exponential\", \"mean\": \"%dms\"},"
    "  \"final\": {\"kind\": \"constant\", \"value\": \"0us\"}, \"timeout\": \"2m\"}}},"
    " \"load\": [{\"kind\": \"poisson\", \"flow\": \"payout\", \"business\": \"withdrawal\","
    "  \"per_second\": %.6f, \"amount\": {\"kind\": \"constant\", \"value\": \"1.00\"}}]}";

/* The share that waits, among c servers offered `load` erlangs; by the
 * recursion of Erlang B. */
static double erlang_c(int servers, double load)
{
    double blocked = 1;
    for (int n = 1; n <= servers; n++)
        blocked = load * blocked / (n + load * blocked);
    return servers * blocked / (servers - load * (1 - blocked));
}

static double exact_mean_s(const struct channel_case *c)
{
    double load = c->slots * c->load_percent / 100.0;
    return erlang_c(c->slots, load) * c->mean_ms / 1e3 / (c->slots - load);
}

static struct run *run_of(const struct channel_case *c, struct plan *plan)
{
    char text[sizeof scenario_text + 64];
    struct problems problems = {0};
    snprintf(text, sizeof text, scenario_text, c->seed, 1 + c->days, c->slots, c->mean_ms,
             c->slots * c->load_percent * 10.0 / c->mean_ms);
    bool read = plan_parse(plan, text, "queueing", &problems);
    problems_print(&problems);
    ck_assert(read);
    struct run *r = run_create(plan, &(struct run_options){0});
    ck_assert_ptr_nonnull(r);
    return r;
}

START_TEST(a_channel_waits_as_erlang_c_says)
{
    const struct channel_case *c = &cases[_i];
    struct plan *plan = malloc(sizeof *plan);
    struct run *r = run_of(c, plan);
    ck_assert_int_eq(run_go(r), RUN_QUIET);

    const struct payout_stats *all = &run_recorder(r)->total;
    double measured_s;
    double exact_s = exact_mean_s(c);
    ck_assert(histogram_mean(&all->all.queue_wait, &measured_s));
    measured_s /= US_PER_S;
    printf("%2d slots at load 0.%d: mean wait %.6f s, by Erlang C %.6f s, %+.2f %% (%" PRIu64
           " payouts)\n",
           c->slots, c->load_percent / 10, measured_s, exact_s, (measured_s / exact_s - 1) * 100,
           all->requested);
    fflush(stdout);
    ck_assert_uint_ge(all->requested, 3000000);
    ck_assert_uint_eq(all->all.queue_wait.count, all->requested);
    ck_assert_uint_eq(all->paid, all->requested);
    ck_assert_str_eq(run_result(r)->verdict, "pass");
    ck_assert_double_eq_tol(measured_s / exact_s, 1, 0.02);
    run_free(r);
    plan_free(plan);
    free(plan);
}
END_TEST

START_TEST(erlang_c_is_what_tables_say)
{
    ck_assert_double_eq_tol(erlang_c(1, 0.8), 0.8, 1e-12);
    ck_assert_double_eq_tol(erlang_c(2, 1.0), 1.0 / 3, 1e-12);
    ck_assert_double_eq_tol(erlang_c(4, 3.2), 0.5964, 1e-4);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("queueing");
    tcase_set_timeout(t, 240);
    tcase_add_test(t, erlang_c_is_what_tables_say);
    tcase_add_loop_test(t, a_channel_waits_as_erlang_c_says, 0, COUNT(cases));
    return run_tests("queueing", t);
}
