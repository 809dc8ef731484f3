/* auditor_transfers.c — that no transfer loses money or doubles it; see auditor.h.
 *
 * By the core's facts, of every transfer:
 *
 *     left its source = arrived + in transit + resting half-way + back
 *
 * In truth, of every order: one debit and one credit of the same amount at
 * most, at the accounts it names; a leg said to be done has its credit, and
 * one said to have failed has none, or its money back. */

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/must.h"
#include "core/base/pool.h"
#include "sim/auditor.h"

enum { AUDITED_TRANSFERS = 1024, ORDERS_AT_FIRST = 256 };

struct audited_transfer {
    int64_t amount_fen;
    uint64_t order; /* of the leg that is out; 0: none */
    uint8_t open;
    uint8_t from;
    uint8_t to;
    uint8_t at; /* the account where its money is, or from where it is under way */
    uint8_t leg;
};

struct audited_order {
    uint64_t id; /* 0: free */
    int64_t amount_fen;
    uint8_t from;
    uint8_t to;
    uint8_t service; /* enum leg_service */
    uint8_t debited;
    uint8_t credited;
    uint8_t returned;
};

struct auditor_transfers {
    struct audited_transfer items[AUDITED_TRANSFERS];
    struct audited_order *orders; /* open addressing */
    uint64_t mask;
    uint64_t order_count;
    /* over all transfers */
    int64_t left_fen;
    int64_t arrived_fen;
    int64_t in_transit_fen;
    int64_t resting_fen;
    int64_t back_fen;
    uint32_t checked;
    char *why;
    size_t why_size;
};

struct auditor_transfers *auditor_transfers_create(void)
{
    struct auditor_transfers *t = calloc(1, sizeof *t);
    MUST(t != NULL);
    t->mask = ORDERS_AT_FIRST - 1;
    t->orders = calloc(ORDERS_AT_FIRST, sizeof *t->orders);
    MUST(t->orders != NULL);
    return t;
}

void auditor_transfers_free(struct auditor_transfers *t)
{
    if (t == NULL)
        return;
    free(t->orders);
    free(t);
}

__attribute__((format(printf, 3, 4))) static void hold(struct auditor_transfers *t, bool holds,
                                                       const char *format, ...)
{
    t->checked++;
    if (holds || t->why[0] != '\0')
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(t->why, t->why_size, format, args);
    va_end(args);
}

/* --- orders, by id --------------------------------------------------------- */

static struct audited_order *slot_of(struct audited_order *orders, uint64_t mask, uint64_t id)
{
    uint64_t at = id * UINT64_C(0x9e3779b97f4a7c15) >> 20 & mask;
    while (orders[at].id != 0 && orders[at].id != id)
        at = (at + 1) & mask;
    return &orders[at];
}

static void grow(struct auditor_transfers *t)
{
    uint64_t mask = t->mask * 2 + 1;
    struct audited_order *orders = calloc(mask + 1, sizeof *orders);
    MUST(orders != NULL);
    for (uint64_t i = 0; i <= t->mask; i++)
        if (t->orders[i].id != 0)
            *slot_of(orders, mask, t->orders[i].id) = t->orders[i];
    free(t->orders);
    t->orders = orders;
    t->mask = mask;
}

static struct audited_order *order_of(struct auditor_transfers *t, uint64_t id, bool add)
{
    if (add && t->order_count * 2 > t->mask)
        grow(t);
    struct audited_order *o = slot_of(t->orders, t->mask, id);
    if (o->id == 0 && !add)
        return NULL;
    if (o->id == 0) {
        t->order_count++;
        *o = (struct audited_order){.id = id};
    }
    return o;
}

static bool takes_quota(uint8_t service)
{
    return service == SERVICE_PAYOUT || service == SERVICE_SETTLEMENT;
}

/* --- what the core says ---------------------------------------------------- */

static void begin(struct auditor_transfers *t, struct audited_transfer *x, const struct fact *f)
{
    hold(t, !x->open, "transfer %u began twice", f->subject);
    *x = (struct audited_transfer){
        .amount_fen = f->amount_fen, .open = 1, .from = f->class, .to = f->routes, .at = f->class};
}

/* Nothing is out from here on, and the money is where it is. */
static void leave(struct auditor_transfers *t, struct audited_transfer *x)
{
    if (x->at == x->from)
        t->left_fen += x->amount_fen;
    else
        t->resting_fen -= x->amount_fen;
    t->in_transit_fen += x->amount_fen;
}

static void send_leg(struct auditor_transfers *t, struct audited_transfer *x, const struct fact *f)
{
    struct audited_order *o = order_of(t, f->id, true);
    bool again = o->amount_fen != 0;
    hold(t, x->open && x->order == 0 && f->class == x->at,
         "transfer %u sent leg %u from account %u, its money is at %u%s", f->subject, f->session,
         f->class, x->at, x->order != 0 ? " or under way" : "");
    hold(t, !again, "order %" PRIx64 " of a transfer was sent twice", f->id);
    *o = (struct audited_order){.id = f->id,
                                .amount_fen = x->amount_fen,
                                .from = f->class,
                                .to = f->routes,
                                .service = f->state};
    x->order = f->id;
    x->leg = (uint8_t)f->session;
    leave(t, x);
}

/* The money lies at `account` again, where the leg led or where it began. */
static void land(struct auditor_transfers *t, struct audited_transfer *x, uint8_t account)
{
    t->in_transit_fen -= x->amount_fen;
    if (account == x->to)
        t->arrived_fen += x->amount_fen;
    else if (account == x->from)
        t->back_fen += x->amount_fen;
    else
        t->resting_fen += x->amount_fen;
    x->at = account;
    x->order = 0;
}

static void end_leg(struct auditor_transfers *t, struct audited_transfer *x, const struct fact *f)
{
    const struct audited_order *o = order_of(t, f->id, false);
    bool done = f->kind == FACT_LEG_DONE;
    hold(t, x->open && x->order == f->id && o != NULL && o->from == f->class && o->to == f->routes,
         "transfer %u: order %" PRIx64 " ended, which is not out", f->subject, f->id);
    if (o == NULL)
        return;
    if (done)
        hold(t, o->credited, "transfer %u: order %" PRIx64 " said to be done, nothing arrived",
             f->subject, f->id);
    else
        hold(t, !o->credited && (!o->debited || o->returned),
             "transfer %u: order %" PRIx64 " said to have failed, its money has moved", f->subject,
             f->id);
    if (x->order == f->id)
        land(t, x, done ? f->routes : f->class);
    if (!done && x->at == x->from) { /* as if it had never left */
        t->left_fen -= x->amount_fen;
        t->back_fen -= x->amount_fen;
    }
}

static void end_transfer(struct auditor_transfers *t, struct audited_transfer *x,
                         const struct fact *f)
{
    uint8_t where = f->kind == FACT_TRANSFER_DONE ? x->to : x->from;
    hold(t, x->open && x->order == 0 && x->at == where,
         "transfer %u %s, its money is at account %u%s", f->subject,
         f->kind == FACT_TRANSFER_DONE ? "is done" : "failed", x->at,
         x->order != 0 ? " and under way" : "");
    if (f->kind == FACT_TRANSFER_DONE) {
        t->left_fen -= x->amount_fen;
        t->arrived_fen -= x->amount_fen;
    }
    x->open = 0;
}

static void follow_core(struct auditor_transfers *t, const struct fact *f)
{
    MUST(f->subject < AUDITED_TRANSFERS);
    struct audited_transfer *x = &t->items[f->subject];
    switch ((int)f->kind) {
    case FACT_TRANSFER_REQUESTED:
        begin(t, x, f);
        break;
    case FACT_LEG_SENT:
        send_leg(t, x, f);
        break;
    case FACT_LEG_DONE:
    case FACT_LEG_FAILED:
        end_leg(t, x, f);
        break;
    case FACT_TRANSFER_RESTING:
        hold(t, x->open && x->order == 0 && x->at == f->state && x->at != x->to,
             "transfer %u rests at account %u, its money is at %u", f->subject, f->state, x->at);
        break;
    case FACT_TRANSFER_DONE:
    case FACT_TRANSFER_FAILED:
        end_transfer(t, x, f);
        break;
    default:
        NEVER("not a transfer's fact");
    }
    hold(t, t->left_fen == t->arrived_fen + t->in_transit_fen + t->resting_fen + t->back_fen,
         "transfers: %" PRId64 " fen left, %" PRId64 " arrived, %" PRId64 " in transit, %" PRId64
         " resting, %" PRId64 " back",
         t->left_fen, t->arrived_fen, t->in_transit_fen, t->resting_fen, t->back_fen);
}

/* --- what is true ---------------------------------------------------------- */

static void follow_truth(struct auditor_transfers *t, const struct fact *f)
{
    struct audited_order *o = order_of(t, f->id, false);
    hold(t, o != NULL, "account %u: a movement by order %" PRIx64 ", which no transfer sent",
         f->subject, f->id);
    if (o == NULL)
        return;
    int64_t size_fen = f->amount_fen < 0 ? -f->amount_fen : f->amount_fen;
    hold(t, size_fen == o->amount_fen,
         "order %" PRIx64 " moved %" PRId64 " fen instead of %" PRId64, f->id, size_fen,
         o->amount_fen);
    if (f->amount_fen < 0) {
        hold(t, !o->debited && f->subject == o->from && !takes_quota(o->service),
             "order %" PRIx64 " took money from account %u%s", f->id, f->subject,
             o->debited ? " a second time" : "");
        o->debited = 1;
    } else if (f->subject == o->to) {
        hold(t, !o->credited && !o->returned && (o->debited || takes_quota(o->service)),
             "order %" PRIx64 " brought money to account %u%s", f->id, f->subject,
             o->credited ? " a second time" : " that was not taken");
        o->credited = 1;
    } else {
        hold(t, f->subject == o->from && o->debited && !o->credited && !o->returned,
             "order %" PRIx64 " brought money to account %u", f->id, f->subject);
        o->returned = 1;
    }
}

uint32_t auditor_transfers_fact(struct auditor_transfers *t, const struct fact *f, char *why,
                                size_t why_size)
{
    t->checked = 0;
    t->why = why;
    t->why_size = why_size;
    switch ((int)f->kind) {
    case FACT_TRANSFER_REQUESTED:
    case FACT_LEG_SENT:
    case FACT_LEG_DONE:
    case FACT_LEG_FAILED:
    case FACT_TRANSFER_RESTING:
    case FACT_TRANSFER_DONE:
    case FACT_TRANSFER_FAILED:
        follow_core(t, f);
        break;
    case FACT_TRUE_MOVEMENT:
        if (f->id != 0)
            follow_truth(t, f);
        break;
    default:
        break;
    }
    return t->checked;
}

uint32_t auditor_transfers_at_rest(struct auditor_transfers *t, char *why, size_t why_size)
{
    t->checked = 0;
    t->why = why;
    t->why_size = why_size;
    for (uint64_t i = 0; i <= t->mask; i++) {
        const struct audited_order *o = &t->orders[i];
        if (o->id != 0 && o->debited)
            hold(t, o->credited || o->returned,
                 "order %" PRIx64 " took %" PRId64 " fen, which never arrived", o->id,
                 o->amount_fen);
    }
    if (t->order_count > 0)
        hold(t, t->in_transit_fen == 0 && t->resting_fen == 0,
             "%" PRId64 " fen in transit and %" PRId64 " resting, though all is at rest",
             t->in_transit_fen, t->resting_fen);
    return t->checked;
}
