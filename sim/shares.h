/* shares.h — what room each business has on each channel, from facts alone.
 *
 * The auditor's own reckoning, and that of whoever tells why a payout waits.
 * It knows what each business sent today from `queued` (whose), `sent` and
 * `attempt_failed`, and nothing else; the rule is the one that
 * core/payout/share.h states, counted afresh from every payout sent today.
 *
 *     shares_book_create(config)                NULL if nobody has a share
 *     shares_book_fact(book, fact)              each fact, in order
 *     shares_book_room_fen(book, ...)           at a moment not before the last fact
 *
 * A NULL book has no shares: room is what is available.
 */
#ifndef SIM_SHARES_H
#define SIM_SHARES_H

#include "core/core.h"

struct shares_book;

struct shares_book *shares_book_create(const struct core_config *config);
void shares_book_free(struct shares_book *book);
void shares_book_fact(struct shares_book *book, const struct fact *f);
int64_t shares_book_room_fen(struct shares_book *book, uint8_t channel, uint8_t business,
                             int64_t available_fen, int64_t now_us);

#endif
