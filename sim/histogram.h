/* histogram.h — durations in log-linear buckets: percentiles within 0.1 %.
 *
 * Below 1,024 us every microsecond has its own bucket; above, each doubling is
 * divided into 512.  Mean and maximum are exact.
 */
#ifndef SIM_HISTOGRAM_H
#define SIM_HISTOGRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/wide.h"

struct histogram {
    uint64_t count;
    int64_t max_us;
    wide sum_us;
    uint32_t *buckets; /* NULL while empty */
};

void histogram_add(struct histogram *h, int64_t us);
void histogram_free(struct histogram *h);

/* The smallest bucket's middle that has at least `share_ppm` of all at or below
 * it; never above the maximum.  Nothing measured: false. */
bool histogram_percentile(const struct histogram *h, int64_t share_ppm, int64_t *us);
bool histogram_mean(const struct histogram *h, double *us);

#endif
