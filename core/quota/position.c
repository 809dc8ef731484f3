/* position.c — see position.h. */

#include "core/quota/position.h"

#include <stddef.h>

#include "core/base/money.h"
#include "core/base/must.h"
#include "core/base/pool.h"

int64_t quota_rule_g_fen(struct quota_rule rule, bool closed, int64_t receipts_fen,
                         int64_t payments_fen)
{
    int64_t net_fen = money_sub(receipts_fen, payments_fen);

    if (rule.settles_to == SETTLES_TO_VIRTUAL_ID)
        return rule.receipts_count != RECEIPTS_AT_ONCE ? -payments_fen : net_fen < 0 ? net_fen : 0;
    switch ((enum receipts_count)rule.receipts_count) {
    case RECEIPTS_AT_ONCE:
        return net_fen;
    case RECEIPTS_AT_SESSION:
        return closed ? net_fen : -payments_fen;
    case RECEIPTS_AT_SETTLEMENT:
        return -payments_fen;
    }
    NEVER("an unlisted way of counting receipts");
}

int64_t quota_rule_to_acs_fen(struct quota_rule rule, int64_t net_fen)
{
    return rule.settles_to == SETTLES_TO_VIRTUAL_ID && net_fen > 0 ? 0 : net_fen;
}

static void position_check(const struct position *p)
{
    MUST(p->held_fen >= 0);
    MUST(p->leaving_fen >= 0 && p->coming_fen >= 0);
}

void position_init(struct position *p, struct quota_rule rule, int64_t mapped_fen,
                   uint32_t first_session)
{
    MUST(mapped_fen >= 0);
    *p = (struct position){
        .mapped_fen = mapped_fen, .oldest = first_session, .newest = first_session, .rule = rule};
    for (uint32_t i = 0; i < SESSIONS_MAX; i++)
        p->sessions[i].paid_head = p->sessions[i].paid_tail = NONE;
}

static struct session *at(struct position *p, uint32_t session)
{
    return &p->sessions[session % SESSIONS_MAX];
}

static enum session_news look_up(struct position *p, uint32_t session)
{
    if (session < p->oldest)
        return SESSION_SETTLED_BEFORE;
    if (session - p->oldest >= SESSIONS_MAX)
        return SESSION_UNHEARD_OF;
    if (session > p->newest)
        p->newest = session;
    return at(p, session)->settled ? SESSION_SETTLED_BEFORE : SESSION_BOOKED;
}

struct session *position_session(struct position *p, uint32_t session)
{
    return look_up(p, session) == SESSION_BOOKED ? at(p, session) : NULL;
}

static int64_t g_of(const struct position *p, const struct session *s)
{
    return quota_rule_g_fen(p->rule, s->closed, s->receipts_fen, s->payments_fen);
}

/* What it could give away by its own quota; below zero it lacks that much. */
static int64_t spare_fen(const struct position *p)
{
    int64_t spare_fen = p->mapped_fen - p->leaving_fen;
    int64_t prefix_fen = spare_fen;

    /* The sum over the first sessions, oldest first, less every hold: a hold
     * may already be a payment of any of them. */
    for (uint32_t n = p->oldest; n <= p->newest; n++) {
        const struct session *s = &p->sessions[n % SESSIONS_MAX];
        if (s->settled)
            continue;
        prefix_fen += g_of(p, s);
        if (prefix_fen < spare_fen)
            spare_fen = prefix_fen;
    }
    if (p->held_fen > 0)
        spare_fen -= p->held_fen;
    int64_t available_fen = position_available_fen(p);
    return available_fen < spare_fen ? available_fen : spare_fen;
}

int64_t position_movable_fen(const struct position *p, const struct position *other)
{
    int64_t movable_fen = spare_fen(p) + (other == NULL ? 0 : spare_fen(other));
    return movable_fen > 0 ? movable_fen : 0;
}

int64_t position_payable_fen(const struct position *p, const struct position *other)
{
    return position_available_fen(p) + (other == NULL ? 0 : spare_fen(other));
}

void position_hold(struct position *p, const struct position *other, int64_t amount_fen)
{
    MUST(amount_fen > 0 && amount_fen <= position_payable_fen(p, other));
    p->held_fen = money_add(p->held_fen, amount_fen);
    position_check(p);
}

void position_release(struct position *p, int64_t amount_fen)
{
    MUST(amount_fen > 0 && amount_fen <= p->held_fen);
    p->held_fen -= amount_fen;
    position_check(p);
}

enum session_news position_paid(struct position *p, uint32_t session, int64_t amount_fen)
{
    MUST(amount_fen > 0 && amount_fen <= p->held_fen);
    enum session_news news = look_up(p, session);
    if (news == SESSION_UNHEARD_OF)
        return news;

    p->held_fen -= amount_fen;
    if (news == SESSION_BOOKED) {
        struct session *s = at(p, session);
        p->g_fen -= g_of(p, s);
        s->payments_fen = money_add(s->payments_fen, amount_fen);
        p->g_fen += g_of(p, s);
    }
    position_check(p);
    return news;
}

enum session_news position_receipt(struct position *p, uint32_t session, int64_t amount_fen)
{
    MUST(amount_fen > 0);
    enum session_news news = look_up(p, session);
    if (news != SESSION_BOOKED)
        return news;
    struct session *s = at(p, session);
    if (s->closed)
        return SESSION_COUNTED_BEFORE;
    p->g_fen -= g_of(p, s);
    s->receipts_fen = money_add(s->receipts_fen, amount_fen);
    p->g_fen += g_of(p, s);
    return news;
}

enum session_news position_session_closed(struct position *p, uint32_t session,
                                          int64_t receipts_fen, int64_t *untold_fen)
{
    enum session_news news = look_up(p, session);
    if (news != SESSION_BOOKED)
        return news;
    struct session *s = at(p, session);
    if (s->closed)
        return SESSION_COUNTED_BEFORE;
    *untold_fen = money_sub(receipts_fen, s->receipts_fen);
    p->g_fen -= g_of(p, s);
    s->receipts_fen = receipts_fen;
    s->closed = 1;
    p->g_fen += g_of(p, s);
    return news;
}

enum session_news position_session_settled(struct position *p, uint32_t session, int64_t net_fen)
{
    enum session_news news = look_up(p, session);
    if (news != SESSION_BOOKED)
        return news;
    struct session *s = at(p, session);
    p->g_fen -= g_of(p, s);
    p->mapped_fen = money_add(p->mapped_fen, quota_rule_to_acs_fen(p->rule, net_fen));
    s->settled = 1;
    while (at(p, p->oldest)->settled) {
        *at(p, p->oldest) = (struct session){.paid_head = NONE, .paid_tail = NONE};
        p->oldest++;
    }
    return news;
}

void position_decrease_sent(struct position *p, const struct position *other, int64_t amount_fen)
{
    MUST(amount_fen > 0 && amount_fen <= position_movable_fen(p, other));
    p->leaving_fen = money_add(p->leaving_fen, amount_fen);
}

void position_decrease_ended(struct position *p, int64_t amount_fen, bool done)
{
    MUST(amount_fen > 0 && amount_fen <= p->leaving_fen);
    p->leaving_fen -= amount_fen;
    if (done)
        p->mapped_fen -= amount_fen;
}

void position_increase_asked(struct position *p, int64_t amount_fen)
{
    MUST(amount_fen > 0);
    p->coming_fen = money_add(p->coming_fen, amount_fen);
}

void position_increase_ended(struct position *p, int64_t amount_fen, bool done)
{
    MUST(amount_fen > 0 && amount_fen <= p->coming_fen);
    p->coming_fen -= amount_fen;
    if (done)
        p->mapped_fen = money_add(p->mapped_fen, amount_fen);
}
