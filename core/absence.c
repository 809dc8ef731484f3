/* absence.c — what the settlement lists do not have: lists overdue or short, payments that none
 * has.
 *
 * Whatever one side alone has is doubtful (存疑) and matched again with the
 * lists of the doubtful days; it is a break, or proof, only when those have
 * come, too.  A list that is late holds all of that up. */

#include "core/base/must.h"
#include "core/desk.h"

#define LIST_GRACE_US US_PER_HOUR /* after file_at */

/* --- lists that are overdue ------------------------------------------------ */

/* The day on which a list's cut-off lies; 24:00 ends its day. */
static int32_t day_of(int64_t until_us)
{
    return civil_day(until_us - 1);
}

static int64_t overdue_us(const struct desk *d, uint32_t channel, int32_t day)
{
    return civil_moment_us(day + 1, d->core->config.channels[channel].file_at_us) + LIST_GRACE_US;
}

void absence_open(struct desk *d)
{
    for (uint32_t c = 0; c < CHANNELS; c++) {
        const struct channel_terms *terms = &d->core->config.channels[c];
        if (terms->cut_off_us == 0)
            continue;
        int32_t day = civil_day(d->now_us);
        if (civil_moment_us(day, terms->cut_off_us) <= d->now_us)
            day++;
        desk_timer(d, overdue_us(d, c, day), TIMER_LIST, c, (uint64_t)day);
    }
}

void absence_timer(struct desk *d, struct timer t)
{
    int32_t day = (int32_t)t.round;
    const struct channel_state *ch = &d->core->channels[t.subject];
    int64_t until_us = civil_moment_us(day, d->core->config.channels[t.subject].cut_off_us);
    if (!lists_came_over(&ch->lists, until_us - 1, until_us)) {
        const struct listed *part = lists_of(&ch->lists, until_us);
        break_open(d,
                   (struct audit_break){.id = (uint64_t)day,
                                        .theirs_fen = part == NULL ? 0 : part->theirs_fen,
                                        .channel = (uint8_t)t.subject,
                                        .type = MATCH_LATE,
                                        .about = BREAK_ABOUT_LIST,
                                        .reason = part == NULL ? REASON_LIST_OVERDUE
                                                               : REASON_LIST_TRUNCATED},
                   NONE);
    }
    desk_timer(d, overdue_us(d, t.subject, day + 1), TIMER_LIST, t.subject, (uint64_t)day + 1);
}

int64_t list_lacks(struct desk *d, enum channel channel, uint32_t session, int64_t ours_fen,
                   enum lack lack)
{
    const struct channel_terms *terms = &d->core->config.channels[channel];
    int32_t day = (int32_t)(session / terms->sessions_a_day);
    int64_t until_us = civil_moment_us(day, terms->cut_off_us);
    return lists_missing(&d->core->channels[channel].lists, until_us, ours_fen, lack) == NULL
               ? 0
               : until_us;
}

void list_lacks_surely(struct desk *d, const struct audit_break *one)
{
    if (one->since_us != 0)
        lists_surely_missing(&d->core->channels[one->channel].lists, one->since_us);
}

void list_lacks_no_more(struct desk *d, const struct audit_break *one)
{
    if (one->since_us != 0)
        lists_not_missing(&d->core->channels[one->channel].lists, one->since_us, one->ours_fen);
}

/* --- payments that no list has --------------------------------------------- */

/* The list of this moment, too, where no day more is doubtful. */
static bool doubtful_days_came(const struct desk *d, const struct channel_state *ch,
                               int64_t since_us)
{
    return lists_came_over(&ch->lists, since_us,
                           since_us + d->core->config.doubtful_days * US_PER_DAY + 1);
}

/* From then on its list counts it as known to be missing. */
static void give_up_waiting(struct desk *d, uint8_t channel, uint32_t slot)
{
    struct channel_state *ch = &d->core->channels[channel];
    const struct payout *p = &d->payouts[slot];
    int64_t ours_fen = dispatch_hold_fen(d, (enum channel)channel, p);
    chain_remove(&ch->unlisted, d->payouts, CHAIN_LINK_A, slot);
    int64_t until_us =
        list_lacks(d, (enum channel)channel, payout_session(p), ours_fen, LACK_ASSUMED);
    break_open(d,
               (struct audit_break){.id = payout_order_id(slot, p),
                                    .reference = p->reference,
                                    .ours_fen = ours_fen,
                                    .since_us = until_us,
                                    .channel = channel,
                                    .type = MATCH_MISSING_THEIRS,
                                    .about = BREAK_ABOUT_ORDER,
                                    .reason = REASON_NOT_LISTED},
               slot);
    memory_finish(d, slot);
}

static bool seek_missing(struct desk *d, uint8_t channel)
{
    struct channel_state *ch = &d->core->channels[channel];
    while (ch->unlisted.head != NONE &&
           doubtful_days_came(d, ch, payout_paid_us(&d->payouts[ch->unlisted.head]))) {
        if (desk_full(d))
            return false;
        give_up_waiting(d, channel, ch->unlisted.head);
    }
    return true;
}

/* --- lists that stay short ------------------------------------------------- */

static bool seek_short_lists(struct desk *d, uint8_t channel)
{
    struct lists *lists = &d->core->channels[channel].lists;
    for (uint32_t i = 0; i < lists->kept; i++) {
        struct listed *one = &lists->items[i];
        uint64_t id = (uint64_t)day_of(one->until_us);
        if (desk_full(d))
            return false;
        if (one->told_short && lists_agrees(one)) {
            one->told_short = 0;
            break_close(d, channel, BREAK_ABOUT_LIST, id, MATCH_MISSING_THEIRS,
                        REASON_MATCHED_LATER);
        }
        if (one->told_short || lists_agrees(one) || one->found >= one->count ||
            !doubtful_days_came(d, &d->core->channels[channel], one->until_us - 1))
            continue;
        one->told_short = 1;
        break_open(d,
                   (struct audit_break){.id = id,
                                        .ours_fen = one->ours_fen,
                                        .theirs_fen = one->total_fen,
                                        .channel = channel,
                                        .type = MATCH_MISSING_THEIRS,
                                        .about = BREAK_ABOUT_LIST,
                                        .reason = REASON_LIST_SHORT},
                   NONE);
    }
    return true;
}

/* --- what is proven by it --------------------------------------------------- */

int64_t list_last_paid_us(const struct desk *d, uint8_t channel, int64_t sent_us)
{
    return sent_us + ORDER_AGE_MAX_US + d->core->config.channels[channel].outcome_within_us;
}

int64_t list_last_doubt_us(const struct desk *d, uint8_t channel, int64_t sent_us)
{
    int64_t paid_us = list_last_paid_us(d, channel, sent_us);
    int64_t days_us = sent_us + ORDER_AGE_MAX_US + (d->core->config.doubtful_days + 1) * US_PER_DAY;
    return paid_us > days_us ? paid_us : days_us;
}

/* The day on whose list the moment is. */
static int32_t list_day(const struct channel_terms *terms, int64_t at_us)
{
    int32_t day = civil_day(at_us);
    return at_us < civil_moment_us(day, terms->cut_off_us) ? day : day + 1;
}

struct session_span list_sessions(const struct desk *d, uint8_t channel, int64_t sent_us)
{
    const struct channel_terms *terms = &d->core->config.channels[channel];
    int32_t from = list_day(terms, sent_us);
    int32_t to = list_day(terms, list_last_paid_us(d, channel, sent_us));
    return (struct session_span){.first = (uint32_t)from * terms->sessions_a_day,
                                 .last = ((uint32_t)to + 1) * terms->sessions_a_day - 1,
                                 .one_list = from == to};
}

/* All sessions in which it can have been paid have settled, with nets that have no room for it. */
static bool nets_exclude(const struct desk *d, uint8_t channel, int64_t sent_us, int64_t hold_fen)
{
    struct session_span span = list_sessions(d, channel, sent_us);
    return span.last < d->core->channels[channel].position.oldest &&
           !nets_have_room(d, channel, span, hold_fen);
}

bool list_proves_absence(const struct desk *d, uint8_t channel, int64_t sent_us, int64_t hold_fen)
{
    const struct lists *lists = &d->core->channels[channel].lists;
    int64_t until_us = list_last_paid_us(d, channel, sent_us);
    return lists_prove_over(lists, sent_us, until_us) ||
           (lists_agree_over(lists, sent_us, until_us) &&
            nets_exclude(d, channel, sent_us, hold_fen));
}

/* The lists alone speak after the doubtful days, of what no answer came to at
 * all, and together with the settled nets; what a house said it has, it has to end
 * itself. */
static bool seek_unpaid(struct desk *d, uint8_t channel)
{
    for (uint32_t i = 0; i <= QUERY_STEPS_MAX; i++) {
        uint32_t slot = d->core->channels[channel].queries[i].head;
        while (slot != NONE) {
            const struct payout *p = &d->payouts[slot];
            uint32_t next = p->b.next;
            if (desk_full(d))
                return false;
            if (p->state == PAYOUT_IN_DOUBT && !(p->flags & PAYOUT_ACCEPTED) &&
                lists_prove_over(&d->core->channels[channel].lists, p->sent_us,
                                 list_last_doubt_us(d, channel, p->sent_us)) &&
                nets_exclude(d, channel, p->sent_us,
                             dispatch_hold_fen(d, (enum channel)channel, p)))
                outcome_unpaid(d, slot, REASON_ABSENT_FROM_LIST);
            slot = next;
        }
    }
    return true;
}

/* --- all of it -------------------------------------------------------------- */

void absence_list_ended(struct desk *d, uint8_t channel, const struct listed *list)
{
    if (list->come)
        break_close(d, channel, BREAK_ABOUT_LIST, (uint64_t)day_of(list->until_us), MATCH_LATE,
                    REASON_MATCHED_LATER);
    d->core->channels[channel].seeks = 1;
    desk_wake_at(d, d->now_us);
}

void absence_net_settled(struct desk *d, uint8_t channel)
{
    d->core->channels[channel].seeks = 1;
    desk_wake_at(d, d->now_us);
}

void absence_due(struct desk *d)
{
    for (uint8_t c = 0; c < CHANNELS; c++) {
        struct channel_state *ch = &d->core->channels[c];
        if (ch->seeks && seek_missing(d, c) && breaks_confirm(d, c) && seek_unpaid(d, c) &&
            decisions_seek(d, c) && seek_short_lists(d, c))
            ch->seeks = 0;
    }
}
