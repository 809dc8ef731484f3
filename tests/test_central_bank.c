/* test_central_bank.c — ACS is always the sum of the mapped quotas and unallocated. */

#include "mocks/central_bank.h"
#include "tests/harness.h"

enum { ACS = BOOKS_REGISTERED, VIRTUAL, ACCOUNTS = 2 };

static struct books books;
static struct central_bank bank;

static void fresh_bank(void)
{
    static const int64_t mapped_fen[CHANNELS] = {300, 500};
    books_init(&books, ACCOUNTS);
    books_move(&books, BOOKS_OUTSIDE, ACS, 1000);
    central_bank_init(&bank, &books, ACS, mapped_fen, false);
}

START_TEST(what_is_not_mapped_is_unallocated)
{
    ck_assert_int_eq(bank.unallocated_fen, 200);
    ck_assert(central_bank_adds_up(&bank, &books));
}
END_TEST

static const struct {
    bool increase;
    int64_t amount_fen;
    bool done;
} moves[] = {
    {true, 1, true},  {true, 200, true},  {true, 201, false},  {true, INT64_MAX, false},
    {false, 1, true}, {false, 300, true}, {false, 301, false}, {false, INT64_MAX, false},
};

START_TEST(a_quota_move_shifts_marks_and_no_money)
{
    struct central_bank before = bank;
    bool done = moves[_i].increase
                    ? central_bank_increase(&bank, CHANNEL_UNIONPAY, moves[_i].amount_fen)
                    : central_bank_decrease(&bank, CHANNEL_UNIONPAY, moves[_i].amount_fen);
    int64_t up_fen = moves[_i].increase ? moves[_i].amount_fen : -moves[_i].amount_fen;
    ck_assert_int_eq(done, moves[_i].done);
    if (done) {
        ck_assert_int_eq(bank.mapped_fen[CHANNEL_UNIONPAY], 300 + up_fen);
        ck_assert_int_eq(bank.unallocated_fen, 200 - up_fen);
    } else {
        ck_assert_mem_eq(&bank, &before, sizeof bank);
    }
    ck_assert_int_eq(bank.mapped_fen[CHANNEL_NETSUNION], 500);
    ck_assert_int_eq(books.balance_fen[ACS], 1000);
    ck_assert(central_bank_adds_up(&bank, &books));
}
END_TEST

static const int64_t nets_fen[] = {0, 70, -300};

START_TEST(a_net_moves_the_mark_of_its_house_and_no_other)
{
    central_bank_settle(&bank, CHANNEL_UNIONPAY, nets_fen[_i]);
    ck_assert_int_eq(bank.mapped_fen[CHANNEL_UNIONPAY], 300 + nets_fen[_i]);
    ck_assert_int_eq(bank.mapped_fen[CHANNEL_NETSUNION], 500);
    ck_assert_int_eq(bank.unallocated_fen, 200);
    ck_assert(central_bank_adds_up(&bank, &books) == (nets_fen[_i] == 0)); /* the money follows */
    ck_assert(books_move(&books, BOOKS_OUTSIDE, ACS, nets_fen[_i] > 0 ? nets_fen[_i] : 0));
    ck_assert(books_move(&books, ACS, BOOKS_OUTSIDE, nets_fen[_i] < 0 ? -nets_fen[_i] : 0));
    ck_assert(central_bank_adds_up(&bank, &books));
}
END_TEST

START_TEST(what_comes_outside_a_session_is_unallocated)
{
    central_bank_receive(&bank, 40);
    ck_assert_int_eq(bank.unallocated_fen, 240);
    ck_assert_int_eq(bank.mapped_fen[CHANNEL_UNIONPAY], 300);
    ck_assert(books_move(&books, BOOKS_OUTSIDE, ACS, 40));
    ck_assert(central_bank_adds_up(&bank, &books));
}
END_TEST

START_TEST(marks_that_were_tampered_with_do_not_add_up)
{
    bank.unallocated_fen++;
    ck_assert(!central_bank_adds_up(&bank, &books));
    fresh_bank();
    bank.mapped_fen[0] += 201;
    bank.unallocated_fen -= 201; /* the sum is right, but below zero */
    ck_assert(!central_bank_adds_up(&bank, &books));
    fresh_bank();
    bank.mapped_fen[0] -= 301;
    bank.unallocated_fen += 301;
    ck_assert(!central_bank_adds_up(&bank, &books));
    fresh_bank();
    books_move(&books, ACS, BOOKS_OUTSIDE, 1);
    ck_assert(!central_bank_adds_up(&bank, &books));
}
END_TEST

START_TEST(mapping_more_than_there_is_stops_the_program)
{
    static const int64_t mapped_fen[CHANNELS] = {500, 501};
    central_bank_init(&bank, &books, ACS, mapped_fen, false);
}
END_TEST

START_TEST(moving_no_quota_stops_the_program)
{
    if (_i == 0)
        central_bank_increase(&bank, CHANNEL_UNIONPAY, 0);
    else
        central_bank_decrease(&bank, CHANNEL_UNIONPAY, 0);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("central_bank");
    tcase_add_checked_fixture(t, fresh_bank, NULL);
    tcase_add_test(t, what_is_not_mapped_is_unallocated);
    tcase_add_loop_test(t, a_quota_move_shifts_marks_and_no_money, 0, COUNT(moves));
    tcase_add_loop_test(t, a_net_moves_the_mark_of_its_house_and_no_other, 0, COUNT(nets_fen));
    tcase_add_test(t, what_comes_outside_a_session_is_unallocated);
    tcase_add_test(t, marks_that_were_tampered_with_do_not_add_up);
    tcase_add_test_raise_signal(t, mapping_more_than_there_is_stops_the_program, SIGABRT);
    tcase_add_loop_test_raise_signal(t, moving_no_quota_stops_the_program, SIGABRT, 0, 2);
    return run_tests("central_bank", t);
}
