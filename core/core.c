/* core.c — see core.h.  Lays out the block, routes inputs, runs the timers. */

#include "core/core.h"

#include "core/base/money.h"
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

static struct desk desk_of(struct core *core, int64_t now_us, struct effects *fx)
{
    char *block = (char *)core;
    return (struct desk){
        .core = core,
        .payouts = (struct payout *)(void *)(block + core->payouts_at),
        .remembered = (struct remembered *)(void *)(block + core->remembered_at),
        .slots = (struct idmap_slot *)(void *)(block + core->slots_at),
        .moments = (const int64_t *)(void *)(block + core->moments_at),
        .doubts = (struct doubt *)(void *)(block + core->doubts_at),
        .watches = (struct guard *)(void *)(block + core->watches_at),
        .fx = fx,
        .now_us = now_us,
    };
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

int64_t fee_of(const struct fee_terms *terms, int64_t amount_fen)
{
    if (terms->fixed_fen == 0 && terms->share_ppm == 0)
        return 0;
    int64_t fee_fen = money_add(terms->fixed_fen, money_share(amount_fen, terms->share_ppm));
    if (fee_fen < terms->min_fen)
        fee_fen = terms->min_fen;
    if (terms->max_fen != 0 && fee_fen > terms->max_fen)
        fee_fen = terms->max_fen;
    return fee_fen;
}

/* Whether a timer still means something to whoever receives it. */
static bool timer_counts(const void *of, const struct timer *t)
{
    const struct core *core = of;
    switch ((enum timer_kind)t->kind) {
    case TIMER_MOVE:
        return core->move_live[t->subject] && core->moves[t->subject].round == t->round;
    case TIMER_TRANSFER:
        return core->transfer_live[t->subject] && core->transfers[t->subject].round == t->round;
    case TIMER_TASK:
        return core->purses[t->subject / TASKS_MAX].revision == t->round;
    case TIMER_DAY_CLOSE:
    case TIMER_ACCOUNT:
    case TIMER_DUTY:
    case TIMER_RULE:
    case TIMER_LIST:
        return true;
    }
    NEVER("an unlisted timer");
}

/* Nothing cancels a timer, so those of what has long ended may fill the heap. */
void desk_timer(struct desk *d, int64_t at_us, enum timer_kind kind, uint32_t subject,
                uint64_t round)
{
    struct core *core = d->core;
    struct timer one = {.at_us = at_us, .kind = (uint32_t)kind, .subject = subject, .round = round};
    if (!heap_push(&core->timers, core->timer_heap, one)) {
        heap_keep(&core->timers, core->timer_heap, timer_counts, core);
        MUST(heap_push(&core->timers, core->timer_heap, one));
    }
    desk_wake_at(d, at_us);
}

/* The book that one side of a template names for this event. */
static uint32_t side_book(const struct desk *d, uint32_t side, struct booked_of of)
{
    if (side < BOOK_PER_CHANNEL)
        return side;
    if (side < SIDE_ACCOUNT) {
        MUST(of.channel < CHANNELS);
        return side + of.channel * (uint32_t)BOOKS_OF_CHANNEL;
    }
    MUST(of.account < d->core->accounts.count);
    return side == SIDE_ACCOUNT ? d->core->account_items[of.account].book
                                : desk_owner(d, of.account);
}

void desk_book(struct desk *d, enum template what, struct booked_of of, int64_t amount_fen)
{
    static const uint8_t facts[] = {
        [BOOKING_POST] = FACT_ENTRY_POSTED,
        [BOOKING_PEND] = FACT_ENTRY_PENDING,
        [BOOKING_TAKE] = FACT_ENTRY_TAKEN,
        [BOOKING_VOID] = FACT_ENTRY_VOIDED,
    };
    struct core *core = d->core;
    struct template_row row = template_rows[what];
    if (amount_fen == 0)
        return;
    struct entry e = {.debit = side_book(d, row.debit, of),
                      .credit = side_book(d, row.credit, of),
                      .amount_fen = amount_fen};
    if (row.either_way && amount_fen < 0)
        e = (struct entry){.debit = e.credit, .credit = e.debit, .amount_fen = -amount_fen};
    switch ((enum booking)row.how) {
    case BOOKING_POST:
        ledger_post(&core->ledger, core->books, e);
        break;
    case BOOKING_PEND:
        ledger_pend(&core->ledger, core->books, e);
        break;
    case BOOKING_TAKE:
        ledger_post_pending(&core->ledger, core->books, e);
        break;
    case BOOKING_VOID:
        ledger_void_pending(&core->ledger, core->books, e);
        break;
    }
    desk_fact(d, (struct fact){.kind = facts[row.how],
                               .channel = CHANNEL_NONE,
                               .code = (uint16_t)what,
                               .subject = e.debit,
                               .session = e.credit,
                               .id = core->ledger.entry_count,
                               .amount_fen = e.amount_fen});
}

uint32_t desk_owner(const struct desk *d, uint32_t account)
{
    uint8_t kind = d->core->account_items[account].kind;
    return kind == ACCOUNT_OWN || kind == ACCOUNT_VIRTUAL_OWN ? BOOK_EQUITY : BOOK_CLIENTS;
}

void desk_alert(struct desk *d, enum channel channel, enum reason reason, int64_t amount_fen,
                int64_t other)
{
    desk_fact(d, (struct fact){.kind = FACT_ALERT,
                               .channel = (uint8_t)channel,
                               .reason = (uint8_t)reason,
                               .subject = NONE,
                               .amount_fen = amount_fen,
                               .other = other});
}

/* The first input tells where everything stands, as entries and as facts. */
static void open_books(struct desk *d)
{
    struct core *core = d->core;
    const struct core_config *config = &core->config;
    int64_t mapped_fen[CHANNELS];
    int64_t custody_fen = 0;

    for (uint8_t i = 0; i < config->account_count; i++) {
        const struct core_account *a = &config->accounts[i];
        if (core->account_items[i].state != ACCOUNT_OPEN)
            continue;
        desk_book(d, TEMPLATE_ACCOUNT_OPENS, (struct booked_of){.account = i}, a->opening_fen);
        if (a->kind == ACCOUNT_CENTRAL_BANK)
            custody_fen = a->opening_fen;
    }
    policy_of(config->allocation_kind)->open(&config->allocation, custody_fen, mapped_fen);
    core->unallocated_fen = custody_fen;
    desk_book(d, TEMPLATE_CUSTODY_RISES, (struct booked_of){0}, custody_fen);
    for (uint8_t c = 0; c < CHANNELS; c++) {
        const struct channel_terms *terms = &config->channels[c];
        position_init(&core->channels[c].position, terms->rule, mapped_fen[c],
                      terms->first_session);
        core->unallocated_fen -= mapped_fen[c];
        desk_book(d, TEMPLATE_QUOTA_OPENS, (struct booked_of){.channel = c}, mapped_fen[c]);
        desk_fact(d, (struct fact){.kind = FACT_OPENED,
                                   .channel = c,
                                   .subject = NONE,
                                   .amount_fen = mapped_fen[c],
                                   .other = mapped_fen[c]});
    }
    MUST(core->unallocated_fen >= 0);
    desk_fact(d, (struct fact){.kind = FACT_OPENED,
                               .channel = CHANNEL_NONE,
                               .subject = NONE,
                               .amount_fen = core->unallocated_fen,
                               .other = core->unallocated_fen});
    int32_t today = civil_day(d->now_us);
    desk_timer(d, civil_moment_us(today + 1, 0), TIMER_DAY_CLOSE, 0, 0);
    core->opened = 1;
    funds_open(d);
    rules_open(d);
    absence_open(d);
}

/* Trial balance: every book that was ever used, then the ledger as a whole. */
static void close_day(struct desk *d)
{
    struct core *core = d->core;
    const struct ledger_account *all = &core->ledger.total;
    uint32_t told = 0;
    for (uint32_t i = 0; i < core->ledger.account_count; i++) {
        const struct ledger_account *a = &core->books[i];
        if (a->debit_posted_fen == 0 && a->credit_posted_fen == 0 && a->debit_pending_fen == 0 &&
            a->credit_pending_fen == 0)
            continue;
        desk_fact(d, (struct fact){.kind = FACT_BALANCE,
                                   .channel = CHANNEL_NONE,
                                   .subject = i,
                                   .id = (uint64_t)a->debit_posted_fen,
                                   .amount_fen = ledger_balance_fen(a),
                                   .other = a->debit_pending_fen - a->credit_pending_fen});
        told++;
    }
    desk_fact(d, (struct fact){.kind = FACT_DAY_CLOSED,
                               .channel = CHANNEL_NONE,
                               .subject = NONE,
                               .session = told,
                               .id = (uint64_t)all->credit_posted_fen,
                               .amount_fen = all->debit_posted_fen,
                               .other = civil_moment_us(civil_day(d->now_us) - 1, 0)});
    balances_close(d);
    lines_close(d);
    desk_timer(d, civil_moment_us(civil_day(d->now_us) + 1, 0), TIMER_DAY_CLOSE, 0, 0);
}

/* The most facts that closing a day tells: each book, two of each balance, what
 * is checked inside the books. */
enum {
    CLOSE_FACTS = BOOK_REGISTERED + ACCOUNTS_MAX + 1 + 2 * (ACCOUNTS_MAX + CHANNELS) + STEP_FACTS
};

_Static_assert(CLOSE_FACTS + STEP_FACTS <= FACTS_MAX, "a day closes in one step");

static void run_timers(struct desk *d)
{
    struct core *core = d->core;
    while (heap_next_us(&core->timers, core->timer_heap) <= d->now_us && !desk_full(d)) {
        if (core->timer_heap[0].kind == TIMER_DAY_CLOSE &&
            d->fx->fact_count + CLOSE_FACTS > FACTS_MAX)
            break;
        struct timer t = heap_pop(&core->timers, core->timer_heap);
        switch ((enum timer_kind)t.kind) {
        case TIMER_MOVE:
            moves_timer(d, t);
            break;
        case TIMER_DAY_CLOSE:
            close_day(d);
            break;
        case TIMER_ACCOUNT:
        case TIMER_TASK:
        case TIMER_DUTY:
            funds_timer(d, t);
            break;
        case TIMER_RULE:
            rules_timer(d, t);
            break;
        case TIMER_TRANSFER:
            transfers_timer(d, t);
            break;
        case TIMER_LIST:
            absence_timer(d, t);
            break;
        }
    }
}

/* An answer or a notice about an order. */
static void handle_answer(struct desk *d, const struct input *in)
{
    bool of_leg = (in->id & ORDER_ID_MOVE) && (in->id & ORDER_ID_LEG);
    MUST(of_leg || in->channel < CHANNELS);
    if (of_leg)
        transfers_answered(d, in);
    else if (in->kind == INPUT_PAY_ANSWERED)
        outcome_pay_answered(d, in);
    else if (in->kind == INPUT_QUERY_ANSWERED)
        outcome_query_answered(d, in);
    else
        outcome_notified(d, in);
}

/* What the operator wants of accounts, and what is told of them. */
static void handle_account(struct desk *d, const struct input *in)
{
    switch ((int)in->kind) {
    case INPUT_TRANSFER_REQUESTED:
        transfers_request(d, in);
        return;
    case INPUT_REFRESH_REQUESTED:
        funds_refresh(d, in);
        return;
    case INPUT_ACCOUNT_REGISTERED:
        funds_register(d, in);
        return;
    case INPUT_ACCOUNT_CHANGED:
        funds_change(d, in);
        return;
    case INPUT_ACCOUNT_CLOSED:
        funds_close(d, in);
        return;
    case INPUT_RULES_SUSPENDED:
        rules_suspend(d, in->flag != 0);
        return;
    case INPUT_BALANCE_REPORTED:
        funds_reported(d, in);
        return;
    case INPUT_MOVEMENT_TOLD:
        funds_movement(d, in);
        return;
    case INPUT_DETAILS_ENDED:
        funds_details_ended(d, in);
        return;
    case INPUT_HISTORY_REPORTED:
        history_reported(d, in);
        return;
    default:
        NEVER("not about an account");
    }
}

/* News of a clearing house. */
static void handle_house(struct desk *d, const struct input *in)
{
    bool of_bank = in->kind == INPUT_FEES_CHARGED && in->channel == CHANNEL_NONE;
    MUST(in->channel < CHANNELS || of_bank);
    switch ((int)in->kind) {
    case INPUT_RECEIPT_NOTIFIED:
        session_receipt(d, in);
        return;
    case INPUT_RETURN_NOTIFIED:
        session_return(d, in);
        return;
    case INPUT_QUOTA_REPORTED:
        session_quota_reported(d, in);
        return;
    case INPUT_SESSION_CLOSED:
        session_closed(d, in);
        return;
    case INPUT_SESSION_SETTLED:
        session_settled(d, in);
        return;
    case INPUT_FEES_CHARGED:
        session_fees_charged(d, in);
        return;
    case INPUT_LIST_OPENED:
        list_opened(d, in);
        return;
    case INPUT_LIST_LINE:
        list_line(d, in);
        return;
    case INPUT_LIST_ENDED:
        list_ended(d, in);
        return;
    default:
        NEVER("not of a clearing house");
    }
}

/* What receipts and sessions add to a quota is what is foreseen to come in. */
static void watch_house(struct desk *d, const struct input *in)
{
    bool brings = in->kind == INPUT_RECEIPT_NOTIFIED || in->kind == INPUT_RETURN_NOTIFIED ||
                  in->kind == INPUT_SESSION_CLOSED || in->kind == INPUT_SESSION_SETTLED;
    if (!brings) {
        handle_house(d, in);
        return;
    }
    MUST(in->channel < CHANNELS);
    int64_t before_fen = desk_available_fen(d, (enum channel)in->channel);
    handle_house(d, in);
    int64_t gain_fen = desk_available_fen(d, (enum channel)in->channel) - before_fen;
    if (gain_fen > 0)
        flow_add(&d->core->channels[in->channel].forecast.in, d->now_us, gain_fen);
}

/* What the operator wants of payouts, breakers, quota and breaks. */
static void operate(struct desk *d, const struct input *in)
{
    switch ((int)in->kind) {
    case INPUT_PAYOUT_CANCELLED:
        intake_cancel(d, in);
        return;
    case INPUT_PAYOUT_HELD:
        intake_hold(d, in);
        return;
    case INPUT_PAYOUT_RELEASED:
        intake_release(d, in);
        return;
    case INPUT_BREAKER_FORCED:
        breakers_force(d, in);
        return;
    case INPUT_MOVE_REQUESTED:
        moves_request(d, in);
        return;
    default:
        breaks_operate(d, in);
        return;
    }
}

static void handle(struct desk *d, const struct input *in)
{
    switch ((enum input_kind)in->kind) {
    case INPUT_TICKED:
        return;
    case INPUT_PAYOUT_REQUESTED:
        intake_request(d, in);
        return;
    case INPUT_PAYOUT_CANCELLED:
    case INPUT_PAYOUT_HELD:
    case INPUT_PAYOUT_RELEASED:
    case INPUT_BREAKER_FORCED:
    case INPUT_MOVE_REQUESTED:
    case INPUT_BREAK_ADJUSTED:
    case INPUT_BREAK_WRITTEN_OFF:
    case INPUT_BREAK_APPROVED:
        operate(d, in);
        return;
    case INPUT_MOVE_ANSWERED:
        MUST(in->channel < CHANNELS);
        moves_answered(d, in);
        return;
    case INPUT_PAY_ANSWERED:
    case INPUT_QUERY_ANSWERED:
    case INPUT_OUTCOME_NOTIFIED:
        handle_answer(d, in);
        return;
    case INPUT_RECEIPT_NOTIFIED:
    case INPUT_RETURN_NOTIFIED:
    case INPUT_QUOTA_REPORTED:
    case INPUT_SESSION_CLOSED:
    case INPUT_SESSION_SETTLED:
    case INPUT_FEES_CHARGED:
    case INPUT_LIST_OPENED:
    case INPUT_LIST_LINE:
    case INPUT_LIST_ENDED:
        watch_house(d, in);
        return;
    case INPUT_TRANSFER_REQUESTED:
    case INPUT_REFRESH_REQUESTED:
    case INPUT_ACCOUNT_REGISTERED:
    case INPUT_ACCOUNT_CHANGED:
    case INPUT_ACCOUNT_CLOSED:
    case INPUT_RULES_SUSPENDED:
    case INPUT_BALANCE_REPORTED:
    case INPUT_MOVEMENT_TOLD:
    case INPUT_DETAILS_ENDED:
    case INPUT_HISTORY_REPORTED:
        handle_account(d, in);
        return;
    case INPUT_KINDS:
        break;
    }
    NEVER("an unlisted input");
}

static int64_t next_us(const struct desk *d)
{
    const struct core *core = d->core;
    int64_t soonest_us = heap_next_us(&core->timers, core->timer_heap);
    int64_t intake_us = intake_next_us(d);
    int64_t outcome_us = outcome_next_us(d);
    int64_t breakers_us = breakers_next_us(d);
    if (intake_us < soonest_us)
        soonest_us = intake_us;
    if (breakers_us < soonest_us)
        soonest_us = breakers_us;
    return outcome_us < soonest_us ? outcome_us : soonest_us;
}

void core_apply(struct core *core, int64_t now_us, const struct input *in, struct effects *fx)
{
    MUST(now_us >= core->now_us);
    MUST(fx->order_count == 0 && fx->fact_count == 0);
    struct desk desk = desk_of(core, now_us, fx);
    struct desk *d = &desk;
    core->now_us = now_us;

    if (!core->opened)
        open_books(d);
    handle(d, in);
    if (core->deadline_us <= now_us) {
        breakers_due(d);
        run_timers(d);
        intake_due(d);
        outcome_due(d);
        session_settle_payouts(d);
        absence_due(d);
        core->deadline_us = next_us(d);
    }
    dispatch_run(d);
    outlook_foresee(d);
    steer_quota(d);
    /* What a rule moved may be another's reason, or the policy's; it ends, because it rests. */
    if (rules_follow(d) || desk_full(d)) {
        core->deadline_us = now_us;
        return;
    }
    /* All that is due now is done. */
    if (core->config.tells_outlook)
        outlook_tell(d);
    if (core->config.alert_count > 0)
        alerts_run(d);
}

int64_t core_deadline_us(const struct core *core)
{
    return core->deadline_us;
}
