/* payout.c — see payout.h. */

#include "core/payout/payout.h"

#include "core/base/must.h"

static const uint8_t next[PAYOUT_STATES][PAYOUT_EVENTS] = {
    [PAYOUT_REQUESTED] = {[PAYOUT_ADMITTED] = PAYOUT_QUEUED, [PAYOUT_TURNED_AWAY] = PAYOUT_REFUSED},
    [PAYOUT_QUEUED] = {[PAYOUT_DISPATCHED] = PAYOUT_SENT,
                       [PAYOUT_TIMED_OUT] = PAYOUT_EXPIRED,
                       [PAYOUT_WITHDRAWN] = PAYOUT_CANCELLED},
    [PAYOUT_SENT] = {[PAYOUT_DOUBTED] = PAYOUT_IN_DOUBT,
                     [PAYOUT_FOUND_PAID] = PAYOUT_PAID,
                     [PAYOUT_REQUEUED] = PAYOUT_QUEUED,
                     [PAYOUT_GIVEN_UP] = PAYOUT_FAILED},
    [PAYOUT_IN_DOUBT] = {[PAYOUT_FOUND_PAID] = PAYOUT_PAID,
                         [PAYOUT_REQUEUED] = PAYOUT_QUEUED,
                         [PAYOUT_GIVEN_UP] = PAYOUT_FAILED},
    [PAYOUT_PAID] = {[PAYOUT_BOOKED] = PAYOUT_SETTLED, [PAYOUT_SENT_BACK] = PAYOUT_RETURNED},
    [PAYOUT_SETTLED] = {[PAYOUT_MATCHED] = PAYOUT_RECONCILED, [PAYOUT_SENT_BACK] = PAYOUT_RETURNED},
    [PAYOUT_RECONCILED] = {[PAYOUT_SENT_BACK] = PAYOUT_RETURNED},
};

bool payout_can(enum payout_state state, enum payout_event event)
{
    MUST(state < PAYOUT_STATES && event < PAYOUT_EVENTS);
    return next[state][event] != PAYOUT_NOWHERE;
}

void payout_step(struct payout *p, enum payout_event event)
{
    MUST(payout_can((enum payout_state)p->state, event));
    p->state = next[p->state][event];
    if (event == PAYOUT_DISPATCHED) {
        MUST(payout_attempt(p) < PAYOUT_ATTEMPTS_MAX);
        p->round++;
    }
}

bool payout_outcome_open(enum payout_state state)
{
    return state == PAYOUT_SENT || state == PAYOUT_IN_DOUBT;
}

const char *payout_state_name(enum payout_state state)
{
    static const char *const names[PAYOUT_STATES] = {
        [PAYOUT_NOWHERE] = "nowhere",   [PAYOUT_REQUESTED] = "requested",
        [PAYOUT_QUEUED] = "queued",     [PAYOUT_SENT] = "sent",
        [PAYOUT_IN_DOUBT] = "in_doubt", [PAYOUT_PAID] = "paid",
        [PAYOUT_SETTLED] = "settled",   [PAYOUT_RECONCILED] = "reconciled",
        [PAYOUT_RETURNED] = "returned", [PAYOUT_REFUSED] = "refused",
        [PAYOUT_EXPIRED] = "expired",   [PAYOUT_CANCELLED] = "cancelled",
        [PAYOUT_FAILED] = "failed",
    };
    MUST(state < PAYOUT_STATES);
    return names[state];
}
