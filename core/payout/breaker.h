/* breaker.h — when to stop sending what keeps failing, and when to try it again.
 *
 * A breaker watches the calls of many keys of one kind: a business, a merchant,
 * a user, a channel, a bank behind a channel.  Each key has a state of its own.
 *
 *                    trips                     t > t0 + wait
 *        CLOSED ──────────────► OPEN ──────────────────────► HALF_OPEN
 *          ▲                     ▲                              │ │
 *          │                     └── probes failed or overdue ──┘ │
 *          └──────────────────────── probes passed ───────────────┘
 *
 * A call is one attempt to send a payout.  It completes once, as a success, a
 * failure, or ignored: then it counts for nothing.  It is slow if it took
 * strictly longer than slow_after.
 *
 * CLOSED admits all.  It trips after a completed call iff
 *     completed >= min_calls and failed / completed >= failure_ppm, or
 *     the last `consecutive` completed calls failed, or
 *     completed >= min_calls and slow / completed >= slow_ppm,
 * told in this order, over the last window_calls calls or the last
 * window_seconds whole seconds, the running one included.  It trips after
 * sending iff the count or the amount sent within `within` reached its limit.
 *
 * OPEN, since t0, admits nothing while t <= t0 + wait; the k-th opening in a
 * row waits min(open_max, open_for x multiplier^(k-1)).  A close ends the row.
 *
 * HALF_OPEN admits at most `probes` calls, those not counted that were ignored.
 * After min(min_calls, probes) of them were answered it opens again if the
 * shares are reached (without failure_ppm: if one failed), else it closes.  It
 * opens again, too, when t > t1 + probe_deadline and a probe is unanswered, t1
 * being when the first of an unbroken row of probes was sent.
 *
 * FORCED_OPEN and FORCED_CLOSED, by the operator, admit nothing and all, while
 * t <= until; then the first is half open, the second closed.
 *
 * Calls are numbered as they are sent.  A state knows how many were sent before
 * it began, and answers to those change nothing but their payout.  Every state
 * begins with empty windows.
 *
 * A key that was never heard of is closed.  Keys are kept in a pool; when it is
 * full, the closed key that was used longest ago is forgotten; if none is
 * closed, the new one is not watched.  Nothing is refused for want of room.
 *
 * Within `within`, amounts are summed by buckets of whole seconds, of which
 * there are at most VELOCITY_BUCKETS: the oldest one leaves as a whole.
 */
#ifndef CORE_PAYOUT_BREAKER_H
#define CORE_PAYOUT_BREAKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/heap.h"
#include "core/base/idmap.h"
#include "core/base/pool.h"
#include "core/gateway/effects.h"

enum {
    BREAKER_CALLS_MAX = 1000,
    BREAKER_SECONDS_MAX = 600,
    BREAKER_PROBES_MAX = 1000,
    BREAKER_KEYS_MAX = 1 << 20,
    VELOCITY_BUCKETS = 60,
    VELOCITY_SECONDS_MAX = 86400,
};

enum breaker_kind {
    BREAKER_BUSINESS,
    BREAKER_MERCHANT,
    BREAKER_USER,
    BREAKER_ROUTE,
    BREAKER_ROUTE_BANK,
    BREAKER_KINDS,
};

/* The key of a bank behind a channel. */
#define BREAKER_BANK_OF(channel, bank) ((uint32_t)(channel) << 8 | (bank))

/* 0 means none, except where a comment says otherwise. */
struct breaker_terms {
    uint8_t kind;     /* enum breaker_kind */
    uint8_t channels; /* of a route: bit c, channel c is watched */
    uint16_t pad;
    uint32_t keys; /* kept at most; at least 1 */
    uint32_t window_calls;
    uint32_t window_seconds; /* at most one of the two windows */
    uint32_t min_calls;      /* 0 counts as 1 */
    uint32_t consecutive;
    uint32_t velocity_count;
    uint32_t velocity_seconds;
    uint32_t probes; /* at least 1 */
    uint32_t pad2;
    int64_t failure_ppm;
    int64_t slow_ppm;
    int64_t slow_after_us;
    int64_t velocity_fen;
    int64_t open_for_us; /* at least 1 */
    int64_t open_max_us;
    int64_t open_multiplier_ppm; /* at least PPM */
    int64_t probe_deadline_us;   /* at least 1 */
    uint64_t banks[CHANNELS][4]; /* of a bank behind a route: bit i, bank i is watched */
};

enum breaker_state {
    BREAKER_CLOSED,
    BREAKER_OPEN,
    BREAKER_HALF_OPEN,
    BREAKER_FORCED_OPEN,
    BREAKER_FORCED_CLOSED,
};

enum breaker_outcome {
    BREAKER_SUCCESS,
    BREAKER_FAILURE,
    BREAKER_IGNORED,
};

/* What is kept of a key; its windows lie behind it. */
struct breaker_key {
    uint32_t value; /* which business, merchant, ... */
    uint32_t began; /* calls sent before its state began */
    uint32_t older; /* closed keys, by use; of a free one: the pool's link */
    uint32_t newer;
    uint32_t in_a_row;  /* completed calls that failed, back to the last that did not */
    uint32_t completed; /* in the window; of the probes, in all */
    uint32_t failed;
    uint32_t slow;
    uint32_t granted;  /* probes admitted, less those ignored */
    uint32_t at;       /* the window's next place */
    uint32_t sent;     /* within `within` */
    uint16_t openings; /* in a row */
    uint8_t state;     /* enum breaker_state */
    uint8_t pad;
    uint32_t round; /* of its timer */
    uint32_t pad2;
    int64_t sent_fen;
    int64_t second;   /* the newest of the window */
    int64_t bucket;   /* the newest of `within` */
    int64_t until_us; /* its state lasts while t <= until; NEVER: until something happens */
};

struct breaker {
    struct breaker_terms terms;
    uint64_t slots_at;
    uint64_t timers_at;
    uint32_t stride;
    uint32_t window_at; /* in a key */
    uint32_t velocity_at;
    uint32_t buckets; /* of `within`, each this long */
    int64_t bucket_us;
    uint32_t shut;  /* keys that do not admit */
    uint32_t awake; /* keys in any state but closed */
    uint32_t floor; /* no forgotten key's state began later */
    struct pool pool;
    struct idmap map;
    struct heap timers;
    uint32_t oldest; /* closed key, or NONE */
    uint32_t newest;
};

/* When something happens: and after how many calls of all were sent. */
struct breaker_time {
    int64_t at_us;
    uint32_t sends; /* of a call that is being sent: its number */
};

enum breaker_news {
    BREAKER_NOTHING,
    BREAKER_OPENS,
    BREAKER_HALF_OPENS,
    BREAKER_CLOSES,
};

struct breaker_change {
    uint8_t news;   /* enum breaker_news */
    uint8_t reason; /* enum reason */
    uint8_t was;    /* enum breaker_state, before */
    uint8_t turned; /* it admits now what it did not, or the reverse */
};

/* The memory of a breaker belongs to the caller: so many zero bytes, aligned to 16. */
size_t breaker_bytes(const struct breaker_terms *terms);
size_t breaker_key_bytes(const struct breaker_terms *terms);
void breaker_init(struct breaker *b, const struct breaker_terms *terms);

uint32_t breaker_find(const struct breaker *b, const void *memory, uint32_t value); /* or NONE */
/* Found or taken; NONE: there is no room, and nothing that could be forgotten. */
uint32_t breaker_take(struct breaker *b, void *memory, uint32_t value);
const struct breaker_key *breaker_key(const struct breaker *b, const void *memory, uint32_t key);
bool breaker_admits(const struct breaker *b, const void *memory, uint32_t key);

/* Whether sending, and whether completing a call says anything to a closed key. */
bool breaker_counts_sends(const struct breaker *b);
bool breaker_counts_answers(const struct breaker *b);

struct breaker_change breaker_sent(struct breaker *b, void *memory, uint32_t key,
                                   struct breaker_time now, int64_t amount_fen);
struct breaker_call {
    uint32_t number; /* how many were sent before it */
    uint8_t outcome; /* enum breaker_outcome */
    int64_t took_us;
};
struct breaker_change breaker_answered(struct breaker *b, void *memory, uint32_t key,
                                       struct breaker_time now, struct breaker_call call);
struct breaker_change breaker_force(struct breaker *b, void *memory, uint32_t key,
                                    struct breaker_time now, bool open, int64_t until_us);

/* A key whose state lasted until before now, or NONE; then end that state. */
uint32_t breaker_overdue(struct breaker *b, void *memory, int64_t now_us);
struct breaker_change breaker_expire(struct breaker *b, void *memory, uint32_t key,
                                     struct breaker_time now);
/* Nothing is overdue before that; it may turn out later. */
int64_t breaker_next_us(const struct breaker *b, const void *memory);

const char *breaker_kind_name(enum breaker_kind kind);

#endif
