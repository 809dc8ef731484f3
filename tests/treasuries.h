/* treasuries.h — small random treasuries, run with every check at every event.
 *
 * A seed gives a scenario: accounts of every kind at three banks, with and
 * without direct link and position number, some that open or close in the run;
 * interfaces that offer this and not that; rules of every trigger, amount and
 * means; an operator who asks for whatever comes to mind; customers who pay into
 * bank accounts; faults at every place; a few days, often with a holiday.
 * Payouts may expire, so the run comes to rest, unless a transfer rests half-way
 * and no rule comes back for it: then that is what it is stuck with.
 */
#ifndef TESTS_TREASURIES_H
#define TESTS_TREASURIES_H

#include "tests/worlds.h"

enum { PURSES_MAX = 12 };

struct purse_drawn {
    char id[8];
    struct account account;
};

struct drawn {
    struct purse_drawn purses[PURSES_MAX];
    uint32_t count;
    const char *start;
    int32_t day;
    int32_t days;
    bool cut_over; /* before 2019-01-14 */
};

static inline void say_moment(struct text *t, struct dice *d, const char *key,
                              const struct drawn *w)
{
    char date[CIVIL_DATE_TEXT_MAX];
    civil_print_date(date, w->day + 1 + (int32_t)roll(d, (uint32_t)w->days));
    say(t, ",\"%s\":\"%sT%02u:%02u:00+08:00\"", key, date, roll(d, 24), roll(d, 60));
}

/* --- accounts --------------------------------------------------------------- */

/* Its interface offers all, some or nothing; `bank` has three of its own. */
static inline void say_interface(struct text *t, struct dice *d, struct purse_drawn *p,
                                 const char *institution)
{
    static const char *const levels[] = {"all", "some", "mute"};
    uint32_t level =
        roll(d, 5) == 0 && strcmp(p->id, "own") != 0 && strcmp(p->id, "card") != 0 ? 2 : roll(d, 2);
    p->account.operations = level == 0 ? UINT8_MAX : 0;
    say(t, ",\"interface\":\"%s-%s\"", institution, levels[level]);
}

static inline struct purse_drawn *say_purse(struct text *t, struct drawn *w, const char *id,
                                            enum account_kind kind, uint8_t institution)
{
    MUST(w->count < PURSES_MAX);
    struct purse_drawn *p = &w->purses[w->count++];
    *p = (struct purse_drawn){.account = {.kind = (uint8_t)kind,
                                          .institution = institution,
                                          .state = ACCOUNT_OPEN,
                                          .operations = UINT8_MAX}};
    snprintf(p->id, sizeof p->id, "%s", id);
    say(t, "{\"id\":\"%s\"", id);
    return p;
}

static inline void say_bank_account(struct text *t, struct dice *d, struct drawn *w, const char *id,
                                    const char *use, bool may_be_late)
{
    static const char *const banks[] = {"a", "b", "c"};
    uint32_t bank = roll(d, COUNT(banks));
    struct purse_drawn *p = say_purse(t, w, id, use == NULL ? ACCOUNT_OWN : ACCOUNT_RESERVE,
                                      (uint8_t)(INSTITUTION_BANKS + bank));
    say(t, ",\"kind\":\"%s\"", use == NULL ? "own" : "reserve");
    if (use != NULL)
        say(t, ",\"use\":\"%s\"", use);
    say(t, ",\"institution\":\"%s\",\"opening\":\"%u.%02u\"", banks[bank], roll(d, 4) * 400,
        roll(d, 100));
    say_interface(t, d, p, banks[bank]);
    p->account.flags = (uint8_t)((roll(d, 3) ? ACCOUNT_DIRECT_LINK : 0) |
                                 (roll(d, 3) ? ACCOUNT_POSITION_NUMBER : 0));
    say(t, ",\"direct_link\":%s", p->account.flags & ACCOUNT_DIRECT_LINK ? "true" : "false");
    if (p->account.flags & ACCOUNT_POSITION_NUMBER)
        say(t, ",\"position_number\":\"%s\"", id);
    if (roll(d, 3) == 0)
        say(t, ",\"keep\":\"%u\"", roll(d, 300));
    uint32_t late = may_be_late ? roll(d, 6) : 2;
    if (late == 0)
        say_moment(t, d, "opens", w);
    if (late == 1)
        say_moment(t, d, "closes", w);
    say(t, "}");
}

static inline void say_virtual(struct text *t, struct dice *d, struct drawn *w, const char *id,
                               enum account_kind kind, enum channel house)
{
    struct purse_drawn *p = say_purse(t, w, id, kind, (uint8_t)house);
    say(t, ",\"kind\":\"%s\",\"institution\":\"%s\",\"opening\":\"%u\"",
        kind == ACCOUNT_VIRTUAL_OWN ? "virtual_own" : "virtual_reserve", channel_name(house),
        roll(d, 3) * 70);
    if (house == CHANNEL_UNIONPAY && roll(d, 3) == 0)
        say_interface(t, d, p, "unionpay");
    say(t, "}");
}

static inline void say_accounts(struct text *t, struct dice *d, struct drawn *w)
{
    say(t, "\"accounts\":[");
    say_purse(t, w, "acs", ACCOUNT_CENTRAL_BANK, INSTITUTION_CENTRAL_BANK);
    say(t, ",\"kind\":\"central_bank\",\"opening\":\"%u.%02u\"", roll(d, 4000), roll(d, 100));
    if (roll(d, 2))
        say_interface(t, d, &w->purses[0], "central_bank");
    say(t, "},");
    say_virtual(t, d, w, "vu", ACCOUNT_VIRTUAL_RESERVE, CHANNEL_UNIONPAY);
    say(t, ",");
    say_virtual(t, d, w, "vn", ACCOUNT_VIRTUAL_RESERVE, CHANNEL_NETSUNION);
    say(t, ",");
    if (roll(d, 4)) {
        say_virtual(t, d, w, "vo", ACCOUNT_VIRTUAL_OWN, CHANNEL_UNIONPAY);
        say(t, ",");
    }
    say_bank_account(t, d, w, "own", NULL, false);
    say(t, ",");
    say_bank_account(t, d, w, "own2", NULL, true);
    say(t, ",");
    say_bank_account(t, d, w, "card", "prepaid_card", false);
    if (roll(d, 2)) {
        say(t, ",");
        say_bank_account(t, d, w, "fund", "fund", true);
    }
    if (w->cut_over) {
        say(t, ",");
        say_bank_account(t, d, w, "old", "general", true);
    }
    say(t, "],");
}

static inline void say_tasks(struct text *t, struct dice *d, bool history)
{
    static const char *const days[] = {"all", "working", "non_working", NULL};
    say(t, ",\"tasks\":[");
    if (roll(d, 3))
        say(t, "{\"do\":\"balance\",\"every\":\"%um\",\"days\":\"%s\"}", 10 + roll(d, 300),
            pick(d, days));
    else
        say(t, "{\"do\":\"balance\",\"at\":[\"%02u:30\"]}", roll(d, 24));
    if (history)
        say(t, ",{\"do\":\"history\",\"at\":[\"00:00\",\"04:40\"]}");
    if (roll(d, 3))
        say(t, ",{\"do\":\"details\",\"every\":\"%um\"}", 5 + roll(d, 400));
    if (roll(d, 3) == 0)
        say(t, ",{\"do\":\"details\",\"rrule\":\"FREQ=DAILY;INTERVAL=%u\"}", 1 + roll(d, 3));
    say(t, "]");
}

static inline void say_interfaces(struct text *t, struct dice *d, const struct text *accounts)
{
    static const struct {
        const char *institution;
        const char *all;
    } rows[] = {
        {"a", "\"balance\",\"details\",\"transfer\""},
        {"b", "\"balance\",\"details\",\"transfer\""},
        {"c", "\"balance\",\"details\",\"transfer\""},
        {"unionpay", "\"balance\",\"details\",\"transfer\",\"payout\",\"quota\",\"history\""},
        {"central_bank", "\"balance\",\"details\",\"payout\",\"quota\""},
    };
    bool first = true;
    say(t, ",\"interfaces\":[");
    for (uint32_t i = 0; i < COUNT(rows); i++) {
        char used[40];
        const char *name = rows[i].institution;
        snprintf(used, sizeof used, "\"institution\":\"%s\"", name);
        if (i < 3 && strstr(accounts->bytes, used) == NULL)
            continue; /* no account is kept there */
        say(t, "%s{\"id\":\"%s-all\",\"institution\":\"%s\",\"operations\":[%s]", first ? "" : ",",
            name, name, rows[i].all);
        say_tasks(t, d, strstr(rows[i].all, "history") != NULL);
        say(t,
            "},{\"id\":\"%s-some\",\"institution\":\"%s\",\"operations\":[\"balance\","
            "\"details\"]",
            name, name);
        say_tasks(t, d, false);
        say(t, "},{\"id\":\"%s-mute\",\"institution\":\"%s\",\"operations\":[%s]", name, name,
            roll(d, 2) ? "\"balance\"" : "");
        say(t, "}");
        first = false;
    }
    say(t, "],");
}

/* --- rules ------------------------------------------------------------------- */

/* The means that lead from one to the other: a bit for each. */
static inline uint32_t ways(const struct drawn *w, uint8_t from, uint8_t to)
{
    struct account accounts[PURSES_MAX];
    struct virtual_ids ids = {ACCOUNT_NONE, ACCOUNT_NONE};
    struct leg legs[LEGS_MAX];
    uint32_t leg_count;
    uint32_t bits = 0;
    for (uint8_t i = 0; i < w->count; i++) {
        accounts[i] = w->purses[i].account;
        if (accounts[i].kind == ACCOUNT_VIRTUAL_OWN)
            ids.own = i;
        if (accounts[i].kind == ACCOUNT_VIRTUAL_RESERVE &&
            accounts[i].institution == CHANNEL_UNIONPAY)
            ids.reserve = i;
    }
    for (int m = 0; m < MEANS_COUNT && from != to; m++)
        if (means_legs((enum means)m, accounts, from, to, ids, legs, &leg_count) == MEANS_POSSIBLE)
            bits |= 1u << m;
    return bits;
}

static inline void say_schedule(struct text *t, struct dice *d)
{
    static const char *const rules[] = {"FREQ=DAILY", "FREQ=DAILY;COUNT=2",
                                        "FREQ=WEEKLY;BYDAY=MO,SA,SU",
                                        "FREQ=MONTHLY;BYMONTHDAY=1,-1", NULL};
    static const char *const holidays[] = {"keep", "skip", "before", "after", NULL};
    if (roll(d, 3))
        say(t, "\"rrule\":\"%s\",", pick(d, rules));
    say(t, "\"at\":[\"%02u:%02u\"],\"on_holiday\":\"%s\"", roll(d, 24), roll(d, 60),
        pick(d, holidays));
}

static inline void say_when(struct text *t, struct dice *d, bool upward, bool to_custody)
{
    say(t, ",\"when\":{");
    uint32_t how = upward ? roll(d, 4) : 0;
    if (how == 1)
        say(t, "\"watch\":\"%s\",\"%s\":\"%u\"", roll(d, 2) ? "from" : "to",
            roll(d, 2) ? "below" : "above", 1 + roll(d, 900));
    else if (how == 2 && to_custody)
        say(t, "\"demand\":true");
    else
        say_schedule(t, d);
    say(t, "},\"amount\":{");
    switch (roll(d, 5)) {
    case 0:
        say(t, "\"kind\":\"fixed\",\"value\":\"%u\"}", 1 + roll(d, 500));
        break;
    case 1:
        say(t, "\"kind\":\"to_target\",\"value\":\"%u\"}", 1 + roll(d, 900));
        break;
    case 2:
        say(t, "\"kind\":\"percent\",\"value\":0.%u}", 1 + roll(d, 9));
        break;
    case 3:
        say(t, "\"kind\":\"sweep\"}");
        break;
    default:
        say(t, "\"kind\":\"shortage\"}");
        break;
    }
}

/* Levels start only what goes one way, so that no rules fight. */
static inline bool say_rule(struct text *t, struct dice *d, const struct drawn *w, uint32_t number,
                            bool first)
{
    static const char *const names[] = {"bank_transfer", "prefund",          "return",
                                        "adjust",        "netsunion_payout", "unionpay_settlement"};
    uint8_t a = (uint8_t)roll(d, w->count);
    uint8_t b = (uint8_t)roll(d, w->count);
    const struct purse_drawn *from = &w->purses[a];
    const struct purse_drawn *to = &w->purses[b];
    uint32_t bits = ways(w, a, b);
    if (bits == 0)
        return false;
    bool upward = a != 0 && (b == 0 || a > b) && to->account.kind != ACCOUNT_VIRTUAL_OWN &&
                  to->account.kind != ACCOUNT_VIRTUAL_RESERVE;
    say(t, "%s{\"id\":\"r%u\",\"from\":\"%s\",\"to\":\"%s\"", first ? "" : ",", number, from->id,
        to->id);
    say_when(t, d, upward, b == 0);
    say(t, ",\"keep\":\"%u\",\"min\":\"%u\",\"max\":\"%u\",\"multiple\":\"%u\"", roll(d, 2) * 50,
        1 + roll(d, 3) * 20, roll(d, 3) ? 0 : 200, roll(d, 3) ? 0 : 10);
    say(t, ",\"partial\":%s,\"priority\":%u,\"count_in_transit\":%s,\"retries\":%u",
        roll(d, 4) ? "true" : "false", 1 + roll(d, 9), roll(d, 4) ? "true" : "false", roll(d, 4));
    if (roll(d, 4) == 0)
        say(t, ",\"not_after\":\"%02u:00\"", roll(d, 24));
    if (roll(d, 2)) {
        uint32_t one = roll(d, MEANS_COUNT);
        while (!(bits >> one & 1))
            one = (one + 1) % MEANS_COUNT;
        say(t, ",\"means\":[\"%s\"]", names[one]);
    }
    say(t, "}");
    return true;
}

static inline void say_rules(struct text *t, struct dice *d, const struct drawn *w)
{
    uint32_t said = 0;
    uint32_t wanted = 1 + roll(d, 6);
    MUST(t->bytes[t->used - 1] == '}'); /* of the policy */
    t->used--;
    say(t, ",\"transfers\":[");
    for (uint32_t i = 0; i < 30 && said < wanted; i++)
        said += say_rule(t, d, w, i, said == 0);
    say(t, "]}");
}

/* --- institutions ------------------------------------------------------------- */

static inline void say_service(struct text *t, struct dice *d, const char *name, bool bank)
{
    static const char *const hours[] = {"\"always\"",
                                        "\"always\"",
                                        "\"large_value\"",
                                        "{\"from\":\"08:00\",\"to\":\"20:00\"}",
                                        "{\"from\":\"22:00\",\"to\":\"05:00\"}",
                                        NULL};
    say(t, "\"%s\":{", name);
    say_latency(t, d, "latency", false);
    say(t, ",");
    say_latency(t, d, "final", true);
    say(t, ",\"timeout\":\"%us\",\"per_payout_max\":\"%u\"", 5 + roll(d, 60),
        roll(d, 4) ? 0 : 100 + roll(d, 300));
    if (roll(d, 2))
        say(t, ",\"fee\":{\"fixed\":\"0.%02u\",\"share\":0.00%u}", 1 + roll(d, 99), roll(d, 10));
    if (roll(d, 3) == 0)
        say(t, bank ? ",\"codes\":{\"MOCKFAIL\":0.2,\"MOCKDUPL\":0.1}"
                    : ",\"codes\":{\"05\":0.1,\"91\":0.1,\"06\":0.1,\"13\":0.05}");
    say(t, ",\"hours\":%s", pick(d, hours));
    if (roll(d, 4) == 0)
        say(t, ",\"days\":\"working\"");
    if (roll(d, 4) == 0)
        say(t, ",\"cut_off\":\"%02u:15\"", roll(d, 24));
    if (bank && roll(d, 3) == 0)
        say(t, ",\"returned\":0.%u", 1 + roll(d, 5));
    say(t, "}");
}

static inline void say_institutions(struct text *t, struct dice *d, const struct text *accounts)
{
    static const char *const services[] = {"prefund", "return", "adjust", "settlement"};
    static const char *const pushes[] = {"unionpay", "netsunion", "none", NULL};
    static const char *const banks[] = {"a", "b", "c"};
    say(t, ",\"gateways\":{");
    say_gateway(t, d, true);
    t->used--;
    for (int i = 0; i < 4; i++) {
        say(t, ",");
        say_service(t, d, services[i], false);
    }
    say(t, "},");
    say_gateway(t, d, false);
    say(t, ",\"central_bank\":{\"acs_push\":\"%s\",\"acs_push_what\":\"%s\"}", pick(d, pushes),
        roll(d, 2) ? "credits" : "all");
    for (int i = 0; i < 3; i++) {
        char used[40];
        snprintf(used, sizeof used, "\"institution\":\"%s\"", banks[i]);
        if (strstr(accounts->bytes, used) == NULL)
            continue;
        say(t, ",\"%s\":{", banks[i]);
        say_service(t, d, "transfer", true);
        say(t, ",\"query\":{");
        say_latency(t, d, "latency", false);
        say(t, "},\"details\":{");
        say_latency(t, d, "latency", true);
        say(t, "}}");
    }
    say(t, "},");
}

/* --- what goes wrong, and what people do --------------------------------------- */

static inline void say_trouble(struct text *t, struct dice *d, int number,
                               const struct text *accounts)
{
    static const struct {
        const char *at;
        uint32_t kinds; /* of the first so many */
        const char *code;
    } places[] = {
        {"a.transfer", 6, "MOCKFAIL"},
        {"b.transfer", 6, "MOCKDUPL"},
        {"c.transfer", 6, "MOCKBUSY"},
        {"a.query", 4, "03"},
        {"a.balance", 3, ""},
        {"b.details", 3, ""},
        {"unionpay.prefund", 6, "91"},
        {"unionpay.return", 6, "12"},
        {"unionpay.adjust", 6, "90"},
        {"unionpay.settlement", 6, "06"},
        {"unionpay.query", 4, "06"},
        {"unionpay.notice", 3, ""},
        {"unionpay.details", 3, ""},
        {"unionpay.balance", 3, ""},
        {"netsunion.payout", 6, "MOCKBUSY"},
        {"netsunion.notice", 3, ""},
        {"netsunion.query", 4, "MOCKBUSY"},
        {"central_bank.balance", 3, ""},
        {"central_bank.details", 3, ""},
        {"unionpay.quota", 6, "06"},
        {"unionpay.prefund", 6, "05"},
        {"netsunion.payout", 6, "02"},
    };
    static const char *const kinds[] = {
        "latency", "down", "timeout", "error_code", "applied_no_reply", "rejected_no_reply"};
    uint32_t place = roll(d, COUNT(places));
    char used[40];
    snprintf(used, sizeof used, "\"institution\":\"%c\"", places[place].at[0]);
    if (places[place].at[1] == '.' && strstr(accounts->bytes, used) == NULL)
        place = 6;
    const char *kind = kinds[roll(d, places[place].kinds)];
    say(t, "%s{\"id\":\"f%d\",\"at\":\"%s\",\"kind\":\"%s\"", number == 0 ? "" : ",", number,
        places[place].at, kind);
    if (!say_how_many(t, d))
        say(t, ",\"from\":\"%02u:00\",\"to\":\"%02u:00\"", roll(d, 24), roll(d, 24));
    if (strcmp(kind, "latency") == 0)
        say(t, ",\"by\":\"%um\"", 1 + roll(d, 200));
    if (strcmp(kind, "error_code") == 0)
        say(t, ",\"code\":\"%s\",\"applied_share\":0.%u", places[place].code, roll(d, 10));
    if (strcmp(kind, "applied_no_reply") == 0 && roll(d, 2))
        say(t, ",\"truth_after\":\"%uh\"", 1 + roll(d, 40));
    say(t, "}");
}

static inline bool has_wrong_lines(uint64_t seed)
{
    return seed % 3 == 0;
}

/* Lines of statements that are left out, altered, invented, repeated. */
static inline void say_wrong_lines(struct text *t, uint64_t seed, int number,
                                   const struct text *accounts)
{
    static const char *const places[] = {"a", "b", "c", "central_bank", "unionpay"};
    static const char *const kinds[] = {"missing", "extra", "twice", "amount"};
    struct dice dice = {seed * UINT64_C(0x9e3779b97f4a7c15) + 1234};
    for (uint32_t p = 0; p < COUNT(places); p++) {
        char used[40];
        snprintf(used, sizeof used, "\"institution\":\"%s\"", places[p]);
        if (p < 3 && strstr(accounts->bytes, used) == NULL)
            continue;
        for (uint32_t k = 0; k < COUNT(kinds); k++)
            if (roll(&dice, 2))
                say(t,
                    "%s{\"id\":\"%s-%s\",\"at\":\"%s.details\",\"kind\":\"line_%s\",\"share\":0.%"
                    "u}",
                    number++ == 0 ? "" : ",", places[p], kinds[k], places[p], kinds[k],
                    1 + roll(&dice, 5));
    }
}

static inline void say_deed(struct text *t, struct dice *d, const struct drawn *w, int number)
{
    const char *id = w->purses[roll(d, w->count)].id;
    const char *other = w->purses[roll(d, w->count)].id;
    char date[CIVIL_DATE_TEXT_MAX];
    civil_print_date(date, w->day + 1 + (int32_t)roll(d, (uint32_t)w->days));
    say(t, "%s{\"at\":\"%sT%02u:%02u:00+08:00\",\"do\":", number == 0 ? "" : ",", date, roll(d, 24),
        roll(d, 60));
    switch (roll(d, 7)) {
    case 0:
        say(t, "\"close_account\",\"account\":\"%s\"}", id);
        return;
    case 1:
        say(t, "\"refresh\",\"account\":\"%s\"}", id);
        return;
    case 2:
        say(t, "\"change_account\",\"account\":\"%s\",\"direct_link\":%s,\"keep\":\"%u\"}", id,
            roll(d, 2) ? "true" : "false", roll(d, 200));
        return;
    case 3:
        say(t,
            "\"register_account\",\"account\":{\"id\":\"x%d\",\"kind\":\"own\",\"institution\":"
            "\"%s\",\"opening\":\"%u\",\"direct_link\":true}}",
            number, strcmp(id, "own") < 0 ? "own" : "x", roll(d, 900));
        return;
    default:
        if (strcmp(id, other) == 0)
            other = id == w->purses[0].id ? "own" : "acs";
        if (strcmp(id, other) == 0)
            id = "own";
        say(t, "\"transfer\",\"from\":\"%s\",\"to\":\"%s\",\"amount\":\"%u.%02u\"}", id, other,
            1 + roll(d, 700), roll(d, 100));
        return;
    }
}

/* --- the whole ------------------------------------------------------------------ */

static inline void say_income(struct text *t, struct dice *d)
{
    say_loads(t, d);
    MUST(t->bytes[t->used - 1] == ']');
    t->used--;
    for (uint32_t i = roll(d, 3); i > 0; i--)
        say(t,
            ",{\"kind\":\"poisson\",\"flow\":\"collection\",\"business\":\"pay\",\"per_second\":"
            "0.000%u,\"amount\":{\"kind\":\"lognormal\",\"median\":\"%u.00\",\"p99\":\"900.00\"},"
            "\"via\":{\"card\":0.%u,\"own\":0.1,\"netsunion\":0.%u}}",
            1 + roll(d, 9), 1 + roll(d, 200), 4, 5);
    say(t, "]");
}

/* The scenario of a seed, as JSON. */
static inline void say_treasury(struct text *t, uint64_t seed)
{
    static struct text accounts;
    struct dice dice = {seed * UINT64_C(0x9e3779b97f4a7c15) + 77};
    struct dice *d = &dice;
    static const char *const starts[] = {"2012-12-31", "2014-01-29", "2018-01-20", "2018-02-14",
                                         "2018-09-29", "2019-01-10", "2019-01-31", "2019-04-30",
                                         "2019-09-29", "2020-01-22", "2023-09-28", "2026-03-10",
                                         NULL};
    struct drawn w = {0};
    char end[CIVIL_DATE_TEXT_MAX];
    for (int i = 0; i < 5; i++)
        roll(d, 2);
    w.start = pick(d, starts);
    w.cut_over = strcmp(w.start, "2019-01-08") < 0 && roll(d, 2);
    w.days = 1 + (int32_t)roll(d, 4);
    MUST(civil_parse_date(w.start, 10, &w.day));
    civil_print_date(end, w.day + 1 + w.days);
    t->used = accounts.used = 0;
    say(t,
        "{\"name\":\"treasury\",\"seed\":%" PRIu64
        ",\"clock\":{\"from\":\"%sT%02u:%02u:00+08:00\",\"to\":\"%sT23:59:00+08:00\"},",
        seed, w.start, roll(d, 2) * roll(d, 12), roll(d, 60), end);
    say_accounts(&accounts, d, &w);
    say(t, "%s", accounts.bytes);
    say(t,
        "\"businesses\":[{\"id\":\"pay\",\"expires\":\"%uh\"},{\"id\":\"urgent\",\"priority\":%u,"
        "\"expires\":\"%um\",\"when_short\":\"%s\"}]",
        1 + roll(d, 40), 1 + roll(d, 9), 1 + roll(d, 300), roll(d, 2) ? "queue" : "refuse");
    say_interfaces(t, d, &accounts);
    say_policy(t, d, seed);
    say_rules(t, d, &w);
    say_institutions(t, d, &accounts);
    say_income(t, d);
    int faults = (int)roll(d, 6);
    say(t, ",\"faults\":[");
    for (int i = 0; i < faults; i++)
        say_trouble(t, d, i, &accounts);
    if (has_wrong_lines(seed))
        say_wrong_lines(t, seed, faults, &accounts);
    int deeds = (int)roll(d, 7);
    say(t, "],\"operator\":[");
    for (int i = 0; i < deeds; i++)
        say_deed(t, d, &w, i);
    say(t, "]}");
}

static uint64_t days_agreed;   /* with the history balances of virtual IDs, in all runs */
static uint64_t lines_planted; /* wrong ones, in all runs */

/* At rest, or stuck because a transfer rests half-way, at an open account; then
 * rules go on, so another may be under way. */
static inline bool treasury_rests(const struct run *r)
{
    const struct follow *f = &run_recorder(r)->follow;
    uint32_t resting = 0;
    const uint64_t *told = run_recorder(r)->fact_counts;
    days_agreed += told[FACT_HISTORY_AGREED];
    bool wrong_lines = has_wrong_lines((uint64_t)run_plan(r)->scenario.seed);
    lines_planted += run_recorder(r)->score.error_count;
    if (told[FACT_HISTORY_DIFFERS] != 0 && !wrong_lines)
        return false;
    if (told[FACT_BOOKS_DIFFER] != 0 || run_recorder(r)->closing.unbalanced != 0 ||
        balance_tally_end_fen(&run_recorder(r)->balances) != 0 ||
        (run_recorder(r)->balances.most_fen != 0 && !wrong_lines))
        return false;
    if (run_result(r)->end == RUN_QUIET)
        return true;
    for (uint32_t i = follow_next_open(f, 0); i != UINT32_MAX;
         i = follow_next_open(f, f->transfers[i].number)) {
        resting += f->transfers[i].resting;
        if (f->transfers[i].resting && f->accounts[f->transfers[i].rests_at].state != ACCOUNT_OPEN)
            return false;
    }
    return run_result(r)->end == RUN_STUCK && resting > 0 &&
           auditor_open_payouts(run_auditor(r)) == 0;
}

static inline bool treasury_is_whole(uint64_t seed, uint64_t *events)
{
    static struct text text;
    say_treasury(&text, seed);
    return text_is_whole(&text, seed, events, treasury_rests);
}

#endif
