/* auditor_payouts.c — the life of each payout, as facts tell it; doubts, and reasons. */

#include "sim/auditor_inside.h"

#include <stdlib.h>

#include "core/audit/match.h"
#include "core/base/civil.h"
#include "core/base/must.h"
#include "mocks/block.h"

/* --- payouts --------------------------------------------------------------- */

/* The states a fact may find a payout in, as bits, and the one it leaves. */
static bool payout_step_of(uint8_t kind, uint32_t *from, enum payout_state *to)
{
#define IN(state) (UINT32_C(1) << PAYOUT_##state)
    switch ((int)kind) {
    case FACT_QUEUED:
        /* after a failed attempt the payout is as if just requested */
        *from = IN(REQUESTED);
        *to = PAYOUT_QUEUED;
        return true;
    case FACT_SENT:
        *from = IN(QUEUED);
        *to = PAYOUT_SENT;
        return true;
    case FACT_IN_DOUBT:
        *from = IN(SENT);
        *to = PAYOUT_IN_DOUBT;
        return true;
    case FACT_PAID:
        *from = IN(SENT) | IN(IN_DOUBT);
        *to = PAYOUT_PAID;
        return true;
    case FACT_ATTEMPT_FAILED:
        *from = IN(SENT) | IN(IN_DOUBT);
        *to = PAYOUT_REQUESTED;
        return true;
    case FACT_FAILED:
        *from = IN(REQUESTED);
        *to = PAYOUT_FAILED;
        return true;
    case FACT_EXPIRED:
        *from = IN(QUEUED);
        *to = PAYOUT_EXPIRED;
        return true;
    case FACT_CANCELLED:
        *from = IN(QUEUED);
        *to = PAYOUT_CANCELLED;
        return true;
    case FACT_HELD:
    case FACT_RELEASED:
    case FACT_DENIED:
        *from = IN(QUEUED);
        *to = PAYOUT_QUEUED;
        return true;
    case FACT_SETTLED:
        *from = IN(PAID);
        *to = PAYOUT_SETTLED;
        return true;
    case FACT_RECONCILED:
        *from = IN(SETTLED);
        *to = PAYOUT_RECONCILED;
        return true;
    case FACT_RETURNED:
        *from = IN(PAID) | IN(SETTLED);
        *to = PAYOUT_RETURNED;
        return true;
    default:
        return false;
    }
#undef IN
}

bool auditor_is_end(enum payout_state state)
{
    return state == PAYOUT_RECONCILED || state == PAYOUT_RETURNED || state == PAYOUT_REFUSED ||
           state == PAYOUT_EXPIRED || state == PAYOUT_CANCELLED || state == PAYOUT_FAILED;
}

/* --- doubts: a dense list and a map into it, by slot ----------------------- */

static uint32_t doubt_at(const struct auditor *a, uint32_t slot)
{
    uint32_t tag = slot * UINT32_C(2654435761);
    for (uint32_t at = idmap_first(&a->doubt_map, a->doubt_slots, tag); at != NONE;
         at = idmap_next(&a->doubt_map, a->doubt_slots, tag, at))
        if (a->doubts[idmap_index(a->doubt_slots, at)].slot == slot)
            return at;
    return NONE;
}

static void grow_doubts(struct auditor *a)
{
    struct idmap old = a->doubt_map;
    struct idmap_slot *old_slots = a->doubt_slots;
    idmap_init(&a->doubt_map, old.capacity * 2);
    a->doubt_slots = block_take(idmap_slots(old.capacity * 2), sizeof *a->doubt_slots);
    MUST(a->doubt_slots != NULL);
    idmap_copy(&a->doubt_map, a->doubt_slots, &old, old_slots);
    block_give(old_slots, idmap_slots(old.capacity), sizeof *old_slots);
}

static uint32_t begin_doubt(struct auditor *a, uint32_t slot)
{
    if (a->doubt_count == a->doubt_capacity) {
        a->doubt_capacity = a->doubt_capacity == 0 ? 256 : a->doubt_capacity * 2;
        a->doubts = realloc(a->doubts, a->doubt_capacity * sizeof *a->doubts);
        MUST(a->doubts != NULL);
    }
    if (a->doubt_map.count == a->doubt_map.capacity)
        grow_doubts(a);
    a->doubts[a->doubt_count] = (struct audited_doubt){.slot = slot};
    MUST(idmap_add(&a->doubt_map, a->doubt_slots, slot * UINT32_C(2654435761), a->doubt_count++));
    return doubt_at(a, slot);
}

static void end_doubt(struct auditor *a, uint32_t slot)
{
    uint32_t at = doubt_at(a, slot);
    MUST(at != NONE);
    uint32_t index = idmap_index(a->doubt_slots, at);
    idmap_remove(&a->doubt_map, a->doubt_slots, at);
    uint32_t last = --a->doubt_count;
    if (index == last)
        return;
    a->doubts[index] = a->doubts[last];
    idmap_replace(a->doubt_slots, doubt_at(a, a->doubts[index].slot), index);
}

/* --- payouts, step by step ------------------------------------------------- */

static void follow_queue(struct auditor *a, const struct fact *f)
{
    char why[160] = "";
    bool others = false;
    if (f->kind == FACT_QUEUED)
        auditor_queue_put(a->queue, f);
    if (f->kind == FACT_SENT) {
        bool right = auditor_queue_may_send(
            a->queue, f, auditor_lent_fen(a, a->believed, (enum channel)f->channel), &others, why,
            sizeof why);
        if (others || !right)
            CHECK(a, INVARIANT_QUEUE_ORDER, right, "payout %u sent on %s: %s", f->subject,
                  channel_name((enum channel)f->channel), why);
        if (right)
            CHECK(a, INVARIANT_REASONS, auditor_queue_routed(a->queue, f),
                  "payout %u sent on %s for a reason that cannot be: %s", f->subject,
                  channel_name((enum channel)f->channel), reason_name((enum reason)f->reason));
    }
    if (f->kind == FACT_SENT || f->kind == FACT_EXPIRED || f->kind == FACT_CANCELLED)
        auditor_queue_remove(a->queue, f->subject);
    auditor_queue_fact(a->queue, f);
    if (f->kind == FACT_HELD || f->kind == FACT_RELEASED)
        CHECK(a, INVARIANT_ONE_STATE, auditor_queue_hold(a->queue, f), "payout %u was %s twice",
              f->subject, fact_kind_name((enum fact_kind)f->kind));
    if (f->kind == FACT_DENIED)
        CHECK(a, INVARIANT_ONE_STATE, auditor_queue_deny(a->queue, f),
              "payout %u is denied %u, which is no news", f->subject, f->routes);
}

static void follow_request(struct auditor *a, const struct fact *f)
{
    a->requested++;
    a->by_state[PAYOUT_REQUESTED]++;
    if (f->subject == NONE)
        return; /* to be refused */
    MUST(f->subject < a->config->limits.open_payouts);
    uint8_t *state = &a->states[f->subject];
    CHECK(a, INVARIANT_ONE_STATE,
          *state == PAYOUT_NOWHERE || auditor_is_end((enum payout_state) * state),
          "a request took slot %u of a payout that is %s", f->subject,
          payout_state_name((enum payout_state) * state));
    *state = PAYOUT_REQUESTED;
    auditor_queue_requested(a->queue, f);
    if (f->subject >= a->slots_used)
        a->slots_used = f->subject + 1;
}

/* Of a payout that has no slot, one state is as good as another's. */
static void follow_without_slot(struct auditor *a, enum payout_state from, enum payout_state to)
{
    bool some = a->by_state[from] > 0;
    CHECK(a, INVARIANT_ONE_STATE, some, "a payout became %s, but none was %s",
          payout_state_name(to), payout_state_name(from));
    a->by_state[from] -= some;
    a->by_state[to] += some;
}

/* No list has it: as settled as it will be, and its slot is free. */
static void follow_break(struct auditor *a, const struct fact *f)
{
    if (f->class != MATCH_MISSING_THEIRS || f->subject == NONE ||
        a->states[f->subject] != PAYOUT_SETTLED)
        return;
    a->states[f->subject] = PAYOUT_NOWHERE;
    a->settled_for_good++;
}

void auditor_follow_payout(struct auditor *a, const struct fact *f)
{
    uint32_t from;
    enum payout_state to;

    if (f->kind == FACT_REQUESTED) {
        follow_request(a, f);
        return;
    }
    if (f->kind == FACT_REFUSED) {
        follow_without_slot(a, PAYOUT_REQUESTED, PAYOUT_REFUSED);
        return;
    }
    if ((f->kind == FACT_RETURNED || f->kind == FACT_RECONCILED) && f->subject == NONE) {
        bool settled = f->kind == FACT_RECONCILED || f->state == PAYOUT_SETTLED;
        follow_without_slot(a, settled ? PAYOUT_SETTLED : PAYOUT_RECONCILED,
                            f->kind == FACT_RECONCILED ? PAYOUT_RECONCILED : PAYOUT_RETURNED);
        a->settled_for_good -= settled && a->settled_for_good > 0;
        return;
    }
    if (f->kind == FACT_BREAK_OPENED) {
        follow_break(a, f);
        return;
    }
    if (!payout_step_of(f->kind, &from, &to))
        return;
    MUST(f->subject < a->config->limits.open_payouts);
    uint8_t *state = &a->states[f->subject];
    bool in_order = (from >> *state & 1) != 0;
    CHECK(a, INVARIANT_ONE_STATE, in_order, "payout %u became %s while it was %s", f->subject,
          payout_state_name(to), payout_state_name((enum payout_state) * state));
    if (!in_order)
        return; /* said once; the models stay as they were */
    follow_queue(a, f);
    if (*state == PAYOUT_IN_DOUBT)
        end_doubt(a, f->subject);
    a->by_state[*state]--;
    a->by_state[to]++;
    *state = (uint8_t)to;
}

void auditor_follow_doubt(struct auditor *a, const struct fact *f)
{
    if (f->kind != FACT_IN_DOUBT && f->kind != FACT_QUERIED)
        return;
    CHECK(a, INVARIANT_REASONS, f->other >= f->at_us && f->other != NEVER_US,
          "payout %u in doubt has its next query in the past or never", f->subject);
    uint32_t at = doubt_at(a, f->subject);
    if (at == NONE)
        at = begin_doubt(a, f->subject);
    a->doubts[idmap_index(a->doubt_slots, at)].next_query_us = f->other;
}

void auditor_follow_reasons(struct auditor *a, const struct fact *f)
{
    switch ((int)f->kind) {
    case FACT_REFUSED:
    case FACT_REPEATED:
    case FACT_IN_DOUBT:
    case FACT_ATTEMPT_FAILED:
    case FACT_FAILED:
    case FACT_EXPIRED:
    case FACT_CANCELLED:
    case FACT_HELD:
    case FACT_RELEASED:
    case FACT_DENIED:
    case FACT_BREAKER_OPENED:
    case FACT_BREAKER_HALF_OPENED:
    case FACT_BREAKER_CLOSED:
    case FACT_CONTRADICTED:
    case FACT_MOVE_REQUESTED:
    case FACT_MOVE_FAILED:
    case FACT_MOVE_RESTRAINED:
    case FACT_BYPASSED:
    case FACT_ALERT:
    case FACT_ALERT_RAISED:
    case FACT_ALERT_CLEARED:
    case FACT_BACKLOG:
        CHECK(a, INVARIANT_REASONS, f->reason != REASON_NONE, "%s without a reason",
              fact_kind_name((enum fact_kind)f->kind));
        return;
    default:
        return;
    }
}
