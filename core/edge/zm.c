/* zm.c — see zm.h. */

#include "core/edge/zm.h"

#include <string.h>

#include "core/audit/match.h"
#include "core/base/civil.h"

enum {
    TRACE_NUMBER = 3,
    SENT = 4,
    ACCOUNT = 5,
    AMOUNT = 6,
    QUERY_ID = 9,
    ORDER_ID = 11,
    ORIGINAL_SENT = 14,
    FEE = 15,
    SETTLED = 16,
    KIND = 19,
    MERCHANT = 27,
};

const struct zm_field zm_fields[ZM_FIELDS] = {
    {"code", 0, 3},
    {"acquirer", 4, 11},
    {"sender", 16, 11},
    {"trace_number", 28, 6},
    {"time", 35, 10},
    {"account", 46, 19},
    {"amount", 66, 12},
    {"merchant_category", 79, 4},
    {"terminal_kind", 84, 2},
    {"query_id", 87, 21},
    {"pay_kind_old", 109, 2},
    {"order_id", 112, 32},
    {"card_kind", 145, 2},
    {"original_trace_number", 148, 6},
    {"original_time", 155, 10},
    {"fee", 166, 13},
    {"settled", 180, 13},
    {"pay_kind", 194, 4},
    {"group_merchant", 199, 15},
    {"kind", 215, 2},
    {"sub_kind", 218, 2},
    {"business", 221, 6},
    {"account_kind", 228, 2},
    {"bill_kind", 231, 4},
    {"bill_number", 236, 32},
    {"interaction", 269, 1},
    {"original_query_id", 271, 21},
    {"merchant", 293, 15},
    {"split", 309, 1},
    {"sub_merchant", 311, 15},
    {"sub_merchant_name", 327, 32},
    {"sub_merchant_split", 360, 13},
    {"net", 374, 13},
    {"terminal", 388, 8},
    {"own", 397, 32},
    {"discount", 430, 13},
    {"invoice", 444, 13},
    {"instalment_fee", 458, 12},
    {"instalments", 471, 2},
    {"medium", 474, 1},
    {"spare", 476, 32},
    {"spare_too", 509, 98},
};

bool zm_looks_so(const char *bytes, size_t length)
{
    for (int f = 1; f < 5; f++) {
        size_t at = zm_fields[f].offset - 1u;
        if (at >= length || bytes[at] != ' ' || memchr(bytes, ',', at) != NULL)
            return false;
    }
    return bytes[0] > ' ' && bytes[2] > ' ';
}

static bool digits(const char *text, size_t length, int64_t *value)
{
    int64_t sum = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        sum = sum * 10 + (text[i] - '0');
    }
    *value = sum;
    return true;
}

int32_t zm_day_of_name(const char *path)
{
    for (const char *at = strstr(path, "INN"); at != NULL; at = strstr(at + 1, "INN")) {
        int64_t value;
        if (memchr(at, '\0', 13) != NULL || memcmp(at + 9, "88ZM", 4) != 0 ||
            !digits(at + 3, 6, &value))
            continue;
        struct civil_date date = {(int32_t)(2000 + value / 10000), (int32_t)(value / 100 % 100),
                                  (int32_t)(value % 100)};
        if (civil_date_exists(date))
            return civil_day_of(date);
    }
    return ZM_NO_DAY;
}

void zm_start(struct zm *z, int32_t day)
{
    *z = (struct zm){.day = day};
}

/* --- fields --------------------------------------------------------------------------- */

struct here {
    const char *line;
    uint64_t number;
    struct listing_problem *problem;
};

static bool wrong(const struct here *h, int field, const char *want)
{
    char got[LISTING_SHOWN_MAX];
    const struct zm_field *f = &zm_fields[field];
    listing_bad(h->problem, h->number, f->name, f->offset, "want %s, got %s", want,
                listing_shown(h->line + f->offset, f->length, got));
    return false;
}

static bool blank(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (text[i] != ' ')
            return false;
    return true;
}

/* Without the spaces behind it. */
static struct listing_text text_of(const struct here *h, int field)
{
    const char *text = h->line + zm_fields[field].offset;
    size_t length = zm_fields[field].length;
    while (length > 0 && text[length - 1] == ' ')
        length--;
    return (struct listing_text){text, (uint32_t)length};
}

/* Spaces between fields; within them GBK whose characters do not straddle two. */
static bool spelled_well(const struct here *h)
{
    for (int f = 0; f < ZM_FIELDS; f++) {
        const struct zm_field *field = &zm_fields[f];
        const unsigned char *text = (const unsigned char *)h->line + field->offset;
        if (f > 0 && text[-1] != ' ') {
            listing_bad(h->problem, h->number, field->name, field->offset - 1u,
                        "want a space before the field, got \\x%02x", text[-1]);
            return false;
        }
        if (listing_plain((const char *)text, field->length))
            continue;
        for (size_t i = 0; i < field->length; i++) {
            bool pair = text[i] >= 0x81 && text[i] <= 0xfe && i + 1 < field->length &&
                        text[i + 1] >= 0x40 && text[i + 1] <= 0xfe && text[i + 1] != 0x7f;
            if (!pair && (text[i] < ' ' || text[i] > '~')) {
                listing_bad(h->problem, h->number, field->name, field->offset + i,
                            "want text in GBK, got \\x%02x", text[i]);
                return false;
            }
            i += pair;
        }
    }
    return true;
}

/* D or C and 12 digits of fen. */
static bool read_signed(const struct here *h, int field, char *sign, int64_t *fen)
{
    const char *text = h->line + zm_fields[field].offset;
    *sign = text[0];
    if ((*sign == 'D' || *sign == 'C') && digits(text + 1, 12, fen))
        return true;
    return wrong(h, field, "D or C and 12 digits of fen");
}

/* MMDDhhmmss; the 29th of February is a day, as there is no year. */
static bool clock_and_day(const char *text, int64_t part[5])
{
    static const int8_t days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    for (int i = 0; i < 5; i++)
        if (!digits(text + 2 * (ptrdiff_t)i, 2, &part[i]))
            return false;
    return part[0] >= 1 && part[0] <= 12 && part[1] >= 1 && part[1] <= days[part[0] - 1] &&
           part[2] <= 23 && part[3] <= 59 && part[4] <= 59;
}

static bool read_time(const struct zm *z, const struct here *h, int64_t *time_us)
{
    int64_t part[5];
    int64_t nearest = INT64_MAX;
    int32_t found = 0;
    if (!clock_and_day(h->line + zm_fields[SENT].offset, part))
        return wrong(h, SENT, "a time MMDDhhmmss");
    if (z->day == ZM_NO_DAY) {
        *time_us = 0;
        return true;
    }
    int32_t year = civil_date_of(z->day).year;
    for (int32_t y = year - 1; y <= year + 1; y++) {
        struct civil_date date = {y, (int32_t)part[0], (int32_t)part[1]};
        if (!civil_date_exists(date))
            continue;
        int64_t apart = (int64_t)civil_day_of(date) - z->day;
        apart = apart < 0 ? -apart : apart;
        if (apart < nearest) {
            nearest = apart;
            found = civil_day_of(date);
        }
    }
    if (nearest == INT64_MAX)
        return wrong(h, SENT, "a day that exists near the file's");
    *time_us = civil_moment_us(found, part[2] * US_PER_HOUR + part[3] * US_PER_MINUTE +
                                          part[4] * US_PER_S);
    return true;
}

static bool read_fields(const struct zm *z, const struct here *h, struct listing_record *out)
{
    int64_t ignored, settled_fen, part[5];
    char fee_sign, settled_sign;
    const char *original = h->line + zm_fields[ORIGINAL_SENT].offset;
    if (!spelled_well(h))
        return false;
    if (!digits(h->line + zm_fields[TRACE_NUMBER].offset, 6, &ignored))
        return wrong(h, TRACE_NUMBER, "6 digits");
    if (!read_time(z, h, &out->time_us))
        return false;
    if (!digits(h->line + zm_fields[AMOUNT].offset, 12, &out->amount_fen))
        return wrong(h, AMOUNT, "12 digits of fen");
    if (!blank(original, 10) && !(digits(original, 10, &ignored) && ignored == 0) &&
        !clock_and_day(original, part))
        return wrong(h, ORIGINAL_SENT, "a time MMDDhhmmss, zeros or nothing");
    if (!read_signed(h, FEE, &fee_sign, &out->fee_fen) ||
        !read_signed(h, SETTLED, &settled_sign, &settled_fen))
        return false;
    if (!digits(h->line + zm_fields[KIND].offset, 2, &ignored))
        return wrong(h, KIND, "2 digits");
    out->texts[LISTING_REFERENCE] = text_of(h, ORDER_ID);
    out->texts[LISTING_QUERY_ID] = text_of(h, QUERY_ID);
    out->texts[LISTING_MERCHANT] = text_of(h, MERCHANT);
    out->texts[LISTING_USER] = text_of(h, ACCOUNT);
    for (int t = LISTING_REFERENCE; t <= LISTING_QUERY_ID; t++)
        if (out->texts[t].length == 0 || !listing_plain(out->texts[t].text, out->texts[t].length))
            return wrong(h, t == LISTING_REFERENCE ? ORDER_ID : QUERY_ID, "visible ASCII");
    if (settled_sign == 'D')
        out->amount_fen = -out->amount_fen;
    if (fee_sign == 'C')
        out->fee_fen = -out->fee_fen;
    out->status = MATCH_STATUS_DONE;
    out->line = h->number;
    return true;
}

enum listing_got zm_read(struct zm *z, const char *bytes, size_t length, bool last, size_t *used,
                         struct listing_record *out, struct listing_problem *problem)
{
    enum listing_got got;
    size_t line_length;
    if (listing_next_line(&z->lines, bytes, length, last, &line_length, used, problem, &got) ==
        LISTING_LINE_NONE)
        return got;
    struct here h = {.line = bytes, .number = z->lines.line, .problem = problem};
    if (*used == line_length)
        return listing_bad(problem, h.number, "", line_length,
                           "the file ends here; want %d bytes and CRLF, got %zu", ZM_LINE_BYTES,
                           line_length);
    bool crlf = line_length > 0 && bytes[line_length - 1] == '\r';
    line_length -= crlf;
    if (!crlf)
        return listing_bad(problem, h.number, "", line_length,
                           "the line ends in LF alone after %zu bytes; want %d bytes and CRLF",
                           line_length, ZM_LINE_BYTES);
    if (line_length != ZM_LINE_BYTES)
        return listing_bad(problem, h.number, "",
                           line_length < ZM_LINE_BYTES ? line_length : ZM_LINE_BYTES,
                           "want %d bytes before CRLF, got %zu", ZM_LINE_BYTES, line_length);
    return read_fields(z, &h, out) ? LISTING_RECORD : LISTING_BAD;
}
