/* trace.c — see trace.h. */

#include "sim/trace.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/base/must.h"
#include "core/base/wide.h"

enum { COPY_SUFFIX_MAX = 5, LINE_MAX_BYTES = 512, TRACE_PROBLEMS_MAX = 20, COLUMNS = 7 };

static const char header[] = "time,kind,business,merchant,user,amount,reference";
static const char *const column_names[COLUMNS] = {"time", "kind",   "business", "merchant",
                                                  "user", "amount", "reference"};

/* --- lines ----------------------------------------------------------------- */

struct lines_in {
    FILE *file;
    const char *path;
    uint64_t number;
    char line[LINE_MAX_BYTES + 2];
};

enum line_got { LINE_GOT, LINE_END, LINE_TOO_LONG, LINE_FAILED };

/* The next line without its end; \r\n counts as one. */
static enum line_got next_line(struct lines_in *in, size_t *length)
{
    size_t n = 0;
    int c;
    while ((c = getc_unlocked(in->file)) != EOF && c != '\n') {
        if (n > LINE_MAX_BYTES)
            break;
        in->line[n++] = (char)c;
    }
    if (c == EOF && ferror(in->file))
        return LINE_FAILED;
    if (c == EOF && n == 0)
        return LINE_END;
    in->number++;
    if (n > LINE_MAX_BYTES) {
        while (c != EOF && c != '\n')
            c = getc_unlocked(in->file);
        return LINE_TOO_LONG;
    }
    if (n > 0 && in->line[n - 1] == '\r')
        n--;
    in->line[n] = '\0';
    *length = n;
    return LINE_GOT;
}

/* --- rows ------------------------------------------------------------------ */

struct field {
    const char *text;
    size_t length;
};

struct row_context {
    const struct scenario *scenario;
    const struct load_settings *load;
    struct names *merchants;
    struct names *users;
    int64_t shift_us;
    struct problems *list; /* NULL: the file was checked before */
    struct lines_in in;
    uint32_t problem_count;
};

__attribute__((format(printf, 3, 4))) static void row_problem(struct row_context *c, int column,
                                                              const char *format, ...)
{
    char where[4200];
    char text[512];
    va_list args;
    MUST(c->list != NULL); /* the file changed under us */
    c->problem_count++;
    if (c->problem_count > TRACE_PROBLEMS_MAX)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (column < 0)
        snprintf(where, sizeof where, "%s:%" PRIu64, c->in.path, c->in.number);
    else
        snprintf(where, sizeof where, "%s:%" PRIu64 ": %s", c->in.path, c->in.number,
                 column_names[column]);
    problem(c->list, where, "%s", text);
}

static size_t split(const char *line, size_t length, struct field fields[COLUMNS])
{
    size_t count = 0;
    size_t start = 0;
    for (size_t i = 0; i <= length; i++) {
        if (i < length && line[i] != ',')
            continue;
        if (count < COLUMNS)
            fields[count] = (struct field){line + start, i - start};
        count++;
        start = i + 1;
    }
    return count;
}

static bool visible(struct field f, size_t least, size_t most)
{
    if (f.length < least || f.length > most)
        return false;
    for (size_t i = 0; i < f.length; i++)
        if (f.text[i] <= ' ' || f.text[i] > '~' || f.text[i] == '"')
            return false;
    return true;
}

enum { SHOWN_BYTES = 60, SHOWN_TEXT_MAX = SHOWN_BYTES * 4 + 6 };

/* For "got ...": quoted, shortened, and what is not visible ASCII as \xNN. */
static const char *shown(struct field f, char out[SHOWN_TEXT_MAX])
{
    size_t used = 0;
    out[used++] = '"';
    for (size_t i = 0; i < f.length && i < SHOWN_BYTES; i++) {
        unsigned char c = (unsigned char)f.text[i];
        used += (size_t)snprintf(out + used, 5, c < ' ' || c > '~' ? "\\x%02x" : "%c", c);
    }
    snprintf(out + used, 5, "%s\"", f.length > SHOWN_BYTES ? "..." : "");
    return out;
}

static bool is_text(struct field f, const char *text)
{
    return f.length == strlen(text) && memcmp(f.text, text, f.length) == 0;
}

static void read_party(struct row_context *c, int column, struct field f, struct names *names,
                       uint32_t *number)
{
    char got[SHOWN_TEXT_MAX];
    if (!visible(f, 0, REFERENCE_MAX))
        row_problem(c, column,
                    "want at most %d visible ASCII characters without quotes, or nothing, got %s",
                    REFERENCE_MAX, shown(f, got));
    else
        *number = names_number(names, f.text, f.length);
}

static void read_amount(struct row_context *c, struct field f, int64_t *amount_fen)
{
    int64_t fen;
    char got[SHOWN_TEXT_MAX];
    if (!money_parse(f.text, f.length, &fen) || fen == 0) {
        row_problem(c, 5, "want yuan above 0 with at most 2 decimals like 139.12, got %s",
                    shown(f, got));
        return;
    }
    if (c->load->scale_millionths != PPM) {
        wide scaled = ((wide)fen * c->load->scale_millionths + PPM / 2) / PPM;
        if (scaled > MONEY_MAX_FEN) {
            row_problem(c, 5, "times /scale is more than 9999999999999.99; want a smaller scale");
            return;
        }
        fen = scaled < 1 ? 1 : (int64_t)scaled;
    }
    *amount_fen = fen;
}

static void read_business(struct row_context *c, struct field f, uint8_t *business)
{
    char got[SHOWN_TEXT_MAX];
    char id[64];
    snprintf(id, sizeof id, "%.*s", f.length > 60 ? 60 : (int)f.length, f.text);
    int index = strlen(id) == f.length ? scenario_business(c->scenario, id) : -1;
    if (index < 0)
        row_problem(c, 2, "no business %s; want the id of one of /businesses", shown(f, got));
    *business = (uint8_t)index;
}

/* Copies add "~2" to "~1000", which must fit, too. */
static void read_reference(struct row_context *c, struct field f, char out[REFERENCE_MAX + 1])
{
    char got[SHOWN_TEXT_MAX];
    int most = c->load->copies > 1 ? REFERENCE_MAX - COPY_SUFFIX_MAX : REFERENCE_MAX;
    if (!visible(f, 1, (size_t)most))
        row_problem(c, 6, "want 1 to %d visible ASCII characters without quotes%s, got %s", most,
                    c->load->copies > 1 ? " (copies add up to 5)" : "", shown(f, got));
    else
        snprintf(out, REFERENCE_MAX + 1, "%.*s", (int)f.length, f.text);
}

/* One line as a row; false if anything in it is wrong. */
static bool read_row(struct row_context *c, size_t length, struct trace_row *row)
{
    struct field f[COLUMNS];
    char got[SHOWN_TEXT_MAX];
    uint32_t before = c->problem_count;
    size_t count = split(c->in.line, length, f);
    if (count != COLUMNS) {
        if (length == 0)
            row_problem(c, -1, "an empty line; want a row");
        else
            row_problem(c, -1, "%zu column%s; want %d: %s", count, count == 1 ? "" : "s", COLUMNS,
                        header);
        return false;
    }
    if (!civil_parse_moment(f[0].text, f[0].length, &row->at_us))
        row_problem(c, 0, "want a moment like 2018-11-11T00:00:00+08:00, got %s", shown(f[0], got));
    row->at_us += c->shift_us;
    if (is_text(f[1], "payout"))
        row->flow = FLOW_PAYOUT;
    else if (is_text(f[1], "collection"))
        row->flow = FLOW_COLLECTION;
    else
        row_problem(c, 1, "want payout or collection, got %s", shown(f[1], got));
    read_business(c, f[2], &row->business);
    read_party(c, 3, f[3], c->merchants, &row->merchant);
    read_party(c, 4, f[4], c->users, &row->user);
    read_amount(c, f[5], &row->amount_fen);
    read_reference(c, f[6], row->reference);
    return c->problem_count == before;
}

static bool read_header(struct row_context *c)
{
    char text[SHOWN_TEXT_MAX];
    size_t length = 0;
    enum line_got got = next_line(&c->in, &length);
    if (got == LINE_GOT && length == sizeof header - 1 && strcmp(c->in.line, header) == 0)
        return true;
    c->in.number = 1;
    if (got == LINE_FAILED)
        row_problem(c, -1, "%s", strerror(errno));
    else if (got == LINE_END)
        row_problem(c, -1, "the file is empty; want the header %s", header);
    else if (got == LINE_TOO_LONG)
        row_problem(c, -1, "more than %d bytes; want the header %s", LINE_MAX_BYTES, header);
    else
        row_problem(c, -1, "want the header %s, got %s", header,
                    shown((struct field){c->in.line, length}, text));
    return false;
}

/* --- the first pass -------------------------------------------------------- */

static void note_row(struct row_context *c, struct trace_facts *facts, const struct trace_row *row)
{
    int64_t copies = c->load->copies;
    int64_t all_fen;
    if (facts->rows > 0 && row->at_us < facts->last_us)
        row_problem(c, 0, "before the row above it; want rows in time order");
    if (facts->rows == 0)
        facts->first_us = row->at_us;
    facts->last_us = row->at_us;
    facts->rows++;
    if (row->flow == FLOW_PAYOUT) {
        facts->payouts++;
        facts->businesses_paying |= UINT32_C(1) << row->business;
    }
    if (__builtin_mul_overflow(row->amount_fen, copies, &all_fen) ||
        !money_try_add(facts->total_fen, all_fen, &facts->total_fen) ||
        facts->total_fen > INT64_MAX / 4) {
        row_problem(c, 5, "the amounts so far are more than %" PRId64 " yuan; want a smaller sum",
                    INT64_MAX / 400);
        facts->total_fen = 0;
    }
}

static void scan_rows(struct row_context *c, struct trace_facts *facts)
{
    size_t length = 0;
    for (;;) {
        struct trace_row row = {0};
        switch (next_line(&c->in, &length)) {
        case LINE_GOT:
            if (read_row(c, length, &row))
                note_row(c, facts, &row);
            break;
        case LINE_TOO_LONG:
            row_problem(c, -1, "more than %d bytes; want one row a line", LINE_MAX_BYTES);
            break;
        case LINE_FAILED:
            row_problem(c, -1, "%s", strerror(errno));
            return;
        case LINE_END:
            return;
        }
    }
}

bool trace_scan(const struct scenario *s, const struct load_settings *load, struct names *merchants,
                struct names *users, struct trace_facts *facts, struct problems *list)
{
    struct row_context c = {.scenario = s,
                            .load = load,
                            .merchants = merchants,
                            .users = users,
                            .list = list,
                            .in = {.path = load->file}};
    *facts = (struct trace_facts){0};
    c.in.file = fopen(load->file, "rb");
    if (c.in.file == NULL) {
        char pointer[POINTER_MAX];
        char where[POINTER_MAX * 2];
        int why = errno;
        snprintf(pointer, sizeof pointer, "/load/%d/file",
                 (int)(load - (const struct load_settings *)s->loads.items));
        document_where(&s->doc, pointer, where, sizeof where);
        problem(list, where, "%s: %s", load->file, strerror(why));
        return false;
    }
    if (read_header(&c))
        scan_rows(&c, facts);
    fclose(c.in.file);
    if (c.problem_count == 0 && facts->rows == 0)
        row_problem(&c, -1, "no rows behind the header; want at least one");
    if (c.problem_count > TRACE_PROBLEMS_MAX)
        problem(list, load->file, "and %u more problems", c.problem_count - TRACE_PROBLEMS_MAX);
    if (c.problem_count > 0)
        return false;
    if (load->shifted) {
        int64_t midnight_us = civil_moment_us(civil_day(facts->first_us), 0);
        facts->shift_us = load->shift_to_us - midnight_us;
        facts->first_us += facts->shift_us;
        facts->last_us += facts->shift_us;
    }
    return true;
}

/* --- the second pass ------------------------------------------------------- */

struct trace {
    struct row_context c;
};

struct trace *trace_open(const struct scenario *s, const struct load_settings *load,
                         const struct trace_facts *facts, struct names *merchants,
                         struct names *users)
{
    struct trace *t = calloc(1, sizeof *t);
    MUST(t != NULL);
    t->c = (struct row_context){.scenario = s,
                                .load = load,
                                .merchants = merchants,
                                .users = users,
                                .shift_us = facts->shift_us,
                                .in = {.path = load->file}};
    t->c.in.file = fopen(load->file, "rb");
    if (t->c.in.file == NULL || !read_header(&t->c)) {
        trace_close(t);
        return NULL;
    }
    return t;
}

bool trace_next(struct trace *t, struct trace_row *row)
{
    size_t length = 0;
    enum line_got got = next_line(&t->c.in, &length);
    if (got == LINE_END)
        return false;
    MUST(got == LINE_GOT); /* the file changed under us */
    MUST(read_row(&t->c, length, row));
    return true;
}

void trace_close(struct trace *t)
{
    if (t == NULL)
        return;
    if (t->c.in.file != NULL)
        fclose(t->c.in.file);
    free(t);
}
