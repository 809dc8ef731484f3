/* check_transfers.c — transfer rules and services against the accounts; see checks.h. */

#include <stdio.h>
#include <string.h>

#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/base/must.h"
#include "core/edge/recurrence.h"
#include "sim/checks.h"

/* --- recurrence rules ------------------------------------------------------ */

/* All that could be due in ten years; setup asks again for the run's own span. */
static void check_rrule(struct reading *r, const struct scenario *s, const char *pointer,
                        const char *rule)
{
    static int64_t moments[SCHEDULE_MOMENTS_MAX];
    char why[RECURRENCE_WHY_MAX];
    uint32_t count;
    int64_t from_us = s->clock.from_us;
    struct recurrence ask = {
        .rule = rule,
        .start_day = civil_day(from_us),
        .from_us = from_us,
        .to_us = s->clock.to_us == 0 ? from_us + 1 : s->clock.to_us + s->clock.drain_max_us,
    };
    if (rule != NULL && !recurrence_expand(&ask, moments, SCHEDULE_MOMENTS_MAX, &count, why))
        reading_problem(r, pointer, "%s", why);
}

static void check_tasks(struct reading *r, const struct scenario *s)
{
    const struct interface_settings *x = s->interfaces.items;
    char p[POINTER_MAX];
    for (size_t i = 0; i < s->interfaces.count; i++) {
        const struct task_settings *t = x[i].tasks.items;
        for (size_t k = 0; k < x[i].tasks.count; k++)
            check_rrule(r, s, pointer_to(p, "/interfaces/%zu/tasks/%zu/rrule", i, k), t[k].rrule);
    }
}

/* --- the ways between two accounts ----------------------------------------- */

struct roads {
    struct account accounts[ACCOUNTS_MAX];
    struct virtual_ids ids;
};

static void find_roads(const struct scenario *s, struct roads *roads)
{
    const struct account_settings *a = s->accounts.items;
    *roads = (struct roads){.ids = {ACCOUNT_NONE, ACCOUNT_NONE}};
    for (size_t i = 0; i < s->accounts.count; i++) {
        roads->accounts[i] = (struct account){
            .kind = (uint8_t)a[i].kind,
            .use = (uint8_t)a[i].use,
            .institution = a[i].institution_number,
            .state = ACCOUNT_OPEN,
            .operations = account_operations(s, &a[i]),
            .flags = (uint8_t)((a[i].direct_link ? ACCOUNT_DIRECT_LINK : 0) |
                               (a[i].position_number != NULL ? ACCOUNT_POSITION_NUMBER : 0)),
        };
        bool at_unionpay = a[i].institution_number == CHANNEL_UNIONPAY;
        if (a[i].kind == ACCOUNT_VIRTUAL_RESERVE && at_unionpay)
            roads->ids.reserve = (uint8_t)i;
        if (a[i].kind == ACCOUNT_VIRTUAL_OWN && at_unionpay)
            roads->ids.own = (uint8_t)i;
    }
}

static const char *why_not(const struct scenario *s, enum means_verdict verdict, enum means means,
                           uint8_t from, char out[200])
{
    const struct account_settings *a = (const struct account_settings *)s->accounts.items + from;
    switch (verdict) {
    case MEANS_WRONG_KINDS:
        return "it does not lead from such an account to such an account";
    case MEANS_OPERATION_MISSING:
        snprintf(out, 200, "interface %s has no operation \"%s\"",
                 means == MEANS_PREFUND ? "of the virtual account"
                                        : scenario_interface_name(s, a->interface_number),
                 means == MEANS_NETSUNION_PAYOUT || means == MEANS_UNIONPAY_SETTLEMENT
                     ? "payout"
                     : "transfer");
        return out;
    case MEANS_NO_DIRECT_LINK:
        snprintf(out, 200, "account %s has no direct_link", a->id);
        return out;
    case MEANS_NO_POSITION_NUMBER:
        return "a bank account at one of its ends has no position_number";
    case MEANS_NO_VIRTUAL_ID:
        return "there is no virtual account at unionpay for this money";
    case MEANS_POSSIBLE:
        break;
    }
    NEVER("an unlisted verdict");
}

/* At least one of the rule's means leads from one account to the other. */
static void check_means(struct reading *r, const struct scenario *s, const struct roads *roads,
                        const struct transfer_settings *t, size_t i, uint8_t from, uint8_t to)
{
    const uint32_t *named = t->means.items;
    size_t count = t->means.count != 0 ? t->means.count : MEANS_COUNT;
    char p[POINTER_MAX];
    char because[600] = "";
    char one[200];
    struct leg legs[LEGS_MAX];
    uint32_t leg_count;
    for (size_t k = 0; k < count; k++) {
        enum means means = (enum means)(t->means.count != 0 ? named[k] : k);
        enum means_verdict verdict =
            means_legs(means, roads->accounts, from, to, roads->ids, legs, &leg_count);
        if (verdict == MEANS_POSSIBLE)
            return;
        if (verdict == MEANS_WRONG_KINDS && t->means.count == 0)
            continue;
        size_t used = strlen(because);
        snprintf(because + used, sizeof because - used, "%s%s: %s", used > 0 ? "; " : "",
                 means_name(means), why_not(s, verdict, means, from, one));
    }
    reading_problem(
        r, pointer_to(p, "/policy/transfers/%zu%s", i, t->means.count != 0 ? "/means" : ""),
        "no means lead from %s to %s%s%s", t->from, t->to,
        because[0] != '\0' ? ": " : "; want a pair of accounts that some means join", because);
}

/* --- rules that fight ------------------------------------------------------ */

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static bool by_level(const struct transfer_settings *t)
{
    return t->watches || t->demand;
}

/* The least that a rule can leave in its paying account. */
static int64_t leaves_fen(const struct scenario *s, const struct transfer_settings *t)
{
    const struct account_settings *from =
        (const struct account_settings *)s->accounts.items + scenario_account(s, t->from);
    int64_t keep_fen = larger(t->keep_fen, from->keep_fen);
    if (t->watches && t->watch == WATCH_FROM && t->above_fen != 0 && t->amount.kind == AMOUNT_FIXED)
        return larger(keep_fen, t->above_fen - t->amount.value_fen);
    return keep_fen;
}

/* The most to which a rule can fill its receiving account.  What payouts lack
 * is spent at once. */
static int64_t fills_fen(const struct transfer_settings *t)
{
    if (t->amount.kind == AMOUNT_SHORTAGE)
        return 0;
    if (t->amount.kind == AMOUNT_TO_TARGET)
        return t->amount.value_fen;
    if (t->watches && t->watch == WATCH_TO && t->below_fen != 0 && t->amount.kind == AMOUNT_FIXED)
        return money_add(t->below_fen, t->amount.value_fen);
    return INT64_MAX;
}

/* `drain` pays out of what `refill` pays into: can it start `refill`? */
static bool sets_off(const struct scenario *s, const struct transfer_settings *drain,
                     const struct transfer_settings *refill)
{
    if (refill->demand)
        return leaves_fen(s, drain) == 0;
    if (refill->watch == WATCH_TO && refill->below_fen != 0)
        return leaves_fen(s, drain) < refill->below_fen;
    if (refill->watch == WATCH_FROM && refill->above_fen != 0)
        return fills_fen(drain) > refill->above_fen;
    return true; /* below on the payer, above on the payee: whatever the other does */
}

static void check_pairs(struct reading *r, const struct scenario *s)
{
    const struct transfer_settings *t = s->transfers.items;
    char p[POINTER_MAX];
    for (size_t i = 0; i < s->transfers.count; i++)
        for (size_t k = 0; k < i; k++) {
            if (!by_level(&t[i]) || !by_level(&t[k]) || strcmp(t[i].from, t[k].to) != 0 ||
                strcmp(t[i].to, t[k].from) != 0)
                continue;
            bool first = sets_off(s, &t[k], &t[i]);
            if (!first && !sets_off(s, &t[i], &t[k]))
                continue;
            reading_problem(r, pointer_to(p, "/policy/transfers/%zu", i),
                            "fights rule %s: what %s moves from %s to %s can start %s, which "
                            "moves it back; want levels further apart, or a larger \"keep\"",
                            t[k].id, t[first ? k : i].id, t[first ? k : i].from,
                            t[first ? k : i].to, t[first ? i : k].id);
        }
}

struct walk {
    uint8_t path[RULES_MAX]; /* rules, each paying from where the one before pays to */
    size_t length;
};

static bool on_path(const struct transfer_settings *t, const struct walk *w, const char *account)
{
    for (size_t i = 0; i < w->length; i++)
        if (strcmp(t[w->path[i]].from, account) == 0)
            return true;
    return false;
}

/* A way by rules with a later number than the first back to where that one
 * pays from; so each cycle is found once. */
static bool comes_round(const struct transfer_settings *t, size_t count, struct walk *w,
                        uint64_t *seen)
{
    const struct transfer_settings *first = &t[w->path[0]];
    const struct transfer_settings *last = &t[w->path[w->length - 1]];
    if (w->length > 2 && strcmp(last->to, first->from) == 0)
        return true;
    for (size_t i = w->path[0] + 1u; i < count; i++) {
        bool back = strcmp(t[i].to, first->from) == 0;
        if (!by_level(&t[i]) || strcmp(t[i].from, last->to) != 0 || (*seen >> i & 1) ||
            (back ? w->length < 2 : on_path(t, w, t[i].to)))
            continue;
        if (!back)
            *seen |= UINT64_C(1) << i; /* a dead end once is one always */
        w->path[w->length++] = (uint8_t)i;
        if (comes_round(t, count, w, seen))
            return true;
        w->length--;
    }
    return false;
}

static void check_cycles(struct reading *r, const struct scenario *s)
{
    const struct transfer_settings *t = s->transfers.items;
    char p[POINTER_MAX];
    for (size_t i = 0; i < s->transfers.count; i++) {
        struct walk w = {.path = {(uint8_t)i}, .length = 1};
        uint64_t seen = 0;
        char names[400] = "";
        if (!by_level(&t[i]) || !comes_round(t, s->transfers.count, &w, &seen))
            continue;
        for (size_t k = 0; k < w.length; k++) {
            size_t used = strlen(names);
            snprintf(names + used, sizeof names - used, "%s%s (%s to %s)", k > 0 ? ", " : "",
                     t[w.path[k]].id, t[w.path[k]].from, t[w.path[k]].to);
        }
        reading_problem(r, pointer_to(p, "/policy/transfers/%zu", i),
                        "money can go round by rules that levels or demand start: %s; want one "
                        "of them on a schedule, or gone",
                        names);
    }
}

/* --- the rules ------------------------------------------------------------- */

static void check_rule(struct reading *r, const struct scenario *s, const struct roads *roads,
                       size_t i)
{
    const struct transfer_settings *t = (const struct transfer_settings *)s->transfers.items + i;
    const struct account_settings *a = s->accounts.items;
    char p[POINTER_MAX];
    int from = scenario_account(s, t->from);
    int to = scenario_account(s, t->to);
    check_own_name(r, &s->transfers, sizeof *t, i, "/policy/transfers");
    if (from < 0)
        reading_problem(r, pointer_to(p, "/policy/transfers/%zu/from", i),
                        "no account \"%s\"; want the id of one of /accounts", t->from);
    if (to < 0)
        reading_problem(r, pointer_to(p, "/policy/transfers/%zu/to", i),
                        "no account \"%s\"; want the id of one of /accounts", t->to);
    check_rrule(r, s, pointer_to(p, "/policy/transfers/%zu/when/rrule", i), t->rrule);
    if (from < 0 || to < 0)
        return;
    if (from == to) {
        reading_problem(r, pointer_to(p, "/policy/transfers/%zu/to", i),
                        "pays from %s to itself; want two accounts", t->from);
        return;
    }
    if (t->demand && a[to].kind != ACCOUNT_CENTRAL_BANK)
        reading_problem(r, pointer_to(p, "/policy/transfers/%zu/when/demand", i),
                        "payouts are paid from the custody account; want it as \"to\"");
    check_means(r, s, roads, t, i, (uint8_t)from, (uint8_t)to);
}

void check_transfers(struct reading *r, const struct scenario *s)
{
    struct roads roads;
    uint32_t before = r->problems->count;
    find_roads(s, &roads);
    check_tasks(r, s);
    for (size_t i = 0; i < s->transfers.count; i++)
        check_rule(r, s, &roads, i);
    if (r->problems->count != before)
        return;
    check_pairs(r, s);
    check_cycles(r, s);
}

/* --- banks and UnionPay's services ----------------------------------------- */

static void check_service_codes(struct reading *r, const struct service_settings *service,
                                enum channel channel, const char *pointer)
{
    const struct named_value *codes = service->codes.items;
    const char *whose = channel == CHANNEL_NONE ? "a bank" : channel_name(channel);
    char p[POINTER_MAX];
    int64_t sum_ppm = 0;
    for (size_t i = 0; i < service->codes.count; i++) {
        uint16_t code = code_find(channel, codes[i].name, strlen(codes[i].name));
        pointer_to(p, "%s/codes/%s", pointer, codes[i].name);
        if (code == CODE_UNLISTED)
            reading_problem(r, p, "%s has no such answer code; want one like %s", whose,
                            channel == CHANNEL_NONE ? "MOCKFAIL" : "05");
        else if (code_as_outcome(channel, code) == MEANING_PAID)
            reading_problem(r, p, "means success; want a code that fails or is unknown");
        sum_ppm += codes[i].value;
    }
    if (sum_ppm > PPM)
        reading_problem(r, pointer_to(p, "%s/codes", pointer),
                        "the shares add up to %g; want at most 1", (double)sum_ppm / 1e6);
}

void check_funds(struct reading *r, const struct scenario *s)
{
    static const struct {
        enum leg_service service;
        const char *name;
    } services[] = {{SERVICE_PREFUND, "prefund"},
                    {SERVICE_RETURN, "return"},
                    {SERVICE_ADJUST, "adjust"},
                    {SERVICE_SETTLEMENT, "settlement"}};
    const struct service_settings *b = s->banks.items;
    char p[POINTER_MAX];
    for (size_t i = 0; i < s->banks.count; i++)
        check_service_codes(r, &b[i], CHANNEL_NONE,
                            pointer_to(p, "/gateways/%s/transfer", b[i].name));
    for (size_t i = 0; i < sizeof services / sizeof services[0]; i++)
        check_service_codes(r, &s->gateways[CHANNEL_UNIONPAY].services[services[i].service],
                            CHANNEL_UNIONPAY,
                            pointer_to(p, "/gateways/unionpay/%s", services[i].name));
}

/* --- what the operator names ----------------------------------------------- */

static uint8_t named_account(struct reading *r, const struct scenario *s, size_t i, const char *key,
                             const char *id)
{
    char p[POINTER_MAX];
    int number = scenario_account(s, id);
    if (number < 0)
        reading_problem(r, pointer_to(p, "/operator/%zu/%s", i, key),
                        "no account \"%s\"; want the id of one of /accounts, or of one that the "
                        "operator registers",
                        id);
    return (uint8_t)number;
}

void check_operator_accounts(struct reading *r, struct scenario *s)
{
    struct operator_settings *o = s->operators.items;
    const struct account_settings *a = s->accounts.items;
    const struct interface_settings *x = s->interfaces.items;
    char p[POINTER_MAX];
    for (size_t i = 0; i < s->operators.count; i++) {
        o[i].interface_number = ACCOUNT_NONE;
        if (o[i].what == OPERATOR_TRANSFER) {
            o[i].from_number = named_account(r, s, i, "from", o[i].from);
            o[i].to_number = named_account(r, s, i, "to", o[i].to);
        }
        if (o[i].account != NULL)
            o[i].account_number = named_account(r, s, i, "account", o[i].account);
        if (o[i].interface == NULL)
            continue;
        int number = scenario_interface(s, o[i].interface);
        o[i].interface_number = (uint8_t)number;
        if (number < 0)
            reading_problem(r, pointer_to(p, "/operator/%zu/interface", i),
                            "no interface \"%s\"; want the id of one of /interfaces",
                            o[i].interface);
        else if (o[i].account_number < s->accounts.count &&
                 scenario_institution(s, x[number].institution) !=
                     a[o[i].account_number].institution_number)
            reading_problem(r, pointer_to(p, "/operator/%zu/interface", i),
                            "interface %s is %s's, and account %s is kept elsewhere; want one of "
                            "that institution",
                            o[i].interface, x[number].institution, o[i].account);
    }
}
