/* auditor.c — see auditor.h. */

#include "sim/auditor_inside.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/civil.h"
#include "core/base/must.h"
#include "mocks/block.h"

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
        [INVARIANT_TRANSFERS] = "transfers_sum_to_zero",
        [INVARIANT_NO_BOUNCE] = "quota_never_bounces",
        [INVARIANT_WAITS_ADD_UP] = "waits_add_up",
    };
    MUST(which < INVARIANTS);
    return names[which];
}

static bool is_mute(uint32_t operations)
{
    return !(operations & (1 << OPERATE_BALANCE | 1 << OPERATE_DETAILS));
}

/* --- creating -------------------------------------------------------------- */

struct auditor *auditor_create(const struct core_config *config, const struct world *world,
                               uint64_t full_every)
{
    struct auditor *a = calloc(1, sizeof *a);
    MUST(a != NULL);
    a->config = config;
    for (uint32_t i = 0; i < config->account_count; i++) {
        uint8_t interface = config->accounts[i].interface;
        a->mute[i] = interface >= config->interface_count ||
                     is_mute(config->interfaces[interface].operations);
    }
    a->world = world;
    a->full_every = full_every;
    a->pooled = policy_of(config->allocation_kind)->pools;
    a->day_ends_us = civil_moment_us(civil_day(config->start_us) + 1, 0);
    a->now_us = config->start_us;
    a->queue = auditor_queue_create(config);
    a->breakers = auditor_breakers_create(config);
    a->transfers = auditor_transfers_create();
    a->states = block_take(config->limits.open_payouts, sizeof *a->states);
    for (a->paid_mask = 4095; a->paid_mask / 4 * 3 < config->limits.remembered;)
        a->paid_mask = a->paid_mask * 2 + 1;
    a->paid = block_take(a->paid_mask + 1, sizeof *a->paid);
    idmap_init(&a->doubt_map, DOUBTS_AT_FIRST);
    a->doubt_slots = block_take(idmap_slots(DOUBTS_AT_FIRST), sizeof *a->doubt_slots);
    MUST(a->states != NULL && a->paid != NULL && a->doubt_slots != NULL);
    for (uint32_t c = 0; c < CHANNELS; c++) {
        a->true_[c] = a->believed[c] = told_quota_of(&config->channels[c]);
        a->untold[c] = a->believed[c];
        a->true_[c].mapped_fen = world->central_bank.mapped_fen[c];
    }
    a->lied_to = auditor_faults_lie(world);
    return a;
}

void auditor_free(struct auditor *a)
{
    if (a == NULL)
        return;
    auditor_queue_free(a->queue);
    auditor_breakers_free(a->breakers);
    auditor_transfers_free(a->transfers);
    auditor_free_lies(a);
    block_give(a->states, a->config->limits.open_payouts, sizeof *a->states);
    block_give(a->doubt_slots, idmap_slots(a->doubt_map.capacity), sizeof *a->doubt_slots);
    free(a->doubts);
    block_give(a->paid, a->paid_mask + 1, sizeof *a->paid);
    free(a);
}

void auditor_broke(struct auditor *a, enum invariant which, const char *format, ...)
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

void auditor_take_over(struct auditor *a, enum invariant which, uint64_t checked, uint64_t broken,
                       const char *first)
{
    a->counts[which].checked = checked;
    if (broken > a->counts[which].broken)
        auditor_broke(a, which, "%s", first);
    a->counts[which].broken = broken;
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
    if (f->kind == FACT_ENTRY_POSTED && f->subject == BOOK_UNALLOCATED &&
        f->session == BOOK_CUSTODY && a->running) /* a transfer or a foreign credit reached ACS */
        a->believed_unallocated_fen += f->amount_fen;
    if (f->kind == FACT_ENTRY_POSTED && f->subject == BOOK_CUSTODY &&
        f->session == BOOK_UNALLOCATED)
        a->believed_unallocated_fen -= f->amount_fen; /* what was left out there was a net */
    if (f->kind == FACT_ENTRY_POSTED)
        auditor_note_resolved(a, f);
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
        a->debited_fen[f->subject] += f->amount_fen;
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

/* A trial balance: each book against its entries, and all of them together. */
static void compare_balance(struct auditor *a, const struct fact *f)
{
    CHECK(a, INVARIANT_LEDGER_BALANCES,
          a->posted_fen[f->subject] == f->amount_fen && pending_fen(a, f->subject) == f->other &&
              a->debited_fen[f->subject] == (int64_t)f->id,
          "account %u closes the day at %" PRId64 " fen, its entries give %" PRId64, f->subject,
          f->amount_fen, a->posted_fen[f->subject]);
    a->balances_told++;
    a->told_posted_fen += f->amount_fen;
    a->told_pending_fen += f->other;
    a->told_debits_fen += (int64_t)f->id;
}

/* The close: no book that has entries was left out, and the totals are theirs. */
static void check_close(struct auditor *a, const struct fact *f)
{
    uint32_t used = 0;
    int64_t debits_fen = 0;
    int64_t credits_fen = 0;
    for (uint32_t i = 0; i < BOOK_REGISTERED + ACCOUNTS_MAX; i++) {
        used += a->debited_fen[i] != 0 || a->posted_fen[i] != 0 || a->pending_debit_fen[i] != 0 ||
                a->pending_credit_fen[i] != 0;
        debits_fen += a->debited_fen[i];
        credits_fen += a->debited_fen[i] - a->posted_fen[i];
    }
    CHECK(a, INVARIANT_LEDGER_BALANCES, a->told_posted_fen == 0 && a->told_pending_fen == 0,
          "the day closes with debits and credits apart by %" PRId64 " fen, pending %" PRId64,
          a->told_posted_fen, a->told_pending_fen);
    CHECK(a, INVARIANT_LEDGER_BALANCES, a->balances_told == f->session && used == f->session,
          "the day closes with %u books, %u were told, %u have entries", f->session,
          a->balances_told, used);
    CHECK(a, INVARIANT_LEDGER_BALANCES,
          debits_fen == credits_fen && f->amount_fen == debits_fen &&
              (int64_t)f->id == credits_fen && a->told_debits_fen == debits_fen,
          "the day closes with %" PRId64 " fen debited and %" PRId64
          " credited, the entries give %" PRId64 " and %" PRId64,
          f->amount_fen, (int64_t)f->id, debits_fen, credits_fen);
    a->balances_told = 0;
    a->told_posted_fen = a->told_pending_fen = a->told_debits_fen = 0;
}

/* --- transfers ------------------------------------------------------------- */

static void count_transfers(struct auditor *a, uint32_t checked, const char *why)
{
    a->counts[INVARIANT_TRANSFERS].checked += checked;
    if (why[0] != '\0')
        auditor_broke(a, INVARIANT_TRANSFERS, "%s", why);
}

/* Money that reaches custody outside a session's net is the treasury's to give
 * to a channel, once it knows of it. */
static void follow_transfers(struct auditor *a, const struct fact *f)
{
    char why[200] = "";
    uint32_t checked = auditor_transfers_fact(a->transfers, f, why, sizeof why);
    count_transfers(a, checked, why);
    if (f->kind == FACT_TRUE_MOVEMENT && f->id == 0 && f->channel == CHANNEL_NONE)
        a->foreign[f->subject]++;
    if (f->kind == FACT_ACCOUNT_CHANGED)
        a->mute[f->subject] = is_mute(f->code);
}

/* Whatever a line said, what is believed to have moved an account did. */
static void check_movement(struct auditor *a, const struct fact *f)
{
    const struct movement *m = statement_find(&a->world->statements, f->subject, f->session);
    if (m != NULL)
        CHECK(a, INVARIANT_BELIEF_IS_TRUTH_AT_REST, m->amount_fen == f->amount_fen,
              "account %u: movement %u taken for %" PRId64 " fen, truly %" PRId64, f->subject,
              f->session, f->amount_fen, m->amount_fen);
}

/* --- all facts ------------------------------------------------------------- */

void auditor_request(struct auditor *a, const struct input *requested)
{
    if (a->breakers != NULL)
        auditor_breakers_request(a->breakers, requested);
}

static void follow_breakers(struct auditor *a, const struct fact *f)
{
    char why[160];
    why[0] = '\0';
    uint32_t checks = auditor_breakers_fact(a->breakers, f, why, sizeof why);
    a->counts[INVARIANT_QUEUE_ORDER].checked += checks;
    if (why[0] != '\0')
        auditor_broke(a, INVARIANT_QUEUE_ORDER, "%s", why);
}

void auditor_fact(struct auditor *a, const struct fact *f)
{
    a->now_us = f->at_us;
    switch ((int)f->kind) {
    case FACT_MOVEMENT:
        check_movement(a, f);
        return;
    case FACT_ENTRY_PENDING:
    case FACT_ENTRY_POSTED:
    case FACT_ENTRY_TAKEN:
    case FACT_ENTRY_VOIDED:
        fold_entry(a, f);
        return;
    case FACT_BALANCE:
        compare_balance(a, f);
        return;
    case FACT_DAY_CLOSED:
        check_close(a, f);
        return;
    case FACT_OPENED:
        auditor_fold_opening(a, f);
        auditor_follow_lies(a, f);
        return;
    case FACT_ALERT:
        a->breaks_full |= f->reason == REASON_BREAKS_FULL;
        break;
    case FACT_BREAK_OPENED:
        a->breaks_open++;
        break;
    case FACT_BREAK_CLOSED:
        a->breaks_open--;
        break;
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
    follow_transfers(a, f);
    if (auditor_is_truth(f->kind)) {
        auditor_fold_truth(a, f);
        if (a->lied_to)
            auditor_follow_lies(a, f);
        return;
    }
    if (told_tells_available(f))
        auditor_fold_belief(a, f);
    if (a->lied_to)
        auditor_follow_lies(a, f);
    if (a->breakers != NULL && auditor_breakers_wants((enum fact_kind)f->kind))
        follow_breakers(a, f);
    auditor_follow_payout(a, f);
    auditor_follow_doubt(a, f);
    auditor_follow_reasons(a, f);
    auditor_follow_moves(a, f);
    auditor_follow_alerts(a, f);
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
              "%s: mapped %" PRId64 ", payable %" PRId64 " fen", channel_name((enum channel)c),
              house_mapped_fen(h), house_payable_fen(h));
        CHECK(a, INVARIANT_BELIEF_BELOW_TRUTH,
              a->believed_available_fen[c] - a->hidden_fen[c] <= house_available_fen(h),
              "%s: believed available %" PRId64 " fen, truly %" PRId64 ", lies hide %" PRId64,
              channel_name((enum channel)c), a->believed_available_fen[c], house_available_fen(h),
              a->hidden_fen[c]);
    }
    for (uint32_t c = 0; c < CHANNELS && a->opened && a->pooled; c++) {
        int64_t lent_fen =
            auditor_lent_fen(a, a->lied_to ? a->untold : a->believed, (enum channel)c);
        int64_t payable_fen = a->believed_available_fen[c] - a->hidden_fen[c] + lent_fen;
        CHECK(a, INVARIANT_BELIEF_BELOW_TRUTH, payable_fen <= house_payable_fen(&w->houses[c]),
              "%s: believed payable %" PRId64 " fen but for lies, truly %" PRId64,
              channel_name((enum channel)c), payable_fen, house_payable_fen(&w->houses[c]));
    }
    if (a->book_moves != w->books.moves)
        check_world_books(a);
}

/* Payouts that are open, counted again slot by slot. */
static void recount_states(struct auditor *a)
{
    uint64_t found[PAYOUT_STATES] = {0};
    for (uint32_t slot = 0; slot < a->slots_used; slot++)
        found[a->states[slot]]++;
    found[PAYOUT_SETTLED] += a->settled_for_good;
    for (int s = PAYOUT_REQUESTED; s < PAYOUT_STATES; s++)
        if (!auditor_is_end((enum payout_state)s))
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
    a->running = true;
    check_touched(a);
    auditor_watch_alerts(a);
    if (a->events < a->next_full && now_us < a->day_ends_us)
        return;
    a->day_ends_us = civil_moment_us(civil_day(now_us) + 1, 0);
    uint64_t cost = check_everything(a);
    a->next_full = a->events + (a->full_every != 0 ? a->full_every : 1000 + cost * 4);
}

/* --- the end --------------------------------------------------------------- */

/* What reached one whose interface tells neither balances nor movements cannot
 * be known. */
static void check_account_at_rest(struct auditor *a, uint32_t i)
{
    const struct books *books = &a->world->books;
    if (a->mute[i] && a->foreign[i] > 0)
        return;
    CHECK(a, INVARIANT_BELIEF_IS_TRUTH_AT_REST,
          a->posted_fen[BOOK_REGISTERED + i] == books->balance_fen[BOOKS_OF(i)],
          "account %u: booked %" PRId64 ", truly %" PRId64 " fen", i,
          a->posted_fen[BOOK_REGISTERED + i], books->balance_fen[BOOKS_OF(i)]);
}

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
        for (int book = BOOK_OF_RECEIVABLE; book < FIRST_SUSPENSE; book++)
            CHECK(a, INVARIANT_BELIEF_IS_TRUTH_AT_REST, a->posted_fen[BOOK_OF(c, book)] == 0,
                  "%s: book %d is left with %" PRId64 " fen", name, book,
                  a->posted_fen[BOOK_OF(c, book)]);
    }
    auditor_check_lies_at_rest(a);
    CHECK(a, INVARIANT_BELIEF_IS_TRUTH_AT_REST,
          a->believed_unallocated_fen == w->central_bank.unallocated_fen,
          "unallocated believed %" PRId64 ", truly %" PRId64 " fen", a->believed_unallocated_fen,
          w->central_bank.unallocated_fen);
    for (uint32_t i = 0; i < BOOK_REGISTERED + a->config->account_count; i++)
        CHECK(a, INVARIANT_BELIEF_IS_TRUTH_AT_REST,
              a->pending_debit_fen[i] == 0 && a->pending_credit_fen[i] == 0,
              "account %u: an entry is left pending", i);
    for (uint32_t i = 0; i < a->config->account_count; i++)
        check_account_at_rest(a, i);
    CHECK(a, INVARIANT_BELIEF_IS_TRUTH_AT_REST, a->posted_fen[BOOK_TRANSIT] == 0,
          "the transit account is left with %" PRId64 " fen", a->posted_fen[BOOK_TRANSIT]);
    char why[200] = "";
    uint32_t checked = auditor_transfers_at_rest(a->transfers, why, sizeof why);
    count_transfers(a, checked, why);
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

int64_t auditor_posted_fen(const struct auditor *a, uint32_t book)
{
    MUST(book < BOOK_REGISTERED + ACCOUNTS_MAX);
    return a->posted_fen[book];
}

uint64_t auditor_paid_twice(const struct auditor *a)
{
    return a->paid_twice;
}

uint64_t auditor_paid_twice_by_lie(const struct auditor *a)
{
    return a->paid_twice_by_lie;
}

uint64_t auditor_open_payouts(const struct auditor *a)
{
    uint64_t ended = a->settled_for_good;
    for (int s = 0; s < PAYOUT_STATES; s++)
        if (auditor_is_end((enum payout_state)s))
            ended += a->by_state[s];
    return a->requested - ended;
}

uint64_t auditor_open_moves(const struct auditor *a)
{
    return a->open_moves;
}
