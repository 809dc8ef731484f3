/* bank.c — see bank.h. */

#include "mocks/bank.h"

#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/base/must.h"

static bool is_payee(const struct statements *s, uint32_t account)
{
    uint8_t institution = s->items[account].institution;
    return statement_is_open(s, account) && institution >= INSTITUTION_CENTRAL_BANK;
}

static bool crosses(const struct bank *b, const struct remittance *m)
{
    return b->remitter.statements->items[m->to_account].institution != b->remitter.institution;
}

/* Declared in order of precedence, as in the header. */
static uint16_t bank_says(const struct bank *b, int64_t now_us, const struct order *o,
                          const struct remittance *m)
{
    const struct statements *s = b->remitter.statements;
    const struct transfer_terms *t = &b->terms->transfer;

    if (now_us - o->sent_us > ORDER_AGE_MAX_US)
        return BANK_MOCKLATE;
    if (!statement_is_open(s, o->account) || o->to_account >= s->account_count ||
        !is_payee(s, o->to_account))
        return BANK_MOCKACCT;
    if (crosses(b, m) && !hours_open(&t->hours, b->remitter.calendar, now_us))
        return BANK_MOCKHOUR;
    if (t->per_payout_max_fen != 0 && o->amount_fen > t->per_payout_max_fen)
        return BANK_MOCKLIMT;
    if (o->amount_fen > statement_balance_fen(s, o->account))
        return BANK_MOCKBALA;
    return BANK_00;
}

static int64_t arrives_us(const struct bank *b, int64_t now_us, const struct remittance *m)
{
    const struct transfer_terms *t = &b->terms->transfer;
    struct hours system = t->hours;
    int64_t final_us = remittance_final_us(&b->remitter, now_us, m, t);
    if (!crosses(b, m) || t->hours.kind != HOURS_LARGE_VALUE)
        return final_us;
    system.cut_off_us = 0; /* the bank's own */
    final_us = hours_next_us(&system, b->remitter.calendar, final_us);
    MUST(final_us != NEVER_US);
    return final_us;
}

void bank_transfer(struct bank *b, int64_t now_us, const struct order *o, struct outbox *out)
{
    struct remitter *r = &b->remitter;
    const struct transfer_terms *t = &b->terms->transfer;
    const struct fault_spec *fault;
    MUST(o->service == SERVICE_BANK && o->account < r->statements->account_count);
    MUST(r->statements->items[o->account].institution == r->institution);
    struct remittance *m = remittance_arrives(r, now_us, o, OPERATION_TRANSFER, t, &fault, out);
    if (m == NULL || !remittance_decide(r, now_us, m, t, bank_says(b, now_us, o, m), fault))
        return;
    MUST(statement_post(r->statements, now_us,
                        &(struct posting){.from = BOOKS_OF(m->account),
                                          .to = BOOKS_TRANSIT,
                                          .amount_fen = m->amount_fen,
                                          .id = m->id},
                        out));
    if (draw_share(draw_bits(remittance_key(r, DRAW_RETURNED, m->id, m->attempt)),
                   t->returned_ppm) &&
        !(m->flags & REMITTANCE_WILL_FAIL)) {
        m->flags |= REMITTANCE_WILL_FAIL;
        m->code = BANK_MOCKBACK;
    }
    remittance_schedule(r, m, arrives_us(b, now_us, m), HAPPENS_REMITTANCE_FINAL, out);
}

void bank_query(struct bank *b, int64_t now_us, const struct order *o, struct outbox *out)
{
    remittance_query(&b->remitter, now_us, o, &b->terms->query, out);
}

static void owe(struct bank *b, int64_t now_us, int64_t fee_fen, struct outbox *out)
{
    if (fee_fen == 0)
        return;
    if (b->fees_due_fen == 0)
        outbox_schedule(out, (struct happening){.at_us = civil_moment_us(civil_day(now_us) + 1, 0),
                                                .kind = HAPPENS_FEES,
                                                .house = b->remitter.institution});
    b->fees_due_fen = money_add(b->fees_due_fen, fee_fen);
}

static void finish(struct bank *b, int64_t now_us, struct remittance *m, struct outbox *out)
{
    struct remitter *r = &b->remitter;
    bool fails = m->flags & REMITTANCE_WILL_FAIL;
    if (!fails && !statement_is_open(r->statements, m->to_account)) {
        fails = true;
        m->code = BANK_MOCKBACK;
    }
    remittance_let_go(m);
    MUST(statement_post(r->statements, now_us,
                        &(struct posting){.from = BOOKS_TRANSIT,
                                          .to = BOOKS_OF(fails ? m->account : m->to_account),
                                          .amount_fen = m->amount_fen,
                                          .id = m->id,
                                          .comes_back = fails},
                        out));
    remittance_ends(r, now_us, m, fails ? REMITTANCE_FAILED : REMITTANCE_DONE, m->code);
    if (!fails)
        owe(b, now_us, fee_of(&b->terms->transfer.fee, m->amount_fen), out);
}

static void charge_fees(struct bank *b, int64_t now_us, struct outbox *out)
{
    MUST(b->fees_due_fen > 0);
    MUST(books_move(b->remitter.statements->books, BOOKS_FEE_ACCOUNT, BOOKS_OUTSIDE,
                    b->fees_due_fen));
    uint64_t bits =
        draw_bits(remittance_key(&b->remitter, DRAW_NOTICE_LATENCY, (uint64_t)now_us, 0));
    outbox_schedule(out,
                    (struct happening){.at_us = now_us + latency_draw_us(&b->terms->notice, bits),
                                       .kind = HAPPENS_FEES_TOLD,
                                       .house = b->remitter.institution,
                                       .arg = (uint64_t)b->fees_due_fen});
    b->fees_due_fen = 0;
}

void bank_happens(struct bank *b, int64_t now_us, const struct happening *what, struct outbox *out)
{
    switch ((int)what->kind) {
    case HAPPENS_REMITTANCE_FINAL:
        finish(b, now_us, &b->remitter.remittances->items[what->subject], out);
        return;
    case HAPPENS_FEES:
        charge_fees(b, now_us, out);
        return;
    case HAPPENS_FEES_TOLD:
        outbox_tell(out, (struct input){.kind = INPUT_FEES_CHARGED,
                                        .channel = CHANNEL_NONE,
                                        .amount_fen = (int64_t)what->arg});
        return;
    default:
        remittance_happens(&b->remitter, now_us, what, out);
        return;
    }
}

const struct remitter_words bank_words = {
    .ok = BANK_00,
    .processing = BANK_02,
    .not_found = BANK_03,
    .duplicate = BANK_MOCKDUPL,
    .too_old = BANK_MOCKLATE,
    .closed = BANK_MOCKHOUR,
    .over_limit = BANK_MOCKLIMT,
    .busy = BANK_MOCKBUSY,
    .declined = BANK_MOCKFAIL,
};
