/* watches.h — what an alert rule can watch: names, and what each is in the core. */
#ifndef SIM_WATCHES_H
#define SIM_WATCHES_H

#include "core/alerts.h"
#include "sim/scenario.h"
#include "sim/unit.h"

struct watch_name {
    char name[64];
    enum watch watch;
    uint8_t of;
    enum unit unit;
};

/* The nth of all names that a scenario has; false: there are no more. */
bool watch_nth(const struct scenario *s, uint32_t n, struct watch_name *out);
enum unit watch_unit(enum watch watch);

/* A scenario's rules, once it was checked. */
const struct alert_settings *alert_setting(const struct scenario *s, uint32_t rule);

#endif
