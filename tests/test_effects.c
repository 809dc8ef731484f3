/* test_effects.c — orders and facts keep their order, have their names, and never overflow. */

#include <string.h>

#include "core/gateway/effects.h"
#include "tests/harness.h"

static struct effects fx;

static void fresh_effects(void)
{
    fx.order_count = fx.fact_count = 0;
}

START_TEST(orders_and_facts_stand_as_they_were_given)
{
    struct order pay = {.kind = ORDER_PAY, .id = 7, .amount_fen = 100, .reference = {1, 2}};
    struct order query = {.kind = ORDER_QUERY, .id = 7};
    struct fact sent = {.kind = FACT_SENT, .subject = 3, .amount_fen = 100};
    effects_order(&fx, pay);
    effects_fact(&fx, sent);
    effects_order(&fx, query);
    ck_assert_uint_eq(fx.order_count, 2);
    ck_assert_uint_eq(fx.fact_count, 1);
    ck_assert_mem_eq(&fx.orders[0], &pay, sizeof pay);
    ck_assert_mem_eq(&fx.orders[1], &query, sizeof query);
    ck_assert_mem_eq(&fx.facts[0], &sent, sizeof sent);
}
END_TEST

START_TEST(there_is_room_for_all_that_is_promised)
{
    for (uint32_t i = 0; i < ORDERS_MAX; i++)
        effects_order(&fx, (struct order){.id = i});
    for (uint32_t i = 0; i < FACTS_MAX; i++)
        effects_fact(&fx, (struct fact){.id = i});
    ck_assert_uint_eq(fx.order_count, ORDERS_MAX);
    ck_assert_uint_eq(fx.fact_count, FACTS_MAX);
    ck_assert_uint_eq(fx.orders[ORDERS_MAX - 1].id, ORDERS_MAX - 1);
    ck_assert_uint_eq(fx.facts[FACTS_MAX - 1].id, FACTS_MAX - 1);
    ck_assert_uint_eq(fx.facts[0].id, 0);
}
END_TEST

START_TEST(an_order_too_many_stops_the_program)
{
    fx.order_count = ORDERS_MAX;
    effects_order(&fx, (struct order){0});
}
END_TEST

START_TEST(a_fact_too_many_stops_the_program)
{
    fx.fact_count = FACTS_MAX;
    effects_fact(&fx, (struct fact){0});
}
END_TEST

/* Plain lower-case words, joined by underscores. */
static bool is_name(const char *text)
{
    size_t length = strlen(text);
    return length > 0 && strspn(text, "abcdefghijklmnopqrstuvwxyz_") == length && text[0] != '_' &&
           text[length - 1] != '_';
}

START_TEST(every_kind_of_fact_has_a_name_of_its_own)
{
    for (int kind = 0; kind < FACT_KIND_COUNT; kind++) {
        const char *name = fact_kind_name((enum fact_kind)kind);
        ck_assert_msg(is_name(name), "\"%s\"", name);
        for (int other = 0; other < kind; other++)
            ck_assert_str_ne(name, fact_kind_name((enum fact_kind)other));
    }
}
END_TEST

START_TEST(every_reason_has_a_name_of_its_own)
{
    for (int reason = 0; reason < REASON_COUNT; reason++) {
        const char *name = reason_name((enum reason)reason);
        ck_assert_msg(is_name(name), "\"%s\"", name);
        for (int other = 0; other < reason; other++)
            ck_assert_str_ne(name, reason_name((enum reason)other));
    }
}
END_TEST

static const struct {
    enum fact_kind kind;
    const char *name;
} kinds[] = {
    {FACT_REQUESTED, "requested"},
    {FACT_SENT, "sent"},
    {FACT_IN_DOUBT, "in_doubt"},
    {FACT_PAID, "paid"},
    {FACT_RETURNED, "returned"},
    {FACT_ENTRY_VOIDED, "entry_voided"},
    {FACT_RECEIPT_LATE, "receipt_late"},
    {FACT_SESSION_SETTLED, "session_settled"},
    {FACT_MOVE_RESTRAINED, "move_restrained"},
    {FACT_MOVE_FAILED, "move_failed"},
    {FACT_ALERT, "alert"},
    {FACT_TRUE_ACCEPTED, "true_accepted"},
    {FACT_TRUE_MOVED, "true_moved"},
};

START_TEST(a_fact_bears_the_name_of_its_kind)
{
    ck_assert_str_eq(fact_kind_name(kinds[_i].kind), kinds[_i].name);
}
END_TEST

static const struct {
    enum reason reason;
    const char *name;
} reasons[] = {
    {REASON_NONE, "none"},
    {REASON_CONTENT_DIFFERS, "content_differs"},
    {REASON_NO_REPLY, "no_reply"},
    {REASON_ABSENT_FROM_LIST, "absent_from_list"},
    {REASON_OPERATOR, "operator"},
    {REASON_UNALLOCATED_SHORT, "unallocated_short"},
    {REASON_COOLING_DOWN, "cooling_down"},
    {REASON_UNKNOWN_ORDER, "unknown_order"},
};

START_TEST(a_reason_bears_its_name)
{
    ck_assert_str_eq(reason_name(reasons[_i].reason), reasons[_i].name);
}
END_TEST

START_TEST(a_fact_of_no_kind_stops_the_program)
{
    fact_kind_name(FACT_KIND_COUNT);
}
END_TEST

START_TEST(a_reason_that_is_none_of_them_stops_the_program)
{
    reason_name(REASON_COUNT);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("effects");
    tcase_add_checked_fixture(t, fresh_effects, NULL);
    tcase_add_test(t, orders_and_facts_stand_as_they_were_given);
    tcase_add_test(t, there_is_room_for_all_that_is_promised);
    tcase_add_test_raise_signal(t, an_order_too_many_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_fact_too_many_stops_the_program, SIGABRT);
    tcase_add_test(t, every_kind_of_fact_has_a_name_of_its_own);
    tcase_add_test(t, every_reason_has_a_name_of_its_own);
    tcase_add_loop_test(t, a_fact_bears_the_name_of_its_kind, 0, COUNT(kinds));
    tcase_add_loop_test(t, a_reason_bears_its_name, 0, COUNT(reasons));
    tcase_add_test_raise_signal(t, a_fact_of_no_kind_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_reason_that_is_none_of_them_stops_the_program, SIGABRT);
    return run_tests("effects", t);
}
