/* test_remittance.c — random orders over all services and faults: no fen is lost, none moves twice.
 */

#include "tests/stage.h"

enum { ORDERS = 300, SPECS = 4 };

static const struct {
    uint8_t service;
    uint8_t from;
    uint8_t to;
} ways[] = {{SERVICE_BANK, OWN_A, OWN_B},
            {SERVICE_BANK, OWN_A, RESERVE_A},
            {SERVICE_BANK, OWN_B, ACS},
            {SERVICE_BANK, RESERVE_A, LATER_B},
            {SERVICE_BANK, LATER_B, OWN_A},
            {SERVICE_PREFUND, OWN_A, VIRTUAL_OWN},
            {SERVICE_PREFUND, LATER_B, VIRTUAL_RESERVE},
            {SERVICE_RETURN, VIRTUAL_RESERVE, ACS},
            {SERVICE_RETURN, VIRTUAL_OWN, LATER_B},
            {SERVICE_ADJUST, VIRTUAL_OWN, VIRTUAL_RESERVE},
            {SERVICE_ADJUST, VIRTUAL_RESERVE, VIRTUAL_OWN},
            {SERVICE_PAYOUT, ACS, OWN_B},
            {SERVICE_SETTLEMENT, ACS, LATER_B}};

static uint64_t dice;
static struct order sent[ORDERS];

static void add_random_fault(void)
{
    static const struct {
        enum fault_operation operation;
        uint8_t house;
        uint16_t refused;
        uint16_t unknown;
    } places[] = {{OPERATION_TRANSFER, BANK_A, BANK_MOCKBUSY, BANK_02},
                  {OPERATION_TRANSFER, BANK_B, BANK_MOCKFAIL, BANK_02},
                  {OPERATION_PREFUND, CHANNEL_UNIONPAY, UNIONPAY_06, UNIONPAY_05},
                  {OPERATION_RETURN, CHANNEL_UNIONPAY, UNIONPAY_06, UNIONPAY_05},
                  {OPERATION_ADJUST, CHANNEL_UNIONPAY, UNIONPAY_06, UNIONPAY_05},
                  {OPERATION_SETTLEMENT, CHANNEL_UNIONPAY, UNIONPAY_06, UNIONPAY_05},
                  {OPERATION_PAYOUT, CHANNEL_NETSUNION, NETSUNION_MOCKBUSY, NETSUNION_02}};
    uint64_t place = draw(&dice, COUNT(places));
    enum fault_kind kind =
        (enum fault_kind)(FAULT_LATENCY + draw(&dice, FAULT_KINDS - FAULT_LATENCY));
    struct fault_spec *f = stage_fault(places[place].house, places[place].operation, kind);
    bool unknown = kind == FAULT_ERROR_CODE && draw(&dice, 2) == 0;
    f->code = unknown ? places[place].unknown : places[place].refused;
    f->choice = CHOOSE_SHARE;
    f->share_ppm = 500000;
    f->applied_ppm = 500000;
    f->by_us = SECONDS(draw(&dice, 600));
    f->truth_after_us = SECONDS(draw(&dice, 6000));
}

static void random_terms(void)
{
    struct house_terms *u = &stage.terms.houses[CHANNEL_UNIONPAY];
    for (int bank = BANK_A; bank <= BANK_B; bank++) {
        struct transfer_terms *t = &stage.terms.banks[bank].transfer;
        t->returned_ppm = 200000;
        t->final = constant_us(SECONDS(draw(&dice, 4000)));
        t->hours.kind = HOURS_LARGE_VALUE;
        t->fee.share_ppm = 100;
        t->code_count = 1;
        t->codes[0] = (struct code_share){BANK_02, 100000};
    }
    for (int s = SERVICE_PREFUND; s <= SERVICE_ADJUST; s++) {
        u->funds[s].final = constant_us(SECONDS(draw(&dice, 4000)));
        u->funds[s].code_count = 1;
        u->funds[s].codes[0] = (struct code_share){UNIONPAY_61, 100000};
    }
    u->rule.settles_to = draw(&dice, 2) ? SETTLES_TO_VIRTUAL_ID : SETTLES_TO_ACS;
    u->settlement.fee = (struct fee_terms){.fixed_fen = 9, .in_net = draw(&dice, 2) == 0};
    stage.terms.acs_push = 1 + CHANNEL_NETSUNION;
    stage.terms.acs_push_all = draw(&dice, 2) == 0;
}

static void one_step(uint32_t i)
{
    struct world *w = stage.world;
    uint64_t way = draw(&dice, COUNT(ways));
    if (i == ORDERS / 4)
        world_open_account(w, stage.now_us, LATER_B);
    if (i == ORDERS * 3 / 4)
        world_close_account(w, LATER_B);
    sent[i] = transfer(i + 1, (enum leg_service)ways[way].service, ways[way].from, ways[way].to,
                       1 + (int64_t)draw(&dice, YUAN(1500)));
    sent[i].sent_us = stage.now_us;
    stage_order(sent[i]);
    struct order again = sent[draw(&dice, i + 1)];
    again.attempt = 2;
    if (draw(&dice, 3) == 0)
        stage_order(again);
    if (draw(&dice, 3) == 0)
        stage_ask(again, (uint8_t)(3 + draw(&dice, 200)));
    if (draw(&dice, 3) == 0) {
        world_collect(w, stage.now_us, draw(&dice, 2) ? CHANNEL_UNIONPAY : CHANNEL_NETSUNION,
                      1 + (int64_t)draw(&dice, YUAN(900)), 0, 1, &stage.out);
        stage_take();
    }
    if (draw(&dice, 3) == 0) {
        world_collect_into(w, stage.now_us, RESERVE_A, 1 + (int64_t)draw(&dice, YUAN(90)), 0,
                           &stage.out);
        stage_take();
    }
    stage_after(SECONDS(draw(&dice, 3600)));
}

static void check_order(const struct order *o)
{
    bool downward = o->service == SERVICE_PAYOUT || o->service == SERVICE_SETTLEMENT;
    uint32_t count;
    int64_t sum_fen = sum_of(o->id, &count);
    ck_assert_in_loop(count == 0 || count == (downward ? 1 : 2));
    ck_assert_in_loop(sum_fen == (downward && count == 1 ? o->amount_fen : 0));
}

/* The last movement told of each account is the last there is, or was lost with
 * its notice; either way details tell all, with the same numbers. */
static void check_details(uint8_t account)
{
    const struct happening due = {.kind = HAPPENS_DETAILS, .subject = account};
    int64_t balance_fen =
        stage.world->statements.items[account].state == ACCOUNT_ABSENT ? 0 : opening_fen(account);
    struct happening next = due;
    struct details page;
    struct input one = {.flag = 1};
    uint32_t number = 0;
    while (one.flag == 1) {
        world_details(stage.world, &next, &page);
        while (world_next_detail(stage.world, &page, &one))
            if (one.kind == INPUT_MOVEMENT_TOLD) {
                balance_fen += one.amount_fen;
                ck_assert_in_loop(one.count == ++number && one.other_fen == balance_fen);
            }
        ck_assert_in_loop(one.kind == INPUT_DETAILS_ENDED && one.count == number);
        next.arg = number;
    }
    ck_assert_in_loop(number == world_movements(stage.world, account));
    ck_assert_in_loop(balance_fen == balance(account));
}

START_TEST(whatever_is_ordered_no_fen_is_lost_and_none_moves_twice)
{
    uint32_t moved = 0;
    uint32_t count;
    dice = (uint64_t)_i + 1;
    stage_set_wide("2018-09-24T09:00:00+08:00"); /* into Golden Week */
    random_terms();
    for (uint32_t i = 0; i < SPECS; i++)
        add_random_fault();
    stage_open();
    for (uint32_t i = 0; i < ORDERS; i++)
        one_step(i);
    stage_heal();
    stage_after(20 * US_PER_DAY);
    ck_assert(world_quiet(stage.world));
    ck_assert_int_eq(stage.world->books.balance_fen[BOOKS_TRANSIT], 0);
    ck_assert_int_eq(stage.world->books.balance_fen[BOOKS_CLEARING + CHANNEL_UNIONPAY], 0);
    ck_assert_int_eq(stage.world->books.balance_fen[BOOKS_CLEARING + CHANNEL_NETSUNION], 0);
    for (uint32_t i = 0; i < ORDERS; i++) {
        check_order(&sent[i]);
        sum_of(sent[i].id, &count);
        moved += count > 0;
    }
    for (uint8_t i = 0; i < ACCOUNTS; i++)
        check_details(i);
    ck_assert_uint_gt(moved, ORDERS / 10);
    stage_close();
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("remittance");
    tcase_add_loop_test(t, whatever_is_ordered_no_fen_is_lost_and_none_moves_twice, 0, 30);
    return run_tests("remittance", t);
}
