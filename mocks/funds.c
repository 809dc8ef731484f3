/* funds.c — see funds.h. */

#include "mocks/funds.h"

#include "core/base/must.h"

static bool is_virtual(const struct house *h, uint32_t account)
{
    uint8_t kind = h->statements->items[account].kind;
    return kind == ACCOUNT_VIRTUAL_RESERVE || kind == ACCOUNT_VIRTUAL_OWN;
}

static enum fault_operation operation_of(uint8_t service)
{
    switch ((enum leg_service)service) {
    case SERVICE_PREFUND:
        return OPERATION_PREFUND;
    case SERVICE_RETURN:
        return OPERATION_RETURN;
    case SERVICE_ADJUST:
        return OPERATION_ADJUST;
    case SERVICE_NONE:
    case SERVICE_BANK:
    case SERVICE_PAYOUT:
    case SERVICE_SETTLEMENT:
    case SERVICES:
        break;
    }
    NEVER("not a funds service");
}

static uint16_t house_says(const struct house *h, int64_t now_us, const struct order *o)
{
    const struct transfer_terms *t = &h->terms->funds[o->service];
    if (now_us - o->sent_us > ORDER_AGE_MAX_US)
        return funds_words.too_old;
    if (!hours_open(&t->hours, h->calendar, now_us))
        return funds_words.closed;
    if (t->per_payout_max_fen != 0 && o->amount_fen > t->per_payout_max_fen)
        return funds_words.over_limit;
    return funds_words.ok;
}

void funds_order(struct house *h, int64_t now_us, const struct order *o, struct outbox *out)
{
    struct remitter *r = &h->funds;
    const struct fault_spec *fault;
    enum fault_operation operation = operation_of(o->service);
    const struct transfer_terms *t = &h->terms->funds[o->service];
    MUST(o->account < h->statements->account_count && o->to_account < h->statements->account_count);
    MUST(h->statements->items[o->account].kind != ACCOUNT_CENTRAL_BANK);
    MUST(is_virtual(h, o->account) == (operation != OPERATION_PREFUND));
    MUST(is_virtual(h, o->to_account) == (operation != OPERATION_RETURN));
    struct remittance *m = remittance_arrives(r, now_us, o, operation, t, &fault, out);
    if (m == NULL || !remittance_decide(r, now_us, m, t, house_says(h, now_us, o), fault))
        return;
    remittance_schedule(r, m, remittance_final_us(r, now_us, m, t), HAPPENS_REMITTANCE_FINAL, out);
}

void funds_query(struct house *h, int64_t now_us, const struct order *o, struct outbox *out)
{
    remittance_query(&h->funds, now_us, o, &h->terms->query, out);
}

/* --- the end --------------------------------------------------------------- */

static struct fault_subject about(const struct remittance *m)
{
    return (struct fault_subject){
        .reference = m->id, .attempt = m->attempt, .amount_fen = m->amount_fen};
}

/* Due unasked once it has ended and the reply's time has come. */
static void notify_if_due(struct house *h, int64_t now_us, struct remittance *m, struct outbox *out)
{
    bool ended = m->state == REMITTANCE_DONE || m->state == REMITTANCE_FAILED;
    if (!ended || !(m->flags & REMITTANCE_REPLIED) || (m->flags & REMITTANCE_SILENT))
        return;
    struct fault_subject subject = about(m);
    m->waiting++;
    house_send_notice(h, now_us, HAPPENS_REMITTANCE_NOTICE, remittance_index(&h->funds, m), 0,
                      &subject, out);
}

static uint16_t carry_out(struct house *h, int64_t now_us, const struct remittance *m,
                          struct outbox *out)
{
    if (m->flags & REMITTANCE_WILL_FAIL)
        return m->code;
    if (!statement_is_open(h->statements, m->account) ||
        !statement_is_open(h->statements, m->to_account))
        return UNIONPAY_91;
    bool moved = statement_post(h->statements, now_us,
                                &(struct posting){.from = BOOKS_OF(m->account),
                                                  .to = BOOKS_OF(m->to_account),
                                                  .amount_fen = m->amount_fen,
                                                  .id = m->id},
                                out);
    if (moved)
        return funds_words.ok;
    return is_virtual(h, m->account) ? UNIONPAY_90 : UNIONPAY_91;
}

static void finish(struct house *h, int64_t now_us, struct remittance *m, struct outbox *out)
{
    uint16_t code = carry_out(h, now_us, m, out);
    bool done = code == funds_words.ok;
    remittance_let_go(m);
    remittance_ends(&h->funds, now_us, m, done ? REMITTANCE_DONE : REMITTANCE_FAILED, code);
    if (done)
        h->fees_due_fen += fee_of(&h->terms->funds[m->service].fee, m->amount_fen);
    notify_if_due(h, now_us, m, out);
}

static void tell(struct house *h, int64_t now_us, const struct happening *what, struct outbox *out)
{
    struct remittance *m = &h->remittances->items[what->subject];
    if (what->arg & NOTICE_AGAIN) {
        struct fault_subject subject = about(m);
        house_send_notice(h, now_us, HAPPENS_REMITTANCE_NOTICE, what->subject,
                          what->arg & ~NOTICE_AGAIN, &subject, out);
        return;
    }
    outbox_tell(out, (struct input){.kind = INPUT_OUTCOME_NOTIFIED,
                                    .channel = (uint8_t)h->channel,
                                    .code = remittance_outcome(&h->funds, m, now_us),
                                    .id = m->id,
                                    .amount_fen = m->amount_fen,
                                    .at_us = m->ended_us});
    remittance_let_go(m);
}

void funds_happens(struct house *h, int64_t now_us, const struct happening *what,
                   struct outbox *out)
{
    switch ((int)what->kind) {
    case HAPPENS_REMITTANCE_FINAL:
        finish(h, now_us, &h->remittances->items[what->subject], out);
        return;
    case HAPPENS_REMITTANCE_NOTICE:
        tell(h, now_us, what, out);
        return;
    case HAPPENS_REMITTANCE_REPLY:
        remittance_happens(&h->funds, now_us, what, out);
        notify_if_due(h, now_us, &h->remittances->items[what->subject], out);
        return;
    default:
        remittance_happens(&h->funds, now_us, what, out);
        return;
    }
}

const struct remitter_words funds_words = {
    .ok = UNIONPAY_00,
    .processing = UNIONPAY_05,
    .not_found = UNIONPAY_34,
    .duplicate = UNIONPAY_12,
    .too_old = UNIONPAY_39,
    .closed = UNIONPAY_39,
    .over_limit = UNIONPAY_33,
    .busy = UNIONPAY_06,
    .declined = UNIONPAY_30,
};
