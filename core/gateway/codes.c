/* codes.c — see codes.h. */

#include "core/gateway/codes.h"

#include "core/base/must.h"

struct code_row {
    const char *text;
    uint8_t submission; /* enum meaning */
    uint8_t outcome;    /* enum meaning */
    uint8_t by;         /* enum decided_by */
    uint8_t again;      /* enum again */
};

#define CODE_ROW(name, text, submission, outcome, by, again)                                       \
    {text, MEANING_##submission, MEANING_##outcome, BY_##by, AGAIN_##again},
static const struct code_row unionpay_rows[] = {UNIONPAY_CODES(CODE_ROW)};
static const struct code_row netsunion_rows[] = {NETSUNION_CODES(CODE_ROW)};
static const struct code_row bank_rows[] = {BANK_CODES(CODE_ROW)};
#undef CODE_ROW

static const struct code_row unlisted = {"unlisted", MEANING_UNKNOWN, MEANING_UNKNOWN, BY_HOUSE,
                                         AGAIN_NEVER};
static const struct code_row not_sent = {"not_sent", MEANING_FAILED, MEANING_UNKNOWN, BY_HOUSE,
                                         AGAIN_MAYBE};

static const struct code_row *row_of(enum channel channel, uint16_t code)
{
    MUST(channel < CHANNELS || channel == CHANNEL_NONE);
    if (code == CODE_NOT_SENT)
        return &not_sent;
    if (channel == CHANNEL_UNIONPAY && code < UNIONPAY_CODE_COUNT)
        return &unionpay_rows[code];
    if (channel == CHANNEL_NETSUNION && code < NETSUNION_CODE_COUNT)
        return &netsunion_rows[code];
    if (channel == CHANNEL_NONE && code < BANK_CODE_COUNT)
        return &bank_rows[code];
    return &unlisted;
}

enum meaning code_on_submission(enum channel channel, uint16_t code)
{
    return (enum meaning)row_of(channel, code)->submission;
}

enum meaning code_as_outcome(enum channel channel, uint16_t code)
{
    return (enum meaning)row_of(channel, code)->outcome;
}

enum decided_by code_decided_by(enum channel channel, uint16_t code)
{
    return (enum decided_by)row_of(channel, code)->by;
}

bool code_worth_another_attempt(enum channel channel, uint16_t code)
{
    return row_of(channel, code)->again == AGAIN_MAYBE;
}

bool code_blames_order(enum channel channel, uint16_t code)
{
    if (channel == CHANNEL_UNIONPAY &&
        (code == UNIONPAY_33 || code == UNIONPAY_64 || code == UNIONPAY_90))
        return true;
    if (channel == CHANNEL_NETSUNION && (code == NETSUNION_MOCKQUOT || code == NETSUNION_MOCKLIMT))
        return true;
    bool signature = channel == CHANNEL_UNIONPAY ? code == UNIONPAY_11 : code == NETSUNION_PB511001;
    return row_of(channel, code)->again == AGAIN_NEVER && !signature;
}

bool code_is_under_way(enum channel channel, uint16_t code)
{
    return code == (channel == CHANNEL_UNIONPAY    ? UNIONPAY_05
                    : channel == CHANNEL_NETSUNION ? NETSUNION_02
                                                   : BANK_02);
}

bool code_is_success(enum channel channel, uint16_t code)
{
    static const uint16_t success[] = {UNIONPAY_00, NETSUNION_00};
    return code == (channel == CHANNEL_NONE ? BANK_00 : success[channel]);
}

bool code_is_not_found(enum channel channel, uint16_t code)
{
    if (channel == CHANNEL_UNIONPAY)
        return code == UNIONPAY_34;
    if (channel == CHANNEL_NONE)
        return code == BANK_03;
    return code == NETSUNION_03 || code == NETSUNION_PB531001;
}

bool code_is_too_old(enum channel channel, uint16_t code)
{
    return code == (channel == CHANNEL_UNIONPAY    ? UNIONPAY_39
                    : channel == CHANNEL_NETSUNION ? NETSUNION_MOCKLATE
                                                   : BANK_MOCKLATE);
}

const char *code_text(enum channel channel, uint16_t code)
{
    return row_of(channel, code)->text;
}

static bool same_text(const char *row, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (row[i] == '\0' || row[i] != text[i])
            return false;
    return row[length] == '\0';
}

uint16_t code_find(enum channel channel, const char *text, size_t length)
{
    uint16_t count = channel == CHANNEL_UNIONPAY    ? UNIONPAY_CODE_COUNT
                     : channel == CHANNEL_NETSUNION ? NETSUNION_CODE_COUNT
                                                    : BANK_CODE_COUNT;
    for (uint16_t code = 0; code < count; code++)
        if (same_text(row_of(channel, code)->text, text, length))
            return code;
    return CODE_UNLISTED;
}

const char *channel_name(enum channel channel)
{
    MUST(channel < CHANNELS);
    return channel == CHANNEL_UNIONPAY ? "unionpay" : "netsunion";
}
