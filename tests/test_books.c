/* test_books.c — the world's books: money moves, and is neither made nor lost. */

#include "mocks/books.h"
#include "tests/harness.h"

enum { REGISTERED = 3, ACCOUNT = BOOKS_REGISTERED };

static struct books books;

static void fresh_books(void)
{
    books_init(&books, REGISTERED);
    books_move(&books, BOOKS_OUTSIDE, ACCOUNT, 1000);
}

START_TEST(money_comes_from_outside)
{
    ck_assert_int_eq(books.balance_fen[ACCOUNT], 1000);
    ck_assert_int_eq(books.balance_fen[BOOKS_OUTSIDE], -1000);
    ck_assert_uint_eq(books.moves, 1);
    ck_assert(books_balanced(&books));
}
END_TEST

static const struct {
    int64_t amount_fen;
    bool done;
} amounts[] = {{0, true}, {1, true}, {1000, true}, {1001, false}, {INT64_MAX, false}};

START_TEST(a_registered_account_never_falls_below_zero)
{
    struct books before = books;
    ck_assert_int_eq(books_move(&books, ACCOUNT, ACCOUNT + 1, amounts[_i].amount_fen),
                     amounts[_i].done);
    if (!amounts[_i].done)
        ck_assert_mem_eq(&books, &before, sizeof books);
    else
        ck_assert_int_eq(books.balance_fen[ACCOUNT] + books.balance_fen[ACCOUNT + 1], 1000);
    ck_assert(books_balanced(&books));
}
END_TEST

START_TEST(outside_fees_and_clearing_may_be_below_zero)
{
    for (uint32_t i = 0; i < BOOKS_REGISTERED; i++) {
        fresh_books();
        bool may = i != BOOKS_TRANSIT; /* nothing arrives that has not left */
        ck_assert_int_eq(books_move(&books, i, ACCOUNT, 5), may);
        ck_assert_int_eq(books.balance_fen[i] < 0, may);
        ck_assert(books_balanced(&books));
    }
}
END_TEST

START_TEST(books_that_were_tampered_with_do_not_balance)
{
    books.balance_fen[ACCOUNT]++;
    ck_assert(!books_balanced(&books));
    books.balance_fen[BOOKS_OUTSIDE]--;
    ck_assert(books_balanced(&books));
    books.balance_fen[ACCOUNT + 1] = -1; /* the sum is right, the account is not */
    books.balance_fen[ACCOUNT]++;
    ck_assert(!books_balanced(&books));
}
END_TEST

START_TEST(moving_less_than_nothing_stops_the_program)
{
    books_move(&books, ACCOUNT, ACCOUNT + 1, -1);
}
END_TEST

START_TEST(moving_from_an_account_to_itself_stops_the_program)
{
    books_move(&books, ACCOUNT, ACCOUNT, 1);
}
END_TEST

START_TEST(an_account_that_does_not_exist_stops_the_program)
{
    books_move(&books, ACCOUNT, ACCOUNT + REGISTERED, 1);
}
END_TEST

START_TEST(an_overflowing_balance_stops_the_program)
{
    books_move(&books, BOOKS_OUTSIDE, ACCOUNT, INT64_MAX);
}
END_TEST

START_TEST(more_accounts_than_there_is_room_for_stop_the_program)
{
    books_init(&books, BOOKS_MAX - BOOKS_REGISTERED + 1);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("books");
    tcase_add_checked_fixture(t, fresh_books, NULL);
    tcase_add_test(t, money_comes_from_outside);
    tcase_add_loop_test(t, a_registered_account_never_falls_below_zero, 0, COUNT(amounts));
    tcase_add_test(t, outside_fees_and_clearing_may_be_below_zero);
    tcase_add_test(t, books_that_were_tampered_with_do_not_balance);
    tcase_add_test_raise_signal(t, moving_less_than_nothing_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, moving_from_an_account_to_itself_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, an_account_that_does_not_exist_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, an_overflowing_balance_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, more_accounts_than_there_is_room_for_stop_the_program, SIGABRT);
    return run_tests("books", t);
}
