/* histogram.c — see histogram.h. */

#include "sim/histogram.h"

#include <stdlib.h>

#include "core/base/must.h"

enum { FINE = 1024, STEPS = 512, DOUBLINGS = 42, BUCKETS = FINE + DOUBLINGS * STEPS };

static uint32_t bucket_of(int64_t us)
{
    if (us < FINE)
        return (uint32_t)us;
    int top = 63 - __builtin_clzll((uint64_t)us); /* 10 or more */
    uint32_t bucket =
        FINE + (uint32_t)(top - 10) * STEPS + (uint32_t)((us >> (top - 9)) & (STEPS - 1));
    return bucket < BUCKETS ? bucket : BUCKETS - 1;
}

static int64_t middle_of(uint32_t bucket)
{
    if (bucket < FINE)
        return bucket;
    uint32_t doubling = (bucket - FINE) / STEPS;
    int64_t width = INT64_C(2) << doubling;
    return (STEPS + (int64_t)((bucket - FINE) % STEPS)) * width + width / 2;
}

void histogram_add(struct histogram *h, int64_t us)
{
    MUST(us >= 0);
    if (h->buckets == NULL) {
        h->buckets = calloc(BUCKETS, sizeof *h->buckets);
        MUST(h->buckets != NULL);
    }
    MUST(++h->buckets[bucket_of(us)] != 0);
    h->count++;
    h->sum_us += us;
    if (us > h->max_us)
        h->max_us = us;
}

void histogram_free(struct histogram *h)
{
    free(h->buckets);
    *h = (struct histogram){0};
}

bool histogram_percentile(const struct histogram *h, int64_t share_ppm, int64_t *us)
{
    if (h->count == 0)
        return false;
    uint64_t wanted =
        (uint64_t)(((unsigned_wide)h->count * (uint64_t)share_ppm + 999999) / 1000000);
    uint64_t seen = 0;
    for (uint32_t i = 0; i < BUCKETS; i++) {
        seen += h->buckets[i];
        if (seen >= wanted && seen > 0) {
            *us = middle_of(i) < h->max_us ? middle_of(i) : h->max_us;
            return true;
        }
    }
    NEVER("fewer in the buckets than counted");
}

bool histogram_mean(const struct histogram *h, double *us)
{
    if (h->count == 0)
        return false;
    *us = (double)h->sum_us / (double)h->count;
    return true;
}
