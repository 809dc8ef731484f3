/* transfers.h — one treasury whose transfers are followed leg by leg, to the fen. */
#ifndef TESTS_TRANSFERS_H
#define TESTS_TRANSFERS_H

#include "tests/treasury.h"

#define SENT_FEN (300 * YUAN)

static struct treasury t;

static inline void fresh(void)
{
    treasury_config(&t);
}

static inline void done(void)
{
    treasury_free(&t);
}

static inline void begin(void)
{
    treasury_begin(&t);
}

/* From outside in, what stands where beyond what stood there at the start. */
static inline void must_stand(int64_t acs_fen, int64_t own_fen, int64_t transit_fen)
{
    ck_assert_int_eq(account_fen(&t, ACS), 10 * OPENING_FEN + acs_fen);
    ck_assert_int_eq(account_fen(&t, OWN), OPENING_FEN + own_fen);
    ck_assert_int_eq(book_fen(&t, BOOK_TRANSIT), transit_fen);
    ck_assert_int_eq(account_fen(&t, ACS) + account_fen(&t, OWN) + account_fen(&t, VIRTUAL_OWN) +
                         account_fen(&t, VIRTUAL_RESERVE) + account_fen(&t, PREPAID) +
                         account_fen(&t, OWN_2) + book_fen(&t, BOOK_TRANSIT),
                     15 * OPENING_FEN);
}

static inline struct order leg(void)
{
    return treasury_order(&t, ORDER_TRANSFER);
}

static inline struct order question(void)
{
    return treasury_order(&t, ORDER_QUERY);
}

/* The leg's order is out, its reply overdue, and has been asked about. */
static inline void ask_about_it(void)
{
    uint32_t asked = treasury_orders(&t, ORDER_QUERY);
    for (int i = 0; i < 100 && treasury_orders(&t, ORDER_QUERY) == asked; i++)
        treasury_wait(&t, US_PER_MINUTE);
    ck_assert_uint_gt(treasury_orders(&t, ORDER_QUERY), asked);
}

#endif
