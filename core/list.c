/* list.c — the settlement list: every payment and return of one channel's day, matched with ours.
 *
 * A line proves payment, whatever else is wrong with the list.  Absence proves
 * that there was none only in lists that agree with the count and total they
 * came with (core/audit/lists.h): an order paid in the time they cover is in
 * one of them, none is accepted more than ORDER_AGE_MAX_US after sending, and
 * one that was, whether we heard of it or not, is paid or failed within the time
 * that the house promised.  What the lists do not have is in absence.c. */

#include "core/base/must.h"
#include "core/desk.h"

static struct audit_break about_line(const struct input *in, enum match_type type,
                                     enum reason reason, int64_t ours_fen)
{
    return (struct audit_break){.id = in->id,
                                .reference = in->reference,
                                .ours_fen = ours_fen,
                                .theirs_fen = in->amount_fen,
                                .channel = in->channel,
                                .type = (uint8_t)type,
                                .about = BREAK_ABOUT_ORDER,
                                .reason = (uint8_t)reason};
}

static void differs(struct desk *d, const struct input *in, enum match_type type, int64_t ours_fen,
                    uint32_t slot)
{
    break_open(d, about_line(in, type, REASON_LINES_DIFFER, ours_fen), slot);
}

void list_opened(struct desk *d, const struct input *in)
{
    MUST(in->channel < CHANNELS);
    lists_open(&d->core->channels[in->channel].lists, in->other_fen, in->at_us, in->count,
               in->amount_fen);
    desk_fact(d, (struct fact){.kind = FACT_LIST_OPENED,
                               .channel = in->channel,
                               .subject = NONE,
                               .session = in->count,
                               .amount_fen = in->amount_fen,
                               .other = in->at_us});
}

/* --- payments -------------------------------------------------------------- */

void list_reconcile(struct desk *d, uint32_t slot)
{
    struct payout *p = &d->payouts[slot];
    if (p->state == PAYOUT_SETTLED) {
        payout_step(p, PAYOUT_MATCHED);
        desk_fact(d, (struct fact){.kind = FACT_RECONCILED,
                                   .channel = p->channel,
                                   .reason = p->flags & PAYOUT_DECIDED ? REASON_DECIDED : 0,
                                   .subject = slot,
                                   .id = payout_order_id(slot, p),
                                   .amount_fen = p->amount_fen});
    }
    memory_finish(d, slot);
}

void list_await(struct desk *d, uint32_t slot)
{
    struct payout *p = &d->payouts[slot];
    p->flags |= PAYOUT_UNLISTED;
    chain_append(&d->core->channels[p->channel].unlisted, d->payouts, CHAIN_LINK_A, slot);
}

/* Reconciled as its session settles, or now that it has. */
static void match(struct desk *d, uint32_t slot)
{
    struct payout *p = &d->payouts[slot];
    p->flags |= PAYOUT_LISTED;
    if (!(p->flags & PAYOUT_UNLISTED))
        return;
    chain_remove(&d->core->channels[p->channel].unlisted, d->payouts, CHAIN_LINK_A, slot);
    list_reconcile(d, slot);
}

static bool known_as_paid(enum payout_state state)
{
    return state == PAYOUT_PAID || state == PAYOUT_SETTLED || state == PAYOUT_RECONCILED ||
           state == PAYOUT_RETURNED;
}

/* Of an attempt of which we heard that it had failed.  No other is to follow. */
static void take_paid_before(struct desk *d, const struct input *in, struct listed *list,
                             uint32_t slot)
{
    lists_found(list, in->amount_fen, in->amount_fen);
    outcome_old_news(d, in, MEANING_PAID, 0);
    differs(d, in, MATCH_STATUS_DIFFERS, 0, slot);
    if (slot == NONE)
        return;
    struct payout *p = &d->payouts[slot];
    if (p->state == PAYOUT_QUEUED)
        intake_stop_paid(d, slot);
    else if (payout_outcome_open((enum payout_state)p->state))
        p->flags |= PAYOUT_PAID_BEFORE;
}

/* Of the attempt that is out, or has paid, or of which we heard last that it failed. */
static void take_payment(struct desk *d, const struct input *in, struct listed *list, uint32_t slot)
{
    struct payout *p = &d->payouts[slot];
    int64_t ours_fen = dispatch_hold_fen(d, (enum channel)in->channel, p);
    if (p->flags & PAYOUT_LISTED && known_as_paid((enum payout_state)p->state)) {
        differs(d, in, MATCH_DUPLICATE, ours_fen, slot);
        return;
    }
    if (in->flag & LIST_LINE_FAILED) { /* proves nothing of a payment whose outcome is open */
        differs(d, in, MATCH_STATUS_DIFFERS, ours_fen, slot);
        if (payout_outcome_open((enum payout_state)p->state))
            p->flags |= PAYOUT_LISTED; /* as such, should it have been paid */
    } else if (payout_outcome_open((enum payout_state)p->state))
        outcome_found_paid(d, slot, in->session);
    if (p->state == PAYOUT_QUEUED && !(in->flag & LIST_LINE_FAILED))
        take_paid_before(d, in, list, slot);
    if (!known_as_paid((enum payout_state)p->state))
        return;
    if (in->amount_fen != ours_fen)
        differs(d, in, MATCH_AMOUNT_DIFFERS, ours_fen, slot);
    int64_t fee_fen = fee_of(&d->core->config.channels[in->channel].fee, p->amount_fen);
    if (in->other_fen != fee_fen) {
        struct audit_break one = about_line(in, MATCH_FEE_DIFFERS, REASON_LINES_DIFFER, fee_fen);
        one.theirs_fen = in->other_fen;
        break_open(d, one, slot);
    }
    lists_found(list, ours_fen, in->amount_fen);
    match(d, slot);
}

/* Of a payout that has ended, or of an attempt of which we thought that it had failed. */
static void take_old_payment(struct desk *d, const struct input *in, struct listed *list)
{
    struct known known;
    if (!memory_find(d, in->reference, &known)) {
        outcome_old_news(d, in, MEANING_PAID, 0);
        struct audit_break one = about_line(in, MATCH_MISSING_OURS, REASON_LISTED_ONLY, 0);
        one.since_us = list->until_us;
        break_doubt(d, one);
        return;
    }
    bool this_one = known.slot == NONE && known_as_paid(known.state) &&
                    known.attempt == (order_id_round(in->id) & 255);
    if (this_one && known.listed) {
        differs(d, in, MATCH_DUPLICATE,
                dispatch_hold_of_fen(d, (enum channel)in->channel, known.amount_fen), NONE);
        return;
    }
    if (in->flag & LIST_LINE_FAILED) /* as we thought, or nothing that we paid by */
        return;
    if (!this_one) {
        take_paid_before(d, in, list, known.slot);
        return;
    }
    uint32_t missing =
        breaks_find(&d->core->breaks, in->channel, BREAK_ABOUT_ORDER, in->id, MATCH_MISSING_THEIRS);
    if (missing != NONE && d->core->breaks.items[missing].since_us == list->until_us)
        list_lacks_no_more(d, &d->core->breaks.items[missing]); /* the same list, come again */
    lists_found(list, in->amount_fen, in->amount_fen);
    memory_set_listed(d, known.map_at);
    break_close(d, in->channel, BREAK_ABOUT_ORDER, in->id, MATCH_MISSING_THEIRS,
                REASON_MATCHED_LATER);
    if (known.state != PAYOUT_SETTLED)
        return;
    memory_set_state(d, known.map_at, PAYOUT_RECONCILED);
    desk_fact(d, (struct fact){.kind = FACT_RECONCILED,
                               .channel = in->channel,
                               .subject = NONE,
                               .id = in->id,
                               .amount_fen = known.amount_fen});
}

/* --- returns --------------------------------------------------------------- */

static void mark_returned(struct desk *d, const struct known *known)
{
    if (known->slot != NONE)
        d->payouts[known->slot].flags |= PAYOUT_BACK_LISTED;
    else
        memory_set_back_listed(d, known->map_at);
}

/* Of a payment that we have not heard of yet; when we do, it has come back. */
static void take_early_return(struct desk *d, const struct input *in, struct listed *list,
                              const struct known *known)
{
    if (!known->back_told)
        break_open(d, about_line(in, MATCH_RETURNED, REASON_LISTED_ONLY, 0), known->slot);
    d->payouts[known->slot].flags |= PAYOUT_BACK_TOLD;
    lists_found(list, known->amount_fen, in->amount_fen);
}

static void take_return(struct desk *d, const struct input *in, struct listed *list)
{
    struct known known;
    struct known after;
    bool found = memory_find(d, in->reference, &known);
    if (found && known.back_listed) {
        differs(d, in, MATCH_DUPLICATE, known.amount_fen, known.slot);
        return;
    }
    if (found && payout_outcome_open(known.state) &&
        payout_order_id(known.slot, &d->payouts[known.slot]) == in->id) {
        take_early_return(d, in, list, &known);
        return;
    }
    session_return(d, in);
    if (!found || !memory_find(d, in->reference, &after) || after.state != PAYOUT_RETURNED) {
        differs(d, in, MATCH_RETURNED, 0, found ? known.slot : NONE);
        return;
    }
    if (known.state != PAYOUT_RETURNED && !known.back_told) { /* nobody had told us */
        struct audit_break one = about_line(in, MATCH_RETURNED, REASON_LISTED_ONLY, 0);
        break_open(d, one, known.slot);
        break_close(d, in->channel, BREAK_ABOUT_ORDER, in->id, MATCH_RETURNED, REASON_BOOKED);
    }
    if (in->amount_fen != known.amount_fen)
        differs(d, in, MATCH_AMOUNT_DIFFERS, known.amount_fen, known.slot);
    lists_found(list, known.amount_fen, in->amount_fen);
    mark_returned(d, &known);
}

/* --- lines, and the end ---------------------------------------------------- */

static uint32_t slot_of(const struct desk *d, const struct input *in)
{
    uint32_t slot = order_id_slot(in->id);
    if ((in->id & ORDER_ID_MOVE) || slot >= d->core->payout_pool.fresh ||
        d->payouts[slot].round != order_id_round(in->id) || d->payouts[slot].channel != in->channel)
        return NONE;
    return slot;
}

void list_line(struct desk *d, const struct input *in)
{
    struct listed *list = lists_line(&d->core->channels[in->channel].lists);
    if (list == NULL)
        return;
    if (in->flag & LIST_LINE_RETURNED) {
        take_return(d, in, list);
        return;
    }
    if ((in->id & ORDER_ID_MOVE) && (in->id & ORDER_ID_LEG)) {
        lists_found(list, in->amount_fen, in->amount_fen);
        transfers_listed(d, in);
        return;
    }
    uint32_t slot = slot_of(d, in);
    if (slot != NONE)
        take_payment(d, in, list, slot);
    else
        take_old_payment(d, in, list);
}

void list_ended(struct desk *d, const struct input *in)
{
    struct channel_state *ch = &d->core->channels[in->channel];
    struct listed *list = lists_end(&ch->lists, in->flag == 0);
    if (list == NULL)
        return;
    bool agrees = lists_agrees(list);
    desk_fact(d, (struct fact){.kind = agrees ? FACT_LIST_COMPLETE : FACT_LIST_BROKEN,
                               .channel = in->channel,
                               .reason = agrees          ? REASON_NONE
                                         : in->flag == 0 ? REASON_LIST_TOTAL_DIFFERS
                                                         : REASON_LIST_TRUNCATED,
                               .subject = NONE,
                               .session = (uint32_t)list->lines,
                               .amount_fen = list->theirs_fen,
                               .other = list->until_us});
    absence_list_ended(d, in->channel, list);
}
