/* tag_rows.h — the shell's part of tagging: texts of lines read on their way in, tags on their way
 * out.
 *
 * The core hears of a line as numbers; before it does, its texts are turned
 * into masks here.  When the core has said what the line is, that and the
 * texts are a row of tagging.csv:
 *
 *     time,account,number,amount,counterparty,remark,code,tag,book,nearest,fails
 *
 * An untagged line names the nearest rule by its number in /policy/tagging and
 * its tag, "2 interest", and the conditions of it that fail.  A row without a
 * number is a reported difference where details cannot be collected.
 */
#ifndef SIM_TAG_ROWS_H
#define SIM_TAG_ROWS_H

#include "mocks/world.h"
#include "sim/output.h"
#include "sim/plan.h"
#include "sim/recorder.h"

struct tag_rows {
    const struct plan *plan;
    const struct world *world;
    struct output rows;
    uint32_t gave_up; /* bits: rules whose pattern did, on some line */
};

/* `out` NULL: no file is wanted; nor is there one without rules. */
bool tag_rows_open(struct tag_rows *l, const struct plan *plan, const struct world *world,
                   const char *out);
void tag_rows_read(struct tag_rows *l, struct input *in); /* any input */
void tag_rows_fact(struct tag_rows *l, const struct fact *f);
bool tag_rows_commit(struct tag_rows *l);
void tag_rows_drop(struct tag_rows *l);

/* Rules that never matched, patterns that gave up, lines that were not booked: a line each. */
void tag_rows_complain(const struct tag_rows *l, const struct recorder *r, FILE *file);

#endif
