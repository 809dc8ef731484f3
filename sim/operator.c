/* operator.c — see operator.h. */

#include "sim/operator.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct operator_settings *action(const struct scenario *s, uint32_t index)
{
    return (const struct operator_settings *)s->operators.items + index;
}

static uint8_t place(uint32_t index)
{
    return index < CHANNELS ? (uint8_t)index : CHANNEL_NONE;
}

static struct reference reference_named(const char *text)
{
    unsigned source;
    uint64_t ordinal;
    char back[REFERENCE_MAX + 1];
    struct reference synthetic;
    if (sscanf(text, "L%u-%" SCNu64, &source, &ordinal) == 2) {
        synthetic = reference_synthetic(source, ordinal);
        reference_write(synthetic, back);
        if (strcmp(back, text) == 0)
            return synthetic;
    }
    return reference_of_text(text);
}

/* What counts is when, not in which order they are listed. */
static bool is_newer(const struct operator_settings *o, int64_t *since_us)
{
    bool newer = o->at_us >= *since_us;
    if (newer)
        *since_us = o->at_us;
    return newer;
}

/* What the action leaves out stays as it is: the last change before it, or the
 * account as it was registered. */
static struct input change_of(const struct plan *plan, uint32_t index)
{
    const struct scenario *s = &plan->scenario;
    const struct operator_settings *asked = action(s, index);
    const struct core_account *was = &plan->setup.core.accounts[asked->account_number];
    struct input in = {.kind = INPUT_ACCOUNT_CHANGED,
                       .account = asked->account_number,
                       .code = was->interface,
                       .flag = was->flags,
                       .amount_fen = was->keep_fen};
    int64_t interface_us = INT64_MIN;
    int64_t keep_us = INT64_MIN;
    int64_t link_us = INT64_MIN;
    for (uint32_t i = 0; i < s->operators.count; i++) {
        const struct operator_settings *o = action(s, i);
        bool before = o->at_us < asked->at_us || (o->at_us == asked->at_us && i <= index);
        if (o->what != OPERATOR_CHANGE || o->account_number != asked->account_number || !before)
            continue;
        if (o->interface_number != ACCOUNT_NONE && is_newer(o, &interface_us))
            in.code = o->interface_number;
        if (o->keep_given && is_newer(o, &keep_us))
            in.amount_fen = o->keep_fen;
        if (o->position_number != NULL)
            in.flag |= ACCOUNT_POSITION_NUMBER;
        if (o->direct_link != NULL && is_newer(o, &link_us))
            in.flag = (uint8_t)(json_is_true(o->direct_link) ? in.flag | ACCOUNT_DIRECT_LINK
                                                             : in.flag & ~ACCOUNT_DIRECT_LINK);
    }
    return in;
}

/* Whoever is named first has the number of that action, from 1. */
static uint32_t person_of(const struct scenario *s, const char *name)
{
    uint32_t i = 0;
    while (action(s, i)->by == NULL || strcmp(action(s, i)->by, name) != 0)
        i++;
    return i + 1;
}

const char *operator_person(const struct scenario *s, uint32_t number)
{
    return number == 0 || number > s->operators.count ? NULL : action(s, number - 1)->by;
}

static struct input of_break(const struct scenario *s, const struct operator_settings *o)
{
    enum input_kind kind = o->what == OPERATOR_ADJUST      ? INPUT_BREAK_ADJUSTED
                           : o->what == OPERATOR_WRITE_OFF ? INPUT_BREAK_WRITTEN_OFF
                                                           : INPUT_BREAK_APPROVED;
    return (struct input){.kind = (uint8_t)kind,
                          .flag = o->decided,
                          .count = (uint32_t)o->break_number,
                          .user = person_of(s, o->by)};
}

static struct input force(const struct operator_settings *o, int64_t now_us)
{
    bool opens = o->what == OPERATOR_FORCE_OPEN;
    return (struct input){
        .kind = INPUT_BREAKER_FORCED,
        .code = o->breaker_number,
        .flag = (uint8_t)((opens ? FORCED_OPEN : 0) | (o->key == NULL ? FORCED_EVERY : 0)),
        .id = o->key_number,
        .at_us = o->for_us == 0 ? 0 : now_us + o->for_us};
}

struct input operator_input(const struct plan *plan, uint32_t index, int64_t now_us)
{
    const struct operator_settings *o = action(&plan->scenario, index);
    struct input in = {.account = o->account_number, .amount_fen = o->amount_fen};
    switch ((enum operator_do)o->what) {
    case OPERATOR_CANCEL_PAYOUT:
    case OPERATOR_HOLD_PAYOUT:
    case OPERATOR_RELEASE_PAYOUT:
        in.kind = o->what == OPERATOR_CANCEL_PAYOUT ? INPUT_PAYOUT_CANCELLED
                  : o->what == OPERATOR_HOLD_PAYOUT ? INPUT_PAYOUT_HELD
                                                    : INPUT_PAYOUT_RELEASED;
        in.reference = reference_named(o->reference);
        break;
    case OPERATOR_FORCE_OPEN:
    case OPERATOR_FORCE_CLOSE:
        return force(o, now_us);
    case OPERATOR_MOVE_QUOTA:
        in.kind = INPUT_MOVE_REQUESTED;
        in.channel = place(o->to_number);
        in.from = place(o->from_number);
        break;
    case OPERATOR_TRANSFER:
        in.kind = INPUT_TRANSFER_REQUESTED;
        in.account = o->from_number;
        in.to_account = o->to_number;
        break;
    case OPERATOR_REGISTER:
        in.kind = INPUT_ACCOUNT_REGISTERED;
        break;
    case OPERATOR_CHANGE:
        return change_of(plan, index);
    case OPERATOR_CLOSE:
        in.kind = INPUT_ACCOUNT_CLOSED;
        break;
    case OPERATOR_REFRESH:
        in.kind = INPUT_REFRESH_REQUESTED;
        break;
    case OPERATOR_SUSPEND_RULES:
    case OPERATOR_RESUME_RULES:
        in.kind = INPUT_RULES_SUSPENDED;
        in.flag = o->what == OPERATOR_SUSPEND_RULES;
        break;
    case OPERATOR_ADJUST:
    case OPERATOR_WRITE_OFF:
    case OPERATOR_APPROVE:
        return of_break(&plan->scenario, o);
    }
    return in;
}
