/* policy_pooled.c — not a policy but a bound: both channels pay from one pool.
 *
 * As if quota moved at once and for nothing, whenever a payout wants it.  All
 * that is not kept is mapped from the start, half to each, and never moved; who
 * pays more than is mapped to it draws on the other's.  What a policy leaves
 * blocked beyond this is the price of fragmentation.  Unsettled receipts are no
 * part of the pool: like quota that moves, they stay with who received them. */

#include "core/quota/policy.h"

#include "core/base/money.h"

static const char *fault(const struct allocation *a, const char **param)
{
    (void)a;
    *param = "";
    return NULL;
}

static void open_half(const struct allocation *a, int64_t balance_fen, int64_t mapped_fen[CHANNELS])
{
    const int64_t half_and_rest_ppm[CHANNELS] = {PPM / 2, PPM};
    policy_split(half_and_rest_ppm, a->unallocated_keep_fen, balance_fen, mapped_fen);
}

const struct policy policy_pooled = {"pooled", NULL, 0, fault, open_half, NULL, false, true};
