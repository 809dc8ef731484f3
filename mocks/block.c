/* block.c — see block.h. */

#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, MADV_HUGEPAGE */

#include "mocks/block.h"

#include <sys/mman.h>

enum { HUGE = 2 << 20 };

void *block_take(size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes == 0)
        return NULL;
    void *block = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (block == MAP_FAILED)
        return NULL;
#ifdef MADV_HUGEPAGE
    if (bytes >= HUGE)
        madvise(block, bytes, MADV_HUGEPAGE); /* a wish; refused is fine */
#endif
    return block;
}

void block_give(void *block, size_t count, size_t size)
{
    if (block != NULL)
        munmap(block, count * size);
}
