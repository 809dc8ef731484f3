/* forecast.c — see forecast.h. */

#include "core/quota/forecast.h"

#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/base/must.h"
#include "core/base/wide.h"

#define QUARTER_US (15 * US_PER_MINUTE)

enum { DAYS_MEANT = 3, LEVEL_MAX = 8 }; /* today is at most 8 times the pattern, at least 1/8 */

/* The quarter of the day that holds a moment. */
static int64_t quarter_of(int64_t at_us)
{
    return (at_us - civil_moment_us(civil_day(at_us), 0)) / QUARTER_US;
}

static int64_t quarter_end_us(int64_t at_us)
{
    return civil_moment_us(civil_day(at_us), 0) + (quarter_of(at_us) + 1) * QUARTER_US;
}

/* Most products fit into 64 bits, which divide many times as fast. */
static int64_t scaled(int64_t amount_fen, int64_t by, int64_t over)
{
    wide product = (wide)amount_fen * by;
    wide quotient = product == (int64_t)product ? (int64_t)product / over : product / over;
    return quotient > MONEY_MAX_FEN ? MONEY_MAX_FEN : (int64_t)quotient;
}

void flow_open(struct flow *f, int64_t now_us)
{
    *f = (struct flow){.opened_us = now_us, .closes_us = quarter_end_us(now_us)};
}

static int64_t three_quarters(int64_t value)
{
    return value - value / 4;
}

static void learn(struct flow *f, int64_t q)
{
    int64_t *learned_fen = &f->learned_fen[q];
    if (f->days[q] <= DAYS_MEANT)
        f->days[q]++;
    int64_t change_fen = (f->seen_fen - *learned_fen) / f->days[q];
    *learned_fen += change_fen;
    f->learned_sum_fen += change_fen;
}

static void close_quarter(struct flow *f)
{
    int64_t q = quarter_of(f->opened_us);
    int64_t length_us = f->closes_us - f->opened_us;
    f->expected_fen =
        three_quarters(f->expected_fen) +
        (f->days[q] > 0 ? scaled(f->learned_fen[q], length_us, QUARTER_US) : f->seen_fen);
    f->lately_fen = three_quarters(f->lately_fen) + f->seen_fen;
    f->lately_us = three_quarters(f->lately_us) + length_us;
    if (length_us == QUARTER_US)
        learn(f, q);
    f->seen_fen = 0;
    f->opened_us = f->closes_us;
    f->closes_us += QUARTER_US;
}

void flow_turn(struct flow *f, int64_t now_us)
{
    while (f->closes_us <= now_us)
        close_quarter(f);
}

/* How today goes: the same for every quarter ahead. */
struct pace {
    const struct flow *flow;
    int64_t lately_fen; /* in all, for quarters that were never seen whole */
    int64_t lately_us;
    int64_t level_fen; /* what went lately over what was expected scales the others */
    int64_t level_of_fen;
};

/* As the last two hours or so went. */
static struct pace pace_of(const struct flow *f, int64_t now_us)
{
    int64_t so_far_us = now_us - f->opened_us;
    int64_t lately_us = f->lately_us + so_far_us;
    int64_t lately_fen = f->lately_fen + f->seen_fen;
    int64_t running = quarter_of(f->opened_us);
    int64_t expected_fen = f->expected_fen + (f->days[running] > 0 ? scaled(f->learned_fen[running],
                                                                            so_far_us, QUARTER_US)
                                                                   : f->seen_fen);
    int64_t even_fen = f->learned_sum_fen / (QUARTERS * 10) + 1;
    return (struct pace){
        .flow = f,
        .lately_fen = lately_fen, /* the first minutes of all count as a whole quarter */
        .lately_us = lately_us > QUARTER_US ? lately_us : QUARTER_US,
        .level_fen = money_add(lately_fen, even_fen),
        .level_of_fen = money_add(expected_fen, even_fen),
    };
}

/* A quarter of an hour ahead, or the part of it within the span that is asked about. */
struct part {
    int64_t at_us;
    int64_t length_us;
    int64_t q;
};

static struct part part_at(int64_t at_us, int64_t q, int64_t close_us, int64_t end_us)
{
    return (struct part){at_us, (close_us < end_us ? close_us : end_us) - at_us, q};
}

static struct part first_part(int64_t now_us, int64_t end_us)
{
    return part_at(now_us, quarter_of(now_us), quarter_end_us(now_us), end_us);
}

static struct part next_part(const struct part *p, int64_t end_us)
{
    int64_t at_us = p->at_us + p->length_us;
    return part_at(at_us, p->q + 1 == QUARTERS ? 0 : p->q + 1, at_us + QUARTER_US, end_us);
}

static int64_t expected_of_fen(const struct pace *today, const struct part *p)
{
    const struct flow *f = today->flow;
    if (f->days[p->q] == 0)
        return scaled(today->lately_fen, p->length_us, today->lately_us);
    int64_t plain_fen = scaled(f->learned_fen[p->q], p->length_us, QUARTER_US);
    if (today->level_fen / LEVEL_MAX >= today->level_of_fen)
        return scaled(plain_fen, LEVEL_MAX, 1);
    if (today->level_fen <= today->level_of_fen / LEVEL_MAX)
        return plain_fen / LEVEL_MAX;
    return scaled(plain_fen, today->level_fen, today->level_of_fen);
}

int64_t flow_expected_fen(const struct flow *f, int64_t now_us, int64_t span_us)
{
    MUST(span_us <= US_PER_DAY && now_us >= f->opened_us && now_us < f->closes_us);
    struct pace today = pace_of(f, now_us);
    int64_t end_us = now_us + span_us;
    int64_t sum_fen = 0;
    for (struct part p = first_part(now_us, end_us); p.at_us < end_us; p = next_part(&p, end_us))
        sum_fen = money_add(sum_fen, expected_of_fen(&today, &p));
    return sum_fen;
}

void forecast_open(struct forecast *f, int64_t now_us)
{
    flow_open(&f->out, now_us);
    flow_open(&f->in, now_us);
}

void forecast_turn(struct forecast *f, int64_t now_us)
{
    flow_turn(&f->out, now_us);
    flow_turn(&f->in, now_us);
}

int64_t forecast_need_fen(const struct forecast *f, int64_t now_us, int64_t span_us)
{
    MUST(span_us <= US_PER_DAY && now_us < f->out.closes_us && now_us < f->in.closes_us);
    struct pace out = pace_of(&f->out, now_us);
    struct pace in = pace_of(&f->in, now_us);
    int64_t end_us = now_us + span_us;
    int64_t net_fen = 0;
    int64_t most_fen = 0;
    for (struct part p = first_part(now_us, end_us); p.at_us < end_us; p = next_part(&p, end_us)) {
        net_fen = money_add(net_fen, expected_of_fen(&out, &p) - expected_of_fen(&in, &p));
        if (net_fen > most_fen)
            most_fen = net_fen;
    }
    return most_fen;
}

int64_t forecast_dry_us(const struct forecast *f, int64_t now_us, int64_t level_fen)
{
    MUST(now_us < f->out.closes_us && now_us < f->in.closes_us);
    if (level_fen <= 0)
        return now_us;
    struct pace out = pace_of(&f->out, now_us);
    struct pace in = pace_of(&f->in, now_us);
    int64_t end_us = now_us + US_PER_DAY;
    for (struct part p = first_part(now_us, end_us); p.at_us < end_us; p = next_part(&p, end_us)) {
        int64_t net_fen = expected_of_fen(&out, &p) - expected_of_fen(&in, &p);
        if (net_fen >= level_fen)
            return p.at_us + (int64_t)((wide)p.length_us * level_fen / net_fen);
        level_fen = money_sub(level_fen, net_fen);
    }
    return NEVER_US;
}
