/* put.h — numbers into the bytes of a file, of a given width and without a final NUL. */
#ifndef MOCKS_PUT_H
#define MOCKS_PUT_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "core/base/must.h"
#include "core/edge/figures.h"

/* Yuan with two decimals has room for this much. */
#define PUT_YUAN_MAX_FEN INT64_C(999999999999999999)

/* `width` digits with zeros in front. */
static inline void put_digits(char *out, int width, uint64_t value)
{
    static const char pairs[] =
        "00010203040506070809101112131415161718192021222324252627282930313233"
        "34353637383940414243444546474849505152535455565758596061626364656667"
        "6869707172737475767778798081828384858687888990919293949596979899";
    int at = width;
    for (; at >= 2; at -= 2) {
        memcpy(out + at - 2, &pairs[value % 100 * 2], 2);
        value /= 100;
    }
    if (at == 1) {
        out[0] = (char)('0' + value % 10);
        value /= 10;
    }
    MUST(value == 0);
}

static inline void put_hex(char out[16], uint64_t value)
{
    for (int i = 0; i < 2; i++) {
        uint64_t halves = i == 0 ? value >> 32 : value & UINT32_MAX;
        halves = (halves | halves << 16) & UINT64_C(0x0000ffff0000ffff);
        halves = (halves | halves << 8) & UINT64_C(0x00ff00ff00ff00ff);
        halves = (halves | halves << 4) & UINT64_C(0x0f0f0f0f0f0f0f0f);
        uint64_t letters = figures_hex_letters(halves);
        for (int b = 0; b < 8; b++)
            out[8 * i + b] = (char)(letters >> (56 - 8 * b));
    }
}

/* A number without zeros in front, with a point before its last two digits if there is to
 * be one (then it has at least one before).  Returns the end; PUT_NUMBER_ROOM bytes are
 * written. */
enum { PUT_NUMBER_ROOM = 24 };
static inline char *put_pointed(char *out, uint64_t value, bool point)
{
    char text[2 * PUT_NUMBER_ROOM] = "";
    int at = PUT_NUMBER_ROOM;
    if (point) {
        at -= 3;
        text[at] = '.';
        put_digits(text + at + 1, 2, value % 100);
        value /= 100;
    }
    for (; value > 99; value /= 100)
        put_digits(text + (at -= 2), 2, value % 100);
    int width = value > 9 ? 2 : 1;
    put_digits(text + (at -= width), width, value);
    memcpy(out, text + at, PUT_NUMBER_ROOM); /* what is behind the number means nothing */
    return out + PUT_NUMBER_ROOM - at;
}

static inline char *put_number(char *out, uint64_t value)
{
    return put_pointed(out, value, false);
}

/* "175.19" */
static inline char *put_yuan(char *out, int64_t fen)
{
    MUST(fen >= 0 && fen <= PUT_YUAN_MAX_FEN);
    return put_pointed(out, (uint64_t)fen, true);
}

static inline char *put_text(char *out, const char *text)
{
    size_t length = strlen(text);
    memcpy(out, text, length);
    return out + length;
}

#endif
