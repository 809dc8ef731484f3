/* grammar_alerts.c — alert rules; see settings.h for what a row says. */

#include "sim/grammar.h"

/* clang-format off */
#include "core/base/civil.h"

static const char *const level_names[] = {"warn", "alarm", NULL};

static void keep_json(struct reading *r, const char *pointer, json_t *value, void *into)
{
    (void)r;
    (void)pointer;
    *(json_t **)into = value;
}

static void check_rule(struct reading *r, const char *pointer, void *into)
{
    const struct alert_settings *a = into;
    if ((a->below != NULL) + (a->above != NULL) != 1)
        reading_problem(r, pointer, "want exactly one of \"below\" and \"above\"");
}

static const struct setting alert_rows[] = {
    {.key = "id", .kind = SETTING_NAME, .offset = AT(alert_settings, id), .required = true,
     .text = "the alert's name in outputs and in expectations, as alert.ID"},
    {.key = "watch", .kind = SETTING_TEXT, .offset = AT(alert_settings, watch), .max = 100,
     .required = true,
     .text = "as believed: CHANNEL.available, .mapped, .processing, .time_to_dry_s, "
             "acs.balance, acs.unallocated, account.ID, queue.depth, .amount, .oldest_s, "
             "queue.BUSINESS.depth, .amount, in_doubt.count, .oldest_s, in_transit.amount, "
             "breaks.open, suspense.amount"},
    {.key = "below", .kind = SETTING_CUSTOM, .offset = AT(alert_settings, below),
     .custom = keep_json, .text = "beyond the level means less than this; an amount, a count or "
                                  "a duration, as the watch is"},
    {.key = "above", .kind = SETTING_CUSTOM, .offset = AT(alert_settings, above),
     .custom = keep_json, .text = "or more than this"},
    {.key = "for", .kind = SETTING_DURATION, .offset = AT(alert_settings, for_us),
     .max = 30 * US_PER_DAY, .preset = "\"0s\"",
     .text = "raised when beyond the level for so long, cleared when back for so long"},
    {.key = "level", .kind = SETTING_CHOICE, .offset = AT(alert_settings, level),
     .choices = level_names, .preset = "\"warn\"", .text = "how grave it is"},
};
static const struct section alert_section = {"alert rule", SETTINGS(alert_rows),
                                             sizeof(struct alert_settings), check_rule};
const struct setting an_alert = {.key = "", .kind = SETTING_SECTION, .section = &alert_section};
/* clang-format on */
