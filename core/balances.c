/* balances.c — every account and every quota: what is reported against what is booked.
 *
 *     reported - internal = in transit + unsettled + uncollected + unexplained
 *
 *     in transit    a leg that the account has shown and that has not ended for us; of a
 *                   quota, legs of moves that are out
 *     unsettled     nets that the account has shown and the house has not told; of a quota,
 *                   nets of closed sessions
 *     uncollected   what is reported and no movement has told yet, less what is booked and
 *                   no movement has shown yet; of a quota, what changed after its report
 *
 * Where movements are told, each is matched with what it is of, so that what is
 * left unexplained is really so: an amount that differs, a movement that is
 * missing, an order nobody gave.  An account that tells none is booked to its
 * balance as reported: adopted, which explains it and checks nothing. */

#include "core/base/must.h"
#include "core/desk.h"

struct audited {
    uint8_t occasion; /* enum audit_occasion */
    uint8_t channel;
    uint32_t account;
    enum reason reason;
    int64_t reported_fen;
    int64_t internal_fen;
    struct quota_audit parts;
};

static void tell(struct desk *d, const struct audited *a)
{
    const struct quota_audit *parts = &a->parts;
    if (parts->in_transit_fen != 0 || parts->unsettled_fen != 0 || parts->uncollected_fen != 0)
        desk_fact(d, (struct fact){.kind = FACT_BALANCE_EXPLAINED,
                                   .channel = a->channel,
                                   .reason = (uint8_t)a->reason,
                                   .state = a->occasion,
                                   .subject = a->account,
                                   .id = (uint64_t)parts->uncollected_fen,
                                   .amount_fen = parts->in_transit_fen,
                                   .other = parts->unsettled_fen});
    desk_fact(d, (struct fact){.kind = FACT_BALANCE_AUDITED,
                               .channel = a->channel,
                               .state = a->occasion,
                               .subject = a->account,
                               .id = (uint64_t)a->internal_fen,
                               .amount_fen = parts->unexplained_fen,
                               .other = a->reported_fen});
}

/* --- legs: booked, and shown by the account ----------------------------------- */

static uint32_t find_half(const struct halves *h, uint8_t account, uint64_t id, int64_t amount_fen)
{
    for (uint32_t i = 0; i < h->count; i++)
        if (h->items[i].id == id && h->items[i].account == account &&
            (h->items[i].amount_fen > 0) == (amount_fen > 0))
            return i;
    return NONE;
}

static void drop_half(struct halves *h, uint32_t index)
{
    for (uint32_t i = index + 1; i < h->count; i++)
        h->items[i - 1] = h->items[i];
    h->count--;
}

/* Of an account that tells no movements: it may do so one day. */
static uint32_t least_needed(const struct desk *d)
{
    const struct halves *h = &d->core->halves;
    for (uint32_t i = 0; i < h->count; i++)
        if (!funds_offers(d, h->items[i].account, OPERATE_DETAILS))
            return i;
    return 0;
}

/* The other half makes it whole.  Without room for one more, the oldest counts
 * no longer as explained. */
static void add_half(struct desk *d, struct half one)
{
    struct halves *h = &d->core->halves;
    uint32_t index = find_half(h, one.account, one.id, one.amount_fen);
    if (index != NONE && h->items[index].shown != one.shown) {
        drop_half(h, index);
        return;
    }
    if (h->count == HALVES_MAX)
        drop_half(h, least_needed(d));
    h->items[h->count++] = one;
}

void balances_leg_booked(struct desk *d, uint8_t account, struct booked_leg leg)
{
    struct halves *h = &d->core->halves;
    uint32_t index = find_half(h, account, leg.id, leg.amount_fen);
    bool shown = index != NONE && h->items[index].shown;
    struct explanation is = {
        .amount_fen = leg.amount_fen, .by = leg.id, .begins_us = leg.requested_us};
    if (shown || !lines_explained(d, account, is))
        add_half(d, (struct half){.id = leg.id, .amount_fen = leg.amount_fen, .account = account});
}

void balances_leg_shown(struct desk *d, const struct input *in)
{
    if (lines_shown_after_all(d, in, in->id))
        return;
    add_half(d,
             (struct half){
                 .id = in->id, .amount_fen = in->amount_fen, .account = in->account, .shown = 1});
}

void balances_leg_unknown(struct desk *d, const struct input *in)
{
    struct halves *h = &d->core->halves;
    uint32_t index = find_half(h, in->account, in->id, in->amount_fen);
    if (index != NONE && h->items[index].shown)
        drop_half(h, index);
}

uint64_t balances_shown(struct desk *d, uint8_t account, int64_t amount_fen)
{
    struct halves *h = &d->core->halves;
    for (uint32_t i = 0; i < h->count; i++) {
        if (h->items[i].account != account || h->items[i].shown ||
            h->items[i].amount_fen != amount_fen)
            continue;
        uint64_t id = h->items[i].id;
        drop_half(h, i);
        return id;
    }
    return 0;
}

void balances_passed_over(struct desk *d, uint8_t account, int64_t amount_fen)
{
    struct statement *s = &d->core->purses[account].statement;
    s->told_fen = money_add(s->told_fen, amount_fen);
    if (d->core->purses[account].cursor <= s->number)
        return;
    s->number = d->core->purses[account].cursor; /* nothing is known beyond it */
    s->after_fen = s->told_fen;
    s->after_us = d->now_us;
}

static int64_t halves_fen(const struct desk *d, uint8_t account, bool shown)
{
    const struct halves *h = &d->core->halves;
    int64_t sum_fen = 0;
    for (uint32_t i = 0; i < h->count; i++)
        if (h->items[i].account == account && h->items[i].shown == shown)
            sum_fen = money_add(sum_fen, h->items[i].amount_fen);
    return sum_fen;
}

/* --- accounts ------------------------------------------------------------------- */

static struct statement *statement_of(const struct desk *d, uint8_t account)
{
    MUST(account < d->core->accounts.count);
    return &d->core->purses[account].statement;
}

void balances_open(struct desk *d, uint8_t account, int64_t opening_fen)
{
    *statement_of(d, account) = (struct statement){.told_fen = opening_fen,
                                                   .after_us = d->now_us,
                                                   .reported_us = INT64_MIN,
                                                   .whole_us = INT64_MIN};
}

void balances_movement(struct desk *d, const struct input *in)
{
    struct statement *s = statement_of(d, in->account);
    s->told_fen = money_add(s->told_fen, in->amount_fen);
    if (in->count < s->number)
        return;
    s->number = in->count;
    s->after_fen = in->other_fen;
    s->after_us = in->at_us;
}

void balances_details_asked(struct desk *d, uint8_t account)
{
    statement_of(d, account)->asked_us = d->now_us;
}

/* By the movements told.  If none of them is missing, the balance after the last counts. */
static int64_t stands_at_fen(const struct desk *d, uint8_t account)
{
    const struct statement *s = statement_of(d, account);
    bool gapless = s->number > 0 && d->core->purses[account].cursor == s->number;
    return gapless ? s->after_fen : s->told_fen;
}

static int64_t internal_fen(const struct desk *d, uint8_t account)
{
    return ledger_balance_fen(&d->core->books[d->core->account_items[account].book]);
}

/* Movement by movement. */
static void audit_by_movements(struct desk *d, uint8_t account, struct audited *a)
{
    const struct statement *s = statement_of(d, account);
    int64_t stands_fen = stands_at_fen(d, account);
    bool newer = s->reported_us > s->after_us;
    int64_t unseen_fen = money_add(halves_fen(d, account, false), nets_unseen_fen(d, account));
    struct quota_audit *parts = &a->parts;
    a->reported_fen = newer ? s->reported_fen : s->number > 0 ? s->after_fen : stands_fen;
    int64_t untold_fen = money_sub(a->reported_fen, stands_fen);
    parts->in_transit_fen = halves_fen(d, account, true);
    parts->unsettled_fen = nets_unsettled_fen(d, account);
    parts->uncollected_fen = -money_add(unseen_fen, d->core->purses[account].adopted_fen);
    /* Movements are known beyond the report, so it had nothing else in. */
    if (!newer || s->reported_us >= s->whole_us)
        parts->uncollected_fen = money_add(parts->uncollected_fen, untold_fen);
    parts->unexplained_fen = money_sub(
        money_sub(a->reported_fen, a->internal_fen),
        money_add(money_add(parts->in_transit_fen, parts->unsettled_fen), parts->uncollected_fen));
}

static void audit_account(struct desk *d, uint8_t account, enum audit_occasion occasion,
                          enum reason reason)
{
    const struct statement *s = statement_of(d, account);
    struct audited a = {.occasion = (uint8_t)occasion,
                        .channel = CHANNEL_NONE,
                        .account = account,
                        .reason = reason,
                        .internal_fen = internal_fen(d, account)};
    if (funds_offers(d, account, OPERATE_DETAILS)) {
        audit_by_movements(d, account, &a);
    } else if (s->reported_us != INT64_MIN) {
        a.reported_fen = s->reported_fen;
        a.parts.uncollected_fen = money_sub(s->reported_fen, a.internal_fen);
    } else {
        return; /* nobody says anything of it */
    }
    tell(d, &a);
}

void balances_reported(struct desk *d, const struct input *in, bool adopted)
{
    struct statement *s = statement_of(d, in->account);
    if (in->at_us <= s->reported_us)
        return;
    s->reported_us = in->at_us;
    s->reported_fen = in->amount_fen;
    audit_account(d, in->account, AUDIT_OF_REPORT, adopted ? REASON_ADOPTED : REASON_NONE);
}

void balances_details_ended(struct desk *d, uint8_t account)
{
    struct statement *s = statement_of(d, account);
    s->whole_us = s->asked_us;
    audit_account(d, account, AUDIT_OF_DETAILS, REASON_NONE);
}

void balances_history(struct desk *d, uint8_t account, int64_t closing_fen, int64_t differs_fen)
{
    tell(d, &(struct audited){.occasion = AUDIT_OF_HISTORY,
                              .channel = CHANNEL_NONE,
                              .account = account,
                              .reported_fen = closing_fen,
                              .internal_fen = money_sub(closing_fen, differs_fen),
                              .parts = {.unexplained_fen = differs_fen}});
}

/* --- quotas --------------------------------------------------------------------- */

enum { LEGS_TRIED = 8 };

/* What legs of moves that are out would change the quota by. */
static uint32_t legs_out(const struct desk *d, uint8_t channel, int64_t changes[LEGS_TRIED])
{
    const struct core *core = d->core;
    uint32_t count = 0;
    for (uint32_t i = 0; i < MOVES_MAX && count < LEGS_TRIED; i++) {
        const struct move *m = &core->moves[i];
        if (!core->move_live[i])
            continue;
        if (m->leg == 0 && m->from == channel)
            changes[count++] = -m->amount_fen;
        else if (m->leg == 1 && m->to == channel)
            changes[count++] = m->amount_fen;
    }
    return count;
}

/* Nets of closed sessions settle oldest first: the first so many explain it, if
 * not exactly then but for payments of which we have not heard.  A session that
 * is over, though its close was not told yet, may have had any receipts. */
static bool settles_to(const struct position *p, int64_t wanted_fen, int64_t unheard_fen)
{
    int64_t sum_fen = 0;
    if (wanted_fen == 0)
        return true;
    for (uint32_t n = p->oldest; n <= p->newest; n++) {
        const struct session *s = &p->sessions[n % SESSIONS_MAX];
        if (s->settled)
            continue;
        if (!s->closed && n == p->newest)
            return false;
        int64_t net_fen = money_sub(s->receipts_fen, s->payments_fen);
        sum_fen = money_add(sum_fen, quota_rule_to_acs_fen(p->rule, net_fen));
        if ((!s->closed || wanted_fen <= sum_fen) && wanted_fen >= money_sub(sum_fen, unheard_fen))
            return true;
    }
    return false;
}

static bool explain_quota(const struct desk *d, uint8_t channel, int64_t differs_fen,
                          int64_t unheard_fen, struct quota_audit *parts)
{
    int64_t changes[LEGS_TRIED];
    uint32_t count = legs_out(d, channel, changes);
    for (uint32_t some = 0; some < UINT32_C(1) << count; some++) {
        int64_t out_fen = 0;
        for (uint32_t i = 0; i < count; i++)
            out_fen = money_add(out_fen, some >> i & 1 ? changes[i] : 0);
        int64_t rest_fen = money_sub(differs_fen, out_fen);
        if (!settles_to(&d->core->channels[channel].position, rest_fen, unheard_fen))
            continue;
        parts->in_transit_fen = out_fen;
        parts->unsettled_fen = rest_fen;
        return true;
    }
    return false;
}

/* What comes nearest to explaining it: a net that is off by little is no loss of all of it. */
static void explain_nearly(const struct desk *d, uint8_t channel, int64_t differs_fen,
                           struct quota_audit *parts)
{
    const struct position *p = &d->core->channels[channel].position;
    int64_t sum_fen = 0;
    parts->unexplained_fen = differs_fen;
    for (uint32_t n = p->oldest; n <= p->newest; n++) {
        const struct session *s = &p->sessions[n % SESSIONS_MAX];
        if (s->settled)
            continue;
        if (!s->closed)
            return;
        int64_t net_fen = money_sub(s->receipts_fen, s->payments_fen);
        sum_fen = money_add(sum_fen, quota_rule_to_acs_fen(p->rule, net_fen));
        int64_t left_fen = money_sub(differs_fen, sum_fen);
        int64_t was_fen = parts->unexplained_fen;
        if ((left_fen < 0 ? -left_fen : left_fen) < (was_fen < 0 ? -was_fen : was_fen)) {
            parts->unsettled_fen = sum_fen;
            parts->unexplained_fen = left_fen;
        }
    }
}

void balances_quota_reported(struct desk *d, const struct input *in)
{
    struct channel_state *ch = &d->core->channels[in->channel];
    int64_t mapped_fen = ch->position.mapped_fen;
    if (in->at_us <= ch->mapped_us)
        return; /* it changed since: the report says nothing of now */
    int64_t differs_fen = money_sub(in->other_fen, mapped_fen);
    struct quota_audit parts = {0};
    if (!explain_quota(d, in->channel, differs_fen, 0, &parts) &&
        !explain_quota(d, in->channel, differs_fen, ch->position.held_fen, &parts))
        explain_nearly(d, in->channel, differs_fen, &parts);
    ch->audited = parts;
    ch->audited_fen = in->other_fen;
    ch->audited_once = 1;
    tell(d, &(struct audited){.occasion = AUDIT_OF_REPORT,
                              .channel = in->channel,
                              .account = NONE,
                              .reported_fen = in->other_fen,
                              .internal_fen = mapped_fen,
                              .parts = parts});
}

/* As it was reported last; what changed since is uncollected.  What is booked by now as it was
 * reported needs no explanation any more: the nets that it had in have been told. */
static void close_quota(struct desk *d, uint8_t channel)
{
    const struct channel_state *ch = &d->core->channels[channel];
    struct audited a = {.occasion = AUDIT_OF_CLOSE,
                        .channel = channel,
                        .account = NONE,
                        .reported_fen = ch->audited_fen,
                        .internal_fen = ch->position.mapped_fen,
                        .parts = ch->audited};
    if (!ch->audited_once)
        return;
    const struct quota_audit *was = &ch->audited;
    if (a.reported_fen == a.internal_fen)
        a.parts = (struct quota_audit){0};
    else
        a.parts.uncollected_fen = money_sub(
            money_sub(a.reported_fen, a.internal_fen),
            money_add(money_add(was->in_transit_fen, was->unsettled_fen), was->unexplained_fen));
    tell(d, &a);
}

/* --- inside the books --------------------------------------------------------------- */

static int64_t book_fen(const struct desk *d, uint32_t book)
{
    return ledger_balance_fen(&d->core->books[book]);
}

struct inside {
    uint32_t checked;
    uint32_t differ;
};

static void must_come_to(struct desk *d, struct inside *in, uint32_t book, int64_t is_fen,
                         int64_t should_be_fen)
{
    in->checked++;
    if (is_fen == should_be_fen)
        return;
    in->differ++;
    desk_fact(d, (struct fact){.kind = FACT_BOOKS_DIFFER,
                               .channel = CHANNEL_NONE,
                               .subject = book,
                               .amount_fen = is_fen,
                               .other = money_sub(is_fen, should_be_fen)});
}

/* A house's books against its sessions: what is not settled, and nothing else. */
static void check_house(struct desk *d, struct inside *in, uint8_t channel)
{
    const struct position *p = &d->core->channels[channel].position;
    const struct ledger_account *payable = &d->core->books[BOOK_OF(channel, BOOK_OF_PAYABLE)];
    int64_t receipts_fen = 0;
    int64_t payments_fen = 0;
    for (uint32_t n = p->oldest; n <= p->newest; n++) {
        const struct session *s = &p->sessions[n % SESSIONS_MAX];
        if (s->settled)
            continue;
        receipts_fen = money_add(receipts_fen, s->receipts_fen);
        payments_fen = money_add(payments_fen, s->payments_fen);
    }
    uint32_t book = BOOK_OF(channel, BOOK_OF_RECEIVABLE);
    must_come_to(d, in, book, book_fen(d, book), receipts_fen);
    book = BOOK_OF(channel, BOOK_OF_PAYABLE);
    must_come_to(d, in, book, -book_fen(d, book), payments_fen);
    must_come_to(d, in, book, money_sub(payable->credit_pending_fen, payable->debit_pending_fen),
                 p->held_fen);
    book = BOOK_OF(channel, BOOK_OF_CLEARING);
    must_come_to(d, in, book, book_fen(d, book), 0);
    book = BOOK_OF(channel, BOOK_OF_QUOTA);
    must_come_to(d, in, book, book_fen(d, book), p->mapped_fen);
}

static void check_books(struct desk *d)
{
    struct inside in = {0};
    int64_t quotas_fen = book_fen(d, BOOK_UNALLOCATED);
    for (uint8_t c = 0; c < CHANNELS; c++) {
        check_house(d, &in, c);
        quotas_fen = money_add(quotas_fen, book_fen(d, BOOK_OF(c, BOOK_OF_QUOTA)));
    }
    must_come_to(d, &in, BOOK_UNALLOCATED, book_fen(d, BOOK_UNALLOCATED), d->core->unallocated_fen);
    must_come_to(d, &in, BOOK_CUSTODY, -book_fen(d, BOOK_CUSTODY), quotas_fen);
    uint32_t acs =
        account_find(&d->core->accounts, d->core->account_items, ACCOUNT_CENTRAL_BANK, 0);
    MUST(acs != NONE);
    must_come_to(d, &in, BOOK_REGISTERED + acs, internal_fen(d, (uint8_t)acs), quotas_fen);
    if (in.differ == 0)
        desk_fact(d, (struct fact){.kind = FACT_BOOKS_AGREE,
                                   .channel = CHANNEL_NONE,
                                   .subject = NONE,
                                   .session = in.checked});
}

void balances_close(struct desk *d)
{
    check_books(d);
    for (uint8_t i = 0; i < d->core->accounts.count; i++)
        if (funds_account_open(d, i))
            audit_account(d, i, AUDIT_OF_CLOSE, REASON_NONE);
    for (uint8_t c = 0; c < CHANNELS; c++)
        close_quota(d, c);
}
