/* grammar_accounts.c — accounts and interface types; see settings.h for what a row says. */

#include "sim/grammar.h"

#include <string.h>

#include "core/base/civil.h"

/* clang-format off */

const char *const account_kind_names[] = {"central_bank", "reserve", "own", "virtual_reserve",
                                          "virtual_own", NULL};
static const char *const use_names[] = {"none", "prepaid_card", "fund", "cross_border", "general",
                                        NULL};
/* In the order of enum operation. */
const char *const operation_names[] = {"balance", "details", "transfer", "payout",
                                       "quota",   "history", NULL};
static const char *const task_names[] = {"balance", "details", "quota", "history", NULL};
static const char *const day_names[] = {"all", "working", "non_working", NULL};

static const struct setting account_rows[] = {
    {.key = "id", .kind = SETTING_NAME, .offset = AT(account_settings, id), .required = true,
     .text = "the account's name in outputs"},
    {.key = "kind", .kind = SETTING_CHOICE, .offset = AT(account_settings, kind), .required = true,
     .choices = account_kind_names, .text = "what kind of account; exactly one central_bank"},
    {.key = "institution", .kind = SETTING_NAME, .offset = AT(account_settings, institution),
     .text = "who keeps it: a bank, by default \"bank\"; of virtual accounts the clearing house"},
    {.key = "use", .kind = SETTING_CHOICE, .offset = AT(account_settings, use),
     .choices = use_names, .preset = "\"none\"",
     .text = "what a reserve account serves; general only before 2019-01-14"},
    {.key = "opening", .kind = SETTING_MONEY, .offset = AT(account_settings, opening_fen),
     .preset = "\"0\"", .text = "its balance when it is registered"},
    {.key = "interface", .kind = SETTING_NAME, .offset = AT(account_settings, interface),
     .text = "one of the interfaces; by default all that its institution offers, without tasks"},
    {.key = "position_number", .kind = SETTING_TEXT,
     .offset = AT(account_settings, position_number), .max = 32,
     .text = "the position number (头寸序号) that UnionPay gave it; none: it is not reported there"},
    {.key = "direct_link", .kind = SETTING_BOOL, .offset = AT(account_settings, direct_link),
     .preset = "false", .text = "the bank takes transfer orders from us (银企直连)"},
    {.key = "keep", .kind = SETTING_MONEY, .offset = AT(account_settings, keep_fen),
     .preset = "\"0\"", .text = "transfer rules leave at least this"},
    {.key = "opens", .kind = SETTING_MOMENT, .offset = AT(account_settings, opens_us),
     .text = "registered then; by default at the start"},
    {.key = "closes", .kind = SETTING_MOMENT, .offset = AT(account_settings, closes_us),
     .text = "to be closed from then on, as soon as it is empty; later than that is an alert"},
};
const struct section account_section = {"account", SETTINGS(account_rows),
                                        sizeof(struct account_settings), NULL};
const struct setting an_account = {.key = "", .kind = SETTING_SECTION,
                                   .section = &account_section};

/* --- interfaces ------------------------------------------------------------ */

static void read_operations(struct reading *r, const char *pointer, json_t *value, void *into)
{
    int64_t bits = 0;
    size_t index;
    json_t *one;
    char shown[64];
    if (!json_is_array(value)) {
        reading_problem(r, pointer, "want a list of balance, details, transfer, payout, quota and "
                        "history, got %s", json_shown(value, shown));
        return;
    }
    json_array_foreach (value, index, one) {
        int o = 0;
        while (operation_names[o] != NULL &&
               !(json_is_string(one) && strcmp(json_string_value(one), operation_names[o]) == 0))
            o++;
        if (operation_names[o] == NULL) {
            char at[POINTER_MAX];
            pointer_join_index(at, pointer, index);
            reading_problem(r, at, "want one of \"balance\" \"details\" \"transfer\" \"payout\" "
                            "\"quota\" \"history\", got %s", json_shown(one, shown));
        }
        bits |= 1 << o;
    }
    *(int64_t *)into = bits;
}

static void check_task(struct reading *r, const char *pointer, void *into)
{
    const struct task_settings *t = into;
    int ways = (t->every_us != 0) + (t->at.count != 0) + (t->rrule != NULL);
    if (ways != 1)
        reading_problem(r, pointer, "want exactly one of \"every\", \"at\" and \"rrule\"");
}

static const struct setting task_rows[] = {
    {.key = "do", .kind = SETTING_CHOICE, .offset = AT(task_settings, what), .required = true,
     .choices = task_names,
     .text = "ask for the balance, for details, for quotas; check the days' history balances"},
    {.key = "every", .kind = SETTING_DURATION, .offset = AT(task_settings, every_us),
     .min = US_PER_S, .max = 400 * US_PER_DAY, .text = "so often, counted from the start"},
    {.key = "at", .kind = SETTING_LIST, .offset = AT(task_settings, at), .item = &a_clock,
     .min = 1, .max = 48, .text = "at these clocks every day"},
    {.key = "rrule", .kind = SETTING_TEXT, .offset = AT(task_settings, rrule), .max = 399,
     .text = "at the moments of a recurrence rule (RFC 5545)"},
    {.key = "days", .kind = SETTING_CHOICE, .offset = AT(task_settings, days),
     .choices = day_names, .preset = "\"all\"", .text = "on all days, or some alone"},
};
static const struct section task_section = {"task", SETTINGS(task_rows),
                                            sizeof(struct task_settings), check_task};
static const struct setting a_task = {.key = "", .kind = SETTING_SECTION,
                                      .section = &task_section};

static void check_interface(struct reading *r, const char *pointer, void *into)
{
    static const uint8_t needs[] = {OPERATE_BALANCE, OPERATE_DETAILS, OPERATE_QUOTA,
                                    OPERATE_HISTORY};
    const struct interface_settings *i = into;
    const struct task_settings *t = i->tasks.items;
    char tasks[POINTER_MAX];
    char at[POINTER_MAX];
    pointer_join(tasks, pointer, "tasks");
    if ((i->operations >> OPERATE_HISTORY & 1) && !(i->operations >> OPERATE_DETAILS & 1)) {
        pointer_join(at, pointer, "operations");
        reading_problem(r, at, "history is checked against details; want \"details\" as well");
    }
    for (size_t k = 0; k < i->tasks.count; k++)
        if (!(i->operations >> needs[t[k].what] & 1)) {
            pointer_join_index(at, tasks, k);
            reading_problem(r, at, "interface %s has no operation \"%s\"; want it among its "
                            "operations, or no such task", i->id, task_names[t[k].what]);
        }
}

static const struct setting interface_rows[] = {
    {.key = "id", .kind = SETTING_NAME, .offset = AT(interface_settings, id), .required = true,
     .text = "its name, for accounts"},
    {.key = "institution", .kind = SETTING_NAME, .offset = AT(interface_settings, institution),
     .required = true, .text = "whose it is: unionpay, netsunion, central_bank or a bank"},
    {.key = "operations", .kind = SETTING_CUSTOM, .offset = AT(interface_settings, operations),
     .custom = read_operations, .required = true,
     .wanted = "a list like [\"balance\", \"transfer\"]", .text = "what it offers"},
    {.key = "tasks", .kind = SETTING_LIST, .offset = AT(interface_settings, tasks),
     .item = &a_task, .max = TASKS_MAX, .preset = "[]", .text = "what is done by itself, when"},
};
static const struct section interface_section = {
    "interface", SETTINGS(interface_rows), sizeof(struct interface_settings), check_interface};
const struct setting an_interface = {.key = "", .kind = SETTING_SECTION,
                                     .section = &interface_section};
/* clang-format on */
