/* rate.c — see rate.h. */

#include "sim/rate.h"

#include "core/base/civil.h"
#include "core/base/money.h"

#define NANO INT64_C(1000)                    /* per_second comes in millionths */
#define UNITS INT64_C(1000000000000000)       /* 10^9 seconds in microseconds */
#define RATE_MAX INT64_C(1000000000000000000) /* 10^9 a second */

/* How much of an hour of the day lies in a window, on one day or on all it lasts. */
static int64_t overlap_us(const struct window *w, int hour)
{
    int64_t start_us = hour * US_PER_HOUR;
    int64_t from_us = w->from_us;
    int64_t length_us = w->to_us - w->from_us;
    int64_t sum_us = 0;
    if (w->kind == WINDOW_ALWAYS)
        return US_PER_HOUR;
    if (w->kind == WINDOW_ONCE) { /* whole days, and a rest from its clock on */
        sum_us = length_us / US_PER_DAY * US_PER_HOUR;
        length_us %= US_PER_DAY;
        from_us = civil_clock_us(w->from_us);
    } else if (length_us <= 0) {
        length_us += US_PER_DAY;
    }
    /* The window as one stretch, and once more a day earlier if it passes midnight. */
    for (int64_t shift_us = 0; shift_us <= US_PER_DAY; shift_us += US_PER_DAY) {
        int64_t low_us = from_us - shift_us;
        int64_t high_us = low_us + length_us;
        low_us = low_us > start_us ? low_us : start_us;
        high_us = high_us < start_us + US_PER_HOUR ? high_us : start_us + US_PER_HOUR;
        if (high_us > low_us)
            sum_us += high_us - low_us;
    }
    return sum_us;
}

void rate_init(struct rate *r, const struct load_settings *load, enum calendar calendar,
               int64_t from_us, int64_t to_us)
{
    const int64_t *weights = load->by_hour.items;
    int64_t base_nano = load->per_second_millionths * NANO;
    wide weighted = 0;
    wide covered = 0;

    *r = (struct rate){.load = load,
                       .calendar = calendar,
                       .at_us = from_us,
                       .end_us = to_us,
                       .step_ends_us = from_us};
    for (int hour = 0; hour < 24; hour++) {
        int64_t share_us = overlap_us(&load->keys.window, hour);
        covered += share_us;
        if (load->by_hour.count != 0)
            weighted += (wide)weights[hour] * share_us;
    }
    /* per_second is the mean over the window, so weights are brought to mean 1 there. */
    for (int hour = 0; hour < 24; hour++) {
        wide nano = base_nano;
        if (load->by_hour.count != 0)
            nano = weighted == 0 ? 0 : (wide)base_nano * weights[hour] * covered / weighted;
        r->by_hour_nano[hour] = nano > RATE_MAX ? RATE_MAX : (int64_t)nano;
    }
}

static void lower(int64_t *us, int64_t to_us)
{
    if (to_us < *us)
        *us = to_us;
}

/* The burst that holds at t or starts next after it: whether it holds, and
 * until when that stays so. */
static bool burst_at(const struct burst_settings *b, int64_t at_us, int64_t *until_us)
{
    int64_t start_us = b->at_us;
    if (b->at_given == 1) {
        start_us = civil_moment_us(civil_day(at_us), b->at_us);
        if (start_us > at_us && start_us - US_PER_DAY + b->for_us > at_us)
            start_us -= US_PER_DAY; /* last night's is still on */
        if (start_us + b->for_us <= at_us)
            start_us += US_PER_DAY;
    }
    if (at_us < start_us) {
        lower(until_us, start_us);
        return false;
    }
    if (at_us < start_us + b->for_us) {
        lower(until_us, start_us + b->for_us);
        return true;
    }
    return false;
}

/* Finds the step that `at_us` is in. */
static void enter_step(struct rate *r, int64_t at_us)
{
    const struct load_settings *load = r->load;
    const struct burst_settings *bursts = load->bursts.items;
    int64_t from_us = INT64_MIN;
    int64_t to_us = INT64_MAX;

    r->rate_nano = 0;
    r->step_ends_us = r->end_us;
    if (!window_next(&load->keys.window, r->calendar, at_us, r->end_us, &from_us, &to_us))
        return;
    if (from_us > at_us) {
        lower(&r->step_ends_us, from_us);
        return;
    }
    lower(&r->step_ends_us, to_us);
    int64_t clock_us = civil_clock_us(at_us);
    int hour = (int)(clock_us / US_PER_HOUR);
    if (load->by_hour.count != 0)
        lower(&r->step_ends_us, at_us - clock_us + (hour + 1) * US_PER_HOUR);
    wide nano = r->by_hour_nano[hour];
    for (size_t i = 0; i < load->bursts.count; i++)
        if (burst_at(&bursts[i], at_us, &r->step_ends_us)) {
            nano = nano * bursts[i].times_millionths / PPM;
            if (nano > RATE_MAX)
                nano = RATE_MAX;
        }
    r->rate_nano = (int64_t)nano;
}

int64_t rate_next_us(struct rate *r, int64_t exponential_q32)
{
    /* In 10^-15 arrivals, of which a microsecond brings rate_nano. */
    int64_t work = (int64_t)((wide)exponential_q32 * UNITS >> 32) + r->carried;
    r->carried = 0;
    while (r->at_us < r->end_us) {
        if (r->at_us >= r->step_ends_us)
            enter_step(r, r->at_us);
        int64_t left_us = r->step_ends_us - r->at_us;
        if (r->rate_nano > 0 && work / r->rate_nano < left_us) {
            r->carried = work % r->rate_nano;
            r->at_us += work / r->rate_nano;
            return r->at_us;
        }
        work -= r->rate_nano * left_us; /* not more than work */
        r->at_us = r->step_ends_us;
    }
    return INT64_MAX;
}

double rate_expected(const struct load_settings *load, enum calendar calendar, int64_t from_us,
                     int64_t to_us)
{
    struct rate r;
    double sum = 0;
    rate_init(&r, load, calendar, from_us, to_us);
    for (int64_t at_us = from_us; at_us < to_us; at_us = r.step_ends_us) {
        enter_step(&r, at_us);
        sum += (double)r.rate_nano * (double)(r.step_ends_us - at_us) / (double)UNITS;
    }
    return sum;
}
