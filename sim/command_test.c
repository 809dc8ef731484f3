/* command_test.c — toucun test: run scenarios, judge what they expect. */

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/must.h"
#include "sim/options.h"
#include "sim/output.h"
#include "sim/pace.h"
#include "sim/run.h"
#include "sim/running.h"
#include "sim/summary.h"

static const char test_usage[] =
    "toucun test PATH... [options]\n"
    "\n"
    "Runs scenarios, and every *.json below folders, and judges their\n"
    "expectations.  A scenario that expects nothing is judged on invariants and\n"
    "on not being stuck.\n"
    "\n"
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

struct outcome {
    char *path;
    char name[40];
    int code;
    double seconds;
    uint32_t expected;
    uint32_t met;
    char *text;  /* why it failed */
    char *junit; /* the same in English */
};

struct suite {
    const struct options *options;
    char **paths;
    size_t path_count;
    struct outcome *outcomes;
    size_t outcome_count;
    size_t skipped; /* fragments, and those without a wanted label */
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

/* --- running --------------------------------------------------------------- */

static bool wanted(const struct options *o, const struct scenario *s)
{
    char *const *labels = s->labels.items;
    for (size_t i = 0; i < o->label_count; i++)
        for (size_t k = 0; k < s->labels.count; k++)
            if (strcmp(o->labels[i], labels[k]) == 0)
                return true;
    return o->label_count == 0;
}

static char *copy(const char *text)
{
    size_t n = strlen(text) + 1;
    char *to = malloc(n);
    MUST(to != NULL);
    return memcpy(to, text, n);
}

/* Why a run was not as expected; English is for machines and keeps their words. */
static char *reasons(const struct run *r, enum language language)
{
    char want[EXPECT_TEXT_MAX];
    char got[EXPECT_TEXT_MAX];
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    const struct expectations *e = &run_plan(r)->expectations;
    MUST(file != NULL);
    fprintf(file, TEXT_IN(language, TEST_VERDICT), verdict_word(run_result(r)->verdict, language));
    if (auditor_broken(run_auditor(r)))
        fprintf(file, "%s\n", auditor_first(run_auditor(r)));
    for (uint32_t i = 0; i < e->count; i++)
        if (!e->items[i].pass)
            fprintf(file, TEXT_IN(language, EXPECTATION_FAILED), i, e->items[i].settings->that,
                    expectation_want(&e->items[i], language, want),
                    expectation_got(&e->items[i], language, got));
    fclose(file);
    return text;
}

static void run_one(struct plan *plan, struct outcome *out)
{
    struct run_options options = {.began_s = wall_seconds()};
    struct run *r = run_create(plan, &options);
    if (r == NULL) {
        out->code = 5;
        out->text = copy(T(TEST_MACHINE));
        out->junit = copy(TEXT_IN(ENGLISH, TEST_MACHINE));
        return;
    }
    running_set(plan, r);
    if (run_go(r) == RUN_INTERRUPTED) {
        fprintf(stderr, "interrupted in %s\n", out->path);
        die_of_signal(run_result(r)->signal);
    }
    running_set(NULL, NULL);
    out->code = run_result(r)->exit_code;
    out->expected = plan->expectations.count;
    for (uint32_t i = 0; i < plan->expectations.count; i++)
        out->met += plan->expectations.items[i].pass;
    if (out->code != 0) {
        out->text = reasons(r, texts_language);
        out->junit = reasons(r, ENGLISH);
    }
    run_free(r);
}

static void print_outcome(const struct outcome *o)
{
    printf("%s  %s", o->code == 0 ? T(TEST_OK) : T(TEST_FAIL), o->path);
    if (o->expected > 0)
        printf(T(TEST_MET), o->met, o->expected);
    else if (o->code != 2)
        fputs(T(TEST_EXPECTS_NOTHING), stdout);
    printf(T(TEST_SECONDS), o->seconds);
    for (const char *line = o->text; line != NULL && *line != '\0';) {
        size_t n = strcspn(line, "\n");
        printf("      %.*s\n", (int)n, line);
        line += n + (line[n] == '\n');
    }
    fflush(stdout);
}

static void test_path(struct suite *s, struct plan *plan, const char *path)
{
    struct problems problems = {0};
    double began_s = wall_seconds();
    struct outcome *out = &s->outcomes[s->outcome_count];
    *out = (struct outcome){.path = copy(path)};
    if (fragment_file(path)) {
        free(out->path);
        s->skipped++;
        return;
    }
    bool loaded = plan_load(plan, path, s->options->sets, s->options->set_count, &problems);
    if (loaded && !wanted(s->options, &plan->scenario)) {
        plan_free(plan);
        free(out->path);
        s->skipped++;
        return;
    }
    s->outcome_count++;
    if (loaded) {
        snprintf(out->name, sizeof out->name, "%s", plan->scenario.name);
        run_one(plan, out);
        plan_free(plan);
    } else {
        out->code = 2;
        out->text = copy(problems.text);
        out->junit = copy(problems.text);
    }
    problems_free(&problems);
    out->seconds = wall_seconds() - began_s;
    print_outcome(out);
}

/* --- reporting ------------------------------------------------------------- */

static void write_xml(FILE *file, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '<')
            fputs("&lt;", file);
        else if (*text == '>')
            fputs("&gt;", file);
        else if (*text == '&')
            fputs("&amp;", file);
        else if (*text == '"')
            fputs("&quot;", file);
        else if ((unsigned char)*text >= ' ' || *text == '\n')
            putc(*text, file);
    }
}

static bool write_junit(const struct suite *s, const char *path)
{
    FILE *file = fopen(path, "wb");
    size_t failures = 0;
    double seconds = 0;
    if (file == NULL) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return false;
    }
    for (size_t i = 0; i < s->outcome_count; i++) {
        failures += s->outcomes[i].code != 0;
        seconds += s->outcomes[i].seconds;
    }
    fprintf(file,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<testsuite name=\"toucun\" tests=\"%zu\" failures=\"%zu\" time=\"%.3f\">\n",
            s->outcome_count, failures, seconds);
    for (size_t i = 0; i < s->outcome_count; i++) {
        const struct outcome *o = &s->outcomes[i];
        fputs("  <testcase classname=\"scenario\" name=\"", file);
        write_xml(file, o->path);
        fprintf(file, "\" time=\"%.3f\"", o->seconds);
        if (o->code == 0) {
            fputs("/>\n", file);
            continue;
        }
        fprintf(file, ">\n    <failure message=\"exit code %d\">", o->code);
        write_xml(file, o->junit);
        fputs("</failure>\n  </testcase>\n", file);
    }
    fputs("</testsuite>\n", file);
    bool ok = !ferror(file);
    ok &= fclose(file) == 0;
    if (!ok)
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
    return ok;
}

static int worst(const struct suite *s)
{
    static const int order[] = {5, 3, 2, 4, 1};
    for (size_t k = 0; k < sizeof order / sizeof order[0]; k++)
        for (size_t i = 0; i < s->outcome_count; i++)
            if (s->outcomes[i].code == order[k])
                return order[k];
    return 0;
}

static int finish(struct suite *s, const struct options *o)
{
    size_t failed = 0;
    int code = worst(s);
    for (size_t i = 0; i < s->outcome_count; i++)
        failed += s->outcomes[i].code != 0;
    if (s->outcome_count == 0) {
        fputs("toucun test: nothing selected\n", stderr);
        code = 2;
    } else {
        char count[SHOWN_MAX];
        printf(T(TEST_TOTAL), COUNTED(s->outcome_count, ONE_SCENARIO, MANY_SCENARIOS, count),
               failed);
        if (s->skipped > 0)
            printf(T(TEST_SKIPPED), s->skipped);
        putchar('\n');
    }
    if (s->failed_to_look && (code == 0 || code == 1 || code == 4))
        code = 2;
    if (o->junit != NULL && !write_junit(s, o->junit))
        code = 5;
    for (size_t i = 0; i < s->outcome_count; i++) {
        free(s->outcomes[i].path);
        free(s->outcomes[i].text);
        free(s->outcomes[i].junit);
    }
    for (size_t i = 0; i < s->path_count; i++)
        free(s->paths[i]);
    free(s->paths);
    free(s->outcomes);
    return code;
}

int command_test(int argc, char **argv, double began_s)
{
    struct options o = {.began_s = began_s};
    struct suite s = {.options = &o};
    enum options_verdict read =
        options_read(&o, argc, argv, "set,seed,label,junit,fail-fast,lang", test_usage);
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
    struct plan *plan = malloc(sizeof *plan);
    MUST(s.outcomes != NULL && plan != NULL);
    for (size_t i = 0; i < s.path_count; i++) {
        test_path(&s, plan, s.paths[i]);
        if (o.fail_fast && worst(&s) != 0)
            break;
    }
    free(plan);
    return finish(&s, &o);
}
