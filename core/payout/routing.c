/* routing.c — see routing.h. */

#include "core/payout/routing.h"

#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/base/must.h"

#define ONE (INT64_C(1) << 16)
#define HALVES_US (10 * US_PER_MINUTE)
enum { FADES_BY = 64, HALVINGS_MAX = 62 };

const char *routing_kind_name(enum routing_kind kind)
{
    static const char *const names[] = {"primary_first", "by_quota", "by_cost", "by_success"};
    MUST(kind < ROUTING_KINDS);
    return names[kind];
}

static struct luck faded(const struct luck *luck, int64_t now_us)
{
    MUST(now_us >= luck->since_us);
    MUST(luck->good >= 0 && luck->good <= luck->attempts);
    int64_t halvings = (now_us - luck->since_us) / HALVES_US;
    int64_t by = halvings < HALVINGS_MAX ? halvings : HALVINGS_MAX;
    return (struct luck){.attempts = luck->attempts >> by,
                         .good = luck->good >> by,
                         .since_us = luck->since_us + halvings * HALVES_US};
}

void luck_learn(struct luck *luck, int64_t now_us, bool good)
{
    if (luck->attempts == 0)
        luck->since_us = now_us;
    *luck = faded(luck, now_us);
    luck->attempts += ONE - luck->attempts / FADES_BY;
    luck->good += (good ? ONE : 0) - luck->good / FADES_BY;
    MUST(luck->good >= 0 && luck->good <= luck->attempts);
}

int64_t luck_share_ppm(const struct luck *luck, int64_t now_us)
{
    struct luck now = faded(luck, now_us);
    return (now.good + LUCK_NEEDED * ONE) * PPM / (now.attempts + LUCK_NEEDED * ONE);
}

bool luck_known(const struct luck *luck, int64_t now_us)
{
    return faded(luck, now_us).attempts > (LUCK_NEEDED - 1) * ONE; /* the last has not faded */
}

enum channel routing_prefers(enum routing_kind kind, enum channel primary,
                             const struct route_view views[CHANNELS], int64_t now_us)
{
    MUST(primary < CHANNELS);
    const struct route_view *here = &views[primary];
    enum channel other = (enum channel)(CHANNELS - 1 - primary);
    const struct route_view *there = &views[other];
    switch (kind) {
    case ROUTING_PRIMARY_FIRST:
        return primary;
    case ROUTING_BY_QUOTA:
        return there->left_fen > here->left_fen ? other : primary;
    case ROUTING_BY_COST:
        return there->fee_fen < here->fee_fen ? other : primary;
    case ROUTING_BY_SUCCESS:
        return luck_known(here->luck, now_us) &&
                       luck_share_ppm(there->luck, now_us) >
                           luck_share_ppm(here->luck, now_us) + LUCK_MARGIN_PPM
                   ? other
                   : primary;
    case ROUTING_KINDS:
        break;
    }
    NEVER("an unlisted kind of routing");
}
