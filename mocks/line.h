/* line.h — what a statement's line says beside its amount: counterparty, remark and code.
 *
 * Every line has an origin, from which whoever keeps the account prints the
 * counterparty's name (对方户名), the remark (摘要) and the code (交易码) as
 * Chinese banks do; the codes are this simulator's own, since each bank has
 * another set:
 *
 *     1001 转账      a transfer between our own accounts
 *     1002 退汇      one that the payee's bank sent back
 *     1003 收款      money that others paid straight into an account
 *     1004 扣款      what the bank took from it
 *     1101 备款  1102 回款  1103 调账  1104 代付  1105 商户资金结算
 *                    the clearing houses' services for moving our own money
 *     1201 清算      the net of a clearing session: 银联清算 20190311-04 is the day's fourth
 *
 * A line may be given its texts and code instead: those of a load, and what a
 * bank books by itself, such as interest, fees and credits that nobody expects.
 */
#ifndef MOCKS_LINE_H
#define MOCKS_LINE_H

#include <stdint.h>

enum { LINE_TEXT_MAX = 256 };

enum line_origin {
    LINE_PAID_IN,
    LINE_TAKEN,
    LINE_TRANSFERRED,
    LINE_SENT_BACK,
    LINE_PREFUND,
    LINE_RETURN,
    LINE_ADJUST,
    LINE_PAYOUT,
    LINE_SETTLEMENT,
    LINE_NET,
    LINE_ORIGINS,
};

/* Given; the caller's, for as long as the world lives.  Where a text is NULL
 * or the code 0, it is that of the origin. */
struct line_text {
    const char *counterparty;
    const char *remark;
    uint16_t code;
};

/* What an institution books by itself. */
struct own_line {
    int64_t at_us;
    int64_t amount_fen; /* in: above zero; what the account does not have is not taken */
    uint32_t account;
    uint32_t text; /* 1 + the number of its struct line_text */
};

struct printed_line {
    uint16_t code;
    char counterparty[LINE_TEXT_MAX];
    char remark[LINE_TEXT_MAX];
};

struct line_source {
    const struct line_text *given; /* or NULL */
    uint8_t origin;                /* enum line_origin */
    uint8_t kind;                  /* enum account_kind, of the account */
    uint8_t channel;               /* LINE_NET: whose session */
    uint32_t session;
    uint32_t sessions_a_day;
};

void line_print(const struct line_source *from, struct printed_line *out);
uint16_t line_code(const struct line_source *from);

#endif
