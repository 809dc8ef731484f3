/* bands.c — see bands.h. */

#include "sim/bands.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/money.h"
#include "core/base/must.h"

/* How an amount compares with what a channel has for its business. */
enum zone { ZONE_CLEAR, ZONE_OVER_SHARE, ZONE_OVER_QUOTA, ZONES };

/* A cell: three bits of each channel. */
enum {
    CELL_CHANNEL_BITS = 3, /* 0: no route; else 1 + zone + (denied ? ZONES : 0) */
    CELLS = 1 << CHANNELS * CELL_CHANNEL_BITS,
    SLOT_STATES = 1 << CHANNELS, /* bit: the channel has a free slot */
    LINES = ZONES - 1,           /* of a channel, between its zones */
    GROUPS = 1 << 2 * CHANNELS,  /* of a business */
    BANDS = CHANNELS * LINES + 1,
};

/* Who waits for the same. */
struct clocks {
    uint32_t count;
    int64_t amount_fen;
    int64_t us[BLOCKED_REASONS];
};

struct band {
    struct clocks clocks;
    int64_t upto_fen; /* where the one before ends there, too, it is empty */
    uint8_t cell;
};

/* Those of one business, and of one set of routes and denied ones among them. */
struct group {
    struct ladder ladder;
    uint32_t count;
    int64_t us[BLOCKED_REASONS]; /* of all in it, besides the ladder's and the bands' */
    struct band bands[BANDS];
};

/* Of a business. */
struct lines {
    struct bands_room rooms[CHANNELS];
    int64_t fits_fen[CHANNELS][LINES]; /* the largest amount that fits the room, and all */
};

struct bands {
    const struct core_config *config;
    struct ladders ladders;
    struct clocks held;
    struct clocks pausing;
    struct lines lines[BUSINESSES_MAX];
    uint16_t active[BUSINESSES_MAX * GROUPS]; /* groups with anybody in them */
    uint32_t active_count;
    uint8_t reasons[CELLS][SLOT_STATES];
    struct group groups[BUSINESSES_MAX * GROUPS];
};

/* --- what a cell waits for --------------------------------------------------- */

/* Bit r: reason r stands in the way on that channel; all bits: no route. */
static uint32_t obstacles_on(uint32_t cell, uint32_t channel, uint32_t slots_free)
{
    uint32_t bits = cell >> channel * CELL_CHANNEL_BITS & ((1 << CELL_CHANNEL_BITS) - 1);
    if (bits == 0)
        return UINT32_MAX;
    uint32_t zone = (bits - 1) % ZONES;
    return (bits - 1 >= ZONES ? 1u << BLOCKED_BREAKER : 0u) |
           (zone == ZONE_OVER_SHARE ? 1u << BLOCKED_SHARE : 0u) |
           (zone == ZONE_OVER_QUOTA ? 1u << BLOCKED_QUOTA : 0u) |
           (slots_free >> channel & 1 ? 0u : 1u << BLOCKED_CHANNEL);
}

static enum blocked_reason reason_of(const struct bands *w, uint32_t cell, uint32_t slots_free)
{
    uint32_t on[CHANNELS];
    uint32_t best = w->config->primary;
    for (uint32_t c = 0; c < CHANNELS; c++) {
        on[c] = obstacles_on(cell, c, slots_free);
        if (on[c] == 0)
            return BLOCKED_TURN;
    }
    for (uint32_t r = 0; r < BLOCKED_TURN; r++)
        for (uint32_t c = 0; c < CHANNELS; c++)
            if (on[c] == 1u << r)
                return (enum blocked_reason)r;
    for (uint32_t c = 0; c < CHANNELS; c++)
        if (__builtin_popcount(on[c]) < __builtin_popcount(on[best]))
            best = c;
    return (enum blocked_reason)__builtin_ctz(on[best]);
}

/* --- creating ---------------------------------------------------------------- */

struct bands *bands_create(const struct core_config *config)
{
    struct bands *w = calloc(1, sizeof *w);
    MUST(w != NULL);
    w->config = config;
    ladders_init(&w->ladders);
    for (uint32_t cell = 0; cell < CELLS; cell++)
        for (uint32_t slots = 0; slots < SLOT_STATES; slots++)
            w->reasons[cell][slots] = (uint8_t)reason_of(w, cell, slots);
    return w;
}

void bands_free(struct bands *w)
{
    if (w == NULL)
        return;
    ladders_free(&w->ladders);
    free(w);
}

void bands_reserve(struct bands *w, uint32_t rungs)
{
    ladders_reserve(&w->ladders, rungs);
}

struct rung *bands_rung(struct bands *w, uint32_t index)
{
    return &w->ladders.rungs[index];
}

/* --- lines ------------------------------------------------------------------- */

/* The largest amount that holds at most `line_fen`; 0: none does.  A fee never falls as the
 * amount rises. */
static int64_t fitting_fen(const struct fee_terms *fee, int64_t line_fen)
{
    if (line_fen <= 0 || !fee->in_net)
        return line_fen < 0 ? 0 : line_fen;
    int64_t most_fen = line_fen < MONEY_MAX_FEN ? line_fen : MONEY_MAX_FEN;
    int64_t low_fen = line_fen - fee_of(fee, most_fen);
    if (low_fen >= most_fen)
        return most_fen;
    if (low_fen < 0)
        low_fen = 0;
    int64_t high_fen = line_fen - fee_of(fee, low_fen);
    while (low_fen < high_fen) {
        int64_t middle_fen = low_fen + (high_fen - low_fen + 1) / 2;
        if (middle_fen + fee_of(fee, middle_fen) <= line_fen)
            low_fen = middle_fen;
        else
            high_fen = middle_fen - 1;
    }
    return low_fen;
}

static void add_us(int64_t to[BLOCKED_REASONS], const int64_t us[BLOCKED_REASONS])
{
    for (int r = 0; r < BLOCKED_REASONS; r++)
        to[r] += us[r];
}

static void take_us(int64_t from[BLOCKED_REASONS], const int64_t us[BLOCKED_REASONS])
{
    for (int r = 0; r < BLOCKED_REASONS; r++)
        from[r] -= us[r];
}

/* The lines that matter to a group, in order; then there is no end. */
static void cut(const struct lines *l, uint32_t group, int64_t upto_fen[BANDS])
{
    uint32_t count = 0;
    for (uint32_t c = 0; c < CHANNELS; c++)
        for (uint32_t i = 0; i < LINES && (group >> c & 1); i++) {
            int64_t line_fen = l->fits_fen[c][i];
            if (i > 0 && line_fen == l->fits_fen[c][i - 1])
                continue;
            uint32_t at = count++;
            for (; at > 0 && upto_fen[at - 1] > line_fen; at--)
                upto_fen[at] = upto_fen[at - 1];
            upto_fen[at] = line_fen;
        }
    while (count < BANDS)
        upto_fen[count++] = INT64_MAX;
}

/* What stands in the way of the amounts in the band above a line. */
static uint8_t cell_of(const struct lines *l, uint32_t group, int64_t above_fen)
{
    uint32_t cell = 0;
    for (uint32_t c = 0; c < CHANNELS; c++) {
        enum zone zone = above_fen >= l->fits_fen[c][1]   ? ZONE_OVER_QUOTA
                         : above_fen >= l->fits_fen[c][0] ? ZONE_OVER_SHARE
                                                          : ZONE_CLEAR;
        bool denied = group >> (CHANNELS + c) & 1;
        if (group >> c & 1)
            cell |= (1u + zone + (denied ? (uint32_t)ZONES : 0u)) << c * CELL_CHANNEL_BITS;
    }
    return (uint8_t)cell;
}

static void set_bands(struct bands *w, uint32_t group, const int64_t upto_fen[BANDS])
{
    struct band *bands = w->groups[group].bands;
    int64_t above_fen = 0; /* as every amount is */
    for (uint32_t i = 0; i < BANDS; i++) {
        bands[i].upto_fen = upto_fen[i];
        if (upto_fen[i] > above_fen)
            bands[i].cell = cell_of(&w->lines[group / GROUPS], group, above_fen);
        above_fen = upto_fen[i];
    }
}

/* The ladder takes over what the bands' clocks show. */
static void stop_clocks(struct bands *w, struct group *g)
{
    int64_t more_us[BLOCKED_REASONS] = {0}; /* than those above the line */
    static const int64_t none_us[BLOCKED_REASONS];
    for (uint32_t i = 0; i < BANDS; i++) {
        add_us(more_us, g->bands[i].clocks.us);
        memset(g->bands[i].clocks.us, 0, sizeof g->bands[i].clocks.us);
        if (i + 1 == BANDS) {
            add_us(g->us, more_us);
            break;
        }
        take_us(more_us, g->bands[i + 1].clocks.us);
        if (g->bands[i].upto_fen == g->bands[i + 1].upto_fen ||
            memcmp(more_us, none_us, sizeof more_us) == 0)
            continue;
        ladder_add(&w->ladders, &g->ladder, g->bands[i].upto_fen, more_us);
        memset(more_us, 0, sizeof more_us);
    }
}

/* New bands.  While nobody changes his, the clocks go on. */
static void redraw(struct bands *w, uint32_t group)
{
    struct group *g = &w->groups[group];
    struct ladder_sum was = {0};
    struct ladder_sum now[BANDS]; /* up to each line */
    int64_t upto_fen[BANDS];
    bool crossed = false;
    cut(&w->lines[group / GROUPS], group, upto_fen);
    for (uint32_t i = 0; i < BANDS; i++) {
        was.count += g->bands[i].clocks.count;
        was.amount_fen += g->bands[i].clocks.amount_fen;
        if (upto_fen[i] == g->bands[i].upto_fen)
            now[i] = was;
        else if (i > 0 && upto_fen[i] == upto_fen[i - 1])
            now[i] = now[i - 1];
        else
            now[i] = ladder_upto(&w->ladders, &g->ladder, upto_fen[i]);
        crossed |= now[i].count != was.count;
    }
    if (crossed) {
        stop_clocks(w, g);
        for (uint32_t i = 0; i < BANDS; i++) {
            struct ladder_sum below = i == 0 ? (struct ladder_sum){0} : now[i - 1];
            g->bands[i].clocks.count = now[i].count - below.count;
            g->bands[i].clocks.amount_fen = now[i].amount_fen - below.amount_fen;
        }
    }
    set_bands(w, group, upto_fen);
}

void bands_draw(struct bands *w, uint32_t business, const struct bands_room rooms[CHANNELS])
{
    struct lines *l = &w->lines[business];
    bool moved = false;
    for (uint32_t c = 0; c < CHANNELS; c++) {
        const struct fee_terms *fee = &w->config->channels[c].fee;
        if (rooms[c].room_fen == l->rooms[c].room_fen &&
            rooms[c].available_fen == l->rooms[c].available_fen)
            continue;
        l->rooms[c] = rooms[c];
        l->fits_fen[c][0] = fitting_fen(fee, rooms[c].room_fen);
        l->fits_fen[c][1] = rooms[c].available_fen == rooms[c].room_fen
                                ? l->fits_fen[c][0]
                                : fitting_fen(fee, rooms[c].available_fen);
        moved = true;
    }
    for (uint32_t g = business * GROUPS; moved && g < (business + 1) * GROUPS; g++)
        if (w->groups[g].count > 0)
            redraw(w, g);
}

/* --- in and out -------------------------------------------------------------- */

uint16_t bands_at(uint32_t business, uint32_t routes, uint32_t denied)
{
    return (uint16_t)(BANDS_GROUPS + business * GROUPS + (routes | (denied & routes) << CHANNELS));
}

static uint32_t band_of(const struct group *g, int64_t amount_fen)
{
    uint32_t i = 0;
    while (amount_fen > g->bands[i].upto_fen)
        i++;
    return i;
}

static struct clocks *clocks_aside(struct bands *w, uint16_t at)
{
    return at == BANDS_HELD ? &w->held : &w->pausing;
}

static void open_group(struct bands *w, uint32_t group)
{
    struct group *g = &w->groups[group];
    int64_t upto_fen[BANDS];
    g->ladder.root = NONE; /* the clocks go on from where they stand */
    cut(&w->lines[group / GROUPS], group, upto_fen);
    set_bands(w, group, upto_fen);
    w->active[w->active_count++] = (uint16_t)group;
}

static void close_group(struct bands *w, uint32_t group)
{
    uint32_t i = 0;
    while (w->active[i] != group)
        i++;
    w->active[i] = w->active[--w->active_count];
}

static void start_clocks(struct clocks *clocks, struct rung *rung)
{
    clocks->count++;
    clocks->amount_fen += rung->amount_fen;
    take_us(rung->us, clocks->us);
}

static void read_clocks(struct clocks *clocks, struct rung *rung)
{
    clocks->count--;
    clocks->amount_fen -= rung->amount_fen;
    add_us(rung->us, clocks->us);
}

void bands_enter(struct bands *w, uint32_t index, uint16_t at)
{
    struct rung *rung = bands_rung(w, index);
    if (at < BANDS_GROUPS) {
        start_clocks(clocks_aside(w, at), rung);
        return;
    }
    struct group *g = &w->groups[at - BANDS_GROUPS];
    if (g->count++ == 0)
        open_group(w, at - BANDS_GROUPS);
    take_us(rung->us, g->us);
    ladder_put(&w->ladders, &g->ladder, index);
    start_clocks(&g->bands[band_of(g, rung->amount_fen)].clocks, rung);
}

void bands_leave(struct bands *w, uint32_t index, uint16_t at)
{
    struct rung *rung = bands_rung(w, index);
    if (at < BANDS_GROUPS) {
        read_clocks(clocks_aside(w, at), rung);
        return;
    }
    struct group *g = &w->groups[at - BANDS_GROUPS];
    MUST(g->count > 0);
    add_us(rung->us, g->us);
    ladder_take(&w->ladders, &g->ladder, index);
    read_clocks(&g->bands[band_of(g, rung->amount_fen)].clocks, rung);
    if (--g->count == 0)
        close_group(w, at - BANDS_GROUPS);
}

void bands_read(const struct bands *w, uint32_t index, uint16_t at,
                int64_t parts_us[BLOCKED_REASONS])
{
    const struct rung *rung = &w->ladders.rungs[index];
    memcpy(parts_us, rung->us, sizeof rung->us);
    if (at < BANDS_GROUPS) {
        add_us(parts_us, at == BANDS_HELD ? w->held.us : w->pausing.us);
        return;
    }
    const struct group *g = &w->groups[at - BANDS_GROUPS];
    add_us(parts_us, g->us);
    ladder_read(&w->ladders, &g->ladder, index, parts_us);
    add_us(parts_us, g->bands[band_of(g, rung->amount_fen)].clocks.us);
}

/* --- time -------------------------------------------------------------------- */

static enum blocked_reason reason_in(const struct bands *w, const struct band *band,
                                     uint8_t slots_free)
{
    return (enum blocked_reason)w->reasons[band->cell][slots_free];
}

static void run(struct clocks *clocks, enum blocked_reason reason, int64_t us,
                struct blocked_totals *totals)
{
    clocks->us[reason] += us;
    totals->us[reason] += (wide)us * clocks->count;
    if (reason == BLOCKED_QUOTA)
        totals->quota_fen_us += (wide)us * clocks->amount_fen;
}

void bands_advance(struct bands *w, uint8_t slots_free, int64_t us, struct blocked_totals *totals)
{
    run(&w->held, BLOCKED_HOLD, us, totals);
    run(&w->pausing, BLOCKED_TURN, us, totals);
    for (uint32_t i = 0; i < w->active_count; i++) {
        struct group *g = &w->groups[w->active[i]];
        for (uint32_t b = 0; b < BANDS; b++)
            if (g->bands[b].clocks.count > 0)
                run(&g->bands[b].clocks, reason_in(w, &g->bands[b], slots_free), us, totals);
    }
}

uint64_t bands_now(const struct bands *w, uint8_t slots_free, enum blocked_reason reason)
{
    uint64_t count = reason == BLOCKED_HOLD   ? w->held.count
                     : reason == BLOCKED_TURN ? w->pausing.count
                                              : 0;
    for (uint32_t i = 0; i < w->active_count; i++) {
        const struct band *bands = w->groups[w->active[i]].bands;
        for (uint32_t b = 0; b < BANDS; b++)
            if (bands[b].clocks.count > 0 && reason_in(w, &bands[b], slots_free) == reason)
                count += bands[b].clocks.count;
    }
    return count;
}
