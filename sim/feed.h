/* feed.h — a file's bytes in large blocks, unpacked where they are packed (gzip, zstd).
 *
 * What a file is packed with, its first bytes say, not its name.  A packed file that
 * ends too early, or has something else behind its end, is an error: nothing is
 * left out in silence.
 */
#ifndef SIM_FEED_H
#define SIM_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct feed;

/* NULL: said on stderr. */
struct feed *feed_open(const char *path);
void feed_close(struct feed *f);

/* What has not been taken yet: at least one more byte than the last time, unless the
 * file has ended.  False: said on stderr. */
bool feed_more(struct feed *f);
bool feed_rewind(struct feed *f);

const char *feed_bytes(const struct feed *f, size_t *length, bool *last);
void feed_take(struct feed *f, size_t length);

/* How far the file is read, in millionths. */
uint32_t feed_progress_ppm(const struct feed *f);

#endif
