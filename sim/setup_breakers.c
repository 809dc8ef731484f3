/* setup_breakers.c — breakers as the core knows them, and which of them watch whom. */

#include <stdlib.h>
#include <string.h>

#include "core/base/civil.h"
#include "core/base/must.h"
#include "sim/checks.h"
#include "sim/setup.h"

static uint32_t keys_of(const struct scenario *s, const struct parties *p, uint32_t kind)
{
    uint32_t most = (uint32_t)s->breaker_keys;
    uint32_t there_are = kind == BREAKER_BUSINESS   ? (uint32_t)s->businesses.count
                         : kind == BREAKER_ROUTE    ? CHANNELS
                         : kind == BREAKER_MERCHANT ? names_count(p->merchants)
                         : kind == BREAKER_USER     ? names_count(p->users)
                                                    : CHANNELS * names_count(p->banks);
    bool many = kind == BREAKER_MERCHANT || kind == BREAKER_USER;
    return many && there_are > most ? most : there_are;
}

/* Routes, and banks behind them, are matched in the core: a payout may take either. */
static void match_routes(struct breaker_terms *t, const struct breaker_settings *b,
                         const struct scenario *s, const struct parties *p)
{
    char name[KEY_NAME_MAX];
    for (uint32_t c = 0; c < CHANNELS; c++) {
        if (b->key == BREAKER_ROUTE) {
            if (breaker_matches(b, channel_name((enum channel)c)))
                t->channels |= (uint8_t)(1 << c);
            continue;
        }
        for (uint32_t bank = 0; bank < names_count(p->banks); bank++) {
            breaker_key_name(s, p, b, BREAKER_BANK_OF(c, bank), name);
            if (!breaker_matches(b, name))
                continue;
            t->channels |= (uint8_t)(1 << c);
            t->banks[c][bank / 64] |= UINT64_C(1) << bank % 64;
        }
    }
}

static uint16_t *match_names(const struct breaker_settings *b, uint32_t bit, uint16_t *masks,
                             const struct names *names)
{
    char name[NAME_TEXT_MAX];
    uint32_t count = names_count(names);
    if (masks == NULL) {
        masks = calloc(count, sizeof *masks);
        MUST(masks != NULL);
    }
    for (uint32_t i = 1; i < count; i++) { /* 0 is nobody */
        names_text(names, i, name);
        if (breaker_matches(b, name))
            masks[i] |= (uint16_t)(1 << bit);
    }
    return masks;
}

static void set_terms(struct breaker_terms *t, const struct breaker_settings *b, uint32_t keys)
{
    *t = (struct breaker_terms){
        .kind = (uint8_t)b->key,
        .keys = keys,
        .window_calls = (uint32_t)b->window_calls,
        .window_seconds = (uint32_t)b->window_seconds,
        .min_calls = (uint32_t)b->min_calls,
        .consecutive = (uint32_t)b->consecutive,
        .velocity_count = (uint32_t)b->velocity_count,
        .velocity_seconds = (uint32_t)(b->within_us / US_PER_S),
        .probes = (uint32_t)b->probes,
        .failure_ppm = b->failure_ppm,
        .slow_ppm = b->slow_ppm,
        .slow_after_us = b->slow_after_us,
        .velocity_fen = b->velocity_fen,
        .open_for_us = b->open_for_us,
        .open_max_us = b->open_max_us,
        .open_multiplier_ppm = b->open_multiplier,
        .probe_deadline_us = b->probe_deadline_us,
    };
}

void setup_breakers(struct setup *u, const struct scenario *s, const struct parties *p)
{
    const struct breaker_settings *all = s->breakers.items;
    const struct business_settings *businesses = s->businesses.items;
    u->core.breaker_count = (uint32_t)s->breakers.count;
    for (uint32_t i = 0; i < u->core.breaker_count; i++) {
        const struct breaker_settings *b = &all[i];
        set_terms(&u->core.breakers[i], b, keys_of(s, p, b->key));
        if (b->key == BREAKER_ROUTE || b->key == BREAKER_ROUTE_BANK) {
            match_routes(&u->core.breakers[i], b, s, p);
            u->route_breakers |= (uint16_t)(1 << i);
        }
        for (size_t k = 0; k < s->businesses.count && b->key == BREAKER_BUSINESS; k++)
            if (breaker_matches(b, businesses[k].id))
                u->business_breakers[k] |= (uint16_t)(1 << i);
        if (b->key == BREAKER_MERCHANT)
            u->merchant_breakers = match_names(b, i, u->merchant_breakers, p->merchants);
        if (b->key == BREAKER_USER && b->match.count != 0)
            u->user_breakers = match_names(b, i, u->user_breakers, p->users);
        else if (b->key == BREAKER_USER)
            u->any_user_breakers |= (uint16_t)(1 << i);
    }
    u->core.limits.breaker_bytes = breakers_bytes(u->core.breakers, u->core.breaker_count);
}

uint16_t setup_breakers_of(const struct setup *u, const struct arrival *a)
{
    uint32_t all = u->route_breakers | u->business_breakers[a->business];
    if (u->merchant_breakers != NULL)
        all |= u->merchant_breakers[a->merchant];
    if (u->user_breakers != NULL)
        all |= u->user_breakers[a->user];
    if (a->user != 0)
        all |= u->any_user_breakers;
    return (uint16_t)all;
}
