/* account.c — see account.h. */

#include "core/books/account.h"

#include "core/base/must.h"
#include "core/base/pool.h"

void accounts_init(struct accounts *registry)
{
    *registry = (struct accounts){0};
}

static bool is_virtual(uint8_t kind)
{
    return kind == ACCOUNT_VIRTUAL_RESERVE || kind == ACCOUNT_VIRTUAL_OWN;
}

uint32_t account_find(const struct accounts *registry, const struct account *items,
                      enum account_kind kind, uint8_t institution)
{
    for (uint32_t i = 0; i < registry->count; i++)
        if (items[i].state == ACCOUNT_OPEN && items[i].kind == kind &&
            (!is_virtual(items[i].kind) || items[i].institution == institution))
            return i;
    return NONE;
}

uint32_t account_add(struct accounts *registry, struct account *items, struct ledger *ledger,
                     struct ledger_account *books, struct account wanted)
{
    MUST(wanted.kind < ACCOUNT_KINDS && wanted.use < ACCOUNT_USES);
    wanted.state = ACCOUNT_ABSENT;
    wanted.book = ledger_open(ledger, books);
    MUST(wanted.book != NONE);
    items[registry->count] = wanted;
    return registry->count++;
}

static bool use_taken(const struct accounts *registry, const struct account *items, uint8_t use)
{
    for (uint32_t i = 0; i < registry->count; i++)
        if (items[i].state == ACCOUNT_OPEN && items[i].kind == ACCOUNT_RESERVE &&
            items[i].use == use)
            return true;
    return false;
}

enum account_verdict account_register(const struct accounts *registry, struct account *items,
                                      uint32_t index)
{
    MUST(index < registry->count);
    struct account *a = &items[index];

    if (a->state != ACCOUNT_ABSENT)
        return ACCOUNT_REGISTERED_ALREADY;
    if ((a->kind == ACCOUNT_RESERVE) != (a->use != USE_NONE))
        return ACCOUNT_USE_WRONG;
    if (a->kind == ACCOUNT_CENTRAL_BANK &&
        account_find(registry, items, ACCOUNT_CENTRAL_BANK, 0) != NONE)
        return ACCOUNT_CENTRAL_BANK_ALREADY;
    if (a->kind == ACCOUNT_RESERVE && a->use != USE_GENERAL && use_taken(registry, items, a->use))
        return ACCOUNT_USE_TAKEN;
    if (is_virtual(a->kind) &&
        account_find(registry, items, (enum account_kind)a->kind, a->institution) != NONE)
        return ACCOUNT_VIRTUAL_ALREADY;

    /* Nothing below this line can refuse. */
    a->state = ACCOUNT_OPEN;
    return ACCOUNT_REGISTERED;
}

enum account_closing account_close(const struct accounts *registry, struct account *items,
                                   const struct ledger_account *books, uint32_t index)
{
    MUST(index < registry->count);
    struct account *a = &items[index];

    if (a->state != ACCOUNT_OPEN)
        return ACCOUNT_CLOSED_ALREADY;
    if (a->kind == ACCOUNT_CENTRAL_BANK)
        return ACCOUNT_IS_CENTRAL_BANK;
    if (ledger_balance_fen(&books[a->book]) != 0)
        return ACCOUNT_HAS_BALANCE;
    if (!ledger_idle(&books[a->book]))
        return ACCOUNT_HAS_PENDING;

    /* Nothing below this line can refuse. */
    a->state = ACCOUNT_CLOSED;
    return ACCOUNT_CLOSES;
}
