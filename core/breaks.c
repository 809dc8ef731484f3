/* breaks.c — breaks as they are opened, resolved and closed; see core/audit/breaks.h.
 *
 * A break says that two sides differ.  Where money differs, too, the settled
 * net has brought it into suspense; resolving the break books it from there.
 * Where the list alone was wrong nothing stands in suspense for it.  Of lines of an
 * account's statement see lines.c. */

#include "core/base/must.h"
#include "core/desk.h"

static void tell(struct desk *d, enum fact_kind kind, const struct audit_break *one, uint32_t slot,
                 enum reason reason)
{
    desk_fact(d, (struct fact){.kind = (uint8_t)kind,
                               .channel = one->channel,
                               .reason = (uint8_t)reason,
                               .state = one->about,
                               .class = one->type,
                               .code = one->lines,
                               .routes = one->decided,
                               .subject = slot,
                               .session = one->number,
                               .id = one->id,
                               .amount_fen = one->ours_fen,
                               .other = one->theirs_fen});
}

static uint32_t add(struct desk *d, struct audit_break one)
{
    struct breaks *b = &d->core->breaks;
    if (breaks_find(b, one.channel, (enum break_about)one.about, one.id,
                    (enum match_type)one.type) != NONE)
        return NONE; /* it stands */
    uint32_t index = breaks_add(b, one);
    if (index == NONE)
        desk_alert(d, (enum channel)one.channel, REASON_BREAKS_FULL, one.ours_fen, one.theirs_fen);
    return index;
}

void break_open(struct desk *d, struct audit_break one, uint32_t slot)
{
    one.state = BREAK_OPEN;
    uint32_t index = add(d, one);
    if (index != NONE)
        tell(d, FACT_BREAK_OPENED, &d->core->breaks.items[index], slot, (enum reason)one.reason);
}

void break_doubt(struct desk *d, struct audit_break one)
{
    one.state = BREAK_DOUBTFUL;
    add(d, one);
}

static void close(struct desk *d, uint32_t index, uint32_t who, enum reason how)
{
    tell(d, FACT_BREAK_CLOSED, &d->core->breaks.items[index], who, how);
    breaks_close(&d->core->breaks, index);
}

void break_close(struct desk *d, uint8_t channel, enum break_about about, uint64_t id,
                 enum match_type type, enum reason how)
{
    uint32_t index = breaks_find(&d->core->breaks, channel, about, id, type);
    if (index != NONE)
        close(d, index, NONE, how);
}

/* --- doubtful lines -------------------------------------------------------- */

/* The lists of the doubtful days have come, and it is as unknown as it was. */
static void confirm(struct desk *d, uint32_t index)
{
    struct audit_break *one = &d->core->breaks.items[index];
    struct known known;
    if (memory_find(d, one->reference, &known)) { /* in the end we do know it */
        breaks_close(&d->core->breaks, index);
        return;
    }
    breaks_open(&d->core->breaks, index);
    tell(d, FACT_BREAK_OPENED, one, NONE, (enum reason)one->reason);
}

bool breaks_confirm(struct desk *d, uint8_t channel)
{
    struct breaks *b = &d->core->breaks;
    int64_t days_us = d->core->config.doubtful_days * US_PER_DAY;
    for (uint32_t i = 0; i < b->pool.fresh && b->doubtful > 0; i++) {
        const struct audit_break *one = &b->items[i];
        if (one->state != BREAK_DOUBTFUL || one->channel != channel ||
            !lists_came_over(&d->core->channels[channel].lists, one->since_us,
                             one->since_us + days_us))
            continue;
        if (desk_full(d))
            return false;
        confirm(d, i);
    }
    return true;
}

/* --- the operator ---------------------------------------------------------- */

static int64_t least(int64_t a_fen, int64_t b_fen)
{
    return a_fen < b_fen ? a_fen : b_fen;
}

/* By how much more was paid than we know of, as the break has it; below zero:
 * came back.  A late list moved nothing, nor did a fee that is billed apart. */
static int64_t more_paid_fen(const struct desk *d, const struct audit_break *one)
{
    int64_t more_fen = money_sub(one->theirs_fen, one->ours_fen);
    if (one->type == MATCH_RETURNED)
        return -more_fen;
    bool moved = one->type == MATCH_FEE_DIFFERS ? d->core->config.channels[one->channel].fee.in_net
                                                : one->type != MATCH_LATE;
    return moved ? more_fen : 0;
}

/* What the settled nets have put into suspense, as far as it is this break's:
 * more than we know of was paid, and the nets were short of it; or less. */
static void book_resolution(struct desk *d, const struct audit_break *one)
{
    const struct ledger_account *books = d->core->books;
    struct booked_of of = {.channel = one->channel};
    bool adjusted = one->reason == REASON_ADJUSTED;
    if (one->about == BREAK_ABOUT_LINE) {
        lines_resolved(d, audit_line_account(one->id), audit_line_number(one->id), adjusted);
        return;
    }
    int64_t short_fen = ledger_balance_fen(&books[BOOK_OF(one->channel, BOOK_OF_SUSPENSE_SHORT)]);
    int64_t long_fen = -ledger_balance_fen(&books[BOOK_OF(one->channel, BOOK_OF_SUSPENSE_LONG)]);
    int64_t more_fen = more_paid_fen(d, one);
    if (more_fen > 0 && short_fen > 0)
        desk_book(d, adjusted ? TEMPLATE_BREAK_ADJUSTED_SHORT : TEMPLATE_BREAK_WRITTEN_OFF_SHORT,
                  of, least(more_fen, short_fen));
    if (more_fen < 0 && long_fen > 0)
        desk_book(d, adjusted ? TEMPLATE_BREAK_ADJUSTED_LONG : TEMPLATE_BREAK_WRITTEN_OFF_LONG, of,
                  least(-more_fen, long_fen));
}

static enum reason why_not(struct desk *d, const struct input *in, uint32_t index)
{
    if (index == NONE)
        return in->count != 0 && in->count <= d->core->breaks.numbers ? REASON_BREAK_SETTLED
                                                                      : REASON_BREAK_UNKNOWN;
    const struct audit_break *one = &d->core->breaks.items[index];
    if (in->kind != INPUT_BREAK_APPROVED)
        return decisions_refuse(d, one, in); /* else another may propose anew */
    if (one->state != BREAK_PROPOSED)
        return REASON_NOT_PROPOSED;
    return one->maker == in->user ? REASON_SAME_PERSON : REASON_NONE;
}

void breaks_operate(struct desk *d, const struct input *in)
{
    struct breaks *b = &d->core->breaks;
    uint32_t index = breaks_find_number(b, in->count);
    enum reason why = why_not(d, in, index);
    if (why != REASON_NONE) {
        static const struct audit_break unknown = {.channel = CHANNEL_NONE};
        struct audit_break one = index == NONE ? unknown : b->items[index];
        one.number = in->count;
        tell(d, FACT_BREAK_REFUSED, &one, in->user, why);
        return;
    }
    struct audit_break *one = &b->items[index];
    if (in->kind == INPUT_BREAK_APPROVED) {
        if (!decisions_take(d, one))
            book_resolution(d, one);
        close(d, index, in->user, (enum reason)one->reason);
        return;
    }
    one->state = BREAK_PROPOSED;
    one->maker = in->user;
    one->decided = in->flag;
    one->reason = in->kind == INPUT_BREAK_ADJUSTED ? REASON_ADJUSTED : REASON_WRITTEN_OFF;
    tell(d, FACT_BREAK_PROPOSED, one, in->user, (enum reason)one->reason);
}
