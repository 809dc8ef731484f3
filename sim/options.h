/* options.h — the command line of every command that runs scenarios. */
#ifndef SIM_OPTIONS_H
#define SIM_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/journal.h"
#include "sim/texts.h"

enum { SETS_MAX = 256, PATHS_MAX = 4096, LABELS_MAX = 32 };

struct options {
    const char *sets[SETS_MAX];
    size_t set_count;
    const char *paths[PATHS_MAX];
    size_t path_count;
    const char *labels[LABELS_MAX];
    size_t label_count;
    const char *out;
    const char *junit;
    const char *ours; /* of reconcile, from here to remember */
    const char *theirs;
    const char *columns_ours;
    const char *columns_theirs;
    const char *tolerance;
    const char *by;
    const char *late;
    const char *day;
    const char *remember;
    uint32_t workers; /* 0: not said */
    char seed[64];    /* as a --set */
    enum language language;
    bool json;
    bool quiet;
    bool payouts;
    bool events;
    bool fail_fast;
    struct event_filter event_filter;
    int64_t speed_millionths;
    double began_s; /* when the program started, on the wall */
};

enum options_verdict {
    OPTIONS_READ,
    OPTIONS_DONE,  /* --help was answered */
    OPTIONS_WRONG, /* said on stderr */
};

/* argv[0] is the command; `allowed` lists the options it takes, "out,set,...". */
enum options_verdict options_read(struct options *o, int argc, char **argv, const char *allowed,
                                  const char *usage);

/* The commands; each returns the exit code. */
int command_run(int argc, char **argv, double began_s);
int command_check(int argc, char **argv, double began_s);
int command_test(int argc, char **argv, double began_s);
int command_reconcile(int argc, char **argv, double began_s);

/* After an interruption: dies of that signal, as a shell expects. */
_Noreturn void die_of_signal(int signal);

#endif
