/* follow.h — accounts and transfers as the facts tell of them: what is open, under way, unheard of.
 *
 * Money is in transit from the first leg's sending until the transfer has
 * arrived, failed whole, or been made good; resting half-way counts.
 */
#ifndef SIM_FOLLOW_H
#define SIM_FOLLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "core/core.h"

enum { FOLLOWED_MAX = 1024 };

struct followed_transfer {
    int64_t requested_us;
    uint64_t number; /* in the order of requests, from 1 */
    int64_t amount_fen;
    uint8_t open;
    uint8_t from;
    uint8_t to;
    uint8_t rule; /* + 1; 0: the operator's */
    uint8_t left; /* its first leg was sent, so the money is under way */
    uint8_t resting;
    uint8_t rests_at;
    uint8_t leg;     /* that was sent last, from 1 */
    uint8_t service; /* enum leg_service, of that leg */
    uint8_t reason;  /* why it rests, or waits */
    uint16_t code;   /* of the leg that failed last */
    uint8_t code_channel;
};

struct followed_account {
    uint8_t state; /* enum account_state, as the core's facts say */
    uint8_t overdue;
    uint32_t heard;      /* movements, and those passed over */
    uint32_t asked_when; /* movements there were when it was last refreshed at rest, + 1 */
    uint8_t awaited;     /* 1 + the kind of happening that answers that; 0: none */
};

struct follow {
    struct followed_transfer transfers[FOLLOWED_MAX];
    struct followed_account accounts[ACCOUNTS_MAX];
    uint32_t open;
    uint64_t requested; /* without those refused at once */
    uint64_t done;
    uint64_t failed;
    int64_t done_fen;
    int64_t in_transit_fen;
};

void follow_init(struct follow *f, const struct core_config *config);
void follow_fact(struct follow *f, const struct fact *fact);

uint32_t follow_overdue(const struct follow *f); /* accounts that were open for too long */
/* The open one requested next after `number` (0: the first), or NONE. */
uint32_t follow_next_open(const struct follow *f, uint64_t number);

#endif
