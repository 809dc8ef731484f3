/* test_positions.c — truth from the world, belief and the queue from facts. */

#include "sim/positions.h"
#include "tests/small_plan.h"

static int64_t value(const char *name)
{
    const struct column *c = column_find(&plan.columns, name);
    ck_assert_msg(c != NULL, "no column %s", name);
    return positions_value(&recorder.positions, c);
}

START_TEST(the_columns_are_the_scenarios)
{
    static const char *const names =
        "time,acs.balance,acs.unallocated,unionpay.mapped,unionpay.available,unionpay.believed,"
        "unionpay.processing,unionpay.reported,netsunion.mapped,netsunion.available,"
        "netsunion.believed,netsunion.processing,netsunion.reported,account.vu,account.own,"
        "queue.depth,queue.amount,queue.withdrawal.depth,queue.withdrawal.amount,"
        "queue.salary.depth,queue.salary.amount,waiting.hold,waiting.breaker,waiting.share,"
        "waiting.quota,waiting.channel,waiting.turn,in_doubt.count,in_transit.amount,"
        "breaker.b0.open\n";
    char text[2048] = "";
    FILE *file = fmemopen(text, sizeof text, "w");
    positions_write_header(file, &plan.columns);
    fclose(file);
    ck_assert_str_eq(text, names);
    ck_assert_ptr_null(column_find(&plan.columns, "queue.refunds.depth")); /* pays nothing out */
    ck_assert_ptr_null(column_find(&plan.columns, "account.acs"));
}
END_TEST

START_TEST(truth_is_read_from_the_world)
{
    ck_assert_int_eq(value("acs.balance"), 1000000);
    ck_assert_int_eq(value("acs.unallocated"), 100000);
    ck_assert_int_eq(value("unionpay.mapped"), 400000);
    ck_assert_int_eq(value("netsunion.available"), 500000);
    ck_assert_int_eq(value("account.vu"), 700);
    ck_assert_int_eq(value("account.own"), 10000);
    world->houses[CHANNEL_NETSUNION].processing_fen = 300;
    ck_assert_int_eq(value("netsunion.processing"), 300);
    ck_assert_int_eq(value("netsunion.available"), 499700);
    ck_assert_int_eq(value("unionpay.processing"), 0);
    ck_assert(central_bank_increase(&world->central_bank, CHANNEL_UNIONPAY, 60000));
    ck_assert_int_eq(value("unionpay.mapped"), 460000);
    ck_assert_int_eq(value("acs.unallocated"), 40000);
}
END_TEST

START_TEST(belief_and_reports_follow_the_facts)
{
    for (uint8_t c = 0; c < CHANNELS; c++)
        tell((struct fact){.kind = FACT_OPENED, .channel = c, .other = 100 + c});
    ck_assert_int_eq(value("unionpay.believed"), 100);
    ck_assert_int_eq(value("netsunion.reported"), 101);
    tell((struct fact){.kind = FACT_RECEIPT, .channel = CHANNEL_NETSUNION, .other = 555});
    tell((struct fact){
        .kind = FACT_QUOTA_REPORTED, .channel = CHANNEL_UNIONPAY, .amount_fen = 77, .other = 999});
    ck_assert_int_eq(value("netsunion.believed"), 555);
    ck_assert_int_eq(value("netsunion.reported"), 101);
    ck_assert_int_eq(value("unionpay.reported"), 77);
    ck_assert_int_eq(value("unionpay.believed"), 100);
}
END_TEST

START_TEST(the_queue_is_counted_by_business)
{
    tell_queued(0, WITHDRAWAL, clock_us(1, 0, 0), 300);
    tell_queued(1, SALARY, clock_us(1, 0, 0), 1000);
    tell_queued(2, SALARY, clock_us(1, 0, 0), 20);
    ck_assert_int_eq(value("queue.depth"), 3);
    ck_assert_int_eq(value("queue.amount"), 1320);
    ck_assert_int_eq(value("queue.salary.depth"), 2);
    ck_assert_int_eq(value("queue.salary.amount"), 1020);
    tell_step(FACT_SENT, 1, clock_us(1, 0, 1), 0);
    tell_step(FACT_EXPIRED, 2, clock_us(1, 0, 2), 0);
    ck_assert_int_eq(value("queue.salary.depth"), 0);
    ck_assert_int_eq(value("queue.withdrawal.amount"), 300);
    tell_step(FACT_IN_DOUBT, 1, clock_us(1, 0, 3), 0);
    ck_assert_int_eq(value("in_doubt.count"), 1);
    tell_step(FACT_ATTEMPT_FAILED, 1, clock_us(1, 0, 4), 0);
    tell_step(FACT_QUEUED, 1, clock_us(1, 0, 4), 0);
    ck_assert_int_eq(value("in_doubt.count"), 0);
    ck_assert_int_eq(value("queue.amount"), 1300);
    ck_assert_int_eq(value("queue.depth"), 2);
}
END_TEST

static void tell_breaker(enum fact_kind kind, enum breaker_state before)
{
    tell((struct fact){.kind = (uint8_t)kind,
                       .class = 1,
                       .state = (uint8_t)before,
                       .reason = REASON_OPERATOR,
                       .at_us = clock_us(1, 0, 0)});
}

START_TEST(keys_that_are_not_closed_are_counted)
{
    tell_breaker(FACT_BREAKER_OPENED, BREAKER_CLOSED);
    tell_breaker(FACT_BREAKER_OPENED, BREAKER_FORCED_CLOSED);
    ck_assert_int_eq(value("breaker.b0.open"), 2);
    tell_breaker(FACT_BREAKER_HALF_OPENED, BREAKER_OPEN);
    tell_breaker(FACT_BREAKER_OPENED, BREAKER_HALF_OPEN);
    tell_breaker(FACT_BREAKER_OPENED, BREAKER_OPEN); /* by force, already open */
    ck_assert_int_eq(value("breaker.b0.open"), 2);
    tell_breaker(FACT_BREAKER_CLOSED, BREAKER_FORCED_OPEN);
    tell_breaker(FACT_BREAKER_CLOSED, BREAKER_FORCED_CLOSED);
    ck_assert_int_eq(value("breaker.b0.open"), 1);
    tell_breaker(FACT_BREAKER_CLOSED, BREAKER_HALF_OPEN);
    ck_assert_int_eq(value("breaker.b0.open"), 0);
    ck_assert_uint_eq(recorder.breaker_openings[0], 4);
}
END_TEST

START_TEST(a_row_has_yuan_for_money_and_plain_counts)
{
    char text[2048] = "";
    tell_queued(0, SALARY, clock_us(1, 0, 0), 5);
    FILE *file = fmemopen(text, sizeof text, "w");
    positions_write_row(file, &plan.columns, &recorder.positions, clock_us(1, 2, 3));
    fclose(file);
    ck_assert_str_eq(text, "2019-03-12T01:02:03+08:00,10000.00,1000.00,4000.00,4000.00,0.00,0.00,"
                           "0.00,5000.00,5000.00,0.00,0.00,0.00,7.00,100.00,1,0.05,0,0.00,1,0.05,"
                           "0,0,0,0,0,0,0,0.00,0\n");
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("positions");
    tcase_add_checked_fixture(t, small_open, small_close);
    tcase_add_test(t, the_columns_are_the_scenarios);
    tcase_add_test(t, truth_is_read_from_the_world);
    tcase_add_test(t, belief_and_reports_follow_the_facts);
    tcase_add_test(t, the_queue_is_counted_by_business);
    tcase_add_test(t, keys_that_are_not_closed_are_counted);
    tcase_add_test(t, a_row_has_yuan_for_money_and_plain_counts);
    return run_tests("positions", t);
}
