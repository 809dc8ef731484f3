/* break_rows.h — breaks.csv of `toucun reconcile`: a row a break, in the order found. */
#ifndef SIM_BREAK_ROWS_H
#define SIM_BREAK_ROWS_H

#include "core/audit/match.h"
#include "sim/output.h"

struct break_rows {
    struct output output;
    bool times[MATCH_SIDES];
    bool fees[MATCH_SIDES];
};

/* `dir` NULL: none is wanted.  Which side has times and fees is set before. */
bool break_rows_open(struct break_rows *r, const char *dir);
void break_rows_put(struct break_rows *r, const struct match_break *b, const char *reference,
                    size_t length);
bool break_rows_commit(struct break_rows *r);
void break_rows_drop(struct break_rows *r);

/* Forgets what was put after a mark; false: said on stderr. */
int64_t break_rows_mark(const struct break_rows *r);
bool break_rows_back_to(struct break_rows *r, int64_t mark);

#endif
