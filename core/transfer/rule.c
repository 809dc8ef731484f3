/* rule.c — see rule.h. */

#include "core/transfer/rule.h"

#include "core/base/money.h"
#include "core/base/must.h"

bool rule_triggered(const struct transfer_rule *r, int64_t level_fen)
{
    MUST(r->trigger == TRIGGER_BELOW || r->trigger == TRIGGER_ABOVE);
    return r->trigger == TRIGGER_BELOW ? level_fen < r->threshold_fen
                                       : level_fen > r->threshold_fen;
}

static int64_t may_give_fen(const struct transfer_rule *r, const struct rule_view *view)
{
    int64_t spare_fen = money_sub(view->from_free_fen, r->keep_fen);
    return spare_fen > 0 ? spare_fen : 0;
}

static int64_t wanted_fen(const struct transfer_rule *r, const struct rule_view *view)
{
    switch ((enum rule_amount)r->amount_kind) {
    case AMOUNT_FIXED:
        return r->value_fen;
    case AMOUNT_TO_TARGET:
        return money_sub(r->value_fen, view->to_level_fen);
    case AMOUNT_PERCENT:
        return money_share(may_give_fen(r, view), r->share_ppm);
    case AMOUNT_SWEEP:
        return may_give_fen(r, view);
    case AMOUNT_SHORTAGE:
        return view->shortage_fen;
    }
    NEVER("an unlisted kind of amount");
}

int64_t rule_whole_fen(const struct transfer_rule *r, const struct rule_view *view)
{
    int64_t fen = wanted_fen(r, view);
    if (r->max_fen != 0 && fen > r->max_fen)
        fen = r->max_fen;
    return fen > 0 ? fen : 0;
}

enum rule_verdict rule_amount_fen(const struct transfer_rule *r, const struct rule_view *view,
                                  int64_t *amount_fen)
{
    int64_t fen = rule_whole_fen(r, view);
    int64_t most_fen = may_give_fen(r, view);
    if (fen == 0)
        return RULE_NOTHING;
    if (fen > most_fen) {
        if (!r->partial)
            return RULE_SHORT;
        fen = most_fen;
    }
    if (r->multiple_fen != 0)
        fen -= fen % r->multiple_fen;
    if (fen <= 0 || fen < r->min_fen)
        return most_fen <= 0 && r->amount_kind != AMOUNT_SWEEP ? RULE_SHORT : RULE_BELOW_MIN;

    /* Nothing below this line can refuse. */
    *amount_fen = fen;
    return RULE_MOVES;
}
