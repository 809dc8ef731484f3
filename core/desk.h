/* desk.h — the core from inside: its state, and what one call works with.
 *
 * For the files of core/ alone.  struct core is the head of the block; behind
 * it lie the arrays, at offsets kept in the head.  A desk has the pointers to
 * all of them, for the length of one call.
 */
#ifndef CORE_DESK_H
#define CORE_DESK_H

#include <stdbool.h>

#include "core/base/civil.h"
#include "core/base/heap.h"
#include "core/base/idmap.h"
#include "core/base/money.h"
#include "core/base/pool.h"
#include "core/core.h"
#include "core/payout/chain.h"
#include "core/payout/queue.h"

enum {
    MOVES_MAX = 64,
    TIMERS_MAX = 4 * MOVES_MAX + 8,
    MOVE_QUERY_STEPS = 6,
};

/* What is kept of a finished payout: enough to know its reference again. */
struct remembered {
    uint64_t reference_hi; /* with the map's tag, 96 bits of the reference */
    uint64_t amount_and_state;
};

enum move_state {
    MOVE_SENT,
    MOVE_DOUBTFUL,
};

/* A quota move: a decrease if it comes from a channel, then an increase if it
 * goes to one.  Between the legs the money rests in the unallocated balance,
 * earmarked.  Unlike a payout, a leg may be sent again under the same id: the
 * house answers a repetition with the first one's state, and refuses for good
 * one that it never had once the order is too old. */
struct move {
    uint8_t from; /* enum channel; CHANNEL_NONE: unallocated */
    uint8_t to;
    uint8_t leg; /* 0 decrease, 1 increase */
    uint8_t state;
    uint8_t reason;
    uint8_t queries;
    uint8_t sends; /* of this leg */
    uint8_t pad;
    uint32_t free_link;
    uint32_t round; /* of the leg's order; an older timer is out of date */
    int64_t amount_fen;
    int64_t sent_us;
    uint64_t order_id;
};

struct list_reading {
    int64_t from_us;
    int64_t until_us;
    uint64_t count;
    uint64_t seen;
    int64_t total_fen;
    int64_t seen_fen;
    uint8_t open;
};

struct channel_state {
    struct position position;
    uint32_t in_flight; /* slots of concurrency in use */
    uint32_t sent_this_second;
    int64_t second;         /* the whole second that sent_this_second counts */
    int64_t wake_fen;       /* the smallest amount that waits for quota; INT64_MAX: none */
    uint32_t blocker;       /* the payout that nothing behind it may pass here any more, or NONE */
    int64_t quiet_until_us; /* the policy lets a refused move rest */
    int64_t reported_us;    /* as-of of the newest quota report */
    int64_t report_asked_us;
    int64_t report_floor_fen; /* believed available then, less what was spent since */
    uint8_t look_again;       /* something changed that may let a payout go */
    uint8_t dry;
    struct chain replies;                      /* sent, waiting for the reply; by sent_us */
    struct chain queries[QUERY_STEPS_MAX + 1]; /* by next query; the last: every half hour */
    struct list_reading list;
    int64_t listed_from_us; /* complete lists cover this span without a gap */
    int64_t listed_until_us;
};

struct core {
    struct core_config config;
    uint64_t bytes;
    uint64_t payouts_at;
    uint64_t remembered_at;
    uint64_t slots_at;
    int64_t now_us;
    int64_t deadline_us;
    struct pool payout_pool;
    struct idmap references;
    uint32_t remembered_count;
    uint32_t arrivals;
    struct queue queue;
    struct chain backing_off[RETRIES_MAX + 1]; /* by attempts made, each by not-before */
    struct chain expiring[BUSINESSES_MAX][2];  /* fresh or come back, by requested_us */
    struct chain settling;                     /* paid, their session settled, not yet booked so */
    struct channel_state channels[CHANNELS];
    int64_t unallocated_fen;           /* believed */
    int64_t earmarked_fen;             /* of it, for moves on their way */
    int64_t policy_due_us;             /* when the policy is asked again though nothing changed */
    struct allocation_view policy_saw; /* when it was asked last */
    struct pool move_pool;
    uint32_t move_rounds;
    struct move moves[MOVES_MAX];
    uint8_t move_live[MOVES_MAX];
    struct heap timers;
    struct timer timer_heap[TIMERS_MAX];
    struct accounts accounts;
    struct account account_items[ACCOUNTS_MAX];
    struct ledger ledger;
    struct ledger_account books[BOOK_REGISTERED + ACCOUNTS_MAX];
    uint8_t opened;    /* the opening positions were told */
    uint8_t work_left; /* the effects were full */
};

enum timer_kind {
    TIMER_MOVE,      /* a move's reply time-out, then its queries */
    TIMER_DAY_CLOSE, /* trial balance */
};

struct desk {
    struct core *core;
    struct payout *payouts;
    struct remembered *remembered;
    struct idmap_slot *slots;
    struct effects *fx;
    int64_t now_us;
};

/* Room that one step of work needs at most; less left means: go on next time. */
enum { STEP_FACTS = 24, STEP_ORDERS = 4 };

static inline bool desk_full(struct desk *d)
{
    return d->fx->fact_count + STEP_FACTS > FACTS_MAX ||
           d->fx->order_count + STEP_ORDERS > ORDERS_MAX;
}

static inline void desk_wake_at(struct desk *d, int64_t at_us)
{
    if (at_us < d->core->deadline_us)
        d->core->deadline_us = at_us;
}

static inline void desk_fact(struct desk *d, struct fact one)
{
    one.at_us = d->now_us;
    effects_fact(d->fx, one);
}

static inline int64_t desk_available_fen(const struct desk *d, enum channel channel)
{
    return position_available_fen(&d->core->channels[channel].position);
}

/* core.c: books, and each entry as a fact */
enum booking { BOOKING_POST, BOOKING_PEND, BOOKING_TAKE, BOOKING_VOID };
void desk_book(struct desk *d, enum booking how, uint32_t debit, uint32_t credit,
               int64_t amount_fen);
void desk_alert(struct desk *d, enum channel channel, enum reason reason, int64_t amount_fen,
                int64_t other);

/* memory.c: what is known of references */
struct known {
    uint32_t slot; /* of an open payout, or NONE */
    uint32_t map_at;
    enum payout_state state;
    int64_t amount_fen;
};
bool memory_find(const struct desk *d, struct reference reference, struct known *known);
bool memory_has_room(const struct desk *d);
void memory_add_open(struct desk *d, uint32_t slot);
int64_t memory_keeps_fen(int64_t amount_fen); /* what is no amount of money is kept as 0 */
void memory_add_refused(struct desk *d, struct reference reference, int64_t amount_fen);
void memory_finish(struct desk *d, uint32_t slot); /* frees the slot */
void memory_set_state(struct desk *d, uint32_t map_at, enum payout_state state);

/* intake.c: requests, expiry, cancelling */
void intake_request(struct desk *d, const struct input *in);
void intake_cancel(struct desk *d, const struct input *in);
void intake_enqueue(struct desk *d, uint32_t slot, int64_t not_before_us);
void intake_due(struct desk *d); /* what waited long enough: back-off, expiry */
int64_t intake_next_us(const struct desk *d);

/* dispatch.c: from the queue to the channels */
int64_t dispatch_hold_fen(const struct desk *d, enum channel channel, const struct payout *p);
void dispatch_arrived(struct desk *d, uint32_t slot); /* newly in a lane */
void dispatch_left(struct desk *d, uint32_t slot);    /* just out of its lane */
void dispatch_slot_freed(struct desk *d, enum channel channel);
void dispatch_run(struct desk *d);

/* outcome.c: answers, notices, queries */
void outcome_pay_answered(struct desk *d, const struct input *in);
void outcome_query_answered(struct desk *d, const struct input *in);
void outcome_notified(struct desk *d, const struct input *in);
void outcome_found_paid(struct desk *d, uint32_t slot, uint32_t session);
void outcome_old_news(struct desk *d, const struct input *in, enum meaning meaning,
                      uint16_t code); /* of an order that is no longer open */
void outcome_due(struct desk *d);     /* replies overdue, queries due */
int64_t outcome_next_us(const struct desk *d);
uint32_t outcome_slot(struct desk *d, const struct input *in); /* the open payout of in->id */

/* session.c: receipts, returns, sessions, lists, reports, fees */
void session_receipt(struct desk *d, const struct input *in);
void session_return(struct desk *d, const struct input *in);
void session_closed(struct desk *d, const struct input *in);
void session_settled(struct desk *d, const struct input *in);
void session_settle_payouts(struct desk *d);
void session_quota_reported(struct desk *d, const struct input *in);
void session_fees_charged(struct desk *d, const struct input *in);

/* list.c: the settlement list of a day */
void list_opened(struct desk *d, const struct input *in);
void list_line(struct desk *d, const struct input *in);
void list_ended(struct desk *d, const struct input *in);
bool list_proves_absence(const struct desk *d, const struct payout *p);

/* moves.c: quota moves, and the policy that asks for them */
void moves_request(struct desk *d, const struct input *in);
void moves_answered(struct desk *d, const struct input *in);
void moves_timer(struct desk *d, struct timer t);
void moves_follow_policy(struct desk *d);

#endif
