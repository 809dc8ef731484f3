/* scenario.c — see scenario.h.  What takes more than one section to see. */

#include "sim/scenario.h"

#include <stdio.h>
#include <string.h>

#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/base/must.h"
#include "sim/checks.h"

bool pattern_matches(const char *pattern, const char *name)
{
    const char *star = NULL;
    const char *resume = NULL;
    while (*name != '\0') {
        if (*pattern == '*') {
            star = pattern++;
            resume = name;
        } else if (*pattern == '?' || *pattern == *name) {
            pattern++;
            name++;
        } else if (star != NULL) {
            pattern = star + 1;
            name = ++resume;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

uint32_t scenario_groups(const struct scenario *s, const char *names[GROUPS_MAX])
{
    const struct merchant_settings *m = s->merchants.items;
    uint32_t count = 0;
    for (size_t i = 0; i < s->merchants.count && count < GROUPS_MAX; i++) {
        uint32_t k = 0;
        while (k < count && m[i].group != NULL && strcmp(names[k], m[i].group) != 0)
            k++;
        if (k == count && m[i].group != NULL)
            names[count++] = m[i].group;
    }
    return count;
}

uint8_t scenario_group(const struct scenario *s, const char *name)
{
    const char *names[GROUPS_MAX];
    uint32_t count = scenario_groups(s, names);
    for (uint32_t k = 0; k < count && name != NULL; k++)
        if (strcmp(names[k], name) == 0)
            return (uint8_t)k;
    return GROUP_NONE;
}

int scenario_business(const struct scenario *s, const char *id)
{
    const struct business_settings *b = s->businesses.items;
    for (size_t i = 0; i < s->businesses.count; i++)
        if (strcmp(b[i].id, id) == 0)
            return (int)i;
    return -1;
}

/* --- clock ----------------------------------------------------------------- */

static bool has_trace(const struct scenario *s)
{
    const struct load_settings *l = s->loads.items;
    for (size_t i = 0; i < s->loads.count; i++)
        if (l[i].kind == LOAD_TRACE)
            return true;
    return false;
}

static void check_clock(struct reading *r, const struct scenario *s)
{
    const struct clock_settings *c = &s->clock;
    if (c->from_us == 0 && c->to_us == 0 && has_trace(s))
        return; /* the trace says; checked when it was scanned */
    if (c->from_us == 0 || c->to_us == 0) {
        reading_problem(r, "/clock",
                        has_trace(s) ? "want \"from\" and \"to\", or neither to take the "
                                       "trace's whole days"
                                     : "want \"from\" and \"to\"");
        return;
    }
    if (c->from_us >= c->to_us)
        reading_problem(r, "/clock/to", "not after \"from\"; want from < to");
}

/* --- names ----------------------------------------------------------------- */

static void check_shares(struct reading *r, const struct scenario *s)
{
    const struct business_settings *b = s->businesses.items;
    char p[POINTER_MAX];
    int64_t total_ppm = 0;
    for (size_t i = 0; i < s->businesses.count; i++) {
        total_ppm += b[i].share_ppm;
        if (!b[i].borrow && b[i].share_ppm == 0)
            reading_problem(r, pointer_to(p, "/businesses/%zu/borrow", i),
                            "it could never pay; want a \"share\" of its own, or true");
    }
    if (total_ppm > PPM)
        reading_problem(r, "/businesses", "the shares add up to %d.%06d; want at most 1",
                        (int)(total_ppm / PPM), (int)(total_ppm % PPM));
}

static void check_groups(struct reading *r, const struct scenario *s)
{
    const struct merchant_settings *m = s->merchants.items;
    char p[POINTER_MAX];
    const char *names[GROUPS_MAX];
    if (scenario_groups(s, names) < GROUPS_MAX)
        return;
    for (size_t i = 0; i < s->merchants.count; i++)
        if (m[i].group != NULL && scenario_group(s, m[i].group) == GROUP_NONE)
            reading_problem(r, pointer_to(p, "/merchants/%zu/group", i),
                            "one group too many; want at most %d", GROUPS_MAX);
}

static void check_businesses(struct reading *r, const struct scenario *s)
{
    char p[POINTER_MAX];
    for (size_t i = 0; i < s->businesses.count; i++)
        check_own_name(r, &s->businesses, sizeof(struct business_settings), i, "/businesses");
    check_shares(r, s);
    check_groups(r, s);
    const struct named_value *named = s->routing.businesses.items;
    for (size_t i = 0; i < s->routing.businesses.count; i++)
        if (scenario_business(s, named[i].name) < 0)
            reading_problem(r, pointer_to(p, "/policy/routing/businesses/%s", named[i].name),
                            "no such business; want the id of one of /businesses");
}

static void want_business(struct reading *r, const struct scenario *s, const char *pointer,
                          const char *id)
{
    if (id != NULL && scenario_business(s, id) < 0)
        reading_problem(r, pointer, "no business \"%s\"; want the id of one of /businesses", id);
}

/* --- gateways -------------------------------------------------------------- */

static void check_codes(struct reading *r, const struct gateway_settings *g, enum channel c)
{
    const struct named_value *codes = g->codes.items;
    char p[POINTER_MAX];
    int64_t sum_ppm = 0;
    for (size_t i = 0; i < g->codes.count; i++) {
        uint16_t code = code_find(c, codes[i].name, strlen(codes[i].name));
        pointer_to(p, "/gateways/%s/payout/codes/%s", channel_name(c), codes[i].name);
        if (code == CODE_UNLISTED)
            reading_problem(r, p, "%s has no such answer code; want one like %s", channel_name(c),
                            c == CHANNEL_UNIONPAY ? "05" : "01");
        else if (code_as_outcome(c, code) == MEANING_PAID)
            reading_problem(r, p, "means success; want a code that fails or is unknown");
        sum_ppm += codes[i].value;
    }
    if (sum_ppm > PPM)
        reading_problem(r, pointer_to(p, "/gateways/%s/payout/codes", channel_name(c)),
                        "the shares add up to %g; want at most 1", (double)sum_ppm / 1e6);
}

static void check_gateway(struct reading *r, const struct scenario *s, enum channel c)
{
    const struct gateway_settings *g = &s->gateways[c];
    const int64_t *closing = g->sessions.items;
    const int64_t *after = g->query_after.items;
    char p[POINTER_MAX];

    for (size_t i = 1; i < g->sessions.count; i++)
        if (closing[i] <= closing[i - 1])
            reading_problem(r, pointer_to(p, "/gateways/%s/sessions/%zu", channel_name(c), i),
                            "not after the closing before it; want clocks in order");
    if (closing[0] == 0)
        reading_problem(r, pointer_to(p, "/gateways/%s/sessions/0", channel_name(c)),
                        "00:00 closes no session of this day; want 24:00 as the last");
    if (after[0] < g->timeout_us)
        reading_problem(r, pointer_to(p, "/gateways/%s/query/after/0", channel_name(c)),
                        "the first query comes before the reply's time-out; want at least what "
                        "/gateways/%s/payout/timeout is",
                        channel_name(c));
    check_codes(r, g, c);
}

/* --- load ------------------------------------------------------------------ */

/* A channel, or a bank account whose collections can be found out. */
static void check_via(struct reading *r, const struct scenario *s, const char *pointer,
                      const char *name)
{
    const struct account_settings *a = s->accounts.items;
    int account = scenario_account(s, name);
    int institution = scenario_institution(s, name);
    if (institution >= 0 && institution < CHANNELS)
        return;
    if (account < 0 || (a[account].kind != ACCOUNT_RESERVE && a[account].kind != ACCOUNT_OWN))
        reading_problem(r, pointer,
                        "no such channel; want unionpay, netsunion, or the id of a reserve or own "
                        "account");
    else if (!(account_operations(s, &a[account]) & (1 << OPERATE_BALANCE | 1 << OPERATE_DETAILS)))
        reading_problem(r, pointer,
                        "interface %s of this account has neither \"details\" nor \"balance\", so "
                        "nobody would ever know; want one of them",
                        scenario_interface_name(s, a[account].interface_number));
}

static void check_vias(struct reading *r, const struct scenario *s)
{
    const struct load_settings *l = s->loads.items;
    char p[POINTER_MAX];
    for (size_t i = 0; i < s->loads.count; i++) {
        const struct named_value *via = l[i].via.items;
        for (size_t k = 0; k < l[i].via.count; k++)
            check_via(r, s, pointer_to(p, "/load/%zu/via/%s", i, via[k].name), via[k].name);
    }
}

static void check_spread(struct reading *r, const struct load_settings *l, size_t i)
{
    const struct named_value *banks = l->banks.items;
    const struct named_value *via = l->via.items;
    char p[POINTER_MAX];
    int64_t sum_ppm = 0;
    for (size_t k = 0; k < l->banks.count; k++)
        sum_ppm += banks[k].value;
    if (sum_ppm > PPM)
        reading_problem(r, pointer_to(p, "/load/%zu/banks", i),
                        "the shares add up to %g; want at most 1", (double)sum_ppm / 1e6);
    sum_ppm = 0;
    for (size_t k = 0; k < l->via.count; k++) {
        sum_ppm += via[k].value;
    }
    if (sum_ppm != PPM)
        reading_problem(r, pointer_to(p, "/load/%zu/via", i), "the shares add up to %g; want 1",
                        (double)sum_ppm / 1e6);
}

static void check_loads(struct reading *r, const struct scenario *s)
{
    const struct load_settings *l = s->loads.items;
    char p[POINTER_MAX];
    for (size_t i = 0; i < s->loads.count; i++) {
        check_spread(r, &l[i], i);
        want_business(r, s, pointer_to(p, "/load/%zu/business", i), l[i].business);
    }
}

/* --- faults ---------------------------------------------------------------- */

/* What can go wrong at an institution: bits, enum fault_operation. */
static uint32_t operations_at(uint32_t institution)
{
#define AT(operation) (UINT32_C(1) << OPERATION_##operation)
    uint32_t house =
        AT(PAYOUT) | AT(QUERY) | AT(QUOTA) | AT(NOTICE) | AT(BALANCE) | AT(DETAILS) | AT(FILE);
    if (institution == CHANNEL_UNIONPAY)
        return house | AT(PREFUND) | AT(RETURN) | AT(ADJUST) | AT(SETTLEMENT);
    if (institution < CHANNELS)
        return house;
    if (institution == INSTITUTION_CENTRAL_BANK)
        return AT(BALANCE) | AT(DETAILS);
    return AT(TRANSFER) | AT(QUERY) | AT(BALANCE) | AT(DETAILS);
#undef AT
}

bool fault_place(const struct scenario *s, const struct fault_settings *f, uint32_t *institution,
                 enum fault_operation *operation)
{
    char name[64];
    const char *dot = strchr(f->at, '.');
    if (dot == NULL)
        return false;
    snprintf(name, sizeof name, "%.*s", (int)(dot - f->at), f->at);
    int number = scenario_institution(s, name);
    for (int o = 0; o < OPERATIONS && number >= 0; o++)
        if (strcmp(dot + 1, fault_operation_name((enum fault_operation)o)) == 0 &&
            (operations_at((uint32_t)number) >> o & 1)) {
            *institution = (uint32_t)number;
            *operation = (enum fault_operation)o;
            return true;
        }
    return false;
}

/* Whose table of codes it speaks. */
static enum channel codes_of(uint32_t institution)
{
    return institution < CHANNELS ? (enum channel)institution : CHANNEL_NONE;
}

uint16_t fault_code(const struct fault_settings *f, uint32_t institution)
{
    if (f->code != NULL)
        return code_find(codes_of(institution), f->code, strlen(f->code));
    return institution == CHANNEL_UNIONPAY    ? UNIONPAY_30
           : institution == CHANNEL_NETSUNION ? NETSUNION_01
                                              : BANK_MOCKFAIL;
}

static void check_fault_code(struct reading *r, const struct fault_settings *f, size_t i,
                             uint32_t institution, enum fault_kind kind)
{
    enum channel house = codes_of(institution);
    const char *whose = house == CHANNEL_NONE ? "a bank" : channel_name(house);
    char p[POINTER_MAX];
    pointer_to(p, "/faults/%zu/code", i);
    if (kind == FAULT_ERROR_CODE && f->code == NULL) {
        reading_problem(r, p, "missing; an error_code fault wants the code to answer");
        return;
    }
    if (f->code == NULL)
        return;
    uint16_t code = fault_code(f, institution);
    if (kind != FAULT_ERROR_CODE && kind != FAULT_REJECTED_NO_REPLY && kind != FAULT_WRONG_STATUS)
        reading_problem(
            r, p, "goes with error_code, rejected_no_reply and wrong_status only; leave it out");
    else if (code == CODE_UNLISTED)
        reading_problem(r, p, "%s has no answer code \"%s\"; want one like %s", whose, f->code,
                        house == CHANNEL_UNIONPAY    ? "05"
                        : house == CHANNEL_NETSUNION ? "01"
                                                     : "MOCKFAIL");
    else if (code_as_outcome(house, code) == MEANING_PAID)
        reading_problem(r, p, "means success; want a code that fails or is unknown");
    else if (kind != FAULT_ERROR_CODE && code_as_outcome(house, code) != MEANING_FAILED)
        reading_problem(r, p, "does not mean a definite failure; %s wants a code that does",
                        kind == FAULT_WRONG_STATUS ? "the lie that an order failed"
                                                   : "a refused order");
}

static bool about_payouts(uint32_t institution, enum fault_operation operation,
                          enum fault_kind kind)
{
    return institution < CHANNELS &&
           (operation == OPERATION_PAYOUT || operation == OPERATION_QUERY ||
            operation == OPERATION_NOTICE || (operation == OPERATION_FILE && fault_of_line(kind)));
}

static void check_fault_by(struct reading *r, const struct fault_settings *f, size_t i,
                           enum fault_kind kind)
{
    char p[POINTER_MAX];
    pointer_to(p, "/faults/%zu/by", i);
    if (kind == FAULT_LATENCY && !f->by_given)
        reading_problem(r, p, "missing; latency wants a factor or a duration to add");
    if (kind == FAULT_LATENCY || !f->by_given)
        return;
    if (kind != FAULT_FILE_LATE && kind != FAULT_FILE_TRUNCATED)
        reading_problem(r, p, "goes with latency, file_late and file_truncated only; leave it out");
    else if (f->by_us <= FILE_LATE_AFTER_US)
        reading_problem(r, p, "want a duration above 1h; a file is not called late before that");
}

static void check_one_fault(struct reading *r, const struct scenario *s,
                            const struct fault_settings *f, size_t i)
{
    enum fault_kind kind = (enum fault_kind)(f->kind + 1);
    enum fault_operation operation;
    uint32_t house;
    char p[POINTER_MAX];

    if (!fault_place(s, f, &house, &operation)) {
        reading_problem(
            r, pointer_to(p, "/faults/%zu/at", i),
            "no such place \"%s\"; want unionpay or netsunion, then .payout, .query, "
            ".quota, .notice, .balance, .details or .file; unionpay.prefund, "
            ".return, .adjust or .settlement; central_bank.balance or .details; or a bank of "
            "/accounts, then .transfer, .query, .balance or .details",
            f->at);
        return;
    }
    if (!fault_possible(fault_asked_at(operation, kind), kind))
        reading_problem(r, pointer_to(p, "/faults/%zu/kind", i), "%s cannot happen at %s",
                        fault_kind_name(kind), f->at);
    check_fault_by(r, f, i, kind);
    if (f->truth_after_us != 0 && kind != FAULT_APPLIED_NO_REPLY)
        reading_problem(r, pointer_to(p, "/faults/%zu/truth_after", i),
                        "goes with applied_no_reply only; leave it out");
    if (f->after_us != 0 && kind != FAULT_ACCEPT_THEN_RETURN)
        reading_problem(r, pointer_to(p, "/faults/%zu/after", i),
                        "goes with accept_then_return only; leave it out");
    if ((f->business != NULL || f->merchant != NULL || f->bank != NULL || f->min_fen != 0 ||
         f->max_fen != 0) &&
        !about_payouts(house, operation, kind))
        reading_problem(r, pointer_to(p, "/faults/%zu/match", i),
                        operation == OPERATION_QUOTA
                            ? "a quota move is about no payout; leave \"match\" out"
                        : operation == OPERATION_FILE
                            ? "a whole file is about no one payout; leave \"match\" out"
                            : "what happens there is about no payout; leave \"match\" out");
    if (f->max_fen != 0 && f->max_fen < f->min_fen)
        reading_problem(r, pointer_to(p, "/faults/%zu/match/amount", i), "want min <= max");
    want_business(r, s, pointer_to(p, "/faults/%zu/match/business", i), f->business);
    check_fault_code(r, f, i, house, kind);
}

static void check_faults(struct reading *r, const struct scenario *s)
{
    struct fault_settings *f = s->faults.items;
    for (size_t i = 0; i < s->faults.count; i++) {
        char by_default[24];
        if (f[i].id == NULL) {
            snprintf(by_default, sizeof by_default, "%zu", i);
            f[i].id = arena_text(r->arena, by_default, strlen(by_default));
        }
        check_own_name(r, &s->faults, sizeof *f, i, "/faults");
        check_one_fault(r, s, &f[i], i);
    }
}

/* --- what the span must hold --------------------------------------------------------------- */

/* Breaks are resolved for as long as there is work left. */
static int64_t acts_until_us(const struct scenario *s, const struct operator_settings *o)
{
    bool of_break =
        o->what == OPERATOR_ADJUST || o->what == OPERATOR_WRITE_OFF || o->what == OPERATOR_APPROVE;
    return s->clock.to_us + (of_break ? s->clock.drain_max_us : 0);
}

static void check_operators(struct reading *r, const struct scenario *s)
{
    const struct operator_settings *o = s->operators.items;
    char from[CIVIL_MOMENT_TEXT_MAX];
    char to[CIVIL_MOMENT_TEXT_MAX];
    char p[POINTER_MAX];
    civil_print_moment(from, s->clock.from_us);
    for (size_t i = 0; i < s->operators.count; i++) {
        civil_print_moment(to, acts_until_us(s, &o[i]));
        if (o[i].at_us < s->clock.from_us || o[i].at_us >= acts_until_us(s, &o[i]))
            reading_problem(r, pointer_to(p, "/operator/%zu/at", i),
                            "outside the run; want a moment from %s on, before %s", from, to);
    }
}

static void check_settle_at(struct reading *r, const struct scenario *s, enum channel c)
{
    const struct large_value_settings *l = &s->central_bank.large_value;
    char p[POINTER_MAX];
    if (l->hours.from_us != l->hours.to_us) {
        struct hours nets = l->hours;
        if (l->nets_until_us != 0)
            nets.to_us = l->nets_until_us;
        /* Every day works here, so only the clock is judged. */
        if (nets.from_us != nets.to_us &&
            !hours_open(&nets, CALENDAR_EVERY_DAY,
                        civil_moment_us(civil_day(s->clock.from_us), s->gateways[c].settle_at_us)))
            reading_problem(r, pointer_to(p, "/gateways/%s/settle_at", channel_name(c)),
                            "the large-value system takes no nets then; want a clock within "
                            "/gateways/central_bank/hours");
    } else if (!calendar_can_settle(civil_day(s->clock.from_us), s->gateways[c].settle_at_us))
        reading_problem(r, pointer_to(p, "/gateways/%s/settle_at", channel_name(c)),
                        "the large-value system takes no nets then; want 08:30 to 17:00 before "
                        "2018-01-22, up to 20:30 from then on");
}

/* A house must know an order for as long as it would take it again. */
static void check_file_at(struct reading *r, const struct scenario *s, enum channel c)
{
    const struct list *sessions = &s->gateways[c].sessions;
    int64_t cut_off_us = ((const int64_t *)sessions->items)[sessions->count - 1];
    char p[POINTER_MAX];
    char clock[CIVIL_CLOCK_TEXT_MAX];
    if (US_PER_DAY + s->gateways[c].file_at_us - cut_off_us > ORDER_AGE_MAX_US)
        return;
    civil_print_clock(clock, cut_off_us);
    reading_problem(r, pointer_to(p, "/gateways/%s/file_at", channel_name(c)),
                    "comes too soon after the last session, which closes at %s of the day before; "
                    "want more than 10m, for orders are taken until they are so old",
                    clock);
}

/* A tail may reach beyond what the house promised and ends there; what is named may not. */
static void check_promise(struct reading *r, const struct latency *final, int64_t within_us,
                          const char *pointer)
{
    int64_t longest_us = final->point_us[0];
    for (int i = 1; i < LATENCY_POINTS; i++)
        if (final->point_us[i] > longest_us)
            longest_us = final->point_us[i];
    if (longest_us > within_us)
        reading_problem(r, pointer,
                        "takes longer than the house promises; want at most "
                        "\"outcome_within\" of its payouts, or that longer");
}

static void check_outcome_within(struct reading *r, const struct scenario *s, enum channel c)
{
    const struct gateway_settings *g = &s->gateways[c];
    char p[POINTER_MAX];
    check_promise(r, &g->final, g->outcome_within_us,
                  pointer_to(p, "/gateways/%s/payout/final", channel_name(c)));
    if (c == CHANNEL_UNIONPAY)
        check_promise(r, &g->services[SERVICE_SETTLEMENT].final, g->outcome_within_us,
                      "/gateways/unionpay/settlement/final");
}

/* Sections that were not sound in themselves are left alone. */
static void check_span(struct reading *r, const struct scenario *s)
{
    bool gateways = reading_clean(r, "gateways");
    bool operators = reading_clean(r, "operator");
    if (s->clock.to_us - s->clock.from_us > 3660 * US_PER_DAY)
        reading_problem(r, "/clock/to", "more than ten years after \"from\"; want a shorter span");
    for (int c = 0; c < CHANNELS && gateways; c++) {
        check_settle_at(r, s, (enum channel)c);
        check_file_at(r, s, (enum channel)c);
        check_outcome_within(r, s, (enum channel)c);
    }
    if (gateways)
        check_line_times(r, s);
    if (operators)
        check_operators(r, s);
}

bool scenario_check_span(const struct scenario *s, struct problems *list)
{
    struct reading reading = {.doc = &s->doc, .arena = s->arena, .problems = list};
    uint32_t before = list->count;
    check_span(&reading, s);
    return list->count == before;
}

/* --- the whole ------------------------------------------------------------- */

/* Accounts, and what names them. */
static void check_treasury(struct reading *r, struct scenario *s, bool policy, bool load)
{
    uint32_t before = r->problems->count;
    check_accounts(r, s);
    check_funds(r, s);
    if (r->problems->count != before)
        return;
    if (policy) {
        check_transfers(r, s);
        check_tagging(r, s);
    }
    check_lines(r, s);
    if (policy && reading_clean(r, "businesses"))
        check_alerts(r, s);
    check_operator_accounts(r, s);
    if (load) {
        check_vias(r, s);
        check_load_texts(r, s);
    }
}

/* Each check runs if the sections that it looks at are sound in themselves. */
static bool read_all(struct scenario *s, struct problems *list)
{
    struct reading reading = {.doc = &s->doc, .arena = s->arena, .problems = list};
    struct reading *r = &reading;
    uint32_t before = list->count;

    check_add_banks(s->doc.root);
    settings_read(r, "", s->doc.root, scenario_grammar(), s);
    bool accounts = reading_clean(r, "accounts");
    bool businesses = reading_clean(r, "businesses");
    bool clock = reading_clean(r, "clock");
    bool gateways = reading_clean(r, "gateways");
    bool load = reading_clean(r, "load");
    bool policy = reading_clean(r, "policy");
    bool interfaces = reading_clean(r, "interfaces");
    bool faults = reading_clean(r, "faults");
    if (clock && load)
        check_clock(r, s);
    if (accounts && gateways && reading_clean(r, "operator") && interfaces)
        check_treasury(r, s, policy, load);
    if (businesses && policy) {
        check_businesses(r, s);
        check_breakers(r, s);
    }
    for (int c = 0; c < CHANNELS && gateways; c++)
        check_gateway(r, s, (enum channel)c);
    if (load && businesses)
        check_loads(r, s);
    if (faults && businesses && accounts && gateways)
        check_faults(r, s);
    if (clock && reading_clean(r, "clock") && s->clock.from_us != 0)
        check_span(r, s);
    return list->count == before;
}

static bool finish(struct scenario *s, struct problems *list, bool loaded)
{
    if (loaded) {
        s->arena = arena_create();
        if (read_all(s, list))
            return true;
    }
    scenario_free(s);
    return false;
}

bool scenario_load(const char *path, const char *const *sets, size_t set_count, struct scenario *s,
                   struct problems *list)
{
    *s = (struct scenario){0};
    return finish(s, list, document_load(path, scenario_grammar(), sets, set_count, &s->doc, list));
}

bool scenario_parse(const char *text, const char *name, struct scenario *s, struct problems *list)
{
    *s = (struct scenario){0};
    return finish(s, list, document_parse(text, name, scenario_grammar(), &s->doc, list));
}

void scenario_free(struct scenario *s)
{
    arena_free(s->arena);
    document_free(&s->doc);
    *s = (struct scenario){0};
}
