/* nets.c — each session's net against what we know of it, and against what the account shows.
 *
 *     the house tells the net    --+--> agreed, or differs by how much and why
 *     the account shows it move  --+
 *
 * The two come in either order.  A net of nothing moves nothing, and an account
 * that tells no movements never shows it: then the net alone is judged.  What
 * it is short of is mostly payments that we have not heard of yet; each that we
 * hear of explains its part, and when nothing is left the net agrees. */

#include "core/base/must.h"
#include "core/desk.h"

static struct net *find(struct nets *n, uint8_t channel, uint32_t session)
{
    for (uint32_t i = n->count; i-- > 0;)
        if (n->items[i].channel == channel && n->items[i].session == session)
            return &n->items[i];
    return NULL;
}

static void tell(struct desk *d, enum fact_kind kind, const struct net *one, enum reason reason,
                 int64_t by_fen)
{
    desk_fact(d, (struct fact){.kind = (uint8_t)kind,
                               .channel = one->channel,
                               .reason = (uint8_t)reason,
                               .state = one->moved,
                               .subject = NONE,
                               .session = one->session,
                               .amount_fen = one->told ? one->told_fen : one->moved_fen,
                               .other = by_fen});
}

/* Judged as far as it ever will be. */
static bool is_over(const struct net *one)
{
    return one->judged && one->short_fen == 0;
}

static void forget(struct nets *n, uint32_t index)
{
    for (uint32_t i = index + 1; i < n->count; i++)
        n->items[i - 1] = n->items[i];
    n->count--;
}

/* The oldest that is over, or else the oldest: of that the other half never came. */
static void make_room(struct desk *d)
{
    struct nets *n = &d->core->nets;
    if (n->count < NETS_MAX)
        return;
    uint32_t index = 0;
    while (index < n->count && !is_over(&n->items[index]))
        index++;
    if (index == n->count) {
        const struct net *one = &n->items[index = 0];
        if (!one->judged)
            tell(d, FACT_NET_DIFFERS, one, REASON_OTHER_HALF_MISSING,
                 one->moved ? one->moved_fen : -one->told_fen);
    }
    forget(n, index);
}

static struct net *known_or_new(struct desk *d, uint8_t channel, uint32_t session)
{
    struct nets *n = &d->core->nets;
    struct net *one = find(n, channel, session);
    if (one != NULL)
        return one;
    make_room(d);
    one = &n->items[n->count++];
    *one = (struct net){.channel = channel, .session = session};
    return one;
}

static bool shows_movements(const struct desk *d, const struct net *one)
{
    return one->told_fen != 0 && funds_offers(d, one->account, OPERATE_DETAILS);
}

/* The account moved by something else than the net: what is there is true. */
static void book_moved(struct desk *d, const struct net *one)
{
    struct booked_of of = {.channel = one->channel, .account = one->account};
    int64_t more_fen = money_sub(one->moved_fen, one->told_fen);
    if (more_fen > 0)
        desk_book(d, TEMPLATE_NET_MOVED_MORE, of, more_fen);
    else
        desk_book(d, TEMPLATE_NET_MOVED_LESS, of, -more_fen);
}

static void judge(struct desk *d, struct net *one)
{
    bool shown = one->moved && one->moved_fen != one->told_fen;
    one->judged = 1;
    if (one->short_fen != 0) {
        bool unheard = one->short_fen > 0 &&
                       one->short_fen <= d->core->channels[one->channel].position.held_fen;
        tell(d, FACT_NET_DIFFERS, one, unheard ? REASON_PAYMENTS_UNHEARD : REASON_NET_UNEXPLAINED,
             -one->short_fen);
    }
    if (shown) {
        tell(d, FACT_NET_DIFFERS, one, REASON_MOVED_OTHERWISE,
             money_sub(one->moved_fen, one->told_fen));
        book_moved(d, one);
    }
    if (one->short_fen == 0 && !shown)
        tell(d, FACT_NET_AGREED, one, REASON_NONE, 0);
}

static void shown(struct desk *d, struct net *one, int64_t moved_fen)
{
    one->moved = 1;
    one->moved_fen = moved_fen;
    if (!one->told)
        return;
    if (!one->judged) {
        judge(d, one);
    } else if (one->moved_fen != one->told_fen) { /* judged by the net alone, too early */
        tell(d, FACT_NET_DIFFERS, one, REASON_MOVED_OTHERWISE,
             money_sub(one->moved_fen, one->told_fen));
        book_moved(d, one);
    }
}

/* Told from all others, and from orders. */
static uint64_t key_of(const struct net *one)
{
    return (uint64_t)(one->channel + 1) << 32 | one->session;
}

void nets_told(struct desk *d, uint8_t channel, uint32_t session, struct net told)
{
    struct net *one = known_or_new(d, channel, session);
    one->told = 1;
    one->account = told.account;
    one->told_fen = told.told_fen;
    one->short_fen = told.short_fen;
    if (!one->moved && one->told_fen != 0 &&
        lines_explained(d, one->account,
                        (struct explanation){.amount_fen = one->told_fen, .by = key_of(one)}))
        shown(d, one, one->told_fen);
    else if (one->moved || !shows_movements(d, one))
        judge(d, one);
}

void nets_moved(struct desk *d, const struct input *in)
{
    MUST(in->channel < CHANNELS);
    struct net *one = known_or_new(d, in->channel, in->session);
    if (one->moved && !lines_shown_after_all(d, in, key_of(one)))
        return; /* an account shows a session's net once */
    if (!one->told)
        one->account = in->account;
    shown(d, one, in->amount_fen);
}

uint64_t nets_shown(struct desk *d, uint8_t account, int64_t amount_fen)
{
    struct nets *n = &d->core->nets;
    for (uint32_t i = 0; i < n->count; i++) {
        struct net *one = &n->items[i];
        if (one->account != account || !one->told || one->moved || one->told_fen != amount_fen)
            continue;
        shown(d, one, amount_fen);
        return key_of(one);
    }
    return 0;
}

void nets_explained(struct desk *d, uint8_t channel, uint32_t session, int64_t payment_fen)
{
    struct net *one = find(&d->core->nets, channel, session);
    if (one == NULL || !one->told || one->short_fen == 0)
        return;
    one->short_fen = money_sub(one->short_fen, payment_fen);
    if (one->judged && one->short_fen == 0 && (!one->moved || one->moved_fen == one->told_fen))
        tell(d, FACT_NET_AGREED, one, REASON_PAYMENTS_HEARD, 0);
}

static bool is_of(const struct net *one, uint8_t channel, struct session_span span)
{
    return one->channel == channel && one->session >= span.first && one->session <= span.last;
}

bool nets_have_room(const struct desk *d, uint8_t channel, struct session_span span,
                    int64_t payment_fen)
{
    const struct nets *n = &d->core->nets;
    for (uint32_t i = 0; i < n->count; i++)
        if (is_of(&n->items[i], channel, span) && n->items[i].short_fen >= payment_fen)
            return true;
    return false;
}

uint32_t nets_short_of(const struct desk *d, uint8_t channel, struct session_span span,
                       int64_t payment_fen)
{
    const struct nets *n = &d->core->nets;
    uint32_t session = span.last;
    for (uint32_t i = 0; i < n->count; i++) {
        const struct net *one = &n->items[i];
        if (!is_of(one, channel, span))
            continue;
        if (one->short_fen == payment_fen)
            return one->session;
        if (one->short_fen > payment_fen)
            session = one->session;
    }
    return session;
}

int64_t nets_unsettled_fen(const struct desk *d, uint8_t account)
{
    const struct nets *n = &d->core->nets;
    int64_t sum_fen = 0;
    for (uint32_t i = 0; i < n->count; i++)
        if (n->items[i].account == account && n->items[i].moved && !n->items[i].told)
            sum_fen = money_add(sum_fen, n->items[i].moved_fen);
    return sum_fen;
}

int64_t nets_unseen_fen(const struct desk *d, uint8_t account)
{
    const struct nets *n = &d->core->nets;
    int64_t sum_fen = 0;
    for (uint32_t i = 0; i < n->count; i++)
        if (n->items[i].account == account && n->items[i].told && !n->items[i].moved)
            sum_fen = money_add(sum_fen, n->items[i].told_fen);
    return sum_fen;
}
