/* house_file.c — the settlement files of a clearing house: collected, owed, handed over. */

#include "mocks/house.h"

#include <stdlib.h>

#include "core/audit/match.h"
#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/base/must.h"
#include "mocks/misprint.h"

enum { CATCH_UP = 1 }; /* in arg of HAPPENS_LIST */

/* Room for one more. */
static void *grown(void *items, uint32_t count, uint32_t *capacity, size_t size)
{
    if (count < *capacity)
        return items;
    *capacity = *capacity == 0 ? 16 : *capacity * 2;
    items = realloc(items, *capacity * size);
    MUST(items != NULL);
    return items;
}

static void free_file(struct settlement_file *f)
{
    free(f->lines);
    free(f->errors);
    free(f->finished);
}

void house_files_init(struct house *h, int64_t now_us)
{
    h->today = (struct settlement_file){.from_us = now_us};
    h->handing = NONE;
}

void house_files_free(struct house *h)
{
    free_file(&h->today);
    for (uint32_t i = 0; i < h->owed_count; i++)
        free_file(&h->owed[i]);
    free(h->owed);
}

bool house_files_rest(const struct house *h)
{
    for (uint32_t i = 0; i < h->owed_count; i++)
        if (h->owed[i].count != 0 || h->owed[i].state != FILE_TO_COME)
            return false;
    return h->today.count == 0;
}

/* --- lines ----------------------------------------------------------------- */

static uint32_t session_of(const struct file_line *l)
{
    return l->session_and_returned >> 1;
}

static bool is_returned(const struct file_line *l)
{
    return l->session_and_returned & 1;
}

static int64_t line_fen(const struct house *h, const struct file_line *l)
{
    const struct house_order *o = &h->orders[l->order];
    return is_returned(l) ? o->amount_fen : house_payment_fen(h, o);
}

static int64_t line_fee_fen(const struct house *h, const struct file_line *l)
{
    const struct house_order *o = &h->orders[l->order];
    return is_returned(l) ? 0 : fee_of(house_fee(h, o->service), o->amount_fen);
}

void house_file_add(struct house *h, uint32_t order, bool returned,
                    const struct fault_effect *effect)
{
    struct settlement_file *f = &h->today;
    struct file_line line = {order, h->open_session << 1 | returned};
    f->lines = grown(f->lines, f->count, &f->capacity, sizeof *f->lines);
    if (effect != NULL && effect->acts != NULL) {
        MUST(!returned);
        f->errors = grown(f->errors, f->error_count, &f->error_capacity, sizeof *f->errors);
        f->errors[f->error_count++] = (struct file_error){
            .line = f->count, .fault = (uint16_t)effect->index, .kind = effect->acts->kind};
    }
    f->lines[f->count++] = line;
    struct settlement_sum *sum = returned ? &f->returns : &f->payouts;
    sum->count++;
    sum->amount_fen = money_add(sum->amount_fen, house_moved_fen(h, &h->orders[order]));
    sum->fee_fen = money_add(sum->fee_fen, line_fee_fen(h, &line));
    sum->settled_fen = money_add(sum->settled_fen, line_fen(h, &line));
}

static int64_t total_fen(const struct settlement_file *f)
{
    return money_add(f->payouts.settled_fen, f->returns.settled_fen);
}

void house_file_forget_with(struct house *h, uint32_t order)
{
    struct settlement_file *f = &h->today;
    f->finished = grown(f->finished, f->finished_count, &f->finished_capacity, sizeof *f->finished);
    f->finished[f->finished_count++] = order;
}

static const struct file_error *error_at(const struct settlement_file *f, uint32_t line)
{
    uint32_t low = 0;
    uint32_t high = f->error_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (f->errors[middle].line < line)
            low = middle + 1;
        else
            high = middle;
    }
    return low < f->error_count && f->errors[low].line == line ? &f->errors[low] : NULL;
}

/* --- what wrong lines say ---------------------------------------------------- */

static uint64_t bits_of(const struct house *h, const struct house_order *o, uint32_t fault,
                        enum draw_purpose purpose)
{
    return draw_bits(
        (struct draw_key){.seed = h->faults->seed ^ (uint64_t)h->faults->specs[fault].key << 32,
                          .subject = o->reference.lo,
                          .purpose = (uint32_t)purpose,
                          .detail = (uint32_t)o->attempt << 8 | (uint32_t)h->channel});
}

int64_t house_wrong_fen(const struct house *h, const struct house_order *o, uint32_t fault,
                        int64_t fen)
{
    return misprinted_fen(bits_of(h, o, fault, DRAW_LINE), fen, house_words(h)->list_max_fen);
}

/* An order that nobody gave: the treasury never tries so often, nor has it such a reference. */
static void invent(const struct house *h, const struct house_order *o, uint32_t fault,
                   struct settlement_line *line)
{
    line->order = o->id ^ UINT64_C(255) << 32;
    line->reference.hi = bits_of(h, o, fault, DRAW_LINE_REFERENCE);
    line->reference.lo = bits_of(h, o, fault, DRAW_LINE);
}

/* A house keeps no time of an order: what it says is when its session closed. */
struct settlement_line house_line_in_truth(const struct house *h, const struct file_line *l)
{
    const struct house_order *o = &h->orders[l->order];
    return (struct settlement_line){.order = o->id,
                                    .reference = o->reference,
                                    .amount_fen = house_moved_fen(h, o),
                                    .settled_fen = line_fen(h, l),
                                    .fee_fen = line_fee_fen(h, l),
                                    .at_us = house_closing_us(h, session_of(l)),
                                    .session = session_of(l),
                                    .merchant = o->merchant,
                                    .bank = o->bank,
                                    .flag = is_returned(l) ? LIST_LINE_RETURNED : 0};
}

static struct settlement_line line_said(const struct house *h, const struct file_line *l,
                                        const struct file_error *e, bool second)
{
    const struct house_order *o = &h->orders[l->order];
    struct settlement_line line = house_line_in_truth(h, l);
    if (e == NULL)
        return line;
    if (e->kind == FAULT_LINE_AMOUNT)
        line.settled_fen = house_wrong_fen(h, o, e->fault, line.settled_fen);
    if (e->kind == FAULT_LINE_FEE)
        line.fee_fen = house_wrong_fen(h, o, e->fault, line.fee_fen);
    if (e->kind == FAULT_LINE_STATUS)
        line.flag |= LIST_LINE_FAILED;
    if (e->kind == FAULT_LINE_EXTRA && second)
        invent(h, o, e->fault, &line);
    return line;
}

/* --- owed ------------------------------------------------------------------ */

static struct settlement_file *owed_of(struct house *h, int32_t day)
{
    for (uint32_t i = 0; i < h->owed_count; i++)
        if (h->owed[i].day == day)
            return &h->owed[i];
    return NULL;
}

static struct settlement_file *oldest_overdue(struct house *h)
{
    for (uint32_t i = 0; i < h->owed_count; i++)
        if (h->owed[i].state != FILE_TO_COME)
            return &h->owed[i];
    return NULL;
}

void house_file_cut_off(struct house *h, int64_t now_us, int32_t day, struct outbox *out)
{
    h->today.day = day;
    h->today.until_us = now_us;
    h->today.due_us = civil_moment_us(day + 1, h->terms->file_at_us);
    MUST(h->today.due_us - now_us > ORDER_AGE_MAX_US); /* none of it is taken again */
    h->owed = grown(h->owed, h->owed_count, &h->owed_capacity, sizeof *h->owed);
    h->owed[h->owed_count++] = h->today;
    house_schedule(h, out, h->today.due_us, HAPPENS_LIST, (uint32_t)day, 0);
    h->today = (struct settlement_file){.from_us = now_us};
}

/* The oldest file that is overdue is to come; one that was called late was late. */
static void schedule_catching_up(struct house *h, int64_t now_us, struct outbox *out)
{
    const struct settlement_file *f = oldest_overdue(h);
    if (f == NULL)
        return;
    int64_t at_us = f->due_us + FILE_LATE_AFTER_US + US_PER_S;
    house_schedule(h, out, at_us > now_us ? at_us : now_us, HAPPENS_LIST, NONE, CATCH_UP);
}

void house_heal(struct house *h, int64_t now_us, struct outbox *out)
{
    schedule_catching_up(h, now_us, out);
}

/* --- handing over ------------------------------------------------------------ */

static int64_t total_before_fen(const struct house *h, const struct settlement_file *f,
                                uint32_t stop)
{
    int64_t total_fen = 0;
    for (uint32_t i = 0; i < stop; i++)
        total_fen = money_add(total_fen, line_fen(h, &f->lines[i]));
    return total_fen;
}

/* A fault may keep a file that is due, or cut it.  True: nothing is handed over now. */
static bool is_kept(struct house *h, int64_t now_us, struct settlement_file *f, struct outbox *out)
{
    struct fault_subject about = {.reference = (uint64_t)f->day};
    struct fault_effect effect = faults_ask(h->faults, OPERATION_FILE, h->channel, now_us, &about);
    if (effect.acts == NULL)
        return false;
    /* Without a line there is none to break off in: such a file stays away. */
    bool breaks_off = effect.acts->kind == FAULT_FILE_TRUNCATED && f->count != 0;
    f->state = breaks_off                             ? FILE_BROKEN_OFF
               : effect.acts->kind == FAULT_FILE_LATE ? FILE_LATE
                                                      : FILE_MISSING;
    f->broken_off = breaks_off;
    if (breaks_off) {
        struct draw_key key = {.seed = h->faults->seed ^ (uint64_t)effect.acts->key << 32,
                               .subject = about.reference,
                               .purpose = DRAW_BREAKS_OFF,
                               .detail = (uint32_t)h->channel};
        f->stop = (uint32_t)draw_below(draw_bits(key), f->count);
        key.detail |= 1 << 8;
        f->cut_bits = draw_bits(key);
    }
    if (effect.acts->by_us > 0)
        house_schedule(h, out, now_us + effect.acts->by_us, HAPPENS_LIST, (uint32_t)f->day, 0);
    outbox_fact(out, now_us,
                (struct fact){.kind = FACT_TRUE_ERROR,
                              .channel = (uint8_t)h->channel,
                              .state = BREAK_ABOUT_LIST,
                              .class = MATCH_LATE,
                              .subject = effect.index,
                              .session = (uint32_t)f->day,
                              .id = (uint64_t)f->day,
                              .amount_fen = total_fen(f),
                              .other = breaks_off ? total_before_fen(h, f, f->stop) : 0});
    return !breaks_off;
}

void house_file_happens(struct house *h, int64_t now_us, const struct happening *what,
                        struct outbox *out)
{
    bool catches_up = what->arg == CATCH_UP;
    struct settlement_file *f = catches_up ? oldest_overdue(h) : owed_of(h, (int32_t)what->subject);
    MUST(h->handing == NONE);
    if (f == NULL) /* it came meanwhile */
        return;
    MUST(!catches_up || now_us > f->due_us + FILE_LATE_AFTER_US);
    f->broken_off = 0;
    f->stop = f->count;
    if (f->state == FILE_TO_COME && is_kept(h, now_us, f, out))
        return;
    if (!f->broken_off)
        f->state = FILE_TO_COME;
    h->handing = (uint32_t)(f - h->owed);
    if (catches_up)
        schedule_catching_up(h, now_us, out);
}

static bool comes_twice(uint8_t kind)
{
    return kind == FAULT_LINE_TWICE || kind == FAULT_LINE_EXTRA;
}

/* The cursor is twice the line's place, plus 1 at the second line there. */
bool house_next_line(const struct house *h, uint32_t *cursor, struct settlement_line *line)
{
    MUST(h->handing != NONE);
    const struct settlement_file *f = &h->owed[h->handing];
    while (*cursor >> 1 < f->stop) {
        uint32_t at = *cursor >> 1;
        bool second = *cursor & 1;
        const struct file_error *e = error_at(f, at);
        *cursor += !second && e != NULL && comes_twice(e->kind) ? 1 : 2 - second;
        if (e != NULL && e->kind == FAULT_LINE_MISSING)
            continue;
        *line = line_said(h, &f->lines[at], e, second);
        return true;
    }
    return false;
}

/* What the file told need not be known any longer, nor what never paid; but an
 * order that ended since the cut-off may still be asked about, or come again. */
void house_list_handed_over(struct house *h)
{
    MUST(h->handing != NONE);
    struct settlement_file f = h->owed[h->handing];
    uint32_t at = h->handing;
    h->handing = NONE;
    if (f.broken_off)
        return;
    for (uint32_t i = 0; i < f.count; i++) {
        const struct file_error *e = error_at(&f, i);
        h->orders[f.lines[i].order].flags |= ORDER_LISTED;
        if (e == NULL || comes_twice(e->kind))
            house_release_order(h, f.lines[i].order);
    }
    for (uint32_t i = 0; i < f.finished_count; i++) {
        h->orders[f.finished[i]].flags |= ORDER_LISTED;
        house_release_order(h, f.finished[i]);
    }
    free_file(&f);
    h->owed_count--;
    for (; at < h->owed_count; at++)
        h->owed[at] = h->owed[at + 1];
}

/* --- the truth about it ------------------------------------------------------ */

static struct fact error_fact(const struct house *h, const struct settlement_file *f,
                              const struct file_error *e)
{
    static const uint8_t types[FAULT_KINDS] = {
        [FAULT_LINE_MISSING] = MATCH_MISSING_THEIRS, [FAULT_LINE_EXTRA] = MATCH_MISSING_OURS,
        [FAULT_LINE_TWICE] = MATCH_DUPLICATE,        [FAULT_LINE_AMOUNT] = MATCH_AMOUNT_DIFFERS,
        [FAULT_LINE_STATUS] = MATCH_STATUS_DIFFERS,  [FAULT_LINE_FEE] = MATCH_FEE_DIFFERS};
    const struct file_line *l = &f->lines[e->line];
    struct settlement_line said = line_said(h, l, e, true);
    struct fact error = {.class = types[e->kind],
                         .state = BREAK_ABOUT_ORDER,
                         .subject = e->fault,
                         .id = said.order,
                         .amount_fen = line_fen(h, l),
                         .other = said.settled_fen};
    if (e->kind == FAULT_LINE_MISSING)
        error.other = 0;
    if (e->kind == FAULT_LINE_EXTRA)
        error.amount_fen = 0;
    if (e->kind == FAULT_LINE_FEE) {
        error.amount_fen = line_fee_fen(h, l);
        error.other = said.fee_fen;
    }
    return error;
}

/* A return that no notice has told, a wrong amount that no answer has: the file
 * is the first to. */
static bool first_told_here(struct house *h, const struct file_line *l, struct fact *error)
{
    struct house_order *o = &h->orders[l->order];
    if (!is_returned(l) && o->moves != MOVES_ALL && !(o->flags & ORDER_OUTCOME_TOLD)) {
        o->flags |= ORDER_OUTCOME_TOLD;
        *error = house_amount_error(h, o);
        return true;
    }
    if (!is_returned(l) || (o->flags & ORDER_RETURN_TOLD))
        return false;
    bool planned = house_fault_of(h, o) == FAULT_ACCEPT_THEN_RETURN;
    o->flags |= ORDER_RETURN_TOLD;
    *error = (struct fact){.class = MATCH_RETURNED,
                           .state = BREAK_ABOUT_ORDER,
                           .subject = planned ? o->fault - 1u : NONE,
                           .id = o->id,
                           .amount_fen = o->amount_fen};
    return true;
}

/* The cursor counts the errors of lines, then the lines. */
bool house_next_error(struct house *h, int64_t now_us, uint32_t *cursor, struct fact *error)
{
    MUST(h->handing != NONE);
    struct settlement_file *f = &h->owed[h->handing];
    bool found = false;
    while (!found && *cursor < f->error_count) {
        struct file_error *e = &f->errors[(*cursor)++];
        bool shows = e->kind == FAULT_LINE_MISSING ? !f->broken_off : e->line < f->stop;
        if (e->told || !shows)
            continue;
        e->told = 1;
        *error = error_fact(h, f, e);
        found = true;
    }
    while (!found && *cursor - f->error_count < f->stop)
        found = first_told_here(h, &f->lines[(*cursor)++ - f->error_count], error);
    if (!found)
        return false;
    error->at_us = now_us;
    error->kind = FACT_TRUE_ERROR;
    error->channel = (uint8_t)h->channel;
    error->session = (uint32_t)f->day;
    return true;
}
