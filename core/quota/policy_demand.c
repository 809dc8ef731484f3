/* policy_demand.c — fill a channel before it runs dry, from what its queue and its forecast need.
 *
 *     near(c) = queued(c) + the most expected to flow out net within `lead`
 *     need(c) = queued(c) + the same within `horizon`
 *     fair(c) = need(c), or its part of all there is where that is less than all need
 *
 * A channel whose level is below near(c), and clearly below fair(c), is filled to
 * fair(c): from the unallocated balance, then from the other channel, which
 * keeps its own fair part.  So a channel gets help a `lead` before it is dry,
 * and where money is short both are short alike.
 */

#include "core/base/wide.h"
#include "core/quota/policy.h"

enum { CLEARLY = 8 }; /* below fair by more than 1/8 of it */

static const struct policy_param params[] = {
    POLICY_INITIAL,
    {"lead", POLICY_DURATION, offsetof(struct allocation, lead_us), "\"30m\"",
     "demand: a channel is helped when it would be dry within this; longer than a move takes"},
    {"horizon", POLICY_DURATION, offsetof(struct allocation, horizon_us), "\"2h\"",
     "demand: and filled to what its queue and the forecast need within this"},
};

static const char *fault(const struct allocation *a, const char **param)
{
    const char *shares = policy_initial_fault(a, param);
    if (shares != NULL)
        return shares;
    *param = "lead";
    return a->lead_us > a->horizon_us ? "lead is longer than horizon" : NULL;
}

static int64_t part_fen(int64_t total_fen, int64_t need_fen, int64_t all_fen)
{
    if (total_fen >= all_fen)
        return need_fen;
    return total_fen <= 0 ? 0 : (int64_t)((wide)total_fen * need_fen / all_fen);
}

static void wish(const struct allocation *a, const struct allocation_view *view,
                 struct allocation_wish wishes[CHANNELS])
{
    (void)a;
    int64_t total_fen = view->unallocated_fen > 0 ? view->unallocated_fen : 0;
    int64_t all_fen = 0;
    for (size_t c = 0; c < CHANNELS; c++) {
        total_fen += view->level_fen[c];
        all_fen += view->queued_fen[c] + view->later_fen[c];
    }
    for (size_t c = 0; c < CHANNELS; c++) {
        int64_t need_fen = view->queued_fen[c] + view->later_fen[c];
        int64_t fair_fen = part_fen(total_fen, need_fen, all_fen);
        wishes[c].wanted = view->level_fen[c] < view->queued_fen[c] + view->soon_fen[c] &&
                           view->level_fen[c] < fair_fen - fair_fen / CLEARLY;
        wishes[c].target_fen = fair_fen;
        wishes[c].floor_fen = fair_fen;
    }
}

const struct policy policy_demand = {
    "demand", params, sizeof params / sizeof params[0], fault, policy_open_initial, wish,
    true,     false,
};
