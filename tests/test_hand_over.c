/* test_hand_over.c — a settlement list from its house to the treasury, in pieces of a file. */

#include "tests/stage.h"

enum { FIRST = 1000, MANY = 400 };

START_TEST(a_list_of_many_pieces_has_each_line_once_and_in_order)
{
    stage_set();
    stage_open();
    for (uint64_t i = 0; i < MANY; i++) {
        stage_pay(_i, FIRST + i, 1 + (int64_t)i);
        stage_after(US_PER_S);
    }
    stage_until(stage_at(29, 10, 0));
    uint32_t at = 0;
    while (stage.inputs[at].kind != INPUT_LIST_OPENED || stage.inputs[at].channel != _i)
        at++;
    ck_assert_uint_eq(stage.inputs[at].count, MANY);
    ck_assert_int_eq(stage.inputs[at].amount_fen, MANY * (MANY + 1) / 2);
    for (uint64_t i = 0; i < MANY; i++) {
        const struct input *line = &stage.inputs[++at];
        ck_assert_in_loop(line->kind == INPUT_LIST_LINE && line->id == FIRST + i);
        ck_assert_in_loop(line->amount_fen == 1 + (int64_t)i && line->flag == 0);
        ck_assert_in_loop(line->reference.lo == FIRST + i);
        ck_assert_in_loop(line->session == told(INPUT_OUTCOME_NOTIFIED, FIRST + i)->session);
    }
    ck_assert_uint_eq(stage.inputs[at + 1].kind, INPUT_LIST_ENDED);
    ck_assert_uint_eq(stage.inputs[at + 1].flag, 0);
    stage_close();
}
END_TEST

START_TEST(a_file_that_breaks_off_is_cut_within_a_line)
{
    static struct hand_over list;
    for (uint64_t seed = 0; seed < 8; seed++) {
        struct outbox out = {0};
        struct input in;
        uint32_t lines = 0;
        stage_set();
        stage_fault(_i, OPERATION_FILE, FAULT_FILE_TRUNCATED)->key = (uint32_t)seed;
        stage_open();
        for (uint64_t i = 0; i < 5; i++)
            stage_pay(_i, FIRST + i, 100);
        stage_until(stage_at(29, 9, 30) - 1);
        struct house *h = stage_house(_i);
        house_happens(h, stage_at(29, 9, 30),
                      &(struct happening){.at_us = stage_at(29, 9, 30),
                                          .kind = HAPPENS_LIST,
                                          .house = (uint8_t)_i,
                                          .subject = (uint32_t)stage_day(28)},
                      &out);
        ck_assert(house_hands_over(h));
        ck_assert_uint_eq(hand_over_start(&list, h).count, 5);
        while (hand_over_next(&list, &in) && in.kind == INPUT_LIST_LINE)
            lines++;
        ck_assert_uint_lt(lines, 5);
        ck_assert_uint_eq(in.flag, 1);
        ck_assert_uint_eq(list.reader.bad, 1);
        ck_assert_int_ne(list.bytes[list.held - 1], '\n');
        house_list_handed_over(h);
        stage_close();
    }
}
END_TEST

START_TEST(nothing_is_published_while_no_file_is_handed_over)
{
    static struct hand_over list;
    stage_set();
    stage_open();
    hand_over_start(&list, stage_house(UNIONPAY));
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("hand_over");
    tcase_add_loop_test(t, a_list_of_many_pieces_has_each_line_once_and_in_order, 0, CHANNELS);
    tcase_add_loop_test(t, a_file_that_breaks_off_is_cut_within_a_line, 0, CHANNELS);
    tcase_add_test_raise_signal(t, nothing_is_published_while_no_file_is_handed_over, SIGABRT);
    return run_tests("hand_over", t);
}
