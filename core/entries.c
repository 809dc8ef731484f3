/* entries.c — what is booked, and told as it is booked: openings, entries, each day's balance. */

#include "core/base/must.h"
#include "core/desk.h"

/* The book that one side of a template names for this event. */
static uint32_t side_book(const struct desk *d, uint32_t side, struct booked_of of)
{
    if (side < BOOK_PER_CHANNEL)
        return side;
    if (side < SIDE_ACCOUNT) {
        MUST(of.channel < CHANNELS);
        return side + of.channel * (uint32_t)BOOKS_OF_CHANNEL;
    }
    MUST(of.account < d->core->accounts.count);
    return side == SIDE_ACCOUNT ? d->core->account_items[of.account].book
                                : desk_owner(d, of.account);
}

void desk_book(struct desk *d, enum template what, struct booked_of of, int64_t amount_fen)
{
    static const uint8_t facts[] = {
        [BOOKING_POST] = FACT_ENTRY_POSTED,
        [BOOKING_PEND] = FACT_ENTRY_PENDING,
        [BOOKING_TAKE] = FACT_ENTRY_TAKEN,
        [BOOKING_VOID] = FACT_ENTRY_VOIDED,
    };
    struct core *core = d->core;
    struct template_row row = template_rows[what];
    if (amount_fen == 0)
        return;
    struct entry e = {.debit = side_book(d, row.debit, of),
                      .credit = side_book(d, row.credit, of),
                      .amount_fen = amount_fen};
    if (row.either_way && amount_fen < 0)
        e = (struct entry){.debit = e.credit, .credit = e.debit, .amount_fen = -amount_fen};
    switch ((enum booking)row.how) {
    case BOOKING_POST:
        ledger_post(&core->ledger, core->books, e);
        break;
    case BOOKING_PEND:
        ledger_pend(&core->ledger, core->books, e);
        break;
    case BOOKING_TAKE:
        ledger_post_pending(&core->ledger, core->books, e);
        break;
    case BOOKING_VOID:
        ledger_void_pending(&core->ledger, core->books, e);
        break;
    }
    desk_fact(d, (struct fact){.kind = facts[row.how],
                               .channel = CHANNEL_NONE,
                               .code = (uint16_t)what,
                               .subject = e.debit,
                               .session = e.credit,
                               .id = core->ledger.entry_count,
                               .amount_fen = e.amount_fen});
}

uint32_t desk_owner(const struct desk *d, uint32_t account)
{
    uint8_t kind = d->core->account_items[account].kind;
    return kind == ACCOUNT_OWN || kind == ACCOUNT_VIRTUAL_OWN ? BOOK_EQUITY : BOOK_CLIENTS;
}

/* The first input tells where everything stands, as entries and as facts. */
void entries_open(struct desk *d)
{
    struct core *core = d->core;
    const struct core_config *config = &core->config;
    int64_t mapped_fen[CHANNELS];
    int64_t custody_fen = 0;

    for (uint8_t i = 0; i < config->account_count; i++) {
        const struct core_account *a = &config->accounts[i];
        if (core->account_items[i].state != ACCOUNT_OPEN)
            continue;
        desk_book(d, TEMPLATE_ACCOUNT_OPENS, (struct booked_of){.account = i}, a->opening_fen);
        if (a->kind == ACCOUNT_CENTRAL_BANK)
            custody_fen = a->opening_fen;
    }
    policy_of(config->allocation_kind)->open(&config->allocation, custody_fen, mapped_fen);
    core->unallocated_fen = custody_fen;
    desk_book(d, TEMPLATE_CUSTODY_RISES, (struct booked_of){0}, custody_fen);
    for (uint8_t c = 0; c < CHANNELS; c++) {
        const struct channel_terms *terms = &config->channels[c];
        position_init(&core->channels[c].position, terms->rule, mapped_fen[c],
                      terms->first_session);
        core->unallocated_fen -= mapped_fen[c];
        desk_book(d, TEMPLATE_QUOTA_OPENS, (struct booked_of){.channel = c}, mapped_fen[c]);
        desk_fact(d, (struct fact){.kind = FACT_OPENED,
                                   .channel = c,
                                   .subject = NONE,
                                   .amount_fen = mapped_fen[c],
                                   .other = mapped_fen[c]});
    }
    MUST(core->unallocated_fen >= 0);
    desk_fact(d, (struct fact){.kind = FACT_OPENED,
                               .channel = CHANNEL_NONE,
                               .subject = NONE,
                               .amount_fen = core->unallocated_fen,
                               .other = core->unallocated_fen});
}

/* Trial balance: every book that was ever used, then the ledger as a whole. */
void entries_close_day(struct desk *d)
{
    struct core *core = d->core;
    const struct ledger_account *all = &core->ledger.total;
    uint32_t told = 0;
    for (uint32_t i = 0; i < core->ledger.account_count; i++) {
        const struct ledger_account *a = &core->books[i];
        if (a->debit_posted_fen == 0 && a->credit_posted_fen == 0 && a->debit_pending_fen == 0 &&
            a->credit_pending_fen == 0)
            continue;
        desk_fact(d, (struct fact){.kind = FACT_BALANCE,
                                   .channel = CHANNEL_NONE,
                                   .subject = i,
                                   .id = (uint64_t)a->debit_posted_fen,
                                   .amount_fen = ledger_balance_fen(a),
                                   .other = a->debit_pending_fen - a->credit_pending_fen});
        told++;
    }
    desk_fact(d, (struct fact){.kind = FACT_DAY_CLOSED,
                               .channel = CHANNEL_NONE,
                               .subject = NONE,
                               .session = told,
                               .id = (uint64_t)all->credit_posted_fen,
                               .amount_fen = all->debit_posted_fen,
                               .other = civil_moment_us(civil_day(d->now_us) - 1, 0)});
}
