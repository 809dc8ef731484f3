/* zm_file.c — UnionPay's settlement list, written; see core/edge/zm_list.h.
 *
 * The code of a payout in field 1 is not public: S12 is ours.  So are the
 * institution and the merchant number, and a customer of ours is a second-level
 * merchant (二级商户). */

#include "core/base/civil.h"
#include "core/edge/zm_list.h"
#include "mocks/put.h"
#include "mocks/publisher.h"

static char *at(char *line, enum zm_name field)
{
    return line + zm_fields[field].offset;
}

static void set(char *line, enum zm_name field, const char *text)
{
    MUST(strlen(text) <= zm_fields[field].length);
    memcpy(at(line, field), text, strlen(text));
}

void zm_file_start(struct publisher *f)
{
    memset(f->line, ' ', ZM_LINE_BYTES);
    memcpy(f->line + ZM_LINE_BYTES, "\r\n", 2);
    set(f->line, ZM_CODE, "S12");
    set(f->line, ZM_ACQUIRER, "48226800");
    set(f->line, ZM_SENDER, "48226800");
    set(f->line, ZM_ACCOUNT, "622000******0000");
    set(f->line, ZM_TERMINAL_KIND, "07");
    set(f->line, ZM_CARD_KIND, "01");
    set(f->line, ZM_KIND, "12");
    set(f->line, ZM_SUB_KIND, "00");
    set(f->line, ZM_BUSINESS, "000401");
    set(f->line, ZM_MERCHANT, "898000000000001");
}

/* D: it leaves us, below zero. */
static char *put_signed(char *out, int64_t fen)
{
    *out++ = fen < 0 ? 'D' : 'C';
    return put_yuan(out, fen < 0 ? -fen : fen);
}

/* "代付 12 D4768.00 D28.61 D4796.61" */
static char *put_sum(char *out, enum zm_summary_line kind, const struct settlement_sum *sum)
{
    char sign = kind == ZM_SUMMARY_PAYOUTS ? 'D' : 'C';
    out = put_text(out, zm_summary_labels[kind]);
    *out++ = ' ';
    out = put_number(out, sum->count);
    *out++ = ' ';
    *out++ = sign;
    out = put_yuan(out, sum->amount_fen);
    *out++ = ' ';
    out = put_signed(out, -sum->fee_fen);
    *out++ = ' ';
    *out++ = sign;
    out = put_yuan(out, sum->settled_fen);
    return put_text(out, "\r\n");
}

static char *put_moment(char *out, enum zm_summary_line kind, int64_t moment_us)
{
    char text[CIVIL_MOMENT_TEXT_MAX];
    civil_print_moment(text, moment_us);
    out = put_text(put_text(out, zm_summary_labels[kind]), " ");
    return put_text(put_text(out, text), "\r\n");
}

size_t zm_file_summary(const struct settlement_totals *t, char out[PUBLISHER_SUMMARY_MAX])
{
    struct civil_date d = civil_date_of(civil_day(t->until_us - 1));
    char *p = put_text(put_text(out, zm_summary_labels[ZM_SUMMARY_DAY]), " ");
    put_digits(p, 4, (uint64_t)d.year);
    put_digits(p + 4, 2, (uint64_t)d.month);
    put_digits(p + 6, 2, (uint64_t)d.day);
    p = put_text(p + 8, "\r\n");
    p = put_moment(p, ZM_SUMMARY_FROM, t->from_us);
    p = put_moment(p, ZM_SUMMARY_UNTIL, t->until_us);
    p = put_text(put_text(p, zm_summary_labels[ZM_SUMMARY_HEADING]), "\r\n");
    p = put_sum(p, ZM_SUMMARY_PAYOUTS, &t->payouts);
    p = put_sum(p, ZM_SUMMARY_RETURNS, &t->returns);
    p = put_text(put_text(p, zm_summary_labels[ZM_SUMMARY_DIFFERENCE]), " ");
    p = put_signed(p, t->returns.settled_fen - t->payouts.settled_fen);
    p = put_text(p, "\r\n");
    return (size_t)(p - out);
}

static void put_money(char *line, enum zm_name field, char sign, int64_t fen)
{
    char *out = at(line, field);
    MUST(fen >= 0 && fen <= ZM_AMOUNT_MAX_FEN);
    *out = sign;
    put_digits(out + 1, ZM_AMOUNT_DIGITS, (uint64_t)fen);
}

size_t zm_file_line(struct publisher *f, const struct settlement_line *l,
                    char out[PUBLISHER_LINE_MAX])
{
    char date[8], clock[6], trace[6];
    bool comes_back = (l->flag & LIST_LINE_RETURNED) != 0;
    MUST(l->amount_fen >= 0 && l->amount_fen <= ZM_AMOUNT_MAX_FEN);
    memcpy(out, f->line, sizeof f->line);
    publisher_time(f, l->at_us, date, clock);
    put_digits(trace, 6, l->order % 1000000);
    memcpy(at(out, ZM_TRACE_NUMBER), trace, 6);
    memcpy(at(out, ZM_TIME), date + 4, 4);
    memcpy(at(out, ZM_TIME) + 4, clock, 6);
    put_digits(at(out, ZM_ACCOUNT) + 3, 3, l->bank);
    put_digits(at(out, ZM_AMOUNT), ZM_AMOUNT_DIGITS, (uint64_t)l->amount_fen);
    memcpy(at(out, ZM_QUERY_ID), date, 8);
    memcpy(at(out, ZM_QUERY_ID) + 8, clock, 6);
    memcpy(at(out, ZM_QUERY_ID) + 14, trace, 6);
    at(out, ZM_QUERY_ID)[20] = '8';
    put_hex(at(out, ZM_ORDER_ID), l->order);
    put_money(out, ZM_FEE, l->fee_fen < 0 ? 'C' : 'D', l->fee_fen < 0 ? -l->fee_fen : l->fee_fen);
    put_money(out, ZM_SETTLED, comes_back ? 'C' : 'D', l->settled_fen);
    put_digits(at(out, ZM_SUB_MERCHANT), 15, l->merchant);
    put_hex(at(out, ZM_OWN), l->reference.hi);
    put_hex(at(out, ZM_OWN) + 16, l->reference.lo);
    put_digits(at(out, ZM_SPARE), ZM_SESSION_DIGITS, l->session);
    memcpy(at(out, ZM_SPARE) + ZM_SESSION_DIGITS,
           (l->flag & LIST_LINE_FAILED) != 0 ? ZM_FAILED : ZM_PAID, 2);
    return sizeof f->line;
}
