/* feed.c — see feed.h. */

#include "sim/feed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "core/base/must.h"
#include "core/edge/listing.h"

enum { BLOCK = 1 << 16, PACKED_BLOCK = 1 << 16 }; /* what the nearest caches hold */

enum packing { PACKED_NOT, PACKED_GZIP, PACKED_ZSTD };

struct feed {
    const char *path;
    int file;
    uint64_t size;
    uint64_t read; /* bytes of the file as it lies there */
    enum packing packing;
    z_stream gzip;
    ZSTD_DStream *zstd;
    bool between;  /* of packed files, at the end of a member */
    bool read_all; /* of packed files, though maybe not unpacked */
    bool last;
    size_t packed_start;
    size_t packed_end;
    size_t start;
    size_t end;
    unsigned char packed[PACKED_BLOCK];
    char bytes[BLOCK + LISTING_LINE_MAX * 2];
};

static bool failed(const struct feed *f, const char *why)
{
    fprintf(stderr, "%s: %s\n", f->path, why);
    return false;
}

/* *got 0: the file's end. */
static bool read_file(struct feed *f, void *to, size_t most, size_t *got)
{
    ssize_t n;
    do
        n = read(f->file, to, most);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return failed(f, strerror(errno));
    f->read += (uint64_t)n;
    *got = (size_t)n;
    return true;
}

static bool begin(struct feed *f)
{
    unsigned char magic[4] = {0};
    ssize_t n = pread(f->file, magic, sizeof magic, 0);
    if (n < 0)
        return failed(f, strerror(errno));
    f->packing = n >= 2 && memcmp(magic, "\x1f\x8b", 2) == 0           ? PACKED_GZIP
                 : n == 4 && memcmp(magic, "\x28\xb5\x2f\xfd", 4) == 0 ? PACKED_ZSTD
                                                                       : PACKED_NOT;
    f->between = true;
    if (f->packing == PACKED_GZIP)
        MUST(inflateInit2(&f->gzip, 15 + 16) == Z_OK);
    if (f->packing == PACKED_ZSTD) {
        f->zstd = ZSTD_createDStream();
        MUST(f->zstd != NULL);
    }
    return true;
}

static void end(struct feed *f)
{
    if (f->packing == PACKED_GZIP)
        inflateEnd(&f->gzip);
    if (f->packing == PACKED_ZSTD)
        ZSTD_freeDStream(f->zstd);
}

struct feed *feed_open(const char *path)
{
    struct stat info;
    struct feed *f = malloc(sizeof *f);
    MUST(f != NULL);
    memset(f, 0, offsetof(struct feed, packed));
    f->path = path;
    f->file = open(path, O_RDONLY | O_CLOEXEC);
    if (f->file < 0 || fstat(f->file, &info) != 0)
        failed(f, strerror(errno));
    else if (!S_ISREG(info.st_mode))
        failed(f, "want a regular file; it is read more than once");
    else if (begin(f)) {
        f->size = (uint64_t)info.st_size;
        return f;
    }
    if (f->file >= 0)
        close(f->file);
    free(f);
    return NULL;
}

void feed_close(struct feed *f)
{
    if (f == NULL)
        return;
    end(f);
    close(f->file);
    free(f);
}

bool feed_rewind(struct feed *f)
{
    end(f);
    if (lseek(f->file, 0, SEEK_SET) != 0)
        return failed(f, strerror(errno));
    f->gzip = (z_stream){0};
    f->read = 0;
    f->last = f->read_all = false;
    f->packed_start = f->packed_end = f->start = f->end = 0;
    return begin(f);
}

/* Unpacks some of what is packed to `to`; false: it is damaged. */
static bool inflate_some(struct feed *f, char *to, size_t most, size_t *made)
{
    f->gzip.next_in = f->packed + f->packed_start;
    f->gzip.avail_in = (uInt)(f->packed_end - f->packed_start);
    f->gzip.next_out = (Bytef *)to;
    f->gzip.avail_out = (uInt)most;
    if (f->between)
        MUST(inflateReset(&f->gzip) == Z_OK);
    int got = inflate(&f->gzip, Z_NO_FLUSH);
    f->packed_start = f->packed_end - f->gzip.avail_in;
    *made = most - f->gzip.avail_out;
    f->between = got == Z_STREAM_END;
    if (got == Z_OK || got == Z_STREAM_END || got == Z_BUF_ERROR)
        return true;
    return failed(f, "not gzip, or damaged");
}

static bool decompress_some(struct feed *f, char *to, size_t most, size_t *made)
{
    ZSTD_inBuffer in = {f->packed, f->packed_end, f->packed_start};
    ZSTD_outBuffer out = {to, most, 0};
    size_t got = ZSTD_decompressStream(f->zstd, &out, &in);
    f->packed_start = in.pos;
    *made = out.pos;
    if (ZSTD_isError(got)) {
        fprintf(stderr, "%s: not zstd, or damaged: %s\n", f->path, ZSTD_getErrorName(got));
        return false;
    }
    f->between = got == 0;
    return true;
}

static bool unpack(struct feed *f)
{
    size_t made = 0;
    while (made == 0) {
        if (f->packed_start == f->packed_end && !f->read_all) {
            if (!read_file(f, f->packed, sizeof f->packed, &f->packed_end))
                return false;
            f->packed_start = 0;
            f->read_all = f->packed_end == 0;
        }
        bool nothing = f->packed_start == f->packed_end && f->read_all;
        if (nothing && f->between) {
            f->last = true;
            return true;
        }
        bool ok = (f->packing == PACKED_GZIP ? inflate_some : decompress_some)(
            f, f->bytes + f->end, sizeof f->bytes - f->end, &made);
        f->end += made;
        if (!ok)
            return false;
        if (nothing && made == 0)
            return failed(f, "cut off: the packed file ends too early");
    }
    return true;
}

bool feed_more(struct feed *f)
{
    if (f->last)
        return true;
    memmove(f->bytes, f->bytes + f->start, f->end - f->start);
    f->end -= f->start;
    f->start = 0;
    MUST(f->end < sizeof f->bytes); /* a reader takes what is longer than a line */
    if (f->packing != PACKED_NOT)
        return unpack(f);
    size_t got;
    size_t room = sizeof f->bytes - f->end;
    if (!read_file(f, f->bytes + f->end, room < BLOCK ? room : BLOCK, &got))
        return false;
    f->end += got;
    f->last = got == 0;
    return true;
}

const char *feed_bytes(const struct feed *f, size_t *length, bool *last)
{
    *length = f->end - f->start;
    *last = f->last;
    return f->bytes + f->start;
}

void feed_take(struct feed *f, size_t length)
{
    MUST(length <= f->end - f->start);
    f->start += length;
}

uint32_t feed_progress_ppm(const struct feed *f)
{
    uint64_t unread = f->packing == PACKED_NOT ? f->end - f->start : 0;
    uint64_t done = f->read > unread ? f->read - unread : 0;
    if (f->last && f->start == f->end)
        return 1000000;
    return f->size == 0 ? 0 : (uint32_t)((double)done / (double)f->size * 999999);
}
