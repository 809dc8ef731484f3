/* policy.c — see policy.h. */

#include "core/quota/policy.h"

#include "core/base/money.h"
#include "core/base/must.h"

static const struct policy *const policies[ALLOCATION_KINDS] = {
    [ALLOCATION_STATIC] = &policy_static,       [ALLOCATION_TILT] = &policy_tilt,
    [ALLOCATION_THRESHOLD] = &policy_threshold, [ALLOCATION_DEMAND] = &policy_demand,
    [ALLOCATION_POOLED] = &policy_pooled,
};

const struct policy *policy_of(enum allocation_kind kind)
{
    MUST(kind < ALLOCATION_KINDS);
    return policies[kind];
}

void policy_split(const int64_t share_ppm[CHANNELS], int64_t keep_fen, int64_t balance_fen,
                  int64_t mapped_fen[CHANNELS])
{
    int64_t free_fen = balance_fen > keep_fen ? balance_fen - keep_fen : 0;
    int64_t left_fen = free_fen;
    for (size_t c = 0; c < CHANNELS; c++) {
        int64_t part_fen = money_share(free_fen, share_ppm[c]);
        mapped_fen[c] = part_fen < left_fen ? part_fen : left_fen;
        left_fen -= mapped_fen[c];
    }
}

const char *policy_shares_fault(const int64_t share_ppm[CHANNELS])
{
    int64_t sum_ppm = 0;
    for (size_t c = 0; c < CHANNELS; c++)
        sum_ppm += share_ppm[c];
    return sum_ppm > PPM ? "the shares add up to more than 1" : NULL;
}

const char *policy_initial_fault(const struct allocation *a, const char **param)
{
    *param = "initial";
    return policy_shares_fault(a->initial_ppm);
}

void policy_open_initial(const struct allocation *a, int64_t balance_fen,
                         int64_t mapped_fen[CHANNELS])
{
    policy_split(a->initial_ppm, a->unallocated_keep_fen, balance_fen, mapped_fen);
}
