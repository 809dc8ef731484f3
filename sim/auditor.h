/* auditor.h — checks the invariants, in every run, from facts and the mocks' books alone.
 *
 * It keeps models of its own, slow and simple, in other code than the core's
 * and the mocks': the truth and the belief of each channel folded from facts,
 * a ledger folded from entries, the queue as a plain ordered list.  After each
 * event it checks what the event touched, and from time to time everything.
 * Nothing here decides anything; a broken invariant is counted and the first
 * one described.
 *
 * `checked` counts checks that could have failed: a payout sent while no other
 * waited says nothing about the order, and is not counted.
 */
#ifndef SIM_AUDITOR_H
#define SIM_AUDITOR_H

#include <stdbool.h>
#include <stdint.h>

#include "core/core.h"
#include "mocks/world.h"

enum invariant {
    INVARIANT_LEDGER_BALANCES,
    INVARIANT_PAID_ONCE,
    INVARIANT_ONE_STATE,
    INVARIANT_WORLD_BALANCES,
    INVARIANT_IDENTITIES,
    INVARIANT_BELIEF_BELOW_TRUTH,
    INVARIANT_NEVER_OVERDRAWN,
    INVARIANT_BELIEF_IS_TRUTH_AT_REST,
    INVARIANT_QUEUE_ORDER,
    INVARIANT_REASONS,
    INVARIANT_TRANSFERS,
    INVARIANT_NO_BOUNCE,
    INVARIANT_WAITS_ADD_UP,
    INVARIANTS,
};

struct invariant_count {
    uint64_t checked;
    uint64_t broken;
};

struct auditor; /* owns memory */

/* full_every: events between full recomputations; 0: as cost allows. */
struct auditor *auditor_create(const struct core_config *config, const struct world *world,
                               uint64_t full_every);
void auditor_free(struct auditor *a);

/* Before the core hears it: facts do not say whose a payout is. */
void auditor_request(struct auditor *a, const struct input *requested);
void auditor_fact(struct auditor *a, const struct fact *f);
void auditor_after_event(struct auditor *a, int64_t now_us);
/* What somebody else checked so far, with the first that did not hold. */
void auditor_take_over(struct auditor *a, enum invariant which, uint64_t checked, uint64_t broken,
                       const char *first);
/* At the end: every payout final; if at rest, belief is truth. */
void auditor_finish(struct auditor *a, int64_t now_us, bool at_rest);

const char *invariant_name(enum invariant which);
const struct invariant_count *auditor_counts(const struct auditor *a);
bool auditor_broken(const struct auditor *a);
const char *auditor_first(const struct auditor *a); /* "" if none broke */

/* The first break in parts.  The detail is for whoever mends the program: it
 * speaks of facts and fen, and English. */
struct first_break {
    enum invariant which;
    int64_t at_us;
    uint64_t event;
    const char *detail; /* the auditor's */
};
const struct first_break *auditor_first_break(const struct auditor *a); /* if one broke */
/* Payments of a reference that was paid; apart, those after the house had said of
 * the earlier one that it failed. */
uint64_t auditor_paid_twice(const struct auditor *a);
/* What was posted to a book, debits less credits. */
int64_t auditor_posted_fen(const struct auditor *a, uint32_t book);
uint64_t auditor_paid_twice_by_lie(const struct auditor *a);
uint64_t auditor_open_payouts(const struct auditor *a);
uint64_t auditor_open_moves(const struct auditor *a);

/* --- between the auditor's own files --------------------------------------- */

struct auditor_queue;
struct auditor_queue *auditor_queue_create(const struct core_config *config);
void auditor_queue_free(struct auditor_queue *q);
void auditor_queue_fact(struct auditor_queue *q, const struct fact *f); /* after it was judged */
void auditor_queue_requested(struct auditor_queue *q, const struct fact *requested);
void auditor_queue_put(struct auditor_queue *q, const struct fact *queued);
/* False: it was so before, which is no news. */
bool auditor_queue_hold(struct auditor_queue *q, const struct fact *held_or_released);
bool auditor_queue_deny(struct auditor_queue *q, const struct fact *denied);
void auditor_queue_remove(struct auditor_queue *q, uint32_t slot);
/* Call before removing what was sent.  False: something eligible stood before
 * it, described in `why`.  *others: whether anything else waited there.  Of a
 * pool, `lent_fen` is what the other channel stands in for beyond the available. */
bool auditor_queue_may_send(struct auditor_queue *q, const struct fact *sent, int64_t lent_fen,
                            bool *others, char *why, size_t why_size);
/* The reason for the channel is one that can be, by what the queue knows. */
bool auditor_queue_routed(const struct auditor_queue *q, const struct fact *sent);
uint32_t auditor_queue_count(const struct auditor_queue *q);

struct auditor_breakers; /* NULL: there are no breakers */
struct auditor_breakers *auditor_breakers_create(const struct core_config *config);
void auditor_breakers_free(struct auditor_breakers *b);
void auditor_breakers_request(struct auditor_breakers *b, const struct input *in);
bool auditor_breakers_wants(enum fact_kind kind);
/* Returns how many checks it made; the last that did not hold is in `why`. */
uint32_t auditor_breakers_fact(struct auditor_breakers *b, const struct fact *f, char *why,
                               size_t why_size);

struct auditor_transfers;
struct auditor_transfers *auditor_transfers_create(void);
void auditor_transfers_free(struct auditor_transfers *t);
/* Each returns how many checks it made; the first that did not hold is in `why`,
 * which the caller gives empty. */
uint32_t auditor_transfers_fact(struct auditor_transfers *t, const struct fact *f, char *why,
                                size_t why_size);
uint32_t auditor_transfers_at_rest(struct auditor_transfers *t, char *why, size_t why_size);

#endif
