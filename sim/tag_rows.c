/* tag_rows.c — see tag_rows.h. */

#include "sim/tag_rows.h"

#include <inttypes.h>
#include <string.h>

#include "core/base/civil.h"
#include "core/base/money.h"

bool tag_rows_open(struct tag_rows *l, const struct plan *plan, const struct world *world,
                   const char *out)
{
    *l = (struct tag_rows){.plan = plan, .world = world};
    if (out == NULL || plan->scenario.tagging.count == 0)
        return true;
    if (!output_open(&l->rows, out, "tagging.csv"))
        return false;
    fputs("time,account,number,amount,counterparty,remark,code,tag,book,nearest,fails\n",
          l->rows.file);
    return true;
}

void tag_rows_read(struct tag_rows *l, struct input *in)
{
    struct printed_line printed;
    if (in->kind != INPUT_MOVEMENT_TOLD || l->plan->setup.remarks == NULL)
        return;
    statement_print(&l->world->statements, in->account, in->count, &printed);
    struct remark_bits bits =
        remarks_read(l->plan->setup.remarks, printed.counterparty, printed.remark);
    in->merchant = bits.counterparty;
    in->user = bits.remark;
    l->gave_up |= bits.gave_up;
}

/* --- rows ------------------------------------------------------------------ */

static void put_text(FILE *file, const char *text)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        fprintf(file, "%s,", text);
        return;
    }
    putc('"', file);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            putc('"', file);
        putc(*text, file);
    }
    fputs("\",", file);
}

static const char *suspense_of(const struct fact *f)
{
    return f->amount_fen > 0 ? "suspense_long" : "suspense_short";
}

static void put_tag(const struct tag_rows *l, const struct fact *f)
{
    FILE *file = l->rows.file;
    const struct tagging_settings *t = l->plan->scenario.tagging.items;
    const struct movement *m =
        f->session == 0 ? NULL : statement_find(&l->world->statements, f->subject, f->session);
    if (f->reason == REASON_OWN_TRANSFER)
        fputs("own_transfer,transit,,\n", file);
    else if (f->reason == REASON_SESSION_NET)
        fprintf(file, "session_net,%s.clearing,,\n",
                m == NULL ? "" : channel_name((enum channel)(m->net_of - 1)));
    else if (f->kind == FACT_UNTAGGED)
        fprintf(file, ",%s,%d %s,", suspense_of(f), f->class - 1, t[f->class - 1].tag);
    else
        fprintf(file, "%s,%s,,\n", t[f->class - 1].tag,
                t[f->class - 1].book == TAG_BOOK_SUSPENSE
                    ? suspense_of(f)
                    : tag_book_name((enum tag_book)t[f->class - 1].book));
    if (f->kind != FACT_UNTAGGED)
        return;
    const char *gap = "";
    for (int c = 0; c < TAG_CONDITIONS; c++)
        if (f->state >> c & 1) {
            fprintf(file, "%s%s", gap, tag_condition_name((enum tag_condition)c));
            gap = " ";
        }
    putc('\n', file);
}

void tag_rows_fact(struct tag_rows *l, const struct fact *f)
{
    FILE *file = l->rows.file;
    const struct account_settings *a = l->plan->scenario.accounts.items;
    struct printed_line printed;
    char when[CIVIL_MOMENT_TEXT_MAX];
    char yuan[MONEY_TEXT_MAX];
    if (file == NULL || (f->kind != FACT_TAGGED && f->kind != FACT_UNTAGGED))
        return;
    printed = (struct printed_line){0};
    civil_print_moment(when, f->other);
    money_print(yuan, f->amount_fen);
    fprintf(file, "%s,%s,", when, a[f->subject].id);
    if (f->session != 0) {
        statement_print(&l->world->statements, f->subject, f->session, &printed);
        fprintf(file, "%" PRIu32, f->session);
    }
    fprintf(file, ",%s,", yuan);
    put_text(file, printed.counterparty);
    put_text(file, printed.remark);
    if (printed.code != 0)
        fprintf(file, "%04u", printed.code);
    putc(',', file);
    put_tag(l, f);
}

bool tag_rows_commit(struct tag_rows *l)
{
    return output_commit(&l->rows);
}

void tag_rows_drop(struct tag_rows *l)
{
    output_drop(&l->rows);
}

/* --- complaints ------------------------------------------------------------ */

static void complain(const struct tag_rows *l, size_t rule, const char *why, FILE *file)
{
    const struct scenario *s = &l->plan->scenario;
    char pointer[POINTER_MAX];
    char where[POINTER_MAX * 2];
    snprintf(pointer, sizeof pointer, "/policy/tagging/%zu", rule);
    document_where(&s->doc, pointer, where, sizeof where);
    fprintf(file, "%s: warning: %s\n", where, why);
}

void tag_rows_complain(const struct tag_rows *l, const struct recorder *r, FILE *file)
{
    const struct scenario *s = &l->plan->scenario;
    for (size_t i = 0; i < s->tagging.count; i++) {
        if (l->gave_up >> i & 1)
            complain(l, i, "its pattern gave up on a line, which counts as not found", file);
        if (r->tag_matches[i] == 0)
            complain(l, i, "this rule never matched a line", file);
    }
    if (l->world->own_lines_left_out > 0)
        fprintf(file,
                "%s: warning: %" PRIu32 " of the banks' own lines were not booked: the account was "
                "not open, or had too little\n",
                s->name, l->world->own_lines_left_out);
}
