/* world.h — all institutions together: the truth that the treasury cannot see.
 *
 * Orders go in, happenings are told to it when their time comes; news, new
 * happenings and facts about what is true come back in the outbox.  Its books
 * include "outside", so money is neither made nor lost.
 *
 * An account is named by its index in the terms, everywhere.
 */
#ifndef MOCKS_WORLD_H
#define MOCKS_WORLD_H

#include "mocks/bank.h"
#include "mocks/house.h"

struct world_account {
    uint8_t kind; /* enum account_kind */
    uint8_t institution;
    uint8_t opens_later; /* by world_open_account(); else it is open from the start */
    int64_t opening_fen;
};

struct world_terms {
    enum calendar calendar;
    uint64_t seed;
    int64_t start_us;
    uint32_t account_count;
    struct world_account accounts[ACCOUNTS_MAX]; /* one is the central bank's */
    int64_t mapped_fen[CHANNELS];
    bool pooled;            /* both houses pay from one pool */
    uint8_t acs_push;       /* 1 + the channel that pushes ACS's credits; 0: none does */
    uint8_t acs_push_all;   /* and sessions' nets, of either sign */
    uint8_t virtual_silent; /* movements of virtual IDs are not pushed */
    struct house_terms houses[CHANNELS];
    struct bank_terms banks[INSTITUTIONS_MAX]; /* from INSTITUTION_CENTRAL_BANK on */
    const struct line_text *line_texts;        /* the caller's, for as long as the world lives */
    uint32_t line_text_count;
    const struct own_line *own_lines; /* the same; in the order of their times */
    uint32_t own_line_count;
    const struct fault_spec *faults; /* the same */
    uint32_t fault_count;
    uint32_t orders_max; /* that a house keeps at once */
};

struct world {
    struct world_terms terms;
    struct books books;
    struct central_bank central_bank;
    struct statements statements;
    struct remittances remittances;
    struct faults faults;
    struct house houses[CHANNELS];
    struct bank banks[INSTITUTIONS_MAX]; /* from INSTITUTION_BANKS on */
    uint32_t own_lines_left_out;         /* the account was not open, or had too little */
};

/* A page of movements that is being handed over. */
struct details {
    uint8_t account;
    bool ended;
    bool more;     /* there is more to ask for */
    uint32_t next; /* number */
    uint32_t last; /* of this page */
};

struct world *world_create(const struct world_terms *terms); /* out of memory: NULL */
void world_free(struct world *w);

void world_start(struct world *w, int64_t now_us, struct outbox *out);
void world_order(struct world *w, int64_t now_us, const struct order *o, struct outbox *out);
void world_collect(struct world *w, int64_t now_us, enum channel house, int64_t amount_fen,
                   int64_t fee_fen, uint32_t count, struct outbox *out);
/* A collection straight into a bank account; text: 1 + the number of its texts,
 * or 0.  False: it is closed or not open yet; the payer keeps the money. */
bool world_collect_into(struct world *w, int64_t now_us, uint8_t account, int64_t amount_fen,
                        uint16_t text, struct outbox *out);

/* With its opening balance; one that is open stays as it is. */
void world_open_account(struct world *w, int64_t now_us, uint8_t account);
void world_close_account(struct world *w, uint8_t account);

void world_happens(struct world *w, int64_t now_us, const struct happening *what,
                   struct outbox *out);

/* After HAPPENS_DETAILS: the page's movements one by one, then that it ends;
 * false after that.  What is booked meanwhile is not on it.  First what is wrong
 * on it and was not told before, as facts. */
void world_details(const struct world *w, const struct happening *what, struct details *page);
bool world_next_detail_error(struct world *w, int64_t now_us, const struct details *page,
                             uint32_t *cursor, struct fact *error);
bool world_next_detail(const struct world *w, struct details *page, struct input *one);

/* From now on nothing more goes wrong; what went wrong stays, but files that are
 * overdue come whole. */
void world_heal(struct world *w, int64_t now_us, struct outbox *out);
/* Nothing is processing, under way, unsettled or owed.  What is still to be
 * told is not asked for: that is among the happenings to come. */
bool world_quiet(const struct world *w); /* at rest, and no fee is owed */
bool world_rests(const struct world *w); /* nothing is processing, unsettled or under way */
int64_t world_fees_owed_fen(const struct world *w); /* until the midnight's bills */

static inline uint32_t world_movements(const struct world *w, uint8_t account)
{
    MUST(account < w->statements.account_count);
    return w->statements.items[account].count;
}

static inline int64_t world_acs_fen(const struct world *w)
{
    return w->books.balance_fen[w->central_bank.acs];
}

#endif
