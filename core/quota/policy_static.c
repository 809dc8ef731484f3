/* policy_static.c — fixed shares at the start, never moved. */

#include "core/quota/policy.h"

static const struct policy_param params[] = {
    {"static_shares", POLICY_SHARE, offsetof(struct allocation, static_ppm), "0.5",
     "static: each channel's share of the opening balance less unallocated_keep"},
};

static const char *fault(const struct allocation *a, const char **param)
{
    *param = "static_shares";
    return policy_shares_fault(a->static_ppm);
}

static void open_split(const struct allocation *a, int64_t balance_fen,
                       int64_t mapped_fen[CHANNELS])
{
    policy_split(a->static_ppm, a->unallocated_keep_fen, balance_fen, mapped_fen);
}

const struct policy policy_static = {
    "static", params, sizeof params / sizeof params[0], fault, open_split, NULL, false, false};
