/* create.c — a core begins: its block is laid out, its parts are empty, its accounts registered. */

#include "core/base/must.h"
#include "core/desk.h"

#define ALIGN_16(n) (((n) + 15) / 16 * 16)

/* Where the arrays lie, counted from the block's start; the last is its size. */
struct layout {
    uint64_t payouts_at;
    uint64_t remembered_at;
    uint64_t slots_at;
    uint64_t moments_at;
    uint64_t doubts_at;
    uint64_t watches_at;
    uint64_t breakers_at;
    uint64_t bytes;
};

static struct layout layout_of(const struct core_limits *limits)
{
    struct layout l;
    l.payouts_at = ALIGN_16(sizeof(struct core));
    l.remembered_at =
        ALIGN_16(l.payouts_at + (uint64_t)limits->open_payouts * sizeof(struct payout));
    l.slots_at =
        ALIGN_16(l.remembered_at + (uint64_t)limits->remembered * sizeof(struct remembered));
    l.moments_at = ALIGN_16(l.slots_at +
                            (uint64_t)idmap_slots(limits->remembered) * sizeof(struct idmap_slot));
    l.doubts_at = ALIGN_16(l.moments_at + (uint64_t)limits->moments * sizeof(int64_t));
    l.watches_at = ALIGN_16(l.doubts_at + (uint64_t)limits->doubts * sizeof(struct doubt));
    uint64_t watched = limits->breaker_bytes == 0 ? 0 : limits->open_payouts;
    l.breakers_at = ALIGN_16(l.watches_at + watched * sizeof(struct guard));
    l.bytes = ALIGN_16(l.breakers_at + limits->breaker_bytes);
    return l;
}

size_t core_bytes(const struct core_limits *limits)
{
    MUST(limits->open_payouts > 0 && limits->open_payouts <= limits->remembered);
    MUST(limits->remembered < UINT32_C(1) << 30);
    MUST(limits->doubts == 0 || limits->doubts == limits->open_payouts * 2);
    return layout_of(limits).bytes;
}

static void must_be_config(const struct core_config *config)
{
    MUST(config->business_count > 0 && config->business_count <= BUSINESSES_MAX);
    MUST(config->account_count <= ACCOUNTS_MAX);
    MUST(config->retries <= RETRIES_MAX && config->bypass_max <= BYPASS_LIMIT);
    MUST(config->retry_after_us > 0 && config->ageing_us >= 0);
    MUST(config->primary < CHANNELS);
    MUST(config->breaker_count <= BREAKERS_MAX);
    MUST(config->tag_rule_count <= TAG_RULES_MAX);
    MUST(config->limits.breaker_bytes == breakers_bytes(config->breakers, config->breaker_count));
    for (int c = 0; c < CHANNELS; c++) {
        const struct channel_terms *terms = &config->channels[c];
        MUST(terms->query_steps >= 1 && terms->query_steps <= QUERY_STEPS_MAX);
        MUST(terms->reply_timeout_us > 0 && terms->quota_timeout_us > 0);
        MUST(terms->sessions_a_day > 0);
        /* Link a of a payout serves its reply time-out first, its queries then. */
        MUST(terms->query_after_us[0] >= terms->reply_timeout_us);
    }
}

static void open_accounts(struct core *core)
{
    const struct core_config *config = &core->config;
    ledger_init(&core->ledger, BOOK_REGISTERED + ACCOUNTS_MAX);
    for (uint32_t i = 0; i < BOOK_REGISTERED; i++)
        MUST(ledger_open(&core->ledger, core->books) == i);
    accounts_init(&core->accounts);
    for (uint32_t i = 0; i < config->account_count; i++) {
        const struct core_account *a = &config->accounts[i];
        bool known = a->interface < config->interface_count;
        struct account wanted = {.kind = a->kind,
                                 .use = a->use,
                                 .institution = a->institution,
                                 .interface = a->interface,
                                 .operations =
                                     known ? config->interfaces[a->interface].operations : 0,
                                 .flags = a->flags,
                                 .keep_fen = a->keep_fen};
        MUST(account_add(&core->accounts, core->account_items, &core->ledger, core->books,
                         wanted) == i);
        if (a->opens_us <= config->start_us)
            MUST(account_register(&core->accounts, core->account_items, i) == ACCOUNT_REGISTERED);
    }
    MUST(account_find(&core->accounts, core->account_items, ACCOUNT_CENTRAL_BANK, 0) != NONE);
    for (uint32_t c = 0; c < CHANNELS; c++)
        MUST(config->channels[c].rule.settles_to != SETTLES_TO_VIRTUAL_ID ||
             account_find(&core->accounts, core->account_items, ACCOUNT_VIRTUAL_RESERVE,
                          (uint8_t)c) != NONE);
}

/* What costs something is kept only where a rule asks for it. */
static void open_alerts(struct core *core)
{
    const struct core_config *config = &core->config;
    MUST(config->alert_count <= ALERT_RULES_MAX);
    for (uint32_t i = 0; i < config->alert_count; i++) {
        const struct alert_rule *r = &config->alert_rules[i];
        MUST(r->for_us >= 0);
        MUST(r->watch != WATCH_DOUBT_OLDEST || config->limits.doubts > 0);
        MUST(r->watch > WATCH_TIME_TO_DRY || r->of < CHANNELS);
        core->watches_age |= r->watch == WATCH_QUEUE_OLDEST;
        core->watches_dry |= r->watch == WATCH_TIME_TO_DRY;
        alert_open(&core->alerts[i]);
    }
}

struct core *core_create(void *memory, const struct core_config *config)
{
    must_be_config(config);
    struct core *core = memory;
    struct layout layout = layout_of(&config->limits);

    core->config = *config;
    core->bytes = layout.bytes;
    core->payouts_at = layout.payouts_at;
    core->remembered_at = layout.remembered_at;
    core->slots_at = layout.slots_at;
    core->moments_at = layout.moments_at;
    core->doubts_at = layout.doubts_at;
    core->watches_at = layout.watches_at;
    core->breaker_at[0] = layout.breakers_at;
    int64_t *moments = (int64_t *)(void *)((char *)memory + layout.moments_at);
    for (uint32_t i = 0; i < config->limits.moments; i++)
        moments[i] = config->moments[i];
    core->config.moments = NULL; /* the block has its own */
    core->now_us = config->start_us;
    core->deadline_us = config->start_us;
    core->outlook_due_us = config->start_us;
    pool_init(&core->payout_pool, config->limits.open_payouts, sizeof(struct payout),
              offsetof(struct payout, b.next));
    idmap_init(&core->references, config->limits.remembered);
    queue_init(&core->queue);
    shares_init(&core->shares);
    for (uint32_t i = 0; i < config->business_count; i++)
        shares_add(&core->shares, config->businesses[i].share_ppm,
                   !config->businesses[i].no_borrowing);
    for (int i = 0; i <= RETRIES_MAX; i++)
        core->backing_off[i] = CHAIN_EMPTY;
    for (int i = 0; i < BUSINESSES_MAX; i++)
        core->expiring[i][0] = core->expiring[i][1] = CHAIN_EMPTY;
    core->settling = core->held = core->stopped = CHAIN_EMPTY;
    pool_init(&core->move_pool, MOVES_MAX, sizeof(struct move), offsetof(struct move, free_link));
    pool_init(&core->transfer_pool, TRANSFERS_MAX, sizeof(struct transfer),
              offsetof(struct transfer, free_link));
    heap_init(&core->timers, TIMERS_MAX);
    breakers_create(core);
    breaks_init(&core->breaks);
    open_accounts(core);
    open_alerts(core);
    for (int c = 0; c < CHANNELS; c++) {
        struct channel_state *ch = &core->channels[c];
        ch->wake_fen = INT64_MAX;
        ch->blocker = NONE;
        ch->rises_us = NEVER_US;
        forecast_open(&ch->forecast, config->start_us);
        ch->went_us[WENT_DOWN] = ch->went_us[WENT_UP] = INT64_MIN;
        ch->reported_us = INT64_MIN;
        lists_init(&ch->lists);
        ch->replies = ch->unlisted = CHAIN_EMPTY;
        for (int i = 0; i <= QUERY_STEPS_MAX; i++)
            ch->queries[i] = CHAIN_EMPTY;
    }
    return core;
}
