/* auditor_breakers.c — breakers as the auditor sees them: which keys are not closed.
 *
 * Of each such key it knows what facts said, and since when.  An open one admits
 * nothing until its time is over, which is reckoned here anew; a half-open one
 * has no more probes in flight than it may; nobody is denied a channel while all
 * that watch it there are closed; and every state follows from the one before. */

#include "sim/auditor.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/idmap.h"
#include "core/base/must.h"
#include "mocks/block.h"

/* A key in any state but closed. */
struct watched_key {
    uint32_t breaker;
    uint32_t value;
    uint32_t openings;
    uint32_t in_flight; /* probes */
    uint8_t state;      /* enum breaker_state */
    int64_t until_us;   /* open: admits nothing while t <= until; 0: for good */
    uint32_t since;     /* which step */
};

/* Of the payout in a slot: four in a cache line. */
struct caller {
    uint32_t merchant;
    uint32_t user;
    uint16_t breakers; /* bit b: breaker b watches it */
    uint8_t bank;
    uint8_t business : 5;
    uint8_t denied : 2;
    uint8_t calling : 1; /* sent, and the call has not ended */
    uint32_t channel : 1;
    uint32_t sent : 31; /* at which step */
};

_Static_assert(sizeof(struct caller) == 16, "a caller is 16 bytes");

struct auditor_breakers {
    const struct core_config *config;
    struct input request;
    struct caller *callers;
    uint32_t capacity;
    uint32_t count;
    struct watched_key *keys;
    struct idmap map;
    struct idmap_slot *slots;
    uint32_t steps; /* of keys and calls */
};

struct auditor_breakers *auditor_breakers_create(const struct core_config *config)
{
    if (config->breaker_count == 0)
        return NULL;
    struct auditor_breakers *b = calloc(1, sizeof *b);
    MUST(b != NULL);
    b->config = config;
    for (uint32_t i = 0; i < config->breaker_count; i++)
        b->capacity += config->breakers[i].keys;
    b->callers = block_take(config->limits.open_payouts, sizeof *b->callers);
    b->keys = block_take(b->capacity, sizeof *b->keys);
    b->slots = block_take(idmap_slots(b->capacity), sizeof *b->slots);
    MUST(b->callers != NULL && b->keys != NULL && b->slots != NULL);
    idmap_init(&b->map, b->capacity);
    return b;
}

void auditor_breakers_free(struct auditor_breakers *b)
{
    if (b == NULL)
        return;
    block_give(b->callers, b->config->limits.open_payouts, sizeof *b->callers);
    block_give(b->keys, b->capacity, sizeof *b->keys);
    block_give(b->slots, idmap_slots(b->capacity), sizeof *b->slots);
    free(b);
}

void auditor_breakers_request(struct auditor_breakers *b, const struct input *in)
{
    b->request = *in;
}

/* --- keys -------------------------------------------------------------------- */

static uint32_t tag_of(uint32_t breaker, uint32_t value)
{
    return (value ^ breaker << 27) * UINT32_C(2246822519);
}

static uint32_t map_at(const struct auditor_breakers *b, uint32_t breaker, uint32_t value)
{
    uint32_t tag = tag_of(breaker, value);
    for (uint32_t at = idmap_first(&b->map, b->slots, tag); at != NONE;
         at = idmap_next(&b->map, b->slots, tag, at)) {
        const struct watched_key *k = &b->keys[idmap_index(b->slots, at)];
        if (k->breaker == breaker && k->value == value)
            return at;
    }
    return NONE;
}

static struct watched_key *find(struct auditor_breakers *b, uint32_t breaker, uint32_t value)
{
    uint32_t at = b->count == 0 ? NONE : map_at(b, breaker, value);
    return at == NONE ? NULL : &b->keys[idmap_index(b->slots, at)];
}

static struct watched_key *add(struct auditor_breakers *b, uint32_t breaker, uint32_t value)
{
    MUST(idmap_add(&b->map, b->slots, tag_of(breaker, value), b->count));
    b->keys[b->count] = (struct watched_key){.breaker = breaker, .value = value};
    return &b->keys[b->count++];
}

static void drop(struct auditor_breakers *b, uint32_t breaker, uint32_t value)
{
    uint32_t at = map_at(b, breaker, value);
    if (at == NONE)
        return;
    uint32_t index = idmap_index(b->slots, at);
    idmap_remove(&b->map, b->slots, at);
    uint32_t last = --b->count;
    if (index == last)
        return;
    b->keys[index] = b->keys[last];
    idmap_replace(b->slots, map_at(b, b->keys[last].breaker, b->keys[last].value), index);
}

/* The key that watches the payout on that channel, or NULL: none does, or it is closed. */
static struct watched_key *key_for(struct auditor_breakers *b, uint32_t breaker,
                                   const struct caller *c, uint32_t channel)
{
    const struct breaker_terms *t = &b->config->breakers[breaker];
    if (b->count == 0 || !(c->breakers >> breaker & 1))
        return NULL;
    switch ((enum breaker_kind)t->kind) {
    case BREAKER_BUSINESS:
        return find(b, breaker, c->business);
    case BREAKER_MERCHANT:
        return find(b, breaker, c->merchant);
    case BREAKER_USER:
        return find(b, breaker, c->user);
    case BREAKER_ROUTE:
        return t->channels >> channel & 1 ? find(b, breaker, channel) : NULL;
    case BREAKER_ROUTE_BANK:
        return t->banks[channel][c->bank / 64] >> c->bank % 64 & 1
                   ? find(b, breaker, BREAKER_BANK_OF(channel, c->bank))
                   : NULL;
    case BREAKER_KINDS:
        break;
    }
    NEVER("an unlisted kind");
}

/* --- states ------------------------------------------------------------------- */

static int64_t wait_us(const struct breaker_terms *t, uint32_t openings)
{
    const int64_t day_us = INT64_C(86400) * 1000000;
    double most = t->open_max_us == 0 ? (double)(366 * day_us) : (double)t->open_max_us;
    double us = (double)t->open_for_us;
    for (uint32_t k = 1; k < openings && us < most && t->open_multiplier_ppm != 1000000; k++)
        us = (double)(int64_t)(us * (double)t->open_multiplier_ppm / 1e6);
    return (int64_t)(us < most ? us : most);
}

static bool opens_rightly(const struct breaker_terms *t, const struct watched_key *k,
                          const struct fact *f)
{
    bool half_open = k != NULL && k->state == BREAKER_HALF_OPEN;
    bool again = f->reason == REASON_PROBES_FAILED || f->reason == REASON_PROBE_OVERDUE;
    uint32_t before = k == NULL ? 0 : k->openings;
    if (f->reason == REASON_OPERATOR)
        return true;
    if (again ? !half_open : k != NULL)
        return false;
    if (f->reason == REASON_PROBE_OVERDUE && k->in_flight == 0)
        return false;
    return f->session == before + 1 && f->other == f->at_us + wait_us(t, f->session);
}

static bool follows(const struct breaker_terms *t, const struct watched_key *k,
                    const struct fact *f)
{
    switch ((int)f->kind) {
    case FACT_BREAKER_OPENED:
        return opens_rightly(t, k, f);
    case FACT_BREAKER_HALF_OPENED:
        return k != NULL && k->until_us != 0 && f->at_us == k->until_us + 1 &&
               k->state ==
                   (f->reason == REASON_FORCED_TIME_OVER ? BREAKER_FORCED_OPEN : BREAKER_OPEN);
    default:
        return f->reason == REASON_OPERATOR ||
               (f->reason == REASON_FORCED_TIME_OVER && k == NULL) ||
               (f->reason == REASON_PROBES_PASSED && k != NULL && k->state == BREAKER_HALF_OPEN);
    }
}

static uint32_t follow_key(struct auditor_breakers *b, const struct fact *f, char *why,
                           size_t why_size)
{
    uint32_t breaker = f->class - 1u;
    uint32_t value = (uint32_t)f->id;
    MUST(breaker < b->config->breaker_count);
    struct watched_key *k = find(b, breaker, value);
    if (!follows(&b->config->breakers[breaker], k, f))
        snprintf(why, why_size, "breaker %" PRIu32 " of key %" PRIu32 " %s out of turn", breaker,
                 value, fact_kind_name((enum fact_kind)f->kind));
    if (f->kind == FACT_BREAKER_CLOSED) {
        drop(b, breaker, value);
        return 1;
    }
    if (k == NULL)
        k = add(b, breaker, value);
    k->state = (uint8_t)(f->kind == FACT_BREAKER_HALF_OPENED ? BREAKER_HALF_OPEN
                         : f->reason == REASON_OPERATOR      ? BREAKER_FORCED_OPEN
                                                             : BREAKER_OPEN);
    k->openings = f->session;
    k->until_us = f->other;
    k->in_flight = 0;
    k->since = ++b->steps;
    return 1;
}

/* --- payouts ------------------------------------------------------------------- */

static uint32_t follow_sent(struct auditor_breakers *b, const struct fact *f, char *why,
                            size_t why_size)
{
    struct caller *c = &b->callers[f->subject];
    uint32_t checks = 0;
    MUST(b->steps < (UINT32_C(1) << 31) - 1);
    c->channel = f->channel & 1u;
    c->calling = 1;
    c->sent = ++b->steps & ((UINT32_C(1) << 31) - 1);
    for (uint32_t i = 0; i < b->config->breaker_count; i++) {
        struct watched_key *k = key_for(b, i, c, f->channel);
        if (k == NULL)
            continue;
        checks++;
        if (k->state != BREAKER_HALF_OPEN || ++k->in_flight > b->config->breakers[i].probes)
            snprintf(why, why_size, "payout %" PRIu32 " was sent, breaker %" PRIu32 " %s",
                     f->subject, i,
                     k->state == BREAKER_HALF_OPEN ? "had its probes in flight" : "was open");
    }
    return checks;
}

/* The call ended: a probe of the state that key is still in is in flight no more. */
static void follow_end(struct auditor_breakers *b, uint32_t slot)
{
    struct caller *c = &b->callers[slot];
    if (!c->calling)
        return;
    c->calling = 0;
    for (uint32_t i = 0; i < b->config->breaker_count; i++) {
        struct watched_key *k = key_for(b, i, c, c->channel);
        if (k != NULL && k->state == BREAKER_HALF_OPEN && k->since < c->sent) {
            MUST(k->in_flight > 0);
            k->in_flight--;
        }
    }
}

static uint32_t follow_denied(struct auditor_breakers *b, const struct fact *f, char *why,
                              size_t why_size)
{
    struct caller *c = &b->callers[f->subject];
    uint32_t newly = f->routes & ~(uint32_t)c->denied;
    uint32_t checks = 0;
    for (uint32_t channel = 0; channel < CHANNELS; channel++) {
        bool grounds = false;
        if (!(newly >> channel & 1))
            continue;
        for (uint32_t i = 0; i < b->config->breaker_count && !grounds; i++)
            grounds = key_for(b, i, c, channel) != NULL;
        checks++;
        if (!grounds)
            snprintf(why, why_size, "payout %" PRIu32 " is denied %s, and no breaker is open",
                     f->subject, channel_name((enum channel)channel));
    }
    c->denied = f->routes & 3u;
    return checks;
}

static void follow_requested(struct auditor_breakers *b, const struct fact *f)
{
    const struct input *in = &b->request;
    if (f->subject == NONE)
        return;
    b->callers[f->subject] = (struct caller){.merchant = in->merchant,
                                             .user = in->user,
                                             .breakers = in->breakers,
                                             .business = in->business & 31u,
                                             .bank = in->bank};
}

bool auditor_breakers_wants(enum fact_kind kind)
{
    switch ((int)kind) {
    case FACT_REQUESTED:
    case FACT_QUEUED:
    case FACT_DENIED:
    case FACT_SENT:
    case FACT_ACCEPTED:
    case FACT_IN_DOUBT:
    case FACT_PAID:
    case FACT_ATTEMPT_FAILED:
    case FACT_BREAKER_OPENED:
    case FACT_BREAKER_HALF_OPENED:
    case FACT_BREAKER_CLOSED:
        return true;
    default:
        return false;
    }
}

uint32_t auditor_breakers_fact(struct auditor_breakers *b, const struct fact *f, char *why,
                               size_t why_size)
{
    switch ((int)f->kind) {
    case FACT_REQUESTED:
        follow_requested(b, f);
        return 0;
    case FACT_QUEUED:
        b->callers[f->subject].denied = 0;
        return 0;
    case FACT_DENIED:
        return follow_denied(b, f, why, why_size);
    case FACT_SENT:
        return follow_sent(b, f, why, why_size);
    case FACT_ACCEPTED:
    case FACT_IN_DOUBT:
    case FACT_PAID:
    case FACT_ATTEMPT_FAILED:
        follow_end(b, f->subject);
        return 0;
    case FACT_BREAKER_OPENED:
    case FACT_BREAKER_HALF_OPENED:
    case FACT_BREAKER_CLOSED:
        return follow_key(b, f, why, why_size);
    default:
        return 0;
    }
}
