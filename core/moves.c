/* moves.c — quota moves: leg by leg, in doubt until answered. */

#include "core/base/must.h"
#include "core/desk.h"

#define POLICY_REST_US (60 * US_PER_S) /* after a move failed */

static const int64_t query_gaps_us[MOVE_QUERY_STEPS] = {
    US_PER_MINUTE,     US_PER_MINUTE,     2 * US_PER_MINUTE,
    4 * US_PER_MINUTE, 8 * US_PER_MINUTE, QUERY_FOREVER_US,
};

static enum channel leg_channel(const struct move *m)
{
    return (enum channel)(m->leg == 0 ? m->from : m->to);
}

static struct fact about(struct desk *d, enum fact_kind kind, uint32_t index)
{
    const struct move *m = &d->core->moves[index];
    enum channel channel = leg_channel(m);
    return (struct fact){.kind = (uint8_t)kind,
                         .channel = (uint8_t)channel,
                         .reason = m->reason,
                         .state = m->leg,
                         .subject = index,
                         .id = m->order_id,
                         .amount_fen = m->amount_fen,
                         .other = desk_available_fen(d, channel)};
}

static void book_leg(struct desk *d, enum booking how, const struct move *m)
{
    enum template pends = m->leg == 0 ? TEMPLATE_QUOTA_DOWN_PENDS : TEMPLATE_QUOTA_UP_PENDS;
    desk_book(d, template_phase(pends, how), (struct booked_of){.channel = (uint8_t)leg_channel(m)},
              m->amount_fen);
}

static void set_timer(struct desk *d, uint32_t index, int64_t at_us)
{
    desk_timer(d, at_us, TIMER_MOVE, index, d->core->moves[index].round);
}

static void order_leg(struct desk *d, struct move *m)
{
    if (m->sends < UINT8_MAX)
        m->sends++;
    effects_order(d->fx, (struct order){.kind = m->leg == 0 ? ORDER_DECREASE : ORDER_INCREASE,
                                        .channel = (uint8_t)leg_channel(m),
                                        .attempt = m->sends,
                                        .id = m->order_id,
                                        .amount_fen = m->amount_fen,
                                        .sent_us = m->sent_us});
}

static void send_leg(struct desk *d, uint32_t index)
{
    struct core *core = d->core;
    struct move *m = &core->moves[index];
    enum channel channel = leg_channel(m);

    m->round = ++core->move_rounds;
    m->order_id = ORDER_ID_MOVE | (uint64_t)m->round << 16 | index;
    m->state = MOVE_SENT;
    m->queries = m->sends = 0;
    m->sent_us = d->now_us;
    if (m->leg == 0) {
        position_decrease_sent(&core->channels[channel].position, desk_pool(d, channel),
                               m->amount_fen);
        core->channels[channel].report_floor_fen -= m->amount_fen;
    } else {
        core->earmarked_fen = money_add(core->earmarked_fen, m->amount_fen);
        MUST(core->earmarked_fen <= core->unallocated_fen);
    }
    desk_fact(d, about(d, FACT_MOVE_SENT, index));
    book_leg(d, BOOKING_PEND, m);
    order_leg(d, m);
    set_timer(d, index, d->now_us + core->config.channels[channel].quota_timeout_us);
}

static void refuse(struct desk *d, const struct input *in, enum reason reason)
{
    desk_fact(d, (struct fact){.kind = FACT_MOVE_FAILED,
                               .channel = in->channel,
                               .reason = (uint8_t)reason,
                               .state = in->from,
                               .subject = NONE,
                               .amount_fen = in->amount_fen});
}

void moves_start(struct desk *d, enum channel from, enum channel to, int64_t amount_fen,
                 enum reason reason)
{
    struct core *core = d->core;
    uint32_t index = pool_take(&core->move_pool, core->moves);
    MUST(index != NONE);
    core->moves[index] = (struct move){.from = (uint8_t)from,
                                       .to = (uint8_t)to,
                                       .leg = from == CHANNEL_NONE,
                                       .reason = (uint8_t)reason,
                                       .amount_fen = amount_fen};
    core->move_live[index] = 1;
    if (to != CHANNEL_NONE)
        position_increase_asked(&core->channels[to].position, amount_fen);
    desk_fact(d, (struct fact){.kind = FACT_MOVE_REQUESTED,
                               .channel = (uint8_t)to,
                               .reason = (uint8_t)reason,
                               .state = (uint8_t)from,
                               .subject = index,
                               .amount_fen = amount_fen});
    send_leg(d, index);
}

static bool is_place(uint8_t channel)
{
    return channel < CHANNELS || channel == CHANNEL_NONE;
}

void moves_request(struct desk *d, const struct input *in)
{
    struct core *core = d->core;
    bool from_channel = in->from < CHANNELS;
    int64_t most_fen = from_channel ? desk_movable_fen(d, (enum channel)in->from)
                                    : core->unallocated_fen - core->earmarked_fen;
    if (in->from == in->channel || !is_place(in->from) || !is_place(in->channel))
        refuse(d, in, REASON_NO_SUCH_MOVE);
    else if (in->amount_fen <= 0 || in->amount_fen > MONEY_MAX_FEN)
        refuse(d, in, REASON_AMOUNT_WRONG);
    else if (in->amount_fen > most_fen)
        refuse(d, in, from_channel ? REASON_QUOTA_SHORT : REASON_UNALLOCATED_SHORT);
    else if (core->move_pool.used == MOVES_MAX)
        refuse(d, in, REASON_POOL_FULL);
    else
        moves_start(d, (enum channel)in->from, (enum channel)in->channel, in->amount_fen,
                    REASON_OPERATOR);
}

/* What a policy did is not turned round for a while; a leg that failed did nothing. */
static void note_ways(struct desk *d, const struct move *m, bool done)
{
    if (m->reason == REASON_OPERATOR)
        return;
    if (m->from != CHANNEL_NONE && (done || m->leg == 1))
        d->core->channels[m->from].went_us[WENT_DOWN] = d->now_us;
    if (m->to != CHANNEL_NONE && done)
        d->core->channels[m->to].went_us[WENT_UP] = d->now_us;
}

static void end(struct desk *d, uint32_t index, enum fact_kind kind)
{
    struct core *core = d->core;
    note_ways(d, &core->moves[index], kind == FACT_MOVE_DONE);
    desk_fact(d, (struct fact){.kind = (uint8_t)kind,
                               .channel = core->moves[index].to,
                               .reason = core->moves[index].reason,
                               .state = core->moves[index].from,
                               .subject = index,
                               .amount_fen = core->moves[index].amount_fen});
    core->move_live[index] = 0;
    pool_give(&core->move_pool, core->moves, index);
}

static void leg_done(struct desk *d, uint32_t index, uint16_t code)
{
    struct core *core = d->core;
    struct move *m = &core->moves[index];
    struct position *position = &core->channels[leg_channel(m)].position;

    if (m->leg == 0) {
        position_decrease_ended(position, m->amount_fen, true);
        core->channels[leg_channel(m)].mapped_us = d->now_us;
        core->unallocated_fen = money_add(core->unallocated_fen, m->amount_fen);
    } else {
        position_increase_ended(position, m->amount_fen, true);
        core->channels[leg_channel(m)].mapped_us = d->now_us;
        core->earmarked_fen -= m->amount_fen;
        core->unallocated_fen -= m->amount_fen;
        MUST(core->unallocated_fen >= 0 && core->earmarked_fen >= 0);
    }
    struct fact f = about(d, FACT_MOVE_LEG_DONE, index);
    f.code = code;
    desk_fact(d, f);
    book_leg(d, BOOKING_TAKE, m);
    if (m->leg == 0 && m->to != CHANNEL_NONE) {
        m->leg = 1;
        send_leg(d, index);
    } else {
        end(d, index, FACT_MOVE_DONE);
    }
}

/* The money rests where it is: on the channel it was to leave, or unallocated. */
static void leg_failed(struct desk *d, uint32_t index, uint16_t code)
{
    struct core *core = d->core;
    struct move *m = &core->moves[index];

    if (m->leg == 0)
        position_decrease_ended(&core->channels[m->from].position, m->amount_fen, false);
    else
        core->earmarked_fen -= m->amount_fen;
    if (m->to != CHANNEL_NONE)
        position_increase_ended(&core->channels[m->to].position, m->amount_fen, false);
    struct fact f = about(d, FACT_MOVE_LEG_FAILED, index);
    f.code = code;
    desk_fact(d, f);
    book_leg(d, BOOKING_VOID, m);
    core->channels[leg_channel(m)].quiet_until_us = d->now_us + POLICY_REST_US;
    core->policy_due_us = d->now_us; /* all may be as before the move: the need still stands */
    end(d, index, FACT_MOVE_FAILED);
}

void moves_answered(struct desk *d, const struct input *in)
{
    struct core *core = d->core;
    uint32_t index = (uint32_t)(in->id & 0xffff);
    bool known = (in->id & ORDER_ID_MOVE) && index < MOVES_MAX && core->move_live[index] &&
                 core->moves[index].order_id == in->id &&
                 leg_channel(&core->moves[index]) == (enum channel)in->channel;
    if (!known) { /* of a leg that has ended: an answer that came twice */
        desk_stray(d, in, in->code);
        return;
    }
    switch (code_as_outcome((enum channel)in->channel, in->code)) {
    case MEANING_PAID:
        leg_done(d, index, in->code);
        return;
    case MEANING_FAILED:
        leg_failed(d, index, in->code);
        return;
    case MEANING_ACCEPTED:
    case MEANING_UNKNOWN:
        if (code_is_not_found((enum channel)in->channel, in->code))
            order_leg(d, &core->moves[index]); /* the same order again, not another one */
        return;
    }
    NEVER("an unlisted meaning");
}

void moves_timer(struct desk *d, struct timer t)
{
    struct move *m = &d->core->moves[t.subject];
    if (!d->core->move_live[t.subject] || m->round != t.round)
        return;
    int64_t next_us = d->now_us + query_gaps_us[m->queries];
    if (m->state == MOVE_SENT) {
        m->state = MOVE_DOUBTFUL;
        struct fact f = about(d, FACT_MOVE_IN_DOUBT, t.subject);
        f.reason = REASON_NO_REPLY;
        f.other = next_us;
        desk_fact(d, f);
    }
    if (m->queries + 1 < MOVE_QUERY_STEPS)
        m->queries++;
    effects_order(d->fx, (struct order){.kind = ORDER_QUERY_MOVE,
                                        .channel = (uint8_t)leg_channel(m),
                                        .attempt = m->queries,
                                        .id = m->order_id,
                                        .amount_fen = m->amount_fen,
                                        .sent_us = m->sent_us});
    set_timer(d, t.subject, next_us);
}
