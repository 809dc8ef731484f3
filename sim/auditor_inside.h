/* auditor_inside.h — the auditor from inside, for its own files alone.
 *
 *     auditor.c          creating, the ledger, what is checked when
 *     auditor_quota.c    each channel's quota folded from facts, as believed and in truth
 *     auditor_payouts.c  the life of each payout, doubts, reasons
 *     auditor_lies.c     what the houses told that is not so, and what may follow from it
 *     auditor_alerts.c   whether alerts were right
 */
#ifndef SIM_AUDITOR_INSIDE_H
#define SIM_AUDITOR_INSIDE_H

#include "core/audit/match.h"
#include "core/payout/payout.h"
#include "sim/auditor.h"
#include "sim/told.h"

/* A payout in doubt and when it is asked about next. */
struct audited_doubt {
    uint32_t slot;
    int64_t next_query_us;
};

enum { DOUBTS_AT_FIRST = 1024, AUDITED_MOVES_MAX = 64 };

/* A quota move that a policy asked for. */
struct audited_move {
    uint32_t subject;
    uint8_t from;
    uint8_t to;
    bool left; /* it has come out of where it was */
};

/* An alert rule: as it was told, and how its condition has stood since the last change. */
struct audited_alert {
    bool raised;
    bool beyond;
    int64_t since_us;
};

enum lie_kind {
    LIE_ANOTHER_AMOUNT, /* moves than is told */
    LIE_SAID_FAILED,    /* of what was paid */
    LIE_SAID_PAID,      /* of what failed */
};

struct audited_lie {
    uint64_t id;      /* order */
    int64_t fen;      /* truly paid, beyond what is told */
    int64_t held_fen; /* of that, what the core should hold but does not */
    uint32_t session; /* it was paid in, or is said to be */
    uint8_t channel;
    uint8_t kind; /* enum lie_kind */
    bool believed;
    bool found; /* a break says so */
};

struct auditor {
    const struct core_config *config;
    const struct world *world;
    uint64_t full_every;
    uint64_t events;
    uint64_t next_full;
    int64_t day_ends_us;
    struct invariant_count counts[INVARIANTS];
    char first[512];
    struct first_break first_break;
    int64_t now_us;

    struct told_quota believed[CHANNELS];
    struct told_quota true_[CHANNELS];
    int64_t believed_available_fen[CHANNELS]; /* as the last fact said */
    int64_t believed_unallocated_fen;
    bool pooled; /* both channels pay from one pool */
    bool opened;
    bool running; /* the books have been opened */

    struct auditor_queue *queue;
    struct auditor_breakers *breakers;
    struct auditor_transfers *transfers;
    bool mute[ACCOUNTS_MAX];        /* tells neither balances nor movements, as it is now */
    uint32_t foreign[ACCOUNTS_MAX]; /* movements by no order of ours and no session, in truth */
    uint8_t *states;                /* enum payout_state of the payout in a slot; NOWHERE: none */
    uint32_t doubt_count;
    uint32_t doubt_capacity;
    struct audited_doubt *doubts;
    struct idmap doubt_map; /* by slot */
    struct idmap_slot *doubt_slots;
    uint64_t by_state[PAYOUT_STATES];
    uint64_t settled_for_good; /* of those settled: no list has them, and a break stands */
    uint64_t requested;
    uint32_t slots_used; /* no slot from here on was ever taken */
    uint64_t open_moves;
    uint32_t policy_move_count;
    struct audited_move policy_moves[AUDITED_MOVES_MAX]; /* under way */
    int64_t filled_us[CHANNELS];  /* when a policy's move to it ended last; 0: never */
    int64_t drained_us[CHANNELS]; /* the same, of one from it */

    struct audited_alert alerts[ALERT_RULES_MAX];
    uint32_t breaks_open;

    int64_t posted_fen[BOOK_REGISTERED + ACCOUNTS_MAX];
    int64_t pending_debit_fen[BOOK_REGISTERED + ACCOUNTS_MAX];
    int64_t pending_credit_fen[BOOK_REGISTERED + ACCOUNTS_MAX];
    int64_t debited_fen[BOOK_REGISTERED + ACCOUNTS_MAX]; /* posted debits in all */
    uint64_t entries;
    uint32_t balances_told; /* since the last close */
    int64_t told_posted_fen;
    int64_t told_pending_fen;
    int64_t told_debits_fen;
    uint64_t book_moves; /* of the world, when last looked at */

    uint64_t *paid; /* names of references paid; 0: empty.  Bit 0: the house says that it failed */
    uint64_t paid_mask;
    uint64_t paid_count;
    uint64_t paid_twice;
    uint64_t paid_twice_by_lie;

    bool lied_to; /* some fault lies; else the following stays empty */
    bool breaks_full;
    uint32_t lie_count;
    struct audited_lie *lies;
    struct idmap lie_map; /* by order */
    struct idmap_slot *lie_slots;
    struct told_quota untold[CHANNELS]; /* believed, had the lies not been told */
    int64_t hidden_fen[CHANNELS];       /* so much less available it would be */
    int64_t lies_fen[CHANNELS];         /* truly paid beyond what was believed, in all */
    int64_t resolved_fen[CHANNELS];     /* taken out of suspense for breaks resolved by hand */
};

__attribute__((format(printf, 3, 4), cold)) void
auditor_broke(struct auditor *a, enum invariant which, const char *format, ...);

/* Counts a check; describes it if it does not hold. */
#define CHECK(a, which, holds, ...)                                                                \
    ((a)->counts[which].checked++, (holds) ? (void)0 : auditor_broke(a, which, __VA_ARGS__))

/* auditor_quota.c */
void auditor_fold_opening(struct auditor *a, const struct fact *f);
void auditor_fold_belief(struct auditor *a, const struct fact *f);
void auditor_fold_truth(struct auditor *a, const struct fact *f);
void auditor_follow_moves(struct auditor *a, const struct fact *f);
bool auditor_is_truth(uint8_t kind);
/* Of a pool, what the other channel stands in for, or lacks itself; else 0. */
int64_t auditor_lent_fen(const struct auditor *a, const struct told_quota quotas[CHANNELS],
                         enum channel channel);

/* The house said of the payment of that reference that it failed. */
void auditor_excuse_payment(struct auditor *a, struct reference reference);

/* auditor_lies.c */
enum { FIRST_SUSPENSE = BOOK_OF_SUSPENSE_LONG }; /* it and what follows it is suspense */
bool auditor_faults_lie(const struct world *w);
void auditor_follow_lies(struct auditor *a, const struct fact *f); /* after the belief is folded */
void auditor_note_resolved(struct auditor *a, const struct fact *entry);
void auditor_check_lies_at_rest(struct auditor *a); /* and what is in suspense */
void auditor_free_lies(struct auditor *a);
enum match_type auditor_lie_type(const struct audited_lie *lie);

/* auditor_payouts.c */
void auditor_follow_payout(struct auditor *a, const struct fact *f);
void auditor_follow_doubt(struct auditor *a, const struct fact *f);
void auditor_follow_reasons(struct auditor *a, const struct fact *f);
bool auditor_is_end(enum payout_state state);

/* auditor_alerts.c */
void auditor_follow_alerts(struct auditor *a, const struct fact *f);
void auditor_watch_alerts(struct auditor *a); /* after each event */

#endif
