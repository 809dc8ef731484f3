/* score.h — the audit's breaks, and how many of the errors that faults planted it found.
 *
 * The core tells of breaks, the world of each error it told the treasury
 * (true_error).  A break answers for an error of the same channel, type and
 * order, list or line of a statement; one that says a list is short answers for
 * lines missing from that list, too, and is not false where a line of it says failed.
 *
 *     found   errors that a break answers for
 *     missed  errors that none does          injected = found + missed
 *     false   breaks that answer for no error, but for those that only say that
 *             nobody knows (undecided)
 *
 * Breaks and errors are kept to the end of the run, and judged there.
 */
#ifndef SIM_SCORE_H
#define SIM_SCORE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/audit/match.h"
#include "core/gateway/effects.h"
#include "core/base/wide.h"
#include "sim/scenario.h"

struct scored_break {
    uint64_t id; /* order, the list's day, or audit_line_id() */
    int64_t opened_us;
    int64_t closed_us; /* NEVER_US: it stands */
    int64_t ours_fen;
    int64_t theirs_fen;
    uint32_t maker;   /* who proposed to resolve it, or 0 */
    uint32_t checker; /* who approved, or 0 */
    uint8_t channel;
    uint8_t type;
    uint8_t about;
    uint8_t reason; /* enum reason */
    uint8_t resolution;
    uint8_t answers; /* for an error; once judged */
    uint8_t decided; /* what people say became of the payment */
    char reference[REFERENCE_MAX + 1];
};

struct true_error {
    uint64_t id;
    int64_t at_us;
    int64_t found_us; /* NEVER_US: missed; once judged */
    uint32_t list;    /* day of the list that has it */
    uint8_t channel;
    uint8_t type;
    uint8_t about;
    uint8_t pad;
};

struct score {
    struct scored_break *breaks; /* break n at n - 1 */
    uint32_t break_count;
    uint32_t break_capacity;
    struct true_error *errors; /* in order of channel, type, about, id, once judged */
    uint32_t error_count;
    uint32_t error_capacity;
    uint64_t matched; /* payouts reconciled */
    uint64_t open;
    int64_t last_error_us; /* or INT64_MIN */
    /* once judged */
    uint64_t injected[MATCH_TYPES];
    uint64_t found[MATCH_TYPES];
    uint64_t wrong[MATCH_TYPES]; /* breaks that answer for nothing */
    uint64_t detected;
    wide detection_us;
    int64_t detection_max_us;
};

void score_init(struct score *s);
void score_free(struct score *s);
/* reference: of the payout that a break is about, or "". */
void score_fact(struct score *s, const struct fact *f, const char *reference);
void score_judge(struct score *s);
uint64_t score_sum(const uint64_t by_type[MATCH_TYPES]);
/* How many of the type stand now, and how many are closed. */
uint64_t score_breaks(const struct score *s, enum match_type type, uint64_t *closed);

#endif
