/* stage.h — the mock world alone, driven by hand, for tests.
 *
 * A small institution: 1,000,000 fen in custody, 400,000 mapped to each house,
 * constant latencies (reply 1 s, final 3 s, notice 2 s, query 500 ms, quota
 * 4 s), from Friday 2018-09-28 08:00.  29 and 30 September are working days
 * although a weekend, 1 to 7 October are a holiday.  A test changes stage.terms
 * before stage_open().  After every step the identities are checked.
 */
#ifndef TESTS_STAGE_H
#define TESTS_STAGE_H

#include <string.h>

#include "core/base/civil.h"
#include "mocks/world.h"
#include "sim/auditor.h"
#include "sim/evq.h"
#include "sim/hand_over.h"
#include "tests/harness.h"

#define STAGE_CUSTODY_FEN INT64_C(1000000)
#define STAGE_MAPPED_FEN INT64_C(400000)
#define STAGE_FILE_AT_US (9 * US_PER_HOUR + 30 * US_PER_MINUTE)

enum { STAGE_MAX = 4096, STAGE_FAULTS = 12, STAGE_VIRTUAL = 1, UNIONPAY = 0, NETSUNION = 1 };

static struct stage {
    struct world_terms terms;
    struct fault_spec faults[STAGE_FAULTS];
    struct world *world;
    struct evq *queue;
    struct auditor *auditor; /* hears the facts, if there is one */
    int64_t now_us;
    uint32_t input_count;
    uint32_t fact_count;
    struct input inputs[STAGE_MAX];
    int64_t heard_us[STAGE_MAX];
    struct fact facts[STAGE_MAX];
} stage;

static inline int32_t stage_day(int day_of_september)
{
    return civil_day_of((struct civil_date){2018, 9, 1}) + day_of_september - 1;
}

/* Days beyond 30 go on into October. */
static inline int64_t stage_at(int day_of_september, int hour, int minute)
{
    return civil_moment_us(stage_day(day_of_september),
                           hour * US_PER_HOUR + minute * US_PER_MINUTE);
}

static inline struct latency constant_us(int64_t us)
{
    return (struct latency){.kind = LATENCY_CONSTANT, .point_us = {us}};
}

static inline void stage_house_terms(struct house_terms *t, bool unionpay)
{
    *t = (struct house_terms){.settle_at_us = 10 * US_PER_HOUR,
                              .file_at_us = STAGE_FILE_AT_US,
                              .reply = constant_us(US_PER_S),
                              .final = constant_us(3 * US_PER_S),
                              .notice = constant_us(2 * US_PER_S),
                              .query = constant_us(US_PER_S / 2),
                              .quota = constant_us(4 * US_PER_S),
                              .resend_count = 2,
                              .resend_us = {US_PER_MINUTE, 2 * US_PER_MINUTE},
                              .closing_count = unionpay ? 4 : 1,
                              .closing_us = {US_PER_DAY}};
    static const int hours[] = {6, 12, 18, 23};
    for (uint32_t i = 0; i < 4 && unionpay; i++)
        t->closing_us[i] = hours[i] * US_PER_HOUR;
}

static inline void stage_set(void)
{
    stage = (struct stage){.now_us = stage_at(28, 8, 0)};
    struct world_terms *t = &stage.terms;
    t->calendar = CALENDAR_CHINA;
    t->seed = 7;
    t->start_us = stage.now_us;
    t->account_count = 4;
    t->accounts[0] = (struct world_account){.kind = ACCOUNT_CENTRAL_BANK,
                                            .institution = INSTITUTION_CENTRAL_BANK,
                                            .opening_fen = STAGE_CUSTODY_FEN};
    t->accounts[1] =
        (struct world_account){.kind = ACCOUNT_VIRTUAL_RESERVE, .institution = UNIONPAY};
    t->accounts[2] =
        (struct world_account){.kind = ACCOUNT_VIRTUAL_RESERVE, .institution = NETSUNION};
    t->accounts[3] = (struct world_account){
        .kind = ACCOUNT_OWN, .institution = INSTITUTION_BANKS, .opening_fen = 5000};
    t->mapped_fen[UNIONPAY] = t->mapped_fen[NETSUNION] = STAGE_MAPPED_FEN;
    stage_house_terms(&t->houses[UNIONPAY], true);
    stage_house_terms(&t->houses[NETSUNION], false);
    t->orders_max = 1000;
    t->faults = stage.faults;
}

static inline struct house *stage_house(int c)
{
    return &stage.world->houses[c];
}

static inline int64_t available_fen_of(int c)
{
    return house_available_fen(stage_house(c));
}

static inline void stage_checks(void)
{
    for (int c = 0; c < CHANNELS; c++) {
        ck_assert_in_loop(house_bounds_hold(stage_house(c)));
        ck_assert_in_loop(house_recomputed_available_fen(stage_house(c)) == available_fen_of(c));
        ck_assert_in_loop(house_movable_fen(stage_house(c)) <= house_payable_fen(stage_house(c)));
    }
    ck_assert_in_loop(books_balanced(&stage.world->books));
    ck_assert_in_loop(central_bank_adds_up(&stage.world->central_bank, &stage.world->books));
}

static inline void stage_hear(struct input in)
{
    MUST(stage.input_count < STAGE_MAX);
    stage.heard_us[stage.input_count] = stage.now_us;
    stage.inputs[stage.input_count++] = in;
}

static inline void stage_fact(const struct fact *f)
{
    MUST(stage.fact_count < STAGE_MAX);
    stage.facts[stage.fact_count++] = *f;
    if (stage.auditor != NULL)
        auditor_fact(stage.auditor, f);
}

static inline void stage_hear_list(struct house *h)
{
    static struct hand_over list;
    struct fact error;
    uint32_t cursor = 0;
    struct input in = hand_over_start(&list, h);
    stage_hear(in);
    while (house_next_error(h, stage.now_us, &cursor, &error))
        stage_fact(&error);
    while (hand_over_next(&list, &in))
        stage_hear(in);
    house_list_handed_over(h);
}

static inline void stage_take(const struct outbox *out)
{
    for (uint32_t i = 0; i < out->fact_count; i++)
        stage_fact(&out->facts[i]);
    for (uint32_t i = 0; i < out->happening_count; i++)
        evq_push(stage.queue, out->happenings[i]);
    for (uint32_t i = 0; i < out->input_count; i++)
        stage_hear(out->inputs[i]);
    for (int c = 0; c < CHANNELS; c++)
        if (house_hands_over(stage_house(c)))
            stage_hear_list(stage_house(c));
    stage_checks();
}

static inline void stage_open(void)
{
    struct outbox out = {0};
    stage.world = world_create(&stage.terms);
    stage.queue = evq_create(stage.now_us);
    ck_assert(stage.world != NULL && stage.queue != NULL);
    world_start(stage.world, stage.now_us, &out);
    stage_take(&out);
}

static inline void stage_close(void)
{
    world_free(stage.world);
    evq_free(stage.queue);
}

/* All that happens up to and at that moment. */
static inline void stage_until(int64_t at_us)
{
    struct event e;
    while (evq_next_us(stage.queue) <= at_us) {
        struct outbox out = {0};
        evq_pop(stage.queue, &e);
        stage.now_us = e.what.at_us;
        world_happens(stage.world, stage.now_us, &e.what, &out);
        stage_take(&out);
    }
    stage.now_us = at_us;
}

static inline void stage_after(int64_t us)
{
    stage_until(stage.now_us + us);
}

static inline void stage_heal(void)
{
    struct outbox out = {0};
    world_heal(stage.world, stage.now_us, &out);
    stage_take(&out);
}

static inline void stage_order(struct order o)
{
    struct outbox out = {0};
    if (o.sent_us == 0)
        o.sent_us = stage.now_us;
    world_order(stage.world, stage.now_us, &o, &out);
    stage_take(&out);
}

static inline struct order payment(int c, uint64_t id, int64_t amount_fen)
{
    return (struct order){.kind = ORDER_PAY,
                          .channel = (uint8_t)c,
                          .attempt = 1,
                          .id = id,
                          .amount_fen = amount_fen,
                          .reference = {.lo = id}};
}

static inline void stage_pay(int c, uint64_t id, int64_t amount_fen)
{
    stage_order(payment(c, id, amount_fen));
}

static inline void stage_query(int c, uint64_t id)
{
    struct order o = payment(c, id, 0);
    o.kind = ORDER_QUERY;
    stage_order(o);
}

static inline void stage_move(int c, uint64_t id, enum order_kind kind, int64_t amount_fen)
{
    struct order o = payment(c, id, amount_fen);
    o.kind = (uint8_t)kind;
    stage_order(o);
}

static inline void stage_collect(int c, int64_t amount_fen, int64_t fee_fen)
{
    struct outbox out = {0};
    world_collect(stage.world, stage.now_us, (enum channel)c, amount_fen, fee_fen, 1, &out);
    stage_take(&out);
}

/* How often news of a kind came about an id (0: any), and the last of it. */
static inline uint32_t stage_count(enum input_kind kind, uint64_t id)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < stage.input_count; i++)
        count += stage.inputs[i].kind == kind && (id == 0 || stage.inputs[i].id == id);
    return count;
}

static inline const struct input *stage_last(enum input_kind kind, uint64_t id, int64_t *heard_us)
{
    for (uint32_t i = stage.input_count; i-- > 0;)
        if (stage.inputs[i].kind == kind && (id == 0 || stage.inputs[i].id == id)) {
            if (heard_us != NULL)
                *heard_us = stage.heard_us[i];
            return &stage.inputs[i];
        }
    ck_abort_msg("no input of kind %d about %d", (int)kind, (int)id);
}

static inline uint32_t facts_of(enum fact_kind kind, uint64_t id)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < stage.fact_count; i++)
        count += stage.facts[i].kind == kind && (id == 0 || stage.facts[i].id == id);
    return count;
}

static inline const struct wording *words_of(int c)
{
    return c == UNIONPAY ? &unionpay_wording : &netsunion_wording;
}

#endif
