/* report_pages.c — the plot scripts and the report's page, inside the program;
 * see plot.h. */

#include <stddef.h>
#include <string.h>

#include "sim/plot.h"

static const struct {
    const char *name;
    const char *text;
} pages[] = {
#include "plots.inc"
};

const char *carried_text(const char *name)
{
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++)
        if (strcmp(pages[i].name, name) == 0)
            return pages[i].text;
    return NULL;
}
