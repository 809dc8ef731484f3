/* misprint.h — what a fault makes of an amount that is printed wrong.
 *
 * One fen off, or two neighbouring digits swapped; never the same, never below
 * a fen, never above `most_fen`.  The bits choose.
 */
#ifndef MOCKS_MISPRINT_H
#define MOCKS_MISPRINT_H

#include <stdint.h>

/* fen: above zero; a single fen becomes two.  most_fen: at least fen, nines alone; 0:
 * there is no most. */
int64_t misprinted_fen(uint64_t bits, int64_t fen, int64_t most_fen);

#endif
