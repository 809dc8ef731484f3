/* texts.c — see texts.h. */

#include "sim/texts.h"

#include <stdio.h>
#include <string.h>

#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/base/must.h"
#include "core/gateway/effects.h"
#include "mocks/faults.h"
#include "sim/auditor.h"

enum language texts_language = ENGLISH;

#define ROW(key, english, chinese) {#key, {text_english_##key, text_chinese_##key}},
const struct text_row text_rows[] = {TEXTS(ROW)};
#undef ROW
const size_t text_row_count = sizeof text_rows / sizeof text_rows[0];

bool language_parse(const char *word, enum language *language)
{
    static const char *const words[LANGUAGES] = {[ENGLISH] = "en", [CHINESE] = "zh"};
    for (int i = 0; i < LANGUAGES; i++)
        if (strcmp(word, words[i]) == 0) {
            *language = (enum language)i;
            return true;
        }
    return false;
}

const char *reason_text(uint8_t reason)
{
#define REASON_TEXT(name, word)                                                                    \
    case REASON_##name:                                                                            \
        return T(REASON_##name);
    switch ((enum reason)reason) {
        REASONS(REASON_TEXT)
    case REASON_COUNT:
        break;
    }
#undef REASON_TEXT
    NEVER("not a reason");
}

const char *leg_service_text(uint8_t service)
{
    switch ((enum leg_service)service) {
    case SERVICE_BANK:
        return T(OPERATION_TRANSFER);
    case SERVICE_PREFUND:
        return T(OPERATION_PREFUND);
    case SERVICE_RETURN:
        return T(OPERATION_RETURN);
    case SERVICE_ADJUST:
        return T(OPERATION_ADJUST);
    case SERVICE_PAYOUT:
        return T(OPERATION_PAYOUT);
    case SERVICE_SETTLEMENT:
        return T(OPERATION_SETTLEMENT);
    case SERVICE_NONE:
    case SERVICES:
        break;
    }
    NEVER("not a service of transfers");
}

const char *match_type_text(enum match_type type)
{
    switch (type) {
    case MATCH_MISSING_THEIRS:
        return T(RECONCILE_MISSING_THEIRS);
    case MATCH_MISSING_OURS:
        return T(RECONCILE_MISSING_OURS);
    case MATCH_AMOUNT_DIFFERS:
        return T(RECONCILE_AMOUNT_DIFFERS);
    case MATCH_STATUS_DIFFERS:
        return T(RECONCILE_STATUS_DIFFERS);
    case MATCH_FEE_DIFFERS:
        return T(RECONCILE_FEE_DIFFERS);
    case MATCH_DUPLICATE:
        return T(RECONCILE_DUPLICATE);
    case MATCH_RETURNED:
        return T(RECONCILE_RETURNED);
    case MATCH_LATE:
        return T(RECONCILE_LATE);
    case MATCH_TYPES:
        break;
    }
    NEVER("no such type");
}

const char *channel_text(enum channel channel)
{
    MUST(channel < CHANNELS);
    return channel == CHANNEL_UNIONPAY ? T(UNIONPAY_ID) : T(NETSUNION_ID);
}

const char *fault_text(uint8_t kind)
{
    switch ((enum fault_kind)kind) {
    case FAULT_LATENCY:
        return T(FAULT_LATENCY);
    case FAULT_DOWN:
        return T(FAULT_DOWN);
    case FAULT_TIMEOUT:
        return T(FAULT_TIMEOUT);
    case FAULT_ERROR_CODE:
        return T(FAULT_ERROR_CODE);
    case FAULT_APPLIED_NO_REPLY:
        return T(FAULT_APPLIED_NO_REPLY);
    case FAULT_REJECTED_NO_REPLY:
        return T(FAULT_REJECTED_NO_REPLY);
    case FAULT_LINE_MISSING:
        return T(FAULT_LINE_MISSING);
    case FAULT_LINE_EXTRA:
        return T(FAULT_LINE_EXTRA);
    case FAULT_LINE_TWICE:
        return T(FAULT_LINE_TWICE);
    case FAULT_LINE_AMOUNT:
        return T(FAULT_LINE_AMOUNT);
    case FAULT_LINE_STATUS:
        return T(FAULT_LINE_STATUS);
    case FAULT_LINE_FEE:
        return T(FAULT_LINE_FEE);
    case FAULT_FILE_LATE:
        return T(FAULT_FILE_LATE);
    case FAULT_FILE_MISSING:
        return T(FAULT_FILE_MISSING);
    case FAULT_FILE_TRUNCATED:
        return T(FAULT_FILE_TRUNCATED);
    case FAULT_ACCEPT_THEN_RETURN:
        return T(FAULT_ACCEPT_THEN_RETURN);
    case FAULT_WRONG_AMOUNT:
        return T(FAULT_WRONG_AMOUNT);
    case FAULT_WRONG_STATUS:
        return T(FAULT_WRONG_STATUS);
    case FAULT_NONE:
    case FAULT_KINDS:
        break;
    }
    NEVER("not a kind of fault");
}

const char *fault_operation_text(uint8_t operation)
{
    switch ((enum fault_operation)operation) {
    case OPERATION_PAYOUT:
    case OPERATION_PAYMENT:
    case OPERATION_OUTCOME:
        return T(OPERATION_PAYOUT);
    case OPERATION_QUERY:
        return T(OPERATION_QUERY);
    case OPERATION_QUOTA:
        return T(OPERATION_QUOTA);
    case OPERATION_NOTICE:
        return T(OPERATION_NOTICE);
    case OPERATION_PREFUND:
        return T(OPERATION_PREFUND);
    case OPERATION_RETURN:
        return T(OPERATION_RETURN);
    case OPERATION_ADJUST:
        return T(OPERATION_ADJUST);
    case OPERATION_SETTLEMENT:
        return T(OPERATION_SETTLEMENT);
    case OPERATION_TRANSFER:
        return T(OPERATION_TRANSFER);
    case OPERATION_BALANCE:
        return T(OPERATION_BALANCE);
    case OPERATION_DETAILS:
    case OPERATION_DETAIL:
        return T(OPERATION_DETAILS);
    case OPERATION_FILE:
    case OPERATION_LINE:
        return T(OPERATION_FILE);
    case OPERATIONS:
        break;
    }
    NEVER("not an operation");
}

const char *invariant_text(uint8_t which)
{
    switch ((enum invariant)which) {
    case INVARIANT_LEDGER_BALANCES:
        return T(INVARIANT_LEDGER_BALANCES);
    case INVARIANT_PAID_ONCE:
        return T(INVARIANT_PAID_ONCE);
    case INVARIANT_ONE_STATE:
        return T(INVARIANT_ONE_STATE);
    case INVARIANT_WORLD_BALANCES:
        return T(INVARIANT_WORLD_BALANCES);
    case INVARIANT_IDENTITIES:
        return T(INVARIANT_IDENTITIES);
    case INVARIANT_BELIEF_BELOW_TRUTH:
        return T(INVARIANT_BELIEF_BELOW_TRUTH);
    case INVARIANT_NEVER_OVERDRAWN:
        return T(INVARIANT_NEVER_OVERDRAWN);
    case INVARIANT_BELIEF_IS_TRUTH_AT_REST:
        return T(INVARIANT_BELIEF_IS_TRUTH_AT_REST);
    case INVARIANT_QUEUE_ORDER:
        return T(INVARIANT_QUEUE_ORDER);
    case INVARIANT_REASONS:
        return T(INVARIANT_REASONS);
    case INVARIANT_TRANSFERS:
        return T(INVARIANT_TRANSFERS);
    case INVARIANT_NO_BOUNCE:
        return T(INVARIANT_NO_BOUNCE);
    case INVARIANT_WAITS_ADD_UP:
        return T(INVARIANT_WAITS_ADD_UP);
    case INVARIANTS:
        break;
    }
    NEVER("not an invariant");
}

const char *text_of(const char *key, size_t length)
{
    for (size_t i = 0; i < text_row_count; i++)
        if (strlen(text_rows[i].key) == length && memcmp(text_rows[i].key, key, length) == 0)
            return text_rows[i].in[texts_language];
    return NULL;
}

/* --- numbers --------------------------------------------------------------- */

static void group(const char *digits, size_t count, char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && (count - i) % 3 == 0)
            out[n++] = ',';
        out[n++] = digits[i];
    }
    out[n] = '\0';
}

const char *shown_count(uint64_t value, char out[SHOWN_MAX])
{
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%" PRIu64, value);
    group(digits, (size_t)n, out);
    return out;
}

const char *shown_counted(uint64_t count, const char *one, const char *many, char out[SHOWN_MAX])
{
    char number[SHOWN_MAX];
    snprintf(out, SHOWN_MAX, "%.31s %.31s", shown_count(count, number), count == 1 ? one : many);
    return out;
}

const char *shown_yuan(int64_t fen, char out[SHOWN_MAX])
{
    char plain[MONEY_TEXT_MAX];
    char grouped[40];
    money_print(plain, fen < 0 ? -fen : fen);
    char *point = strchr(plain, '.');
    group(plain, (size_t)(point - plain), grouped);
    snprintf(out, SHOWN_MAX, "%s¥%s%s", fen < 0 ? "-" : "", grouped, point);
    return out;
}

/* Four digits, and never an exponent: 8.537, 853.7, 12,345. */
static const char *four_digits(double value, char out[SHOWN_MAX])
{
    if (value >= 999.95)
        return shown_count((uint64_t)(value + 0.5), out);
    snprintf(out, SHOWN_MAX, "%.4g", value);
    return out;
}

/* A unit begins where the number, rounded to four digits, reaches 1 of it. */
const char *shown_yuan_short(int64_t fen, char out[SHOWN_MAX])
{
    static const double middle[LANGUAGES] = {[ENGLISH] = 1e6, [CHINESE] = 1e4};
    static const double large[LANGUAGES] = {[ENGLISH] = 1e9, [CHINESE] = 1e8};
    const char *minus = fen < 0 ? "-" : "";
    double yuan = fen < 0 ? -(double)fen / 100 : (double)fen / 100;
    char number[SHOWN_MAX];
    char sized[SHOWN_MAX];
    if (yuan < middle[texts_language])
        return shown_yuan(fen, out);
    if (yuan < large[texts_language] * 0.99995)
        snprintf(sized, sizeof sized, T(YUAN_MIDDLE),
                 four_digits(yuan / middle[texts_language], number));
    else
        snprintf(sized, sizeof sized, T(YUAN_LARGE),
                 four_digits(yuan / large[texts_language], number));
    snprintf(out, SHOWN_MAX, "%s%.60s", minus, sized);
    return out;
}

const char *shown_time(int64_t us, char out[SHOWN_MAX])
{
    if (us < US_PER_S - US_PER_MS / 2)
        snprintf(out, SHOWN_MAX, T(MS), (int)((us + US_PER_MS / 2) / US_PER_MS));
    else if (us < US_PER_MINUTE)
        snprintf(out, SHOWN_MAX, T(SECONDS), (double)us / 1e6);
    else if (us < US_PER_HOUR)
        snprintf(out, SHOWN_MAX, T(MINUTES), (int)(us / US_PER_MINUTE), (int)(us / US_PER_S % 60));
    else if (us < US_PER_DAY)
        snprintf(out, SHOWN_MAX, T(HOURS), (int)(us / US_PER_HOUR), (int)(us / US_PER_MINUTE % 60));
    else
        snprintf(out, SHOWN_MAX, T(DAYS), (int)(us / US_PER_DAY), (int)(us / US_PER_HOUR % 24));
    return out;
}

/* Of what is shown here, ASCII takes one column, ¥ one, all else two. */
size_t shown_columns(const char *text)
{
    size_t columns = 0;
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        if ((*c & 0xc0) == 0x80)
            continue;
        columns += *c >= 0xe0 ? 2 : 1;
    }
    return columns;
}
