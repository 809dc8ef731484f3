/* test_blocked.c — what payouts wait for: the order of reasons, and a naive account of drawn ones.
 */

#include <string.h>

#include "core/base/civil.h"
#include "core/base/money.h"
#include "sim/blocked.h"
#include "sim/shares.h"
#include "tests/harness.h"

enum { PAYOUTS = 64 };

static struct core_config config;
static struct blocked *blocked;
static int64_t now_us;

/* --- a world of facts ------------------------------------------------------ */

struct naive {
    bool live;
    bool queued;
    bool held;
    bool flying; /* sent, no reply yet */
    uint8_t business;
    uint8_t routes;
    uint8_t denied;
    uint8_t channel;
    int64_t hold_fen[CHANNELS];
    int64_t amount_fen;
    int64_t not_before_us;
    int64_t requested_us;
    int64_t parts_us[BLOCKED_REASONS];
};

static struct naive naive[PAYOUTS];
static int64_t available_fen[CHANNELS];
static uint32_t sent_this_second[CHANNELS];
static struct shares_book *book;
static int64_t totals_us[BLOCKED_REASONS];
static int64_t quota_fen_us;
static uint64_t orders;

static void tell(struct fact f)
{
    f.at_us = now_us;
    blocked_fact(blocked, &f);
    if (book != NULL)
        shares_book_fact(book, &f);
}

static void open_at(int64_t unionpay_fen, int64_t netsunion_fen)
{
    available_fen[0] = unionpay_fen;
    available_fen[1] = netsunion_fen;
    for (uint8_t c = 0; c < CHANNELS; c++)
        tell((struct fact){.kind = FACT_OPENED, .channel = c, .other = available_fen[c]});
    blocked_after_event(blocked);
}

static void begin(void)
{
    memset(naive, 0, sizeof naive);
    memset(totals_us, 0, sizeof totals_us);
    memset(sent_this_second, 0, sizeof sent_this_second);
    quota_fen_us = 0;
    orders = 0;
    now_us = config.start_us;
    blocked = blocked_create(&config);
    book = shares_book_create(&config);
}

static void setup(void)
{
    config = (struct core_config){.limits = {.open_payouts = PAYOUTS, .remembered = 1000},
                                  .primary = CHANNEL_UNIONPAY,
                                  .business_count = 3,
                                  .start_us = civil_moment_us(18000, 9 * US_PER_HOUR)};
    begin();
}

static void teardown(void)
{
    blocked_free(blocked);
    shares_book_free(book);
}

static void ask(uint32_t slot, uint8_t business, uint8_t routes, int64_t amount_fen)
{
    tell((struct fact){.kind = FACT_REQUESTED, .subject = slot, .amount_fen = amount_fen});
    tell((struct fact){.kind = FACT_QUEUED,
                       .subject = slot,
                       .routes = routes,
                       .state = business,
                       .amount_fen = amount_fen,
                       .other = now_us});
}

static uint64_t send(uint32_t slot, uint8_t channel, int64_t hold_fen)
{
    uint64_t id = ++orders << 32 | slot;
    available_fen[channel] -= hold_fen;
    tell((struct fact){.kind = FACT_SENT,
                       .subject = slot,
                       .channel = channel,
                       .id = id,
                       .amount_fen = hold_fen,
                       .other = available_fen[channel]});
    return id;
}

static void pass(int64_t us)
{
    blocked_after_event(blocked);
    blocked_advance(blocked, now_us += us);
}

/* --- one payout, every combination of obstacles ------------------------------ */

enum { HELD = 1, NO_SLOT_U = 2, NO_SLOT_N = 4 };

static const struct {
    int64_t unionpay_fen;
    int64_t netsunion_fen;
    uint8_t routes;
    uint8_t denied;
    uint8_t more;
    enum blocked_reason want;
} cases[] = {
    {99, 0, 1, 0, 0, BLOCKED_QUOTA},
    {100, 0, 1, 0, 0, BLOCKED_TURN},
    {100, 0, 1, 1, 0, BLOCKED_BREAKER},
    {100, 0, 1, 0, NO_SLOT_U, BLOCKED_CHANNEL},
    {100, 0, 1, 0, HELD, BLOCKED_HOLD},
    {0, 0, 3, 3, HELD, BLOCKED_HOLD},
    {99, 0, 1, 1, 0, BLOCKED_BREAKER},                    /* neither alone: the first */
    {99, 0, 1, 0, NO_SLOT_U, BLOCKED_QUOTA},              /* neither alone: the first */
    {99, 100, 3, 0, NO_SLOT_N, BLOCKED_QUOTA},            /* either alone: the first */
    {99, 100, 3, 2, 0, BLOCKED_BREAKER},                  /* either alone: the first */
    {100, 100, 3, 1, NO_SLOT_N, BLOCKED_BREAKER},         /* either alone: the first */
    {99, 100, 3, 1, NO_SLOT_N, BLOCKED_CHANNEL},          /* netsunion's slot alone does */
    {99, 99, 3, 1, NO_SLOT_N, BLOCKED_BREAKER},           /* two each: the primary's first */
    {99, 99, 3, 1, NO_SLOT_N | NO_SLOT_U, BLOCKED_QUOTA}, /* netsunion has fewer */
    {99, 100, 3, 0, 0, BLOCKED_TURN},                     /* it could go on netsunion */
    {99, 99, 3, 0, NO_SLOT_U | NO_SLOT_N, BLOCKED_QUOTA},
};

START_TEST(a_payout_waits_for_the_first_obstacle_that_alone_would_let_it_go)
{
    config.channels[0].concurrency = config.channels[1].concurrency = 1;
    teardown();
    begin();
    open_at(1000, 1000);
    for (uint8_t c = 0; c < CHANNELS; c++) /* somebody else's order keeps the slot */
        if (cases[_i].more & (c == 0 ? NO_SLOT_U : NO_SLOT_N)) {
            ask(1u + c, 0, (uint8_t)(1 << c), 1);
            send(1u + c, c, 1);
        }
    open_at(cases[_i].unionpay_fen, cases[_i].netsunion_fen);
    ask(0, 0, cases[_i].routes, 100);
    if (cases[_i].denied != 0)
        tell((struct fact){.kind = FACT_DENIED, .routes = cases[_i].denied});
    if (cases[_i].more & HELD)
        tell((struct fact){.kind = FACT_HELD});
    pass(7);
    for (int r = 0; r < BLOCKED_REASONS; r++) {
        int64_t parts_us[BLOCKED_REASONS];
        blocked_parts_us(blocked, 0, parts_us);
        ck_assert_int_eq(parts_us[r], r == (int)cases[_i].want ? 7 : 0);
        ck_assert_int_eq((int64_t)blocked_totals(blocked)->us[r], parts_us[r]);
        ck_assert_uint_eq(blocked_now(blocked, (enum blocked_reason)r), parts_us[r] != 0);
    }
    ck_assert_int_eq((int64_t)blocked_totals(blocked)->quota_fen_us,
                     cases[_i].want == BLOCKED_QUOTA ? 700 : 0);
}
END_TEST

START_TEST(what_is_over_its_share_waits_for_its_share_and_over_the_quota_for_quota)
{
    config.businesses[0].share_ppm = 500000; /* the others may use the other half */
    teardown();
    begin();
    open_at(1000, 0);
    ask(0, 1, 1, 501);
    ask(1, 1, 1, 1001);
    ask(2, 1, 1, 500);
    pass(3);
    ck_assert_int_eq((int64_t)blocked_totals(blocked)->us[BLOCKED_SHARE], 3);
    ck_assert_int_eq((int64_t)blocked_totals(blocked)->us[BLOCKED_QUOTA], 3);
    ck_assert_int_eq((int64_t)blocked_totals(blocked)->us[BLOCKED_TURN], 3);
}
END_TEST

static void parts_are(uint32_t slot, enum blocked_reason reason, int64_t want_us)
{
    int64_t parts_us[BLOCKED_REASONS];
    blocked_parts_us(blocked, slot, parts_us);
    ck_assert_int_eq(parts_us[reason], want_us);
}

START_TEST(a_quota_that_passes_payouts_back_and_forth_gives_each_its_own_time)
{
    static const int64_t quotas_fen[] = {250, 199, 200, 350, 0, 300};
    open_at(0, 0);
    for (uint32_t i = 0; i < 6; i++) /* two of 100 each, 200, 300 */
        ask(i, 0, 1, 100 * (1 + i / 2));
    for (int i = 0; i < COUNT(quotas_fen); i++) {
        open_at(quotas_fen[i], 1000); /* they have no route to the other */
        pass(1 << i);
    }
    for (uint32_t i = 0; i < 6; i++) {
        int64_t turn_us = i < 2 ? 1 + 2 + 4 + 8 + 32 : i < 4 ? 1 + 4 + 8 + 32 : 8 + 32;
        parts_are(i, BLOCKED_TURN, turn_us);
        parts_are(i, BLOCKED_QUOTA, 63 - turn_us);
    }
    tell((struct fact){.kind = FACT_CANCELLED, .subject = 2});
    tell((struct fact){.kind = FACT_HELD, .subject = 3});
    open_at(100, 0);
    pass(1000);
    parts_are(2, BLOCKED_QUOTA, 2 + 16);
    parts_are(3, BLOCKED_HOLD, 1000);
    parts_are(4, BLOCKED_QUOTA, 1 + 2 + 4 + 16 + 1000);
    parts_are(0, BLOCKED_TURN, 47 + 1000);
    ck_assert_uint_eq(blocked_checks(blocked)->broken, 0);
}
END_TEST

static const struct fee_terms fees[] = {
    {.in_net = 1},
    {.fixed_fen = 10},
    {.in_net = 1, .fixed_fen = 10},
    {.in_net = 1, .share_ppm = 300000},
    {.in_net = 1, .share_ppm = 1000000, .fixed_fen = 3},
    {.in_net = 1, .share_ppm = 100000, .min_fen = 7},
    {.in_net = 1, .share_ppm = 500000, .max_fen = 20},
    {.in_net = 1, .share_ppm = 250000, .min_fen = 5, .max_fen = 9},
    {.in_net = 1, .share_ppm = 1, .min_fen = 500},
};

START_TEST(an_amount_fits_when_it_fits_with_its_fee)
{
    config.channels[0].fee = fees[_i];
    teardown();
    begin();
    open_at(0, 0);
    for (uint32_t i = 0; i < PAYOUTS; i++)
        ask(i, 0, 1, 1 + i);
    for (int64_t quota_fen = -2; quota_fen < 140; quota_fen++) {
        uint64_t fit = 0;
        for (int64_t amount_fen = 1; amount_fen <= PAYOUTS; amount_fen++)
            fit += amount_fen + (fees[_i].in_net ? fee_of(&fees[_i], amount_fen) : 0) <= quota_fen;
        open_at(quota_fen, 0);
        ck_assert_uint_eq(blocked_now(blocked, BLOCKED_TURN), fit);
        ck_assert_uint_eq(blocked_now(blocked, BLOCKED_QUOTA), PAYOUTS - fit);
    }
}
END_TEST

START_TEST(the_largest_amount_fits_what_holds_it_to_the_fen)
{
    config.channels[0].fee = fees[_i];
    int64_t fee_fen = fees[_i].in_net ? fee_of(&fees[_i], MONEY_MAX_FEN) : 0;
    teardown();
    begin();
    open_at(MONEY_MAX_FEN + fee_fen - 1, 0);
    ask(0, 0, 1, MONEY_MAX_FEN);
    pass(1);
    for (int64_t more_fen = 0; more_fen < 3; more_fen++) {
        open_at(MONEY_MAX_FEN + fee_fen + more_fen * PPM, 0);
        pass(10);
    }
    parts_are(0, BLOCKED_QUOTA, 1);
    parts_are(0, BLOCKED_TURN, 30);
}
END_TEST

START_TEST(a_pause_before_a_retry_is_its_turn_and_ends_to_the_microsecond)
{
    open_at(0, 0);
    ask(0, 0, 1, 100);
    pass(0);
    available_fen[0] = 100;
    send(0, 0, 100);
    pass(50);
    tell((struct fact){.kind = FACT_ATTEMPT_FAILED, .channel = 0, .id = 1ull << 32});
    tell((struct fact){.kind = FACT_QUEUED, .routes = 1, .amount_fen = 100, .other = now_us + 10});
    pass(10);
    pass(5); /* quota is short: the failed attempt told that 0 is available */
    int64_t parts_us[BLOCKED_REASONS];
    blocked_parts_us(blocked, 0, parts_us);
    ck_assert_int_eq(parts_us[BLOCKED_TURN], 10);
    ck_assert_int_eq(parts_us[BLOCKED_QUOTA], 5);
    tell((struct fact){.kind = FACT_EXPIRED});
    ck_assert_uint_eq(blocked_checks(blocked)->checked, 1);
    ck_assert_uint_eq(blocked_checks(blocked)->broken, 0);
}
END_TEST

START_TEST(time_that_nothing_accounts_for_is_found)
{
    open_at(0, 0);
    ask(0, 0, 1, 100);
    pass(5);
    now_us += 1; /* nobody was told that this microsecond passed */
    tell((struct fact){.kind = FACT_EXPIRED});
    ck_assert_uint_eq(blocked_checks(blocked)->broken, 1);
    ck_assert_ptr_nonnull(strstr(blocked_checks(blocked)->first, "5 us"));
    ck_assert_ptr_nonnull(strstr(blocked_checks(blocked)->first, "expired came after 6 us"));
}
END_TEST

/* --- drawn ------------------------------------------------------------------- */

static uint64_t dice;

static uint32_t roll(uint32_t sides)
{
    dice = dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((dice >> 33) % sides);
}

static bool has_slot(uint32_t c)
{
    uint32_t flying = 0;
    for (int i = 0; i < PAYOUTS; i++)
        flying += naive[i].flying && naive[i].channel == c;
    return (config.channels[c].concurrency == 0 || flying < config.channels[c].concurrency) &&
           (config.channels[c].per_second == 0 ||
            sent_this_second[c] < config.channels[c].per_second);
}

/* The obstacles of one channel as the header lists them; -1: no route. */
static int obstacles(const struct naive *p, uint32_t c, bool in_the_way[BLOCKED_REASONS])
{
    int count = 0;
    memset(in_the_way, 0, BLOCKED_REASONS * sizeof in_the_way[0]);
    if (!(p->routes >> c & 1))
        return -1;
    bool over = p->hold_fen[c] > available_fen[c];
    in_the_way[BLOCKED_BREAKER] = p->denied >> c & 1;
    in_the_way[BLOCKED_QUOTA] = over;
    in_the_way[BLOCKED_SHARE] =
        !over && p->hold_fen[c] >
                     shares_book_room_fen(book, (uint8_t)c, p->business, available_fen[c], now_us);
    in_the_way[BLOCKED_CHANNEL] = !has_slot(c);
    for (int r = 0; r < BLOCKED_REASONS; r++)
        count += in_the_way[r];
    return count;
}

static enum blocked_reason naive_reason(const struct naive *p)
{
    bool in_the_way[CHANNELS][BLOCKED_REASONS];
    int count[CHANNELS];
    int fewest = -1;
    if (p->held)
        return BLOCKED_HOLD;
    if (p->not_before_us > now_us)
        return BLOCKED_TURN;
    for (uint32_t c = 0; c < CHANNELS; c++) {
        count[c] = obstacles(p, c, in_the_way[c]);
        if (count[c] == 0)
            return BLOCKED_TURN;
        if (count[c] > 0 && (fewest < 0 || count[c] < count[fewest]))
            fewest = (int)c;
    }
    if (fewest == 1 && count[0] == count[1])
        fewest = 0;
    for (int r = 0; r < BLOCKED_REASONS; r++)
        for (int c = 0; c < CHANNELS; c++)
            if (count[c] == 1 && in_the_way[c][r])
                return (enum blocked_reason)r;
    for (int r = 0;; r++)
        if (in_the_way[fewest][r])
            return (enum blocked_reason)r;
}

static void naive_pass(int64_t us)
{
    for (int i = 0; i < PAYOUTS; i++) {
        struct naive *p = &naive[i];
        if (!p->queued)
            continue;
        enum blocked_reason reason = naive_reason(p);
        p->parts_us[reason] += us;
        totals_us[reason] += us;
        if (reason == BLOCKED_QUOTA)
            quota_fen_us += us * p->amount_fen;
    }
    if ((now_us + us) / US_PER_S != now_us / US_PER_S)
        sent_this_second[0] = sent_this_second[1] = 0;
    pass(us);
}

static void queue_up(uint32_t slot, int64_t pause_us)
{
    struct naive *p = &naive[slot];
    p->queued = true;
    p->held = false;
    p->denied = 0;
    p->not_before_us = now_us + pause_us;
    tell((struct fact){.kind = FACT_QUEUED,
                       .subject = slot,
                       .routes = p->routes,
                       .state = p->business,
                       .amount_fen = p->amount_fen,
                       .other = p->not_before_us});
}

static void request_drawn(uint32_t slot)
{
    struct naive *p = &naive[slot];
    *p = (struct naive){.live = true,
                        .business = (uint8_t)roll(3),
                        .routes = (uint8_t)(1 + roll(3)),
                        .amount_fen = roll(2) == 0 ? 100 * (1 + roll(10)) : 1 + roll(1200),
                        .requested_us = now_us};
    for (int c = 0; c < CHANNELS; c++)
        p->hold_fen[c] =
            p->amount_fen +
            (config.channels[c].fee.in_net ? fee_of(&config.channels[c].fee, p->amount_fen) : 0);
    tell((struct fact){.kind = FACT_REQUESTED, .subject = slot, .amount_fen = p->amount_fen});
    queue_up(slot, 0);
}

static void send_drawn(uint32_t slot)
{
    struct naive *p = &naive[slot];
    uint32_t c = p->routes == 3 ? roll(2) : p->routes - 1u;
    if (p->held || (p->denied >> c & 1) || !has_slot(c) || p->hold_fen[c] > available_fen[c] ||
        p->not_before_us > now_us)
        return;
    p->queued = false;
    p->flying = true;
    p->channel = (uint8_t)c;
    sent_this_second[c]++;
    send(slot, (uint8_t)c, p->hold_fen[c]);
}

static void end_flight(uint32_t slot)
{
    struct naive *p = &naive[slot];
    bool failed = roll(3) == 0;
    p->flying = false;
    if (failed)
        available_fen[p->channel] += p->hold_fen[p->channel];
    tell((struct fact){.kind = failed ? FACT_ATTEMPT_FAILED : FACT_PAID,
                       .channel = p->channel,
                       .subject = slot,
                       .amount_fen = p->hold_fen[p->channel],
                       .other = available_fen[p->channel]});
    if (failed)
        queue_up(slot, roll(2) * 1000 * roll(2000));
    else
        p->live = false;
}

static void same_parts(uint32_t slot)
{
    int64_t parts_us[BLOCKED_REASONS];
    blocked_parts_us(blocked, slot, parts_us);
    for (int r = 0; r < BLOCKED_REASONS; r++)
        ck_assert_int_eq(parts_us[r], naive[slot].parts_us[r]);
}

static void happen(void)
{
    uint32_t slot = roll(PAYOUTS);
    struct naive *p = &naive[slot];
    uint8_t c = (uint8_t)roll(CHANNELS);
    if (!p->live) {
        request_drawn(slot);
        if (roll(2) == 0)
            send_drawn(slot); /* at once: it never waits */
    } else if (p->flying) {
        end_flight(slot);
    } else if (roll(4) == 0) {
        p->held = !p->held;
        tell((struct fact){.kind = p->held ? FACT_HELD : FACT_RELEASED, .subject = slot});
    } else if (roll(4) == 0) {
        p->denied = (uint8_t)(roll(4) & p->routes);
        tell((struct fact){.kind = FACT_DENIED, .subject = slot, .routes = p->denied});
    } else if (roll(12) == 0) {
        p->queued = p->live = false;
        tell((struct fact){.kind = FACT_CANCELLED, .subject = slot});
    } else {
        send_drawn(slot);
    }
    if (roll(3) == 0) {
        available_fen[c] = roll(2) == 0 ? 100 * roll(12) : (int64_t)roll(1300) - 50;
        tell((struct fact){.kind = FACT_RECEIPT, .channel = c, .other = available_fen[c]});
    }
    same_parts(slot);
}

static void draw_config(void)
{
    for (int c = 0; c < CHANNELS; c++) {
        config.channels[c].concurrency = roll(3) * 3;
        config.channels[c].per_second = roll(3) == 0 ? 2 : 0;
        config.channels[c].fee = fees[roll(COUNT(fees))];
    }
    config.primary = (enum channel)roll(2);
    bool shares = roll(2) == 0;
    for (int b = 0; b < 3; b++) {
        config.businesses[b].share_ppm = shares ? 100000 * roll(4) : 0;
        config.businesses[b].no_borrowing = config.businesses[b].share_ppm != 0 && roll(2) == 0;
    }
}

START_TEST(drawn_payouts_wait_for_what_a_naive_account_says)
{
    uint64_t waited = 0;
    dice = 77 + (uint64_t)_i;
    draw_config();
    /* ties of the fewest obstacles go to unionpay in the naive account */
    config.primary = CHANNEL_UNIONPAY;
    teardown();
    begin();
    open_at(500, 500);
    for (int step = 0; step < 3000; step++) {
        happen();
        naive_pass(roll(4) == 0 ? 0 : 1000 * roll(400));
        for (int r = 0; r < BLOCKED_REASONS; r++)
            ck_assert_int_eq((int64_t)blocked_totals(blocked)->us[r], totals_us[r]);
    }
    ck_assert_int_eq((int64_t)blocked_totals(blocked)->quota_fen_us, quota_fen_us);
    for (uint32_t i = 0; i < PAYOUTS; i++)
        same_parts(i);
    for (int r = 0; r < BLOCKED_REASONS; r++)
        waited += totals_us[r] > 0;
    ck_assert_uint_ge(waited, 4);
    ck_assert_uint_gt(blocked_checks(blocked)->checked, 50);
    ck_assert_uint_eq(blocked_checks(blocked)->broken, 0);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("blocked");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, a_payout_waits_for_the_first_obstacle_that_alone_would_let_it_go, 0,
                        COUNT(cases));
    tcase_add_test(t, what_is_over_its_share_waits_for_its_share_and_over_the_quota_for_quota);
    tcase_add_test(t, a_quota_that_passes_payouts_back_and_forth_gives_each_its_own_time);
    tcase_add_loop_test(t, an_amount_fits_when_it_fits_with_its_fee, 0, COUNT(fees));
    tcase_add_loop_test(t, the_largest_amount_fits_what_holds_it_to_the_fen, 0, COUNT(fees));
    tcase_add_test(t, a_pause_before_a_retry_is_its_turn_and_ends_to_the_microsecond);
    tcase_add_test(t, time_that_nothing_accounts_for_is_found);
    tcase_add_loop_test(t, drawn_payouts_wait_for_what_a_naive_account_says, 0, 20);
    return run_tests("blocked", t);
}
