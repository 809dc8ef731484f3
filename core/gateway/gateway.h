/* gateway.h — the one vocabulary spoken to every gateway.
 *
 * An order is what the treasury asks of a gateway.  An input is a fact that
 * reached the treasury: a request of the business, an answer, a notice, a line
 * of a list, or the passing of time.  Both are plain data and contain no
 * padding, so they can be recorded and compared byte by byte.
 *
 * A reference is the 128-bit name that the business gives a payout, once and
 * for ever.  An order id is given by the treasury to each attempt, to each leg
 * of a quota move and to each leg of a transfer; gateways know orders by it and
 * recognise a repetition.
 *
 * A clearing session is named by its day (civil.h) times the sessions of a day,
 * plus its place among them; the day is that of its closing, whose list has it.
 *
 * An account is named by its index in the registry.  Its movements are numbered
 * by whoever keeps it, from 1, without a gap: the same movement has the same
 * number in a pushed notice and in a queried detail.
 */
#ifndef CORE_GATEWAY_GATEWAY_H
#define CORE_GATEWAY_GATEWAY_H

#include <stdint.h>

#include "core/gateway/codes.h"

struct reference {
    uint64_t hi;
    uint64_t lo;
};

/* Channels refuse an order that reaches them later than this after its
 * sent_us, whatever else they think of it; so one that nobody had by the end of
 * a complete list was not accepted and never will be. */
#define ORDER_AGE_MAX_US (INT64_C(600) * 1000000)

#define ACCOUNT_NONE UINT8_C(255)

enum order_kind {
    ORDER_PAY,
    ORDER_QUERY,          /* what became of the payout, or of the leg, with this id? */
    ORDER_INCREASE,       /* raise the mapped quota out of the unallocated balance */
    ORDER_DECREASE,       /* lower it */
    ORDER_QUERY_MOVE,     /* what became of the increase or decrease with this id? */
    ORDER_REPORT_QUOTA,   /* what are mapped and available, as you show them? */
    ORDER_TRANSFER,       /* move money from account to to_account, by `service` */
    ORDER_REPORT_BALANCE, /* what is the balance of account? */
    ORDER_LIST_DETAILS,   /* the movements of account after number `id`, oldest first */
    ORDER_REPORT_HISTORY, /* what day `id` (civil.h) of account came to */
};

/* Who carries out one leg of a transfer, and how.  The answers to a leg's order
 * are those of a payout: PAY_ANSWERED, QUERY_ANSWERED, OUTCOME_NOTIFIED. */
enum leg_service {
    SERVICE_NONE,    /* not a leg: a payout to a customer */
    SERVICE_BANK,    /* ORDER_TRANSFER to the bank of `account`: debited when it answers
                      * accepted, credited when the outcome is success; a failure after
                      * acceptance has brought the money back to `account` */
    SERVICE_PREFUND, /* 备款: UnionPay pulls from a reported bank account to a virtual ID */
    SERVICE_RETURN,  /* 回款: UnionPay pays from a virtual ID to ACS or a reported account */
    SERVICE_ADJUST,  /* 调账: between virtual IDs */
    SERVICE_PAYOUT,  /* ORDER_PAY at NetsUnion to an account of ours (代付); takes quota */
    SERVICE_SETTLEMENT, /* ORDER_PAY at UnionPay, merchant-funds settlement (商户资金结算); the same
                         */
    SERVICES,
};

struct order {
    uint8_t kind;    /* enum order_kind */
    uint8_t channel; /* enum channel */
    uint8_t business;
    uint8_t bank;       /* the payee's */
    uint8_t attempt;    /* of a payout, 1 for the first; of a query or a leg, how often sent */
    uint8_t service;    /* enum leg_service */
    uint8_t account;    /* of a leg, a balance, details */
    uint8_t to_account; /* of a leg */
    uint32_t merchant;
    uint32_t user;
    uint64_t id;
    int64_t amount_fen;
    int64_t sent_us; /* part of the order's identity: a repetition keeps it */
    struct reference reference;
};

enum input_kind {
    INPUT_TICKED,
    INPUT_PAYOUT_REQUESTED,
    INPUT_PAYOUT_CANCELLED, /* the operator asks for it */
    INPUT_PAYOUT_HELD,      /* the operator wants it to wait in the queue */
    INPUT_PAYOUT_RELEASED,  /* and lets it go again */
    INPUT_BREAKER_FORCED,   /* the operator opens or closes a breaker by force */
    INPUT_MOVE_REQUESTED,   /* the operator asks to move quota */
    INPUT_PAY_ANSWERED,     /* the answer to ORDER_PAY */
    INPUT_QUERY_ANSWERED,   /* the answer to ORDER_QUERY */
    INPUT_OUTCOME_NOTIFIED, /* pushed: how a payout ended */
    INPUT_RECEIPT_NOTIFIED, /* pushed: collections of one session, count and sum */
    INPUT_RETURN_NOTIFIED,  /* pushed: the payee's bank sent a payment back (退汇) */
    INPUT_MOVE_ANSWERED,    /* the answer to ORDER_INCREASE, ORDER_DECREASE, ORDER_QUERY_MOVE */
    INPUT_QUOTA_REPORTED,   /* the answer to ORDER_REPORT_QUOTA */
    INPUT_SESSION_CLOSED,
    INPUT_SESSION_SETTLED,
    INPUT_FEES_CHARGED, /* a day's fees left the fee account */
    INPUT_LIST_OPENED,  /* the settlement list of one day, lines follow */
    INPUT_LIST_LINE,
    INPUT_LIST_ENDED,
    INPUT_TRANSFER_REQUESTED, /* the operator asks to move money between accounts */
    INPUT_REFRESH_REQUESTED,  /* the operator asks to refresh an account now */
    INPUT_ACCOUNT_REGISTERED, /* the operator registers, changes, closes an account */
    INPUT_ACCOUNT_CHANGED,
    INPUT_ACCOUNT_CLOSED,
    INPUT_RULES_SUSPENDED,  /* the operator stops transfers by rule, or lets them go on */
    INPUT_BALANCE_REPORTED, /* the answer to ORDER_REPORT_BALANCE */
    INPUT_MOVEMENT_TOLD,    /* one movement of an account: a pushed notice, or a detail */
    INPUT_DETAILS_ENDED,    /* the answer to ORDER_LIST_DETAILS is complete */
    INPUT_HISTORY_REPORTED, /* the answer to ORDER_REPORT_HISTORY */
    INPUT_BREAK_ADJUSTED,   /* the operator proposes to book a break away, or to write it off */
    INPUT_BREAK_WRITTEN_OFF,
    INPUT_BREAK_APPROVED, /* another agrees */
    INPUT_KINDS,
};

/* Which members matter, by kind:
 *
 *   PAYOUT_REQUESTED   reference amount_fen business bank merchant user priority routes
 *                      breakers (bit b: breaker b watches it)
 *   PAYOUT_CANCELLED   reference
 *   PAYOUT_HELD        reference
 *   PAYOUT_RELEASED    reference
 *   BREAKER_FORCED     code (breaker) flag (FORCED_OPEN, FORCED_EVERY) id (key) at_us (until, or 0)
 *   MOVE_REQUESTED     channel (to), from, amount_fen; CHANNEL_NONE is unallocated
 *   PAY_ANSWERED       channel id code session (paid)
 *   QUERY_ANSWERED     channel id code (of the query itself) outcome (of the order) session (paid)
 *   OUTCOME_NOTIFIED   channel id code (as outcome) session (paid)
 *   RECEIPT_NOTIFIED   channel session count amount_fen (less the fee) other_fen (fee in the net)
 *   RETURN_NOTIFIED    channel session id reference amount_fen
 *   MOVE_ANSWERED      channel id code
 *   QUOTA_REPORTED     channel at_us (as of) amount_fen (available) other_fen (mapped)
 *   SESSION_CLOSED     channel session other_fen (all its receipts)
 *   SESSION_SETTLED    channel session amount_fen (the net: receipts less payments)
 *                      other_fen (all its receipts)
 *   FEES_CHARGED       channel amount_fen
 *   LIST_OPENED        channel other_fen (its beginning, a moment) at_us (cut-off) count
 *                      amount_fen (total of all lines)
 *   LIST_LINE          channel id reference session amount_fen (with a fee in the net) other_fen
 *                      (the fee) flag (LIST_LINE_RETURNED, LIST_LINE_FAILED)
 *   LIST_ENDED         channel flag 1: it breaks off in the middle; the whole list comes later
 *   TRANSFER_REQUESTED account to_account amount_fen
 *   REFRESH_REQUESTED  account
 *   ACCOUNT_REGISTERED account
 *   ACCOUNT_CHANGED    account code (interface) amount_fen (keep) flag (ACCOUNT_DIRECT_LINK...)
 *   ACCOUNT_CLOSED     account
 *   RULES_SUSPENDED    flag 1: stops them; what has begun goes on
 *   BALANCE_REPORTED   account at_us (as of) amount_fen
 *   MOVEMENT_TOLD      account count (its number) id (of our order, or 0) amount_fen (in: above
 *                      zero) other_fen (balance after it) at_us (when it was booked)
 *                      flag (MOVEMENT_PUSHED, MOVEMENT_OF_SESSION) channel session (of a net)
 *                      code (the line's own, or 0); merchant and user: bit i: its counterparty,
 *                      its remark has what tagging rule i asks for (core/edge/remark.h)
 *   DETAILS_ENDED      account count (the last number of the page, given or not) other_fen (the
 *                      balance after that) flag 1: there is more to ask for
 *   HISTORY_REPORTED   account code at_us (the day's beginning) other_fen (opening) amount_fen
 *                      (closing) count, session (how many came in, went out), reference.hi,
 *                      reference.lo (what they came to); the figures with a code of success alone
 *
 *   BREAK_ADJUSTED     count (the break's number) user (who) flag (DECIDED_PAID, ...)
 *   BREAK_WRITTEN_OFF  as above
 *   BREAK_APPROVED     as above; not the one who proposed it (经办/复核)
 *
 * Answers, notices and lines carry the reference too where the gateway knows
 * the order: what they say of a finished payout is understood by it alone.
 */
enum { MOVEMENT_PUSHED = 1, MOVEMENT_OF_SESSION = 2 };
enum { FORCED_OPEN = 1, FORCED_EVERY = 2 };
enum { LIST_LINE_RETURNED = 1, LIST_LINE_FAILED = 2 };
enum { DECIDED_NOTHING, DECIDED_PAID, DECIDED_NOT_PAID }; /* of the payment a break is about */

struct input {
    uint8_t kind;    /* enum input_kind */
    uint8_t channel; /* enum channel */
    uint8_t business;
    uint8_t bank;
    uint16_t code;
    uint16_t outcome;
    uint8_t priority; /* the merchant's, 1 first */
    uint8_t routes;   /* bit c: channel c may be used */
    uint8_t from;     /* enum channel */
    uint8_t flag;
    uint32_t session;
    uint32_t count;
    uint32_t merchant;
    uint32_t user;
    uint8_t account; /* index in the registry */
    uint8_t to_account;
    uint16_t breakers;
    uint64_t id;
    int64_t amount_fen;
    int64_t other_fen;
    int64_t at_us;
    struct reference reference;
};

_Static_assert(sizeof(struct order) == 56, "an order has padding");
_Static_assert(sizeof(struct input) == 80, "an input has padding");

#endif
