/* wide.h — 128-bit integers, for products that pass 64 bits on the way. */
#ifndef CORE_BASE_WIDE_H
#define CORE_BASE_WIDE_H

__extension__ typedef __int128 wide;
__extension__ typedef unsigned __int128 unsigned_wide;

#endif
