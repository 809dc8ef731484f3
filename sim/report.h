/* report.h — report.html: one self-contained page a product manager can read. */
#ifndef SIM_REPORT_H
#define SIM_REPORT_H

#include <stdbool.h>

#include "sim/run.h"

/* Call after plots_draw(); plots that are missing are said to be. */
bool report_write(const struct run *r, const char *dir);

#endif
