/* routing.h — which of two channels a payout would rather take.
 *
 * The treasury may have a reason to leave its primary channel though that one
 * could take the payout: more quota elsewhere, a lower fee, better luck there
 * of late.  Where there is no such reason, it is the primary.
 *
 * Luck is learned: of each channel, how many attempts there were and how many
 * of them did not fail, each counted once, when it is paid, fails for a reason
 * that is not the order's own, or comes into doubt without having been accepted;
 * both fading as newer ones come (after 64 attempts an
 * old one counts about a third) and by half with every ten minutes.  So a
 * channel that is left because it fails is forgiven in the end, and tried
 * again; one that is not used is taken to be good.
 */
#ifndef CORE_PAYOUT_ROUTING_H
#define CORE_PAYOUT_ROUTING_H

#include <stdbool.h>
#include <stdint.h>

#include "core/gateway/gateway.h"

enum routing_kind {
    ROUTING_PRIMARY_FIRST,
    ROUTING_BY_QUOTA,   /* where more is left available after it */
    ROUTING_BY_COST,    /* where its fee is lower */
    ROUTING_BY_SUCCESS, /* where a greater share of recent attempts did not fail */
    ROUTING_KINDS,
};

const char *routing_kind_name(enum routing_kind kind);

/* Recent attempts on one channel, faded, in 65536ths of an attempt. */
struct luck {
    int64_t attempts;
    int64_t good;     /* of them, that did not fail; never more */
    int64_t since_us; /* when they were faded last */
};

enum { LUCK_NEEDED = 8, LUCK_MARGIN_PPM = 10000 };

void luck_learn(struct luck *luck, int64_t now_us, bool good);
/* What is known at `now`: the share that did not fail, as if LUCK_NEEDED more
 * attempts had gone well; and whether there were that many in the first place. */
int64_t luck_share_ppm(const struct luck *luck, int64_t now_us);
bool luck_known(const struct luck *luck, int64_t now_us);

/* What a channel is to one payout. */
struct route_view {
    int64_t left_fen; /* believed available, less what the payout holds there */
    int64_t fee_fen;
    const struct luck *luck;
};

/* The preferred of both channels, whether or not it can take the payout now.
 * By success: the other only if the primary is known to be worse by more than
 * LUCK_MARGIN_PPM. */
enum channel routing_prefers(enum routing_kind kind, enum channel primary,
                             const struct route_view views[CHANNELS], int64_t now_us);

#endif
