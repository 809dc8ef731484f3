/* main.c — toucun: the commands, and what happens when a MUST fails. */

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/civil.h"
#include "core/base/must.h"
#include "sim/options.h"
#include "sim/pace.h"
#include "sim/run.h"
#include "sim/running.h"
#include "sim/summary_json.h"

static const char usage[] =
    "toucun COMMAND ...: a treasury under centralised custody, simulated\n"
    "\n"
    "  toucun run SCENARIO        one run: a summary, and files in --out DIR\n"
    "  toucun check SCENARIO...   validate only; every problem at once\n"
    "  toucun test PATH...        run scenarios and judge their expectations\n"
    "  toucun reconcile --ours FILE --theirs FILE\n"
    "                             two lists of payments, trade by trade: what differs\n"
    "\n"
    "  toucun COMMAND --help      the command's options\n"
    "  toucun --version\n";

static struct {
    const struct plan *plan;
    const struct run *run;
} running;

void running_set(const struct plan *plan, const struct run *run)
{
    running.plan = plan;
    running.run = run;
}

_Noreturn void must_failed(const char *file, int line, const char *claim)
{
    char when[CIVIL_MOMENT_TEXT_MAX] = "the start";
    fprintf(stderr, "%s:%d: MUST(%s) failed", file, line, claim);
    if (running.run != NULL) {
        civil_print_moment(when, run_now_us(running.run));
        fprintf(stderr, " at %s, event %" PRIu64 ", scenario %s, seed %" PRId64, when,
                run_result(running.run)->events, running.plan->scenario.doc.files[0],
                running.plan->scenario.seed);
    }
    fputc('\n', stderr);
    _exit(3);
}

/* What was said must have arrived, or the exit code would lie. */
static int whole(int code)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    fprintf(stderr, "stdout: %s\n", strerror(errno));
    return 5;
}

int main(int argc, char **argv)
{
    double began_s = wall_seconds();
    signal(SIGPIPE, SIG_IGN); /* a pipe that closed is an error like another, not a death */
    static const struct {
        const char *name;
        int (*command)(int argc, char **argv, double began_s);
    } commands[] = {{"run", command_run},
                    {"check", command_check},
                    {"test", command_test},
                    {"reconcile", command_reconcile}};

    if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
                      strcmp(argv[1], "help") == 0)) {
        fputs(usage, stdout);
        return 0;
    }
    if (argc >= 2 && strcmp(argv[1], "--version") == 0) {
        puts("toucun " TOUCUN_VERSION);
        return 0;
    }
    for (size_t i = 0; argc >= 2 && i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return whole(commands[i].command(argc - 1, argv + 1, began_s));
    if (argc >= 2)
        fprintf(stderr, "toucun: no command \"%s\"\n\n", argv[1]);
    fputs(usage, stderr);
    return 2;
}
