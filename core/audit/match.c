/* match.c — see match.h. */

#include "core/audit/match.h"

#include "core/base/must.h"

#define AMOUNT_BOUND (INT64_C(1) << 62)

void match_init(struct match *m, const struct match_rules *rules, struct match_entry *entries,
                struct idmap_slot *slots, uint32_t capacity)
{
    MUST(rules->tolerance_fen >= 0);
    MUST(rules->late_us >= 0);
    MUST(capacity > 0);
    *m = (struct match){.rules = *rules, .entries = entries, .slots = slots};
    idmap_init(&m->map, capacity);
    pool_init(&m->pool, capacity, sizeof *entries, offsetof(struct match_entry, next));
}

void match_grow(struct match *m, struct match_entry *entries, struct idmap_slot *slots,
                uint32_t capacity)
{
    MUST(capacity >= m->pool.capacity);
    struct idmap old = m->map;
    const struct idmap_slot *old_slots = m->slots;
    idmap_init(&m->map, capacity);
    idmap_copy(&m->map, slots, &old, old_slots);
    m->pool.capacity = capacity;
    m->entries = entries;
    m->slots = slots;
}

static bool same_key(struct match_key a, struct match_key b)
{
    return a.high == b.high && a.low == b.low;
}

/* The slot of a key's first entry; NONE: nobody waits. */
static uint32_t find(const struct match *m, struct match_key key)
{
    uint32_t tag = match_tag(key);
    uint32_t at = idmap_first(&m->map, m->slots, tag);
    while (at != NONE && !same_key(m->entries[idmap_index(m->slots, at)].item.key, key))
        at = idmap_next(&m->map, m->slots, tag, at);
    return at;
}

static int64_t magnitude(int64_t fen)
{
    return fen < 0 ? -fen : fen;
}

static bool within(int64_t difference_fen, int64_t tolerance_fen)
{
    return magnitude(difference_fen) <= tolerance_fen;
}

static void count(struct match *m, enum match_side side, const struct match_item *item)
{
    struct match_sums *s = &m->sides[side];
    s->rows++;
    s->amount_fen += item->amount_fen;
    s->fee_fen += item->fee_fen;
}

static void count_break(struct match *m, const struct match_break *b)
{
    m->breaks[b->type]++;
    m->break_fen[b->type] += b->difference_fen;
    m->break_fee_fen += b->fee_difference_fen;
}

static bool statuses_agree(uint32_t a, uint32_t b)
{
    return a == b || a == MATCH_STATUS_UNSAID || b == MATCH_STATUS_UNSAID;
}

/* MATCH_TYPES: none.  The times are theirs less ours, in a type that holds every difference. */
static enum match_type type_of_pair(const struct match_rules *r, const struct match_item *ours,
                                    const struct match_item *theirs)
{
    wide apart_us = (wide)theirs->time_us - ours->time_us;
    if (!within(theirs->amount_fen - ours->amount_fen, r->tolerance_fen))
        return MATCH_AMOUNT_DIFFERS;
    if (!statuses_agree(ours->status, theirs->status))
        return ours->status == MATCH_STATUS_RETURNED || theirs->status == MATCH_STATUS_RETURNED
                   ? MATCH_RETURNED
                   : MATCH_STATUS_DIFFERS;
    if (r->fees && !within(theirs->fee_fen - ours->fee_fen, r->tolerance_fen))
        return MATCH_FEE_DIFFERS;
    if (r->late_us > 0 && (apart_us > r->late_us || -apart_us > r->late_us))
        return MATCH_LATE;
    return MATCH_TYPES;
}

static enum match_verdict judge(struct match *m, const struct match_item *ours,
                                const struct match_item *theirs, struct match_break *out)
{
    int64_t difference_fen = theirs->amount_fen - ours->amount_fen;
    int64_t fee_difference_fen = theirs->fee_fen - ours->fee_fen;
    enum match_type type = type_of_pair(&m->rules, ours, theirs);
    if (type == MATCH_TYPES) {
        m->matched++;
        m->tolerated_fen += difference_fen;
        m->tolerated_fee_fen += fee_difference_fen;
        return MATCH_AGREES;
    }
    *out = (struct match_break){.type = type,
                                .has = {true, true},
                                .item = {*ours, *theirs},
                                .difference_fen = difference_fen,
                                .fee_difference_fen = fee_difference_fen};
    count_break(m, out);
    return MATCH_BREAKS;
}

/* Behind the others of its key, if any wait. */
static enum match_verdict wait(struct match *m, enum match_side side, const struct match_item *item,
                               uint32_t slot, uint32_t *index)
{
    uint32_t i = pool_take(&m->pool, m->entries);
    if (i == NONE)
        return MATCH_FULL;
    m->entries[i] = (struct match_entry){
        .item = *item, .next = NONE, .last = i, .side = (uint8_t)side, .waits = true};
    if (slot == NONE) {
        MUST(idmap_add(&m->map, m->slots, match_tag(item->key), i));
    } else {
        struct match_entry *first = &m->entries[idmap_index(m->slots, slot)];
        m->entries[first->last].next = i;
        first->last = i;
    }
    count(m, side, item);
    *index = i;
    return MATCH_WAITS;
}

/* The first of a key goes; the next one, if any, takes its place. */
static void leave(struct match *m, uint32_t slot)
{
    uint32_t i = idmap_index(m->slots, slot);
    struct match_entry *e = &m->entries[i];
    if (e->next == NONE) {
        idmap_remove(&m->map, m->slots, slot);
    } else {
        m->entries[e->next].last = e->last;
        idmap_replace(m->slots, slot, e->next);
    }
    e->waits = false;
    pool_give(&m->pool, m->entries, i);
}

enum match_verdict match_add(struct match *m, enum match_side side, const struct match_item *item,
                             uint32_t *index, struct match_break *out)
{
    struct match_item plain = *item;
    MUST(item->amount_fen > -AMOUNT_BOUND && item->amount_fen < AMOUNT_BOUND);
    MUST(item->fee_fen > -AMOUNT_BOUND && item->fee_fen < AMOUNT_BOUND);
    if (m->rules.unsigned_amounts)
        plain.amount_fen = magnitude(plain.amount_fen);
    uint32_t slot = find(m, item->key);
    if (slot == NONE || m->entries[idmap_index(m->slots, slot)].side == side)
        return wait(m, side, &plain, slot, index);

    uint32_t i = idmap_index(m->slots, slot);
    struct match_item other = m->entries[i].item;
    count(m, side, &plain);
    leave(m, slot);
    *index = i;
    return side == MATCH_OURS ? judge(m, &plain, &other, out) : judge(m, &other, &plain, out);
}

void match_look_back(struct match *m)
{
    for (uint32_t i = 0; i < m->pool.fresh; i++) {
        uint64_t high = m->entries[i].item.key.high;
        if (m->entries[i].waits)
            m->sieve[high / 64 % MATCH_SIEVE_WORDS] |= UINT64_C(1) << high % 64;
    }
}

uint32_t match_see_again(struct match *m, enum match_side side, struct match_key key, uint64_t row)
{
    uint32_t slot = find(m, key);
    if (slot == NONE)
        return NONE;
    uint32_t i = idmap_index(m->slots, slot);
    if (m->entries[i].side != side)
        return NONE;
    if (m->entries[i].seen < UINT32_MAX)
        m->entries[i].seen++;
    while (i != NONE && m->entries[i].item.row != row)
        i = m->entries[i].next;
    return i;
}

/* Is this entry the first of its key that waits, and did its side show no other before? */
static bool shown_before(const struct match *m, uint32_t index)
{
    uint32_t slot = find(m, m->entries[index].item.key);
    MUST(slot != NONE);
    uint32_t first = idmap_index(m->slots, slot);
    if (first != index)
        return true;
    uint32_t waiting = 0;
    for (uint32_t i = first; i != NONE; i = m->entries[i].next)
        waiting++;
    return m->entries[first].seen > waiting;
}

bool match_left(struct match *m, uint32_t *at, uint32_t *index, struct match_break *out)
{
    while (*at < m->pool.fresh && !m->entries[*at].waits)
        ++*at;
    if (*at == m->pool.fresh)
        return false;
    const struct match_entry *e = &m->entries[*at];
    int64_t sign = e->side == MATCH_THEIRS ? 1 : -1;
    *out = (struct match_break){
        .type = shown_before(m, *at)      ? MATCH_DUPLICATE
                : e->side == MATCH_THEIRS ? MATCH_MISSING_OURS
                                          : MATCH_MISSING_THEIRS,
        .difference_fen = sign * e->item.amount_fen,
        .fee_difference_fen = sign * e->item.fee_fen,
    };
    out->has[e->side] = true;
    out->item[e->side] = e->item;
    count_break(m, out);
    *index = (*at)++;
    return true;
}

void match_finish(const struct match *m)
{
    const struct match_sums *ours = &m->sides[MATCH_OURS];
    const struct match_sums *theirs = &m->sides[MATCH_THEIRS];
    uint64_t pairs = m->matched;
    uint64_t alone = 0;
    wide break_fen = 0;
    for (int t = 0; t < MATCH_TYPES; t++) {
        bool one_sided =
            t == MATCH_MISSING_OURS || t == MATCH_MISSING_THEIRS || t == MATCH_DUPLICATE;
        *(one_sided ? &alone : &pairs) += m->breaks[t];
        break_fen += m->break_fen[t];
    }
    MUST(alone == m->pool.used);
    MUST(ours->rows + theirs->rows == 2 * pairs + alone);
    MUST(theirs->amount_fen - ours->amount_fen == break_fen + m->tolerated_fen);
    MUST(theirs->fee_fen - ours->fee_fen == m->break_fee_fen + m->tolerated_fee_fen);
}

const char *match_type_word(enum match_type type)
{
    switch (type) {
    case MATCH_MISSING_THEIRS:
        return "missing_theirs";
    case MATCH_MISSING_OURS:
        return "missing_ours";
    case MATCH_AMOUNT_DIFFERS:
        return "amount_differs";
    case MATCH_STATUS_DIFFERS:
        return "status_differs";
    case MATCH_FEE_DIFFERS:
        return "fee_differs";
    case MATCH_DUPLICATE:
        return "duplicate";
    case MATCH_RETURNED:
        return "returned";
    case MATCH_LATE:
        return "late";
    case MATCH_TYPES:
        break;
    }
    NEVER("no such type");
}

const char *match_status_word(enum match_status word)
{
    switch (word) {
    case MATCH_STATUS_UNSAID:
        return "";
    case MATCH_STATUS_DONE:
        return "done";
    case MATCH_STATUS_PENDING:
        return "pending";
    case MATCH_STATUS_FAILED:
        return "failed";
    case MATCH_STATUS_RETURNED:
        return "returned";
    case MATCH_STATUS_WORDS:
        break;
    }
    return "other";
}
