/* audit_block.c — see audit_block.h. */

#include "sim/audit_block.h"

#include <inttypes.h>

#include "core/base/civil.h"
#include "core/base/must.h"
#include "sim/report_page.h"
#include "sim/summary.h"
#include "sim/texts.h"

enum { COLUMNS = 6, STANDING_MAX = 20 };

const char *break_type_text(enum match_type type)
{
    return type == MATCH_LATE ? T(AUDIT_LATE) : match_type_text(type);
}

bool audit_any(const struct run *r)
{
    const struct score *s = &run_recorder(r)->score;
    return s->break_count > 0 || s->error_count > 0;
}

/* False: nothing of the type. */
static bool figures_of(const struct score *s, int type, uint64_t out[COLUMNS])
{
    uint64_t closed;
    uint64_t open = score_breaks(s, (enum match_type)type, &closed);
    const uint64_t row[COLUMNS] = {
        s->injected[type], s->found[type], s->injected[type] - s->found[type],
        s->wrong[type],    open,           closed};
    for (int i = 0; i < COLUMNS; i++)
        out[i] = row[i];
    return s->injected[type] + open + closed > 0;
}

/* --- the summary ------------------------------------------------------------ */

static void print_row(FILE *file, const char *name, const uint64_t figures[COLUMNS])
{
    enum { NAME_COLUMNS = 16 };
    size_t columns = shown_columns(name);
    summary_title(file, "");
    fprintf(file, "%s%*s", name, columns < NAME_COLUMNS ? (int)(NAME_COLUMNS - columns) : 0, "");
    for (int i = 0; i < COLUMNS; i++) {
        char number[SHOWN_MAX];
        fprintf(file, " %9s", shown_count(figures[i], number));
    }
    fputc('\n', file);
}

static void print_head(FILE *file)
{
    const char *const titles[COLUMNS] = {T(AUDIT_INJECTED), T(AUDIT_FOUND), T(AUDIT_MISSED),
                                         T(AUDIT_FALSE),    T(AUDIT_OPEN),  T(AUDIT_CLOSED)};
    summary_title(file, "");
    fprintf(file, "%16s", "");
    for (int i = 0; i < COLUMNS; i++)
        fprintf(file, " %*s%s", (int)(9 - shown_columns(titles[i])), "", titles[i]);
    fputc('\n', file);
}

void audit_print(const struct run *r, FILE *file)
{
    const struct score *s = &run_recorder(r)->score;
    uint64_t all[COLUMNS] = {0};
    uint64_t row[COLUMNS];
    char a[SHOWN_MAX];
    char b[SHOWN_MAX];
    if (!audit_any(r))
        return;
    summary_title(file, T(AUDIT));
    fprintf(file, T(AUDIT_MATCHED), COUNTED(s->matched, ONE_PAYMENT, MANY_PAYMENTS, a));
    if (s->detected > 0)
        fprintf(file, T(AUDIT_DETECTION),
                shown_time((int64_t)(s->detection_us / (wide)s->detected), a),
                shown_time(s->detection_max_us, b));
    fputc('\n', file);
    print_head(file);
    for (int t = 0; t < MATCH_TYPES; t++) {
        if (!figures_of(s, t, row))
            continue;
        print_row(file, break_type_text((enum match_type)t), row);
        for (int i = 0; i < COLUMNS; i++)
            all[i] += row[i];
    }
    print_row(file, T(AUDIT_IN_ALL), all);
}

/* --- the report ------------------------------------------------------------- */

static void put_cell(const struct page *p, const char *class, const char *text)
{
    fprintf(p->file, "<td%s>", class);
    page_text(p, "%s", text);
    fputs("</td>", p->file);
}

static void put_figures(const struct page *p, const char *name, const uint64_t figures[COLUMNS])
{
    char number[SHOWN_MAX];
    fputs(figures[2] + figures[3] > 0 ? "<tr class=\"bad\">" : "<tr>", p->file);
    put_cell(p, "", name);
    for (int i = 0; i < COLUMNS; i++)
        put_cell(p, " class=\"n\"", shown_count(figures[i], number));
    fputs("</tr>\n", p->file);
}

static void put_score(const struct page *p)
{
    const struct score *s = &run_recorder(p->run)->score;
    const char *const titles[] = {T(AUDIT_TYPE),   T(AUDIT_INJECTED), T(AUDIT_FOUND),
                                  T(AUDIT_MISSED), T(AUDIT_FALSE),    T(AUDIT_OPEN),
                                  T(AUDIT_CLOSED)};
    uint64_t all[COLUMNS] = {0};
    uint64_t row[COLUMNS];
    page_open_table(p, titles, COLUMNS + 1, COLUMNS);
    for (int t = 0; t < MATCH_TYPES; t++) {
        if (!figures_of(s, t, row))
            continue;
        put_figures(p, break_type_text((enum match_type)t), row);
        for (int i = 0; i < COLUMNS; i++)
            all[i] += row[i];
    }
    put_figures(p, T(AUDIT_IN_ALL), all);
    page_close_table(p);
}

static const char *subject_of(const struct scored_break *b, char out[SHOWN_MAX])
{
    char day[CIVIL_MOMENT_TEXT_MAX];
    if (b->about == BREAK_ABOUT_LIST) {
        civil_print_moment(day, civil_moment_us((int32_t)b->id, 0));
        snprintf(out, SHOWN_MAX, T(AUDIT_LIST_OF), day);
    } else if (b->about == BREAK_ABOUT_LINE) {
        snprintf(out, SHOWN_MAX, T(AUDIT_LINE_OF), audit_line_number(b->id));
    } else if (b->reference[0] != '\0') {
        snprintf(out, SHOWN_MAX, "%s", b->reference);
    } else {
        snprintf(out, SHOWN_MAX, "%016" PRIx64, b->id);
    }
    return out;
}

/* The house, or the account whose statement it is. */
static const char *party_of(const struct page *p, const struct scored_break *b)
{
    const struct account_settings *a = run_plan(p->run)->scenario.accounts.items;
    if (b->about == BREAK_ABOUT_LINE)
        return a[audit_line_account(b->id)].id;
    return b->channel == CHANNEL_UNIONPAY ? T(UNIONPAY) : T(NETSUNION);
}

static void put_standing_row(const struct page *p, uint32_t index)
{
    const struct scored_break *b = &run_recorder(p->run)->score.breaks[index];
    char text[SHOWN_MAX];
    char when[CIVIL_MOMENT_TEXT_MAX];
    fprintf(p->file, "<tr><td>%" PRIu32 "</td><td class=\"t\">", index + 1);
    page_text(p, "%s", shown_moment(b->opened_us, when));
    fputs("</td>", p->file);
    put_cell(p, "", break_type_text((enum match_type)b->type));
    put_cell(p, "", party_of(p, b));
    put_cell(p, "", subject_of(b, text));
    put_cell(p, "", reason_text(b->reason));
    put_cell(p, " class=\"n\"", shown_yuan(b->ours_fen, text));
    put_cell(p, " class=\"n\"", shown_yuan(b->theirs_fen, text));
    put_cell(p, " class=\"n\"", shown_time(run_result(p->run)->end_us - b->opened_us, text));
    fputs("</tr>\n", p->file);
}

/* What nobody has resolved, oldest first. */
static void put_standing(const struct page *p)
{
    const struct score *s = &run_recorder(p->run)->score;
    const char *const titles[] = {T(AUDIT_NUMBER),  T(AUDIT_SINCE),  T(AUDIT_TYPE),
                                  T(AUDIT_CHANNEL), T(AUDIT_WHAT),   T(AUDIT_WHY),
                                  T(AUDIT_OURS),    T(AUDIT_THEIRS), T(AUDIT_AGE)};
    uint32_t shown = 0;
    if (s->open == 0)
        return;
    fputs("<h3>", p->file);
    page_text(p, "%s", T(AUDIT_STANDING));
    fputs("</h3>\n", p->file);
    page_open_table(p, titles, 9, 3);
    for (uint32_t i = 0; i < s->break_count && shown < STANDING_MAX; i++)
        if (s->breaks[i].closed_us == NEVER_US) {
            put_standing_row(p, i);
            shown++;
        }
    page_close_table(p);
    if (s->open > shown) {
        char count[SHOWN_MAX];
        fputs("<p class=\"when\">", p->file);
        page_text(p, T(LEFT_OUT), COUNTED(s->open - shown, ONE_LINE, MANY_LINES, count),
                  "breaks.csv");
        fputs("</p>\n", p->file);
    }
}

void page_audit(const struct page *p)
{
    const struct score *s = &run_recorder(p->run)->score;
    char a[SHOWN_MAX];
    char b[SHOWN_MAX];
    if (!audit_any(p->run))
        return;
    fputs("<h2>", p->file);
    page_text(p, "%s", T(AUDIT_HEADING));
    fputs("</h2>\n<p>", p->file);
    page_text(p, T(AUDIT_MATCHED), COUNTED(s->matched, ONE_PAYMENT, MANY_PAYMENTS, a));
    if (s->detected > 0)
        page_text(p, T(AUDIT_DETECTION),
                  shown_time((int64_t)(s->detection_us / (wide)s->detected), a),
                  shown_time(s->detection_max_us, b));
    fputs("</p>\n<p class=\"when\">", p->file);
    page_text(p, "%s", T(AUDIT_EXPLAINED));
    fputs("</p>\n", p->file);
    put_score(p);
    page_section(p, "breaks", NULL, T(BREAKS_CAPTION));
    put_standing(p);
}
