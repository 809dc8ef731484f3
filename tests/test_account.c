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
    accounts_init(&registry);
    ledger_init(&ledger, BOOKS);
    for (int i = 0; i < FIXED_BOOKS; i++)
        ledger_open(&ledger, books);
}

static struct account of(enum account_kind kind, enum account_use use, uint8_t institution)
{
    return (struct account){.kind = (uint8_t)kind, .use = (uint8_t)use, .institution = institution};
}

static uint32_t know(enum account_kind kind, enum account_use use, uint8_t institution)
{
    return account_add(&registry, items, &ledger, books, of(kind, use, institution));
}

static enum account_verdict open_it(uint32_t index)
{
    return account_register(&registry, items, index);
}

static enum account_verdict add(enum account_kind kind, enum account_use use, uint8_t institution)
{
    return open_it(know(kind, use, institution));
}

static uint32_t must_add(enum account_kind kind, enum account_use use, uint8_t institution)
{
    uint32_t index = know(kind, use, institution);
    ck_assert_int_eq(open_it(index), ACCOUNT_REGISTERED);
    return index;
}

static enum account_closing shut(uint32_t index)
{
    return account_close(&registry, items, books, index);
}

static uint32_t find(enum account_kind kind, uint8_t institution)
{
    return account_find(&registry, items, kind, institution);
}

START_TEST(an_account_has_its_index_and_its_books_before_it_is_registered)
{
    uint32_t acs = know(ACCOUNT_CENTRAL_BANK, USE_NONE, 7);
    uint32_t own = know(ACCOUNT_OWN, USE_NONE, 8);
    ck_assert_uint_eq(acs, 0);
    ck_assert_uint_eq(own, 1);
    ck_assert_uint_eq(items[acs].book, FIXED_BOOKS);
    ck_assert_uint_eq(items[own].book, FIXED_BOOKS + 1);
    ck_assert_uint_eq(ledger.account_count, FIXED_BOOKS + 2);
    ck_assert(ledger_idle(&books[items[own].book]));
    ck_assert_uint_eq(items[own].state, ACCOUNT_ABSENT);
    ck_assert_uint_eq(find(ACCOUNT_OWN, 8), NONE);

    ck_assert_int_eq(open_it(own), ACCOUNT_REGISTERED);
    ck_assert_uint_eq(items[own].state, ACCOUNT_OPEN);
    ck_assert_uint_eq(items[own].kind, ACCOUNT_OWN);
    ck_assert_uint_eq(items[own].institution, 8);
    ck_assert_uint_eq(items[acs].state, ACCOUNT_ABSENT);
    ck_assert_uint_eq(ledger.account_count, FIXED_BOOKS + 2);
}
END_TEST

START_TEST(what_the_caller_says_of_books_and_state_counts_for_nothing)
{
    struct account wanted = {.kind = ACCOUNT_OWN, .state = ACCOUNT_OPEN, .book = 999};
    uint32_t index = account_add(&registry, items, &ledger, books, wanted);
    ck_assert_uint_eq(items[index].state, ACCOUNT_ABSENT);
    ck_assert_uint_eq(items[index].book, FIXED_BOOKS);
}
END_TEST

START_TEST(what_the_caller_says_of_interface_flags_and_keep_is_kept)
{
    struct account wanted = {.kind = ACCOUNT_OWN,
                             .interface = 3,
                             .operations = 5,
                             .flags = ACCOUNT_POSITION_NUMBER,
                             .keep_fen = 700};
    uint32_t index = account_add(&registry, items, &ledger, books, wanted);
    ck_assert_int_eq(open_it(index), ACCOUNT_REGISTERED);
    ck_assert_uint_eq(items[index].interface, 3);
    ck_assert_uint_eq(items[index].operations, 5);
    ck_assert_uint_eq(items[index].flags, ACCOUNT_POSITION_NUMBER);
    ck_assert_int_eq(items[index].keep_fen, 700);
}
END_TEST

START_TEST(three_reserve_accounts_may_remain_one_a_use)
{
    must_add(ACCOUNT_RESERVE, USE_PREPAID_CARD, 1);
    must_add(ACCOUNT_RESERVE, USE_FUND, 1);
    must_add(ACCOUNT_RESERVE, USE_CROSS_BORDER, 1);
    for (int use = USE_PREPAID_CARD; use < USE_GENERAL; use++)
        ck_assert_int_eq(add(ACCOUNT_RESERVE, (enum account_use)use, 2), ACCOUNT_USE_TAKEN);
}
END_TEST

START_TEST(further_reserve_accounts_of_general_use_may_be_many)
{
    for (uint32_t i = 0; i < CAPACITY; i++)
        ck_assert_uint_eq(must_add(ACCOUNT_RESERVE, USE_GENERAL, 1), i);
}
END_TEST

START_TEST(virtual_accounts_are_one_a_kind_and_institution)
{
    must_add(ACCOUNT_VIRTUAL_RESERVE, USE_NONE, 0);
    must_add(ACCOUNT_VIRTUAL_OWN, USE_NONE, 0);
    must_add(ACCOUNT_VIRTUAL_RESERVE, USE_NONE, 1);
    ck_assert_int_eq(add(ACCOUNT_VIRTUAL_RESERVE, USE_NONE, 0), ACCOUNT_VIRTUAL_ALREADY);
    ck_assert_int_eq(add(ACCOUNT_VIRTUAL_OWN, USE_NONE, 0), ACCOUNT_VIRTUAL_ALREADY);
}
END_TEST

START_TEST(own_accounts_may_be_many_even_at_one_bank)
{
    for (uint32_t i = 0; i < CAPACITY; i++)
        ck_assert_uint_eq(must_add(ACCOUNT_OWN, USE_NONE, 3), i);
}
END_TEST

static const struct {
    enum account_kind kind;
    enum account_use use;
    enum account_verdict want;
} refusals[] = {
    {ACCOUNT_RESERVE, USE_NONE, ACCOUNT_USE_WRONG},
    {ACCOUNT_OWN, USE_FUND, ACCOUNT_USE_WRONG},
    {ACCOUNT_OWN, USE_GENERAL, ACCOUNT_USE_WRONG},
    {ACCOUNT_CENTRAL_BANK, USE_FUND, ACCOUNT_USE_WRONG},
    {ACCOUNT_VIRTUAL_RESERVE, USE_PREPAID_CARD, ACCOUNT_USE_WRONG},
    {ACCOUNT_VIRTUAL_OWN, USE_CROSS_BORDER, ACCOUNT_USE_WRONG},
    {ACCOUNT_CENTRAL_BANK, USE_NONE, ACCOUNT_CENTRAL_BANK_ALREADY},
    {ACCOUNT_RESERVE, USE_FUND, ACCOUNT_USE_TAKEN},
    {ACCOUNT_VIRTUAL_RESERVE, USE_NONE, ACCOUNT_VIRTUAL_ALREADY},
};

/* Where the row's account could have been refused for two reasons, the first speaks. */
START_TEST(the_first_reason_to_refuse_is_given_and_nothing_changes)
{
    must_add(ACCOUNT_CENTRAL_BANK, USE_NONE, 1);
    must_add(ACCOUNT_RESERVE, USE_FUND, 1);
    must_add(ACCOUNT_VIRTUAL_RESERVE, USE_NONE, 1);
    uint32_t index = know(refusals[_i].kind, refusals[_i].use, 1);
    struct ledger before_ledger = ledger;
    struct account before_items[CAPACITY];
    memcpy(before_items, items, sizeof items);

    ck_assert_int_eq(open_it(index), refusals[_i].want);
    ck_assert_mem_eq(&ledger, &before_ledger, sizeof ledger);
    ck_assert_mem_eq(items, before_items, sizeof items);
}
END_TEST

START_TEST(no_account_opens_twice)
{
    uint32_t own = must_add(ACCOUNT_OWN, USE_NONE, 1);
    ck_assert_int_eq(open_it(own), ACCOUNT_REGISTERED_ALREADY);
    ck_assert_int_eq(shut(own), ACCOUNT_CLOSES);
    ck_assert_int_eq(open_it(own), ACCOUNT_REGISTERED_ALREADY);
    ck_assert_uint_eq(items[own].state, ACCOUNT_CLOSED);
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
    ck_assert_int_eq(shut(first), ACCOUNT_CLOSES);
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
    ck_assert_int_eq(shut(old), ACCOUNT_CLOSES);
    uint32_t new = must_add(ACCOUNT_RESERVE, USE_FUND, 2);
    ck_assert_uint_ne(new, old);
    ck_assert_uint_eq(items[old].state, ACCOUNT_CLOSED);
    ck_assert_uint_eq(items[old].institution, 1);
    ck_assert_uint_ne(items[new].book, items[old].book);

    uint32_t virtual = must_add(ACCOUNT_VIRTUAL_OWN, USE_NONE, 0);
    ck_assert_int_eq(shut(virtual), ACCOUNT_CLOSES);
    must_add(ACCOUNT_VIRTUAL_OWN, USE_NONE, 0);
    ck_assert_uint_eq(registry.count, 4);
}
END_TEST

START_TEST(closing_is_refused_for_the_first_reason)
{
    uint32_t acs = must_add(ACCOUNT_CENTRAL_BANK, USE_NONE, 1);
    uint32_t own = must_add(ACCOUNT_OWN, USE_NONE, 1);
    uint32_t absent = know(ACCOUNT_OWN, USE_NONE, 1);
    struct entry e = {.debit = items[acs].book, .credit = items[own].book, .amount_fen = 5};
    struct entry back = {.debit = e.credit, .credit = e.debit, .amount_fen = 5};
    ck_assert_int_eq(shut(acs), ACCOUNT_IS_CENTRAL_BANK);
    ck_assert_int_eq(shut(absent), ACCOUNT_CLOSED_ALREADY);

    ledger_pend(&ledger, books, e);
    ck_assert_int_eq(shut(own), ACCOUNT_HAS_PENDING);
    ledger_post(&ledger, books, e); /* and a balance, which is the first reason */
    ck_assert_int_eq(shut(own), ACCOUNT_HAS_BALANCE);
    ck_assert_int_eq(shut(acs), ACCOUNT_IS_CENTRAL_BANK);
    ledger_void_pending(&ledger, books, e);
    ck_assert_int_eq(shut(own), ACCOUNT_HAS_BALANCE);
    ck_assert_uint_eq(items[own].state, ACCOUNT_OPEN);
    ck_assert_uint_eq(items[acs].state, ACCOUNT_OPEN);

    ledger_post(&ledger, books, back);
    ck_assert_int_eq(shut(own), ACCOUNT_CLOSES);
    ledger_post(&ledger, books, back); /* even with money on it again */
    ck_assert_int_eq(shut(own), ACCOUNT_CLOSED_ALREADY);
}
END_TEST

START_TEST(a_kind_that_is_not_listed_stops_the_program)
{
    know(ACCOUNT_KINDS, USE_NONE, 0);
}
END_TEST

START_TEST(a_use_that_is_not_listed_stops_the_program)
{
    know(ACCOUNT_RESERVE, ACCOUNT_USES, 0);
}
END_TEST

START_TEST(a_ledger_smaller_than_the_registry_stops_the_program)
{
    ledger_init(&ledger, 0);
    know(ACCOUNT_OWN, USE_NONE, 0);
}
END_TEST

START_TEST(registering_what_is_not_known_of_stops_the_program)
{
    open_it(must_add(ACCOUNT_OWN, USE_NONE, 0) + 1);
}
END_TEST

START_TEST(closing_what_is_not_known_of_stops_the_program)
{
    shut(must_add(ACCOUNT_OWN, USE_NONE, 0) + 1);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("account");
    tcase_add_checked_fixture(t, fresh_registry, NULL);
    tcase_add_test(t, an_account_has_its_index_and_its_books_before_it_is_registered);
    tcase_add_test(t, what_the_caller_says_of_books_and_state_counts_for_nothing);
    tcase_add_test(t, what_the_caller_says_of_interface_flags_and_keep_is_kept);
    tcase_add_test(t, three_reserve_accounts_may_remain_one_a_use);
    tcase_add_test(t, further_reserve_accounts_of_general_use_may_be_many);
    tcase_add_test(t, virtual_accounts_are_one_a_kind_and_institution);
    tcase_add_test(t, own_accounts_may_be_many_even_at_one_bank);
    tcase_add_loop_test(t, the_first_reason_to_refuse_is_given_and_nothing_changes, 0,
                        COUNT(refusals));
    tcase_add_test(t, no_account_opens_twice);
    tcase_add_test(t, an_account_is_found_while_it_is_open);
    tcase_add_test(t, a_virtual_account_is_found_by_its_institution);
    tcase_add_test(t, a_closed_account_keeps_its_index_and_leaves_its_use);
    tcase_add_test(t, closing_is_refused_for_the_first_reason);
    tcase_add_test_raise_signal(t, a_kind_that_is_not_listed_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_use_that_is_not_listed_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_ledger_smaller_than_the_registry_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, registering_what_is_not_known_of_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, closing_what_is_not_known_of_stops_the_program, SIGABRT);
    return run_tests("account", t);
}
