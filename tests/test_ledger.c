/* test_ledger.c — every entry balances; a pending one is posted or voided, and never more of it. */

#include <string.h>

#include "core/base/pool.h"
#include "core/books/ledger.h"
#include "tests/harness.h"

enum { CAPACITY = 6, CASH = 0, CLIENTS = 1, FEES = 2 };

static struct ledger ledger;
static struct ledger_account accounts[CAPACITY];

static void fresh_ledger(void)
{
    ledger_init(&ledger, CAPACITY);
    memset(accounts, 0xaa, sizeof accounts); /* opening one clears it */
    for (int i = 0; i < 3; i++)
        ledger_open(&ledger, accounts);
}

static struct entry entry(uint32_t debit, uint32_t credit, int64_t amount_fen)
{
    return (struct entry){.debit = debit, .credit = credit, .amount_fen = amount_fen};
}

static void must_stand(uint32_t account, struct ledger_account want)
{
    ck_assert_mem_eq(&accounts[account], &want, sizeof want);
}

START_TEST(accounts_open_in_order_and_empty)
{
    for (uint32_t i = 0; i < 3; i++) {
        must_stand(i, (struct ledger_account){0});
        ck_assert(ledger_idle(&accounts[i]));
    }
    ck_assert_uint_eq(ledger_open(&ledger, accounts), 3);
    ck_assert_uint_eq(ledger.account_count, 4);
    ck_assert_uint_eq(ledger.entry_count, 0);
}
END_TEST

START_TEST(a_full_ledger_refuses_and_stays_as_it_is)
{
    while (ledger.account_count < CAPACITY)
        ck_assert_uint_ne(ledger_open(&ledger, accounts), NONE);
    ledger_post(&ledger, accounts, entry(CAPACITY - 1, CASH, 5));
    struct ledger before = ledger;
    struct ledger_account before_accounts[CAPACITY];
    memcpy(before_accounts, accounts, sizeof accounts);

    ck_assert_uint_eq(ledger_open(&ledger, accounts), NONE);
    ck_assert_mem_eq(&ledger, &before, sizeof ledger);
    ck_assert_mem_eq(accounts, before_accounts, sizeof accounts);
}
END_TEST

START_TEST(a_posted_entry_debits_one_and_credits_the_other)
{
    ledger_post(&ledger, accounts, entry(CASH, CLIENTS, 700));
    must_stand(CASH, (struct ledger_account){.debit_posted_fen = 700});
    must_stand(CLIENTS, (struct ledger_account){.credit_posted_fen = 700});
    must_stand(FEES, (struct ledger_account){0});
    ck_assert_int_eq(ledger_balance_fen(&accounts[CASH]), 700);
    ck_assert_int_eq(ledger_balance_fen(&accounts[CLIENTS]), -700);
    ck_assert_uint_eq(ledger.entry_count, 1);
}
END_TEST

START_TEST(a_pending_entry_is_in_no_balance)
{
    ledger_post(&ledger, accounts, entry(CASH, CLIENTS, 700));
    ledger_pend(&ledger, accounts, entry(CLIENTS, CASH, 300));
    must_stand(CASH, (struct ledger_account){.debit_posted_fen = 700, .credit_pending_fen = 300});
    must_stand(CLIENTS,
               (struct ledger_account){.credit_posted_fen = 700, .debit_pending_fen = 300});
    ck_assert_int_eq(ledger_balance_fen(&accounts[CASH]), 700);
    ck_assert_int_eq(ledger_balance_fen(&accounts[CLIENTS]), -700);
}
END_TEST

START_TEST(a_pending_entry_that_is_posted_is_as_if_posted_at_once)
{
    ledger_pend(&ledger, accounts, entry(CLIENTS, CASH, 300));
    ledger_post_pending(&ledger, accounts, entry(CLIENTS, CASH, 300));
    must_stand(CLIENTS, (struct ledger_account){.debit_posted_fen = 300});
    must_stand(CASH, (struct ledger_account){.credit_posted_fen = 300});
    ck_assert_int_eq(ledger.total.debit_pending_fen, 0);
    ck_assert_int_eq(ledger.total.debit_posted_fen, 300);
    ck_assert_uint_eq(ledger.entry_count, 2); /* each step is an entry with a number */
}
END_TEST

START_TEST(a_pending_entry_that_is_voided_is_as_if_never_made)
{
    struct ledger_account before[CAPACITY];
    struct ledger_account total = ledger.total;
    memcpy(before, accounts, sizeof accounts);
    ledger_pend(&ledger, accounts, entry(CLIENTS, CASH, 300));
    ledger_void_pending(&ledger, accounts, entry(CLIENTS, CASH, 300));
    ck_assert_mem_eq(accounts, before, sizeof accounts);
    ck_assert_mem_eq(&ledger.total, &total, sizeof total);
    ck_assert_uint_eq(ledger.entry_count, 2);
}
END_TEST

START_TEST(several_pending_entries_end_in_any_order)
{
    ledger_pend(&ledger, accounts, entry(CLIENTS, CASH, 1));
    ledger_pend(&ledger, accounts, entry(CLIENTS, CASH, 20));
    ledger_pend(&ledger, accounts, entry(CLIENTS, FEES, 300));
    ledger_void_pending(&ledger, accounts, entry(CLIENTS, CASH, 20));
    ledger_post_pending(&ledger, accounts, entry(CLIENTS, FEES, 300));
    must_stand(CLIENTS, (struct ledger_account){.debit_posted_fen = 300, .debit_pending_fen = 1});
    must_stand(CASH, (struct ledger_account){.credit_pending_fen = 1});
    must_stand(FEES, (struct ledger_account){.credit_posted_fen = 300});
}
END_TEST

static const struct {
    struct ledger_account account;
    bool idle;
} idles[] = {
    {{0, 0, 0, 0}, true},  {{5, 5, 0, 0}, true},  {{5, 4, 0, 0}, false}, {{4, 5, 0, 0}, false},
    {{0, 0, 1, 0}, false}, {{0, 0, 0, 1}, false}, {{0, 0, 1, 1}, false}, /* two that are pending do
                                                                            not cancel out */
    {{1, 0, 0, 1}, false},
};

START_TEST(an_account_is_idle_when_nothing_stands_on_it)
{
    ck_assert_int_eq(ledger_idle(&idles[_i].account), idles[_i].idle);
}
END_TEST

START_TEST(an_amount_reaches_up_to_the_largest_number)
{
    ledger_post(&ledger, accounts, entry(CASH, CLIENTS, INT64_MAX - 1));
    ledger_post(&ledger, accounts, entry(CASH, CLIENTS, 1));
    ck_assert_int_eq(ledger_balance_fen(&accounts[CASH]), INT64_MAX);
    ck_assert_int_eq(ledger_balance_fen(&accounts[CLIENTS]), -INT64_MAX);
    ledger_pend(&ledger, accounts, entry(CLIENTS, CASH, INT64_MAX));
    ledger_void_pending(&ledger, accounts, entry(CLIENTS, CASH, INT64_MAX));
    ck_assert_int_eq(ledger.total.debit_pending_fen, 0);
}
END_TEST

/* The naive model: every entry ever made, and how it ended. */
enum { ENTRIES = 3000, MODEL_PENDING = 1, MODEL_POSTED, MODEL_VOIDED };
static struct entry made[ENTRIES];
static uint8_t ended[ENTRIES];

static void must_agree(int count)
{
    struct ledger_account want[CAPACITY] = {0};
    struct ledger_account total = {0};
    for (int i = 0; i < count; i++) {
        int64_t posted_fen = ended[i] == MODEL_POSTED ? made[i].amount_fen : 0;
        int64_t pending_fen = ended[i] == MODEL_PENDING ? made[i].amount_fen : 0;
        want[made[i].debit].debit_posted_fen += posted_fen;
        want[made[i].credit].credit_posted_fen += posted_fen;
        want[made[i].debit].debit_pending_fen += pending_fen;
        want[made[i].credit].credit_pending_fen += pending_fen;
        total.debit_posted_fen += posted_fen;
        total.debit_pending_fen += pending_fen;
    }
    total.credit_posted_fen = total.debit_posted_fen;
    total.credit_pending_fen = total.debit_pending_fen;
    ck_assert_in_loop(memcmp(accounts, want, sizeof want) == 0);
    ck_assert_in_loop(memcmp(&ledger.total, &total, sizeof total) == 0);
}

static void make_entry(uint64_t *state, int i)
{
    uint32_t debit = (uint32_t)draw(state, CAPACITY);
    uint32_t credit = (debit + 1 + (uint32_t)draw(state, CAPACITY - 1)) % CAPACITY;
    made[i] = entry(debit, credit, 1 + (int64_t)draw(state, 1000000));
    if (draw(state, 2) == 0) {
        ended[i] = MODEL_POSTED;
        ledger_post(&ledger, accounts, made[i]);
    } else {
        ended[i] = MODEL_PENDING;
        ledger_pend(&ledger, accounts, made[i]);
    }
}

START_TEST(the_books_agree_with_the_list_of_all_entries)
{
    uint64_t state = (uint64_t)_i;
    int count = 0;
    int closed = 0;
    while (ledger.account_count < CAPACITY)
        ledger_open(&ledger, accounts);
    for (int step = 0; count < ENTRIES; step++) {
        int i = count == 0 ? 0 : (int)draw(&state, (uint64_t)count);
        if (draw(&state, 2) == 0) {
            make_entry(&state, count++);
        } else if (ended[i] == MODEL_PENDING) {
            bool post = draw(&state, 2) == 0;
            ended[i] = post ? MODEL_POSTED : MODEL_VOIDED;
            closed++;
            (post ? ledger_post_pending : ledger_void_pending)(&ledger, accounts, made[i]);
        }
        if (step % 100 == 0)
            must_agree(count);
        ck_assert_in_loop(ledger.entry_count == (uint64_t)(count + closed));
    }
    must_agree(count);
    ck_assert_int_gt(closed, ENTRIES / 10);
}
END_TEST

/* --- what stops the program ------------------------------------------------------ */

typedef void post_fn(struct ledger *, struct ledger_account *, struct entry);
static post_fn *const ways[] = {ledger_post, ledger_pend, ledger_post_pending, ledger_void_pending};

static const struct entry not_entries[] = {
    {CASH, CASH, 1},    {CASH, 3, 1},        {3, CASH, 1},    {NONE, CASH, 1},
    {CASH, CLIENTS, 0}, {CASH, CLIENTS, -1}, {CASH, NONE, 1}, {CASH, CLIENTS, INT64_MIN},
};

START_TEST(what_is_not_an_entry_stops_the_program)
{
    /* There is enough pending for the entry not to be refused for that. */
    ledger_pend(&ledger, accounts, entry(CASH, CLIENTS, 10));
    ways[_i % COUNT(ways)](&ledger, accounts, not_entries[_i / COUNT(ways)]);
}
END_TEST

START_TEST(a_posted_sum_beyond_the_largest_stops_the_program)
{
    ledger_post(&ledger, accounts, entry(CASH, CLIENTS, INT64_MAX));
    ledger_post(&ledger, accounts, entry(CASH, FEES, 1));
}
END_TEST

START_TEST(a_total_beyond_the_largest_stops_the_program)
{
    ledger_post(&ledger, accounts, entry(CASH, CLIENTS, INT64_MAX));
    ledger_post(&ledger, accounts, entry(CLIENTS, FEES, 1)); /* each account alone would hold it */
}
END_TEST

START_TEST(a_pending_sum_beyond_the_largest_stops_the_program)
{
    ledger_pend(&ledger, accounts, entry(CASH, CLIENTS, INT64_MAX));
    ledger_pend(&ledger, accounts, entry(FEES, CLIENTS, 1));
}
END_TEST

START_TEST(posting_what_is_not_pending_stops_the_program)
{
    ledger_post_pending(&ledger, accounts, entry(CASH, CLIENTS, 1));
}
END_TEST

START_TEST(posting_more_than_is_pending_stops_the_program)
{
    ledger_pend(&ledger, accounts, entry(CASH, CLIENTS, 10));
    ledger_post_pending(&ledger, accounts, entry(CASH, CLIENTS, 11));
}
END_TEST

START_TEST(posting_a_pending_entry_twice_stops_the_program)
{
    ledger_pend(&ledger, accounts, entry(CASH, CLIENTS, 10));
    ledger_post_pending(&ledger, accounts, entry(CASH, CLIENTS, 10));
    ledger_post_pending(&ledger, accounts, entry(CASH, CLIENTS, 10));
}
END_TEST

START_TEST(voiding_what_was_posted_stops_the_program)
{
    ledger_pend(&ledger, accounts, entry(CASH, CLIENTS, 10));
    ledger_post_pending(&ledger, accounts, entry(CASH, CLIENTS, 10));
    ledger_void_pending(&ledger, accounts, entry(CASH, CLIENTS, 10));
}
END_TEST

START_TEST(voiding_on_the_wrong_side_stops_the_program)
{
    ledger_pend(&ledger, accounts, entry(CASH, CLIENTS, 10));
    ledger_void_pending(&ledger, accounts, entry(CLIENTS, CASH, 10));
}
END_TEST

START_TEST(voiding_on_another_account_stops_the_program)
{
    ledger_pend(&ledger, accounts, entry(CASH, CLIENTS, 10));
    ledger_pend(&ledger, accounts, entry(CASH, FEES, 9));
    ledger_void_pending(&ledger, accounts, entry(CASH, FEES, 10));
}
END_TEST

START_TEST(a_total_out_of_balance_stops_the_program)
{
    ledger.total.debit_posted_fen++;
    ledger_post(&ledger, accounts, entry(CASH, CLIENTS, 10));
}
END_TEST

START_TEST(a_pending_total_out_of_balance_stops_the_program)
{
    ledger.total.credit_pending_fen++;
    ledger_post(&ledger, accounts, entry(CASH, CLIENTS, 10));
}
END_TEST

static void add_stops(TCase *t)
{
    tcase_add_loop_test_raise_signal(t, what_is_not_an_entry_stops_the_program, SIGABRT, 0,
                                     COUNT(ways) * COUNT(not_entries));
    tcase_add_test_raise_signal(t, a_posted_sum_beyond_the_largest_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_total_beyond_the_largest_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_pending_sum_beyond_the_largest_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, posting_what_is_not_pending_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, posting_more_than_is_pending_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, posting_a_pending_entry_twice_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, voiding_what_was_posted_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, voiding_on_the_wrong_side_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, voiding_on_another_account_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_total_out_of_balance_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_pending_total_out_of_balance_stops_the_program, SIGABRT);
}

int main(void)
{
    TCase *t = tcase_create("ledger");
    tcase_add_checked_fixture(t, fresh_ledger, NULL);
    tcase_add_test(t, accounts_open_in_order_and_empty);
    tcase_add_test(t, a_full_ledger_refuses_and_stays_as_it_is);
    tcase_add_test(t, a_posted_entry_debits_one_and_credits_the_other);
    tcase_add_test(t, a_pending_entry_is_in_no_balance);
    tcase_add_test(t, a_pending_entry_that_is_posted_is_as_if_posted_at_once);
    tcase_add_test(t, a_pending_entry_that_is_voided_is_as_if_never_made);
    tcase_add_test(t, several_pending_entries_end_in_any_order);
    tcase_add_loop_test(t, an_account_is_idle_when_nothing_stands_on_it, 0, COUNT(idles));
    tcase_add_test(t, an_amount_reaches_up_to_the_largest_number);
    tcase_add_loop_test(t, the_books_agree_with_the_list_of_all_entries, 0, 3);
    add_stops(t);
    return run_tests("ledger", t);
}
