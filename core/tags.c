/* tags.c — what collected lines are, and against what they are booked.
 *
 * Without tagging rules a line is booked against its account's owner, and
 * nothing is told.  A reported difference, where details cannot be collected,
 * is a line of no number without texts or code.  It was booked at some time
 * since the balance was last heard of, nobody knows when, so a rule that asks
 * for a window is not about it, even if the report itself falls into one. */

#include "core/base/civil.h"
#include "core/base/must.h"
#include "core/desk.h"

static struct fact about(const struct input *line, enum fact_kind kind, enum reason reason)
{
    return (struct fact){.kind = (uint8_t)kind,
                         .channel = CHANNEL_NONE,
                         .reason = (uint8_t)reason,
                         .subject = line->account,
                         .session = line->count,
                         .id = line->id,
                         .amount_fen = line->amount_fen,
                         .other = line->at_us};
}

void tags_recognised(struct desk *d, const struct input *line, enum reason reason)
{
    if (d->core->config.tag_rule_count > 0)
        desk_fact(d, about(line, FACT_TAGGED, reason));
}

static enum template suspense(const struct input *line)
{
    return line->amount_fen > 0 ? TEMPLATE_LINE_LONG : TEMPLATE_LINE_SHORT;
}

static enum template template_of(const struct tag_rule *rule, const struct input *line)
{
    switch ((enum tag_book)rule->book) {
    case TAG_BOOK_CLIENTS:
        return TEMPLATE_LINE_CLIENTS;
    case TAG_BOOK_EQUITY:
        return TEMPLATE_LINE_EQUITY;
    case TAG_BOOK_FEE_EXPENSE:
        return TEMPLATE_LINE_FEE;
    case TAG_BOOK_INTEREST:
        return TEMPLATE_LINE_INTEREST;
    case TAG_BOOK_SUSPENSE:
        return suspense(line);
    case TAG_BOOKS:
        break;
    }
    NEVER("not a book of tags");
}

enum template tags_template(struct desk *d, const struct input *line)
{
    const struct core_config *config = &d->core->config;
    struct tag_line asked = {.amount_fen = line->amount_fen,
                             .counterparty = line->merchant,
                             .remark = line->user,
                             .code = line->code,
                             .account = line->account,
                             .at_us = line->count == 0 ? NEVER_US : line->at_us};
    if (config->tag_rule_count == 0)
        return TEMPLATE_FOREIGN;
    struct tag_nearest found =
        tag_find(config->tag_rules, config->tag_rule_count, &asked, config->calendar);
    bool tagged = found.failing == 0;
    struct fact f = about(line, tagged ? FACT_TAGGED : FACT_UNTAGGED,
                          tagged ? REASON_RULE_MATCHED : REASON_NO_RULE_MATCHED);
    f.class = (uint8_t)(found.rule + 1);
    f.state = found.failing;
    desk_fact(d, f);
    return tagged ? template_of(&config->tag_rules[found.rule], line) : suspense(line);
}
