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
 * working day, oldest first.
 *
 * At file_at of the next day the house hands over the settlement file of a day:
 * every payment and return between the last closing of the day before and its
 * own, the cut-off.  (A session that closes at 24:00 is of the day that ends.)
 * A file that is late, missing or broken off stays owed, and any number may be;
 * once nothing goes wrong any more they come whole, the oldest first, at once
 * or when they have been late for FILE_LATE_AFTER_US.  Faults may also make
 * lines say something wrong, and then they say the same however often they are
 * told; the count and the total that a file opens with are always true.  They
 * leave alone what came back, for its line may be all the news there is of it,
 * and the legs of transfers.
 *
 * An order stays known, and a query finds it, until its line was handed over;
 * one whose line was missing or wrong stays known for ever.
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
 * older than ORDER_AGE_MAX_US is refused, and one that would not fit the
 * house's settlement list as over its limit.  How the houses word their
 * answers is in unionpay.c and netsunion.c.
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
#include "mocks/publisher.h"
#include "mocks/remittance.h"
#include "mocks/statement.h"

enum {
    CLOSINGS_MAX = 24, /* a day */
    RESENDS_MAX = 8,
    HOUSE_MOVES_MAX = 4096,
};

/* Of a file that is not there so long after file_at it is said that it is late. */
#define FILE_LATE_AFTER_US (60 * INT64_C(60) * 1000000)

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
    int64_t
        file_at_us; /* a clock, of the day after; later than ORDER_AGE_MAX_US after the cut-off */
    uint32_t concurrency;
    uint32_t per_second;
    int64_t per_payout_max_fen;
    struct fee_terms fee;            /* of a payout */
    struct fee_terms collection_fee; /* of a collection */
    struct latency reply;
    struct latency final;
    int64_t outcome_within_us; /* no outcome takes longer, whatever is drawn; 0: it may */
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
    ORDER_RETURN_TOLD = 32,  /* by a notice, or as an error by the file */
    ORDER_OUTCOME_TOLD = 64, /* by whatever answer; or as an error by the file */
    ORDER_LISTED = 128,      /* the day's file, in which it ended, was handed over */
};

/* What moves of an order's amount. */
enum house_moves {
    MOVES_ALL,
    MOVES_ANOTHER, /* as house_wrong_fen() makes of it */
    MOVES_A_FEN_LESS,
};

struct house_order {
    uint64_t id;
    struct reference reference;
    int64_t amount_fen;  /* what the payee is to get */
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
    uint16_t fault; /* 1 + that of the fault that told something wrong of it; 0: none has */
    uint8_t moves;  /* enum house_moves */
    uint8_t pad;
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

struct file_line {
    uint32_t order;
    uint32_t session_and_returned; /* twice the session, plus 1 for what came back in it */
};

/* What a fault made of a line. */
struct file_error {
    uint32_t line;  /* among the day's */
    uint16_t fault; /* which */
    uint8_t kind;   /* enum fault_kind */
    uint8_t told;   /* a line that is missing: withheld from a whole file */
};

enum file_state {
    FILE_TO_COME, /* or being collected */
    FILE_LATE,
    FILE_MISSING,
    FILE_BROKEN_OFF, /* a part of it was handed over */
};

struct settlement_file {
    int32_t day; /* on which its cut-off lies */
    uint8_t state;
    uint8_t broken_off; /* what is being handed over breaks off ... */
    uint32_t stop;      /* ... within this line; else all of them */
    uint64_t cut_bits;  /* where in it */
    int64_t from_us;
    int64_t until_us;
    int64_t due_us;
    uint32_t count;
    uint32_t capacity;
    struct file_line *lines;
    struct settlement_sum payouts; /* in truth */
    struct settlement_sum returns;
    uint32_t error_count;
    uint32_t error_capacity;
    struct file_error *errors; /* by line */
    /* Orders that ended without a payment meanwhile, to be forgotten with it. */
    uint32_t finished_count;
    uint32_t finished_capacity;
    uint32_t *finished;
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

    struct settlement_file today; /* being collected */
    struct settlement_file *owed; /* by their days */
    uint32_t owed_count;
    uint32_t owed_capacity;
    uint32_t handing; /* of those owed, the one being handed over; NONE */

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

/* After HAPPENS_LIST a file may be handed over.  What is wrong with it and was not told yet,
 * one by one until it says false; and that it is over. */
bool house_next_error(struct house *h, int64_t now_us, uint32_t *cursor, struct fact *error);
void house_list_handed_over(struct house *h);
/* Is a file being handed over?  HAPPENS_LIST may come when there is none left. */
static inline bool house_hands_over(const struct house *h)
{
    return h->handing != NONE;
}
/* The file as bytes, in between: its summary, then its lines with the heading first, a piece
 * with each call; 0: there is no more. */
struct publishing {
    struct publisher publisher;
    uint32_t cursor;
    bool headed;
    bool over;
};

void house_publish_start(const struct house *h, struct publishing *p);
size_t house_publish_summary(const struct house *h, struct publishing *p,
                             char out[PUBLISHER_SUMMARY_MAX]);
size_t house_publish_line(const struct house *h, struct publishing *p,
                          char out[PUBLISHER_LINE_MAX]);
/* From now on nothing goes wrong: what is overdue comes. */
void house_heal(struct house *h, int64_t now_us, struct outbox *out);

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
    int64_t list_max_fen;  /* the settlement list has no room for more; 0: it has */
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

/* What the order says that is to be paid, and what really is. */
static inline int64_t house_ordered_fen(const struct house *h, const struct house_order *o)
{
    const struct fee_terms *fee = house_fee(h, o->service);
    return fee->in_net ? o->amount_fen + fee_of(fee, o->amount_fen) : o->amount_fen;
}

int64_t house_hidden_fen(const struct house *h, const struct house_order *o);
static inline int64_t house_payment_fen(const struct house *h, const struct house_order *o)
{
    return house_ordered_fen(h, o) + (o->moves == MOVES_ALL ? 0 : house_hidden_fen(h, o));
}

/* What the payee really gets. */
static inline int64_t house_moved_fen(const struct house *h, const struct house_order *o)
{
    return o->amount_fen + (o->moves == MOVES_ALL ? 0 : house_hidden_fen(h, o));
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
int64_t house_closing_us(const struct house *h, uint32_t session);
void house_pay_in_session(struct house *h, int64_t now_us, const struct house_order *o,
                          struct outbox *out);
void house_receive_in_session(struct house *h, int64_t receipt_fen);
void house_session_happens(struct house *h, int64_t now_us, const struct happening *what,
                           struct outbox *out);
void house_sessions_start(struct house *h, int64_t now_us, struct outbox *out);
void house_note_report(struct house *h, int64_t now_us);

/* house_file.c */
void house_files_init(struct house *h, int64_t now_us);
void house_files_free(struct house *h);
bool house_files_rest(const struct house *h); /* none with a line, or overdue, is owed */
/* A line of the day, of an order paid or come back in the session that is open,
 * and the fault that makes something else of it, or NULL. */
void house_file_add(struct house *h, uint32_t order, bool returned,
                    const struct fault_effect *effect);
/* An amount misprinted (misprint.h); never more than the file has room for. */
int64_t house_wrong_fen(const struct house *h, const struct house_order *o, uint32_t fault,
                        int64_t fen);
void house_file_forget_with(struct house *h, uint32_t order); /* it ended unpaid */
void house_file_cut_off(struct house *h, int64_t now_us, int32_t day, struct outbox *out);
/* Of the file that is handed over: the lines it has, true or not. */
bool house_next_line(const struct house *h, uint32_t *cursor, struct settlement_line *line);
struct settlement_line house_line_in_truth(const struct house *h, const struct file_line *l);
void house_file_happens(struct house *h, int64_t now_us, const struct happening *what,
                        struct outbox *out);

/* house_order.c */
struct house_order *house_find(const struct house *h, uint64_t id);
void house_pay_order(struct house *h, int64_t now_us, const struct order *o, struct outbox *out);
void house_query(struct house *h, int64_t now_us, const struct order *o, struct outbox *out);
void house_order_happens(struct house *h, int64_t now_us, const struct happening *what,
                         struct outbox *out);
void house_release_order(struct house *h,
                         uint32_t index); /* a happening or the list let go of it */
/* Sends a notice of `kind` about `subject`, or sends it again later if a fault
 * eats it; after the last time nobody hears it.  The happening comes back when
 * it is to be delivered, or, with NOTICE_AGAIN in arg, when it is to be sent
 * again. */
void house_send_notice(struct house *h, int64_t now_us, enum happening_kind kind, uint32_t subject,
                       uint64_t sends, const struct fault_subject *about, struct outbox *out);

/* house_lie.c: what it says that is not so */
enum fault_kind house_fault_of(const struct house *h, const struct house_order *o);
struct fault_subject house_about_order(const struct house_order *o);
/* An order that is about to be taken, and will be paid. */
void house_plan_payment(struct house *h, int64_t now_us, struct house_order *o);
/* The outcome as the house tells it; what is wrong with it is told as a fact with the first time.
 */
uint16_t house_tell_outcome(struct house *h, int64_t now_us, struct house_order *o,
                            struct outbox *out);
struct fact house_amount_error(const struct house *h, const struct house_order *o);

/* house_move.c */
void house_take_move(struct house *h, int64_t now_us, const struct order *o, struct outbox *out);
void house_query_move(struct house *h, int64_t now_us, const struct order *o, struct outbox *out);
void house_move_happens(struct house *h, int64_t now_us, const struct happening *what,
                        struct outbox *out);
void house_ask_report(struct house *h, int64_t now_us, const struct order *o, struct outbox *out);

#endif
