/* faults.h — what goes wrong, as the scenario says.
 *
 * Before it acts, a mock asks for the operation at hand.  A fault is armed by
 * an operation that meets its place, its window and its match; of those it
 * fires for a share, for the first n, for every n-th, or for all.  Draws are
 * keyed by the fault's id and the subject, so removing one fault moves no
 * other and a payout meets the same fault under every policy.
 *
 * Of several faults the first in the scenario's order acts; slow-downs
 * (latency) add to it.  Once stopped, no fault fires again; what they did stays.
 *
 * A settlement file is asked about twice: a line of it as the payment is made
 * (OPERATION_LINE), the file as a whole as it falls due (OPERATION_FILE).  In
 * scenarios both are called "file", and the kind says which is meant.  So it is
 * with an account's details: one of their lines is asked about as the money moves
 * (OPERATION_DETAIL), the answer as a whole when they are asked for.  And
 * with a payout: it is asked about as the order arrives (OPERATION_PAYOUT), once
 * it is sure to be paid (OPERATION_PAYMENT), and as its outcome is first told
 * (OPERATION_OUTCOME); the latter two are about what the house says that is not so.
 */
#ifndef MOCKS_FAULTS_H
#define MOCKS_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/window.h"
#include "core/gateway/codes.h"

enum fault_kind {
    FAULT_NONE,
    FAULT_LATENCY,           /* replies slower */
    FAULT_DOWN,              /* refused at once; known not sent */
    FAULT_TIMEOUT,           /* the order never arrives, no answer */
    FAULT_ERROR_CODE,        /* answers a code; definitive: not executed */
    FAULT_APPLIED_NO_REPLY,  /* executed; the house says nothing unless asked */
    FAULT_REJECTED_NO_REPLY, /* refused; the house says nothing unless asked */
    FAULT_LINE_MISSING,      /* the line of a payment, or of a movement, is left out */
    FAULT_LINE_EXTRA,        /* after it stands one of an order, or a movement, that there is not */
    FAULT_LINE_TWICE,
    FAULT_LINE_AMOUNT,        /* one fen off, or two digits swapped */
    FAULT_LINE_STATUS,        /* it says failed */
    FAULT_LINE_FEE,           /* as the amount */
    FAULT_FILE_LATE,          /* comes by_us later */
    FAULT_FILE_MISSING,       /* does not come */
    FAULT_FILE_TRUNCATED,     /* breaks off at a line; the whole file by_us later, if above 0 */
    FAULT_ACCEPT_THEN_RETURN, /* paid, and after_us later back, of which no notice tells */
    FAULT_WRONG_AMOUNT,       /* another amount moves than is told: as of a line */
    FAULT_WRONG_STATUS,       /* paid is told as failed with a code, failed as paid */
    FAULT_KINDS,
};

enum fault_operation {
    OPERATION_PAYOUT,
    OPERATION_QUERY,
    OPERATION_QUOTA,
    OPERATION_NOTICE,
    OPERATION_PREFUND,
    OPERATION_RETURN,
    OPERATION_ADJUST,
    OPERATION_SETTLEMENT,
    OPERATION_TRANSFER,
    OPERATION_BALANCE,
    OPERATION_DETAILS,
    OPERATION_FILE,
    OPERATION_LINE,    /* of a file */
    OPERATION_DETAIL,  /* a line of an account's statement */
    OPERATION_PAYMENT, /* of a payout */
    OPERATION_OUTCOME, /* of a payout, told for the first time */
    OPERATIONS,
};

enum fault_choice {
    CHOOSE_ALL,
    CHOOSE_SHARE, /* share_ppm */
    CHOOSE_FIRST, /* n */
    CHOOSE_EVERY, /* n */
};

struct fault_spec {
    uint8_t kind;      /* enum fault_kind */
    uint8_t operation; /* enum fault_operation */
    uint8_t house;     /* an institution's number (core.h) */
    uint8_t choice;    /* enum fault_choice */
    uint16_t code;     /* of that house's table, or the banks' */
    uint16_t pad;
    uint32_t key; /* from the id */
    uint32_t merchants_known;
    int64_t share_ppm;
    uint64_t n;
    struct window window;
    int32_t business; /* -1: any */
    int32_t bank;     /* -1: any */
    int64_t min_fen;
    int64_t max_fen;          /* 0: no upper limit */
    const uint8_t *merchants; /* one byte a merchant: does it match?  NULL: any */
    int64_t by_ppm;           /* latency times this */
    int64_t by_us;            /* plus this */
    int64_t truth_after_us;   /* until then a query answers "processing" */
    int64_t applied_ppm;      /* share executed although the answer is an unknown code */
    int64_t after_us;         /* accept_then_return: 0: the next working day */
};

struct fault_count {
    uint64_t armed;
    uint64_t fired;
    int64_t first_us; /* when it fired first and last; nothing while fired is 0 */
    int64_t last_us;
};

struct faults {
    const struct fault_spec *specs; /* the caller's */
    struct fault_count *counts;     /* the caller's */
    uint32_t count;
    uint8_t stopped;
    uint8_t calendar; /* enum calendar */
    uint64_t seed;
};

/* What the operation is about. */
struct fault_subject {
    uint64_t reference;
    uint32_t attempt;
    uint8_t business;
    uint8_t bank;
    uint32_t merchant;
    int64_t amount_fen;
    bool of_payout; /* else business, bank, merchant and amount mean nothing */
};

struct fault_effect {
    uint32_t index;                /* of the fault that acts, if any */
    const struct fault_spec *acts; /* NULL: none but slow-downs */
    int64_t latency_ppm;
    int64_t latency_us;
};

struct fault_effect faults_ask(struct faults *f, enum fault_operation operation, uint32_t house,
                               int64_t now_us, const struct fault_subject *about);

/* At most LATENCY_MAX_US. */
int64_t fault_slowed_us(const struct fault_effect *effect, int64_t latency_us);

bool fault_possible(enum fault_operation operation, enum fault_kind kind);
static inline bool fault_of_line(enum fault_kind kind)
{
    return fault_possible(OPERATION_LINE, kind);
}
/* What is asked about where a scenario puts that kind at `place`. */
enum fault_operation fault_asked_at(enum fault_operation place, enum fault_kind kind);
const char *fault_kind_name(enum fault_kind kind);
const char *fault_operation_name(enum fault_operation operation);

#endif
