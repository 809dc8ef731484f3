/* rate.h — the arrivals of a Poisson load: a rate that changes in steps.
 *
 *     rate(t) = per_second x weight(hour of t) x the bursts at t,   0 outside its window
 *
 * The next arrival is where the rate, summed over time since the last one,
 * has grown by an exponential draw.  All of it is exact in integers: what a
 * microsecond is too coarse for is carried to the next arrival.
 */
#ifndef SIM_RATE_H
#define SIM_RATE_H

#include <stdint.h>

#include "core/base/wide.h"
#include "sim/scenario.h"

struct rate {
    const struct load_settings *load;
    enum calendar calendar;
    int64_t at_us; /* of the last arrival */
    int64_t end_us;
    int64_t step_ends_us;     /* until then the rate is rate_nano */
    int64_t rate_nano;        /* arrivals in 10^9 seconds */
    int64_t by_hour_nano[24]; /* before bursts */
    int64_t carried;          /* what a microsecond is too coarse for, in 10^-15 arrivals */
};

void rate_init(struct rate *r, const struct load_settings *load, enum calendar calendar,
               int64_t from_us, int64_t to_us);
int64_t rate_next_us(struct rate *r, int64_t exponential_q32); /* INT64_MAX: none any more */

/* How many to expect in all. */
double rate_expected(const struct load_settings *load, enum calendar calendar, int64_t from_us,
                     int64_t to_us);

#endif
