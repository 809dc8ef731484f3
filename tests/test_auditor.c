/* test_auditor.c — a planted violation of each invariant is found, and nothing else is.
 *
 * A small true story is told to the auditor: two payouts go through a real
 * mock world, and the facts a treasury would give are written by hand.  Told
 * straight, nothing breaks and every invariant was checked.  Then, once for
 * each way to break one, the story is told up to some point and falsified.
 */

#include "tests/story.h"

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
    end_story();
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
    end_story();
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
static void pay_again_on(uint8_t c)
{
    struct order o = payment(c, ORDER_B, 2000);
    o.reference.lo = ORDER_A;
    tell_sent(B, c, ORDER_B, 2000);
    stage_order(o);
    stage_after(10 * US_PER_S);
    ck_assert_uint_eq(auditor_paid_twice(stage.auditor), 1);
}

static void paid_again_here(void)
{
    pay_again_on(UNIONPAY);
}

static void paid_again_elsewhere(void)
{
    pay_again_on(NETSUNION);
}

static void sent_while_in_doubt(void)
{
    tell_sent(A, UNIONPAY, ORDER_A + 1000, 1000);
}

static void slot_taken_while_open(void)
{
    tell_request(A, 1000);
}

static void refused_unasked(void)
{
    tell((struct fact){.kind = FACT_REFUSED, .reason = REASON_POOL_FULL, .subject = NONE});
}

static void returned_unpaid(void)
{
    tell_belief((struct fact){.kind = FACT_RETURNED, .subject = NONE, .state = PAYOUT_RECONCILED},
                0);
}

static void request_vanishes(void)
{
    tell((struct fact){.kind = FACT_REQUESTED, .subject = NONE, .amount_fen = 1});
}

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

static void later_arrival_goes_first(void)
{
    tell_sent(B, UNIONPAY, ORDER_B, 2000);
    stage_pay(UNIONPAY, ORDER_B, 2000);
}

static void sent_on_a_closed_route(void)
{
    struct fact one = queued(9, CLASS - 1, 10);
    one.routes = 1 << NETSUNION;
    tell_request(9, 10);
    tell(one);
    tell_sent(9, UNIONPAY, 109, 10);
    stage_pay(UNIONPAY, 109, 10);
}

static void sent_before_its_time(void)
{
    struct fact one = queued(9, CLASS - 1, 10);
    one.other = stage.now_us + 1;
    tell_request(9, 10);
    tell(one);
    tell_sent(9, UNIONPAY, 109, 10);
    stage_pay(UNIONPAY, 109, 10);
}

static void lower_class_goes_first(void)
{
    tell_request(9, 10);
    tell(queued(9, CLASS - 1, 10));
    tell_sent(A, UNIONPAY, ORDER_A, 1000);
    stage_pay(UNIONPAY, ORDER_A, 1000);
}

static void send_a(void)
{
    tell_sent(A, UNIONPAY, ORDER_A, 1000);
    stage_pay(UNIONPAY, ORDER_A, 1000);
}

static void sent_while_held(void)
{
    tell_hold(FACT_HELD, A);
    send_a();
}

static void sent_where_denied(void)
{
    tell_denied(A, 1 << UNIONPAY);
    send_a();
}

/* The first is free again: from now on it is its turn. */
static void released_but_passed(void)
{
    tell_hold(FACT_HELD, A);
    tell_hold(FACT_RELEASED, A);
    later_arrival_goes_first();
}

static void admitted_but_passed(void)
{
    tell_denied(A, 3);
    tell_denied(A, 1 << NETSUNION);
    later_arrival_goes_first();
}

static void held_twice(void)
{
    tell_hold(FACT_HELD, A);
    tell_hold(FACT_HELD, A);
}

static void released_unheld(void)
{
    tell_hold(FACT_RELEASED, A);
}

static void denied_as_before(void)
{
    tell_denied(A, 0);
}

/* A payout too large for the quota stands in front of many small ones. */
static void pass_over(uint32_t times)
{
    tell_request(9, STAGE_MAPPED_FEN + 1);
    tell(queued(9, 0, STAGE_MAPPED_FEN + 1));
    for (uint32_t i = 0; i < times; i++) {
        tell_request(20 + i, 10);
        tell(queued(20 + i, 1, 10));
        tell_sent(20 + i, NETSUNION, 120 + i, 10);
        stage_pay(NETSUNION, 120 + i, 10);
    }
}

static void passed_over_too_often(void)
{
    pass_over(BYPASS_MAX);
    ck_assert(!auditor_broken(stage.auditor));
    tell_request(40, 10);
    tell(queued(40, 1, 10));
    tell_sent(40, NETSUNION, 140, 10);
    stage_pay(NETSUNION, 140, 10);
}

static void next_query_in_the_past(void)
{
    tell_doubt(A, stage.now_us - 1);
}

static void never_asked_again(void)
{
    tell_doubt(A, NEVER_US);
}

static void query_missed(void)
{
    stage_after(US_PER_HOUR + 1);
}

#define ALSO(which) (UINT32_C(1) << INVARIANT_##which)

static const struct violation {
    const char *name;
    enum moment at;
    enum invariant breaks;
    void (*plant)(void);
    uint32_t also;  /* others that cannot but break with it */
    uint64_t times; /* how many checks of the one fail */
} violations[] = {
#define PLANT(at, breaks, plant, also, times)                                                      \
    {                                                                                              \
#plant, at, INVARIANT_##breaks, plant, also, times                                         \
    }
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
    PLANT(SENT, PAID_ONCE, paid_again_here, 0, 1),
    PLANT(SENT, PAID_ONCE, paid_again_elsewhere, 0, 1),
    PLANT(DOUBTED, ONE_STATE, sent_while_in_doubt, 0, 1),
    PLANT(QUEUED, ONE_STATE, slot_taken_while_open, 0, 2),
    PLANT(QUEUED, ONE_STATE, refused_unasked, 0, 1),
    PLANT(PAID, ONE_STATE, returned_unpaid, 0, 1),
    PLANT(QUEUED, ONE_STATE, request_vanishes, 0, 1),
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
    PLANT(QUEUED, QUEUE_ORDER, later_arrival_goes_first, 0, 1),
    PLANT(OPENED, QUEUE_ORDER, sent_on_a_closed_route, 0, 1),
    PLANT(OPENED, QUEUE_ORDER, sent_before_its_time, 0, 1),
    PLANT(QUEUED, QUEUE_ORDER, lower_class_goes_first, 0, 1),
    PLANT(OPENED, QUEUE_ORDER, passed_over_too_often, 0, 1),
    PLANT(QUEUED, QUEUE_ORDER, sent_while_held, 0, 1),
    PLANT(QUEUED, QUEUE_ORDER, sent_where_denied, 0, 1),
    PLANT(QUEUED, QUEUE_ORDER, released_but_passed, 0, 1),
    PLANT(QUEUED, QUEUE_ORDER, admitted_but_passed, 0, 1),
    PLANT(QUEUED, ONE_STATE, held_twice, 0, 1),
    PLANT(QUEUED, ONE_STATE, released_unheld, 0, 1),
    PLANT(QUEUED, ONE_STATE, denied_as_before, 0, 1),
    PLANT(SENT, REASONS, next_query_in_the_past, 0, 2),
    PLANT(SENT, REASONS, never_asked_again, 0, 1),
    PLANT(DOUBTED, REASONS, query_missed, 0, 1),
#undef PLANT
};

START_TEST(a_planted_violation_is_found_and_called_by_its_name)
{
    const struct violation *v = &violations[_i];
    set_story();
    tell_story(v->at);
    ck_assert_msg(!auditor_broken(stage.auditor), "%s: broken before: %s", v->name,
                  auditor_first(stage.auditor));
    v->plant();
    after_event();
    if (v->at == SETTLED)
        auditor_finish(stage.auditor, stage.now_us, true);
    for (int i = 0; i < INVARIANTS; i++) {
        const struct invariant_count *c = count_of((enum invariant)i);
        bool may = i == (int)v->breaks || (v->also >> i & 1);
        ck_assert_msg(i != (int)v->breaks || c->broken == v->times, "%s: %d checks failed: %s",
                      v->name, (int)c->broken, auditor_first(stage.auditor));
        ck_assert_msg(may || c->broken == 0, "%s: broke %s: %s", v->name,
                      invariant_name((enum invariant)i), auditor_first(stage.auditor));
        ck_assert_uint_le(c->broken, c->checked);
    }
    ck_assert(auditor_broken(stage.auditor));
    if (v->also == 0)
        ck_assert_ptr_eq(strstr(auditor_first(stage.auditor), invariant_name(v->breaks)),
                         auditor_first(stage.auditor));
    const struct first_break *first = auditor_first_break(stage.auditor);
    ck_assert(first->which == v->breaks || (v->also >> first->which & 1));
    ck_assert_int_le(first->at_us, stage.now_us);
    ck_assert_ptr_nonnull(strstr(auditor_first(stage.auditor), invariant_name(first->which)));
    ck_assert_uint_gt(strlen(first->detail), 0);
    ck_assert_str_eq(strstr(auditor_first(stage.auditor), first->detail), first->detail);
    end_story();
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
    end_story();
}
END_TEST

START_TEST(a_payout_that_has_not_ended_at_rest_is_found)
{
    set_story();
    tell_story(PAID);
    ck_assert_uint_eq(auditor_open_payouts(stage.auditor), 2);
    auditor_finish(stage.auditor, stage.now_us, true);
    ck_assert_uint_eq(count_of(INVARIANT_ONE_STATE)->broken, 1);
    end_story();
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
    end_story();
}
END_TEST

/* --- why it went there ------------------------------------------------------------------- */

static const struct {
    uint8_t routes;
    uint8_t denied;
    uint8_t channel; /* the primary is UnionPay */
    enum routing_kind kind;
    enum reason reason;
    uint32_t attempt;
    bool may;
} routings[] = {
    {1, 0, UNIONPAY, ROUTING_BY_COST, REASON_ONLY_ROUTE, 1, true},
    {3, 0, UNIONPAY, ROUTING_BY_COST, REASON_ONLY_ROUTE, 1, false},
    {2, 0, NETSUNION, ROUTING_PRIMARY_FIRST, REASON_TRIED_ELSEWHERE, 2, true},
    {2, 0, NETSUNION, ROUTING_PRIMARY_FIRST, REASON_TRIED_ELSEWHERE, 1, false},
    {3, 0, NETSUNION, ROUTING_PRIMARY_FIRST, REASON_TRIED_ELSEWHERE, 2, false},
    {3, 0, UNIONPAY, ROUTING_BY_SUCCESS, REASON_PRIMARY, 1, true},
    {3, 0, NETSUNION, ROUTING_PRIMARY_FIRST, REASON_PRIMARY, 1, false},
    {1, 0, UNIONPAY, ROUTING_PRIMARY_FIRST, REASON_PRIMARY, 1, false},
    {3, 0, NETSUNION, ROUTING_BY_QUOTA, REASON_MORE_QUOTA, 1, true},
    {3, 0, NETSUNION, ROUTING_BY_COST, REASON_MORE_QUOTA, 1, false},
    {3, 0, UNIONPAY, ROUTING_BY_QUOTA, REASON_MORE_QUOTA, 1, false},
    {2, 0, NETSUNION, ROUTING_BY_QUOTA, REASON_MORE_QUOTA, 1, false},
    {3, 0, NETSUNION, ROUTING_BY_COST, REASON_CHEAPER, 1, true},
    {3, 0, NETSUNION, ROUTING_BY_QUOTA, REASON_CHEAPER, 1, false},
    {3, 0, NETSUNION, ROUTING_BY_SUCCESS, REASON_MORE_SUCCESS, 1, true},
    {3, 0, NETSUNION, ROUTING_PRIMARY_FIRST, REASON_MORE_SUCCESS, 1, false},
    {3, 0, NETSUNION, ROUTING_PRIMARY_FIRST, REASON_QUOTA_LOW, 1, true},
    {3, 0, NETSUNION, ROUTING_PRIMARY_FIRST, REASON_CHANNEL_BUSY, 1, true},
    {2, 0, NETSUNION, ROUTING_PRIMARY_FIRST, REASON_CHANNEL_BUSY, 1, false},
    {3, 1, NETSUNION, ROUTING_PRIMARY_FIRST, REASON_QUOTA_LOW, 1, false},
    {3, 1, NETSUNION, ROUTING_PRIMARY_FIRST, REASON_BREAKER_OPEN, 1, true},
    {3, 0, NETSUNION, ROUTING_PRIMARY_FIRST, REASON_BREAKER_OPEN, 1, false},
    {3, 0, UNIONPAY, ROUTING_PRIMARY_FIRST, REASON_NONE, 1, false},
    {3, 0, UNIONPAY, ROUTING_PRIMARY_FIRST, REASON_OPERATOR, 1, false},
};

START_TEST(why_a_payout_went_where_it_went_must_be_possible)
{
    set_story();
    config.routing = routings[_i].kind;
    config.channels[UNIONPAY].fee.fixed_fen = 2;
    config.channels[NETSUNION].fee.fixed_fen = 1;
    tell_opening();
    tell_request(A, 1000);
    struct fact f = queued(A, CLASS, 1000);
    f.routes = routings[_i].routes;
    tell(f);
    if (routings[_i].denied != 0)
        tell((struct fact){.kind = FACT_DENIED,
                           .reason = REASON_BREAKER_OPEN,
                           .subject = A,
                           .routes = routings[_i].denied});
    tell_belief((struct fact){.kind = FACT_SENT,
                              .channel = routings[_i].channel,
                              .reason = (uint8_t)routings[_i].reason,
                              .subject = A,
                              .session = routings[_i].attempt,
                              .id = ORDER_A,
                              .amount_fen = 1000},
                -1000);
    ck_assert_uint_eq(count_of(INVARIANT_REASONS)->broken, !routings[_i].may);
    ck_assert_uint_eq(count_of(INVARIANT_QUEUE_ORDER)->broken, 0);
    end_story();
}
END_TEST

/* --- which fact may find a payout in which state ------------------------------------------ */

static const struct {
    enum payout_state state;
    const char *may; /* one letter a fact, in the order of `steps` */
} lives[] = {
    {PAYOUT_REQUESTED, "Q....F......."},  {PAYOUT_QUEUED, ".S....EC..HN."},
    {PAYOUT_SENT, "..DPA........"},       {PAYOUT_IN_DOUBT, "...PA........"},
    {PAYOUT_PAID, "........TR..."},       {PAYOUT_SETTLED, ".........R..M"},
    {PAYOUT_RECONCILED, "............."}, {PAYOUT_RETURNED, "............."},
    {PAYOUT_EXPIRED, "............."},    {PAYOUT_CANCELLED, "............."},
    {PAYOUT_FAILED, "............."},
};

static const enum fact_kind steps[] = {
    FACT_QUEUED, FACT_SENT,    FACT_IN_DOUBT,  FACT_PAID,    FACT_ATTEMPT_FAILED,
    FACT_FAILED, FACT_EXPIRED, FACT_CANCELLED, FACT_SETTLED, FACT_RETURNED,
    FACT_HELD,   FACT_DENIED,  FACT_RECONCILED};

static void step(enum fact_kind kind)
{
    struct fact f = queued(A, CLASS, 1000);
    f.kind = (uint8_t)kind;
    f.channel = UNIONPAY;
    f.reason = kind == FACT_SENT ? REASON_PRIMARY : REASON_OPERATOR;
    f.session = config.channels[UNIONPAY].first_session;
    if (kind == FACT_IN_DOUBT)
        f.other = stage.now_us + 1;
    if (kind == FACT_SENT || kind == FACT_ATTEMPT_FAILED)
        tell_belief(f, kind == FACT_SENT ? -1000 : 1000);
    else if (kind == FACT_PAID || kind == FACT_RETURNED)
        tell_belief(f, kind == FACT_PAID ? 0 : 1000);
    else
        tell(f);
}

static void live_to(enum payout_state state)
{
    bool sent = state == PAYOUT_SENT || state == PAYOUT_IN_DOUBT || state == PAYOUT_PAID ||
                state == PAYOUT_SETTLED || state == PAYOUT_RECONCILED || state == PAYOUT_RETURNED;
    tell_request(A, 1000);
    if (state == PAYOUT_FAILED)
        step(FACT_FAILED);
    if (sent || state == PAYOUT_QUEUED || state == PAYOUT_EXPIRED || state == PAYOUT_CANCELLED)
        step(FACT_QUEUED);
    if (state == PAYOUT_EXPIRED || state == PAYOUT_CANCELLED)
        step(state == PAYOUT_EXPIRED ? FACT_EXPIRED : FACT_CANCELLED);
    if (sent)
        step(FACT_SENT);
    if (state == PAYOUT_IN_DOUBT)
        step(FACT_IN_DOUBT);
    if (state == PAYOUT_PAID || state == PAYOUT_SETTLED || state == PAYOUT_RECONCILED ||
        state == PAYOUT_RETURNED)
        step(FACT_PAID);
    if (state == PAYOUT_SETTLED || state == PAYOUT_RECONCILED)
        step(FACT_SETTLED);
    if (state == PAYOUT_RECONCILED)
        step(FACT_RECONCILED);
    if (state == PAYOUT_RETURNED)
        step(FACT_RETURNED);
}

START_TEST(asking_for_a_break_where_none_was_stops_the_program)
{
    set_story();
    auditor_first_break(stage.auditor);
}
END_TEST

START_TEST(a_payout_goes_through_its_life_in_order_or_is_found_out)
{
    for (int s = 0; s < COUNT(steps); s++) {
        set_story();
        tell_opening();
        live_to(lives[_i].state);
        ck_assert_str_eq(auditor_first(stage.auditor), "");
        step(steps[s]);
        ck_assert_msg((count_of(INVARIANT_ONE_STATE)->broken == 0) == (lives[_i].may[s] != '.'),
                      "%s while %s", fact_kind_name(steps[s]), payout_state_name(lives[_i].state));
        end_story();
    }
}
END_TEST

/* --- reasons ------------------------------------------------------------------------------- */

static const enum fact_kind with_reason[] = {
    FACT_REFUSED, FACT_REPEATED,    FACT_IN_DOUBT,        FACT_ATTEMPT_FAILED, FACT_FAILED,
    FACT_EXPIRED, FACT_CANCELLED,   FACT_CONTRADICTED,    FACT_MOVE_REQUESTED, FACT_BYPASSED,
    FACT_ALERT,   FACT_MOVE_FAILED, FACT_MOVE_RESTRAINED, FACT_HELD,           FACT_DENIED,
};

/* The state it must be told of, where there is one. */
static enum payout_state before(enum fact_kind kind)
{
    return kind == FACT_IN_DOUBT || kind == FACT_ATTEMPT_FAILED ? PAYOUT_SENT
           : kind == FACT_EXPIRED || kind == FACT_CANCELLED || kind == FACT_HELD ||
                   kind == FACT_DENIED
               ? PAYOUT_QUEUED
               : PAYOUT_REQUESTED;
}

START_TEST(a_refusal_doubt_failure_or_alert_without_a_reason_is_found)
{
    for (int given = 0; given < 2; given++) {
        struct fact f = {.kind = (uint8_t)with_reason[_i],
                         .channel = UNIONPAY,
                         .reason = given ? REASON_OPERATOR : REASON_NONE,
                         .routes = 1 << UNIONPAY,
                         .subject = A,
                         .other = stage_at(28, 8, 1)};
        set_story();
        tell_opening();
        live_to(before(with_reason[_i]));
        if (f.kind == FACT_ATTEMPT_FAILED) {
            f.amount_fen = 1000;
            f.other = STAGE_MAPPED_FEN;
        }
        tell(f);
        ck_assert_uint_eq(count_of(INVARIANT_REASONS)->broken, !given);
        ck_assert_uint_eq(count_of(INVARIANT_IDENTITIES)->broken, 0);
        end_story();
    }
}
END_TEST

/* --- to and fro ---------------------------------------------------------------------------- */

enum { FREE = CHANNEL_NONE };

/* One move and another after it: whether a policy may make it. */
static const struct {
    uint8_t from[2];
    uint8_t to[2];
    enum reason reason[2];
    int64_t after_us; /* since the first ended */
    bool fine;
} turns[] = {
    {{FREE, UNIONPAY}, {UNIONPAY, FREE}, {REASON_BELOW_LOW, REASON_ABOVE_HIGH}, 0, false},
    {{FREE, UNIONPAY},
     {UNIONPAY, FREE},
     {REASON_BELOW_LOW, REASON_ABOVE_HIGH},
     10 * US_PER_MINUTE - 1,
     false},
    {{FREE, UNIONPAY},
     {UNIONPAY, FREE},
     {REASON_BELOW_LOW, REASON_ABOVE_HIGH},
     10 * US_PER_MINUTE,
     true},
    {{UNIONPAY, NETSUNION}, {NETSUNION, UNIONPAY}, {REASON_BELOW_LOW, REASON_BELOW_LOW}, 1, false},
    {{UNIONPAY, FREE}, {NETSUNION, UNIONPAY}, {REASON_BELOW_LOW, REASON_BELOW_LOW}, 1, false},
    {{UNIONPAY, UNIONPAY}, {NETSUNION, NETSUNION}, {REASON_BELOW_LOW, REASON_BELOW_LOW}, 1, true},
    {{FREE, UNIONPAY}, {UNIONPAY, FREE}, {REASON_BELOW_LOW, REASON_OPERATOR}, 1, true},
    {{FREE, UNIONPAY}, {UNIONPAY, FREE}, {REASON_OPERATOR, REASON_ABOVE_HIGH}, 1, true},
};

START_TEST(a_policy_that_turns_a_young_move_round_is_found)
{
    for (int under_way = 0; under_way < 2; under_way++) {
        set_story();
        tell_opening();
        tell_move(FACT_MOVE_REQUESTED, 0, turns[_i].from[0], turns[_i].to[0], turns[_i].reason[0]);
        if (!under_way)
            tell_move(FACT_MOVE_DONE, 0, turns[_i].from[0], turns[_i].to[0], turns[_i].reason[0]);
        stage.now_us += turns[_i].after_us;
        tell_move(FACT_MOVE_REQUESTED, 1, turns[_i].from[1], turns[_i].to[1], turns[_i].reason[1]);
        bool fine = turns[_i].fine && !(under_way && turns[_i].after_us == 10 * US_PER_MINUTE);
        ck_assert_int_eq(count_of(INVARIANT_NO_BOUNCE)->broken > 0, !fine);
        end_story();
    }
}
END_TEST

START_TEST(a_move_that_failed_before_it_left_may_be_turned_round)
{
    for (int left = 0; left < 2; left++) {
        set_story();
        tell_opening();
        tell_move(FACT_MOVE_REQUESTED, 0, UNIONPAY, NETSUNION, REASON_BELOW_LOW);
        if (left)
            tell_belief((struct fact){.kind = FACT_MOVE_LEG_DONE, .channel = UNIONPAY}, 0);
        tell_move(FACT_MOVE_FAILED, 0, UNIONPAY, NETSUNION, REASON_BELOW_LOW);
        tell_move(FACT_MOVE_REQUESTED, 1, FREE, UNIONPAY, REASON_BELOW_LOW);
        ck_assert_uint_eq(count_of(INVARIANT_NO_BOUNCE)->broken, left != 0);
        end_story();
    }
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
    tcase_add_test_raise_signal(t, asking_for_a_break_where_none_was_stops_the_program, SIGABRT);
    tcase_add_loop_test(t, a_payout_goes_through_its_life_in_order_or_is_found_out, 0,
                        COUNT(lives));
    tcase_add_loop_test(t, why_a_payout_went_where_it_went_must_be_possible, 0, COUNT(routings));
    tcase_add_loop_test(t, a_refusal_doubt_failure_or_alert_without_a_reason_is_found, 0,
                        COUNT(with_reason));
    tcase_add_loop_test(t, a_policy_that_turns_a_young_move_round_is_found, 0, COUNT(turns));
    tcase_add_test(t, a_move_that_failed_before_it_left_may_be_turned_round);
    return run_tests("auditor", t);
}
