/* break_rows.c — see break_rows.h. */

#include "sim/break_rows.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "core/base/civil.h"
#include "core/base/money.h"

bool break_rows_open(struct break_rows *r, const char *dir)
{
    if (dir == NULL)
        return true;
    if (!output_folder(dir) || !output_open(&r->output, dir, "breaks.csv"))
        return false;
    fputs("type,reference,ours_line,theirs_line,ours_amount,theirs_amount,difference,ours_fee,"
          "theirs_fee,ours_status,theirs_status,ours_time,theirs_time\n",
          r->output.file);
    return true;
}

static void put_reference(FILE *file, const char *text, size_t length)
{
    if (memchr(text, ',', length) == NULL && memchr(text, '"', length) == NULL &&
        memchr(text, '\n', length) == NULL) {
        fwrite(text, 1, length, file);
        return;
    }
    putc('"', file);
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"')
            putc('"', file);
        putc(text[i], file);
    }
    putc('"', file);
}

static void put_money(FILE *file, bool has, int64_t fen)
{
    char text[MONEY_TEXT_MAX] = "";
    if (has)
        money_print(text, fen);
    fprintf(file, ",%s", text);
}

void break_rows_put(struct break_rows *r, const struct match_break *b, const char *reference,
                    size_t length)
{
    FILE *file = r->output.file;
    if (file == NULL)
        return;
    fprintf(file, "%s,", match_type_word(b->type));
    put_reference(file, reference, length);
    for (int s = 0; s < MATCH_SIDES; s++) {
        putc(',', file);
        if (b->has[s])
            fprintf(file, "%" PRIu64, b->item[s].row);
    }
    for (int s = 0; s < MATCH_SIDES; s++)
        put_money(file, b->has[s], b->item[s].amount_fen);
    put_money(file, true, b->difference_fen);
    for (int s = 0; s < MATCH_SIDES; s++)
        put_money(file, b->has[s] && r->fees[s], b->item[s].fee_fen);
    for (int s = 0; s < MATCH_SIDES; s++)
        fprintf(file, ",%s",
                b->has[s] ? match_status_word((enum match_status)b->item[s].status) : "");
    for (int s = 0; s < MATCH_SIDES; s++) {
        char when[CIVIL_MOMENT_TEXT_MAX] = "";
        if (b->has[s] && r->times[s])
            civil_print_moment(when, b->item[s].time_us);
        fprintf(file, ",%s", when);
    }
    putc('\n', file);
}

bool break_rows_commit(struct break_rows *r)
{
    return output_commit(&r->output);
}

void break_rows_drop(struct break_rows *r)
{
    output_drop(&r->output);
}

int64_t break_rows_mark(const struct break_rows *r)
{
    return r->output.file == NULL ? 0 : (int64_t)ftello(r->output.file);
}

bool break_rows_back_to(struct break_rows *r, int64_t mark)
{
    FILE *file = r->output.file;
    if (file == NULL || (fflush(file) == 0 && ftruncate(fileno(file), (off_t)mark) == 0 &&
                         fseeko(file, (off_t)mark, SEEK_SET) == 0))
        return true;
    fprintf(stderr, "%s: %s\n", r->output.beside, strerror(errno));
    return false;
}
