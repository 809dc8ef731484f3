/* output.c — see output.h. */

#include "sim/output.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool failed(const char *path)
{
    fprintf(stderr, "%s: %s\n", path, strerror(errno));
    return false;
}

/* Like mkdir -p. */
bool output_folder(const char *dir)
{
    char path[4096];
    size_t length = strlen(dir);
    if (length == 0 || length >= sizeof path) {
        errno = length == 0 ? ENOENT : ENAMETOOLONG;
        return failed(dir);
    }
    memcpy(path, dir, length + 1);
    for (size_t i = 1; i <= length; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        char kept = path[i];
        path[i] = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST)
            return failed(path);
        path[i] = kept;
    }
    struct stat info;
    if (stat(dir, &info) != 0)
        return failed(dir);
    if (!S_ISDIR(info.st_mode)) {
        errno = ENOTDIR;
        return failed(dir);
    }
    return true;
}

bool output_open(struct output *o, const char *dir, const char *name)
{
    snprintf(o->path, sizeof o->path, "%s/%s", dir, name);
    snprintf(o->beside, sizeof o->beside, "%s/.%s.part", dir, name);
    o->file = fopen(o->beside, "wb");
    if (o->file == NULL)
        return failed(o->beside);
    setvbuf(o->file, NULL, _IOFBF, 1 << 18);
    return true;
}

bool output_commit(struct output *o)
{
    if (o->file == NULL)
        return true;
    bool whole = fflush(o->file) == 0 && !ferror(o->file);
    if (!whole)
        failed(o->path);
    if (fclose(o->file) != 0 && whole)
        whole = failed(o->path);
    o->file = NULL;
    if (whole && rename(o->beside, o->path) != 0)
        whole = failed(o->path);
    if (!whole)
        unlink(o->beside);
    return whole;
}

void output_drop(struct output *o)
{
    if (o->file == NULL)
        return;
    fclose(o->file);
    o->file = NULL;
    unlink(o->beside);
}

void output_markup(FILE *file, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '<')
            fputs("&lt;", file);
        else if (*text == '>')
            fputs("&gt;", file);
        else if (*text == '&')
            fputs("&amp;", file);
        else if (*text == '"')
            fputs("&quot;", file);
        else if ((unsigned char)*text >= ' ' || *text == '\n')
            putc(*text, file);
    }
}
