/* central_bank.c — see central_bank.h. */

#include "mocks/central_bank.h"

#include "core/base/money.h"
#include "core/base/must.h"

void central_bank_init(struct central_bank *cb, const struct books *books, uint32_t acs,
                       const int64_t mapped_fen[CHANNELS], bool pooled)
{
    *cb = (struct central_bank){
        .acs = acs, .pooled = pooled, .unallocated_fen = books->balance_fen[acs]};
    for (int c = 0; c < CHANNELS; c++) {
        cb->mapped_fen[c] = mapped_fen[c];
        cb->unallocated_fen -= mapped_fen[c];
    }
    MUST(central_bank_adds_up(cb, books));
}

/* What is mapped to it, or to all of a pool. */
static int64_t mapped_fen(const struct central_bank *cb, enum channel c)
{
    int64_t sum_fen = 0;
    for (int i = 0; i < CHANNELS; i++)
        if (i == (int)c || cb->pooled)
            sum_fen = money_add(sum_fen, cb->mapped_fen[i]);
    return sum_fen;
}

bool central_bank_increase(struct central_bank *cb, enum channel c, int64_t amount_fen)
{
    MUST(amount_fen > 0);
    if (amount_fen > cb->unallocated_fen)
        return false;
    cb->unallocated_fen -= amount_fen;
    cb->mapped_fen[c] += amount_fen;
    return true;
}

bool central_bank_decrease(struct central_bank *cb, enum channel c, int64_t amount_fen)
{
    MUST(amount_fen > 0);
    if (amount_fen > mapped_fen(cb, c))
        return false;
    cb->mapped_fen[c] -= amount_fen;
    cb->unallocated_fen += amount_fen;
    return true;
}

void central_bank_settle(struct central_bank *cb, enum channel c, int64_t net_fen)
{
    cb->mapped_fen[c] = money_add(cb->mapped_fen[c], net_fen);
}

void central_bank_receive(struct central_bank *cb, int64_t amount_fen)
{
    MUST(amount_fen > 0);
    cb->unallocated_fen = money_add(cb->unallocated_fen, amount_fen);
}

bool central_bank_mapped_holds(const struct central_bank *cb, enum channel c)
{
    return mapped_fen(cb, c) >= 0;
}

bool central_bank_adds_up(const struct central_bank *cb, const struct books *books)
{
    int64_t sum_fen = cb->unallocated_fen;
    if (cb->unallocated_fen < 0)
        return false;
    for (int c = 0; c < CHANNELS; c++) {
        if (!central_bank_mapped_holds(cb, (enum channel)c))
            return false;
        sum_fen = money_add(sum_fen, cb->mapped_fen[c]);
    }
    return sum_fen == books->balance_fen[cb->acs];
}
