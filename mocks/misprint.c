/* misprint.c — see misprint.h. */

#include "mocks/misprint.h"

#include "core/base/money.h"
#include "mocks/draw.h"

/* The n-th pair of digits, from the last on, whose swapping makes a difference.
 * 0: there are not so many. */
static int64_t swapped_fen(int64_t fen, uint64_t n)
{
    for (int64_t place = 1; place <= fen / 10; place *= 10) {
        int64_t low = fen / place % 10;
        int64_t high = fen / place / 10 % 10;
        int64_t other_fen = fen + (low - high) * 9 * place;
        if (low != high && n-- == 0)
            return other_fen;
    }
    return 0;
}

int64_t misprinted_fen(uint64_t bits, int64_t fen, int64_t most_fen)
{
    uint64_t way = draw_below(bits, 4);
    uint64_t pairs = 0;
    while (swapped_fen(fen, pairs) != 0)
        pairs++;
    if (way > 1 && pairs > 0)
        return swapped_fen(fen, (bits & 65535) % pairs);
    bool full = fen > 1 && fen == most_fen;
    return full || (way == 0 && fen > 1) ? fen - 1 : money_add(fen, 1);
}
