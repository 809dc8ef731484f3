/* account.c — see account.h. */

#include "core/books/account.h"

#include "core/base/must.h"
#include "core/base/pool.h"

void accounts_init(struct accounts *registry, uint32_t capacity)
{
    *registry = (struct accounts){.capacity = capacity};
}

static bool is_virtual(uint8_t kind)
{
    return kind == ACCOUNT_VIRTUAL_RESERVE || kind == ACCOUNT_VIRTUAL_OWN;
}

uint32_t account_find(const struct accounts *registry, const struct account *items,
                      enum account_kind kind, uint8_t institution)
{
    for (uint32_t i = 0; i < registry->count; i++)
        if (!items[i].closed && items[i].kind == kind &&
            (!is_virtual(items[i].kind) || items[i].institution == institution))
            return i;
    return NONE;
}

static bool use_taken(const struct accounts *registry, const struct account *items, uint8_t use)
{
    for (uint32_t i = 0; i < registry->count; i++)
        if (!items[i].closed && items[i].kind == ACCOUNT_RESERVE && items[i].use == use)
            return true;
    return false;
}

enum account_verdict account_register(struct accounts *registry, struct account *items,
                                      struct ledger *ledger, struct ledger_account *books,
                                      struct account wanted, uint32_t *index)
{
    MUST(wanted.kind < ACCOUNT_KINDS && wanted.use < ACCOUNT_USES);

    if ((wanted.kind == ACCOUNT_RESERVE) != (wanted.use != USE_NONE))
        return ACCOUNT_USE_WRONG;
    if (wanted.kind == ACCOUNT_CENTRAL_BANK &&
        account_find(registry, items, ACCOUNT_CENTRAL_BANK, 0) != NONE)
        return ACCOUNT_CENTRAL_BANK_ALREADY;
    if (wanted.kind == ACCOUNT_RESERVE && use_taken(registry, items, wanted.use))
        return ACCOUNT_USE_TAKEN;
    if (is_virtual(wanted.kind) &&
        account_find(registry, items, (enum account_kind)wanted.kind, wanted.institution) != NONE)
        return ACCOUNT_VIRTUAL_ALREADY;
    if (registry->count == registry->capacity)
        return ACCOUNT_REGISTRY_FULL;

    /* Nothing below this line can refuse. */
    wanted.closed = 0;
    wanted.book = ledger_open(ledger, books);
    MUST(wanted.book != NONE);
    items[registry->count] = wanted;
    *index = registry->count++;
    return ACCOUNT_REGISTERED;
}

enum account_closing account_close(struct accounts *registry, struct account *items,
                                   const struct ledger_account *books, uint32_t index)
{
    MUST(index < registry->count);
    struct account *a = &items[index];

    if (a->closed)
        return ACCOUNT_CLOSED_ALREADY;
    if (a->kind == ACCOUNT_CENTRAL_BANK)
        return ACCOUNT_IS_CENTRAL_BANK;
    if (!ledger_idle(&books[a->book]))
        return ACCOUNT_NOT_EMPTY;

    /* Nothing below this line can refuse. */
    a->closed = 1;
    return ACCOUNT_CLOSED;
}
