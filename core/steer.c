/* steer.c — what the allocation policy sees, and the quota moves that its wishes lead to.
 *
 * A cool-down keeps quota from going to and fro: no move takes from a channel
 * that a policy's move filled, or fills one that it took from, while that move
 * is on its way or ended less than a cool-down ago.  What goes the same way,
 * and what the operator moves, is not restrained and restrains nothing. */

#include "core/desk.h"

#define POLICY_LOOK_US US_PER_S       /* at most so often at a wish that nothing can serve */
#define POLICY_AGAIN_US US_PER_MINUTE /* and at least so often */
#define CRUMB 16                      /* a move serves at least 1/16 of the need */

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

static void ask_policy_at(struct core *core, int64_t at_us)
{
    if (at_us < core->policy_due_us)
        core->policy_due_us = at_us;
}

/* Until when a channel's quota may not go that way: NEVER_US while a policy's
 * move the other way is under way, a time that has passed: it may. */
static int64_t restrained_until_us(const struct desk *d, enum channel channel, int way)
{
    const struct core *core = d->core;
    int64_t went_us = core->channels[channel].went_us[WAYS - 1 - way];
    for (uint32_t i = 0; i < core->move_pool.fresh; i++) {
        const struct move *m = &core->moves[i];
        if (core->move_live[i] && m->reason != REASON_OPERATOR &&
            (way == WENT_UP ? m->from : m->to) == channel)
            return NEVER_US;
    }
    return went_us == INT64_MIN ? went_us : went_us + core->config.allocation.cool_down_us;
}

/* The move would turn round what a policy did there: said once, and looked at
 * again when it may be over. */
static bool restrained(struct desk *d, enum channel from, enum channel to, int64_t amount_fen,
                       int way)
{
    enum channel channel = way == WENT_UP ? to : from;
    if (channel == CHANNEL_NONE || d->core->config.allocation.cool_down_us == 0)
        return false;
    struct channel_state *ch = &d->core->channels[channel];
    int64_t until_us = restrained_until_us(d, channel, way);
    if (until_us <= d->now_us)
        return false;
    int64_t again_us = d->now_us + POLICY_AGAIN_US;
    ask_policy_at(d->core, until_us < again_us ? until_us : again_us);
    if (ch->restrained_us[way] == until_us)
        return true;
    ch->restrained_us[way] = until_us;
    int64_t cool_down_us = d->core->config.allocation.cool_down_us;
    desk_fact(d,
              (struct fact){.kind = FACT_MOVE_RESTRAINED,
                            .channel = (uint8_t)to,
                            .reason = REASON_COOLING_DOWN,
                            .state = (uint8_t)from,
                            .subject = NONE,
                            .amount_fen = amount_fen,
                            .other = until_us == NEVER_US ? d->now_us + cool_down_us : until_us});
    return true;
}

static bool move_now(struct desk *d, enum channel from, enum channel to, int64_t amount_fen,
                     enum reason reason)
{
    if (amount_fen == 0 || d->core->move_pool.used == MOVES_MAX || desk_full(d))
        return false;
    if (restrained(d, from, to, amount_fen, WENT_DOWN) ||
        restrained(d, from, to, amount_fen, WENT_UP))
        return false;
    moves_start(d, from, to, amount_fen, reason);
    return true;
}

int64_t steer_free_fen(const struct desk *d)
{
    return d->core->unallocated_fen - d->core->earmarked_fen -
           d->core->config.allocation.unallocated_keep_fen;
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
    int64_t free_fen = worth_moving(need_fen, steer_free_fen(d));
    enum reason why =
        policy_of(core->config.allocation_kind)->foresees ? REASON_DEMAND : REASON_BELOW_LOW;
    bool moved = move_now(d, CHANNEL_NONE, channel, free_fen, why);
    if (moved)
        need_fen -= free_fen;

    int64_t spare_fen = desk_available_fen(d, giver) - wishes[giver].floor_fen;
    if (need_fen > 0 && spare_fen > 0 && resting(d, giver)) {
        ask_policy_at(core, core->channels[giver].quiet_until_us);
    } else if (need_fen > 0 && spare_fen > 0) {
        int64_t movable_fen = desk_movable_fen(d, giver);
        int64_t given_fen =
            worth_moving(need_fen, spare_fen < movable_fen ? spare_fen : movable_fen);
        moved |= move_now(d, giver, channel, given_fen, why);
    }
    if (!moved)
        cannot_serve(d, channel);
}

static void drain(struct desk *d, enum channel channel, const struct allocation_view *view,
                  const struct allocation_wish *wish)
{
    int64_t spare_fen = view->level_fen[channel] - wish->target_fen;
    int64_t movable_fen = desk_movable_fen(d, channel);
    if (!move_now(d, channel, CHANNEL_NONE, worth_moving(spare_fen, movable_fen),
                  REASON_ABOVE_HIGH))
        cannot_serve(d, channel);
}

static struct allocation_view view_of(struct desk *d)
{
    const struct core *core = d->core;
    struct allocation_view view = {.unallocated_fen = steer_free_fen(d)};
    bool foresees = policy_of(core->config.allocation_kind)->foresees;
    for (uint32_t c = 0; c < CHANNELS; c++) {
        const struct channel_state *ch = &core->channels[c];
        view.level_fen[c] = desk_available_fen(d, (enum channel)c) + ch->position.coming_fen;
        if (foresees) {
            view.queued_fen[c] = ch->waiting_fen;
            view.soon_fen[c] = ch->soon_fen;
            view.later_fen[c] = ch->later_fen;
        }
    }
    return view;
}

static bool same_view(const struct allocation_view *a, const struct allocation_view *b)
{
    for (uint32_t c = 0; c < CHANNELS; c++)
        if (a->level_fen[c] != b->level_fen[c] || a->queued_fen[c] != b->queued_fen[c] ||
            a->soon_fen[c] != b->soon_fen[c] || a->later_fen[c] != b->later_fen[c])
            return false;
    return a->unallocated_fen == b->unallocated_fen;
}

void steer_quota(struct desk *d)
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
    core->policy_due_us = policy->foresees ? core->foreseen_until_us : NEVER_US;
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
