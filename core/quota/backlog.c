/* backlog.c — see backlog.h. */

#include "core/quota/backlog.h"

#include "core/base/money.h"
#include "core/base/must.h"

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t above_zero(int64_t fen)
{
    return fen > 0 ? fen : 0;
}

static int64_t beyond_level_fen(const struct backlog_view *v, uint32_t c, int64_t expected_fen)
{
    return above_zero(money_sub(money_add(v->waiting_fen[c], expected_fen), v->level_fen[c]));
}

/* What a channel can give without being short itself. */
static int64_t spare_fen(const struct backlog_view *v, uint32_t c)
{
    int64_t near_fen = money_add(v->waiting_fen[c], v->soon_fen[c]);
    return above_zero(least(v->movable_fen[c], money_sub(v->level_fen[c], near_fen)));
}

void backlog_find(const struct backlog_view *v, struct backlog found[CHANNELS])
{
    int64_t unallocated_fen = above_zero(v->unallocated_fen);
    int64_t transferable_fen = v->transferable_fen;
    MUST(transferable_fen >= 0);
    for (uint32_t c = 0; c < CHANNELS; c++) {
        struct backlog *b = &found[c];
        *b = (struct backlog){.answer = BACKLOG_NOTHING,
                              .short_fen = beyond_level_fen(v, c, v->soon_fen[c])};
        if (b->short_fen == 0)
            continue;
        int64_t need_fen = beyond_level_fen(v, c, v->later_fen[c]);
        if (need_fen < b->short_fen)
            need_fen = b->short_fen;
        int64_t free_fen = least(need_fen, unallocated_fen);
        int64_t given_fen = least(need_fen - free_fen, spare_fen(v, CHANNELS - 1 - c));
        b->move_fen = free_fen + given_fen;
        b->transfer_fen = least(need_fen - b->move_fen, transferable_fen);
        unallocated_fen -= free_fen;
        transferable_fen -= b->transfer_fen;
        b->uncovered_fen = above_zero(b->short_fen - b->move_fen - b->transfer_fen);
        b->answer = b->uncovered_fen > 0          ? BACKLOG_WARN
                    : b->move_fen >= b->short_fen ? BACKLOG_MOVE
                                                  : BACKLOG_TRANSFER;
        MUST(b->move_fen >= 0 && b->transfer_fen >= 0);
    }
}
