/* problems.h — what is wrong with the input, all of it at once.
 *
 * One line a problem: `FILE: /json/pointer: what is wrong and what would be
 * right`, or `FILE:LINE:COLUMN: ...` where the text itself cannot be read.
 * After PROBLEMS_MAX lines only their number is kept.  Control characters are
 * shown as question marks.
 */
#ifndef SIM_PROBLEMS_H
#define SIM_PROBLEMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PROBLEMS_MAX = 100 };

struct problems {
    uint32_t count;
    size_t used;
    size_t capacity;
    char *text; /* whole lines; NULL while there is none */
};

__attribute__((format(printf, 3, 4))) void problem(struct problems *list, const char *where,
                                                   const char *format, ...);
void problems_print(const struct problems *list); /* to stderr */
void problems_free(struct problems *list);

#endif
