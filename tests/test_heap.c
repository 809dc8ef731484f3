/* test_heap.c — the earliest first; equal times in the order they were set. */

#include <string.h>

#include "core/base/heap.h"
#include "tests/harness.h"

enum { CAPACITY = 200 };

static struct heap heap;
static struct timer timers[CAPACITY];

static void fresh_heap(void)
{
    heap_init(&heap, CAPACITY);
}

static bool push(int64_t at_us, uint32_t subject)
{
    return heap_push(&heap, timers, (struct timer){.at_us = at_us, .subject = subject});
}

START_TEST(the_earliest_comes_first)
{
    static const int64_t at_us[] = {5, INT64_MAX, -3, 0, INT64_MIN, 4};
    static const int64_t want_us[] = {INT64_MIN, -3, 0, 4, 5, INT64_MAX};
    for (int i = 0; i < COUNT(at_us); i++)
        ck_assert(push(at_us[i], 0));
    for (int i = 0; i < COUNT(want_us); i++) {
        ck_assert_int_eq(heap_next_us(&heap, timers), want_us[i]);
        ck_assert_int_eq(heap_pop(&heap, timers).at_us, want_us[i]);
    }
    ck_assert_uint_eq(heap.count, 0);
}
END_TEST

START_TEST(equal_times_come_out_in_the_order_they_went_in)
{
    for (uint32_t i = 0; i < CAPACITY; i++)
        push(7, i);
    for (uint32_t i = 0; i < CAPACITY; i++)
        ck_assert_uint_eq(heap_pop(&heap, timers).subject, i);
}
END_TEST

START_TEST(a_timer_comes_back_as_it_was_set)
{
    struct timer one = {.at_us = 9, .kind = 3, .subject = 77, .round = UINT64_MAX};
    heap_push(&heap, timers, one);
    push(10, 1);
    struct timer back = heap_pop(&heap, timers);
    one.seq = back.seq;
    ck_assert_mem_eq(&back, &one, sizeof one);
}
END_TEST

START_TEST(an_empty_heap_waits_for_ever)
{
    ck_assert_int_eq(heap_next_us(&heap, timers), INT64_MAX);
    push(1, 0);
    heap_pop(&heap, timers);
    ck_assert_int_eq(heap_next_us(&heap, timers), INT64_MAX);
}
END_TEST

START_TEST(a_full_heap_refuses_and_stays_as_it_is)
{
    static struct timer before_timers[CAPACITY];
    for (uint32_t i = 0; i < CAPACITY; i++)
        ck_assert(push((int64_t)(i * 7919 % 50), i));
    struct heap before = heap;
    memcpy(before_timers, timers, sizeof timers);

    ck_assert(!push(-1, 0));
    ck_assert_mem_eq(&heap, &before, sizeof heap);
    ck_assert_mem_eq(timers, before_timers, sizeof timers);
    heap_pop(&heap, timers);
    ck_assert(push(-1, 0));
}
END_TEST

/* A list in the order of insertion; the first of the smallest comes out. */
static struct timer list[CAPACITY];
static uint32_t list_count;

static struct timer list_pop(void)
{
    uint32_t first = 0;
    for (uint32_t i = 1; i < list_count; i++)
        if (list[i].at_us < list[first].at_us)
            first = i;
    struct timer one = list[first];
    memmove(&list[first], &list[first + 1], (--list_count - first) * sizeof list[0]);
    return one;
}

START_TEST(the_heap_agrees_with_a_plain_list)
{
    uint64_t state = 1;
    for (uint32_t i = 0; i < 30000; i++) {
        bool growing = draw(&state, 100) < (i / 1000 % 2 ? 40u : 60u);
        if (growing && list_count < CAPACITY) {
            int64_t at_us = (int64_t)draw(&state, 20) - 10; /* many ties */
            ck_assert_in_loop(push(at_us, i));
            list[list_count++] = (struct timer){.at_us = at_us, .subject = i};
        } else if (!growing && list_count > 0) {
            struct timer want = list_pop();
            ck_assert_in_loop(heap_next_us(&heap, timers) == want.at_us);
            struct timer got = heap_pop(&heap, timers);
            ck_assert_in_loop(got.at_us == want.at_us && got.subject == want.subject);
        }
        ck_assert_in_loop(heap.count == list_count);
    }
}
END_TEST

static bool subject_below(const void *of, const struct timer *one)
{
    return one->subject < *(const uint32_t *)of;
}

/* Those that are kept come out as if the others had never been. */
START_TEST(what_is_kept_keeps_its_order)
{
    uint64_t stream = 3 + (uint64_t)_i;
    struct heap plain;
    static struct timer plain_timers[CAPACITY];
    const uint32_t limit = (uint32_t)_i * 25; /* none, some, all */
    heap_init(&plain, CAPACITY);
    for (uint32_t i = 0; i < CAPACITY; i++) {
        struct timer one = {.at_us = (int64_t)draw(&stream, 9),
                            .subject = (uint32_t)draw(&stream, 100),
                            .round = i};
        heap_push(&heap, timers, one);
        if (one.subject < limit)
            heap_push(&plain, plain_timers, one);
    }
    heap_keep(&heap, timers, subject_below, &limit);
    ck_assert_uint_eq(heap.count, plain.count);
    while (plain.count > 0)
        ck_assert_in_loop(heap_pop(&heap, timers).round == heap_pop(&plain, plain_timers).round);
    ck_assert(push(1, 1)); /* and there is room again */
}
END_TEST

START_TEST(taking_from_an_empty_heap_stops_the_program)
{
    push(1, 0);
    heap_pop(&heap, timers);
    heap_pop(&heap, timers);
}
END_TEST

START_TEST(two_timers_that_nothing_tells_apart_stop_the_program)
{
    for (uint32_t i = 0; i < 4; i++)
        push(7, i);
    timers[1].seq = timers[2].seq;
    heap_pop(&heap, timers);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("heap");
    tcase_add_checked_fixture(t, fresh_heap, NULL);
    tcase_add_test(t, the_earliest_comes_first);
    tcase_add_test(t, equal_times_come_out_in_the_order_they_went_in);
    tcase_add_test(t, a_timer_comes_back_as_it_was_set);
    tcase_add_test(t, an_empty_heap_waits_for_ever);
    tcase_add_test(t, a_full_heap_refuses_and_stays_as_it_is);
    tcase_add_test(t, the_heap_agrees_with_a_plain_list);
    tcase_add_loop_test(t, what_is_kept_keeps_its_order, 0, 5);
    tcase_add_test_raise_signal(t, taking_from_an_empty_heap_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, two_timers_that_nothing_tells_apart_stop_the_program, SIGABRT);
    return run_tests("heap", t);
}
