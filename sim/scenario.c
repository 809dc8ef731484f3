/* scenario.c — see scenario.h.  What takes more than one section to see. */

#include "sim/scenario.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/base/must.h"
#include "core/books/account.h"

/* A pointer like /load/3/via, made on the spot. */
__attribute__((format(printf, 2, 3))) static const char *at(char out[POINTER_MAX],
                                                            const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(out, POINTER_MAX, format, args);
    va_end(args);
    return out;
}

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

int scenario_business(const struct scenario *s, const char *id)
{
    const struct business_settings *b = s->businesses.items;
    for (size_t i = 0; i < s->businesses.count; i++)
        if (strcmp(b[i].id, id) == 0)
            return (int)i;
    return -1;
}

static int channel_of(const char *name)
{
    for (int c = 0; c < CHANNELS; c++)
        if (strcmp(name, channel_name((enum channel)c)) == 0)
            return c;
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

/* --- accounts -------------------------------------------------------------- */

static void check_account(struct reading *r, const struct account_settings *a, size_t i,
                          enum account_verdict verdict)
{
    char p[POINTER_MAX];
    switch (verdict) {
    case ACCOUNT_REGISTERED:
        return;
    case ACCOUNT_USE_WRONG:
        reading_problem(r, at(p, "/accounts/%zu/use", i),
                        a->kind == ACCOUNT_RESERVE
                            ? "a reserve account wants a use: prepaid_card, fund or cross_border"
                            : "only a reserve account has a use");
        return;
    case ACCOUNT_CENTRAL_BANK_ALREADY:
        reading_problem(r, at(p, "/accounts/%zu/kind", i),
                        "a second central_bank account; want exactly one");
        return;
    case ACCOUNT_USE_TAKEN:
        reading_problem(r, at(p, "/accounts/%zu/use", i),
                        "a second reserve account of this use; want one a use");
        return;
    case ACCOUNT_VIRTUAL_ALREADY:
        reading_problem(r, at(p, "/accounts/%zu", i), "a second %s account at %s; want one",
                        account_kind_names[a->kind], a->institution);
        return;
    case ACCOUNT_REGISTRY_FULL:
        break;
    }
    NEVER("the grammar limits the number of accounts");
}

static void check_accounts(struct reading *r, const struct scenario *s)
{
    const struct account_settings *a = s->accounts.items;
    struct accounts registry;
    struct account items[ACCOUNTS_MAX];
    struct ledger ledger;
    struct ledger_account books[ACCOUNTS_MAX];
    char p[POINTER_MAX];
    bool central_bank = false;
    uint32_t index;

    accounts_init(&registry, ACCOUNTS_MAX);
    ledger_init(&ledger, ACCOUNTS_MAX);
    for (size_t i = 0; i < s->accounts.count; i++) {
        for (size_t j = 0; j < i; j++)
            if (strcmp(a[i].id, a[j].id) == 0)
                reading_problem(r, at(p, "/accounts/%zu/id", i),
                                "\"%s\" is /accounts/%zu already; want a name of its own", a[i].id,
                                j);
        bool is_virtual = a[i].kind == ACCOUNT_VIRTUAL_RESERVE || a[i].kind == ACCOUNT_VIRTUAL_OWN;
        int house = a[i].institution == NULL ? -1 : channel_of(a[i].institution);
        if (is_virtual && house < 0) {
            reading_problem(r, at(p, "/accounts/%zu/institution", i),
                            "a virtual account wants unionpay or netsunion");
            continue;
        }
        central_bank |= a[i].kind == ACCOUNT_CENTRAL_BANK;
        check_account(
            r, &a[i], i,
            account_register(&registry, items, &ledger, books,
                             (struct account){.kind = (uint8_t)a[i].kind,
                                              .use = (uint8_t)a[i].use,
                                              .institution = is_virtual ? (uint8_t)house : 0},
                             &index));
    }
    if (!central_bank)
        reading_problem(r, "/accounts", "no central_bank account; want exactly one");
    for (int c = 0; c < CHANNELS; c++)
        if (s->gateways[c].settles_to == SETTLES_TO_VIRTUAL_ID &&
            account_find(&registry, items, ACCOUNT_VIRTUAL_RESERVE, (uint8_t)c) == NONE)
            reading_problem(r, at(p, "/gateways/%s/settles_to", channel_name((enum channel)c)),
                            "virtual_id wants an account of kind virtual_reserve with "
                            "institution %s",
                            channel_name((enum channel)c));
}

/* --- names ----------------------------------------------------------------- */

static void check_businesses(struct reading *r, const struct scenario *s)
{
    const struct business_settings *b = s->businesses.items;
    char p[POINTER_MAX];
    for (size_t i = 0; i < s->businesses.count; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(b[i].id, b[j].id) == 0)
                reading_problem(r, at(p, "/businesses/%zu/id", i),
                                "\"%s\" is /businesses/%zu already; want a name of its own",
                                b[i].id, j);
    const struct named_value *named = s->routing.businesses.items;
    for (size_t i = 0; i < s->routing.businesses.count; i++)
        if (scenario_business(s, named[i].name) < 0)
            reading_problem(r, at(p, "/policy/routing/businesses/%s", named[i].name),
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
        at(p, "/gateways/%s/payout/codes/%s", channel_name(c), codes[i].name);
        if (code == CODE_UNLISTED)
            reading_problem(r, p, "%s has no such answer code; want one like %s", channel_name(c),
                            c == CHANNEL_UNIONPAY ? "05" : "01");
        else if (code_as_outcome(c, code) == MEANING_PAID)
            reading_problem(r, p, "means success; want a code that fails or is unknown");
        sum_ppm += codes[i].value;
    }
    if (sum_ppm > PPM)
        reading_problem(r, at(p, "/gateways/%s/payout/codes", channel_name(c)),
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
            reading_problem(r, at(p, "/gateways/%s/sessions/%zu", channel_name(c), i),
                            "not after the closing before it; want clocks in order");
    if (closing[0] == 0)
        reading_problem(r, at(p, "/gateways/%s/sessions/0", channel_name(c)),
                        "00:00 closes no session of this day; want 24:00 as the last");
    if (after[0] < g->timeout_us)
        reading_problem(r, at(p, "/gateways/%s/query/after/0", channel_name(c)),
                        "the first query comes before the reply's time-out; want at least what "
                        "/gateways/%s/payout/timeout is",
                        channel_name(c));
    check_codes(r, g, c);
}

/* --- load ------------------------------------------------------------------ */

static void check_spread(struct reading *r, const struct load_settings *l, size_t i)
{
    const struct named_value *banks = l->banks.items;
    const struct named_value *via = l->via.items;
    char p[POINTER_MAX];
    int64_t sum_ppm = 0;
    for (size_t k = 0; k < l->banks.count; k++)
        sum_ppm += banks[k].value;
    if (sum_ppm > PPM)
        reading_problem(r, at(p, "/load/%zu/banks", i), "the shares add up to %g; want at most 1",
                        (double)sum_ppm / 1e6);
    sum_ppm = 0;
    for (size_t k = 0; k < l->via.count; k++) {
        if (channel_of(via[k].name) < 0)
            reading_problem(r, at(p, "/load/%zu/via/%s", i, via[k].name),
                            "no such channel; want unionpay or netsunion");
        sum_ppm += via[k].value;
    }
    if (sum_ppm != PPM)
        reading_problem(r, at(p, "/load/%zu/via", i), "the shares add up to %g; want 1",
                        (double)sum_ppm / 1e6);
}

static void check_loads(struct reading *r, const struct scenario *s)
{
    const struct load_settings *l = s->loads.items;
    char p[POINTER_MAX];
    for (size_t i = 0; i < s->loads.count; i++) {
        check_spread(r, &l[i], i);
        want_business(r, s, at(p, "/load/%zu/business", i), l[i].business);
    }
}

/* --- faults ---------------------------------------------------------------- */

bool fault_place(const struct fault_settings *f, enum channel *house,
                 enum fault_operation *operation)
{
    const char *dot = strchr(f->at, '.');
    if (dot == NULL)
        return false;
    for (int c = 0; c < CHANNELS; c++) {
        const char *name = channel_name((enum channel)c);
        if (strlen(name) != (size_t)(dot - f->at) || strncmp(f->at, name, strlen(name)) != 0)
            continue;
        for (int o = 0; o < OPERATIONS; o++)
            if (strcmp(dot + 1, fault_operation_name((enum fault_operation)o)) == 0) {
                *house = (enum channel)c;
                *operation = (enum fault_operation)o;
                return true;
            }
    }
    return false;
}

uint16_t fault_code(const struct fault_settings *f, enum channel house)
{
    if (f->code != NULL)
        return code_find(house, f->code, strlen(f->code));
    return house == CHANNEL_UNIONPAY ? UNIONPAY_30 : NETSUNION_01;
}

static void check_fault_code(struct reading *r, const struct fault_settings *f, size_t i,
                             enum channel house, enum fault_kind kind)
{
    char p[POINTER_MAX];
    at(p, "/faults/%zu/code", i);
    if (kind == FAULT_ERROR_CODE && f->code == NULL) {
        reading_problem(r, p, "missing; an error_code fault wants the code to answer");
        return;
    }
    if (f->code == NULL)
        return;
    uint16_t code = fault_code(f, house);
    if (kind != FAULT_ERROR_CODE && kind != FAULT_REJECTED_NO_REPLY)
        reading_problem(r, p, "goes with error_code and rejected_no_reply only; leave it out");
    else if (code == CODE_UNLISTED)
        reading_problem(r, p, "%s has no answer code \"%s\"; want one like %s", channel_name(house),
                        f->code, house == CHANNEL_UNIONPAY ? "05" : "01");
    else if (code_as_outcome(house, code) == MEANING_PAID)
        reading_problem(r, p, "means success; want a code that fails or is unknown");
    else if (kind == FAULT_REJECTED_NO_REPLY && code_as_outcome(house, code) != MEANING_FAILED)
        reading_problem(r, p,
                        "does not mean a definite failure; a refused order wants a code that does");
}

static void check_one_fault(struct reading *r, const struct scenario *s,
                            const struct fault_settings *f, size_t i)
{
    enum fault_kind kind = (enum fault_kind)(f->kind + 1);
    enum fault_operation operation;
    enum channel house;
    char p[POINTER_MAX];

    if (!fault_place(f, &house, &operation)) {
        reading_problem(r, at(p, "/faults/%zu/at", i),
                        "no such place \"%s\"; want unionpay or netsunion, then .payout, .query, "
                        ".quota or .notice",
                        f->at);
        return;
    }
    if (!fault_possible(operation, kind))
        reading_problem(r, at(p, "/faults/%zu/kind", i), "%s cannot happen at %s",
                        fault_kind_name(kind), f->at);
    if ((kind == FAULT_LATENCY) != (f->by_given != 0))
        reading_problem(r, at(p, "/faults/%zu/by", i),
                        kind == FAULT_LATENCY
                            ? "missing; latency wants a factor or a duration to add"
                            : "goes with latency only; leave it out");
    if (f->truth_after_us != 0 && kind != FAULT_APPLIED_NO_REPLY)
        reading_problem(r, at(p, "/faults/%zu/truth_after", i),
                        "goes with applied_no_reply only; leave it out");
    if ((f->business != NULL || f->merchant != NULL || f->bank != NULL || f->min_fen != 0 ||
         f->max_fen != 0) &&
        operation == OPERATION_QUOTA)
        reading_problem(r, at(p, "/faults/%zu/match", i),
                        "a quota move is about no payout; leave \"match\" out");
    if (f->max_fen != 0 && f->max_fen < f->min_fen)
        reading_problem(r, at(p, "/faults/%zu/match/amount", i), "want min <= max");
    want_business(r, s, at(p, "/faults/%zu/match/business", i), f->business);
    check_fault_code(r, f, i, house, kind);
}

static void check_faults(struct reading *r, const struct scenario *s)
{
    struct fault_settings *f = s->faults.items;
    char p[POINTER_MAX];
    for (size_t i = 0; i < s->faults.count; i++) {
        char by_default[24];
        if (f[i].id == NULL) {
            snprintf(by_default, sizeof by_default, "%zu", i);
            f[i].id = arena_text(r->arena, by_default, strlen(by_default));
        }
        for (size_t j = 0; j < i; j++)
            if (strcmp(f[i].id, f[j].id) == 0)
                reading_problem(r, at(p, "/faults/%zu/id", i),
                                "\"%s\" is /faults/%zu already; want a name of its own", f[i].id,
                                j);
        check_one_fault(r, s, &f[i], i);
    }
}

/* --- what the span must hold --------------------------------------------------------------- */

static void check_operators(struct reading *r, const struct scenario *s)
{
    const struct operator_settings *o = s->operators.items;
    char from[CIVIL_MOMENT_TEXT_MAX];
    char to[CIVIL_MOMENT_TEXT_MAX];
    char p[POINTER_MAX];
    civil_print_moment(from, s->clock.from_us);
    civil_print_moment(to, s->clock.to_us);
    for (size_t i = 0; i < s->operators.count; i++)
        if (o[i].at_us < s->clock.from_us || o[i].at_us >= s->clock.to_us)
            reading_problem(r, at(p, "/operator/%zu/at", i),
                            "outside the run; want a moment from %s on, before %s", from, to);
}

static void check_settle_at(struct reading *r, const struct scenario *s, enum channel c)
{
    char p[POINTER_MAX];
    if (!calendar_can_settle(civil_day(s->clock.from_us), s->gateways[c].settle_at_us))
        reading_problem(r, at(p, "/gateways/%s/settle_at", channel_name(c)),
                        "the large-value system takes no nets then; want 08:30 to 17:00 before "
                        "2018-01-22, up to 20:30 from then on");
}

/* Sections that were not sound in themselves are left alone. */
static void check_span(struct reading *r, const struct scenario *s)
{
    bool gateways = reading_clean(r, "gateways");
    bool operators = reading_clean(r, "operator");
    if (s->clock.to_us - s->clock.from_us > 3660 * US_PER_DAY)
        reading_problem(r, "/clock/to", "more than ten years after \"from\"; want a shorter span");
    for (int c = 0; c < CHANNELS && gateways; c++)
        check_settle_at(r, s, (enum channel)c);
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

/* Each check runs if the sections that it looks at are sound in themselves. */
static bool read_all(struct scenario *s, struct problems *list)
{
    struct reading reading = {.doc = &s->doc, .arena = s->arena, .problems = list};
    struct reading *r = &reading;
    uint32_t before = list->count;

    settings_read(r, "", s->doc.root, scenario_grammar(), s);
    bool accounts = reading_clean(r, "accounts");
    bool businesses = reading_clean(r, "businesses");
    bool clock = reading_clean(r, "clock");
    bool gateways = reading_clean(r, "gateways");
    bool load = reading_clean(r, "load");
    bool policy = reading_clean(r, "policy");
    bool faults = reading_clean(r, "faults");
    if (clock && load)
        check_clock(r, s);
    if (accounts && gateways)
        check_accounts(r, s);
    if (businesses && policy)
        check_businesses(r, s);
    for (int c = 0; c < CHANNELS && gateways; c++)
        check_gateway(r, s, (enum channel)c);
    if (load && businesses)
        check_loads(r, s);
    if (faults && businesses)
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
