/* grammar_load.c — payouts and collections to come; see settings.h for what a row says. */

#include "sim/grammar.h"

#include <string.h>

#include "core/base/civil.h"
#include "core/base/money.h"

/* clang-format off */

static const char *const flow_names[] = {"payout", "collection", NULL};

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
     .wanted = "a clock like \"23:00\"",
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
     .max = ACCOUNTS_MAX, .preset = "{\"unionpay\":0.5,\"netsunion\":0.5}", \
     .text = "collections: the share of each channel, or of a bank account; they add up to 1"}, \
    {.key = "counterparty", .kind = SETTING_TEXT, .offset = AT(load_settings, counterparty), \
     .max = 200, .text = "collections into one bank account: whose name its lines have (对方户名)"}, \
    {.key = "remark", .kind = SETTING_TEXT, .offset = AT(load_settings, remark), .max = 200, \
     .text = "the same: what they say (摘要); by default 收款"}, \
    {.key = "code", .kind = SETTING_INT, .offset = AT(load_settings, code), .min = 1, \
     .max = 9999, .text = "the same: their code (交易码); by default 1003"}

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
const struct setting a_load = {.key = "", .kind = SETTING_VARIANT, .section = load_kinds};
/* clang-format on */
