/* run.c — see run.h. */

#include "sim/run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <xxhash.h>

#include "core/base/civil.h"
#include "core/base/must.h"
#include "mocks/block.h"
#include "sim/balance_rows.h"
#include "sim/evq.h"
#include "sim/hand_over.h"
#include "sim/ledger_rows.h"
#include "sim/operator.h"
#include "sim/output.h"
#include "sim/pace.h"
#include "sim/tag_rows.h"

enum { UNHASHED_MAX = 256 };

struct run {
    struct plan *plan;
    struct run_options options;
    struct run_result result;
    void *memory; /* the core's */
    struct core *core;
    struct world *world;
    struct evq *queue;
    struct load *load;
    struct effects *effects;
    struct outbox *outbox;
    struct recorder recorder;
    struct auditor *auditor;
    struct timeline timeline;
    struct payout_rows *rows;
    struct tag_rows tag_rows;
    struct pace *pace;
    XXH3_state_t *hash;
    uint32_t unhashed_count;
    struct fact unhashed[UNHASHED_MAX]; /* hashed by the bundle */
    struct output positions;
    struct output events;
    struct output transfers;
    struct output alerts;
    struct output outlook;
    struct ledger_rows ledger;
    struct balance_rows balances;
    int64_t now_us;
    int64_t next_sample_us;
    uint64_t fact_seq;
    struct hand_over list;
    uint64_t housekeeping; /* pending happenings that go on for ever */
    bool draining;
    bool rules_suspended;
    int64_t settled_us;              /* when the load's last session had settled everywhere */
    uint32_t last_session[CHANNELS]; /* that the load can have had a part in */
};

/* --- creating -------------------------------------------------------------- */

static bool open_outputs(struct run *r)
{
    const char *out = r->options.out;
    if (out == NULL)
        return true;
    if (!output_folder(out) || !output_open(&r->positions, out, "positions.csv"))
        return false;
    positions_write_header(r->positions.file, &r->plan->columns);
    if (!output_open(&r->transfers, out, "transfers.csv"))
        return false;
    journal_write_transfers_header(r->transfers.file);
    if (!output_open(&r->alerts, out, "alerts.csv"))
        return false;
    journal_write_alerts_header(r->alerts.file);
    if (!output_open(&r->outlook, out, "outlook.csv"))
        return false;
    journal_write_outlook_header(r->outlook.file);
    if (!ledger_rows_open(&r->ledger, out) || !balance_rows_open(&r->balances, out))
        return false;
    return r->options.events == NULL || output_open(&r->events, out, "events.jsonl");
}

static bool open_tag_rows(struct run *r)
{
    return tag_rows_open(&r->tag_rows, r->plan, r->world, r->options.out);
}

struct run *run_create(struct plan *plan, const struct run_options *options)
{
    struct run *r = calloc(1, sizeof *r);
    MUST(r != NULL);
    const struct core_config *config = &plan->setup.core;
    r->plan = plan;
    r->options = *options;
    r->memory = block_take(core_bytes(&config->limits), 1);
    r->world = world_create(&plan->setup.world);
    r->queue = evq_create(config->start_us);
    r->effects = calloc(1, sizeof *r->effects);
    r->outbox = calloc(1, sizeof *r->outbox);
    r->hash = XXH3_createState();
    if (r->memory == NULL || r->world == NULL || r->queue == NULL || r->effects == NULL ||
        r->outbox == NULL || r->hash == NULL) {
        fputs("out of memory: the scenario's limits ask for more than there is\n", stderr);
        run_free(r);
        return NULL;
    }
    /* Before the files: from the first on, a signal ends the run in order. */
    r->pace = pace_create(options->speed_millionths, config->start_us, plan->scenario.clock.to_us,
                          options->progress);
    if (!open_outputs(r) || !open_tag_rows(r)) {
        run_free(r);
        return NULL;
    }
    XXH3_64bits_reset(r->hash);
    r->core = core_create(r->memory, config);
    r->load = load_create(&plan->scenario, &plan->parties);
    recorder_init(&r->recorder, &plan->scenario, &plan->columns, r->world, config);
    r->recorder.merchant_group = plan->setup.merchant_group;
    r->recorder.parties = &plan->parties;
    expectations_start(&plan->expectations, &r->recorder);
    r->auditor = auditor_create(config, r->world, options->audit_every);
    timeline_init(&r->timeline, plan->scenario.clock.to_us - plan->scenario.clock.from_us);
    if (options->payouts && options->out != NULL)
        r->rows = payout_rows_create(&plan->scenario, &plan->parties, &r->recorder,
                                     config->limits.remembered);
    r->now_us = r->next_sample_us = config->start_us;
    return r;
}

void run_free(struct run *r)
{
    if (r == NULL)
        return;
    output_drop(&r->positions);
    output_drop(&r->events);
    output_drop(&r->transfers);
    output_drop(&r->alerts);
    output_drop(&r->outlook);
    output_drop(&r->ledger.output);
    tag_rows_drop(&r->tag_rows);
    output_drop(&r->balances.output);
    payout_rows_free(r->rows);
    pace_free(r->pace);
    auditor_free(r->auditor);
    recorder_free(&r->recorder);
    load_free(r->load);
    evq_free(r->queue);
    world_free(r->world);
    XXH3_freeState(r->hash);
    free(r->effects);
    free(r->outbox);
    block_give(r->memory, core_bytes(&r->plan->setup.core.limits), 1);
    free(r);
}

/* --- facts, orders, news --------------------------------------------------- */

static void hash_bundle(struct run *r)
{
    XXH3_64bits_update(r->hash, r->unhashed, r->unhashed_count * sizeof r->unhashed[0]);
    r->unhashed_count = 0;
}

/* Into whatever files have a row for it. */
static void write_fact(struct run *r, const struct fact *f)
{
    if (r->rows != NULL)
        payout_rows_fact(r->rows, f);
    tag_rows_fact(&r->tag_rows, f);
    journal_write_transfer(r->transfers.file, &r->recorder, f);
    journal_write_alert(r->alerts.file, &r->recorder, f);
    journal_write_outlook(r->outlook.file, f);
    ledger_rows_fact(&r->ledger, &r->plan->scenario, f);
    balance_rows_fact(&r->balances, &r->plan->scenario, f);
    if (r->events.file != NULL && event_filter_wants(r->options.events, (enum fact_kind)f->kind))
        journal_write_event(r->events.file, &r->recorder, f, r->fact_seq);
}

static void take_facts(struct run *r, const struct fact *facts, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct fact *f = &facts[i];
        if (f->kind == FACT_ACCOUNT_REGISTERED)
            world_open_account(r->world, r->now_us, (uint8_t)f->subject);
        if (f->kind == FACT_ACCOUNT_CLOSED)
            world_close_account(r->world, (uint8_t)f->subject);
        auditor_fact(r->auditor, f);
        recorder_fact(&r->recorder, f);
        if (timeline_wants((enum fact_kind)f->kind))
            timeline_fact(&r->timeline, f);
        if (r->options.out != NULL)
            write_fact(r, f);
        r->fact_seq++;
    }
    /* Copied last: a processor waits where it reads whole what was just written in parts. */
    for (uint32_t i = 0; i < count; i++) {
        if (r->unhashed_count == UNHASHED_MAX)
            hash_bundle(r);
        r->unhashed[r->unhashed_count++] = facts[i];
    }
}

static void schedule(struct run *r, const struct happening *what)
{
    r->housekeeping += happening_is_housekeeping(what);
    evq_push(r->queue, *what);
}

/* Orders bring happenings and facts, never news at once. */
static void take_outbox(struct run *r)
{
    struct outbox *out = r->outbox;
    take_facts(r, out->facts, out->fact_count);
    for (uint32_t i = 0; i < out->happening_count; i++)
        schedule(r, &out->happenings[i]);
    out->fact_count = out->happening_count = 0;
}

static void apply(struct run *r, const struct input *in)
{
    struct effects *fx = r->effects;
    fx->order_count = fx->fact_count = 0;
    core_apply(r->core, r->now_us, in, fx);
    take_facts(r, fx->facts, fx->fact_count);
    for (uint32_t i = 0; i < fx->order_count; i++) {
        world_order(r->world, r->now_us, &fx->orders[i], r->outbox);
        MUST(r->outbox->input_count == 0);
        take_outbox(r);
    }
}

static void take_news(struct run *r)
{
    struct input news[OUTBOX_MAX];
    uint32_t count = r->outbox->input_count;
    memcpy(news, r->outbox->inputs, count * sizeof news[0]);
    r->outbox->input_count = 0;
    take_outbox(r);
    for (uint32_t i = 0; i < count; i++) {
        tag_rows_read(&r->tag_rows, &news[i]);
        apply(r, &news[i]);
    }
}

static void hand_over_list(struct run *r, uint8_t channel)
{
    struct house *h = &r->world->houses[channel];
    struct fact error;
    uint32_t cursor = 0;
    if (!house_hands_over(h))
        return;
    struct input in = hand_over_start(&r->list, h);
    apply(r, &in);
    while (house_next_error(h, r->now_us, &cursor, &error))
        take_facts(r, &error, 1);
    while (hand_over_next(&r->list, &in))
        apply(r, &in);
    house_list_handed_over(h);
}

/* The answer to a refresh at rest has come. */
static void no_longer_awaited(struct run *r, const struct happening *what)
{
    struct followed_account *a = &r->recorder.follow.accounts[what->subject];
    if (a->awaited == what->kind + 1)
        a->awaited = 0;
}

/* A page of an account's movements. */
static void hand_over_details(struct run *r, const struct happening *what)
{
    struct details page;
    struct input one;
    struct fact error;
    uint32_t cursor = 0;
    world_details(r->world, what, &page);
    while (world_next_detail_error(r->world, r->now_us, &page, &cursor, &error))
        take_facts(r, &error, 1);
    while (world_next_detail(r->world, &page, &one)) {
        tag_rows_read(&r->tag_rows, &one);
        apply(r, &one);
    }
    if (!page.more)
        no_longer_awaited(r, what);
}

/* --- what comes from outside ----------------------------------------------- */

static void request(struct run *r, const struct arrival *a)
{
    const struct setup *u = &r->plan->setup;
    recorder_requests(&r->recorder, a);
    struct input in = {.kind = INPUT_PAYOUT_REQUESTED,
                       .business = a->business,
                       .bank = a->bank,
                       .priority = u->merchant_priority[a->merchant],
                       .routes = u->bank_routes[a->bank] & u->business_routes[a->business],
                       .merchant = a->merchant,
                       .user = a->user,
                       .breakers = setup_breakers_of(u, a),
                       .amount_fen = a->amount_fen,
                       .reference = a->reference};
    auditor_request(r->auditor, &in);
    apply(r, &in);
}

static void arrive(struct run *r, const struct happening *what)
{
    struct arrival arrivals[ARRIVALS_MAX];
    uint32_t count = load_happens(r->load, r->queue, what, arrivals);
    for (uint32_t i = 0; i < count; i++) {
        const struct arrival *a = &arrivals[i];
        if (a->flow == FLOW_PAYOUT) {
            request(r, a);
            continue;
        }
        if (a->channel == CHANNEL_NONE) {
            if (world_collect_into(r->world, r->now_us, a->account, a->amount_fen, a->text_number,
                                   r->outbox))
                recorder_collected(&r->recorder, a);
            take_news(r);
            continue;
        }
        recorder_collected(&r->recorder, a);
        world_collect(r->world, r->now_us, (enum channel)a->channel, a->amount_fen, a->fee_fen,
                      a->count, r->outbox);
        take_news(r);
    }
}

static void operate(struct run *r, uint32_t index)
{
    struct input in = operator_input(r->plan, index, r->now_us);
    struct arrival asked = {.reference = in.reference};
    recorder_requests(&r->recorder, &asked);
    apply(r, &in);
}

static void handle(struct run *r, const struct happening *what)
{
    switch ((int)what->kind) {
    case EVENT_PAYOUT:
    case EVENT_COLLECT:
    case EVENT_TRACE:
    case EVENT_COPY:
        arrive(r, what);
        return;
    case EVENT_OPERATOR:
        operate(r, what->subject);
        return;
    default:
        world_happens(r->world, r->now_us, what, r->outbox);
        take_news(r);
        if (what->kind == HAPPENS_LIST)
            hand_over_list(r, what->house);
        if (what->kind == HAPPENS_DETAILS)
            hand_over_details(r, what);
        if (what->kind == HAPPENS_BALANCE)
            no_longer_awaited(r, what);
        return;
    }
}

/* --- the loop -------------------------------------------------------------- */

static void start(struct run *r)
{
    const struct scenario *s = &r->plan->scenario;
    const struct operator_settings *o = s->operators.items;
    apply(r, &(struct input){.kind = INPUT_TICKED}); /* the core opens its books */
    world_start(r->world, r->now_us, r->outbox);
    take_news(r);
    for (uint32_t i = 0; i < s->operators.count; i++)
        evq_push(r->queue,
                 (struct happening){.at_us = o[i].at_us, .kind = EVENT_OPERATOR, .subject = i});
    load_start(r->load, r->queue);
}

/* A row shows the state after everything up to and at its time. */
static void sample_before(struct run *r, int64_t at_us)
{
    int64_t end_us = r->plan->scenario.clock.to_us;
    while (r->positions.file != NULL && r->next_sample_us < at_us && r->next_sample_us <= end_us) {
        positions_write_row(r->positions.file, &r->plan->columns, &r->recorder.positions,
                            r->next_sample_us);
        if (r->next_sample_us == end_us)
            r->next_sample_us = INT64_MAX;
        else if (r->next_sample_us + r->plan->sample_us > end_us)
            r->next_sample_us = end_us;
        else
            r->next_sample_us += r->plan->sample_us;
    }
}

/* Whatever a fault planted had the doubtful days to be found in, and the list after them. */
static bool audit_had_its_time(const struct run *r)
{
    int64_t last_us = r->recorder.score.last_error_us;
    int64_t days = r->plan->setup.core.doubtful_days + 2;
    return last_us == INT64_MIN || r->now_us >= last_us + days * US_PER_DAY;
}

static bool quiet(const struct run *r)
{
    return audit_had_its_time(r) && evq_count(r->queue) == r->housekeeping &&
           auditor_open_payouts(r->auditor) == 0 && auditor_open_moves(r->auditor) == 0 &&
           r->recorder.follow.open == 0 && world_quiet(r->world);
}

/* What the orders just given about an account will be answered by: details say more than a
 * balance.  Others may have been due at the same instant. */
static uint8_t answer_awaited(const struct run *r, uint8_t account)
{
    uint8_t awaited = 0;
    for (uint32_t i = 0; i < r->effects->order_count; i++) {
        const struct order *o = &r->effects->orders[i];
        if (o->kind == ORDER_LIST_DETAILS && o->account == account)
            return HAPPENS_DETAILS + 1;
        if (o->kind == ORDER_REPORT_BALANCE && o->account == account)
            awaited = HAPPENS_BALANCE + 1;
    }
    return awaited;
}

/* When all else is done: an account with movements that nobody has heard of is
 * refreshed, once for as many as there are, and its answer is waited for.
 * False: there is none. */
static bool refresh_lagging(struct run *r)
{
    const struct core_config *config = &r->plan->setup.core;
    bool any = false;
    for (uint8_t i = 0; i < config->account_count; i++) {
        struct followed_account *a = &r->recorder.follow.accounts[i];
        uint32_t there_are = world_movements(r->world, i);
        if (a->state == ACCOUNT_OPEN && a->heard != there_are && a->asked_when != there_are + 1) {
            a->asked_when = there_are + 1;
            apply(r, &(struct input){.kind = INPUT_REFRESH_REQUESTED, .account = i});
            a->awaited = answer_awaited(r, i);
        }
        any |= a->state == ACCOUNT_OPEN && a->awaited != 0;
    }
    return any;
}

/* The next thing's time; an event before a tick at the same instant, so that
 * a reply due just when its time is up still counts. */
static int64_t next_us(const struct run *r, bool *event)
{
    int64_t event_us = evq_next_us(r->queue);
    int64_t tick_us = core_deadline_us(r->core);
    if (tick_us < r->now_us)
        tick_us = r->now_us;
    *event = event_us <= tick_us;
    return *event ? event_us : tick_us;
}

/* Everything stays as it is until `at_us`. */
static void advance(struct run *r, int64_t at_us)
{
    sample_before(r, at_us);
    expectations_advance(&r->plan->expectations, &r->recorder.positions, r->now_us, at_us);
    recorder_advance(&r->recorder, at_us);
    r->now_us = at_us;
}

/* The drain begins: nothing more comes, nothing more goes wrong. */
static void end_load(struct run *r)
{
    advance(r, r->plan->scenario.clock.to_us);
    r->draining = true;
    r->settled_us = NEVER_US;
    for (int c = 0; c < CHANNELS; c++)
        r->last_session[c] = r->world->houses[c].open_session;
    world_heal(r->world, r->now_us, r->outbox);
    take_outbox(r);
}

static bool load_is_settled(const struct run *r)
{
    for (int c = 0; c < CHANNELS; c++)
        if (r->world->houses[c].oldest_session <= r->last_session[c])
            return false;
    return true;
}

static bool transfer_rests(const struct run *r)
{
    const struct follow *f = &r->recorder.follow;
    for (uint32_t i = follow_next_open(f, 0); i != UINT32_MAX;
         i = follow_next_open(f, f->transfers[i].number))
        if (f->transfers[i].resting)
            return true;
    return false;
}

/* Rules that move money every day would keep the treasury from ever coming to
 * rest.  They go on while anything is owed to the load, through the day on which
 * its last session settles, and while what they do may help: a payout waits, or a
 * transfer rests half-way. */
static void suspend_rules(struct run *r)
{
    if (!r->draining || r->rules_suspended || !load_is_settled(r))
        return;
    if (r->settled_us == NEVER_US)
        r->settled_us = r->now_us;
    if (civil_day(r->now_us) == civil_day(r->settled_us) || auditor_open_payouts(r->auditor) != 0 ||
        transfer_rests(r))
        return;
    r->rules_suspended = true;
    apply(r, &(struct input){.kind = INPUT_RULES_SUSPENDED, .flag = 1});
}

static enum run_end loop(struct run *r)
{
    const struct clock_settings *clock = &r->plan->scenario.clock;
    for (;;) {
        bool event;
        int64_t at_us = next_us(r, &event);
        if (!r->draining && at_us >= clock->to_us)
            end_load(r);
        if (r->draining && quiet(r)) {
            if (!refresh_lagging(r))
                return RUN_QUIET;
            at_us = next_us(r, &event);
        }
        if (at_us > clock->to_us + clock->drain_max_us)
            return RUN_STUCK;
        if (!pace_until(r->pace, at_us))
            return RUN_INTERRUPTED;
        advance(r, at_us);
        if (event) {
            struct event e;
            MUST(evq_pop(r->queue, &e));
            r->housekeeping -= happening_is_housekeeping(&e.what);
            r->result.events++;
            handle(r, &e.what);
        } else {
            apply(r, &(struct input){.kind = INPUT_TICKED});
        }
        suspend_rules(r);
        auditor_after_event(r->auditor, r->now_us);
        recorder_after_event(&r->recorder);
        const struct blocked_checks *waits = blocked_checks(r->recorder.blocked);
        auditor_take_over(r->auditor, INVARIANT_WAITS_ADD_UP, waits->checked, waits->broken,
                          waits->first);
        expectations_after_event(&r->plan->expectations, &r->recorder.positions, r->now_us);
    }
}

/* --- the end --------------------------------------------------------------- */

static bool write_breaks(struct run *r)
{
    struct output breaks = {0};
    if (r->options.out == NULL)
        return true;
    if (!output_open(&breaks, r->options.out, "breaks.csv"))
        return false;
    journal_write_breaks(breaks.file, &r->recorder, r->now_us);
    return output_commit(&breaks);
}

static bool commit_outputs(struct run *r)
{
    struct output payouts = {0};
    bool ok = output_commit(&r->positions);
    ok &= output_commit(&r->events);
    if (ok)
        ok = output_commit(&r->alerts) && output_commit(&r->outlook) &&
             output_commit(&r->ledger.output) && output_commit(&r->balances.output);
    else
        output_drop(&r->alerts);
    output_drop(&r->outlook);
    output_drop(&r->balances.output);
    output_drop(&r->ledger.output);
    if (ok && r->recorder.follow.requested > 0)
        ok &= output_commit(&r->transfers);
    else
        output_drop(&r->transfers);
    if (ok)
        ok = write_breaks(r);
    if (ok)
        ok &= tag_rows_commit(&r->tag_rows);
    if (r->rows != NULL) {
        if (!output_open(&payouts, r->options.out, "payouts.csv"))
            return false;
        payout_rows_write(r->rows, payouts.file);
        ok &= output_commit(&payouts);
    }
    return ok;
}

static void judge(struct run *r)
{
    struct run_result *result = &r->result;
    struct expectations *e = &r->plan->expectations;
    struct measured measured = run_measured(r);
    bool met = expectations_judge(e, &measured, &r->recorder.positions);

    if (auditor_broken(r->auditor)) {
        result->verdict = "invariant_broken";
        result->exit_code = 3;
    } else if (result->end == RUN_STUCK) {
        result->verdict = "stuck";
        result->exit_code = 4;
    } else {
        result->verdict = met ? "pass" : "expectation_failed";
        result->exit_code = met ? 0 : 1;
    }
    int about_verdict = expectations_judge_verdict(e, result->verdict);
    if (about_verdict > 0)
        result->exit_code = 0;
    if (about_verdict < 0 && result->exit_code == 0)
        result->exit_code = 1;
}

static int64_t peak_bytes(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (int64_t)usage.ru_maxrss * 1024;
}

enum run_end run_go(struct run *r)
{
    struct run_result *result = &r->result;
    result->start_us = r->now_us;
    start(r);
    result->end = loop(r);
    result->signal = pace_signal(r->pace);
    result->pending = evq_count(r->queue) - r->housekeeping;
    result->end_us = r->now_us;
    sample_before(r, result->end == RUN_INTERRUPTED ? r->now_us + 1 : INT64_MAX);
    auditor_finish(r->auditor, r->now_us, result->end == RUN_QUIET);
    recorder_finish(&r->recorder, r->now_us);
    hash_bundle(r);
    result->hash = XXH3_64bits_digest(r->hash);
    judge(r);
    result->wall_s = wall_seconds() - r->options.began_s;
    result->peak_bytes = peak_bytes();
    pace_free(r->pace);
    r->pace = NULL;
    if (!commit_outputs(r)) {
        result->end = RUN_FAILED;
        result->exit_code = 5;
    }
    return result->end;
}

int64_t run_now_us(const struct run *r)
{
    return r->now_us;
}

const struct run_result *run_result(const struct run *r)
{
    return &r->result;
}

const struct plan *run_plan(const struct run *r)
{
    return r->plan;
}

const struct recorder *run_recorder(const struct run *r)
{
    return &r->recorder;
}

struct measured run_measured(const struct run *r)
{
    return (struct measured){.recorder = &r->recorder,
                             .paid_twice = auditor_paid_twice(r->auditor),
                             .paid_twice_by_lie = auditor_paid_twice_by_lie(r->auditor)};
}

const struct auditor *run_auditor(const struct run *r)
{
    return r->auditor;
}

const struct world *run_world(const struct run *r)
{
    return r->world;
}

const struct timeline *run_timeline(const struct run *r)
{
    return &r->timeline;
}

const struct tag_rows *run_tag_rows(const struct run *r)
{
    return &r->tag_rows;
}
