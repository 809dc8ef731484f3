/* test_rules.c — rules through the whole core: when each asks, for how much, and when it is
 * silent. */

#include "tests/treasury.h"

static struct treasury t;

static void fresh(void)
{
    treasury_config(&t);
}

static void done(void)
{
    treasury_free(&t);
}

static struct transfer_rule *add(struct transfer_rule rule)
{
    struct core_config *c = &t.s.config;
    ck_assert_uint_lt(c->rule_count, RULES_MAX);
    c->rules[c->rule_count] = rule;
    return &c->rules[c->rule_count++];
}

/* Tops OWN up from OWN_2 to 1500 when it is below 1200. */
static struct transfer_rule top_up(void)
{
    return (struct transfer_rule){.from = OWN_2,
                                  .to = OWN,
                                  .trigger = TRIGGER_BELOW,
                                  .watches_to = 1,
                                  .threshold_fen = 1200 * YUAN,
                                  .amount_kind = AMOUNT_TO_TARGET,
                                  .value_fen = 1500 * YUAN,
                                  .count_in_transit = 1,
                                  .means_count = 1,
                                  .means = {MEANS_BANK_TRANSFER}};
}

static struct transfer_rule sweep(uint8_t from, uint8_t to)
{
    return (struct transfer_rule){.from = from,
                                  .to = to,
                                  .trigger = TRIGGER_SCHEDULE,
                                  .amount_kind = AMOUNT_SWEEP,
                                  .count_in_transit = 1,
                                  .means_count = 1,
                                  .means = {MEANS_BANK_TRANSFER}};
}

/* The schedule of the rule: these moments. */
static void at_moments(struct transfer_rule *rule, const int64_t *moments, uint32_t count)
{
    t.s.config.moments = moments;
    t.s.config.limits.moments = count;
    rule->when = (struct schedule){.kind = SCHEDULE_MOMENTS, .count = count};
}

static struct order leg(void)
{
    return treasury_order(&t, ORDER_TRANSFER);
}

static uint32_t legs(void)
{
    return treasury_orders(&t, ORDER_TRANSFER);
}

/* --- thresholds, and money in transit --------------------------------------- */

START_TEST(a_level_below_its_threshold_is_filled_to_the_target)
{
    add(top_up());
    treasury_tick(&t);
    ck_assert_uint_eq(legs(), 1);
    ck_assert_int_eq(leg().amount_fen, 500 * YUAN);
    ck_assert_uint_eq(leg().account, OWN_2);
    struct fact f = treasury_fact(&t, FACT_TRANSFER_REQUESTED);
    ck_assert_uint_eq(f.reason, REASON_BALANCE_BELOW);
    ck_assert_uint_eq(f.session, 1);
    reply(&t, leg(), BANK_00);
    treasury_wait(&t, 2 * US_PER_MINUTE); /* however long it is under way */
    treasury_wait(&t, US_PER_HOUR);
    ck_assert_uint_eq(legs(), 1);
    notice(&t, leg(), BANK_00);
    ck_assert_int_eq(account_fen(&t, OWN), 1500 * YUAN);
    treasury_wait(&t, US_PER_DAY);
    ck_assert_uint_eq(legs(), 1);
}
END_TEST

START_TEST(two_rules_never_move_the_same_shortage_twice)
{
    add(top_up());
    add(top_up())->from = PREPAID;
    treasury_tick(&t);
    treasury_wait(&t, US_PER_HOUR);
    ck_assert_uint_eq(legs(), 1);
    ck_assert_int_eq(coming_fen(&t, OWN), 500 * YUAN);
}
END_TEST

START_TEST(without_counting_what_is_in_transit_they_do)
{
    add(top_up())->count_in_transit = 0;
    add(top_up())->from = PREPAID;
    t.s.config.rules[1].count_in_transit = 0;
    treasury_tick(&t);
    ck_assert_uint_eq(legs(), 2);
    ck_assert_int_eq(coming_fen(&t, OWN), 1000 * YUAN);
}
END_TEST

/* Asked again and again, but only as often as a rule looks; and the deadline says when. */
START_TEST(a_rule_that_does_not_count_asks_again_after_its_rest)
{
    add(top_up())->count_in_transit = 0;
    t.s.config.accounts[OWN_2].opening_fen = 1250 * YUAN;
    treasury_tick(&t);
    int64_t start_us = t.s.now_us;
    treasury_tick(&t);
    ck_assert_uint_eq(legs(), 1);
    treasury_wait_until(&t, start_us + US_PER_MINUTE - 1);
    ck_assert_uint_eq(legs(), 1);
    treasury_wait_until(&t, start_us + US_PER_MINUTE);
    ck_assert_uint_eq(legs(), 2);
    ck_assert_int_eq(leg().sent_us, start_us + US_PER_MINUTE);
    treasury_wait(&t, US_PER_HOUR); /* OWN_2 has no third 500 */
    ck_assert_uint_eq(legs(), 2);
    ck_assert_int_eq(held_fen(&t, OWN_2), 1000 * YUAN);
}
END_TEST

/* Further ticks at any time change nothing. */
START_TEST(when_a_rule_asks_does_not_depend_on_idle_ticks)
{
    int64_t sent_us[2][3];
    for (int run = 0; run < 2; run++) {
        treasury_config(&t);
        add(top_up())->count_in_transit = 0;
        t.s.config.rules[0].max_fen = 100 * YUAN;
        t.s.config.banks[BANK_B].reply_timeout_us = US_PER_DAY; /* nothing else wakes it */
        treasury_tick(&t);
        for (int i = 0; i < 400; i++) {
            if (run == 0)
                treasury_wait(&t, US_PER_S);
            else if (i == 399)
                treasury_wait_until(&t, t.s.config.start_us + 400 * US_PER_S);
        }
        ck_assert_uint_ge(legs(), 3);
        for (uint32_t i = 0, n = 0; n < 3; i++)
            if (t.orders[i].kind == ORDER_TRANSFER)
                sent_us[run][n++] = t.orders[i].sent_us;
        treasury_free(&t);
    }
    ck_assert_mem_eq(sent_us[0], sent_us[1], sizeof sent_us[0]);
}
END_TEST

START_TEST(above_its_threshold_the_paying_account_is_swept)
{
    struct transfer_rule *r = add(sweep(OWN, ACS));
    r->trigger = TRIGGER_ABOVE;
    r->threshold_fen = OPENING_FEN;
    r->keep_fen = 200 * YUAN;
    treasury_tick(&t);
    ck_assert_uint_eq(legs(), 0);
    movement(&t, OWN, 1, 1, 0, 0);
    ck_assert_uint_eq(legs(), 1);
    ck_assert_int_eq(leg().amount_fen, 800 * YUAN + 1);
    ck_assert_uint_eq(treasury_fact(&t, FACT_TRANSFER_REQUESTED).reason, REASON_BALANCE_ABOVE);
}
END_TEST

/* --- demand ----------------------------------------------------------------- */

static void request_payout(int64_t amount_fen)
{
    static uint64_t reference;
    treasury_apply(&t, (struct input){.kind = INPUT_PAYOUT_REQUESTED,
                                      .channel = CHANNEL_NONE,
                                      .reference = {.hi = 9, .lo = ++reference},
                                      .amount_fen = amount_fen,
                                      .priority = 5,
                                      .routes = 3});
}

START_TEST(the_backlog_asks_for_what_it_lacks_and_once)
{
    struct transfer_rule *r = add(sweep(OWN, ACS));
    r->trigger = TRIGGER_DEMAND;
    r->amount_kind = AMOUNT_SHORTAGE;
    t.s.config.allocation.unallocated_keep_fen = 0;
    treasury_tick(&t);
    request_payout(10 * OPENING_FEN); /* all there is, but no quota is so large */
    ck_assert_uint_eq(legs(), 0);
    request_payout(30 * YUAN);
    ck_assert_uint_eq(treasury_orders(&t, ORDER_PAY), 1); /* the small one goes */
    ck_assert_uint_eq(legs(), 1);
    ck_assert_int_eq(leg().amount_fen, 30 * YUAN);
    ck_assert_uint_eq(treasury_fact(&t, FACT_TRANSFER_REQUESTED).reason, REASON_BACKLOG);
    treasury_wait(&t, US_PER_HOUR);
    ck_assert_uint_eq(legs(), 1);
}
END_TEST

START_TEST(the_fee_that_goes_through_the_net_is_part_of_what_the_backlog_lacks)
{
    struct transfer_rule *r = add(sweep(OWN, ACS));
    r->trigger = TRIGGER_DEMAND;
    r->amount_kind = AMOUNT_SHORTAGE;
    t.s.config.allocation.unallocated_keep_fen = 0;
    for (int c = 0; c < CHANNELS; c++)
        t.s.config.channels[c].fee = (struct fee_terms){.fixed_fen = 9, .in_net = 1};
    treasury_tick(&t);
    request_payout(10 * OPENING_FEN); /* all there is, but for its fee */
    ck_assert_uint_eq(legs(), 1);
    ck_assert_int_eq(leg().amount_fen, 9);
}
END_TEST

/* A rule to custody that may give that much, and the backlog's answer to 7 fen too few. */
static const struct {
    enum rule_trigger trigger;
    enum rule_amount amount;
    int64_t keep_fen; /* of what is in the account */
    int64_t max_fen;
    enum reason answer;
} helps[] = {
    {TRIGGER_DEMAND, AMOUNT_SHORTAGE, 0, 0, REASON_TRANSFER_MONEY},
    {TRIGGER_DEMAND, AMOUNT_SHORTAGE, OPENING_FEN - 7, 0, REASON_TRANSFER_MONEY},
    {TRIGGER_DEMAND, AMOUNT_SHORTAGE, OPENING_FEN - 6, 0, REASON_NOTHING_COVERS},
    {TRIGGER_DEMAND, AMOUNT_SHORTAGE, OPENING_FEN, 0, REASON_NOTHING_COVERS},
    {TRIGGER_DEMAND, AMOUNT_SHORTAGE, 0, 6, REASON_TRANSFER_MONEY}, /* in two parts */
    {TRIGGER_DEMAND, AMOUNT_SWEEP, 0, 0, REASON_TRANSFER_MONEY},
    {TRIGGER_BELOW, AMOUNT_SHORTAGE, 0, 0, REASON_TRANSFER_MONEY},
    {TRIGGER_BELOW, AMOUNT_SWEEP, 0, 0, REASON_NOTHING_COVERS}, /* nobody asks for it */
};

START_TEST(money_that_rules_for_shortages_can_bring_is_an_answer)
{
    struct transfer_rule *r = add(sweep(OWN, ACS));
    r->trigger = (uint8_t)helps[_i].trigger;
    r->amount_kind = (uint8_t)helps[_i].amount;
    r->keep_fen = helps[_i].keep_fen;
    r->max_fen = helps[_i].max_fen;
    t.s.config.tells_outlook = 1;
    t.s.config.allocation.unallocated_keep_fen = 0;
    treasury_tick(&t);
    request_payout(10 * OPENING_FEN + 7); /* more than there is */
    treasury_wait(&t, 2 * US_PER_MINUTE);
    struct fact f = treasury_fact(&t, FACT_BACKLOG);
    ck_assert_uint_eq(f.reason, helps[_i].answer);
}
END_TEST

START_TEST(what_is_kept_unallocated_is_not_there_for_the_backlog)
{
    struct transfer_rule *r = add(sweep(OWN, ACS));
    r->trigger = TRIGGER_DEMAND;
    r->amount_kind = AMOUNT_SHORTAGE;
    ck_assert_int_eq(t.s.config.allocation.unallocated_keep_fen, 5 * OPENING_FEN);
    treasury_tick(&t);
    request_payout(3 * OPENING_FEN); /* each quota is 2.5 times, both are 5 */
    ck_assert_uint_eq(legs(), 0);
    request_payout(2 * OPENING_FEN + 7);
    ck_assert_uint_eq(treasury_orders(&t, ORDER_PAY), 1); /* the smaller; 7 fen are lacking */
    ck_assert_uint_eq(legs(), 1);
    ck_assert_int_eq(leg().amount_fen, 7);
}
END_TEST

/* --- schedules -------------------------------------------------------------- */

START_TEST(a_schedule_is_kept_to_the_microsecond_and_swept_once)
{
    int64_t moments[] = {moment("2018-11-12T16:50:00"), moment("2018-11-13T16:50:00")};
    at_moments(add(sweep(PREPAID, ACS)), moments, 2);
    treasury_tick(&t);
    treasury_wait_until(&t, moments[0] - 1);
    ck_assert_uint_eq(legs(), 0);
    treasury_wait_until(&t, moments[0]);
    ck_assert_uint_eq(legs(), 1);
    ck_assert_int_eq(leg().amount_fen, OPENING_FEN);
    reply(&t, leg(), BANK_00);
    notice(&t, leg(), BANK_00);
    movement(&t, PREPAID, 1, 70 * YUAN, 0, 0); /* money comes in afterwards: tomorrow's */
    treasury_wait_until(&t, moments[1] - 1);
    ck_assert_uint_eq(legs(), 1);
    treasury_wait_until(&t, moments[1]);
    ck_assert_uint_eq(legs(), 2);
    ck_assert_int_eq(leg().amount_fen, 70 * YUAN);
}
END_TEST

START_TEST(while_rules_are_suspended_none_asks_and_what_has_begun_goes_on)
{
    int64_t moments[] = {moment("2018-11-12T16:50:00"), moment("2018-11-13T16:50:00"),
                         moment("2018-11-14T16:50:00")};
    at_moments(add(sweep(PREPAID, ACS)), moments, 3);
    treasury_tick(&t);
    treasury_wait_until(&t, moments[0]);
    treasury_apply(&t, (struct input){.kind = INPUT_RULES_SUSPENDED, .flag = 1});
    reply(&t, leg(), BANK_00);
    notice(&t, leg(), BANK_00);
    ck_assert_uint_eq(treasury_count(&t, FACT_TRANSFER_DONE), 1);
    movement(&t, PREPAID, 1, 70 * YUAN, 0, 0);
    treasury_wait_until(&t, moments[1] + US_PER_DAY / 2);
    ck_assert_uint_eq(legs(), 1);
    treasury_apply(&t, (struct input){.kind = INPUT_RULES_SUSPENDED});
    treasury_wait_until(&t, moments[2] - 1);
    ck_assert_uint_eq(legs(), 1); /* what was due meanwhile is over */
    treasury_wait_until(&t, moments[2]);
    ck_assert_uint_eq(legs(), 2);
}
END_TEST

START_TEST(a_rule_due_while_rules_were_suspended_is_done_if_they_resume_that_day)
{
    int64_t at_us = moment("2018-11-12T16:50:00");
    at_moments(add(sweep(PREPAID, ACS)), &at_us, 1);
    treasury_tick(&t);
    treasury_apply(&t, (struct input){.kind = INPUT_RULES_SUSPENDED, .flag = 1});
    treasury_apply(&t, (struct input){.kind = INPUT_RULES_SUSPENDED, .flag = 1}); /* nothing new */
    ck_assert_uint_eq(treasury_count(&t, FACT_RULES_SUSPENDED), 1);
    treasury_wait_until(&t, moment("2018-11-12T18:00:00"));
    ck_assert_uint_eq(legs(), 0);
    ck_assert_uint_eq(treasury_count(&t, FACT_RULES_RESUMED), 0);
    treasury_apply(&t, (struct input){.kind = INPUT_RULES_SUSPENDED});
    treasury_apply(&t, (struct input){.kind = INPUT_RULES_SUSPENDED});
    ck_assert_uint_eq(treasury_count(&t, FACT_RULES_RESUMED), 1);
    ck_assert_uint_eq(legs(), 1);
}
END_TEST

START_TEST(the_keep_of_the_account_holds_against_the_rules_own)
{
    int64_t at_us = moment("2018-11-12T16:50:00");
    struct transfer_rule *r = add(sweep(PREPAID, ACS));
    at_moments(r, &at_us, 1);
    r->keep_fen = 300 * YUAN;
    t.s.config.accounts[PREPAID].keep_fen = (_i == 0 ? 100 : 400) * YUAN;
    treasury_tick(&t);
    treasury_wait_until(&t, at_us);
    ck_assert_int_eq(leg().amount_fen, (_i == 0 ? 700 : 600) * YUAN);
}
END_TEST

static struct transfer_rule fixed(uint8_t from, int64_t amount_fen)
{
    struct transfer_rule r = sweep(from, ACS);
    r.amount_kind = AMOUNT_FIXED;
    r.value_fen = amount_fen;
    return r;
}

START_TEST(what_is_short_is_told_once_a_day_and_moves_when_the_money_comes)
{
    int64_t at_us = moment("2018-11-12T13:00:00");
    at_moments(add(fixed(OWN, OPENING_FEN + 50 * YUAN)), &at_us, 1);
    treasury_tick(&t);
    treasury_wait_until(&t, at_us);
    ck_assert_uint_eq(treasury_alerts(&t, REASON_BALANCE_SHORT), 1);
    for (int i = 0; i < 30; i++)
        treasury_wait(&t, US_PER_MINUTE);
    ck_assert_uint_eq(treasury_alerts(&t, REASON_BALANCE_SHORT), 1);
    ck_assert_uint_eq(treasury_count(&t, FACT_TRANSFER_REFUSED), 1);
    ck_assert_int_eq(treasury_fact(&t, FACT_TRANSFER_REFUSED).amount_fen,
                     OPENING_FEN + 50 * YUAN); /* what it would move, not what there is */
    movement(&t, OWN, 1, 50 * YUAN, 0, 0);
    treasury_wait(&t, US_PER_MINUTE);
    ck_assert_uint_eq(legs(), 1);
    ck_assert_int_eq(leg().amount_fen, OPENING_FEN + 50 * YUAN);
}
END_TEST

START_TEST(what_is_still_short_at_midnight_is_over)
{
    int64_t at_us = moment("2018-11-12T13:00:00");
    at_moments(add(fixed(OWN, OPENING_FEN + 50 * YUAN)), &at_us, 1);
    treasury_tick(&t);
    treasury_wait_until(&t, moment("2018-11-13T00:00:01"));
    movement(&t, OWN, 1, 50 * YUAN, 0, 0);
    treasury_wait(&t, US_PER_HOUR);
    ck_assert_uint_eq(legs(), 0);
}
END_TEST

START_TEST(a_threshold_that_stays_short_is_told_each_day)
{
    add(top_up())->value_fen = 5 * OPENING_FEN;
    treasury_tick(&t);
    for (int day = 1; day <= 3; day++) {
        ck_assert_uint_eq(treasury_alerts(&t, REASON_BALANCE_SHORT), (uint32_t)day);
        treasury_wait(&t, US_PER_DAY);
        treasury_wait(&t, 2 * US_PER_MINUTE);
    }
    ck_assert_uint_eq(legs(), 0);
}
END_TEST

START_TEST(nothing_starts_after_the_rules_last_clock)
{
    int64_t moments[] = {moment("2018-11-12T16:50:00"), moment("2018-11-13T16:50:00")};
    struct transfer_rule *r = add(sweep(PREPAID, ACS));
    at_moments(r, moments, 2);
    r->not_after_us = 16 * US_PER_HOUR + 50 * US_PER_MINUTE - _i;
    treasury_tick(&t);
    treasury_wait_until(&t, moment("2018-11-12T23:00:00"));
    ck_assert_uint_eq(legs(), _i == 0);
    ck_assert_uint_eq(treasury_alerts(&t, REASON_TOO_LATE_TODAY), _i != 0);
    treasury_wait_until(&t, moment("2018-11-13T12:00:00")); /* and is not made up for */
    ck_assert_uint_eq(legs(), _i == 0);
}
END_TEST

START_TEST(a_threshold_after_the_last_clock_waits_for_the_morning)
{
    add(top_up())->not_after_us = 11 * US_PER_HOUR;
    treasury_tick(&t);
    ck_assert_uint_eq(treasury_alerts(&t, REASON_TOO_LATE_TODAY), 0);
    treasury_wait_until(&t, moment("2018-11-12T23:59:59"));
    ck_assert_uint_eq(legs(), 0);
    treasury_wait_until(&t, moment("2018-11-13T00:00:00"));
    ck_assert_uint_eq(legs(), 1);
}
END_TEST

START_TEST(the_lower_priority_number_goes_first_then_the_list)
{
    int64_t at_us = moment("2018-11-12T13:00:00");
    static const uint8_t order[][3] = {{5, 5, 5}, {5, 4, 5}, {200, 255, 0}};
    static const uint8_t first[] = {0, 1, 2};
    for (int i = 0; i < 3; i++) {
        struct transfer_rule *r = add(fixed(OWN, (700 + i) * YUAN));
        at_moments(r, &at_us, 1);
        r->priority = order[_i][i];
    }
    treasury_tick(&t);
    treasury_wait_until(&t, at_us);
    ck_assert_uint_eq(legs(), 1);
    ck_assert_int_eq(leg().amount_fen, (700 + first[_i]) * YUAN);
    ck_assert_uint_eq(treasury_alerts(&t, REASON_BALANCE_SHORT), 2);
}
END_TEST

/* --- means, failures, rests ------------------------------------------------- */

START_TEST(the_rules_own_order_of_means_counts_before_the_cost)
{
    int64_t at_us = moment("2018-11-12T13:00:00");
    struct transfer_rule *r = add(sweep(OWN, ACS));
    at_moments(r, &at_us, 1);
    r->means_count = 2;
    r->means[0] = MEANS_PREFUND;
    r->means[1] = MEANS_BANK_TRANSFER;
    t.s.config.services[SERVICE_PREFUND].fee.fixed_fen = 999;
    treasury_tick(&t);
    treasury_wait_until(&t, at_us);
    ck_assert_uint_eq(leg().service, SERVICE_PREFUND);
}
END_TEST

START_TEST(a_rule_whose_means_are_missing_fails_with_what_is_missing)
{
    int64_t at_us = moment("2018-11-12T13:00:00");
    at_moments(add(sweep(OWN, ACS)), &at_us, 1);
    t.s.config.accounts[OWN].flags = ACCOUNT_POSITION_NUMBER;
    treasury_tick(&t);
    treasury_wait_until(&t, at_us);
    ck_assert_uint_eq(treasury_fact(&t, FACT_TRANSFER_FAILED).reason, REASON_NO_DIRECT_LINK);
    ck_assert_int_eq(held_fen(&t, OWN), 0);
    ck_assert_int_eq(coming_fen(&t, ACS), 0);
}
END_TEST

/* Prefund works, what follows never does. */
static void let_it_rest(struct transfer_rule *r)
{
    r->means[0] = MEANS_PREFUND;
    treasury_tick(&t);
    notice(&t, leg(), UNIONPAY_00);
    ck_assert_uint_eq(leg().service, SERVICE_RETURN);
}

START_TEST(the_next_firing_resumes_what_rests_before_it_moves_more)
{
    int64_t moments[] = {moment("2018-11-12T12:00:00.000001"), moment("2018-11-13T16:50:00")};
    struct transfer_rule *r = add(sweep(PREPAID, ACS));
    at_moments(r, moments, 2);
    r->means[0] = MEANS_PREFUND;
    treasury_tick(&t);
    treasury_wait_until(&t, moments[0]);
    notice(&t, leg(), UNIONPAY_00);
    notice(&t, leg(), UNIONPAY_63);
    ck_assert_uint_eq(treasury_count(&t, FACT_TRANSFER_RESTING), 1);
    movement(&t, PREPAID, 1, 70 * YUAN, 0, 0);
    treasury_wait_until(&t, moments[1] - 1);
    ck_assert_uint_eq(legs(), 2);
    treasury_wait_until(&t, moments[1] + 20 * US_PER_MINUTE);
    ck_assert_uint_eq(treasury_count(&t, FACT_TRANSFER_RESUMED), 1);
    ck_assert_uint_ge(legs(), 4);
    uint32_t n = 0;
    for (uint32_t i = 0; i < t.order_count; i++) {
        if (t.orders[i].kind != ORDER_TRANSFER)
            continue;
        if (++n == 3)
            ck_assert_int_eq(t.orders[i].amount_fen, OPENING_FEN);
        if (n == 4)
            ck_assert_int_eq(t.orders[i].amount_fen, 70 * YUAN);
    }
}
END_TEST

/* A later leg that fails at once whenever it is tried: not a thousand times a second. */
START_TEST(a_rule_that_still_wants_it_resumes_no_more_often_than_it_looks)
{
    struct transfer_rule rule = top_up();
    let_it_rest(add(rule));
    int64_t start_us = t.s.now_us;
    uint32_t tried = 0;
    while (t.s.now_us < start_us + 10 * US_PER_MINUTE) {
        while (legs() > tried + 1) {
            tried = legs() - 1;
            notice(&t, leg(), UNIONPAY_63);
        }
        treasury_wait(&t, US_PER_S);
    }
    ck_assert_uint_ge(treasury_count(&t, FACT_TRANSFER_RESUMED), 5);
    ck_assert_uint_le(treasury_count(&t, FACT_TRANSFER_RESUMED), 10);
    ck_assert_int_eq(account_fen(&t, VIRTUAL_OWN), OPENING_FEN + 500 * YUAN);
    ck_assert_int_eq(account_fen(&t, OWN_2), 500 * YUAN); /* nothing more was taken */
}
END_TEST

START_TEST(the_tries_of_a_leg_are_the_rules)
{
    struct transfer_rule *r = add(top_up());
    r->retries = 3;
    treasury_tick(&t);
    for (uint32_t sent = 1; sent <= 4; sent++) {
        ck_assert_uint_eq(legs(), sent);
        ck_assert_uint_eq(treasury_count(&t, FACT_TRANSFER_FAILED), 0);
        reply(&t, leg(), CODE_NOT_SENT);
        if (sent < 4)
            treasury_wait(&t, 10 * US_PER_MINUTE);
    }
    ck_assert_uint_eq(treasury_count(&t, FACT_TRANSFER_FAILED), 1);
}
END_TEST

START_TEST(means_that_failed_for_good_rest_before_the_rule_uses_them_again)
{
    add(top_up());
    treasury_tick(&t);
    int64_t failed_us = t.s.now_us;
    reply(&t, leg(), BANK_MOCKACCT);
    ck_assert_uint_eq(treasury_count(&t, FACT_TRANSFER_FAILED), 1);
    treasury_wait_until(&t, failed_us + 10 * US_PER_MINUTE - 1);
    ck_assert_uint_eq(legs(), 1);
    ck_assert_uint_eq(treasury_fact(&t, FACT_TRANSFER_WAITING).reason, REASON_MEANS_RESTING);
    treasury_wait_until(&t, failed_us + 10 * US_PER_MINUTE);
    ck_assert_uint_eq(legs(), 2);
}
END_TEST

/* --- accounts that are not there -------------------------------------------- */

START_TEST(a_rule_on_an_account_that_is_not_open_does_nothing)
{
    static const uint8_t ends[][2] = {{GENERAL, ACS}, {OWN, GENERAL}};
    int64_t at_us = moment("2018-11-12T13:00:00");
    struct core_config *c = &t.s.config;
    c->account_count = ACCOUNTS;
    c->accounts[GENERAL].opens_us = moment("2018-11-12T14:00:00");
    struct transfer_rule *scheduled = add(sweep(ends[_i][0], ends[_i][1]));
    at_moments(scheduled, &at_us, 1);
    struct transfer_rule *watching = add(top_up());
    watching->from = ends[_i][0];
    watching->to = ends[_i][1];
    watching->threshold_fen = 100 * OPENING_FEN;
    treasury_tick(&t);
    treasury_wait_until(&t, c->accounts[GENERAL].opens_us - 1);
    ck_assert_uint_eq(legs(), 0);
    ck_assert_uint_eq(treasury_count(&t, FACT_TRANSFER_REFUSED), 0);
    treasury_wait_until(&t, c->accounts[GENERAL].opens_us);
    ck_assert_uint_ge(legs(), 1); /* then, on the same day, it does */
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("rules");
    tcase_add_checked_fixture(c, fresh, done);
    tcase_add_test(c, a_level_below_its_threshold_is_filled_to_the_target);
    tcase_add_test(c, the_fee_that_goes_through_the_net_is_part_of_what_the_backlog_lacks);
    tcase_add_loop_test(c, money_that_rules_for_shortages_can_bring_is_an_answer, 0, COUNT(helps));
    tcase_add_test(c, two_rules_never_move_the_same_shortage_twice);
    tcase_add_test(c, without_counting_what_is_in_transit_they_do);
    tcase_add_test(c, a_rule_that_does_not_count_asks_again_after_its_rest);
    tcase_add_test(c, when_a_rule_asks_does_not_depend_on_idle_ticks);
    tcase_add_test(c, above_its_threshold_the_paying_account_is_swept);
    tcase_add_test(c, the_backlog_asks_for_what_it_lacks_and_once);
    tcase_add_test(c, what_is_kept_unallocated_is_not_there_for_the_backlog);
    tcase_add_test(c, a_schedule_is_kept_to_the_microsecond_and_swept_once);
    tcase_add_test(c, a_rule_due_while_rules_were_suspended_is_done_if_they_resume_that_day);
    tcase_add_test(c, while_rules_are_suspended_none_asks_and_what_has_begun_goes_on);
    tcase_add_loop_test(c, the_keep_of_the_account_holds_against_the_rules_own, 0, 2);
    tcase_add_test(c, what_is_short_is_told_once_a_day_and_moves_when_the_money_comes);
    tcase_add_test(c, what_is_still_short_at_midnight_is_over);
    tcase_add_test(c, a_threshold_that_stays_short_is_told_each_day);
    tcase_add_loop_test(c, nothing_starts_after_the_rules_last_clock, 0, 2);
    tcase_add_test(c, a_threshold_after_the_last_clock_waits_for_the_morning);
    tcase_add_loop_test(c, the_lower_priority_number_goes_first_then_the_list, 0, 3);
    tcase_add_test(c, the_rules_own_order_of_means_counts_before_the_cost);
    tcase_add_test(c, a_rule_whose_means_are_missing_fails_with_what_is_missing);
    tcase_add_test(c, the_next_firing_resumes_what_rests_before_it_moves_more);
    tcase_add_test(c, a_rule_that_still_wants_it_resumes_no_more_often_than_it_looks);
    tcase_add_test(c, the_tries_of_a_leg_are_the_rules);
    tcase_add_test(c, means_that_failed_for_good_rest_before_the_rule_uses_them_again);
    tcase_add_loop_test(c, a_rule_on_an_account_that_is_not_open_does_nothing, 0, 2);
    return run_tests("rules", c);
}
