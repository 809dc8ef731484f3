/* scenario.h — a scenario, read and checked completely before anything runs.
 *
 * The structs mirror the sections of the grammar (sim/grammar.c has the rows);
 * names are resolved to indices where a section's check can see them.  All of
 * it lives in the scenario's arena.
 */
#ifndef SIM_SCENARIO_H
#define SIM_SCENARIO_H

#include <stdbool.h>
#include <stdint.h>

#include "core/core.h"
#include "mocks/distribution.h"
#include "mocks/faults.h"
#include "mocks/house.h"
#include "mocks/window.h"
#include "sim/document.h"
#include "sim/settings.h"

enum {
    LOADS_MAX = 64,
    FAULTS_MAX = 64,
    BANKS_MAX = 200,
    OPERATOR_MAX = 4096,
    EXPECT_MAX = 256,
    REFERENCE_MAX = 40,
};

/* What a window's keys say, before it is known to be whole. */
struct window_keys {
    uint8_t from_given; /* 0 not, 1 a clock, 2 a moment */
    uint8_t to_given;
    struct window window;
};

struct clock_settings {
    int64_t from_us;
    int64_t to_us;
    uint32_t calendar;
    int64_t drain_max_us;
};

struct account_settings {
    char *id;
    uint32_t kind; /* enum account_kind */
    char *institution;
    uint32_t use; /* enum account_use */
    int64_t opening_fen;
};

struct business_settings {
    char *id;
    int64_t priority;
    int64_t deadline_us; /* 0: none */
    int64_t expires_us;  /* 0: none */
};

struct merchant_settings {
    char *pattern;
    int64_t priority;
};

struct allocation_settings {
    uint32_t kind;
    uint32_t primary;
    struct allocation params;
};

struct routing_settings {
    uint32_t kind;
    int64_t retries;
    int64_t retry_after_us;
    struct list banks;      /* of struct named_value: name, channel bits */
    struct list businesses; /* the same */
};

struct gateway_settings {
    struct latency reply;
    struct latency final;
    int64_t timeout_us;
    int64_t concurrency;
    int64_t per_second;
    int64_t per_payout_max_fen;
    struct fee_terms fee;
    struct list codes; /* struct named_value: text, share */
    int64_t returned_ppm;
    struct latency query;
    struct list query_after; /* int64_t */
    struct latency quota;
    int64_t quota_timeout_us;
    int64_t quota_refused_ppm;
    struct latency notice;
    struct list resend; /* int64_t */
    struct fee_terms collection_fee;
    struct list sessions; /* int64_t clocks */
    int64_t settle_at_us;
    uint32_t settles_to;
    uint32_t receipts_count;
    uint32_t quota_visible;
};

enum load_kind {
    LOAD_POISSON,
    LOAD_TRACE,
};

enum flow {
    FLOW_PAYOUT,
    FLOW_COLLECTION,
};

struct population {
    int64_t count;
    int64_t zipf_millionths; /* the exponent */
};

struct burst_settings {
    int64_t at_us;
    uint8_t at_given; /* as in struct window_keys */
    int64_t for_us;
    int64_t times_millionths;
};

struct load_settings {
    uint32_t kind; /* enum load_kind */
    /* poisson */
    uint32_t flow;
    char *business;
    int64_t per_second_millionths;
    struct list by_hour; /* int64_t millionths; 24 or none */
    struct window_keys keys;
    struct list bursts; /* struct burst_settings */
    struct amount amount;
    struct population merchants;
    struct population users;
    /* trace */
    char *file;
    int64_t shift_to_us;
    uint8_t shifted;
    int64_t copies;
    int64_t scale_millionths;
    /* both */
    struct list banks; /* struct named_value: name, share */
    struct list via;   /* struct named_value: channel, share */
};

struct fault_settings {
    char *id;
    char *at;
    uint32_t kind; /* enum fault_kind - 1 */
    int64_t share_ppm;
    uint8_t share_given;
    int64_t first;
    int64_t every;
    struct window_keys keys;
    char *business;
    char *merchant; /* a pattern */
    char *bank;
    int64_t min_fen;
    int64_t max_fen;
    int64_t by_ppm;
    int64_t by_us;
    uint8_t by_given;
    char *code;
    int64_t truth_after_us;
    int64_t applied_ppm;
};

enum operator_do {
    OPERATOR_MOVE_QUOTA,
    OPERATOR_CANCEL_PAYOUT,
};

struct operator_settings {
    int64_t at_us;
    uint32_t what; /* enum operator_do */
    uint32_t from; /* unionpay, netsunion, unallocated */
    uint32_t to;
    uint8_t from_given;
    uint8_t to_given;
    int64_t amount_fen;
    char *reference;
};

struct expect_settings {
    char *that;
    json_t *is; /* borrowed from the document; NULL where not given */
    json_t *is_not;
    json_t *below;
    json_t *above;
    json_t *at_least;
    json_t *at_most;
    json_t *between;
    char *during;
    json_t *by;
    uint8_t always;
};

struct scenario {
    char *name;
    char *story;
    struct list labels; /* char * */
    int64_t seed;
    struct clock_settings clock;
    int64_t open_payouts_max; /* 0: as many as there may be */
    int64_t sample_us;        /* 0: the span by 1440, at least a minute */
    struct list accounts;
    struct list businesses;
    struct list merchants;
    struct allocation_settings allocation;
    int64_t bypass_max;
    struct routing_settings routing;
    struct gateway_settings gateways[CHANNELS];
    struct list loads;
    struct list faults;
    struct list operators;
    struct list expects;

    struct arena *arena;
    struct document doc;
};

extern const char *const fault_kind_names[];
extern const char *const account_kind_names[];

/* The grammar's root; see grammar.c. */
const struct section *scenario_grammar(void);

/* Reads and checks all that the document alone can tell.  On false, list says
 * why and *s is empty. */
bool scenario_load(const char *path, const char *const *sets, size_t set_count, struct scenario *s,
                   struct problems *list);
bool scenario_parse(const char *text, const char *name, struct scenario *s, struct problems *list);
/* Once the span is known: what must lie within it.  Done already where the
 * document gives the span; for one that takes it from its traces, done after. */
bool scenario_check_span(const struct scenario *s, struct problems *list);
void scenario_free(struct scenario *s);

/* "*" and "?" over ASCII names. */
bool pattern_matches(const char *pattern, const char *name);

/* What a fault's "at" and "code" say. */
bool fault_place(const struct fault_settings *f, enum channel *house,
                 enum fault_operation *operation);
uint16_t fault_code(const struct fault_settings *f, enum channel house);

/* The business with that id, or -1. */
int scenario_business(const struct scenario *s, const char *id);

#endif
