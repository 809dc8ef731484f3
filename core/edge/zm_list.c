/* zm_list.c — see zm_list.h. */

#include "core/edge/zm_list.h"

#include <string.h>

#include "core/base/civil.h"
#include "core/edge/figures.h"

const char *const zm_summary_labels[ZM_SUMMARY_LINES] = {
    [ZM_SUMMARY_DAY] = "\xc7\xe5\xcb\xe3\xbb\xe3\xd7\xdc",
    [ZM_SUMMARY_FROM] = "\xc6\xf0\xca\xbc\xca\xb1\xbc\xe4",
    [ZM_SUMMARY_UNTIL] = "\xbd\xd8\xd6\xb9\xca\xb1\xbc\xe4",
    [ZM_SUMMARY_HEADING] = "\xbd\xbb\xd2\xd7\xc0\xe0\xd0\xcd \xb1\xca\xca\xfd "
                           "\xbd\xbb\xd2\xd7\xbd\xf0\xb6\xee \xca\xd6\xd0\xf8\xb7\xd1 "
                           "\xc7\xe5\xcb\xe3\xbd\xf0\xb6\xee",
    [ZM_SUMMARY_PAYOUTS] = "\xb4\xfa\xb8\xb6",
    [ZM_SUMMARY_RETURNS] = "\xcd\xcb\xbb\xe3",
    [ZM_SUMMARY_DIFFERENCE] = "\xd7\xca\xbd\xf0\xc7\xe5\xcb\xe3\xb2\xee\xb6\xee",
};

/* --- the summary ------------------------------------------------------------------------- */

/* The words of one line, taken from the left. */
struct words {
    enum zm_summary_line line;
    const char *begin;
    const char *at;
    const char *end;
    struct listing_problem *problem;
};

static const char *const line_names[ZM_SUMMARY_LINES] = {
    [ZM_SUMMARY_DAY] = "day",
    [ZM_SUMMARY_FROM] = "from",
    [ZM_SUMMARY_UNTIL] = "until",
    [ZM_SUMMARY_HEADING] = "heading",
    [ZM_SUMMARY_PAYOUTS] = "payouts",
    [ZM_SUMMARY_RETURNS] = "returns",
    [ZM_SUMMARY_DIFFERENCE] = "difference",
};

static bool wrong(const struct words *w, const char *at, const char *want)
{
    char got[LISTING_SHOWN_MAX];
    listing_bad(w->problem, w->line + 1u, line_names[w->line], (size_t)(at - w->begin),
                "want %s, got %s", want, listing_shown(at, (size_t)(w->end - at), got));
    return false;
}

/* A line of the summary up to its CRLF; *next is behind it. */
static bool line_of(struct words *w, const char *text, const char *end, const char **next)
{
    const char *label = zm_summary_labels[w->line];
    size_t length = strlen(label);
    size_t left = (size_t)(end - text);
    const char *lf = left == 0 ? NULL : memchr(text, '\n', left);
    w->begin = w->at = text;
    w->end = lf == NULL ? end : lf;
    if (lf == NULL || lf == text || lf[-1] != '\r') {
        listing_bad(w->problem, w->line + 1u, line_names[w->line], (size_t)(w->end - text),
                    "want a line that ends in CRLF");
        return false;
    }
    w->end--;
    *next = lf + 1;
    if ((size_t)(w->end - text) < length || memcmp(text, label, length) != 0)
        return wrong(w, text, "the label in GBK");
    w->at += length;
    return true;
}

/* The next word, behind one space. */
static bool word_of(struct words *w, struct listing_text *word, const char *want)
{
    if (w->at == w->end || *w->at != ' ')
        return wrong(w, w->at, want);
    w->at++;
    const char *space = memchr(w->at, ' ', (size_t)(w->end - w->at));
    const char *stop = space == NULL ? w->end : space;
    *word = (struct listing_text){w->at, (uint32_t)(stop - w->at)};
    w->at = stop;
    return true;
}

static bool over(const struct words *w)
{
    return w->at == w->end || wrong(w, w->at, "the end of the line");
}

static bool moment_of(struct words *w, int64_t *moment_us)
{
    static const char want[] = "a moment like 2019-03-11T23:00:00+08:00";
    struct listing_text word;
    return word_of(w, &word, want) &&
           (civil_parse_moment(word.text, word.length, moment_us) || wrong(w, word.text, want));
}

/* D is below zero. */
static bool signed_of(struct words *w, int64_t *fen)
{
    static const char want[] = "D or C and yuan like D4796.61";
    struct listing_text word;
    if (!word_of(w, &word, want))
        return false;
    bool charged = word.length > 0 && word.text[0] == 'D';
    if (word.length == 0 || (!charged && word.text[0] != 'C') ||
        !figures_yuan(word.text + 1, word.length - 1, fen))
        return wrong(w, word.text, want);
    if (charged)
        *fen = -*fen;
    return true;
}

struct summary {
    int32_t day;
    int64_t from_us;
    int64_t until_us;
    int64_t count;
    int64_t settled_fen; /* of the kind read last */
    int64_t net_fen;
    int64_t total_fen;
};

static bool day_of(struct words *w, struct summary *s)
{
    static const char want[] = "a day like 20190311";
    struct listing_text word;
    int64_t value;
    if (!word_of(w, &word, want))
        return false;
    if (word.length != 8 || !figures_decimal(word.text, 8, &value))
        return wrong(w, word.text, want);
    struct civil_date date = {(int32_t)(value / 10000), (int32_t)(value / 100 % 100),
                              (int32_t)(value % 100)};
    if (!civil_date_exists(date))
        return wrong(w, word.text, "a day that there is");
    s->day = civil_day_of(date);
    return true;
}

/* A kind of trade: how many, their amounts, fees, and what was settled. */
static bool kind_of(struct words *w, struct summary *s)
{
    const char *sign = w->line == ZM_SUMMARY_PAYOUTS ? "D" : "C";
    struct listing_text word;
    int64_t count, amount_fen, fee_fen, settled_fen;
    if (!word_of(w, &word, "a count"))
        return false;
    if (!figures_count(word.text, word.length, &count) || s->count + count > UINT32_MAX)
        return wrong(w, word.text, "a count");
    const char *at = w->at;
    if (!signed_of(w, &amount_fen) || !signed_of(w, &fee_fen))
        return false;
    const char *settled = w->at;
    if (!signed_of(w, &settled_fen))
        return false;
    if (at[1] != *sign || settled[1] != *sign)
        return wrong(w, at, w->line == ZM_SUMMARY_PAYOUTS ? "payouts with D" : "returns with C");
    s->count += count;
    s->net_fen += settled_fen; /* each below 10^18 */
    s->total_fen += settled_fen < 0 ? -settled_fen : settled_fen;
    return true;
}

static bool read_line(struct words *w, struct summary *s)
{
    int64_t difference_fen;
    switch (w->line) {
    case ZM_SUMMARY_DAY:
        return day_of(w, s);
    case ZM_SUMMARY_FROM:
        return moment_of(w, &s->from_us);
    case ZM_SUMMARY_UNTIL:
        if (!moment_of(w, &s->until_us))
            return false;
        return (s->until_us > s->from_us && civil_day(s->until_us - 1) == s->day) ||
               wrong(w, w->begin, "a moment of that day, after the first one");
    case ZM_SUMMARY_HEADING:
        return true;
    case ZM_SUMMARY_PAYOUTS:
    case ZM_SUMMARY_RETURNS:
        return kind_of(w, s);
    case ZM_SUMMARY_DIFFERENCE:
        if (!signed_of(w, &difference_fen))
            return false;
        return difference_fen == s->net_fen || wrong(w, w->begin, "the sum of what is settled");
    case ZM_SUMMARY_LINES:
        break;
    }
    return false;
}

bool zm_list_summary(const char *text, size_t length, struct input *out,
                     struct listing_problem *problem)
{
    const char *end = text + length;
    struct summary s = {.count = 0};
    for (int i = 0; i < ZM_SUMMARY_LINES; i++) {
        struct words w = {.line = (enum zm_summary_line)i, .problem = problem};
        if (!line_of(&w, text, end, &text) || !read_line(&w, &s) || !over(&w))
            return false;
    }
    if (text != end) {
        listing_bad(problem, ZM_SUMMARY_LINES + 1, "", 0, "want the end of the summary");
        return false;
    }
    out->other_fen = s.from_us;
    out->at_us = s.until_us;
    out->count = (uint32_t)s.count;
    out->amount_fen = s.total_fen;
    return true;
}

/* --- the lines --------------------------------------------------------------------------- */

static const char blanks[] = "                    ";

static enum listing_got read_fields(const struct zm_line *l, struct input *out,
                                    struct listing_problem *problem)
{
    const char *kind = l->text + zm_fields[ZM_KIND].offset;
    const char *own = l->text + zm_fields[ZM_OWN].offset;
    const char *spare = l->text + zm_fields[ZM_SPARE].offset;
    const char *status = spare + ZM_SESSION_DIGITS;
    const char *order = l->text + zm_fields[ZM_ORDER_ID].offset;
    int64_t session;
    *out = (struct input){.kind = INPUT_LIST_LINE, .amount_fen = l->settled_fen};
    if (kind[0] != '1' || kind[1] != '2')
        return zm_wrong(l, ZM_KIND, "12, a payout", problem);
    if (memcmp(order + 16, blanks, 16) != 0 || !figures_hex(order, &out->id))
        return zm_wrong(l, ZM_ORDER_ID, "an order's id, 16 digits of hex", problem);
    if (!figures_hex(own, &out->reference.hi) || !figures_hex(own + 16, &out->reference.lo))
        return zm_wrong(l, ZM_OWN, "a reference, 32 digits of hex", problem);
    if (!figures_decimal(spare, ZM_SESSION_DIGITS, &session) || session > UINT32_MAX ||
        status[0] != '0' || (status[1] != ZM_PAID[1] && status[1] != ZM_FAILED[1]) ||
        memcmp(status + 2, blanks, 32 - ZM_SESSION_DIGITS - 2) != 0)
        return zm_wrong(l, ZM_SPARE, "a session of 10 digits and 00 or 01", problem);
    out->session = (uint32_t)session;
    out->other_fen = l->fee_fen;
    if (l->out)
        out->amount_fen = -out->amount_fen;
    else
        out->flag |= LIST_LINE_RETURNED;
    if (status[1] == ZM_FAILED[1])
        out->flag |= LIST_LINE_FAILED;
    return LISTING_RECORD;
}

enum listing_got zm_list_line(struct zm *z, const char *bytes, size_t length, bool last,
                              size_t *used, struct input *out, struct listing_problem *problem)
{
    struct zm_line l;
    enum listing_got got = zm_read_line(z, bytes, length, last, used, &l, problem);
    return got == LISTING_RECORD ? read_fields(&l, out, problem) : got;
}
