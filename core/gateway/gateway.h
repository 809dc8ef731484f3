/* gateway.h — the one vocabulary spoken to every gateway.
 *
 * An order is what the treasury asks of a gateway.  An input is a fact that
 * reached the treasury: a request of the business, an answer, a notice, a line
 * of a list, or the passing of time.  Both are plain data and contain no
 * padding, so they can be recorded and compared byte by byte.
 *
 * A reference is the 128-bit name that the business gives a payout, once and
 * for ever.  An order id is given by the treasury to each attempt, and to each
 * leg of a quota move; gateways know orders by it and recognise a repetition.
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
 * sent_us, whatever else they think of it; so an order absent from a complete
 * list was not accepted and never will be. */
#define ORDER_AGE_MAX_US (INT64_C(600) * 1000000)

enum order_kind {
    ORDER_PAY,
    ORDER_QUERY,        /* what became of the payout with this id? */
    ORDER_INCREASE,     /* raise the mapped quota out of the unallocated balance */
    ORDER_DECREASE,     /* lower it */
    ORDER_QUERY_MOVE,   /* what became of the increase or decrease with this id? */
    ORDER_REPORT_QUOTA, /* what are mapped and available, as you show them? */
};

struct order {
    uint8_t kind;    /* enum order_kind */
    uint8_t channel; /* enum channel */
    uint8_t business;
    uint8_t bank;    /* the payee's */
    uint8_t attempt; /* of a payout, 1 for the first; of a query or a leg, how often sent */
    uint8_t pad[3];
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
    INPUT_KINDS,
};

/* Which members matter, by kind:
 *
 *   PAYOUT_REQUESTED   reference amount_fen business bank merchant user priority routes
 *   PAYOUT_CANCELLED   reference
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
 *   LIST_LINE          channel id reference session amount_fen, flag 1: a returned payment
 *   LIST_ENDED         channel
 *
 * Answers, notices and lines carry the reference too where the gateway knows
 * the order: what they say of a finished payout is understood by it alone.
 */
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
    uint32_t pad;
    uint64_t id;
    int64_t amount_fen;
    int64_t other_fen;
    int64_t at_us;
    struct reference reference;
};

_Static_assert(sizeof(struct order) == 56, "an order has padding");
_Static_assert(sizeof(struct input) == 80, "an input has padding");

#endif
