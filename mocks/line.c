/* line.c — see line.h. */

#include "mocks/line.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/base/civil.h"
#include "core/base/must.h"
#include "core/books/account.h"
#include "core/gateway/codes.h"

#define OURS "本单位"
#define UNIONPAY_NAME "中国银联股份有限公司"
#define NETSUNION_NAME "网联清算有限公司"

static const struct line_text printed[LINE_ORIGINS] = {
    [LINE_PAID_IN] = {"", "收款", 1003},
    [LINE_TAKEN] = {"", "扣款", 1004},
    [LINE_TRANSFERRED] = {OURS, "备付金划拨", 1001},
    [LINE_SENT_BACK] = {OURS, "退汇", 1002},
    [LINE_PREFUND] = {UNIONPAY_NAME, "备款", 1101},
    [LINE_RETURN] = {UNIONPAY_NAME, "回款", 1102},
    [LINE_ADJUST] = {OURS, "调账", 1103},
    [LINE_PAYOUT] = {NETSUNION_NAME, "代付", 1104},
    [LINE_SETTLEMENT] = {UNIONPAY_NAME, "商户资金结算", 1105},
    [LINE_NET] = {NULL, NULL, 1201},
};

uint16_t line_code(const struct line_source *from)
{
    MUST(from->origin < LINE_ORIGINS);
    if (from->given != NULL && from->given->code != 0)
        return from->given->code;
    return printed[from->origin].code;
}

static void put(char out[LINE_TEXT_MAX], const char *text)
{
    int length = snprintf(out, LINE_TEXT_MAX, "%s", text);
    MUST(length >= 0 && length < LINE_TEXT_MAX);
}

static void print_net(const struct line_source *from, struct printed_line *out)
{
    bool unionpay = from->channel == CHANNEL_UNIONPAY;
    MUST(from->sessions_a_day > 0 && from->channel < CHANNELS);
    struct civil_date d = civil_date_of((int32_t)(from->session / from->sessions_a_day));
    put(out->counterparty, unionpay ? UNIONPAY_NAME : NETSUNION_NAME);
    snprintf(out->remark, LINE_TEXT_MAX, "%s清算 %04d%02d%02d-%02" PRIu32,
             unionpay ? "银联" : "网联", d.year, d.month, d.day,
             from->session % from->sessions_a_day + 1);
}

void line_print(const struct line_source *from, struct printed_line *out)
{
    const struct line_text *given = from->given;
    out->code = line_code(from);
    if (from->origin == LINE_NET) {
        print_net(from, out);
        return;
    }
    const struct line_text *own = &printed[from->origin];
    const char *remark = own->remark;
    if (from->origin == LINE_TRANSFERRED && from->kind == ACCOUNT_OWN)
        remark = "自有资金划拨";
    put(out->counterparty,
        given != NULL && given->counterparty != NULL ? given->counterparty : own->counterparty);
    put(out->remark, given != NULL && given->remark != NULL ? given->remark : remark);
}
