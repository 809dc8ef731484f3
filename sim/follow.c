/* follow.c — see follow.h. */

#include "sim/follow.h"

#include "core/base/money.h"
#include "core/base/must.h"
#include "core/base/pool.h"

void follow_init(struct follow *f, const struct core_config *config)
{
    *f = (struct follow){0};
    for (uint32_t i = 0; i < config->account_count; i++)
        f->accounts[i].state =
            config->accounts[i].opens_us <= config->start_us ? ACCOUNT_OPEN : ACCOUNT_ABSENT;
}

static struct followed_transfer *transfer_of(struct follow *f, const struct fact *fact)
{
    MUST(fact->subject < FOLLOWED_MAX);
    return &f->transfers[fact->subject];
}

static void begin(struct follow *f, const struct fact *fact)
{
    struct followed_transfer *t = transfer_of(f, fact);
    MUST(!t->open);
    *t = (struct followed_transfer){.requested_us = fact->at_us,
                                    .number = ++f->requested,
                                    .amount_fen = fact->amount_fen,
                                    .open = 1,
                                    .from = fact->class,
                                    .to = fact->routes,
                                    .rule = (uint8_t)fact->session};
    f->open++;
}

static void leave(struct follow *f, struct followed_transfer *t)
{
    if (!t->left)
        f->in_transit_fen = money_add(f->in_transit_fen, t->amount_fen);
    t->left = 1;
}

static void come_back(struct follow *f, struct followed_transfer *t)
{
    if (t->left)
        f->in_transit_fen -= t->amount_fen;
    t->left = 0;
}

static void end(struct follow *f, struct followed_transfer *t)
{
    MUST(t->open);
    come_back(f, t);
    t->open = 0;
    f->open--;
}

static void follow_leg(struct follow *f, const struct fact *fact)
{
    struct followed_transfer *t = transfer_of(f, fact);
    MUST(t->open);
    if (fact->kind == FACT_LEG_SENT) {
        t->leg = (uint8_t)fact->session;
        t->service = fact->state;
        t->resting = 0;
        leave(f, t);
    }
    if (fact->kind != FACT_LEG_FAILED)
        return;
    t->code = fact->code;
    t->code_channel = t->service == SERVICE_BANK     ? CHANNEL_NONE
                      : t->service == SERVICE_PAYOUT ? CHANNEL_NETSUNION
                                                     : CHANNEL_UNIONPAY;
    t->reason = fact->reason;
    if (t->leg == 1)
        come_back(f, t);
}

static void follow_transfer(struct follow *f, const struct fact *fact)
{
    struct followed_transfer *t = transfer_of(f, fact);
    switch ((int)fact->kind) {
    case FACT_TRANSFER_REQUESTED:
        begin(f, fact);
        return;
    case FACT_TRANSFER_WAITING:
        t->reason = fact->reason;
        return;
    case FACT_TRANSFER_DONE:
        f->done++;
        f->done_fen = money_add(f->done_fen, t->amount_fen);
        end(f, t);
        return;
    case FACT_TRANSFER_FAILED:
        f->failed++;
        end(f, t);
        return;
    case FACT_TRANSFER_RESTING:
        t->resting = 1;
        t->rests_at = fact->state;
        t->reason = fact->reason;
        return;
    case FACT_TRANSFER_RESUMED:
        t->resting = 0;
        return;
    default:
        NEVER("not a transfer's fact");
    }
}

void follow_fact(struct follow *f, const struct fact *fact)
{
    switch ((int)fact->kind) {
    case FACT_TRANSFER_REQUESTED:
    case FACT_TRANSFER_WAITING:
    case FACT_TRANSFER_DONE:
    case FACT_TRANSFER_FAILED:
    case FACT_TRANSFER_RESTING:
    case FACT_TRANSFER_RESUMED:
        follow_transfer(f, fact);
        return;
    case FACT_LEG_SENT:
    case FACT_LEG_FAILED:
        follow_leg(f, fact);
        return;
    case FACT_ACCOUNT_REGISTERED:
        f->accounts[fact->subject].state = ACCOUNT_OPEN;
        return;
    case FACT_ACCOUNT_CLOSED:
        f->accounts[fact->subject].state = ACCOUNT_CLOSED;
        return;
    case FACT_MOVEMENT:
        f->accounts[fact->subject].heard++;
        return;
    case FACT_BREAK_OPENED: /* lines that nobody will tell any more */
        if (fact->state == BREAK_ABOUT_LINE)
            f->accounts[audit_line_account(fact->id)].heard += fact->code;
        return;
    case FACT_ALERT:
        if (fact->reason == REASON_ACCOUNT_OVERDUE && fact->class > 0)
            f->accounts[fact->class - 1].overdue = 1;
        return;
    default:
        return;
    }
}

uint32_t follow_overdue(const struct follow *f)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < ACCOUNTS_MAX; i++)
        count += f->accounts[i].overdue;
    return count;
}

uint32_t follow_next_open(const struct follow *f, uint64_t number)
{
    uint32_t next = NONE;
    for (uint32_t i = 0; i < FOLLOWED_MAX; i++) {
        const struct followed_transfer *t = &f->transfers[i];
        if (t->open && t->number > number &&
            (next == NONE || t->number < f->transfers[next].number))
            next = i;
    }
    return next;
}
