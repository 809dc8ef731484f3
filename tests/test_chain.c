/* test_chain.c — payouts in a row: whoever leaves, the others keep their order. */

#include <string.h>

#include "core/payout/chain.h"
#include "tests/harness.h"

enum { SLOTS = 60, CHAINS = 4 };

static struct payout payouts[SLOTS];
static struct chain chain;

static void fresh_chain(void)
{
    memset(payouts, 0xaa, sizeof payouts); /* links are set on joining, whatever they were */
    chain = CHAIN_EMPTY;
}

static struct payout_link link_of(enum chain_link link, uint32_t slot)
{
    return link == CHAIN_LINK_A ? payouts[slot].in.a : payouts[slot].b;
}

/* The chain holds exactly these, forwards and backwards. */
static void must_hold(const struct chain *c, enum chain_link link, const uint32_t *want,
                      uint32_t count)
{
    uint32_t at = c->head;
    for (uint32_t i = 0; i < count; i++) {
        ck_assert_in_loop(at == want[i]);
        at = link_of(link, at).next;
    }
    ck_assert_in_loop(at == NONE);
    at = c->tail;
    for (uint32_t i = count; i > 0; i--) {
        ck_assert_in_loop(at == want[i - 1]);
        at = link_of(link, at).prev;
    }
    ck_assert_in_loop(at == NONE);
}

#define MUST_HOLD(c, link, ...)                                                                    \
    must_hold(c, link, (const uint32_t[]){__VA_ARGS__}, COUNT(((const uint32_t[]){__VA_ARGS__})))

static void append(uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        chain_append(&chain, payouts, CHAIN_LINK_A, first + i);
}

START_TEST(an_empty_chain_has_neither_end)
{
    ck_assert_uint_eq(chain.head, NONE);
    ck_assert_uint_eq(chain.tail, NONE);
}
END_TEST

START_TEST(those_who_join_stand_in_order)
{
    append(3, 1);
    MUST_HOLD(&chain, CHAIN_LINK_A, 3);
    append(7, 2);
    MUST_HOLD(&chain, CHAIN_LINK_A, 3, 7, 8);
}
END_TEST

START_TEST(one_may_stand_before_another)
{
    chain_insert_before(&chain, payouts, CHAIN_LINK_A, 5, NONE); /* at the end */
    chain_insert_before(&chain, payouts, CHAIN_LINK_A, 6, NONE);
    chain_insert_before(&chain, payouts, CHAIN_LINK_A, 1, 5); /* at the head */
    chain_insert_before(&chain, payouts, CHAIN_LINK_A, 2, 6); /* in the middle */
    MUST_HOLD(&chain, CHAIN_LINK_A, 1, 5, 2, 6);
}
END_TEST

START_TEST(whoever_leaves_the_others_keep_their_order)
{
    static const uint32_t left[4][3] = {{1, 2, 3}, {0, 2, 3}, {0, 1, 3}, {0, 1, 2}};
    append(0, 4);
    chain_remove(&chain, payouts, CHAIN_LINK_A, (uint32_t)_i);
    must_hold(&chain, CHAIN_LINK_A, left[_i], 3);
}
END_TEST

START_TEST(the_last_to_leave_leaves_it_empty)
{
    append(9, 1);
    chain_remove(&chain, payouts, CHAIN_LINK_A, 9);
    must_hold(&chain, CHAIN_LINK_A, NULL, 0);
    append(9, 1); /* and may come back */
    MUST_HOLD(&chain, CHAIN_LINK_A, 9);
}
END_TEST

START_TEST(the_two_links_do_not_touch_each_other)
{
    struct chain other = CHAIN_EMPTY;
    append(0, 3);
    for (uint32_t i = 3; i > 0; i--)
        chain_append(&other, payouts, CHAIN_LINK_B, i - 1);
    chain_remove(&chain, payouts, CHAIN_LINK_A, 1);
    MUST_HOLD(&chain, CHAIN_LINK_A, 0, 2);
    MUST_HOLD(&other, CHAIN_LINK_B, 2, 1, 0);
    chain_remove(&other, payouts, CHAIN_LINK_B, 2);
    MUST_HOLD(&chain, CHAIN_LINK_A, 0, 2);
    MUST_HOLD(&other, CHAIN_LINK_B, 1, 0);
}
END_TEST

START_TEST(a_chain_touches_nothing_but_the_links)
{
    struct payout before = payouts[1];
    append(0, 3);
    chain_remove(&chain, payouts, CHAIN_LINK_A, 0);
    before.in.a = payouts[1].in.a;
    ck_assert_mem_eq(&payouts[1], &before, sizeof before);
    memset(&before, 0xaa, sizeof before);
    ck_assert_mem_eq(&payouts[3], &before, sizeof before); /* who never joined */
}
END_TEST

/* How many stand in the chain and how many in the one that joins its end. */
static const struct {
    uint32_t to;
    uint32_t from;
} joins[] = {{0, 0}, {0, 1}, {1, 0}, {1, 1}, {0, 3}, {3, 0}, {2, 3}};

START_TEST(a_whole_chain_joins_the_end_of_another)
{
    uint32_t want[SLOTS];
    struct chain from = CHAIN_EMPTY;
    append(0, joins[_i].to);
    for (uint32_t i = 0; i < joins[_i].from; i++)
        chain_append(&from, payouts, CHAIN_LINK_A, 10 + i);
    for (uint32_t i = 0; i < joins[_i].to + joins[_i].from; i++)
        want[i] = i < joins[_i].to ? i : 10 + i - joins[_i].to;

    chain_move_all(&chain, &from, payouts, CHAIN_LINK_A);
    must_hold(&chain, CHAIN_LINK_A, want, joins[_i].to + joins[_i].from);
    must_hold(&from, CHAIN_LINK_A, NULL, 0);
}
END_TEST

/* The naive model: plain lists of slots. */
static uint32_t lists[CHAINS][SLOTS];
static uint32_t counts[CHAINS];
static struct chain chains[CHAINS];

static void list_insert(int c, uint32_t place, uint32_t slot)
{
    memmove(&lists[c][place + 1], &lists[c][place], (counts[c] - place) * sizeof lists[c][0]);
    lists[c][place] = slot;
    counts[c]++;
}

static void list_remove(int c, uint32_t place)
{
    counts[c]--;
    memmove(&lists[c][place], &lists[c][place + 1], (counts[c] - place) * sizeof lists[c][0]);
}

static bool in_a_list(uint32_t slot)
{
    for (int c = 0; c < CHAINS; c++)
        for (uint32_t i = 0; i < counts[c]; i++)
            if (lists[c][i] == slot)
                return true;
    return false;
}

static void step(uint64_t *state, enum chain_link link)
{
    int c = (int)draw(state, CHAINS);
    uint32_t slot = (uint32_t)draw(state, SLOTS);
    uint64_t what = draw(state, 100);
    if (what < 55 && !in_a_list(slot)) {
        uint32_t place = (uint32_t)draw(state, counts[c] + 1);
        uint32_t before = place == counts[c] ? NONE : lists[c][place];
        chain_insert_before(&chains[c], payouts, link, slot, before);
        list_insert(c, place, slot);
    } else if (what < 97 && counts[c] > 0) {
        uint32_t place = (uint32_t)draw(state, counts[c]);
        chain_remove(&chains[c], payouts, link, lists[c][place]);
        list_remove(c, place);
    } else if (what >= 97) {
        int from = (c + 1) % CHAINS;
        chain_move_all(&chains[c], &chains[from], payouts, link);
        while (counts[from] > 0) {
            list_insert(c, counts[c], lists[from][0]);
            list_remove(from, 0);
        }
    }
}

START_TEST(chains_agree_with_plain_lists)
{
    uint64_t state = (uint64_t)_i;
    enum chain_link link = _i % 2 == 0 ? CHAIN_LINK_A : CHAIN_LINK_B;
    uint32_t most = 0;
    for (int c = 0; c < CHAINS; c++)
        chains[c] = CHAIN_EMPTY;
    for (int i = 0; i < 10000; i++) {
        step(&state, link);
        for (int c = 0; c < CHAINS; c++) {
            must_hold(&chains[c], link, lists[c], counts[c]);
            most = counts[c] > most ? counts[c] : most;
        }
    }
    ck_assert_uint_gt(most, 5);
}
END_TEST

START_TEST(leaving_a_chain_by_the_head_of_another_stops_the_program)
{
    struct chain other = CHAIN_EMPTY;
    append(0, 2);
    chain_append(&other, payouts, CHAIN_LINK_A, 5);
    chain_remove(&chain, payouts, CHAIN_LINK_A, 5);
}
END_TEST

START_TEST(leaving_a_chain_by_the_tail_of_another_stops_the_program)
{
    struct chain other = CHAIN_EMPTY;
    append(0, 2);
    chain_append(&other, payouts, CHAIN_LINK_A, 5);
    chain_append(&other, payouts, CHAIN_LINK_A, 6);
    chain_remove(&chain, payouts, CHAIN_LINK_A, 6);
}
END_TEST

START_TEST(leaving_an_empty_chain_stops_the_program)
{
    append(0, 1);
    chain = CHAIN_EMPTY;
    chain_remove(&chain, payouts, CHAIN_LINK_A, 0);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("chain");
    tcase_add_checked_fixture(t, fresh_chain, NULL);
    tcase_add_test(t, an_empty_chain_has_neither_end);
    tcase_add_test(t, those_who_join_stand_in_order);
    tcase_add_test(t, one_may_stand_before_another);
    tcase_add_loop_test(t, whoever_leaves_the_others_keep_their_order, 0, 4);
    tcase_add_test(t, the_last_to_leave_leaves_it_empty);
    tcase_add_test(t, the_two_links_do_not_touch_each_other);
    tcase_add_test(t, a_chain_touches_nothing_but_the_links);
    tcase_add_loop_test(t, a_whole_chain_joins_the_end_of_another, 0, COUNT(joins));
    tcase_add_loop_test(t, chains_agree_with_plain_lists, 0, 4);
    tcase_add_test_raise_signal(t, leaving_a_chain_by_the_head_of_another_stops_the_program,
                                SIGABRT);
    tcase_add_test_raise_signal(t, leaving_a_chain_by_the_tail_of_another_stops_the_program,
                                SIGABRT);
    tcase_add_test_raise_signal(t, leaving_an_empty_chain_stops_the_program, SIGABRT);
    return run_tests("chain", t);
}
