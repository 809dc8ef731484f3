/* csv.h — lists of payments as comma-separated values: bytes in, payments out.
 *
 * The first line names the columns; which of them is what, the map says:
 *
 *     reference=orderId,amount=txnAmt:fen,fee=charge,status=respCode
 *
 * Without a map the columns are found by our own words, so the trace's
 * time,kind,business,merchant,user,amount,reference is read as it is.  There
 * must be a reference or a query_id, and an amount; other columns are left
 * alone.  UTF-8 with or without a BOM; LF or CRLF, but one of them throughout;
 * fields may be quoted as in RFC 4180, with line ends and "" inside.
 *
 *     amount, fee   yuan like 12.30, or fen with :fen; a sign is taken where no
 *                   kind says the direction
 *     kind          payout or out, D: out; collection or in, C: in
 *     time          2018-11-11T00:00:00+08:00; or without an offset, which means
 *                   +08:00, also with a space for the T; or 20181111000000
 */
#ifndef CORE_EDGE_CSV_H
#define CORE_EDGE_CSV_H

#include "core/edge/listing.h"

enum { CSV_COLUMNS_MAX = 256, CSV_NAME_MAX = 80 };

struct csv_map {
    bool given;
    bool named[LISTING_FIELDS];
    bool fen[LISTING_FIELDS];
    char names[LISTING_FIELDS][CSV_NAME_MAX];
};

/* False: `why` says what is wrong with it. */
bool csv_map_parse(const char *text, struct csv_map *map, char why[LISTING_WHY_MAX]);

struct csv_field {
    const char *text;
    uint32_t length;
};

struct csv {
    struct csv_map map;
    struct listing_lines lines;
    int32_t column_of[LISTING_FIELDS]; /* -1: the file has none */
    uint32_t columns;                  /* 0: the header was not read yet */
    uint32_t wanted; /* bits of the fields to read: all, but for a list read before */
    bool ends_known;
    bool crlf;
    bool day_known; /* the last time read, for the many that share its day */
    char day[12];
    char offset[8];
    int64_t midnight_us;
    struct csv_field fields[CSV_COLUMNS_MAX];
    char unquoted[LISTING_LINE_MAX];
};

void csv_start(struct csv *c, const struct csv_map *map); /* NULL: by our own words */
enum listing_got csv_read(struct csv *c, const char *bytes, size_t length, bool last, size_t *used,
                          struct listing_record *out, struct listing_problem *problem);

#endif
