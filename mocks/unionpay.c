/* unionpay.c — how UnionPay words its answers.
 *
 * A submission is answered with 00, accepted, however soon the payout ends; the
 * outcome comes as a notice, for success and failure alike (the sample code is
 * not of one mind on failures; this mock notifies them).  Codes: codes.h. */

#include "core/edge/zm.h"
#include "mocks/house.h"

const struct wording unionpay_wording = {
    .ok = UNIONPAY_00,
    .processing = UNIONPAY_05,
    .not_found = UNIONPAY_34,
    .quota_short = UNIONPAY_64,
    .over_limit = UNIONPAY_33,
    .closed = UNIONPAY_39,
    .account_closed = UNIONPAY_91,
    .busy = UNIONPAY_06,
    .too_old = UNIONPAY_39,
    .duplicate = UNIONPAY_12,
    .declined = UNIONPAY_30,
    .down = UNIONPAY_02,
    .outcome_in_reply = false,
    .list_max_fen = ZM_AMOUNT_MAX_FEN,
};
