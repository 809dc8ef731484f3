/* world.c — see world.h. */

#include "mocks/world.h"

#include <stdlib.h>

#include "core/base/must.h"

static uint32_t open_accounts(struct world *w)
{
    uint32_t acs = NONE;
    books_init(&w->books, w->terms.account_count);
    for (uint32_t i = 0; i < w->terms.account_count; i++) {
        const struct world_account *a = &w->terms.accounts[i];
        uint32_t account = BOOKS_REGISTERED + i;
        MUST(books_move(&w->books, BOOKS_OUTSIDE, account, a->opening_fen));
        if (a->kind == ACCOUNT_CENTRAL_BANK)
            acs = account;
        if (a->kind == ACCOUNT_VIRTUAL_RESERVE)
            w->houses[a->institution].virtual_account = account;
    }
    MUST(acs != NONE);
    return acs;
}

struct world *world_create(const struct world_terms *terms)
{
    struct world *w = calloc(1, sizeof *w);
    struct fault_count *counts = calloc(terms->fault_count + 1, sizeof *counts);
    if (w == NULL || counts == NULL) {
        free(w);
        free(counts);
        return NULL;
    }
    w->terms = *terms;
    w->faults = (struct faults){.specs = terms->faults,
                                .counts = counts,
                                .count = terms->fault_count,
                                .calendar = (uint8_t)terms->calendar,
                                .seed = terms->seed};
    for (uint32_t c = 0; c < CHANNELS; c++)
        w->houses[c].virtual_account = NONE;
    uint32_t acs = open_accounts(w);
    central_bank_init(&w->central_bank, &w->books, acs, terms->mapped_fen);
    for (uint32_t c = 0; c < CHANNELS; c++) {
        struct house *h = &w->houses[c];
        h->channel = (enum channel)c;
        h->terms = &w->terms.houses[c];
        h->calendar = terms->calendar;
        h->seed = terms->seed;
        h->central_bank = &w->central_bank;
        h->books = &w->books;
        h->faults = &w->faults;
        MUST(h->terms->rule.settles_to == SETTLES_TO_ACS || h->virtual_account != NONE);
        house_init(h, terms->orders_max);
    }
    return w;
}

void world_free(struct world *w)
{
    if (w == NULL)
        return;
    for (uint32_t c = 0; c < CHANNELS; c++)
        house_free(&w->houses[c]);
    free(w->faults.counts);
    free(w);
}

void world_start(struct world *w, int64_t now_us, struct outbox *out)
{
    for (uint32_t c = 0; c < CHANNELS; c++)
        house_start(&w->houses[c], now_us, out);
}

void world_order(struct world *w, int64_t now_us, const struct order *o, struct outbox *out)
{
    MUST(o->channel < CHANNELS);
    house_order(&w->houses[o->channel], now_us, o, out);
}

void world_collect(struct world *w, int64_t now_us, enum channel house, int64_t amount_fen,
                   int64_t fee_fen, uint32_t count, struct outbox *out)
{
    MUST(house < CHANNELS);
    house_collect(&w->houses[house], now_us, amount_fen, fee_fen, count, out);
}

void world_happens(struct world *w, int64_t now_us, const struct happening *what,
                   struct outbox *out)
{
    MUST(what->house < CHANNELS);
    house_happens(&w->houses[what->house], now_us, what, out);
}

void world_heal(struct world *w)
{
    w->faults.stopped = 1;
}

bool world_quiet(const struct world *w)
{
    for (uint32_t c = 0; c < CHANNELS; c++)
        if (!house_quiet(&w->houses[c]))
            return false;
    return true;
}
