/* books.c — see books.h. */

#include "mocks/books.h"

#include "core/base/money.h"
#include "core/base/must.h"

void books_init(struct books *b, uint32_t registered)
{
    MUST(BOOKS_REGISTERED + registered <= BOOKS_MAX);
    *b = (struct books){.count = BOOKS_REGISTERED + registered};
    for (uint32_t i = 0; i < BOOKS_REGISTERED; i++)
        b->below_zero_allowed[i] = i != BOOKS_TRANSIT;
}

bool books_move(struct books *b, uint32_t from, uint32_t to, int64_t amount_fen)
{
    MUST(from < b->count && to < b->count && from != to);
    MUST(amount_fen >= 0);
    int64_t left_fen = money_sub(b->balance_fen[from], amount_fen);
    if (left_fen < 0 && !b->below_zero_allowed[from])
        return false;
    b->balance_fen[from] = left_fen;
    b->balance_fen[to] = money_add(b->balance_fen[to], amount_fen);
    b->moves++;
    return true;
}

bool books_balanced(const struct books *b)
{
    int64_t sum_fen = 0;
    for (uint32_t i = 0; i < b->count; i++) {
        sum_fen = money_add(sum_fen, b->balance_fen[i]);
        if (b->balance_fen[i] < 0 && !b->below_zero_allowed[i])
            return false;
    }
    return sum_fen == 0;
}
