/* texts.h — every word that the summary, the report and the plots say, in each language.
 *
 * One table, a row a text: key, English, Chinese.  T(KEY) is the row in the
 * language the program speaks; it is a string literal to the compiler, so
 * printf's arguments are checked against the row in every language.  A row
 * therefore has the same conversions in the same order everywhere.
 *
 * What tools read stays English whatever the language: JSON, CSV, JUnit, the
 * kinds of events, names of metrics and settings, and messages on stderr.
 * A number's value never depends on the language; its unit may (万元, 亿元).
 *
 * A noun that is counted has two rows, ONE_ and MANY_: see COUNTED.
 */
#ifndef SIM_TEXTS_H
#define SIM_TEXTS_H

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/audit/match.h"
#include "core/gateway/codes.h"

enum language { ENGLISH, CHINESE, LANGUAGES };

/* clang-format off */
#define TEXTS_NUMBERS(X) \
    X(LANGUAGE_TAG, "en", "zh-CN") \
    X(MS, "%d ms", "%d 毫秒") \
    X(SECONDS, "%.3g s", "%.3g 秒") \
    X(MINUTES, "%d m %d s", "%d 分 %d 秒") \
    X(HOURS, "%d h %d m", "%d 小时 %d 分") \
    X(DAYS, "%d d %d h", "%d 天 %d 小时") \
    X(SECONDS_EXACT, "%.9g s", "%.9g 秒") \
    X(PERCENT_EXACT, "%.7g %%", "%.7g%%") \
    X(PERCENT, "%.4g %%", "%.4g%%") \
    X(YUAN, "%s yuan", "%s 元") \
    X(YUAN_MIDDLE, "¥%s M", "%s 万元") \
    X(YUAN_LARGE, "¥%s bn", "%s 亿元") \
    X(ONE_COLLECTION, "collection", "笔收款") X(MANY_COLLECTIONS, "collections", "笔收款") \
    X(ONE_EVENT, "event", "个事件") X(MANY_EVENTS, "events", "个事件") \
    X(ONE_CHECK, "check", "次") X(MANY_CHECKS, "checks", "次") \
    X(ONE_PAYMENT, "payment", "笔付款") X(MANY_PAYMENTS, "payments", "笔付款") \
    X(ONE_PAYOUT, "payout", "笔付款") X(MANY_PAYOUTS, "payouts", "笔付款") \
    X(ONE_ORDER, "order", "笔指令") X(MANY_ORDERS, "orders", "笔指令") \
    X(ONE_MOVE, "move", "次") X(MANY_MOVES, "moves", "次") \
    X(ONE_TRANSFER, "transfer", "笔调拨") X(MANY_TRANSFERS, "transfers", "笔调拨") \
    X(ONE_QUOTA_MOVE, "quota move", "次额度调配") X(MANY_QUOTA_MOVES, "quota moves", "次额度调配") \
    X(ONE_SESSION, "session", "个场次") X(MANY_SESSIONS, "sessions", "个场次") \
    X(ONE_LIST, "settlement list", "份清算明细") X(MANY_LISTS, "settlement lists", "份清算明细") \
    X(ONE_TIME, "time", "次") X(MANY_TIMES, "times", "次") \
    X(ONE_ANSWER, "answer or notice", "条应答或通知") \
    X(MANY_ANSWERS, "answers or notices", "条应答或通知") \
    X(ONE_LINE, "more line is", "条") X(MANY_LINES, "more lines are", "条") \
    X(ONE_SCENARIO, "scenario", "个场景") X(MANY_SCENARIOS, "scenarios", "个场景")

#define TEXTS_NAMES(X) \
    X(UNIONPAY, "UnionPay", "银联") X(NETSUNION, "NetsUnion", "网联") \
    X(UNIONPAY_ID, "unionpay", "银联") X(NETSUNION_ID, "netsunion", "网联") \
    X(UNALLOCATED, "unallocated", "未分配头寸") \
    X(VERDICT_PASS, "pass", "通过") \
    X(VERDICT_EXPECTATION_FAILED, "expectation failed", "未达预期") \
    X(VERDICT_INVARIANT_BROKEN, "invariant broken", "不变量被破坏") \
    X(VERDICT_STUCK, "stuck", "停滞") \
    X(OPERATION_PAYOUT, "payout", "付款") X(OPERATION_QUERY, "query", "查询") \
    X(OPERATION_QUOTA, "quota", "额度调配") X(OPERATION_NOTICE, "notice", "通知") \
    X(OPERATION_PREFUND, "prefund", "备款") X(OPERATION_RETURN, "return", "回款") \
    X(OPERATION_ADJUST, "adjust", "调账") X(OPERATION_SETTLEMENT, "settlement", "商户资金结算") \
    X(OPERATION_TRANSFER, "transfer", "转账") X(OPERATION_BALANCE, "balance", "余额查询") \
    X(OPERATION_DETAILS, "details", "明细查询") X(CENTRAL_BANK_ID, "central_bank", "央行") \
    X(FAULT_LATENCY, "latency", "应答变慢") \
    X(FAULT_DOWN, "down", "拒绝受理") \
    X(FAULT_TIMEOUT, "timeout", "请求丢失") \
    X(FAULT_ERROR_CODE, "error_code", "返回错误码") \
    X(FAULT_APPLIED_NO_REPLY, "applied_no_reply", "已执行但应答丢失") \
    X(FAULT_REJECTED_NO_REPLY, "rejected_no_reply", "已拒绝但应答丢失") \
    X(FAULT_LINE_MISSING, "line_missing", "缺一笔") \
    X(FAULT_LINE_EXTRA, "line_extra", "多一笔") \
    X(FAULT_LINE_TWICE, "line_twice", "重复一笔") \
    X(FAULT_LINE_AMOUNT, "line_amount", "金额有误") \
    X(FAULT_LINE_STATUS, "line_status", "状态有误") \
    X(FAULT_LINE_FEE, "line_fee", "手续费有误") \
    X(FAULT_FILE_LATE, "file_late", "对账文件晚到") \
    X(FAULT_FILE_MISSING, "file_missing", "对账文件未到") \
    X(FAULT_FILE_TRUNCATED, "file_truncated", "对账文件中断") \
    X(FAULT_ACCEPT_THEN_RETURN, "accept_then_return", "付款后无通知退汇") \
    X(FAULT_WRONG_AMOUNT, "wrong_amount", "实付金额与应答不符") \
    X(FAULT_WRONG_STATUS, "wrong_status", "应答的付款结果不实") \
    X(OPERATION_FILE, "file", "对账文件") \
    X(FAULT_AT, "%s.%s", "%s%s") \
    X(INVARIANT_LEDGER_BALANCES, "the ledger balances", "总账借贷平衡") \
    X(INVARIANT_PAID_ONCE, "nobody is paid twice", "无重复付款") \
    X(INVARIANT_ONE_STATE, "every payout is in one state", "每笔付款状态唯一") \
    X(INVARIANT_WORLD_BALANCES, "the world's books balance", "各机构账目平衡") \
    X(INVARIANT_IDENTITIES, "the quota identities hold", "额度恒等式成立") \
    X(INVARIANT_BELIEF_BELOW_TRUTH, "belief is never above the truth", \
      "系统记录的可用额度不高于实际") \
    X(INVARIANT_NEVER_OVERDRAWN, "nothing is ever overdrawn", "账户和额度均不透支") \
    X(INVARIANT_BELIEF_IS_TRUTH_AT_REST, "at rest, belief is the truth", \
      "业务了结后系统记录与实际一致") \
    X(INVARIANT_QUEUE_ORDER, "the queue keeps its order", "排队次序正确") \
    X(INVARIANT_REASONS, "every decision has its reason", "每项决定都有原因") \
    X(INVARIANT_TRANSFERS, "no transfer loses or doubles money", "调拨不丢失、不重复") \
    X(INVARIANT_NO_BOUNCE, "no policy moves quota to and fro", "自动调配不来回") \
    X(INVARIANT_WAITS_ADD_UP, "every wait is the sum of its parts", "等待时长等于各部分之和")

#define TEXTS_REASONS(X) \
    X(REASON_NONE, "no reason given", "未说明原因") \
    X(REASON_SAME, "the same again", "重复提交") \
    X(REASON_CONTENT_DIFFERS, "the same reference with other content", "同一流水号内容不同") \
    X(REASON_POOL_FULL, "too many open payouts", "在途付款过多") \
    X(REASON_AMOUNT_WRONG, "the amount is wrong", "金额有误") \
    X(REASON_AMOUNT_OVER_LIMIT, "over the channel's limit", "超过通道单笔限额") \
    X(REASON_NO_ROUTE, "no channel takes it", "无可用通道") \
    X(REASON_BUSINESS_UNKNOWN, "unknown business", "未知业务") \
    X(REASON_QUEUE_TOTAL, "the queue holds too much", "排队总额超限") \
    X(REASON_NO_REPLY, "no reply", "无应答") \
    X(REASON_CODE_UNKNOWN, "the answer leaves the outcome open", "应答码结果不明") \
    X(REASON_NO_OUTCOME, "no outcome yet", "尚无结果") \
    X(REASON_CODE, "the channel's answer", "通道应答失败") \
    X(REASON_NOT_SENT, "not sent", "未发出") \
    X(REASON_ABSENT_FROM_LIST, "absent from the settlement list", "清算明细中没有") \
    X(REASON_NO_RETRY_LEFT, "no retry left", "重试次数用尽") \
    X(REASON_WAITED_TOO_LONG, "waited too long", "等待超时") \
    X(REASON_OPERATOR, "by hand", "人工操作") \
    X(REASON_BELOW_LOW, "below the low mark", "低于下限") \
    X(REASON_ABOVE_HIGH, "above the high mark", "高于上限") \
    X(REASON_UNALLOCATED_SHORT, "not enough unallocated", "未分配头寸不足") \
    X(REASON_QUOTA_SHORT, "not enough quota", "额度不足") \
    X(REASON_NO_SUCH_MOVE, "no such quota move", "无此额度调配") \
    X(REASON_LIST_TOTAL_DIFFERS, "the list's total differs", "明细合计不符") \
    X(REASON_REPORT_BELOW_BELIEF, "reported less than believed", "查询所得低于系统记录") \
    X(REASON_SESSION_UNHEARD_OF, "a session unheard of", "未知场次") \
    X(REASON_AMOUNT_DIFFERS, "the amount differs", "金额不符") \
    X(REASON_PAID_AFTER_FAILED, "paid after it had failed", "先报失败后报成功") \
    X(REASON_FAILED_AFTER_PAID, "failed after it was paid", "先报成功后报失败") \
    X(REASON_UNKNOWN_ORDER, "an unknown order", "未知指令") \
    X(REASON_RULE_DUE, "its rule was due", "规则到时") \
    X(REASON_BALANCE_BELOW, "below the rule's level", "低于规则阈值") \
    X(REASON_BALANCE_ABOVE, "above the rule's level", "高于规则阈值") \
    X(REASON_BACKLOG, "payouts queue for money", "排队付款缺头寸") \
    X(REASON_BALANCE_SHORT, "the paying account has too little", "付款账户余额不足") \
    X(REASON_BELOW_MIN, "less than the least amount", "低于最小调拨金额") \
    X(REASON_OUT_OF_HOURS, "outside the service's hours", "不在受理时间") \
    X(REASON_TOO_LATE_TODAY, "too late in the day", "已过当日截止时间") \
    X(REASON_NO_MEANS, "no way leads there", "无可用调拨方式") \
    X(REASON_OPERATION_MISSING, "the interface has no such operation", "接口不支持该操作") \
    X(REASON_NO_DIRECT_LINK, "no direct link", "未开通银企直连") \
    X(REASON_NO_POSITION_NUMBER, "no position number", "无头寸序号") \
    X(REASON_MEANS_RESTING, "this way failed and rests", "该方式失败后暂停") \
    X(REASON_LEG_FAILED, "a leg failed", "某一环节失败") \
    X(REASON_ACCOUNT_UNKNOWN, "no such account", "无此账户") \
    X(REASON_ACCOUNT_CLOSED, "the account is not open", "账户未开立或已销户") \
    X(REASON_ACCOUNT_OPEN_ALREADY, "the account was opened before", "账户已开立过") \
    X(REASON_USE_TAKEN, "such an account exists already", "同类账户已存在") \
    X(REASON_USE_WRONG, "the account's use is wrong", "账户用途有误") \
    X(REASON_CENTRAL_BANK_STAYS, "the custody account stays", "集中存管账户不可销户") \
    X(REASON_BALANCE_LEFT, "there is still a balance", "尚有余额") \
    X(REASON_ENTRY_PENDING, "something is still under way", "尚有在途") \
    X(REASON_RULE_LIVE, "a rule still uses the account", "仍有调拨规则使用该账户") \
    X(REASON_ACCOUNT_OVERDUE, "the account should be closed by now", "账户逾期未销户") \
    X(REASON_REMAINDER_AT_CUT_OFF, "money is left at the cut-off", "截止时仍有余额") \
    X(REASON_COOLING_DOWN, "a move the other way is too recent", "反向调配仍在冷却期") \
    X(REASON_DEMAND, "queue and forecast need it", "排队与预测所需") \
    X(REASON_ONLY_ROUTE, "the only route", "唯一可用通道") \
    X(REASON_PRIMARY, "the primary channel", "主付款通道") \
    X(REASON_QUOTA_LOW, "the other lacked quota", "另一通道额度不足") \
    X(REASON_BREAKER_OPEN, "a breaker is open", "熔断中") \
    X(REASON_CHANNEL_BUSY, "the other was busy", "另一通道并发已满") \
    X(REASON_TRIED_ELSEWHERE, "a retry on the other channel", "换通道重试") \
    X(REASON_MORE_QUOTA, "more quota left there", "剩余额度较多") \
    X(REASON_CHEAPER, "a lower fee there", "手续费较低") \
    X(REASON_MORE_SUCCESS, "more attempts succeed there", "成功率较高") \
    X(REASON_BREAKER_ADMITS, "the breaker admits it again", "熔断已恢复放行") \
    X(REASON_FAILURE_SHARE, "too many attempts failed", "失败率过高") \
    X(REASON_CONSECUTIVE_FAILURES, "too many failures in a row", "连续失败过多") \
    X(REASON_SLOW_SHARE, "too many answers were slow", "慢应答过多") \
    X(REASON_VELOCITY_COUNT, "too many payouts in a short time", "短时付款笔数过多") \
    X(REASON_VELOCITY_AMOUNT, "too much money in a short time", "短时付款金额过大") \
    X(REASON_PROBES_FAILED, "the probes failed", "试探未通过") \
    X(REASON_PROBES_PASSED, "the probes passed", "试探通过") \
    X(REASON_PROBE_OVERDUE, "a probe had no answer in time", "试探超时无应答") \
    X(REASON_OPEN_TIME_OVER, "its open time is over", "熔断时长已过") \
    X(REASON_FORCED_TIME_OVER, "the time it was forced for is over", "强制时长已过") \
    X(REASON_TOO_MANY_KEYS, "more keys than a breaker can watch", "熔断键过多，未能监视") \
    X(REASON_BELOW_LEVEL, "below the level", "低于预警线") \
    X(REASON_ABOVE_LEVEL, "above the level", "高于预警线") \
    X(REASON_ENOUGH, "enough is there", "已足够") \
    X(REASON_MOVE_QUOTA, "moving quota would cover it", "调配额度可以满足") \
    X(REASON_TRANSFER_MONEY, "transferring money would cover it", "调拨资金可以满足") \
    X(REASON_NOTHING_COVERS, "neither quota nor transfers cover it", "额度与调拨均不能满足") \
    X(REASON_LEVEL_REGAINED, "back within the level", "已恢复正常") \
    X(REASON_HISTORY_SUM_WRONG, "the day's own figures do not add up", "历史余额自身不平") \
    X(REASON_HISTORY_OPENING, "the day did not open as the last one closed", "期初余额与上日期末不符") \
    X(REASON_HISTORY_COUNT, "the day had another number of movements", "当日发生笔数不符") \
    X(REASON_HISTORY_TOTAL, "the day's movements came to something else", "当日发生额不符") \
    X(REASON_HISTORY_TOO_LATE, "a movement of a day that was checked", "已核对日期又现新明细") \
    X(REASON_HISTORY_REFUSED, "the history balance was refused", "历史余额查询被拒") \
    X(REASON_HISTORY_MISSED, "days were never checked", "有日期未能核对") \
    X(REASON_NOT_LISTED, "no list has it", "清算明细中始终没有") \
    X(REASON_LISTED_ONLY, "only the list has it", "仅清算明细中有") \
    X(REASON_LINES_DIFFER, "the list says otherwise", "与清算明细不符") \
    X(REASON_LIST_OVERDUE, "the list has not come", "清算明细逾期未到") \
    X(REASON_LIST_TRUNCATED, "the list breaks off", "清算明细不完整") \
    X(REASON_LIST_SHORT, "the list has less than its totals say", "清算明细少于其合计") \
    X(REASON_MATCHED_LATER, "matched later", "后续核对相符") \
    X(REASON_ADJUSTED, "adjusted", "已调账") \
    X(REASON_WRITTEN_OFF, "written off", "已核销") \
    X(REASON_BREAK_UNKNOWN, "there is no such break", "无此差错") \
    X(REASON_BREAK_SETTLED, "the break is closed", "差错已结") \
    X(REASON_NOT_PROPOSED, "nobody proposed it", "尚无人经办") \
    X(REASON_SAME_PERSON, "who proposed it cannot approve it", "经办与复核不得为同一人") \
    X(REASON_BREAKS_FULL, "there is no room for more breaks", "差错登记已满") \
    X(REASON_BOOKED, "booked", "已入账") \
    X(REASON_PAYMENTS_UNHEARD, "it has payments we have not heard of", "含尚未得知结果的付款") \
    X(REASON_PAYMENTS_HEARD, "they have been heard of", "相关付款结果已得知") \
    X(REASON_NET_UNEXPLAINED, "nothing we know of explains it", "差额原因不明") \
    X(REASON_MOVED_OTHERWISE, "the account moved by something else", "账户实际入账金额不同") \
    X(REASON_OTHER_HALF_MISSING, "the house or the account never told", "清算机构或账户始终未告知") \
    X(REASON_RULE_MATCHED, "a tagging rule says so", "打标规则命中") \
    X(REASON_NO_RULE_MATCHED, "no tagging rule matches", "无打标规则命中") \
    X(REASON_OWN_TRANSFER, "one of our transfers", "本单位调拨") \
    X(REASON_SESSION_NET, "a session's net", "场次清算净额") \
    X(REASON_ADOPTED, "booked to the balance as reported", "按上报余额直接入账") \
    X(REASON_AGAINST_BALANCES, "the balances before and after it say otherwise", "与前后余额不符") \
    X(REASON_LINE_WITHHELD, "left out, and again when asked for once more", "明细缺号，再次查询仍缺") \
    X(REASON_UNDECIDED, "nobody knows whether it was paid", "是否已付款尚无定论") \
    X(REASON_DECIDED, "two people decided it", "经办、复核两人认定") \
    X(REASON_DECIDES_NOTHING, "it is not about whether something was paid", "该差错不涉及是否付款")

#define TEXTS_SUMMARY(X) \
    X(HEAD, "%s: %s\n", "%s：%s\n") \
    X(SPAN, "%s to %s: %s in %.2f s, %s\n", "%s 至 %s：历时 %s，运行 %.2f 秒，%s\n") \
    X(PAYOUTS, "payouts", "付款") \
    X(REQUESTED, "%s requested, %s\n", "申请 %s 笔，%s\n") \
    X(PAID, "%s paid (%.4g %%)", "已付 %s 笔（%.4g%%）") \
    X(END_FAILED, ", %s failed", "，失败 %s 笔") \
    X(END_EXPIRED, ", %s expired", "，排队过期 %s 笔") \
    X(END_RETURNED, ", %s returned", "，退汇 %s 笔") \
    X(END_REFUSED, ", %s refused", "，不予受理 %s 笔") \
    X(END_CANCELLED, ", %s cancelled", "，撤销 %s 笔") \
    X(END_IN_DOUBT, ", %s in doubt", "，结果不明 %s 笔") \
    X(END_SENT, ", %s sent", "，已发出待应答 %s 笔") \
    X(END_QUEUED, ", %s queued", "，排队 %s 笔") \
    X(PAID_TWICE, "; %s paid twice", "；重复付款 %s 笔") \
    X(PAID_TWICE_BY_LIE, ", and %s because a house said failed of what it had paid", \
      "，另因机构误报失败而重复付款 %s 笔") \
    X(COLLECTIONS, "collections", "收款") \
    X(COLLECTED, "%s, %s\n", "%s 笔，%s\n") \
    X(WAITING, "waiting", "等待时长") \
    X(POINT_P50, "p50 %s", "半数不超过 %s") \
    X(POINT_P90, ", p90 %s", "，90%% 不超过 %s") \
    X(POINT_P99, ", p99 %s", "，99%% 不超过 %s") \
    X(POINT_MAX, ", max %s", "，最长 %s") \
    X(GROUP, "  group %s", "  %s 组") \
    X(BLOCKED, "held up by", "等待原因") \
    X(BLOCKED_QUOTA, "quota", "额度") \
    X(BLOCKED_CHANNEL, "busy channels", "通道并发") \
    X(BLOCKED_BREAKER, "breakers", "熔断") \
    X(BLOCKED_SHARE, "shares", "业务份额") \
    X(BLOCKED_HOLD, "holds", "人工冻结") \
    X(BLOCKED_TURN, "turn", "次序") \
    X(BLOCKED_GAP, ", ", "，") \
    X(BLOCKED_IN_ALL, " (of all payouts together)\n", "（各笔付款合计）\n") \
    X(LATE, "late", "逾期") \
    X(LATE_SHARE, "%s (%.4g %%)\n", "%s 笔（%.4g%%）\n") \
    X(CHANNEL, "%s; available: least %s, mean %s", "%s；可用额度最低 %s，平均 %s") \
    X(CHANNEL_DRY, "; short of quota for %s", "；额度不足累计 %s") \
    X(ROUTES, "routes", "通道选择") \
    X(ROUTE, "%s %.3g %%", "%s %.3g%%") \
    X(ANOTHER_ROUTE, ", %s %.3g %%", "，%s %.3g%%") \
    X(CUSTODY, "custody (ACS)", "集中存管账户") \
    X(CUSTODY_LEAST, "least %s, unallocated least %s", "余额最低 %s，未分配头寸最低 %s") \
    X(CUSTODY_IDLE, "; idle on average %s\n", "；平均闲置 %s\n") \
    X(QUOTA_MOVES, "quota moves", "额度调配") \
    X(QUOTA_MOVED, "%s, %s\n", "%s 次，%s\n") \
    X(IN_DOUBT, "in doubt", "结果不明") \
    X(DOUBT_RESOLVED, "%s came to a definite answer, after %s on average\n", \
      "%s 笔已查明，平均用时 %s\n") \
    X(TRANSFERS, "transfers", "资金调拨") \
    X(TRANSFERS_DONE, "%s done, %s", "完成%s，%s") \
    X(TRANSFERS_FAILED, "; %s failed", "；失败%s") \
    X(FEES, "fees", "手续费") \
    X(UNEXPLAINED, "unexplained", "不明差额") \
    X(UNEXPLAINED_FEN, "%s at the end, at most %s of one balance\n", "期末 %s，单个余额最多 %s\n") \
    X(ALERTS, "alerts", "预警") \
    X(TAGGING, "tagging", "打标") \
    X(TAGGED, "%s tagged", "已打标 %s 条") \
    X(UNTAGGED, ", %s untagged: %s in, %s out\n", "，未打标 %s 条：转入 %s，转出 %s\n") \
    X(SUSPENSE, "suspense", "挂账") \
    X(SUSPENSE_FEN, "%s too much, %s too little at the end\n", "期末长款 %s，短款 %s\n") \
    X(TAG_NEVER, "/policy/tagging/%zu, %s: never matched\n", \
      "/policy/tagging/%zu（%s）：从未命中\n") \
    X(FAULTS, "faults", "故障") \
    X(FAULT, "%s: %s at %s, fired %s of %s%s\n", "%s：%s，%s，触发 %s 次，符合条件 %s%s\n") \
    X(FAULT_NEVER, "  (never)", "（从未触发）") \
    X(EXPECTATIONS, "expectations", "预期") \
    X(EXPECTATIONS_MET, "%u of %u met\n", "%u 项达成，共 %u 项\n") \
    X(EXPECTATION_FAILED, "/expect/%u: %s: want %s, got %s\n", \
      "/expect/%u %s：应%s，实为 %s\n") \
    X(INVARIANTS, "invariants", "不变量") \
    X(INVARIANTS_HOLD, "%u of %d hold, in %s\n", "%u 项成立，共 %d 项，校验 %s\n") \
    X(BROKE, "%s: broke at %s, event %" PRIu64 ": ", "“%s”于 %s 被破坏，第 %" PRIu64 " 个事件：") \
    X(STUCK, "stuck", "停滞") \
    X(STUCK_WHY, "drain_max has passed and work is left:\n", "已过收尾时限，仍有未了结的业务：\n") \
    X(LEFT_UNDER_WAY, "%s under way\n", "%s尚在途中\n") \
    X(LEFT_MOVES, "%s not ended\n", "%s尚未结束\n") \
    X(LEFT_TRANSFER, "transfer %" PRIu64 " (%s -> %s), %s, ", "调拨 %" PRIu64 "（%s → %s），%s，") \
    X(LEFT_RESTS, "rests at %s: leg %u, %s, failed: %s\n", "停在 %s：第 %u 步（%s）失败：%s\n") \
    X(LEFT_ON_ITS_WAY, "is under way: leg %u, %s\n", "在途：第 %u 步（%s）\n") \
    X(LEFT_WAITS, "waits: %s\n", "等待：%s\n") \
    X(LEFT_RETURNS, "%s: %s processing, returns unsettled or owed\n", \
      "%s：处理中 %s，尚有退汇未清算或未到账\n") \
    X(LEFT_SESSIONS, "%s: %s processing, sessions or lists unsettled or owed\n", \
      "%s：处理中 %s，尚有场次或明细未结\n") \
    X(LEFT_PAYOUTS, "%s not ended; the oldest:\n", "%s尚未了结；最早的是：\n") \
    X(LEFT_PAYOUT, "%s, %s, requested %s\n", "%s，%s，申请于 %s\n") \
    X(LEFT_UNDECIDED, \
      "  in doubt: adjust break %u as paid or as not_paid, and another approves\n", \
      "  结果存疑：请经办对差错 %u 认定已付或未付（adjust），再由另一人复核\n") \
    X(SEED, "seed %" PRId64 ", hash %016" PRIx64 "\n", "种子 %" PRId64 "，哈希 %016" PRIx64 "\n")

#define TEXTS_EXPECTATIONS(X) \
    X(VERB_IS, "is %s", "等于 %s") \
    X(VERB_NOT, "not %s", "不等于 %s") \
    X(VERB_BELOW, "below %s", "低于 %s") \
    X(VERB_ABOVE, "above %s", "高于 %s") \
    X(VERB_AT_LEAST, "at_least %s", "不低于 %s") \
    X(VERB_AT_MOST, "at_most %s", "不高于 %s") \
    X(VERB_BETWEEN, "between %s and %s", "介于 %s 与 %s 之间") \
    X(GOT_NEVER, "nothing: that time never came", "无：该时段未出现") \
    X(GOT_AT, "%s at %s", "%s（%s）") \
    X(GOT_HELD, "it held; %s last", "一直成立，最后为 %s") \
    X(NOTHING_MEASURED, "nothing measured", "无数据")

#define TEXTS_TEST(X) \
    X(TEST_OK, "ok  ", "通过") \
    X(TEST_FAIL, "FAIL", "失败") \
    X(TEST_MET, "  %u of %u expectations", "  预期 %u 项达成，共 %u 项") \
    X(TEST_EXPECTS_NOTHING, "  (expects nothing: invariants, not stuck)", \
      "  （未设预期：只看不变量与是否停滞）") \
    X(TEST_SECONDS, "  %.2f s\n", "  %.2f 秒\n") \
    X(TEST_VERDICT, "verdict %s\n", "结论：%s\n") \
    X(TEST_KILLED, "its worker was killed by signal %d (%s)\n", "工作进程被信号 %d 终止（%s）\n") \
    X(TEST_LOST, "its worker ended with exit code %d and no result\n", \
      "工作进程以退出码 %d 结束，没有结果\n") \
    X(TEST_NOT_BEGUN, "no worker could be started: %s\n", "无法启动工作进程：%s\n") \
    X(TEST_REPEAT, "repeat: %s\n", "重现：%s\n") \
    X(TEST_MACHINE, "the machine failed us\n", "机器故障（磁盘或内存不足）\n") \
    X(TEST_TOTAL, "%s, %zu failed", "共 %s，失败 %zu 个") \
    X(TEST_SKIPPED, ", %zu skipped", "，跳过 %zu 个")

#define TEXTS_REPORT(X) \
    X(REPORT_TITLE, "%s: %s", "%s：%s") \
    X(REPORT_SPAN, "Load from %s to %s; everything settled by %s (UTC+08:00).", \
      "业务时段 %s 至 %s；全部了结于 %s（北京时间）。") \
    X(REPORT_SPAN_STUCK, "Load from %s to %s; still not settled at %s (UTC+08:00).", \
      "业务时段 %s 至 %s；至 %s 仍未了结（北京时间）。") \
    X(TILE_REQUESTED, "payouts requested", "付款申请笔数") \
    X(TILE_AMOUNT, "asked for in all", "付款申请总额") \
    X(TILE_PAID, "of them paid", "付款成功率") \
    X(TILE_PAID_TWICE, "paid twice", "重复付款笔数") \
    X(TILE_P50, "waited: half within", "半数付款等待不超过") \
    X(TILE_P99, "waited: 99 % within", "99% 付款等待不超过") \
    X(TILE_LATE, "late or never paid", "逾期或未付占比") \
    X(TILE_UNIONPAY_DRY, "UnionPay short of quota", "银联额度不足时长") \
    X(TILE_NETSUNION_DRY, "NetsUnion short of quota", "网联额度不足时长") \
    X(TILE_IDLE, "idle money, on average", "平均闲置资金") \
    X(TILE_MOVES, "quota moves", "额度调配次数") \
    X(TILE_DOUBTS, "doubts resolved", "结果不明已查明笔数") \
    X(TILE_FEES, "fees", "手续费") \
    X(NEVER_SHORT, "never", "无") \
    X(EXPECTED, "Expected %s %s, got %s", "预期 %s %s，实为 %s") \
    X(WHEN_HEADING, "What happened when", "大事记") \
    X(WHEN, "when", "时间") \
    X(WHAT, "what", "事项") \
    X(WHEN_TO, " to %s", " 至 %s") \
    X(NOTHING_HAPPENED, "Nothing out of the ordinary.", "一切正常。") \
    X(LEFT_OUT, "%s left out; %s has everything.", "另有 %s未列出；全部见 %s。") \
    X(EVENT_DRY, "%s short of quota: payouts waited for it, %s in all, %s", \
      "%s额度不足，付款排队等待额度，累计 %s，共 %s") \
    X(EVENT_MOVED, "quota moved from %s to %s: %s, in %s", "额度由%s调往%s：%s，共 %s") \
    X(EVENT_MOVE_FAILED, "quota moves from %s to %s failed: %s, in %s", \
      "额度由%s调往%s失败：%s，共 %s") \
    X(EVENT_DOUBT, "%s: %s in doubt for a while, %s", "%s：%s一度结果不明，金额 %s") \
    X(EVENT_RESOLVED, "%s: %s found absent from a complete settlement list, so not paid", \
      "%s：%s不在完整的清算明细中，确认未付") \
    X(EVENT_FAILED, "%s failed for good (%s), %s", "%s最终失败（%s），金额 %s") \
    X(EVENT_EXPIRED, "%s expired in the queue, %s", "%s排队过期，金额 %s") \
    X(EVENT_REFUSED, "%s refused or did not take %s, %s", "%s拒绝或未受理 %s，金额 %s") \
    X(EVENT_RETURNED, "%s: %s came back (退汇), %s", "%s：%s退汇，金额 %s") \
    X(EVENT_SETTLED, "%s settled %s, net %s", "%s清算 %s，轧差净额 %s") \
    X(EVENT_ALERT, "alert: %s, %s", "预警：%s，%s") \
    X(EVENT_ALERT_RAISED, "alert %s raised: %s, %s", "预警 %s 触发：%s，%s") \
    X(EVENT_ALERT_CLEARED, "alert %s cleared, %s", "预警 %s 解除，%s") \
    X(ALERT_BELOW, "%s below %s", "%s 低于 %s") X(ALERT_ABOVE, "%s above %s", "%s 高于 %s") \
    X(ALERTS_HEADING, "Alerts", "预警") X(ALERT, "alert", "预警") \
    X(ALERT_CONDITION, "watches", "监控条件") X(ALERT_FIRST, "first raised", "首次触发") \
    X(ALERT_RAISED, "raised", "触发次数") X(ALERT_STOOD, "stood for", "持续时长") \
    X(ALERT_WARN, "warning", "警告") X(ALERT_ALARM, "alarm", "告警") \
    X(EVENT_ALERT_AT, "alert: %s at %s, %s", "预警：%s，账户 %s，%s") \
    X(EVENT_TRANSFERRED, "%s to %s: %s transferred, in %s", "%s 至 %s：调拨 %s，共%s") \
    X(EVENT_TRANSFER_FAILED, "%s to %s: %s failed in %s (%s)", "%s 至 %s：%s 未成，共%s（%s）") \
    X(EVENT_TRANSFER_RESTS, "%s to %s: %s rests at %s (%s), %s", "%s 至 %s：%s 停在 %s（%s），%s") \
    X(EVENT_TRANSFER_REFUSED, "%s to %s: %s refused in %s (%s)", "%s 至 %s：%s 被拒，共%s（%s）") \
    X(EVENT_REGISTERED, "account %s registered", "账户 %s 开立") \
    X(EVENT_CLOSED, "account %s closed", "账户 %s 销户") \
    X(EVENT_ACCOUNT_REFUSED, "account %s: refused (%s), %s", "账户 %s：被拒（%s），%s") \
    X(EVENT_BREAKER_OPENED, "breaker %s opened for %s (%s), %s", "熔断规则 %s：%s 熔断（%s），%s") \
    X(EVENT_BREAKER_CLOSED, "breaker %s closed for %s (%s), %s", "熔断规则 %s：%s 恢复（%s），%s") \
    X(SEVERAL_KEYS, "several keys", "多个对象") \
    X(EVENT_CONTRADICTED, "%s contradicted itself: %s, %s", "%s前后矛盾：%s，%s") \
    X(EVENT_LIST_BROKEN, "%s: %s did not add up", "%s：%s合计不符") \
    X(EVENT_FAULT, "fault %s (%s at %s) fired %s", "故障 %s（%s，%s）触发 %s") \
    X(QUOTA_HEADING, "Quota of each channel", "各通道额度") \
    X(QUOTA_CAPTION, \
      "Mapped quota (dashed), what is truly available of it (filled), and what the treasury " \
      "believes (line; never above the truth).", \
      "映射额度（虚线）、实际可用额度（色块）与系统记录的可用额度（实线，从不高于实际）。") \
    X(SHADED, "Shaded: when a fault's window holds.", "阴影为故障时段。") \
    X(ACCOUNTS_HEADING, "Accounts", "各账户") \
    X(ACCOUNTS_CAPTION, \
      "The balance of every account, stacked, with the ends of transfers marked; below, what " \
      "transfers have under way. The custody account moves when sessions settle: a transfer " \
      "paid from quota arrives before it leaves there.", \
      "各账户余额堆叠，标记为调拨结束；下图为在途资金。集中存管账户随场次清算变动：" \
      "从额度下拨的资金先到账、后出账。") \
    X(ACS_HEADING, "Custody account (ACS)", "备付金集中存管账户（ACS）") \
    X(ACS_CAPTION, \
      "The balance at the central bank, and the part that no channel has. It moves when " \
      "sessions settle, not when payouts are made.", \
      "在央行的余额，以及其中未分配给任何通道的头寸。余额随场次清算变动，付款时不变。") \
    X(OUTLOOK_HEADING, "How long quota will last", "额度可用时长") \
    X(OUTLOOK_CAPTION, \
      "Hours until each channel is out of quota, as foreseen each quarter of an hour (line; " \
      "12 means 12 or more), against what happened: the time until payouts really waited for " \
      "quota (dashed), and while they did (red; what comes and goes is drawn as one).", \
      "各通道额度耗尽前的时长（小时）：每刻钟的预测（实线，12 表示 12 小时或以上）与实际对照，" \
      "即距付款实际等待额度的时长（虚线）及等待期间（红色，相近的时段合并）。") \
    X(QUEUE_HEADING, "Queue", "排队") \
    X(QUEUE_CAPTION, \
      "Payouts that wait to be sent, by business, and payouts whose outcome is in doubt.", \
      "各业务待发的付款笔数，以及结果不明的付款笔数。") \
    X(BLOCKED_HEADING, "What payouts wait for", "付款等待原因") \
    X(BLOCKED_CAPTION, \
      "Payouts in the queue by what keeps them there: the one thing that would let them go now.", \
      "排队付款按等待原因统计：只要解除该项即可付出。") \
    X(BREAKERS_HEADING, "Breakers", "熔断") \
    X(BREAKERS_CAPTION, \
      "When a key of each breaker was open, and half open to let probes through.", \
      "各熔断规则的熔断与半开（试探）时段。") \
    X(DECISIONS_HEADING, "Why payouts went where they went", "通道选择原因") \
    X(DECISIONS_CAPTION, \
      "Attempts by the reason for their channel; most are above the others, so the scale is " \
      "logarithmic.", \
      "各笔付款按选择通道的原因统计；纵轴为对数刻度。") \
    X(WAITS_HEADING, "Waiting time", "等待时长") \
    X(WAITS_CAPTION, \
      "From request to payment, of the payouts requested at each time; logarithmic.", \
      "自申请至付款成功，按申请时间统计；纵轴为对数刻度。") \
    X(FAULTS_HEADING, "Faults", "故障") \
    X(FAULT_ID, "fault", "故障") X(FAULT_KIND, "kind", "类型") X(FAULT_PLACE, "at", "位置") \
    X(FAULT_MET, "met it", "符合条件次数") X(FAULT_FIRED, "fired", "触发次数") \
    X(EXPECTATIONS_HEADING, "Expectations", "预期") \
    X(EXPECT_THAT, "that", "指标") X(EXPECT_WANT, "want", "应为") X(EXPECT_GOT, "got", "实为") \
    X(EXPECT_RESULT, "result", "结果") \
    X(EXPECT_DURING, ", during %s", "，%s 期间") X(EXPECT_ALWAYS, ", always", "，全程") \
    X(EXPECT_MET, "met", "达成") X(EXPECT_NOT_MET, "not met", "未达成") \
    X(INVARIANTS_HEADING, "Invariants", "不变量校验") \
    X(INVARIANT, "invariant", "不变量") X(CHECKS, "checks", "校验次数") X(BROKEN, "broken", "违反次数") \
    X(METRICS_HEADING, "All metrics", "全部指标") \
    X(METRIC, "metric", "指标") X(VALUE, "value", "数值") \
    X(NOT_DRAWN, "This plot was not drawn.", "此图未能绘制。") \
    X(FOOTER, "toucun %s, seed %" PRId64 ", hash %016" PRIx64 ": %s in %.2f s.", \
      "toucun %s，种子 %" PRId64 "，哈希 %016" PRIx64 "：%s，运行 %.2f 秒。") \
    X(REPEAT, "here repeats it.", "可在此目录重现本次运行。")

/* The scripts see text_available for PLOT_AVAILABLE, and so on. */
#define TEXTS_PLOTS(X) \
    X(PLOT_UNIONPAY, "UnionPay (银联)", "银联") \
    X(PLOT_NETSUNION, "NetsUnion (网联)", "网联") \
    X(PLOT_AVAILABLE, "available", "可用额度") \
    X(PLOT_MAPPED, "mapped", "映射额度") \
    X(PLOT_BELIEVED, "believed available", "系统记录的可用额度") \
    X(PLOT_HOURS, "hours", "小时") X(PLOT_FORESEEN_DRY, "foreseen until dry", "预测可用时长") \
    X(PLOT_UNTIL_DRY, "until it was short", "距实际不足") X(PLOT_SHORT, "short of quota", "额度不足") \
    X(PLOT_ACS, "ACS balance", "集中存管账户余额") \
    X(PLOT_UNALLOCATED, "unallocated", "未分配头寸") \
    X(PLOT_PAYOUTS, "payouts", "笔数") \
    X(PLOT_BLOCKED_QUOTA, "quota", "额度") \
    X(PLOT_BLOCKED_CHANNEL, "a free slot", "通道并发") \
    X(PLOT_BLOCKED_BREAKER, "a breaker", "熔断恢复") \
    X(PLOT_BLOCKED_SHARE, "the business's share", "业务份额") \
    X(PLOT_BLOCKED_HOLD, "release by hand", "人工放行") \
    X(PLOT_BLOCKED_TURN, "their turn", "排队次序或重试间隔") \
    X(PLOT_BREAKER_OPEN, "open", "熔断") \
    X(PLOT_BREAKER_HALF_OPEN, "half open", "半开") \
    X(PLOT_BREAKS, "breaks", "差错笔数") \
    X(PLOT_UNDER_1_DAY, "under 1 day", "1 天内") \
    X(PLOT_UNDER_3_DAYS, "1 to 3 days", "1 至 3 天") \
    X(PLOT_UNDER_7_DAYS, "3 to 7 days", "3 至 7 天") \
    X(PLOT_OVER_7_DAYS, "7 days and more", "7 天及以上") \
    X(PLOT_ATTEMPTS, "attempts", "付款次数") \
    X(PLOT_IN_DOUBT, "in doubt", "结果不明") \
    X(PLOT_TRANSFER_DONE, "transfer done", "调拨完成") \
    X(PLOT_TRANSFER_FAILED, "failed, or resting", "失败或停滞") \
    X(PLOT_IN_TRANSIT, "in transit", "在途资金") \
    X(PLOT_SECONDS, "seconds", "秒") \
    X(PLOT_P99, "99 % within", "99% 不超过") \
    X(PLOT_P90, "90 % within", "90% 不超过") \
    X(PLOT_P50, "half within", "半数不超过") \
    X(AXIS_SMALL, "yuan", "元") \
    X(AXIS_MIDDLE, "thousand yuan", "万元") \
    X(AXIS_LARGE, "million yuan", "亿元")

#define TEXTS_RECONCILE(X) \
    X(RECONCILE_OURS, "ours", "我方") X(RECONCILE_THEIRS, "theirs", "对方") \
    X(RECONCILE_DIFFERENCE, "theirs - ours", "对方减我方") \
    X(RECONCILE_ROWS, "rows", "笔数") X(RECONCILE_AMOUNT, "amount", "金额") \
    X(RECONCILE_FEE, "fee", "手续费") X(RECONCILE_NET, "net", "净额") \
    X(RECONCILE_MATCHED, "matched", "相符") \
    X(RECONCILE_MISSING_THEIRS, "missing theirs", "对方缺") \
    X(RECONCILE_MISSING_OURS, "missing ours", "我方缺") \
    X(RECONCILE_AMOUNT_DIFFERS, "amount differs", "金额不符") \
    X(RECONCILE_STATUS_DIFFERS, "status differs", "状态不符") \
    X(RECONCILE_FEE_DIFFERS, "fee differs", "手续费不符") \
    X(RECONCILE_DUPLICATE, "duplicate", "重复") \
    X(RECONCILE_RETURNED, "returned", "退汇") X(RECONCILE_LATE, "late", "跨期") \
    X(RECONCILE_TOLERATED, "tolerated", "容差内") \
    X(RECONCILE_AGREE, "the lists agree\n", "两份清单相符\n") \
    X(RECONCILE_DIFFER, "the lists differ in %s\n", "两份清单有差异：%s\n") \
    X(RECONCILE_WRITTEN, "each of them: %s/breaks.csv\n", "逐笔差异：%s/breaks.csv\n") \
    X(RECONCILE_UNSIGNED, "amounts are compared without direction: only one list says it\n", \
      "仅一方标明收付方向，按金额绝对值核对\n") \
    X(ONE_PLACE, "place", "笔") X(MANY_PLACES, "places", "笔")

/* Of breaks, in summary and report. */
#define TEXTS_AUDIT(X) \
    X(AUDIT, "audit", "对账") \
    X(AUDIT_MATCHED, "%s matched with settlement lists", "与清算明细核对相符 %s") \
    X(AUDIT_DETECTION, "; errors found after %s on average, %s at most", \
      "；差错平均 %s 查出，最长 %s") \
    X(AUDIT_TYPE, "type of break", "差错类型") \
    X(AUDIT_INJECTED, "injected", "注入") X(AUDIT_FOUND, "found", "查出") \
    X(AUDIT_MISSED, "missed", "漏报") X(AUDIT_FALSE, "false", "误报") \
    X(AUDIT_OPEN, "open", "未结") X(AUDIT_CLOSED, "closed", "已结") \
    X(AUDIT_IN_ALL, "in all", "合计") \
    X(AUDIT_LATE, "list late", "明细逾期") \
    X(AUDIT_HEADING, "Audit", "对账") \
    X(AUDIT_EXPLAINED, \
      "Injected: errors that faults put into what the treasury was told. Found: those that a " \
      "break answers for. False: breaks that answer for none.", \
      "注入：故障使资金系统收到的错误信息。查出：有差错记录与之对应。误报：差错记录没有对应的注入错误。") \
    X(AUDIT_STANDING, "Breaks that nobody has resolved", "未结差错") \
    X(AUDIT_NUMBER, "number", "编号") X(AUDIT_SINCE, "since", "发现时间") \
    X(AUDIT_CHANNEL, "channel", "通道") X(AUDIT_WHAT, "about", "对象") \
    X(AUDIT_WHY, "reason", "原因") X(AUDIT_OURS, "ours", "我方金额") \
    X(AUDIT_THEIRS, "theirs", "对方金额") X(AUDIT_AGE, "age", "账龄") \
    X(AUDIT_LIST_OF, "list of %.10s", "%.10s 清算明细") \
    X(AUDIT_LINE_OF, "line %u of the details", "明细第 %u 笔") \
    X(BREAKS_CAPTION, \
      "Breaks that stand, by type (above) and by age (below), to the end of the run; dotted: " \
      "the end of the load.", \
      "未结差错按类型（上）与账龄（下）统计，至运行结束；点线为业务时段结束。")

#define TEXTS(X) \
    TEXTS_NUMBERS(X) TEXTS_NAMES(X) TEXTS_REASONS(X) TEXTS_SUMMARY(X) TEXTS_EXPECTATIONS(X) \
    TEXTS_TEST(X) TEXTS_RECONCILE(X) TEXTS_AUDIT(X) TEXTS_REPORT(X) TEXTS_PLOTS(X)
/* clang-format on */

#define TEXT_LITERALS(key, english, chinese)                                                       \
    static const char text_english_##key[] = english;                                              \
    static const char text_chinese_##key[] = chinese;
TEXTS(TEXT_LITERALS)
#undef TEXT_LITERALS

/* The language of what people read; English until a command says otherwise. */
extern enum language texts_language;

/* "en", "zh"; false: no such language, *language untouched. */
bool language_parse(const char *word, enum language *language);

#define T(key) (texts_language == CHINESE ? text_chinese_##key : text_english_##key)
#define TEXT_IN(language, key) ((language) == CHINESE ? text_chinese_##key : text_english_##key)

/* The table itself, for pages, scripts and tests, which name a row by its key. */
struct text_row {
    const char *key;
    const char *in[LANGUAGES];
};
extern const struct text_row text_rows[];
extern const size_t text_row_count;
const char *text_of(const char *key, size_t length); /* NULL: no such row */

/* Of an enum reason, an enum leg_service. */
const char *reason_text(uint8_t reason);
const char *leg_service_text(uint8_t service);
const char *match_type_text(enum match_type type);
const char *channel_text(enum channel channel); /* as a setting's name: "unionpay", "银联" */

/* Of an enum fault_kind, an enum fault_operation, an enum invariant. */
const char *fault_text(uint8_t kind);
const char *fault_operation_text(uint8_t operation);
const char *invariant_text(uint8_t which);

/* "1 move", "1,234 moves"; "1,234 次". */
enum { SHOWN_MAX = 64 };
const char *shown_counted(uint64_t count, const char *one, const char *many, char out[SHOWN_MAX]);
#define COUNTED(count, one, many, out) shown_counted(count, T(one), T(many), out)

/* 1234567 as "1,234,567"; fen as "¥1,234.56"; microseconds as "1 h 2 m", "45 s", "230 ms". */
const char *shown_count(uint64_t value, char out[SHOWN_MAX]);
const char *shown_yuan(int64_t fen, char out[SHOWN_MAX]);
const char *shown_yuan_short(int64_t fen, char out[SHOWN_MAX]); /* "¥853.7 M", "8.537 亿元" */
const char *shown_time(int64_t us, char out[SHOWN_MAX]);

/* How many columns a terminal gives a text: Chinese characters take two. */
size_t shown_columns(const char *text);

#endif
