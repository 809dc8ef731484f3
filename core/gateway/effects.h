/* effects.h — what the core gives back: orders for gateways, facts for whoever watches.
 *
 * The core never acts.  It appends to a buffer that the caller owns and
 * empties; orders are to be carried out in their order.  One call appends at
 * most ORDERS_MAX orders and FACTS_MAX facts; where work remains, the core's
 * deadline is now.  Facts are the only window into the core.
 */
#ifndef CORE_GATEWAY_EFFECTS_H
#define CORE_GATEWAY_EFFECTS_H

#include <stdint.h>

#include "core/base/must.h"
#include "core/gateway/gateway.h"

/* Facts of the core, then those the world adds when it tells what is true.
 * subject is a payout's slot, a move's, a business or an account, by kind;
 * `available` marks kinds whose other_fen is the channel's believed available
 * afterwards.
 *
 *   requested      subject payout, amount; id and other: the reference (hi, lo)
 *   refused        subject payout or NONE, reason, id and other as above
 *   repeated       subject payout or NONE, state, reason (same | content_differs)
 *   queued         subject payout, class, routes, state: business, amount, id: arrival,
 *                  other_us: not before
 *   sent           subject payout, channel, id, amount, reason: why there   available
 *   bypassed       subject the first payout passed over, session: how many, id: of the order sent
 *   accepted       subject payout, channel, code, id
 *   in_doubt       subject payout, channel, code, reason, id, other_us: next query
 *   queried        subject payout, channel, id, session: which query, other_us: next query
 *   paid           subject payout, channel, session, id, amount            available
 *   attempt_failed subject payout, channel, code, reason, id, amount       available
 *   failed expired cancelled     subject payout, reason
 *   settled        subject payout, channel, session
 *   returned       subject payout or NONE, channel, session, amount, state: it was   available
 *   contradicted   subject payout, channel, code, state: an answer against an earlier one
 *   stray          channel, id: an answer to nothing we know
 *   entry_pending entry_posted entry_taken entry_voided
 *                  subject debited book, session credited book, amount, id: entry number,
 *                  code: enum template; taken: a pending entry becomes posted
 *   balance        subject book, amount: posted, other: pending (debit less credit), id: its
 *                  debits posted in all.  Told at each day's close, of every book ever used
 *   day_closed     session: balances told, amount: debits posted in all, id: credits, other_us:
 *                  the day
 *   opened         channel or NONE (unallocated), amount: mapped           available
 *   receipt        channel, session, amount, id: count                     available
 *   receipt_late   channel, session, amount, id: count; the session's total had it in
 *   session_closed channel, session, amount: of its receipts, those not told singly   available
 *   session_settled channel, session, amount: the net                      available
 *   net_agreed     channel, session, amount: the net; state 1: the account showed it move, 0: the
 *                  net alone; reason payments_heard: what it differed by is explained
 *   net_differs    as net_agreed, other: by how much it is more than it should be, reason
 *   balance_audited  subject account, or NONE and channel: its mapped quota; state: enum
 *                  audit_occasion, other: as reported, id: as booked, amount: what nothing explains
 *                  of the difference
 *   balance_explained  before it, as it: amount: in transit, other: not settled for us yet, id:
 *                  not collected yet; reason adopted: booked to what was reported
 *   books_agree    session: checks inside the books at a day's close
 *   books_differ   subject book, amount: what it comes to, other: by how much that is wrong
 *   quota_reported channel, amount: available, id: mapped, other_us: as of
 *   move_requested subject move, channel to, state from, amount, reason
 *   move_sent      subject move, channel, id, amount, state: 0 decrease 1 increase   available
 *   move_in_doubt  subject move, channel, id, other_us: next query
 *   move_leg_done move_leg_failed  subject move, channel, id, code, amount, state as sent available
 *   move_done move_failed          subject move, amount, reason
 *   move_restrained  channel to, state from, amount, reason, other_us: until, at least.  The
 *                  policy wished it; told once for each restraint
 *   dry_began dry_ended            channel: a payout waits for quota there
 *   list_opened    channel, session: count, amount, other_us: cut-off
 *   list_complete list_broken      channel, session: count, amount
 *   account_registered account_changed account_closed     subject account
 *                   account_changed: code what its interface offers now, a bit for each operation
 *   account_refused subject account, reason: of registering, changing, closing, refreshing it
 *   balance_reported subject account, amount, id: believed, other_us: as of
 *   movement       subject account, session: its number, id: order or 0, amount (in: above zero;
 *                  as the balances before and after it say),
 *                  other_us: when booked; state 1: pushed.  Heard of for the first time
 *   transfer_requested subject transfer, amount, reason, class: from, routes: to (accounts),
 *                  session: rule + 1, or 0
 *   transfer_refused   subject NONE, amount, reason, class: from, routes: to, session as above
 *   transfer_waiting   subject transfer, reason, class: from, routes: to, other_us: until
 *   leg_sent       subject transfer, id, amount, class: from, routes: to, state: enum leg_service,
 *                  session: which leg, from 1.  A leg that takes quota has that channel, the
 *                  amount with a fee in the net, and the channel's available; others have
 *                  channel none
 *   leg_accepted   as leg_sent: the money has left `from`, and is in transit
 *   leg_in_doubt   as leg_sent, code, reason, other_us: next query
 *   leg_queried    as leg_sent, other_us: next query
 *   leg_done       as leg_sent, code: the money has arrived at `to`; of a leg that takes quota
 *                  session is the clearing session it was paid in
 *   leg_failed     as leg_sent, code, reason: it is back at `from`
 *   transfer_done      subject transfer, amount, class: from, routes: to
 *   transfer_failed    the same, reason: nothing left `from`, or all came back
 *   transfer_resting   the same, reason, state: the account where the money rests, session: the
 *                  leg that failed: for good, or until its rule fires again
 *   transfer_resumed   as transfer_resting
 *   fees           channel, amount
 *   alert          channel, reason, amount, other; about an account: class is its index + 1
 *   held released  subject payout, reason: by the operator; it is not sent meanwhile
 *   denied         subject payout, routes: the channels that breakers deny it now (0: none any
 *                  more), class: 1 + the first breaker that does, reason
 *   breaker_opened breaker_half_opened breaker_closed
 *                  subject key in the pool, class: 1 + breaker, id: the key's value, channel: of a
 *                  route, reason, state: enum breaker_state before, session: openings in a row,
 *                  other_us: until, or 0
 *   alert_raised alert_cleared     subject alert rule, channel or NONE, amount: what is watched,
 *                  now; other: the level, reason
 *   foreseen       channel, amount: believed available and on its way, less what waits; id: the
 *                  most that flows out net within the policy's horizon, other_us: when it will be
 *                  dry, or never.  Told with each quarter of an hour
 *   backlog        channel, amount: what is short, beyond what is on its way, id: what of it
 *                  nothing covers, other_us: when it will be dry; reason: what would cover it
 *                  (move_quota, transfer_money, nothing_covers) or enough.  Told when that changes
 *   history_agreed subject account, session: movements of the day, amount: its closing balance,
 *                  other_us: the day
 *   history_differs  subject account, reason, amount: by how much, other_us: the day.  Marks the
 *                  day for the audit
 *   rules_suspended rules_resumed  transfers by rule stop, go on: asked for by hand
 *   reconciled     subject payout or NONE (it had a break), channel, id, amount: settled, and its
 *                  line was matched; reason decided: two people said that it was paid
 *   break_opened   subject payout or NONE, channel, class: enum match_type, state: enum
 *                  break_about, session: its number, id: order id, the day (civil.h) of a list, or
 *                  a line's (audit_line_id), amount: ours (of a line: what the balances before and
 *                  after it say), other: theirs, reason; code: how many lines of a statement are
 *                  missing, from that one on
 *   break_proposed break_refused    as break_opened but subject: who, reason: adjusted,
 *                  written_off; why not; routes: what is proposed to have become of the payment
 *   break_closed   as break_opened but subject: who approved, or NONE, reason: how
 *   tagged         subject account, session: its number or 0, id: order or 0, amount,
 *                  other_us: when booked; class: 1 + the rule that matched, or 0: known by its id;
 *                  reason
 *   untagged       the same; class: 1 + the nearest rule, state: bits, enum tag_condition: what of
 *                  it fails
 *   true_error     a fault told something wrong: channel, class: enum match_type that it is to be
 *                  found as, state: enum break_about, subject: the fault's index, session: day of
 *                  the list (0: an answer told it), id: as of break_opened, amount: what is true,
 *                  other: what was told
 *   true_movement  subject account, session: its number, id: order or 0, amount (in: above zero),
 *                  other: the balance after it, channel: whose session's net it is, else none
 */
/* clang-format off */
#define FACT_KINDS(X) \
    X(REQUESTED, requested) X(REFUSED, refused) X(REPEATED, repeated) X(QUEUED, queued) \
    X(SENT, sent) X(BYPASSED, bypassed) X(ACCEPTED, accepted) X(IN_DOUBT, in_doubt) \
    X(QUERIED, queried) X(PAID, paid) X(ATTEMPT_FAILED, attempt_failed) X(FAILED, failed) \
    X(EXPIRED, expired) X(CANCELLED, cancelled) X(SETTLED, settled) X(RETURNED, returned) \
    X(CONTRADICTED, contradicted) X(STRAY, stray) \
    X(ENTRY_PENDING, entry_pending) X(ENTRY_POSTED, entry_posted) X(ENTRY_TAKEN, entry_taken) \
    X(ENTRY_VOIDED, entry_voided) X(BALANCE, balance) \
    X(OPENED, opened) X(RECEIPT, receipt) X(RECEIPT_LATE, receipt_late) \
    X(SESSION_CLOSED, session_closed) X(SESSION_SETTLED, session_settled) \
    X(QUOTA_REPORTED, quota_reported) \
    X(MOVE_REQUESTED, move_requested) X(MOVE_SENT, move_sent) X(MOVE_IN_DOUBT, move_in_doubt) \
    X(MOVE_LEG_DONE, move_leg_done) X(MOVE_LEG_FAILED, move_leg_failed) \
    X(MOVE_DONE, move_done) X(MOVE_FAILED, move_failed) \
    X(DRY_BEGAN, dry_began) X(DRY_ENDED, dry_ended) \
    X(LIST_OPENED, list_opened) X(LIST_COMPLETE, list_complete) X(LIST_BROKEN, list_broken) \
    X(FEES, fees) X(ALERT, alert) \
    X(ACCOUNT_REGISTERED, account_registered) X(ACCOUNT_CHANGED, account_changed) \
    X(ACCOUNT_CLOSED, account_closed) X(ACCOUNT_REFUSED, account_refused) \
    X(BALANCE_REPORTED, balance_reported) X(MOVEMENT, movement) \
    X(TRANSFER_REQUESTED, transfer_requested) X(TRANSFER_REFUSED, transfer_refused) \
    X(TRANSFER_WAITING, transfer_waiting) X(LEG_SENT, leg_sent) X(LEG_ACCEPTED, leg_accepted) \
    X(LEG_IN_DOUBT, leg_in_doubt) X(LEG_QUERIED, leg_queried) X(LEG_DONE, leg_done) \
    X(LEG_FAILED, leg_failed) X(TRANSFER_DONE, transfer_done) \
    X(TRANSFER_FAILED, transfer_failed) X(TRANSFER_RESTING, transfer_resting) \
    X(TRANSFER_RESUMED, transfer_resumed) \
    X(TRUE_ACCEPTED, true_accepted) X(TRUE_PAID, true_paid) X(TRUE_FAILED, true_failed) \
    X(TRUE_RECEIPT, true_receipt) X(TRUE_RETURNED, true_returned) \
    X(TRUE_SESSION_CLOSED, true_session_closed) X(TRUE_SESSION_SETTLED, true_session_settled) \
    X(TRUE_MOVED, true_moved) X(TRUE_MOVEMENT, true_movement) \
    X(MOVE_RESTRAINED, move_restrained) \
    X(HELD, held) X(RELEASED, released) X(DENIED, denied) \
    X(BREAKER_OPENED, breaker_opened) X(BREAKER_HALF_OPENED, breaker_half_opened) \
    X(BREAKER_CLOSED, breaker_closed) \
    X(ALERT_RAISED, alert_raised) X(ALERT_CLEARED, alert_cleared) \
    X(FORESEEN, foreseen) X(BACKLOG, backlog) \
    X(HISTORY_AGREED, history_agreed) X(HISTORY_DIFFERS, history_differs) \
    X(RULES_SUSPENDED, rules_suspended) X(RULES_RESUMED, rules_resumed) \
    X(RECONCILED, reconciled) X(BREAK_OPENED, break_opened) \
    X(BREAK_PROPOSED, break_proposed) X(BREAK_REFUSED, break_refused) \
    X(BREAK_CLOSED, break_closed) X(TRUE_ERROR, true_error) \
    X(DAY_CLOSED, day_closed) X(NET_AGREED, net_agreed) X(NET_DIFFERS, net_differs) \
    X(TAGGED, tagged) X(UNTAGGED, untagged) \
    X(BALANCE_AUDITED, balance_audited) X(BALANCE_EXPLAINED, balance_explained) \
    X(BOOKS_AGREE, books_agree) X(BOOKS_DIFFER, books_differ)

#define REASONS(X) \
    X(NONE, none) X(SAME, same) X(CONTENT_DIFFERS, content_differs) \
    X(POOL_FULL, pool_full) X(AMOUNT_WRONG, amount_wrong) X(AMOUNT_OVER_LIMIT, amount_over_limit) \
    X(NO_ROUTE, no_route) X(BUSINESS_UNKNOWN, business_unknown) X(QUEUE_TOTAL, queue_total) \
    X(NO_REPLY, no_reply) X(CODE_UNKNOWN, code_unknown) X(NO_OUTCOME, no_outcome) \
    X(CODE, code) X(NOT_SENT, not_sent) X(ABSENT_FROM_LIST, absent_from_list) \
    X(NO_RETRY_LEFT, no_retry_left) X(WAITED_TOO_LONG, waited_too_long) X(OPERATOR, operator) \
    X(BELOW_LOW, below_low) X(ABOVE_HIGH, above_high) \
    X(UNALLOCATED_SHORT, unallocated_short) X(QUOTA_SHORT, quota_short) \
    X(NO_SUCH_MOVE, no_such_move) \
    X(LIST_TOTAL_DIFFERS, list_total_differs) X(REPORT_BELOW_BELIEF, report_below_belief) \
    X(SESSION_UNHEARD_OF, session_unheard_of) X(AMOUNT_DIFFERS, amount_differs) \
    X(PAID_AFTER_FAILED, paid_after_failed) X(FAILED_AFTER_PAID, failed_after_paid) \
    X(UNKNOWN_ORDER, unknown_order) \
    X(RULE_DUE, rule_due) X(BALANCE_BELOW, balance_below) X(BALANCE_ABOVE, balance_above) \
    X(BACKLOG, backlog) X(BALANCE_SHORT, balance_short) X(BELOW_MIN, below_min) \
    X(OUT_OF_HOURS, out_of_hours) X(TOO_LATE_TODAY, too_late_today) X(NO_MEANS, no_means) \
    X(OPERATION_MISSING, operation_missing) X(NO_DIRECT_LINK, no_direct_link) \
    X(NO_POSITION_NUMBER, no_position_number) X(MEANS_RESTING, means_resting) \
    X(LEG_FAILED, leg_failed) X(ACCOUNT_UNKNOWN, account_unknown) \
    X(ACCOUNT_CLOSED, account_closed) X(ACCOUNT_OPEN_ALREADY, account_open_already) \
    X(USE_TAKEN, use_taken) X(USE_WRONG, use_wrong) X(CENTRAL_BANK_STAYS, central_bank_stays) \
    X(BALANCE_LEFT, balance_left) X(ENTRY_PENDING, entry_pending) X(RULE_LIVE, rule_live) \
    X(ACCOUNT_OVERDUE, account_overdue) X(REMAINDER_AT_CUT_OFF, remainder_at_cut_off) \
    X(COOLING_DOWN, cooling_down) X(DEMAND, demand) \
    X(ONLY_ROUTE, only_route) X(PRIMARY, primary) X(QUOTA_LOW, quota_low) \
    X(BREAKER_OPEN, breaker_open) X(CHANNEL_BUSY, channel_busy) \
    X(TRIED_ELSEWHERE, tried_elsewhere) X(MORE_QUOTA, more_quota) X(CHEAPER, cheaper) \
    X(MORE_SUCCESS, more_success) X(BREAKER_ADMITS, breaker_admits) \
    X(FAILURE_SHARE, failure_share) X(CONSECUTIVE_FAILURES, consecutive_failures) \
    X(SLOW_SHARE, slow_share) X(VELOCITY_COUNT, velocity_count) \
    X(VELOCITY_AMOUNT, velocity_amount) X(PROBES_FAILED, probes_failed) \
    X(PROBES_PASSED, probes_passed) X(PROBE_OVERDUE, probe_overdue) \
    X(OPEN_TIME_OVER, open_time_over) X(FORCED_TIME_OVER, forced_time_over) \
    X(TOO_MANY_KEYS, too_many_keys) X(BELOW_LEVEL, below_level) X(ABOVE_LEVEL, above_level) \
    X(LEVEL_REGAINED, level_regained) \
    X(ENOUGH, enough) X(MOVE_QUOTA, move_quota) X(TRANSFER_MONEY, transfer_money) \
    X(NOTHING_COVERS, nothing_covers) \
    X(HISTORY_SUM_WRONG, history_sum_wrong) X(HISTORY_OPENING, history_opening) \
    X(HISTORY_COUNT, history_count) X(HISTORY_TOTAL, history_total) \
    X(HISTORY_TOO_LATE, history_too_late) X(HISTORY_REFUSED, history_refused) \
    X(HISTORY_MISSED, history_missed) \
    X(NOT_LISTED, not_listed) X(LISTED_ONLY, listed_only) X(LINES_DIFFER, lines_differ) \
    X(LIST_OVERDUE, list_overdue) X(LIST_TRUNCATED, list_truncated) X(LIST_SHORT, list_short) \
    X(MATCHED_LATER, matched_later) X(ADJUSTED, adjusted) X(WRITTEN_OFF, written_off) \
    X(BREAK_UNKNOWN, break_unknown) X(BREAK_SETTLED, break_settled) \
    X(NOT_PROPOSED, not_proposed) X(SAME_PERSON, same_person) X(BREAKS_FULL, breaks_full) \
    X(BOOKED, booked) \
    X(PAYMENTS_UNHEARD, payments_unheard) X(PAYMENTS_HEARD, payments_heard) \
    X(NET_UNEXPLAINED, net_unexplained) X(MOVED_OTHERWISE, moved_otherwise) \
    X(OTHER_HALF_MISSING, other_half_missing) \
    X(RULE_MATCHED, rule_matched) X(NO_RULE_MATCHED, no_rule_matched) \
    X(OWN_TRANSFER, own_transfer) X(SESSION_NET, session_net) \
    X(ADOPTED, adopted) X(AGAINST_BALANCES, against_balances) X(LINE_WITHHELD, line_withheld) \
    X(UNDECIDED, undecided) X(DECIDED, decided) X(DECIDES_NOTHING, decides_nothing)
/* clang-format on */

/* What a break is about: one order, the list of one day as a whole, or one line of
 * an account's statement. */
enum break_about { BREAK_ABOUT_ORDER, BREAK_ABOUT_LIST, BREAK_ABOUT_LINE };

/* Of a line: its id is its account and its number. */
static inline uint64_t audit_line_id(uint8_t account, uint32_t number)
{
    return (uint64_t)account << 32 | number;
}
static inline uint8_t audit_line_account(uint64_t id)
{
    return (uint8_t)(id >> 32);
}
static inline uint32_t audit_line_number(uint64_t id)
{
    return (uint32_t)id;
}

/* When a balance was audited. */
enum audit_occasion {
    AUDIT_OF_REPORT,
    AUDIT_OF_DETAILS, /* all movements up to now are known */
    AUDIT_OF_HISTORY, /* of one day at a virtual ID */
    AUDIT_OF_CLOSE,
};

#define FACT_ENUM(name, text) FACT_##name,
enum fact_kind { FACT_KINDS(FACT_ENUM) FACT_KIND_COUNT };
#undef FACT_ENUM
#define REASON_ENUM(name, text) REASON_##name,
enum reason { REASONS(REASON_ENUM) REASON_COUNT };
#undef REASON_ENUM

struct fact {
    int64_t at_us;
    uint8_t kind;    /* enum fact_kind */
    uint8_t channel; /* enum channel */
    uint8_t reason;  /* enum reason */
    uint8_t state;
    uint16_t code;
    uint8_t class;
    uint8_t routes;
    uint32_t subject;
    uint32_t session;
    uint64_t id;
    int64_t amount_fen;
    int64_t other;
};

_Static_assert(sizeof(struct fact) == 48, "a fact has padding");

enum { ORDERS_MAX = 64, FACTS_MAX = 512 };

struct effects {
    uint32_t order_count;
    uint32_t fact_count;
    struct order orders[ORDERS_MAX];
    struct fact facts[FACTS_MAX];
};

static inline void effects_order(struct effects *fx, struct order one)
{
    MUST(fx->order_count < ORDERS_MAX);
    fx->orders[fx->order_count++] = one;
}

static inline void effects_fact(struct effects *fx, struct fact one)
{
    MUST(fx->fact_count < FACTS_MAX);
    fx->facts[fx->fact_count++] = one;
}

const char *fact_kind_name(enum fact_kind kind);
const char *reason_name(enum reason reason);

#endif
