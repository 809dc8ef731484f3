/* means.h — the ways money can take between two accounts, and their legs.
 *
 *     bank_transfer        reserve, own -> ACS, reserve, own
 *                          one order to the payer's bank
 *     prefund              reserve, own -> ACS, reserve, own
 *                          prefund (备款) to the virtual ID, adjust (调账) if own and
 *                          customers' money differ, return (回款)
 *     return               virtual ID -> ACS, reserve, own
 *                          from where money rests there
 *     adjust               virtual ID -> virtual ID
 *     netsunion_payout     ACS -> reserve, own
 *                          through NetsUnion's quota (代付)
 *     unionpay_settlement  ACS -> reserve, own
 *                          through UnionPay's (商户资金结算)
 *
 * A bank transfer needs a direct link of the paying account; prefund and
 * return need that the bank account is reported to UnionPay, which gave it a
 * position number (头寸序号).
 */
#ifndef CORE_TRANSFER_MEANS_H
#define CORE_TRANSFER_MEANS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/books/account.h"
#include "core/gateway/gateway.h"

enum means {
    MEANS_BANK_TRANSFER,
    MEANS_PREFUND,
    MEANS_RETURN,
    MEANS_ADJUST,
    MEANS_NETSUNION_PAYOUT,
    MEANS_UNIONPAY_SETTLEMENT,
    MEANS_COUNT,
};

enum { LEGS_MAX = 3 };

struct leg {
    uint8_t service; /* enum leg_service */
    uint8_t from;    /* accounts */
    uint8_t to;
    uint8_t pad;
};

/* The virtual IDs at UnionPay, as accounts; ACCOUNT_NONE where there is none. */
struct virtual_ids {
    uint8_t reserve;
    uint8_t own;
};

/* Declared in order of precedence. */
enum means_verdict {
    MEANS_POSSIBLE,
    MEANS_WRONG_KINDS,       /* it does not lead from such an account to such an account */
    MEANS_OPERATION_MISSING, /* the interface of the paying account, for a prefund that of the
                              * virtual ID, does not offer it */
    MEANS_NO_DIRECT_LINK,
    MEANS_NO_POSITION_NUMBER, /* of a bank account at either end */
    MEANS_NO_VIRTUAL_ID,      /* none is registered for this money */
};

/* legs and *leg_count are written only where possible. */
enum means_verdict means_legs(enum means means, const struct account *accounts, uint8_t from,
                              uint8_t to, struct virtual_ids ids, struct leg legs[LEGS_MAX],
                              uint32_t *leg_count);
const char *means_name(enum means means);
const char *leg_service_name(enum leg_service service);

#endif
