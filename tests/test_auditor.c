/* test_auditor.c — a planted violation of each invariant is found, and nothing else is.
 *
 * A small true story is told to the auditor: two payouts go through a real
 * mock world, and the facts a treasury would give are written by hand.  Told
 * straight, nothing breaks and every invariant was checked.  Then, once for
 * each way to break one, the story is told up to some point and falsified.
 */

#include "tests/violation.h"

static void tell_trial_balance(void)
{
    static const struct {
        uint32_t account;
        int64_t fen;
        int64_t debit_fen;
    } balances[] = {{BOOK_CLIENTS, 3000 - STAGE_CUSTODY_FEN, 3000},
                    {BOOK_EQUITY, -5000, 0},
                    {BOOK_OF(UNIONPAY, BOOK_OF_PAYABLE), 0, 3000},
                    {BOOK_REGISTERED + 0, STAGE_CUSTODY_FEN - 3000, STAGE_CUSTODY_FEN},
                    {BOOK_REGISTERED + 3, 5000, 5000}};
    for (int i = 0; i < COUNT(balances); i++)
        tell((struct fact){.kind = FACT_BALANCE,
                           .subject = balances[i].account,
                           .id = (uint64_t)balances[i].debit_fen,
                           .amount_fen = balances[i].fen});
}

enum { DEBITED_FEN = STAGE_CUSTODY_FEN + 5000 + 3000 + 3000 };

static void tell_close(uint32_t books, int64_t debits_fen, int64_t credits_fen)
{
    tell((struct fact){.kind = FACT_DAY_CLOSED,
                       .session = books,
                       .id = (uint64_t)credits_fen,
                       .amount_fen = debits_fen});
}

START_TEST(a_true_story_breaks_nothing_and_every_invariant_was_checked)
{
    set_story();
    tell_story(NEVER);
    tell((struct fact){.kind = FACT_TRANSFER_REQUESTED, .class = 3, .amount_fen = 100});
    tell((struct fact){.kind = FACT_TRANSFER_FAILED, .class = 3, .reason = REASON_OPERATOR});
    for (uint8_t c = 0; c < CHANNELS; c++)
        tell_move(FACT_MOVE_REQUESTED, c, CHANNEL_NONE, c, REASON_BELOW_LOW);
    for (uint8_t c = 0; c < CHANNELS; c++)
        tell_move(FACT_MOVE_DONE, c, CHANNEL_NONE, c, REASON_BELOW_LOW);
    tell_trial_balance();
    tell_close(5, DEBITED_FEN, DEBITED_FEN);
    after_event();
    auditor_take_over(stage.auditor, INVARIANT_WAITS_ADD_UP, 7, 0, "");
    auditor_finish(stage.auditor, stage.now_us, true);
    ck_assert_str_eq(auditor_first(stage.auditor), "");
    ck_assert(!auditor_broken(stage.auditor));
    for (int i = 0; i < INVARIANTS; i++) {
        ck_assert_msg(count_of((enum invariant)i)->checked > 0, "%s was not checked",
                      invariant_name((enum invariant)i));
        ck_assert_uint_eq(count_of((enum invariant)i)->broken, 0);
    }
    ck_assert_uint_eq(auditor_paid_twice(stage.auditor), 0);
    ck_assert_uint_eq(auditor_open_payouts(stage.auditor), 0);
    audit_close();
}
END_TEST

START_TEST(what_others_checked_is_taken_over_and_their_first_break_told)
{
    set_story();
    auditor_take_over(stage.auditor, INVARIANT_WAITS_ADD_UP, 7, 0, "");
    ck_assert_uint_eq(count_of(INVARIANT_WAITS_ADD_UP)->checked, 7);
    ck_assert(!auditor_broken(stage.auditor));
    auditor_take_over(stage.auditor, INVARIANT_WAITS_ADD_UP, 9, 2, "a second is missing");
    ck_assert_uint_eq(count_of(INVARIANT_WAITS_ADD_UP)->checked, 9);
    ck_assert_uint_eq(count_of(INVARIANT_WAITS_ADD_UP)->broken, 2);
    ck_assert_int_eq(auditor_first_break(stage.auditor)->which, INVARIANT_WAITS_ADD_UP);
    ck_assert_str_eq(auditor_first_break(stage.auditor)->detail, "a second is missing");
    audit_close();
}
END_TEST

/* --- the violations ------------------------------------------------------------------ */

static void entry_missing(void)
{
    entries++;
    tell_entry(FACT_ENTRY_POSTED, BOOK_CLIENTS, BOOK_EQUITY, 1);
}

static void entry_of_nothing(void)
{
    tell_entry(FACT_ENTRY_POSTED, BOOK_CLIENTS, BOOK_EQUITY, 0);
}

static void entry_below_zero(void)
{
    tell_entry(FACT_ENTRY_PENDING, BOOK_CLIENTS, BOOK_EQUITY, -1);
}

static void entry_with_itself(void)
{
    tell_entry(FACT_ENTRY_POSTED, BOOK_CLIENTS, BOOK_CLIENTS, 1);
}

static void balance_differs(void)
{
    tell((struct fact){.kind = FACT_BALANCE,
                       .subject = BOOK_REGISTERED + 0,
                       .id = STAGE_CUSTODY_FEN,
                       .amount_fen = STAGE_CUSTODY_FEN + 1});
}

static void debits_differ(void)
{
    tell((struct fact){.kind = FACT_BALANCE,
                       .subject = BOOK_REGISTERED + 0,
                       .id = STAGE_CUSTODY_FEN + 1,
                       .amount_fen = STAGE_CUSTODY_FEN});
}

static void pending_differs(void)
{
    tell((struct fact){.kind = FACT_BALANCE,
                       .subject = BOOK_REGISTERED + 0,
                       .id = STAGE_CUSTODY_FEN,
                       .amount_fen = STAGE_CUSTODY_FEN,
                       .other = 1});
}

/* Of a day that was never closed before: 3,000 fen are paid, none settled. */
enum { PAID_FEN = STAGE_CUSTODY_FEN + 5000 + 3000 };

static void tell_balances(uint32_t books)
{
    static const struct {
        uint32_t account;
        int64_t fen;
        int64_t debit_fen;
    } balances[] = {{BOOK_REGISTERED + 0, STAGE_CUSTODY_FEN, STAGE_CUSTODY_FEN},
                    {BOOK_REGISTERED + 3, 5000, 5000},
                    {BOOK_EQUITY, -5000, 0},
                    {BOOK_OF(UNIONPAY, BOOK_OF_PAYABLE), -3000, 0},
                    {BOOK_CLIENTS, 3000 - STAGE_CUSTODY_FEN, 3000}};
    for (uint32_t i = 0; i < books; i++)
        tell((struct fact){.kind = FACT_BALANCE,
                           .subject = balances[i].account,
                           .id = (uint64_t)balances[i].debit_fen,
                           .amount_fen = balances[i].fen});
}

/* The books that are told are right, but one is missing: in figures, and by number. */
static void trial_balance_incomplete(void)
{
    tell_balances(4);
    tell_close(4, PAID_FEN, PAID_FEN);
}

static void close_counts_a_book_too_many(void)
{
    tell_balances(5);
    tell_close(6, PAID_FEN, PAID_FEN);
}

static void close_debits_too_much(void)
{
    tell_balances(5);
    tell_close(5, PAID_FEN + 1, PAID_FEN);
}

static void close_credits_too_little(void)
{
    tell_balances(5);
    tell_close(5, PAID_FEN, PAID_FEN - 1);
}

static void voided_but_never_pending(void)
{
    tell_entry(FACT_ENTRY_VOIDED, BOOK_CLIENTS, BOOK_OF(UNIONPAY, BOOK_OF_PAYABLE), 1001);
}

static void taken_twice(void)
{
    tell_entry(FACT_ENTRY_TAKEN, BOOK_CLIENTS, BOOK_OF(UNIONPAY, BOOK_OF_PAYABLE), 1000);
    tell_entry(FACT_ENTRY_TAKEN, BOOK_CLIENTS, BOOK_OF(UNIONPAY, BOOK_OF_PAYABLE), 1000);
}

/* B goes out under A's reference; the books of the treasury see nothing odd. */
static void money_out_of_nothing(void)
{
    stage.world->books.balance_fen[BOOKS_OUTSIDE]++;
}

static void account_below_zero(void)
{
    stage.world->books.balance_fen[BOOKS_REGISTERED + 3] -= 5001;
    stage.world->books.balance_fen[BOOKS_OUTSIDE] += 5001;
}

static void belief_not_from_facts(void)
{
    believed_fen[UNIONPAY]--;
    tell_sent(B, UNIONPAY, ORDER_B, 2000);
    stage_pay(UNIONPAY, ORDER_B, 2000);
}

static void truth_not_from_facts(void)
{
    stage.world->houses[UNIONPAY].processing_fen++;
}

static void truth_told_wrong(void)
{
    tell((struct fact){.kind = FACT_TRUE_RECEIPT,
                       .channel = NETSUNION,
                       .session = stage_house(NETSUNION)->open_session,
                       .amount_fen = 1});
}

static void sessions_not_from_orders(void)
{
    struct house *h = stage_house(NETSUNION);
    house_session(h, h->open_session)->payments_fen++;
}

static void mapped_below_zero(void)
{
    struct central_bank *cb = &stage.world->central_bank;
    cb->unallocated_fen += cb->mapped_fen[NETSUNION] + 1;
    cb->mapped_fen[NETSUNION] = -1;
}

static void unallocated_below_zero(void)
{
    struct central_bank *cb = &stage.world->central_bank;
    cb->mapped_fen[NETSUNION] += cb->unallocated_fen + 1;
    cb->unallocated_fen = -1;
}

static void quota_out_of_nothing(void)
{
    stage.world->central_bank.unallocated_fen++;
}

static void net_differs_from_trades(void)
{
    struct house *h = stage_house(UNIONPAY);
    tell((struct fact){.kind = FACT_TRUE_SESSION_SETTLED,
                       .channel = UNIONPAY,
                       .session = h->oldest_session,
                       .amount_fen = -2999});
}

static void increase_beyond_unallocated(void)
{
    struct fact leg = {.kind = FACT_MOVE_SENT,
                       .channel = NETSUNION,
                       .state = 1,
                       .amount_fen = 200001,
                       .other = STAGE_MAPPED_FEN};
    tell(leg);
    leg.kind = FACT_MOVE_LEG_DONE;
    believed_fen[NETSUNION] += 200001;
    leg.other = believed_fen[NETSUNION];
    tell(leg);
}

static void receipt_that_never_came(void)
{
    tell_belief((struct fact){.kind = FACT_RECEIPT,
                              .channel = NETSUNION,
                              .session = stage_house(NETSUNION)->open_session,
                              .id = 1,
                              .amount_fen = 1},
                1);
}

static void paid_without_being_told(void)
{
    stage_pay(NETSUNION, 999, 1);
}

static void accepted_beyond_quota(void)
{
    stage.world->houses[NETSUNION].processing_fen = STAGE_MAPPED_FEN + 1;
    tell((struct fact){
        .kind = FACT_TRUE_ACCEPTED, .channel = NETSUNION, .amount_fen = STAGE_MAPPED_FEN + 1});
}

static void said_to_be_accepted_beyond_quota(void)
{
    tell((struct fact){
        .kind = FACT_TRUE_ACCEPTED, .channel = NETSUNION, .amount_fen = STAGE_MAPPED_FEN + 1});
}

static void quota_moved_without_being_told(void)
{
    stage_move(NETSUNION, 1, ORDER_INCREASE, 1000);
    stage_after(10 * US_PER_S);
}

static void receipt_never_told(void)
{
    stage_collect(UNIONPAY, 1, 0);
    stage_until(stage_at(30, 10, 1));
}

static void account_booked_wrong(void)
{
    tell_entry(FACT_ENTRY_POSTED, BOOK_REGISTERED + 0, BOOK_CLIENTS, 1);
}

static void fees_not_booked(void)
{
    MUST(books_move(&stage.world->books, BOOKS_FEE_ACCOUNT, BOOKS_OUTSIDE, 1));
}

static void receivable_left(void)
{
    tell_entry(FACT_ENTRY_POSTED, BOOK_OF(NETSUNION, BOOK_OF_RECEIVABLE), BOOK_CLIENTS, 1);
}

static void pending_left(void)
{
    tell_entry(FACT_ENTRY_PENDING, BOOK_CLIENTS, BOOK_EQUITY, 1);
}

static const struct violation violations[] = {
    PLANT(PAID, LEDGER_BALANCES, entry_missing, 0, 1),
    PLANT(PAID, LEDGER_BALANCES, entry_of_nothing, 0, 1),
    PLANT(PAID, LEDGER_BALANCES, entry_below_zero, 0, 1),
    PLANT(PAID, LEDGER_BALANCES, entry_with_itself, 0, 1),
    PLANT(PAID, LEDGER_BALANCES, balance_differs, 0, 1),
    PLANT(PAID, LEDGER_BALANCES, debits_differ, 0, 1),
    PLANT(PAID, LEDGER_BALANCES, pending_differs, 0, 1),
    PLANT(PAID, LEDGER_BALANCES, trial_balance_incomplete, 0, 3),
    PLANT(PAID, LEDGER_BALANCES, close_counts_a_book_too_many, 0, 1),
    PLANT(PAID, LEDGER_BALANCES, close_debits_too_much, 0, 1),
    PLANT(PAID, LEDGER_BALANCES, close_credits_too_little, 0, 1),
    PLANT(SENT, LEDGER_BALANCES, voided_but_never_pending, 0, 1),
    PLANT(SENT, LEDGER_BALANCES, taken_twice, 0, 1),
    PLANT(PAID, WORLD_BALANCES, money_out_of_nothing, 0, 1),
    PLANT(PAID, WORLD_BALANCES, account_below_zero, 0, 1),
    PLANT(SENT, IDENTITIES, belief_not_from_facts, 0, 1),
    PLANT(OPENED, IDENTITIES, truth_not_from_facts, ALSO(BELIEF_BELOW_TRUTH), 1),
    PLANT(PAID, IDENTITIES, truth_told_wrong, 0, 1),
    PLANT(PAID, IDENTITIES, sessions_not_from_orders, 0, 1),
    PLANT(PAID, IDENTITIES, mapped_below_zero, ALSO(BELIEF_BELOW_TRUTH) | ALSO(NEVER_OVERDRAWN), 2),
    PLANT(PAID, IDENTITIES, unallocated_below_zero, 0, 1),
    PLANT(PAID, IDENTITIES, quota_out_of_nothing, 0, 1),
    PLANT(PAID, IDENTITIES, net_differs_from_trades, 0, 2),
    PLANT(OPENED, IDENTITIES, increase_beyond_unallocated, ALSO(BELIEF_BELOW_TRUTH), 1),
    PLANT(PAID, BELIEF_BELOW_TRUTH, receipt_that_never_came, 0, 1),
    PLANT(PAID, BELIEF_BELOW_TRUTH, paid_without_being_told, 0, 1),
    PLANT(OPENED, NEVER_OVERDRAWN, accepted_beyond_quota,
          ALSO(IDENTITIES) | ALSO(BELIEF_BELOW_TRUTH), 2),
    PLANT(OPENED, NEVER_OVERDRAWN, said_to_be_accepted_beyond_quota, ALSO(IDENTITIES), 1),
    PLANT(PAID, NEVER_OVERDRAWN, mapped_below_zero, ALSO(IDENTITIES) | ALSO(BELIEF_BELOW_TRUTH), 1),
    PLANT(SETTLED, BELIEF_IS_TRUTH_AT_REST, quota_moved_without_being_told, 0, 3),
    PLANT(SETTLED, BELIEF_IS_TRUTH_AT_REST, receipt_never_told, 0, 3),
    PLANT(SETTLED, BELIEF_IS_TRUTH_AT_REST, account_booked_wrong, 0, 1),
    PLANT(SETTLED, BELIEF_IS_TRUTH_AT_REST, fees_not_booked, 0, 1),
    PLANT(SETTLED, BELIEF_IS_TRUTH_AT_REST, receivable_left, 0, 1),
    PLANT(SETTLED, BELIEF_IS_TRUTH_AT_REST, pending_left, 0, 2),
};

START_TEST(a_planted_violation_is_found_and_called_by_its_name)
{
    check_planted(&violations[_i]);
}
END_TEST

START_TEST(what_is_left_at_rest_is_no_break_while_there_is_no_rest)
{
    set_story();
    tell_story(SETTLED);
    account_booked_wrong();
    after_event();
    auditor_finish(stage.auditor, stage.now_us, false);
    ck_assert(!auditor_broken(stage.auditor));
    audit_close();
}
END_TEST

START_TEST(a_payout_that_has_not_ended_at_rest_is_found)
{
    set_story();
    tell_story(PAID);
    ck_assert_uint_eq(auditor_open_payouts(stage.auditor), 2);
    auditor_finish(stage.auditor, stage.now_us, true);
    ck_assert_uint_eq(count_of(INVARIANT_ONE_STATE)->broken, 1);
    audit_close();
}
END_TEST

START_TEST(a_violation_is_found_at_the_end_although_no_event_touched_it)
{
    set_story();
    auditor_free(stage.auditor);
    stage.auditor = auditor_create(&config, stage.world, 1000000);
    tell_story(PAID);
    sessions_not_from_orders();
    auditor_finish(stage.auditor, stage.now_us, false);
    ck_assert_uint_eq(count_of(INVARIANT_IDENTITIES)->broken, 1);
    audit_close();
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("auditor");
    tcase_add_test(t, a_true_story_breaks_nothing_and_every_invariant_was_checked);
    tcase_add_test(t, what_others_checked_is_taken_over_and_their_first_break_told);
    tcase_add_loop_test(t, a_planted_violation_is_found_and_called_by_its_name, 0,
                        COUNT(violations));
    tcase_add_test(t, what_is_left_at_rest_is_no_break_while_there_is_no_rest);
    tcase_add_test(t, a_payout_that_has_not_ended_at_rest_is_found);
    tcase_add_test(t, a_violation_is_found_at_the_end_although_no_event_touched_it);
    return run_tests("auditor", t);
}
