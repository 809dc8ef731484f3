/* balance_rows.h — balances.csv: every account and quota at each day's close, as reported and
 * as booked, and what explains the difference.
 *
 *     reported - internal = in_transit + unsettled + uncollected + unexplained
 *
 * `adopted` is what was booked since the last close to the balance as reported,
 * because the account tells no movements: it is in `internal` already.
 */
#ifndef SIM_BALANCE_ROWS_H
#define SIM_BALANCE_ROWS_H

#include "core/core.h"
#include "sim/output.h"
#include "sim/scenario.h"

struct balance_rows {
    struct output output;
    struct fact explained; /* of the audit that comes next; kind 0: nothing is to explain */
    int64_t adopted_fen[ACCOUNTS_MAX];
};

bool balance_rows_open(struct balance_rows *b, const char *dir);
/* Nothing for facts that are not of audited balances. */
void balance_rows_fact(struct balance_rows *b, const struct scenario *s, const struct fact *f);

/* What audits of balances came to. */
struct balance_tally {
    int64_t most_fen;                                 /* unexplained, of one balance at any time */
    int64_t unexplained_fen[ACCOUNTS_MAX + CHANNELS]; /* of each as audited last */
};

void balance_tally_fact(struct balance_tally *t, const struct fact *audited);
int64_t balance_tally_end_fen(const struct balance_tally *t); /* the sum, without signs */

#endif
