/* policy_threshold.c — fill a channel that is low, drain one that is high.
 *
 * A channel whose level falls below `low` is filled to `target`: from the
 * unallocated balance first, then from the other channel, which gives as long
 * as it stays at or above its own low and above the one it helps.  A channel
 * above `high` gives what exceeds its target back to the unallocated balance.
 */

#include "core/quota/policy.h"

static const struct policy_param params[] = {
    POLICY_INITIAL,
    {"low", POLICY_MONEY, offsetof(struct allocation, low_fen), "\"0\"",
     "threshold: below this level a channel is filled to its target"},
    {"target", POLICY_MONEY, offsetof(struct allocation, target_fen), "\"0\"",
     "threshold: the level to fill to, and to drain to"},
    {"high", POLICY_MONEY, offsetof(struct allocation, high_fen), "\"0\"",
     "threshold: above this level a channel gives back; 0 means never"},
};

static const char *fault(const struct allocation *a, const char **param)
{
    const char *shares = policy_initial_fault(a, param);
    if (shares != NULL)
        return shares;
    for (size_t c = 0; c < CHANNELS; c++) {
        *param = "low";
        if (a->low_fen[c] > a->target_fen[c])
            return "low is above target";
        *param = "high";
        if (a->high_fen[c] != 0 && a->high_fen[c] < a->target_fen[c])
            return "high is below target";
    }
    return NULL;
}

static void wish(const struct allocation *a, const struct allocation_view *view,
                 struct allocation_wish wishes[CHANNELS])
{
    for (size_t c = 0; c < CHANNELS; c++) {
        size_t other = CHANNELS - 1 - c;
        bool low = view->level_fen[c] < a->low_fen[c];
        bool high = a->high_fen[c] != 0 && view->level_fen[c] > a->high_fen[c];
        /* Halfway between the two, so that the giver does not need it back at once. */
        int64_t middle_fen = view->level_fen[other] / 2 + view->level_fen[c] / 2;
        wishes[c].wanted = low || high;
        wishes[c].target_fen = a->target_fen[c];
        wishes[c].floor_fen = a->low_fen[c] > middle_fen ? a->low_fen[c] : middle_fen;
    }
}

const struct policy policy_threshold = {
    "threshold", params, sizeof params / sizeof params[0], fault, policy_open_initial, wish,
    false,       false,
};
