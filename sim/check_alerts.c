/* check_alerts.c — alert rules against what there is to watch; see checks.h. */

#include <stdio.h>
#include <string.h>

#include "core/base/civil.h"
#include "sim/checks.h"
#include "sim/watches.h"

static void check_level(struct reading *r, const char *pointer, struct alert_settings *a)
{
    char at[POINTER_MAX];
    char shown[64];
    const json_t *given = a->rule.above ? a->above : a->below;
    enum unit unit = watch_unit((enum watch)a->rule.watch);
    pointer_join(at, pointer, a->rule.above ? "above" : "below");
    if (!unit_read(unit, given, &a->rule.level)) {
        reading_problem(r, at, "want %s, got %s", unit_wanted(unit), json_shown(given, shown));
        return;
    }
    int64_t least = a->rule.above ? 0 : 1;
    int64_t most = a->rule.watch != WATCH_TIME_TO_DRY ? INT64_MAX
                   : a->rule.above                    ? US_PER_DAY - 1
                                                      : US_PER_DAY;
    if (a->rule.level < least)
        reading_problem(r, at, "nothing is ever %s that; want %s",
                        a->rule.above ? "as low as" : "below",
                        a->rule.above ? "0 or more" : "more than 0");
    if (a->rule.level > most)
        reading_problem(r, at, "time to dry is foreseen for a day at most; want %s \"24h\"",
                        a->rule.above ? "less than" : "at most");
}

static void check_alert(struct reading *r, const struct scenario *s, const char *pointer,
                        struct alert_settings *a)
{
    struct watch_name name;
    const char *near = NULL;
    char kept[64];
    char at[POINTER_MAX];
    for (uint32_t n = 0; watch_nth(s, n, &name); n++) {
        if (strcmp(name.name, a->watch) == 0) {
            a->rule.watch = (uint8_t)name.watch;
            a->rule.of = name.of;
            a->rule.above = a->above != NULL;
            a->rule.alarm = a->level != 0;
            a->rule.for_us = a->for_us;
            check_level(r, pointer, a);
            return;
        }
        const char *before = near;
        settings_nearer(a->watch, name.name, &near);
        if (near != before) {
            snprintf(kept, sizeof kept, "%s", name.name);
            near = kept;
        }
    }
    pointer_join(at, pointer, "watch");
    if (near != NULL)
        reading_problem(r, at, "nothing called \"%s\" can be watched; did you mean \"%s\"?",
                        a->watch, near);
    else
        reading_problem(r, at,
                        "nothing called \"%s\" can be watched; want a position, account.ID, "
                        "queue.…, in_doubt.…, in_transit.amount, breaks.open, suspense.amount or "
                        "CHANNEL.time_to_dry_s",
                        a->watch);
}

void check_alerts(struct reading *r, struct scenario *s)
{
    struct alert_settings *a = s->alerts.items;
    char p[POINTER_MAX];
    for (size_t i = 0; i < s->alerts.count; i++) {
        check_own_name(r, &s->alerts, sizeof *a, i, "/policy/alerts");
        check_alert(r, s, pointer_to(p, "/policy/alerts/%zu", i), &a[i]);
    }
}
