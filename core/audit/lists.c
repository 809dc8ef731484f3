/* lists.c — see lists.h. */

#include "core/audit/lists.h"

#include "core/base/money.h"
#include "core/base/must.h"
#include "core/base/pool.h"

void lists_init(struct lists *l)
{
    *l = (struct lists){.reading = NONE};
}

static uint32_t find(const struct lists *l, int64_t from_us, int64_t until_us)
{
    for (uint32_t i = 0; i < l->kept; i++)
        if (l->items[i].from_us == from_us && l->items[i].until_us == until_us)
            return i;
    return NONE;
}

void lists_open(struct lists *l, int64_t from_us, int64_t until_us, uint64_t count,
                int64_t total_fen)
{
    l->line = 0;
    l->reading = find(l, from_us, until_us);
    if (l->reading == NONE) {
        l->reading = l->next;
        l->next = (l->next + 1) % LISTS_KEPT;
        if (l->kept < LISTS_KEPT)
            l->kept++;
        l->items[l->reading] = (struct listed){.from_us = from_us, .until_us = until_us};
    }
    l->items[l->reading].count = count;
    l->items[l->reading].total_fen = total_fen;
}

struct listed *lists_line(struct lists *l)
{
    if (l->reading == NONE)
        return NULL;
    struct listed *one = &l->items[l->reading];
    if (++l->line <= one->lines)
        return NULL;
    one->lines++;
    return one;
}

/* Some of the lines that differ may be wrong, of others we may be. */
static bool comes_to_total(const struct listed *one)
{
    int64_t missing_fen = money_sub(one->total_fen, one->ours_fen);
    if (one->found != one->count)
        return false;
    if (missing_fen == 0 || one->theirs_fen == one->total_fen)
        return true;
    if (one->differing > DIFFERING_MAX)
        return one->assumed == 0;
    for (uint32_t some = 1; some < UINT32_C(1) << one->differing; some++) {
        int64_t sum_fen = 0;
        for (uint32_t i = 0; i < one->differing; i++)
            if (some >> i & 1)
                sum_fen = money_add(sum_fen, one->differing_fen[i]);
        if (sum_fen == missing_fen)
            return true;
    }
    return false;
}

void lists_found(struct listed *one, int64_t ours_fen, int64_t theirs_fen)
{
    one->found++;
    one->ours_fen = money_add(one->ours_fen, ours_fen);
    one->theirs_fen = money_add(one->theirs_fen, theirs_fen);
    if (ours_fen != theirs_fen) {
        if (one->differing < DIFFERING_MAX)
            one->differing_fen[one->differing] = money_sub(theirs_fen, ours_fen);
        one->differing++;
    }
    if (one->come)
        one->agrees = comes_to_total(one);
}

static struct listed *until(struct lists *l, int64_t until_us)
{
    for (uint32_t i = 0; i < l->kept; i++)
        if (l->items[i].until_us == until_us)
            return &l->items[i];
    return NULL;
}

struct listed *lists_missing(struct lists *l, int64_t until_us, int64_t ours_fen, enum lack lack)
{
    struct listed *one = until(l, until_us);
    if (one == NULL)
        return NULL;
    one->assumed += lack == LACK_ASSUMED;
    lists_found(one, ours_fen, ours_fen);
    return one;
}

static void judge(struct listed *one)
{
    one->agrees = one->come && comes_to_total(one);
}

void lists_surely_missing(struct lists *l, int64_t until_us)
{
    struct listed *one = until(l, until_us);
    if (one == NULL || one->assumed == 0) /* it was forgotten, and came again */
        return;
    one->assumed--;
    judge(one);
}

void lists_not_missing(struct lists *l, int64_t until_us, int64_t ours_fen)
{
    struct listed *one = until(l, until_us);
    if (one == NULL || one->assumed == 0)
        return;
    MUST(one->found > 0);
    one->assumed--;
    one->found--;
    one->ours_fen = money_sub(one->ours_fen, ours_fen);
    one->theirs_fen = money_sub(one->theirs_fen, ours_fen);
    judge(one);
}

struct listed *lists_end(struct lists *l, bool whole)
{
    if (l->reading == NONE)
        return NULL;
    struct listed *one = &l->items[l->reading];
    l->reading = NONE;
    one->come |= whole;
    judge(one);
    return one;
}

const struct listed *lists_of(const struct lists *l, int64_t until_us)
{
    for (uint32_t i = 0; i < l->kept; i++)
        if (l->items[i].until_us == until_us)
            return &l->items[i];
    return NULL;
}

bool lists_agrees(const struct listed *one)
{
    return one->agrees;
}

enum worth { WORTH_COME, WORTH_AGREES, WORTH_PROVES };

static enum worth worth_of(const struct listed *one)
{
    MUST(one->come);
    return !one->agrees ? WORTH_COME : one->assumed > 0 ? WORTH_AGREES : WORTH_PROVES;
}

static bool cover(const struct lists *l, int64_t from_us, int64_t until_us, enum worth least)
{
    bool further = true;
    while (from_us < until_us && further) {
        further = false;
        for (uint32_t i = 0; i < l->kept; i++) {
            const struct listed *one = &l->items[i];
            if (one->from_us <= from_us && one->until_us > from_us && one->come &&
                worth_of(one) >= least) {
                from_us = one->until_us;
                further = true;
            }
        }
    }
    return from_us >= until_us;
}

bool lists_prove_over(const struct lists *l, int64_t from_us, int64_t until_us)
{
    return cover(l, from_us, until_us, WORTH_PROVES);
}

bool lists_agree_over(const struct lists *l, int64_t from_us, int64_t until_us)
{
    return cover(l, from_us, until_us, WORTH_AGREES);
}

bool lists_came_over(const struct lists *l, int64_t from_us, int64_t until_us)
{
    return cover(l, from_us, until_us, WORTH_COME);
}
