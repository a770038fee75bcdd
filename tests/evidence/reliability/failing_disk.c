/* Counts the writes and syncs of files in one folder, and fails or ends the process at one of them.
 * Loaded with LD_PRELOAD; armed by fail_at. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { COUNT, END_BEFORE, END_HALFWAY, END_AFTER, FAIL_IO, FAIL_SPACE };

static char folder[4096];
static long target = -1, counted;
static int mode;

void fail_at(const char *new_folder, long new_target, int new_mode)
{
    strncpy(folder, new_folder, sizeof folder - 1);
    target = new_target;
    mode = new_mode;
    counted = 0;
}

long count_operations(void) { return counted; }

static int is_inside(const char *path) { return folder[0] && !strncmp(path, folder, strlen(folder)); }

static int is_file_inside(int file)
{
    char link[64], path[4096];
    if (!folder[0])
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    return is_inside(path);
}

/* Return whether this operation is the one, having ended the process or set errno. */
static int is_due(int inside)
{
    if (!inside || counted++ != target)
        return 0;
    if (mode == END_BEFORE)
        _exit(77);
    errno = mode == FAIL_SPACE ? ENOSPC : EIO;
    return 1;
}

#define REAL(name) \
    static __typeof__(name) *real; \
    if (!real) \
        real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

#define WRITE(name, half, ...) \
    REAL(name); \
    if (is_due(is_file_inside(file))) { \
        if (mode == FAIL_IO || mode == FAIL_SPACE) \
            return -1; \
        half; \
        _exit(77); \
    } \
    return real(__VA_ARGS__)

ssize_t write(int file, const void *data, size_t size)
{
    WRITE(write, real(file, data, mode == END_HALFWAY ? size / 2 : size), file, data, size);
}

ssize_t pwrite(int file, const void *data, size_t size, off_t at)
{
    WRITE(pwrite, real(file, data, mode == END_HALFWAY ? size / 2 : size, at), file, data, size, at);
}

ssize_t pwrite64(int file, const void *data, size_t size, off64_t at)
{
    WRITE(pwrite64, real(file, data, mode == END_HALFWAY ? size / 2 : size, at), file, data, size, at);
}

int fsync(int file) { WRITE(fsync, real(file), file); }

int fdatasync(int file) { WRITE(fdatasync, real(file), file); }

int ftruncate(int file, off_t size) { WRITE(ftruncate, real(file, size), file, size); }

int ftruncate64(int file, off64_t size) { WRITE(ftruncate64, real(file, size), file, size); }

int rename(const char *old, const char *new)
{
    REAL(rename);
    if (is_due(is_inside(new))) {
        if (mode == FAIL_IO || mode == FAIL_SPACE)
            return -1;
        real(old, new);
        _exit(77);
    }
    return real(old, new);
}
