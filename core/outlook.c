/* outlook.c — what each channel is expected to need, and when it will be dry.
 *
 * Foreseen anew every minute, at its time: what happens between changes nothing
 * of it, but that a channel with nothing left is dry now. */

#include "core/desk.h"

#define FORESEE_US US_PER_MINUTE /* a forecast is as good for so long */

/* Believed available and on its way, less what waits to go there first. */
static int64_t free_level_fen(const struct desk *d, enum channel channel)
{
    const struct channel_state *ch = &d->core->channels[channel];
    return desk_available_fen(d, channel) + ch->position.coming_fen - ch->waiting_fen;
}

static bool wanted(const struct core *core)
{
    return core->watches_dry || policy_of(core->config.allocation_kind)->foresees;
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
