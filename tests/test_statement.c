/* test_statement.c — movements of registered accounts: numbered, kept, asked for, pushed. */

#include "tests/stage.h"

#define MONDAY "2018-03-05T09:00:00+08:00"

static void collect_into(uint8_t account, int64_t amount_fen, bool taken)
{
    ck_assert_int_eq(
        world_collect_into(stage.world, stage.now_us, account, amount_fen, 0, &stage.out), taken);
    stage_take();
}

static void ask(enum order_kind kind, uint8_t account, uint64_t cursor)
{
    stage_order((struct order){.kind = (uint8_t)kind, .account = account, .id = cursor});
}

/* News of one kind, first to last. */
static const struct input *nth(enum input_kind kind, uint32_t n)
{
    for (uint32_t i = 0; i < stage.input_count; i++)
        if (stage.inputs[i].kind == kind && n-- == 0)
            return &stage.inputs[i];
    return NULL;
}

static uint32_t count_of(enum input_kind kind)
{
    uint32_t n = 0;
    while (nth(kind, n) != NULL)
        n++;
    return n;
}

START_TEST(what_an_account_was_opened_with_is_no_movement)
{
    stage_set_wide(MONDAY);
    stage_open();
    for (uint8_t i = 0; i < ACCOUNTS; i++) {
        ck_assert_uint_eq(world_movements(stage.world, i), 0);
        ck_assert_int_eq(balance(i), i == LATER_B ? 0 : opening_fen(i));
    }
    stage_close();
}
END_TEST

START_TEST(a_collection_into_a_bank_account_is_told_by_details_alone)
{
    stage_set_wide(MONDAY);
    stage_open();
    collect_into(OWN_A, YUAN(12), true);
    stage_after(US_PER_HOUR);
    ck_assert_uint_eq(stage.input_count, 0);
    ask(ORDER_LIST_DETAILS, OWN_A, 0);
    stage_after(SECONDS(2));
    ck_assert_uint_eq(stage.input_count, 0); /* details take three seconds */
    stage_after(SECONDS(1));
    const struct input *in = nth(INPUT_MOVEMENT_TOLD, 0);
    ck_assert_ptr_nonnull(in);
    ck_assert_uint_eq(in->account, OWN_A);
    ck_assert_uint_eq(in->count, 1);
    ck_assert_uint_eq(in->id, 0);
    ck_assert_uint_eq(in->flag, 0);
    ck_assert_uint_eq(in->channel, CHANNEL_NONE);
    ck_assert_int_eq(in->amount_fen, YUAN(12));
    ck_assert_int_eq(in->other_fen, YUAN(5012));
    ck_assert_int_eq(in->at_us, moment(MONDAY));
    stage_close();
}
END_TEST

static const struct {
    uint64_t cursor;
    uint32_t told;
    uint32_t last;
    uint8_t more;
} pages[] = {{0, 50, 50, 1},   {1, 50, 51, 1},         {50, 50, 100, 1}, {69, 50, 119, 1},
             {70, 50, 120, 0}, {71, 49, 120, 0},       {119, 1, 120, 0}, {120, 0, 120, 0},
             {121, 0, 120, 0}, {UINT64_MAX, 0, 120, 0}};

START_TEST(a_page_of_details_starts_behind_the_cursor_and_says_whether_there_is_more)
{
    stage_set_wide(MONDAY);
    stage_open();
    for (int i = 1; i <= 120; i++)
        collect_into(OWN_A, i, true);
    ask(ORDER_LIST_DETAILS, OWN_A, pages[_i].cursor);
    stage_after(SECONDS(3));
    ck_assert_uint_eq(count_of(INPUT_MOVEMENT_TOLD), pages[_i].told);
    for (uint32_t n = 0; n < pages[_i].told; n++) {
        ck_assert_uint_eq(nth(INPUT_MOVEMENT_TOLD, n)->count, pages[_i].cursor + n + 1);
        ck_assert_int_eq(nth(INPUT_MOVEMENT_TOLD, n)->amount_fen,
                         nth(INPUT_MOVEMENT_TOLD, n)->count);
    }
    ck_assert_uint_eq(count_of(INPUT_DETAILS_ENDED), 1);
    const struct input *end = &stage.inputs[stage.input_count - 1];
    ck_assert_uint_eq(end->kind, INPUT_DETAILS_ENDED);
    ck_assert_uint_eq(end->account, OWN_A);
    ck_assert_uint_eq(end->count, pages[_i].last);
    ck_assert_uint_eq(end->flag, pages[_i].more);
    stage_close();
}
END_TEST

START_TEST(what_is_booked_while_a_page_is_handed_over_is_not_on_it)
{
    struct details page;
    struct input one;
    struct happening due = {.kind = HAPPENS_DETAILS, .subject = OWN_A};
    stage_set_wide(MONDAY);
    stage_open();
    collect_into(OWN_A, 1, true);
    world_details(stage.world, &due, &page);
    collect_into(OWN_A, 2, true);
    ck_assert(world_next_detail(stage.world, &page, &one));
    ck_assert_int_eq(one.amount_fen, 1);
    ck_assert(world_next_detail(stage.world, &page, &one));
    ck_assert_uint_eq(one.kind, INPUT_DETAILS_ENDED);
    ck_assert_uint_eq(one.count, 1);
    ck_assert(!world_next_detail(stage.world, &page, &one));
    stage_close();
}
END_TEST

START_TEST(an_account_opens_once_with_its_opening_and_closed_takes_nothing)
{
    stage_set_wide(MONDAY);
    stage_open();
    collect_into(LATER_B, 1, false);
    world_open_account(stage.world, stage.now_us, LATER_B);
    stage_check();
    ck_assert_int_eq(balance(LATER_B), YUAN(70));
    collect_into(LATER_B, 1, true);
    world_open_account(stage.world, stage.now_us, LATER_B); /* it is open: nothing happens */
    ck_assert_int_eq(balance(LATER_B), YUAN(70) + 1);
    world_close_account(stage.world, LATER_B);
    collect_into(LATER_B, 1, false);
    ck_assert_int_eq(balance(LATER_B), YUAN(70) + 1);
    ck_assert_uint_eq(world_movements(stage.world, LATER_B), 1);
    stage_close();
}
END_TEST

/* --- balances --------------------------------------------------------------- */

START_TEST(a_balance_is_what_was_there_when_it_was_told)
{
    stage_set_wide(MONDAY);
    stage_open();
    ask(ORDER_REPORT_BALANCE, (uint8_t)_i, 0);
    stage_after(SECONDS(1));
    if (_i == OWN_A)
        collect_into(OWN_A, 5, true);
    ck_assert_uint_eq(stage.input_count, 0);
    stage_after(SECONDS(1));
    const struct input *in = nth(INPUT_BALANCE_REPORTED, 0);
    ck_assert_ptr_nonnull(in);
    ck_assert_uint_eq(in->account, (uint8_t)_i);
    ck_assert_int_eq(in->amount_fen, opening_fen(_i) + (_i == OWN_A ? 5 : 0));
    ck_assert_int_eq(in->at_us, stage.now_us);
    stage_close();
}
END_TEST

static const struct {
    uint8_t kind;
    uint8_t operation;
    uint8_t order;
} report_faults[] = {{FAULT_DOWN, OPERATION_BALANCE, ORDER_REPORT_BALANCE},
                     {FAULT_TIMEOUT, OPERATION_BALANCE, ORDER_REPORT_BALANCE},
                     {FAULT_LATENCY, OPERATION_BALANCE, ORDER_REPORT_BALANCE},
                     {FAULT_DOWN, OPERATION_DETAILS, ORDER_LIST_DETAILS},
                     {FAULT_TIMEOUT, OPERATION_DETAILS, ORDER_LIST_DETAILS},
                     {FAULT_LATENCY, OPERATION_DETAILS, ORDER_LIST_DETAILS}};

START_TEST(a_report_is_lost_or_late_by_a_fault_at_that_institution_alone)
{
    bool late = report_faults[_i].kind == FAULT_LATENCY;
    stage_set_wide(MONDAY);
    stage_fault_first(1, BANK_A, report_faults[_i].operation, report_faults[_i].kind)->by_us =
        SECONDS(100);
    stage_open();
    ask(report_faults[_i].order, OWN_B, 0); /* another bank's */
    stage_after(SECONDS(50));
    ck_assert_uint_eq(stage.input_count, 1);
    ask(report_faults[_i].order, OWN_A, 0);
    stage_after(SECONDS(50));
    ck_assert_uint_eq(stage.input_count, 1);
    stage_after(SECONDS(60));
    ck_assert_uint_eq(stage.input_count, late ? 2 : 1);
    ask(report_faults[_i].order, OWN_A, 0); /* the fault has fired once */
    stage_after(SECONDS(50));
    ck_assert_uint_eq(stage.input_count, late ? 3 : 2);
    stage_close();
}
END_TEST

/* --- pushes ----------------------------------------------------------------- */

static const struct {
    uint8_t push;
    uint8_t all;
    bool credit;
    bool nets;
} pushes[] = {{0, 0, false, false},
              {0, 1, false, false},
              {1 + CHANNEL_UNIONPAY, 0, true, false},
              {1 + CHANNEL_NETSUNION, 0, true, false},
              {1 + CHANNEL_NETSUNION, 1, true, true}};

START_TEST(movements_of_the_custody_account_are_pushed_as_the_terms_say)
{
    stage_set_wide(MONDAY);
    stage.terms.acs_push = pushes[_i].push;
    stage.terms.acs_push_all = pushes[_i].all;
    stage_open();
    stage_order(transfer(1, SERVICE_BANK, OWN_A, ACS, YUAN(10)));
    world_collect(stage.world, stage.now_us, CHANNEL_UNIONPAY, YUAN(20), 0, 1, &stage.out);
    stage_take();
    stage_until(moment("2018-03-06T09:59:59+08:00"));
    ck_assert_uint_eq(count_of(INPUT_MOVEMENT_TOLD), pushes[_i].credit);
    if (pushes[_i].credit) {
        const struct input *in = nth(INPUT_MOVEMENT_TOLD, 0);
        ck_assert_uint_eq(in->account, ACS);
        ck_assert_uint_eq(in->flag, MOVEMENT_PUSHED);
        ck_assert_uint_eq(in->count, 1);
        ck_assert_uint_eq(in->id, 1);
        ck_assert_uint_eq(in->channel, CHANNEL_NONE);
        ck_assert_int_eq(in->at_us, moment(MONDAY) + SECONDS(5));
        ck_assert_int_eq(in->other_fen, YUAN(100010));
    }
    stage_until(moment("2018-03-06T11:00:00+08:00"));
    ck_assert_uint_eq(count_of(INPUT_MOVEMENT_TOLD), pushes[_i].credit + pushes[_i].nets);
    if (pushes[_i].nets) {
        const struct input *in = nth(INPUT_MOVEMENT_TOLD, 1);
        ck_assert_uint_eq(in->flag, MOVEMENT_PUSHED | MOVEMENT_OF_SESSION);
        ck_assert_uint_eq(in->channel, CHANNEL_UNIONPAY);
        ck_assert_uint_eq(in->session, house_first_session(&stage.terms.houses[CHANNEL_UNIONPAY],
                                                           moment(MONDAY)));
        ck_assert_uint_eq(in->count, 2);
        ck_assert_int_eq(in->amount_fen, YUAN(20));
    }
    ck_assert_int_eq(stage.world->central_bank.unallocated_fen, YUAN(30010));
    stage_close();
}
END_TEST

/* An adjustment takes from one virtual ID and gives to the other: two notices. */
static void adjust_once(void)
{
    stage_order(transfer(9, SERVICE_ADJUST, VIRTUAL_OWN, VIRTUAL_RESERVE, YUAN(3)));
    stage_after(SECONDS(4));
}

START_TEST(every_movement_of_a_virtual_id_is_pushed_under_the_number_that_details_give)
{
    stage_set_wide(MONDAY);
    stage_open();
    adjust_once();
    stage_after(SECONDS(1));
    ck_assert_uint_eq(count_of(INPUT_MOVEMENT_TOLD), 0);
    stage_after(SECONDS(1));
    ck_assert_uint_eq(count_of(INPUT_MOVEMENT_TOLD), 2);
    ck_assert_int_eq(nth(INPUT_MOVEMENT_TOLD, 0)->amount_fen, -YUAN(3));
    ask(ORDER_LIST_DETAILS, VIRTUAL_RESERVE, 0);
    stage_after(SECONDS(3));
    struct input pushed = *nth(INPUT_MOVEMENT_TOLD, 1);
    struct input detail = *nth(INPUT_MOVEMENT_TOLD, 2);
    ck_assert_uint_eq(pushed.flag, MOVEMENT_PUSHED);
    pushed.flag = 0;
    ck_assert_mem_eq(&pushed, &detail, sizeof pushed);
    stage_close();
}
END_TEST

START_TEST(a_silent_unionpay_pushes_nothing)
{
    stage_set_wide(MONDAY);
    stage.terms.virtual_silent = 1;
    stage_open();
    adjust_once();
    stage_after(US_PER_HOUR);
    ck_assert_uint_eq(count_of(INPUT_MOVEMENT_TOLD), 0);
    ck_assert_uint_eq(told_count(INPUT_OUTCOME_NOTIFIED, 9), 1);
    stage_close();
}
END_TEST

START_TEST(a_lost_push_is_sent_again_until_the_last_time)
{
    stage_set_wide(MONDAY);
    stage.terms.acs_push = 1 + CHANNEL_UNIONPAY;
    stage_fault_first((uint64_t)_i, UNIONPAY, OPERATION_NOTICE, FAULT_TIMEOUT);
    stage_open();
    stage_order(transfer(1, SERVICE_BANK, OWN_A, ACS, YUAN(10)));
    stage_after(SECONDS(5 + 60 * _i * (_i + 1) / 2 + 1)); /* each waits longer */
    ck_assert_uint_eq(count_of(INPUT_MOVEMENT_TOLD), 0);
    stage_after(SECONDS(1));
    ck_assert_uint_eq(count_of(INPUT_MOVEMENT_TOLD), _i <= 2); /* two resends */
    stage_after(US_PER_HOUR);
    ck_assert_uint_eq(count_of(INPUT_MOVEMENT_TOLD), _i <= 2);
    stage_close();
}
END_TEST

/* --- what a statement keeps ------------------------------------------------- */

START_TEST(a_statement_keeps_the_last_million_movements)
{
    static struct books books;
    static struct central_bank cb = {.acs = NONE};
    static struct statements s;
    static struct outbox out;
    books_init(&books, 1);
    static struct faults none;
    statements_init(&s, &books, &cb, &none);
    ck_assert_uint_eq(statement_add(&s, ACCOUNT_OWN, BANK_A), 0);
    statement_open(&s, 0, 0, 0);
    for (int i = 1; i <= STATEMENT_KEPT + 10; i++) {
        out.fact_count = 0;
        ck_assert_in_loop(statement_post(
            &s, i, &(struct posting){.from = BOOKS_OUTSIDE, .to = BOOKS_OF(0), .amount_fen = i},
            &out));
    }
    ck_assert_uint_eq(s.items[0].capacity, STATEMENT_KEPT);
    ck_assert_uint_eq(statement_oldest(&s, 0), 11);
    ck_assert_ptr_null(statement_find(&s, 0, 10));
    ck_assert_int_eq(statement_find(&s, 0, 11)->amount_fen, 11);
    ck_assert_int_eq(statement_find(&s, 0, STATEMENT_KEPT + 10)->amount_fen, STATEMENT_KEPT + 10);
    ck_assert_ptr_null(statement_find(&s, 0, STATEMENT_KEPT + 11));
    statements_free(&s);
}
END_TEST

/* --- history balances --------------------------------------------------------- */

static struct input history(uint8_t account, const char *date)
{
    char text[CIVIL_MOMENT_TEXT_MAX];
    snprintf(text, sizeof text, "%sT00:00:00+08:00", date);
    stage.input_count = 0;
    ask(ORDER_REPORT_HISTORY, account, (uint64_t)civil_day(moment(text)));
    stage_after(SECONDS(2)); /* as a balance takes */
    ck_assert_uint_eq(count_of(INPUT_HISTORY_REPORTED), 1);
    struct input in = *nth(INPUT_HISTORY_REPORTED, 0);
    ck_assert_uint_eq(in.account, account);
    ck_assert_uint_eq(in.channel, CHANNEL_UNIONPAY);
    ck_assert_int_eq(in.at_us, moment(text));
    return in;
}

static void move(uint32_t from, uint32_t to, int64_t amount_fen)
{
    struct posting p = {.from = from, .to = to, .amount_fen = amount_fen};
    ck_assert(statement_post(&stage.world->statements, stage.now_us, &p, &stage.out));
    stage_take();
}

/* From Monday to Thursday: 12 and 5 in and 7 out, nothing, 20 out in the last
 * microsecond, 30 in in the first. */
static void live_through(void)
{
    stage_set_wide(MONDAY);
    stage_open();
    move(BOOKS_OUTSIDE, BOOKS_OF(VIRTUAL_RESERVE), YUAN(12));
    move(BOOKS_OF(VIRTUAL_RESERVE), BOOKS_OUTSIDE, YUAN(7));
    move(BOOKS_OUTSIDE, BOOKS_OF(VIRTUAL_RESERVE), YUAN(5));
    stage_until(moment("2018-03-08T00:00:00+08:00") - 1);
    move(BOOKS_OF(VIRTUAL_RESERVE), BOOKS_OUTSIDE, YUAN(20));
    stage_after(1);
    move(BOOKS_OUTSIDE, BOOKS_OF(VIRTUAL_RESERVE), YUAN(30));
    stage_until(moment("2018-03-09T10:00:00+08:00"));
}

static const struct {
    const char *date;
    uint16_t code;
    int64_t opening;
    int64_t closing;
    uint32_t in_count;
    uint32_t out_count;
    uint64_t in;
    uint64_t out;
} histories[] = {
    {"2018-03-04", UNIONPAY_34, 0, 0, 0, 0, 0, 0}, /* it was not open yet */
    {"2018-03-05", UNIONPAY_00, 1000, 1010, 2, 1, 17, 7},
    {"2018-03-06", UNIONPAY_00, 1010, 1010, 0, 0, 0, 0},
    {"2018-03-07", UNIONPAY_00, 1010, 990, 0, 1, 0, 20},
    {"2018-03-08", UNIONPAY_00, 990, 1020, 1, 0, 30, 0},
    {"2018-03-09", UNIONPAY_39, 0, 0, 0, 0, 0, 0}, /* today */
    {"2018-03-10", UNIONPAY_39, 0, 0, 0, 0, 0, 0},
};

START_TEST(a_history_is_what_a_day_that_is_over_came_to)
{
    live_through();
    struct input in = history(VIRTUAL_RESERVE, histories[_i].date);
    ck_assert_uint_eq(in.code, histories[_i].code);
    ck_assert_int_eq(in.other_fen, YUAN(histories[_i].opening));
    ck_assert_int_eq(in.amount_fen, YUAN(histories[_i].closing));
    ck_assert_uint_eq(in.count, histories[_i].in_count);
    ck_assert_uint_eq(in.session, histories[_i].out_count);
    ck_assert_uint_eq(in.reference.hi, (uint64_t)YUAN(histories[_i].in));
    ck_assert_uint_eq(in.reference.lo, (uint64_t)YUAN(histories[_i].out));
    stage_close();
}
END_TEST

START_TEST(where_nothing_ever_moved_every_day_has_the_opening_balance)
{
    live_through();
    struct input in = history(VIRTUAL_OWN, "2018-03-07");
    ck_assert_uint_eq(in.code, UNIONPAY_00);
    ck_assert_int_eq(in.other_fen, opening_fen(VIRTUAL_OWN));
    ck_assert_int_eq(in.amount_fen, opening_fen(VIRTUAL_OWN));
    stage_close();
}
END_TEST

START_TEST(an_account_that_opens_later_has_histories_from_then_on_and_closed_still_has_them)
{
    stage_set_wide(MONDAY);
    stage.terms.accounts[VIRTUAL_OWN].opens_later = 1;
    stage_open();
    stage.moved_fen[VIRTUAL_OWN] = 0;
    ck_assert_uint_eq(history(VIRTUAL_OWN, "2018-03-04").code, UNIONPAY_34);
    stage_until(moment("2018-03-06T08:00:00+08:00"));
    world_open_account(stage.world, stage.now_us, VIRTUAL_OWN);
    move(BOOKS_OF(VIRTUAL_OWN), BOOKS_OUTSIDE, opening_fen(VIRTUAL_OWN));
    world_close_account(stage.world, VIRTUAL_OWN);
    stage_until(moment("2018-03-08T08:00:00+08:00"));
    ck_assert_uint_eq(history(VIRTUAL_OWN, "2018-03-05").code, UNIONPAY_34);
    struct input in = history(VIRTUAL_OWN, "2018-03-06");
    ck_assert_uint_eq(in.code, UNIONPAY_00);
    ck_assert_int_eq(in.other_fen, opening_fen(VIRTUAL_OWN));
    ck_assert_int_eq(in.amount_fen, 0);
    ck_assert_uint_eq(in.session, 1);
    ck_assert_int_eq(history(VIRTUAL_OWN, "2018-03-07").other_fen, 0);
    stage_close();
}
END_TEST

START_TEST(a_history_meets_the_faults_of_a_balance)
{
    static const uint8_t operations[] = {OPERATION_BALANCE, OPERATION_DETAILS};
    stage_set_wide(MONDAY);
    stage_fault_first(1, UNIONPAY, operations[_i], FAULT_TIMEOUT);
    stage_open();
    ask(ORDER_REPORT_HISTORY, VIRTUAL_OWN, (uint64_t)civil_day(stage.now_us));
    stage_after(SECONDS(50));
    ck_assert_uint_eq(stage.input_count, (uint32_t)_i);
    stage_close();
}
END_TEST

START_TEST(asking_for_a_history_of_what_is_no_virtual_id_stops_the_program)
{
    stage_set_wide(MONDAY);
    stage_open();
    ask(ORDER_REPORT_HISTORY, OWN_A, 0);
    stage_after(SECONDS(2));
}
END_TEST

/* --- what may not be --------------------------------------------------------- */

static void post(uint32_t from, uint32_t to, int64_t amount_fen)
{
    stage_set_wide(MONDAY);
    stage_open();
    world_open_account(stage.world, stage.now_us, LATER_B);
    world_close_account(stage.world, LATER_B);
    statement_post(&stage.world->statements, stage.now_us,
                   &(struct posting){.from = from, .to = to, .amount_fen = amount_fen}, &stage.out);
}

START_TEST(posting_to_a_closed_account_stops_the_program)
{
    post(BOOKS_OUTSIDE, BOOKS_OF(LATER_B), 1);
}
END_TEST

START_TEST(posting_from_a_closed_account_stops_the_program)
{
    post(BOOKS_OF(LATER_B), BOOKS_OUTSIDE, 1);
}
END_TEST

START_TEST(taking_from_the_custody_account_outside_a_session_stops_the_program)
{
    post(BOOKS_OF(ACS), BOOKS_OF(OWN_A), 1);
}
END_TEST

START_TEST(posting_nothing_stops_the_program)
{
    post(BOOKS_OUTSIDE, BOOKS_OF(OWN_A), 0);
}
END_TEST

START_TEST(opening_a_closed_account_again_stops_the_program)
{
    post(BOOKS_OUTSIDE, BOOKS_OF(OWN_A), 1);
    world_open_account(stage.world, stage.now_us, LATER_B);
}
END_TEST

START_TEST(closing_the_custody_account_stops_the_program)
{
    post(BOOKS_OUTSIDE, BOOKS_OF(OWN_A), 1);
    world_close_account(stage.world, ACS);
}
END_TEST

START_TEST(what_an_account_does_not_have_is_not_taken_from_it)
{
    stage_set_wide(MONDAY);
    stage_open();
    struct posting p = {
        .from = BOOKS_OF(OWN_B), .to = BOOKS_OF(OWN_A), .amount_fen = YUAN(2000) + 1};
    ck_assert(!statement_post(&stage.world->statements, stage.now_us, &p, &stage.out));
    ck_assert_uint_eq(stage.out.fact_count, 0);
    stage_check();
    p.amount_fen--;
    ck_assert(statement_post(&stage.world->statements, stage.now_us, &p, &stage.out));
    stage_take();
    ck_assert_int_eq(balance(OWN_B), 0);
    stage_close();
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("statement");
    tcase_add_test(t, what_an_account_was_opened_with_is_no_movement);
    tcase_add_test(t, a_collection_into_a_bank_account_is_told_by_details_alone);
    tcase_add_loop_test(t,
                        a_page_of_details_starts_behind_the_cursor_and_says_whether_there_is_more,
                        0, COUNT(pages));
    tcase_add_test(t, what_is_booked_while_a_page_is_handed_over_is_not_on_it);
    tcase_add_test(t, an_account_opens_once_with_its_opening_and_closed_takes_nothing);
    tcase_add_loop_test(t, a_balance_is_what_was_there_when_it_was_told, 0, LATER_B);
    tcase_add_loop_test(t, a_report_is_lost_or_late_by_a_fault_at_that_institution_alone, 0,
                        COUNT(report_faults));
    tcase_add_loop_test(t, movements_of_the_custody_account_are_pushed_as_the_terms_say, 0,
                        COUNT(pushes));
    tcase_add_test(t, every_movement_of_a_virtual_id_is_pushed_under_the_number_that_details_give);
    tcase_add_test(t, a_silent_unionpay_pushes_nothing);
    tcase_add_loop_test(t, a_lost_push_is_sent_again_until_the_last_time, 0, 4);
    tcase_add_test(t, a_statement_keeps_the_last_million_movements);
    tcase_add_loop_test(t, a_history_is_what_a_day_that_is_over_came_to, 0, COUNT(histories));
    tcase_add_test(t, where_nothing_ever_moved_every_day_has_the_opening_balance);
    tcase_add_test(
        t, an_account_that_opens_later_has_histories_from_then_on_and_closed_still_has_them);
    tcase_add_loop_test(t, a_history_meets_the_faults_of_a_balance, 0, 2);
    tcase_add_test_raise_signal(t, asking_for_a_history_of_what_is_no_virtual_id_stops_the_program,
                                SIGABRT);
    tcase_add_test(t, what_an_account_does_not_have_is_not_taken_from_it);
    tcase_add_test_raise_signal(t, posting_to_a_closed_account_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, posting_from_a_closed_account_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(
        t, taking_from_the_custody_account_outside_a_session_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, posting_nothing_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, opening_a_closed_account_again_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, closing_the_custody_account_stops_the_program, SIGABRT);
    return run_tests("statement", t);
}
