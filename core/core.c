/* core.c — see core.h.  Routes inputs, runs the timers; what is due after each. */

#include "core/core.h"

#include "core/base/money.h"
#include "core/base/must.h"
#include "core/desk.h"

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

/* The first input finds nothing open. */
static void open_all(struct desk *d)
{
    entries_open(d);
    desk_timer(d, civil_moment_us(civil_day(d->now_us) + 1, 0), TIMER_DAY_CLOSE, 0, 0);
    d->core->opened = 1;
    funds_open(d);
    rules_open(d);
    absence_open(d);
}

static void close_day(struct desk *d)
{
    entries_close_day(d);
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
        open_all(d);
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
