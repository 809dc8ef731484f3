/* listing.h — what every reader of a list of payments hands on, whatever the file looks like.
 *
 * A reader is fed bytes and takes one line of them at a time:
 *
 *     LISTING_RECORD   *used bytes were one record
 *     LISTING_BAD      *used bytes were a line that cannot be read: *problem says why and where
 *     LISTING_MORE     *used bytes are done with (often 0); without more nothing can be said
 *     LISTING_END      there are no more; only where `last` said that no bytes follow
 *
 * No line is passed over in silence: each is a record, bad, or the header.
 * How the bytes are cut into calls changes nothing.  Texts point into the
 * bytes or into the reader and hold until the next call.
 */
#ifndef CORE_EDGE_LISTING_H
#define CORE_EDGE_LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LISTING_LINE_MAX = 65536, /* longer lines are bad */
    LISTING_TEXT_MAX = 64,    /* bytes of a reference and the like */
    LISTING_WHY_MAX = 300,
};

enum listing_field {
    LISTING_REFERENCE, /* the merchant's order */
    LISTING_QUERY_ID,  /* the channel's own number */
    LISTING_MERCHANT,
    LISTING_USER,
    LISTING_TEXTS,
    LISTING_AMOUNT = LISTING_TEXTS,
    LISTING_FEE,
    LISTING_STATUS,
    LISTING_KIND, /* the direction */
    LISTING_TIME,
    LISTING_FIELDS
};

#define LISTING_ALL ((UINT32_C(1) << LISTING_FIELDS) - 1)

struct listing_text {
    const char *text;
    uint32_t length;
};

struct listing_record {
    struct listing_text texts[LISTING_TEXTS];
    int64_t amount_fen; /* in above 0, out below it, where the list has a direction */
    int64_t fee_fen;    /* above 0: we pay it */
    int64_t time_us;
    uint64_t line;
    uint32_t status; /* of core/audit/match.h, or a word of its own */
};

struct listing_problem {
    uint64_t line;
    const char *field; /* "" where it is the whole line */
    uint32_t offset;   /* in the line, in bytes from 0 */
    bool hopeless;     /* the file is not what it should be: reading on is of no use */
    char why[LISTING_WHY_MAX];
};

enum listing_got { LISTING_RECORD, LISTING_BAD, LISTING_MORE, LISTING_END };

/* "reference", "query_id" ...; LISTING_FIELDS: no such field. */
const char *listing_field_word(enum listing_field field);
enum listing_field listing_field_parse(const char *word, size_t length);

/* The matcher's status for a word as files have it; another word is a number of its own. */
uint32_t listing_status(const char *word, size_t length);

/* Fills in a problem; returns LISTING_BAD. */
__attribute__((format(printf, 5, 6))) enum listing_got listing_bad(struct listing_problem *p,
                                                                   uint64_t line, const char *field,
                                                                   size_t offset,
                                                                   const char *format, ...);

/* For "got ...": quoted, shortened, and what is not visible ASCII as \xNN. */
enum { LISTING_SHOWN_MAX = 40 * 4 + 8 };
const char *listing_shown(const char *text, size_t length, char out[LISTING_SHOWN_MAX]);

/* True: every byte is visible ASCII or a space. */
bool listing_plain(const char *text, size_t length);

/* The line end in `bytes`, looked for as far as a line may go; where a line is
 * too long, the reader skips up to its end. */
struct listing_lines {
    uint64_t line; /* the number of the last line begun, from 1 */
    bool skipping;
};

enum listing_line {
    LISTING_LINE,      /* *length bytes, an LF behind them if *used is more */
    LISTING_LINE_NONE, /* go and return *got */
};

enum listing_line listing_next_line(struct listing_lines *l, const char *bytes, size_t length,
                                    bool last, size_t *line_length, size_t *used,
                                    struct listing_problem *problem, enum listing_got *got);

#endif
