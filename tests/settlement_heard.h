/* settlement_heard.h — a settlement list in memory: written from drawn payments, read in pieces. */
#ifndef TESTS_SETTLEMENT_HEARD_H
#define TESTS_SETTLEMENT_HEARD_H

#include <string.h>

#include "core/base/must.h"
#include "core/edge/epcc.h"
#include "core/edge/settlement.h"
#include "core/edge/zm_list.h"

enum { SESSIONS_A_DAY = 4 };

struct settlement_heard {
    uint64_t opened;
    uint64_t lines;
    uint64_t ended;
    uint64_t bad;
    uint64_t hash; /* of all that was said, in order */
    uint64_t last_line;
    bool hopeless;
    struct input opening;
    struct input line; /* the last */
    struct input ending;
    struct listing_problem problem; /* the first */
};

static inline void settlement_more(struct settlement_heard *h, const void *bytes, size_t length)
{
    const unsigned char *b = bytes;
    for (size_t i = 0; i < length; i++)
        h->hash = (h->hash ^ b[i]) * UINT64_C(1099511628211);
}

static inline void settlement_note(struct settlement_heard *h, enum listing_got got,
                                   const struct input *in, const struct listing_problem *problem)
{
    if (got == LISTING_BAD) {
        MUST(strlen(problem->why) > 0);
        if (h->bad++ == 0)
            h->problem = *problem;
        h->hopeless |= problem->hopeless;
        settlement_more(h, problem->why, strlen(problem->why));
        settlement_more(h, problem->field, strlen(problem->field));
        settlement_more(h, &problem->line, sizeof problem->line);
        settlement_more(h, &problem->offset, sizeof problem->offset);
    }
    if (got != LISTING_RECORD)
        return;
    settlement_more(h, in, sizeof *in);
    switch ((int)in->kind) {
    case INPUT_LIST_OPENED:
        MUST(h->opened++ == 0 && h->lines == 0 && h->ended == 0);
        h->opening = *in;
        break;
    case INPUT_LIST_LINE:
        MUST(h->opened == 1 && h->ended == 0);
        h->lines++;
        h->line = *in;
        break;
    case INPUT_LIST_ENDED:
        MUST(h->opened == 1 && h->ended++ == 0);
        h->ending = *in;
        break;
    default:
        NEVER("not of a list");
    }
}

/* One part, `piece` bytes more at a time (0: all at once), to its end. */
static inline void hear_part(struct settlement *s, bool lines, const char *bytes, size_t length,
                             size_t piece, struct settlement_heard *h)
{
    size_t at = 0, shown = piece == 0 || piece > length ? length : piece;
    for (int idle = 0;;) {
        struct input in;
        struct listing_problem problem;
        size_t used = SIZE_MAX;
        bool last = shown == length;
        enum listing_got got = (lines ? settlement_read_lines : settlement_read_summary)(
            s, bytes + at, shown - at, last, &used, &in, &problem);
        MUST(used <= shown - at);
        at += used;
        idle = used > 0 ? 0 : idle + 1;
        MUST(idle < 4); /* it goes on, asks for more, or ends */
        settlement_note(h, got, &in, &problem);
        if (got == LISTING_END) {
            MUST(last && at == length);
            return;
        }
        if (got == LISTING_MORE && used == 0) {
            MUST(!last);
            shown = shown + piece > length ? length : shown + piece;
            idle = 0;
        }
    }
}

struct settlement_bytes {
    const char *summary;
    size_t summary_length;
    const char *lines;
    size_t length;
};

static inline struct settlement_heard
hear_settlement(enum channel channel, const struct settlement_bytes *b, size_t piece)
{
    static struct settlement s;
    struct settlement_heard h = {.opened = 0};
    settlement_start(&s, channel, SESSIONS_A_DAY);
    hear_part(&s, false, b->summary, b->summary_length, piece, &h);
    if (h.opened == 1)
        hear_part(&s, true, b->lines, b->length, piece, &h);
    MUST(s.bad == h.bad && s.read == h.lines && h.ended == h.opened);
    h.last_line = channel == CHANNEL_UNIONPAY ? s.zm.lines.line : s.epcc.lines.line;
    return h;
}

/* Any bytes: as summary and as lines of either house they come to the same end however
 * they are cut, and no line is passed over. */
static inline void hear_any_settlement(const char *bytes, size_t length)
{
    static const char *const good[CHANNELS] = {
        "\xc7\xe5\xcb\xe3\xbb\xe3\xd7\xdc 19700101\r\n"
        "\xc6\xf0\xca\xbc\xca\xb1\xbc\xe4 1970-01-01T00:00:00Z\r\n"
        "\xbd\xd8\xd6\xb9\xca\xb1\xbc\xe4 1970-01-01T10:00:00Z\r\n"
        "\xbd\xbb\xd2\xd7\xc0\xe0\xd0\xcd \xb1\xca\xca\xfd \xbd\xbb\xd2\xd7\xbd\xf0\xb6\xee "
        "\xca\xd6\xd0\xf8\xb7\xd1 \xc7\xe5\xcb\xe3\xbd\xf0\xb6\xee\r\n"
        "\xb4\xfa\xb8\xb6 0 D0.00 D0.00 D0.00\r\n"
        "\xcd\xcb\xbb\xe3 0 C0.00 C0.00 C0.00\r\n"
        "\xd7\xca\xbd\xf0\xc7\xe5\xcb\xe3\xb2\xee\xb6\xee C0.00\r\n",
        "<root><SummryHdr><BegnBtchId>B197001010001</BegnBtchId><EndBtchId>B197001010001"
        "</EndBtchId><BegnDtTm>1970-01-01T00:00:00Z</BegnDtTm><EndDtTm>1970-01-01T10:00:00Z"
        "</EndDtTm><CntNb>0</CntNb><CntAmt>CNY0.00</CntAmt><CsPyCntNb>0</CsPyCntNb><CsPyCntAmt>"
        "CNY0.00</CsPyCntAmt><CsPyeeCntNb>0</CsPyeeCntNb><CsPyeeCntAmt>CNY0.00</CsPyeeCntAmt>"
        "</SummryHdr><DtlFileInf><FileInfNb>1</FileInfNb></DtlFileInf></root>",
    };
    size_t piece = length < 4000 ? 1 : length / 16; /* small pieces of large inputs take long */
    for (int c = 0; c < CHANNELS; c++) {
        struct settlement_bytes any = {bytes, length, "", 0};
        struct settlement_heard whole = hear_settlement((enum channel)c, &any, 0);
        struct settlement_heard pieces = hear_settlement((enum channel)c, &any, piece);
        MUST(whole.hash == pieces.hash && whole.opened == pieces.opened);
        MUST(whole.opened == 1 || (whole.bad == 1 && whole.hopeless));
        any = (struct settlement_bytes){good[c], strlen(good[c]), bytes, length};
        whole = hear_settlement((enum channel)c, &any, 0);
        pieces = hear_settlement((enum channel)c, &any, piece);
        MUST(whole.opened == 1 && whole.hash == pieces.hash && whole.lines == pieces.lines);
        if (!whole.hopeless) /* without its heading nothing is read */
            MUST(whole.last_line == whole.lines + whole.bad + (c == CHANNEL_NETSUNION));
        if (whole.hopeless || (length > 0 && bytes[length - 1] != '\n'))
            MUST(whole.ending.flag == 1 && whole.bad > 0);
    }
}

#endif
