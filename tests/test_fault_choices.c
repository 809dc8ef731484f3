/* test_fault_choices.c — what a fault meets: where, when, how often, and what may be said of it. */

#include "mocks/faults.h"
#include "tests/stage.h"

enum { FIRST = 101 };

/* Pays n times, a minute apart; which of them the first fault hit, as bits. */
static uint64_t hits(uint32_t n)
{
    uint64_t bits = 0;
    stage_open();
    for (uint32_t i = 0; i < n; i++) {
        stage.input_count = stage.fact_count = 0;
        uint64_t fired = fault_count_of(0)->fired;
        struct order o = payment(UNIONPAY, FIRST + i, 10 * (i + 1));
        o.business = (uint8_t)(i % 4);
        o.bank = (uint8_t)(i % 3);
        o.merchant = i % 5;
        stage_order(o);
        stage_after(US_PER_MINUTE);
        bool hit = fault_count_of(0)->fired > fired;
        ck_assert_in_loop(hit == (told(INPUT_PAY_ANSWERED, FIRST + i)->code == CODE_NOT_SENT));
        bits |= (uint64_t)hit << i;
    }
    return bits;
}

static struct fault_spec *down(void)
{
    stage_set();
    return stage_fault(UNIONPAY, OPERATION_PAYOUT, FAULT_DOWN);
}

START_TEST(a_fault_knows_when_it_fired_first_and_last)
{
    stage_set();
    struct fault_spec *every_third = stage_fault(UNIONPAY, OPERATION_PAYOUT, FAULT_DOWN);
    every_third->choice = CHOOSE_EVERY;
    every_third->n = 3;
    stage_fault(NETSUNION, OPERATION_PAYOUT, FAULT_DOWN); /* nobody pays there */
    stage_open();
    int64_t began_us = stage.now_us;
    for (uint64_t i = 0; i < 10; i++) {
        stage_pay(UNIONPAY, FIRST + i, 1000);
        stage_after(US_PER_MINUTE);
    }
    check_fault(0, 10, 3);
    ck_assert_int_eq(fault_count_of(0)->first_us, began_us + 2 * US_PER_MINUTE);
    ck_assert_int_eq(fault_count_of(0)->last_us, began_us + 8 * US_PER_MINUTE);
    check_fault(1, 0, 0);
    ck_assert_int_eq(fault_count_of(1)->first_us, 0);
    ck_assert_int_eq(fault_count_of(1)->last_us, 0);
    stage_close();
}
END_TEST

START_TEST(first_hits_the_first_n_and_every_hits_each_nth)
{
    struct fault_spec *f = down();
    f->choice = CHOOSE_FIRST;
    f->n = 3;
    ck_assert_uint_eq(hits(12), 0x7);
    check_fault(0, 12, 3);
    stage_close();
    f = down();
    f->choice = CHOOSE_EVERY;
    f->n = 4;
    ck_assert_uint_eq(hits(12), 0x888);
    check_fault(0, 12, 3);
    stage_close();
    down();
    ck_assert_uint_eq(hits(12), 0xfff);
    stage_close();
}
END_TEST

START_TEST(a_share_hits_about_that_many_and_the_same_ones_again)
{
    struct fault_spec *f = down();
    f->choice = CHOOSE_SHARE;
    f->share_ppm = 250000;
    uint64_t once = hits(64);
    ck_assert_uint_eq(fault_count_of(0)->armed, 64);
    ck_assert_uint_gt(fault_count_of(0)->fired, 16 - 11); /* three standard deviations */
    ck_assert_uint_lt(fault_count_of(0)->fired, 16 + 11);
    stage_close();
    f = down();
    f->choice = CHOOSE_SHARE;
    f->share_ppm = 250000;
    ck_assert_uint_eq(hits(64), once);
    stage_close();
    f = down();
    f->choice = CHOOSE_SHARE;
    f->share_ppm = 250000;
    f->key ^= 1; /* another id meets others */
    ck_assert_uint_ne(hits(64), once);
    stage_close();
}
END_TEST

static const struct {
    int64_t share_ppm;
    uint64_t hit;
} extremes[] = {{0, 0}, {1000000, UINT64_MAX}};

START_TEST(a_share_of_nothing_hits_none_and_of_everything_all)
{
    struct fault_spec *f = down();
    f->choice = CHOOSE_SHARE;
    f->share_ppm = extremes[_i].share_ppm;
    ck_assert_uint_eq(hits(64), extremes[_i].hit);
    stage_close();
}
END_TEST

START_TEST(a_window_is_half_open)
{
    struct fault_spec *f = down();
    f->window = (struct window){
        .kind = WINDOW_ONCE, .from_us = stage_at(28, 8, 3), .to_us = stage_at(28, 8, 7)};
    ck_assert_uint_eq(hits(12), 0x78); /* 08:03, 04, 05, 06 */
    check_fault(0, 4, 4);
    stage_close();
}
END_TEST

static const uint8_t third_merchant[] = {0, 0, 0, 1};

static const struct {
    int business;
    int bank;
    int64_t min_fen;
    int64_t max_fen;
    bool merchant;
    uint64_t hit;
} matches[] = {
    {2, -1, 0, 0, false, 0x444},   {-1, 1, 0, 0, false, 0x492},    {-1, -1, 100, 0, false, 0xe00},
    {-1, -1, 0, 30, false, 0x007}, {-1, -1, 50, 60, false, 0x030}, {-1, -1, 0, 0, true, 0x108},
    {2, 2, 0, 0, false, 0x004},
};

START_TEST(a_match_narrows_what_arms_it)
{
    struct fault_spec *f = down();
    f->business = matches[_i].business;
    f->bank = matches[_i].bank;
    f->min_fen = matches[_i].min_fen;
    f->max_fen = matches[_i].max_fen;
    if (matches[_i].merchant) {
        f->merchants = third_merchant;
        f->merchants_known = COUNT(third_merchant);
    }
    ck_assert_uint_eq(hits(12), matches[_i].hit);
    uint64_t bits = (uint64_t)__builtin_popcountll(matches[_i].hit);
    check_fault(0, bits, bits);
    stage_close();
}
END_TEST

START_TEST(a_match_on_payouts_never_holds_for_what_is_not_one)
{
    stage_set();
    stage_fault(UNIONPAY, OPERATION_QUOTA, FAULT_DOWN)->business = 0;
    stage_fault(UNIONPAY, OPERATION_NOTICE, FAULT_DOWN)->max_fen = 1000000;
    stage_open();
    stage_move(UNIONPAY, 1, ORDER_INCREASE, 1000);
    stage_collect(UNIONPAY, 1000, 0);
    stage_after(US_PER_MINUTE);
    ck_assert_uint_eq(told_count(INPUT_RECEIPT_NOTIFIED, 0), 1);
    ck_assert_uint_eq(told(INPUT_MOVE_ANSWERED, 1)->code, UNIONPAY_00);
    check_fault(0, 0, 0);
    check_fault(1, 0, 0);
    stage_close();
}
END_TEST

START_TEST(a_fault_stays_at_its_house_and_its_operation)
{
    stage_set();
    stage_fault(UNIONPAY, OPERATION_PAYOUT, FAULT_DOWN);
    stage_fault(UNIONPAY, OPERATION_QUERY, FAULT_DOWN);
    stage_open();
    stage_pay(NETSUNION, FIRST, 1000);
    stage_move(UNIONPAY, 1, ORDER_INCREASE, 1000);
    stage_after(US_PER_MINUTE);
    ck_assert_uint_eq(asked(NETSUNION, FIRST), NETSUNION_00);
    ck_assert_uint_eq(told(INPUT_MOVE_ANSWERED, 1)->code, UNIONPAY_00);
    check_fault(0, 0, 0);
    check_fault(1, 0, 0);
    stage_close();
}
END_TEST

START_TEST(a_healed_world_arms_no_fault_and_keeps_what_was_done)
{
    down();
    stage_open();
    stage_pay(UNIONPAY, FIRST, 1000);
    stage_heal();
    stage_pay(UNIONPAY, FIRST + 1, 1000);
    stage_after(US_PER_MINUTE);
    ck_assert_uint_eq(facts_of(FACT_TRUE_PAID, FIRST), 0);
    ck_assert_uint_eq(facts_of(FACT_TRUE_PAID, FIRST + 1), 1);
    check_fault(0, 1, 1);
    stage_close();
}
END_TEST

START_TEST(of_two_faults_the_first_acts_and_only_it_counts)
{
    stage_set();
    struct fault_spec *f = stage_fault(UNIONPAY, OPERATION_PAYOUT, FAULT_ERROR_CODE);
    f->code = UNIONPAY_06;
    f->choice = CHOOSE_FIRST;
    f->n = 1;
    stage_fault(UNIONPAY, OPERATION_PAYOUT, FAULT_DOWN);
    stage_open();
    stage_pay(UNIONPAY, FIRST, 1000);
    stage_pay(UNIONPAY, FIRST + 1, 1000);
    stage_after(US_PER_MINUTE);
    ck_assert_uint_eq(told(INPUT_PAY_ANSWERED, FIRST)->code, UNIONPAY_06);
    ck_assert_uint_eq(told(INPUT_PAY_ANSWERED, FIRST + 1)->code, CODE_NOT_SENT);
    check_fault(0, 2, 1);
    check_fault(1, 1, 1);
    stage_close();
}
END_TEST

/* Which of 64 subjects each of two faults hits, alone and together; the other
 * is of another operation's kind, so that neither shadows the other. */
START_TEST(removing_one_fault_moves_no_draw_of_another)
{
    struct fault_spec specs[2] = {
        {.kind = FAULT_LATENCY,
         .choice = CHOOSE_SHARE,
         .share_ppm = 500000,
         .key = 1,
         .business = -1,
         .bank = -1,
         .by_ppm = 2000000},
        {.kind = FAULT_DOWN,
         .choice = CHOOSE_SHARE,
         .share_ppm = 500000,
         .key = 2,
         .business = -1,
         .bank = -1,
         .by_ppm = 1000000},
    };
    uint64_t both = 0;
    uint64_t alone = 0;
    struct fault_count counts[2] = {{0}};
    struct faults two = {.specs = specs, .counts = counts, .count = 2, .seed = 9};
    struct faults one = {.specs = specs + 1, .counts = counts, .count = 1, .seed = 9};
    for (uint64_t i = 0; i < 64; i++) {
        struct fault_subject about = {.reference = i, .attempt = 1};
        both |=
            (uint64_t)(faults_ask(&two, OPERATION_PAYOUT, CHANNEL_UNIONPAY, 0, &about).acts != NULL)
            << i;
        alone |=
            (uint64_t)(faults_ask(&one, OPERATION_PAYOUT, CHANNEL_UNIONPAY, 0, &about).acts != NULL)
            << i;
    }
    ck_assert_uint_eq(both, alone);
    ck_assert(both != 0 && both != UINT64_MAX);
}
END_TEST

START_TEST(another_attempt_meets_another_draw)
{
    struct fault_spec spec = {.kind = FAULT_DOWN,
                              .choice = CHOOSE_SHARE,
                              .share_ppm = 500000,
                              .key = 1,
                              .business = -1,
                              .bank = -1,
                              .by_ppm = 1000000};
    struct fault_count count = {0};
    struct faults f = {.specs = &spec, .counts = &count, .count = 1, .seed = 9};
    int differ = 0;
    for (uint64_t i = 0; i < 64; i++) {
        struct fault_subject about = {.reference = i, .attempt = 1};
        bool first = faults_ask(&f, OPERATION_PAYOUT, CHANNEL_UNIONPAY, 0, &about).acts != NULL;
        about.attempt = 2;
        differ +=
            first != (faults_ask(&f, OPERATION_PAYOUT, CHANNEL_UNIONPAY, 0, &about).acts != NULL);
    }
    ck_assert_int_gt(differ, 16);
    ck_assert_int_lt(differ, 48);
}
END_TEST

START_TEST(slow_downs_multiply_but_never_without_bound)
{
    struct fault_spec specs[4];
    struct fault_count counts[4] = {{0}};
    struct fault_subject about = {0};
    for (int i = 0; i < 4; i++)
        specs[i] = (struct fault_spec){
            .kind = FAULT_LATENCY, .business = -1, .bank = -1, .by_ppm = INT64_C(1000000000)};
    struct faults f = {.specs = specs, .counts = counts, .count = 4};
    struct fault_effect effect = faults_ask(&f, OPERATION_PAYOUT, CHANNEL_UNIONPAY, 0, &about);
    ck_assert_int_eq(fault_slowed_us(&effect, 3), 3000000);
    ck_assert_int_eq(fault_slowed_us(&effect, LATENCY_MAX_US), LATENCY_MAX_US);
    for (int i = 0; i < 4; i++)
        specs[i].by_us = INT64_MAX;
    effect = faults_ask(&f, OPERATION_PAYOUT, CHANNEL_UNIONPAY, 0, &about);
    ck_assert_int_eq(fault_slowed_us(&effect, 0), LATENCY_MAX_US);
}
END_TEST

START_TEST(names_and_possible_pairs_are_as_the_grammar_has_them)
{
    static const char *const names[] = {"none",
                                        "latency",
                                        "down",
                                        "timeout",
                                        "error_code",
                                        "applied_no_reply",
                                        "rejected_no_reply",
                                        "line_missing",
                                        "line_extra",
                                        "line_twice",
                                        "line_amount",
                                        "line_status",
                                        "line_fee",
                                        "file_late",
                                        "file_missing",
                                        "file_truncated",
                                        "accept_then_return",
                                        "wrong_amount",
                                        "wrong_status"};
    static const int possible[OPERATIONS] = {
        [OPERATION_PAYOUT] = 6,  [OPERATION_QUERY] = 4,      [OPERATION_QUOTA] = 6,
        [OPERATION_NOTICE] = 3,  [OPERATION_PREFUND] = 6,    [OPERATION_RETURN] = 6,
        [OPERATION_ADJUST] = 6,  [OPERATION_SETTLEMENT] = 6, [OPERATION_TRANSFER] = 6,
        [OPERATION_BALANCE] = 3, [OPERATION_DETAILS] = 3,    [OPERATION_FILE] = 3,
        [OPERATION_LINE] = 6,    [OPERATION_PAYMENT] = 2,    [OPERATION_OUTCOME] = 1,
        [OPERATION_DETAIL] = 4};
    for (int o = 0; o < OPERATIONS; o++) {
        int count = 0;
        for (int k = 0; k < FAULT_KINDS; k++)
            count += fault_possible((enum fault_operation)o, (enum fault_kind)k);
        ck_assert_int_eq(count, possible[o]);
        ck_assert(!fault_possible((enum fault_operation)o, FAULT_NONE));
    }
    for (int k = 0; k < FAULT_KINDS; k++)
        ck_assert_str_eq(fault_kind_name((enum fault_kind)k), names[k]);
    ck_assert_str_eq(fault_operation_name(OPERATION_NOTICE), "notice");
    ck_assert_str_eq(fault_operation_name(OPERATION_LINE), "file");
    ck_assert_str_eq(fault_operation_name(OPERATION_DETAIL), "details");
    ck_assert_str_eq(fault_operation_name(OPERATION_PAYMENT), "payout");
    ck_assert_str_eq(fault_operation_name(OPERATION_OUTCOME), "payout");
}
END_TEST

static const struct {
    enum fault_operation place;
    enum fault_kind kind;
    enum fault_operation asked_at;
} asked_at[] = {{OPERATION_PAYOUT, FAULT_DOWN, OPERATION_PAYOUT},
                {OPERATION_PAYOUT, FAULT_WRONG_AMOUNT, OPERATION_PAYMENT},
                {OPERATION_PAYOUT, FAULT_ACCEPT_THEN_RETURN, OPERATION_PAYMENT},
                {OPERATION_PAYOUT, FAULT_WRONG_STATUS, OPERATION_OUTCOME},
                {OPERATION_PAYOUT, FAULT_LINE_FEE, OPERATION_PAYOUT},
                {OPERATION_FILE, FAULT_LINE_FEE, OPERATION_LINE},
                {OPERATION_DETAILS, FAULT_LINE_TWICE, OPERATION_DETAIL},
                {OPERATION_DETAILS, FAULT_DOWN, OPERATION_DETAILS},
                {OPERATION_FILE, FAULT_FILE_LATE, OPERATION_FILE},
                {OPERATION_FILE, FAULT_WRONG_STATUS, OPERATION_FILE},
                {OPERATION_SETTLEMENT, FAULT_WRONG_AMOUNT, OPERATION_SETTLEMENT}};

START_TEST(a_place_is_asked_about_when_the_kind_wants)
{
    ck_assert_int_eq(fault_asked_at(asked_at[_i].place, asked_at[_i].kind), asked_at[_i].asked_at);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("fault_choices");
    tcase_add_test(t, a_fault_knows_when_it_fired_first_and_last);
    tcase_add_test(t, first_hits_the_first_n_and_every_hits_each_nth);
    tcase_add_test(t, a_share_hits_about_that_many_and_the_same_ones_again);
    tcase_add_loop_test(t, a_share_of_nothing_hits_none_and_of_everything_all, 0, COUNT(extremes));
    tcase_add_test(t, a_window_is_half_open);
    tcase_add_loop_test(t, a_match_narrows_what_arms_it, 0, COUNT(matches));
    tcase_add_test(t, a_match_on_payouts_never_holds_for_what_is_not_one);
    tcase_add_test(t, a_fault_stays_at_its_house_and_its_operation);
    tcase_add_test(t, a_healed_world_arms_no_fault_and_keeps_what_was_done);
    tcase_add_test(t, of_two_faults_the_first_acts_and_only_it_counts);
    tcase_add_test(t, removing_one_fault_moves_no_draw_of_another);
    tcase_add_test(t, another_attempt_meets_another_draw);
    tcase_add_test(t, slow_downs_multiply_but_never_without_bound);
    tcase_add_test(t, names_and_possible_pairs_are_as_the_grammar_has_them);
    tcase_add_loop_test(t, a_place_is_asked_about_when_the_kind_wants, 0, COUNT(asked_at));
    return run_tests("fault_choices", t);
}
