/* small_core.h — a treasury with one business and no delays of its own, driven by hand. */
#ifndef TESTS_SMALL_CORE_H
#define TESTS_SMALL_CORE_H

#include <stdlib.h>

#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/core.h"
#include "tests/harness.h"

enum { SMALL_SESSION = 100 }; /* open at the start, on both channels */

struct small_core {
    struct core_config config;
    struct core *core;
    struct effects fx; /* of the last input */
    int64_t now_us;
};

/* `balance_fen` on the custody account, all of it mapped to UnionPay until told otherwise. */
static inline void small_config(struct small_core *s, int64_t balance_fen)
{
    *s = (struct small_core){.now_us = 1541865600 * US_PER_S};
    s->config = (struct core_config){
        .limits = {.open_payouts = 100, .remembered = 1000},
        .calendar = CALENDAR_EVERY_DAY,
        .allocation_kind = ALLOCATION_STATIC,
        .allocation = {.static_ppm = {PPM, 0}},
        .bypass_max = 3,
        .retry_after_us = US_PER_S,
        .business_count = 1,
        .businesses = {{.priority = 5}},
        .account_count = 3,
        .accounts = {{.kind = ACCOUNT_CENTRAL_BANK, .opening_fen = balance_fen},
                     {.kind = ACCOUNT_VIRTUAL_RESERVE, .institution = CHANNEL_UNIONPAY},
                     {.kind = ACCOUNT_VIRTUAL_RESERVE, .institution = CHANNEL_NETSUNION}},
        .start_us = s->now_us,
    };
    for (int c = 0; c < CHANNELS; c++)
        s->config.channels[c] = (struct channel_terms){
            .first_session = SMALL_SESSION,
            .sessions_a_day = 4,
            .reply_timeout_us = 10 * US_PER_S,
            .quota_timeout_us = 10 * US_PER_S,
            .query_steps = 1,
            .query_after_us = {60 * US_PER_S},
        };
}

static inline void small_apply(struct small_core *s, struct input in)
{
    if (s->core == NULL) {
        void *memory = calloc(1, core_bytes(&s->config.limits));
        ck_assert_ptr_nonnull(memory);
        s->core = core_create(memory, &s->config);
    }
    s->fx.order_count = s->fx.fact_count = 0;
    core_apply(s->core, s->now_us, &in, &s->fx);
}

static inline void small_free(struct small_core *s)
{
    free(s->core);
    s->core = NULL;
}

/* The one fact of that kind that the last input gave; there is exactly one. */
static inline struct fact small_fact(const struct small_core *s, enum fact_kind kind)
{
    const struct fact *found = NULL;
    for (uint32_t i = 0; i < s->fx.fact_count; i++)
        if (s->fx.facts[i].kind == kind) {
            ck_assert_msg(found == NULL, "%s twice", fact_kind_name(kind));
            found = &s->fx.facts[i];
        }
    ck_assert_msg(found != NULL, "no %s", fact_kind_name(kind));
    return *found;
}

#endif
