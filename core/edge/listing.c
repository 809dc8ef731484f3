/* listing.c — see listing.h. */

#include "core/edge/listing.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

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

bool listing_plain(const char *text, size_t length)
{
    unsigned odd = 0;
    size_t i = 0;
#ifdef __SSE2__
    const __m128i control = _mm_set1_epi8(' ' - 1), deleted = _mm_set1_epi8(0x7f);
    __m128i plain = _mm_set1_epi8(-1);
    for (; i + 16 <= length; i += 16) { /* as signed bytes, those from 0x80 are below ' ' */
        __m128i b = _mm_loadu_si128((const __m128i *)(const void *)(text + i));
        plain = _mm_and_si128(
            plain, _mm_andnot_si128(_mm_cmpeq_epi8(b, deleted), _mm_cmpgt_epi8(b, control)));
    }
    odd = _mm_movemask_epi8(plain) != 0xffff;
#endif
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
