/* house_order.c — a payout at a clearing house: taken in, processed, answered, asked about. */

#include "mocks/house.h"

#include "core/base/civil.h"
#include "core/base/must.h"
#include "mocks/block.h"

/* Eight neighbouring ids share a cache line of the map, and groups of them are
 * spread at random: orders come nearly in the sequence of their ids. */
static uint32_t tag_of(uint64_t id)
{
    uint32_t group = (uint32_t)((id >> 3) * UINT64_C(0x9e3779b97f4a7c15) >> 32);
    return (group & ~UINT32_C(7)) | (uint32_t)(id & 7);
}

static uint32_t index_of(const struct house *h, const struct house_order *o)
{
    return (uint32_t)(o - h->orders);
}

static uint32_t find_at(const struct house *h, uint64_t id)
{
    for (uint32_t at = idmap_first(&h->order_map, h->order_slots, tag_of(id)); at != NONE;
         at = idmap_next(&h->order_map, h->order_slots, tag_of(id), at))
        if (h->orders[idmap_index(h->order_slots, at)].id == id)
            return at;
    return NONE;
}

/* The map grows with the orders kept, so that a quiet house stays small. */
static void note_id(struct house *h, uint64_t id, uint32_t index)
{
    if (idmap_add(&h->order_map, h->order_slots, tag_of(id), index))
        return;
    struct idmap old = h->order_map;
    struct idmap_slot *old_slots = h->order_slots;
    idmap_init(&h->order_map, old.capacity * 2);
    h->order_slots = block_take(idmap_slots(old.capacity * 2), sizeof *h->order_slots);
    MUST(h->order_slots != NULL);
    idmap_copy(&h->order_map, h->order_slots, &old, old_slots);
    block_give(old_slots, idmap_slots(old.capacity), sizeof *old_slots);
    MUST(idmap_add(&h->order_map, h->order_slots, tag_of(id), index));
}

struct house_order *house_find(const struct house *h, uint64_t id)
{
    uint32_t at = find_at(h, id);
    return at == NONE ? NULL : &h->orders[idmap_index(h->order_slots, at)];
}

/* What draws are keyed by: a leg carries no business's reference, its id is its own. */
static uint64_t subject_of(const struct house_order *o)
{
    return o->service == SERVICE_NONE ? o->reference.lo : o->id;
}

struct fault_subject house_about_order(const struct house_order *o)
{
    return (struct fault_subject){.reference = subject_of(o),
                                  .attempt = o->attempt,
                                  .business = o->business,
                                  .bank = o->bank,
                                  .merchant = o->merchant,
                                  .amount_fen = o->amount_fen,
                                  .of_payout = o->service == SERVICE_NONE};
}

/* A record of it, or for a query just the names in it. */
static struct house_order record_of(const struct order *o)
{
    return (struct house_order){.id = o->id,
                                .reference = o->reference,
                                .amount_fen = o->amount_fen,
                                .attempt = o->attempt,
                                .business = o->business,
                                .bank = o->bank,
                                .service = o->service,
                                .to_account = o->to_account,
                                .merchant = o->merchant};
}

static bool decided(const struct house_order *o)
{
    return o->state != HOUSE_PROCESSING;
}

void house_release_order(struct house *h, uint32_t index)
{
    struct house_order *o = &h->orders[index];
    MUST(o->waiting > 0);
    if (--o->waiting > 0)
        return;
    uint32_t at = find_at(h, o->id);
    MUST(at != NONE);
    idmap_remove(&h->order_map, h->order_slots, at);
    pool_give(&h->order_pool, h->orders, index);
}

/* --- taking in ------------------------------------------------------------- */

static bool over_limit(const struct house *h, const struct house_order *o)
{
    const struct house_terms *t = h->terms;
    int64_t max_fen =
        o->service == SERVICE_SETTLEMENT ? t->settlement.per_payout_max_fen : t->per_payout_max_fen;
    int64_t list_max_fen = house_words(h)->list_max_fen;
    return (max_fen != 0 && o->amount_fen > max_fen) ||
           (list_max_fen != 0 && (house_payment_fen(h, o) > list_max_fen ||
                                  fee_of(house_fee(h, o->service), o->amount_fen) > list_max_fen));
}

/* Declared in order of precedence; ok: accepted. */
static uint16_t house_says(struct house *h, int64_t now_us, const struct house_order *o,
                           int64_t sent_us)
{
    const struct house_terms *t = h->terms;
    const struct wording *words = house_words(h);
    bool settles = o->service == SERVICE_SETTLEMENT;

    if (h->second != now_us / US_PER_S) {
        h->second = now_us / US_PER_S;
        h->this_second = 0;
    }
    h->this_second++;
    if (now_us - sent_us > ORDER_AGE_MAX_US)
        return words->too_old;
    if (settles && !hours_open(&t->settlement.hours, h->calendar, now_us))
        return words->closed;
    if ((t->concurrency != 0 && h->in_flight >= t->concurrency) ||
        (t->per_second != 0 && h->this_second > t->per_second))
        return words->busy;
    if (over_limit(h, o))
        return words->over_limit;
    if (house_payment_fen(h, o) > house_payable_fen(h))
        return words->quota_short;
    return words->ok;
}

/* The scenario's codes, by share; `ok` where none was drawn. */
static uint16_t drawn_code(const struct house *h, const struct house_order *o)
{
    const struct house_terms *t = h->terms;
    bool settles = o->service == SERVICE_SETTLEMENT;
    const struct code_share *codes = settles ? t->settlement.codes : t->codes;
    uint32_t code_count = settles ? t->settlement.code_count : t->code_count;
    if (code_count == 0)
        return house_words(h)->ok;
    int64_t point =
        (int64_t)draw_below(draw_bits(house_key(h, DRAW_CODE, subject_of(o), o->attempt)), 1000000);
    for (uint32_t i = 0; i < code_count; i++) {
        if (point < codes[i].share_ppm)
            return codes[i].code;
        point -= codes[i].share_ppm;
    }
    return house_words(h)->ok;
}

static void refuse(struct house_order *o, uint16_t code)
{
    o->state = HOUSE_REFUSED;
    o->code = code;
}

static void accept(struct house *h, int64_t now_us, struct house_order *o, struct outbox *out)
{
    uint32_t index = index_of(h, o);
    if (!(o->flags & ORDER_WILL_FAIL))
        house_plan_payment(h, now_us, o);
    int64_t payment_fen = house_payment_fen(h, o);
    o->state = HOUSE_PROCESSING;
    o->code = house_words(h)->ok;
    h->processing_fen += payment_fen;
    const struct latency *final =
        o->service == SERVICE_SETTLEMENT ? &h->terms->settlement.final : &h->terms->final;
    int64_t final_us = latency_draw_us(
        final, draw_bits(house_key(h, DRAW_FINAL_LATENCY, subject_of(o), o->attempt)));
    if (h->terms->outcome_within_us != 0 && final_us > h->terms->outcome_within_us)
        final_us = h->terms->outcome_within_us;
    o->waiting++;
    house_schedule(h, out, now_us + final_us, HAPPENS_FINAL, index, 0);
    outbox_fact(out, now_us,
                (struct fact){.kind = FACT_TRUE_ACCEPTED,
                              .channel = (uint8_t)h->channel,
                              .class = o->service != SERVICE_NONE,
                              .subject = index,
                              .id = o->id,
                              .amount_fen = payment_fen,
                              .other = house_available_fen(h)});
}

/* What the house makes of an order it has; a fault may turn it. */
static void decide(struct house *h, int64_t now_us, struct house_order *o, int64_t sent_us,
                   const struct fault_spec *fault, struct outbox *out)
{
    const struct wording *words = house_words(h);
    uint16_t says = house_says(h, now_us, o, sent_us);
    uint16_t drawn = drawn_code(h, o);

    if (says != words->ok) {
        refuse(o, says);
        return;
    }
    if (fault != NULL && fault->kind == FAULT_REJECTED_NO_REPLY) {
        refuse(o, fault->code);
        return;
    }
    if (fault != NULL && fault->kind == FAULT_ERROR_CODE) {
        bool applied = code_on_submission(h->channel, fault->code) != MEANING_FAILED &&
                       draw_share(draw_bits(house_key(h, DRAW_APPLIED, subject_of(o), o->attempt)),
                                  fault->applied_ppm);
        o->reply_code = fault->code;
        if (applied)
            accept(h, now_us, o, out);
        else
            refuse(o, code_on_submission(h->channel, fault->code) == MEANING_FAILED
                          ? fault->code
                          : words->declined);
        return;
    }
    if (code_on_submission(h->channel, drawn) != MEANING_FAILED) {
        o->reply_code = drawn == words->ok ? 0 : drawn;
        accept(h, now_us, o, out);
    } else if (code_decided_by(h->channel, drawn) == BY_BANK) {
        o->flags |= ORDER_WILL_FAIL;
        accept(h, now_us, o, out);
        o->code = drawn;
    } else {
        refuse(o, drawn);
    }
}

static void answer_without_record(const struct house *h, int64_t at_us, const struct order *o,
                                  uint16_t code, struct outbox *out)
{
    outbox_schedule(out, (struct happening){.at_us = at_us,
                                            .kind = HAPPENS_NOT_SENT,
                                            .house = (uint8_t)h->channel,
                                            .code = code,
                                            .arg = o->id});
}

/* A leg's service is the house's own, and ends in an account at a bank. */
static bool may_carry(const struct house *h, const struct order *o)
{
    uint8_t own = h->channel == CHANNEL_UNIONPAY ? SERVICE_SETTLEMENT : SERVICE_PAYOUT;
    return o->service == own && o->to_account < h->statements->account_count &&
           h->statements->items[o->to_account].institution >= INSTITUTION_BANKS;
}

void house_pay_order(struct house *h, int64_t now_us, const struct order *order, struct outbox *out)
{
    bool settles = order->service == SERVICE_SETTLEMENT;
    MUST(order->service == SERVICE_NONE || may_carry(h, order));
    struct house_order record = record_of(order);
    struct fault_subject about = house_about_order(&record);
    struct fault_effect effect = faults_ask(
        h->faults, settles ? OPERATION_SETTLEMENT : OPERATION_PAYOUT, h->channel, now_us, &about);
    uint8_t kind = effect.acts == NULL ? FAULT_NONE : effect.acts->kind;
    uint64_t bits = draw_bits(house_key(h, DRAW_REPLY_LATENCY, about.reference, order->attempt));
    const struct latency *latency = settles ? &h->terms->settlement.reply : &h->terms->reply;
    int64_t reply_us = now_us + fault_slowed_us(&effect, latency_draw_us(latency, bits));

    if (kind == FAULT_DOWN) {
        answer_without_record(h, now_us, order, CODE_NOT_SENT, out);
        return;
    }
    if (kind == FAULT_TIMEOUT)
        return;
    if (house_find(h, order->id) != NULL) {
        answer_without_record(h, reply_us, order, house_words(h)->duplicate, out);
        return;
    }
    uint32_t index = pool_take(&h->order_pool, h->orders);
    if (index == NONE) { /* a house, too, has only so much room */
        answer_without_record(h, reply_us, order, house_words(h)->busy, out);
        return;
    }
    struct house_order *o = &h->orders[index];
    *o = record;
    o->waiting = 2; /* its reply, and the list it ends with */
    note_id(h, o->id, index);
    if (kind == FAULT_APPLIED_NO_REPLY || kind == FAULT_REJECTED_NO_REPLY) {
        o->flags |= ORDER_SILENT;
        o->truth_us = now_us + effect.acts->truth_after_us;
    }
    decide(h, now_us, o, order->sent_us, effect.acts, out);
    if (o->state == HOUSE_REFUSED)
        house_file_forget_with(h, index);
    h->in_flight++;
    house_schedule(h, out, reply_us, HAPPENS_REPLY, index, 0);
}

/* --- answering ------------------------------------------------------------- */

static struct input news_of(const struct house *h, enum input_kind kind,
                            const struct house_order *o)
{
    return (struct input){.kind = (uint8_t)kind,
                          .channel = (uint8_t)h->channel,
                          .session = o->session,
                          .id = o->id,
                          .amount_fen = o->amount_fen,
                          .reference = o->reference};
}

static void send_notice_of(struct house *h, int64_t now_us, struct house_order *o,
                           enum happening_kind kind, struct outbox *out)
{
    struct fault_subject about = house_about_order(o);
    o->waiting++;
    house_send_notice(h, now_us, kind, index_of(h, o), 0, &about, out);
}

/* The outcome is due unasked once it is known and the reply did not tell it. */
static void notify_if_due(struct house *h, int64_t now_us, struct house_order *o,
                          struct outbox *out)
{
    bool accepted = o->state == HOUSE_PAID || o->state == HOUSE_FAILED;
    if (accepted && (o->flags & ORDER_REPLIED) && !(o->flags & (ORDER_TOLD | ORDER_SILENT)))
        send_notice_of(h, now_us, o, HAPPENS_NOTICE, out);
}

static void reply(struct house *h, int64_t now_us, uint32_t index, struct outbox *out)
{
    struct house_order *o = &h->orders[index];
    const struct wording *words = house_words(h);
    MUST(h->in_flight > 0);
    h->in_flight--;
    o->flags |= ORDER_REPLIED;
    if (!(o->flags & ORDER_SILENT)) {
        uint16_t code = o->reply_code;
        if (code == 0) {
            code = o->state == HOUSE_REFUSED ? o->code
                   : words->outcome_in_reply ? house_tell_outcome(h, now_us, o, out)
                                             : words->ok;
            if (o->state == HOUSE_REFUSED || (words->outcome_in_reply && decided(o)))
                o->flags |= ORDER_TOLD;
        }
        struct input in = news_of(h, INPUT_PAY_ANSWERED, o);
        in.code = code;
        outbox_tell(out, in);
        notify_if_due(h, now_us, o, out);
    }
    house_release_order(h, index);
}

/* Its line; at most one fault tells something wrong of an order. */
static void add_to_file(struct house *h, int64_t now_us, struct house_order *o)
{
    struct fault_effect effect = {0};
    struct fault_subject about = house_about_order(o);
    if (o->service == SERVICE_NONE && o->fault == 0)
        effect = faults_ask(h->faults, OPERATION_LINE, h->channel, now_us, &about);
    if (effect.acts != NULL)
        o->fault = (uint16_t)(effect.index + 1);
    house_file_add(h, index_of(h, o), false, &effect);
}

static bool comes_back(const struct house *h, const struct house_order *o)
{
    if (o->service != SERVICE_NONE || o->moves != MOVES_ALL)
        return false;
    return house_fault_of(h, o) == FAULT_ACCEPT_THEN_RETURN ||
           draw_share(draw_bits(house_key(h, DRAW_RETURNED, o->reference.lo, o->attempt)),
                      h->terms->returned_ppm);
}

/* The next working day, between nine and five, unless a fault says when. */
static int64_t back_us(const struct house *h, int64_t now_us, const struct house_order *o)
{
    bool planned = house_fault_of(h, o) == FAULT_ACCEPT_THEN_RETURN;
    int64_t after_us = planned ? h->faults->specs[o->fault - 1].after_us : 0;
    if (after_us != 0)
        return now_us + after_us;
    uint64_t bits = draw_bits(house_key(h, DRAW_RETURN_TIME, o->reference.lo, o->attempt));
    int64_t clock_us = 9 * US_PER_HOUR + (int64_t)draw_below(bits, 8 * US_PER_HOUR);
    return calendar_settles_us(h->calendar, civil_day(now_us), clock_us);
}

static void pay(struct house *h, int64_t now_us, struct house_order *o, struct outbox *out)
{
    uint32_t index = index_of(h, o);
    int64_t payment_fen = house_payment_fen(h, o);
    o->state = HOUSE_PAID;
    o->session = h->open_session;
    house_pay_in_session(h, now_us, o, out);
    if (!house_fee(h, o->service)->in_net)
        h->fees_due_fen += fee_of(house_fee(h, o->service), o->amount_fen);
    add_to_file(h, now_us, o);
    outbox_fact(out, now_us,
                (struct fact){.kind = FACT_TRUE_PAID,
                              .channel = (uint8_t)h->channel,
                              .class = o->service != SERVICE_NONE,
                              .subject = index,
                              .session = o->session,
                              .id = o->id,
                              .amount_fen = payment_fen,
                              .other = (int64_t)o->reference.lo});
    if (!comes_back(h, o))
        return;
    o->flags |= ORDER_COMES_BACK;
    o->waiting++;
    h->returns_due++;
    house_schedule(h, out, back_us(h, now_us, o), HAPPENS_RETURN, index, 0);
}

static void finish(struct house *h, int64_t now_us, uint32_t index, struct outbox *out)
{
    struct house_order *o = &h->orders[index];
    int64_t payment_fen = house_payment_fen(h, o);
    h->processing_fen -= payment_fen;
    MUST(h->processing_fen >= 0);
    if (!(o->flags & ORDER_WILL_FAIL) && o->service != SERVICE_NONE &&
        !statement_is_open(h->statements, o->to_account)) {
        o->flags |= ORDER_WILL_FAIL;
        o->code = house_words(h)->account_closed;
    }
    if (o->flags & ORDER_WILL_FAIL) {
        o->state = HOUSE_FAILED;
        house_file_forget_with(h, index);
        outbox_fact(out, now_us,
                    (struct fact){.kind = FACT_TRUE_FAILED,
                                  .channel = (uint8_t)h->channel,
                                  .class = o->service != SERVICE_NONE,
                                  .code = o->code,
                                  .subject = index,
                                  .id = o->id,
                                  .amount_fen = payment_fen,
                                  .other = house_available_fen(h)});
    } else {
        pay(h, now_us, o, out);
    }
    notify_if_due(h, now_us, o, out);
    house_release_order(h, index);
}

static void come_back(struct house *h, int64_t now_us, uint32_t index, struct outbox *out)
{
    struct house_order *o = &h->orders[index];
    MUST(o->state == HOUSE_PAID && h->returns_due > 0);
    h->returns_due--;
    o->state = HOUSE_RETURNED;
    house_receive_in_session(h, o->amount_fen);
    o->waiting++;
    house_file_add(h, index, true, NULL);
    outbox_fact(out, now_us,
                (struct fact){.kind = FACT_TRUE_RETURNED,
                              .channel = (uint8_t)h->channel,
                              .subject = index,
                              .session = h->open_session,
                              .id = o->id,
                              .amount_fen = o->amount_fen,
                              .other = (int64_t)o->reference.lo});
    if (house_fault_of(h, o) != FAULT_ACCEPT_THEN_RETURN) {
        /* The notice names the session it came back in, whatever is open by then. */
        struct fault_subject about = house_about_order(o);
        o->waiting++;
        house_send_notice(h, now_us, HAPPENS_RETURN_NOTICE, index, (uint64_t)h->open_session << 33,
                          &about, out);
    }
    house_release_order(h, index);
}

static void deliver_notice(struct house *h, int64_t now_us, const struct happening *what,
                           struct outbox *out)
{
    struct house_order *o = &h->orders[what->subject];
    bool returned = what->kind == HAPPENS_RETURN_NOTICE;
    if (what->arg & NOTICE_AGAIN) {
        struct fault_subject about = house_about_order(o);
        house_send_notice(h, now_us, (enum happening_kind)what->kind, what->subject,
                          what->arg & ~NOTICE_AGAIN, &about, out);
        return;
    }
    uint16_t code = house_tell_outcome(h, now_us, o, out);
    struct input in = news_of(h, returned ? INPUT_RETURN_NOTIFIED : INPUT_OUTCOME_NOTIFIED, o);
    in.code = code;
    if (returned) {
        in.session = (uint32_t)(what->arg >> 33);
        o->flags |= ORDER_RETURN_TOLD;
    }
    outbox_tell(out, in);
    house_release_order(h, what->subject);
}

/* --- being asked ----------------------------------------------------------- */

void house_query(struct house *h, int64_t now_us, const struct order *o, struct outbox *out)
{
    struct house_order asked = record_of(o);
    struct fault_subject about = house_about_order(&asked);
    struct fault_effect effect = faults_ask(h->faults, OPERATION_QUERY, h->channel, now_us, &about);
    uint8_t kind = effect.acts == NULL ? FAULT_NONE : effect.acts->kind;
    if (kind == FAULT_DOWN || kind == FAULT_TIMEOUT)
        return;
    int64_t latency_us = latency_draw_us(
        &h->terms->query, draw_bits(house_key(h, DRAW_QUERY_LATENCY, about.reference, o->attempt)));
    outbox_schedule(out, (struct happening){.at_us = now_us + fault_slowed_us(&effect, latency_us),
                                            .kind = HAPPENS_QUERY_REPLY,
                                            .house = (uint8_t)h->channel,
                                            .code = kind == FAULT_ERROR_CODE ? effect.acts->code
                                                                             : CODE_UNLISTED,
                                            .arg = o->id});
}

static void answer_query(struct house *h, int64_t now_us, const struct happening *what,
                         struct outbox *out)
{
    struct house_order *o = house_find(h, what->arg);
    struct input in = {.kind = INPUT_QUERY_ANSWERED,
                       .channel = (uint8_t)h->channel,
                       .code = house_words(h)->not_found,
                       .id = what->arg};
    bool worked = what->code == CODE_UNLISTED;
    if (o != NULL) {
        uint16_t outcome = worked ? house_tell_outcome(h, now_us, o, out) : 0;
        in = news_of(h, INPUT_QUERY_ANSWERED, o);
        in.code = house_words(h)->ok;
        in.outcome = outcome;
    }
    if (!worked)
        in.code = what->code;
    outbox_tell(out, in);
}

void house_order_happens(struct house *h, int64_t now_us, const struct happening *what,
                         struct outbox *out)
{
    switch ((int)what->kind) {
    case HAPPENS_REPLY:
        reply(h, now_us, what->subject, out);
        return;
    case HAPPENS_NOT_SENT:
        outbox_tell(out, (struct input){.kind = INPUT_PAY_ANSWERED,
                                        .channel = (uint8_t)h->channel,
                                        .code = what->code,
                                        .id = what->arg});
        return;
    case HAPPENS_FINAL:
        finish(h, now_us, what->subject, out);
        return;
    case HAPPENS_RETURN:
        come_back(h, now_us, what->subject, out);
        return;
    case HAPPENS_NOTICE:
    case HAPPENS_RETURN_NOTICE:
        deliver_notice(h, now_us, what, out);
        return;
    case HAPPENS_QUERY_REPLY:
        answer_query(h, now_us, what, out);
        return;
    default:
        NEVER("not about an order");
    }
}
