/* auditor_quota.c — each channel's quota, folded from facts: as believed, and in truth. */

#include "sim/auditor_inside.h"

#include <inttypes.h>

#include "core/base/must.h"

/* --- the model of a quota, as the design writes it ------------------------- */

static struct audited_session *session_of(struct audited_quota *q, uint32_t number)
{
    if (number > q->last)
        q->last = number;
    return &q->sessions[number % SESSIONS_MAX];
}

static bool settled_before(const struct audited_quota *q, uint32_t number)
{
    return number < q->first || q->sessions[number % SESSIONS_MAX].settled;
}

static int64_t counts_for_fen(struct quota_rule rule, const struct audited_session *s)
{
    int64_t net_fen = s->receipts_fen - s->payments_fen;
    if (rule.settles_to == SETTLES_TO_VIRTUAL_ID) {
        if (rule.receipts_count == RECEIPTS_AT_ONCE)
            return net_fen > 0 ? 0 : net_fen;
        return -s->payments_fen;
    }
    if (rule.receipts_count == RECEIPTS_AT_ONCE)
        return net_fen;
    if (rule.receipts_count == RECEIPTS_AT_SESSION && s->closed)
        return net_fen;
    return -s->payments_fen;
}

static int64_t available_fen(const struct audited_quota *q)
{
    int64_t sum_fen = q->mapped_fen - q->spoken_for_fen - q->leaving_fen;
    for (uint32_t n = q->first; n <= q->last; n++) {
        const struct audited_session *s = &q->sessions[n % SESSIONS_MAX];
        if (!s->settled)
            sum_fen += counts_for_fen(q->rule, s);
    }
    return sum_fen;
}

static void settle_session(struct audited_quota *q, uint32_t number, int64_t net_fen)
{
    struct audited_session *s = session_of(q, number);
    bool keeps = q->rule.settles_to == SETTLES_TO_ACS || net_fen < 0;
    q->mapped_fen += keeps ? net_fen : 0;
    s->settled = true;
    while (q->first <= q->last && q->sessions[q->first % SESSIONS_MAX].settled) {
        q->sessions[q->first % SESSIONS_MAX] = (struct audited_session){0};
        q->first++;
    }
}

/* --- belief, as the facts tell it ------------------------------------------ */

/* The kinds after which `other` is the channel's believed available. */
bool auditor_tells_available(const struct fact *f)
{
    switch ((int)f->kind) {
    case FACT_SENT:
    case FACT_PAID:
    case FACT_ATTEMPT_FAILED:
    case FACT_RETURNED:
    case FACT_RECEIPT:
    case FACT_SESSION_CLOSED:
    case FACT_SESSION_SETTLED:
    case FACT_MOVE_SENT:
    case FACT_MOVE_LEG_DONE:
    case FACT_MOVE_LEG_FAILED:
        return true;
    case FACT_LEG_SENT:
    case FACT_LEG_DONE:
    case FACT_LEG_FAILED:
        return f->channel != CHANNEL_NONE; /* it takes quota */
    default:
        return false;
    }
}

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

static void fold_move_leg(struct auditor *a, const struct fact *f)
{
    struct audited_quota *q = &a->believed[f->channel];
    bool increase = f->state == 1;
    bool done = f->kind == FACT_MOVE_LEG_DONE;
    if (f->kind == FACT_MOVE_SENT) {
        q->leaving_fen += increase ? 0 : f->amount_fen;
        return;
    }
    q->leaving_fen -= increase ? 0 : f->amount_fen;
    if (!done)
        return;
    q->mapped_fen += increase ? f->amount_fen : -f->amount_fen;
    a->believed_unallocated_fen -= increase ? f->amount_fen : -f->amount_fen;
    CHECK(a, INVARIANT_IDENTITIES, a->believed_unallocated_fen >= 0,
          "believed unallocated is %" PRId64 " fen", a->believed_unallocated_fen);
}

void auditor_fold_belief(struct auditor *a, const struct fact *f)
{
    struct audited_quota *q = &a->believed[f->channel];
    switch ((int)f->kind) {
    case FACT_SENT:
    case FACT_LEG_SENT:
        q->spoken_for_fen += f->amount_fen;
        break;
    case FACT_ATTEMPT_FAILED:
    case FACT_LEG_FAILED:
        q->spoken_for_fen -= f->amount_fen;
        break;
    case FACT_PAID:
    case FACT_LEG_DONE:
        q->spoken_for_fen -= f->amount_fen;
        if (!settled_before(q, f->session))
            session_of(q, f->session)->payments_fen += f->amount_fen;
        break;
    case FACT_RECEIPT:
    case FACT_RETURNED: /* once the total was told, a single one is in it */
        if (!settled_before(q, f->session) && !session_of(q, f->session)->closed)
            session_of(q, f->session)->receipts_fen += f->amount_fen;
        break;
    case FACT_SESSION_CLOSED:
        session_of(q, f->session)->receipts_fen += f->amount_fen;
        session_of(q, f->session)->closed = true;
        break;
    case FACT_SESSION_SETTLED:
        settle_session(q, f->session, f->amount_fen);
        break;
    default:
        fold_move_leg(a, f);
        break;
    }
    a->believed_available_fen[f->channel] = f->other;
    CHECK(a, INVARIANT_IDENTITIES, available_fen(q) == f->other,
          "%s: after %s the core believes %" PRId64 " fen available, its facts give "
          "%" PRId64,
          channel_name((enum channel)f->channel), fact_kind_name((enum fact_kind)f->kind), f->other,
          available_fen(q));
}

/* --- truth, as the mocks' facts tell it ------------------------------------ */

bool auditor_is_truth(uint8_t kind)
{
    return kind >= FACT_TRUE_ACCEPTED && kind <= FACT_TRUE_MOVED;
}

/* References by name, for ever: two are the same name once in 10^19.  A name's
 * place follows from the reference's lower half, which neighbours nearly share. */
static void note_paid(struct auditor *a, const struct fact *f)
{
    const struct house_order *o = &a->world->houses[f->channel].orders[f->subject];
    uint64_t name = o->reference.lo ^ (o->reference.hi * UINT64_C(0x9e3779b97f4a7c15) << 3);
    if (name == 0)
        name = 1;
    MUST(a->paid_count * 4 <= a->paid_mask * 3); /* no more references than the core remembers */
    uint64_t at = o->reference.lo & a->paid_mask;
    while (a->paid[at] != 0 && a->paid[at] != name)
        at = (at + 1) & a->paid_mask;
    bool again = a->paid[at] == name;
    a->paid_twice += again;
    a->paid_count += !again;
    a->paid[at] = name;
    CHECK(a, INVARIANT_PAID_ONCE, !again, "order %" PRIx64 " on %s paid a reference again", f->id,
          channel_name((enum channel)f->channel));
}

void auditor_fold_truth(struct auditor *a, const struct fact *f)
{
    struct audited_quota *q = &a->true_[f->channel];
    const struct house *h = &a->world->houses[f->channel];
    switch ((int)f->kind) {
    case FACT_TRUE_ACCEPTED:
        q->spoken_for_fen += f->amount_fen;
        CHECK(a, INVARIANT_NEVER_OVERDRAWN, available_fen(q) >= 0,
              "%s took a payout of %" PRId64 " fen beyond its available quota",
              channel_name((enum channel)f->channel), f->amount_fen);
        break;
    case FACT_TRUE_FAILED:
        q->spoken_for_fen -= f->amount_fen;
        break;
    case FACT_TRUE_PAID:
        q->spoken_for_fen -= f->amount_fen;
        session_of(q, f->session)->payments_fen += f->amount_fen;
        if (f->class == 0) /* else a transfer's */
            note_paid(a, f);
        break;
    case FACT_TRUE_RECEIPT:
    case FACT_TRUE_RETURNED:
        session_of(q, f->session)->receipts_fen += f->amount_fen;
        break;
    case FACT_TRUE_SESSION_CLOSED:
        session_of(q, f->session)->closed = true;
        break;
    case FACT_TRUE_SESSION_SETTLED:
        CHECK(a, INVARIANT_IDENTITIES,
              session_of(q, f->session)->receipts_fen - session_of(q, f->session)->payments_fen ==
                  f->amount_fen,
              "%s settles session %u with another net than its trades have",
              channel_name((enum channel)f->channel), f->session);
        settle_session(q, f->session, f->amount_fen);
        break;
    case FACT_TRUE_MOVED:
        q->mapped_fen += f->state == 1 ? f->amount_fen : -f->amount_fen;
        break;
    default:
        NEVER("not a fact about truth");
    }
    CHECK(a, INVARIANT_IDENTITIES,
          available_fen(q) == house_available_fen(h) && q->mapped_fen == house_mapped_fen(h),
          "%s: after %s available is %" PRId64 " fen, its facts give %" PRId64,
          channel_name((enum channel)f->channel), fact_kind_name((enum fact_kind)f->kind),
          house_available_fen(h), available_fen(q));
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
