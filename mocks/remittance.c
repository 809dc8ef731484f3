/* remittance.c — see remittance.h. */

#include "mocks/remittance.h"

#include "core/base/must.h"
#include "mocks/block.h"

static uint32_t tag_of(uint64_t id)
{
    return (uint32_t)(id * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

void remittances_init(struct remittances *all)
{
    *all = (struct remittances){0};
    idmap_init(&all->map, REMITTANCES_KEPT);
    all->items = block_take(REMITTANCES_KEPT, sizeof *all->items);
    all->slots = block_take(idmap_slots(REMITTANCES_KEPT), sizeof *all->slots);
    MUST(all->items != NULL && all->slots != NULL);
}

void remittances_free(struct remittances *all)
{
    block_give(all->items, REMITTANCES_KEPT, sizeof *all->items);
    block_give(all->slots, idmap_slots(REMITTANCES_KEPT), sizeof *all->slots);
}

static uint32_t find_at(const struct remittances *all, uint64_t id, uint8_t institution)
{
    for (uint32_t at = idmap_first(&all->map, all->slots, tag_of(id)); at != NONE;
         at = idmap_next(&all->map, all->slots, tag_of(id), at)) {
        const struct remittance *m = &all->items[idmap_index(all->slots, at)];
        if (m->id == id && m->institution == institution)
            return at;
    }
    return NONE;
}

struct remittance *remittance_find(const struct remitter *r, uint64_t id)
{
    const struct remittances *all = r->remittances;
    uint32_t at = find_at(all, id, r->institution);
    return at == NONE ? NULL : &all->items[idmap_index(all->slots, at)];
}

uint32_t remittance_index(const struct remitter *r, const struct remittance *m)
{
    return (uint32_t)(m - r->remittances->items);
}

/* The place of the oldest, or NULL if that one is still needed. */
static struct remittance *place_for(struct remittances *all, uint64_t id)
{
    uint32_t index = (uint32_t)(all->count % REMITTANCES_KEPT);
    struct remittance *m = &all->items[index];
    if (m->waiting > 0)
        return NULL;
    if (all->count >= REMITTANCES_KEPT) {
        uint32_t at = find_at(all, m->id, m->institution);
        MUST(at != NONE && idmap_index(all->slots, at) == index);
        idmap_remove(&all->map, all->slots, at);
    }
    all->count++;
    MUST(idmap_add(&all->map, all->slots, tag_of(id), index));
    return m;
}

/* --- taking in ------------------------------------------------------------- */

void remittance_schedule(const struct remitter *r, struct remittance *m, int64_t at_us,
                         enum happening_kind kind, struct outbox *out)
{
    m->waiting++;
    outbox_schedule(out, (struct happening){.at_us = at_us,
                                            .kind = (uint8_t)kind,
                                            .house = r->institution,
                                            .subject = remittance_index(r, m)});
}

void remittance_let_go(struct remittance *m)
{
    MUST(m->waiting > 0);
    m->waiting--;
}

static void answer_without_record(const struct remitter *r, int64_t at_us, uint64_t id,
                                  uint16_t code, struct outbox *out)
{
    outbox_schedule(out, (struct happening){.at_us = at_us,
                                            .kind = HAPPENS_REMITTANCE_UNSENT,
                                            .house = r->institution,
                                            .code = code,
                                            .arg = id});
}

static struct fault_subject about_order(const struct order *o)
{
    return (struct fault_subject){
        .reference = o->id, .attempt = o->attempt, .amount_fen = o->amount_fen};
}

struct remittance *remittance_arrives(struct remitter *r, int64_t now_us, const struct order *o,
                                      enum fault_operation operation,
                                      const struct transfer_terms *terms,
                                      const struct fault_spec **fault, struct outbox *out)
{
    MUST(o->amount_fen > 0 && o->account != o->to_account);
    struct fault_subject about = about_order(o);
    struct fault_effect effect = faults_ask(r->faults, operation, r->institution, now_us, &about);
    uint8_t kind = effect.acts == NULL ? FAULT_NONE : effect.acts->kind;
    uint64_t bits = draw_bits(remittance_key(r, DRAW_REPLY_LATENCY, o->id, o->attempt));
    int64_t reply_us = now_us + fault_slowed_us(&effect, latency_draw_us(&terms->reply, bits));

    if (kind == FAULT_TIMEOUT)
        return NULL;
    if (kind == FAULT_DOWN) {
        answer_without_record(r, now_us, o->id, CODE_NOT_SENT, out);
        return NULL;
    }
    if (remittance_find(r, o->id) != NULL) {
        answer_without_record(r, reply_us, o->id, r->words->duplicate, out);
        return NULL;
    }
    struct remittance *m = place_for(r->remittances, o->id);
    if (m == NULL) {
        answer_without_record(r, reply_us, o->id, r->words->busy, out);
        return NULL;
    }
    *m = (struct remittance){.id = o->id,
                             .amount_fen = o->amount_fen,
                             .taken_us = now_us,
                             .institution = r->institution,
                             .service = o->service,
                             .account = o->account,
                             .to_account = o->to_account,
                             .attempt = o->attempt};
    if (kind == FAULT_APPLIED_NO_REPLY || kind == FAULT_REJECTED_NO_REPLY) {
        m->flags |= REMITTANCE_SILENT;
        m->truth_us = now_us + effect.acts->truth_after_us;
    }
    remittance_schedule(r, m, reply_us, HAPPENS_REMITTANCE_REPLY, out);
    *fault = effect.acts;
    return m;
}

/* The scenario's codes, by share; `ok` where none was drawn. */
static uint16_t drawn_code(const struct remitter *r, const struct remittance *m,
                           const struct transfer_terms *terms)
{
    int64_t point =
        (int64_t)draw_below(draw_bits(remittance_key(r, DRAW_CODE, m->id, m->attempt)), 1000000);
    for (uint32_t i = 0; i < terms->code_count; i++) {
        if (point < terms->codes[i].share_ppm)
            return terms->codes[i].code;
        point -= terms->codes[i].share_ppm;
    }
    return r->words->ok;
}

static bool refused(struct remittance *m, int64_t now_us, uint16_t code)
{
    m->state = REMITTANCE_REFUSED;
    m->ended_us = now_us;
    m->code = code;
    return false;
}

static bool taken(struct remitter *r, struct remittance *m)
{
    m->state = REMITTANCE_UNDER_WAY;
    r->remittances->under_way++;
    return true;
}

static bool turned(struct remitter *r, int64_t now_us, struct remittance *m,
                   const struct fault_spec *fault)
{
    bool fails = code_on_submission(r->channel, fault->code) == MEANING_FAILED;
    uint64_t bits = draw_bits(remittance_key(r, DRAW_APPLIED, m->id, m->attempt));
    m->reply_code = fault->code;
    if (!fails && draw_share(bits, fault->applied_ppm))
        return taken(r, m);
    return refused(m, now_us, fails ? fault->code : r->words->declined);
}

bool remittance_decide(struct remitter *r, int64_t now_us, struct remittance *m,
                       const struct transfer_terms *terms, uint16_t says,
                       const struct fault_spec *fault)
{
    MUST(m->state == 0);
    if (says != r->words->ok)
        return refused(m, now_us, says);
    if (fault != NULL && fault->kind == FAULT_REJECTED_NO_REPLY)
        return refused(m, now_us, fault->code);
    if (fault != NULL && fault->kind == FAULT_ERROR_CODE)
        return turned(r, now_us, m, fault);
    uint16_t drawn = drawn_code(r, m, terms);
    if (code_on_submission(r->channel, drawn) != MEANING_FAILED) {
        m->reply_code = drawn == r->words->ok ? 0 : drawn;
    } else if (code_decided_by(r->channel, drawn) == BY_BANK) {
        m->flags |= REMITTANCE_WILL_FAIL;
        m->code = drawn;
    } else {
        return refused(m, now_us, drawn);
    }
    return taken(r, m);
}

void remittance_ends(struct remitter *r, int64_t now_us, struct remittance *m,
                     enum remittance_state state, uint16_t code)
{
    MUST(m->state == REMITTANCE_UNDER_WAY && r->remittances->under_way > 0);
    MUST(state == REMITTANCE_DONE || state == REMITTANCE_FAILED);
    r->remittances->under_way--;
    m->state = (uint8_t)state;
    m->ended_us = now_us;
    m->code = code;
}

int64_t remittance_final_us(const struct remitter *r, int64_t now_us, const struct remittance *m,
                            const struct transfer_terms *terms)
{
    uint64_t bits = draw_bits(remittance_key(r, DRAW_FINAL_LATENCY, m->id, m->attempt));
    return now_us + latency_draw_us(&terms->final, bits);
}

/* --- answering ------------------------------------------------------------- */

static bool told(const struct remittance *m, int64_t now_us)
{
    return m->state != REMITTANCE_UNDER_WAY && now_us >= m->truth_us;
}

uint16_t remittance_outcome(const struct remitter *r, const struct remittance *m, int64_t now_us)
{
    if (!told(m, now_us))
        return r->words->processing;
    return m->state == REMITTANCE_DONE ? r->words->ok : m->code;
}

static void reply(struct remitter *r, struct remittance *m, struct outbox *out)
{
    m->flags |= REMITTANCE_REPLIED;
    remittance_let_go(m);
    if (m->flags & REMITTANCE_SILENT)
        return;
    uint16_t code = m->state == REMITTANCE_REFUSED ? m->code : r->words->ok;
    outbox_tell(out, (struct input){.kind = INPUT_PAY_ANSWERED,
                                    .channel = (uint8_t)r->channel,
                                    .code = m->reply_code != 0 ? m->reply_code : code,
                                    .id = m->id,
                                    .amount_fen = m->amount_fen,
                                    .at_us = m->taken_us});
}

void remittance_query(struct remitter *r, int64_t now_us, const struct order *o,
                      const struct latency *latency, struct outbox *out)
{
    struct fault_subject about = about_order(o);
    struct fault_effect effect =
        faults_ask(r->faults, OPERATION_QUERY, r->institution, now_us, &about);
    uint8_t kind = effect.acts == NULL ? FAULT_NONE : effect.acts->kind;
    if (kind == FAULT_DOWN || kind == FAULT_TIMEOUT)
        return;
    uint64_t bits = draw_bits(remittance_key(r, DRAW_QUERY_LATENCY, o->id, o->attempt));
    int64_t latency_us = fault_slowed_us(&effect, latency_draw_us(latency, bits));
    outbox_schedule(out, (struct happening){.at_us = now_us + latency_us,
                                            .kind = HAPPENS_REMITTANCE_QUERY_REPLY,
                                            .house = r->institution,
                                            .code = kind == FAULT_ERROR_CODE ? effect.acts->code
                                                                             : CODE_UNLISTED,
                                            .arg = o->id});
}

static void answer_query(const struct remitter *r, int64_t now_us, const struct happening *what,
                         struct outbox *out)
{
    const struct remittance *m = remittance_find(r, what->arg);
    struct input in = {.kind = INPUT_QUERY_ANSWERED,
                       .channel = (uint8_t)r->channel,
                       .code = r->words->not_found,
                       .outcome = r->words->processing,
                       .id = what->arg};
    if (m != NULL) {
        in.code = r->words->ok;
        in.outcome = remittance_outcome(r, m, now_us);
        in.amount_fen = m->amount_fen;
        in.at_us = told(m, now_us) ? m->ended_us : m->taken_us;
    }
    if (what->code != CODE_UNLISTED)
        in.code = what->code;
    outbox_tell(out, in);
}

void remittance_happens(struct remitter *r, int64_t now_us, const struct happening *what,
                        struct outbox *out)
{
    switch ((int)what->kind) {
    case HAPPENS_REMITTANCE_REPLY:
        reply(r, &r->remittances->items[what->subject], out);
        return;
    case HAPPENS_REMITTANCE_UNSENT:
        outbox_tell(out, (struct input){.kind = INPUT_PAY_ANSWERED,
                                        .channel = (uint8_t)r->channel,
                                        .code = what->code,
                                        .id = what->arg});
        return;
    case HAPPENS_REMITTANCE_QUERY_REPLY:
        answer_query(r, now_us, what, out);
        return;
    default:
        NEVER("not about a remittance");
    }
}
