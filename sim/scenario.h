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

#include "core/base/window.h"
#include "core/core.h"
#include "mocks/distribution.h"
#include "mocks/faults.h"
#include "mocks/house.h"
#include "sim/document.h"
#include "sim/settings.h"

enum {
    LOADS_MAX = 64,
    FAULTS_MAX = 64,
    BANKS_MAX = 200,
    OPERATOR_MAX = 4096,
    EXPECT_MAX = 256,
    REFERENCE_MAX = 40,
    SCHEDULE_MOMENTS_MAX = 20000, /* of one schedule */
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
    char *interface; /* NULL: its institution's built-in one */
    char *position_number;
    uint8_t direct_link;
    int64_t keep_fen;
    int64_t opens_us;  /* 0: open from the start */
    int64_t closes_us; /* 0: stays open */
    /* resolved when all was read */
    uint8_t institution_number; /* INSTITUTION_CENTRAL_BANK ... as in core.h */
    uint8_t interface_number;   /* in the list of setup: given ones, then built-in ones */
    uint8_t by_operator;        /* registered by the operator, at opens_us */
};

enum task_days { TASK_DAYS_ALL, TASK_DAYS_WORKING, TASK_DAYS_NON_WORKING };

struct task_settings {
    uint32_t what;    /* enum task_what */
    int64_t every_us; /* 0: not so */
    struct list at;   /* int64_t clocks */
    char *rrule;
    uint32_t days; /* enum task_days */
};

struct interface_settings {
    char *id;
    char *institution;
    int64_t operations; /* bit: enum operation */
    struct list tasks;  /* struct task_settings */
};

struct breaker_settings {
    char *id;
    uint32_t key;      /* enum breaker_kind */
    struct list match; /* char *, patterns; none: all */
    int64_t window_calls;
    int64_t window_seconds;
    int64_t min_calls;
    int64_t failure_ppm;
    int64_t consecutive;
    int64_t slow_after_us;
    int64_t slow_ppm;
    int64_t velocity_count;
    int64_t velocity_fen;
    int64_t within_us;
    int64_t open_for_us;
    int64_t open_multiplier; /* parts per million */
    int64_t open_max_us;
    int64_t probes;
    int64_t probe_deadline_us;
};

enum transfer_watch { WATCH_FROM, WATCH_TO };

struct transfer_settings {
    char *id;
    char *from;
    char *to;
    char *rrule; /* when */
    struct list at;
    uint32_t on_holiday; /* enum on_holiday */
    uint8_t watches;
    uint32_t watch; /* enum transfer_watch */
    int64_t below_fen;
    int64_t above_fen;
    uint8_t demand;
    struct {
        uint32_t kind; /* enum rule_amount */
        uint32_t pad;
        int64_t value_fen;
        int64_t share_ppm;
    } amount;
    int64_t keep_fen;
    int64_t min_fen;
    int64_t max_fen;
    int64_t multiple_fen;
    uint8_t partial;
    int64_t priority;
    uint8_t count_in_transit;
    int64_t not_after_us;
    int64_t retries;
    struct list means; /* uint32_t, enum means */
};

/* What an institution books on an account by itself. */
struct own_line_settings {
    int64_t at_us;
    uint8_t at_given; /* as in struct window_keys */
    char *account;
    uint32_t direction; /* 0 in, 1 out */
    int64_t amount_fen;
    char *counterparty;
    char *remark;
    int64_t code;
};

struct tagging_settings {
    char *tag;
    char *account;      /* a pattern; NULL: any */
    uint32_t direction; /* enum tag_direction */
    int64_t min_fen;
    int64_t max_fen;
    char *counterparty; /* patterns; NULL: any */
    char *remark;
    int64_t code;
    uint32_t book; /* enum tag_book */
    struct window_keys keys;
    uint64_t accounts; /* resolved when all was read: bits */
};

/* A service that moves money between accounts; `queried` and what follows of banks alone. */
struct service_settings {
    char *name; /* of a bank */
    struct latency reply;
    struct latency final;
    int64_t timeout_us;
    int64_t per_payout_max_fen;
    struct fee_terms fee;
    struct list codes; /* struct named_value: text, share */
    int64_t returned_ppm;
    struct hours hours;
    uint32_t working_only;
    int64_t cut_off_us;
    struct latency query;
    struct latency balance;
    struct latency details;
    struct list lines; /* struct own_line_settings */
};

enum acs_push { ACS_PUSH_UNIONPAY, ACS_PUSH_NETSUNION, ACS_PUSH_NONE };

struct central_bank_settings {
    uint32_t acs_push;      /* enum acs_push */
    uint32_t acs_push_what; /* 0 credits, 1 all */
    struct large_value_settings {
        struct hours hours;
        int64_t nets_until_us; /* a clock; 0: until the hours end */
    } large_value;
    struct latency balance;
    struct latency details;
    struct list lines; /* struct own_line_settings */
};

struct business_settings {
    char *id;
    int64_t priority;
    int64_t deadline_us; /* 0: none */
    int64_t expires_us;  /* 0: none */
    uint32_t when_short; /* 0 queue, 1 refuse */
    int64_t share_ppm;
    uint8_t borrow;
};

struct merchant_settings {
    char *pattern;
    int64_t priority;
    char *group; /* or NULL */
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
    int64_t outcome_within_us;
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
    int64_t file_at_us;
    uint32_t settles_to;
    uint32_t receipts_count;
    uint32_t quota_visible;
    struct hours quota_hours;
    struct latency balance; /* of virtual IDs */
    struct latency details;
    struct service_settings services[SERVICES]; /* UnionPay's; SERVICE_PREFUND and on */
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
    struct list banks;  /* struct named_value: name, share */
    struct list via;    /* struct named_value: channel, share */
    char *counterparty; /* of lines of the one account that it goes to; NULL: none of its own */
    char *remark;
    int64_t code;
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
    int64_t after_us;
};

enum operator_do {
    OPERATOR_MOVE_QUOTA,
    OPERATOR_CANCEL_PAYOUT,
    OPERATOR_TRANSFER,
    OPERATOR_REGISTER,
    OPERATOR_CHANGE,
    OPERATOR_CLOSE,
    OPERATOR_REFRESH,
    OPERATOR_HOLD_PAYOUT,
    OPERATOR_RELEASE_PAYOUT,
    OPERATOR_SUSPEND_RULES,
    OPERATOR_RESUME_RULES,
    OPERATOR_FORCE_OPEN,
    OPERATOR_FORCE_CLOSE,
    OPERATOR_ADJUST,
    OPERATOR_WRITE_OFF,
    OPERATOR_APPROVE,
};

/* Each action has some of the keys; which, its check knows. */
struct operator_settings {
    int64_t at_us;
    uint32_t what; /* enum operator_do */
    char *from;    /* of quota: unionpay, netsunion, unallocated; else an account */
    char *to;
    int64_t amount_fen;
    char *reference;
    char *account;
    struct account_settings *registered;
    char *interface;
    char *position_number;
    json_t *direct_link; /* borrowed; NULL where not given */
    int64_t keep_fen;
    uint8_t keep_given;
    char *breaker;
    char *key; /* NULL: every one */
    int64_t for_us;
    int64_t break_number;
    char *by;
    char *as; /* NULL: it decides nothing */
    /* resolved when all was read */
    uint8_t from_number; /* account, or place */
    uint8_t to_number;
    uint8_t account_number;
    uint8_t interface_number; /* ACCOUNT_NONE: as it was */
    uint16_t breaker_number;
    uint32_t key_number;
    uint8_t decided; /* DECIDED_PAID and so on */
};

struct alert_settings {
    char *id;
    char *watch;
    json_t *below; /* borrowed from the document; NULL where not given */
    json_t *above;
    int64_t for_us;
    uint32_t level;         /* 0 warn, 1 alarm */
    struct alert_rule rule; /* resolved when all was read */
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
    int64_t breaker_keys;
    int64_t open_payouts_max; /* 0: as many as there may be */
    int64_t sample_us;        /* 0: the span by 1440, at least a minute */
    struct list accounts;     /* struct account_settings; then those that the operator registers */
    size_t account_given;     /* how many of them the scenario lists */
    struct list interfaces;
    uint8_t built_in[INTERFACES_MAX]; /* institutions whose own interface type follows those */
    uint32_t built_in_count;
    struct list transfers;
    struct list tagging;
    struct list alerts;
    struct list breakers;
    struct central_bank_settings central_bank;
    struct list banks; /* struct service_settings, by name; number: INSTITUTION_BANKS + index */
    struct list businesses;
    struct list merchants;
    struct allocation_settings allocation;
    int64_t bypass_max;
    int64_t ageing_us;
    int64_t doubtful_days;
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
extern const char *const operation_names[];

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
bool fault_place(const struct scenario *s, const struct fault_settings *f, uint32_t *institution,
                 enum fault_operation *operation);
uint16_t fault_code(const struct fault_settings *f, uint32_t institution);

/* The groups of merchants by name, in the order of first mention. */
enum { GROUPS_MAX = 16, GROUP_NONE = GROUPS_MAX };
uint32_t scenario_groups(const struct scenario *s, const char *names[GROUPS_MAX]);
uint8_t scenario_group(const struct scenario *s, const char *name); /* NULL: GROUP_NONE */

/* The business with that id, or -1; the same of accounts, interfaces and banks. */
int scenario_business(const struct scenario *s, const char *id);
int scenario_account(const struct scenario *s, const char *id);
int scenario_interface(const struct scenario *s, const char *id);
int scenario_bank(const struct scenario *s, const char *id);
int scenario_breaker(const struct scenario *s, const char *id);
bool breaker_matches(const struct breaker_settings *b, const char *name);

/* Numbers as in core.h: unionpay, netsunion, central_bank, then the banks; or -1. */
int scenario_institution(const struct scenario *s, const char *name);
const char *scenario_institution_name(const struct scenario *s, uint32_t institution);
/* Bits: enum operation. */
uint8_t institution_operations(uint32_t institution);
uint8_t account_operations(const struct scenario *s, const struct account_settings *a);
const char *scenario_interface_name(const struct scenario *s, uint8_t number);

#endif
