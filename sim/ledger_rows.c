/* ledger_rows.c — see ledger_rows.h. */

#include "sim/ledger_rows.h"

#include <stdio.h>

#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/gateway/codes.h"

const char *book_name(const struct scenario *s, uint32_t book, char out[BOOK_NAME_MAX])
{
    const struct account_settings *a = s->accounts.items;
    if (book < BOOK_PER_CHANNEL)
        snprintf(out, BOOK_NAME_MAX, "%s", book_word(book));
    else if (book < BOOK_REGISTERED)
        snprintf(out, BOOK_NAME_MAX, "%s.%s",
                 channel_name((enum channel)((book - BOOK_PER_CHANNEL) / BOOKS_OF_CHANNEL)),
                 book_word(book));
    else if (book - BOOK_REGISTERED < s->accounts.count)
        snprintf(out, BOOK_NAME_MAX, "%s", a[book - BOOK_REGISTERED].id);
    else
        out[0] = '\0';
    return out;
}

bool ledger_rows_open(struct ledger_rows *l, const char *dir)
{
    if (!output_open(&l->output, dir, "ledger.csv"))
        return false;
    fputs("day,account,kind,parent,debit,credit,balance,pending\n", l->output.file);
    return true;
}

/* The day that ends with the moment just after it. */
static void put_day(FILE *file, int64_t close_us)
{
    char when[CIVIL_MOMENT_TEXT_MAX];
    civil_print_moment(when, civil_moment_us(civil_day(close_us) - 1, 0));
    fprintf(file, "%.10s", when);
}

static void put_figures(FILE *file, int64_t debit_fen, int64_t credit_fen, int64_t pending_fen)
{
    const int64_t figures[] = {debit_fen, credit_fen, money_sub(debit_fen, credit_fen),
                               pending_fen};
    char yuan[MONEY_TEXT_MAX];
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        money_print(yuan, figures[i]);
        fprintf(file, ",%s", yuan);
    }
    putc('\n', file);
}

static void put_balance(struct ledger_rows *l, const struct scenario *s, const struct fact *f)
{
    char name[BOOK_NAME_MAX];
    char parent[BOOK_NAME_MAX];
    int64_t debit_fen = (int64_t)f->id;
    int64_t credit_fen = money_sub(debit_fen, f->amount_fen);
    put_day(l->output.file, f->at_us);
    fprintf(l->output.file, ",%s,%s,%s", book_name(s, f->subject, name),
            book_kind_word(book_kind(f->subject)), book_name(s, book_parent(f->subject), parent));
    put_figures(l->output.file, debit_fen, credit_fen, f->other);
    l->debit_fen = money_add(l->debit_fen, debit_fen);
    l->credit_fen = money_add(l->credit_fen, credit_fen);
    l->pending_fen = money_add(l->pending_fen, f->other);
}

void ledger_rows_fact(struct ledger_rows *l, const struct scenario *s, const struct fact *f)
{
    if (f->kind == FACT_BALANCE)
        put_balance(l, s, f);
    if (f->kind != FACT_DAY_CLOSED)
        return;
    put_day(l->output.file, f->at_us);
    fputs(",total,,", l->output.file);
    put_figures(l->output.file, l->debit_fen, l->credit_fen, l->pending_fen);
    l->debit_fen = l->credit_fen = l->pending_fen = 0;
}
