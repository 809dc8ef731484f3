/* stage.h — the mock world alone, driven by hand, for tests.
 *
 *   set the terms     stage_set() or stage_set_wide(), then change stage.terms and
 *                     add faults by stage_fault()
 *   open the world    stage_open(), and stage_close() at the end
 *   give it orders    stage_pay(), stage_move(), stage_order(), stage_query(), ...
 *   let time pass     stage_after(), stage_until()
 *   see what came     told(), told_count(), heard_us() of what the world said,
 *                     facts_of(), sum_of() of what is true; stage.inputs and stage.facts hold
 *                     both in the order in which they came
 *
 * stage_set() is the two clearing houses with as little else as they need:
 * 1,000,000 fen in custody, 400,000 mapped to each, from Friday 2018-09-28 08:00.
 * 29 and 30 September are working days although a weekend, 1 to 7 October are a
 * holiday.  stage_set_wide() has accounts at every institution (ACS and so on
 * below) and services between them.  Both answer with constant latencies, at all
 * hours, without fees and faults.
 *
 * After every step the identities are checked: the books balance, the custody
 * account adds up, every account is its opening plus its movements, and what a
 * house has available is what adding up everything gives.
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

#define YUAN(n) ((int64_t)(n)*100)
#define SECONDS(n) ((int64_t)(n)*US_PER_S)
#define STAGE_CUSTODY_FEN INT64_C(1000000)
#define STAGE_MAPPED_FEN INT64_C(400000)
#define STAGE_FILE_AT_US (9 * US_PER_HOUR + 30 * US_PER_MINUTE)

enum { STAGE_MAX = 8192, STAGE_FAULTS = 12, STAGE_VIRTUAL = 1, UNIONPAY = 0, NETSUNION = 1 };

enum { BANK_A = INSTITUTION_BANKS, BANK_B };

/* Accounts of the wide stage. */
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

static struct stage {
    struct world_terms terms;
    struct fault_spec faults[STAGE_FAULTS];
    struct world *world;
    struct evq *queue;
    struct auditor *auditor; /* hears the facts, if there is one */
    int64_t now_us;
    struct outbox out;
    uint32_t input_count;
    uint32_t fact_count;
    struct input inputs[STAGE_MAX];
    int64_t heard_us[STAGE_MAX];
    struct fact facts[STAGE_MAX];
    int64_t moved_fen[ACCOUNTS_MAX]; /* by the movements of each account */
    uint32_t movements[ACCOUNTS_MAX];
} stage;

/* --- moments ---------------------------------------------------------------- */

static inline int64_t moment(const char *text)
{
    int64_t moment_us;
    ck_assert(civil_parse_moment(text, strlen(text), &moment_us));
    return moment_us;
}

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

/* --- terms ------------------------------------------------------------------ */

static inline struct latency constant_us(int64_t us)
{
    return (struct latency){.kind = LATENCY_CONSTANT, .point_us = {us}};
}

static inline struct transfer_terms transfers(int64_t reply_us, int64_t final_us)
{
    return (struct transfer_terms){.reply = constant_us(reply_us), .final = constant_us(final_us)};
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
                              .balance = constant_us(2 * US_PER_S),
                              .details = constant_us(3 * US_PER_S),
                              .settlement = transfers(2 * US_PER_S, 6 * US_PER_S),
                              .resend_count = 2,
                              .resend_us = {US_PER_MINUTE, 2 * US_PER_MINUTE},
                              .closing_count = unionpay ? 4 : 1,
                              .closing_us = {US_PER_DAY}};
    static const int hours[] = {6, 12, 18, 23};
    for (uint32_t i = 0; i < 4 && unionpay; i++)
        t->closing_us[i] = hours[i] * US_PER_HOUR;
    for (int s = SERVICE_PREFUND; s <= SERVICE_ADJUST; s++)
        t->funds[s] = transfers(US_PER_S, 4 * US_PER_S);
}

static inline void stage_set_terms(int64_t start_us, const struct world_account *accounts,
                                   uint32_t account_count, const int64_t *mapped_fen)
{
    struct world_terms *t = &stage.terms;
    memset(&stage, 0, sizeof stage);
    stage.now_us = t->start_us = start_us;
    t->calendar = CALENDAR_CHINA;
    t->seed = 7;
    t->orders_max = 1024;
    t->faults = stage.faults;
    t->account_count = account_count;
    memcpy(t->accounts, accounts, account_count * sizeof *accounts);
    for (int c = 0; c < CHANNELS; c++) {
        t->mapped_fen[c] = mapped_fen[c];
        stage_house_terms(&t->houses[c], c == UNIONPAY);
    }
}

static inline void stage_set(void)
{
    static const struct world_account accounts[] = {
        {.kind = ACCOUNT_CENTRAL_BANK,
         .institution = INSTITUTION_CENTRAL_BANK,
         .opening_fen = STAGE_CUSTODY_FEN},
        [STAGE_VIRTUAL + UNIONPAY] = {.kind = ACCOUNT_VIRTUAL_RESERVE, .institution = UNIONPAY},
        [STAGE_VIRTUAL + NETSUNION] = {.kind = ACCOUNT_VIRTUAL_RESERVE, .institution = NETSUNION},
        {.kind = ACCOUNT_OWN, .institution = BANK_A, .opening_fen = 5000},
    };
    static const int64_t mapped_fen[CHANNELS] = {STAGE_MAPPED_FEN, STAGE_MAPPED_FEN};
    stage_set_terms(stage_at(28, 8, 0), accounts, COUNT(accounts), mapped_fen);
}

static inline void stage_set_wide(const char *start)
{
    static const struct world_account accounts[ACCOUNTS] = {
        [ACS] = {.kind = ACCOUNT_CENTRAL_BANK,
                 .institution = INSTITUTION_CENTRAL_BANK,
                 .opening_fen = YUAN(100000)},
        [OWN_A] = {.kind = ACCOUNT_OWN, .institution = BANK_A, .opening_fen = YUAN(5000)},
        [RESERVE_A] = {.kind = ACCOUNT_RESERVE, .institution = BANK_A, .opening_fen = YUAN(3000)},
        [OWN_B] = {.kind = ACCOUNT_OWN, .institution = BANK_B, .opening_fen = YUAN(2000)},
        [VIRTUAL_RESERVE] = {.kind = ACCOUNT_VIRTUAL_RESERVE,
                             .institution = UNIONPAY,
                             .opening_fen = YUAN(1000)},
        [VIRTUAL_OWN] = {.kind = ACCOUNT_VIRTUAL_OWN,
                         .institution = UNIONPAY,
                         .opening_fen = YUAN(500)},
        [LATER_B] = {.kind = ACCOUNT_RESERVE,
                     .institution = BANK_B,
                     .opening_fen = YUAN(70),
                     .opens_later = 1},
    };
    static const int64_t mapped_fen[CHANNELS] = {YUAN(30000), YUAN(40000)};
    stage_set_terms(moment(start), accounts, ACCOUNTS, mapped_fen);
    for (int i = INSTITUTION_CENTRAL_BANK; i <= BANK_B; i++)
        stage.terms.banks[i] = (struct bank_terms){.transfer = transfers(US_PER_S, 5 * US_PER_S),
                                                   .query = constant_us(US_PER_S),
                                                   .balance = constant_us(2 * US_PER_S),
                                                   .details = constant_us(3 * US_PER_S),
                                                   .notice = constant_us(2 * US_PER_S)};
}

/* Adds a fault that meets all it can. */
static inline struct fault_spec *stage_fault(int institution, enum fault_operation operation,
                                             enum fault_kind kind)
{
    MUST(stage.terms.fault_count < STAGE_FAULTS);
    uint32_t i = stage.terms.fault_count++;
    stage.faults[i] = (struct fault_spec){.kind = (uint8_t)kind,
                                          .operation = (uint8_t)operation,
                                          .house = (uint8_t)institution,
                                          .choice = CHOOSE_ALL,
                                          .key = i + 1,
                                          .business = -1,
                                          .bank = -1,
                                          .by_ppm = 1000000};
    return &stage.faults[i];
}

/* Adds one that meets the first `n` alone. */
static inline struct fault_spec *
stage_fault_first(uint64_t n, int institution, enum fault_operation operation, enum fault_kind kind)
{
    struct fault_spec *f = stage_fault(institution, operation, kind);
    f->choice = CHOOSE_FIRST;
    f->n = n;
    return f;
}

/* --- what is true ----------------------------------------------------------- */

static inline struct house *stage_house(int c)
{
    return &stage.world->houses[c];
}

static inline int64_t available_fen_of(int c)
{
    return house_available_fen(stage_house(c));
}

static inline int64_t opening_fen(int account)
{
    return stage.terms.accounts[account].opening_fen;
}

static inline int64_t balance(uint8_t account)
{
    return statement_balance_fen(&stage.world->statements, account);
}

static inline const struct wording *words_of(int c)
{
    return c == UNIONPAY ? &unionpay_wording : &netsunion_wording;
}

static inline const struct fault_count *fault_count_of(uint32_t fault)
{
    return &stage.world->faults.counts[fault];
}

static inline void check_fault(uint32_t fault, uint64_t armed, uint64_t fired)
{
    ck_assert_uint_eq(fault_count_of(fault)->armed, armed);
    ck_assert_uint_eq(fault_count_of(fault)->fired, fired);
}

/* Numbers of lines that a fault invented: no money moved with them, so no fact tells of them. */
static inline void count_invented(uint32_t account)
{
    const struct statements *s = &stage.world->statements;
    const struct movement *next;
    while ((next = statement_find(s, (uint8_t)account, stage.movements[account] + 1)) != NULL &&
           next->amount_fen == 0)
        stage.movements[account]++;
}

static inline void stage_check(void)
{
    const struct world *w = stage.world;
    ck_assert_in_loop(books_balanced(&w->books));
    ck_assert_in_loop(central_bank_adds_up(&w->central_bank, &w->books));
    for (uint8_t i = 0; i < stage.terms.account_count; i++) {
        bool absent = w->statements.items[i].state == ACCOUNT_ABSENT;
        count_invented(i);
        ck_assert_in_loop(balance(i) == (absent ? 0 : opening_fen(i)) + stage.moved_fen[i]);
        ck_assert_in_loop(world_movements(w, i) == stage.movements[i]);
    }
    for (int c = 0; c < CHANNELS; c++) {
        ck_assert_in_loop(house_bounds_hold(stage_house(c)));
        ck_assert_in_loop(house_recomputed_available_fen(stage_house(c)) == available_fen_of(c));
        ck_assert_in_loop(house_movable_fen(stage_house(c)) <= house_payable_fen(stage_house(c)));
    }
}

/* --- what comes of a step --------------------------------------------------- */

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
    if (f->kind == FACT_TRUE_MOVEMENT) {
        int account = (int)f->subject;
        stage.moved_fen[account] += f->amount_fen;
        count_invented(f->subject);
        ck_assert_in_loop(f->session == ++stage.movements[account]);
        ck_assert_in_loop(f->other == opening_fen(account) + stage.moved_fen[account]);
    }
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

static inline void stage_hear_details(const struct happening *asked)
{
    struct details page;
    struct input in;
    world_details(stage.world, asked, &page);
    while (world_next_detail(stage.world, &page, &in))
        stage_hear(in);
}

static inline void stage_take(void)
{
    struct outbox *out = &stage.out;
    for (uint32_t i = 0; i < out->fact_count; i++) {
        ck_assert_in_loop(out->facts[i].at_us == stage.now_us);
        stage_fact(&out->facts[i]);
    }
    for (uint32_t i = 0; i < out->happening_count; i++)
        evq_push(stage.queue, out->happenings[i]);
    for (uint32_t i = 0; i < out->input_count; i++)
        stage_hear(out->inputs[i]);
    out->fact_count = out->input_count = out->happening_count = 0;
    for (int c = 0; c < CHANNELS; c++)
        if (house_hands_over(stage_house(c)))
            stage_hear_list(stage_house(c));
    stage_check();
}

static inline void stage_open(void)
{
    stage.world = world_create(&stage.terms);
    stage.queue = evq_create(stage.now_us);
    ck_assert(stage.world != NULL && stage.queue != NULL);
    memset(stage.moved_fen, 0, sizeof stage.moved_fen);
    memset(stage.movements, 0, sizeof stage.movements);
    world_start(stage.world, stage.now_us, &stage.out);
    stage_take();
}

static inline void stage_close(void)
{
    world_free(stage.world);
    evq_free(stage.queue);
    stage.world = NULL;
}

/* All that happens up to and at that moment. */
static inline void stage_until(int64_t at_us)
{
    struct event e;
    while (evq_next_us(stage.queue) <= at_us) {
        evq_pop(stage.queue, &e);
        stage.now_us = e.what.at_us;
        world_happens(stage.world, stage.now_us, &e.what, &stage.out);
        stage_take();
        if (e.what.kind == HAPPENS_DETAILS)
            stage_hear_details(&e.what);
    }
    stage.now_us = at_us;
}

static inline void stage_after(int64_t us)
{
    stage_until(stage.now_us + us);
}

static inline void stage_heal(void)
{
    world_heal(stage.world, stage.now_us, &stage.out);
    stage_take();
}

/* --- orders ----------------------------------------------------------------- */

static inline void stage_order(struct order o)
{
    if (o.sent_us == 0)
        o.sent_us = stage.now_us;
    if (o.attempt == 0)
        o.attempt = 1;
    world_order(stage.world, stage.now_us, &o, &stage.out);
    ck_assert_in_loop(stage.out.input_count == 0); /* every answer takes its time */
    stage_take();
}

/* Asks what became of it. */
static inline void stage_ask(struct order o, uint8_t attempt)
{
    o.kind = ORDER_QUERY;
    o.attempt = attempt;
    stage_order(o);
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

static inline void stage_pay(int c, uint64_t id, int64_t amount_fen)
{
    stage_order(payment(c, id, amount_fen));
}

static inline void stage_query(int c, uint64_t id)
{
    stage_ask(payment(c, id, 0), 1);
}

static inline void stage_move(int c, uint64_t id, enum order_kind kind, int64_t amount_fen)
{
    struct order o = payment(c, id, amount_fen);
    o.kind = (uint8_t)kind;
    stage_order(o);
}

static inline void stage_collect(int c, int64_t amount_fen, int64_t fee_fen)
{
    world_collect(stage.world, stage.now_us, (enum channel)c, amount_fen, fee_fen, 1, &stage.out);
    stage_take();
}

/* --- what was said ---------------------------------------------------------- */

/* How often news of a kind came about an id (0: any). */
static inline uint32_t told_count(enum input_kind kind, uint64_t id)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < stage.input_count; i++)
        count += stage.inputs[i].kind == kind && (id == 0 || stage.inputs[i].id == id);
    return count;
}

/* The last of it. */
static inline const struct input *told(enum input_kind kind, uint64_t id)
{
    for (uint32_t i = stage.input_count; i-- > 0;)
        if (stage.inputs[i].kind == kind && (id == 0 || stage.inputs[i].id == id))
            return &stage.inputs[i];
    ck_abort_msg("no input of kind %d about %d", (int)kind, (int)id);
}

static inline int64_t heard_us(const struct input *in)
{
    return stage.heard_us[in - stage.inputs];
}

/* What a house answers to a query: the outcome if it knows the order, else why not. */
static inline uint16_t asked(int c, uint64_t id)
{
    stage_query(c, id);
    stage_after(US_PER_S / 2);
    const struct input *in = told(INPUT_QUERY_ANSWERED, id);
    return in->code == words_of(c)->ok ? in->outcome : in->code;
}

static inline uint32_t facts_of(enum fact_kind kind, uint64_t id)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < stage.fact_count; i++)
        count += stage.facts[i].kind == kind && (id == 0 || stage.facts[i].id == id);
    return count;
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

#endif
