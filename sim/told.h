/* told.h — a channel's quota as facts tell it: the core's, believed; or the mocks', true.
 *
 * Written from the design alone, slowly and simply, for whoever checks the core
 * and the mocks or explains them; neither uses it.
 */
#ifndef SIM_TOLD_H
#define SIM_TOLD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/core.h"

struct told_session {
    int64_t receipts_fen;
    int64_t payments_fen;
    bool closed;
    bool settled;
};

struct told_quota {
    int64_t mapped_fen;
    int64_t spoken_for_fen; /* held, or processing */
    int64_t leaving_fen;
    uint32_t first; /* sessions before this one are settled */
    uint32_t last;
    struct quota_rule rule;
    struct told_session sessions[SESSIONS_MAX];
};

static inline struct told_quota told_quota_of(const struct channel_terms *terms)
{
    return (struct told_quota){
        .first = terms->first_session, .last = terms->first_session, .rule = terms->rule};
}

/* Whether the fact's `other` is what the core believes available afterwards: the
 * kinds that told_fold() takes, besides FACT_OPENED, which says what is mapped. */
bool told_tells_available(const struct fact *f);
void told_fold(struct told_quota *q, const struct fact *f);

struct told_session *told_session(struct told_quota *q, uint32_t number);
void told_settle(struct told_quota *q, uint32_t number, int64_t net_fen);

int64_t told_available_fen(const struct told_quota *q);
/* The least that is left whatever of its sessions settles first: what may leave
 * it, and of a pool what it stands in for, or below zero lacks itself.  In belief
 * a hold may be a payment of any session; in truth what is being processed is of
 * none yet. */
int64_t told_spare_fen(const struct told_quota *q, bool truth);

#endif
