/* meets_fault.h — every kind of fault at a service that moves money: an order goes
 * into it, is asked about, comes again, and the money moves once or never.
 */
#ifndef TESTS_MEETS_FAULT_H
#define TESTS_MEETS_FAULT_H

#include "tests/stage.h"

struct fault_case {
    uint8_t kind;
    uint8_t unknown;  /* ERROR_CODE: the code is not definite */
    uint8_t applied;  /* ERROR_CODE: executed all the same */
    uint8_t answered; /* there is an answer to the order */
    uint8_t kept;     /* it arrived: the same id again is a duplicate */
    uint8_t done;     /* by the first order */
};

static const struct fault_case fault_cases[] = {
    {.kind = FAULT_LATENCY, .answered = 1, .kept = 1, .done = 1},
    {.kind = FAULT_DOWN, .answered = 1},
    {.kind = FAULT_TIMEOUT},
    {.kind = FAULT_ERROR_CODE, .answered = 1, .kept = 1},
    {.kind = FAULT_ERROR_CODE, .unknown = 1, .answered = 1, .kept = 1},
    {.kind = FAULT_ERROR_CODE, .unknown = 1, .applied = 1, .answered = 1, .kept = 1, .done = 1},
    {.kind = FAULT_APPLIED_NO_REPLY, .kept = 1, .done = 1},
    {.kind = FAULT_REJECTED_NO_REPLY, .kept = 1},
};

enum { FAULT_CASES = COUNT(fault_cases) };

/* How whoever carries the order out words it. */
struct fault_words {
    uint8_t operation;
    uint8_t institution;
    uint16_t accepted;
    uint16_t done;
    uint16_t processing;
    uint16_t not_found;
    uint16_t duplicate;
    uint16_t refused;  /* by the fault */
    uint16_t declined; /* though the fault's code was unknown */
};

/* What the answer to an order that meets the fault says. */
static inline uint16_t answer_of(const struct fault_case *c, const struct fault_words *words)
{
    if (c->kind == FAULT_DOWN)
        return CODE_NOT_SENT;
    if (c->kind == FAULT_ERROR_CODE)
        return c->unknown ? words->processing : words->refused;
    return words->accepted;
}

static inline uint16_t outcome_of(const struct fault_case *c, const struct fault_words *words)
{
    if (c->done)
        return words->done;
    return c->unknown ? words->declined : words->refused;
}

/* Sends `o` into the fault, asks, sends it again, asks again: the money moves
 * once or never, whatever was answered.  `movements` is how many there are of
 * an order that is done. */
static inline void meets_fault(const struct fault_case *c, const struct fault_words *words,
                               struct order o, uint32_t movements)
{
    struct fault_spec *f = stage_fault_first(
        1, words->institution, (enum fault_operation)words->operation, (enum fault_kind)c->kind);
    uint32_t count;
    f->code = c->unknown ? words->processing : words->refused;
    f->applied_ppm = c->applied ? 1000000 : 0;
    f->by_us = SECONDS(10);
    f->truth_after_us = SECONDS(30);
    stage_open();
    o.sent_us = stage.now_us;
    stage_order(o);
    stage_after(SECONDS(8));
    bool late = c->kind == FAULT_LATENCY;
    bool silent = c->kind == FAULT_APPLIED_NO_REPLY || c->kind == FAULT_REJECTED_NO_REPLY;
    ck_assert_uint_eq(told_count(INPUT_PAY_ANSWERED, o.id), c->answered && !late);
    stage_after(SECONDS(12));
    ck_assert_uint_eq(told_count(INPUT_PAY_ANSWERED, o.id), c->answered);
    if (c->answered && !late)
        ck_assert_uint_eq(told(INPUT_PAY_ANSWERED, o.id)->code, answer_of(c, words));
    sum_of(o.id, &count);
    ck_assert_uint_eq(count, c->done ? movements : 0);

    stage_ask(o, 1);
    stage_after(SECONDS(5));
    ck_assert_uint_eq(told_count(INPUT_QUERY_ANSWERED, o.id), 1);
    ck_assert_uint_eq(told(INPUT_QUERY_ANSWERED, o.id)->code,
                      c->kept ? words->done : words->not_found);
    if (c->kept)
        ck_assert_uint_eq(told(INPUT_QUERY_ANSWERED, o.id)->outcome,
                          silent ? words->processing : outcome_of(c, words));
    stage_after(SECONDS(15));

    o.attempt = 2; /* now the truth may be told, and the same order comes again */
    stage_order(o);
    stage_after(SECONDS(20));
    ck_assert_uint_eq(told(INPUT_PAY_ANSWERED, o.id)->code,
                      c->kept ? words->duplicate : words->accepted);
    sum_of(o.id, &count);
    ck_assert_uint_eq(count, c->done || !c->kept ? movements : 0);
    stage_ask(o, 2);
    stage_after(SECONDS(5));
    ck_assert_uint_eq(told(INPUT_QUERY_ANSWERED, o.id)->code, words->done);
    ck_assert_uint_eq(told(INPUT_QUERY_ANSWERED, o.id)->outcome,
                      c->kept ? outcome_of(c, words) : words->done);
    stage_after(US_PER_HOUR);
    sum_of(o.id, &count);
    ck_assert_uint_eq(count, c->done || !c->kept ? movements : 0);
    if (silent)
        ck_assert_uint_eq(told_count(INPUT_OUTCOME_NOTIFIED, o.id), 0);
    ck_assert_int_eq(stage.world->books.balance_fen[BOOKS_TRANSIT], 0);
    stage_close();
}

#endif
