/* check_accounts.c — accounts, interfaces and who keeps what; see checks.h. */

#include <string.h>

#include "core/base/civil.h"
#include "core/base/must.h"
#include "sim/checks.h"

/* 2019-01-14T00:00:00+08:00: by then every reserve account without a use of its own is closed. */
#define CUT_OVER_US (INT64_C(1547395200) * US_PER_S)

int scenario_account(const struct scenario *s, const char *id)
{
    const struct account_settings *a = s->accounts.items;
    for (size_t i = 0; i < s->accounts.count; i++)
        if (strcmp(a[i].id, id) == 0)
            return (int)i;
    return -1;
}

int scenario_interface(const struct scenario *s, const char *id)
{
    const struct interface_settings *x = s->interfaces.items;
    for (size_t i = 0; i < s->interfaces.count; i++)
        if (strcmp(x[i].id, id) == 0)
            return (int)i;
    return -1;
}

int scenario_bank(const struct scenario *s, const char *id)
{
    const struct service_settings *b = s->banks.items;
    for (size_t i = 0; i < s->banks.count; i++)
        if (strcmp(b[i].name, id) == 0)
            return (int)i;
    return -1;
}

int scenario_institution(const struct scenario *s, const char *name)
{
    for (int c = 0; c < CHANNELS; c++)
        if (strcmp(name, channel_name((enum channel)c)) == 0)
            return c;
    if (strcmp(name, "central_bank") == 0)
        return INSTITUTION_CENTRAL_BANK;
    int bank = scenario_bank(s, name);
    return bank < 0 ? -1 : INSTITUTION_BANKS + bank;
}

const char *scenario_institution_name(const struct scenario *s, uint32_t institution)
{
    if (institution < CHANNELS)
        return channel_name((enum channel)institution);
    if (institution == INSTITUTION_CENTRAL_BANK)
        return "central_bank";
    MUST(institution - INSTITUTION_BANKS < s->banks.count);
    return ((const struct service_settings *)s->banks.items)[institution - INSTITUTION_BANKS].name;
}

uint8_t institution_operations(uint32_t institution)
{
    const uint8_t asking = 1 << OPERATE_BALANCE | 1 << OPERATE_DETAILS;
    if (institution == INSTITUTION_CENTRAL_BANK)
        return asking | 1 << OPERATE_PAYOUT | 1 << OPERATE_QUOTA;
    if (institution == CHANNEL_UNIONPAY)
        return asking | 1 << OPERATE_TRANSFER | 1 << OPERATE_PAYOUT | 1 << OPERATE_QUOTA |
               1 << OPERATE_HISTORY;
    if (institution < CHANNELS)
        return asking | 1 << OPERATE_TRANSFER | 1 << OPERATE_PAYOUT | 1 << OPERATE_QUOTA;
    return asking | 1 << OPERATE_TRANSFER;
}

/* --- before reading -------------------------------------------------------- */

static bool is_bank_name(const char *name)
{
    return name != NULL && strcmp(name, "unionpay") != 0 && strcmp(name, "netsunion") != 0 &&
           strcmp(name, "central_bank") != 0;
}

static void add_bank(json_t *gateways, json_t *account)
{
    const char *kind = json_string_value(json_object_get(account, "kind"));
    bool at_bank = kind != NULL && (strcmp(kind, "reserve") == 0 || strcmp(kind, "own") == 0);
    if (at_bank && json_object_get(account, "institution") == NULL)
        json_object_set_new(account, "institution", json_string("bank"));
    const char *name = json_string_value(json_object_get(account, "institution"));
    if (at_bank && is_bank_name(name) && json_object_get(gateways, name) == NULL)
        json_object_set_new(gateways, name, json_object());
}

void check_add_banks(json_t *root)
{
    json_t *gateways = json_object_get(root, "gateways");
    json_t *one;
    size_t index;
    if (gateways == NULL) {
        gateways = json_object();
        json_object_set_new(root, "gateways", gateways);
    }
    if (!json_is_object(gateways))
        return;
    json_array_foreach (json_object_get(root, "accounts"), index, one)
        add_bank(gateways, one);
    json_array_foreach (json_object_get(root, "operator"), index, one)
        add_bank(gateways, json_object_get(one, "account"));
}

/* --- one account ----------------------------------------------------------- */

static bool at_bank(const struct account_settings *a)
{
    return a->kind == ACCOUNT_RESERVE || a->kind == ACCOUNT_OWN;
}

static bool is_virtual(const struct account_settings *a)
{
    return a->kind == ACCOUNT_VIRTUAL_RESERVE || a->kind == ACCOUNT_VIRTUAL_OWN;
}

/* Where an account stands in the document. */
static const char *place_of(char p[POINTER_MAX], const struct scenario *s, size_t i,
                            const char *key)
{
    const struct operator_settings *o = s->operators.items;
    size_t further = i - s->account_given;
    if (i < s->account_given)
        return pointer_to(p, "/accounts/%zu%s%s", i, *key ? "/" : "", key);
    for (size_t k = 0; k < s->operators.count; k++)
        if (o[k].registered != NULL && further-- == 0)
            return pointer_to(p, "/operator/%zu/account%s%s", k, *key ? "/" : "", key);
    NEVER("an account that nobody wrote");
}

static bool find_institution(struct reading *r, const struct scenario *s,
                             struct account_settings *a, size_t i)
{
    char p[POINTER_MAX];
    int number = a->institution == NULL ? -1 : scenario_institution(s, a->institution);
    if (a->kind == ACCOUNT_CENTRAL_BANK)
        number = INSTITUTION_CENTRAL_BANK;
    if (is_virtual(a) && (number < 0 || number >= CHANNELS)) {
        reading_problem(r, place_of(p, s, i, "institution"),
                        "a virtual account wants unionpay or netsunion");
        return false;
    }
    if (at_bank(a) && number < INSTITUTION_BANKS) {
        reading_problem(r, place_of(p, s, i, "institution"),
                        "%s keeps no reserve or own accounts; want a bank", a->institution);
        return false;
    }
    a->institution_number = (uint8_t)number;
    return true;
}

static void check_dates(struct reading *r, const struct scenario *s,
                        const struct account_settings *a, size_t i)
{
    char p[POINTER_MAX];
    int64_t from_us = s->clock.from_us;
    int64_t opens_us = a->opens_us > from_us ? a->opens_us : from_us;
    if (a->kind == ACCOUNT_CENTRAL_BANK && (a->opens_us != 0 || a->closes_us != 0))
        reading_problem(r, place_of(p, s, i, ""),
                        "the custody account is there at all times; leave out \"opens\" and "
                        "\"closes\"");
    if (a->by_operator && (a->opens_us != 0))
        reading_problem(r, place_of(p, s, i, "opens"),
                        "the operator's \"at\" says when; leave it out");
    if (a->closes_us != 0 && a->closes_us <= opens_us)
        reading_problem(r, place_of(p, s, i, "closes"), "not after it opens; want opens < closes");
    if (s->clock.to_us != 0 && a->opens_us >= s->clock.to_us)
        reading_problem(r, place_of(p, s, i, "opens"),
                        "not before /clock/to; want a moment in the run");
    if (a->use == USE_GENERAL && opens_us >= CUT_OVER_US)
        reading_problem(r, place_of(p, s, i, "use"),
                        "since 2019-01-14 no reserve account is general; want prepaid_card, fund "
                        "or cross_border, or an earlier run");
}

static void check_bank_settings(struct reading *r, const struct scenario *s,
                                const struct account_settings *a, size_t i)
{
    const struct account_settings *all = s->accounts.items;
    char p[POINTER_MAX];
    if (!at_bank(a) && a->position_number != NULL)
        reading_problem(r, place_of(p, s, i, "position_number"),
                        "only reserve and own accounts are reported to UnionPay; leave it out");
    if (!at_bank(a) && a->direct_link)
        reading_problem(r, place_of(p, s, i, "direct_link"),
                        "only reserve and own accounts have one; leave it out");
    for (size_t k = 0; k < i && a->position_number != NULL; k++)
        if (all[k].position_number != NULL &&
            strcmp(all[k].position_number, a->position_number) == 0)
            reading_problem(r, place_of(p, s, i, "position_number"),
                            "\"%s\" is account %s's; want a number of its own", a->position_number,
                            all[k].id);
}

/* --- interfaces ------------------------------------------------------------ */

static void check_interfaces(struct reading *r, const struct scenario *s)
{
    const struct interface_settings *x = s->interfaces.items;
    char p[POINTER_MAX];
    for (size_t i = 0; i < s->interfaces.count; i++) {
        int institution = scenario_institution(s, x[i].institution);
        check_own_name(r, &s->interfaces, sizeof *x, i, "/interfaces");
        if (institution < 0) {
            reading_problem(r, pointer_to(p, "/interfaces/%zu/institution", i),
                            "no account is kept at \"%s\"; want unionpay, netsunion, central_bank "
                            "or a bank of /accounts",
                            x[i].institution);
            continue;
        }
        for (int o = 0; operation_names[o] != NULL; o++)
            if ((x[i].operations >> o & 1) &&
                !(institution_operations((uint32_t)institution) >> o & 1))
                reading_problem(r, pointer_to(p, "/interfaces/%zu/operations", i),
                                "%s does not offer \"%s\"; leave it out", x[i].institution,
                                operation_names[o]);
    }
}

static void find_interface(struct reading *r, struct scenario *s, struct account_settings *a,
                           size_t i)
{
    const struct interface_settings *x = s->interfaces.items;
    char p[POINTER_MAX];
    if (a->interface == NULL) {
        uint32_t k = 0;
        while (k < s->built_in_count && s->built_in[k] != a->institution_number)
            k++;
        a->interface_number = (uint8_t)(s->interfaces.count + k);
        if (k < s->built_in_count)
            return;
        if (s->interfaces.count + k >= INTERFACES_MAX) {
            reading_problem(r, "/accounts",
                            "more than %d interface types, one for each institution included; "
                            "want fewer institutions",
                            INTERFACES_MAX);
            return;
        }
        s->built_in[s->built_in_count++] = a->institution_number;
        return;
    }
    int number = scenario_interface(s, a->interface);
    if (number < 0)
        reading_problem(r, place_of(p, s, i, "interface"),
                        "no interface \"%s\"; want the id of one of /interfaces", a->interface);
    else if (scenario_institution(s, x[number].institution) != a->institution_number)
        reading_problem(r, place_of(p, s, i, "interface"),
                        "interface %s is %s's, and the account is kept at %s", a->interface,
                        x[number].institution, scenario_institution_name(s, a->institution_number));
    else
        a->interface_number = (uint8_t)number;
}

uint8_t account_operations(const struct scenario *s, const struct account_settings *a)
{
    const struct interface_settings *x = s->interfaces.items;
    if (a->interface_number < s->interfaces.count)
        return (uint8_t)x[a->interface_number].operations;
    return institution_operations(a->institution_number);
}

const char *scenario_interface_name(const struct scenario *s, uint8_t number)
{
    const struct interface_settings *x = s->interfaces.items;
    if (number < s->interfaces.count)
        return x[number].id;
    MUST(number - s->interfaces.count < s->built_in_count);
    return scenario_institution_name(s, s->built_in[number - s->interfaces.count]);
}

/* --- the registry's own rules ---------------------------------------------- */

static void judge(struct reading *r, const struct scenario *s, size_t i,
                  enum account_verdict verdict)
{
    const struct account_settings *a = (const struct account_settings *)s->accounts.items + i;
    char p[POINTER_MAX];
    switch (verdict) {
    case ACCOUNT_REGISTERED:
        return;
    case ACCOUNT_USE_WRONG:
        reading_problem(r, place_of(p, s, i, "use"),
                        a->kind == ACCOUNT_RESERVE
                            ? "a reserve account wants a use: prepaid_card, fund or cross_border"
                            : "only a reserve account has a use");
        return;
    case ACCOUNT_CENTRAL_BANK_ALREADY:
        reading_problem(r, place_of(p, s, i, "kind"),
                        "a second central_bank account; want exactly one");
        return;
    case ACCOUNT_USE_TAKEN:
        reading_problem(r, place_of(p, s, i, "use"),
                        "a second reserve account of this use; want one a use");
        return;
    case ACCOUNT_VIRTUAL_ALREADY:
        reading_problem(r, place_of(p, s, i, ""), "a second %s account at %s; want one",
                        account_kind_names[a->kind], a->institution);
        return;
    case ACCOUNT_REGISTERED_ALREADY:
        break;
    }
    NEVER("each account is registered once");
}

/* Those open from the start, together; one that comes later may follow one
 * that has gone, so only what it is in itself is judged. */
static void check_registry(struct reading *r, const struct scenario *s)
{
    const struct account_settings *a = s->accounts.items;
    struct accounts registry;
    struct account items[ACCOUNTS_MAX];
    struct ledger ledger;
    struct ledger_account books[ACCOUNTS_MAX];
    bool central_bank = false;

    accounts_init(&registry);
    ledger_init(&ledger, ACCOUNTS_MAX);
    for (size_t i = 0; i < s->accounts.count; i++) {
        bool later = a[i].by_operator || a[i].opens_us > s->clock.from_us;
        central_bank |= a[i].kind == ACCOUNT_CENTRAL_BANK;
        struct account wanted = {.kind = (uint8_t)a[i].kind,
                                 .use = (uint8_t)a[i].use,
                                 .institution = a[i].institution_number};
        uint32_t index = account_add(&registry, items, &ledger, books, wanted);
        enum account_verdict verdict = account_register(&registry, items, index);
        if (later && verdict == ACCOUNT_REGISTERED)
            items[index].state = ACCOUNT_CLOSED;
        if (!later || verdict == ACCOUNT_USE_WRONG || verdict == ACCOUNT_CENTRAL_BANK_ALREADY)
            judge(r, s, i, verdict);
    }
    if (!central_bank)
        reading_problem(r, "/accounts", "no central_bank account; want exactly one");
}

static void check_virtual_reserves(struct reading *r, const struct scenario *s)
{
    const struct account_settings *a = s->accounts.items;
    char p[POINTER_MAX];
    for (uint8_t c = 0; c < CHANNELS; c++) {
        bool found = s->gateways[c].settles_to != SETTLES_TO_VIRTUAL_ID;
        for (size_t i = 0; i < s->account_given && !found; i++)
            found = a[i].kind == ACCOUNT_VIRTUAL_RESERVE && a[i].institution_number == c &&
                    a[i].opens_us <= s->clock.from_us && a[i].closes_us == 0;
        if (!found)
            reading_problem(r,
                            pointer_to(p, "/gateways/%s/settles_to", channel_name((enum channel)c)),
                            "virtual_id wants an account of kind virtual_reserve with "
                            "institution %s, open from the start and not closed",
                            channel_name((enum channel)c));
    }
}

/* --- all of them ----------------------------------------------------------- */

/* The operator's registrations follow the listed accounts, in their order. */
static void add_registered(struct reading *r, struct scenario *s)
{
    struct operator_settings *o = s->operators.items;
    size_t count = s->accounts.count;
    struct account_settings *all;
    s->account_given = count;
    for (size_t k = 0; k < s->operators.count; k++)
        count += o[k].registered != NULL;
    if (count == s->accounts.count)
        return;
    all = arena_take(r->arena, count * sizeof *all);
    memcpy(all, s->accounts.items, s->accounts.count * sizeof *all);
    for (size_t k = 0; k < s->operators.count; k++) {
        if (o[k].registered == NULL)
            continue;
        o[k].account_number = (uint8_t)s->accounts.count;
        all[s->accounts.count] = *o[k].registered;
        all[s->accounts.count++].by_operator = 1;
    }
    s->accounts.items = all;
}

static void check_bank_names(struct reading *r, const struct scenario *s)
{
    const struct service_settings *b = s->banks.items;
    const struct account_settings *a = s->accounts.items;
    char p[POINTER_MAX];
    for (size_t i = 0; i < s->banks.count; i++) {
        bool used = false;
        for (size_t k = 0; k < s->accounts.count; k++)
            used |= at_bank(&a[k]) && a[k].institution != NULL &&
                    strcmp(a[k].institution, b[i].name) == 0;
        if (!used)
            reading_problem(r, pointer_to(p, "/gateways/%s", b[i].name),
                            "no account is kept there; want unionpay, netsunion, central_bank or "
                            "the institution of a reserve or own account");
    }
    if (s->banks.count > INSTITUTIONS_MAX - INSTITUTION_BANKS)
        reading_problem(r, "/gateways", "%zu banks; want at most %d", s->banks.count,
                        INSTITUTIONS_MAX - INSTITUTION_BANKS);
}

void check_accounts(struct reading *r, struct scenario *s)
{
    char p[POINTER_MAX];
    bool sound = true;
    add_registered(r, s);
    struct account_settings *a = s->accounts.items;
    if (s->accounts.count > ACCOUNTS_MAX) {
        reading_problem(r, "/operator", "%zu accounts with those registered; want at most %d",
                        s->accounts.count, ACCOUNTS_MAX);
        return;
    }
    check_bank_names(r, s);
    check_interfaces(r, s);
    for (size_t i = 0; i < s->accounts.count; i++) {
        check_own_name_at(r, place_of(p, s, i, "id"), &s->accounts, sizeof *a, i, "/accounts");
        bool found = find_institution(r, s, &a[i], i);
        sound &= found;
        if (found)
            find_interface(r, s, &a[i], i);
        check_dates(r, s, &a[i], i);
        check_bank_settings(r, s, &a[i], i);
    }
    if (!sound)
        return;
    check_registry(r, s);
    check_virtual_reserves(r, s);
}
