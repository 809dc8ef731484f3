/* operator.h — what people do by hand, as the core hears it. */
#ifndef SIM_OPERATOR_H
#define SIM_OPERATOR_H

#include "sim/plan.h"

/* The action `index` of the scenario's operator, which is done now. */
struct input operator_input(const struct plan *plan, uint32_t index, int64_t now_us);

/* People have numbers: what they are called in the scenario, or NULL. */
const char *operator_person(const struct scenario *s, uint32_t number);

#endif
