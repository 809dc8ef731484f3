/* transfers.c — transfers between accounts, leg by leg.
 *
 *     waiting ─► sent ─► (accepted) ─► done ─► the next leg, or the end
 *        ▲        │          │
 *        │        ▼          ▼
 *        │      doubtful: asked about until it is known
 *        └── the leg failed: again after a while, by other means, or
 *              the first leg: the transfer failed, its money is where it was
 *              a later leg:   the money rests where the leg began
 *
 * Money that has left one account and not reached the other stands in the
 * transit account; what is to leave an account is held there, so no rule and
 * no other transfer counts on it. */

#include "core/base/must.h"
#include "core/desk.h"

#define RETRY_AFTER_US US_PER_MINUTE       /* doubles with each try */
#define MEANS_REST_US (10 * US_PER_MINUTE) /* after they failed for good */
#define QUOTA_WAIT_MAX_US US_PER_DAY

static const int64_t query_gaps_us[MOVE_QUERY_STEPS] = {
    US_PER_MINUTE,     US_PER_MINUTE,     2 * US_PER_MINUTE,
    4 * US_PER_MINUTE, 8 * US_PER_MINUTE, QUERY_FOREVER_US,
};

static struct transfer *at(struct desk *d, uint32_t index)
{
    MUST(index < TRANSFERS_MAX && d->core->transfer_live[index]);
    return &d->core->transfers[index];
}

static const struct leg *leg_of(const struct transfer *t)
{
    MUST(t->leg < t->leg_count);
    return &t->legs[t->leg];
}

/* --- facts and books ------------------------------------------------------- */

static struct fact about(struct desk *d, enum fact_kind kind, uint32_t index)
{
    const struct transfer *t = at(d, index);
    return (struct fact){.kind = (uint8_t)kind,
                         .channel = CHANNEL_NONE,
                         .reason = t->reason,
                         .class = t->from,
                         .routes = t->to,
                         .subject = index,
                         .session = t->rule,
                         .amount_fen = t->amount_fen};
}

static struct fact about_leg(struct desk *d, enum fact_kind kind, uint32_t index)
{
    const struct transfer *t = at(d, index);
    const struct leg *leg = leg_of(t);
    struct fact f = about(d, kind, index);
    f.reason = REASON_NONE;
    f.class = leg->from;
    f.routes = leg->to;
    f.state = leg->service;
    f.session = t->leg + 1u;
    f.id = t->order_id;
    if (leg_takes_quota(leg)) {
        f.channel = (uint8_t)leg_quota(leg);
        f.amount_fen = leg_hold_fen(d, leg, t->amount_fen);
        f.other = desk_available_fen(d, leg_quota(leg));
    }
    return f;
}

/* Out of the account, or against what is payable to the clearing house. */
static void book_out(struct desk *d, enum booking how, const struct transfer *t)
{
    const struct leg *leg = leg_of(t);
    if (!leg_takes_quota(leg)) {
        desk_book(d, template_phase(TEMPLATE_LEG_PENDS, how),
                  (struct booked_of){.account = leg->from}, t->amount_fen);
        return;
    }
    struct booked_of of = {.channel = (uint8_t)leg_quota(leg)};
    desk_book(d, template_phase(TEMPLATE_LEG_PAYOUT_PENDS, how), of, t->amount_fen);
    desk_book(d, template_phase(TEMPLATE_LEG_FEE_PENDS, how), of,
              leg_hold_fen(d, leg, t->amount_fen) - t->amount_fen);
}

static void take_hold(struct desk *d, struct transfer *t, uint8_t account)
{
    MUST(!t->held);
    t->held = 1;
    d->core->purses[account].held_fen = money_add(d->core->purses[account].held_fen, t->amount_fen);
}

static void drop_hold(struct desk *d, struct transfer *t, uint8_t account)
{
    if (!t->held)
        return;
    t->held = 0;
    d->core->purses[account].held_fen -= t->amount_fen;
    MUST(d->core->purses[account].held_fen >= 0);
}

static void count_coming(struct desk *d, const struct transfer *t, int64_t amount_fen)
{
    struct purse *p = &d->core->purses[t->to];
    p->coming_fen = money_add(p->coming_fen, amount_fen);
    MUST(p->coming_fen >= 0);
}

static uint8_t stands_at(const struct transfer *t)
{
    return t->leg_count == 0 ? t->from : leg_of(t)->from;
}

/* --- sending --------------------------------------------------------------- */

static void set_timer(struct desk *d, uint32_t index, int64_t at_us)
{
    struct transfer *t = at(d, index);
    t->round = ++d->core->transfer_rounds;
    desk_timer(d, at_us, TIMER_TRANSFER, index, t->round);
}

static void order_leg(struct desk *d, struct transfer *t, enum order_kind kind, uint8_t attempt)
{
    const struct leg *leg = leg_of(t);
    uint8_t channel = leg_takes_quota(leg)           ? (uint8_t)leg_quota(leg)
                      : leg->service == SERVICE_BANK ? (uint8_t)CHANNEL_NONE
                                                     : (uint8_t)CHANNEL_UNIONPAY;
    effects_order(d->fx, (struct order){.kind = (uint8_t)kind,
                                        .channel = channel,
                                        .attempt = attempt,
                                        .service = leg->service,
                                        .account = leg->from,
                                        .to_account = leg->to,
                                        .id = t->order_id,
                                        .amount_fen = t->amount_fen,
                                        .sent_us = t->sent_us,
                                        .reference = {.hi = ORDER_ID_LEG, .lo = t->order_id}});
}

static void send_again(struct desk *d, struct transfer *t)
{
    if (t->sends < UINT8_MAX)
        t->sends++;
    t->sent_late = d->now_us - t->sent_us > ORDER_AGE_MAX_US;
    order_leg(d, t, leg_takes_quota(leg_of(t)) ? ORDER_PAY : ORDER_TRANSFER, t->sends);
}

static void send_leg(struct desk *d, uint32_t index)
{
    struct transfer *t = at(d, index);
    const struct leg *leg = leg_of(t);
    set_timer(d, index, d->now_us + leg_terms(d, leg).reply_timeout_us);
    t->order_id = ORDER_ID_MOVE | ORDER_ID_LEG | (uint64_t)t->round << 16 | index;
    t->state = TRANSFER_SENT;
    t->queries = t->sends = t->debited = 0;
    t->sent_us = d->now_us;
    if (leg_takes_quota(leg)) { /* from here on the quota holds it */
        struct channel_state *ch = &d->core->channels[leg_quota(leg)];
        int64_t fen = leg_hold_fen(d, leg, t->amount_fen);
        position_hold(&ch->position, desk_pool(d, leg_quota(leg)), fen);
        ch->report_floor_fen -= fen;
        drop_hold(d, t, leg->from);
    }
    desk_fact(d, about_leg(d, FACT_LEG_SENT, index));
    book_out(d, BOOKING_PEND, t);
    send_again(d, t);
}

static void wait(struct desk *d, uint32_t index, int64_t until_us, enum reason reason)
{
    at(d, index)->state = TRANSFER_WAITING;
    struct fact f = about(d, FACT_TRANSFER_WAITING, index);
    f.reason = (uint8_t)reason;
    f.other = until_us;
    desk_fact(d, f);
    set_timer(d, index, until_us);
}

static void end(struct desk *d, uint32_t index, enum fact_kind kind, enum reason reason)
{
    struct transfer *t = at(d, index);
    drop_hold(d, t, stands_at(t));
    count_coming(d, t, -t->amount_fen);
    struct fact f = about(d, kind, index);
    f.reason = (uint8_t)reason;
    desk_fact(d, f);
    if (kind == FACT_TRANSFER_FAILED)
        funds_alert(d, t->from, reason, t->amount_fen);
    d->core->transfer_live[index] = 0;
    pool_give(&d->core->transfer_pool, d->core->transfers, index);
}

static void rest(struct desk *d, uint32_t index, enum reason reason)
{
    struct transfer *t = at(d, index);
    t->state = TRANSFER_RESTING;
    t->round = ++d->core->transfer_rounds; /* no timer counts any more */
    count_coming(d, t, -t->amount_fen);
    struct fact f = about(d, FACT_TRANSFER_RESTING, index);
    f.reason = (uint8_t)reason;
    f.state = leg_of(t)->from;
    f.session = t->leg + 1u;
    desk_fact(d, f);
    funds_alert(d, leg_of(t)->from, REASON_LEG_FAILED, t->amount_fen);
}

/* --- going on -------------------------------------------------------------- */

static bool waited_for_quota_too_long(const struct desk *d, const struct transfer *t,
                                      enum reason why)
{
    return why == REASON_QUOTA_SHORT && d->now_us - t->requested_us >= QUOTA_WAIT_MAX_US;
}

static void go_on(struct desk *d, uint32_t index)
{
    struct transfer *t = at(d, index);
    enum reason why;
    if (t->leg_count == 0) {
        struct choice c;
        if (!legs_choose(d, t, &c) || c.opens_us == NEVER_US ||
            waited_for_quota_too_long(d, t, c.opens_us > d->now_us ? c.why : REASON_NONE)) {
            end(d, index, FACT_TRANSFER_FAILED, c.why);
            return;
        }
        if (c.opens_us > d->now_us) {
            wait(d, index, c.opens_us, c.why);
            return;
        }
        t->means = (uint8_t)c.means;
        t->leg = 0;
        t->leg_count = (uint8_t)c.leg_count;
        for (uint32_t i = 0; i < c.leg_count; i++)
            t->legs[i] = c.legs[i];
    }
    int64_t opens_us = leg_opens_us(d, leg_of(t), t->amount_fen, &why);
    if (opens_us == NEVER_US) { /* the first leg was chosen because it opens */
        MUST(t->leg > 0);
        rest(d, index, why);
    } else if (opens_us > d->now_us)
        wait(d, index, opens_us, why);
    else
        send_leg(d, index);
}

static uint8_t tries_of(const struct desk *d, const struct transfer *t)
{
    enum { OPERATOR_TRIES = 2 };
    return t->rule == 0 ? OPERATOR_TRIES : d->core->config.rules[t->rule - 1].retries;
}

void transfers_refuse(struct desk *d, uint8_t rule, uint8_t from, uint8_t to, int64_t amount_fen,
                      enum reason reason)
{
    desk_fact(d, (struct fact){.kind = FACT_TRANSFER_REFUSED,
                               .channel = CHANNEL_NONE,
                               .reason = (uint8_t)reason,
                               .class = from,
                               .routes = to,
                               .subject = NONE,
                               .session = rule,
                               .amount_fen = amount_fen});
}

enum reason transfers_start(struct desk *d, uint8_t rule, uint8_t from, uint8_t to,
                            int64_t amount_fen, enum reason reason)
{
    struct core *core = d->core;
    if (!funds_account_open(d, from) || !funds_account_open(d, to))
        return REASON_ACCOUNT_CLOSED;
    if (from == to)
        return REASON_NO_MEANS;
    if (amount_fen <= 0 || amount_fen > MONEY_MAX_FEN)
        return REASON_AMOUNT_WRONG;
    if (amount_fen > funds_free_fen(d, from))
        return REASON_BALANCE_SHORT;
    uint32_t index = pool_take(&core->transfer_pool, core->transfers);
    if (index == NONE)
        return REASON_POOL_FULL;

    /* Nothing below this line can refuse. */
    core->transfer_live[index] = 1;
    struct transfer *t = &core->transfers[index];
    *t = (struct transfer){.from = from,
                           .to = to,
                           .rule = rule,
                           .reason = (uint8_t)reason,
                           .amount_fen = amount_fen,
                           .requested_us = d->now_us};
    t->tries_left = tries_of(d, t);
    desk_fact(d, about(d, FACT_TRANSFER_REQUESTED, index));
    take_hold(d, t, from);
    count_coming(d, t, amount_fen);
    go_on(d, index);
    return REASON_NONE;
}

static void resume(struct desk *d, uint32_t index)
{
    struct transfer *t = at(d, index);
    t->tries_left = tries_of(d, t);
    count_coming(d, t, t->amount_fen);
    struct fact f = about(d, FACT_TRANSFER_RESUMED, index);
    f.state = leg_of(t)->from;
    f.session = t->leg + 1u;
    desk_fact(d, f);
    go_on(d, index);
}

bool transfers_resume(struct desk *d, uint8_t rule)
{
    bool any = false;
    for (uint32_t i = 0; i < TRANSFERS_MAX && !desk_full(d); i++) {
        const struct transfer *t = &d->core->transfers[i];
        if (d->core->transfer_live[i] && t->rule == rule && t->state == TRANSFER_RESTING) {
            resume(d, i);
            any = true;
        }
    }
    return any;
}

/* The next try of a transfer that rests starts from where the money is. */
static bool resumed_by_operator(struct desk *d, const struct input *in)
{
    for (uint32_t i = 0; i < TRANSFERS_MAX; i++) {
        const struct transfer *t = &d->core->transfers[i];
        if (d->core->transfer_live[i] && t->state == TRANSFER_RESTING && t->to == in->to_account &&
            leg_of(t)->from == in->account && t->amount_fen == in->amount_fen) {
            resume(d, i);
            return true;
        }
    }
    return false;
}

void transfers_request(struct desk *d, const struct input *in)
{
    if (resumed_by_operator(d, in))
        return;
    enum reason reason =
        transfers_start(d, 0, in->account, in->to_account, in->amount_fen, REASON_OPERATOR);
    if (reason != REASON_NONE)
        transfers_refuse(d, 0, in->account, in->to_account, in->amount_fen, reason);
}

static bool is_out(const struct transfer *t)
{
    return t->state == TRANSFER_SENT || t->state == TRANSFER_ACCEPTED ||
           t->state == TRANSFER_DOUBTFUL;
}

/* Where its money stands, or has yet to go through. */
static bool passes(const struct transfer *t, uint8_t account)
{
    for (uint32_t i = t->leg; i < t->leg_count; i++)
        if (t->legs[i].from == account || t->legs[i].to == account)
            return true;
    return false;
}

bool transfers_touch(const struct desk *d, uint8_t account)
{
    for (uint32_t i = 0; i < TRANSFERS_MAX; i++) {
        const struct transfer *t = &d->core->transfers[i];
        if (d->core->transfer_live[i] &&
            (t->from == account || t->to == account || passes(t, account)))
            return true;
    }
    return false;
}

wide transfers_in_transit_fen(const struct desk *d)
{
    wide fen = 0;
    for (uint32_t i = 0; i < d->core->transfer_pool.fresh; i++) {
        const struct transfer *t = &d->core->transfers[i];
        if (d->core->transfer_live[i] && (t->leg > 0 || is_out(t)))
            fen += t->amount_fen;
    }
    return fen;
}

bool transfers_change(const struct desk *d, uint8_t account)
{
    for (uint32_t i = 0; i < TRANSFERS_MAX; i++) {
        const struct transfer *t = &d->core->transfers[i];
        if (d->core->transfer_live[i] && is_out(t) &&
            (leg_of(t)->from == account || leg_of(t)->to == account))
            return true;
    }
    return false;
}

/* --- what became of a leg -------------------------------------------------- */

static void accepted(struct desk *d, uint32_t index, int64_t at_us)
{
    struct transfer *t = at(d, index);
    const struct leg *leg = leg_of(t);
    if (t->state != TRANSFER_ACCEPTED) {
        t->state = TRANSFER_ACCEPTED;
        set_timer(d, index, d->now_us + query_gaps_us[t->queries]);
    }
    if (leg->service != SERVICE_BANK || t->debited)
        return;
    t->debited = 1;
    desk_fact(d, about_leg(d, FACT_LEG_ACCEPTED, index));
    book_out(d, BOOKING_TAKE, t);
    drop_hold(d, t, leg->from);
    funds_leg_booked(d, leg->from,
                     (struct booked_leg){t->order_id, -t->amount_fen, at_us, t->requested_us});
}

/* A leg that took quota: false if the session is not one that can be. */
static bool paid_in_session(struct desk *d, uint32_t index, uint32_t session)
{
    const struct transfer *t = at(d, index);
    enum channel channel = leg_quota(leg_of(t));
    int64_t fen = leg_hold_fen(d, leg_of(t), t->amount_fen);
    enum session_news news = position_paid(&d->core->channels[channel].position, session, fen);
    if (news == SESSION_UNHEARD_OF) {
        desk_alert(d, channel, REASON_SESSION_UNHEARD_OF, fen, session);
        return false;
    }
    book_out(d, BOOKING_TAKE, t);
    if (news != SESSION_BOOKED)
        outcome_settled_before(d, channel, session, fen);
    return true;
}

static void next_leg(struct desk *d, uint32_t index)
{
    struct transfer *t = at(d, index);
    if (t->leg + 1 == t->leg_count) {
        end(d, index, FACT_TRANSFER_DONE, REASON_NONE);
        return;
    }
    t->leg++;
    t->tries_left = tries_of(d, t);
    take_hold(d, t, leg_of(t)->from);
    go_on(d, index);
}

static void leg_done(struct desk *d, uint32_t index, uint16_t code, uint32_t session, int64_t at_us)
{
    struct transfer *t = at(d, index);
    const struct leg *leg = leg_of(t);
    if (leg_takes_quota(leg)) {
        if (!paid_in_session(d, index, session))
            return;
    } else if (leg->service == SERVICE_BANK) {
        accepted(d, index, at_us);
    } else {
        book_out(d, BOOKING_TAKE, t);
        drop_hold(d, t, leg->from);
        funds_leg_booked(d, leg->from,
                         (struct booked_leg){t->order_id, -t->amount_fen, at_us, t->requested_us});
    }
    struct fact f = about_leg(d, FACT_LEG_DONE, index);
    f.code = code;
    if (leg_takes_quota(leg))
        f.session = session;
    desk_fact(d, f);
    desk_book(d, TEMPLATE_LEG_ARRIVES, (struct booked_of){.account = leg->to}, t->amount_fen);
    funds_leg_booked(d, leg->to,
                     (struct booked_leg){t->order_id, t->amount_fen, at_us, t->requested_us});
    next_leg(d, index);
}

/* The money is back where the leg began. */
static void undo(struct desk *d, struct transfer *t, int64_t at_us)
{
    const struct leg *leg = leg_of(t);
    if (t->debited) {
        desk_book(d, TEMPLATE_LEG_COMES_BACK, (struct booked_of){.account = leg->from},
                  t->amount_fen);
        funds_leg_booked(d, leg->from,
                         (struct booked_leg){t->order_id, t->amount_fen, at_us, t->requested_us});
        t->debited = 0;
    } else {
        book_out(d, BOOKING_VOID, t);
    }
    if (leg_takes_quota(leg))
        position_release(&d->core->channels[leg_quota(leg)].position,
                         leg_hold_fen(d, leg, t->amount_fen));
    if (!t->held)
        take_hold(d, t, leg->from);
}

static void leg_failed(struct desk *d, uint32_t index, enum reason reason, uint16_t code,
                       int64_t at_us)
{
    struct transfer *t = at(d, index);
    const struct leg *leg = leg_of(t);
    enum channel channel = leg->service == SERVICE_BANK     ? CHANNEL_NONE
                           : leg->service == SERVICE_PAYOUT ? CHANNEL_NETSUNION
                                                            : CHANNEL_UNIONPAY;
    bool again = reason != REASON_CODE || code_worth_another_attempt(channel, code);
    undo(d, t, at_us);
    struct fact f = about_leg(d, FACT_LEG_FAILED, index);
    f.reason = (uint8_t)reason;
    f.code = code;
    desk_fact(d, f);
    if (again && t->tries_left > 0) {
        uint8_t gone = (uint8_t)(tries_of(d, t) - t->tries_left--);
        if (t->leg == 0)
            t->leg_count = 0; /* other means may be better by then */
        wait(d, index, d->now_us + (RETRY_AFTER_US << (gone < 6 ? gone : 6)), REASON_LEG_FAILED);
        return;
    }
    d->core->means_quiet_until_us[t->means] = d->now_us + MEANS_REST_US;
    if (t->leg > 0) {
        rest(d, index, reason);
        return;
    }
    t->tried |= (uint8_t)(1 << t->means);
    t->tries_left = tries_of(d, t);
    t->leg_count = 0;
    struct choice c;
    if (legs_choose(d, t, &c))
        go_on(d, index);
    else
        end(d, index, FACT_TRANSFER_FAILED, reason);
}

/* --- answers --------------------------------------------------------------- */

/* The transfer whose present leg an order id names, or NONE. */
static uint32_t index_of(const struct desk *d, uint64_t id)
{
    const struct core *core = d->core;
    uint32_t index = (uint32_t)(id & 0xffff);
    if (index >= TRANSFERS_MAX || !core->transfer_live[index])
        return NONE;
    const struct transfer *t = &core->transfers[index];
    return is_out(t) && t->order_id == id ? index : NONE;
}

static void doubt(struct desk *d, uint32_t index, enum reason reason, uint16_t code)
{
    struct transfer *t = at(d, index);
    int64_t next_us = d->now_us + query_gaps_us[t->queries];
    t->state = TRANSFER_DOUBTFUL;
    struct fact f = about_leg(d, FACT_LEG_IN_DOUBT, index);
    f.reason = (uint8_t)reason;
    f.code = code;
    f.other = next_us;
    desk_fact(d, f);
    set_timer(d, index, next_us);
}

/* Nobody knows the order.  One that takes quota is known to be absent only from
 * a complete list; any other is sent again as it is. */
static void not_found(struct desk *d, uint32_t index, uint16_t code)
{
    struct transfer *t = at(d, index);
    const struct leg *leg = leg_of(t);
    if (!leg_takes_quota(leg))
        send_again(d, t);
    else if (list_proves_absence(d, (uint8_t)leg_quota(leg), t->sent_us,
                                 leg_hold_fen(d, leg, t->amount_fen)))
        leg_failed(d, index, REASON_ABSENT_FROM_LIST, code, d->now_us);
}

static void heard(struct desk *d, const struct input *in, uint32_t index, enum meaning meaning,
                  uint16_t code)
{
    int64_t at_us = in->at_us == 0 ? d->now_us : in->at_us;
    switch (meaning) {
    case MEANING_PAID:
        leg_done(d, index, code, in->session, at_us);
        return;
    case MEANING_FAILED:
        leg_failed(d, index, code == CODE_NOT_SENT ? REASON_NOT_SENT : REASON_CODE, code, at_us);
        return;
    case MEANING_ACCEPTED:
        accepted(d, index, at_us);
        return;
    case MEANING_UNKNOWN:
        return;
    }
    NEVER("an unlisted meaning");
}

/* A copy of the order that was refused says nothing of another that may still
 * be on its way.  Only when all are too old is that the answer to whichever
 * comes last: whoever had taken one would say that it is a repetition. */
static bool says_nothing(const struct transfer *t, enum channel channel, enum meaning meaning,
                         uint16_t code)
{
    return meaning == MEANING_FAILED && t->sends > 1 &&
           !(t->sent_late && code_is_too_old(channel, code));
}

void transfers_answered(struct desk *d, const struct input *in)
{
    enum channel channel = (enum channel)in->channel;
    uint32_t index = index_of(d, in->id);
    if (index == NONE) { /* of a leg that has ended: an answer that came late or twice */
        desk_stray(d, in, in->code);
        return;
    }
    if (in->kind == INPUT_QUERY_ANSWERED && code_is_not_found(channel, in->code)) {
        not_found(d, index, in->code);
        return;
    }
    if (in->kind == INPUT_QUERY_ANSWERED) {
        if (!code_is_success(channel, in->code))
            return; /* the query failed; the next one may not */
        enum meaning meaning = code_as_outcome(channel, in->outcome);
        bool under_way =
            channel == CHANNEL_NONE ? in->outcome == BANK_02 : meaning == MEANING_UNKNOWN;
        heard(d, in, index, under_way ? MEANING_ACCEPTED : meaning, in->outcome);
        return;
    }
    bool answer = in->kind == INPUT_PAY_ANSWERED;
    enum meaning meaning =
        answer ? code_on_submission(channel, in->code) : code_as_outcome(channel, in->code);
    if (answer && says_nothing(at(d, index), channel, meaning, in->code))
        return;
    if (answer && meaning == MEANING_UNKNOWN) {
        if (at(d, index)->state == TRANSFER_SENT)
            doubt(d, index, REASON_CODE_UNKNOWN, in->code);
        return;
    }
    heard(d, in, index, meaning, in->code);
}

void transfers_listed(struct desk *d, const struct input *in)
{
    uint32_t index = index_of(d, in->id);
    if (index == NONE)
        return;
    const struct transfer *t = at(d, index);
    if (leg_hold_fen(d, leg_of(t), t->amount_fen) != in->amount_fen)
        desk_alert(d, (enum channel)in->channel, REASON_AMOUNT_DIFFERS, in->amount_fen,
                   t->amount_fen);
    leg_done(d, index, 0, in->session, d->now_us);
}

bool transfers_seen(struct desk *d, const struct input *in)
{
    uint32_t index = index_of(d, in->id);
    if (index == NONE)
        return false;
    const struct leg *leg = leg_of(at(d, index));
    if (leg_takes_quota(leg)) /* only the clearing house knows the session */
        return true;
    if (in->amount_fen > 0 && in->account == leg->to)
        leg_done(d, index, 0, 0, in->at_us);
    else if (leg->service == SERVICE_BANK && in->account == leg->from && in->amount_fen < 0)
        accepted(d, index, in->at_us);
    else if (leg->service == SERVICE_BANK && in->account == leg->from)
        leg_failed(d, index, REASON_CODE, BANK_MOCKBACK, in->at_us);
    return true;
}

/* --- time ------------------------------------------------------------------ */

static void query(struct desk *d, uint32_t index)
{
    struct transfer *t = at(d, index);
    if (t->queries + 1 < MOVE_QUERY_STEPS)
        t->queries++;
    int64_t next_us = d->now_us + query_gaps_us[t->queries];
    struct fact f = about_leg(d, FACT_LEG_QUERIED, index);
    f.other = next_us;
    desk_fact(d, f);
    order_leg(d, t, ORDER_QUERY, t->queries);
    set_timer(d, index, next_us);
}

void transfers_timer(struct desk *d, struct timer timer)
{
    if (!d->core->transfer_live[timer.subject] ||
        d->core->transfers[timer.subject].round != timer.round)
        return;
    switch ((enum transfer_state)at(d, timer.subject)->state) {
    case TRANSFER_WAITING:
        go_on(d, timer.subject);
        return;
    case TRANSFER_SENT:
        doubt(d, timer.subject, REASON_NO_REPLY, 0);
        return;
    case TRANSFER_ACCEPTED:
    case TRANSFER_DOUBTFUL:
        query(d, timer.subject);
        return;
    case TRANSFER_RESTING:
        break;
    }
    NEVER("a timer of a transfer that rests");
}
