/* grammar_policy.c — how the treasury decides; see settings.h for what a row says. */

#include "sim/grammar.h"

#include <string.h>

#include "core/base/civil.h"
#include "core/base/must.h"

/* clang-format off */

static const char *const channel_names[] = {"unionpay", "netsunion", NULL};
static const char *routing_names[ROUTING_KINDS + 1];

/* --- policy ---------------------------------------------------------------- */

enum { ALLOCATION_ROWS_MAX = 24 };
static struct setting allocation_rows[ALLOCATION_ROWS_MAX] = {
    {.key = "primary", .kind = SETTING_CHOICE, .offset = AT(allocation_settings, primary),
     .choices = channel_names, .preset = "\"unionpay\"",
     .text = "the primary payout channel (主付款通道): tried first"},
    {.key = "unallocated_keep", .kind = SETTING_MONEY,
     .offset = AT(allocation_settings, params.unallocated_keep_fen), .preset = "\"0\"",
     .text = "kept unallocated as a reserve for manoeuvre (机动); no policy takes it"},
    {.key = "cool_down", .kind = SETTING_DURATION,
     .offset = AT(allocation_settings, params.cool_down_us), .max = 7 * US_PER_DAY,
     .preset = "\"10m\"",
     .text = "no policy turns round a move of its own that ended less than this ago (冷却); "
             "0: it may at once"},
};
static const char *allocation_names[ALLOCATION_KINDS + 1];
static struct section allocation_section = {"allocation", allocation_rows, 3,
                                            sizeof(struct allocation_settings), NULL};

static void check_allocation(struct reading *r, const char *pointer, void *into)
{
    const struct allocation_settings *a = into;
    const char *param;
    char at[POINTER_MAX];
    const char *fault = policy_of((enum allocation_kind)a->kind)->fault(&a->params, &param);
    if (fault != NULL) {
        pointer_join(at, pointer, param);
        reading_problem(r, at, "%s", fault);
    }
}

static bool has_row(const char *key)
{
    for (size_t i = 0; i < allocation_section.setting_count; i++)
        if (strcmp(allocation_rows[i].key, key) == 0)
            return true;
    return false;
}

/* The kinds there are, and every policy's parameters, each name once: setting
 * the kind alone switches. */
void grammar_build_policy(void)
{
    if (allocation_section.check != NULL)
        return;
    for (int kind = 0; kind < ROUTING_KINDS; kind++)
        routing_names[kind] = routing_kind_name((enum routing_kind)kind);
    for (int kind = 0; kind < ALLOCATION_KINDS; kind++) {
        const struct policy *p = policy_of((enum allocation_kind)kind);
        allocation_names[kind] = p->name;
        for (size_t i = 0; i < p->param_count; i++) {
            const struct policy_param *param = &p->params[i];
            if (has_row(param->name))
                continue;
            bool per_channel = param->kind != POLICY_DURATION;
            MUST(allocation_section.setting_count + 1 < ALLOCATION_ROWS_MAX);
            allocation_rows[allocation_section.setting_count++] = (struct setting){
                .key = param->name,
                .kind = per_channel ? SETTING_PER_CHANNEL : SETTING_DURATION,
                .offset = AT(allocation_settings, params) + param->offset,
                .item = !per_channel ? NULL : param->kind == POLICY_SHARE ? &a_share : &a_money,
                .min = US_PER_MINUTE,
                .max = US_PER_DAY,
                .preset = param->preset,
                .text = param->text};
        }
    }
    allocation_rows[allocation_section.setting_count++] = (struct setting){
        .key = "kind", .kind = SETTING_CHOICE, .offset = AT(allocation_settings, kind),
        .choices = allocation_names, .preset = "\"static\"",
        .text = "how quota is divided and moved; pooled is a bound and no policy: both channels "
                "pay from one pool, as if quota moved at once, and mapped and available of one "
                "are below zero while the other's quota pays for it"};
    allocation_section.check = check_allocation;
}

static const struct setting queue_rows[] = {
    {.key = "bypass_max", .kind = SETTING_INT, .offset = AT(scenario, bypass_max),
     .max = BYPASS_LIMIT, .preset = "20",
     .text = "how often a payout too large for what is left may be passed over"},
    {.key = "ageing", .kind = SETTING_DURATION, .offset = AT(scenario, ageing_us),
     .max = 366 * US_PER_DAY, .preset = "\"0s\"",
     .text = "each that it has waited lifts a payout by one step: its business's priority "
             "towards 1, then its merchant's; 0: none rises"},
};
static const struct section queue_section = {"queue", SETTINGS(queue_rows),
                                             sizeof(struct scenario), NULL};

static const struct setting audit_rows[] = {
    {.key = "doubtful_days", .kind = SETTING_INT, .offset = AT(scenario, doubtful_days),
     .max = 31, .preset = "3",
     .text = "so many days what one side alone has is matched again before it is a break"},
};
static const struct section audit_section = {"audit", SETTINGS(audit_rows),
                                             sizeof(struct scenario), NULL};

/* A list of channels, as bits. */
static void read_channels(struct reading *r, const char *pointer, json_t *value, void *into)
{
    int64_t bits = 0;
    size_t index;
    json_t *one;
    char shown[64];
    if (!json_is_array(value) || json_array_size(value) == 0) {
        reading_problem(r, pointer, "want a list of channels, unionpay or netsunion, got %s",
                        json_shown(value, shown));
        return;
    }
    json_array_foreach (value, index, one) {
        int c = 0;
        while (c < CHANNELS && !(json_is_string(one) &&
                                 strcmp(json_string_value(one), channel_names[c]) == 0))
            c++;
        if (c == CHANNELS) {
            char at[POINTER_MAX];
            pointer_join_index(at, pointer, index);
            reading_problem(r, at, "want \"unionpay\" or \"netsunion\", got %s",
                            json_shown(one, shown));
        } else {
            bits |= 1 << c;
        }
    }
    *(int64_t *)into = bits;
}
static const struct setting channel_set = {.key = "", .kind = SETTING_CUSTOM,
                                           .custom = read_channels};

static const struct setting routing_rows[] = {
    {.key = "kind", .kind = SETTING_CHOICE, .offset = AT(routing_settings, kind),
     .choices = routing_names, .preset = "\"primary_first\"",
     .text = "which channel is preferred of those that can take the payout now; primary_first; "
             "by_quota: where more is left available after it; by_cost: where the fee is lower; "
             "by_success: the primary, unless a greater share of recent attempts succeeds on the "
             "other"},
    {.key = "retries", .kind = SETTING_INT, .offset = AT(routing_settings, retries),
     .max = RETRIES_MAX, .preset = "1",
     .text = "further attempts after a definite failure, each with a new order id"},
    {.key = "retry_after", .kind = SETTING_DURATION, .offset = AT(routing_settings, retry_after_us),
     .min = 1, .max = US_PER_DAY, .preset = "\"1m\"",
     .text = "before the same route is tried again; doubles with each attempt"},
    {.key = "banks", .kind = SETTING_MAP, .offset = AT(routing_settings, banks),
     .item = &channel_set, .preset = "{}",
     .text = "payee's bank: the channels that reach it; a bank not named is reached by both"},
    {.key = "businesses", .kind = SETTING_MAP, .offset = AT(routing_settings, businesses),
     .item = &channel_set, .preset = "{}", .text = "business: the channels it may use"},
};
static const struct section routing_section = {"routing", SETTINGS(routing_rows),
                                               sizeof(struct routing_settings), NULL};

static const struct setting policy_rows[] = {
    {.key = "allocation", .kind = SETTING_SECTION, .offset = AT(scenario, allocation),
     .section = &allocation_section, .text = "how the custody balance is divided into quotas"},
    {.key = "queue", .kind = SETTING_SECTION, .section = &queue_section,
     .text = "how payouts wait"},
    {.key = "routing", .kind = SETTING_SECTION, .offset = AT(scenario, routing),
     .section = &routing_section, .text = "which channel a payout takes"},
    {.key = "breakers", .kind = SETTING_LIST, .offset = AT(scenario, breakers),
     .item = &a_breaker, .max = BREAKERS_MAX, .preset = "[]",
     .text = "when to stop sending what keeps failing (熔断)"},
    {.key = "transfers", .kind = SETTING_LIST, .offset = AT(scenario, transfers),
     .item = &a_transfer, .max = RULES_MAX, .preset = "[]",
     .text = "rules by which money moves between accounts (调拨)"},
    {.key = "tagging", .kind = SETTING_LIST, .offset = AT(scenario, tagging), .item = &a_tag,
     .max = TAG_RULES_MAX, .preset = "[]",
     .text = "rules by which collected lines are tagged and booked (打标), the first match wins; "
             "without any, a line is its account's owner's"},
    {.key = "audit", .kind = SETTING_SECTION, .section = &audit_section,
     .text = "how payments are matched with the settlement lists (稽核)"},
    {.key = "alerts", .kind = SETTING_LIST, .offset = AT(scenario, alerts), .item = &an_alert,
     .max = ALERT_RULES_MAX, .preset = "[]", .text = "rules by which alerts are raised (预警)"},
};
const struct section policy_section = {"policy", SETTINGS(policy_rows),
                                              sizeof(struct scenario), NULL};
/* clang-format on */
