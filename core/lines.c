/* lines.c — the lines of an account's statement: each known once, and none of them against the
 * balances.
 *
 *     balance before + amount = balance after = the next one's balance before
 *
 * The balances count.  A line that says another amount than they do is taken for
 * what they say, and is a break; so is one with which they did not move.  A number
 * that was left out of a page, and again when asked for once more, is passed over:
 * the balances on both sides say what it came to.  If a leg of ours or a session's
 * net that was told is of just that amount, it is taken for that, until a line of
 * that leg or net shows that it was something else of the same amount.  Else it is
 * booked into suspense (长款, 短款) until such a leg or net is heard of, or the
 * operator resolves the break.  In custody that waits for a day's close at least a
 * day later: until then it may be a net, of which nothing is unallocated.
 *
 * Pushed movements come ahead of others, so for a while lines may be known beyond
 * a number that is not. */

#include "core/base/must.h"
#include "core/desk.h"

static struct purse *purse_of(const struct desk *d, uint8_t account)
{
    MUST(account < d->core->accounts.count);
    return &d->core->purses[account];
}

static struct told_line *place_of(struct purse *p, uint32_t number)
{
    return &p->lines[number % LINES_KEPT];
}

void lines_open(struct desk *d, uint8_t account, int64_t opening_fen)
{
    struct purse *p = purse_of(d, account);
    *place_of(p, p->cursor) =
        (struct told_line){.before_fen = opening_fen, .after_fen = opening_fen};
}

/* --- what is known --------------------------------------------------------- */

static bool is_ahead(const struct purse *p, uint32_t number)
{
    MUST(number > p->cursor);
    uint32_t ahead = number - p->cursor - 1;
    return ahead < NUMBERS_AHEAD && (p->ahead[ahead / 64] >> ahead % 64 & 1);
}

static const struct told_line *known_line(struct purse *p, uint32_t number)
{
    return number == p->cursor || (number > p->cursor && is_ahead(p, number)) ? place_of(p, number)
                                                                              : NULL;
}

static void advance_cursor(struct purse *p)
{
    while (p->ahead[0] & 1) {
        for (uint32_t i = 0; i < NUMBERS_AHEAD / 64; i++) {
            uint64_t next = i + 1 < NUMBERS_AHEAD / 64 ? p->ahead[i + 1] : 0;
            p->ahead[i] = p->ahead[i] >> 1 | next << 63;
        }
        p->cursor++;
    }
}

static void keep(struct purse *p, uint32_t number, struct told_line line)
{
    uint32_t ahead = number - p->cursor - 1;
    MUST(ahead < NUMBERS_AHEAD);
    *place_of(p, number) = line;
    p->ahead[ahead / 64] |= UINT64_C(1) << ahead % 64;
    advance_cursor(p);
}

bool lines_new(const struct desk *d, const struct input *in)
{
    struct purse *p = purse_of(d, in->account);
    return in->count > p->cursor && in->count - p->cursor <= NUMBERS_AHEAD &&
           !is_ahead(p, in->count);
}

/* --- against the balances -------------------------------------------------- */

static uint16_t at_most_u16(uint32_t count)
{
    return (uint16_t)(count < UINT16_MAX ? count : UINT16_MAX);
}

static void tell(struct desk *d, uint8_t account, uint32_t number, enum match_type type,
                 enum reason reason, int64_t ours_fen, int64_t theirs_fen, uint16_t missing)
{
    break_open(d,
               (struct audit_break){.id = audit_line_id(account, number),
                                    .ours_fen = ours_fen,
                                    .theirs_fen = theirs_fen,
                                    .channel = CHANNEL_NONE,
                                    .type = (uint8_t)type,
                                    .about = BREAK_ABOUT_LINE,
                                    .reason = (uint8_t)reason,
                                    .lines = missing},
               NONE);
}

static bool repeats(const struct told_line *before, const struct input *in, int64_t said_fen)
{
    return before->id == in->id && before->at_us == in->at_us &&
           money_sub(before->after_fen, before->before_fen) == said_fen;
}

/* Where the line before it is not known yet, its own amount counts. */
void lines_take(struct desk *d, struct input *in)
{
    struct purse *p = purse_of(d, in->account);
    const struct told_line *before = known_line(p, in->count - 1);
    int64_t said_fen = in->amount_fen;
    int64_t before_fen = before == NULL ? money_sub(in->other_fen, said_fen) : before->after_fen;
    in->amount_fen = money_sub(in->other_fen, before_fen);
    if (in->amount_fen != said_fen) {
        enum match_type type = in->amount_fen != 0             ? MATCH_AMOUNT_DIFFERS
                               : repeats(before, in, said_fen) ? MATCH_DUPLICATE
                                                               : MATCH_MISSING_OURS;
        tell(d, in->account, in->count, type, REASON_AGAINST_BALANCES, in->amount_fen, said_fen, 0);
    }
    keep(p, in->count,
         (struct told_line){.id = in->id,
                            .at_us = in->at_us,
                            .before_fen = before_fen,
                            .after_fen = in->other_fen});
}

/* --- what was left out ----------------------------------------------------- */

static bool in_custody(const struct desk *d, uint8_t account)
{
    return d->core->account_items[account].kind == ACCOUNT_CENTRAL_BANK;
}

static enum template suspense_of(const struct withheld *one)
{
    return one->amount_fen > 0 ? TEMPLATE_LINE_LONG : TEMPLATE_LINE_SHORT;
}

static void book_suspended(struct desk *d, struct withheld *one)
{
    one->suspended = 1;
    funds_foreign(d, suspense_of(one), one->account, one->amount_fen);
}

static void tell_withheld(struct desk *d, const struct withheld *one)
{
    tell(d, one->account, one->number, MATCH_MISSING_THEIRS, REASON_LINE_WITHHELD, one->amount_fen,
         0, one->lines);
}

static void suspend(struct desk *d, struct withheld *one)
{
    book_suspended(d, one);
    funds_reported_before(d, one->account, one->amount_fen);
}

/* A leg or a net that it may well be. */
static uint64_t find_taken_for(struct desk *d, const struct withheld *one)
{
    uint64_t leg = balances_shown(d, one->account, one->amount_fen);
    return leg != 0 ? leg : nets_shown(d, one->account, one->amount_fen);
}

static void drop(struct desk *d, uint32_t index)
{
    struct withholdings *w = &d->core->withheld;
    for (uint32_t i = index + 1; i < w->count; i++)
        w->items[i - 1] = w->items[i];
    w->count--;
}

/* The oldest that is explained; if none is, the oldest, which stays in suspense for good. */
static void make_room(struct desk *d)
{
    struct withholdings *w = &d->core->withheld;
    uint32_t index = 0;
    if (w->count < WITHHELD_MAX)
        return;
    while (index < w->count && w->items[index].taken_for == 0)
        index++;
    if (index == w->count) {
        index = 0;
        if (!w->items[index].suspended)
            suspend(d, &w->items[index]);
    }
    drop(d, index);
}

static void withhold(struct desk *d, struct withheld one)
{
    struct withholdings *w = &d->core->withheld;
    make_room(d);
    one.taken_for = find_taken_for(d, &one);
    if (one.taken_for == 0 && !in_custody(d, one.account))
        suspend(d, &one);
    w->items[w->count++] = one;
}

bool lines_explained(struct desk *d, uint8_t account, int64_t amount_fen, uint64_t by)
{
    struct withholdings *w = &d->core->withheld;
    for (uint32_t i = 0; i < w->count; i++) {
        struct withheld *one = &w->items[i];
        if (one->account != account || one->amount_fen != amount_fen || one->taken_for != 0 ||
            (one->suspended && in_custody(d, account))) /* by now it is allocated */
            continue;
        if (one->suspended)
            desk_book(d, suspense_of(one), (struct booked_of){.account = account}, -amount_fen);
        one->suspended = 0;
        one->taken_for = by;
        return true;
    }
    return false;
}

bool lines_shown_after_all(struct desk *d, const struct input *in, uint64_t by)
{
    struct withholdings *w = &d->core->withheld;
    for (uint32_t i = 0; i < w->count; i++) {
        struct withheld *one = &w->items[i];
        if (one->account != in->account || one->taken_for != by ||
            one->amount_fen != in->amount_fen)
            continue;
        one->since_us = d->now_us;
        one->taken_for = find_taken_for(d, one);
        if (one->taken_for != 0)
            return true;
        tell_withheld(d, one); /* anew, if it was resolved */
        if (!in_custody(d, one->account)) {
            book_suspended(d, one);
            funds_collected(d, in);
        }
        return true;
    }
    return false;
}

void lines_resolved(struct desk *d, uint8_t account, uint32_t number, bool adjusted)
{
    const struct withholdings *w = &d->core->withheld;
    for (uint32_t i = 0; i < w->count; i++) {
        struct withheld one = w->items[i];
        if (one.account != account || one.number != number)
            continue;
        if (one.taken_for != 0)
            return;
        if (!one.suspended)
            suspend(d, &one);
        drop(d, i);
        bool in = one.amount_fen > 0;
        enum template how = adjusted
                                ? in ? TEMPLATE_LINE_ADJUSTED_LONG : TEMPLATE_LINE_ADJUSTED_SHORT
                            : in ? TEMPLATE_LINE_WRITTEN_OFF_LONG
                                 : TEMPLATE_LINE_WRITTEN_OFF_SHORT;
        desk_book(d, how, (struct booked_of){.account = account},
                  in ? one.amount_fen : -one.amount_fen);
        return;
    }
}

void lines_close(struct desk *d)
{
    struct withholdings *w = &d->core->withheld;
    for (uint32_t i = 0; i < w->count && !desk_full(d); i++)
        if (!w->items[i].suspended && w->items[i].taken_for == 0 &&
            d->now_us - w->items[i].since_us >= US_PER_DAY)
            suspend(d, &w->items[i]);
}

/* The numbers after the cursor that are not known, up to the page's last: they come
 * to what the balances on both sides differ by. */
static void pass_over(struct desk *d, const struct input *page)
{
    struct purse *p = purse_of(d, page->account);
    uint32_t first = p->cursor + 1;
    uint32_t last = first;
    while (last < page->count && known_line(p, last + 1) == NULL)
        last++;
    const struct told_line *next = known_line(p, last + 1);
    int64_t before_fen = place_of(p, p->cursor)->after_fen;
    int64_t after_fen = next == NULL ? page->other_fen : next->before_fen;
    int64_t amount_fen = money_sub(after_fen, before_fen);
    for (uint32_t number = first; number <= last; number++)
        keep(p, number, (struct told_line){.before_fen = before_fen, .after_fen = after_fen});
    struct withheld one = {.amount_fen = amount_fen,
                           .since_us = d->now_us,
                           .number = first,
                           .lines = at_most_u16(last - first + 1),
                           .account = page->account};
    tell_withheld(d, &one);
    balances_passed_over(d, page->account, amount_fen);
    if (amount_fen != 0)
        withhold(d, one);
}

bool lines_whole(struct desk *d, const struct input *page)
{
    struct purse *p = purse_of(d, page->account);
    bool passed = false;
    while (p->cursor < page->count && p->cursor < p->asked_again_to && !desk_full(d)) {
        pass_over(d, page);
        passed = true;
    }
    if (p->cursor < page->count) {
        p->asked_again_to = page->count;
        funds_list_details(d, page->account);
        return false;
    }
    if (passed)
        funds_closing_known(d, page->account, page->other_fen);
    return true;
}
