/* publisher.h — a day's settlement list as its house publishes it: payments in, bytes out.
 *
 *     summary              one file
 *     heading line line …  the other
 *
 * What the bytes are is in core/edge/zm_list.h and core/edge/epcc.h; whoever
 * writes them draws nothing and decides nothing.  Each call writes to the
 * caller's bytes and returns how many.  An amount for which the file has no
 * room stops the program: the house should not have taken that order.
 *
 * Of what a house knows and the treasury never asks for, there is a little
 * less here than in a real file: a card number is made of the bank's alone.
 */
#ifndef MOCKS_PUBLISHER_H
#define MOCKS_PUBLISHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/edge/zm.h"
#include "core/gateway/gateway.h"

enum {
    PUBLISHER_SUMMARY_MAX = 1024,
    PUBLISHER_LINE_MAX = 640, /* also of a heading */
};

/* One line; the amounts are what it says, true or not. */
struct settlement_line {
    uint64_t order; /* its id */
    struct reference reference;
    int64_t amount_fen;  /* what the payee gets */
    int64_t settled_fen; /* with a fee in the net */
    int64_t fee_fen;
    int64_t at_us; /* when it was made */
    uint32_t session;
    uint32_t merchant;
    uint8_t bank;
    uint8_t flag; /* LIST_LINE_RETURNED, LIST_LINE_FAILED */
};

struct settlement_sum {
    uint32_t count;
    int64_t amount_fen;
    int64_t fee_fen;
    int64_t settled_fen;
};

struct settlement_totals {
    int64_t from_us;
    int64_t until_us;
    uint32_t first_session;
    uint32_t last_session;
    struct settlement_sum payouts;
    struct settlement_sum returns;
};

struct publisher {
    uint8_t channel; /* enum channel */
    bool day_known;  /* the last day and session printed, for the many that share them */
    bool session_known;
    uint32_t sessions_a_day;
    int32_t day;
    uint32_t session;
    char date[8];
    char batch[13];
    char line[ZM_LINE_BYTES + 2]; /* UnionPay's, with what is the same in all */
};

void publisher_start(struct publisher *f, enum channel channel, uint32_t sessions_a_day);
size_t publisher_summary(struct publisher *f, const struct settlement_totals *t,
                         char out[PUBLISHER_SUMMARY_MAX]);
size_t publisher_heading(const struct publisher *f, char out[PUBLISHER_LINE_MAX]);
size_t publisher_line(struct publisher *f, const struct settlement_line *l,
                      char out[PUBLISHER_LINE_MAX]);

/* --- for the files of mocks/ alone ----------------------------------------- */

/* A moment's date and time of day, eight and six digits. */
void publisher_time(struct publisher *f, int64_t at_us, char date[8], char clock[6]);

void zm_file_start(struct publisher *f);
size_t zm_file_summary(const struct settlement_totals *t, char out[PUBLISHER_SUMMARY_MAX]);
size_t zm_file_line(struct publisher *f, const struct settlement_line *l,
                    char out[PUBLISHER_LINE_MAX]);
size_t epcc_file_summary(const struct publisher *f, const struct settlement_totals *t,
                         char out[PUBLISHER_SUMMARY_MAX]);
size_t epcc_file_heading(char out[PUBLISHER_LINE_MAX]);
size_t epcc_file_line(struct publisher *f, const struct settlement_line *l,
                      char out[PUBLISHER_LINE_MAX]);

#endif
