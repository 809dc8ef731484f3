/* funds.c — the accounts: registered, changed, closed; refreshed and collected by their tasks.
 *
 * A movement is known by its number, whether a notice or a query told it, so
 * it counts once.  One of our own transfers is booked leg by leg, when its
 * outcome is known; a foreign one when it is told.  A reported balance that
 * differs from the internal account is money not collected yet; where details
 * cannot be collected, the difference itself is booked. */

#include "core/base/must.h"
#include "core/desk.h"

#define OVERDUE_DAY 17911 /* 2019-01-15: the day after general accounts had to be closed */

static struct account *account_of(const struct desk *d, uint8_t account)
{
    MUST(account < d->core->accounts.count);
    return &d->core->account_items[account];
}

static bool is_custody(const struct desk *d, uint8_t account)
{
    return account_of(d, account)->kind == ACCOUNT_CENTRAL_BANK;
}

static bool at_bank(const struct desk *d, uint8_t account)
{
    uint8_t kind = account_of(d, account)->kind;
    return kind == ACCOUNT_RESERVE || kind == ACCOUNT_OWN;
}

static bool known_account(const struct desk *d, uint8_t account)
{
    return account < d->core->accounts.count;
}

bool funds_offers(const struct desk *d, uint8_t account, enum operation operation)
{
    return account_of(d, account)->operations >> operation & 1;
}

static struct fact about(const struct desk *d, enum fact_kind kind, uint8_t account)
{
    (void)d;
    return (struct fact){.kind = (uint8_t)kind, .channel = CHANNEL_NONE, .subject = account};
}

bool funds_account_open(const struct desk *d, uint8_t account)
{
    return known_account(d, account) && account_of(d, account)->state == ACCOUNT_OPEN;
}

void funds_alert(struct desk *d, uint8_t account, enum reason reason, int64_t amount_fen)
{
    desk_fact(d, (struct fact){.kind = FACT_ALERT,
                               .channel = CHANNEL_NONE,
                               .reason = (uint8_t)reason,
                               .class = (uint8_t)(account + 1),
                               .subject = NONE,
                               .amount_fen = amount_fen});
}

/* --- balances -------------------------------------------------------------- */

static int64_t book_fen(const struct desk *d, uint8_t account)
{
    return ledger_balance_fen(&d->core->books[account_of(d, account)->book]);
}

int64_t funds_believed_fen(const struct desk *d, uint8_t account)
{
    return money_add(book_fen(d, account), d->core->purses[account].uncollected_fen);
}

int64_t funds_payable_fen(const struct desk *d)
{
    const struct core *core = d->core;
    int64_t payable_fen = core->unallocated_fen - core->earmarked_fen;
    for (uint32_t c = 0; c < CHANNELS; c++)
        payable_fen = money_add(payable_fen, desk_available_fen(d, (enum channel)c) +
                                                 core->channels[c].position.coming_fen);
    return payable_fen;
}

int64_t funds_free_fen(const struct desk *d, uint8_t account)
{
    int64_t level_fen =
        is_custody(d, account) ? funds_payable_fen(d) : funds_believed_fen(d, account);
    return money_sub(level_fen, d->core->purses[account].held_fen);
}

void funds_foreign(struct desk *d, enum template how, uint8_t account, int64_t amount_fen)
{
    struct core *core = d->core;
    desk_book(d, how, (struct booked_of){.account = account}, amount_fen);
    if (!is_custody(d, account))
        return;
    if (amount_fen < 0) { /* nothing leaves custody but through a clearing house */
        funds_alert(d, account, REASON_REPORT_BELOW_BELIEF, amount_fen);
        return;
    }
    core->unallocated_fen = money_add(core->unallocated_fen, amount_fen);
    desk_book(d, TEMPLATE_CUSTODY_RISES, (struct booked_of){0}, amount_fen);
}

void funds_leg_booked(struct desk *d, uint8_t account, struct booked_leg leg)
{
    struct core *core = d->core;
    struct purse *p = &core->purses[account];
    if (leg.at_us > p->moved_us)
        p->moved_us = leg.at_us;
    balances_leg_booked(d, account, leg);
    if (leg.amount_fen <= 0 || !is_custody(d, account))
        return;
    core->unallocated_fen = money_add(core->unallocated_fen, leg.amount_fen);
    desk_book(d, TEMPLATE_CUSTODY_RISES, (struct booked_of){0}, leg.amount_fen);
}

/* A report may or may not have in it what is under way, and one that is older
 * than what is known says nothing new: only others are taken. */
void funds_reported(struct desk *d, const struct input *in)
{
    if (!funds_account_open(d, in->account))
        return;
    struct purse *p = &d->core->purses[in->account];
    struct fact f = about(d, FACT_BALANCE_REPORTED, in->account);
    f.amount_fen = in->amount_fen;
    f.id = (uint64_t)funds_believed_fen(d, in->account);
    f.other = in->at_us;
    desk_fact(d, f);
    bool taken = in->at_us > p->reported_us && in->at_us >= p->moved_us &&
                 at_bank(d, in->account) && !transfers_change(d, in->account);
    bool collects = funds_offers(d, in->account, OPERATE_DETAILS);
    balances_reported(d, in, taken && !collects);
    if (!taken)
        return;
    p->reported_us = in->at_us;
    p->uncollected_fen = money_sub(in->amount_fen, book_fen(d, in->account));
    if (collects)
        return;
    struct input found = {
        .account = in->account, .amount_fen = p->uncollected_fen, .at_us = in->at_us};
    p->uncollected_fen = 0;
    p->adopted_us = in->at_us;
    p->adopted_to_fen = in->amount_fen;
    p->adopted_fen = money_add(p->adopted_fen, found.amount_fen);
    if (found.amount_fen != 0)
        funds_foreign(d, tags_template(d, &found), in->account, found.amount_fen);
}

void funds_reported_before(struct desk *d, uint8_t account, int64_t amount_fen)
{
    struct purse *p = &d->core->purses[account];
    if (at_bank(d, account) && amount_fen > 0)
        p->uncollected_fen = money_sub(p->uncollected_fen, amount_fen);
}

void funds_collected(struct desk *d, const struct input *in)
{
    struct purse *p = &d->core->purses[in->account];
    if (at_bank(d, in->account) && in->at_us <= p->reported_us)
        p->uncollected_fen = money_sub(p->uncollected_fen, in->amount_fen);
}

void funds_closing_known(struct desk *d, uint8_t account, int64_t closing_fen)
{
    struct purse *p = &d->core->purses[account];
    if (!at_bank(d, account) || transfers_change(d, account))
        return;
    p->reported_us = d->now_us - 1;
    p->uncollected_fen = money_sub(closing_fen, book_fen(d, account));
}

/* --- movements ------------------------------------------------------------- */

/* Money moved, and we hear of it for the first time. */
static void moved(struct desk *d, const struct input *in)
{
    struct purse *p = &d->core->purses[in->account];
    history_movement(d, in);
    if (in->at_us > p->moved_us)
        p->moved_us = in->at_us;
    if (in->flag & MOVEMENT_OF_SESSION) { /* booked when the house tells of it */
        tags_recognised(d, in, REASON_SESSION_NET);
        nets_moved(d, in);
        return;
    }
    if ((in->id & ORDER_ID_MOVE) && (in->id & ORDER_ID_LEG)) {
        tags_recognised(d, in, REASON_OWN_TRANSFER);
        balances_leg_shown(d, in);
        if (!transfers_seen(d, in))
            balances_leg_unknown(d, in);
        return;
    }
    if (in->at_us <= p->adopted_us) { /* booked with a balance, when nothing told of movements */
        p->adopted_fen = money_sub(p->adopted_fen, in->amount_fen);
        return;
    }
    funds_collected(d, in);
    funds_foreign(d, tags_template(d, in), in->account, in->amount_fen);
}

void funds_movement(struct desk *d, const struct input *told)
{
    if (!known_account(d, told->account) || account_of(d, told->account)->state == ACCOUNT_ABSENT ||
        !lines_new(d, told))
        return; /* heard before, or so far ahead that a query will tell it in its turn */
    struct input line = *told;
    const struct input *in = &line;
    lines_take(d, &line);
    struct fact f = about(d, FACT_MOVEMENT, in->account);
    f.session = in->count;
    f.state = in->flag & MOVEMENT_PUSHED;
    f.id = in->id;
    f.amount_fen = in->amount_fen;
    f.other = in->at_us;
    desk_fact(d, f);
    balances_movement(d, in);
    if (in->amount_fen != 0)
        moved(d, in);
}

void funds_ask(struct desk *d, enum order_kind kind, uint8_t account, uint64_t id)
{
    const struct account *a = account_of(d, account);
    bool house = a->kind == ACCOUNT_VIRTUAL_RESERVE || a->kind == ACCOUNT_VIRTUAL_OWN;
    effects_order(d->fx, (struct order){.kind = (uint8_t)kind,
                                        .channel = house ? a->institution : CHANNEL_NONE,
                                        .account = account,
                                        .to_account = ACCOUNT_NONE,
                                        .id = id,
                                        .sent_us = d->now_us});
}

void funds_list_details(struct desk *d, uint8_t account)
{
    balances_details_asked(d, account);
    funds_ask(d, ORDER_LIST_DETAILS, account, d->core->purses[account].cursor);
}

void funds_details_ended(struct desk *d, const struct input *in)
{
    if (!known_account(d, in->account) || account_of(d, in->account)->state == ACCOUNT_ABSENT ||
        !lines_whole(d, in))
        return;
    if (in->flag) {
        funds_list_details(d, in->account);
        return;
    }
    balances_details_ended(d, in->account);
    history_details_known(d, in->account);
}

/* --- tasks ----------------------------------------------------------------- */

static void do_task(struct desk *d, uint8_t account, enum operation operation)
{
    const struct account *a = account_of(d, account);
    if (!funds_offers(d, account, operation))
        return;
    if (operation == OPERATE_BALANCE)
        funds_ask(d, ORDER_REPORT_BALANCE, account, 0);
    if (operation == OPERATE_DETAILS)
        funds_list_details(d, account);
    if (operation == OPERATE_HISTORY)
        history_task(d, account);
    if (operation == OPERATE_QUOTA)
        for (uint32_t c = 0; c < CHANNELS; c++)
            if (d->core->config.interfaces[a->interface].institution == c || is_custody(d, account))
                session_ask_report(d, (enum channel)c);
}

/* A closed account has its last day's history to check, and nothing else. */
static bool has_task(const struct desk *d, uint8_t account, uint8_t operation)
{
    return funds_account_open(d, account) ||
           (operation == OPERATE_HISTORY && history_owed(d, account));
}

static void arm_task(struct desk *d, uint8_t account, uint32_t task)
{
    const struct core_config *config = &d->core->config;
    const struct interface *i = &config->interfaces[account_of(d, account)->interface];
    if (!has_task(d, account, i->tasks[task].operation))
        return;
    int64_t at_us = schedule_next_us(&i->tasks[task].when, d->moments, config->calendar, d->now_us);
    if (at_us != NEVER_US)
        desk_timer(d, at_us, TIMER_TASK, account * (uint32_t)TASKS_MAX + task,
                   d->core->purses[account].revision);
}

static void arm_tasks(struct desk *d, uint8_t account)
{
    const struct core_config *config = &d->core->config;
    uint8_t interface = account_of(d, account)->interface;
    d->core->purses[account].revision++;
    if (interface >= config->interface_count)
        return;
    for (uint32_t i = 0; i < config->interfaces[interface].task_count; i++)
        arm_task(d, account, i);
}

/* --- registering, changing, closing ---------------------------------------- */

static void refuse(struct desk *d, uint8_t account, enum reason reason)
{
    struct fact f = about(d, FACT_ACCOUNT_REFUSED, account);
    f.reason = (uint8_t)reason;
    desk_fact(d, f);
}

void funds_refresh(struct desk *d, const struct input *in)
{
    if (!known_account(d, in->account)) {
        refuse(d, in->account, REASON_ACCOUNT_UNKNOWN);
    } else if (!funds_account_open(d, in->account)) {
        refuse(d, in->account, REASON_ACCOUNT_CLOSED);
    } else if (!funds_offers(d, in->account, OPERATE_BALANCE) &&
               !funds_offers(d, in->account, OPERATE_DETAILS)) {
        refuse(d, in->account, REASON_OPERATION_MISSING);
    } else {
        do_task(d, in->account, OPERATE_BALANCE);
        do_task(d, in->account, OPERATE_DETAILS);
    }
}

static void find_virtual_ids(struct core *core)
{
    uint32_t reserve = account_find(&core->accounts, core->account_items, ACCOUNT_VIRTUAL_RESERVE,
                                    CHANNEL_UNIONPAY);
    uint32_t own =
        account_find(&core->accounts, core->account_items, ACCOUNT_VIRTUAL_OWN, CHANNEL_UNIONPAY);
    core->virtual_ids = (struct virtual_ids){
        .reserve = reserve == NONE ? ACCOUNT_NONE : (uint8_t)reserve,
        .own = own == NONE ? ACCOUNT_NONE : (uint8_t)own,
    };
}

/* The opening balance is a report that has no movement of this very moment in. */
static void opening_is_known(struct desk *d, uint8_t account)
{
    d->core->purses[account].reported_us = d->now_us - 1;
    d->core->purses[account].moved_us = d->now_us;
    d->core->purses[account].adopted_us = INT64_MIN;
    history_begin(d, account, d->core->config.accounts[account].opening_fen);
    balances_open(d, account, d->core->config.accounts[account].opening_fen);
    lines_open(d, account, d->core->config.accounts[account].opening_fen);
}

static void alert_if_overdue(struct desk *d, uint8_t account)
{
    if (account_of(d, account)->use == USE_GENERAL && civil_day(d->now_us) >= OVERDUE_DAY)
        funds_alert(d, account, REASON_ACCOUNT_OVERDUE, funds_believed_fen(d, account));
}

static void register_account(struct desk *d, uint8_t account)
{
    static const uint8_t reasons[] = {
        [ACCOUNT_REGISTERED] = REASON_NONE,
        [ACCOUNT_REGISTERED_ALREADY] = REASON_ACCOUNT_OPEN_ALREADY,
        [ACCOUNT_USE_WRONG] = REASON_USE_WRONG,
        [ACCOUNT_CENTRAL_BANK_ALREADY] = REASON_USE_TAKEN,
        [ACCOUNT_USE_TAKEN] = REASON_USE_TAKEN,
        [ACCOUNT_VIRTUAL_ALREADY] = REASON_USE_TAKEN,
    };
    struct core *core = d->core;
    enum account_verdict verdict = account_register(&core->accounts, core->account_items, account);
    if (verdict != ACCOUNT_REGISTERED) {
        refuse(d, account, (enum reason)reasons[verdict]);
        return;
    }
    desk_fact(d, about(d, FACT_ACCOUNT_REGISTERED, account));
    desk_book(d, TEMPLATE_ACCOUNT_OPENS, (struct booked_of){.account = account},
              core->config.accounts[account].opening_fen);
    opening_is_known(d, account);
    find_virtual_ids(core);
    arm_tasks(d, account);
    alert_if_overdue(d, account);
}

void funds_register(struct desk *d, const struct input *in)
{
    if (known_account(d, in->account))
        register_account(d, in->account);
    else
        refuse(d, in->account, REASON_ACCOUNT_UNKNOWN);
}

void funds_change(struct desk *d, const struct input *in)
{
    if (!known_account(d, in->account)) {
        refuse(d, in->account, REASON_ACCOUNT_UNKNOWN);
        return;
    }
    if (!funds_account_open(d, in->account)) {
        refuse(d, in->account, REASON_ACCOUNT_CLOSED);
        return;
    }
    const struct core_config *config = &d->core->config;
    struct account *a = account_of(d, in->account);
    bool offers = in->code < config->interface_count;
    bool had_history = funds_offers(d, in->account, OPERATE_HISTORY);
    a->interface = offers ? (uint8_t)in->code : ACCOUNT_NONE;
    a->operations = offers ? config->interfaces[in->code].operations : 0;
    a->flags = in->flag;
    a->keep_fen = in->amount_fen;
    if (!had_history)
        history_resume(d, in->account);
    arm_tasks(d, in->account);
    struct fact f = about(d, FACT_ACCOUNT_CHANGED, in->account);
    f.code = a->operations;
    desk_fact(d, f);
}

/* Sessions yet to come will settle to it. */
static bool takes_nets(const struct desk *d, uint8_t account)
{
    const struct account *a = account_of(d, account);
    return a->kind == ACCOUNT_VIRTUAL_RESERVE && a->institution < CHANNELS &&
           d->core->config.channels[a->institution].rule.settles_to == SETTLES_TO_VIRTUAL_ID;
}

static enum reason why_not_close(struct desk *d, uint8_t account)
{
    struct core *core = d->core;
    const struct account *a = account_of(d, account);
    if (a->state == ACCOUNT_OPEN && a->kind != ACCOUNT_CENTRAL_BANK) {
        if (funds_believed_fen(d, account) != 0)
            return REASON_BALANCE_LEFT;
        if (transfers_touch(d, account))
            return REASON_ENTRY_PENDING;
        if (rules_live(d, account))
            return REASON_RULE_LIVE;
        if (takes_nets(d, account))
            return REASON_ENTRY_PENDING;
    }
    switch (account_close(&core->accounts, core->account_items, core->books, account)) {
    case ACCOUNT_CLOSES:
        return REASON_NONE;
    case ACCOUNT_CLOSED_ALREADY:
        return REASON_ACCOUNT_CLOSED;
    case ACCOUNT_IS_CENTRAL_BANK:
        return REASON_CENTRAL_BANK_STAYS;
    case ACCOUNT_HAS_BALANCE:
        return REASON_BALANCE_LEFT;
    case ACCOUNT_HAS_PENDING:
        return REASON_ENTRY_PENDING;
    }
    NEVER("an unlisted verdict");
}

static bool close_account(struct desk *d, uint8_t account)
{
    enum reason reason = why_not_close(d, account);
    if (reason != REASON_NONE) {
        refuse(d, account, reason);
        return false;
    }
    history_close(d, account);
    arm_tasks(d, account);
    find_virtual_ids(d->core);
    desk_fact(d, about(d, FACT_ACCOUNT_CLOSED, account));
    return true;
}

void funds_close(struct desk *d, const struct input *in)
{
    if (known_account(d, in->account))
        close_account(d, in->account);
    else
        refuse(d, in->account, REASON_ACCOUNT_UNKNOWN);
}

/* --- duties ---------------------------------------------------------------- */

static bool any_open(const struct desk *d, enum account_use use)
{
    for (uint32_t i = 0; i < d->core->accounts.count; i++)
        if (d->core->account_items[i].use == use)
            return true;
    return false;
}

/* Cut-offs of working days matter to a prepaid-card account, one midnight to
 * general ones. */
static void arm_duty(struct desk *d)
{
    enum calendar calendar = d->core->config.calendar;
    int64_t soonest_us = NEVER_US;
    if (any_open(d, USE_PREPAID_CARD))
        for (int32_t day = civil_day(d->now_us); calendar_covers(calendar, day); day++) {
            const struct hours *system = &d->core->config.large_value;
            int64_t at_us = civil_moment_us(day, hours_large_value_end_us(system, day));
            if (at_us > d->now_us && calendar_working(calendar, day)) {
                soonest_us = at_us;
                break;
            }
        }
    int64_t overdue_us = civil_moment_us(OVERDUE_DAY, 0);
    if (any_open(d, USE_GENERAL) && overdue_us > d->now_us && overdue_us < soonest_us)
        soonest_us = overdue_us;
    if (soonest_us != NEVER_US)
        desk_timer(d, soonest_us, TIMER_DUTY, 0, 0);
}

static void do_duty(struct desk *d, int64_t due_us)
{
    bool overdue = due_us == civil_moment_us(OVERDUE_DAY, 0);
    for (uint8_t i = 0; i < d->core->accounts.count; i++) {
        if (!funds_account_open(d, i))
            continue;
        uint8_t use = account_of(d, i)->use;
        if (overdue && use == USE_GENERAL)
            funds_alert(d, i, REASON_ACCOUNT_OVERDUE, funds_believed_fen(d, i));
        if (!overdue && use == USE_PREPAID_CARD && funds_believed_fen(d, i) > 0)
            funds_alert(d, i, REASON_REMAINDER_AT_CUT_OFF, funds_believed_fen(d, i));
    }
    arm_duty(d);
}

/* --- time ------------------------------------------------------------------ */

enum { ROUND_OPENS, ROUND_CLOSES };

void funds_open(struct desk *d)
{
    struct core *core = d->core;
    for (uint8_t i = 0; i < core->accounts.count; i++) {
        const struct core_account *a = &core->config.accounts[i];
        opening_is_known(d, i);
        if (funds_account_open(d, i)) {
            arm_tasks(d, i);
            alert_if_overdue(d, i);
        } else if (a->opens_us != NEVER_US) {
            desk_timer(d, a->opens_us, TIMER_ACCOUNT, i, ROUND_OPENS);
        }
        if (a->closes_us != NEVER_US)
            desk_timer(d, a->closes_us, TIMER_ACCOUNT, i, ROUND_CLOSES);
    }
    find_virtual_ids(core);
    arm_duty(d);
}

static void account_timer(struct desk *d, struct timer t)
{
    uint8_t account = (uint8_t)t.subject;
    if (t.round == ROUND_OPENS) {
        if (account_of(d, account)->state == ACCOUNT_ABSENT)
            register_account(d, account);
        return;
    }
    if (!funds_account_open(d, account) || close_account(d, account))
        return;
    funds_alert(d, account, REASON_ACCOUNT_OVERDUE, funds_believed_fen(d, account));
    desk_timer(d, d->now_us + US_PER_DAY, TIMER_ACCOUNT, account, ROUND_CLOSES);
}

static enum operation operation_of(const struct desk *d, uint8_t account, uint32_t task)
{
    const struct interface *i = &d->core->config.interfaces[account_of(d, account)->interface];
    MUST(task < i->task_count);
    return (enum operation)i->tasks[task].operation;
}

void funds_timer(struct desk *d, struct timer t)
{
    uint8_t account = (uint8_t)(t.subject / TASKS_MAX);
    uint32_t task = t.subject % TASKS_MAX;
    switch ((int)t.kind) {
    case TIMER_ACCOUNT:
        account_timer(d, t);
        return;
    case TIMER_DUTY:
        do_duty(d, t.at_us);
        return;
    case TIMER_TASK:
        if (d->core->purses[account].revision == t.round) {
            do_task(d, account, operation_of(d, account, task));
            arm_task(d, account, task);
        }
        return;
    default:
        NEVER("not a timer of the accounts");
    }
}
