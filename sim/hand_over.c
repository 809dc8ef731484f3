/* hand_over.c — see hand_over.h. */

#include "sim/hand_over.h"

#include <string.h>

#include "core/base/must.h"

struct input hand_over_start(struct hand_over *o, const struct house *h)
{
    struct input opened;
    struct listing_problem problem;
    size_t used;
    o->house = h;
    o->published = false;
    o->at = o->held = 0;
    house_publish_start(h, &o->publishing);
    settlement_start(&o->reader, h->channel, h->terms->closing_count);
    size_t length = house_publish_summary(h, &o->publishing, o->bytes);
    MUST(settlement_read_summary(&o->reader, o->bytes, length, true, &used, &opened, &problem) ==
         LISTING_RECORD);
    return opened;
}

/* What was not read goes to the front, more of the file behind it. */
static void publish(struct hand_over *o)
{
    o->held -= o->at;
    memmove(o->bytes, o->bytes + o->at, o->held);
    o->at = 0;
    while (!o->published && o->held < HAND_OVER_BYTES) {
        size_t length = house_publish_line(o->house, &o->publishing, o->bytes + o->held);
        o->published = length == 0;
        o->held += length;
    }
}

bool hand_over_next(struct hand_over *o, struct input *in)
{
    for (;;) {
        struct listing_problem problem;
        size_t used;
        enum listing_got got = settlement_read_lines(&o->reader, o->bytes + o->at, o->held - o->at,
                                                     o->published, &used, in, &problem);
        o->at += used;
        switch (got) {
        case LISTING_RECORD:
            return true;
        case LISTING_END:
            return false;
        case LISTING_BAD:
            MUST(o->reader.inside && o->published && o->at == o->held);
            break;
        case LISTING_MORE:
            if (used == 0)
                publish(o);
            break;
        }
    }
}
