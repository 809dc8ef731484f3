/* draw.c — see draw.h. */

#include "mocks/draw.h"

#include "core/base/must.h"
#include "core/base/wide.h"
#include "mocks/draw_tables.h"

#define LN2_Q32 INT64_C(2977044472) /* ln 2 x 2^32 */

/* Through three neighbours of a table, at `f` / 2^32 of the way from the first
 * to the second.  No product passes 64 bits: neighbours differ by less than
 * 2^30 in every table. */
static inline int64_t interpolate(int64_t y0, int64_t y1, int64_t y2, int64_t f_q32)
{
    int64_t first = y1 - y0;
    int64_t second = y2 - 2 * y1 + y0;
    int64_t bend = f_q32 * (f_q32 - Q32_ONE) >> 33; /* f (f - 1) / 2 */
    return y0 + ((first * f_q32 + second * bend) >> 32);
}

/* log2(1 + m / 2^63), for the 63 bits behind a leading one; x 2^31. */
static int64_t log2_of_mantissa(uint64_t m)
{
    uint64_t i = m >> 55;
    int64_t f_q32 = (int64_t)(m >> 23 & 0xffffffff);
    return interpolate(draw_log2[i], draw_log2[i + 1], draw_log2[i + 2], f_q32);
}

int64_t log2_q32(uint64_t x)
{
    MUST(x > 0);
    int zeros = __builtin_clzll(x);
    uint64_t mantissa = x << zeros & (UINT64_MAX >> 1);
    return (63 - zeros) * Q32_ONE + 2 * log2_of_mantissa(mantissa);
}

int64_t scale_exp2(int64_t value, int64_t x_q32)
{
    MUST(value >= 0);
    int64_t whole = x_q32 >> 32;
    uint64_t fraction = (uint64_t)x_q32 & 0xffffffff;
    uint64_t i = fraction >> 24;
    int64_t f_q32 = (int64_t)(fraction << 8 & 0xffffffff);
    int64_t factor = interpolate(draw_exp2[i], draw_exp2[i + 1], draw_exp2[i + 2], f_q32);
    wide product = (wide)value * factor; /* x 2^30 */
    int64_t down = 30 - whole;
    if (down >= 120)
        return 0;
    if (down <= 0) {
        if (value == 0)
            return 0;
        return down <= -63 || product > INT64_MAX >> -down ? INT64_MAX
                                                           : (int64_t)(product << -down);
    }
    product = (product + ((wide)1 << (down - 1))) >> down;
    return product > INT64_MAX ? INT64_MAX : (int64_t)product;
}

int64_t draw_exponential_q32(uint64_t bits)
{
    uint64_t u = bits | (bits == 0); /* (0, 1], in units of 2^-64 */
    int64_t minus_log2_q32 = 64 * Q32_ONE - log2_q32(u);
    return (int64_t)((wide)minus_log2_q32 * LN2_Q32 >> 32);
}

int64_t draw_normal_q32(uint64_t bits)
{
    bool below = bits >> 63;
    uint64_t u = (bits & (UINT64_MAX >> 1)) | 1; /* 1 .. 2^63 - 1: p = u / 2^64 */
    int zeros = __builtin_clzll(u);              /* 1 .. 63: the octave */
    uint64_t mantissa = u << zeros & (UINT64_MAX >> 1);
    const int32_t *row = &draw_normal[(zeros - 1) * DRAW_NORMAL_ROW + (int)(mantissa >> 59)];
    int64_t f_q32 = (int64_t)(mantissa >> 27 & 0xffffffff);
    int64_t z_q32 =
        interpolate((int64_t)row[0] * 32, (int64_t)row[1] * 32, (int64_t)row[2] * 32, f_q32);
    return below ? -z_q32 : z_q32;
}
