/* house_session.c — clearing sessions: receipts and payments, closing, settlement. */

#include "mocks/house.h"

#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/base/must.h"

static int64_t g_of(const struct house *h, const struct house_session *s)
{
    return quota_rule_g_fen(h->terms->rule, s->closed, s->receipts_fen, s->payments_fen);
}

void house_pay_in_session(struct house *h, int64_t now_us, const struct house_order *o,
                          struct outbox *out)
{
    struct house_session *s = house_session(h, h->open_session);
    uint32_t clearing = BOOKS_CLEARING + (uint32_t)h->channel;
    int64_t payment_fen = house_payment_fen(h, o);
    int64_t outside_fen = payment_fen;
    h->g_fen -= g_of(h, s);
    s->payments_fen = money_add(s->payments_fen, payment_fen);
    h->g_fen += g_of(h, s);
    if (o->service != SERVICE_NONE) { /* the fee alone leaves us */
        outside_fen -= o->amount_fen;
        MUST(statement_post(h->statements, now_us,
                            &(struct posting){.from = clearing,
                                              .to = BOOKS_OF(o->to_account),
                                              .amount_fen = o->amount_fen,
                                              .id = o->id},
                            out));
    }
    MUST(books_move(h->books, clearing, BOOKS_OUTSIDE, outside_fen));
}

void house_receive_in_session(struct house *h, int64_t receipt_fen)
{
    struct house_session *s = house_session(h, h->open_session);
    h->g_fen -= g_of(h, s);
    s->receipts_fen = money_add(s->receipts_fen, receipt_fen);
    h->g_fen += g_of(h, s);
    MUST(books_move(h->books, BOOKS_OUTSIDE, BOOKS_CLEARING + (uint32_t)h->channel, receipt_fen));
}

/* --- the timetable --------------------------------------------------------- */

/* The first closing after `now_us`: on which day, and which of that day's. */
static void next_closing(const struct house_terms *t, int64_t now_us, int32_t *day, uint32_t *which)
{
    for (*day = civil_day(now_us) - 1;; (*day)++)
        for (*which = 0; *which < t->closing_count; (*which)++)
            if (civil_moment_us(*day, t->closing_us[*which]) > now_us)
                return;
}

uint32_t house_first_session(const struct house_terms *terms, int64_t now_us)
{
    int32_t day;
    uint32_t which;
    next_closing(terms, now_us, &day, &which);
    return (uint32_t)day * terms->closing_count + which;
}

static int32_t day_of(const struct house *h, uint32_t session)
{
    return (int32_t)(session / h->terms->closing_count);
}

int64_t house_closing_us(const struct house *h, uint32_t session)
{
    return civil_moment_us(day_of(h, session),
                           h->terms->closing_us[session % h->terms->closing_count]);
}

static void open_session(struct house *h, uint32_t session, struct outbox *out)
{
    MUST(session - h->oldest_session < SESSIONS_MAX);
    h->open_session = session;
    h->closes_us = house_closing_us(h, session);
    *house_session(h, session) = (struct house_session){
        .settles_us = calendar_settles_us(h->calendar, day_of(h, session), h->terms->settle_at_us)};
    house_schedule(h, out, h->closes_us, HAPPENS_SESSION_CLOSE, session, 0);
}

void house_sessions_start(struct house *h, int64_t now_us, struct outbox *out)
{
    h->open_session = h->oldest_session = house_first_session(h->terms, now_us);
    house_files_init(h, now_us);
    open_session(h, h->open_session, out);
    house_note_report(h, now_us);
}

/* --- what a quota report shows --------------------------------------------- */

void house_note_report(struct house *h, int64_t now_us)
{
    h->report_available_fen = house_available_fen(h);
    h->report_mapped_fen = house_mapped_fen(h);
    h->report_as_of_us = now_us;
}

/* --- news that goes by itself ---------------------------------------------- */

static int64_t news_us(const struct house *h, uint64_t subject, uint32_t which)
{
    return latency_draw_us(&h->terms->notice,
                           draw_bits(house_key(h, DRAW_NOTICE_LATENCY, subject, which)));
}

static void tell(struct house *h, int64_t at_us, enum happening_kind kind, uint32_t session,
                 uint64_t arg, struct outbox *out)
{
    const struct house_session *s = house_session(h, session);
    outbox_schedule(out, (struct happening){.at_us = at_us,
                                            .kind = (uint8_t)kind,
                                            .house = (uint8_t)h->channel,
                                            .code = s->receipts_fen == 0 && s->payments_fen == 0,
                                            .subject = session,
                                            .arg = arg});
}

bool happening_is_housekeeping(const struct happening *what)
{
    switch ((int)what->kind) {
    case HAPPENS_SESSION_CLOSE:
    case HAPPENS_SETTLEMENT:
    case HAPPENS_LIST:
    case HAPPENS_FEES:
    case HAPPENS_REPORT:
    case HAPPENS_BALANCE:
    case HAPPENS_DETAILS:
    case HAPPENS_HISTORY:
        return true;
    case HAPPENS_CLOSE_TOLD:
    case HAPPENS_SETTLEMENT_TOLD:
        return what->code == 1;
    default:
        return false;
    }
}

static void close_session(struct house *h, int64_t now_us, uint32_t session, struct outbox *out)
{
    struct house_session *s = house_session(h, session);
    MUST(session == h->open_session && !s->closed);
    h->g_fen -= g_of(h, s);
    s->closed = 1;
    h->g_fen += g_of(h, s);
    outbox_fact(out, now_us,
                (struct fact){.kind = FACT_TRUE_SESSION_CLOSED,
                              .channel = (uint8_t)h->channel,
                              .subject = NONE,
                              .session = session,
                              .id = (uint64_t)s->receipts_fen,
                              .amount_fen = s->payments_fen,
                              .other = house_available_fen(h)});
    house_schedule(h, out, s->settles_us, HAPPENS_SETTLEMENT, session, 0);
    tell(h, now_us + news_us(h, session, 1), HAPPENS_CLOSE_TOLD, session, (uint64_t)s->receipts_fen,
         out);
    if (h->terms->quota_visible == VISIBLE_AT_SESSION)
        house_note_report(h, now_us);
    if (session % h->terms->closing_count == h->terms->closing_count - 1)
        house_file_cut_off(h, now_us, day_of(h, session), out);
    open_session(h, session + 1, out);
}

/* A part of the net, between the house's clearing account and one of ours. */
static void post_net(struct house *h, int64_t now_us, uint32_t session, uint32_t account,
                     int64_t net_fen, struct outbox *out)
{
    uint32_t clearing = BOOKS_CLEARING + (uint32_t)h->channel;
    if (net_fen == 0)
        return;
    MUST(statement_post(h->statements, now_us,
                        &(struct posting){.from = net_fen > 0 ? clearing : account,
                                          .to = net_fen > 0 ? account : clearing,
                                          .amount_fen = net_fen > 0 ? net_fen : -net_fen,
                                          .session = session,
                                          .net_of = (uint8_t)(h->channel + 1)},
                        out));
}

static void settle(struct house *h, int64_t now_us, uint32_t session, struct outbox *out)
{
    struct house_session *s = house_session(h, session);
    MUST(session == h->oldest_session); /* oldest first: they close, and fall due, in order */
    MUST(s->closed && !s->settled);
    int64_t net_fen = money_sub(s->receipts_fen, s->payments_fen);
    int64_t acs_fen = quota_rule_to_acs_fen(h->terms->rule, net_fen);

    h->g_fen -= g_of(h, s);
    central_bank_settle(h->central_bank, h->channel, acs_fen);
    post_net(h, now_us, session, h->central_bank->acs, acs_fen, out);
    post_net(h, now_us, session, h->virtual_account, net_fen - acs_fen, out);
    s->settled = 1;
    h->oldest_session++;
    outbox_fact(out, now_us,
                (struct fact){.kind = FACT_TRUE_SESSION_SETTLED,
                              .channel = (uint8_t)h->channel,
                              .subject = NONE,
                              .session = session,
                              .amount_fen = net_fen,
                              .other = house_available_fen(h)});
    if (h->terms->quota_visible == VISIBLE_AT_SETTLEMENT)
        house_note_report(h, now_us);
    tell(h, now_us + news_us(h, session, 2), HAPPENS_SETTLEMENT_TOLD, session, (uint64_t)net_fen,
         out);
}

void house_session_happens(struct house *h, int64_t now_us, const struct happening *what,
                           struct outbox *out)
{
    struct input news = {.channel = (uint8_t)h->channel, .session = what->subject};
    const struct house_session *s = house_session(h, what->subject);
    switch ((int)what->kind) {
    case HAPPENS_SESSION_CLOSE:
        close_session(h, now_us, what->subject, out);
        return;
    case HAPPENS_SETTLEMENT:
        settle(h, now_us, what->subject, out);
        return;
    case HAPPENS_CLOSE_TOLD:
        news.kind = INPUT_SESSION_CLOSED;
        news.other_fen = (int64_t)what->arg;
        break;
    case HAPPENS_SETTLEMENT_TOLD:
        news.kind = INPUT_SESSION_SETTLED;
        news.amount_fen = (int64_t)what->arg;
        news.other_fen = s->receipts_fen; /* kept until its place is needed again */
        break;
    default:
        NEVER("not about a session");
    }
    outbox_tell(out, news);
}
