/* leftovers.c — see leftovers.h. */

#include "sim/leftovers.h"

#include <string.h>

#include "core/base/civil.h"
#include "sim/summary.h"

static const char *account_id(const struct run *r, uint8_t account)
{
    return ((const struct account_settings *)run_plan(r)->scenario.accounts.items)[account].id;
}

/* Transfers that have not ended, oldest first: where each is and why. */
static void print_left_transfers(const struct run *r, FILE *file)
{
    const struct follow *f = &run_recorder(r)->follow;
    char a[SHOWN_MAX];
    uint64_t after = 0;
    for (int line = 0; line < 10; line++) {
        uint32_t i = follow_next_open(f, after);
        if (i == NONE)
            return;
        const struct followed_transfer *t = &f->transfers[i];
        const char *reason = reason_text(t->reason);
        after = t->number;
        summary_title(file, "");
        fprintf(file, T(LEFT_TRANSFER), t->number, account_id(r, t->from), account_id(r, t->to),
                shown_yuan(t->amount_fen, a));
        if (t->resting && t->reason == REASON_CODE)
            reason = code_text((enum channel)t->code_channel, t->code);
        if (t->resting)
            fprintf(file, T(LEFT_RESTS), account_id(r, t->rests_at), t->leg,
                    leg_service_text(t->service), reason);
        else if (t->left)
            fprintf(file, T(LEFT_ON_ITS_WAY), t->leg, leg_service_text(t->service));
        else
            fprintf(file, T(LEFT_WAITS), reason);
    }
}

static void print_left_elsewhere(const struct run *r, FILE *file)
{
    char a[SHOWN_MAX];
    summary_title(file, T(STUCK));
    fputs(T(STUCK_WHY), file);
    if (run_result(r)->pending > 0) {
        summary_title(file, "");
        fprintf(file, T(LEFT_UNDER_WAY),
                COUNTED(run_result(r)->pending, ONE_ANSWER, MANY_ANSWERS, a));
    }
    if (auditor_open_moves(run_auditor(r)) > 0) {
        summary_title(file, "");
        fprintf(file, T(LEFT_MOVES),
                COUNTED(auditor_open_moves(run_auditor(r)), ONE_QUOTA_MOVE, MANY_QUOTA_MOVES, a));
    }
    print_left_transfers(r, file);
    for (uint32_t c = 0; c < CHANNELS; c++) {
        const struct house *h = &run_world(r)->houses[c];
        if (house_rests(h))
            continue;
        summary_title(file, "");
        fprintf(file, h->returns_due > 0 ? T(LEFT_RETURNS) : T(LEFT_SESSIONS),
                channel_text((enum channel)c), shown_yuan(h->processing_fen, a));
    }
}

/* Of a payout in doubt: what people can do about it. */
static void print_undecided(const struct run *r, FILE *file, const char *reference)
{
    const struct score *s = &run_recorder(r)->score;
    for (uint32_t i = 0; i < s->break_count; i++) {
        const struct scored_break *b = &s->breaks[i];
        if (b->reason != REASON_UNDECIDED || b->closed_us != NEVER_US ||
            strcmp(b->reference, reference) != 0)
            continue;
        summary_title(file, "");
        fprintf(file, T(LEFT_UNDECIDED), i + 1);
    }
}

void leftovers_print(const struct run *r, FILE *file)
{
    const struct recorder *rec = run_recorder(r);
    char text[REFERENCE_MAX + 1];
    char when[CIVIL_MOMENT_TEXT_MAX];
    char a[SHOWN_MAX];
    int64_t after_us = INT64_MIN;
    uint32_t after = 0;
    if (run_result(r)->end != RUN_STUCK)
        return;
    print_left_elsewhere(r, file);
    if (auditor_open_payouts(run_auditor(r)) == 0)
        return;
    summary_title(file, "");
    fprintf(file, T(LEFT_PAYOUTS),
            COUNTED(auditor_open_payouts(run_auditor(r)), ONE_PAYOUT, MANY_PAYOUTS, a));
    for (int line = 0; line < 10; line++) {
        uint32_t oldest = NONE;
        for (uint32_t i = 0; i < rec->slot_count && i < rec->total.requested; i++) {
            const struct slot_info *s = &rec->slots[i];
            bool later = s->requested_us > after_us || (s->requested_us == after_us && i > after);
            if (s->open && (line == 0 || later) &&
                (oldest == NONE || s->requested_us < rec->slots[oldest].requested_us))
                oldest = i;
        }
        if (oldest == NONE)
            break;
        after_us = rec->slots[oldest].requested_us;
        after = oldest;
        recorder_reference(rec, oldest, text);
        civil_print_moment(when, after_us);
        summary_title(file, "");
        fprintf(file, T(LEFT_PAYOUT), text, shown_yuan(rec->slots[oldest].amount_fen, a), when);
        print_undecided(r, file, text);
    }
}
