/* stats.c — see stats.h. */

#include "sim/stats.h"

#include <stdlib.h>

#include "core/base/must.h"

static void waits_free(struct waits *w)
{
    histogram_free(&w->wait);
    histogram_free(&w->queue_wait);
}

void payout_stats_free(struct payout_stats *s)
{
    waits_free(&s->all);
    for (int b = 0; b < BUSINESSES_MAX; b++)
        waits_free(&s->by_business[b]);
    for (int g = 0; g < GROUPS_MAX; g++)
        waits_free(&s->by_group[g]);
}

const uint8_t decision_words[DECISIONS] = {
    REASON_PRIMARY,         REASON_MORE_QUOTA,   REASON_CHEAPER,
    REASON_MORE_SUCCESS,    REASON_BREAKER_OPEN, REASON_CHANNEL_BUSY,
    REASON_TRIED_ELSEWHERE, REASON_QUOTA_LOW,    REASON_ONLY_ROUTE};

/* A span in at most CURVE_POINTS_MAX steps. */
static int64_t step_of(int64_t from_us, int64_t to_us, int64_t least_step_us)
{
    int64_t step_us = (to_us - from_us + CURVE_POINTS_MAX - 1) / CURVE_POINTS_MAX;
    return step_us < least_step_us ? least_step_us : step_us;
}

void mix_init(struct mix *m, int64_t from_us, int64_t to_us, int64_t least_step_us)
{
    int64_t step_us = step_of(from_us, to_us, least_step_us);
    *m = (struct mix){.from_us = from_us,
                      .step_us = step_us,
                      .point_count = (uint32_t)((to_us - from_us + step_us - 1) / step_us)};
    m->counts = calloc(m->point_count, sizeof *m->counts);
    MUST(m->counts != NULL);
}

void mix_free(struct mix *m)
{
    free(m->counts);
    *m = (struct mix){0};
}

void mix_add(struct mix *m, int64_t at_us, enum reason why)
{
    uint64_t point = (uint64_t)((at_us - m->from_us) / m->step_us);
    for (uint32_t k = 0; point < m->point_count && k < DECISIONS; k++)
        m->counts[point][k] += decision_words[k] == why;
}

bool mix_has(const struct mix *m, uint32_t word)
{
    for (uint32_t i = 0; i < m->point_count; i++)
        if (m->counts[i][word] > 0)
            return true;
    return false;
}

void curve_init(struct curve *c, int64_t from_us, int64_t to_us, int64_t least_step_us)
{
    int64_t step_us = step_of(from_us, to_us, least_step_us);
    *c = (struct curve){.from_us = from_us,
                        .step_us = step_us,
                        .point_count = (uint32_t)((to_us - from_us + step_us - 1) / step_us)};
    c->buckets = calloc(c->point_count, sizeof *c->buckets);
    c->counts = calloc(c->point_count, sizeof *c->counts);
    MUST(c->buckets != NULL && c->counts != NULL);
}

void curve_free(struct curve *c)
{
    free(c->buckets);
    free(c->counts);
    *c = (struct curve){0};
}

/* Sixteen buckets a doubling; below 16 us one each. */
static uint32_t bucket_of(int64_t us)
{
    if (us < 16)
        return (uint32_t)us;
    uint32_t top = 63 - (uint32_t)__builtin_clzll((uint64_t)us);
    uint32_t bucket = (top - 3) * 16 + (uint32_t)(us >> (top - 4) & 15);
    return bucket < CURVE_BUCKETS ? bucket : CURVE_BUCKETS - 1;
}

static int64_t middle_of(uint32_t bucket)
{
    if (bucket < 16)
        return bucket;
    uint32_t shift = bucket / 16 - 1;
    return ((INT64_C(16) + bucket % 16) << shift) + (INT64_C(1) << shift) / 2;
}

void curve_add(struct curve *c, int64_t at_us, int64_t wait_us)
{
    if (at_us < c->from_us)
        return;
    uint64_t point = (uint64_t)((at_us - c->from_us) / c->step_us);
    if (point >= c->point_count)
        return;
    c->buckets[point][bucket_of(wait_us)]++;
    c->counts[point]++;
}

int64_t curve_percentile_us(const struct curve *c, uint32_t point, int64_t share_ppm)
{
    MUST(point < c->point_count && c->counts[point] > 0);
    uint64_t wanted = (c->counts[point] * (uint64_t)share_ppm + 999999) / 1000000;
    uint64_t seen = 0;
    for (uint32_t i = 0; i < CURVE_BUCKETS; i++) {
        seen += c->buckets[point][i];
        if (seen >= wanted && seen > 0)
            return middle_of(i);
    }
    NEVER("fewer in the buckets than counted");
}
