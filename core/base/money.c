/* money.c — see money.h. */

#include "core/base/money.h"

int64_t money_share(int64_t amount_fen, int64_t share_ppm)
{
    MUST(amount_fen >= 0);
    MUST(share_ppm >= 0);
    /* In two parts, so that no product passes 64 bits on the way. */
    int64_t whole_fen;
    MUST(!__builtin_mul_overflow(amount_fen / PPM, share_ppm, &whole_fen));
    int64_t rest;
    MUST(!__builtin_mul_overflow(amount_fen % PPM, share_ppm, &rest));
    return money_add(whole_fen, (rest + PPM / 2) / PPM);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool money_parse(const char *text, size_t length, int64_t *fen)
{
    size_t at = 0;
    int64_t value = 0;

    while (at < length && is_digit(text[at]) && at < 13)
        value = value * 10 + (text[at++] - '0');
    if (at == 0 || (text[0] == '0' && at > 1))
        return false;
    value *= 100;
    if (at < length) {
        size_t decimals = length - at - 1;
        if (text[at] != '.' || decimals < 1 || decimals > 2)
            return false;
        for (int64_t unit = 10; ++at < length; unit /= 10) {
            if (!is_digit(text[at]))
                return false;
            value += (text[at] - '0') * unit;
        }
    }
    MUST(value >= 0 && value <= MONEY_MAX_FEN);
    *fen = value;
    return true;
}

size_t money_print(char out[MONEY_TEXT_MAX], int64_t fen)
{
    char reversed[MONEY_TEXT_MAX];
    size_t n = 0;
    uint64_t left = fen < 0 ? 0 - (uint64_t)fen : (uint64_t)fen;

    for (int digit = 0; digit < 3 || left > 0; digit++) {
        if (digit == 2)
            reversed[n++] = '.';
        reversed[n++] = (char)('0' + left % 10);
        left /= 10;
    }
    if (fen < 0)
        reversed[n++] = '-';
    MUST(n < MONEY_TEXT_MAX);
    for (size_t i = 0; i < n; i++)
        out[i] = reversed[n - 1 - i];
    out[n] = '\0';
    return n;
}
