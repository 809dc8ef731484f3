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
 * operator resolves the break; what is heard of after that takes back both entries.
 * In custody it waits for a day's close at least a day later: until then it may be a
 * net, of which nothing is unallocated.  What left custody is one for certain, so it
 * waits for as long as it takes, and resolving it books nothing.
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

static void tell(struct desk *d, uint8_t account, uint32_t number, enum match_type type,
                 enum reason reason, int64_t ours_fen, int64_t theirs_fen, uint32_t missing)
{
    break_open(
        d,
        (struct audit_break){.id = audit_line_id(account, number),
                             .ours_fen = ours_fen,
                             .theirs_fen = theirs_fen,
                             .channel = CHANNEL_NONE,
                             .type = (uint8_t)type,
                             .about = BREAK_ABOUT_LINE,
                             .reason = (uint8_t)reason,
                             .lines = (uint16_t)(missing < UINT16_MAX ? missing : UINT16_MAX)},
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
    one->stands = WITHHELD_IN_SUSPENSE;
    funds_foreign(d, suspense_of(one), one->account, one->amount_fen);
}

static void tell_withheld(struct desk *d, const struct withheld *one, uint32_t lines)
{
    tell(d, one->account, one->number, MATCH_MISSING_THEIRS, REASON_LINE_WITHHELD, one->amount_fen,
         0, lines);
}

static void suspend(struct desk *d, struct withheld *one)
{
    book_suspended(d, one);
    funds_reported_before(d, one->account, one->amount_fen);
}

static void book_resolved(struct desk *d, const struct withheld *one, int64_t sign)
{
    bool in = one->amount_fen > 0;
    enum template how = one->stands == WITHHELD_ADJUSTED
                            ? in ? TEMPLATE_LINE_ADJUSTED_LONG : TEMPLATE_LINE_ADJUSTED_SHORT
                        : in ? TEMPLATE_LINE_WRITTEN_OFF_LONG
                             : TEMPLATE_LINE_WRITTEN_OFF_SHORT;
    desk_book(d, how, (struct booked_of){.account = one->account},
              in ? sign * one->amount_fen : -sign * one->amount_fen);
}

/* Nothing leaves custody but by a net, so what left it is one that its house has to tell. */
static bool may_be_suspended(const struct desk *d, const struct withheld *one)
{
    return !in_custody(d, one->account) || one->amount_fen > 0;
}

/* In custody it counted as unallocated, and may be on its way to a quota. */
static bool may_be_taken_back(const struct desk *d, const struct withheld *one)
{
    return one->stands == WITHHELD_UNBOOKED || !in_custody(d, one->account) ||
           d->core->unallocated_fen - d->core->earmarked_fen >= one->amount_fen;
}

static void take_back(struct desk *d, struct withheld *one)
{
    if (one->stands == WITHHELD_UNBOOKED)
        return;
    if (one->stands != WITHHELD_IN_SUSPENSE)
        book_resolved(d, one, -1);
    one->stands = WITHHELD_UNBOOKED;
    desk_book(d, suspense_of(one), (struct booked_of){.account = one->account}, -one->amount_fen);
    if (!in_custody(d, one->account))
        return;
    d->core->unallocated_fen = money_sub(d->core->unallocated_fen, one->amount_fen);
    desk_book(d, TEMPLATE_CUSTODY_RISES, (struct booked_of){0}, -one->amount_fen);
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

static bool is_done_with(const struct withheld *one)
{
    return one->taken_for != 0 || one->stands > WITHHELD_IN_SUSPENSE;
}

/* The oldest that is done with; if none is, the oldest, which stays in suspense for good. */
static void make_room(struct desk *d)
{
    struct withholdings *w = &d->core->withheld;
    uint32_t index = 0;
    if (w->count < WITHHELD_MAX)
        return;
    while (index < w->count && !is_done_with(&w->items[index]))
        index++;
    if (index == w->count) {
        index = 0;
        if (w->items[index].stands == WITHHELD_UNBOOKED && may_be_suspended(d, &w->items[index]))
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

bool lines_explained(struct desk *d, uint8_t account, struct explanation by)
{
    struct withholdings *w = &d->core->withheld;
    for (uint32_t i = 0; i < w->count; i++) {
        struct withheld *one = &w->items[i];
        if (one->account != account || one->amount_fen != by.amount_fen || one->taken_for != 0 ||
            one->since_us < by.begins_us || !may_be_taken_back(d, one))
            continue;
        take_back(d, one);
        one->taken_for = by.by;
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
        one->taken_for = find_taken_for(d, one);
        if (one->taken_for != 0)
            return true;
        tell_withheld(d, one, 0); /* anew, if it was resolved; no more lines are missing */
        if (!in_custody(d, one->account)) {
            book_suspended(d, one);
            funds_collected(d, in);
        }
        return true;
    }
    return false;
}

/* It is kept: it may turn out to be a leg or a net. */
void lines_resolved(struct desk *d, uint8_t account, uint32_t number, bool adjusted)
{
    struct withholdings *w = &d->core->withheld;
    for (uint32_t i = 0; i < w->count; i++) {
        struct withheld *one = &w->items[i];
        if (one->account != account || one->number != number)
            continue;
        if (is_done_with(one) || !may_be_suspended(d, one))
            return;
        if (one->stands == WITHHELD_UNBOOKED)
            suspend(d, one);
        one->stands = adjusted ? WITHHELD_ADJUSTED : WITHHELD_WRITTEN_OFF;
        book_resolved(d, one, 1);
        return;
    }
}

static void close_custody(struct desk *d, struct withheld *one)
{
    if (one->stands != WITHHELD_UNBOOKED) {
        if (!may_be_taken_back(d, one))
            return;
        one->taken_for = find_taken_for(d, one); /* heard of while it could not be taken back */
        if (one->taken_for != 0)
            take_back(d, one);
    } else if (may_be_suspended(d, one) && d->now_us - one->since_us >= US_PER_DAY) {
        suspend(d, one);
    }
}

void lines_close(struct desk *d)
{
    struct withholdings *w = &d->core->withheld;
    for (uint32_t i = 0; i < w->count && !desk_full(d); i++)
        if (w->items[i].taken_for == 0 && in_custody(d, w->items[i].account))
            close_custody(d, &w->items[i]);
}

/* When the account told no movements its balance was booked itself, and that had it in. */
static bool was_adopted(struct purse *p, const struct told_line *next, int64_t before_fen)
{
    if (p->adopted_us == INT64_MIN || place_of(p, p->cursor)->at_us > p->adopted_us)
        return false;
    return (next != NULL && next->at_us <= p->adopted_us) || p->adopted_to_fen != before_fen;
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
    bool adopted = was_adopted(p, next, before_fen);
    for (uint32_t number = first; number <= last; number++)
        keep(p, number, (struct told_line){.before_fen = before_fen, .after_fen = after_fen});
    struct withheld one = {
        .amount_fen = amount_fen, .since_us = d->now_us, .number = first, .account = page->account};
    tell_withheld(d, &one, last - first + 1);
    balances_passed_over(d, page->account, amount_fen);
    if (!adopted && amount_fen != 0)
        withhold(d, one);
    else if (adopted && balances_shown(d, page->account, amount_fen) == 0)
        p->adopted_fen = money_sub(p->adopted_fen, amount_fen);
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
