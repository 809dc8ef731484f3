/* alerts.h — alert rules (预警): what is watched, and for how long it may be beyond its level.
 *
 * A rule's condition is that what it watches lies below (or above) its level,
 * strictly.  It is raised once, when that has held for `for` without a break,
 * and cleared once, when it has not held for as long:
 *
 *     condition   ____--______________--------__----______________
 *     raised      ________________________-----------------_______
 *                                     |for|            |for|
 *
 * so what comes back within `for` changes nothing.  With `for` 0 either follows
 * at once.  An alert that is due at an instant looks at the state that the
 * instant's events left behind.
 *
 * What is watched grows or shrinks as things happen; an age grows and a time
 * to dry shrinks as time goes by.  So besides its value a thing has a slope, and
 * when it will pass a level is arithmetic.
 */
#ifndef CORE_ALERTS_H
#define CORE_ALERTS_H

#include <stdbool.h>
#include <stdint.h>

enum { ALERT_RULES_MAX = 64 };

enum watch {
    WATCH_AVAILABLE, /* of a channel, as believed */
    WATCH_MAPPED,
    WATCH_PROCESSING,  /* held for payouts whose outcome is open */
    WATCH_TIME_TO_DRY, /* until what is believed available will be used up; at most a day */
    WATCH_UNALLOCATED,
    WATCH_BALANCE, /* of an account */
    WATCH_QUEUE_DEPTH,
    WATCH_QUEUE_AMOUNT,
    WATCH_BUSINESS_DEPTH, /* of a business */
    WATCH_BUSINESS_AMOUNT,
    WATCH_QUEUE_OLDEST, /* since the oldest queued payout was requested; 0: none waits */
    WATCH_DOUBT_COUNT,  /* payouts in doubt */
    WATCH_DOUBT_OLDEST, /* since the oldest of them came into doubt; 0: none is */
    WATCH_IN_TRANSIT,   /* of transfers that have left where they began */
    WATCH_BREAKS_OPEN,  /* breaks that nobody has resolved */
    WATCH_SUSPENSE,     /* on all suspense accounts, long and short */
    WATCH_BREAKER_OPEN, /* of a breaker: its keys that are open, half open or forced open */
    WATCHES,
};

struct alert_rule {
    uint8_t watch; /* enum watch */
    uint8_t of;    /* a channel, an account, a business or a breaker */
    uint8_t above; /* else below */
    uint8_t alarm; /* else a warning */
    uint8_t pad[4];
    int64_t level; /* fen, a count or microseconds, as the watch is */
    int64_t for_us;
};

struct alert_state {
    int64_t
        since_us; /* the condition has been otherwise than `raised` since; NEVER_US: it is not */
    uint8_t raised;
    uint8_t pad[7];
};

/* What is watched, now, and what time alone does to it. */
struct watched {
    bool exists; /* an account that is not open is not watched */
    int8_t slope;
    int64_t value;
};

enum alert_change { ALERT_STAYS, ALERT_IS_RAISED, ALERT_IS_CLEARED };

void alert_open(struct alert_state *s);
bool alert_holds(const struct alert_rule *r, const struct watched *w);
/* How long until the condition turns if nothing happens; NEVER_US: it does not. */
int64_t alert_turns_in_us(const struct alert_rule *r, const struct watched *w);
/* *due_us: when to look again though the condition stays as it is; or NEVER_US. */
enum alert_change alert_step(const struct alert_rule *r, struct alert_state *s, bool holds,
                             int64_t now_us, int64_t *due_us);

#endif
