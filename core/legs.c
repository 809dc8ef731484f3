/* legs.c — what a leg of a transfer costs, when it can go, and which means are taken. */

#include "core/base/must.h"
#include "core/desk.h"

#define QUOTA_LOOK_US US_PER_MINUTE /* while a downward transfer waits for quota */

bool leg_takes_quota(const struct leg *leg)
{
    return leg->service == SERVICE_PAYOUT || leg->service == SERVICE_SETTLEMENT;
}

enum channel leg_quota(const struct leg *leg)
{
    return leg->service == SERVICE_PAYOUT       ? CHANNEL_NETSUNION
           : leg->service == SERVICE_SETTLEMENT ? CHANNEL_UNIONPAY
                                                : CHANNEL_NONE;
}

/* --- what a leg costs, and when it can go ---------------------------------- */

struct service_terms leg_terms(const struct desk *d, const struct leg *leg)
{
    const struct core_config *config = &d->core->config;
    const struct channel_terms *netsunion = &config->channels[CHANNEL_NETSUNION];
    switch ((enum leg_service)leg->service) {
    case SERVICE_BANK:
        return config->banks[d->core->account_items[leg->from].institution];
    case SERVICE_PREFUND:
    case SERVICE_RETURN:
    case SERVICE_ADJUST:
    case SERVICE_SETTLEMENT:
        return config->services[leg->service];
    case SERVICE_PAYOUT:
        return (struct service_terms){.reply_timeout_us = netsunion->reply_timeout_us,
                                      .per_payout_max_fen = netsunion->per_payout_max_fen,
                                      .fee = netsunion->fee};
    case SERVICE_NONE:
    case SERVICES:
        break;
    }
    NEVER("an unlisted service");
}

int64_t leg_hold_fen(const struct desk *d, const struct leg *leg, int64_t amount_fen)
{
    struct service_terms terms = leg_terms(d, leg);
    return terms.fee.in_net ? money_add(amount_fen, fee_of(&terms.fee, amount_fen)) : amount_fen;
}

/* Within one bank there are no hours. */
static bool within_bank(const struct desk *d, const struct leg *leg)
{
    const struct account *items = d->core->account_items;
    return leg->service == SERVICE_BANK && items[leg->to].kind != ACCOUNT_CENTRAL_BANK &&
           items[leg->from].institution == items[leg->to].institution;
}

/* A downward transfer takes quota only where no payout waits for it. */
static bool quota_free(const struct desk *d, const struct leg *leg, int64_t amount_fen)
{
    enum channel channel = leg_quota(leg);
    const struct channel_state *channels = d->core->channels;
    bool pooled = desk_pool(d, channel) != NULL;
    return channels[channel].wake_fen == INT64_MAX &&
           (!pooled || channels[CHANNELS - 1 - channel].wake_fen == INT64_MAX) &&
           leg_hold_fen(d, leg, amount_fen) <= desk_payable_fen(d, channel);
}

/* When the leg can go, and why not before. */
int64_t leg_opens_us(const struct desk *d, const struct leg *leg, int64_t amount_fen,
                     enum reason *why)
{
    struct service_terms terms = leg_terms(d, leg);
    *why = REASON_OUT_OF_HOURS;
    int64_t at_us = within_bank(d, leg)
                        ? d->now_us
                        : hours_next_us(&terms.hours, d->core->config.calendar, d->now_us);
    if (at_us > d->now_us || !leg_takes_quota(leg) || quota_free(d, leg, amount_fen))
        return at_us;
    *why = REASON_QUOTA_SHORT;
    return d->now_us + QUOTA_LOOK_US;
}

/* --- choosing means -------------------------------------------------------- */

static enum reason reason_of(enum means_verdict verdict)
{
    static const uint8_t reasons[] = {
        [MEANS_POSSIBLE] = REASON_NONE,
        [MEANS_WRONG_KINDS] = REASON_NO_MEANS,
        [MEANS_OPERATION_MISSING] = REASON_OPERATION_MISSING,
        [MEANS_NO_DIRECT_LINK] = REASON_NO_DIRECT_LINK,
        [MEANS_NO_POSITION_NUMBER] = REASON_NO_POSITION_NUMBER,
        [MEANS_NO_VIRTUAL_ID] = REASON_NO_MEANS,
    };
    return (enum reason)reasons[verdict];
}

/* Whether these means can do it at all, and how. */
static bool look_at(const struct desk *d, const struct transfer *t, enum means means,
                    struct choice *c)
{
    const struct core *core = d->core;
    c->means = means;
    c->fee_fen = 0;
    enum means_verdict verdict = means_legs(means, core->account_items, t->from, t->to,
                                            core->virtual_ids, c->legs, &c->leg_count);
    if (verdict != MEANS_POSSIBLE) {
        c->why = reason_of(verdict);
        return false;
    }
    for (uint32_t i = 0; i < c->leg_count; i++) {
        struct service_terms terms = leg_terms(d, &c->legs[i]);
        if (terms.per_payout_max_fen != 0 && t->amount_fen > terms.per_payout_max_fen) {
            c->why = REASON_AMOUNT_OVER_LIMIT;
            return false;
        }
        c->fee_fen = money_add(c->fee_fen, fee_of(&terms.fee, t->amount_fen));
    }
    c->opens_us = leg_opens_us(d, &c->legs[0], t->amount_fen, &c->why);
    if (core->means_quiet_until_us[means] > c->opens_us) {
        c->opens_us = core->means_quiet_until_us[means];
        c->why = REASON_MEANS_RESTING;
    }
    return true;
}

/* `listed`: the order of preference is given; else the cheaper one goes. */
static bool better(const struct choice *a, const struct choice *b, bool listed)
{
    if (a->opens_us != b->opens_us)
        return a->opens_us < b->opens_us;
    return !listed && a->fee_fen < b->fee_fen;
}

bool legs_choose(const struct desk *d, const struct transfer *t, struct choice *best)
{
    const struct transfer_rule *rule = t->rule == 0 ? NULL : &d->core->config.rules[t->rule - 1];
    bool listed = rule != NULL && rule->means_count > 0;
    uint32_t count = listed ? rule->means_count : MEANS_COUNT;
    bool found = false;
    best->why = REASON_NO_MEANS;
    best->opens_us = NEVER_US;
    for (uint32_t i = 0; i < count; i++) {
        struct choice c;
        enum means means = listed ? (enum means)rule->means[i] : (enum means)i;
        if (t->tried >> means & 1)
            continue;
        if (!look_at(d, t, means, &c)) {
            if (!found && c.why != REASON_NO_MEANS) /* the nearest miss says most */
                best->why = c.why;
        } else if (!found || better(&c, best, listed)) {
            found = true;
            *best = c;
        }
    }
    return found;
}
