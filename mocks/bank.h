/* bank.h — a commercial bank: transfers from the accounts it keeps.
 *
 *     account --taken--> transit --+--> to_account       done
 *                                  +--> back to account  sent back by the payee's bank
 *
 * The bank decides when the order arrives, in order of precedence:
 *
 *     the same id again                                  MOCKDUPL
 *     older than ORDER_AGE_MAX_US                        MOCKLATE
 *     either account is unknown, closed or no bank's     MOCKACCT
 *     outside its hours, and for another institution     MOCKHOUR
 *     over its limit                                     MOCKLIMT
 *     more than the balance                              MOCKBALA
 *     a code drawn by the terms' shares; else taken      00
 *
 * Taken, the money has left at once.  It arrives after the terms' `final`; a
 * transfer by the large-value system (the terms' hours) not before that system
 * takes transfers.  Within one bank hours mean nothing.  An account closed
 * meanwhile takes nothing: the money goes back.
 *
 * A bank pushes no news but the sum of a day's fees, which leaves the fee
 * account at midnight; a transfer's fee is due when it is done.
 */
#ifndef MOCKS_BANK_H
#define MOCKS_BANK_H

#include "mocks/remittance.h"

/* Of the central bank `balance` and `details` alone. */
struct bank_terms {
    struct transfer_terms transfer;
    struct latency query;
    struct latency balance;
    struct latency details;
    struct latency notice; /* of fees */
};

struct bank {
    struct remitter remitter;
    const struct bank_terms *terms; /* the caller's */
    int64_t fees_due_fen;
};

extern const struct remitter_words bank_words;

void bank_transfer(struct bank *b, int64_t now_us, const struct order *o, struct outbox *out);
void bank_query(struct bank *b, int64_t now_us, const struct order *o, struct outbox *out);
void bank_happens(struct bank *b, int64_t now_us, const struct happening *what, struct outbox *out);

#endif
