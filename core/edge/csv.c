/* csv.c — see csv.h. */

#include "core/edge/csv.h"

#include <stdio.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "core/base/civil.h"
#include "core/base/money.h"

static bool is(struct csv_field f, const char *text)
{
    return f.length == strlen(text) && memcmp(f.text, text, f.length) == 0;
}

/* --- the map ------------------------------------------------------------------------------- */

/* "amount=txnAmt:fen" */
static bool map_one(const char *text, size_t length, struct csv_map *map, char *why)
{
    const char *equals = memchr(text, '=', length);
    size_t word = equals == NULL ? length : (size_t)(equals - text);
    enum listing_field field = listing_field_parse(text, word);
    if (equals == NULL || field == LISTING_FIELDS) {
        snprintf(why, LISTING_WHY_MAX,
                 "\"%.*s\": want FIELD=COLUMN, FIELD one of reference query_id merchant user "
                 "amount fee status kind time",
                 (int)(length < 80 ? length : 80), text);
        return false;
    }
    const char *name = equals + 1;
    size_t n = length - word - 1;
    bool money = field == LISTING_AMOUNT || field == LISTING_FEE;
    if (money && n >= 4 && memcmp(name + n - 4, ":fen", 4) == 0) {
        map->fen[field] = true;
        n -= 4;
    } else if (money && n >= 5 && memcmp(name + n - 5, ":yuan", 5) == 0) {
        n -= 5;
    }
    if (n == 0 || n >= CSV_NAME_MAX || map->named[field]) {
        snprintf(why, LISTING_WHY_MAX, "%s: %s", listing_field_word(field),
                 map->named[field] ? "named twice"
                 : n == 0          ? "want the name of a column"
                                   : "the name of the column is too long");
        return false;
    }
    memcpy(map->names[field], name, n);
    map->named[field] = true;
    return true;
}

static bool enough(const bool named[LISTING_FIELDS])
{
    return named[LISTING_AMOUNT] && (named[LISTING_REFERENCE] || named[LISTING_QUERY_ID]);
}

bool csv_map_parse(const char *text, struct csv_map *map, char why[LISTING_WHY_MAX])
{
    struct csv_map parsed = {.given = true};
    for (;;) {
        size_t n = strcspn(text, ",");
        if (!map_one(text, n, &parsed, why))
            return false;
        if (text[n] == '\0')
            break;
        text += n + 1;
    }
    if (!enough(parsed.named)) {
        snprintf(why, LISTING_WHY_MAX, "want an amount and a reference or query_id among them");
        return false;
    }
    *map = parsed;
    return true;
}

void csv_start(struct csv *c, const struct csv_map *map)
{
    c->lines = (struct listing_lines){0};
    c->map = map == NULL ? (struct csv_map){0} : *map;
    c->columns = 0;
    c->wanted = LISTING_ALL;
    c->ends_known = false;
    c->crlf = false;
    c->day_known = false;
    for (int f = 0; f < LISTING_FIELDS; f++) {
        c->column_of[f] = -1;
        if (!c->map.given)
            snprintf(c->map.names[f], CSV_NAME_MAX, "%s",
                     listing_field_word((enum listing_field)f));
    }
}

/* --- one record's bytes ---------------------------------------------------------------------- */

/* The length of a UTF-8 character, or 0: not one, or a control character. */
static size_t character(const unsigned char *s, size_t length)
{
    if (s[0] < 0x80)
        return (s[0] >= ' ' && s[0] != 0x7f) || s[0] == '\t' || s[0] == '\n' || s[0] == '\r';
    size_t n = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
    if (s[0] < 0xc2 || s[0] > 0xf4 || n > length)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
        (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
        return 0;
    return n;
}

/* Line ends are only for quoted fields, which were looked at before. */
static enum listing_got check_text(struct csv *c, const char *text, size_t length, bool quoted,
                                   struct listing_problem *problem)
{
    if (listing_plain(text, length))
        return LISTING_RECORD;
    for (size_t i = 0; i < length;) {
        size_t n = character((const unsigned char *)text + i, length - i);
        if (n == 0 || (!quoted && (text[i] == '\r' || text[i] == '\n')))
            return listing_bad(problem, c->lines.line, "", i, "want text in UTF-8, got \\x%02x",
                               (unsigned char)text[i]);
        i += n;
    }
    return LISTING_RECORD;
}

/* Where a record with quotes ends: at the first line end outside them.
 * `length`: nowhere, and *open says whether a quote is. */
static size_t quoted_end(const char *text, size_t length, bool *open)
{
    bool inside = false;
    size_t i = 0;
    for (; i < length; i++) {
        if (text[i] == '"')
            inside = !inside;
        else if (text[i] == '\n' && !inside)
            break;
    }
    *open = inside;
    return i;
}

static uint32_t split_plain(struct csv *c, const char *text, size_t length)
{
    uint32_t count = 0;
    const char *end = text + length;
    for (;;) {
        const char *comma = memchr(text, ',', (size_t)(end - text));
        const char *stop = comma == NULL ? end : comma;
        if (count < CSV_COLUMNS_MAX)
            c->fields[count] = (struct csv_field){text, (uint32_t)(stop - text)};
        count++;
        if (comma == NULL)
            return count;
        text = comma + 1;
    }
}

/* 0: something stands beside a quote; *offset says where. */
static uint32_t split_quoted(struct csv *c, const char *text, size_t length, size_t *offset)
{
    uint32_t count = 0;
    size_t used = 0;
    for (size_t i = 0;; i++) {
        struct csv_field f = {text + i, 0};
        if (i < length && text[i] == '"') {
            f.text = c->unquoted + used;
            for (i++; i < length && (text[i] != '"' || (i + 1 < length && text[i + 1] == '"'));
                 i++) {
                i += text[i] == '"';
                c->unquoted[used++] = text[i];
            }
            f.length = (uint32_t)(c->unquoted + used - f.text);
            i++;
            if (i > length || (i < length && text[i] != ',')) {
                *offset = i < length ? i : length;
                return 0;
            }
        } else {
            while (i < length && text[i] != ',') {
                if (text[i] == '"') {
                    *offset = i;
                    return 0;
                }
                i++;
            }
            f.length = (uint32_t)(text + i - f.text);
        }
        if (count < CSV_COLUMNS_MAX)
            c->fields[count] = f;
        count++;
        if (i >= length)
            return count;
    }
}

/* --- fields -------------------------------------------------------------------------------- */

static enum listing_got wrong(const struct csv *c, enum listing_field field, const char *text,
                              const char *want, struct listing_problem *problem)
{
    char got[LISTING_SHOWN_MAX];
    struct csv_field f = c->fields[c->column_of[field]];
    size_t offset =
        f.text >= text && f.text - text < LISTING_LINE_MAX ? (size_t)(f.text - text) : 0;
    return listing_bad(problem, c->lines.line, c->map.names[field], offset, "want %s, got %s", want,
                       listing_shown(f.text, f.length, got));
}

/* Fen as an integer of at most 15 digits. */
static bool fen_parse(const char *text, size_t length, int64_t *fen)
{
    int64_t value = 0;
    if (length == 0 || length > 15)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        value = value * 10 + (text[i] - '0');
    }
    *fen = value;
    return true;
}

static bool money_of(const struct csv *c, enum listing_field field, int64_t *fen)
{
    struct csv_field f = c->fields[c->column_of[field]];
    bool negative = f.length > 0 && f.text[0] == '-';
    bool sign = negative || (f.length > 0 && f.text[0] == '+');
    if (sign && field == LISTING_AMOUNT && c->column_of[LISTING_KIND] >= 0)
        return false;
    if (!(c->map.fen[field] ? fen_parse : money_parse)(f.text + sign, f.length - sign, fen))
        return false;
    if (negative)
        *fen = -*fen;
    return true;
}

static bool digits(const char *text, int count, int32_t *value)
{
    *value = 0;
    for (int i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        *value = *value * 10 + (text[i] - '0');
    }
    return true;
}

enum { DAY = 11, CLOCK = 8, OFFSET = 6 }; /* "2018-11-11T", "00:00:00" and "+08:00" */

/* The formats without an offset, as the one with it. */
static bool spelled_out(struct csv_field f, char out[32])
{
    int32_t ignored;
    if (f.length == 14 && digits(f.text, 8, &ignored) && digits(f.text + 8, 6, &ignored)) {
        const char *t = f.text;
        snprintf(out, 32, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2s+08:00", t, t + 4, t + 6, t + 8, t + 10,
                 t + 12);
        return true;
    }
    if (f.length != 19 || (f.text[10] != ' ' && f.text[10] != 'T'))
        return false;
    snprintf(out, 32, "%.10sT%.8s+08:00", f.text, f.text + 11);
    return true;
}

/* HH:MM:SS in seconds; -1: not that. */
static int32_t clock_of(const char *t)
{
    int32_t hour, minute, second;
    if (t[2] != ':' || t[5] != ':' || !digits(t, 2, &hour) || !digits(t + 3, 2, &minute) ||
        !digits(t + 6, 2, &second) || hour > 23 || minute > 59 || second > 59)
        return -1;
    return (hour * 60 + minute) * 60 + second;
}

static bool time_of(struct csv *c, int64_t *time_us)
{
    struct csv_field f = c->fields[c->column_of[LISTING_TIME]];
    char full[32];
    bool usual = f.length == DAY + CLOCK + OFFSET;
    int32_t clock = usual ? clock_of(f.text + DAY) : -1;
    if (clock >= 0 && c->day_known && memcmp(f.text, c->day, DAY) == 0 &&
        memcmp(f.text + DAY + CLOCK, c->offset, OFFSET) == 0) {
        *time_us = c->midnight_us + clock * US_PER_S;
        return true;
    }
    if (spelled_out(f, full))
        f = (struct csv_field){full, (uint32_t)strlen(full)};
    if (!civil_parse_moment(f.text, f.length, time_us))
        return false;
    c->day_known = usual && clock >= 0;
    if (c->day_known) {
        memcpy(c->day, f.text, DAY);
        memcpy(c->offset, f.text + DAY + CLOCK, OFFSET);
        c->midnight_us = *time_us - clock * US_PER_S;
    }
    return true;
}

/* 1 in, -1 out, 0 neither. */
static int direction_of(const struct csv *c)
{
    struct csv_field f = c->fields[c->column_of[LISTING_KIND]];
    if (is(f, "payout") || is(f, "out") || is(f, "D"))
        return -1;
    return is(f, "collection") || is(f, "in") || is(f, "C");
}

static enum listing_got read_texts(struct csv *c, const char *text, struct listing_record *out,
                                   struct listing_problem *problem)
{
    for (int f = 0; f < LISTING_TEXTS; f++) {
        bool needed = f == LISTING_REFERENCE || f == LISTING_QUERY_ID;
        out->texts[f] = (struct listing_text){"", 0};
        if (c->column_of[f] < 0)
            continue;
        struct csv_field field = c->fields[c->column_of[f]];
        if (field.length > LISTING_TEXT_MAX || (needed && field.length == 0))
            return wrong(c, (enum listing_field)f, text,
                         needed ? "1 to 64 bytes" : "at most 64 bytes", problem);
        out->texts[f] = (struct listing_text){field.text, field.length};
    }
    return LISTING_RECORD;
}

static bool asked(const struct csv *c, enum listing_field field)
{
    return c->column_of[field] >= 0 && (c->wanted >> field & 1) != 0;
}

static enum listing_got read_row(struct csv *c, const char *text, struct listing_record *out,
                                 struct listing_problem *problem)
{
    int direction = 1;
    if (read_texts(c, text, out, problem) == LISTING_BAD)
        return LISTING_BAD;
    out->amount_fen = out->fee_fen = out->time_us = 0;
    out->status = 0;
    if (asked(c, LISTING_AMOUNT) && !money_of(c, LISTING_AMOUNT, &out->amount_fen))
        return wrong(c, LISTING_AMOUNT, text,
                     c->map.fen[LISTING_AMOUNT] ? "fen, an integer like 13912"
                                                : "yuan with at most 2 decimals like 139.12",
                     problem);
    if (asked(c, LISTING_FEE) && !money_of(c, LISTING_FEE, &out->fee_fen))
        return wrong(c, LISTING_FEE, text,
                     c->map.fen[LISTING_FEE] ? "fen, an integer like 12"
                                             : "yuan with at most 2 decimals like 0.12",
                     problem);
    if (asked(c, LISTING_KIND) && (direction = direction_of(c)) == 0)
        return wrong(c, LISTING_KIND, text, "payout, out, D or collection, in, C", problem);
    out->amount_fen *= direction;
    if (asked(c, LISTING_TIME) && !time_of(c, &out->time_us))
        return wrong(c, LISTING_TIME, text, "a moment like 2018-11-11T00:00:00+08:00", problem);
    if (asked(c, LISTING_STATUS)) {
        struct csv_field f = c->fields[c->column_of[LISTING_STATUS]];
        out->status = listing_status(f.text, f.length);
    }
    return LISTING_RECORD;
}

/* --- the header ------------------------------------------------------------------------------ */

static enum listing_got no_column(struct csv *c, const char *what, const char *name,
                                  struct listing_problem *problem)
{
    listing_bad(problem, 1, "", 0, "the header has %s%s%s", what, name == NULL ? "" : " ",
                name == NULL ? "" : name);
    problem->hopeless = true;
    c->columns = 0;
    return LISTING_BAD;
}

/* LISTING_MORE: read; its bytes are done with. */
static enum listing_got read_header(struct csv *c, uint32_t count, struct listing_problem *problem)
{
    if (count > CSV_COLUMNS_MAX)
        return no_column(c, "more than 256 columns", NULL, problem);
    bool named[LISTING_FIELDS] = {false};
    for (int f = 0; f < LISTING_FIELDS; f++) {
        for (uint32_t i = 0; i < count; i++) {
            if (c->map.names[f][0] == '\0' || !is(c->fields[i], c->map.names[f]))
                continue;
            if (named[f])
                return no_column(c, "twice a column", c->map.names[f], problem);
            c->column_of[f] = (int32_t)i;
            named[f] = true;
        }
        if (c->map.named[f] && !named[f])
            return no_column(c, "no column", c->map.names[f], problem);
    }
    if (!enough(named))
        return no_column(c,
                         "no columns reference and amount, nor is this UnionPay's ZM; want "
                         "time,kind,business,merchant,user,amount,reference or a --columns option",
                         NULL, problem);
    c->columns = count;
    return LISTING_MORE;
}

/* --- records -----------------------------------------------------------------------------------
 */

/* A record with quotes may go on behind the line's end.  False: *got says what to return. */
static bool whole_quoted(struct csv *c, const char *bytes, size_t length, bool last, size_t *line,
                         size_t *used, struct listing_problem *problem, enum listing_got *got)
{
    bool open;
    size_t looked = length > LISTING_LINE_MAX ? LISTING_LINE_MAX : length;
    size_t end = quoted_end(bytes, looked, &open);
    if (end < looked || (last && looked == length && !open)) {
        for (size_t i = *line; i < end; i++)
            c->lines.line += bytes[i] == '\n';
        *line = end;
        *used = end < looked ? end + 1 : end;
        return true;
    }
    if (!last && looked == length && length < LISTING_LINE_MAX) {
        c->lines.line--;
        *used = 0;
        *got = LISTING_MORE;
        return false;
    }
    const char *quote = memchr(bytes, '"', *line);
    *got = listing_bad(problem, c->lines.line, "", (size_t)(quote - bytes),
                       "a quote is opened and not closed");
    return false;
}

static enum listing_got read_columns(struct csv *c, const char *text, size_t length, bool quoted,
                                     struct listing_record *out, struct listing_problem *problem)
{
    size_t offset = 0;
    if (c->wanted == LISTING_ALL && check_text(c, text, length, quoted, problem) == LISTING_BAD) {
        problem->hopeless = c->columns == 0;
        return LISTING_BAD;
    }
    uint32_t count = quoted ? split_quoted(c, text, length, &offset) : split_plain(c, text, length);
    if (count == 0) {
        listing_bad(problem, c->lines.line, "", offset, "want a comma or the end beside a quote");
        problem->hopeless = c->columns == 0;
        return LISTING_BAD;
    }
    if (c->columns == 0)
        return read_header(c, count, problem);
    if (count != c->columns)
        return length == 0 ? listing_bad(problem, c->lines.line, "", 0, "an empty line; want a row")
                           : listing_bad(problem, c->lines.line, "", length,
                                         "%u column%s; the header has %u", count,
                                         count == 1 ? "" : "s", c->columns);
    return read_row(c, text, out, problem);
}

/* Most lines are plain: no quotes, nothing but visible ASCII, the line end of all others.
 * Those are taken apart in one go, sixteen bytes at a time, where the processor can.
 * True: *line bytes up to the LF are in c->fields.  False says nothing: csv_read() goes
 * the long way, to the same result. */
static bool plain_line(struct csv *c, const char *bytes, size_t length, size_t *line)
{
#ifdef __SSE2__
    const __m128i comma = _mm_set1_epi8(','), quote = _mm_set1_epi8('"'), lf = _mm_set1_epi8('\n');
    const __m128i control = _mm_set1_epi8(' ' - 1), deleted = _mm_set1_epi8(0x7f);
    uint32_t count = 0;
    uint32_t start = 0;
    bool cr = false; /* the last byte so far; only an LF may follow */
    if (length > LISTING_LINE_MAX)
        length = LISTING_LINE_MAX;
    for (uint32_t i = 0; i + 16 <= length; i += 16) {
        __m128i b = _mm_loadu_si128((const __m128i *)(const void *)(bytes + i));
        uint32_t commas = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(b, comma));
        uint32_t ends = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(b, lf));
        /* As signed bytes, those from 0x80 are below the control characters. */
        __m128i visible =
            _mm_andnot_si128(_mm_or_si128(_mm_cmpeq_epi8(b, deleted), _mm_cmpeq_epi8(b, quote)),
                             _mm_cmpgt_epi8(b, control));
        uint32_t odd = ~(uint32_t)_mm_movemask_epi8(visible) & 0xffff;
        uint32_t before = ends == 0 ? 0xffff : (ends & -ends) - 1; /* the LF */
        for (uint32_t left = commas & before; left != 0; left &= left - 1) {
            uint32_t stop = i + (uint32_t)__builtin_ctz(left);
            if (count + 1 >= c->columns)
                return false;
            c->fields[count++] = (struct csv_field){bytes + start, stop - start};
            start = stop + 1;
        }
        if (cr && (ends & 1) == 0)
            return false;
        if (ends == 0) {
            cr = c->crlf && odd == 0x8000 && bytes[i + 15] == '\r';
            if (odd != 0 && !cr)
                return false;
            continue;
        }
        uint32_t end = i + (uint32_t)__builtin_ctz(ends);
        odd &= before;
        *line = end;
        if (c->crlf) {
            if (end == start || bytes[end - 1] != '\r')
                return false;
            odd &= ~((before + 1) >> 1); /* the CR */
            end--;
        }
        c->fields[count++] = (struct csv_field){bytes + start, end - start};
        return odd == 0 && count == c->columns;
    }
#else
    (void)c, (void)bytes, (void)length, (void)line;
#endif
    return false;
}

enum listing_got csv_read(struct csv *c, const char *bytes, size_t length, bool last, size_t *used,
                          struct listing_record *out, struct listing_problem *problem)
{
    enum listing_got got;
    size_t line;
    bool header = c->columns == 0;
    if (c->ends_known && !header && !c->lines.skipping && plain_line(c, bytes, length, &line)) {
        *used = line + 1;
        out->line = ++c->lines.line;
        return read_row(c, bytes, out, problem);
    }
    if (listing_next_line(&c->lines, bytes, length, last, &line, used, problem, &got) ==
        LISTING_LINE_NONE) {
        if (got == LISTING_BAD)
            problem->hopeless = header;
        return got;
    }
    uint64_t first = c->lines.line;
    bool quoted = memchr(bytes, '"', line) != NULL;
    if (quoted && !whole_quoted(c, bytes, length, last, &line, used, problem, &got)) {
        if (got == LISTING_BAD)
            problem->hopeless = header;
        return got;
    }
    if (*used > line) { /* an LF, and maybe a CR before it */
        bool crlf = line > 0 && bytes[line - 1] == '\r';
        if (c->ends_known && crlf != c->crlf)
            return listing_bad(problem, c->lines.line, "", line,
                               "the line ends in %s; those above in %s", crlf ? "CRLF" : "LF alone",
                               c->crlf ? "CRLF" : "LF alone");
        c->ends_known = true;
        c->crlf = crlf;
        line -= crlf;
    }
    size_t skip = 0;
    if (first == 1 && line >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
        skip = 3;
    got = read_columns(c, bytes + skip, line - skip, quoted, out, problem);
    if (got == LISTING_RECORD)
        out->line = first;
    return got;
}
