/* test_account.c — one registry of all accounts, and every reason to refuse one. */

#include <string.h>

#include "core/base/pool.h"
#include "core/books/account.h"
#include "tests/harness.h"

enum { CAPACITY = 6, FIXED_BOOKS = 2, BOOKS = FIXED_BOOKS + CAPACITY };

static struct accounts registry;
static struct account items[CAPACITY];
static struct ledger ledger;
static struct ledger_account books[BOOKS];

static void fresh_registry(void)
{
    accounts_init(&registry, CAPACITY);
    ledger_init(&ledger, BOOKS);
    for (int i = 0; i < FIXED_BOOKS; i++)
        ledger_open(&ledger, books);
}

static enum account_verdict add(enum account_kind kind, enum account_use use, uint8_t institution,
                                uint32_t *index)
{
    struct account wanted = {
        .kind = (uint8_t)kind, .use = (uint8_t)use, .institution = institution};
    return account_register(&registry, items, &ledger, books, wanted, index);
}

static uint32_t must_add(enum account_kind kind, enum account_use use, uint8_t institution)
{
    uint32_t index = NONE;
    ck_assert_int_eq(add(kind, use, institution, &index), ACCOUNT_REGISTERED);
    return index;
}

static uint32_t find(enum account_kind kind, uint8_t institution)
{
    return account_find(&registry, items, kind, institution);
}

START_TEST(registering_an_account_opens_its_books)
{
    uint32_t acs = must_add(ACCOUNT_CENTRAL_BANK, USE_NONE, 7);
    uint32_t own = must_add(ACCOUNT_OWN, USE_NONE, 8);
    ck_assert_uint_eq(acs, 0);
    ck_assert_uint_eq(own, 1);
    ck_assert_uint_eq(items[acs].book, FIXED_BOOKS);
    ck_assert_uint_eq(items[own].book, FIXED_BOOKS + 1);
    ck_assert_uint_eq(ledger.account_count, FIXED_BOOKS + 2);
    ck_assert(ledger_idle(&books[items[acs].book]));
    ck_assert_uint_eq(items[own].kind, ACCOUNT_OWN);
    ck_assert_uint_eq(items[own].institution, 8);
}
END_TEST

START_TEST(what_the_caller_says_of_books_and_closing_counts_for_nothing)
{
    uint32_t index = NONE;
    struct account wanted = {.kind = ACCOUNT_OWN, .closed = 1, .book = 999};
    ck_assert_int_eq(account_register(&registry, items, &ledger, books, wanted, &index),
                     ACCOUNT_REGISTERED);
    ck_assert_uint_eq(items[index].closed, 0);
    ck_assert_uint_eq(items[index].book, FIXED_BOOKS);
}
END_TEST

START_TEST(three_reserve_accounts_may_remain_one_a_use)
{
    must_add(ACCOUNT_RESERVE, USE_PREPAID_CARD, 1);
    must_add(ACCOUNT_RESERVE, USE_FUND, 1);
    must_add(ACCOUNT_RESERVE, USE_CROSS_BORDER, 1);
    for (int use = USE_PREPAID_CARD; use < ACCOUNT_USES; use++)
        ck_assert_int_eq(add(ACCOUNT_RESERVE, (enum account_use)use, 2, &(uint32_t){0}),
                         ACCOUNT_USE_TAKEN);
    ck_assert_uint_eq(registry.count, 3);
}
END_TEST

START_TEST(virtual_accounts_are_one_a_kind_and_institution)
{
    must_add(ACCOUNT_VIRTUAL_RESERVE, USE_NONE, 0);
    must_add(ACCOUNT_VIRTUAL_OWN, USE_NONE, 0);
    must_add(ACCOUNT_VIRTUAL_RESERVE, USE_NONE, 1);
    ck_assert_int_eq(add(ACCOUNT_VIRTUAL_RESERVE, USE_NONE, 0, &(uint32_t){0}),
                     ACCOUNT_VIRTUAL_ALREADY);
    ck_assert_int_eq(add(ACCOUNT_VIRTUAL_OWN, USE_NONE, 0, &(uint32_t){0}),
                     ACCOUNT_VIRTUAL_ALREADY);
}
END_TEST

START_TEST(own_accounts_may_be_many_even_at_one_bank)
{
    for (uint32_t i = 0; i < CAPACITY; i++)
        ck_assert_uint_eq(must_add(ACCOUNT_OWN, USE_NONE, 3), i);
}
END_TEST

/* Each row breaks every rule from `want` on that it can; the first one speaks. */
static const struct {
    enum account_kind kind;
    enum account_use use;
    bool full;
    enum account_verdict want;
} refusals[] = {
    {ACCOUNT_RESERVE, USE_NONE, false, ACCOUNT_USE_WRONG},
    {ACCOUNT_RESERVE, USE_NONE, true, ACCOUNT_USE_WRONG},
    {ACCOUNT_OWN, USE_FUND, false, ACCOUNT_USE_WRONG},
    {ACCOUNT_OWN, USE_FUND, true, ACCOUNT_USE_WRONG},
    {ACCOUNT_CENTRAL_BANK, USE_FUND, true, ACCOUNT_USE_WRONG},
    {ACCOUNT_VIRTUAL_RESERVE, USE_PREPAID_CARD, true, ACCOUNT_USE_WRONG},
    {ACCOUNT_VIRTUAL_OWN, USE_CROSS_BORDER, false, ACCOUNT_USE_WRONG},
    {ACCOUNT_CENTRAL_BANK, USE_NONE, false, ACCOUNT_CENTRAL_BANK_ALREADY},
    {ACCOUNT_CENTRAL_BANK, USE_NONE, true, ACCOUNT_CENTRAL_BANK_ALREADY},
    {ACCOUNT_RESERVE, USE_FUND, false, ACCOUNT_USE_TAKEN},
    {ACCOUNT_RESERVE, USE_FUND, true, ACCOUNT_USE_TAKEN},
    {ACCOUNT_VIRTUAL_RESERVE, USE_NONE, false, ACCOUNT_VIRTUAL_ALREADY},
    {ACCOUNT_VIRTUAL_RESERVE, USE_NONE, true, ACCOUNT_VIRTUAL_ALREADY},
    {ACCOUNT_VIRTUAL_OWN, USE_NONE, true, ACCOUNT_REGISTRY_FULL},
    {ACCOUNT_RESERVE, USE_CROSS_BORDER, true, ACCOUNT_REGISTRY_FULL},
    {ACCOUNT_OWN, USE_NONE, true, ACCOUNT_REGISTRY_FULL},
};

START_TEST(the_first_reason_to_refuse_is_given_and_nothing_changes)
{
    must_add(ACCOUNT_CENTRAL_BANK, USE_NONE, 1);
    must_add(ACCOUNT_RESERVE, USE_FUND, 1);
    must_add(ACCOUNT_VIRTUAL_RESERVE, USE_NONE, 1);
    while (refusals[_i].full && registry.count < CAPACITY)
        must_add(ACCOUNT_OWN, USE_NONE, 1);
    struct accounts before = registry;
    struct ledger before_ledger = ledger;
    struct account before_items[CAPACITY];
    memcpy(before_items, items, sizeof items);

    uint32_t index = 42;
    ck_assert_int_eq(add(refusals[_i].kind, refusals[_i].use, 1, &index), refusals[_i].want);
    ck_assert_uint_eq(index, 42);
    ck_assert_mem_eq(&registry, &before, sizeof registry);
    ck_assert_mem_eq(&ledger, &before_ledger, sizeof ledger);
    ck_assert_mem_eq(items, before_items, sizeof items);
}
END_TEST

START_TEST(an_account_is_found_while_it_is_open)
{
    ck_assert_uint_eq(find(ACCOUNT_CENTRAL_BANK, 0), NONE);
    uint32_t acs = must_add(ACCOUNT_CENTRAL_BANK, USE_NONE, 9);
    uint32_t first = must_add(ACCOUNT_OWN, USE_NONE, 1);
    uint32_t second = must_add(ACCOUNT_OWN, USE_NONE, 2);
    ck_assert_uint_eq(find(ACCOUNT_CENTRAL_BANK, 0), acs); /* its institution does not matter */
    ck_assert_uint_eq(find(ACCOUNT_OWN, 0), first);
    ck_assert_int_eq(account_close(&registry, items, books, first), ACCOUNT_CLOSED);
    ck_assert_uint_eq(find(ACCOUNT_OWN, 0), second);
}
END_TEST

START_TEST(a_virtual_account_is_found_by_its_institution)
{
    uint32_t at_unionpay = must_add(ACCOUNT_VIRTUAL_RESERVE, USE_NONE, 0);
    uint32_t at_netsunion = must_add(ACCOUNT_VIRTUAL_RESERVE, USE_NONE, 1);
    uint32_t own = must_add(ACCOUNT_VIRTUAL_OWN, USE_NONE, 1);
    ck_assert_uint_eq(find(ACCOUNT_VIRTUAL_RESERVE, 0), at_unionpay);
    ck_assert_uint_eq(find(ACCOUNT_VIRTUAL_RESERVE, 1), at_netsunion);
    ck_assert_uint_eq(find(ACCOUNT_VIRTUAL_RESERVE, 2), NONE);
    ck_assert_uint_eq(find(ACCOUNT_VIRTUAL_OWN, 0), NONE);
    ck_assert_uint_eq(find(ACCOUNT_VIRTUAL_OWN, 1), own);
}
END_TEST

START_TEST(a_closed_account_keeps_its_index_and_leaves_its_use)
{
    uint32_t old = must_add(ACCOUNT_RESERVE, USE_FUND, 1);
    ck_assert_int_eq(account_close(&registry, items, books, old), ACCOUNT_CLOSED);
    uint32_t new = must_add(ACCOUNT_RESERVE, USE_FUND, 2);
    ck_assert_uint_ne(new, old);
    ck_assert_uint_eq(items[old].closed, 1);
    ck_assert_uint_eq(items[old].institution, 1);
    ck_assert_uint_ne(items[new].book, items[old].book);

    uint32_t virtual = must_add(ACCOUNT_VIRTUAL_OWN, USE_NONE, 0);
    ck_assert_int_eq(account_close(&registry, items, books, virtual), ACCOUNT_CLOSED);
    must_add(ACCOUNT_VIRTUAL_OWN, USE_NONE, 0);
    ck_assert_uint_eq(registry.count, 4);
}
END_TEST

START_TEST(closing_is_refused_for_the_first_reason)
{
    uint32_t acs = must_add(ACCOUNT_CENTRAL_BANK, USE_NONE, 1);
    uint32_t own = must_add(ACCOUNT_OWN, USE_NONE, 1);
    struct entry e = {.debit = items[acs].book, .credit = items[own].book, .amount_fen = 5};
    ck_assert_int_eq(account_close(&registry, items, books, acs), ACCOUNT_IS_CENTRAL_BANK);

    ledger_pend(&ledger, books, e); /* a pending entry stands on it */
    ck_assert_int_eq(account_close(&registry, items, books, own), ACCOUNT_NOT_EMPTY);
    ledger_post_pending(&ledger, books, e); /* then a balance */
    ck_assert_int_eq(account_close(&registry, items, books, own), ACCOUNT_NOT_EMPTY);
    ck_assert_int_eq(account_close(&registry, items, books, acs), ACCOUNT_IS_CENTRAL_BANK);
    ck_assert_uint_eq(items[own].closed + items[acs].closed, 0);

    e = (struct entry){.debit = e.credit, .credit = e.debit, .amount_fen = 5};
    ledger_post(&ledger, books, e);
    ck_assert_int_eq(account_close(&registry, items, books, own), ACCOUNT_CLOSED);
    ledger_post(&ledger, books, e); /* even with money on it again */
    ck_assert_int_eq(account_close(&registry, items, books, own), ACCOUNT_CLOSED_ALREADY);
}
END_TEST

START_TEST(a_kind_that_is_not_listed_stops_the_program)
{
    add(ACCOUNT_KINDS, USE_NONE, 0, &(uint32_t){0});
}
END_TEST

START_TEST(a_use_that_is_not_listed_stops_the_program)
{
    add(ACCOUNT_RESERVE, ACCOUNT_USES, 0, &(uint32_t){0});
}
END_TEST

START_TEST(a_ledger_smaller_than_the_registry_stops_the_program)
{
    ledger_init(&ledger, 0);
    add(ACCOUNT_OWN, USE_NONE, 0, &(uint32_t){0});
}
END_TEST

START_TEST(closing_what_was_never_registered_stops_the_program)
{
    account_close(&registry, items, books, must_add(ACCOUNT_OWN, USE_NONE, 0) + 1);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("account");
    tcase_add_checked_fixture(t, fresh_registry, NULL);
    tcase_add_test(t, registering_an_account_opens_its_books);
    tcase_add_test(t, what_the_caller_says_of_books_and_closing_counts_for_nothing);
    tcase_add_test(t, three_reserve_accounts_may_remain_one_a_use);
    tcase_add_test(t, virtual_accounts_are_one_a_kind_and_institution);
    tcase_add_test(t, own_accounts_may_be_many_even_at_one_bank);
    tcase_add_loop_test(t, the_first_reason_to_refuse_is_given_and_nothing_changes, 0,
                        COUNT(refusals));
    tcase_add_test(t, an_account_is_found_while_it_is_open);
    tcase_add_test(t, a_virtual_account_is_found_by_its_institution);
    tcase_add_test(t, a_closed_account_keeps_its_index_and_leaves_its_use);
    tcase_add_test(t, closing_is_refused_for_the_first_reason);
    tcase_add_test_raise_signal(t, a_kind_that_is_not_listed_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_use_that_is_not_listed_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_ledger_smaller_than_the_registry_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, closing_what_was_never_registered_stops_the_program, SIGABRT);
    return run_tests("account", t);
}
