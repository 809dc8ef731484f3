/* faults.c — see faults.h. */

#include "mocks/faults.h"

#include <stddef.h>

#include "core/base/must.h"
#include "core/base/wide.h"
#include "mocks/distribution.h"
#include "mocks/draw.h"

#define FACTOR_MAX INT64_C(1000000000000) /* a million times, however many slow-downs meet */
#define BIT(kind) (1u << (kind))

#define LATE_OR_LOST (BIT(FAULT_LATENCY) | BIT(FAULT_DOWN) | BIT(FAULT_TIMEOUT))
#define OF_AN_ORDER                                                                                \
    (LATE_OR_LOST | BIT(FAULT_ERROR_CODE) | BIT(FAULT_APPLIED_NO_REPLY) |                          \
     BIT(FAULT_REJECTED_NO_REPLY))
#define OF_A_FILE (BIT(FAULT_FILE_LATE) | BIT(FAULT_FILE_MISSING) | BIT(FAULT_FILE_TRUNCATED))
#define OF_A_LINE                                                                                  \
    (BIT(FAULT_LINE_MISSING) | BIT(FAULT_LINE_EXTRA) | BIT(FAULT_LINE_TWICE) |                     \
     BIT(FAULT_LINE_AMOUNT) | BIT(FAULT_LINE_STATUS) | BIT(FAULT_LINE_FEE))

/* A statement's line has neither a status nor a fee. */
#define OF_A_DETAIL                                                                                \
    (BIT(FAULT_LINE_MISSING) | BIT(FAULT_LINE_EXTRA) | BIT(FAULT_LINE_TWICE) |                     \
     BIT(FAULT_LINE_AMOUNT))

/* A notice that does not arrive is all there is to do to a notice, or a report. */
static const uint32_t possible[OPERATIONS] = {
    [OPERATION_PAYOUT] = OF_AN_ORDER,
    [OPERATION_QUERY] = LATE_OR_LOST | BIT(FAULT_ERROR_CODE),
    [OPERATION_QUOTA] = OF_AN_ORDER,
    [OPERATION_NOTICE] = LATE_OR_LOST,
    [OPERATION_PREFUND] = OF_AN_ORDER,
    [OPERATION_RETURN] = OF_AN_ORDER,
    [OPERATION_ADJUST] = OF_AN_ORDER,
    [OPERATION_SETTLEMENT] = OF_AN_ORDER,
    [OPERATION_TRANSFER] = OF_AN_ORDER,
    [OPERATION_BALANCE] = LATE_OR_LOST,
    [OPERATION_DETAILS] = LATE_OR_LOST,
    [OPERATION_FILE] = OF_A_FILE,
    [OPERATION_LINE] = OF_A_LINE,
    [OPERATION_DETAIL] = OF_A_DETAIL,
    [OPERATION_OUTCOME] = BIT(FAULT_WRONG_STATUS),
    [OPERATION_PAYMENT] = BIT(FAULT_ACCEPT_THEN_RETURN) | BIT(FAULT_WRONG_AMOUNT),
};

bool fault_possible(enum fault_operation operation, enum fault_kind kind)
{
    MUST(operation < OPERATIONS && kind < FAULT_KINDS);
    return (possible[operation] & BIT(kind)) != 0;
}

enum fault_operation fault_asked_at(enum fault_operation place, enum fault_kind kind)
{
    if (place == OPERATION_FILE && fault_of_line(kind))
        return OPERATION_LINE;
    if (place == OPERATION_DETAILS && fault_of_line(kind))
        return OPERATION_DETAIL;
    if (place == OPERATION_PAYOUT && fault_possible(OPERATION_PAYMENT, kind))
        return OPERATION_PAYMENT;
    if (place == OPERATION_PAYOUT && fault_possible(OPERATION_OUTCOME, kind))
        return OPERATION_OUTCOME;
    return place;
}

const char *fault_kind_name(enum fault_kind kind)
{
    static const char *const names[FAULT_KINDS] = {"none",
                                                   "latency",
                                                   "down",
                                                   "timeout",
                                                   "error_code",
                                                   "applied_no_reply",
                                                   "rejected_no_reply",
                                                   "line_missing",
                                                   "line_extra",
                                                   "line_twice",
                                                   "line_amount",
                                                   "line_status",
                                                   "line_fee",
                                                   "file_late",
                                                   "file_missing",
                                                   "file_truncated",
                                                   "accept_then_return",
                                                   "wrong_amount",
                                                   "wrong_status"};
    MUST(kind < FAULT_KINDS);
    return names[kind];
}

const char *fault_operation_name(enum fault_operation operation)
{
    static const char *const names[OPERATIONS] = {
        "payout",   "query",   "quota",   "notice", "prefund", "return",  "adjust", "settlement",
        "transfer", "balance", "details", "file",   "file",    "details", "payout", "payout"};
    MUST(operation < OPERATIONS);
    return names[operation];
}

static bool matches(const struct fault_spec *s, const struct fault_subject *about)
{
    bool wants_payout = s->business >= 0 || s->bank >= 0 || s->merchants != NULL ||
                        s->min_fen != 0 || s->max_fen != 0;
    if (!wants_payout)
        return true;
    if (!about->of_payout)
        return false;
    if (s->business >= 0 && s->business != about->business)
        return false;
    if (s->bank >= 0 && s->bank != about->bank)
        return false;
    if (about->amount_fen < s->min_fen || (s->max_fen != 0 && about->amount_fen > s->max_fen))
        return false;
    return s->merchants == NULL ||
           (about->merchant < s->merchants_known && s->merchants[about->merchant]);
}

static bool fires(const struct faults *f, uint32_t index, const struct fault_subject *about)
{
    const struct fault_spec *s = &f->specs[index];
    const struct fault_count *c = &f->counts[index];
    switch ((enum fault_choice)s->choice) {
    case CHOOSE_ALL:
        return true;
    case CHOOSE_SHARE:
        return draw_share(draw_bits((struct draw_key){.seed = f->seed ^ (uint64_t)s->key << 32,
                                                      .subject = about->reference,
                                                      .purpose = DRAW_FAULT,
                                                      .detail = about->attempt << 8 | s->house}),
                          s->share_ppm);
    case CHOOSE_FIRST:
        return c->fired < s->n;
    case CHOOSE_EVERY:
        return c->armed % s->n == 0; /* armed counts this one */
    }
    NEVER("an unlisted choice");
}

struct fault_effect faults_ask(struct faults *f, enum fault_operation operation, uint32_t house,
                               int64_t now_us, const struct fault_subject *about)
{
    struct fault_effect effect = {.latency_ppm = 1000000};

    for (uint32_t i = 0; i < f->count && !f->stopped; i++) {
        const struct fault_spec *s = &f->specs[i];
        bool slows = s->kind == FAULT_LATENCY;
        if (s->operation != operation || s->house != house || (effect.acts != NULL && !slows) ||
            !window_holds(&s->window, (enum calendar)f->calendar, now_us) || !matches(s, about))
            continue;
        f->counts[i].armed++;
        if (!fires(f, i, about))
            continue;
        if (f->counts[i].fired++ == 0)
            f->counts[i].first_us = now_us;
        f->counts[i].last_us = now_us;
        if (slows) {
            wide product_ppm = (wide)effect.latency_ppm * s->by_ppm / 1000000;
            effect.latency_ppm = product_ppm < FACTOR_MAX ? (int64_t)product_ppm : FACTOR_MAX;
            if (__builtin_add_overflow(effect.latency_us, s->by_us, &effect.latency_us))
                effect.latency_us = LATENCY_MAX_US;
        } else {
            effect.acts = s;
            effect.index = i;
        }
    }
    return effect;
}

int64_t fault_slowed_us(const struct fault_effect *effect, int64_t latency_us)
{
    wide slowed_us = latency_us;
    if (effect->latency_ppm != 1000000) /* most meet no fault, and a wide division is dear */
        slowed_us = slowed_us * effect->latency_ppm / 1000000;
    slowed_us += effect->latency_us;
    return slowed_us < LATENCY_MAX_US ? (int64_t)slowed_us : LATENCY_MAX_US;
}
