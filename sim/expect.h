/* expect.h — what a scenario expects, checked when it is read and judged when it ran.
 *
 *     that     a metric, a column of positions.csv, "alert.ID" (how often it was raised),
 * "verdict", or a kind of event (its count) during   payouts requested in that daily window; of a
 * column, all the time in it by       of a column: true then and until the load ends always   of a
 * column: at every change, the drain included neither  the value at the end
 *
 * Values are in the thing's own unit: amounts as yuan text (or integer fen),
 * times as durations (or seconds), shares and counts as numbers.
 */
#ifndef SIM_EXPECT_H
#define SIM_EXPECT_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/metrics.h"
#include "sim/scenario.h"
#include "sim/texts.h"

enum expect_source { EXPECT_METRIC, EXPECT_COLUMN, EXPECT_VERDICT, EXPECT_EVENTS };
enum expect_verb {
    EXPECT_IS,
    EXPECT_NOT,
    EXPECT_BELOW,
    EXPECT_ABOVE,
    EXPECT_AT_LEAST,
    EXPECT_AT_MOST,
    EXPECT_BETWEEN,
};

enum { EXPECT_TEXT_MAX = 160 };

struct expectation {
    const struct expect_settings *settings;
    enum expect_source source;
    enum expect_verb verb;
    const struct metric *metric;
    const struct column *column;
    uint32_t event; /* enum fact_kind */
    enum unit unit;
    int64_t low; /* the value; of between, the first */
    int64_t high;
    bool watched; /* while it runs, not at the end */
    struct window window;
    int64_t from_us; /* watched: from here on */
    int64_t to_us;
    const struct payout_stats *stats; /* of a metric with during */
    bool violated;                    /* watched: it was, first then, with that value */
    bool looked_at;
    int64_t violated_us;
    int64_t violated_value;
    int64_t last_value;
    /* the judgement */
    bool pass;
    bool measured;
    int64_t value;
    const char *verdict; /* of one about the verdict: what it was */
};

struct expectations {
    struct expect_settings implied; /* that nobody wrote: see expectations_init() */
    uint32_t count;
    struct expectation *items;
    uint32_t watched_count;
    enum calendar calendar;
};

/* Both lists must outlive the expectations.  Where there is a reserve account
 * of use general, `accounts.overdue is 0` is expected without being written. */
bool expectations_init(struct expectations *e, const struct scenario *s,
                       const struct metric_list *metrics, const struct column_list *columns,
                       struct problems *list);
void expectations_free(struct expectations *e);

void expectations_start(struct expectations *e, struct recorder *r);
void expectations_advance(struct expectations *e, const struct positions *p, int64_t last_us,
                          int64_t now_us);
void expectations_after_event(struct expectations *e, const struct positions *p, int64_t now_us);

/* Judges all but those about the verdict; then those, against `verdict`. */
bool expectations_judge(struct expectations *e, const struct measured *from,
                        const struct positions *p);
/* Returns -1 if one about the verdict is not met, else 1 if one names it, so that
 * it is what was wanted.  Else 0: that it is not some other leaves it as bad as it is. */
int expectations_judge_verdict(struct expectations *e, const char *verdict);

/* "below 0.2 %" and, once judged, "0.1688 %"; each in a language of its own, for
 * summary.json is English whatever people read. */
const char *expectation_want(const struct expectation *e, enum language language,
                             char out[EXPECT_TEXT_MAX]);
const char *expectation_got(const struct expectation *e, enum language language,
                            char out[EXPECT_TEXT_MAX]);

/* A verdict as people read it; in English, verdict_word() keeps the word that
 * scenarios and summary.json use. */
const char *verdict_text(const char *verdict);
const char *verdict_word(const char *verdict, enum language language);

#endif
