/* test_outcome.c — what became of a payout: heard, asked for, and never guessed. */

#include "tests/core_driver.h"

#define AMOUNT_FEN 700

static void begin_plain(void)
{
    struct core_config config = plain_config();
    begin(&config);
    forget();
}

static struct order pay_by(uint8_t channel, uint64_t reference)
{
    return pay_on(reference, AMOUNT_FEN, (uint8_t)(1 << channel));
}

static void still_open(uint64_t reference, enum payout_state state)
{
    request(reference, AMOUNT_FEN);
    ck_assert_int_eq(fact(FACT_REPEATED)->state, state);
}

/* --- asking ------------------------------------------------------------------ */

static const struct {
    uint8_t channel;
    int count;
    int64_t at_us[6]; /* since sending */
} schedules[] = {
    {U, 6, {180, 181, 183, 187, 187 + 1800, 187 + 3600}},
    {N, 4, {60, 90, 90 + 1800, 90 + 3600}},
};

START_TEST(each_channel_is_asked_by_its_own_schedule_and_then_every_half_hour)
{
    struct order o = pay_by(schedules[_i].channel, 1);
    run_for(REPLY_TIMEOUT_US - 1);
    ck_assert_int_eq(facts_of(FACT_IN_DOUBT), 0);
    run_for(1);
    ck_assert_int_eq(fact(FACT_IN_DOUBT)->reason, REASON_NO_REPLY);
    ck_assert_int_eq(fact(FACT_IN_DOUBT)->other, START_US + SECONDS(schedules[_i].at_us[0]));

    for (int i = 0; i < schedules[_i].count; i++) {
        int64_t due_us = START_US + SECONDS(schedules[_i].at_us[i]);
        run_until(due_us - 1);
        ck_assert_int_eq(orders_of(ORDER_QUERY), i);
        run_until(due_us);
        ck_assert_int_eq(orders_of(ORDER_QUERY), i + 1);
        const struct order *q = order(ORDER_QUERY);
        ck_assert_uint_eq(q->id, o.id);
        ck_assert_int_eq(q->sent_us, o.sent_us); /* part of the order's identity */
        ck_assert_uint_eq(q->channel, o.channel);
        ck_assert_uint_eq(q->attempt, (unsigned)i + 1);
        if (i + 1 < schedules[_i].count)
            ck_assert_int_eq(fact(FACT_QUERIED)->other,
                             START_US + SECONDS(schedules[_i].at_us[i + 1]));
    }
    ck_assert_int_eq(facts_of(FACT_IN_DOUBT), 1);
    ck_assert_int_eq(orders_of(ORDER_PAY), 1);
}
END_TEST

START_TEST(asking_never_ends_and_never_sends_again)
{
    struct order o = pay_by(U, 1);
    int64_t days = 7; /* more queries than fit into a byte */
    for (int64_t day = 0; day < days; day++) {
        run_for(US_PER_DAY);
        query_finds_nothing(o);
    }
    int64_t halves = (days * US_PER_DAY - SECONDS(187)) / QUERY_FOREVER_US;
    ck_assert_int_gt(halves, 256);
    ck_assert_int_eq(orders_of(ORDER_QUERY), 4 + halves);
    ck_assert_int_eq(orders_of(ORDER_PAY), 1);
    still_open(1, PAYOUT_IN_DOUBT);
}
END_TEST

START_TEST(an_accepted_payout_is_not_overdue_but_is_asked_about)
{
    struct order o = pay_by(U, 1);
    answer(o, UNIONPAY_00);
    ck_assert_int_eq(fact(FACT_ACCEPTED)->code, UNIONPAY_00);
    run_until(START_US + MINUTES(3) - 1);
    ck_assert_int_eq(facts_of(FACT_IN_DOUBT), 0);
    still_open(1, PAYOUT_SENT);
    run_for(1);
    ck_assert_int_eq(fact(FACT_IN_DOUBT)->reason, REASON_NO_OUTCOME);
    ck_assert_int_eq(orders_of(ORDER_QUERY), 1);
    query_says(o, UNIONPAY_00);
    ck_assert_int_eq(facts_of(FACT_PAID), 1);
    run_for(HOURS(5));
    ck_assert_int_eq(orders_of(ORDER_QUERY), 1); /* answered: nothing more to ask */
}
END_TEST

/* --- unknown is not failed -------------------------------------------------- */

static const struct {
    uint8_t channel;
    uint16_t code;
} unknowns[] = {
    {U, UNIONPAY_01},        {U, UNIONPAY_03},      {U, UNIONPAY_04},        {U, UNIONPAY_05},
    {U, UNIONPAY_12},        {U, UNIONPAY_34},      {U, UNIONPAY_42},        {U, UNIONPAY_60},
    {U, UNIONPAY_74},        {U, UNIONPAY_75},      {U, CODE_UNLISTED},      {U, UINT16_C(999)},
    {N, NETSUNION_02},       {N, NETSUNION_03},     {N, NETSUNION_04},       {N, CODE_UNLISTED},
    {N, NETSUNION_MOCKDUPL}, {N, UINT16_C(0xff00)}, {N, NETSUNION_PB531001},
};

START_TEST(a_code_that_says_nothing_leaves_the_payout_in_doubt)
{
    struct order o = pay_by(unknowns[_i].channel, 1);
    answer(o, unknowns[_i].code);
    ck_assert_int_eq(fact(FACT_IN_DOUBT)->reason, REASON_CODE_UNKNOWN);
    ck_assert_int_eq(fact(FACT_IN_DOUBT)->code, unknowns[_i].code);
    ck_assert_int_ge(fact(FACT_IN_DOUBT)->other, now_us); /* the next query is known */

    answer(o, unknowns[_i].code); /* however often it is said, and by whatever way */
    notify(o, unknowns[_i].code);
    query_says(o, unknowns[_i].code);
    feed(news_of(INPUT_QUERY_ANSWERED, o, unknowns[_i].code));
    run_for(HOURS(30));
    ck_assert_int_eq(facts_of(FACT_IN_DOUBT), 1);
    ck_assert_int_eq(facts_of(FACT_ATTEMPT_FAILED), 0);
    ck_assert_int_eq(orders_of(ORDER_PAY), 1);
    ck_assert_int_eq(believed_fen[o.channel], QUOTA_FEN - AMOUNT_FEN); /* still held */
    still_open(1, PAYOUT_IN_DOUBT);
    notify_paid(o); /* and it may yet have paid */
    ck_assert_int_eq(facts_of(FACT_PAID), 1);
}
END_TEST

START_TEST(a_failed_query_says_nothing_of_the_order)
{
    static const uint16_t codes[] = {UNIONPAY_61, UNIONPAY_06, UNIONPAY_37, CODE_NOT_SENT};
    struct order o = pay_by(U, 1);
    run_for(MINUTES(4));
    struct input in = news_of(INPUT_QUERY_ANSWERED, o, codes[_i]);
    in.outcome = UNIONPAY_61; /* means nothing beside a query that failed */
    feed(in);
    ck_assert_int_eq(facts_of(FACT_ATTEMPT_FAILED), 0);
    still_open(1, PAYOUT_IN_DOUBT);
}
END_TEST

START_TEST(a_notice_that_nothing_was_sent_is_no_answer)
{
    struct order o = pay_by(U, 1);
    answer(o, UNIONPAY_00);
    notify(o, CODE_NOT_SENT);
    query_says(o, CODE_NOT_SENT);
    ck_assert_int_eq(facts_of(FACT_ATTEMPT_FAILED), 0);
    still_open(1, PAYOUT_SENT);
}
END_TEST

START_TEST(not_found_is_never_definitive)
{
    struct order o = pay_by((uint8_t)_i, 1);
    for (int i = 0; i < 10; i++) {
        run_for(HOURS(1));
        query_finds_nothing(o);
    }
    ck_assert_int_eq(facts_of(FACT_ATTEMPT_FAILED), 0);
    ck_assert_int_eq(orders_of(ORDER_PAY), 1);
    still_open(1, PAYOUT_IN_DOUBT);
}
END_TEST

/* --- paid ------------------------------------------------------------------- */

static const struct {
    uint8_t channel;
    enum input_kind by;
    uint16_t code;
} paids[] = {
    {U, INPUT_PAY_ANSWERED, UNIONPAY_A6},      {N, INPUT_PAY_ANSWERED, NETSUNION_00},
    {U, INPUT_OUTCOME_NOTIFIED, UNIONPAY_00},  {U, INPUT_OUTCOME_NOTIFIED, UNIONPAY_A6},
    {N, INPUT_OUTCOME_NOTIFIED, NETSUNION_00}, {U, INPUT_QUERY_ANSWERED, UNIONPAY_00},
    {U, INPUT_QUERY_ANSWERED, UNIONPAY_A6},    {N, INPUT_QUERY_ANSWERED, NETSUNION_00},
};

static void hear(struct order o, int row)
{
    struct input in = news_of(paids[row].by, o, paids[row].code);
    if (in.kind == INPUT_QUERY_ANSWERED) {
        in.outcome = in.code;
        in.code = paid_code(o.channel);
    }
    feed(in);
}

START_TEST(paid_is_paid_however_it_is_heard)
{
    struct order o = pay_by(paids[_i].channel, 1);
    if (_i % 2) /* in doubt or not */
        run_for(MINUTES(1));
    hear(o, _i);
    const struct fact *f = fact(FACT_PAID);
    ck_assert_uint_eq(f->id, o.id);
    ck_assert_uint_eq(f->session, FIRST_SESSION);
    ck_assert_int_eq(f->amount_fen, AMOUNT_FEN);
    ck_assert_int_eq(f->other, QUOTA_FEN - AMOUNT_FEN);
    run_for(HOURS(5));
    ck_assert_int_eq(facts_of(FACT_PAID), 1);
    ck_assert_int_eq(order_count, 1 + orders_of(ORDER_QUERY));
    still_open(1, PAYOUT_PAID);
}
END_TEST

START_TEST(the_same_news_again_changes_nothing)
{
    struct order o = pay_by(paids[_i].channel, 1);
    hear(o, _i);
    int before = fact_count;
    for (int i = 0; i < COUNT(paids); i++)
        if (paids[i].channel == o.channel)
            hear(o, i);
    ck_assert_int_eq(fact_count, before);
    answer(o, o.channel == U ? UNIONPAY_00 : NETSUNION_02); /* the reply after the notice */
    ck_assert_int_eq(fact_count, before);
    ck_assert_int_eq(believed_fen[o.channel], QUOTA_FEN - AMOUNT_FEN);
}
END_TEST

START_TEST(a_late_reply_to_a_doubted_payout_counts)
{
    struct order o = pay_by(U, 1);
    run_for(MINUTES(10));
    answer(o, UNIONPAY_00); /* it has the order: no outcome yet */
    ck_assert_int_eq(facts_of(FACT_ACCEPTED), 1);
    still_open(1, PAYOUT_IN_DOUBT);
    int asked = orders_of(ORDER_QUERY);
    run_for(HOURS(1));
    ck_assert_int_eq(orders_of(ORDER_QUERY), asked + 2); /* and it is asked about as before */
    answer(o, UNIONPAY_A6);
    ck_assert_int_eq(facts_of(FACT_PAID), 1);
}
END_TEST

START_TEST(paid_in_a_session_that_cannot_be_is_an_alert_and_stays_open)
{
    struct order o = pay_by(N, 1);
    notify_paid_in(o, FIRST_SESSION + SESSIONS_MAX);
    ck_assert_int_eq(alerts_for(REASON_SESSION_UNHEARD_OF), 1);
    ck_assert_int_eq(facts_of(FACT_PAID), 0);
    ck_assert_int_eq(believed_fen[N], QUOTA_FEN - AMOUNT_FEN);
    run_for(HOURS(1));
    ck_assert_int_eq(orders_of(ORDER_QUERY), 3); /* it is asked about */
    notify_paid_in(o, FIRST_SESSION + SESSIONS_MAX - 1);
    ck_assert_int_eq(facts_of(FACT_PAID), 1);
}
END_TEST

/* --- failed ----------------------------------------------------------------- */

static const struct {
    uint8_t channel;
    uint16_t code;
    bool again;
} failures[] = {{U, UNIONPAY_61, false},        {U, UNIONPAY_10, false},
                {U, UNIONPAY_06, true},         {U, UNIONPAY_64, true},
                {N, NETSUNION_PS500022, false}, {N, NETSUNION_01, true},
                {N, NETSUNION_MOCKQUOT, true}};

START_TEST(a_failure_gives_the_money_back_and_is_retried_where_that_may_help)
{
    struct order o = pay_by(failures[_i].channel, 1);
    if (_i % 2)
        run_for(MINUTES(1));
    answer(o, failures[_i].code);
    const struct fact *f = fact(FACT_ATTEMPT_FAILED);
    ck_assert_int_eq(f->reason, REASON_CODE);
    ck_assert_int_eq(f->code, failures[_i].code);
    ck_assert_int_eq(f->other, QUOTA_FEN);
    ck_assert_int_eq(facts_of(FACT_FAILED), !failures[_i].again);
    run_for(HOURS(1));
    ck_assert_int_eq(orders_of(ORDER_PAY), failures[_i].again ? 2 : 1);
    if (!failures[_i].again)
        still_open(1, PAYOUT_FAILED);
}
END_TEST

START_TEST(the_other_channel_is_tried_at_once_then_both_after_a_while)
{
    struct order first = pay(1, AMOUNT_FEN);
    answer(first, UNIONPAY_06);
    struct order second = *order(ORDER_PAY);
    ck_assert_uint_eq(first.channel, U);
    ck_assert_uint_eq(second.channel, N);
    ck_assert_int_eq(second.sent_us, now_us);
    ck_assert_uint_eq(second.attempt, 2);
    ck_assert_uint_ne(second.id, first.id);

    answer(second, NETSUNION_01);
    ck_assert_int_eq(orders_of(ORDER_PAY), 2);
    ck_assert_int_eq(fact(FACT_QUEUED)->other, now_us + SECONDS(10)); /* doubled once */
    run_for(SECONDS(10) - 1);
    ck_assert_int_eq(orders_of(ORDER_PAY), 2);
    run_for(1);
    struct order third = *order(ORDER_PAY);
    ck_assert_uint_eq(third.channel, U); /* the primary again */
    ck_assert_uint_eq(third.attempt, 3);

    answer(third, UNIONPAY_06); /* retries are used up */
    ck_assert_int_eq(fact(FACT_FAILED)->reason, REASON_NO_RETRY_LEFT);
    run_for(HOURS(1));
    ck_assert_int_eq(orders_of(ORDER_PAY), 3);
    ck_assert_int_eq(believed_fen[U], QUOTA_FEN);
    ck_assert_int_eq(believed_fen[N], QUOTA_FEN);
    still_open(1, PAYOUT_FAILED);
}
END_TEST

START_TEST(without_retries_one_failure_is_final)
{
    struct core_config config = plain_config();
    config.retries = 0;
    begin(&config);
    answer(pay(1, AMOUNT_FEN), UNIONPAY_06);
    ck_assert_int_eq(fact(FACT_FAILED)->reason, REASON_NO_RETRY_LEFT);
    ck_assert_int_eq(orders_of(ORDER_PAY), 1);
}
END_TEST

START_TEST(all_retries_on_one_channel_wait_twice_as_long_each)
{
    struct core_config config = plain_config();
    config.retries = RETRIES_MAX;
    begin(&config);
    pay_by(U, 1);
    int64_t wait_us = SECONDS(5);
    for (int i = 0; i < RETRIES_MAX; i++, wait_us *= 2) {
        answer(*order(ORDER_PAY), UNIONPAY_06);
        run_for(wait_us - 1);
        ck_assert_int_eq(orders_of(ORDER_PAY), i + 1);
        run_for(1);
        ck_assert_int_eq(orders_of(ORDER_PAY), i + 2);
    }
    answer(*order(ORDER_PAY), UNIONPAY_06);
    ck_assert_int_eq(facts_of(FACT_FAILED), 1);
}
END_TEST

START_TEST(what_never_left_us_is_tried_elsewhere)
{
    answer(pay(1, AMOUNT_FEN), CODE_NOT_SENT);
    ck_assert_int_eq(fact(FACT_ATTEMPT_FAILED)->reason, REASON_NOT_SENT);
    ck_assert_uint_eq(order(ORDER_PAY)->channel, N);
}
END_TEST

START_TEST(a_doubted_payout_found_failed_is_sent_again_under_a_new_id)
{
    struct order o = pay(1, AMOUNT_FEN);
    run_for(HOURS(2));
    ck_assert_int_eq(orders_of(ORDER_PAY), 1);
    query_says(o, UNIONPAY_62);
    ck_assert_int_eq(orders_of(ORDER_PAY), 2);
    ck_assert_uint_ne(order(ORDER_PAY)->id, o.id);
    notify_paid(*order(ORDER_PAY));
    ck_assert_int_eq(facts_of(FACT_PAID), 1);
    ck_assert_int_eq(facts_of(FACT_CONTRADICTED), 0);
}
END_TEST

START_TEST(a_failure_that_is_heard_twice_is_one_failure)
{
    struct order o = pay(1, AMOUNT_FEN);
    answer(o, UNIONPAY_06);
    notify(o, UNIONPAY_06);
    query_says(o, UNIONPAY_06);
    ck_assert_int_eq(facts_of(FACT_ATTEMPT_FAILED), 1);
    ck_assert_int_eq(orders_of(ORDER_PAY), 2);
    ck_assert_int_eq(facts_of(FACT_CONTRADICTED), 0);
}
END_TEST

/* --- contradictions --------------------------------------------------------- */

START_TEST(failed_after_paid_is_a_contradiction_and_pays_nobody_again)
{
    struct order o = pay_by(U, 1);
    notify_paid(o);
    answer(o, UNIONPAY_06);
    notify(o, UNIONPAY_61);
    query_says(o, UNIONPAY_61);
    ck_assert_int_eq(facts_of(FACT_CONTRADICTED), 3);
    ck_assert_int_eq(fact(FACT_CONTRADICTED)->reason, REASON_FAILED_AFTER_PAID);
    ck_assert_int_eq(fact(FACT_CONTRADICTED)->state, PAYOUT_PAID);
    run_for(HOURS(5));
    ck_assert_int_eq(orders_of(ORDER_PAY), 1);
    ck_assert_int_eq(believed_fen[U], QUOTA_FEN - AMOUNT_FEN);
}
END_TEST

START_TEST(paid_after_failed_is_a_contradiction)
{
    struct order o = pay_by(U, 1);
    answer(o, UNIONPAY_61);
    notify_paid(o);
    ck_assert_int_eq(fact(FACT_CONTRADICTED)->reason, REASON_PAID_AFTER_FAILED);
    ck_assert_int_eq(fact(FACT_CONTRADICTED)->state, PAYOUT_FAILED);
    ck_assert_int_eq(facts_of(FACT_PAID), 0);
}
END_TEST

START_TEST(two_attempts_that_both_paid_never_pass_in_silence)
{
    struct order first = pay(1, AMOUNT_FEN);
    answer(first, UNIONPAY_06); /* which was a lie */
    struct order second = *order(ORDER_PAY);
    if (_i == 0) { /* heard before the second's outcome, or after */
        notify_paid(first);
        ck_assert_int_eq(facts_of(FACT_CONTRADICTED), 1);
        notify_paid(second);
    } else {
        notify_paid(second);
        notify_paid(first);
    }
    ck_assert_int_eq(facts_of(FACT_CONTRADICTED), 1);
    ck_assert_int_eq(fact(FACT_CONTRADICTED)->reason, REASON_PAID_AFTER_FAILED);
    ck_assert_uint_eq(fact(FACT_CONTRADICTED)->id, first.id);
    ck_assert_int_eq(facts_of(FACT_PAID), 1);
}
END_TEST

START_TEST(an_old_answer_does_not_reach_the_payout_that_has_the_slot_now)
{
    struct order first = pay_by(U, 1);
    answer(first, UNIONPAY_61);
    struct order second = pay_by(U, 2);
    ck_assert_uint_eq(order_id_slot(first.id), order_id_slot(second.id));
    notify_paid(first);
    answer(first, UNIONPAY_61);
    query_says(first, UNIONPAY_00);
    ck_assert_int_eq(facts_of(FACT_PAID), 0);
    ck_assert_int_eq(facts_of(FACT_ATTEMPT_FAILED), 1);
    still_open(2, PAYOUT_SENT);
}
END_TEST

START_TEST(an_answer_to_nothing_we_know_is_a_stray)
{
    struct order o = pay_by(U, 1);
    o.reference.lo = 99;
    o.id += UINT64_C(1) << 32;
    answer(o, UNIONPAY_61);
    o.id = ORDER_ID_MOVE | order_id_slot(o.id);
    notify_paid(o);
    o.id = 63; /* a slot never used */
    query_says(o, UNIONPAY_61);
    ck_assert_int_eq(facts_of(FACT_STRAY), 3);
    still_open(1, PAYOUT_SENT);
}
END_TEST

START_TEST(the_other_channel_decides_nothing_about_an_order)
{
    struct order o = pay_by(U, 1);
    o.channel = N;
    answer(o, NETSUNION_01);
    notify(o, NETSUNION_01);
    query_says(o, NETSUNION_01);
    ck_assert_int_eq(facts_of(FACT_ATTEMPT_FAILED), 0);
    still_open(1, PAYOUT_SENT);
}
END_TEST

/* --- the books --------------------------------------------------------------- */

START_TEST(a_hold_has_the_fee_that_the_net_will_take)
{
    struct core_config config = plain_config();
    config.channels[U].fee =
        (struct fee_terms){.fixed_fen = 10, .share_ppm = 10000, .in_net = (uint8_t)_i};
    begin(&config);
    forget();
    int64_t hold_fen = AMOUNT_FEN + (_i ? 17 : 0);
    struct order o = pay_by(U, 1);
    ck_assert_int_eq(o.amount_fen, AMOUNT_FEN);
    ck_assert_int_eq(believed_fen[U], QUOTA_FEN - hold_fen);
    notify_paid(o);
    ck_assert_int_eq(believed_fen[U], QUOTA_FEN - hold_fen);
    ck_assert_int_eq(posted_fen(BOOK_OF(U, BOOK_OF_PAYABLE)), -hold_fen);
    ck_assert_int_eq(posted_fen(BOOK_CLIENTS), AMOUNT_FEN);
    ck_assert_int_eq(posted_fen(BOOK_FEE_EXPENSE), hold_fen - AMOUNT_FEN);
}
END_TEST

START_TEST(a_failed_attempt_leaves_no_trace_in_the_books)
{
    answer(pay_by(U, 1), UNIONPAY_61);
    ck_assert_int_eq(facts_of(FACT_ENTRY_PENDING), 1);
    ck_assert_int_eq(facts_of(FACT_ENTRY_VOIDED), 1);
    ck_assert_int_eq(facts_of(FACT_ENTRY_TAKEN) + facts_of(FACT_ENTRY_POSTED), 0);
}
END_TEST

static void add_failures(TCase *t)
{
    tcase_add_loop_test(t, a_failure_gives_the_money_back_and_is_retried_where_that_may_help, 0,
                        COUNT(failures));
    tcase_add_test(t, the_other_channel_is_tried_at_once_then_both_after_a_while);
    tcase_add_test(t, without_retries_one_failure_is_final);
    tcase_add_test(t, all_retries_on_one_channel_wait_twice_as_long_each);
    tcase_add_test(t, what_never_left_us_is_tried_elsewhere);
    tcase_add_test(t, a_doubted_payout_found_failed_is_sent_again_under_a_new_id);
    tcase_add_test(t, a_failure_that_is_heard_twice_is_one_failure);
    tcase_add_test(t, failed_after_paid_is_a_contradiction_and_pays_nobody_again);
    tcase_add_test(t, paid_after_failed_is_a_contradiction);
    tcase_add_loop_test(t, two_attempts_that_both_paid_never_pass_in_silence, 0, 2);
    tcase_add_test(t, an_old_answer_does_not_reach_the_payout_that_has_the_slot_now);
    tcase_add_test(t, an_answer_to_nothing_we_know_is_a_stray);
    tcase_add_test(t, the_other_channel_decides_nothing_about_an_order);
    tcase_add_loop_test(t, a_hold_has_the_fee_that_the_net_will_take, 0, 2);
    tcase_add_test(t, a_failed_attempt_leaves_no_trace_in_the_books);
}

int main(void)
{
    TCase *t = tcase_create("outcome");
    tcase_add_checked_fixture(t, begin_plain, NULL);
    tcase_add_loop_test(t, each_channel_is_asked_by_its_own_schedule_and_then_every_half_hour, 0,
                        COUNT(schedules));
    tcase_add_test(t, asking_never_ends_and_never_sends_again);
    tcase_add_test(t, an_accepted_payout_is_not_overdue_but_is_asked_about);
    tcase_add_loop_test(t, a_code_that_says_nothing_leaves_the_payout_in_doubt, 0, COUNT(unknowns));
    tcase_add_loop_test(t, a_failed_query_says_nothing_of_the_order, 0, 4);
    tcase_add_test(t, a_notice_that_nothing_was_sent_is_no_answer);
    tcase_add_loop_test(t, not_found_is_never_definitive, 0, CHANNELS);
    tcase_add_loop_test(t, paid_is_paid_however_it_is_heard, 0, COUNT(paids));
    tcase_add_loop_test(t, the_same_news_again_changes_nothing, 0, COUNT(paids));
    tcase_add_test(t, a_late_reply_to_a_doubted_payout_counts);
    tcase_add_test(t, paid_in_a_session_that_cannot_be_is_an_alert_and_stays_open);
    add_failures(t);
    return run_tests("outcome", t);
}
