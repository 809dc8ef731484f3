/* funds.h — UnionPay's funds services (资金结算): prefund 备款, return 回款, adjust 调账.
 *
 *     prefund   bank account -> virtual ID
 *     return    virtual ID   -> bank account, or the custody account
 *     adjust    virtual ID   -> virtual ID
 *
 * An order is taken (00) or refused when it arrives, in order of precedence:
 * the same id again 12, older than ORDER_AGE_MAX_US 39, outside the service's
 * hours 39, over its limit 33, a code drawn by the terms' shares.  Nothing has
 * moved yet.  After the terms' `final` the money moves from one account to the
 * other in one stroke, or the order fails: 91 where an account is closed or
 * unknown, 90 where the virtual ID has too little, 91 where the bank account
 * has.  The end is notified, for success and failure alike; a query answers 34
 * for an unknown order.  Fees of what was done join UnionPay's daily fees.
 */
#ifndef MOCKS_FUNDS_H
#define MOCKS_FUNDS_H

#include "mocks/house.h"

void funds_order(struct house *h, int64_t now_us, const struct order *o, struct outbox *out);
void funds_query(struct house *h, int64_t now_us, const struct order *o, struct outbox *out);
void funds_happens(struct house *h, int64_t now_us, const struct happening *what,
                   struct outbox *out);

extern const struct remitter_words funds_words;

#endif
