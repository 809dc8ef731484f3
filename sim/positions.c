/* positions.c — see positions.h. */

#include "sim/positions.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/base/must.h"
#include "sim/watches.h"

__attribute__((format(printf, 5, 6))) static void add(struct column_list *list,
                                                      enum column_source source, uint32_t index,
                                                      bool money, const char *format, ...)
{
    MUST(list->count < COLUMNS_MAX);
    struct column *c = &list->columns[list->count++];
    *c = (struct column){.source = source, .index = index, .money = money};
    va_list args;
    va_start(args, format);
    vsnprintf(c->name, sizeof c->name, format, args);
    va_end(args);
}

void column_list_init(struct column_list *list, const struct scenario *s,
                      uint32_t businesses_paying)
{
    const struct account_settings *a = s->accounts.items;
    const struct business_settings *b = s->businesses.items;

    list->count = 0;
    add(list, COLUMN_ACS_BALANCE, 0, true, "acs.balance");
    add(list, COLUMN_ACS_UNALLOCATED, 0, true, "acs.unallocated");
    for (uint32_t c = 0; c < CHANNELS; c++) {
        const char *name = channel_name((enum channel)c);
        add(list, COLUMN_MAPPED, c, true, "%s.mapped", name);
        add(list, COLUMN_AVAILABLE, c, true, "%s.available", name);
        add(list, COLUMN_BELIEVED, c, true, "%s.believed", name);
        add(list, COLUMN_PROCESSING, c, true, "%s.processing", name);
        add(list, COLUMN_REPORTED, c, true, "%s.reported", name);
    }
    for (uint32_t i = 0; i < s->accounts.count; i++)
        if (a[i].kind != ACCOUNT_CENTRAL_BANK) /* acs.balance has it */
            add(list, COLUMN_ACCOUNT, i, true, "account.%s", a[i].id);
    add(list, COLUMN_QUEUE_DEPTH, 0, false, "queue.depth");
    add(list, COLUMN_QUEUE_AMOUNT, 0, true, "queue.amount");
    for (uint32_t i = 0; i < s->businesses.count; i++) {
        if (!(businesses_paying >> i & 1))
            continue;
        add(list, COLUMN_BUSINESS_DEPTH, i, false, "queue.%s.depth", b[i].id);
        add(list, COLUMN_BUSINESS_AMOUNT, i, true, "queue.%s.amount", b[i].id);
    }
    for (uint32_t r = 0; r < BLOCKED_REASONS; r++)
        add(list, COLUMN_WAITING, r, false, "waiting.%s",
            blocked_reason_name((enum blocked_reason)r));
    add(list, COLUMN_IN_DOUBT, 0, false, "in_doubt.count");
    add(list, COLUMN_IN_TRANSIT, 0, true, "in_transit.amount");
    for (uint32_t i = 0; i < s->breakers.count; i++)
        add(list, COLUMN_BREAKER, i, false, "breaker.%s.open",
            ((const struct breaker_settings *)s->breakers.items)[i].id);
    list->written = list->count;
    for (uint32_t i = 0; i < s->alerts.count; i++)
        add(list, COLUMN_ALERT, i, false, "alert.%s", alert_setting(s, i)->id);
}

const struct column *column_find(const struct column_list *list, const char *name)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (strcmp(list->columns[i].name, name) == 0)
            return &list->columns[i];
    return NULL;
}

int64_t positions_value(const struct positions *p, const struct column *c)
{
    const struct world *w = p->world;
    switch (c->source) {
    case COLUMN_ACS_BALANCE:
        return world_acs_fen(w);
    case COLUMN_ACS_UNALLOCATED:
        return w->central_bank.unallocated_fen;
    case COLUMN_MAPPED:
        return house_mapped_fen(&w->houses[c->index]);
    case COLUMN_AVAILABLE:
        return house_available_fen(&w->houses[c->index]);
    case COLUMN_BELIEVED:
        return p->believed_fen[c->index];
    case COLUMN_PROCESSING:
        return w->houses[c->index].processing_fen;
    case COLUMN_REPORTED:
        return p->reported_fen[c->index];
    case COLUMN_ACCOUNT: /* 0 before it is open */
        return w->books.balance_fen[BOOKS_OF(c->index)];
    case COLUMN_QUEUE_DEPTH:
        return (int64_t)p->depth;
    case COLUMN_QUEUE_AMOUNT:
        return p->amount_fen;
    case COLUMN_BUSINESS_DEPTH:
        return (int64_t)p->business_depth[c->index];
    case COLUMN_BUSINESS_AMOUNT:
        return p->business_amount_fen[c->index];
    case COLUMN_WAITING:
        return (int64_t)blocked_now(p->blocked, (enum blocked_reason)c->index);
    case COLUMN_IN_DOUBT:
        return (int64_t)p->in_doubt;
    case COLUMN_IN_TRANSIT:
        return p->follow->in_transit_fen;
    case COLUMN_BREAKER:
        return p->breaker_keys[c->index];
    case COLUMN_ALERT:
        return (int64_t)p->alerts_raised[c->index];
    }
    NEVER("an unlisted column");
}

void positions_write_header(FILE *file, const struct column_list *list)
{
    fputs("time", file);
    for (uint32_t i = 0; i < list->written; i++)
        fprintf(file, ",%s", list->columns[i].name);
    fputc('\n', file);
}

void positions_write_row(FILE *file, const struct column_list *list, const struct positions *p,
                         int64_t at_us)
{
    char text[CIVIL_MOMENT_TEXT_MAX];
    civil_print_moment(text, at_us);
    fputs(text, file);
    for (uint32_t i = 0; i < list->written; i++) {
        int64_t value = positions_value(p, &list->columns[i]);
        if (list->columns[i].money) {
            char yuan[MONEY_TEXT_MAX];
            money_print(yuan, value);
            fprintf(file, ",%s", yuan);
        } else {
            fprintf(file, ",%" PRId64, value);
        }
    }
    fputc('\n', file);
}
