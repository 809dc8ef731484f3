/* wide_stage.h — a small world with every institution in it, for tests to play with.
 *
 * Orders go in; what the world says, and what is true, is kept in the order in
 * which it came.  After every event the books must balance, the custody account
 * must add up, and every account must be its opening plus its movements.
 */
#ifndef TESTS_WIDE_STAGE_H
#define TESTS_WIDE_STAGE_H

#include <string.h>

#include "core/base/civil.h"
#include "mocks/world.h"
#include "sim/evq.h"
#include "sim/hand_over.h"
#include "tests/harness.h"

enum { BANK_A = INSTITUTION_BANKS, BANK_B };

enum {
    ACS,
    OWN_A,
    RESERVE_A,
    OWN_B,
    VIRTUAL_RESERVE,
    VIRTUAL_OWN,
    LATER_B, /* a reserve account that opens later */
    ACCOUNTS,
};

enum { KEPT = 8192 };

#define YUAN(n) ((int64_t)(n)*100)
#define SECONDS(n) ((int64_t)(n)*US_PER_S)

static const int64_t openings_fen[ACCOUNTS] = {
    [ACS] = YUAN(100000), [OWN_A] = YUAN(5000),           [RESERVE_A] = YUAN(3000),
    [OWN_B] = YUAN(2000), [VIRTUAL_RESERVE] = YUAN(1000), [VIRTUAL_OWN] = YUAN(500),
    [LATER_B] = YUAN(70)};

struct stage {
    struct world_terms terms;
    struct world *world;
    struct evq *queue;
    int64_t now_us;
    struct outbox out;
    uint32_t news_count;
    uint32_t fact_count;
    struct input news[KEPT];
    struct fact facts[KEPT];
    int64_t moved_fen[ACCOUNTS];
    uint32_t movements[ACCOUNTS];
};

static struct stage stage;

static inline int64_t moment(const char *text)
{
    int64_t moment_us;
    ck_assert(civil_parse_moment(text, strlen(text), &moment_us));
    return moment_us;
}

static inline struct latency constant(int64_t us)
{
    return (struct latency){.kind = LATENCY_CONSTANT, .point_us = {us}};
}

static inline struct transfer_terms transfers(int64_t reply_us, int64_t final_us)
{
    return (struct transfer_terms){.reply = constant(reply_us), .final = constant(final_us)};
}

/* Terms without any fault, open at all hours; a test changes what it is about. */
static inline void stage_terms(const char *start)
{
    static const struct world_account accounts[ACCOUNTS] = {
        [ACS] = {.kind = ACCOUNT_CENTRAL_BANK, .institution = INSTITUTION_CENTRAL_BANK},
        [OWN_A] = {.kind = ACCOUNT_OWN, .institution = BANK_A},
        [RESERVE_A] = {.kind = ACCOUNT_RESERVE, .institution = BANK_A},
        [OWN_B] = {.kind = ACCOUNT_OWN, .institution = BANK_B},
        [VIRTUAL_RESERVE] = {.kind = ACCOUNT_VIRTUAL_RESERVE, .institution = CHANNEL_UNIONPAY},
        [VIRTUAL_OWN] = {.kind = ACCOUNT_VIRTUAL_OWN, .institution = CHANNEL_UNIONPAY},
        [LATER_B] = {.kind = ACCOUNT_RESERVE, .institution = BANK_B, .opens_later = 1},
    };
    struct world_terms *t = &stage.terms;
    memset(&stage, 0, sizeof stage);
    stage.now_us = moment(start);
    t->calendar = CALENDAR_CHINA;
    t->seed = 7;
    t->start_us = stage.now_us;
    t->account_count = ACCOUNTS;
    t->orders_max = 1024;
    for (int i = 0; i < ACCOUNTS; i++) {
        t->accounts[i] = accounts[i];
        t->accounts[i].opening_fen = openings_fen[i];
    }
    t->mapped_fen[CHANNEL_UNIONPAY] = YUAN(30000);
    t->mapped_fen[CHANNEL_NETSUNION] = YUAN(40000);
    for (int c = 0; c < CHANNELS; c++) {
        struct house_terms *h = &t->houses[c];
        h->closing_count = 2;
        h->closing_us[0] = 12 * US_PER_HOUR;
        h->closing_us[1] = c == CHANNEL_UNIONPAY ? 23 * US_PER_HOUR : US_PER_DAY;
        h->settle_at_us = 10 * US_PER_HOUR;
        h->file_at_us = 9 * US_PER_HOUR + 30 * US_PER_MINUTE;
        h->reply = constant(SECONDS(1));
        h->final = constant(SECONDS(3));
        h->notice = constant(SECONDS(2));
        h->query = constant(SECONDS(1));
        h->quota = constant(SECONDS(1));
        h->balance = constant(SECONDS(2));
        h->details = constant(SECONDS(3));
        h->resend_count = 2;
        h->resend_us[0] = h->resend_us[1] = SECONDS(60);
        h->settlement = transfers(SECONDS(2), SECONDS(6));
        for (int s = SERVICE_PREFUND; s <= SERVICE_ADJUST; s++)
            h->funds[s] = transfers(SECONDS(1), SECONDS(4));
    }
    for (int i = INSTITUTION_CENTRAL_BANK; i <= BANK_B; i++)
        t->banks[i] = (struct bank_terms){.transfer = transfers(SECONDS(1), SECONDS(5)),
                                          .query = constant(SECONDS(1)),
                                          .balance = constant(SECONDS(2)),
                                          .details = constant(SECONDS(3)),
                                          .notice = constant(SECONDS(2))};
}

/* Numbers of lines that a fault invented: no money moved with them, so no fact tells of them. */
static inline void count_invented(uint32_t account)
{
    const struct statements *s = &stage.world->statements;
    const struct movement *next;
    while ((next = statement_find(s, account, stage.movements[account] + 1)) != NULL &&
           next->amount_fen == 0)
        stage.movements[account]++;
}

static inline void stage_check(void)
{
    const struct world *w = stage.world;
    ck_assert_in_loop(books_balanced(&w->books));
    ck_assert_in_loop(central_bank_adds_up(&w->central_bank, &w->books));
    for (uint8_t i = 0; i < ACCOUNTS; i++) {
        int64_t opening_fen = w->statements.items[i].state == ACCOUNT_ABSENT ? 0 : openings_fen[i];
        ck_assert_in_loop(statement_balance_fen(&w->statements, i) ==
                          opening_fen + stage.moved_fen[i]);
        count_invented(i);
        ck_assert_in_loop(world_movements(w, i) == stage.movements[i]);
    }
    for (int c = 0; c < CHANNELS; c++) {
        ck_assert_in_loop(house_bounds_hold(&w->houses[c]));
        ck_assert_in_loop(house_available_fen(&w->houses[c]) ==
                          house_recomputed_available_fen(&w->houses[c]));
    }
}

static inline void stage_take(void)
{
    struct outbox *out = &stage.out;
    for (uint32_t i = 0; i < out->fact_count; i++) {
        const struct fact *f = &out->facts[i];
        ck_assert_in_loop(stage.fact_count < KEPT && f->at_us == stage.now_us);
        stage.facts[stage.fact_count++] = *f;
        if (f->kind != FACT_TRUE_MOVEMENT)
            continue;
        stage.moved_fen[f->subject] += f->amount_fen;
        count_invented(f->subject);
        ck_assert_in_loop(f->session == ++stage.movements[f->subject]);
        ck_assert_in_loop(f->other == openings_fen[f->subject] + stage.moved_fen[f->subject]);
    }
    for (uint32_t i = 0; i < out->input_count; i++) {
        ck_assert_in_loop(stage.news_count < KEPT);
        stage.news[stage.news_count++] = out->inputs[i];
    }
    for (uint32_t i = 0; i < out->happening_count; i++)
        evq_push(stage.queue, out->happenings[i]);
    out->fact_count = out->input_count = out->happening_count = 0;
    stage_check();
}

static inline void stage_start(void)
{
    stage.world = world_create(&stage.terms);
    stage.queue = evq_create(stage.now_us);
    ck_assert_ptr_nonnull(stage.world);
    world_start(stage.world, stage.now_us, &stage.out);
    stage_take();
}

static inline void stage_end(void)
{
    world_free(stage.world);
    evq_free(stage.queue);
    stage.world = NULL;
}

static inline void hand_over(const struct happening *what)
{
    struct details page;
    struct input one;
    static struct hand_over list;
    struct house *h = &stage.world->houses[what->house % CHANNELS];
    if (what->kind == HAPPENS_DETAILS) {
        world_details(stage.world, what, &page);
        while (world_next_detail(stage.world, &page, &one))
            outbox_tell(&stage.out, one), stage_take();
    }
    if (what->kind == HAPPENS_LIST && house_hands_over(h)) {
        one = hand_over_start(&list, h);
        do
            outbox_tell(&stage.out, one), stage_take();
        while (hand_over_next(&list, &one));
        house_list_handed_over(h);
    }
}

/* Everything that happens up to then. */
static inline void stage_until(int64_t until_us)
{
    struct event e;
    while (evq_next_us(stage.queue) <= until_us) {
        ck_assert_in_loop(evq_pop(stage.queue, &e));
        stage.now_us = e.what.at_us;
        world_happens(stage.world, stage.now_us, &e.what, &stage.out);
        stage_take();
        hand_over(&e.what);
    }
    stage.now_us = until_us;
}

static inline void stage_heal(void)
{
    world_heal(stage.world, stage.now_us, &stage.out);
    stage_take();
}

static inline void stage_for(int64_t us)
{
    stage_until(stage.now_us + us);
}

static inline void stage_order(struct order o)
{
    if (o.sent_us == 0)
        o.sent_us = stage.now_us;
    if (o.attempt == 0)
        o.attempt = 1;
    world_order(stage.world, stage.now_us, &o, &stage.out);
    ck_assert_uint_eq(stage.out.input_count, 0);
    stage_take();
}

static inline struct order transfer(uint64_t id, enum leg_service service, uint8_t from, uint8_t to,
                                    int64_t amount_fen)
{
    bool downward = service == SERVICE_PAYOUT || service == SERVICE_SETTLEMENT;
    uint8_t channel = service == SERVICE_BANK     ? CHANNEL_NONE
                      : service == SERVICE_PAYOUT ? CHANNEL_NETSUNION
                                                  : CHANNEL_UNIONPAY;
    return (struct order){.kind = downward ? ORDER_PAY : ORDER_TRANSFER,
                          .channel = channel,
                          .service = (uint8_t)service,
                          .account = from,
                          .to_account = to,
                          .id = id,
                          .amount_fen = amount_fen};
}

/* Asks what became of it. */
static inline void stage_query(struct order o, uint8_t attempt)
{
    o.kind = ORDER_QUERY;
    o.attempt = attempt;
    stage_order(o);
}

static inline uint32_t told_count(enum input_kind kind, uint64_t id)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < stage.news_count; i++)
        count += stage.news[i].kind == kind && stage.news[i].id == id;
    return count;
}

/* The last news of that kind about that order. */
static inline const struct input *told(enum input_kind kind, uint64_t id)
{
    for (uint32_t i = stage.news_count; i-- > 0;)
        if (stage.news[i].kind == kind && stage.news[i].id == id)
            return &stage.news[i];
    ck_abort_msg("no news of kind %d about order %d", (int)kind, (int)id);
    return NULL;
}

static inline int64_t balance(uint8_t account)
{
    return statement_balance_fen(&stage.world->statements, account);
}

/* What an order's movements come to over all accounts, and how many there are. */
static inline int64_t sum_of(uint64_t id, uint32_t *count)
{
    int64_t sum_fen = 0;
    *count = 0;
    for (uint32_t i = 0; i < stage.fact_count; i++)
        if (stage.facts[i].kind == FACT_TRUE_MOVEMENT && stage.facts[i].id == id) {
            sum_fen += stage.facts[i].amount_fen;
            ++*count;
        }
    return sum_fen;
}

static inline struct fault_spec fault(enum fault_kind kind, enum fault_operation operation,
                                      uint8_t house)
{
    return (struct fault_spec){.kind = (uint8_t)kind,
                               .operation = (uint8_t)operation,
                               .house = house,
                               .choice = CHOOSE_FIRST,
                               .n = 1,
                               .key = 1,
                               .business = -1,
                               .bank = -1,
                               .by_ppm = 1000000};
}

static inline void stage_faults(const struct fault_spec *specs, uint32_t count)
{
    stage.terms.faults = specs;
    stage.terms.fault_count = count;
}

/* --- every fault at every service that moves money -------------------------- */

struct fault_case {
    uint8_t kind;
    uint8_t unknown;  /* ERROR_CODE: the code is not definite */
    uint8_t applied;  /* ERROR_CODE: executed all the same */
    uint8_t answered; /* there is an answer to the order */
    uint8_t kept;     /* it arrived: the same id again is a duplicate */
    uint8_t done;     /* by the first order */
};

static const struct fault_case fault_cases[] = {
    {.kind = FAULT_LATENCY, .answered = 1, .kept = 1, .done = 1},
    {.kind = FAULT_DOWN, .answered = 1},
    {.kind = FAULT_TIMEOUT},
    {.kind = FAULT_ERROR_CODE, .answered = 1, .kept = 1},
    {.kind = FAULT_ERROR_CODE, .unknown = 1, .answered = 1, .kept = 1},
    {.kind = FAULT_ERROR_CODE, .unknown = 1, .applied = 1, .answered = 1, .kept = 1, .done = 1},
    {.kind = FAULT_APPLIED_NO_REPLY, .kept = 1, .done = 1},
    {.kind = FAULT_REJECTED_NO_REPLY, .kept = 1},
};

enum { FAULT_CASES = COUNT(fault_cases) };

/* How whoever carries the order out words it. */
struct fault_words {
    uint8_t operation;
    uint8_t institution;
    uint16_t accepted;
    uint16_t done;
    uint16_t processing;
    uint16_t not_found;
    uint16_t duplicate;
    uint16_t refused;  /* by the fault */
    uint16_t declined; /* though the fault's code was unknown */
};

/* What the answer to an order that meets the fault says. */
static inline uint16_t answer_of(const struct fault_case *c, const struct fault_words *words)
{
    if (c->kind == FAULT_DOWN)
        return CODE_NOT_SENT;
    if (c->kind == FAULT_ERROR_CODE)
        return c->unknown ? words->processing : words->refused;
    return words->accepted;
}

static inline uint16_t outcome_of(const struct fault_case *c, const struct fault_words *words)
{
    if (c->done)
        return words->done;
    return c->unknown ? words->declined : words->refused;
}

/* Sends `o` into the fault, asks, sends it again, asks again: the money moves
 * once or never, whatever was answered.  `movements` is how many there are of
 * an order that is done. */
static inline void meets_fault(const struct fault_case *c, const struct fault_words *words,
                               struct order o, uint32_t movements)
{
    struct fault_spec spec =
        fault((enum fault_kind)c->kind, (enum fault_operation)words->operation, words->institution);
    uint32_t count;
    spec.code = c->unknown ? words->processing : words->refused;
    spec.applied_ppm = c->applied ? 1000000 : 0;
    spec.by_us = SECONDS(10);
    spec.truth_after_us = SECONDS(30);
    stage_faults(&spec, 1);
    stage_start();
    o.sent_us = stage.now_us;
    stage_order(o);
    stage_for(SECONDS(8));
    bool late = c->kind == FAULT_LATENCY;
    bool silent = c->kind == FAULT_APPLIED_NO_REPLY || c->kind == FAULT_REJECTED_NO_REPLY;
    ck_assert_uint_eq(told_count(INPUT_PAY_ANSWERED, o.id), c->answered && !late);
    stage_for(SECONDS(12));
    ck_assert_uint_eq(told_count(INPUT_PAY_ANSWERED, o.id), c->answered);
    if (c->answered && !late)
        ck_assert_uint_eq(told(INPUT_PAY_ANSWERED, o.id)->code, answer_of(c, words));
    sum_of(o.id, &count);
    ck_assert_uint_eq(count, c->done ? movements : 0);

    stage_query(o, 1);
    stage_for(SECONDS(5));
    ck_assert_uint_eq(told_count(INPUT_QUERY_ANSWERED, o.id), 1);
    ck_assert_uint_eq(told(INPUT_QUERY_ANSWERED, o.id)->code,
                      c->kept ? words->done : words->not_found);
    if (c->kept)
        ck_assert_uint_eq(told(INPUT_QUERY_ANSWERED, o.id)->outcome,
                          silent ? words->processing : outcome_of(c, words));
    stage_for(SECONDS(15));

    o.attempt = 2; /* now the truth may be told, and the same order comes again */
    stage_order(o);
    stage_for(SECONDS(20));
    ck_assert_uint_eq(told(INPUT_PAY_ANSWERED, o.id)->code,
                      c->kept ? words->duplicate : words->accepted);
    sum_of(o.id, &count);
    ck_assert_uint_eq(count, c->done || !c->kept ? movements : 0);
    stage_query(o, 2);
    stage_for(SECONDS(5));
    ck_assert_uint_eq(told(INPUT_QUERY_ANSWERED, o.id)->code, words->done);
    ck_assert_uint_eq(told(INPUT_QUERY_ANSWERED, o.id)->outcome,
                      c->kept ? outcome_of(c, words) : words->done);
    stage_for(US_PER_HOUR);
    sum_of(o.id, &count);
    ck_assert_uint_eq(count, c->done || !c->kept ? movements : 0);
    if (silent)
        ck_assert_uint_eq(told_count(INPUT_OUTCOME_NOTIFIED, o.id), 0);
    ck_assert_int_eq(stage.world->books.balance_fen[BOOKS_TRANSIT], 0);
    stage_end();
}

#endif
