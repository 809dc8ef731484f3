/* plot.h — draws the plots with gnuplot, from the files in --out. */
#ifndef SIM_PLOT_H
#define SIM_PLOT_H

#include <stdbool.h>

#include "sim/run.h"

enum { PLOTS = 10 };
extern const char *const plot_names[PLOTS];

/* The accounts' plot says nothing new where ACS and one own account are all
 * there is, and no transfer was made. */
bool plot_wanted(const struct run *r, const char *name);
/* Writes the files they draw from and the .svg files.  False: said on stderr. */
bool plots_draw(const struct run *r, const char *dir);

/* The text of a script or page that the program carries; NULL: no such. */
const char *carried_text(const char *name);

#endif
