/* options.c — see options.h. */

#include "sim/options.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/settings.h"
#include "sim/workers.h"

static bool is_allowed(const char *allowed, const char *name, size_t length)
{
    for (const char *at = allowed; *at != '\0';) {
        size_t n = strcspn(at, ",");
        if (n == length && memcmp(at, name, n) == 0)
            return true;
        at += n + (at[n] == ',');
    }
    return false;
}

static bool add(const char **list, size_t *count, size_t max, const char *value, const char *what)
{
    if (*count == max) {
        fprintf(stderr, "toucun: more than %zu %s\n", max, what);
        return false;
    }
    list[(*count)++] = value;
    return true;
}

static bool read_seed(struct options *o, const char *value)
{
    char *end;
    errno = 0;
    long long seed = strtoll(value, &end, 10);
    if (*value < '0' || *value > '9' || *end != '\0' || errno == ERANGE) {
        fprintf(stderr, "toucun: --seed %s: want an integer from 0 to %lld\n", value, LLONG_MAX);
        return false;
    }
    snprintf(o->seed, sizeof o->seed, "/seed=%lld", seed);
    return add(o->sets, &o->set_count, SETS_MAX, o->seed, "--set");
}

/* "60x" or "60" */
static bool read_speed(struct options *o, const char *value)
{
    char number[32];
    size_t n = strlen(value);
    if (n > 0 && value[n - 1] == 'x')
        n--;
    snprintf(number, sizeof number, "%.*s", (int)(n < 31 ? n : 31), value);
    json_t *json = json_loads(number, JSON_DECODE_ANY, NULL);
    bool ok = json_millionths(json, &o->speed_millionths) && o->speed_millionths > 0;
    json_decref(json);
    if (!ok)
        fprintf(stderr, "toucun: --speed %s: want a factor above 0, as in 60x\n", value);
    return ok;
}

static bool read_events(struct options *o, const char *value)
{
    char bad[64];
    o->events = true;
    if (event_filter_parse(&o->event_filter, value == NULL ? "" : value, bad))
        return true;
    fprintf(stderr, "toucun: --events: no kind of event is called \"%s\"; known:", bad);
    for (int k = 0; k < FACT_KIND_COUNT; k++)
        fprintf(stderr, " %s", fact_kind_name((enum fact_kind)k));
    fputc('\n', stderr);
    return false;
}

static bool read_workers(struct options *o, const char *value)
{
    char *end;
    unsigned long count = strtoul(value, &end, 10);
    if (*value < '1' || *value > '9' || *end != '\0' || count > WORKERS_MAX) {
        fprintf(stderr, "toucun: -j %s: want a number of processes from 1 to %d\n", value,
                WORKERS_MAX);
        return false;
    }
    o->workers = (uint32_t)count;
    return true;
}

static bool read_language(struct options *o, const char *value)
{
    if (language_parse(value, &o->language))
        return true;
    fprintf(stderr, "toucun: --lang %s: no such language; want en or zh\n", value);
    return false;
}

/* Options whose value the command itself reads. */
static const struct {
    const char *name;
    size_t member;
} as_they_are[] = {
    {"out", offsetof(struct options, out)},
    {"junit", offsetof(struct options, junit)},
    {"ours", offsetof(struct options, ours)},
    {"theirs", offsetof(struct options, theirs)},
    {"columns-ours", offsetof(struct options, columns_ours)},
    {"columns-theirs", offsetof(struct options, columns_theirs)},
    {"tolerance", offsetof(struct options, tolerance)},
    {"by", offsetof(struct options, by)},
    {"late", offsetof(struct options, late)},
    {"day", offsetof(struct options, day)},
    {"remember", offsetof(struct options, remember)},
};

static const char **text_option(struct options *o, const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof as_they_are / sizeof as_they_are[0]; i++)
        if (strlen(as_they_are[i].name) == length && memcmp(as_they_are[i].name, name, length) == 0)
            return (const char **)(void *)((char *)o + as_they_are[i].member);
    return NULL;
}

static bool read_one(struct options *o, const char *name, size_t length, const char *value)
{
#define IS(text) (length == strlen(text) && memcmp(name, text, length) == 0)
    if (IS("set"))
        return add(o->sets, &o->set_count, SETS_MAX, value, "--set");
    if (IS("label"))
        return add(o->labels, &o->label_count, LABELS_MAX, value, "--label");
    if (IS("seed"))
        return read_seed(o, value);
    if (IS("speed"))
        return read_speed(o, value);
    if (IS("events"))
        return read_events(o, value);
    if (IS("lang"))
        return read_language(o, value);
    const char **text = text_option(o, name, length);
    if (text != NULL)
        *text = value;
    if (IS("json"))
        o->json = true;
    if (IS("quiet"))
        o->quiet = true;
    if (IS("payouts"))
        o->payouts = true;
    if (IS("fail-fast"))
        o->fail_fast = true;
    return true;
#undef IS
}

/* Those that take a value, and whether they must. */
static bool takes_value(struct options *o, const char *name, size_t length, bool *must)
{
    *must = is_allowed("set,label,seed,speed,lang", name, length) ||
            text_option(o, name, length) != NULL;
    return *must || is_allowed("events", name, length);
}

/* The value of an option that takes one: after the "=", or else the next argument. */
static bool want_value(struct options *o, const char *arg, const char *name, size_t length,
                       int argc, char **argv, int *at, const char **value)
{
    bool must;
    if (!takes_value(o, name, length, &must)) {
        if (*value != NULL)
            fprintf(stderr, "toucun: --%.*s takes no value\n", (int)length, name);
        return *value == NULL;
    }
    if (!must || *value != NULL)
        return true;
    if (*at + 1 == argc) {
        fprintf(stderr, "toucun: %s wants a value\n", arg);
        return false;
    }
    *value = argv[++*at];
    return true;
}

enum options_verdict options_read(struct options *o, int argc, char **argv, const char *allowed,
                                  const char *usage)
{
    bool only_paths = false;
    for (int i = 1; i < argc; i++) {
        const char *arg = argv[i];
        if (only_paths || arg[0] != '-' || arg[1] == '\0') {
            if (!add(o->paths, &o->path_count, PATHS_MAX, arg, "paths"))
                return OPTIONS_WRONG;
            continue;
        }
        if (strcmp(arg, "--") == 0) {
            only_paths = true;
            continue;
        }
        if (strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0) {
            fputs(usage, stdout);
            return OPTIONS_DONE;
        }
        if (arg[1] == 'j' && is_allowed(allowed, "j", 1)) {
            bool apart = arg[2] == '\0';
            i += apart;
            if (!read_workers(o, !apart ? arg + 2 : i < argc ? argv[i] : ""))
                return OPTIONS_WRONG;
            continue;
        }
        const char *name = arg + 2;
        size_t length = strcspn(name, "=");
        if (strncmp(arg, "--", 2) != 0 || !is_allowed(allowed, name, length)) {
            fprintf(stderr,
                    "toucun %s: no option %s here; toucun %s --help says which there "
                    "are\n",
                    argv[0], arg, argv[0]);
            return OPTIONS_WRONG;
        }
        const char *value = name[length] == '=' ? name + length + 1 : NULL;
        if (!want_value(o, arg, name, length, argc, argv, &i, &value))
            return OPTIONS_WRONG;
        if (!read_one(o, name, length, value))
            return OPTIONS_WRONG;
    }
    return OPTIONS_READ;
}

_Noreturn void die_of_signal(int number)
{
    signal(number, SIG_DFL);
    raise(number);
    _exit(128 + number);
}
