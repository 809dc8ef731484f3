/* checks.c — see checks.h. */

#include "sim/checks.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *pointer_to(char out[POINTER_MAX], const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(out, POINTER_MAX, format, args);
    va_end(args);
    return out;
}

static const char *id_of(const struct list *list, size_t stride, size_t i)
{
    return *(char *const *)((const char *)list->items + i * stride);
}

void check_own_name_at(struct reading *r, const char *at, const struct list *list, size_t stride,
                       size_t i, const char *section)
{
    const char *id = id_of(list, stride, i);
    for (size_t k = 0; k < i; k++)
        if (strcmp(id_of(list, stride, k), id) == 0) {
            reading_problem(r, at, "\"%s\" is %s/%zu already; want a name of its own", id, section,
                            k);
            return;
        }
}

void check_own_name(struct reading *r, const struct list *list, size_t stride, size_t i,
                    const char *section)
{
    char at[POINTER_MAX];
    check_own_name_at(r, pointer_to(at, "%s/%zu/id", section, i), list, stride, i, section);
}
