/* problems.c — see problems.h. */

#include "sim/problems.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/must.h"

static void append(struct problems *list, const char *text, size_t length)
{
    if (list->used + length + 1 > list->capacity) {
        list->capacity = (list->used + length + 1) * 2;
        list->text = realloc(list->text, list->capacity);
        MUST(list->text != NULL);
    }
    memcpy(list->text + list->used, text, length);
    list->used += length;
    list->text[list->used] = '\0';
}

void problem(struct problems *list, const char *where, const char *format, ...)
{
    char line[1024];
    if (list->count++ >= PROBLEMS_MAX)
        return;
    va_list args;
    va_start(args, format);
    int length = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    MUST(length >= 0);
    size_t start = list->used;
    append(list, where, strlen(where));
    append(list, ": ", 2);
    append(list, line, (size_t)length < sizeof line ? (size_t)length : sizeof line - 1);
    append(list, "\n", 1);
    /* What a file says is shown, never obeyed: one problem stays one line. */
    for (size_t i = start; i + 1 < list->used; i++)
        if ((unsigned char)list->text[i] < ' ' || list->text[i] == 127)
            list->text[i] = '?';
}

void problems_print(const struct problems *list)
{
    if (list->text != NULL)
        fputs(list->text, stderr);
    if (list->count > PROBLEMS_MAX)
        fprintf(stderr, "and %u more problems\n", list->count - PROBLEMS_MAX);
}

void problems_free(struct problems *list)
{
    free(list->text);
    *list = (struct problems){0};
}
