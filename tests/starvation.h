/* starvation.h — nobody who has waited long enough is passed over for ever.
 *
 * A seed gives a load: payouts of all classes and sizes on two channels that
 * are often short, money that comes in drops, answers good and bad, holds,
 * sometimes shares and few slots.  From the facts alone, for every payout that
 * ageing has brought to the top class by now:
 *
 *     later arrivals sent on its channel before it, while it could go or only
 *     quota stopped it, are at most bypass_max
 *
 * At the end much money comes: who waits then, for no slot and not by its
 * share, was forgotten.
 */
#ifndef TESTS_STARVATION_H
#define TESTS_STARVATION_H

#include "core/payout/queue.h"
#include "sim/shares.h"
#include "tests/core_driver.h"

struct watched_payout {
    int64_t requested_us;
    int64_t not_before_us;
    int64_t amount_fen;
    uint32_t arrival;
    uint32_t passed; /* while at the top */
    uint8_t class;
    uint8_t business;
    uint8_t routes;
    bool waits;
    bool held;
};

struct starvation {
    struct core_config config;
    uint64_t state;
    struct shares_book *book;
    struct watched_payout watched[64]; /* by slot */
    struct order open[KEPT_ORDERS];
    uint32_t open_count;
    uint64_t asked;
    uint32_t at_bound; /* payouts at the top that were passed over bypass_max times, above 0 */
    uint32_t held;
    uint32_t sent_to_shared; /* payouts at the top that only their share stopped */
};

static inline uint32_t some(struct starvation *s, uint32_t below)
{
    return (uint32_t)draw(&s->state, below);
}

static inline bool at_the_top(const struct starvation *s, const struct watched_payout *w,
                              int64_t at_us)
{
    int64_t steps = w->class / PRIORITIES + w->class % PRIORITIES;
    return w->requested_us + steps * s->config.ageing_us <= at_us;
}

static inline void watch_sent(struct starvation *s, const struct fact *f)
{
    int64_t available_fen = f->other + f->amount_fen;
    uint32_t arrival = s->watched[f->subject].arrival;
    for (uint32_t i = 0; i < 64; i++) {
        struct watched_payout *w = &s->watched[i];
        if (!w->waits || w->held || w->not_before_us > f->at_us || w->arrival >= arrival ||
            !(w->routes >> f->channel & 1) || !at_the_top(s, w, f->at_us))
            continue;
        int64_t room_fen =
            shares_book_room_fen(s->book, f->channel, w->business, available_fen, f->at_us);
        if (w->amount_fen <= available_fen && w->amount_fen > room_fen) {
            s->sent_to_shared++;
            continue;
        }
        w->passed++;
        s->at_bound += w->passed == s->config.bypass_max;
        ck_assert_in_loop(w->passed <= s->config.bypass_max);
    }
}

static inline void watch(struct starvation *s, const struct fact *f)
{
    if (f->subject >= 64)
        return;
    struct watched_payout *w = &s->watched[f->subject];
    switch ((int)f->kind) {
    case FACT_REQUESTED:
        *w = (struct watched_payout){.requested_us = f->at_us, .amount_fen = f->amount_fen};
        return;
    case FACT_QUEUED:
        w->arrival = (uint32_t)f->id;
        w->class = f->class;
        w->business = f->state;
        w->routes = f->routes;
        w->not_before_us = f->other;
        w->passed = 0;
        w->waits = true;
        break;
    case FACT_HELD:
    case FACT_RELEASED:
        w->held = f->kind == FACT_HELD;
        s->held += w->held;
        return;
    case FACT_SENT:
        w->waits = false;
        watch_sent(s, f);
        break;
    case FACT_EXPIRED:
    case FACT_CANCELLED:
        w->waits = w->held = false;
        return;
    default:
        break;
    }
    shares_book_fact(s->book, f);
}

/* Reads what came out since the last time. */
static inline void watch_all(struct starvation *s)
{
    for (int i = 0; i < fact_count; i++)
        watch(s, &facts[i]);
    for (int i = 0; i < order_count; i++)
        if (orders[i].kind == ORDER_PAY)
            s->open[s->open_count++] = orders[i];
    forget();
}

static inline void ask_one(struct starvation *s)
{
    struct input in = request_of(++s->asked, 1 + some(s, some(s, 4) == 0 ? 60000 : 2000));
    in.business = (uint8_t)some(s, 3);
    in.priority = (uint8_t)(1 + some(s, PRIORITIES));
    in.routes = (uint8_t)(1 + some(s, 3));
    feed(in);
}

static inline void answer_one(struct starvation *s)
{
    if (s->open_count == 0)
        return;
    uint32_t i = some(s, s->open_count);
    struct order o = s->open[i];
    s->open[i] = s->open[--s->open_count];
    if (some(s, 3) == 0)
        notify(o, o.channel == U ? UNIONPAY_06 : NETSUNION_02);
    else
        notify_paid(o);
}

static inline void do_something(struct starvation *s)
{
    static const enum input_kind asks[] = {INPUT_PAYOUT_HELD, INPUT_PAYOUT_RELEASED,
                                           INPUT_PAYOUT_CANCELLED};
    switch (some(s, 8)) {
    case 0:
    case 1:
    case 2:
        ask_one(s);
        return;
    case 3:
        receipt((uint8_t)some(s, CHANNELS), FIRST_SESSION, 1 + some(s, 3000));
        return;
    case 4:
        answer_one(s);
        return;
    case 5: {
        if (s->asked == 0)
            return;
        uint64_t back = some(s, 40);
        struct input in = request_of(back < s->asked ? s->asked - back : s->asked, 0);
        in.kind = (uint8_t)asks[some(s, 20) % 3];
        feed(in);
        return;
    }
    default:
        run_for(some(s, 20) * SECONDS(1) + some(s, 1000));
        return;
    }
}

static inline void draw_load(struct starvation *s)
{
    s->config = plain_config();
    s->config.ageing_us = SECONDS(1 + some(s, 20));
    s->config.bypass_max = (uint8_t)some(s, 4);
    s->config.businesses[0].priority = (uint8_t)(1 + some(s, PRIORITIES));
    s->config.businesses[2].expires_us = 0;
    s->config.retry_after_us = SECONDS(1 + some(s, 30));
    s->config.retries = RETRIES_MAX;
    for (int c = 0; c < CHANNELS && some(s, 3) == 0; c++)
        s->config.channels[c].concurrency = 1 + some(s, 3);
    if (some(s, 2) == 0) {
        s->config.businesses[0].share_ppm = some(s, 500000);
        s->config.businesses[1].share_ppm = 1 + some(s, 499999);
        s->config.businesses[1].no_borrowing = some(s, 2) == 0;
    }
}

static inline bool must_end(const struct starvation *s)
{
    return s->book == NULL && s->config.channels[U].concurrency == 0 &&
           s->config.channels[N].concurrency == 0;
}

/* Lives through the load of a seed; adds to what `seen` has met. */
static inline void nobody_starves(uint64_t seed, struct starvation *seen)
{
    static struct starvation s;
    s = (struct starvation){.state = seed};
    draw_load(&s);
    s.book = shares_book_create(&s.config);
    begin(&s.config);
    watch_all(&s);
    while (s.asked < 400) {
        do_something(&s);
        watch_all(&s);
    }
    for (int c = 0; c < CHANNELS; c++)
        receipt((uint8_t)c, FIRST_SESSION, 10 * QUOTA_FEN * QUOTA_FEN);
    run_for(HOURS(1));
    watch_all(&s);
    for (uint32_t i = 0; must_end(&s) && i < 64; i++)
        ck_assert_in_loop(!s.watched[i].waits || s.watched[i].held);
    seen->at_bound += s.at_bound;
    seen->held += s.held;
    seen->sent_to_shared += s.sent_to_shared;
    shares_book_free(s.book);
}

#endif
