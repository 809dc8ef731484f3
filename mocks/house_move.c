/* house_move.c — quota moves at a clearing house, and the quota report. */

#include "core/base/must.h"
#include "mocks/house.h"

static struct house_move *find(struct house *h, uint64_t id, uint32_t *index)
{
    uint64_t kept = h->move_count < HOUSE_MOVES_MAX ? h->move_count : HOUSE_MOVES_MAX;
    for (uint64_t i = 0; i < kept; i++) {
        *index = (uint32_t)((h->move_count - 1 - i) % HOUSE_MOVES_MAX);
        if (h->moves[*index].id == id)
            return &h->moves[*index];
    }
    return NULL;
}

/* A move carries no business's reference; its id is its own. */
static struct fault_subject about_move(const struct order *o)
{
    return (struct fault_subject){
        .reference = o->id, .attempt = o->attempt, .amount_fen = o->amount_fen};
}

static struct input answer(const struct house *h, uint64_t id, uint16_t code)
{
    return (struct input){
        .kind = INPUT_MOVE_ANSWERED, .channel = (uint8_t)h->channel, .code = code, .id = id};
}

static uint16_t state_code(const struct house *h, const struct house_move *m, int64_t now_us)
{
    return m->decided && now_us >= m->truth_us ? m->code : house_words(h)->processing;
}

static int64_t quota_latency_us(const struct house *h, const struct order *o,
                                const struct fault_effect *effect)
{
    uint64_t bits = draw_bits(house_key(h, DRAW_QUOTA_LATENCY, o->id, o->attempt));
    return fault_slowed_us(effect, latency_draw_us(&h->terms->quota, bits));
}

void house_take_move(struct house *h, int64_t now_us, const struct order *o, struct outbox *out)
{
    struct fault_subject about = about_move(o);
    struct fault_effect effect = faults_ask(h->faults, OPERATION_QUOTA, h->channel, now_us, &about);
    uint8_t kind = effect.acts == NULL ? FAULT_NONE : effect.acts->kind;
    uint32_t index;

    if (kind == FAULT_TIMEOUT)
        return;
    if (kind == FAULT_DOWN) {
        outbox_schedule(out, (struct happening){.at_us = now_us,
                                                .kind = HAPPENS_MOVE_QUERY_REPLY,
                                                .house = (uint8_t)h->channel,
                                                .code = house_words(h)->down,
                                                .arg = o->id});
        return;
    }
    int64_t due_us = now_us + quota_latency_us(h, o, &effect);
    struct house_move *m = find(h, o->id, &index);
    if (m != NULL) { /* the same order again is answered with the first one's state */
        house_schedule(h, out, due_us, HAPPENS_MOVE_REPLY, index, o->id);
        return;
    }
    index = (uint32_t)(h->move_count++ % HOUSE_MOVES_MAX);
    m = &h->moves[index];
    *m = (struct house_move){
        .id = o->id, .amount_fen = o->amount_fen, .sent_us = o->sent_us, .kind = o->kind};
    bool too_old = now_us - o->sent_us > ORDER_AGE_MAX_US;
    if (too_old || !hours_open(&h->terms->quota_hours, h->calendar, now_us)) {
        m->code = too_old ? house_words(h)->too_old : house_words(h)->closed;
        m->decided = 1;
        house_schedule(h, out, due_us, HAPPENS_MOVE_REPLY, index, o->id);
        return;
    }
    if (kind == FAULT_APPLIED_NO_REPLY || kind == FAULT_REJECTED_NO_REPLY) {
        m->flags = ORDER_SILENT;
        m->truth_us = now_us + effect.acts->truth_after_us;
    }
    bool refused = draw_share(draw_bits(house_key(h, DRAW_QUOTA_REFUSED, o->id, 0)),
                              h->terms->quota_refused_ppm);
    if (kind == FAULT_ERROR_CODE) {
        bool applied =
            code_as_outcome(h->channel, effect.acts->code) != MEANING_FAILED &&
            draw_share(draw_bits(house_key(h, DRAW_APPLIED, o->id, 0)), effect.acts->applied_ppm);
        m->reply_code = effect.acts->code;
        refused |= !applied;
    }
    if (refused || kind == FAULT_REJECTED_NO_REPLY) {
        bool faulty = kind == FAULT_REJECTED_NO_REPLY ||
                      (kind == FAULT_ERROR_CODE &&
                       code_as_outcome(h->channel, effect.acts->code) == MEANING_FAILED);
        m->code = faulty ? effect.acts->code : house_words(h)->declined;
    } else {
        m->code = house_words(h)->ok; /* if it can be done when it is due */
    }
    h->moves_due++;
    house_schedule(h, out, due_us, HAPPENS_MOVE_DUE, index, o->id);
}

/* A move takes effect, or is refused, when its answer is due. */
static void carry_out(struct house *h, int64_t now_us, uint32_t index, struct outbox *out)
{
    struct house_move *m = &h->moves[index];
    MUST(!m->decided && h->moves_due > 0);
    h->moves_due--;
    m->decided = 1;
    if (m->code == house_words(h)->ok) {
        bool done = m->kind == ORDER_INCREASE
                        ? central_bank_increase(h->central_bank, h->channel, m->amount_fen)
                        : m->amount_fen <= house_movable_fen(h) &&
                              central_bank_decrease(h->central_bank, h->channel, m->amount_fen);
        if (!done)
            m->code = house_words(h)->quota_short;
        else
            outbox_fact(out, now_us,
                        (struct fact){.kind = FACT_TRUE_MOVED,
                                      .channel = (uint8_t)h->channel,
                                      .state = m->kind == ORDER_INCREASE,
                                      .subject = NONE,
                                      .id = m->id,
                                      .amount_fen = m->amount_fen,
                                      .other = house_available_fen(h)});
    }
    if (m->flags & ORDER_SILENT)
        return;
    outbox_tell(out, answer(h, m->id, m->reply_code != 0 ? m->reply_code : m->code));
}

void house_query_move(struct house *h, int64_t now_us, const struct order *o, struct outbox *out)
{
    struct fault_subject about = about_move(o);
    struct fault_effect effect = faults_ask(h->faults, OPERATION_QUERY, h->channel, now_us, &about);
    uint8_t kind = effect.acts == NULL ? FAULT_NONE : effect.acts->kind;
    if (kind == FAULT_DOWN || kind == FAULT_TIMEOUT || kind == FAULT_ERROR_CODE)
        return; /* a query that failed tells nothing of the move */
    uint64_t bits = draw_bits(house_key(h, DRAW_QUERY_LATENCY, o->id, o->attempt));
    int64_t latency_us = fault_slowed_us(&effect, latency_draw_us(&h->terms->query, bits));
    outbox_schedule(out, (struct happening){.at_us = now_us + latency_us,
                                            .kind = HAPPENS_MOVE_QUERY_REPLY,
                                            .house = (uint8_t)h->channel,
                                            .code = CODE_UNLISTED,
                                            .arg = o->id});
}

void house_ask_report(struct house *h, int64_t now_us, const struct order *o, struct outbox *out)
{
    struct fault_subject about = {.reference = (uint64_t)o->sent_us};
    struct fault_effect effect = faults_ask(h->faults, OPERATION_QUERY, h->channel, now_us, &about);
    if (effect.acts != NULL)
        return;
    uint64_t bits = draw_bits(house_key(h, DRAW_QUERY_LATENCY, (uint64_t)o->sent_us, 0));
    int64_t latency_us = fault_slowed_us(&effect, latency_draw_us(&h->terms->query, bits));
    house_schedule(h, out, now_us + latency_us, HAPPENS_REPORT, 0, 0);
}

static void report(struct house *h, int64_t now_us, struct outbox *out)
{
    if (h->terms->quota_visible == VISIBLE_AT_ONCE)
        house_note_report(h, now_us);
    outbox_tell(out, (struct input){.kind = INPUT_QUOTA_REPORTED,
                                    .channel = (uint8_t)h->channel,
                                    .amount_fen = h->report_available_fen,
                                    .other_fen = h->report_mapped_fen,
                                    .at_us = h->report_as_of_us});
}

void house_move_happens(struct house *h, int64_t now_us, const struct happening *what,
                        struct outbox *out)
{
    uint32_t index;
    struct house_move *m;
    switch ((int)what->kind) {
    case HAPPENS_MOVE_DUE:
        carry_out(h, now_us, what->subject, out);
        return;
    case HAPPENS_MOVE_REPLY:
        outbox_tell(out, answer(h, what->arg, state_code(h, &h->moves[what->subject], now_us)));
        return;
    case HAPPENS_MOVE_QUERY_REPLY:
        m = find(h, what->arg, &index);
        if (what->code != CODE_UNLISTED)
            outbox_tell(out, answer(h, what->arg, what->code));
        else
            outbox_tell(out,
                        answer(h, what->arg,
                               m == NULL ? house_words(h)->not_found : state_code(h, m, now_us)));
        return;
    case HAPPENS_REPORT:
        report(h, now_us, out);
        return;
    default:
        NEVER("not about a move");
    }
}
