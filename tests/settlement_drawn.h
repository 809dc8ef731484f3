/* settlement_drawn.h — a day's payments drawn, the files that a house makes of them, and the
 * inputs that must come of those. */
#ifndef TESTS_SETTLEMENT_DRAWN_H
#define TESTS_SETTLEMENT_DRAWN_H

#include "core/base/civil.h"
#include "mocks/publisher.h"
#include "tests/harness.h"
#include "tests/settlement_heard.h"

enum { DRAWN_LINES = 100, DRAWN_DAY = 17966 /* 2019-03-11 */ };

struct drawn {
    struct settlement_line lines[DRAWN_LINES];
    size_t ends[DRAWN_LINES + 1]; /* of the heading, and of each line */
    struct settlement_totals totals;
    char summary[PUBLISHER_SUMMARY_MAX];
    char bytes[(DRAWN_LINES + 1) * PUBLISHER_LINE_MAX];
    struct settlement_bytes file;
};

static inline int64_t drawn_fen(uint64_t *state)
{
    static const int64_t edges[] = {0, 1, 99, 100, ZM_AMOUNT_MAX_FEN};
    uint64_t edge = draw(state, 20);
    return edge < 5 ? edges[edge] : (int64_t)(draw(state, ZM_AMOUNT_MAX_FEN) >> draw(state, 40));
}

static inline struct settlement_line drawn_line(uint64_t *state)
{
    int64_t fee_fen = drawn_fen(state);
    return (struct settlement_line){
        .order = draw(state, UINT64_MAX) >> draw(state, 64),
        .reference = {draw(state, UINT64_MAX), draw(state, UINT64_MAX) >> draw(state, 64)},
        .amount_fen = drawn_fen(state),
        .settled_fen = drawn_fen(state),
        .fee_fen = draw(state, 4) == 0 ? -fee_fen : fee_fen,
        .at_us = civil_moment_us(DRAWN_DAY - (int32_t)draw(state, 3),
                                 (int64_t)draw(state, (uint64_t)US_PER_DAY)),
        .session = SESSIONS_A_DAY * DRAWN_DAY + (uint32_t)draw(state, SESSIONS_A_DAY),
        .merchant = (uint32_t)draw(state, UINT32_MAX),
        .bank = (uint8_t)draw(state, 256),
        .flag = (uint8_t)draw(state, 4)};
}

static inline void drawn_day(struct drawn *d, enum channel channel, uint64_t seed, uint32_t count)
{
    static struct publisher f;
    uint64_t state = seed;
    *d = (struct drawn){.totals = {.from_us = civil_moment_us(DRAWN_DAY - 1, 23 * US_PER_HOUR),
                                   .until_us = civil_moment_us(DRAWN_DAY, 23 * US_PER_HOUR),
                                   .first_session = SESSIONS_A_DAY * DRAWN_DAY,
                                   .last_session = SESSIONS_A_DAY * (DRAWN_DAY + 1) - 1}};
    publisher_start(&f, channel, SESSIONS_A_DAY);
    size_t length = publisher_heading(&f, d->bytes);
    d->ends[0] = length;
    for (uint32_t i = 0; i < count; i++) {
        struct settlement_line *l = &d->lines[i];
        *l = drawn_line(&state);
        struct settlement_sum *sum =
            l->flag & LIST_LINE_RETURNED ? &d->totals.returns : &d->totals.payouts;
        sum->count++;
        sum->amount_fen += l->amount_fen;
        sum->fee_fen += l->fee_fen;
        sum->settled_fen += l->settled_fen;
        length += publisher_line(&f, l, d->bytes + length);
        d->ends[i + 1] = length;
    }
    d->file.summary = d->summary;
    d->file.summary_length = publisher_summary(&f, &d->totals, d->summary);
    d->summary[d->file.summary_length] = '\0';
    d->file.lines = d->bytes;
    d->file.length = length;
}

/* Its lines, under a summary that says 12 payouts of 4768.00 and a return of 100.00. */
static inline void drawn_known_day(struct drawn *d, enum channel channel, uint64_t seed,
                                   uint32_t count)
{
    struct publisher f;
    drawn_day(d, channel, seed, count);
    d->totals.payouts = (struct settlement_sum){12, 476800, 2861, 479661};
    d->totals.returns = (struct settlement_sum){1, 10000, 0, 10000};
    publisher_start(&f, channel, SESSIONS_A_DAY);
    d->file.summary_length = publisher_summary(&f, &d->totals, d->summary);
    d->summary[d->file.summary_length] = '\0';
}

static inline void check_known_opening(const struct drawn *d, const struct settlement_heard *h)
{
    ck_assert_uint_eq(h->opened, 1);
    ck_assert_uint_eq(h->opening.count, 13);
    ck_assert_int_eq(h->opening.amount_fen, 489661);
    ck_assert_int_eq(h->opening.other_fen, d->totals.from_us);
    ck_assert_int_eq(h->opening.at_us, d->totals.until_us);
}

static inline struct input drawn_opening(const struct drawn *d, enum channel channel)
{
    const struct settlement_totals *t = &d->totals;
    return (struct input){.kind = INPUT_LIST_OPENED,
                          .channel = (uint8_t)channel,
                          .count = t->payouts.count + t->returns.count,
                          .amount_fen = t->payouts.settled_fen + t->returns.settled_fen,
                          .other_fen = t->from_us,
                          .at_us = t->until_us};
}

static inline struct input drawn_input(const struct settlement_line *l, enum channel channel)
{
    return (struct input){.kind = INPUT_LIST_LINE,
                          .channel = (uint8_t)channel,
                          .flag = l->flag,
                          .session = l->session,
                          .id = l->order,
                          .amount_fen = l->settled_fen,
                          .other_fen = l->fee_fen,
                          .reference = l->reference};
}

/* `text` with the first `from` in it made `to`; returns its length. */
static inline size_t drawn_changed(const char *text, const char *from, const char *to, char *out)
{
    const char *at = strstr(text, from);
    MUST(at != NULL);
    size_t before = (size_t)(at - text);
    memcpy(out, text, before);
    memcpy(out + before, to, strlen(to));
    size_t behind = strlen(at + strlen(from));
    memcpy(out + before + strlen(to), at + strlen(from), behind + 1);
    return before + strlen(to) + behind;
}

/* What reading the first `count` lines must say, and how it must end. */
static inline uint64_t drawn_hash(const struct drawn *d, enum channel channel, uint32_t count)
{
    struct settlement_heard h = {.opened = 0};
    struct input in = drawn_opening(d, channel);
    settlement_note(&h, LISTING_RECORD, &in, NULL);
    for (uint32_t i = 0; i < count; i++) {
        in = drawn_input(&d->lines[i], channel);
        settlement_note(&h, LISTING_RECORD, &in, NULL);
    }
    in = (struct input){.kind = INPUT_LIST_ENDED, .channel = (uint8_t)channel};
    settlement_note(&h, LISTING_RECORD, &in, NULL);
    return h.hash;
}

#endif
