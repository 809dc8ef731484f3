/* grammar.c — the root of the grammar, and what every scenario has; see settings.h for
 * what a row says.  Each further section has a file of its own, grammar_*.c. */

#include "sim/grammar.h"

#include "core/base/civil.h"
#include "core/payout/queue.h"

/* clang-format off */

static const char *const short_names[] = {"queue", "refuse", NULL};
static const char *const calendar_names[] = {"china", "every_day", NULL};

/* --- clock, businesses, merchants ------------------------------------------ */

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

static const struct setting business_rows[] = {
    {.key = "id", .kind = SETTING_NAME, .offset = AT(business_settings, id), .required = true,
     .text = "the business's name"},
    {.key = "priority", .kind = SETTING_INT, .offset = AT(business_settings, priority), .min = 1,
     .max = PRIORITIES, .preset = "5", .text = "1 goes first, 9 last"},
    {.key = "deadline", .kind = SETTING_DURATION, .offset = AT(business_settings, deadline_us),
     .min = 1, .text = "a payout paid later than this after its request counts as late"},
    {.key = "expires", .kind = SETTING_DURATION, .offset = AT(business_settings, expires_us),
     .min = 1, .text = "a payout queued for longer leaves the queue as expired"},
    {.key = "when_short", .kind = SETTING_CHOICE, .offset = AT(business_settings, when_short),
     .choices = short_names, .preset = "\"queue\"",
     .text = "a payout that no quota can take at once: it waits, or is refused"},
    {.key = "share", .kind = SETTING_SHARE, .offset = AT(business_settings, share_ppm),
     .text = "of what each channel can pay in a day, kept for this business"},
    {.key = "borrow", .kind = SETTING_BOOL, .offset = AT(business_settings, borrow),
     .preset = "true", .text = "whether it may also use what is kept for nobody else"},
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
    {.key = "group", .kind = SETTING_NAME, .offset = AT(merchant_settings, group),
     .text = "their payouts' waits are also measured together, as wait.group.<group>"},
};
static const struct section merchant_section = {"merchant", SETTINGS(merchant_rows),
                                                sizeof(struct merchant_settings), NULL};
static const struct setting a_merchant = {.key = "", .kind = SETTING_SECTION,
                                          .section = &merchant_section};

/* --- the root -------------------------------------------------------------- */

static const struct setting limits_rows[] = {
    {.key = "open_payouts", .kind = SETTING_INT, .offset = AT(scenario, open_payouts_max),
     .min = 1, .max = 1 << 28,
     .text = "payouts not yet final that the core keeps; by default as many as there may be"},
    {.key = "breaker_keys", .kind = SETTING_INT, .offset = AT(scenario, breaker_keys),
     .min = 1, .max = BREAKER_KEYS_MAX, .preset = "16384",
     .text = "merchants or users that a breaker keeps at once; the least recently used closed "
             "one makes room"},
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
    {.key = "interfaces", .kind = SETTING_LIST, .offset = AT(scenario, interfaces),
     .item = &an_interface, .max = 16, .preset = "[]",
     .text = "interface types: what an institution offers, and what is done when"},
    {.key = "businesses", .kind = SETTING_LIST, .offset = AT(scenario, businesses),
     .item = &a_business, .min = 1, .max = BUSINESSES_MAX, .required = true,
     .text = "the businesses that pay out or collect"},
    {.key = "merchants", .kind = SETTING_LIST, .offset = AT(scenario, merchants),
     .item = &a_merchant, .max = 256, .preset = "[]", .text = "merchants by pattern"},
    {.key = "policy", .kind = SETTING_SECTION, .section = &policy_section,
     .text = "how the treasury decides"},
    {.key = "gateways", .kind = SETTING_SECTION, .section = &gateways_section,
     .text = "the clearing houses, the central bank, the banks"},
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
    grammar_build_policy();
    return &root;
}
