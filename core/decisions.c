/* decisions.c — payouts in doubt that no list decides, and what two people say became of them.
 *
 * A list may stay apart from its own count or total for reasons that have
 * nothing to do with a payout in doubt, and a house may go on saying that it has
 * the order.  Once the doubtful days are over, too, and every session has settled
 * in which it can have been paid, a break says that nobody knows (undecided).
 * The maker says what became of it, the checker agrees:
 *
 *     paid       it is booked as paid, out of what its session's net was short of,
 *                and no list is waited for
 *     not paid   its attempt has failed, and may be followed by another
 *
 * Of a payment that is known and that no list has, the same words say that its
 * line was withheld, or that the house had told us wrong: then its list never
 * counted it. */

#include "core/base/must.h"
#include "core/desk.h"

/* --- what can be decided ---------------------------------------------------- */

static bool can_be_decided(const struct desk *d, const struct payout *p)
{
    const struct channel_state *ch = &d->core->channels[p->channel];
    return p->state == PAYOUT_IN_DOUBT && !(p->flags & PAYOUT_UNDECIDED) &&
           list_sessions(d, p->channel, p->sent_us).last < ch->position.oldest &&
           lists_came_over(&ch->lists, p->sent_us, list_last_doubt_us(d, p->channel, p->sent_us));
}

/* False: there is no room for the break. */
static bool say_undecided(struct desk *d, uint32_t slot)
{
    struct payout *p = &d->payouts[slot];
    struct audit_break one = {.id = payout_order_id(slot, p),
                              .reference = p->reference,
                              .ours_fen = dispatch_hold_fen(d, (enum channel)p->channel, p),
                              .channel = p->channel,
                              .type = MATCH_MISSING_THEIRS,
                              .about = BREAK_ABOUT_ORDER,
                              .reason = REASON_UNDECIDED};
    break_open(d, one, slot);
    if (breaks_find(&d->core->breaks, one.channel, BREAK_ABOUT_ORDER, one.id,
                    MATCH_MISSING_THEIRS) == NONE)
        return false;
    p->flags |= PAYOUT_UNDECIDED;
    return true;
}

bool decisions_seek(struct desk *d, uint8_t channel)
{
    for (uint32_t i = 0; i <= QUERY_STEPS_MAX; i++) {
        uint32_t slot = d->core->channels[channel].queries[i].head;
        for (; slot != NONE; slot = d->payouts[slot].b.next) {
            if (!can_be_decided(d, &d->payouts[slot]))
                continue;
            if (desk_full(d))
                return false;
            if (!say_undecided(d, slot))
                return true; /* with the next list, perhaps */
        }
    }
    return true;
}

void decisions_spared(struct desk *d, uint32_t slot)
{
    struct payout *p = &d->payouts[slot];
    if (!(p->flags & PAYOUT_UNDECIDED))
        return;
    p->flags &= (uint8_t)~PAYOUT_UNDECIDED;
    break_close(d, p->channel, BREAK_ABOUT_ORDER, payout_order_id(slot, p), MATCH_MISSING_THEIRS,
                REASON_MATCHED_LATER);
}

/* --- deciding --------------------------------------------------------------- */

/* The payout in doubt that a break is about, or NONE. */
static uint32_t undecided_slot(struct desk *d, const struct audit_break *one)
{
    if (one->about != BREAK_ABOUT_ORDER || one->type != MATCH_MISSING_THEIRS)
        return NONE;
    return outcome_slot(d, &(struct input){.channel = one->channel, .id = one->id});
}

enum reason decisions_refuse(struct desk *d, const struct audit_break *one, const struct input *in)
{
    if (undecided_slot(d, one) != NONE)
        return in->flag == DECIDED_NOTHING ? REASON_UNDECIDED : REASON_NONE;
    bool of_payment = one->about == BREAK_ABOUT_ORDER && one->type == MATCH_MISSING_THEIRS;
    return in->flag == DECIDED_NOTHING || of_payment ? REASON_NONE : REASON_DECIDES_NOTHING;
}

/* Where it can have been paid in one day only, that day's list is known to lack it. */
static void take_as_paid(struct desk *d, uint32_t slot)
{
    struct payout *p = &d->payouts[slot];
    struct session_span span = list_sessions(d, p->channel, p->sent_us);
    int64_t hold_fen = dispatch_hold_fen(d, (enum channel)p->channel, p);
    uint32_t session = nets_short_of(d, p->channel, span, hold_fen);
    p->flags &= (uint8_t)~PAYOUT_LISTED; /* a line says that it failed */
    if (span.one_list)
        list_lacks(d, (enum channel)p->channel, session, hold_fen, LACK_CERTAIN);
    outcome_found_paid(d, slot, session);
    MUST(p->state == PAYOUT_PAID || p->state == PAYOUT_RETURNED);
    p->flags |= PAYOUT_DECIDED;
}

bool decisions_take(struct desk *d, const struct audit_break *one)
{
    bool paid = one->decided == DECIDED_PAID;
    uint32_t slot = undecided_slot(d, one);
    if (one->decided == DECIDED_NOTHING)
        return false;
    if (slot != NONE) {
        d->payouts[slot].flags &= (uint8_t)~PAYOUT_UNDECIDED; /* the break closes by itself */
        if (paid)
            take_as_paid(d, slot);
        else
            outcome_unpaid(d, slot, REASON_DECIDED);
    } else if (paid) {
        list_lacks_surely(d, one);
    } else {
        list_lacks_no_more(d, one);
    }
    d->core->channels[one->channel].seeks = 1; /* its list may agree now */
    desk_wake_at(d, d->now_us);
    return slot != NONE || paid; /* nothing of it is in suspense any more, or was */
}
