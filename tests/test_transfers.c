/* test_transfers.c — transfers of one leg through the whole core: outcomes, refusals, hours. */

#include "tests/transfers.h"

/* --- by bank ---------------------------------------------------------------- */

START_TEST(a_bank_transfer_is_in_transit_from_its_acceptance_to_its_arrival)
{
    begin();
    int64_t unallocated_fen = book_fen(&t, BOOK_UNALLOCATED);
    treasury_ask(&t, OWN, ACS, SENT_FEN);
    struct order o = leg();
    ck_assert_uint_eq(o.service, SERVICE_BANK);
    ck_assert_uint_eq(o.channel, CHANNEL_NONE);
    ck_assert_uint_eq(o.account, OWN);
    ck_assert_uint_eq(o.to_account, ACS);
    ck_assert_int_eq(o.amount_fen, SENT_FEN);
    ck_assert_int_eq(held_fen(&t, OWN), SENT_FEN);
    ck_assert_int_eq(coming_fen(&t, ACS), SENT_FEN);
    must_stand(0, 0, 0);

    reply(&t, o, BANK_00);
    ck_assert_uint_eq(treasury_count(&t, FACT_LEG_ACCEPTED), 1);
    ck_assert_int_eq(held_fen(&t, OWN), 0);
    ck_assert_int_eq(coming_fen(&t, ACS), SENT_FEN);
    must_stand(0, -SENT_FEN, SENT_FEN);
    ck_assert_int_eq(book_fen(&t, BOOK_UNALLOCATED), unallocated_fen);

    ask_about_it();
    found(&t, question(), BANK_00);
    ck_assert_uint_eq(treasury_count(&t, FACT_LEG_DONE), 1);
    ck_assert_uint_eq(treasury_count(&t, FACT_TRANSFER_DONE), 1);
    ck_assert_int_eq(coming_fen(&t, ACS), 0);
    must_stand(SENT_FEN, -SENT_FEN, 0);
    ck_assert_int_eq(book_fen(&t, BOOK_UNALLOCATED), unallocated_fen + SENT_FEN);
    ck_assert_uint_eq(treasury_orders(&t, ORDER_TRANSFER), 1);
}
END_TEST

START_TEST(under_way_said_by_a_query_is_acceptance)
{
    begin();
    treasury_ask(&t, OWN, ACS, SENT_FEN);
    ask_about_it();
    ck_assert_uint_eq(treasury_count(&t, FACT_LEG_IN_DOUBT), 1);
    found(&t, question(), BANK_02);
    must_stand(0, -SENT_FEN, SENT_FEN);
    ask_about_it(); /* it goes on asking */
    found(&t, question(), BANK_02);
    must_stand(0, -SENT_FEN, SENT_FEN);
    ck_assert_uint_eq(treasury_count(&t, FACT_LEG_ACCEPTED), 1);
    ask_about_it();
    found(&t, question(), BANK_00);
    must_stand(SENT_FEN, -SENT_FEN, 0);
}
END_TEST

START_TEST(an_outcome_that_cannot_be_read_books_nothing)
{
    begin();
    treasury_ask(&t, OWN, ACS, SENT_FEN);
    ask_about_it();
    found(&t, question(), CODE_UNLISTED);
    found(&t, question(), BANK_MOCKDUPL);
    must_stand(0, 0, 0);
    ck_assert_int_eq(held_fen(&t, OWN), SENT_FEN);
    ask_about_it();
    found(&t, question(), BANK_00);
    must_stand(SENT_FEN, -SENT_FEN, 0);
}
END_TEST

START_TEST(what_is_returned_after_acceptance_stands_where_it_was)
{
    begin();
    treasury_ask(&t, OWN, ACS, SENT_FEN);
    reply(&t, leg(), BANK_00);
    ask_about_it();
    found(&t, question(), BANK_MOCKBACK);
    ck_assert_uint_eq(treasury_count(&t, FACT_LEG_FAILED), 1);
    must_stand(0, 0, 0);
    ck_assert_int_eq(held_fen(&t, OWN), SENT_FEN); /* it is tried again */
}
END_TEST

START_TEST(movements_tell_of_a_leg_before_any_answer)
{
    begin();
    treasury_ask(&t, OWN, ACS, SENT_FEN);
    movement(&t, OWN, 1, -SENT_FEN, leg().id, 0);
    must_stand(0, -SENT_FEN, SENT_FEN);
    movement(&t, ACS, 1, SENT_FEN, leg().id, MOVEMENT_PUSHED);
    must_stand(SENT_FEN, -SENT_FEN, 0);
    ck_assert_uint_eq(treasury_count(&t, FACT_TRANSFER_DONE), 1);
    reply(&t, leg(), BANK_00); /* the answer comes last */
    movement(&t, ACS, 1, SENT_FEN, leg().id, 0);
    must_stand(SENT_FEN, -SENT_FEN, 0);
    ck_assert_uint_eq(treasury_count(&t, FACT_STRAY), 1);
}
END_TEST

START_TEST(a_movement_back_tells_of_the_return)
{
    begin();
    treasury_ask(&t, OWN, OWN_2, SENT_FEN);
    movement(&t, OWN, 1, -SENT_FEN, leg().id, 0);
    movement(&t, OWN, 2, SENT_FEN, leg().id, 0);
    must_stand(0, 0, 0);
    ck_assert_uint_eq(treasury_fact(&t, FACT_LEG_FAILED).code, BANK_MOCKBACK);
}
END_TEST

/* --- not found, sent again -------------------------------------------------- */

START_TEST(a_leg_that_nobody_knows_is_sent_again_as_it_was)
{
    begin();
    treasury_ask(&t, OWN, ACS, SENT_FEN);
    struct order first = leg();
    ask_about_it();
    not_found(&t, question());
    struct order again = leg();
    ck_assert_uint_eq(treasury_orders(&t, ORDER_TRANSFER), 2);
    ck_assert_uint_eq(again.id, first.id);
    ck_assert_int_eq(again.sent_us, first.sent_us);
    ck_assert_uint_eq(again.attempt, 2);
    ck_assert_uint_eq(treasury_count(&t, FACT_LEG_SENT), 1);
    reply(&t, again, BANK_00);
    must_stand(0, -SENT_FEN, SENT_FEN);
}
END_TEST

/* While the first copy may still arrive, that the second was refused proves nothing. */
static const uint16_t refusals_of_a_copy[] = {CODE_NOT_SENT, BANK_MOCKBUSY, BANK_MOCKBALA,
                                              BANK_MOCKLATE};

START_TEST(a_refused_copy_does_not_fail_a_leg_that_was_sent_twice)
{
    begin();
    treasury_ask(&t, OWN, ACS, SENT_FEN);
    ask_about_it();
    not_found(&t, question());
    reply(&t, leg(), refusals_of_a_copy[_i]);
    ck_assert_uint_eq(treasury_count(&t, FACT_LEG_FAILED), 0);
    treasury_wait(&t, 5 * US_PER_MINUTE);
    ck_assert_uint_eq(treasury_orders(&t, ORDER_TRANSFER), 2); /* no other order */
    found(&t, question(), BANK_00);
    must_stand(SENT_FEN, -SENT_FEN, 0);
}
END_TEST

START_TEST(a_copy_that_came_too_late_ends_the_leg)
{
    begin();
    treasury_ask(&t, OWN, ACS, SENT_FEN);
    struct order first = leg();
    while (t.s.now_us <= first.sent_us + ORDER_AGE_MAX_US)
        ask_about_it();
    not_found(&t, question());
    reply(&t, leg(), CODE_NOT_SENT); /* says nothing of the first */
    ck_assert_uint_eq(treasury_count(&t, FACT_LEG_FAILED), 0);
    reply(&t, leg(), BANK_MOCKLATE);
    ck_assert_uint_eq(treasury_count(&t, FACT_LEG_FAILED), 1);
    treasury_wait(&t, 2 * US_PER_MINUTE);
    ck_assert_uint_ne(leg().id, first.id);
    must_stand(0, 0, 0);
}
END_TEST

/* --- failing for good ------------------------------------------------------- */

START_TEST(an_order_that_never_left_us_is_tried_again_later_each_time)
{
    begin();
    treasury_ask(&t, OWN, OWN_2, SENT_FEN);
    int64_t sent_us = leg().sent_us;
    for (int64_t wait_us = US_PER_MINUTE; wait_us <= 2 * US_PER_MINUTE; wait_us *= 2) {
        uint64_t id = leg().id;
        reply(&t, leg(), CODE_NOT_SENT);
        ck_assert_int_eq(treasury_fact(&t, FACT_TRANSFER_WAITING).other, sent_us + wait_us);
        treasury_wait(&t, wait_us);
        ck_assert_uint_ne(leg().id, id);
        sent_us = leg().sent_us;
    }
    reply(&t, leg(), CODE_NOT_SENT); /* then by other means: prefund */
    ck_assert_uint_eq(leg().service, SERVICE_PREFUND);
    ck_assert_uint_eq(treasury_orders(&t, ORDER_TRANSFER), 4);
}
END_TEST

START_TEST(a_transfer_that_no_means_can_do_fails_and_leaves_everything)
{
    t.s.config.accounts[OWN].flags = ACCOUNT_DIRECT_LINK; /* not by UnionPay */
    begin();
    treasury_ask(&t, OWN, ACS, SENT_FEN);
    reply(&t, leg(), BANK_MOCKACCT); /* never again */
    ck_assert_uint_eq(treasury_count(&t, FACT_TRANSFER_FAILED), 1);
    ck_assert_uint_eq(treasury_alerts(&t, REASON_CODE), 1);
    ck_assert_int_eq(held_fen(&t, OWN), 0);
    ck_assert_int_eq(coming_fen(&t, ACS), 0);
    must_stand(0, 0, 0);
}
END_TEST

static const struct {
    uint8_t flags, operations;
    enum reason want;
} impossible[] = {
    {0, 255, REASON_NO_POSITION_NUMBER},
    {ACCOUNT_POSITION_NUMBER, 0, REASON_NONE}, /* the virtual ID's business */
    {ACCOUNT_DIRECT_LINK, 0, REASON_NO_POSITION_NUMBER},
};

START_TEST(what_an_account_cannot_do_is_refused_with_the_reason)
{
    t.s.config.accounts[OWN].flags = impossible[_i].flags;
    if (impossible[_i].operations == 0)
        t.s.config.accounts[OWN].interface = OFFERS_NOTHING;
    begin();
    treasury_ask(&t, OWN, ACS, SENT_FEN);
    if (impossible[_i].want == REASON_NONE) {
        ck_assert_uint_eq(leg().service, SERVICE_PREFUND);
        return;
    }
    ck_assert_uint_eq(treasury_fact(&t, FACT_TRANSFER_FAILED).reason, impossible[_i].want);
    ck_assert_uint_eq(treasury_orders(&t, ORDER_TRANSFER), 0);
    ck_assert_int_eq(held_fen(&t, OWN), 0);
}
END_TEST

static const struct {
    uint8_t from, to;
    int64_t amount_fen;
    enum reason want;
} refused[] = {
    {OWN, ACS, OPENING_FEN + 1, REASON_BALANCE_SHORT},
    {OWN, ACS, 0, REASON_AMOUNT_WRONG},
    {OWN, ACS, -1, REASON_AMOUNT_WRONG},
    {OWN, OWN, 1, REASON_NO_MEANS},
    {OWN, GENERAL, 1, REASON_ACCOUNT_CLOSED}, /* not registered */
    {200, ACS, 1, REASON_ACCOUNT_CLOSED},
    {ACS, OWN, 10 * OPENING_FEN + 1, REASON_BALANCE_SHORT},
};

START_TEST(what_is_not_possible_is_refused_and_changes_nothing)
{
    begin();
    treasury_ask(&t, refused[_i].from, refused[_i].to, refused[_i].amount_fen);
    ck_assert_uint_eq(treasury_fact(&t, FACT_TRANSFER_REFUSED).reason, refused[_i].want);
    ck_assert_uint_eq(t.order_count, 0);
    ck_assert_uint_eq(t.fact_count, 1);
    must_stand(0, 0, 0);
}
END_TEST

START_TEST(what_is_held_for_one_transfer_is_not_there_for_another)
{
    begin();
    treasury_ask(&t, OWN, ACS, OPENING_FEN);
    treasury_ask(&t, OWN, ACS, 1);
    ck_assert_uint_eq(treasury_fact(&t, FACT_TRANSFER_REFUSED).reason, REASON_BALANCE_SHORT);
    reply(&t, leg(), BANK_00);
    treasury_ask(&t, OWN, ACS, 1);
    ck_assert_uint_eq(treasury_count(&t, FACT_TRANSFER_REFUSED), 2);
}
END_TEST

/* --- hours, limits, costs --------------------------------------------------- */

START_TEST(a_leg_waits_until_its_bank_opens)
{
    t.s.config.banks[BANK_A].hours = (struct hours){.kind = HOURS_LARGE_VALUE};
    t.s.config.accounts[OWN].flags = ACCOUNT_DIRECT_LINK;
    treasury_start_at(&t, "2018-09-30T17:20:00");
    begin();
    treasury_ask(&t, OWN, ACS, SENT_FEN);
    struct fact f = treasury_fact(&t, FACT_TRANSFER_WAITING);
    ck_assert_uint_eq(f.reason, REASON_OUT_OF_HOURS);
    ck_assert_int_eq(f.other, moment("2018-10-07T23:30:00"));
    ck_assert_int_eq(held_fen(&t, OWN), SENT_FEN);
    ck_assert_int_eq(coming_fen(&t, ACS), SENT_FEN);
    treasury_wait_until(&t, moment("2018-10-07T23:29:59"));
    ck_assert_uint_eq(treasury_orders(&t, ORDER_TRANSFER), 0);
    treasury_wait_until(&t, moment("2018-10-07T23:30:00"));
    ck_assert_int_eq(leg().sent_us, moment("2018-10-07T23:30:00"));
}
END_TEST

START_TEST(within_one_bank_there_are_no_hours)
{
    t.s.config.banks[BANK_A].hours = (struct hours){.kind = HOURS_LARGE_VALUE};
    treasury_start_at(&t, "2018-10-03T12:00:00");
    begin();
    treasury_ask(&t, PREPAID, OWN, SENT_FEN);
    ck_assert_uint_eq(leg().service, SERVICE_BANK);
}
END_TEST

START_TEST(what_is_open_goes_before_what_is_cheaper)
{
    t.s.config.banks[BANK_A].hours = (struct hours){.kind = HOURS_LARGE_VALUE};
    t.s.config.services[SERVICE_PREFUND].fee.fixed_fen = 500;
    treasury_start_at(&t, "2018-10-03T12:00:00");
    begin();
    treasury_ask(&t, OWN, ACS, SENT_FEN);
    ck_assert_uint_eq(leg().service, SERVICE_PREFUND);
}
END_TEST

START_TEST(of_two_that_are_open_the_cheaper_goes)
{
    t.s.config.banks[BANK_A].fee.fixed_fen = 500 + _i;
    t.s.config.services[SERVICE_RETURN].fee.fixed_fen = 501;
    begin();
    treasury_ask(&t, OWN, ACS, SENT_FEN);
    ck_assert_uint_eq(leg().service, _i < 2 ? SERVICE_BANK : SERVICE_PREFUND);
}
END_TEST

START_TEST(a_limit_rules_means_out)
{
    t.s.config.banks[BANK_A].per_payout_max_fen = SENT_FEN;
    t.s.config.services[SERVICE_RETURN].per_payout_max_fen = SENT_FEN - 1;
    begin();
    treasury_ask(&t, OWN, ACS, SENT_FEN);
    ck_assert_uint_eq(leg().service, SERVICE_BANK);
    treasury_ask(&t, OWN, ACS, SENT_FEN + 1);
    ck_assert_uint_eq(treasury_fact(&t, FACT_TRANSFER_FAILED).reason, REASON_AMOUNT_OVER_LIMIT);
}
END_TEST

/* --- many ------------------------------------------------------------------- */

START_TEST(more_transfers_than_there_is_room_for_are_refused)
{
    begin();
    for (int i = 0; i < TRANSFERS_MAX; i++) {
        treasury_ask(&t, OWN, ACS, 1);
        treasury_forget(&t);
    }
    treasury_ask(&t, OWN, ACS, 1);
    ck_assert_uint_eq(treasury_fact(&t, FACT_TRANSFER_REFUSED).reason, REASON_POOL_FULL);
    ck_assert_int_eq(held_fen(&t, OWN), TRANSFERS_MAX);
}
END_TEST

/* Each leaves timers behind that come to nothing, long after it has ended. */
START_TEST(any_number_of_transfers_may_follow_one_another)
{
    for (int i = 0; i < INSTITUTIONS_MAX; i++)
        t.s.config.banks[i].reply_timeout_us = 3 * US_PER_DAY;
    begin();
    for (int i = 0; i < 2 * TIMERS_MAX; i++) {
        treasury_ask(&t, OWN, OWN_2, 1);
        struct order o = leg();
        movement(&t, OWN_2, (uint32_t)i + 1, 1, o.id, 0);
        ck_assert_in_loop(treasury_count(&t, FACT_TRANSFER_DONE) == 1);
        treasury_forget(&t);
    }
    ck_assert_int_eq(account_fen(&t, OWN_2), OPENING_FEN + 2 * TIMERS_MAX);
    treasury_ask(&t, OWN, OWN_2, 1); /* and those that count are all there */
    treasury_wait(&t, 3 * US_PER_DAY);
    ck_assert_uint_eq(treasury_count(&t, FACT_LEG_IN_DOUBT), 1);
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("transfers");
    tcase_add_checked_fixture(c, fresh, done);
    tcase_add_test(c, a_bank_transfer_is_in_transit_from_its_acceptance_to_its_arrival);
    tcase_add_test(c, under_way_said_by_a_query_is_acceptance);
    tcase_add_test(c, an_outcome_that_cannot_be_read_books_nothing);
    tcase_add_test(c, what_is_returned_after_acceptance_stands_where_it_was);
    tcase_add_test(c, movements_tell_of_a_leg_before_any_answer);
    tcase_add_test(c, a_movement_back_tells_of_the_return);
    tcase_add_test(c, a_leg_that_nobody_knows_is_sent_again_as_it_was);
    tcase_add_loop_test(c, a_refused_copy_does_not_fail_a_leg_that_was_sent_twice, 0,
                        COUNT(refusals_of_a_copy));
    tcase_add_test(c, a_copy_that_came_too_late_ends_the_leg);
    tcase_add_test(c, an_order_that_never_left_us_is_tried_again_later_each_time);
    tcase_add_test(c, a_transfer_that_no_means_can_do_fails_and_leaves_everything);
    tcase_add_loop_test(c, what_an_account_cannot_do_is_refused_with_the_reason, 0,
                        COUNT(impossible));
    tcase_add_loop_test(c, what_is_not_possible_is_refused_and_changes_nothing, 0, COUNT(refused));
    tcase_add_test(c, what_is_held_for_one_transfer_is_not_there_for_another);
    tcase_add_test(c, a_leg_waits_until_its_bank_opens);
    tcase_add_test(c, within_one_bank_there_are_no_hours);
    tcase_add_test(c, what_is_open_goes_before_what_is_cheaper);
    tcase_add_loop_test(c, of_two_that_are_open_the_cheaper_goes, 0, 3);
    tcase_add_test(c, a_limit_rules_means_out);
    tcase_add_test(c, more_transfers_than_there_is_room_for_are_refused);
    tcase_add_test(c, any_number_of_transfers_may_follow_one_another);
    return run_tests("transfers", c);
}
