/* blocked.c — see blocked.h.
 *
 * What stands in a payout's way puts it in a cell: a combination of obstacles.
 * Which of them a cell waits for follows from it and from the channels' slots,
 * so one clock per cell and reason serves all who are in it, and a payout only
 * notes the clocks as it enters and leaves.
 *
 * Of each channel and business, those within the room and those beyond it lie
 * in heaps by the amount they would hold, so that a new room or quota moves
 * only those it crosses. */

#include "sim/blocked.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/civil.h"
#include "core/base/must.h"
#include "core/base/pool.h"
#include "core/payout/payout.h"
#include "mocks/block.h"
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

/* How an amount compares with what a channel has for its business. */
enum zone { ZONE_CLEAR, ZONE_OVER_SHARE, ZONE_OVER_QUOTA, ZONES };

/* A cell: two bits of the payout, then three of each channel. */
enum {
    CELL_HELD = 1,
    CELL_PAUSED = 2, /* before a retry */
    CELL_CHANNEL_SHIFT = 2,
    CELL_CHANNEL_BITS = 3, /* 0: no route; else 1 + zone + (denied ? ZONES : 0) */
    CELLS = 1 << (CELL_CHANNEL_SHIFT + CHANNELS * CELL_CHANNEL_BITS),
    SLOT_STATES = 1 << CHANNELS, /* bit: the channel has a free slot */
};

struct cell {
    uint64_t count;
    int64_t amount_fen;
    int64_t us[BLOCKED_REASONS];
};

enum place { PLACE_FREE, PLACE_ASIDE, PLACE_PENDING, PLACE_WAITING };

struct waiter {
    int64_t parts_us[BLOCKED_REASONS];
    int64_t entered_us[BLOCKED_REASONS]; /* its cell's clocks when it entered */
    uint64_t order_id;                   /* of the attempt sent last */
    int64_t requested_us;
    int64_t flight_us; /* of attempts that ended */
    int64_t sent_us;
    int64_t not_before_us;
    int64_t amount_fen;
    int64_t hold_fen[CHANNELS];
    uint32_t stamp[CHANNELS]; /* of its entries in the heaps that count */
    uint32_t next_free;
    uint32_t pauses; /* stamp of the entry that ends its pause; 0: none */
    uint16_t cell;
    uint8_t place;
    uint8_t business;
    uint8_t routes;
    uint8_t denied;
    uint8_t held;
    uint8_t awaits_reply;
    uint8_t zone[CHANNELS];
    uint8_t has_past; /* it waited, or an attempt failed: there is more to tell than one flight */
};

/* Of one channel and business: who may cross which line. */
struct crossing {
    struct key_heap up[ZONES];   /* by amount: the smallest may come into a better zone */
    struct key_heap down[ZONES]; /* the largest may fall into a worse one; keys negated */
    int64_t room_fen;
    int64_t available_fen;
    uint32_t live;
};

struct blocked {
    const struct core_config *config;
    struct shares_book *shares; /* NULL: nobody has a share, and all are business 0 */
    struct waiter *items;
    uint32_t capacity;
    uint32_t free_head;
    uint32_t stamps;
    /* By slot: 0 none; above 0: when it was sent, doubled, plus 1 while no reply came, and it
     * never waited; below 0: -(its waiter + 1). */
    int64_t *seats;
    uint32_t *pending; /* queued since the last event */
    uint32_t pending_count;
    uint32_t pending_capacity;
    struct key_heap pauses;
    struct crossing crossings[CHANNELS][BUSINESSES_MAX];
    int64_t available_fen[CHANNELS];
    struct told_quota quotas[CHANNELS]; /* of a pool */
    bool pooled;
    uint32_t in_flight[CHANNELS];
    uint32_t sent_this_second[CHANNELS];
    int64_t second[CHANNELS];
    uint8_t slots_free;
    int64_t now_us;
    uint64_t waiting;
    struct cell cells[CELLS];
    uint16_t active[CELLS]; /* cells with anybody in them */
    uint32_t active_count;
    uint8_t reasons[CELLS][SLOT_STATES];
    struct blocked_totals totals;
    struct blocked_checks checks;
};

/* --- what a cell waits for --------------------------------------------------- */

enum { OBSTACLE_COUNT = BLOCKED_TURN };

/* Bit r: reason r stands in the way on that channel; all bits: no route. */
static uint32_t obstacles_on(uint32_t cell, uint32_t channel, uint32_t slots_free)
{
    uint32_t bits =
        cell >> (CELL_CHANNEL_SHIFT + channel * CELL_CHANNEL_BITS) & ((1 << CELL_CHANNEL_BITS) - 1);
    if (bits == 0)
        return UINT32_MAX;
    uint32_t zone = (bits - 1) % ZONES;
    return (bits - 1 >= ZONES ? 1u << BLOCKED_BREAKER : 0u) |
           (zone == ZONE_OVER_SHARE ? 1u << BLOCKED_SHARE : 0u) |
           (zone == ZONE_OVER_QUOTA ? 1u << BLOCKED_QUOTA : 0u) |
           (slots_free >> channel & 1 ? 0u : 1u << BLOCKED_CHANNEL);
}

static enum blocked_reason reason_of(const struct blocked *w, uint32_t cell, uint32_t slots_free)
{
    uint32_t on[CHANNELS];
    uint32_t best = w->config->primary;
    if (cell & CELL_HELD)
        return BLOCKED_HOLD;
    if (cell & CELL_PAUSED)
        return BLOCKED_TURN;
    for (uint32_t c = 0; c < CHANNELS; c++) {
        on[c] = obstacles_on(cell, c, slots_free);
        if (on[c] == 0)
            return BLOCKED_TURN;
    }
    for (uint32_t r = 0; r < BLOCKED_TURN; r++)
        for (uint32_t c = 0; c < CHANNELS; c++)
            if (on[c] == 1u << r)
                return (enum blocked_reason)r;
    for (uint32_t c = 0; c < CHANNELS; c++)
        if (__builtin_popcount(on[c]) < __builtin_popcount(on[best]))
            best = c;
    return (enum blocked_reason)__builtin_ctz(on[best]);
}

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
    w->free_head = NONE;
    w->now_us = config->start_us;
    for (uint32_t cell = 0; cell < CELLS; cell++)
        for (uint32_t slots = 0; slots < SLOT_STATES; slots++)
            w->reasons[cell][slots] = (uint8_t)reason_of(w, cell, slots);
    w->slots_free = SLOT_STATES - 1;
    return w;
}

void blocked_free(struct blocked *w)
{
    if (w == NULL)
        return;
    for (uint32_t c = 0; c < CHANNELS; c++)
        for (uint32_t b = 0; b < BUSINESSES_MAX; b++)
            for (uint32_t z = 0; z < ZONES; z++) {
                free(w->crossings[c][b].up[z].items);
                free(w->crossings[c][b].down[z].items);
            }
    free(w->pauses.items);
    free(w->pending);
    free(w->items);
    shares_book_free(w->shares);
    block_give(w->seats, w->config->limits.open_payouts, sizeof *w->seats);
    free(w);
}

/* Entries out of date are dropped when they outnumber the others by far. */
static void compact(struct key_heap *h, const struct waiter *items, uint32_t channel, uint32_t live)
{
    uint32_t kept = 0;
    if (h->count < 256 || h->count / 4 < live)
        return;
    for (uint32_t i = 0; i < h->count; i++)
        if (items[h->items[i].index].stamp[channel] == h->items[i].stamp)
            h->items[kept++] = h->items[i];
    key_heap_rebuild(h, kept);
}

/* --- cells ------------------------------------------------------------------- */

static uint16_t cell_of(const struct waiter *p)
{
    uint32_t cell = (p->held ? CELL_HELD : 0u) | (p->pauses != 0 ? CELL_PAUSED : 0u);
    for (uint32_t c = 0; c < CHANNELS; c++)
        if (p->routes >> c & 1)
            cell |= (1u + p->zone[c] + (p->denied >> c & 1 ? (uint32_t)ZONES : 0u))
                    << (CELL_CHANNEL_SHIFT + c * CELL_CHANNEL_BITS);
    return (uint16_t)cell;
}

static void enter_cell(struct blocked *w, struct waiter *p)
{
    p->cell = cell_of(p);
    struct cell *cell = &w->cells[p->cell];
    if (cell->count++ == 0)
        w->active[w->active_count++] = p->cell;
    cell->amount_fen += p->amount_fen;
    memcpy(p->entered_us, cell->us, sizeof p->entered_us);
}

static void leave_cell(struct blocked *w, struct waiter *p)
{
    struct cell *cell = &w->cells[p->cell];
    for (uint32_t r = 0; r < BLOCKED_REASONS; r++)
        p->parts_us[r] += cell->us[r] - p->entered_us[r];
    cell->amount_fen -= p->amount_fen;
    if (--cell->count > 0)
        return;
    for (uint32_t i = 0; i < w->active_count; i++)
        if (w->active[i] == p->cell)
            w->active[i] = w->active[--w->active_count];
}

static void change_cell(struct blocked *w, struct waiter *p)
{
    if (cell_of(p) == p->cell)
        return;
    leave_cell(w, p);
    enter_cell(w, p);
}

/* --- zones ------------------------------------------------------------------- */

static struct crossing *crossing_of(struct blocked *w, uint32_t channel, const struct waiter *p)
{
    return &w->crossings[channel][w->shares == NULL ? 0 : p->business];
}

static enum zone zone_of(const struct crossing *x, int64_t hold_fen)
{
    return hold_fen > x->available_fen ? ZONE_OVER_QUOTA
           : hold_fen > x->room_fen    ? ZONE_OVER_SHARE
                                       : ZONE_CLEAR;
}

static void set_zone(struct blocked *w, uint32_t index, uint32_t channel)
{
    struct waiter *p = &w->items[index];
    struct crossing *x = crossing_of(w, channel, p);
    enum zone zone = zone_of(x, p->hold_fen[channel]);
    p->zone[channel] = (uint8_t)zone;
    p->stamp[channel] = ++w->stamps;
    MUST(w->stamps != 0);
    if (zone != ZONE_CLEAR)
        key_heap_push(&x->up[zone],
                      (struct entry_key){p->hold_fen[channel], index, p->stamp[channel]});
    if (zone != ZONE_OVER_QUOTA)
        key_heap_push(&x->down[zone],
                      (struct entry_key){-p->hold_fen[channel], index, p->stamp[channel]});
}

/* Moves those of one heap that crossed a line; the heap's first is the next to cross. */
static void cross(struct blocked *w, struct crossing *x, uint32_t channel, struct key_heap *h,
                  bool up, enum zone zone)
{
    while (h->count > 0) {
        struct entry_key first = h->items[0];
        bool counts = w->items[first.index].stamp[channel] == first.stamp;
        if (counts && zone_of(x, up ? first.key : -first.key) == zone)
            break;
        key_heap_pop(h);
        if (!counts)
            continue;
        set_zone(w, first.index, channel);
        change_cell(w, &w->items[first.index]);
    }
    compact(h, w->items, channel, x->live);
}

/* What is believed available, and of a pool what the other stands in for. */
static int64_t payable_fen(const struct blocked *w, uint32_t channel)
{
    int64_t lent_fen = w->pooled ? told_spare_fen(&w->quotas[CHANNELS - 1 - channel], false) : 0;
    return w->available_fen[channel] + lent_fen;
}

static void draw_lines(struct blocked *w, uint32_t channel, uint32_t business)
{
    struct crossing *x = &w->crossings[channel][business];
    int64_t available_fen = payable_fen(w, channel);
    int64_t room_fen = shares_book_room_fen(w->shares, (uint8_t)channel, (uint8_t)business,
                                            available_fen, w->now_us);
    if (room_fen == x->room_fen && available_fen == x->available_fen)
        return;
    x->room_fen = room_fen;
    x->available_fen = available_fen;
    for (uint32_t z = 0; z < ZONES; z++) {
        cross(w, x, channel, &x->up[z], true, (enum zone)z);
        cross(w, x, channel, &x->down[z], false, (enum zone)z);
    }
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
    if (w->free_head == NONE) {
        uint32_t old = w->capacity;
        w->capacity = old == 0 ? 256 : old * 2;
        w->items = realloc(w->items, w->capacity * sizeof *w->items);
        MUST(w->items != NULL);
        for (uint32_t i = w->capacity; i-- > old;) {
            memset(&w->items[i], 0, sizeof w->items[i]);
            w->items[i].next_free = w->free_head;
            w->free_head = i;
        }
    }
    uint32_t index = w->free_head;
    w->free_head = w->items[index].next_free;
    return index;
}

static void give_waiter(struct blocked *w, uint32_t index)
{
    w->items[index].place = PLACE_FREE;
    w->items[index].stamp[0] = w->items[index].stamp[1] = 0;
    w->items[index].next_free = w->free_head;
    w->free_head = index;
}

static struct waiter *waiter_of(struct blocked *w, uint32_t slot)
{
    return w->seats[slot] < 0 ? &w->items[-w->seats[slot] - 1] : NULL;
}

static int64_t parts_sum_us(const struct waiter *p)
{
    int64_t sum_us = 0;
    for (uint32_t r = 0; r < BLOCKED_REASONS; r++)
        sum_us += p->parts_us[r];
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

/* Into its cell, and between the lines of its channels. */
static void begin_to_wait(struct blocked *w, uint32_t index)
{
    struct waiter *p = &w->items[index];
    p->place = PLACE_WAITING;
    p->has_past = 1;
    w->waiting++;
    if (p->not_before_us > w->now_us) {
        p->pauses = ++w->stamps;
        key_heap_push(&w->pauses, (struct entry_key){p->not_before_us, index, p->pauses});
    }
    for (uint32_t c = 0; c < CHANNELS; c++) {
        if (!(p->routes >> c & 1))
            continue;
        draw_lines(w, c, w->shares == NULL ? 0 : p->business);
        crossing_of(w, c, p)->live++;
        set_zone(w, index, c);
    }
    enter_cell(w, p);
}

static void end_waiting(struct blocked *w, struct waiter *p)
{
    if (p->place == PLACE_WAITING) {
        leave_cell(w, p);
        w->waiting--;
        for (uint32_t c = 0; c < CHANNELS; c++)
            if (p->routes >> c & 1)
                crossing_of(w, c, p)->live--;
    }
    p->place = PLACE_ASIDE;
    p->pauses = 0;
    p->stamp[0] = p->stamp[1] = 0;
}

static void follow_requested(struct blocked *w, const struct fact *f)
{
    int64_t *seat = &w->seats[f->subject];
    if (*seat < 0)
        give_waiter(w, (uint32_t)(-*seat - 1));
    uint32_t index = take_waiter(w);
    w->items[index] = (struct waiter){.requested_us = f->at_us, .place = PLACE_ASIDE};
    *seat = -(int64_t)index - 1;
}

static void follow_queued(struct blocked *w, const struct fact *f)
{
    struct waiter *p = waiter_of(w, f->subject);
    MUST(p != NULL && p->place == PLACE_ASIDE);
    p->place = PLACE_PENDING;
    p->amount_fen = f->amount_fen;
    p->not_before_us = f->other;
    p->business = f->state;
    p->routes = f->routes;
    p->denied = p->held = 0;
    for (uint32_t c = 0; c < CHANNELS; c++) {
        const struct fee_terms *fee = &w->config->channels[c].fee;
        p->hold_fen[c] = f->amount_fen + (fee->in_net ? fee_of(fee, f->amount_fen) : 0);
    }
    if (w->pending_count == w->pending_capacity) {
        w->pending_capacity = w->pending_capacity == 0 ? 64 : w->pending_capacity * 2;
        w->pending = realloc(w->pending, w->pending_capacity * sizeof *w->pending);
        MUST(w->pending != NULL);
    }
    w->pending[w->pending_count++] = (uint32_t)(-w->seats[f->subject] - 1);
}

static void follow_sent(struct blocked *w, const struct fact *f)
{
    int64_t *seat = &w->seats[f->subject];
    struct waiter *p = waiter_of(w, f->subject);
    MUST(p != NULL);
    end_waiting(w, p);
    take_slot(w, f->channel);
    if (p->has_past) {
        p->sent_us = f->at_us;
        p->order_id = f->id;
        p->awaits_reply = 1;
        return;
    }
    check_sum(w, f, 0, f->at_us - p->requested_us);
    give_waiter(w, (uint32_t)(-*seat - 1));
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
    end_waiting(w, p);
    check_sum(w, f, parts_sum_us(p) + p->flight_us, f->at_us - p->requested_us);
}

static void follow_truly_paid(struct blocked *w, const struct fact *f)
{
    struct waiter *p = f->class != 0 ? NULL : waiter_of(w, order_id_slot(f->id));
    if (p == NULL || p->order_id != f->id) /* a transfer's; or checked as it went */
        return;
    check_sum(w, f, parts_sum_us(p) + p->flight_us + f->at_us - p->sent_us,
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
        change_cell(w, p);
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
    if (us == 0)
        return;
    for (uint32_t i = 0; i < w->active_count; i++) {
        struct cell *cell = &w->cells[w->active[i]];
        uint8_t reason = w->reasons[w->active[i]][w->slots_free];
        cell->us[reason] += us;
        w->totals.us[reason] += (wide)us * (int64_t)cell->count;
        if (reason == BLOCKED_QUOTA)
            w->totals.quota_fen_us += (wide)us * cell->amount_fen;
    }
}

static void end_pauses(struct blocked *w)
{
    while (w->pauses.count > 0 && w->pauses.items[0].key <= w->now_us) {
        struct entry_key due = key_heap_pop(&w->pauses);
        struct waiter *p = &w->items[due.index];
        if (p->pauses != due.stamp)
            continue;
        p->pauses = 0;
        change_cell(w, p);
    }
}

void blocked_after_event(struct blocked *w)
{
    if (w->waiting == 0 && w->pending_count == 0)
        return;
    end_pauses(w);
    w->slots_free = 0;
    for (uint32_t c = 0; c < CHANNELS; c++) {
        w->slots_free |= (uint8_t)(slot_free(w, c) << c);
        for (uint32_t b = 0; b < (w->shares == NULL ? 1 : w->config->business_count); b++)
            if (w->crossings[c][b].live > 0)
                draw_lines(w, c, b);
    }
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
    uint64_t count = 0;
    for (uint32_t i = 0; i < w->active_count; i++)
        if (w->reasons[w->active[i]][w->slots_free] == reason)
            count += w->cells[w->active[i]].count;
    return count;
}

void blocked_parts_us(const struct blocked *w, uint32_t slot, int64_t parts_us[BLOCKED_REASONS])
{
    memset(parts_us, 0, BLOCKED_REASONS * sizeof parts_us[0]);
    if (w->seats[slot] >= 0)
        return;
    const struct waiter *p = &w->items[-w->seats[slot] - 1];
    for (uint32_t r = 0; r < BLOCKED_REASONS; r++)
        parts_us[r] = p->parts_us[r] +
                      (p->place == PLACE_WAITING ? w->cells[p->cell].us[r] - p->entered_us[r] : 0);
}
