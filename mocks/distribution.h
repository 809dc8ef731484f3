/* distribution.h — latencies and amounts, drawn from uniform bits. */
#ifndef MOCKS_DISTRIBUTION_H
#define MOCKS_DISTRIBUTION_H

#include <stdint.h>

enum latency_kind {
    LATENCY_CONSTANT,    /* value */
    LATENCY_EXPONENTIAL, /* mean */
    LATENCY_LOGNORMAL,   /* median, p99 */
    LATENCY_QUANTILES,   /* p0 p50 p90 p99 p999 p100, linear between */
    LATENCY_KINDS,
};

enum { LATENCY_POINTS = 6 };

/* A hundred years: however long the tail, now + latency is still a moment. */
#define LATENCY_MAX_US INT64_C(3155760000000000)

struct latency {
    uint32_t kind; /* enum latency_kind */
    uint32_t pad;
    int64_t point_us[LATENCY_POINTS]; /* value | mean | median, p99 | the quantiles, rising */
    int64_t slope_q32;                /* lognormal: set by latency_prepare() */
};

/* Once the points are set, before the first draw. */
void latency_prepare(struct latency *l);

int64_t latency_draw_us(const struct latency *l, uint64_t bits); /* 0 .. LATENCY_MAX_US */
int64_t latency_longest_us(const struct latency *l);             /* no draw is above it */

enum amount_kind {
    AMOUNT_CONSTANT,  /* min = max = value */
    AMOUNT_UNIFORM,   /* min .. max, both included */
    AMOUNT_LOGNORMAL, /* median, p99; below min counts as min, above max as max */
    AMOUNT_KINDS,
};

struct amount {
    uint32_t kind; /* enum amount_kind */
    uint32_t pad;
    int64_t min_fen; /* at least 1 */
    int64_t max_fen;
    int64_t median_fen;
    int64_t p99_fen;
    int64_t slope_q32; /* lognormal: set by amount_prepare() */
};

void amount_prepare(struct amount *a);

int64_t amount_draw_fen(const struct amount *a, uint64_t bits);

#endif
