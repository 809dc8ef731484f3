/* zm.c — see zm.h. */

#include "core/edge/zm.h"

#include <string.h>

#include "core/audit/match.h"
#include "core/base/civil.h"
#include "core/edge/figures.h"

const struct zm_field zm_fields[ZM_FIELDS] = {
    [ZM_CODE] = {"code", 0, 3},
    [ZM_ACQUIRER] = {"acquirer", 4, 11},
    [ZM_SENDER] = {"sender", 16, 11},
    [ZM_TRACE_NUMBER] = {"trace_number", 28, 6},
    [ZM_TIME] = {"time", 35, 10},
    [ZM_ACCOUNT] = {"account", 46, 19},
    [ZM_AMOUNT] = {"amount", 66, 12},
    [ZM_MERCHANT_CATEGORY] = {"merchant_category", 79, 4},
    [ZM_TERMINAL_KIND] = {"terminal_kind", 84, 2},
    [ZM_QUERY_ID] = {"query_id", 87, 21},
    [ZM_PAY_KIND_OLD] = {"pay_kind_old", 109, 2},
    [ZM_ORDER_ID] = {"order_id", 112, 32},
    [ZM_CARD_KIND] = {"card_kind", 145, 2},
    [ZM_ORIGINAL_TRACE_NUMBER] = {"original_trace_number", 148, 6},
    [ZM_ORIGINAL_TIME] = {"original_time", 155, 10},
    [ZM_FEE] = {"fee", 166, 13},
    [ZM_SETTLED] = {"settled", 180, 13},
    [ZM_PAY_KIND] = {"pay_kind", 194, 4},
    [ZM_GROUP_MERCHANT] = {"group_merchant", 199, 15},
    [ZM_KIND] = {"kind", 215, 2},
    [ZM_SUB_KIND] = {"sub_kind", 218, 2},
    [ZM_BUSINESS] = {"business", 221, 6},
    [ZM_ACCOUNT_KIND] = {"account_kind", 228, 2},
    [ZM_BILL_KIND] = {"bill_kind", 231, 4},
    [ZM_BILL_NUMBER] = {"bill_number", 236, 32},
    [ZM_INTERACTION] = {"interaction", 269, 1},
    [ZM_ORIGINAL_QUERY_ID] = {"original_query_id", 271, 21},
    [ZM_MERCHANT] = {"merchant", 293, 15},
    [ZM_SPLIT] = {"split", 309, 1},
    [ZM_SUB_MERCHANT] = {"sub_merchant", 311, 15},
    [ZM_SUB_MERCHANT_NAME] = {"sub_merchant_name", 327, 32},
    [ZM_SUB_MERCHANT_SPLIT] = {"sub_merchant_split", 360, 13},
    [ZM_NET] = {"net", 374, 13},
    [ZM_TERMINAL] = {"terminal", 388, 8},
    [ZM_OWN] = {"own", 397, 32},
    [ZM_DISCOUNT] = {"discount", 430, 13},
    [ZM_INVOICE] = {"invoice", 444, 13},
    [ZM_INSTALMENT_FEE] = {"instalment_fee", 458, 12},
    [ZM_INSTALMENTS] = {"instalments", 471, 2},
    [ZM_MEDIUM] = {"medium", 474, 1},
    [ZM_SPARE] = {"spare", 476, 32},
    [ZM_SPARE_TOO] = {"spare_too", 509, 98},
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

int32_t zm_day_of_name(const char *path)
{
    for (const char *at = strstr(path, "INN"); at != NULL; at = strstr(at + 1, "INN")) {
        int64_t value;
        if (memchr(at, '\0', 13) != NULL || memcmp(at + 9, "88ZM", 4) != 0 ||
            !figures_decimal(at + 3, 6, &value))
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

enum listing_got zm_wrong(const struct zm_line *l, enum zm_name field, const char *want,
                          struct listing_problem *problem)
{
    char got[LISTING_SHOWN_MAX];
    const struct zm_field *f = &zm_fields[field];
    return listing_bad(problem, l->line, f->name, f->offset, "want %s, got %s", want,
                       listing_shown(l->text + f->offset, f->length, got));
}

static bool wrong(const struct zm_line *l, enum zm_name field, const char *want,
                  struct listing_problem *problem)
{
    zm_wrong(l, field, want, problem);
    return false;
}

static bool blank(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (text[i] != ' ')
            return false;
    return true;
}

struct listing_text zm_text(const struct zm_line *l, enum zm_name field)
{
    const char *text = l->text + zm_fields[field].offset;
    size_t length = zm_fields[field].length;
    while (length > 0 && text[length - 1] == ' ')
        length--;
    return (struct listing_text){text, (uint32_t)length};
}

/* Spaces between fields; within them GBK whose characters do not straddle two. */
static bool spelled_well(const struct zm_line *l, struct listing_problem *problem)
{
    for (int f = 0; f < ZM_FIELDS; f++) {
        const struct zm_field *field = &zm_fields[f];
        const unsigned char *text = (const unsigned char *)l->text + field->offset;
        if (f > 0 && text[-1] != ' ') {
            listing_bad(problem, l->line, field->name, field->offset - 1u,
                        "want a space before the field, got \\x%02x", text[-1]);
            return false;
        }
        if (listing_plain((const char *)text, field->length))
            continue;
        for (size_t i = 0; i < field->length; i++) {
            bool pair = text[i] >= 0x81 && text[i] <= 0xfe && i + 1 < field->length &&
                        text[i + 1] >= 0x40 && text[i + 1] <= 0xfe && text[i + 1] != 0x7f;
            if (!pair && (text[i] < ' ' || text[i] > '~')) {
                listing_bad(problem, l->line, field->name, field->offset + i,
                            "want text in GBK, got \\x%02x", text[i]);
                return false;
            }
            i += pair;
        }
    }
    return true;
}

/* D or C and 12 digits of fen; what one who is charged D has is below zero. */
static bool read_signed(const struct zm_line *l, enum zm_name field, bool *charged, int64_t *fen,
                        struct listing_problem *problem)
{
    const char *text = l->text + zm_fields[field].offset;
    *charged = text[0] == 'D';
    if ((*charged || text[0] == 'C') && figures_decimal(text + 1, ZM_AMOUNT_DIGITS, fen))
        return true;
    return wrong(l, field, "D or C and 12 digits of fen", problem);
}

/* MMDDhhmmss; the 29th of February is a day, as there is no year. */
static bool clock_and_day(const char *text, int64_t part[5])
{
    static const int8_t days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    for (int i = 0; i < 5; i++)
        if (!figures_decimal(text + 2 * (ptrdiff_t)i, 2, &part[i]))
            return false;
    return part[0] >= 1 && part[0] <= 12 && part[1] >= 1 && part[1] <= days[part[0] - 1] &&
           part[2] <= 23 && part[3] <= 59 && part[4] <= 59;
}

static bool read_time(const struct zm *z, struct zm_line *l, struct listing_problem *problem)
{
    int64_t part[5];
    int64_t nearest = INT64_MAX;
    int32_t found = 0;
    if (!clock_and_day(l->text + zm_fields[ZM_TIME].offset, part))
        return wrong(l, ZM_TIME, "a time MMDDhhmmss", problem);
    l->time_us = 0;
    if (z->day == ZM_NO_DAY)
        return true;
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
        return wrong(l, ZM_TIME, "a day that exists near the file's", problem);
    l->time_us = civil_moment_us(found, part[2] * US_PER_HOUR + part[3] * US_PER_MINUTE +
                                            part[4] * US_PER_S);
    return true;
}

static bool read_money(struct zm_line *l, struct listing_problem *problem)
{
    bool fee_charged;
    if (!figures_decimal(l->text + zm_fields[ZM_AMOUNT].offset, ZM_AMOUNT_DIGITS, &l->amount_fen))
        return wrong(l, ZM_AMOUNT, "12 digits of fen", problem);
    const char *original = l->text + zm_fields[ZM_ORIGINAL_TIME].offset;
    int64_t ignored, part[5];
    if (!blank(original, 10) && !(figures_decimal(original, 10, &ignored) && ignored == 0) &&
        !clock_and_day(original, part))
        return wrong(l, ZM_ORIGINAL_TIME, "a time MMDDhhmmss, zeros or nothing", problem);
    if (!read_signed(l, ZM_FEE, &fee_charged, &l->fee_fen, problem) ||
        !read_signed(l, ZM_SETTLED, &l->out, &l->settled_fen, problem))
        return false;
    if (!fee_charged)
        l->fee_fen = -l->fee_fen;
    if (l->out)
        l->settled_fen = -l->settled_fen;
    return true;
}

static bool named(const struct zm_line *l, enum zm_name field, struct listing_problem *problem)
{
    const struct zm_field *f = &zm_fields[field];
    bool plain = listing_plain(l->text + f->offset, f->length);
    return (plain && (l->text[f->offset] != ' ' || zm_text(l, field).length > 0)) ||
           wrong(l, field, "visible ASCII", problem);
}

static bool read_fields(const struct zm *z, struct zm_line *l, struct listing_problem *problem)
{
    int64_t ignored;
    if (!figures_decimal(l->text + zm_fields[ZM_TRACE_NUMBER].offset, 6, &ignored))
        return wrong(l, ZM_TRACE_NUMBER, "6 digits", problem);
    if (!read_time(z, l, problem) || !read_money(l, problem))
        return false;
    if (!figures_decimal(l->text + zm_fields[ZM_KIND].offset, 2, &ignored))
        return wrong(l, ZM_KIND, "2 digits", problem);
    return named(l, ZM_ORDER_ID, problem) && named(l, ZM_QUERY_ID, problem);
}

/* Most lines are nothing but visible ASCII with the spaces in their places. */
static bool plain_line(const char *bytes, size_t length)
{
    if (length < ZM_LINE_BYTES + 2 || bytes[ZM_LINE_BYTES] != '\r' ||
        bytes[ZM_LINE_BYTES + 1] != '\n')
        return false;
    int odd = 0;
    for (int f = 1; f < ZM_FIELDS; f++)
        odd |= bytes[zm_fields[f].offset - 1] ^ ' ';
    return odd == 0 && listing_plain(bytes, ZM_LINE_BYTES);
}

enum listing_got zm_read_line(struct zm *z, const char *bytes, size_t length, bool last,
                              size_t *used, struct zm_line *out, struct listing_problem *problem)
{
    enum listing_got got;
    size_t line_length;
    out->text = bytes;
    if (!z->lines.skipping && plain_line(bytes, length)) {
        *used = ZM_LINE_BYTES + 2;
        out->line = ++z->lines.line;
        return read_fields(z, out, problem) ? LISTING_RECORD : LISTING_BAD;
    }
    if (listing_next_line(&z->lines, bytes, length, last, &line_length, used, problem, &got) ==
        LISTING_LINE_NONE)
        return got;
    out->line = z->lines.line;
    if (*used == line_length)
        return listing_bad(problem, out->line, "", line_length,
                           "the file ends here; want %d bytes and CRLF, got %zu", ZM_LINE_BYTES,
                           line_length);
    bool crlf = line_length > 0 && bytes[line_length - 1] == '\r';
    line_length -= crlf;
    if (!crlf)
        return listing_bad(problem, out->line, "", line_length,
                           "the line ends in LF alone after %zu bytes; want %d bytes and CRLF",
                           line_length, ZM_LINE_BYTES);
    if (line_length != ZM_LINE_BYTES)
        return listing_bad(problem, out->line, "",
                           line_length < ZM_LINE_BYTES ? line_length : ZM_LINE_BYTES,
                           "want %d bytes before CRLF, got %zu", ZM_LINE_BYTES, line_length);
    return spelled_well(out, problem) && read_fields(z, out, problem) ? LISTING_RECORD
                                                                      : LISTING_BAD;
}

enum listing_got zm_read(struct zm *z, const char *bytes, size_t length, bool last, size_t *used,
                         struct listing_record *out, struct listing_problem *problem)
{
    struct zm_line l;
    enum listing_got got = zm_read_line(z, bytes, length, last, used, &l, problem);
    if (got != LISTING_RECORD)
        return got;
    *out = (struct listing_record){.amount_fen = l.out ? -l.amount_fen : l.amount_fen,
                                   .fee_fen = l.fee_fen,
                                   .time_us = l.time_us,
                                   .line = l.line,
                                   .status = MATCH_STATUS_DONE};
    out->texts[LISTING_REFERENCE] = zm_text(&l, ZM_ORDER_ID);
    out->texts[LISTING_QUERY_ID] = zm_text(&l, ZM_QUERY_ID);
    out->texts[LISTING_MERCHANT] = zm_text(&l, ZM_MERCHANT);
    out->texts[LISTING_USER] = zm_text(&l, ZM_ACCOUNT);
    return got;
}
