/* house.c — see house.h.  The quota's arithmetic, collections, notices, and who does what. */

#include "mocks/house.h"

#include <stdlib.h>

#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/base/must.h"
#include "mocks/block.h"
#include "mocks/funds.h"

enum { RECEIPTS_UNDER_WAY = 1 << 20, ORDERS_AT_FIRST = 1 << 12 };

void house_init(struct house *h, uint32_t order_capacity)
{
    pool_init(&h->order_pool, order_capacity, sizeof(struct house_order),
              offsetof(struct house_order, session));
    idmap_init(&h->order_map, ORDERS_AT_FIRST);
    pool_init(&h->receipt_pool, RECEIPTS_UNDER_WAY, sizeof(struct house_receipt),
              offsetof(struct house_receipt, free_link));
    h->orders = block_take(order_capacity, sizeof *h->orders);
    h->order_slots = block_take(idmap_slots(ORDERS_AT_FIRST), sizeof *h->order_slots);
    h->moves = block_take(HOUSE_MOVES_MAX, sizeof *h->moves);
    h->receipts = block_take(RECEIPTS_UNDER_WAY, sizeof *h->receipts);
    MUST(h->orders != NULL && h->order_slots != NULL && h->moves != NULL && h->receipts != NULL);
}

void house_free(struct house *h)
{
    block_give(h->orders, h->order_pool.capacity, sizeof *h->orders);
    block_give(h->order_slots, idmap_slots(h->order_map.capacity), sizeof *h->order_slots);
    block_give(h->moves, HOUSE_MOVES_MAX, sizeof *h->moves);
    block_give(h->receipts, RECEIPTS_UNDER_WAY, sizeof *h->receipts);
    house_files_free(h);
}

/* --- the quota ------------------------------------------------------------- */

static int64_t g_of(const struct house *h, uint32_t session)
{
    const struct house_session *s = &h->sessions[session % SESSIONS_MAX];
    return quota_rule_g_fen(h->terms->rule, s->closed, s->receipts_fen, s->payments_fen);
}

/* What it could give away by its own quota; below zero it lacks that much. */
static int64_t spare_fen(const struct house *h)
{
    int64_t movable_fen = house_mapped_fen(h);
    int64_t prefix_fen = movable_fen;
    for (uint32_t s = h->oldest_session; s <= h->open_session; s++) {
        prefix_fen += g_of(h, s);
        if (prefix_fen < movable_fen)
            movable_fen = prefix_fen;
    }
    int64_t available_fen = house_available_fen(h);
    return available_fen < movable_fen ? available_fen : movable_fen;
}

int64_t house_movable_fen(const struct house *h)
{
    return spare_fen(h) + (h->pools_with == NULL ? 0 : spare_fen(h->pools_with));
}

int64_t house_payable_fen(const struct house *h)
{
    return house_available_fen(h) + (h->pools_with == NULL ? 0 : spare_fen(h->pools_with));
}

int64_t house_recomputed_available_fen(const struct house *h)
{
    int64_t available_fen = house_mapped_fen(h);
    for (uint32_t s = h->oldest_session; s <= h->open_session; s++)
        available_fen += g_of(h, s);
    for (uint32_t i = 0; i < h->order_pool.fresh; i++)
        if (h->orders[i].state == HOUSE_PROCESSING && h->orders[i].waiting > 0)
            available_fen -= house_payment_fen(h, &h->orders[i]);
    return available_fen;
}

bool house_rests(const struct house *h)
{
    if (h->processing_fen != 0 || h->returns_due != 0 || h->moves_due != 0 || !house_files_rest(h))
        return false;
    for (uint32_t s = h->oldest_session; s <= h->open_session; s++) {
        const struct house_session *one = &h->sessions[s % SESSIONS_MAX];
        if (one->receipts_fen != 0 || one->payments_fen != 0)
            return false;
    }
    return true;
}

/* --- notices --------------------------------------------------------------- */

void house_send_notice(struct house *h, int64_t now_us, enum happening_kind kind, uint32_t subject,
                       uint64_t sends, const struct fault_subject *about, struct outbox *out)
{
    struct fault_effect effect = faults_ask(h->faults, OPERATION_NOTICE, h->channel, now_us, about);
    uint32_t sent = (uint32_t)sends;
    uint64_t bits = draw_bits(house_key(h, DRAW_NOTICE_LATENCY, about->reference, sent + 16));
    int64_t latency_us = fault_slowed_us(&effect, latency_draw_us(&h->terms->notice, bits));

    if (effect.acts == NULL)
        house_schedule(h, out, now_us + latency_us, kind, subject, sends);
    else if (sent < h->terms->resend_count)
        house_schedule(h, out, now_us + h->terms->resend_us[sent], kind, subject,
                       (sends + 1) | NOTICE_AGAIN);
    else if (kind == HAPPENS_RECEIPT_NOTICE) /* sent for the last time: nobody heard it */
        pool_give(&h->receipt_pool, h->receipts, subject);
    else if (kind == HAPPENS_REMITTANCE_NOTICE)
        remittance_let_go(&h->remittances->items[subject]);
    else if (kind != HAPPENS_MOVEMENT_NOTICE)
        house_release_order(h, subject);
}

/* --- collections ----------------------------------------------------------- */

static struct fault_subject about_receipt(const struct house *h, int64_t now_us)
{
    return (struct fault_subject){.reference = (uint64_t)now_us << 1 | (uint64_t)h->channel};
}

void house_collect(struct house *h, int64_t now_us, int64_t amount_fen, int64_t fee_fen,
                   uint32_t count, struct outbox *out)
{
    MUST(amount_fen > 0 && fee_fen >= 0 && fee_fen < amount_fen);
    bool in_net = h->terms->collection_fee.in_net;
    int64_t receipt_fen = in_net ? amount_fen - fee_fen : amount_fen;
    if (!in_net)
        h->fees_due_fen += fee_fen;
    house_receive_in_session(h, receipt_fen);
    outbox_fact(out, now_us,
                (struct fact){.kind = FACT_TRUE_RECEIPT,
                              .channel = (uint8_t)h->channel,
                              .subject = NONE,
                              .session = h->open_session,
                              .id = count,
                              .amount_fen = receipt_fen,
                              .other = house_available_fen(h)});
    uint32_t index = pool_take(&h->receipt_pool, h->receipts);
    MUST(index != NONE); /* a million notices under way at once */
    h->receipts[index] = (struct house_receipt){.amount_fen = receipt_fen,
                                                .fee_fen = amount_fen - receipt_fen,
                                                .session = h->open_session,
                                                .count = count};
    struct fault_subject about = about_receipt(h, now_us);
    house_send_notice(h, now_us, HAPPENS_RECEIPT_NOTICE, index, 0, &about, out);
}

static void tell_receipt(struct house *h, int64_t now_us, const struct happening *what,
                         struct outbox *out)
{
    if (what->arg & NOTICE_AGAIN) {
        struct fault_subject about = about_receipt(h, now_us);
        house_send_notice(h, now_us, HAPPENS_RECEIPT_NOTICE, what->subject,
                          what->arg & ~NOTICE_AGAIN, &about, out);
        return;
    }
    const struct house_receipt *r = &h->receipts[what->subject];
    outbox_tell(out, (struct input){.kind = INPUT_RECEIPT_NOTIFIED,
                                    .channel = (uint8_t)h->channel,
                                    .session = r->session,
                                    .count = r->count,
                                    .amount_fen = r->amount_fen,
                                    .other_fen = r->fee_fen});
    pool_give(&h->receipt_pool, h->receipts, what->subject);
}

/* --- movements of accounts ------------------------------------------------- */

static void push_movement(struct house *h, int64_t now_us, const struct happening *what,
                          struct outbox *out)
{
    uint32_t number = (uint32_t)(what->arg >> 33);
    if (what->arg & NOTICE_AGAIN) {
        struct fault_subject about = {.reference = UINT64_C(1) << 63 |
                                                   (uint64_t)what->subject << 32 | number};
        house_send_notice(h, now_us, HAPPENS_MOVEMENT_NOTICE, what->subject,
                          what->arg & ~NOTICE_AGAIN, &about, out);
        return;
    }
    if (number < statement_oldest(h->statements, what->subject))
        return; /* a million movements later */
    struct input news = statement_news(h->statements, what->subject, number);
    news.flag |= MOVEMENT_PUSHED;
    outbox_tell(out, news);
}

/* --- fees ------------------------------------------------------------------ */

static void charge_fees(struct house *h, int64_t now_us, struct outbox *out)
{
    house_schedule(h, out, now_us + US_PER_DAY, HAPPENS_FEES, 0, 0);
    if (h->fees_due_fen == 0)
        return;
    MUST(books_move(h->books, BOOKS_FEE_ACCOUNT, BOOKS_OUTSIDE, h->fees_due_fen));
    uint64_t bits = draw_bits(house_key(h, DRAW_NOTICE_LATENCY, (uint64_t)now_us, 3));
    house_schedule(h, out, now_us + latency_draw_us(&h->terms->notice, bits), HAPPENS_FEES_TOLD, 0,
                   (uint64_t)h->fees_due_fen);
    h->fees_due_fen = 0;
}

/* --- who does what --------------------------------------------------------- */

void house_start(struct house *h, int64_t now_us, struct outbox *out)
{
    house_sessions_start(h, now_us, out);
    house_schedule(h, out, civil_moment_us(civil_day(now_us) + 1, 0), HAPPENS_FEES, 0, 0);
}

void house_order(struct house *h, int64_t now_us, const struct order *o, struct outbox *out)
{
    bool of_funds = o->service == SERVICE_PREFUND || o->service == SERVICE_RETURN ||
                    o->service == SERVICE_ADJUST;
    MUST(!of_funds || h->channel == CHANNEL_UNIONPAY);
    switch ((enum order_kind)o->kind) {
    case ORDER_PAY:
        house_pay_order(h, now_us, o, out);
        return;
    case ORDER_QUERY:
        if (of_funds)
            funds_query(h, now_us, o, out);
        else
            house_query(h, now_us, o, out);
        return;
    case ORDER_TRANSFER:
        MUST(of_funds);
        funds_order(h, now_us, o, out);
        return;
    case ORDER_INCREASE:
    case ORDER_DECREASE:
        house_take_move(h, now_us, o, out);
        return;
    case ORDER_QUERY_MOVE:
        house_query_move(h, now_us, o, out);
        return;
    case ORDER_REPORT_QUOTA:
        house_ask_report(h, now_us, o, out);
        return;
    case ORDER_REPORT_BALANCE:
    case ORDER_LIST_DETAILS:
    case ORDER_REPORT_HISTORY:
        break;
    }
    NEVER("no order for a clearing house");
}

void house_happens(struct house *h, int64_t now_us, const struct happening *what,
                   struct outbox *out)
{
    switch ((enum happening_kind)what->kind) {
    case HAPPENS_REPLY:
    case HAPPENS_NOT_SENT:
    case HAPPENS_FINAL:
    case HAPPENS_NOTICE:
    case HAPPENS_QUERY_REPLY:
    case HAPPENS_RETURN:
    case HAPPENS_RETURN_NOTICE:
        house_order_happens(h, now_us, what, out);
        return;
    case HAPPENS_RECEIPT_NOTICE:
        tell_receipt(h, now_us, what, out);
        return;
    case HAPPENS_MOVEMENT_NOTICE:
        push_movement(h, now_us, what, out);
        return;
    case HAPPENS_REMITTANCE_REPLY:
    case HAPPENS_REMITTANCE_UNSENT:
    case HAPPENS_REMITTANCE_FINAL:
    case HAPPENS_REMITTANCE_NOTICE:
    case HAPPENS_REMITTANCE_QUERY_REPLY:
        funds_happens(h, now_us, what, out);
        return;
    case HAPPENS_MOVE_DUE:
    case HAPPENS_MOVE_REPLY:
    case HAPPENS_MOVE_QUERY_REPLY:
    case HAPPENS_REPORT:
        house_move_happens(h, now_us, what, out);
        return;
    case HAPPENS_SESSION_CLOSE:
    case HAPPENS_SETTLEMENT:
    case HAPPENS_CLOSE_TOLD:
    case HAPPENS_SETTLEMENT_TOLD:
        house_session_happens(h, now_us, what, out);
        return;
    case HAPPENS_LIST:
        house_file_happens(h, now_us, what, out);
        return;
    case HAPPENS_FEES:
        charge_fees(h, now_us, out);
        return;
    case HAPPENS_FEES_TOLD:
        outbox_tell(out, (struct input){.kind = INPUT_FEES_CHARGED,
                                        .channel = (uint8_t)h->channel,
                                        .amount_fen = (int64_t)what->arg});
        return;
    case HAPPENS_BALANCE:
    case HAPPENS_DETAILS:
    case HAPPENS_HISTORY:
    case HAPPENS_OWN_LINE:
    case HAPPENING_KINDS:
        break;
    }
    NEVER("no happening at a clearing house");
}
