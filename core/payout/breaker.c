/* breaker.c — see breaker.h. */

#include "core/payout/breaker.h"

#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/base/must.h"
#include "core/base/wide.h"

#define LONGEST_WAIT_US (366 * US_PER_DAY)
#define ALIGN_16(n) (((n) + 15) / 16 * 16)

/* One whole second of the window. */
struct second {
    uint32_t completed;
    uint32_t failed;
    uint32_t slow;
};

struct bucket {
    int64_t fen;
    uint32_t count;
    uint32_t pad;
};

/* --- memory ------------------------------------------------------------------ */

static uint32_t call_words(const struct breaker_terms *t)
{
    return (t->window_calls + 63) / 64;
}

static size_t window_bytes(const struct breaker_terms *t)
{
    size_t calls = call_words(t) * 2 * sizeof(uint64_t);
    size_t seconds = t->window_seconds * sizeof(struct second);
    return (calls + seconds + 7) / 8 * 8;
}

/* Whole seconds of a bucket, and how many buckets are within `within`. */
static int64_t bucket_seconds(const struct breaker_terms *t)
{
    return (t->velocity_seconds + VELOCITY_BUCKETS - 1) / VELOCITY_BUCKETS;
}

static uint32_t bucket_count(const struct breaker_terms *t)
{
    int64_t seconds = bucket_seconds(t);
    return seconds == 0 ? 0 : (uint32_t)((t->velocity_seconds + seconds - 1) / seconds);
}

size_t breaker_key_bytes(const struct breaker_terms *t)
{
    return sizeof(struct breaker_key) + window_bytes(t) + bucket_count(t) * sizeof(struct bucket);
}

static uint64_t slots_at(const struct breaker_terms *t)
{
    return ALIGN_16((uint64_t)t->keys * breaker_key_bytes(t));
}

static uint64_t timers_at(const struct breaker_terms *t)
{
    return slots_at(t) + ALIGN_16(idmap_slots(t->keys) * sizeof(struct idmap_slot));
}

/* A key has one timer that counts, so twice as many have room for those that do not. */
size_t breaker_bytes(const struct breaker_terms *t)
{
    return timers_at(t) + 2 * (size_t)t->keys * sizeof(struct timer);
}

static void must_be_terms(const struct breaker_terms *t)
{
    MUST(t->kind < BREAKER_KINDS);
    MUST(t->keys >= 1 && t->keys <= BREAKER_KEYS_MAX);
    MUST(t->window_calls <= BREAKER_CALLS_MAX && t->window_seconds <= BREAKER_SECONDS_MAX);
    MUST(t->window_calls == 0 || t->window_seconds == 0);
    MUST(t->velocity_seconds <= VELOCITY_SECONDS_MAX);
    MUST(t->failure_ppm >= 0 && t->failure_ppm <= PPM && t->slow_ppm >= 0 && t->slow_ppm <= PPM);
    MUST((t->failure_ppm == 0 && t->slow_ppm == 0) ||
         (t->window_calls != 0 || t->window_seconds != 0));
    MUST(t->velocity_seconds != 0 || (t->velocity_count == 0 && t->velocity_fen == 0));
    MUST(t->open_for_us >= 1 && t->open_for_us <= LONGEST_WAIT_US);
    MUST(t->open_multiplier_ppm >= PPM && t->open_multiplier_ppm <= 1000 * PPM);
    MUST(t->probes >= 1 && t->probes <= BREAKER_PROBES_MAX && t->probe_deadline_us >= 1);
}

void breaker_init(struct breaker *b, const struct breaker_terms *terms)
{
    must_be_terms(terms);
    *b = (struct breaker){
        .terms = *terms,
        .slots_at = slots_at(terms),
        .timers_at = timers_at(terms),
        .stride = (uint32_t)breaker_key_bytes(terms),
        .window_at = sizeof(struct breaker_key),
        .velocity_at = (uint32_t)(sizeof(struct breaker_key) + window_bytes(terms)),
        .buckets = bucket_count(terms),
        .bucket_us = bucket_seconds(terms) * US_PER_S,
        .oldest = NONE,
        .newest = NONE,
    };
    pool_init(&b->pool, terms->keys, b->stride, offsetof(struct breaker_key, older));
    idmap_init(&b->map, terms->keys);
    heap_init(&b->timers, 2 * terms->keys);
}

static struct breaker_key *key_at(const struct breaker *b, void *memory, uint32_t key)
{
    MUST(key < b->pool.fresh);
    return (struct breaker_key *)(void *)((char *)memory + (size_t)key * b->stride);
}

const struct breaker_key *breaker_key(const struct breaker *b, const void *memory, uint32_t key)
{
    MUST(key < b->pool.fresh);
    return (const struct breaker_key *)(const void *)((const char *)memory +
                                                      (size_t)key * b->stride);
}

static struct idmap_slot *slots_of(const struct breaker *b, void *memory)
{
    return (struct idmap_slot *)(void *)((char *)memory + b->slots_at);
}

static struct timer *timers_of(const struct breaker *b, void *memory)
{
    return (struct timer *)(void *)((char *)memory + b->timers_at);
}

static uint64_t *calls_of(const struct breaker *b, struct breaker_key *k)
{
    return (uint64_t *)(void *)((char *)k + b->window_at);
}

static struct second *seconds_of(const struct breaker *b, struct breaker_key *k)
{
    return (struct second *)(void *)((char *)k + b->window_at);
}

static struct bucket *buckets_of(const struct breaker *b, struct breaker_key *k)
{
    return (struct bucket *)(void *)((char *)k + b->velocity_at);
}

/* --- keys --------------------------------------------------------------------- */

static uint32_t tag_of(uint32_t value)
{
    uint32_t mixed = value * UINT32_C(2654435769);
    return mixed ^ mixed >> 15;
}

static uint32_t map_find(const struct breaker *b, const void *memory, uint32_t value)
{
    const struct idmap_slot *slots =
        (const struct idmap_slot *)(const void *)((const char *)memory + b->slots_at);
    uint32_t tag = tag_of(value);
    for (uint32_t at = idmap_first(&b->map, slots, tag); at != NONE;
         at = idmap_next(&b->map, slots, tag, at))
        if (breaker_key(b, memory, idmap_index(slots, at))->value == value)
            return at;
    return NONE;
}

/* Where there are few keys, most are at home at their own number. */
uint32_t breaker_find(const struct breaker *b, const void *memory, uint32_t value)
{
    if (value < b->pool.fresh && b->pool.used == b->pool.fresh &&
        breaker_key(b, memory, value)->value == value)
        return value;
    const struct idmap_slot *slots =
        (const struct idmap_slot *)(const void *)((const char *)memory + b->slots_at);
    uint32_t at = map_find(b, memory, value);
    return at == NONE ? NONE : idmap_index(slots, at);
}

/* Closed keys stand in a row by use. */
static void stand_last(struct breaker *b, void *memory, uint32_t key)
{
    struct breaker_key *k = key_at(b, memory, key);
    k->older = b->newest;
    k->newer = NONE;
    if (b->newest == NONE)
        b->oldest = key;
    else
        key_at(b, memory, b->newest)->newer = key;
    b->newest = key;
}

static void stand_out(struct breaker *b, void *memory, uint32_t key)
{
    struct breaker_key *k = key_at(b, memory, key);
    if (k->older == NONE)
        b->oldest = k->newer;
    else
        key_at(b, memory, k->older)->newer = k->newer;
    if (k->newer == NONE)
        b->newest = k->older;
    else
        key_at(b, memory, k->newer)->older = k->older;
}

static void forget_oldest(struct breaker *b, void *memory)
{
    uint32_t key = b->oldest;
    struct breaker_key *k = key_at(b, memory, key);
    MUST(k->state == BREAKER_CLOSED);
    stand_out(b, memory, key);
    uint32_t at = map_find(b, memory, k->value);
    MUST(at != NONE);
    idmap_remove(&b->map, slots_of(b, memory), at);
    if (k->began > b->floor)
        b->floor = k->began;
    pool_give(&b->pool, memory, key);
}

static void clear_seconds(const struct breaker *b, struct breaker_key *k)
{
    struct second *seconds = seconds_of(b, k);
    for (uint32_t i = 0; i < b->terms.window_seconds; i++)
        seconds[i] = (struct second){0};
}

static void clear_buckets(const struct breaker *b, struct breaker_key *k)
{
    struct bucket *buckets = buckets_of(b, k);
    for (uint32_t i = 0; i < b->buckets; i++)
        buckets[i] = (struct bucket){0};
    k->sent = 0;
    k->sent_fen = 0;
}

/* A window of calls needs no clearing: what lies behind `completed` is not read. */
static void clear(const struct breaker *b, struct breaker_key *k)
{
    k->in_a_row = k->completed = k->failed = k->slow = k->granted = k->at = 0;
    clear_seconds(b, k);
    clear_buckets(b, k);
}

uint32_t breaker_take(struct breaker *b, void *memory, uint32_t value)
{
    uint32_t key = breaker_find(b, memory, value);
    if (key != NONE) {
        if (key_at(b, memory, key)->state == BREAKER_CLOSED && key != b->newest) {
            stand_out(b, memory, key);
            stand_last(b, memory, key);
        }
        return key;
    }
    if (b->pool.used == b->pool.capacity) {
        if (b->oldest == NONE)
            return NONE;
        forget_oldest(b, memory);
    }
    key = pool_take(&b->pool, memory);
    MUST(key != NONE);
    struct breaker_key *k = key_at(b, memory, key);
    uint32_t round = k->round; /* a timer of the forgotten key is still out of date */
    *k = (struct breaker_key){
        .value = value, .began = b->floor, .round = round, .until_us = INT64_MAX};
    clear(b, k);
    MUST(idmap_add(&b->map, slots_of(b, memory), tag_of(value), key));
    stand_last(b, memory, key);
    return key;
}

/* --- states ------------------------------------------------------------------- */

static bool admits(const struct breaker *b, const struct breaker_key *k)
{
    switch ((enum breaker_state)k->state) {
    case BREAKER_CLOSED:
    case BREAKER_FORCED_CLOSED:
        return true;
    case BREAKER_OPEN:
    case BREAKER_FORCED_OPEN:
        return false;
    case BREAKER_HALF_OPEN:
        return k->granted < b->terms.probes;
    }
    NEVER("an unlisted state");
}

bool breaker_admits(const struct breaker *b, const void *memory, uint32_t key)
{
    return admits(b, breaker_key(b, memory, key));
}

struct keys_of {
    const struct breaker *b;
    const char *memory;
};

static bool timer_counts(const void *of, const struct timer *t)
{
    const struct keys_of *keys = of;
    return breaker_key(keys->b, keys->memory, t->subject)->round == t->round;
}

/* The state lasts while t <= until. */
static void last_until(struct breaker *b, void *memory, uint32_t key, int64_t until_us)
{
    struct breaker_key *k = key_at(b, memory, key);
    k->until_us = until_us;
    k->round++;
    if (until_us == INT64_MAX)
        return;
    struct timer one = {.at_us = until_us + 1, .subject = key, .round = k->round};
    if (!heap_push(&b->timers, timers_of(b, memory), one)) {
        struct keys_of keys = {b, memory};
        heap_keep(&b->timers, timers_of(b, memory), timer_counts, &keys);
        MUST(heap_push(&b->timers, timers_of(b, memory), one));
    }
}

static void enter(struct breaker *b, void *memory, uint32_t key, enum breaker_state state,
                  uint32_t sends, int64_t until_us)
{
    struct breaker_key *k = key_at(b, memory, key);
    bool closed_before = k->state == BREAKER_CLOSED;
    bool closed = state == BREAKER_CLOSED;
    MUST(sends >= k->began);

    if (closed_before)
        stand_out(b, memory, key);
    b->awake += (uint32_t)closed_before - (uint32_t)closed;
    k->state = (uint8_t)state;
    k->began = sends;
    clear(b, k);
    last_until(b, memory, key, until_us);
    if (closed)
        stand_last(b, memory, key);
}

static int64_t wait_us(const struct breaker_terms *t, uint32_t openings)
{
    int64_t max_us = t->open_max_us == 0 ? LONGEST_WAIT_US : t->open_max_us;
    int64_t us = t->open_for_us;
    for (uint32_t k = 1; k < openings && us < max_us && t->open_multiplier_ppm > PPM; k++)
        us = (int64_t)((wide)us * t->open_multiplier_ppm / PPM);
    return us < max_us ? us : max_us;
}

static void open_key(struct breaker *b, void *memory, uint32_t key, struct breaker_time now)
{
    struct breaker_key *k = key_at(b, memory, key);
    if (k->openings < UINT16_MAX)
        k->openings++;
    enter(b, memory, key, BREAKER_OPEN, now.sends, now.at_us + wait_us(&b->terms, k->openings));
}

static void close_key(struct breaker *b, void *memory, uint32_t key, struct breaker_time now)
{
    key_at(b, memory, key)->openings = 0;
    enter(b, memory, key, BREAKER_CLOSED, now.sends, INT64_MAX);
}

struct before {
    bool admitted;
    uint8_t state;
};

static struct before before_of(const struct breaker *b, const struct breaker_key *k)
{
    return (struct before){admits(b, k), k->state};
}

/* What has become of a key. */
static struct breaker_change changed(struct breaker *b, void *memory, uint32_t key,
                                     struct before before, enum breaker_news news,
                                     enum reason reason)
{
    bool admits_now = breaker_admits(b, memory, key);
    b->shut += (uint32_t)before.admitted - (uint32_t)admits_now;
    return (struct breaker_change){.news = (uint8_t)news,
                                   .reason = (uint8_t)reason,
                                   .was = before.state,
                                   .turned = admits_now != before.admitted};
}

/* --- windows ------------------------------------------------------------------ */

static bool reached(uint32_t part, uint32_t whole, int64_t share_ppm)
{
    return share_ppm != 0 && whole != 0 && (int64_t)part * PPM >= share_ppm * (int64_t)whole;
}

static void set_bit(uint64_t *words, uint32_t at, bool bit)
{
    words[at / 64] = (words[at / 64] & ~(UINT64_C(1) << at % 64)) | (uint64_t)bit << at % 64;
}

static void note_call(const struct breaker *b, struct breaker_key *k, bool failed, bool slow)
{
    uint64_t *failures = calls_of(b, k);
    uint64_t *slows = failures + call_words(&b->terms);
    if (k->completed == b->terms.window_calls) { /* full: the oldest leaves */
        k->failed -= (uint32_t)(failures[k->at / 64] >> k->at % 64 & 1);
        k->slow -= (uint32_t)(slows[k->at / 64] >> k->at % 64 & 1);
        k->completed--;
    }
    set_bit(failures, k->at, failed);
    set_bit(slows, k->at, slow);
    k->at = k->at + 1 == b->terms.window_calls ? 0 : k->at + 1;
}

/* Seconds since 1970 fit 32 bits for this century, and those divide faster. */
static uint32_t place(int64_t second, uint32_t length)
{
    MUST(second >= 0 && second <= UINT32_MAX);
    return (uint32_t)second % length;
}

/* The window's seconds up to this one; those that it left are taken out. */
static struct second *second_of(const struct breaker *b, struct breaker_key *k, int64_t second)
{
    struct second *seconds = seconds_of(b, k);
    int64_t length = b->terms.window_seconds;
    MUST(second >= k->second || k->completed == 0);
    if (k->completed == 0 || second - k->second >= length) {
        clear_seconds(b, k);
        k->completed = k->failed = k->slow = 0;
    } else {
        for (int64_t s = k->second + 1; s <= second; s++) {
            struct second *gone = &seconds[place(s, b->terms.window_seconds)];
            k->completed -= gone->completed;
            k->failed -= gone->failed;
            k->slow -= gone->slow;
            *gone = (struct second){0};
        }
    }
    k->second = second;
    return &seconds[place(second, b->terms.window_seconds)];
}

static void note(const struct breaker *b, struct breaker_key *k, int64_t now_us, bool failed,
                 bool slow)
{
    k->in_a_row = failed ? k->in_a_row + 1 : 0;
    if (k->state == BREAKER_CLOSED && b->terms.window_calls != 0)
        note_call(b, k, failed, slow);
    if (k->state == BREAKER_CLOSED && b->terms.window_seconds != 0) {
        struct second *second = second_of(b, k, now_us / US_PER_S);
        second->completed++;
        second->failed += failed;
        second->slow += slow;
    }
    k->completed++;
    k->failed += failed;
    k->slow += slow;
}

static enum reason trips(const struct breaker *b, const struct breaker_key *k)
{
    const struct breaker_terms *t = &b->terms;
    bool enough = k->completed >= t->min_calls;
    if (enough && reached(k->failed, k->completed, t->failure_ppm))
        return REASON_FAILURE_SHARE;
    if (t->consecutive != 0 && k->in_a_row >= t->consecutive)
        return REASON_CONSECUTIVE_FAILURES;
    if (enough && reached(k->slow, k->completed, t->slow_ppm))
        return REASON_SLOW_SHARE;
    return REASON_NONE;
}

static void note_sent(const struct breaker *b, struct breaker_key *k, int64_t now_us,
                      int64_t amount_fen)
{
    struct bucket *buckets = buckets_of(b, k);
    int64_t length = b->buckets;
    int64_t bucket = now_us / b->bucket_us;
    if (k->sent == 0 || bucket - k->bucket >= length) {
        clear_buckets(b, k);
    } else {
        for (int64_t i = k->bucket + 1; i <= bucket; i++) {
            struct bucket *gone = &buckets[place(i, b->buckets)];
            k->sent -= gone->count;
            k->sent_fen -= gone->fen;
            *gone = (struct bucket){0};
        }
    }
    k->bucket = bucket;
    struct bucket *now = &buckets[place(bucket, b->buckets)];
    now->count++;
    now->fen = money_add(now->fen, amount_fen);
    k->sent++;
    k->sent_fen = money_add(k->sent_fen, amount_fen);
}

static enum reason trips_on_sending(const struct breaker *b, const struct breaker_key *k)
{
    if (b->terms.velocity_count != 0 && k->sent >= b->terms.velocity_count)
        return REASON_VELOCITY_COUNT;
    if (b->terms.velocity_fen != 0 && k->sent_fen >= b->terms.velocity_fen)
        return REASON_VELOCITY_AMOUNT;
    return REASON_NONE;
}

/* --- calls -------------------------------------------------------------------- */

bool breaker_counts_sends(const struct breaker *b)
{
    return b->terms.velocity_seconds != 0;
}

bool breaker_counts_answers(const struct breaker *b)
{
    return b->terms.failure_ppm != 0 || b->terms.slow_ppm != 0 || b->terms.consecutive != 0;
}

struct breaker_change breaker_sent(struct breaker *b, void *memory, uint32_t key,
                                   struct breaker_time now, int64_t amount_fen)
{
    struct breaker_key *k = key_at(b, memory, key);
    MUST(amount_fen > 0 && now.sends >= k->began);
    struct before before = before_of(b, k);
    MUST(before.admitted);
    if (k->state == BREAKER_HALF_OPEN) {
        if (k->granted == k->completed) /* none is in flight */
            last_until(b, memory, key, now.at_us + b->terms.probe_deadline_us);
        k->granted++;
        return changed(b, memory, key, before, BREAKER_NOTHING, REASON_NONE);
    }
    if (k->state != BREAKER_CLOSED || !breaker_counts_sends(b))
        return (struct breaker_change){0};
    note_sent(b, k, now.at_us, amount_fen);
    enum reason why = trips_on_sending(b, k);
    if (why == REASON_NONE)
        return (struct breaker_change){0};
    open_key(b, memory, key, now);
    return changed(b, memory, key, before, BREAKER_OPENS, why);
}

static bool probes_fail(const struct breaker *b, const struct breaker_key *k)
{
    const struct breaker_terms *t = &b->terms;
    bool failed =
        t->failure_ppm != 0 ? reached(k->failed, k->completed, t->failure_ppm) : k->failed != 0;
    return failed || reached(k->slow, k->completed, t->slow_ppm);
}

/* An answer to a probe; it is the caller who noted it, unless it was ignored. */
static struct breaker_change probe_answered(struct breaker *b, void *memory, uint32_t key,
                                            struct breaker_time now, struct before before)
{
    const struct breaker_key *k = breaker_key(b, memory, key);
    uint32_t needed = b->terms.min_calls < b->terms.probes ? b->terms.min_calls : b->terms.probes;
    MUST(k->completed <= k->granted);
    if (k->completed != 0 && k->completed >= needed) {
        bool again = probes_fail(b, k);
        if (again)
            open_key(b, memory, key, now);
        else
            close_key(b, memory, key, now);
        return changed(b, memory, key, before, again ? BREAKER_OPENS : BREAKER_CLOSES,
                       again ? REASON_PROBES_FAILED : REASON_PROBES_PASSED);
    }
    if (k->granted == k->completed) /* none is in flight */
        last_until(b, memory, key, INT64_MAX);
    return changed(b, memory, key, before, BREAKER_NOTHING, REASON_NONE);
}

struct breaker_change breaker_answered(struct breaker *b, void *memory, uint32_t key,
                                       struct breaker_time now, struct breaker_call call)
{
    struct breaker_key *k = key_at(b, memory, key);
    bool probing = k->state == BREAKER_HALF_OPEN;
    bool failed = call.outcome == BREAKER_FAILURE;
    bool slow = b->terms.slow_ppm != 0 && call.took_us > b->terms.slow_after_us;
    MUST(call.number < now.sends);

    if (call.number < k->began || (!probing && k->state != BREAKER_CLOSED))
        return (struct breaker_change){0};
    struct before before = before_of(b, k);
    MUST(!probing || k->granted > k->completed);
    if (call.outcome != BREAKER_IGNORED)
        note(b, k, now.at_us, failed, slow);
    else if (probing)
        k->granted--;
    if (probing)
        return probe_answered(b, memory, key, now, before);
    enum reason why = call.outcome == BREAKER_IGNORED ? REASON_NONE : trips(b, k);
    if (why == REASON_NONE)
        return (struct breaker_change){0};
    open_key(b, memory, key, now);
    return changed(b, memory, key, before, BREAKER_OPENS, why);
}

struct breaker_change breaker_force(struct breaker *b, void *memory, uint32_t key,
                                    struct breaker_time now, bool open, int64_t until_us)
{
    MUST(until_us >= now.at_us);
    struct before before = before_of(b, breaker_key(b, memory, key));
    enter(b, memory, key, open ? BREAKER_FORCED_OPEN : BREAKER_FORCED_CLOSED, now.sends, until_us);
    return changed(b, memory, key, before, open ? BREAKER_OPENS : BREAKER_CLOSES, REASON_OPERATOR);
}

uint32_t breaker_overdue(struct breaker *b, void *memory, int64_t now_us)
{
    struct timer *timers = timers_of(b, memory);
    struct keys_of keys = {b, memory};
    while (heap_next_us(&b->timers, timers) <= now_us) {
        if (timer_counts(&keys, &timers[0]))
            return timers[0].subject;
        heap_pop(&b->timers, timers);
    }
    return NONE;
}

struct breaker_change breaker_expire(struct breaker *b, void *memory, uint32_t key,
                                     struct breaker_time now)
{
    struct breaker_key *k = key_at(b, memory, key);
    MUST(k->until_us < now.at_us);
    struct before before = before_of(b, k);
    switch ((enum breaker_state)k->state) {
    case BREAKER_OPEN:
        enter(b, memory, key, BREAKER_HALF_OPEN, now.sends, INT64_MAX);
        return changed(b, memory, key, before, BREAKER_HALF_OPENS, REASON_OPEN_TIME_OVER);
    case BREAKER_HALF_OPEN:
        open_key(b, memory, key, now);
        return changed(b, memory, key, before, BREAKER_OPENS, REASON_PROBE_OVERDUE);
    case BREAKER_FORCED_OPEN:
        enter(b, memory, key, BREAKER_HALF_OPEN, now.sends, INT64_MAX);
        return changed(b, memory, key, before, BREAKER_HALF_OPENS, REASON_FORCED_TIME_OVER);
    case BREAKER_FORCED_CLOSED:
        close_key(b, memory, key, now);
        return changed(b, memory, key, before, BREAKER_CLOSES, REASON_FORCED_TIME_OVER);
    case BREAKER_CLOSED:
        break;
    }
    NEVER("a closed key has no end");
}

int64_t breaker_next_us(const struct breaker *b, const void *memory)
{
    const struct timer *timers =
        (const struct timer *)(const void *)((const char *)memory + b->timers_at);
    return heap_next_us(&b->timers, timers);
}

const char *breaker_kind_name(enum breaker_kind kind)
{
    static const char *const names[] = {"business", "merchant", "user", "route", "route+bank"};
    MUST(kind < BREAKER_KINDS);
    return names[kind];
}
