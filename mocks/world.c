/* world.c — see world.h. */

#include "mocks/world.h"

#include <stdlib.h>

#include "core/base/money.h"
#include "core/base/must.h"
#include "mocks/funds.h"

static uint32_t open_accounts(struct world *w)
{
    struct statements *s = &w->statements;
    uint32_t acs = NONE;
    books_init(&w->books, w->terms.account_count);
    statements_init(s, &w->books, &w->central_bank, &w->faults);
    s->acs_push = w->terms.acs_push;
    s->acs_push_all = w->terms.acs_push_all;
    s->virtual_silent = w->terms.virtual_silent;
    s->texts = w->terms.line_texts;
    s->text_count = w->terms.line_text_count;
    for (uint32_t i = 0; i < CHANNELS; i++)
        s->sessions_a_day[i] = w->terms.houses[i].closing_count;
    for (uint32_t i = 0; i < w->terms.account_count; i++) {
        const struct world_account *a = &w->terms.accounts[i];
        MUST(statement_add(s, a->kind, a->institution) == i);
        if (!a->opens_later)
            statement_open(s, w->terms.start_us, i, a->opening_fen);
        if (a->kind == ACCOUNT_CENTRAL_BANK) {
            MUST(acs == NONE && !a->opens_later);
            acs = BOOKS_OF(i);
        }
        if (a->kind == ACCOUNT_VIRTUAL_RESERVE)
            w->houses[a->institution].virtual_account = BOOKS_OF(i);
    }
    MUST(acs != NONE);
    return acs;
}

static struct remitter remitter_of(struct world *w, uint8_t institution, enum channel channel,
                                   const struct remitter_words *words)
{
    return (struct remitter){.institution = institution,
                             .channel = channel,
                             .calendar = w->terms.calendar,
                             .seed = w->terms.seed,
                             .words = words,
                             .statements = &w->statements,
                             .faults = &w->faults,
                             .remittances = &w->remittances};
}

static void start_house(struct world *w, enum channel c)
{
    struct house *h = &w->houses[c];
    h->channel = c;
    h->terms = &w->terms.houses[c];
    h->calendar = w->terms.calendar;
    h->seed = w->terms.seed;
    h->central_bank = &w->central_bank;
    h->pools_with = w->terms.pooled ? &w->houses[CHANNELS - 1 - c] : NULL;
    h->books = &w->books;
    h->statements = &w->statements;
    h->remittances = &w->remittances;
    h->faults = &w->faults;
    h->funds = remitter_of(w, (uint8_t)c, c, &funds_words);
    MUST(h->terms->rule.settles_to == SETTLES_TO_ACS || h->virtual_account != NONE);
    house_init(h, w->terms.orders_max);
}

struct world *world_create(const struct world_terms *terms)
{
    struct world *w = calloc(1, sizeof *w);
    struct fault_count *counts = calloc(terms->fault_count + 1, sizeof *counts);
    if (w == NULL || counts == NULL) {
        free(w);
        free(counts);
        return NULL;
    }
    w->terms = *terms;
    w->faults = (struct faults){.specs = terms->faults,
                                .counts = counts,
                                .count = terms->fault_count,
                                .calendar = (uint8_t)terms->calendar,
                                .seed = terms->seed};
    for (uint32_t c = 0; c < CHANNELS; c++)
        w->houses[c].virtual_account = NONE;
    uint32_t acs = open_accounts(w);
    central_bank_init(&w->central_bank, &w->books, acs, terms->mapped_fen, terms->pooled);
    for (uint32_t c = 0; c < CHANNELS; c++)
        start_house(w, (enum channel)c);
    for (uint8_t i = INSTITUTION_BANKS; i < INSTITUTIONS_MAX; i++)
        w->banks[i] = (struct bank){.remitter = remitter_of(w, i, CHANNEL_NONE, &bank_words),
                                    .terms = &w->terms.banks[i]};
    remittances_init(&w->remittances);
    return w;
}

void world_free(struct world *w)
{
    if (w == NULL)
        return;
    for (uint32_t c = 0; c < CHANNELS; c++)
        house_free(&w->houses[c]);
    statements_free(&w->statements);
    remittances_free(&w->remittances);
    free(w->faults.counts);
    free(w);
}

static void schedule_own_line(const struct world *w, uint32_t which, struct outbox *out)
{
    if (which == w->terms.own_line_count)
        return;
    const struct own_line *line = &w->terms.own_lines[which];
    outbox_schedule(out, (struct happening){.at_us = line->at_us,
                                            .kind = HAPPENS_OWN_LINE,
                                            .house = w->terms.accounts[line->account].institution,
                                            .subject = which});
}

void world_start(struct world *w, int64_t now_us, struct outbox *out)
{
    for (uint32_t c = 0; c < CHANNELS; c++)
        house_start(&w->houses[c], now_us, out);
    schedule_own_line(w, 0, out);
}

/* --- balances, details, histories ------------------------------------------ */

static uint8_t keeper_of(const struct world *w, uint8_t account)
{
    MUST(account < w->statements.account_count);
    return w->statements.items[account].institution;
}

/* What is asked of an account, in three ways: a history is a balance of another day. */
static const struct asking {
    uint8_t operation; /* enum fault_operation */
    uint8_t purpose;   /* enum draw_purpose */
    uint8_t happens;   /* enum happening_kind */
} askings[] = {
    [ORDER_REPORT_BALANCE] = {OPERATION_BALANCE, DRAW_BALANCE_LATENCY, HAPPENS_BALANCE},
    [ORDER_LIST_DETAILS] = {OPERATION_DETAILS, DRAW_DETAILS_LATENCY, HAPPENS_DETAILS},
    [ORDER_REPORT_HISTORY] = {OPERATION_BALANCE, DRAW_HISTORY_LATENCY, HAPPENS_HISTORY},
};

static bool is_asking(uint8_t order_kind)
{
    return order_kind == ORDER_REPORT_BALANCE || order_kind == ORDER_LIST_DETAILS ||
           order_kind == ORDER_REPORT_HISTORY;
}

static const struct latency *latency_of(const struct world *w, uint8_t institution,
                                        const struct asking *asking)
{
    bool details = asking->operation == OPERATION_DETAILS;
    if (institution < CHANNELS)
        return details ? &w->terms.houses[institution].details
                       : &w->terms.houses[institution].balance;
    return details ? &w->terms.banks[institution].details : &w->terms.banks[institution].balance;
}

static void report(struct world *w, int64_t now_us, const struct order *o, struct outbox *out)
{
    const struct asking *asking = &askings[o->kind];
    uint8_t institution = keeper_of(w, o->account);
    struct fault_subject about = {.reference = (uint64_t)o->sent_us << 8 | o->account,
                                  .attempt = o->attempt};
    struct fault_effect effect = faults_ask(&w->faults, (enum fault_operation)asking->operation,
                                            institution, now_us, &about);
    if (effect.acts != NULL)
        return;
    uint64_t bits = draw_bits((struct draw_key){.seed = w->terms.seed,
                                                .subject = about.reference,
                                                .purpose = asking->purpose,
                                                .detail = (uint32_t)o->attempt << 8 | institution});
    int64_t latency_us = latency_draw_us(latency_of(w, institution, asking), bits);
    outbox_schedule(out, (struct happening){.at_us = now_us + fault_slowed_us(&effect, latency_us),
                                            .kind = asking->happens,
                                            .house = institution,
                                            .subject = o->account,
                                            .arg = o->id});
}

static void tell_balance(const struct world *w, int64_t now_us, const struct happening *what,
                         struct outbox *out)
{
    outbox_tell(out,
                (struct input){.kind = INPUT_BALANCE_REPORTED,
                               .channel = CHANNEL_NONE,
                               .account = (uint8_t)what->subject,
                               .amount_fen = statement_balance_fen(&w->statements, what->subject),
                               .at_us = now_us});
}

void world_details(const struct world *w, const struct happening *what, struct details *page)
{
    MUST(what->kind == HAPPENS_DETAILS);
    uint32_t count = world_movements(w, (uint8_t)what->subject);
    uint32_t after = what->arg < count ? (uint32_t)what->arg : count;
    uint32_t oldest = statement_oldest(&w->statements, what->subject);
    uint32_t next = after + 1 < oldest ? oldest : after + 1;
    uint32_t last = next + DETAILS_PAGE - 1 < count ? next + DETAILS_PAGE - 1 : count;
    *page = (struct details){
        .account = (uint8_t)what->subject, .more = last < count, .next = next, .last = last};
}

bool world_next_detail_error(struct world *w, int64_t now_us, const struct details *page,
                             uint32_t *cursor, struct fact *error)
{
    while (page->next + *cursor <= page->last)
        if (statement_error(&w->statements, now_us, page->account, page->next + (*cursor)++, error))
            return true;
    return false;
}

bool world_next_detail(const struct world *w, struct details *page, struct input *one)
{
    if (page->ended)
        return false;
    while (page->next <= page->last &&
           statement_leaves_out(&w->statements, page->account, page->next))
        page->next++;
    if (page->next <= page->last) {
        *one = statement_news(&w->statements, page->account, page->next++);
        return true;
    }
    page->ended = true;
    *one =
        (struct input){.kind = INPUT_DETAILS_ENDED,
                       .channel = CHANNEL_NONE,
                       .account = page->account,
                       .count = page->last,
                       .flag = page->more,
                       .other_fen = statement_after_fen(&w->statements, page->account, page->last)};
    return true;
}

/* --- what reaches it ------------------------------------------------------- */

void world_order(struct world *w, int64_t now_us, const struct order *o, struct outbox *out)
{
    if (is_asking(o->kind)) {
        report(w, now_us, o, out);
        return;
    }
    if (o->service == SERVICE_BANK) {
        uint8_t institution = keeper_of(w, o->account);
        MUST(institution >= INSTITUTION_BANKS);
        MUST(o->kind == ORDER_TRANSFER || o->kind == ORDER_QUERY);
        if (o->kind == ORDER_TRANSFER)
            bank_transfer(&w->banks[institution], now_us, o, out);
        else
            bank_query(&w->banks[institution], now_us, o, out);
        return;
    }
    MUST(o->channel < CHANNELS);
    house_order(&w->houses[o->channel], now_us, o, out);
}

void world_collect(struct world *w, int64_t now_us, enum channel house, int64_t amount_fen,
                   int64_t fee_fen, uint32_t count, struct outbox *out)
{
    MUST(house < CHANNELS);
    house_collect(&w->houses[house], now_us, amount_fen, fee_fen, count, out);
}

/* Between the outside and an account; in: above zero. */
static bool post_outside(struct world *w, int64_t now_us, uint32_t account, int64_t amount_fen,
                         uint16_t text, struct outbox *out)
{
    bool in = amount_fen > 0;
    if (!statement_is_open(&w->statements, account))
        return false;
    return statement_post(&w->statements, now_us,
                          &(struct posting){.from = in ? BOOKS_OUTSIDE : BOOKS_OF(account),
                                            .to = in ? BOOKS_OF(account) : BOOKS_OUTSIDE,
                                            .amount_fen = in ? amount_fen : -amount_fen,
                                            .text = text},
                          out);
}

bool world_collect_into(struct world *w, int64_t now_us, uint8_t account, int64_t amount_fen,
                        uint16_t text, struct outbox *out)
{
    MUST(keeper_of(w, account) >= INSTITUTION_BANKS && amount_fen > 0);
    return post_outside(w, now_us, account, amount_fen, text, out);
}

static void book_own_line(struct world *w, int64_t now_us, uint32_t which, struct outbox *out)
{
    const struct own_line *line = &w->terms.own_lines[which];
    MUST(which < w->terms.own_line_count && line->at_us == now_us);
    if (!post_outside(w, now_us, line->account, line->amount_fen, (uint16_t)line->text, out))
        w->own_lines_left_out++;
    schedule_own_line(w, which + 1, out);
}

void world_open_account(struct world *w, int64_t now_us, uint8_t account)
{
    if (!statement_is_open(&w->statements, account))
        statement_open(&w->statements, now_us, account, w->terms.accounts[account].opening_fen);
}

void world_close_account(struct world *w, uint8_t account)
{
    statement_close(&w->statements, account);
}

void world_happens(struct world *w, int64_t now_us, const struct happening *what,
                   struct outbox *out)
{
    MUST(what->house < INSTITUTIONS_MAX);
    if (what->kind == HAPPENS_BALANCE)
        tell_balance(w, now_us, what, out);
    else if (what->kind == HAPPENS_HISTORY)
        outbox_tell(out,
                    statement_history(&w->statements, now_us, what->subject, (int32_t)what->arg));
    else if (what->kind == HAPPENS_OWN_LINE)
        book_own_line(w, now_us, what->subject, out);
    else if (what->kind == HAPPENS_DETAILS)
        return; /* handed over by world_next_detail() */
    else if (what->house < CHANNELS)
        house_happens(&w->houses[what->house], now_us, what, out);
    else
        bank_happens(&w->banks[what->house], now_us, what, out);
}

void world_heal(struct world *w, int64_t now_us, struct outbox *out)
{
    w->faults.stopped = 1;
    for (uint32_t c = 0; c < CHANNELS; c++)
        house_heal(&w->houses[c], now_us, out);
}

int64_t world_fees_owed_fen(const struct world *w)
{
    int64_t sum_fen = 0;
    for (uint32_t c = 0; c < CHANNELS; c++)
        sum_fen = money_add(sum_fen, w->houses[c].fees_due_fen);
    for (uint32_t i = INSTITUTION_BANKS; i < INSTITUTIONS_MAX; i++)
        sum_fen = money_add(sum_fen, w->banks[i].fees_due_fen);
    return sum_fen;
}

bool world_quiet(const struct world *w)
{
    return world_rests(w) && world_fees_owed_fen(w) == 0;
}

bool world_rests(const struct world *w)
{
    for (uint32_t c = 0; c < CHANNELS; c++)
        if (!house_rests(&w->houses[c]))
            return false;
    return w->remittances.under_way == 0 && w->books.balance_fen[BOOKS_TRANSIT] == 0;
}
