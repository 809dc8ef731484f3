/* command_reconcile.c — toucun reconcile: two lists of the same payments, trade by trade. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/civil.h"
#include "core/base/money.h"
#include "core/edge/zm.h"
#include "sim/options.h"
#include "sim/reconcile.h"
#include "sim/settings.h"

static const char reconcile_usage[] =
    "toucun reconcile --ours FILE --theirs FILE [options]\n"
    "\n"
    "Matches two lists of payments and says what differs: a table, and with --out\n"
    "each difference in DIR/breaks.csv.  A list is CSV with a header, or UnionPay's\n"
    "detail file (ZM); either may be packed with gzip or zstd.  A line that cannot\n"
    "be read is said with its place, and nothing is matched then.\n"
    "\n"
    "  --columns-ours MAP     the columns of our CSV, as in\n"
    "  --columns-theirs MAP     reference=orderId,amount=txnAmt:fen,fee=fee,status=code\n"
    "                         fields: reference query_id merchant user amount fee status\n"
    "                         kind time; without a map, columns of these names\n"
    "  --by FIELDS            what makes two rows one payment: reference (as it is\n"
    "                         without), or several of reference query_id merchant user\n"
    "                         amount kind time day, joined by +\n"
    "  --tolerance YUAN       amounts and fees that differ by no more agree\n"
    "  --late DURATION        times further apart are a difference\n"
    "  --day YYYY-MM-DD       the day a ZM file settles, where its name does not say\n"
    "  --out DIR              write breaks.csv there\n"
    "  --remember ROWS        rows without a counterpart kept in memory; more of them\n"
    "                         and both lists go through files in TMPDIR\n"
    "  --json                 the totals as JSON, nothing else\n"
    "  --quiet                no table\n"
    "  --lang en|zh           the language of the table\n"
    "\n"
    "The k-th row of a reference belongs to the other list's k-th of it; more of\n"
    "them are duplicates.  Totals are the columns' own, whatever the status.\n"
    "\n"
    "Exit code: 0 they agree, 1 they differ, 2 bad input, 5 the machine failed us.\n";

/* --- output ---------------------------------------------------------------------------------- */

enum { NAME_COLUMNS = 18, VALUE_COLUMNS = 26 };

static void put_padded(const char *text, int columns, bool left)
{
    int gap = columns - (int)shown_columns(text);
    if (!left && gap > 0)
        printf("%*s", gap, "");
    fputs(text, stdout);
    if (left && gap > 0)
        printf("%*s", gap, "");
}

static void put_line(const char *name, const char *ours, const char *theirs, const char *difference)
{
    put_padded(name, NAME_COLUMNS, true);
    put_padded(ours, VALUE_COLUMNS, false);
    put_padded(theirs, VALUE_COLUMNS, false);
    put_padded(difference, VALUE_COLUMNS, false);
    putchar('\n');
}

static void put_money_line(const char *name, wide ours_fen, wide theirs_fen)
{
    char ours[SHOWN_MAX], theirs[SHOWN_MAX], difference[SHOWN_MAX];
    put_line(name, shown_yuan((int64_t)ours_fen, ours), shown_yuan((int64_t)theirs_fen, theirs),
             shown_yuan((int64_t)(theirs_fen - ours_fen), difference));
}

static void put_count_line(const char *name, uint64_t count, bool difference, wide fen)
{
    char number[SHOWN_MAX];
    char money[SHOWN_MAX] = "";
    if (difference)
        shown_yuan((int64_t)fen, money);
    put_line(name, shown_count(count, number), "", money);
}

static void print_table(const struct reconcile_totals *t, const char *out)
{
    const struct match_sums *ours = &t->sides[MATCH_OURS];
    const struct match_sums *theirs = &t->sides[MATCH_THEIRS];
    char rows[2][SHOWN_MAX], more[SHOWN_MAX], places[SHOWN_MAX];
    uint64_t breaks = 0;
    int64_t apart = (int64_t)(theirs->rows - ours->rows);
    snprintf(more, sizeof more, "%" PRId64, apart);
    put_line("", T(RECONCILE_OURS), T(RECONCILE_THEIRS), T(RECONCILE_DIFFERENCE));
    put_line(T(RECONCILE_ROWS), shown_count(ours->rows, rows[0]),
             shown_count(theirs->rows, rows[1]), more);
    put_money_line(T(RECONCILE_AMOUNT), ours->amount_fen, theirs->amount_fen);
    if (t->fees[MATCH_OURS] || t->fees[MATCH_THEIRS]) {
        put_money_line(T(RECONCILE_FEE), ours->fee_fen, theirs->fee_fen);
        put_money_line(T(RECONCILE_NET), ours->amount_fen - ours->fee_fen,
                       theirs->amount_fen - theirs->fee_fen);
    }
    putchar('\n');
    put_count_line(T(RECONCILE_MATCHED), t->matched, false, 0);
    if (t->tolerated_fen != 0) {
        char money[SHOWN_MAX];
        put_line(T(RECONCILE_TOLERATED), "", "", shown_yuan((int64_t)t->tolerated_fen, money));
    }
    for (int type = 0; type < MATCH_TYPES; type++) {
        breaks += t->breaks[type];
        if (t->breaks[type] > 0)
            put_count_line(match_type_text((enum match_type)type), t->breaks[type], true,
                           t->break_fen[type]);
    }
    putchar('\n');
    if (t->unsigned_amounts)
        fputs(T(RECONCILE_UNSIGNED), stdout);
    if (breaks == 0)
        fputs(T(RECONCILE_AGREE), stdout);
    else
        printf(T(RECONCILE_DIFFER), COUNTED(breaks, ONE_PLACE, MANY_PLACES, places));
    if (breaks > 0 && out != NULL)
        printf(T(RECONCILE_WRITTEN), out);
}

/* A list without fees has none to add up: null. */
static void print_side(const char *name, const struct match_sums *s, bool fees)
{
    printf("  \"%s\": {\"rows\": %" PRIu64 ", \"amount_fen\": %" PRId64 ", \"fee_fen\": ", name,
           s->rows, (int64_t)s->amount_fen);
    if (fees)
        printf("%" PRId64, (int64_t)s->fee_fen);
    else
        fputs("null", stdout);
    printf(", \"net_fen\": %" PRId64 "},\n", (int64_t)(s->amount_fen - s->fee_fen));
}

static void print_json(const struct reconcile_totals *t)
{
    puts("{");
    print_side("ours", &t->sides[MATCH_OURS], t->fees[MATCH_OURS]);
    print_side("theirs", &t->sides[MATCH_THEIRS], t->fees[MATCH_THEIRS]);
    printf("  \"matched\": %" PRIu64 ",\n  \"breaks\": {", t->matched);
    for (int type = 0; type < MATCH_TYPES; type++)
        printf("%s\"%s\": %" PRIu64, type == 0 ? "" : ", ", match_type_word((enum match_type)type),
               t->breaks[type]);
    puts("}\n}");
}

/* --- options --------------------------------------------------------------------------------- */

static bool wrong(const char *option, const char *value, const char *want)
{
    fprintf(stderr, "toucun: --%s %s: want %s\n", option, value, want);
    return false;
}

static bool read_map(const char *option, const char *value, struct csv_map *map,
                     const struct csv_map **to)
{
    char why[LISTING_WHY_MAX];
    if (value == NULL)
        return true;
    *to = map;
    if (csv_map_parse(value, map, why))
        return true;
    fprintf(stderr, "toucun: --%s: %s\n", option, why);
    return false;
}

static bool read_remember(const char *value, uint32_t *rows)
{
    char *end;
    long n = strtol(value, &end, 10);
    if (*value < '0' || *value > '9' || *end != '\0' || n < REMEMBER_MIN || n > REMEMBER_MAX)
        return wrong("remember", value, "an integer from 16 to 16777216");
    *rows = (uint32_t)n;
    return true;
}

static bool read_settings(const struct options *o, struct csv_map maps[MATCH_SIDES],
                          struct reconcile_settings *s)
{
    *s = (struct reconcile_settings){.paths = {o->ours, o->theirs},
                                     .out = o->out,
                                     .day = ZM_NO_DAY,
                                     .by = UINT32_C(1) << LISTING_REFERENCE,
                                     .remember = REMEMBER};
    if (o->path_count > 0 || o->ours == NULL || o->theirs == NULL) {
        fputs("toucun reconcile: want --ours FILE and --theirs FILE\n", stderr);
        return false;
    }
    if (o->tolerance != NULL && !money_parse(o->tolerance, strlen(o->tolerance), &s->tolerance_fen))
        return wrong("tolerance", o->tolerance, "yuan with at most 2 decimals like 0.05");
    if (o->late != NULL &&
        (!duration_parse(o->late, strlen(o->late), &s->late_us) || s->late_us <= 0))
        return wrong("late", o->late, "a duration above 0 like 1d");
    if (o->day != NULL && !civil_parse_date(o->day, strlen(o->day), &s->day))
        return wrong("day", o->day, "a date like 2018-11-11");
    if (o->remember != NULL && !read_remember(o->remember, &s->remember))
        return false;
    if (o->by != NULL && !reconcile_by_parse(o->by, &s->by))
        return false;
    return read_map("columns-ours", o->columns_ours, &maps[0], &s->maps[MATCH_OURS]) &&
           read_map("columns-theirs", o->columns_theirs, &maps[1], &s->maps[MATCH_THEIRS]);
}

int command_reconcile(int argc, char **argv, double began_s)
{
    struct options o = {.began_s = began_s};
    struct reconcile_settings settings;
    struct reconcile_totals totals;
    struct csv_map maps[MATCH_SIDES];
    enum options_verdict read = options_read(&o, argc, argv,
                                             "ours,theirs,columns-ours,columns-theirs,by,tolerance,"
                                             "late,day,out,remember,json,quiet,lang",
                                             reconcile_usage);
    if (read != OPTIONS_READ)
        return read == OPTIONS_DONE ? 0 : 2;
    texts_language = o.language;
    if (!read_settings(&o, maps, &settings))
        return 2;
    int code = reconcile(&settings, &totals);
    if (code > 1)
        return code;
    if (o.json)
        print_json(&totals);
    else if (!o.quiet)
        print_table(&totals, o.out);
    return code;
}
