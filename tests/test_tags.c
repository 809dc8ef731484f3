/* test_tags.c — where the core books what was collected, by its tag. */

#include "tests/treasury.h"

static struct treasury t;

enum { CARDS, FEES, INTEREST_, OURS, UNCLEAR, RULES };
enum { CODE_INTEREST = 2001 };

static void fresh(void)
{
    treasury_config(&t);
    struct tag_rule *rules = t.s.config.tag_rules;
    t.s.config.tag_rule_count = RULES;
    rules[CARDS] = (struct tag_rule){.accounts = 1 << PREPAID,
                                     .direction = TAG_IN,
                                     .asks = TAG_ASKS_COUNTERPARTY | TAG_ASKS_REMARK,
                                     .book = TAG_BOOK_CLIENTS};
    rules[FEES] = (struct tag_rule){.accounts = UINT64_MAX,
                                    .direction = TAG_OUT,
                                    .max_fen = 50 * YUAN,
                                    .book = TAG_BOOK_FEE_EXPENSE};
    rules[INTEREST_] =
        (struct tag_rule){.accounts = UINT64_MAX, .code = CODE_INTEREST, .book = TAG_BOOK_INTEREST};
    rules[OURS] =
        (struct tag_rule){.accounts = 1 << OWN, .min_fen = 100 * YUAN, .book = TAG_BOOK_EQUITY};
    rules[UNCLEAR] = (struct tag_rule){.accounts = 1 << OWN_2, .book = TAG_BOOK_SUSPENSE};
}

static void done(void)
{
    treasury_free(&t);
}

/* All patterns are found, unless a test says otherwise. */
static struct input line_of(uint8_t account, uint32_t number, int64_t amount_fen)
{
    return (struct input){.kind = INPUT_MOVEMENT_TOLD,
                          .channel = CHANNEL_NONE,
                          .account = account,
                          .count = number,
                          .amount_fen = amount_fen,
                          .merchant = UINT32_MAX,
                          .user = UINT32_MAX,
                          .at_us = t.s.now_us};
}

static int64_t books_moved_fen(uint32_t book)
{
    static const uint32_t opened[] = {BOOK_CLIENTS, BOOK_EQUITY};
    int64_t fen = book_fen(&t, book);
    if (book == opened[0])
        return fen + 12 * OPENING_FEN; /* custody, the card account, a virtual ID */
    if (book == opened[1])
        return fen + 3 * OPENING_FEN;
    return fen;
}

/* --- each tag -------------------------------------------------------------- */

static const struct {
    uint8_t account;
    int64_t amount_fen;
    uint16_t code;
    uint8_t rule; /* or RULES: none */
    uint32_t book;
} rows[] = {
    {PREPAID, 700, 0, CARDS, BOOK_CLIENTS},
    {PREPAID, -700, 0, FEES, BOOK_FEE_EXPENSE},
    {OWN, -50 * YUAN, 0, FEES, BOOK_FEE_EXPENSE},
    {OWN, -50 * YUAN - 1, 0, RULES, BOOK_LINES_SHORT},
    {OWN, 321, CODE_INTEREST, INTEREST_, BOOK_INTEREST},
    {OWN, -60 * YUAN, CODE_INTEREST, INTEREST_, BOOK_INTEREST}, /* interest that was taken back */
    {OWN, 100 * YUAN, 0, OURS, BOOK_EQUITY},
    {OWN, 99 * YUAN, 0, RULES, BOOK_LINES_LONG},
    {OWN_2, 5, 0, UNCLEAR, BOOK_LINES_LONG},
    {OWN_2, -60 * YUAN, 0, UNCLEAR, BOOK_LINES_SHORT},
};

START_TEST(a_line_is_booked_by_its_tag_or_lies_in_suspense)
{
    treasury_begin(&t);
    struct input in = line_of(rows[_i].account, 1, rows[_i].amount_fen);
    in.code = rows[_i].code;
    treasury_apply(&t, in);
    ck_assert_int_eq(account_fen(&t, rows[_i].account), OPENING_FEN + rows[_i].amount_fen);
    ck_assert_int_eq(books_moved_fen(rows[_i].book), -rows[_i].amount_fen);
    bool tagged = rows[_i].rule != RULES;
    ck_assert_uint_eq(treasury_count(&t, FACT_TAGGED), tagged);
    ck_assert_uint_eq(treasury_count(&t, FACT_UNTAGGED), !tagged);
    struct fact f = treasury_fact(&t, tagged ? FACT_TAGGED : FACT_UNTAGGED);
    if (tagged)
        ck_assert_uint_eq(f.class, rows[_i].rule + 1);
    ck_assert_uint_eq(f.reason, tagged ? REASON_RULE_MATCHED : REASON_NO_RULE_MATCHED);
    ck_assert_uint_eq(f.subject, rows[_i].account);
    ck_assert_uint_eq(f.session, 1);
    ck_assert_int_eq(f.amount_fen, rows[_i].amount_fen);
    ck_assert_int_eq(f.other, t.s.now_us);
}
END_TEST

START_TEST(an_untagged_line_names_the_nearest_rule_and_what_fails)
{
    treasury_begin(&t);
    treasury_apply(&t, line_of(OWN, 1, 99 * YUAN));
    struct fact f = treasury_fact(&t, FACT_UNTAGGED);
    ck_assert_uint_eq(f.class, CARDS + 1); /* it fails the account alone, and holds the most */
    ck_assert_uint_eq(f.state, 1 << TAG_ACCOUNT);
    struct input in = line_of(PREPAID, 1, 5);
    in.user = UINT32_MAX & ~(UINT32_C(1) << CARDS); /* the remark is another */
    treasury_apply(&t, in);
    f = treasury_fact(&t, FACT_UNTAGGED);
    ck_assert_uint_eq(f.class, CARDS + 1);
    ck_assert_uint_eq(f.state, 1 << TAG_REMARK);
}
END_TEST

/* Two lines of one text and code, heard of at one time, hours later. */
START_TEST(a_window_is_about_when_a_line_was_booked_not_when_it_is_told)
{
    struct tag_rule *rule = &t.s.config.tag_rules[INTEREST_];
    rule->accounts = 1 << OWN;
    rule->when = (struct window){
        .kind = WINDOW_ONCE, .from_us = t.s.now_us, .to_us = t.s.now_us + US_PER_HOUR};
    treasury_begin(&t);
    int64_t begun_us = t.s.now_us;
    treasury_wait(&t, 3 * US_PER_HOUR);
    struct input in = line_of(OWN, 1, 321);
    in.code = CODE_INTEREST;
    in.user = 0; /* a remark that no rule knows */
    in.at_us = begun_us + US_PER_HOUR - 1;
    treasury_apply(&t, in);
    ck_assert_uint_eq(treasury_fact(&t, FACT_TAGGED).class, INTEREST_ + 1);
    in.count = 2;
    in.at_us++;
    treasury_apply(&t, in);
    struct fact f = treasury_fact(&t, FACT_UNTAGGED);
    ck_assert_uint_eq(f.class, INTEREST_ + 1);
    ck_assert_uint_eq(f.state, 1 << TAG_TIME);
    ck_assert_int_eq(book_fen(&t, BOOK_INTEREST), -321);
    ck_assert_int_eq(book_fen(&t, BOOK_LINES_LONG), -321);
}
END_TEST

START_TEST(money_in_suspense_can_be_spent)
{
    treasury_begin(&t);
    treasury_apply(&t, line_of(OWN, 1, 99 * YUAN));
    ck_assert_int_eq(funds_free_fen(&(struct desk){.core = t.s.core}, OWN),
                     OPENING_FEN + 99 * YUAN);
    treasury_ask(&t, OWN, OWN_2, OPENING_FEN + 99 * YUAN);
    ck_assert_uint_eq(treasury_orders(&t, ORDER_TRANSFER), 1);
}
END_TEST

START_TEST(untagged_money_in_custody_is_unallocated_all_the_same)
{
    treasury_begin(&t);
    int64_t before_fen = t.s.core->unallocated_fen;
    treasury_apply(&t, line_of(ACS, 1, 77));
    ck_assert_int_eq(t.s.core->unallocated_fen, before_fen + 77);
    ck_assert_int_eq(book_fen(&t, BOOK_LINES_LONG), -77);
    ck_assert_int_eq(account_fen(&t, ACS), 10 * OPENING_FEN + 77);
}
END_TEST

/* --- what is known by its id ----------------------------------------------- */

START_TEST(our_own_transfers_are_known_by_their_order)
{
    treasury_begin(&t);
    treasury_ask(&t, PREPAID, OWN_2, 500);
    struct order o = treasury_order(&t, ORDER_TRANSFER);
    reply(&t, o, BANK_00);
    struct input in = line_of(PREPAID, 1, -500);
    in.id = o.id;
    treasury_apply(&t, in);
    struct fact f = treasury_fact(&t, FACT_TAGGED);
    ck_assert_uint_eq(f.reason, REASON_OWN_TRANSFER);
    ck_assert_uint_eq(f.class, 0);
    ck_assert_uint_eq(f.id, o.id);
    ck_assert_int_eq(account_fen(&t, PREPAID), OPENING_FEN - 500); /* once */
    ck_assert_int_eq(book_fen(&t, BOOK_FEE_EXPENSE), 0);           /* rule FEES was not asked */
}
END_TEST

START_TEST(a_sessions_net_is_known_by_its_session)
{
    treasury_begin(&t);
    struct input in = line_of(ACS, 1, 500);
    in.flag = MOVEMENT_OF_SESSION;
    in.channel = CHANNEL_UNIONPAY;
    in.session = SMALL_SESSION;
    treasury_apply(&t, in);
    ck_assert_uint_eq(treasury_fact(&t, FACT_TAGGED).reason, REASON_SESSION_NET);
    ck_assert_int_eq(account_fen(&t, ACS), 10 * OPENING_FEN);
}
END_TEST

/* --- pages ----------------------------------------------------------------- */

/* Number n is of n fen. */
static struct input numbered_line(uint32_t n)
{
    struct input line = line_of(OWN, n, (int64_t)n);
    line.other_fen = OPENING_FEN + n * (n + 1) / 2;
    return line;
}

static void page(uint32_t from, uint32_t to, bool more)
{
    for (uint32_t n = from; n <= to; n++)
        treasury_apply(&t, numbered_line(n));
    treasury_apply(&t, (struct input){.kind = INPUT_DETAILS_ENDED,
                                      .channel = CHANNEL_NONE,
                                      .account = OWN,
                                      .count = to,
                                      .flag = more});
}

/* Pages of one account, out of order, overlapping and again; and a notice of one of the lines. */
START_TEST(a_page_that_is_late_or_told_again_tags_each_line_once)
{
    treasury_begin(&t);
    page(1, 3, true);
    page(1, 3, true);                     /* again: asked for by two tasks at once */
    treasury_apply(&t, numbered_line(8)); /* pushed, ahead of its page */
    page(7, 9, false);                    /* answered before the one asked for earlier */
    ck_assert_uint_eq(treasury_count(&t, FACT_MOVEMENT), 6);
    page(4, 7, true);
    page(1, 9, false); /* a whole day once more */
    ck_assert_uint_eq(treasury_count(&t, FACT_MOVEMENT), 9);
    ck_assert_uint_eq(treasury_count(&t, FACT_UNTAGGED), 9);
    ck_assert_int_eq(account_fen(&t, OWN), OPENING_FEN + 45);
    ck_assert_int_eq(book_fen(&t, BOOK_LINES_LONG), -45);
    ck_assert_uint_eq(t.s.core->purses[OWN].cursor, 9);
}
END_TEST

/* What no rule asks of, it cannot fail. */
START_TEST(a_reported_difference_is_a_line_without_number_texts_or_code)
{
    t.s.config.accounts[OWN].interface = t.s.config.accounts[PREPAID].interface = OFFERS_BALANCE;
    treasury_begin(&t);
    treasury_wait(&t, US_PER_HOUR);
    report(&t, OWN, OPENING_FEN + 100 * YUAN, t.s.now_us);
    struct fact f = treasury_fact(&t, FACT_TAGGED);
    ck_assert_uint_eq(f.session, 0);
    ck_assert_uint_eq(f.class, OURS + 1);
    ck_assert_int_eq(books_moved_fen(BOOK_EQUITY), -100 * YUAN);
    report(&t, PREPAID, OPENING_FEN + 5, t.s.now_us);
    f = treasury_fact(&t, FACT_UNTAGGED);
    ck_assert_uint_eq(f.class, FEES + 1);
    ck_assert_uint_eq(f.state, 1 << TAG_DIRECTION);
    ck_assert_int_eq(book_fen(&t, BOOK_LINES_LONG), -5);
    ck_assert_int_eq(account_fen(&t, OWN), OPENING_FEN + 100 * YUAN);
}
END_TEST

/* When the money came nobody knows, only that it was there when the bank was asked. */
START_TEST(a_reported_difference_is_of_no_window)
{
    t.s.config.accounts[OWN].interface = OFFERS_BALANCE;
    t.s.config.tag_rules[OURS].when =
        (struct window){.kind = WINDOW_DAILY, .from_us = 0, .to_us = US_PER_DAY};
    treasury_begin(&t);
    treasury_wait(&t, US_PER_HOUR);
    report(&t, OWN, OPENING_FEN + 100 * YUAN, t.s.now_us);
    struct fact f = treasury_fact(&t, FACT_UNTAGGED);
    ck_assert_uint_eq(f.class, OURS + 1);
    ck_assert_uint_eq(f.state, 1 << TAG_TIME);
    ck_assert_int_eq(f.other, t.s.now_us); /* it is told when it was found */
    ck_assert_int_eq(book_fen(&t, BOOK_LINES_LONG), -100 * YUAN);
}
END_TEST

/* --- without rules --------------------------------------------------------- */

START_TEST(without_rules_a_line_is_its_accounts_owners_and_nothing_is_told)
{
    t.s.config.tag_rule_count = 0;
    treasury_begin(&t);
    treasury_apply(&t, line_of(OWN, 1, 321));
    treasury_apply(&t, line_of(PREPAID, 1, -21));
    ck_assert_int_eq(books_moved_fen(BOOK_EQUITY), -321);
    ck_assert_int_eq(books_moved_fen(BOOK_CLIENTS), 21);
    ck_assert_uint_eq(treasury_count(&t, FACT_TAGGED) + treasury_count(&t, FACT_UNTAGGED), 0);
}
END_TEST

START_TEST(more_than_32_rules_stop_the_program)
{
    t.s.config.tag_rule_count = TAG_RULES_MAX + 1;
    treasury_begin(&t);
}
END_TEST

int main(void)
{
    TCase *c = tcase_create("tags of the core");
    tcase_add_checked_fixture(c, fresh, done);
    tcase_add_loop_test(c, a_line_is_booked_by_its_tag_or_lies_in_suspense, 0, COUNT(rows));
    tcase_add_test(c, an_untagged_line_names_the_nearest_rule_and_what_fails);
    tcase_add_test(c, a_window_is_about_when_a_line_was_booked_not_when_it_is_told);
    tcase_add_test(c, money_in_suspense_can_be_spent);
    tcase_add_test(c, untagged_money_in_custody_is_unallocated_all_the_same);
    tcase_add_test(c, our_own_transfers_are_known_by_their_order);
    tcase_add_test(c, a_sessions_net_is_known_by_its_session);
    tcase_add_test(c, a_page_that_is_late_or_told_again_tags_each_line_once);
    tcase_add_test(c, a_reported_difference_is_a_line_without_number_texts_or_code);
    tcase_add_test(c, a_reported_difference_is_of_no_window);
    tcase_add_test(c, without_rules_a_line_is_its_accounts_owners_and_nothing_is_told);
    tcase_add_test_raise_signal(c, more_than_32_rules_stop_the_program, SIGABRT);
    return run_tests("tags", c);
}
