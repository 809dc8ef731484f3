/* outcome.c — what became of a payout that was sent.
 *
 * A payout whose outcome is open is held, watched by its channel's query
 * schedule, and stays so until something definitive is heard: a final answer,
 * or "not found" of an order that the settlement lists of all the time in which
 * it can have been paid do not have either.  "Not found" alone proves nothing: a
 * list may yet have it.  What all of that leaves open, two people decide
 * (decisions.c). */

#include "core/base/must.h"
#include "core/desk.h"

static const struct channel_terms *terms_of(const struct desk *d, const struct payout *p)
{
    return &d->core->config.channels[p->channel];
}

static struct fact about(const struct desk *d, enum fact_kind kind, uint32_t slot)
{
    const struct payout *p = &d->payouts[slot];
    return (struct fact){.kind = (uint8_t)kind,
                         .channel = p->channel,
                         .state = p->state,
                         .subject = slot,
                         .id = payout_order_id(slot, p),
                         .amount_fen = dispatch_hold_fen(d, (enum channel)p->channel, p)};
}

static struct chain *query_chain(struct desk *d, const struct payout *p)
{
    uint32_t steps = terms_of(d, p)->query_steps;
    return &d->core->channels[p->channel].queries[p->passes < steps ? p->passes : steps];
}

static int64_t query_due_us(const struct desk *d, const struct payout *p)
{
    return p->passes == 0 ? p->sent_us + terms_of(d, p)->query_after_us[0] : p->in.query_us;
}

/* The reply came, or will not be waited for: the slot is free again, and the
 * call is over. */
static void stop_waiting(struct desk *d, uint32_t slot, enum breaker_outcome outcome)
{
    struct payout *p = &d->payouts[slot];
    if (p->state != PAYOUT_SENT || (p->flags & PAYOUT_ACCEPTED))
        return;
    chain_remove(&d->core->channels[p->channel].replies, d->payouts, CHAIN_LINK_A, slot);
    dispatch_slot_freed(d, (enum channel)p->channel);
    breakers_answered(d, slot, outcome);
}

/* The outcome is known: out of every chain of an open one. */
static void close_outcome(struct desk *d, uint32_t slot, enum breaker_outcome outcome)
{
    struct payout *p = &d->payouts[slot];
    MUST(payout_outcome_open((enum payout_state)p->state));
    stop_waiting(d, slot, outcome);
    chain_remove(query_chain(d, p), d->payouts, CHAIN_LINK_B, slot);
    if (p->state == PAYOUT_IN_DOUBT)
        doubts_end(d);
    decisions_spared(d, slot);
}

static void book_payout(struct desk *d, enum booking how, const struct payout *p)
{
    struct booked_of of = {.channel = p->channel};
    const struct fee_terms *fee = &terms_of(d, p)->fee;
    desk_book(d, template_phase(TEMPLATE_PAYOUT_PENDS, how), of, p->amount_fen);
    if (fee->in_net) /* else it is billed daily */
        desk_book(d, template_phase(TEMPLATE_PAYOUT_FEE_PENDS, how), of,
                  fee_of(fee, p->amount_fen));
}

void outcome_settled_before(struct desk *d, enum channel channel, uint32_t session,
                            int64_t hold_fen)
{
    nets_explained(d, (uint8_t)channel, session, hold_fen);
    desk_book(d, TEMPLATE_SHORT_EXPLAINED, (struct booked_of){.channel = (uint8_t)channel},
              hold_fen);
}

/* A notice, or a list, had said before that it came back; the money counts with the total of
 * the session it came back in. */
static void come_back(struct desk *d, uint32_t slot)
{
    struct payout *p = &d->payouts[slot];
    struct fact f = about(d, FACT_RETURNED, slot);
    f.amount_fen = 0;
    f.other = desk_available_fen(d, (enum channel)p->channel);
    payout_step(p, PAYOUT_SENT_BACK);
    desk_fact(d, f);
    break_close(d, p->channel, BREAK_ABOUT_ORDER, f.id, MATCH_RETURNED, REASON_BOOKED);
}

void outcome_found_paid(struct desk *d, uint32_t slot, uint32_t session)
{
    struct payout *p = &d->payouts[slot];
    struct position *position = &d->core->channels[p->channel].position;
    int64_t hold_fen = dispatch_hold_fen(d, (enum channel)p->channel, p);
    struct session *s = position_session(position, session);

    enum session_news news = position_paid(position, session, hold_fen);
    if (news == SESSION_UNHEARD_OF) { /* nonsense: the payout stays open, queries go on */
        desk_alert(d, (enum channel)p->channel, REASON_SESSION_UNHEARD_OF, hold_fen, session);
        return;
    }
    if (p->state == PAYOUT_SENT)
        route_learn(d, (enum channel)p->channel, true);
    close_outcome(d, slot, BREAKER_SUCCESS);
    payout_step(p, PAYOUT_FOUND_PAID);
    if (p->flags & PAYOUT_LISTED)
        list_lacks(d, (enum channel)p->channel, session, hold_fen, LACK_CERTAIN);
    payout_note_paid(p, d->now_us, session);
    struct fact f = about(d, FACT_PAID, slot);
    f.session = session;
    f.other = desk_available_fen(d, (enum channel)p->channel);
    desk_fact(d, f);
    book_payout(d, BOOKING_TAKE, p);
    if (news == SESSION_BOOKED) {
        struct chain paid = {s->paid_head, s->paid_tail};
        chain_append(&paid, d->payouts, CHAIN_LINK_A, slot);
        s->paid_head = paid.head;
        s->paid_tail = paid.tail;
    } else { /* the settled net had it in: it stands in suspense until now */
        outcome_settled_before(d, (enum channel)p->channel, session, hold_fen);
        chain_append(&d->core->settling, d->payouts, CHAIN_LINK_A, slot);
        desk_wake_at(d, d->now_us);
    }
    if (p->flags & PAYOUT_BACK_TOLD)
        come_back(d, slot);
}

static void give_up(struct desk *d, uint32_t slot, enum reason reason, uint16_t code)
{
    payout_step(&d->payouts[slot], PAYOUT_GIVEN_UP);
    struct fact f = about(d, FACT_FAILED, slot);
    f.reason = (uint8_t)reason;
    f.code = code;
    desk_fact(d, f);
    memory_finish(d, slot);
}

/* The channels not yet tried, at once; else all of them, after a while. */
static void try_again(struct desk *d, uint32_t slot)
{
    struct payout *p = &d->payouts[slot];
    uint8_t untried = payout_to_try(p) & (uint8_t) ~(1 << p->channel);
    int64_t not_before_us = d->now_us;

    if (untried == 0) {
        untried = payout_allowed(p);
        not_before_us += d->core->config.retry_after_us << (payout_attempt(p) - 1);
    }
    payout_step(p, PAYOUT_REQUEUED);
    payout_try_on(p, untried);
    p->flags = PAYOUT_RETRIED;
    p->passes = 0;
    intake_enqueue(d, slot, not_before_us);
}

static void attempt_failed(struct desk *d, uint32_t slot, enum reason reason, uint16_t code)
{
    struct payout *p = &d->payouts[slot];
    enum channel channel = (enum channel)p->channel;
    bool worth_it = reason != REASON_CODE || code_worth_another_attempt(channel, code);
    bool paid_before = (p->flags & PAYOUT_PAID_BEFORE) != 0; /* by an earlier one */
    bool own_fault = reason == REASON_CODE && code_blames_order(channel, code);

    if (p->state == PAYOUT_SENT && worth_it)
        route_learn(d, channel, false);
    close_outcome(d, slot, own_fault ? BREAKER_IGNORED : BREAKER_FAILURE);
    position_release(&d->core->channels[channel].position, dispatch_hold_fen(d, channel, p));
    dispatch_share_back(d, p, dispatch_hold_fen(d, channel, p));
    struct fact f = about(d, FACT_ATTEMPT_FAILED, slot);
    f.reason = (uint8_t)reason;
    f.code = code;
    f.other = desk_available_fen(d, channel);
    desk_fact(d, f);
    book_payout(d, BOOKING_VOID, p);
    if (paid_before)
        give_up(d, slot, REASON_PAID_AFTER_FAILED, code);
    else if (!worth_it)
        give_up(d, slot, reason, code);
    else if (payout_attempt(p) > d->core->config.retries)
        give_up(d, slot, REASON_NO_RETRY_LEFT, code);
    else
        try_again(d, slot);
}

void outcome_unpaid(struct desk *d, uint32_t slot, enum reason reason)
{
    attempt_failed(d, slot, reason, CODE_UNLISTED);
}

static void doubt(struct desk *d, uint32_t slot, enum reason reason, uint16_t code)
{
    struct payout *p = &d->payouts[slot];
    bool under_way =
        reason == REASON_CODE_UNKNOWN && code_is_under_way((enum channel)p->channel, code);
    if (reason != REASON_NO_OUTCOME) /* accepted, then silence: too early to say */
        route_learn(d, (enum channel)p->channel, false);
    stop_waiting(d, slot, under_way ? BREAKER_SUCCESS : BREAKER_FAILURE);
    payout_step(p, PAYOUT_DOUBTED);
    doubts_begin(d, slot);
    struct fact f = about(d, FACT_IN_DOUBT, slot);
    f.reason = (uint8_t)reason;
    f.code = code;
    f.other = query_due_us(d, p);
    desk_fact(d, f);
    desk_wake_at(d, f.other);
}

static void contradicted(struct desk *d, const struct input *in, uint32_t slot,
                         enum payout_state state, enum reason reason, uint16_t code)
{
    desk_fact(d, (struct fact){.kind = FACT_CONTRADICTED,
                               .channel = in->channel,
                               .reason = (uint8_t)reason,
                               .state = (uint8_t)state,
                               .code = code,
                               .subject = slot,
                               .id = in->id});
}

/* News of an order that is no longer open: fine unless it says otherwise. */
void outcome_old_news(struct desk *d, const struct input *in, enum meaning meaning, uint16_t code)
{
    struct known known;
    if (!memory_find(d, in->reference, &known)) {
        desk_stray(d, in, code);
        return;
    }
    bool was_paid = known.state == PAYOUT_PAID || known.state == PAYOUT_SETTLED ||
                    known.state == PAYOUT_RECONCILED || known.state == PAYOUT_RETURNED;
    bool this_attempt =
        known.slot != NONE && payout_order_id(known.slot, &d->payouts[known.slot]) == in->id;
    if (meaning == MEANING_FAILED && was_paid && this_attempt)
        contradicted(d, in, known.slot, known.state, REASON_FAILED_AFTER_PAID, code);
    bool another_attempt = known.slot != NONE && !this_attempt;
    if (meaning == MEANING_PAID && (!was_paid || another_attempt)) /* the latter: paid twice */
        contradicted(d, in, known.slot, known.state, REASON_PAID_AFTER_FAILED, code);
}

uint32_t outcome_slot(struct desk *d, const struct input *in)
{
    uint32_t slot = order_id_slot(in->id);
    if ((in->id & ORDER_ID_MOVE) || slot >= d->core->payout_pool.fresh)
        return NONE;
    const struct payout *p = &d->payouts[slot];
    return payout_outcome_open((enum payout_state)p->state) && p->channel == in->channel &&
                   p->round == order_id_round(in->id)
               ? slot
               : NONE;
}

void outcome_pay_answered(struct desk *d, const struct input *in)
{
    enum meaning meaning = code_on_submission((enum channel)in->channel, in->code);
    uint32_t slot = outcome_slot(d, in);
    if (slot == NONE) {
        outcome_old_news(d, in, meaning, in->code);
        return;
    }
    struct payout *p = &d->payouts[slot];
    switch (meaning) {
    case MEANING_ACCEPTED:
        stop_waiting(d, slot, BREAKER_SUCCESS);
        p->flags |= PAYOUT_ACCEPTED;
        struct fact f = about(d, FACT_ACCEPTED, slot);
        f.code = in->code;
        desk_fact(d, f);
        desk_wake_at(d, query_due_us(d, p));
        return;
    case MEANING_PAID:
        outcome_found_paid(d, slot, in->session);
        return;
    case MEANING_FAILED:
        attempt_failed(d, slot, in->code == CODE_NOT_SENT ? REASON_NOT_SENT : REASON_CODE,
                       in->code);
        return;
    case MEANING_UNKNOWN:
        if (p->state == PAYOUT_SENT)
            doubt(d, slot, REASON_CODE_UNKNOWN, in->code);
        return;
    }
    NEVER("an unlisted meaning");
}

static void heard(struct desk *d, const struct input *in, uint32_t slot, enum meaning meaning,
                  uint16_t code)
{
    if (meaning == MEANING_PAID)
        outcome_found_paid(d, slot, in->session);
    if (meaning == MEANING_FAILED)
        attempt_failed(d, slot, REASON_CODE, code);
}

void outcome_notified(struct desk *d, const struct input *in)
{
    enum meaning meaning = code_as_outcome((enum channel)in->channel, in->code);
    uint32_t slot = outcome_slot(d, in);
    if (slot == NONE)
        outcome_old_news(d, in, meaning, in->code);
    else
        heard(d, in, slot, meaning, in->code);
}

void outcome_query_answered(struct desk *d, const struct input *in)
{
    enum channel channel = (enum channel)in->channel;
    bool found = code_is_success(channel, in->code);
    enum meaning meaning = found ? code_as_outcome(channel, in->outcome) : MEANING_UNKNOWN;
    uint32_t slot = outcome_slot(d, in);

    if (slot == NONE)
        outcome_old_news(d, in, meaning, in->outcome);
    else if (found) {
        if (d->payouts[slot].state == PAYOUT_IN_DOUBT) /* the house has it, whatever comes of it */
            d->payouts[slot].flags |= PAYOUT_ACCEPTED;
        heard(d, in, slot, meaning, in->outcome);
    } else if (code_is_not_found(channel, in->code) &&
               list_proves_absence(d, in->channel, d->payouts[slot].sent_us,
                                   dispatch_hold_fen(d, channel, &d->payouts[slot])))
        attempt_failed(d, slot, REASON_ABSENT_FROM_LIST, in->code);
}

static void query(struct desk *d, uint32_t slot)
{
    struct payout *p = &d->payouts[slot];
    if (p->state == PAYOUT_SENT) /* accepted, and silence since */
        doubt(d, slot, REASON_NO_OUTCOME, 0);

    chain_remove(query_chain(d, p), d->payouts, CHAIN_LINK_B, slot);
    if (p->passes < UINT8_MAX)
        p->passes++;
    const struct channel_terms *terms = terms_of(d, p);
    p->in.query_us = d->now_us + (p->passes < terms->query_steps ? terms->query_after_us[p->passes]
                                                                 : QUERY_FOREVER_US);
    chain_append(query_chain(d, p), d->payouts, CHAIN_LINK_B, slot);

    struct fact f = about(d, FACT_QUERIED, slot);
    f.session = p->passes;
    f.other = p->in.query_us;
    desk_fact(d, f);
    effects_order(d->fx, (struct order){.kind = ORDER_QUERY,
                                        .channel = p->channel,
                                        .business = p->business,
                                        .bank = p->bank,
                                        .attempt = p->passes,
                                        .merchant = p->merchant,
                                        .user = p->user,
                                        .id = f.id,
                                        .amount_fen = p->amount_fen,
                                        .sent_us = p->sent_us,
                                        .reference = p->reference});
}

void outcome_due(struct desk *d)
{
    for (uint32_t c = 0; c < CHANNELS; c++) {
        struct channel_state *ch = &d->core->channels[c];
        int64_t timeout_us = d->core->config.channels[c].reply_timeout_us;
        while (ch->replies.head != NONE && !desk_full(d) &&
               d->payouts[ch->replies.head].sent_us + timeout_us <= d->now_us)
            doubt(d, ch->replies.head, REASON_NO_REPLY, 0);
        for (uint32_t i = 0; i <= d->core->config.channels[c].query_steps; i++)
            while (ch->queries[i].head != NONE && !desk_full(d) &&
                   query_due_us(d, &d->payouts[ch->queries[i].head]) <= d->now_us)
                query(d, ch->queries[i].head);
    }
}

int64_t outcome_next_us(const struct desk *d)
{
    int64_t soonest_us = NEVER_US;
    for (uint32_t c = 0; c < CHANNELS; c++) {
        const struct channel_state *ch = &d->core->channels[c];
        const struct channel_terms *terms = &d->core->config.channels[c];
        if (ch->replies.head != NONE) {
            int64_t due_us = d->payouts[ch->replies.head].sent_us + terms->reply_timeout_us;
            if (due_us < soonest_us)
                soonest_us = due_us;
        }
        for (uint32_t i = 0; i <= terms->query_steps; i++) {
            if (ch->queries[i].head == NONE)
                continue;
            int64_t due_us = query_due_us(d, &d->payouts[ch->queries[i].head]);
            if (due_us < soonest_us)
                soonest_us = due_us;
        }
    }
    return soonest_us;
}
