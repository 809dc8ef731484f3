/* statement.c — see statement.h. */

#include "mocks/statement.h"

#include <stdlib.h>

#include "core/audit/match.h"
#include "core/base/civil.h"
#include "core/base/money.h"
#include "mocks/draw.h"
#include "mocks/misprint.h"

enum { KEPT_AT_FIRST = 64 };

void statements_init(struct statements *s, struct books *books, struct central_bank *central_bank,
                     struct faults *faults)
{
    *s = (struct statements){.books = books, .central_bank = central_bank, .faults = faults};
}

void statements_free(struct statements *s)
{
    for (uint32_t i = 0; i < s->account_count; i++) {
        free(s->items[i].items);
        free(s->items[i].days);
    }
    s->account_count = 0;
}

static bool is_virtual(uint8_t kind)
{
    return kind == ACCOUNT_VIRTUAL_RESERVE || kind == ACCOUNT_VIRTUAL_OWN;
}

uint32_t statement_add(struct statements *s, uint8_t kind, uint8_t institution)
{
    MUST(s->account_count < ACCOUNTS_MAX && kind < ACCOUNT_KINDS);
    MUST((kind == ACCOUNT_CENTRAL_BANK) == (institution == INSTITUTION_CENTRAL_BANK));
    MUST(is_virtual(kind) == (institution < CHANNELS) && institution < INSTITUTIONS_MAX);
    s->items[s->account_count] = (struct statement){.kind = kind, .institution = institution};
    return s->account_count++;
}

void statement_open(struct statements *s, int64_t now_us, uint32_t account, int64_t opening_fen)
{
    MUST(account < s->account_count && opening_fen >= 0);
    MUST(s->items[account].state == ACCOUNT_ABSENT); /* none opens twice */
    s->items[account].state = ACCOUNT_OPEN;
    s->items[account].opened_day = civil_day(now_us);
    s->items[account].opening_fen = opening_fen;
    MUST(books_move(s->books, BOOKS_OUTSIDE, BOOKS_REGISTERED + account, opening_fen));
}

void statement_close(struct statements *s, uint32_t account)
{
    MUST(statement_is_open(s, account));
    MUST(s->items[account].kind != ACCOUNT_CENTRAL_BANK);
    s->items[account].state = ACCOUNT_CLOSED;
}

/* --- movements ------------------------------------------------------------- */

static struct movement *place_for(struct statement *one)
{
    if (one->count == one->capacity && one->capacity < STATEMENT_KEPT) {
        one->capacity = one->capacity == 0 ? KEPT_AT_FIRST : one->capacity * 2;
        one->items = realloc(one->items, one->capacity * sizeof *one->items);
        MUST(one->items != NULL);
    }
    return &one->items[one->count % one->capacity];
}

/* Who pushes it; CHANNEL_NONE: nobody. */
static uint8_t pushes(const struct statements *s, const struct statement *one,
                      const struct movement *m)
{
    switch ((enum account_kind)one->kind) {
    case ACCOUNT_CENTRAL_BANK:
        if (s->acs_push == 0 || (!s->acs_push_all && m->net_of != 0))
            return CHANNEL_NONE;
        return (uint8_t)(s->acs_push - 1);
    case ACCOUNT_VIRTUAL_RESERVE:
    case ACCOUNT_VIRTUAL_OWN:
        return s->virtual_silent ? CHANNEL_NONE : one->institution;
    case ACCOUNT_RESERVE:
    case ACCOUNT_OWN:
        return CHANNEL_NONE;
    case ACCOUNT_KINDS:
        break;
    }
    NEVER("an unlisted kind of account");
}

/* Today's. */
static struct statement_day *day_for(struct statement *one, int32_t day)
{
    struct statement_day *last = one->day_count == 0 ? NULL : &one->days[one->day_count - 1];
    if (last != NULL && last->day == day)
        return last;
    MUST(last == NULL || last->day < day);
    if (one->day_count == one->day_capacity) {
        one->day_capacity = one->day_capacity == 0 ? KEPT_AT_FIRST : one->day_capacity * 2;
        one->days = realloc(one->days, one->day_capacity * sizeof *one->days);
        MUST(one->days != NULL);
        last = one->day_count == 0 ? NULL : &one->days[one->day_count - 1];
    }
    int64_t opening_fen = last == NULL ? one->opening_fen : last->closing_fen;
    one->days[one->day_count] =
        (struct statement_day){.day = day, .opening_fen = opening_fen, .closing_fen = opening_fen};
    return &one->days[one->day_count++];
}

static void add_up(struct statement *one, const struct movement *m)
{
    struct statement_day *d = day_for(one, civil_day(m->at_us));
    if (m->amount_fen > 0) {
        d->in_count++;
        d->in_fen = money_add(d->in_fen, m->amount_fen);
    } else {
        d->out_count++;
        d->out_fen = money_sub(d->out_fen, m->amount_fen);
    }
    d->closing_fen = m->after_fen;
}

static bool is_bank(const struct statements *s, uint32_t book)
{
    return book >= BOOKS_REGISTERED && !is_virtual(s->items[book - BOOKS_REGISTERED].kind);
}

static enum line_origin origin_of(const struct statements *s, const struct posting *p)
{
    if (p->net_of != 0)
        return LINE_NET;
    if (p->from == BOOKS_TRANSIT)
        return p->comes_back ? LINE_SENT_BACK : LINE_TRANSFERRED;
    if (p->to == BOOKS_TRANSIT)
        return LINE_TRANSFERRED;
    if (p->from >= BOOKS_CLEARING && p->from < BOOKS_REGISTERED)
        return p->from - BOOKS_CLEARING == CHANNEL_UNIONPAY ? LINE_SETTLEMENT : LINE_PAYOUT;
    if (p->from == BOOKS_OUTSIDE)
        return LINE_PAID_IN;
    if (p->to == BOOKS_OUTSIDE)
        return LINE_TAKEN;
    if (is_bank(s, p->from))
        return LINE_PREFUND;
    return is_bank(s, p->to) ? LINE_RETURN : LINE_ADJUST;
}

/* --- wrong lines ----------------------------------------------------------- */

static int64_t misprint_of(const struct statements *s, uint32_t fault, uint32_t account,
                           const struct statement *one)
{
    int64_t fen = one->items[(one->count - 1) % one->capacity].amount_fen;
    uint64_t bits = draw_bits(
        (struct draw_key){.seed = s->faults->seed ^ (uint64_t)s->faults->specs[fault].key << 32,
                          .subject = (uint64_t)account << 32 | one->count,
                          .purpose = DRAW_LINE});
    return fen > 0 ? misprinted_fen(bits, fen, 0) : -misprinted_fen(bits, -fen, 0);
}

/* A line after the last, with which no money moved. */
static struct movement *no_movement(struct statement *one)
{
    struct movement last = one->items[(one->count - 1) % one->capacity];
    struct movement *m = place_for(one);
    *m = last;
    m->amount_fen = 0;
    one->count++;
    return m;
}

/* What the details are to say of the movement that was just noted. */
static void make_wrong(struct statements *s, int64_t now_us, uint32_t account)
{
    struct statement *one = &s->items[account];
    uint32_t number = one->count;
    const struct movement *before = statement_find(s, account, number - 1);
    if (before != NULL && before->wrong == FAULT_LINE_MISSING)
        return;
    struct fault_subject about = {.reference = (uint64_t)account << 32 | number};
    struct fault_effect effect =
        faults_ask(s->faults, OPERATION_DETAIL, one->institution, now_us, &about);
    if (effect.acts == NULL)
        return;
    int64_t misprint_fen = misprint_of(s, effect.index, account, one);
    struct movement *m = &one->items[(number - 1) % one->capacity];
    if (effect.acts->kind == FAULT_LINE_TWICE || effect.acts->kind == FAULT_LINE_EXTRA)
        m = no_movement(one);
    if (effect.acts->kind == FAULT_LINE_AMOUNT || effect.acts->kind == FAULT_LINE_EXTRA)
        m->said_fen = misprint_fen;
    if (effect.acts->kind == FAULT_LINE_EXTRA) {
        m->id = 0;
        m->net_of = 0;
        m->text = 0;
        m->origin = m->said_fen > 0 ? LINE_PAID_IN : LINE_TAKEN;
    }
    m->fault = (uint16_t)(effect.index + 1);
    m->wrong = effect.acts->kind;
}

/* --- posting --------------------------------------------------------------- */

static void note(struct statements *s, int64_t now_us, uint32_t account, int64_t amount_fen,
                 const struct posting *p, struct outbox *out)
{
    struct statement *one = &s->items[account];
    struct movement *m = place_for(one);
    *m = (struct movement){.amount_fen = amount_fen,
                           .said_fen = amount_fen,
                           .after_fen = statement_balance_fen(s, account),
                           .at_us = now_us,
                           .id = p->id,
                           .session = p->session,
                           .net_of = p->net_of,
                           .origin = (uint8_t)origin_of(s, p),
                           .text = p->text};
    one->count++;
    MUST(one->count < UINT32_C(1) << 31);
    if (is_virtual(one->kind))
        add_up(one, m);
    outbox_fact(out, now_us,
                (struct fact){.kind = FACT_TRUE_MOVEMENT,
                              .channel = p->net_of == 0 ? CHANNEL_NONE : (uint8_t)(p->net_of - 1),
                              .subject = account,
                              .session = one->count,
                              .id = p->id,
                              .amount_fen = amount_fen,
                              .other = m->after_fen});
    uint8_t channel = pushes(s, one, m);
    if (channel != CHANNEL_NONE)
        outbox_schedule(out, (struct happening){.at_us = now_us,
                                                .kind = HAPPENS_MOVEMENT_NOTICE,
                                                .house = channel,
                                                .subject = account,
                                                .arg = (uint64_t)one->count << 33 | NOTICE_AGAIN});
    else
        make_wrong(s, now_us, account);
}

static void must_be_taken(const struct statements *s, const struct posting *p)
{
    const struct central_bank *cb = s->central_bank;
    uint32_t from = p->from - BOOKS_REGISTERED;
    uint32_t to = p->to - BOOKS_REGISTERED;
    MUST(p->amount_fen > 0 && p->net_of <= CHANNELS && p->text <= s->text_count);
    MUST(p->from < BOOKS_REGISTERED || statement_is_open(s, from));
    MUST(p->to < BOOKS_REGISTERED || statement_is_open(s, to) ||
         (p->comes_back && to < s->account_count && s->items[to].state == ACCOUNT_CLOSED));
    MUST(p->from != cb->acs || p->net_of != 0); /* money leaves it through sessions alone */
}

bool statement_post(struct statements *s, int64_t now_us, const struct posting *p,
                    struct outbox *out)
{
    must_be_taken(s, p);
    if (!books_move(s->books, p->from, p->to, p->amount_fen))
        return false;
    if (p->to == s->central_bank->acs && p->net_of == 0)
        central_bank_receive(s->central_bank, p->amount_fen);
    if (p->from >= BOOKS_REGISTERED)
        note(s, now_us, p->from - BOOKS_REGISTERED, -p->amount_fen, p, out);
    if (p->to >= BOOKS_REGISTERED)
        note(s, now_us, p->to - BOOKS_REGISTERED, p->amount_fen, p, out);
    return true;
}

/* --- asking ---------------------------------------------------------------- */

uint32_t statement_oldest(const struct statements *s, uint32_t account)
{
    MUST(account < s->account_count);
    const struct statement *one = &s->items[account];
    return one->count > one->capacity ? one->count - one->capacity + 1 : 1;
}

const struct movement *statement_find(const struct statements *s, uint32_t account, uint32_t number)
{
    MUST(account < s->account_count);
    const struct statement *one = &s->items[account];
    if (number < statement_oldest(s, account) || number > one->count)
        return NULL;
    return &one->items[(number - 1) % one->capacity];
}

int64_t statement_after_fen(const struct statements *s, uint32_t account, uint32_t number)
{
    const struct movement *m = number == 0 ? NULL : statement_find(s, account, number);
    MUST(number == 0 || m != NULL);
    return m == NULL ? s->items[account].opening_fen : m->after_fen;
}

bool statement_leaves_out(const struct statements *s, uint32_t account, uint32_t number)
{
    const struct movement *m = statement_find(s, account, number);
    return m != NULL && m->wrong == FAULT_LINE_MISSING;
}

bool statement_error(struct statements *s, int64_t now_us, uint32_t account, uint32_t number,
                     struct fact *error)
{
    static const uint8_t types[FAULT_KINDS] = {[FAULT_LINE_MISSING] = MATCH_MISSING_THEIRS,
                                               [FAULT_LINE_EXTRA] = MATCH_MISSING_OURS,
                                               [FAULT_LINE_TWICE] = MATCH_DUPLICATE,
                                               [FAULT_LINE_AMOUNT] = MATCH_AMOUNT_DIFFERS};
    struct statement *one = &s->items[account];
    if (statement_find(s, account, number) == NULL)
        return false;
    struct movement *m = &one->items[(number - 1) % one->capacity];
    if (m->fault == 0 || m->told)
        return false;
    m->told = 1;
    *error = (struct fact){.at_us = now_us,
                           .kind = FACT_TRUE_ERROR,
                           .channel = CHANNEL_NONE,
                           .class = types[m->wrong],
                           .state = BREAK_ABOUT_LINE,
                           .subject = m->fault - 1u,
                           .id = audit_line_id((uint8_t)account, number),
                           .amount_fen = m->amount_fen,
                           .other = m->wrong == FAULT_LINE_MISSING ? 0 : m->said_fen};
    return true;
}

static struct line_source source_of(const struct statements *s, uint32_t account,
                                    const struct movement *m)
{
    uint8_t channel = m->net_of == 0 ? CHANNEL_NONE : (uint8_t)(m->net_of - 1);
    return (struct line_source){.given = m->text == 0 ? NULL : &s->texts[m->text - 1],
                                .origin = m->origin,
                                .kind = s->items[account].kind,
                                .channel = channel,
                                .session = m->session,
                                .sessions_a_day =
                                    channel < CHANNELS ? s->sessions_a_day[channel] : 0};
}

void statement_print(const struct statements *s, uint32_t account, uint32_t number,
                     struct printed_line *out)
{
    const struct movement *m = statement_find(s, account, number);
    MUST(m != NULL);
    struct line_source from = source_of(s, account, m);
    line_print(&from, out);
}

struct input statement_news(const struct statements *s, uint32_t account, uint32_t number)
{
    const struct movement *m = statement_find(s, account, number);
    MUST(m != NULL);
    struct line_source from = source_of(s, account, m);
    return (struct input){.kind = INPUT_MOVEMENT_TOLD,
                          .channel = m->net_of == 0 ? CHANNEL_NONE : (uint8_t)(m->net_of - 1),
                          .code = line_code(&from),
                          .flag = m->net_of == 0 ? 0 : MOVEMENT_OF_SESSION,
                          .session = m->session,
                          .count = number,
                          .account = (uint8_t)account,
                          .id = m->id,
                          .amount_fen = m->said_fen,
                          .other_fen = m->after_fen,
                          .at_us = m->at_us};
}

static uint16_t history_code(const struct statement *one, int64_t now_us, int32_t day)
{
    if (one->state == ACCOUNT_ABSENT || day < one->opened_day)
        return UNIONPAY_34;
    return day < civil_day(now_us) ? UNIONPAY_00 : UNIONPAY_39;
}

struct input statement_history(const struct statements *s, int64_t now_us, uint32_t account,
                               int32_t day)
{
    MUST(account < s->account_count && is_virtual(s->items[account].kind));
    const struct statement *one = &s->items[account];
    struct input in = {.kind = INPUT_HISTORY_REPORTED,
                       .channel = one->institution,
                       .code = history_code(one, now_us, day),
                       .account = (uint8_t)account,
                       .at_us = civil_moment_us(day, 0)};
    if (in.code != UNIONPAY_00)
        return in;
    uint32_t n = one->day_count;
    while (n > 0 && one->days[n - 1].day > day)
        n--;
    const struct statement_day *d = n == 0 ? NULL : &one->days[n - 1];
    in.amount_fen = d == NULL ? one->opening_fen : d->closing_fen;
    in.other_fen = in.amount_fen;
    if (d == NULL || d->day < day)
        return in;
    in.other_fen = d->opening_fen;
    in.count = d->in_count;
    in.session = d->out_count;
    in.reference = (struct reference){.hi = (uint64_t)d->in_fen, .lo = (uint64_t)d->out_fen};
    return in;
}
