/* believed.h — a position of 1,000 fen, what it hears, and the rules by which its sessions
 * count, for tests. */
#ifndef TESTS_BELIEVED_H
#define TESTS_BELIEVED_H

#include "core/quota/position.h"
#include "tests/harness.h"

enum { FIRST = 10, FAR = FIRST + SESSIONS_MAX };

static struct position position;

static const struct quota_rule to_acs = {RECEIPTS_AT_ONCE, SETTLES_TO_ACS};
static const struct quota_rule to_virtual_id = {RECEIPTS_AT_ONCE, SETTLES_TO_VIRTUAL_ID};

static const struct {
    enum receipts_count count;
    enum settles_to to;
    bool closed;
    int64_t want_fen[3]; /* of receipts and payments 80 and 30; 30 and 80; 0 and 0 */
} rules[] = {
    {RECEIPTS_AT_ONCE, SETTLES_TO_ACS, false, {50, -50, 0}},
    {RECEIPTS_AT_ONCE, SETTLES_TO_ACS, true, {50, -50, 0}},
    {RECEIPTS_AT_SESSION, SETTLES_TO_ACS, false, {-30, -80, 0}},
    {RECEIPTS_AT_SESSION, SETTLES_TO_ACS, true, {50, -50, 0}},
    {RECEIPTS_AT_SETTLEMENT, SETTLES_TO_ACS, false, {-30, -80, 0}},
    {RECEIPTS_AT_SETTLEMENT, SETTLES_TO_ACS, true, {-30, -80, 0}},
    {RECEIPTS_AT_ONCE, SETTLES_TO_VIRTUAL_ID, false, {0, -50, 0}},
    {RECEIPTS_AT_ONCE, SETTLES_TO_VIRTUAL_ID, true, {0, -50, 0}},
    {RECEIPTS_AT_SESSION, SETTLES_TO_VIRTUAL_ID, false, {-30, -80, 0}},
    {RECEIPTS_AT_SESSION, SETTLES_TO_VIRTUAL_ID, true, {-30, -80, 0}},
    {RECEIPTS_AT_SETTLEMENT, SETTLES_TO_VIRTUAL_ID, false, {-30, -80, 0}},
    {RECEIPTS_AT_SETTLEMENT, SETTLES_TO_VIRTUAL_ID, true, {-30, -80, 0}},
};

static inline struct quota_rule rule_of(int i)
{
    return (struct quota_rule){(uint8_t)rules[i].count, (uint8_t)rules[i].to};
}

static inline void open_with(struct quota_rule rule, int64_t mapped_fen)
{
    position_init(&position, rule, mapped_fen, FIRST);
}

static inline void fresh_position(void)
{
    open_with(to_acs, 1000);
}

static inline void must_be(int64_t mapped_fen, int64_t held_fen, int64_t available_fen)
{
    ck_assert_int_eq(position.mapped_fen, mapped_fen);
    ck_assert_int_eq(position.held_fen, held_fen);
    ck_assert_int_eq(position_available_fen(&position), available_fen);
}

static inline void receive(uint32_t session, int64_t amount_fen)
{
    ck_assert_int_eq(position_receipt(&position, session, amount_fen), SESSION_BOOKED);
}

static inline void pay(uint32_t session, int64_t amount_fen)
{
    position_hold(&position, NULL, amount_fen);
    ck_assert_int_eq(position_paid(&position, session, amount_fen), SESSION_BOOKED);
}

static inline void close(uint32_t session, int64_t receipts_fen, int64_t want_untold_fen)
{
    int64_t untold_fen = -1;
    ck_assert_int_eq(position_session_closed(&position, session, receipts_fen, &untold_fen),
                     SESSION_BOOKED);
    ck_assert_int_eq(untold_fen, want_untold_fen);
}

static inline void settle(uint32_t session, int64_t net_fen)
{
    ck_assert_int_eq(position_session_settled(&position, session, net_fen), SESSION_BOOKED);
}

#endif
