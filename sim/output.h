/* output.h — files in --out: written beside their name, renamed when whole.
 *
 * An output that could not be written whole is removed and the reason kept;
 * whoever commits learns of it.
 */
#ifndef SIM_OUTPUT_H
#define SIM_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

struct output {
    FILE *file; /* NULL: not wanted, or it could not be opened */
    char path[4200];
    char beside[4200];
};

/* Makes the folder if it is missing. */
bool output_folder(const char *dir);
bool output_open(struct output *o, const char *dir, const char *name);
bool output_commit(struct output *o); /* false: said on stderr */
void output_drop(struct output *o);

/* Text as HTML or XML has it; control characters, which neither can have, are left out. */
void output_markup(FILE *file, const char *text);

#endif
