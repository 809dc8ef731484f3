/* memory.c — references: open payouts in full, finished ones in 24 bytes each.
 *
 * A reference is spent for ever.  A finished payout gives its slot back and
 * leaves its reference (96 bits of it), amount and end state behind, so that
 * a repetition is answered and a payment that comes back finds its payout. */

#include "core/base/must.h"
#include "core/desk.h"

/* The lowest eight bits of what is kept: the state, and what the lists had; the
 * highest six: the last attempt, which is the one that paid if any did. */
#define KEPT_STATE UINT64_C(31)
#define KEPT_LISTED UINT64_C(32)
#define KEPT_BACK_LISTED UINT64_C(64)
#define KEPT_BACK_TOLD UINT64_C(128)

#define KEPT_AMOUNT_AT 8
#define KEPT_ATTEMPT_AT 58

_Static_assert(PAYOUT_STATES <= KEPT_STATE, "a state has five bits");
_Static_assert(MONEY_MAX_FEN >> (KEPT_ATTEMPT_AT - KEPT_AMOUNT_AT) == 0, "an amount has fifty");
_Static_assert(RETRIES_MAX + 1 < 64, "an attempt has six");

#define REMEMBERED UINT32_C(0x40000000) /* in the map: an index of remembered, not a slot */

static uint32_t tag_of(struct reference r)
{
    return (uint32_t)r.lo;
}

static bool is_same(const struct desk *d, uint32_t index, struct reference r)
{
    if (index & REMEMBERED)
        return d->remembered[index & ~REMEMBERED].reference_hi == r.hi;
    const struct payout *p = &d->payouts[index];
    return p->reference.hi == r.hi && p->reference.lo == r.lo;
}

bool memory_find(const struct desk *d, struct reference reference, struct known *known)
{
    const struct idmap *map = &d->core->references;
    uint32_t tag = tag_of(reference);

    for (uint32_t at = idmap_first(map, d->slots, tag); at != NONE;
         at = idmap_next(map, d->slots, tag, at)) {
        uint32_t index = idmap_index(d->slots, at);
        if (!is_same(d, index, reference))
            continue;
        known->map_at = at;
        if (index & REMEMBERED) {
            uint64_t kept = d->remembered[index & ~REMEMBERED].amount_and_state;
            known->slot = NONE;
            known->state = (enum payout_state)(kept & KEPT_STATE);
            known->listed = (kept & KEPT_LISTED) != 0;
            known->back_listed = (kept & KEPT_BACK_LISTED) != 0;
            known->back_told = (kept & KEPT_BACK_TOLD) != 0;
            known->attempt = (uint8_t)(kept >> KEPT_ATTEMPT_AT);
            known->amount_fen =
                (int64_t)((kept & ((UINT64_C(1) << KEPT_ATTEMPT_AT) - 1)) >> KEPT_AMOUNT_AT);
        } else {
            known->slot = index;
            const struct payout *p = &d->payouts[index];
            known->attempt = payout_attempt(p);
            known->state = (enum payout_state)p->state;
            known->listed = (p->flags & PAYOUT_LISTED) != 0;
            known->back_listed =
                known->state == PAYOUT_RETURNED && (p->flags & PAYOUT_BACK_LISTED) != 0;
            known->back_told = known->state != PAYOUT_QUEUED && (p->flags & PAYOUT_BACK_TOLD) != 0;
            known->amount_fen = d->payouts[index].amount_fen;
        }
        return true;
    }
    return false;
}

bool memory_has_room(const struct desk *d)
{
    const struct core *core = d->core;
    return core->payout_pool.used < core->payout_pool.capacity &&
           core->references.count < core->references.capacity;
}

void memory_add_open(struct desk *d, uint32_t slot)
{
    MUST(idmap_add(&d->core->references, d->slots, tag_of(d->payouts[slot].reference), slot));
}

static uint32_t remember(struct desk *d, struct reference r, int64_t amount_fen,
                         enum payout_state state, uint8_t attempt)
{
    MUST(attempt < 64);
    MUST(d->core->remembered_count < d->core->config.limits.remembered);
    uint32_t index = d->core->remembered_count++;
    d->remembered[index] = (struct remembered){
        .reference_hi = r.hi,
        .amount_and_state = (uint64_t)attempt << KEPT_ATTEMPT_AT |
                            (uint64_t)amount_fen << KEPT_AMOUNT_AT | (uint64_t)state,
    };
    return index | REMEMBERED;
}

int64_t memory_keeps_fen(int64_t amount_fen)
{
    return amount_fen > 0 && amount_fen <= MONEY_MAX_FEN ? amount_fen : 0;
}

void memory_add_refused(struct desk *d, struct reference reference, int64_t amount_fen)
{
    uint32_t index = remember(d, reference, memory_keeps_fen(amount_fen), PAYOUT_REFUSED, 0);
    MUST(idmap_add(&d->core->references, d->slots, tag_of(reference), index));
}

void memory_finish(struct desk *d, uint32_t slot)
{
    struct payout *p = &d->payouts[slot];
    struct known known;
    MUST(memory_find(d, p->reference, &known) && known.slot == slot);
    uint32_t index =
        remember(d, p->reference, p->amount_fen, (enum payout_state)p->state, payout_attempt(p));
    if (p->flags & PAYOUT_LISTED)
        d->remembered[index & ~REMEMBERED].amount_and_state |= KEPT_LISTED;
    if (p->state == PAYOUT_RETURNED && p->flags & PAYOUT_BACK_LISTED)
        d->remembered[index & ~REMEMBERED].amount_and_state |= KEPT_BACK_LISTED;
    if (known.back_told)
        d->remembered[index & ~REMEMBERED].amount_and_state |= KEPT_BACK_TOLD;
    idmap_replace(d->slots, known.map_at, index);

    uint32_t reuses = (p->round >> 8) + 1;
    *p = (struct payout){.round = reuses << 8};
    if (reuses < PAYOUT_REUSES_MAX) /* else its order ids are used up: retire it */
        pool_give(&d->core->payout_pool, d->payouts, slot);
}

static uint64_t *kept_at(struct desk *d, uint32_t map_at)
{
    uint32_t index = idmap_index(d->slots, map_at);
    MUST(index & REMEMBERED);
    return &d->remembered[index & ~REMEMBERED].amount_and_state;
}

void memory_set_state(struct desk *d, uint32_t map_at, enum payout_state state)
{
    uint64_t *kept = kept_at(d, map_at);
    *kept = (*kept & ~KEPT_STATE) | (uint64_t)state;
}

void memory_set_listed(struct desk *d, uint32_t map_at)
{
    *kept_at(d, map_at) |= KEPT_LISTED;
}

void memory_set_back_listed(struct desk *d, uint32_t map_at)
{
    *kept_at(d, map_at) |= KEPT_BACK_LISTED;
}
