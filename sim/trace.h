/* trace.h — a recorded load: CSV, checked once over, then read row by row.
 *
 *     time,kind,business,merchant,user,amount,reference
 *     2010-12-01T08:26:00+08:00,collection,sale,M-UK04,U-17850,139.12,S536365
 *
 * Rows are in time order; merchant and user may be empty; reference has 1 to
 * 40 visible ASCII characters.  The first pass reads the whole file and tells
 * every problem (the first 20) as FILE:LINE: column: what; the file is never
 * held.  Times and amounts come out as the scenario shifts and scales them.
 */
#ifndef SIM_TRACE_H
#define SIM_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/names.h"
#include "sim/problems.h"
#include "sim/scenario.h"

struct trace_row {
    int64_t at_us;
    enum flow flow;
    uint8_t business;
    uint32_t merchant;
    uint32_t user;
    int64_t amount_fen;
    char reference[REFERENCE_MAX + 1];
};

/* What the first pass found. */
struct trace_facts {
    uint64_t rows;
    uint64_t payouts;
    int64_t first_us; /* after the shift */
    int64_t last_us;
    int64_t shift_us;
    int64_t total_fen;          /* of everything, copies included */
    uint32_t businesses_paying; /* bit b: business b has payouts */
};

bool trace_scan(const struct scenario *s, const struct load_settings *load, struct names *merchants,
                struct names *users, struct trace_facts *facts, struct problems *list);

struct trace;
struct trace *trace_open(const struct scenario *s, const struct load_settings *load,
                         const struct trace_facts *facts, struct names *merchants,
                         struct names *users);           /* NULL: it cannot be opened any more */
bool trace_next(struct trace *t, struct trace_row *row); /* false: the end */
void trace_close(struct trace *t);

#endif
