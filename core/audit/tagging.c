/* tagging.c — see tagging.h. */

#include "core/audit/tagging.h"

#include "core/base/civil.h"
#include "core/base/must.h"
#include "core/base/pool.h"

_Static_assert((int)TAG_CONDITIONS <= 8, "what fails is a byte of bits");

static bool in_time(const struct window *when, enum calendar calendar, int64_t at_us)
{
    return when->kind == WINDOW_ALWAYS ||
           (at_us != NEVER_US && window_holds(when, calendar, at_us));
}

uint8_t tag_failing(const struct tag_rule *rules, uint32_t index, const struct tag_line *line,
                    enum calendar calendar)
{
    MUST(index < TAG_RULES_MAX && line->amount_fen != 0 && line->amount_fen != INT64_MIN);
    MUST(line->account < 64);
    const struct tag_rule *r = &rules[index];
    bool in = line->amount_fen > 0;
    int64_t size_fen = in ? line->amount_fen : -line->amount_fen;
    uint8_t failing = 0;
    if (!(r->accounts >> line->account & 1))
        failing |= 1 << TAG_ACCOUNT;
    if (r->direction != TAG_EITHER && (r->direction == TAG_IN) != in)
        failing |= 1 << TAG_DIRECTION;
    if (size_fen < r->min_fen)
        failing |= 1 << TAG_MIN;
    if (r->max_fen != 0 && size_fen > r->max_fen)
        failing |= 1 << TAG_MAX;
    if ((r->asks & TAG_ASKS_COUNTERPARTY) && !(line->counterparty >> index & 1))
        failing |= 1 << TAG_COUNTERPARTY;
    if ((r->asks & TAG_ASKS_REMARK) && !(line->remark >> index & 1))
        failing |= 1 << TAG_REMARK;
    if (r->code != 0 && r->code != line->code)
        failing |= 1 << TAG_CODE;
    if (!in_time(&r->when, calendar, line->at_us))
        failing |= 1 << TAG_TIME;
    return failing;
}

static uint32_t bits_of(uint8_t mask)
{
    uint32_t n = 0;
    for (; mask != 0; mask &= (uint8_t)(mask - 1))
        n++;
    return n;
}

static uint32_t asked_by(const struct tag_rule *r)
{
    return (uint32_t)(r->accounts != UINT64_MAX) + (r->direction != TAG_EITHER) +
           (r->min_fen != 0) + (r->max_fen != 0) + ((r->asks & TAG_ASKS_COUNTERPARTY) != 0) +
           ((r->asks & TAG_ASKS_REMARK) != 0) + (r->code != 0) + (r->when.kind != WINDOW_ALWAYS);
}

struct tag_nearest tag_find(const struct tag_rule *rules, uint32_t count,
                            const struct tag_line *line, enum calendar calendar)
{
    struct tag_nearest best = {.rule = NONE};
    MUST(count <= TAG_RULES_MAX);
    for (uint32_t i = 0; i < count; i++) {
        struct tag_nearest this = {.rule = i, .failing = tag_failing(rules, i, line, calendar)};
        if (this.failing == 0)
            return this;
        uint32_t fail = bits_of(this.failing);
        if (best.rule == NONE || fail < bits_of(best.failing) ||
            (fail == bits_of(best.failing) && asked_by(&rules[i]) > asked_by(&rules[best.rule])))
            best = this;
    }
    return best;
}

/* Of lines whose time nobody knows a window leaves all to a rule without one. */
static bool takes_all_times(const struct window *earlier, const struct window *later,
                            const struct tag_span *span)
{
    return earlier->kind == WINDOW_ALWAYS ||
           (later->kind != WINDOW_ALWAYS &&
            window_within(later, earlier, span->calendar, span->from_us, span->to_us));
}

bool tag_takes_all(const struct tag_rule *earlier, const struct tag_rule *later,
                   const struct tag_span *span)
{
    return (later->accounts & ~earlier->accounts) == 0 &&
           (earlier->direction == TAG_EITHER || earlier->direction == later->direction) &&
           earlier->min_fen <= later->min_fen &&
           (earlier->max_fen == 0 || (later->max_fen != 0 && later->max_fen <= earlier->max_fen)) &&
           (earlier->code == 0 || earlier->code == later->code) &&
           takes_all_times(&earlier->when, &later->when, span);
}

const char *tag_book_name(enum tag_book book)
{
    static const char *const names[TAG_BOOKS] = {
        [TAG_BOOK_CLIENTS] = "clients",         [TAG_BOOK_EQUITY] = "equity",
        [TAG_BOOK_FEE_EXPENSE] = "fee_expense", [TAG_BOOK_INTEREST] = "interest",
        [TAG_BOOK_SUSPENSE] = "suspense",
    };
    MUST(book < TAG_BOOKS);
    return names[book];
}

const char *tag_condition_name(enum tag_condition condition)
{
    static const char *const names[TAG_CONDITIONS] = {
        [TAG_ACCOUNT] = "account",
        [TAG_DIRECTION] = "direction",
        [TAG_MIN] = "min",
        [TAG_MAX] = "max",
        [TAG_COUNTERPARTY] = "counterparty",
        [TAG_REMARK] = "remark",
        [TAG_CODE] = "code",
        [TAG_TIME] = "time",
    };
    MUST(condition < TAG_CONDITIONS);
    return names[condition];
}
