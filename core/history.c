/* history.c — see desk.h.
 *
 * Days are told apart by when a movement was booked, not by when it was told:
 * so whatever was collected late counts on its own day. */

#include "core/base/must.h"
#include "core/desk.h"

static struct history *history_of(const struct desk *d, uint8_t account)
{
    MUST(account < d->core->accounts.count);
    return &d->core->purses[account].history;
}

static struct history_day *place_of(struct history *h, int32_t day)
{
    MUST(day >= 0);
    return &h->days[day % (HISTORY_DAYS + 1)];
}

void history_begin(struct desk *d, uint8_t account, int64_t opening_fen)
{
    struct history *h = history_of(d, account);
    h->next_day = civil_day(d->now_us);
    h->last_day = INT32_MAX;
    h->opening_known = 1;
    h->opening_fen = opening_fen;
}

void history_resume(struct desk *d, uint8_t account)
{
    struct history *h = history_of(d, account);
    h->next_day = civil_day(d->now_us);
    h->opening_known = 0;
    h->wanted = 0;
}

void history_close(struct desk *d, uint8_t account)
{
    history_of(d, account)->last_day = civil_day(d->now_us);
}

static bool any_due(const struct desk *d, const struct history *h)
{
    return h->next_day < civil_day(d->now_us) && h->next_day <= h->last_day;
}

bool history_owed(const struct desk *d, uint8_t account)
{
    const struct history *h = history_of(d, account);
    return funds_offers(d, account, OPERATE_HISTORY) && h->next_day <= h->last_day;
}

static void differs(struct desk *d, uint8_t account, enum reason reason, int32_t day,
                    int64_t amount_fen)
{
    desk_fact(d, (struct fact){.kind = FACT_HISTORY_DIFFERS,
                               .channel = CHANNEL_NONE,
                               .reason = (uint8_t)reason,
                               .subject = account,
                               .amount_fen = amount_fen,
                               .other = civil_moment_us(day, 0)});
    funds_alert(d, account, reason, amount_fen);
}

void history_movement(struct desk *d, const struct input *in)
{
    struct history *h = history_of(d, in->account);
    int32_t day = civil_day(in->at_us);
    if (day < h->next_day) {
        if (funds_offers(d, in->account, OPERATE_HISTORY))
            differs(d, in->account, REASON_HISTORY_TOO_LATE, day, in->amount_fen);
        return;
    }
    struct history_day *one = place_of(h, day);
    if (one->day > day) /* given up long ago */
        return;
    if (one->day < day)
        *one = (struct history_day){.day = day};
    if (in->amount_fen > 0) {
        one->in_count++;
        one->in_fen = money_add(one->in_fen, in->amount_fen);
    } else {
        one->out_count++;
        one->out_fen = money_sub(one->out_fen, in->amount_fen);
    }
}

/* Days whose places others need by now. */
static void give_up_oldest(struct desk *d, uint8_t account)
{
    struct history *h = history_of(d, account);
    int32_t oldest = civil_day(d->now_us) - HISTORY_DAYS;
    if (h->next_day >= oldest)
        return;
    funds_alert(d, account, REASON_HISTORY_MISSED, 0);
    h->next_day = oldest;
    h->opening_known = 0;
}

void history_task(struct desk *d, uint8_t account)
{
    struct history *h = history_of(d, account);
    give_up_oldest(d, account);
    if (!any_due(d, h))
        return;
    h->wanted = 1;
    funds_list_details(d, account);
}

static void ask(struct desk *d, uint8_t account)
{
    const struct history *h = history_of(d, account);
    if (any_due(d, h) && funds_offers(d, account, OPERATE_HISTORY))
        funds_ask(d, ORDER_REPORT_HISTORY, account, (uint64_t)h->next_day);
}

void history_details_known(struct desk *d, uint8_t account)
{
    struct history *h = history_of(d, account);
    if (h->wanted)
        ask(d, account);
    h->wanted = 0;
}

/* In order of precedence; *by_fen says by how much. */
static enum reason judge(struct history *h, const struct input *in, int64_t *by_fen)
{
    const struct history_day *kept = place_of(h, h->next_day);
    struct history_day ours = kept->day == h->next_day ? *kept : (struct history_day){0};
    int64_t in_fen = (int64_t)in->reference.hi;
    int64_t out_fen = (int64_t)in->reference.lo;
    int64_t net_fen = money_sub(in_fen, out_fen);

    *by_fen = money_sub(money_add(in->other_fen, net_fen), in->amount_fen);
    if (*by_fen != 0)
        return REASON_HISTORY_SUM_WRONG;
    *by_fen = money_sub(in->other_fen, h->opening_fen);
    if (h->opening_known && *by_fen != 0)
        return REASON_HISTORY_OPENING;
    *by_fen = money_sub(net_fen, money_sub(ours.in_fen, ours.out_fen));
    if (in->count != ours.in_count || in->session != ours.out_count)
        return REASON_HISTORY_COUNT;
    if (in_fen != ours.in_fen || out_fen != ours.out_fen)
        return REASON_HISTORY_TOTAL;
    return REASON_NONE;
}

void history_reported(struct desk *d, const struct input *in)
{
    if (in->account >= d->core->accounts.count)
        return;
    struct history *h = history_of(d, in->account);
    int32_t day = civil_day(in->at_us);
    if (day != h->next_day || !any_due(d, h))
        return; /* asked for twice */
    if (!code_is_success((enum channel)in->channel, in->code)) {
        funds_alert(d, in->account, REASON_HISTORY_REFUSED, 0);
        return;
    }
    int64_t by_fen;
    enum reason reason = judge(h, in, &by_fen);
    if (reason == REASON_NONE)
        desk_fact(d, (struct fact){.kind = FACT_HISTORY_AGREED,
                                   .channel = CHANNEL_NONE,
                                   .subject = in->account,
                                   .session = in->count + in->session,
                                   .amount_fen = in->amount_fen,
                                   .other = in->at_us});
    else
        differs(d, in->account, reason, day, by_fen);
    balances_history(d, in->account, in->amount_fen, reason == REASON_NONE ? 0 : by_fen);
    h->next_day++;
    h->opening_known = 1;
    h->opening_fen = in->amount_fen; /* so that a difference is told of once */
    ask(d, in->account);
}
