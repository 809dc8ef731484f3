/* house_lie.c — what a clearing house says that is not so, and the truth about it.
 *
 * An order that is sure to be paid may move another amount than the answers,
 * the notice and the queries tell; the money, the session's net and the file
 * know it.  Or it comes back later and no notice says so.  The outcome of an
 * order that the house took may be told wrong: as failed although it was paid,
 * as paid although it failed.  The house then sticks to that until the file of
 * the day is handed over.  Of an order whose line is wrong, or which comes
 * back, nothing else is told wrong; nor of the legs of transfers. */

#include "mocks/house.h"

#include "core/audit/match.h"
#include "core/base/must.h"

enum fault_kind house_fault_of(const struct house *h, const struct house_order *o)
{
    return o->fault == 0 ? FAULT_NONE : (enum fault_kind)h->faults->specs[o->fault - 1].kind;
}

/* --- amounts ----------------------------------------------------------------- */

int64_t house_hidden_fen(const struct house *h, const struct house_order *o)
{
    switch ((enum house_moves)o->moves) {
    case MOVES_ALL:
        return 0;
    case MOVES_ANOTHER:
        return house_wrong_fen(h, o, o->fault - 1u, o->amount_fen) - o->amount_fen;
    case MOVES_A_FEN_LESS:
        return -1;
    }
    NEVER("an unlisted way to move money");
}

/* More moves only where the quota allows it, and the file has room for it. */
static void plan_another_amount(const struct house *h, struct house_order *o)
{
    int64_t list_max_fen = house_words(h)->list_max_fen;
    o->moves = MOVES_ANOTHER;
    int64_t payment_fen = house_payment_fen(h, o);
    if (payment_fen > house_payable_fen(h) || (list_max_fen != 0 && payment_fen > list_max_fen))
        o->moves = MOVES_A_FEN_LESS;
}

void house_plan_payment(struct house *h, int64_t now_us, struct house_order *o)
{
    bool room_for_more = house_ordered_fen(h, o) < house_payable_fen(h);
    if (o->service != SERVICE_NONE || (o->amount_fen == 1 && !room_for_more))
        return; /* a single fen can only be told as two */
    struct fault_subject about = house_about_order(o);
    struct fault_effect effect =
        faults_ask(h->faults, OPERATION_PAYMENT, h->channel, now_us, &about);
    if (effect.acts == NULL)
        return;
    o->fault = (uint16_t)(effect.index + 1);
    if (effect.acts->kind == FAULT_WRONG_AMOUNT)
        plan_another_amount(h, o);
}

/* --- outcomes ---------------------------------------------------------------- */

static struct fact error_of(const struct house *h, const struct house_order *o,
                            enum match_type type, int64_t true_fen, int64_t told_fen)
{
    return (struct fact){.kind = FACT_TRUE_ERROR,
                         .channel = (uint8_t)h->channel,
                         .state = BREAK_ABOUT_ORDER,
                         .class = (uint8_t)type,
                         .subject = o->fault - 1u,
                         .id = o->id,
                         .amount_fen = true_fen,
                         .other = told_fen};
}

struct fact house_amount_error(const struct house *h, const struct house_order *o)
{
    return error_of(h, o, MATCH_AMOUNT_DIFFERS, house_payment_fen(h, o), house_ordered_fen(h, o));
}

/* Said to be paid: in the session that is open now. */
static void tell_the_opposite(struct house *h, int64_t now_us, struct house_order *o,
                              struct outbox *out)
{
    int64_t payment_fen = house_payment_fen(h, o);
    if (o->state == HOUSE_PAID) {
        outbox_fact(out, now_us, error_of(h, o, MATCH_STATUS_DIFFERS, payment_fen, 0));
    } else {
        o->session = h->open_session;
        outbox_fact(out, now_us, error_of(h, o, MATCH_MISSING_THEIRS, 0, payment_fen));
    }
}

static void tell_first(struct house *h, int64_t now_us, struct house_order *o, struct outbox *out)
{
    bool taken = o->state == HOUSE_PAID || o->state == HOUSE_FAILED;
    if (o->moves != MOVES_ALL)
        outbox_fact(out, now_us, house_amount_error(h, o));
    if (!taken || o->service != SERVICE_NONE || o->fault != 0 ||
        (o->flags & (ORDER_COMES_BACK | ORDER_LISTED)))
        return;
    struct fault_subject about = house_about_order(o);
    struct fault_effect effect =
        faults_ask(h->faults, OPERATION_OUTCOME, h->channel, now_us, &about);
    if (effect.acts == NULL)
        return;
    o->fault = (uint16_t)(effect.index + 1);
    tell_the_opposite(h, now_us, o, out);
}

uint16_t house_tell_outcome(struct house *h, int64_t now_us, struct house_order *o,
                            struct outbox *out)
{
    const struct wording *words = house_words(h);
    bool paid = o->state == HOUSE_PAID || o->state == HOUSE_RETURNED;
    if (o->state == HOUSE_PROCESSING || now_us < o->truth_us)
        return words->processing;
    if (!(o->flags & ORDER_OUTCOME_TOLD)) {
        o->flags |= ORDER_OUTCOME_TOLD;
        tell_first(h, now_us, o, out);
    }
    if (house_fault_of(h, o) != FAULT_WRONG_STATUS)
        return paid ? words->ok : o->code;
    return paid ? h->faults->specs[o->fault - 1].code : words->ok;
}
