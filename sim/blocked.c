/* blocked.c — see blocked.h.
 *
 * This file follows the facts: who waits, what lies in his way, which channels
 * have free slots.  What follows from that, and how long it lasted, is the
 * bands' account. */

#include "sim/blocked.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/civil.h"
#include "core/base/must.h"
#include "core/payout/payout.h"
#include "mocks/block.h"
#include "sim/bands.h"
#include "sim/growing.h"
#include "sim/key_heap.h"
#include "sim/shares.h"
#include "sim/told.h"

const char *blocked_reason_name(enum blocked_reason reason)
{
    static const char *const names[BLOCKED_REASONS] = {
        [BLOCKED_HOLD] = "hold",   [BLOCKED_BREAKER] = "breaker", [BLOCKED_SHARE] = "share",
        [BLOCKED_QUOTA] = "quota", [BLOCKED_CHANNEL] = "channel", [BLOCKED_TURN] = "turn",
    };
    MUST(reason < BLOCKED_REASONS);
    return names[reason];
}

enum place { PLACE_FREE, PLACE_ASIDE, PLACE_PENDING, PLACE_WAITING };

struct waiter {        /* its parts and its amount are on its rung, of the same index */
    uint64_t order_id; /* of the attempt sent last */
    int64_t requested_us;
    int64_t flight_us; /* of attempts that ended */
    int64_t sent_us;
    int64_t not_before_us;
    uint32_t next_free;
    uint32_t pauses; /* stamp of the entry that ends its pause; 0: none */
    uint16_t at;     /* see bands_at(), while it waits */
    uint8_t place;
    uint8_t business;
    uint8_t routes;
    uint8_t denied;
    uint8_t held;
    uint8_t awaits_reply;
    uint8_t has_past; /* it waited, or an attempt failed: there is more to tell than one flight */
};

struct blocked {
    const struct core_config *config;
    struct shares_book *shares; /* NULL: nobody has a share, and all are business 0 */
    struct waiter *items;
    struct pool pool; /* of items */
    struct bands *bands;
    uint32_t stamps;
    /* By slot: 0 none; above 0: when it was sent, doubled, plus 1 while no reply came, and it
     * never waited; below 0: -(its waiter + 1). */
    int64_t *seats;
    uint32_t *pending; /* queued since the last event */
    uint32_t pending_count;
    uint32_t pending_capacity;
    struct key_heap pauses;
    int64_t available_fen[CHANNELS];
    struct told_quota quotas[CHANNELS]; /* of a pool */
    bool pooled;
    uint32_t in_flight[CHANNELS];
    uint32_t sent_this_second[CHANNELS];
    int64_t second[CHANNELS];
    uint8_t slots_free;
    int64_t now_us;
    uint64_t waiting;
    uint32_t live[BUSINESSES_MAX]; /* that wait */
    struct blocked_totals totals;
    struct blocked_checks checks;
};

/* --- creating ---------------------------------------------------------------- */

struct blocked *blocked_create(const struct core_config *config)
{
    struct blocked *w = calloc(1, sizeof *w);
    MUST(w != NULL);
    w->config = config;
    w->shares = shares_book_create(config);
    w->pooled = policy_of(config->allocation_kind)->pools;
    for (uint32_t c = 0; c < CHANNELS; c++)
        w->quotas[c] = told_quota_of(&config->channels[c]);
    w->seats = block_take(config->limits.open_payouts, sizeof *w->seats);
    MUST(w->seats != NULL);
    pool_init(&w->pool, 0, sizeof *w->items, offsetof(struct waiter, next_free));
    w->bands = bands_create(config);
    w->now_us = config->start_us;
    w->slots_free = (1 << CHANNELS) - 1;
    return w;
}

void blocked_free(struct blocked *w)
{
    if (w == NULL)
        return;
    free(w->pauses.items);
    free(w->pending);
    free(w->items);
    bands_free(w->bands);
    shares_book_free(w->shares);
    block_give(w->seats, w->config->limits.open_payouts, sizeof *w->seats);
    free(w);
}

/* --- lines ------------------------------------------------------------------- */

/* What is believed available, and of a pool what the other stands in for. */
static int64_t payable_fen(const struct blocked *w, uint32_t channel)
{
    int64_t lent_fen = w->pooled ? told_spare_fen(&w->quotas[CHANNELS - 1 - channel], false) : 0;
    return w->available_fen[channel] + lent_fen;
}

static void draw_lines(struct blocked *w, uint32_t business)
{
    struct bands_room rooms[CHANNELS];
    for (uint32_t c = 0; c < CHANNELS; c++) {
        rooms[c].available_fen = payable_fen(w, c);
        rooms[c].room_fen = shares_book_room_fen(w->shares, (uint8_t)c, (uint8_t)business,
                                                 rooms[c].available_fen, w->now_us);
    }
    bands_draw(w->bands, business, rooms);
}

/* --- slots of the channels --------------------------------------------------- */

static bool slot_free(const struct blocked *w, uint32_t channel)
{
    const struct channel_terms *terms = &w->config->channels[channel];
    if (terms->concurrency != 0 && w->in_flight[channel] >= terms->concurrency)
        return false;
    return terms->per_second == 0 || w->second[channel] != w->now_us / US_PER_S ||
           w->sent_this_second[channel] < terms->per_second;
}

static void take_slot(struct blocked *w, uint32_t channel)
{
    int64_t second = w->now_us / US_PER_S;
    if (w->second[channel] != second) {
        w->second[channel] = second;
        w->sent_this_second[channel] = 0;
    }
    w->sent_this_second[channel]++;
    w->in_flight[channel]++;
}

static void reply_came(struct blocked *w, const struct fact *f)
{
    int64_t *seat = &w->seats[f->subject];
    bool awaited = *seat < 0 ? w->items[-*seat - 1].awaits_reply : *seat & 1;
    if (!awaited)
        return;
    w->in_flight[f->channel]--;
    if (*seat < 0)
        w->items[-*seat - 1].awaits_reply = 0;
    else
        *seat &= ~INT64_C(1);
}

/* --- payouts ----------------------------------------------------------------- */

static uint32_t take_waiter(struct blocked *w)
{
    uint32_t had = w->pool.capacity;
    w->items = pool_grown(&w->pool, w->items);
    if (w->pool.capacity > had)
        bands_reserve(w->bands, w->pool.capacity);
    uint32_t index = pool_take(&w->pool, w->items);
    *bands_rung(w->bands, index) = (struct rung){0};
    return index;
}

static void give_waiter(struct blocked *w, uint32_t index)
{
    w->items[index].place = PLACE_FREE;
    w->items[index].pauses = 0;
    pool_give(&w->pool, w->items, index);
}

static uint16_t at_of(const struct waiter *p)
{
    return p->held          ? (uint16_t)BANDS_HELD
           : p->pauses != 0 ? (uint16_t)BANDS_PAUSE
                            : bands_at(p->business, p->routes, p->denied);
}

static void move(struct blocked *w, uint32_t index)
{
    struct waiter *p = &w->items[index];
    uint16_t at = at_of(p);
    if (at == p->at)
        return;
    bands_leave(w->bands, index, p->at);
    bands_enter(w->bands, index, at);
    p->at = at;
}

static uint32_t index_of(const struct blocked *w, uint32_t slot)
{
    return w->seats[slot] < 0 ? (uint32_t)(-w->seats[slot] - 1) : NONE;
}

static struct waiter *waiter_of(struct blocked *w, uint32_t slot)
{
    return w->seats[slot] < 0 ? &w->items[index_of(w, slot)] : NULL;
}

static int64_t parts_sum_us(const struct blocked *w, uint32_t slot)
{
    int64_t sum_us = 0;
    for (uint32_t r = 0; r < BLOCKED_REASONS; r++)
        sum_us += bands_rung(w->bands, index_of(w, slot))->us[r];
    return sum_us;
}

__attribute__((cold)) static void broke(struct blocked *w, const struct fact *f, int64_t sum_us,
                                        int64_t lived_us)
{
    if (w->checks.broken++ == 0)
        snprintf(w->checks.first, sizeof w->checks.first,
                 "payout %" PRIu32 ": what it waited for and its time in flight make %" PRId64
                 " us, but %s came after %" PRId64 " us",
                 order_id_slot(f->id), sum_us, fact_kind_name((enum fact_kind)f->kind), lived_us);
}

static void check_sum(struct blocked *w, const struct fact *f, int64_t sum_us, int64_t lived_us)
{
    w->checks.checked++;
    if (sum_us != lived_us)
        broke(w, f, sum_us, lived_us);
}

static void begin_to_wait(struct blocked *w, uint32_t index)
{
    struct waiter *p = &w->items[index];
    p->place = PLACE_WAITING;
    p->has_past = 1;
    w->waiting++;
    if (p->not_before_us > w->now_us) {
        p->pauses = ++w->stamps;
        MUST(w->stamps != 0);
        key_heap_push(&w->pauses, (struct entry_key){p->not_before_us, index, p->pauses});
    }
    if (w->live[p->business]++ == 0)
        draw_lines(w, p->business);
    p->at = at_of(p);
    bands_enter(w->bands, index, p->at);
}

static void end_waiting(struct blocked *w, uint32_t slot)
{
    struct waiter *p = waiter_of(w, slot);
    if (p->place == PLACE_WAITING) {
        bands_leave(w->bands, index_of(w, slot), p->at);
        w->waiting--;
        w->live[p->business]--;
    }
    p->place = PLACE_ASIDE;
    p->pauses = 0;
}

static void follow_requested(struct blocked *w, const struct fact *f)
{
    int64_t *seat = &w->seats[f->subject];
    if (*seat < 0)
        give_waiter(w, index_of(w, f->subject));
    uint32_t index = take_waiter(w);
    w->items[index] = (struct waiter){.requested_us = f->at_us, .place = PLACE_ASIDE};
    *seat = -(int64_t)index - 1;
}

static void follow_queued(struct blocked *w, const struct fact *f)
{
    struct waiter *p = waiter_of(w, f->subject);
    MUST(p != NULL && p->place == PLACE_ASIDE);
    p->place = PLACE_PENDING;
    bands_rung(w->bands, index_of(w, f->subject))->amount_fen = f->amount_fen;
    p->not_before_us = f->other;
    p->business = w->shares == NULL ? 0 : f->state;
    p->routes = f->routes;
    p->denied = p->held = 0;
    if (w->pending_count == w->pending_capacity) {
        w->pending_capacity = w->pending_capacity == 0 ? 64 : w->pending_capacity * 2;
        w->pending = realloc(w->pending, w->pending_capacity * sizeof *w->pending);
        MUST(w->pending != NULL);
    }
    w->pending[w->pending_count++] = index_of(w, f->subject);
}

static void follow_sent(struct blocked *w, const struct fact *f)
{
    int64_t *seat = &w->seats[f->subject];
    struct waiter *p = waiter_of(w, f->subject);
    MUST(p != NULL);
    end_waiting(w, f->subject);
    take_slot(w, f->channel);
    if (p->has_past) {
        p->sent_us = f->at_us;
        p->order_id = f->id;
        p->awaits_reply = 1;
        return;
    }
    check_sum(w, f, 0, f->at_us - p->requested_us);
    give_waiter(w, index_of(w, f->subject));
    *seat = f->at_us * 2 + 1;
}

static void follow_attempt_failed(struct blocked *w, const struct fact *f)
{
    int64_t *seat = &w->seats[f->subject];
    struct waiter *p = waiter_of(w, f->subject);
    if (p == NULL) { /* it was sent as it was requested */
        uint32_t index = take_waiter(w);
        p = &w->items[index];
        *p = (struct waiter){
            .requested_us = *seat / 2, .sent_us = *seat / 2, .place = PLACE_ASIDE, .has_past = 1};
        *seat = -(int64_t)index - 1;
    }
    p->flight_us += f->at_us - p->sent_us;
}

static void follow_end(struct blocked *w, const struct fact *f)
{
    struct waiter *p = waiter_of(w, f->subject);
    MUST(p != NULL);
    end_waiting(w, f->subject);
    check_sum(w, f, parts_sum_us(w, f->subject) + p->flight_us, f->at_us - p->requested_us);
}

static void follow_truly_paid(struct blocked *w, const struct fact *f)
{
    struct waiter *p = f->class != 0 ? NULL : waiter_of(w, order_id_slot(f->id));
    if (p == NULL || p->order_id != f->id) /* a transfer's; or checked as it went */
        return;
    check_sum(w, f, parts_sum_us(w, order_id_slot(f->id)) + p->flight_us + f->at_us - p->sent_us,
              f->at_us - p->requested_us);
}

static void follow_obstacle(struct blocked *w, const struct fact *f)
{
    struct waiter *p = waiter_of(w, f->subject);
    MUST(p != NULL);
    if (f->kind == FACT_DENIED)
        p->denied = f->routes;
    else
        p->held = f->kind == FACT_HELD;
    if (p->place == PLACE_WAITING)
        move(w, index_of(w, f->subject));
}

static void follow_payout(struct blocked *w, const struct fact *f)
{
    switch ((int)f->kind) {
    case FACT_REQUESTED:
        if (f->subject != NONE)
            follow_requested(w, f);
        return;
    case FACT_QUEUED:
        follow_queued(w, f);
        return;
    case FACT_SENT:
        follow_sent(w, f);
        return;
    case FACT_ACCEPTED:
    case FACT_IN_DOUBT:
    case FACT_PAID:
        reply_came(w, f);
        return;
    case FACT_ATTEMPT_FAILED:
        reply_came(w, f);
        follow_attempt_failed(w, f);
        return;
    case FACT_EXPIRED:
    case FACT_CANCELLED:
    case FACT_FAILED:
        follow_end(w, f);
        return;
    case FACT_HELD:
    case FACT_RELEASED:
    case FACT_DENIED:
        follow_obstacle(w, f);
        return;
    case FACT_TRUE_PAID:
        follow_truly_paid(w, f);
        return;
    default:
        return;
    }
}

void blocked_fact(struct blocked *w, const struct fact *f)
{
    bool opens = f->kind == FACT_OPENED && f->channel < CHANNELS;
    if (opens || told_tells_available(f))
        w->available_fen[f->channel] = f->other;
    if (opens && w->pooled)
        w->quotas[f->channel].mapped_fen = f->amount_fen;
    if (w->pooled && told_tells_available(f))
        told_fold(&w->quotas[f->channel], f);
    if (w->shares != NULL)
        shares_book_fact(w->shares, f);
    follow_payout(w, f);
}

/* --- time -------------------------------------------------------------------- */

void blocked_advance(struct blocked *w, int64_t now_us)
{
    int64_t us = now_us - w->now_us;
    w->now_us = now_us;
    if (us != 0 && w->waiting != 0)
        bands_advance(w->bands, w->slots_free, us, &w->totals);
}

static void end_pauses(struct blocked *w)
{
    while (w->pauses.count > 0 && w->pauses.items[0].key <= w->now_us) {
        struct entry_key due = key_heap_pop(&w->pauses);
        struct waiter *p = &w->items[due.index];
        if (p->pauses != due.stamp)
            continue;
        p->pauses = 0;
        move(w, due.index);
    }
}

void blocked_after_event(struct blocked *w)
{
    if (w->waiting == 0 && w->pending_count == 0)
        return;
    end_pauses(w);
    w->slots_free = 0;
    for (uint32_t c = 0; c < CHANNELS; c++)
        w->slots_free |= (uint8_t)(slot_free(w, c) << c);
    for (uint32_t b = 0; b < (w->shares == NULL ? 1 : w->config->business_count); b++)
        if (w->live[b] > 0)
            draw_lines(w, b);
    for (uint32_t i = 0; i < w->pending_count; i++)
        if (w->items[w->pending[i]].place == PLACE_PENDING)
            begin_to_wait(w, w->pending[i]);
    w->pending_count = 0;
}

/* --- what it came to ----------------------------------------------------------- */

const struct blocked_totals *blocked_totals(const struct blocked *w)
{
    return &w->totals;
}

bool blocked_any(const struct blocked *w)
{
    for (uint32_t r = 0; r < BLOCKED_REASONS; r++)
        if (w->totals.us[r] > 0)
            return true;
    return false;
}

const struct blocked_checks *blocked_checks(const struct blocked *w)
{
    return &w->checks;
}

uint64_t blocked_now(const struct blocked *w, enum blocked_reason reason)
{
    return bands_now(w->bands, w->slots_free, reason);
}

void blocked_parts_us(const struct blocked *w, uint32_t slot, int64_t parts_us[BLOCKED_REASONS])
{
    memset(parts_us, 0, BLOCKED_REASONS * sizeof parts_us[0]);
    if (w->seats[slot] >= 0)
        return;
    uint32_t index = index_of(w, slot);
    const struct waiter *p = &w->items[index];
    if (p->place == PLACE_WAITING)
        bands_read(w->bands, index, p->at, parts_us);
    else
        memcpy(parts_us, bands_rung(w->bands, index)->us, BLOCKED_REASONS * sizeof parts_us[0]);
}
