/* figures.h — numbers as texts of a settlement list have them: all of a text, or not one. */
#ifndef CORE_EDGE_FIGURES_H
#define CORE_EDGE_FIGURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FIGURES_EACH(x) (UINT64_C(0x0101010101010101) * (x)) /* in each of eight bytes */

/* Eight characters, the first one highest. */
static inline uint64_t figures_eight(const char *text)
{
    const unsigned char *b = (const unsigned char *)text;
    return (uint64_t)b[0] << 56 | (uint64_t)b[1] << 48 | (uint64_t)b[2] << 40 |
           (uint64_t)b[3] << 32 | (uint64_t)b[4] << 24 | (uint64_t)b[5] << 16 |
           (uint64_t)b[6] << 8 | (uint64_t)b[7];
}

/* At most 18 digits, and `length` of them; on false *value is untouched. */
static inline bool figures_decimal(const char *text, size_t length, int64_t *value)
{
    uint64_t sum = 0;
    uint64_t odd = 0;
    size_t i = 0;
    for (; i + 8 <= length; i += 8) { /* digits, then pairs, then fours of them, at once */
        uint64_t w = figures_eight(text + i);
        odd |= (w & FIGURES_EACH(0xf0)) ^ FIGURES_EACH('0');
        odd |= ((w + FIGURES_EACH(6)) & FIGURES_EACH(0xf0)) ^ FIGURES_EACH('0');
        w &= FIGURES_EACH(0x0f);
        w = (w >> 8 & UINT64_C(0x000f000f000f000f)) * 10 + (w & UINT64_C(0x000f000f000f000f));
        w = (w >> 16 & UINT64_C(0x000000ff000000ff)) * 100 + (w & UINT64_C(0x000000ff000000ff));
        sum = sum * 100000000 + (w >> 32) * 10000 + (w & UINT32_MAX);
    }
    for (; i < length; i++) {
        unsigned digit = (unsigned)(unsigned char)text[i] - '0';
        odd |= digit > 9;
        sum = sum * 10 + digit;
    }
    if (odd != 0)
        return false;
    *value = (int64_t)sum;
    return true;
}

/* Eight digits of hex from eight halves of a byte; where one is above 15 the letter is too. */
static inline uint64_t figures_hex_letters(uint64_t halves)
{
    uint64_t above_9 = (halves + FIGURES_EACH(6)) >> 4 & FIGURES_EACH(1);
    return halves + FIGURES_EACH('0') + above_9 * ('A' - '0' - 10);
}

/* 16 digits of 0-9 and A-F. */
static inline bool figures_hex(const char *text, uint64_t *value)
{
    uint64_t sum = 0;
    uint64_t odd = 0;
    for (int i = 0; i < 2; i++) {
        uint64_t w = figures_eight(text + (ptrdiff_t)8 * i);
        uint64_t halves = (w & FIGURES_EACH(0x0f)) + (w >> 6 & FIGURES_EACH(1)) * 9;
        odd |= (halves & FIGURES_EACH(0xf0)) | (figures_hex_letters(halves) ^ w);
        halves = (halves | halves >> 4) & UINT64_C(0x00ff00ff00ff00ff);
        halves = (halves | halves >> 8) & UINT64_C(0x0000ffff0000ffff);
        sum = sum << 32 | ((halves | halves >> 16) & UINT32_MAX);
    }
    if (odd != 0)
        return false;
    *value = sum;
    return true;
}

/* "175.19": yuan without leading zeros, always with two decimals; up to 16 digits of yuan. */
static inline bool figures_yuan(const char *text, size_t length, int64_t *fen)
{
    int64_t yuan, rest;
    if (length < 4 || length > 16 + 3 || text[length - 3] != '.' ||
        (text[0] == '0' && length > 4) || !figures_decimal(text, length - 3, &yuan) ||
        !figures_decimal(text + length - 2, 2, &rest))
        return false;
    *fen = yuan * 100 + rest;
    return true;
}

/* A count without leading zeros. */
static inline bool figures_count(const char *text, size_t length, int64_t *count)
{
    return length > 0 && length <= 10 && (text[0] != '0' || length == 1) &&
           figures_decimal(text, length, count);
}

#endif
