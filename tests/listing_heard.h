/* listing_heard.h — reading a list from memory in pieces, and what was heard of it. */
#ifndef TESTS_LISTING_HEARD_H
#define TESTS_LISTING_HEARD_H

#include <string.h>

#include "core/base/must.h"
#include "core/edge/csv.h"
#include "core/edge/listing.h"
#include "core/edge/zm.h"

struct heard {
    uint64_t records;
    uint64_t bad;
    uint64_t lines; /* the last line's number */
    uint64_t hash;  /* of all that was said, in order */
    bool hopeless;
    struct listing_record record;   /* the last; its texts are copied */
    struct listing_problem problem; /* the last */
    char texts[LISTING_TEXTS][LISTING_TEXT_MAX + 1];
};

static inline void heard_more(struct heard *h, const void *bytes, size_t length)
{
    const unsigned char *b = bytes;
    for (size_t i = 0; i < length; i++)
        h->hash = (h->hash ^ b[i]) * UINT64_C(1099511628211);
}

static inline void heard_record(struct heard *h, const struct listing_record *r)
{
    int64_t numbers[] = {r->amount_fen, r->fee_fen, r->time_us, (int64_t)r->line, r->status};
    h->records++;
    h->record = *r;
    for (int f = 0; f < LISTING_TEXTS; f++) {
        MUST(r->texts[f].length <= LISTING_TEXT_MAX);
        memcpy(h->texts[f], r->texts[f].text, r->texts[f].length);
        h->texts[f][r->texts[f].length] = '\0';
        heard_more(h, r->texts[f].text, r->texts[f].length);
        heard_more(h, "", 1);
    }
    heard_more(h, numbers, sizeof numbers);
}

/* Reads all of it, `piece` bytes more at a time (0: all at once).  Whatever the bytes
 * are, each call goes on or asks for more, and nothing is read beyond the end. */
static inline struct heard hear(struct zm *zm, struct csv *csv, const char *bytes, size_t length,
                                size_t piece)
{
    struct heard h = {.records = 0};
    size_t at = 0, shown = piece == 0 || piece > length ? length : piece;
    for (;;) {
        struct listing_record r;
        size_t used = SIZE_MAX;
        bool last = shown == length;
        enum listing_got got =
            zm != NULL ? zm_read(zm, bytes + at, shown - at, last, &used, &r, &h.problem)
                       : csv_read(csv, bytes + at, shown - at, last, &used, &r, &h.problem);
        MUST(used <= shown - at);
        at += used;
        if (got == LISTING_END) {
            MUST(last && at == length);
            h.lines = zm != NULL ? zm->lines.line : csv->lines.line;
            return h;
        }
        MUST(used > 0 || (got == LISTING_MORE && !last));
        if (got == LISTING_RECORD)
            heard_record(&h, &r);
        if (got == LISTING_BAD) {
            h.bad++;
            MUST(strlen(h.problem.why) > 0);
            heard_more(&h, h.problem.why, strlen(h.problem.why));
            heard_more(&h, h.problem.field, strlen(h.problem.field));
            heard_more(&h, &h.problem.line, sizeof h.problem.line);
            h.hopeless |= h.problem.hopeless;
        }
        if (got == LISTING_MORE && used == 0)
            shown = shown + piece > length ? length : shown + piece;
    }
}

static inline struct heard hear_zm(const char *bytes, size_t length, size_t piece)
{
    struct zm zm;
    zm_start(&zm, 17967); /* 2019-03-12 */
    return hear(&zm, NULL, bytes, length, piece);
}

/* `map` NULL: by our own words. */
static inline struct heard hear_csv(const char *bytes, size_t length, size_t piece,
                                    const struct csv_map *map)
{
    static struct csv csv;
    csv_start(&csv, map);
    return hear(NULL, &csv, bytes, length, piece);
}

/* Any bytes: both readers come to the end, and alike however the bytes are cut. */
static inline void hear_anything(const char *bytes, size_t length)
{
    struct csv_map map = {0};
    char why[LISTING_WHY_MAX];
    MUST(csv_map_parse("reference=r,amount=a:fen,fee=f,status=s,time=t", &map, why));
    const struct csv_map *maps[] = {NULL, &map};
    size_t most = length < 4000 ? 1 : length / 16; /* small pieces of large inputs take long */
    struct heard whole = hear_zm(bytes, length, 0);
    struct heard pieces = hear_zm(bytes, length, most);
    MUST(whole.hash == pieces.hash && whole.records == pieces.records && whole.bad == pieces.bad);
    MUST(whole.lines == whole.records + whole.bad); /* no line was passed over */
    for (int i = 0; i < 2; i++) {
        whole = hear_csv(bytes, length, 0, maps[i]);
        pieces = hear_csv(bytes, length, most, maps[i]);
        MUST(whole.hash == pieces.hash && whole.records == pieces.records);
        MUST(whole.bad == pieces.bad && whole.lines == pieces.lines);
        if (memchr(bytes, '"', length) ==
            NULL) /* without quotes a line is a line; one: the header */
            MUST(whole.lines - (whole.records + whole.bad) <= 1);
    }
}

/* A line of UnionPay's file, with CRLF, like those that are known. */
static inline void zm_sample(char line[ZM_LINE_BYTES + 2])
{
    static const char *const texts[ZM_FIELDS] = {
        "S56",
        "48226800",
        "48226800",
        "000123",
        "0311090105",
        "622609******0048",
        "000000476800",
        "5311",
        "07",
        "201903110901050001231",
        "",
        "ORDER0000000001",
        "01",
        "",
        "",
        "D000000002861",
        "C000000473939",
        "",
        "",
        "01",
        "01",
        "000201",
        "",
        "",
        "",
        "",
        "",
        "777290058110048",
    };
    memset(line, ' ', ZM_LINE_BYTES);
    for (int f = 0; f < ZM_FIELDS; f++)
        if (texts[f] != NULL)
            memcpy(line + zm_fields[f].offset, texts[f], strlen(texts[f]));
    memcpy(line + ZM_LINE_BYTES, "\r\n", 2);
}

#endif
