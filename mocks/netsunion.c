/* netsunion.c — how NetsUnion words its answers.
 *
 * The reply to a payment request (epcc.211) carries TrxStatus: 00 or 01 if the
 * payee's bank has answered by then, else 02, which asks for patience; the end
 * state is then pushed (epcc.213).  Codes: codes.h. */

#include "mocks/house.h"

const struct wording netsunion_wording = {
    .ok = NETSUNION_00,
    .processing = NETSUNION_02,
    .not_found = NETSUNION_03,
    .quota_short = NETSUNION_MOCKQUOT,
    .over_limit = NETSUNION_MOCKLIMT,
    .closed = NETSUNION_MOCKDOWN,
    .account_closed = NETSUNION_01,
    .busy = NETSUNION_MOCKBUSY,
    .too_old = NETSUNION_MOCKLATE,
    .duplicate = NETSUNION_MOCKDUPL,
    .declined = NETSUNION_01,
    .down = NETSUNION_MOCKDOWN,
    .outcome_in_reply = true,
};
