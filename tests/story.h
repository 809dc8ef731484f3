/* story.h — a small true story for auditors: two payouts go through a real mock
 * world, and the facts a treasury would give are written by hand.
 */
#ifndef TESTS_STORY_H
#define TESTS_STORY_H

#include "core/payout/payout.h"
#include "tests/audited.h"

enum { SLOTS = 64, A = 3, B = 5, ORDER_A = 101, ORDER_B = 102, CLASS = 40, BYPASS_MAX = 2 };

static int64_t ageing_us; /* of the next story */
static int64_t share_ppm; /* of business 1, of two; 0 has none */
static int64_t believed_fen[CHANNELS];
static uint64_t entries;
static uint64_t arrivals;

static inline const struct invariant_count *count_of(enum invariant which)
{
    return &auditor_counts(stage.auditor)[which];
}

/* --- how a treasury tells ------------------------------------------------------- */

static inline void tell_entry(enum fact_kind kind, uint32_t debit, uint32_t credit,
                              int64_t amount_fen)
{
    tell((struct fact){.kind = (uint8_t)kind,
                       .channel = CHANNEL_NONE,
                       .subject = debit,
                       .session = credit,
                       .id = ++entries,
                       .amount_fen = amount_fen});
}

static inline void tell_request(uint32_t slot, int64_t amount_fen)
{
    tell((struct fact){.kind = FACT_REQUESTED, .subject = slot, .amount_fen = amount_fen});
}

static inline struct fact queued(uint32_t slot, uint8_t class, int64_t amount_fen)
{
    return (struct fact){.kind = FACT_QUEUED,
                         .channel = CHANNEL_NONE,
                         .class = class,
                         .routes = 3,
                         .subject = slot,
                         .id = arrivals++,
                         .amount_fen = amount_fen};
}

/* One whose `other` is what is believed available after `change`. */
static inline void tell_belief(struct fact f, int64_t change_fen)
{
    believed_fen[f.channel] += change_fen;
    f.other = believed_fen[f.channel];
    tell(f);
}

static inline void tell_sent(uint32_t slot, uint8_t c, uint64_t id, int64_t amount_fen)
{
    tell_belief((struct fact){.kind = FACT_SENT,
                              .channel = c,
                              .reason = c == config.primary ? REASON_PRIMARY : REASON_QUOTA_LOW,
                              .subject = slot,
                              .id = id,
                              .amount_fen = amount_fen},
                -amount_fen);
}

static inline void tell_doubt(uint32_t slot, int64_t next_query_us)
{
    tell((struct fact){
        .kind = FACT_IN_DOUBT, .reason = REASON_NO_REPLY, .subject = slot, .other = next_query_us});
}

static inline void tell_paid(uint32_t slot, uint8_t c, uint32_t session, int64_t amount_fen)
{
    tell_belief((struct fact){.kind = FACT_PAID,
                              .channel = c,
                              .subject = slot,
                              .session = session,
                              .amount_fen = amount_fen},
                0);
}

static inline void tell_move(enum fact_kind kind, uint32_t move, uint8_t from, uint8_t to,
                             enum reason reason)
{
    tell((struct fact){.kind = (uint8_t)kind,
                       .channel = to,
                       .state = from,
                       .subject = move,
                       .reason = (uint8_t)reason,
                       .amount_fen = 1});
}

static inline void tell_denied(uint32_t slot, uint8_t channels)
{
    tell((struct fact){
        .kind = FACT_DENIED, .reason = REASON_BREAKER_OPEN, .subject = slot, .routes = channels});
}

static inline void tell_hold(enum fact_kind kind, uint32_t slot)
{
    tell((struct fact){.kind = (uint8_t)kind, .reason = REASON_OPERATOR, .subject = slot});
}

/* --- the story -------------------------------------------------------------------- */

enum moment { OPENED, QUEUED, SENT, DOUBTED, PAID, SETTLED, NEVER };

/* Of the stage as it is set. */
static inline void open_story(void)
{
    audit_open((struct core_config){.limits = {.open_payouts = SLOTS, .remembered = 1000},
                                    .bypass_max = BYPASS_MAX,
                                    .ageing_us = ageing_us,
                                    .business_count = 2,
                                    .businesses[1].share_ppm = share_ppm,
                                    .allocation.cool_down_us = 10 * US_PER_MINUTE});
    for (int c = 0; c < CHANNELS; c++)
        believed_fen[c] = STAGE_MAPPED_FEN;
    entries = arrivals = 0;
}

static inline void set_story(void)
{
    stage_set();
    open_story();
}

static inline void tell_opening(void)
{
    tell_opened();
    tell_entry(FACT_ENTRY_POSTED, BOOK_REGISTERED + 0, BOOK_CLIENTS, STAGE_CUSTODY_FEN);
    tell_entry(FACT_ENTRY_POSTED, BOOK_REGISTERED + 3, BOOK_EQUITY, 5000);
}

static inline void tell_settlement(uint32_t session, int64_t net_fen)
{
    tell_belief((struct fact){.kind = FACT_SESSION_CLOSED, .session = session}, 0);
    tell_belief(
        (struct fact){.kind = FACT_SESSION_SETTLED, .session = session, .amount_fen = net_fen}, 0);
}

/* Told up to that moment; A of 1,000 and B of 2,000 fen, both on UnionPay. */
static inline void tell_story(enum moment until)
{
    uint32_t session = stage_house(UNIONPAY)->open_session;
    tell_opening();
    after_event();
    if (until == OPENED)
        return;
    tell_request(A, 1000);
    tell(queued(A, CLASS, 1000));
    tell_request(B, 2000);
    tell(queued(B, CLASS, 2000));
    after_event();
    if (until == QUEUED)
        return;
    tell_sent(A, UNIONPAY, ORDER_A, 1000);
    tell_entry(FACT_ENTRY_PENDING, BOOK_CLIENTS, BOOK_OF(UNIONPAY, BOOK_OF_PAYABLE), 1000);
    stage_pay(UNIONPAY, ORDER_A, 1000);
    after_event();
    if (until == SENT)
        return;
    tell_doubt(A, stage.now_us + US_PER_HOUR);
    after_event();
    if (until == DOUBTED)
        return;
    tell_sent(B, UNIONPAY, ORDER_B, 2000);
    stage_pay(UNIONPAY, ORDER_B, 2000);
    stage_after(10 * US_PER_S);
    tell_paid(A, UNIONPAY, session, 1000);
    tell_paid(B, UNIONPAY, session, 2000);
    tell_entry(FACT_ENTRY_TAKEN, BOOK_CLIENTS, BOOK_OF(UNIONPAY, BOOK_OF_PAYABLE), 1000);
    tell_entry(FACT_ENTRY_POSTED, BOOK_CLIENTS, BOOK_OF(UNIONPAY, BOOK_OF_PAYABLE), 2000);
    after_event();
    if (until == PAID)
        return;
    stage_until(stage_at(29, 10, 1));
    tell_settlement(session, -3000);
    tell((struct fact){.kind = FACT_SETTLED, .subject = A});
    tell((struct fact){.kind = FACT_SETTLED, .subject = B});
    tell((struct fact){.kind = FACT_RECONCILED, .subject = A});
    tell((struct fact){.kind = FACT_RECONCILED, .subject = B});
    tell_entry(FACT_ENTRY_POSTED, BOOK_OF(UNIONPAY, BOOK_OF_PAYABLE), BOOK_REGISTERED + 0, 3000);
    after_event();
}

#endif
