/* statement.c — see statement.h. */

#include "mocks/statement.h"

#include <stdlib.h>

enum { KEPT_AT_FIRST = 64 };

void statements_init(struct statements *s, struct books *books, struct central_bank *central_bank)
{
    *s = (struct statements){.books = books, .central_bank = central_bank};
}

void statements_free(struct statements *s)
{
    for (uint32_t i = 0; i < s->account_count; i++)
        free(s->items[i].items);
    s->account_count = 0;
}

uint32_t statement_add(struct statements *s, uint8_t kind, uint8_t institution)
{
    MUST(s->account_count < ACCOUNTS_MAX && kind < ACCOUNT_KINDS);
    bool virtual_id = kind == ACCOUNT_VIRTUAL_RESERVE || kind == ACCOUNT_VIRTUAL_OWN;
    MUST((kind == ACCOUNT_CENTRAL_BANK) == (institution == INSTITUTION_CENTRAL_BANK));
    MUST(virtual_id == (institution < CHANNELS) && institution < INSTITUTIONS_MAX);
    s->items[s->account_count] = (struct statement){.kind = kind, .institution = institution};
    return s->account_count++;
}

void statement_open(struct statements *s, uint32_t account, int64_t opening_fen)
{
    MUST(account < s->account_count && opening_fen >= 0);
    MUST(s->items[account].state == ACCOUNT_ABSENT); /* none opens twice */
    s->items[account].state = ACCOUNT_OPEN;
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

static void note(struct statements *s, int64_t now_us, uint32_t account, int64_t amount_fen,
                 const struct posting *p, struct outbox *out)
{
    struct statement *one = &s->items[account];
    struct movement *m = place_for(one);
    *m = (struct movement){.amount_fen = amount_fen,
                           .after_fen = statement_balance_fen(s, account),
                           .at_us = now_us,
                           .id = p->id,
                           .session = p->session,
                           .net_of = p->net_of};
    one->count++;
    MUST(one->count < UINT32_C(1) << 31);
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
}

static void must_be_taken(const struct statements *s, const struct posting *p)
{
    const struct central_bank *cb = s->central_bank;
    uint32_t from = p->from - BOOKS_REGISTERED;
    uint32_t to = p->to - BOOKS_REGISTERED;
    MUST(p->amount_fen > 0 && p->net_of <= CHANNELS);
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

struct input statement_news(const struct statements *s, uint32_t account, uint32_t number)
{
    const struct movement *m = statement_find(s, account, number);
    MUST(m != NULL);
    return (struct input){.kind = INPUT_MOVEMENT_TOLD,
                          .channel = m->net_of == 0 ? CHANNEL_NONE : (uint8_t)(m->net_of - 1),
                          .flag = m->net_of == 0 ? 0 : MOVEMENT_OF_SESSION,
                          .session = m->session,
                          .count = number,
                          .account = (uint8_t)account,
                          .id = m->id,
                          .amount_fen = m->amount_fen,
                          .other_fen = m->after_fen,
                          .at_us = m->at_us};
}
