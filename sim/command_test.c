/* command_test.c — toucun test: run scenarios, judge what they expect.
 *
 * Each scenario is a job for a worker process, which reports as JSON.  What is
 * printed is in the order of the scenarios, whoever is done first. */

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/must.h"
#include "sim/junit.h"
#include "sim/options.h"
#include "sim/pace.h"
#include "sim/run.h"
#include "sim/running.h"
#include "sim/workers.h"

static const char test_usage[] =
    "toucun test PATH... [options]\n"
    "\n"
    "Runs scenarios, and every *.json below folders, and judges their\n"
    "expectations.  A scenario that expects nothing is judged on invariants and\n"
    "on not being stuck.\n"
    "\n"
    "  -j N                   so many at once, each in a process of its own\n"
    "                         (default: as many as there are processors)\n"
    "  --label L              only scenarios with this label (repeatable: any)\n"
    "  --junit FILE           results for CI, as JUnit XML\n"
    "  --fail-fast            stop at the first that fails\n"
    "  --set POINTER=VALUE    change a setting in each (repeatable)\n"
    "  --seed N               the same as --set /seed=N\n"
    "  --lang en|zh           the language of what is printed; JUnit XML stays English\n"
    "\n"
    "Exit code: 0 all as expected; else the worst of 5 the machine failed us,\n"
    "3 an invariant broke, 2 bad input, 4 stuck, 1 an expectation failed.\n";

enum { FOUND_MAX = 65536, DEPTH_MAX = 16 };

struct suite {
    const struct options *options;
    char **paths;
    size_t path_count;
    struct outcome *outcomes; /* by path */
    size_t printed;
    size_t upto; /* outcomes from here on do not count: an earlier one failed */
    bool failed_to_look;
};

/* --- finding --------------------------------------------------------------- */

static void found(struct suite *s, const char *path)
{
    MUST(s->path_count < FOUND_MAX);
    s->paths = realloc(s->paths, (s->path_count + 1) * sizeof *s->paths);
    MUST(s->paths != NULL);
    size_t n = strlen(path) + 1;
    s->paths[s->path_count] = malloc(n);
    MUST(s->paths[s->path_count] != NULL);
    memcpy(s->paths[s->path_count++], path, n);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void look_in(struct suite *s, const char *dir, int depth)
{
    struct dirent **entries;
    int count = scandir(dir, &entries, NULL, by_name);
    if (count < 0) {
        fprintf(stderr, "%s: %s\n", dir, strerror(errno));
        s->failed_to_look = true;
        return;
    }
    for (int i = 0; i < count; i++) {
        char path[4096];
        struct stat info;
        const char *name = entries[i]->d_name;
        size_t n = strlen(name);
        snprintf(path, sizeof path, "%s/%s", dir, name);
        if (name[0] != '.' && stat(path, &info) == 0) {
            if (S_ISDIR(info.st_mode) && depth < DEPTH_MAX)
                look_in(s, path, depth + 1);
            else if (S_ISREG(info.st_mode) && n > 5 && strcmp(name + n - 5, ".json") == 0)
                found(s, path);
        }
        free(entries[i]);
    }
    free(entries);
}

/* --- in the worker ---------------------------------------------------------- */

static bool wanted(const struct options *o, const struct scenario *s)
{
    char *const *labels = s->labels.items;
    for (size_t i = 0; i < o->label_count; i++)
        for (size_t k = 0; k < s->labels.count; k++)
            if (strcmp(o->labels[i], labels[k]) == 0)
                return true;
    return o->label_count == 0;
}

static void put(json_t *report, const char *key, json_t *value)
{
    MUST(json_object_set_new(report, key, value) == 0);
}

/* Text from anywhere, a path or a message; what is no UTF-8 is replaced. */
static json_t *text_json(const char *text)
{
    json_t *json = json_string(text);
    if (json != NULL)
        return json;
    char *plain = malloc(strlen(text) + 1);
    MUST(plain != NULL);
    size_t n = 0;
    for (; *text != '\0'; text++)
        plain[n++] = (unsigned char)*text < 128 ? *text : '?';
    plain[n] = '\0';
    json = json_string(plain);
    free(plain);
    MUST(json != NULL);
    return json;
}

/* Why a run as a whole was not well, beside what it expected. */
static void write_verdict(const struct run *r, enum language language, FILE *file)
{
    fprintf(file, TEXT_IN(language, TEST_VERDICT), verdict_word(run_result(r)->verdict, language));
    if (auditor_broken(run_auditor(r)))
        fprintf(file, "%s\n", auditor_first(run_auditor(r)));
}

static void put_text(json_t *report, const struct run *r)
{
    char want[EXPECT_TEXT_MAX];
    char got[EXPECT_TEXT_MAX];
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    const struct expectations *e = &run_plan(r)->expectations;
    MUST(file != NULL);
    write_verdict(r, texts_language, file);
    for (uint32_t i = 0; i < e->count; i++)
        if (!e->items[i].pass)
            fprintf(file, T(EXPECTATION_FAILED), i, e->items[i].settings->that,
                    expectation_want(&e->items[i], texts_language, want),
                    expectation_got(&e->items[i], texts_language, got));
    fclose(file);
    put(report, "text", text_json(text));
    free(text);
}

/* An expectation's failure fails its own case; what else is wrong fails the scenario's. */
static void put_failure(json_t *report, const struct run *r)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    MUST(file != NULL);
    if (run_result(r)->exit_code > 1)
        write_verdict(r, ENGLISH, file);
    fclose(file);
    put(report, "failure", text_json(text));
    free(text);
}

static json_t *expectations_json(const struct expectations *e)
{
    json_t *list = json_array();
    MUST(list != NULL);
    for (uint32_t i = 0; i < e->count; i++) {
        const struct expectation *x = &e->items[i];
        char text[4 * EXPECT_TEXT_MAX];
        char want[EXPECT_TEXT_MAX];
        char got[EXPECT_TEXT_MAX];
        json_t *one = json_object();
        MUST(one != NULL && json_array_append_new(list, one) == 0);
        expectation_want(x, ENGLISH, want);
        const char *by = json_string_value(x->settings->by);
        const char *during = x->settings->during;
        snprintf(text, sizeof text, "/expect/%u: %s %s%s%s%s%s%s", i, x->settings->that, want,
                 during != NULL ? " during " : "", during != NULL ? during : "",
                 by != NULL ? " by " : "", by != NULL ? by : "",
                 x->settings->always ? " always" : "");
        put(one, "name", text_json(text));
        snprintf(text, sizeof text, "want %s, got %s", want, expectation_got(x, ENGLISH, got));
        if (!x->pass)
            put(one, "failure", text_json(text));
    }
    return list;
}

static void run_one(struct plan *plan, const char *path, json_t *report)
{
    struct run_options options = {.began_s = wall_seconds()};
    struct run *r = run_create(plan, &options);
    if (r == NULL) {
        put(report, "code", json_integer(5));
        put(report, "text", text_json(T(TEST_MACHINE)));
        put(report, "failure", text_json(TEXT_IN(ENGLISH, TEST_MACHINE)));
        return;
    }
    running_set(plan, r);
    if (run_go(r) == RUN_INTERRUPTED) { /* the parent was, too, or it tells how this died */
        fprintf(stderr, "interrupted in %s\n", path);
        die_of_signal(run_result(r)->signal);
    }
    running_set(NULL, NULL);
    put(report, "code", json_integer(run_result(r)->exit_code));
    put(report, "expectations", expectations_json(&plan->expectations));
    if (run_result(r)->exit_code != 0)
        put_text(report, r);
    put_failure(report, r);
    run_free(r);
}

static void work(void *of, uint32_t job, FILE *result)
{
    struct suite *s = of;
    struct problems problems = {0};
    struct plan *plan = malloc(sizeof *plan);
    json_t *report = json_object();
    MUST(plan != NULL && report != NULL);
    if (fragment_file(s->paths[job])) {
        put(report, "skipped", json_true());
    } else if (!plan_load(plan, s->paths[job], s->options->sets, s->options->set_count,
                          &problems)) {
        put(report, "code", json_integer(2));
        put(report, "text", text_json(problems.text));
        put(report, "failure", text_json(problems.text));
    } else if (!wanted(s->options, &plan->scenario)) {
        put(report, "skipped", json_true());
    } else {
        run_one(plan, s->paths[job], report);
    }
    json_dumpf(report, result, JSON_COMPACT);
}

/* --- what became of it -------------------------------------------------------- */

static const char *report_text(const struct outcome *o, const char *key)
{
    const char *text = json_string_value(json_object_get(o->report, key));
    return text == NULL ? "" : text;
}

static void print_lines(const char *text)
{
    while (*text != '\0') {
        size_t n = strcspn(text, "\n");
        printf("      %.*s\n", (int)n, text);
        text += n + (text[n] == '\n');
    }
}

static void print_outcome(const struct outcome *o)
{
    const json_t *expectations = json_object_get(o->report, "expectations");
    size_t expected = json_array_size(expectations);
    uint32_t met = 0;
    char repeat[4200];
    for (size_t i = 0; i < expected; i++)
        met += json_object_get(json_array_get(expectations, i), "failure") == NULL;
    printf("%s  %s", o->code == 0 ? T(TEST_OK) : T(TEST_FAIL), o->path);
    if (expected > 0)
        printf(T(TEST_MET), met, (uint32_t)expected);
    else if (o->code != 2 && o->code != 5)
        fputs(T(TEST_EXPECTS_NOTHING), stdout);
    printf(T(TEST_SECONDS), o->seconds);
    print_lines(report_text(o, "text"));
    if (o->code != 0) {
        snprintf(repeat, sizeof repeat, T(TEST_REPEAT), o->repeat);
        print_lines(repeat);
    }
    fflush(stdout);
}

/* A word as a shell reads it. */
static void quote(FILE *file, const char *word)
{
    if (*word != '\0' && word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                           "0123456789_-./=:,+@%")] == '\0') {
        fputs(word, file);
        return;
    }
    putc('\'', file);
    for (; *word != '\0'; word++)
        if (*word == '\'')
            fputs("'\\''", file);
        else
            putc(*word, file);
    putc('\'', file);
}

static char *command_for(const struct options *o, const char *path)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    MUST(file != NULL);
    fputs(*path == '-' ? "toucun run -- " : "toucun run ", file);
    quote(file, path);
    for (size_t i = 0; i < o->set_count; i++) {
        fputs(" --set ", file);
        quote(file, o->sets[i]);
    }
    fclose(file);
    return text;
}

/* Of one that did not report: how it ended, then what it said. */
static void report_loss(struct outcome *o, const struct job_end *end)
{
    for (int pass = 0; pass < 2; pass++) {
        enum language language = pass == 0 ? texts_language : ENGLISH;
        char *text = NULL;
        size_t size = 0;
        FILE *file = open_memstream(&text, &size);
        MUST(file != NULL);
        if (end->how == JOB_KILLED)
            fprintf(file, TEXT_IN(language, TEST_KILLED), end->detail, strsignal(end->detail));
        else if (end->how == JOB_NOT_BEGUN)
            fprintf(file, TEXT_IN(language, TEST_NOT_BEGUN), strerror(end->detail));
        else if (end->how != JOB_STOPPED)
            fprintf(file, TEXT_IN(language, TEST_LOST), end->detail);
        fputs(end->said, file);
        fclose(file);
        put(o->report, pass == 0 ? "text" : "failure", text_json(text));
        free(text);
    }
}

static bool ended(void *of, const struct job_end *end)
{
    struct suite *s = of;
    struct outcome *o = &s->outcomes[end->job];
    if (end->how == JOB_INTERRUPTED) {
        fprintf(stderr, "interrupted in %s\n", s->paths[end->job]);
        return true;
    }
    *o = (struct outcome){.path = s->paths[end->job], .done = true, .seconds = end->seconds};
    if (end->how == JOB_DONE)
        o->report = json_loadb(end->result, end->size, 0, NULL);
    bool reported = o->report != NULL;
    if (reported) {
        o->skipped = json_is_true(json_object_get(o->report, "skipped"));
        o->code = (int)json_integer_value(json_object_get(o->report, "code"));
        fputs(end->said, stderr);
    } else {
        o->report = json_object();
        MUST(o->report != NULL);
        o->code = end->how == JOB_STOPPED ? 3 : 5;
        report_loss(o, end);
    }
    o->repeat = command_for(s->options, o->path);
    if (s->options->fail_fast && o->code != 0 && end->job < s->upto)
        s->upto = end->job + 1;
    for (; s->printed < s->upto && s->outcomes[s->printed].done; s->printed++)
        if (!s->outcomes[s->printed].skipped)
            print_outcome(&s->outcomes[s->printed]);
    return !s->options->fail_fast || o->code == 0;
}

static int worst(const struct suite *s)
{
    static const int order[] = {5, 3, 2, 4, 1};
    for (size_t k = 0; k < sizeof order / sizeof order[0]; k++)
        for (size_t i = 0; i < s->upto; i++)
            if (s->outcomes[i].code == order[k])
                return order[k];
    return 0;
}

static int finish(struct suite *s, const struct options *o)
{
    size_t judged = 0;
    size_t failed = 0;
    size_t skipped = 0;
    int code = worst(s);
    for (size_t i = 0; i < s->upto; i++) {
        judged += !s->outcomes[i].skipped;
        skipped += s->outcomes[i].skipped;
        failed += s->outcomes[i].code != 0;
    }
    if (judged == 0) {
        fputs("toucun test: nothing selected\n", stderr);
        code = 2;
    } else {
        char count[SHOWN_MAX];
        printf(T(TEST_TOTAL), COUNTED(judged, ONE_SCENARIO, MANY_SCENARIOS, count), failed);
        if (skipped > 0)
            printf(T(TEST_SKIPPED), skipped);
        putchar('\n');
    }
    if (s->failed_to_look && (code == 0 || code == 1 || code == 4))
        code = 2;
    fflush(stdout); /* the results may go there, too */
    if (o->junit != NULL && !junit_write(s->outcomes, s->upto, o->junit))
        code = 5;
    return code;
}

static void forget(struct suite *s)
{
    for (size_t i = 0; i < s->path_count; i++) {
        json_decref(s->outcomes[i].report);
        free(s->outcomes[i].repeat);
        free(s->paths[i]);
    }
    free(s->paths);
    free(s->outcomes);
}

int command_test(int argc, char **argv, double began_s)
{
    struct options o = {.began_s = began_s};
    struct suite s = {.options = &o};
    enum options_verdict read =
        options_read(&o, argc, argv, "set,seed,label,junit,fail-fast,lang,j", test_usage);
    if (read != OPTIONS_READ)
        return read == OPTIONS_DONE ? 0 : 2;
    texts_language = o.language;
    if (o.path_count == 0) {
        fputs("toucun test: want scenarios or folders\n", stderr);
        return 2;
    }
    for (size_t i = 0; i < o.path_count; i++) {
        struct stat info;
        if (stat(o.paths[i], &info) == 0 && S_ISDIR(info.st_mode))
            look_in(&s, o.paths[i], 0);
        else
            found(&s, o.paths[i]);
    }
    s.outcomes = calloc(s.path_count + 1, sizeof *s.outcomes);
    MUST(s.outcomes != NULL);
    s.upto = s.path_count;
    int signal =
        workers_run(&(struct jobs){.count = (uint32_t)s.path_count,
                                   .at_once = o.workers != 0 ? o.workers : workers_processors(),
                                   .of = &s,
                                   .work = work,
                                   .ended = ended});
    if (signal != 0)
        die_of_signal(signal);
    int code = finish(&s, &o);
    forget(&s);
    return code;
}
