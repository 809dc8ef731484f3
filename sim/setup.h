/* setup.h — from a scenario to the core's configuration and the world's terms.
 *
 * The core gets its own copy of what it must know of the gateways.
 */
#ifndef SIM_SETUP_H
#define SIM_SETUP_H

#include "core/core.h"
#include "core/edge/remark.h"
#include "mocks/world.h"
#include "sim/load.h"
#include "sim/scenario.h"

struct setup {
    struct core_config core;
    struct world_terms world;
    struct fault_spec *faults;
    uint8_t *merchant_priority; /* by merchant number */
    uint8_t *merchant_group;    /* the same; GROUP_NONE: in none */
    uint8_t **fault_merchants;  /* by fault: which merchants match, or NULL */
    uint8_t bank_routes[256];   /* by bank number: channel bits */
    uint8_t business_routes[BUSINESSES_MAX];
    uint16_t business_breakers[BUSINESSES_MAX]; /* bit b: breaker b watches it */
    uint16_t *merchant_breakers;                /* by merchant number, or NULL */
    uint16_t *user_breakers;                    /* by user number, or NULL */
    uint16_t any_user_breakers;
    uint16_t route_breakers;
    int64_t *moments;           /* of all schedules */
    struct line_text *texts;    /* of loads, in their order; then of what institutions book */
    struct own_line *own_lines; /* in the order of their times */
    struct remarks *remarks;    /* the patterns of tagging rules; NULL: there are no rules */
};

void setup_init(struct setup *u, const struct scenario *s, const struct parties *p);
void setup_free(struct setup *u);

/* Which breakers watch a payout. */
uint16_t setup_breakers_of(const struct setup *u, const struct arrival *a);

/* Between setup's own files: accounts, interfaces, rules, services. */
void setup_breakers(struct setup *u, const struct scenario *s, const struct parties *p);
void setup_treasury(struct setup *u, const struct scenario *s);
void setup_lines(struct setup *u, const struct scenario *s);

#endif
