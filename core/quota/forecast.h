/* forecast.h — what a channel's quota will lose and gain, by time of day.
 *
 * A flow is what went one way so far.  Its day is 96 quarters of an hour, each
 * with what went in it, smoothed over the days:
 *
 *     the first three days  the mean
 *     then                  quarter += (seen - quarter) / 4
 *
 * and today's level is what went lately, over what those quarters led to
 * expect; the weight of a quarter falls to 3/4 with each that follows:
 *
 *     expected(q) = learned(q) x (lately + a) / (expected lately + a)   if q was ever seen whole
 *                   lately per time                                     else
 *
 * where a, a tenth of a mean quarter, keeps a few payouts in a quiet night from
 * foretelling a flood.  So the first day is forecast at its own pace, and the days after it by the
 * pattern of those before.  Integers only; the same flow gives the same forecast.
 */
#ifndef CORE_QUOTA_FORECAST_H
#define CORE_QUOTA_FORECAST_H

#include <stdint.h>

enum { QUARTERS = 96 };

struct flow {
    int64_t opened_us;       /* the running quarter, or the later start of all */
    int64_t closes_us;       /* its end */
    int64_t seen_fen;        /* in it so far */
    int64_t lately_fen;      /* in those before it, the older the less */
    int64_t lately_us;       /* and how long they were, weighted alike */
    int64_t expected_fen;    /* what was expected of them; unlearned ones: what they had */
    int64_t learned_sum_fen; /* of all quarters */
    int64_t learned_fen[QUARTERS];
    uint8_t days[QUARTERS]; /* seen whole, at most 4 */
};

void flow_open(struct flow *f, int64_t now_us);
void flow_turn(struct flow *f, int64_t now_us); /* now >= closes_us */

static inline void flow_add(struct flow *f, int64_t now_us, int64_t amount_fen)
{
    if (now_us >= f->closes_us)
        flow_turn(f, now_us);
    f->seen_fen += amount_fen;
}

/* What is expected from now on, for so long; at most a day.  Call flow_turn() first if due. */
int64_t flow_expected_fen(const struct flow *f, int64_t now_us, int64_t span_us);

/* A channel's two flows: what payouts ask of it, and what receipts bring. */
struct forecast {
    struct flow out;
    struct flow in;
};

void forecast_open(struct forecast *f, int64_t now_us);
void forecast_turn(struct forecast *f, int64_t now_us); /* whatever is due */

/* The most that flows out net within the span, so that a channel with that
 * much stays above zero all the time; 0 if it only gains. */
int64_t forecast_need_fen(const struct forecast *f, int64_t now_us, int64_t span_us);
/* When what is there will be used up; NEVER_US: not within a day. */
int64_t forecast_dry_us(const struct forecast *f, int64_t now_us, int64_t level_fen);

#endif
