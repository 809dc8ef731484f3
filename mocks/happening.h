/* happening.h — what will happen in the world at a given time.
 *
 * A mock never waits and never calls back: it says what is to happen when, and
 * is told when that time has come.  A happening is data, {when, what, where,
 * about what}; it may be out of date when it comes, and then nothing happens.
 */
#ifndef MOCKS_HAPPENING_H
#define MOCKS_HAPPENING_H

#include <stdbool.h>
#include <stdint.h>

enum happening_kind {
    HAPPENS_REPLY,             /* subject: the house's order */
    HAPPENS_NOT_SENT,          /* arg: order id; the connection was refused */
    HAPPENS_FINAL,             /* subject: the house's order; paid or failed */
    HAPPENS_NOTICE,            /* subject: the house's order, arg: sends so far */
    HAPPENS_QUERY_REPLY,       /* arg: order id; code: the query's own failure, or 0 */
    HAPPENS_RETURN,            /* subject: the house's order comes back */
    HAPPENS_RETURN_NOTICE,     /* subject: the house's order, arg: sends so far */
    HAPPENS_RECEIPT_NOTICE,    /* subject: the house's receipt record, arg: sends so far */
    HAPPENS_MOVE_DUE,          /* subject: the house's move; done or refused, then answered */
    HAPPENS_MOVE_REPLY,        /* subject: the house's move */
    HAPPENS_MOVE_QUERY_REPLY,  /* arg: order id */
    HAPPENS_REPORT,            /* the quota report arrives */
    HAPPENS_SESSION_CLOSE,     /* housekeeping: goes on for ever */
    HAPPENS_SETTLEMENT,        /* subject: session */
    HAPPENS_CLOSE_TOLD,        /* subject: session, arg: all its receipts; code 1: it was empty */
    HAPPENS_SETTLEMENT_TOLD,   /* subject: session, arg: the net; code 1: it was empty */
    HAPPENS_LIST,              /* subject: day; its file is due.  arg 1: what is overdue comes */
    HAPPENS_FEES,              /* housekeeping: each midnight */
    HAPPENS_FEES_TOLD,         /* arg: amount */
    HAPPENS_MOVEMENT_NOTICE,   /* subject: account, arg: its movement << 33, sends so far */
    HAPPENS_REMITTANCE_REPLY,  /* subject: the remittance */
    HAPPENS_REMITTANCE_UNSENT, /* arg: order id, code: the answer; there is no remittance of it */
    HAPPENS_REMITTANCE_FINAL,  /* subject: the remittance */
    HAPPENS_REMITTANCE_NOTICE, /* subject: the remittance, arg: sends so far */
    HAPPENS_REMITTANCE_QUERY_REPLY, /* arg: order id; code: the query's own failure */
    HAPPENS_BALANCE,                /* subject: account; its balance is reported */
    HAPPENS_DETAILS,                /* subject: account, arg: after which number */
    HAPPENS_HISTORY,                /* subject: account, arg: day */
    HAPPENS_OWN_LINE,               /* subject: which of what institutions book by themselves */
    HAPPENING_KINDS,
};

/* In arg of a notice, with the count of sends in the 32 bits below: send it
 * again.  The bits above are the notice's own. */
#define NOTICE_AGAIN (UINT64_C(1) << 32)

struct happening;
/* Goes on for ever, or tells that nothing was: no run waits for it. */
bool happening_is_housekeeping(const struct happening *what);

struct happening {
    int64_t at_us;
    uint8_t kind;  /* enum happening_kind */
    uint8_t house; /* an institution's number (core.h); a clearing house's is its channel */
    uint16_t code;
    uint32_t subject;
    uint64_t arg;
};

#endif
