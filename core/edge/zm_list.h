/* zm_list.h — UnionPay's settlement list: the summary (RD) and the details (ZM).
 *
 * The details are lines of zm.h, of type 12, with
 *
 *     order_id   the order's id, 16 digits of hex
 *     settled    D: paid out, C: come back; the amount with a fee in the net
 *     fee        D: we pay it
 *     own        our reference, 32 digits of hex (商户自定义域)
 *     spare      ours, not UnionPay's: the session, 10 digits, and 00 paid or 01 failed
 *
 * The summary is for people at UnionPay and its layout is not public, so this
 * one is ours, of what is known to be in it: GBK, CRLF, seven lines, a space
 * between two words, amounts in yuan with D or C.
 *
 *     清算汇总 20190311                               the day of the cut-off
 *     起始时间 2019-03-10T23:00:00+08:00
 *     截止时间 2019-03-11T23:00:00+08:00
 *     交易类型 笔数 交易金额 手续费 清算金额
 *     代付 12 D4768.00 D28.61 D4796.61                payouts
 *     退汇 1 C100.00 C0.00 C100.00                    returns
 *     资金清算差额 D4696.61                           what is settled: the last column's sum
 */
#ifndef CORE_EDGE_ZM_LIST_H
#define CORE_EDGE_ZM_LIST_H

#include "core/edge/zm.h"
#include "core/gateway/gateway.h"

enum zm_summary_line {
    ZM_SUMMARY_DAY,
    ZM_SUMMARY_FROM,
    ZM_SUMMARY_UNTIL,
    ZM_SUMMARY_HEADING, /* it has no words of its own behind the label */
    ZM_SUMMARY_PAYOUTS,
    ZM_SUMMARY_RETURNS,
    ZM_SUMMARY_DIFFERENCE,
    ZM_SUMMARY_LINES
};

extern const char *const zm_summary_labels[ZM_SUMMARY_LINES]; /* in GBK */

/* How a payment ended, behind the session in `spare`. */
#define ZM_PAID "00"
#define ZM_FAILED "01"
enum { ZM_SESSION_DIGITS = 10 };

bool zm_list_summary(const char *text, size_t length, struct input *out,
                     struct listing_problem *problem);
enum listing_got zm_list_line(struct zm *z, const char *bytes, size_t length, bool last,
                              size_t *used, struct input *out, struct listing_problem *problem);

#endif
