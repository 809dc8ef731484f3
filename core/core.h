/* core.h — the treasury, whole: facts in, orders and facts out.
 *
 * The core is a deterministic state machine.  It reads no clock, does no I/O,
 * draws no random number and allocates nothing: it lives in one block of
 * memory that the caller gives, sized by core_bytes(), and refers to itself by
 * index only, so the block may be copied, compared, saved and restored.
 *
 *     memory = core_bytes(&config.limits) zero bytes, aligned to 16
 *     core_create(memory, &config)
 *     core_apply(core, now, input, effects)   now never goes back
 *     core_deadline_us(core)                  when it wants an INPUT_TICKED
 *
 * The deadline may be earlier than anything that is really due, never later.
 */
#ifndef CORE_CORE_H
#define CORE_CORE_H

#include <stddef.h>
#include <stdint.h>

#include "core/alerts.h"
#include "core/audit/tagging.h"
#include "core/base/calendar.h"
#include "core/base/hours.h"
#include "core/books/account.h"
#include "core/books/chart.h"
#include "core/gateway/effects.h"
#include "core/gateway/gateway.h"
#include "core/gateway/interface.h"
#include "core/payout/breaker.h"
#include "core/payout/routing.h"
#include "core/quota/policy.h"
#include "core/quota/position.h"
#include "core/transfer/means.h"
#include "core/transfer/rule.h"

enum {
    QUERY_STEPS_MAX = 16,
    BUSINESSES_MAX = 32,
    ACCOUNTS_MAX = 64,
    RETRIES_MAX = 8,
    BYPASS_LIMIT = 250,
    BREAKERS_MAX = 16,
    INSTITUTIONS_MAX = 64, /* the clearing houses by their channel, then the central bank, banks */
    INSTITUTION_CENTRAL_BANK = CHANNELS,
    INSTITUTION_BANKS, /* the first bank's number */
};

#define QUERY_FOREVER_US (30 * 60 * INT64_C(1000000)) /* after the schedule, until it is known */

struct core_limits {
    uint32_t open_payouts;  /* not yet final */
    uint32_t remembered;    /* references kept in all, open ones included */
    uint32_t moments;       /* of all schedules together */
    uint32_t doubts;        /* twice open_payouts where a rule watches in_doubt.oldest_s; else 0 */
    uint64_t breaker_bytes; /* breakers_bytes() of the breakers; 0: there are none */
};

/* A limit of 0 means none. */
struct fee_terms {
    int64_t fixed_fen;
    int64_t share_ppm;
    int64_t min_fen;
    int64_t max_fen;
    uint8_t in_net; /* taken through the session's net instead of the fee account */
    uint8_t pad[7];
};

int64_t fee_of(const struct fee_terms *terms, int64_t amount_fen);

struct channel_terms {
    struct quota_rule rule;
    uint32_t first_session; /* the session open at the start */
    uint32_t sessions_a_day;
    int64_t reply_timeout_us;
    int64_t quota_timeout_us;
    uint32_t concurrency;
    uint32_t per_second;
    int64_t per_payout_max_fen;
    struct fee_terms fee;
    uint32_t query_steps;
    int64_t query_after_us[QUERY_STEPS_MAX]; /* the first since sending, then since the last */
    int64_t cut_off_us;                      /* a clock: the day's list goes to here */
    int64_t file_at_us;                      /* a clock, the day after: the list is published */
    int64_t outcome_within_us; /* of an order that was taken: it is paid or failed by then */
};

/* What the treasury must know of a service that moves money for a transfer. */
struct service_terms {
    struct hours hours;
    int64_t reply_timeout_us;
    int64_t per_payout_max_fen; /* 0: no limit */
    struct fee_terms fee;
};

struct business_terms {
    uint8_t priority;          /* 1 first .. 9 */
    uint8_t refuse_when_short; /* a payout that no quota can take now is refused, not queued */
    uint8_t no_borrowing;      /* it may use its share of quota only */
    int64_t expires_us;        /* queued longer: expired; 0: never */
    int64_t share_ppm;         /* of each channel's quota; 0: none is kept for it */
};

struct core_account {
    uint8_t kind; /* enum account_kind */
    uint8_t use;
    uint8_t institution;
    uint8_t interface;   /* in interfaces; or ACCOUNT_NONE: it offers nothing */
    uint8_t flags;       /* ACCOUNT_DIRECT_LINK, ACCOUNT_POSITION_NUMBER */
    int64_t opening_fen; /* its balance when it is registered */
    int64_t keep_fen;
    int64_t opens_us;  /* registered then; NEVER_US: when the operator says so */
    int64_t closes_us; /* NEVER_US: when the operator says so, or never */
};

struct core_config {
    struct core_limits limits;
    enum calendar calendar;
    enum allocation_kind allocation_kind;
    struct allocation allocation;
    enum channel primary;
    enum routing_kind routing;
    uint8_t bypass_max;     /* how often one payout may be passed over */
    int64_t ageing_us;      /* each that it has waited lifts a payout by one step; 0: none does */
    uint8_t retries;        /* further attempts after the first */
    int64_t retry_after_us; /* before the same route again; doubles */
    struct channel_terms channels[CHANNELS];
    uint32_t business_count;
    struct business_terms businesses[BUSINESSES_MAX];
    uint32_t account_count;
    struct core_account accounts[ACCOUNTS_MAX];
    uint32_t interface_count;
    struct interface interfaces[INTERFACES_MAX];
    uint32_t rule_count;
    struct transfer_rule rules[RULES_MAX];
    struct service_terms services[SERVICES]; /* UnionPay's: PREFUND, RETURN, ADJUST, SETTLEMENT */
    struct service_terms banks[INSTITUTIONS_MAX]; /* of transfers, by institution */
    uint8_t tells_outlook; /* what is foreseen, and what the backlog needs, as facts */
    uint32_t alert_count;
    struct alert_rule alert_rules[ALERT_RULES_MAX];
    uint32_t breaker_count;
    struct breaker_terms breakers[BREAKERS_MAX];
    uint32_t tag_rule_count;
    struct tag_rule tag_rules[TAG_RULES_MAX];
    const int64_t *moments;   /* of all schedules; read by core_create() and then kept inside */
    int32_t doubtful_days;    /* what one side alone has is matched for so long again */
    struct hours large_value; /* HOURS_LARGE_VALUE, of the central bank's system */
    int64_t start_us;
};

/* What the breakers take of the block. */
uint64_t breakers_bytes(const struct breaker_terms *terms, uint32_t count);

struct core;

size_t core_bytes(const struct core_limits *limits);
struct core *core_create(void *memory, const struct core_config *config);
void core_apply(struct core *core, int64_t now_us, const struct input *in, struct effects *fx);
int64_t core_deadline_us(const struct core *core);

_Static_assert((int)CHART_HOUSES == (int)CHANNELS, "every channel has its books");

#endif
