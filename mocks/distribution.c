/* distribution.c — see distribution.h. */

#include "mocks/distribution.h"

#include <stdbool.h>
#include <stddef.h>

#include "core/base/must.h"
#include "core/base/wide.h"
#include "mocks/draw.h"

#define Z99_Q32 INT64_C(9991588038) /* the normal distribution's 99 % point x 2^32 */

/* median x (p99 / median) ^ (z / z99) = median x 2 ^ (slope x z) */
static int64_t lognormal_slope_q32(int64_t median, int64_t p99)
{
    wide span_q32 = log2_q32((uint64_t)p99) - log2_q32((uint64_t)median);
    return (int64_t)((span_q32 << 32) / Z99_Q32);
}

static int64_t lognormal(int64_t median, int64_t slope_q32, uint64_t bits)
{
    return scale_exp2(median, (int64_t)((wide)slope_q32 * draw_normal_q32(bits) >> 32));
}

void latency_prepare(struct latency *l)
{
    if (l->kind == LATENCY_LOGNORMAL)
        l->slope_q32 = lognormal_slope_q32(l->point_us[0], l->point_us[1]);
}

void amount_prepare(struct amount *a)
{
    if (a->kind == AMOUNT_LOGNORMAL)
        a->slope_q32 = lognormal_slope_q32(a->median_fen, a->p99_fen);
}

static int64_t between(int64_t low, int64_t high, uint64_t part, uint64_t whole)
{
    return low + (int64_t)((unsigned_wide)(uint64_t)(high - low) * part / whole);
}

static int64_t quantile(const int64_t point_us[LATENCY_POINTS], uint64_t bits)
{
    /* Where the points lie, in millionths of the way from 0 to 1. */
    static const uint64_t at[LATENCY_POINTS] = {0, 500000, 900000, 990000, 999000, 1000000};
    uint64_t u = draw_below(bits, UINT64_C(1000000) << 20); /* millionths x 2^20 */
    size_t i = 1;
    while (i + 1 < LATENCY_POINTS && u >= at[i] << 20)
        i++;
    return between(point_us[i - 1], point_us[i], u - (at[i - 1] << 20), (at[i] - at[i - 1]) << 20);
}

static int64_t latency_unbounded_us(const struct latency *l, uint64_t bits)
{
    switch ((enum latency_kind)l->kind) {
    case LATENCY_CONSTANT:
        return l->point_us[0];
    case LATENCY_EXPONENTIAL:
        if (l->point_us[0] > LATENCY_MAX_US)
            return LATENCY_MAX_US;
        return (int64_t)(((wide)l->point_us[0] * draw_exponential_q32(bits) + Q32_ONE / 2) >> 32);
    case LATENCY_LOGNORMAL:
        return lognormal(l->point_us[0], l->slope_q32, bits);
    case LATENCY_QUANTILES:
        return quantile(l->point_us, bits);
    case LATENCY_KINDS:
        break;
    }
    NEVER("an unlisted kind of latency");
}

int64_t latency_draw_us(const struct latency *l, uint64_t bits)
{
    int64_t us = latency_unbounded_us(l, bits);
    return us < LATENCY_MAX_US ? us : LATENCY_MAX_US;
}

int64_t latency_longest_us(const struct latency *l)
{
    /* The far end of each kind's tail: quantiles, exponential, lognormal. */
    static const uint64_t ends[] = {UINT64_MAX, 0, UINT64_C(1) << 63};
    int64_t longest_us = l->kind == LATENCY_QUANTILES ? l->point_us[LATENCY_POINTS - 1] : 0;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        int64_t us = latency_draw_us(l, ends[i]);
        if (us > longest_us)
            longest_us = us;
    }
    return longest_us;
}

int64_t amount_draw_fen(const struct amount *a, uint64_t bits)
{
    int64_t fen = a->min_fen;
    switch ((enum amount_kind)a->kind) {
    case AMOUNT_CONSTANT:
        return fen;
    case AMOUNT_UNIFORM:
        return fen + (int64_t)draw_below(bits, (uint64_t)(a->max_fen - a->min_fen) + 1);
    case AMOUNT_LOGNORMAL:
        fen = lognormal(a->median_fen, a->slope_q32, bits);
        return fen < a->min_fen ? a->min_fen : fen > a->max_fen ? a->max_fen : fen;
    case AMOUNT_KINDS:
        break;
    }
    NEVER("an unlisted kind of amount");
}
