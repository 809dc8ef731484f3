/* chain.c — see chain.h. */

#include "core/payout/chain.h"

#include "core/base/must.h"

static struct payout_link *link_of(struct payout *payouts, enum chain_link link, uint32_t slot)
{
    return link == CHAIN_LINK_A ? &payouts[slot].in.a : &payouts[slot].b;
}

void chain_append(struct chain *c, struct payout *payouts, enum chain_link link, uint32_t slot)
{
    *link_of(payouts, link, slot) = (struct payout_link){.next = NONE, .prev = c->tail};
    if (c->tail == NONE)
        c->head = slot;
    else
        link_of(payouts, link, c->tail)->next = slot;
    c->tail = slot;
}

void chain_insert_before(struct chain *c, struct payout *payouts, enum chain_link link,
                         uint32_t slot, uint32_t before)
{
    if (before == NONE) {
        chain_append(c, payouts, link, slot);
        return;
    }
    struct payout_link *behind = link_of(payouts, link, before);
    uint32_t prev = behind->prev;
    *link_of(payouts, link, slot) = (struct payout_link){.next = before, .prev = prev};
    behind->prev = slot;
    if (prev == NONE)
        c->head = slot;
    else
        link_of(payouts, link, prev)->next = slot;
}

void chain_remove(struct chain *c, struct payout *payouts, enum chain_link link, uint32_t slot)
{
    struct payout_link gone = *link_of(payouts, link, slot);
    if (gone.prev == NONE) {
        MUST(c->head == slot);
        c->head = gone.next;
    } else {
        link_of(payouts, link, gone.prev)->next = gone.next;
    }
    if (gone.next == NONE) {
        MUST(c->tail == slot);
        c->tail = gone.prev;
    } else {
        link_of(payouts, link, gone.next)->prev = gone.prev;
    }
}

void chain_move_all(struct chain *to, struct chain *from, struct payout *payouts,
                    enum chain_link link)
{
    if (from->head == NONE)
        return;
    if (to->tail == NONE) {
        to->head = from->head;
    } else {
        link_of(payouts, link, to->tail)->next = from->head;
        link_of(payouts, link, from->head)->prev = to->tail;
    }
    to->tail = from->tail;
    *from = CHAIN_EMPTY;
}
