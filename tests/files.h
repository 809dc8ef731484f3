/* files.h — what a house's settlement files say to who reads them, for tests. */
#ifndef TESTS_FILES_H
#define TESTS_FILES_H

#include "core/audit/match.h"
#include "tests/stage.h"

enum { FIRST = 1000, FEE = 7 };

static const struct {
    enum fault_kind kind;
    enum match_type type;
} line_kinds[] = {
    {FAULT_LINE_MISSING, MATCH_MISSING_THEIRS}, {FAULT_LINE_EXTRA, MATCH_MISSING_OURS},
    {FAULT_LINE_TWICE, MATCH_DUPLICATE},        {FAULT_LINE_AMOUNT, MATCH_AMOUNT_DIFFERS},
    {FAULT_LINE_STATUS, MATCH_STATUS_DIFFERS},  {FAULT_LINE_FEE, MATCH_FEE_DIFFERS}};

static inline struct fault_spec *add_fault(int c, enum fault_kind kind)
{
    return stage_fault(c, fault_of_line(kind) ? OPERATION_LINE : OPERATION_FILE, kind);
}

static inline void fees_of(int c, bool in_net)
{
    stage.terms.houses[c].fee = (struct fee_terms){.fixed_fen = FEE, .in_net = in_net};
}

/* The n-th list of a house that was heard, from 0: where it opened; NONE: there is none. */
static inline uint32_t list_heard(int c, uint32_t n)
{
    for (uint32_t i = 0; i < stage.input_count; i++)
        if (stage.inputs[i].kind == INPUT_LIST_OPENED && stage.inputs[i].channel == c && n-- == 0)
            return i;
    return NONE;
}

/* How many lines it has, and whether it ended whole. */
static inline uint32_t lines_of(uint32_t list, bool *whole)
{
    uint32_t i = list + 1;
    while (stage.inputs[i].kind == INPUT_LIST_LINE)
        i++;
    ck_assert_uint_eq(stage.inputs[i].kind, INPUT_LIST_ENDED);
    ck_assert_uint_eq(stage.inputs[i].channel, stage.inputs[list].channel);
    ck_assert_uint_le(stage.inputs[i].flag, 1);
    *whole = stage.inputs[i].flag == 0;
    return i - list - 1;
}

static inline uint32_t whole_lists(int c, int64_t until_us)
{
    uint32_t count = 0;
    uint32_t list;
    bool whole;
    for (uint32_t n = 0; (list = list_heard(c, n)) != NONE; n++) {
        lines_of(list, &whole);
        count += whole && stage.inputs[list].at_us == until_us;
    }
    return count;
}

static inline const struct fact *error_about(uint64_t id)
{
    for (uint32_t i = 0; i < stage.fact_count; i++)
        if (stage.facts[i].kind == FACT_TRUE_ERROR && stage.facts[i].id == id)
            return &stage.facts[i];
    ck_abort_msg("nothing wrong was told about %d", (int)id);
}

static inline void check_error(const struct fact *f, int c, enum match_type type,
                               enum break_about about, int32_t day)
{
    ck_assert_int_eq(f->channel, c);
    ck_assert_uint_eq(f->class, type);
    ck_assert_uint_eq(f->state, about);
    ck_assert_uint_eq(f->session, (uint32_t)day);
}

/* Five payments of the 28th, 1001 to 1005 fen, and what the file said by 29th, 10:00. */
static inline void five_payments(int c)
{
    stage_open();
    for (uint64_t i = 1; i <= 5; i++)
        stage_pay(c, FIRST + i, 1000 + (int64_t)i);
    stage_until(stage_at(29, 10, 0));
}

#endif
