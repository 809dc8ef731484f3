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

void lists_found(struct listed *one, int64_t ours_fen, int64_t theirs_fen)
{
    one->found++;
    one->ours_fen = money_add(one->ours_fen, ours_fen);
    one->theirs_fen = money_add(one->theirs_fen, theirs_fen);
}

struct listed *lists_missing(struct lists *l, int64_t until_us, int64_t ours_fen)
{
    for (uint32_t i = 0; i < l->kept; i++) {
        if (l->items[i].until_us != until_us)
            continue;
        lists_found(&l->items[i], ours_fen, ours_fen);
        return &l->items[i];
    }
    return NULL;
}

struct listed *lists_end(struct lists *l, bool whole)
{
    if (l->reading == NONE)
        return NULL;
    struct listed *one = &l->items[l->reading];
    l->reading = NONE;
    one->come |= whole;
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
    return one->come && one->found == one->count &&
           (one->ours_fen == one->total_fen || one->theirs_fen == one->total_fen);
}

static bool cover(const struct lists *l, int64_t from_us, int64_t until_us, bool to_agree)
{
    bool further = true;
    while (from_us < until_us && further) {
        further = false;
        for (uint32_t i = 0; i < l->kept; i++) {
            const struct listed *one = &l->items[i];
            if (one->from_us <= from_us && one->until_us > from_us &&
                (to_agree ? lists_agrees(one) : one->come)) {
                from_us = one->until_us;
                further = true;
            }
        }
    }
    return from_us >= until_us;
}

bool lists_agree_over(const struct lists *l, int64_t from_us, int64_t until_us)
{
    return cover(l, from_us, until_us, true);
}

bool lists_came_over(const struct lists *l, int64_t from_us, int64_t until_us)
{
    return cover(l, from_us, until_us, false);
}
