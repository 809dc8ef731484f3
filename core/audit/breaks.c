/* breaks.c — see breaks.h.  They are few, so they are looked through. */

#include "core/audit/breaks.h"

#include <stddef.h>

#include "core/base/must.h"

void breaks_init(struct breaks *b)
{
    pool_init(&b->pool, BREAKS_MAX, sizeof(struct audit_break),
              offsetof(struct audit_break, free_link));
    b->numbers = 0;
    b->doubtful = b->open = 0;
}

uint32_t breaks_find(const struct breaks *b, uint8_t channel, enum break_about about, uint64_t id,
                     enum match_type type)
{
    for (uint32_t i = 0; i < b->pool.fresh; i++) {
        const struct audit_break *one = &b->items[i];
        if (one->state != BREAK_NONE && one->id == id && one->channel == channel &&
            one->about == about && one->type == type)
            return i;
    }
    return NONE;
}

uint32_t breaks_find_number(const struct breaks *b, uint32_t number)
{
    for (uint32_t i = 0; i < b->pool.fresh && number != 0; i++)
        if (b->items[i].state != BREAK_NONE && b->items[i].number == number)
            return i;
    return NONE;
}

uint32_t breaks_add(struct breaks *b, struct audit_break one)
{
    MUST(one.state == BREAK_DOUBTFUL || one.state == BREAK_OPEN);
    uint32_t index = pool_take(&b->pool, b->items);
    if (index == NONE)
        return NONE;
    if (one.state == BREAK_OPEN) {
        one.number = ++b->numbers;
        b->open++;
    } else {
        b->doubtful++;
    }
    b->items[index] = one;
    return index;
}

void breaks_open(struct breaks *b, uint32_t index)
{
    struct audit_break *one = &b->items[index];
    MUST(one->state == BREAK_DOUBTFUL);
    b->doubtful--;
    b->open++;
    one->state = BREAK_OPEN;
    one->number = ++b->numbers;
}

void breaks_close(struct breaks *b, uint32_t index)
{
    struct audit_break *one = &b->items[index];
    MUST(one->state != BREAK_NONE);
    b->doubtful -= one->state == BREAK_DOUBTFUL;
    b->open -= one->state != BREAK_DOUBTFUL;
    *one = (struct audit_break){.state = BREAK_NONE};
    pool_give(&b->pool, b->items, index);
}
