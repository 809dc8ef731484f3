/* ladder.c — see ladder.h. */

#include "sim/ladder.h"

#include <stddef.h>
#include <stdlib.h>

#include "core/base/must.h"
#include "core/base/wide.h"
#include "sim/growing.h"

/* A side is a fork's index, or a rung's and this bit. */
#define RUNG (UINT32_C(1) << 31)

enum { INDEX_BITS = 32 }; /* of a key, below those of the amount */

struct fork {
    int64_t us[BLOCKED_REASONS]; /* of all below it, besides their own */
    int64_t amount_fen;          /* of all below it */
    int64_t split_fen;           /* side[0] has none above it, side[1] none below it */
    uint32_t side[2];            /* by the bit of the key */
    uint32_t count;
    uint32_t bit; /* less than that of the fork above it */
};

static bool is_fork(uint32_t at)
{
    return !(at & RUNG);
}

static unsigned_wide key_of(const struct ladders *all, uint32_t index)
{
    return (unsigned_wide)all->rungs[index].amount_fen << INDEX_BITS | index;
}

static uint32_t highest_bit(unsigned_wide bits)
{
    uint64_t high = (uint64_t)(bits >> 64);
    return high != 0 ? 127u - (uint32_t)__builtin_clzll(high)
                     : 63u - (uint32_t)__builtin_clzll((uint64_t)bits);
}

static void add_us(int64_t to[BLOCKED_REASONS], const int64_t us[BLOCKED_REASONS])
{
    for (int r = 0; r < BLOCKED_REASONS; r++)
        to[r] += us[r];
}

static int64_t *us_below(struct ladders *all, uint32_t at)
{
    return is_fork(at) ? all->forks[at].us : all->rungs[at & ~RUNG].us;
}

static struct ladder_sum sum_below(const struct ladders *all, uint32_t at)
{
    if (is_fork(at))
        return (struct ladder_sum){all->forks[at].count, all->forks[at].amount_fen};
    return (struct ladder_sum){1, all->rungs[at & ~RUNG].amount_fen};
}

void ladders_init(struct ladders *all)
{
    *all = (struct ladders){0};
    pool_init(&all->pool, 0, sizeof(struct fork), offsetof(struct fork, bit));
}

void ladders_reserve(struct ladders *all, uint32_t rungs)
{
    MUST(rungs <= RUNG);
    all->rungs = realloc(all->rungs, rungs * sizeof *all->rungs);
    MUST(all->rungs != NULL);
}

void ladders_free(struct ladders *all)
{
    free(all->rungs);
    free(all->forks);
}

void ladder_put(struct ladders *all, struct ladder *l, uint32_t index)
{
    struct rung *rung = &all->rungs[index];
    unsigned_wide key = key_of(all, index);
    uint32_t at = l->root;
    MUST(rung->amount_fen > 0);
    if (at == NONE) {
        l->root = index | RUNG;
        return;
    }
    while (is_fork(at))
        at = all->forks[at].side[key >> all->forks[at].bit & 1];
    unsigned_wide differ = key ^ key_of(all, at & ~RUNG);
    MUST(differ != 0); /* it is on it already */
    uint32_t bit = highest_bit(differ);
    all->forks = pool_grown(&all->pool, all->forks);
    uint32_t one = pool_take(&all->pool, all->forks);

    uint32_t *above = &l->root;
    while (is_fork(*above) && all->forks[*above].bit > bit) {
        struct fork *f = &all->forks[*above];
        f->count++;
        f->amount_fen += rung->amount_fen;
        for (int r = 0; r < BLOCKED_REASONS; r++)
            rung->us[r] -= f->us[r];
        above = &f->side[key >> f->bit & 1];
    }
    struct ladder_sum others = sum_below(all, *above);
    struct fork *f = &all->forks[one];
    uint32_t mine = key >> bit & 1;
    *f = (struct fork){
        .amount_fen = others.amount_fen + rung->amount_fen, .count = others.count + 1, .bit = bit};
    f->split_fen = (int64_t)((key >> bit | 1) << bit >> INDEX_BITS);
    f->side[mine] = index | RUNG;
    f->side[1 - mine] = *above;
    *above = one;
}

void ladder_take(struct ladders *all, struct ladder *l, uint32_t index)
{
    struct rung *rung = &all->rungs[index];
    unsigned_wide key = key_of(all, index);
    uint32_t *parting = NULL;
    uint32_t *above = &l->root;
    MUST(l->root != NONE);
    while (is_fork(*above)) {
        struct fork *f = &all->forks[*above];
        f->count--;
        f->amount_fen -= rung->amount_fen;
        add_us(rung->us, f->us);
        parting = above;
        above = &f->side[key >> f->bit & 1];
    }
    MUST(*above == (index | RUNG));
    if (parting == NULL) {
        l->root = NONE;
        return;
    }
    uint32_t gone = *parting;
    struct fork *f = &all->forks[gone];
    uint32_t other = f->side[!(key >> f->bit & 1)];
    add_us(us_below(all, other), f->us);
    *parting = other;
    pool_give(&all->pool, all->forks, gone);
}

void ladder_add(struct ladders *all, const struct ladder *l, int64_t upto_fen,
                const int64_t us[BLOCKED_REASONS])
{
    uint32_t at = l->root;
    if (at == NONE)
        return;
    while (is_fork(at)) {
        const struct fork *f = &all->forks[at];
        if (upto_fen >= f->split_fen)
            add_us(us_below(all, f->side[0]), us);
        at = f->side[upto_fen >= f->split_fen];
    }
    if (all->rungs[at & ~RUNG].amount_fen <= upto_fen)
        add_us(all->rungs[at & ~RUNG].us, us);
}

void ladder_read(const struct ladders *all, const struct ladder *l, uint32_t index,
                 int64_t us[BLOCKED_REASONS])
{
    unsigned_wide key = key_of(all, index);
    uint32_t at = l->root;
    MUST(at != NONE);
    while (is_fork(at)) {
        add_us(us, all->forks[at].us);
        at = all->forks[at].side[key >> all->forks[at].bit & 1];
    }
    MUST(at == (index | RUNG));
}

struct ladder_sum ladder_upto(const struct ladders *all, const struct ladder *l, int64_t upto_fen)
{
    struct ladder_sum sum = {0};
    uint32_t at = l->root;
    if (at == NONE)
        return sum;
    while (is_fork(at)) {
        const struct fork *f = &all->forks[at];
        if (upto_fen >= f->split_fen) {
            struct ladder_sum lower = sum_below(all, f->side[0]);
            sum.count += lower.count;
            sum.amount_fen += lower.amount_fen;
        }
        at = f->side[upto_fen >= f->split_fen];
    }
    if (all->rungs[at & ~RUNG].amount_fen <= upto_fen) {
        sum.count++;
        sum.amount_fen += all->rungs[at & ~RUNG].amount_fen;
    }
    return sum;
}
