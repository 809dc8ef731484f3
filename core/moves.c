/* moves.c — quota moves: leg by leg, in doubt until answered, and the policy behind them. */

#include "core/base/must.h"
#include "core/desk.h"

#define POLICY_REST_US (60 * US_PER_S) /* after a move failed */
#define POLICY_LOOK_US US_PER_S        /* at most so often at a wish that nothing can serve */
#define POLICY_AGAIN_US US_PER_MINUTE  /* and at least so often */
#define CRUMB 16                       /* a move serves at least 1/16 of the need */

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
    uint32_t quota = BOOK_OF(leg_channel(m), BOOK_OF_QUOTA);
    if (m->leg == 0)
        desk_book(d, how, BOOK_UNALLOCATED, quota, m->amount_fen);
    else
        desk_book(d, how, quota, BOOK_UNALLOCATED, m->amount_fen);
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
        position_decrease_sent(&core->channels[channel].position, m->amount_fen);
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

static void start(struct desk *d, enum channel from, enum channel to, int64_t amount_fen,
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
    int64_t most_fen = from_channel ? position_movable_fen(&core->channels[in->from].position)
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
        start(d, (enum channel)in->from, (enum channel)in->channel, in->amount_fen,
              REASON_OPERATOR);
}

static void end(struct desk *d, uint32_t index, enum fact_kind kind)
{
    struct core *core = d->core;
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
        core->unallocated_fen = money_add(core->unallocated_fen, m->amount_fen);
    } else {
        position_increase_ended(position, m->amount_fen, true);
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
        desk_fact(d, (struct fact){.kind = FACT_STRAY,
                                   .channel = in->channel,
                                   .subject = NONE,
                                   .code = in->code,
                                   .id = in->id});
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

/* As much of `need` as `most` allows; a crumb is not worth a move. */
static int64_t worth_moving(int64_t need_fen, int64_t most_fen)
{
    int64_t amount_fen = need_fen < most_fen ? need_fen : most_fen;
    return amount_fen > 0 && amount_fen >= need_fen / CRUMB ? amount_fen : 0;
}

static bool resting(const struct desk *d, enum channel channel)
{
    return d->core->channels[channel].quiet_until_us > d->now_us;
}

static bool move_now(struct desk *d, enum channel from, enum channel to, int64_t amount_fen,
                     enum reason reason)
{
    if (amount_fen == 0 || d->core->move_pool.used == MOVES_MAX || desk_full(d))
        return false;
    start(d, from, to, amount_fen, reason);
    return true;
}

static int64_t free_to_allocate_fen(const struct desk *d)
{
    return d->core->unallocated_fen - d->core->earmarked_fen -
           d->core->config.allocation.unallocated_keep_fen;
}

static void ask_policy_at(struct core *core, int64_t at_us)
{
    if (at_us < core->policy_due_us)
        core->policy_due_us = at_us;
}

/* What may be moved can grow while no level changes, so the next look is set. */
static void cannot_serve(struct desk *d, enum channel channel)
{
    d->core->channels[channel].quiet_until_us = d->now_us + POLICY_LOOK_US;
    ask_policy_at(d->core, d->now_us + POLICY_AGAIN_US);
}

static void fill(struct desk *d, enum channel channel, const struct allocation_view *view,
                 const struct allocation_wish wishes[CHANNELS])
{
    struct core *core = d->core;
    enum channel giver = (enum channel)(CHANNELS - 1 - channel);
    int64_t need_fen = wishes[channel].target_fen - view->level_fen[channel];
    int64_t free_fen = worth_moving(need_fen, free_to_allocate_fen(d));
    bool moved = move_now(d, CHANNEL_NONE, channel, free_fen, REASON_BELOW_LOW);
    if (moved)
        need_fen -= free_fen;

    int64_t spare_fen = desk_available_fen(d, giver) - wishes[giver].floor_fen;
    if (need_fen > 0 && spare_fen > 0 && resting(d, giver)) {
        ask_policy_at(core, core->channels[giver].quiet_until_us);
    } else if (need_fen > 0 && spare_fen > 0) {
        int64_t movable_fen = position_movable_fen(&core->channels[giver].position);
        int64_t given_fen =
            worth_moving(need_fen, spare_fen < movable_fen ? spare_fen : movable_fen);
        moved |= move_now(d, giver, channel, given_fen, REASON_BELOW_LOW);
    }
    if (!moved)
        cannot_serve(d, channel);
}

static void drain(struct desk *d, enum channel channel, const struct allocation_view *view,
                  const struct allocation_wish *wish)
{
    struct core *core = d->core;
    int64_t spare_fen = view->level_fen[channel] - wish->target_fen;
    int64_t movable_fen = position_movable_fen(&core->channels[channel].position);
    if (!move_now(d, channel, CHANNEL_NONE, worth_moving(spare_fen, movable_fen),
                  REASON_ABOVE_HIGH))
        cannot_serve(d, channel);
}

static struct allocation_view view_of(struct desk *d)
{
    const struct core *core = d->core;
    struct allocation_view view = {.unallocated_fen = free_to_allocate_fen(d)};
    for (uint32_t c = 0; c < CHANNELS; c++)
        view.level_fen[c] =
            desk_available_fen(d, (enum channel)c) + core->channels[c].position.coming_fen;
    return view;
}

static bool same_view(const struct allocation_view *a, const struct allocation_view *b)
{
    return a->level_fen[0] == b->level_fen[0] && a->level_fen[1] == b->level_fen[1] &&
           a->unallocated_fen == b->unallocated_fen;
}

void moves_follow_policy(struct desk *d)
{
    struct core *core = d->core;
    const struct policy *policy = policy_of(core->config.allocation_kind);
    struct allocation_wish wishes[CHANNELS];
    if (policy->wish == NULL)
        return;
    struct allocation_view view = view_of(d);
    if (same_view(&view, &core->policy_saw) && d->now_us < core->policy_due_us) {
        desk_wake_at(d, core->policy_due_us); /* the deadline may have been set anew */
        return;
    }

    core->policy_saw = view;
    core->policy_due_us = NEVER_US;
    policy->wish(&core->config.allocation, &view, wishes);
    for (uint32_t c = 0; c < CHANNELS; c++) {
        if (!wishes[c].wanted)
            continue;
        if (desk_full(d)) { /* the core is called again at once, and so is the policy */
            core->policy_due_us = d->now_us;
        } else if (resting(d, (enum channel)c)) {
            ask_policy_at(core, core->channels[c].quiet_until_us);
        } else if (view.level_fen[c] < wishes[c].target_fen) {
            fill(d, (enum channel)c, &view, wishes);
        } else {
            drain(d, (enum channel)c, &view, &wishes[c]);
        }
    }
    view = view_of(d);
    if (!same_view(&view, &core->policy_saw)) /* its own moves: is there more to wish for? */
        core->policy_due_us = d->now_us;
    desk_wake_at(d, core->policy_due_us);
}
