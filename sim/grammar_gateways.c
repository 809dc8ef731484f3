/* grammar_gateways.c — the clearing houses; see settings.h for what a row says. */

#include "sim/grammar.h"

#include "core/base/civil.h"

/* clang-format off */

static const char *const receipts_names[] = {"at_once", "at_session", "at_settlement", NULL};
static const char *const settles_names[] = {"acs", "virtual_id", NULL};

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
    {.key = "outcome_within", .kind = SETTING_DURATION, \
     .offset = AT(gateway_settings, outcome_within_us), .min = 1, .max = 60 * US_PER_DAY, \
     .preset = "\"3d\"", \
     .text = "the house's promise: the outcome of what it accepted takes no longer, whatever " \
             "\"final\" draws; lists that end sooner do not prove that an order was not paid"}, \
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
    {.key = "quota_hours", .kind = SETTING_CUSTOM, .offset = AT(gateway_settings, quota_hours),
     .custom = read_hours, .preset = "\"always\"", .text = "when quota moves are taken"},
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

static const struct setting balance_rows[] = {
    LATENCY("latency", balance, LOGNORMAL_MS("150", "1500"),
            "from asking for a virtual account's balance to the answer")};
static const struct section balance_section = {"balance", SETTINGS(balance_rows),
                                               sizeof(struct gateway_settings), NULL};
static const struct setting details_rows[] = {
    LATENCY("latency", details, LOGNORMAL_MS("150", "1500"),
            "from asking for a virtual account's movements to the answer")};
static const struct section details_section = {"details", SETTINGS(details_rows),
                                               sizeof(struct gateway_settings), NULL};

static const struct setting visible_rows[] = {
    {.key = "quota", .kind = SETTING_CHOICE, .offset = AT(gateway_settings, quota_visible),
     .choices = receipts_names, .preset = "\"at_once\"",
     .text = "as of when a quota report shows mapped and available"},
};
static const struct section visible_section = {"visible", SETTINGS(visible_rows),
                                               sizeof(struct gateway_settings), NULL};

#define SERVICE(name, service, service_section, what) \
    {.key = name, .kind = SETTING_SECTION, .offset = AT(gateway_settings, services[service]), \
     .section = &(service_section), .text = what}
#define UNIONPAY_SERVICES \
    SERVICE("prefund", SERVICE_PREFUND, between_banks_section, \
            "from a bank account to a virtual account (备款)"), \
    SERVICE("return", SERVICE_RETURN, between_banks_section, \
            "from a virtual account to the custody account (回款)"), \
    SERVICE("adjust", SERVICE_ADJUST, within_house_section, "between virtual accounts (调账)"), \
    SERVICE("settlement", SERVICE_SETTLEMENT, within_house_section, \
            "from the quota to an account of ours (商户资金结算)")

#define GATEWAY_ROWS(payout_section, query_section, closings) \
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
    {.key = "file_at", .kind = SETTING_CLOCK, .offset = AT(gateway_settings, file_at_us), \
     .preset = "\"09:30\"", \
     .text = "when, on the day after its cut-off, the settlement file of a day comes"}, \
    {.key = "settles_to", .kind = SETTING_CHOICE, .offset = AT(gateway_settings, settles_to), \
     .choices = settles_names, .preset = "\"acs\"", \
     .text = "where a session's net goes: the custody account or the virtual booking ID"}, \
    {.key = "receipts_count", .kind = SETTING_CHOICE, \
     .offset = AT(gateway_settings, receipts_count), .choices = receipts_names, \
     .preset = "\"at_once\"", .text = "when receipts may be paid out again"}, \
    {.key = "visible", .kind = SETTING_SECTION, .section = &visible_section, \
     .text = "what its reports show when"}, \
    {.key = "balance", .kind = SETTING_SECTION, .section = &balance_section, \
     .text = "asking for the balance of a virtual account"}, \
    {.key = "details", .kind = SETTING_SECTION, .section = &details_section, \
     .text = "asking for the movements of a virtual account"}
static const struct setting unionpay_rows[] = {
    GATEWAY_ROWS(unionpay_payout, unionpay_query,
                 "[\"06:00\",\"12:00\",\"18:00\",\"23:00\"]"),
    UNIONPAY_SERVICES,
};
static const struct section unionpay_section = {"unionpay", SETTINGS(unionpay_rows),
                                                sizeof(struct gateway_settings), NULL};
static const struct setting netsunion_rows[] = {
    GATEWAY_ROWS(netsunion_payout, netsunion_query,
                 "[\"06:00\",\"12:00\",\"18:00\",\"24:00\"]"),
};
static const struct section netsunion_section = {"netsunion", SETTINGS(netsunion_rows),
                                                 sizeof(struct gateway_settings), NULL};

static const struct setting gateways_rows[] = {
    {.key = "unionpay", .kind = SETTING_SECTION,
     .offset = AT(scenario, gateways[CHANNEL_UNIONPAY]), .section = &unionpay_section,
     .text = "UnionPay (银联)"},
    {.key = "netsunion", .kind = SETTING_SECTION,
     .offset = AT(scenario, gateways[CHANNEL_NETSUNION]), .section = &netsunion_section,
     .text = "NetsUnion (网联)"},
    {.key = "central_bank", .kind = SETTING_SECTION, .offset = AT(scenario, central_bank),
     .section = &central_bank_section, .text = "the central bank, which keeps the custody account"},
    {.key = "*", .kind = SETTING_OTHERS, .offset = AT(scenario, banks), .section = &bank_section,
     .text = "a bank that keeps one of the accounts"},
};
const struct section gateways_section = {"gateways", SETTINGS(gateways_rows),
                                                sizeof(struct scenario), NULL};
/* clang-format on */
