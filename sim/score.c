/* score.c — see score.h. */

#include "sim/score.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/civil.h"
#include "core/base/must.h"

void score_init(struct score *s)
{
    *s = (struct score){.last_error_us = INT64_MIN};
}

void score_free(struct score *s)
{
    free(s->breaks);
    free(s->errors);
}

static void *room(void *items, uint32_t count, uint32_t *capacity, size_t size)
{
    if (count < *capacity)
        return items;
    *capacity = *capacity == 0 ? 64 : *capacity * 2;
    items = realloc(items, *capacity * size);
    MUST(items != NULL);
    return items;
}

static void note_opened(struct score *s, const struct fact *f, const char *reference)
{
    s->breaks = room(s->breaks, s->break_count, &s->break_capacity, sizeof *s->breaks);
    MUST(f->session == s->break_count + 1);
    struct scored_break *one = &s->breaks[s->break_count++];
    *one = (struct scored_break){.id = f->id,
                                 .opened_us = f->at_us,
                                 .closed_us = NEVER_US,
                                 .ours_fen = f->amount_fen,
                                 .theirs_fen = f->other,
                                 .channel = f->channel,
                                 .type = f->class,
                                 .about = f->state,
                                 .reason = f->reason};
    strncpy(one->reference, reference, REFERENCE_MAX);
    s->open++;
}

static struct scored_break *told_of(struct score *s, const struct fact *f)
{
    MUST(f->session > 0 && f->session <= s->break_count);
    return &s->breaks[f->session - 1];
}

static void note_closed(struct score *s, const struct fact *f)
{
    struct scored_break *one = told_of(s, f);
    MUST(one->closed_us == NEVER_US);
    one->closed_us = f->at_us;
    one->resolution = f->reason;
    one->checker = f->subject == NONE ? 0 : f->subject;
    if (one->checker == 0)
        one->maker = one->decided = 0; /* it closed before anybody agreed */
    s->open--;
}

static void note_error(struct score *s, const struct fact *f)
{
    MUST(f->class < MATCH_TYPES);
    s->errors = room(s->errors, s->error_count, &s->error_capacity, sizeof *s->errors);
    s->errors[s->error_count++] = (struct true_error){.id = f->id,
                                                      .at_us = f->at_us,
                                                      .found_us = NEVER_US,
                                                      .list = f->session,
                                                      .channel = f->channel,
                                                      .type = f->class,
                                                      .about = f->state};
    s->last_error_us = f->at_us;
}

void score_fact(struct score *s, const struct fact *f, const char *reference)
{
    switch ((int)f->kind) {
    case FACT_RECONCILED:
        s->matched += f->reason != REASON_DECIDED;
        return;
    case FACT_BREAK_OPENED:
        note_opened(s, f, reference);
        return;
    case FACT_BREAK_PROPOSED:
        told_of(s, f)->maker = f->subject;
        told_of(s, f)->decided = f->routes;
        return;
    case FACT_BREAK_CLOSED:
        note_closed(s, f);
        return;
    case FACT_TRUE_ERROR:
        note_error(s, f);
        return;
    default:
        return;
    }
}

/* --- judging ---------------------------------------------------------------- */

static int by_subject(const void *left, const void *right)
{
    const struct true_error *a = left;
    const struct true_error *b = right;
    if (a->channel != b->channel)
        return a->channel < b->channel ? -1 : 1;
    if (a->type != b->type)
        return a->type < b->type ? -1 : 1;
    if (a->about != b->about)
        return a->about < b->about ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

static void find(struct true_error *e, struct scored_break *b)
{
    b->answers = 1;
    if (b->opened_us < e->found_us)
        e->found_us = b->opened_us;
}

/* A short list answers for each line that it misses.  It is short of one that says failed, too,
 * while nothing else tells of that payment; but that line has a break of its own to be found by. */
static void answer_for_lines(struct score *s, struct scored_break *b)
{
    for (uint32_t i = 0; i < s->error_count; i++) {
        struct true_error *e = &s->errors[i];
        if (e->about != BREAK_ABOUT_ORDER || e->channel != b->channel || e->list != b->id)
            continue;
        if (e->type == MATCH_MISSING_THEIRS)
            find(e, b);
        else if (e->type == MATCH_STATUS_DIFFERS)
            b->answers = 1;
    }
}

static void answer(struct score *s, struct scored_break *b)
{
    struct true_error like = {
        .id = b->id, .channel = b->channel, .type = b->type, .about = b->about};
    struct true_error *e = s->error_count == 0
                               ? NULL
                               : bsearch(&like, s->errors, s->error_count, sizeof like, by_subject);
    if (e == NULL)
        return;
    while (e > s->errors && by_subject(e - 1, &like) == 0)
        e--;
    for (; e < s->errors + s->error_count && by_subject(e, &like) == 0; e++)
        find(e, b);
}

void score_judge(struct score *s)
{
    if (s->error_count > 0)
        qsort(s->errors, s->error_count, sizeof *s->errors, by_subject);
    for (uint32_t i = 0; i < s->break_count; i++) {
        struct scored_break *b = &s->breaks[i];
        answer(s, b);
        if (b->type == MATCH_MISSING_THEIRS && b->about == BREAK_ABOUT_LIST)
            answer_for_lines(s, b);
        s->wrong[b->type] += !b->answers && b->reason != REASON_UNDECIDED;
    }
    for (uint32_t i = 0; i < s->error_count; i++) {
        const struct true_error *e = &s->errors[i];
        s->injected[e->type]++;
        if (e->found_us == NEVER_US)
            continue;
        s->found[e->type]++;
        int64_t after_us = e->found_us > e->at_us ? e->found_us - e->at_us : 0;
        s->detected++;
        s->detection_us += after_us;
        if (after_us > s->detection_max_us)
            s->detection_max_us = after_us;
    }
}

uint64_t score_sum(const uint64_t by_type[MATCH_TYPES])
{
    uint64_t sum = 0;
    for (int t = 0; t < MATCH_TYPES; t++)
        sum += by_type[t];
    return sum;
}

uint64_t score_breaks(const struct score *s, enum match_type type, uint64_t *closed)
{
    uint64_t open = 0;
    *closed = 0;
    for (uint32_t i = 0; i < s->break_count; i++) {
        open += s->breaks[i].type == type && s->breaks[i].closed_us == NEVER_US;
        *closed += s->breaks[i].type == type && s->breaks[i].closed_us != NEVER_US;
    }
    return open;
}
