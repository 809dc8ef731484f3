/* grammar_transfers.c — transfer rules; see settings.h for what a row says. */

#include "sim/grammar.h"

#include <string.h>

#include "core/base/civil.h"

/* clang-format off */

static const char *const holiday_names[] = {"keep", "skip", "before", "after", NULL};
static const char *const watch_names[] = {"from", "to", NULL};
/* In the order of enum means. */
static const char *const means_names[] = {"bank_transfer", "prefund", "return", "adjust",
                                          "netsunion_payout", "unionpay_settlement", NULL};
static const struct setting a_means = {.key = "", .kind = SETTING_CHOICE, .choices = means_names};

static void read_watch(struct reading *r, const char *pointer, json_t *value, void *into)
{
    struct transfer_settings *t = into;
    char shown[64];
    t->watches = 1;
    for (t->watch = 0; watch_names[t->watch] != NULL; t->watch++)
        if (json_is_string(value) && strcmp(json_string_value(value), watch_names[t->watch]) == 0)
            return;
    t->watch = WATCH_FROM;
    reading_problem(r, pointer, "want \"from\" or \"to\", got %s", json_shown(value, shown));
}

static void check_when(struct reading *r, const char *pointer, void *into)
{
    const struct transfer_settings *t = into;
    bool scheduled = t->rrule != NULL || t->at.count != 0;
    if (scheduled + t->watches + t->demand != 1)
        reading_problem(r, pointer, "want exactly one trigger: \"rrule\" or \"at\" or both, "
                        "\"watch\", or \"demand\": true");
    else if (t->watches && (t->below_fen != 0) + (t->above_fen != 0) != 1)
        reading_problem(r, pointer, "\"watch\" wants exactly one of \"below\" and \"above\"");
    else if (!t->watches && (t->below_fen != 0 || t->above_fen != 0))
        reading_problem(r, pointer, "\"below\" and \"above\" go with \"watch\"; want it, or "
                        "neither of them");
    else if (!scheduled && t->on_holiday != ON_HOLIDAY_KEEP)
        reading_problem(r, pointer, "\"on_holiday\" goes with \"rrule\" and \"at\"; leave it out");
}

static const struct setting when_rows[] = {
    {.key = "rrule", .kind = SETTING_TEXT, .offset = AT(transfer_settings, rrule), .max = 399,
     .text = "a recurrence rule (RFC 5545), counted from the day of /clock/from"},
    {.key = "at", .kind = SETTING_LIST, .offset = AT(transfer_settings, at), .item = &a_clock,
     .min = 1, .max = 48,
     .text = "these clocks, every day or on the rule's days"},
    {.key = "on_holiday", .kind = SETTING_CHOICE, .offset = AT(transfer_settings, on_holiday),
     .choices = holiday_names, .preset = "\"keep\"",
     .text = "on a day without work: kept, skipped, or the working day before or after it"},
    {.key = "watch", .kind = SETTING_CUSTOM, .custom = read_watch,
     .text = "from or to: that account's level starts it"},
    {.key = "below", .kind = SETTING_MONEY, .offset = AT(transfer_settings, below_fen), .min = 1,
     .text = "while the watched level is less"},
    {.key = "above", .kind = SETTING_MONEY, .offset = AT(transfer_settings, above_fen), .min = 1,
     .text = "while the watched level is more"},
    {.key = "demand", .kind = SETTING_BOOL, .offset = AT(transfer_settings, demand),
     .preset = "false", .text = "true: while queued payouts need more than there is"},
};
static const struct section when_section = {"when", SETTINGS(when_rows),
                                            sizeof(struct transfer_settings), check_when};

#define VALUE {.key = "value", .kind = SETTING_MONEY, .offset = AT(transfer_settings, \
     amount.value_fen) - AT(transfer_settings, amount), .min = 1, .required = true, \
     .text = "how much"}
#define AMOUNT_SIZE sizeof(((struct transfer_settings *)0)->amount)
static const struct setting fixed_rows[] = {VALUE};
static const struct setting percent_rows[] = {
    {.key = "value", .kind = SETTING_SHARE, .offset = AT(transfer_settings, amount.share_ppm) -
     AT(transfer_settings, amount), .required = true,
     .text = "share of what the paying account may give"}};
static const struct setting no_rows[] = {{.key = "", .kind = SETTING_BOOL}};
/* In the order of enum rule_amount. */
static const struct section rule_amounts[] = {
    {"fixed", SETTINGS(fixed_rows), AMOUNT_SIZE, NULL},
    {"to_target", SETTINGS(fixed_rows), AMOUNT_SIZE, NULL},
    {"percent", SETTINGS(percent_rows), AMOUNT_SIZE, NULL},
    {"sweep", no_rows, 0, AMOUNT_SIZE, NULL},
    {"shortage", no_rows, 0, AMOUNT_SIZE, NULL},
    {0}};

static void check_transfer(struct reading *r, const char *pointer, void *into)
{
    const struct transfer_settings *t = into;
    char at[POINTER_MAX];
    if (t->max_fen != 0 && t->max_fen < t->min_fen)
        reading_problem(r, pointer, "\"min\" is above \"max\"; want min <= max");
    if (t->max_fen != 0 && t->multiple_fen > t->max_fen) {
        pointer_join(at, pointer, "multiple");
        reading_problem(r, at, "above \"max\", so nothing ever moves; want at most \"max\"");
    }
    const uint32_t *means = t->means.items;
    for (size_t i = 0; i < t->means.count; i++)
        for (size_t k = 0; k < i; k++)
            if (means[i] == means[k]) {
                pointer_join(at, pointer, "means");
                reading_problem(r, at, "\"%s\" twice; want each once", means_names[means[i]]);
            }
}

static const struct setting transfer_rows[] = {
    {.key = "id", .kind = SETTING_NAME, .offset = AT(transfer_settings, id), .required = true,
     .text = "the rule's name in outputs"},
    {.key = "from", .kind = SETTING_NAME, .offset = AT(transfer_settings, from), .required = true,
     .text = "the paying account"},
    {.key = "to", .kind = SETTING_NAME, .offset = AT(transfer_settings, to), .required = true,
     .text = "the receiving account"},
    {.key = "when", .kind = SETTING_SECTION, .section = &when_section, .required = true,
     .text = "what starts it"},
    {.key = "amount", .kind = SETTING_VARIANT, .offset = AT(transfer_settings, amount),
     .section = rule_amounts, .required = true, .text = "how much it moves"},
    {.key = "keep", .kind = SETTING_MONEY, .offset = AT(transfer_settings, keep_fen),
     .preset = "\"0\"", .text = "left in the paying account, if more than that account's keep"},
    {.key = "min", .kind = SETTING_MONEY, .offset = AT(transfer_settings, min_fen),
     .preset = "\"0.01\"", .min = 1, .text = "less is not moved"},
    {.key = "max", .kind = SETTING_MONEY, .offset = AT(transfer_settings, max_fen),
     .preset = "\"0\"", .text = "at most this at once; 0: no limit"},
    {.key = "multiple", .kind = SETTING_MONEY, .offset = AT(transfer_settings, multiple_fen),
     .preset = "\"0\"", .text = "a multiple of this, rounded down; 0: any amount"},
    {.key = "partial", .kind = SETTING_BOOL, .offset = AT(transfer_settings, partial),
     .preset = "true", .text = "false: wait until the whole can be given"},
    {.key = "priority", .kind = SETTING_INT, .offset = AT(transfer_settings, priority), .min = 1,
     .max = 9, .preset = "5", .text = "of rules due at once 1 goes first"},
    {.key = "count_in_transit", .kind = SETTING_BOOL,
     .offset = AT(transfer_settings, count_in_transit), .preset = "true",
     .text = "money on its way in counts as if it were there"},
    {.key = "not_after", .kind = SETTING_CLOCK, .offset = AT(transfer_settings, not_after_us),
     .text = "nothing starts later in the day"},
    {.key = "means", .kind = SETTING_LIST, .offset = AT(transfer_settings, means),
     .item = &a_means, .max = MEANS_COUNT, .preset = "[]",
     .text = "the ways it may take, the preferred first; none: any, the cheapest first"},
    {.key = "retries", .kind = SETTING_INT, .offset = AT(transfer_settings, retries),
     .max = RETRIES_MAX, .preset = "2", .text = "further attempts of a leg that failed"},
};
static const struct section transfer_section = {
    "transfer rule", SETTINGS(transfer_rows), sizeof(struct transfer_settings), check_transfer};
const struct setting a_transfer = {.key = "", .kind = SETTING_SECTION,
                                   .section = &transfer_section};
/* clang-format on */
