/* test_treasury_checks.c — what accounts, interfaces, rules and actions may not say. */

#include <string.h>

#include "sim/scenario.h"
#include "tests/harness.h"

/* Each section by default; a row replaces one. */
static const struct {
    const char *key;
    const char *value;
} sections[] = {
    {"name", "\"x\""},
    {"clock", "{\"from\":\"2018-10-08T00:00:00+08:00\",\"to\":\"2018-10-09T00:00:00+08:00\"}"},
    {"accounts",
     "[{\"id\":\"acs\",\"kind\":\"central_bank\",\"opening\":\"1000\"},"
     "{\"id\":\"own\",\"kind\":\"own\",\"institution\":\"icbc\",\"opening\":\"500\","
     "\"direct_link\":true},"
     "{\"id\":\"card\",\"kind\":\"reserve\",\"use\":\"prepaid_card\",\"institution\":\"ccb\","
     "\"interface\":\"asks\"}]"},
    {"interfaces", "[{\"id\":\"asks\",\"institution\":\"ccb\",\"operations\":[\"balance\"]},"
                   "{\"id\":\"mute\",\"institution\":\"icbc\",\"operations\":[]}]"},
    {"businesses", "[{\"id\":\"w\"}]"},
    {"policy", "{}"},
    {"gateways", "{}"},
    {"load", "[{\"kind\":\"poisson\",\"flow\":\"payout\",\"business\":\"w\",\"per_second\":1,"
             "\"amount\":{\"kind\":\"constant\",\"value\":\"1\"}}]"},
    {"faults", "[]"},
    {"operator", "[]"},
};

#define ACS "{\"id\":\"acs\",\"kind\":\"central_bank\"}"
#define ACCOUNTS(more) "accounts", "[" ACS "," more "]"
#define BANK(id, more) "{\"id\":\"" id "\",\"kind\":\"own\",\"institution\":\"icbc\"" more "}"
#define RESERVE(id, use, more)                                                                     \
    "{\"id\":\"" id "\",\"kind\":\"reserve\",\"use\":\"" use "\",\"institution\":\"icbc\"" more "}"
#define INTERFACE(more) "interfaces", "[{\"id\":\"asks\",\"institution\":\"ccb\"," more "}]"
#define RULE(id, from, to, when, amount, more)                                                     \
    "{\"id\":\"" id "\",\"from\":\"" from "\",\"to\":\"" to "\",\"when\":{" when                   \
    "},\"amount\":{" amount "}" more "}"
#define RULES(list) "policy", "{\"transfers\":[" list "]}"
#define SWEEP "\"kind\":\"sweep\""
#define AT_NINE "\"at\":[\"09:00\"]"
#define SYSTEM(hours, settle_at)                                                                   \
    "gateways", "{\"central_bank\":{\"hours\":" hours "},\"unionpay\":{\"settle_at\":\"" settle_at \
                "\"},\"netsunion\":{\"settle_at\":\"" settle_at "\"}}"
#define NO_NETS                                                                                    \
    "x: /gateways/unionpay/settle_at: the large-value system takes no nets then; want a clock "    \
    "within /gateways/central_bank/hours"
#define ACTION(what) "operator", "[{\"at\":\"2018-10-08T10:00:00+08:00\"," what "}]"
#define FAULT(place, kind) "faults", "[{\"at\":\"" place "\",\"kind\":\"" kind "\"}]"

static const struct {
    const char *key;
    const char *value;
    const char *want; /* said, perhaps among others; "": it is sound */
} rows[] = {
    {"name", "\"x\"", ""},
    /* accounts */
    {ACCOUNTS("{\"id\":\"o\",\"kind\":\"own\",\"institution\":\"unionpay\"}"),
     "x: /accounts/1/institution: unionpay keeps no reserve or own accounts; want a bank"},
    {ACCOUNTS("{\"id\":\"v\",\"kind\":\"virtual_own\",\"institution\":\"icbc\"}"),
     "x: /accounts/1/institution: a virtual account wants unionpay or netsunion"},
    {ACCOUNTS("{\"id\":\"v\",\"kind\":\"virtual_own\",\"institution\":\"unionpay\","
              "\"position_number\":\"1\"}"),
     "x: /accounts/1/position_number: only reserve and own accounts are reported to UnionPay"},
    {ACCOUNTS(BANK("o", ",\"position_number\":\"1\"") "," BANK("p", ",\"position_number\":\"1\"")),
     "x: /accounts/2/position_number: \"1\" is account o's; want a number of its own"},
    {ACCOUNTS(BANK("o", "") "," BANK("o", "")),
     "x: /accounts/2/id: \"o\" is /accounts/1 already; want a name of its own"},
    {ACCOUNTS(BANK("o", ",\"interface\":\"none\"")),
     "x: /accounts/1/interface: no interface \"none\"; want the id of one of /interfaces"},
    {ACCOUNTS(BANK("o", ",\"interface\":\"asks\"")), /* nobody is at ccb then */
     "x: /interfaces/0/institution: no account is kept at \"ccb\"; want unionpay"},
    {ACCOUNTS("{\"id\":\"c\",\"kind\":\"own\",\"institution\":\"ccb\"}," BANK(
         "o", ",\"interface\":\"asks\"")),
     "x: /accounts/2/interface: interface asks is ccb's, and the account is kept at icbc"},
    {ACCOUNTS(
         BANK("o", ",\"closes\":\"2018-10-07T00:00:00+08:00\"") ",{\"id\":\"c\",\"kind\":"
                                                                "\"own\",\"institution\":\"ccb\"}"),
     "x: /accounts/1/closes: not after it opens; want opens < closes"},
    {ACCOUNTS(
         BANK("o", ",\"opens\":\"2018-10-09T00:00:00+08:00\"") ",{\"id\":\"c\",\"kind\":"
                                                               "\"own\",\"institution\":\"ccb\"}"),
     "x: /accounts/1/opens: not before /clock/to; want a moment in the run"},
    {ACCOUNTS(RESERVE("a", "general", "") "," RESERVE(
         "b", "general", "") ",{\"id\":\"c\","
                             "\"kind\":\"own\",\"institution\":\"ccb\"}"),
     ""},
    {ACCOUNTS(RESERVE("a", "fund", "") "," RESERVE("b", "fund",
                                                   "") ",{\"id\":\"c\","
                                                       "\"kind\":\"own\",\"institution\":\"ccb\"}"),
     "x: /accounts/2/use: a second reserve account of this use; want one a use"},
    {ACCOUNTS(RESERVE("a", "fund", "") "," RESERVE(
         "b", "fund", ",\"opens\":\"2018-10-08T12:00:00+08:00\"") ",{\"id\":\"c\",\"kind\":\"own\","
                                                                  "\"institution\":\"ccb\"}"),
     ""}, /* the first may be gone by then */
    {ACCOUNTS(BANK("a", ",\"use\":\"fund\"") ",{\"id\":\"c\",\"kind\":\"own\",\"institution\":"
                                             "\"ccb\"}"),
     "x: /accounts/1/use: only a reserve account has a use"},
    /* interfaces */
    {INTERFACE("\"operations\":[\"payout\"]"),
     "x: /interfaces/0/operations: ccb does not offer \"payout\"; leave it out"},
    {INTERFACE("\"operations\":[\"file\"]"),
     "x: /interfaces/0/operations/0: want one of \"balance\" \"details\""},
    {INTERFACE("\"operations\":[\"balance\"],\"tasks\":[{\"do\":\"details\",\"every\":\"1h\"}]"),
     "x: /interfaces/0/tasks/0: interface asks has no operation \"details\""},
    {INTERFACE("\"operations\":[\"details\",\"history\"]"),
     "x: /interfaces/0/operations: ccb does not offer \"history\"; leave it out"},
    {INTERFACE("\"operations\":[\"history\"]"),
     "x: /interfaces/0/operations: history is checked against details; want \"details\" as well"},
    {INTERFACE("\"operations\":[\"details\"],\"tasks\":[{\"do\":\"history\",\"every\":\"1d\"}]"),
     "x: /interfaces/0/tasks/0: interface asks has no operation \"history\""},
    {INTERFACE("\"operations\":[\"balance\"],\"tasks\":[{\"do\":\"balance\"}]"),
     "x: /interfaces/0/tasks/0: want exactly one of \"every\", \"at\" and \"rrule\""},
    {INTERFACE(
         "\"operations\":[\"balance\"],\"tasks\":[{\"do\":\"balance\",\"rrule\":\"FREQ=X\"}]"),
     "x: /interfaces/0/tasks/0/rrule: FREQ=X: want DAILY, WEEKLY, MONTHLY or YEARLY"},
    /* the large-value system */
    {SYSTEM("\"large_value\"", "10:00"), ""},
    {SYSTEM("{\"from\":\"09:00\",\"to\":\"17:00\"}", "09:00"), ""},
    {SYSTEM("{\"from\":\"09:00\",\"to\":\"17:00\"}", "08:59:59"), NO_NETS},
    {SYSTEM("{\"from\":\"09:00\",\"to\":\"17:00\"}", "17:00"), NO_NETS},
    {SYSTEM("{\"from\":\"09:00\",\"to\":\"17:00\",\"nets_until\":\"17:01\"}", "17:00"), ""},
    {SYSTEM("{\"from\":\"09:00\",\"to\":\"17:00\",\"nets_until\":\"17:01\"}", "17:01"), NO_NETS},
    {SYSTEM("{\"from\":\"19:00\",\"to\":\"17:30\"}", "17:30"), NO_NETS},
    {SYSTEM("{\"from\":\"19:00\",\"to\":\"17:30\",\"nets_until\":\"18:00\"}", "17:30"), ""},
    {SYSTEM("{\"from\":\"19:00\",\"to\":\"17:30\",\"nets_until\":\"19:00\"}", "18:00"), ""},
    {SYSTEM("{\"from\":\"19:00\",\"to\":\"17:30\",\"nets_until\":\"19:01\"}", "10:00"),
     "x: /gateways/central_bank/hours: want \"nets_until\" after \"to\", before the hours begin "
     "anew"},
    {SYSTEM("{\"from\":\"09:00\",\"to\":\"17:00\",\"nets_until\":\"16:59\"}", "10:00"),
     "x: /gateways/central_bank/hours: want \"nets_until\" after \"to\", before the hours begin "
     "anew"},
    {SYSTEM("{\"from\":\"09:00\",\"to\":\"09:00\"}", "10:00"),
     "x: /gateways/central_bank/hours: \"from\" is \"to\"; want hours between them"},
    {SYSTEM("\"always\"", "10:00"),
     "x: /gateways/central_bank/hours: want \"large_value\" or clocks like {\"from\": \"23:30\", "
     "\"to\": \"17:15\", \"nets_until\": \"20:30\"}, got \"always\""},
    {SYSTEM("{\"from\":\"09:00\",\"to\":\"17:00\",\"until\":\"18:00\"}", "10:00"),
     "x: /gateways/central_bank/hours: want \"large_value\" or clocks like"},
    /* rules */
    {RULES(RULE("r", "own", "acs", AT_NINE, SWEEP, "")), ""},
    {RULES(RULE("r", "nil", "acs", AT_NINE, SWEEP, "")),
     "x: /policy/transfers/0/from: no account \"nil\"; want the id of one of /accounts"},
    {RULES(RULE("r", "own", "own", AT_NINE, SWEEP, "")),
     "x: /policy/transfers/0/to: pays from own to itself; want two accounts"},
    {RULES(RULE("r", "own", "acs", "", SWEEP, "")),
     "x: /policy/transfers/0/when: want exactly one trigger"},
    {RULES(RULE("r", "own", "acs", "\"demand\":true," AT_NINE, SWEEP, "")),
     "x: /policy/transfers/0/when: want exactly one trigger"},
    {RULES(RULE("r", "own", "acs", "\"watch\":\"to\"", SWEEP, "")),
     "x: /policy/transfers/0/when: \"watch\" wants exactly one of \"below\" and \"above\""},
    {RULES(RULE("r", "own", "acs", "\"rrule\":\"FREQ=DAILY;X=1\"", SWEEP, "")),
     "x: /policy/transfers/0/when/rrule: no such rule part \"X\""},
    {RULES(RULE("r", "acs", "own", "\"demand\":true", SWEEP, "")),
     "x: /policy/transfers/0/when/demand: payouts are paid from the custody account"},
    {RULES(RULE("r", "own", "acs", AT_NINE, SWEEP, ",\"min\":\"5\",\"max\":\"4\"")),
     "x: /policy/transfers/0: \"min\" is above \"max\"; want min <= max"},
    {RULES(RULE("r", "own", "acs", AT_NINE, SWEEP, ",\"means\":[\"prefund\"]")),
     "x: /policy/transfers/0/means: no means lead from own to acs: prefund: "},
    {RULES(RULE("r", "card", "acs", AT_NINE, SWEEP, ",\"means\":[\"bank_transfer\"]")),
     "x: /policy/transfers/0/means: no means lead from card to acs: bank_transfer: interface asks "
     "has no operation \"transfer\""},
    {RULES(RULE("r", "own", "acs", AT_NINE, SWEEP, ",\"means\":[\"adjust\"]")),
     "x: /policy/transfers/0/means: no means lead from own to acs: adjust: it does not lead"},
    {RULES(RULE("r", "own", "acs", AT_NINE, SWEEP, ",\"means\":[\"adjust\",\"adjust\"]")),
     "x: /policy/transfers/0/means: \"adjust\" twice; want each once"},
    /* rules that fight */
    {RULES(RULE("up", "own", "acs", "\"watch\":\"to\",\"below\":\"900\"", SWEEP,
                "") "," RULE("down", "acs", "own", "\"watch\":\"from\",\"above\":\"2000\"", SWEEP,
                             ",\"keep\":\"800\"")),
     "x: /policy/transfers/1: fights rule up: what up moves from own to acs can start down, which "
     "moves it back; want levels further apart"},
    {RULES(RULE("up", "own", "acs", "\"watch\":\"to\",\"below\":\"900\"",
                "\"kind\":\"to_target\",\"value\":\"1000\"",
                "") "," RULE("down", "acs", "own", "\"watch\":\"from\",\"above\":\"2000\"", SWEEP,
                             ",\"keep\":\"800\"")),
     "x: /policy/transfers/1: fights rule up: what down moves from acs to own can start up"},
    {RULES(RULE("up", "own", "acs", "\"watch\":\"to\",\"below\":\"900\"",
                "\"kind\":\"to_target\",\"value\":\"1000\"",
                "") "," RULE("down", "acs", "own", "\"watch\":\"from\",\"above\":\"2000\"", SWEEP,
                             ",\"keep\":\"900\"")),
     ""},
    {RULES(RULE("up", "own", "acs", "\"demand\":true", "\"kind\":\"shortage\"", "") "," RULE(
         "down", "acs", "own", "\"watch\":\"from\",\"above\":\"2000\"", SWEEP, "")),
     "x: /policy/transfers/1: fights rule up: what down moves from acs to own can start up"},
    {RULES(RULE("up", "own", "acs", "\"demand\":true", "\"kind\":\"shortage\"",
                "") "," RULE("down", "acs", "own", "\"watch\":\"from\",\"above\":\"2000\"", SWEEP,
                             ",\"keep\":\"800\"")),
     ""},
    {RULES(RULE("up", "own", "acs", AT_NINE, SWEEP, "") "," RULE(
         "down", "acs", "own", "\"watch\":\"from\",\"above\":\"2000\"", SWEEP, "")),
     ""}, /* a schedule fights nobody */
    /* banks and services */
    {"gateways", "{\"icbk\":{}}",
     "x: /gateways/icbk: no account is kept there; want unionpay, netsunion, central_bank"},
    {"gateways", "{\"icbc\":{\"transfer\":{\"hours\":\"sometimes\"}}}",
     "x: /gateways/icbc/transfer/hours: want \"always\", \"large_value\" or two clocks"},
    {"gateways", "{\"icbc\":{\"transfer\":{\"codes\":{\"99\":0.1}}}}",
     "x: /gateways/icbc/transfer/codes/99: a bank has no such answer code"},
    {"gateways", "{\"unionpay\":{\"return\":{\"codes\":{\"00\":0.1}}}}",
     "x: /gateways/unionpay/return/codes/00: means success"},
    {"gateways", "{\"netsunion\":{\"return\":{}}}",
     "x: /gateways/netsunion/return: no such setting"},
    {"gateways", "{\"unionpay\":{\"quota\":{\"quota_hours\":{\"from\":\"09:00\"}}}}",
     "x: /gateways/unionpay/quota/quota_hours: want \"always\""},
    /* load */
    {"load",
     "[{\"kind\":\"poisson\",\"flow\":\"collection\",\"business\":\"w\",\"per_second\":1,"
     "\"amount\":{\"kind\":\"constant\",\"value\":\"1\"},\"via\":{\"card\":1}}]",
     ""},
    {"load",
     "[{\"kind\":\"poisson\",\"flow\":\"collection\",\"business\":\"w\",\"per_second\":1,"
     "\"amount\":{\"kind\":\"constant\",\"value\":\"1\"},\"via\":{\"acs\":1}}]",
     "x: /load/0/via/acs: no such channel; want unionpay, netsunion, or the id of a reserve"},
    /* faults */
    {FAULT("icbc.transfer", "timeout"), ""},
    {FAULT("icbc.payout", "timeout"), "x: /faults/0/at: no such place \"icbc.payout\"; want"},
    {FAULT("netsunion.prefund", "timeout"), "x: /faults/0/at: no such place \"netsunion.prefund\""},
    {FAULT("boc.transfer", "timeout"), "x: /faults/0/at: no such place \"boc.transfer\"; want"},
    {FAULT("icbc.balance", "applied_no_reply"),
     "x: /faults/0/kind: applied_no_reply cannot happen at icbc.balance"},
    {"faults", "[{\"at\":\"icbc.transfer\",\"kind\":\"error_code\",\"code\":\"05\"}]",
     "x: /faults/0/code: a bank has no answer code \"05\""},
    {"faults", "[{\"at\":\"icbc.transfer\",\"kind\":\"timeout\",\"match\":{\"business\":\"w\"}}]",
     "x: /faults/0/match: what happens there is about no payout"},
    /* the operator */
    {ACTION("\"do\":\"transfer\",\"from\":\"own\",\"to\":\"acs\",\"amount\":\"5\""), ""},
    {ACTION("\"do\":\"transfer\",\"from\":\"own\",\"to\":\"acs\""),
     "x: /operator/0: transfer wants \"from\", \"to\" and \"amount\", and nothing else"},
    {ACTION("\"do\":\"transfer\",\"from\":\"own\",\"to\":\"nil\",\"amount\":\"5\""),
     "x: /operator/0/to: no account \"nil\"; want the id of one of /accounts"},
    {ACTION("\"do\":\"move_quota\",\"from\":\"own\",\"to\":\"unionpay\",\"amount\":\"5\""),
     "x: /operator/0/from: want unionpay, netsunion or unallocated, got \"own\""},
    {ACTION("\"do\":\"refresh\",\"account\":\"nil\""),
     "x: /operator/0/account: no account \"nil\"; want the id of one of /accounts"},
    {ACTION("\"do\":\"close_account\",\"account\":\"own\",\"keep\":\"1\""),
     "x: /operator/0: close_account wants \"account\", an id, and nothing else"},
    {ACTION("\"do\":\"change_account\",\"account\":\"own\""),
     "x: /operator/0: change_account wants \"account\", an id, and some of \"interface\""},
    {ACTION("\"do\":\"change_account\",\"account\":\"own\",\"keep\":\"0\""), ""},
    {ACTION("\"do\":\"change_account\",\"account\":\"own\",\"interface\":\"mute\""), ""},
    {ACTION("\"do\":\"change_account\",\"account\":\"own\",\"interface\":\"asks\""),
     "x: /operator/0/interface: interface asks is ccb's, and account own is kept elsewhere"},
    {ACTION("\"do\":\"register_account\",\"account\":" BANK("new", "")), ""},
    {ACTION("\"do\":\"register_account\",\"account\":" BANK("own", "")),
     "x: /operator/0/account/id: \"own\" is /accounts/1 already; want a name of its own"},
    {ACTION("\"do\":\"register_account\",\"account\":{\"id\":\"new\"}"),
     "x: /operator/0/account/kind: missing"},
    {ACTION("\"do\":\"register_account\",\"account\":\"new\""),
     "x: /operator/0: register_account wants \"account\", an object as in /accounts"},
};

static void compose(char *text, size_t size, const char *key, const char *value)
{
    size_t used = 0;
    for (int i = 0; i < COUNT(sections); i++) {
        bool replaced = strcmp(sections[i].key, key) == 0;
        used += (size_t)snprintf(text + used, size - used, "%s\"%s\":%s", i == 0 ? "{" : ",",
                                 sections[i].key, replaced ? value : sections[i].value);
    }
    snprintf(text + used, size - used, "}");
}

START_TEST(each_row_is_sound_or_says_what_is_wrong)
{
    static struct scenario s;
    char text[8192];
    struct problems list = {0};
    compose(text, sizeof text, rows[_i].key, rows[_i].value);
    bool ok = scenario_parse(text, "x", &s, &list);
    const char *said = list.text == NULL ? "" : list.text;
    if (ok != (rows[_i].want[0] == '\0') || strstr(said, rows[_i].want) == NULL)
        ck_abort_msg("%s: %s\nsaid: %s\nwant: %s", rows[_i].key, rows[_i].value, said,
                     rows[_i].want);
    problems_free(&list);
    if (ok)
        scenario_free(&s);
}
END_TEST

START_TEST(a_longer_round_of_rules_is_found_and_all_of_it_named)
{
    static struct scenario s;
    char text[8192];
    struct problems list = {0};
    compose(text, sizeof text, "policy",
            "{\"transfers\":[" RULE(
                "a", "own", "second", "\"watch\":\"to\",\"below\":\"1\"", SWEEP,
                "") "," RULE("b", "second", "acs", "\"watch\":\"to\",\"below\":\"1\"", SWEEP,
                             "") "," RULE("c", "acs", "own", "\"watch\":\"to\",\"below\":\"1\"",
                                          SWEEP, "") "]}");
    char *at = strstr(text, "\"accounts\":[");
    char rest[8192];
    ck_assert_ptr_nonnull(at);
    at += strlen("\"accounts\":[");
    snprintf(rest, sizeof rest, "%s", at);
    snprintf(at, sizeof text - (size_t)(at - text), "%s,%s",
             BANK("second", ",\"direct_link\":true"), rest);
    ck_assert(!scenario_parse(text, "x", &s, &list));
    ck_assert_str_eq(list.text,
                     "x: /policy/transfers/0: money can go round by rules that levels or demand "
                     "start: a (own to second), b (second to acs), c (acs to own); want one of "
                     "them on a schedule, or gone\n");
    problems_free(&list);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("treasury checks");
    tcase_add_loop_test(t, each_row_is_sound_or_says_what_is_wrong, 0, COUNT(rows));
    tcase_add_test(t, a_longer_round_of_rules_is_found_and_all_of_it_named);
    return run_tests("treasury checks", t);
}
