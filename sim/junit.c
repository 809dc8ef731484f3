/* junit.c — see junit.h. */

#include "sim/junit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/output.h"

static void write_case(FILE *file, const struct outcome *o, const char *name, double seconds,
                       const char *failure)
{
    fputs("  <testcase classname=\"", file);
    output_markup(file, o->path);
    fputs("\" name=\"", file);
    output_markup(file, name);
    fprintf(file, "\" time=\"%.3f\"", seconds);
    if (failure == NULL) {
        fputs("/>\n", file);
        return;
    }
    fprintf(file, ">\n    <failure message=\"exit code %d\">", o->code);
    output_markup(file, failure);
    fputs("\nrepeat: ", file);
    output_markup(file, o->repeat);
    fputs("</failure>\n  </testcase>\n", file);
}

static const char *failure_of(const json_t *of)
{
    const char *text = json_string_value(json_object_get(of, "failure"));
    return text == NULL || *text == '\0' ? NULL : text;
}

static void write_outcome(FILE *file, const struct outcome *o)
{
    size_t i;
    json_t *one;
    write_case(file, o, "invariants hold, not stuck", o->seconds, failure_of(o->report));
    json_array_foreach (json_object_get(o->report, "expectations"), i, one)
        write_case(file, o, json_string_value(json_object_get(one, "name")), 0, failure_of(one));
}

static void write_suite(FILE *file, const struct outcome *outcomes, size_t count)
{
    size_t cases = 0;
    size_t failures = 0;
    double seconds = 0;
    for (size_t i = 0; i < count; i++) {
        const struct outcome *o = &outcomes[i];
        size_t k;
        json_t *one;
        if (!o->done || o->skipped)
            continue;
        cases++;
        failures += failure_of(o->report) != NULL;
        seconds += o->seconds;
        json_array_foreach (json_object_get(o->report, "expectations"), k, one) {
            cases++;
            failures += failure_of(one) != NULL;
        }
    }
    fprintf(file,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<testsuite name=\"toucun\" tests=\"%zu\" failures=\"%zu\" time=\"%.3f\">\n",
            cases, failures, seconds);
    for (size_t i = 0; i < count; i++)
        if (outcomes[i].done && !outcomes[i].skipped)
            write_outcome(file, &outcomes[i]);
    fputs("</testsuite>\n", file);
}

/* What is no plain file, as the link /dev/stdout, is written to, never replaced. */
static bool is_special(const char *path)
{
    struct stat info;
    return lstat(path, &info) == 0 && !S_ISREG(info.st_mode);
}

bool junit_write(const struct outcome *outcomes, size_t count, const char *path)
{
    char beside[4096];
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    bool special = is_special(path);
    int length = snprintf(beside, sizeof beside, "%.*s.%s.part", (int)(name - path), path, name);
    FILE *file = NULL;
    if (length < 0 || (size_t)length >= sizeof beside)
        errno = ENAMETOOLONG;
    else
        file = fopen(special ? path : beside, special ? "ab" : "wb");
    bool ok = file != NULL;
    if (ok) {
        write_suite(file, outcomes, count);
        ok = fflush(file) == 0 && !ferror(file);
        ok &= fclose(file) == 0;
        ok = ok && (special || rename(beside, path) == 0);
    }
    if (!ok) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        if (file != NULL && !special)
            unlink(beside);
    }
    return ok;
}
