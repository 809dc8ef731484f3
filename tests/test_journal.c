/* test_journal.c — facts as lines of JSON, payouts as rows of a table. */

#include <jansson.h>

#include "sim/journal.h"
#include "tests/small_plan.h"

static const char *line_of(struct fact f)
{
    static char text[1024];
    FILE *file = fmemopen(text, sizeof text, "w");
    journal_write_event(file, &recorder, &f, 7);
    fclose(file);
    return text;
}

/* --- which kinds ------------------------------------------------------------------ */

static const struct {
    const char *list;
    const char *bad; /* NULL: fine */
    uint32_t wanted;
} filters[] = {
    {"", NULL, FACT_KIND_COUNT},
    {"sent", NULL, 1},
    {"sent,paid,sent", NULL, 2},
    {"true_moved,requested", NULL, 2},
    {"sents", "sents", 0},
    {"sen", "sen", 0},
    {"sent,,paid", "", 0},
    {"sent,Paid", "Paid", 0},
    {"a_name_of_more_than_sixty_letters_is_cut_to_sixty_letters_before_it_is_shown",
     "a_name_of_more_than_sixty_letters_is_cut_to_sixty_letters_be", 0},
};

START_TEST(a_list_of_kinds_is_read_or_its_first_unknown_word_named)
{
    struct event_filter f;
    char bad[64] = "untouched";
    ck_assert_int_eq(event_filter_parse(&f, filters[_i].list, bad), filters[_i].bad == NULL);
    ck_assert_str_eq(bad, filters[_i].bad == NULL ? "untouched" : filters[_i].bad);
    if (filters[_i].bad != NULL)
        return;
    uint32_t wanted = 0;
    for (int k = 0; k < FACT_KIND_COUNT; k++)
        wanted += event_filter_wants(&f, (enum fact_kind)k);
    ck_assert_uint_eq(wanted, filters[_i].wanted);
}
END_TEST

START_TEST(the_kinds_named_are_the_kinds_wanted)
{
    struct event_filter f;
    char bad[64];
    ck_assert(event_filter_parse(&f, "expired,true_moved", bad));
    ck_assert(event_filter_wants(&f, FACT_EXPIRED));
    ck_assert(event_filter_wants(&f, FACT_TRUE_MOVED));
    ck_assert(!event_filter_wants(&f, FACT_CANCELLED));
}
END_TEST

/* --- lines --------------------------------------------------------------------------- */

START_TEST(a_payout_sent_is_told_with_its_order_amount_and_belief)
{
    tell_queued(3, SALARY, clock_us(1, 0, 0), 250);
    ck_assert_str_eq(line_of((struct fact){.kind = FACT_SENT,
                                           .channel = CHANNEL_NETSUNION,
                                           .at_us = clock_us(1, 2, 3) + 45,
                                           .subject = 3,
                                           .id = 0x100000003,
                                           .amount_fen = 250,
                                           .other = 499750}),
                     "{\"time\":\"2019-03-12T01:02:03.000045+08:00\",\"seq\":7,\"kind\":\"sent\","
                     "\"payout\":\"L1-3\",\"channel\":\"netsunion\",\"order\":\"0000000100000003\","
                     "\"amount_fen\":250,\"believed_fen\":499750}\n");
}
END_TEST

START_TEST(a_refusal_is_told_with_the_reference_that_was_asked_for)
{
    request = (struct arrival){.business = SALARY, .reference = reference_synthetic(1, 9)};
    recorder_requests(&recorder, &request);
    struct fact f = {.kind = FACT_REFUSED,
                     .channel = CHANNEL_NONE,
                     .reason = REASON_POOL_FULL,
                     .at_us = clock_us(1, 0, 0),
                     .subject = NONE,
                     .amount_fen = 5};
    ck_assert_str_eq(line_of(f), "{\"time\":\"2019-03-12T01:00:00+08:00\",\"seq\":7,"
                                 "\"kind\":\"refused\",\"payout\":\"L1-9\",\"amount_fen\":5,"
                                 "\"reason\":\"pool_full\"}\n");
    memcpy(request.text, "A\\7", 4); /* of a trace, where a backslash may be */
    ck_assert_ptr_nonnull(strstr(line_of(f), "\"payout\":\"A\\\\7\""));
}
END_TEST

START_TEST(a_doubt_is_told_with_its_next_query_and_no_code_where_no_reply_came)
{
    tell_queued(3, SALARY, clock_us(1, 0, 0), 250);
    struct fact f = {.kind = FACT_IN_DOUBT,
                     .channel = CHANNEL_UNIONPAY,
                     .reason = REASON_NO_REPLY,
                     .code = UNIONPAY_12,
                     .at_us = clock_us(1, 0, 0),
                     .subject = 3,
                     .id = 0x103,
                     .other = clock_us(1, 3, 0)};
    ck_assert_str_eq(line_of(f),
                     "{\"time\":\"2019-03-12T01:00:00+08:00\",\"seq\":7,\"kind\":\"in_doubt\","
                     "\"payout\":\"L1-3\",\"channel\":\"unionpay\",\"order\":\"0000000000000103\","
                     "\"next_query\":\"2019-03-12T01:03:00+08:00\",\"reason\":\"no_reply\"}\n");
    f.reason = REASON_CODE_UNKNOWN;
    ck_assert_ptr_nonnull(strstr(line_of(f), "\"code\":\"12\",\"reason\":\"code_unknown\""));
}
END_TEST

START_TEST(a_move_is_told_with_its_two_places)
{
    ck_assert_str_eq(line_of((struct fact){.kind = FACT_MOVE_DONE,
                                           .channel = CHANNEL_NETSUNION,
                                           .state = CHANNEL_NONE,
                                           .at_us = clock_us(1, 0, 0),
                                           .subject = 2,
                                           .amount_fen = 900}),
                     "{\"time\":\"2019-03-12T01:00:00+08:00\",\"seq\":7,\"kind\":\"move_done\","
                     "\"move\":2,\"from\":\"unallocated\",\"to\":\"netsunion\","
                     "\"amount_fen\":900}\n");
}
END_TEST

START_TEST(every_kind_of_fact_makes_one_line_of_json)
{
    for (int k = 0; k < FACT_KIND_COUNT; k++) {
        tell_queued(3, SALARY, clock_us(1, 0, 0), 250);
        const char *line = line_of((struct fact){.kind = (uint8_t)k,
                                                 .channel = CHANNEL_UNIONPAY,
                                                 .reason = REASON_CODE,
                                                 .state = 1,
                                                 .class = 1,
                                                 .at_us = clock_us(1, 0, 0),
                                                 .subject = 3,
                                                 .session = 4,
                                                 .id = 5,
                                                 .amount_fen = 6,
                                                 .other = clock_us(2, 0, 0)});
        json_error_t error;
        json_t *json = json_loads(line, JSON_REJECT_DUPLICATES, &error);
        ck_assert_msg(json != NULL, "%s: %s", error.text, line);
        ck_assert_str_eq(json_string_value(json_object_get(json, "kind")),
                         fact_kind_name((enum fact_kind)k));
        ck_assert_ptr_eq(strchr(line, '\n'), line + strlen(line) - 1);
        json_decref(json);
    }
}
END_TEST

START_TEST(a_breaker_is_told_by_its_name_and_its_keys)
{
    recorder.parties = &plan.parties;
    ck_assert_str_eq(
        line_of((struct fact){.kind = FACT_BREAKER_OPENED,
                              .channel = CHANNEL_NONE,
                              .reason = REASON_CONSECUTIVE_FAILURES,
                              .class = 1,
                              .at_us = clock_us(1, 0, 0),
                              .subject = 2,
                              .session = 4,
                              .id = 3,
                              .other = clock_us(2, 0, 0)}),
        "{\"time\":\"2019-03-12T01:00:00+08:00\",\"seq\":7,\"kind\":\"breaker_opened\","
        "\"breaker\":\"b0\",\"key\":\"M-3\",\"in_a_row\":4,"
        "\"until\":\"2019-03-12T02:00:00+08:00\","
        "\"reason\":\"consecutive_failures\"}\n");
}
END_TEST

/* --- payouts.csv ------------------------------------------------------------------------- */

static void both(struct payout_rows *rows, struct fact f)
{
    recorder_fact(&recorder, &f);
    payout_rows_fact(rows, &f);
}

static void ask(struct payout_rows *rows, uint32_t slot, uint64_t ordinal, int64_t amount_fen)
{
    request = (struct arrival){
        .business = SALARY, .amount_fen = amount_fen, .reference = reference_synthetic(1, ordinal)};
    recorder_requests(&recorder, &request);
    both(rows, (struct fact){.kind = FACT_REQUESTED,
                             .at_us = clock_us(1, 0, 0),
                             .subject = slot,
                             .id = request.reference.hi,
                             .amount_fen = amount_fen});
}

/* Nobody told of time that passed in the queue. */
#define NOTHING_WAITED "0.000000,0.000000,0.000000,0.000000,0.000000,0.000000,"

static const char *const expected_rows =
    "reference,business,merchant,user,amount,channel,attempts,state,requested,sent,paid,settled,"
    "final,quota_s,breaker_s,channel_s,share_s,hold_s,turn_s,reason\n"
    "L1-4,salary,,,2.50,netsunion,1,returned,2019-03-12T01:00:00+08:00,2019-03-12T01:00:01+08:00,"
    "2019-03-12T01:00:02+08:00,2019-03-12T01:00:04+08:00,2019-03-12T01:00:08+08:00," NOTHING_WAITED
    "\n"
    "L1-5,salary,,,0.01,,0,refused,2019-03-12T01:00:00+08:00,,,,2019-03-12T01:00:00+08:"
    "00," NOTHING_WAITED "no_route\n"
    "L1-6,salary,,,0.02,,0,expired,2019-03-12T01:00:00+08:00,,,,2019-03-12T01:00:09+08:"
    "00," NOTHING_WAITED "waited_too_long\n";

START_TEST(each_payout_is_a_row_with_its_times_state_and_reason)
{
    static char text[4096];
    const int64_t t = clock_us(1, 0, 0);
    const uint64_t id = UINT64_C(0x101) << 32;
    const struct fact life[] = {
        {.kind = FACT_QUEUED, .at_us = t},
        {.kind = FACT_SENT, .at_us = t + US_PER_S, .session = 1},
        {.kind = FACT_TRUE_PAID, .at_us = t + 2 * US_PER_S},
        {.kind = FACT_PAID, .at_us = t + 3 * US_PER_S},
        {.kind = FACT_SETTLED, .at_us = t + 4 * US_PER_S},
    };
    struct fact refused = {.kind = FACT_REFUSED, .subject = NONE, .at_us = t};
    struct fact expired = {.kind = FACT_EXPIRED, .at_us = t + 9 * US_PER_S};
    struct fact returned = {
        .kind = FACT_RETURNED, .subject = NONE, .state = PAYOUT_SETTLED, .at_us = t + 8 * US_PER_S};
    const struct fact leg_paid = {.kind = FACT_TRUE_PAID,
                                  .at_us = t + 7 * US_PER_S,
                                  .channel = CHANNEL_NETSUNION,
                                  .class = 1,
                                  .id = ORDER_ID_MOVE | ORDER_ID_LEG | id};
    struct payout_rows *rows = payout_rows_create(&plan.scenario, &plan.parties, &recorder, 10);
    ask(rows, 0, 4, 250);
    for (int i = 0; i < COUNT(life); i++) {
        struct fact f = life[i];
        f.channel = CHANNEL_NETSUNION;
        f.id = id;
        both(rows, f);
    }
    both(rows, leg_paid); /* a transfer's leg is no payout, whatever its number */
    ask(rows, NONE, 5, 1);
    refused.reason = REASON_NO_ROUTE;
    both(rows, refused);
    ask(rows, 0, 6, 2); /* the slot again: another row */
    both(rows, life[0]);
    expired.reason = REASON_WAITED_TOO_LONG;
    both(rows, expired);
    returned.channel = CHANNEL_NETSUNION;
    returned.id = id; /* the first, by its order */
    both(rows, returned);
    FILE *file = fmemopen(text, sizeof text, "w");
    payout_rows_write(rows, file);
    fclose(file);
    ck_assert_str_eq(text, expected_rows);
    payout_rows_free(rows);
}
END_TEST

START_TEST(a_leg_that_is_paid_is_no_payout_s_payment)
{
    static char text[1024];
    struct payout_rows *rows = payout_rows_create(&plan.scenario, &plan.parties, &recorder, 10);
    struct fact leg = {.kind = FACT_TRUE_PAID, .class = 1, .at_us = clock_us(1, 0, 1)};
    both(rows, leg); /* there is no row yet */
    ask(rows, 0, 4, 250);
    both(rows, (struct fact){.kind = FACT_QUEUED, .at_us = clock_us(1, 0, 0)});
    both(rows, leg);
    FILE *file = fmemopen(text, sizeof text, "w");
    payout_rows_write(rows, file);
    fclose(file);
    ck_assert_ptr_nonnull(strstr(
        text, "\nL1-4,salary,,,2.50,,0,queued,2019-03-12T01:00:00+08:00,,,,," NOTHING_WAITED "\n"));
    payout_rows_free(rows);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("journal");
    tcase_add_checked_fixture(t, small_open, small_close);
    tcase_add_loop_test(t, a_list_of_kinds_is_read_or_its_first_unknown_word_named, 0,
                        COUNT(filters));
    tcase_add_test(t, the_kinds_named_are_the_kinds_wanted);
    tcase_add_test(t, a_payout_sent_is_told_with_its_order_amount_and_belief);
    tcase_add_test(t, a_refusal_is_told_with_the_reference_that_was_asked_for);
    tcase_add_test(t, a_doubt_is_told_with_its_next_query_and_no_code_where_no_reply_came);
    tcase_add_test(t, a_move_is_told_with_its_two_places);
    tcase_add_test(t, a_breaker_is_told_by_its_name_and_its_keys);
    tcase_add_test(t, every_kind_of_fact_makes_one_line_of_json);
    tcase_add_test(t, each_payout_is_a_row_with_its_times_state_and_reason);
    tcase_add_test(t, a_leg_that_is_paid_is_no_payout_s_payment);
    return run_tests("journal", t);
}
