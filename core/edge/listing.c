/* listing.c — see listing.h. */

#include "core/edge/listing.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/audit/match.h"

static const char *const field_words[LISTING_FIELDS] = {
    [LISTING_REFERENCE] = "reference", [LISTING_QUERY_ID] = "query_id",
    [LISTING_MERCHANT] = "merchant",   [LISTING_USER] = "user",
    [LISTING_AMOUNT] = "amount",       [LISTING_FEE] = "fee",
    [LISTING_STATUS] = "status",       [LISTING_KIND] = "kind",
    [LISTING_TIME] = "time",
};

const char *listing_field_word(enum listing_field field)
{
    return field_words[field];
}

static bool is(const char *word, size_t length, const char *other)
{
    return strlen(other) == length && memcmp(word, other, length) == 0;
}

enum listing_field listing_field_parse(const char *word, size_t length)
{
    for (int f = 0; f < LISTING_FIELDS; f++)
        if (is(word, length, field_words[f]))
            return (enum listing_field)f;
    return LISTING_FIELDS;
}

uint32_t listing_status(const char *word, size_t length)
{
    static const struct {
        const char *word;
        enum match_status status;
    } known[] = {
        {"", MATCH_STATUS_UNSAID},          {"paid", MATCH_STATUS_DONE},
        {"done", MATCH_STATUS_DONE},        {"success", MATCH_STATUS_DONE},
        {"succeeded", MATCH_STATUS_DONE},   {"settled", MATCH_STATUS_DONE},
        {"reconciled", MATCH_STATUS_DONE},  {"00", MATCH_STATUS_DONE},
        {"A6", MATCH_STATUS_DONE},          {"成功", MATCH_STATUS_DONE},
        {"pending", MATCH_STATUS_PENDING},  {"processing", MATCH_STATUS_PENDING},
        {"queued", MATCH_STATUS_PENDING},   {"sent", MATCH_STATUS_PENDING},
        {"in_doubt", MATCH_STATUS_PENDING}, {"处理中", MATCH_STATUS_PENDING},
        {"failed", MATCH_STATUS_FAILED},    {"refused", MATCH_STATUS_FAILED},
        {"expired", MATCH_STATUS_FAILED},   {"cancelled", MATCH_STATUS_FAILED},
        {"失败", MATCH_STATUS_FAILED},      {"returned", MATCH_STATUS_RETURNED},
        {"退汇", MATCH_STATUS_RETURNED},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (is(word, length, known[i].word))
            return known[i].status;
    uint32_t hash = UINT32_C(2166136261);
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)word[i]) * UINT32_C(16777619);
    return hash | UINT32_C(1) << 31; /* never one of the matcher's own */
}

enum listing_got listing_bad(struct listing_problem *p, uint64_t line, const char *field,
                             size_t offset, const char *format, ...)
{
    va_list args;
    *p = (struct listing_problem){.line = line, .field = field, .offset = (uint32_t)offset};
    va_start(args, format);
    vsnprintf(p->why, sizeof p->why, format, args);
    va_end(args);
    return LISTING_BAD;
}

const char *listing_shown(const char *text, size_t length, char out[LISTING_SHOWN_MAX])
{
    size_t used = 0;
    out[used++] = '"';
    for (size_t i = 0; i < length && i < 40; i++) {
        unsigned char c = (unsigned char)text[i];
        used += (size_t)snprintf(out + used, 5, c < ' ' || c > '~' ? "\\x%02x" : "%c", c);
    }
    snprintf(out + used, 5, "%s\"", length > 40 ? "..." : "");
    return out;
}

#define EACH_BYTE(x) (UINT64_C(0x0101010101010101) * (x))

bool listing_plain(const char *text, size_t length)
{
    uint64_t odd = 0;
    size_t i = 0;
    for (; i + 8 <= length; i += 8) { /* eight bytes at once: none below ' ', DEL or above */
        uint64_t w;
        memcpy(&w, text + i, 8);
        uint64_t deleted = w ^ EACH_BYTE(0x7f);
        odd |= (w | ((w - EACH_BYTE(0x20)) & ~w) | ((deleted - EACH_BYTE(1)) & ~deleted)) &
               EACH_BYTE(0x80);
    }
    for (; i < length; i++)
        odd |= (unsigned char)text[i] < ' ' || (unsigned char)text[i] > '~';
    return odd == 0;
}

/* The rest of a line that is too long. */
static enum listing_got skip(struct listing_lines *l, const char *bytes, size_t length, bool last,
                             size_t *used)
{
    const char *end = memchr(bytes, '\n', length);
    *used = end == NULL ? length : (size_t)(end - bytes) + 1;
    l->skipping = end == NULL;
    return last && *used == length && length == 0 ? LISTING_END : LISTING_MORE;
}

enum listing_line listing_next_line(struct listing_lines *l, const char *bytes, size_t length,
                                    bool last, size_t *line_length, size_t *used,
                                    struct listing_problem *problem, enum listing_got *got)
{
    *used = 0;
    if (l->skipping) {
        *got = skip(l, bytes, length, last, used);
        return LISTING_LINE_NONE;
    }
    size_t looked = length > LISTING_LINE_MAX + 1 ? LISTING_LINE_MAX + 1 : length;
    const char *end = looked == 0 ? NULL : memchr(bytes, '\n', looked);
    if (end != NULL) {
        *line_length = (size_t)(end - bytes);
        *used = *line_length + 1;
    } else if (looked > LISTING_LINE_MAX) {
        l->line++;
        l->skipping = true;
        *used = looked;
        *got = listing_bad(problem, l->line, "", LISTING_LINE_MAX,
                           "the line is longer than %d bytes", LISTING_LINE_MAX);
        return LISTING_LINE_NONE;
    } else if (!last || length == 0) {
        *got = last ? LISTING_END : LISTING_MORE;
        return LISTING_LINE_NONE;
    } else {
        *line_length = *used = length;
    }
    l->line++;
    return LISTING_LINE;
}
