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
    ALLOCATION_THRESHOLD,
    ALLOCATION_KINDS,
};

/* The union of all policies' parameters, so that changing the kind alone
 * changes the policy. */
struct allocation {
    int64_t initial_ppm[CHANNELS];
    int64_t static_ppm[CHANNELS];
    int64_t unallocated_keep_fen; /* no policy takes unallocated money below this (机动) */
    int64_t low_fen[CHANNELS];
    int64_t target_fen[CHANNELS];
    int64_t high_fen[CHANNELS]; /* 0: no upper limit */
};

enum policy_param_kind {
    POLICY_SHARE, /* a share per channel, parts per million */
    POLICY_MONEY, /* an amount per channel, fen */
};

struct policy_param {
    const char *name;
    enum policy_param_kind kind;
    size_t offset;      /* of an int64_t[CHANNELS] in struct allocation */
    const char *preset; /* JSON of the default for each channel */
    const char *text;
};

struct allocation_view {
    int64_t level_fen[CHANNELS];
    int64_t unallocated_fen; /* less what is earmarked and what is kept */
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
};

const struct policy *policy_of(enum allocation_kind kind);

/* Each channel's share of what is not kept; for policies' open(). */
void policy_split(const int64_t share_ppm[CHANNELS], int64_t keep_fen, int64_t balance_fen,
                  int64_t mapped_fen[CHANNELS]);
const char *policy_shares_fault(const int64_t share_ppm[CHANNELS]);

extern const struct policy policy_static;
extern const struct policy policy_threshold;

#endif
