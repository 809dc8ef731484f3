/* auditor_quota.c — each channel's quota, folded from facts: as believed, and in truth. */

#include "sim/auditor_inside.h"

#include <inttypes.h>

#include "core/base/must.h"

int64_t auditor_lent_fen(const struct auditor *a, const struct told_quota quotas[CHANNELS],
                         enum channel channel)
{
    return a->pooled ? told_spare_fen(&quotas[CHANNELS - 1 - channel], quotas == a->true_) : 0;
}

/* --- belief, as the facts tell it ------------------------------------------ */

void auditor_fold_opening(struct auditor *a, const struct fact *f)
{
    a->opened = true;
    if (f->channel == CHANNEL_NONE) {
        a->believed_unallocated_fen = f->amount_fen;
        return;
    }
    a->believed[f->channel].mapped_fen = f->amount_fen;
    a->believed_available_fen[f->channel] = f->other;
}

static void fold_unallocated(struct auditor *a, const struct fact *f)
{
    if (f->kind != FACT_MOVE_LEG_DONE)
        return;
    a->believed_unallocated_fen -= f->state == 1 ? f->amount_fen : -f->amount_fen;
    CHECK(a, INVARIANT_IDENTITIES, a->believed_unallocated_fen >= 0,
          "believed unallocated is %" PRId64 " fen", a->believed_unallocated_fen);
}

void auditor_fold_belief(struct auditor *a, const struct fact *f)
{
    struct told_quota *q = &a->believed[f->channel];
    told_fold(q, f);
    fold_unallocated(a, f);
    a->believed_available_fen[f->channel] = f->other;
    CHECK(a, INVARIANT_IDENTITIES, told_available_fen(q) == f->other,
          "%s: after %s the core believes %" PRId64 " fen available, its facts give "
          "%" PRId64,
          channel_name((enum channel)f->channel), fact_kind_name((enum fact_kind)f->kind), f->other,
          told_available_fen(q));
}

/* --- truth, as the mocks' facts tell it ------------------------------------ */

bool auditor_is_truth(uint8_t kind)
{
    return kind >= FACT_TRUE_ACCEPTED && kind <= FACT_TRUE_MOVED;
}

/* References by name, for ever: two are the same name once in 10^18.  A name's
 * place follows from the reference's lower half, which neighbours nearly share. */
static uint64_t *place_of(const struct auditor *a, struct reference r, uint64_t *name)
{
    *name = (r.lo ^ (r.hi * UINT64_C(0x9e3779b97f4a7c15) << 3)) & ~UINT64_C(1);
    if (*name == 0)
        *name = 2;
    uint64_t at = r.lo & a->paid_mask;
    while (a->paid[at] != 0 && (a->paid[at] & ~UINT64_C(1)) != *name)
        at = (at + 1) & a->paid_mask;
    return &a->paid[at];
}

void auditor_excuse_payment(struct auditor *a, struct reference reference)
{
    uint64_t name;
    uint64_t *place = place_of(a, reference, &name);
    MUST(*place != 0);
    *place |= 1;
}

/* Once the house said of the last payment that it failed, another is its fault. */
static void note_paid(struct auditor *a, const struct fact *f)
{
    const struct house_order *o = &a->world->houses[f->channel].orders[f->subject];
    uint64_t name;
    MUST(a->paid_count * 4 <= a->paid_mask * 3); /* no more references than the core remembers */
    uint64_t *place = place_of(a, o->reference, &name);
    bool excused = *place == (name | 1);
    bool again = *place == name;
    a->paid_twice += again;
    a->paid_twice_by_lie += excused;
    a->paid_count += *place == 0;
    *place = name;
    CHECK(a, INVARIANT_PAID_ONCE, !again, "order %" PRIx64 " on %s paid a reference again", f->id,
          channel_name((enum channel)f->channel));
}

void auditor_fold_truth(struct auditor *a, const struct fact *f)
{
    struct told_quota *q = &a->true_[f->channel];
    const struct house *h = &a->world->houses[f->channel];
    switch ((int)f->kind) {
    case FACT_TRUE_ACCEPTED:
        q->spoken_for_fen += f->amount_fen;
        CHECK(a, INVARIANT_NEVER_OVERDRAWN,
              told_available_fen(q) + auditor_lent_fen(a, a->true_, (enum channel)f->channel) >= 0,
              "%s took a payout of %" PRId64 " fen beyond its available quota",
              channel_name((enum channel)f->channel), f->amount_fen);
        break;
    case FACT_TRUE_FAILED:
        q->spoken_for_fen -= f->amount_fen;
        break;
    case FACT_TRUE_PAID:
        q->spoken_for_fen -= f->amount_fen;
        told_session(q, f->session)->payments_fen += f->amount_fen;
        if (f->class == 0) /* else a transfer's */
            note_paid(a, f);
        break;
    case FACT_TRUE_RECEIPT:
    case FACT_TRUE_RETURNED:
        told_session(q, f->session)->receipts_fen += f->amount_fen;
        break;
    case FACT_TRUE_SESSION_CLOSED:
        told_session(q, f->session)->closed = true;
        break;
    case FACT_TRUE_SESSION_SETTLED:
        CHECK(a, INVARIANT_IDENTITIES,
              told_session(q, f->session)->receipts_fen -
                      told_session(q, f->session)->payments_fen ==
                  f->amount_fen,
              "%s settles session %u with another net than its trades have",
              channel_name((enum channel)f->channel), f->session);
        told_settle(q, f->session, f->amount_fen);
        break;
    case FACT_TRUE_MOVED:
        q->mapped_fen += f->state == 1 ? f->amount_fen : -f->amount_fen;
        break;
    default:
        NEVER("not a fact about truth");
    }
    CHECK(a, INVARIANT_IDENTITIES,
          told_available_fen(q) == house_available_fen(h) && q->mapped_fen == house_mapped_fen(h),
          "%s: after %s available is %" PRId64 " fen, its facts give %" PRId64,
          channel_name((enum channel)f->channel), fact_kind_name((enum fact_kind)f->kind),
          house_available_fen(h), told_available_fen(q));
}

/* --- to and fro -------------------------------------------------------------- */

/* No move of a policy turns round one under way, or one that ended just now. */
static void check_turn(struct auditor *a, const struct fact *f, uint8_t place, bool fills)
{
    int64_t cool_down_us = a->config->allocation.cool_down_us;
    if (place >= CHANNELS || cool_down_us == 0)
        return;
    int64_t ended_us = fills ? a->drained_us[place] : a->filled_us[place];
    bool under_way = false;
    for (uint32_t i = 0; i < a->policy_move_count; i++)
        under_way |= (fills ? a->policy_moves[i].from : a->policy_moves[i].to) == place;
    if (ended_us == 0 && a->policy_move_count == 0)
        return;
    CHECK(a, INVARIANT_NO_BOUNCE,
          !under_way && (ended_us == 0 || f->at_us - ended_us >= cool_down_us),
          "a policy %s %s less than a cool-down after it did the opposite",
          fills ? "fills" : "takes from", channel_name((enum channel)place));
}

static void end_policy_move(struct auditor *a, const struct fact *f)
{
    for (uint32_t i = 0; i < a->policy_move_count; i++) {
        struct audited_move m = a->policy_moves[i];
        if (m.subject != f->subject)
            continue;
        bool done = f->kind == FACT_MOVE_DONE;
        if (m.from < CHANNELS && (done || m.left))
            a->drained_us[m.from] = f->at_us;
        if (m.to < CHANNELS && done)
            a->filled_us[m.to] = f->at_us;
        a->policy_moves[i] = a->policy_moves[--a->policy_move_count];
        return;
    }
}

void auditor_follow_moves(struct auditor *a, const struct fact *f)
{
    switch ((int)f->kind) {
    case FACT_MOVE_REQUESTED:
        if (f->reason == REASON_OPERATOR)
            return;
        check_turn(a, f, f->state, false);
        check_turn(a, f, f->channel, true);
        MUST(a->policy_move_count < AUDITED_MOVES_MAX);
        a->policy_moves[a->policy_move_count++] =
            (struct audited_move){.subject = f->subject, .from = f->state, .to = f->channel};
        return;
    case FACT_MOVE_LEG_DONE:
        for (uint32_t i = 0; i < a->policy_move_count; i++)
            if (a->policy_moves[i].subject == f->subject)
                a->policy_moves[i].left = true;
        return;
    case FACT_MOVE_DONE:
    case FACT_MOVE_FAILED:
        end_policy_move(a, f);
        return;
    default:
        return;
    }
}
