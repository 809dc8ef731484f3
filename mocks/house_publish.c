/* house_publish.c — the settlement file that is being handed over, as bytes. */

#include "core/base/must.h"
#include "mocks/house.h"

static const struct settlement_file *file_of(const struct house *h)
{
    MUST(h->handing != NONE);
    return &h->owed[h->handing];
}

void house_publish_start(const struct house *h, struct publishing *p)
{
    *p = (struct publishing){.cursor = 0};
    publisher_start(&p->publisher, h->channel, h->terms->closing_count);
}

size_t house_publish_summary(const struct house *h, struct publishing *p,
                             char out[PUBLISHER_SUMMARY_MAX])
{
    const struct settlement_file *f = file_of(h);
    uint32_t sessions = h->terms->closing_count;
    struct settlement_totals totals = {.from_us = f->from_us,
                                       .until_us = f->until_us,
                                       .first_session = house_first_session(h->terms, f->from_us),
                                       .last_session = (uint32_t)(f->day + 1) * sessions - 1,
                                       .payouts = f->payouts,
                                       .returns = f->returns};
    return publisher_summary(&p->publisher, &totals, out);
}

/* Of a line's bytes one at least, and not all. */
static size_t broken_off(const struct house *h, struct publishing *p, char out[PUBLISHER_LINE_MAX])
{
    const struct settlement_file *f = file_of(h);
    struct settlement_line line = house_line_in_truth(h, &f->lines[f->stop]);
    size_t length = publisher_line(&p->publisher, &line, out);
    return 1 + (size_t)draw_below(f->cut_bits, length - 1);
}

size_t house_publish_line(const struct house *h, struct publishing *p, char out[PUBLISHER_LINE_MAX])
{
    struct settlement_line line;
    size_t length = p->headed ? 0 : publisher_heading(&p->publisher, out);
    p->headed = true;
    if (length > 0)
        return length;
    if (house_next_line(h, &p->cursor, &line))
        return publisher_line(&p->publisher, &line, out);
    if (p->over || !file_of(h)->broken_off)
        return 0;
    p->over = true;
    return broken_off(h, p, out);
}
