/* statement.h — a treasury that is told lines of accounts' statements one by one, true or not.
 *
 * setup() and done() go around each test.  What an account's lines come to is said
 * as more than its opening balance. */
#ifndef TESTS_STATEMENT_H
#define TESTS_STATEMENT_H

#include "tests/treasury.h"

enum { MAKER = 11, CHECKER = 12 };

static struct treasury t;

static inline void setup(void)
{
    treasury_config(&t);
}

static inline void done(void)
{
    treasury_free(&t);
}

struct line {
    uint8_t account;
    uint32_t number;
    int64_t said_fen;
    int64_t after_fen; /* more than the opening balance */
    uint64_t id;
    uint8_t flag;
};

static inline int64_t opening_fen(uint8_t account)
{
    return t.s.config.accounts[account].opening_fen;
}

static inline void tell(struct line l)
{
    treasury_apply(&t, (struct input){.kind = INPUT_MOVEMENT_TOLD,
                                      .channel = l.flag & MOVEMENT_OF_SESSION ? CHANNEL_UNIONPAY
                                                                              : CHANNEL_NONE,
                                      .session = l.flag & MOVEMENT_OF_SESSION ? SMALL_SESSION : 0,
                                      .account = l.account,
                                      .count = l.number,
                                      .amount_fen = l.said_fen,
                                      .other_fen = opening_fen(l.account) + l.after_fen,
                                      .id = l.id,
                                      .flag = l.flag,
                                      .at_us = t.s.now_us});
}

static inline void page_ends(uint8_t account, uint32_t last, int64_t after_fen)
{
    treasury_apply(&t, (struct input){.kind = INPUT_DETAILS_ENDED,
                                      .channel = CHANNEL_NONE,
                                      .account = account,
                                      .count = last,
                                      .other_fen = opening_fen(account) + after_fen});
}

/* What is missing is asked for once more, and is missing again. */
static inline void page_ends_twice(uint8_t account, uint32_t last, int64_t after_fen)
{
    page_ends(account, last, after_fen);
    ck_assert_uint_eq(treasury_count(&t, FACT_BREAK_OPENED), 0);
    ck_assert_uint_eq(treasury_orders(&t, ORDER_LIST_DETAILS), 1);
    page_ends(account, last, after_fen);
}

static inline struct fact the_break(uint8_t account, uint32_t number, enum match_type type)
{
    struct fact f = treasury_fact(&t, FACT_BREAK_OPENED);
    ck_assert_uint_eq(treasury_count(&t, FACT_BREAK_OPENED), 1);
    ck_assert_uint_eq(f.state, BREAK_ABOUT_LINE);
    ck_assert_uint_eq(f.id, audit_line_id(account, number));
    ck_assert_uint_eq(f.class, type);
    ck_assert_uint_eq(f.channel, CHANNEL_NONE);
    return f;
}

static inline int64_t more_fen(uint8_t account)
{
    return account_fen(&t, account) - opening_fen(account);
}

static inline void must_be_explained(uint8_t account)
{
    treasury_wait(&t, US_PER_MINUTE);
    report(&t, account, account_fen(&t, account), t.s.now_us);
    ck_assert_int_eq(treasury_fact(&t, FACT_BALANCE_AUDITED).amount_fen, 0);
}

static inline int64_t suspense_fen(void)
{
    return -book_fen(&t, BOOK_LINES_LONG) - book_fen(&t, BOOK_LINES_SHORT);
}

static inline struct order moves(uint8_t from, uint8_t to, int64_t amount_fen)
{
    treasury_ask(&t, from, to, amount_fen);
    return treasury_order(&t, ORDER_TRANSFER);
}

#endif
