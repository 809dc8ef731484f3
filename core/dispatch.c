/* dispatch.c — from the queue to the channels.
 *
 * A walk in queue order gives each payout to one of its channels that has a free
 * slot and enough believed available; which, says route.c.  One too large for what is left is
 * passed over, but only bypass_max times; then its channels wait for it.  One that would fit but
 * for its business's share is passed over freely: nothing waits for it.
 *
 * A channel is looked at again only when that can change something: a slot
 * became free, a payout that fits arrived, one left the order, or available
 * reached wake_fen, the smallest amount seen waiting on it.  A channel that
 * waits for one payout, its blocker, need not look at what arrives behind it,
 * until with ageing something there rises. */

#include "core/base/must.h"
#include "core/desk.h"

int64_t dispatch_hold_fen(const struct desk *d, enum channel channel, const struct payout *p)
{
    const struct fee_terms *fee = &d->core->config.channels[channel].fee;
    return fee->in_net ? p->amount_fen + fee_of(fee, p->amount_fen) : p->amount_fen;
}

/* With a new day nothing is used of any share. */
static void turn_day(struct desk *d)
{
    if (!d->core->shares.given || !shares_turn(&d->core->shares, d->now_us))
        return;
    for (uint32_t c = 0; c < CHANNELS; c++)
        d->core->channels[c].look_again |= d->core->channels[c].share_waits;
}

static int64_t second_of(int64_t now_us)
{
    return now_us / US_PER_S;
}

bool dispatch_slot_free(const struct desk *d, enum channel channel)
{
    const struct channel_terms *terms = &d->core->config.channels[channel];
    const struct channel_state *ch = &d->core->channels[channel];
    if (terms->concurrency != 0 && ch->in_flight >= terms->concurrency)
        return false;
    return terms->per_second == 0 || ch->second != second_of(d->now_us) ||
           ch->sent_this_second < terms->per_second;
}

int64_t dispatch_room_fen(const struct desk *d, enum channel channel, uint8_t business)
{
    const struct shares *shares = &d->core->shares;
    int64_t payable_fen = desk_payable_fen(d, channel);
    return shares->given ? shares_room_fen(shares, channel, business, payable_fen) : payable_fen;
}

/* Stopped there by its share: what is available would do. */
static void wait_for_share(const struct desk *d, enum channel channel)
{
    struct channel_state *ch = &d->core->channels[channel];
    int64_t payable_fen = desk_payable_fen(d, channel);
    if (!ch->share_waits || payable_fen < ch->share_seen_fen)
        ch->share_seen_fen = payable_fen;
    ch->share_waits = 1;
}

void dispatch_share_back(struct desk *d, const struct payout *p, int64_t hold_fen)
{
    struct core *core = d->core;
    if (!core->shares.given)
        return;
    turn_day(d);
    shares_failed(&core->shares, (enum channel)p->channel, p->business, hold_fen, p->sent_us);
    core->channels[p->channel].look_again |= core->channels[p->channel].share_waits;
}

/* A new second frees what per_second held back. */
static void watch_second(struct desk *d, enum channel channel)
{
    const struct channel_terms *terms = &d->core->config.channels[channel];
    struct channel_state *ch = &d->core->channels[channel];
    if (terms->per_second == 0)
        return;
    if (ch->second != second_of(d->now_us)) {
        ch->second = second_of(d->now_us);
        if (ch->sent_this_second >= terms->per_second)
            ch->look_again = 1;
        ch->sent_this_second = 0;
    }
    if (ch->sent_this_second >= terms->per_second && d->core->queue.count > 0)
        desk_wake_at(d, (ch->second + 1) * US_PER_S);
}

static struct ageing ageing_of(const struct desk *d)
{
    return (struct ageing){.now_us = d->now_us, .step_us = d->core->config.ageing_us};
}

/* The channel waits for its blocker until then at most: somebody behind it may
 * have risen past it. */
static void blocked_until(struct channel_state *ch, int64_t rises_us)
{
    if (rises_us < ch->rises_us)
        ch->rises_us = rises_us;
}

void dispatch_arrived(struct desk *d, uint32_t slot)
{
    const struct payout *p = &d->payouts[slot];
    enum channel first = route_first_choice(d, p);
    d->core->channels[first].waiting_fen += dispatch_hold_fen(d, first, p);
    for (uint32_t c = 0; c < CHANNELS; c++) {
        if (!(payout_lane_channels(p) >> c & 1))
            continue;
        struct channel_state *ch = &d->core->channels[c];
        int64_t hold_fen = dispatch_hold_fen(d, (enum channel)c, p);
        if (ch->blocker != NONE && ageing_before(ageing_of(d), &d->payouts[ch->blocker], p)) {
            blocked_until(ch, ageing_rises_us(ageing_of(d), p));
            continue;
        }
        if (hold_fen <= dispatch_room_fen(d, (enum channel)c, p->business))
            ch->look_again = 1;
        else if (hold_fen <= desk_payable_fen(d, (enum channel)c))
            wait_for_share(d, (enum channel)c);
        else if (hold_fen < ch->wake_fen)
            ch->wake_fen = hold_fen;
    }
}

/* It may have been the smallest that waits, or what others must not pass. */
void dispatch_left(struct desk *d, uint32_t slot)
{
    const struct payout *p = &d->payouts[slot];
    enum channel first = route_first_choice(d, p);
    d->core->channels[first].waiting_fen -= dispatch_hold_fen(d, first, p);
    for (uint32_t c = 0; c < CHANNELS; c++) {
        struct channel_state *ch = &d->core->channels[c];
        if ((payout_lane_channels(p) >> c & 1) && ch->wake_fen != INT64_MAX &&
            (slot == ch->blocker || dispatch_hold_fen(d, (enum channel)c, p) <= ch->wake_fen))
            ch->look_again = 1;
        if (slot == ch->blocker) {
            ch->blocker = NONE;
            ch->rises_us = NEVER_US;
        }
    }
}

void dispatch_slot_freed(struct desk *d, enum channel channel)
{
    struct channel_state *ch = &d->core->channels[channel];
    MUST(ch->in_flight > 0);
    if (ch->in_flight-- == d->core->config.channels[channel].concurrency)
        ch->look_again = 1;
}

static void send(struct desk *d, uint32_t slot, struct route route)
{
    enum channel channel = route.channel;
    struct core *core = d->core;
    struct payout *p = &d->payouts[slot];
    struct channel_state *ch = &core->channels[channel];
    const struct channel_terms *terms = &core->config.channels[channel];
    int64_t hold_fen = dispatch_hold_fen(d, channel, p);

    queue_take(&core->queue, d->payouts, slot);
    dispatch_left(d, slot);
    breakers_left(d, slot);
    desk_waits(d, p, -1);
    if (desk_ages(core, p->business))
        chain_remove(&core->expiring[p->business][(p->flags & PAYOUT_RETRIED) != 0], d->payouts,
                     CHAIN_LINK_B, slot);
    payout_step(p, PAYOUT_DISPATCHED);
    position_hold(&ch->position, desk_pool(d, channel), hold_fen);
    if (core->shares.given)
        shares_sent(&core->shares, channel, p->business, hold_fen);
    p->channel = (uint8_t)channel;
    p->sent_us = d->now_us;
    p->flags = PAYOUT_RETRIED;
    p->passes = 0;
    ch->report_floor_fen -= hold_fen;
    ch->in_flight++;
    if (terms->per_second != 0)
        ch->sent_this_second++;
    chain_append(&ch->replies, d->payouts, CHAIN_LINK_A, slot);
    chain_append(&ch->queries[0], d->payouts, CHAIN_LINK_B, slot);
    desk_wake_at(d, d->now_us + terms->reply_timeout_us);

    uint64_t id = payout_order_id(slot, p);
    desk_fact(d, (struct fact){.kind = FACT_SENT,
                               .channel = (uint8_t)channel,
                               .reason = (uint8_t)route.reason,
                               .subject = slot,
                               .session = payout_attempt(p),
                               .id = id,
                               .amount_fen = hold_fen,
                               .other = desk_available_fen(d, channel)});
    struct booked_of of = {.channel = (uint8_t)channel};
    desk_book(d, TEMPLATE_PAYOUT_PENDS, of, p->amount_fen);
    desk_book(d, TEMPLATE_PAYOUT_FEE_PENDS, of, hold_fen - p->amount_fen);
    effects_order(d->fx, (struct order){.kind = ORDER_PAY,
                                        .channel = (uint8_t)channel,
                                        .business = p->business,
                                        .bank = p->bank,
                                        .attempt = payout_attempt(p),
                                        .merchant = p->merchant,
                                        .user = p->user,
                                        .id = id,
                                        .amount_fen = p->amount_fen,
                                        .sent_us = d->now_us,
                                        .reference = p->reference});
    breakers_sent(d, slot);
}

/* One walk over the queue for the channels that are open to it. */
struct walk {
    struct queue_walk at;
    uint8_t open;
    uint32_t passed; /* payouts passed over so far, or stopped by their share */
    uint32_t first_passed;
};

static void close_channel(const struct desk *d, struct walk *w, uint32_t channel)
{
    w->open &= (uint8_t) ~(1 << channel);
    queue_walk_narrow(&w->at, d->payouts, w->open);
}

/* Not stopped by its share: of that there may be room without more quota. */
static bool short_of_quota(const struct desk *d, uint32_t channel, const struct payout *p)
{
    return !d->core->shares.given || dispatch_hold_fen(d, (enum channel)channel, p) >
                                         desk_payable_fen(d, (enum channel)channel);
}

/* Passed over as often as may be: from here on its channels wait for it. */
static void block_if_due(struct desk *d, struct walk *w, uint32_t slot)
{
    const struct payout *p = &d->payouts[slot];
    if (p->passes < d->core->config.bypass_max)
        return;
    for (uint32_t c = 0; c < CHANNELS; c++) {
        if (!(payout_lane_channels(p) & w->open & 1 << c) || !short_of_quota(d, c, p))
            continue;
        close_channel(d, w, c);
        d->core->channels[c].blocker = slot;
        blocked_until(&d->core->channels[c], queue_walk_rises_us(&w->at, d->payouts, c));
    }
}

/* Too large for what is left: remember what would wake the channels, and stop
 * those that must not pass it over again. */
static void pass_over(struct desk *d, struct walk *w, uint32_t slot, uint8_t channels)
{
    const struct payout *p = &d->payouts[slot];
    for (uint32_t c = 0; c < CHANNELS; c++) {
        if (!(channels >> c & 1))
            continue;
        int64_t hold_fen = dispatch_hold_fen(d, (enum channel)c, p);
        if (!short_of_quota(d, c, p))
            wait_for_share(d, (enum channel)c);
        else if (hold_fen < d->core->channels[c].wake_fen)
            d->core->channels[c].wake_fen = hold_fen;
    }
    block_if_due(d, w, slot);
    if (w->passed++ == 0)
        w->first_passed = slot;
}

/* Before `sent` was: else its share alone had stopped it. */
static bool was_short(const struct desk *d, enum channel channel, const struct payout *p,
                      uint32_t sent)
{
    return !d->core->shares.given ||
           dispatch_hold_fen(d, channel, p) >
               desk_payable_fen(d, channel) + dispatch_hold_fen(d, channel, &d->payouts[sent]);
}

/* `sent` went on `channel` ahead of what was passed over for it: count that. */
static void count_bypass(struct desk *d, struct walk *w, uint32_t sent, uint64_t id,
                         enum channel channel)
{
    struct queue_walk at;
    uint32_t passed = 0;
    uint32_t first = NONE;

    queue_walk_start(&at, &d->core->queue, d->payouts, (uint8_t)(1 << channel), ageing_of(d));
    for (uint32_t slot = queue_walk_next(&at, &d->core->queue, d->payouts); slot != NONE;
         slot = queue_walk_next(&at, &d->core->queue, d->payouts)) {
        struct payout *p = &d->payouts[slot];
        if (ageing_before(ageing_of(d), &d->payouts[sent], p))
            break;
        if (was_short(d, channel, p, sent)) {
            if (passed++ == 0)
                first = slot;
            if (p->passes < BYPASS_LIMIT)
                p->passes++;
        }
        block_if_due(d, w, slot);
    }
    if (passed > 0)
        desk_fact(d, (struct fact){.kind = FACT_BYPASSED,
                                   .channel = (uint8_t)channel,
                                   .reason = REASON_QUOTA_SHORT,
                                   .subject = first,
                                   .session = passed,
                                   .id = id,
                                   .amount_fen = d->payouts[first].amount_fen});
}

/* Of a pool, what is sent on one channel may leave too little on the other for who
 * was stopped there by his share: from now on he must be passed over no more than
 * others, so the walk begins again. */
static bool shortens_others(const struct desk *d, const struct walk *w, enum channel channel)
{
    return w->passed > 0 && d->core->shares.given && desk_pool(d, channel) != NULL;
}

static void walk_queue(struct desk *d, uint8_t open)
{
    struct core *core = d->core;
    struct walk w; /* most of it is written only with ageing */
    w.open = open;
    w.passed = 0;
    w.first_passed = NONE;

    for (uint32_t c = 0; c < CHANNELS; c++) {
        if (!(open >> c & 1))
            continue;
        core->channels[c].look_again = 0;
        core->channels[c].wake_fen = INT64_MAX;
        core->channels[c].blocker = NONE;
        core->channels[c].rises_us = NEVER_US;
        core->channels[c].share_waits = 0;
    }
    queue_walk_start(&w.at, &core->queue, d->payouts, open, ageing_of(d));
    for (uint32_t slot = queue_walk_next(&w.at, &core->queue, d->payouts);
         slot != NONE && w.open != 0; slot = queue_walk_next(&w.at, &core->queue, d->payouts)) {
        uint8_t channels = payout_lane_channels(&d->payouts[slot]) & w.open;
        if (channels == 0)
            continue;
        struct route route = route_choose(d, &d->payouts[slot], channels);
        if (route.channel == CHANNEL_NONE) {
            pass_over(d, &w, slot, channels);
            continue;
        }
        send(d, slot, route);
        if (w.passed > 0)
            count_bypass(d, &w, slot, payout_order_id(slot, &d->payouts[slot]), route.channel);
        if (!dispatch_slot_free(d, route.channel))
            close_channel(d, &w, route.channel);
        if (desk_full(d) || breakers_turned(d) || shortens_others(d, &w, route.channel)) {
            for (uint32_t c = 0; c < CHANNELS; c++)
                core->channels[c].look_again = 1;
            return;
        }
    }
}

static void tell_dry(struct desk *d, enum channel channel)
{
    struct channel_state *ch = &d->core->channels[channel];
    uint8_t dry = ch->wake_fen != INT64_MAX && dispatch_slot_free(d, channel);
    if (dry == ch->dry || desk_full(d))
        return;
    ch->dry = dry;
    desk_fact(d, (struct fact){.kind = dry ? FACT_DRY_BEGAN : FACT_DRY_ENDED,
                               .channel = (uint8_t)channel,
                               .subject = NONE,
                               .amount_fen = dry ? ch->wake_fen : 0,
                               .other = desk_available_fen(d, channel)});
}

/* The channels with a free slot that something may go on. */
static uint8_t worth_a_look(struct desk *d)
{
    uint8_t open = 0;
    for (uint32_t c = 0; c < CHANNELS; c++) {
        struct channel_state *ch = &d->core->channels[c];
        watch_second(d, (enum channel)c);
        bool look = ch->look_again || desk_payable_fen(d, (enum channel)c) >= ch->wake_fen ||
                    ch->rises_us <= d->now_us ||
                    (ch->share_waits && desk_payable_fen(d, (enum channel)c) > ch->share_seen_fen);
        if (look && dispatch_slot_free(d, (enum channel)c))
            open |= (uint8_t)(1 << c);
        else if (ch->rises_us > d->now_us)
            desk_wake_at(d, ch->rises_us);
    }
    return open;
}

void dispatch_run(struct desk *d)
{
    turn_day(d);
    for (;;) {
        breakers_sift(d);
        uint8_t open = desk_full(d) ? 0 : worth_a_look(d);
        if (open == 0)
            break;
        walk_queue(d, open);
    }
    for (uint32_t c = 0; c < CHANNELS; c++)
        tell_dry(d, (enum channel)c);
}
