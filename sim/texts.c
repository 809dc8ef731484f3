/* texts.c — see texts.h. */

#include "sim/texts.h"

#include <stdio.h>
#include <string.h>

#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/base/must.h"
#include "core/gateway/effects.h"

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
