/* epcc_file.c — NetsUnion's settlement list, written; see core/edge/epcc.h. */

#include "core/base/civil.h"
#include "core/edge/epcc.h"
#include "mocks/put.h"
#include "mocks/publisher.h"

/* --- the summary --------------------------------------------------------------------------- */

static void batch_of(const struct publisher *f, uint32_t session, char out[13])
{
    struct civil_date d = civil_date_of((int32_t)(session / f->sessions_a_day));
    out[0] = 'B';
    put_digits(out + 1, 4, (uint64_t)d.year);
    put_digits(out + 5, 2, (uint64_t)d.month);
    put_digits(out + 7, 2, (uint64_t)d.day);
    put_digits(out + 9, 4, session % f->sessions_a_day + 1);
}

/* <name>text</name> */
static char *put_element(char *out, const char *name, const char *text)
{
    out = put_text(put_text(put_text(out, "<"), name), ">");
    out = put_text(out, text);
    return put_text(put_text(put_text(out, "</"), name), ">\n");
}

static char *put_moment(char *out, const char *name, int64_t moment_us)
{
    char text[CIVIL_MOMENT_TEXT_MAX];
    civil_print_moment(text, moment_us);
    return put_element(out, name, text);
}

/* <…Nb>12</…Nb><…Amt>CNY4796.61</…Amt> */
static char *put_count(char *out, const char *name, uint64_t count, int64_t fen)
{
    char element[16], text[32];
    *put_text(put_text(element, name), "Nb") = '\0';
    *put_number(text, count) = '\0';
    out = put_element(out, element, text);
    *put_text(put_text(element, name), "Amt") = '\0';
    *put_yuan(put_text(text, "CNY"), fen) = '\0';
    return put_element(out, element, text);
}

size_t epcc_file_summary(const struct publisher *f, const struct settlement_totals *t,
                         char out[PUBLISHER_SUMMARY_MAX])
{
    char first[14] = "", final[14] = "", name[40];
    uint64_t count = (uint64_t)t->payouts.count + t->returns.count;
    batch_of(f, t->first_session, first);
    batch_of(f, t->last_session, final);
    char *p = put_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<root>\n<SummryHdr>\n");
    p = put_element(p, "BegnBtchId", first);
    p = put_element(p, "EndBtchId", final);
    p = put_moment(p, "BegnDtTm", t->from_us);
    p = put_moment(p, "EndDtTm", t->until_us);
    p = put_count(p, "Cnt", count, t->payouts.settled_fen + t->returns.settled_fen);
    p = put_count(p, "CsPyCnt", t->payouts.count, t->payouts.settled_fen);
    p = put_count(p, "CsPyeeCnt", t->returns.count, t->returns.settled_fen);
    p = put_text(p, "</SummryHdr>\n<DtlFileInf>\n");
    p = put_element(p, "FileInfNb", "1");
    char *n = put_text(put_text(put_text(name, "MX_"), first), "_");
    *put_text(put_text(n, final), ".txt") = '\0';
    p = put_element(p, "FileInfList", name);
    p = put_text(p, "</DtlFileInf>\n</root>\n");
    return (size_t)(p - out);
}

/* --- the lines ------------------------------------------------------------------------------- */

size_t epcc_file_heading(char out[PUBLISHER_LINE_MAX])
{
    return (size_t)(put_text(out, EPCC_HEADING "\n") - out);
}

static char *put_cny(char *out, int64_t fen)
{
    memcpy(out, "CNY-", 4);
    out = put_yuan(out + 3 + (fen < 0), fen < 0 ? -fen : fen);
    *out = '|';
    return out + 1;
}

/* 2019-03-11T09:01:05 */
static char *put_time(char *out, const char date[8], const char clock[6])
{
    memcpy(out, "0000-00-00T00:00:00", 19);
    memcpy(out, date, 4);
    memcpy(out + 5, date + 4, 2);
    memcpy(out + 8, date + 6, 2);
    memcpy(out + 11, clock, 2);
    memcpy(out + 14, clock + 2, 2);
    memcpy(out + 17, clock + 4, 2);
    return out + 19;
}

size_t epcc_file_line(struct publisher *f, const struct settlement_line *l,
                      char out[PUBLISHER_LINE_MAX])
{
    char date[8], clock[6];
    char *p = out;
    bool comes_back = (l->flag & LIST_LINE_RETURNED) != 0;
    MUST(l->amount_fen >= 0 && l->settled_fen >= 0);
    publisher_time(f, l->at_us, date, clock);
    if (!f->session_known || f->session != l->session) {
        batch_of(f, l->session, f->batch);
        f->session = l->session;
        f->session_known = true;
    }
    memcpy(p, date, 8);
    put_hex(p + 8, l->order);
    memcpy(p + 24, "0000000|", 8);
    memcpy(p + 32, f->batch, 13);
    memcpy(p + 45, comes_back ? "|0121|" : "|0120|", 6);
    p = put_cny(p + 51, l->amount_fen);
    memcpy(p, (l->flag & LIST_LINE_FAILED) != 0 ? "01|" : "00|", 3);
    memcpy(p + 3, comes_back ? "C|" : "D|", 2);
    p = put_cny(p + 5, l->settled_fen);
    p = put_cny(p, l->fee_fen);
    *p = 'C';
    put_digits(p + 1, 13, l->bank);
    p[14] = '|';
    put_digits(p + 15, 15, l->merchant);
    p[30] = '|';
    p = put_time(p + 31, date, clock);
    *p = '|';
    put_hex(p + 1, l->reference.hi);
    put_hex(p + 17, l->reference.lo);
    p[33] = '\n';
    return (size_t)(p + 34 - out);
}
