/* settlement_speed.c — how long a line of a settlement list takes, written and read:
 *
 *     make build/release/tests/settlement_speed && build/release/tests/settlement_speed [LINES]
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/must.h"
#include "core/edge/settlement.h"
#include "mocks/publisher.h"

_Noreturn void must_failed(const char *file, int line, const char *claim)
{
    fprintf(stderr, "%s:%d: MUST(%s)\n", file, line, claim);
    abort();
}

enum { ROOM = 65536 };

static struct settlement_line line_of(uint64_t i)
{
    int64_t fen = (int64_t)(i * 7919 % 3000000) + 1;
    return (struct settlement_line){.order = i * UINT64_C(0x9e3779b97f4a7c15),
                                    .reference = {i, i * UINT64_C(0xbf58476d1ce4e5b9)},
                                    .amount_fen = fen,
                                    .settled_fen = fen + 50,
                                    .fee_fen = 50,
                                    .at_us = INT64_C(1541865600000000) + (int64_t)i * 43000,
                                    .session = 71300 + (uint32_t)(i >> 20),
                                    .merchant = (uint32_t)(i % 1000),
                                    .bank = (uint8_t)(i % 20)};
}

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct settlement reader;

/* Returns how many lines of the bytes were read; *used of them are done with. */
static uint64_t read_all(const char *bytes, size_t length, size_t *used, uint64_t *sum)
{
    uint64_t count = 0;
    for (*used = 0;;) {
        size_t step;
        struct input in;
        struct listing_problem problem;
        enum listing_got got = settlement_read_lines(&reader, bytes + *used, length - *used, false,
                                                     &step, &in, &problem);
        MUST(got != LISTING_BAD);
        *used += step;
        if (got == LISTING_RECORD) {
            count++;
            *sum += in.id ^ (uint64_t)in.amount_fen;
        } else if (step == 0) {
            return count;
        }
    }
}

static void measure(enum channel channel, uint64_t lines)
{
    static char bytes[ROOM + PUBLISHER_LINE_MAX];
    static struct publisher file;
    struct settlement_totals none = {.until_us = 1};
    uint64_t read = 0, sum = 0;
    double writing_s = 0, reading_s = 0, began_s;
    size_t used, written = 0, held = 0;
    struct input in;
    struct listing_problem problem;
    publisher_start(&file, channel, 4);
    settlement_start(&reader, channel, 4);
    held = publisher_summary(&file, &none, bytes);
    MUST(settlement_read_summary(&reader, bytes, held, true, &used, &in, &problem) ==
         LISTING_RECORD);
    held = publisher_heading(&file, bytes);
    for (uint64_t i = 0; i < lines;) {
        began_s = cpu_s();
        size_t before = held;
        for (; i < lines && held < ROOM; i++) {
            struct settlement_line l = line_of(i);
            held += publisher_line(&file, &l, bytes + held);
        }
        written += held - before;
        writing_s += cpu_s() - began_s;
        began_s = cpu_s();
        read += read_all(bytes, held, &used, &sum);
        reading_s += cpu_s() - began_s;
        held -= used;
        memmove(bytes, bytes + used, held);
    }
    MUST(read == lines && held == 0);
    printf("%s: written %.0f ns, read %.0f ns, %.0f bytes a line (%llx)\n",
           channel == CHANNEL_UNIONPAY ? "UnionPay " : "NetsUnion", writing_s * 1e9 / (double)lines,
           reading_s * 1e9 / (double)lines, (double)written / (double)lines,
           (unsigned long long)sum);
}

int main(int count, char **arguments)
{
    uint64_t lines = count > 1 ? strtoull(arguments[1], NULL, 10) : 2000000;
    for (int c = 0; c < CHANNELS; c++)
        measure((enum channel)c, lines);
    return 0;
}
