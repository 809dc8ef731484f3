/* ageing.c — see ageing.h. */

#include "core/payout/ageing.h"

#include "core/base/must.h"
#include "core/base/civil.h"
#include "core/payout/queue.h"

static int64_t steps_of(struct ageing a, const struct payout *p)
{
    MUST(a.step_us > 0 && a.now_us >= p->requested_us);
    return (a.now_us - p->requested_us) / a.step_us;
}

uint32_t ageing_rank(struct ageing a, const struct payout *p)
{
    if (a.step_us == 0)
        return p->class;
    int64_t steps = steps_of(a, p);
    int64_t business = p->class / PRIORITIES;
    int64_t merchant = p->class % PRIORITIES;
    if (steps <= business)
        return (uint32_t)(p->class - PRIORITIES * steps);
    return steps < business + merchant ? (uint32_t)(merchant - (steps - business)) : 0;
}

int64_t ageing_rises_us(struct ageing a, const struct payout *p)
{
    if (a.step_us == 0 || ageing_rank(a, p) == 0)
        return NEVER_US;
    return p->requested_us + (steps_of(a, p) + 1) * a.step_us;
}

bool ageing_before(struct ageing a, const struct payout *first, const struct payout *second)
{
    uint32_t one = ageing_rank(a, first);
    uint32_t other = ageing_rank(a, second);
    return one != other ? one < other : first->arrival < second->arrival;
}
