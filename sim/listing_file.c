/* listing_file.c — see listing_file.h. */

#include "sim/listing_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/must.h"
#include "sim/feed.h"

struct listing_file {
    const char *path;
    struct feed *feed;
    uint64_t bad;
    bool failed;
    uint64_t told; /* of the bad lines; a second reading meets the same ones */
    bool told_all;
    bool is_zm;
    struct zm zm;
    struct csv csv;
};

static void tell(struct listing_file *l, const struct listing_problem *p)
{
    l->bad++;
    if (l->bad <= l->told || l->bad > LISTING_PROBLEMS_SHOWN)
        return;
    l->told = l->bad;
    fprintf(stderr, "%s:%" PRIu64 ": ", l->path, p->line);
    if (p->field[0] != '\0')
        fprintf(stderr, "%s: ", p->field);
    fprintf(stderr, "%s (at byte %" PRIu32 " of the line)\n", p->why, p->offset);
}

/* One step of the reader; LISTING_MORE: go on. */
static enum listing_got step(struct listing_file *l, struct listing_record *out)
{
    size_t length, used;
    bool last;
    struct listing_problem problem;
    const char *bytes = feed_bytes(l->feed, &length, &last);
    enum listing_got got = l->is_zm ? zm_read(&l->zm, bytes, length, last, &used, out, &problem)
                                    : csv_read(&l->csv, bytes, length, last, &used, out, &problem);
    feed_take(l->feed, used);
    if (got == LISTING_RECORD)
        return got;
    if (got == LISTING_BAD) {
        tell(l, &problem);
        l->failed |= problem.hopeless;
        return LISTING_BAD;
    }
    if (got == LISTING_MORE && used == 0 && !feed_more(l->feed))
        l->failed = true;
    return got;
}

/* Up to the first row: what kind of file it is, and the header of a CSV. */
static bool begin(struct listing_file *l, const struct csv_map *map, int32_t day)
{
    size_t length = 0, before;
    bool last;
    int32_t named = zm_day_of_name(l->path);
    const char *bytes;
    do {
        before = length;
        if (!feed_more(l->feed))
            return false;
        bytes = feed_bytes(l->feed, &length, &last);
    } while (length < ZM_LINE_BYTES && length > before && !last);
    l->is_zm = (length == 0 && named != ZM_NO_DAY) || zm_looks_so(bytes, length);
    if (l->is_zm) {
        zm_start(&l->zm, day != ZM_NO_DAY ? day : named);
        return true;
    }
    csv_start(&l->csv, map);
    while (l->csv.columns == 0 && !l->failed) {
        struct listing_record none;
        enum listing_got got = step(l, &none);
        MUST(got != LISTING_RECORD);
        if (got == LISTING_END) {
            fprintf(stderr, "%s: the file is empty; want a header or UnionPay's ZM\n", l->path);
            return false;
        }
    }
    return !l->failed;
}

struct listing_file *listing_file_open(const char *path, const struct csv_map *map, int32_t day)
{
    struct listing_file *l = malloc(sizeof *l);
    MUST(l != NULL);
    l->path = path;
    l->bad = l->told = 0;
    l->failed = l->told_all = false;
    l->feed = feed_open(path);
    if (l->feed != NULL && begin(l, map, day))
        return l;
    listing_file_close(l);
    return NULL;
}

void listing_file_close(struct listing_file *l)
{
    if (l == NULL)
        return;
    feed_close(l->feed);
    free(l);
}

bool listing_file_rewind(struct listing_file *l, uint32_t wanted)
{
    struct csv_map map = l->csv.map;
    int32_t day = l->zm.day;
    l->bad = 0;
    if (!feed_rewind(l->feed))
        return false;
    if (l->is_zm)
        zm_start(&l->zm, day);
    else
        csv_start(&l->csv, map.given ? &map : NULL);
    l->csv.wanted = wanted;
    return true;
}

bool listing_file_has(const struct listing_file *l, enum listing_field field)
{
    if (!l->is_zm)
        return l->csv.column_of[field] >= 0;
    return field != LISTING_TIME || l->zm.day != ZM_NO_DAY;
}

bool listing_file_next(struct listing_file *l, struct listing_record *out)
{
    while (!l->failed) {
        enum listing_got got = step(l, out);
        if (got == LISTING_RECORD)
            return true;
        if (got == LISTING_END)
            break;
    }
    if (l->bad > LISTING_PROBLEMS_SHOWN && !l->told_all)
        fprintf(stderr, "%s: and %" PRIu64 " more lines that cannot be read\n", l->path,
                l->bad - LISTING_PROBLEMS_SHOWN);
    l->told_all = true;
    return false;
}

bool listing_file_failed(const struct listing_file *l)
{
    return l->failed;
}

uint64_t listing_file_bad(const struct listing_file *l)
{
    return l->bad;
}

uint32_t listing_file_progress_ppm(const struct listing_file *l)
{
    return feed_progress_ppm(l->feed);
}
