/* told.c — see told.h. */

#include "sim/told.h"

struct told_session *told_session(struct told_quota *q, uint32_t number)
{
    if (number > q->last)
        q->last = number;
    return &q->sessions[number % SESSIONS_MAX];
}

static bool settled_before(const struct told_quota *q, uint32_t number)
{
    return number < q->first || q->sessions[number % SESSIONS_MAX].settled;
}

static int64_t counts_for_fen(struct quota_rule rule, const struct told_session *s)
{
    int64_t net_fen = s->receipts_fen - s->payments_fen;
    if (rule.settles_to == SETTLES_TO_VIRTUAL_ID) {
        if (rule.receipts_count == RECEIPTS_AT_ONCE)
            return net_fen > 0 ? 0 : net_fen;
        return -s->payments_fen;
    }
    if (rule.receipts_count == RECEIPTS_AT_ONCE)
        return net_fen;
    if (rule.receipts_count == RECEIPTS_AT_SESSION && s->closed)
        return net_fen;
    return -s->payments_fen;
}

int64_t told_available_fen(const struct told_quota *q)
{
    int64_t sum_fen = q->mapped_fen - q->spoken_for_fen - q->leaving_fen;
    for (uint32_t n = q->first; n <= q->last; n++) {
        const struct told_session *s = &q->sessions[n % SESSIONS_MAX];
        if (!s->settled)
            sum_fen += counts_for_fen(q->rule, s);
    }
    return sum_fen;
}

int64_t told_spare_fen(const struct told_quota *q, bool truth)
{
    int64_t sum_fen = q->mapped_fen - q->leaving_fen - (truth ? 0 : q->spoken_for_fen);
    int64_t least_fen = sum_fen;
    for (uint32_t n = q->first; n <= q->last; n++) {
        const struct told_session *s = &q->sessions[n % SESSIONS_MAX];
        if (!s->settled)
            sum_fen += counts_for_fen(q->rule, s);
        least_fen = sum_fen < least_fen ? sum_fen : least_fen;
    }
    return told_available_fen(q) < least_fen ? told_available_fen(q) : least_fen;
}

void told_settle(struct told_quota *q, uint32_t number, int64_t net_fen)
{
    struct told_session *s = told_session(q, number);
    bool keeps = q->rule.settles_to == SETTLES_TO_ACS || net_fen < 0;
    q->mapped_fen += keeps ? net_fen : 0;
    s->settled = true;
    while (q->first <= q->last && q->sessions[q->first % SESSIONS_MAX].settled) {
        q->sessions[q->first % SESSIONS_MAX] = (struct told_session){0};
        q->first++;
    }
}

/* The kinds after which `other` is the channel's believed available. */
bool told_tells_available(const struct fact *f)
{
    switch ((int)f->kind) {
    case FACT_SENT:
    case FACT_PAID:
    case FACT_ATTEMPT_FAILED:
    case FACT_RETURNED:
    case FACT_RECEIPT:
    case FACT_SESSION_CLOSED:
    case FACT_SESSION_SETTLED:
    case FACT_MOVE_SENT:
    case FACT_MOVE_LEG_DONE:
    case FACT_MOVE_LEG_FAILED:
        return true;
    case FACT_LEG_SENT:
    case FACT_LEG_DONE:
    case FACT_LEG_FAILED:
        return f->channel != CHANNEL_NONE; /* it takes quota */
    default:
        return false;
    }
}

static void fold_move_leg(struct told_quota *q, const struct fact *f)
{
    bool increase = f->state == 1;
    if (f->kind == FACT_MOVE_SENT) {
        q->leaving_fen += increase ? 0 : f->amount_fen;
        return;
    }
    q->leaving_fen -= increase ? 0 : f->amount_fen;
    if (f->kind == FACT_MOVE_LEG_DONE)
        q->mapped_fen += increase ? f->amount_fen : -f->amount_fen;
}

void told_fold(struct told_quota *q, const struct fact *f)
{
    switch ((int)f->kind) {
    case FACT_SENT:
    case FACT_LEG_SENT:
        q->spoken_for_fen += f->amount_fen;
        break;
    case FACT_ATTEMPT_FAILED:
    case FACT_LEG_FAILED:
        q->spoken_for_fen -= f->amount_fen;
        break;
    case FACT_PAID:
    case FACT_LEG_DONE:
        q->spoken_for_fen -= f->amount_fen;
        if (!settled_before(q, f->session))
            told_session(q, f->session)->payments_fen += f->amount_fen;
        break;
    case FACT_RECEIPT:
    case FACT_RETURNED: /* once the total was told, a single one is in it */
        if (!settled_before(q, f->session) && !told_session(q, f->session)->closed)
            told_session(q, f->session)->receipts_fen += f->amount_fen;
        break;
    case FACT_SESSION_CLOSED:
        told_session(q, f->session)->receipts_fen += f->amount_fen;
        told_session(q, f->session)->closed = true;
        break;
    case FACT_SESSION_SETTLED:
        told_settle(q, f->session, f->amount_fen);
        break;
    default:
        fold_move_leg(q, f);
        break;
    }
}
