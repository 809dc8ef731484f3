/* listing_file.h — a file with a list of payments, one after the other: CSV or UnionPay's
 * ZM, packed or not.  Which it is, its first line says. */
#ifndef SIM_LISTING_FILE_H
#define SIM_LISTING_FILE_H

#include "core/edge/csv.h"
#include "core/edge/listing.h"
#include "core/edge/zm.h"

enum { LISTING_PROBLEMS_SHOWN = 20 };

struct listing_file;

/* NULL: said on stderr.  `map` is for CSV, `day` the settlement day of a ZM file
 * (ZM_NO_DAY: as its name says, if it does).  The strings stay the caller's. */
struct listing_file *listing_file_open(const char *path, const struct csv_map *map, int32_t day);
void listing_file_close(struct listing_file *l);
/* `wanted`: bits 1 << enum listing_field; the others may be left 0. */
bool listing_file_rewind(struct listing_file *l, uint32_t wanted);

bool listing_file_has(const struct listing_file *l, enum listing_field field);

/* False: the end; or the file failed, see listing_file_failed().  What cannot be read
 * is said on stderr, up to 20 lines of it, and counted. */
bool listing_file_next(struct listing_file *l, struct listing_record *out);
bool listing_file_failed(const struct listing_file *l);
uint64_t listing_file_bad(const struct listing_file *l);
uint32_t listing_file_progress_ppm(const struct listing_file *l);

#endif
