/* grammar.c — the rows of every section; see settings.h for what a row says. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/base/must.h"
#include "core/payout/queue.h"
#include "sim/scenario.h"

/* clang-format off */
#define AT(type, member) offsetof(struct type, member)
#define CONSTANT_MS(ms) "{\"kind\":\"constant\",\"value\":\"" ms "ms\"}"
#define LOGNORMAL_MS(median, p99) \
    "{\"kind\":\"lognormal\",\"median\":\"" median "ms\",\"p99\":\"" p99 "ms\"}"

static const char *const calendar_names[] = {"china", "every_day", NULL};
const char *const account_kind_names[] = {"central_bank", "reserve", "own", "virtual_reserve",
                                          "virtual_own", NULL};
static const char *const use_names[] = {"none", "prepaid_card", "fund", "cross_border", NULL};
static const char *const channel_names[] = {"unionpay", "netsunion", NULL};
static const char *const place_names[] = {"unionpay", "netsunion", "unallocated", NULL};
static const char *const routing_names[] = {"primary_first", NULL};
static const char *const receipts_names[] = {"at_once", "at_session", "at_settlement", NULL};
static const char *const settles_names[] = {"acs", "virtual_id", NULL};
static const char *const flow_names[] = {"payout", "collection", NULL};
const char *const fault_kind_names[] = {"latency", "down", "timeout", "error_code",
                                        "applied_no_reply", "rejected_no_reply", NULL};
static const char *const operator_names[] = {"move_quota", "cancel_payout", NULL};

/* --- plain items of lists and maps ----------------------------------------- */

static const struct setting a_text = {.key = "", .kind = SETTING_TEXT, .max = 64};
static const struct setting a_share = {.key = "", .kind = SETTING_SHARE};
static const struct setting a_money = {.key = "", .kind = SETTING_MONEY};
static const struct setting a_duration = {.key = "", .kind = SETTING_DURATION, .min = 1};
static const struct setting a_closing = {.key = "", .kind = SETTING_CLOCK_END};
static const struct setting a_weight = {.key = "", .kind = SETTING_NUMBER};

/* --- windows --------------------------------------------------------------- */

static void read_window_end(struct reading *r, const char *pointer, json_t *value, bool end,
                            uint8_t *given, int64_t *us)
{
    char shown[64];
    const char *text = json_is_string(value) ? json_string_value(value) : "";
    size_t length = json_string_length(value);
    if (civil_parse_clock(text, length, end, us))
        *given = 1;
    else if (civil_parse_moment(text, length, us))
        *given = 2;
    else
        reading_problem(r, pointer,
                        "want a clock like \"20:00\" or a moment like "
                        "\"2018-11-11T20:00:00+08:00\", got %s", json_shown(value, shown));
}

static void read_window_from(struct reading *r, const char *pointer, json_t *value, void *into)
{
    struct window_keys *w = into;
    read_window_end(r, pointer, value, false, &w->from_given, &w->window.from_us);
}

static void read_window_to(struct reading *r, const char *pointer, json_t *value, void *into)
{
    struct window_keys *w = into;
    read_window_end(r, pointer, value, true, &w->to_given, &w->window.to_us);
}

static void read_window_days(struct reading *r, const char *pointer, json_t *value, void *into)
{
    static const char *const names[] = {"all", "working", "non_working"};
    struct window *w = &((struct window_keys *)into)->window;
    char shown[64];
    size_t index;
    json_t *one;

    for (uint8_t i = 0; i < 3; i++)
        if (json_is_string(value) && strcmp(json_string_value(value), names[i]) == 0) {
            w->days = i;
            return;
        }
    if (!json_is_array(value) || json_array_size(value) == 0 ||
        json_array_size(value) > WINDOW_DATES_MAX) {
        reading_problem(r, pointer,
                        "want \"all\", \"working\", \"non_working\" or a list of 1 to %d dates, "
                        "got %s", WINDOW_DATES_MAX, json_shown(value, shown));
        return;
    }
    w->days = DAYS_LISTED;
    json_array_foreach (value, index, one) {
        const char *text = json_is_string(one) ? json_string_value(one) : "";
        if (!civil_parse_date(text, strlen(text), &w->dates[w->date_count++])) {
            char at[POINTER_MAX];
            pointer_join_index(at, pointer, index);
            reading_problem(r, at, "want a date like \"2018-11-11\", got %s",
                            json_shown(one, shown));
        }
    }
}

/* Two clocks, two moments, or nothing at all. */
static void check_window(struct reading *r, const char *pointer, struct window_keys *w)
{
    if (w->from_given != w->to_given)
        reading_problem(r, pointer, w->from_given == 0 || w->to_given == 0
                                        ? "want \"from\" and \"to\", or neither"
                                        : "want \"from\" and \"to\" both as clocks or both as "
                                          "moments");
    else if (w->from_given == 2 && w->window.from_us >= w->window.to_us)
        reading_problem(r, pointer, "\"to\" is not after \"from\"; want from < to");
    else if (w->from_given == 2 && w->window.days != DAYS_ALL)
        reading_problem(r, pointer, "\"days\" narrows a window of two clocks, not of two "
                        "moments; leave it out");
    if (w->from_given == 0 && w->window.days != DAYS_ALL) { /* whole days */
        w->window.kind = WINDOW_DAILY;
        w->window.from_us = 0;
        w->window.to_us = US_PER_DAY;
        return;
    }
    w->window.kind = w->from_given == 2   ? WINDOW_ONCE
                     : w->from_given == 1 ? WINDOW_DAILY
                                          : WINDOW_ALWAYS;
}

#define WINDOW_ROWS(type) \
    {.key = "from", .kind = SETTING_CUSTOM, .offset = AT(type, keys), \
     .custom = read_window_from, .text = "start of the window, a clock or a moment"}, \
    {.key = "to", .kind = SETTING_CUSTOM, .offset = AT(type, keys), .custom = read_window_to, \
     .text = "end of the window, not included"}, \
    {.key = "days", .kind = SETTING_CUSTOM, .offset = AT(type, keys), \
     .custom = read_window_days, \
     .text = "all, working, non_working or a list of dates: narrows a window of two clocks"}

/* --- latencies and amounts ------------------------------------------------- */

#define POINT(name, i, what) \
    {.key = name, .kind = SETTING_DURATION, .offset = AT(latency, point_us[i]), \
     .required = true, .text = what}

static void check_lognormal_latency(struct reading *r, const char *pointer, void *into)
{
    struct latency *l = into;
    if (l->point_us[0] < 1 || l->point_us[1] < l->point_us[0])
        reading_problem(r, pointer, "want 0 < median <= p99");
    else
        latency_prepare(l);
}

static void check_quantiles(struct reading *r, const char *pointer, void *into)
{
    const struct latency *l = into;
    for (int i = 1; i < LATENCY_POINTS; i++)
        if (l->point_us[i] < l->point_us[i - 1]) {
            reading_problem(r, pointer, "want p0 <= p50 <= p90 <= p99 <= p999 <= p100");
            return;
        }
}

static const struct setting constant_latency[] = {POINT("value", 0, "always this")};
static const struct setting exponential_latency[] = {POINT("mean", 0, "its mean")};
static const struct setting lognormal_latency[] = {
    POINT("median", 0, "half are below"), POINT("p99", 1, "99 % are below")};
static const struct setting quantile_latency[] = {
    POINT("p0", 0, "the least"), POINT("p50", 1, "the median"), POINT("p90", 2, "90 %"),
    POINT("p99", 3, "99 %"), POINT("p999", 4, "99.9 %"), POINT("p100", 5, "the most")};

static const struct section latency_kinds[] = {
    {"constant", SETTINGS(constant_latency), sizeof(struct latency), NULL},
    {"exponential", SETTINGS(exponential_latency), sizeof(struct latency), NULL},
    {"lognormal", SETTINGS(lognormal_latency), sizeof(struct latency), check_lognormal_latency},
    {"quantiles", SETTINGS(quantile_latency), sizeof(struct latency), check_quantiles},
    {0}};

#define LATENCY(name, member, default, what) \
    {.key = name, .kind = SETTING_VARIANT, .offset = AT(gateway_settings, member), \
     .section = latency_kinds, .preset = default, .text = what}

static void check_constant_amount(struct reading *r, const char *pointer, void *into)
{
    struct amount *a = into;
    (void)r;
    (void)pointer;
    a->max_fen = a->min_fen;
}

static void check_uniform_amount(struct reading *r, const char *pointer, void *into)
{
    const struct amount *a = into;
    if (a->max_fen < a->min_fen)
        reading_problem(r, pointer, "want min <= max");
}

static void check_lognormal_amount(struct reading *r, const char *pointer, void *into)
{
    struct amount *a = into;
    if (a->p99_fen < a->median_fen || a->max_fen < a->min_fen)
        reading_problem(r, pointer, "want median <= p99 and min <= max");
    else
        amount_prepare(a);
}

#define FEN(name, member, least, default, must, what) \
    {.key = name, .kind = SETTING_MONEY, .offset = AT(amount, member), .min = least, \
     .preset = default, .required = must, .text = what}

static const struct setting constant_amount[] = {
    FEN("value", min_fen, 1, NULL, true, "always this")};
static const struct setting uniform_amount[] = {
    FEN("min", min_fen, 1, NULL, true, "the least"),
    FEN("max", max_fen, 1, NULL, true, "the most")};
static const struct setting lognormal_amount[] = {
    FEN("median", median_fen, 1, NULL, true, "half are below"),
    FEN("p99", p99_fen, 1, NULL, true, "99 % are below"),
    FEN("min", min_fen, 1, "\"0.01\"", false, "less counts as this"),
    FEN("max", max_fen, 1, "\"9999999999999.99\"", false, "more counts as this")};

static const struct section amount_kinds[] = {
    {"constant", SETTINGS(constant_amount), sizeof(struct amount), check_constant_amount},
    {"uniform", SETTINGS(uniform_amount), sizeof(struct amount), check_uniform_amount},
    {"lognormal", SETTINGS(lognormal_amount), sizeof(struct amount), check_lognormal_amount},
    {0}};

/* --- clock, accounts, businesses, merchants -------------------------------- */

static const struct setting clock_rows[] = {
    {.key = "from", .kind = SETTING_MOMENT, .offset = AT(clock_settings, from_us),
     .text = "when the run starts; with a trace it may be absent"},
    {.key = "to", .kind = SETTING_MOMENT, .offset = AT(clock_settings, to_us),
     .text = "when the load ends; the drain follows"},
    {.key = "calendar", .kind = SETTING_CHOICE, .offset = AT(clock_settings, calendar),
     .choices = calendar_names, .preset = "\"china\"",
     .text = "working days: China's from 2010 to 2026, or every day"},
    {.key = "drain_max", .kind = SETTING_DURATION, .offset = AT(clock_settings, drain_max_us),
     .min = 1, .max = 400 * US_PER_DAY, .preset = "\"20d\"",
     .text = "after the load, how long until what remains is reported as stuck"},
};
static const struct section clock_section = {"clock", SETTINGS(clock_rows),
                                             sizeof(struct clock_settings), NULL};

static const struct setting account_rows[] = {
    {.key = "id", .kind = SETTING_NAME, .offset = AT(account_settings, id), .required = true,
     .text = "the account's name in outputs"},
    {.key = "kind", .kind = SETTING_CHOICE, .offset = AT(account_settings, kind), .required = true,
     .choices = account_kind_names, .text = "what kind of account; exactly one central_bank"},
    {.key = "institution", .kind = SETTING_NAME, .offset = AT(account_settings, institution),
     .text = "where it is held; for virtual accounts the clearing house"},
    {.key = "use", .kind = SETTING_CHOICE, .offset = AT(account_settings, use),
     .choices = use_names, .preset = "\"none\"", .text = "what a reserve account serves"},
    {.key = "opening", .kind = SETTING_MONEY, .offset = AT(account_settings, opening_fen),
     .preset = "\"0\"", .text = "its balance at the start"},
};
static const struct section account_section = {"account", SETTINGS(account_rows),
                                               sizeof(struct account_settings), NULL};
static const struct setting an_account = {.key = "", .kind = SETTING_SECTION,
                                          .section = &account_section};

static const struct setting business_rows[] = {
    {.key = "id", .kind = SETTING_NAME, .offset = AT(business_settings, id), .required = true,
     .text = "the business's name"},
    {.key = "priority", .kind = SETTING_INT, .offset = AT(business_settings, priority), .min = 1,
     .max = PRIORITIES, .preset = "5", .text = "1 goes first, 9 last"},
    {.key = "deadline", .kind = SETTING_DURATION, .offset = AT(business_settings, deadline_us),
     .min = 1, .text = "a payout paid later than this after its request counts as late"},
    {.key = "expires", .kind = SETTING_DURATION, .offset = AT(business_settings, expires_us),
     .min = 1, .text = "a payout queued for longer leaves the queue as expired"},
};
static const struct section business_section = {"business", SETTINGS(business_rows),
                                                sizeof(struct business_settings), NULL};
static const struct setting a_business = {.key = "", .kind = SETTING_SECTION,
                                          .section = &business_section};

static const struct setting merchant_rows[] = {
    {.key = "id", .kind = SETTING_PATTERN, .offset = AT(merchant_settings, pattern),
     .required = true, .text = "a pattern over merchant names; the first match counts"},
    {.key = "priority", .kind = SETTING_INT, .offset = AT(merchant_settings, priority), .min = 1,
     .max = PRIORITIES, .preset = "5", .text = "within a business, 1 goes first"},
};
static const struct section merchant_section = {"merchant", SETTINGS(merchant_rows),
                                                sizeof(struct merchant_settings), NULL};
static const struct setting a_merchant = {.key = "", .kind = SETTING_SECTION,
                                          .section = &merchant_section};

/* --- policy ---------------------------------------------------------------- */

enum { ALLOCATION_ROWS_MAX = 24 };
static struct setting allocation_rows[ALLOCATION_ROWS_MAX] = {
    {.key = "primary", .kind = SETTING_CHOICE, .offset = AT(allocation_settings, primary),
     .choices = channel_names, .preset = "\"unionpay\"",
     .text = "the primary payout channel (主付款通道): tried first"},
    {.key = "unallocated_keep", .kind = SETTING_MONEY,
     .offset = AT(allocation_settings, params.unallocated_keep_fen), .preset = "\"0\"",
     .text = "kept unallocated as a reserve for manoeuvre (机动); no policy takes it"},
};
static const char *allocation_names[ALLOCATION_KINDS + 1];
static struct section allocation_section = {"allocation", allocation_rows, 2,
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

/* Every policy's parameters, each name once: setting the kind alone switches. */
static void build_allocation(void)
{
    for (int kind = 0; kind < ALLOCATION_KINDS; kind++) {
        const struct policy *p = policy_of((enum allocation_kind)kind);
        allocation_names[kind] = p->name;
        for (size_t i = 0; i < p->param_count; i++) {
            const struct policy_param *param = &p->params[i];
            if (has_row(param->name))
                continue;
            MUST(allocation_section.setting_count + 1 < ALLOCATION_ROWS_MAX);
            allocation_rows[allocation_section.setting_count++] = (struct setting){
                .key = param->name,
                .kind = SETTING_PER_CHANNEL,
                .offset = AT(allocation_settings, params) + param->offset,
                .item = param->kind == POLICY_SHARE ? &a_share : &a_money,
                .preset = param->preset,
                .text = param->text};
        }
    }
    allocation_rows[allocation_section.setting_count++] = (struct setting){
        .key = "kind", .kind = SETTING_CHOICE, .offset = AT(allocation_settings, kind),
        .choices = allocation_names, .preset = "\"static\"",
        .text = "how quota is divided and moved"};
    allocation_section.check = check_allocation;
}

static const struct setting queue_rows[] = {
    {.key = "bypass_max", .kind = SETTING_INT, .offset = AT(scenario, bypass_max),
     .max = BYPASS_LIMIT, .preset = "20",
     .text = "how often a payout too large for what is left may be passed over"},
};
static const struct section queue_section = {"queue", SETTINGS(queue_rows),
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
     .text = "the primary channel if it can take the payout now, else the other"},
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
};
static const struct section policy_section = {"policy", SETTINGS(policy_rows),
                                              sizeof(struct scenario), NULL};

/* --- gateways -------------------------------------------------------------- */

#define FEE_ROWS(which) { \
    {.key = "fixed", .kind = SETTING_MONEY, .offset = AT(gateway_settings, which.fixed_fen), \
     .preset = "\"0\"", .text = "per item"}, \
    {.key = "share", .kind = SETTING_SHARE, .offset = AT(gateway_settings, which.share_ppm), \
     .preset = "0", .text = "of the amount"}, \
    {.key = "min", .kind = SETTING_MONEY, .offset = AT(gateway_settings, which.min_fen), \
     .preset = "\"0\"", .text = "at least this, where there is a fee"}, \
    {.key = "max", .kind = SETTING_MONEY, .offset = AT(gateway_settings, which.max_fen), \
     .preset = "\"0\"", .text = "at most this; 0 means no limit"}, \
    {.key = "in_net", .kind = SETTING_BOOL, .offset = AT(gateway_settings, which.in_net), \
     .preset = "false", .text = "true: taken through the session's net; else billed daily"}, \
}
static const struct setting fee_rows[] = FEE_ROWS(fee);
static void check_fee(struct reading *r, const char *pointer, const struct fee_terms *fee)
{
    if (fee->max_fen != 0 && fee->max_fen < fee->min_fen)
        reading_problem(r, pointer, "\"min\" is above \"max\"; want min <= max");
}

static void check_payout_fee(struct reading *r, const char *pointer, void *into)
{
    check_fee(r, pointer, &((const struct gateway_settings *)into)->fee);
}

static void check_collection_fee(struct reading *r, const char *pointer, void *into)
{
    check_fee(r, pointer, &((const struct gateway_settings *)into)->collection_fee);
}

static const struct section fee_section = {"fee", SETTINGS(fee_rows),
                                           sizeof(struct gateway_settings), check_payout_fee};
static const struct setting collection_fee_rows[] = FEE_ROWS(collection_fee);
static const struct section collection_fee_section = {
    "fee", SETTINGS(collection_fee_rows), sizeof(struct gateway_settings), check_collection_fee};

#define PAYOUT_ROWS(latency, final_latency) { \
    LATENCY("latency", reply, latency, "from sending to the reply, the network's time included"), \
    LATENCY("final", final, final_latency, "from acceptance to paid or failed, in truth"), \
    {.key = "timeout", .kind = SETTING_DURATION, .offset = AT(gateway_settings, timeout_us), \
     .min = 1, .max = US_PER_DAY, .preset = "\"30s\"", \
     .text = "how long the treasury waits for a reply"}, \
    {.key = "concurrency", .kind = SETTING_INT, .offset = AT(gateway_settings, concurrency), \
     .max = 1000000, .preset = "0", .text = "orders awaiting their reply at once; 0: no limit"}, \
    {.key = "per_second", .kind = SETTING_INT, .offset = AT(gateway_settings, per_second), \
     .max = 1000000, .preset = "0", .text = "orders in a whole second; 0: no limit"}, \
    {.key = "per_payout_max", .kind = SETTING_MONEY, \
     .offset = AT(gateway_settings, per_payout_max_fen), .preset = "\"0\"", \
     .text = "the largest payout it takes; 0: no limit"}, \
    {.key = "fee", .kind = SETTING_SECTION, .section = &fee_section, \
     .text = "what a payout costs"}, \
    {.key = "codes", .kind = SETTING_MAP, .offset = AT(gateway_settings, codes), \
     .item = &a_share, .max = CODE_SHARES_MAX, .preset = "{}", \
     .text = "answer code: the share of payouts that get it"}, \
    {.key = "returned", .kind = SETTING_SHARE, .offset = AT(gateway_settings, returned_ppm), \
     .preset = "0", .text = "share of payments that come back (退汇), the next working day"}, \
}
static const struct setting unionpay_payout_rows[] =
    PAYOUT_ROWS(LOGNORMAL_MS("120", "800"), LOGNORMAL_MS("1500", "20000"));
static const struct section unionpay_payout = {"payout", SETTINGS(unionpay_payout_rows),
                                               sizeof(struct gateway_settings), NULL};
static const struct setting netsunion_payout_rows[] = PAYOUT_ROWS(
    LOGNORMAL_MS("180", "600"),
    "{\"kind\":\"quantiles\",\"p0\":\"10ms\",\"p50\":\"40ms\",\"p90\":\"90ms\",\"p99\":\"900ms\","
    "\"p999\":\"20s\",\"p100\":\"2m\"}");
static const struct section netsunion_payout = {"payout", SETTINGS(netsunion_payout_rows),
                                                sizeof(struct gateway_settings), NULL};

#define QUERY_ROWS(schedule) { \
    LATENCY("latency", query, LOGNORMAL_MS("80", "500"), "from asking to the answer"), \
    {.key = "after", .kind = SETTING_LIST, .offset = AT(gateway_settings, query_after), \
     .item = &a_duration, .min = 1, .max = QUERY_STEPS_MAX, .preset = schedule, \
     .text = "in doubt: the first query this long after sending, each next after the one " \
             "before; then every 30 minutes"}, \
}
static const struct setting unionpay_query_rows[] =
    QUERY_ROWS("[\"3m\",\"1s\",\"2s\",\"4s\",\"8s\",\"16s\",\"32s\"]");
static const struct section unionpay_query = {"query", SETTINGS(unionpay_query_rows),
                                              sizeof(struct gateway_settings), NULL};
static const struct setting netsunion_query_rows[] =
    QUERY_ROWS("[\"30s\",\"10s\",\"20s\",\"40s\",\"80s\"]");
static const struct section netsunion_query = {"query", SETTINGS(netsunion_query_rows),
                                               sizeof(struct gateway_settings), NULL};

static const struct setting quota_rows[] = {
    LATENCY("latency", quota, LOGNORMAL_MS("2000", "20000"),
            "from asking for a quota move to its effect and answer"),
    {.key = "timeout", .kind = SETTING_DURATION, .offset = AT(gateway_settings, quota_timeout_us),
     .min = 1, .max = US_PER_DAY, .preset = "\"1m\"",
     .text = "how long the treasury waits for the answer to a quota move"},
    {.key = "refused", .kind = SETTING_SHARE, .offset = AT(gateway_settings, quota_refused_ppm),
     .preset = "0", .text = "share of quota moves refused"},
};
static const struct section quota_section = {"quota", SETTINGS(quota_rows),
                                             sizeof(struct gateway_settings), NULL};

static const struct setting notice_rows[] = {
    LATENCY("latency", notice, LOGNORMAL_MS("100", "1000"), "from the event to its notice"),
    {.key = "resend", .kind = SETTING_LIST, .offset = AT(gateway_settings, resend),
     .item = &a_duration, .max = RESENDS_MAX, .preset = "[\"1m\",\"2m\",\"4m\",\"5m\"]",
     .text = "gaps between further sends of a notice that was not taken"},
};
static const struct section notice_section = {"notice", SETTINGS(notice_rows),
                                              sizeof(struct gateway_settings), NULL};

static const struct setting collection_rows[] = {
    {.key = "fee", .kind = SETTING_SECTION, .section = &collection_fee_section,
     .text = "what a collection costs"},
};
static const struct section collection_section = {"collection", SETTINGS(collection_rows),
                                                  sizeof(struct gateway_settings), NULL};

static const struct setting visible_rows[] = {
    {.key = "quota", .kind = SETTING_CHOICE, .offset = AT(gateway_settings, quota_visible),
     .choices = receipts_names, .preset = "\"at_once\"",
     .text = "as of when a quota report shows mapped and available"},
};
static const struct section visible_section = {"visible", SETTINGS(visible_rows),
                                               sizeof(struct gateway_settings), NULL};

#define GATEWAY_ROWS(payout_section, query_section, closings) { \
    {.key = "payout", .kind = SETTING_SECTION, .section = &(payout_section), .text = "payouts"}, \
    {.key = "query", .kind = SETTING_SECTION, .section = &(query_section), \
     .text = "asking what became of a payout"}, \
    {.key = "quota", .kind = SETTING_SECTION, .section = &quota_section, \
     .text = "moves of mapped quota"}, \
    {.key = "notice", .kind = SETTING_SECTION, .section = &notice_section, \
     .text = "what it pushes"}, \
    {.key = "collection", .kind = SETTING_SECTION, .section = &collection_section, \
     .text = "collections"}, \
    {.key = "sessions", .kind = SETTING_LIST, .offset = AT(gateway_settings, sessions), \
     .item = &a_closing, .min = 1, .max = CLOSINGS_MAX, .preset = closings, \
     .text = "clocks at which a clearing session (场次) closes; the last is the day's cut-off"}, \
    {.key = "settle_at", .kind = SETTING_CLOCK, .offset = AT(gateway_settings, settle_at_us), \
     .preset = "\"10:00\"", \
     .text = "when, on the next working day, a closed session settles"}, \
    {.key = "settles_to", .kind = SETTING_CHOICE, .offset = AT(gateway_settings, settles_to), \
     .choices = settles_names, .preset = "\"acs\"", \
     .text = "where a session's net goes: the custody account or the virtual booking ID"}, \
    {.key = "receipts_count", .kind = SETTING_CHOICE, \
     .offset = AT(gateway_settings, receipts_count), .choices = receipts_names, \
     .preset = "\"at_once\"", .text = "when receipts may be paid out again"}, \
    {.key = "visible", .kind = SETTING_SECTION, .section = &visible_section, \
     .text = "what its reports show when"}, \
}
static const struct setting unionpay_rows[] = GATEWAY_ROWS(
    unionpay_payout, unionpay_query, "[\"06:00\",\"12:00\",\"18:00\",\"23:00\"]");
static const struct section unionpay_section = {"unionpay", SETTINGS(unionpay_rows),
                                                sizeof(struct gateway_settings), NULL};
static const struct setting netsunion_rows[] = GATEWAY_ROWS(
    netsunion_payout, netsunion_query, "[\"06:00\",\"12:00\",\"18:00\",\"24:00\"]");
static const struct section netsunion_section = {"netsunion", SETTINGS(netsunion_rows),
                                                 sizeof(struct gateway_settings), NULL};

static const struct setting gateways_rows[] = {
    {.key = "unionpay", .kind = SETTING_SECTION,
     .offset = AT(scenario, gateways[CHANNEL_UNIONPAY]), .section = &unionpay_section,
     .text = "UnionPay (银联)"},
    {.key = "netsunion", .kind = SETTING_SECTION,
     .offset = AT(scenario, gateways[CHANNEL_NETSUNION]), .section = &netsunion_section,
     .text = "NetsUnion (网联)"},
};
static const struct section gateways_section = {"gateways", SETTINGS(gateways_rows),
                                                sizeof(struct scenario), NULL};

/* --- load ------------------------------------------------------------------ */

#define POPULATION_ROWS(which) { \
    {.key = "count", .kind = SETTING_INT, .offset = AT(load_settings, which.count), .min = 1, \
     .max = 10000000, .preset = "1", .text = "how many there are"}, \
    {.key = "zipf", .kind = SETTING_NUMBER, \
     .offset = AT(load_settings, which.zipf_millionths), .max = 4 * PPM, .preset = "0", \
     .text = "exponent: the k-th has a share proportional to k^-zipf; 0: all alike"}, \
}
static const struct setting merchants_rows[] = POPULATION_ROWS(merchants);
static const struct section merchants_section = {"merchants", SETTINGS(merchants_rows),
                                                 sizeof(struct load_settings), NULL};
static const struct setting users_rows[] = POPULATION_ROWS(users);
static const struct section users_section = {"users", SETTINGS(users_rows),
                                             sizeof(struct load_settings), NULL};

static void read_burst_at(struct reading *r, const char *pointer, json_t *value, void *into)
{
    struct burst_settings *b = into;
    read_window_end(r, pointer, value, false, &b->at_given, &b->at_us);
}

static const struct setting burst_rows[] = {
    {.key = "at", .kind = SETTING_CUSTOM, .custom = read_burst_at, .required = true,
     .text = "its start, a clock (every day) or a moment (once)"},
    {.key = "for", .kind = SETTING_DURATION, .offset = AT(burst_settings, for_us), .min = 1,
     .max = US_PER_DAY, .required = true, .text = "how long it lasts"},
    {.key = "times", .kind = SETTING_NUMBER, .offset = AT(burst_settings, times_millionths),
     .max = 1000 * PPM, .required = true, .text = "the rate times this"},
};
static const struct section burst_section = {"burst", SETTINGS(burst_rows),
                                             sizeof(struct burst_settings), NULL};
static const struct setting a_burst = {.key = "", .kind = SETTING_SECTION,
                                       .section = &burst_section};

#define SPREAD_ROWS \
    {.key = "banks", .kind = SETTING_MAP, .offset = AT(load_settings, banks), .item = &a_share, \
     .max = BANKS_MAX, .preset = "{}", \
     .text = "payees' banks and their shares; the rest goes to \"other\""}, \
    {.key = "via", .kind = SETTING_MAP, .offset = AT(load_settings, via), .item = &a_share, \
     .max = CHANNELS, .preset = "{\"unionpay\":0.5,\"netsunion\":0.5}", \
     .text = "collections: each channel's share; the shares add up to 1"}

static void check_poisson(struct reading *r, const char *pointer, void *into)
{
    struct load_settings *l = into;
    char at[POINTER_MAX];
    check_window(r, pointer, &l->keys);
    if (l->by_hour.count != 0 && l->by_hour.count != 24) {
        pointer_join(at, pointer, "by_hour");
        reading_problem(r, at, "want 24 weights, one an hour, or none, got %zu",
                        l->by_hour.count);
    }
    int64_t sum = 0;
    for (size_t i = 0; i < l->by_hour.count; i++)
        sum += ((const int64_t *)l->by_hour.items)[i];
    if (l->by_hour.count == 24 && sum == 0) {
        pointer_join(at, pointer, "by_hour");
        reading_problem(r, at, "every weight is 0; want at least one above");
    }
}

static const struct setting poisson_rows[] = {
    {.key = "flow", .kind = SETTING_CHOICE, .offset = AT(load_settings, flow), .required = true,
     .choices = flow_names, .text = "payout or collection"},
    {.key = "business", .kind = SETTING_NAME, .offset = AT(load_settings, business),
     .required = true, .text = "one of the businesses"},
    {.key = "per_second", .kind = SETTING_NUMBER,
     .offset = AT(load_settings, per_second_millionths), .max = 1000000 * PPM, .required = true,
     .text = "mean rate over its window"},
    {.key = "by_hour", .kind = SETTING_LIST, .offset = AT(load_settings, by_hour),
     .item = &a_weight, .max = 24, .preset = "[]",
     .text = "24 weights of the hours of the day, brought to mean 1"},
    WINDOW_ROWS(load_settings),
    {.key = "bursts", .kind = SETTING_LIST, .offset = AT(load_settings, bursts),
     .item = &a_burst, .max = 64, .preset = "[]", .text = "when the rate is a multiple"},
    {.key = "amount", .kind = SETTING_VARIANT, .offset = AT(load_settings, amount),
     .section = amount_kinds, .required = true, .text = "how large one is"},
    {.key = "merchants", .kind = SETTING_SECTION, .section = &merchants_section,
     .text = "merchants M-1, M-2, ... and how unequal they are"},
    {.key = "users", .kind = SETTING_SECTION, .section = &users_section,
     .text = "users U-1, U-2, ... and how unequal they are"},
    SPREAD_ROWS,
};

static void read_shift_to(struct reading *r, const char *pointer, json_t *value, void *into)
{
    struct load_settings *l = into;
    char shown[64];
    const char *text = json_is_string(value) ? json_string_value(value) : "";
    l->shifted = 1;
    if (!civil_parse_moment(text, strlen(text), &l->shift_to_us))
        reading_problem(r, pointer, "want a moment like \"2018-11-11T00:00:00+08:00\", got %s",
                        json_shown(value, shown));
}

static const struct setting trace_rows[] = {
    {.key = "file", .kind = SETTING_PATH, .offset = AT(load_settings, file), .required = true,
     .text = "CSV: time,kind,business,merchant,user,amount,reference"},
    {.key = "shift_to", .kind = SETTING_CUSTOM, .custom = read_shift_to,
     .text = "the midnight before the first row is moved here"},
    {.key = "copies", .kind = SETTING_INT, .offset = AT(load_settings, copies), .min = 1,
     .max = 1000, .preset = "1",
     .text = "each row this often, copy k with reference ~k, moved by up to 60 s"},
    {.key = "scale", .kind = SETTING_NUMBER, .offset = AT(load_settings, scale_millionths),
     .min = 1, .max = 1000 * PPM, .preset = "1", .text = "amounts times this"},
    SPREAD_ROWS,
};

static const struct section load_kinds[] = {
    {"poisson", SETTINGS(poisson_rows), sizeof(struct load_settings), check_poisson},
    {"trace", SETTINGS(trace_rows), sizeof(struct load_settings), NULL},
    {0}};
static const struct setting a_load = {.key = "", .kind = SETTING_VARIANT, .section = load_kinds};

/* --- faults ---------------------------------------------------------------- */

static void read_by(struct reading *r, const char *pointer, json_t *value, void *into)
{
    struct fault_settings *f = into;
    char shown[64];
    f->by_given = 1;
    f->by_ppm = PPM;
    if (json_is_string(value) && duration_parse(json_string_value(value),
                                                json_string_length(value), &f->by_us))
        return;
    if (json_millionths(value, &f->by_ppm) && f->by_ppm > 0 && f->by_ppm <= 1000000 * PPM)
        return;
    reading_problem(r, pointer, "want a factor above 0 or a duration to add, got %s",
                    json_shown(value, shown));
}

static const struct setting match_amount_rows[] = {
    {.key = "min", .kind = SETTING_MONEY, .offset = AT(fault_settings, min_fen),
     .text = "at least this"},
    {.key = "max", .kind = SETTING_MONEY, .offset = AT(fault_settings, max_fen),
     .text = "at most this"},
};
static const struct section match_amount_section = {
    "amount", SETTINGS(match_amount_rows), sizeof(struct fault_settings), NULL};

static const struct setting match_rows[] = {
    {.key = "business", .kind = SETTING_NAME, .offset = AT(fault_settings, business),
     .text = "payouts of this business"},
    {.key = "merchant", .kind = SETTING_PATTERN, .offset = AT(fault_settings, merchant),
     .text = "payouts of merchants that match this pattern"},
    {.key = "bank", .kind = SETTING_NAME, .offset = AT(fault_settings, bank),
     .text = "payouts to this bank"},
    {.key = "amount", .kind = SETTING_SECTION, .section = &match_amount_section,
     .text = "payouts of such amounts"},
};
static const struct section match_section = {"match", SETTINGS(match_rows),
                                             sizeof(struct fault_settings), NULL};

static void check_fault(struct reading *r, const char *pointer, void *into)
{
    struct fault_settings *f = into;
    if (f->share_given + (f->first != 0) + (f->every != 0) > 1)
        reading_problem(r, pointer, "want at most one of \"share\", \"first\" and \"every\"");
    check_window(r, pointer, &f->keys);
}

/* A share of 0 is a fault that never fires; no share is one that always does. */
static void read_share(struct reading *r, const char *pointer, json_t *value, void *into)
{
    struct fault_settings *f = into;
    char shown[64];
    f->share_given = 1;
    if (!json_millionths(value, &f->share_ppm) || f->share_ppm > PPM)
        reading_problem(r, pointer, "want a share, a number from 0 to 1 with at most 6 decimals, "
                        "got %s", json_shown(value, shown));
}

static void read_fault_id(struct reading *r, const char *pointer, json_t *value, void *into)
{
    struct fault_settings *f = into;
    char shown[64];
    const char *text = json_is_string(value) ? json_string_value(value) : "";
    if (text[0] == '\0' || strlen(text) > 63)
        reading_problem(r, pointer, "want a text of 1 to 63 bytes, got %s",
                        json_shown(value, shown));
    f->id = arena_text(r->arena, text, strlen(text));
}

static const struct setting fault_rows[] = {
    {.key = "id", .kind = SETTING_CUSTOM, .custom = read_fault_id,
     .text = "keys its draws and names it in outputs; by default its index"},
    {.key = "at", .kind = SETTING_TEXT, .offset = AT(fault_settings, at), .max = 40,
     .required = true, .text = "the place: unionpay or netsunion, then .payout .query "
     ".quota .notice"},
    {.key = "kind", .kind = SETTING_CHOICE, .offset = AT(fault_settings, kind), .required = true,
     .choices = fault_kind_names, .text = "what goes wrong there"},
    {.key = "share", .kind = SETTING_CUSTOM, .custom = read_share,
     .text = "share of the operations that meet it"},
    {.key = "first", .kind = SETTING_INT, .offset = AT(fault_settings, first), .min = 1,
     .max = INT64_MAX, .text = "only the first so many"},
    {.key = "every", .kind = SETTING_INT, .offset = AT(fault_settings, every), .min = 1,
     .max = INT64_MAX, .text = "every so many-th"},
    WINDOW_ROWS(fault_settings),
    {.key = "match", .kind = SETTING_SECTION, .section = &match_section,
     .text = "only orders about such payouts"},
    {.key = "by", .kind = SETTING_CUSTOM, .custom = read_by,
     .text = "latency: a factor, or a duration to add"},
    {.key = "code", .kind = SETTING_TEXT, .offset = AT(fault_settings, code), .max = 8,
     .text = "error_code, rejected_no_reply: the answer code"},
    {.key = "truth_after", .kind = SETTING_DURATION, .offset = AT(fault_settings, truth_after_us),
     .text = "applied_no_reply: until then a query answers \"processing\""},
    {.key = "applied_share", .kind = SETTING_SHARE, .offset = AT(fault_settings, applied_ppm),
     .preset = "0.5", .text = "error_code with an unknown code: share executed in truth"},
};
static const struct section fault_section = {"fault", SETTINGS(fault_rows),
                                             sizeof(struct fault_settings), check_fault};
static const struct setting a_fault = {.key = "", .kind = SETTING_SECTION,
                                       .section = &fault_section};

/* --- operator and expectations --------------------------------------------- */

static void read_place(struct reading *r, const char *pointer, json_t *value, uint32_t *place,
                       uint8_t *given)
{
    char shown[64];
    *given = 1;
    for (uint32_t i = 0; place_names[i] != NULL; i++)
        if (json_is_string(value) && strcmp(json_string_value(value), place_names[i]) == 0) {
            *place = i;
            return;
        }
    reading_problem(r, pointer, "want unionpay, netsunion or unallocated, got %s",
                    json_shown(value, shown));
}

static void read_place_from(struct reading *r, const char *pointer, json_t *value, void *into)
{
    struct operator_settings *o = into;
    read_place(r, pointer, value, &o->from, &o->from_given);
}

static void read_place_to(struct reading *r, const char *pointer, json_t *value, void *into)
{
    struct operator_settings *o = into;
    read_place(r, pointer, value, &o->to, &o->to_given);
}

static void check_operator(struct reading *r, const char *pointer, void *into)
{
    const struct operator_settings *o = into;
    bool move = o->what == OPERATOR_MOVE_QUOTA;
    if (move && (!o->from_given || !o->to_given || o->amount_fen == 0))
        reading_problem(r, pointer, "move_quota wants \"from\", \"to\" and \"amount\"");
    else if (move && o->from == o->to)
        reading_problem(r, pointer, "move_quota from a place to itself; want two places");
    else if (move && o->reference != NULL)
        reading_problem(r, pointer, "move_quota takes no \"reference\"; leave it out");
    else if (!move && (o->from_given || o->to_given || o->amount_fen != 0))
        reading_problem(r, pointer, "cancel_payout takes only \"reference\"; leave out \"from\", "
                        "\"to\" and \"amount\"");
    else if (!move && o->reference == NULL)
        reading_problem(r, pointer, "cancel_payout wants \"reference\"");
}

static const struct setting operator_rows[] = {
    {.key = "at", .kind = SETTING_MOMENT, .offset = AT(operator_settings, at_us), .required = true,
     .text = "when they do it"},
    {.key = "do", .kind = SETTING_CHOICE, .offset = AT(operator_settings, what), .required = true,
     .choices = operator_names, .text = "what they do"},
    {.key = "from", .kind = SETTING_CUSTOM, .custom = read_place_from,
     .text = "move_quota: unionpay, netsunion or unallocated"},
    {.key = "to", .kind = SETTING_CUSTOM, .custom = read_place_to, .text = "move_quota: the same"},
    {.key = "amount", .kind = SETTING_MONEY, .offset = AT(operator_settings, amount_fen), .min = 1,
     .text = "move_quota: how much"},
    {.key = "reference", .kind = SETTING_TEXT, .offset = AT(operator_settings, reference),
     .max = REFERENCE_MAX, .text = "cancel_payout: which"},
};
static const struct section operator_section = {"operator", SETTINGS(operator_rows),
                                                sizeof(struct operator_settings), check_operator};
static const struct setting an_operator = {.key = "", .kind = SETTING_SECTION,
                                           .section = &operator_section};

static void keep_json(struct reading *r, const char *pointer, json_t *value, void *into)
{
    (void)r;
    (void)pointer;
    *(json_t **)into = value;
}

#define KEEP(name, member, what) \
    {.key = name, .kind = SETTING_CUSTOM, .offset = AT(expect_settings, member), \
     .custom = keep_json, .text = what}

static void check_expect(struct reading *r, const char *pointer, void *into)
{
    const struct expect_settings *e = into;
    int verbs = (e->is != NULL) + (e->is_not != NULL) + (e->below != NULL) + (e->above != NULL) +
                (e->at_least != NULL) + (e->at_most != NULL) + (e->between != NULL);
    if (verbs != 1)
        reading_problem(r, pointer, "want exactly one of \"is\", \"not\", \"below\", \"above\", "
                        "\"at_least\", \"at_most\", \"between\"");
    if ((e->during != NULL) + (e->by != NULL) + (e->always != 0) > 1)
        reading_problem(r, pointer, "want at most one of \"during\", \"by\" and \"always\"");
}

static const struct setting expect_rows[] = {
    {.key = "that", .kind = SETTING_TEXT, .offset = AT(expect_settings, that), .max = 100,
     .required = true, .text = "a metric, a positions column, verdict, or a kind of event"},
    KEEP("is", is, "equal to"),
    KEEP("not", is_not, "different from"),
    KEEP("below", below, "less than"),
    KEEP("above", above, "more than"),
    KEEP("at_least", at_least, "this or more"),
    KEEP("at_most", at_most, "this or less"),
    KEEP("between", between, "a list of two: from the first to the second, both included"),
    {.key = "during", .kind = SETTING_TEXT, .offset = AT(expect_settings, during), .max = 40,
     .text = "\"16:00-18:00\": payouts requested then; of a position, all the time then"},
    KEEP("by", by, "a clock or a moment: true then and until the load ends"),
    {.key = "always", .kind = SETTING_BOOL, .offset = AT(expect_settings, always),
     .text = "true: at every change"},
};
static const struct section expect_section = {"expect", SETTINGS(expect_rows),
                                              sizeof(struct expect_settings), check_expect};
static const struct setting an_expect = {.key = "", .kind = SETTING_SECTION,
                                         .section = &expect_section};

/* --- the root -------------------------------------------------------------- */

static const struct setting limits_rows[] = {
    {.key = "open_payouts", .kind = SETTING_INT, .offset = AT(scenario, open_payouts_max),
     .min = 1, .max = 1 << 28,
     .text = "payouts not yet final that the core keeps; by default as many as there may be"},
};
static const struct section limits_section = {"limits", SETTINGS(limits_rows),
                                              sizeof(struct scenario), NULL};
static const struct setting report_rows[] = {
    {.key = "sample", .kind = SETTING_DURATION, .offset = AT(scenario, sample_us),
     .min = US_PER_S,
     .text = "time between rows of positions.csv; by default the span by 1440, at least 1m"},
};
static const struct section report_section = {"report", SETTINGS(report_rows),
                                              sizeof(struct scenario), NULL};

static const struct setting root_rows[] = {
    {.key = "name", .kind = SETTING_NAME, .offset = AT(scenario, name), .required = true,
     .text = "the scenario's name"},
    {.key = "story", .kind = SETTING_TEXT, .offset = AT(scenario, story), .max = 1000,
     .text = "one sentence a product manager can read"},
    {.key = "labels", .kind = SETTING_LIST, .offset = AT(scenario, labels), .item = &a_text,
     .max = 16, .preset = "[]", .text = "what `toucun test --label` selects by"},
    {.key = "seed", .kind = SETTING_INT, .offset = AT(scenario, seed), .max = INT64_MAX,
     .preset = "1", .text = "of every draw"},
    {.key = "clock", .kind = SETTING_SECTION, .offset = AT(scenario, clock),
     .section = &clock_section, .text = "the span of the run"},
    {.key = "limits", .kind = SETTING_SECTION, .section = &limits_section,
     .text = "sizes of the core"},
    {.key = "report", .kind = SETTING_SECTION, .section = &report_section, .text = "outputs"},
    {.key = "accounts", .kind = SETTING_LIST, .offset = AT(scenario, accounts),
     .item = &an_account, .min = 1, .max = ACCOUNTS_MAX - 8, .required = true,
     .text = "the accounts, one of them the central bank's"},
    {.key = "businesses", .kind = SETTING_LIST, .offset = AT(scenario, businesses),
     .item = &a_business, .min = 1, .max = BUSINESSES_MAX, .required = true,
     .text = "the businesses that pay out or collect"},
    {.key = "merchants", .kind = SETTING_LIST, .offset = AT(scenario, merchants),
     .item = &a_merchant, .max = 256, .preset = "[]", .text = "merchants by pattern"},
    {.key = "policy", .kind = SETTING_SECTION, .section = &policy_section,
     .text = "how the treasury decides"},
    {.key = "gateways", .kind = SETTING_SECTION, .section = &gateways_section,
     .text = "the clearing houses"},
    {.key = "load", .kind = SETTING_LIST, .offset = AT(scenario, loads), .item = &a_load,
     .min = 1, .max = LOADS_MAX, .required = true, .text = "payouts and collections to come"},
    {.key = "faults", .kind = SETTING_LIST, .offset = AT(scenario, faults), .item = &a_fault,
     .max = FAULTS_MAX, .preset = "[]", .text = "what goes wrong"},
    {.key = "operator", .kind = SETTING_LIST, .offset = AT(scenario, operators),
     .item = &an_operator, .max = OPERATOR_MAX, .preset = "[]",
     .text = "what people do by hand"},
    {.key = "expect", .kind = SETTING_LIST, .offset = AT(scenario, expects), .item = &an_expect,
     .max = EXPECT_MAX, .preset = "[]", .text = "what must hold"},
};
static const struct section root = {"scenario", SETTINGS(root_rows), sizeof(struct scenario),
                                    NULL};
/* clang-format on */

const struct section *scenario_grammar(void)
{
    if (allocation_section.check == NULL)
        build_allocation();
    return &root;
}
