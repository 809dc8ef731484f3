/* lists.c — two lists of payments in the trace's shape, the second out of order and with
 * known differences, for measuring `toucun reconcile`.
 *
 *     lists DIR ROWS WITHIN      WITHIN: rows by which a row may be off its place; 0: any
 *
 * Of each 30,000 rows about one is missing in theirs, one is extra, one has another amount.
 * What was done is said on stdout: missing_theirs, missing_ours, amount_differs.
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/civil.h"
#include "core/base/must.h"

enum { ONE_OF = 30000, EVERY_MS = 17 };

_Noreturn void must_failed(const char *file, int line, const char *claim)
{
    fprintf(stderr, "%s:%d: MUST(%s)\n", file, line, claim);
    abort();
}

/* 0 <= result < below, the same sequence on every machine. */
static uint64_t draw(uint64_t *state, uint64_t below)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = *state;
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (z ^ z >> 31) % below;
}

struct place {
    uint64_t order;
    uint32_t row;
};

static int by_order(const void *a, const void *b)
{
    const struct place *x = a;
    const struct place *y = b;
    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

/* What a row says follows from its number alone. */
static void put_row(FILE *file, uint64_t row, int64_t more_fen, char mark)
{
    char when[CIVIL_MOMENT_TEXT_MAX];
    uint64_t state = row + 1;
    uint64_t amount_fen = 100 + draw(&state, 5000000);
    uint64_t number = draw(&state, 100000000);
    civil_print_moment(when, civil_moment_us(17846, 0) + (int64_t)row * EVERY_MS / 1000 * US_PER_S);
    amount_fen += (uint64_t)more_fen;
    fprintf(file,
            "%s,%s,withdrawal,M-%" PRIu64 ",U-%" PRIu64 ",%" PRIu64 ".%02" PRIu64 ",%c%08" PRIu64
            "%010" PRIu64 "\n",
            when, row % 3 == 0 ? "collection" : "payout", draw(&state, 2000), draw(&state, 1000000),
            amount_fen / 100, amount_fen % 100, mark, number, row);
}

static FILE *begin(const char *dir, const char *name)
{
    char path[4200];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "wb");
    MUST(file != NULL);
    setvbuf(file, NULL, _IOFBF, 1 << 20);
    fputs("time,kind,business,merchant,user,amount,reference\n", file);
    return file;
}

int main(int argc, char **argv)
{
    MUST(argc == 4);
    uint32_t rows = (uint32_t)strtoul(argv[2], NULL, 10);
    uint32_t within = (uint32_t)strtoul(argv[3], NULL, 10);
    uint64_t state = 7;
    uint64_t missing = 0, extra = 0, altered = 0;
    struct place *places = malloc(rows * sizeof *places);
    MUST(places != NULL);
    FILE *ours = begin(argv[1], "ours.csv");
    FILE *theirs = begin(argv[1], "theirs.csv");
    for (uint32_t i = 0; i < rows; i++) {
        put_row(ours, i, 0, 'R');
        places[i].row = i;
        places[i].order = within == 0 ? draw(&state, UINT64_MAX) : i + draw(&state, within);
    }
    qsort(places, rows, sizeof *places, by_order);
    for (uint32_t i = 0; i < rows; i++) {
        uint64_t what = draw(&state, ONE_OF);
        missing += what == 0;
        extra += what == 1;
        altered += what == 2;
        if (what == 1)
            put_row(theirs, places[i].row, 0, 'X');
        if (what != 0)
            put_row(theirs, places[i].row, what == 2 ? 1 : 0, 'R');
    }
    free(places);
    MUST(fclose(ours) == 0 && fclose(theirs) == 0);
    printf("%" PRIu64 " %" PRIu64 " %" PRIu64 "\n", missing, extra, altered);
    return 0;
}
