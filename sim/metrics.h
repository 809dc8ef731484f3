/* metrics.h — the names in `metrics` of summary.json, their units and values.
 *
 * One flat list, the same for every run of a scenario; it can be made before
 * the run, so that an expectation's name is checked when the scenario is.
 */
#ifndef SIM_METRICS_H
#define SIM_METRICS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/recorder.h"
#include "sim/unit.h"

enum metric_source {
    METRIC_END_STATE, /* index: enum payout_state, at the end */
    METRIC_REQUESTED,
    METRIC_PAID, /* paid, settled */
    METRIC_REPEATED,
    METRIC_PAID_TWICE,
    METRIC_PAID_TWICE_BY_LIE,
    METRIC_AMOUNT_REQUESTED,
    METRIC_AMOUNT_PAID,
    METRIC_COLLECTIONS,
    METRIC_COLLECTED,
    METRIC_WAIT, /* index: business, WAITS_OF_ALL, or WAITS_OF_GROUPS + group */
    METRIC_QUEUE_WAIT,
    METRIC_BLOCKED, /* index: enum blocked_reason */
    METRIC_BLOCKED_YUAN,
    METRIC_LATE,
    METRIC_LATE_SHARE,
    METRIC_CHANNEL_PAID, /* index: channel */
    METRIC_CHANNEL_FAILED,
    METRIC_AVAILABLE_MIN,
    METRIC_AVAILABLE_MEAN,
    METRIC_MAPPED_MEAN,
    METRIC_DRY,
    METRIC_DECISIONS, /* index: enum reason */
    METRIC_ACS_MIN,
    METRIC_UNALLOCATED_MIN,
    METRIC_IDLE_MEAN,
    METRIC_VIRTUAL_MEAN,
    METRIC_MOVES,
    METRIC_MOVED,
    METRIC_DOUBTS_RESOLVED,
    METRIC_DOUBT_MEAN,
    METRIC_FEES,
    METRIC_ALERTS,
    METRIC_BREAKERS,
    METRIC_BREAKER, /* index: breaker */
    METRIC_TRANSFERS_STARTED,
    METRIC_TRANSFERS_DONE,
    METRIC_TRANSFERS_FAILED,
    METRIC_TRANSFERRED,
    METRIC_ACCOUNTS_OVERDUE,
    METRIC_BOOKS,          /* index: enum books_figure */
    METRIC_AUDIT,          /* index: enum audit_figure */
    METRIC_AUDIT_INJECTED, /* index: enum match_type */
    METRIC_AUDIT_FOUND,
    METRIC_TAGGED, /* index: whether, as enum fact_kind */
    METRIC_TAG,    /* index: the first rule that gives the tag */
};

enum audit_figure {
    AUDIT_MATCHED,
    AUDIT_BREAKS_OPEN,
    AUDIT_BREAKS_CLOSED,
    AUDIT_INJECTED,
    AUDIT_FOUND,
    AUDIT_MISSED,
    AUDIT_FALSE,
    AUDIT_DETECTION_MEAN,
    AUDIT_DETECTION_MAX,
    AUDIT_FIGURES
};

enum books_figure {
    BOOKS_CLOSES,
    BOOKS_UNBALANCED,
    BOOKS_UNEXPLAINED_MAX,
    BOOKS_UNEXPLAINED_END,
};

enum { WAITS_OF_ALL = BUSINESSES_MAX, WAITS_OF_GROUPS };
enum {
    METRIC_NAME_MAX = 80,
    METRICS_MAX = 128 + BREAKERS_MAX + TAG_RULES_MAX + 10 * (BUSINESSES_MAX + 1 + GROUPS_MAX)
};

/* Which point of a distribution; percentiles as parts per million. */
enum { POINT_MAX = -1, POINT_MEAN = -2 };

struct metric {
    char name[METRIC_NAME_MAX];
    enum unit unit;
    enum metric_source source;
    uint32_t index;
    int32_t point;
    bool of_payouts; /* also meaningful of the payouts requested in a window */
};

struct metric_list {
    uint32_t count;
    struct metric metrics[METRICS_MAX];
};

void metric_list_init(struct metric_list *list, const struct scenario *s,
                      uint32_t businesses_paying);
const struct metric *metric_find(const struct metric_list *list, const char *name);

/* What metrics are read from. */
struct measured {
    const struct recorder *recorder;
    uint64_t paid_twice;
    uint64_t paid_twice_by_lie;
};

/* False: nothing was measured (null).  stats: of a window, or NULL for the run. */
bool metric_value(const struct metric *m, const struct measured *from,
                  const struct payout_stats *stats, int64_t *value);

#endif
