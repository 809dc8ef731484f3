/* journal.h — facts as text: events.jsonl, and payouts.csv, a row a payout.
 *
 * Both are for people and tools outside; nothing in the run reads them.
 */
#ifndef SIM_JOURNAL_H
#define SIM_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "sim/load.h"
#include "sim/recorder.h"

/* --- events.jsonl ---------------------------------------------------------- */

/* Which kinds are wanted: bit k, enum fact_kind. */
struct event_filter {
    uint64_t kinds[(FACT_KIND_COUNT + 63) / 64];
};

/* "sent,paid"; empty: all kinds.  False, with the first unknown word in bad. */
bool event_filter_parse(struct event_filter *f, const char *list, char bad[64]);
bool event_filter_wants(const struct event_filter *f, enum fact_kind kind);

/* One line.  Call after the recorder heard the fact. */
void journal_write_event(FILE *file, const struct recorder *r, const struct fact *f, uint64_t seq);

/* --- transfers.csv --------------------------------------------------------- */

/* time,transfer,from,to,amount,outcome: a row where one ends, or rests. */
void journal_write_transfers_header(FILE *file);
/* Nothing for other facts.  Call after the recorder heard it. */
void journal_write_transfer(FILE *file, const struct recorder *r, const struct fact *f);

/* --- alerts.csv ------------------------------------------------------------ */

/* time,id,level,watch,change,value,reason: alert rules raised and cleared; without an id
 * what the core warns of itself, its watch the channel or account it is about. */
void journal_write_alerts_header(FILE *file);
void journal_write_alert(FILE *file, const struct recorder *r, const struct fact *f);

/* --- outlook.csv ----------------------------------------------------------- */

/* time, then each channel's hours until it is dry, as foreseen; 24: not within a day. */
void journal_write_outlook_header(FILE *file);
void journal_write_outlook(FILE *file, const struct fact *f);

/* --- breaks.csv ------------------------------------------------------------ */

/* A row a break, in the order they were opened, as it stands at the end. */
void journal_write_breaks(FILE *file, const struct recorder *r, int64_t now_us);
const char *decision_name(uint8_t decided); /* paid, not_paid; or "" */

/* --- payouts.csv ----------------------------------------------------------- */

struct payout_rows; /* owns memory */

struct payout_rows *payout_rows_create(const struct scenario *s, const struct parties *p,
                                       const struct recorder *r, uint32_t expected);
void payout_rows_free(struct payout_rows *rows);
void payout_rows_fact(struct payout_rows *rows, const struct fact *f); /* after the recorder */
void payout_rows_write(struct payout_rows *rows, FILE *file);

#endif
