/* world.h — all institutions together: the truth that the treasury cannot see.
 *
 * Orders go in, happenings are told to it when their time comes; news, new
 * happenings and facts about what is true come back in the outbox.  Its books
 * include "outside", so money is neither made nor lost.
 */
#ifndef MOCKS_WORLD_H
#define MOCKS_WORLD_H

#include "mocks/house.h"

struct world_account {
    uint8_t kind; /* enum account_kind */
    uint8_t institution;
    int64_t opening_fen;
};

struct world_terms {
    enum calendar calendar;
    uint64_t seed;
    int64_t start_us;
    uint32_t account_count;
    struct world_account accounts[ACCOUNTS_MAX]; /* one is the central bank's */
    int64_t mapped_fen[CHANNELS];
    struct house_terms houses[CHANNELS];
    const struct fault_spec *faults; /* the caller's, for as long as the world lives */
    uint32_t fault_count;
    uint32_t orders_max; /* that a house keeps at once */
};

struct world {
    struct world_terms terms;
    struct books books;
    struct central_bank central_bank;
    struct faults faults;
    struct house houses[CHANNELS];
};

struct world *world_create(const struct world_terms *terms); /* out of memory: NULL */
void world_free(struct world *w);

void world_start(struct world *w, int64_t now_us, struct outbox *out);
void world_order(struct world *w, int64_t now_us, const struct order *o, struct outbox *out);
void world_collect(struct world *w, int64_t now_us, enum channel house, int64_t amount_fen,
                   int64_t fee_fen, uint32_t count, struct outbox *out);
void world_happens(struct world *w, int64_t now_us, const struct happening *what,
                   struct outbox *out);

/* From now on nothing more goes wrong; what went wrong stays. */
void world_heal(struct world *w);
bool world_quiet(const struct world *w);

static inline int64_t world_acs_fen(const struct world *w)
{
    return w->books.balance_fen[w->central_bank.acs];
}

#endif
