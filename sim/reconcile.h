/* reconcile.h — the audit's matcher on two files from outside.
 *
 * Both files are read in step, by their share read so far, so that rows which
 * stand near each other meet early and only what is between them is kept.  If
 * more than `remember` rows are without a counterpart, everything is set down
 * on disk first, in parts by the rows' keys, and each part is matched by
 * itself: the result is the same, memory stays bounded.
 */
#ifndef SIM_RECONCILE_H
#define SIM_RECONCILE_H

#include "core/audit/match.h"
#include "core/edge/csv.h"

enum { REMEMBER_MIN = 16, REMEMBER = 1 << 18, REMEMBER_MAX = 1 << 24 };

/* What makes two rows one payment: bits 1 << enum listing_field, and this. */
#define BY_DAY (UINT32_C(1) << LISTING_FIELDS)

struct reconcile_settings {
    const char *paths[MATCH_SIDES];
    const struct csv_map *maps[MATCH_SIDES]; /* NULL: columns by our own words */
    const char *out;                         /* folder for breaks.csv, or NULL */
    int64_t tolerance_fen;
    int64_t late_us;
    int32_t day; /* of settlement, for ZM files; ZM_NO_DAY: as their names say */
    uint32_t by;
    uint32_t remember;
};

struct reconcile_totals {
    struct match_sums sides[MATCH_SIDES];
    uint64_t matched;
    uint64_t breaks[MATCH_TYPES];
    wide break_fen[MATCH_TYPES];
    wide tolerated_fen;
    bool fees[MATCH_SIDES]; /* whether the side names any */
    bool unsigned_amounts;  /* one side alone names a direction: it was left out */
    bool spilled;
};

/* Exit code: 0 they agree, 1 they differ, 2 bad input, 5 the machine failed us; what is
 * wrong was said on stderr. */
int reconcile(const struct reconcile_settings *settings, struct reconcile_totals *totals);

/* "reference+amount"; false: said on stderr. */
bool reconcile_by_parse(const char *text, uint32_t *by);

#endif
