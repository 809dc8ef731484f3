/* publisher.c — see publisher.h. */

#include "mocks/publisher.h"

#include "core/base/civil.h"
#include "core/edge/epcc.h"
#include "mocks/put.h"

void publisher_start(struct publisher *f, enum channel channel, uint32_t sessions_a_day)
{
    MUST(channel == CHANNEL_UNIONPAY || channel == CHANNEL_NETSUNION);
    MUST(sessions_a_day > 0 && sessions_a_day <= EPCC_SESSIONS_MAX);
    *f = (struct publisher){.channel = (uint8_t)channel, .sessions_a_day = sessions_a_day};
    if (channel == CHANNEL_UNIONPAY)
        zm_file_start(f);
}

void publisher_time(struct publisher *f, int64_t at_us, char date[8], char clock[6])
{
    int32_t day = civil_day(at_us);
    uint64_t second = (uint64_t)(civil_clock_us(at_us) / US_PER_S);
    if (!f->day_known || f->day != day) {
        struct civil_date d = civil_date_of(day);
        put_digits(f->date, 4, (uint64_t)d.year);
        put_digits(f->date + 4, 2, (uint64_t)d.month);
        put_digits(f->date + 6, 2, (uint64_t)d.day);
        f->day = day;
        f->day_known = true;
    }
    memcpy(date, f->date, 8);
    put_digits(clock, 2, second / 3600);
    put_digits(clock + 2, 2, second / 60 % 60);
    put_digits(clock + 4, 2, second % 60);
}

size_t publisher_summary(struct publisher *f, const struct settlement_totals *t,
                         char out[PUBLISHER_SUMMARY_MAX])
{
    MUST(t->from_us < t->until_us);
    return f->channel == CHANNEL_UNIONPAY ? zm_file_summary(t, out) : epcc_file_summary(f, t, out);
}

size_t publisher_heading(const struct publisher *f, char out[PUBLISHER_LINE_MAX])
{
    return f->channel == CHANNEL_UNIONPAY ? 0 : epcc_file_heading(out);
}

size_t publisher_line(struct publisher *f, const struct settlement_line *l,
                      char out[PUBLISHER_LINE_MAX])
{
    return f->channel == CHANNEL_UNIONPAY ? zm_file_line(f, l, out) : epcc_file_line(f, l, out);
}
