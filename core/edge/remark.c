/* remark.c — see remark.h. */

#include "core/edge/remark.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "core/base/must.h"

/* A pattern that a line of a few hundred bytes needs takes some hundred steps. */
enum { STEPS_MAX = 50000, HEAP_MAX_KIB = 1024 };

struct remarks {
    uint32_t count;
    uint32_t asked_counterparty; /* bits: the rules that ask */
    uint32_t asked_remark;
    pcre2_code *counterparty[REMARK_RULES_MAX];
    pcre2_code *remark[REMARK_RULES_MAX];
    pcre2_match_context *bounds;
    pcre2_match_data *found;
};

static pcre2_code *compile(const char *pattern, int *error, size_t *offset)
{
    uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C;
    return pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, options, error, offset, NULL);
}

static size_t characters(const char *text, size_t bytes)
{
    size_t n = 0;
    for (size_t i = 0; i < bytes; i++)
        n += ((unsigned char)text[i] & 0xc0) != 0x80;
    return n;
}

bool remark_pattern_sound(const char *pattern, char why[REMARK_WHY_MAX])
{
    int error;
    size_t offset;
    PCRE2_UCHAR text[REMARK_WHY_MAX - 40];
    if (pattern[0] == '\0') {
        snprintf(why, REMARK_WHY_MAX, "it is empty, which every text matches");
        return false;
    }
    pcre2_code *code = compile(pattern, &error, &offset);
    if (code != NULL) {
        pcre2_code_free(code);
        return true;
    }
    pcre2_get_error_message(error, text, sizeof text);
    snprintf(why, REMARK_WHY_MAX, "at character %zu: %s", characters(pattern, offset) + 1,
             (const char *)text);
    return false;
}

static pcre2_code *must_compile(const char *pattern)
{
    int error;
    size_t offset;
    if (pattern == NULL)
        return NULL;
    pcre2_code *code = compile(pattern, &error, &offset);
    MUST(code != NULL);
    return code;
}

struct remarks *remarks_create(const struct remark_rule *rules, uint32_t count)
{
    MUST(count <= REMARK_RULES_MAX);
    struct remarks *r = calloc(1, sizeof *r);
    MUST(r != NULL);
    r->count = count;
    r->bounds = pcre2_match_context_create(NULL);
    r->found = pcre2_match_data_create(1, NULL);
    MUST(r->bounds != NULL && r->found != NULL);
    MUST(pcre2_set_match_limit(r->bounds, STEPS_MAX) == 0);
    MUST(pcre2_set_heap_limit(r->bounds, HEAP_MAX_KIB) == 0);
    for (uint32_t i = 0; i < count; i++) {
        r->counterparty[i] = must_compile(rules[i].counterparty);
        r->remark[i] = must_compile(rules[i].remark);
        r->asked_counterparty |= (uint32_t)(rules[i].counterparty != NULL) << i;
        r->asked_remark |= (uint32_t)(rules[i].remark != NULL) << i;
    }
    return r;
}

void remarks_free(struct remarks *r)
{
    if (r == NULL)
        return;
    for (uint32_t i = 0; i < r->count; i++) {
        pcre2_code_free(r->counterparty[i]);
        pcre2_code_free(r->remark[i]);
    }
    pcre2_match_data_free(r->found);
    pcre2_match_context_free(r->bounds);
    free(r);
}

static bool has(struct remarks *r, const pcre2_code *code, const char *text, bool *gave_up)
{
    int got = pcre2_match(code, (PCRE2_SPTR)text, strlen(text), 0, 0, r->found, r->bounds);
    *gave_up |= got < 0 && got != PCRE2_ERROR_NOMATCH;
    return got >= 0; /* 0: found, with more groups than we have asked for */
}

struct remark_bits remarks_read(struct remarks *r, const char *counterparty, const char *remark)
{
    struct remark_bits bits = {.counterparty = ~r->asked_counterparty, .remark = ~r->asked_remark};
    for (uint32_t i = 0; i < r->count; i++) {
        bool gave_up = false;
        if (r->counterparty[i] != NULL && has(r, r->counterparty[i], counterparty, &gave_up))
            bits.counterparty |= UINT32_C(1) << i;
        if (r->remark[i] != NULL && has(r, r->remark[i], remark, &gave_up))
            bits.remark |= UINT32_C(1) << i;
        bits.gave_up |= (uint32_t)gave_up << i;
    }
    return bits;
}
