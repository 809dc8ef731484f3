/* load.h — payouts and collections as they come, from rates and from traces.
 *
 * A Poisson load is a process of rate per_second, shaped by the hour, its
 * window and its bursts; the n-th arrival's amount, merchant, user, bank and
 * channel are draws keyed by the load and n, so they are the same whatever
 * else the scenario says.  Collections of all Poisson loads are summed by
 * channel and whole second and arrive in its last microsecond; those of a load
 * with texts of its own are a sum of their own.
 */
#ifndef SIM_LOAD_H
#define SIM_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/gateway/gateway.h"
#include "sim/evq.h"
#include "sim/names.h"
#include "sim/scenario.h"
#include "sim/trace.h"

/* The simulator's own happenings, beside those of the world. */
enum {
    EVENT_PAYOUT = HAPPENING_KINDS, /* subject: the load */
    EVENT_COLLECT,                  /* a second of collections is over */
    EVENT_TRACE,                    /* subject: the load; its next row is due */
    EVENT_COPY,                     /* subject: a copied row */
    EVENT_OPERATOR,                 /* subject: which */
    EVENT_KINDS,
};

struct arrival {
    enum flow flow;
    uint8_t business;
    uint8_t bank;
    uint8_t channel; /* collections: the house; CHANNEL_NONE: straight into `account` */
    uint8_t account;
    uint16_t text_number; /* straight into an account: 1 + the load whose texts the line has */
    uint32_t merchant;
    uint32_t user;
    uint32_t count; /* of collections in the sum */
    int64_t amount_fen;
    int64_t fee_fen; /* collections */
    struct reference reference;
    char text[REFERENCE_MAX + 1]; /* of a trace's: the reference as it is written there */
};

enum { ARRIVALS_MAX = CHANNELS + ACCOUNTS_MAX + LOADS_MAX };

/* Names and sizes, known once every trace was scanned. */
struct parties {
    struct names *merchants;
    struct names *users;
    struct names *banks;        /* 0 stands for "other" */
    uint32_t businesses_paying; /* bit b: business b may have payouts */
    uint64_t payouts_expected;  /* of all loads; Poisson: with room to spare */
    struct trace_facts *traces; /* one a load; of trace loads only */
};

/* Scans traces; fills clock.from and clock.to where the trace says them. */
bool parties_init(struct parties *p, struct scenario *s, struct problems *list);
void parties_free(struct parties *p);

enum { KEY_NAME_MAX = NAME_TEXT_MAX + 16 };

/* The key of a breaker by its name, and its name: "icbc" behind UnionPay is
 * "unionpay+icbc".  False: there is none so called. */
bool breaker_key_value(const struct scenario *s, const struct parties *p,
                       const struct breaker_settings *b, const char *name, uint32_t *value);
void breaker_key_name(const struct scenario *s, const struct parties *p,
                      const struct breaker_settings *b, uint32_t value, char out[KEY_NAME_MAX]);

uint8_t bank_number(struct names *banks, const char *name); /* "other" is 0 */

struct load; /* owns memory */

struct load *load_create(const struct scenario *s, const struct parties *p);
void load_free(struct load *l);
void load_start(struct load *l, struct evq *q);
uint32_t load_happens(struct load *l, struct evq *q, const struct happening *what,
                      struct arrival out[ARRIVALS_MAX]);

struct reference reference_of_text(const char *text);
struct reference reference_synthetic(uint32_t source, uint64_t ordinal);
bool reference_is_synthetic(struct reference reference);
/* A synthetic payout's reference in letters: "L0-17" is load 0, arrival 17. */
void reference_write(struct reference reference, char out[REFERENCE_MAX + 1]);

#endif
