/* test_transfers_storm.c — transfers in a small world that loses, delays and repeats
 * messages at random: whatever happens, no money is lost or made, none moves twice, and
 * belief ends where the truth is. */

#include "tests/treasury.h"

enum { SEEN_MAX = 3000, POST_MAX = 4000 };

/* What the world knows of one order. */
struct seen {
    struct order order;
    enum { PROCESSING, DONE, BACK } state;
    int64_t final_us;
    bool will_fail;
    uint16_t code;
};

struct letter {
    int64_t at_us;
    bool is_order;
    bool is_movement;
    struct order order;
    struct input in;
};

static struct treasury t;
static uint64_t stream;
static int64_t truth_fen[ACCOUNTS];
static int64_t stands_fen[ACCOUNTS]; /* by the movements: payouts are not among them */
static int64_t mapped_fen[CHANNELS]; /* of the quota, what no payment has used */
static uint32_t numbers[ACCOUNTS];
static struct input told[ACCOUNTS][SEEN_MAX];
static struct seen seen[SEEN_MAX];
static uint32_t seen_count;
static struct letter post[POST_MAX];
static uint32_t post_count;
static bool calm;     /* no more faults */
static bool restless; /* ticks between, at which nothing is due */
static uint64_t restless_stream;
static uint64_t hash; /* of all orders */
static int done_count;

static bool happens(uint64_t percent)
{
    return !calm && draw(&stream, 100) < percent;
}

static void mail(struct letter one)
{
    ck_assert_in_loop(post_count < POST_MAX);
    post[post_count++] = one;
}

static int64_t soon(void)
{
    return t.s.now_us + 1 + (int64_t)draw(&stream, (uint64_t)(10 * US_PER_S));
}

static int64_t late(void)
{
    return t.s.now_us + (int64_t)draw(&stream, (uint64_t)(20 * US_PER_MINUTE));
}

static void mail_answer(const struct order *o, enum input_kind kind, uint16_t code,
                        uint16_t outcome)
{
    struct input in = answer_to(o, kind, code);
    in.outcome = outcome;
    if (happens(25))
        return;
    mail((struct letter){.at_us = happens(20) ? late() : soon(), .in = in});
    if (happens(10))
        mail((struct letter){.at_us = late(), .in = in});
}

static bool quota_order(const struct order *o)
{
    return o->kind == ORDER_PAY;
}

static void move_truth(uint8_t account, int64_t amount_fen, const struct order *o)
{
    truth_fen[account] += amount_fen;
    stands_fen[account] += amount_fen;
    ck_assert_in_loop(truth_fen[account] >= 0);
    uint32_t number = ++numbers[account];
    ck_assert_in_loop(number < SEEN_MAX);
    struct input in = {.kind = INPUT_MOVEMENT_TOLD,
                       .channel = CHANNEL_NONE,
                       .account = account,
                       .count = number,
                       .amount_fen = amount_fen,
                       .other_fen = stands_fen[account],
                       .id = o->id,
                       .at_us = t.s.now_us};
    told[account][number] = in;
    bool pushed = account == VIRTUAL_RESERVE || account == VIRTUAL_OWN || account == ACS;
    if (pushed && !happens(50))
        mail((struct letter){.at_us = happens(30) ? late() : soon(), .in = in});
}

static struct seen *find_seen(uint64_t id)
{
    for (uint32_t i = 0; i < seen_count; i++)
        if (seen[i].order.id == id)
            return &seen[i];
    return NULL;
}

static uint16_t word(const struct order *o, uint16_t bank, uint16_t unionpay, uint16_t netsunion)
{
    return o->channel == CHANNEL_NONE       ? bank
           : o->channel == CHANNEL_UNIONPAY ? unionpay
                                            : netsunion;
}

static void order_arrives(const struct order *o)
{
    enum input_kind kind = INPUT_PAY_ANSWERED;
    if (find_seen(o->id) != NULL) {
        ck_assert_in_loop(!quota_order(o)); /* a payment is never sent twice */
        mail_answer(o, kind, word(o, BANK_MOCKDUPL, UNIONPAY_12, NETSUNION_MOCKDUPL), 0);
        return;
    }
    if (t.s.now_us - o->sent_us > ORDER_AGE_MAX_US) {
        mail_answer(o, kind, word(o, BANK_MOCKLATE, UNIONPAY_39, NETSUNION_MOCKLATE), 0);
        return;
    }
    if (happens(10)) { /* refused, and not remembered */
        mail_answer(o, kind, word(o, BANK_MOCKBUSY, UNIONPAY_06, NETSUNION_MOCKBUSY), 0);
        return;
    }
    bool by_bank = o->service == SERVICE_BANK;
    int64_t there_fen = quota_order(o) ? mapped_fen[o->channel] : truth_fen[o->account];
    ck_assert_in_loop(there_fen >= o->amount_fen || by_bank || !quota_order(o));
    if (there_fen < o->amount_fen) {
        mail_answer(o, kind, word(o, BANK_MOCKBALA, UNIONPAY_90, NETSUNION_MOCKQUOT), 0);
        return;
    }
    ck_assert_in_loop(seen_count < SEEN_MAX);
    struct seen *s = &seen[seen_count++];
    *s = (struct seen){.order = *o, .state = PROCESSING, .will_fail = happens(20)};
    s->final_us = happens(20) ? late() : soon();
    s->code = word(o, BANK_MOCKBACK, UNIONPAY_91, NETSUNION_01);
    if (by_bank)
        move_truth(o->account, -o->amount_fen, o);
    if (quota_order(o))
        mapped_fen[o->channel] -= o->amount_fen;
    mail_answer(o, kind, word(o, BANK_00, UNIONPAY_00, NETSUNION_02), 0);
}

static void order_ends(struct seen *s)
{
    const struct order *o = &s->order;
    bool by_bank = o->service == SERVICE_BANK;
    if (!s->will_fail && !by_bank && !quota_order(o) && truth_fen[o->account] < o->amount_fen)
        s->will_fail = true;
    s->state = s->will_fail ? BACK : DONE;
    if (s->will_fail && by_bank)
        move_truth(o->account, o->amount_fen, o);
    if (s->will_fail && quota_order(o))
        mapped_fen[o->channel] += o->amount_fen;
    if (!s->will_fail) {
        if (quota_order(o))
            truth_fen[ACS] -= o->amount_fen;
        else if (!by_bank)
            move_truth(o->account, -o->amount_fen, o);
        move_truth(o->to_account, o->amount_fen, o);
    }
    if (!by_bank && !happens(40))
        mail_answer(o, INPUT_OUTCOME_NOTIFIED,
                    s->will_fail ? s->code : word(o, 0, UNIONPAY_00, NETSUNION_00), 0);
}

static void query_arrives(const struct order *o)
{
    const struct seen *s = find_seen(o->id);
    if (happens(20))
        return;
    if (s == NULL) {
        mail_answer(o, INPUT_QUERY_ANSWERED, word(o, BANK_03, UNIONPAY_34, NETSUNION_03), 0);
        return;
    }
    uint16_t outcome = s->state == PROCESSING ? word(o, BANK_02, UNIONPAY_05, NETSUNION_02)
                       : s->state == DONE     ? word(o, BANK_00, UNIONPAY_00, NETSUNION_00)
                                              : s->code;
    mail_answer(o, INPUT_QUERY_ANSWERED, word(o, BANK_00, UNIONPAY_00, NETSUNION_00), outcome);
}

static void details_asked(const struct order *o)
{
    uint32_t last = numbers[o->account];
    for (uint32_t n = (uint32_t)o->id + 1; n <= last; n++)
        mail((struct letter){.at_us = soon(), .in = told[o->account][n]});
}

static void order_goes(const struct order *o)
{
    if (o->kind == ORDER_QUERY) {
        query_arrives(o);
    } else if (o->kind == ORDER_LIST_DETAILS) {
        details_asked(o);
    } else if (o->kind == ORDER_REPORT_BALANCE) {
        if (o->account == OWN || o->account == OWN_2 || o->account == PREPAID)
            mail((struct letter){.at_us = soon(),
                                 .in = {.kind = INPUT_BALANCE_REPORTED,
                                        .channel = CHANNEL_NONE,
                                        .account = o->account,
                                        .amount_fen = truth_fen[o->account],
                                        .at_us = t.s.now_us}});
    } else if (o->kind == ORDER_TRANSFER || o->kind == ORDER_PAY) {
        if (happens(5)) /* known not to have left us */
            mail_answer(o, INPUT_PAY_ANSWERED, CODE_NOT_SENT, 0);
        else if (!happens(10))
            mail((struct letter){
                .at_us = happens(20) ? late() : soon(), .is_order = true, .order = *o});
    }
}

/* Belief is never above the truth where money can be spent twice. */
static void check_belief(void)
{
    int64_t truth_unallocated_fen = truth_fen[ACS];
    for (int c = 0; c < CHANNELS; c++) {
        truth_unallocated_fen -= mapped_fen[c];
        ck_assert_in_loop(available_fen(&t, (enum channel)c) <= mapped_fen[c]);
    }
    for (uint32_t i = 0; i < seen_count; i++) /* used, and not yet gone from custody */
        if (quota_order(&seen[i].order) && seen[i].state == PROCESSING)
            truth_unallocated_fen -= seen[i].order.amount_fen;
    ck_assert_in_loop(t.s.core->unallocated_fen <= truth_unallocated_fen);
}

/* Where the money must be by the transfers that said they are done. */
static int64_t wanted_fen[ACCOUNTS];

static void note_done(void)
{
    for (uint32_t i = 0; i < t.s.fx.fact_count; i++) {
        const struct fact *f = &t.s.fx.facts[i];
        if (f->kind != FACT_TRANSFER_DONE)
            continue;
        done_count++;
        wanted_fen[f->class] -= f->amount_fen;
        wanted_fen[f->routes] += f->amount_fen;
    }
}

static void apply(struct input in)
{
    treasury_apply(&t, in);
    check_belief();
    note_done();
    struct order orders[ORDERS_MAX];
    uint32_t count = t.s.fx.order_count;
    memcpy(orders, t.s.fx.orders, count * sizeof orders[0]);
    for (uint32_t i = 0; i < count; i++) {
        hash = (hash ^ orders[i].id ^ (uint64_t)t.s.now_us << 8 ^ orders[i].kind) *
               UINT64_C(1099511628211);
        order_goes(&orders[i]);
    }
    treasury_forget(&t);
}

/* All that is due next, in some order, but nothing later than that. */
static void next_event(int64_t until_us)
{
    uint32_t first = NONE;
    uint32_t ends = NONE;
    int64_t at_us = core_deadline_us(t.s.core);
    for (uint32_t i = 0; i < post_count; i++)
        if (post[i].at_us < at_us) {
            at_us = post[i].at_us;
            first = i;
        }
    for (uint32_t i = 0; i < seen_count; i++)
        if (seen[i].state == PROCESSING && seen[i].final_us < at_us) {
            at_us = seen[i].final_us;
            ends = i;
        }
    bool nothing = at_us > until_us;
    if (nothing)
        at_us = until_us;
    if (restless && at_us > t.s.now_us + 1 && draw(&restless_stream, 3) == 0) {
        t.s.now_us += 1 + (int64_t)draw(&restless_stream, (uint64_t)(at_us - t.s.now_us - 1));
        apply((struct input){.kind = INPUT_TICKED, .channel = CHANNEL_NONE});
        return;
    }
    if (at_us > t.s.now_us)
        t.s.now_us = at_us;
    if (nothing)
        return;
    if (ends != NONE) {
        order_ends(&seen[ends]);
    } else if (first != NONE) {
        struct letter one = post[first];
        post[first] = post[--post_count];
        if (one.is_order)
            order_arrives(&one.order);
        else
            apply(one.in);
    } else {
        apply((struct input){.kind = INPUT_TICKED, .channel = CHANNEL_NONE});
    }
}

/* A complete list of all that was paid since `from_us`; resends what was paid before is fine. */
static void deliver_list(enum channel channel, int64_t from_us)
{
    struct input open = {.kind = INPUT_LIST_OPENED,
                         .channel = (uint8_t)channel,
                         .at_us = t.s.now_us,
                         .other_fen = from_us};
    for (uint32_t i = 0; i < seen_count; i++)
        if (seen[i].order.channel == channel && quota_order(&seen[i].order) &&
            seen[i].state == DONE) {
            open.count++;
            open.amount_fen += seen[i].order.amount_fen;
        }
    apply(open);
    for (uint32_t i = 0; i < seen_count; i++)
        if (seen[i].order.channel == channel && quota_order(&seen[i].order) &&
            seen[i].state == DONE)
            apply((struct input){.kind = INPUT_LIST_LINE,
                                 .channel = (uint8_t)channel,
                                 .id = seen[i].order.id,
                                 .session = SMALL_SESSION,
                                 .amount_fen = seen[i].order.amount_fen});
    apply((struct input){.kind = INPUT_LIST_ENDED, .channel = (uint8_t)channel});
}

static bool anything_open(void)
{
    for (uint32_t i = 0; i < TRANSFERS_MAX; i++)
        if (t.s.core->transfer_live[i])
            return true;
    return false;
}

static void run_until(int64_t until_us)
{
    while (t.s.now_us < until_us) {
        next_event(until_us);
    }
}

static const uint8_t pairs[][2] = {{OWN, ACS},           {OWN, OWN_2},
                                   {OWN_2, PREPAID},     {PREPAID, ACS},
                                   {PREPAID, OWN},       {ACS, OWN},
                                   {ACS, PREPAID},       {VIRTUAL_RESERVE, ACS},
                                   {VIRTUAL_OWN, OWN_2}, {VIRTUAL_OWN, VIRTUAL_RESERVE}};

static void ask_somewhere(void)
{
    uint64_t pair = draw(&stream, (uint64_t)COUNT(pairs));
    apply((struct input){.kind = INPUT_TRANSFER_REQUESTED,
                         .channel = CHANNEL_NONE,
                         .account = pairs[pair][0],
                         .to_account = pairs[pair][1],
                         .amount_fen = 1 + (int64_t)draw(&stream, 200 * YUAN)});
}

/* Money that comes or goes by nobody's order of ours. */
static void strangers_pay(void)
{
    static const uint8_t where[] = {OWN, OWN_2, PREPAID, ACS};
    uint8_t account = where[draw(&stream, 4)];
    int64_t fen = (int64_t)draw(&stream, 50 * YUAN) + 1;
    wanted_fen[account] += fen;
    move_truth(account, fen, &(struct order){0});
}

/* They watch one another's accounts, in both directions. */
static void add_rules(void)
{
    static const struct transfer_rule rules[] = {
        {.from = OWN_2,
         .to = OWN,
         .trigger = TRIGGER_BELOW,
         .watches_to = 1,
         .threshold_fen = 900 * YUAN,
         .amount_kind = AMOUNT_TO_TARGET,
         .value_fen = 1100 * YUAN,
         .count_in_transit = 1,
         .partial = 1,
         .retries = 1},
        {.from = ACS,
         .to = OWN,
         .trigger = TRIGGER_BELOW,
         .watches_to = 1,
         .threshold_fen = 800 * YUAN,
         .amount_kind = AMOUNT_TO_TARGET,
         .value_fen = 900 * YUAN,
         .count_in_transit = 1,
         .retries = 2},
        {.from = PREPAID,
         .to = ACS,
         .trigger = TRIGGER_SCHEDULE,
         .amount_kind = AMOUNT_SWEEP,
         .keep_fen = 10 * YUAN,
         .count_in_transit = 1,
         .retries = 1,
         .when = {.kind = SCHEDULE_EVERY, .every_us = 2 * US_PER_HOUR}},
        {.from = OWN,
         .to = ACS,
         .trigger = TRIGGER_ABOVE,
         .threshold_fen = 1300 * YUAN,
         .amount_kind = AMOUNT_PERCENT,
         .share_ppm = PPM / 3,
         .count_in_transit = 1},
        {.from = VIRTUAL_OWN,
         .to = OWN_2,
         .trigger = TRIGGER_SCHEDULE,
         .amount_kind = AMOUNT_FIXED,
         .value_fen = 20 * YUAN,
         .count_in_transit = 1,
         .when = {.kind = SCHEDULE_EVERY, .every_us = 3 * US_PER_HOUR}},
    };
    memcpy(t.s.config.rules, rules, sizeof rules);
    t.s.config.rule_count = (uint32_t)COUNT(rules);
}

static void resume_what_rests(void)
{
    for (uint32_t i = 0; i < TRANSFERS_MAX; i++) {
        const struct transfer *one = &t.s.core->transfers[i];
        if (!t.s.core->transfer_live[i] || one->state != TRANSFER_RESTING)
            continue;
        apply((struct input){.kind = INPUT_TRANSFER_REQUESTED,
                             .channel = CHANNEL_NONE,
                             .account = one->legs[one->leg].from,
                             .to_account = one->to,
                             .amount_fen = one->amount_fen});
    }
}

static void world_begins(uint64_t seed, bool with_rules)
{
    treasury_config(&t);
    if (with_rules)
        add_rules();
    stream = seed;
    t.s.config.calendar = CALENDAR_EVERY_DAY;
    struct schedule hourly = {.kind = SCHEDULE_EVERY, .every_us = US_PER_HOUR};
    for (int i = 0; i < 2; i++)
        t.s.config.interfaces[i].tasks[i] = (struct interface_task){
            .operation = i == 0 ? OPERATE_DETAILS : OPERATE_BALANCE, .when = hourly};
    t.s.config.interfaces[OFFERS_EVERYTHING].task_count = 1;
    t.s.config.interfaces[OFFERS_EVERYTHING].tasks[1] =
        (struct interface_task){.operation = OPERATE_BALANCE, .when = hourly};
    t.s.config.interfaces[OFFERS_EVERYTHING].task_count = 2;
    for (int i = 0; i < ACCOUNTS - 1; i++)
        truth_fen[i] = stands_fen[i] = t.s.config.accounts[i].opening_fen;
    treasury_begin(&t);
    for (int c = 0; c < CHANNELS; c++)
        mapped_fen[c] = available_fen(&t, (enum channel)c);
}

/* Rules are changed by nothing but an end of the run: then their accounts' interfaces. */
static void silence_the_rules(void)
{
    t.s.core->config.rule_count = 0;
}

static void must_end_well(void)
{
    ck_assert_int_ge(done_count, 10);
    ck_assert(!anything_open());
    for (uint8_t i = 0; i < ACCOUNTS - 1; i++) {
        int64_t opening_fen = t.s.config.accounts[i].opening_fen;
        ck_assert_int_eq(truth_fen[i], opening_fen + wanted_fen[i]);
        ck_assert_int_eq(held_fen(&t, i), 0);
        if (i != ACS)
            ck_assert_int_eq(account_fen(&t, i), truth_fen[i]);
    }
    ck_assert_int_eq(book_fen(&t, BOOK_TRANSIT), 0);
    for (int c = 0; c < CHANNELS; c++)
        ck_assert_int_eq(available_fen(&t, (enum channel)c), mapped_fen[c]);
    ck_assert_int_eq(t.s.core->unallocated_fen, truth_fen[ACS] - mapped_fen[0] - mapped_fen[1]);
}

static void live_through(uint64_t seed, bool with_rules)
{
    world_begins(seed, with_rules);
    int64_t start_us = t.s.now_us;
    int64_t listed_us = start_us;
    for (int hour = 0; hour < 12; hour++) {
        for (int i = 0; i < (with_rules ? 1 : 4); i++)
            ask_somewhere();
        for (int i = 0; with_rules && i < 6; i++) {
            strangers_pay();
            run_until(t.s.now_us + 5 * US_PER_MINUTE);
        }
        run_until(start_us + (hour + 1) * US_PER_HOUR);
        if (hour % 3 == 0)
            resume_what_rests();
    }
    calm = true;
    silence_the_rules();
    for (int hour = 12; hour < 72 && anything_open(); hour++) {
        resume_what_rests();
        run_until(start_us + (hour + 1) * US_PER_HOUR);
        for (int c = 0; c < CHANNELS; c++)
            deliver_list((enum channel)c, listed_us);
        listed_us = t.s.now_us;
    }
    run_until(t.s.now_us + 3 * US_PER_HOUR); /* the last details and reports */
    must_end_well();
}

START_TEST(no_money_is_lost_or_made_whatever_the_messages_do)
{
    live_through(1000 + (uint64_t)_i, false);
}
END_TEST

START_TEST(nor_where_rules_move_it_and_strangers_pay)
{
    live_through(5000 + (uint64_t)_i, true);
}
END_TEST

static uint64_t live_again(uint64_t seed, bool with_ticks)
{
    memset(truth_fen, 0, sizeof truth_fen);
    memset(wanted_fen, 0, sizeof wanted_fen);
    memset(numbers, 0, sizeof numbers);
    seen_count = post_count = 0;
    done_count = 0;
    hash = 0;
    calm = false;
    restless = with_ticks;
    restless_stream = seed;
    live_through(seed, true);
    treasury_free(&t);
    return hash;
}

/* The deadline is never later than something that is due. */
START_TEST(further_ticks_change_nothing)
{
    uint64_t seed = 9000 + (uint64_t)_i;
    uint64_t alone = live_again(seed, false);
    ck_assert_uint_eq(live_again(seed, true), alone);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("transfers in a storm");
    tcase_add_loop_test(tests, no_money_is_lost_or_made_whatever_the_messages_do, 0, 60);
    tcase_add_loop_test(tests, nor_where_rules_move_it_and_strangers_pay, 0, 60);
    tcase_add_loop_test(tests, further_ticks_change_nothing, 0, 30);
    return run_tests("transfers_storm", tests);
}
