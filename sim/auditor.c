/* auditor.c — see auditor.h. */

#include "sim/auditor.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/base/must.h"
#include "core/payout/payout.h"
#include "mocks/block.h"

/* One session as it was told, or as it is. */
struct audited_session {
    int64_t receipts_fen;
    int64_t payments_fen;
    bool closed;
    bool settled;
};

/* One channel's quota, folded from facts: once as believed, once in truth. */
struct audited_quota {
    int64_t mapped_fen;
    int64_t spoken_for_fen; /* held, or processing */
    int64_t leaving_fen;
    uint32_t first; /* sessions before this one are settled */
    uint32_t last;
    struct quota_rule rule;
    struct audited_session sessions[SESSIONS_MAX];
};

/* A payout in doubt and when it is asked about next. */
struct audited_doubt {
    uint32_t slot;
    int64_t next_query_us;
};

enum { DOUBTS_AT_FIRST = 1024 };

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

    struct audited_quota believed[CHANNELS];
    struct audited_quota true_[CHANNELS];
    int64_t believed_available_fen[CHANNELS]; /* as the last fact said */
    int64_t believed_unallocated_fen;
    bool opened;

    struct auditor_queue *queue;
    uint8_t *states; /* enum payout_state of the payout in a slot; NOWHERE: none */
    uint32_t doubt_count;
    uint32_t doubt_capacity;
    struct audited_doubt *doubts;
    struct idmap doubt_map; /* by slot */
    struct idmap_slot *doubt_slots;
    uint64_t by_state[PAYOUT_STATES];
    uint64_t requested;
    uint32_t slots_used; /* no slot from here on was ever taken */
    uint64_t open_moves;

    int64_t posted_fen[BOOK_REGISTERED + ACCOUNTS_MAX];
    int64_t pending_debit_fen[BOOK_REGISTERED + ACCOUNTS_MAX];
    int64_t pending_credit_fen[BOOK_REGISTERED + ACCOUNTS_MAX];
    uint64_t entries;
    uint32_t balances_told; /* since the last event */
    int64_t told_posted_fen;
    int64_t told_pending_fen;
    uint64_t book_moves; /* of the world, when last looked at */

    uint64_t *paid; /* names of references paid; 0: empty */
    uint64_t paid_mask;
    uint64_t paid_count;
    uint64_t paid_twice;
};

const char *invariant_name(enum invariant which)
{
    static const char *const names[INVARIANTS] = {
        [INVARIANT_LEDGER_BALANCES] = "ledger_balances",
        [INVARIANT_PAID_ONCE] = "paid_once",
        [INVARIANT_ONE_STATE] = "one_state",
        [INVARIANT_WORLD_BALANCES] = "world_books_balance",
        [INVARIANT_IDENTITIES] = "identities_hold",
        [INVARIANT_BELIEF_BELOW_TRUTH] = "belief_never_above_truth",
        [INVARIANT_NEVER_OVERDRAWN] = "never_overdrawn",
        [INVARIANT_BELIEF_IS_TRUTH_AT_REST] = "belief_is_truth_at_rest",
        [INVARIANT_QUEUE_ORDER] = "queue_in_order",
        [INVARIANT_REASONS] = "reasons_given",
    };
    MUST(which < INVARIANTS);
    return names[which];
}

/* --- the model of a quota, as the design writes it ------------------------- */

static struct audited_session *session_of(struct audited_quota *q, uint32_t number)
{
    if (number > q->last)
        q->last = number;
    return &q->sessions[number % SESSIONS_MAX];
}

static bool settled_before(const struct audited_quota *q, uint32_t number)
{
    return number < q->first || q->sessions[number % SESSIONS_MAX].settled;
}

static int64_t counts_for_fen(struct quota_rule rule, const struct audited_session *s)
{
    int64_t net_fen = s->receipts_fen - s->payments_fen;
    if (rule.settles_to == SETTLES_TO_VIRTUAL_ID) {
        if (rule.receipts_count == RECEIPTS_AT_ONCE)
            return net_fen > 0 ? 0 : net_fen;
        return -s->payments_fen;
    }
    if (rule.receipts_count == RECEIPTS_AT_ONCE)
        return net_fen;
    if (rule.receipts_count == RECEIPTS_AT_SESSION && s->closed)
        return net_fen;
    return -s->payments_fen;
}

static int64_t available_fen(const struct audited_quota *q)
{
    int64_t sum_fen = q->mapped_fen - q->spoken_for_fen - q->leaving_fen;
    for (uint32_t n = q->first; n <= q->last; n++) {
        const struct audited_session *s = &q->sessions[n % SESSIONS_MAX];
        if (!s->settled)
            sum_fen += counts_for_fen(q->rule, s);
    }
    return sum_fen;
}

static void settle_session(struct audited_quota *q, uint32_t number, int64_t net_fen)
{
    struct audited_session *s = session_of(q, number);
    bool keeps = q->rule.settles_to == SETTLES_TO_ACS || net_fen < 0;
    q->mapped_fen += keeps ? net_fen : 0;
    s->settled = true;
    while (q->first <= q->last && q->sessions[q->first % SESSIONS_MAX].settled) {
        q->sessions[q->first % SESSIONS_MAX] = (struct audited_session){0};
        q->first++;
    }
}

/* --- creating -------------------------------------------------------------- */

struct auditor *auditor_create(const struct core_config *config, const struct world *world,
                               uint64_t full_every)
{
    struct auditor *a = calloc(1, sizeof *a);
    MUST(a != NULL);
    a->config = config;
    a->world = world;
    a->full_every = full_every;
    a->day_ends_us = civil_moment_us(civil_day(config->start_us) + 1, 0);
    a->now_us = config->start_us;
    a->queue = auditor_queue_create(config);
    a->states = block_take(config->limits.open_payouts, sizeof *a->states);
    for (a->paid_mask = 4095; a->paid_mask / 4 * 3 < config->limits.remembered;)
        a->paid_mask = a->paid_mask * 2 + 1;
    a->paid = block_take(a->paid_mask + 1, sizeof *a->paid);
    idmap_init(&a->doubt_map, DOUBTS_AT_FIRST);
    a->doubt_slots = block_take(idmap_slots(DOUBTS_AT_FIRST), sizeof *a->doubt_slots);
    MUST(a->states != NULL && a->paid != NULL && a->doubt_slots != NULL);
    for (uint32_t c = 0; c < CHANNELS; c++) {
        uint32_t session = config->channels[c].first_session;
        a->true_[c] = a->believed[c] = (struct audited_quota){
            .first = session, .last = session, .rule = config->channels[c].rule};
        a->true_[c].mapped_fen = world->central_bank.mapped_fen[c];
    }
    return a;
}

void auditor_free(struct auditor *a)
{
    if (a == NULL)
        return;
    auditor_queue_free(a->queue);
    block_give(a->states, a->config->limits.open_payouts, sizeof *a->states);
    block_give(a->doubt_slots, idmap_slots(a->doubt_map.capacity), sizeof *a->doubt_slots);
    free(a->doubts);
    block_give(a->paid, a->paid_mask + 1, sizeof *a->paid);
    free(a);
}

__attribute__((format(printf, 3, 4), cold)) static void
broke(struct auditor *a, enum invariant which, const char *format, ...)
{
    if (a->counts[which].broken++ > 0 || a->first[0] != '\0')
        return;
    char when[CIVIL_MOMENT_TEXT_MAX];
    civil_print_moment(when, a->now_us);
    int n = snprintf(a->first, sizeof a->first, "%s broke at %s, event %" PRIu64 ": ",
                     invariant_name(which), when, a->events);
    a->first_break = (struct first_break){which, a->now_us, a->events, a->first + n};
    va_list args;
    va_start(args, format);
    vsnprintf(a->first + n, sizeof a->first - (size_t)n, format, args);
    va_end(args);
}

/* Counts a check; describes it if it does not hold. */
#define CHECK(a, which, holds, ...)                                                                \
    ((a)->counts[which].checked++, (holds) ? (void)0 : broke(a, which, __VA_ARGS__))

/* --- belief, as the facts tell it ------------------------------------------ */

/* The kinds after which `other` is the channel's believed available. */
static bool tells_available(uint8_t kind)
{
    switch ((int)kind) {
    case FACT_SENT:
    case FACT_PAID:
    case FACT_ATTEMPT_FAILED:
    case FACT_RETURNED:
    case FACT_RECEIPT:
    case FACT_SESSION_CLOSED:
    case FACT_SESSION_SETTLED:
    case FACT_MOVE_SENT:
    case FACT_MOVE_LEG_DONE:
    case FACT_MOVE_LEG_FAILED:
        return true;
    default:
        return false;
    }
}

static void fold_opening(struct auditor *a, const struct fact *f)
{
    a->opened = true;
    if (f->channel == CHANNEL_NONE) {
        a->believed_unallocated_fen = f->amount_fen;
        return;
    }
    a->believed[f->channel].mapped_fen = f->amount_fen;
    a->believed_available_fen[f->channel] = f->other;
}

static void fold_move_leg(struct auditor *a, const struct fact *f)
{
    struct audited_quota *q = &a->believed[f->channel];
    bool increase = f->state == 1;
    bool done = f->kind == FACT_MOVE_LEG_DONE;
    if (f->kind == FACT_MOVE_SENT) {
        q->leaving_fen += increase ? 0 : f->amount_fen;
        return;
    }
    q->leaving_fen -= increase ? 0 : f->amount_fen;
    if (!done)
        return;
    q->mapped_fen += increase ? f->amount_fen : -f->amount_fen;
    a->believed_unallocated_fen -= increase ? f->amount_fen : -f->amount_fen;
    CHECK(a, INVARIANT_IDENTITIES, a->believed_unallocated_fen >= 0,
          "believed unallocated is %" PRId64 " fen", a->believed_unallocated_fen);
}

static void fold_belief(struct auditor *a, const struct fact *f)
{
    struct audited_quota *q = &a->believed[f->channel];
    switch ((int)f->kind) {
    case FACT_SENT:
        q->spoken_for_fen += f->amount_fen;
        break;
    case FACT_ATTEMPT_FAILED:
        q->spoken_for_fen -= f->amount_fen;
        break;
    case FACT_PAID:
        q->spoken_for_fen -= f->amount_fen;
        if (!settled_before(q, f->session))
            session_of(q, f->session)->payments_fen += f->amount_fen;
        break;
    case FACT_RECEIPT:
    case FACT_RETURNED: /* once the total was told, a single one is in it */
        if (!settled_before(q, f->session) && !session_of(q, f->session)->closed)
            session_of(q, f->session)->receipts_fen += f->amount_fen;
        break;
    case FACT_SESSION_CLOSED:
        session_of(q, f->session)->receipts_fen += f->amount_fen;
        session_of(q, f->session)->closed = true;
        break;
    case FACT_SESSION_SETTLED:
        settle_session(q, f->session, f->amount_fen);
        break;
    default:
        fold_move_leg(a, f);
        break;
    }
    a->believed_available_fen[f->channel] = f->other;
    CHECK(a, INVARIANT_IDENTITIES, available_fen(q) == f->other,
          "%s: after %s the core believes %" PRId64 " fen available, its facts give "
          "%" PRId64,
          channel_name((enum channel)f->channel), fact_kind_name((enum fact_kind)f->kind), f->other,
          available_fen(q));
}

/* --- truth, as the mocks' facts tell it ------------------------------------ */

static bool is_truth(uint8_t kind)
{
    return kind >= FACT_TRUE_ACCEPTED && kind <= FACT_TRUE_MOVED;
}

/* References by name, for ever: two are the same name once in 10^19.  A name's
 * place follows from the reference's lower half, which neighbours nearly share. */
static void note_paid(struct auditor *a, const struct fact *f)
{
    const struct house_order *o = &a->world->houses[f->channel].orders[f->subject];
    uint64_t name = o->reference.lo ^ (o->reference.hi * UINT64_C(0x9e3779b97f4a7c15) << 3);
    if (name == 0)
        name = 1;
    MUST(a->paid_count * 4 <= a->paid_mask * 3); /* no more references than the core remembers */
    uint64_t at = o->reference.lo & a->paid_mask;
    while (a->paid[at] != 0 && a->paid[at] != name)
        at = (at + 1) & a->paid_mask;
    bool again = a->paid[at] == name;
    a->paid_twice += again;
    a->paid_count += !again;
    a->paid[at] = name;
    CHECK(a, INVARIANT_PAID_ONCE, !again, "order %" PRIx64 " on %s paid a reference again", f->id,
          channel_name((enum channel)f->channel));
}

static void fold_truth(struct auditor *a, const struct fact *f)
{
    struct audited_quota *q = &a->true_[f->channel];
    const struct house *h = &a->world->houses[f->channel];
    switch ((int)f->kind) {
    case FACT_TRUE_ACCEPTED:
        q->spoken_for_fen += f->amount_fen;
        CHECK(a, INVARIANT_NEVER_OVERDRAWN, available_fen(q) >= 0,
              "%s took a payout of %" PRId64 " fen beyond its available quota",
              channel_name((enum channel)f->channel), f->amount_fen);
        break;
    case FACT_TRUE_FAILED:
        q->spoken_for_fen -= f->amount_fen;
        break;
    case FACT_TRUE_PAID:
        q->spoken_for_fen -= f->amount_fen;
        session_of(q, f->session)->payments_fen += f->amount_fen;
        note_paid(a, f);
        break;
    case FACT_TRUE_RECEIPT:
    case FACT_TRUE_RETURNED:
        session_of(q, f->session)->receipts_fen += f->amount_fen;
        break;
    case FACT_TRUE_SESSION_CLOSED:
        session_of(q, f->session)->closed = true;
        break;
    case FACT_TRUE_SESSION_SETTLED:
        CHECK(a, INVARIANT_IDENTITIES,
              session_of(q, f->session)->receipts_fen - session_of(q, f->session)->payments_fen ==
                  f->amount_fen,
              "%s settles session %u with another net than its trades have",
              channel_name((enum channel)f->channel), f->session);
        settle_session(q, f->session, f->amount_fen);
        break;
    case FACT_TRUE_MOVED:
        q->mapped_fen += f->state == 1 ? f->amount_fen : -f->amount_fen;
        break;
    default:
        NEVER("not a fact about truth");
    }
    CHECK(a, INVARIANT_IDENTITIES,
          available_fen(q) == house_available_fen(h) && q->mapped_fen == house_mapped_fen(h),
          "%s: after %s available is %" PRId64 " fen, its facts give %" PRId64,
          channel_name((enum channel)f->channel), fact_kind_name((enum fact_kind)f->kind),
          house_available_fen(h), available_fen(q));
}

/* --- payouts --------------------------------------------------------------- */

/* The states a fact may find a payout in, as bits, and the one it leaves. */
static bool payout_step_of(uint8_t kind, uint32_t *from, enum payout_state *to)
{
#define IN(state) (UINT32_C(1) << PAYOUT_##state)
    switch ((int)kind) {
    case FACT_QUEUED:
        /* after a failed attempt the payout is as if just requested */
        *from = IN(REQUESTED);
        *to = PAYOUT_QUEUED;
        return true;
    case FACT_SENT:
        *from = IN(QUEUED);
        *to = PAYOUT_SENT;
        return true;
    case FACT_IN_DOUBT:
        *from = IN(SENT);
        *to = PAYOUT_IN_DOUBT;
        return true;
    case FACT_PAID:
        *from = IN(SENT) | IN(IN_DOUBT);
        *to = PAYOUT_PAID;
        return true;
    case FACT_ATTEMPT_FAILED:
        *from = IN(SENT) | IN(IN_DOUBT);
        *to = PAYOUT_REQUESTED;
        return true;
    case FACT_FAILED:
        *from = IN(REQUESTED);
        *to = PAYOUT_FAILED;
        return true;
    case FACT_EXPIRED:
        *from = IN(QUEUED);
        *to = PAYOUT_EXPIRED;
        return true;
    case FACT_CANCELLED:
        *from = IN(QUEUED);
        *to = PAYOUT_CANCELLED;
        return true;
    case FACT_SETTLED:
        *from = IN(PAID);
        *to = PAYOUT_SETTLED;
        return true;
    case FACT_RETURNED:
        *from = IN(PAID);
        *to = PAYOUT_RETURNED;
        return true;
    default:
        return false;
    }
#undef IN
}

static bool is_end(enum payout_state state)
{
    return state == PAYOUT_SETTLED || state == PAYOUT_RETURNED || state == PAYOUT_REFUSED ||
           state == PAYOUT_EXPIRED || state == PAYOUT_CANCELLED || state == PAYOUT_FAILED;
}

/* --- doubts: a dense list and a map into it, by slot ----------------------- */

static uint32_t doubt_at(const struct auditor *a, uint32_t slot)
{
    uint32_t tag = slot * UINT32_C(2654435761);
    for (uint32_t at = idmap_first(&a->doubt_map, a->doubt_slots, tag); at != NONE;
         at = idmap_next(&a->doubt_map, a->doubt_slots, tag, at))
        if (a->doubts[idmap_index(a->doubt_slots, at)].slot == slot)
            return at;
    return NONE;
}

static void grow_doubts(struct auditor *a)
{
    struct idmap old = a->doubt_map;
    struct idmap_slot *old_slots = a->doubt_slots;
    idmap_init(&a->doubt_map, old.capacity * 2);
    a->doubt_slots = block_take(idmap_slots(old.capacity * 2), sizeof *a->doubt_slots);
    MUST(a->doubt_slots != NULL);
    idmap_copy(&a->doubt_map, a->doubt_slots, &old, old_slots);
    block_give(old_slots, idmap_slots(old.capacity), sizeof *old_slots);
}

static uint32_t begin_doubt(struct auditor *a, uint32_t slot)
{
    if (a->doubt_count == a->doubt_capacity) {
        a->doubt_capacity = a->doubt_capacity == 0 ? 256 : a->doubt_capacity * 2;
        a->doubts = realloc(a->doubts, a->doubt_capacity * sizeof *a->doubts);
        MUST(a->doubts != NULL);
    }
    if (a->doubt_map.count == a->doubt_map.capacity)
        grow_doubts(a);
    a->doubts[a->doubt_count] = (struct audited_doubt){.slot = slot};
    MUST(idmap_add(&a->doubt_map, a->doubt_slots, slot * UINT32_C(2654435761), a->doubt_count++));
    return doubt_at(a, slot);
}

static void end_doubt(struct auditor *a, uint32_t slot)
{
    uint32_t at = doubt_at(a, slot);
    MUST(at != NONE);
    uint32_t index = idmap_index(a->doubt_slots, at);
    idmap_remove(&a->doubt_map, a->doubt_slots, at);
    uint32_t last = --a->doubt_count;
    if (index == last)
        return;
    a->doubts[index] = a->doubts[last];
    idmap_replace(a->doubt_slots, doubt_at(a, a->doubts[index].slot), index);
}

/* --- payouts, step by step ------------------------------------------------- */

static void follow_queue(struct auditor *a, const struct fact *f)
{
    char why[160] = "";
    bool others = false;
    if (f->kind == FACT_QUEUED)
        auditor_queue_put(a->queue, f);
    if (f->kind == FACT_SENT) {
        bool right = auditor_queue_may_send(a->queue, f, &others, why, sizeof why);
        if (others || !right)
            CHECK(a, INVARIANT_QUEUE_ORDER, right, "payout %u sent on %s: %s", f->subject,
                  channel_name((enum channel)f->channel), why);
    }
    if (f->kind == FACT_SENT || f->kind == FACT_EXPIRED || f->kind == FACT_CANCELLED)
        auditor_queue_remove(a->queue, f->subject);
}

static void follow_request(struct auditor *a, const struct fact *f)
{
    a->requested++;
    a->by_state[PAYOUT_REQUESTED]++;
    if (f->subject == NONE)
        return; /* to be refused */
    MUST(f->subject < a->config->limits.open_payouts);
    uint8_t *state = &a->states[f->subject];
    CHECK(a, INVARIANT_ONE_STATE, *state == PAYOUT_NOWHERE || is_end((enum payout_state) * state),
          "a request took slot %u of a payout that is %s", f->subject,
          payout_state_name((enum payout_state) * state));
    *state = PAYOUT_REQUESTED;
    if (f->subject >= a->slots_used)
        a->slots_used = f->subject + 1;
}

/* Of a payout that has no slot, one state is as good as another's. */
static void follow_without_slot(struct auditor *a, enum payout_state from, enum payout_state to)
{
    bool some = a->by_state[from] > 0;
    CHECK(a, INVARIANT_ONE_STATE, some, "a payout became %s, but none was %s",
          payout_state_name(to), payout_state_name(from));
    a->by_state[from] -= some;
    a->by_state[to] += some;
}

static void follow_payout(struct auditor *a, const struct fact *f)
{
    uint32_t from;
    enum payout_state to;

    if (f->kind == FACT_REQUESTED) {
        follow_request(a, f);
        return;
    }
    if (f->kind == FACT_REFUSED || (f->kind == FACT_RETURNED && f->subject == NONE)) {
        follow_without_slot(a, f->kind == FACT_REFUSED ? PAYOUT_REQUESTED : PAYOUT_SETTLED,
                            f->kind == FACT_REFUSED ? PAYOUT_REFUSED : PAYOUT_RETURNED);
        return;
    }
    if (!payout_step_of(f->kind, &from, &to))
        return;
    MUST(f->subject < a->config->limits.open_payouts);
    uint8_t *state = &a->states[f->subject];
    bool in_order = (from >> *state & 1) != 0;
    CHECK(a, INVARIANT_ONE_STATE, in_order, "payout %u became %s while it was %s", f->subject,
          payout_state_name(to), payout_state_name((enum payout_state) * state));
    if (!in_order)
        return; /* said once; the models stay as they were */
    follow_queue(a, f);
    if (*state == PAYOUT_IN_DOUBT)
        end_doubt(a, f->subject);
    a->by_state[*state]--;
    a->by_state[to]++;
    *state = (uint8_t)to;
}

static void follow_doubt(struct auditor *a, const struct fact *f)
{
    if (f->kind != FACT_IN_DOUBT && f->kind != FACT_QUERIED)
        return;
    CHECK(a, INVARIANT_REASONS, f->other >= f->at_us && f->other != NEVER_US,
          "payout %u in doubt has its next query in the past or never", f->subject);
    uint32_t at = doubt_at(a, f->subject);
    if (at == NONE)
        at = begin_doubt(a, f->subject);
    a->doubts[idmap_index(a->doubt_slots, at)].next_query_us = f->other;
}

static void follow_reasons(struct auditor *a, const struct fact *f)
{
    switch ((int)f->kind) {
    case FACT_REFUSED:
    case FACT_REPEATED:
    case FACT_IN_DOUBT:
    case FACT_ATTEMPT_FAILED:
    case FACT_FAILED:
    case FACT_EXPIRED:
    case FACT_CANCELLED:
    case FACT_CONTRADICTED:
    case FACT_MOVE_REQUESTED:
    case FACT_MOVE_FAILED:
    case FACT_BYPASSED:
    case FACT_ALERT:
        CHECK(a, INVARIANT_REASONS, f->reason != REASON_NONE, "%s without a reason",
              fact_kind_name((enum fact_kind)f->kind));
        return;
    default:
        return;
    }
}

/* --- the ledger ------------------------------------------------------------ */

static void fold_entry(struct auditor *a, const struct fact *f)
{
    bool taken = f->kind == FACT_ENTRY_TAKEN;
    MUST(f->subject < BOOK_REGISTERED + ACCOUNTS_MAX &&
         f->session < BOOK_REGISTERED + ACCOUNTS_MAX);
    a->entries++;
    CHECK(a, INVARIANT_LEDGER_BALANCES,
          f->subject != f->session && f->amount_fen > 0 && f->id == a->entries,
          "entry %" PRIu64 " is no entry, or one is missing before it", f->id);
    if (taken || f->kind == FACT_ENTRY_VOIDED) {
        a->pending_debit_fen[f->subject] -= f->amount_fen;
        a->pending_credit_fen[f->session] -= f->amount_fen;
        CHECK(a, INVARIANT_LEDGER_BALANCES,
              a->pending_debit_fen[f->subject] >= 0 && a->pending_credit_fen[f->session] >= 0,
              "entry %" PRIu64 " ends more than was pending", f->id);
    }
    if (f->kind == FACT_ENTRY_POSTED || taken) {
        a->posted_fen[f->subject] += f->amount_fen;
        a->posted_fen[f->session] -= f->amount_fen;
    }
    if (f->kind == FACT_ENTRY_PENDING) {
        a->pending_debit_fen[f->subject] += f->amount_fen;
        a->pending_credit_fen[f->session] += f->amount_fen;
    }
}

static int64_t pending_fen(const struct auditor *a, uint32_t account)
{
    return a->pending_debit_fen[account] - a->pending_credit_fen[account];
}

/* A trial balance: each account against its entries, and all of them together. */
static void compare_balance(struct auditor *a, const struct fact *f)
{
    CHECK(a, INVARIANT_LEDGER_BALANCES,
          a->posted_fen[f->subject] == f->amount_fen && pending_fen(a, f->subject) == f->other,
          "account %u closes the day at %" PRId64 " fen, its entries give %" PRId64, f->subject,
          f->amount_fen, a->posted_fen[f->subject]);
    a->balances_told++;
    a->told_posted_fen += f->amount_fen;
    a->told_pending_fen += f->other;
}

static void check_trial_balance(struct auditor *a)
{
    if (a->balances_told == 0)
        return;
    CHECK(a, INVARIANT_LEDGER_BALANCES, a->told_posted_fen == 0 && a->told_pending_fen == 0,
          "the day closes with debits and credits apart by %" PRId64 " fen, pending %" PRId64,
          a->told_posted_fen, a->told_pending_fen);
    a->balances_told = 0;
    a->told_posted_fen = a->told_pending_fen = 0;
}

/* --- all facts ------------------------------------------------------------- */

void auditor_fact(struct auditor *a, const struct fact *f)
{
    a->now_us = f->at_us;
    switch ((int)f->kind) {
    case FACT_ENTRY_PENDING:
    case FACT_ENTRY_POSTED:
    case FACT_ENTRY_TAKEN:
    case FACT_ENTRY_VOIDED:
        fold_entry(a, f);
        return;
    case FACT_BALANCE:
        compare_balance(a, f);
        return;
    case FACT_OPENED:
        fold_opening(a, f);
        return;
    case FACT_MOVE_REQUESTED:
        a->open_moves++;
        break;
    case FACT_MOVE_DONE:
        a->open_moves--;
        break;
    case FACT_MOVE_FAILED:
        a->open_moves -= f->subject != NONE;
        break;
    default:
        break;
    }
    if (is_truth(f->kind)) {
        fold_truth(a, f);
        return;
    }
    if (tells_available(f->kind))
        fold_belief(a, f);
    follow_payout(a, f);
    follow_doubt(a, f);
    follow_reasons(a, f);
}

/* --- after each event ------------------------------------------------------ */

static void check_world_books(struct auditor *a)
{
    const struct world *w = a->world;
    a->book_moves = w->books.moves;
    CHECK(a, INVARIANT_WORLD_BALANCES, books_balanced(&w->books),
          "the world's books do not balance, or an account fell below zero");
    CHECK(a, INVARIANT_IDENTITIES, central_bank_adds_up(&w->central_bank, &w->books),
          "ACS is not the sum of mapped quotas and unallocated");
}

static void check_touched(struct auditor *a)
{
    const struct world *w = a->world;
    for (uint32_t c = 0; c < CHANNELS && a->opened; c++) {
        const struct house *h = &w->houses[c];
        CHECK(a, INVARIANT_IDENTITIES, house_bounds_hold(h),
              "%s: mapped %" PRId64 ", available %" PRId64 " fen", channel_name((enum channel)c),
              house_mapped_fen(h), house_available_fen(h));
        CHECK(a, INVARIANT_BELIEF_BELOW_TRUTH,
              a->believed_available_fen[c] <= house_available_fen(h),
              "%s: believed available %" PRId64 " fen, truly %" PRId64,
              channel_name((enum channel)c), a->believed_available_fen[c], house_available_fen(h));
    }
    check_trial_balance(a);
    if (a->book_moves != w->books.moves)
        check_world_books(a);
}

/* Payouts that are open, counted again slot by slot. */
static void recount_states(struct auditor *a)
{
    uint64_t found[PAYOUT_STATES] = {0};
    for (uint32_t slot = 0; slot < a->slots_used; slot++)
        found[a->states[slot]]++;
    for (int s = PAYOUT_REQUESTED; s < PAYOUT_STATES; s++)
        if (!is_end((enum payout_state)s))
            CHECK(a, INVARIANT_ONE_STATE, found[s] == a->by_state[s],
                  "%" PRIu64 " payouts are %s, %" PRIu64 " are accounted for", a->by_state[s],
                  payout_state_name((enum payout_state)s), found[s]);
}

/* Everything from scratch; returns what it cost, in items looked at. */
static uint64_t check_everything(struct auditor *a)
{
    uint64_t cost = 0;

    check_world_books(a);
    recount_states(a);
    cost += a->slots_used;
    for (uint32_t c = 0; c < CHANNELS; c++) {
        const struct house *h = &a->world->houses[c];
        CHECK(a, INVARIANT_IDENTITIES, house_recomputed_available_fen(h) == house_available_fen(h),
              "%s: available recomputed from orders and sessions differs",
              channel_name((enum channel)c));
        CHECK(a, INVARIANT_NEVER_OVERDRAWN, house_movable_fen(h) >= 0, "%s: movable is below zero",
              channel_name((enum channel)c));
        cost += h->order_pool.fresh;
    }
    for (uint32_t i = 0; i < a->doubt_count; i++, cost++)
        CHECK(a, INVARIANT_REASONS, a->doubts[i].next_query_us >= a->now_us,
              "payout %u in doubt missed its query", a->doubts[i].slot);
    return cost;
}

void auditor_after_event(struct auditor *a, int64_t now_us)
{
    a->now_us = now_us;
    a->events++;
    check_touched(a);
    if (a->events < a->next_full && now_us < a->day_ends_us)
        return;
    a->day_ends_us = civil_moment_us(civil_day(now_us) + 1, 0);
    uint64_t cost = check_everything(a);
    a->next_full = a->events + (a->full_every != 0 ? a->full_every : 1000 + cost * 4);
}

/* --- the end --------------------------------------------------------------- */

static void check_rest(struct auditor *a)
{
    const struct world *w = a->world;
    for (uint32_t c = 0; c < CHANNELS; c++) {
        const struct house *h = &w->houses[c];
        const char *name = channel_name((enum channel)c);
        CHECK(a, INVARIANT_BELIEF_IS_TRUTH_AT_REST,
              a->believed[c].mapped_fen == house_mapped_fen(h),
              "%s: mapped believed %" PRId64 ", truly %" PRId64 " fen", name,
              a->believed[c].mapped_fen, house_mapped_fen(h));
        CHECK(a, INVARIANT_BELIEF_IS_TRUTH_AT_REST,
              a->believed_available_fen[c] == house_available_fen(h),
              "%s: available believed %" PRId64 ", truly %" PRId64 " fen", name,
              a->believed_available_fen[c], house_available_fen(h));
        for (int book = BOOK_OF_RECEIVABLE; book < BOOKS_OF_CHANNEL; book++)
            CHECK(a, INVARIANT_BELIEF_IS_TRUTH_AT_REST, a->posted_fen[BOOK_OF(c, book)] == 0,
                  "%s: book %d is left with %" PRId64 " fen", name, book,
                  a->posted_fen[BOOK_OF(c, book)]);
    }
    CHECK(a, INVARIANT_BELIEF_IS_TRUTH_AT_REST,
          a->believed_unallocated_fen == w->central_bank.unallocated_fen,
          "unallocated believed %" PRId64 ", truly %" PRId64 " fen", a->believed_unallocated_fen,
          w->central_bank.unallocated_fen);
    for (uint32_t i = 0; i < BOOK_REGISTERED + a->config->account_count; i++)
        CHECK(a, INVARIANT_BELIEF_IS_TRUTH_AT_REST,
              a->pending_debit_fen[i] == 0 && a->pending_credit_fen[i] == 0,
              "account %u: an entry is left pending", i);
    for (uint32_t i = 0; i < a->config->account_count; i++)
        CHECK(a, INVARIANT_BELIEF_IS_TRUTH_AT_REST,
              a->posted_fen[BOOK_REGISTERED + i] == w->books.balance_fen[BOOKS_REGISTERED + i],
              "account %u: booked %" PRId64 ", truly %" PRId64 " fen", i,
              a->posted_fen[BOOK_REGISTERED + i], w->books.balance_fen[BOOKS_REGISTERED + i]);
    CHECK(a, INVARIANT_BELIEF_IS_TRUTH_AT_REST,
          -a->posted_fen[BOOK_FEE_ACCOUNT] == -w->books.balance_fen[BOOKS_FEE_ACCOUNT],
          "fee account: booked %" PRId64 ", truly %" PRId64 " fen", a->posted_fen[BOOK_FEE_ACCOUNT],
          w->books.balance_fen[BOOKS_FEE_ACCOUNT]);
}

void auditor_finish(struct auditor *a, int64_t now_us, bool at_rest)
{
    a->now_us = now_us;
    check_everything(a);
    if (!at_rest)
        return;
    CHECK(a, INVARIANT_ONE_STATE, auditor_open_payouts(a) == 0,
          "%" PRIu64 " payouts have not ended", auditor_open_payouts(a));
    check_rest(a);
}

const struct invariant_count *auditor_counts(const struct auditor *a)
{
    return a->counts;
}

bool auditor_broken(const struct auditor *a)
{
    return a->first[0] != '\0';
}

const char *auditor_first(const struct auditor *a)
{
    return a->first;
}

const struct first_break *auditor_first_break(const struct auditor *a)
{
    MUST(auditor_broken(a));
    return &a->first_break;
}

uint64_t auditor_paid_twice(const struct auditor *a)
{
    return a->paid_twice;
}

uint64_t auditor_open_payouts(const struct auditor *a)
{
    uint64_t ended = 0;
    for (int s = 0; s < PAYOUT_STATES; s++)
        if (is_end((enum payout_state)s))
            ended += a->by_state[s];
    return a->requested - ended;
}

uint64_t auditor_open_moves(const struct auditor *a)
{
    return a->open_moves;
}
