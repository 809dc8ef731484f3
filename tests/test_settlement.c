/* test_settlement.c — a day's list written by its house and read by the treasury: the same
 * payments, however the bytes come, and where they break off. */

#include "core/edge/settlement.h"

#include "tests/settlement_drawn.h"

static struct drawn drawn;

START_TEST(what_a_house_writes_is_what_is_read)
{
    for (int c = 0; c < CHANNELS; c++)
        for (uint64_t seed = 1; seed <= 40; seed++) {
            drawn_day(&drawn, (enum channel)c, seed, DRAWN_LINES);
            struct settlement_heard h = hear_settlement((enum channel)c, &drawn.file, 0);
            ck_assert_in_loop(h.bad == 0 && h.lines == DRAWN_LINES && h.ended == 1);
            ck_assert_in_loop(h.hash == drawn_hash(&drawn, (enum channel)c, DRAWN_LINES));
        }
}
END_TEST

START_TEST(a_day_without_payments_is_a_list_too)
{
    for (int c = 0; c < CHANNELS; c++) {
        drawn_day(&drawn, (enum channel)c, 1, 0);
        struct settlement_heard h = hear_settlement((enum channel)c, &drawn.file, 0);
        ck_assert_uint_eq(h.bad, 0);
        ck_assert(h.hash == drawn_hash(&drawn, (enum channel)c, 0));
    }
}
END_TEST

START_TEST(how_the_bytes_are_cut_into_calls_changes_nothing)
{
    enum { LINES = 5 };
    for (int c = 0; c < CHANNELS; c++) {
        drawn_day(&drawn, (enum channel)c, 7, LINES);
        uint64_t want = drawn_hash(&drawn, (enum channel)c, LINES);
        for (size_t piece = 1; piece <= drawn.file.length; piece++)
            ck_assert_in_loop(hear_settlement((enum channel)c, &drawn.file, piece).hash == want);
    }
}
END_TEST

START_TEST(a_file_cut_at_any_byte_keeps_its_whole_lines_and_says_that_it_breaks_off)
{
    enum { LINES = 3 };
    for (int c = 0; c < CHANNELS; c++) {
        drawn_day(&drawn, (enum channel)c, 3, LINES);
        struct settlement_bytes cut = drawn.file;
        uint32_t whole = 0; /* lines before the cut */
        for (cut.length = drawn.ends[0]; cut.length <= drawn.file.length; cut.length++) {
            whole += whole < LINES && cut.length == drawn.ends[whole + 1];
            bool inside = cut.length != drawn.ends[whole];
            struct settlement_heard h = hear_settlement((enum channel)c, &cut, 0);
            ck_assert_in_loop(h.lines == whole && h.bad == inside && h.ending.flag == inside);
            ck_assert_in_loop(whole == 0 || h.line.id == drawn.lines[whole - 1].order);
            if (inside)
                ck_assert_in_loop(h.problem.line == whole + 1u + (c == CHANNEL_NETSUNION));
            ck_assert_in_loop(hear_settlement((enum channel)c, &cut, 100).hash == h.hash);
        }
    }
}
END_TEST

START_TEST(a_cut_heading_is_a_list_that_is_still_to_come)
{
    drawn_day(&drawn, CHANNEL_NETSUNION, 3, 1);
    struct settlement_bytes cut = drawn.file;
    for (cut.length = 0; cut.length < drawn.ends[0]; cut.length++) {
        struct settlement_heard h = hear_settlement(CHANNEL_NETSUNION, &cut, 0);
        ck_assert_in_loop(h.opened == 1 && h.lines == 0 && h.bad == 1 && h.hopeless);
        ck_assert_in_loop(h.ending.flag == 1);
    }
}
END_TEST

START_TEST(a_summary_cut_at_any_byte_opens_no_list)
{
    for (int c = 0; c < CHANNELS; c++) {
        drawn_day(&drawn, (enum channel)c, 3, 1);
        struct settlement_bytes cut = drawn.file;
        /* What is behind the end of the element root means nothing. */
        size_t whole = drawn.file.summary_length - (c == CHANNEL_NETSUNION);
        for (cut.summary_length = 0; cut.summary_length < whole; cut.summary_length++) {
            struct settlement_heard h = hear_settlement((enum channel)c, &cut, 0);
            ck_assert_in_loop(h.opened == 0 && h.bad == 1 && h.hopeless);
            ck_assert_in_loop(hear_settlement((enum channel)c, &cut, 1).hash == h.hash);
        }
    }
}
END_TEST

START_TEST(a_byte_that_is_gone_spoils_one_line_and_no_other)
{
    enum { LINES = 3 };
    static char bytes[sizeof drawn.bytes];
    for (int c = 0; c < CHANNELS; c++) {
        drawn_day(&drawn, (enum channel)c, 9, LINES);
        struct settlement_bytes less = drawn.file;
        less.lines = bytes;
        less.length--;
        for (size_t at = drawn.ends[1]; at < drawn.ends[2]; at++) {
            memcpy(bytes, drawn.bytes, at);
            memcpy(bytes + at, drawn.bytes + at + 1, drawn.file.length - at - 1);
            struct settlement_heard h = hear_settlement((enum channel)c, &less, 0);
            bool joined = at == drawn.ends[2] - 1; /* without its end it is one with the next */
            /* A digit less in one of NetsUnion's amounts is an amount, too. */
            bool amount = c == CHANNEL_NETSUNION && h.bad == 0;
            ck_assert_in_loop(amount ? h.lines == LINES && !joined
                                     : h.bad == 1 && h.problem.line == 2u + (c == 1) &&
                                           h.lines == LINES - 1u - joined);
            ck_assert_in_loop(h.ending.flag == 0);
        }
    }
}
END_TEST

START_TEST(a_line_over_64_kib_is_one_bad_line)
{
    enum { LONG = 200000 };
    static char bytes[LONG + sizeof drawn.bytes];
    for (int c = 0; c < CHANNELS; c++) {
        drawn_day(&drawn, (enum channel)c, 9, 2);
        struct settlement_bytes more = drawn.file;
        size_t at = drawn.ends[1];
        memcpy(bytes, drawn.bytes, at);
        memset(bytes + at, '0', LONG);
        bytes[at + LONG - 1] = '\n';
        memcpy(bytes + at + LONG, drawn.bytes + at, drawn.file.length - at);
        more.lines = bytes;
        more.length += LONG;
        for (size_t piece = 0; piece <= 70000; piece += 35000) {
            struct settlement_heard h = hear_settlement((enum channel)c, &more, piece);
            ck_assert_uint_eq(h.lines, 2);
            ck_assert_uint_eq(h.bad, 1);
            ck_assert_uint_eq(h.ending.flag, 0);
            ck_assert_uint_eq(h.problem.line, 2u + (c == CHANNEL_NETSUNION));
        }
        more.length = at + LONG - 1; /* and it breaks off inside it */
        ck_assert_uint_eq(hear_settlement((enum channel)c, &more, 0).ending.flag, 1);
    }
}
END_TEST

START_TEST(a_huge_summary_is_none)
{
    static char huge[SETTLEMENT_SUMMARY_MAX + 1];
    for (int c = 0; c < CHANNELS; c++) {
        drawn_day(&drawn, (enum channel)c, 1, 1);
        memset(huge, ' ', sizeof huge);
        memcpy(huge, drawn.summary, drawn.file.summary_length);
        struct settlement_bytes more = drawn.file;
        more.summary = huge;
        more.summary_length = sizeof huge;
        for (size_t piece = 0; piece <= 20000; piece += 10000) {
            struct settlement_heard h = hear_settlement((enum channel)c, &more, piece);
            ck_assert_uint_eq(h.opened, 0);
            ck_assert_str_eq(h.problem.why, "the summary is longer than 65536 bytes");
        }
        more.summary_length--; /* blanks behind the root are fine in XML */
        ck_assert_uint_eq(hear_settlement((enum channel)c, &more, 0).opened,
                          c == CHANNEL_NETSUNION);
    }
}
END_TEST

START_TEST(lines_before_a_summary_stop_the_program)
{
    static struct settlement s;
    struct input in;
    struct listing_problem problem;
    size_t used;
    settlement_start(&s, CHANNEL_UNIONPAY, SESSIONS_A_DAY);
    settlement_read_lines(&s, "", 0, true, &used, &in, &problem);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("settlement");
    tcase_add_test(t, what_a_house_writes_is_what_is_read);
    tcase_add_test(t, a_day_without_payments_is_a_list_too);
    tcase_add_test(t, how_the_bytes_are_cut_into_calls_changes_nothing);
    tcase_add_test(t, a_file_cut_at_any_byte_keeps_its_whole_lines_and_says_that_it_breaks_off);
    tcase_add_test(t, a_cut_heading_is_a_list_that_is_still_to_come);
    tcase_add_test(t, a_summary_cut_at_any_byte_opens_no_list);
    tcase_add_test(t, a_byte_that_is_gone_spoils_one_line_and_no_other);
    tcase_add_test(t, a_line_over_64_kib_is_one_bad_line);
    tcase_add_test(t, a_huge_summary_is_none);
    tcase_add_test_raise_signal(t, lines_before_a_summary_stop_the_program, SIGABRT);
    return run_tests("settlement", t);
}
