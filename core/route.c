/* route.c — which channel takes a payout, and in a word why.
 *
 *     only_route       no other may carry it
 *     tried_elsewhere  the other was tried already
 *     primary          preferred, and the primary
 *     more_quota cheaper more_success
 *                      preferred, and not the primary: the word of the kind
 *     breaker_open quota_low channel_busy
 *                      the other was preferred, but is denied, has too little
 *                      quota or room for it (or for one it must not pass), or
 *                      has no free slot: the first of these that holds */

#include "core/base/must.h"
#include "core/desk.h"

static enum channel other_than(enum channel channel)
{
    return (enum channel)(CHANNELS - 1 - channel);
}

static bool has_room(const struct desk *d, enum channel channel, const struct payout *p)
{
    return dispatch_hold_fen(d, channel, p) <= dispatch_room_fen(d, channel, p->business);
}

static enum channel preferred(const struct desk *d, const struct payout *p)
{
    const struct core_config *config = &d->core->config;
    struct route_view views[CHANNELS];
    if (config->routing == ROUTING_PRIMARY_FIRST)
        return config->primary;
    for (uint32_t c = 0; c < CHANNELS; c++)
        views[c] = (struct route_view){
            .left_fen =
                desk_payable_fen(d, (enum channel)c) - dispatch_hold_fen(d, (enum channel)c, p),
            .fee_fen = fee_of(&config->channels[c].fee, p->amount_fen),
            .luck = &d->core->channels[c].luck,
        };
    return routing_prefers(config->routing, config->primary, views, d->now_us);
}

static enum reason word_of(enum routing_kind kind)
{
    switch (kind) {
    case ROUTING_PRIMARY_FIRST:
        return REASON_PRIMARY;
    case ROUTING_BY_QUOTA:
        return REASON_MORE_QUOTA;
    case ROUTING_BY_COST:
        return REASON_CHEAPER;
    case ROUTING_BY_SUCCESS:
        return REASON_MORE_SUCCESS;
    case ROUTING_KINDS:
        break;
    }
    NEVER("an unlisted kind of routing");
}

/* Why it cannot go where it was to be tried and would rather go. */
static enum reason why_not(const struct desk *d, enum channel channel, const struct payout *p)
{
    if (payout_denied(p) >> channel & 1)
        return REASON_BREAKER_OPEN;
    if (has_room(d, channel, p) && !dispatch_slot_free(d, channel))
        return REASON_CHANNEL_BUSY;
    return REASON_QUOTA_LOW;
}

enum channel route_first_choice(const struct desk *d, const struct payout *p)
{
    const struct core_config *config = &d->core->config;
    /* By quota and by success change their mind while it waits. */
    enum channel first =
        config->routing == ROUTING_BY_COST ? preferred(d, p) : (enum channel)config->primary;
    return payout_lane_channels(p) >> first & 1 ? first : other_than(first);
}

struct route route_choose(const struct desk *d, const struct payout *p, uint8_t open)
{
    MUST(open != 0 && (open & ~payout_lane_channels(p)) == 0);
    enum channel channel = preferred(d, p);
    bool only = (payout_allowed(p) & (payout_allowed(p) - 1)) == 0;
    bool all = payout_to_try(p) == payout_allowed(p);
    if (!(open >> channel & 1) || !has_room(d, channel, p)) {
        enum channel wanted = channel;
        channel = other_than(channel);
        if (!(open >> channel & 1) || !has_room(d, channel, p))
            return (struct route){CHANNEL_NONE, REASON_NONE};
        if (!only && all)
            return (struct route){channel, why_not(d, wanted, p)};
    }
    enum reason word =
        channel == d->core->config.primary ? REASON_PRIMARY : word_of(d->core->config.routing);
    return (struct route){channel, only ? REASON_ONLY_ROUTE : !all ? REASON_TRIED_ELSEWHERE : word};
}

void route_learn(struct desk *d, enum channel channel, bool good)
{
    MUST(channel < CHANNELS);
    if (d->core->config.routing == ROUTING_BY_SUCCESS)
        luck_learn(&d->core->channels[channel].luck, d->now_us, good);
}
