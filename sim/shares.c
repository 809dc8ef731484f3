/* shares.c — see shares.h. */

#include "sim/shares.h"

#include <stdlib.h>

#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/base/must.h"
#include "mocks/block.h"

/* A payout's last attempt, by its slot. */
struct shares_attempt {
    int64_t amount_fen;
    int32_t day;
    uint8_t business;
};

struct shares_book {
    const struct core_config *config;
    struct shares_attempt *attempts;
    int32_t day;
    int64_t used_fen[CHANNELS][BUSINESSES_MAX];
};

struct shares_book *shares_book_create(const struct core_config *config)
{
    int64_t given_ppm = 0;
    for (uint32_t b = 0; b < config->business_count; b++)
        given_ppm += config->businesses[b].share_ppm;
    if (given_ppm == 0)
        return NULL;
    struct shares_book *book = calloc(1, sizeof *book);
    MUST(book != NULL);
    book->config = config;
    book->attempts = block_take(config->limits.open_payouts, sizeof *book->attempts);
    MUST(book->attempts != NULL);
    return book;
}

void shares_book_free(struct shares_book *book)
{
    if (book == NULL)
        return;
    block_give(book->attempts, book->config->limits.open_payouts, sizeof *book->attempts);
    free(book);
}

static void turn_day(struct shares_book *book, int64_t now_us)
{
    if (civil_day(now_us) == book->day)
        return;
    book->day = civil_day(now_us);
    for (uint32_t c = 0; c < CHANNELS; c++)
        for (uint32_t b = 0; b < BUSINESSES_MAX; b++)
            book->used_fen[c][b] = 0;
}

void shares_book_fact(struct shares_book *book, const struct fact *f)
{
    if (book == NULL)
        return;
    if (f->kind != FACT_QUEUED && f->kind != FACT_SENT && f->kind != FACT_ATTEMPT_FAILED)
        return;
    MUST(f->subject < book->config->limits.open_payouts);
    struct shares_attempt *attempt = &book->attempts[f->subject];
    turn_day(book, f->at_us);
    if (f->kind == FACT_QUEUED) {
        *attempt = (struct shares_attempt){.business = f->state};
        MUST(attempt->business < book->config->business_count);
        return;
    }
    MUST(f->channel < CHANNELS);
    if (f->kind == FACT_SENT) {
        attempt->amount_fen = f->amount_fen;
        attempt->day = book->day;
        book->used_fen[f->channel][attempt->business] += f->amount_fen;
    } else if (attempt->day == book->day) {
        book->used_fen[f->channel][attempt->business] -= attempt->amount_fen;
        attempt->amount_fen = 0;
    }
}

/* What is left to it of its share of `quota_fen`. */
static int64_t left_fen(const struct shares_book *book, uint8_t channel, uint32_t business,
                        int64_t quota_fen)
{
    int64_t ppm = book->config->businesses[business].share_ppm;
    int64_t share_fen = quota_fen / PPM * ppm + quota_fen % PPM * ppm / PPM;
    int64_t used_fen = book->used_fen[channel][business];
    return share_fen <= used_fen ? 0 : share_fen - used_fen;
}

int64_t shares_book_room_fen(struct shares_book *book, uint8_t channel, uint8_t business,
                             int64_t available_fen, int64_t now_us)
{
    if (book == NULL || available_fen <= 0)
        return available_fen;
    MUST(channel < CHANNELS && business < book->config->business_count);
    turn_day(book, now_us);
    int64_t quota_fen = available_fen;
    int64_t kept_for_all_fen = 0;
    for (uint32_t b = 0; b < book->config->business_count; b++)
        quota_fen += book->used_fen[channel][b];
    for (uint32_t b = 0; b < book->config->business_count; b++)
        kept_for_all_fen += left_fen(book, channel, b, quota_fen);
    int64_t own_fen = left_fen(book, channel, business, quota_fen);
    int64_t unclaimed_fen = available_fen - kept_for_all_fen;
    bool borrows = !book->config->businesses[business].no_borrowing;
    int64_t room_fen = borrows && unclaimed_fen > 0 ? own_fen + unclaimed_fen : own_fen;
    return room_fen < available_fen ? room_fen : available_fen;
}
