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
};

struct draw_key {
    uint64_t seed;
    uint64_t subject; /* a payout's reference, a load's ordinal, ... */
    uint32_t purpose; /* enum draw_purpose */
    uint32_t detail;  /* channel, attempt, fault: what else tells draws apart */
};

uint64_t draw_bits(struct draw_key key); /* 64 uniform bits */

/* From uniform bits: */
uint64_t draw_below(uint64_t bits, uint64_t n);    /* 0 .. n-1, n > 0 */
bool draw_share(uint64_t bits, int64_t share_ppm); /* true with that share */
int64_t draw_exponential_q32(uint64_t bits);       /* mean 1; tail exact to 2^-64 */
int64_t draw_normal_q32(uint64_t bits);            /* mean 0, variance 1; tail exact to 2^-64 */

/* Fixed-point functions behind them, good to about nine digits. */
int64_t log2_q32(uint64_t x);                     /* x > 0 */
int64_t scale_exp2(int64_t value, int64_t x_q32); /* value * 2^x, rounded; saturates */

#endif
