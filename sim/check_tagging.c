/* check_tagging.c — tagging rules, and lines that institutions book by themselves; see checks.h. */

#include <string.h>

#include "core/base/civil.h"
#include "core/base/money.h"
#include "sim/checks.h"

/* --- rules ----------------------------------------------------------------- */

static uint64_t accounts_matching(const struct scenario *s, const char *pattern)
{
    const struct account_settings *a = s->accounts.items;
    uint64_t bits = 0;
    if (pattern == NULL)
        return UINT64_MAX;
    for (size_t i = 0; i < s->accounts.count; i++)
        if (pattern_matches(pattern, a[i].id))
            bits |= UINT64_C(1) << i;
    return bits;
}

void check_tagging(struct reading *r, struct scenario *s)
{
    struct tagging_settings *t = s->tagging.items;
    char p[POINTER_MAX];
    for (size_t i = 0; i < s->tagging.count; i++) {
        t[i].accounts = accounts_matching(s, t[i].account);
        if (t[i].accounts == 0)
            reading_problem(r, pointer_to(p, "/policy/tagging/%zu/account", i),
                            "no account matches \"%s\"; want the id of one of /accounts, or a "
                            "pattern that some match",
                            t[i].account);
    }
}

/* --- lines ----------------------------------------------------------------- */

static void check_line(struct reading *r, const struct scenario *s, const char *institution,
                       const struct own_line_settings *l, size_t i)
{
    const struct account_settings *a = s->accounts.items;
    char p[POINTER_MAX];
    int account = scenario_account(s, l->account);
    int number = scenario_institution(s, institution);
    pointer_to(p, "/gateways/%s/lines/%zu/account", institution, i);
    if (account < 0)
        reading_problem(r, p, "no account \"%s\"; want the id of one of /accounts", l->account);
    else if (a[account].institution_number != number)
        reading_problem(r, p, "%s does not keep %s; want an account that it keeps", institution,
                        l->account);
    else if (number == INSTITUTION_CENTRAL_BANK && l->direction != 0)
        reading_problem(r, pointer_to(p, "/gateways/%s/lines/%zu/direction", institution, i),
                        "nothing leaves custody but through a clearing house; want \"in\"");
}

static void check_lines_of(struct reading *r, const struct scenario *s, const char *institution,
                           const struct list *lines)
{
    const struct own_line_settings *l = lines->items;
    for (size_t i = 0; i < lines->count; i++)
        check_line(r, s, institution, &l[i], i);
}

void check_lines(struct reading *r, const struct scenario *s)
{
    const struct service_settings *b = s->banks.items;
    check_lines_of(r, s, "central_bank", &s->central_bank.lines);
    for (size_t i = 0; i < s->banks.count; i++)
        check_lines_of(r, s, b[i].name, &b[i].lines);
}

static void check_times_of(struct reading *r, const struct scenario *s, const char *institution,
                           const struct list *lines)
{
    const struct own_line_settings *l = lines->items;
    char from[CIVIL_MOMENT_TEXT_MAX];
    char to[CIVIL_MOMENT_TEXT_MAX];
    char p[POINTER_MAX];
    civil_print_moment(from, s->clock.from_us);
    civil_print_moment(to, s->clock.to_us);
    for (size_t i = 0; i < lines->count; i++)
        if (l[i].at_given == 2 && (l[i].at_us < s->clock.from_us || l[i].at_us >= s->clock.to_us))
            reading_problem(r, pointer_to(p, "/gateways/%s/lines/%zu/at", institution, i),
                            "outside the run; want a moment from %s on, before %s", from, to);
}

void check_line_times(struct reading *r, const struct scenario *s)
{
    const struct service_settings *b = s->banks.items;
    check_times_of(r, s, "central_bank", &s->central_bank.lines);
    for (size_t i = 0; i < s->banks.count; i++)
        check_times_of(r, s, b[i].name, &b[i].lines);
}

/* A load's texts are those of one account's lines. */
void check_load_texts(struct reading *r, const struct scenario *s)
{
    const struct load_settings *l = s->loads.items;
    char p[POINTER_MAX];
    for (size_t i = 0; i < s->loads.count; i++) {
        const struct named_value *via = l[i].via.items;
        const char *key = l[i].counterparty != NULL ? "counterparty"
                          : l[i].remark != NULL     ? "remark"
                          : l[i].code != 0          ? "code"
                                                    : NULL;
        if (key == NULL)
            continue;
        pointer_to(p, "/load/%zu/%s", i, key);
        if (l[i].kind == LOAD_POISSON && l[i].flow == FLOW_PAYOUT)
            reading_problem(r, p, "goes with collections straight into an account; leave it out");
        else if (l[i].via.count != 1 || scenario_account(s, via[0].name) < 0)
            reading_problem(r, p,
                            "goes with collections straight into one account; want that account "
                            "alone in \"via\", or leave it out");
    }
}
