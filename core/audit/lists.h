/* lists.h — the settlement lists of one channel: what each said of itself, and what was found in
 * it.
 *
 *     from              until
 *      |----- list 1 -----|----- list 2 -----|        |----- list 4 -----|
 *                                            gap: list 3 has not come
 *
 * A list has come when it did not break off.  It agrees when the payments and
 * returns that we know of and found in it, and those that we know to be missing
 * from it, are as many as it says, and come to its total: by our figures, where
 * a line differs by ours or by its own.  (Where too many differ to tell, and nothing is missing,
 * the count is enough: each of its lines is one that we know.)  Whatever is absent from lists
 * that agree, and lie one behind the other, did not happen in the time they cover.
 *
 * That a payment is missing from a list, although the house said that it was made, is assumed: it
 * may have been wrong, and an other payment of that amount be in its place.  A list proves by
 * itself only when it agrees and nothing is assumed; else something else must say the same.
 *
 * A list is known by its span.  One that comes again has the lines it had, in
 * the same order, and perhaps more behind them; only those count.  Of each
 * channel the last LISTS_KEPT are remembered; older ones prove nothing.
 */
#ifndef CORE_AUDIT_LISTS_H
#define CORE_AUDIT_LISTS_H

#include <stdbool.h>
#include <stdint.h>

enum { LISTS_KEPT = 64, DIFFERING_MAX = 12 };

struct listed {
    int64_t from_us;
    int64_t until_us; /* cut-off */
    int64_t total_fen;
    int64_t ours_fen;                     /* of what was found, by our figures */
    int64_t theirs_fen;                   /* and as it says */
    int64_t differing_fen[DIFFERING_MAX]; /* its own less ours, of lines that differ */
    uint64_t count;
    uint64_t found;
    uint64_t lines;     /* read so far */
    uint8_t come;       /* whole */
    uint8_t told_short; /* a break says that it has too little */
    uint8_t agrees;     /* as it stands now */
    uint8_t pad;
    uint32_t differing;
    uint32_t assumed; /* of those found: missing, for all we were told */
    uint32_t pad2;
};

struct lists {
    uint32_t next; /* place of the next one */
    uint32_t kept;
    uint32_t reading; /* NONE: none is open */
    uint32_t pad;
    uint64_t line; /* of the one that is read, the last line's number */
    struct listed items[LISTS_KEPT];
};

void lists_init(struct lists *l);
void lists_open(struct lists *l, int64_t from_us, int64_t until_us, uint64_t count,
                int64_t total_fen);
/* The next line of the open list; NULL: none is open, or the line is known. */
struct listed *lists_line(struct lists *l);
void lists_found(struct listed *one, int64_t ours_fen, int64_t theirs_fen);
/* A payment is missing from the list with this cut-off, as is assumed, or certain. */
enum lack { LACK_ASSUMED, LACK_CERTAIN };
struct listed *lists_missing(struct lists *l, int64_t until_us, int64_t ours_fen, enum lack lack);
/* One that was assumed is certain; or the list never counted it. */
void lists_surely_missing(struct lists *l, int64_t until_us);
void lists_not_missing(struct lists *l, int64_t until_us, int64_t ours_fen);
struct listed *lists_end(struct lists *l, bool whole);                  /* NULL: none is open */
const struct listed *lists_of(const struct lists *l, int64_t until_us); /* or NULL */

bool lists_agrees(const struct listed *one);
/* Lists that prove by themselves, that agree, or only have come, cover all of the span. */
bool lists_prove_over(const struct lists *l, int64_t from_us, int64_t until_us);
bool lists_agree_over(const struct lists *l, int64_t from_us, int64_t until_us);
bool lists_came_over(const struct lists *l, int64_t from_us, int64_t until_us);

#endif
