/* list.c — the settlement list: every payment and return of one channel's day.
 *
 * A line proves payment.  A list is complete when its lines agree with the
 * count and total it came with; complete lists one after the other cover a
 * span of time.  An order paid in that span is in one of them, and none is
 * accepted more than ORDER_AGE_MAX_US after sending; one known to be accepted
 * has a day more, for it may be in processing when its day is cut off. */

#include "core/base/must.h"
#include "core/desk.h"

void list_opened(struct desk *d, const struct input *in)
{
    struct list_reading *list = &d->core->channels[in->channel].list;
    *list = (struct list_reading){.from_us = in->other_fen,
                                  .until_us = in->at_us,
                                  .count = in->count,
                                  .total_fen = in->amount_fen,
                                  .open = 1};
    desk_fact(d, (struct fact){.kind = FACT_LIST_OPENED,
                               .channel = in->channel,
                               .subject = NONE,
                               .session = in->count,
                               .amount_fen = in->amount_fen,
                               .other = in->at_us});
}

void list_reconcile(struct desk *d, uint32_t slot)
{
    struct payout *p = &d->payouts[slot];
    if (p->state == PAYOUT_SETTLED) {
        payout_step(p, PAYOUT_MATCHED);
        desk_fact(d, (struct fact){.kind = FACT_RECONCILED,
                                   .channel = p->channel,
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

static void match(struct desk *d, uint32_t slot)
{
    struct payout *p = &d->payouts[slot];
    p->flags |= PAYOUT_LISTED;
    if (!(p->flags & PAYOUT_UNLISTED))
        return; /* reconciled as its session settles */
    chain_remove(&d->core->channels[p->channel].unlisted, d->payouts, CHAIN_LINK_A, slot);
    list_reconcile(d, slot);
}

void list_line(struct desk *d, const struct input *in)
{
    struct list_reading *list = &d->core->channels[in->channel].list;
    if (!list->open)
        return;
    list->seen++;
    list->seen_fen = money_add(list->seen_fen, in->amount_fen);
    if (in->flag) {
        session_return(d, in);
        return;
    }
    if ((in->id & ORDER_ID_MOVE) && (in->id & ORDER_ID_LEG)) {
        transfers_listed(d, in);
        return;
    }
    uint32_t slot = order_id_slot(in->id);
    if (slot >= d->core->payout_pool.fresh || (in->id & ORDER_ID_MOVE) ||
        d->payouts[slot].round != order_id_round(in->id) ||
        d->payouts[slot].channel != in->channel) {
        outcome_old_news(d, in, MEANING_PAID, 0);
        return;
    }
    const struct payout *p = &d->payouts[slot];
    if (dispatch_hold_fen(d, (enum channel)in->channel, p) != in->amount_fen)
        desk_alert(d, (enum channel)in->channel, REASON_AMOUNT_DIFFERS, in->amount_fen,
                   p->amount_fen);
    if (payout_outcome_open((enum payout_state)p->state))
        outcome_found_paid(d, slot, in->session);
    if (p->state == PAYOUT_PAID || p->state == PAYOUT_SETTLED || p->state == PAYOUT_RETURNED)
        match(d, slot);
    else
        outcome_old_news(d, in, MEANING_PAID, 0);
}

void list_ended(struct desk *d, const struct input *in)
{
    struct channel_state *ch = &d->core->channels[in->channel];
    struct list_reading *list = &ch->list;
    if (!list->open)
        return;
    list->open = 0;
    bool complete = list->seen == list->count && list->seen_fen == list->total_fen;
    desk_fact(d, (struct fact){.kind = complete ? FACT_LIST_COMPLETE : FACT_LIST_BROKEN,
                               .channel = in->channel,
                               .reason = complete ? REASON_NONE : REASON_LIST_TOTAL_DIFFERS,
                               .subject = NONE,
                               .session = (uint32_t)list->seen,
                               .amount_fen = list->seen_fen,
                               .other = list->until_us});
    if (!complete)
        return;
    if (list->from_us <= ch->listed_until_us && list->until_us >= ch->listed_from_us) {
        if (list->from_us < ch->listed_from_us) /* late: it closes a gap */
            ch->listed_from_us = list->from_us;
        if (list->until_us > ch->listed_until_us)
            ch->listed_until_us = list->until_us;
    } else if (list->from_us > ch->listed_until_us) { /* what lies before the gap proves nothing */
        ch->listed_from_us = list->from_us;
        ch->listed_until_us = list->until_us;
    }
}

/* One that was accepted may still be in processing when its day is cut off; then
 * the next day's list has it. */
bool list_proves_absence(const struct desk *d, uint8_t channel, int64_t sent_us, bool accepted)
{
    const struct channel_state *ch = &d->core->channels[channel];
    int64_t over_us = sent_us + ORDER_AGE_MAX_US + (accepted ? US_PER_DAY : 0);
    return sent_us >= ch->listed_from_us && over_us <= ch->listed_until_us;
}
