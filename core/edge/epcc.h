/* epcc.h — NetsUnion's settlement list: the sessions' summary (XML) and the details.
 *
 * The summary is HZ_B…_B….xml, of the sessions from the first to the last of a
 * day.  Its elements are those that banks know, but for the two moments, which
 * are ours: a list may begin in the middle of a session.
 *
 *     <root>
 *       <SummryHdr>
 *         <BegnBtchId>B201903110001</BegnBtchId>   <EndBtchId>B201903110004</EndBtchId>
 *         <BegnDtTm>2019-03-10T23:00:00+08:00</BegnDtTm>  <EndDtTm>…</EndDtTm>
 *         <CntNb>13</CntNb>             <CntAmt>CNY4896.61</CntAmt>          all lines
 *         <CsPyCntNb>12</CsPyCntNb>     <CsPyCntAmt>CNY4796.61</CsPyCntAmt>  that we pay
 *         <CsPyeeCntNb>1</CsPyeeCntNb>  <CsPyeeCntAmt>CNY100.00</CsPyeeCntAmt>  that come back
 *       </SummryHdr>
 *       <DtlFileInf><FileInfNb>1</FileInfNb><FileInfList>…</FileInfList></DtlFileInf>
 *     </root>
 *
 * Other elements are left alone.  A document type is refused, so there are no
 * entities of its own.
 *
 * The details' layout is not public; this one is ours: UTF-8, LF, a heading
 * with the names, fields parted by bars.
 *
 *     TrxId        31: date, the order's id as 16 digits of hex, 0, control 000000
 *     BatchId      B, date of the session, its number in the day from 0001
 *     TrxCtgy      0120 we pay, 0121 comes back
 *     TrxAmt       CNY175.19, what the payee gets
 *     TrxStatus    00 paid, 01 failed
 *     ClrDrctn     D with 0120, C with 0121
 *     ClrAmt       the amount with a fee in the net
 *     FeeAmt       the fee, CNY-0.12 where we get it
 *     PyeeBkId     C and 13 digits
 *     MrchntNo     15 digits
 *     TrxFinishTm  2019-03-11T09:01:05
 *     OrdrRef      our reference, 32 digits of hex
 */
#ifndef CORE_EDGE_EPCC_H
#define CORE_EDGE_EPCC_H

#include "core/edge/settlement.h"

enum { EPCC_SESSIONS_MAX = 9999 }; /* a day */

enum epcc_field {
    EPCC_TRANSACTION,
    EPCC_BATCH,
    EPCC_CATEGORY,
    EPCC_AMOUNT,
    EPCC_STATUS,
    EPCC_DIRECTION,
    EPCC_CLEARED,
    EPCC_FEE,
    EPCC_BANK,
    EPCC_MERCHANT,
    EPCC_FINISHED,
    EPCC_REFERENCE,
    EPCC_FIELDS
};

#define EPCC_HEADING                                                                               \
    "TrxId|BatchId|TrxCtgy|TrxAmt|TrxStatus|ClrDrctn|ClrAmt|FeeAmt|PyeeBkId|MrchntNo|"             \
    "TrxFinishTm|OrdrRef"

bool epcc_summary(const struct epcc *e, const char *text, size_t length, struct input *out,
                  struct listing_problem *problem);
enum listing_got epcc_line(struct epcc *e, const char *bytes, size_t length, bool last,
                           size_t *used, struct input *out, struct listing_problem *problem);

/* "B201903110001" as a session's number; false: it is not one. */
bool epcc_session_of(const struct epcc *e, const char *text, size_t length, uint32_t *session);

#endif
