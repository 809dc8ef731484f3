/* chart.h — the chart of internal accounts, and how each event of the business is booked.
 *
 * A book is one account of the ledger.  There is a fixed part, then for each
 * clearing house its own, then one for each registered account, in the order
 * of registration:
 *
 *     clients  equity  gain_loss  fee_expense  fee_account  custody  unallocated  transit
 *     interest  suspense_long  suspense_short      of lines of statements, by their tags
 *     HOUSE.clearing          the parent: what the house owes us, net
 *         HOUSE.receivable    collections not yet settled
 *         HOUSE.payable       payouts not yet settled
 *         HOUSE.suspense_long     the house has more than we know of (长款挂账)
 *         HOUSE.suspense_short    the house has less (短款挂账)
 *     HOUSE.quota             memo, of custody: what is mapped to the house
 *
 * Memo books are a second set: custody stands against its quotas and what no
 * house has, and no money is counted in them.
 *
 * A template is one event's entry: what is debited, what is credited, and
 * whether it is posted at once or pending first.  Of a pending one there are
 * three in a row: it is made, then taken or undone.  Nobody names a debit and
 * a credit anywhere else.
 */
#ifndef CORE_BOOKS_CHART_H
#define CORE_BOOKS_CHART_H

#include <stdbool.h>
#include <stdint.h>

enum { CHART_HOUSES = 2 };

enum {
    BOOK_CLIENTS,     /* what we owe to customers and merchants */
    BOOK_EQUITY,      /* what own funds stand against */
    BOOK_GAIN_LOSS,   /* of equity: differences written off */
    BOOK_FEE_EXPENSE, /* fees of the clearing houses */
    BOOK_FEE_ACCOUNT, /* the fee account of own funds: what was billed, daily */
    BOOK_CUSTODY,     /* memo: the custody balance, against its quotas and the next */
    BOOK_UNALLOCATED, /* memo: the part no channel has */
    BOOK_TRANSIT,     /* transfers that left one account and have not reached the other */
    BOOK_INTEREST,    /* what banks pay us, less what they charge */
    BOOK_LINES_LONG,  /* money that reached an account, and nobody knows whose (长款) */
    BOOK_LINES_SHORT, /* or that left it (短款) */
    BOOK_PER_CHANNEL, /* then, for each channel in turn: */
};

enum {
    BOOK_OF_QUOTA,
    BOOK_OF_RECEIVABLE,
    BOOK_OF_PAYABLE,
    BOOK_OF_CLEARING,       /* a session's receivable and payable meet its net here */
    BOOK_OF_SUSPENSE_LONG,  /* a net brought more than we know of */
    BOOK_OF_SUSPENSE_SHORT, /* or less: mostly payments that we have not heard of yet */
    BOOKS_OF_CHANNEL,
};

#define BOOK_OF(channel, which)                                                                    \
    ((uint32_t)BOOK_PER_CHANNEL + (uint32_t)(channel)*BOOKS_OF_CHANNEL + (uint32_t)(which))
#define BOOK_REGISTERED BOOK_OF(CHART_HOUSES, 0)
#define BOOK_NONE UINT32_MAX

enum book_kind {
    BOOK_ASSET,
    BOOK_LIABILITY,
    BOOK_OWN_EQUITY,
    BOOK_EXPENSE,
    BOOK_INCOME,
    BOOK_MEMO,
    BOOK_KINDS,
};

/* Of any book; registered accounts are assets without a parent. */
enum book_kind book_kind(uint32_t book);
uint32_t book_parent(uint32_t book); /* or BOOK_NONE */
bool book_is_suspense(uint32_t book); /* money too much or too little, and nobody knows whose */
const char *book_kind_word(enum book_kind kind);
/* Of a fixed book, or what it is to its house; not of registered accounts. */
const char *book_word(uint32_t book);

/* --- templates --------------------------------------------------------------- */

/* A pending entry is made, then taken or undone; others are posted at once. */
enum booking { BOOKING_PEND, BOOKING_TAKE, BOOKING_VOID, BOOKING_POST };

/* Whom a template debits and credits: a fixed book, what a book is to the
 * event's house, the event's account, or whom that is owed to. */
enum {
    SIDE_CLIENTS = BOOK_CLIENTS,
    SIDE_EQUITY = BOOK_EQUITY,
    SIDE_GAIN_LOSS = BOOK_GAIN_LOSS,
    SIDE_FEE_EXPENSE = BOOK_FEE_EXPENSE,
    SIDE_FEE_ACCOUNT = BOOK_FEE_ACCOUNT,
    SIDE_CUSTODY = BOOK_CUSTODY,
    SIDE_UNALLOCATED = BOOK_UNALLOCATED,
    SIDE_TRANSIT = BOOK_TRANSIT,
    SIDE_INTEREST = BOOK_INTEREST,
    SIDE_LINES_LONG = BOOK_LINES_LONG,
    SIDE_LINES_SHORT = BOOK_LINES_SHORT,
    SIDE_QUOTA = BOOK_PER_CHANNEL + BOOK_OF_QUOTA,
    SIDE_RECEIVABLE = BOOK_PER_CHANNEL + BOOK_OF_RECEIVABLE,
    SIDE_PAYABLE = BOOK_PER_CHANNEL + BOOK_OF_PAYABLE,
    SIDE_CLEARING = BOOK_PER_CHANNEL + BOOK_OF_CLEARING,
    SIDE_SUSPENSE_LONG = BOOK_PER_CHANNEL + BOOK_OF_SUSPENSE_LONG,
    SIDE_SUSPENSE_SHORT = BOOK_PER_CHANNEL + BOOK_OF_SUSPENSE_SHORT,
    SIDE_ACCOUNT = BOOK_PER_CHANNEL + BOOKS_OF_CHANNEL,
    SIDE_OWNER, /* clients, or equity if the account holds own funds */
    SIDES,
};

/* X(NAME, name, how, debit, credit, signed): of a signed one a negative amount
 * is booked the other way round. */
#define ENTRY(X, NAME, name, debit, credit) X(NAME, name, POST, debit, credit, 0)
#define EITHER_WAY(X, NAME, name, debit, credit) X(NAME, name, POST, debit, credit, 1)
#define TWO_PHASE(X, NAME, name, debit, credit)                                                    \
    X(NAME##_PENDS, name##_pends, PEND, debit, credit, 0)                                          \
    X(NAME##_TAKEN, name##_taken, TAKE, debit, credit, 0)                                          \
    X(NAME##_UNDONE, name##_undone, VOID, debit, credit, 0)

/* clang-format off */
#define TEMPLATES(X) \
    /* accounts as they are registered; money that no order of ours moved */ \
    ENTRY(X, ACCOUNT_OPENS, account_opens, ACCOUNT, OWNER) \
    EITHER_WAY(X, FOREIGN, foreign, ACCOUNT, OWNER) \
    /* the same, by its tag */ \
    EITHER_WAY(X, LINE_CLIENTS, line_clients, ACCOUNT, CLIENTS) \
    EITHER_WAY(X, LINE_EQUITY, line_equity, ACCOUNT, EQUITY) \
    EITHER_WAY(X, LINE_FEE, line_fee, ACCOUNT, FEE_EXPENSE) \
    EITHER_WAY(X, LINE_INTEREST, line_interest, ACCOUNT, INTEREST) \
    EITHER_WAY(X, LINE_LONG, line_long, ACCOUNT, LINES_LONG) \
    EITHER_WAY(X, LINE_SHORT, line_short, ACCOUNT, LINES_SHORT) \
    EITHER_WAY(X, CUSTODY_RISES, custody_rises, UNALLOCATED, CUSTODY) \
    /* quotas */ \
    ENTRY(X, QUOTA_OPENS, quota_opens, QUOTA, UNALLOCATED) \
    TWO_PHASE(X, QUOTA_DOWN, quota_down, UNALLOCATED, QUOTA) \
    TWO_PHASE(X, QUOTA_UP, quota_up, QUOTA, UNALLOCATED) \
    /* payouts and collections */ \
    TWO_PHASE(X, PAYOUT, payout, CLIENTS, PAYABLE) \
    TWO_PHASE(X, PAYOUT_FEE, payout_fee, FEE_EXPENSE, PAYABLE) \
    ENTRY(X, RECEIPT, receipt, RECEIVABLE, CLIENTS) \
    ENTRY(X, RECEIPT_FEE, receipt_fee, FEE_EXPENSE, CLIENTS) \
    EITHER_WAY(X, RECEIPTS_UNTOLD, receipts_untold, RECEIVABLE, CLIENTS) \
    ENTRY(X, PAYMENT_RETURNS, payment_returns, RECEIVABLE, CLIENTS) \
    ENTRY(X, FEES_BILLED, fees_billed, FEE_EXPENSE, FEE_ACCOUNT) \
    /* a session's net: written off on the parent, the difference to suspense */ \
    ENTRY(X, NET_PAYABLE, net_payable, PAYABLE, CLEARING) \
    ENTRY(X, NET_RECEIVABLE, net_receivable, CLEARING, RECEIVABLE) \
    EITHER_WAY(X, NET_MONEY, net_money, ACCOUNT, CLEARING) \
    EITHER_WAY(X, NET_QUOTA, net_quota, QUOTA, CUSTODY) \
    ENTRY(X, NET_LONG, net_long, CLEARING, SUSPENSE_LONG) \
    ENTRY(X, NET_SHORT, net_short, SUSPENSE_SHORT, CLEARING) \
    ENTRY(X, NET_MOVED_MORE, net_moved_more, ACCOUNT, SUSPENSE_LONG) \
    ENTRY(X, NET_MOVED_LESS, net_moved_less, SUSPENSE_SHORT, ACCOUNT) \
    ENTRY(X, SHORT_EXPLAINED, short_explained, PAYABLE, SUSPENSE_SHORT) \
    /* transfers, leg by leg */ \
    TWO_PHASE(X, LEG, leg, TRANSIT, ACCOUNT) \
    TWO_PHASE(X, LEG_PAYOUT, leg_payout, TRANSIT, PAYABLE) \
    TWO_PHASE(X, LEG_FEE, leg_fee, FEE_EXPENSE, PAYABLE) \
    ENTRY(X, LEG_ARRIVES, leg_arrives, ACCOUNT, TRANSIT) \
    ENTRY(X, LEG_COMES_BACK, leg_comes_back, ACCOUNT, TRANSIT) \
    /* breaks: given to whom they belong, or written off */ \
    ENTRY(X, BREAK_ADJUSTED_LONG, break_adjusted_long, SUSPENSE_LONG, CLIENTS) \
    ENTRY(X, BREAK_ADJUSTED_SHORT, break_adjusted_short, CLIENTS, SUSPENSE_SHORT) \
    ENTRY(X, BREAK_WRITTEN_OFF_LONG, break_written_off_long, SUSPENSE_LONG, GAIN_LOSS) \
    ENTRY(X, BREAK_WRITTEN_OFF_SHORT, break_written_off_short, GAIN_LOSS, SUSPENSE_SHORT) \
    EITHER_WAY(X, LINE_ADJUSTED_LONG, line_adjusted_long, LINES_LONG, OWNER) \
    EITHER_WAY(X, LINE_ADJUSTED_SHORT, line_adjusted_short, OWNER, LINES_SHORT) \
    EITHER_WAY(X, LINE_WRITTEN_OFF_LONG, line_written_off_long, LINES_LONG, GAIN_LOSS) \
    EITHER_WAY(X, LINE_WRITTEN_OFF_SHORT, line_written_off_short, GAIN_LOSS, LINES_SHORT)
/* clang-format on */

#define TEMPLATE_ENUM(NAME, name, how, debit, credit, either) TEMPLATE_##NAME,
enum template { TEMPLATES(TEMPLATE_ENUM) TEMPLATE_COUNT };
#undef TEMPLATE_ENUM

struct template_row {
    uint8_t how; /* enum booking */
    uint8_t debit;
    uint8_t credit;
    uint8_t either_way;
};

extern const struct template_row template_rows[TEMPLATE_COUNT];
const char *template_name(enum template what);

/* Of a two-phase event, by its first template. */
static inline enum template template_phase(enum template pends, enum booking how)
{
    return (enum template)((int)pends + (int)how);
}

/* The event's house and account, as far as its template names them. */
struct booked_of {
    uint8_t channel;
    uint8_t account;
};

#endif
