/* test_balance_rows.c — rows of balances.csv and ledger.csv, and what audits come to in all. */

#include <string.h>

#include "sim/balance_rows.h"
#include "sim/ledger_rows.h"
#include "tests/harness.h"

#define CLOSE_US INT64_C(1562774400000000) /* 2019-07-11T00:00 */

static struct account_settings accounts[2];
static struct scenario scenario;
static struct balance_rows rows;
static char text[4000];
static char acs[] = "acs";
static char own[] = "own";

static void fresh(void)
{
    memset(&scenario, 0, sizeof scenario);
    memset(&rows, 0, sizeof rows);
    accounts[0].id = acs;
    accounts[1].id = own;
    scenario.accounts.items = accounts;
    scenario.accounts.count = 2;
    rows.output.file = tmpfile();
    ck_assert_ptr_nonnull(rows.output.file);
}

static const char *written(FILE *file)
{
    rewind(file);
    size_t n = fread(text, 1, sizeof text - 1, file);
    text[n] = '\0';
    fclose(file);
    return text;
}

static struct fact explained(uint32_t account, enum reason reason, int64_t uncollected_fen)
{
    return (struct fact){.kind = FACT_BALANCE_EXPLAINED,
                         .channel = CHANNEL_NONE,
                         .reason = (uint8_t)reason,
                         .subject = account,
                         .id = (uint64_t)uncollected_fen,
                         .amount_fen = 10,
                         .other = -20};
}

static struct fact audited(uint32_t account, uint8_t channel, enum audit_occasion at,
                           int64_t unexplained_fen)
{
    return (struct fact){.at_us = CLOSE_US,
                         .kind = FACT_BALANCE_AUDITED,
                         .channel = channel,
                         .state = (uint8_t)at,
                         .subject = account,
                         .id = 50000,
                         .amount_fen = unexplained_fen,
                         .other = 49999};
}

static void hear(struct fact f)
{
    balance_rows_fact(&rows, &scenario, &f);
}

START_TEST(a_row_is_written_at_the_close_with_what_explains_that_balance_alone)
{
    hear(explained(0, REASON_NONE, 99));
    hear(audited(0, CHANNEL_NONE, AUDIT_OF_REPORT, 1));
    hear(audited(0, CHANNEL_NONE, AUDIT_OF_CLOSE, -1));
    hear(explained(1, REASON_NONE, 9));
    hear(audited(1, CHANNEL_NONE, AUDIT_OF_CLOSE, 0));
    hear(audited(NONE, CHANNEL_NETSUNION, AUDIT_OF_CLOSE, 0));
    ck_assert_str_eq(written(rows.output.file),
                     "2019-07-10,acs,499.99,500.00,0.00,0.00,0.00,-0.01,0.00\n"
                     "2019-07-10,own,499.99,500.00,0.10,-0.20,0.09,0.00,0.00\n"
                     "2019-07-10,netsunion.quota,499.99,500.00,0.00,0.00,0.00,0.00,0.00\n");
}
END_TEST

START_TEST(what_was_adopted_since_the_last_close_is_summed_and_then_forgotten)
{
    hear(explained(1, REASON_ADOPTED, 300));
    hear(audited(1, CHANNEL_NONE, AUDIT_OF_REPORT, 0));
    hear(explained(1, REASON_ADOPTED, -100));
    hear(audited(1, CHANNEL_NONE, AUDIT_OF_REPORT, 0));
    hear(audited(1, CHANNEL_NONE, AUDIT_OF_CLOSE, 0));
    hear(audited(1, CHANNEL_NONE, AUDIT_OF_CLOSE, 0));
    ck_assert_str_eq(written(rows.output.file),
                     "2019-07-10,own,499.99,500.00,0.00,0.00,0.00,0.00,2.00\n"
                     "2019-07-10,own,499.99,500.00,0.00,0.00,0.00,0.00,0.00\n");
}
END_TEST

START_TEST(the_end_is_the_last_audit_of_each_and_the_most_any_of_one)
{
    struct balance_tally t = {0};
    const struct fact told[] = {
        audited(0, CHANNEL_NONE, AUDIT_OF_REPORT, -500),
        audited(0, CHANNEL_NONE, AUDIT_OF_CLOSE, -3),
        audited(1, CHANNEL_NONE, AUDIT_OF_DETAILS, 4),
        audited(1, CHANNEL_NONE, AUDIT_OF_HISTORY, 70), /* of a day, not of now */
        audited(NONE, CHANNEL_UNIONPAY, AUDIT_OF_CLOSE, 20),
        audited(NONE, CHANNEL_NETSUNION, AUDIT_OF_CLOSE, -100),
    };
    fclose(rows.output.file);
    for (int i = 0; i < COUNT(told); i++)
        balance_tally_fact(&t, &told[i]);
    ck_assert_int_eq(t.most_fen, 500);
    ck_assert_int_eq(balance_tally_end_fen(&t), 3 + 4 + 20 + 100);
}
END_TEST

START_TEST(a_close_of_the_ledger_ends_with_the_sums_of_its_rows)
{
    struct ledger_rows ledger = {.output = rows.output};
    const struct fact told[] = {
        {.at_us = CLOSE_US, .kind = FACT_BALANCE, .subject = BOOK_CLIENTS, .amount_fen = -700},
        {.at_us = CLOSE_US,
         .kind = FACT_BALANCE,
         .subject = BOOK_REGISTERED,
         .id = 900,
         .amount_fen = 700,
         .other = 5},
        {.at_us = CLOSE_US,
         .kind = FACT_BALANCE,
         .subject = BOOK_OF(CHANNEL_UNIONPAY, BOOK_OF_PAYABLE),
         .id = 1,
         .other = -5},
        {.at_us = CLOSE_US, .kind = FACT_DAY_CLOSED, .session = 3},
    };
    for (int i = 0; i < COUNT(told); i++)
        ledger_rows_fact(&ledger, &scenario, &told[i]);
    ck_assert_str_eq(
        written(ledger.output.file),
        "2019-07-10,clients,liability,,0.00,7.00,-7.00,0.00\n"
        "2019-07-10,acs,asset,,9.00,2.00,7.00,0.05\n"
        "2019-07-10,unionpay.payable,liability,unionpay.clearing,0.01,0.01,0.00,-0.05\n"
        "2019-07-10,total,,,9.01,9.01,0.00,0.00\n");
}
END_TEST

START_TEST(a_book_that_nobody_has_has_no_name)
{
    char name[BOOK_NAME_MAX];
    fclose(rows.output.file);
    ck_assert_str_eq(book_name(&scenario, BOOK_NONE, name), "");
    ck_assert_str_eq(book_name(&scenario, BOOK_REGISTERED + 1, name), "own");
    ck_assert_str_eq(book_name(&scenario, BOOK_OF(CHANNEL_NETSUNION, BOOK_OF_CLEARING), name),
                     "netsunion.clearing");
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("balance_rows");
    tcase_add_checked_fixture(t, fresh, NULL);
    tcase_add_test(t, a_row_is_written_at_the_close_with_what_explains_that_balance_alone);
    tcase_add_test(t, what_was_adopted_since_the_last_close_is_summed_and_then_forgotten);
    tcase_add_test(t, the_end_is_the_last_audit_of_each_and_the_most_any_of_one);
    tcase_add_test(t, a_close_of_the_ledger_ends_with_the_sums_of_its_rows);
    tcase_add_test(t, a_book_that_nobody_has_has_no_name);
    return run_tests("balance_rows", t);
}
