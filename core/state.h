/* state.h — the core's state: what is in the block besides its arrays.
 *
 * For the files of core/ alone, by way of desk.h.
 */
#ifndef CORE_STATE_H
#define CORE_STATE_H

#include <stdbool.h>

#include "core/audit/breaks.h"
#include "core/audit/lists.h"
#include "core/base/civil.h"
#include "core/base/heap.h"
#include "core/base/idmap.h"
#include "core/base/money.h"
#include "core/base/must.h"
#include "core/base/pool.h"
#include "core/base/wide.h"
#include "core/core.h"
#include "core/payout/chain.h"
#include "core/payout/queue.h"
#include "core/payout/share.h"
#include "core/quota/backlog.h"
#include "core/quota/forecast.h"

enum {
    MOVES_MAX = 64,
    TRANSFERS_MAX = 256,
    TIMERS_MAX = 4096,
    MOVE_QUERY_STEPS = 6,
    NUMBERS_AHEAD = 256, /* of movements told before those that come earlier */
    LINES_KEPT = NUMBERS_AHEAD + 1,
    NETS_MAX = 512,
    HALVES_MAX = 4096,
    WITHHELD_MAX = 256,
    HISTORY_DAYS = 32, /* that may wait to be checked; one more is today */
};

/* What is kept of a finished payout: enough to know its reference again. */
struct remembered {
    uint64_t reference_hi; /* with the map's tag, 96 bits of the reference */
    uint64_t amount_and_state;
};

/* Which way a move changes a channel's quota. */
enum { WENT_DOWN, WENT_UP, WAYS };

enum move_state {
    MOVE_SENT,
    MOVE_DOUBTFUL,
};

/* A quota move: a decrease if it comes from a channel, then an increase if it
 * goes to one.  Between the legs the money rests in the unallocated balance,
 * earmarked.  Unlike a payout, a leg may be sent again under the same id: the
 * house answers a repetition with the first one's state, and refuses for good
 * one that it never had once the order is too old. */
struct move {
    uint8_t from; /* enum channel; CHANNEL_NONE: unallocated */
    uint8_t to;
    uint8_t leg; /* 0 decrease, 1 increase */
    uint8_t state;
    uint8_t reason;
    uint8_t queries;
    uint8_t sends; /* of this leg */
    uint8_t pad;
    uint32_t free_link;
    uint32_t round; /* of the leg's order; an older timer is out of date */
    int64_t amount_fen;
    int64_t sent_us;
    uint64_t order_id;
};

enum transfer_state {
    TRANSFER_WAITING,  /* for hours, quota, or before a leg is tried again */
    TRANSFER_SENT,     /* a leg's order is out */
    TRANSFER_ACCEPTED, /* and has been taken; of a bank's, the money is in transit */
    TRANSFER_DOUBTFUL,
    TRANSFER_RESTING, /* a later leg failed for good: the money rests where that leg began */
};

/* Money on its way between two accounts, leg by leg.  Like a quota move's, a
 * leg's order may be sent again under its own id, which whoever has it
 * recognises; one that takes quota is a payout, and like a payout's it is not. */
struct transfer {
    uint8_t from; /* accounts */
    uint8_t to;
    uint8_t rule;  /* + 1; 0: the operator's */
    uint8_t state; /* enum transfer_state */
    uint8_t means; /* enum means, once chosen */
    uint8_t leg;
    uint8_t leg_count; /* 0: not planned yet */
    uint8_t reason;
    uint8_t queries;
    uint8_t sends;      /* of this leg's order */
    uint8_t tries_left; /* of this leg, by these means */
    uint8_t debited;    /* a bank's leg: its money has left the account */
    uint8_t held;       /* the leg's money is held where it is to leave */
    uint8_t tried;      /* bit: enum means that failed for good */
    uint8_t sent_late;  /* a repetition went out when any copy is too old to be taken */
    uint8_t pad;
    struct leg legs[LEGS_MAX];
    uint32_t free_link;
    uint32_t round; /* of the timer that counts */
    int64_t amount_fen;
    int64_t requested_us;
    int64_t sent_us;
    uint64_t order_id;
};

struct rule_state {
    int64_t quiet_until_us; /* it looks again then at the earliest */
    int64_t due_us;         /* its schedule said so then; NEVER_US: it is not due */
    int32_t short_told_day; /* when it last said that too little is there */
    uint32_t pad;
};

/* What one day's movements of an account came to, as they were told. */
struct history_day {
    int32_t day;
    uint32_t in_count;
    uint32_t out_count;
    uint32_t pad;
    int64_t in_fen;
    int64_t out_fen;
};

/* The days of a virtual ID, to be checked against its history balances one after
 * the other. */
struct history {
    int32_t next_day;      /* the first that is not checked yet */
    int32_t last_day;      /* of the account, once it is closed */
    uint8_t wanted;        /* as soon as all details up to now are known */
    uint8_t opening_known; /* of next_day: its opening balance */
    uint8_t pad[6];
    int64_t opening_fen;
    struct history_day days[HISTORY_DAYS + 1]; /* day d lies at d % (HISTORY_DAYS + 1) */
};

/* An account as its keeper tells of it: movements, and balances reported. */
struct statement {
    int64_t told_fen; /* the opening balance and every movement told */
    int64_t after_fen;
    int64_t after_us; /* when the movement with the highest number was booked */
    int64_t reported_fen;
    int64_t reported_us; /* as-of of the newest report; INT64_MIN: there was none */
    int64_t asked_us;
    int64_t whole_us; /* every movement up to then is known; INT64_MIN: never yet */
    uint32_t number;  /* the highest told; after_fen is the balance after it */
    uint32_t pad;
};

/* A line of an account's statement as it was told, and as the balances have it. */
struct told_line {
    uint64_t id;
    int64_t at_us;
    int64_t before_fen; /* the balance */
    int64_t after_fen;
};

/* What is known of an account beyond its internal account in the ledger. */
struct purse {
    int64_t held_fen;        /* for transfers that have not left it yet */
    int64_t coming_fen;      /* of transfers to it under way */
    int64_t uncollected_fen; /* reported balance less the internal account's */
    int64_t reported_us;     /* as-of of the newest report taken */
    int64_t moved_us;        /* the newest movement known */
    int64_t adopted_us;      /* as-of of the newest report that was booked itself; or INT64_MIN */
    int64_t adopted_to_fen;  /* that balance */
    int64_t adopted_fen;     /* booked from reports, and no movement has told it yet */
    uint32_t cursor;         /* movements up to this number are known, or passed over */
    uint32_t revision;       /* of its registration; older timers are out of date */
    uint32_t asked_again_to; /* what is missing up to this number was asked for twice */
    uint32_t pad;
    uint64_t ahead[NUMBERS_AHEAD / 64]; /* bit i: number cursor + 1 + i is known */
    struct told_line lines[LINES_KEPT]; /* known from the cursor on: n lies at n % LINES_KEPT */
    struct history history;
    struct statement statement;
};

/* Payouts of one business that are queued, those that back off included. */
struct waiting {
    wide amount_fen;
    int64_t depth;
};

/* A payout that came into doubt; it may have left it. */
struct doubt {
    int64_t since_us;
    uint32_t slot;
    uint32_t round;
};

/* What breakers need of a payout, beside it: only there if there are any. */
struct guard {
    uint32_t number;   /* of its last sending */
    uint16_t breakers; /* bit b: breaker b watches it */
    uint16_t pad;
};

enum { SIFT_KEYS_MAX = 8, OFFERS = 32, OFFERS_ALL = UINT16_MAX };

/* Keys that admit now what they did not, or the reverse: all that waits is
 * looked through for them, and nothing is sent before that is done. */
struct sift {
    uint32_t count; /* more than SIFT_KEYS_MAX: whatever is watched is looked at */
    uint16_t breaker[SIFT_KEYS_MAX];
    uint16_t offers[SIFT_KEYS_MAX]; /* so many more may be let go for it */
    uint32_t value[SIFT_KEYS_MAX];
    uint8_t stopped_done; /* none of them may let a stopped one go */
    uint8_t pad[3];
    uint32_t lane; /* LANES: those that are stopped come first */
    uint32_t at;   /* the next to be looked at there, or NONE */
};

/* A key that admits few, offered to a few of those that wait.  When so many
 * have left the queue, it is offered to more. */
struct offer {
    uint16_t breaker;
    uint16_t left;
    uint32_t value;
};

/* The operator forces every key of a breaker, one after the other. */
struct forcing {
    uint32_t next; /* key; NONE: nothing to do */
    uint32_t open;
    int64_t until_us;
};

/* What explains a balance that is reported otherwise than booked, and what does not. */
struct quota_audit {
    int64_t in_transit_fen;
    int64_t unsettled_fen;
    int64_t uncollected_fen;
    int64_t unexplained_fen;
};

struct channel_state {
    struct position position;
    uint32_t in_flight; /* slots of concurrency in use */
    uint32_t sent_this_second;
    int64_t second;         /* the whole second that sent_this_second counts */
    int64_t wake_fen;       /* the smallest amount that waits for quota; INT64_MAX: none */
    int64_t rises_us;       /* with ageing: when somebody may pass the blocker by rising */
    uint32_t blocker;       /* the payout that nothing behind it may pass here any more, or NONE */
    int64_t quiet_until_us; /* the policy lets a refused move rest */
    int64_t went_us[WAYS];  /* when a policy's move that way ended last */
    int64_t restrained_us[WAYS]; /* until when the last restraint told of lasts, or NEVER_US */
    int64_t reported_us;         /* as-of of the newest quota report */
    int64_t report_asked_us;
    int64_t report_floor_fen; /* believed available then, less what was spent since */
    int64_t mapped_us;        /* when the mapped quota changed last */
    int64_t audited_fen;      /* mapped as reported last, and what explained it */
    struct quota_audit audited;
    uint8_t audited_once;
    int64_t waiting_fen;      /* of payouts in the queue that go here first */
    struct forecast forecast; /* of what payouts ask of it first, and receipts bring */
    int64_t soon_fen;         /* foreseen within the policy's lead */
    int64_t later_fen;        /* and within its horizon */
    int64_t share_seen_fen;   /* available, when a payout was last found stopped by its share */
    uint8_t share_waits;      /* one was */
    int64_t dry_us;           /* foreseen, where a rule watches it */
    uint8_t backlog;          /* enum backlog_answer, as told last */
    uint8_t warned;           /* of this backlog */
    int64_t warned_until_us;  /* and no more of another */
    uint8_t look_again;       /* something changed that may let a payout go */
    uint8_t dry;
    struct luck luck;                          /* only routing by success keeps it */
    struct chain replies;                      /* sent, waiting for the reply; by sent_us */
    struct chain queries[QUERY_STEPS_MAX + 1]; /* by next query; the last: every half hour */
    struct chain unlisted;                     /* settled, and no list has them yet */
    struct lists lists;
    uint8_t seeks; /* a list came: what none has is to be looked for */
};

/* A transfer's leg at one account, booked and not yet shown by it, or the reverse. */
struct half {
    uint64_t id; /* of the leg's order */
    int64_t amount_fen;
    uint8_t account;
    uint8_t shown;
    uint8_t pad[6];
};

struct halves {
    uint32_t count;
    uint32_t pad;
    struct half items[HALVES_MAX]; /* oldest first */
};

enum withheld_stands {
    WITHHELD_UNBOOKED, /* or booked as what it is taken for */
    WITHHELD_IN_SUSPENSE,
    WITHHELD_ADJUSTED,
    WITHHELD_WRITTEN_OFF,
};

/* What an account's details left out. */
struct withheld {
    int64_t amount_fen; /* by the balances */
    int64_t since_us;
    uint64_t taken_for; /* the leg's order or the net that it seems to be, or 0 */
    uint32_t number;    /* of the first line */
    uint8_t account;
    uint8_t stands; /* enum withheld_stands */
    uint8_t pad[2];
};

struct withholdings {
    uint32_t count;
    uint32_t pad;
    struct withheld items[WITHHELD_MAX]; /* oldest first */
};

/* The net of one session, as its house told it and as the account showed it. */
struct net {
    uint8_t channel;
    uint8_t account;
    uint8_t told;
    uint8_t moved;
    uint8_t judged;
    uint8_t pad[3];
    uint32_t session;
    uint32_t pad2;
    int64_t told_fen;
    int64_t moved_fen;
    int64_t short_fen; /* it is less than what we know of; below zero: more */
};

/* In the order in which they were first heard of. */
struct nets {
    uint32_t count;
    uint32_t pad;
    struct net items[NETS_MAX];
};

struct core {
    struct core_config config;
    uint64_t bytes;
    uint64_t payouts_at;
    uint64_t remembered_at;
    uint64_t slots_at;
    uint64_t moments_at;
    uint64_t doubts_at;
    uint64_t watches_at;
    uint64_t breaker_at[BREAKERS_MAX];
    int64_t now_us;
    int64_t deadline_us;
    struct pool payout_pool;
    struct idmap references;
    uint32_t remembered_count;
    uint32_t arrivals;
    struct queue queue;
    struct shares shares;
    struct chain backing_off[RETRIES_MAX + 1]; /* by attempts made, each by not-before */
    struct chain held;                         /* by the operator, in the order he held them */
    struct chain stopped;                      /* denied every channel, in the order that was so */
    struct chain expiring[BUSINESSES_MAX][2];  /* fresh or come back, by requested_us */
    struct waiting waiting[BUSINESSES_MAX];
    int64_t doubt_count;
    uint32_t doubt_first; /* of the ring */
    uint32_t doubt_kept;
    struct breaker breakers[BREAKERS_MAX];
    uint32_t keys_open[BREAKERS_MAX]; /* of each breaker: open, half open or forced open */
    uint32_t sends;                   /* of payouts, so far */
    uint16_t crowded;                 /* bit b: it was told that breaker b has no room */
    struct sift sift;
    uint32_t offer_count;
    struct offer offers[SIFT_KEYS_MAX];
    struct forcing forcing[BREAKERS_MAX];
    struct nets nets;
    struct halves halves;
    struct withholdings withheld;
    struct chain settling; /* paid, their session settled, not yet booked so */
    struct channel_state channels[CHANNELS];
    int64_t unallocated_fen;           /* believed */
    int64_t earmarked_fen;             /* of it, for moves on their way */
    int64_t policy_due_us;             /* when the policy is asked again though nothing changed */
    int64_t backlog_due_us;            /* what it needs is looked at again */
    int64_t outlook_due_us;            /* what is foreseen is told again */
    int64_t foreseen_until_us;         /* soon_fen and later_fen are fresh */
    struct allocation_view policy_saw; /* when it was asked last */
    struct pool move_pool;
    uint32_t move_rounds;
    struct move moves[MOVES_MAX];
    uint8_t move_live[MOVES_MAX];
    struct pool transfer_pool;
    uint32_t transfer_rounds;
    struct transfer transfers[TRANSFERS_MAX];
    uint8_t transfer_live[TRANSFERS_MAX];
    int64_t means_quiet_until_us[MEANS_COUNT]; /* after a leg failed for good */
    struct rule_state rules[RULES_MAX];
    struct virtual_ids virtual_ids;
    struct purse purses[ACCOUNTS_MAX];
    struct heap timers;
    struct timer timer_heap[TIMERS_MAX];
    struct accounts accounts;
    struct account account_items[ACCOUNTS_MAX];
    struct ledger ledger;
    struct ledger_account books[BOOK_REGISTERED + ACCOUNTS_MAX];
    struct alert_state alerts[ALERT_RULES_MAX];
    struct breaks breaks;
    uint8_t watches_age; /* of queued payouts, and time to dry: a rule does */
    uint8_t watches_dry;
    uint8_t opened;    /* the opening positions were told */
    uint8_t work_left; /* the effects were full */
    uint8_t rules_suspended;
    uint8_t backlog_stands;
};

enum timer_kind {
    TIMER_MOVE,      /* a move's reply time-out, then its queries */
    TIMER_DAY_CLOSE, /* trial balance */
    TIMER_ACCOUNT,   /* subject: account; it opens or closes */
    TIMER_TASK,      /* subject: account * TASKS_MAX + task */
    TIMER_DUTY,      /* what the rules of custody ask of the accounts: at cut-offs and midnight */
    TIMER_RULE,      /* subject: rule; its schedule is due */
    TIMER_LIST,      /* subject: channel, round: day; its list should have come */
    TIMER_TRANSFER,  /* subject: transfer; a time-out, a query, a wait that is over */
};

_Static_assert((int)SHARES_MAX == (int)BUSINESSES_MAX, "every business may have a share");

#endif
