/* test_idmap.c — every pair is found, and none that is gone, whatever collides. */

#include <string.h>

#include "core/base/idmap.h"
#include "tests/harness.h"

enum { CAPACITY = 40, SLOTS = 64, INDICES = 1000 };

static struct idmap map;
static struct idmap_slot slots[SLOTS];

static void fresh_map(void)
{
    ck_assert_uint_eq(idmap_slots(CAPACITY), SLOTS);
    idmap_init(&map, CAPACITY);
    memset(slots, 0, sizeof slots);
}

/* Where the pair stands, or NONE. */
static uint32_t find(uint32_t tag, uint32_t index)
{
    for (uint32_t at = idmap_first(&map, slots, tag); at != NONE;
         at = idmap_next(&map, slots, tag, at))
        if (idmap_index(slots, at) == index)
            return at;
    return NONE;
}

static uint32_t candidates(uint32_t tag)
{
    uint32_t count = 0;
    for (uint32_t at = idmap_first(&map, slots, tag); at != NONE;
         at = idmap_next(&map, slots, tag, at))
        count++;
    return count;
}

START_TEST(there_are_slots_enough_to_stay_two_thirds_full)
{
    for (uint32_t capacity = 0; capacity <= 5000; capacity++) {
        uint64_t count = idmap_slots(capacity);
        ck_assert_in_loop((count & (count - 1)) == 0);
        ck_assert_in_loop(count > capacity && 2 * count >= 3 * (uint64_t)capacity);
    }
    ck_assert_uint_eq(idmap_slots(0), 8);
    ck_assert_uint_eq(idmap_slots(UINT32_C(1) << 30), UINT32_C(1) << 31);
}
END_TEST

START_TEST(an_empty_map_has_no_candidates)
{
    ck_assert_uint_eq(idmap_first(&map, slots, 0), NONE);
    ck_assert_uint_eq(idmap_first(&map, slots, UINT32_MAX), NONE);
}
END_TEST

START_TEST(pairs_of_one_tag_are_all_candidates)
{
    for (uint32_t index = 0; index < 5; index++)
        ck_assert(idmap_add(&map, slots, 7, index));
    ck_assert_uint_eq(candidates(7), 5);
    for (uint32_t index = 0; index < 5; index++)
        ck_assert_uint_ne(find(7, index), NONE);
    ck_assert_uint_eq(find(7, 5), NONE);
}
END_TEST

START_TEST(tags_of_one_home_are_told_apart)
{
    idmap_add(&map, slots, 3, 100);
    idmap_add(&map, slots, 3 + SLOTS, 200);
    idmap_add(&map, slots, 3 + 2 * SLOTS, 300);
    ck_assert_uint_eq(candidates(3), 1);
    ck_assert_uint_eq(idmap_index(slots, idmap_first(&map, slots, 3 + SLOTS)), 200);
    ck_assert_uint_eq(candidates(3 + 3 * SLOTS), 0);
}
END_TEST

START_TEST(a_removal_loses_nobody_behind_it)
{
    /* All at home in the last slot, so the run goes on from slot 0. */
    for (uint32_t i = 0; i < 6; i++)
        idmap_add(&map, slots, SLOTS - 1 + i * SLOTS, i);
    idmap_add(&map, slots, 0, 6);
    idmap_add(&map, slots, 2, 7);

    uint32_t gone = (uint32_t)_i;
    uint32_t tags[] = {63, 127, 191, 255, 319, 383, 0, 2};
    idmap_remove(&map, slots, find(tags[gone], gone));
    ck_assert_uint_eq(map.count, 7);
    for (uint32_t i = 0; i < 8; i++)
        ck_assert_int_eq(find(tags[i], i) != NONE, i != gone);
}
END_TEST

START_TEST(the_largest_tag_and_index_are_kept)
{
    ck_assert(idmap_add(&map, slots, UINT32_MAX, NONE - 2));
    uint32_t at = idmap_first(&map, slots, UINT32_MAX);
    ck_assert_uint_ne(at, NONE);
    ck_assert_uint_eq(idmap_index(slots, at), NONE - 2);
}
END_TEST

START_TEST(a_replaced_index_stands_in_the_same_place)
{
    idmap_add(&map, slots, 5, 1);
    uint32_t at = idmap_first(&map, slots, 5);
    idmap_replace(slots, at, 2);
    ck_assert_uint_eq(idmap_first(&map, slots, 5), at);
    ck_assert_uint_eq(idmap_index(slots, at), 2);
    ck_assert_uint_eq(map.count, 1);
}
END_TEST

START_TEST(a_full_map_refuses_and_stays_as_it_is)
{
    static struct idmap_slot before_slots[SLOTS];
    for (uint32_t i = 0; i < CAPACITY; i++)
        ck_assert(idmap_add(&map, slots, i * 5, i));
    struct idmap before = map;
    memcpy(before_slots, slots, sizeof slots);

    ck_assert(!idmap_add(&map, slots, 1, 1));
    ck_assert_mem_eq(&map, &before, sizeof map);
    ck_assert_mem_eq(slots, before_slots, sizeof slots);
    idmap_remove(&map, slots, find(0, 0));
    ck_assert(idmap_add(&map, slots, 1, 1));
}
END_TEST

/* The naive model: for each index its tag, or none. */
static uint32_t tag_of[INDICES];
static bool present[INDICES];

static void must_agree(uint32_t tag)
{
    uint32_t want = 0;
    for (uint32_t index = 0; index < INDICES; index++) {
        bool here = present[index] && tag_of[index] == tag;
        want += here;
        if (present[index])
            ck_assert_in_loop((find(tag, index) != NONE) == here);
    }
    ck_assert_in_loop(candidates(tag) == want);
}

/* Few homes, each with a few tags: nearly everything collides. */
static uint32_t some_tag(uint64_t *state)
{
    uint32_t home = (uint32_t)draw(state, 6) + SLOTS - 3;
    return home + (uint32_t)draw(state, 3) * SLOTS;
}

static void step(uint64_t *state, bool growing)
{
    uint32_t index = (uint32_t)draw(state, INDICES);
    if (growing && !present[index]) {
        bool room = map.count < CAPACITY;
        uint32_t tag = some_tag(state);
        ck_assert_in_loop(idmap_add(&map, slots, tag, index) == room);
        present[index] = room;
        tag_of[index] = tag;
        return;
    }
    /* The next one present leaves, or its place goes to another. */
    for (uint32_t i = 0; i < INDICES && !present[index]; i++)
        index = (index + 1) % INDICES;
    if (!present[index])
        return;
    uint32_t at = find(tag_of[index], index);
    ck_assert_in_loop(at != NONE);
    present[index] = false;
    uint32_t heir = (uint32_t)draw(state, INDICES);
    if (!present[heir] && draw(state, 4) == 0) {
        idmap_replace(slots, at, heir);
        present[heir] = true;
        tag_of[heir] = tag_of[index];
    } else {
        idmap_remove(&map, slots, at);
    }
}

START_TEST(the_map_agrees_with_a_plain_array)
{
    uint64_t state = (uint64_t)_i;
    for (int i = 0; i < 5000; i++) {
        step(&state, draw(&state, 100) < (i / 200 % 2 ? 35u : 75u));
        if (i % 10 == 0)
            must_agree(some_tag(&state));
    }
    uint32_t count = 0;
    for (uint32_t index = 0; index < INDICES; index++)
        count += present[index];
    ck_assert_uint_eq(map.count, count);
}
END_TEST

START_TEST(a_copy_has_every_pair)
{
    static struct idmap_slot larger[4 * SLOTS];
    struct idmap to;
    for (uint32_t i = 0; i < CAPACITY; i++)
        idmap_add(&map, slots, i % 7 * 31, i);
    idmap_init(&to, 2 * CAPACITY);
    ck_assert_uint_le(idmap_slots(2 * CAPACITY), COUNT(larger));
    idmap_copy(&to, larger, &map, slots);

    ck_assert_uint_eq(to.count, CAPACITY);
    for (uint32_t i = 0; i < CAPACITY; i++) {
        uint32_t at = idmap_first(&to, larger, i % 7 * 31);
        while (at != NONE && idmap_index(larger, at) != i)
            at = idmap_next(&to, larger, i % 7 * 31, at);
        ck_assert_uint_ne(at, NONE);
    }
}
END_TEST

START_TEST(copying_into_a_map_too_small_stops_the_program)
{
    static struct idmap_slot smaller[SLOTS];
    struct idmap to;
    for (uint32_t i = 0; i < CAPACITY; i++)
        idmap_add(&map, slots, i, i);
    idmap_init(&to, CAPACITY - 1);
    idmap_copy(&to, smaller, &map, slots);
}
END_TEST

START_TEST(an_index_that_means_none_stops_the_program)
{
    idmap_add(&map, slots, 0, NONE - (uint32_t)_i);
}
END_TEST

START_TEST(replacing_by_an_index_that_means_none_stops_the_program)
{
    idmap_add(&map, slots, 5, 1);
    idmap_replace(slots, idmap_first(&map, slots, 5), NONE - 1);
}
END_TEST

START_TEST(replacing_in_an_empty_slot_stops_the_program)
{
    idmap_replace(slots, 5, 1);
}
END_TEST

START_TEST(removing_from_an_empty_slot_stops_the_program)
{
    idmap_add(&map, slots, 5, 1);
    idmap_remove(&map, slots, 6);
}
END_TEST

START_TEST(a_map_beyond_its_largest_stops_the_program)
{
    idmap_slots((UINT32_C(1) << 30) + 1);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("idmap");
    tcase_add_checked_fixture(t, fresh_map, NULL);
    tcase_add_test(t, there_are_slots_enough_to_stay_two_thirds_full);
    tcase_add_test(t, an_empty_map_has_no_candidates);
    tcase_add_test(t, pairs_of_one_tag_are_all_candidates);
    tcase_add_test(t, tags_of_one_home_are_told_apart);
    tcase_add_loop_test(t, a_removal_loses_nobody_behind_it, 0, 8);
    tcase_add_test(t, the_largest_tag_and_index_are_kept);
    tcase_add_test(t, a_replaced_index_stands_in_the_same_place);
    tcase_add_test(t, a_full_map_refuses_and_stays_as_it_is);
    tcase_add_loop_test(t, the_map_agrees_with_a_plain_array, 0, 5);
    tcase_add_test(t, a_copy_has_every_pair);
    tcase_add_test_raise_signal(t, copying_into_a_map_too_small_stops_the_program, SIGABRT);
    tcase_add_loop_test_raise_signal(t, an_index_that_means_none_stops_the_program, SIGABRT, 0, 2);
    tcase_add_test_raise_signal(t, replacing_by_an_index_that_means_none_stops_the_program,
                                SIGABRT);
    tcase_add_test_raise_signal(t, replacing_in_an_empty_slot_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, removing_from_an_empty_slot_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_map_beyond_its_largest_stops_the_program, SIGABRT);
    return run_tests("idmap", t);
}
