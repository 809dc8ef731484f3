/* test_key_heap.c — the smallest key first, and equal ones in the order of stamps. */

#include "sim/key_heap.h"

#include <stdlib.h>

#include "tests/harness.h"

static struct key_heap heap;

static void setup(void)
{
    heap = (struct key_heap){0};
}

static void teardown(void)
{
    free(heap.items);
}

static void push_many(uint32_t count)
{
    uint64_t dice = 5;
    for (uint32_t i = 0; i < count; i++) {
        dice = dice * UINT64_C(6364136223846793005) + 1;
        key_heap_push(&heap, (struct entry_key){(int64_t)(dice >> 60) - 8, i, i + 1});
    }
}

static void pops_in_order(uint32_t count)
{
    struct entry_key last = {INT64_MIN, 0, 0};
    ck_assert_uint_eq(heap.count, count);
    while (heap.count > 0) {
        struct entry_key one = key_heap_pop(&heap);
        ck_assert(one.key > last.key || (one.key == last.key && one.stamp > last.stamp));
        last = one;
        count--;
    }
    ck_assert_uint_eq(count, 0);
}

START_TEST(the_smallest_key_comes_first_and_equal_ones_by_stamp)
{
    push_many(1000);
    pops_in_order(1000);
}
END_TEST

START_TEST(nothing_comes_out_of_an_empty_one)
{
    key_heap_pop(&heap);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("key heap");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, the_smallest_key_comes_first_and_equal_ones_by_stamp);
    tcase_add_test_raise_signal(t, nothing_comes_out_of_an_empty_one, SIGABRT);
    return run_tests("key heap", t);
}
