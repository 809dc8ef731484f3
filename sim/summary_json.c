/* summary_json.c — see summary_json.h. */

#include "sim/summary_json.h"

#include <inttypes.h>
#include <math.h>

static json_t *metrics_json(const struct run *r)
{
    const struct metric_list *list = &run_plan(r)->metrics;
    struct measured from = run_measured(r);
    json_t *metrics = json_object();
    for (uint32_t i = 0; i < list->count; i++) {
        const struct metric *m = &list->metrics[i];
        int64_t value;
        json_t *json = json_null();
        if (metric_value(m, &from, NULL, &value))
            json = m->unit == UNIT_SECONDS || m->unit == UNIT_SHARE ? json_real((double)value / 1e6)
                                                                    : json_integer(value);
        json_object_set_new(metrics, m->name, json);
    }
    return metrics;
}

static json_t *expectations_json(const struct run *r)
{
    const struct expectations *e = &run_plan(r)->expectations;
    json_t *list = json_array();
    char want[EXPECT_TEXT_MAX];
    char got[EXPECT_TEXT_MAX];
    for (uint32_t i = 0; i < e->count; i++) {
        const struct expectation *x = &e->items[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b}", "that", x->settings->that,
                                              "want", expectation_want(x, ENGLISH, want), "got",
                                              expectation_got(x, ENGLISH, got), "pass", x->pass));
    }
    return list;
}

static json_t *invariants_json(const struct run *r)
{
    const struct invariant_count *c = auditor_counts(run_auditor(r));
    json_t *list = json_array();
    for (int i = 0; i < INVARIANTS; i++)
        json_array_append_new(
            list, json_pack("{s:s, s:I, s:I}", "name", invariant_name((enum invariant)i), "checked",
                            (json_int_t)c[i].checked, "broken", (json_int_t)c[i].broken));
    return list;
}

static json_t *faults_json(const struct run *r)
{
    const struct fault_settings *f = run_plan(r)->scenario.faults.items;
    const struct faults *faults = &run_world(r)->faults;
    json_t *list = json_array();
    for (uint32_t i = 0; i < faults->count; i++)
        json_array_append_new(list, json_pack("{s:s, s:I, s:I}", "id", f[i].id, "armed",
                                              (json_int_t)faults->counts[i].armed, "fired",
                                              (json_int_t)faults->counts[i].fired));
    return list;
}

json_t *summary_json(const struct run *r)
{
    const struct scenario *s = &run_plan(r)->scenario;
    const struct run_result *result = run_result(r);
    double requested = (double)run_recorder(r)->total.requested;
    char hash[24];
    snprintf(hash, sizeof hash, "%016" PRIx64, result->hash);
    json_t *j = json_object();
    json_object_set_new(j, "scenario", json_string(s->name));
    json_object_set_new(j, "seed", json_integer(s->seed));
    json_object_set_new(j, "version", json_string(TOUCUN_VERSION));
    json_object_set_new(j, "verdict", json_string(result->verdict));
    json_object_set_new(j, "hash", json_string(hash));
    json_object_set_new(j, "virtual_s",
                        json_real((double)(result->end_us - result->start_us) / 1e6));
    json_object_set_new(j, "wall_s", json_real(round(result->wall_s * 1e6) / 1e6));
    json_object_set_new(j, "events", json_integer((json_int_t)result->events));
    json_object_set_new(j, "payouts_per_s",
                        json_integer(result->wall_s > 0 ? llround(requested / result->wall_s) : 0));
    json_object_set_new(j, "peak_bytes", json_integer(result->peak_bytes));
    json_object_set_new(j, "metrics", metrics_json(r));
    json_object_set_new(j, "expectations", expectations_json(r));
    json_object_set_new(j, "invariants", invariants_json(r));
    json_object_set_new(j, "faults", faults_json(r));
    return j;
}

void summary_json_write(const json_t *summary, FILE *file)
{
    json_dumpf(summary, file, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    fputc('\n', file);
}
