/* payout.h — the life of one payout.
 *
 *  requested ─► queued ─► sent ─► paid ─► settled ─► reconciled
 *      │          │        │ ▲      └────────┴───────────┴──► returned (退汇: sent back)
 *      ▼          ▼        ▼ │ found paid
 *   refused    expired   in_doubt     no reply, or an answer that means "unknown"
 *             cancelled    │
 *                          └─► the attempt failed ─► queued again, with a new order id,
 *                                                    or failed (final)
 *
 * It is settled with its session, and reconciled once a settlement list has its
 * line, too, or two people said that it was paid.  Any other that no list has
 * ends as settled, with a break.
 *
 * A payout in doubt may have paid.  Nothing but a definitive answer, or the
 * decision of two people, moves it on, so no payout is ever sent twice on a guess.
 *
 * An order id is arithmetic: it names the payout's slot, how often the slot
 * was reused, and the attempt.  So an answer finds its payout without a
 * search, and an answer to a finished payout or an older attempt is seen as such.
 */
#ifndef CORE_PAYOUT_PAYOUT_H
#define CORE_PAYOUT_PAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/gateway/gateway.h"

enum payout_state {
    PAYOUT_NOWHERE, /* zero on purpose: an unlisted transition leads here */
    PAYOUT_REQUESTED,
    PAYOUT_QUEUED,
    PAYOUT_SENT,
    PAYOUT_IN_DOUBT,
    PAYOUT_PAID,
    PAYOUT_SETTLED,
    PAYOUT_RECONCILED,
    PAYOUT_RETURNED,
    PAYOUT_REFUSED,
    PAYOUT_EXPIRED,
    PAYOUT_CANCELLED,
    PAYOUT_FAILED,
    PAYOUT_STATES,
};

enum payout_event {
    PAYOUT_ADMITTED,
    PAYOUT_TURNED_AWAY,
    PAYOUT_DISPATCHED,
    PAYOUT_DOUBTED,
    PAYOUT_FOUND_PAID,
    PAYOUT_REQUEUED,
    PAYOUT_GIVEN_UP,
    PAYOUT_TIMED_OUT, /* waited in the queue for longer than its business allows */
    PAYOUT_WITHDRAWN, /* cancelled by the operator */
    PAYOUT_BOOKED,    /* its session settled */
    PAYOUT_MATCHED,   /* and a list has its line */
    PAYOUT_SENT_BACK,
    PAYOUT_EVENTS,
};

struct payout_link {
    uint32_t next;
    uint32_t prev;
};

enum {
    PAYOUT_ACCEPTED = 1,      /* the channel said it has the order */
    PAYOUT_DECIDED = 1,       /* once paid: two people said so, and no list is waited for */
    PAYOUT_RETRIED = 2,       /* was sent before */
    PAYOUT_BACKING_OFF = 4,   /* queued, but not before sent_us */
    PAYOUT_UNDECIDED = 4,     /* in doubt: a break says that nobody knows */
    PAYOUT_BACK_LISTED = 4,   /* once paid: a list has the line of its return */
    PAYOUT_HELD = 8,          /* queued, but not before the operator releases it */
    PAYOUT_BACK_TOLD = 8,     /* once sent: a notice said that it came back */
    PAYOUT_DENIED = 16,       /* this bit and the next: a breaker denies it channel 0, 1 */
    PAYOUT_LISTED = 64,       /* a list has its line; of an open one: that it failed */
    PAYOUT_UNLISTED = 128,    /* its session settled, and it waits for its line */
    PAYOUT_PAID_BEFORE = 128, /* while the outcome is open: a list has an earlier attempt as paid */
};

/* Two chains at most hold a payout at one time.  Link a: while queued one of a
 * lane, the back-off, the held, the stopped; then the reply time-out, then its
 * session's payments, then those that no list has yet.  Link b: the expiry while queued, the query
 * schedule while its outcome is open. */
struct payout {
    struct reference reference;
    int64_t amount_fen;
    int64_t requested_us;
    int64_t sent_us; /* of this attempt; while backing off, not before; once paid, when we heard */
    uint32_t merchant;
    uint32_t user;
    uint32_t arrival; /* order within a class; once paid, the session */
    uint32_t round;   /* reuses of the slot x 256 + attempts so far */
    uint8_t state;    /* enum payout_state */
    uint8_t class;
    uint8_t business;
    uint8_t bank;
    uint8_t channel; /* of the last attempt */
    uint8_t flags;
    uint8_t routes; /* bits 0-3: channels allowed; 4-7: channels to try now */
    uint8_t passes; /* while queued: times passed over; once sent: queries made */
    union {
        struct payout_link a;
        int64_t query_us; /* in doubt, after the first query: when the next is due */
    } in;
    struct payout_link b;
};

_Static_assert(sizeof(struct payout) == 80, "a payout is 80 bytes");

void payout_step(struct payout *p, enum payout_event event); /* unlisted: a bug */
bool payout_can(enum payout_state state, enum payout_event event);
bool payout_outcome_open(enum payout_state state); /* sent or in doubt */
const char *payout_state_name(enum payout_state state);

#define PAYOUT_ATTEMPTS_MAX 200
#define PAYOUT_REUSES_MAX (1 << 23)

static inline uint8_t payout_attempt(const struct payout *p)
{
    return (uint8_t)(p->round & 255);
}

static inline uint64_t payout_order_id(uint32_t slot, const struct payout *p)
{
    return (uint64_t)p->round << 32 | slot;
}

/* Order ids of quota moves have the top bit, which no payout's has. */
#define ORDER_ID_MOVE (UINT64_C(1) << 63)
/* Those of a transfer's legs have this one, too. */
#define ORDER_ID_LEG (UINT64_C(1) << 62)

static inline uint32_t order_id_slot(uint64_t id)
{
    return (uint32_t)id;
}

static inline uint32_t order_id_round(uint64_t id)
{
    return (uint32_t)(id >> 32);
}

/* Of one that is known to be paid. */
static inline void payout_note_paid(struct payout *p, int64_t now_us, uint32_t session)
{
    p->sent_us = now_us;
    p->arrival = session;
    p->flags &= PAYOUT_LISTED | PAYOUT_BACK_TOLD;
}

static inline int64_t payout_paid_us(const struct payout *p)
{
    return p->sent_us;
}

static inline uint32_t payout_session(const struct payout *p)
{
    return p->arrival;
}

static inline uint8_t payout_allowed(const struct payout *p)
{
    return p->routes & 15;
}

static inline uint8_t payout_to_try(const struct payout *p)
{
    return p->routes >> 4;
}

static inline void payout_try_on(struct payout *p, uint8_t channels)
{
    p->routes = (uint8_t)(payout_allowed(p) | channels << 4);
}

/* The channels that breakers deny it, and those it may be sent on now: in the
 * queue it waits in the lane of these, or is stopped if there are none. */
static inline uint8_t payout_denied(const struct payout *p)
{
    return p->flags / PAYOUT_DENIED & 3;
}

static inline uint8_t payout_lane_channels(const struct payout *p)
{
    return payout_to_try(p) & (uint8_t)~payout_denied(p);
}

static inline void payout_deny(struct payout *p, uint8_t channels)
{
    p->flags = (uint8_t)((p->flags & (PAYOUT_DENIED - 1)) | channels * PAYOUT_DENIED);
}

#endif
