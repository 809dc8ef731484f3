/* journal_breaks.c — breaks.csv: what two sides said differently, and what became of it. */

#include <inttypes.h>

#include "core/base/civil.h"
#include "core/base/money.h"
#include "sim/journal.h"
#include "sim/operator.h"

static void put_moment(FILE *file, int64_t at_us)
{
    char text[CIVIL_MOMENT_TEXT_MAX] = "";
    if (at_us != NEVER_US)
        civil_print_moment(text, at_us);
    fprintf(file, ",%s", text);
}

static void put_person(FILE *file, const struct recorder *r, uint32_t number)
{
    const char *name = operator_person(r->scenario, number);
    fprintf(file, ",%s", name == NULL ? "" : name);
}

static const char *account_of(const struct recorder *r, const struct scored_break *b)
{
    const struct account_settings *a = r->scenario->accounts.items;
    return a[audit_line_account(b->id)].id;
}

/* The order, the day of the list, or the account and the number of the line. */
static void put_subject(FILE *file, const struct recorder *r, const struct scored_break *b)
{
    char day[CIVIL_MOMENT_TEXT_MAX];
    if (b->about == BREAK_ABOUT_ORDER) {
        fprintf(file, ",%s,%016" PRIx64, b->reference, b->id);
        return;
    }
    if (b->about == BREAK_ABOUT_LINE) {
        fprintf(file, ",,%s#%" PRIu32, account_of(r, b), audit_line_number(b->id));
        return;
    }
    civil_print_moment(day, civil_moment_us((int32_t)b->id, 0));
    fprintf(file, ",,%.10s", day);
}

const char *decision_name(uint8_t decided)
{
    return decided == DECIDED_PAID ? "paid" : decided == DECIDED_NOT_PAID ? "not_paid" : "";
}

/* The internal account that the difference is about: of a line, its own. */
static void put_owner(FILE *file, const struct recorder *r, const struct scored_break *b)
{
    if (b->about == BREAK_ABOUT_LINE)
        fprintf(file, ",%s", account_of(r, b));
    else
        fprintf(file, ",%s.%s", channel_name((enum channel)b->channel),
                b->reason == REASON_UNDECIDED ? "payable" /* still pending */
                : (b->theirs_fen > b->ours_fen) != (b->type == MATCH_RETURNED) ? "suspense_short"
                                                                               : "suspense_long");
}

static void put_row(FILE *file, const struct recorder *r, uint32_t index, int64_t now_us)
{
    const struct scored_break *b = &r->score.breaks[index];
    bool stands = b->closed_us == NEVER_US;
    int64_t age_us = (stands ? now_us : b->closed_us) - b->opened_us;
    static const char *const abouts[] = {
        [BREAK_ABOUT_ORDER] = "order", [BREAK_ABOUT_LIST] = "list", [BREAK_ABOUT_LINE] = "line"};
    char ours[MONEY_TEXT_MAX];
    char theirs[MONEY_TEXT_MAX];
    money_print(ours, b->ours_fen);
    money_print(theirs, b->theirs_fen);
    fprintf(file, "%" PRIu32, index + 1);
    put_moment(file, b->opened_us);
    fprintf(file, ",%s,%s,%s", match_type_word((enum match_type)b->type), abouts[b->about],
            b->about == BREAK_ABOUT_LINE ? "" : channel_name((enum channel)b->channel));
    put_subject(file, r, b);
    fprintf(file, ",%s,%s,%s,%.2f", ours, theirs, reason_name((enum reason)b->reason),
            (double)age_us / (double)US_PER_DAY);
    put_owner(file, r, b);
    fprintf(file, ",%s", stands ? "" : reason_name((enum reason)b->resolution));
    put_person(file, r, b->maker);
    put_person(file, r, b->checker);
    put_moment(file, b->closed_us);
    fprintf(file, ",%s", decision_name(b->decided));
    putc('\n', file);
}

void journal_write_breaks(FILE *file, const struct recorder *r, int64_t now_us)
{
    fputs("number,opened,type,about,channel,reference,order,ours,theirs,reason,age_days,owner,"
          "resolution,maker,checker,closed,decided\n",
          file);
    for (uint32_t i = 0; i < r->score.break_count; i++)
        put_row(file, r, i, now_us);
}
