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

enum { ZM_LINE_BYTES = 607, ZM_AMOUNT_DIGITS = 12 };

#define ZM_AMOUNT_MAX_FEN INT64_C(999999999999)

enum zm_name {
    ZM_CODE,
    ZM_ACQUIRER,
    ZM_SENDER,
    ZM_TRACE_NUMBER,
    ZM_TIME,
    ZM_ACCOUNT,
    ZM_AMOUNT,
    ZM_MERCHANT_CATEGORY,
    ZM_TERMINAL_KIND,
    ZM_QUERY_ID,
    ZM_PAY_KIND_OLD,
    ZM_ORDER_ID,
    ZM_CARD_KIND,
    ZM_ORIGINAL_TRACE_NUMBER,
    ZM_ORIGINAL_TIME,
    ZM_FEE,
    ZM_SETTLED,
    ZM_PAY_KIND,
    ZM_GROUP_MERCHANT,
    ZM_KIND,
    ZM_SUB_KIND,
    ZM_BUSINESS,
    ZM_ACCOUNT_KIND,
    ZM_BILL_KIND,
    ZM_BILL_NUMBER,
    ZM_INTERACTION,
    ZM_ORIGINAL_QUERY_ID,
    ZM_MERCHANT,
    ZM_SPLIT,
    ZM_SUB_MERCHANT,
    ZM_SUB_MERCHANT_NAME,
    ZM_SUB_MERCHANT_SPLIT,
    ZM_NET,
    ZM_TERMINAL,
    ZM_OWN,
    ZM_DISCOUNT,
    ZM_INVOICE,
    ZM_INSTALMENT_FEE,
    ZM_INSTALMENTS,
    ZM_MEDIUM,
    ZM_SPARE,
    ZM_SPARE_TOO,
    ZM_FIELDS
};

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

/* The same line with all that is in it; zm_read() hands on what every list has. */
struct zm_line {
    const char *text; /* ZM_LINE_BYTES of it, until the next call */
    uint64_t line;
    int64_t time_us;
    int64_t amount_fen;  /* without a sign */
    int64_t fee_fen;     /* above 0: we pay it */
    int64_t settled_fen; /* in above 0, out below it */
    bool out;            /* settled with D, also where it is 0 */
};

enum listing_got zm_read_line(struct zm *z, const char *bytes, size_t length, bool last,
                              size_t *used, struct zm_line *out, struct listing_problem *problem);

/* A field without the spaces behind it. */
struct listing_text zm_text(const struct zm_line *l, enum zm_name field);

/* "want ..., got ..." of one field; returns LISTING_BAD. */
enum listing_got zm_wrong(const struct zm_line *l, enum zm_name field, const char *want,
                          struct listing_problem *problem);

#endif
