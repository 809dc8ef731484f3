/* chart.c — see chart.h. */

#include "core/books/chart.h"

#include "core/base/must.h"

struct book_row {
    const char *word;
    uint8_t kind;
    uint8_t parent; /* the number of its row */
};

enum { NO_PARENT = UINT8_MAX };

/* The fixed books, then those of a house. */
static const struct book_row rows[BOOK_PER_CHANNEL + BOOKS_OF_CHANNEL] = {
    [BOOK_CLIENTS] = {"clients", BOOK_LIABILITY, NO_PARENT},
    [BOOK_EQUITY] = {"equity", BOOK_OWN_EQUITY, NO_PARENT},
    [BOOK_GAIN_LOSS] = {"gain_loss", BOOK_OWN_EQUITY, BOOK_EQUITY},
    [BOOK_FEE_EXPENSE] = {"fee_expense", BOOK_EXPENSE, NO_PARENT},
    [BOOK_FEE_ACCOUNT] = {"fee_account", BOOK_ASSET, NO_PARENT},
    [BOOK_CUSTODY] = {"custody", BOOK_MEMO, NO_PARENT},
    [BOOK_UNALLOCATED] = {"unallocated", BOOK_MEMO, BOOK_CUSTODY},
    [BOOK_TRANSIT] = {"transit", BOOK_ASSET, NO_PARENT},
    [BOOK_INTEREST] = {"interest", BOOK_INCOME, NO_PARENT},
    [BOOK_LINES_LONG] = {"suspense_long", BOOK_LIABILITY, NO_PARENT},
    [BOOK_LINES_SHORT] = {"suspense_short", BOOK_ASSET, NO_PARENT},
    [SIDE_QUOTA] = {"quota", BOOK_MEMO, BOOK_CUSTODY},
    [SIDE_RECEIVABLE] = {"receivable", BOOK_ASSET, SIDE_CLEARING},
    [SIDE_PAYABLE] = {"payable", BOOK_LIABILITY, SIDE_CLEARING},
    [SIDE_CLEARING] = {"clearing", BOOK_ASSET, NO_PARENT},
    [SIDE_SUSPENSE_LONG] = {"suspense_long", BOOK_LIABILITY, SIDE_CLEARING},
    [SIDE_SUSPENSE_SHORT] = {"suspense_short", BOOK_ASSET, SIDE_CLEARING},
};

static uint32_t house_of(uint32_t book)
{
    return (book - BOOK_PER_CHANNEL) / BOOKS_OF_CHANNEL;
}

static const struct book_row *row_of(uint32_t book)
{
    MUST(book < BOOK_REGISTERED);
    if (book < BOOK_PER_CHANNEL)
        return &rows[book];
    return &rows[BOOK_PER_CHANNEL + (book - BOOK_PER_CHANNEL) % BOOKS_OF_CHANNEL];
}

enum book_kind book_kind(uint32_t book)
{
    return book < BOOK_REGISTERED ? (enum book_kind)row_of(book)->kind : BOOK_ASSET;
}

uint32_t book_parent(uint32_t book)
{
    if (book >= BOOK_REGISTERED || row_of(book)->parent == NO_PARENT)
        return BOOK_NONE;
    uint32_t parent = row_of(book)->parent;
    return parent < BOOK_PER_CHANNEL ? parent : BOOK_OF(house_of(book), parent - BOOK_PER_CHANNEL);
}

bool book_is_suspense(uint32_t book)
{
    if (book < BOOK_PER_CHANNEL)
        return book == BOOK_LINES_LONG || book == BOOK_LINES_SHORT;
    uint32_t which = (book - BOOK_PER_CHANNEL) % BOOKS_OF_CHANNEL;
    return book < BOOK_REGISTERED &&
           (which == BOOK_OF_SUSPENSE_LONG || which == BOOK_OF_SUSPENSE_SHORT);
}

const char *book_kind_word(enum book_kind kind)
{
    static const char *const words[BOOK_KINDS] = {
        [BOOK_ASSET] = "asset",     [BOOK_LIABILITY] = "liability", [BOOK_OWN_EQUITY] = "equity",
        [BOOK_EXPENSE] = "expense", [BOOK_INCOME] = "income",       [BOOK_MEMO] = "memo",
    };
    MUST(kind < BOOK_KINDS);
    return words[kind];
}

const char *book_word(uint32_t book)
{
    return row_of(book)->word;
}

#define TEMPLATE_ROW(NAME, name, how, debit, credit, either)                                       \
    [TEMPLATE_##NAME] = {BOOKING_##how, SIDE_##debit, SIDE_##credit, either},
const struct template_row template_rows[TEMPLATE_COUNT] = {TEMPLATES(TEMPLATE_ROW)};
#undef TEMPLATE_ROW

const char *template_name(enum template what)
{
#define TEMPLATE_NAME(NAME, name, how, debit, credit, either) [TEMPLATE_##NAME] = #name,
    static const char *const names[TEMPLATE_COUNT] = {TEMPLATES(TEMPLATE_NAME)};
#undef TEMPLATE_NAME
    MUST(what < TEMPLATE_COUNT);
    return names[what];
}
