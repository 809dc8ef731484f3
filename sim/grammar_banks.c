/* grammar_banks.c — the central bank, commercial banks, and UnionPay's funds services; see
 * settings.h for what a row says. */

#include "sim/grammar.h"

#include <string.h>

#include "core/base/civil.h"

/* clang-format off */

static const char *const push_names[] = {"unionpay", "netsunion", "none", NULL};
static const char *const push_what_names[] = {"credits", "all", NULL};
static const char *const service_day_names[] = {"all", "working", NULL};

#define LATENCY_OF(type, name, member, default, what) \
    {.key = name, .kind = SETTING_VARIANT, .offset = AT(type, member), \
     .section = latency_kinds, .preset = default, .text = what}

/* "always", "large_value", or two clocks. */
void read_hours(struct reading *r, const char *pointer, json_t *value, void *into)
{
    struct hours *h = into;
    json_t *from = json_object_get(value, "from");
    json_t *to = json_object_get(value, "to");
    char shown[64];
    if (json_is_string(value) && strcmp(json_string_value(value), "always") == 0) {
        h->kind = HOURS_ALWAYS;
        return;
    }
    if (json_is_string(value) && strcmp(json_string_value(value), "large_value") == 0) {
        h->kind = HOURS_LARGE_VALUE;
        return;
    }
    h->kind = HOURS_CLOCKS;
    if (json_is_string(from) && json_is_string(to) && json_object_size(value) == 2 &&
        civil_parse_clock(json_string_value(from), json_string_length(from), false, &h->from_us) &&
        civil_parse_clock(json_string_value(to), json_string_length(to), true, &h->to_us))
        return;
    reading_problem(r, pointer, "want \"always\", \"large_value\" or two clocks like "
                    "{\"from\": \"09:00\", \"to\": \"17:00\"}, got %s", json_shown(value, shown));
}

/* "large_value", or clocks of the scenario's own. */
static void read_large_value(struct reading *r, const char *pointer, json_t *value, void *into)
{
    struct large_value_settings *l = into;
    struct hours *h = &l->hours;
    json_t *from = json_object_get(value, "from");
    json_t *to = json_object_get(value, "to");
    json_t *nets = json_object_get(value, "nets_until");
    char shown[64];
    h->kind = HOURS_LARGE_VALUE;
    if (json_is_string(value) && strcmp(json_string_value(value), "large_value") == 0)
        return;
    if (json_is_string(from) && json_is_string(to) &&
        json_object_size(value) == (nets == NULL ? 2 : 3) &&
        (nets == NULL || (json_is_string(nets) &&
                          civil_parse_clock(json_string_value(nets), json_string_length(nets), true,
                                            &l->nets_until_us))) &&
        civil_parse_clock(json_string_value(from), json_string_length(from), false, &h->from_us) &&
        civil_parse_clock(json_string_value(to), json_string_length(to), true, &h->to_us)) {
        int64_t last_us = h->from_us < h->to_us ? US_PER_DAY : h->from_us;
        if (h->from_us == h->to_us)
            reading_problem(r, pointer, "\"from\" is \"to\"; want hours between them");
        else if (nets != NULL && (l->nets_until_us < h->to_us || l->nets_until_us > last_us))
            reading_problem(r, pointer, "want \"nets_until\" after \"to\", before the hours "
                            "begin anew");
        return;
    }
    reading_problem(r, pointer, "want \"large_value\" or clocks like {\"from\": \"23:30\", "
                    "\"to\": \"17:15\", \"nets_until\": \"20:30\"}, got %s",
                    json_shown(value, shown));
}

static void check_service_fee(struct reading *r, const char *pointer, void *into)
{
    const struct service_settings *s = into;
    if (s->fee.max_fen != 0 && s->fee.max_fen < s->fee.min_fen)
        reading_problem(r, pointer, "\"min\" is above \"max\"; want min <= max");
}

static const struct setting service_fee_rows[] = {
    {.key = "fixed", .kind = SETTING_MONEY, .offset = AT(service_settings, fee.fixed_fen),
     .preset = "\"0\"", .text = "per transfer"},
    {.key = "share", .kind = SETTING_SHARE, .offset = AT(service_settings, fee.share_ppm),
     .preset = "0", .text = "of the amount"},
    {.key = "min", .kind = SETTING_MONEY, .offset = AT(service_settings, fee.min_fen),
     .preset = "\"0\"", .text = "at least this, where there is a fee"},
    {.key = "max", .kind = SETTING_MONEY, .offset = AT(service_settings, fee.max_fen),
     .preset = "\"0\"", .text = "at most this; 0 means no limit"},
};
static const struct section service_fee = {"fee", SETTINGS(service_fee_rows),
                                           sizeof(struct service_settings), check_service_fee};

#define SERVICE_ROWS(reply_latency, final_latency, default_hours) \
    LATENCY_OF(service_settings, "latency", reply, reply_latency, \
               "from sending to the reply, the network's time included"), \
    LATENCY_OF(service_settings, "final", final, final_latency, \
               "from acceptance to the money's arrival, or to failure"), \
    {.key = "timeout", .kind = SETTING_DURATION, .offset = AT(service_settings, timeout_us), \
     .min = 1, .max = US_PER_DAY, .preset = "\"30s\"", \
     .text = "how long the treasury waits for a reply"}, \
    {.key = "per_payout_max", .kind = SETTING_MONEY, \
     .offset = AT(service_settings, per_payout_max_fen), .preset = "\"0\"", \
     .text = "the largest transfer it takes; 0: no limit"}, \
    {.key = "fee", .kind = SETTING_SECTION, .section = &service_fee, \
     .text = "what a transfer costs; billed daily"}, \
    {.key = "codes", .kind = SETTING_MAP, .offset = AT(service_settings, codes), \
     .item = &a_share, .max = CODE_SHARES_MAX, .preset = "{}", \
     .text = "answer code: the share of transfers that get it"}, \
    {.key = "hours", .kind = SETTING_CUSTOM, .offset = AT(service_settings, hours), \
     .custom = read_hours, .preset = default_hours, \
     .text = "always, large_value, or from one clock to another"}, \
    {.key = "days", .kind = SETTING_CHOICE, .offset = AT(service_settings, working_only), \
     .choices = service_day_names, .preset = "\"all\"", .text = "on all days, or working days"}, \
    {.key = "cut_off", .kind = SETTING_CLOCK, .offset = AT(service_settings, cut_off_us), \
     .text = "from that clock on nothing is taken until the hours begin anew"}

/* The service's own rows; where it lies in a house's settings says who includes it.
 * Between banks money goes by the large-value system; within UnionPay it does not. */
static const struct setting between_rows[] = {
    SERVICE_ROWS(LOGNORMAL_MS("200", "1500"), LOGNORMAL_MS("3000", "30000"), "\"large_value\"")};
const struct section between_banks_section = {"service", SETTINGS(between_rows),
                                              sizeof(struct service_settings), NULL};
static const struct setting within_rows[] = {
    SERVICE_ROWS(LOGNORMAL_MS("200", "1500"), LOGNORMAL_MS("3000", "30000"), "\"always\"")};
const struct section within_house_section = {"service", SETTINGS(within_rows),
                                             sizeof(struct service_settings), NULL};

static const struct setting bank_transfer_rows[] = {
    SERVICE_ROWS(LOGNORMAL_MS("300", "3000"), LOGNORMAL_MS("20000", "120000"),
                 "\"large_value\""),
    {.key = "returned", .kind = SETTING_SHARE, .offset = AT(service_settings, returned_ppm),
     .preset = "0", .text = "share of transfers that the payee's bank sends back"},
};
static const struct section bank_transfer = {"transfer", SETTINGS(bank_transfer_rows),
                                             sizeof(struct service_settings), NULL};

#define ASKING(type, section_name, member, what) \
    static const struct setting section_name##_rows[] = { \
        LATENCY_OF(type, "latency", member, LOGNORMAL_MS("150", "1500"), what)}; \
    static const struct section section_name = { \
        "latency", SETTINGS(section_name##_rows), sizeof(struct type), NULL}
ASKING(service_settings, bank_query, query, "from asking what became of a transfer to the answer");
ASKING(service_settings, bank_balance, balance, "from asking for a balance to the answer");
ASKING(service_settings, bank_details, details, "from asking for movements to the answer");
ASKING(central_bank_settings, acs_balance, balance, "from asking for the balance to the answer");
ASKING(central_bank_settings, acs_details, details, "from asking for movements to the answer");

#define OWN_LINES_MAX 256
#define LINES_ROW(type) \
    {.key = "lines", .kind = SETTING_LIST, .offset = AT(type, lines), .item = &a_line, \
     .max = OWN_LINES_MAX, .preset = "[]", \
     .text = "what it books on accounts by itself: interest, fees, credits that nobody expects"}

static const struct setting bank_rows[] = {
    {.key = "transfer", .kind = SETTING_SECTION, .section = &bank_transfer,
     .text = "transfers from accounts that it keeps"},
    {.key = "query", .kind = SETTING_SECTION, .section = &bank_query,
     .text = "asking what became of a transfer"},
    {.key = "balance", .kind = SETTING_SECTION, .section = &bank_balance,
     .text = "asking for balances"},
    {.key = "details", .kind = SETTING_SECTION, .section = &bank_details,
     .text = "asking for movements"},
    LINES_ROW(service_settings),
};
const struct section bank_section = {"bank", SETTINGS(bank_rows),
                                     sizeof(struct service_settings), NULL};

static const struct setting central_bank_rows[] = {
    {.key = "acs_push", .kind = SETTING_CHOICE, .offset = AT(central_bank_settings, acs_push),
     .choices = push_names, .preset = "\"unionpay\"",
     .text = "who pushes notices of what reaches the custody account"},
    {.key = "acs_push_what", .kind = SETTING_CHOICE,
     .offset = AT(central_bank_settings, acs_push_what), .choices = push_what_names,
     .preset = "\"credits\"", .text = "credits outside sessions, or every movement"},
    {.key = "hours", .kind = SETTING_CUSTOM, .offset = AT(central_bank_settings, large_value),
     .custom = read_large_value, .preset = "\"large_value\"",
     .wanted = "\"large_value\" or clocks",
     .text = "of the large-value system: the real ones by date, or from one clock of a working "
             "day to another (from the evening before), then nets only until a third"},
    {.key = "balance", .kind = SETTING_SECTION, .section = &acs_balance,
     .text = "asking for the balance"},
    {.key = "details", .kind = SETTING_SECTION, .section = &acs_details,
     .text = "asking for movements"},
    LINES_ROW(central_bank_settings),
};
const struct section central_bank_section = {"central_bank", SETTINGS(central_bank_rows),
                                             sizeof(struct central_bank_settings), NULL};
/* clang-format on */
