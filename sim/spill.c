/* spill.c — see spill.h. */

#include "sim/spill.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/must.h"

enum { BUFFER = 1 << 15, FILES = SPILL_PARTS * MATCH_SIDES };

#define HEAD offsetof(struct spilled, text)

struct spill_file {
    FILE *file;
    uint64_t rows;
    uint64_t read;
};

struct spill {
    struct spill_file files[FILES];
};

static bool failed(void)
{
    fprintf(stderr, "toucun: a temporary file: %s\n", strerror(errno));
    return false;
}

static FILE *nameless(void)
{
    char path[4096];
    const char *dir = getenv("TMPDIR");
    int n = snprintf(path, sizeof path, "%s/toucun-XXXXXX", dir != NULL && *dir ? dir : "/tmp");
    int file = n < (int)sizeof path ? mkstemp(path) : -1;
    if (file < 0)
        return NULL;
    unlink(path);
    FILE *stream = fdopen(file, "w+b");
    if (stream == NULL)
        close(file);
    else
        setvbuf(stream, NULL, _IOFBF, BUFFER);
    return stream;
}

struct spill *spill_create(void)
{
    struct spill *s = calloc(1, sizeof *s);
    MUST(s != NULL);
    for (int i = 0; i < FILES; i++) {
        s->files[i].file = nameless();
        if (s->files[i].file == NULL) {
            failed();
            spill_free(s);
            return NULL;
        }
    }
    return s;
}

void spill_drop(struct spill *s, uint32_t part)
{
    for (uint32_t side = 0; side < MATCH_SIDES; side++) {
        struct spill_file *f = &s->files[part * MATCH_SIDES + side];
        if (f->file != NULL)
            fclose(f->file);
        f->file = NULL;
    }
}

void spill_free(struct spill *s)
{
    if (s == NULL)
        return;
    for (uint32_t part = 0; part < SPILL_PARTS; part++)
        spill_drop(s, part);
    free(s);
}

static struct spill_file *file_of(struct spill *s, uint32_t part, enum match_side side)
{
    MUST(part < SPILL_PARTS);
    return &s->files[part * MATCH_SIDES + side];
}

bool spill_put(struct spill *s, uint32_t part, enum match_side side, const struct spilled *row)
{
    struct spill_file *f = file_of(s, part, side);
    f->rows++;
    return fwrite(row, HEAD + row->length, 1, f->file) == 1 || failed();
}

bool spill_rewind(struct spill *s, uint32_t part, enum match_side side)
{
    struct spill_file *f = file_of(s, part, side);
    f->read = 0;
    return (fflush(f->file) == 0 && fseek(f->file, 0, SEEK_SET) == 0) || failed();
}

bool spill_next(struct spill *s, uint32_t part, enum match_side side, struct spilled *row,
                bool *bad)
{
    struct spill_file *f = file_of(s, part, side);
    if (f->read == f->rows)
        return false;
    f->read++;
    if (fread(row, HEAD, 1, f->file) == 1 && row->length <= LISTING_TEXT_MAX &&
        fread(row->text, 1, row->length, f->file) == row->length)
        return true;
    *bad = !failed();
    return false;
}

uint32_t spill_progress_ppm(const struct spill *s, uint32_t part, enum match_side side)
{
    const struct spill_file *f = &s->files[part * MATCH_SIDES + side];
    return f->rows == 0 ? 1000000 : (uint32_t)(f->read * 1000000 / f->rows);
}
