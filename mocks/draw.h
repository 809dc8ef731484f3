/* draw.h — randomness that is keyed, not sequential.
 *
 * A draw is a pure function of the seed, what it is for, and whom it is about:
 * payout 8841 meets the same latency under every policy, and one more fault
 * moves no other draw.  Everything is integer arithmetic over tables, so the
 * same key gives the same value on every machine, compiler and libm.
 *
 * Fixed point: a value x is kept as x * 2^32 ("q32") in an int64_t.
 */
#ifndef MOCKS_DRAW_H
#define MOCKS_DRAW_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/must.h"
#include "core/base/wide.h"

#define Q32_ONE (INT64_C(1) << 32)

enum draw_purpose {
    DRAW_REPLY_LATENCY = 1,
    DRAW_FINAL_LATENCY,
    DRAW_NOTICE_LATENCY,
    DRAW_QUERY_LATENCY,
    DRAW_QUOTA_LATENCY,
    DRAW_CODE,
    DRAW_RETURNED,
    DRAW_RETURN_TIME,
    DRAW_QUOTA_REFUSED,
    DRAW_FAULT,
    DRAW_APPLIED,
    DRAW_ARRIVAL,
    DRAW_AMOUNT,
    DRAW_MERCHANT,
    DRAW_USER,
    DRAW_BANK,
    DRAW_VIA,
    DRAW_COPY,
    DRAW_REFERENCE,
    DRAW_BALANCE_LATENCY,
    DRAW_DETAILS_LATENCY,
    DRAW_HISTORY_LATENCY,
    DRAW_LINE,
    DRAW_LINE_REFERENCE,
    DRAW_BREAKS_OFF,
};

struct draw_key {
    uint64_t seed;
    uint64_t subject; /* a payout's reference, a load's ordinal, ... */
    uint32_t purpose; /* enum draw_purpose */
    uint32_t detail;  /* channel, attempt, fault: what else tells draws apart */
};

/* Both halves of the product, folded: every bit of either factor counts. */
static inline uint64_t draw_fold(uint64_t a, uint64_t b)
{
    unsigned_wide product = (unsigned_wide)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* 64 uniform bits. */
static inline uint64_t draw_bits(struct draw_key key)
{
    uint64_t what = (uint64_t)key.purpose << 32 | key.detail;
    uint64_t h = draw_fold(key.seed ^ UINT64_C(0x9e3779b97f4a7c15),
                           key.subject ^ UINT64_C(0xe7037ed1a0b428db));
    h = draw_fold(h ^ UINT64_C(0x8ebc6af09c88c6e3), what ^ UINT64_C(0x589965cc75374cc3)) ^
        key.subject;
    h ^= h >> 32;
    h *= UINT64_C(0xd6e8feb86659fd93);
    h ^= h >> 32;
    h *= UINT64_C(0xd6e8feb86659fd93);
    return h ^ h >> 32;
}

/* From uniform bits, 0 .. n-1. */
static inline uint64_t draw_below(uint64_t bits, uint64_t n)
{
    MUST(n > 0);
    return (uint64_t)((unsigned_wide)bits * n >> 64);
}

/* True with that share. */
static inline bool draw_share(uint64_t bits, int64_t share_ppm)
{
    return (int64_t)draw_below(bits, 1000000) < share_ppm;
}

int64_t draw_exponential_q32(uint64_t bits); /* mean 1; tail exact to 2^-64 */
int64_t draw_normal_q32(uint64_t bits);      /* mean 0, variance 1; tail exact to 2^-64 */

/* Fixed-point functions behind them, good to about nine digits. */
int64_t log2_q32(uint64_t x);                     /* x > 0 */
int64_t scale_exp2(int64_t value, int64_t x_q32); /* value * 2^x, rounded; saturates */

#endif
