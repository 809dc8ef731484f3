/* load.c — see load.h. */

#include "sim/load.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/base/must.h"
#include "core/base/pool.h"
#include "core/base/wide.h"
#include "mocks/draw.h"
#include "mocks/zipf.h"
#include "sim/rate.h"

/* Names and shares that were drawn from: "icbc" 0.3, the rest nobody's. */
struct spread {
    uint32_t count;
    uint8_t number[BANKS_MAX];
    int64_t upto_ppm[BANKS_MAX];
};

struct source {
    const struct load_settings *settings;
    uint32_t index;
    struct rate rate; /* Poisson */
    uint64_t ordinal; /* of the next arrival */
    int64_t next_us;
    uint64_t merchant_bits; /* of the next arrival, if it is a payout */
    uint64_t user_bits;
    struct zipf merchants;
    struct zipf users;
    struct spread banks;
    struct spread via;
    struct trace *trace;
    struct trace_row row; /* the next one */
};

struct copy {
    struct arrival arrival;
    uint32_t free_link;
    uint32_t pad;
};

struct load {
    const struct scenario *scenario;
    uint64_t seed;
    uint32_t source_count;
    struct source *sources;
    struct pool copy_pool;
    struct copy *copies;
    uint32_t copy_capacity;
    bool collecting; /* an EVENT_COLLECT is pending */
};

/* --- references ------------------------------------------------------------ */

struct reference reference_of_text(const char *text)
{
    XXH128_hash_t h = XXH3_128bits(text, strlen(text));
    return (struct reference){h.high64, h.low64};
}

static uint64_t scrambled(uint64_t x)
{
    x ^= x >> 30;
    x *= UINT64_C(0xbf58476d1ce4e5b9);
    x ^= x >> 27;
    x *= UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

void reference_write(struct reference reference, char out[REFERENCE_MAX + 1])
{
    snprintf(out, REFERENCE_MAX + 1, "L%" PRIu64 "-%" PRIu64, (reference.hi >> 48) - 1,
             reference.hi & ((UINT64_C(1) << 48) - 1));
}

struct reference reference_synthetic(uint32_t source, uint64_t ordinal)
{
    /* hi is the name; lo is it scrambled, but for the last three bits: eight
     * neighbours look alike to a hash table, and share a cache line there. */
    uint64_t name = (uint64_t)(source + 1) << 48 | ordinal;
    return (struct reference){name, (scrambled(name >> 3) & ~UINT64_C(7)) | (name & 7)};
}

bool reference_is_synthetic(struct reference reference)
{
    uint64_t source = reference.hi >> 48;
    struct reference like =
        reference_synthetic((uint32_t)source - 1, reference.hi & ((UINT64_C(1) << 48) - 1));
    return source != 0 && like.hi == reference.hi && like.lo == reference.lo;
}

/* --- creating -------------------------------------------------------------- */

uint8_t bank_number(struct names *banks, const char *name)
{
    return strcmp(name, "other") == 0 ? 0 : (uint8_t)names_number(banks, name, strlen(name));
}

static void spread_banks(struct spread *spread, const struct list *shares, struct names *banks)
{
    const struct named_value *v = shares->items;
    int64_t upto_ppm = 0;
    for (size_t i = 0; i < shares->count; i++) {
        upto_ppm += v[i].value;
        spread->number[i] = bank_number(banks, v[i].name);
        spread->upto_ppm[i] = upto_ppm;
    }
    spread->count = (uint32_t)shares->count;
}

/* Where a collection goes: a channel, or CHANNELS + an account. */
static void spread_places(struct spread *spread, const struct list *shares,
                          const struct scenario *s)
{
    const struct named_value *v = shares->items;
    int64_t upto_ppm = 0;
    for (size_t i = 0; i < shares->count; i++) {
        upto_ppm += v[i].value;
        int institution = scenario_institution(s, v[i].name);
        bool channel = institution >= 0 && institution < CHANNELS;
        spread->number[i] =
            (uint8_t)(channel ? institution : CHANNELS + scenario_account(s, v[i].name));
        spread->upto_ppm[i] = upto_ppm;
    }
    spread->count = (uint32_t)shares->count;
}

static uint8_t spread_draw(const struct spread *spread, uint64_t bits)
{
    int64_t point = (int64_t)draw_below(bits, PPM);
    for (uint32_t i = 0; i < spread->count; i++)
        if (point < spread->upto_ppm[i])
            return spread->number[i];
    return 0;
}

struct load *load_create(const struct scenario *s, const struct parties *p)
{
    struct load *l = calloc(1, sizeof *l);
    MUST(l != NULL);
    l->scenario = s;
    l->seed = (uint64_t)s->seed;
    l->source_count = (uint32_t)s->loads.count;
    l->sources = calloc(s->loads.count, sizeof *l->sources);
    MUST(l->sources != NULL);
    for (uint32_t i = 0; i < l->source_count; i++) {
        struct source *src = &l->sources[i];
        const struct load_settings *settings = (const struct load_settings *)s->loads.items + i;
        src->settings = settings;
        src->index = i;
        spread_banks(&src->banks, &settings->banks, p->banks);
        spread_places(&src->via, &settings->via, s);
        if (settings->kind == LOAD_TRACE) {
            src->trace = trace_open(s, settings, &p->traces[i], p->merchants, p->users);
            MUST(src->trace != NULL);
        } else {
            rate_init(&src->rate, settings, (enum calendar)s->clock.calendar, s->clock.from_us,
                      s->clock.to_us);
            zipf_init(&src->merchants, (uint32_t)settings->merchants.count,
                      settings->merchants.zipf_millionths);
            zipf_init(&src->users, (uint32_t)settings->users.count,
                      settings->users.zipf_millionths);
        }
    }
    return l;
}

void load_free(struct load *l)
{
    if (l == NULL)
        return;
    for (uint32_t i = 0; i < l->source_count; i++) {
        zipf_free(&l->sources[i].merchants);
        zipf_free(&l->sources[i].users);
        trace_close(l->sources[i].trace);
    }
    free(l->sources);
    free(l->copies);
    free(l);
}

/* --- drawing --------------------------------------------------------------- */

static uint64_t bits_for(const struct load *l, uint64_t subject, enum draw_purpose purpose)
{
    return draw_bits(
        (struct draw_key){.seed = l->seed, .subject = subject, .purpose = (uint32_t)purpose});
}

static bool collects(const struct source *src)
{
    return src->settings->kind == LOAD_POISSON && src->settings->flow == FLOW_COLLECTION;
}

static void draw_next(struct load *l, struct source *src)
{
    uint64_t subject = reference_synthetic(src->index, src->ordinal).lo;
    src->next_us =
        rate_next_us(&src->rate, draw_exponential_q32(bits_for(l, subject, DRAW_ARRIVAL)));
    if (collects(src))
        return;
    src->merchant_bits = bits_for(l, subject, DRAW_MERCHANT);
    src->user_bits = bits_for(l, subject, DRAW_USER);
    zipf_foresee(&src->merchants, src->merchant_bits);
    zipf_foresee(&src->users, src->user_bits);
}

/* Banks take nothing for it. */
static int64_t collection_fee_fen(const struct load *l, uint8_t place, int64_t amount_fen)
{
    if (place >= CHANNELS)
        return 0;
    int64_t fee_fen = fee_of(&l->scenario->gateways[place].collection_fee, amount_fen);
    return fee_fen < amount_fen ? fee_fen : amount_fen - 1; /* never all of it */
}

/* --- Poisson payouts ------------------------------------------------------- */

static void payout_arrives(struct load *l, struct source *src, struct arrival *a)
{
    const struct load_settings *settings = src->settings;
    struct reference reference = reference_synthetic(src->index, src->ordinal);
    uint64_t subject = reference.lo;
    *a = (struct arrival){
        .flow = FLOW_PAYOUT,
        .business = (uint8_t)scenario_business(l->scenario, settings->business),
        .bank = spread_draw(&src->banks, bits_for(l, subject, DRAW_BANK)),
        .channel = CHANNEL_NONE,
        .merchant = zipf_draw(&src->merchants, src->merchant_bits),
        .user = zipf_draw(&src->users, src->user_bits),
        .count = 1,
        .amount_fen = amount_draw_fen(&settings->amount, bits_for(l, subject, DRAW_AMOUNT)),
        .reference = reference,
    };
}

/* --- Poisson collections --------------------------------------------------- */

static int64_t second_end_us(int64_t at_us)
{
    return at_us / US_PER_S * US_PER_S + US_PER_S - 1;
}

static void watch_collections(struct load *l, struct evq *q)
{
    int64_t next_us = INT64_MAX;
    for (uint32_t i = 0; i < l->source_count; i++)
        if (collects(&l->sources[i]) && l->sources[i].next_us < next_us)
            next_us = l->sources[i].next_us;
    if (next_us != INT64_MAX)
        evq_push(q, (struct happening){.at_us = second_end_us(next_us), .kind = EVENT_COLLECT});
}

static struct arrival collection_at(uint8_t place)
{
    bool channel = place < CHANNELS;
    return (struct arrival){.flow = FLOW_COLLECTION,
                            .channel = channel ? place : (uint8_t)CHANNEL_NONE,
                            .account = channel ? ACCOUNT_NONE : (uint8_t)(place - CHANNELS)};
}

static void collect_second(struct load *l, struct source *src, int64_t end_us, struct arrival *sums)
{
    while (src->next_us <= end_us) {
        uint64_t subject = reference_synthetic(src->index, src->ordinal).lo;
        int64_t amount_fen =
            amount_draw_fen(&src->settings->amount, bits_for(l, subject, DRAW_AMOUNT));
        uint8_t via = spread_draw(&src->via, bits_for(l, subject, DRAW_VIA));
        sums[via].count++;
        sums[via].amount_fen = money_add(sums[via].amount_fen, amount_fen);
        sums[via].fee_fen += collection_fee_fen(l, via, amount_fen);
        src->ordinal++;
        draw_next(l, src);
    }
}

static bool has_texts(const struct source *src)
{
    const struct load_settings *s = src->settings;
    return s->counterparty != NULL || s->remark != NULL || s->code != 0;
}

/* Of a load with texts, which goes to one account; false: nothing came. */
static bool collect_apart(struct load *l, struct source *src, int64_t end_us, struct arrival *out)
{
    struct arrival sums[CHANNELS + ACCOUNTS_MAX];
    uint8_t place = src->via.number[0];
    sums[place] = collection_at(place);
    collect_second(l, src, end_us, sums);
    *out = sums[place];
    out->text_number = (uint16_t)(src->index + 1);
    return out->count > 0;
}

static uint32_t collect(struct load *l, struct evq *q, int64_t now_us,
                        struct arrival out[ARRIVALS_MAX])
{
    struct arrival sums[CHANNELS + ACCOUNTS_MAX];
    uint8_t places = (uint8_t)(CHANNELS + l->scenario->accounts.count);
    uint32_t count = 0;
    for (uint8_t i = 0; i < places; i++)
        sums[i] = collection_at(i);
    for (uint32_t i = 0; i < l->source_count; i++)
        if (collects(&l->sources[i]) && !has_texts(&l->sources[i]))
            collect_second(l, &l->sources[i], now_us, sums);
    for (uint8_t i = 0; i < places; i++)
        if (sums[i].count > 0)
            out[count++] = sums[i];
    for (uint32_t i = 0; i < l->source_count; i++)
        if (collects(&l->sources[i]) && has_texts(&l->sources[i]))
            count += collect_apart(l, &l->sources[i], now_us, &out[count]);
    watch_collections(l, q);
    return count;
}

/* --- traces ---------------------------------------------------------------- */

static void watch_trace(struct source *src, struct evq *q)
{
    if (trace_next(src->trace, &src->row))
        evq_push(q, (struct happening){
                        .at_us = src->row.at_us, .kind = EVENT_TRACE, .subject = src->index});
}

static struct arrival arrival_of_row(const struct load *l, const struct source *src,
                                     const char *text)
{
    struct reference reference = reference_of_text(text);
    const struct trace_row *row = &src->row;
    struct arrival a = {.flow = row->flow,
                        .business = row->business,
                        .channel = CHANNEL_NONE,
                        .merchant = row->merchant,
                        .user = row->user,
                        .count = 1,
                        .amount_fen = row->amount_fen,
                        .reference = reference};
    snprintf(a.text, sizeof a.text, "%s", text);
    if (row->flow == FLOW_COLLECTION) {
        uint8_t via = spread_draw(&src->via, bits_for(l, reference.lo, DRAW_VIA));
        struct arrival where = collection_at(via);
        a.channel = where.channel;
        a.account = where.account;
        a.text_number = has_texts(src) ? (uint16_t)(src->index + 1) : 0;
        a.fee_fen = collection_fee_fen(l, via, a.amount_fen);
    } else {
        a.bank = spread_draw(&src->banks, bits_for(l, reference.lo, DRAW_BANK));
    }
    return a;
}

static uint32_t take_copy(struct load *l)
{
    if (l->copy_pool.used == l->copy_capacity) {
        /* Grown by hand: the pool keeps its links inside the items. */
        uint32_t capacity = l->copy_capacity == 0 ? 1024 : l->copy_capacity * 2;
        l->copies = realloc(l->copies, capacity * sizeof *l->copies);
        MUST(l->copies != NULL);
        if (l->copy_capacity == 0)
            pool_init(&l->copy_pool, capacity, sizeof *l->copies, offsetof(struct copy, free_link));
        l->copy_pool.capacity = l->copy_capacity = capacity;
    }
    return pool_take(&l->copy_pool, l->copies);
}

/* Copy k of a row has the reference with ~k and comes up to a minute later. */
static void plan_copies(struct load *l, struct evq *q, struct source *src)
{
    char text[REFERENCE_MAX + 8];
    for (int k = 2; k <= (int)src->settings->copies; k++) {
        snprintf(text, sizeof text, "%.*s~%d", REFERENCE_MAX - 5, src->row.reference, k);
        uint32_t index = take_copy(l);
        l->copies[index].arrival = arrival_of_row(l, src, text);
        uint64_t bits = bits_for(l, l->copies[index].arrival.reference.lo, DRAW_COPY);
        int64_t later_us = (int64_t)draw_below(bits, (uint64_t)US_PER_MINUTE);
        evq_push(q, (struct happening){
                        .at_us = src->row.at_us + later_us, .kind = EVENT_COPY, .subject = index});
    }
}

/* --- the whole ------------------------------------------------------------- */

static void watch_payout(struct source *src, struct evq *q)
{
    if (src->next_us != INT64_MAX)
        evq_push(q, (struct happening){
                        .at_us = src->next_us, .kind = EVENT_PAYOUT, .subject = src->index});
}

void load_start(struct load *l, struct evq *q)
{
    for (uint32_t i = 0; i < l->source_count; i++) {
        struct source *src = &l->sources[i];
        if (src->trace != NULL) {
            watch_trace(src, q);
            continue;
        }
        draw_next(l, src);
        if (!collects(src))
            watch_payout(src, q);
    }
    watch_collections(l, q);
}

uint32_t load_happens(struct load *l, struct evq *q, const struct happening *what,
                      struct arrival out[ARRIVALS_MAX])
{
    struct source *src = &l->sources[what->subject < l->source_count ? what->subject : 0];
    switch ((int)what->kind) {
    case EVENT_PAYOUT:
        payout_arrives(l, src, &out[0]);
        src->ordinal++;
        draw_next(l, src);
        watch_payout(src, q);
        return 1;
    case EVENT_COLLECT:
        return collect(l, q, what->at_us, out);
    case EVENT_TRACE:
        out[0] = arrival_of_row(l, src, src->row.reference);
        plan_copies(l, q, src);
        watch_trace(src, q);
        return 1;
    case EVENT_COPY:
        out[0] = l->copies[what->subject].arrival;
        pool_give(&l->copy_pool, l->copies, what->subject);
        return 1;
    default:
        NEVER("not a load's event");
    }
}
