/* codes.h — the two clearing houses' answer codes and what each says of a payout.
 *
 * The same code can say less on submission than later: UnionPay's 00 to a
 * submission means "accepted", in a notice or as a query's original code it
 * means "paid".  Hence two meanings a code.
 *
 *     accepted   the order is in, its outcome is still to come
 *     paid       final
 *     failed     final: did not pay and never will
 *     unknown    may have paid; only a later answer or the settlement list tells
 *
 * A code that is not in the table is unknown, never failed: of an answer we
 * cannot read, nothing follows.
 *
 * UnionPay: response codes of the ACP interface (全渠道), rules of its payout
 * sample (代付): 01 03 04 05 12 34 60 mean "ask again" although 01, 12 and 60
 * read like failures; A6 is a success with defects.  42, 74 and 75 speak of
 * money already taken and are kept unknown here for that reason.  NetsUnion:
 * TrxStatus as banks read it, and SysRtnCd where the message itself is refused.
 * Codes that begin with MOCK are this project's own, where none is public; so
 * are all of the commercial banks', whose interfaces are not public.  A bank's
 * codes are those of channel CHANNEL_NONE, the same at every bank.
 */
#ifndef CORE_GATEWAY_CODES_H
#define CORE_GATEWAY_CODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum channel {
    CHANNEL_UNIONPAY,
    CHANNEL_NETSUNION,
    CHANNELS,
    CHANNEL_NONE = 255,
};

enum meaning {
    MEANING_ACCEPTED,
    MEANING_PAID,
    MEANING_FAILED,
    MEANING_UNKNOWN,
};

/* Who finds out: the clearing house at once, or the payee's bank later. */
enum decided_by {
    BY_HOUSE,
    BY_BANK,
};

/* What another attempt may do about a failure. */
enum again {
    AGAIN_NEVER, /* the order itself is wrong, or the payee's account is */
    AGAIN_MAYBE, /* another time or another route may do */
};

/* clang-format off */
/*        name, text, on submission, as outcome, decided by, again */
#define UNIONPAY_CODES(X) \
    X(UNIONPAY_00, "00", ACCEPTED, PAID,    HOUSE, NEVER) /* 成功; 已受理 on submission */ \
    X(UNIONPAY_01, "01", UNKNOWN,  UNKNOWN, HOUSE, NEVER) /* 交易失败,详询95516 */ \
    X(UNIONPAY_02, "02", FAILED,   FAILED,  HOUSE, MAYBE) /* 系统未开放或暂时关闭 */ \
    X(UNIONPAY_03, "03", UNKNOWN,  UNKNOWN, HOUSE, NEVER) /* 交易通讯超时,请发起查询 */ \
    X(UNIONPAY_04, "04", UNKNOWN,  UNKNOWN, HOUSE, NEVER) /* 交易状态未明 */ \
    X(UNIONPAY_05, "05", UNKNOWN,  UNKNOWN, HOUSE, NEVER) /* 交易已受理,请稍后查询 */ \
    X(UNIONPAY_06, "06", FAILED,   FAILED,  HOUSE, MAYBE) /* 系统繁忙 */ \
    X(UNIONPAY_10, "10", FAILED,   FAILED,  HOUSE, NEVER) /* 报文格式错误 */ \
    X(UNIONPAY_11, "11", FAILED,   FAILED,  HOUSE, NEVER) /* 验证签名失败 */ \
    X(UNIONPAY_12, "12", UNKNOWN,  UNKNOWN, HOUSE, NEVER) /* 重复交易 */ \
    X(UNIONPAY_13, "13", FAILED,   FAILED,  HOUSE, NEVER) /* 报文交易要素缺失 */ \
    X(UNIONPAY_14, "14", FAILED,   FAILED,  HOUSE, NEVER) /* 批量文件格式错误 */ \
    X(UNIONPAY_30, "30", FAILED,   FAILED,  HOUSE, MAYBE) /* 交易未通过 */ \
    X(UNIONPAY_31, "31", FAILED,   FAILED,  HOUSE, MAYBE) /* 商户状态不正确 */ \
    X(UNIONPAY_32, "32", FAILED,   FAILED,  HOUSE, MAYBE) /* 无此交易权限 */ \
    X(UNIONPAY_33, "33", FAILED,   FAILED,  HOUSE, MAYBE) /* 交易金额超限 */ \
    X(UNIONPAY_34, "34", UNKNOWN,  UNKNOWN, HOUSE, NEVER) /* 查无此交易 */ \
    X(UNIONPAY_35, "35", FAILED,   FAILED,  HOUSE, NEVER) /* 原交易不存在或状态不正确 */ \
    X(UNIONPAY_36, "36", FAILED,   FAILED,  HOUSE, NEVER) /* 与原交易信息不符 */ \
    X(UNIONPAY_37, "37", FAILED,   FAILED,  HOUSE, MAYBE) /* 超过最大查询次数或操作过于频繁 */ \
    X(UNIONPAY_38, "38", FAILED,   FAILED,  HOUSE, NEVER) /* 银联风险受限 */ \
    X(UNIONPAY_39, "39", FAILED,   FAILED,  HOUSE, MAYBE) /* 交易不在受理时间范围内 */ \
    X(UNIONPAY_40, "40", FAILED,   FAILED,  HOUSE, NEVER) /* 绑定关系检查失败 */ \
    X(UNIONPAY_41, "41", FAILED,   FAILED,  HOUSE, NEVER) /* 批量状态不正确 */ \
    X(UNIONPAY_42, "42", UNKNOWN,  UNKNOWN, BANK,  NEVER) /* 扣款成功但超过规定支付时间 */ \
    X(UNIONPAY_43, "43", FAILED,   FAILED,  HOUSE, MAYBE) /* 无此业务权限 */ \
    X(UNIONPAY_44, "44", FAILED,   FAILED,  BANK,  NEVER) /* 输入卡号错误或未开通此业务 */ \
    X(UNIONPAY_60, "60", UNKNOWN,  UNKNOWN, BANK,  NEVER) /* 交易失败,详询发卡行 */ \
    X(UNIONPAY_61, "61", FAILED,   FAILED,  BANK,  NEVER) /* 卡号无效 */ \
    X(UNIONPAY_62, "62", FAILED,   FAILED,  BANK,  MAYBE) /* 发卡行不支持该商户 */ \
    X(UNIONPAY_63, "63", FAILED,   FAILED,  BANK,  NEVER) /* 卡状态不正确 */ \
    X(UNIONPAY_64, "64", FAILED,   FAILED,  HOUSE, MAYBE) /* 余额不足 (here: of the quota) */ \
    X(UNIONPAY_65, "65", FAILED,   FAILED,  BANK,  NEVER) /* 密码/有效期/CVN2有误 */ \
    X(UNIONPAY_66, "66", FAILED,   FAILED,  BANK,  NEVER) /* 身份信息或手机号不正确 */ \
    X(UNIONPAY_67, "67", FAILED,   FAILED,  BANK,  NEVER) /* 密码次数超限 */ \
    X(UNIONPAY_68, "68", FAILED,   FAILED,  BANK,  MAYBE) /* 银行卡暂不支持该业务 */ \
    X(UNIONPAY_69, "69", FAILED,   FAILED,  BANK,  NEVER) /* 输入超时 */ \
    X(UNIONPAY_70, "70", FAILED,   FAILED,  BANK,  NEVER) /* 已跳转,等待持卡人输入 */ \
    X(UNIONPAY_71, "71", FAILED,   FAILED,  BANK,  NEVER) /* 动态口令/短信码失败 */ \
    X(UNIONPAY_72, "72", FAILED,   FAILED,  BANK,  NEVER) /* 未签约无卡支付 */ \
    X(UNIONPAY_73, "73", FAILED,   FAILED,  BANK,  NEVER) /* 卡已过有效期 */ \
    X(UNIONPAY_74, "74", UNKNOWN,  UNKNOWN, BANK,  NEVER) /* 扣款成功,销账未知 */ \
    X(UNIONPAY_75, "75", UNKNOWN,  UNKNOWN, BANK,  NEVER) /* 扣款成功,销账失败 */ \
    X(UNIONPAY_76, "76", FAILED,   FAILED,  BANK,  NEVER) /* 需要验密开通 */ \
    X(UNIONPAY_77, "77", FAILED,   FAILED,  BANK,  NEVER) /* 未开通认证支付 */ \
    X(UNIONPAY_78, "78", FAILED,   FAILED,  BANK,  MAYBE) /* 发卡行交易权限受限 */ \
    X(UNIONPAY_79, "79", FAILED,   FAILED,  BANK,  NEVER) /* 此卡可用,发卡行不支持短信验证 */ \
    X(UNIONPAY_80, "80", FAILED,   FAILED,  BANK,  NEVER) /* Token 已过期 */ \
    X(UNIONPAY_82, "82", FAILED,   FAILED,  BANK,  NEVER) /* 需要校验密码 */ \
    X(UNIONPAY_90, "90", FAILED,   FAILED,  HOUSE, MAYBE) /* FSAS 虚拟记账余额不足 */ \
    X(UNIONPAY_91, "91", FAILED,   FAILED,  HOUSE, MAYBE) /* FSAS 划付失败 */ \
    X(UNIONPAY_98, "98", FAILED,   FAILED,  HOUSE, NEVER) /* 文件不存在 */ \
    X(UNIONPAY_99, "99", FAILED,   FAILED,  HOUSE, MAYBE) /* 通用错误 */ \
    X(UNIONPAY_A6, "A6", PAID,     PAID,    HOUSE, NEVER) /* 有缺陷的成功 */

#define NETSUNION_CODES(X) \
    X(NETSUNION_00, "00", PAID,    PAID,    BANK,  NEVER) /* TrxStatus 成功 */ \
    X(NETSUNION_01, "01", FAILED,  FAILED,  BANK,  MAYBE) /* TrxStatus 失败 */ \
    X(NETSUNION_02, "02", UNKNOWN, UNKNOWN, BANK,  NEVER) /* TrxStatus 超时/处理中 */ \
    X(NETSUNION_03, "03", UNKNOWN, UNKNOWN, HOUSE, NEVER) /* TrxStatus 无记录 */ \
    X(NETSUNION_04, "04", UNKNOWN, UNKNOWN, BANK,  NEVER) /* TrxStatus 异常终态: disputed */ \
    X(NETSUNION_PS500022, "PS500022", FAILED,  FAILED,  HOUSE, NEVER) /* 报文格式有误 */ \
    X(NETSUNION_PB511001, "PB511001", FAILED,  FAILED,  HOUSE, NEVER) /* signing failed */ \
    X(NETSUNION_PB512001, "PB512001", FAILED,  FAILED,  HOUSE, NEVER) /* 查无此签约协议号 */ \
    X(NETSUNION_PB524028, "PB524028", FAILED,  FAILED,  BANK,  NEVER) /* needs verification */ \
    X(NETSUNION_PB531001, "PB531001", UNKNOWN, UNKNOWN, HOUSE, NEVER) /* 原交易流水号不存在 */ \
    X(NETSUNION_MOCKQUOT, "MOCKQUOT", FAILED,  FAILED,  HOUSE, MAYBE) /* quota too small */ \
    X(NETSUNION_MOCKLIMT, "MOCKLIMT", FAILED,  FAILED,  HOUSE, MAYBE) /* amount over the limit */ \
    X(NETSUNION_MOCKBUSY, "MOCKBUSY", FAILED,  FAILED,  HOUSE, MAYBE) /* too many at once */ \
    X(NETSUNION_MOCKLATE, "MOCKLATE", FAILED,  FAILED,  HOUSE, MAYBE) /* order too old */ \
    X(NETSUNION_MOCKDUPL, "MOCKDUPL", UNKNOWN, UNKNOWN, HOUSE, NEVER) /* same order again */ \
    X(NETSUNION_MOCKDOWN, "MOCKDOWN", FAILED,  FAILED,  HOUSE, MAYBE) /* system not open */

/* Commercial banks, of transfers from an account held there. */
#define BANK_CODES(X) \
    X(BANK_00, "00", ACCEPTED, PAID,    HOUSE, NEVER) /* taken: debited; later: credited */ \
    X(BANK_02, "02", UNKNOWN,  UNKNOWN, HOUSE, NEVER) /* under way */ \
    X(BANK_03, "03", UNKNOWN,  UNKNOWN, HOUSE, NEVER) /* no such order */ \
    X(BANK_MOCKBALA, "MOCKBALA", FAILED,  FAILED,  HOUSE, MAYBE) /* balance too small */ \
    X(BANK_MOCKHOUR, "MOCKHOUR", FAILED,  FAILED,  HOUSE, MAYBE) /* outside its hours */ \
    X(BANK_MOCKACCT, "MOCKACCT", FAILED,  FAILED,  HOUSE, NEVER) /* no such account, or closed */ \
    X(BANK_MOCKLIMT, "MOCKLIMT", FAILED,  FAILED,  HOUSE, NEVER) /* amount over the limit */ \
    X(BANK_MOCKBUSY, "MOCKBUSY", FAILED,  FAILED,  HOUSE, MAYBE) /* too many at once, or down */ \
    X(BANK_MOCKLATE, "MOCKLATE", FAILED,  FAILED,  HOUSE, MAYBE) /* order too old */ \
    X(BANK_MOCKDUPL, "MOCKDUPL", UNKNOWN, UNKNOWN, HOUSE, NEVER) /* same order again */ \
    X(BANK_MOCKFAIL, "MOCKFAIL", FAILED,  FAILED,  HOUSE, MAYBE) /* its own reasons */ \
    X(BANK_MOCKBACK, "MOCKBACK", FAILED,  FAILED,  BANK,  MAYBE) /* sent back */
/* clang-format on */

#define CODE_NAME(name, text, submission, outcome, by, again) name,
enum unionpay_code { UNIONPAY_CODES(CODE_NAME) UNIONPAY_CODE_COUNT };
enum netsunion_code { NETSUNION_CODES(CODE_NAME) NETSUNION_CODE_COUNT };
enum bank_code { BANK_CODES(CODE_NAME) BANK_CODE_COUNT };
#undef CODE_NAME

#define CODE_UNLISTED UINT16_C(0xfffe) /* an answer whose code the table does not have */
#define CODE_NOT_SENT                                                                              \
    UINT16_C(0xffff) /* no answer: the connection was refused, nothing left us                     \
                      */

/* `code` is an enumerator of the channel's own table (CHANNEL_NONE: the banks'),
 * or one of the two above. */
enum meaning code_on_submission(enum channel channel, uint16_t code);
enum meaning code_as_outcome(enum channel channel, uint16_t code);
enum decided_by code_decided_by(enum channel channel, uint16_t code);
bool code_worth_another_attempt(enum channel channel, uint16_t code);
/* Of a failure: it says nothing of the channel's health.  The order or the
 * payee's account is wrong, the amount is too large, or our own quota is used
 * up.  Our signature is no matter of the order: all would fail alike. */
bool code_blames_order(enum channel channel, uint16_t code);
/* Of an unknown outcome: they have the order and are at it, which is a good
 * answer; NetsUnion gives it to every payment that takes its bank a while. */
bool code_is_under_way(enum channel channel, uint16_t code);

/* Of a query's own code: the query worked and says of the order ... / has no such order. */
bool code_is_success(enum channel channel, uint16_t code);
bool code_is_not_found(enum channel channel, uint16_t code);
/* Of an order that reached them later than ORDER_AGE_MAX_US, which they had not before. */
bool code_is_too_old(enum channel channel, uint16_t code);

const char *code_text(enum channel channel, uint16_t code);
uint16_t code_find(enum channel channel, const char *text, size_t length); /* or CODE_UNLISTED */

const char *channel_name(enum channel channel);

#endif
