/* test_pool.c — which items are in use: the last freed is the first taken. */

#include <stdbool.h>
#include <string.h>

#include "core/base/pool.h"
#include "tests/harness.h"

enum { CAPACITY = 5 };

struct item {
    uint32_t value;
    uint32_t link;
    uint32_t other;
};

static struct pool pool;
static struct item items[64];

static void fresh_pool(void)
{
    memset(items, 0xaa, sizeof items);
    pool_init(&pool, CAPACITY, sizeof items[0], offsetof(struct item, link));
}

static uint32_t take(void)
{
    return pool_take(&pool, items);
}

START_TEST(fresh_items_come_in_order)
{
    for (uint32_t i = 0; i < CAPACITY; i++)
        ck_assert_uint_eq(take(), i);
    ck_assert_uint_eq(pool.used, CAPACITY);
}
END_TEST

START_TEST(the_last_freed_is_the_first_taken)
{
    for (uint32_t i = 0; i < 4; i++)
        take();
    pool_give(&pool, items, 1);
    pool_give(&pool, items, 3);
    pool_give(&pool, items, 0);
    ck_assert_uint_eq(pool.used, 1);
    ck_assert_uint_eq(take(), 0);
    ck_assert_uint_eq(take(), 3);
    ck_assert_uint_eq(take(), 1);
    ck_assert_uint_eq(take(), 4); /* the first that was never taken */
}
END_TEST

START_TEST(a_full_pool_says_so_and_stays_as_it_is)
{
    for (uint32_t i = 0; i < CAPACITY; i++)
        take();
    struct pool before = pool;
    ck_assert_uint_eq(take(), NONE);
    ck_assert_mem_eq(&pool, &before, sizeof pool);
    pool_give(&pool, items, 2);
    ck_assert_uint_eq(take(), 2); /* and serves again */
}
END_TEST

START_TEST(a_pool_of_nothing_is_full)
{
    pool_init(&pool, 0, sizeof items[0], 0);
    ck_assert_uint_eq(take(), NONE);
}
END_TEST

START_TEST(items_never_taken_are_never_touched)
{
    static struct item untouched[COUNT(items)];
    memcpy(untouched, items, sizeof items);
    for (uint32_t i = 0; i < 3; i++)
        take();
    ck_assert_mem_eq(items, untouched, sizeof items);
    pool_give(&pool, items, 1);
    ck_assert_mem_eq(&items[0], &untouched[0], sizeof items[0]);
    ck_assert_mem_eq(&items[2], &untouched[2], sizeof items - 2 * sizeof items[0]);
}
END_TEST

START_TEST(a_freed_item_loses_only_its_link)
{
    uint32_t index = take();
    items[index] = (struct item){.value = 1, .link = 2, .other = 3};
    pool_give(&pool, items, index);
    ck_assert_uint_eq(take(), index);
    ck_assert_uint_eq(items[index].value, 1);
    ck_assert_uint_eq(items[index].other, 3);
}
END_TEST

START_TEST(the_pool_agrees_with_a_plain_stack)
{
    static uint32_t freed[COUNT(items)];
    static uint32_t taken[COUNT(items)];
    uint32_t freed_count = 0;
    uint32_t taken_count = 0;
    uint32_t fresh = 0;
    uint64_t state = 1;

    pool_init(&pool, COUNT(items), sizeof items[0], offsetof(struct item, link));
    for (int i = 0; i < 50000; i++) {
        bool growing = draw(&state, 1000) < (i / 500 % 2 ? 400u : 600u);
        if (growing) {
            uint32_t want = freed_count > 0                  ? freed[--freed_count]
                            : fresh < (uint32_t)COUNT(items) ? fresh++
                                                             : NONE;
            ck_assert_in_loop(take() == want);
            if (want != NONE)
                taken[taken_count++] = want;
        } else if (taken_count > 0) {
            uint32_t pick = (uint32_t)draw(&state, taken_count);
            pool_give(&pool, items, taken[pick]);
            freed[freed_count++] = taken[pick];
            taken[pick] = taken[--taken_count];
        }
        ck_assert_in_loop(pool.used == taken_count);
    }
}
END_TEST

START_TEST(giving_back_what_was_never_taken_stops_the_program)
{
    take();
    pool_give(&pool, items, 1);
}
END_TEST

START_TEST(giving_back_an_index_beyond_the_array_stops_the_program)
{
    take();
    pool_give(&pool, items, NONE);
}
END_TEST

START_TEST(giving_back_more_than_is_used_stops_the_program)
{
    pool_give(&pool, items, take());
    pool_give(&pool, items, 0);
}
END_TEST

static const struct {
    uint32_t capacity;
    uint32_t stride;
    uint32_t link_offset;
} wrong[] = {
    {NONE, 12, 0}, /* NONE must stay no index */
    {1, 12, 2},    /* a link across words */
    {1, 10, 0},    /* the second item's would be */
    {1, 12, 12},   /* a link outside the item */
    {1, 0, 0},
};

START_TEST(a_pool_that_cannot_work_stops_the_program)
{
    pool_init(&pool, wrong[_i].capacity, wrong[_i].stride, wrong[_i].link_offset);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("pool");
    tcase_add_checked_fixture(t, fresh_pool, NULL);
    tcase_add_test(t, fresh_items_come_in_order);
    tcase_add_test(t, the_last_freed_is_the_first_taken);
    tcase_add_test(t, a_full_pool_says_so_and_stays_as_it_is);
    tcase_add_test(t, a_pool_of_nothing_is_full);
    tcase_add_test(t, items_never_taken_are_never_touched);
    tcase_add_test(t, a_freed_item_loses_only_its_link);
    tcase_add_test(t, the_pool_agrees_with_a_plain_stack);
    tcase_add_test_raise_signal(t, giving_back_what_was_never_taken_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, giving_back_an_index_beyond_the_array_stops_the_program,
                                SIGABRT);
    tcase_add_test_raise_signal(t, giving_back_more_than_is_used_stops_the_program, SIGABRT);
    tcase_add_loop_test_raise_signal(t, a_pool_that_cannot_work_stops_the_program, SIGABRT, 0,
                                     COUNT(wrong));
    return run_tests("pool", t);
}
