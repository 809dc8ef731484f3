/* small_plan.h — a small scenario with its world and a recorder, facts told by hand. */
#ifndef TESTS_SMALL_PLAN_H
#define TESTS_SMALL_PLAN_H

#include <string.h>

#include "core/base/civil.h"
#include "sim/plan.h"
#include "sim/recorder.h"
#include "tests/harness.h"

enum { SLOTS = 16, WITHDRAWAL = 0, SALARY = 1, REFUNDS = 2 };

/* Custody 10,000 yuan, 4,000 mapped to UnionPay and 5,000 to NetsUnion; from
 * 2019-03-12 00:00, one day.  Refunds has no payouts.  Four alert rules, a0 to a3,
 * and a breaker of merchants, b0. */
static const char *const small_scenario =
    "{\"name\":\"small\",\"clock\":{\"from\":\"2019-03-12T00:00:00+08:00\","
    "\"to\":\"2019-03-13T00:00:00+08:00\"},"
    "\"accounts\":[{\"id\":\"acs\",\"kind\":\"central_bank\",\"opening\":\"10000\"},"
    "{\"id\":\"vu\",\"kind\":\"virtual_reserve\",\"institution\":\"unionpay\",\"opening\":\"7\"},"
    "{\"id\":\"own\",\"kind\":\"own\",\"opening\":\"100\"}],"
    "\"businesses\":[{\"id\":\"withdrawal\",\"deadline\":\"60s\"},{\"id\":\"salary\"},"
    "{\"id\":\"refunds\"}],"
    "\"merchants\":[{\"id\":\"M-2\",\"group\":\"large\"},{\"id\":\"M-3\",\"priority\":1},"
    "{\"id\":\"M-*\",\"group\":\"small\"},{\"id\":\"*\",\"group\":\"large\"}],"
    "\"policy\":{\"allocation\":{\"kind\":\"static\",\"static_shares\":{\"unionpay\":0.4,"
    "\"netsunion\":0.5}},"
    "\"breakers\":[{\"id\":\"b0\",\"key\":\"merchant\",\"consecutive\":3}],"
    "\"alerts\":[{\"id\":\"a0\",\"watch\":\"queue.depth\",\"above\":1},"
    "{\"id\":\"a1\",\"watch\":\"queue.amount\",\"above\":\"1.00\"},"
    "{\"id\":\"a2\",\"watch\":\"queue.oldest_s\",\"above\":\"1m\"},"
    "{\"id\":\"a3\",\"watch\":\"queue.withdrawal.depth\",\"above\":1}]},"
    "\"load\":[{\"kind\":\"poisson\",\"flow\":\"payout\",\"business\":\"withdrawal\","
    "\"per_second\":1,\"amount\":{\"kind\":\"constant\",\"value\":\"1\"},"
    "\"merchants\":{\"count\":4}},"
    "{\"kind\":\"poisson\",\"flow\":\"payout\",\"business\":\"salary\",\"per_second\":1,"
    "\"amount\":{\"kind\":\"constant\",\"value\":\"1\"}}]}";

static struct plan plan;
static struct world *world;
static struct recorder recorder;
static struct arrival request;
static uint32_t merchant; /* who asks */

static inline int64_t clock_us(int hour, int minute, int second)
{
    return civil_moment_us(civil_day_of((struct civil_date){2019, 3, 12}),
                           hour * US_PER_HOUR + minute * US_PER_MINUTE + second * US_PER_S);
}

static inline void small_open(void)
{
    struct problems problems = {0};
    struct outbox out = {0};
    ck_assert_msg(plan_parse(&plan, small_scenario, "small", &problems), "%s", problems.text);
    world = world_create(&plan.setup.world);
    ck_assert_ptr_nonnull(world);
    world_start(world, clock_us(0, 0, 0), &out);
    plan.setup.core.limits.open_payouts = SLOTS;
    recorder_init(&recorder, &plan.scenario, &plan.columns, world, &plan.setup.core);
    recorder.merchant_group = plan.setup.merchant_group;
    merchant = 1;
}

static inline void small_close(void)
{
    recorder_free(&recorder);
    world_free(world);
    plan_free(&plan);
}

static inline void tell(struct fact f)
{
    recorder_fact(&recorder, &f);
}

/* A payout of `amount_fen` takes a slot and waits. */
static inline void tell_queued(uint32_t slot, uint8_t business, int64_t at_us, int64_t amount_fen)
{
    request =
        (struct arrival){.business = business, .merchant = merchant, .amount_fen = amount_fen};
    recorder_requests(&recorder, &request);
    struct reference reference = reference_synthetic(business, slot);
    tell((struct fact){.kind = FACT_REQUESTED,
                       .at_us = at_us,
                       .subject = slot,
                       .id = reference.hi,
                       .other = (int64_t)reference.lo,
                       .amount_fen = amount_fen});
    tell((struct fact){
        .kind = FACT_QUEUED, .at_us = at_us, .subject = slot, .amount_fen = amount_fen});
}

static inline void tell_step(enum fact_kind kind, uint32_t slot, int64_t at_us, int64_t other)
{
    tell((struct fact){.kind = (uint8_t)kind,
                       .channel = CHANNEL_NETSUNION,
                       .at_us = at_us,
                       .state = kind == FACT_RETURNED ? PAYOUT_PAID : 0,
                       .subject = slot,
                       .amount_fen = recorder.slots[slot].amount_fen,
                       .other = other});
}

/* NetsUnion really pays the payout in a slot. */
static inline void truly_paid(uint32_t slot, int64_t at_us)
{
    struct house *h = &world->houses[CHANNEL_NETSUNION];
    h->orders[slot].amount_fen = recorder.slots[slot].amount_fen;
    tell((struct fact){.kind = FACT_TRUE_PAID,
                       .channel = CHANNEL_NETSUNION,
                       .at_us = at_us,
                       .subject = slot,
                       .id = UINT64_C(1) << 32 | slot,
                       .amount_fen = recorder.slots[slot].amount_fen});
}

#endif
