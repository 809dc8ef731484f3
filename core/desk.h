/* desk.h — the core from inside: what one call works with.
 *
 * For the files of core/ alone.  struct core (state.h) is the head of the block; behind
 * it lie the arrays, at offsets kept in the head.  A desk has the pointers to
 * all of them, for the length of one call.
 */
#ifndef CORE_DESK_H
#define CORE_DESK_H

#include <stdbool.h>

#include "core/state.h"

struct desk {
    struct core *core;
    struct payout *payouts;
    struct remembered *remembered;
    struct idmap_slot *slots;
    const int64_t *moments;
    struct doubt *doubts;
    struct guard *watches;
    struct effects *fx;
    int64_t now_us;
};

/* Room that one step of work needs at most; less left means: go on next time. */
enum { STEP_FACTS = 24, STEP_ORDERS = 4 };

static inline bool desk_full(struct desk *d)
{
    return d->fx->fact_count + STEP_FACTS > FACTS_MAX ||
           d->fx->order_count + STEP_ORDERS > ORDERS_MAX;
}

static inline void desk_wake_at(struct desk *d, int64_t at_us)
{
    if (at_us < d->core->deadline_us)
        d->core->deadline_us = at_us;
}

static inline void desk_fact(struct desk *d, struct fact one)
{
    one.at_us = d->now_us;
    effects_fact(d->fx, one);
}

/* An answer or a notice about nothing we know: of an order that has ended, or of nobody's. */
static inline void desk_stray(struct desk *d, const struct input *in, uint16_t code)
{
    desk_fact(d, (struct fact){.kind = FACT_STRAY,
                               .channel = in->channel,
                               .subject = NONE,
                               .code = code,
                               .id = in->id});
}

static inline int64_t desk_available_fen(const struct desk *d, enum channel channel)
{
    return position_available_fen(&d->core->channels[channel].position);
}

/* In the queue or out of it. */
static inline void desk_waits(struct desk *d, const struct payout *p, int sign)
{
    struct waiting *w = &d->core->waiting[p->business];
    w->depth += sign;
    w->amount_fen += sign * p->amount_fen;
    MUST(w->depth >= 0 && w->amount_fen >= 0);
}

/* Its queued payouts stand in order of age, because they expire or an alert rule asks. */
static inline bool desk_ages(const struct core *core, uint8_t business)
{
    return core->config.businesses[business].expires_us != 0 || core->watches_age;
}

/* The channel that makes a pool with this one, or NULL. */
static inline const struct position *desk_pool(const struct desk *d, enum channel channel)
{
    return policy_of(d->core->config.allocation_kind)->pools
               ? &d->core->channels[CHANNELS - 1 - channel].position
               : NULL;
}

/* What a channel can pay now, and what may be moved away from it: whoever asks
 * whether quota suffices asks this; facts and reports say what is available. */
static inline int64_t desk_payable_fen(const struct desk *d, enum channel channel)
{
    return position_payable_fen(&d->core->channels[channel].position, desk_pool(d, channel));
}

static inline int64_t desk_movable_fen(const struct desk *d, enum channel channel)
{
    return position_movable_fen(&d->core->channels[channel].position, desk_pool(d, channel));
}

/* core.c: timers, alerts */
void desk_timer(struct desk *d, int64_t at_us, enum timer_kind kind, uint32_t subject,
                uint64_t round);
void desk_alert(struct desk *d, enum channel channel, enum reason reason, int64_t amount_fen,
                int64_t other);

/* entries.c: books, and each entry as a fact */
void desk_book(struct desk *d, enum template what, struct booked_of of, int64_t amount_fen);
uint32_t desk_owner(const struct desk *d, uint32_t account); /* the book it is owed to */
void entries_open(struct desk *d); /* the first input: where everything stands */
void entries_close_day(struct desk *d);

/* memory.c: what is known of references */
struct known {
    uint32_t slot; /* of an open payout, or NONE */
    uint32_t map_at;
    enum payout_state state;
    uint8_t attempt; /* the last; the one that paid, if any did */
    bool listed;     /* a list has its line; and that of its return */
    bool back_listed;
    bool back_told; /* a notice said that it came back, before its payment was known */
    int64_t amount_fen;
};
bool memory_find(const struct desk *d, struct reference reference, struct known *known);
bool memory_has_room(const struct desk *d);
void memory_add_open(struct desk *d, uint32_t slot);
int64_t memory_keeps_fen(int64_t amount_fen); /* what is no amount of money is kept as 0 */
void memory_add_refused(struct desk *d, struct reference reference, int64_t amount_fen);
void memory_finish(struct desk *d, uint32_t slot); /* frees the slot */
void memory_set_state(struct desk *d, uint32_t map_at, enum payout_state state);
void memory_set_listed(struct desk *d, uint32_t map_at); /* of a finished one, as the next */
void memory_set_back_listed(struct desk *d, uint32_t map_at);

/* intake.c: requests, expiry, what the operator asks for, what breakers deny */
void intake_request(struct desk *d, const struct input *in);
void intake_cancel(struct desk *d, const struct input *in);
void intake_stop_paid(struct desk *d, uint32_t slot); /* while queued; an earlier attempt paid */
void intake_hold(struct desk *d, const struct input *in);
void intake_release(struct desk *d, const struct input *in);
/* From now on breakers deny the queued payout these channels, 0: none; the
 * first of them is `breaker` (only read if some are denied).  Moves it between
 * lanes and the stopped chain; tells it, unless it was so before. */
void intake_deny(struct desk *d, uint32_t slot, uint8_t channels, uint32_t breaker);
void intake_enqueue(struct desk *d, uint32_t slot, int64_t not_before_us);
void intake_due(struct desk *d); /* what waited long enough: back-off, expiry */
int64_t intake_next_us(const struct desk *d);
int64_t intake_oldest_us(const struct desk *d); /* where ages are watched; NEVER_US: none waits */

/* dispatch.c: from the queue to the channels */
int64_t dispatch_hold_of_fen(const struct desk *d, enum channel channel, int64_t amount_fen);
int64_t dispatch_hold_fen(const struct desk *d, enum channel channel, const struct payout *p);
/* The most that a payout of the business may hold there now. */
int64_t dispatch_room_fen(const struct desk *d, enum channel channel, uint8_t business);
/* The attempt failed: what it held, no longer counts against its business's share. */
void dispatch_share_back(struct desk *d, const struct payout *p, int64_t hold_fen);
void dispatch_arrived(struct desk *d, uint32_t slot); /* newly in a lane */
void dispatch_left(struct desk *d, uint32_t slot);    /* just out of its lane */
void dispatch_slot_freed(struct desk *d, enum channel channel);
bool dispatch_slot_free(const struct desk *d, enum channel channel);
void dispatch_run(struct desk *d);

/* route.c: which channel takes a payout */
struct route {
    enum channel channel; /* CHANNEL_NONE: none can now */
    enum reason reason;
};
/* Of the channels `open`, which it may be sent on now and whose slots are free. */
struct route route_choose(const struct desk *d, const struct payout *p, uint8_t open);
/* Where it goes if quota is enough: what waits is that channel's need.  The
 * same for as long as it is in the same lane. */
enum channel route_first_choice(const struct desk *d, const struct payout *p);
void route_learn(struct desk *d, enum channel channel, bool good); /* how an attempt went */
/* breakers.c: circuit breakers, and what they mean to whoever waits */
void breakers_create(struct core *core);
void breakers_requested(struct desk *d, uint32_t slot, uint16_t breakers);
/* The channels to try that are denied it now, and the first breaker that does. */
uint8_t breakers_denied(const struct desk *d, uint32_t slot, uint32_t *first);
void breakers_sent(struct desk *d, uint32_t slot);
void breakers_answered(struct desk *d, uint32_t slot, enum breaker_outcome outcome);
void breakers_force(struct desk *d, const struct input *in);
void breakers_due(struct desk *d);
int64_t breakers_next_us(const struct desk *d);
bool breakers_turned(const struct desk *d);        /* what waits is to be sifted */
void breakers_sift(struct desk *d);                /* as far as there is room */
void breakers_left(struct desk *d, uint32_t slot); /* it was in the queue */

/* outcome.c: answers, notices, queries */
void outcome_pay_answered(struct desk *d, const struct input *in);
void outcome_query_answered(struct desk *d, const struct input *in);
void outcome_notified(struct desk *d, const struct input *in);
void outcome_found_paid(struct desk *d, uint32_t slot, uint32_t session);
/* It was not paid: the lists prove it, or two people decided it. */
void outcome_unpaid(struct desk *d, uint32_t slot, enum reason reason);
/* A payment that the settled net had in already: out of suspense. */
void outcome_settled_before(struct desk *d, enum channel channel, uint32_t session,
                            int64_t hold_fen);
void outcome_old_news(struct desk *d, const struct input *in, enum meaning meaning,
                      uint16_t code); /* of an order that is no longer open */
void outcome_due(struct desk *d);     /* replies overdue, queries due */
int64_t outcome_next_us(const struct desk *d);
uint32_t outcome_slot(struct desk *d, const struct input *in); /* the open payout of in->id */

/* breaks.c: what two sides say differently.  One that stands is not opened again. */
void break_open(struct desk *d, struct audit_break one, uint32_t slot);
void break_doubt(struct desk *d, struct audit_break one); /* a break after the doubtful days */
bool breaks_confirm(struct desk *d, uint8_t channel);     /* those; false: there is more to do */
void break_close(struct desk *d, uint8_t channel, enum break_about about, uint64_t id,
                 enum match_type type, enum reason how); /* if it stands */
void breaks_operate(struct desk *d, const struct input *in);

/* decisions.c: payouts in doubt that nothing decides but two people */
bool decisions_seek(struct desk *d, uint8_t channel); /* breaks about them; false: go on */
void decisions_spared(struct desk *d, uint32_t slot); /* its outcome is known after all */
/* Why the break cannot be resolved as the input proposes, or none. */
enum reason decisions_refuse(struct desk *d, const struct audit_break *one, const struct input *in);
/* What was agreed on happens.  False: what is in suspense for the break is to be booked, too. */
bool decisions_take(struct desk *d, const struct audit_break *one);

/* doubts.c: how many payouts are in doubt, and since when */
void doubts_begin(struct desk *d, uint32_t slot);
void doubts_end(struct desk *d);
int64_t doubts_oldest_us(struct desk *d); /* where it is watched; NEVER_US: none is */

/* session.c: receipts, returns, sessions, lists, reports, fees */
void session_receipt(struct desk *d, const struct input *in);
void session_return(struct desk *d, const struct input *in);
void session_closed(struct desk *d, const struct input *in);
void session_settled(struct desk *d, const struct input *in);
void session_settle_payouts(struct desk *d);
void session_quota_reported(struct desk *d, const struct input *in);
void session_ask_report(struct desk *d, enum channel channel);
void session_fees_charged(struct desk *d, const struct input *in);

/* list.c: the settlement list of a day */
void list_opened(struct desk *d, const struct input *in);
void list_line(struct desk *d, const struct input *in);
void list_ended(struct desk *d, const struct input *in);
/* Of a settled payout: a list has its line; or none has it yet. */
void list_reconcile(struct desk *d, uint32_t slot); /* frees the slot */
void list_await(struct desk *d, uint32_t slot);

/* absence.c: what the lists do not have */
void absence_open(struct desk *d); /* the first input */
void absence_timer(struct desk *d, struct timer t);
void absence_list_ended(struct desk *d, uint8_t channel, const struct listed *list);
void absence_net_settled(struct desk *d, uint8_t channel);
void absence_due(struct desk *d);
/* A payment of that session is known, and its line is not what it should be.  Returns the cut-off
 * of the list that lacks it, or 0: there is none; and the break that has that may take it back. */
int64_t list_lacks(struct desk *d, enum channel channel, uint32_t session, int64_t ours_fen,
                   enum lack lack);
void list_lacks_surely(struct desk *d, const struct audit_break *one);
void list_lacks_no_more(struct desk *d, const struct audit_break *one);
/* Of an order sent then: the latest moment at which it can have been paid, and when
 * the doubtful days are over, too. */
int64_t list_last_paid_us(const struct desk *d, uint8_t channel, int64_t sent_us);
int64_t list_last_doubt_us(const struct desk *d, uint8_t channel, int64_t sent_us);
/* The sessions of the lists that may have it. */
struct session_span {
    uint32_t first;
    uint32_t last;
    bool one_list;
};
struct session_span list_sessions(const struct desk *d, uint8_t channel, int64_t sent_us);
/* Of an order sent then that the house says it does not have: the lists of all the time in
 * which it can have been paid agree, and prove it by themselves or with the settled nets. */
bool list_proves_absence(const struct desk *d, uint8_t channel, int64_t sent_us, int64_t hold_fen);

/* funds.c: accounts as they are registered, reported and collected */
void funds_open(struct desk *d); /* the first input: timers of accounts, tasks and duties */
void funds_timer(struct desk *d, struct timer t);
void funds_register(struct desk *d, const struct input *in);
void funds_change(struct desk *d, const struct input *in);
void funds_close(struct desk *d, const struct input *in);
void funds_refresh(struct desk *d, const struct input *in);
void funds_reported(struct desk *d, const struct input *in);
void funds_movement(struct desk *d, const struct input *in);
void funds_details_ended(struct desk *d, const struct input *in);
bool funds_offers(const struct desk *d, uint8_t account, enum operation operation);
void funds_ask(struct desk *d, enum order_kind kind, uint8_t account, uint64_t id);
void funds_list_details(struct desk *d, uint8_t account); /* after the last one known */
/* Money that came or went by nobody's order of ours. */
void funds_foreign(struct desk *d, enum template how, uint8_t account, int64_t amount_fen);
/* Booked, but when it came is not known: a report may have had it in.  Until the next one
 * rather too little is believed. */
void funds_reported_before(struct desk *d, uint8_t account, int64_t amount_fen);
void funds_collected(struct desk *d, const struct input *in); /* a report may have had it in */
/* All movements up to now are known, or passed over, and come to that balance. */
void funds_closing_known(struct desk *d, uint8_t account, int64_t closing_fen);
/* An own leg changed the account; call after it was booked. */
struct booked_leg {
    uint64_t id;
    int64_t amount_fen; /* in: above zero */
    int64_t at_us;
    int64_t requested_us; /* the transfer */
};
void funds_leg_booked(struct desk *d, uint8_t account, struct booked_leg leg);
int64_t funds_free_fen(const struct desk *d, uint8_t account);     /* what a transfer may take */
int64_t funds_believed_fen(const struct desk *d, uint8_t account); /* with what is uncollected */
int64_t funds_payable_fen(const struct desk *d); /* unallocated, and every quota */
bool funds_account_open(const struct desk *d, uint8_t account);
void funds_alert(struct desk *d, uint8_t account, enum reason reason, int64_t amount_fen);

/* lines.c: the lines of an account's statement, against its balances */
void lines_open(struct desk *d, uint8_t account, int64_t opening_fen);
bool lines_new(const struct desk *d, const struct input *in); /* and not too far ahead */
void lines_take(struct desk *d, struct input *in);            /* its amount becomes the true one */
/* A page ended, and no number up to its last is unheard of or has to be asked for again. */
bool lines_whole(struct desk *d, const struct input *page);
struct explanation {
    int64_t amount_fen;
    uint64_t by;       /* the leg's order, or the net */
    int64_t begins_us; /* before that it can not have moved anything */
};

/* What an account left out is a leg, or a net, of that amount: it is in suspense no longer. */
bool lines_explained(struct desk *d, uint8_t account, struct explanation by);
/* A line shows that leg or net.  True: what was left out had been taken for it, so is
 * something else. */
bool lines_shown_after_all(struct desk *d, const struct input *in, uint64_t by);
/* A break about a line is resolved: to whom it belongs, or written off. */
void lines_resolved(struct desk *d, uint8_t account, uint32_t number, bool adjusted);
void lines_close(struct desk *d); /* a day's */

/* tags.c: what a line that was told of an account is (tagging.h), as a fact */
void tags_recognised(struct desk *d, const struct input *line, enum reason reason); /* by its id */
enum template tags_template(struct desk *d, const struct input *line); /* how it is booked */

/* history.c: days of virtual IDs against their history balances (历史余额)
 *
 *     task --> details up to now --> each day not checked yet, up to yesterday:
 *              agreed, or marked for the audit as differing, with an alert
 *
 * A day is checked once.  An answer that fails to come or is refused leaves it
 * to the next task, for at most HISTORY_DAYS days; what is older is given up
 * with an alert.  A closed account's tasks go on until its last day is checked. */
void history_begin(struct desk *d, uint8_t account, int64_t opening_fen); /* registered today */
void history_resume(struct desk *d, uint8_t account); /* from today on; the opening is not known */
void history_close(struct desk *d, uint8_t account);
void history_movement(struct desk *d, const struct input *in);
void history_task(struct desk *d, uint8_t account);
void history_details_known(struct desk *d, uint8_t account); /* up to now */
void history_reported(struct desk *d, const struct input *in);
bool history_owed(const struct desk *d, uint8_t account); /* days of a closed account are left */

/* nets.c: a session's net, told by its house and shown by the account it goes to */
/* Of `told`: account, told_fen, short_fen. */
void nets_told(struct desk *d, uint8_t channel, uint32_t session, struct net told);
void nets_moved(struct desk *d, const struct input *in);
/* A payment is heard of that the session's net had in. */
void nets_explained(struct desk *d, uint8_t channel, uint32_t session, int64_t payment_fen);
/* Some net of these sessions is short of at least so much. */
bool nets_have_room(const struct desk *d, uint8_t channel, struct session_span span,
                    int64_t payment_fen);
/* Of these sessions one whose net is short of so much, best of just that; or else the last. */
uint32_t nets_short_of(const struct desk *d, uint8_t channel, struct session_span span,
                       int64_t payment_fen);
/* What moved the account and the house has not told; was told, and the account has not shown. */
int64_t nets_unsettled_fen(const struct desk *d, uint8_t account);
int64_t nets_unseen_fen(const struct desk *d, uint8_t account);
/* The account moved by so much, and no line says for what: a net that is that, or 0. */
uint64_t nets_shown(struct desk *d, uint8_t account, int64_t amount_fen);

/* balances.c: what is reported against what is booked */
void balances_open(struct desk *d, uint8_t account, int64_t opening_fen);
void balances_movement(struct desk *d, const struct input *in); /* heard of for the first time */
void balances_leg_booked(struct desk *d, uint8_t account, struct booked_leg leg);
void balances_leg_shown(struct desk *d, const struct input *in);   /* before it is acted upon */
void balances_leg_unknown(struct desk *d, const struct input *in); /* no transfer wanted it */
void balances_passed_over(struct desk *d, uint8_t account, int64_t amount_fen); /* by lines.c */
/* The order of a leg that is booked, of so much, that the account has not shown until now; or 0. */
uint64_t balances_shown(struct desk *d, uint8_t account, int64_t amount_fen);
void balances_details_asked(struct desk *d, uint8_t account);
void balances_details_ended(struct desk *d, uint8_t account); /* all up to what was asked */
void balances_reported(struct desk *d, const struct input *in, bool adopted); /* before that */
void balances_history(struct desk *d, uint8_t account, int64_t closing_fen, int64_t differs_fen);
void balances_quota_reported(struct desk *d, const struct input *in);
void balances_close(struct desk *d);

/* legs.c: what a leg costs, when it can go, and which means are taken */
struct choice {
    enum means means;
    int64_t opens_us; /* of the first leg */
    int64_t fee_fen;  /* of all of them */
    enum reason why;  /* it waits, or nothing is possible */
    uint32_t leg_count;
    struct leg legs[LEGS_MAX];
};
bool leg_takes_quota(const struct leg *leg);
enum channel leg_quota(const struct leg *leg); /* or CHANNEL_NONE */
struct service_terms leg_terms(const struct desk *d, const struct leg *leg);
int64_t leg_hold_fen(const struct desk *d, const struct leg *leg, int64_t amount_fen);
/* When the leg can go, and why not before. */
int64_t leg_opens_us(const struct desk *d, const struct leg *leg, int64_t amount_fen,
                     enum reason *why);
/* False: none of the means can do it, and best->why says what is nearest. */
bool legs_choose(const struct desk *d, const struct transfer *t, struct choice *best);

/* transfers.c: transfers leg by leg; rules.c: what asks for them */
void transfers_request(struct desk *d, const struct input *in);
enum reason transfers_start(struct desk *d, uint8_t rule, uint8_t from, uint8_t to,
                            int64_t amount_fen, enum reason reason); /* REASON_NONE: started */
bool transfers_resume(struct desk *d, uint8_t rule); /* what rests of this rule, if anything */
void transfers_refuse(struct desk *d, uint8_t rule, uint8_t from, uint8_t to, int64_t amount_fen,
                      enum reason reason);
void transfers_timer(struct desk *d, struct timer t);
void transfers_answered(struct desk *d, const struct input *in); /* any answer about a leg */
void transfers_listed(struct desk *d, const struct input *in);   /* a line of a settlement list */
bool transfers_seen(struct desk *d,
                    const struct input *in); /* a movement that names a leg; it is known */
bool transfers_touch(const struct desk *d, uint8_t account);  /* one is not over there */
bool transfers_change(const struct desk *d, uint8_t account); /* a leg of one is out there */
wide transfers_in_transit_fen(const struct desk *d); /* has left, and not arrived or come back */

void rules_open(struct desk *d);
void rules_suspend(struct desk *d, bool stop); /* a rule due meanwhile stays so for its day */
void rules_timer(struct desk *d, struct timer t);
bool rules_follow(struct desk *d); /* true: one moved money, which others may follow */
/* On its way to custody, or what rules for shortages could send there now. */
int64_t rules_could_bring_fen(const struct desk *d);
bool rules_live(const struct desk *d, uint8_t account); /* a rule may yet use it */

/* moves.c: quota moves; steer.c: the policy that asks for them */
void moves_request(struct desk *d, const struct input *in);
void moves_answered(struct desk *d, const struct input *in);
void moves_timer(struct desk *d, struct timer t);
void moves_start(struct desk *d, enum channel from, enum channel to, int64_t amount_fen,
                 enum reason reason); /* there is room, and that much to move */
void steer_quota(struct desk *d);
int64_t steer_free_fen(const struct desk *d); /* unallocated, less what is earmarked or kept */

/* outlook.c: what is foreseen of each channel */
void outlook_foresee(struct desk *d);
void outlook_tell(struct desk *d); /* that, and what the backlog needs */
int64_t outlook_dry_us(const struct desk *d, enum channel channel); /* where a rule watches it */

/* alerts.c: the alert rules */
void alerts_run(struct desk *d);

#endif
