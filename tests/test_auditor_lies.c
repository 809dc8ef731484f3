/* test_auditor_lies.c — what a house lied about is allowed to follow from it, and not a fen more.
 */

#include "core/audit/match.h"
#include "tests/story.h"

enum { X = 1234 };

#define ATTEMPT(n) ((uint64_t)(n) << 32 | A)

static uint32_t session;

static void add_fault(enum fault_kind kind)
{
    stage_fault_first(1, UNIONPAY, fault_asked_at(OPERATION_PAYOUT, kind), kind)->code =
        UNIONPAY_30;
}

static struct house_order *house_order_of(uint64_t id)
{
    return house_find(stage_house(UNIONPAY), id);
}

/* The core sends a payout of X, and the house takes it. */
static void send_first(void)
{
    session = stage_house(UNIONPAY)->open_session;
    tell_opening();
    tell_request(A, X);
    tell(queued(A, CLASS, X));
    tell_sent(A, UNIONPAY, ATTEMPT(1), X);
    tell_entry(FACT_ENTRY_PENDING, BOOK_CLIENTS, BOOK_OF(UNIONPAY, BOOK_OF_PAYABLE), X);
    struct order o = payment(UNIONPAY, ATTEMPT(1), X);
    o.reference.lo = A;
    stage_order(o);
    after_event();
}

static void send_second(void)
{
    tell(queued(A, CLASS, X));
    tell_sent(A, UNIONPAY, ATTEMPT(2), X);
    tell_entry(FACT_ENTRY_PENDING, BOOK_CLIENTS, BOOK_OF(UNIONPAY, BOOK_OF_PAYABLE), X);
    struct order o = payment(UNIONPAY, ATTEMPT(2), X);
    o.reference.lo = A;
    o.attempt = 2;
    stage_order(o);
    after_event();
}

static void tell_outcome(enum fact_kind kind, uint64_t id)
{
    struct fact f = {.kind = (uint8_t)kind,
                     .channel = UNIONPAY,
                     .reason = REASON_CODE,
                     .subject = A,
                     .session = session,
                     .id = id,
                     .amount_fen = X};
    tell_entry(kind == FACT_PAID ? FACT_ENTRY_TAKEN : FACT_ENTRY_VOIDED, BOOK_CLIENTS,
               BOOK_OF(UNIONPAY, BOOK_OF_PAYABLE), X);
    tell_belief(f, kind == FACT_PAID ? 0 : X);
    after_event();
}

static void tell_break(uint64_t id, enum match_type type)
{
    tell((struct fact){.kind = FACT_BREAK_OPENED,
                       .channel = UNIONPAY,
                       .reason = REASON_LINES_DIFFER,
                       .state = BREAK_ABOUT_ORDER,
                       .class = (uint8_t)type,
                       .subject = NONE,
                       .id = id});
}

/* Of a receipt that never was, the core hears. */
static void believe_more_by(int64_t fen)
{
    struct fact f = {.kind = FACT_RECEIPT,
                     .channel = UNIONPAY,
                     .session = stage_house(UNIONPAY)->open_session,
                     .amount_fen = fen};
    tell_belief(f, fen);
    after_event();
}

static void must_hold(void)
{
    ck_assert_str_eq(auditor_first(stage.auditor), "");
}

static void must_break(enum invariant which)
{
    for (int i = 0; i < INVARIANTS; i++)
        ck_assert_msg((count_of((enum invariant)i)->broken != 0) == (i == (int)which), "%s: %s",
                      invariant_name((enum invariant)i), auditor_first(stage.auditor));
}

/* --- belief above truth --------------------------------------------------------- */

static void lie_about_the_outcome(bool pays)
{
    stage_set();
    if (!pays) {
        stage.terms.houses[UNIONPAY].code_count = 1;
        stage.terms.houses[UNIONPAY].codes[0] =
            (struct code_share){.code = UNIONPAY_61, .share_ppm = 1000000};
    }
    add_fault(FAULT_WRONG_STATUS);
    open_story();
    send_first();
}

START_TEST(what_a_house_says_has_failed_is_believed_available_and_not_a_fen_more)
{
    lie_about_the_outcome(true);
    stage_after(10 * US_PER_S);
    tell_outcome(FACT_ATTEMPT_FAILED, ATTEMPT(1));
    ck_assert_int_eq(believed_fen[UNIONPAY] - available_fen_of(UNIONPAY), X);
    must_hold();
    believe_more_by(1);
    must_break(INVARIANT_BELIEF_BELOW_TRUTH);
    audit_close();
}
END_TEST

START_TEST(a_failure_that_no_house_told_of_excuses_nothing)
{
    lie_about_the_outcome(true);
    stage_after(4 * US_PER_S); /* paid, but the notice is still to come */
    tell_outcome(FACT_ATTEMPT_FAILED, ATTEMPT(1));
    must_break(INVARIANT_BELIEF_BELOW_TRUTH);
    audit_close();
}
END_TEST

START_TEST(without_a_lie_the_same_belief_is_found)
{
    set_story();
    send_first();
    stage_after(10 * US_PER_S);
    tell_outcome(FACT_ATTEMPT_FAILED, ATTEMPT(1));
    must_break(INVARIANT_BELIEF_BELOW_TRUTH);
    audit_close();
}
END_TEST

START_TEST(a_lie_about_one_order_excuses_no_other)
{
    lie_about_the_outcome(true);
    stage_after(10 * US_PER_S);
    tell_outcome(FACT_ATTEMPT_FAILED, ATTEMPT(1));
    send_second();
    stage_after(10 * US_PER_S);
    must_hold();
    tell_outcome(FACT_ATTEMPT_FAILED, ATTEMPT(2));
    must_break(INVARIANT_BELIEF_BELOW_TRUTH);
    audit_close();
}
END_TEST

START_TEST(what_a_house_says_was_paid_hides_no_belief_above_the_truth)
{
    lie_about_the_outcome(false);
    stage_after(10 * US_PER_S);
    tell_outcome(FACT_PAID, ATTEMPT(1));
    ck_assert_int_eq(believed_fen[UNIONPAY] - available_fen_of(UNIONPAY), -X);
    must_hold();
    believe_more_by(1); /* still below the truth, but only for the lie */
    must_break(INVARIANT_BELIEF_BELOW_TRUTH);
    audit_close();
}
END_TEST

START_TEST(the_settled_net_ends_what_a_lie_excuses)
{
    lie_about_the_outcome(true);
    stage_after(10 * US_PER_S);
    tell_outcome(FACT_ATTEMPT_FAILED, ATTEMPT(1));
    stage_until(stage_at(29, 10, 1));
    must_hold();
    tell_belief((struct fact){.kind = FACT_SESSION_CLOSED, .session = session}, 0);
    tell_belief((struct fact){.kind = FACT_SESSION_SETTLED, .session = session, .amount_fen = -X},
                -X);
    after_event();
    ck_assert_int_eq(believed_fen[UNIONPAY], available_fen_of(UNIONPAY));
    must_hold();
    believe_more_by(1);
    must_break(INVARIANT_BELIEF_BELOW_TRUTH);
    audit_close();
}
END_TEST

/* More moves than was ordered, or less, whichever is wanted. */
static int64_t lie_about_the_amount(bool more)
{
    for (uint64_t seed = 1;; seed++) {
        stage_set();
        stage.terms.seed = seed;
        add_fault(FAULT_WRONG_AMOUNT);
        open_story();
        send_first();
        int64_t over_fen = house_hidden_fen(stage_house(UNIONPAY), house_order_of(ATTEMPT(1)));
        ck_assert_int_ne(over_fen, 0);
        if ((over_fen > 0) == more)
            return over_fen;
        audit_close();
    }
}

START_TEST(what_moves_beyond_the_amount_told_is_believed_available_and_not_a_fen_more)
{
    static const int after_s[] = {0, 10,
                                  20}; /* as it is sent, once it is paid, once that is told */
    int64_t over_fen = lie_about_the_amount(_i % 2 == 0);
    stage_after(after_s[_i / 2] * US_PER_S);
    if (_i / 2 == 2)
        tell_outcome(FACT_PAID, ATTEMPT(1));
    ck_assert_int_eq(believed_fen[UNIONPAY] - available_fen_of(UNIONPAY), over_fen);
    after_event();
    must_hold();
    believe_more_by(1);
    must_break(INVARIANT_BELIEF_BELOW_TRUTH);
    audit_close();
}
END_TEST

START_TEST(once_its_net_is_settled_an_amount_that_is_held_hides_nothing)
{
    int64_t over_fen = lie_about_the_amount(true);
    stage_until(stage_at(29, 10, 1));
    must_hold();
    tell_belief((struct fact){.kind = FACT_SESSION_CLOSED, .session = session}, 0);
    tell_belief((struct fact){.kind = FACT_SESSION_SETTLED,
                              .session = session,
                              .amount_fen = -(X + over_fen)},
                -(X + over_fen));
    after_event();
    must_hold();
    believe_more_by(X); /* what is held of it, the net has taken already */
    must_hold();
    believe_more_by(1);
    must_break(INVARIANT_BELIEF_BELOW_TRUTH);
    audit_close();
}
END_TEST

START_TEST(news_of_an_amount_and_its_net_end_the_lie_in_either_order)
{
    int64_t over_fen = lie_about_the_amount(true);
    struct fact closed = {.kind = FACT_SESSION_CLOSED, .session = session};
    struct fact settled = {
        .kind = FACT_SESSION_SETTLED, .session = session, .amount_fen = -(X + over_fen)};
    struct fact paid = {
        .kind = FACT_PAID, .subject = A, .session = session, .id = ATTEMPT(1), .amount_fen = X};
    stage_until(stage_at(29, 10, 1));
    if (_i == 0) {
        tell_belief(paid, 0);
        tell_belief(closed, 0);
        tell_belief(settled, -over_fen);
    } else {
        tell_belief(closed, 0);
        tell_belief(settled, -(X + over_fen));
        tell_belief(paid, X); /* what was held is free: the net had it in */
    }
    after_event();
    ck_assert_int_eq(believed_fen[UNIONPAY], available_fen_of(UNIONPAY));
    must_hold();
    believe_more_by(1);
    must_break(INVARIANT_BELIEF_BELOW_TRUTH);
    audit_close();
}
END_TEST

/* --- paid twice ------------------------------------------------------------------- */

static void pay_twice(void)
{
    lie_about_the_outcome(true);
    stage_after(10 * US_PER_S);
    tell_outcome(FACT_ATTEMPT_FAILED, ATTEMPT(1));
    send_second();
    stage_after(10 * US_PER_S);
    tell_outcome(FACT_PAID, ATTEMPT(2));
}

/* An attempt of A of which the treasury tells nothing, only that so much is held. */
static void pay_unasked(uint32_t attempt)
{
    struct order o = payment(UNIONPAY, ATTEMPT(attempt), X);
    o.reference.lo = A;
    tell_belief((struct fact){.kind = FACT_MOVE_SENT, .amount_fen = X}, -X);
    stage_order(o);
}

START_TEST(a_payment_after_the_lie_that_the_first_had_failed_is_counted_apart)
{
    pay_twice();
    must_hold();
    ck_assert_uint_eq(auditor_paid_twice(stage.auditor), 0);
    ck_assert_uint_eq(auditor_paid_twice_by_lie(stage.auditor), 1);
    audit_close();
}
END_TEST

START_TEST(a_third_payment_is_nobody_s_lie)
{
    pay_twice();
    pay_unasked(3);
    stage_after(10 * US_PER_S);
    after_event();
    must_break(INVARIANT_PAID_ONCE);
    ck_assert_uint_eq(auditor_paid_twice(stage.auditor), 1);
    ck_assert_uint_eq(auditor_paid_twice_by_lie(stage.auditor), 1);
    audit_close();
}
END_TEST

START_TEST(a_payment_before_the_lie_was_told_is_no_consequence_of_it)
{
    lie_about_the_outcome(true);
    pay_unasked(2);
    stage_after(4 * US_PER_S);
    after_event();
    must_break(INVARIANT_PAID_ONCE);
    ck_assert_uint_eq(auditor_paid_twice(stage.auditor), 1);
    ck_assert_uint_eq(auditor_paid_twice_by_lie(stage.auditor), 0);
    audit_close();
}
END_TEST

START_TEST(what_a_break_says_was_paid_is_not_sent_again)
{
    lie_about_the_outcome(true);
    stage_after(10 * US_PER_S);
    tell_outcome(FACT_ATTEMPT_FAILED, ATTEMPT(1));
    if (_i == 1)
        tell_break(ATTEMPT(1), MATCH_STATUS_DIFFERS);
    send_second();
    if (_i == 1)
        must_break(INVARIANT_PAID_ONCE);
    else
        must_hold();
    audit_close();
}
END_TEST

/* --- at rest ---------------------------------------------------------------------- */

static const struct {
    enum match_type found; /* MATCH_TYPES: nothing is */
    int64_t suspense_fen;
    int64_t resolved_fen;
    enum invariant breaks; /* INVARIANTS: none */
} rests[] = {
    {MATCH_STATUS_DIFFERS, X, 0, INVARIANTS},
    {MATCH_STATUS_DIFFERS, X, X, INVARIANTS},
    {MATCH_STATUS_DIFFERS, X, 400, INVARIANTS},
    {MATCH_STATUS_DIFFERS, X - 1, 0, INVARIANT_BELIEF_IS_TRUTH_AT_REST},
    {MATCH_STATUS_DIFFERS, X + 1, 0, INVARIANT_BELIEF_IS_TRUTH_AT_REST},
    {MATCH_STATUS_DIFFERS, 0, 0, INVARIANT_BELIEF_IS_TRUTH_AT_REST},
    {MATCH_AMOUNT_DIFFERS, X, 0, INVARIANT_PAID_ONCE},
    {MATCH_TYPES, X, 0, INVARIANT_PAID_ONCE},
};

START_TEST(at_rest_a_break_says_so_and_suspense_has_it_to_the_fen)
{
    lie_about_the_outcome(true);
    stage_after(10 * US_PER_S);
    tell_outcome(FACT_ATTEMPT_FAILED, ATTEMPT(1));
    tell((struct fact){.kind = FACT_FAILED, .reason = REASON_CODE, .subject = A});
    stage_until(stage_at(29, 10, 1));
    if (rests[_i].found != MATCH_TYPES)
        tell_break(ATTEMPT(1), rests[_i].found);
    tell_belief((struct fact){.kind = FACT_SESSION_CLOSED, .session = session}, 0);
    tell_belief((struct fact){.kind = FACT_SESSION_SETTLED, .session = session, .amount_fen = -X},
                -X);
    uint32_t suspense = BOOK_OF(UNIONPAY, BOOKS_OF_CHANNEL) - 1;
    if (rests[_i].suspense_fen > 0)
        tell_entry(FACT_ENTRY_POSTED, suspense, BOOK_REGISTERED + 0, rests[_i].suspense_fen);
    if (rests[_i].suspense_fen != X) /* the account itself is right */
        tell_entry(FACT_ENTRY_POSTED,
                   rests[_i].suspense_fen > X ? BOOK_REGISTERED + 0 : BOOK_FEE_EXPENSE,
                   rests[_i].suspense_fen > X ? BOOK_FEE_EXPENSE : BOOK_REGISTERED + 0,
                   rests[_i].suspense_fen > X ? 1 : X - rests[_i].suspense_fen);
    if (rests[_i].resolved_fen > 0)
        tell_entry(FACT_ENTRY_POSTED, _i % 2 == 0 ? BOOK_CLIENTS : BOOK_GAIN_LOSS, suspense,
                   rests[_i].resolved_fen);
    after_event();
    must_hold();
    auditor_finish(stage.auditor, stage.now_us, true);
    if (rests[_i].breaks == INVARIANTS)
        must_hold();
    else
        must_break(rests[_i].breaks);
    audit_close();
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("auditor lies");
    tcase_add_test(t, what_a_house_says_has_failed_is_believed_available_and_not_a_fen_more);
    tcase_add_test(t, a_failure_that_no_house_told_of_excuses_nothing);
    tcase_add_test(t, without_a_lie_the_same_belief_is_found);
    tcase_add_test(t, a_lie_about_one_order_excuses_no_other);
    tcase_add_test(t, what_a_house_says_was_paid_hides_no_belief_above_the_truth);
    tcase_add_test(t, the_settled_net_ends_what_a_lie_excuses);
    tcase_add_loop_test(
        t, what_moves_beyond_the_amount_told_is_believed_available_and_not_a_fen_more, 0, 6);
    tcase_add_test(t, once_its_net_is_settled_an_amount_that_is_held_hides_nothing);
    tcase_add_loop_test(t, news_of_an_amount_and_its_net_end_the_lie_in_either_order, 0, 2);
    tcase_add_test(t, a_payment_after_the_lie_that_the_first_had_failed_is_counted_apart);
    tcase_add_test(t, a_third_payment_is_nobody_s_lie);
    tcase_add_test(t, a_payment_before_the_lie_was_told_is_no_consequence_of_it);
    tcase_add_loop_test(t, what_a_break_says_was_paid_is_not_sent_again, 0, 2);
    tcase_add_loop_test(t, at_rest_a_break_says_so_and_suspense_has_it_to_the_fen, 0, COUNT(rests));
    return run_tests("auditor lies", t);
}
