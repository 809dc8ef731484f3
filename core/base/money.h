/* money.h — amounts of money, in integer fen (分; 100 fen = 1 yuan).
 *
 * An amount that enters the treasury is at most MONEY_MAX_FEN; sums of amounts
 * are plain int64_t fen and are added with money_add(), which stops the
 * program rather than wrap.  Where a sum of untrusted amounts could overflow,
 * money_try_add() says so first.
 *
 * Text is yuan: "12.30", "0.01", "7".  No sign, no exponent, no grouping, at
 * most two decimals.
 */
#ifndef CORE_BASE_MONEY_H
#define CORE_BASE_MONEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/must.h"

#define MONEY_MAX_FEN INT64_C(999999999999999) /* 13 digits of yuan and two of fen */
#define PPM INT64_C(1000000)                   /* shares are parts per million */

enum { MONEY_TEXT_MAX = 24 }; /* room for any int64_t, sign, point and final NUL */

static inline bool money_try_add(int64_t a_fen, int64_t b_fen, int64_t *sum_fen)
{
    int64_t sum;
    if (__builtin_add_overflow(a_fen, b_fen, &sum))
        return false;
    *sum_fen = sum;
    return true;
}

static inline int64_t money_add(int64_t a_fen, int64_t b_fen)
{
    int64_t sum;
    MUST(!__builtin_add_overflow(a_fen, b_fen, &sum));
    return sum;
}

static inline int64_t money_sub(int64_t a_fen, int64_t b_fen)
{
    int64_t difference;
    MUST(!__builtin_sub_overflow(a_fen, b_fen, &difference));
    return difference;
}

/* amount x share, rounded half up; amount >= 0, 0 <= share_ppm.  The product
 * must fit; it does for every amount up to MONEY_MAX_FEN and share up to 9000. */
int64_t money_share(int64_t amount_fen, int64_t share_ppm);

/* Reads exactly `length` bytes: (0|[1-9][0-9]{0,12})(\.[0-9]{1,2})?
 * On false *fen is untouched. */
bool money_parse(const char *text, size_t length, int64_t *fen);

/* Writes "12.30" or "-0.05" and a final NUL; returns the length without it. */
size_t money_print(char out[MONEY_TEXT_MAX], int64_t fen);

#endif
