/* test_payout.c — the life of a payout: every state met by everything that can happen. */

#include <string.h>

#include "core/payout/payout.h"
#include "tests/harness.h"

/* For each state, where each event leads; what is not here is not allowed. */
static const struct {
    enum payout_state from;
    enum payout_event event;
    enum payout_state to;
} ways[] = {
    {PAYOUT_REQUESTED, PAYOUT_ADMITTED, PAYOUT_QUEUED},
    {PAYOUT_REQUESTED, PAYOUT_TURNED_AWAY, PAYOUT_REFUSED},
    {PAYOUT_QUEUED, PAYOUT_DISPATCHED, PAYOUT_SENT},
    {PAYOUT_QUEUED, PAYOUT_TIMED_OUT, PAYOUT_EXPIRED},
    {PAYOUT_QUEUED, PAYOUT_WITHDRAWN, PAYOUT_CANCELLED},
    {PAYOUT_SENT, PAYOUT_FOUND_PAID, PAYOUT_PAID},
    {PAYOUT_SENT, PAYOUT_DOUBTED, PAYOUT_IN_DOUBT},
    {PAYOUT_SENT, PAYOUT_REQUEUED, PAYOUT_QUEUED},
    {PAYOUT_SENT, PAYOUT_GIVEN_UP, PAYOUT_FAILED},
    {PAYOUT_IN_DOUBT, PAYOUT_FOUND_PAID, PAYOUT_PAID},
    {PAYOUT_IN_DOUBT, PAYOUT_REQUEUED, PAYOUT_QUEUED},
    {PAYOUT_IN_DOUBT, PAYOUT_GIVEN_UP, PAYOUT_FAILED},
    {PAYOUT_PAID, PAYOUT_BOOKED, PAYOUT_SETTLED},
    {PAYOUT_PAID, PAYOUT_SENT_BACK, PAYOUT_RETURNED},
    {PAYOUT_SETTLED, PAYOUT_MATCHED, PAYOUT_RECONCILED},
    {PAYOUT_SETTLED, PAYOUT_SENT_BACK, PAYOUT_RETURNED},
    {PAYOUT_RECONCILED, PAYOUT_SENT_BACK, PAYOUT_RETURNED},
};

static enum payout_state leads_to(enum payout_state from, enum payout_event event)
{
    for (int i = 0; i < COUNT(ways); i++)
        if (ways[i].from == from && ways[i].event == event)
            return ways[i].to;
    return PAYOUT_NOWHERE;
}

/* One test a pair: state, then event. */
enum { PAIRS = PAYOUT_STATES * PAYOUT_EVENTS };

static enum payout_state state_of(int pair)
{
    return (enum payout_state)(pair / PAYOUT_EVENTS);
}

static enum payout_event event_of(int pair)
{
    return (enum payout_event)(pair % PAYOUT_EVENTS);
}

START_TEST(what_is_listed_can_happen_and_nothing_else)
{
    enum payout_state to = leads_to(state_of(_i), event_of(_i));
    ck_assert_int_eq(payout_can(state_of(_i), event_of(_i)), to != PAYOUT_NOWHERE);
}
END_TEST

START_TEST(what_can_happen_leads_where_it_should_and_changes_no_more)
{
    struct payout p;
    memset(&p, 0x55, sizeof p);
    p.state = (uint8_t)ways[_i].from;
    p.round = 7 * 256 + 3;
    struct payout want = p;
    want.state = (uint8_t)ways[_i].to;
    want.round += ways[_i].event == PAYOUT_DISPATCHED; /* that is one more attempt */

    payout_step(&p, ways[_i].event);
    ck_assert_mem_eq(&p, &want, sizeof p);
}
END_TEST

START_TEST(what_cannot_happen_stops_the_program)
{
    struct payout p = {.state = (uint8_t)state_of(_i)};
    payout_step(&p, event_of(_i));
}
END_TEST

static bool is_final(int state)
{
    for (int event = 0; event < PAYOUT_EVENTS; event++)
        if (payout_can((enum payout_state)state, (enum payout_event)event))
            return false;
    return true;
}

START_TEST(the_final_states_are_those_that_nothing_leaves)
{
    for (int state = PAYOUT_REQUESTED; state < PAYOUT_STATES; state++) {
        bool want = state == PAYOUT_RETURNED || state == PAYOUT_REFUSED ||
                    state == PAYOUT_EXPIRED || state == PAYOUT_CANCELLED || state == PAYOUT_FAILED;
        ck_assert_msg(is_final(state) == want, "%s", payout_state_name((enum payout_state)state));
    }
}
END_TEST

START_TEST(a_payout_in_doubt_is_never_sent_again_before_an_answer)
{
    ck_assert(!payout_can(PAYOUT_IN_DOUBT, PAYOUT_DISPATCHED));
    ck_assert(!payout_can(PAYOUT_IN_DOUBT, PAYOUT_TIMED_OUT));
    ck_assert(!payout_can(PAYOUT_IN_DOUBT, PAYOUT_WITHDRAWN));
    ck_assert(!payout_can(PAYOUT_SENT, PAYOUT_DISPATCHED));
    ck_assert(!payout_can(PAYOUT_SENT, PAYOUT_WITHDRAWN));
}
END_TEST

START_TEST(nothing_that_was_paid_is_ever_queued_again)
{
    /* Everything that can be reached from paid, step by step. */
    bool reached[PAYOUT_STATES] = {[PAYOUT_PAID] = true};
    for (int round = 0; round < PAYOUT_STATES; round++)
        for (int i = 0; i < COUNT(ways); i++)
            reached[ways[i].to] |= reached[ways[i].from];
    ck_assert(reached[PAYOUT_RETURNED] && reached[PAYOUT_SETTLED]);
    ck_assert(!reached[PAYOUT_QUEUED] && !reached[PAYOUT_SENT] && !reached[PAYOUT_IN_DOUBT]);
    ck_assert(!reached[PAYOUT_FAILED]);
}
END_TEST

START_TEST(the_outcome_is_open_while_sent_or_in_doubt)
{
    for (int state = 0; state < PAYOUT_STATES; state++)
        ck_assert_int_eq(payout_outcome_open((enum payout_state)state),
                         state == PAYOUT_SENT || state == PAYOUT_IN_DOUBT);
}
END_TEST

static const char *const names[PAYOUT_STATES] = {
    [PAYOUT_NOWHERE] = "nowhere",   [PAYOUT_REQUESTED] = "requested",
    [PAYOUT_QUEUED] = "queued",     [PAYOUT_SENT] = "sent",
    [PAYOUT_IN_DOUBT] = "in_doubt", [PAYOUT_PAID] = "paid",
    [PAYOUT_SETTLED] = "settled",   [PAYOUT_RECONCILED] = "reconciled",
    [PAYOUT_RETURNED] = "returned", [PAYOUT_REFUSED] = "refused",
    [PAYOUT_EXPIRED] = "expired",   [PAYOUT_CANCELLED] = "cancelled",
    [PAYOUT_FAILED] = "failed",
};

START_TEST(a_state_bears_its_name)
{
    ck_assert_str_eq(payout_state_name((enum payout_state)_i), names[_i]);
}
END_TEST

/* --- order ids ------------------------------------------------------------------------ */

START_TEST(each_attempt_has_an_order_id_of_its_own)
{
    struct payout p = {.state = PAYOUT_QUEUED, .round = 5 * 256};
    uint64_t last = payout_order_id(9, &p);
    for (int attempt = 1; attempt <= PAYOUT_ATTEMPTS_MAX; attempt++) {
        payout_step(&p, PAYOUT_DISPATCHED);
        ck_assert_in_loop(payout_attempt(&p) == attempt);
        ck_assert_in_loop(payout_order_id(9, &p) > last);
        last = payout_order_id(9, &p);
        payout_step(&p, PAYOUT_REQUEUED);
        ck_assert_in_loop(payout_order_id(9, &p) == last); /* until it is sent again */
    }
    ck_assert_uint_eq(p.round, 5 * 256 + PAYOUT_ATTEMPTS_MAX); /* of the same use of the slot */
}
END_TEST

static const struct {
    uint32_t slot;
    uint32_t round;
} ids[] = {
    {0, 1},
    {1, 256},
    {UINT32_MAX - 1, 1},
    {12345, 0x01020304},
    {UINT32_MAX - 1, (PAYOUT_REUSES_MAX - 1) * 256u + PAYOUT_ATTEMPTS_MAX},
};

START_TEST(an_order_id_leads_back_to_slot_and_round)
{
    struct payout p = {.round = ids[_i].round};
    uint64_t id = payout_order_id(ids[_i].slot, &p);
    ck_assert_uint_eq(order_id_slot(id), ids[_i].slot);
    ck_assert_uint_eq(order_id_round(id), ids[_i].round);
    ck_assert_uint_eq(id & ORDER_ID_MOVE, 0); /* never taken for a quota move's */
}
END_TEST

START_TEST(one_attempt_too_many_stops_the_program)
{
    struct payout p = {.state = PAYOUT_QUEUED, .round = 5 * 256 + PAYOUT_ATTEMPTS_MAX};
    payout_step(&p, PAYOUT_DISPATCHED);
}
END_TEST

START_TEST(a_state_that_is_not_listed_stops_the_program)
{
    payout_can(PAYOUT_STATES, PAYOUT_ADMITTED);
}
END_TEST

START_TEST(an_event_that_is_not_listed_stops_the_program)
{
    payout_can(PAYOUT_QUEUED, PAYOUT_EVENTS);
}
END_TEST

START_TEST(the_name_of_no_state_stops_the_program)
{
    payout_state_name(PAYOUT_STATES);
}
END_TEST

/* --- channels ------------------------------------------------------------------------- */

START_TEST(channels_to_try_do_not_change_the_channels_allowed)
{
    struct payout p = {.routes = (uint8_t)(_i / 4)};
    payout_try_on(&p, 3);
    payout_try_on(&p, (uint8_t)(_i % 4));
    ck_assert_int_eq(payout_allowed(&p), _i / 4);
    ck_assert_int_eq(payout_to_try(&p), _i % 4);
}
END_TEST

START_TEST(the_lane_is_that_of_the_channels_to_try_that_nothing_denies)
{
    struct payout p = {.flags = PAYOUT_RETRIED | PAYOUT_HELD};
    uint8_t to_try = (uint8_t)(_i % 4);
    uint8_t denied = (uint8_t)(_i / 4);
    payout_try_on(&p, to_try);
    payout_deny(&p, 3);
    payout_deny(&p, denied);
    ck_assert_uint_eq(payout_denied(&p), denied);
    ck_assert_uint_eq(payout_lane_channels(&p), to_try & ~denied);
    ck_assert_uint_eq(payout_to_try(&p), to_try); /* and nothing else is changed */
    ck_assert_uint_eq(p.flags & (PAYOUT_DENIED - 1), PAYOUT_RETRIED | PAYOUT_HELD);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("payout");
    tcase_add_loop_test(t, what_is_listed_can_happen_and_nothing_else, 0, PAIRS);
    tcase_add_loop_test(t, what_can_happen_leads_where_it_should_and_changes_no_more, 0,
                        COUNT(ways));
    for (int pair = 0; pair < PAIRS; pair++)
        if (leads_to(state_of(pair), event_of(pair)) == PAYOUT_NOWHERE)
            tcase_add_loop_test_raise_signal(t, what_cannot_happen_stops_the_program, SIGABRT, pair,
                                             pair + 1);
    tcase_add_test(t, the_final_states_are_those_that_nothing_leaves);
    tcase_add_test(t, a_payout_in_doubt_is_never_sent_again_before_an_answer);
    tcase_add_test(t, nothing_that_was_paid_is_ever_queued_again);
    tcase_add_test(t, the_outcome_is_open_while_sent_or_in_doubt);
    tcase_add_loop_test(t, a_state_bears_its_name, 0, PAYOUT_STATES);
    tcase_add_test(t, each_attempt_has_an_order_id_of_its_own);
    tcase_add_loop_test(t, an_order_id_leads_back_to_slot_and_round, 0, COUNT(ids));
    tcase_add_test_raise_signal(t, one_attempt_too_many_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_state_that_is_not_listed_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, an_event_that_is_not_listed_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, the_name_of_no_state_stops_the_program, SIGABRT);
    tcase_add_loop_test(t, channels_to_try_do_not_change_the_channels_allowed, 0, 16);
    tcase_add_loop_test(t, the_lane_is_that_of_the_channels_to_try_that_nothing_denies, 0, 16);
    return run_tests("payout", t);
}
