/* report_timeline.c — what happened when, line by line. */

#include "sim/report_page.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/civil.h"
#include "core/base/must.h"
#include "sim/output.h"
#include "sim/plot.h"
#include "sim/summary.h"
#include "sim/texts.h"
#include "sim/watches.h"

static const char *place_of(uint8_t channel)
{
    return channel == CHANNEL_UNIONPAY    ? T(UNIONPAY)
           : channel == CHANNEL_NETSUNION ? T(NETSUNION)
                                          : T(UNALLOCATED);
}

static const char *account_id(const struct page *p, uint8_t account)
{
    return ((const struct account_settings *)run_plan(p->run)->scenario.accounts.items)[account].id;
}

static const struct alert_settings *alert_of(const struct page *p, uint32_t rule)
{
    return alert_setting(&run_plan(p->run)->scenario, rule);
}

/* "unionpay.available below 20000000.00 yuan" */
static const char *shown_condition(const struct alert_settings *a, char out[SHOWN_MAX * 2])
{
    char level[UNIT_TEXT_MAX];
    unit_text(watch_unit((enum watch)a->rule.watch), a->rule.level, texts_language, level);
    if (a->rule.above)
        snprintf(out, SHOWN_MAX * 2, T(ALERT_ABOVE), a->watch, level);
    else
        snprintf(out, SHOWN_MAX * 2, T(ALERT_BELOW), a->watch, level);
    return out;
}

static void put_transfer_text(const struct page *p, const struct timeline_entry *e,
                              const char *reason)
{
    char count[SHOWN_MAX];
    char amount[SHOWN_MAX];
    const char *from = account_id(p, e->from);
    const char *to = account_id(p, e->to);
    uint64_t n = e->count;
    shown_yuan(e->amount_fen, amount);
    if (e->kind == TIMELINE_TRANSFERRED)
        page_text(p, T(EVENT_TRANSFERRED), from, to, amount,
                  COUNTED(n, ONE_TRANSFER, MANY_TRANSFERS, count));
    else if (e->kind == TIMELINE_TRANSFER_FAILED)
        page_text(p, T(EVENT_TRANSFER_FAILED), from, to, amount,
                  COUNTED(n, ONE_TRANSFER, MANY_TRANSFERS, count), reason);
    else if (e->kind == TIMELINE_TRANSFER_RESTS)
        page_text(p, T(EVENT_TRANSFER_RESTS), from, to, amount, account_id(p, e->at), reason,
                  COUNTED(n, ONE_TIME, MANY_TIMES, count));
    else
        page_text(p, T(EVENT_TRANSFER_REFUSED), from, to, amount,
                  COUNTED(n, ONE_TRANSFER, MANY_TRANSFERS, count), reason);
}

static void put_breaker_text(const struct page *p, const struct timeline_entry *e)
{
    const struct plan *plan = run_plan(p->run);
    const struct breaker_settings *b = plan->scenario.breakers.items;
    char count[SHOWN_MAX];
    char key[KEY_NAME_MAX];
    b += e->at;
    if (e->key == NONE)
        snprintf(key, sizeof key, "%s", T(SEVERAL_KEYS));
    else
        breaker_key_name(&plan->scenario, &plan->parties, b, e->key, key);
    COUNTED(e->count, ONE_TIME, MANY_TIMES, count);
    if (e->kind == TIMELINE_BREAKER_OPENED)
        page_text(p, T(EVENT_BREAKER_OPENED), b->id, key, reason_text(e->reason), count);
    else
        page_text(p, T(EVENT_BREAKER_CLOSED), b->id, key, reason_text(e->reason), count);
}

static void put_treasury_text(const struct page *p, const struct timeline_entry *e)
{
    char count[SHOWN_MAX];
    char condition[SHOWN_MAX * 2];
    const char *reason = reason_text(e->reason);
    const char *times = COUNTED(e->count, ONE_TIME, MANY_TIMES, count);
    switch ((int)e->kind) {
    case TIMELINE_ALERT:
        if (e->at == ACCOUNT_NONE)
            page_text(p, T(EVENT_ALERT), reason, times);
        else
            page_text(p, T(EVENT_ALERT_AT), reason, account_id(p, e->at), times);
        return;
    case TIMELINE_ALERT_RAISED:
        page_text(p, T(EVENT_ALERT_RAISED), alert_of(p, e->at)->id,
                  shown_condition(alert_of(p, e->at), condition), times);
        return;
    case TIMELINE_ALERT_CLEARED:
        page_text(p, T(EVENT_ALERT_CLEARED), alert_of(p, e->at)->id, times);
        return;
    case TIMELINE_TRANSFERRED:
    case TIMELINE_TRANSFER_FAILED:
    case TIMELINE_TRANSFER_RESTS:
    case TIMELINE_TRANSFER_REFUSED:
        put_transfer_text(p, e, reason);
        return;
    case TIMELINE_BREAKER_OPENED:
    case TIMELINE_BREAKER_CLOSED:
        put_breaker_text(p, e);
        return;
    case TIMELINE_ACCOUNT_REGISTERED:
        page_text(p, T(EVENT_REGISTERED), account_id(p, e->at));
        return;
    case TIMELINE_ACCOUNT_CLOSED:
        page_text(p, T(EVENT_CLOSED), account_id(p, e->at));
        return;
    case TIMELINE_ACCOUNT_REFUSED:
        page_text(p, T(EVENT_ACCOUNT_REFUSED), account_id(p, e->at), reason, times);
        return;
    default:
        NEVER("an unlisted kind of entry");
    }
}

static void put_entry_text(const struct page *p, const struct timeline_entry *e)
{
    char count[SHOWN_MAX];
    char amount[SHOWN_MAX];
    char length[SHOWN_MAX];
    const char *where = place_of(e->channel);
    const char *from = place_of(e->from);
    const char *reason = reason_text(e->reason);
    const uint64_t n = e->count;
    shown_yuan(e->amount_fen, amount);
    switch ((int)e->kind) {
    case TIMELINE_DRY:
        page_text(p, T(EVENT_DRY), where, shown_time(e->length_us, length),
                  COUNTED(n, ONE_TIME, MANY_TIMES, count));
        return;
    case TIMELINE_MOVED:
        page_text(p, T(EVENT_MOVED), from, where, amount, COUNTED(n, ONE_MOVE, MANY_MOVES, count));
        return;
    case TIMELINE_MOVE_FAILED:
        page_text(p, T(EVENT_MOVE_FAILED), from, where, amount,
                  COUNTED(n, ONE_MOVE, MANY_MOVES, count));
        return;
    case TIMELINE_DOUBT:
        page_text(p, T(EVENT_DOUBT), where, COUNTED(n, ONE_PAYOUT, MANY_PAYOUTS, count), amount);
        return;
    case TIMELINE_RESOLVED:
        page_text(p, T(EVENT_RESOLVED), where, COUNTED(n, ONE_ORDER, MANY_ORDERS, count));
        return;
    case TIMELINE_FAILED:
        page_text(p, T(EVENT_FAILED), COUNTED(n, ONE_PAYOUT, MANY_PAYOUTS, count), reason, amount);
        return;
    case TIMELINE_EXPIRED:
        page_text(p, T(EVENT_EXPIRED), COUNTED(n, ONE_PAYOUT, MANY_PAYOUTS, count), amount);
        return;
    case TIMELINE_REFUSED_AT_GATEWAY:
        page_text(p, T(EVENT_REFUSED), where, COUNTED(n, ONE_ORDER, MANY_ORDERS, count), amount);
        return;
    case TIMELINE_RETURNED:
        page_text(p, T(EVENT_RETURNED), where, COUNTED(n, ONE_PAYMENT, MANY_PAYMENTS, count),
                  amount);
        return;
    case TIMELINE_SETTLED:
        page_text(p, T(EVENT_SETTLED), where, COUNTED(n, ONE_SESSION, MANY_SESSIONS, count),
                  amount);
        return;
    case TIMELINE_CONTRADICTED:
        page_text(p, T(EVENT_CONTRADICTED), where, reason, COUNTED(n, ONE_TIME, MANY_TIMES, count));
        return;
    case TIMELINE_LIST_BROKEN:
        page_text(p, T(EVENT_LIST_BROKEN), where, COUNTED(n, ONE_LIST, MANY_LISTS, count));
        return;
    default:
        put_treasury_text(p, e);
        return;
    }
}

static void put_fault_text(const struct page *p, uint32_t fault)
{
    const struct fault_settings *f = run_plan(p->run)->scenario.faults.items;
    const struct faults *faults = &run_world(p->run)->faults;
    char place[SHOWN_MAX];
    char count[SHOWN_MAX];
    page_text(p, T(EVENT_FAULT), f[fault].id, fault_text(faults->specs[fault].kind),
              shown_fault_place(p->run, fault, place),
              COUNTED(faults->counts[fault].fired, ONE_TIME, MANY_TIMES, count));
}

/* A line of the table: an entry of the timeline, or a fault from its first
 * firing to its last. */
struct line {
    int64_t from_us;
    int64_t to_us;
    const struct timeline_entry *entry; /* NULL: a fault */
    uint32_t number;                    /* of the entry or the fault */
};

/* Faults before what they lead to. */
static int by_time(const void *a, const void *b)
{
    const struct line *x = a;
    const struct line *y = b;
    if (x->from_us != y->from_us)
        return x->from_us < y->from_us ? -1 : 1;
    if ((x->entry == NULL) != (y->entry == NULL))
        return x->entry == NULL ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

static void put_when(const struct page *p, int64_t from_us, int64_t to_us)
{
    char from[CIVIL_MOMENT_TEXT_MAX];
    char to[CIVIL_MOMENT_TEXT_MAX];
    bool one_day = civil_day(from_us) == civil_day(to_us);
    page_text(p, "%s", shown_moment(from_us, from));
    shown_moment(to_us, to);
    if (strcmp(from, to) != 0)
        page_text(p, T(WHEN_TO), one_day ? to + 11 : to);
}

enum { ROWS_SHOWN = 60 };

/* Many days settle many sessions: then they are left out.  A fault never is. */
static uint32_t gather_lines(const struct page *p, struct line *lines, uint64_t *left_out)
{
    const struct timeline *t = run_timeline(p->run);
    const struct faults *faults = &run_world(p->run)->faults;
    uint32_t count = 0;
    uint32_t kept = 0;
    *left_out = t->left_out;
    for (uint32_t i = 0; i < t->count; i++) {
        const struct timeline_entry *e = &t->entries[i];
        if (e->kind != TIMELINE_SETTLED || t->count <= ROWS_SHOWN)
            lines[count++] = (struct line){e->from_us, e->to_us, e, i};
    }
    for (uint32_t i = 0; i < faults->count; i++)
        if (faults->counts[i].fired > 0)
            lines[count++] =
                (struct line){faults->counts[i].first_us, faults->counts[i].last_us, NULL, i};
    qsort(lines, count, sizeof *lines, by_time);
    for (uint32_t i = 0, entries = 0; i < count; i++) {
        if (lines[i].entry != NULL && entries++ >= ROWS_SHOWN)
            (*left_out)++;
        else
            lines[kept++] = lines[i];
    }
    return kept;
}

void page_timeline(const struct page *p)
{
    const char *const titles[] = {T(WHEN), T(WHAT)};
    size_t most = run_timeline(p->run)->count + run_world(p->run)->faults.count;
    struct line *lines = calloc(most + 1, sizeof *lines);
    char text[SHOWN_MAX];
    uint64_t left_out;
    MUST(lines != NULL);
    uint32_t count = gather_lines(p, lines, &left_out);
    if (count == 0) {
        fputs("<p>", p->file);
        page_text(p, "%s", T(NOTHING_HAPPENED));
        fputs("</p>\n", p->file);
    } else {
        page_open_table(p, titles, 2, 0);
    }
    for (uint32_t i = 0; i < count; i++) {
        fprintf(p->file, "<tr%s><td class=\"t\">",
                lines[i].entry == NULL ? " class=\"fault\"" : "");
        put_when(p, lines[i].from_us, lines[i].to_us);
        fputs("</td><td>", p->file);
        if (lines[i].entry == NULL)
            put_fault_text(p, lines[i].number);
        else
            put_entry_text(p, lines[i].entry);
        fputs("</td></tr>\n", p->file);
    }
    if (count > 0)
        page_close_table(p);
    if (left_out > 0) {
        fputs("<p class=\"when\">", p->file);
        page_text(p, T(LEFT_OUT), COUNTED(left_out, ONE_LINE, MANY_LINES, text), "events.jsonl");
        fputs("</p>\n", p->file);
    }
    free(lines);
}

void page_alerts(const struct page *p)
{
    const char *const titles[] = {T(ALERT), T(ALERT_CONDITION), T(ALERT_FIRST), T(ALERT_RAISED),
                                  T(ALERT_STOOD)};
    const struct recorder *r = run_recorder(p->run);
    uint32_t count = (uint32_t)run_plan(p->run)->scenario.alerts.count;
    char text[SHOWN_MAX * 2];
    char when[CIVIL_MOMENT_TEXT_MAX];
    if (count == 0)
        return;
    fputs("<h2>", p->file);
    page_text(p, "%s", T(ALERTS_HEADING));
    fputs("</h2>\n", p->file);
    page_open_table(p, titles, 5, 2);
    for (uint32_t i = 0; i < count; i++) {
        const struct alert_settings *a = alert_of(p, i);
        uint64_t raised = r->positions.alerts_raised[i];
        fprintf(p->file, "<tr%s><td>", raised > 0 && a->rule.alarm ? " class=\"bad\"" : "");
        page_text(p, "%s (%s)", a->id, a->rule.alarm ? T(ALERT_ALARM) : T(ALERT_WARN));
        fputs("</td><td>", p->file);
        page_text(p, "%s", shown_condition(a, text));
        fputs("</td><td class=\"t\">", p->file);
        page_text(p, "%s", raised > 0 ? shown_moment(r->alerts[i].first_us, when) : T(NEVER_SHORT));
        fputs("</td><td class=\"n\">", p->file);
        page_text(p, "%s", shown_count(raised, text));
        fputs("</td><td class=\"n\">", p->file);
        page_text(p, "%s", raised > 0 ? shown_time(r->alerts[i].raised_us, text) : "");
        fputs("</td></tr>\n", p->file);
    }
    page_close_table(p);
}
