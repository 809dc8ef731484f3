/* stats.h — what became of payouts, in all and of those requested in a window. */
#ifndef SIM_STATS_H
#define SIM_STATS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/core.h"
#include "core/payout/payout.h"
#include "sim/histogram.h"
#include "sim/scenario.h"

struct waits {
    struct histogram wait;       /* requested to truly paid, of the paid */
    struct histogram queue_wait; /* requested to first sent */
};

struct payout_stats {
    uint64_t requested;
    uint64_t paid;                 /* as heard, and not returned */
    uint64_t ended[PAYOUT_STATES]; /* by end state; settled ones that came back stay settled */
    uint64_t late;
    int64_t amount_requested_fen;
    int64_t amount_paid_fen;
    struct waits all;
    struct waits by_business[BUSINESSES_MAX];
    struct waits by_group[GROUPS_MAX]; /* of merchants */
};

void payout_stats_free(struct payout_stats *s);

/* Why an attempt may have been sent where it was: the words of decisions.<word>. */
enum { DECISIONS = 9 };
extern const uint8_t decision_words[DECISIONS]; /* enum reason */

/* How often each word was the reason, over the span of a run, for plots. */
struct mix {
    int64_t from_us;
    int64_t step_us;
    uint32_t point_count;
    uint32_t (*counts)[DECISIONS];
};

/* Waiting times over the span of a run, in coarse buckets (3 %), for plots. */
enum { CURVE_POINTS_MAX = 288, CURVE_BUCKETS = 16 * 43 };

struct curve {
    int64_t from_us;
    int64_t step_us;
    uint32_t point_count;
    uint32_t (*buckets)[CURVE_BUCKETS];
    uint64_t *counts;
};

void mix_init(struct mix *m, int64_t from_us, int64_t to_us, int64_t least_step_us);
void mix_free(struct mix *m);
void mix_add(struct mix *m, int64_t at_us, enum reason why);
bool mix_has(const struct mix *m, uint32_t word); /* an index of decision_words */

void curve_init(struct curve *c, int64_t from_us, int64_t to_us, int64_t least_step_us);
void curve_free(struct curve *c);
void curve_add(struct curve *c, int64_t at_us, int64_t wait_us);
int64_t curve_percentile_us(const struct curve *c, uint32_t point,
                            int64_t share_ppm); /* count > 0 */

#endif
