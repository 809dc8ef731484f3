/* settlement.h — the settlement list of one channel's day as the house publishes it: bytes in,
 * the treasury's inputs out.
 *
 *     summary   LIST_OPENED: how many lines there are and what they come to, by the house's word
 *     lines     LIST_LINE for each of them, and LIST_ENDED
 *
 * First all of the summary is read, then the lines.  Both are read as in
 * listing.h: LISTING_RECORD is an input here, and LIST_ENDED takes no bytes.
 * How the bytes are cut into calls changes nothing.
 *
 * A line that cannot be read is LISTING_BAD, with its number, field and place,
 * and is counted; those behind it are read.  So a list with such a line stays
 * short of its own count.  LIST_ENDED has flag 1 where the bytes break off
 * inside a line, or where they have no heading: the whole list is still to
 * come.  Without a summary that can be read there is no list.
 *
 * What the files look like is in zm_list.h (UnionPay) and epcc.h (NetsUnion).
 */
#ifndef CORE_EDGE_SETTLEMENT_H
#define CORE_EDGE_SETTLEMENT_H

#include "core/edge/listing.h"
#include "core/edge/zm.h"
#include "core/gateway/gateway.h"

enum { SETTLEMENT_SUMMARY_MAX = 65536 }; /* bytes; longer ones are no summaries */

enum settlement_part {
    SETTLEMENT_SUMMARY,
    SETTLEMENT_SUMMARY_BAD, /* there is no list */
    SETTLEMENT_LINES,
    SETTLEMENT_ENDED,
};

/* What the lines of NetsUnion share, for the many that share it. */
struct epcc {
    struct listing_lines lines;
    uint32_t sessions_a_day;
    bool headed;
    bool unheaded; /* the heading is not what it should be: nothing of it is read */
    bool batch_known;
    bool date_known;
    char batch[16];
    char date[16];
    uint32_t session;
};

struct settlement {
    uint8_t channel; /* enum channel */
    uint8_t part;    /* enum settlement_part */
    bool inside;     /* the bytes so far end inside a line */
    uint64_t read;   /* lines */
    uint64_t bad;    /* lines that could not be read, and a summary */
    struct zm zm;
    struct epcc epcc;
    size_t held;
    char summary[SETTLEMENT_SUMMARY_MAX];
};

/* NetsUnion's sessions are named by their day and number in it: how many a day has is known. */
void settlement_start(struct settlement *s, enum channel channel, uint32_t sessions_a_day);

enum listing_got settlement_read_summary(struct settlement *s, const char *bytes, size_t length,
                                         bool last, size_t *used, struct input *out,
                                         struct listing_problem *problem);
enum listing_got settlement_read_lines(struct settlement *s, const char *bytes, size_t length,
                                       bool last, size_t *used, struct input *out,
                                       struct listing_problem *problem);

#endif
