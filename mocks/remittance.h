/* remittance.h — orders to move money between two accounts, as whoever carries them out keeps them.
 *
 *     arrives --> REFUSED                   nothing moved, nothing ever will
 *        |
 *        +-----> UNDER_WAY --> DONE         the money is in `to_account`
 *                    |
 *                    +-------> FAILED       it is in `account`, or back there
 *
 * What is common to banks (bank.h) and to UnionPay's funds services (funds.h):
 * an order is decided the moment it arrives, in the words of its remitter; the
 * same id again is a duplicate and changes nothing; a fault may turn the
 * decision, or the answer.  The last REMITTANCES_KEPT are remembered.
 */
#ifndef MOCKS_REMITTANCE_H
#define MOCKS_REMITTANCE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/hours.h"
#include "core/base/idmap.h"
#include "core/core.h"
#include "mocks/distribution.h"
#include "mocks/draw.h"
#include "mocks/faults.h"
#include "mocks/outbox.h"
#include "mocks/statement.h"

enum { CODE_SHARES_MAX = 16, REMITTANCES_KEPT = 1 << 16 };

struct code_share {
    uint16_t code;
    int64_t share_ppm;
};

/* Of one service that moves money between accounts. */
struct transfer_terms {
    struct hours hours;
    int64_t per_payout_max_fen; /* 0: no limit */
    struct fee_terms fee;       /* of what was done; always through the fee account */
    struct latency reply;
    struct latency final;
    uint32_t code_count;
    struct code_share codes[CODE_SHARES_MAX];
    int64_t returned_ppm; /* of bank transfers: sent back by the payee's bank */
};

enum remittance_state {
    REMITTANCE_UNDER_WAY = 1,
    REMITTANCE_DONE,
    REMITTANCE_FAILED,  /* taken, then failed; code says why */
    REMITTANCE_REFUSED, /* never taken; code says why */
};

enum {
    REMITTANCE_SILENT = 1,    /* says nothing unless asked */
    REMITTANCE_REPLIED = 2,   /* the reply's time has come */
    REMITTANCE_WILL_FAIL = 4, /* code says why */
};

struct remittance {
    uint64_t id;
    int64_t amount_fen;
    int64_t truth_us; /* before this a query answers "under way" */
    int64_t taken_us;
    int64_t ended_us;
    uint16_t code;       /* why it failed, will fail, or was refused */
    uint16_t reply_code; /* what a fault or a drawn code makes the reply say, if set */
    uint8_t institution;
    uint8_t service; /* enum leg_service */
    uint8_t account;
    uint8_t to_account;
    uint8_t state; /* enum remittance_state */
    uint8_t flags;
    uint8_t attempt;
    uint8_t waiting; /* happenings that still name it */
};

struct remittances {
    struct remittance *items; /* ring */
    struct idmap map;
    struct idmap_slot *slots;
    uint64_t count; /* ever taken in */
    uint32_t under_way;
};

/* How a remitter words its answers. */
struct remitter_words {
    uint16_t ok; /* taken; as an outcome: done; of a query: it worked */
    uint16_t processing;
    uint16_t not_found;
    uint16_t duplicate;
    uint16_t too_old;
    uint16_t closed; /* outside the hours */
    uint16_t over_limit;
    uint16_t busy;
    uint16_t declined; /* refused for a reason of its own */
};

/* A bank, or UnionPay's funds services; all is the world's. */
struct remitter {
    uint8_t institution;
    enum channel channel; /* whose codes it speaks; CHANNEL_NONE: the banks' */
    enum calendar calendar;
    uint64_t seed;
    const struct remitter_words *words;
    struct statements *statements;
    struct faults *faults;
    struct remittances *remittances;
};

void remittances_init(struct remittances *all);
void remittances_free(struct remittances *all);

/* An order reaches the remitter.  NULL: there is no more to do.  Else the new
 * remittance, whose reply is due later, for remittance_decide(); and in *fault
 * what may turn it. */
struct remittance *remittance_arrives(struct remitter *r, int64_t now_us, const struct order *o,
                                      enum fault_operation operation,
                                      const struct transfer_terms *terms,
                                      const struct fault_spec **fault, struct outbox *out);
/* `says` is the remitter's own verdict on what it knows for sure.  True: taken,
 * and under way; the caller makes it so. */
bool remittance_decide(struct remitter *r, int64_t now_us, struct remittance *m,
                       const struct transfer_terms *terms, uint16_t says,
                       const struct fault_spec *fault);
void remittance_ends(struct remitter *r, int64_t now_us, struct remittance *m,
                     enum remittance_state state, uint16_t code);
/* When it ends, were it up to the remitter alone. */
int64_t remittance_final_us(const struct remitter *r, int64_t now_us, const struct remittance *m,
                            const struct transfer_terms *terms);

void remittance_query(struct remitter *r, int64_t now_us, const struct order *o,
                      const struct latency *latency, struct outbox *out);
/* HAPPENS_REMITTANCE_REPLY, _UNSENT and _QUERY_REPLY. */
void remittance_happens(struct remitter *r, int64_t now_us, const struct happening *what,
                        struct outbox *out);

struct remittance *remittance_find(const struct remitter *r, uint64_t id);
uint32_t remittance_index(const struct remitter *r, const struct remittance *m);
/* What a query or a notice says of it. */
uint16_t remittance_outcome(const struct remitter *r, const struct remittance *m, int64_t now_us);
void remittance_schedule(const struct remitter *r, struct remittance *m, int64_t at_us,
                         enum happening_kind kind, struct outbox *out);
void remittance_let_go(struct remittance *m); /* a happening that named it has happened */

static inline struct draw_key remittance_key(const struct remitter *r, enum draw_purpose purpose,
                                             uint64_t id, uint32_t attempt)
{
    return (struct draw_key){.seed = r->seed,
                             .subject = id,
                             .purpose = (uint32_t)purpose,
                             .detail = attempt << 8 | r->institution};
}

#endif
