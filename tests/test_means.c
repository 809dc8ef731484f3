/* test_means.c — which means lead from where to where, by which legs, and what they need. */

#include <string.h>

#include "core/gateway/interface.h"
#include "core/transfer/means.h"
#include "tests/harness.h"

/* One account of each kind, in the order of the kinds, then a second one at banks. */
enum { ACS, RESERVE, OWN, VIRTUAL_RESERVE, VIRTUAL_OWN, RESERVE_2, OWN_2, ACCOUNTS };

static const char *const names[ACCOUNTS] = {"acs", "reserve",  "own", "VR",
                                            "VO",  "reserve2", "own2"};

static struct account accounts[ACCOUNTS];
static const struct virtual_ids ids = {.reserve = VIRTUAL_RESERVE, .own = VIRTUAL_OWN};

static void everything_possible(void)
{
    static const uint8_t kinds[ACCOUNTS] = {
        ACCOUNT_CENTRAL_BANK, ACCOUNT_RESERVE, ACCOUNT_OWN, ACCOUNT_VIRTUAL_RESERVE,
        ACCOUNT_VIRTUAL_OWN,  ACCOUNT_RESERVE, ACCOUNT_OWN};
    for (int i = 0; i < ACCOUNTS; i++)
        accounts[i] = (struct account){.kind = kinds[i],
                                       .state = ACCOUNT_OPEN,
                                       .operations = 255,
                                       .flags = ACCOUNT_DIRECT_LINK | ACCOUNT_POSITION_NUMBER};
}

static enum means_verdict look(enum means means, uint8_t from, uint8_t to)
{
    struct leg legs[LEGS_MAX];
    uint32_t count;
    return means_legs(means, accounts, from, to, ids, legs, &count);
}

/* "prefund own VO, adjust VO VR"; "" where the means do not lead there. */
static void write_legs(char *out, size_t size, enum means means, uint8_t from, uint8_t to)
{
    struct leg legs[LEGS_MAX];
    uint32_t count = 99;
    out[0] = '\0';
    enum means_verdict verdict = means_legs(means, accounts, from, to, ids, legs, &count);
    if (verdict != MEANS_POSSIBLE) {
        ck_assert_int_eq(verdict, MEANS_WRONG_KINDS);
        ck_assert_uint_eq(count, 99);
        return;
    }
    ck_assert_uint_ge(count, 1);
    ck_assert_uint_le(count, LEGS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        size_t used = strlen(out);
        snprintf(out + used, size - used, "%s%s %s %s", i == 0 ? "" : ", ",
                 leg_service_name((enum leg_service)legs[i].service), names[legs[i].from],
                 names[legs[i].to]);
    }
}

/* Every pair that some means join, written down from the rules of the two houses:
 * banks pay from their accounts; UnionPay moves between reported accounts and virtual
 * IDs, own money apart from customers'; the quota pays from custody to a bank. */
static const struct {
    enum means means;
    uint8_t from, to;
    const char *legs;
} ways[] = {
    {MEANS_BANK_TRANSFER, RESERVE, ACS, "bank reserve acs"},
    {MEANS_BANK_TRANSFER, RESERVE, RESERVE_2, "bank reserve reserve2"},
    {MEANS_BANK_TRANSFER, RESERVE, OWN, "bank reserve own"},
    {MEANS_BANK_TRANSFER, OWN, ACS, "bank own acs"},
    {MEANS_BANK_TRANSFER, OWN, RESERVE, "bank own reserve"},
    {MEANS_BANK_TRANSFER, OWN, OWN_2, "bank own own2"},
    {MEANS_PREFUND, RESERVE, ACS, "prefund reserve VR, return VR acs"},
    {MEANS_PREFUND, RESERVE, RESERVE_2, "prefund reserve VR, return VR reserve2"},
    {MEANS_PREFUND, RESERVE, OWN, "prefund reserve VR, adjust VR VO, return VO own"},
    {MEANS_PREFUND, OWN, ACS, "prefund own VO, adjust VO VR, return VR acs"},
    {MEANS_PREFUND, OWN, RESERVE, "prefund own VO, adjust VO VR, return VR reserve"},
    {MEANS_PREFUND, OWN, OWN_2, "prefund own VO, return VO own2"},
    {MEANS_RETURN, VIRTUAL_RESERVE, ACS, "return VR acs"},
    {MEANS_RETURN, VIRTUAL_RESERVE, RESERVE, "return VR reserve"},
    {MEANS_RETURN, VIRTUAL_OWN, OWN, "return VO own"},
    {MEANS_ADJUST, VIRTUAL_RESERVE, VIRTUAL_OWN, "adjust VR VO"},
    {MEANS_ADJUST, VIRTUAL_OWN, VIRTUAL_RESERVE, "adjust VO VR"},
    {MEANS_NETSUNION_PAYOUT, ACS, RESERVE, "payout acs reserve"},
    {MEANS_NETSUNION_PAYOUT, ACS, OWN, "payout acs own"},
    {MEANS_UNIONPAY_SETTLEMENT, ACS, RESERVE, "settlement acs reserve"},
    {MEANS_UNIONPAY_SETTLEMENT, ACS, OWN, "settlement acs own"},
};

/* The second account of a kind leads where the first one does. */
static bool same_kind_pair(uint8_t from, uint8_t to, uint8_t want_from, uint8_t want_to)
{
    return accounts[from].kind == accounts[want_from].kind &&
           accounts[to].kind == accounts[want_to].kind;
}

START_TEST(means_lead_by_their_legs_in_order)
{
    char legs[200];
    write_legs(legs, sizeof legs, ways[_i].means, ways[_i].from, ways[_i].to);
    ck_assert_str_eq(legs, ways[_i].legs);
}
END_TEST

START_TEST(no_other_pair_of_kinds_is_joined)
{
    enum means means = (enum means)_i;
    for (uint8_t from = 0; from < ACCOUNTS; from++)
        for (uint8_t to = 0; to < ACCOUNTS; to++) {
            bool listed = false;
            for (int i = 0; i < COUNT(ways); i++)
                listed |= from != to && ways[i].means == means &&
                          same_kind_pair(from, to, ways[i].from, ways[i].to);
            ck_assert_msg((look(means, from, to) == MEANS_POSSIBLE) == listed, "%s %s %s",
                          means_name(means), names[from], names[to]);
        }
}
END_TEST

/* --- what they need --------------------------------------------------------- */

static void take_operation(uint8_t account, enum operation operation)
{
    accounts[account].operations &= (uint8_t) ~(1 << operation);
}

START_TEST(the_paying_accounts_interface_must_offer_it)
{
    everything_possible();
    take_operation(OWN, OPERATE_TRANSFER);
    ck_assert_int_eq(look(MEANS_BANK_TRANSFER, OWN, ACS), MEANS_OPERATION_MISSING);
    ck_assert_int_eq(look(MEANS_BANK_TRANSFER, RESERVE, OWN), MEANS_POSSIBLE);
    ck_assert_int_eq(look(MEANS_PREFUND, OWN, ACS), MEANS_POSSIBLE); /* the virtual ID's business */

    everything_possible();
    take_operation(VIRTUAL_OWN, OPERATE_TRANSFER);
    ck_assert_int_eq(look(MEANS_PREFUND, OWN, ACS), MEANS_OPERATION_MISSING);
    ck_assert_int_eq(look(MEANS_PREFUND, RESERVE, ACS), MEANS_POSSIBLE);
    ck_assert_int_eq(look(MEANS_RETURN, VIRTUAL_OWN, OWN), MEANS_OPERATION_MISSING);
    ck_assert_int_eq(look(MEANS_ADJUST, VIRTUAL_OWN, VIRTUAL_RESERVE), MEANS_OPERATION_MISSING);
    ck_assert_int_eq(look(MEANS_ADJUST, VIRTUAL_RESERVE, VIRTUAL_OWN), MEANS_POSSIBLE);

    everything_possible();
    take_operation(ACS, OPERATE_PAYOUT);
    ck_assert_int_eq(look(MEANS_NETSUNION_PAYOUT, ACS, OWN), MEANS_OPERATION_MISSING);
    ck_assert_int_eq(look(MEANS_UNIONPAY_SETTLEMENT, ACS, OWN), MEANS_OPERATION_MISSING);
}
END_TEST

START_TEST(a_bank_transfer_alone_needs_a_direct_link_of_the_payer)
{
    accounts[OWN].flags = ACCOUNT_POSITION_NUMBER;
    ck_assert_int_eq(look(MEANS_BANK_TRANSFER, OWN, RESERVE), MEANS_NO_DIRECT_LINK);
    ck_assert_int_eq(look(MEANS_BANK_TRANSFER, RESERVE, OWN), MEANS_POSSIBLE);
    ck_assert_int_eq(look(MEANS_PREFUND, OWN, RESERVE), MEANS_POSSIBLE);
}
END_TEST

START_TEST(prefund_and_return_alone_need_position_numbers_at_both_ends)
{
    accounts[OWN].flags = ACCOUNT_DIRECT_LINK;
    ck_assert_int_eq(look(MEANS_PREFUND, OWN, ACS), MEANS_NO_POSITION_NUMBER);
    ck_assert_int_eq(look(MEANS_PREFUND, RESERVE, OWN), MEANS_NO_POSITION_NUMBER);
    ck_assert_int_eq(look(MEANS_RETURN, VIRTUAL_OWN, OWN), MEANS_NO_POSITION_NUMBER);
    ck_assert_int_eq(look(MEANS_RETURN, VIRTUAL_OWN, OWN_2), MEANS_POSSIBLE);
    ck_assert_int_eq(look(MEANS_BANK_TRANSFER, OWN, ACS), MEANS_POSSIBLE);
    accounts[ACS].flags = accounts[VIRTUAL_RESERVE].flags = 0; /* they are no bank's */
    ck_assert_int_eq(look(MEANS_PREFUND, RESERVE, ACS), MEANS_POSSIBLE);
    ck_assert_int_eq(look(MEANS_RETURN, VIRTUAL_RESERVE, ACS), MEANS_POSSIBLE);
}
END_TEST

START_TEST(prefund_needs_a_virtual_id_of_each_kind_of_money_on_its_way)
{
    struct virtual_ids no_own = {.reserve = VIRTUAL_RESERVE, .own = ACCOUNT_NONE};
    struct virtual_ids none = {.reserve = ACCOUNT_NONE, .own = ACCOUNT_NONE};
    struct leg legs[LEGS_MAX];
    uint32_t count;
    ck_assert_int_eq(means_legs(MEANS_PREFUND, accounts, OWN, ACS, no_own, legs, &count),
                     MEANS_NO_VIRTUAL_ID);
    ck_assert_int_eq(means_legs(MEANS_PREFUND, accounts, RESERVE, OWN, no_own, legs, &count),
                     MEANS_NO_VIRTUAL_ID);
    ck_assert_int_eq(means_legs(MEANS_PREFUND, accounts, RESERVE, ACS, no_own, legs, &count),
                     MEANS_POSSIBLE);
    ck_assert_int_eq(means_legs(MEANS_PREFUND, accounts, RESERVE, ACS, none, legs, &count),
                     MEANS_NO_VIRTUAL_ID);
}
END_TEST

START_TEST(the_first_thing_that_is_missing_is_named)
{
    accounts[OWN].flags = 0;
    take_operation(OWN, OPERATE_TRANSFER);
    take_operation(VIRTUAL_OWN, OPERATE_TRANSFER);
    ck_assert_int_eq(look(MEANS_BANK_TRANSFER, OWN, OWN), MEANS_WRONG_KINDS);
    ck_assert_int_eq(look(MEANS_BANK_TRANSFER, OWN, ACS), MEANS_OPERATION_MISSING);
    ck_assert_int_eq(look(MEANS_PREFUND, OWN, ACS), MEANS_OPERATION_MISSING);
}
END_TEST

START_TEST(means_have_the_names_that_scenarios_use)
{
    static const char *const want[] = {"bank_transfer", "prefund",          "return",
                                       "adjust",        "netsunion_payout", "unionpay_settlement"};
    ck_assert_int_eq(COUNT(want), MEANS_COUNT);
    for (int i = 0; i < MEANS_COUNT; i++)
        ck_assert_str_eq(means_name((enum means)i), want[i]);
}
END_TEST

START_TEST(unlisted_means_stop_the_program)
{
    look(MEANS_COUNT, OWN, ACS);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("means");
    tcase_add_checked_fixture(t, everything_possible, NULL);
    tcase_add_loop_test(t, means_lead_by_their_legs_in_order, 0, COUNT(ways));
    tcase_add_loop_test(t, no_other_pair_of_kinds_is_joined, 0, MEANS_COUNT);
    tcase_add_test(t, the_paying_accounts_interface_must_offer_it);
    tcase_add_test(t, a_bank_transfer_alone_needs_a_direct_link_of_the_payer);
    tcase_add_test(t, prefund_and_return_alone_need_position_numbers_at_both_ends);
    tcase_add_test(t, prefund_needs_a_virtual_id_of_each_kind_of_money_on_its_way);
    tcase_add_test(t, the_first_thing_that_is_missing_is_named);
    tcase_add_test(t, means_have_the_names_that_scenarios_use);
    tcase_add_test_raise_signal(t, unlisted_means_stop_the_program, SIGABRT);
    return run_tests("means", t);
}
