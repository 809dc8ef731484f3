/* setup_lines.c — texts of lines, what institutions book by themselves, and tagging rules. */

#include <stdlib.h>

#include "core/base/civil.h"
#include "core/base/must.h"
#include "sim/setup.h"

/* --- lines ----------------------------------------------------------------- */

static size_t lines_of(const struct scenario *s)
{
    const struct service_settings *b = s->banks.items;
    size_t count = s->central_bank.lines.count;
    for (size_t i = 0; i < s->banks.count; i++)
        count += b[i].lines.count;
    return count;
}

static void add_line(struct setup *u, int64_t at_us, const struct own_line *line)
{
    uint32_t count = u->world.own_line_count++;
    if (count % 64 == 0)
        u->own_lines = realloc(u->own_lines, (count + 64) * sizeof *u->own_lines);
    MUST(u->own_lines != NULL);
    u->own_lines[count] = *line;
    u->own_lines[count].at_us = at_us;
}

static void add_lines(struct setup *u, const struct scenario *s, const struct list *lines)
{
    const struct own_line_settings *l = lines->items;
    int32_t first = civil_day(s->clock.from_us);
    int32_t last = civil_day(s->clock.to_us);
    for (size_t i = 0; i < lines->count; i++) {
        u->texts[u->world.line_text_count++] = (struct line_text){
            .counterparty = l[i].counterparty, .remark = l[i].remark, .code = (uint16_t)l[i].code};
        struct own_line line = {.amount_fen =
                                    l[i].direction == 0 ? l[i].amount_fen : -l[i].amount_fen,
                                .account = (uint32_t)scenario_account(s, l[i].account),
                                .text = u->world.line_text_count};
        if (l[i].at_given == 2)
            add_line(u, l[i].at_us, &line);
        for (int32_t day = first; l[i].at_given == 1 && day <= last; day++) {
            int64_t at_us = civil_moment_us(day, l[i].at_us);
            if (at_us >= s->clock.from_us && at_us < s->clock.to_us)
                add_line(u, at_us, &line);
        }
    }
}

/* Of one moment, in the order of the scenario. */
static int by_time(const void *a, const void *b)
{
    const struct own_line *x = a;
    const struct own_line *y = b;
    if (x->at_us != y->at_us)
        return x->at_us < y->at_us ? -1 : 1;
    MUST(x == y || x->text != y->text);
    return x->text < y->text ? -1 : x->text > y->text;
}

static void set_lines(struct setup *u, const struct scenario *s)
{
    const struct load_settings *l = s->loads.items;
    const struct service_settings *b = s->banks.items;
    u->texts = calloc(s->loads.count + lines_of(s), sizeof *u->texts);
    MUST(u->texts != NULL);
    for (size_t i = 0; i < s->loads.count; i++)
        u->texts[u->world.line_text_count++] = (struct line_text){
            .counterparty = l[i].counterparty, .remark = l[i].remark, .code = (uint16_t)l[i].code};
    add_lines(u, s, &s->central_bank.lines);
    for (size_t i = 0; i < s->banks.count; i++)
        add_lines(u, s, &b[i].lines);
    if (u->world.own_line_count > 0)
        qsort(u->own_lines, u->world.own_line_count, sizeof *u->own_lines, by_time);
    u->world.line_texts = u->texts;
    u->world.own_lines = u->own_lines;
}

/* --- tagging rules --------------------------------------------------------- */

static void set_tagging(struct setup *u, const struct scenario *s)
{
    const struct tagging_settings *t = s->tagging.items;
    struct remark_rule patterns[TAG_RULES_MAX];
    u->core.tag_rule_count = (uint32_t)s->tagging.count;
    for (size_t i = 0; i < s->tagging.count; i++) {
        u->core.tag_rules[i] = (struct tag_rule){
            .accounts = t[i].accounts,
            .min_fen = t[i].min_fen,
            .max_fen = t[i].max_fen,
            .code = (uint16_t)t[i].code,
            .direction = (uint8_t)t[i].direction,
            .book = (uint8_t)t[i].book,
            .asks = (uint8_t)((t[i].counterparty != NULL ? TAG_ASKS_COUNTERPARTY : 0) |
                              (t[i].remark != NULL ? TAG_ASKS_REMARK : 0)),
            .when = t[i].keys.window,
        };
        patterns[i] =
            (struct remark_rule){.counterparty = t[i].counterparty, .remark = t[i].remark};
    }
    if (s->tagging.count > 0)
        u->remarks = remarks_create(patterns, (uint32_t)s->tagging.count);
}

void setup_lines(struct setup *u, const struct scenario *s)
{
    set_lines(u, s);
    set_tagging(u, s);
}
