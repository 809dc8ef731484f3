/* policy.h — how the custody balance is divided among the channels' quotas.
 *
 * A policy says how quota is split at the start and, if it moves quota at all,
 * what it wishes now; the treasury turns wishes into moves.  A policy is pure:
 * the same view gives the same wishes.  It lives in one file, which exports
 * its parameters as plain rows, and in one line of the table in policy.c.
 *
 *     level(c) = believed available(c) + what is on its way to c
 *
 * What is leaving c is no longer in its level, so a need is never served twice.
 */
#ifndef CORE_QUOTA_POLICY_H
#define CORE_QUOTA_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/gateway/codes.h"

enum allocation_kind {
    ALLOCATION_STATIC,
    ALLOCATION_TILT,
    ALLOCATION_THRESHOLD,
    ALLOCATION_DEMAND,
    ALLOCATION_POOLED,
    ALLOCATION_KINDS,
};

/* The union of all policies' parameters, so that changing the kind alone
 * changes the policy. */
struct allocation {
    int64_t initial_ppm[CHANNELS];
    int64_t static_ppm[CHANNELS];
    int64_t unallocated_keep_fen; /* no policy takes unallocated money below this (机动) */
    int64_t cool_down_us;         /* no move of a policy turns a younger one round; 0: any may */
    int64_t low_fen[CHANNELS];
    int64_t target_fen[CHANNELS];
    int64_t high_fen[CHANNELS]; /* 0: no upper limit */
    int64_t lead_us;
    int64_t horizon_us;
};

enum policy_param_kind {
    POLICY_SHARE,    /* a share per channel, parts per million */
    POLICY_MONEY,    /* an amount per channel, fen */
    POLICY_DURATION, /* one for all channels, microseconds: a minute to a day */
};

struct policy_param {
    const char *name;
    enum policy_param_kind kind;
    size_t offset; /* in struct allocation, of an int64_t[CHANNELS] or, of one for all, int64_t */
    const char *preset; /* JSON of the default, for each channel */
    const char *text;
};

struct allocation_view {
    int64_t level_fen[CHANNELS];
    int64_t unallocated_fen; /* less what is earmarked and what is kept */
    /* For policies that foresee, else 0: */
    int64_t queued_fen[CHANNELS]; /* of payouts that wait and go there first */
    int64_t soon_fen[CHANNELS];   /* the most that is expected to flow out net within lead */
    int64_t later_fen[CHANNELS];  /* and within horizon */
};

struct allocation_wish {
    bool wanted;
    int64_t target_fen; /* fill to, or drain to, this level */
    int64_t floor_fen;  /* as a giver, keep at least this level */
};

struct policy {
    const char *name;
    const struct policy_param *params;
    size_t param_count;
    /* NULL: consistent.  Else what is wrong, and *param the name it is about. */
    const char *(*fault)(const struct allocation *a, const char **param);
    void (*open)(const struct allocation *a, int64_t balance_fen, int64_t mapped_fen[CHANNELS]);
    void (*wish)(const struct allocation *a, const struct allocation_view *view,
                 struct allocation_wish wishes[CHANNELS]); /* NULL: never moves quota */
    bool foresees;
    bool pools; /* both channels pay from one pool, here and in the world */
};

const struct policy *policy_of(enum allocation_kind kind);

/* Each channel's share of what is not kept; for policies' open(). */
void policy_split(const int64_t share_ppm[CHANNELS], int64_t keep_fen, int64_t balance_fen,
                  int64_t mapped_fen[CHANNELS]);
const char *policy_shares_fault(const int64_t share_ppm[CHANNELS]);

/* For the policies that open with `initial`: its row, and what they do with it. */
#define POLICY_INITIAL                                                                             \
    {                                                                                              \
        "initial", POLICY_SHARE, offsetof(struct allocation, initial_ppm), "0.5",                  \
            "tilt, threshold, demand: each channel's share of the opening balance less "           \
            "unallocated_keep; "                                                                   \
            "tilt gives the primary channel the larger one"                                        \
    }
const char *policy_initial_fault(const struct allocation *a, const char **param);
void policy_open_initial(const struct allocation *a, int64_t balance_fen,
                         int64_t mapped_fen[CHANNELS]);

extern const struct policy policy_static;
extern const struct policy policy_tilt;
extern const struct policy policy_threshold;
extern const struct policy policy_demand;
extern const struct policy policy_pooled;

#endif
