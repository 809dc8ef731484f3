/* test_breaker_model.c — the breaker against a naive one, and keys by the thousand.
 *
 * The naive breaker keeps lists of every call and works each answer out from
 * scratch; it knows no windows, buckets, pools or timers. */

#include <string.h>

#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/payout/breaker.h"
#include "tests/harness.h"

enum { KEYS = 3, CALLS_MAX = 20000 };

struct note {
    int64_t at_us;
    int64_t amount_fen;
    bool failed;
    bool slow;
};

struct model {
    enum breaker_state state;
    int64_t since_us;
    int64_t forced_until_us;
    uint32_t first_call; /* the first that counts */
    uint32_t openings;
    uint32_t done_count; /* completed in this state */
    struct note done[CALLS_MAX];
    uint32_t sent_count; /* sent in this state */
    struct note sent[CALLS_MAX];
    uint32_t probes_out;
    int64_t first_out_us;
};

struct call {
    uint32_t key;
    uint32_t number;
    int64_t sent_us;
    bool open;
};

static struct model models[KEYS];
static struct call calls[CALLS_MAX];
static struct breaker_terms terms;
static struct breaker breaker;
static _Alignas(16) uint64_t memory[1 << 20];
static int64_t now_us;
static uint32_t sends;
static uint64_t state;

/* --- the naive breaker ---------------------------------------------------------- */

static void turn(struct model *m, enum breaker_state to, uint32_t first_call)
{
    m->state = to;
    m->since_us = now_us;
    m->first_call = first_call;
    m->done_count = m->sent_count = m->probes_out = 0;
    if (to == BREAKER_OPEN)
        m->openings++;
    if (to == BREAKER_CLOSED)
        m->openings = 0;
}

static int64_t model_wait_us(const struct model *m)
{
    double us = (double)terms.open_for_us;
    for (uint32_t k = 1; k < m->openings; k++)
        us = (double)(int64_t)(us * ((double)terms.open_multiplier_ppm / 1e6));
    double max_us = terms.open_max_us == 0 ? 366.0 * 86400e6 : (double)terms.open_max_us;
    return (int64_t)(us < max_us ? us : max_us);
}

/* The end of its state, if it has one. */
static int64_t model_until_us(const struct model *m)
{
    switch (m->state) {
    case BREAKER_OPEN:
        return m->since_us + model_wait_us(m);
    case BREAKER_HALF_OPEN:
        return m->probes_out == 0 ? INT64_MAX : m->first_out_us + terms.probe_deadline_us;
    case BREAKER_FORCED_OPEN:
    case BREAKER_FORCED_CLOSED:
        return m->forced_until_us;
    case BREAKER_CLOSED:
        break;
    }
    return INT64_MAX;
}

static bool model_admits(const struct model *m)
{
    if (m->state == BREAKER_HALF_OPEN)
        return m->probes_out + m->done_count < terms.probes;
    return m->state == BREAKER_CLOSED || m->state == BREAKER_FORCED_CLOSED;
}

/* What of the calls completed is in the window now. */
static struct note window_of(const struct model *m, uint32_t *completed, uint32_t *failed,
                             uint32_t *slow)
{
    *completed = *failed = *slow = 0;
    for (uint32_t i = m->done_count; i-- > 0;) {
        bool in =
            m->state == BREAKER_HALF_OPEN || (terms.window_calls == 0 && terms.window_seconds == 0);
        if (terms.window_calls != 0)
            in |= m->done_count - i <= terms.window_calls;
        if (terms.window_seconds != 0)
            in |= now_us / US_PER_S - m->done[i].at_us / US_PER_S < terms.window_seconds;
        if (in) {
            *completed += 1;
            *failed += m->done[i].failed;
            *slow += m->done[i].slow;
        }
    }
    return m->done_count == 0 ? (struct note){0} : m->done[m->done_count - 1];
}

static bool share_reached(uint32_t part, uint32_t whole, int64_t ppm)
{
    return ppm != 0 && whole != 0 && (double)part / whole >= (double)ppm / 1e6;
}

static void model_sent(struct model *m, int64_t amount_fen)
{
    if (m->state == BREAKER_HALF_OPEN) {
        if (m->probes_out++ == 0)
            m->first_out_us = now_us;
        return;
    }
    if (m->state != BREAKER_CLOSED || terms.velocity_seconds == 0)
        return;
    m->sent[m->sent_count++] = (struct note){.at_us = now_us, .amount_fen = amount_fen};
    int64_t seconds = (terms.velocity_seconds + 59) / 60;
    int64_t buckets = (terms.velocity_seconds + seconds - 1) / seconds;
    uint32_t count = 0;
    int64_t sum_fen = 0;
    for (uint32_t i = 0; i < m->sent_count; i++)
        if (now_us / US_PER_S / seconds - m->sent[i].at_us / US_PER_S / seconds < buckets) {
            count++;
            sum_fen += m->sent[i].amount_fen;
        }
    if ((terms.velocity_count != 0 && count >= terms.velocity_count) ||
        (terms.velocity_fen != 0 && sum_fen >= terms.velocity_fen))
        turn(m, BREAKER_OPEN, sends + 1);
}

static void model_answered(struct model *m, uint32_t number, enum breaker_outcome outcome,
                           int64_t took_us)
{
    uint32_t completed, failed, slow;
    if (number < m->first_call || (m->state != BREAKER_CLOSED && m->state != BREAKER_HALF_OPEN))
        return;
    if (m->state == BREAKER_HALF_OPEN)
        m->probes_out--;
    if (outcome == BREAKER_IGNORED)
        return;
    m->done[m->done_count++] =
        (struct note){.at_us = now_us,
                      .failed = outcome == BREAKER_FAILURE,
                      .slow = terms.slow_ppm != 0 && took_us > terms.slow_after_us};
    window_of(m, &completed, &failed, &slow);
    if (m->state == BREAKER_HALF_OPEN) {
        uint32_t needed = terms.min_calls < terms.probes ? terms.min_calls : terms.probes;
        if (completed < (needed == 0 ? 1 : needed))
            return;
        bool bad = terms.failure_ppm == 0 ? failed > 0
                                          : share_reached(failed, completed, terms.failure_ppm);
        bad |= share_reached(slow, completed, terms.slow_ppm);
        turn(m, bad ? BREAKER_OPEN : BREAKER_CLOSED, sends);
        return;
    }
    uint32_t row = 0;
    while (row < m->done_count && m->done[m->done_count - 1 - row].failed)
        row++;
    if ((terms.consecutive != 0 && row >= terms.consecutive) ||
        (completed >= terms.min_calls && (share_reached(failed, completed, terms.failure_ppm) ||
                                          share_reached(slow, completed, terms.slow_ppm))))
        turn(m, BREAKER_OPEN, sends);
}

static void model_expire(struct model *m)
{
    if (now_us <= model_until_us(m))
        return;
    if (m->state == BREAKER_HALF_OPEN)
        turn(m, BREAKER_OPEN, sends);
    else
        turn(m, m->state == BREAKER_FORCED_CLOSED ? BREAKER_CLOSED : BREAKER_HALF_OPEN, sends);
}

/* --- side by side ----------------------------------------------------------------- */

static uint32_t drawn(uint32_t below)
{
    return (uint32_t)draw(&state, below);
}

static void draw_terms(void)
{
    terms = (struct breaker_terms){
        .keys = KEYS,
        .min_calls = drawn(8),
        .probes = 1 + drawn(6),
        .open_for_us = 1 + drawn(3000000),
        .open_multiplier_ppm = PPM + drawn(4) * PPM / 2,
        .open_max_us = drawn(2) * 10000000,
        .probe_deadline_us = 1 + drawn(3000000),
    };
    uint32_t kinds = 1 + drawn(15);
    if (kinds & 3) {
        if (drawn(2))
            terms.window_calls = 1 + drawn(140);
        else
            terms.window_seconds = 1 + drawn(20);
    }
    if (kinds & 1)
        terms.failure_ppm = 1 + drawn(PPM);
    if (kinds & 2) {
        terms.slow_ppm = 1 + drawn(PPM);
        terms.slow_after_us = drawn(800000);
    }
    if (kinds & 4)
        terms.consecutive = 1 + drawn(6);
    if (kinds & 8) {
        terms.velocity_seconds = 1 + drawn(200);
        terms.velocity_count = drawn(3) * (5 + drawn(40));
        terms.velocity_fen = drawn(2) * 10000;
    }
}

static void compare(uint32_t key)
{
    const struct model *m = &models[key];
    uint32_t at = breaker_find(&breaker, memory, key);
    uint32_t completed, failed, slow;
    ck_assert_in_loop(at != NONE);
    const struct breaker_key *k = breaker_key(&breaker, memory, at);
    ck_assert_in_loop(k->state == m->state);
    ck_assert_in_loop(breaker_admits(&breaker, memory, at) == model_admits(m));
    ck_assert_in_loop(k->until_us == model_until_us(m));
    ck_assert_in_loop(k->openings == m->openings);
    struct note last = window_of(m, &completed, &failed, &slow);
    if (m->state == BREAKER_HALF_OPEN || last.at_us == now_us) {
        ck_assert_in_loop(k->completed == completed);
        ck_assert_in_loop(k->failed == failed && k->slow == slow);
    }
}

static struct breaker_time now(void)
{
    return (struct breaker_time){now_us, sends};
}

static void pass_time(int64_t us)
{
    int64_t until_us = now_us + us;
    while (now_us < until_us) {
        int64_t next_us = until_us;
        for (uint32_t key = 0; key < KEYS; key++) {
            int64_t end_us = model_until_us(&models[key]);
            if (end_us < next_us - 1)
                next_us = end_us + 1;
        }
        now_us = next_us;
        for (uint32_t at; (at = breaker_overdue(&breaker, memory, now_us)) != NONE;)
            breaker_expire(&breaker, memory, at, now());
        for (uint32_t key = 0; key < KEYS; key++) {
            model_expire(&models[key]);
            compare(key);
        }
    }
}

static void send_one(uint32_t key)
{
    uint32_t at = breaker_find(&breaker, memory, key);
    if (!model_admits(&models[key]) || sends == CALLS_MAX)
        return;
    int64_t amount_fen = 1 + drawn(1500);
    calls[sends] = (struct call){key, sends, now_us, true};
    breaker_sent(&breaker, memory, at, now(), amount_fen);
    model_sent(&models[key], amount_fen);
    sends++;
}

static void answer_one(bool failing)
{
    uint32_t i = sends == 0 ? 0 : sends - 1 - drawn(sends < 12 ? sends : 12);
    if (sends == 0 || !calls[i].open)
        return;
    uint32_t luck = drawn(10);
    enum breaker_outcome outcome = luck == 0                  ? BREAKER_IGNORED
                                   : luck < (failing ? 8 : 2) ? BREAKER_FAILURE
                                                              : BREAKER_SUCCESS;
    calls[i].open = false;
    uint32_t at = breaker_find(&breaker, memory, calls[i].key);
    struct breaker_call call = {calls[i].number, (uint8_t)outcome, now_us - calls[i].sent_us};
    breaker_answered(&breaker, memory, at, now(), call);
    model_answered(&models[calls[i].key], call.number, outcome, call.took_us);
}

static void force_one(uint32_t key)
{
    bool open = drawn(2);
    int64_t until_us = drawn(3) == 0 ? INT64_MAX : now_us + drawn(5000000);
    breaker_force(&breaker, memory, breaker_find(&breaker, memory, key), now(), open, until_us);
    turn(&models[key], open ? BREAKER_FORCED_OPEN : BREAKER_FORCED_CLOSED, sends);
    models[key].forced_until_us = until_us;
}

START_TEST(it_does_what_the_naive_one_does)
{
    state = (uint64_t)_i + 1;
    draw_terms();
    memset(memory, 0, sizeof memory);
    memset(models, 0, sizeof models);
    ck_assert_uint_le(breaker_bytes(&terms), sizeof memory);
    breaker_init(&breaker, &terms);
    now_us = INT64_C(1700000000123456);
    sends = 0;
    for (uint32_t key = 0; key < KEYS; key++)
        breaker_take(&breaker, memory, key);

    uint32_t seen[5] = {0};
    for (uint32_t step = 0; step < 3000; step++) {
        uint32_t key = drawn(KEYS);
        uint32_t what = drawn(100);
        if (what < 40)
            send_one(key);
        else if (what < 85)
            answer_one(step / 150 % 2);
        else if (what < 86 && drawn(4) == 0)
            force_one(key);
        else if (what == 99)
            pass_time(drawn(20000000));
        else
            pass_time(drawn(drawn(2) ? 300000 : 2));
        for (key = 0; key < KEYS; key++) {
            compare(key);
            seen[models[key].state]++;
        }
    }
    ck_assert_uint_gt(seen[BREAKER_OPEN] + seen[BREAKER_FORCED_OPEN], 0);
}
END_TEST

/* --- keys by the thousand ----------------------------------------------------------- */

static void begin(struct breaker_terms with)
{
    memset(memory, 0, sizeof memory);
    terms = with;
    ck_assert_uint_le(breaker_bytes(&terms), sizeof memory);
    breaker_init(&breaker, &terms);
    now_us = INT64_C(1700000000000000);
    sends = 0;
}

static const struct breaker_terms one_failure = {.keys = 8,
                                                 .consecutive = 1,
                                                 .open_for_us = US_PER_S,
                                                 .open_multiplier_ppm = PPM,
                                                 .probes = 1,
                                                 .probe_deadline_us = US_PER_S};

static void break_key(uint32_t value)
{
    uint32_t key = breaker_take(&breaker, memory, value);
    ck_assert_in_loop(key != NONE);
    breaker_sent(&breaker, memory, key, now(), 1);
    struct breaker_call call = {sends++, BREAKER_FAILURE, 0};
    breaker_answered(&breaker, memory, key, now(), call);
}

START_TEST(far_more_keys_than_the_pool_has_room_for)
{
    begin(one_failure);
    for (uint32_t value = 0; value < 3; value++)
        break_key(value);
    for (uint32_t value = 100; value < 50000; value++) {
        ck_assert_in_loop(breaker_take(&breaker, memory, value) != NONE);
        ck_assert_in_loop(breaker.pool.used <= 8 && breaker.map.count == breaker.pool.used);
    }
    for (uint32_t value = 0; value < 3; value++) /* what is open is not forgotten */
        ck_assert(!breaker_admits(&breaker, memory, breaker_find(&breaker, memory, value)));
    for (uint32_t value = 100; value < 50000; value++)
        ck_assert_in_loop((breaker_find(&breaker, memory, value) != NONE) == (value >= 49995));
    ck_assert_uint_eq(breaker.awake, 3);
    ck_assert_uint_eq(breaker.shut, 3);
}
END_TEST

START_TEST(the_key_used_longest_ago_is_forgotten)
{
    uint32_t order[8] = {0, 1, 2, 3, 4, 5, 6, 7}; /* by use, oldest first */
    begin(one_failure);
    for (uint32_t i = 0; i < 8; i++)
        breaker_take(&breaker, memory, order[i]);
    uint32_t fresh = 8;
    state = 1;
    for (int step = 0; step < 5000; step++) {
        uint32_t i = drawn(16);
        uint32_t value = i < 8 ? order[i] : fresh++;
        if (i >= 8)
            i = 0;
        ck_assert_in_loop(breaker_take(&breaker, memory, value) != NONE);
        memmove(&order[i], &order[i + 1], (7 - i) * sizeof order[0]);
        order[7] = value;
        for (i = 0; i < 8; i++)
            ck_assert_in_loop(breaker_find(&breaker, memory, order[i]) != NONE);
    }
}
END_TEST

START_TEST(with_no_closed_key_left_a_new_one_is_not_watched)
{
    begin(one_failure);
    for (uint32_t value = 0; value < 8; value++)
        break_key(value);
    ck_assert_uint_eq(breaker_take(&breaker, memory, 8), NONE);
    ck_assert_uint_eq(breaker_find(&breaker, memory, 8), NONE);
    now_us += US_PER_S + 1;
    uint32_t key = breaker_overdue(&breaker, memory, now_us);
    breaker_expire(&breaker, memory, key, now());
    breaker_sent(&breaker, memory, key, now(), 1);
    struct breaker_call call = {sends++, BREAKER_SUCCESS, 0};
    breaker_answered(&breaker, memory, key, now(), call);
    ck_assert_uint_ne(breaker_take(&breaker, memory, 8), NONE); /* one has closed */
}
END_TEST

START_TEST(an_answer_from_before_a_forgotten_state_does_not_count)
{
    begin(one_failure);
    uint32_t key = breaker_take(&breaker, memory, 0);
    breaker_sent(&breaker, memory, key, now(), 1);
    struct breaker_call late = {sends++, BREAKER_FAILURE, 0};
    break_key(0);
    now_us += US_PER_S + 1;
    breaker_expire(&breaker, memory, breaker_overdue(&breaker, memory, now_us), now());
    breaker_sent(&breaker, memory, key, now(), 1);
    struct breaker_call call = {sends++, BREAKER_SUCCESS, 0};
    breaker_answered(&breaker, memory, key, now(), call);
    for (uint32_t value = 1; value <= 8; value++)
        breaker_take(&breaker, memory, value);
    ck_assert_uint_eq(breaker_find(&breaker, memory, 0), NONE);
    key = breaker_take(&breaker, memory, 0);
    breaker_answered(&breaker, memory, key, now(), late);
    ck_assert_uint_eq(breaker_key(&breaker, memory, key)->state, BREAKER_CLOSED);
}
END_TEST

START_TEST(timers_out_of_date_never_fill_the_heap)
{
    begin(one_failure);
    for (int round = 0; round < 10000; round++) {
        uint32_t key = breaker_take(&breaker, memory, (uint32_t)round % 8);
        breaker_force(&breaker, memory, key, now(), round % 2, now_us + 1000000 + round);
    }
    ck_assert_uint_le(breaker.timers.count, 16);
    now_us += 2 * US_PER_S;
    int ended = 0;
    for (uint32_t at; (at = breaker_overdue(&breaker, memory, now_us)) != NONE; ended++)
        breaker_expire(&breaker, memory, at, now());
    ck_assert_int_eq(ended, 8);
}
END_TEST

/* What the manual and the limits are reckoned with. */
START_TEST(a_key_takes_no_more_memory_than_its_windows)
{
    struct breaker_terms t = one_failure;
    ck_assert_uint_eq(sizeof(struct breaker_key), 88);
    ck_assert_uint_eq(breaker_key_bytes(&t), 88);
    t.window_calls = 100;
    ck_assert_uint_eq(breaker_key_bytes(&t), 88 + 32);
    t.window_calls = 0;
    t.window_seconds = 60;
    ck_assert_uint_eq(breaker_key_bytes(&t), 88 + 720);
    t.window_seconds = 0;
    t.velocity_seconds = 600;
    ck_assert_uint_eq(breaker_key_bytes(&t), 88 + 960);
}
END_TEST

/* --- what no one may do --------------------------------------------------------------- */

START_TEST(sending_what_is_not_admitted_stops_the_program)
{
    begin(one_failure);
    break_key(0);
    breaker_sent(&breaker, memory, breaker_find(&breaker, memory, 0), now(), 1);
}
END_TEST

START_TEST(an_answer_to_what_was_never_sent_stops_the_program)
{
    begin(one_failure);
    struct breaker_call call = {0, BREAKER_SUCCESS, 0};
    breaker_answered(&breaker, memory, breaker_take(&breaker, memory, 0), now(), call);
}
END_TEST

START_TEST(ending_a_state_before_its_time_stops_the_program)
{
    begin(one_failure);
    break_key(0);
    now_us += US_PER_S;
    breaker_expire(&breaker, memory, breaker_find(&breaker, memory, 0), now());
}
END_TEST

START_TEST(a_share_without_a_window_stops_the_program)
{
    struct breaker_terms t = one_failure;
    t.failure_ppm = 1;
    breaker_init(&breaker, &t);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("breaker_model");
    tcase_add_loop_test(t, it_does_what_the_naive_one_does, 0, 60);
    tcase_add_test(t, far_more_keys_than_the_pool_has_room_for);
    tcase_add_test(t, the_key_used_longest_ago_is_forgotten);
    tcase_add_test(t, with_no_closed_key_left_a_new_one_is_not_watched);
    tcase_add_test(t, an_answer_from_before_a_forgotten_state_does_not_count);
    tcase_add_test(t, timers_out_of_date_never_fill_the_heap);
    tcase_add_test(t, a_key_takes_no_more_memory_than_its_windows);
    tcase_add_test_raise_signal(t, sending_what_is_not_admitted_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, an_answer_to_what_was_never_sent_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, ending_a_state_before_its_time_stops_the_program, SIGABRT);
    tcase_add_test_raise_signal(t, a_share_without_a_window_stops_the_program, SIGABRT);
    return run_tests("breaker_model", t);
}
