/* position.h — what the treasury believes of one channel's mapped quota (映射额度).
 *
 *     available = mapped - held - leaving + sum of g(s) over the unsettled sessions s
 *
 *     settles to ACS         g = r - p                          receipts count at_once
 *                            g = -p until s closed, then r - p  at_session
 *                            g = -p                             at_settlement
 *     settles to virtual ID  g = min(0, r - p)                  at_once
 *                            g = -p                             otherwise
 *
 * with r and p the receipts and payments of a session that we were told of.
 * A hold is taken when a payout is sent and ends when its outcome is known;
 * receipts count only when told.  So belief is never above the truth:
 *
 *     a payout is held here before it can be processing there, and becomes a
 *     payment here after it has become one there; a receipt the other way.
 *
 * Where two channels are a pool, each may also pay what could be moved to it
 * from the other at once.  Then one's available, and even its mapped, may be below
 * zero: it is the other's that bears it.
 *
 *     payable = available + what the other could give, or lacks;   >= 0
 *
 * Sessions are numbered consecutively per channel and settle oldest first.
 * The news that one closed tells all its receipts, so single receipts of it
 * that are heard later change nothing: they were counted.  News of a session
 * that is already booked as settled releases the hold and changes no other
 * quota: the settled net had it in.
 */
#ifndef CORE_QUOTA_POSITION_H
#define CORE_QUOTA_POSITION_H

#include <stdbool.h>
#include <stdint.h>

enum receipts_count {
    RECEIPTS_AT_ONCE,
    RECEIPTS_AT_SESSION,
    RECEIPTS_AT_SETTLEMENT,
};

enum settles_to {
    SETTLES_TO_ACS,
    SETTLES_TO_VIRTUAL_ID,
};

/* How a session counts towards available. */
struct quota_rule {
    uint8_t receipts_count; /* enum receipts_count */
    uint8_t settles_to;     /* enum settles_to */
};

int64_t quota_rule_g_fen(struct quota_rule rule, bool closed, int64_t receipts_fen,
                         int64_t payments_fen);
/* What settling a session of net r - p adds to ACS and to mapped. */
int64_t quota_rule_to_acs_fen(struct quota_rule rule, int64_t net_fen);

enum { SESSIONS_MAX = 512 }; /* unsettled at once: 24 a day over three weeks */

struct session {
    int64_t receipts_fen;
    int64_t payments_fen;
    uint32_t paid_head; /* the payouts paid in it, a chain */
    uint32_t paid_tail;
    uint8_t closed;
    uint8_t settled;
    uint8_t pad[6];
};

struct position {
    int64_t mapped_fen;
    int64_t held_fen;    /* payouts sent, outcome unknown; with the fee where it is in the net */
    int64_t leaving_fen; /* decreases sent, outcome unknown */
    int64_t coming_fen;  /* increases sent or to be sent; not yet available */
    int64_t g_fen;       /* sum of g(s) */
    uint32_t oldest;     /* all sessions before this one are settled */
    uint32_t newest;     /* none after this one was heard of */
    struct quota_rule rule;
    uint8_t pad[6];
    struct session sessions[SESSIONS_MAX]; /* session n at n % SESSIONS_MAX */
};

/* What became of news about a session. */
enum session_news {
    SESSION_BOOKED,
    SESSION_COUNTED_BEFORE, /* a receipt of a session whose total was told */
    SESSION_SETTLED_BEFORE, /* counted already: changes no quota but the hold */
    SESSION_UNHEARD_OF,     /* a number that cannot be: refused, nothing changed */
};

void position_init(struct position *p, struct quota_rule rule, int64_t mapped_fen,
                   uint32_t first_session);

static inline int64_t position_available_fen(const struct position *p)
{
    return p->mapped_fen - p->held_fen - p->leaving_fen + p->g_fen;
}

/* `other` is the channel that makes a pool with this one, or NULL, as it mostly is. */

/* What may be moved away: unsettled receipts may be paid out but never moved.
 * Of a pool it is the same for both. */
int64_t position_movable_fen(const struct position *p, const struct position *other);
/* What may be paid out. */
int64_t position_payable_fen(const struct position *p, const struct position *other);
/* Holding more than payable, or sending away more than movable, is a bug. */

/* The outcome of a hold: paid in a session, or released. */
void position_hold(struct position *p, const struct position *other, int64_t amount_fen);
void position_release(struct position *p, int64_t amount_fen);
enum session_news position_paid(struct position *p, uint32_t session, int64_t amount_fen);

enum session_news position_receipt(struct position *p, uint32_t session, int64_t amount_fen);
/* *untold_fen: of all its receipts, those not told singly; only if booked. */
enum session_news position_session_closed(struct position *p, uint32_t session,
                                          int64_t receipts_fen, int64_t *untold_fen);
enum session_news position_session_settled(struct position *p, uint32_t session, int64_t net_fen);

/* Both legs of a quota move, as seen from this channel. */
void position_decrease_sent(struct position *p, const struct position *other, int64_t amount_fen);
void position_decrease_ended(struct position *p, int64_t amount_fen, bool done);
void position_increase_asked(struct position *p, int64_t amount_fen);
void position_increase_ended(struct position *p, int64_t amount_fen, bool done);

/* The session's entry while it is not settled, or NULL. */
struct session *position_session(struct position *p, uint32_t session);

#endif
