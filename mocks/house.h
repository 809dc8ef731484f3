/* house.h — what both clearing houses do: hold the true quota, take orders, clear sessions.
 *
 *     available = mapped - processing + sum of g(s) over the unsettled sessions s     >= 0
 *     movable   = min(available, mapped, mapped + the sum of g over every prefix of them)
 *
 *     payable = available, and of a pool: + the other house's movable          >= 0
 *
 * with g(s) as in core/quota/position.h, here over what really was received
 * and paid.  An order arrives the moment it is sent and is decided then (the
 * network's time is part of the reply's latency); an accepted one is
 * processing until it is paid or failed, and belongs to the session in which
 * it is paid.  A session closed on a day settles at settle_at of the next
 * working day, oldest first.  30 minutes after the day's last closing the
 * house hands over a list of every payment and return of that day.
 *
 * A payout may be the leg of a transfer, to an account of ours: NetsUnion's
 * payout, or UnionPay's merchant-funds settlement (商户资金结算) with terms and
 * hours of its own.  It is a payout in every respect but that the money ends in
 * that account, that none comes back later, and that a closed account fails it.
 *
 * Two houses may be made a pool: then each also pays what could be moved to it
 * from the other at once, and it is the sums over both that are never below zero.
 *
 * An order is known by its id: the same id again is a duplicate.  An order
 * older than ORDER_AGE_MAX_US is refused.  How the houses word their answers
 * is in unionpay.c and netsunion.c.
 */
#ifndef MOCKS_HOUSE_H
#define MOCKS_HOUSE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/idmap.h"
#include "core/core.h"
#include "core/quota/position.h"
#include "mocks/books.h"
#include "mocks/central_bank.h"
#include "mocks/distribution.h"
#include "mocks/draw.h"
#include "mocks/faults.h"
#include "mocks/outbox.h"
#include "mocks/remittance.h"
#include "mocks/statement.h"

enum {
    CLOSINGS_MAX = 24, /* a day */
    RESENDS_MAX = 8,
    HOUSE_MOVES_MAX = 4096,
};

#define LIST_AFTER_US (30 * INT64_C(60) * 1000000)

enum visible {
    VISIBLE_AT_ONCE,
    VISIBLE_AT_SESSION,
    VISIBLE_AT_SETTLEMENT,
};

struct house_terms {
    struct quota_rule rule;
    enum visible quota_visible;
    uint32_t closing_count;
    int64_t closing_us[CLOSINGS_MAX]; /* clocks, rising; the last is the day's cut-off */
    int64_t settle_at_us;             /* a clock */
    uint32_t concurrency;
    uint32_t per_second;
    int64_t per_payout_max_fen;
    struct fee_terms fee;            /* of a payout */
    struct fee_terms collection_fee; /* of a collection */
    struct latency reply;
    struct latency final;
    struct latency notice;
    struct latency query;
    struct latency quota;
    uint32_t resend_count;
    int64_t resend_us[RESENDS_MAX];
    uint32_t code_count;
    struct code_share codes[CODE_SHARES_MAX];
    int64_t returned_ppm;
    int64_t quota_refused_ppm;
    struct hours quota_hours;              /* of quota moves */
    struct transfer_terms settlement;      /* UnionPay's */
    struct transfer_terms funds[SERVICES]; /* UnionPay's: prefund, return, adjust */
    struct latency balance;                /* of virtual IDs */
    struct latency details;
};

enum house_order_state {
    HOUSE_PROCESSING = 1,
    HOUSE_PAID,
    HOUSE_FAILED,  /* accepted, then failed; code says why */
    HOUSE_REFUSED, /* never accepted; code says why */
    HOUSE_RETURNED,
};

enum {
    ORDER_SILENT = 1,    /* says nothing unless asked */
    ORDER_REPLIED = 2,   /* the reply's time has come */
    ORDER_TOLD = 4,      /* the reply carried the outcome */
    ORDER_WILL_FAIL = 8, /* the payee's bank will decline */
    ORDER_COMES_BACK = 16,
    ORDER_LISTED = 32,
    ORDER_NO_SLOT = 64, /* its answer came at once */
};

struct house_order {
    uint64_t id;
    struct reference reference;
    int64_t amount_fen;  /* what the payee gets */
    int64_t truth_us;    /* before this a query answers "processing" */
    uint32_t session;    /* paid in; while the record is free, the pool's link */
    uint16_t code;       /* the answer on submission; of a failed one, the reason */
    uint16_t reply_code; /* what a fault makes the reply say, if set */
    uint8_t state;       /* enum house_order_state */
    uint8_t flags;
    uint8_t attempt;
    uint8_t waiting; /* happenings that still name it */
    uint8_t business;
    uint8_t bank;
    uint8_t service;    /* enum leg_service; SERVICE_NONE: to a customer */
    uint8_t to_account; /* of a leg */
    uint32_t merchant;
    uint32_t pad2;
};

_Static_assert(sizeof(struct house_order) == 64, "an order fills one cache line");

struct house_session {
    int64_t receipts_fen;
    int64_t payments_fen;
    int64_t settles_us;
    uint8_t closed;
    uint8_t settled;
    uint8_t pad[6];
};

struct house_move {
    uint64_t id;
    int64_t amount_fen;
    int64_t sent_us;
    int64_t truth_us;
    uint16_t code; /* the outcome, once decided */
    uint16_t reply_code;
    uint8_t kind; /* enum order_kind */
    uint8_t decided;
    uint8_t flags;
    uint8_t pad;
};

/* A receipt notice on its way. */
struct house_receipt {
    int64_t amount_fen; /* after the fee, where it is in the net */
    int64_t fee_fen;    /* that was in the net */
    uint32_t session;
    uint32_t count;
    uint32_t free_link;
    uint32_t pad;
};

struct list_line {
    uint32_t order;
    uint32_t session;
    uint8_t returned;
};

struct lines {
    struct list_line *items;
    uint32_t count;
    uint32_t capacity;
    int64_t total_fen;
};

struct house {
    enum channel channel;
    const struct house_terms *terms; /* the caller's */
    enum calendar calendar;
    uint64_t seed;
    struct central_bank *central_bank;
    const struct house *pools_with; /* the other house; NULL: none */
    struct books *books;
    struct statements *statements;
    struct remittances *remittances;
    struct faults *faults;
    struct remitter funds;    /* UnionPay's: prefund, return, adjust */
    uint32_t virtual_account; /* in the books; NONE without one */

    int64_t processing_fen;
    int64_t g_fen;
    uint32_t open_session;   /* the one that is running */
    uint32_t oldest_session; /* all before it are settled */
    int64_t closes_us;       /* when the running one closes */
    struct house_session sessions[SESSIONS_MAX];

    struct house_order *orders;
    struct pool order_pool;
    struct idmap order_map;
    struct idmap_slot *order_slots;
    uint32_t in_flight; /* orders whose reply is still to come */
    int64_t second;
    uint32_t this_second;

    struct house_move *moves; /* ring of the last HOUSE_MOVES_MAX */
    uint64_t move_count;

    struct house_receipt *receipts;
    struct pool receipt_pool;

    int64_t list_from_us;
    int64_t list_until_us;
    struct lines today;  /* of the list that is being collected */
    struct lines handed; /* of the list handed over last, or due */
    /* Orders that ended without a payment, to be forgotten with the list of the
     * day in which they ended; the first of them with the one that is due. */
    uint32_t finished_count;
    uint32_t finished_due;
    uint32_t finished_capacity;
    uint32_t *finished;
    uint32_t lists_due;

    int64_t fees_due_fen;
    uint64_t returns_due;
    uint64_t moves_due;
    int64_t report_available_fen; /* as the quota report shows them */
    int64_t report_mapped_fen;
    int64_t report_as_of_us;
};

void house_init(struct house *h, uint32_t order_capacity);
void house_free(struct house *h);
void house_start(struct house *h, int64_t now_us, struct outbox *out);
uint32_t house_first_session(const struct house_terms *terms, int64_t now_us);

static inline int64_t house_mapped_fen(const struct house *h)
{
    return h->central_bank->mapped_fen[h->channel];
}

static inline int64_t house_available_fen(const struct house *h)
{
    return house_mapped_fen(h) - h->processing_fen + h->g_fen;
}

int64_t house_payable_fen(const struct house *h); /* whoever pays or moves asks these two */
int64_t house_movable_fen(const struct house *h); /* of a pool: the same of both */
bool house_rests(const struct house *h); /* nothing processing or unsettled; fees may be owed */

void house_order(struct house *h, int64_t now_us, const struct order *o, struct outbox *out);
void house_collect(struct house *h, int64_t now_us, int64_t amount_fen, int64_t fee_fen,
                   uint32_t count, struct outbox *out);
void house_happens(struct house *h, int64_t now_us, const struct happening *what,
                   struct outbox *out);

/* After HAPPENS_LIST: the lines one by one; false after the last. */
bool house_next_line(struct house *h, uint32_t *cursor, struct input *line);
void house_list_handed_over(struct house *h);

/* For whoever checks: recomputed from sessions and orders, slowly. */
int64_t house_recomputed_available_fen(const struct house *h);
static inline bool house_bounds_hold(const struct house *h)
{
    return central_bank_mapped_holds(h->central_bank, h->channel) && h->processing_fen >= 0 &&
           house_payable_fen(h) >= 0;
}

/* --- for the files of mocks/ alone ----------------------------------------- */

/* How a house words its answers. */
struct wording {
    uint16_t ok;         /* a query worked; a quota move is done */
    uint16_t processing; /* outcome not known yet */
    uint16_t not_found;
    uint16_t quota_short;
    uint16_t over_limit;
    uint16_t closed;         /* outside the hours */
    uint16_t account_closed; /* that the money was for */
    uint16_t busy;
    uint16_t too_old;
    uint16_t duplicate;
    uint16_t declined; /* refused for a reason of the house's or the bank's own */
    uint16_t down;
    bool outcome_in_reply; /* a reply tells the outcome if it is known by then */
};
extern const struct wording unionpay_wording;
extern const struct wording netsunion_wording;

static inline const struct wording *house_words(const struct house *h)
{
    return h->channel == CHANNEL_UNIONPAY ? &unionpay_wording : &netsunion_wording;
}

static inline struct house_session *house_session(struct house *h, uint32_t session)
{
    return &h->sessions[session % SESSIONS_MAX];
}

static inline const struct fee_terms *house_fee(const struct house *h, uint8_t service)
{
    return service == SERVICE_SETTLEMENT ? &h->terms->settlement.fee : &h->terms->fee;
}

static inline int64_t house_payment_fen(const struct house *h, const struct house_order *o)
{
    const struct fee_terms *fee = house_fee(h, o->service);
    return fee->in_net ? o->amount_fen + fee_of(fee, o->amount_fen) : o->amount_fen;
}

static inline void house_schedule(const struct house *h, struct outbox *out, int64_t at_us,
                                  enum happening_kind kind, uint32_t subject, uint64_t arg)
{
    outbox_schedule(out, (struct happening){.at_us = at_us,
                                            .kind = (uint8_t)kind,
                                            .house = (uint8_t)h->channel,
                                            .subject = subject,
                                            .arg = arg});
}

static inline struct draw_key house_key(const struct house *h, enum draw_purpose purpose,
                                        uint64_t subject, uint32_t attempt)
{
    return (struct draw_key){.seed = h->seed,
                             .subject = subject,
                             .purpose = (uint32_t)purpose,
                             .detail = attempt << 8 | (uint32_t)h->channel};
}

/* house_session.c */
void house_pay_in_session(struct house *h, int64_t now_us, const struct house_order *o,
                          struct outbox *out);
void house_receive_in_session(struct house *h, int64_t receipt_fen);
void house_session_happens(struct house *h, int64_t now_us, const struct happening *what,
                           struct outbox *out);
void house_sessions_start(struct house *h, int64_t now_us, struct outbox *out);
void house_note_report(struct house *h, int64_t now_us);

/* house_order.c */
struct house_order *house_find(const struct house *h, uint64_t id);
void house_pay_order(struct house *h, int64_t now_us, const struct order *o, struct outbox *out);
void house_query(struct house *h, int64_t now_us, const struct order *o, struct outbox *out);
void house_order_happens(struct house *h, int64_t now_us, const struct happening *what,
                         struct outbox *out);
void house_release_order(struct house *h,
                         uint32_t index); /* a happening or the list let go of it */
void house_list_add(struct house *h, struct lines *lines, struct list_line line);
/* Sends a notice of `kind` about `subject`, or sends it again later if a fault
 * eats it; after the last time nobody hears it.  The happening comes back when
 * it is to be delivered, or, with NOTICE_AGAIN in arg, when it is to be sent
 * again. */
void house_send_notice(struct house *h, int64_t now_us, enum happening_kind kind, uint32_t subject,
                       uint64_t sends, const struct fault_subject *about, struct outbox *out);

/* house_move.c */
void house_take_move(struct house *h, int64_t now_us, const struct order *o, struct outbox *out);
void house_query_move(struct house *h, int64_t now_us, const struct order *o, struct outbox *out);
void house_move_happens(struct house *h, int64_t now_us, const struct happening *what,
                        struct outbox *out);
void house_ask_report(struct house *h, int64_t now_us, const struct order *o, struct outbox *out);

#endif
