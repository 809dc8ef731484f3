/* recorder.h — watches facts and truth, and keeps what metrics are made of.
 *
 * It decides nothing and asks the core nothing.  Means over time cover the
 * scenario's span; counts, waits and dry seconds include the drain.
 */
#ifndef SIM_RECORDER_H
#define SIM_RECORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/wide.h"
#include "mocks/world.h"
#include "sim/balance_rows.h"
#include "sim/blocked.h"
#include "sim/follow.h"
#include "sim/load.h"
#include "sim/positions.h"
#include "sim/scenario.h"
#include "sim/score.h"
#include "sim/stats.h"

enum { WINDOWS_MAX = 32 };

/* Payouts requested in a daily window, for expectations with `during`. */
struct window_stats {
    struct window window;
    struct payout_stats stats;
};

struct channel_tally {
    uint64_t paid;   /* payments, in truth */
    uint64_t failed; /* attempts that ended without a payment, as heard */
    int64_t available_min_fen;
    wide available_fen_us;
    wide mapped_fen_us;
    int64_t dry_us;
    int64_t dry_since_us; /* NEVER_US: not dry */
};

/* Trial balances as they were told. */
struct closing_tally {
    int64_t balances_fen; /* told since the last close; of a balanced one they come to nothing */
    int64_t pending_fen;
    uint64_t unbalanced;
};

struct alert_tally {
    int64_t first_us;  /* raised for the first time; if ever */
    int64_t since_us;  /* it stands since then; NEVER_US: it does not */
    int64_t raised_us; /* how long it stood in all; with the last, once finished */
};

/* Half a cache line: there is one for each payout that is not settled yet. */
struct slot_info {
    int64_t requested_us;
    uint64_t reference_hi; /* enough to write a synthetic reference */
    int64_t amount_fen;
    uint64_t doubt_us : 51; /* from the request until it came into doubt, and one; 0: not in it */
    uint64_t business : 5;
    uint64_t group : 5; /* of its merchant; GROUP_NONE */
    uint64_t sent_before : 1;
    uint64_t truly_paid : 1;
    uint64_t open : 1; /* requested, not ended */
};

_Static_assert(sizeof(struct slot_info) == 32, "a slot is 32 bytes");
_Static_assert(BUSINESSES_MAX <= 32 && GROUP_NONE < 32, "a business and a group fit their bits");

/* A key of a breaker that does not admit all, from an opening to the next closing. */
struct breaker_span {
    int64_t at_us;
    uint32_t key; /* its value */
    uint8_t breaker;
    uint8_t state; /* enum fact_kind less FACT_BREAKER_OPENED: opened, half opened, closed */
};

enum { BREAKER_SPANS_MAX = 20000 };

/* A settled payment that the house still knows, so it may come back. */
struct returnable {
    uint64_t order_id;
    int64_t requested_us;
};

struct recorder {
    const struct scenario *scenario;
    const struct parties *parties; /* who keys are; NULL: by number */
    const struct world *world;
    struct positions positions;
    struct follow follow;    /* accounts and transfers */
    struct blocked *blocked; /* what payouts wait for */
    const struct column_list *columns;
    const uint8_t *merchant_group;    /* by merchant; NULL: nobody is in one */
    struct slot_info *slots;          /* by payout slot */
    char (*texts)[REFERENCE_MAX + 1]; /* by slot: references of traces; NULL without traces */
    uint32_t slot_count;
    const struct arrival *request; /* the one being handled */

    uint64_t fact_counts[FACT_KIND_COUNT];
    uint64_t decisions[REASON_COUNT]; /* why an attempt was sent where it was */
    uint64_t breaker_openings[BREAKERS_MAX];
    uint64_t tag_matches[TAG_RULES_MAX]; /* lines that the rule tagged */
    int64_t untagged_fen[2];             /* in suspense: long, short; both above zero */
    struct breaker_span *breaker_spans;  /* in order; NULL without breakers */
    uint32_t breaker_span_count;
    struct payout_stats total;
    uint32_t window_count;
    struct window_stats windows[WINDOWS_MAX];
    struct returnable *returnables; /* kept where there are windows */
    uint32_t returnable_count;
    uint32_t returnable_capacity;
    struct curve curve; /* of waits, by when they were requested */
    struct mix mix;     /* of decisions, by when they were made */
    uint64_t by_state[PAYOUT_STATES];
    struct score score; /* of the audit */

    uint64_t collections;
    int64_t collected_fen;
    int64_t fees_fen;
    struct balance_tally balances;
    struct closing_tally closing; /* of the ledger, at each day's close */
    struct channel_tally channels[CHANNELS];
    struct alert_tally alerts[ALERT_RULES_MAX];
    int64_t acs_min_fen;
    int64_t unallocated_min_fen;
    wide idle_fen_us;
    wide virtual_fen_us;
    int64_t moved_fen;
    uint64_t doubts_resolved;
    wide doubt_us;
    int64_t means_us; /* time that the means cover so far */
    int64_t last_us;
};

void recorder_init(struct recorder *r, const struct scenario *s, const struct column_list *columns,
                   const struct world *w, const struct core_config *config);
void recorder_free(struct recorder *r);

/* The window of a `during`, made on first mention. */
struct window_stats *recorder_window(struct recorder *r, const struct window *w);

void recorder_collected(struct recorder *r, const struct arrival *a);
void recorder_requests(struct recorder *r, const struct arrival *a); /* before the core hears it */
void recorder_fact(struct recorder *r, const struct fact *f);
/* The reference of the payout in a slot, as people write it. */
void recorder_reference(const struct recorder *r, uint32_t slot, char out[REFERENCE_MAX + 1]);
void recorder_advance(struct recorder *r, int64_t now_us); /* before an event at now */
void recorder_after_event(struct recorder *r);
void recorder_finish(struct recorder *r, int64_t now_us);

#endif
