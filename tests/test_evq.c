/* test_evq.c — events come by time, then in the order in which they were put in. */

#include "sim/evq.h"
#include "tests/harness.h"

static struct evq *queue;

static void fresh_queue(void)
{
    queue = evq_create(1000);
}

static void drop_queue(void)
{
    evq_free(queue);
}

static void push(int64_t at_us, uint32_t subject)
{
    evq_push(queue, (struct happening){.at_us = at_us, .subject = subject});
}

static uint32_t pop(void)
{
    struct event e;
    ck_assert(evq_pop(queue, &e));
    ck_assert_int_eq(evq_now_us(queue), e.what.at_us);
    return e.what.subject;
}

START_TEST(the_earliest_comes_first)
{
    static const int64_t at_us[] = {5000, INT64_MAX, 1000, 4999, 1001};
    static const uint32_t want[] = {2, 4, 3, 0, 1};
    for (uint32_t i = 0; i < 5; i++)
        push(at_us[i], i);
    for (int i = 0; i < 5; i++) {
        ck_assert_int_eq(evq_next_us(queue), at_us[want[i]]);
        ck_assert_uint_eq(pop(), want[i]);
    }
    ck_assert_uint_eq(evq_count(queue), 0);
}
END_TEST

START_TEST(events_of_one_time_come_in_the_order_they_were_put_in)
{
    for (uint32_t i = 0; i < 500; i++)
        push(i % 2 ? 7777 : 1000, i);
    for (uint32_t i = 0; i < 500; i += 2)
        ck_assert_uint_eq(pop(), i);
    push(7777, 1000); /* the same time again, while that time is not yet come */
    for (uint32_t i = 1; i < 500; i += 2)
        ck_assert_uint_eq(pop(), i);
    push(7777, 1001); /* and at that very time */
    ck_assert_uint_eq(pop(), 1000);
    ck_assert_uint_eq(pop(), 1001);
}
END_TEST

START_TEST(an_empty_queue_waits_for_ever_and_touches_nothing)
{
    struct event e = {.seq = 77};
    ck_assert_int_eq(evq_next_us(queue), INT64_MAX);
    ck_assert(!evq_pop(queue, &e));
    ck_assert_uint_eq(e.seq, 77);
    ck_assert_int_eq(evq_now_us(queue), 1000);
}
END_TEST

START_TEST(an_event_comes_back_as_it_was_put_in)
{
    struct event e;
    struct happening one = {.at_us = 2000,
                            .kind = HAPPENS_RETURN,
                            .house = 1,
                            .code = 65534,
                            .subject = UINT32_MAX,
                            .arg = UINT64_MAX};
    push(3000, 0);
    evq_push(queue, one);
    ck_assert(evq_pop(queue, &e));
    ck_assert_mem_eq(&e.what, &one, sizeof one);
    ck_assert_uint_eq(e.seq, 1);
}
END_TEST

START_TEST(looking_at_the_next_time_changes_nothing)
{
    push(5000, 1);
    push(4000, 2);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(evq_next_us(queue), 4000);
    ck_assert_int_eq(evq_now_us(queue), 1000);
    push(1000, 3); /* still allowed */
    ck_assert_uint_eq(pop(), 3);
}
END_TEST

/* A sorted list: after all that are not later. */
enum { LIST_MAX = 3000 };
static struct event list[LIST_MAX];
static int list_count;

static void list_push(const struct event *e)
{
    int i = list_count++;
    while (i > 0 && list[i - 1].what.at_us > e->what.at_us) {
        list[i] = list[i - 1];
        i--;
    }
    list[i] = *e;
}

/* Replies in milliseconds, statements in days, deadlines in years, and now. */
static int64_t delay_us(uint64_t *state)
{
    static const int64_t spans_us[] = {1, 16, 300000, 90000000, 86400000000, INT64_C(1) << 50};
    return (int64_t)draw(state, (uint64_t)spans_us[draw(state, 6)]);
}

START_TEST(the_queue_agrees_with_a_sorted_list_at_very_different_delays)
{
    uint64_t state = (uint64_t)_i + 1;
    uint64_t seq = 0;
    int first = 0;
    for (int step = 0; step < 40000; step++) {
        struct event got;
        bool fill = list_count - first < 300 ? draw(&state, 100) < 60 : draw(&state, 100) < 30;
        if (fill && list_count < LIST_MAX) {
            struct event e = {
                .seq = seq++,
                .what = {.at_us = evq_now_us(queue) + delay_us(&state), .subject = (uint32_t)step}};
            evq_push(queue, e.what);
            list_push(&e);
        } else if (first < list_count) {
            ck_assert_in_loop(evq_next_us(queue) == list[first].what.at_us);
            ck_assert_in_loop(evq_pop(queue, &got));
            ck_assert_in_loop(got.seq == list[first].seq &&
                              got.what.at_us == list[first].what.at_us &&
                              got.what.subject == list[first].what.subject);
            first++;
        }
        if (first > LIST_MAX / 2 || list_count == LIST_MAX) {
            for (int i = first; i < list_count; i++)
                list[i - first] = list[i];
            list_count -= first;
            first = 0;
        }
        ck_assert_in_loop(evq_count(queue) == (uint64_t)(list_count - first));
    }
    ck_assert_uint_gt(seq, 10000);
}
END_TEST

START_TEST(time_before_the_epoch_is_time_too)
{
    evq_free(queue);
    queue = evq_create(-5000);
    push(-4999, 1);
    push(-5000, 0);
    push(-1, 2);
    push(10, 4);
    push(0, 3);
    for (uint32_t i = 0; i < 5; i++)
        ck_assert_uint_eq(pop(), i);
}
END_TEST

START_TEST(an_event_in_the_past_stops_the_program)
{
    push(2000, 0);
    pop();
    push(1999, 1);
}
END_TEST

START_TEST(an_event_before_the_start_stops_the_program)
{
    push(999, 0);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("evq");
    tcase_add_checked_fixture(t, fresh_queue, drop_queue);
    tcase_add_test(t, the_earliest_comes_first);
    tcase_add_test(t, events_of_one_time_come_in_the_order_they_were_put_in);
    tcase_add_test(t, an_empty_queue_waits_for_ever_and_touches_nothing);
    tcase_add_test(t, an_event_comes_back_as_it_was_put_in);
    tcase_add_test(t, looking_at_the_next_time_changes_nothing);
    tcase_add_loop_test(t, the_queue_agrees_with_a_sorted_list_at_very_different_delays, 0, 4);
    tcase_add_test(t, time_before_the_epoch_is_time_too);
    tcase_add_test_raise_signal(t, an_event_in_the_past_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, an_event_before_the_start_stops_the_program, SIGABRT);
    return run_tests("evq", t);
}
