/* command_run.c — toucun run, toucun check. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/civil.h"
#include "core/base/must.h"
#include "sim/tag_rows.h"
#include "sim/options.h"
#include "sim/output.h"
#include "sim/plot.h"
#include "sim/report.h"
#include "sim/run.h"
#include "sim/running.h"
#include "sim/summary.h"
#include "sim/summary_json.h"

static const char run_usage[] =
    "toucun run SCENARIO [options]\n"
    "\n"
    "Runs a scenario; the summary goes to stdout, everything else to stderr.\n"
    "\n"
    "  --out DIR              write summary.json, positions.csv, scenario.json,\n"
    "                         report.html and its plots there\n"
    "  --payouts              and payouts.csv, a row a payout\n"
    "  --events[=KIND,...]    and events.jsonl, a line a fact\n"
    "  --set POINTER=VALUE    change a setting, as in --set /seed=7 (repeatable)\n"
    "  --seed N               the same as --set /seed=N\n"
    "  --speed 60x            pace the run to the wall clock\n"
    "  --lang en|zh           the language of the summary, the report and the plots\n"
    "  --json                 the summary as JSON on stdout, nothing else\n"
    "  --quiet                no progress bar, no summary; the exit code tells\n"
    "\n"
    "Exit code: 0 as expected, 1 an expectation failed, 2 bad input or usage,\n"
    "3 an invariant broke, 4 stuck, 5 the machine failed us.\n";

static const char check_usage[] =
    "toucun check SCENARIO... [--set POINTER=VALUE]\n"
    "\n"
    "Reads scenarios and their traces and tells every problem; runs nothing.\n"
    "Exit code: 0 no problem, 2 problems.\n";

/* 15 digits show a number as it was written; where they are not enough to read the
 * same number again, 17 are. */
static size_t digits_of(const json_t *root)
{
    char *text = json_dumps(root, JSON_REAL_PRECISION(15));
    json_t *again = text == NULL ? NULL : json_loads(text, 0, NULL);
    size_t digits = again != NULL && json_equal(root, again) ? 15 : 17;
    json_decref(again);
    free(text);
    return digits;
}

/* The effective scenario, such that running it gives the same hash: paths are
 * made absolute, for the file lies elsewhere. */
static bool write_scenario(const struct plan *plan, const char *dir)
{
    struct output o;
    json_t *root = plan->scenario.doc.root;
    size_t index;
    json_t *load;
    json_array_foreach (json_object_get(root, "load"), index, load) {
        const char *file = json_string_value(json_object_get(load, "file"));
        char *absolute = file == NULL ? NULL : realpath(file, NULL);
        if (absolute != NULL)
            json_object_set_new(load, "file", json_string(absolute));
        free(absolute);
    }
    if (!output_open(&o, dir, "scenario.json"))
        return false;
    json_dumpf(root, o.file, JSON_INDENT(2) | JSON_REAL_PRECISION(digits_of(root)));
    fputc('\n', o.file);
    return output_commit(&o);
}

static bool write_summary(const json_t *summary, const char *dir)
{
    struct output o;
    if (!output_open(&o, dir, "summary.json"))
        return false;
    summary_json_write(summary, o.file);
    return output_commit(&o);
}

static int interrupted(struct run *r)
{
    char when[CIVIL_MOMENT_TEXT_MAX];
    civil_print_moment(when, run_result(r)->end_us);
    int signal = run_result(r)->signal;
    fprintf(stderr, "interrupted at %s, after %llu events\n", when,
            (unsigned long long)run_result(r)->events);
    run_free(r);
    die_of_signal(signal);
}

static int report_run(struct run *r, const struct options *o)
{
    int code = run_result(r)->exit_code;
    json_t *summary = summary_json(r);
    if (o->json)
        summary_json_write(summary, stdout);
    else if (!o->quiet)
        summary_print(r, stdout);
    if (!o->quiet)
        tag_rows_complain(run_tag_rows(r), run_recorder(r), stderr);
    if (o->out != NULL &&
        (!write_summary(summary, o->out) || !write_scenario(run_plan(r), o->out) ||
         !plots_draw(r, o->out) || !report_write(r, o->out)))
        code = 5;
    json_decref(summary);
    return code;
}

static int run_plan_with(struct plan *plan, const struct options *o)
{
    struct run_options options = {
        .out = o->out,
        .events = o->events && o->out != NULL ? &o->event_filter : NULL,
        .payouts = o->payouts,
        .progress = !o->quiet && isatty(STDERR_FILENO),
        .speed_millionths = o->speed_millionths,
        .began_s = o->began_s,
    };
    struct run *r = run_create(plan, &options);
    if (r == NULL)
        return 5;
    running_set(plan, r);
    enum run_end end = run_go(r);
    if (end == RUN_INTERRUPTED)
        return interrupted(r);
    int code = end == RUN_FAILED ? 5 : report_run(r, o);
    running_set(NULL, NULL);
    run_free(r);
    return code;
}

int command_run(int argc, char **argv, double began_s)
{
    struct options o = {.began_s = began_s};
    struct problems problems = {0};
    static const char allowed[] = "set,seed,out,events,payouts,json,quiet,speed,lang";
    enum options_verdict read = options_read(&o, argc, argv, allowed, run_usage);
    if (read != OPTIONS_READ)
        return read == OPTIONS_DONE ? 0 : 2;
    texts_language = o.language;
    if (o.path_count != 1) {
        fprintf(stderr, "toucun run: want one scenario, got %zu; toucun run --help\n",
                o.path_count);
        return 2;
    }
    if ((o.events || o.payouts) && o.out == NULL) {
        fputs("toucun run: --events and --payouts write into --out DIR; give one\n", stderr);
        return 2;
    }
    if (fragment_file(o.paths[0])) {
        fprintf(stderr, "%s: a fragment, for other scenarios to extend; want a scenario\n",
                o.paths[0]);
        return 2;
    }
    struct plan *plan = malloc(sizeof *plan);
    MUST(plan != NULL);
    int code = 2;
    if (plan_load(plan, o.paths[0], o.sets, o.set_count, &problems)) {
        code = run_plan_with(plan, &o);
        plan_free(plan);
    }
    problems_print(&problems);
    problems_free(&problems);
    free(plan);
    return code;
}

static void check_one(struct plan *plan, const char *path, const struct options *o,
                      struct problems *problems)
{
    struct problems warnings = {0};
    uint32_t before = problems->count;
    if (fragment_file(path)) {
        printf("%s: a fragment, checked with the scenarios that extend it\n", path);
        return;
    }
    if (plan_load(plan, path, o->sets, o->set_count, problems)) {
        plan_warn(plan, &warnings);
        problems_print(&warnings);
        problems_free(&warnings);
        plan_free(plan);
    }
    if (problems->count == before)
        printf("%s: no problem\n", path);
}

int command_check(int argc, char **argv, double began_s)
{
    struct options o = {.began_s = began_s};
    struct problems problems = {0};
    enum options_verdict read = options_read(&o, argc, argv, "set,seed", check_usage);
    if (read != OPTIONS_READ)
        return read == OPTIONS_DONE ? 0 : 2;
    if (o.path_count == 0) {
        fputs("toucun check: want at least one scenario\n", stderr);
        return 2;
    }
    struct plan *plan = malloc(sizeof *plan);
    MUST(plan != NULL);
    for (size_t i = 0; i < o.path_count; i++)
        check_one(plan, o.paths[i], &o, &problems);
    problems_print(&problems);
    int code = problems.count > 0 ? 2 : 0;
    problems_free(&problems);
    free(plan);
    return code;
}
