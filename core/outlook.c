/* outlook.c — what each channel is expected to need, and when it will be dry.
 *
 * Foreseen anew every minute, at its time: what happens between changes nothing
 * of it, but that a channel with nothing left is dry now.  What the backlog
 * needs is looked at as often, after policies and rules have done what they do:
 * so it tells what is left to be done, and no more than once a minute. */

#include "core/desk.h"

#define FORESEE_US US_PER_MINUTE     /* a forecast is as good for so long */
#define TELL_US (15 * US_PER_MINUTE) /* the forecast is told as often, on the quarter */

/* Believed available and on its way; of a pool, what the other channel's queue
 * leaves of it. */
static int64_t level_fen(const struct desk *d, enum channel channel)
{
    const struct channel_state *channels = d->core->channels;
    int64_t level_fen = desk_payable_fen(d, channel) + channels[channel].position.coming_fen;
    return desk_pool(d, channel) == NULL ? level_fen
                                         : level_fen - channels[CHANNELS - 1 - channel].waiting_fen;
}

/* Less what waits to go there first. */
static int64_t free_level_fen(const struct desk *d, enum channel channel)
{
    return level_fen(d, channel) - d->core->channels[channel].waiting_fen;
}

static bool wanted(const struct core *core)
{
    return core->watches_dry || core->config.tells_outlook ||
           policy_of(core->config.allocation_kind)->foresees;
}

void outlook_foresee(struct desk *d)
{
    struct core *core = d->core;
    if (!wanted(core))
        return;
    if (d->now_us >= core->foreseen_until_us) {
        for (uint32_t c = 0; c < CHANNELS; c++) {
            struct channel_state *ch = &core->channels[c];
            const struct allocation *a = &core->config.allocation;
            forecast_turn(&ch->forecast, d->now_us);
            ch->soon_fen = forecast_need_fen(&ch->forecast, d->now_us, a->lead_us);
            ch->later_fen = forecast_need_fen(&ch->forecast, d->now_us, a->horizon_us);
            if (core->watches_dry)
                ch->dry_us =
                    forecast_dry_us(&ch->forecast, d->now_us, free_level_fen(d, (enum channel)c));
        }
        core->foreseen_until_us = d->now_us + FORESEE_US;
    }
    if (core->watches_dry)
        desk_wake_at(d, core->foreseen_until_us);
}

int64_t outlook_dry_us(const struct desk *d, enum channel channel)
{
    MUST(d->core->watches_dry);
    return free_level_fen(d, channel) <= 0 ? d->now_us : d->core->channels[channel].dry_us;
}

/* When a channel will be dry, though no rule may watch it. */
static int64_t dry_us(const struct desk *d, enum channel channel)
{
    const struct core *core = d->core;
    if (core->watches_dry)
        return outlook_dry_us(d, channel);
    return forecast_dry_us(&core->channels[channel].forecast, d->now_us,
                           free_level_fen(d, channel));
}

static struct backlog_view view_of(const struct desk *d)
{
    struct backlog_view view = {.unallocated_fen = steer_free_fen(d),
                                .transferable_fen = rules_could_bring_fen(d)};
    for (uint32_t c = 0; c < CHANNELS; c++) {
        const struct channel_state *ch = &d->core->channels[c];
        view.level_fen[c] = level_fen(d, (enum channel)c);
        view.waiting_fen[c] = ch->waiting_fen;
        view.soon_fen[c] = ch->soon_fen;
        view.later_fen[c] = ch->later_fen;
        if (desk_pool(d, (enum channel)c) == NULL) /* nor would moving it help */
            view.movable_fen[c] = desk_movable_fen(d, (enum channel)c);
    }
    return view;
}

static void tell_backlog(struct desk *d, enum channel channel, const struct backlog *b)
{
    static const uint8_t reasons[] = {
        [BACKLOG_NOTHING] = REASON_ENOUGH,
        [BACKLOG_MOVE] = REASON_MOVE_QUOTA,
        [BACKLOG_TRANSFER] = REASON_TRANSFER_MONEY,
        [BACKLOG_WARN] = REASON_NOTHING_COVERS,
    };
    struct channel_state *ch = &d->core->channels[channel];
    if (b->answer == ch->backlog)
        return;
    ch->backlog = (uint8_t)b->answer;
    desk_fact(d, (struct fact){.kind = FACT_BACKLOG,
                               .channel = (uint8_t)channel,
                               .reason = reasons[b->answer],
                               .subject = NONE,
                               .id = (uint64_t)b->uncovered_fen,
                               .amount_fen = b->short_fen,
                               .other = dry_us(d, channel)});
    if (b->answer == BACKLOG_NOTHING)
        ch->warned = 0;
    if (b->answer != BACKLOG_WARN || ch->warned || d->now_us < ch->warned_until_us)
        return;
    ch->warned = 1; /* once, until it was enough; and not for every swing of the forecast */
    ch->warned_until_us = d->now_us + d->core->config.allocation.lead_us;
    desk_alert(d, channel, REASON_BACKLOG, b->uncovered_fen, b->short_fen);
}

static void look_at_backlog(struct desk *d)
{
    struct core *core = d->core;
    struct backlog_view view = view_of(d);
    struct backlog found[CHANNELS];
    core->backlog_stands = 0;
    backlog_find(&view, found);
    for (uint32_t c = 0; c < CHANNELS; c++) {
        tell_backlog(d, (enum channel)c, &found[c]);
        core->backlog_stands |= found[c].answer != BACKLOG_NOTHING;
    }
    core->backlog_due_us = d->now_us + FORESEE_US;
}

static void tell_foreseen(struct desk *d)
{
    for (uint32_t c = 0; c < CHANNELS; c++)
        desk_fact(d, (struct fact){.kind = FACT_FORESEEN,
                                   .channel = (uint8_t)c,
                                   .subject = NONE,
                                   .id = (uint64_t)d->core->channels[c].later_fen,
                                   .amount_fen = free_level_fen(d, (enum channel)c),
                                   .other = dry_us(d, (enum channel)c)});
    d->core->outlook_due_us = civil_moment_us(civil_day(d->now_us), 0) +
                              (civil_clock_us(d->now_us) / TELL_US + 1) * TELL_US;
}

static bool any_waits(const struct core *core)
{
    for (uint32_t c = 0; c < CHANNELS; c++)
        if (core->channels[c].waiting_fen > 0)
            return true;
    return false;
}

void outlook_tell(struct desk *d)
{
    struct core *core = d->core;
    if (d->now_us >= core->outlook_due_us || d->now_us >= core->backlog_due_us) {
        for (uint32_t c = 0; c < CHANNELS; c++)
            forecast_turn(&core->channels[c].forecast, d->now_us);
        if (d->now_us >= core->outlook_due_us)
            tell_foreseen(d);
        if (d->now_us >= core->backlog_due_us)
            look_at_backlog(d);
    }
    desk_wake_at(d, core->outlook_due_us);
    if (core->backlog_stands || any_waits(core)) /* else what happens next will ask */
        desk_wake_at(d, core->backlog_due_us);
}
