/* ledger.c — see ledger.h. */

#include "core/books/ledger.h"

#include "core/base/money.h"
#include "core/base/must.h"
#include "core/base/pool.h"

void ledger_init(struct ledger *l, uint32_t account_capacity)
{
    *l = (struct ledger){.account_capacity = account_capacity};
}

uint32_t ledger_open(struct ledger *l, struct ledger_account *accounts)
{
    if (l->account_count == l->account_capacity)
        return NONE;
    accounts[l->account_count] = (struct ledger_account){0};
    return l->account_count++;
}

static void must_be_entry(const struct ledger *l, struct entry e)
{
    MUST(e.debit < l->account_count && e.credit < l->account_count);
    MUST(e.debit != e.credit);
    MUST(e.amount_fen > 0);
}

static void balanced(const struct ledger *l)
{
    MUST(l->total.debit_posted_fen == l->total.credit_posted_fen);
    MUST(l->total.debit_pending_fen == l->total.credit_pending_fen);
    MUST(l->total.debit_pending_fen >= 0);
}

static void add_posted(struct ledger *l, struct ledger_account *accounts, struct entry e)
{
    struct ledger_account *d = &accounts[e.debit];
    struct ledger_account *c = &accounts[e.credit];
    d->debit_posted_fen = money_add(d->debit_posted_fen, e.amount_fen);
    c->credit_posted_fen = money_add(c->credit_posted_fen, e.amount_fen);
    l->total.debit_posted_fen = money_add(l->total.debit_posted_fen, e.amount_fen);
    l->total.credit_posted_fen = money_add(l->total.credit_posted_fen, e.amount_fen);
}

static void add_pending(struct ledger *l, struct ledger_account *accounts, struct entry e,
                        int64_t amount_fen)
{
    struct ledger_account *d = &accounts[e.debit];
    struct ledger_account *c = &accounts[e.credit];
    d->debit_pending_fen = money_add(d->debit_pending_fen, amount_fen);
    c->credit_pending_fen = money_add(c->credit_pending_fen, amount_fen);
    MUST(d->debit_pending_fen >= 0 && c->credit_pending_fen >= 0);
    l->total.debit_pending_fen = money_add(l->total.debit_pending_fen, amount_fen);
    l->total.credit_pending_fen = money_add(l->total.credit_pending_fen, amount_fen);
}

void ledger_post(struct ledger *l, struct ledger_account *accounts, struct entry e)
{
    must_be_entry(l, e);
    l->entry_count++;
    add_posted(l, accounts, e);
    balanced(l);
}

void ledger_pend(struct ledger *l, struct ledger_account *accounts, struct entry e)
{
    must_be_entry(l, e);
    l->entry_count++;
    add_pending(l, accounts, e, e.amount_fen);
    balanced(l);
}

void ledger_post_pending(struct ledger *l, struct ledger_account *accounts, struct entry e)
{
    must_be_entry(l, e);
    l->entry_count++;
    add_pending(l, accounts, e, -e.amount_fen);
    add_posted(l, accounts, e);
    balanced(l);
}

void ledger_void_pending(struct ledger *l, struct ledger_account *accounts, struct entry e)
{
    must_be_entry(l, e);
    l->entry_count++;
    add_pending(l, accounts, e, -e.amount_fen);
    balanced(l);
}

int64_t ledger_balance_fen(const struct ledger_account *account)
{
    return money_sub(account->debit_posted_fen, account->credit_posted_fen);
}

bool ledger_idle(const struct ledger_account *account)
{
    return ledger_balance_fen(account) == 0 && account->debit_pending_fen == 0 &&
           account->credit_pending_fen == 0;
}
