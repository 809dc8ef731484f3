/* epcc_summary.c — NetsUnion's summary, by expat; see epcc.h. */

#include <expat.h>
#include <string.h>

#include "core/base/civil.h"
#include "core/edge/epcc.h"
#include "core/edge/figures.h"

enum { DEPTH_MAX = 16, TEXT_MAX = 64 };

enum element {
    BEGIN_BATCH,
    END_BATCH,
    BEGIN_MOMENT,
    END_MOMENT,
    COUNT_ALL,
    AMOUNT_ALL,
    COUNT_PAID,
    AMOUNT_PAID,
    COUNT_BACK,
    AMOUNT_BACK,
    FILE_COUNT,
    ELEMENTS
};

static const struct {
    const char *parent;
    const char *name;
    const char *want;
} elements[ELEMENTS] = {
    [BEGIN_BATCH] = {"SummryHdr", "BegnBtchId", "a session like B201903110001 that there is"},
    [END_BATCH] = {"SummryHdr", "EndBtchId", "a session like B201903110001, the first or later"},
    [BEGIN_MOMENT] = {"SummryHdr", "BegnDtTm", "a moment like 2019-03-11T23:00:00+08:00"},
    [END_MOMENT] = {"SummryHdr", "EndDtTm", "a moment like 2019-03-11T23:00:00+08:00, later"},
    [COUNT_ALL] = {"SummryHdr", "CntNb", "the count of both directions"},
    [AMOUNT_ALL] = {"SummryHdr", "CntAmt", "the amount of both directions like CNY175.19"},
    [COUNT_PAID] = {"SummryHdr", "CsPyCntNb", "a count"},
    [AMOUNT_PAID] = {"SummryHdr", "CsPyCntAmt", "an amount like CNY175.19"},
    [COUNT_BACK] = {"SummryHdr", "CsPyeeCntNb", "a count"},
    [AMOUNT_BACK] = {"SummryHdr", "CsPyeeCntAmt", "an amount like CNY175.19"},
    [FILE_COUNT] = {"DtlFileInf", "FileInfNb", "1, one file of details"},
};

/* Where a text was found. */
struct place {
    uint64_t line;
    size_t offset;
};

struct found {
    bool present;
    struct place place;
    size_t length;
    char text[TEXT_MAX];
};

struct reading {
    XML_Parser parser;
    struct listing_problem *problem;
    bool failed;
    int depth;
    bool in_root;         /* the outermost element is <root> */
    const char *parent;   /* of depth 2, if it is one of ours */
    enum element element; /* that is open; ELEMENTS: none of ours */
    struct found found[ELEMENTS];
};

static struct place here(const struct reading *r)
{
    return (struct place){XML_GetCurrentLineNumber(r->parser),
                          XML_GetCurrentColumnNumber(r->parser)};
}

static void stop(struct reading *r, const char *field, const char *why)
{
    struct place p = here(r);
    if (r->failed)
        return;
    listing_bad(r->problem, p.line, field, p.offset, "%s", why);
    r->failed = true;
    XML_StopParser(r->parser, XML_FALSE);
}

static void XMLCALL document_type(void *user, const XML_Char *name, const XML_Char *system_id,
                                  const XML_Char *public_id, int internal)
{
    (void)name, (void)system_id, (void)public_id, (void)internal;
    stop(user, "", "a document type is not taken here");
}

static const char *parent_of(const char *name)
{
    for (int i = 0; i < ELEMENTS; i++)
        if (strcmp(elements[i].parent, name) == 0)
            return elements[i].parent;
    return NULL;
}

static enum element element_of(const char *parent, const char *name)
{
    for (int i = 0; i < ELEMENTS && parent != NULL; i++)
        if (strcmp(elements[i].parent, parent) == 0 && strcmp(elements[i].name, name) == 0)
            return (enum element)i;
    return ELEMENTS;
}

static void XMLCALL begins(void *user, const XML_Char *name, const XML_Char **attributes)
{
    struct reading *r = user;
    (void)attributes;
    if (++r->depth > DEPTH_MAX) {
        stop(r, "", "more than 16 elements within each other");
        return;
    }
    if (r->element != ELEMENTS) {
        stop(r, elements[r->element].name, "an element within it; want text");
        return;
    }
    if (r->depth == 1)
        r->in_root = strcmp(name, "root") == 0;
    if (r->depth == 1 && !r->in_root)
        stop(r, "", "want the element root");
    if (r->depth == 2)
        r->parent = parent_of(name);
    if (r->depth != 3)
        return;
    enum element e = element_of(r->parent, name);
    if (e == ELEMENTS)
        return;
    if (r->found[e].present) {
        stop(r, elements[e].name, "it is there twice");
        return;
    }
    r->element = e;
    r->found[e].present = true;
    r->found[e].place = here(r);
}

static void XMLCALL ends(void *user, const XML_Char *name)
{
    struct reading *r = user;
    (void)name;
    r->depth--;
    r->element = ELEMENTS;
    if (r->depth == 1)
        r->parent = NULL;
}

static void XMLCALL says(void *user, const XML_Char *text, int length)
{
    struct reading *r = user;
    if (r->element == ELEMENTS || r->failed)
        return;
    struct found *f = &r->found[r->element];
    if ((size_t)length > TEXT_MAX - f->length) {
        stop(r, elements[r->element].name, "its text is longer than 64 bytes");
        return;
    }
    memcpy(f->text + f->length, text, (size_t)length);
    f->length += (size_t)length;
}

/* --- what it means ----------------------------------------------------------------------- */

static bool wrong(const struct reading *r, enum element e)
{
    char got[LISTING_SHOWN_MAX];
    const struct found *f = &r->found[e];
    listing_bad(r->problem, f->place.line, elements[e].name, f->place.offset, "want %s, got %s",
                elements[e].want, listing_shown(f->text, f->length, got));
    return false;
}

static bool count_of(const struct reading *r, enum element e, int64_t *count)
{
    return figures_count(r->found[e].text, r->found[e].length, count) || wrong(r, e);
}

static bool amount_of(const struct reading *r, enum element e, int64_t *fen)
{
    const struct found *f = &r->found[e];
    return (f->length > 3 && memcmp(f->text, "CNY", 3) == 0 &&
            figures_yuan(f->text + 3, f->length - 3, fen)) ||
           wrong(r, e);
}

static bool moment_of(const struct reading *r, enum element e, int64_t *moment_us)
{
    return civil_parse_moment(r->found[e].text, r->found[e].length, moment_us) || wrong(r, e);
}

static bool understand(const struct epcc *e, const struct reading *r, struct input *out)
{
    const struct found *f = r->found;
    int64_t count[3], fen[3], files;
    uint32_t first, final;
    for (int i = 0; i < ELEMENTS; i++)
        if (!f[i].present) {
            listing_bad(r->problem, here(r).line, elements[i].name, here(r).offset,
                        "it is missing in %s", elements[i].parent);
            return false;
        }
    if (!epcc_session_of(e, f[BEGIN_BATCH].text, f[BEGIN_BATCH].length, &first))
        return wrong(r, BEGIN_BATCH);
    if (!epcc_session_of(e, f[END_BATCH].text, f[END_BATCH].length, &final) || final < first)
        return wrong(r, END_BATCH);
    if (!moment_of(r, BEGIN_MOMENT, &out->other_fen) || !moment_of(r, END_MOMENT, &out->at_us))
        return false;
    if (out->at_us <= out->other_fen)
        return wrong(r, END_MOMENT);
    for (int i = 0; i < 3; i++)
        if (!count_of(r, (enum element)(COUNT_ALL + 2 * i), &count[i]) ||
            !amount_of(r, (enum element)(AMOUNT_ALL + 2 * i), &fen[i]))
            return false;
    if (count[0] != count[1] + count[2] || count[0] > UINT32_MAX)
        return wrong(r, COUNT_ALL);
    if (fen[0] != fen[1] + fen[2])
        return wrong(r, AMOUNT_ALL);
    if (!count_of(r, FILE_COUNT, &files))
        return false;
    out->count = (uint32_t)count[0];
    out->amount_fen = fen[0];
    return files == 1 || wrong(r, FILE_COUNT);
}

bool epcc_summary(const struct epcc *e, const char *text, size_t length, struct input *out,
                  struct listing_problem *problem)
{
    struct reading r = {.problem = problem, .element = ELEMENTS};
    struct input understood = *out;
    bool ok = false;
    r.parser = XML_ParserCreate("UTF-8"); /* whatever it declares */
    if (r.parser == NULL) {
        listing_bad(problem, 1, "", 0, "out of memory");
        return false;
    }
    XML_SetHashSalt(r.parser, 1); /* the same work on every run; a summary is small */
    XML_SetUserData(r.parser, &r);
    XML_SetElementHandler(r.parser, begins, ends);
    XML_SetCharacterDataHandler(r.parser, says);
    XML_SetStartDoctypeDeclHandler(r.parser, document_type);
    if (XML_Parse(r.parser, text, (int)length, XML_TRUE) != XML_STATUS_OK) {
        stop(&r, "", XML_ErrorString(XML_GetErrorCode(r.parser)));
        goto out;
    }
    ok = understand(e, &r, &understood);
    if (ok)
        *out = understood;
out:
    XML_ParserFree(r.parser);
    return ok;
}
