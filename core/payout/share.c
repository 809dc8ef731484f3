/* share.c — see share.h. */

#include "core/payout/share.h"

#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/base/must.h"

void shares_init(struct shares *s)
{
    *s = (struct shares){0};
}

void shares_add(struct shares *s, int64_t ppm, bool borrows)
{
    int64_t total_ppm = ppm;
    MUST(s->count < SHARES_MAX && ppm >= 0);
    for (uint32_t i = 0; i < s->count; i++)
        total_ppm += s->ppm[i];
    MUST(total_ppm <= PPM);
    MUST(borrows || ppm > 0); /* else it could never pay */
    s->ppm[s->count] = ppm;
    s->borrows[s->count] = borrows;
    s->count++;
    s->given = s->given || ppm > 0;
}

bool shares_turn(struct shares *s, int64_t now_us)
{
    int32_t today = civil_day(now_us);
    MUST(today >= s->day);
    if (today == s->day)
        return false;
    s->day = today;
    for (uint32_t c = 0; c < CHANNELS; c++) {
        for (uint32_t i = 0; i < s->count; i++)
            s->used_fen[c][i] = 0;
        s->used_by_all_fen[c] = 0;
    }
    return true;
}

void shares_sent(struct shares *s, enum channel channel, uint32_t business, int64_t hold_fen)
{
    MUST(business < s->count && hold_fen > 0);
    s->used_fen[channel][business] = money_add(s->used_fen[channel][business], hold_fen);
    s->used_by_all_fen[channel] = money_add(s->used_by_all_fen[channel], hold_fen);
}

void shares_failed(struct shares *s, enum channel channel, uint32_t business, int64_t hold_fen,
                   int64_t sent_us)
{
    MUST(business < s->count && hold_fen > 0);
    if (civil_day(sent_us) != s->day)
        return;
    s->used_fen[channel][business] -= hold_fen;
    s->used_by_all_fen[channel] -= hold_fen;
    MUST(s->used_fen[channel][business] >= 0);
}

/* amount * ppm, rounded down; the product itself may be too large. */
static int64_t part_of(int64_t amount_fen, int64_t ppm)
{
    return amount_fen / PPM * ppm + amount_fen % PPM * ppm / PPM;
}

static int64_t kept_fen(const struct shares *s, enum channel channel, uint32_t business,
                        int64_t quota_fen)
{
    int64_t left_fen = part_of(quota_fen, s->ppm[business]) - s->used_fen[channel][business];
    return left_fen > 0 ? left_fen : 0;
}

int64_t shares_room_fen(const struct shares *s, enum channel channel, uint32_t business,
                        int64_t available_fen)
{
    if (!s->given || available_fen <= 0)
        return available_fen;
    MUST(business < s->count);
    int64_t quota_fen = money_add(available_fen, s->used_by_all_fen[channel]);
    int64_t room_fen = kept_fen(s, channel, business, quota_fen);
    if (s->borrows[business]) {
        int64_t free_fen = available_fen;
        for (uint32_t i = 0; i < s->count; i++)
            if (i != business)
                free_fen -= kept_fen(s, channel, i, quota_fen);
        room_fen = free_fen > room_fen ? free_fen : room_fen;
    }
    return room_fen < available_fen ? room_fen : available_fen;
}
