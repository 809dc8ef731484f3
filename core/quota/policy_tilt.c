/* policy_tilt.c — shares at the start that lean to the primary channel, never moved.
 *
 * It opens as the policies that move quota do, with `initial`, so it is what
 * they would be without their moves; static_shares stay what static has. */

#include "core/quota/policy.h"

static const struct policy_param params[] = {POLICY_INITIAL};

const struct policy policy_tilt = {
    "tilt",
    params,
    sizeof params / sizeof params[0],
    policy_initial_fault,
    policy_open_initial,
    NULL,
    false,
    false,
};
