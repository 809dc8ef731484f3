/* test_queue.c — who goes next: class, then arrival, among those who may use the channel. */

#include <string.h>

#include "core/base/civil.h"
#include "core/payout/queue.h"
#include "tests/harness.h"

enum { SLOTS = 300, UNIONPAY = 1, NETSUNION = 2, BOTH = 3 };

static struct queue queue;
static struct payout payouts[SLOTS];
static struct ageing ageing; /* off, unless a test says otherwise */

static void fresh_queue(void)
{
    queue_init(&queue);
    memset(payouts, 0, sizeof payouts);
    ageing = (struct ageing){0};
}

struct waiting {
    uint8_t class;
    uint32_t arrival;
    uint8_t channels;
    bool retried;
    int64_t amount_fen;
};

static void put(uint32_t slot, struct waiting w)
{
    struct payout *p = &payouts[slot];
    p->class = w.class;
    p->arrival = w.arrival;
    p->flags = w.retried ? PAYOUT_RETRIED : 0;
    p->amount_fen = w.amount_fen == 0 ? 1 : w.amount_fen;
    p->routes = BOTH;
    payout_try_on(p, w.channels);
    queue_put(&queue, payouts, slot);
}

static void must_go(uint8_t channels, const uint32_t *want, uint32_t count)
{
    struct queue_walk walk;
    queue_walk_start(&walk, &queue, payouts, channels, ageing);
    for (uint32_t i = 0; i < count; i++)
        ck_assert_uint_eq(queue_walk_next(&walk, &queue, payouts), want[i]);
    ck_assert_uint_eq(queue_walk_next(&walk, &queue, payouts), NONE);
    ck_assert_uint_eq(queue_walk_next(&walk, &queue, payouts), NONE); /* and stays there */
}

#define MUST_GO(channels, ...)                                                                     \
    must_go(channels, (const uint32_t[]){__VA_ARGS__}, COUNT(((const uint32_t[]){__VA_ARGS__})))

START_TEST(a_class_is_the_business_then_the_merchant)
{
    int last = -1;
    for (uint8_t business = 1; business <= PRIORITIES; business++)
        for (uint8_t merchant = 1; merchant <= PRIORITIES; merchant++) {
            int class = queue_class(business, merchant);
            ck_assert_int_eq(class, last + 1);
            last = class;
        }
    ck_assert_int_eq(last, CLASSES - 1);
    ck_assert_int_lt(queue_class(1, 9), queue_class(2, 1));
}
END_TEST

static const uint8_t no_priorities[][2] = {{0, 1}, {1, 0}, {PRIORITIES + 1, 1}, {1, 10}, {255, 1}};

START_TEST(a_priority_out_of_range_stops_the_program)
{
    queue_class(no_priorities[_i][0], no_priorities[_i][1]);
}
END_TEST

START_TEST(an_empty_queue_has_nobody_to_go)
{
    must_go(BOTH, NULL, 0);
    ck_assert_uint_eq(queue.count, 0);
    ck_assert_int_eq(queue.amount_fen, 0);
}
END_TEST

START_TEST(the_better_class_goes_first_then_the_earlier)
{
    put(0, (struct waiting){.class = 80, .arrival = 1, .channels = BOTH});
    put(1, (struct waiting){.class = 63, .arrival = 9, .channels = BOTH});
    put(2, (struct waiting){.class = 64, .arrival = 2, .channels = BOTH});
    put(3, (struct waiting){.class = 0, .arrival = 8, .channels = BOTH});
    put(4, (struct waiting){.class = 0, .arrival = 7, .channels = BOTH});
    MUST_GO(BOTH, 4, 3, 1, 2, 0);
}
END_TEST

static const struct {
    uint8_t business;
    uint8_t merchant;
    int64_t waited; /* steps of ageing, in tenths */
    uint8_t business_now;
    uint8_t merchant_now;
    int64_t rises_in; /* tenths; 0: never */
} rises[] = {
    {5, 5, 0, 5, 5, 10},     {5, 5, 9, 5, 5, 1},   {5, 5, 10, 4, 5, 10}, {5, 5, 39, 2, 5, 1},
    {5, 5, 40, 1, 5, 10},    {5, 5, 50, 1, 4, 10}, {5, 5, 79, 1, 2, 1},  {5, 5, 80, 1, 1, 0},
    {5, 5, 100000, 1, 1, 0}, {1, 1, 0, 1, 1, 0},   {1, 9, 79, 1, 2, 1},  {1, 9, 80, 1, 1, 0},
    {9, 1, 79, 2, 1, 1},     {9, 1, 80, 1, 1, 0},  {9, 9, 159, 1, 2, 1}, {9, 9, 160, 1, 1, 0},
};

START_TEST(who_waits_rises_first_by_business_then_by_merchant)
{
    struct payout p = {.class = queue_class(rises[_i].business, rises[_i].merchant),
                       .requested_us = 1000};
    struct ageing a = {.now_us = 1000 + rises[_i].waited * 7, .step_us = 70};
    ck_assert_uint_eq(ageing_rank(a, &p),
                      queue_class(rises[_i].business_now, rises[_i].merchant_now));
    int64_t rises_us = ageing_rises_us(a, &p);
    ck_assert_int_eq(rises_us,
                     rises[_i].rises_in == 0 ? NEVER_US : a.now_us + rises[_i].rises_in * 7);
    a.step_us = 0;
    ck_assert_uint_eq(ageing_rank(a, &p), p.class);
    ck_assert_int_eq(ageing_rises_us(a, &p), NEVER_US);
}
END_TEST

START_TEST(the_next_to_rise_is_found_among_those_not_yet_met)
{
    struct queue_walk walk;
    ageing = (struct ageing){.now_us = 1000, .step_us = 100};
    payouts[1].requested_us = 990;
    payouts[2].requested_us = 995;
    payouts[3].requested_us = 1000;
    put(1, (struct waiting){.class = 10, .arrival = 1, .channels = BOTH});
    put(2, (struct waiting){.class = 20, .arrival = 2, .channels = UNIONPAY});
    put(3, (struct waiting){.class = 30, .arrival = 3, .channels = NETSUNION});
    queue_walk_start(&walk, &queue, payouts, BOTH, ageing);
    ck_assert_int_eq(queue_walk_rises_us(&walk, payouts, 0), 1090);
    ck_assert_uint_eq(queue_walk_next(&walk, &queue, payouts), 1);
    ck_assert_int_eq(queue_walk_rises_us(&walk, payouts, 0), 1095);
    ck_assert_int_eq(queue_walk_rises_us(&walk, payouts, 1), 1100);
    ck_assert_uint_eq(queue_walk_next(&walk, &queue, payouts), 2);
    ck_assert_int_eq(queue_walk_rises_us(&walk, payouts, 0), NEVER_US);
}
END_TEST

START_TEST(a_payout_from_the_future_stops_the_program)
{
    struct payout p = {.requested_us = 1001};
    ageing_rank((struct ageing){.now_us = 1000, .step_us = 1}, &p);
}
END_TEST

START_TEST(arrival_counts_across_channels_and_attempts)
{
    put(0, (struct waiting){.class = 5, .arrival = 4, .channels = UNIONPAY});
    put(1, (struct waiting){.class = 5, .arrival = 3, .channels = BOTH, .retried = true});
    put(2, (struct waiting){.class = 5, .arrival = 2, .channels = NETSUNION});
    put(3, (struct waiting){.class = 5, .arrival = 1, .channels = UNIONPAY, .retried = true});
    put(4, (struct waiting){.class = 5, .arrival = 5, .channels = BOTH});
    put(5, (struct waiting){.class = 5, .arrival = 0, .channels = NETSUNION, .retried = true});
    MUST_GO(BOTH, 5, 3, 2, 1, 0, 4);
    MUST_GO(UNIONPAY, 3, 1, 0, 4);
    MUST_GO(NETSUNION, 5, 2, 1, 4);
    must_go(0, NULL, 0);
}
END_TEST

START_TEST(who_comes_back_stands_where_it_stood)
{
    for (uint32_t i = 0; i < 5; i++)
        put(i, (struct waiting){.class = 5, .arrival = 10 * i, .channels = BOTH, .retried = true});
    queue_take(&queue, payouts, 1);
    queue_take(&queue, payouts, 3);
    put(3, (struct waiting){.class = 5, .arrival = 30, .channels = BOTH, .retried = true});
    put(1, (struct waiting){.class = 5, .arrival = 10, .channels = BOTH, .retried = true});
    MUST_GO(BOTH, 0, 1, 2, 3, 4);
}
END_TEST

START_TEST(count_and_amount_are_of_those_who_wait)
{
    put(0, (struct waiting){.class = 1, .arrival = 1, .channels = BOTH, .amount_fen = 100});
    put(1, (struct waiting){.class = 2, .arrival = 2, .channels = BOTH, .amount_fen = 23});
    ck_assert_uint_eq(queue.count, 2);
    ck_assert_int_eq(queue.amount_fen, 123);
    queue_take(&queue, payouts, 0);
    ck_assert_uint_eq(queue.count, 1);
    ck_assert_int_eq(queue.amount_fen, 23);
    MUST_GO(BOTH, 1);
    queue_take(&queue, payouts, 1);
    must_go(BOTH, NULL, 0);
}
END_TEST

START_TEST(an_emptied_queue_is_as_good_as_new)
{
    struct queue new = queue;
    for (uint32_t i = 0; i < CLASSES; i++)
        put(i,
            (struct waiting){.class = (uint8_t)i, .arrival = i, .channels = (uint8_t)(1 + i % 3)});
    for (uint32_t i = 0; i < CLASSES; i++)
        queue_take(&queue, payouts, (i * 7 + 3) % CLASSES);
    ck_assert_mem_eq(&queue, &new, sizeof queue);
}
END_TEST

START_TEST(a_walk_goes_on_when_the_one_it_stands_on_is_taken)
{
    struct queue_walk walk;
    for (uint32_t i = 0; i < 9; i++)
        put(i, (struct waiting){.class = (uint8_t)(i / 3), .arrival = i, .channels = BOTH});
    queue_walk_start(&walk, &queue, payouts, BOTH, ageing);
    for (uint32_t i = 0; i < 9; i++) {
        ck_assert_uint_eq(queue_walk_next(&walk, &queue, payouts), i);
        if (i % 2 == 0 || i / 3 == 1) /* the whole second class leaves */
            queue_take(&queue, payouts, i);
    }
    ck_assert_uint_eq(queue_walk_next(&walk, &queue, payouts), NONE);
    MUST_GO(BOTH, 1, 7);
}
END_TEST

START_TEST(a_walk_narrowed_meets_only_those_who_may_still_go)
{
    struct queue_walk walk;
    for (uint32_t i = 0; i < 6; i++)
        put(i, (struct waiting){
                   .class = (uint8_t)(i / 5), .arrival = i, .channels = (uint8_t)(1 + i % 3)});
    queue_walk_start(&walk, &queue, payouts, BOTH, ageing);
    ck_assert_uint_eq(queue_walk_next(&walk, &queue, payouts), 0);
    queue_walk_narrow(&walk, payouts, NETSUNION);
    ck_assert_uint_eq(queue_walk_next(&walk, &queue, payouts), 1);
    ck_assert_uint_eq(queue_walk_next(&walk, &queue, payouts), 2); /* not 3: UnionPay alone */
    ck_assert_uint_eq(queue_walk_next(&walk, &queue, payouts), 4);
    ck_assert_uint_eq(queue_walk_next(&walk, &queue, payouts), 5); /* in the next class, too */
    queue_walk_narrow(&walk, payouts, 0);
    ck_assert_uint_eq(queue_walk_next(&walk, &queue, payouts), NONE);
}
END_TEST

/* --- against a model that looks at everybody each time --------------------------------- */

static bool waits[SLOTS];

/* By the words of the rule, step by step. */
static uint32_t rank_of(const struct payout *p)
{
    uint32_t business = p->class / PRIORITIES + 1;
    uint32_t merchant = p->class % PRIORITIES + 1;
    int64_t waited_us = ageing.now_us - p->requested_us;
    for (; ageing.step_us != 0 && waited_us >= ageing.step_us; waited_us -= ageing.step_us) {
        if (business > 1)
            business--;
        else if (merchant > 1)
            merchant--;
        else
            break;
    }
    return business * 100 + merchant;
}

static bool goes_before(uint32_t a, uint32_t b)
{
    if (ageing.step_us != 0) {
        if (rank_of(&payouts[a]) != rank_of(&payouts[b]))
            return rank_of(&payouts[a]) < rank_of(&payouts[b]);
        return payouts[a].arrival < payouts[b].arrival;
    }
    if (payouts[a].class != payouts[b].class)
        return payouts[a].class < payouts[b].class;
    return payouts[a].arrival < payouts[b].arrival;
}

/* The first behind `last` (NONE: of all) that may use one of `channels`. */
static uint32_t model_next(uint32_t last, uint8_t channels)
{
    uint32_t best = NONE;
    for (uint32_t i = 0; i < SLOTS; i++)
        if (waits[i] && (payout_to_try(&payouts[i]) & channels) != 0 &&
            (last == NONE || goes_before(last, i)) && (best == NONE || goes_before(i, best)))
            best = i;
    return best;
}

static void put_some(uint64_t *state, uint32_t slot, uint32_t *arrivals)
{
    /* Nearly in order, and now and then one from long ago; never the same twice. */
    struct waiting w = {.class = (uint8_t)(draw(state, 4) * 26),
                        .channels = (uint8_t)(1 + draw(state, 3)),
                        .retried = draw(state, 3) == 0,
                        .amount_fen = 1 + (int64_t)draw(state, 1000)};
    ++*arrivals;
    w.arrival = draw(state, 10) == 0 ? *arrivals * 2 : *arrivals * 2 + 100001;
    if (draw(state, 2) == 0)
        w.class = (uint8_t)draw(state, CLASSES);
    payouts[slot].requested_us = (int64_t)w.arrival * 10; /* as they arrive */
    put(slot, w);
    waits[slot] = true;
}

/* Walks over everybody, taking some, and narrowing once. */
static uint32_t walk_over(uint64_t *state, uint8_t channels)
{
    struct queue_walk walk;
    uint32_t last = NONE;
    uint32_t seen = 0;
    uint64_t narrow_at = draw(state, SLOTS);
    ageing.now_us = 5000000 + (int64_t)draw(state, 1000000);
    queue_walk_start(&walk, &queue, payouts, channels, ageing);
    for (;;) {
        uint32_t want = model_next(last, channels);
        ck_assert_in_loop(queue_walk_next(&walk, &queue, payouts) == want);
        if (want == NONE)
            return seen;
        if (draw(state, 8) == 0) {
            queue_take(&queue, payouts, want);
            waits[want] = false;
        }
        if (seen++ == narrow_at) {
            channels &= (uint8_t)draw(state, 4);
            queue_walk_narrow(&walk, payouts, channels);
        }
        last = want;
    }
}

START_TEST(the_order_agrees_with_looking_at_everybody)
{
    static const int64_t steps_us[] = {0, 0, 100000, 700000, 1};
    uint64_t state = (uint64_t)_i;
    uint32_t arrivals = 0;
    uint32_t seen = 0;
    ageing.step_us = steps_us[_i];
    for (int i = 0; i < 20000; i++) {
        uint32_t slot = (uint32_t)draw(&state, SLOTS);
        if (!waits[slot] && draw(&state, 100) < (i / 1000 % 2 ? 40u : 80u)) {
            put_some(&state, slot, &arrivals);
        } else if (waits[slot] && draw(&state, 2) == 0) {
            queue_take(&queue, payouts, slot);
            waits[slot] = false;
        }
        if (i % 200 == 0)
            seen += walk_over(&state, (uint8_t)(1 + draw(&state, 3)));
    }
    uint32_t count = 0;
    int64_t amount_fen = 0;
    for (uint32_t i = 0; i < SLOTS; i++)
        if (waits[i]) {
            count++;
            amount_fen += payouts[i].amount_fen;
        }
    ck_assert_uint_eq(queue.count, count);
    ck_assert_int_eq(queue.amount_fen, amount_fen);
    ck_assert_uint_gt(seen, 5000);
}
END_TEST

/* --- what stops the program ------------------------------------------------------------- */

START_TEST(two_of_one_class_and_arrival_stop_the_program)
{
    put(0, (struct waiting){.class = 1, .arrival = 7, .channels = BOTH});
    put(1, (struct waiting){.class = 1, .arrival = 7, .channels = BOTH});
}
END_TEST

START_TEST(a_payout_without_a_channel_stops_the_program)
{
    put(0, (struct waiting){.class = 1, .arrival = 7, .channels = _i == 0 ? 0 : 4});
}
END_TEST

START_TEST(a_class_out_of_range_stops_the_program)
{
    put(0, (struct waiting){.class = CLASSES, .arrival = 7, .channels = BOTH});
}
END_TEST

START_TEST(taking_from_an_empty_queue_stops_the_program)
{
    payout_try_on(&payouts[0], BOTH);
    queue_take(&queue, payouts, 0);
}
END_TEST

START_TEST(an_amount_beyond_the_largest_stops_the_program)
{
    put(0, (struct waiting){.arrival = 1, .channels = BOTH, .amount_fen = INT64_MAX});
    put(1, (struct waiting){.arrival = 2, .channels = BOTH, .amount_fen = 1});
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("queue");
    tcase_add_checked_fixture(t, fresh_queue, NULL);
    tcase_add_test(t, a_class_is_the_business_then_the_merchant);
    tcase_add_loop_test_raise_signal(t, a_priority_out_of_range_stops_the_program, SIGABRT, 0,
                                     COUNT(no_priorities));
    tcase_add_test(t, an_empty_queue_has_nobody_to_go);
    tcase_add_test(t, the_better_class_goes_first_then_the_earlier);
    tcase_add_loop_test(t, who_waits_rises_first_by_business_then_by_merchant, 0, COUNT(rises));
    tcase_add_test(t, the_next_to_rise_is_found_among_those_not_yet_met);
    tcase_add_test_raise_signal(t, a_payout_from_the_future_stops_the_program, SIGABRT);
    tcase_add_test(t, arrival_counts_across_channels_and_attempts);
    tcase_add_test(t, who_comes_back_stands_where_it_stood);
    tcase_add_test(t, count_and_amount_are_of_those_who_wait);
    tcase_add_test(t, an_emptied_queue_is_as_good_as_new);
    tcase_add_test(t, a_walk_goes_on_when_the_one_it_stands_on_is_taken);
    tcase_add_test(t, a_walk_narrowed_meets_only_those_who_may_still_go);
    tcase_add_loop_test(t, the_order_agrees_with_looking_at_everybody, 0, 5);
    tcase_add_test_raise_signal(t, two_of_one_class_and_arrival_stop_the_program, SIGABRT);
    tcase_add_loop_test_raise_signal(t, a_payout_without_a_channel_stops_the_program, SIGABRT, 0,
                                     2);
    tcase_add_test_raise_signal(t, a_class_out_of_range_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, taking_from_an_empty_queue_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, an_amount_beyond_the_largest_stops_the_program, SIGABRT);
    return run_tests("queue", t);
}
