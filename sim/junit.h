/* junit.h — what became of scenarios, and the same as JUnit XML for CI servers.
 *
 * A scenario is one case "invariants hold, not stuck" and one more for each of
 * its expectations; a failure says what to run to see it again.
 */
#ifndef SIM_JUNIT_H
#define SIM_JUNIT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* `report` is an object:
 *
 *     text          why it failed, in the language spoken; in lines
 *     failure       the same of the scenario as a whole, in English; "": it is well
 *     expectations  [{"name", "failure"}], in English; failure absent: it is met
 */
struct outcome {
    const char *path;
    bool done;
    bool skipped; /* a fragment, or without a wanted label */
    int code;
    double seconds;
    json_t *report;
    char *repeat; /* the command */
};

/* Of those that are done and not skipped.  Written beside and renamed; false: said on stderr. */
bool junit_write(const struct outcome *outcomes, size_t count, const char *path);

#endif
