/* journal.c — see journal.h. */

#include "sim/journal.h"

#include <inttypes.h>
#include <string.h>

#include "core/audit/match.h"
#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/base/must.h"
#include "sim/ledger_rows.h"
#include "sim/watches.h"

/* --- which kinds ----------------------------------------------------------- */

bool event_filter_wants(const struct event_filter *f, enum fact_kind kind)
{
    return f->kinds[kind / 64] >> kind % 64 & 1;
}

static void want(struct event_filter *f, uint32_t kind)
{
    f->kinds[kind / 64] |= UINT64_C(1) << kind % 64;
}

bool event_filter_parse(struct event_filter *f, const char *list, char bad[64])
{
    *f = (struct event_filter){0};
    if (*list == '\0') {
        for (uint32_t k = 0; k < FACT_KIND_COUNT; k++)
            want(f, k);
        return true;
    }
    while (*list != '\0') {
        size_t n = strcspn(list, ",");
        uint32_t k = 0;
        while (k < FACT_KIND_COUNT && (strlen(fact_kind_name((enum fact_kind)k)) != n ||
                                       memcmp(fact_kind_name((enum fact_kind)k), list, n) != 0))
            k++;
        if (k == FACT_KIND_COUNT) {
            snprintf(bad, 64, "%.*s", n > 60 ? 60 : (int)n, list);
            return false;
        }
        want(f, k);
        list += n + (list[n] == ',');
    }
    return true;
}

/* --- what a fact shows ----------------------------------------------------- */

enum {
    SHOWS_PAYOUT = 1, /* subject is a payout's slot */
    SHOWS_MOVE = 2,   /* subject is a quota move */
    SHOWS_ORDER = 4,  /* id is an order's */
    SHOWS_AMOUNT = 8,
    SHOWS_AVAILABLE = 16, /* other is the believed available */
    SHOWS_SESSION = 32,
    SHOWS_CODE = 64,
    SHOWS_NEXT = 128, /* other is when next asked, or not before */
    SHOWS_STATE = 256,
    SHOWS_ENTRY = 512,
    SHOWS_COUNT = 1024, /* session is a count */
    SHOWS_LEG = 2048,   /* state is 0 decrease, 1 increase */
    SHOWS_TRUE_AVAILABLE = 4096,
    SHOWS_REFERENCE = 8192, /* id and other are a reference that has no slot */
    SHOWS_AS_OF = 16384,
    SHOWS_PLACES = 32768,          /* a move from state to channel */
    SHOWS_TRANSFER = 1 << 16,      /* subject is a transfer; class and routes its accounts */
    SHOWS_RULE = 1 << 17,          /* session is a rule + 1, or 0 */
    SHOWS_SERVICE = 1 << 18,       /* session is a leg, state its service */
    SHOWS_RESTS = 1 << 19,         /* session is a leg, state an account */
    SHOWS_UNTIL = 1 << 20,         /* other is when it goes on */
    SHOWS_ACCOUNT = 1 << 21,       /* subject is an account */
    SHOWS_MOVEMENT = 1 << 22,      /* session is its number */
    SHOWS_BELIEVED = 1 << 23,      /* id is what was believed */
    SHOWS_BOOKED = 1 << 24,        /* other is when it was booked */
    SHOWS_AFTER = 1 << 25,         /* other is the balance after it */
    SHOWS_DENIED = 1 << 26,        /* routes are the channels denied */
    SHOWS_NEED = 1 << 28,          /* id is what is needed within the horizon */
    SHOWS_UNCOVERED = 1 << 29,     /* id is what nothing covers */
    SHOWS_DRY = 1 << 30,           /* other is when it will be dry, if it will */
    SHOWS_RULE_OF_ALERT = 1 << 27, /* subject is an alert rule, amount what it watches */
};

static const uint32_t shown_by[FACT_KIND_COUNT] = {
    [FACT_REQUESTED] = SHOWS_PAYOUT | SHOWS_AMOUNT,
    [FACT_REFUSED] = SHOWS_PAYOUT | SHOWS_REFERENCE | SHOWS_AMOUNT,
    [FACT_REPEATED] = SHOWS_PAYOUT | SHOWS_REFERENCE | SHOWS_AMOUNT | SHOWS_STATE,
    [FACT_QUEUED] = SHOWS_PAYOUT | SHOWS_AMOUNT | SHOWS_NEXT,
    [FACT_SENT] = SHOWS_PAYOUT | SHOWS_ORDER | SHOWS_AMOUNT | SHOWS_AVAILABLE,
    [FACT_ATTEMPT_FAILED] =
        SHOWS_PAYOUT | SHOWS_ORDER | SHOWS_AMOUNT | SHOWS_AVAILABLE | SHOWS_CODE,
    [FACT_PAID] = SHOWS_PAYOUT | SHOWS_ORDER | SHOWS_AMOUNT | SHOWS_AVAILABLE | SHOWS_SESSION,
    [FACT_BYPASSED] = SHOWS_PAYOUT | SHOWS_ORDER | SHOWS_COUNT | SHOWS_AMOUNT,
    [FACT_ACCEPTED] = SHOWS_PAYOUT | SHOWS_ORDER | SHOWS_CODE,
    [FACT_IN_DOUBT] = SHOWS_PAYOUT | SHOWS_ORDER | SHOWS_CODE | SHOWS_NEXT,
    [FACT_QUERIED] = SHOWS_PAYOUT | SHOWS_ORDER | SHOWS_COUNT | SHOWS_NEXT,
    [FACT_FAILED] = SHOWS_PAYOUT | SHOWS_ORDER | SHOWS_AMOUNT | SHOWS_CODE,
    [FACT_EXPIRED] = SHOWS_PAYOUT | SHOWS_AMOUNT,
    [FACT_CANCELLED] = SHOWS_PAYOUT | SHOWS_AMOUNT,
    [FACT_HELD] = SHOWS_PAYOUT | SHOWS_AMOUNT,
    [FACT_RELEASED] = SHOWS_PAYOUT | SHOWS_AMOUNT,
    [FACT_DENIED] = SHOWS_PAYOUT | SHOWS_AMOUNT | SHOWS_DENIED,
    [FACT_SETTLED] = SHOWS_PAYOUT | SHOWS_ORDER | SHOWS_AMOUNT,
    [FACT_BREAK_OPENED] = SHOWS_PAYOUT,
    [FACT_RECONCILED] = SHOWS_PAYOUT | SHOWS_ORDER | SHOWS_AMOUNT,
    [FACT_RETURNED] = SHOWS_PAYOUT | SHOWS_ORDER | SHOWS_AMOUNT | SHOWS_SESSION | SHOWS_AVAILABLE,
    [FACT_CONTRADICTED] = SHOWS_PAYOUT | SHOWS_ORDER | SHOWS_CODE | SHOWS_STATE,
    [FACT_STRAY] = SHOWS_ORDER | SHOWS_CODE,
    [FACT_ENTRY_PENDING] = SHOWS_ENTRY | SHOWS_AMOUNT,
    [FACT_ENTRY_POSTED] = SHOWS_ENTRY | SHOWS_AMOUNT,
    [FACT_ENTRY_TAKEN] = SHOWS_ENTRY | SHOWS_AMOUNT,
    [FACT_ENTRY_VOIDED] = SHOWS_ENTRY | SHOWS_AMOUNT,
    [FACT_BALANCE] = SHOWS_ENTRY | SHOWS_AMOUNT,
    [FACT_DAY_CLOSED] = SHOWS_COUNT | SHOWS_AMOUNT | SHOWS_AS_OF,
    [FACT_OPENED] = SHOWS_AMOUNT,
    [FACT_RECEIPT_LATE] = SHOWS_AMOUNT | SHOWS_SESSION,
    [FACT_RECEIPT] = SHOWS_AMOUNT | SHOWS_SESSION | SHOWS_AVAILABLE,
    [FACT_SESSION_CLOSED] = SHOWS_SESSION | SHOWS_AMOUNT | SHOWS_AVAILABLE,
    [FACT_SESSION_SETTLED] = SHOWS_SESSION | SHOWS_AMOUNT | SHOWS_AVAILABLE,
    [FACT_NET_AGREED] = SHOWS_SESSION | SHOWS_AMOUNT,
    [FACT_NET_DIFFERS] = SHOWS_SESSION | SHOWS_AMOUNT,
    [FACT_BALANCE_AUDITED] = SHOWS_AMOUNT,
    [FACT_BALANCE_EXPLAINED] = SHOWS_AMOUNT,
    [FACT_BOOKS_AGREE] = SHOWS_COUNT,
    [FACT_BOOKS_DIFFER] = SHOWS_AMOUNT,
    [FACT_QUOTA_REPORTED] = SHOWS_AMOUNT | SHOWS_AS_OF,
    [FACT_MOVE_REQUESTED] = SHOWS_MOVE | SHOWS_AMOUNT | SHOWS_PLACES,
    [FACT_MOVE_RESTRAINED] = SHOWS_AMOUNT | SHOWS_PLACES | SHOWS_UNTIL,
    [FACT_MOVE_DONE] = SHOWS_MOVE | SHOWS_AMOUNT | SHOWS_PLACES,
    [FACT_MOVE_FAILED] = SHOWS_MOVE | SHOWS_AMOUNT | SHOWS_PLACES,
    [FACT_MOVE_SENT] = SHOWS_MOVE | SHOWS_ORDER | SHOWS_AMOUNT | SHOWS_LEG | SHOWS_AVAILABLE,
    [FACT_MOVE_IN_DOUBT] = SHOWS_MOVE | SHOWS_ORDER | SHOWS_LEG | SHOWS_NEXT,
    [FACT_MOVE_LEG_DONE] =
        SHOWS_MOVE | SHOWS_ORDER | SHOWS_AMOUNT | SHOWS_LEG | SHOWS_CODE | SHOWS_AVAILABLE,
    [FACT_MOVE_LEG_FAILED] =
        SHOWS_MOVE | SHOWS_ORDER | SHOWS_AMOUNT | SHOWS_LEG | SHOWS_CODE | SHOWS_AVAILABLE,
    [FACT_BREAKER_OPENED] = SHOWS_UNTIL,
    [FACT_BREAKER_CLOSED] = SHOWS_UNTIL,
    [FACT_DRY_BEGAN] = SHOWS_AMOUNT | SHOWS_AVAILABLE,
    [FACT_DRY_ENDED] = SHOWS_AMOUNT | SHOWS_AVAILABLE,
    [FACT_LIST_OPENED] = SHOWS_COUNT | SHOWS_AMOUNT | SHOWS_AS_OF,
    [FACT_LIST_COMPLETE] = SHOWS_COUNT | SHOWS_AMOUNT | SHOWS_AS_OF,
    [FACT_LIST_BROKEN] = SHOWS_COUNT | SHOWS_AMOUNT | SHOWS_AS_OF,
    [FACT_FEES] = SHOWS_AMOUNT,
    [FACT_ALERT] = SHOWS_AMOUNT,
    [FACT_ALERT_RAISED] = SHOWS_RULE_OF_ALERT,
    [FACT_FORESEEN] = SHOWS_AMOUNT | SHOWS_NEED | SHOWS_DRY,
    [FACT_BACKLOG] = SHOWS_AMOUNT | SHOWS_UNCOVERED | SHOWS_DRY,
    [FACT_ALERT_CLEARED] = SHOWS_RULE_OF_ALERT,
    [FACT_TRUE_ACCEPTED] = SHOWS_ORDER | SHOWS_AMOUNT | SHOWS_TRUE_AVAILABLE,
    [FACT_TRUE_PAID] = SHOWS_ORDER | SHOWS_AMOUNT | SHOWS_SESSION,
    [FACT_TRUE_FAILED] = SHOWS_ORDER | SHOWS_AMOUNT | SHOWS_CODE | SHOWS_TRUE_AVAILABLE,
    [FACT_TRUE_RECEIPT] = SHOWS_AMOUNT | SHOWS_SESSION | SHOWS_TRUE_AVAILABLE,
    [FACT_TRUE_RETURNED] = SHOWS_ORDER | SHOWS_AMOUNT | SHOWS_SESSION,
    [FACT_TRUE_SESSION_CLOSED] = SHOWS_SESSION | SHOWS_TRUE_AVAILABLE,
    [FACT_TRUE_SESSION_SETTLED] = SHOWS_SESSION | SHOWS_AMOUNT | SHOWS_TRUE_AVAILABLE,
    [FACT_ACCOUNT_REGISTERED] = SHOWS_ACCOUNT,
    [FACT_ACCOUNT_CHANGED] = SHOWS_ACCOUNT,
    [FACT_ACCOUNT_CLOSED] = SHOWS_ACCOUNT,
    [FACT_ACCOUNT_REFUSED] = SHOWS_ACCOUNT,
    [FACT_BALANCE_REPORTED] = SHOWS_ACCOUNT | SHOWS_AMOUNT | SHOWS_BELIEVED | SHOWS_AS_OF,
    [FACT_MOVEMENT] = SHOWS_ACCOUNT | SHOWS_MOVEMENT | SHOWS_ORDER | SHOWS_AMOUNT | SHOWS_BOOKED,
    [FACT_TAGGED] = SHOWS_ACCOUNT | SHOWS_MOVEMENT | SHOWS_ORDER | SHOWS_AMOUNT | SHOWS_BOOKED,
    [FACT_UNTAGGED] = SHOWS_ACCOUNT | SHOWS_MOVEMENT | SHOWS_ORDER | SHOWS_AMOUNT | SHOWS_BOOKED,
    [FACT_HISTORY_AGREED] = SHOWS_ACCOUNT | SHOWS_COUNT | SHOWS_AMOUNT | SHOWS_AS_OF,
    [FACT_HISTORY_DIFFERS] = SHOWS_ACCOUNT | SHOWS_AMOUNT | SHOWS_AS_OF,
    [FACT_TRANSFER_REQUESTED] = SHOWS_TRANSFER | SHOWS_RULE | SHOWS_AMOUNT,
    [FACT_TRANSFER_REFUSED] = SHOWS_TRANSFER | SHOWS_RULE | SHOWS_AMOUNT,
    [FACT_TRANSFER_WAITING] = SHOWS_TRANSFER | SHOWS_AMOUNT | SHOWS_UNTIL,
    [FACT_LEG_SENT] = SHOWS_TRANSFER | SHOWS_SERVICE | SHOWS_ORDER | SHOWS_AMOUNT,
    [FACT_LEG_ACCEPTED] = SHOWS_TRANSFER | SHOWS_SERVICE | SHOWS_ORDER | SHOWS_AMOUNT,
    [FACT_LEG_IN_DOUBT] =
        SHOWS_TRANSFER | SHOWS_SERVICE | SHOWS_ORDER | SHOWS_AMOUNT | SHOWS_CODE | SHOWS_NEXT,
    [FACT_LEG_QUERIED] = SHOWS_TRANSFER | SHOWS_SERVICE | SHOWS_ORDER | SHOWS_AMOUNT | SHOWS_NEXT,
    [FACT_LEG_DONE] = SHOWS_TRANSFER | SHOWS_SERVICE | SHOWS_ORDER | SHOWS_AMOUNT | SHOWS_CODE,
    [FACT_LEG_FAILED] = SHOWS_TRANSFER | SHOWS_SERVICE | SHOWS_ORDER | SHOWS_AMOUNT | SHOWS_CODE,
    [FACT_TRANSFER_DONE] = SHOWS_TRANSFER | SHOWS_AMOUNT,
    [FACT_TRANSFER_FAILED] = SHOWS_TRANSFER | SHOWS_AMOUNT,
    [FACT_TRANSFER_RESTING] = SHOWS_TRANSFER | SHOWS_RESTS | SHOWS_AMOUNT,
    [FACT_TRANSFER_RESUMED] = SHOWS_TRANSFER | SHOWS_RESTS | SHOWS_AMOUNT,
    [FACT_TRUE_MOVEMENT] =
        SHOWS_ACCOUNT | SHOWS_MOVEMENT | SHOWS_ORDER | SHOWS_AMOUNT | SHOWS_AFTER,
    [FACT_TRUE_MOVED] = SHOWS_ORDER | SHOWS_AMOUNT | SHOWS_LEG | SHOWS_TRUE_AVAILABLE,
};

static void write_moment(FILE *file, const char *key, int64_t at_us)
{
    char text[CIVIL_MOMENT_TEXT_MAX];
    civil_print_moment(text, at_us);
    fprintf(file, ",\"%s\":\"%s\"", key, text);
}

static const char *place_name(uint8_t channel)
{
    return channel < CHANNELS ? channel_name((enum channel)channel) : "unallocated";
}

/* References have visible ASCII without quotes; only \ needs care. */
static void write_escaped(FILE *file, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\\')
            putc('\\', file);
        putc(*text, file);
    }
}

static const char *account_id(const struct recorder *r, uint32_t account)
{
    const struct account_settings *a = r->scenario->accounts.items;
    return account < r->scenario->accounts.count ? a[account].id : "unknown";
}

static void write_book(FILE *file, const char *key, const struct recorder *r, uint32_t book)
{
    char name[BOOK_NAME_MAX];
    fprintf(file, ",\"%s\":\"%s\"", key, book_name(r->scenario, book, name));
}

static void write_entry(FILE *file, const struct recorder *r, const struct fact *f)
{
    if (f->kind == FACT_BALANCE) {
        write_book(file, "book", r, f->subject);
        fprintf(file, ",\"pending_fen\":%" PRId64, f->other);
        return;
    }
    fprintf(file, ",\"entry\":%" PRIu64 ",\"booking\":\"%s\"", f->id,
            template_name((enum template)f->code));
    write_book(file, "debit", r, f->subject);
    write_book(file, "credit", r, f->session);
}

/* Transfers are counted from 1, as they were requested. */
static void write_transfer(FILE *file, const struct recorder *r, const struct fact *f,
                           uint32_t shows)
{
    const struct transfer_settings *rules = r->scenario->transfers.items;
    if (f->subject < FOLLOWED_MAX)
        fprintf(file, ",\"transfer\":%" PRIu64, r->follow.transfers[f->subject].number);
    fprintf(file, ",\"from\":\"%s\",\"to\":\"%s\"", account_id(r, f->class),
            account_id(r, f->routes));
    if ((shows & SHOWS_RULE) && f->session > 0 && f->session <= r->scenario->transfers.count)
        fprintf(file, ",\"rule\":\"%s\"", rules[f->session - 1].id);
    if (shows & SHOWS_SERVICE)
        fprintf(file, ",\"service\":\"%s\"", leg_service_name((enum leg_service)f->state));
    if ((shows & SHOWS_SERVICE) && f->kind == FACT_LEG_DONE && f->channel < CHANNELS)
        fprintf(file, ",\"session\":%" PRIu32, f->session);
    else if (shows & (SHOWS_SERVICE | SHOWS_RESTS))
        fprintf(file, ",\"number\":%" PRIu32, f->session);
    if (shows & SHOWS_RESTS)
        fprintf(file, ",\"at\":\"%s\"", account_id(r, f->state));
}

static void write_rule_of_alert(FILE *file, const struct recorder *r, const struct fact *f)
{
    static const char *const keys[] = {
        [UNIT_COUNT] = "value", [UNIT_FEN] = "value_fen", [UNIT_SECONDS] = "value_us", "value"};
    const struct alert_settings *a = alert_setting(r->scenario, f->subject);
    fprintf(file, ",\"alert\":\"%s\",\"level\":\"%s\",\"watch\":\"%s\",\"%s\":%" PRId64, a->id,
            a->rule.alarm ? "alarm" : "warn", a->watch, keys[watch_unit((enum watch)a->rule.watch)],
            f->amount_fen);
}

static void write_breaker(FILE *file, const struct recorder *r, const struct fact *f)
{
    const struct breaker_settings *b = r->scenario->breakers.items;
    char key[KEY_NAME_MAX];
    if (f->class == 0 || f->class > r->scenario->breakers.count)
        return;
    b += f->class - 1u;
    fprintf(file, ",\"breaker\":\"%s\"", b->id);
    if (r->parties == NULL)
        return;
    breaker_key_name(r->scenario, r->parties, b, (uint32_t)f->id, key);
    fputs(",\"key\":\"", file);
    write_escaped(file, key);
    fprintf(file, "\",\"in_a_row\":%" PRIu32, f->session);
}

static bool is_of_break(enum fact_kind kind)
{
    return kind == FACT_BREAK_OPENED || kind == FACT_BREAK_PROPOSED || kind == FACT_BREAK_REFUSED ||
           kind == FACT_BREAK_CLOSED || kind == FACT_TRUE_ERROR;
}

static void write_break(FILE *file, const struct recorder *r, const struct fact *f)
{
    bool error = f->kind == FACT_TRUE_ERROR;
    const struct fault_settings *faults = r->scenario->faults.items;
    if (!error)
        fprintf(file, ",\"break\":%" PRIu32, f->session);
    else if (f->subject < r->scenario->faults.count)
        fprintf(file, ",\"fault\":\"%s\"", faults[f->subject].id);
    if (f->kind == FACT_BREAK_REFUSED && f->id == 0)
        return; /* there is none */
    fprintf(file, ",\"type\":\"%s\"", match_type_word((enum match_type)f->class));
    if (f->state == BREAK_ABOUT_ORDER) {
        fprintf(file, ",\"order\":\"%016" PRIx64 "\"", f->id);
    } else if (f->state == BREAK_ABOUT_LINE) {
        fprintf(file, ",\"account\":\"%s\",\"line\":%" PRIu32,
                account_id(r, audit_line_account(f->id)), audit_line_number(f->id));
    } else {
        char day[CIVIL_MOMENT_TEXT_MAX];
        civil_print_moment(day, civil_moment_us((int32_t)f->id, 0));
        fprintf(file, ",\"list\":\"%.10s\"", day);
    }
    fprintf(file, ",\"%s_fen\":%" PRId64 ",\"%s_fen\":%" PRId64, error ? "true" : "ours",
            f->amount_fen, error ? "told" : "theirs", f->other);
    if (!error && f->routes != DECIDED_NOTHING)
        fprintf(file, ",\"as\":\"%s\"", decision_name(f->routes));
}

static void write_subject(FILE *file, const struct recorder *r, const struct fact *f,
                          uint32_t shows)
{
    char text[REFERENCE_MAX + 1];
    if ((shows & SHOWS_PAYOUT) && f->subject != NONE) {
        recorder_reference(r, f->subject, text);
        fputs(",\"payout\":\"", file);
        write_escaped(file, text);
        putc('"', file);
    } else if (shows & SHOWS_REFERENCE) {
        fputs(",\"payout\":\"", file);
        write_escaped(file, r->request->text);
        if (r->request->text[0] == '\0') {
            reference_write(r->request->reference, text);
            fputs(text, file);
        }
        putc('"', file);
    }
    if ((shows & SHOWS_MOVE) && f->subject != NONE)
        fprintf(file, ",\"move\":%" PRIu32, f->subject);
    if (shows & SHOWS_ENTRY)
        write_entry(file, r, f);
    if (shows & SHOWS_ACCOUNT)
        fprintf(file, ",\"account\":\"%s\"", account_id(r, f->subject));
    if (f->kind == FACT_ALERT && f->channel == CHANNEL_NONE && f->class > 0)
        fprintf(file, ",\"account\":\"%s\"", account_id(r, f->class - 1u));
    if (f->kind == FACT_BREAKER_OPENED || f->kind == FACT_BREAKER_HALF_OPENED ||
        f->kind == FACT_BREAKER_CLOSED)
        write_breaker(file, r, f);
    if (is_of_break((enum fact_kind)f->kind))
        write_break(file, r, f);
    if (shows & SHOWS_TRANSFER)
        write_transfer(file, r, f, shows);
    if (shows & SHOWS_RULE_OF_ALERT)
        write_rule_of_alert(file, r, f);
}

/* Whose code a leg's answer is. */
static enum channel speaks(uint8_t service)
{
    return service == SERVICE_BANK     ? CHANNEL_NONE
           : service == SERVICE_PAYOUT ? CHANNEL_NETSUNION
                                       : CHANNEL_UNIONPAY;
}

static const char *denied_text(uint8_t channels)
{
    static const char *const texts[1 << CHANNELS] = {"", "unionpay", "netsunion",
                                                     "unionpay netsunion"};
    MUST(channels < 1 << CHANNELS);
    return texts[channels];
}

static void write_code(FILE *file, const struct fact *f, uint32_t shows)
{
    if ((shows & SHOWS_SERVICE) && (shows & SHOWS_CODE))
        fprintf(file, ",\"code\":\"%s\"", code_text(speaks(f->state), f->code));
    else if ((shows & SHOWS_CODE) && f->channel < CHANNELS &&
             (f->reason == REASON_NONE || f->reason == REASON_CODE ||
              f->reason == REASON_CODE_UNKNOWN || f->reason == REASON_NO_RETRY_LEFT ||
              (f->reason == REASON_ABSENT_FROM_LIST && f->code != CODE_UNLISTED)))
        fprintf(file, ",\"code\":\"%s\"", code_text((enum channel)f->channel, f->code));
}

static void write_outlook(FILE *file, const struct fact *f, uint32_t shows)
{
    if (shows & (SHOWS_NEED | SHOWS_UNCOVERED))
        fprintf(file, ",\"%s\":%" PRId64, shows & SHOWS_NEED ? "need_fen" : "uncovered_fen",
                (int64_t)f->id);
    if ((shows & SHOWS_DRY) && f->other != NEVER_US)
        write_moment(file, "dry", f->other);
}

static void write_tag(FILE *file, const struct recorder *r, const struct fact *f)
{
    const struct tagging_settings *t = r->scenario->tagging.items;
    const char *gap = "";
    if (f->class == 0 || f->class > r->scenario->tagging.count)
        return;
    fprintf(file, ",\"%s\":\"%s\"", f->kind == FACT_TAGGED ? "tag" : "nearest",
            t[f->class - 1].tag);
    if (f->kind == FACT_TAGGED)
        return;
    fputs(",\"fails\":\"", file);
    for (int c = 0; c < TAG_CONDITIONS; c++)
        if (f->state >> c & 1) {
            fprintf(file, "%s%s", gap, tag_condition_name((enum tag_condition)c));
            gap = " ";
        }
    putc('"', file);
}

static void write_denied(FILE *file, const struct recorder *r, const struct fact *f)
{
    const struct breaker_settings *b = r->scenario->breakers.items;
    if (f->class > 0 && f->class <= r->scenario->breakers.count)
        fprintf(file, ",\"breaker\":\"%s\"", b[f->class - 1].id);
    fprintf(file, ",\"denied\":\"%s\"", denied_text(f->routes));
}

static void write_audited(FILE *file, const struct recorder *r, const struct fact *f)
{
    static const char *const occasions[] = {[AUDIT_OF_REPORT] = "report",
                                            [AUDIT_OF_DETAILS] = "details",
                                            [AUDIT_OF_HISTORY] = "history",
                                            [AUDIT_OF_CLOSE] = "close"};
    bool explains = f->kind == FACT_BALANCE_EXPLAINED;
    if (f->subject != NONE)
        fprintf(file, ",\"account\":\"%s\"", account_id(r, f->subject));
    fprintf(file, ",\"at\":\"%s\",\"%s\":%" PRId64 ",\"%s\":%" PRId64, occasions[f->state],
            explains ? "unsettled_fen" : "reported_fen", f->other,
            explains ? "uncollected_fen" : "internal_fen", (int64_t)f->id);
}

static void write_audit(FILE *file, const struct recorder *r, const struct fact *f)
{
    if (f->kind == FACT_BALANCE_AUDITED || f->kind == FACT_BALANCE_EXPLAINED)
        write_audited(file, r, f);
    if (f->kind == FACT_BOOKS_DIFFER) {
        write_book(file, "book", r, f->subject);
        fprintf(file, ",\"differs_fen\":%" PRId64, f->other);
    }
    if (f->kind == FACT_NET_AGREED || f->kind == FACT_NET_DIFFERS)
        fprintf(file, ",\"shown\":%s", f->state ? "true" : "false");
    if (f->kind == FACT_NET_DIFFERS)
        fprintf(file, ",\"differs_fen\":%" PRId64, f->other);
}

void journal_write_event(FILE *file, const struct recorder *r, const struct fact *f, uint64_t seq)
{
    uint32_t shows = shown_by[f->kind];
    char text[CIVIL_MOMENT_TEXT_MAX];
    civil_print_moment(text, f->at_us);
    fprintf(file, "{\"time\":\"%s\",\"seq\":%" PRIu64 ",\"kind\":\"%s\"", text, seq,
            fact_kind_name((enum fact_kind)f->kind));
    write_subject(file, r, f, shows);
    if (shows & SHOWS_PLACES)
        fprintf(file, ",\"from\":\"%s\",\"to\":\"%s\"", place_name(f->state),
                place_name(f->channel));
    else if (f->channel < CHANNELS)
        fprintf(file, ",\"channel\":\"%s\"", channel_name((enum channel)f->channel));
    if (shows & SHOWS_DENIED)
        write_denied(file, r, f);
    if ((shows & SHOWS_ORDER) && f->id != 0)
        fprintf(file, ",\"order\":\"%016" PRIx64 "\"", f->id);
    if (shows & SHOWS_SESSION)
        fprintf(file, ",\"session\":%" PRIu32, f->session);
    if (shows & SHOWS_COUNT)
        fprintf(file, ",\"count\":%" PRIu32, f->session);
    if (f->kind == FACT_RECEIPT || f->kind == FACT_RECEIPT_LATE || f->kind == FACT_TRUE_RECEIPT)
        fprintf(file, ",\"count\":%" PRIu64, f->id);
    if (shows & SHOWS_LEG)
        fprintf(file, ",\"leg\":\"%s\"", f->state == 0 ? "decrease" : "increase");
    if (shows & SHOWS_AMOUNT)
        fprintf(file, ",\"amount_fen\":%" PRId64, f->amount_fen);
    if ((shows & SHOWS_AVAILABLE) ||
        ((shows & SHOWS_SERVICE) && f->channel < CHANNELS &&
         (f->kind == FACT_LEG_SENT || f->kind == FACT_LEG_DONE || f->kind == FACT_LEG_FAILED)))
        fprintf(file, ",\"believed_fen\":%" PRId64, f->other);
    if (shows & SHOWS_TRUE_AVAILABLE)
        fprintf(file, ",\"available_fen\":%" PRId64, f->other);
    if ((shows & SHOWS_NEXT) && f->other > f->at_us)
        write_moment(file, f->kind == FACT_QUEUED ? "not_before" : "next_query", f->other);
    if (shows & SHOWS_MOVEMENT)
        fprintf(file, ",\"number\":%" PRIu32, f->session);
    if (f->kind == FACT_MOVEMENT && f->state == MOVEMENT_PUSHED)
        fputs(",\"pushed\":true", file);
    if (shows & SHOWS_BELIEVED)
        fprintf(file, ",\"believed_fen\":%" PRId64, (int64_t)f->id);
    write_outlook(file, f, shows);
    if (shows & SHOWS_AFTER)
        fprintf(file, ",\"after_fen\":%" PRId64, f->other);
    if (shows & SHOWS_BOOKED)
        write_moment(file, "booked", f->other);
    if ((shows & SHOWS_UNTIL) && f->other > f->at_us && f->other != NEVER_US)
        write_moment(file, "until", f->other);
    if (shows & SHOWS_AS_OF)
        write_moment(file, "as_of", f->other);
    if (shows & SHOWS_STATE)
        fprintf(file, ",\"state\":\"%s\"", payout_state_name((enum payout_state)f->state));
    write_audit(file, r, f);
    write_code(file, f, shows);
    if (f->kind == FACT_TAGGED || f->kind == FACT_UNTAGGED)
        write_tag(file, r, f);
    if (f->reason != REASON_NONE)
        fprintf(file, ",\"reason\":\"%s\"", reason_name((enum reason)f->reason));
    fputs("}\n", file);
}

/* --- transfers.csv --------------------------------------------------------- */

void journal_write_transfers_header(FILE *file)
{
    fputs("time,transfer,from,to,amount,outcome\n", file);
}

void journal_write_transfer(FILE *file, const struct recorder *r, const struct fact *f)
{
    const char *outcome = f->kind == FACT_TRANSFER_DONE      ? "done"
                          : f->kind == FACT_TRANSFER_FAILED  ? "failed"
                          : f->kind == FACT_TRANSFER_RESTING ? "resting"
                                                             : NULL;
    char when[CIVIL_MOMENT_TEXT_MAX];
    char yuan[MONEY_TEXT_MAX];
    if (outcome == NULL)
        return;
    civil_print_moment(when, f->at_us);
    money_print(yuan, f->amount_fen);
    fprintf(file, "%.19s+08:00,%" PRIu64 ",%s,%s,%s,%s\n", when,
            r->follow.transfers[f->subject].number, account_id(r, f->class),
            account_id(r, f->routes), yuan, outcome);
}
