/* session.c — news of clearing sessions: receipts, returns, closing, settlement. */

#include "core/base/must.h"
#include "core/desk.h"

static struct position *position_of(struct desk *d, const struct input *in)
{
    MUST(in->channel < CHANNELS);
    return &d->core->channels[in->channel].position;
}

static struct fact about(const struct desk *d, enum fact_kind kind, const struct input *in)
{
    return (struct fact){.kind = (uint8_t)kind,
                         .channel = in->channel,
                         .subject = NONE,
                         .session = in->session,
                         .amount_fen = in->amount_fen,
                         .other = desk_available_fen(d, (enum channel)in->channel)};
}

/* Money of ours that came in: to the receivable of its session, unless the
 * session's total had it in already. */
static enum session_news take_receipt(struct desk *d, const struct input *in, enum template what)
{
    enum session_news news = position_receipt(position_of(d, in), in->session, in->amount_fen);
    if (news == SESSION_UNHEARD_OF)
        desk_alert(d, (enum channel)in->channel, REASON_SESSION_UNHEARD_OF, in->amount_fen,
                   in->session);
    if (news == SESSION_BOOKED)
        desk_book(d, what, (struct booked_of){.channel = in->channel}, in->amount_fen);
    return news;
}

void session_receipt(struct desk *d, const struct input *in)
{
    MUST(in->amount_fen > 0);
    enum session_news news = take_receipt(d, in, TEMPLATE_RECEIPT);
    if (news == SESSION_UNHEARD_OF)
        return;
    if (news == SESSION_BOOKED) /* what the house kept: ours to bear, not the payer's */
        desk_book(d, TEMPLATE_RECEIPT_FEE, (struct booked_of){0}, in->other_fen);
    struct fact f = about(d, news == SESSION_BOOKED ? FACT_RECEIPT : FACT_RECEIPT_LATE, in);
    f.id = in->count;
    desk_fact(d, f);
}

void session_return(struct desk *d, const struct input *in)
{
    struct known known;
    if (!memory_find(d, in->reference, &known)) {
        struct fact f = about(d, FACT_STRAY, in);
        f.id = in->id;
        desk_fact(d, f);
        return;
    }
    /* Heard before, or of one whose payment we have not heard of yet; the
     * day's list says it again. */
    if (!payout_can(known.state, PAYOUT_SENT_BACK)) {
        if (payout_outcome_open(known.state) &&
            payout_order_id(known.slot, &d->payouts[known.slot]) == in->id)
            d->payouts[known.slot].flags |= PAYOUT_BACK_TOLD;
        return;
    }
    if (known.amount_fen != in->amount_fen)
        desk_alert(d, (enum channel)in->channel, REASON_AMOUNT_DIFFERS, in->amount_fen,
                   known.amount_fen);
    if (take_receipt(d, in, TEMPLATE_PAYMENT_RETURNS) == SESSION_UNHEARD_OF)
        return;
    if (known.slot != NONE) /* stays in its session's chain until that settles */
        payout_step(&d->payouts[known.slot], PAYOUT_SENT_BACK);
    else
        memory_set_state(d, known.map_at, PAYOUT_RETURNED);
    struct fact f = about(d, FACT_RETURNED, in);
    f.subject = known.slot;
    f.state = (uint8_t)known.state;
    f.id = in->id;
    desk_fact(d, f);
}

void session_ask_report(struct desk *d, enum channel channel)
{
    struct channel_state *ch = &d->core->channels[channel];
    ch->report_asked_us = d->now_us;
    ch->report_floor_fen = desk_available_fen(d, channel);
    effects_order(d->fx, (struct order){.kind = ORDER_REPORT_QUOTA,
                                        .channel = (uint8_t)channel,
                                        .sent_us = d->now_us});
}

/* The session's total is told: what no notice told singly is booked in one. */
static enum session_news take_total(struct desk *d, const struct input *in)
{
    int64_t untold_fen = 0;
    enum session_news news =
        position_session_closed(position_of(d, in), in->session, in->other_fen, &untold_fen);
    if (news == SESSION_UNHEARD_OF)
        desk_alert(d, (enum channel)in->channel, REASON_SESSION_UNHEARD_OF, in->other_fen,
                   in->session);
    if (news != SESSION_BOOKED)
        return news;
    if (untold_fen < 0) /* we were told of more than there was */
        desk_alert(d, (enum channel)in->channel, REASON_AMOUNT_DIFFERS, in->other_fen, untold_fen);
    desk_book(d, TEMPLATE_RECEIPTS_UNTOLD, (struct booked_of){.channel = in->channel}, untold_fen);
    struct fact f = about(d, FACT_SESSION_CLOSED, in);
    f.amount_fen = untold_fen;
    desk_fact(d, f);
    return news;
}

void session_closed(struct desk *d, const struct input *in)
{
    take_total(d, in);
    session_ask_report(d, (enum channel)in->channel);
}

/* Receivable and payable are written off together against the net on the
 * parent account; payments that the net has and we have not heard of yet go to
 * suspense. */
static void book_settlement(struct desk *d, const struct input *in, int64_t receipts_fen,
                            int64_t payments_fen)
{
    struct core *core = d->core;
    struct quota_rule rule = core->config.channels[in->channel].rule;
    int64_t net_fen = in->amount_fen;
    bool to_virtual = rule.settles_to == SETTLES_TO_VIRTUAL_ID && net_fen > 0;
    uint32_t account =
        account_find(&core->accounts, core->account_items,
                     to_virtual ? ACCOUNT_VIRTUAL_RESERVE : ACCOUNT_CENTRAL_BANK, in->channel);
    MUST(account != NONE);
    struct booked_of of = {.channel = in->channel, .account = (uint8_t)account};

    desk_book(d, TEMPLATE_NET_PAYABLE, of, payments_fen);
    desk_book(d, TEMPLATE_NET_RECEIVABLE, of, receipts_fen);
    desk_book(d, TEMPLATE_NET_MONEY, of, net_fen);
    int64_t short_fen = receipts_fen - payments_fen - net_fen;
    if (short_fen > 0)
        desk_book(d, TEMPLATE_NET_SHORT, of, short_fen);
    else
        desk_book(d, TEMPLATE_NET_LONG, of, -short_fen);
    nets_told(d, in->channel, in->session,
              (struct net){.account = of.account, .told_fen = net_fen, .short_fen = short_fen});
    desk_book(d, TEMPLATE_NET_QUOTA, of, quota_rule_to_acs_fen(rule, net_fen));
}

void session_settled(struct desk *d, const struct input *in)
{
    if (take_total(d, in) == SESSION_UNHEARD_OF) /* counts if its closing was overtaken */
        return;
    struct position *position = position_of(d, in);
    struct session *s = position_session(position, in->session);
    struct session told = s == NULL ? (struct session){0} : *s;

    if (position_session_settled(position, in->session, in->amount_fen) != SESSION_BOOKED)
        return;
    d->core->channels[in->channel].mapped_us = d->now_us;
    desk_fact(d, about(d, FACT_SESSION_SETTLED, in));
    book_settlement(d, in, told.receipts_fen, told.payments_fen);
    struct chain paid = {told.paid_head, told.paid_tail};
    d->core->policy_due_us = d->now_us; /* what may be moved away changed, whatever is available */
    chain_move_all(&d->core->settling, &paid, d->payouts, CHAIN_LINK_A);
    absence_net_settled(d, in->channel);
    session_ask_report(d, (enum channel)in->channel);
}

void session_settle_payouts(struct desk *d)
{
    struct chain *settling = &d->core->settling;
    while (settling->head != NONE && !desk_full(d)) {
        uint32_t slot = settling->head;
        struct payout *p = &d->payouts[slot];
        chain_remove(settling, d->payouts, CHAIN_LINK_A, slot);
        if (p->state == PAYOUT_PAID) {
            payout_step(p, PAYOUT_BOOKED);
            desk_fact(d, (struct fact){.kind = FACT_SETTLED,
                                       .channel = p->channel,
                                       .subject = slot,
                                       .id = payout_order_id(slot, p),
                                       .amount_fen = p->amount_fen});
        }
        if (p->flags & (PAYOUT_LISTED | PAYOUT_DECIDED))
            list_reconcile(d, slot);
        else
            list_await(d, slot);
    }
}

/* A report that shows less than we believed when we asked, less what we spent
 * since, means that money left which we know nothing of. */
void session_quota_reported(struct desk *d, const struct input *in)
{
    struct channel_state *ch = &d->core->channels[in->channel];
    if (in->at_us <= ch->reported_us)
        return;
    ch->reported_us = in->at_us;
    desk_fact(d, (struct fact){.kind = FACT_QUOTA_REPORTED,
                               .channel = in->channel,
                               .subject = NONE,
                               .id = (uint64_t)in->other_fen,
                               .amount_fen = in->amount_fen,
                               .other = in->at_us});
    balances_quota_reported(d, in);
    if (in->at_us >= ch->report_asked_us && in->amount_fen < ch->report_floor_fen)
        desk_alert(d, (enum channel)in->channel, REASON_REPORT_BELOW_BELIEF, in->amount_fen,
                   ch->report_floor_fen);
}

void session_fees_charged(struct desk *d, const struct input *in)
{
    MUST(in->amount_fen > 0);
    desk_book(d, TEMPLATE_FEES_BILLED, (struct booked_of){0}, in->amount_fen);
    if (in->channel < CHANNELS)
        desk_fact(d, about(d, FACT_FEES, in));
    else /* a bank's */
        desk_fact(d, (struct fact){.kind = FACT_FEES,
                                   .channel = CHANNEL_NONE,
                                   .subject = NONE,
                                   .amount_fen = in->amount_fen});
}
