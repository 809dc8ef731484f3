/* block.h — large zeroed arrays, straight from the system.
 *
 * Untouched parts cost nothing; where the system has huge pages they are asked
 * for, because arrays of a gigabyte in small pages spend their time in page
 * faults and address look-ups.
 */
#ifndef MOCKS_BLOCK_H
#define MOCKS_BLOCK_H

#include <stddef.h>

void *block_take(size_t count, size_t size); /* zeroed, aligned to 64; NULL: there is not so much */
void block_give(void *block, size_t count, size_t size);

#endif
