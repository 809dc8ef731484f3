/* settlement.c — see settlement.h. */

#include "core/edge/settlement.h"

#include <string.h>

#include "core/base/must.h"
#include "core/edge/epcc.h"
#include "core/edge/zm_list.h"

void settlement_start(struct settlement *s, enum channel channel, uint32_t sessions_a_day)
{
    MUST(channel == CHANNEL_UNIONPAY || channel == CHANNEL_NETSUNION);
    MUST(sessions_a_day > 0 && sessions_a_day <= EPCC_SESSIONS_MAX);
    s->channel = (uint8_t)channel;
    s->part = SETTLEMENT_SUMMARY;
    s->inside = false;
    s->read = s->bad = 0;
    s->held = 0;
    zm_start(&s->zm, ZM_NO_DAY); /* the inputs have no use for its times */
    s->epcc = (struct epcc){.sessions_a_day = sessions_a_day};
}

static enum listing_got bad_summary(struct settlement *s, struct listing_problem *problem)
{
    s->part = SETTLEMENT_SUMMARY_BAD;
    s->bad++;
    problem->hopeless = true;
    return LISTING_BAD;
}

enum listing_got settlement_read_summary(struct settlement *s, const char *bytes, size_t length,
                                         bool last, size_t *used, struct input *out,
                                         struct listing_problem *problem)
{
    *used = length;
    if (s->part != SETTLEMENT_SUMMARY)
        return last ? LISTING_END : LISTING_MORE;
    if (length > sizeof s->summary - s->held) {
        listing_bad(problem, 1, "", sizeof s->summary, "the summary is longer than %d bytes",
                    SETTLEMENT_SUMMARY_MAX);
        return bad_summary(s, problem);
    }
    if (length > 0)
        memcpy(s->summary + s->held, bytes, length);
    s->held += length;
    if (!last)
        return LISTING_MORE;
    struct input opened = {.kind = INPUT_LIST_OPENED, .channel = s->channel};
    if (!(s->channel == CHANNEL_UNIONPAY
              ? zm_list_summary(s->summary, s->held, &opened, problem)
              : epcc_summary(&s->epcc, s->summary, s->held, &opened, problem)))
        return bad_summary(s, problem);
    s->part = SETTLEMENT_LINES;
    *out = opened;
    return LISTING_RECORD;
}

static enum listing_got end(struct settlement *s, struct input *out)
{
    if (s->part == SETTLEMENT_ENDED)
        return LISTING_END;
    s->part = SETTLEMENT_ENDED;
    bool broken = s->inside || (s->channel == CHANNEL_NETSUNION && !s->epcc.headed);
    *out = (struct input){.kind = INPUT_LIST_ENDED, .channel = s->channel, .flag = broken};
    return LISTING_RECORD;
}

enum listing_got settlement_read_lines(struct settlement *s, const char *bytes, size_t length,
                                       bool last, size_t *used, struct input *out,
                                       struct listing_problem *problem)
{
    MUST(s->part == SETTLEMENT_LINES || s->part == SETTLEMENT_ENDED);
    enum listing_got got = s->channel == CHANNEL_UNIONPAY
                               ? zm_list_line(&s->zm, bytes, length, last, used, out, problem)
                               : epcc_line(&s->epcc, bytes, length, last, used, out, problem);
    if (*used > 0)
        s->inside = bytes[*used - 1] != '\n';
    switch (got) {
    case LISTING_RECORD:
        s->read++;
        out->channel = s->channel;
        return got;
    case LISTING_BAD:
        s->bad++;
        return got;
    case LISTING_MORE:
        return got;
    case LISTING_END:
        return end(s, out);
    }
    NEVER("an unlisted answer");
}
