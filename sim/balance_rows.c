/* balance_rows.c — see balance_rows.h. */

#include "sim/balance_rows.h"

#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/base/must.h"
#include "core/base/pool.h"
#include "sim/ledger_rows.h"

bool balance_rows_open(struct balance_rows *b, const char *dir)
{
    if (!output_open(&b->output, dir, "balances.csv"))
        return false;
    fputs("day,account,reported,internal,in_transit,unsettled,uncollected,unexplained,adopted\n",
          b->output.file);
    return true;
}

static void put_row(struct balance_rows *b, const struct scenario *s, const struct fact *f)
{
    const struct fact *e = &b->explained;
    bool explained = e->kind == FACT_BALANCE_EXPLAINED;
    bool of_account = f->subject != NONE;
    const int64_t figures[] = {
        f->other,
        (int64_t)f->id,
        explained ? e->amount_fen : 0,
        explained ? e->other : 0,
        explained ? (int64_t)e->id : 0,
        f->amount_fen,
        of_account ? b->adopted_fen[f->subject] : 0,
    };
    char when[CIVIL_MOMENT_TEXT_MAX];
    char name[BOOK_NAME_MAX];
    char yuan[MONEY_TEXT_MAX];
    civil_print_moment(when, civil_moment_us(civil_day(f->at_us) - 1, 0));
    book_name(s, of_account ? BOOK_REGISTERED + f->subject : BOOK_OF(f->channel, BOOK_OF_QUOTA),
              name);
    fprintf(b->output.file, "%.10s,%s", when, name);
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        money_print(yuan, figures[i]);
        fprintf(b->output.file, ",%s", yuan);
    }
    putc('\n', b->output.file);
    if (of_account)
        b->adopted_fen[f->subject] = 0;
}

void balance_rows_fact(struct balance_rows *b, const struct scenario *s, const struct fact *f)
{
    if (f->kind == FACT_BALANCE_EXPLAINED) {
        b->explained = *f;
        if (f->reason == REASON_ADOPTED)
            b->adopted_fen[f->subject] = money_add(b->adopted_fen[f->subject], (int64_t)f->id);
    }
    if (f->kind != FACT_BALANCE_AUDITED)
        return;
    if (f->state == AUDIT_OF_CLOSE)
        put_row(b, s, f);
    b->explained.kind = 0;
}

static int64_t size_of(int64_t fen)
{
    return fen < 0 ? -fen : fen;
}

/* A day at a virtual ID is of that day, and says nothing of now. */
void balance_tally_fact(struct balance_tally *t, const struct fact *audited)
{
    uint32_t which =
        audited->subject != NONE ? audited->subject : ACCOUNTS_MAX + (uint32_t)audited->channel;
    MUST(which < ACCOUNTS_MAX + CHANNELS);
    if (size_of(audited->amount_fen) > t->most_fen)
        t->most_fen = size_of(audited->amount_fen);
    if (audited->state != AUDIT_OF_HISTORY)
        t->unexplained_fen[which] = audited->amount_fen;
}

int64_t balance_tally_end_fen(const struct balance_tally *t)
{
    int64_t sum_fen = 0;
    for (uint32_t i = 0; i < ACCOUNTS_MAX + CHANNELS; i++)
        sum_fen = money_add(sum_fen, size_of(t->unexplained_fen[i]));
    return sum_fen;
}
