/* reconcile.c — see reconcile.h. */

#include "sim/reconcile.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#define XXH_INLINE_ALL /* a call costs as much as the hash of so few bytes */
#include <xxhash.h>

#include "core/base/civil.h"
#include "core/base/must.h"
#include "sim/break_rows.h"
#include "sim/listing_file.h"
#include "sim/options.h"
#include "sim/spill.h"

enum { BATCH = 64, AHEAD = 8, LEVELS_MAX = 6 };

/* Where the rows of both sides come from: the files, or a part of what was set down. */
struct source {
    struct listing_file *files[MATCH_SIDES];
    struct spill *spill; /* NULL: the files */
    uint32_t part;
};

struct job {
    const struct reconcile_settings *settings;
    struct reconcile_totals *totals;
    struct match_rules rules;
    struct match match;
    struct match_entry *entries;
    struct idmap_slot *slots;
    char (*texts)[LISTING_TEXT_MAX]; /* of what is left, by the entry's index */
    uint8_t *lengths;
    uint32_t capacity;
    uint32_t remember; /* so many at most */
    struct break_rows rows;
    struct spilled batch[BATCH];
};

enum pass { PASS_DONE, PASS_FULL, PASS_BAD, PASS_FAILED };

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
    interrupted = number;
}

/* --- keys ------------------------------------------------------------------------------------ */

static size_t put_bytes(char *to, size_t at, const void *from, size_t length)
{
    memcpy(to + at, from, length);
    return at + length;
}

/* Of several fields, each with its length before it, so that no two lists of them look alike. */
static XXH128_hash_t hash_of_fields(const struct job *j, const struct listing_record *r)
{
    uint32_t by = j->settings->by;
    char all[LISTING_TEXTS * (LISTING_TEXT_MAX + 4) + 64];
    size_t n = 0;
    int64_t amount_fen = r->amount_fen;
    int8_t direction = (int8_t)((amount_fen > 0) - (amount_fen < 0));
    int64_t second = r->time_us / US_PER_S;
    int32_t day = civil_day(r->time_us);
    if (j->rules.unsigned_amounts && amount_fen < 0)
        amount_fen = -amount_fen;
    for (int f = 0; f < LISTING_TEXTS; f++)
        if ((by & UINT32_C(1) << f) != 0) {
            n = put_bytes(all, n, &r->texts[f].length, sizeof r->texts[f].length);
            n = put_bytes(all, n, r->texts[f].text, r->texts[f].length);
        }
    if ((by & UINT32_C(1) << LISTING_AMOUNT) != 0)
        n = put_bytes(all, n, &amount_fen, sizeof amount_fen);
    if ((by & UINT32_C(1) << LISTING_KIND) != 0)
        n = put_bytes(all, n, &direction, sizeof direction);
    if ((by & UINT32_C(1) << LISTING_TIME) != 0)
        n = put_bytes(all, n, &second, sizeof second);
    if ((by & BY_DAY) != 0)
        n = put_bytes(all, n, &day, sizeof day);
    return XXH3_128bits(all, n);
}

static void set_row(const struct job *j, const struct listing_record *r, struct spilled *row)
{
    const struct listing_text *reference = &r->texts[LISTING_REFERENCE];
    XXH128_hash_t hash = j->settings->by == UINT32_C(1) << LISTING_REFERENCE
                             ? XXH3_128bits(reference->text, reference->length)
                             : hash_of_fields(j, r);
    row->item = (struct match_item){.key = {hash.high64, hash.low64},
                                    .amount_fen = r->amount_fen,
                                    .fee_fen = r->fee_fen,
                                    .time_us = r->time_us,
                                    .row = r->line,
                                    .status = r->status};
    if (reference->length == 0)
        reference = &r->texts[LISTING_QUERY_ID];
    row->length = reference->length;
    memcpy(row->text, reference->text, reference->length);
}

/* --- rows in ------------------------------------------------------------------------------------
 */

static bool source_next(const struct job *j, const struct source *s, enum match_side side,
                        struct spilled *row, bool *failed)
{
    struct listing_record record;
    if (s->spill != NULL)
        return spill_next(s->spill, s->part, side, row, failed);
    if (!listing_file_next(s->files[side], &record)) {
        *failed |= listing_file_failed(s->files[side]);
        return false;
    }
    set_row(j, &record, row);
    return true;
}

static bool source_rewind(const struct source *s, uint32_t wanted)
{
    for (int side = 0; side < MATCH_SIDES; side++)
        if (!(s->spill != NULL ? spill_rewind(s->spill, s->part, (enum match_side)side)
                               : listing_file_rewind(s->files[side], wanted)))
            return false;
    return true;
}

static uint32_t source_progress(const struct source *s, enum match_side side)
{
    return s->spill != NULL ? spill_progress_ppm(s->spill, s->part, side)
                            : listing_file_progress_ppm(s->files[side]);
}

static bool source_bad(const struct source *s)
{
    return s->spill == NULL &&
           listing_file_bad(s->files[MATCH_OURS]) + listing_file_bad(s->files[MATCH_THEIRS]) > 0;
}

/* Up to BATCH rows of a side. */
static uint32_t fill(struct job *j, const struct source *s, enum match_side side, bool *ended,
                     bool *failed)
{
    uint32_t n = 0;
    while (n < BATCH && source_next(j, s, side, &j->batch[n], failed)) {
        match_prefetch(&j->match, j->batch[n].item.key);
        n++;
    }
    *ended = n < BATCH;
    return n;
}

/* --- passes -------------------------------------------------------------------------------------
 */

/* Twice the room, up to what may be remembered.  False: that is reached. */
static bool grow(struct job *j)
{
    uint32_t capacity = j->capacity;
    if (capacity >= j->remember)
        return false;
    capacity = capacity > j->remember / 2 ? j->remember : capacity * 2;
    struct match_entry *entries = realloc(j->entries, capacity * sizeof *entries);
    struct idmap_slot *slots = calloc(idmap_slots(capacity), sizeof *slots);
    MUST(entries != NULL && slots != NULL);
    match_grow(&j->match, entries, slots, capacity);
    free(j->slots);
    j->entries = entries;
    j->slots = slots;
    j->capacity = capacity;
    return true;
}

/* False: the matcher is full. */
static bool add_batch(struct job *j, enum match_side side, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct spilled *row = &j->batch[i];
        enum match_verdict verdict;
        uint32_t index;
        struct match_break b;
        if (i + AHEAD < count)
            match_prefetch_entry(&j->match, j->batch[i + AHEAD].item.key);
        do
            verdict = match_add(&j->match, side, &row->item, &index, &b);
        while (verdict == MATCH_FULL && grow(j));
        if (verdict == MATCH_FULL)
            return false;
        if (verdict == MATCH_BREAKS)
            break_rows_put(&j->rows, &b, row->text, row->length);
    }
    return true;
}

/* Every row of both sides, the side that is behind first. */
static enum pass match_pass(struct job *j, const struct source *s)
{
    bool ended[MATCH_SIDES] = {false, false};
    bool failed = false;
    while (!(ended[MATCH_OURS] && ended[MATCH_THEIRS]) && !failed && !interrupted) {
        enum match_side side = MATCH_OURS;
        if (ended[MATCH_OURS] || (!ended[MATCH_THEIRS] && source_progress(s, MATCH_THEIRS) <
                                                              source_progress(s, MATCH_OURS)))
            side = MATCH_THEIRS;
        uint32_t count = fill(j, s, side, &ended[side], &failed);
        if (!source_bad(s) && !add_batch(j, side, count))
            return PASS_FULL;
    }
    return failed || interrupted ? PASS_FAILED : source_bad(s) ? PASS_BAD : PASS_DONE;
}

/* Every row once more, as far as its key needs it. */
static bool look_back(struct job *j, const struct source *s)
{
    uint32_t wanted = j->settings->by;
    if ((wanted & BY_DAY) != 0)
        wanted |= UINT32_C(1) << LISTING_TIME;
    if ((wanted & (UINT32_C(1) << LISTING_AMOUNT | UINT32_C(1) << LISTING_KIND)) != 0)
        wanted |= UINT32_C(1) << LISTING_AMOUNT | UINT32_C(1) << LISTING_KIND;
    match_look_back(&j->match);
    if (!source_rewind(s, wanted))
        return false;
    for (int side = 0; side < MATCH_SIDES; side++) {
        bool failed = false;
        const struct spilled *row = &j->batch[0];
        while (!interrupted && source_next(j, s, (enum match_side)side, &j->batch[0], &failed)) {
            uint32_t index =
                match_see(&j->match, (enum match_side)side, row->item.key, row->item.row);
            if (index == NONE)
                continue;
            memcpy(j->texts[index], row->text, row->length);
            j->lengths[index] = (uint8_t)row->length;
        }
        if (failed || interrupted)
            return false;
    }
    return true;
}

/* Something is left: was it shown before?  Then what it is. */
static enum pass leftover_pass(struct job *j, const struct source *s)
{
    struct match_break b;
    uint32_t at = 0, index;
    if (match_waiting(&j->match) > 0) {
        j->texts = realloc(j->texts, j->capacity * sizeof *j->texts);
        j->lengths = realloc(j->lengths, j->capacity);
        MUST(j->texts != NULL && j->lengths != NULL);
        if (!look_back(j, s))
            return PASS_FAILED;
    }
    while (match_left(&j->match, &at, &index, &b))
        break_rows_put(&j->rows, &b, j->texts[index], j->lengths[index]);
    match_finish(&j->match);
    return PASS_DONE;
}

static void add_totals(struct reconcile_totals *to, const struct match *m)
{
    for (int side = 0; side < MATCH_SIDES; side++) {
        to->sides[side].rows += m->sides[side].rows;
        to->sides[side].amount_fen += m->sides[side].amount_fen;
        to->sides[side].fee_fen += m->sides[side].fee_fen;
    }
    to->matched += m->matched;
    for (int t = 0; t < MATCH_TYPES; t++) {
        to->breaks[t] += m->breaks[t];
        to->break_fen[t] += m->break_fen[t];
    }
    to->tolerated_fen += m->tolerated_fen;
}

static struct spill *set_down(struct job *j, const struct source *s, uint32_t level)
{
    struct spill *spill = spill_create();
    bool ok = spill != NULL && source_rewind(s, LISTING_ALL);
    for (int side = 0; ok && side < MATCH_SIDES; side++) {
        bool failed = false;
        struct spilled row;
        memset(&row, 0, sizeof row);
        while (ok && source_next(j, s, (enum match_side)side, &row, &failed)) {
            uint32_t part = (uint32_t)(row.item.key.high >> level * SPILL_BITS) % SPILL_PARTS;
            ok = !interrupted && spill_put(spill, part, (enum match_side)side, &row);
        }
        ok &= !failed;
    }
    /* What could not be read in the rest of the files is told now, and only now. */
    if (ok && !source_bad(s))
        return spill;
    spill_free(spill);
    return NULL;
}

static enum pass settle(struct job *j, const struct source *s, uint32_t level);

static enum pass settle_parts(struct job *j, const struct source *s, uint32_t level)
{
    struct spill *spill = set_down(j, s, level);
    enum pass pass = PASS_DONE;
    if (spill == NULL)
        return source_bad(s) ? PASS_BAD : PASS_FAILED;
    j->totals->spilled = true;
    for (uint32_t part = 0; part < SPILL_PARTS && pass == PASS_DONE; part++) {
        struct source of_part = {.spill = spill, .part = part};
        pass = source_rewind(&of_part, LISTING_ALL) ? settle(j, &of_part, level + 1) : PASS_FAILED;
        spill_drop(spill, part);
    }
    spill_free(spill);
    return pass;
}

/* All rows of a source, which stands at its beginning. */
static enum pass settle(struct job *j, const struct source *s, uint32_t level)
{
    for (;;) {
        memset(j->slots, 0, idmap_slots(j->capacity) * sizeof *j->slots);
        match_init(&j->match, &j->rules, j->entries, j->slots, j->capacity);
        int64_t mark = break_rows_mark(&j->rows);
        enum pass pass = match_pass(j, s);
        if (pass == PASS_DONE)
            pass = leftover_pass(j, s);
        if (pass == PASS_DONE)
            add_totals(j->totals, &j->match);
        if (pass != PASS_FULL)
            return pass;
        if (!break_rows_back_to(&j->rows, mark))
            return PASS_FAILED;
        if (level < LEVELS_MAX)
            return settle_parts(j, s, level);
        /* Parts no longer help: so many rows have one key. */
        MUST(j->remember <= REMEMBER_MAX * 8u);
        j->remember *= 2;
        if (!source_rewind(s, LISTING_ALL))
            return PASS_FAILED;
    }
}

/* --- the whole
 * ------------------------------------------------------------------------------------- */

/* What was asked for needs columns that may not be there. */
static bool rules_set(struct job *j, const struct source *s)
{
    const struct reconcile_settings *set = j->settings;
    bool ok = true;
    for (int side = 0; side < MATCH_SIDES; side++) {
        for (uint32_t bit = 1; bit <= BY_DAY; bit *= 2) {
            enum listing_field field =
                bit == BY_DAY ? LISTING_TIME : (enum listing_field)__builtin_ctz(bit);
            if ((set->by & bit) == 0 || listing_file_has(s->files[side], field))
                continue;
            fprintf(stderr, "%s: --by: no %s here; want it in the file or another --by\n",
                    set->paths[side], listing_field_word(field));
            ok = false;
        }
        if (set->late_us > 0 && !listing_file_has(s->files[side], LISTING_TIME)) {
            fprintf(stderr, "%s: --late: no time here\n", set->paths[side]);
            ok = false;
        }
        j->totals->fees[side] = listing_file_has(s->files[side], LISTING_FEE);
    }
    j->totals->unsigned_amounts = listing_file_has(s->files[MATCH_OURS], LISTING_KIND) !=
                                  listing_file_has(s->files[MATCH_THEIRS], LISTING_KIND);
    j->rules = (struct match_rules){.tolerance_fen = set->tolerance_fen,
                                    .late_us = set->late_us,
                                    .fees = j->totals->fees[0] && j->totals->fees[1],
                                    .unsigned_amounts = j->totals->unsigned_amounts};
    return ok;
}

static bool fits(wide fen)
{
    return fen <= INT64_MAX / 4 && fen >= -(INT64_MAX / 4);
}

static int exit_code(const struct job *j, enum pass pass, const struct source *s)
{
    uint64_t breaks = 0;
    for (int t = 0; t < MATCH_TYPES; t++)
        breaks += j->totals->breaks[t];
    if (pass == PASS_BAD || source_bad(s))
        return 2;
    if (pass != PASS_DONE)
        return listing_file_failed(s->files[MATCH_OURS]) ||
                       listing_file_failed(s->files[MATCH_THEIRS])
                   ? 2
                   : 5;
    for (int side = 0; side < MATCH_SIDES; side++)
        if (!fits(j->totals->sides[side].amount_fen) || !fits(j->totals->sides[side].fee_fen)) {
            fprintf(stderr, "%s: the amounts add up to more than %" PRId64 " yuan\n",
                    j->settings->paths[side], INT64_MAX / 400);
            return 2;
        }
    return breaks > 0;
}

static int run_job(struct job *j, const struct source *s)
{
    if (!rules_set(j, s))
        return 2;
    for (int side = 0; side < MATCH_SIDES; side++) {
        j->rows.times[side] = listing_file_has(s->files[side], LISTING_TIME);
        j->rows.fees[side] = j->totals->fees[side];
    }
    if (!break_rows_open(&j->rows, j->settings->out))
        return 5;
    j->remember = j->settings->remember;
    j->capacity = REMEMBER_MIN;
    j->entries = malloc(REMEMBER_MIN * sizeof *j->entries);
    j->slots = malloc(idmap_slots(REMEMBER_MIN) * sizeof *j->slots);
    MUST(j->entries != NULL && j->slots != NULL);
    int code = exit_code(j, settle(j, s, 0), s);
    if (code > 1)
        break_rows_drop(&j->rows);
    else if (!break_rows_commit(&j->rows))
        code = 5;
    return code;
}

int reconcile(const struct reconcile_settings *settings, struct reconcile_totals *totals)
{
    struct source s = {.spill = NULL};
    struct job *j = calloc(1, sizeof *j);
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    int code = 2;
    MUST(j != NULL);
    *totals = (struct reconcile_totals){.matched = 0};
    j->settings = settings;
    j->totals = totals;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    for (int side = 0; side < MATCH_SIDES; side++)
        s.files[side] =
            listing_file_open(settings->paths[side], settings->maps[side], settings->day);
    if (s.files[MATCH_OURS] != NULL && s.files[MATCH_THEIRS] != NULL)
        code = run_job(j, &s);
    for (int side = 0; side < MATCH_SIDES; side++)
        listing_file_close(s.files[side]);
    free(j->entries);
    free(j->slots);
    free(j->texts);
    free(j->lengths);
    free(j);
    if (interrupted) {
        fputs("toucun reconcile: interrupted; nothing was written\n", stderr);
        die_of_signal((int)interrupted);
    }
    return code;
}

bool reconcile_by_parse(const char *text, uint32_t *by)
{
    uint32_t all = 0;
    for (const char *at = text;;) {
        size_t n = strcspn(at, "+");
        enum listing_field field = listing_field_parse(at, n);
        uint32_t bit = field < LISTING_FIELDS ? UINT32_C(1) << field : 0;
        if (n == 3 && memcmp(at, "day", 3) == 0)
            bit = BY_DAY;
        if (bit == 0 || (all & bit) != 0 || field == LISTING_FEE || field == LISTING_STATUS) {
            fprintf(stderr,
                    "toucun: --by %s: want some of reference query_id merchant user amount kind "
                    "time day, joined by +\n",
                    text);
            return false;
        }
        all |= bit;
        if (at[n] == '\0')
            break;
        at += n + 1;
    }
    *by = all;
    return true;
}
