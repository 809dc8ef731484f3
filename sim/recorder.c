/* recorder.c — see recorder.h. */

#include "sim/recorder.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/base/must.h"
#include "mocks/block.h"
#include "sim/told.h"

static bool any_trace(const struct scenario *s)
{
    const struct load_settings *l = s->loads.items;
    for (size_t i = 0; i < s->loads.count; i++)
        if (l[i].kind == LOAD_TRACE)
            return true;
    return false;
}

void recorder_init(struct recorder *r, const struct scenario *s, const struct column_list *columns,
                   const struct world *w, const struct core_config *config)
{
    uint32_t slots = config->limits.open_payouts;
    *r = (struct recorder){.scenario = s,
                           .world = w,
                           .columns = columns,
                           .slot_count = slots,
                           .last_us = s->clock.from_us};
    follow_init(&r->follow, config);
    for (uint32_t i = 0; i < ALERT_RULES_MAX; i++)
        r->alerts[i].since_us = NEVER_US;
    r->positions.world = w;
    r->positions.follow = &r->follow;
    r->blocked = blocked_create(config);
    r->positions.blocked = r->blocked;
    score_init(&r->score);
    if (any_trace(s)) {
        r->texts = block_take(slots, sizeof *r->texts);
        MUST(r->texts != NULL);
    }
    if (s->breakers.count > 0) {
        r->breaker_spans = calloc(BREAKER_SPANS_MAX, sizeof *r->breaker_spans);
        MUST(r->breaker_spans != NULL);
    }
    r->slots = block_take(slots, sizeof *r->slots);
    MUST(r->slots != NULL);
    curve_init(&r->curve, s->clock.from_us, s->clock.to_us, US_PER_MINUTE);
    mix_init(&r->mix, s->clock.from_us, s->clock.to_us, 5 * US_PER_MINUTE);
    r->acs_min_fen = world_acs_fen(w);
    r->unallocated_min_fen = w->central_bank.unallocated_fen;
    for (uint32_t c = 0; c < CHANNELS; c++) {
        r->channels[c].available_min_fen = house_available_fen(&w->houses[c]);
        r->channels[c].dry_since_us = NEVER_US;
    }
}

void recorder_free(struct recorder *r)
{
    block_give(r->slots, r->slot_count, sizeof *r->slots);
    block_give(r->texts, r->slot_count, sizeof *r->texts);
    curve_free(&r->curve);
    mix_free(&r->mix);
    blocked_free(r->blocked);
    score_free(&r->score);
    free(r->returnables);
    free(r->breaker_spans);
    payout_stats_free(&r->total);
    for (uint32_t i = 0; i < r->window_count; i++)
        payout_stats_free(&r->windows[i].stats);
}

struct window_stats *recorder_window(struct recorder *r, const struct window *w)
{
    for (uint32_t i = 0; i < r->window_count; i++)
        if (memcmp(&r->windows[i].window, w, sizeof *w) == 0)
            return &r->windows[i];
    if (r->window_count == WINDOWS_MAX)
        return NULL;
    r->windows[r->window_count] = (struct window_stats){.window = *w};
    return &r->windows[r->window_count++];
}

/* --- time ------------------------------------------------------------------ */

void recorder_advance(struct recorder *r, int64_t now_us)
{
    const struct world *w = r->world;
    int64_t end_us = r->scenario->clock.to_us;
    int64_t upto_us = now_us < end_us ? now_us : end_us;
    int64_t span_us = upto_us - r->last_us;
    blocked_advance(r->blocked, now_us);
    if (span_us <= 0)
        return;
    r->last_us = upto_us;
    r->means_us += span_us;
    int64_t idle_fen = w->central_bank.unallocated_fen;
    int64_t virtual_fen = 0;
    for (uint32_t c = 0; c < CHANNELS; c++) {
        const struct house *h = &w->houses[c];
        int64_t available_fen = house_available_fen(h);
        idle_fen += available_fen;
        r->channels[c].available_fen_us += (wide)available_fen * span_us;
        r->channels[c].mapped_fen_us += (wide)house_mapped_fen(h) * span_us;
        if (h->virtual_account != NONE)
            virtual_fen += w->books.balance_fen[h->virtual_account];
    }
    r->idle_fen_us += (wide)idle_fen * span_us;
    r->virtual_fen_us += (wide)virtual_fen * span_us;
}

void recorder_after_event(struct recorder *r)
{
    const struct world *w = r->world;
    blocked_after_event(r->blocked);
    if (world_acs_fen(w) < r->acs_min_fen)
        r->acs_min_fen = world_acs_fen(w);
    if (w->central_bank.unallocated_fen < r->unallocated_min_fen)
        r->unallocated_min_fen = w->central_bank.unallocated_fen;
    for (uint32_t c = 0; c < CHANNELS; c++) {
        int64_t available_fen = house_available_fen(&w->houses[c]);
        if (available_fen < r->channels[c].available_min_fen)
            r->channels[c].available_min_fen = available_fen;
    }
}

/* --- the load -------------------------------------------------------------- */

void recorder_collected(struct recorder *r, const struct arrival *a)
{
    r->collections += a->count;
    r->collected_fen = money_add(r->collected_fen, a->amount_fen);
    r->fees_fen = money_add(r->fees_fen, a->fee_fen);
}

void recorder_requests(struct recorder *r, const struct arrival *a)
{
    r->request = a;
}

void recorder_reference(const struct recorder *r, uint32_t slot, char out[REFERENCE_MAX + 1])
{
    MUST(slot < r->slot_count);
    if (r->texts != NULL && r->texts[slot][0] != '\0')
        memcpy(out, r->texts[slot], REFERENCE_MAX + 1);
    else
        reference_write((struct reference){r->slots[slot].reference_hi, 0}, out);
}

/* --- payouts --------------------------------------------------------------- */

/* What of a payout is added where; done for the total and each window it is in. */
enum addition { ADD_REQUEST, ADD_FIRST_SENT, ADD_TRULY_PAID, ADD_PAID, ADD_RETURNED, ADD_END };

struct added {
    enum addition what;
    int64_t requested_us;
    uint8_t business;
    uint8_t group;
    int64_t amount_fen;
    int64_t waited_us;
    enum payout_state end;
    bool late;
};

static void add_to(struct payout_stats *s, const struct added *a)
{
    struct waits *business = &s->by_business[a->business];
    struct waits *group = a->group < GROUPS_MAX ? &s->by_group[a->group] : NULL;
    switch (a->what) {
    case ADD_REQUEST:
        s->requested++;
        s->amount_requested_fen = money_add(s->amount_requested_fen, a->amount_fen);
        break;
    case ADD_FIRST_SENT:
        histogram_add(&s->all.queue_wait, a->waited_us);
        histogram_add(&business->queue_wait, a->waited_us);
        if (group != NULL)
            histogram_add(&group->queue_wait, a->waited_us);
        break;
    case ADD_TRULY_PAID:
        s->amount_paid_fen = money_add(s->amount_paid_fen, a->amount_fen);
        histogram_add(&s->all.wait, a->waited_us);
        histogram_add(&business->wait, a->waited_us);
        if (group != NULL)
            histogram_add(&group->wait, a->waited_us);
        break;
    case ADD_PAID:
        s->paid++;
        break;
    case ADD_RETURNED:
        s->paid--;
        break;
    case ADD_END:
        s->ended[a->end]++;
        break;
    }
    s->late += a->late;
}

static void add(struct recorder *r, const struct added *a)
{
    add_to(&r->total, a);
    for (uint32_t i = 0; i < r->window_count; i++)
        if (window_holds(&r->windows[i].window, (enum calendar)r->scenario->clock.calendar,
                         a->requested_us))
            add_to(&r->windows[i].stats, a);
}

static int64_t deadline_us(const struct recorder *r, uint8_t business)
{
    return ((const struct business_settings *)r->scenario->businesses.items)[business].deadline_us;
}

static uint8_t group_of(const struct recorder *r, const struct arrival *a)
{
    return r->merchant_group != NULL ? r->merchant_group[a->merchant] : GROUP_NONE;
}

static void note_requested(struct recorder *r, const struct fact *f)
{
    r->by_state[PAYOUT_REQUESTED]++;
    if (f->subject != NONE)
        r->slots[f->subject] = (struct slot_info){.requested_us = f->at_us,
                                                  .reference_hi = f->id,
                                                  .amount_fen = f->amount_fen,
                                                  .business = r->request->business & 31u,
                                                  .group = group_of(r, r->request) & 31u,
                                                  .open = 1};
    if (f->subject != NONE && r->texts != NULL)
        memcpy(r->texts[f->subject], r->request->text, sizeof r->request->text);
    add(r, &(struct added){.what = ADD_REQUEST,
                           .requested_us = f->at_us,
                           .business = r->request->business,
                           .amount_fen = f->amount_fen});
}

static void enqueue(struct recorder *r, const struct slot_info *slot, int sign)
{
    struct positions *p = &r->positions;
    p->depth += (uint64_t)sign;
    p->business_depth[slot->business] += (uint64_t)sign;
    p->amount_fen += sign * slot->amount_fen;
    p->business_amount_fen[slot->business] += sign * slot->amount_fen;
}

static void note_end(struct recorder *r, const struct fact *f, enum payout_state end)
{
    bool refused = f->kind == FACT_REFUSED;
    uint8_t business = refused ? r->request->business : r->slots[f->subject].business;
    int64_t requested_us = refused ? f->at_us : r->slots[f->subject].requested_us;
    if (!refused)
        r->slots[f->subject].open = 0;
    add(r, &(struct added){.what = ADD_END,
                           .requested_us = requested_us,
                           .business = business,
                           .end = end,
                           .late = end != PAYOUT_SETTLED && end != PAYOUT_RETURNED &&
                                   deadline_us(r, business) != 0});
}

static void note_sent(struct recorder *r, const struct fact *f)
{
    struct slot_info *slot = &r->slots[f->subject];
    if (slot->sent_before)
        return;
    slot->sent_before = 1;
    add(r, &(struct added){.what = ADD_FIRST_SENT,
                           .requested_us = slot->requested_us,
                           .business = slot->business,
                           .group = slot->group,
                           .waited_us = f->at_us - slot->requested_us});
}

static void begin_doubt(struct recorder *r, const struct fact *f)
{
    struct slot_info *slot = &r->slots[f->subject];
    int64_t after_us = f->at_us - slot->requested_us;
    MUST(after_us >= 0 && after_us + 1 < INT64_C(1) << 51);
    slot->doubt_us = (uint64_t)(after_us + 1) & ((UINT64_C(1) << 51) - 1);
    r->positions.in_doubt++;
}

static void end_doubt(struct recorder *r, const struct fact *f)
{
    struct slot_info *slot = &r->slots[f->subject];
    if (slot->doubt_us == 0)
        return;
    r->positions.in_doubt--;
    r->doubts_resolved++;
    r->doubt_us += f->at_us - slot->requested_us - ((int64_t)slot->doubt_us - 1);
    slot->doubt_us = 0;
}

/* The order id of a payout's attempt begins with its slot. */
static void note_truly_paid(struct recorder *r, const struct fact *f)
{
    struct slot_info *slot = &r->slots[order_id_slot(f->id)];
    const struct house *h = &r->world->houses[f->channel];
    int64_t amount_fen = h->orders[f->subject].amount_fen;
    int64_t waited_us = f->at_us - slot->requested_us;
    int64_t allowed_us = deadline_us(r, slot->business);
    bool again = slot->truly_paid;
    slot->truly_paid = 1;
    r->channels[f->channel].paid++;
    if (again) /* it has waited once */
        return;
    curve_add(&r->curve, slot->requested_us, waited_us);
    add(r, &(struct added){.what = ADD_TRULY_PAID,
                           .requested_us = slot->requested_us,
                           .business = slot->business,
                           .group = slot->group,
                           .amount_fen = amount_fen,
                           .waited_us = waited_us,
                           .late = allowed_us != 0 && waited_us > allowed_us});
}

/* --- fees: where they come to be owed, whatever day's bill they are on ------- */

/* Of a payout or a leg that takes quota. */
static void note_fee_of_payment(struct recorder *r, const struct fact *f)
{
    const struct house *h = &r->world->houses[f->channel];
    const struct house_order *o = &h->orders[f->subject];
    r->fees_fen = money_add(r->fees_fen, fee_of(house_fee(h, o->service), o->amount_fen));
}

/* Of a leg between accounts: its bank's, or UnionPay's. */
static void note_fee_of_leg(struct recorder *r, const struct fact *f)
{
    const struct world *w = r->world;
    const struct fee_terms *fee = NULL;
    switch ((enum leg_service)f->state) {
    case SERVICE_BANK:
        fee = &w->banks[w->statements.items[f->class].institution].terms->transfer.fee;
        break;
    case SERVICE_PREFUND:
    case SERVICE_RETURN:
    case SERVICE_ADJUST:
        fee = &w->houses[CHANNEL_UNIONPAY].terms->funds[f->state].fee;
        break;
    case SERVICE_PAYOUT:
    case SERVICE_SETTLEMENT: /* with its payment */
    case SERVICE_NONE:
    case SERVICES:
        return;
    }
    r->fees_fen = money_add(r->fees_fen, fee_of(fee, f->amount_fen));
}

/* --- states ---------------------------------------------------------------- */

static void move_state(struct recorder *r, enum payout_state from, enum payout_state to)
{
    r->by_state[from]--;
    r->by_state[to]++;
}

static enum payout_state sent_or_doubted(const struct recorder *r, const struct fact *f)
{
    return r->slots[f->subject].doubt_us != 0 ? PAYOUT_IN_DOUBT : PAYOUT_SENT;
}

/* Its slot will be another's, but its window must be found if it comes back. */
static void keep_returnable(struct recorder *r, const struct fact *f)
{
    if (r->window_count == 0 || house_find(&r->world->houses[f->channel], f->id) == NULL)
        return;
    if (r->returnable_count == r->returnable_capacity) {
        r->returnable_capacity = r->returnable_capacity == 0 ? 256 : r->returnable_capacity * 2;
        r->returnables = realloc(r->returnables, r->returnable_capacity * sizeof *r->returnables);
        MUST(r->returnables != NULL);
    }
    r->returnables[r->returnable_count++] =
        (struct returnable){.order_id = f->id, .requested_us = r->slots[f->subject].requested_us};
}

static void note_returned(struct recorder *r, const struct fact *f)
{
    struct added returned = {.what = ADD_RETURNED};
    if (f->state == PAYOUT_PAID) {
        returned.requested_us = r->slots[f->subject].requested_us;
        add(r, &returned);
        note_end(r, f, PAYOUT_RETURNED);
        return;
    }
    if (r->window_count == 0) {
        add_to(&r->total, &returned);
        return;
    }
    uint32_t i = 0;
    while (i < r->returnable_count && r->returnables[i].order_id != f->id)
        i++;
    MUST(i < r->returnable_count);
    returned.requested_us = r->returnables[i].requested_us;
    r->returnables[i] = r->returnables[--r->returnable_count];
    add(r, &returned);
}

static void add_step(struct recorder *r, const struct fact *f, enum addition what)
{
    add(r, &(struct added){.what = what,
                           .requested_us = r->slots[f->subject].requested_us,
                           .business = r->slots[f->subject].business});
}

static void note_payout(struct recorder *r, const struct fact *f)
{
    switch ((int)f->kind) {
    case FACT_REQUESTED:
        note_requested(r, f);
        return;
    case FACT_REFUSED:
        move_state(r, PAYOUT_REQUESTED, PAYOUT_REFUSED);
        note_end(r, f, PAYOUT_REFUSED);
        return;
    case FACT_QUEUED:
        move_state(r, PAYOUT_REQUESTED, PAYOUT_QUEUED);
        enqueue(r, &r->slots[f->subject], 1);
        return;
    case FACT_SENT:
        move_state(r, PAYOUT_QUEUED, PAYOUT_SENT);
        note_sent(r, f);
        return;
    case FACT_IN_DOUBT:
        move_state(r, PAYOUT_SENT, PAYOUT_IN_DOUBT);
        begin_doubt(r, f);
        return;
    case FACT_PAID:
        move_state(r, sent_or_doubted(r, f), PAYOUT_PAID);
        end_doubt(r, f);
        add_step(r, f, ADD_PAID);
        return;
    case FACT_ATTEMPT_FAILED: /* queued again or failed: the next fact says which */
        move_state(r, sent_or_doubted(r, f), PAYOUT_REQUESTED);
        r->channels[f->channel].failed++;
        end_doubt(r, f);
        return;
    case FACT_FAILED:
        move_state(r, PAYOUT_REQUESTED, PAYOUT_FAILED);
        note_end(r, f, PAYOUT_FAILED);
        return;
    case FACT_EXPIRED:
    case FACT_CANCELLED:
        enqueue(r, &r->slots[f->subject], -1);
        move_state(r, PAYOUT_QUEUED, f->kind == FACT_EXPIRED ? PAYOUT_EXPIRED : PAYOUT_CANCELLED);
        note_end(r, f, f->kind == FACT_EXPIRED ? PAYOUT_EXPIRED : PAYOUT_CANCELLED);
        return;
    case FACT_SETTLED:
        move_state(r, PAYOUT_PAID, PAYOUT_SETTLED);
        note_end(r, f, PAYOUT_SETTLED);
        keep_returnable(r, f);
        return;
    case FACT_RECONCILED:
        move_state(r, PAYOUT_SETTLED, PAYOUT_RECONCILED);
        return;
    case FACT_RETURNED:
        move_state(r, (enum payout_state)f->state, PAYOUT_RETURNED);
        note_returned(r, f);
        return;
    default:
        return;
    }
}

/* --- all facts ------------------------------------------------------------- */

static void note_dry(struct recorder *r, const struct fact *f)
{
    struct channel_tally *c = &r->channels[f->channel];
    if (f->kind == FACT_DRY_BEGAN) {
        c->dry_since_us = f->at_us;
    } else if (c->dry_since_us != NEVER_US) {
        c->dry_us += f->at_us - c->dry_since_us;
        c->dry_since_us = NEVER_US;
    }
}

static void note_alert(struct recorder *r, const struct fact *f)
{
    struct alert_tally *a = &r->alerts[f->subject];
    if (f->kind == FACT_ALERT_RAISED) {
        if (r->positions.alerts_raised[f->subject]++ == 0)
            a->first_us = f->at_us;
        a->since_us = f->at_us;
    } else {
        a->raised_us += f->at_us - a->since_us;
        a->since_us = NEVER_US;
    }
}

static bool is_shut(enum breaker_state state)
{
    return state == BREAKER_OPEN || state == BREAKER_HALF_OPEN || state == BREAKER_FORCED_OPEN;
}

static void note_breaker(struct recorder *r, const struct fact *f)
{
    uint32_t breaker = f->class - 1u;
    bool shut = f->kind != FACT_BREAKER_CLOSED;
    MUST(breaker < BREAKERS_MAX);
    r->breaker_openings[breaker] += f->kind == FACT_BREAKER_OPENED;
    if (r->breaker_spans != NULL && r->breaker_span_count < BREAKER_SPANS_MAX)
        r->breaker_spans[r->breaker_span_count++] =
            (struct breaker_span){.at_us = f->at_us,
                                  .key = (uint32_t)f->id,
                                  .breaker = (uint8_t)breaker,
                                  .state = (uint8_t)(f->kind - FACT_BREAKER_OPENED)};
    r->positions.breaker_keys[breaker] += shut - is_shut((enum breaker_state)f->state);
}

static void note_route(struct recorder *r, const struct fact *f)
{
    enqueue(r, &r->slots[f->subject], -1);
    r->decisions[f->reason]++;
    mix_add(&r->mix, f->at_us, (enum reason)f->reason);
}

/* Of an order whose payout has no slot any more; the names of a trace are forgotten with it. */
static void reference_of_order(const struct recorder *r, const struct fact *f,
                               char out[REFERENCE_MAX + 1])
{
    const struct house_order *o = f->channel < CHANNELS && f->state == BREAK_ABOUT_ORDER
                                      ? house_find(&r->world->houses[f->channel], f->id)
                                      : NULL;
    if (o != NULL && reference_is_synthetic(o->reference))
        reference_write(o->reference, out);
}

static void note_score(struct recorder *r, const struct fact *f)
{
    char reference[REFERENCE_MAX + 1] = "";
    if (f->kind == FACT_BREAK_OPENED && f->subject != NONE)
        recorder_reference(r, f->subject, reference);
    else if (f->kind == FACT_BREAK_OPENED)
        reference_of_order(r, f, reference);
    score_fact(&r->score, f, reference);
}

static void note_tag(struct recorder *r, const struct fact *f)
{
    int64_t *sum_fen = &r->untagged_fen[f->amount_fen < 0];
    if (f->kind == FACT_UNTAGGED)
        *sum_fen = money_add(*sum_fen, f->amount_fen < 0 ? -f->amount_fen : f->amount_fen);
    else if (f->class > 0)
        r->tag_matches[f->class - 1]++;
}

static void note_close(struct closing_tally *c, const struct fact *f)
{
    if (f->kind == FACT_BALANCE) {
        c->balances_fen = money_add(c->balances_fen, f->amount_fen);
        c->pending_fen = money_add(c->pending_fen, f->other);
        return;
    }
    c->unbalanced += c->balances_fen != 0 || c->pending_fen != 0 || f->amount_fen != (int64_t)f->id;
    c->balances_fen = c->pending_fen = 0;
}

/* What has nothing to do with any payout. */
static void note_other(struct recorder *r, const struct fact *f)
{
    switch ((int)f->kind) {
    case FACT_BREAKER_OPENED:
    case FACT_BREAKER_HALF_OPENED:
    case FACT_BREAKER_CLOSED:
        note_breaker(r, f);
        return;
    case FACT_DRY_BEGAN:
    case FACT_DRY_ENDED:
        note_dry(r, f);
        return;
    case FACT_ALERT_RAISED:
    case FACT_ALERT_CLEARED:
        note_alert(r, f);
        return;
    case FACT_RECONCILED:
    case FACT_BREAK_OPENED:
    case FACT_BREAK_PROPOSED:
    case FACT_BREAK_CLOSED:
    case FACT_TRUE_ERROR:
        note_score(r, f);
        return;
    case FACT_TAGGED:
    case FACT_UNTAGGED:
        note_tag(r, f);
        return;
    case FACT_BALANCE:
    case FACT_DAY_CLOSED:
        note_close(&r->closing, f);
        return;
    case FACT_BALANCE_AUDITED:
        balance_tally_fact(&r->balances, f);
        return;
    default:
        return;
    }
}

void recorder_fact(struct recorder *r, const struct fact *f)
{
    r->fact_counts[f->kind]++;
    follow_fact(&r->follow, f);
    blocked_fact(r->blocked, f);
    if (told_tells_available(f))
        r->positions.believed_fen[f->channel] = f->other;
    switch ((int)f->kind) {
    case FACT_SENT:
        note_route(r, f);
        break;
    case FACT_OPENED:
        if (f->channel != CHANNEL_NONE)
            r->positions.believed_fen[f->channel] = r->positions.reported_fen[f->channel] =
                f->other;
        break;
    case FACT_QUOTA_REPORTED:
        r->positions.reported_fen[f->channel] = f->amount_fen;
        break;
    case FACT_MOVE_DONE:
        r->moved_fen = money_add(r->moved_fen, f->amount_fen);
        break;
    case FACT_LEG_DONE:
        note_fee_of_leg(r, f);
        break;
    case FACT_TRUE_PAID:
        note_fee_of_payment(r, f);
        if (f->class == 0)
            note_truly_paid(r, f);
        break;
    default:
        break;
    }
    note_other(r, f);
    note_payout(r, f);
}

/* Stuck to the end and past its deadline. */
static void note_overdue(struct recorder *r, const struct slot_info *slot, int64_t now_us)
{
    int64_t allowed_us = deadline_us(r, slot->business);
    if (!slot->open || slot->truly_paid || allowed_us == 0 ||
        now_us - slot->requested_us <= allowed_us)
        return;
    r->total.late++;
    for (uint32_t i = 0; i < r->window_count; i++)
        if (window_holds(&r->windows[i].window, (enum calendar)r->scenario->clock.calendar,
                         slot->requested_us))
            r->windows[i].stats.late++;
}

void recorder_finish(struct recorder *r, int64_t now_us)
{
    recorder_advance(r, now_us);
    score_judge(&r->score);
    for (uint32_t i = 0; i < r->slot_count && i < r->total.requested; i++)
        note_overdue(r, &r->slots[i], now_us);
    for (uint32_t i = 0; i < ALERT_RULES_MAX; i++)
        if (r->alerts[i].since_us != NEVER_US)
            r->alerts[i].raised_us += now_us - r->alerts[i].since_us;
    for (uint32_t c = 0; c < CHANNELS; c++) {
        struct channel_tally *t = &r->channels[c];
        if (t->dry_since_us != NEVER_US)
            t->dry_us += now_us - t->dry_since_us;
    }
}
