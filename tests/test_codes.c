/* test_codes.c — every code of both houses, against what the interfaces say of payouts. */

#include <string.h>

#include "core/gateway/codes.h"
#include "tests/harness.h"

struct row {
    const char *text;
    const char *meanings; /* on submission, as outcome: Accepted Paid Failed Unknown */
};

static enum meaning meaning_of(char letter)
{
    static const char letters[] = "APFU"; /* as declared */
    const char *at = strchr(letters, letter);
    ck_assert_ptr_nonnull(at);
    return (enum meaning)(at - letters);
}

/* Written down from the interface's list and its payout rules, not from the
 * table under test: 00 on submission is acceptance; 01 03 04 05 12 34 60 mean
 * "ask again"; A6 is a success; 42 74 75 speak of money taken; others failed.
 * 90 and 91 are those of the funds-settlement interface. */
static const struct row unionpay[] = {
    {"00", "AP"}, {"01", "UU"}, {"02", "FF"}, {"03", "UU"}, {"04", "UU"}, {"05", "UU"},
    {"06", "FF"}, {"10", "FF"}, {"11", "FF"}, {"12", "UU"}, {"13", "FF"}, {"14", "FF"},
    {"30", "FF"}, {"31", "FF"}, {"32", "FF"}, {"33", "FF"}, {"34", "UU"}, {"35", "FF"},
    {"36", "FF"}, {"37", "FF"}, {"38", "FF"}, {"39", "FF"}, {"40", "FF"}, {"41", "FF"},
    {"42", "UU"}, {"43", "FF"}, {"44", "FF"}, {"60", "UU"}, {"61", "FF"}, {"62", "FF"},
    {"63", "FF"}, {"64", "FF"}, {"65", "FF"}, {"66", "FF"}, {"67", "FF"}, {"68", "FF"},
    {"69", "FF"}, {"70", "FF"}, {"71", "FF"}, {"72", "FF"}, {"73", "FF"}, {"74", "UU"},
    {"75", "UU"}, {"76", "FF"}, {"77", "FF"}, {"78", "FF"}, {"79", "FF"}, {"80", "FF"},
    {"82", "FF"}, {"90", "FF"}, {"91", "FF"}, {"98", "FF"}, {"99", "FF"}, {"A6", "PP"},
};

/* TrxStatus 00 success, 01 failure, 02 wait, 03 no record, 04 abnormal end;
 * then the messages' own refusals, of which only "no such order" says nothing. */
static const struct row netsunion[] = {
    {"00", "PP"},       {"01", "FF"},       {"02", "UU"},       {"03", "UU"},
    {"04", "UU"},       {"PS500022", "FF"}, {"PB511001", "FF"}, {"PB512001", "FF"},
    {"PB524028", "FF"}, {"PB531001", "UU"}, {"MOCKQUOT", "FF"}, {"MOCKLIMT", "FF"},
    {"MOCKBUSY", "FF"}, {"MOCKLATE", "FF"}, {"MOCKDUPL", "UU"}, {"MOCKDOWN", "FF"},
};

/* Banks' codes are this project's own: 00 taken, then credited; 02 under way;
 * 03 no such order; a repetition says nothing; all others failed. */
static const struct row bank[] = {
    {"00", "AP"},       {"02", "UU"},       {"03", "UU"},       {"MOCKBALA", "FF"},
    {"MOCKHOUR", "FF"}, {"MOCKACCT", "FF"}, {"MOCKLIMT", "FF"}, {"MOCKBUSY", "FF"},
    {"MOCKLATE", "FF"}, {"MOCKDUPL", "UU"}, {"MOCKFAIL", "FF"}, {"MOCKBACK", "FF"},
};

static const struct row *const rows[CHANNELS] = {unionpay, netsunion};
static const int row_counts[CHANNELS] = {COUNT(unionpay), COUNT(netsunion)};
static const uint16_t code_counts[CHANNELS] = {UNIONPAY_CODE_COUNT, NETSUNION_CODE_COUNT};

static uint16_t find(enum channel channel, const char *text)
{
    return code_find(channel, text, strlen(text));
}

static void must_mean(enum channel channel, const struct row *row)
{
    uint16_t code = find(channel, row->text);
    ck_assert_uint_ne(code, CODE_UNLISTED);
    ck_assert_str_eq(code_text(channel, code), row->text);
    ck_assert_msg(code_on_submission(channel, code) == meaning_of(row->meanings[0]),
                  "%s on submission", row->text);
    ck_assert_msg(code_as_outcome(channel, code) == meaning_of(row->meanings[1]), "%s as outcome",
                  row->text);
}

START_TEST(a_code_of_unionpay_means_what_its_interface_says)
{
    must_mean(CHANNEL_UNIONPAY, &unionpay[_i]);
}
END_TEST

START_TEST(a_code_of_netsunion_means_what_its_interface_says)
{
    must_mean(CHANNEL_NETSUNION, &netsunion[_i]);
}
END_TEST

START_TEST(a_code_of_a_bank_means_what_is_written_down)
{
    must_mean(CHANNEL_NONE, &bank[_i]);
    ck_assert_int_eq(COUNT(bank), BANK_CODE_COUNT);
    ck_assert_int_eq(find(CHANNEL_NONE, bank[_i].text), _i);
    ck_assert(code_is_success(CHANNEL_NONE, (uint16_t)_i) == (_i == BANK_00));
    ck_assert(code_is_not_found(CHANNEL_NONE, (uint16_t)_i) == (_i == BANK_03));
    ck_assert(code_is_too_old(CHANNEL_NONE, (uint16_t)_i) == (_i == BANK_MOCKLATE));
}
END_TEST

START_TEST(an_order_that_came_too_late_is_told_so_by_one_code)
{
    for (uint16_t code = 0; code < UNIONPAY_CODE_COUNT; code++)
        ck_assert(code_is_too_old(CHANNEL_UNIONPAY, code) == (code == UNIONPAY_39));
    for (uint16_t code = 0; code < NETSUNION_CODE_COUNT; code++)
        ck_assert(code_is_too_old(CHANNEL_NETSUNION, code) == (code == NETSUNION_MOCKLATE));
}
END_TEST

START_TEST(the_letters_stand_for_the_meanings)
{
    ck_assert_int_eq(meaning_of('A'), MEANING_ACCEPTED);
    ck_assert_int_eq(meaning_of('P'), MEANING_PAID);
    ck_assert_int_eq(meaning_of('F'), MEANING_FAILED);
    ck_assert_int_eq(meaning_of('U'), MEANING_UNKNOWN);
}
END_TEST

START_TEST(no_code_is_in_the_table_but_those)
{
    for (int c = 0; c < CHANNELS; c++) {
        ck_assert_int_eq(code_counts[c], row_counts[c]);
        for (uint16_t code = 0; code < code_counts[c]; code++)
            ck_assert_str_eq(code_text((enum channel)c, code), rows[c][code].text);
    }
}
END_TEST

static const struct {
    enum channel channel;
    uint16_t code;
    const char *text;
} named[] = {
    {CHANNEL_UNIONPAY, UNIONPAY_00, "00"},
    {CHANNEL_UNIONPAY, UNIONPAY_12, "12"},
    {CHANNEL_UNIONPAY, UNIONPAY_34, "34"},
    {CHANNEL_UNIONPAY, UNIONPAY_60, "60"},
    {CHANNEL_UNIONPAY, UNIONPAY_64, "64"},
    {CHANNEL_UNIONPAY, UNIONPAY_A6, "A6"},
    {CHANNEL_NETSUNION, NETSUNION_00, "00"},
    {CHANNEL_NETSUNION, NETSUNION_02, "02"},
    {CHANNEL_NETSUNION, NETSUNION_MOCKQUOT, "MOCKQUOT"},
    {CHANNEL_NETSUNION, NETSUNION_MOCKDOWN, "MOCKDOWN"},
};

START_TEST(an_enumerator_is_the_code_it_is_named_after)
{
    ck_assert_str_eq(code_text(named[_i].channel, named[_i].code), named[_i].text);
    ck_assert_uint_eq(find(named[_i].channel, named[_i].text), named[_i].code);
}
END_TEST

START_TEST(a_code_that_may_have_paid_is_never_worth_another_attempt)
{
    for (int c = 0; c < CHANNELS; c++) {
        int again = 0;
        for (uint16_t code = 0; code < code_counts[c]; code++) {
            bool worth = code_worth_another_attempt((enum channel)c, code);
            bool failed = code_on_submission((enum channel)c, code) == MEANING_FAILED &&
                          code_as_outcome((enum channel)c, code) == MEANING_FAILED;
            ck_assert_msg(failed || !worth, "%s", code_text((enum channel)c, code));
            again += worth;
        }
        ck_assert_int_gt(again, 0);
    }
}
END_TEST

/* What may help on another route, and what is wrong with the order or the payee itself. */
static const struct {
    enum channel channel;
    const char *text;
    bool again;
    enum decided_by by;
} failures[] = {
    {CHANNEL_UNIONPAY, "02", true, BY_HOUSE},         /* not open */
    {CHANNEL_UNIONPAY, "06", true, BY_HOUSE},         /* busy */
    {CHANNEL_UNIONPAY, "10", false, BY_HOUSE},        /* malformed */
    {CHANNEL_UNIONPAY, "33", true, BY_HOUSE},         /* over this house's limit */
    {CHANNEL_UNIONPAY, "38", false, BY_HOUSE},        /* risk */
    {CHANNEL_UNIONPAY, "61", false, BY_BANK},         /* card number not valid */
    {CHANNEL_UNIONPAY, "62", true, BY_BANK},          /* not supported by that bank there */
    {CHANNEL_UNIONPAY, "64", true, BY_HOUSE},         /* quota too small */
    {CHANNEL_NETSUNION, "01", true, BY_BANK},         /* failed, no more is said */
    {CHANNEL_NETSUNION, "PS500022", false, BY_HOUSE}, /* malformed */
    {CHANNEL_NETSUNION, "PB524028", false, BY_BANK},  /* payee needs verification */
    {CHANNEL_NETSUNION, "MOCKQUOT", true, BY_HOUSE},
    {CHANNEL_NETSUNION, "MOCKBUSY", true, BY_HOUSE},
};

START_TEST(a_failure_says_who_found_out_and_whether_to_try_again)
{
    uint16_t code = find(failures[_i].channel, failures[_i].text);
    ck_assert_int_eq(code_worth_another_attempt(failures[_i].channel, code), failures[_i].again);
    ck_assert_int_eq(code_decided_by(failures[_i].channel, code), failures[_i].by);
}
END_TEST

static const uint16_t unlisted[] = {CODE_UNLISTED, CODE_UNLISTED - 1, 200, 0x8000};

START_TEST(of_a_code_that_is_not_listed_nothing_follows)
{
    for (int c = 0; c < CHANNELS; c++) {
        enum channel channel = (enum channel)c;
        ck_assert_int_eq(code_on_submission(channel, unlisted[_i]), MEANING_UNKNOWN);
        ck_assert_int_eq(code_as_outcome(channel, unlisted[_i]), MEANING_UNKNOWN);
        ck_assert(!code_worth_another_attempt(channel, unlisted[_i]));
        ck_assert(!code_is_success(channel, unlisted[_i]));
        ck_assert(!code_is_not_found(channel, unlisted[_i]));
        ck_assert_str_eq(code_text(channel, unlisted[_i]), "unlisted");
    }
}
END_TEST

START_TEST(the_code_behind_the_last_is_not_listed)
{
    for (int c = 0; c < CHANNELS; c++) {
        uint16_t last = (uint16_t)(code_counts[c] - 1);
        ck_assert_str_eq(code_text((enum channel)c, last), rows[c][last].text);
        ck_assert_str_eq(code_text((enum channel)c, code_counts[c]), "unlisted");
    }
}
END_TEST

START_TEST(what_never_left_us_has_failed_on_submission_alone)
{
    for (int c = 0; c < CHANNELS; c++) {
        enum channel channel = (enum channel)c;
        ck_assert_int_eq(code_on_submission(channel, CODE_NOT_SENT), MEANING_FAILED);
        ck_assert_int_eq(code_as_outcome(channel, CODE_NOT_SENT), MEANING_UNKNOWN);
        ck_assert(code_worth_another_attempt(channel, CODE_NOT_SENT));
        ck_assert_str_eq(code_text(channel, CODE_NOT_SENT), "not_sent");
    }
}
END_TEST

START_TEST(a_query_worked_with_the_one_code_of_success)
{
    for (uint16_t code = 0; code < UNIONPAY_CODE_COUNT; code++)
        ck_assert_int_eq(code_is_success(CHANNEL_UNIONPAY, code), code == UNIONPAY_00);
    for (uint16_t code = 0; code < NETSUNION_CODE_COUNT; code++)
        ck_assert_int_eq(code_is_success(CHANNEL_NETSUNION, code), code == NETSUNION_00);
}
END_TEST

START_TEST(not_found_is_a_code_of_its_own_and_proves_nothing)
{
    static const char *const want[CHANNELS][2] = {{"34", "34"}, {"03", "PB531001"}};
    for (int c = 0; c < CHANNELS; c++) {
        enum channel channel = (enum channel)c;
        for (uint16_t code = 0; code < code_counts[c]; code++) {
            const char *text = code_text(channel, code);
            bool listed = strcmp(text, want[c][0]) == 0 || strcmp(text, want[c][1]) == 0;
            ck_assert_msg(code_is_not_found(channel, code) == listed, "%s", text);
            if (listed)
                ck_assert_int_eq(code_as_outcome(channel, code), MEANING_UNKNOWN);
        }
    }
}
END_TEST

static const struct {
    enum channel channel;
    const char *text;
    size_t length;
} not_codes[] = {
    {CHANNEL_UNIONPAY, "", 0},          {CHANNEL_UNIONPAY, "0", 1},
    {CHANNEL_UNIONPAY, "000", 3},       {CHANNEL_UNIONPAY, "00 ", 3},
    {CHANNEL_UNIONPAY, "0\0", 2},       {CHANNEL_UNIONPAY, "00\0", 3},
    {CHANNEL_UNIONPAY, "a6", 2},        {CHANNEL_UNIONPAY, "A7", 2},
    {CHANNEL_UNIONPAY, "07", 2},        {CHANNEL_UNIONPAY, "81", 2},
    {CHANNEL_UNIONPAY, "MOCKBUSY", 8}, /* the other house's */
    {CHANNEL_NETSUNION, "05", 2},       {CHANNEL_NETSUNION, "A6", 2},
    {CHANNEL_NETSUNION, "PS50002", 7},  {CHANNEL_NETSUNION, "PS5000221", 9},
    {CHANNEL_NETSUNION, "unlisted", 8}, /* what we say, not they */
    {CHANNEL_NETSUNION, "not_sent", 8},
};

START_TEST(what_is_not_a_code_is_unlisted)
{
    char *bytes = malloc(not_codes[_i].length + 1);
    ck_assert_ptr_nonnull(bytes);
    memcpy(bytes, not_codes[_i].text, not_codes[_i].length);
    ck_assert_uint_eq(code_find(not_codes[_i].channel, bytes, not_codes[_i].length), CODE_UNLISTED);
    free(bytes);
}
END_TEST

START_TEST(exactly_the_length_of_a_code_is_read)
{
    ck_assert_uint_eq(code_find(CHANNEL_UNIONPAY, "123", 2), UNIONPAY_12);
    ck_assert_uint_eq(code_find(CHANNEL_NETSUNION, "MOCKBUSYMOCK", 8), NETSUNION_MOCKBUSY);
}
END_TEST

START_TEST(channels_have_the_names_that_scenarios_use)
{
    ck_assert_str_eq(channel_name(CHANNEL_UNIONPAY), "unionpay");
    ck_assert_str_eq(channel_name(CHANNEL_NETSUNION), "netsunion");
}
END_TEST

START_TEST(a_code_of_no_channel_stops_the_program)
{
    code_on_submission(_i == 0 ? CHANNELS : CHANNEL_NONE - 1, 0);
}
END_TEST

START_TEST(the_name_of_no_channel_stops_the_program)
{
    channel_name(_i == 0 ? CHANNELS : CHANNEL_NONE);
}
END_TEST

/* What a breaker of the channel need not count. */
static const struct {
    enum channel channel;
    const char *code;
    bool blames;
} blames[] = {
    {CHANNEL_UNIONPAY, "61", true},        {CHANNEL_UNIONPAY, "63", true},
    {CHANNEL_UNIONPAY, "13", true},        {CHANNEL_UNIONPAY, "33", true},
    {CHANNEL_UNIONPAY, "64", true},        {CHANNEL_UNIONPAY, "90", true},
    {CHANNEL_UNIONPAY, "06", false},       {CHANNEL_UNIONPAY, "02", false},
    {CHANNEL_UNIONPAY, "11", false},       {CHANNEL_UNIONPAY, "37", false},
    {CHANNEL_NETSUNION, "01", false},      {CHANNEL_NETSUNION, "MOCKDOWN", false},
    {CHANNEL_NETSUNION, "MOCKQUOT", true}, {CHANNEL_NETSUNION, "MOCKLIMT", true},
    {CHANNEL_NETSUNION, "PS500022", true}, {CHANNEL_NETSUNION, "PB511001", false},
};

START_TEST(an_order_that_is_wrong_says_nothing_of_the_channel)
{
    uint16_t code = code_find(blames[_i].channel, blames[_i].code, strlen(blames[_i].code));
    ck_assert_msg(code_blames_order(blames[_i].channel, code) == blames[_i].blames, "%s",
                  blames[_i].code);
    ck_assert(!code_blames_order(blames[_i].channel, CODE_NOT_SENT));
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("codes");
    tcase_add_test(t, the_letters_stand_for_the_meanings);
    tcase_add_loop_test(t, a_code_of_unionpay_means_what_its_interface_says, 0, COUNT(unionpay));
    tcase_add_loop_test(t, a_code_of_netsunion_means_what_its_interface_says, 0, COUNT(netsunion));
    tcase_add_loop_test(t, a_code_of_a_bank_means_what_is_written_down, 0, COUNT(bank));
    tcase_add_test(t, an_order_that_came_too_late_is_told_so_by_one_code);
    tcase_add_test(t, no_code_is_in_the_table_but_those);
    tcase_add_loop_test(t, an_enumerator_is_the_code_it_is_named_after, 0, COUNT(named));
    tcase_add_test(t, a_code_that_may_have_paid_is_never_worth_another_attempt);
    tcase_add_loop_test(t, a_failure_says_who_found_out_and_whether_to_try_again, 0,
                        COUNT(failures));
    tcase_add_loop_test(t, of_a_code_that_is_not_listed_nothing_follows, 0, COUNT(unlisted));
    tcase_add_test(t, the_code_behind_the_last_is_not_listed);
    tcase_add_test(t, what_never_left_us_has_failed_on_submission_alone);
    tcase_add_test(t, a_query_worked_with_the_one_code_of_success);
    tcase_add_test(t, not_found_is_a_code_of_its_own_and_proves_nothing);
    tcase_add_loop_test(t, what_is_not_a_code_is_unlisted, 0, COUNT(not_codes));
    tcase_add_test(t, exactly_the_length_of_a_code_is_read);
    tcase_add_test(t, channels_have_the_names_that_scenarios_use);
    tcase_add_loop_test_raise_signal(t, a_code_of_no_channel_stops_the_program, SIGABRT, 0, 2);
    tcase_add_loop_test_raise_signal(t, the_name_of_no_channel_stops_the_program, SIGABRT, 0, 2);
    tcase_add_loop_test(t, an_order_that_is_wrong_says_nothing_of_the_channel, 0, COUNT(blames));
    return run_tests("codes", t);
}
