/* zm.h — UnionPay's detail file (对账明细, "ZM"): bytes in, payments out.
 *
 * GBK, no header and no trailer.  A line is 42 fields of fixed length with one
 * space between two of them, 607 bytes, and CRLF:
 *
 *     S56 48226800   48226800   000123 0311090100 622609******0048    000000476800 ...
 *
 *     reference   field 12, the merchant's order    amount  field 7, fen
 *     query_id    field 10                          fee     field 16, D + 12 digits: we pay it;
 *     merchant    field 28                                  C: we get it
 *     user        field  6, the masked account      time    field 5, without a year
 *
 * The direction is the settled amount's (field 17): C in, D out.  Each line
 * is a payment that was made.  With the day of the file's settlement (`day`)
 * a time falls into the year that brings it nearest to that day.
 */
#ifndef CORE_EDGE_ZM_H
#define CORE_EDGE_ZM_H

#include "core/edge/listing.h"

enum { ZM_LINE_BYTES = 607, ZM_FIELDS = 42 };

struct zm_field {
    const char *name;
    uint16_t offset;
    uint16_t length;
};
extern const struct zm_field zm_fields[ZM_FIELDS];

struct zm {
    struct listing_lines lines;
    int32_t day; /* of settlement; ZM_NO_DAY: times are not known */
};

#define ZM_NO_DAY INT32_MIN

/* Does a file that begins so look like one? */
bool zm_looks_so(const char *bytes, size_t length);

/* "INN19031188ZM_..." anywhere in a path: the day, or ZM_NO_DAY. */
int32_t zm_day_of_name(const char *path);

void zm_start(struct zm *z, int32_t day);
enum listing_got zm_read(struct zm *z, const char *bytes, size_t length, bool last, size_t *used,
                         struct listing_record *out, struct listing_problem *problem);

#endif
