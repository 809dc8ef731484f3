/* test_chart.c — every book has a kind and a name, every template two different sides. */

#include <string.h>

#include "core/books/chart.h"
#include "core/core.h"
#include "tests/harness.h"
#include "tests/small_core.h"

START_TEST(every_book_has_a_kind_and_a_word_of_its_own)
{
    uint32_t book = (uint32_t)_i;
    ck_assert_int_lt(book_kind(book), BOOK_KINDS);
    ck_assert_uint_gt(strlen(book_word(book)), 0);
    for (uint32_t other = 0; other < book; other++)
        if (book < BOOK_PER_CHANNEL || other >= BOOK_REGISTERED - BOOKS_OF_CHANNEL)
            ck_assert_str_ne(book_word(book), book_word(other));
}
END_TEST

static const struct {
    uint32_t book;
    enum book_kind kind;
    uint32_t parent;
} placed[] = {
    {BOOK_CLIENTS, BOOK_LIABILITY, BOOK_NONE},
    {BOOK_EQUITY, BOOK_OWN_EQUITY, BOOK_NONE},
    {BOOK_GAIN_LOSS, BOOK_OWN_EQUITY, BOOK_EQUITY},
    {BOOK_FEE_EXPENSE, BOOK_EXPENSE, BOOK_NONE},
    {BOOK_FEE_ACCOUNT, BOOK_ASSET, BOOK_NONE},
    {BOOK_CUSTODY, BOOK_MEMO, BOOK_NONE},
    {BOOK_UNALLOCATED, BOOK_MEMO, BOOK_CUSTODY},
    {BOOK_TRANSIT, BOOK_ASSET, BOOK_NONE},
    {BOOK_OF(0, BOOK_OF_QUOTA), BOOK_MEMO, BOOK_CUSTODY},
    {BOOK_OF(1, BOOK_OF_QUOTA), BOOK_MEMO, BOOK_CUSTODY},
    {BOOK_OF(0, BOOK_OF_RECEIVABLE), BOOK_ASSET, BOOK_OF(0, BOOK_OF_CLEARING)},
    {BOOK_OF(1, BOOK_OF_RECEIVABLE), BOOK_ASSET, BOOK_OF(1, BOOK_OF_CLEARING)},
    {BOOK_OF(0, BOOK_OF_PAYABLE), BOOK_LIABILITY, BOOK_OF(0, BOOK_OF_CLEARING)},
    {BOOK_OF(1, BOOK_OF_CLEARING), BOOK_ASSET, BOOK_NONE},
    {BOOK_OF(1, BOOK_OF_SUSPENSE_LONG), BOOK_LIABILITY, BOOK_OF(1, BOOK_OF_CLEARING)},
    {BOOK_OF(1, BOOK_OF_SUSPENSE_SHORT), BOOK_ASSET, BOOK_OF(1, BOOK_OF_CLEARING)},
    {BOOK_REGISTERED, BOOK_ASSET, BOOK_NONE},
    {BOOK_REGISTERED + ACCOUNTS_MAX - 1, BOOK_ASSET, BOOK_NONE},
};

START_TEST(a_book_has_its_kind_and_its_parent)
{
    ck_assert_int_eq(book_kind(placed[_i].book), placed[_i].kind);
    ck_assert_uint_eq(book_parent(placed[_i].book), placed[_i].parent);
}
END_TEST

START_TEST(the_name_of_no_book_of_the_chart_stops_the_program)
{
    book_word(BOOK_REGISTERED);
}
END_TEST

/* The memo set: nothing is booked between it and money. */
static bool is_memo(uint8_t side)
{
    return side < SIDE_ACCOUNT && book_kind(side) == BOOK_MEMO;
}

START_TEST(a_template_has_two_sides_that_differ_and_are_both_money_or_both_memo)
{
    struct template_row row = template_rows[_i];
    ck_assert_int_lt(row.debit, SIDES);
    ck_assert_int_lt(row.credit, SIDES);
    ck_assert_int_ne(row.debit, row.credit);
    ck_assert_int_eq(is_memo(row.debit), is_memo(row.credit));
    ck_assert(!row.either_way || row.how == BOOKING_POST);
    for (int other = 0; other < _i; other++)
        ck_assert_str_ne(template_name((enum template)_i), template_name((enum template)other));
}
END_TEST

START_TEST(what_is_made_pending_can_be_taken_and_undone)
{
    enum template what = (enum template)_i;
    struct template_row row = template_rows[what];
    if (row.how != BOOKING_PEND) {
        ck_assert(row.how == BOOKING_POST || _i > 0);
        return;
    }
    for (int how = BOOKING_PEND; how <= BOOKING_VOID; how++) {
        struct template_row phase = template_rows[template_phase(what, (enum booking)how)];
        ck_assert_int_eq(phase.how, how);
        ck_assert_int_eq(phase.debit, row.debit);
        ck_assert_int_eq(phase.credit, row.credit);
    }
}
END_TEST

/* An entry says which event it is of, and both its books. */
START_TEST(an_entry_is_booked_as_its_template_says)
{
    struct small_core s;
    small_config(&s, 100000);
    s.config.accounts[2] =
        (struct core_account){.kind = ACCOUNT_OWN, .institution = 3, .opening_fen = 700};
    small_apply(&s, (struct input){.kind = INPUT_TICKED});
    uint32_t seen = 0;
    for (uint32_t i = 0; i < s.fx.fact_count; i++) {
        struct fact f = s.fx.facts[i];
        if (f.kind != FACT_ENTRY_POSTED || f.code != TEMPLATE_ACCOUNT_OPENS)
            continue;
        bool own = f.subject == BOOK_REGISTERED + 2;
        ck_assert_uint_eq(f.session, own ? BOOK_EQUITY : BOOK_CLIENTS);
        ck_assert_int_eq(f.amount_fen, own ? 700 : 100000);
        seen++;
    }
    ck_assert_uint_eq(seen, 2);
    small_free(&s);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("chart");
    tcase_add_loop_test(t, every_book_has_a_kind_and_a_word_of_its_own, 0, (int)BOOK_REGISTERED);
    tcase_add_loop_test(t, a_book_has_its_kind_and_its_parent, 0, COUNT(placed));
    tcase_add_test_raise_signal(t, the_name_of_no_book_of_the_chart_stops_the_program, SIGABRT);
    tcase_add_loop_test(t, a_template_has_two_sides_that_differ_and_are_both_money_or_both_memo, 0,
                        TEMPLATE_COUNT);
    tcase_add_loop_test(t, what_is_made_pending_can_be_taken_and_undone, 0, TEMPLATE_COUNT);
    tcase_add_test(t, an_entry_is_booked_as_its_template_says);
    return run_tests("chart", t);
}
