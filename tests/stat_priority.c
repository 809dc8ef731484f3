/* stat_priority.c — classes wait as non-preemptive priority says, and constant service as it must.
 *
 * One slot, ample quota, no ageing, no shares, no bypass: Poisson arrivals of
 * several classes make a queue whose mean waits are known exactly.  With W0 =
 * load x mean for exponential service, half of that for constant service, and
 * s(k) the load of the classes 1 .. k together, class k waits (Cobham 1954)
 *
 *     W(k) = W0 / ((1 - s(k - 1)) (1 - s(k)))
 *
 * and a single class with constant service (Pollaczek, Khinchine) W0 / (1 - load).
 * Whole runs are measured, from a scenario's text to its metrics.  Seeds are
 * fixed. */

#include <inttypes.h>
#include <string.h>

#include "core/base/civil.h"
#include "sim/run.h"
#include "tests/harness.h"

enum { CLASSES = 3, MEAN_MS = 100 };

struct queue_case {
    bool constant;
    int percent[CLASSES]; /* of the slot's time, by class; 0: there is none */
    int days;
    int seed; /* one each, so that the rows are independent */
    double tolerance;
};

/* clang-format off */
static const struct queue_case cases[] = {
    {.percent = {10, 15, 25}, .days = 5, .seed = 1, .tolerance = 0.03},
    {.percent = {20, 20, 40}, .days = 5, .seed = 2, .tolerance = 0.03},
    {.constant = true, .percent = {50}, .days = 3, .seed = 3, .tolerance = 0.02},
    {.constant = true, .percent = {80}, .days = 3, .seed = 4, .tolerance = 0.02},
};
/* clang-format on */

static const char head[] =
    "{\"name\": \"priority\", \"seed\": %d,"
    " \"clock\": {\"from\": \"2019-03-01T00:00:00+08:00\", \"to\": \"2019-03-%02dT00:00:00+08:00\","
    "  \"calendar\": \"every_day\"},"
    " \"accounts\": [{\"id\": \"acs\", \"kind\": \"central_bank\", \"opening\": \"1000000000.00\"},"
    "  {\"id\": \"own\", \"kind\": \"own\", \"institution\": \"icbc\", \"opening\": \"1000.00\"}],"
    " \"businesses\": [{\"id\": \"first\", \"priority\": 2}, {\"id\": \"second\", \"priority\": 5},"
    "  {\"id\": \"third\", \"priority\": 8}],"
    " \"policy\": {\"allocation\": {\"kind\": \"static\"}, \"queue\": {\"bypass_max\": 0},"
    "  \"routing\": {\"businesses\": {\"first\": [\"unionpay\"], \"second\": [\"unionpay\"],"
    "   \"third\": [\"unionpay\"]}}},"
    " \"gateways\": {\"unionpay\": {\"payout\": {\"concurrency\": 1, \"latency\": {%s\"%dms\"},"
    "  \"final\": {\"kind\": \"constant\", \"value\": \"0us\"}, \"timeout\": \"2m\"}}},"
    " \"load\": [";

static const char one_load[] =
    "%s{\"kind\": \"poisson\", \"flow\": \"payout\", \"business\": \"%s\", \"per_second\": %.6f,"
    "  \"amount\": {\"kind\": \"constant\", \"value\": \"1.00\"}}";

static const char *const ids[CLASSES] = {"first", "second", "third"};

static struct run *run_of(const struct queue_case *c, struct plan *plan)
{
    char text[4000];
    struct problems problems = {0};
    int used = snprintf(text, sizeof text, head, c->seed, 1 + c->days,
                        c->constant ? "\"kind\": \"constant\", \"value\": "
                                    : "\"kind\": \"exponential\", \"mean\": ",
                        MEAN_MS);
    for (int k = 0; k < CLASSES && c->percent[k] != 0; k++)
        used += snprintf(text + used, sizeof text - (size_t)used, one_load, k == 0 ? "" : ",",
                         ids[k], c->percent[k] * 10.0 / MEAN_MS);
    snprintf(text + used, sizeof text - (size_t)used, "]}");
    bool read = plan_parse(plan, text, "priority", &problems);
    problems_print(&problems);
    ck_assert(read);
    struct run *r = run_create(plan, &(struct run_options){0});
    ck_assert_ptr_nonnull(r);
    return r;
}

static double exact_s(const struct queue_case *c, int k)
{
    double before = 0;
    double load = 0;
    for (int i = 0; i < CLASSES; i++) {
        load += c->percent[i] / 100.0;
        before += i < k ? c->percent[i] / 100.0 : 0;
    }
    double w0 = load * MEAN_MS / 1e3 / (c->constant ? 2 : 1);
    return w0 / ((1 - before) * (1 - before - c->percent[k] / 100.0));
}

START_TEST(each_class_waits_as_the_formula_says)
{
    const struct queue_case *c = &cases[_i];
    struct plan *plan = malloc(sizeof *plan);
    struct run *r = run_of(c, plan);
    ck_assert_int_eq(run_go(r), RUN_QUIET);
    const struct payout_stats *all = &run_recorder(r)->total;
    ck_assert_str_eq(run_result(r)->verdict, "pass");
    ck_assert_uint_eq(all->paid, all->requested);
    for (int k = 0; k < CLASSES && c->percent[k] != 0; k++) {
        const struct histogram *h = &all->by_business[k].queue_wait;
        double measured_s;
        ck_assert(histogram_mean(h, &measured_s));
        measured_s /= US_PER_S;
        printf("%s service, load 0.%02d of it %s: mean wait %.6f s, exactly %.6f s, %+.2f %% "
               "(%" PRIu64 " payouts)\n",
               c->constant ? "constant" : "exponential", c->percent[k], ids[k], measured_s,
               exact_s(c, k), (measured_s / exact_s(c, k) - 1) * 100, h->count);
        fflush(stdout);
        ck_assert_double_eq_tol(measured_s / exact_s(c, k), 1, c->tolerance);
    }
    run_free(r);
    plan_free(plan);
    free(plan);
}
END_TEST

/* Whatever the order, what waits is the same work: load x wait, summed over the
 * classes, is that of one class (Kleinrock's conservation law). */
START_TEST(the_formula_conserves_work)
{
    const struct queue_case *c = &cases[_i];
    const struct queue_case one = {.percent = {c->percent[0] + c->percent[1] + c->percent[2]}};
    double sum = 0;
    for (int k = 0; k < CLASSES; k++)
        sum += c->percent[k] * exact_s(c, k);
    ck_assert_double_eq_tol(sum, one.percent[0] * exact_s(&one, 0), 1e-9);
    ck_assert_double_eq_tol(exact_s(&(struct queue_case){.percent = {80}}, 0), 0.4, 1e-12);
    ck_assert_double_eq_tol(exact_s(&cases[3], 0), 0.2, 1e-12);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("priority");
    tcase_set_timeout(t, 240);
    tcase_add_loop_test(t, the_formula_conserves_work, 0, 2);
    tcase_add_loop_test(t, each_class_waits_as_the_formula_says, 0, COUNT(cases));
    return run_tests("priority", t);
}
