/* auditor_lies.c — what a house told the core that is not so, and what may follow from it.
 *
 * Of the two lies, another amount than told moves as soon as the order is taken;
 * a wrong outcome counts from when the core hears it.  Beside the belief the
 * auditor folds a second one, of a core that had been told the truth with the
 * same words:
 *
 *     hidden = believed available - what it would be without the lies
 *
 * and only that much may belief be above the truth.  It ends for each lie with
 * the session that it is about: the net that settles is true. */

#include "sim/auditor_inside.h"

#include <inttypes.h>
#include <stdlib.h>

#include "core/audit/match.h"
#include "core/base/must.h"
#include "mocks/block.h"

static uint32_t tag_of(uint64_t id)
{
    return (uint32_t)(id * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

bool auditor_faults_lie(const struct world *w)
{
    for (uint32_t i = 0; i < w->faults.count; i++)
        if (w->faults.specs[i].kind == FAULT_WRONG_AMOUNT ||
            w->faults.specs[i].kind == FAULT_WRONG_STATUS)
            return true;
    return false;
}

static struct audited_lie *lie_of(const struct auditor *a, uint8_t channel, uint64_t id)
{
    if (a->lie_count == 0)
        return NULL;
    for (uint32_t at = idmap_first(&a->lie_map, a->lie_slots, tag_of(id)); at != NONE;
         at = idmap_next(&a->lie_map, a->lie_slots, tag_of(id), at)) {
        struct audited_lie *lie = &a->lies[idmap_index(a->lie_slots, at)];
        if (lie->id == id && lie->channel == channel)
            return lie;
    }
    return NULL;
}

static void grow(struct auditor *a)
{
    struct idmap old = a->lie_map;
    struct idmap_slot *old_slots = a->lie_slots;
    idmap_init(&a->lie_map, old.capacity == 0 ? 256 : old.capacity * 2);
    a->lie_slots = block_take(idmap_slots(a->lie_map.capacity), sizeof *a->lie_slots);
    a->lies = realloc(a->lies, a->lie_map.capacity * sizeof *a->lies);
    MUST(a->lie_slots != NULL && a->lies != NULL);
    if (old.capacity == 0)
        return;
    idmap_copy(&a->lie_map, a->lie_slots, &old, old_slots);
    block_give(old_slots, idmap_slots(old.capacity), sizeof *old_slots);
}

void auditor_free_lies(struct auditor *a)
{
    free(a->lies);
    if (a->lie_slots != NULL)
        block_give(a->lie_slots, idmap_slots(a->lie_map.capacity), sizeof *a->lie_slots);
}

static void add(struct auditor *a, struct audited_lie lie)
{
    if (a->lie_count == a->lie_map.capacity)
        grow(a);
    a->lies[a->lie_count] = lie;
    MUST(idmap_add(&a->lie_map, a->lie_slots, tag_of(lie.id), a->lie_count++));
}

/* --- what is true ------------------------------------------------------------ */

static void note_accepted(struct auditor *a, const struct fact *f)
{
    const struct house *h = &a->world->houses[f->channel];
    int64_t hidden_fen = f->class != 0 ? 0 : house_hidden_fen(h, &h->orders[f->subject]);
    if (hidden_fen == 0)
        return;
    a->untold[f->channel].spoken_for_fen += hidden_fen; /* the core holds what it ordered */
    add(a, (struct audited_lie){.id = f->id,
                                .fen = hidden_fen,
                                .held_fen = hidden_fen,
                                .channel = f->channel,
                                .kind = LIE_ANOTHER_AMOUNT});
}

static void note_paid(struct auditor *a, const struct fact *f)
{
    struct audited_lie *lie = lie_of(a, f->channel, f->id);
    if (lie != NULL)
        lie->session = f->session;
}

static void note_error(struct auditor *a, const struct fact *f)
{
    if (f->subject == NONE || f->state != BREAK_ABOUT_ORDER ||
        a->world->faults.specs[f->subject].kind != FAULT_WRONG_STATUS)
        return;
    const struct house_order *o = house_find(&a->world->houses[f->channel], f->id);
    MUST(o != NULL);
    bool paid = f->amount_fen != 0;
    add(a, (struct audited_lie){.id = f->id,
                                .fen = f->amount_fen - f->other,
                                .session = o->session,
                                .channel = f->channel,
                                .kind = paid ? LIE_SAID_FAILED : LIE_SAID_PAID});
    if (paid)
        auditor_excuse_payment(a, o->reference);
}

/* --- what would be believed --------------------------------------------------- */

/* The net has in what the core still holds: nothing is hidden any longer. */
static void let_go(struct auditor *a, uint8_t channel, uint32_t session)
{
    for (uint32_t i = 0; i < a->lie_count; i++) {
        struct audited_lie *lie = &a->lies[i];
        if (lie->channel != channel || lie->session != session || lie->held_fen == 0)
            continue;
        a->untold[channel].spoken_for_fen -= lie->held_fen;
        lie->held_fen = 0;
    }
}

/* The same news without the lie. */
static void fold_truly(struct auditor *a, struct fact f, struct audited_lie *lie)
{
    struct told_quota *q = &a->untold[f.channel];
    bool outcome = f.kind == FACT_PAID || f.kind == FACT_ATTEMPT_FAILED;
    if (lie != NULL && outcome && !lie->believed) {
        lie->believed = (f.kind == FACT_PAID) != (lie->kind == LIE_SAID_FAILED);
        a->lies_fen[f.channel] += lie->believed ? lie->fen : 0;
        f.amount_fen += lie->held_fen;
        lie->held_fen = 0;
        if (lie->believed && lie->kind == LIE_SAID_FAILED) {
            f.kind = FACT_PAID;
            f.session = lie->session;
        } else if (lie->believed && lie->kind == LIE_SAID_PAID) {
            f.kind = FACT_ATTEMPT_FAILED;
        }
    }
    told_fold(q, &f);
}

static void fold_belief(struct auditor *a, const struct fact *f)
{
    fold_truly(a, *f, lie_of(a, f->channel, f->id));
    if (f->kind == FACT_SESSION_SETTLED)
        let_go(a, f->channel, f->session);
    a->hidden_fen[f->channel] =
        told_available_fen(&a->believed[f->channel]) - told_available_fen(&a->untold[f->channel]);
}

/* Once a break says that an earlier attempt paid, none is sent any more. */
static void check_sent(struct auditor *a, const struct fact *f)
{
    uint64_t attempt = f->id >> 32 & 255;
    for (uint64_t earlier = 1; earlier < attempt; earlier++)
        for (uint8_t c = 0; c < CHANNELS; c++) {
            const struct audited_lie *lie = lie_of(a, c, f->id - ((attempt - earlier) << 32));
            if (lie != NULL && lie->kind == LIE_SAID_FAILED)
                CHECK(a, INVARIANT_PAID_ONCE, !lie->found,
                      "payout %u is sent again, known to be paid by order %" PRIx64, f->subject,
                      lie->id);
        }
}

void auditor_follow_lies(struct auditor *a, const struct fact *f)
{
    switch ((int)f->kind) {
    case FACT_OPENED:
        if (f->channel < CHANNELS)
            a->untold[f->channel].mapped_fen = f->amount_fen;
        return;
    case FACT_TRUE_ACCEPTED:
        note_accepted(a, f);
        a->hidden_fen[f->channel] = told_available_fen(&a->believed[f->channel]) -
                                    told_available_fen(&a->untold[f->channel]);
        return;
    case FACT_TRUE_PAID:
        note_paid(a, f);
        return;
    case FACT_TRUE_ERROR:
        note_error(a, f);
        return;
    case FACT_BREAK_OPENED: {
        struct audited_lie *lie =
            f->state == BREAK_ABOUT_ORDER ? lie_of(a, f->channel, f->id) : NULL;
        if (lie != NULL && f->class == auditor_lie_type(lie))
            lie->found = true;
        return;
    }
    default:
        if (f->kind == FACT_SENT)
            check_sent(a, f);
        if (told_tells_available(f))
            fold_belief(a, f);
        return;
    }
}

enum match_type auditor_lie_type(const struct audited_lie *lie)
{
    switch ((enum lie_kind)lie->kind) {
    case LIE_ANOTHER_AMOUNT:
        return MATCH_AMOUNT_DIFFERS;
    case LIE_SAID_FAILED:
        return MATCH_STATUS_DIFFERS;
    case LIE_SAID_PAID:
        return MATCH_MISSING_THEIRS;
    }
    NEVER("not a lie");
}

/* --- suspense ----------------------------------------------------------------- */

static bool is_suspense(uint32_t c, uint32_t book)
{
    return book >= BOOK_OF(c, FIRST_SUSPENSE) && book < BOOK_OF(c, BOOKS_OF_CHANNEL);
}

static bool resolves(uint32_t book)
{
    return book == BOOK_CLIENTS || book == BOOK_GAIN_LOSS;
}

/* A break that is resolved by hand takes its part out of suspense. */
void auditor_note_resolved(struct auditor *a, const struct fact *entry)
{
    for (uint32_t c = 0; c < CHANNELS; c++) {
        if (is_suspense(c, entry->session) && resolves(entry->subject))
            a->resolved_fen[c] += entry->amount_fen;
        if (is_suspense(c, entry->subject) && resolves(entry->session))
            a->resolved_fen[c] -= entry->amount_fen;
    }
}

/* What the nets have and nobody told: what the lies hid, as far as no break of it is resolved. */
static void check_suspense(struct auditor *a, uint32_t c)
{
    const char *name = channel_name((enum channel)c);
    int64_t left_fen = 0;
    for (uint32_t book = BOOK_OF(c, FIRST_SUSPENSE); is_suspense(c, book); book++) {
        left_fen += a->posted_fen[book];
        if (!a->lied_to)
            CHECK(a, INVARIANT_BELIEF_IS_TRUTH_AT_REST, a->posted_fen[book] == 0,
                  "%s: suspense is left with %" PRId64 " fen", name, a->posted_fen[book]);
    }
    if (a->lied_to)
        CHECK(a, INVARIANT_BELIEF_IS_TRUTH_AT_REST, left_fen == a->lies_fen[c] - a->resolved_fen[c],
              "%s: suspense is left with %" PRId64 " fen, lies hid %" PRId64
              ", resolved of it are %" PRId64,
              name, left_fen, a->lies_fen[c], a->resolved_fen[c]);
}

/* --- at rest ------------------------------------------------------------------ */

/* Nobody took it back: each that was believed has opened a break. */
void auditor_check_lies_at_rest(struct auditor *a)
{
    for (uint32_t c = 0; c < CHANNELS; c++)
        check_suspense(a, c);
    for (uint32_t i = 0; i < a->lie_count && !a->breaks_full; i++) {
        const struct audited_lie *lie = &a->lies[i];
        if (!lie->believed)
            continue;
        CHECK(a,
              lie->kind == LIE_SAID_FAILED ? INVARIANT_PAID_ONCE
                                           : INVARIANT_BELIEF_IS_TRUTH_AT_REST,
              lie->found, "order %" PRIx64 " on %s: no break says %s, although the house lied",
              lie->id, channel_name((enum channel)lie->channel),
              match_type_word(auditor_lie_type(lie)));
    }
}
