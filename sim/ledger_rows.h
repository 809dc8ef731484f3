/* ledger_rows.h — ledger.csv: the trial balance at each day's close, a row a book.
 *
 * Books are named as everywhere: a fixed one by its word, a house's after the
 * house, a registered account by its id.
 */
#ifndef SIM_LEDGER_ROWS_H
#define SIM_LEDGER_ROWS_H

#include "core/books/chart.h"
#include "core/gateway/effects.h"
#include "sim/output.h"
#include "sim/scenario.h"

enum { BOOK_NAME_MAX = 64 };

/* In `out`, which it returns; "" of BOOK_NONE. */
const char *book_name(const struct scenario *s, uint32_t book, char out[BOOK_NAME_MAX]);

/* Sums over the rows of one close. */
struct ledger_rows {
    struct output output;
    int64_t debit_fen;
    int64_t credit_fen;
    int64_t pending_fen;
};

bool ledger_rows_open(struct ledger_rows *l, const char *dir);
/* A row for a balance, the total for a close, nothing for other facts. */
void ledger_rows_fact(struct ledger_rows *l, const struct scenario *s, const struct fact *f);

#endif
