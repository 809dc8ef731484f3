/* epcc.c — see epcc.h. */

#include "core/edge/epcc.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "core/base/civil.h"
#include "core/edge/figures.h"

static const char *const names[EPCC_FIELDS] = {
    [EPCC_TRANSACTION] = "TrxId", [EPCC_BATCH] = "BatchId",        [EPCC_CATEGORY] = "TrxCtgy",
    [EPCC_AMOUNT] = "TrxAmt",     [EPCC_STATUS] = "TrxStatus",     [EPCC_DIRECTION] = "ClrDrctn",
    [EPCC_CLEARED] = "ClrAmt",    [EPCC_FEE] = "FeeAmt",           [EPCC_BANK] = "PyeeBkId",
    [EPCC_MERCHANT] = "MrchntNo", [EPCC_FINISHED] = "TrxFinishTm", [EPCC_REFERENCE] = "OrdrRef",
};

static bool day_of(const char *text, int32_t *day)
{
    int64_t value;
    if (!figures_decimal(text, 8, &value))
        return false;
    struct civil_date date = {(int32_t)(value / 10000), (int32_t)(value / 100 % 100),
                              (int32_t)(value % 100)};
    if (!civil_date_exists(date))
        return false;
    *day = civil_day_of(date);
    return true;
}

bool epcc_session_of(const struct epcc *e, const char *text, size_t length, uint32_t *session)
{
    int32_t day;
    int64_t number;
    if (length != 13 || text[0] != 'B' || !day_of(text + 1, &day) ||
        !figures_decimal(text + 9, 4, &number) || number < 1 || number > e->sessions_a_day)
        return false;
    *session = (uint32_t)((int64_t)day * e->sessions_a_day + number - 1);
    return true;
}

/* --- one line, taken apart --------------------------------------------------------------- */

struct row {
    const char *text;
    uint64_t line;
    struct listing_text fields[EPCC_FIELDS];
    struct listing_problem *problem;
};

static enum listing_got wrong(const struct row *r, enum epcc_field field, const char *want)
{
    char got[LISTING_SHOWN_MAX];
    const struct listing_text *f = &r->fields[field];
    return listing_bad(r->problem, r->line, names[field], (size_t)(f->text - r->text),
                       "want %s, got %s", want, listing_shown(f->text, f->length, got));
}

/* Up to the bar at `stop`; false: there was no field left. */
static bool take_field(struct row *r, int *count, uint32_t *start, uint32_t stop)
{
    if (*count == EPCC_FIELDS)
        return false;
    r->fields[(*count)++] = (struct listing_text){r->text + *start, stop - *start};
    *start = stop + 1;
    return true;
}

static enum listing_got split(struct row *r, uint32_t length)
{
    int count = 0;
    uint32_t i = 0, start = 0;
    bool room = true;
#ifdef __SSE2__
    const __m128i bar = _mm_set1_epi8('|');
    for (; room && i + 16 <= length; i += 16) {
        __m128i b = _mm_loadu_si128((const __m128i *)(const void *)(r->text + i));
        uint32_t bars = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(b, bar));
        for (; room && bars != 0; bars &= bars - 1)
            room = take_field(r, &count, &start, i + (uint32_t)__builtin_ctz(bars));
    }
#endif
    for (; room && i < length; i++)
        if (r->text[i] == '|')
            room = take_field(r, &count, &start, i);
    if (!room || !take_field(r, &count, &start, length))
        return listing_bad(r->problem, r->line, "", start - 1u, "more than %d fields", EPCC_FIELDS);
    if (count < EPCC_FIELDS)
        return listing_bad(r->problem, r->line, "", length, "%d fields; want %d", count,
                           EPCC_FIELDS);
    return LISTING_RECORD;
}

static bool is(struct listing_text t, const char *text, size_t length)
{
    return t.length == length && memcmp(t.text, text, length) == 0;
}

/* A date of eight digits that there is; the last one seen is known. */
static bool is_date(struct epcc *e, const char *text)
{
    int32_t ignored;
    if (e->date_known && memcmp(e->date, text, 8) == 0)
        return true;
    if (!day_of(text, &ignored))
        return false;
    memcpy(e->date, text, 8);
    e->date_known = true;
    return true;
}

static enum listing_got read_transaction(struct epcc *e, const struct row *r, struct input *out)
{
    struct listing_text t = r->fields[EPCC_TRANSACTION];
    if (t.length != 31 || !is_date(e, t.text) || !figures_hex(t.text + 8, &out->id) ||
        memcmp(t.text + 24, "0000000", 7) != 0)
        return wrong(r, EPCC_TRANSACTION, "a date, 16 digits of hex and 7 zeros");
    struct listing_text batch = r->fields[EPCC_BATCH];
    if (e->batch_known && is(batch, e->batch, 13)) {
        out->session = e->session;
        return LISTING_RECORD;
    }
    if (!epcc_session_of(e, batch.text, batch.length, &out->session))
        return wrong(r, EPCC_BATCH, "a session like B201903110001 that there is");
    memcpy(e->batch, batch.text, 13);
    e->session = out->session;
    e->batch_known = true;
    return LISTING_RECORD;
}

static bool money_of(struct listing_text t, bool may_be_negative, int64_t *fen)
{
    if (t.length < 7 || memcmp(t.text, "CNY", 3) != 0)
        return false;
    bool negative = may_be_negative && t.text[3] == '-';
    if (!figures_yuan(t.text + 3 + negative, t.length - 3 - negative, fen))
        return false;
    if (negative)
        *fen = -*fen;
    return true;
}

static enum listing_got read_money(const struct row *r, struct input *out)
{
    struct listing_text category = r->fields[EPCC_CATEGORY];
    int64_t ignored;
    bool comes_back = is(category, "0121", 4);
    if (!comes_back && !is(category, "0120", 4))
        return wrong(r, EPCC_CATEGORY, "0120 or 0121");
    if (!money_of(r->fields[EPCC_AMOUNT], false, &ignored))
        return wrong(r, EPCC_AMOUNT, "an amount like CNY175.19");
    bool failed = is(r->fields[EPCC_STATUS], "01", 2);
    if (!failed && !is(r->fields[EPCC_STATUS], "00", 2))
        return wrong(r, EPCC_STATUS, "00 or 01");
    if (!is(r->fields[EPCC_DIRECTION], comes_back ? "C" : "D", 1))
        return wrong(r, EPCC_DIRECTION, comes_back ? "C, as it comes back" : "D, as we pay it");
    if (!money_of(r->fields[EPCC_CLEARED], false, &out->amount_fen))
        return wrong(r, EPCC_CLEARED, "an amount like CNY175.19");
    if (!money_of(r->fields[EPCC_FEE], true, &out->other_fen))
        return wrong(r, EPCC_FEE, "a fee like CNY0.12 or CNY-0.12");
    out->flag = (uint8_t)((comes_back ? LIST_LINE_RETURNED : 0) | (failed ? LIST_LINE_FAILED : 0));
    return LISTING_RECORD;
}

/* 2019-03-11T09:01:05 */
static bool is_time(struct epcc *e, struct listing_text t)
{
    char date[8];
    int64_t hour, minute, second;
    const char *x = t.text;
    if (t.length != 19 || x[4] != '-' || x[7] != '-' || x[10] != 'T' || x[13] != ':' ||
        x[16] != ':')
        return false;
    memcpy(date, x, 4);
    memcpy(date + 4, x + 5, 2);
    memcpy(date + 6, x + 8, 2);
    return is_date(e, date) && figures_decimal(x + 11, 2, &hour) && hour < 24 &&
           figures_decimal(x + 14, 2, &minute) && minute < 60 &&
           figures_decimal(x + 17, 2, &second) && second < 60;
}

static enum listing_got read_parties(struct epcc *e, const struct row *r, struct input *out)
{
    struct listing_text bank = r->fields[EPCC_BANK];
    struct listing_text merchant = r->fields[EPCC_MERCHANT];
    struct listing_text reference = r->fields[EPCC_REFERENCE];
    int64_t ignored;
    if (bank.length != 14 || bank.text[0] != 'C' || !figures_decimal(bank.text + 1, 13, &ignored))
        return wrong(r, EPCC_BANK, "C and 13 digits");
    if (merchant.length != 15 || !figures_decimal(merchant.text, 15, &ignored))
        return wrong(r, EPCC_MERCHANT, "15 digits");
    if (!is_time(e, r->fields[EPCC_FINISHED]))
        return wrong(r, EPCC_FINISHED, "a time like 2019-03-11T09:01:05");
    if (reference.length != 32 || !figures_hex(reference.text, &out->reference.hi) ||
        !figures_hex(reference.text + 16, &out->reference.lo))
        return wrong(r, EPCC_REFERENCE, "a reference, 32 digits of hex");
    return LISTING_RECORD;
}

/* --- lines ------------------------------------------------------------------------------- */

/* Without its heading nothing of a file is read. */
static enum listing_got bad_line(struct epcc *e, struct listing_problem *problem)
{
    e->unheaded = problem->hopeless = !e->headed;
    return LISTING_BAD;
}

static enum listing_got read_heading(struct epcc *e, const struct row *r, size_t length)
{
    char got[LISTING_SHOWN_MAX];
    e->headed = length == strlen(EPCC_HEADING) && memcmp(r->text, EPCC_HEADING, length) == 0;
    if (e->headed)
        return LISTING_MORE;
    listing_bad(r->problem, r->line, "", 0, "want the heading " EPCC_HEADING ", got %s",
                listing_shown(r->text, length, got));
    return bad_line(e, r->problem);
}

static enum listing_got read_fields(struct epcc *e, struct row *r, size_t length, struct input *out)
{
    *out = (struct input){.kind = INPUT_LIST_LINE};
    enum listing_got got = split(r, (uint32_t)length);
    if (got == LISTING_RECORD)
        got = read_transaction(e, r, out);
    if (got == LISTING_RECORD)
        got = read_money(r, out);
    if (got == LISTING_RECORD)
        got = read_parties(e, r, out);
    return got;
}

enum listing_got epcc_line(struct epcc *e, const char *bytes, size_t length, bool last,
                           size_t *used, struct input *out, struct listing_problem *problem)
{
    enum listing_got got;
    size_t line_length;
    if (e->unheaded) {
        *used = length;
        return last && length == 0 ? LISTING_END : LISTING_MORE;
    }
    if (listing_next_line(&e->lines, bytes, length, last, &line_length, used, problem, &got) ==
        LISTING_LINE_NONE) {
        if (got == LISTING_END && !e->headed)
            got = listing_bad(problem, 1, "", 0, "the file is empty; want a heading");
        return got == LISTING_BAD ? bad_line(e, problem) : got;
    }
    struct row r = {.text = bytes, .line = e->lines.line, .problem = problem};
    if (*used == line_length) {
        listing_bad(problem, r.line, "", line_length, "the file ends here; want a whole line");
        return bad_line(e, problem);
    }
    if (line_length > 0 && bytes[line_length - 1] == '\r') {
        listing_bad(problem, r.line, "", line_length - 1, "the line ends in CRLF; want LF alone");
        return bad_line(e, problem);
    }
    return e->headed ? read_fields(e, &r, line_length, out) : read_heading(e, &r, line_length);
}
