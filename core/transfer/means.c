/* means.c — see means.h. */

#include "core/transfer/means.h"

#include "core/base/must.h"
#include "core/gateway/interface.h"

static bool at_bank(const struct account *a)
{
    return a->kind == ACCOUNT_RESERVE || a->kind == ACCOUNT_OWN;
}

static bool is_virtual(const struct account *a)
{
    return a->kind == ACCOUNT_VIRTUAL_RESERVE || a->kind == ACCOUNT_VIRTUAL_OWN;
}

static bool own_money(const struct account *a)
{
    return a->kind == ACCOUNT_OWN || a->kind == ACCOUNT_VIRTUAL_OWN;
}

static bool leads(enum means means, const struct account *from, const struct account *to)
{
    bool to_acs = to->kind == ACCOUNT_CENTRAL_BANK;
    switch (means) {
    case MEANS_BANK_TRANSFER:
    case MEANS_PREFUND:
        return at_bank(from) && (to_acs || at_bank(to));
    case MEANS_RETURN: /* own money comes back to own accounts, customers' to theirs */
        return is_virtual(from) && (to_acs || at_bank(to)) && own_money(from) == own_money(to);
    case MEANS_ADJUST:
        return is_virtual(from) && is_virtual(to);
    case MEANS_NETSUNION_PAYOUT:
    case MEANS_UNIONPAY_SETTLEMENT:
        return from->kind == ACCOUNT_CENTRAL_BANK && at_bank(to);
    case MEANS_COUNT:
        break;
    }
    NEVER("unlisted means");
}

static bool lacks(const struct account *a, enum operation operation)
{
    return !(a->operations >> operation & 1);
}

/* Prefund is the virtual ID's business: the bank account need not offer anything. */
static bool lacks_operation(enum means means, const struct account *accounts, uint8_t from,
                            struct virtual_ids ids)
{
    uint8_t id = own_money(&accounts[from]) ? ids.own : ids.reserve;
    if (means == MEANS_NETSUNION_PAYOUT || means == MEANS_UNIONPAY_SETTLEMENT)
        return lacks(&accounts[from], OPERATE_PAYOUT);
    if (means == MEANS_PREFUND)
        return id != ACCOUNT_NONE && lacks(&accounts[id], OPERATE_TRANSFER);
    return lacks(&accounts[from], OPERATE_TRANSFER);
}

static bool lacks_number(const struct account *a)
{
    return at_bank(a) && !(a->flags & ACCOUNT_POSITION_NUMBER);
}

static struct leg leg_of(enum leg_service service, uint8_t from, uint8_t to)
{
    return (struct leg){.service = (uint8_t)service, .from = from, .to = to};
}

/* Prefund to the virtual ID of the payer's kind of money, adjust to that of
 * the payee's, return from there. */
static bool through_virtual_ids(const struct account *accounts, uint8_t from, uint8_t to,
                                struct virtual_ids ids, struct leg legs[LEGS_MAX], uint32_t *count)
{
    uint8_t in = own_money(&accounts[from]) ? ids.own : ids.reserve;
    uint8_t out = own_money(&accounts[to]) ? ids.own : ids.reserve;
    if (in == ACCOUNT_NONE || out == ACCOUNT_NONE)
        return false;
    *count = 0;
    legs[(*count)++] = leg_of(SERVICE_PREFUND, from, in);
    if (in != out)
        legs[(*count)++] = leg_of(SERVICE_ADJUST, in, out);
    legs[(*count)++] = leg_of(SERVICE_RETURN, out, to);
    return true;
}

enum means_verdict means_legs(enum means means, const struct account *accounts, uint8_t from,
                              uint8_t to, struct virtual_ids ids, struct leg legs[LEGS_MAX],
                              uint32_t *leg_count)
{
    static const uint8_t services[MEANS_COUNT] = {
        [MEANS_BANK_TRANSFER] = SERVICE_BANK,
        [MEANS_RETURN] = SERVICE_RETURN,
        [MEANS_ADJUST] = SERVICE_ADJUST,
        [MEANS_NETSUNION_PAYOUT] = SERVICE_PAYOUT,
        [MEANS_UNIONPAY_SETTLEMENT] = SERVICE_SETTLEMENT,
    };
    const struct account *a = &accounts[from];
    const struct account *b = &accounts[to];
    bool by_number = means == MEANS_PREFUND || means == MEANS_RETURN;

    if (from == to || !leads(means, a, b))
        return MEANS_WRONG_KINDS;
    if (lacks_operation(means, accounts, from, ids))
        return MEANS_OPERATION_MISSING;
    if (means == MEANS_BANK_TRANSFER && !(a->flags & ACCOUNT_DIRECT_LINK))
        return MEANS_NO_DIRECT_LINK;
    if (by_number && (lacks_number(a) || lacks_number(b)))
        return MEANS_NO_POSITION_NUMBER;
    if (means == MEANS_PREFUND)
        return through_virtual_ids(accounts, from, to, ids, legs, leg_count) ? MEANS_POSSIBLE
                                                                             : MEANS_NO_VIRTUAL_ID;

    /* Nothing below this line can refuse. */
    legs[0] = leg_of((enum leg_service)services[means], from, to);
    *leg_count = 1;
    return MEANS_POSSIBLE;
}

const char *means_name(enum means means)
{
    static const char *const names[MEANS_COUNT] = {
        "bank_transfer", "prefund", "return", "adjust", "netsunion_payout", "unionpay_settlement"};
    MUST(means < MEANS_COUNT);
    return names[means];
}

const char *leg_service_name(enum leg_service service)
{
    static const char *const names[SERVICES] = {"none",   "bank",   "prefund",   "return",
                                                "adjust", "payout", "settlement"};
    MUST(service < SERVICES);
    return names[service];
}
