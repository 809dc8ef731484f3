/* accounts.h — one treasury whose operator registers, changes and closes accounts, for tests. */
#ifndef TESTS_ACCOUNTS_H
#define TESTS_ACCOUNTS_H

#include "tests/treasury.h"

static struct treasury t;

static inline void fresh(void)
{
    treasury_config(&t);
}

static inline void done(void)
{
    treasury_free(&t);
}

static inline void operator_does(enum input_kind kind, uint8_t account)
{
    treasury_apply(
        &t, (struct input){.kind = (uint8_t)kind, .channel = CHANNEL_NONE, .account = account});
}

static inline void must_refuse(enum input_kind kind, uint8_t account, enum reason reason)
{
    treasury_forget(&t);
    operator_does(kind, account);
    ck_assert_uint_eq(t.fact_count, 1);
    ck_assert_uint_eq(treasury_fact(&t, FACT_ACCOUNT_REFUSED).reason, reason);
    ck_assert_uint_eq(treasury_fact(&t, FACT_ACCOUNT_REFUSED).subject, account);
    ck_assert_uint_eq(t.order_count, 0);
}

static inline void general_comes_at(int64_t at_us)
{
    t.s.config.account_count = ACCOUNTS;
    t.s.config.accounts[GENERAL].opens_us = at_us;
}

static inline void change(uint8_t account, uint16_t interface, int64_t keep_fen, uint8_t flags)
{
    treasury_apply(&t, (struct input){.kind = INPUT_ACCOUNT_CHANGED,
                                      .channel = CHANNEL_NONE,
                                      .account = account,
                                      .code = interface,
                                      .amount_fen = keep_fen,
                                      .flag = flags});
}

#endif
