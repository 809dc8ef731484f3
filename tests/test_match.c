/* test_match.c — pairs, breaks and sums, and a naive model that sorts and joins. */

#include "core/audit/match.h"

#include <string.h>

#include "tests/harness.h"

enum { CAPACITY = 64, MODEL_ITEMS = 60 };

static struct match_entry entries[CAPACITY];
static struct idmap_slot slots[256];
static struct match match;
static const struct match_rules plain_rules = {.fees = true};

static void fresh_with(const struct match_rules *rules, uint32_t capacity)
{
    ck_assert_int_le(idmap_slots(capacity), COUNT(slots));
    memset(slots, 0, sizeof slots);
    match_init(&match, rules, entries, slots, capacity);
}

static void fresh(void)
{
    fresh_with(&plain_rules, CAPACITY);
}

static struct match_item item(uint64_t key, int64_t amount_fen)
{
    return (struct match_item){.key = {key / 7, key}, .amount_fen = amount_fen, .row = key};
}

static enum match_verdict add(enum match_side side, struct match_item it, struct match_break *out)
{
    uint32_t index;
    return match_add(&match, side, &it, &index, out);
}

/* --- one pair -------------------------------------------------------------------------- */

static const struct {
    struct match_rules rules;
    struct match_item ours;
    struct match_item theirs;
    int want; /* MATCH_TYPES: agrees */
    int64_t difference_fen;
} pairs[] = {
    {{.fees = true}, {.amount_fen = 5}, {.amount_fen = 5}, MATCH_TYPES, 0},
    {{.fees = true}, {.amount_fen = 5}, {.amount_fen = 6}, MATCH_AMOUNT_DIFFERS, 1},
    {{.fees = true}, {.amount_fen = 5}, {.amount_fen = -5}, MATCH_AMOUNT_DIFFERS, -10},
    {{.unsigned_amounts = true}, {.amount_fen = -5}, {.amount_fen = 5}, MATCH_TYPES, 0},
    {{.tolerance_fen = 2}, {.amount_fen = 5}, {.amount_fen = 7}, MATCH_TYPES, 2},
    {{.tolerance_fen = 2}, {.amount_fen = 5}, {.amount_fen = 3}, MATCH_TYPES, -2},
    {{.tolerance_fen = 2}, {.amount_fen = 5}, {.amount_fen = 8}, MATCH_AMOUNT_DIFFERS, 3},
    {{.fees = true}, {.fee_fen = 1}, {.fee_fen = 2}, MATCH_FEE_DIFFERS, 0},
    {{.fees = false}, {.fee_fen = 1}, {.fee_fen = 2}, MATCH_TYPES, 0},
    {{.fees = true, .tolerance_fen = 1}, {.fee_fen = 1}, {.fee_fen = 2}, MATCH_TYPES, 0},
    {{.fees = true}, {.amount_fen = 1, .fee_fen = 1}, {.fee_fen = 2}, MATCH_AMOUNT_DIFFERS, -1},
    {{0}, {.status = MATCH_STATUS_DONE}, {.status = MATCH_STATUS_FAILED}, MATCH_STATUS_DIFFERS, 0},
    {{0}, {.status = MATCH_STATUS_DONE}, {.status = MATCH_STATUS_UNSAID}, MATCH_TYPES, 0},
    {{0}, {.status = MATCH_STATUS_UNSAID}, {.status = MATCH_STATUS_FAILED}, MATCH_TYPES, 0},
    {{0}, {.status = 99}, {.status = 99}, MATCH_TYPES, 0},
    {{0}, {.status = 98}, {.status = 99}, MATCH_STATUS_DIFFERS, 0},
    {{0}, {.status = MATCH_STATUS_DONE}, {.status = MATCH_STATUS_RETURNED}, MATCH_RETURNED, 0},
    {{0}, {.status = MATCH_STATUS_RETURNED}, {.status = MATCH_STATUS_DONE}, MATCH_RETURNED, 0},
    {{0}, {.status = MATCH_STATUS_RETURNED}, {.status = MATCH_STATUS_RETURNED}, MATCH_TYPES, 0},
    {{.late_us = 10}, {.time_us = 0}, {.time_us = 10}, MATCH_TYPES, 0},
    {{.late_us = 10}, {.time_us = 0}, {.time_us = 11}, MATCH_LATE, 0},
    {{.late_us = 10}, {.time_us = 11}, {.time_us = 0}, MATCH_LATE, 0},
    {{.late_us = 10}, {.time_us = INT64_MIN}, {.time_us = INT64_MAX}, MATCH_LATE, 0},
    {{.late_us = 0}, {.time_us = INT64_MIN}, {.time_us = INT64_MAX}, MATCH_TYPES, 0},
    {{.fees = true, .late_us = 1}, {.fee_fen = 1}, {.time_us = 9}, MATCH_FEE_DIFFERS, 0},
};

/* Which side comes first changes nothing. */
START_TEST(a_pair_is_judged_by_the_first_difference_that_fits)
{
    for (int first = 0; first < MATCH_SIDES; first++) {
        struct match_break b = {0};
        fresh_with(&pairs[_i].rules, CAPACITY);
        struct match_item sides[] = {pairs[_i].ours, pairs[_i].theirs};
        ck_assert_int_eq(add((enum match_side)first, sides[first], &b), MATCH_WAITS);
        enum match_verdict got = add((enum match_side) !first, sides[!first], &b);
        ck_assert_int_eq(got, pairs[_i].want == MATCH_TYPES ? MATCH_AGREES : MATCH_BREAKS);
        if (got == MATCH_BREAKS) {
            ck_assert_int_eq((int)b.type, pairs[_i].want);
            ck_assert_int_eq(b.difference_fen, pairs[_i].difference_fen);
            ck_assert(b.has[MATCH_OURS] && b.has[MATCH_THEIRS]);
            ck_assert_int_eq(b.item[MATCH_THEIRS].fee_fen, pairs[_i].theirs.fee_fen);
        } else {
            ck_assert(match.tolerated_fen == pairs[_i].difference_fen);
        }
        ck_assert_int_eq(match_waiting(&match), 0);
        match_finish(&match);
    }
}
END_TEST

/* --- what is left ------------------------------------------------------------------------ */

/* Shows a side's keys once more, as the caller does. */
static void see(enum match_side side, uint64_t key, int times)
{
    match_look_back(&match);
    for (int i = 0; i < times; i++)
        match_see(&match, side, item(key, 0).key, 0);
}

START_TEST(what_only_one_side_has_is_missing_on_the_other)
{
    struct match_break b;
    uint32_t at = 0, index;
    add(MATCH_OURS, item(1, 10), &b);
    add(MATCH_THEIRS, item(2, 7), &b);
    see(MATCH_OURS, 1, 1);
    see(MATCH_THEIRS, 2, 1);
    ck_assert(match_left(&match, &at, &index, &b));
    ck_assert_int_eq((int)b.type, MATCH_MISSING_THEIRS);
    ck_assert(b.has[MATCH_OURS] && !b.has[MATCH_THEIRS]);
    ck_assert_int_eq(b.difference_fen, -10);
    ck_assert(match_left(&match, &at, &index, &b));
    ck_assert_int_eq((int)b.type, MATCH_MISSING_OURS);
    ck_assert_int_eq(b.difference_fen, 7);
    ck_assert(!match_left(&match, &at, &index, &b));
    match_finish(&match);
}
END_TEST

START_TEST(a_second_of_a_key_that_agreed_is_a_duplicate)
{
    struct match_break b;
    uint32_t at = 0, index;
    add(MATCH_OURS, item(1, 10), &b);
    ck_assert_int_eq(add(MATCH_THEIRS, item(1, 10), &b), MATCH_AGREES);
    ck_assert_int_eq(add(MATCH_THEIRS, item(1, 10), &b), MATCH_WAITS);
    see(MATCH_OURS, 1, 1);
    see(MATCH_THEIRS, 1, 2);
    ck_assert(match_left(&match, &at, &index, &b));
    ck_assert_int_eq((int)b.type, MATCH_DUPLICATE);
    ck_assert(b.has[MATCH_THEIRS]);
    match_finish(&match);
}
END_TEST

START_TEST(of_three_that_only_one_side_has_the_first_is_missing)
{
    struct match_break b;
    uint32_t at = 0, index;
    for (int64_t i = 0; i < 3; i++)
        add(MATCH_OURS, item(1, 10 + i), &b);
    see(MATCH_OURS, 1, 3);
    for (int64_t i = 0; i < 3; i++) {
        ck_assert(match_left(&match, &at, &index, &b));
        ck_assert_int_eq((int)b.type, i == 0 ? MATCH_MISSING_THEIRS : MATCH_DUPLICATE);
        ck_assert_int_eq(b.item[MATCH_OURS].amount_fen, 10 + i);
    }
    match_finish(&match);
}
END_TEST

START_TEST(equal_keys_pair_in_the_order_of_their_side)
{
    struct match_break b;
    add(MATCH_OURS, item(1, 10), &b);
    add(MATCH_OURS, item(1, 20), &b);
    ck_assert_int_eq(add(MATCH_THEIRS, item(1, 10), &b), MATCH_AGREES);
    ck_assert_int_eq(add(MATCH_OURS, item(1, 30), &b), MATCH_WAITS);
    ck_assert_int_eq(add(MATCH_THEIRS, item(1, 20), &b), MATCH_AGREES);
    ck_assert_int_eq(add(MATCH_THEIRS, item(1, 30), &b), MATCH_AGREES);
    ck_assert_int_eq(match_waiting(&match), 0);
}
END_TEST

START_TEST(keys_that_share_a_tag_are_told_apart)
{
    struct match_break b;
    struct match_item a = item(5, 1);
    struct match_item c = a;
    c.key.high++;
    ck_assert_int_eq(add(MATCH_OURS, a, &b), MATCH_WAITS);
    ck_assert_int_eq(add(MATCH_THEIRS, c, &b), MATCH_WAITS);
    ck_assert_int_eq(add(MATCH_OURS, c, &b), MATCH_AGREES);
    ck_assert_int_eq(add(MATCH_THEIRS, a, &b), MATCH_AGREES);
}
END_TEST

START_TEST(a_full_matcher_refuses_and_stays_as_it_is)
{
    struct match_break b;
    fresh_with(&plain_rules, 3);
    for (uint64_t k = 0; k < 3; k++)
        ck_assert_int_eq(add(MATCH_OURS, item(k, 1), &b), MATCH_WAITS);
    struct match before = match;
    ck_assert_int_eq(add(MATCH_OURS, item(9, 1), &b), MATCH_FULL);
    ck_assert_int_eq(add(MATCH_THEIRS, item(9, 1), &b), MATCH_FULL);
    ck_assert_int_eq(add(MATCH_OURS, item(1, 1), &b), MATCH_FULL);
    ck_assert_mem_eq(&match, &before, sizeof match);
    ck_assert_int_eq(add(MATCH_THEIRS, item(1, 1), &b), MATCH_AGREES);
    ck_assert_int_eq(add(MATCH_OURS, item(9, 1), &b), MATCH_WAITS);
}
END_TEST

START_TEST(what_is_left_is_found_again_by_its_row)
{
    struct match_break b;
    uint32_t indices[3];
    for (uint64_t i = 0; i < 3; i++) {
        struct match_item it = item(i == 2 ? 8 : 1, 10);
        it.row = 100 + i;
        ck_assert_int_eq(match_add(&match, MATCH_OURS, &it, &indices[i], &b), MATCH_WAITS);
    }
    match_look_back(&match);
    for (uint64_t i = 0; i < 3; i++)
        ck_assert_uint_eq(match_see(&match, MATCH_OURS, item(i == 2 ? 8 : 1, 10).key, 100 + i),
                          indices[i]);
    ck_assert_uint_eq(match_see(&match, MATCH_THEIRS, item(1, 10).key, 100), NONE);
    ck_assert_uint_eq(match_see(&match, MATCH_OURS, item(1, 10).key, 99), NONE);
    ck_assert_uint_eq(match_see(&match, MATCH_OURS, item(2, 10).key, 100), NONE);
}
END_TEST

START_TEST(a_matcher_that_grows_forgets_nobody)
{
    static struct match_entry more[CAPACITY];
    struct match_break b;
    fresh_with(&plain_rules, 3);
    for (uint64_t k = 0; k < 3; k++)
        add(MATCH_OURS, item(k, 1), &b);
    ck_assert_int_eq(add(MATCH_OURS, item(3, 1), &b), MATCH_FULL);
    static struct idmap_slot more_slots[256];
    memcpy(more, entries, 3 * sizeof *more);
    match_grow(&match, more, more_slots, CAPACITY);
    for (uint64_t k = 3; k < CAPACITY; k++)
        ck_assert_int_eq(add(MATCH_OURS, item(k, 1), &b), MATCH_WAITS);
    ck_assert_int_eq(add(MATCH_OURS, item(CAPACITY, 1), &b), MATCH_FULL);
    for (uint64_t k = 0; k < CAPACITY; k++)
        ck_assert_int_eq(add(MATCH_THEIRS, item(k, 1), &b), MATCH_AGREES);
    match_finish(&match);
}
END_TEST

/* --- against a model ----------------------------------------------------------------------- */

struct listed {
    struct match_item item;
    enum match_side side;
};

/* Pairs the k-th with the k-th by looking through the whole list: what each item's break is. */
static void model(const struct listed *all, int count, const struct match_rules *rules,
                  uint64_t breaks[MATCH_TYPES], uint64_t *matched)
{
    for (int i = 0; i < count; i++) {
        int nth = 0, seen = 0, partner = -1;
        for (int k = 0; k < i; k++)
            nth += all[k].side == all[i].side && all[k].item.key.low == all[i].item.key.low;
        for (int k = 0; k < count && partner < 0; k++)
            if (all[k].side != all[i].side && all[k].item.key.low == all[i].item.key.low &&
                seen++ == nth)
                partner = k;
        if (partner < 0) {
            breaks[nth > 0                       ? MATCH_DUPLICATE
                   : all[i].side == MATCH_THEIRS ? MATCH_MISSING_OURS
                                                 : MATCH_MISSING_THEIRS]++;
            continue;
        }
        if (all[i].side == MATCH_THEIRS)
            continue;
        const struct match_item *o = &all[i].item, *t = &all[partner].item;
        int64_t apart = t->time_us - o->time_us;
        bool words_differ = o->status != 0 && t->status != 0 && o->status != t->status;
        if (llabs(o->amount_fen - t->amount_fen) > rules->tolerance_fen)
            breaks[MATCH_AMOUNT_DIFFERS]++;
        else if (words_differ &&
                 (o->status == MATCH_STATUS_RETURNED || t->status == MATCH_STATUS_RETURNED))
            breaks[MATCH_RETURNED]++;
        else if (words_differ)
            breaks[MATCH_STATUS_DIFFERS]++;
        else if (llabs(o->fee_fen - t->fee_fen) > rules->tolerance_fen)
            breaks[MATCH_FEE_DIFFERS]++;
        else if (llabs(apart) > rules->late_us)
            breaks[MATCH_LATE]++;
        else
            ++*matched;
    }
}

static void compare_with_model(uint64_t seed, uint64_t types_met[MATCH_TYPES + 1])
{
    struct listed all[MODEL_ITEMS];
    uint64_t state = seed;
    uint64_t want[MATCH_TYPES] = {0}, want_matched = 0;
    const struct match_rules rules = {.tolerance_fen = 1, .late_us = 3, .fees = true};
    int count = 1 + (int)draw(&state, MODEL_ITEMS);
    uint64_t keys = 1 + draw(&state, 40);
    for (int i = 0; i < count; i++) {
        all[i].side = (enum match_side)draw(&state, 2);
        all[i].item = item(draw(&state, keys) * 256, (int64_t)draw(&state, 4));
        all[i].item.fee_fen = (int64_t)draw(&state, 4);
        all[i].item.time_us = (int64_t)draw(&state, 6);
        all[i].item.status = (uint32_t)draw(&state, 5);
    }
    model(all, count, &rules, want, &want_matched);

    /* The two sides drawn into each other anew: the order within each is kept. */
    fresh_with(&rules, CAPACITY);
    struct match_break b;
    int at[MATCH_SIDES] = {0, 0};
    uint32_t index, left = 0;
    for (int done = 0; done < count; done++) {
        int side = (int)draw(&state, 2);
        for (int tries = 0; tries < 2; tries++, side = !side) {
            while (at[side] < count && (int)all[at[side]].side != side)
                at[side]++;
            if (at[side] < count)
                break;
        }
        ck_assert_in_loop(add((enum match_side)side, all[at[side]++].item, &b) != MATCH_FULL);
    }
    match_look_back(&match);
    for (int i = 0; i < count; i++)
        match_see(&match, all[i].side, all[i].item.key, (uint64_t)i);
    while (match_left(&match, &left, &index, &b)) {
    }
    match_finish(&match);
    for (int t = 0; t < MATCH_TYPES; t++) {
        ck_assert_in_loop(match.breaks[t] == want[t]);
        types_met[t] += want[t];
    }
    ck_assert_in_loop(match.matched == want_matched);
    types_met[MATCH_TYPES] += want_matched;
}

START_TEST(drawn_lists_match_as_in_the_model_however_they_are_interleaved)
{
    uint64_t met[MATCH_TYPES + 1] = {0};
    for (uint64_t seed = 0; seed < 3000; seed++)
        compare_with_model(seed, met);
    for (int t = 0; t <= MATCH_TYPES; t++)
        ck_assert_uint_gt(met[t], 100);
}
END_TEST

/* --- bugs ------------------------------------------------------------------------------------- */

START_TEST(an_amount_that_could_overflow_a_difference_stops_the_program)
{
    struct match_break b;
    add(MATCH_OURS, item(1, _i == 0 ? INT64_C(1) << 62 : -(INT64_C(1) << 62)), &b);
}
END_TEST

START_TEST(finishing_before_the_left_are_counted_stops_the_program)
{
    struct match_break b;
    add(MATCH_OURS, item(1, 1), &b);
    match_finish(&match);
}
END_TEST

START_TEST(a_fen_that_got_lost_stops_the_program)
{
    struct match_break b;
    add(MATCH_OURS, item(1, 1), &b);
    add(MATCH_THEIRS, item(1, 1), &b);
    match.sides[MATCH_OURS].amount_fen++;
    match_finish(&match);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("match");
    tcase_add_checked_fixture(t, fresh, NULL);
    tcase_add_loop_test(t, a_pair_is_judged_by_the_first_difference_that_fits, 0, COUNT(pairs));
    tcase_add_test(t, what_only_one_side_has_is_missing_on_the_other);
    tcase_add_test(t, a_second_of_a_key_that_agreed_is_a_duplicate);
    tcase_add_test(t, of_three_that_only_one_side_has_the_first_is_missing);
    tcase_add_test(t, equal_keys_pair_in_the_order_of_their_side);
    tcase_add_test(t, keys_that_share_a_tag_are_told_apart);
    tcase_add_test(t, a_full_matcher_refuses_and_stays_as_it_is);
    tcase_add_test(t, what_is_left_is_found_again_by_its_row);
    tcase_add_test(t, a_matcher_that_grows_forgets_nobody);
    tcase_add_test(t, drawn_lists_match_as_in_the_model_however_they_are_interleaved);
    tcase_add_loop_test_raise_signal(
        t, an_amount_that_could_overflow_a_difference_stops_the_program, SIGABRT, 0, 2);
    tcase_add_test_raise_signal(t, finishing_before_the_left_are_counted_stops_the_program,
                                SIGABRT);
    tcase_add_test_raise_signal(t, a_fen_that_got_lost_stops_the_program, SIGABRT);
    return run_tests("match", t);
}
